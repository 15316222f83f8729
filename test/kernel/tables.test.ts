/** Rows in order, tables in memory, and the engine that fills them. */
import { MemoryTable, replay } from '../../projections/kernel/memory-table.js';
import { idOf, type Recorded } from '../../projections/kernel/message.js';
import { compareText, compareTuples, Ordered, rangeColumns } from '../../projections/kernel/ordered.js';
import { engine, foldInto, inOrder, type Look, projection } from '../../projections/kernel/projection.js';
import { upcast } from '../../projections/kernel/upcast.js';
import { log } from '../given.js';

describe('order', () => {
  test('of text is that of its code points, as in UTF-8', () => {
    const sorted = [
      '',
      'A',
      'AB',
      'B',
      '中',
      '\ud7ff',
      '\ue000',
      '（',
      '\ufffd',
      '\u{10000}',
      '\u{103fe}',
      '\u{103ff}',
      '😀',
      '𠮷',
    ];
    for (const [n, a] of sorted.entries())
      for (const [m, b] of sorted.entries()) {
        expect([a, b, Math.sign(compareText(a, b))]).toEqual([a, b, Math.sign(n - m)]);
        expect(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))).toBe(Math.sign(n - m));
      }
  });
  test('of tuples: null, false, true, numbers by size; by their common prefix', () => {
    const sorted = [
      [null, 'b'],
      [false, 'a'],
      [true, null],
      [true, 2],
      [true, 10],
    ];
    for (const [n, a] of sorted.entries())
      for (const [m, b] of sorted.entries()) expect(Math.sign(compareTuples(a, b))).toBe(Math.sign(n - m));
    expect(compareTuples(['a'], ['a', 'b'])).toBe(0);
    expect(compareTuples(['a', 'c'], ['a'])).toBe(0);
    expect(compareTuples([], ['a'])).toBe(0);
    expect(compareTuples([1], [1])).toBe(0);
  });
});

describe('rows in order', () => {
  const keys = (of: Ordered, from: readonly (string | null)[], to: readonly (string | null)[]) =>
    of.range(from, to).map(({ key }) => key);
  test('one of two is removed, and the other stays; a stranger removes nothing', () => {
    const ordered = new Ordered(['a']);
    ordered.add({ a: 'x' }, '1');
    ordered.add({ a: 'x' }, '2');
    ordered.remove({ a: 'x' }, '3');
    ordered.remove({ a: 'x' }, '0');
    ordered.remove({ a: 'x' }, '15');
    ordered.remove({ a: 'y' }, '1');
    expect(keys(ordered, ['x'], ['x'])).toEqual(['1', '2']);
    ordered.remove({ a: 'x' }, '1');
    expect(keys(ordered, ['x'], ['x'])).toEqual(['2']);
    ordered.remove({ a: 'x' }, '2');
    ordered.add({ a: 'x' }, '4');
    expect(keys(ordered, ['x'], ['x'])).toEqual(['4']);
  });
  test('from one beginning to another, both included, nulls first; a missing column is null', () => {
    const ordered = new Ordered(['a', 'b']);
    for (const [a, b] of [
      ['x', '1'],
      ['y', '1'],
      ['y', '2'],
      ['z', '1'],
      [null, '9'],
    ] as const)
      ordered.add({ a, b }, `${a}${b}`);
    ordered.add({ b: '8' }, 'none8');
    expect(keys(ordered, [], [])).toEqual(['none8', 'null9', 'x1', 'y1', 'y2', 'z1']);
    expect(keys(ordered, ['x'], ['y'])).toEqual(['x1', 'y1', 'y2']);
    expect(keys(ordered, ['x'], ['y', '1'])).toEqual(['x1', 'y1']);
    expect(keys(ordered, ['y', '2'], ['z'])).toEqual(['y2', 'z1']);
    expect(keys(ordered, ['y'], [])).toEqual(['y1', 'y2', 'z1']);
    expect(keys(ordered, [], ['x'])).toEqual(['none8', 'null9', 'x1']);
    expect(keys(ordered, [null], [null])).toEqual(['none8', 'null9']);
    expect(keys(ordered, ['w'], ['w'])).toEqual([]);
  });
  test('over many blocks, from within one to within another', () => {
    const ordered = new Ordered(['a', 'b']);
    const two = (n: number) => String(n).padStart(5, '0');
    for (let n = 0; n < 3000; n++) ordered.add({ a: 'x', b: two((n * 7) % 3000) }, `k${(n * 7) % 3000}`);
    const between = (from: number, to: number) => keys(ordered, ['x', two(from)], ['x', two(to)]);
    for (const [from, to] of [
      [0, 2999],
      [255, 257],
      [511, 513],
      [700, 2100],
      [2999, 2999],
    ] as const)
      expect(between(from, to)).toEqual(Array.from({ length: to - from + 1 }, (_, n) => `k${from + n}`));
  });
});

type Event =
  { type: 'Put'; data: { id: string; street: string; n: number } } | { type: 'Dropped'; data: { id: string } };
const byId = ({ data }: { data: { id: string } }) => data.id;
const houses = projection<Event>()<{ id: string; street: string; n: number; at: string }>({
  name: 'house',
  version: 1,
  key: 'id',
  columns: { id: 'text', street: 'text', n: 'int', at: 'timestamptz' },
  indexes: { byStreet: ['street', 'n'], byAt: ['at'] },
  uses: {},
  on: { Put: { keys: byId, fold: (_, { data }) => ({ ...data, at: '' }) }, Dropped: { keys: byId, fold: () => null } },
});
const put = (id: string, street: string, n = 0): Event => ({ type: 'Put', data: { id, street, n } });

describe('a range', () => {
  const columns = { a: 'text', b: 'date', c: 'int', d: 'boolean', e: 'timestamptz', f: 'bigint', g: 'jsonb' } as const;
  const of = (...index: (keyof typeof columns)[]) =>
    rangeColumns({ name: 'p', version: 1, key: 'a', columns, indexes: { by: index }, uses: {}, on: {} } as never, 'by');
  test('of columns that every engine has in one order', () => {
    expect(of('a', 'b', 'c', 'd')).toEqual(['a', 'b', 'c', 'd']);
    for (const strange of ['e', 'f', 'g'] as const) expect(() => of('a', strange)).toThrow(strange);
    expect(() => rangeColumns(houses, 'byNobody')).toThrow('no index');
  });
});

describe('a table in memory', () => {
  const events = log(put('a', 'x', 1), put('b', 'x', 0), put('a', 'x', 1), put('a', 'y', 2), {
    type: 'Dropped',
    data: { id: 'b' },
  });
  test('as of any event, and why', () => {
    const table = replay([houses], events)(houses);
    expect(table.get('a')).toMatchObject({ street: 'y' });
    expect(table.get('a', 2)).toMatchObject({ street: 'x' });
    expect(table.get('a', 0)).toMatchObject({ street: 'x' });
    expect([table.get('b', 0), table.get('b'), table.get('c')]).toEqual([undefined, undefined, undefined]);
    expect(table.rows().map(({ id }) => id)).toEqual(['a']);
    expect(table.rows(3).map(({ id }) => id)).toEqual(['a', 'b']);
    expect([table.why('a'), table.why('b'), table.why('c')]).toEqual([[0, 3], [1, 4], []]);
  });
  test('a row that is removed before there was one is none', () => {
    const table = new MemoryTable(houses);
    table.set('a', null, 0);
    expect(table.why('a')).toEqual([]);
  });
  test('along an index, whether it is asked for before or after', () => {
    const table = new MemoryTable(houses, true);
    const fold = (from: number, to: number) => {
      for (const event of events.slice(from, to)) foldInto(houses, table, {}, event);
    };
    const along = (street: string) => table.range('byStreet', [street]).map(({ id }) => id);
    fold(0, 2);
    expect([along('x'), along('y')]).toEqual([['b', 'a'], []]);
    fold(2, 4);
    expect([along('x'), along('y'), table.why('a')]).toEqual([['b'], ['a'], [3]]);
    fold(4, 5);
    expect(along('x')).toEqual([]);
    expect(table.range('byStreet', ['a'], ['z']).map(({ id }) => id)).toEqual(['a']);
    const later = new MemoryTable(houses);
    for (const event of events) foldInto(houses, later, {}, event);
    expect(later.range('byStreet', ['y'])).toHaveLength(1);
    expect(later.range('byStreet', ['x'])).toEqual([]);
    expect(() => later.range('byAt', [''])).toThrow('no range');
  });
  test('one that only grows is written once', () => {
    const growing = new MemoryTable({ ...houses, grows: true });
    growing.set('a', { id: 'a' }, 0);
    expect(() => growing.set('a', { id: 'a', n: 1 }, 1)).toThrow('only grows');
    const table = new MemoryTable(houses);
    table.set('a', { id: 'a' }, 0);
    table.set('a', { id: 'a', n: 1 }, 1);
    expect(table.get('a')).toEqual({ id: 'a', n: 1 });
  });
});

describe('the engine', () => {
  const [first] = log(put('a', 'x'));
  const one = (fold: (row: unknown) => unknown, more: object = {}) =>
    ({ ...houses, on: { Put: { keys: () => ['a', 'a'], fold } }, ...more }) as never;
  const run = (of: never) => {
    const table = new MemoryTable(of);
    foldInto(of, table, {}, first!);
    return table;
  };
  test('folds each row once, and passes events by that are not asked for', () => {
    let times = 0;
    run(one(() => (times++, { id: 'a' })));
    expect(times).toBe(1);
    expect(() =>
      foldInto(
        one(() => ({ id: 'a' }), { on: {} }),
        new MemoryTable(houses),
        {},
        first!,
      ),
    ).not.toThrow();
    const [strange] = log({ type: 'toString', data: {} });
    expect(() => foldInto(houses, new MemoryTable(houses), {}, strange!)).not.toThrow();
    expect(() => engine([houses], () => new MemoryTable(houses))(strange!)).not.toThrow();
  });
  test('a fold answers, keeps its key, and removes nothing where rows only grow', () => {
    expect(() => run(one(() => undefined))).toThrow('returned nothing');
    expect(() => run(one(() => ({ id: 'b' })))).toThrow('in a row of b');
    expect(() => run(one(() => null, { grows: true }))).toThrow('removes a');
    expect(run(one(() => null)).get('a')).toBeUndefined();
  });
  test('where rows only grow a fold is not shown what is there', () => {
    const seen: unknown[] = [];
    const table = { get: () => ({ id: 'a' }), range: () => [], set: () => undefined };
    for (const grows of [true, undefined])
      foldInto(
        one((row) => (seen.push(row), { id: 'a' }), { grows }),
        table,
        {},
        first!,
      );
    expect(seen).toEqual([undefined, { id: 'a' }]);
  });
  test('what is used comes before what uses it, once; a circle is refused', () => {
    const used = { ...houses, name: 'used' };
    const user = { ...houses, name: 'user', uses: { used } } as never;
    expect(inOrder([user, used, user]).map(({ name }) => name)).toEqual(['used', 'user']);
    const a = { ...houses, name: 'a', uses: {} as Record<string, unknown> };
    a.uses['b'] = { ...houses, name: 'b', uses: { a } };
    expect(() => inOrder([a as never])).toThrow('a → b → a');
  });
  test('a fold sees the rows of what it uses, brought up to the event', () => {
    const streets = {
      ...houses,
      name: 'street',
      uses: { houses },
      on: {
        Put: {
          keys: byId,
          fold: (
            _: unknown,
            { data }: Recorded<Extract<Event, { type: 'Put' }>>,
            look: Look<{ houses: typeof houses }>,
          ) => ({
            id: data.id,
            n: look.houses.range('byStreet', [data.street]).length,
          }),
        },
      },
    } as never;
    const table = replay([streets], log(put('a', 'x'), put('b', 'x')));
    expect(table(streets).rows()).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ]);
  });
});

describe('old shapes', () => {
  const [event] = log({ type: 'Put', data: { n: 1 } });
  const steps = { Put: [({ n }: { n: number }) => ({ n: n + 1 }), ({ n }: { n: number }) => ({ n: n * 10 })] };
  test('are brought up a step a version, from whichever they have', () => {
    expect(upcast(event!, steps)).toMatchObject({ version: 3, data: { n: 20 } });
    expect(upcast({ ...event!, version: 2 }, steps)).toMatchObject({ version: 3, data: { n: 10 } });
    const newest = { ...event!, version: 3 };
    expect(upcast(newest, steps)).toBe(newest);
    expect(upcast(event!, {})).toBe(event);
  });
  test('a newer one than is known here is refused', () => {
    expect(() => upcast({ ...event!, version: 4 }, steps)).toThrow('newer than this program (3)');
    expect(() => upcast({ ...event!, version: 2 }, {})).toThrow('newer');
  });
});

test('what a stream is about', () => expect(idOf('item')({ stream: 'item-A-1' })).toBe('A-1'));
