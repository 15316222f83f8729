/**
 * KurrentDB or EventStoreDB 23.10 and later, through its client: what is read, and how long anything may take. The
 * client is pinned: what is used of its inside is named in {@link Inside}.
 */
import { EventStoreDBClient as Client } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Client as GrpcClient, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { LedgerDamaged, Unavailable } from './event-store.js';
import { type Answer, answerOf, keptOf } from './kurrentdb.wire.js';

/** An event as the engine keeps it. `stream`: with the prefix of the ledger. */
export interface Kept {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly bytes: Buffer;
  readonly position: bigint;
}
/** Milliseconds. `attempt`: until an append or a read is tried again; `giveUp`: until its caller is told. */
export interface Deadlines {
  readonly attempt: number;
  readonly giveUp: number;
  readonly retry: number;
}
export const DEADLINES: Deadlines = { attempt: 4000, giveUp: 12_000, retry: 100 };
/** So long the engine may look through what is others' before it has an event of ours; a connection that is dead shows sooner. */
const SEARCH_MS = 15 * 60_000;
/** Records that it looks through in one go, others waiting meanwhile. */
const SEARCHED = 1000;
/**
 * So much may be on its way before this process has taken it. HTTP/2's own 64 KiB are some thirty events, and then the engine
 * waits until whatever else is done here lets a turn of the event loop come.
 */
const WINDOW_BYTES = 1 << 20;

type Constructor<C extends GrpcClient> = new (...args: never[]) => C;
/** Of the client, what its types call its own. */
interface Inside {
  GRPCStreamCreator<C extends GrpcClient, S>(
    of: Constructor<C>,
    name: string,
    make: (client: C) => S,
  ): () => Promise<S>;
  execute<C extends GrpcClient, T>(of: Constructor<C>, name: string, work: (client: C) => Promise<T>): Promise<T>;
  callArguments(base: { requiresLeader?: boolean }, options?: CallOptions): [Metadata, CallOptions];
  readonly capabilities: Promise<{ readonly serverVersion: string }>;
  /** Of gRPC, which connects when it is first used. */
  createChannel(): Promise<{ readonly internalChannel: { getOptions(): Record<string, unknown> } }>;
}

/** The client knows one scheme, and prefers the leader unless it is told otherwise. */
export const clientUrl = (url: string): string => url.trim().replace(/^kurrentdb(?=[+:])/, 'esdb');

/** What the engine calls what is wrong, where it has a name for it. */
const nameOf = (error: unknown) =>
  (error as { metadata?: Metadata } | null)?.metadata?.get?.('exception')[0]?.toString();
const empty = () => new shared.Empty() as never;

export class Connection {
  private current: Client;
  private closed = false;

  constructor(
    private readonly url: string,
    readonly deadlines: Deadlines = DEADLINES,
  ) {
    this.current = this.connect();
  }
  private connect(): Client {
    const client = Client.connectionString(clientUrl(this.url));
    const inside = client as unknown as Inside;
    const { createChannel } = inside;
    inside.createChannel = async () => {
      const channel = await createChannel();
      channel.internalChannel.getOptions()['grpc-node.flow_control_window'] = WINDOW_BYTES;
      return channel;
    };
    return client;
  }

  get client(): Client {
    return this.current;
  }
  get inside(): Inside {
    return this.current as unknown as Inside;
  }
  /** Lets go of a connection that says nothing any more. What was under way on it ends with an error. */
  reset(): void {
    if (this.closed) return;
    const old = this.current;
    this.current = this.connect();
    void old.dispose().catch(() => undefined);
  }
  async close(): Promise<void> {
    this.closed = true;
    await this.current.dispose();
  }

  /** Repeats what is safe to repeat. Throws {@link Unavailable}, {@link LedgerDamaged}. */
  async reading<T>(
    work: (signal: AbortSignal) => Promise<T>,
    giveUp = this.deadlines.giveUp,
    attempt = this.deadlines.attempt,
  ): Promise<T> {
    const { retry } = this.deadlines;
    const until = performance.now() + giveUp;
    for (;;) {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), attempt);
      const { client } = this;
      try {
        const found = await Promise.race([work(stop.signal), silence(stop.signal)]);
        // A read that was let go of ends as if that had been all.
        if (this.client !== client || this.closed) throw new Error('the connection was let go of');
        return found;
      } catch (error) {
        if (error instanceof LedgerDamaged) throw error;
        if (nameOf(error) === 'access-denied')
          throw new Unavailable('the user of EVENTSTORE_URL may not read', { cause: error });
        if (this.closed || performance.now() + retry > until)
          throw new Unavailable('the event store cannot be reached', { cause: error });
        if (stop.signal.aborted) this.reset();
      } finally {
        clearTimeout(timer);
      }
      await new Promise((resolve) => setTimeout(resolve, retry));
    }
  }

  /** Events of a stream from a revision on, as the leader has them; none where there is no such stream. */
  readStream(stream: string, fromRevision: number, maxCount?: number, giveUp?: number): Promise<Kept[]> {
    const from = (options: Stream) => options.setRevision(String(fromRevision));
    return this.reading((signal) => this.read(ofStream(stream, from), { maxCount }, signal), giveUp);
  }
  /** Revision of a stream's last event as the leader has it, -1 where there is none. */
  async revisionOf(stream: string, giveUp?: number): Promise<number> {
    const last = { maxCount: 1, backwards: true };
    const end = (options: Stream) => options.setEnd(empty());
    const [found] = await this.reading((signal) => this.read(ofStream(stream, end), last, signal), giveUp);
    return found?.revision ?? -1;
  }
  /** What stands in the log from a position on, whosever it is; null: from its beginning. */
  readAll(from: bigint | null, maxCount: number): Promise<Kept[]> {
    return this.reading((signal) => this.read(ofAll(from), { maxCount }, signal));
  }
  /** What stands there in streams with one of the prefixes; less than `maxCount` only where that is all, to the end of the log. */
  readOf(prefixes: readonly string[], from: bigint | null, maxCount?: number): Promise<Kept[]> {
    const how = { maxCount, prefixes };
    return this.reading((signal) => this.read(ofAll(from), how, signal), this.deadlines.giveUp, SEARCH_MS);
  }
  /** Where the last event stands that anybody wrote; -1 where there is none. */
  async end(): Promise<bigint> {
    const end = (options: ReadReq.Options) => {
      const all = new messages.ReadReq.Options.AllOptions();
      all.setEnd(empty());
      options.setAll(all);
    };
    const [last] = await this.reading((signal) => this.read(end, { maxCount: 1, backwards: true }, signal));
    return last?.position ?? -1n;
  }
  /** Not the client's own read, which has no filter and makes of each event what nobody here asks for. */
  private async read(of: (options: ReadReq.Options) => void, how: How, signal: AbortSignal): Promise<Kept[]> {
    const request = requestOf(of, how);
    const open = this.inside.GRPCStreamCreator(services.StreamsClient as never, 'read', (client: GrpcClient) =>
      client.makeServerStreamRequest(
        READ.path,
        READ.requestSerialize,
        keptOf,
        request,
        ...this.inside.callArguments({ requiresLeader: true }, { deadline: Infinity }),
      ),
    );
    const reading = await open();
    return new Promise((resolve, reject) => {
      const found: Kept[] = [];
      const late = () => {
        setImmediate(() => reading.cancel());
        reject(new Unavailable('the event store did not answer in time'));
      };
      if (signal.aborted) return late();
      signal.addEventListener('abort', late, { once: true });
      reading.on('data', (kept: Kept | null) => {
        if (kept) found.push(kept);
      });
      reading.on('error', (error: unknown) => {
        const deleted = nameOf(error) === 'stream-deleted';
        const stream = request.getOptions()!.getStream()?.getStreamIdentifier()?.getStreamName_asU8() ?? [];
        reject(deleted ? new LedgerDamaged(...deletedStream(Buffer.from(stream).toString('utf8'))) : error);
      });
      reading.on('end', () => resolve(found)); // after an error, if there was one
      reading.on('close', () => signal.removeEventListener('abort', late));
    });
  }
  /** The stream that appends go out on, and their answers come in. */
  duplex(): Promise<ClientDuplexStream<Buffer, Answer>> {
    const open = this.inside.GRPCStreamCreator(services.StreamsClient as never, 'append', (client: GrpcClient) =>
      client.makeBidiStreamRequest(
        APPEND.path,
        (asked: Buffer) => asked,
        answerOf,
        ...this.inside.callArguments({ requiresLeader: true }, { deadline: Infinity }),
      ),
    );
    return open();
  }
}
const { read: READ, batchAppend: APPEND } = services.StreamsService;

/** The client answers some questions on a connection that was let go of neither with yes nor with no. */
function silence(signal: AbortSignal): Promise<never> {
  const silent = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
  silent.catch(() => undefined);
  return silent;
}

type Stream = ReadReq.Options.StreamOptions;
interface How {
  readonly maxCount?: number | undefined;
  readonly backwards?: boolean;
  readonly prefixes?: readonly string[];
}
const ofStream = (stream: string, from: (options: Stream) => void) => (options: ReadReq.Options) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(new Uint8Array(Buffer.from(stream)));
  const of = new messages.ReadReq.Options.StreamOptions();
  of.setStreamIdentifier(identifier);
  from(of);
  options.setStream(of);
};
const ofAll = (from: bigint | null) => (options: ReadReq.Options) => {
  const all = new messages.ReadReq.Options.AllOptions();
  if (from === null) all.setStart(empty());
  else {
    const position = new messages.ReadReq.Options.Position();
    position.setCommitPosition(String(from));
    position.setPreparePosition(String(from));
    all.setPosition(position);
  }
  options.setAll(all);
};
function requestOf(of: (options: ReadReq.Options) => void, { maxCount, backwards, prefixes }: How): ReadReq {
  const options = new messages.ReadReq.Options();
  of(options);
  options.setReadDirection(backwards ? 1 : 0);
  options.setCount(String(maxCount ?? Number.MAX_SAFE_INTEGER));
  const ids = new messages.ReadReq.Options.UUIDOption();
  ids.setString(empty());
  options.setUuidOption(ids);
  if (prefixes) {
    const expression = new messages.ReadReq.Options.FilterOptions.Expression();
    expression.setPrefixList([...prefixes]);
    const filter = new messages.ReadReq.Options.FilterOptions();
    filter.setStreamIdentifier(expression);
    filter.setMax(SEARCHED);
    options.setFilter(filter);
  } else options.setNoFilter(empty());
  const request = new messages.ReadReq();
  request.setOptions(options);
  return request;
}
export const deletedStream = (stream: string) =>
  [`流 ${stream} 已被删除，账本不完整`, `the stream ${stream} was deleted: the ledger is not whole`] as const;
