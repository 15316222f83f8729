/** A table in memory that keeps every version of its rows: now, as of any event, and why. */
import type { Recorded } from './message.js';
import { applyEvent, inOrder, type Projection, type Row, type Table, type Value } from './projection.js';
import { canonical } from './canonical.js';

type AnyProjection = Projection<any, any, any>;
type Version = { readonly from: number; readonly row: Row | null };

/** Tuples by their common prefix, so that ['A-1'] covers every ['A-1', …]. Text by code unit, null first. */
export function compareTuples(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] === b[i]) continue;
    if (a[i] === null) return -1;
    if (b[i] === null) return 1;
    return (a[i] as string) < (b[i] as string) ? -1 : 1;
  }
  return 0;
}

export class MemoryTable implements Table {
  private readonly versions = new Map<string, Version[]>();
  constructor(private readonly indexes: Readonly<Record<string, readonly string[]>> = {}) {}

  get(key: string, asOf = Infinity): Row | undefined {
    return this.versions.get(key)?.findLast((v) => v.from <= asOf)?.row ?? undefined;
  }
  rows(asOf = Infinity): Row[] {
    return [...this.versions.keys()].map((key) => this.get(key, asOf)).filter((row) => row !== undefined);
  }
  why(key: string): number[] {
    return (this.versions.get(key) ?? []).map((v) => v.from);
  }
  range(index: string, from: readonly Value[], to: readonly Value[] = from): Row[] {
    const columns = this.indexes[index];
    if (!columns) throw new Error(`no index ${index}`);
    const tuple = (row: Row) => columns.map((column) => row[column]);
    return this.rows()
      .filter((row) => compareTuples(tuple(row), from) >= 0 && compareTuples(tuple(row), to) <= 0)
      .toSorted((a, b) => compareTuples(tuple(a), tuple(b)));
  }
  /** A row that did not change opens no version: `why` names only what made a difference. */
  set(key: string, row: Row | null, index: number): void {
    const versions = this.versions.get(key) ?? [];
    if (canonical(versions.at(-1)?.row ?? null) === canonical(row)) return;
    this.versions.set(key, [...versions.filter((v) => v.from < index), { from: index, row }]);
  }
}

/** All rows that a log means: what the verifier, the tests and the browser run. */
export function replay(projections: readonly AnyProjection[], events: Iterable<Recorded>) {
  const ordered = inOrder(projections);
  const tables = new Map(ordered.map((p) => [p, new MemoryTable(p.indexes)]));
  const table = (p: AnyProjection) => tables.get(p)!;
  for (const event of events) applyEvent(ordered, table, event);
  return table;
}
