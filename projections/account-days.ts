/** What came into an account on a day, what of it is to go on, and when it did (日清日缴). */
import type { DepositEvent, PaymentEvent, RefundEvent } from './events/money.js';
import { dayOf } from './kernel/instant.js';
import { type Fen, fen } from './kernel/money.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { type DepositRow, deposits, type PaymentRow, payments } from './payments.js';
import { refunds } from './refunds.js';
import type { Changed } from './told-anew.js';

type Deposit = Readonly<{ event: string; on: string; amountFen: Fen }>;
export type AccountDay = {
  /** `<account> <day>` */
  id: string;
  account: string;
  day: string;
  /** Of the last payment that says. */
  org: string | null;
  payments: number;
  receivedFen: Fen;
  reversedFen: Fen;
  refundedFen: Fen;
  depositedFen: Fen;
  /** In the order of their days. */
  deposits: readonly Deposit[];
  /** What is to be deposited is more than what was. */
  open: boolean;
  /** The day on which all of it had been deposited. */
  coveredOn: string | null;
  /** The first of its payments in the log, by event. */
  sample: readonly string[];
};
const SAMPLE = 10;
const Z = '0';
const plus = (a: Fen, b: Fen): Fen => (fen(a) + fen(b)).toString();

/** What is to go on: received, less what the bank took back and what was refunded out of it. */
export const dueOf = ({ receivedFen, reversedFen, refundedFen }: AccountDay): bigint => {
  const due = fen(receivedFen) - fen(reversedFen) - fen(refundedFen);
  return due > 0n ? due : 0n;
};
function settled(row: Omit<AccountDay, 'open' | 'coveredOn' | 'depositedFen'>): AccountDay {
  const due = dueOf(row as AccountDay);
  let sum = 0n;
  let coveredOn: string | null = null;
  for (const { on, amountFen } of row.deposits) {
    sum += fen(amountFen);
    if (coveredOn === null && sum >= due) coveredOn = on;
  }
  return { ...row, depositedFen: sum.toString(), open: sum < due, coveredOn };
}
const inOrder = (all: readonly Deposit[]) => all.toSorted((a, b) => (a.on + a.event < b.on + b.event ? -1 : 1));

type Used = { payments: typeof payments; deposits: typeof deposits; refunds: typeof refunds };
const keyOf = (account: string, day: string) => `${account} ${day}`;
/** What is said a second time adds nothing. */
const change = (
  keys: (event: Recorded<any>, look: Look<Used>) => string | readonly string[],
  to: (
    row: AccountDay,
    event: Recorded<any>,
    look: Look<Used>,
  ) => Omit<AccountDay, 'open' | 'coveredOn' | 'depositedFen'>,
) => ({
  keys,
  fold: (row: AccountDay | undefined, event: Recorded<any>, look: Look<Used>, id: string) => {
    const cut = id.lastIndexOf(' ');
    const none = { org: null, payments: 0, receivedFen: Z, reversedFen: Z, refundedFen: Z, deposits: [], sample: [] };
    const known = row ?? settled({ id, account: id.slice(0, cut), day: id.slice(cut + 1), ...none });
    return settled(to(known, event, look));
  },
});
/** What a row was before its source told it anew, as far as an account's day is concerned. */
function before(row: PaymentRow | DepositRow, { data }: Changed, day: string) {
  const told = row.told === data.row ? (data.before ?? {}) : {};
  const { account = row.account, amountFen = row.amountFen, occurredAt, day: said } = told;
  const on = 'deposit' in row ? (said ?? day) : occurredAt == null ? day : dayOf(occurredAt);
  return { key: keyOf(account ?? row.account, on), amountFen: amountFen ?? row.amountFen };
}
/** The row that a change is about, with the day that it counts for. */
function changedRow({ stream }: Recorded, look: Look<Used>) {
  const deposit = stream.startsWith('deposit-') ? look.deposits.get(stream.slice(8)) : undefined;
  const row = stream.startsWith('payment-') ? look.payments.get(stream.slice(8)) : deposit;
  return row && { row, day: 'deposit' in row ? row.day : row.on };
}
/** Taken out of the day that it was told for, and put into the one that it is told for now. */
function moved(
  day: AccountDay,
  event: Changed,
  look: Look<Used>,
): Omit<AccountDay, 'open' | 'coveredOn' | 'depositedFen'> {
  const { row, day: on } = changedRow(event, look)!;
  const was = before(row, event, on);
  const [from, to] = [was.key === day.id, keyOf(row.account, on) === day.id];
  if ('deposit' in row) {
    const others = day.deposits.filter((each) => each.event !== row.event);
    const counts = to && row.status === 'made';
    return {
      ...day,
      deposits: counts ? inOrder([...others, { event: row.event, on: row.on, amountFen: row.amountFen }]) : others,
    };
  }
  const sum = (of: Fen) => (fen(of) - (from ? fen(was.amountFen) : 0n) + (to ? fen(row.amountFen) : 0n)).toString();
  const sample = day.sample.filter((each) => each !== row.event);
  return {
    ...day,
    payments: day.payments - Number(from) + Number(to),
    receivedFen: sum(day.receivedFen),
    reversedFen: row.status === 'reversed' ? sum(day.reversedFen) : day.reversedFen,
    org: to ? (row.org ?? day.org) : day.org,
    sample: to && sample.length < SAMPLE ? [...sample, row.event] : sample,
  };
}
const paymentOf = idOf('payment');
const depositOf = idOf('deposit');
const refundOf = idOf('refund');

export const accountDays = projection<PaymentEvent | DepositEvent | RefundEvent>()<AccountDay, Used>({
  name: 'account_day',
  version: 2,
  key: 'id',
  columns: {
    id: 'text',
    account: 'text',
    day: 'date',
    org: 'text',
    payments: 'int',
    receivedFen: 'bigint',
    reversedFen: 'bigint',
    refundedFen: 'bigint',
    depositedFen: 'bigint',
    deposits: 'jsonb',
    open: 'boolean',
    coveredOn: 'date',
    sample: 'jsonb',
  },
  indexes: { byAccount: ['account', 'day'], byOpen: ['account', 'open', 'day'], byOrg: ['org', 'day'] },
  uses: { payments, deposits, refunds },
  on: {
    PaymentReceived: change(
      (event, look) => {
        const row = look.payments.get(paymentOf(event))!;
        return row.event === event.id ? keyOf(row.account, row.on) : [];
      },
      (row, event) => ({
        ...row,
        org: event.data.org ?? row.org,
        payments: row.payments + 1,
        receivedFen: plus(row.receivedFen, event.data.amountFen),
        sample: row.sample.length < SAMPLE ? [...row.sample, event.id] : row.sample,
      }),
    ),
    PaymentReversed: change(
      (event, look) => {
        const row = look.payments.get(paymentOf(event));
        return row && row.reversed === event.id ? keyOf(row.account, row.on) : [];
      },
      (row, event, look) => ({
        ...row,
        reversedFen: plus(row.reversedFen, look.payments.get(paymentOf(event))!.amountFen),
      }),
    ),
    SourceRowChanged: change((event, look) => {
      const found = changedRow(event, look);
      if (!found) return [];
      const { row, day } = found;
      const was = before(row, event as Changed, day);
      const now = keyOf(row.account, day);
      return was.key === now && was.amountFen === row.amountFen && !('deposit' in row) ? [] : [was.key, now];
    }, moved),
    RefundPaid: change(
      (event, look) => {
        const row = look.refunds.get(refundOf(event))!;
        return row.paid === event.id ? keyOf(row.account!, row.paidOn!) : [];
      },
      (row, event) => ({ ...row, refundedFen: plus(row.refundedFen, event.data.amountFen) }),
    ),
    DepositMade: change(
      (event, look) => {
        const row = look.deposits.get(depositOf(event))!;
        return row.event === event.id ? keyOf(row.account, row.day) : [];
      },
      (row, { id, data: { on, amountFen } }) => ({
        ...row,
        deposits: inOrder([...row.deposits, { event: id, on, amountFen }]),
      }),
    ),
    DepositReturned: change(
      (event, look) => {
        const row = look.deposits.get(depositOf(event));
        return row && row.returned === event.id ? keyOf(row.account, row.day) : [];
      },
      (row, event, look) => {
        const { event: made } = look.deposits.get(depositOf(event))!;
        return { ...row, deposits: row.deposits.filter((each) => each.event !== made) };
      },
    ),
  },
});
