/**
 * Follows the log: grows the tree, signs its head, keeps what was signed. One sealer at a time by a lease; and where two
 * think that they hold it, the tree grows from one size only once. In this order: tiles, what is going to be signed
 * (durable, beside the key), the signature, the checkpoint. Whatever is cut off is gone on with, over the same tree.
 */
import type { Pool } from 'pg';
import type { Hash } from '../../../projections/kernel/merkle.js';
import { checkpointText, noteText } from '../../../projections/kernel/note.js';
import { Lease } from '../../read/lease.js';
import { prepare } from '../../read/registry.js';
import { connectPool, holding, LEASE_MS, rest } from '../../read/session.js';
import type { EventStore } from '../event-store.js';
import { headOn, noHeads, type Remembered, SealKeys, type Signed } from './keys.js';
import { another, SealRefused, shorter, unlike } from './refused.js';
import { Growing, type Kept, KeptTree, sameRoot } from './tree.js';

/** Where a sealer can be cut off; tests do so at each. */
export type Step = 'read' | 'grown' | 'remembered' | 'signed' | 'published';
export interface SealSetup {
  /** The ledger's database, as the service's role. */
  readonly url: string;
  readonly store: EventStore;
  /** Of the keys; without any nothing is sealed. */
  readonly folder: string;
  readonly leaseMillis?: number;
  /** Is told each step before the next. */
  readonly at?: (step: Step) => void | Promise<void>;
}
export interface SealerStatus {
  readonly state: 'stopped' | 'no-key' | 'waiting' | 'following' | 'refused';
  readonly error: string | null;
}

/** Long enough that many appends share a signature, short enough for who waits for a proof. */
export const PACE_MS = 800;
const RETRY_MS = 1000;
const BATCH = 4096;
/** For whoever holds the lease to seal what is there. */
const PATIENCE_MS = 20_000;

export class Sealer {
  readonly tree: KeptTree;
  private readonly pool: Pool;
  private readonly ending = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private current: SealerStatus = { state: 'stopped', error: null };
  private growing: Growing | null = null;
  private keys: SealKeys | null = null;
  private stamp = -1;
  /** What was signed is in the tree that is grown here. */
  private recognised = false;

  /** `published`: is told of every checkpoint while this instance seals; and at least every now and then. */
  constructor(
    private readonly setup: SealSetup,
    private readonly published: (last: Kept, signal: AbortSignal) => void = () => undefined,
  ) {
    this.pool = connectPool(setup.url);
    this.tree = new KeptTree(this.pool);
  }

  get status(): SealerStatus {
    return this.current;
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

  private async untilEnded(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      this.current = { state: 'waiting', error: this.current.error };
      try {
        await prepare(this.pool);
        const millis = this.setup.leaseMillis ?? LEASE_MS;
        await holding(this.pool, 'sealer', millis, signal, (_, held) => this.follow(held));
      } catch (error) {
        this.failed(error);
      }
      await rest(RETRY_MS, signal);
    }
  }
  private failed(error: unknown): void {
    this.forget();
    const state = error instanceof SealRefused ? 'refused' : 'waiting';
    this.current = { state, error: error instanceof Error ? error.message : String(error) };
  }
  private forget(): void {
    this.growing = null;
    this.recognised = false;
  }
  private async follow(signal: AbortSignal): Promise<void> {
    this.forget();
    while (!signal.aborted) {
      try {
        const last = await this.seal();
        this.current = { state: this.keys ? 'following' : 'no-key', error: null };
        if (last) this.published(last, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.failed(error);
        await rest(RETRY_MS, signal);
      }
      await rest(PACE_MS, signal);
    }
  }

  /** Under the lease, or after whoever holds it. */
  async sealOnce(): Promise<Kept | null> {
    await prepare(this.pool);
    const lease = await Lease.take(this.pool, 'sealer', `once ${process.pid}`, LEASE_MS);
    if (lease)
      try {
        return await this.seal();
      } finally {
        await lease.release(this.pool);
      }
    const { next } = await this.setup.store.head();
    for (let waited = 0; waited < PATIENCE_MS; waited += PACE_MS) {
      const last = await this.tree.last();
      if (last && last.size >= next) return last;
      await rest(PACE_MS, this.ending.signal);
    }
    return this.tree.last();
  }

  /** Seals what is there; answers the last checkpoint, null while there is none. Throws {@link SealRefused}. */
  async seal(): Promise<Kept | null> {
    await this.readKeys();
    if (!this.keys) return null;
    this.growing ??= await Growing.from(this.tree);
    const { growing, keys } = this;
    const { next } = await this.setup.store.head();
    if (next < growing.size) throw shorter(growing.size, next);
    if (!this.recognised) await this.recognise(growing, keys, next);
    await this.growTo(growing, next);
    const last = await this.tree.last();
    if (growing.size === 0 || (last?.size === growing.size && last.signers === keys.ids)) return last;
    await this.sign(growing, keys, last);
    return this.tree.last();
  }
  private async readKeys(): Promise<void> {
    const stamp = await SealKeys.stamp(this.setup.folder);
    if (stamp === this.stamp) return;
    this.keys = await SealKeys.open(this.setup.folder);
    this.stamp = stamp;
    this.recognised = false;
  }
  private step = async (name: Step) => this.setup.at?.(name);

  /** What these keys have signed, and what is kept as signed, has to be the beginning of the tree. */
  private async recognise(growing: Growing, keys: SealKeys, next: number): Promise<void> {
    const last = await this.tree.last();
    for (const signed of [last, await keys.remembered()]) {
      if (!signed) continue;
      if (signed.size > next) throw shorter(signed.size, next);
      await this.growTo(growing, signed.size);
      const root = (await this.tree.at(signed.size)).root();
      if (!sameRoot(root, signed.root)) throw another(signed.size);
    }
    this.recognised = true;
  }

  private async growTo(growing: Growing, size: number): Promise<void> {
    while (growing.size < size) {
      const { size: from } = growing;
      const stored = await this.setup.store.readDigests(from, Math.min(BATCH, size - from));
      const wrong = stored.findIndex(({ index, digest }, n) => index !== from + n || digest === null);
      if (wrong >= 0) throw unlike(from + wrong);
      if (stored.length === 0) throw shorter(size, from);
      await this.step('read');
      const grown = growing.add(stored.map(({ digest }) => digest!));
      if (!(await this.tree.grow(grown))) throw new Error('another sealer has grown the tree');
      await this.step('grown');
    }
  }

  private async sign(growing: Growing, keys: SealKeys, last: Kept | null): Promise<void> {
    const [size, root]: [number, Hash] = [growing.size, growing.root()];
    const before = await keys.remembered();
    if (before && before.size > size) throw shorter(before.size, size);
    if (before?.size !== size) await keys.remember({ size, root, ...signedBefore(before, last, size) });
    await this.step('remembered');
    const text = checkpointText({ origin: keys.origin, size, root });
    const note = noteText(
      text,
      keys.signers.map((signer) => signer.line(text)),
    );
    await this.step('signed');
    if (!(await this.tree.publish(size, keys.ids, root, note))) throw new Error('another sealer was first');
    await this.step('published');
  }
}

/** A head that was cut off before it was kept does not count. Where none is kept the log came out of a backup, which has none. */
function signedBefore(before: Remembered | null, last: Kept | null, size: number): Signed {
  if (!before || !last) return noHeads(size);
  const { since, heads, chain } = before;
  return last.size < before.size ? { since, heads, chain } : { since, heads: heads + 1, chain: headOn(chain, before) };
}
