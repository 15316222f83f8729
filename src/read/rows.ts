/** The rows that serve: now or as of an index, counted, and the events behind them. */
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isDay } from '../../projections/kernel/instant.js';
import type { Recorded } from '../../projections/kernel/message.js';
import type { Row, Value } from '../../projections/kernel/projection.js';
import type { Line } from '../../projections/reconcile/lines.js';
import { type EventStore, indexOf } from '../ledger/event-store.js';
import { Wake } from '../ledger/wake.js';
import { copied, copiedLines, reading } from './copied.js';
import type { Entry, Stopped } from './registry.js';
import {
  checkedLimit,
  cursorAt,
  isInstant,
  paged,
  type PageOf,
  selection,
  sortedBy,
  Unreadable,
  type Where,
} from './select.js';
import { narrowed, type Within } from './scope.js';
import { type AnyProjection, columnsOf, quote } from './tables.js';

/** What was asked is not visible yet: `index` is how far the table has come. `stopped`: it will not by itself. */
export class Lagging extends Error {
  constructor(
    readonly projection: string,
    readonly index: number,
    readonly wanted: number | null,
    readonly stopped: Stopped | null = null,
  ) {
    super(
      `${projection} is at ${index}${wanted === null ? ' and does not serve yet' : `, not at ${wanted}`}` +
        (stopped ? `: stopped at ${stopped.index}: ${stopped.reason}` : ''),
    );
    this.name = 'Lagging';
  }
}
/** The log does not reach to the moment asked for, at its beginning or its end. `head` -1: it is empty. */
export class NoHistory extends Error {
  constructor(
    readonly asked: string,
    readonly head: number,
  ) {
    super(`the log does not reach to ${asked}; its last index is ${head}`);
    this.name = 'NoHistory';
  }
}

export interface Moment {
  /** The last index that the answer knows of; absent for now. */
  readonly asOf?: number | undefined;
  /** What the asker may see of it; absent: all. */
  readonly within?: Within | undefined;
}
/** `next`: the cursor of the next page, null for the last. `asOf`: the index that the rows know of, at least. */
export type Page<R> = Readonly<{ rows: readonly R[]; next: string | null; asOf: number }>;
/** An event that made a version of a row begin; `gone`: that removed it. */
export type Reason = Readonly<
  Pick<Recorded, 'index' | 'id' | 'stream' | 'type' | 'occurredAt' | 'precision' | 'recordedAt' | 'actor'> & {
    key: string;
    gone: boolean;
  }
>;

const POLL_MS = 20;
const WAIT_MS = 5000;
const OFFSET = '+08:00';

export class Rows {
  constructor(
    private readonly source: DataSource,
    private readonly store: EventStore,
    /** Rings when tables have moved on in this process; others are found by looking. */
    private readonly moved: Wake = new Wake(),
    private readonly millis: () => number = Date.now,
    /** Those that this program keeps: a table of a newer version is kept by a newer program, and nobody here waits for it. */
    private readonly kept: readonly AnyProjection[] = [],
  ) {}

  /** `url`: of the service's role. `close` it with {@link close}. */
  static async open(
    url: string,
    store: EventStore,
    moved?: Wake,
    millis?: () => number,
    kept?: readonly AnyProjection[],
  ): Promise<Rows> {
    const source = new DataSource({
      type: 'postgres',
      url,
      schema: 'read',
      poolSize: 8,
      applicationName: 'mingzhang rows',
      extra: { options: '-c jit=off' },
      installExtensions: false,
    });
    return new Rows(await source.initialize(), store, moved, millis, kept);
  }
  async close(): Promise<void> {
    await this.source.destroy();
  }

  private async tables(): Promise<Entry[]> {
    try {
      const rows: (Omit<Entry, 'checkpoint'> & { checkpoint: string })[] = await this.source.query(
        `select "table", name, version, fill, state, uses, key, columns, grows, checkpoint, stopped
         from read.tables where state <> 'retired' order by name, state desc`,
      );
      return rows.map((row) => ({ ...row, checkpoint: Number(row.checkpoint) }));
    } catch (error) {
      if ((error as { code?: string }).code === '42P01') return []; // nothing has been projected here yet
      throw error;
    }
  }
  /** Tables that serve, and go on with this program. */
  private async served(): Promise<Entry[]> {
    const newer = ({ name, version }: Entry) => this.kept.some((p) => p.name === name && p.version < version);
    return (await this.tables()).filter((entry) => entry.state === 'serving' && !newer(entry));
  }
  /** The table that serves, once it knows the moment asked for. */
  private async serving(p: AnyProjection, asOf: number | undefined): Promise<Entry> {
    const find = async () => (await this.tables()).filter(({ name }) => name === p.name);
    let [entry] = await find();
    if (asOf !== undefined && (entry?.state !== 'serving' || asOf >= entry.checkpoint)) {
      const head = (await this.store.head()).next - 1;
      if (!Number.isSafeInteger(asOf) || asOf < 0 || asOf > head) throw new NoHistory(String(asOf), head);
      await this.wait(asOf, WAIT_MS, p);
      [entry] = await find();
    }
    if (entry?.state !== 'serving') throw new Lagging(p.name, (entry?.checkpoint ?? 0) - 1, null, entry?.stopped);
    if (asOf !== undefined && asOf < 0) throw new NoHistory(String(asOf), entry.checkpoint - 1);
    return entry;
  }

  async get<R extends Row>(p: AnyProjection, key: string, { asOf }: Moment = {}): Promise<R | undefined> {
    const { rows } = await this.find<R>(p, { [p.key]: key }, { asOf, limit: 1 });
    return rows[0];
  }

  async find<R extends Row>(p: AnyProjection, where: Where = {}, how: Moment & PageOf = {}): Promise<Page<R>> {
    const entry = await this.serving(p, how.asOf);
    if (how.exact && entry.version !== p.version) throw new Lagging(p.name, entry.checkpoint - 1, null);
    const mine = narrowed(p.name, where, how.within);
    if (mine === null) return { rows: [], next: null, asOf: how.asOf ?? entry.checkpoint - 1 };
    const query = paged(selection(this.source, entry, mine, how.asOf), entry, how);
    const found = await query.select('t."row"', 'row').getRawMany<{ row: R }>();
    const limit = checkedLimit(how.limit);
    const rows = found.slice(0, limit).map(({ row }) => row);
    const next = found.length > limit ? cursorAt(entry, sortedBy(entry, how.order), rows.at(-1)!) : null;
    return { rows, next, asOf: how.asOf ?? entry.checkpoint - 1 };
  }

  /**
   * Some members of every row of a moment, in no order, or the whole rows: for what looks at all of them, however many there
   * are. `take` may not keep the list that it is given.
   */
  each(
    p: AnyProjection,
    members: readonly string[] | null,
    take: (values: readonly unknown[]) => void,
    { asOf }: Pick<Moment, 'asOf'> = {},
  ): Promise<void> {
    const columns = columnsOf(p);
    const reads = members?.map((name) => reading(columns[name]!)) ?? [reading('jsonb')];
    return this.copying(p, members, asOf, (client, query) => copied(client, query, reads, take));
  }
  /** The same as lines: `take` may keep the bytes of a line, not the line. */
  lines(
    p: AnyProjection,
    members: readonly string[],
    take: (line: Line) => void,
    { asOf }: Pick<Moment, 'asOf'> = {},
  ): Promise<void> {
    return this.copying(p, members, asOf, (client, query) => copiedLines(client, query, members.length, take));
  }
  private async copying(
    p: AnyProjection,
    members: readonly string[] | null,
    asOf: number | undefined,
    copy: (client: PoolClient, query: string) => Promise<void>,
  ): Promise<void> {
    const entry = await this.serving(p, asOf);
    const columns = columnsOf(p);
    const told = members?.map((name) => {
      if (columns[name] === 'jsonb') return `t."row"->'${name}'`;
      return Object.hasOwn(entry.columns, name) ? `t.${quote(name)}` : `t."row"->>'${name}'`; // a table of an older version
    });
    const query = selection(this.source, entry, {}, asOf).select(told?.join(', ') ?? 't."row"');
    const client = await ((this.source.driver as PostgresDriver).master as Pool).connect();
    try {
      // The only parameter is the index, and COPY takes none.
      await copy(client, query.getQuery().replaceAll(':asOf', String(asOf)));
    } catch (error) {
      client.release(true); // in the middle of an answer
      throw error;
    }
    client.release();
  }

  /** One row for each combination of values that occurs, with how many rows have it. */
  async count(
    p: AnyProjection,
    groupBy: readonly string[],
    where: Where = {},
    { asOf, within }: Moment = {},
  ): Promise<readonly (Record<string, Value> & { count: number })[]> {
    const entry = await this.serving(p, asOf);
    const mine = narrowed(p.name, where, within);
    if (mine === null) return [];
    const query = selection(this.source, entry, mine, asOf).select('count(*)::int', 'count');
    for (const name of groupBy) {
      const type = Object.hasOwn(entry.columns, name) ? columnsOf(p)[name] : undefined;
      if (!type || type === 'jsonb' || type === 'timestamptz') throw new Unreadable(name, 'not a column to count by');
      const cast = type === 'date' || type === 'bigint' ? '::text' : '';
      query.addSelect(`t.${quote(name)}${cast}`, name).addGroupBy(`t.${quote(name)}`);
      query.addOrderBy(`t.${quote(name)}`, 'ASC', 'NULLS FIRST');
    }
    return query.getRawMany();
  }

  /**
   * The events at which the versions began of a row, or of all rows that a filter selects, in the order of the log, up
   * to the moment. With a cursor as {@link find}.
   */
  async why(
    p: AnyProjection,
    of: string | Where,
    { asOf, limit, cursor, within }: Moment & Pick<PageOf, 'limit' | 'cursor'> = {},
  ): Promise<Page<Reason>> {
    const entry = await this.serving(p, asOf);
    const most = checkedLimit(limit);
    const rows = typeof of === 'string' ? of : narrowed(p.name, of, within);
    if (rows === null) return { rows: [], next: null, asOf: asOf ?? entry.checkpoint - 1 };
    const begins = entry.grows ? 'v.index' : 'v.from_index';
    const query = this.source
      .createQueryBuilder()
      .from(`read.${entry.table}`, 'v')
      .select(begins, 'index')
      .addSelect(`v.${quote(entry.key)}`, 'key')
      .addSelect(entry.grows ? 'false' : 'v.gone', 'gone')
      .orderBy(begins)
      .addOrderBy(`v.${quote(entry.key)}`)
      .limit(most + 1);
    if (typeof rows === 'string') query.where(`v.${quote(entry.key)} = :key`, { key: rows });
    else {
      const chosen = selection(this.source, entry, rows, asOf).select(`t.${quote(entry.key)}`);
      query.where(`v.${quote(entry.key)} in (${chosen.getQuery()})`).setParameters(chosen.getParameters());
    }
    if (asOf !== undefined) query.andWhere(`${begins} <= :until`, { until: asOf });
    if (cursor !== undefined) {
      const [index, key] = reasonAfter(cursor);
      query.andWhere(`(${begins}, v.${quote(entry.key)}) > (:index, :after)`, { index, after: key });
    }
    const found = await query.getRawMany<{ index: string; key: string; gone: boolean }>();
    const versions = found.slice(0, most).map((row) => ({ ...row, index: Number(row.index) }));
    const events = await this.eventsAt([...new Set(versions.map(({ index }) => index))]);
    const last = versions.at(-1);
    return {
      rows: versions.map(({ index, key, gone }) => {
        const { id, stream, type, occurredAt, precision, recordedAt, actor } = events.get(index)!;
        return { key, gone, index, id, stream, type, occurredAt, precision, recordedAt, actor };
      }),
      next: found.length > most ? Buffer.from(JSON.stringify([last!.index, last!.key])).toString('base64url') : null,
      asOf: asOf ?? entry.checkpoint - 1,
    };
  }

  /** Neighbours are read together. */
  private async eventsAt(indexes: readonly number[]): Promise<Map<number, Recorded>> {
    const runs: [number, ...number[]][] = [];
    for (const index of indexes.toSorted((a, b) => a - b)) {
      const run = runs.at(-1);
      if (run && index - run.at(-1)! <= 3) run.push(index);
      else runs.push([index]);
    }
    const read = await Promise.all(runs.map((run) => this.store.readAll(run[0], run.at(-1)! - run[0] + 1)));
    return new Map(read.flat().map((event) => [event.index, event]));
  }

  /** The last index that every table that goes on knows of; `filling`: also those that do not serve yet. */
  async position(filling = false): Promise<number> {
    const going = (await (filling ? this.tables() : this.served())).filter(({ stopped }) => !stopped);
    return going.length === 0 ? -1 : Math.min(...going.map(({ checkpoint }) => checkpoint)) - 1;
  }

  /**
   * Waits until a command's `after` can be read: in the table of one projection, or in all that go on. Throws
   * {@link Lagging} after `timeoutMs`, at once for a table that has stopped before it.
   */
  async until(after: string, timeoutMs = WAIT_MS, p?: AnyProjection): Promise<void> {
    const index = await indexOf(this.store, after);
    if (index === null) throw new Unreadable('after', 'not given by this ledger');
    const next = after.includes('-') ? Infinity : (await this.store.head()).next;
    if (index >= next) throw new NoHistory(after, next - 1);
    await this.wait(index, timeoutMs, p);
  }
  private async wait(index: number, timeoutMs: number, p?: AnyProjection): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const woken = this.moved.next();
      const tables = (await this.served()).filter(({ name, stopped }) => (p ? name === p.name : !stopped));
      const behind = tables.find(({ checkpoint }) => checkpoint <= index);
      if (tables.length > 0 && !behind) return;
      if (behind?.stopped || signal.aborted)
        throw new Lagging(
          behind?.name ?? p?.name ?? 'the read model',
          (behind?.checkpoint ?? 0) - 1,
          index,
          behind?.stopped,
        );
      await Wake.orAfter(woken, POLL_MS, signal);
    }
  }

  /**
   * The index that a moment means: an index, an instant (RFC 3339), or a day, whose end in Asia/Shanghai counts. Throws
   * {@link NoHistory} before the first event and for what is still to come, {@link Unreadable} for anything else.
   */
  async index(asOf: string): Promise<number> {
    const head = (await this.store.head()).next - 1;
    if (/^\d{1,15}$/.test(asOf)) {
      if (Number(asOf) > head) throw new NoHistory(asOf, head);
      return Number(asOf);
    }
    if (!isDay(asOf) && !isInstant(asOf)) throw new Unreadable('asOf', 'an index, an instant or a day');
    const starts = isDay(asOf) ? `${asOf}T00:00:00${OFFSET}` : asOf;
    const index = await this.store.indexAt(isDay(asOf) ? `${asOf}T23:59:59.999999${OFFSET}` : asOf);
    if (index < 0 || Date.parse(starts) > this.millis()) throw new NoHistory(asOf, head);
    return index;
  }
}

function reasonAfter(cursor: string): [number, string] {
  try {
    const [index, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [unknown, unknown];
    if (Number.isSafeInteger(index) && typeof key === 'string' && !key.includes('\0')) return [index as number, key];
  } catch {
    // said below
  }
  throw new Unreadable('cursor', 'it was not given by this list');
}
