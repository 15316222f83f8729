/** A batch goes into its tables all at once: few versions in one statement, many as COPY, and what a table refuses stops it. */
import { expect, test } from '@jest/globals';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { rebuild } from '../../src/read/rebuild.js';
import { freshLedger } from '../support/server.js';
import { expectedVersions, houses, logOf, payments, record, replay, streets, versionsIn, village } from './village.js';

const AWKWARD = '\\N\t\\b\\\r\n" 𠮷';
const put = (house: string, on: string, note = '') => ({ type: 'Put', data: { house, street: null, on, note } });
const paid = (house: string) => ({ type: 'Paid', data: { house, fen: '1', at: '2026-01-02T08:00:00+08:00' } });
const dropped = (house: string) => ({ type: 'Dropped', data: { house } });
const named = (count: number) => Array.from({ length: count }, (_, n) => `${AWKWARD}${n}`);

async function filled(events: readonly { type: string; data: object }[], batch: number) {
  await using ledger = await freshLedger();
  const store = new PostgresStore(ledger.serviceUrl);
  await record(store, events);
  const rebuilt = await rebuild({ url: ledger.serviceUrl, store, projections: village, batch }, 'missing');
  const log = await logOf(store);
  await store.close();
  const tables = new Map(rebuilt.map((each) => [each.name, each]));
  const versions = async (p: (typeof village)[number]) =>
    (await versionsIn(ledger.serviceUrl, p, tables.get(p.name)!.table)).toSorted();
  const found = { house: await versions(houses), payment: await versions(payments), street: await versions(streets) };
  const expected = (p: (typeof village)[number], upTo: number) => {
    const memory = replay(village, log.slice(0, upTo))(p);
    return expectedVersions(p, memory, [...new Set(memory.rows().map((row) => row[p.key] as string))]).toSorted();
  };
  return { found, expected, log, stopped: (name: string) => tables.get(name)!.stopped };
}

test.each([
  ['few of some tables, many of another', 500, 1000],
  ['few of all', 20, 1000],
  ['as many as go along', 300, 601],
  ['many, and versions of a batch before end', 500, 400],
])(
  '%s',
  async (_, houseCount, batch) => {
    const all = named(houseCount);
    const long = `${AWKWARD}${'注'.repeat(1000)}`;
    const events = [
      ...all.map((house) => put(house, '2026-01-01', long)),
      ...all.map((house, n) => (n % 50 === 0 ? paid(house) : put(house, '2026-01-02'))),
    ];
    const { found, expected, stopped } = await filled(events, batch);
    for (const p of village) {
      expect(stopped(p.name)).toBeNull();
      expect(found[p.name as 'house']).toEqual(expected(p, events.length));
    }
  },
  60_000,
);

test('what was removed is a version without a row, among many', async () => {
  const all = named(400);
  const { found } = await filled([...all.map((house) => put(house, '2026-01-01')), ...all.map(dropped)], 1000);
  const versions = found.house.map((line) => JSON.parse(line) as [string, number, number | null, object | null]);
  expect(versions.filter(([, , to, row]) => to === null && row === null)).toHaveLength(400);
  expect(versions.filter(([, , to, row]) => to !== null && row !== null)).toHaveLength(400);
}, 60_000);

test.each([4, 400])(
  'a row that its table cannot hold, after %d others: it stops there, who looks at it with it, the others go on',
  async (count) => {
    const all = named(count);
    const events = [...all.map((house) => put(house, '2026-01-01')), put('wrong', '2026-02-30'), ...all.map(paid)];
    const { found, expected, log, stopped } = await filled(events, 1000);
    const event = log[count]!.id;
    expect(stopped('house')).toMatchObject({ index: count, event, reason: expect.stringContaining('2026-02-30') });
    expect(stopped('street')).toMatchObject({ index: count, event, reason: expect.stringContaining('house') });
    expect(stopped('payment')).toBeNull();
    expect(found.house).toEqual(expected(houses, count));
    expect(found.street).toEqual(expected(streets, count));
    expect(found.payment).toEqual(expected(payments, events.length));
  },
  60_000,
);
