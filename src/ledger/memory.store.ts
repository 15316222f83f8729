/** The log in memory: for simulations, which end with the process. */
import type { Recorded } from '../../projections/kernel/message.js';
import {
  type Append,
  AppendTooLarge,
  ClockBehind,
  Conflict,
  digestsOf,
  type Digests,
  type EventStore,
  type Head,
  MAX_APPEND_BYTES,
  parse,
  type Receipt,
  type Stored,
} from './event-store.js';
import { Wake } from './wake.js';

const BEHIND_MS = 5000;
const PAGE = 1000;

export class MemoryStore implements EventStore {
  private readonly stored: Stored[] = [];
  private readonly times: number[] = [];
  private readonly streams = new Map<string, number[]>();
  private readonly refs = new Map<string, number[]>();
  private readonly types = new Map<string, number[]>();
  private readonly ids = new Map<string, number>();
  private readonly parsed: Recorded[] = [];
  private readonly news = new Wake();
  private ledgerTime: string | null = null;

  append({ stream, expected, unchanged, events }: Append): Promise<Receipt> {
    const bytes = events.reduce((sum, event) => sum + event.bytes.length, 0);
    if (bytes > MAX_APPEND_BYTES) return Promise.reject(new AppendTooLarge(bytes));
    for (const [name, revision] of [[stream, expected] as const, ...Object.entries(unchanged)]) {
      const actual = (this.streams.get(name)?.length ?? 0) - 1;
      if (actual !== revision) return Promise.reject(new Conflict(name, revision, actual));
    }
    const at = events[0]?.envelope.recordedAt;
    if (at !== undefined && this.ledgerTime !== null && Date.parse(at) < Date.parse(this.ledgerTime) - BEHIND_MS)
      return Promise.reject(new ClockBehind(at, this.ledgerTime));
    const index = this.stored.length;
    for (const { bytes: text, digest } of events) this.keep(text, digest);
    this.news.all();
    const last = this.stored.length - 1;
    return Promise.resolve({ revision: expected + events.length, index, after: String(last) });
  }
  private keep(bytes: Buffer, digest: Buffer): void {
    const index = this.stored.length;
    const event = parse(bytes, index);
    this.stored.push({ index, digest, bytes, event });
    this.parsed.push(event);
    this.ids.set(event.id, index);
    add(this.streams, event.stream, index);
    add(this.types, event.type, index);
    for (const key of new Set(event.refs.map(({ type, id }) => `${type}\n${id}`))) add(this.refs, key, index);
    if (this.ledgerTime === null || Date.parse(event.recordedAt) > Date.parse(this.ledgerTime))
      this.ledgerTime = event.recordedAt;
    this.times.push(Date.parse(this.ledgerTime));
  }
  private at = (indexes: readonly number[] | undefined) => Promise.resolve((indexes ?? []).map((n) => this.parsed[n]!));

  readStream(stream: string, fromRevision = 0): Promise<Recorded[]> {
    return this.at(this.streams.get(stream)?.slice(fromRevision));
  }
  readAll(from: number, limit: number): Promise<Recorded[]> {
    return Promise.resolve(this.parsed.slice(from, from + limit));
  }
  readStored(from: number, limit: number): Promise<Stored[]> {
    return Promise.resolve(this.stored.slice(from, from + limit));
  }
  async readDigests(from: number, limit: number): Promise<Digests> {
    return digestsOf(from, await this.readStored(from, limit));
  }
  readTypes(types: readonly string[], from: number, limit: number): Promise<Recorded[]> {
    const all = types.flatMap((type) => this.types.get(type) ?? []).filter((index) => index >= from);
    return this.at(all.toSorted((a, b) => a - b).slice(0, limit));
  }
  readRefs(type: string, id: string, upTo = Infinity): Promise<Recorded[]> {
    return this.at(this.refs.get(`${type}\n${id}`)?.filter((index) => index <= upTo));
  }
  readIds(ids: readonly string[]): Promise<Recorded[]> {
    const found = ids.flatMap((id) => this.ids.get(id) ?? []);
    return this.at([...new Set(found)].toSorted((a, b) => a - b));
  }
  head(): Promise<Head> {
    return Promise.resolve({ next: this.stored.length, ledgerTime: this.ledgerTime });
  }
  indexAt(instant: string): Promise<number> {
    const at = Date.parse(instant);
    return Promise.resolve(this.times.findLastIndex((time) => time <= at));
  }
  async *subscribe(from: number, signal: AbortSignal): AsyncIterable<Recorded[]> {
    for (let next = from; !signal.aborted;) {
      const woken = this.news.next();
      const events = this.parsed.slice(next, next + PAGE);
      if (events.length > 0) yield events;
      else await Wake.orAfter(woken, 1000, signal);
      next += events.length;
    }
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function add(all: Map<string, number[]>, key: string, index: number): void {
  const known = all.get(key);
  if (known) known.push(index);
  else all.set(key, [index]);
}
