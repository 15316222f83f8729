/** What follows from matching is recorded by the reconciliation itself; what people decide of it takes two, and is signed for. */
import type {
  Certifier,
  MatchEvent,
  PairingEvent,
  PeriodEvent,
  RunEvent,
  StatementEvent,
  StatementLoaded,
} from '../../../projections/events/reconciliation.js';
import { MOST_PAIRS, namesTold } from '../../../projections/events/reconciliation.js';
import type { Status } from '../../../projections/kernel/fold.js';
import { daysInMonth } from '../../../projections/kernel/instant.js';
import type { DataOf } from '../../../projections/kernel/message.js';
import {
  matchRegister,
  type MatchState,
  pairingRegister,
  pairKey,
  type PairingState,
} from '../../../projections/matches.js';
import { periodRegister, type PeriodState } from '../../../projections/reconciliation.js';
import { statementRegister, type StatementState } from '../../../projections/statements.js';
import type { Decider, Guard } from '../../kernel/decider.js';
import { notByThem } from './money.js';

const BASIS = '政府非税收入管理办法; 对账';

type LoadStatement = Omit<StatementLoaded, 'missing' | 'missingNames'> &
  Partial<Pick<StatementLoaded, 'missing' | 'missingNames'>>;
export type StatementCommand = { type: 'LoadStatement'; data: LoadStatement };
const addsUp: Guard<StatementState, LoadStatement> = {
  code: 'statement-does-not-add-up',
  says: { zh: '账单余额或合计与其明细不符', en: 'its balances or sums are not those of its rows' },
  basis: BASIS,
  broken: ({ differenceFen, rejected }) =>
    differenceFen !== null && differenceFen !== '0' && { details: { differenceFen, rejected } },
};
const isWhole: Guard<StatementState, LoadStatement> = {
  code: 'statement-rows-missing',
  says: { zh: '先前报过的行在账单中不再出现', en: 'rows that were told before are not in it any more' },
  basis: BASIS,
  broken: ({ missing = 0, missingNames = [] }) =>
    missing > 0 && { details: { missing, rows: missingNames.slice(0, 20) } },
};
const takenOnce: Guard<StatementState> = {
  code: 'statement-taken-before',
  says: { zh: '该账单已收取', en: 'it was taken before' },
  basis: BASIS,
  standing: true,
  broken: (_, { status, since }) => status !== 'none' && { details: {}, refs: since ? [since] : [] },
};
export const statement: Decider<StatementState, StatementCommand, StatementEvent> = {
  ...statementRegister,
  commands: {
    LoadStatement: {
      says: { zh: '收取账单', en: 'take a statement' },
      from: 'any',
      guards: [takenOnce, addsUp, isWhole],
      events: ({ missing = 0, missingNames = [], ...data }) => [
        {
          type: 'StatementLoaded',
          data: { ...data, missing, missingNames },
          refs: [{ type: 'payee', id: data.account, role: 'statement' }],
        },
      ],
    },
  },
};

type Pairs = DataOf<MatchEvent, 'MatchesMade'>;
export type MatchCommand = { type: 'MakeMatches'; data: Pairs } | { type: 'UnmakeMatches'; data: Pairs };
const notTooMany: Guard<MatchState, Pairs> = {
  code: 'too-many-pairs',
  says: { zh: `一次至多 ${MOST_PAIRS} 对`, en: `at most ${MOST_PAIRS} pairs at once` },
  basis: BASIS,
  broken: ({ pairs }) => pairs.length > MOST_PAIRS && { details: { pairs: pairs.length } },
};
/** Names that go up are of different rows: nearly always they do, and nothing stands yet. */
function goUp(pairs: Pairs['pairs'], side: 0 | 1): boolean {
  let last = '';
  for (const pair of pairs) {
    const name = pair[side];
    if (typeof name !== 'string' || name <= last) return false;
    last = name;
  }
  return true;
}
/** Each that is looked at is taken for those behind it. */
function takenTwice(pairs: Pairs['pairs'], standing: Pairs['pairs'], side: 0 | 1): readonly string[] {
  if (standing.length === 0 && goUp(pairs, side)) return [];
  const taken = new Set<string>();
  for (const pair of standing) for (const id of namesTold(pair[side])) taken.add(id);
  const found: string[] = [];
  for (const pair of pairs)
    for (const id of namesTold(pair[side]))
      if (taken.has(id)) found.push(`${'lr'[side]}${id}`);
      else taken.add(id);
  return found;
}
const matchedOnce: Guard<MatchState, Pairs> = {
  code: 'matched-already',
  says: { zh: '其中已有匹配的记录', en: 'some of it is matched already' },
  basis: BASIS,
  broken: ({ pairs }, { pairs: standing, since }) => {
    const found = [...takenTwice(pairs, standing, 0), ...takenTwice(pairs, standing, 1)];
    return found.length > 0 && { details: { rows: found.slice(0, 20) }, refs: since ? [since] : [] };
  },
};
const matchedBefore: Guard<MatchState, Pairs> = {
  code: 'not-matched',
  says: { zh: '其中有未匹配的记录', en: 'some of it is not matched' },
  basis: BASIS,
  broken: ({ pairs }, { pairs: standing, since }) => {
    const known = new Set(standing.map(pairKey));
    const missing = pairs.filter((pair) => !known.has(pairKey(pair)));
    return missing.length > 0 && { details: { pairs: missing.length }, refs: since ? [since] : [] };
  },
};
const DERIVED = { derived: { rule: 'reconciliation', version: 1, by: 'matching' } } as const;
export const matches: Decider<MatchState, MatchCommand, MatchEvent> = {
  ...matchRegister,
  commands: {
    MakeMatches: {
      says: { zh: '匹配', en: 'match' },
      from: 'any',
      guards: [notTooMany, matchedOnce],
      events: (data) => [{ type: 'MatchesMade', data, ...DERIVED }],
    },
    UnmakeMatches: {
      says: { zh: '解除匹配', en: 'unmake matches' },
      from: ['matched'],
      guards: [notTooMany, matchedBefore],
      events: (data) => [{ type: 'MatchesUnmade', data, ...DERIVED }],
    },
  },
};

export type PairingCommand =
  | { type: 'ProposePairing'; data: DataOf<PairingEvent, 'PairingProposed'> }
  | { type: 'ApprovePairing'; data: { note?: string } }
  | { type: 'DeclinePairing'; data: { reason: string } }
  | { type: 'EndPairing'; data: { reason: string } };
const another = notByThem('pairing-second-person', ({ proposal }: PairingState) => [proposal?.by]);
const named = ({ proposal }: PairingState) => ({
  refs:
    proposal === null ? [] : [...proposal.left, ...proposal.right].map((id) => ({ type: 'money', id, role: 'paired' })),
});
export const pairing: Decider<PairingState, PairingCommand, PairingEvent> = {
  ...pairingRegister,
  commands: {
    ProposePairing: {
      says: { zh: '提议人工匹配或解除', en: 'propose to match, or to take apart' },
      from: ['none'],
      guards: [],
      events: (data) => [{ type: 'PairingProposed', data }],
    },
    ApprovePairing: {
      says: { zh: '批准人工匹配', en: 'approve a pairing' },
      from: ['proposed'],
      guards: [another],
      events: ({ note = null }, state) => [{ type: 'PairingApproved', data: { note }, ...named(state) }],
    },
    DeclinePairing: {
      says: { zh: '不批准人工匹配', en: 'decline a pairing' },
      from: ['proposed'],
      guards: [],
      events: (data) => [{ type: 'PairingDeclined', data }],
    },
    EndPairing: {
      says: { zh: '撤销人工匹配', en: 'end a pairing' },
      from: ['approved'],
      guards: [another],
      events: (data, state) => [{ type: 'PairingEnded', data, ...named(state) }],
    },
  },
};

export interface SignCertificate {
  /** What the signer's books say that the account held at the month's end. */
  readonly balanceFen?: string;
  readonly note?: string;
}
export type PeriodCommand =
  | { type: 'ReconcilePeriod'; data: DataOf<PeriodEvent, 'PeriodReconciled'> }
  | { type: 'SignForUnit'; data: SignCertificate }
  | { type: 'SignForBank'; data: SignCertificate }
  | { type: 'SignForFinance'; data: SignCertificate };
const lastDayOf = (month: string): string =>
  `${month}-${daysInMonth(Number(month.slice(0, 4)), Number(month.slice(5)))}`;
const monthOver: Guard<PeriodState> = {
  code: 'month-not-over',
  says: { zh: '当月尚未结束，或月末后尚未对账', en: 'the month is not over, or was not reconciled since' },
  basis: '月末对账单',
  standing: true,
  broken: (_, { month, on, since }) =>
    (month === null || on === null || on < lastDayOf(month)) && {
      details: { month, reconciledOn: on },
      refs: since ? [since] : [],
    },
};
const signedOnce = (party: Certifier): Guard<PeriodState> => ({
  code: 'signed-already',
  says: { zh: '该方已签认', en: 'this party has signed' },
  basis: '月末对账单',
  standing: true,
  broken: (_, { signatures }) => {
    const found = signatures.find((one) => one.party === party);
    return found !== undefined && { details: { party }, refs: [found.event] };
  },
});
const sameBalance: Guard<PeriodState, SignCertificate> = {
  code: 'balances-differ',
  says: { zh: '各方所列余额不一致', en: 'the parties name different balances' },
  basis: '月末对账单',
  broken: ({ balanceFen }, { signatures }) => {
    const other = signatures.find((one) => one.balanceFen !== null && one.balanceFen !== balanceFen);
    return (
      balanceFen !== undefined &&
      other !== undefined && {
        details: { balanceFen, other: other.balanceFen, party: other.party },
        refs: [other.event],
      }
    );
  },
};
/** A person signs for one party only. */
const onePartyEach = notByThem('signed-for-another-party', ({ signatures }: PeriodState) =>
  signatures.map(({ by }) => by),
);
const sign = (party: Certifier, zh: string, en: string) => ({
  says: { zh, en },
  from: ['reconciled'] as const,
  guards: [monthOver, signedOnce(party), sameBalance, onePartyEach],
  events: (
    { balanceFen = null, note = null }: { balanceFen?: string | null; note?: string | null },
    { reconciled }: PeriodState,
  ) => [{ type: 'CertificateSigned' as const, data: { party, reconciled: reconciled ?? '', balanceFen, note } }],
});
export const period: Decider<PeriodState, PeriodCommand, PeriodEvent> = {
  ...periodRegister,
  commands: {
    ReconcilePeriod: {
      says: { zh: '月度对账', en: 'reconcile a month' },
      from: 'any',
      guards: [],
      events: (data) => [
        {
          type: 'PeriodReconciled',
          data,
          derived: { rule: 'reconciliation', version: 1, by: 'tie-out' },
          refs: data.org === null ? [] : [{ type: 'org', id: data.org, role: 'reconciled' }],
        },
      ],
    },
    SignForUnit: sign('unit', '单位签认月末对账', 'sign for the unit'),
    SignForBank: sign('bank', '银行签认月末对账', 'sign for the bank'),
    SignForFinance: sign('finance', '财政签认月末对账', 'sign for finance'),
  },
};

type Run = Status & { readonly status: 'none' | 'run' };
export type RunCommand = { type: 'RecordRun'; data: RunEvent['data'] };
export const reconciling: Decider<Run, RunCommand, RunEvent> = {
  category: 'reconciling',
  initial: { status: 'none' },
  evolve: (_, { id }) => ({ status: 'run', since: id }),
  commands: {
    RecordRun: {
      says: { zh: '对账运行', en: 'reconcile' },
      from: 'any',
      guards: [],
      events: (data) => [{ type: 'ReconciliationRun', data }],
    },
  },
};
