/**
 * What the four steps of money come to (对账): which rows are the same money, what is left over and for how long, and what
 * was signed for it. The rows themselves are in projections/events/money.ts; all of this follows from them.
 */
import type { Severity } from '../kernel/rule.js';
import type { SourceEvent } from './sources.js';

/** Fen that can be less than nothing: a difference, or what an overdrawn account holds. */
export type Signed = string;
/** 核定—开票, 开票—到账, 到账—缴存, 缴存—入库. */
export const RECONCILED_STEPS = [
  'assessed-receipted',
  'receipted-paid',
  'paid-deposited',
  'deposited-credited',
] as const;
export type StepName = (typeof RECONCILED_STEPS)[number];

/** A file of a bank, the treasury or a unit, as a whole: stream `statement-<account>-<name>`. */
export type StatementEvent =
  /** It was read to its end: what it says of its sums, and how far they are from those of its rows. */
  { type: 'StatementLoaded'; data: StatementLoaded } | SourceEvent;
export type StatementLoaded = {
  readonly account: string;
  readonly statement: string;
  /** `camt.053`, `csv`, `xlsx`, `einvoice`. */
  readonly format: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly rows: number;
  readonly rejected: number;
  readonly creditsFen: Signed;
  readonly debitsFen: Signed;
  readonly openingFen: Signed | null;
  readonly closingFen: Signed | null;
  /** Null: it says nothing to compare with. */
  readonly differenceFen: Signed | null;
  /** Rows of its account and days that its source had told before, and that are not in it any more; some of them by name. */
  readonly missing: number;
  readonly missingNames: readonly string[];
};

/** Which rows of the two sides of a step are the same money. */
export interface Pair {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly leftFen: Signed;
  readonly rightFen: Signed;
}
type Names = string | readonly string[];
/** A pair as an event tells it, for there are millions: of one row its name, and the right side's amount only where it is another. */
export type ToldPair =
  | readonly [left: Names, right: Names, fen: Signed]
  | readonly [left: Names, right: Names, leftFen: Signed, rightFen: Signed];
const toldNames = (ids: readonly string[]): Names => (ids.length === 1 ? ids[0]! : ids);
export const namesTold = (names: Names): readonly string[] => (typeof names === 'string' ? [names] : names);
export const tell = ({ left, right, leftFen, rightFen }: Pair): ToldPair =>
  leftFen === rightFen
    ? [toldNames(left), toldNames(right), leftFen]
    : [toldNames(left), toldNames(right), leftFen, rightFen];
export const pairTold = ([left, right, leftFen, rightFen = leftFen]: ToldPair): Pair => ({
  left: namesTold(left),
  right: namesTold(right),
  leftFen,
  rightFen,
});
/** At most so many pairs in one event. */
export const MOST_PAIRS = 1000;
type Pairs = Readonly<{
  step: StepName;
  /** 1 same key, 2 same amount close by, 3 sum of several, 5 by two people. Suggestions (4) are never posted. */
  pass: 1 | 2 | 3 | 5;
  org: string | null;
  /** The latest day of the right side. */
  day: string;
  pairs: readonly ToldPair[];
}>;
/** One pass of a step, for a unit and day: stream `matches-<step>.<pass>.<unit>.<day>`. */
export type MatchEvent =
  | { type: 'MatchesMade'; data: Pairs }
  /** Later facts, or two people, say otherwise. */
  | { type: 'MatchesUnmade'; data: Pairs };

/** What one proposes to match, or to take apart, and another approves: stream `pairing-<id>`. */
export type PairingEvent =
  | {
      type: 'PairingProposed';
      data: Readonly<{
        step: StepName;
        kind: 'together' | 'apart';
        left: readonly string[];
        right: readonly string[];
        reason: string;
      }>;
    }
  /** From the next reconciliation on it counts, before any other pass. */
  | { type: 'PairingApproved'; data: { note: string | null } }
  | { type: 'PairingDeclined'; data: { reason: string } }
  /** It does not count any more. */
  | { type: 'PairingEnded'; data: { reason: string } };

/** A break as reconciliation has found it. */
export interface BreakFound {
  /** BK-01 to BK-21. */
  readonly code: string;
  readonly subject: string;
  readonly org: string | null;
  readonly feeItem: string | null;
  readonly matterId: string | null;
  /** The day that it counts from. */
  readonly since: string;
  readonly fen: Signed;
  readonly severity: Severity;
  readonly step: StepName | null;
  /** Names of rows, on the one side and on the other; at most {@link MOST_NAMED} of each. */
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly details: Readonly<Record<string, string | number | null>>;
}
export const MOST_NAMED = 50;
/** One break (差异): stream `break-<id>`, its id made of its kind and what it is about. Nothing that is said deletes it. */
export type BreakEvent =
  /** Also once more, after it had gone. `explainBy`: the unit has five working days. */
  | { type: 'BreakOpened'; data: BreakFound & { on: string; explainBy: string } }
  /** Its amount, its severity or its sides are others now. */
  | { type: 'BreakRevised'; data: BreakFound & { on: string } }
  /** Later facts have settled it. What was said of it stays. */
  | { type: 'BreakCleared'; data: { on: string } }
  | { type: 'BreakExplained'; data: { explanation: string; documents: readonly string[]; on: string; inTime: boolean } }
  | { type: 'ExplanationAccepted'; data: { reason: string } }
  | { type: 'ExplanationRejected'; data: { reason: string } }
  /** The unit has put it right, and says how. */
  | { type: 'BreakRectified'; data: { how: string; documents: readonly string[] } }
  /** It has become a lead. */
  | { type: 'BreakReferred'; data: { lead: string | null; to: string; reason: string } }
  | { type: 'BreakClosed'; data: { reason: string } };

/** One side of an identity and the other, what they differ by, and what that consists of. */
export interface TiedStep {
  readonly step: StepName;
  readonly leftFen: Signed;
  readonly rightFen: Signed;
  /** Left less right. */
  readonly differenceFen: Signed;
  /** Control total: the sum of the residues. */
  readonly residueFen: Signed;
  readonly byKind: Readonly<Record<string, Signed>>;
  readonly residues: number;
}
/** The identities of a fee item in a unit and month. */
export interface TiedCell {
  readonly feeItem: string | null;
  readonly assessedFen: Signed;
  readonly waivedFen: Signed;
  readonly cancelledFen: Signed;
  readonly issuedFen: Signed;
  readonly voidFen: Signed;
  readonly redFen: Signed;
  readonly refundedFen: Signed;
  readonly steps: readonly TiedStep[];
}
export interface ResidueLine {
  readonly feeItem: string | null;
  readonly step: StepName;
  readonly kind: string;
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly fen: Signed;
}
/** At most so many residues in one event; where there are more, it comes in parts. */
export const MOST_RESIDUES = 2000;
export const CERTIFIERS = ['unit', 'bank', 'finance'] as const;
export type Certifier = (typeof CERTIFIERS)[number];
/** A unit's month: stream `reconciliation-<unit>-<month>`. */
export type PeriodEvent =
  /** It comes to something else than it did. `asOf`: what of the log it knows; of several parts each holds some residues. */
  | {
      type: 'PeriodReconciled';
      data: Readonly<{
        org: string | null;
        month: string;
        on: string;
        asOf: string;
        part: number;
        parts: number;
        /** In the first part. */
        cells: readonly TiedCell[];
        residues: readonly ResidueLine[];
      }>;
    }
  /** 月末对账单: one of the three says that it is right as it was reconciled by that event. */
  | {
      type: 'CertificateSigned';
      data: { party: Certifier; reconciled: string; balanceFen: Signed | null; note: string | null };
    };

/** What matching went by: in force on the day that was reconciled, by its last rule pack. */
export type Packed = Readonly<{
  id: string;
  windowDays: number;
  /** Not told by the first runs: to the fen. */
  toleranceFen?: number;
  mostMembers: number;
  mostSteps: number;
  /** When breaks count, and when they become grave; not told by the first runs. */
  ages?: Readonly<Record<string, number>>;
}>;
/** How many rows of a source went in, and what they sum to. */
export type InputTotals = Readonly<Record<string, Readonly<{ rows: number; fen: Signed }>>>;
/** All steps once (对账运行): stream `reconciling-<region>`. Nothing is written where nothing came out otherwise. */
export type RunEvent = {
  type: 'ReconciliationRun';
  data: Readonly<{
    /** Breaks are as old as on this day. */
    on: string;
    asOf: string;
    pack: Packed;
    inputs: InputTotals;
    made: number;
    unmade: number;
    opened: number;
    revised: number;
    cleared: number;
    periods: number;
    suggested: number;
  }>;
};

type ReconciliationEvents = StatementEvent | MatchEvent | PairingEvent | BreakEvent | PeriodEvent | RunEvent;
/** Everything that happens in reconciliation, but what any stream may hold. */
export type ReconciliationEvent = Exclude<ReconciliationEvents, SourceEvent>;

const v1 = <const Z extends string, const E extends string>(zh: Z, en: E) => ({ version: 1, zh, en }) as const;

export const reconciliationEvents = {
  StatementLoaded: { version: 2, zh: '账单收取', en: 'statement loaded' },
  MatchesMade: { version: 2, zh: '匹配', en: 'matches made' },
  MatchesUnmade: { version: 2, zh: '解除匹配', en: 'matches unmade' },
  PairingProposed: v1('提议人工匹配', 'pairing proposed'),
  PairingApproved: v1('批准人工匹配', 'pairing approved'),
  PairingDeclined: v1('不批准人工匹配', 'pairing declined'),
  PairingEnded: v1('撤销人工匹配', 'pairing ended'),
  BreakOpened: v1('发现差异', 'break opened'),
  BreakRevised: v1('差异变更', 'break revised'),
  BreakCleared: v1('差异消除', 'break cleared'),
  BreakExplained: v1('差异说明', 'break explained'),
  ExplanationAccepted: v1('说明采信', 'explanation accepted'),
  ExplanationRejected: v1('说明不采信', 'explanation rejected'),
  BreakRectified: v1('差异整改', 'break rectified'),
  BreakReferred: v1('差异移送', 'break referred'),
  BreakClosed: v1('差异办结', 'break closed'),
  PeriodReconciled: v1('月度对账', 'period reconciled'),
  CertificateSigned: v1('月末对账签认', 'month-end certificate signed'),
  ReconciliationRun: v1('对账运行', 'reconciliation run'),
} as const satisfies Record<ReconciliationEvent['type'], { version: number; zh: string; en: string }>;

/** Version 1 told each pair with the names of its members. */
const pairsBefore = (data: { readonly pairs: readonly Pair[] }) => ({ ...data, pairs: data.pairs.map(tell) });
/** Version 1 did not look for rows that had been there before. */
const rowsNotLookedFor = (data: object) => ({ ...data, missing: 0, missingNames: [] });
export const reconciliationUpcasts = {
  MatchesMade: [pairsBefore],
  MatchesUnmade: [pairsBefore],
  StatementLoaded: [rowsNotLookedFor],
};
