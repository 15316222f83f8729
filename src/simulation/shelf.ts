/** Rows in memory, brought along a log: what policies look at in a simulation. */
import { MemoryTable } from '../../projections/kernel/memory-table.js';
import { engine, inOrder, type Projection, type Row, type Value } from '../../projections/kernel/projection.js';
import type { Recorded } from '../../projections/kernel/message.js';
import type { EventStore } from '../ledger/event-store.js';
import { Line } from '../../projections/reconcile/lines.js';
import { decodeUtf8 } from '../read/copied.js';
import { lineOf } from '../read/tables.js';
import type { Shelf } from '../ledger/policies.js';

type AnyProjection = Projection<any, any, any>;
const PAGE = 5000;

export class MemoryShelf implements Shelf {
  private readonly tables: ReadonlyMap<AnyProjection, MemoryTable>;
  private readonly apply: (event: Recorded) => void;
  private next = 0;

  /** `latest`: only what is so now is kept. */
  constructor(
    private readonly store: EventStore,
    projections: readonly AnyProjection[],
    latest = true,
  ) {
    const ordered = inOrder(projections);
    this.tables = new Map(ordered.map((p) => [p, new MemoryTable(p, latest)]));
    this.apply = engine(ordered, (p) => this.table(p));
  }
  table(of: AnyProjection): MemoryTable {
    const table = this.tables.get(of);
    if (!table) throw new Error(`no table of ${of.name} here`);
    return table;
  }

  async catchUp(): Promise<void> {
    for (;;) {
      const from = this.next;
      const events = await this.store.readAll(from, PAGE);
      if (events.length === 0) return;
      if (this.next !== from) continue; // somebody who asked beside has folded them meanwhile
      for (const event of events) this.apply(event);
      this.next += events.length;
    }
  }
  until(): Promise<void> {
    return this.catchUp();
  }
  async each(of: AnyProjection, _members: readonly string[] | null, take: (row: Row) => void): Promise<void> {
    this.table(of)
      .rows()
      .forEach((row) => take(row));
  }
  /** As a server would copy them. */
  async lines(of: AnyProjection, members: readonly string[], take: (line: Line) => void): Promise<void> {
    const rows = this.table(of).rows();
    const line = new Line(members.length, decodeUtf8);
    for (const row of rows) {
      line.read(Buffer.from(lineOf(row, members)), 0);
      take(line);
    }
  }
  async some(of: AnyProjection, keys: readonly string[]): Promise<Row[]> {
    return keys.map((key) => this.table(of).get(key)).filter((row) => row !== undefined);
  }
  /** By one column, which begins an index. */
  async find(of: AnyProjection, where: Parameters<Shelf['find']>[1], how: { limit: number }): Promise<{ rows: Row[] }> {
    await this.catchUp();
    const table = this.table(of);
    if (Object.keys(where).length === 0) return { rows: table.rows().slice(0, how.limit) };
    const [[column, filter]] = Object.entries(where) as [[string, (typeof where)[string]]];
    if (column === of.key) return { rows: [table.get(filter as string)].filter((row) => row !== undefined) };
    const indexes: Readonly<Record<string, readonly string[]>> = of.indexes ?? {};
    const index = Object.keys(indexes).find((name) => indexes[name]![0] === column);
    if (!index) throw new Error(`${of.name} has no index that begins with ${column}`);
    const rows = bounds(filter, (of.columns as Readonly<Record<string, string>>)[column]).flatMap(([from, to]) =>
      table.range(index, [from], [to]),
    );
    return { rows: rows.slice(0, how.limit) };
  }
}

/** Null comes before every value, and none of these means it. */
function bounds(
  filter: Value | readonly Value[] | { readonly lte: Value },
  type: string | undefined,
): readonly (readonly [Value, Value])[] {
  if (filter !== null && typeof filter === 'object' && 'lte' in filter)
    return [[type === 'int' ? -Infinity : type === 'boolean' ? false : '', filter.lte]];
  return [filter].flat().map((value) => [value as Value, value as Value]);
}
