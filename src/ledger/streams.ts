/**
 * Streams folded and kept, by revision. What is kept may be stale: an append says what it relied on, so a stale state
 * costs a conflict and a fresh look, never a wrong event; before anybody is refused, the look is fresh.
 */
import { current } from '../../projections/events/index.js';
import type { Fold } from '../../projections/kernel/fold.js';
import type { Envelope, Recorded } from '../../projections/kernel/message.js';
import { type EventStore, indexOf, type Receipt } from './event-store.js';

/** What an earlier command of a stream was answered. */
export type Answered = Readonly<{ fingerprint: string; revision: number; index: number; lastIndex: number }>;
export interface Folded<S = any> {
  readonly state: S;
  readonly revision: number;
  /** Index of the last event, -1 for none. */
  readonly index: number;
  readonly recordedAt: string | null;
  readonly commands: ReadonlyMap<string, Answered>;
  /** How much room it takes among those that are kept. */
  readonly size: number;
}

const KEPT = 20_000;
/** Events that are in the log, whose index is not known yet. */
type Coming = Readonly<{ events: readonly Envelope[]; after: string; base: Folded }>;

export class Streams {
  private readonly kept = new Map<string, Folded>();
  private readonly coming = new Map<string, Coming>();
  /** What is kept, in states of an ordinary stream. */
  private size = 0;
  constructor(
    private readonly store: Pick<EventStore, 'readStream' | 'readIds' | 'head'>,
    /** So many streams are kept: fewer where their states are large. */
    private readonly room = KEPT,
  ) {}

  private key = (of: Fold<any, any>, id: string) => `${of.category}-${id}`;

  /** The stream folded: what is kept, or read now if nothing is. `fresh`: with whatever was appended since. */
  async get<S>(of: Fold<S, any>, id: string, fresh = false): Promise<Folded<S>> {
    const coming = this.coming.get(this.key(of, id));
    if (coming && !fresh) await this.arrive(of, id, coming);
    const known = this.kept.get(this.key(of, id)) as Folded<S> | undefined;
    if (known && !fresh) return known;
    const events = await this.store.readStream(this.key(of, id), (known?.revision ?? -1) + 1);
    return this.add(of, id, events, known);
  }

  /** Goes on with what was appended on top of `base`: at once, or, where its place is not known yet, once it is asked for. */
  appended(of: Fold<any, any>, id: string, events: readonly Envelope[], base: Folded, { index, after }: Receipt): void {
    const stream = this.key(of, id);
    if (index !== undefined) return void this.add(of, id, placed(events, index), base);
    this.coming.delete(stream);
    this.coming.set(stream, { events, after, base });
    if (this.coming.size > this.room) this.coming.delete(this.coming.keys().next().value!);
  }
  private async arrive(of: Fold<any, any>, id: string, coming: Coming): Promise<void> {
    const { events, after, base } = coming;
    const last = await indexOf(this.store, after);
    if (this.coming.get(this.key(of, id)) !== coming) return; // others have waited, too
    this.coming.delete(this.key(of, id));
    if (last !== null) this.add(of, id, placed(events, last - events.length + 1), base);
  }

  /**
   * Goes on with events that are known to be in the log: from what is kept, or from `base`, which they follow, where
   * that has been let go of meanwhile.
   */
  add<S>(of: Fold<S, any>, id: string, events: readonly Recorded[], base?: Folded<S>): Folded<S> {
    const stream = this.key(of, id);
    const none: Folded<S> = {
      state: of.initial,
      revision: -1,
      index: -1,
      recordedAt: null,
      commands: new Map(),
      size: 1,
    };
    const kept = this.kept.get(stream) as Folded<S> | undefined;
    const known = [kept, base].reduce<Folded<S>>((a, b) => (b && b.revision > a.revision ? b : a), none);
    const news = events.filter((event) => event.revision > known.revision);
    if (news.length > 0 && news[0]!.revision !== known.revision + 1)
      throw new Error(`${stream} is known up to ${known.revision}, and what is added begins at ${news[0]!.revision}`);
    let folded = known;
    if (news.length > 0) {
      // Shared with what was kept before: an answer that is known is known, and a long stream is not copied each time.
      const commands = known.commands as Map<string, Answered>;
      let state = known.state;
      for (const event of news) {
        state = of.evolve(state, current(event));
        const first = commands.get(event.commandId);
        commands.set(event.commandId, {
          fingerprint: event.fingerprint,
          revision: event.revision,
          index: first?.index ?? event.index,
          lastIndex: event.index,
        });
      }
      const last = news.at(-1)!;
      const size = of.size?.(state) ?? 1;
      folded = { state, revision: last.revision, index: last.index, recordedAt: last.recordedAt, commands, size };
    }
    this.keep(stream, folded);
    return folded;
  }
  private keep(stream: string, folded: Folded): void {
    this.size += folded.size - (this.kept.get(stream)?.size ?? 0);
    this.kept.delete(stream); // so that what is used last is let go of last
    this.kept.set(stream, folded);
    for (const [name, { size }] of this.kept) {
      if (this.size <= this.room) break;
      this.kept.delete(name);
      this.size -= size;
    }
  }
}

const placed = (events: readonly Envelope[], first: number) =>
  events.map((event, n) => ({ ...event, index: first + n })) as Recorded[];
