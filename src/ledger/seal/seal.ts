/** The seal of a ledger: sealer, witnesses, the policy that says who counts, and how far all of that has come. */
import { join } from 'node:path';
import { keyText } from '../../../projections/kernel/note.js';
import { isEnough, PolicyUnusable, type Trust, trustIn } from '../../../projections/kernel/trust.js';
import { readOrNull, SealKeys, sha256, verifyEd25519 } from './keys.js';
import { Mapper, type Mapping } from './mapper.js';
import type { KeptMap } from './objects.js';
import { Sealer, type SealSetup } from './sealer.js';
import type { ShiftStatus } from './shift.js';
import type { Kept, KeptTree } from './tree.js';
import { Witnesses, type WitnessStatus } from './witnesses.js';

/** Nobody is asked, and nothing is missing. */
const NOBODY: Trust = { logs: [], witnesses: [], groups: [], quorum: 'none' };

export interface SealStatus extends ShiftStatus {
  readonly origin: string | null;
  /** Verifier keys that sign now, the newest first. */
  readonly keys: readonly string[];
  /** Events under the last checkpoint, and when it was signed. */
  readonly sealed: { readonly size: number; readonly at: string } | null;
  /** The last checkpoint that enough witnesses have cosigned. */
  readonly witnessed: { readonly size: number; readonly at: string } | null;
  /** Since when something is sealed that they have not seen; null while there is nothing. */
  readonly notWitnessedSince: string | null;
  /** Whether the policy asks for witnesses at all. */
  readonly quorum: string;
  readonly witnesses: readonly WitnessStatus[];
  /** Why the policy cannot be read. */
  readonly policyError: string | null;
  /** Of the map over objects. */
  readonly map: ShiftStatus;
}

const POLICY_KEPT_MS = 2000;

export class Seal {
  private readonly sealer: Sealer;
  private readonly mapper: Mapper;
  private readonly witnesses: Witnesses;
  private policy: { readAt: number; trust: Trust; error: string | null } | null = null;
  private witnessedSize = 0;

  /** `mapping`: how roots of the map over objects come into the log; without it none do. */
  constructor(private readonly setup: SealSetup & { readonly mapping?: Mapping }) {
    this.mapper = new Mapper({
      ...setup,
      ...(setup.mapping ?? { record: async () => undefined, millis: () => -Infinity }),
    });
    this.sealer = new Sealer(setup, (last, signal) => void this.askFor(last, signal));
    this.witnesses = new Witnesses(this.sealer.tree, verifyEd25519);
  }
  static readonly policyPath = (folder: string) => join(folder, 'policy');

  get folder(): string {
    return this.setup.folder;
  }
  get tree(): KeptTree {
    return this.sealer.tree;
  }
  get map(): KeptMap {
    return this.mapper.map;
  }
  start(): void {
    this.sealer.start();
    if (this.setup.mapping) this.mapper.start();
  }
  async stop(): Promise<void> {
    await Promise.all([this.sealer.stop(), this.mapper.stop()]);
  }
  /** Once, for who has started nothing: grows the map over objects, and records its root where one is due. */
  mapUnlessOthersDo = (): Promise<void> => this.mapper.mapOnce();
  /** Once, for who has started no sealer; where another one is at work, until it has come as far. */
  sealUnlessOthersDo = (): Promise<Kept | null> => this.sealer.sealOnce();

  private async trusted(): Promise<{ trust: Trust; error: string | null }> {
    if (this.policy && performance.now() - this.policy.readAt < POLICY_KEPT_MS) return this.policy;
    const readAt = performance.now();
    const text = await readOrNull(Seal.policyPath(this.setup.folder));
    try {
      this.policy = { readAt, trust: text === null ? NOBODY : trustIn(sha256, text), error: null };
    } catch (error) {
      if (!(error instanceof PolicyUnusable)) throw error;
      this.policy = { readAt, trust: this.policy?.trust ?? NOBODY, error: error.message };
    }
    return this.policy;
  }
  private async askFor(last: Kept, signal: AbortSignal): Promise<void> {
    const { trust } = await this.trusted().catch(() => ({ trust: NOBODY }));
    if (trust.witnesses.length > 0) this.witnesses.ask(trust, last, signal);
  }

  /** The last checkpoint with the lines of its witnesses; null while there is none. */
  async checkpoint(): Promise<string | null> {
    const last = await this.tree.last();
    return last && this.tree.whole(last);
  }

  async status(): Promise<SealStatus> {
    const { trust, error: policyError } = await this.trusted();
    const keys = await SealKeys.open(this.setup.folder);
    const last = await this.tree.last();
    const { witnessed, waiting } = await this.seen(trust);
    return {
      ...this.sealer.status,
      origin: keys?.origin ?? null,
      keys: keys?.signers.map(({ key }) => keyText(key)) ?? [],
      sealed: last && { size: last.size, at: last.signedAt.toISOString() },
      witnessed: witnessed && { size: witnessed.size, at: witnessed.signedAt.toISOString() },
      notWitnessedSince: waiting?.signedAt.toISOString() ?? null,
      quorum: trust.quorum,
      witnesses: this.witnesses.status(trust),
      policyError,
      map: this.mapper.status,
    };
  }
  /** The last that enough have seen, and the first after it. */
  private async seen(trust: Trust): Promise<{ witnessed: Kept | null; waiting: Kept | null }> {
    if (trust.quorum === 'none') return { witnessed: null, waiting: null };
    const names = new Map(trust.witnesses.map(({ name, key }) => [keyText(key), name]));
    let witnessed: Kept | null = null;
    let waiting: Kept | null = null;
    // Forwards from the last that was enough: nothing that lies before it can become the last one again.
    for (let after = this.witnessedSize - 1; ;) {
      const some = await this.tree.checkpointsWithWitnesses(after, 500);
      for (const each of some) {
        if (isEnough(trust, new Set(each.witnesses.flatMap((key) => names.get(key) ?? [])))) {
          witnessed = each;
          waiting = null;
        } else waiting ??= each;
      }
      if (some.length < 500) break;
      after = some.at(-1)!.size;
    }
    if (witnessed) this.witnessedSize = witnessed.size;
    return { witnessed, waiting };
  }
}
