/** The sealer against the real database: cut off at every step, two at once, put back, changed, rotated. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { extendsTree, includes, leafHash, rootOf } from '../../projections/kernel/merkle.js';
import { checkpointIn, judge, keyText, noteIn } from '../../projections/kernel/note.js';
import { SealKeys, sha256, verifyEd25519 } from '../../src/ledger/seal/keys.js';
import { SealRefused } from '../../src/ledger/seal/refused.js';
import { Sealer } from '../../src/ledger/seal/sealer.js';
import { Seal } from '../../src/ledger/seal/seal.js';
import { KeptTree } from '../../src/ledger/seal/tree.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import { KurrentStore } from '../../src/ledger/kurrentdb.store.js';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { prepare } from '../../src/read/registry.js';
import { connectPool } from '../../src/read/session.js';
import { verifyLedger } from '../../src/verify/ledger.js';
import { KurrentServer } from '../support/kurrent-server.js';
import { noted, writeNotes } from '../support/notes.js';
import { type FreshLedger, freshLedger } from '../support/server.js';

let folder: string;
let keys: SealKeys;
let ledger: FreshLedger;
let store: PostgresStore;
let written = 0;
const pools: { end(): Promise<unknown> }[] = [];
const NOW = '2026-03-09T08:30:00+08:00';

async function write(count: number, to = store): Promise<void> {
  written += count;
  await writeNotes(to, written - count, count);
}
const sealing = () => new Sealer({ url: ledger.serviceUrl, store, folder });
const digests = async () => (await store.readStored(0, 100_000)).map(({ digest }) => digest);
const kept = () => {
  const pool = connectPool(ledger.serviceUrl);
  pools.push(pool);
  return new KeptTree(pool);
};
/** Every checkpoint is over the very events, signed, and none contradicts another. */
async function holds(): Promise<number> {
  const tree = kept();
  const all = await digests();
  const checkpoints = await tree.checkpoints(-1, 10_000);
  let before: { size: number; root: Buffer } | null = null;
  for (const { size, root, note } of checkpoints) {
    const read = noteIn(note)!;
    expect(checkpointIn(read.text)).toMatchObject({ size });
    expect(Buffer.from(checkpointIn(read.text)!.root).equals(root)).toBe(true);
    expect(Buffer.from(rootOf(sha256, all.slice(0, size))).equals(root)).toBe(true);
    if (before) {
      const proof = await tree.consistency(before.size, size);
      expect(extendsTree(sha256, { before: before.size, size, earlier: before.root, root, proof })).toBe(true);
    }
    before = { size, root };
  }
  return before?.size ?? 0;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-seal-'));
  keys = await SealKeys.create(folder, 'log.example/test', NOW);
  ledger = await freshLedger();
  store = new PostgresStore(ledger.serviceUrl);
  const pool = connectPool(ledger.serviceUrl);
  await prepare(pool);
  await pool.end();
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  await store.close();
  await ledger.close();
  await rm(folder, { recursive: true });
});

test('an empty log has no checkpoint', async () => {
  const sealer = sealing();
  expect(await sealer.seal()).toBeNull();
  await sealer.stop();
});

/** Another process, until it says a line. */
function sealerProcess(...args: string[]) {
  const child = spawn(process.execPath, ['test/support/sealer.mjs', ledger.serviceUrl, folder, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  let said = '';
  const says = (line: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => said.includes(`${line}\n`) && resolve();
      child.stdout.on('data', (some: Buffer) => {
        said += some.toString();
        look();
      });
      void ended.then(() => reject(new Error(`it ended before it said ${line}: ${said}`)));
      look();
    });
  const kill = async () => {
    child.kill('SIGKILL');
    return ended;
  };
  return { says, kill };
}

test('is killed at every step and another goes on over one history, whatever is written in between', async () => {
  await write(600);
  for (const step of ['read', 'grown', 'remembered', 'signed', 'published'] as const) {
    await write(step === 'grown' ? 300 : 3);
    const dying = sealerProcess(step);
    await dying.says(`at ${step}`);
    expect(await dying.kill()).toBe('SIGKILL');
    await holds();
    await write(2);
    const next = sealing();
    expect(await next.seal()).toMatchObject({ size: written });
    await next.stop();
    expect(await holds()).toBe(written);
  }
}, 60_000);

test('of two processes one is killed, again and again and at any moment, and the other goes on', async () => {
  const tree = kept();
  const reached = async (size: number) => {
    while (((await tree.last())?.size ?? 0) < size) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const first = sealerProcess();
  await first.says('following');
  let [holder, other] = [first, sealerProcess()];
  for (const moment of [0, 150, 400, 700]) {
    const writing = Array.from({ length: 8 }, async () => write(1));
    await new Promise((resolve) => setTimeout(resolve, moment)); // it is in the middle of something, or of nothing
    expect(await holder.kill()).toBe('SIGKILL');
    await Promise.all(writing);
    await other.says('following');
    await reached(written);
    await holds();
    [holder, other] = [other, sealerProcess()];
  }
  await Promise.all([holder.kill(), other.kill()]);
  expect(await holds()).toBe(written);
}, 60_000);

test('two at once never sign two histories', async () => {
  const two = [sealing(), sealing()];
  await Promise.all(two.map((sealer) => sealer.seal()));
  for (let round = 0; round < 12; round++) {
    await write(40);
    await Promise.allSettled(two.map((sealer) => sealer.seal()));
    // One that came too late thinks of another tree: it is told so, and starts again.
    for (const sealer of two) await sealer.seal().catch(() => (sealer as never as { forget(): void }).forget());
  }
  for (const sealer of two) await sealer.stop();
  await holds();
});

test('one holds the lease, and another goes on when it ends', async () => {
  const two = [0, 1].map(() => new Sealer({ url: ledger.serviceUrl, store, folder, leaseMillis: 1000 })) as [
    Sealer,
    Sealer,
  ];
  const tree = kept();
  const reached = async (size: number) => {
    while (((await tree.last())?.size ?? 0) < size) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  two.forEach((sealer) => sealer.start());
  await write(5);
  await reached(written);
  // A head is there for all to see a moment before whoever sealed it says so.
  while (!two.some(({ status }) => status.state === 'following')) await new Promise((done) => setTimeout(done, 20));
  const states = two.map(({ status }) => status.state).toSorted();
  expect(states).toEqual(['following', 'waiting']);
  const first = two[0].status.state === 'following' ? 0 : 1;
  await two[first]!.stop();
  await write(5);
  await reached(written);
  await two[1 - first]!.stop();
  await holds();
}, 20_000);

describe('what is kept', () => {
  test('proves every event and every earlier head, from tiles', async () => {
    const tree = kept();
    const { size, root } = (await tree.last())!;
    const all = await digests();
    for (let index = 0; index < size; index += 17) {
      const proof = await tree.inclusion(index, size);
      expect(includes(sha256, { index, size, leaf: leafHash(sha256, all[index]!), proof, root })).toBe(true);
    }
    expect((await tree.tile({ level: 0, index: 0, width: 256 }))!.length).toBe(8192);
    expect((await tree.tile({ level: 0, index: 0, width: 5 }))!.length).toBe(160);
    expect(await tree.tile({ level: 0, index: 99, width: 256 })).toBeNull();
  });
  test('cannot be changed by the service, or put anywhere but at the end', async () => {
    const client = new Client({ connectionString: ledger.serviceUrl });
    await client.connect();
    for (const table of ['tree', 'tiles', 'checkpoints', 'cosignatures'])
      for (const sql of [
        `delete from log.${table}`,
        `update log.${table} set ${table === 'tiles' ? 'index' : 'size'} = 0`,
      ])
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    await client.end();
    const tree = kept();
    expect(await tree.grow({ before: 0, after: 9, edges: [], tiles: [] })).toBe(false);
    expect(await tree.publish(3, 'x', Buffer.alloc(32), 'note')).toBe(false);
    expect(await tree.publish(written + 1, 'x', Buffer.alloc(32), 'note')).toBe(false);
  });
});

test('a new key signs, with the one before it, and the same events are signed again', async () => {
  const before = keys;
  keys = await keys.rotate(NOW, false);
  const sealer = sealing();
  const last = (await sealer.seal())!;
  expect(last.size).toBe(written);
  const note = noteIn(last.note)!;
  for (const { key } of [...before.signers, ...keys.signers])
    expect(await judge(note, key, verifyEd25519)).toMatchObject({ verdict: 'valid' });
  keys = await keys.rotate(NOW, true);
  await write(1);
  const after = noteIn((await sealer.seal())!.note)!;
  await sealer.stop();
  expect(await judge(after, keys.signers[0]!.key, verifyEd25519)).toMatchObject({ verdict: 'valid' });
  expect(await judge(after, before.signers[0]!.key, verifyEd25519)).toBeNull();
});

const looked = async (serviceUrl: string, of: EventStore, home: string) =>
  verifyLedger({
    opened: { serviceUrl, store: of },
    folder: home,
    full: true,
    elsewhere: [],
    scratch: null,
    signal: new AbortController().signal,
  });
test('of two heads of one size, before and after a rotation, each is missed', async () => {
  await using other = await freshLedger();
  const there = new PostgresStore(other.serviceUrl);
  const home = join(folder, 'rotated');
  const made = await SealKeys.create(home, 'log.example/rotated', NOW);
  await writeNotes(there, 6_000_000, 5);
  const sealer = new Sealer({ url: other.serviceUrl, store: there, folder: home });
  await sealer.sealOnce();
  const rotated = await made.rotate(NOW, false);
  expect(await sealer.sealOnce()).toMatchObject({ size: 5, signers: rotated.ids });
  const lines = rotated.signers.map(({ key }) => `log ${keyText(key)}\n`);
  await writeFile(Seal.policyPath(home), `${lines.join('')}quorum none\n`);
  const admin = new Client({ connectionString: other.adminUrl });
  await admin.connect();
  await admin.query('set session_replication_role = replica; create table kept as table log.checkpoints');
  const wrong = async () => (await looked(other.serviceUrl, there, home)).wrongs.map(({ first }) => first.code);
  expect(await wrong()).toEqual([]);
  await admin.query('delete from log.checkpoints where signers = $1', [made.ids]);
  expect(await wrong()).toEqual(['heads']);
  await admin.query('delete from log.checkpoints; insert into log.checkpoints table kept');
  await admin.query('delete from log.checkpoints where signers = $1', [rotated.ids]);
  // It may have been cut off before it was kept; behind another it cannot have been.
  expect((await looked(other.serviceUrl, there, home)).verdict).toBe('undetermined');
  await admin.query('delete from log.checkpoints; insert into log.checkpoints table kept');
  await writeNotes(there, 6_000_005, 1);
  expect(await sealer.sealOnce()).toMatchObject({ size: 6 });
  await admin.query('delete from log.checkpoints where signers = $1 and size = 5', [rotated.ids]);
  expect(await wrong()).toEqual(['heads']);
  await admin.end();
  await sealer.stop();
  await there.close();
}, 30_000);

test('keys are for their owner only, and in no table', async () => {
  const pem = JSON.parse(await readFile(SealKeys.path(folder), 'utf8')) as { keys: { pem: string }[] };
  const secret = pem.keys[0]!.pem.split('\n')[1]!.slice(-30);
  expect((await readdir(folder)).toSorted()).toEqual(['log-key.json', 'rotated', 'signed.json']);
  expect(JSON.stringify([keys.signers])).not.toContain(secret);
  const client = new Client({ connectionString: ledger.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ n: string; t: string }>(
    `select schemaname as n, tablename as t from pg_tables where schemaname in ('log', 'read', 'identity')`,
  );
  for (const { n, t } of rows) {
    const found = await client.query(`select 1 from ${n}."${t}" x where x::text like $1 limit 1`, [`%${secret}%`]);
    expect(found.rowCount).toBe(0);
  }
  await client.end();
});

test('nothing is signed over a log that was put back, or changed', async () => {
  await using other = await freshLedger();
  const another = new PostgresStore(other.serviceUrl);
  const from = written;
  written = 0;
  await write(3, another);
  written = from;
  const pool = connectPool(other.serviceUrl);
  await prepare(pool);
  await pool.end();
  const putBack = new Sealer({ url: other.serviceUrl, store: another, folder });
  await expect(putBack.seal()).rejects.toThrow(SealRefused);
  await putBack.stop();
  // The same number of events, and another one among them.
  for (let n = 3; n < from; n += 500) {
    const rest = Array.from({ length: Math.min(500, from - n) }, (_, k) => n + k);
    await Promise.all(
      rest.map((k) =>
        another.append({ stream: `other-${k}`, expected: -1, unchanged: {}, events: [noted(k + 1_000_000)] }),
      ),
    );
  }
  const changed = new Sealer({ url: other.serviceUrl, store: another, folder });
  await expect(changed.seal()).rejects.toThrow('not those that were signed');
  await changed.stop();
  await another.close();
});

test('a log in KurrentDB is sealed, mapped and verified, and its index compared with it', async () => {
  await using other = await freshLedger();
  const server = new KurrentServer();
  await server.start();
  const away = await KurrentStore.open(server.url, other.serviceUrl, 'sealed');
  const home = join(folder, 'kurrent');
  const { signers } = await SealKeys.create(home, 'log.example/kurrent', NOW);
  await writeFile(Seal.policyPath(home), `log ${keyText(signers[0]!.key)}\nquorum none\n`);
  await writeNotes(away, 5_000_000, 30);
  const mapping = { record: () => Promise.resolve(), millis: Date.now };
  const seal = new Seal({ url: other.serviceUrl, store: away, folder: home, mapping });
  const verifyAway = () => looked(other.serviceUrl, away, home);
  try {
    await seal.mapUnlessOthersDo();
    expect(await seal.sealUnlessOthersDo()).toMatchObject({ size: 30 });
    const report = await verifyAway();
    const { checked, notChecked } = report.toJSON();
    expect([report.wrongs, report.verdict, checked.map(({ what }) => what)]).toEqual([
      [],
      'proved',
      ['events', 'heads', 'map', 'columns'],
    ]);
    expect(notChecked.map(({ en }) => en).join()).toContain('signed_at');
    // What the superuser changes in the index is named.
    const admin = new Client({ connectionString: other.adminUrl });
    await admin.connect();
    await admin.query('set session_replication_role = replica');
    for (const [sql, codes] of [
      [`update log.position_refs set object_id = 'other' where index = 3`, ['ref-missing', 'ref-extra']],
      [`update log.positions set type = 'Other' where index = 4`, ['ref-missing', 'ref-extra', 'column-type']],
    ] as const) {
      expect((await admin.query(sql)).rowCount).toBeGreaterThan(0);
      const { wrongs } = await verifyAway();
      expect(wrongs.map(({ first }) => first.code).toSorted()).toEqual([...codes].toSorted());
    }
    await admin.end();
  } finally {
    await seal.stop();
    await away.close();
    server.stop();
  }
});
