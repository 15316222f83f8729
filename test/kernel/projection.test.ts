/** What the engine asks of a fold, and what it writes. */
import { expect, test } from '@jest/globals';
import type { Recorded } from '../../projections/kernel/message.js';
import { foldInto, projection, type Row, type Table } from '../../projections/kernel/projection.js';

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
