/** The life of a break (差异): found, explained by its unit, answered, put right or referred. What is said deletes nothing. */
import type { BreakEvent, BreakFound } from '../../../projections/events/reconciliation.js';
import { breakRegister, type BreakState, type BreakStatus } from '../../../projections/breaks.js';
import type { Decider, Guard } from '../../kernel/decider.js';
import { notByThem } from './money.js';

export type BreakCommand =
  | { type: 'OpenBreak'; data: BreakFound & { on: string; explainBy: string } }
  | { type: 'ReviseBreak'; data: BreakFound & { on: string } }
  | { type: 'ClearBreak'; data: { on: string } }
  | { type: 'ExplainBreak'; data: { explanation: string; documents?: readonly string[] } }
  | { type: 'AcceptExplanation'; data: { reason: string } }
  | { type: 'RejectExplanation'; data: { reason: string } }
  | { type: 'CloseBreak'; data: { reason: string } }
  | { type: 'RectifyBreak'; data: { how: string; documents?: readonly string[] } }
  | { type: 'ReferBreak'; data: { lead?: string; to: string; reason: string } };

const BASIS = '政府非税收入管理办法; 对账差异处理';
const ownUnit: Guard<BreakState> = {
  code: 'break-of-another-unit',
  says: { zh: '应由差异所涉单位说明', en: 'the unit that the break is about explains it' },
  basis: BASIS,
  standing: true,
  broken: (_, { found, since }, { by }) => {
    const org = found?.org ?? null;
    return org !== null && by.org !== org && { details: { org, by: by.org ?? null }, refs: since ? [since] : [] };
  },
};
const notTheirOwn = notByThem('explanation-judged-by-its-author', ({ by }: BreakState) => [by]);
/** What was put right shows no more: a word alone closes nothing. */
const shown: Guard<BreakState> = {
  code: 'break-still-stands',
  says: { zh: '对账中差异仍然存在', en: 'reconciliation still finds it' },
  basis: BASIS,
  standing: true,
  broken: (_, { status, stands, since }) =>
    status === 'rectified' && stands && { details: {}, refs: since ? [since] : [] },
};
const isThere: Guard<BreakState> = {
  code: 'break-stands-already',
  says: { zh: '该差异已在册', en: 'it stands already' },
  basis: BASIS,
  broken: (_, { stands, since }) => stands && { details: {}, refs: since ? [since] : [] },
};
const isGone: Guard<BreakState> = {
  code: 'break-does-not-stand',
  says: { zh: '该差异不在册', en: 'it does not stand' },
  basis: BASIS,
  broken: (_, { stands, since }) => !stands && { details: {}, refs: since ? [since] : [] },
};

const refsOf = ({ org, matterId, feeItem }: BreakFound) => [
  ...(org === null ? [] : [{ type: 'org', id: org, role: 'break' }]),
  ...(matterId === null ? [] : [{ type: 'matter', id: matterId, role: 'break' }]),
  ...(feeItem === null ? [] : [{ type: 'tariff', id: feeItem, role: 'break' }]),
];
const told = ({ found }: BreakState) => ({ refs: found ? refsOf(found) : [] });
const DERIVED = { derived: { rule: 'reconciliation', version: 1, by: 'breaks' } } as const;
const UNSETTLED: readonly BreakStatus[] = ['open', 'explained', 'accepted', 'rejected'];

export const moneyBreak: Decider<BreakState, BreakCommand, BreakEvent> = {
  ...breakRegister,
  commands: {
    OpenBreak: {
      says: { zh: '列出差异', en: 'open a break' },
      from: 'any',
      guards: [isThere],
      events: (data) => [{ type: 'BreakOpened', data, refs: refsOf(data), ...DERIVED }],
    },
    ReviseBreak: {
      says: { zh: '变更差异', en: 'revise a break' },
      from: 'any',
      guards: [isGone],
      events: (data) => [{ type: 'BreakRevised', data, refs: refsOf(data), ...DERIVED }],
    },
    ClearBreak: {
      says: { zh: '差异消除', en: 'a break has gone' },
      from: 'any',
      guards: [isGone],
      events: (data, state) => [{ type: 'BreakCleared', data, ...DERIVED, ...told(state) }],
    },
    ExplainBreak: {
      says: { zh: '说明差异', en: 'explain a break' },
      from: ['open', 'rejected'],
      guards: [ownUnit],
      events: ({ explanation, documents = [] }, state, { on }) => [
        {
          type: 'BreakExplained',
          data: { explanation, documents, on, inTime: state.explainBy !== null && on <= state.explainBy },
          ...told(state),
        },
      ],
    },
    AcceptExplanation: {
      says: { zh: '采信说明', en: 'accept the explanation' },
      from: ['explained'],
      guards: [notTheirOwn],
      events: (data, state) => [{ type: 'ExplanationAccepted', data, ...told(state) }],
    },
    RejectExplanation: {
      says: { zh: '不采信说明', en: 'reject the explanation' },
      from: ['explained'],
      guards: [notTheirOwn],
      events: (data, state) => [{ type: 'ExplanationRejected', data, ...told(state) }],
    },
    RectifyBreak: {
      says: { zh: '整改差异', en: 'put a break right' },
      from: UNSETTLED,
      guards: [ownUnit],
      events: ({ how, documents = [] }, state) => [
        { type: 'BreakRectified', data: { how, documents }, ...told(state) },
      ],
    },
    ReferBreak: {
      says: { zh: '移送问题线索', en: 'refer a break as a lead' },
      from: [...UNSETTLED, 'rectified'],
      guards: [],
      events: ({ lead = null, to, reason }, state) => {
        const { refs } = told(state);
        const leads = lead === null ? [] : [{ type: 'lead', id: lead, role: 'referred' }];
        return [{ type: 'BreakReferred', data: { lead, to, reason }, refs: [...refs, ...leads] }];
      },
    },
    CloseBreak: {
      says: { zh: '办结差异', en: 'close a break' },
      from: ['accepted', 'rectified', 'referred'],
      guards: [shown],
      events: (data, state) => [{ type: 'BreakClosed', data, ...told(state) }],
    },
  },
};
