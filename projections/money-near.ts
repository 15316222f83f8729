/** What stands near one payment, receipt, refund or account day, judged as reconciliation judges all of them. */
import { type AccountDay, dueOf } from './account-days.js';
import { blocksOf, type Stock } from './blocks.js';
import { LAST_DAY } from './kernel/instant.js';
import type { Look } from './kernel/projection.js';
import type { PayeeRow } from './payees.js';
import type { PaymentRow, payments, remittances } from './payments.js';
import { receiptLines } from './receipt-lines.js';
import { type ReceiptRow, receipts } from './receipts.js';
import { addDays } from './kernel/instant.js';
import { type Books, NO_BOOKS } from './reconcile/books.js';
import type { Gap } from './reconcile/break-types.js';
import {
  paymentsAndDeposits,
  receiptsAndPayments,
  refunds as refundBreaks,
  wrongAccounts,
} from './reconcile/breaks-money.js';
import { stock } from './reconcile/breaks-receipts.js';
import { booksOf, type LedgerRows } from './reconcile/ledger-books.js';
import { CALENDAR_DAYS } from './reconcile/match.js';
import { type Relations, relate } from './reconcile/relations.js';
import type { RefundRow, refunds } from './refunds.js';

const NO_ROWS: LedgerRows = {
  fees: [],
  receipts: [],
  remittances: [],
  payments: [],
  deposits: [],
  credits: [],
  refunds: [],
  blocks: [],
  vouchers: [],
  payees: [],
  feeItems: [],
  pairings: [],
  cards: [],
};
const known = <T>(row: T | undefined): readonly T[] => (row === undefined ? [] : [row]);
const booksIn = (rows: Partial<LedgerRows>): Books => booksOf({ ...NO_ROWS, ...rows }, LAST_DAY);

export type Near = Look<{
  payments: typeof payments;
  remittances: typeof remittances;
  receipts: typeof receipts;
  receiptLines: typeof receiptLines;
  refunds: typeof refunds;
}>;
const distinct = <T>(rows: readonly T[], id: (row: T) => string): readonly T[] => [
  ...new Map(rows.map((row) => [id(row), row])).values(),
];
type Name = string | null;
/** Rows by a name that may not be known: then there are none. */
const by = <T>(name: Name, rows: (name: string) => readonly T[]): readonly T[] => (name === null ? [] : rows(name));
export const paidByCode = (payCode: Name, { payments: rows }: Pick<Near, 'payments'>): readonly PaymentRow[] =>
  by(payCode, (code) => rows.range('byPayCode', [code]));
export const paidForMatter = (matterId: Name, { payments: rows }: Pick<Near, 'payments'>): readonly PaymentRow[] =>
  by(matterId, (matter) => rows.range('byMatter', [matter]));
/** What a unit received on a day. */
export const receivedBy = (org: Name, on: string, { payments: rows }: Pick<Near, 'payments'>): readonly PaymentRow[] =>
  by(org, (unit) => rows.range('byOrg', [unit, on], [unit, on]));
export const refundsOf = (payment: Name, { refunds: rows }: Pick<Near, 'refunds'>): readonly RefundRow[] =>
  by(payment, (id) => rows.range('byPayment', [id]));
/** A refund, and others of its payment. */
export const refundsWith = (row: RefundRow, look: Pick<Near, 'refunds'>): readonly RefundRow[] =>
  row.payment === null ? [row] : refundsOf(row.payment, look);
export const paidBack = (org: Name, on: string, { refunds: rows }: Pick<Near, 'refunds'>): readonly RefundRow[] =>
  by(org, (unit) => rows.range('byOrg', [unit, on], [unit, on]));
/** What names the same money: the codes that it is paid by, remittances, matters. */
type Names = Readonly<{ payCodes: readonly string[]; remittances: readonly string[]; matters: readonly string[] }>;
const some = (...names: readonly (string | null | undefined)[]) => names.filter((name) => name != null);
const paymentsNamed = ({ payCodes, remittances: remitted, matters }: Names, look: Near): readonly PaymentRow[] => [
  ...payCodes.flatMap((code) => look.payments.range('byPayCode', [code])),
  ...remitted.flatMap((name) => look.payments.range('byRemittance', [name])),
  ...matters.flatMap((matter) => look.payments.range('byMatter', [matter])),
];
const linesOf = (matter: string, look: Near) =>
  look.receiptLines.range('byMatter', [matter]).map(({ receipt }) => look.receipts.get(receipt)!);
const receiptsNamed = ({ payCodes, remittances: remitted, matters }: Names, look: Near): readonly ReceiptRow[] => [
  ...payCodes.flatMap((code) => look.receipts.range('byPayCode', [code])),
  ...remitted.flatMap((name) => [
    ...look.receipts.range('byRemittance', [name]),
    ...(look.remittances.get(name)?.receipts ?? []).flatMap((id) => look.receipts.get(id) ?? []),
  ]),
  ...matters.flatMap((matter) => linesOf(matter, look)),
];
const remittedBy = ({ remittance, payCode }: PaymentRow, look: Near) =>
  some(
    remittance,
    ...(payCode === null ? [] : look.remittances.range('byPayCode', [payCode])).map((row) => row.remittance),
  );
const namesOf = (row: PaymentRow, look: Near): Names => ({
  payCodes: some(row.payCode),
  remittances: remittedBy(row, look),
  matters: some(row.matterId),
});
const namesIn = ({ payCode, remittance, lines }: ReceiptRow, look: Near): Names => ({
  payCodes: some(payCode, remittance === null ? null : look.remittances.get(remittance)?.payCode),
  remittances: some(remittance),
  matters: [...new Set(some(...lines.map(({ matterId }) => matterId)))],
});
/** Payments that a receipt may be for. */
export const paymentsOf = (receipt: ReceiptRow, look: Near): readonly PaymentRow[] =>
  distinct(
    [
      ...paymentsNamed(namesIn(receipt, look), look),
      ...some(receipt.payment).flatMap((id) => look.payments.get(id) ?? []),
    ],
    ({ payment }) => payment,
  );
/** Receipts that a payment may be for. */
export const receiptsOf = (payment: PaymentRow, look: Near): readonly ReceiptRow[] =>
  distinct(
    [...receiptsNamed(namesOf(payment, look), look), ...look.receipts.range('byPayment', [payment.payment])],
    ({ receipt }) => receipt,
  );
/** Receipts that stand for the same money as this one, itself among them. */
export const receiptsWith = (receipt: ReceiptRow, look: Near): readonly ReceiptRow[] => [
  receipt,
  ...receiptsNamed(namesIn(receipt, look), look),
];
/** Receipts near any payment that shares its code. */
export const receiptsNear = (payment: Name, look: Near): readonly ReceiptRow[] =>
  by(payment, (id) => known(look.payments.get(id))).flatMap((row) =>
    [row, ...paidByCode(row.payCode, look)].flatMap((each) => receiptsOf(each, look)),
  );
/** Payments that a remittance pays in. */
export const payingIn = (remittance: string, look: Near): readonly PaymentRow[] => {
  const { payCode } = look.remittances.get(remittance)!;
  return [...look.payments.range('byRemittance', [remittance]), ...paidByCode(payCode, look)];
};
/** It says what it is for: else only a receipt can name it. */
export const isNamed = ({ payCode, remittance }: PaymentRow): boolean => payCode !== null || remittance !== null;

/** All payments that share a name with one of these, with their receipts, remittances and refunds. */
function around(rows: readonly PaymentRow[], look: Near) {
  const near = distinct(
    rows.flatMap((row) => [row, ...paymentsNamed(namesOf(row, look), look)]),
    ({ payment }) => payment,
  );
  const remitted = new Set(near.flatMap((row) => remittedBy(row, look)));
  return {
    payments: near,
    receipts: distinct(
      near.flatMap((row) => receiptsOf(row, look)),
      ({ receipt }) => receipt,
    ),
    remittances: [...remitted].flatMap((name) => look.remittances.get(name) ?? []),
    refunds: near.flatMap(({ payment }) => look.refunds.range('byPayment', [payment])),
  };
}
type Place = (day: string) => number;
const related = (books: Books, place: Place): Relations => relate(books, { ...CALENDAR_DAYS, place });

/** When all of it had gone back: reversed at the bank, or given back in parts. */
function goneOn(row: PaymentRow, paid: Books['refunds']): string | null {
  const mine = paid.filter(({ payment }) => payment === row.payment).toSorted((a, b) => (a.on < b.on ? -1 : 1));
  let left = Number(row.amountFen);
  const given = mine.find(({ fen }) => (left -= fen) <= 0)?.on;
  return some(row.reversedOn, given).toSorted()[0] ?? null;
}
/** Whether a payment is receipted (BK-05), and since when; null where it needs none: paid twice, or voided since. */
export function receipting(row: PaymentRow, look: Near, place: Place): { readonly doneOn: string | null } | null {
  const rows = around([row], look);
  // As if none of it had gone back: that it did ends the matter on its day, and does not undo the days before.
  const standing = booksIn({
    ...rows,
    payments: rows.payments.map((each) => (each === row ? { ...row, reversedOn: null } : each)),
    refunds: rows.refunds.filter(({ payment }) => payment !== row.payment),
  });
  const relations = related(standing, place);
  const match = relations['receipted-paid'].matches.find(({ right }) => right.includes(row.payment));
  const waits = receiptsAndPayments(standing, relations).some(
    ({ code, right }) => code === 'BK-05' && right.includes(row.payment),
  );
  if (!match && !waits) return null;
  const issued = (match?.left ?? []).map((id) => look.receipts.get(id)!.on);
  return { doneOn: some(...issued, goneOn(row, booksIn(rows).refunds)).toSorted()[0] ?? null };
}
/** BK-18: it was voided or taken back after it had been paid, and neither given back nor receipted anew. */
export function voidedAfterPayment(row: ReceiptRow, look: Near, place: Place): Gap | undefined {
  const books = booksIn(around(paymentsOf(row, look), look));
  return receiptsAndPayments(books, related(books, place)).find(
    ({ code, left }) => code === 'BK-18' && left.includes(row.receipt),
  );
}
/** BK-16 and BK-17 of one receipt; a red one may have its number, too. */
export const stockBreaks = (row: ReceiptRow, look: Look<Stock & { receipts: typeof receipts }>): readonly Gap[] => {
  const reds = look.receipts
    .range('byRed', [row.receipt], [row.receipt])
    .filter(({ receipt }) => receipt !== row.receipt);
  return stock(booksIn({ receipts: [row, ...reds], blocks: blocksOf(row.receipt, look) }), addDays).filter(
    ({ code, subject }) => code !== 'BK-15' && subject === row.receipt,
  );
};
/** BK-08: into an account that was not approved on that day. */
export const wrongAccount = (row: PaymentRow, payee: PayeeRow | undefined): boolean =>
  wrongAccounts(booksIn({ payments: [row], payees: known(payee) })).length > 0;
/** BK-14: why a refund that was paid has no support; null where it has. */
export function refundBreak(row: RefundRow, payment: PaymentRow | undefined, all: readonly RefundRow[]): string | null {
  const gap = refundBreaks(booksIn({ payments: known(payment), refunds: all })).find(({ right }) =>
    right.includes(row.refund),
  );
  return gap === undefined ? null : String(gap.details!['why']);
}
/** BK-09 or BK-10: nothing of what an approved account received on a day was deposited, or not all of it. */
export function depositBreak(row: AccountDay, payee: PayeeRow | undefined): Gap | undefined {
  const { id, account, day, org } = row;
  const due = Number(dueOf(row));
  const nothing = { payCode: null, remittance: null, matterId: null, payer: null, fromAccount: null, reversedOn: null };
  const books: Books = {
    ...NO_BOOKS,
    accounts: booksIn({ payees: known(payee) }).accounts,
    payments: due > 0 ? [{ id, account, org, on: day, fen: due, ...nothing }] : [],
    deposits: row.deposits.map(({ event, on, amountFen }) => ({
      id: event,
      account,
      day,
      on,
      fen: Number(amountFen),
      returnedOn: null,
    })),
  };
  return paymentsAndDeposits(books, relate(books, CALENDAR_DAYS))[0];
}
