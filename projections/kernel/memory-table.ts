/** A table in memory that keeps every version of its rows: now, as of any event, and why. */
import type { Recorded } from './message.js';
import { Ordered, rangeColumns } from './ordered.js';
import { engine, inOrder, type Projection, type Row, sameText, type Table, type Value } from './projection.js';

type AnyProjection = Projection<any, any, any>;
type Version = { readonly from: number; readonly row: Row | null };

export class MemoryTable implements Table {
  private readonly versions = new Map<string, Version[]>();
  /** Made when a fold first looks along an index. */
  private readonly ordered = new Map<string, Ordered>();
  /** `latest`: earlier versions are let go of, and only now can be asked. */
  constructor(
    private readonly of: AnyProjection,
    private readonly latest = false,
  ) {}

  get(key: string, asOf = Infinity): Row | undefined {
    return this.versions.get(key)?.findLast((v) => v.from <= asOf)?.row ?? undefined;
  }
  rows(asOf = Infinity): Row[] {
    return [...this.versions.keys()].map((key) => this.get(key, asOf)).filter((row) => row !== undefined);
  }
  /** Indexes of the events at which the row's versions began. */
  why(key: string): number[] {
    return (this.versions.get(key) ?? []).map((v) => v.from);
  }
  range(index: string, from: readonly Value[], to: readonly Value[] = from): Row[] {
    let ordered = this.ordered.get(index);
    if (!ordered) {
      ordered = new Ordered(rangeColumns(this.of, index));
      for (const [key, versions] of this.versions) {
        const row = versions.at(-1)!.row;
        if (row) ordered.add(row, key);
      }
      this.ordered.set(index, ordered);
    }
    return ordered.range(from, to).map(({ key }) => this.get(key)!);
  }
  /** A row that did not change opens no version: `why` names only what made a difference. */
  set(key: string, row: Row | null, index: number): void {
    const versions = this.versions.get(key);
    const last = versions?.at(-1);
    if (last && this.of.grows) throw new Error(`${this.of.name} only grows, and ${key} is written a second time`);
    if (sameText(last?.row ?? null, row)) return;
    for (const ordered of this.ordered.values()) ordered.move(last?.row, row, key);
    if (versions && !this.latest) versions.push({ from: index, row });
    else this.versions.set(key, [{ from: index, row }]);
  }
}

/** All rows that a log means: what the verifier, the tests and the browser run. */
export function replay(projections: readonly AnyProjection[], events: Iterable<Recorded>) {
  const ordered = inOrder(projections);
  const tables = new Map(ordered.map((p) => [p, new MemoryTable(p)]));
  const table = (p: AnyProjection) => tables.get(p)!;
  const apply = engine(ordered, table);
  for (const event of events) apply(event);
  return table;
}
