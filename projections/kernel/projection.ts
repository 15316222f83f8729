/** A projection is a value: columns, key, the projections it uses, and what each event type does to a row. */
import { current } from '../events/index.js';
import type { Message, Recorded } from './message.js';

export type Row = Record<string, unknown>;
export type Value = string | number | boolean | null;
export type Column = 'text' | 'date' | 'timestamptz' | 'int' | 'bigint' | 'boolean' | 'jsonb';
export type Uses = Readonly<Record<string, Projection<any, any, any>>>;
type RowOf<P> = P extends Projection<any, infer R, any> ? R : never;

/**
 * What a fold sees besides its own row: the rows of the projections it uses, already brought up to this event. What the
 * source has withdrawn (a member `withdrawn` that is not null) stays in its table, and is not among them.
 */
export type Look<U extends Uses> = {
  readonly [K in keyof U]: {
    get(key: string): RowOf<U[K]> | undefined;
    /** Also one that was withdrawn. */
    even(key: string): RowOf<U[K]> | undefined;
    /** Rows whose index columns lie between two (prefixes of) tuples, both included, in index order. */
    range(index: string, from: readonly Value[], to?: readonly Value[]): readonly RowOf<U[K]>[];
  };
};

export interface Projection<E extends Message = Message, R extends Row = Row, U extends Uses = Uses> {
  readonly name: string;
  /** Bump it and the table is filled beside the old one, compared, then switched. */
  readonly version: number;
  readonly key: keyof R & string;
  readonly columns: { readonly [K in keyof R & string]: Column };
  readonly indexes?: Readonly<Record<string, readonly (keyof R & string)[]>>;
  /** A table that only grows: every row is written once, by one event, and needs no versions. */
  readonly grows?: true;
  readonly uses: U;
  readonly on: { readonly [T in E['type']]?: Handler<Extract<E, { type: T }>, R, U> };
}

/** Which rows an event touches, and what each becomes. `null` removes a row; forgetting to return is an error. */
export interface Handler<E extends Message, R extends Row, U extends Uses> {
  readonly keys: (event: Recorded<E>, look: Look<U>) => string | readonly string[];
  readonly fold: (row: R | undefined, event: Recorded<E>, look: Look<U>, key: string) => R | null;
}

/** Gives the literal its types: `projection<CatalogueEvent>()<ItemRow>({ … })`. */
export const projection =
  <E extends Message>() =>
  <R extends Row, const U extends Uses = {}>(p: Projection<E, R, U>): Projection<E, R, U> =>
    p;

/** Rows of one projection. The service backs it with PostgreSQL, the verifier and the browser with a Map. */
export interface Table {
  get(key: string): Row | undefined;
  range(index: string, from: readonly Value[], to?: readonly Value[]): readonly Row[];
  set(key: string, row: Row | null, index: number): void;
}

type AnyProjection = Projection<any, any, any>;

/** Used before users. A cycle has no order and is refused. */
export function inOrder(
  wanted: readonly AnyProjection[],
  path: readonly AnyProjection[] = [],
  done = new Set<AnyProjection>(),
): AnyProjection[] {
  for (const p of wanted) {
    if (path.includes(p))
      throw new Error(`projections use each other in a circle: ${[...path, p].map((x) => x.name).join(' → ')}`);
    inOrder(Object.values(p.uses), [...path, p], done);
    done.add(p);
  }
  return [...done];
}

/** One projection's share of an event. `look`: what {@link lookOf} gives; `own`: its rows. */
export function foldInto(p: AnyProjection, own: Table, look: Look<any>, written: Recorded): void {
  if (!Object.hasOwn(p.on, written.type)) return;
  const event = current(written);
  const handler = p.on[event.type] as Handler<any, any, any>;
  const keys = handler.keys(event, look);
  if (typeof keys === 'string') foldRow(p, own, look, event, handler, keys);
  else for (const key of keys.length > 1 ? new Set(keys) : keys) foldRow(p, own, look, event, handler, key);
}
function foldRow(
  p: AnyProjection,
  own: Table,
  look: Look<any>,
  event: Recorded,
  handler: Handler<any, any, any>,
  key: string,
): void {
  const before = p.grows ? undefined : own.get(key);
  const row = handler.fold(before, event, look, key);
  if (row === undefined) throw new Error(`${p.name} returned nothing for ${event.type} (null removes a row)`);
  if (row === null && p.grows) throw new Error(`${p.name} only grows, and ${event.type} removes ${key}`);
  if (row !== null && row[p.key] !== key) throw new Error(`${p.name} keeps ${key} in a row of ${String(row[p.key])}`);
  if (row !== (before ?? null)) own.set(key, row, event.index); // of most there is nothing to say
}
const stands = (row: Row): boolean => row['withdrawn'] == null;
function seen(of: AnyProjection, table: Table) {
  const even = (key: string) => table.get(key);
  const range: Table['range'] = (index, from, to) => table.range(index, from, to);
  if (!Object.hasOwn(of.columns, 'withdrawn')) return { get: even, even, range };
  const get = (key: string) => {
    const row = table.get(key);
    return row && stands(row) ? row : undefined;
  };
  return { get, even, range: (...asked: Parameters<typeof range>) => range(...asked).filter(stands) };
}
export const lookOf = (p: AnyProjection, table: (p: AnyProjection) => Table): Look<any> =>
  Object.fromEntries(
    Object.entries(p.uses).map(([name, used]) => [name, seen(used as AnyProjection, table(used as AnyProjection))]),
  ) as unknown as Look<any>;

/** The whole engine. `projections` in order; `table` gives each one's rows, for good. */
export function engine(
  projections: readonly AnyProjection[],
  table: (p: AnyProjection) => Table,
): (event: Recorded) => void {
  const parts = projections.map((p) => ({ p, own: table(p), look: lookOf(p, table) }));
  const routes = new Map<string, typeof parts>();
  for (const part of parts)
    for (const type of Object.keys(part.p.on)) routes.set(type, [...(routes.get(type) ?? []), part]);
  return (event) => {
    for (const { p, own, look } of routes.get(event.type) ?? []) foldInto(p, own, look, event);
  };
}

/** The text of a row. It keeps the order of members, as a fold wrote them. */
export const rowText = (row: Row | null): string => JSON.stringify(row);
/**
 * Whether two rows, or values of theirs, have the same text. Most that are not the same differ in their first members, so
 * that this is far less work than writing them. Rows are plain data.
 */
export function sameText(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isTree(a) || !isTree(b)) return JSON.stringify(a) === JSON.stringify(b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [mine, others] = [toldOf(a), toldOf(b)];
  return (
    mine.length === others.length &&
    mine.every((key, n) => key === others[n] && sameText(a[key] ?? null, b[key] ?? null))
  );
}
const isTree = (value: unknown): value is Row => typeof value === 'object' && value !== null;
/** What its text tells of, which of a list is everything. */
const toldOf = (of: Row): string[] => Object.keys(of).filter((key) => of[key] !== undefined || Array.isArray(of));
