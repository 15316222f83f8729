/** The port behind which an engine keeps the log. Nothing of an engine's own positions leaves it: order is the index. */
import type { Envelope, Recorded } from '../../projections/kernel/message.js';

/**
 * `after` is opaque, and means the append's last event: a read can be asked to wait until that is visible, and
 * {@link indexOf} finds its place. `index`: of the first event, where the engine knows it as it answers.
 */
export type Receipt = Readonly<{ revision: number; after: string; index?: number }>;

/** An event whose bytes are made: what is stored, and what its digest covers. */
export type Sealed = Readonly<{ envelope: Envelope; bytes: Buffer; digest: Buffer }>;

export interface Append {
  readonly stream: string;
  /** Revision of the stream's last event, -1 for a new stream. */
  readonly expected: number;
  /** Streams that the facts came from: still at this revision, or the append conflicts. */
  readonly unchanged: Readonly<Record<string, number>>;
  readonly events: readonly Sealed[];
}

/** An append is at most this many bytes on every engine (all its events together). */
export const MAX_APPEND_BYTES = 900 * 1024;

/** Someone was first: `stream` is at `actual`, not where the command thought. */
export class Conflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${stream} is at ${actual}, not ${expected}`);
    this.name = 'Conflict';
  }
}
/** The append cannot be held by any engine. Nothing was written. */
export class AppendTooLarge extends Error {
  constructor(readonly bytes: number) {
    super(`an append of ${bytes} bytes; at most ${MAX_APPEND_BYTES}`);
    this.name = 'AppendTooLarge';
  }
}
/** The clock is more than five seconds before the last event: writing stops until somebody looks. Nothing was written. */
export class ClockBehind extends Error {
  constructor(
    readonly now: string,
    readonly ledgerTime: string,
  ) {
    super(`the clock says ${now}, the ledger was last written at ${ledgerTime}`);
    this.name = 'ClockBehind';
  }
}
/** The engine cannot be reached, or the outcome is not known: ask again with the same key. */
export class Unavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unavailable';
  }
}

/** More waits to be written than there is room for. This append was not sent: ask again later, with the same key. */
export class QueueFull extends Error {
  constructor(readonly waiting: number) {
    super(`${waiting} appends wait to be written; this one was not sent`);
    this.name = 'QueueFull';
  }
}
/** The log is not what it was: events are gone, or others stand in their place. Nothing is read or written any more. */
export class LedgerDamaged extends Error {
  constructor(
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
    this.name = 'LedgerDamaged';
  }
}

/** An event with the bytes it was stored as. */
export interface Stored {
  readonly index: number;
  readonly digest: Buffer;
  readonly bytes: Buffer;
  /**
   * What the bytes say, read when it is asked for. Whoever goes through many asks one by one and keeps none: what is
   * garbage soon costs the collector next to nothing.
   */
  readonly event: Recorded;
}

/** Of events that follow one another. */
export interface Digests {
  readonly count: number;
  /** 32 bytes each, one behind the other. */
  readonly hashes: Buffer;
  /** The first index where there is no event, or one whose bytes are seen not to be what its digest says; null for none. */
  readonly unlike: number | null;
}

export interface Head {
  /** The index that the next event will have: the number of events in the log. */
  readonly next: number;
  /** The running maximum of `recordedAt` along the log; null for an empty one. */
  readonly ledgerTime: string | null;
}

export interface EventStore {
  /** Throws {@link Conflict}, {@link AppendTooLarge}, {@link ClockBehind}, {@link QueueFull}, {@link Unavailable}. */
  append(append: Append): Promise<Receipt>;
  readStream(stream: string, fromRevision?: number): Promise<Recorded[]>;
  /** Events from an index on (inclusive), in order, at most `limit`. */
  readAll(from: number, limit: number): Promise<Recorded[]>;
  readStored(from: number, limit: number): Promise<readonly Stored[]>;
  /** What is sealed of events, without moving their bytes. */
  readDigests(from: number, limit: number): Promise<Digests>;
  readTypes(types: readonly string[], from: number, limit: number): Promise<Recorded[]>;
  /** Events that refer to an object, in order, up to an index (inclusive; all by default). */
  readRefs(type: string, id: string, upTo?: number): Promise<Recorded[]>;
  readIds(ids: readonly string[]): Promise<Recorded[]>;
  head(): Promise<Head>;
  /** The last index whose ledger time is not after `instant`; -1 where there is none. */
  indexAt(instant: string): Promise<number>;
  /** Events from an index on, for ever: exactly what is committed, in order, once. Ends with `signal`. */
  subscribe(from: number, signal: AbortSignal): AsyncIterable<Recorded[]>;
  close(): Promise<void>;
}
export const EVENT_STORE = Symbol('EventStore');

const INDEX = /^\d{1,15}$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/**
 * The index of the event that an `after` means, which is an index, or the id of an event, on every engine. Null where it
 * means none; whatever was acknowledged by anybody is there.
 */
export async function indexOf(store: Pick<EventStore, 'readIds' | 'head'>, after: string): Promise<number | null> {
  if (INDEX.test(after)) return Number(after);
  if (!ID.test(after)) return null;
  const there = async () => (await store.readIds([after]))[0]?.index;
  const index = await there();
  if (index !== undefined) return index;
  await store.head(); // counts what others have written by now
  return (await there()) ?? null;
}

/** What {@link EventStore.readDigests} answers of events that are at hand. */
export function digestsOf(from: number, events: readonly Pick<Stored, 'index' | 'digest'>[]): Digests {
  const gap = events.findIndex(({ index }, n) => index !== from + n);
  const hashes = Buffer.concat(events.map(({ digest }) => digest));
  return { count: events.length, hashes, unlike: gap < 0 ? null : from + gap };
}

export const parse = (bytes: Buffer, index: number): Recorded =>
  Object.assign(JSON.parse(bytes.toString('utf8')) as Envelope, { index });
export class StoredBytes implements Stored {
  constructor(
    readonly index: number,
    readonly digest: Buffer,
    readonly bytes: Buffer,
  ) {}
  get event(): Recorded {
    return parse(this.bytes, this.index);
  }
}
