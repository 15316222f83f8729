/** A log of money in memory, and the rows that reconciliation is made of, as of any event of it. */
import type {
  CreditEvent,
  DepositEvent,
  FeeEvent,
  PaymentEvent,
  ReceiptEvent,
} from '../../projections/events/money.js';
import { replay } from '../../projections/kernel/memory-table.js';
import type { Envelope, Message, Recorded } from '../../projections/kernel/message.js';
import { calendarOfYears } from '../../projections/kernel/workdays.js';
import { matterCards } from '../../projections/matter-cards.js';
import { LEDGER_TABLES, type LedgerRows, mattersAsked } from '../../projections/reconcile/ledger-books.js';
import { log } from '../given.js';
import { assessed, issued, received } from '../money.js';

export type Line = readonly [stream: string, event: Message, envelope?: Partial<Envelope>];
export const events = (...lines: readonly Line[]): Recorded[] =>
  log(...lines.map(([stream, event, envelope = {}]) => ({ stream, ...event, ...envelope })));

/** `asOf`: the last event that is known. */
export function rowsOf(all: readonly Recorded[], asOf = Infinity): LedgerRows {
  const table = replay([...Object.values(LEDGER_TABLES), matterCards], all);
  const rows = Object.fromEntries(Object.entries(LEDGER_TABLES).map(([name, of]) => [name, table(of).rows(asOf)]));
  const asked = new Set(mattersAsked(rows as never));
  const cards = table(matterCards)
    .rows(asOf)
    .filter(({ matterId }) => asked.has(matterId as string));
  return { ...rows, cards } as unknown as LedgerRows;
}
/** Monday to Friday are worked. */
export const weekdays = calendarOfYears('CN', []);

export const fee = (id: string, on: string, amountFen = '1500', more: object = {}): Line => [
  `fee-${id}`,
  assessed({ on, amountFen, ...more }) as FeeEvent,
];
export const receiptOf = (id: string, feeId: string, on: string, amountFen = '1500', more: object = {}): Line => [
  `receipt-${id}`,
  issued({
    on,
    amountFen,
    payCode: `P-${feeId}`,
    lines: [{ fee: feeId, matterId: null, itemCode: null, feeItem: 'F-1', quantity: '10', amountFen }],
    ...more,
  }) as ReceiptEvent,
];
export const paid = (ref: string, feeId: string | null, on: string, amountFen = '1500', more: object = {}): Line => [
  `payment-622-${ref}`,
  received({ bankRef: ref, payCode: feeId && `P-${feeId}`, on, amountFen, ...more }) as PaymentEvent,
];
export const depositOf = (id: string, day: string, on: string, amountFen: string): Line => [
  `deposit-${id}`,
  { type: 'DepositMade', data: { account: '622', day, on, amountFen, to: 'treasury', bankRef: null } } as DepositEvent,
];
export const creditOf = (id: string, deposit: string, on: string, amountFen: string): Line => [
  `credit-${id}`,
  {
    type: 'TreasuryCredited',
    data: { deposit, org: 'org-1', feeItem: 'F-1', level: 'city', subject: '103042702', amountFen, on },
  } as CreditEvent,
];
export const approved: Line = [
  'payee-622',
  {
    type: 'AccountApproved',
    data: {
      name: '专户',
      bank: '农行',
      kind: 'centre',
      org: null,
      centre: 'c',
      document: '文',
      from: '2024-01-01',
      to: null,
    },
  },
];
