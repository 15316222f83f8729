/** The rows of one table as folds see them while a batch is folded: what is kept or loaded, and what the batch changed. */
import { compareText, compareTuples, Ordered, rangeColumns } from '../../projections/kernel/ordered.js';
import { type Row, sameText, type Table, type Value } from '../../projections/kernel/projection.js';
import { Asked, type Asking, type Loaded, rangeId } from './asked.js';
import type { AnyProjection, Version } from './tables.js';

/** What the table holds of a key: its latest version; `from` -1 where there is none. */
type Kept = { readonly row: Row | null; readonly from: number };
type New = { readonly from: number; readonly row: Row | null };
const NONE: Kept = { row: null, from: -1 };

/** What is to be written: open versions that end, and versions that begin. */
export interface Changes {
  readonly closes: readonly { readonly key: string; readonly from: number; readonly to: number }[];
  readonly versions: readonly Version[];
}

/** Rows of a table that the batch goes into. */
export class View implements Table, Asking {
  readonly asked = new Asked();
  private kept = new Map<string, Kept>();
  private news = new Map<string, New[]>();
  /** Ranges loaded for this batch: the rows in them are kept. */
  private readonly present = new Set<string>();
  private readonly ordered = new Map<string, { kept: Ordered; news: Ordered }>();

  /** `whole`: the table is empty, so that nothing has to be looked up until something is let go of. */
  constructor(
    readonly of: AnyProjection,
    readonly table: string,
    private readonly room: number,
    private whole: boolean,
    /** Whether other folds look at these rows. */
    private readonly used: boolean,
  ) {}

  get(key: string): Row | undefined {
    const changed = this.news.get(key);
    if (changed) return changed.at(-1)!.row ?? undefined;
    const kept = this.kept.get(key);
    if (kept) return kept.row ?? undefined;
    if (!this.whole) this.asked.keys.add(key);
    return undefined;
  }

  range(index: string, from: readonly Value[], to: readonly Value[] = from): Row[] {
    const ordered = this.orderedBy(index);
    if (!this.whole) {
      const id = rangeId({ index, from, to });
      if (!this.present.has(id)) this.asked.ranges.set(id, { index, from, to });
    }
    const entries = ordered.kept.range(from, to).filter(({ key }) => !this.news.has(key));
    return [...entries, ...ordered.news.range(from, to)]
      .toSorted((a, b) => compareTuples(a.tuple, b.tuple) || compareText(a.key, b.key))
      .map(({ key }) => this.get(key)!);
  }
  private orderedBy(index: string) {
    let ordered = this.ordered.get(index);
    if (!ordered) {
      const columns = rangeColumns(this.of, index);
      ordered = { kept: new Ordered(columns), news: new Ordered(columns) };
      for (const [key, { row }] of this.kept) if (row) ordered.kept.add(row, key);
      for (const [key, changed] of this.news) if (changed.at(-1)!.row) ordered.news.add(changed.at(-1)!.row!, key);
      this.ordered.set(index, ordered);
    }
    return ordered;
  }

  set(key: string, row: Row | null, index: number): void {
    const changed = this.news.get(key);
    const last = changed?.at(-1)?.row;
    if (this.of.grows && changed) throw new Error(`${this.of.name} only grows, and ${key} is written a second time`);
    for (const { news } of this.ordered.values()) news.move(last, row, key);
    if (changed) changed.push({ from: index, row });
    else this.news.set(key, [{ from: index, row }]);
  }

  /** Forgets what the batch has changed, to fold it again. */
  again(): void {
    this.news = new Map();
    for (const [index, { kept }] of this.ordered)
      this.ordered.set(index, { kept, news: new Ordered(rangeColumns(this.of, index)) });
  }

  take(versions: readonly Loaded[]): void {
    for (const { key, row, from } of versions) this.keep(key, { row, from });
    for (const key of this.asked.keys) if (!this.kept.has(key)) this.kept.set(key, NONE);
    for (const id of this.asked.ranges.keys()) this.present.add(id);
    this.asked.clear();
  }
  private keep(key: string, next: Kept): void {
    const before = this.kept.get(key);
    for (const { kept } of this.ordered.values()) kept.move(before?.row, next.row, key);
    this.kept.delete(key); // so that what is written last is let go of last
    this.kept.set(key, next);
  }

  /** What the batch means for the table, of events before `limit`. */
  changes(limit: number): Changes {
    const closes: { key: string; from: number; to: number }[] = [];
    const versions: Version[] = [];
    for (const [key, changed] of this.news) {
      const base = this.kept.get(key) ?? NONE;
      let { row: known, from: open } = base;
      const first = versions.length;
      for (const { from, row } of changed) {
        if (from >= limit) break;
        if (sameText(row, known)) continue;
        if (versions.length > first) versions.push({ ...versions.pop()!, to: from });
        else if (open >= 0) closes.push({ key, from: open, to: from });
        versions.push({ key, from, to: null, row });
        known = row;
        open = from;
      }
    }
    return { closes, versions };
  }

  /** Everything that is in memory, as if nothing had ever been loaded. */
  forget(whole: boolean): void {
    this.kept = new Map();
    this.news = new Map();
    this.present.clear();
    this.ordered.clear();
    this.asked.clear();
    this.whole = whole;
  }

  /** The changes go into the table: what they were made of is kept for the next batch, as far as there is room. */
  settle({ versions }: Changes): void {
    if (!this.of.grows || this.used)
      for (const { key, from, to, row } of versions) if (to === null) this.keep(key, { row, from });
    this.again();
    this.present.clear();
    if (this.kept.size <= this.room) return;
    this.whole = false;
    for (const [key, { row }] of this.kept) {
      if (this.kept.size <= this.room) break;
      if (row) for (const { kept } of this.ordered.values()) kept.remove(row, key);
      this.kept.delete(key);
    }
  }
}

/** Rows of a table that is further along: as of the event being folded, from the versions that it keeps. */
export class Followed implements Table, Asking {
  readonly asked = new Asked();
  /** The event being folded. */
  at = 0;
  private readonly versions = new Map<string, Loaded[]>();
  private readonly present = new Set<string>();
  private readonly ordered = new Map<string, Ordered>();

  constructor(
    readonly of: AnyProjection,
    readonly table: string,
    readonly checkpoint: number,
  ) {}

  get(key: string): Row | undefined {
    const versions = this.versions.get(key);
    if (!this.present.has(`key ${key}`)) this.asked.keys.add(key);
    return versions?.findLast((v) => v.from <= this.at && (v.to === null || this.at < v.to))?.row ?? undefined;
  }
  range(index: string, from: readonly Value[], to: readonly Value[] = from): Row[] {
    const columns = rangeColumns(this.of, index);
    const id = rangeId({ index, from, to });
    if (!this.present.has(id)) this.asked.ranges.set(id, { index, from, to });
    let ordered = this.ordered.get(index);
    if (!ordered) {
      ordered = new Ordered(columns);
      for (const [key, versions] of this.versions) for (const { row } of versions) if (row) ordered.add(row, key);
      this.ordered.set(index, ordered);
    }
    // Every version that ever lay in the range, by the place that it has there; each key counts where it is now.
    return ordered
      .range(from, to)
      .flatMap(({ tuple, key }) => {
        const now = this.versions.get(key)!.findLast((v) => v.from <= this.at && (v.to === null || this.at < v.to));
        return now?.row && compareWhole(ordered.tuple(now.row), tuple) ? [now.row] : [];
      })
      .filter((row, n, rows) => row !== rows[n - 1]);
  }
  set(): never {
    throw new Error(`${this.of.name} is only looked at`);
  }

  take(loaded: readonly Loaded[]): void {
    for (const version of loaded) {
      const versions = this.versions.get(version.key) ?? [];
      if (versions.some(({ from }) => from === version.from)) continue;
      this.versions.set(
        version.key,
        [...versions, version].toSorted((a, b) => a.from - b.from),
      );
    }
    for (const key of this.asked.keys) this.present.add(`key ${key}`);
    for (const id of this.asked.ranges.keys()) this.present.add(id);
    this.asked.clear();
    this.ordered.clear();
  }
}

const compareWhole = (a: readonly Value[], b: readonly Value[]) => a.every((value, n) => value === b[n]);
