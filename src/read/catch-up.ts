/**
 * Tables brought along the log: a batch is folded in memory, then rows and checkpoints are committed together, once. While
 * one is written the next is folded, on rows that are in memory; what has to be loaded waits until it is written.
 */
import { setImmediate } from 'node:timers/promises';
import { foldInto, inOrder, type Look, lookOf } from '../../projections/kernel/projection.js';
import type { Stored } from '../ledger/event-store.js';
import { load } from './asked.js';
import type { Entry, Stopped } from './registry.js';
import type { AnyProjection } from './tables.js';
import { Followed, View } from './view.js';
import { type Move, Refused, type Target, write } from './write.js';

/** A projection and the table that it is folded into. */
export type Tabled = Readonly<{ of: AnyProjection; entry: Entry }>;

interface Part {
  readonly view: View;
  checkpoint: number;
  stopped: Stopped | null;
}

/** Parts at one checkpoint, and what their folds look at elsewhere. */
interface Group {
  readonly parts: readonly Part[];
  readonly followed: readonly Followed[];
  readonly routes: ReadonlyMap<string, readonly { part: Part; look: Look<any> }[]>;
  /** The first index that they cannot fold together. */
  readonly limit: number;
}

/** An event on its way into rows: what it says is asked for when it is folded. */
type Coming = Pick<Stored, 'index' | 'event'>;

/** A batch on its way into the tables. */
interface Sent {
  readonly group: Group;
  readonly batch: readonly Coming[];
  readonly moves: readonly Move[];
  /** What a table has refused, so that nothing was written. */
  readonly outcome: Promise<Refused | null>;
}

export interface Options extends Target {
  /** Rows kept in memory for each table. */
  readonly room: number;
}

/** Folding shares its thread with whoever serves people: after so many milliseconds it is their turn. */
const SLICE_MS = 1;
class Slice {
  private since = performance.now();
  get over(): boolean {
    return performance.now() - this.since > SLICE_MS;
  }
  async next(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export class CatchUp {
  private readonly parts: readonly Part[];
  private group: Group | null = null;
  private sent: Sent | null = null;

  /** `elsewhere`: tables that are further along, for folds that look at them. */
  constructor(
    private readonly options: Options,
    tables: readonly Tabled[],
    private readonly elsewhere: () => Promise<readonly Tabled[]> = () => Promise.resolve([]),
  ) {
    const ordered = inOrder(tables.map(({ of }) => of));
    this.parts = ordered.flatMap((p) => {
      const entry = tables.find(({ of }) => of === p)?.entry;
      if (!entry) return [];
      const used = ordered.some((user) => Object.values<AnyProjection>(user.uses).includes(p));
      const view = new View(p, entry.table, options.room, entry.checkpoint === 0, used);
      return [{ view, checkpoint: entry.checkpoint, stopped: null }];
    });
  }

  /** The index to read on from, once what was sent is written; null if nothing goes on. */
  get from(): number | null {
    const going = this.parts.filter((part) => !part.stopped).map((part) => part.checkpoint);
    return going.length > 0 ? Math.min(...going) : null;
  }
  /** Whether all that go on are at the same index. */
  get even(): boolean {
    return new Set(this.parts.filter((part) => !part.stopped).map((part) => part.checkpoint)).size <= 1;
  }
  get stopped(): readonly (Stopped & { readonly name: string })[] {
    return this.parts.flatMap(({ view, stopped }) => (stopped ? [{ ...stopped, name: view.of.name }] : []));
  }

  /**
   * Folds events that start at {@link from} as far as those furthest behind can go together, and sends what comes of them:
   * it is written when {@link flush}, or the next step, has ended. Answers whether it came any further. Throws
   * {@link Moved}, LeaseLost, and what the database throws; then nothing was written, and this object is of no use any more.
   */
  async step(events: readonly Coming[]): Promise<boolean> {
    const group = await this.nextGroup();
    const at = group?.parts[0]?.checkpoint;
    if (!group || at === undefined) return false;
    const batch = events.filter(({ index }) => index >= at && index < group.limit);
    if (batch.length === 0) return false;
    if (batch[0]!.index !== at) throw new Error(`events from ${batch[0]!.index} on, not from ${at}`);
    const stops = new Map<Part, Stopped>();
    await this.fold(group, batch, stops);
    if (await this.refused()) return this.step(events); // it was folded on rows that are not there
    await this.send(group, batch, stops);
    return true;
  }
  /** Until everything that was sent is written. */
  async flush(): Promise<void> {
    await this.refused();
  }

  private async nextGroup(): Promise<Group | null> {
    const from = this.from;
    if (from === null) return null;
    // What was loaded of tables looked at elsewhere was for one batch.
    if (this.group?.parts[0]!.checkpoint === from && this.group.followed.length === 0) return this.group;
    const going = this.parts.filter((part) => !part.stopped);
    const parts = going.filter((part) => part.checkpoint === from);
    const followed = await this.follow(parts);
    const tables = new Map<AnyProjection, View | Followed>([
      ...followed,
      ...parts.map(({ view }) => [view.of, view] as const),
    ]);
    const routes = new Map<string, { part: Part; look: Look<any> }[]>();
    for (const part of parts) {
      const look = lookOf(part.view.of, (p) => tables.get(p)!);
      for (const type of Object.keys(part.view.of.on)) routes.set(type, [...(routes.get(type) ?? []), { part, look }]);
    }
    const ahead = going.map((part) => part.checkpoint).filter((checkpoint) => checkpoint > from);
    const limit = Math.min(...ahead, ...[...followed.values()].map(({ checkpoint }) => checkpoint));
    this.group = { parts, followed: [...followed.values()], routes, limit };
    return this.group;
  }
  private async follow(parts: readonly Part[]): Promise<Map<AnyProjection, Followed>> {
    const followed = new Map<AnyProjection, Followed>();
    for (const used of new Set(parts.flatMap(({ view }) => Object.values<AnyProjection>(view.of.uses)))) {
      if (parts.some(({ view }) => view.of === used)) continue;
      const part = this.parts.find(({ view }) => view.of === used);
      const other = part ? undefined : (await this.elsewhere()).find(({ of }) => of === used)?.entry;
      const table = part?.view.table ?? other?.table;
      if (!table) throw new Error(`no table of ${used.name} serves, and others look at it`);
      followed.set(used, new Followed(used, table, part?.checkpoint ?? other!.checkpoint));
    }
    return followed;
  }

  /** Until nothing is missing: what was asked for in vain is loaded, and the batch folded again. */
  private async fold(group: Group, batch: readonly Coming[], stops: Map<Part, Stopped>): Promise<void> {
    const window = { first: batch[0]!.index, last: batch.at(-1)!.index };
    const tables = [...group.parts.map(({ view }) => view), ...group.followed];
    for (;;) {
      const found = await this.pass(group, batch, stops);
      const wanting = tables.filter(({ asked }) => asked.any);
      if (wanting.length === 0) {
        for (const [part, stopped] of found) stops.set(part, stopped);
        return;
      }
      await this.sent?.outcome; // what it has changed is loaded as it is then
      await load(this.options.client, wanting, (table) => (table instanceof Followed ? window : undefined));
      for (const { view } of group.parts) view.again();
    }
  }

  /** Once over the batch. After a row was missing, what folds say and throw is not to be believed. */
  private async pass(
    group: Group,
    batch: readonly Coming[],
    known: ReadonlyMap<Part, Stopped>,
  ): Promise<Map<Part, Stopped>> {
    const stops = new Map(known);
    const slice = new Slice();
    for (const { event } of batch) {
      if (slice.over) await slice.next();
      for (const table of group.followed) table.at = event.index;
      for (const { part, look } of group.routes.get(event.type) ?? []) {
        const stop = stops.get(part);
        if (stop && stop.index <= event.index) continue;
        try {
          foldInto(part.view.of, part.view, look, event);
        } catch (error) {
          this.stop(group, part, { index: event.index, event: event.id, reason: reasonOf(error) }, stops);
        }
      }
    }
    return stops;
  }

  /** Who looks at the rows of a table that stops, stops with it. */
  private stop(group: Group, part: Part, stopped: Stopped, stops: Map<Part, Stopped>): void {
    const earlier = stops.get(part);
    if (earlier && earlier.index <= stopped.index) return;
    stops.set(part, stopped);
    for (const user of group.parts)
      if (Object.values<AnyProjection>(user.view.of.uses).includes(part.view.of))
        this.stop(group, user, { ...stopped, reason: `it looks at ${part.view.of.name}, which has stopped` }, stops);
  }

  /** Its rows are in memory from now on as if they were written. */
  private async send(group: Group, batch: readonly Coming[], stops: ReadonlyMap<Part, Stopped>): Promise<void> {
    const next = batch.at(-1)!.index + 1;
    const moves: Move[] = [];
    const slice = new Slice();
    for (const part of group.parts) {
      if (slice.over) await slice.next();
      const stopped = stops.get(part) ?? null;
      const to = stopped?.index ?? next;
      const { of, table } = part.view;
      moves.push({ of, table, at: part.checkpoint, to, stopped, changes: part.view.changes(to) });
    }
    const outcome = write(this.options, moves).then(
      () => null,
      (error: unknown) => {
        if (error instanceof Refused) return error;
        throw error;
      },
    );
    outcome.catch(() => undefined); // seen when it is awaited
    this.sent = { group, batch, moves, outcome };
    group.parts.forEach((part, n) => {
      part.view.settle(moves[n]!.changes);
      part.checkpoint = moves[n]!.to;
      part.stopped = moves[n]!.stopped;
    });
    if (stops.size > 0 || group.limit === next) this.group = null;
  }

  /**
   * Until what was sent is written. What one table has refused is sent again without that table; answers whether it was,
   * and what was folded after it has to be folded again.
   */
  private async refused(): Promise<boolean> {
    const stops = new Map<Part, Stopped>();
    for (let sent = this.sent; sent; sent = this.sent) {
      const refusal = await sent.outcome;
      this.sent = null;
      if (!refusal) break;
      const { group, batch, moves } = sent;
      group.parts.forEach((part, n) => {
        part.checkpoint = moves[n]!.at;
        part.stopped = null;
        part.view.forget(part.checkpoint === 0);
      });
      this.stop(group, group.parts[moves.indexOf(refusal.move)]!, stoppedBy(refusal, batch), stops);
      await this.fold(group, batch, stops);
      await this.send(group, batch, stops);
    }
    return stops.size > 0;
  }
}

/** A version began at an event. */
function stoppedBy({ move, version, message }: Refused, batch: readonly Coming[]): Stopped {
  const index = (version === null ? undefined : move.changes.versions[version]?.from) ?? batch[0]!.index;
  return { index, event: batch.find((e) => e.index === index)?.event.id ?? null, reason: message };
}
