/** A projection as a table: what is created, and what its rows look like in it. Nothing here drops or alters anything. */
import { DataSource, EntitySchema, type EntitySchemaColumnOptions, Table } from 'typeorm';
import { type Column, type Projection, type Row, rowText } from '../../projections/kernel/projection.js';

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

/**
 * A row of some kilobytes stays where its columns are, as it is: compressing it is a third of writing it, and it is read
 * whole. Half of a page, less its header: https://www.postgresql.org/docs/current/sql-createtable.html
 */
const ROW_STAYS = 'toast_tuple_target = 4080';

/**
 * For a message that makes what can be made again: what a lost machine would lose is filled again, so nobody waits for the
 * disk. Whole pages go into the write-ahead log then, and compressing them takes longer than writing them: it is left where
 * this role may.
 */
export const UNHURRIED = `
  set local synchronous_commit = off;
  select set_config('wal_compression', 'off', true) where has_parameter_privilege('wal_compression', 'set')`;

/** Those that are not there yet, in one message and so one transaction. */
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
    const there: { name: string }[] = await runner.query(
      `select tablename as name from pg_tables where schemaname = 'read'`,
    );
    runner.enableSqlMemory();
    for (const { table } of wanted)
      if (!there.some(({ name }) => name === table))
        await runner.createTable(Table.create(source.getMetadata(table), source.driver));
    const made = runner.getMemorySql().upQueries.map(({ query }) => `${query} with (${ROW_STAYS})`);
    runner.disableSqlMemory();
    if (made.length > 0) await runner.query([UNHURRIED, ...made].join('; '));
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

/** Of what its indexes are asked by, so that they are used from the first moment. The rest the database looks at by itself soon. */
export const analyzeStatement = (p: AnyProjection, table: string) => {
  const asked = new Set([p.key, ...Object.values<readonly string[]>(p.indexes ?? {}).flat()]);
  return `analyze read.${quote(table)} (${[...asked].map(quote).join(', ')})`;
};

/** A row version as it goes into the table. `to` null: still open. */
export interface Version {
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
  readonly row: Row | null;
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
/** A JSON text has no control characters, and of a backslash two are made. */
const jsonField = (text: string): string => (text.includes('\\') ? text.replaceAll('\\', '\\\\') : text);
const CHUNK_BYTES = 1 << 18;
/** Bytes that a UTF-16 unit becomes, at most. */
const MOST_PER_UNIT = 3;
const LINE_FEED = 10;
/** Lines of COPY's text format, in the order of {@link copyStatement}, as bytes: some at a time, as they are sent. */
export function* copyLines(p: AnyProjection, versions: readonly Version[]): Generator<Buffer> {
  const rest = scalarsOf(p).slice(1);
  let chunk = Buffer.alloc(0);
  let at = 0;
  for (const { key, from, to, row } of versions) {
    let line = fieldOf(key);
    for (const column of rest) line += `\t${fieldOf(row?.[column])}`;
    line += p.grows ? `\t${from}` : `\t${from}\t${to ?? '\\N'}\t${row === null}`;
    line += '\t';
    const last = row === null ? '\\N' : jsonField(rowText(row));
    const most = (line.length + last.length) * MOST_PER_UNIT + 1;
    if (at + most > chunk.length) {
      if (at > 0) yield chunk.subarray(0, at);
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, most));
      at = 0;
    }
    at += chunk.write(line, at);
    at += chunk.write(last, at);
    chunk[at++] = LINE_FEED;
  }
  if (at > 0) yield chunk.subarray(0, at);
}

/** `rows`: an expression for what {@link jsonRows} made. */
export const insertStatement = (p: AnyProjection, table: string, rows: string) =>
  `insert into read.${quote(table)} (${written(p)}) select ${written(p)}
   from json_populate_recordset(null::read.${quote(table)}, ${rows})`;

/** The same as {@link copyLines}, as JSON; a row stays the text that it is. */
export function jsonRows(p: AnyProjection, versions: readonly Version[]): string {
  const rest = scalarsOf(p).slice(1);
  const rows = versions.map(({ key, from, to, row }) => {
    const scalars = Object.fromEntries(rest.map((column) => [column, row?.[column] ?? null]));
    const span = p.grows ? { index: from } : { from_index: from, to_index: to, gone: row === null };
    return `${JSON.stringify({ [p.key]: key, ...scalars, ...span }).slice(0, -1)},"row":${rowText(row)}}`;
  });
  return `[${rows.join(',')}]`;
}
