/**
 * The auditor's tests (审计测试): pure functions over the ledger's rows of a period. What they mark is a reason to open the
 * file, never a finding; each line names the events behind it.
 */
import type { Block } from '../blocks.js';
import type { BlockUse } from '../block-uses.js';
import type { FeeRow } from '../fees.js';
import type { Text } from '../kernel/rule.js';
import type { Calendar } from '../kernel/workdays.js';
import type { MatterCard } from '../matter-cards.js';
import type { PaymentRow, RemittanceRow } from '../payments.js';
import { isLive, type ReceiptRow } from '../receipts.js';
import type { FeeItemRow } from '../tariffs.js';

/** What peers that do this honestly say, too: it stands on every page, sheet and answer. */
export const NEVER_A_FINDING: Text = {
  zh: '标记只是打开案卷的理由，从来不是舞弊的结论。',
  en: 'A flag is a reason to open the file, never a finding that fraud occurred.',
};

export interface Period {
  /** Both days included. */
  readonly from: string;
  readonly to: string;
}
/** Rows as of one moment of the log. Of receipts, fees and payments also those some weeks before and after the period. */
export interface AuditRows extends Period {
  readonly receipts: readonly ReceiptRow[];
  readonly fees: readonly FeeRow[];
  readonly payments: readonly PaymentRow[];
  readonly remittances: readonly RemittanceRow[];
  readonly blocks: readonly Block[];
  readonly blockUses: readonly BlockUse[];
  readonly feeItems: readonly FeeItemRow[];
  /** Of the matters that fees are for. */
  readonly cards: readonly Pick<MatterCard, 'matterId' | 'decidedOn' | 'story'>[];
  readonly calendar: Calendar;
}
/** So many days around the period are looked at, for what lies on its edges. */
export const AROUND_DAYS = 45;

export type Figure = string | number | null;
export interface Line {
  /** `receipt 4501-0007`, `block …`, `fee …`, `payment …`, or whom or what figures are of. */
  readonly subject: string;
  readonly flagged: boolean;
  readonly on: string | null;
  readonly org: string | null;
  /** The clerk, where it is about one. */
  readonly person: string | null;
  readonly fen: number | null;
  /** By the columns of the test. */
  readonly details: Readonly<Record<string, Figure>>;
  /** Ids of the events that it rests on. */
  readonly events: readonly string[];
}
export const line = (subject: string, flagged: boolean, more: Partial<Line>): Line => ({
  on: null,
  org: null,
  person: null,
  fen: null,
  details: {},
  events: [],
  ...more,
  subject,
  flagged,
});

export type Values = Readonly<Record<string, number>>;
export interface AuditTest {
  readonly id: string;
  readonly title: Text;
  readonly says: Text;
  readonly basis: string;
  readonly parameters: Readonly<Record<string, Readonly<{ value: number; says: Text }>>>;
  readonly columns: Readonly<Record<string, Text>>;
  /** It runs only where it is asked for by name, for this reason. */
  readonly off?: Text;
  /** Why it says nothing about these rows; null: it does. */
  readonly notApplicable?: (rows: AuditRows, values: Values) => Text | null;
  readonly run: (rows: AuditRows, values: Values) => readonly Line[];
}
export const test = (of: AuditTest): AuditTest => of;
export const parameter = (value: number, zh: string, en: string) => ({ value, says: { zh, en } });

export const within = ({ on }: { on: string }, { from, to }: Period): boolean => from <= on && on <= to;
export const inPeriod = <R extends { on: string }>(rows: readonly R[], period: Period): readonly R[] =>
  rows.filter((row) => within(row, period));
/** Receipts of the period that count. */
export const liveIn = (rows: AuditRows): readonly ReceiptRow[] => inPeriod(rows.receipts, rows).filter(isLive);
export const fenOf = ({ amountFen }: { amountFen: string }): number => Number(amountFen);
export const ofReceipt = (row: ReceiptRow): Partial<Line> => ({
  on: row.on,
  org: row.org,
  person: row.handler,
  fen: fenOf(row),
  events: row.ended === null ? row.issued : [...row.issued, row.ended],
});
export const ofPayment = (row: PaymentRow): Partial<Line> => ({
  on: row.on,
  org: row.org,
  fen: fenOf(row),
  events: [row.event],
});
export const ofFee = (row: FeeRow): Partial<Line> => ({
  on: row.on,
  org: row.org,
  fen: Number(row.assessedFen),
  events: row.events,
});
export const groups = <R>(rows: Iterable<R>, key: (row: R) => string | null): Map<string, R[]> => {
  const found = new Map<string, R[]>();
  for (const row of rows) {
    const name = key(row);
    if (name === null) continue;
    const known = found.get(name);
    if (known) known.push(row);
    else found.set(name, [row]);
  }
  return found;
};
export const sum = <R>(rows: Iterable<R>, of: (row: R) => number): number => {
  let total = 0;
  for (const row of rows) total += of(row);
  return total;
};
/** Per mille of a whole, for figures that are shares: whole numbers are the same everywhere. */
export const permille = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 1000) / whole));
