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
import { receiptLines } from '../../projections/receipt-lines.js';
import { receiptRegister, receipts } from '../../projections/receipts.js';
import { refundRegister, refunds } from '../../projections/refunds.js';
import { booksOf } from '../../projections/reconcile/ledger-books.js';
import { feeItems, tariffRegister } from '../../projections/tariffs.js';
import { fold } from '../../src/kernel/decider.js';
import { log } from '../given.js';
import { STREAMS } from './streams.js';

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
  feeItems,
];
const FOLDS = [
  feeRegister,
  receiptRegister,
  refundRegister,
  paymentRegister,
  depositRegister,
  blockRegister,
  payeeRegister,
  tariffRegister,
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
/** Whatever order files arrive in: what is told of a thing may come before the thing itself. */
test('what is told before what it is about is as if it had been told after it', () => {
  const last = (steps: readonly Recorded[], streams: readonly string[]) =>
    streams.flatMap((name) => {
      const [first, ...rest] = steps.filter(({ stream }) => stream === name);
      return [...rest, first!];
    });
  fc.assert(
    fc.property(history, (steps) => {
      const standing = steps.map((step) => ({ ...step, fate: 'stays' as const }));
      const all = atOnce(standing);
      const streams = [...new Set(all.map(({ stream }) => stream))].filter((name) => !name.startsWith('tariff-'));
      const other = [...all.filter(({ stream }) => stream.startsWith('tariff-')), ...last(all, streams.toReversed())];
      // By which events a row came about is told in the order in which they came.
      const unordered = (rows: object) =>
        JSON.parse(JSON.stringify(rows, (name, one) => (name === 'events' ? one.toSorted() : one)));
      expect(unordered(rowsOf(other.map((one, n) => ({ ...one, index: n }))))).toEqual(unordered(rowsOf(all)));
    }),
    { numRuns: process.env['MINGZHANG_LONG'] === '1' ? 3000 : 150 },
  );
});
test('every kind of event that a source reports of money is among them', () => {
  const here = new Set(Object.values(STREAMS).flatMap((all) => all.map((gen) => fc.sample(gen, 1)[0]!.type)));
  const likeOthers = new Set(['WaiverReviewed', 'WaiverDenied', 'RefundDenied', 'BlockDestroyed']);
  const not = Object.keys(moneyEvents).filter((type) => !here.has(type) && !likeOthers.has(type));
  expect(not).toEqual([]);
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
