/** What a read asks for, checked and turned into a query over one table: filters, order, page, moment. */
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { isDay } from '../../projections/kernel/instant.js';
import type { Column, Row, Value } from '../../projections/kernel/projection.js';
import type { Entry } from './registry.js';
import { quote, UNTIL } from './tables.js';

/** Equal to a value (null: unknown), to one of several, or between bounds. */
export type Filter =
  Value | readonly Value[] | { readonly gt?: Value; readonly gte?: Value; readonly lt?: Value; readonly lte?: Value };
export type Where = Readonly<Record<string, Filter>>;
export interface PageOf {
  /** Columns; `-dueOn` for the latest first. Null is before everything. The key comes last by itself. */
  readonly order?: readonly string[] | undefined;
  /** 1 to 1000; 100 unless told. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** Only from a table of this very version of the projection: there are none before it serves. */
  readonly exact?: true | undefined;
}

/** What was asked cannot be asked: `parameter` names what is wrong with it. */
export class Unreadable extends Error {
  constructor(
    readonly parameter: string,
    readonly reason: string,
  ) {
    super(`${parameter}: ${reason}`);
    this.name = 'Unreadable';
  }
}

export const MAX_LIMIT = 1000;
const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;

export const isInstant = (text: string): boolean =>
  INSTANT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));

const FITS: Readonly<Record<Column, (value: Value) => boolean>> = {
  text: (value) => typeof value === 'string' && !value.includes('\0'),
  date: (value) => typeof value === 'string' && isDay(value),
  timestamptz: (value) => typeof value === 'string' && isInstant(value),
  int: (value) => Number.isInteger(Number(value)) && Math.abs(Number(value)) < 2 ** 31 && value !== '',
  bigint: (value) => /^-?\d{1,18}$/.test(String(value)),
  boolean: (value) => typeof value === 'boolean',
  jsonb: () => false,
};

function columnType(entry: Entry, column: string): Column {
  const type = Object.hasOwn(entry.columns, column) ? (entry.columns[column] as Column) : undefined;
  if (!type || type === 'jsonb') throw new Unreadable(column, `${entry.name} has no such column to select by`);
  return type;
}
function checked(entry: Entry, column: string, value: Value | undefined): Value {
  if (value === undefined) throw new Unreadable(column, 'no value');
  const type = columnType(entry, column);
  if (value !== null && !FITS[type](value)) throw new Unreadable(column, `${JSON.stringify(value)} is no ${type}`);
  return value;
}

type Builder = SelectQueryBuilder<any>;
const column = (name: string, alias = 't') => `${alias}.${quote(name)}`;

/** Rows of the table that a filter and a moment select. `asOf` absent: now. */
export function selection(source: DataSource, entry: Entry, where: Where, asOf: number | undefined): Builder {
  const query = source.createQueryBuilder().from(`read.${entry.table}`, 't');
  if (entry.grows) {
    if (asOf !== undefined) query.andWhere('t.index <= :asOf', { asOf });
  } else if (asOf === undefined) query.andWhere('t.to_index is null and not t.gone');
  else query.andWhere(`t.from_index <= :asOf and ${UNTIL} > :asOf and not t.gone`, { asOf });
  let n = 0;
  const bind = (name: string, operator: string, value: Value) => {
    const parameter = `w${n++}`;
    query.andWhere(`${column(name)} ${operator} :${parameter}`, { [parameter]: checked(entry, name, value) });
  };
  for (const [name, filter] of Object.entries(where)) {
    columnType(entry, name);
    if (filter === null) query.andWhere(`${column(name)} is null`);
    else if (Array.isArray(filter)) {
      const values = (filter as readonly Value[]).map((value) => checked(entry, name, value));
      if (values.length === 0 || values.includes(null)) throw new Unreadable(name, 'values to choose from');
      const parameter = `w${n++}`;
      query.andWhere(`${column(name)} in (:...${parameter})`, { [parameter]: values });
    } else if (typeof filter === 'object') {
      const bounds = Object.entries(filter) as [keyof typeof OPERATORS, Value][];
      for (const [bound, value] of bounds) {
        if (!Object.hasOwn(OPERATORS, bound) || value === null) throw new Unreadable(name, `no bound ${bound}`);
        bind(name, OPERATORS[bound], value);
      }
    } else bind(name, '=', filter as Value);
  }
  return query;
}

type Sorted = { readonly name: string; readonly descending: boolean };
export const sortedBy = (entry: Entry, order: readonly string[] = []): readonly Sorted[] => {
  const sorted = order.map((text) => ({ name: text.replace(/^-/, ''), descending: text.startsWith('-') }));
  for (const { name } of sorted) columnType(entry, name);
  return sorted.some(({ name }) => name === entry.key) ? sorted : [...sorted, { name: entry.key, descending: false }];
};
export function checkedLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new Unreadable('limit', `1 to ${MAX_LIMIT}`);
  return limit;
}

const orderText = (entry: Entry, sorted: readonly Sorted[]) =>
  [entry.name, ...sorted.map(({ name, descending }) => (descending ? `-${name}` : name))].join();
export const cursorAt = (entry: Entry, sorted: readonly Sorted[], row: Row): string =>
  Buffer.from(JSON.stringify([orderText(entry, sorted), ...sorted.map(({ name }) => row[name] ?? null)])).toString(
    'base64url',
  );
export function cursorValues(entry: Entry, sorted: readonly Sorted[], cursor: string): readonly Value[] {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    read = null;
  }
  const [order, ...values] = Array.isArray(read) ? (read as [unknown, ...Value[]]) : [null];
  if (order !== orderText(entry, sorted) || values.length !== sorted.length)
    throw new Unreadable('cursor', 'it belongs to another list');
  return values.map((value, n) => {
    if (typeof value === 'object' && value !== null) throw new Unreadable('cursor', 'it was not given by this list');
    return checked(entry, sorted[n]!.name, value);
  });
}

/** In order, after the row that the cursor names. Null first going up, last going down. */
export function paged(query: Builder, entry: Entry, { order, limit, cursor }: PageOf): Builder {
  const sorted = sortedBy(entry, order);
  for (const { name, descending } of sorted) {
    const first = name === entry.key ? descending : !descending; // a key is never null, and its index says nothing of it
    query.addOrderBy(column(name), descending ? 'DESC' : 'ASC', first ? 'NULLS FIRST' : 'NULLS LAST');
  }
  query.limit(checkedLimit(limit) + 1);
  if (cursor === undefined) return query;
  const values = cursorValues(entry, sorted, cursor);
  const parameters = Object.fromEntries(values.map((value, n) => [`c${n}`, value]));
  const names = sorted.map(({ name }) => column(name));
  // The plain comparison of rows can use an index; it does not know where null stands.
  if (!values.includes(null) && sorted.every(({ descending }) => !descending))
    return query.andWhere(`(${names.join(', ')}) > (${values.map((_, n) => `:c${n}`).join(', ')})`, parameters);
  const equal = (n: number) => (values[n] === null ? `${names[n]} is null` : `${names[n]} = :c${n}`);
  const beyond = (n: number) => {
    if (values[n] === null) return sorted[n]!.descending ? 'false' : `${names[n]} is not null`;
    return sorted[n]!.descending ? `(${names[n]} < :c${n} or ${names[n]} is null)` : `${names[n]} > :c${n}`;
  };
  const cases = names.map((_, n) => [...names.slice(0, n).map((__, m) => equal(m)), beyond(n)].join(' and '));
  return query.andWhere(`(${cases.map((text) => `(${text})`).join(' or ')})`, parameters);
}
