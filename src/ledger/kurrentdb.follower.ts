/**
 * Follows the log in KurrentDB and counts: the n-th event of ours has index n, whoever counts. It reads, many events at
 * once, and does not subscribe: the engine tells a live subscription of each event before it goes on, and one that is
 * behind holds up all who write for a second or two before it is ended.
 */
import type { Envelope, Recorded } from '../../projections/kernel/message.js';
import { LedgerDamaged, type Sealed } from './event-store.js';
import { sha256, uuidOfDigest } from './identity.js';
import { type Connection, deletedStream, type Kept } from './kurrentdb.client.js';
import { Wake } from './wake.js';

/** What an event is found by. */
type Words = Readonly<Pick<Envelope, 'id' | 'stream' | 'revision' | 'type' | 'refs' | 'recordedAt'>>;
/** An event with its index. `ledgerTime`: the running maximum, Unix milliseconds. */
export interface Followed extends Kept {
  readonly index: number;
  readonly digest: Buffer;
  readonly ledgerTime: number;
  readonly words: Words;
  /** Of what this instance has written itself, read from its bytes when it is asked for. */
  readonly event: Recorded;
}
class Taken implements Followed {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly bytes: Buffer;
  readonly position: bigint;
  constructor(
    kept: Kept,
    readonly index: number,
    readonly digest: Buffer,
    readonly ledgerTime: number,
    readonly words: Words,
    private readonly prefix: string,
    private known: Recorded | null,
  ) {
    ({
      id: this.id,
      stream: this.stream,
      revision: this.revision,
      type: this.type,
      bytes: this.bytes,
      position: this.position,
    } = kept);
  }
  get event(): Recorded {
    return (this.known ??= recordedOf(this, this.prefix, this.index));
  }
}
/** Metadata of one of our streams: what the engine may take away from it. */
export type Told = Readonly<{ position: bigint; stream: string; metadata: string }>;

export interface From {
  readonly next: number;
  /** Of the last event that was counted; null for none. */
  readonly position: bigint | null;
  readonly ledgerTime: number | null;
}
interface Hooks {
  /** What this instance has sent under an id of the engine, if it still knows; it is asked once. */
  sent(id: string): Sealed | undefined;
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
/** Events that are read at once; of what is there when it begins. */
const PAGE = 500;
const FIRST = 5000;
/** What nobody waits for is read when it is a page, or so old: reading the end of the log, too, holds up those who write. */
const GATHER_MS = 100;
/** Between reads, where an event that is there does not show yet. */
const AGAIN_MS = 5;
const LONGEST_PAUSE_MS = 2000;

export class Follower {
  next: number;
  position: bigint;
  ledgerTime: number | null;
  private readonly prefix: string;
  /** Streams, and metadata of streams. */
  private readonly prefixes: readonly string[];
  private stopped = false;
  private running: Promise<void> = Promise.resolve();
  /** So many events of ours were written since the last read. */
  private unread = 0;
  /** Somebody waits for what stands up to here. */
  private wanted = -1n;
  private readonly hurry = new Wake();
  private readonly looked = new Wake();

  constructor(
    private readonly connection: Connection,
    ledger: string,
    from: From,
    private readonly hooks: Hooks,
  ) {
    this.prefix = prefixOf(ledger);
    this.prefixes = [this.prefix, `$$${this.prefix}`];
    this.next = from.next;
    this.position = from.position ?? -1n;
    this.ledgerTime = from.ledgerTime;
  }
  /** Takes what is there already, up to where the log was seen to end, and goes on from there. */
  async start(end: bigint): Promise<void> {
    // Only what is ours is sent: others' events may be many.
    for (let more = true; more && !this.stopped;) {
      const page = await this.connection.readOf(this.prefixes, this.position < 0n ? null : this.position, FIRST);
      await this.takeAll(page);
      more = page.length === FIRST;
    }
    if (end > this.position) this.position = end;
    this.running = this.run();
  }
  async stop(): Promise<void> {
    this.stopped = true;
    this.hurry.all();
    await this.running;
  }

  /** So many events have been written. */
  written(events: number): void {
    this.unread += events;
    if (this.unread >= PAGE) this.hurry.all();
  }
  /** Until what is there up to a position has been read, or a read has failed. */
  async reach(position: bigint): Promise<void> {
    if (position > this.wanted) this.wanted = position;
    for (let before = -2n; this.position < position && this.position > before && !this.stopped;) {
      before = this.position;
      const looked = this.looked.next();
      this.hurry.all();
      await looked;
    }
  }
  private async run(): Promise<void> {
    for (let pause = 0; !this.stopped;) {
      const before = this.position;
      let more = false;
      try {
        this.unread = 0;
        const page = await this.connection.readAll(before < 0n ? null : before, PAGE);
        await this.takeAll(page);
        more = this.position > before && (page.length === PAGE || this.position < this.wanted);
        pause = this.position < this.wanted ? AGAIN_MS : GATHER_MS;
      } catch (error) {
        if (error instanceof LedgerDamaged && !this.stopped) {
          this.stopped = true;
          this.hooks.damaged(error);
        }
        this.wanted = this.position; // whoever waits asks again, for as long as he likes
        pause = Math.min(Math.max(pause, this.connection.deadlines.retry) * 2, LONGEST_PAUSE_MS);
      }
      this.looked.all();
      if (!more && this.unread < PAGE && !this.stopped) await Wake.orAfter(this.hurry.next(), pause);
    }
  }

  /** Events that follow each other in the log; what was taken before is passed over, and so is what is not ours. */
  private async takeAll(all: readonly Kept[]): Promise<void> {
    for (const kept of all) {
      if (this.stopped || kept.position <= this.position) continue;
      if (this.prefixes.some((prefix) => kept.stream.startsWith(prefix))) this.take(kept);
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
    const own = this.hooks.sent(kept.id);
    const same = own?.bytes.equals(kept.bytes) && own.envelope.revision === kept.revision;
    const digest = same ? own!.digest : sha256(kept.bytes);
    if (uuidOfDigest(digest) !== kept.id) throw notOurs(kept);
    const event = same ? null : recordedOf(kept, this.prefix, this.next);
    const { id, stream, revision, type, refs, recordedAt } = event ?? own!.envelope;
    const words = { id, stream, revision, type, refs, recordedAt };
    this.ledgerTime = Math.max(this.ledgerTime ?? -Infinity, Date.parse(recordedAt));
    this.position = kept.position;
    this.hooks.event(new Taken(kept, this.next++, digest, this.ledgerTime, words, this.prefix, event));
  }
}

/** In front of the names of a ledger's streams, so that several ledgers have room in one cluster. */
export const prefixOf = (ledger: string): string => `mingzhang.${ledger}/`;

/** What the bytes say, if it is what stands around them. Throws {@link LedgerDamaged}. */
export function recordedOf(kept: Kept, prefix: string, index: number): Recorded {
  let envelope: Envelope & { index?: number };
  try {
    envelope = JSON.parse(kept.bytes.toString('utf8')) as Envelope;
  } catch {
    throw notOurs(kept);
  }
  const { stream, revision, type, refs, recordedAt } = envelope;
  const same = `${prefix}${stream}` === kept.stream && revision === kept.revision;
  if (!same || type !== kept.type || !Array.isArray(refs) || Number.isNaN(Date.parse(recordedAt))) throw notOurs(kept);
  envelope.index = index; // nobody else has it: no copy is needed
  return envelope as Recorded;
}
