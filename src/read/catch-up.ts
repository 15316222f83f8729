/** Tables brought along the log: a batch is folded in memory, then rows and checkpoints are committed together, once. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Recorded } from '../../projections/kernel/message.js';
import { foldInto, inOrder, type Look, lookOf } from '../../projections/kernel/projection.js';
import type { Lease } from './lease.js';
import type { Entry, State, Stopped } from './registry.js';
import { type AnyProjection, copyLines, copyStatement, quote, type Version } from './tables.js';
import { type Changes, Followed, View } from './view.js';

/** The tables are not as they were: switched or written by somebody else. Nothing was written; look again. */
export class Moved extends Error {
  constructor() {
    super('the tables have been moved on by somebody else');
    this.name = 'Moved';
  }
}

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

export interface Options {
  readonly client: Client;
  readonly lease: Lease;
  readonly state: State;
  /** Rows kept in memory for each table. */
  readonly room: number;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
/** The table cannot hold what a fold made: a wrong date, a second row of a table that only grows. */
const isDataError = (error: unknown) => /^2[23]/.test((error as { code?: string }).code ?? '');

export class CatchUp {
  private readonly parts: readonly Part[];
  private group: Group | null = null;

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

  /** The index to read on from; null if nothing goes on. */
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
   * Folds events that start at {@link from} as far as those furthest behind can go together; answers whether it came
   * any further. Throws {@link Moved}, LeaseLost, and what the database throws; then nothing was written, and this
   * object is of no use any more.
   */
  async step(events: readonly Recorded[]): Promise<boolean> {
    const group = await this.nextGroup();
    const at = group?.parts[0]?.checkpoint;
    if (!group || at === undefined) return false;
    const batch = events.filter(({ index }) => index >= at && index < group.limit);
    if (batch.length === 0) return false;
    if (batch[0]!.index !== at) throw new Error(`events from ${batch[0]!.index} on, not from ${at}`);
    const stops = new Map<Part, Stopped>();
    for (;;) {
      await this.fold(group, batch, stops);
      const failed = await this.commit(group, batch, stops);
      if (!failed) break;
      this.stop(group, failed.part, failed.stopped, stops);
      for (const { view } of group.parts) view.again();
    }
    if (stops.size > 0 || group.limit === batch.at(-1)!.index + 1) this.group = null;
    return true;
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
  private async fold(group: Group, batch: readonly Recorded[], stops: Map<Part, Stopped>): Promise<void> {
    const window = { first: batch[0]!.index, last: batch.at(-1)!.index };
    const tables = [...group.parts.map(({ view }) => view), ...group.followed];
    for (;;) {
      const found = this.pass(group, batch, stops);
      const wanting = tables.filter(({ asked }) => asked.any);
      if (wanting.length === 0) {
        for (const [part, stopped] of found) stops.set(part, stopped);
        return;
      }
      for (const table of wanting)
        await (table instanceof View ? table.load(this.options.client) : table.load(this.options.client, window));
      for (const { view } of group.parts) view.again();
    }
  }

  /** Once over the batch. After a row was missing, what folds say and throw is not to be believed. */
  private pass(group: Group, batch: readonly Recorded[], known: ReadonlyMap<Part, Stopped>): Map<Part, Stopped> {
    const stops = new Map(known);
    for (const event of batch) {
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

  /** All in one transaction. What one table refuses is the answer, and nothing is written. */
  private async commit(
    { parts }: Group,
    batch: readonly Recorded[],
    stops: ReadonlyMap<Part, Stopped>,
  ): Promise<{ part: Part; stopped: Stopped } | null> {
    const { client, lease } = this.options;
    const next = batch.at(-1)!.index + 1;
    const moves = parts.map((part) => {
      const to = stops.get(part)?.index ?? next;
      return { part, to, changes: part.view.changes(to) };
    });
    let writing: (typeof moves)[number] | null = null;
    await client.query('begin');
    try {
      await lease.check(client);
      await this.advance(moves, stops);
      for (const move of moves) {
        writing = move;
        await write(client, move.part.view, move.changes);
      }
      writing = null;
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (!writing || !isDataError(error)) throw error;
      return { part: writing.part, stopped: stoppedBy(error, writing.changes.versions, batch) };
    }
    for (const { part, to, changes } of moves) {
      part.view.settle(changes);
      part.checkpoint = to;
      part.stopped = stops.get(part) ?? null;
    }
    return null;
  }

  /** Compare and set: every checkpoint is where it was left, of a table that is still what it was. */
  private async advance(moves: readonly { part: Part; to: number }[], stops: ReadonlyMap<Part, Stopped>) {
    const { rowCount } = await this.options.client.query({
      name: 'advance',
      text: `update read.tables t set checkpoint = n.next, stopped = n.stopped
             from unnest($1::text[], $2::bigint[], $3::bigint[], $4::json[]) as n(name, at, next, stopped)
             where t."table" = n.name collate "C" and t.checkpoint = n.at and t.state = $5`,
      values: [
        moves.map(({ part }) => part.view.table),
        moves.map(({ part }) => part.checkpoint),
        moves.map(({ to }) => to),
        moves.map(({ part }) => (stops.has(part) ? JSON.stringify(stops.get(part)) : null)),
        this.options.state,
      ],
    });
    if (rowCount !== moves.length) throw new Moved();
  }
}

async function write(client: Client, view: View, { closes, versions }: Changes): Promise<void> {
  const { of, table } = view;
  if (closes.length > 0)
    await client.query({
      name: `close ${table}`,
      text: `update read.${quote(table)} t set to_index = c.until
             from unnest($1::text[], $2::bigint[], $3::bigint[]) as c(key, since, until)
             where t.${quote(of.key)} = c.key collate "C" and t.from_index = c.since`,
      values: [closes.map(({ key }) => key), closes.map(({ from }) => from), closes.map(({ to }) => to)],
    });
  if (versions.length === 0) return;
  await pipeline(
    Readable.from([Buffer.from(copyLines(of, versions))]),
    client.query(copyFrom(copyStatement(of, table))),
  );
}

/** PostgreSQL says at which line of the COPY it stopped; a line is a version, and a version began at an event. */
function stoppedBy(error: unknown, versions: readonly Version[], batch: readonly Recorded[]): Stopped {
  const line = /line (\d+)/.exec((error as { where?: string }).where ?? '')?.[1];
  const index = (line ? versions[Number(line) - 1]?.from : undefined) ?? batch[0]!.index;
  const event = batch.find((e) => e.index === index)?.id ?? null;
  return { index, event, reason: reasonOf(error) };
}
