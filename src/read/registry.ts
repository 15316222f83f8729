/** Which tables there are: being filled, serving, or retired after a switch; and how far each has come. */
import type { ClientBase, Pool } from 'pg';
import { inOrder } from '../../projections/kernel/projection.js';
import { LEASE_TABLE } from './lease.js';
import type { AnyProjection } from './tables.js';

export type State = 'filling' | 'serving' | 'retired';
/** Why a table does not go on: the event that its fold could not take, or the table that it waits for. */
export type Stopped = Readonly<{ index: number; event: string | null; reason: string }>;
export interface Entry {
  readonly table: string;
  readonly name: string;
  readonly version: number;
  readonly fill: number;
  readonly state: State;
  /** Versions of the projections whose rows its folds look at, and of those that they look at in turn. */
  readonly uses: Readonly<Record<string, number>>;
  readonly key: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly grows: boolean;
  /** The next index to fold. */
  readonly checkpoint: number;
  readonly stopped: Stopped | null;
}

/** The service's role owns the schema `read`. Idempotent; two at once take turns. */
export async function prepare(client: ClientBase | Pool): Promise<void> {
  // One message of several statements is one transaction.
  await client.query(`
    select pg_advisory_xact_lock(hashtext('mingzhang.read'));
    ${LEASE_TABLE};
    create table if not exists read.tables (
      "table" text collate "C" primary key,
      name text collate "C" not null,
      version integer not null,
      fill integer not null,
      state text not null check (state in ('filling', 'serving', 'retired')),
      uses json not null,
      key text not null,
      columns json not null,
      grows boolean not null,
      checkpoint bigint not null default 0,
      stopped json,
      unique (name, version, fill)
    );
    create unique index if not exists tables_serving on read.tables (name) where state = 'serving'`);
}

export async function entries(client: ClientBase | Pool): Promise<Entry[]> {
  const { rows } = await client.query<Omit<Entry, 'checkpoint'> & { checkpoint: string }>({
    name: 'entries',
    text: `select "table", name, version, fill, state, uses, key, columns, grows, checkpoint, stopped
           from read.tables order by name, version, fill`,
  });
  return rows.map((row) => ({ ...row, checkpoint: Number(row.checkpoint) }));
}

export const usesOf = (p: AnyProjection): Record<string, number> =>
  Object.fromEntries(inOrder([p]).flatMap((used) => (used === p ? [] : [[used.name, used.version]])));

/** Whether the table was filled by these folds, and those whose rows they look at. */
export const isOf = (p: AnyProjection, { name, version, uses }: Entry): boolean =>
  name === p.name &&
  version === p.version &&
  JSON.stringify(Object.entries(usesOf(p)).sort()) === JSON.stringify(Object.entries(uses).sort());

/** As being filled, from the beginning of the log. */
export async function register(
  client: ClientBase | Pool,
  made: readonly { readonly of: AnyProjection; readonly table: string; readonly number: number }[],
): Promise<void> {
  const rows = made.map(({ of, table, number }) => ({
    table,
    name: of.name,
    version: of.version,
    fill: number,
    state: 'filling',
    uses: usesOf(of),
    key: of.key,
    columns: of.columns,
    grows: of.grows === true,
    checkpoint: 0,
  }));
  await client.query(`insert into read.tables select * from json_populate_recordset(null::read.tables, $1)`, [
    JSON.stringify(rows),
  ]);
}
