/** A projection as a table: what is created, and what its rows look like in it. Nothing here drops or alters anything. */
import { DataSource, EntitySchema, type EntitySchemaColumnOptions, Table } from 'typeorm';
import type { Column, Projection, Row } from '../../projections/kernel/projection.js';

export type AnyProjection = Projection<any, any, any>;

export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Names are ours, but go into SQL. */
const NAME = /^[a-z][a-z0-9_]{0,40}$/;

export const columnsOf = (p: AnyProjection): Readonly<Record<string, Column>> => p.columns as Record<string, Column>;
/** What can be filtered and sorted by. The whole row, as the fold wrote it, is in the column `row`. */
export const scalarsOf = (p: AnyProjection): readonly string[] => [
  p.key,
  ...Object.keys(p.columns).filter((column) => column !== p.key && columnsOf(p)[column] !== 'jsonb'),
];

/** `fill` 1 is the first table of a version, 2 the first rebuilt one. */
export function tableName(p: AnyProjection, fill: number): string {
  if (!NAME.test(p.name)) throw new Error(`a projection cannot be called ${p.name}`);
  const reserved = scalarsOf(p).find((column) => ['from_index', 'to_index', 'gone', 'index', 'row'].includes(column));
  if (reserved) throw new Error(`${p.name}: a column cannot be called ${reserved}`);
  return `${p.name}_v${p.version}${fill > 1 ? `_r${fill}` : ''}`;
}

const typed = (type: EntitySchemaColumnOptions['type'], more: Partial<EntitySchemaColumnOptions> = {}) => ({
  type,
  ...(type === 'text' && { collation: 'C' }),
  ...more,
});

export function schemaOf(p: AnyProjection, table: string): EntitySchema {
  const columns = Object.fromEntries(
    scalarsOf(p).map((column) => [
      column,
      typed(columnsOf(p)[column] as 'text', column === p.key ? { primary: true } : { nullable: true }),
    ]),
  );
  const versions = {
    from_index: typed('bigint', { primary: true }),
    to_index: typed('bigint', { nullable: true }),
    gone: typed('boolean', { default: false }),
  };
  return new EntitySchema({
    name: table,
    tableName: table,
    schema: 'read',
    columns: {
      ...columns,
      ...(p.grows ? { index: typed('bigint') } : versions),
      row: typed('json', { nullable: true }),
    },
  });
}

/** Through one connection, whose making takes longer than a table's. */
export async function createTables(
  url: string,
  wanted: readonly { readonly of: AnyProjection; readonly table: string }[],
): Promise<void> {
  if (wanted.length === 0) return;
  const entities = wanted.map(({ of, table }) => schemaOf(of, table));
  const source = new DataSource({ type: 'postgres', url, schema: 'read', entities, poolSize: 1 });
  await source.initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    for (const { table } of wanted)
      await runner.createTable(Table.create(source.getMetadata(table), source.driver), true);
    await runner.commitTransaction();
  } finally {
    await runner.release();
    await source.destroy();
  }
}

/** Where a version ends, so that an index can be asked: one that is still open ends after everything. */
export const UNTIL = 'coalesce(to_index, 9223372036854775807)';

/**
 * The indexes that a table serves with, made after it is filled: for each declared one the rows of now, and the rows
 * of any moment. Null first, as folds see it. A key has one open version.
 */
export function indexStatements(p: AnyProjection, table: string): readonly string[] {
  const on = (name: string, columns: readonly string[], where = '', unique = '') =>
    `create ${unique} index if not exists ${quote(`${table}_${name}`.slice(0, 63))} on read.${quote(table)} (${columns.join(', ')}) ${where}`;
  const declared = Object.entries<readonly string[]>((p.indexes ?? {}) as Record<string, readonly string[]>).flatMap(
    ([name, columns]) => {
      const listed = [...columns.map((column) => `${quote(column)} asc nulls first`), quote(p.key)];
      if (p.grows) return [on(name, listed)];
      return [
        on(`${name}_now`, listed, 'where to_index is null and not gone'),
        on(`${name}_past`, [...listed, 'from_index', `(${UNTIL})`]),
      ];
    },
  );
  const own = p.grows ? on('index', ['index']) : on('open', [quote(p.key)], 'where to_index is null', 'unique');
  return [own, ...declared];
}

/** Of what can be asked for: nobody plans by the row itself, and reading it is most of the work. */
export const analyzeStatement = (p: AnyProjection, table: string) =>
  `analyze read.${quote(table)} (${scalarsOf(p).map(quote).join(', ')})`;

/** A row version as it goes into the table. `to` null: still open. */
export interface Version {
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
  readonly row: Row | null;
  readonly text: string;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const fieldOf = (value: unknown): string => {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value !== 'string') return String(value);
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (c) => escapes[c]!) : value;
};

/** Some members of a row as a line of COPY's text format. */
export const lineOf = (row: Row, members: readonly string[]): string =>
  `${members.map((name) => fieldOf(row[name])).join('\t')}\n`;

const written = (p: AnyProjection) =>
  [...scalarsOf(p), ...(p.grows ? ['index'] : ['from_index', 'to_index', 'gone']), 'row'].map(quote).join(', ');

export const copyStatement = (p: AnyProjection, table: string) =>
  `copy read.${quote(table)} (${written(p)}) from stdin`;
/** Lines of COPY's text format, in the order of {@link copyStatement}. */
export function copyLines(p: AnyProjection, versions: readonly Version[]): string {
  const rest = scalarsOf(p).slice(1);
  let lines = '';
  for (const { key, from, to, row, text } of versions) {
    lines += fieldOf(key);
    for (const column of rest) lines += `\t${fieldOf(row?.[column])}`;
    lines += p.grows ? `\t${from}` : `\t${from}\t${to ?? '\\N'}\t${row === null}`;
    lines += `\t${row === null ? '\\N' : fieldOf(text)}\n`;
  }
  return lines;
}

/** `rows`: an expression for what {@link jsonRows} made. */
export const insertStatement = (p: AnyProjection, table: string, rows: string) =>
  `insert into read.${quote(table)} (${written(p)}) select ${written(p)}
   from json_populate_recordset(null::read.${quote(table)}, ${rows})`;

/** The same as {@link copyLines}, as JSON; a row stays the text that it is. */
export function jsonRows(p: AnyProjection, versions: readonly Version[]): string {
  const rest = scalarsOf(p).slice(1);
  const rows = versions.map(({ key, from, to, row, text }) => {
    const scalars = Object.fromEntries(rest.map((column) => [column, row?.[column] ?? null]));
    const span = p.grows ? { index: from } : { from_index: from, to_index: to, gone: row === null };
    return `${JSON.stringify({ [p.key]: key, ...scalars, ...span }).slice(0, -1)},"row":${row === null ? 'null' : text}}`;
  });
  return `[${rows.join(',')}]`;
}
