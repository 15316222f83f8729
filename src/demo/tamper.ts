/**
 * `npm run demo:tamper`: what the superuser of the database can do to a ledger, done to a copy of the demo, one thing after
 * the other; and what `verify` says of each. Everything is put back in between, and the copy is dropped at the end.
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { projections } from '../../projections/index.js';
import type { Envelope } from '../../projections/kernel/message.js';
import { keyText } from '../../projections/kernel/note.js';
import { fillLog, type Read } from '../ledger/backup.js';
import type { EventStore } from '../ledger/event-store.js';
import { SimulatedClock } from '../ledger/clock.js';
import { sending } from '../ledger/commands.js';
import { openLedger as openLog } from '../ledger/open.js';
import { evidenceOf } from '../ledger/seal/evidence.js';
import { recordingRoots } from '../ledger/seal/map-root.js';
import { SealKeys } from '../ledger/seal/keys.js';
import { Seal } from '../ledger/seal/seal.js';
import { type Ledger, openLedger } from '../postgres/ledgers.js';
import type { Server } from '../postgres/server.js';
import { rebuild } from '../read/rebuild.js';
import { verifyLedger } from '../verify/ledger.js';
import { verifier } from '../verify/page.js';
import { Report } from '../verify/report.js';
import { scratchOn } from '../verify/tables.js';

export interface Copy {
  readonly admin: Client;
  readonly store: EventStore;
  readonly serviceUrl: string;
  readonly size: number;
  /** Of its seal. */
  readonly folder: string;
}
interface Tampering {
  readonly zh: string;
  readonly en: string;
  /** What `verify` has to say, by its codes. */
  readonly codes: readonly string[];
  /** A head that somebody else has kept takes part. */
  readonly witnessed?: true;
  /** The read models have to be replayed to see it. */
  readonly tables?: true;
  /** It shows in the file of evidence of this matter, and is looked for there. */
  readonly evidence?: (copy: Copy) => Promise<string>;
  readonly how: (copy: Copy) => Promise<void>;
}

const LOG = ['events', 'event_refs', 'streams', 'head', 'tree', 'tiles', 'checkpoints', 'cosignatures'];
const KEPT = [...LOG, 'map', 'map_pages'];
/** As no role of ours can: the triggers that refuse it are off. */
export async function asSuperuser(admin: Client, ...statements: readonly string[]): Promise<void> {
  for (const sql of ['set session_replication_role = replica', ...statements, 'set session_replication_role = origin'])
    await admin.query(sql);
}
/** The matter of which the log says most, and what is said of it last. */
const LONGEST = `select object_type, object_id, max(index) from log.event_refs where object_type = 'matter'
  group by 1, 2 order by count(distinct index) desc, 2 limit 1`;
const flipped = 'set_byte(bytes, 100, get_byte(bytes, 100) # 1)';

export const TAMPERINGS: readonly Tampering[] = [
  {
    zh: '改一个事件的一个字节',
    en: 'one byte of an event is flipped',
    codes: ['digest', 'event'],
    how: ({ admin, size }) =>
      asSuperuser(admin, `update log.events set bytes = ${flipped} where index = ${Math.floor(size / 2)}`),
  },
  {
    zh: '改一个字节，并补上摘要',
    en: 'one byte is flipped, and the digest made to fit',
    codes: ['event'],
    how: ({ admin, size }) =>
      asSuperuser(
        admin,
        `update log.events set bytes = ${flipped}, digest = sha256(${flipped}) where index = ${Math.floor(size / 3)}`,
      ),
  },
  {
    zh: '抽走一个事件',
    en: 'an event is dropped',
    codes: ['missing'],
    how: ({ admin, size }) => asSuperuser(admin, `delete from log.events where index = ${Math.floor(size / 4)}`),
  },
  {
    zh: '抽走一个事件，其后各事件补位',
    en: 'an event is dropped, and those behind it move up',
    codes: ['dropped', 'tail'],
    how: ({ admin, size }) => {
      const at = Math.floor(size / 4);
      return asSuperuser(
        admin,
        `delete from log.events where index = ${at}`,
        // By way of places where nobody stands, in the same partition.
        `update log.events set index = index + 5000000 where index > ${at}`,
        `update log.events set index = index - 5000001 where index > 5000000`,
        `update log.head set next = next - 1`,
      );
    },
  },
  {
    zh: '对调两个事件',
    en: 'two events are swapped',
    codes: ['moved'],
    how: ({ admin, size }) => {
      const [a, b] = [Math.floor(size / 5), Math.floor(size / 5) + 7];
      return asSuperuser(
        admin,
        `update log.events e set bytes = o.bytes, digest = o.digest from log.events o
         where (e.index, o.index) in ((${a}, ${b}), (${b}, ${a}))`,
      );
    },
  },
  {
    zh: '改一个事件，重算全部哈希并用另一密钥重新签名',
    en: 'an event is changed, and everything is hashed and signed again with another key',
    codes: ['stranger'],
    witnessed: true,
    how: (copy) => signedAgain(copy, true),
  },
  {
    zh: '改一个事件，重算全部哈希并用原密钥重新签名（他处留有封存）',
    en: 'the same with the very key, while somebody else has kept a head',
    codes: ['head'],
    witnessed: true,
    how: (copy) => signedAgain(copy, false),
  },
  {
    zh: '改读表的一行',
    en: 'a row of a read model is edited',
    codes: ['row matter_card'],
    tables: true,
    how: async ({ admin }) => {
      const { rows } = await admin.query<{ t: string }>(
        `select "table" as t from read.tables where name = 'matter_card' and state = 'serving'`,
      );
      const table = `read.${escapeIdentifier(rows[0]!.t)}`;
      await admin.query(`create table kept_rows as table ${table}`);
      await admin.query(
        `update ${table} set status = status || '?' where "matterId" = (select max("matterId") from ${table}) and to_index is null`,
      );
    },
  },
  {
    zh: '把一个事件移到另一办件名下',
    en: 'an event is moved to another matter',
    codes: ['ref-missing', 'ref-extra'],
    how: ({ admin }) =>
      asSuperuser(
        admin,
        `update log.event_refs set object_id = 'M-999999'
         where (object_type, object_id, index) in (select object_type, object_id, max(index) from log.event_refs
           where object_type = 'matter' group by 1, 2 order by 3 desc limit 1)`,
      ),
  },
  {
    zh: '从一个办件的证据文件中扣留一个事件',
    en: 'an event is withheld from the file of evidence of a matter',
    codes: ['evidence'],
    how: ({ admin }) =>
      asSuperuser(admin, `delete from log.event_refs where (object_type, object_id, index) in (${LONGEST})`),
    evidence: async ({ admin }) => {
      const { rows } = await admin.query<{ object_id: string }>(LONGEST.replace('log.event_refs', 'kept_event_refs'));
      return rows[0]!.object_id;
    },
  },
  {
    zh: '改对象映射的一页',
    en: 'a page of the map over objects is changed',
    codes: ['map-page'],
    how: ({ admin }) =>
      asSuperuser(admin, `update log.map_pages set page = set_byte(page, 20, get_byte(page, 20) # 1) where path = ''`),
  },
  {
    zh: '扣留尾部',
    en: 'the tail is withheld',
    codes: ['tail'],
    how: ({ admin, size }) =>
      asSuperuser(
        admin,
        `delete from log.events where index >= ${size - 10}`,
        `delete from log.event_refs where index >= ${size - 10}`,
        `update log.head set next = ${size - 10}`,
      ),
  },
];

/** Whoever has the database and a key can make a history that is whole in itself. */
async function signedAgain({ admin, store, serviceUrl, folder, size }: Copy, anew: boolean): Promise<void> {
  await asSuperuser(
    admin,
    `update log.events set bytes = ${flipped}, digest = sha256(${flipped}) where index = ${Math.floor(size / 3)}`,
    'delete from log.checkpoints',
    'delete from log.tiles',
    `update log.tree set size = 0, edges = '{}'`,
  );
  const mine = await mkdtemp(join(tmpdir(), 'mingzhang-forger-'));
  const { origin } = (await SealKeys.open(folder))!;
  if (anew) await SealKeys.create(mine, origin, '2026-01-01T00:00:00Z');
  else await cp(SealKeys.path(folder), SealKeys.path(mine));
  const seal = new Seal({ url: serviceUrl, store, folder: mine });
  try {
    await seal.sealUnlessOthersDo();
  } finally {
    await seal.stop();
    await rm(mine, { recursive: true });
  }
}

async function putBack(admin: Client): Promise<void> {
  await asSuperuser(
    admin,
    ...KEPT.flatMap((table) => [`delete from log.${table}`, `insert into log.${table} select * from kept_${table}`]),
  );
  const { rows } = await admin.query<{ there: boolean; t: string }>(
    `select to_regclass('kept_rows') is not null as there,
            (select "table" from read.tables where name = 'matter_card' and state = 'serving') as t`,
  );
  if (!rows[0]!.there) return;
  const table = `read.${escapeIdentifier(rows[0]!.t)}`;
  await admin.query(`delete from ${table}; insert into ${table} select * from kept_rows; drop table kept_rows`);
}

async function* eventsOf(store: EventStore, size: number): AsyncGenerator<readonly Read[]> {
  for (let from = 0; from < size;) {
    const stored = await store.readStored(from, Math.min(1000, size - from));
    if (stored.length === 0) return;
    yield stored.map((each) => ({ ...each, envelope: JSON.parse(each.bytes.toString('utf8')) as Envelope }));
    from = stored.at(-1)!.index + 1;
  }
}

export interface Shown {
  readonly tampering: Tampering;
  readonly report: Report;
  /** Everything that had to be said was said. */
  readonly named: boolean;
}
/** A copy of the beginning of a log in a ledger of its own: sealed, mapped and read, as a service would leave it. */
async function copyOf(ledger: Ledger, from: EventStore, size: number) {
  await fillLog(ledger.adminUrl, eventsOf(from, size));
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-tamper-'));
  const clock = new SimulatedClock(Date.parse((await from.head()).ledgerTime!), true);
  const { serviceUrl, name } = ledger;
  const opened = await openLog({ name, mode: 'demo', serviceUrl, keyFolders: [join(folder, 'keys')], clock });
  const mapping = { record: recordingRoots(opened, sending(opened)), millis: () => opened.millis() };
  return { folder, opened, seal: new Seal({ url: serviceUrl, store: opened.store, folder, mapping }) };
}
async function sealed({ folder, opened, seal }: Awaited<ReturnType<typeof copyOf>>, keys: string, signal: AbortSignal) {
  await cp(SealKeys.path(keys), SealKeys.path(folder));
  const { signers } = (await SealKeys.open(folder))!;
  const logs = signers.map(({ key }) => `log ${keyText(key)}\n`).join('');
  await writeFile(Seal.policyPath(folder), `${logs}quorum none\n`);
  await seal.mapUnlessOthersDo();
  await seal.sealUnlessOthersDo();
  await rebuild({ url: opened.serviceUrl, store: opened.store, projections }, 'missing', signal);
  return { head: (await seal.checkpoint())!, policy: `${logs}quorum none\n` };
}
/** What the program that outsiders run says of a matter's file, as a report like any other. */
async function reportOnFile(id: string, { opened, seal, policy }: Pick<Made, 'opened' | 'seal'> & { policy: string }) {
  const { store, vault, name: ledger } = opened;
  const of = { ledger, mode: 'demo', store, vault, seal, shows: () => true, opens: false } as const;
  const { text } = (await evidenceOf(of, { type: 'matter', id }))!;
  const report = new Report();
  for (const { zh, en } of (await (await verifier()).verifyEvidence(text, policy)).wrong)
    report.wrong({ code: 'evidence', place: `证据 evidence ${id}`, zh, en });
  return report;
}
type Made = Awaited<ReturnType<typeof copyOf>>;

/** `folder`: of the demo's seal. `most`: so many of its events are copied. */
export async function* tamperWithCopy(
  server: Server,
  { store: from, folder, most }: { readonly store: EventStore; readonly folder: string; readonly most: number },
  signal: AbortSignal,
): AsyncGenerator<Shown> {
  const ledger = await openLedger(server, `tamper_${randomBytes(5).toString('hex')}`);
  const admin = new Client({ connectionString: ledger.adminUrl });
  const made = await copyOf(ledger, from, Math.min((await from.head()).next, most));
  const { opened, seal } = made;
  const { store, serviceUrl } = opened;
  try {
    const { head, policy } = await sealed(made, folder, signal);
    await admin.connect();
    for (const table of KEPT) await admin.query(`create table kept_${table} as table log.${table}`);
    const copy = { admin, store, serviceUrl, size: (await store.head()).next, folder: made.folder };
    for (const tampering of TAMPERINGS) {
      if (signal.aborted) return;
      await tampering.how(copy);
      const report = tampering.evidence
        ? await reportOnFile(await tampering.evidence(copy), { opened, seal, policy })
        : await verifyLedger({
            opened: { serviceUrl, store },
            folder: made.folder,
            full: true,
            elsewhere: tampering.witnessed ? [head] : [],
            scratch: tampering.tables ? () => scratchOn(server, ledger.database) : null,
            signal,
          });
      const codes = new Set(report.wrongs.map(({ first }) => first.code));
      yield { tampering, report, named: tampering.codes.every((code) => codes.has(code)) };
      await putBack(admin);
    }
  } finally {
    await admin.end().catch(() => undefined);
    await seal.stop();
    await opened.close();
    await rm(made.folder, { recursive: true });
    await drop(server, ledger.database);
  }
}
async function drop(server: Server, database: string): Promise<void> {
  const client = new Client({ connectionString: server.adminUrl(server.ownDatabase ?? 'postgres') });
  await client.connect();
  await client.query(`drop database if exists ${escapeIdentifier(database)} with (force)`);
  await client.end();
}
