/**
 * What goes to and fro with every event, as protobufjs writes and reads it: with the client's own generated messages that is
 * a fifth of an append. Only fields that are used are named here; numbers are those of event_store.client.streams. Whatever
 * is rarer goes as the client's messages.
 */
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import protobuf from 'protobufjs/light.js';
import type { Kept } from './kurrentdb.client.js';

type Fields = Readonly<Record<string, protobuf.IField | protobuf.IMapField>>;
/** A message of one field after the other: `name: [number, type]`. */
const message = (fields: Readonly<Record<string, readonly [number, string]>>): { fields: Fields } => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, [id, type]]) => [
      name,
      type === 'map'
        ? { id, keyType: 'string', type: 'string' }
        : { id, type: type.replace('*', ''), ...(type.endsWith('*') && { rule: 'repeated' }) },
    ]),
  ),
});
const root = protobuf.Root.fromJSON({
  nested: {
    Empty: message({}),
    Uuid: message({ string: [2, 'string'] }),
    Stream: message({ name: [3, 'string'] }),
    Position: message({ commit: [1, 'uint64'] }),
    Timestamp: message({ seconds: [1, 'int64'], nanos: [2, 'int32'] }),
    Options: message({
      stream: [1, 'Stream'],
      revision: [2, 'uint64'],
      none: [3, 'Empty'],
      deadline: [6, 'Timestamp'],
    }),
    Proposed: message({ id: [1, 'Uuid'], metadata: [2, 'map'], custom: [3, 'bytes'], data: [4, 'bytes'] }),
    BatchAppendReq: message({
      correlation: [1, 'Uuid'],
      options: [2, 'Options'],
      proposed: [3, 'Proposed*'],
      isFinal: [4, 'bool'],
    }),
    Success: message({ position: [3, 'Position'] }),
    BatchAppendResp: message({ correlation: [1, 'Uuid'], error: [2, 'Empty'], success: [3, 'Success'] }),
    RecordedEvent: message({
      id: [1, 'Uuid'],
      stream: [2, 'Stream'],
      revision: [3, 'uint64'],
      commit: [5, 'uint64'],
      metadata: [6, 'map'],
      data: [8, 'bytes'],
    }),
    ReadEvent: message({ event: [1, 'RecordedEvent'] }),
    ReadResp: message({ event: [1, 'ReadEvent'] }),
  },
});
const [asks, answers, reads] = ['BatchAppendReq', 'BatchAppendResp', 'ReadResp'].map((name) =>
  root.lookupType(name),
) as [protobuf.Type, protobuf.Type, protobuf.Type];

type Uuid = Readonly<{ string: string }>;
/** As protobufjs reads it, which keeps all 64 bits. */
type Whole = number | Readonly<{ low: number; high: number }>;
const whole = (n: Whole): bigint =>
  typeof n === 'number' ? BigInt(n) : (BigInt(n.high >>> 0) << 32n) | BigInt(n.low >>> 0);

/** An append as it is sent. `expected`: the revision that its stream is at, null for none; `millis`: its deadline. */
export interface Asked {
  readonly name: string;
  readonly stream: string;
  readonly expected: number | null;
  readonly millis: number;
  readonly events: readonly Readonly<{ id: string; type: string; data: Buffer }>[];
}
const CUSTOM = Buffer.from('{"content-type":"application/vnd.mingzhang.event+json"}');
const BINARY = 'application/octet-stream';

/** One message an append: the canonical bytes are the data, unchanged. */
export function askedBytes({ name, stream, expected, millis, events }: Asked): Buffer {
  const asked = {
    correlation: { string: name },
    options: {
      stream: { name: stream },
      ...(expected === null ? { none: {} } : { revision: expected }),
      deadline: { seconds: Math.floor(millis / 1000), nanos: (millis % 1000) * 1e6 },
    },
    proposed: events.map(({ id, type, data }) => ({
      id: { string: id },
      metadata: { type, 'content-type': BINARY },
      custom: CUSTOM,
      data,
    })),
    isFinal: true,
  };
  return asks.encode(asked).finish() as Buffer;
}

/** What came of an append: where its last event stands, or, of an error, all that was said. */
export type Answer = Readonly<{ name: string; position: bigint | null; error: BatchAppendResp | null }>;
export function answerOf(bytes: Buffer): Answer {
  const { correlation, error, success } = answers.decode(bytes) as unknown as {
    correlation: Uuid | null;
    error: object | null;
    success: { position: { commit: Whole } | null } | null;
  };
  const position = success?.position ? whole(success.position.commit) : null;
  const said = error ? messages.BatchAppendResp.deserializeBinary(bytes) : null;
  return { name: correlation?.string ?? '', position, error: said };
}

/** An event that was read; null of what else is said along the way. */
export function keptOf(bytes: Buffer): Kept | null {
  const { event: resolved } = reads.decode(bytes) as unknown as { event: { event: Told | null } | null };
  const event = resolved?.event; // nobody links into a ledger; a stream that is not there has none
  if (!event) return null;
  return {
    id: event.id.string,
    stream: event.stream.name,
    revision: Number(whole(event.revision)),
    type: event.metadata['type'] ?? '',
    bytes: event.data.length > 0 ? event.data : Buffer.alloc(0),
    position: whole(event.commit),
  };
}
interface Told {
  readonly id: Uuid;
  readonly stream: Readonly<{ name: string }>;
  readonly revision: Whole;
  readonly commit: Whole;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: Buffer;
}
