/** A sealed ledger is verified; then each thing in it is changed by the database's superuser, found, named, and put back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { checkpointText, NOTE_ED25519, noteText } from '../../projections/kernel/note.js';
import { rootOf } from '../../projections/kernel/merkle.js';
import { createKeys } from '../../src/ledger/seal/log-keys.js';
import { SealKeys, sha256, Signer } from '../../src/ledger/seal/keys.js';
import type { Report } from '../../src/verify/report.js';
import { verifyLedger } from '../../src/verify/ledger.js';
import { scratchOn } from '../../src/verify/tables.js';
import { writeNotes } from '../support/notes.js';
import { testServer } from '../support/server.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
let seal: string;
let admin: Client;
let size: number;
const applicant = { kind: 'person', identifier: { kind: 'id-card', value: '1' }, personal: { name: '张三' } };

const verify = (more: { full?: boolean; elsewhere?: string[]; tables?: boolean; seal?: string } = {}) =>
  verifyLedger({
    opened: at.opened,
    folder: more.seal ?? seal,
    full: more.full ?? true,
    elsewhere: more.elsewhere ?? [],
    scratch: more.tables ? () => scratchOn(testServer(), 'postgres') : null,
    signal: new AbortController().signal,
  });
const named = (report: Report) => report.wrongs.map(({ first, count }) => [first.code, first.place, count]);
/** As no role of ours can: triggers are off. */
async function tamper(sql: string, values: unknown[] = []) {
  await admin.query('set session_replication_role = replica');
  const { rowCount } = await admin.query(sql, values);
  await admin.query('set session_replication_role = origin');
  expect(rowCount).toBeGreaterThan(0);
}
/** Tables of the log as they are, and as they are put back. */
const KEPT = ['events', 'event_refs', 'streams', 'head', 'tree', 'tiles', 'checkpoints', 'cosignatures'];
const keep = async () => {
  for (const table of KEPT) await admin.query(`create table kept_${table} as table log.${table}`);
};
async function putBack() {
  await admin.query('set session_replication_role = replica');
  for (const table of KEPT) {
    await admin.query(`delete from log.${table}`);
    await admin.query(`insert into log.${table} select * from kept_${table}`);
  }
  await admin.query('set session_replication_role = origin');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-verify-'));
  seal = join(folder, 'seal');
  at = await service([{ name: 'clerk', staffNo: '1', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' }], {
    sealFolder: seal,
  });
  await createKeys({ folder: seal, opened: at.opened, commands: at.app.commands }, 'log.example/test');
  for (let n = 0; n < 6; n++)
    await at.as('clerk').post(`/v1/matters/M-${n}/receipts`, { materials: [], applicant }, `r${n}`);
  for (const [from, count] of [
    [0, 200],
    [200, 300],
    [500, 320],
  ] as const) {
    await writeNotes(at.opened.store, from, count);
    await at.app.seal.sealUnlessOthersDo();
  }
  size = (await at.opened.store.head()).next;
  await at.app.reader.until(String(size - 1), 60_000);
  admin = new Client({ connectionString: at.adminUrl });
  await admin.connect();
  await keep();
}, 60_000);
afterAll(async () => {
  await admin.end();
  await at.close();
  await rm(folder, { recursive: true });
});

test('what is as it was written is proved, and what was not checked is said', async () => {
  const report = await verify({ tables: true });
  expect(named(report)).toEqual([]);
  expect([report.verdict, report.exitCode]).toEqual(['proved', 0]);
  const { checked, notChecked } = report.toJSON();
  expect(checked.map(({ what }) => what)).toEqual(['events', 'heads', 'columns', 'tables']);
  expect(checked[0]!.count).toBe(size);
  expect(checked[1]!.count).toBe(3);
  expect(notChecked.map(({ en }) => en).join()).toContain('sealed, not witnessed');
}, 60_000);

test('goes on from what was verified before', async () => {
  const { checked, notChecked } = (await verify({ full: false })).toJSON();
  expect(checked[0]!.count).toBe(0);
  expect(notChecked.map(({ en }) => en).join()).toContain(`the bytes before ${size}`);
  // What was trusted has to be what the tiles lead to.
  const other = join(folder, 'other');
  await cp(seal, other, { recursive: true });
  await writeFile(join(other, 'verified.json'), JSON.stringify({ size: 300, root: '00'.repeat(32) }));
  const again = await verify({ full: false, seal: other });
  expect(again.toJSON().checked[0]!.count).toBe(size);
});

const flip = 'set_byte(bytes, 100, get_byte(bytes, 100) # 1)';
describe('is found, named, and the rest counted', () => {
  test.each<[string, () => Promise<unknown>, unknown[][]]>([
    [
      'one bit of an event',
      () => tamper(`update log.events set bytes = ${flip} where index = 300`),
      [
        ['digest', '事件 event 300', 1],
        ['event', '事件 event 300', 1],
      ],
    ],
    [
      'one bit of an event, and the digest to go with it',
      () => tamper(`update log.events set bytes = ${flip}, digest = sha256(${flip}) where index in (301, 302, 600)`),
      [['event', '事件 event 301', 3]],
    ],
    [
      'a digest',
      () => tamper(`update log.events set digest = sha256('x') where index = 17`),
      [['digest', '事件 event 17', 1]],
    ],
    [
      'an event that is dropped',
      () => tamper('delete from log.events where index = 40'),
      [
        ['missing', '事件 event 40', 1],
        ['ref-extra', '事件 event 40', 1],
        ['stream', expect.anything(), 1],
      ],
    ],
    [
      'two events that are swapped',
      () =>
        tamper(`update log.events e set bytes = o.bytes, digest = o.digest from log.events o
                    where (e.index, o.index) in ((310, 320), (320, 310))`),
      [
        ['moved', '事件 event 310', 2],
        ['column-stream', '事件 event 310', 2],
        ['column-id', '事件 event 310', 2],
        ['ref-missing', '事件 event 310', 2],
        ['ref-extra', '事件 event 310', 2],
      ],
    ],
    [
      'a leaf in a tile',
      () =>
        tamper(
          `update log.tiles set hashes = set_byte(hashes, 320, get_byte(hashes, 320) # 4) where level = 0 and index = 1`,
        ),
      [['tile', 'tile/0/1', 1]],
    ],
    ['a tile that is gone', () => tamper(`delete from log.tiles where index = 1`), [['tile', 'tile/0/1', 1]]],
    [
      'an upper edge',
      () => tamper(`update log.tree set edges[2] = set_byte(edges[2], 3, get_byte(edges[2], 3) # 4)`),
      [['tile', 'tile/1/0', 1]],
    ],
    [
      'a root beside its note',
      () =>
        tamper(`update log.checkpoints set root = sha256('x') where size = (select min(size) from log.checkpoints)`),
      [['note', expect.stringContaining('head'), 1]],
    ],
    [
      'a signature',
      () => tamper(`update log.checkpoints set note = overlay(note placing 'AAAA' from length(note) - 30)`),
      [['signature', expect.stringContaining('head'), 3]],
    ],
    [
      'a column',
      () => tamper(`update log.events set type = 'Other' where index = 9`),
      [['column-type', '事件 event 9', 1]],
    ],
    [
      'a time',
      () => tamper(`update log.events set recorded_at = recorded_at - interval '1 ms' where index = 9`),
      [['column-recorded_at', '事件 event 9', 1]],
    ],
    [
      'an event that is moved to another matter',
      () => tamper(`update log.event_refs set object_id = 'M-9' where object_type = 'matter' and object_id = 'M-3'`),
      [
        ['ref-missing', expect.anything(), 1],
        ['ref-extra', expect.anything(), 1],
      ],
    ],
    [
      'where a stream ends',
      () => tamper(`update log.streams set revision = 5 where stream = 'note-3'`),
      [['stream', '流 stream note-3', 1]],
    ],
  ])('%s', async (_, change, expected) => {
    await change();
    try {
      const report = await verify();
      // Whether two events were recorded in one millisecond is chance.
      const chance = new Set(
        ['column-recorded_at', 'column-ledger_time'].filter((code) => !expected.some(([is]) => is === code)),
      );
      expect(named(report).filter(([code]) => !chance.has(code as string))).toEqual(
        expected.map(([code, place, count]) => [code, place, count]),
      );
      expect(report.exitCode).toBe(1);
    } finally {
      await putBack();
    }
  });

  test('any bit of any event, digest, tile, root or note', async () => {
    const bit = (column: string) => (n: number) =>
      `set_bit(${column}, ${n} % (8 * length(${column})), 1 - get_bit(${column}, ${n} % (8 * length(${column}))))`;
    const place = (n: number) => `(${n} % length(note) + 1)`;
    const note = (n: number) =>
      `overlay(note placing chr(ascii(substr(note, ${place(n)}, 1)) # 1) from ${place(n)} for 1)`;
    const places: [table: string, column: string, change: (n: number) => string, key: string][] = [
      ['events', 'bytes', bit('bytes'), 'index'],
      ['events', 'digest', bit('digest'), 'index'],
      ['tiles', 'hashes', bit('hashes'), 'index'],
      ['checkpoints', 'root', bit('root'), 'size'],
      ['checkpoints', 'note', note, 'size'],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.nat(1e6),
        fc.nat(1e6),
        async ([table, column, change, key], row, n) => {
          await tamper(
            `update log.${table} set ${column} = ${change(n)}
           where ${key} = (select ${key} from log.${table} order by ${key} offset ${row} % (select count(*) from log.${table}) limit 1)`,
          );
          const { verdict, wrongs } = await verify();
          await putBack();
          expect([table, column, row, n, verdict, wrongs.length > 0]).toEqual([table, column, row, n, 'refuted', true]);
        },
      ),
      // The first event tells of the keys.
      { numRuns: 40, examples: [[places[0]!, 0, 0]] },
    );
  }, 120_000);
  test('the tail, withheld, also where everything about it is gone', async () => {
    await tamper('delete from log.events where index >= 700');
    await tamper('update log.head set next = 700');
    const [first] = (await verify()).wrongs;
    expect(first?.first).toMatchObject({ code: 'tail', place: '事件 event 700' });
    await tamper('delete from log.checkpoints where size > 700');
    await tamper('delete from log.event_refs where index >= 700');
    await tamper('delete from log.streams where first_index >= 700');
    const { rows } = await admin.query<{ n: string }>('select max(size) as n from log.checkpoints');
    const cut = Number(rows[0]!.n);
    await tamper('delete from log.tiles where index > 1');
    await tamper(`update log.tree set size = $1, edges = '{}'`, [cut]);
    // The key's folder remembers, and so does whoever has kept a head.
    const codes = (await verify()).wrongs.map(({ first }) => first.code);
    expect(codes).toContain('tail');
    await putBack();
  });
  test('a head that was signed with another key', async () => {
    const { signer } = Signer.make('log.example/test', NOTE_ED25519);
    const all = (await at.opened.store.readStored(0, size)).map(({ digest }) => digest);
    const text = checkpointText({ origin: 'log.example/test', size, root: rootOf(sha256, all) });
    await tamper('update log.checkpoints set note = $1, signers = $2 where size = $3', [
      noteText(text, [signer.line(text)]),
      signer.key.id,
      size,
    ]);
    // It stands in the place of the one that the key's folder remembers, and is one more than were kept before that.
    expect(named(await verify()).map(([code, place]) => [code, place])).toEqual([
      ['stranger', `封存 head ${size}`],
      ['heads', expect.stringContaining(String(size))],
    ]);
    await putBack();
  });
  test('a history that is whole in itself, by a head that somebody else has kept', async () => {
    const keys = (await SealKeys.open(seal))!;
    const all = (await at.opened.store.readStored(0, 400)).map(({ digest }) => digest);
    const text = checkpointText({ origin: keys.origin, size: 400, root: rootOf(sha256, all) });
    const honest = noteText(text, [keys.signers[0]!.line(text)]);
    expect((await verify({ elsewhere: [honest] })).verdict).toBe('proved');
    const forged = checkpointText({ origin: keys.origin, size: 400, root: sha256(Buffer.of(1)) });
    const report = await verify({ elsewhere: [noteText(forged, [keys.signers[0]!.line(forged)])] });
    expect(named(report)).toEqual([['head', expect.stringContaining('400'), 1]]);
  });
  test('rows of read models: changed, missing, and made up', async () => {
    const { rows } = await admin.query<{ t: string }>(
      `select "table" as t from read.tables where name = 'matter_card' and state = 'serving'`,
    );
    const table = `read."${rows[0]!.t}"`;
    await admin.query(`drop table if exists kept_rows; create table kept_rows as table ${table}`);
    const [one] = (
      await admin.query<{ c: string }>(
        `select string_agg(quote_ident(attname), ', ') as c from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and attname <> 'matterId'`,
      )
    ).rows;
    const changes = [
      `update ${table} set status = 'closed' where "matterId" = 'M-2'`,
      `delete from ${table} where "matterId" = 'M-4'`,
      `insert into ${table} ("matterId", ${one!.c}) select 'M-X', ${one!.c} from ${table} where "matterId" = 'M-1'`,
    ];
    for (const sql of changes) await tamper(sql);
    const { wrongs } = await verify({ tables: true });
    expect(wrongs).toHaveLength(1);
    expect(wrongs[0]).toMatchObject({ count: 3, first: { code: 'row matter_card' } });
    expect(wrongs[0]!.first.place).toContain('matter_card M-2 @');
    await admin.query(`delete from ${table}; insert into ${table} select * from kept_rows`);
  }, 120_000);
});
