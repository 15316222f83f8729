/** Keys kept in the order of some columns of their rows, so that a range is found by halves. */
import type { Column, Projection, Row, Value } from './projection.js';

/** Text by code point, as UTF-8 sorts and `COLLATE "C"` does; UTF-16 units alone would put 𠮷 before （. */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const surrogate = (unit: number) => unit >= 0xd800 && unit < 0xe000;
    return surrogate(x) === surrogate(y) ? x - y : surrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const compare = (a: unknown, b: unknown): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return typeof a === 'string' ? compareText(a, b as string) : Number(a) - Number(b);
};

/** Tuples by their common prefix, so that ['A-1'] covers every ['A-1', …]. Null first, false before true. */
export function compareTuples(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Of these every engine has the same order. Instants are written with different offsets, amounts as text. */
const ORDERED: ReadonlySet<Column> = new Set(['text', 'date', 'int', 'boolean']);

/** The columns of an index that a fold may look along. Throws for one that is not declared or has no one order. */
export function rangeColumns(p: Projection<any, any, any>, index: string): readonly string[] {
  const columns: readonly string[] | undefined = p.indexes?.[index];
  if (!columns) throw new Error(`${p.name} has no index ${index}`);
  const types: Readonly<Record<string, Column>> = p.columns;
  const strange = columns.find((column) => !ORDERED.has(types[column]!));
  if (strange) throw new Error(`no range of ${p.name}.${index}: ${strange} is ${types[strange]}`);
  return columns;
}

type Entry = { readonly tuple: readonly Value[]; readonly key: string };

/** A block is split when it has twice as many, so that one more entry costs the same however many there are. */
const BLOCK = 256;
const from = (tuple: readonly Value[], key: string) => (entry: Entry) =>
  (compareTuples(entry.tuple, tuple) || compareText(entry.key, key)) >= 0;

/** Entries in order, in blocks that are never empty. */
class Sorted {
  private readonly blocks: Entry[][] = [];

  add(tuple: readonly Value[], key: string): void {
    const reached = from(tuple, key);
    const n = Math.min(this.blockFrom(reached), this.blocks.length - 1);
    const block = this.blocks[n];
    if (!block) this.blocks.push([{ tuple, key }]);
    else block.splice(search(block, reached), 0, { tuple, key });
    if (block && block.length > 2 * BLOCK) this.blocks.splice(n + 1, 0, block.splice(BLOCK));
  }
  remove(tuple: readonly Value[], key: string): void {
    const reached = from(tuple, key);
    const n = this.blockFrom(reached);
    const block = this.blocks[n];
    const at = block ? search(block, reached) : -1;
    if (block?.[at]?.key !== key) return;
    block.splice(at, 1);
    if (block.length === 0) this.blocks.splice(n, 1);
  }
  /** Between two prefixes of tuples, both included. */
  range(from: readonly Value[], to: readonly Value[]): Entry[] {
    const found: Entry[] = [];
    const begins = (entry: Entry) => compareTuples(entry.tuple, from) >= 0;
    const over = (entry: Entry) => compareTuples(entry.tuple, to) > 0;
    const stop = search(this.blocks, (block) => over(block[0]!));
    for (let n = this.blockFrom(begins); n < stop; n++) {
      const block = this.blocks[n]!;
      const end = search(block, over);
      for (let at = search(block, begins); at < end; at++) found.push(block[at]!);
    }
    return found;
  }
  /** The first block whose last entry has reached it. */
  private blockFrom(reached: (entry: Entry) => boolean): number {
    return search(this.blocks, (block) => reached(block.at(-1)!));
  }
}

export class Ordered {
  /** By the first column, which nearly every look names. */
  private readonly buckets = new Map<Value, Sorted>();
  constructor(private readonly columns: readonly string[]) {}

  tuple = (row: Row): readonly Value[] => this.columns.map((column) => (row[column] ?? null) as Value);

  add(row: Row, key: string): void {
    const tuple = this.tuple(row);
    let bucket = this.buckets.get(tuple[0]!);
    if (!bucket) this.buckets.set(tuple[0]!, (bucket = new Sorted()));
    bucket.add(tuple, key);
  }
  remove(row: Row, key: string): void {
    const tuple = this.tuple(row);
    this.buckets.get(tuple[0]!)?.remove(tuple, key);
  }
  /** The row of a key has become another one, or began, or is gone. Most keep their place. */
  move(before: Row | null | undefined, after: Row | null, key: string): void {
    if (before && after && this.columns.every((column) => before[column] === after[column])) return;
    if (before) this.remove(before, key);
    if (after) this.add(after, key);
  }
  /** Entries between two prefixes of tuples, both included, by tuple and then by key. */
  range(from: readonly Value[], to: readonly Value[]): readonly Entry[] {
    const [only] = from;
    if (only !== undefined && only === to[0]) return this.buckets.get(only)?.range(from, to) ?? [];
    return [...this.buckets.keys()].toSorted(compare).flatMap((start) => this.buckets.get(start)!.range(from, to));
  }
}

/** Position of the first of a list, in order, that has reached something; its length if none has. */
function search<T>(list: readonly T[], reached: (each: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
