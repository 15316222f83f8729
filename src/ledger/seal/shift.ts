/** What is done again and again while this instance holds a lease, and nothing else of it does: sealing, mapping. */
import type { Pool } from 'pg';
import { Lease } from '../../read/lease.js';
import { prepare } from '../../read/registry.js';
import { connectPool, holding, LEASE_MS, rest } from '../../read/session.js';
import { SealRefused } from './refused.js';

export interface ShiftStatus {
  readonly state: 'stopped' | 'no-key' | 'waiting' | 'following' | 'refused';
  readonly error: string | null;
}
export interface Work {
  /** The lease's name. */
  readonly lease: string;
  readonly leaseMillis?: number | undefined;
  /** Between two steps. */
  readonly paceMillis: number;
  /** Answers whether there is a key to do it with. `signal` ends with the lease. */
  step(signal: AbortSignal): Promise<boolean>;
  /** Somebody else may have been at work, or something failed: what is known of the database is looked at anew. */
  forget(): void;
}
const RETRY_MS = 1000;

export class Shift {
  readonly pool: Pool;
  private readonly ending = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private current: ShiftStatus = { state: 'stopped', error: null };

  /** `url`: the ledger's database, as the service's role. */
  constructor(
    url: string,
    private readonly work: Work,
  ) {
    this.pool = connectPool(url);
  }
  get status(): ShiftStatus {
    return this.current;
  }
  get signal(): AbortSignal {
    return this.ending.signal;
  }
  start(): void {
    this.running = this.untilEnded();
  }
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.pool.end();
    this.current = { state: 'stopped', error: null };
  }
  /** Under the lease, once; null where somebody else has it. */
  async once<T>(millis: number, work: () => Promise<T>): Promise<{ readonly done: T } | null> {
    await prepare(this.pool);
    const lease = await Lease.take(this.pool, this.work.lease, `once ${process.pid}`, millis);
    if (!lease) return null;
    this.work.forget();
    try {
      return { done: await work() };
    } finally {
      await lease.release(this.pool);
    }
  }

  private async untilEnded(): Promise<void> {
    const { lease, leaseMillis = LEASE_MS } = this.work;
    while (!this.signal.aborted) {
      this.current = { state: 'waiting', error: this.current.error };
      try {
        await prepare(this.pool);
        await holding(this.pool, lease, leaseMillis, this.signal, (_, held) => this.follow(held));
      } catch (error) {
        this.failed(error);
      }
      await rest(RETRY_MS, this.signal);
    }
  }
  private failed(error: unknown): void {
    this.work.forget();
    const state = error instanceof SealRefused ? 'refused' : 'waiting';
    this.current = { state, error: error instanceof Error ? error.message : String(error) };
  }
  private async follow(held: AbortSignal): Promise<void> {
    this.work.forget();
    while (!held.aborted) {
      try {
        const hasKey = await this.work.step(held);
        this.current = { state: hasKey ? 'following' : 'no-key', error: null };
      } catch (error) {
        if (held.aborted) return;
        this.failed(error);
        await rest(RETRY_MS, held);
      }
      await rest(this.work.paceMillis, held);
    }
  }
}
