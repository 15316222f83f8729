/**
 * The log in KurrentDB or EventStoreDB, for those who outgrow one machine. Its own positions never leave this store: a
 * follower counts events, an index in PostgreSQL keeps which has which, and everything else speaks of the index.
 */
import type { Recorded } from '../../projections/kernel/message.js';
import {
  type Append,
  AppendTooLarge,
  ClockBehind,
  Conflict,
  type Digests,
  type EventStore,
  type Head,
  LedgerDamaged,
  MAX_APPEND_BYTES,
  type Receipt,
  type Stored,
  Unavailable,
} from './event-store.js';
import { Appends, type Room } from './kurrentdb.appends.js';
import { Connection, type Deadlines, type Kept } from './kurrentdb.client.js';
import { type Followed, Follower, prefixOf, recordedOf, type Told } from './kurrentdb.follower.js';
import { Fetched, scattered, stretch } from './kurrentdb.fetch.js';
import { uuidOfDigest } from './identity.js';
import { Index, type Place } from './kurrentdb.index.js';
import { Recent } from './kurrentdb.recent.js';
import { Wake } from './wake.js';

const BEHIND_MS = 5000;
/** Events that a subscriber is given at once: so few that reading them holds nobody up. */
const TOLD = 250;
const POLL_MS = 500;
/** So many events are indexed in one go, and so many may wait for it. */
const BATCH = 1000;
const UNINDEXED = 20_000;
/** So long events are gathered before they are indexed. */
const GATHER_MS = 10;
/** For an instance that another is ahead of: before it writes to the index itself. */
const POLITE_MS = 100;
/** Where less than this share of a stretch of the log is wanted, streams are read and not the stretch. */
const DENSE = 1 / 4;

export interface KurrentOptions {
  readonly deadlines?: Deadlines;
  readonly room?: Room;
  /** The log is still in PostgreSQL, and is being copied. */
  readonly copying?: boolean;
}

export class KurrentStore implements EventStore {
  readonly connection: Connection;
  /** Of the follower: what it reads much of holds up nobody who waits for an answer. */
  private readonly following: Connection;
  readonly index: Index;
  private readonly prefix: string;
  private readonly appends: Appends;
  private follower!: Follower;
  private readonly recent = new Recent();
  /** Counted and not yet in the index. */
  private readonly unindexed: Followed[] = [];
  /** Metadata of streams, not noted yet: it is before any event that was counted after it. */
  private readonly unnoted: Told[] = [];
  private indexing: Promise<void> | null = null;
  /** The index is written up to here, without it. */
  private indexed = 0;
  /** Where the last event stands that this instance has told anybody of. */
  private promised = -1n;
  /** The latest `recordedAt` that this instance has written, Unix milliseconds. */
  private wrote = -Infinity;
  private polite = false;
  private readonly news = new Wake();
  private readonly hurry = new Wake();
  private readonly looked = new Map<string, Promise<number>>();
  private damage: LedgerDamaged | null = null;
  private closed = false;

  private constructor(url: string, databaseUrl: string, ledger: string, options: KurrentOptions) {
    this.connection = new Connection(url, options.deadlines);
    this.following = new Connection(url, options.deadlines);
    this.index = new Index(databaseUrl);
    this.prefix = prefixOf(ledger);
    this.appends = new Appends(this.connection, this.prefix, options.room);
  }

  /**
   * `url`: of the cluster; `databaseUrl`: of the database that keeps the index, as the service's role; `ledger`: its
   * name. Resolves once all that is there has been counted. Throws {@link LedgerDamaged} where less is there than was
   * indexed, or may become less, {@link Unavailable}.
   */
  static async open(url: string, databaseUrl: string, ledger: string, options: KurrentOptions = {}) {
    const store = new KurrentStore(url, databaseUrl, ledger, options);
    try {
      await store.begin(ledger, options.copying ?? false);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }
  private async begin(ledger: string, copying: boolean): Promise<void> {
    const elsewhere = await this.index.keptElsewhere(copying ? null : ledger);
    if (elsewhere !== ledger && !(copying && elsewhere === null))
      throw new LedgerDamaged(
        '本账本的事件在 PostgreSQL 中；请先用 mingzhang copy-ledger 复制到 KurrentDB',
        'the log of this ledger is in PostgreSQL: copy it to KurrentDB first, with mingzhang copy-ledger',
      );
    const last = await this.index.last();
    if (last) {
      const [there] = await this.connection.readAll(last.position!, 1).catch(nowhere);
      if (there?.id !== uuidOfDigest(last.digest))
        throw new LedgerDamaged(
          `KurrentDB 中没有已编号的事件 ${last.next - 1}：不是同一账本，或数据已丢失`,
          `event ${last.next - 1}, which was indexed, is not in KurrentDB: it is another ledger, or something was lost`,
        );
    }
    this.indexed = last?.next ?? 0;
    this.follower = new Follower(this.following, ledger, last ?? { next: 0, position: null, ledgerTime: null }, {
      sent: this.appends.sent.take,
      event: (event) => this.counted(event),
      metadata: (told) => {
        this.unnoted.push(told);
        this.toIndex();
      },
      room: () => (this.unindexed.length < UNINDEXED ? null : this.indexing),
      damaged: (error) => this.broken(error),
    });
    await this.follower.start(await this.connection.end());
    await this.upTo(this.follower.position);
    const [short] = await this.index.shortened();
    if (short) throw new LedgerDamaged(...shortenedStream(short));
  }
  /** Until everything up to a position has been counted. */
  private async seen(end: bigint): Promise<void> {
    const giveUp = performance.now() + this.connection.deadlines.giveUp;
    for (let before = this.follower.position; this.follower.position < end; before = this.follower.position) {
      if (this.damage) throw this.damage;
      await this.follower.reach(end);
      if (before !== this.follower.position) continue;
      if (performance.now() > giveUp) throw new Unavailable('the event store does not tell what it holds');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS / 100));
    }
  }
  /** Until it is in the index, too. */
  private async upTo(end: bigint): Promise<void> {
    await this.seen(end);
    await this.until(this.follower.next);
    while (this.unnoted.length > 0 && !this.damage && !this.closed) await this.indexing;
  }

  private named = (stream: string) => `${this.prefix}${stream}`;
  private broken(error: LedgerDamaged): void {
    this.damage ??= error;
    this.appends.break(error);
    this.news.all();
  }

  private counted(event: Followed): void {
    this.recent.add(event);
    this.unindexed.push(event);
    if (event.position > this.promised) this.promised = event.position;
    this.toIndex();
  }
  private toIndex(): void {
    this.indexing ??= this.writeIndex().finally(() => {
      this.indexing = null;
      // What came when it had looked for the last time, and had not ended yet, would wait for what comes next.
      if (this.unindexed.length + this.unnoted.length > 0 && !this.closed && !this.damage) this.toIndex();
    });
  }
  /** Two instances count the same; the one that finds that the other has written leaves it to that one for a while. */
  private async writeIndex(): Promise<void> {
    // What comes shortly after is written with it, unless somebody waits or much has come.
    if (this.unindexed.length < BATCH) await Wake.orAfter(this.hurry.next(), GATHER_MS);
    while (this.unindexed.length + this.unnoted.length > 0 && !this.closed && !this.damage) {
      try {
        for (let told = this.unnoted[0]; told; told = this.unnoted[0]) {
          await this.index.note(told);
          this.unnoted.shift();
        }
        if (this.unindexed.length === 0) continue;
        if (this.polite) {
          await new Promise((resolve) => setTimeout(resolve, POLITE_MS / 5));
          this.polite = await this.othersWrite();
          continue;
        }
        const batch = this.unindexed.slice(0, BATCH);
        const next = await this.index.write(batch);
        this.polite = next > batch.at(-1)!.index + 1 || this.unindexed[0] !== batch[0];
        this.written(next);
        if (this.unindexed.length < BATCH) await Wake.orAfter(this.hurry.next(), GATHER_MS);
      } catch (error) {
        if (error instanceof LedgerDamaged) return this.broken(error);
        await new Promise((resolve) => setTimeout(resolve, this.connection.deadlines.retry));
      }
    }
  }
  private async othersWrite(): Promise<boolean> {
    const before = this.indexed;
    this.written((await this.index.last())?.next ?? 0);
    return this.indexed > before;
  }
  private written(next: number): void {
    // Also what is counted only after another has written it: kept here, it would be written over and over.
    const first = this.unindexed[0]?.index ?? next;
    this.unindexed.splice(0, Math.max(0, next - first));
    if (next <= this.indexed) return;
    this.indexed = next;
    this.news.all();
  }
  /** Until all events before an index are in the index. */
  private async until(next: number): Promise<void> {
    while (this.indexed < next && !this.closed) {
      if (this.damage) throw this.damage;
      const news = this.news.next();
      this.hurry.all();
      await news;
    }
  }

  async append(append: Append): Promise<Receipt> {
    if (this.damage) throw this.damage;
    const bytes = append.events.reduce((sum, event) => sum + event.bytes.length, 0);
    if (bytes > MAX_APPEND_BYTES) throw new AppendTooLarge(bytes);
    const { expected, unchanged, events } = append;
    const at = events[0]?.envelope.recordedAt;
    const ledgerTime = Math.max(this.follower.ledgerTime ?? -Infinity, this.wrote);
    if (at !== undefined && Date.parse(at) < ledgerTime - BEHIND_MS)
      throw new ClockBehind(at, new Date(ledgerTime).toISOString());
    // Just before the append, not with it: between the two somebody may still be faster.
    await Promise.all(
      Object.entries(unchanged).map(async ([name, revision]) => {
        const actual = await this.revisionOf(name);
        if (actual !== revision) throw new Conflict(name, revision, actual);
      }),
    );
    const position = await this.appends.append(append);
    if (position > this.promised) this.promised = position;
    this.wrote = Math.max(this.wrote, Date.parse(at!));
    this.follower.written(events.length);
    // Its index shows when the log is read; until then the event is known by its id.
    return { revision: expected + events.length, after: events.at(-1)!.envelope.id };
  }
  /** All who ask before it is read are told what is read. */
  private revisionOf(stream: string): Promise<number> {
    const known = this.looked.get(stream);
    if (known) return known;
    const asked = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.looked.delete(stream);
      return this.connection.revisionOf(this.named(stream));
    });
    this.looked.set(stream, asked);
    return asked;
  }

  async readStream(stream: string, fromRevision = 0): Promise<Recorded[]> {
    if (this.damage) throw this.damage;
    const kept = await this.connection.readStream(this.named(stream), fromRevision);
    if (kept.length === 0) return [];
    const indexes = await this.indexesOf(stream, kept);
    return kept.map((each, n) => recordedOf(each, this.prefix, indexes[n]!));
  }
  /** Indexes of a stream's events, as it has them. */
  private async indexesOf(stream: string, kept: readonly Kept[]): Promise<number[]> {
    await this.seen(kept.at(-1)!.position);
    const recent = kept.map(({ position }) => this.recent.indexOf(position));
    if (!recent.includes(undefined)) return recent as number[];
    await this.upTo(kept.at(-1)!.position);
    const places = await this.index.ofStream(stream, kept[0]!.revision);
    return places.slice(0, kept.length).map(({ index }) => index);
  }

  /** What the engine holds at these places. */
  private async fetch(places: readonly Place[]): Promise<Stored[]> {
    if (this.damage) throw this.damage;
    const missing = places.filter(({ index }) => !this.recent.get(index));
    const kept = new Map<bigint, Kept>();
    const span = missing.length === 0 ? 0 : missing.at(-1)!.index - missing[0]!.index + 1;
    const fetched = missing.length >= span * DENSE ? stretch : scattered;
    for (const each of await fetched(this.connection, this.prefix, missing)) kept.set(each.position, each);
    return places.map(
      (place) => this.recent.get(place.index) ?? this.found(place.index, place, kept.get(place.position)),
    );
  }
  /** What stands at a place, if it is what was indexed. */
  private found(
    index: number,
    { position, digest }: Pick<Place, 'position' | 'digest'>,
    kept: Kept | undefined,
  ): Stored {
    if (kept?.position !== position || kept.id !== uuidOfDigest(digest))
      throw new LedgerDamaged(`KurrentDB 中没有事件 ${index}`, `event ${index} is not in KurrentDB any more`);
    return new Fetched(index, digest, kept, this.prefix);
  }
  /** Everything from an index on. */
  private async from(index: number, limit: number): Promise<readonly Stored[]> {
    if (this.damage) throw this.damage;
    return this.recent.stretch(index, Math.min(limit, this.indexed - index)) ?? this.stretch(index, limit);
  }
  /** One read of the log. */
  private stretch = async (index: number, limit: number): Promise<readonly Stored[]> => {
    const places = await this.index.stretch(index, limit);
    if (places.count === 0) return [];
    const kept = await this.connection.readOf([this.prefix], places.position(0), places.count);
    return Array.from({ length: places.count }, (_, n) =>
      this.found(index + n, { position: places.position(n), digest: places.digest(n) }, kept[n]),
    );
  };
  private events = async (places: Promise<Place[]>) => (await this.fetch(await places)).map(({ event }) => event);
  /** Whatever this instance has told anybody of is in the index. */
  private settled = () => this.upTo(this.promised);

  async readAll(from: number, limit: number): Promise<Recorded[]> {
    return (await this.readStored(from, limit)).map(({ event }) => event);
  }
  async readStored(from: number, limit: number): Promise<readonly Stored[]> {
    await this.settled();
    return this.from(from, limit);
  }
  /** Of the index, which was made from the bytes as they were counted. */
  async readDigests(from: number, limit: number): Promise<Digests> {
    await this.settled();
    return this.index.digests(from, limit);
  }
  async readTypes(types: readonly string[], from: number, limit: number): Promise<Recorded[]> {
    await this.settled();
    return this.events(this.index.ofTypes(types, from, limit));
  }
  async readRefs(type: string, id: string, upTo = Number.MAX_SAFE_INTEGER): Promise<Recorded[]> {
    await this.settled();
    return this.events(this.index.ofObject(type, id, upTo));
  }
  async readIds(ids: readonly string[]): Promise<Recorded[]> {
    const known = ids.length === 1 && this.known(ids[0]!);
    if (known) return [known];
    await this.settled();
    return this.events(this.index.withIds(ids));
  }
  private known(id: string): Recorded | undefined {
    const index = this.recent.indexOf(id);
    return index === undefined ? undefined : this.recent.get(index)!.event;
  }
  /** As of now, whoever wrote what is there. */
  async head(): Promise<Head> {
    await this.upTo(await this.connection.end());
    const last = await this.index.last();
    return { next: last?.next ?? 0, ledgerTime: last ? new Date(last.ledgerTime!).toISOString() : null };
  }
  async indexAt(instant: string): Promise<number> {
    await this.settled();
    return this.index.indexAt(instant);
  }

  async *subscribe(from: number, signal: AbortSignal): AsyncGenerator<Recorded[]> {
    for (let next = from; !signal.aborted && !this.closed;) {
      const woken = this.news.next(); // asked for before reading, so that nothing slips between
      let batch: Recorded[] = [];
      try {
        if (next < this.indexed) batch = (await this.from(next, TOLD)).map(({ event }) => event);
      } catch (error) {
        if (this.closed) return;
        if (!(error instanceof Unavailable)) throw error;
      }
      if (this.damage) throw this.damage;
      if (batch.length > 0) {
        next = batch.at(-1)!.index + 1;
        yield batch;
      } else await Wake.orAfter(woken, POLL_MS, signal);
    }
  }

  /** What waits is written first; then every connection is closed. */
  async close(): Promise<void> {
    if (this.closed) return;
    await this.appends.drain();
    this.closed = true;
    this.appends.close();
    this.news.all();
    await this.follower?.stop();
    await this.indexing;
    await Promise.allSettled([this.connection.close(), this.following.close(), this.index.close()]);
  }
}
/** Of gRPC. */
const UNKNOWN = 2;
/** A position at which nothing stands is answered with an error of no name. */
const nowhere = (error: unknown): Kept[] => {
  if (((error as Error).cause as { code?: number } | undefined)?.code === UNKNOWN) return [];
  throw error;
};
export const shortenedStream = ({ stream, metadata }: { stream: string; metadata: string }) =>
  [
    `流 ${stream} 的元数据允许删减事件（${metadata}）：请先清除`,
    `metadata of ${stream} let events be taken away (${metadata}): clear it first`,
  ] as const;
