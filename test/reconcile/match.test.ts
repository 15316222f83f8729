/** Matching as a pure function: each pass, what it may not do, and what holds of it whatever the rows. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { addDays } from '../../projections/kernel/instant.js';
import { CALENDAR_DAYS, match, type Matched, NOBODY_DECIDED, type Side } from '../../projections/reconcile/match.js';

const row = (id: string, fen: number, more: Partial<Side> = {}): Side => ({
  id,
  fen,
  on: '2024-03-01',
  org: null,
  keys: [],
  near: [],
  pool: null,
  ...more,
});
const shown = ({ matches, left, right }: Matched) => ({
  matches: matches.map(({ pass, left: l, right: r }) => `${pass}: ${l.join('+')} = ${r.join('+')}`),
  left,
  right,
});

describe('pass 1: the same key', () => {
  const keys = ['code-1'];
  test('one with one, whatever the day', () => {
    const found = match([row('R1', 100, { keys })], [row('P1', 100, { keys, on: '2024-09-01' })]);
    expect(shown(found)).toEqual({ matches: ['1: R1 = P1'], left: [], right: [] });
  });
  test('amounts that differ belong together all the same, and say so', () => {
    const [found] = match([row('R1', 100, { keys })], [row('P1', 90, { keys })]).matches;
    expect(found).toMatchObject({ pass: 1, leftFen: 100, rightFen: 90 });
  });
  test('what was paid once more stays over: the later one', () => {
    const second = row('P2', 100, { keys, on: '2024-03-02' });
    const found = match([row('R1', 100, { keys })], [second, row('P1', 100, { keys })]);
    expect(shown(found)).toEqual({ matches: ['1: R1 = P1'], left: [], right: ['P2'] });
  });
  test('what was receipted once more stays over', () => {
    const found = match([row('R1', 100, { keys }), row('R2', 100, { keys })], [row('P1', 100, { keys })]);
    expect(shown(found)).toEqual({ matches: ['1: R1 = P1'], left: ['R2'], right: [] });
  });
  test('a pay-in with all receipts that it names, and those that share another key with one of them', () => {
    const receipts = [
      row('R1', 10, { keys: ['a', 'x'] }),
      row('R2', 20, { keys: ['b'] }),
      row('R3', 30, { keys: ['x'] }),
    ];
    const found = match(receipts, [row('P1', 60, { keys: ['a', 'b'] })]);
    expect(shown(found).matches).toEqual(['1: R1+R2+R3 = P1']);
  });
  test('another key is another one', () => {
    const found = match([row('R1', 100, { keys })], [row('P1', 100, { keys: ['code-2'] })]);
    expect(shown(found)).toEqual({ matches: [], left: ['R1'], right: ['P1'] });
  });
});

describe('pass 2: the same amount, close by', () => {
  const near = ['account-1'];
  test.each([
    ['2024-03-01', 1],
    ['2024-03-03', 1],
    ['2024-02-28', 1],
    ['2024-03-04', 0],
    ['2024-02-27', 0],
  ])('2024-03-01 and %s: %i', (on, count) => {
    expect(match([row('R1', 100, { near })], [row('P1', 100, { near, on })]).matches).toHaveLength(count);
  });
  test('of two alike the earlier with the earlier', () => {
    const later = { near, on: '2024-03-02' };
    const found = match([row('Rb', 5, later), row('Ra', 5, { near })], [row('Pb', 5, later), row('Pa', 5, { near })]);
    expect(shown(found).matches).toEqual(['2: Ra = Pa', '2: Rb = Pb']);
  });
  test('a stronger likeness first', () => {
    const found = match(
      [row('R1', 5, { near: ['payer-1', 'account'] })],
      [row('P1', 5, { near: ['payer-2', 'account'] }), row('P2', 5, { near: ['payer-1', 'account'] })],
    );
    expect(shown(found).matches).toEqual(['2: R1 = P2']);
  });
  test('as much as may be tolerated: the earliest within it, and the difference stays in sight', () => {
    const some = { ...CALENDAR_DAYS, toleranceFen: 5 };
    const left = [row('R1', 100, { near }), row('R2', 100, { near })];
    const right = [row('P1', 106, { near }), row('P2', 105, { near }), row('P3', 95, { near })];
    expect(shown(match(left, right, NOBODY_DECIDED, some))).toEqual({
      matches: ['2: R1 = P2', '2: R2 = P3'],
      left: [],
      right: ['P1'],
    });
    expect(match(left, right, NOBODY_DECIDED, some).matches[0]).toMatchObject({ leftFen: 100, rightFen: 105 });
    expect(match(left, right).matches).toEqual([]);
    const late = [row('P4', 100, { near, on: '2024-03-04' })];
    expect(match(left, late, NOBODY_DECIDED, some).matches).toEqual([]);
  });
});

describe('pass 3: several receipts, one pay-in', () => {
  const pool = 'unit';
  const receipts = [row('R1', 100, { pool }), row('R2', 250, { pool }), row('R3', 70, { pool, on: '2024-03-02' })];
  test('all of one day', () => {
    const found = match(receipts, [row('P1', 350, { pool, on: '2024-03-02' })]);
    expect(shown(found)).toEqual({ matches: ['3: R1+R2 = P1'], left: ['R3'], right: [] });
  });
  test('the only run of neighbours', () => {
    expect(shown(match(receipts, [row('P1', 320, { pool, on: '2024-03-02' })])).matches).toEqual(['3: R2+R3 = P1']);
  });
  test('the only set', () => {
    expect(shown(match(receipts, [row('P1', 170, { pool, on: '2024-03-02' })])).matches).toEqual(['3: R1+R3 = P1']);
  });
  test('of more than one set none is taken, and that is suggested', () => {
    const alike = ['A', 'B', 'C'].map((id) => row(id, 100, { pool }));
    const found = match(alike, [row('P1', 200, { pool })]);
    expect(shown(found)).toEqual({ matches: [], left: ['A', 'B', 'C'], right: ['P1'] });
    expect(found.suggestions).toMatchObject([{ why: 'more-than-one', left: ['A', 'B'], right: ['P1'] }]);
  });
  test.each([
    ['2024-02-29', 0],
    ['2024-03-03', 1],
    ['2024-03-04', 0],
  ])('not before it was receipted, and not too long after: %s', (on, count) => {
    expect(match(receipts.slice(0, 2), [row('P1', 350, { pool, on })]).matches).toHaveLength(count);
  });
  test('not the receipts of another pool', () => {
    expect(match(receipts, [row('P1', 350, { pool: 'other' })]).matches).toEqual([]);
  });
  test('the search has a bound, and says so instead of guessing', () => {
    const odd = [11, 13, 17, 19, 23, 29].map((fen, n) => row(`R${n}`, fen, { pool }));
    const payIn = [row('P1', 29 + 19 + 13, { pool })];
    expect(shown(match(odd, payIn)).matches).toEqual(['3: R1+R3+R5 = P1']);
    const bounded = match(odd, payIn, undefined, { ...CALENDAR_DAYS, mostSteps: 10 });
    expect(bounded.matches).toEqual([]);
    expect(bounded.suggestions).toMatchObject([{ why: 'more-than-one', left: ['R1', 'R3', 'R5'], right: ['P1'] }]);
    expect(match(odd, payIn, undefined, { ...CALENDAR_DAYS, mostMembers: 2 }).matches).toEqual([]);
  });
  test('what is settled may leave one answer to a pay-in that had two', () => {
    const left = [
      row('A', 100, { pool }),
      row('B', 100, { pool, on: '2024-03-03' }),
      row('C', 7, { pool, on: '2024-03-04' }),
    ];
    const first = row('P1', 100, { pool, on: '2024-03-03' });
    expect(match(left, [first]).suggestions).toMatchObject([{ why: 'more-than-one' }]);
    const found = match(left, [first, row('P2', 107, { pool, on: '2024-03-04' })]);
    expect(shown(found).matches).toEqual(['3: A = P1', '3: B+C = P2']);
  });
});

describe('pass 4 is only suggested', () => {
  const near = ['account'];
  test('another amount close by, the same amount too far away', () => {
    const found = match(
      [row('R1', 100, { near }), row('R2', 55, { near })],
      [row('P1', 90, { near, on: '2024-03-02' }), row('P2', 55, { near, on: '2024-05-01' })],
    );
    expect(found.matches).toEqual([]);
    expect(found.suggestions).toEqual([
      { why: 'days-apart', left: ['R2'], right: ['P2'], differenceFen: 0 },
      { why: 'amount-differs', left: ['R1'], right: ['P1'], differenceFen: 10 },
    ]);
  });
});

describe('what two people have decided', () => {
  const keys = ['k'];
  test('stands before all passes', () => {
    const decided = { together: [{ left: ['R1'], right: ['P2'] }], apart: [] };
    const found = match([row('R1', 1, { keys })], [row('P1', 1, { keys }), row('P2', 2)], decided);
    expect(shown(found)).toEqual({ matches: ['5: R1 = P2'], left: [], right: ['P1'] });
  });
  test('what they took apart is not put together again', () => {
    const decided = { together: [], apart: [{ left: ['R1'], right: ['P1'] }] };
    expect(match([row('R1', 1, { keys })], [row('P1', 1, { keys })], decided).matches).toEqual([]);
  });
});

/** Rows that often share keys, amounts and days. */
const rows = (side: string) =>
  fc
    .array(
      fc.record({
        fen: fc.constantFrom(100, 200, 300, 500, 700),
        day: fc.nat(6),
        keys: fc.subarray(['k1', 'k2', 'k3'], { maxLength: 2 }),
        near: fc.subarray(['n1', 'n2']),
        pool: fc.constantFrom('u1', 'u2', null),
      }),
      { maxLength: 14 },
    )
    .map((all) =>
      all.map(({ day, ...of }, n) => row(`${side}${n}`, of.fen, { ...of, on: addDays('2024-03-01', day) })),
    );
const sum = (of: readonly Side[], ids: readonly string[]) =>
  of.reduce((total, { id, fen }) => total + (ids.includes(id) ? fen : 0), 0);
const all = (of: readonly Side[]) => of.map(({ id }) => id);

describe('whatever the rows', () => {
  test('every row is in one match or left over, and residues sum to the difference of the totals', () => {
    fc.assert(
      fc.property(rows('R'), rows('P'), (left, right) => {
        const found = match(left, right);
        expect([...found.matches.flatMap((m) => m.left), ...found.left].sort()).toEqual(all(left).sort());
        expect([...found.matches.flatMap((m) => m.right), ...found.right].sort()).toEqual(all(right).sort());
        const residues =
          sum(left, found.left) -
          sum(right, found.right) +
          found.matches.reduce((total, { leftFen, rightFen }) => total + leftFen - rightFen, 0);
        expect(residues).toBe(sum(left, all(left)) - sum(right, all(right)));
        for (const one of found.matches) {
          expect(one.leftFen).toBe(sum(left, one.left));
          expect(one.rightFen).toBe(sum(right, one.right));
          if (one.pass !== 1) expect(one.leftFen).toBe(one.rightFen);
        }
      }),
    );
  });
  test('it does not depend on the order in which rows came', () => {
    const shuffled = fc
      .tuple(rows('R'), rows('P'))
      .chain(([left, right]) =>
        fc.tuple(
          fc.constant([left, right] as const),
          fc.shuffledSubarray(left, { minLength: left.length }),
          fc.shuffledSubarray(right, { minLength: right.length }),
        ),
      );
    fc.assert(fc.property(shuffled, ([[left, right], l, r]) => expect(match(l, r)).toEqual(match(left, right))));
  });
  test('matching what is left once more changes nothing', () => {
    fc.assert(
      fc.property(rows('R'), rows('P'), (left, right) => {
        const once = match(left, right);
        const of = (side: readonly Side[], ids: readonly string[]) => side.filter(({ id }) => ids.includes(id));
        const again = match(of(left, once.left), of(right, once.right));
        expect(again.matches).toEqual([]);
      }),
    );
  });
  test('what was found, decided by hand, is found again and nothing besides', () => {
    fc.assert(
      fc.property(rows('R'), rows('P'), (left, right) => {
        const once = match(left, right);
        const twice = match(left, right, { together: once.matches, apart: [] });
        expect(twice.matches.filter(({ pass }) => pass === 5)).toHaveLength(once.matches.length);
      }),
    );
  });
});

const KEY = resolve('../shared/data/recon-rupa');
const withKey = existsSync(KEY) ? describe : describe.skip;
if (!existsSync(KEY)) process.stderr.write(`skipped: there is no answer key in ${KEY}\n`);
withKey('the answer key', () => {
  const read = (name: string) =>
    parse(readFileSync(`${KEY}/${name}.csv`, 'utf8'), { columns: true }) as Record<string, string>[];
  const cents = (text: string) => Math.round(Number(text) * 100);
  test('26 matched, one of another amount, three missing on either side', () => {
    const bank = read('transactions').map((of) =>
      row(of['txn_id']!, cents(of['amount']!), { on: of['date']!, near: [of['account_id']!] }),
    );
    const books = read('general_ledger').map((of) =>
      row(of['gl_id']!, cents(of['debit_amount']!) - cents(of['credit_amount']!), {
        on: of['date']!,
        near: [of['account_id']!],
      }),
    );
    const found = match(bank, books, undefined, { ...CALENDAR_DAYS, windowDays: 0 });
    expect(found.matches).toHaveLength(26);
    expect(found.suggestions).toEqual([
      { why: 'amount-differs', left: ['TXN004'], right: ['GL004'], differenceFen: -5000 },
    ]);
    expect(found.left).toEqual(['TXN004', 'TXN011', 'TXN019', 'TXN029']);
    expect(found.right).toEqual(['GL004', 'GL028', 'GL029', 'GL030']);
  });
});
