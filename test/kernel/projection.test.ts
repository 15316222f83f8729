/** What the engine asks of a fold, and what it writes. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Recorded } from '../../projections/kernel/message.js';
import { foldInto, projection, type Row, rowText, sameText, type Table } from '../../projections/kernel/projection.js';

type Said = { type: 'ItemAbolished'; data: { on: string; reason: string; document: string } };
type Kept = { id: string; n: number };
const event = { type: 'ItemAbolished', version: 1, index: 7, data: {} } as Recorded;

function folded(keys: string | readonly string[], fold: (row: Kept | undefined) => Kept | null, kept?: Kept) {
  const p = projection<Said>()<Kept>({
    name: 'kept',
    version: 1,
    key: 'id',
    columns: { id: 'text', n: 'int' },
    indexes: {},
    uses: {},
    on: { ItemAbolished: { keys: () => keys, fold } },
  });
  const written: [string, Row | null, number][] = [];
  const table: Table = {
    get: () => kept,
    range: () => [],
    set: (key, row, index) => void written.push([key, row, index]),
  };
  foldInto(p, table, {}, event);
  return written;
}

test('a row is written at the index of its event, once for each key', () => {
  const row = { id: 'a', n: 1 };
  expect(folded('a', () => row)).toEqual([['a', row, 7]]);
  expect(folded(['a', 'a'], () => row)).toEqual([['a', row, 7]]);
  expect(folded([], () => row)).toEqual([]);
});
test('a fold that leaves its row as it is, or has none and makes none, writes nothing', () => {
  const row = { id: 'a', n: 1 };
  expect(folded('a', (before) => before!, row)).toEqual([]);
  expect(folded('a', () => null)).toEqual([]);
  expect(folded('a', () => null, row)).toEqual([['a', null, 7]]);
});

test('rows are the same when their texts are', () => {
  const plain = fc.letrec((of) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(undefined, null, true, 0, -0, 1, NaN, '', 'a', '政'),
      fc.array(of('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '1'), of('value'), { noNullPrototype: true }),
    ),
  })).value;
  const rows = fc.dictionary(fc.constantFrom('a', 'b'), plain, { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(fc.tuple(rows, rows), ([a, b]) => {
      for (const [one, other] of [
        [a, b],
        [a, structuredClone(a)],
        [a, JSON.parse(rowText(a)) as Row],
        [a, Object.fromEntries(Object.entries(a as Row).toReversed())],
        [a, { ...(a as Row), c: undefined }],
        [a, null],
      ] as [Row, Row | null][]) {
        expect(sameText(one, other)).toBe(rowText(one) === rowText(other));
        expect(sameText(other, one)).toBe(rowText(one) === rowText(other));
      }
    }),
    { numRuns: 1000 },
  );
  expect(sameText({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(false);
  expect(sameText({ a: [undefined, 1] }, { a: [null, 1] })).toBe(true);
  expect(sameText({ a: [] }, { a: {} })).toBe(false);
  expect(sameText({ a: {} }, { a: [] })).toBe(false);
  expect(sameText({ a: [1] }, { a: [1, 2] })).toBe(false);
});
