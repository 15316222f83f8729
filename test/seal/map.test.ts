/** The map over objects: followed, told of, at rest, made again by verify; and whatever is changed in it, or in anything else that is kept, is found. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { rootFromEntry, proveEntry, blindOf, chainOn, keyOf, type Page } from '../../projections/kernel/map.js';
import type { Hash } from '../../projections/kernel/merkle.js';
import { createKeys } from '../../src/ledger/seal/log-keys.js';
import { sha256 } from '../../src/ledger/seal/keys.js';
import { lastRoot, MAP_ROOT, recordingRoots, type RecordRoot } from '../../src/ledger/seal/map-root.js';
import { Mapper } from '../../src/ledger/seal/mapper.js';
import { asKept, loadWays, secretOf } from '../../src/ledger/seal/objects.js';
import { SealRefused } from '../../src/ledger/seal/refused.js';
import { verifyLedger } from '../../src/verify/ledger.js';
import { Report } from '../../src/verify/report.js';
import { compareTables, replayTables, scratchOn } from '../../src/verify/tables.js';
import { testServer } from '../support/server.js';
import { writeNotes } from '../support/notes.js';
import { service } from '../support/service.js';

const LONG = process.env['MINGZHANG_LONG'] === '1';
let at: Awaited<ReturnType<typeof service>>;
let seal: string;
let admin: Client;
let notes = 0;
const applicant = { kind: 'person', identifier: { kind: 'id-card', value: '1' }, personal: { name: '张三' } };
const head = async () => (await at.opened.store.head()).next;
const roots = async () => at.opened.store.readTypes([MAP_ROOT], 0, 1000);
async function write(count: number): Promise<void> {
  await writeNotes(at.opened.store, notes, count);
  notes += count;
}
const record = (): RecordRoot => recordingRoots(at.opened, (...asked) => at.app.commands.send(...asked));
/** A mapper of its own, at a time of its own. */
async function mapped(millis: () => number, recorded = record()): Promise<void> {
  const { serviceUrl: url, store } = at.opened;
  const mapper = new Mapper({ url, store, folder: seal, record: recorded, millis });
  try {
    await mapper.mapOnce();
  } finally {
    await mapper.stop();
  }
}
const later = () => Date.now() + 120_000;
const verify = (full = true) =>
  verifyLedger({
    opened: at.opened,
    folder: seal,
    full,
    elsewhere: [],
    scratch: null,
    signal: new AbortController().signal,
  });
async function tamper(...statements: string[]): Promise<number> {
  let changed = 0;
  await admin.query('set session_replication_role = replica');
  for (const sql of statements) changed += (await admin.query(sql)).rowCount ?? 0;
  await admin.query('set session_replication_role = origin');
  return changed;
}
const KEPT = ['map_pages', 'map', 'events', 'event_refs', 'streams', 'head', 'tree', 'tiles', 'checkpoints'];
const keep = async () => {
  for (const table of KEPT)
    await admin.query(`drop table if exists kept_${table}; create table kept_${table} as table log.${table}`);
};
const putBack = (tables = KEPT) =>
  tamper(
    ...tables.flatMap((table) => [`delete from log.${table}`, `insert into log.${table} select * from kept_${table}`]),
  );

beforeAll(async () => {
  seal = await mkdtemp(join(tmpdir(), 'mingzhang-map-'));
  at = await service([{ name: 'clerk', staffNo: '1', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' }], {
    sealFolder: seal,
  });
  admin = new Client({ connectionString: at.adminUrl });
  await admin.connect();
  await mapped(Date.now);
  expect(await roots()).toEqual([]); // nobody would sign it
  await createKeys({ folder: seal, opened: at.opened, commands: at.app.commands }, 'log.example/map');
  for (let n = 0; n < 4; n++) {
    for (const step of ['a', 'b'])
      await at.as('clerk').post(`/v1/matters/M-${n}${step}/receipts`, { materials: [], applicant }, `r${n}${step}`);
    await write(150);
    await mapped(later);
    await at.app.seal.sealUnlessOthersDo();
  }
  await at.app.reader.until(String((await head()) - 1), 60_000);
  await keep();
}, 60_000);
afterAll(async () => {
  await admin.end();
  await at.close();
  await rm(seal, { recursive: true });
});

test('is told of once a minute at most, and not on account of itself: an idle ledger comes to rest', async () => {
  const before = await head();
  expect((await roots()).length).toBe(4);
  await mapped(later);
  expect(await head()).toBe(before);
  await write(1);
  await mapped(Date.now);
  expect(await head()).toBe(before + 1);
  await mapped(later);
  expect(await head()).toBe(before + 2);
  for (let n = 0; n < 3; n++) await mapped(() => Date.now() + 1e9 * (n + 1));
  expect(await head()).toBe(before + 2);
  const last = (await lastRoot(at.opened.store, before + 2))!;
  expect(last).toMatchObject({ size: before + 1, index: before + 1 });
  expect(await at.app.seal.map.at(last.size)).toMatchObject({ root: Buffer.from(last.root), objects: last.objects });
  await at.app.seal.sealUnlessOthersDo();
  await keep();
});

test('has of every object all events that refer to it, and of others nothing', async () => {
  const { store } = at.opened;
  const { map } = at.app.seal;
  const { size, root } = (await lastRoot(store, await head()))!;
  const { epoch } = (await map.at(size))!;
  const secret = await secretOf(store);
  const proved = async (type: string, id: string) => {
    const blind = blindOf(sha256, secret, { type, id });
    const key = keyOf(sha256, blind, { type, id });
    const pages = new Map<string, Page | null>();
    await loadWays(pages, [key], { read: asKept(map, epoch), root });
    const proof = proveEntry(sha256, pages, key);
    expect(Buffer.from(rootFromEntry(sha256, key, proof)!)).toEqual(Buffer.from(root));
    const indexes = (await store.readRefs(type, id)).map(({ index }) => index).filter((index) => index < size);
    let chain: Hash = blind;
    for (const index of indexes) {
      const [stored] = await store.readStored(index, 1);
      chain = chainOn(sha256, chain, index, stored!.digest);
    }
    if (indexes.length === 0) expect(proof.at && Buffer.from(proof.at.key).equals(key)).not.toBe(true);
    else expect(proof.at).toEqual({ key: Buffer.from(key), count: indexes.length, chain: Buffer.from(chain) });
    return indexes.length;
  };
  expect(await proved('matter', 'M-0a')).toBeGreaterThan(0);
  expect(await proved('matter', 'M-9')).toBe(0);
  for (const each of await store.readAll(0, 40)) for (const { type, id } of each.refs) await proved(type, id);
});

test('every root and page is made again, from the first event or from where it was verified before', async () => {
  for (const full of [true, false, true]) {
    const report = await verify(full);
    expect([report.wrongs, report.verdict]).toEqual([[], 'proved']);
    const map = report.toJSON().checked.find(({ what }) => what === 'map')!;
    expect(map.count).toBe(full ? 5 : 1); // that from which it goes on
  }
  await write(3);
  await mapped(() => Date.now() + 1e10);
  await at.app.seal.sealUnlessOthersDo();
  const { checked, verdict } = (await verify(false)).toJSON();
  expect([verdict, checked.find(({ what }) => what === 'map')!.count]).toEqual(['proved', 2]);
  await keep();
});

const changes = async (
  ways: Record<string, (n: number, m: number) => string[]>,
  name: string,
  { numRuns, tables }: { numRuns: number; tables: string[] },
) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1e6), fc.nat(1e6), async (n, m) => {
      const changed = await tamper(...ways[name]!(n, m));
      const { exitCode } = await verify();
      await putBack(tables);
      expect([n, m, exitCode === 0]).toEqual([n, m, changed === 0]);
    }),
    { numRuns },
  );
};
describe('whatever is changed in it is found', () => {
  const rows = 'select path, epoch from log.map_pages order by epoch, path collate "C"';
  const nth = (n: number) => `(${rows} offset ${n} % (select count(*) from log.map_pages) limit 1)`;
  const where = (n: number) => `(path, epoch) = ${nth(n)}`;
  const bit = (column: string, n: number) =>
    `set_bit(${column}, ${n} % (8 * length(${column})), 1 - get_bit(${column}, ${n} % (8 * length(${column}))))`;
  const epoch = (n: number) => `epoch = 1 + ${n} % (select max(epoch) from log.map)`;
  const ways: Record<string, (n: number, m: number) => string[]> = {
    'a bit of a page': (n, m) => [`update log.map_pages set page = ${bit('page', m)} where ${where(n)}`],
    'a page dropped': (n) => [`delete from log.map_pages where ${where(n)}`],
    'a page put in': (n, m) => [
      `insert into log.map_pages select path || '${(m % 16).toString(16)}', epoch, page from log.map_pages where ${where(n)} on conflict do nothing`,
      `insert into log.map_pages select 'ffffffff', epoch, page from log.map_pages where ${where(n)}`,
    ],
    'two pages exchanged': (n, m) => [
      `update log.map_pages p set page = o.page from log.map_pages o, ${nth(n)} a, ${nth(n + 1 + m)} b
       where a <> b and ((p.path, p.epoch) = (a.path, a.epoch) and (o.path, o.epoch) = (b.path, b.epoch)
          or (p.path, p.epoch) = (b.path, b.epoch) and (o.path, o.epoch) = (a.path, a.epoch)) and p.page <> o.page`,
    ],
    'a page moved to another epoch': (n, m) => [
      `update log.map_pages set epoch = epoch + 100 + ${m % 7} where ${where(n)}`,
    ],
    'a bit of a root': (n, m) => [`update log.map set root = ${bit('root', m)} where ${epoch(n)}`],
    'a size': (n) => [`update log.map set size = size - 1 where ${epoch(n)}`],
    'how many objects': (n, m) => [`update log.map set objects = objects + ${1 + (m % 9)} where ${epoch(n)}`],
    'an epoch dropped': (n) => [`delete from log.map where ${epoch(n)}`],
    'an epoch and its pages dropped': (n) => [
      `delete from log.map_pages where ${epoch(n)}`,
      `delete from log.map where epoch not in (select epoch from log.map_pages)`,
    ],
    'an epoch put in': (n) => [
      `update log.map set epoch = epoch + 50`,
      `update log.map_pages set epoch = epoch + 50`,
      `insert into log.map select ${n} % 50, 1, root, objects from log.map limit 1`,
    ],
  };
  test.each(Object.keys(ways))(
    '%s',
    (name) => changes(ways, name, { numRuns: LONG ? 20 : 2, tables: ['map_pages', 'map'] }),
    60_000,
  );

  test('what was verified before is looked at again where it is needed', async () => {
    await verify(false);
    await tamper(
      `update log.map_pages set page = ${bit('page', 300)} where path = '' and epoch = (select max(epoch) from log.map)`,
    );
    await write(2);
    await expect(mapped(() => Date.now() + 1e11)).rejects.toThrow(SealRefused);
    expect((await roots()).length).toBe(6);
    await putBack(['map_pages', 'map']);
    await mapped(() => Date.now() + 1e11);
    await at.app.seal.sealUnlessOthersDo();
    await keep();
    await tamper(
      `update log.map_pages set page = ${bit('page', 300)} where path = '' and epoch = (select max(epoch) - 1 from log.map)`,
    );
    const report = await verify(false);
    expect(report.wrongs.map(({ first }) => first.code)).toEqual(['map-page']);
    await putBack();
  });
});

describe('whatever is dropped, put in or exchanged of events, tiles and heads is found', () => {
  let size = 0;
  beforeAll(async () => {
    await at.app.seal.sealUnlessOthersDo();
    await keep();
    size = await head();
  });

  const KEYS = { events: 'index', tiles: 'level, index', checkpoints: 'size' } as const;
  type Table = keyof typeof KEYS;
  const nth = (table: Table, n: number) =>
    `(select ctid from log.${table} order by ${KEYS[table]} offset ${n} % (select count(*) from log.${table}) limit 1)`;
  const dropped = (table: Table) => (n: number) => [`delete from log.${table} where ctid = ${nth(table, n)}`];
  const exchanged = (table: Table, columns: string[]) => (n: number, m: number) => [
    `update log.${table} t set ${columns.map((each) => `${each} = o.${each}`).join(', ')} from log.${table} o
     where (t.ctid = ${nth(table, n)} and o.ctid = ${nth(table, n + 1 + m)}
        or o.ctid = ${nth(table, n)} and t.ctid = ${nth(table, n + 1 + m)}) and t.ctid <> o.ctid`,
  ];
  /** As if it had always been there: those behind it move on. */
  const event = (n: number, m: number) => [
    `update log.events set index = index + 5000000 where index > ${n % size}`,
    `update log.events set index = index - 4999999 where index > 5000000`,
    `insert into log.events select 1 + ${n % size}, stream, revision, type, id, recorded_at, ledger_time, digest, bytes
     from log.events where index = ${m % ((n % size) + 1)}`,
    'update log.head set next = next + 1',
  ];
  /** By way of places where nobody stands. */
  const moved = (n: number, m: number) => {
    const [from, to] = [n % size, m % size];
    if (from === to) return [];
    return [
      `update log.events set index = 6000000 where index = ${from}`,
      `update log.events set index = index + 5000000 where index between ${Math.min(from, to)} and ${Math.max(from, to)}`,
      `update log.events set index = index - 5000000 + ${Math.sign(from - to)} where index between 5000000 and 5999999`,
      `update log.events set index = ${to} where index = 6000000`,
    ];
  };
  const leaf = (hashes: string, n: number) => `substring(${hashes} from ${n} * 32 + 1 for 32)`;
  const ways: Record<string, (n: number, m: number) => string[]> = {
    'an event dropped': dropped('events'),
    'an event put in': event,
    'two events exchanged': exchanged('events', ['bytes', 'digest']),
    'an event moved': moved,
    'a tile dropped': dropped('tiles'),
    'a tile put in': (n, m) => [`insert into log.tiles select ${n % 3}, 3 + ${m % 9}, hashes from log.tiles limit 1`],
    'two tiles exchanged': exchanged('tiles', ['hashes']),
    'two hashes of a tile exchanged': (n, m) => {
      const [a, b] = [n % 256, m % 256];
      return [
        `update log.tiles set hashes = overlay(overlay(hashes placing ${leaf('hashes', b)} from ${a} * 32 + 1) placing ${leaf('hashes', a)} from ${b} * 32 + 1)
           where ctid = ${nth('tiles', n + m)} and ${a} <> ${b}`,
      ];
    },
    'a head dropped': dropped('checkpoints'),
    'a head put in': (n, m) => [
      `insert into log.checkpoints select size ${n % 2 ? '' : `+ ${1 + (m % 50)}`}, signers || ',00000000', root, note, signed_at
         from log.checkpoints where ctid = ${nth('checkpoints', m)}`,
    ],
    'two heads exchanged': exchanged('checkpoints', ['note', 'root']),
  };
  test.each(Object.keys(ways))('%s', (name) => changes(ways, name, { numRuns: LONG ? 10 : 1, tables: KEPT }), 60_000);
});

test('rows of read models: whatever is changed, dropped, put in or exchanged in any table', async () => {
  const at_ = { url: at.opened.serviceUrl, store: at.opened.store, signal: new AbortController().signal };
  const scratch = await scratchOn(testServer(), 'postgres');
  try {
    await replayTables(at_, scratch, new Report());
    const { rows: all } = await admin.query<{ t: string; key: string }>(
      `select quote_ident("table") as t, (select quote_ident(attname) from pg_attribute a join pg_index i on i.indrelid = a.attrelid and a.attnum = i.indkey[0]
           where i.indisprimary and a.attrelid = ('read.' || quote_ident("table"))::regclass) as key from read.tables where state = 'serving' order by 1`,
    );
    const tables: typeof all = [];
    for (const each of all)
      if ((await admin.query(`select from read.${each.t} limit 2`)).rowCount === 2) tables.push(each);
    expect(tables.length).toBeGreaterThan(3);
    const one = (t: string, n: number) =>
      `(select ctid from read.${t} order by ctid offset ${n} % (select count(*) from read.${t}) limit 1)`;
    const ways = [
      (t: string, n: number) => `delete from read.${t} where ctid = ${one(t, n)}`,
      (t: string, n: number) =>
        `update read.${t} set "row" = jsonb_set("row"::jsonb, array[(select max(k) from jsonb_object_keys("row"::jsonb) k)], '"?"') where ctid = ${one(t, n)}`,
      (t: string, n: number) => `update read.${t} x set "row" = y."row" from read.${t} y
           where (x.ctid, y.ctid) in ((${one(t, n)}, ${one(t, n + 1)}), (${one(t, n + 1)}, ${one(t, n)})) and x."row"::text <> y."row"::text`,
      (t: string, n: number, key: string) =>
        `insert into read.${t} select (jsonb_populate_record(x, jsonb_build_object('${key.replaceAll('"', '')}', 'made up'))).* from read.${t} x where ctid = ${one(t, n)}`,
    ];
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.nat(1e6), fc.constantFrom(...ways), async (which, n, way) => {
        const { t, key } = tables[which % tables.length]!;
        await admin.query(`create table kept_rows as table read.${t}`);
        const changed = (await admin.query(way(t, n, key))).rowCount ?? 0;
        const report = new Report();
        await compareTables(at_, scratch, report);
        await admin.query(`delete from read.${t}; insert into read.${t} select * from kept_rows; drop table kept_rows`);
        expect([t, n, way.toString(), report.verdict]).toEqual([
          t,
          n,
          way.toString(),
          changed === 0 ? 'proved' : 'refuted',
        ]);
      }),
      { numRuns: LONG ? 40 : 4 },
    );
  } finally {
    await scratch.drop();
  }
}, 120_000);

describe('cut off', () => {
  test('before its root is told, it is told the next time; and two at once tell one history', async () => {
    await write(5);
    const size = await head();
    const lost = () => Promise.reject(new Error('power is lost'));
    await expect(mapped(() => Date.now() + 1e12, lost)).rejects.toThrow('power is lost');
    expect((await at.app.seal.map.last())!.size).toBe(size);
    await Promise.all([mapped(() => Date.now() + 1e12), mapped(() => Date.now() + 1e12)]);
    expect((await roots()).length).toBe(8);
    expect((await lastRoot(at.opened.store, await head()))!.size).toBe(size);
  });
  test('by kill -9 when it has grown: another tells of the same root', async () => {
    await write(5);
    const [size, told] = [await head(), (await roots()).length];
    const { serviceUrl: url, store } = at.opened;
    const dying = spawn(process.execPath, ['test/support/sealer.mjs', url, seal, 'map'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(dying.stdout, 'data');
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    expect([(await at.app.seal.map.last())!.size, (await roots()).length]).toEqual([size, told]);
    const setup = { url, store, folder: seal, record: record(), millis: Date.now, everyMillis: 0, leaseMillis: 1000 };
    const next = new Mapper(setup);
    next.start();
    while ((await roots()).length === told) await new Promise((resolve) => setTimeout(resolve, 50));
    await next.stop();
    expect((await lastRoot(store, await head()))!).toMatchObject({
      size,
      root: Buffer.from((await at.app.seal.map.at(size))!.root),
    });
  }, 20_000);
  test('and put back without its pages, it is made again, and says so until then', async () => {
    await at.app.seal.sealUnlessOthersDo();
    const last = (await lastRoot(at.opened.store, await head()))!;
    await tamper('delete from log.map_pages', 'delete from log.map');
    const report = await verify();
    expect([report.verdict, report.wrongs]).toEqual(['undetermined', []]);
    await write(1);
    await mapped(() => Date.now() + 1e12);
    expect((await at.app.seal.map.at(last.size))!.root).toEqual(Buffer.from(last.root));
    await tamper(`update log.map set root = sha256('x') where epoch = (select max(epoch) from log.map)`);
    await write(1);
    await expect(mapped(() => Date.now() + 1e13)).rejects.toThrow('is not that of the first');
  });
});
