/**
 * What of the events stands in columns beside their bytes, in PostgreSQL, or in the index to a log in KurrentDB: it is a
 * copy, and has to say the same.
 */
import type { Pool } from 'pg';
import type { Envelope } from '../../projections/kernel/message.js';
import type { EventStore } from '../ledger/event-store.js';
import type { Report } from './report.js';

interface Row {
  readonly index: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly id: string;
  /** Microseconds since 1970; null where it is not copied. */
  readonly recorded: string | null;
  readonly ledger: string;
  readonly bytes: Buffer;
}
const PAGE = 1000;
const at = (index: number | string) => `事件 event ${index}`;

function compare(row: Row, envelope: Envelope, ledgerTime: number, report: Report): void {
  const micros = (millis: number) => String(Math.round(millis * 1000));
  const said: readonly (readonly [string, unknown, unknown])[] = [
    ['stream', row.stream, envelope.stream],
    ['revision', row.revision, envelope.revision],
    ['type', row.type, envelope.type],
    ['id', row.id, envelope.id],
    ...(row.recorded === null
      ? []
      : ([['recorded_at', row.recorded, micros(Date.parse(envelope.recordedAt))]] as const)),
    ['ledger_time', row.ledger, micros(ledgerTime)],
  ];
  for (const [column, is, should] of said)
    if (is !== should)
      report.wrong({
        code: `column-${column}`,
        place: at(row.index),
        zh: `列 ${column} 为 ${String(is)}，而事件为 ${String(should)}`,
        en: `the column ${column} says ${String(is)}, and the event ${String(should)}`,
      });
}

/** Where the copies are. */
export interface Copies {
  /** From an index on, up to another. */
  rows(from: number, to: number): Promise<readonly Row[]>;
  bytesOf(indexes: readonly number[]): Promise<ReadonlyMap<number, Buffer>>;
  readonly events: 'log.events' | 'log.positions';
  readonly refs: 'log.event_refs' | 'log.position_refs';
  /** Whether a ref stands there once for each role. */
  readonly byRole: boolean;
}
const LEDGER = '(extract(epoch from ledger_time) * 1000000)::bigint as ledger';
export const copiesHere = (pool: Pool): Copies => ({
  events: 'log.events',
  refs: 'log.event_refs',
  byRole: true,
  rows: async (from, to) =>
    (
      await pool.query<Row>(
        `select index, stream, revision, type, id, bytes, (extract(epoch from recorded_at) * 1000000)::bigint as recorded, ${LEDGER}
         from log.events where index >= $1 and index < $2 order by index`,
        [from, to],
      )
    ).rows,
  bytesOf: async (indexes) => {
    const { rows } = await pool.query<{ index: string; bytes: Buffer }>(
      'select index, bytes from log.events where index = any($1)',
      [indexes],
    );
    return new Map(rows.map(({ index, bytes }) => [Number(index), bytes]));
  },
});
export const copiesOfIndex = (pool: Pool, store: Pick<EventStore, 'readStored'>): Copies => ({
  events: 'log.positions',
  refs: 'log.position_refs',
  byRole: false,
  rows: async (from, to) => {
    const { rows } = await pool.query<Omit<Row, 'bytes' | 'recorded'>>(
      `select index, stream, revision, type, id, ${LEDGER} from log.positions where index >= $1 and index < $2 order by index`,
      [from, to],
    );
    const stored = new Map((await store.readStored(from, to - from)).map(({ index, bytes }) => [index, bytes]));
    return rows.flatMap((row) => {
      const bytes = stored.get(Number(row.index));
      return bytes ? [{ ...row, bytes, recorded: null }] : []; // that it is gone was said by the pass over the bytes
    });
  },
  bytesOf: async (indexes) => {
    const found = new Map<number, Buffer>();
    for (const index of indexes) for (const { bytes } of await store.readStored(index, 1)) found.set(index, bytes);
    return found;
  },
});

type RefRow = readonly [index: number, type: string, id: string, role: string];
const REFS = 'unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as w(index, type, id, role)';
const SAME = 'r.object_type = w.type collate "C" and r.object_id = w.id collate "C" and r.index = w.index';
/** Answers how many are there. */
async function compareRefs(
  pool: Pool,
  { refs: table, byRole }: Copies,
  refs: readonly RefRow[],
  report: Report,
): Promise<number> {
  const values = [0, 1, 2, 3].map((n) => refs.map((ref) => ref[n]));
  const { rows } = await pool.query<{ index: string; type: string; id: string }>(
    `select w.index, w.type, w.id from ${REFS}
     where not exists (select from ${table} r where ${SAME} ${byRole ? 'and r.role = w.role collate "C"' : ''})
     order by w.index`,
    values,
  );
  for (const { index, type, id } of rows)
    report.wrong({
      code: 'ref-missing',
      place: at(index),
      zh: `索引 ${table} 缺少 ${type} ${id}`,
      en: `${table} does not lead from ${type} ${id} to it`,
    });
  return refs.length - rows.length;
}
type KeptRef = { index: string; type: string; id: string; role: string | null };
/** Only where there are more than there should be: every row of the index is looked up in its event. */
async function extraRefs(pool: Pool, copies: Copies, there: number, next: number, report: Report): Promise<void> {
  const { refs: table, byRole } = copies;
  const { rows } = await pool.query<{ n: string }>(`select count(*) as n from ${table} where index < $1`, [next]);
  if (Number(rows[0]!.n) === there) return;
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query(
      `declare refs no scroll cursor for select index, object_type as type, object_id as id, ${byRole ? 'role' : 'null as role'}
       from ${table} where index < ${next} order by index`,
    );
    for (;;) {
      const { rows: some } = await client.query<KeptRef>('fetch 2000 from refs');
      if (some.length === 0) break;
      await lookUp(copies, some, report);
    }
    await client.query('commit');
  } finally {
    client.release();
  }
}
async function lookUp(copies: Copies, refs: readonly KeptRef[], report: Report): Promise<void> {
  const bytes = await copies.bytesOf([...new Set(refs.map(({ index }) => Number(index)))]);
  const said = new Map([...bytes].map(([index, each]) => [String(index), envelopeIn(each)]));
  for (const { index, type, id, role } of refs) {
    // Of an event that cannot be read, the pass over the bytes has said so.
    if (said.has(index) && said.get(index) === null) continue;
    const of = said.get(index)?.refs ?? [];
    if (of.some((ref) => ref.type === type && ref.id === id && (role === null || ref.role === role))) continue;
    report.wrong({
      code: 'ref-extra',
      place: at(index),
      zh: `索引 ${copies.refs} 多出 ${type} ${id}`,
      en: `${copies.refs} leads to it from ${type} ${id}, of which it does not speak`,
    });
  }
}

/** Streams are made of revisions without gaps, and where they begin and end is written beside them. */
async function compareStreams(pool: Pool, next: number, report: Report): Promise<number> {
  const { rows } = await pool.query<{ stream: string; is: string | null; should: string | null; n: string }>(
    `with e as (
       select stream, max(revision) as revision, min(index) as first, max(index) as last, count(*) as n
       from log.events where index < $1 group by stream)
     select coalesce(e.stream, s.stream) as stream,
            (s.revision || ' ' || s.first_index || ' ' || s.last_index) as is,
            (e.revision || ' ' || e.first || ' ' || e.last) as should, coalesce(e.n, 0) as n
     from e full join log.streams s on s.stream = e.stream
     where (e.stream is null and s.first_index < $1) or s.stream is null or e.n <> e.revision + 1
        or (s.last_index < $1 and (s.revision, s.first_index, s.last_index) <> (e.revision, e.first, e.last))
     order by 1`,
    [next],
  );
  for (const { stream, is, should, n } of rows)
    report.wrong({
      code: 'stream',
      place: `流 stream ${stream}`,
      zh: `记录为 ${is ?? '无'}，${n} 个事件为 ${should ?? '无'}（版次 首 末）`,
      en: `is written down as ${is ?? 'none'}, and its ${n} events are ${should ?? 'none'} (revision, first, last)`,
    });
  const { rows: all } = await pool.query<{ n: string }>('select count(*) as n from log.streams');
  return Number(all[0]!.n);
}

/** Events from an index on, up to another. `from` above 0: totals are not compared. */
export async function verifyCopies(
  pool: Pool,
  copies: Copies,
  { from, next }: { readonly from: number; readonly next: number },
  report: Report,
  told?: (done: number, of: number) => void,
): Promise<void> {
  let [ledgerTime, count, refCount, there] = [-Infinity, 0, 0, 0];
  if (from > 0) {
    const { rows } = await pool.query<{ micros: string }>(
      `select (extract(epoch from ledger_time) * 1000000)::bigint as micros from ${copies.events} where index = $1`,
      [from - 1],
    );
    ledgerTime = rows[0] ? Number(rows[0].micros) / 1000 : -Infinity;
  }
  for (let at = from; at < next;) {
    const rows = await copies.rows(at, Math.min(at + PAGE, next));
    const refs: RefRow[] = [];
    for (const row of rows) {
      const envelope = envelopeIn(row.bytes);
      if (!envelope) continue; // the pass over the bytes has said so
      ledgerTime = Math.max(ledgerTime, Date.parse(envelope.recordedAt));
      compare(row, envelope, ledgerTime, report);
      const once = new Map(envelope.refs.map((ref) => [copies.byRole ? ref : `${ref.type}\0${ref.id}`, ref]));
      for (const { type, id, role } of once.values()) refs.push([Number(row.index), type, id, role]);
      count++;
    }
    if (refs.length > 0) there += await compareRefs(pool, copies, refs, report);
    refCount += refs.length;
    at = Math.min(at + PAGE, next);
    told?.(at - from, next - from);
  }
  if (from === 0) await extraRefs(pool, copies, there, next, report);
  // In the index a revision of a stream stands once, and where streams begin and end nowhere.
  const streams = copies.byRole ? await compareStreams(pool, next, report) : 0;
  report.checked(
    'columns',
    count,
    `${copies.events}：${count} 个事件的列、${refCount} 条引用${copies.byRole ? `、${streams} 个流` : ''}`,
    `${copies.events}: the columns of ${count} events, ${refCount} refs${copies.byRole ? `, ${streams} streams` : ''}`,
  );
}
function envelopeIn(bytes: Buffer): Envelope | null {
  try {
    const envelope = JSON.parse(bytes.toString('utf8')) as Envelope;
    return Array.isArray(envelope.refs) && typeof envelope.recordedAt === 'string' ? envelope : null;
  } catch {
    return null;
  }
}
