/** A ledger from PostgreSQL into KurrentDB and back: the same digests, roots and rows; broken off and gone on with. */
import { Client, Pool } from 'pg';
import { projections } from '../../projections/index.js';
import { CITY_BEGINS, cityOf } from '../../src/demo/city/city.js';
import { batches } from '../../src/demo/fill.js';
import { fillLog } from '../../src/ledger/backup.js';
import { takeAlong } from '../../src/ledger/beside.js';
import { copyLedger } from '../../src/ledger/copy.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import { KurrentStore } from '../../src/ledger/kurrentdb.store.js';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { rebuild } from '../../src/read/rebuild.js';
import { entries } from '../../src/read/registry.js';
import { playCity } from '../../src/simulation/simulate.js';
import { openWorld } from '../../src/simulation/world.js';
import { append, firstOf } from '../contracts/event-store.contract.js';
import { KurrentServer } from '../support/kurrent-server.js';
import { freshLedger, type FreshLedger } from '../support/server.js';

const server = new KurrentServer();
/** Every byte counts, not how many there are: a season of the story, and half a year of it in the long run. */
const until = process.env['MINGZHANG_LONG'] === '1' ? '2025-06-30' : '2025-03-31';
const undo: (() => Promise<unknown>)[] = [];
const never = new AbortController().signal;
let here: FreshLedger;
let from: PostgresStore;
let events: number;

const ledger = async () => {
  const made = await freshLedger();
  undo.push(() => made.close());
  return made;
};
const kept = <S extends EventStore>(store: S): S => {
  undo.push(() => store.close());
  return store;
};
beforeAll(async () => {
  await server.start();
  here = await ledger();
  const plan = { seed: 5, until, size: 0.01 };
  const world = await openWorld({ from: CITY_BEGINS, region: 'CN-GX', name: 'city' });
  await playCity(cityOf(plan), world);
  await world.goTo(plan.until);
  await fillLog(here.adminUrl, batches(world.store));
  events = (await world.store.head()).next;
  await world.close();
  from = kept(new PostgresStore(here.serviceUrl));
});
afterAll(async () => {
  for (const each of undo.toReversed()) await each();
  server.stop();
});

/** Every row of every read table, with its versions, filled anew from a log. */
async function tablesOf(store: EventStore, url: string): Promise<Record<string, readonly string[]>> {
  await rebuild({ url, store, projections }, 'all', never);
  const pool = new Pool({ connectionString: url });
  try {
    const found: Record<string, string[]> = {};
    for (const { name, table, state } of await entries(pool)) {
      if (state !== 'serving') continue;
      const { rows } = await pool.query<{ row: string }>(`select t::text as row from read."${table}" t order by 1`);
      found[name] = rows.map(({ row }) => row);
    }
    return found;
  } finally {
    await pool.end();
  }
}
const digests = async (store: EventStore) =>
  (await store.readStored(0, 1_000_000)).map(
    ({ index, digest, bytes }) => `${index} ${digest.toString('hex')} ${bytes}`,
  );

test('broken off and gone on with, everything is there once, the roots are the same, and so is every row that is read from it', async () => {
  const there = await ledger();
  const to = kept(await KurrentStore.open(server.url, there.serviceUrl, 'copy'));
  const stop = new AbortController();
  let told = 0;
  const broken = copyLedger(from, to, stop.signal, (done) => ((told = done), stop.abort()));
  await expect(broken).rejects.toThrow('aborted');
  expect(told).toBeLessThan(events);
  const { before, root, events: all } = await copyLedger(from, to, never);
  expect([before, all]).toEqual([told, events]);
  expect(await digests(to)).toEqual(await digests(from));
  expect(await copyLedger(from, to, never)).toEqual({ before: events, events, root });

  const [theirs, ours] = [await tablesOf(to, there.serviceUrl), await tablesOf(from, here.serviceUrl)];
  expect(Object.keys(theirs).length).toBe(Object.keys(ours).length);
  expect(Object.values(ours).flat().length).toBeGreaterThan(events);
  for (const [name, rows] of Object.entries(ours)) expect({ name, rows: theirs[name] }).toEqual({ name, rows });

  const back = await ledger();
  const again = kept(new PostgresStore(back.serviceUrl));
  expect((await copyLedger(to, again, never)).root).toBe(root);
  const rows = async (of: FreshLedger) => {
    const client = new Client({ connectionString: of.adminUrl });
    await client.connect();
    const all_ = await client.query('select t::text as row from log.events t order by index');
    await client.end();
    return all_.rows as unknown[];
  };
  expect(await rows(back)).toEqual(await rows(here));
}, 120_000);

test('within one ledger: it is not gone on with here once it is there, and only if it is the same there', async () => {
  const to = kept(await KurrentStore.open(server.url, here.serviceUrl, 'moved', { copying: true }));
  expect(await to.index.moveElsewhere('moved')).toBe(0);
  await copyLedger(from, to, never);
  await append(from, 'late-1', -1, 'k');
  expect(await to.index.moveElsewhere('moved')).toBe(events);
  expect((await copyLedger(from, to, never)).before).toBe(events);
  expect(await to.index.moveElsewhere('moved')).toBeNull();
  await expect(append(from, 'late-2', -1, 'k')).rejects.toThrow('EVENTSTORE_URL');
  const now = kept(await KurrentStore.open(server.url, here.serviceUrl, 'moved'));
  expect(await firstOf(now, await append(now, 'late-2', -1, 'k'), 1)).toBe(events + 1);
});

test('a target that holds something else is not written into', async () => {
  const other = await ledger();
  const to = kept(await KurrentStore.open(server.url, other.serviceUrl, 'other'));
  await append(to, 'other-1', -1, 'k');
  await expect(copyLedger(from, to, never)).rejects.toMatchObject({ name: 'CopyDiffers', index: 0 });
  expect((await to.head()).next).toBe(1);
});

test('what signs people in, the tree, what was signed of it and the map go along into another database, once', async () => {
  const [old, made] = [await ledger(), await ledger()];
  const [there, here_] = [
    new Client({ connectionString: old.adminUrl }),
    new Client({ connectionString: made.adminUrl }),
  ];
  await Promise.all([there.connect(), here_.connect()]);
  undo.push(
    () => there.end(),
    () => here_.end(),
  );
  const hash = (of: string) => `decode(repeat('${of}', 32), 'hex')`;
  await there.query(`
    insert into identity.credentials (account, login, password) values ('a', 'wei', 'argon2id…');
    insert into identity.sessions (id, hash, account, rights, factors, agent, address, ends_at)
      values ('00000000-0000-4000-8000-000000000000', ${hash('05')}, 'a', 0, '{}', '', '', now());
    select log.grow_tree(0, 300, array[${hash('01')}, ${hash('02')}], '{0}', '{0}', array[decode(repeat('03', 8192), 'hex')]);
    select log.publish_checkpoint(300, 'k', ${hash('04')}, 'note');
    select log.add_cosignature(300, 'k', 'w', 'line', now());
    select log.grow_map(0, 300, ${hash('05')}, 7, array['', '0'], array[${hash('06')}, ${hash('07')}])`);
  const all = async (of: Client) => {
    const { rows } = await of.query<{ table: string }>(
      `select schemaname || '.' || tablename as table from pg_tables where schemaname in ('identity', 'log') order by 1`,
    );
    const found: Record<string, readonly unknown[]> = {};
    for (const { table } of rows)
      found[table] = (await of.query<{ row: string }>(`select t::text as row from ${table} t order by 1`)).rows;
    return found;
  };
  await takeAlong(old.serviceUrl, made.adminUrl);
  await takeAlong(old.serviceUrl, made.adminUrl);
  const [before, after] = [await all(there), await all(here_)];
  expect(before['log.map_pages']).toHaveLength(2);
  expect(before['identity.sessions']).toHaveLength(1);
  // Who is signed in signs in again; migrations have their times.
  const own = new Set(['identity.sessions', 'log.migrations']);
  for (const table of Object.keys(before))
    if (!own.has(table)) expect([table, after[table]]).toEqual([table, before[table]]);
  expect(after['identity.sessions']).toEqual([]);
});
