/** What came into an account on a day, what of it is to go on, and when it did (日清日缴). */
import type { DepositEvent, PaymentEvent, RefundEvent } from './events/money.js';
import { type Fen, fen, sumFen } from './kernel/money.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { deposits } from './deposits.js';
import { payments } from './payments.js';
import { refunds } from './refunds.js';
import { type Changed, dayTold } from './told-anew.js';

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
/** Days of accounts that a change of a source's row bears on: of what it says now, and of what it said before. */
function daysChanged(event: Changed, look: Look<Used>): readonly string[] {
  const [category, id] = [event.stream.split('-', 1)[0], event.stream.slice(event.stream.indexOf('-') + 1)];
  const { before } = event.data;
  const days = (account: string | null, on: string | null, was: string | null | undefined) => {
    const from = before?.['account'] ?? account;
    return [
      account !== null && on !== null ? keyOf(account, on) : [],
      from !== null && was != null ? keyOf(from, was) : [],
    ].flat();
  };
  const told = (on: string | null) => dayTold(before ?? {}, on ?? '') || null;
  switch (category) {
    case 'payment': {
      const row = look.payments.even(id);
      return row ? days(row.account, row.on, told(row.on)) : [];
    }
    case 'deposit': {
      const row = look.deposits.even(id);
      return row ? days(row.account, row.day, before?.['day'] ?? row.day) : [];
    }
    case 'refund': {
      const row = look.refunds.even(id);
      return row ? days(row.account, row.paidOn, told(row.paidOn)) : [];
    }
    default:
      return [];
  }
}
/** All of a day once more, as sources tell it now; a day on which there never was anything is none. */
function counted(row: AccountDay | undefined, id: string, look: Look<Used>): AccountDay | null {
  const cut = id.lastIndexOf(' ');
  const of = [id.slice(0, cut), id.slice(cut + 1)] as const;
  const paid = look.payments.range('byAccount', of, of).toSorted((a, b) => a.seq - b.seq);
  const sum = (all: readonly (Fen | null)[]) => sumFen(all.map((one) => one ?? Z)).toString();
  const made = look.deposits.range('byAccount', of, of).filter(({ status }) => status === 'made');
  const refunded = look.refunds.range('byAccount', of, of);
  if (!row && paid.length === 0 && made.length === 0 && refunded.length === 0) return null;
  return settled({
    id,
    account: of[0],
    day: of[1],
    org: paid.findLast(({ org }) => org !== null)?.org ?? null,
    payments: paid.length,
    receivedFen: sum(paid.map(({ amountFen }) => amountFen)),
    reversedFen: sum(paid.filter(({ status }) => status === 'reversed').map(({ amountFen }) => amountFen)),
    refundedFen: sum(refunded.map(({ paidFen }) => paidFen)),
    deposits: inOrder(made.map(({ event, on, amountFen }) => ({ event, on, amountFen }))),
    sample: paid.slice(0, SAMPLE).map(({ event }) => event),
  });
}
const paymentOf = idOf('payment');
/** It was told before that it did. */
const wentBack = (event: Recorded, look: Look<Used>) => look.payments.get(paymentOf(event))!.status === 'reversed';
const depositOf = idOf('deposit');
const refundOf = idOf('refund');

export const accountDays = projection<PaymentEvent | DepositEvent | RefundEvent>()<AccountDay, Used>({
  name: 'account_day',
  version: 4,
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
      (row, event, look) => ({
        ...row,
        org: event.data.org ?? row.org,
        payments: row.payments + 1,
        receivedFen: plus(row.receivedFen, event.data.amountFen),
        reversedFen: wentBack(event, look) ? plus(row.reversedFen, event.data.amountFen) : row.reversedFen,
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
    SourceRowChanged: {
      keys: (event, look) => daysChanged(event as Changed, look),
      fold: (row, _event, look, id) => counted(row, id, look),
    },
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
        return row.event === event.id && row.status === 'made' ? keyOf(row.account, row.day) : [];
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
