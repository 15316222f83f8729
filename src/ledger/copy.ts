/**
 * A ledger from one store into another, in the order of its index. What is copied is what was written, byte for byte,
 * so digests, roots and read models are the same; nothing that is stored or shown is an engine's position.
 */
import { rootOf } from '../../projections/kernel/merkle.js';
import type { Envelope } from '../../projections/kernel/message.js';
import type { EventStore, Stored } from './event-store.js';
import { sha256 } from './seal/keys.js';

/** The stores hold other events, or the same in another order. */
export class CopyDiffers extends Error {
  constructor(readonly index: number) {
    super(`event ${index} is not the same here and there`);
    this.name = 'CopyDiffers';
  }
}
export interface Copied {
  readonly events: number;
  /** How many had been copied before. */
  readonly before: number;
  /** Root of the Merkle tree over both logs, hexadecimal. */
  readonly root: string;
}
type Told = (done: number, of: number) => void;
interface Group {
  readonly stream: string;
  readonly first: number;
  readonly events: { envelope: Envelope; bytes: Buffer; digest: Buffer }[];
}

const PAGE = 1000;
/** So many appends are under way at once, each to a stream of its own: the engine keeps the order they were sent in. */
const WINDOW = 64;

/** Events that were appended together are so again. */
function grouped(stored: readonly Stored[]): Group[] {
  const groups: Group[] = [];
  for (const { index, bytes, digest } of stored) {
    const envelope = JSON.parse(bytes.toString('utf8')) as Envelope;
    const last = groups.at(-1);
    const before = last?.events.at(-1)?.envelope;
    const together =
      before?.stream === envelope.stream &&
      before.commandId === envelope.commandId &&
      before.recordedAt === envelope.recordedAt;
    if (together) last!.events.push({ envelope, bytes, digest });
    else groups.push({ stream: envelope.stream, first: index, events: [{ envelope, bytes, digest }] });
  }
  return groups;
}

/** A page that ends in the middle of an append would break it apart: that append is left for the next page. */
const whole = (groups: readonly Group[], last: boolean) => (last || groups.length === 1 ? groups : groups.slice(0, -1));

async function write(to: EventStore, groups: readonly Group[]): Promise<void> {
  for (let at = 0; at < groups.length;) {
    const streams = new Set<string>();
    const window: Group[] = [];
    for (; at < groups.length && window.length < WINDOW && !streams.has(groups[at]!.stream); at++) {
      streams.add(groups[at]!.stream);
      window.push(groups[at]!);
    }
    await Promise.all(
      window.map(({ stream, events }) =>
        to.append({ stream, expected: events[0]!.envelope.revision - 1, unchanged: {}, events }),
      ),
    );
  }
}

/** Digests of a stretch of both, which have to be of the bytes that are there, and the same. */
async function compared(from: EventStore, to: EventStore, first: number, count: number): Promise<Buffer[]> {
  const [ours, theirs] = await Promise.all([from.readStored(first, count), to.readStored(first, count)]);
  const wrong = ours.findIndex(
    ({ digest }, n) => !theirs[n]?.digest.equals(digest) || !digest.equals(sha256(theirs[n].bytes)),
  );
  if (wrong >= 0 || ours.length === 0) throw new CopyDiffers(first + Math.max(0, wrong));
  return ours.map(({ digest }) => digest);
}

/**
 * Goes on where an earlier copy ended. Nothing is written to `from` meanwhile. Throws {@link CopyDiffers}, what
 * {@link EventStore.append} throws, and the reason of `signal`.
 */
export async function copyLedger(from: EventStore, to: EventStore, signal: AbortSignal, told?: Told): Promise<Copied> {
  const { next } = await from.head();
  const { next: before } = await to.head();
  if (before > next) throw new CopyDiffers(next);
  if (before > 0) await compared(from, to, Math.max(0, before - PAGE), Math.min(PAGE, before));
  for (let at = before; at < next;) {
    signal.throwIfAborted();
    const stored = await from.readStored(at, Math.min(PAGE, next - at));
    const groups = whole(grouped(stored), at + stored.length >= next);
    await write(to, groups);
    const end = groups.at(-1)!.first + groups.at(-1)!.events.length;
    await compared(from, to, at, end - at);
    at = end;
    told?.(at, next);
  }
  const digests: Buffer[] = [];
  for (let at = 0; at < next; at += PAGE) {
    signal.throwIfAborted();
    digests.push(...(await compared(from, to, at, Math.min(PAGE, next - at))));
  }
  const head = await to.head();
  if (head.next !== next) throw new CopyDiffers(next);
  return { events: next, before, root: Buffer.from(rootOf(sha256, digests)).toString('hex') };
}
