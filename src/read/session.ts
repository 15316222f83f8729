/** What everything that fills tables works with: connections, the log, and the projections. */
import { hostname } from 'node:os';
import { Client, Pool } from 'pg';
import type { EventStore } from '../ledger/event-store.js';
import type { CatchUp } from './catch-up.js';
import { Lease } from './lease.js';
import type { AnyProjection } from './tables.js';

export interface Setup {
  /** The ledger's database, as the service's role, which owns the schema `read`. */
  readonly url: string;
  readonly store: EventStore;
  readonly projections: readonly AnyProjection[];
  /** Events committed together while catching up; 2,000 unless told. */
  readonly batch?: number;
  /** Rows kept in memory for each table; 100,000 unless told. */
  readonly room?: number;
  /** A holder that is not heard of for so long is replaced; 5,000 ms unless told. */
  readonly leaseMillis?: number;
}
/** What is garbage after a batch is collected cheaply while it is young; every batch is a transaction, written beside the next. */
export const BATCH = 2000;
export const ROOM = 100_000;
export const LEASE_MS = 5000;

/** Plans are made for what the tables hold now, and never scan them. A lost commit is folded again, so none waits. */
const SESSION = `
  set plan_cache_mode = force_custom_plan; set jit = off; set enable_seqscan = off; set enable_hashjoin = off;
  set enable_mergejoin = off; set synchronous_commit = off; set lock_timeout = 4000;
  set idle_in_transaction_session_timeout = 4000`;

/** The connection that writes. `lost` is called when it breaks. */
export async function connectWriter(url: string, lost: () => void): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'mingzhang projector', keepAlive: true });
  client.on('error', lost);
  await client.connect();
  await client.query(SESSION);
  return client;
}
export function connectPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, application_name: 'mingzhang projector', max: 3 });
  pool.on('error', () => undefined); // an idle connection that lost its server is replaced at the next query
  return pool;
}

export const rest = (millis: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener('abort', done);
  });

/** Holds the lease while `work` runs, waiting for it first. `signal` of the work also ends when the lease is lost. */
export async function holding<T>(
  pool: Pool,
  name: string,
  millis: number,
  signal: AbortSignal,
  work: (lease: Lease, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const holder = `${hostname()} ${process.pid}`;
  let lease: Lease | null = null;
  while (!signal.aborted && !lease) {
    lease = await Lease.take(pool, name, holder, millis);
    if (!lease) await rest(millis / 5, signal);
  }
  if (!lease) return undefined;
  const held = lease;
  const ended = new AbortController();
  const end = () => ended.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end(); // while the lease was being taken
  const keeping = setInterval(() => held.check(pool).catch(end), millis / 3);
  try {
    return await work(held, ended.signal);
  } finally {
    clearInterval(keeping);
    signal.removeEventListener('abort', end);
    await held.release(pool).catch(() => undefined); // it runs out by itself
  }
}

/** Reads ahead while a batch is folded and the one before it written, to the head, to `until`, or as far as the tables can go. */
export async function toHead(
  catchUp: CatchUp,
  { store, batch = BATCH }: Setup,
  signal: AbortSignal,
  until = Infinity,
): Promise<void> {
  const read = (from: number) => {
    const events = store.readStored(from, batch);
    events.catch(() => undefined); // seen when it is awaited
    return { from, events };
  };
  for (let next: ReturnType<typeof read> | null = null; !signal.aborted;) {
    const { from } = catchUp;
    if (from === null || from >= until) break;
    const events = await (next?.from === from ? next : read(from)).events;
    if (events.length === 0) break;
    next = read(events.at(-1)!.index + 1);
    if (!(await catchUp.step(events))) break;
  }
  await catchUp.flush();
}
