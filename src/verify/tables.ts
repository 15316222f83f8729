/** The read models again: replayed from the log into a database of their own, and compared row by row, version by version. */
import { Client, escapeIdentifier, type Pool } from 'pg';
import { randomBytes } from 'node:crypto';
import { compareText } from '../../projections/kernel/ordered.js';
import { type PackRow, packs, speaking } from '../../projections/packs.js';
import { projections } from '../../projections/index.js';
import { standard } from '../../projections/rules/index.js';
import type { EventStore } from '../ledger/event-store.js';
import { rebuild } from '../read/rebuild.js';
import { entries, type Entry, isOf } from '../read/registry.js';
import { connectPool } from '../read/session.js';
import { type AnyProjection, quote, scalarsOf } from '../read/tables.js';
import type { Report } from './report.js';

export interface Scratch {
  readonly url: string;
  drop(): Promise<void>;
}
interface Server {
  readonly serviceRole: string;
  adminUrl(database: string): string;
  serviceUrl(database: string): string;
}
/** A database that nobody else looks at. Throws Advice where this machine's role may not make one. */
export async function scratchOn(server: Server, home: string): Promise<Scratch> {
  const name = `mingzhang_verify_${randomBytes(6).toString('hex')}`;
  const at = async (database: string, work: (client: Client) => Promise<unknown>) => {
    const client = new Client({ connectionString: server.adminUrl(database) });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };
  await at(home, (client) =>
    client.query(`create database ${escapeIdentifier(name)} template template0 encoding 'UTF8' locale 'C'`),
  );
  const drop = () =>
    at(home, (client) => client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`));
  try {
    await at(name, (client) =>
      client.query(`create schema read authorization ${escapeIdentifier(server.serviceRole)}`),
    );
  } catch (error) {
    await drop();
    throw error;
  }
  return { url: server.serviceUrl(name), drop };
}

type Version = { key: string; since: string; text: string };
/** Every version of every row as one text, up to an index, in the order of keys. */
async function* versions(url: string, of: AnyProjection, { table, grows }: Entry, until: number) {
  const client = new Client({ connectionString: url, application_name: 'mingzhang verify' });
  await client.connect();
  try {
    const begins = grows ? 'index' : 'from_index';
    const ends = grows ? [] : [`case when to_index < ${until} then to_index end`, 'gone'];
    const columns = [...scalarsOf(of).map(quote), ...ends, '"row"::text'].join(', ');
    await client.query(`begin read only; set local enable_seqscan = on; set local jit = off`);
    await client.query(
      `declare v no scroll cursor for select ${quote(of.key)}::text as key, ${begins} as since, row(${columns})::text as text
       from read.${quote(table)} where ${begins} < ${until} order by ${quote(of.key)} collate "C", ${begins}`,
    );
    for (;;) {
      const { rows } = await client.query<Version>('fetch 2000 from v');
      if (rows.length === 0) return;
      yield* rows;
    }
  } finally {
    await client.end();
  }
}

const order = (a: Version, b: Version) => compareText(a.key, b.key) || Number(a.since) - Number(b.since);
async function compareTable(
  of: AnyProjection,
  live: { url: string; entry: Entry },
  fresh: { url: string; entry: Entry },
  report: Report,
): Promise<number> {
  const until = Math.min(live.entry.checkpoint, fresh.entry.checkpoint);
  const [there, again] = [versions(live.url, of, live.entry, until), versions(fresh.url, of, fresh.entry, until)];
  const wrong = ({ key, since }: Version, zh: string, en: string) =>
    report.wrong({ code: `row ${of.name}`, place: `读表 table ${of.name} ${key} @ ${since}`, zh, en });
  let count = 0;
  let [a, b] = [(await there.next()).value, (await again.next()).value] as (Version | undefined)[];
  while (a || b) {
    const sign = !a ? 1 : !b ? -1 : order(a, b);
    if (sign < 0) wrong(a!, '多出：账本中没有其来由', 'is there, and no event makes it');
    if (sign > 0) wrong(b!, '缺失', 'is missing');
    if (sign === 0 && a!.text !== b!.text) wrong(a!, '与由事件得出的不同', 'is not what the events make of it');
    if (sign <= 0) a = (await there.next()).value as Version | undefined;
    if (sign >= 0) b = (await again.next()).value as Version | undefined;
    count++;
  }
  return count;
}

/** What verdicts owe: where a policy has not come to it yet, nothing is wrong; what it has passed by is missing. */
async function compareDebts(store: EventStore, fresh: Pool, all: readonly Entry[], report: Report): Promise<void> {
  const rowsOf = async (of: AnyProjection, where: string) => {
    const entry = all.find((each) => each.state === 'serving' && isOf(of, each));
    if (!entry) return [];
    const { rows } = await fresh.query<{ since: string; row: Record<string, unknown> }>(
      `select ${entry.grows ? 'index' : 'from_index'} as since, "row" as row from read.${quote(entry.table)} where ${where}`,
    );
    return rows;
  };
  const adopted = (await rowsOf(packs, 'to_index is null and not gone')).map(({ row }) => row as unknown as PackRow);
  let closed = -1;
  for (let more = true; more;) {
    const days = await store.readTypes(['DayClosed'], closed + 1, 1000);
    closed = days.at(-1)?.index ?? closed;
    more = days.length === 1000;
  }
  let notYet = 0;
  for (const rule of standard.rules) {
    if (rule.version !== speaking(adopted, rule.id)) continue;
    const owed = await rowsOf(standard.verdictsTable(rule.id), 'to_index is null and not gone and owes is not null');
    for (const { since, row } of owed) {
      // Before a day is closed, policies do what is owed: what began before the last close was passed by.
      if (Number(since) >= closed) notYet++;
      else
        report.wrong({
          code: 'finding',
          place: `${rule.id} ${String(row['subject'])} @ ${since}`,
          zh: `缺少疑点事件（应 ${String(row['owes'])}）`,
          en: `its finding is missing (owed: ${String(row['owes'])})`,
        });
    }
  }
  if (notYet > 0)
    report.notChecked(`${notYet} 项判断的疑点尚未提出`, `findings of ${notYet} verdicts that are not raised yet`);
}

/** `url`: of the ledger, as the service's role. */
type Live = Readonly<{ url: string; store: EventStore; signal: AbortSignal }>;
export async function verifyTables(
  of: Live,
  scratch: Scratch,
  report: Report,
  told?: (done: number, of: number) => void,
): Promise<void> {
  await replayTables(of, scratch, report, told);
  await compareTables(of, scratch, report);
}
export async function replayTables(
  of: Live,
  scratch: Scratch,
  report: Report,
  told?: (done: number, of: number) => void,
): Promise<void> {
  const { next } = await of.store.head();
  const readStored = async (from: number, limit: number) => {
    told?.(Math.min(from, next), next);
    return of.store.readStored(from, limit);
  };
  const store = Object.create(of.store, { readStored: { value: readStored } }) as EventStore;
  const rebuilt = await rebuild({ url: scratch.url, store, projections }, 'all', of.signal);
  for (const { name, stopped } of rebuilt)
    if (stopped)
      report.undecided(
        `读表 ${name} 无法重算：停在 ${stopped.index}（${stopped.reason}）`,
        `${name} cannot be folded: it stops at ${stopped.index} (${stopped.reason})`,
      );
}
/** What is served and what was replayed. */
export async function compareTables(of: Live, scratch: Scratch, report: Report): Promise<void> {
  const [live, fresh] = [connectPool(of.url), connectPool(scratch.url)];
  try {
    const [served, made] = [await entries(live), await entries(fresh)];
    let [tables, rows] = [0, 0];
    for (const p of projections) {
      const entry = served.find((each) => each.state === 'serving' && isOf(p, each));
      const again = made.find((each) => each.state === 'serving' && isOf(p, each));
      if (!entry || !again) {
        report.notChecked(`读表 ${p.name}：没有本版本的表`, `the table ${p.name}: none of this version serves`);
        continue;
      }
      rows += await compareTable(p, { url: of.url, entry }, { url: scratch.url, entry: again }, report);
      tables++;
    }
    await compareDebts(of.store, fresh, made, report);
    report.checked(
      'tables',
      tables,
      `${tables} 个读表的 ${rows} 个行版本`,
      `${rows} row versions of ${tables} read tables`,
    );
  } finally {
    await live.end();
    await fresh.end();
  }
}
