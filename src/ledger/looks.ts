/**
 * Looks on their way into the log, gathered: a round takes all that wait, those of one person as one command and one
 * append, those of several people side by side, so that they share a commit (batcher.ts). A round waits a little for
 * reads that are under way and will look, too; one that is alone waits for nobody. A stream of looks is never read as a
 * whole: where it ends, a conflict tells.
 */
import { Inject, Injectable } from '@nestjs/common';
import { versions } from '../../projections/events/index.js';
import { canonical } from '../../projections/kernel/canonical.js';
import type { Message } from '../../projections/kernel/message.js';
import { type Context, decide, type Decider } from '../kernel/decider.js';
import { Contention, type Ledger, LEDGER } from './commands.js';
import { fingerprintOf, sealEvents } from './envelope.js';
import { Conflict } from './event-store.js';
import { randomId } from './identity.js';

interface Waiting {
  readonly of: Decider;
  readonly look: Message;
  readonly context: Context;
  readonly resolve: (event: string) => void;
  readonly reject: (error: unknown) => void;
}
/** The end of a stream, as far as is known here. */
type End = Readonly<{ revision: number; recordedAt: string | null }>;

/** Of one append, well below what an engine takes. */
const MOST = 100;
const MOST_TEXT = 200_000;
const WAIT_MS = 50;
const DEADLINE_MS = 15_000;
const NO_STREAM: End = { revision: -1, recordedAt: null };

const personOf = ({ by }: Context) => by.person ?? 'system';

/** What goes into one append: of one person, under the same circumstances, and no more than fits. In order of arrival. */
export function parcels<W extends Pick<Waiting, 'look' | 'context'>>(waiting: readonly W[]): readonly (readonly W[])[] {
  const open = new Map<string, { all: W[]; text: number }>();
  const done: W[][] = [];
  for (const each of waiting) {
    const { by, place, channel } = each.context;
    const name = JSON.stringify([by, place ?? null, channel ?? null]);
    const text = JSON.stringify(each.look).length;
    const known = open.get(name);
    if (known && known.all.length < MOST && known.text + text <= MOST_TEXT) {
      known.all.push(each);
      known.text += text;
      continue;
    }
    const all = [each];
    done.push(all);
    open.set(name, { all, text });
  }
  return done;
}

@Injectable()
export class Looks {
  private waiting: Waiting[] = [];
  /** Reads under way that will record a look. */
  private expected = 0;
  private running = false;
  private hurry: (() => void) | null = null;
  private readonly ends = new Map<string, End>();

  constructor(@Inject(LEDGER) private readonly ledger: Pick<Ledger, 'store' | 'vault'>) {}

  /** A read whose look is recorded before its answer is given; those that are under way go into one round. */
  async during<T>(read: () => Promise<{ answer: T; record: () => Promise<unknown> }>): Promise<T> {
    this.expected++;
    let counted = true;
    const arrived = () => {
      if (counted) this.expected--;
      counted = false;
      this.arrived();
    };
    try {
      const { answer, record } = await read();
      const recorded = record();
      arrived();
      await recorded;
      return answer;
    } finally {
      arrived();
    }
  }

  /**
   * Durable when it answers, with the id of its event. `of`: the decider whose command `RecordLooks` takes looks.
   * Throws what {@link EventStore.append} throws but Conflict, {@link Contention}, NotCanonical and Refusal.
   */
  record(of: Decider, look: Message, context: Context): Promise<string> {
    return new Promise((resolve, reject) => {
      canonical(look); // what cannot be written is nobody else's trouble
      this.waiting.push({ of, look, context, resolve, reject });
      if (this.running) return this.arrived();
      this.running = true;
      void this.run();
    });
  }

  private arrived(): void {
    if (this.expected === 0) this.hurry?.();
  }
  private async gathered(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // whatever else is ready now
    if (this.expected === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, WAIT_MS);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.hurry = null;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.gathered();
      const byPerson = new Map<string, (readonly Waiting[])[]>();
      for (const parcel of parcels(this.waiting.splice(0))) {
        const person = personOf(parcel[0]!.context);
        byPerson.set(person, [...(byPerson.get(person) ?? []), parcel]);
      }
      await Promise.all(
        [...byPerson].map(async ([person, all]) => {
          for (const parcel of all) await this.settle(person, parcel);
        }),
      );
    }
    this.running = false;
  }
  private async settle(person: string, parcel: readonly Waiting[]): Promise<void> {
    try {
      const ids = await this.write(person, parcel);
      parcel.forEach(({ resolve }, n) => resolve(ids[n]!));
    } catch (error) {
      for (const { reject } of parcel) reject(error);
    }
  }

  /** The ids of their events. */
  private async write(id: string, parcel: readonly Waiting[]): Promise<string[]> {
    const { store, vault } = this.ledger;
    const { of, context } = parcel.at(-1)!; // the latest
    const until = performance.now() + DEADLINE_MS;
    const stream = `${of.category}-${id}`;
    const command = { type: 'RecordLooks', data: { looks: parcel.map(({ look }) => look) } };
    const drafts = decide<Message>(of, of.initial, command, context);
    const fingerprint = await fingerprintOf(vault, context.way, command);
    const commandId = randomId();
    for (;;) {
      const { revision, recordedAt } = this.ends.get(stream) ?? NO_STREAM;
      const now = recordedAt !== null && Date.parse(recordedAt) > Date.parse(context.now) ? recordedAt : context.now;
      const around = {
        category: of.category,
        id,
        expected: revision,
        commandId,
        fingerprint,
        recordedAt: now,
        context,
      };
      const events = await sealEvents(vault, drafts, { ...around, facts: {}, factsAsOf: null, versions });
      try {
        await store.append({ stream, expected: revision, unchanged: {}, events });
        this.ends.set(stream, { revision: revision + events.length, recordedAt: now });
        return events.map(({ envelope }) => envelope.id);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        if (performance.now() > until) throw new Contention(stream);
        const last = (await store.readStream(stream, error.actual)).at(-1)!;
        this.ends.set(stream, { revision: last.revision, recordedAt: last.recordedAt });
      }
    }
  }
}
