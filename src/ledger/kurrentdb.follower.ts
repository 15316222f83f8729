/**
 * Follows the log in KurrentDB and counts: the n-th event of ours has index n, whoever counts. Subscriptions end (a
 * consumer too slow, a node that went, a leader that changed): it subscribes again after the last position it has seen.
 * Under load the engine ends a live one within a second; so what is known to be there is read, many events at once.
 */
import { START } from '@eventstore/db-client';
import type { Envelope, Recorded } from '../../projections/kernel/message.js';
import { LedgerDamaged } from './event-store.js';
import { type Connection, deletedStream, type Kept, keptOf } from './kurrentdb.client.js';

/** An event with its index. `ledgerTime`: the running maximum, Unix milliseconds. */
export type Followed = Kept & Readonly<{ index: number; event: Recorded; ledgerTime: number }>;
/** Metadata of one of our streams: what the engine may take away from it. */
export type Told = Readonly<{ position: bigint; stream: string; metadata: string }>;

export interface From {
  readonly next: number;
  /** Of the last event that was counted; null for none. */
  readonly position: bigint | null;
  readonly ledgerTime: number | null;
}
interface Hooks {
  event(event: Followed): void;
  metadata(told: Told): void;
  /** Waits here while too much is under way. */
  room(): Promise<void> | null;
  /** Follows no further. */
  damaged(error: LedgerDamaged): void;
}
const notOurs = ({ stream, revision }: Kept) =>
  new LedgerDamaged(
    `流 ${stream} 版次 ${revision} 的事件不是明账写入的`,
    `the event at revision ${revision} of ${stream} was not written by Mingzhang`,
  );
const LONGEST_PAUSE_MS = 2000;
const BUSY_MS = 500;
const PAGE = 500;

export class Follower {
  next: number;
  position: bigint;
  ledgerTime: number | null;
  private readonly prefix: string;
  private subscription: { unsubscribe(): Promise<void>; destroy(error?: Error): unknown } | null = null;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();
  private wanted = -1n;
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly connection: Connection,
    ledger: string,
    from: From,
    private readonly hooks: Hooks,
  ) {
    this.prefix = prefixOf(ledger);
    this.next = from.next;
    this.position = from.position ?? -1n;
    this.ledgerTime = from.ledgerTime;
  }
  start(): void {
    this.running = this.run();
  }
  /** Subscribes anew: an event is known to be there, and does not come. */
  restart(): void {
    this.subscription?.destroy(new Error('what was written is not told'));
  }
  async stop(): Promise<void> {
    this.stopped = true;
    await this.letGo();
    await this.running;
  }

  /** Reads up to an event that is known to be there, in place of waiting until it is told. */
  reach(position: bigint): Promise<void> {
    if (position > this.wanted) this.wanted = position;
    return (this.reading ??= this.readOn().finally(() => (this.reading = null)));
  }
  private async readOn(): Promise<void> {
    while (!this.stopped && this.position < this.wanted) {
      const before = this.position;
      try {
        await this.takeAll(await this.connection.readAll(before < 0n ? START : before, PAGE));
        this.readAt = performance.now();
      } catch (error) {
        return this.failed(error); // the subscription tells it, a little later
      }
      if (this.position === before) return;
    }
  }

  private async letGo(): Promise<void> {
    const { subscription } = this;
    this.subscription = null;
    subscription?.destroy();
    await subscription?.unsubscribe().catch(() => undefined);
  }
  private failed(error: unknown): void {
    if (!(error instanceof LedgerDamaged) || this.stopped) return;
    this.stopped = true;
    this.hooks.damaged(error);
  }
  private async run(): Promise<void> {
    const { retry } = this.connection.deadlines;
    let pause = 0;
    while (!this.stopped) {
      const before = this.position;
      try {
        await this.follow();
      } catch (error) {
        this.failed(error);
      } finally {
        await this.letGo();
      }
      if (this.stopped) return;
      // One that ends while much is written would end again at once: what is written is read meanwhile.
      const busy = performance.now() - this.readAt < BUSY_MS;
      if (busy) pause = BUSY_MS;
      else pause = this.position > before ? retry : Math.min((pause || retry) * 2, LONGEST_PAUSE_MS);
      if (pause === LONGEST_PAUSE_MS) this.connection.reset();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  private async follow(): Promise<void> {
    const prefixes = [this.prefix, `$$${this.prefix}`];
    // Not after its checkpoints: they may come before what stands in front of them has been taken.
    const subscription = this.connection.subscribe(this.position < 0n ? null : this.position, prefixes);
    this.subscription = subscription;
    for await (const each of subscription) {
      const kept = keptOf(each);
      // What arrives after it was let go of has been, or will be, told by another subscription.
      if (this.stopped || this.subscription !== subscription) return;
      if (kept) await this.takeAll([kept]);
    }
  }
  /** Events that follow each other in the log; what was taken before is passed over, and so is what is not ours. */
  private async takeAll(all: readonly Kept[]): Promise<void> {
    for (const kept of all) {
      if (this.stopped || kept.position <= this.position) continue;
      const { stream } = kept;
      if (stream.startsWith(this.prefix) || stream.startsWith(`$$${this.prefix}`)) this.take(kept);
      else this.position = kept.position;
      const room = this.hooks.room();
      if (room) await room;
    }
  }
  private take(kept: Kept): void {
    if (kept.stream.startsWith('$$')) {
      const { position, stream, bytes } = kept;
      this.hooks.metadata({ position, stream: stream.slice(2 + this.prefix.length), metadata: bytes.toString('utf8') });
      this.position = position;
      return;
    }
    if (kept.type.startsWith('$')) throw new LedgerDamaged(...deletedStream(kept.stream));
    const event = recordedOf(kept, this.prefix, this.next);
    this.ledgerTime = Math.max(this.ledgerTime ?? -Infinity, Date.parse(event.recordedAt));
    this.position = kept.position;
    this.next++;
    this.hooks.event({ ...kept, index: event.index, event, ledgerTime: this.ledgerTime });
  }
}

/** In front of the names of a ledger's streams, so that several ledgers have room in one cluster. */
export const prefixOf = (ledger: string): string => `mingzhang.${ledger}/`;

/** What the bytes say, if it is what stands around them. Throws {@link LedgerDamaged}. */
export function recordedOf(kept: Kept, prefix: string, index: number): Recorded {
  let envelope: Envelope;
  try {
    envelope = JSON.parse(kept.bytes.toString('utf8')) as Envelope;
  } catch {
    throw notOurs(kept);
  }
  const { id, stream, revision, type, refs, recordedAt } = envelope;
  const same = id === kept.id && `${prefix}${stream}` === kept.stream && revision === kept.revision;
  if (!same || type !== kept.type || !Array.isArray(refs) || Number.isNaN(Date.parse(recordedAt))) throw notOurs(kept);
  return { ...envelope, index };
}
