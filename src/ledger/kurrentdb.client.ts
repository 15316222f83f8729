/**
 * KurrentDB or EventStoreDB 23.10 and later, through its client: what is read, and how long anything may take. The
 * client is pinned: what is used of its inside is named in {@link Inside}.
 */
import { END, EventStoreDBClient as Client, type Filter, type Position, START } from '@eventstore/db-client';
import type { CallOptions, Client as GrpcClient, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { LedgerDamaged, Unavailable } from './event-store.js';

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
}

interface Read {
  readonly event?: {
    readonly id: string;
    readonly streamId: string;
    readonly revision: bigint;
    readonly type: string;
    readonly data: unknown;
    readonly isJson: boolean;
    readonly position?: Position | undefined;
  };
}
export function keptOf({ event }: Read): Kept | null {
  if (!event) return null; // a link whose event is gone; nobody links into a ledger
  const { id, streamId, revision, type, data, isJson, position } = event;
  const bytes = isJson || !(data instanceof Uint8Array) ? Buffer.from(JSON.stringify(data)) : bufferOf(data);
  return { id, stream: streamId, revision: Number(revision), type, bytes, position: position?.commit ?? -1n };
}
const bufferOf = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** The client knows one scheme, and prefers the leader unless it is told otherwise. */
export const clientUrl = (url: string): string => url.trim().replace(/^kurrentdb(?=[+:])/, 'esdb');

const typeOf = (error: unknown) => (error as { type?: string } | null)?.type;

export class Connection {
  private current: Client;
  private closed = false;

  constructor(
    private readonly url: string,
    readonly deadlines: Deadlines = DEADLINES,
  ) {
    this.current = this.connect();
  }
  private connect = () => Client.connectionString(clientUrl(this.url));

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
  async reading<T>(work: (signal: AbortSignal) => Promise<T>, giveUp = this.deadlines.giveUp): Promise<T> {
    const { attempt, retry } = this.deadlines;
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
        if (typeOf(error) === 'access-denied')
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
    const how = {
      fromRevision: BigInt(fromRevision),
      requiresLeader: true,
      ...(maxCount !== undefined && { maxCount }),
    };
    return this.reading((signal) => collect(this.client.readStream(stream, how), signal, stream), giveUp);
  }
  /** Revision of a stream's last event as the leader has it, -1 where there is none. */
  async revisionOf(stream: string, giveUp?: number): Promise<number> {
    const how = { fromRevision: END, direction: 'backwards', maxCount: 1, requiresLeader: true } as const;
    const [last] = await this.reading((signal) => collect(this.client.readStream(stream, how), signal, stream), giveUp);
    return last?.revision ?? -1;
  }
  /** What stands in the log from a position on, whosever it is. */
  readAll(from: bigint | typeof START, maxCount: number): Promise<Kept[]> {
    const fromPosition = typeof from === 'bigint' ? { commit: from, prepare: from } : from;
    return this.reading((signal) =>
      collect(this.client.readAll({ fromPosition, maxCount, requiresLeader: true }), signal, '$all'),
    );
  }
  /** Where the last event stands that anybody wrote; -1 where there is none. */
  async end(): Promise<bigint> {
    const how = { fromPosition: END, direction: 'backwards', maxCount: 1, requiresLeader: true } as const;
    const [last] = await this.reading((signal) => collect(this.client.readAll(how), signal, '$all'));
    return last?.position ?? -1n;
  }
  /** What comes after a position, in streams with one of the prefixes. */
  subscribe(after: bigint | null, prefixes: string[]) {
    const filter: Filter = { filterOn: 'streamName', prefixes, checkpointInterval: 32 };
    const fromPosition = after === null ? START : { commit: after, prepare: after };
    return this.client.subscribeToAll({ fromPosition, filter, requiresLeader: true });
  }
  /** The stream that appends go out on, and their answers come in. */
  duplex<Asked, Told>(of: Constructor<GrpcClient & Batch<Asked, Told>>): Promise<ClientDuplexStream<Asked, Told>> {
    const open = this.inside.GRPCStreamCreator(of, 'append', (client) =>
      client.batchAppend(...this.inside.callArguments({ requiresLeader: true }, { deadline: Infinity })),
    );
    return open();
  }
}
interface Batch<Asked, Told> {
  batchAppend(metadata: Metadata, options: CallOptions): ClientDuplexStream<Asked, Told>;
}

/** The client answers some questions on a connection that was let go of neither with yes nor with no. */
function silence(signal: AbortSignal): Promise<never> {
  const silent = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
  silent.catch(() => undefined);
  return silent;
}

interface Reading extends AsyncIterable<Read> {
  cancel(): Promise<void>;
}
async function collect(read: unknown, signal: AbortSignal, stream: string): Promise<Kept[]> {
  const reading = read as Reading & { destroy(error?: Error): void };
  const late = () => {
    void reading.cancel().catch(() => undefined);
    reading.destroy(new Unavailable('the event store did not answer in time'));
  };
  signal.addEventListener('abort', late, { once: true });
  const found: Kept[] = [];
  try {
    for await (const each of reading) {
      const kept = keptOf(each);
      if (kept) found.push(kept);
    }
    return found;
  } catch (error) {
    if (typeOf(error) === 'stream-not-found') return [];
    if (typeOf(error) === 'stream-deleted') throw new LedgerDamaged(...deletedStream(stream));
    throw error;
  } finally {
    signal.removeEventListener('abort', late);
  }
}
export const deletedStream = (stream: string) =>
  [`流 ${stream} 已被删除，账本不完整`, `the stream ${stream} was deleted: the ledger is not whole`] as const;
