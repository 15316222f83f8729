/** The life of a finding (疑点): raised by a policy, answered by the unit, upheld or let go by two people. */
import { isOfAffairs } from '../../../projections/accountability/involved.js';
import { baseOf } from '../../../projections/accountability/runs.js';
import type { Found, FindingEvent } from '../../../projections/events/findings.js';
import { findingRegister, type FindingState, type FindingStatus } from '../../../projections/findings.js';
import type { Envelope, Message } from '../../../projections/kernel/message.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export type FindingCommand =
  | { type: 'RaiseFinding'; data: Found }
  | { type: 'ReviseFinding'; data: Found }
  | { type: 'WithdrawFinding'; data: Pick<Found, 'rule' | 'subject' | 'tested'> }
  | { type: 'SupersedeFinding'; data: Pick<Found, 'rule' | 'subject'> & { by: string } }
  | { type: 'AcknowledgeFinding'; data: { note?: string } }
  | { type: 'ExplainFinding'; data: { explanation: string; documents?: readonly string[] } }
  | { type: 'UpholdFinding'; data: { reason: string } }
  | { type: 'ProposeWaiver'; data: { reason: string; dataError?: boolean } }
  | { type: 'DeclineWaiver'; data: { reason: string } }
  | { type: 'WaiveFinding'; data: { reason: string } };

const LIVE: readonly FindingStatus[] = ['open', 'acknowledged', 'explained', 'waiver-proposed', 'upheld', 'waived'];
const UNDER_WAY: readonly FindingStatus[] = ['open', 'acknowledged', 'explained'];

/** The unit answers for itself. */
const ownUnit: Guard<FindingState> = {
  code: 'finding-of-another-unit',
  says: { zh: '应由疑点所涉单位答复', en: 'the unit that the finding is about answers it' },
  basis: '电子监察办法（异常情况由责任单位答复）',
  standing: true,
  broken: (_, { found, since }, { by }) => {
    const org = found?.about.org ?? null;
    return org !== null && by.org !== org && { details: { org, by: by.org ?? null }, refs: since ? [since] : [] };
  },
};
/** Nobody lets go of what he himself proposed to let go of. */
const secondPerson: Guard<FindingState> = {
  code: 'second-person-needed',
  says: { zh: '免除须由提议人以外的人决定', en: 'somebody other than the proposer decides on a waiver' },
  basis: '监察法 art. 39; 电子监察办法（免除须复核）',
  standing: true,
  broken: (_, { proposal }, { by }) =>
    proposal !== null && proposal.by === by.person && { details: {}, refs: [proposal.event] },
};
/** Nobody judges what his own unit is found to have done, at whichever post he works. */
const uninvolved: Guard<FindingState> = {
  code: 'finding-of-own-unit',
  says: {
    zh: '疑点所涉单位人员回避，不得认定或免除',
    en: 'nobody of the unit that it is about upholds it or lets it go',
  },
  basis: '监察法 art. 67; 政务处分法 art. 47',
  standing: true,
  broken: (_, { found, since }, { units = [] }) => {
    const org = found?.about.org ?? null;
    return org !== null && units.includes(org) && { details: { org }, refs: since ? [since] : [] };
  },
};

/** What findings refer to, so that the histories of those tell of it. */
const refsOf = ({ about }: Found) => [
  ...(about.matterId === null ? [] : [{ type: 'matter', id: about.matterId, role: 'found' }]),
  ...(about.itemCode === null ? [] : [{ type: 'item', id: about.itemCode, role: 'found' }]),
  ...(about.org === null ? [] : [{ type: 'org', id: about.org, role: 'found' }]),
];
const by = ({ rule, ruleVersion }: Found) => ({ rule, version: ruleVersion, by: 'findings' });
const derived = (found: Found | null): Pick<Envelope, 'derived'> => (found ? { derived: by(found) } : {});

/** Where its end, its answer and its outcome are told, too. */
const told = (found: Found | null) => ({ refs: found ? refsOf(found) : [] });

/**
 * Of an affair of accountability nobody learns by what is found in it; nor by the limit within which a finding becomes a
 * lead, which passes where none came.
 */
const secret = ({ data }: Message, { found }: FindingState): boolean => {
  const { rule = found?.rule ?? '', limit = '' } = data as { rule?: string; limit?: string };
  return isOfAffairs(rule) || baseOf(limit) === 'lead';
};

export const finding: Decider<FindingState, FindingCommand, FindingEvent> = {
  ...findingRegister,
  classification: (draft, state) => (secret(draft, state) ? 'sealed' : 'internal'),
  commands: {
    RaiseFinding: {
      says: { zh: '提出疑点', en: 'raise a finding' },
      from: ['none', 'withdrawn', 'superseded'],
      guards: [],
      events: (data) => [{ type: 'FindingRaised', data, refs: refsOf(data), ...derived(data) }],
    },
    ReviseFinding: {
      says: { zh: '变更疑点', en: 'revise a finding' },
      from: LIVE,
      guards: [],
      events: (data) => [{ type: 'FindingRevised', data, refs: refsOf(data), ...derived(data) }],
    },
    WithdrawFinding: {
      says: { zh: '撤回疑点', en: 'withdraw a finding' },
      from: LIVE,
      guards: [],
      events: (data, { found }) => [{ type: 'FindingWithdrawn', data, ...derived(found), ...told(found) }],
    },
    SupersedeFinding: {
      says: { zh: '并入另一疑点', en: 'let another finding stand for it' },
      from: LIVE,
      guards: [],
      events: (data, { found }) => [
        {
          type: 'FindingSuperseded',
          data,
          refs: [{ type: 'finding', id: data.by, role: 'superseded-by' }, ...(found ? refsOf(found) : [])],
          ...derived(found),
        },
      ],
    },
    AcknowledgeFinding: {
      says: { zh: '签收', en: 'acknowledge' },
      from: ['open'],
      guards: [ownUnit],
      events: ({ note = null }, _, { by: { org = null } }) => [{ type: 'FindingAcknowledged', data: { org, note } }],
    },
    ExplainFinding: {
      says: { zh: '说明情况', en: 'explain' },
      from: UNDER_WAY,
      guards: [ownUnit],
      events: ({ explanation, documents = [] }, { found }) => [
        { type: 'FindingExplained', data: { explanation, documents }, ...told(found) },
      ],
    },
    UpholdFinding: {
      says: { zh: '认定', en: 'uphold' },
      from: UNDER_WAY,
      guards: [uninvolved],
      events: (data, { found }) => [{ type: 'FindingUpheld', data, ...told(found) }],
    },
    ProposeWaiver: {
      says: { zh: '提议免除', en: 'propose to let it go' },
      from: UNDER_WAY,
      guards: [uninvolved],
      events: ({ reason, dataError = false }) => [{ type: 'WaiverProposed', data: { reason, dataError } }],
    },
    DeclineWaiver: {
      says: { zh: '不同意免除', en: 'decline the waiver' },
      from: ['waiver-proposed'],
      guards: [secondPerson, uninvolved],
      events: (data) => [{ type: 'WaiverDeclined', data }],
    },
    WaiveFinding: {
      says: { zh: '免除', en: 'let it go' },
      from: ['waiver-proposed'],
      guards: [secondPerson, uninvolved],
      events: ({ reason }, { proposal, found }) => [
        {
          type: 'FindingWaived',
          data: { reason, dataError: proposal?.dataError ?? false, proposedBy: proposal?.by ?? null },
          ...told(found),
        },
      ],
    },
  },
};
