import { compareText, compareTuples, Ordered } from '../../projections/kernel/ordered.js';
import { dice } from '../../src/demo/city/days.js';

describe('rows kept in order', () => {
  test.each([1, 2, 3])('as sorting all of them anew has it, seed %i', (seed) => {
    const { below, next } = dice(seed);
    const ordered = new Ordered(['a', 'b']);
    const known = new Map<string, { a: string | null; b: number }>();
    const all = () =>
      [...known.entries()]
        .map(([key, { a, b }]) => ({ tuple: [a, b] as const, key }))
        .toSorted((x, y) => compareTuples(x.tuple, y.tuple) || compareText(x.key, y.key));
    for (let n = 0; n < 6000; n++) {
      const key = `k${below(3000)}`;
      const before = known.get(key);
      if (before) ordered.remove(before, key);
      known.delete(key);
      if (next() < 0.7) {
        const row = { a: next() < 0.05 ? null : next() < 0.9 ? 'x' : 'y', b: below(500) };
        known.set(key, row);
        ordered.add(row, key);
      }
    }
    const whole = ordered.range([], []);
    expect(whole.map(({ key }) => key)).toEqual(all().map(({ key }) => key));
    for (let n = 0; n < 50; n++) {
      const [low, high] = [below(500), below(500)];
      const within = all().filter(({ tuple: [a, b] }) => a === 'x' && b >= low && b <= high);
      expect(ordered.range(['x', low], ['x', high]).map(({ key }) => key)).toEqual(within.map(({ key }) => key));
    }
    expect(ordered.range(['z'], ['z'])).toEqual([]);
    for (const [key, row] of known) ordered.remove(row, key);
    expect(ordered.range([], [])).toEqual([]);
    ordered.remove({ a: 'x', b: 1 }, 'nobody');
  });
});
