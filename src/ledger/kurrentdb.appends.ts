/**
 * Appends on their way to KurrentDB. Each caller gets one answer: recorded, conflict, or "not known, ask again". To the
 * engine an event's id is the head of its digest: it takes the same ids again for the same append, so that what it calls
 * written is what was sent, byte for byte. The client's own append is not used: it keeps what is under way of all
 * connections in one table, has no deadline, and an answer that comes twice ends the process. The
 * connection is the client's.
 */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { type Append, AppendTooLarge, Conflict, LedgerDamaged, QueueFull, Unavailable } from './event-store.js';
import { uuidOfDigest } from './identity.js';
import { type Connection, deletedStream } from './kurrentdb.client.js';
import { Sent } from './kurrentdb.recent.js';
import { type Answer, askedBytes } from './kurrentdb.wire.js';

interface Waiting {
  readonly append: Append;
  /** To the engine, of its events; it is known by the first. */
  readonly ids: readonly string[];
  readonly name: string;
  readonly bytes: number;
  readonly since: number;
  sentAt: number;
  /** Sent before with an unknown outcome: a conflict may be with itself. */
  doubtful: boolean;
  /** Somebody is looking into the log for it. */
  looking: boolean;
  readonly told: Promise<void>;
  /** Where its last event stands. */
  readonly resolve: (position: bigint) => void;
  readonly reject: (error: unknown) => void;
}
/** So many appends and bytes may be under way. */
export interface Room {
  readonly appends: number;
  readonly bytes: number;
}
export const ROOM: Room = { appends: 4096, bytes: 64 * 1024 * 1024 };

const NOT_KNOWN = 'it is not known whether this was recorded: ask again with the same key';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LOOK_EVERY_MS = 100;

/** What the client would stumble over two seconds later, in a place where nobody catches it. */
function valid({ stream, events }: Append): void {
  if (events.length === 0) throw new Error('an append without events');
  for (const { envelope } of events) {
    if (!UUID.test(envelope.id)) throw new Error(`"${envelope.id}" is no UUID in lower case`); // `after` is one
    if (envelope.type === '' || envelope.type.startsWith('$')) throw new Error(`"${envelope.type}" names no event`);
    if (envelope.stream !== stream) throw new Error(`an event of ${envelope.stream} in an append to ${stream}`);
  }
}

export class Appends {
  readonly sent = new Sent();
  /** By name, in the order they were asked for. */
  private readonly waiting = new Map<string, Waiting>();
  private bytes = 0;
  private duplex: ClientDuplexStream<Buffer, Answer> | null = null;
  private connecting = false;
  /** Times that the connection was lost without an answer between. */
  private losses = 0;
  private timer: NodeJS.Timeout | null = null;
  private broken: Error | null = null;

  constructor(
    private readonly connection: Connection,
    /** In front of the names of streams in the engine. */
    private readonly prefix: string,
    private readonly room: Room = ROOM,
  ) {}

  /**
   * Answers where the last event stands. Throws {@link Conflict}, {@link AppendTooLarge}, {@link QueueFull},
   * {@link Unavailable}, {@link LedgerDamaged}.
   */
  async append(append: Append): Promise<bigint> {
    valid(append);
    const bytes = append.events.reduce((sum, event) => sum + event.bytes.length, 0);
    const ids = append.events.map(({ digest }) => uuidOfDigest(digest));
    const name = ids[0]!;
    for (let twin = this.waiting.get(name); twin; twin = this.waiting.get(name)) await twin.told;
    if (this.broken) throw this.broken;
    if (this.waiting.size >= this.room.appends || this.bytes + bytes > this.room.bytes)
      throw new QueueFull(this.waiting.size);
    let resolve!: (position: bigint) => void;
    let reject!: (error: unknown) => void;
    const promise = new Promise<bigint>((...both) => ([resolve, reject] = both));
    const since = performance.now();
    const done =
      <A>(tell: (answer: A) => void) =>
      (answer: A) => {
        if (this.waiting.get(name) !== waiting) return; // told before; whoever waits now asked for the same
        this.waiting.delete(name);
        this.bytes -= bytes;
        tell(answer);
      };
    const told = promise.then(nothing, nothing);
    const state = { append, ids, name, bytes, since, sentAt: since, doubtful: false, looking: false };
    const waiting: Waiting = { ...state, told, resolve: done(resolve), reject: done(reject) };
    this.waiting.set(name, waiting);
    append.events.forEach((event, n) => this.sent.add(ids[n]!, event));
    this.bytes += bytes;
    this.send(waiting);
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
    return promise;
  }

  async drain(): Promise<void> {
    while (this.waiting.size > 0) await this.waiting.values().next().value!.told;
  }
  /** Nothing is sent any more, and what waits is told. */
  break(error: Error): void {
    this.broken = error;
    for (const waiting of this.waiting.values()) waiting.reject(error);
  }
  close(): void {
    this.break(new Unavailable('the store is closed'));
    if (this.timer) clearInterval(this.timer);
    this.duplex?.cancel();
  }

  private send(waiting: Waiting): void {
    waiting.sentAt = performance.now();
    if (!this.duplex) return void this.open();
    const { stream, expected, events } = waiting.append;
    const asked = {
      name: waiting.name,
      stream: this.prefix + stream,
      expected: expected < 0 ? null : expected,
      millis: Date.now() + this.connection.deadlines.attempt,
      events: events.map(({ envelope, bytes }, n) => ({ id: waiting.ids[n]!, type: envelope.type, data: bytes })),
    };
    this.duplex.write(askedBytes(asked));
  }
  /** A new connection: whatever is not known to be written is sent once more, in order. */
  private async open(): Promise<void> {
    if (this.connecting || this.broken) return;
    this.connecting = true;
    try {
      const duplex = await this.connection.duplex();
      const over = () => this.lost(duplex);
      duplex.on('data', (answer: Answer) => this.answered(answer));
      duplex.on('error', over).on('end', over).on('close', over);
      this.duplex = duplex;
    } catch {
      this.losses++;
    } finally {
      this.connecting = false;
    }
    if (this.duplex) for (const waiting of this.waiting.values()) this.send(waiting);
    if (!this.duplex) this.again();
  }
  private lost(duplex: ClientDuplexStream<Buffer, Answer>): void {
    if (this.duplex !== duplex) return;
    this.duplex = null;
    this.losses++;
    for (const waiting of this.waiting.values()) waiting.doubtful = true;
    this.again();
  }
  private again(): void {
    if (this.losses > 1) this.connection.reset();
    if (this.waiting.size > 0 && !this.broken) setTimeout(() => void this.open(), this.connection.deadlines.retry);
  }

  /** What has waited too long is sent again, looked for, or given up. */
  private look(): void {
    const { attempt, giveUp } = this.connection.deadlines;
    const now = performance.now();
    let silent = false;
    for (const waiting of this.waiting.values()) {
      if (now - waiting.since > giveUp) void this.lookBack(waiting, true);
      else if (now - waiting.sentAt > attempt) silent = true;
    }
    if (silent && this.duplex) {
      const { duplex } = this;
      this.losses++; // also where it still says it is there: it has not answered
      this.lost(duplex);
      duplex.cancel();
    }
    if (this.waiting.size === 0 && this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  /** Answers that come late or twice find nobody who waits, or somebody who was told so already. */
  private answered({ name, position, error }: Answer): void {
    this.losses = 0;
    const waiting = this.waiting.get(name);
    if (!waiting) return;
    if (error) return this.refused(waiting, error.getError()?.getDetails());
    if (position !== null) waiting.resolve(position);
    else void this.lookBack(waiting);
  }
  private refused(waiting: Waiting, details: Details): void {
    const { append } = waiting;
    const name = details?.getTypeName().replace(/^event_store\.client\./, '');
    if (name === 'WrongExpectedVersion') {
      if (waiting.doubtful) return void this.lookBack(waiting);
      const wrong = details!.unpack(shared.WrongExpectedVersion.deserializeBinary, details!.getTypeName());
      const actual = wrong?.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : -1;
      waiting.reject(new Conflict(append.stream, append.expected, actual));
    } else if (name === 'MaximumAppendSizeExceeded') waiting.reject(new AppendTooLarge(waiting.bytes));
    else if (name === 'AccessDenied')
      waiting.reject(new Unavailable('the user of EVENTSTORE_URL may not append; nothing was written'));
    else if (name === 'StreamDeleted') waiting.reject(new LedgerDamaged(...deletedStream(append.stream)));
    else {
      // A timeout, a server that is not ready, whatever else: perhaps it is written, perhaps not.
      waiting.doubtful = true;
      setTimeout(() => this.stillWaits(waiting) && this.send(waiting), this.connection.deadlines.retry);
    }
  }
  private stillWaits = (waiting: Waiting) => this.waiting.get(waiting.name) === waiting;

  /** Reads what stands where this append should be, and compares. `last`: whatever is found, its caller is told. */
  private async lookBack(waiting: Waiting, last = false): Promise<void> {
    if (waiting.looking) return;
    waiting.looking = true;
    const { stream, expected, events } = waiting.append;
    try {
      const { attempt } = this.connection.deadlines;
      const there = await this.connection.readStream(this.prefix + stream, expected + 1, events.length, attempt);
      const same = events.every(({ bytes }, n) => there[n]?.bytes.equals(bytes));
      if (same) return waiting.resolve(there.at(-1)!.position);
      const actual = await this.connection.revisionOf(this.prefix + stream, attempt);
      if (actual !== expected) waiting.reject(new Conflict(stream, expected, actual));
      if (last) waiting.reject(new Unavailable(NOT_KNOWN)); // it may be on its way yet
    } catch (error) {
      if (error instanceof LedgerDamaged) waiting.reject(error);
      else if (last) waiting.reject(new Unavailable(NOT_KNOWN, { cause: error }));
    } finally {
      waiting.looking = false;
    }
  }
}
type Details = ReturnType<NonNullable<ReturnType<BatchAppendResp['getError']>>['getDetails']>;
const nothing = () => undefined;
