/** Keeps the serving tables up with the log: one subscription, under a lease, started again when it breaks. */
import type { Pool } from 'pg';
import { Wake } from '../ledger/wake.js';
import { CatchUp } from './catch-up.js';
import { type Lease, LeaseLost } from './lease.js';
import { missing, rebuild, type Rebuilt } from './rebuild.js';
import { entries, type Entry, isOf, prepare, type Stopped } from './registry.js';
import { connectPool, connectWriter, holding, LEASE_MS, rest, ROOM, type Setup, toHead } from './session.js';
import type { AnyProjection } from './tables.js';
import { Moved } from './write.js';

export interface Lag {
  readonly name: string;
  readonly version: number;
  readonly table: string;
  /** The last index that its rows know; -1 for none. */
  readonly index: number;
  readonly head: number;
  readonly behind: number;
  readonly serving: boolean;
  readonly stopped?: Stopped;
}
export interface Status {
  /** `waiting`: another instance holds the lease. */
  readonly state: 'stopped' | 'waiting' | 'following';
  /** Why it was last interrupted, until it has gone on since. */
  readonly error: string | null;
}

const RETRY_MS = 250;
const PACE_MS = 20;
const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

export class Projector {
  /** Rings after every commit, for whoever waits in this process. */
  readonly moved = new Wake();
  private readonly ending = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private pool: Pool | null = null;
  private current: Status = { state: 'stopped', error: null };
  private fills: readonly Rebuilt[] = [];

  constructor(private readonly setup: Setup) {}

  get status(): Status {
    return this.current;
  }
  /** What the fills of missing tables came to. */
  get filled(): readonly Rebuilt[] {
    return this.fills;
  }

  start(): void {
    const pool = connectPool(this.setup.url);
    this.pool = pool;
    const { signal } = this.ending;
    this.running = Promise.all([
      this.untilDone(async () => {
        await prepare(pool);
        await holding(pool, 'projector', this.setup.leaseMillis ?? LEASE_MS, signal, (lease, held) =>
          this.follow(pool, lease, held),
        );
        return signal.aborted;
      }),
      this.untilDone(async () => {
        await prepare(pool);
        if (missing(this.setup.projections, await entries(pool)).length > 0)
          this.fills = await rebuild(this.setup, 'missing', signal);
        return true;
      }),
    ]);
  }
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.pool?.end();
    this.pool = null;
    this.current = { state: 'stopped', error: null };
  }

  /** Again and again, resting after an error, until the work says that it is done. */
  private async untilDone(work: () => Promise<boolean>): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        if (await work()) return;
      } catch (error) {
        this.current = { state: 'waiting', error: message(error) };
      }
      await rest(RETRY_MS, signal);
    }
  }

  private async follow(pool: Pool, lease: Lease, signal: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const client = await connectWriter(this.setup.url, () => lost.abort());
    try {
      while (!signal.aborted && !lost.signal.aborted) {
        const tables = this.known(await entries(pool));
        const switched = new AbortController();
        const ended = AbortSignal.any([signal, lost.signal, switched.signal]);
        const watching = this.watch(pool, tables, switched, ended);
        try {
          const catchUp = new CatchUp({ client, lease, state: 'serving', room: this.setup.room ?? ROOM }, tables);
          await this.run(catchUp, ended);
        } catch (error) {
          if (error instanceof LeaseLost) return;
          if (!(error instanceof Moved)) throw error;
        } finally {
          switched.abort();
          await watching;
        }
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  private known(all: readonly Entry[]): { of: AnyProjection; entry: Entry }[] {
    return all.flatMap((entry) => {
      const of = this.setup.projections.find((p) => entry.state === 'serving' && isOf(p, entry));
      return of ? [{ of, entry }] : [];
    });
  }

  /** Ends a run when other tables serve than those it goes on with. */
  private async watch(
    pool: Pool,
    tables: readonly { entry: Entry }[],
    switched: AbortController,
    signal: AbortSignal,
  ): Promise<void> {
    const names = (of: readonly { entry: Entry }[]) => of.map(({ entry }) => entry.table).join();
    while (!signal.aborted) {
      await rest(RETRY_MS, signal);
      if (signal.aborted) return;
      const now = await entries(pool).catch(() => null); // whether the database is there shows elsewhere
      if (now && names(this.known(now)) !== names(tables)) return switched.abort();
    }
  }

  private async run(catchUp: CatchUp, signal: AbortSignal): Promise<void> {
    while (!catchUp.even && !signal.aborted) await toHead(catchUp, this.setup, signal);
    const { from } = catchUp;
    this.current = { state: 'following', error: null };
    if (from === null) {
      while (!signal.aborted) await rest(1000, signal);
      return;
    }
    for await (const events of this.setup.store.subscribe(from, signal)) {
      const begun = performance.now();
      await catchUp.step(events.map((event) => ({ index: event.index, event })));
      await catchUp.flush();
      this.moved.all();
      if (catchUp.from !== events.at(-1)!.index + 1) return;
      // A first event is folded at once; what comes in quick succession is folded together.
      await rest(Math.max(0, PACE_MS - (performance.now() - begun)), signal);
    }
  }

  async lag(): Promise<readonly Lag[]> {
    return lag(this.pool!, this.setup);
  }
}

/** How far every table is behind the log. Also without a projector in this process. */
export async function lag(pool: Pool, { store }: Pick<Setup, 'store'>): Promise<readonly Lag[]> {
  const all = await entries(pool);
  const head = (await store.head()).next - 1;
  return all
    .filter(({ state }) => state !== 'retired')
    .map(({ name, version, table, checkpoint, state, stopped }) => ({
      name,
      version,
      table,
      index: checkpoint - 1,
      head,
      behind: Math.max(0, head + 1 - checkpoint),
      serving: state === 'serving',
      ...(stopped && { stopped }),
    }));
}
