/**
 * Follows the log: grows the tree, signs its head, keeps what was signed. One sealer at a time by a lease; and where two
 * think that they hold it, the tree grows from one size only once. In this order: tiles, what is going to be signed
 * (durable, beside the key), the signature, the checkpoint. Whatever is cut off is gone on with, over the same tree.
 */
import { HASH_SIZE, type Hash } from '../../../projections/kernel/merkle.js';
import { checkpointText, noteText } from '../../../projections/kernel/note.js';
import { LEASE_MS, rest } from '../../read/session.js';
import type { EventStore } from '../event-store.js';
import { headOn, noHeads, type Remembered, SealKeys, type Signed } from './keys.js';
import { another, shorter, unlike } from './refused.js';
import { Shift, type ShiftStatus } from './shift.js';
import { type FullTile, Growing, type Kept, KeptTree, sameRoot } from './tree.js';

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
/** Long enough that many appends share a signature, short enough for who waits for a proof. */
export const PACE_MS = 1300;
/** Events whose digests are read, and added to the tree, at once: appends have their turn in between. Whole tiles. */
const BATCH = 1024;
/** Events by which the kept tree is grown at once, while there is more to come. */
const MOST = 16 * BATCH;
/** For whoever holds the lease to seal what is there. */
const PATIENCE_MS = 20_000;

export class Sealer {
  readonly tree: KeptTree;
  private readonly shift: Shift;
  private growing: Growing | null = null;
  private keys: SealKeys | null = null;
  private stamp = -1;
  /** What was signed is in the tree that is grown here. */
  private recognised = false;

  /** `published`: is told of every checkpoint while this instance seals; and at least every now and then. */
  constructor(
    private readonly setup: SealSetup,
    published: (last: Kept, signal: AbortSignal) => void = () => undefined,
  ) {
    this.shift = new Shift(setup.url, {
      lease: 'sealer',
      leaseMillis: setup.leaseMillis,
      paceMillis: PACE_MS,
      forget: () => this.forget(),
      step: async (signal) => {
        const last = await this.seal();
        if (last) published(last, signal);
        return this.keys !== null;
      },
    });
    this.tree = new KeptTree(this.shift.pool);
  }
  get status(): ShiftStatus {
    return this.shift.status;
  }
  start = (): void => this.shift.start();
  stop = (): Promise<void> => this.shift.stop();
  private forget(): void {
    this.growing = null;
    this.recognised = false;
  }

  /** Under the lease, or after whoever holds it. */
  async sealOnce(): Promise<Kept | null> {
    const here = await this.shift.once(LEASE_MS, () => this.seal());
    if (here) return here.done;
    const { next } = await this.setup.store.head();
    for (let waited = 0; waited < PATIENCE_MS; waited += PACE_MS) {
      const last = await this.tree.last();
      if (last && last.size >= next) return last;
      await rest(PACE_MS, this.shift.signal);
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
      const before = growing.size;
      const end = Math.min(before + MOST, size);
      const tiles: FullTile[] = [];
      let edges: readonly Buffer[] = [];
      while (growing.size < end) {
        const grown = growing.add(await this.read(growing.size, end));
        tiles.push(...grown.tiles);
        edges = grown.edges;
      }
      await this.step('read');
      if (!(await this.tree.grow({ before, after: end, edges, tiles })))
        throw new Error('another sealer has grown the tree');
      await this.step('grown');
    }
  }
  private async read(from: number, end: number): Promise<Buffer[]> {
    const { count, hashes, unlike: wrong } = await this.setup.store.readDigests(from, Math.min(BATCH, end - from));
    if (wrong !== null) throw unlike(wrong);
    if (count === 0) throw shorter(end, from);
    return Array.from({ length: count }, (_, n) => hashes.subarray(n * HASH_SIZE, (n + 1) * HASH_SIZE));
  }

  private async sign(growing: Growing, keys: SealKeys, last: Kept | null): Promise<void> {
    const [size, root]: [number, Hash] = [growing.size, growing.root()];
    const before = await keys.remembered();
    if (before && before.size > size) throw shorter(before.size, size);
    const { ids: signers } = keys;
    if (before?.size !== size || before.signers !== signers)
      await keys.remember({ size, root, signers, ...signedBefore(before, last, size) });
    await this.step('remembered');
    const text = checkpointText({ origin: keys.origin, size, root });
    const note = noteText(
      text,
      keys.signers.map((signer) => signer.line(text)),
    );
    await this.step('signed');
    if (!(await this.tree.publish(size, signers, root, note))) throw new Error('another sealer was first');
    await this.step('published');
  }
}

/** A head that was cut off before it was kept does not count. Where none is kept the log came out of a backup, which has none. */
function signedBefore(before: Remembered | null, last: Kept | null, size: number): Signed {
  const none = noHeads(size);
  if (!last) return none;
  // What was not remembered is counted as far as it is there.
  if (!before || before.signers === '')
    return last.size === size ? { ...none, heads: 1, chain: headOn(none.chain, last) } : none;
  const { since, heads, chain } = before;
  const isKept = last.size > before.size || (last.size === before.size && last.signers === before.signers);
  return isKept ? { since, heads: heads + 1, chain: headOn(chain, before) } : { since, heads, chain };
}
