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

export class Ordered {
  /** By the first column, which nearly every look names. */
  private readonly buckets = new Map<Value, Entry[]>();
  constructor(private readonly columns: readonly string[]) {}

  tuple = (row: Row): readonly Value[] => this.columns.map((column) => (row[column] ?? null) as Value);

  add(row: Row, key: string): void {
    const tuple = this.tuple(row);
    const bucket = this.buckets.get(tuple[0]!);
    if (bucket) bucket.splice(first(bucket, tuple, key), 0, { tuple, key });
    else this.buckets.set(tuple[0]!, [{ tuple, key }]);
  }
  remove(row: Row, key: string): void {
    const tuple = this.tuple(row);
    const bucket = this.buckets.get(tuple[0]!);
    const at = bucket ? first(bucket, tuple, key) : -1;
    if (bucket?.[at]?.key === key) bucket.splice(at, 1);
  }
  /** Entries between two prefixes of tuples, both included, by tuple and then by key. */
  range(from: readonly Value[], to: readonly Value[]): readonly Entry[] {
    const starts =
      from.length > 0 && to.length > 0 && from[0] === to[0]
        ? [from[0]!]
        : [...this.buckets.keys()].filter((v) => compareTuples([v], from) >= 0 && compareTuples([v], to) <= 0);
    return starts.toSorted(compare).flatMap((start) => {
      const bucket = this.buckets.get(start) ?? [];
      return bucket.slice(first(bucket, from), end(bucket, to));
    });
  }
}

/** Position of the first entry that is not before the tuple (and key). */
function first(bucket: readonly Entry[], tuple: readonly Value[], key = ''): number {
  return search(bucket, (entry) => (compareTuples(entry.tuple, tuple) || compareText(entry.key, key)) >= 0);
}
/** Position of the first entry that is after the prefix. */
const end = (bucket: readonly Entry[], prefix: readonly Value[]) =>
  search(bucket, (entry) => compareTuples(entry.tuple, prefix) > 0);

function search(bucket: readonly Entry[], reached: (entry: Entry) => boolean): number {
  let low = 0;
  let high = bucket.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(bucket[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
