/** Lists in pages, moments that cannot be read, and tables that are filled while others write. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Line } from '../../projections/reconcile/lines.js';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { decodeUtf8 } from '../../src/read/copied.js';
import { Projector } from '../../src/read/projector.js';
import { rebuild } from '../../src/read/rebuild.js';
import { Lagging, NoHistory, Rows } from '../../src/read/rows.js';
import { Unreadable, type Where } from '../../src/read/select.js';
import { freshLedger, type FreshLedger } from '../support/server.js';
import { houses, payments, record, village } from './village.js';

let ledger: FreshLedger;
let store: PostgresStore;
let rows: Rows;
const put = (house: string, street: string | null, on: string) => ({
  type: 'Put',
  data: { house, street, on, note: '' },
});
const AWKWARD = '\\N\t\\b\b\f\v\r\n\\\\ 𠮷 "';
const STREETS = ['一街', null, '二街', '一街', null];
const ALL = Array.from({ length: 25 }, (_, n) =>
  put(`h${String(n).padStart(2, '0')}`, STREETS[n % 5]!, `2026-01-0${1 + (n % 7)}`),
);

beforeAll(async () => {
  ledger = await freshLedger();
  store = new PostgresStore(ledger.serviceUrl);
  rows = await Rows.open(ledger.serviceUrl, store);
  await record(store, ALL);
  await record(store, [put('h00', '三街', '2026-01-09'), { type: 'Dropped', data: { house: 'h01' } }]);
  await record(store, [{ type: 'Put', data: { house: 'h02', street: AWKWARD, on: '2026-01-09', note: AWKWARD } }]);
  await rebuild({ url: ledger.serviceUrl, store, projections: village }, 'missing');
});
afterAll(async () => {
  await rows.close();
  await store.close();
  await ledger.close();
});

describe('all rows at once', () => {
  const each = async (members: readonly string[] | null, asOf?: number) => {
    const found: unknown[][] = [];
    await rows.each(houses, members, (values) => void found.push([...values]), { asOf });
    return found;
  };
  const MEMBERS = ['house', 'street', 'on', 'paid', 'open', 'notes'] as const;
  test.each([undefined, 24, 25, 26])('the same as in pages, as of %s: whole, or some members of them', async (asOf) => {
    const { rows: paged } = await rows.find<Record<string, unknown>>(houses, {}, { limit: 1000, asOf });
    const byHouse = (of: unknown[][]) => of.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    const whole = (await each(null, asOf)).map(([row]) => row as Record<string, unknown>);
    expect(byHouse(whole.map((row) => [row['house'], row]))).toEqual(byHouse(paged.map((row) => [row['house'], row])));
    const some = byHouse(await each(MEMBERS, asOf));
    expect(some).toEqual(byHouse(paged.map((row) => MEMBERS.map((name) => row[name]))));
  });
  test('texts come as they are, whatever signs are in them', async () => {
    const found = (await each(MEMBERS)).find(([house]) => house === 'h02');
    expect(found).toEqual(['h02', AWKWARD, '2026-01-09', '0', true, ['', AWKWARD]]);
  });
  test.each([undefined, 24, 26])('lines, as of %s, say the same; their bytes may be kept', async (asOf) => {
    const texts = ['house', 'street', 'on', 'paid'] as const;
    const kept: [Uint8Array, number][] = [];
    await rows.lines(houses, texts, ({ bytes, at }) => void kept.push([bytes, at[0]!]), { asOf });
    const line = new Line(texts.length, decodeUtf8);
    const said = kept.map(([bytes, from]) => (line.read(bytes, from), texts.map((_, n) => line.text(n))));
    expect(said.toSorted()).toEqual(
      (await each(texts, asOf)).map((values) => values.map((value) => value as string | null)).toSorted(),
    );
  });
  test('who breaks off in the middle leaves no connection behind that others would get', async () => {
    for (let n = 0; n < 10; n++)
      await expect(
        rows.each(houses, null, () => {
          throw new Error('enough');
        }),
      ).rejects.toThrow('enough');
    expect(await each(null)).toHaveLength(24);
  });
});

describe('a list in pages', () => {
  const paged = async (order: string[], limit: number, where: Where = {}, asOf?: number) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await rows.find<{ house: string }>(houses, where, { order, limit, cursor, asOf });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      found.push(...page.rows.map(({ house }) => house));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return found;
  };
  test.each([[['street', 'on']], [['-street', 'on']], [['-on', '-house']], [['on']], [[]]])(
    'ordered by %j: every row once, in the order of the whole, whatever the size of a page',
    async (order) => {
      const whole = await paged(order, 1000);
      expect(whole).toHaveLength(24);
      expect(new Set(whole).size).toBe(24);
      for (const limit of [1, 4, 7]) expect(await paged(order, limit)).toEqual(whole);
      expect(await paged(order, 5, {}, 20)).toEqual(await paged(order, 1000, {}, 20));
    },
  );
  test('narrowed to a value, to none, to several, and between bounds', async () => {
    expect(await paged([], 100, { street: '三街' })).toEqual(['h00']);
    expect(await paged([], 100, { street: null })).toHaveLength(9);
    expect(await paged([], 100, { street: ['一街', '二街'] })).toHaveLength(13);
    expect(await paged([], 100, { on: { gte: '2026-01-07' } })).toHaveLength(5);
    expect(await paged([], 100, { on: { gt: '2026-01-01', lte: '2026-01-02' } })).toHaveLength(3);
  });
  test.each<[string, () => Promise<unknown>]>([
    ['a column that is not there', () => rows.find(houses, { colour: 'red' })],
    ['a column that is no value', () => rows.find(houses, { notes: 'x' })],
    ['a day that is none', () => rows.find(houses, { on: '2026-02-30' })],
    ['an amount that is none', () => rows.find(houses, { paid: '1; drop table' })],
    [
      'a cursor of another list',
      async () => {
        const { next } = await rows.find(houses, {}, { limit: 1, order: ['on'] });
        return rows.find(houses, {}, { limit: 1, order: ['street'], cursor: next! });
      },
    ],
    ['a cursor that is none', () => rows.find(houses, {}, { cursor: 'xx' })],
    ['a page of nothing', () => rows.find(houses, {}, { limit: 0 })],
    ['a page of everything', () => rows.find(houses, {}, { limit: 100_000 })],
  ])('is refused: %s', async (_, ask) => {
    await expect(ask()).rejects.toBeInstanceOf(Unreadable);
  });
});

describe('a moment', () => {
  test('is an index, a day or an instant within the log', async () => {
    const { next } = await store.head();
    expect(await rows.index('3')).toBe(3);
    expect(
      await rows.index(new Date(Date.now() + 3_600_000).toISOString().slice(0, 10)).catch((e: unknown) => e),
    ).not.toBe(0);
    await expect(rows.index(String(next))).rejects.toBeInstanceOf(NoHistory);
    await expect(rows.index('2001-01-01')).rejects.toBeInstanceOf(NoHistory);
    await expect(rows.index('2999-01-01')).rejects.toBeInstanceOf(NoHistory);
    await expect(rows.index('yesterday')).rejects.toBeInstanceOf(Unreadable);
  });
  test('that the table has not reached is waited for, and not for ever', async () => {
    await record(store, [put('later', null, '2026-01-01')]);
    const { next } = await store.head();
    await expect(rows.until(String(next - 1), 50)).rejects.toBeInstanceOf(Lagging);
    await expect(rows.until(String(next), 50)).rejects.toBeInstanceOf(NoHistory);
    await rebuild({ url: ledger.serviceUrl, store, projections: village }, 'all');
    await rows.until(String(next - 1), 1000);
    expect((await rows.get<{ house: string }>(houses, 'later'))?.house).toBe('later');
  });
});

describe('why', () => {
  test('leads through all pages to the events, also to the one that removed a row', async () => {
    const reasons: [string, string, boolean][] = [];
    let cursor: string | undefined;
    do {
      const page = await rows.why(houses, {}, { limit: 3, cursor });
      reasons.push(...page.rows.map(({ key, type, gone }) => [key, type, gone] as [string, string, boolean]));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(reasons.length).toBe(27);
    expect((await rows.why(houses, 'h01')).rows.map(({ type, gone }) => [type, gone])).toEqual([
      ['Put', false],
      ['Dropped', true],
    ]);
    expect((await rows.why(payments, {})).rows).toEqual([]);
    expect(await rows.count(houses, ['street'], {})).toContainEqual({ street: null, count: 10 });
  });
});

test('one table alone is rebuilt along with those it looks at, where nobody has filled them yet', async () => {
  await using fresh = await freshLedger();
  const log = new PostgresStore(fresh.serviceUrl);
  await record(log, ALL);
  const done = await rebuild({ url: fresh.serviceUrl, store: log, projections: village }, ['street']);
  expect(done.map(({ name, stopped }) => [name, stopped])).toEqual(village.map(({ name }) => [name, null]));
  const again = await rebuild({ url: fresh.serviceUrl, store: log, projections: village }, ['street']);
  expect(again).toMatchObject([{ name: 'street', difference: { changed: 0, onlyOld: 0, onlyNew: 0 } }]);
  await log.close();
});

test('tables that are filled for the first time serve while writers never stop', async () => {
  await using fresh = await freshLedger();
  const busy = new PostgresStore(fresh.serviceUrl);
  const reading = await Rows.open(fresh.serviceUrl, busy);
  const state = { writing: true };
  const writer = (async () => {
    for (let n = 0; state.writing; n++) await record(busy, [put(`w${n}`, '一街', '2026-01-01')]);
  })();
  const projector = new Projector({ url: fresh.serviceUrl, store: busy, projections: village, batch: 2 });
  try {
    while ((await busy.head()).next < 50) await new Promise((done) => setImmediate(done));
    projector.start();
    await reading.until('49', 20_000, houses);
    expect((await reading.get<{ house: string }>(houses, 'w20'))?.house).toBe('w20');
  } finally {
    state.writing = false;
    await writer;
    await projector.stop();
    await reading.close();
    await busy.close();
  }
}, 60_000);
