/**
 * What a KurrentDB does on the wire, as far as a ledger uses it, over real gRPC from the client's own service
 * definitions, with the log in memory. It can be told to answer late, never, twice, with an error, or to go away.
 */
import { randomUUID } from 'node:crypto';
import clusterMessages from '@eventstore/db-client/generated/cluster_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import anys from 'google-protobuf/google/protobuf/any_pb.js';

interface Held {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly contentType: string;
  readonly custom: Uint8Array;
  readonly data: Uint8Array;
  readonly position: number;
}
/** What is done with one append. `written`: whether it is, where that is not said by the word itself. */
export type Behaviour =
  | { readonly does: 'late'; readonly millis: number }
  | { readonly does: 'never'; readonly written: boolean }
  | { readonly does: 'twice' }
  | { readonly does: 'refuse'; readonly error: string; readonly written?: boolean }
  | { readonly does: 'drop'; readonly written: boolean }
  | { readonly does: 'end'; readonly code: status; readonly written: boolean; readonly exception?: string };

const text = (of: string | Uint8Array | undefined) => Buffer.from((of ?? '') as Uint8Array).toString('utf8');
const MAX_BYTES = 1024 * 1024;

export class KurrentServer {
  readonly log: Held[] = [];
  /** Behaviours of the next appends, in order; what is not told is done as it should. */
  readonly script: Behaviour[] = [];
  /** Appends that have arrived, with their first id. */
  readonly arrived: string[] = [];
  /** Events that readers were sent. */
  sent = 0;
  /** Before an append is done, with its stream's name; another's append can be put in between. */
  before: ((stream: string) => void) | null = null;
  /** No read is answered while this is set. */
  silent = false;
  version = '23.10.8';
  nodes: readonly { readonly state: number; readonly alive: boolean }[] = [{ state: 8, alive: true }];
  private server: Server | null = null;
  private port = 0;

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }
  async start(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': 32 * 1024 * 1024 });
    server.addService(services.StreamsService as never, {
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => this.read(call),
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
        call.on('data', (asked: BatchAppendReq) => this.append(call, asked));
        call.on('end', () => call.end()).on('error', () => undefined);
      },
    });
    server.addService(featureServices.ServerFeaturesService as never, {
      getSupportedMethods: (_: unknown, answer: (error: null, told: object) => void) => {
        const told = new featureMessages.SupportedMethods();
        told.setEventStoreServerVersion(this.version);
        const batch = new featureMessages.SupportedMethod();
        batch.setServiceName('event_store.client.streams.streams');
        batch.setMethodName('batchappend');
        told.addMethods(batch);
        answer(null, told);
      },
    });
    server.addService(gossipServices.GossipService as never, {
      read: (_: unknown, answer: (error: null, told: object) => void) => {
        const told = new gossipMessages.ClusterInfo();
        for (const { state, alive } of this.nodes) {
          const member = new clusterMessages.MemberInfo() as never as Record<string, (value: unknown) => void>;
          member['setState']!(state);
          member['setIsAlive']!(alive);
          told.addMembers(member as never);
        }
        answer(null, told);
      },
    });
    this.port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${this.port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    this.server = server;
  }
  /** Every connection breaks off. */
  stop(): void {
    this.server?.forceShutdown();
    this.server = null;
  }
  async restart(): Promise<void> {
    this.stop();
    await this.start();
  }

  private ofStream = (stream: string) => this.log.filter((each) => each.stream === stream);
  /** Writes without anybody having asked: as another client would. */
  put(stream: string, type: string, data: Buffer, id: string = randomUUID()): Held {
    const revision = this.ofStream(stream).length;
    const contentType = type.startsWith('$') ? 'application/json' : 'application/octet-stream';
    const position = this.log.length * 100 + 50;
    const held = { id, stream, revision, type, contentType, custom: new Uint8Array(), data, position };
    this.log.push(held);
    return held;
  }

  private append(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>, asked: BatchAppendReq): void {
    const stream = text(asked.getOptions()!.getStreamIdentifier()!.getStreamName());
    this.before?.(stream);
    this.arrived.push(asked.getCorrelationId()!.getString());
    const behaviour = stream.startsWith('$$') ? undefined : this.script.shift();
    const answer = (told: BatchAppendResp) => void (call.writable && call.write(told));
    const done = () => this.write(stream, asked);
    if (!behaviour) return answer(done());
    switch (behaviour.does) {
      case 'late': {
        const told = done();
        setTimeout(() => answer(told), behaviour.millis);
        return;
      }
      case 'twice': {
        const told = done();
        answer(told);
        return answer(told);
      }
      case 'never':
        return void (behaviour.written && done());
      case 'refuse':
        if (behaviour.written) done();
        return answer(this.refusal(asked, stream, behaviour.error));
      case 'drop':
        if (behaviour.written) done();
        this.stop();
        return void setTimeout(() => void this.start(), 50);
      case 'end': {
        if (behaviour.written) done();
        const metadata = new Metadata();
        if (behaviour.exception) metadata.set('exception', behaviour.exception);
        if (behaviour.exception === 'not-leader') {
          metadata.set('leader-endpoint-host', '127.0.0.1');
          metadata.set('leader-endpoint-port', String(this.port));
        }
        return void call.emit('error', { code: behaviour.code, details: 'as told', metadata });
      }
    }
  }
  private write(stream: string, asked: BatchAppendReq): BatchAppendResp {
    const options = asked.getOptions()!;
    const expected = options.hasNoStream() ? -1 : Number(options.getStreamPosition());
    const proposed = asked.getProposedMessagesList();
    const there = this.ofStream(stream);
    const ids = proposed.map((message) => message.getId()!.getString());
    const size = proposed.reduce((sum, message) => sum + message.getData_asU8().length, 0);
    if (size > MAX_BYTES) return this.refusal(asked, stream, 'MaximumAppendSizeExceeded');
    const before = options.hasAny() ? [] : there.slice(expected + 1, expected + 1 + ids.length);
    const repeated = before.length === ids.length && before.every(({ id }, n) => id === ids[n]);
    if (!repeated && !options.hasAny() && there.length - 1 !== expected)
      return this.refusal(asked, stream, 'WrongExpectedVersion');
    const written = repeated
      ? before
      : proposed.map((message, n) => {
          const type = message.getMetadataMap().get('type')!;
          return this.put(stream, type, Buffer.from(message.getData_asU8()), ids[n]);
        });
    const success = new messages.BatchAppendResp.Success();
    success.setCurrentRevision(String(written.at(-1)!.revision));
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(written.at(-1)!.position));
    position.setPreparePosition(String(written.at(-1)!.position));
    success.setPosition(position);
    const told = this.respond(asked);
    told.setSuccess(success);
    return told;
  }
  private respond(asked: BatchAppendReq): BatchAppendResp {
    const told = new messages.BatchAppendResp();
    told.setCorrelationId(asked.getCorrelationId());
    told.setStreamIdentifier(asked.getOptions()!.getStreamIdentifier());
    return told;
  }
  private refusal(asked: BatchAppendReq, stream: string, name: string): BatchAppendResp {
    const of = (shared as unknown as Record<string, new () => { serializeBinary(): Uint8Array }>)[name];
    const details = of ? new of() : new shared.Unknown();
    if (details instanceof shared.WrongExpectedVersion) {
      const current = this.ofStream(stream).length - 1;
      if (current < 0) details.setCurrentNoStream(new shared.Empty() as never);
      else details.setCurrentStreamRevision(String(current));
    }
    const any = new anys.Any();
    any.pack(details.serializeBinary(), of ? `event_store.client.${name}` : 'google.rpc.Whatever');
    const error = new statuses.Status();
    error.setMessage(name);
    error.setDetails(any);
    const told = this.respond(asked);
    told.setError(error);
    return told;
  }

  private eventOf(held: Held): ReadResp {
    const recorded = new messages.ReadResp.ReadEvent.RecordedEvent();
    const id = new shared.UUID();
    id.setString(held.id);
    recorded.setId(id);
    const identifier = new shared.StreamIdentifier();
    identifier.setStreamName(new Uint8Array(Buffer.from(held.stream)));
    recorded.setStreamIdentifier(identifier);
    recorded.setStreamRevision(String(held.revision));
    recorded.setCommitPosition(String(held.position));
    recorded.setPreparePosition(String(held.position));
    recorded.getMetadataMap().set('type', held.type).set('content-type', held.contentType).set('created', '0');
    recorded.setCustomMetadata(held.custom);
    recorded.setData(held.data);
    const event = new messages.ReadResp.ReadEvent();
    event.setEvent(recorded);
    const told = new messages.ReadResp();
    told.setEvent(event);
    return told;
  }
  private read(call: ServerWritableStream<ReadReq, ReadResp>): void {
    if (this.silent) return;
    const options = call.request.getOptions()!;
    const stream = options.getStream();
    const backwards = options.getReadDirection() === 1;
    let from = 0;
    let found: Held[];
    if (stream) {
      const name = text(stream.getStreamIdentifier()!.getStreamName());
      found = this.ofStream(name);
      if (found.length === 0) {
        const missing = new messages.ReadResp.StreamNotFound();
        missing.setStreamIdentifier(stream.getStreamIdentifier());
        const told = new messages.ReadResp();
        told.setStreamNotFound(missing);
        call.write(told);
        return void call.end();
      }
      from = stream.hasRevision() ? Number(stream.getRevision()) : 0;
      found = found.filter(({ revision }) => backwards || revision >= from);
    } else {
      const all = options.getAll()!;
      from = all.hasPosition() ? Number(all.getPosition()!.getCommitPosition()) : -1;
      const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
      found = this.log.filter(
        (held) => held.position >= from && prefixes.some((prefix) => held.stream.startsWith(prefix)),
      );
    }
    if (backwards) found = found.toReversed();
    const told = found.slice(0, Number(options.getCount()));
    this.sent += told.length;
    for (const held of told) call.write(this.eventOf(held));
    call.end();
  }
}
