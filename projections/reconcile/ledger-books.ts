/** The ledger's rows as the books that are reconciled: of one moment of the log, with what had happened by the end of a day. */
import { type Block as BlockRow, blocks } from '../blocks.js';
import { type FeeRow, fees } from '../fees.js';
import { dayNumber, LAST_DAY } from '../kernel/instant.js';
import type { Fen } from '../kernel/money.js';
import { type Calendar, worksOnNumber } from '../kernel/workdays.js';
import type { MatterCard } from '../matter-cards.js';
import { type PayeeRow, payees } from '../payees.js';
import { type DepositRow, deposits } from '../deposits.js';
import {
  type CreditRow,
  credits,
  type PaymentRow,
  payments,
  type RemittanceRow,
  remittances,
  type VoucherRow,
  vouchers,
} from '../payments.js';
import { isLive, type ReceiptRow, receipts } from '../receipts.js';
import { type PairingRow, pairings } from '../matches.js';
import { type RefundRow, refunds } from '../refunds.js';
import { type FeeItemRow, feeItems } from '../tariffs.js';
import type { Approved, Assessed, Block, Books, Payment, Receipt, Refund } from './books.js';
import type { BookRows, KEYED_RECEIPT } from './looked-at.js';
import type { Decisions, KeyedReceipt, Step } from './relations.js';

/** All rows of each table, as of one moment of the log. */
export interface LedgerRows {
  readonly fees: readonly FeeRow[];
  readonly receipts: readonly ReceiptRow[];
  readonly remittances: readonly RemittanceRow[];
  readonly payments: readonly PaymentRow[];
  readonly deposits: readonly DepositRow[];
  readonly credits: readonly CreditRow[];
  readonly refunds: readonly RefundRow[];
  readonly blocks: readonly BlockRow[];
  readonly vouchers: readonly VoucherRow[];
  readonly payees: readonly PayeeRow[];
  readonly feeItems: readonly FeeItemRow[];
  readonly pairings: readonly PairingRow[];
  /** Of {@link mattersAsked}. */
  readonly cards: readonly Pick<MatterCard, 'matterId' | 'decidedOn' | 'story'>[];
}
/** Where each of them is, but the cards. */
export const LEDGER_TABLES = {
  fees,
  receipts,
  remittances,
  payments,
  deposits,
  credits,
  refunds,
  blocks,
  vouchers,
  payees,
  feeItems,
  pairings,
} as const satisfies Record<Exclude<keyof LedgerRows, 'cards'>, unknown>;

/** Matters of fees that no receipt names: how far they went on says whether that is a break. */
export function mattersAsked({ fees: all, receipts: issued }: Pick<BookRows, 'fees' | 'receipts'>): readonly string[] {
  const named = new Set<string>();
  for (const row of issued)
    if (isLive(row))
      for (const { fee, matterId, feeItem } of row.lines) named.add(fee ?? `${matterId ?? row.payCode} ${feeItem}`);
  const open = all.filter(({ fee, matterId, payCode, feeItem }) => {
    return (
      matterId !== null && ![fee, `${matterId} ${feeItem}`, `${payCode} ${feeItem}`].some((name) => named.has(name))
    );
  });
  return [...new Set(open.map(({ matterId }) => matterId!))];
}

/** Whole fen below 2^53. */
const whole = (amount: Fen): number => Number(amount);
const by = (day: string | null, on: string): string | null => (day !== null && day <= on ? day : null);

/** What a fee waits for: the decision or the delivery, by the version of its fee item that was in force. */
function gates({ feeItems: all, cards }: Pick<BookRows, 'feeItems' | 'cards'>, on: string) {
  const versions = new Map<string, FeeItemRow[]>();
  for (const row of all) versions.set(row.feeItem, [...(versions.get(row.feeItem) ?? []), row]);
  const matters = new Map(cards.map((card) => [card.matterId, card]));
  return ({
    feeItem,
    matterId,
    on: assessedOn,
  }: BookRows['fees'][number]): Pick<Assessed, 'passedGateOn' | 'decided'> => {
    const card = matterId === null ? undefined : matters.get(matterId);
    const decidedOn = by(card?.decidedOn ?? null, on);
    const version = (versions.get(feeItem) ?? []).find(({ from, until }) => from <= assessedOn && assessedOn < until);
    const gate = version?.gate ?? 'decision';
    const deliveredOn = by(card?.story.delivered?.on ?? null, on);
    const passedGateOn = gate === 'none' ? null : gate === 'delivery' ? deliveredOn : decidedOn;
    return { passedGateOn, decided: decidedOn !== null };
  };
}

function assessedOf(rows: BookRows, on: string): Assessed[] {
  const gateOf = gates(rows, on);
  return rows.fees
    .filter((row) => row.on <= on)
    .map((row) => {
      const { fee: id, org, matterId, feeItem, payCode, waivers } = row;
      const assessedFen = whole(row.assessedFen);
      const waived = waivers
        .filter(({ kind, decidedOn }) => kind !== 'defer' && decidedOn <= on)
        .reduce((sum, { amountFen }) => sum + whole(amountFen), 0);
      const waivedFen = Math.min(assessedFen, waived);
      const cancelled = row.status === 'cancelled' && (row.cancelledOn === null || row.cancelledOn <= on);
      const cancelledFen = cancelled ? assessedFen - waivedFen : 0;
      return { id, org, matterId, feeItem, payCode, on: row.on, assessedFen, waivedFen, cancelledFen, ...gateOf(row) };
    });
}

/** A receipt may name its remittance, or be named by it. */
export const namedBy = (remittances: BookRows['remittances'], on: string): ReadonlyMap<string, string> =>
  new Map(
    remittances
      .filter(({ day }) => day <= on)
      .flatMap(({ remittance, receipts: all }) => all.map((id) => [id, remittance])),
  );
export type KeyedRow = Pick<ReceiptRow, (typeof KEYED_RECEIPT)[number]>;
/** By the end of a day; whether what ended was voided or taken back is not asked here. */
export function keyedReceipt(row: KeyedRow, named: ReadonlyMap<string, string>, on: string): KeyedReceipt {
  const [endedOn, completedOn] = [by(row.endedOn, on), by(row.completedOn, on)];
  return {
    id: row.receipt,
    org: row.org,
    on: row.on,
    fen: whole(row.amountFen),
    notice: row.notice && completedOn === null,
    ended: endedOn === null ? null : { how: 'void', on: endedOn },
    payCode: row.payCode,
    remittance: row.remittance ?? named.get(row.receipt) ?? null,
    payment: completedOn === null ? null : row.payment,
  };
}
export const receiptsOf = (
  { receipts, remittances }: Pick<BookRows, 'receipts' | 'remittances'>,
  on: string,
): Receipt[] => {
  const named = namedBy(remittances, on);
  return receipts
    .filter((row) => row.on <= on)
    .map((row) => {
      const keyed = keyedReceipt(row, named, on);
      const { code, number, kind, window, uses, payer, handler, checker, at } = row;
      return {
        ...keyed,
        code,
        number,
        kind,
        window,
        parts: row.lines.map(({ fee, matterId, feeItem, amountFen }) => ({
          fee,
          matterId,
          feeItem,
          fen: whole(amountFen),
        })),
        ended: keyed.ended && {
          how: row.status === 'reversed' ? 'red' : 'void',
          on: keyed.ended.on,
          ...(row.red && { red: row.red }),
        },
        uses,
        payer,
        handler,
        checker,
        at,
      };
    });
};

/** A pay-in is known by the remittance that it names, or by the code that the remittance is paid by. */
export function paymentIn(remittances: BookRows['remittances'], on: string) {
  const byCode = new Map(
    remittances.flatMap(({ payCode, remittance }) => (payCode === null ? [] : [[payCode, remittance]])),
  );
  return (row: BookRows['payments'][number]): Payment => {
    const { payment: id, account, org, payCode, remittance, matterId, payer, fromAccount } = row;
    return {
      id,
      account,
      org,
      payCode,
      remittance: remittance ?? (payCode === null ? null : (byCode.get(payCode) ?? null)),
      matterId,
      on: row.on,
      fen: whole(row.amountFen),
      payer,
      fromAccount,
      reversedOn: by(row.reversedOn, on),
    };
  };
}

export const refundsOf = ({ refunds }: Pick<BookRows, 'refunds'>, on: string): Refund[] =>
  refunds.flatMap(({ refund: id, org, payment, account, paidOn, paidFen, request, verified, approval, toAccount }) =>
    paidOn === null || paidOn > on || account === null
      ? []
      : [
          {
            id,
            org,
            payment,
            account,
            on: paidOn,
            fen: whole(paidFen ?? '0'),
            requested: request !== null,
            verified: verified?.agrees === true,
            approvedByFinance: approval?.approver.level === 'finance',
            toAccount,
          },
        ],
  );

const blocksOf = ({ blocks }: BookRows, on: string): Block[] =>
  blocks.map(({ code, first, last, org, issuedOn, back, writtenOffOn }) => ({
    code,
    first,
    last,
    org,
    issuedOn: by(issuedOn, on),
    gone: back,
    writtenOffOn: by(writtenOffOn, on),
  }));

export const accountsOf = ({ payees }: Pick<BookRows, 'payees'>): Approved[] =>
  payees.flatMap(({ account, approvals }) =>
    approvals.map(({ org, from, until }) => ({ account, org, from, to: until === LAST_DAY ? null : until })),
  );

/** What had happened by the end of the day, of what these rows know. */
export function booksOf(rows: BookRows, on: string): Books {
  return {
    assessed: assessedOf(rows, on),
    receipts: receiptsOf(rows, on),
    payments: rows.payments.filter((row) => row.on <= on).map(paymentIn(rows.remittances, on)),
    deposits: rows.deposits
      .filter((row) => row.on <= on)
      .map(({ deposit: id, account, day, on: made, amountFen, returnedOn }) => ({
        id,
        account,
        day,
        on: made,
        fen: whole(amountFen),
        returnedOn: by(returnedOn, on),
      })),
    credits: rows.credits
      .filter((row) => row.on <= on)
      .map(({ credit: id, deposit, org, feeItem, level, subject, on: day, amountFen }) => ({
        id,
        deposit,
        org,
        feeItem,
        level,
        subject,
        on: day,
        fen: whole(amountFen),
      })),
    refunds: refundsOf(rows, on),
    blocks: blocksOf(rows, on),
    vouchers: rows.vouchers
      .filter((row) => row.on <= on)
      .map(({ voucher: id, org, feeItem, side, on: day, amountFen }) => ({
        id,
        org,
        feeItem,
        on: day,
        fen: side === 'returned' ? -whole(amountFen) : whole(amountFen),
      })),
    accounts: accountsOf(rows),
    tariffs: rows.feeItems.map(({ feeItem, from, until, subject, shares }) => ({
      feeItem,
      from,
      to: until === LAST_DAY ? null : until,
      subject,
      shares,
    })),
  };
}

/** What two people have decided, by step. */
export function decisionsOf(pairings: readonly PairingRow[]): Decisions {
  const found: Partial<Record<Step, { together: PairingRow[]; apart: PairingRow[] }>> = {};
  for (const row of pairings) {
    if (row.status !== 'approved') continue;
    const of = (found[row.step] ??= { together: [], apart: [] });
    of[row.kind].push(row);
  }
  return found;
}

/** A day's place in the count of working days: those up to it. */
export function placesIn(calendar: Calendar): (day: string) => number {
  const places = new Map<number, number>();
  const start = dayNumber('2000-01-01');
  let [last, count] = [start - 1, 0];
  return (day) => {
    const number = Math.max(start - 1, dayNumber(day));
    for (; last < number; places.set(last, count)) if (worksOnNumber(++last, calendar)) count++;
    return places.get(number) ?? 0;
  };
}
