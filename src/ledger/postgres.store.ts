/** The log in PostgreSQL: one head row locked and updated in the append, so the index has no gaps and is commit order. */
import { hash } from 'node:crypto';
import { Client, type ClientConfig, Pool, type QueryResult } from 'pg';
import type { Recorded } from '../../projections/kernel/message.js';
import { Batcher, type Outcome } from './batcher.js';
import {
  type Append,
  AppendTooLarge,
  type Digests,
  type EventStore,
  type Head,
  MAX_APPEND_BYTES,
  parse,
  type Receipt,
  type Stored,
  StoredBytes,
  Unavailable,
} from './event-store.js';
import { Wake } from './wake.js';

type Row = { index: string; digest: Buffer; bytes: Buffer };
/** A stream that somebody waits for. */
interface Wanted {
  readonly stream: string;
  readonly fromRevision: number;
  readonly resolve: (events: Recorded[]) => void;
  readonly reject: (error: unknown) => void;
}
const COLUMNS = 'e.index, e.digest, e.bytes';
const POLL_MS = 500;
/** Events that a subscriber is given at once: so few that reading them holds nobody up. */
const TOLD = 250;
const CHANNEL = 'mingzhang';

/** Locks and open transactions of a stopped writer are let go after this long. */
const LET_GO_MS = 4000;

/** The meta argument of `log.append`: everything about the events but their bytes. */
function group(appends: readonly Append[]) {
  const meta = { appends: [] as object[], checks: [] as object[], events: [] as object[], refs: [] as object[] };
  const payload: Buffer[] = [];
  let pos = 0;
  for (const [n, { stream, expected, unchanged, events }] of appends.entries()) {
    meta.appends.push({ n, stream, expected, count: events.length, at: events[0]!.envelope.recordedAt });
    for (const [name, revision] of Object.entries(unchanged)) meta.checks.push({ n, stream: name, revision });
    for (const [k, { envelope, bytes, digest }] of events.entries()) {
      meta.events.push({ n, k, type: envelope.type, id: envelope.id, pos, len: bytes.length });
      payload.push(digest, bytes);
      pos += 32 + bytes.length;
      for (const ref of envelope.refs) meta.refs.push({ n, k, type: ref.type, id: ref.id, role: ref.role });
    }
  }
  return [JSON.stringify(meta), Buffer.concat(payload)] as const;
}

export class PostgresStore implements EventStore {
  private readonly pool: Pool;
  private readonly config: ClientConfig;
  private readonly batcher: Batcher;
  private readonly wake = new Wake();
  private writer: Promise<Client> | null = null;
  private listener: Client | null = null;
  private closed = false;
  private hinting = false;
  private hintAgain = false;
  private readonly wanted: Wanted[] = [];

  /** `url`: of the service's role, which may read schema `log` and call its two functions. */
  constructor(url: string, options: { readonly readers?: number } = {}) {
    this.config = { connectionString: url };
    this.pool = new Pool({
      ...this.config,
      max: options.readers ?? 8,
      application_name: 'mingzhang reader',
      // Plans are cached; one made while the tables were empty must not scan them for ever.
      options: '-c enable_seqscan=off -c jit=off',
    });
    this.pool.on('error', () => undefined); // an idle reader that lost its server is replaced at the next query
    this.batcher = new Batcher(
      (appends) => this.commit(appends),
      (append) => this.idAt(append),
    );
  }

  async append(append: Append): Promise<Receipt> {
    const bytes = append.events.reduce((sum, event) => sum + event.bytes.length, 0);
    if (bytes > MAX_APPEND_BYTES) throw new AppendTooLarge(bytes);
    if (append.events.length === 0) throw new Error('an append without events');
    return this.batcher.append(append);
  }

  /** The connection that writes. Its plans are made once, so they must be right for a full table though made for an empty one. */
  private connect(): Promise<Client> {
    if (this.writer) return this.writer;
    // Late news of a connection that has been replaced is not about the one that replaced it.
    const lost = () => {
      if (this.writer === writer) this.writer = null;
    };
    const writer = (async () => {
      const client = new Client({ ...this.config, application_name: 'mingzhang writer', keepAlive: true });
      client.on('error', lost);
      client.on('end', lost);
      await client.connect();
      const { rows } = await client.query<{ v: number }>("select current_setting('server_version_num')::int as v");
      await client.query(
        `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off; set lock_timeout = ${LET_GO_MS};
         set idle_in_transaction_session_timeout = ${LET_GO_MS}; set synchronous_commit = on;` +
          (rows[0]!.v >= 170000 ? `set transaction_timeout = ${LET_GO_MS}` : ''),
      );
      return client;
    })();
    writer.catch(lost);
    this.writer = writer;
    return writer;
  }

  private async commit(appends: readonly Append[]): Promise<readonly Outcome[]> {
    const client = await this.connect();
    const result: QueryResult<{ r: Outcome[] }> = await client.query({
      name: 'append',
      text: 'select log.append($1, $2) as r',
      values: group(appends) as unknown as unknown[],
    });
    this.wake.all();
    void this.hint();
    return result.rows[0]!.r;
  }

  /** Tells other processes, after the commit and outside it. A hint that is lost is made good by their poll. */
  private async hint(): Promise<void> {
    this.hintAgain = true;
    if (this.hinting) return;
    this.hinting = true;
    try {
      while (this.hintAgain && !this.closed) {
        this.hintAgain = false;
        await this.pool.query('select pg_notify($1, $2)', [CHANNEL, '']);
      }
    } catch {
      // the poll finds it
    } finally {
      this.hinting = false;
    }
  }

  private async idAt({ stream, expected }: Append): Promise<{ id: string; index: number } | null> {
    const { rows } = await this.read<{ id: string; index: string }>(
      `select e.id, e.index from log.streams s join log.events e
         on e.stream = s.stream and e.revision = $2 and e.index between s.first_index and s.last_index
       where s.stream = $1`,
      [stream, expected + 1],
      'id-at',
    );
    return rows[0] ? { id: rows[0].id, index: Number(rows[0].index) } : null;
  }

  private async read<R extends object>(text: string, values: unknown[], name: string): Promise<QueryResult<R>> {
    try {
      return await this.pool.query<R>({ name, text, values });
    } catch (error) {
      if (
        typeof (error as { code?: unknown }).code === 'string' &&
        /^[0-9A-Z]{5}$/.test((error as { code: string }).code)
      )
        throw error;
      throw new Unavailable('the database cannot be reached', { cause: error });
    }
  }
  private async events(where: string, values: unknown[], name: string): Promise<Recorded[]> {
    const { rows } = await this.read<Row>(`select ${COLUMNS} from ${where}`, values, name);
    return rows.map((row) => parse(row.bytes, Number(row.index)));
  }

  /** Streams that are asked for at the same time are read together. */
  readStream(stream: string, fromRevision = 0): Promise<Recorded[]> {
    return new Promise((resolve, reject) => {
      this.wanted.push({ stream, fromRevision, resolve, reject });
      if (this.wanted.length === 1) setImmediate(() => void this.readWanted());
    });
  }
  private async readWanted(): Promise<void> {
    const wanted = this.wanted.splice(0);
    try {
      const { rows } = await this.read<Row & { n: string }>(
        `select w.n, ${COLUMNS} from unnest($1::text[], $2::integer[]) with ordinality as w(stream, revision, n)
           join log.streams s on s.stream = w.stream collate "C"
           join log.events e
             on e.stream = s.stream and e.revision >= w.revision and e.index between s.first_index and s.last_index
         order by w.n, e.revision`,
        [wanted.map(({ stream }) => stream), wanted.map(({ fromRevision }) => fromRevision)],
        'streams',
      );
      const found = wanted.map((): Recorded[] => []);
      for (const { n, bytes, index } of rows) found[Number(n) - 1]!.push(parse(bytes, Number(index)));
      wanted.forEach(({ resolve }, n) => resolve(found[n]!));
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
  async readAll(from: number, limit: number): Promise<Recorded[]> {
    return (await this.readStored(from, limit)).map(({ event }) => event);
  }
  async readStored(from: number, limit: number): Promise<Stored[]> {
    const text = `select ${COLUMNS} from log.events e where e.index >= $1 order by e.index limit $2`;
    const { rows } = await this.read<Row>(text, [from, limit], 'stored');
    return rows.map(({ index, digest, bytes }) => new StoredBytes(Number(index), digest, bytes));
  }
  /** One row, whatever there is: taking rows apart costs more than hashing what is in them. */
  async readDigests(from: number, limit: number): Promise<Digests> {
    const { rows } = await this.read<{ count: number; hashes: Buffer | null; right: boolean; wide: string | null }>(
      `select count(*)::int as count, string_agg(d.digest, '' order by d.index) as hashes,
              bool_and(sha256(d.bytes) = d.digest) as right, max(d.index) + 1 - $1 as wide
       from (select e.index, e.digest, e.bytes from log.events e where e.index >= $1 order by e.index limit $2) d`,
      [from, limit],
      'digests',
    );
    const { count, hashes, right, wide } = rows[0]!;
    if (count === 0) return { count, hashes: Buffer.alloc(0), unlike: null };
    if (right && Number(wide) === count) return { count, hashes: hashes!, unlike: null };
    const stored = await this.readStored(from, limit);
    const wrong = stored.findIndex(
      ({ index, bytes, digest }, n) => index !== from + n || !hash('sha256', bytes, 'buffer').equals(digest),
    );
    return { count, hashes: hashes!, unlike: from + wrong };
  }
  readTypes(types: readonly string[], from: number, limit: number): Promise<Recorded[]> {
    return this.events(
      'log.events e where e.type = any($1) and e.index >= $2 order by e.index limit $3',
      [types, from, limit],
      'types',
    );
  }
  readRefs(type: string, id: string, upTo = Number.MAX_SAFE_INTEGER): Promise<Recorded[]> {
    return this.events(
      `(select distinct index from log.event_refs where object_type = $1 and object_id = $2 and index <= $3) r
         join log.events e on e.index = r.index order by e.index`,
      [type, id, upTo],
      'refs',
    );
  }
  readIds(ids: readonly string[]): Promise<Recorded[]> {
    return this.events('log.events e where e.id = any($1::uuid[]) order by e.index', [ids], 'ids');
  }
  async head(): Promise<Head> {
    const { rows } = await this.read<{ next: string; at: Date | null }>(
      'select next, ledger_time as at from log.head',
      [],
      'head',
    );
    return { next: Number(rows[0]!.next), ledgerTime: rows[0]!.at?.toISOString() ?? null };
  }
  async indexAt(instant: string): Promise<number> {
    const { rows } = await this.read<{ i: string }>('select log.index_at($1) as i', [instant], 'index-at');
    return Number(rows[0]!.i);
  }

  async *subscribe(from: number, signal: AbortSignal): AsyncGenerator<Recorded[]> {
    let next = from;
    while (!signal.aborted && !this.closed) {
      await this.listen(); // again, where the connection was lost
      const woken = this.wake.next(); // asked for before reading, so that nothing slips between
      let batch: Recorded[] = [];
      try {
        batch = await this.readAll(next, TOLD);
      } catch (error) {
        if (this.closed) return;
        if (!(error instanceof Unavailable)) throw error;
      }
      if (batch.length > 0) {
        next = batch.at(-1)!.index + 1;
        yield batch;
      } else await Wake.orAfter(woken, POLL_MS, signal);
    }
  }
  private async listen(): Promise<void> {
    if (this.listener || this.closed) return;
    const client = new Client({ ...this.config, application_name: 'mingzhang listener', keepAlive: true });
    this.listener = client;
    const lost = () => {
      if (this.listener === client) this.listener = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.wake.all());
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch {
      lost(); // subscribers go on by polling
    }
  }

  /** What waits is written first; then every connection is closed. */
  async close(): Promise<void> {
    await this.batcher.drain();
    this.closed = true;
    this.wake.all();
    await Promise.allSettled([this.writer?.then((client) => client.end()), this.listener?.end(), this.pool.end()]);
  }
}
