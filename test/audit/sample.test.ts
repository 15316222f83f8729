/** Monetary-unit sampling: repeatable, in proportion to amounts, and what it says of the error. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  dice,
  draw,
  type Item,
  isSeed,
  poissonFactor,
  population,
  project,
  sizeFor,
} from '../../projections/audit/sample.js';
import { fee, payment, receipt, rows, voided } from './rows.js';

const items = (...amounts: number[]): Item[] =>
  amounts.map((fen, n) => ({ id: `i${n}`, on: '2024-03-01', fen, org: null, person: null, events: [] }));

describe('the numbers', () => {
  test('are those of the generator that is written down', () => {
    let x = 7;
    for (let n = 0; n < 10; n++) x = (48_271 * x) % 2_147_483_647;
    const [a, b] = [(48_271 * x) % 2_147_483_647, 0];
    const next = (48_271 * a) % 2_147_483_647;
    expect(dice(7)(1_000_000n)).toBe((BigInt(a) * 2_147_483_647n + BigInt(next + b)) % 1_000_000n);
    expect([0, 1, 2 ** 31 - 2, 2 ** 31 - 1, 1.5].map(isSeed)).toEqual([false, true, true, false, false]);
  });
  test('of Poisson are those of the tables', () => {
    const factors = [0, 1, 2, 3].map((errors) => poissonFactor(0.95, errors).toFixed(2));
    expect(factors).toEqual(['3.00', '4.74', '6.30', '7.75']);
    expect(poissonFactor(0.9, 0).toFixed(2)).toBe('2.30');
    expect([5, 3, 1].map((percent) => sizeFor(1_000_000, percent * 10_000, 0.95))).toEqual([60, 100, 300]);
  });
});

describe('a sample', () => {
  const some = fc.array(fc.integer({ min: -5, max: 5000 }), { minLength: 1, maxLength: 60 });
  const plans = fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
    size: fc.integer({ min: 1, max: 40 }),
    method: fc.constantFrom('interval' as const, 'cell' as const),
  });
  test('is the same from the same seed, in whatever order the rows come; has as many fen as asked for', () => {
    fc.assert(
      fc.property(some, plans, (amounts, plan) => {
        const all = items(...amounts);
        const sample = draw(all, plan);
        expect(draw(all.toReversed(), plan)).toEqual(sample);
        const units = sample.drawn.flatMap(({ units: of }) => of);
        const book = amounts.reduce((total, fen) => total + Math.max(0, fen), 0);
        expect([sample.bookFen, units.length]).toEqual([book, book === 0 ? 0 : plan.size]);
        for (const unit of units) expect([unit >= 1, unit <= book]).toEqual([true, true]);
        for (const item of all) {
          const drawn = sample.drawn.find((each) => each.item === item);
          if (item.fen * plan.size >= (plan.method === 'interval' ? 1 : 2) * book && item.fen > 0)
            expect(drawn?.certain).toBe(true);
          expect(sample.leftOut.includes(item)).toBe(item.fen <= 0);
        }
      }),
    );
  });
  test('draws an amount as often as it is large', () => {
    const all = items(100, 300, 600, 9000);
    const counts = [0, 0, 0];
    for (let seed = 1; seed <= 4000; seed++)
      for (const { item, units } of draw(all, { seed, size: 2, method: 'cell' }).drawn)
        for (const at of [0, 1, 2]) if (item === all[at]) counts[at]! += units.length;
    // Of 8,000 fen drawn one in a hundred, three, six; standard deviations are 9, 15 and 22.
    expect(counts.map((count, n) => Math.abs(count - [80, 240, 480][n]!) < [36, 62, 88][n]!)).toEqual([
      true,
      true,
      true,
    ]);
  });
  test('of nothing is empty, and a seed that is none is refused', () => {
    expect(draw([], { seed: 1, size: 3, method: 'interval' }).drawn).toEqual([]);
    expect(() => draw([], { seed: 0, size: 3, method: 'interval' })).toThrow(RangeError);
    expect(() => draw([], { seed: 1, size: 0, method: 'interval' })).toThrow(RangeError);
  });
  test('is drawn from what counts', () => {
    const all = rows({
      receipts: [receipt('0001'), voided('0002', '2024-03-04')],
      fees: [fee('1', { owedFen: '900' }), fee('2', { status: 'cancelled' })],
      payments: [payment('1'), payment('2', { status: 'reversed' })],
    });
    expect(population(all, 'receipts').map(({ id, fen }) => [id, fen])).toEqual([['4501-0001', 1500]]);
    expect(population(all, 'fees').map(({ id, fen }) => [id, fen])).toEqual([['1', 900]]);
    expect(population(all, 'payments').map(({ id, events }) => [id, events])).toEqual([['1', ['p-1']]]);
  });
});

describe('the error', () => {
  // A thousand amounts of ten yuan, and one that is as large as them all.
  const all = [
    ...items(...Array.from({ length: 1000 }, () => 1000)),
    { ...items(1_000_000)[0]!, id: 'large', on: '2024-03-02' },
  ];
  const sample = draw(all, { seed: 42, size: 100, method: 'interval' });
  const asBooked = new Map(sample.drawn.map(({ item }) => [item.id, item.fen]));
  const found = (changes: Record<string, number>) =>
    project(sample, new Map([...asBooked, ...Object.entries(changes)]), 0.95);
  const small = sample.drawn.filter(({ certain }) => !certain).map(({ item }) => item.id);
  test('is not projected while an amount is open', () => {
    const some = new Map([...asBooked].slice(1));
    expect(project(sample, some, 0.95).open).toEqual([[...asBooked.keys()][0]]);
  });
  test('of none found is at most the basic precision', () => {
    expect(sample.intervalFen).toBe(20_000);
    expect(found({})).toMatchObject({
      errorFen: 0,
      knownFen: 0,
      upperFen: Math.round(poissonFactor(0.95, 0) * 20_000),
      taints: [],
    });
  });
  test('is its share of the amount times the interval; of a large amount what it is', () => {
    const half = found({ [small[0]!]: 500 });
    expect(half).toMatchObject({ projectedOverFen: 10_000, errorFen: 10_000, knownFen: 0 });
    const [p0, p1, p2] = [0, 1, 2].map((n) => poissonFactor(0.95, n)) as [number, number, number];
    expect(half.upperFen).toBe(Math.round((p0 + (p1 - p0) * 0.5) * 20_000));
    expect(half.taints).toEqual([
      { id: small[0], bookFen: 1000, auditedFen: 500, permille: 500, projectedFen: 10_000 },
    ]);
    const two = found({ [small[0]!]: 750, [small[1]!]: 0, large: 990_000 });
    expect(two).toMatchObject({ knownFen: 10_000, projectedOverFen: 25_000, errorFen: 35_000 });
    expect(two.upperFen).toBe(Math.round(10_000 + (p0 + (p1 - p0) * 1 + (p2 - p1) * 0.25) * 20_000));
  });
  test('that is too little is told by itself, and does not lower what may be too much', () => {
    const less = found({ [small[0]!]: 1500 });
    expect(less).toMatchObject({
      projectedOverFen: 0,
      projectedUnderFen: 10_000,
      errorFen: -10_000,
      upperFen: found({}).upperFen,
    });
  });
  test('of a sample that is all there is has no uncertainty', () => {
    const whole = draw(items(5000, 5000), { seed: 1, size: 10, method: 'interval' });
    const audited = new Map([
      ['i0', 4000],
      ['i1', 5000],
    ]);
    expect(project(whole, audited, 0.95)).toMatchObject({ knownFen: 1000, errorFen: 1000, upperFen: 1000 });
  });
});
