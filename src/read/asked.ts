/** What folds have asked for and is not in memory, and the one query that loads it. */
import type { ClientBase } from 'pg';
import { rangeColumns } from '../../projections/kernel/ordered.js';
import type { Row, Value } from '../../projections/kernel/projection.js';
import { type AnyProjection, columnsOf, quote } from './tables.js';

export interface Range {
  readonly index: string;
  readonly from: readonly Value[];
  readonly to: readonly Value[];
}
export const rangeId = ({ index, from, to }: Range) => JSON.stringify([index, from, to]);

/** A version as it was loaded; `row` null is a removal. */
export interface Loaded {
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
  readonly row: Row | null;
}
interface LoadedRow {
  n: number;
  key: string;
  from: string;
  to: string | null;
  text: string | null;
}
const loaded = ({ key, from, to, text }: LoadedRow): Loaded => ({
  key,
  from: Number(from),
  to: to === null ? null : Number(to),
  row: text === null ? null : (JSON.parse(text) as Row),
});

/** Events from `first` to `last` are being folded: every version that was open at one of them. Absent: what is open. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

export class Asked {
  readonly keys = new Set<string>();
  readonly ranges = new Map<string, Range>();

  get any(): boolean {
    return this.keys.size > 0 || this.ranges.size > 0;
  }
  clear(): void {
    this.keys.clear();
    this.ranges.clear();
  }

  /** The query, whose values `value` takes and names. */
  query(p: AnyProjection, table: string, value: (v: unknown) => string, window?: Window): string {
    const selected = p.grows
      ? `t.${quote(p.key)} as key, t.index as from, null::bigint as to, t.row::text as text`
      : `t.${quote(p.key)} as key, t.from_index as from, t.to_index as to, t.row::text as text`;
    const relevant = this.relevant(p, window, value);
    const parts: string[] = [];
    if (this.keys.size > 0) {
      const latest = !p.grows && !window ? 'order by t.from_index desc limit 1' : '';
      parts.push(
        `select l.* from unnest(${value([...this.keys])}::text[]) as k(key) cross join lateral
           (select ${selected} from read.${quote(table)} t where t.${quote(p.key)} = k.key collate "C" ${window ? relevant : ''} ${latest}) l`,
      );
    }
    for (const alike of byShape(this.ranges.values())) {
      const columns = rangeColumns(p, alike[0].index);
      const { names, terms, arrays } = comparison(columns, alike, p);
      const source = names.length
        ? `unnest(${arrays.map(({ type, items }) => `${value(items)}::${type}[]`).join(', ')}) as r(${names.join(', ')}) join read.${quote(table)} t on ${terms.join(' and ')}`
        : `read.${quote(table)} t where ${terms.join(' and ') || 'true'}`;
      parts.push(`select ${selected} from ${source} ${relevant}`);
    }
    return parts.join(' union all ');
  }

  private relevant(p: AnyProjection, window: Window | undefined, value: (v: unknown) => string): string {
    if (!window) return p.grows ? '' : 'and t.to_index is null and not t.gone';
    if (p.grows) return `and t.index <= ${value(window.last)}`;
    return `and t.from_index <= ${value(window.last)} and (t.to_index is null or t.to_index > ${value(window.first)})`;
  }
}

/** Ranges of one shape differ only in values, and are joined as one list. */
const shapeOf = ({ index, from, to }: Range): string => {
  const kind = (v: Value | undefined) => (v === undefined ? '-' : v === null ? '0' : '1');
  const same = common(from, to);
  return `${index} ${same} ${from.slice(0, same).map(kind).join('')} ${kind(from[same])}${kind(to[same])}`;
};
function byShape(ranges: Iterable<Range>): Iterable<[Range, ...Range[]]> {
  const shapes = new Map<string, [Range, ...Range[]]>();
  for (const range of ranges) {
    const alike = shapes.get(shapeOf(range));
    if (alike) alike.push(range);
    else shapes.set(shapeOf(range), [range]);
  }
  return shapes.values();
}
function common(from: readonly Value[], to: readonly Value[]): number {
  let same = 0;
  while (same < from.length && same < to.length && from[same] === to[same]) same++;
  return same;
}

/** Equal along the common prefix, between along the first column that differs; the exact bounds are kept in memory. */
function comparison(columns: readonly string[], alike: readonly [Range, ...Range[]], p: AnyProjection) {
  const [{ from, to }] = alike;
  const same = common(from, to);
  const names: string[] = [];
  const terms: string[] = [];
  const arrays: { type: string; items: Value[] }[] = [];
  const listed = (column: string, items: Value[]) => {
    const name = `v${names.length}`;
    names.push(name);
    arrays.push({ type: columnsOf(p)[column]!, items });
    return columnsOf(p)[column] === 'text' ? `r.${name} collate "C"` : `r.${name}`;
  };
  for (let i = 0; i < same; i++) {
    const column = columns[i]!;
    const name = `t.${quote(column)}`;
    if (from[i] === null) terms.push(`${name} is null`);
    else
      terms.push(
        `${name} = ${listed(
          column,
          alike.map((range) => range.from[i]!),
        )}`,
      );
  }
  const column = columns[same];
  if (column !== undefined) {
    const name = `t.${quote(column)}`;
    const low = from[same] ?? null;
    const high = to[same];
    if (low !== null)
      terms.push(
        `${name} >= ${listed(
          column,
          alike.map((range) => range.from[same]!),
        )}`,
      );
    if (high === null) terms.push(`${name} is null`);
    else if (high !== undefined) {
      const bound = `${name} <= ${listed(
        column,
        alike.map((range) => range.to[same]!),
      )}`;
      terms.push(low === null ? `(${bound} or ${name} is null)` : bound);
    }
  }
  return { names, terms, arrays };
}

/** Rows of a table, some of which are not in memory. */
export interface Asking {
  readonly of: AnyProjection;
  readonly table: string;
  readonly asked: Asked;
  /** Takes what was asked for; nothing is asked for any more. */
  take(versions: readonly Loaded[]): void;
}

/** What all of them ask for, in one round trip. `window` of those that are further along than the events. */
export async function load(
  client: ClientBase,
  tables: readonly Asking[],
  windowOf: (t: Asking) => Window | undefined,
): Promise<void> {
  const values: unknown[] = [];
  const value = (v: unknown) => `$${values.push(v)}`;
  const queries = tables.map(
    (t, n) => `select ${n} as n, q.* from (${t.asked.query(t.of, t.table, value, windowOf(t))}) q`,
  );
  const { rows } = await client.query<LoadedRow>(queries.join(' union all '), values);
  const found = tables.map((): Loaded[] => []);
  for (const row of rows) found[row.n]!.push(loaded(row));
  tables.forEach((table, n) => table.take(found[n]!));
}
