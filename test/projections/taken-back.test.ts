/** Whatever sources tell anew or take back of money, rows are as if it had been told so from the beginning. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountDays } from '../../projections/account-days.js';
import { blockUses } from '../../projections/block-uses.js';
import { blocks, blockRegister } from '../../projections/blocks.js';
import { clerkMonths } from '../../projections/clerk-months.js';
import { depositRegister, deposits } from '../../projections/deposits.js';
import { moneyEvents } from '../../projections/events/money.js';
import { feeRegister, fees } from '../../projections/fees.js';
import { replay } from '../../projections/kernel/memory-table.js';
import type { Message, Recorded } from '../../projections/kernel/message.js';
import { payeeRegister, payees } from '../../projections/payees.js';
import { credits, debits, paymentRegister, payments, remittances, vouchers } from '../../projections/payments.js';
import { receiptLines, receiptRegister, receipts } from '../../projections/receipts.js';
import { refundRegister, refunds } from '../../projections/refunds.js';
import { booksOf } from '../../projections/reconcile/ledger-books.js';
import { fold } from '../../src/kernel/decider.js';
import { log } from '../given.js';
import { assessed, issued, received } from '../money.js';

const day = fc.constantFrom('2024-03-01', '2024-03-04', '2024-03-05', '2024-04-02');
const fen = fc.constantFrom('100', '200', '300');
const code = fc.constantFrom('P-1', 'P-2', null);
const finance = { name: '财政', level: 'finance' };
const staff = (personId: string) => ({ personId, personal: {} });
type Gen = fc.Arbitrary<Message>;
const event = (type: string, data: Record<string, unknown>): Gen =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(data).map(([name, value]) => [name, value instanceof fc.Arbitrary ? value : fc.constant(value)]),
      ),
    )
    .map((known) => ({ type, data: known }));
const parts = fc
  .array(fc.record({ fee: fc.constantFrom('f-1', 'f-2', null), amountFen: fen }), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one) => ({ matterId: null, itemCode: null, feeItem: 'F-1', quantity: '1', ...one })));
const receiptOf = fc
  .record({ on: day, payCode: code, lines: parts, payChannel: fc.constantFrom('bank', 'cash'), notice: fc.boolean() })
  .map((data) => issued({ ...data, checker: null }) as Message);
/** Streams, with what may be said in each: the first of them first. */
const STREAMS: Readonly<Record<string, readonly Gen[]>> = {
  'payment-622-1': [
    fc
      .record({ on: day, amountFen: fen, payCode: code, account: fc.constantFrom('622', '623') })
      .map((d) => received(d)),
    event('PaymentReversed', { on: day, reason: 'x', bankRef: null }),
  ],
  'payment-622-2': [fc.record({ on: day, amountFen: fen, payCode: code }).map((data) => received(data))],
  'deposit-d1': [
    event('DepositMade', { account: '622', day, on: day, amountFen: fen, to: 'treasury', bankRef: null }),
    event('DepositReturned', { on: day, reason: 'x' }),
  ],
  'credit-c1': [
    event('TreasuryCredited', {
      deposit: 'd1',
      org: null,
      feeItem: fc.constantFrom('F-1', null),
      level: fc.constantFrom('city', 'province'),
      subject: '1',
      amountFen: fen,
      on: day,
    }),
  ],
  'debit-622-9': [
    event('BankDebitSeen', { account: '622', bankRef: '9', kind: 'unknown', amountFen: fen, on: day, purpose: null }),
  ],
  'voucher-o-1': [
    event('VoucherPosted', {
      org: 'o',
      feeItem: null,
      side: fc.constantFrom('collected', 'returned'),
      amountFen: fen,
      on: day,
    }),
  ],
  'remittance-w-1': [
    event('RemittanceMade', {
      org: null,
      centre: null,
      window: '1',
      day,
      receipts: fc.subarray(['4501-0003', '4501-0005'], { minLength: 1 }),
      amountFen: fen,
      payCode: code,
    }),
  ],
  'refund-t1': [
    event('RefundRequested', {
      org: 'o',
      payment: '622-1',
      receipt: null,
      fee: null,
      amountFen: fen,
      reason: 'x',
      by: 'payer',
      on: day,
    }),
    event('RefundVerified', { agrees: fc.boolean(), opinion: 'x' }),
    event('RefundApproved', { approver: finance, decidedOn: day, document: null }),
    event('RefundPaid', {
      org: null,
      account: '622',
      payment: '622-1',
      amountFen: fen,
      on: day,
      bankRef: null,
      toAccount: null,
    }),
  ],
  'fee-f-1': [
    fc.record({ on: day, amountFen: fen }).map((data) => assessed({ ...data, rate: null }) as Message),
    event('FeeRecalculated', { quantity: '9', amountFen: fen, reason: 'x' }),
    event('WaiverRequested', { kind: 'reduce', amountFen: fen, reason: 'x', document: null, payer: null }),
    event('FeeWaived', {
      kind: fc.constantFrom('reduce', 'defer'),
      amountFen: fen,
      approver: finance,
      requestedOn: null,
      decidedOn: day,
      document: null,
    }),
    event('PaymentNoticeIssued', { payCode: fc.constantFrom('P-1', 'P-2'), amountFen: fen, dueOn: null }),
    event('FeeCancelled', { reason: 'x', document: null }),
  ],
  'block-4501-0001': [
    event('BlockPrinted', { to: fc.constantFrom('0009', '0019'), form: 'paper', on: day, printer: null }),
    event('BlockIssued', { org: fc.constantFrom('org-1', 'org-2'), on: day, to: null, document: null }),
    event('BlockReturned', { first: '0008', last: fc.constantFrom('0008', '0009'), on: day, reason: 'x' }),
    event('BlockWrittenOff', { on: day, document: null }),
  ],
  'receipt-4501-0003': [
    receiptOf,
    event('ReceiptChecked', { checker: staff('second'), note: null }),
    event('ReceiptCompleted', { on: day, payment: '622-1', amountFen: fen }),
    event('ReceiptRedReversed', {
      on: day,
      reason: 'x',
      red: fc.constantFrom('4501-0004', '4501-0006'),
      handler: null,
    }),
  ],
  'receipt-4501-0005': [
    receiptOf,
    event('ReceiptVoided', { on: day, reason: 'x', copiesKept: fc.boolean(), handler: staff('x') }),
    event('ReceiptLost', { on: day, reportedTo: null, notice: null }),
  ],
  'payee-622': [
    event('AccountApproved', {
      name: 'x',
      bank: 'x',
      kind: 'centre',
      org: null,
      centre: null,
      document: 'x',
      from: day,
      to: null,
    }),
    event('CollectionAccountClosed', { from: day, document: 'x', reason: 'x' }),
  ],
};
/** As the sink of reports writes a row down: paths, and nothing personal. */
function flat(value: unknown, path = '', into: Record<string, string | null> = {}): Record<string, string | null> {
  if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) {
      if (!/^personal|personId$/.test(name)) flat(one, path === '' ? name : `${path}.${name}`, into);
    }
  else if (path !== '') into[path] = value === null ? null : String(value);
  return into;
}
const at = ({ data }: Message) => `${(data as { on?: string }).on ?? '2024-03-01'}T10:00:00+08:00`;
const rowOf = (message: Message) => ({ ...flat(message.data), occurredAt: at(message) });
/** With every path that stood there before, so that a list that became shorter is told to be. */
const changes = (from: Message, to: Message) => {
  const [before, after] = [rowOf(from), rowOf(to)];
  const gone = Object.keys(before).filter((name) => /\.\d/.test(name) && !(name in after));
  return { before, after: { ...after, ...Object.fromEntries(gone.map((name) => [name, null])) } };
};
type Fate = 'stays' | 'changes' | 'goes' | 'comes back';
interface Step {
  readonly stream: string;
  readonly first: Message;
  readonly last: Message;
  readonly fate: Fate;
  readonly said: boolean;
}
const history: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    ...Object.entries(STREAMS).flatMap(([stream, all]) =>
      all.map((gen, n) =>
        fc.record({
          stream: fc.constant(stream),
          first: gen,
          last: gen,
          fate: fc.constantFrom<Fate>('stays', 'changes', 'goes', 'comes back'),
          said: n === 0 ? fc.constant(true) : fc.boolean(),
        }),
      ),
    ),
  )
  .map((all) => all.filter(({ said }) => said));
const source = (row: string) => ({ system: 's', batch: 'b', row, registeredAt: null });
const told = ({ stream }: Step, message: Message, n: number, index: number, id = `e${n}`) => ({
  ...message,
  stream,
  index,
  id,
  occurredAt: at(message),
  source: source(`r${n}`),
});
/** First what was said first, then every change, in the order of the streams or against it. */
function changing(steps: readonly Step[], backwards: boolean): readonly Recorded[] {
  let index = steps.length;
  const later = steps.flatMap((step, n) => {
    const change = (before: object | null, after: object | null) => ({
      ...told(step, { type: 'SourceRowChanged', data: { row: `r${n}`, before, after } }, n, index, `c${index++}`),
      occurredAt: at(step.last),
    });
    switch (step.fate) {
      case 'stays':
        return [];
      case 'changes': {
        const { before, after } = changes(step.first, step.last);
        return [change(before, after)];
      }
      case 'goes':
        return [change(rowOf(step.first), null)];
      case 'comes back':
        return [change(rowOf(step.first), null), change(null, changes(step.first, step.last).after)];
    }
  });
  const order = backwards ? later.toReversed() : later;
  // What comes back has gone before.
  const sound = order.toSorted((a, b) => Number(a.index) - Number(b.index) || 0);
  return log(...steps.map((step, n) => told(step, step.first, n, n)), ...(backwards ? rearranged(sound) : sound));
}
/** Changes of one stream keep their order; streams come the other way round. */
const rearranged = <T extends { stream: string }>(all: readonly T[]): readonly T[] =>
  [...new Set(all.map(({ stream }) => stream))]
    .toReversed()
    .flatMap((name) => all.filter(({ stream }) => stream === name));
const atOnce = (steps: readonly Step[]): readonly Recorded[] =>
  log(
    ...steps.flatMap((step, n) =>
      step.fate === 'goes' ? [] : [told(step, step.fate === 'stays' ? step.first : step.last, n, n)],
    ),
  );

const TABLES = [
  payments,
  deposits,
  credits,
  debits,
  vouchers,
  remittances,
  refunds,
  fees,
  blocks,
  receipts,
  receiptLines,
  payees,
  accountDays,
  clerkMonths,
  blockUses,
];
const FOLDS = [
  feeRegister,
  receiptRegister,
  refundRegister,
  paymentRegister,
  depositRegister,
  blockRegister,
  payeeRegister,
];
/** What only says by which events it came about is another's in the one history than in the other. */
const BY = new Set([
  'said',
  'told',
  'reversedTold',
  'returnedTold',
  'reversed',
  'returned',
  'sample',
  'seq',
  'since',
  'parties',
]);
const bare = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(bare)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (BY.has(name) ? [] : [[name, bare(one)]])))
      : value;
const something = (row: any) =>
  row.used !== 0 &&
  row.withdrawn == null &&
  !(row.payments === 0 && row.depositedFen === '0' && row.refundedFen === '0') &&
  row.approvals?.length !== 0;
function rowsOf(events: readonly Recorded[]) {
  const table = replay(TABLES, events);
  return Object.fromEntries(
    TABLES.map((of) => [
      of.name,
      table(of)
        .rows()
        .filter(something)
        .map(bare)
        .toSorted((a: any, b: any) => (a[of.key] < b[of.key] ? -1 : 1)),
    ]),
  );
}
const streamsOf = (events: readonly Recorded[]) =>
  Object.fromEntries(
    FOLDS.map((of) => [
      of.category,
      Object.keys(STREAMS)
        .filter((stream) => stream.startsWith(`${of.category}-`))
        .map((stream) =>
          bare(
            fold(
              of as any,
              events.filter((one) => one.stream === stream),
            ),
          ),
        ),
    ]),
  );

test('rows and states are those of what is said now, as if it had been said so at once', () => {
  fc.assert(
    fc.property(history, fc.boolean(), (steps, backwards) => {
      const [one, other] = [changing(steps, backwards), atOnce(steps)];
      expect(rowsOf(one)).toEqual(rowsOf(other));
      expect(streamsOf(one)).toEqual(streamsOf(other));
    }),
    { numRuns: process.env['MINGZHANG_LONG'] === '1' ? 3000 : 150 },
  );
});
test('every kind of event that a source reports of money is among them, but the register of fee items', () => {
  const here = new Set(Object.values(STREAMS).flatMap((all) => all.map((gen) => fc.sample(gen, 1)[0]!.type)));
  const likeOthers = new Set(['WaiverReviewed', 'WaiverDenied', 'RefundDenied', 'BlockDestroyed']);
  const not = Object.keys(moneyEvents).filter((type) => !here.has(type) && !likeOthers.has(type));
  expect(not).toEqual(['FeeItemPublished', 'FeeItemAbolished']);
});
test('the books of reconciliation know nothing of what was taken back, and a moment before it all of it', () => {
  const all = Object.entries(STREAMS).flatMap(([stream, gens], n) => {
    const first = fc.sample(gens[0]!, { numRuns: 1, seed: 7 })[0]!;
    return [{ stream, first, last: first, fate: 'goes' as const, said: true, n }];
  });
  const books = (events: readonly Recorded[]) => {
    const table = replay(TABLES, events);
    const rows = (of: (typeof TABLES)[number]) =>
      table(of)
        .rows()
        .filter((row) => row['withdrawn'] == null) as never;
    return booksOf(
      {
        fees: rows(fees),
        receipts: rows(receipts),
        remittances: rows(remittances),
        payments: rows(payments),
        deposits: rows(deposits),
        credits: rows(credits),
        refunds: rows(refunds),
        blocks: rows(blocks),
        vouchers: rows(vouchers),
        payees: rows(payees),
        feeItems: [],
        pairings: [],
        cards: [],
      },
      '2024-12-31',
    );
  };
  const events = changing(all, false);
  const counts = (of: ReturnType<typeof books>) =>
    Object.fromEntries(Object.entries(of).map(([name, rows]) => [name, rows.length]));
  const nothing = counts(books([]));
  expect(counts(books(events))).toEqual(nothing);
  const before = counts(books(events.slice(0, all.length)));
  for (const name of ['assessed', 'receipts', 'payments', 'deposits', 'credits', 'blocks', 'vouchers', 'accounts'])
    expect([name, before[name]! > 0]).toEqual([name, true]);
});
