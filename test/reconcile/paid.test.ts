/** Receipts and payments read as lines: whatever is said of them, they come to what whole rows come to. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pairTold } from '../../projections/events/reconciliation.js';
import { addDays } from '../../projections/kernel/instant.js';
import { booksOf, decisionsOf, LEDGER_TABLES } from '../../projections/reconcile/ledger-books.js';
import { Line } from '../../projections/reconcile/lines.js';
import type { BookRows } from '../../projections/reconcile/looked-at.js';
import { CALENDAR_DAYS, type Match, type Matched, matchRest } from '../../projections/reconcile/match.js';
import { Paid, PAID_LINES } from '../../projections/reconcile/paid.js';
import { LinePair, partOfDay, toldOf } from '../../projections/reconcile/pairs.js';
import { type Aside, PARTS } from '../../projections/reconcile/parts.js';
import { ReceiptSide, relate } from '../../projections/reconcile/relations.js';
import { decodeUtf8 } from '../../src/read/copied.js';
import { lineOf } from '../../src/read/tables.js';

const FROM = '2024-03-01';
const ON = addDays(FROM, 8);
const day = fc.integer({ min: 0, max: 9 }).map((days) => addDays(FROM, days));
const nothing = fc.constant(null);
const rarely = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: nothing }, { weight: 1, arbitrary: value });
const usually = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 8 });
/** Signs that a server escapes, and that are longer in bytes than in letters. */
const SIGNS = ['\t', '\\', '\\N', '号', '𠮷'];
const payCode = fc.integer({ min: 0, max: 8 }).map((n) => `P-${n}${SIGNS[n] ?? ''}`);
const org = fc.constantFrom('org-1', 'org-2', 'org-3');
const remittance = fc.constantFrom('R-1', 'R-2');
const amountFen = fc.constantFrom('100', '200', '300', '0', '1000000000000000');
const receipt = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  payCode: usually(payCode),
  amountFen,
  on: day,
  org,
  notice: rarely(fc.constant(true)).map((one) => one ?? false),
  remittance: rarely(remittance),
  payment: rarely(fc.integer({ min: 1, max: 12 }).map((n) => `622-${n}`)),
  completedOn: rarely(day),
  endedOn: rarely(day),
  withdrawn: rarely(fc.constant('e-1')),
  kind: fc.constantFrom('direct', 'collect'),
  matter: fc.constantFrom('m-1', 'm-2'),
});
const payment = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  payCode: usually(payCode),
  amountFen,
  on: day,
  org: rarely(org),
  remittance: rarely(remittance),
  matterId: rarely(fc.constantFrom('m-1', 'm-2')),
  reversedOn: rarely(day),
  withdrawn: rarely(fc.constant('e-1')),
});
const around = fc.record({
  remittances: fc.uniqueArray(
    fc.record({
      remittance,
      day,
      receipts: fc.uniqueArray(
        fc.integer({ min: 1, max: 12 }).map((n) => `45-${n}`),
        { maxLength: 3 },
      ),
      payCode: rarely(payCode),
    }),
    { maxLength: 2, selector: (one) => one.remittance },
  ),
  refunded: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
  pairings: fc.array(
    fc.record({
      kind: fc.constantFrom('together', 'apart'),
      left: fc.integer({ min: 1, max: 12 }),
      right: fc.integer({ min: 1, max: 12 }),
    }),
    { maxLength: 2 },
  ),
});
const all = fc.record({
  receipts: fc.uniqueArray(receipt, { minLength: 4, maxLength: 12, selector: ({ n }) => n }),
  payments: fc.uniqueArray(payment, { minLength: 4, maxLength: 12, selector: ({ n }) => n }),
  around: fc.option(around, { nil: { remittances: [], refunded: [], pairings: [] } }),
});
interface All {
  readonly receipts: readonly (Readonly<Record<string, unknown>> & { n: number; amountFen: string; matter: string })[];
  readonly payments: readonly (Readonly<Record<string, unknown>> & { n: number })[];
  readonly around: Readonly<{
    remittances: readonly object[];
    refunded: readonly number[];
    pairings: readonly Readonly<{ kind: string; left: number; right: number }>[];
  }>;
}

/** As much of each row as is looked at. */
function rowsOf({ receipts, payments, around: { remittances, refunded, pairings } }: All): BookRows {
  const empty = Object.fromEntries(Object.keys(LEDGER_TABLES).map((name) => [name, []]));
  const rows = {
    ...empty,
    cards: [],
    receipts: receipts.map(({ n, matter, ...row }) => {
      const lines = [{ fee: null, matterId: matter, feeItem: 'F', amountFen: row.amountFen }];
      const rest = { code: '45', number: String(n), status: 'issued', payer: null, handler: null, checker: null };
      return { receipt: `45-${n}`, ...row, ...rest, uses: 1, at: '', window: null, red: null, lines };
    }),
    payments: payments.map(({ n, ...row }) => ({
      payment: `622-${n}`,
      account: '622',
      payer: null,
      fromAccount: null,
      ...row,
    })),
    remittances,
    refunds: refunded.map((n) => {
      const paid = { paidOn: FROM, paidFen: '200', account: '622' };
      return {
        refund: `r-${n}`,
        payment: `622-${n}`,
        org: null,
        request: null,
        verified: null,
        approval: null,
        ...paid,
      };
    }),
    pairings: pairings.map(({ kind, left, right }) => {
      return { status: 'approved', step: 'receipted-paid', kind, left: [`45-${left}`], right: [`622-${right}`] };
    }),
  };
  return rows as unknown as BookRows;
}
/** Of which nothing is looked at but what was written there. */
function aside(): Aside & { readonly written: () => number } {
  const all: Uint8Array[] = [];
  let end = 0;
  return {
    write: (bytes) => {
      all.push(bytes.slice());
      end += bytes.length;
      return end - bytes.length;
    },
    read: (from, into) => into.set(Buffer.concat(all).subarray(from, from + into.length)),
    written: () => end,
  };
}
const plain = ({ pass, left, right, on, org: of, leftFen, rightFen }: Match): Match => {
  return { pass, left, right, on, org: of, leftFen, rightFen };
};
/** `room`: so many words of a part wait; of few, nearly all is written aside. */
function asLines(rows: BookRows, room?: number): { matched: Matched; paired: number; written: number } {
  const beside = aside();
  const paid = new Paid(rows as never, ON, decodeUtf8, beside, room);
  const read = (of: keyof typeof PAID_LINES, take: (line: Line) => void) => {
    const members = PAID_LINES[of];
    const line = new Line(members.length, decodeUtf8);
    const bytes = Buffer.from(rows[of].map((row) => lineOf(row as never, members)).join(''));
    for (let at = 0; at < bytes.length; take(line)) at = line.read(bytes, at);
  };
  read('receipts', (line) => paid.receipt(line));
  read('payments', (line) => paid.payment(line));
  const keyed = paid.keyed(CALENDAR_DAYS);
  const whole = new Map(rows.receipts.map((row) => [row.receipt, row]));
  const left = (keyed.left as readonly ReceiptSide[]).map((side) => {
    const { kind, payer, lines } = whole.get(side.id)!;
    return new ReceiptSide(side, { kind, payer, matters: lines.map(({ matterId }) => matterId) });
  });
  const rest = matchRest({ ...keyed, left }, paid.decided, CALENDAR_DAYS);
  const paired = Array.from({ length: PARTS }, (_, part) => {
    const found = paid.pairedIn(part, room === undefined);
    expect(found.every(({ org: of, on }) => partOfDay(of, on) === part)).toBe(true);
    // They are somebody else's when the next part is asked for, unless they are to stay.
    return room === undefined ? found : found.map(plain);
  }).flat();
  const told = toldOf([...rest.matches, ...paired]).map(pairTold);
  expect(told).toEqual(
    [...rest.matches, ...paired].map(({ left: l, right, leftFen, rightFen }) => {
      return { left: l, right, leftFen: String(leftFen), rightFen: String(rightFen) };
    }),
  );
  const matched = { ...rest, matches: paired.concat(rest.matches) };
  return { matched, paired: paired.length, written: beside.written() };
}
const shown = ({ matches, left, right, suggestions }: Matched) => ({
  matches: matches
    .map(({ pass, left: l, right: r, on, org: of, leftFen, rightFen }) =>
      JSON.stringify([pass, l, r, on, of, leftFen, rightFen]),
    )
    .toSorted(),
  left: left.toSorted(),
  right: right.toSorted(),
  suggestions: suggestions.map((one) => JSON.stringify(one)).toSorted(),
});

/** What the lines come to, once it is what whole rows come to. */
function compared(asked: All) {
  const rows = rowsOf(asked);
  const stands = (row: object) => (row as { withdrawn?: string | null }).withdrawn == null;
  const standing = { ...rows, receipts: rows.receipts.filter(stands), payments: rows.payments.filter(stands) };
  const whole = relate(booksOf(standing, ON), CALENDAR_DAYS, decisionsOf(rows.pairings))['receipted-paid'];
  const { matched, paired, written } = asLines(rows);
  expect(shown(matched)).toEqual(shown(whole));
  expect(written).toBe(0);
  // What does not wait is written, record by record, or a few together: two lines and a pair of at least ten words each.
  for (const [room, least] of [
    [8, 120],
    [40, 0],
  ] as const) {
    const put = asLines(rows, room);
    expect(shown(put.matched)).toEqual(shown(whole));
    expect(put.written).toBeGreaterThanOrEqual(paired * least);
  }
  return { paired, several: matched.matches.length - paired };
}
test('the same pairs, and the same left over, as of whole rows; no line is lost and none is there twice', () => {
  let [plain, others] = [0, 0];
  fc.assert(
    fc.property(all, (asked) => {
      const { paired, several } = compared(asked);
      plain += paired;
      others += several;
    }),
    { numRuns: process.env.MINGZHANG_LONG === '1' ? 20_000 : 250 },
  );
  expect(plain).toBeGreaterThan(25);
  expect(others).toBeGreaterThan(100);
});
const NOBODY = { remittances: [], refunded: [], pairings: [] };
const aReceipt = (n: number, more: object = {}) => {
  const later = { notice: false, remittance: null, payment: null, completedOn: null, endedOn: null, withdrawn: null };
  return {
    n,
    payCode: `P-${n}`,
    amountFen: '100',
    on: FROM,
    org: 'org-1',
    ...later,
    kind: 'direct',
    matter: 'm',
    ...more,
  };
};
const aPayment = (n: number, more: object = {}) => {
  const none = { remittance: null, matterId: null, reversedOn: null, withdrawn: null };
  return { n, payCode: `P-${n}`, amountFen: '100', on: FROM, org: null, ...none, ...more };
};
test.each([
  [
    'a receipt that was completed by it',
    {
      receipts: [aReceipt(1), aReceipt(2, { payCode: null, payment: '622-1', completedOn: FROM })],
      payments: [aPayment(1)],
    },
  ],
  [
    'a remittance that is paid by its code',
    {
      receipts: [aReceipt(1), aReceipt(2, { payCode: null })],
      payments: [aPayment(1)],
      around: { ...NOBODY, remittances: [{ remittance: 'R-1', day: FROM, receipts: ['45-2'], payCode: 'P-1' }] },
    },
  ],
])('a payment with its receipt is no pair by itself where somebody else speaks of it: %s', (_, asked) => {
  expect(compared({ around: NOBODY, ...asked })).toEqual({ paired: 0, several: 1 });
});

test('pairs of a unit and day come together and in the order of names, in whatever order the lines came', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(Array.from({ length: 40 }, (_, n) => n)), (order) => {
      const row = (n: number) => ({
        n,
        payCode: `P-${n}`,
        amountFen: '100',
        org: `org-${n % 3}`,
        remittance: null,
        withdrawn: null,
      });
      const receipts = order.map((n) => {
        const rest = { on: FROM, notice: false, payment: null, completedOn: null, endedOn: null };
        return { ...row(n), ...rest, kind: 'direct', matter: 'm' };
      });
      const payments = order
        .toReversed()
        .map((n) => ({ ...row(n), on: addDays(FROM, n % 2), matterId: null, reversedOn: null }));
      const { matched } = asLines(
        rowsOf({ receipts, payments, around: { remittances: [], refunded: [], pairings: [] } }),
      );
      expect(matched.matches.every((one) => one instanceof LinePair)).toBe(true);
      const days = matched.matches.map(({ on, org: of }) => `${on} ${of}`);
      expect(days.filter((day, n) => day !== days[n - 1])).toEqual([...new Set(days)]);
      for (const day of days) {
        const names = matched.matches.filter((_, n) => days[n] === day).map(({ left }) => left[0]);
        expect(names).toEqual(names.toSorted());
      }
      expect(matched.matches).toHaveLength(order.length);
    }),
    { numRuns: 50 },
  );
});

test('amounts, names and null are read from the bytes of a field, and nothing else is taken for them', () => {
  const line = new Line(6, decodeUtf8);
  const bytes = Buffer.from(
    ['x', '\\N', '\\\\N', '00012', '-1', ''].join('\t') +
      '\n' +
      ['𠮷\\t', '999999999999999', '1000000000000000', '1.0', 't', 'tt'].join('\t') +
      '\n',
  );
  const next = line.read(bytes, 0);
  expect([0, 1, 2, 3, 4, 5].map((n) => line.text(n))).toEqual(['x', null, '\\N', '00012', '-1', '']);
  expect([3, 4, 5, 1].map((n) => line.fen(n))).toEqual([12, NaN, NaN, NaN]);
  expect(line.read(bytes, next)).toBe(bytes.length);
  expect(line.text(0)).toBe('𠮷\t');
  expect([1, 2, 3].map((n) => line.fen(n))).toEqual([999_999_999_999_999, NaN, NaN]);
  expect([4, 5].map((n) => line.is(n, 't'))).toEqual([true, false]);
});
