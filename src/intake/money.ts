/** What files about money become: reports of payments, debits, deposits, credits and vouchers, with control totals. */
import { createHash } from 'node:crypto';
import type { DebitKind, Level } from '../../projections/events/money.js';
import type { Message } from '../../projections/kernel/message.js';
import type { Problem } from './records.js';
import type { Instant } from './time.js';
import type { Report, Translated } from './translate.js';

/** Control totals of what was read, whatever became of it. In fen; `rejected` rows are in neither sum. */
export interface Totals {
  /** Rows that were read, by what names them: the line that each stands on. */
  readonly lines: Map<string, number>;
  /** The streams that they are about, as `payment <id>`. */
  readonly names: Set<string>;
  rows: number;
  rejected: number;
  ignored: number;
  creditsFen: bigint;
  debitsFen: bigint;
  readonly check: Check;
}
/** What is wrong with the form of a command: such a row is rejected, and not in the sums. */
export type Check = (command: Message) => Problem | null;
export const noTotals = (check: Check = () => null): Totals => ({
  check,
  lines: new Map(),
  names: new Set(),
  rows: 0,
  rejected: 0,
  ignored: 0,
  creditsFen: 0n,
  debitsFen: 0n,
});
/** The line that stands there by the same name already; null where none does, and from now on this one does. */
export function lineBefore({ lines }: Totals, name: string, line: number): number | null {
  const before = lines.get(name);
  if (before !== undefined) return before;
  lines.set(name, line);
  return null;
}

const SAFE = /^[\w.-]{1,60}$/;
/** A name that can stand in an address; what cannot is hashed, always to the same. */
export const safeName = (text: string): string =>
  SAFE.test(text) ? text : `x${createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)}`;

export interface Party {
  readonly name: string | null;
  readonly account: string | null;
  /** His number with whoever issued it: of an organisation the 统一社会信用代码. */
  readonly number: string | null;
}
export const payerOf = ({ name, number }: Party): object | undefined =>
  name === null && number === null
    ? undefined
    : {
        kind: number !== null && number.length === 18 && !/^\d{17}[\dX]$/.test(number) ? 'organisation' : 'person',
        ...(number !== null && { identifier: { kind: 'payer-number', value: number } }),
        personal: { ...(name !== null && { name }) },
      };
export const accountOf = ({ name, account }: Party): object | undefined =>
  account === null
    ? undefined
    : {
        identifier: { kind: 'bank-account', value: account },
        personal: { number: account, ...(name !== null && { name }) },
      };

/** One row of any of these files, understood. */
export type MoneyRow =
  | Readonly<{
      kind: 'credit';
      account: string;
      reference: string;
      fen: string;
      payCode: string | null;
      remittance: string | null;
      org: string | null;
      party: Party;
    }>
  | Readonly<{
      kind: 'debit';
      account: string;
      reference: string;
      fen: string;
      why: DebitKind;
      purpose: string | null;
    }>
  /** A credit that the bank took back: `of` is the reference that it came in by. */
  | Readonly<{ kind: 'reversal'; account: string; reference: string; of: string; fen: string; reason: string | null }>
  | Readonly<{
      kind: 'deposit';
      account: string;
      reference: string;
      day: string;
      fen: string;
      to: 'treasury' | 'finance';
    }>
  | Readonly<{
      kind: 'treasury';
      reference: string;
      deposit: string | null;
      org: string | null;
      feeItem: string | null;
      level: Level;
      subject: string;
      fen: string;
    }>
  | Readonly<{
      kind: 'voucher';
      org: string;
      reference: string;
      feeItem: string | null;
      side: 'collected' | 'returned';
      fen: string;
    }>;

/** Null says that there is none, so that what a source tells no more is seen to be gone. */
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Category of the stream, id in it, and command. */
function commandOf(row: MoneyRow): { category: string; id: string; type: string; data: object } {
  switch (row.kind) {
    case 'credit': {
      const { account, reference, fen, payCode, remittance, org, party } = row;
      const id = `${safeName(account)}-${safeName(reference)}`;
      const of = { account: safeName(account), bankRef: reference, channel: 'bank', amountFen: fen };
      const more = given({ payCode, remittance, org, payer: payerOf(party), fromAccount: accountOf(party) });
      return { category: 'payment', id, type: 'ReceivePayment', data: { ...of, ...more } };
    }
    case 'reversal': {
      const { account, of, reason, reference } = row;
      const data = { reason: reason ?? '冲正', bankRef: reference };
      return { category: 'payment', id: `${safeName(account)}-${safeName(of)}`, type: 'ReversePayment', data };
    }
    case 'debit': {
      const { account, reference, fen, why, purpose } = row;
      const id = `${safeName(account)}-${safeName(reference)}`;
      const data = { account: safeName(account), bankRef: reference, kind: why, amountFen: fen, ...given({ purpose }) };
      return { category: 'debit', id, type: 'SeeDebit', data };
    }
    case 'deposit': {
      const { account, reference, day, fen, to } = row;
      const data = { account: safeName(account), day, amountFen: fen, to, bankRef: reference };
      return { category: 'deposit', id: safeName(reference), type: 'MakeDeposit', data };
    }
    case 'treasury': {
      const { reference, deposit, org, feeItem, level, subject, fen } = row;
      const of = { level, subject, amountFen: fen };
      const more = given({ deposit: deposit === null ? null : safeName(deposit), org, feeItem });
      return { category: 'credit', id: safeName(reference), type: 'CreditTreasury', data: { ...of, ...more } };
    }
    case 'voucher': {
      const { org, reference, feeItem, side, fen } = row;
      const data = { org, side, amountFen: fen, ...given({ feeItem }) };
      return { category: 'voucher', id: `${safeName(org)}-${safeName(reference)}`, type: 'PostVoucher', data };
    }
  }
}

/** Rows of one kind that are alike in some columns: of an account, of a unit and a level. */
export interface Among {
  readonly category: 'payment' | 'debit' | 'credit' | 'voucher';
  readonly where: Readonly<Record<string, string | null>>;
}
export const ofAccount = (account: string): readonly Among[] =>
  (['payment', 'debit'] as const).map((category) => ({ category, where: { account } }));
/** What a file is all of: of an account, or what its mapping names, on these days, both included. */
export interface Covered {
  /** Whose statement it is; null: of no account. */
  readonly account: string | null;
  readonly among: readonly Among[];
  readonly from: string;
  readonly to: string;
  /** It, or its mapping, says so itself. Otherwise they are those of its rows: its first and its last day may be in parts. */
  readonly stated: boolean;
  /** What it says that was there before and after; null where it does not say. */
  readonly openingFen: string | null;
  readonly closingFen: string | null;
  /** `payment <id>`, `credit <id>`: all that is in it. */
  readonly names: ReadonlySet<string>;
}
/** Of a report about money: whose stream it goes to. */
export type MoneyReport = Report & { readonly category: string; readonly covers?: Covered };
export interface Read {
  readonly line: number;
  readonly at: Instant | null;
  readonly row: MoneyRow;
  /** All of the row as its source wrote it. */
  readonly content: string;
}
/** What came of a row: it stands alone, so it is its own case. */
export function reported({ line, at, row, content }: Read, totals: Totals): readonly Translated[] {
  const { category, id, type, data } = commandOf(row);
  totals.names.add(`${category} ${id}`); // also where it is not taken
  const problem = totals.check({ type, data });
  if (problem) return rejectedRow(line, row.reference, problem, totals);
  // Its amount is in neither sum: balances tell whether it was there twice, or only written twice.
  const before = lineBefore(totals, `${category}-${id} ${type} ${row.reference}`, line);
  if (before !== null) {
    const detail = `${row.reference}：第 ${before} 行 line ${before}`;
    return rejectedRow(line, row.reference, { field: 'reference', code: 'stands-twice', detail }, totals);
  }
  totals.rows++;
  if (row.kind === 'credit' || row.kind === 'treasury' || row.kind === 'deposit') totals.creditsFen += BigInt(row.fen);
  else if (row.kind === 'voucher' && row.side === 'collected') totals.creditsFen += BigInt(row.fen);
  else totals.debitsFen += BigInt(row.fen);
  const report: MoneyReport = {
    category,
    id,
    case: id,
    key: `event:${type} ${row.reference}`,
    command: { type, data },
    occurredAt: at?.instant ?? null,
    precision: at?.precision ?? 'unknown',
    registeredAt: null,
    actor: null,
    content,
  };
  return alone(line, row.kind, { case: id, event: row.reference, reports: [report] });
}
/** It is in the file, though it cannot be taken: it is not missing. `owner`: its account or its unit, as far as it says. */
export function thereAnyhow(owner: string, reference: string, { names }: Totals): void {
  for (const category of ['payment', 'debit', 'voucher'])
    names.add(`${category} ${safeName(owner)}-${safeName(reference)}`);
  names.add(`credit ${safeName(reference)}`);
}
export function rejectedRow(
  line: number,
  event: string | null,
  rejected: Problem,
  totals: Totals,
): readonly Translated[] {
  totals.rows++;
  totals.rejected++;
  return alone(line, null, { event, rejected });
}
export function ignoredRow(line: number, event: string | null, why: string, totals: Totals): readonly Translated[] {
  totals.rows++;
  totals.ignored++;
  return alone(line, null, { event, ignored: why });
}
export const alone = (line: number, activity: string | null, of: Partial<Translated>): readonly Translated[] => [
  { kind: 'event', line, case: null, event: null, activity, reports: [], problems: [], ...of },
  { kind: 'end', line, case: null, event: null, activity, reports: [], problems: [] },
];

/** What a file says of itself, to be recorded beside its rows: whether its sums are those of its rows. */
export interface Stated {
  readonly account: string;
  readonly statement: string;
  readonly from: string | null;
  readonly to: string | null;
  /** In fen, signed: an account can be overdrawn. Null where the file does not say. */
  readonly openingFen: bigint | null;
  readonly closingFen: bigint | null;
  readonly creditsFen: bigint | null;
  readonly debitsFen: bigint | null;
}
/** The fen by which rows and balances (or stated sums) differ; null where the file says nothing to compare with. */
export function differenceOf(of: Stated, totals: Totals): bigint | null {
  const { openingFen, closingFen, creditsFen, debitsFen } = of;
  const apart = [
    openingFen === null || closingFen === null ? null : openingFen + totals.creditsFen - totals.debitsFen - closingFen,
    creditsFen === null ? null : totals.creditsFen - creditsFen,
    debitsFen === null ? null : totals.debitsFen - debitsFen,
  ].filter((fen) => fen !== null);
  return apart.find((fen) => fen !== 0n) ?? apart[0] ?? null;
}
/** The statement itself, after its rows. */
export function statementLoaded(
  line: number,
  format: string,
  of: Stated,
  totals: Totals,
  covers?: Covered,
): readonly Translated[] {
  const unnamed = of.account === '' ? 'Acct/Id' : of.statement === '' ? 'Stmt/Id' : null;
  if (unnamed !== null) return rejectedRow(line, of.statement, { field: unnamed, code: 'missing' }, totals);
  const id = `${safeName(of.account)}-${safeName(of.statement)}`;
  const difference = differenceOf(of, totals);
  const text = (fen: bigint | null) => fen?.toString() ?? null;
  const data = {
    account: safeName(of.account),
    statement: of.statement,
    format,
    from: of.from,
    to: of.to,
    rows: totals.rows,
    rejected: totals.rejected,
    creditsFen: text(totals.creditsFen)!,
    debitsFen: text(totals.debitsFen)!,
    openingFen: text(of.openingFen),
    closingFen: text(of.closingFen),
    differenceFen: text(difference),
  };
  const at = of.to === null ? null : `${of.to.slice(0, 10)}T00:00:00.000+08:00`;
  const report: MoneyReport = {
    category: 'statement',
    id,
    case: id,
    key: `event:LoadStatement ${of.statement}`,
    command: { type: 'LoadStatement', data },
    occurredAt: at,
    precision: at === null ? 'unknown' : 'day',
    registeredAt: null,
    actor: null,
    content: JSON.stringify(data),
    ...(covers && { covers }),
  };
  return alone(line, 'statement', { case: id, event: of.statement, reports: [report] });
}
