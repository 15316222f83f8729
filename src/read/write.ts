/** What a batch means for tables, written and committed at once: all of it, or nothing. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Lease, LeaseLost } from './lease.js';
import type { State, Stopped } from './registry.js';
import { type AnyProjection, copyLines, copyStatement, insertStatement, jsonRows, quote } from './tables.js';
import type { Changes } from './view.js';

/** The tables are not as they were: switched or written by somebody else. Nothing was written; look again. */
export class Moved extends Error {
  constructor() {
    super('the tables have been moved on by somebody else');
    this.name = 'Moved';
  }
}
/** What a table cannot hold: a wrong date, a second row of a table that only grows. Nothing was written. */
export class Refused extends Error {
  constructor(
    readonly move: Move,
    /** The version that it is about, if the database says. */
    readonly version: number | null,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'Refused';
  }
}

/** A table that is brought from one index to another. */
export interface Move {
  readonly of: AnyProjection;
  readonly table: string;
  readonly at: number;
  readonly to: number;
  readonly stopped: Stopped | null;
  readonly changes: Changes;
}
export interface Target {
  readonly client: Client;
  readonly lease: Lease;
  readonly state: State;
}

/** Up to so many versions are written in one round trip; more are quicker as COPY, which takes several. */
const FEW = 300;
const isDataError = (error: unknown) => /^2[23]/.test((error as { code?: string }).code ?? '');

/** Throws {@link Moved}, {@link LeaseLost}, {@link Refused}, and what else the database throws. */
export async function write(target: Target, moves: readonly Move[]): Promise<void> {
  const size = moves.reduce((sum, { changes }) => sum + changes.versions.length, 0);
  try {
    if (size <= FEW) return await writeFew(target, moves);
  } catch (error) {
    if (!isDataError(error)) throw error; // else the longer way says which table refuses what
  }
  await writeMany(target, moves);
}

/** Every checkpoint is where it was left, of a table that is still what it was. */
const AS_LEFT = `t."table" = n.name collate "C" and t.checkpoint = n.at and t.state =`;
const SINCE = `as c(key, since, until) where t.from_index = c.since and`;

/** One statement, and so one transaction in one round trip: for the events of a moment, waiting is most of the time. */
async function writeFew({ client, lease, state }: Target, moves: readonly Move[]): Promise<void> {
  const values: unknown[] = [];
  const value = (v: unknown, type: string) => `$${values.push(v)}::${type}`;
  const next = `unnest(${advance(moves)
    .map(([items, type]) => value(items, type))
    .join(', ')}) as n(name, at, next, stopped)`;
  const steps = [
    `held as (${lease.prolonging((v, type) => value(v, type))} returning 1)`,
    `here as (select t."table", n.next, n.stopped from read.tables t join ${next} on ${AS_LEFT} ${value(state, 'text')}
       where exists (select from held) for update of t)`,
    `go as (select count(*) = ${moves.length} as ok from here)`,
    `moved as (update read.tables t set checkpoint = h.next, stopped = h.stopped
       from here h where t."table" = h."table" and (select ok from go))`,
  ];
  moves.forEach(({ of, table, changes: { closes, versions } }, n) => {
    if (closes.length > 0)
      steps.push(
        `closed${n} as (update read.${quote(table)} t set to_index = c.until
           from unnest(${value(
             closes.map(({ key }) => key),
             'text[]',
           )}, ${value(
             closes.map(({ from }) => from),
             'bigint[]',
           )}, ${value(
             closes.map(({ to }) => to),
             'bigint[]',
           )}) ${SINCE} t.${quote(of.key)} = c.key collate "C" and (select ok from go) returning 1)`,
      );
    // A key has one open version: those that end have ended before others begin.
    const after = closes.length > 0 ? `and (select count(*) from closed${n}) >= 0` : '';
    if (versions.length > 0)
      steps.push(
        `opened${n} as (${insertStatement(of, table, value(jsonRows(of, versions), 'json'))}
           where (select ok from go) ${after})`,
      );
  });
  const { rows } = await client.query<{ held: boolean; ok: boolean }>(
    `with ${steps.join(', ')} select exists (select from held) as held, ok from go`,
    values,
  );
  if (!rows[0]!.held) throw new LeaseLost(lease.name);
  if (!rows[0]!.ok) throw new Moved();
}

async function writeMany({ client, lease, state }: Target, moves: readonly Move[]): Promise<void> {
  let writing: Move | null = null;
  await client.query('begin');
  try {
    await lease.check(client);
    const arrays = advance(moves);
    const { rowCount } = await client.query({
      name: 'advance',
      text: `update read.tables t set checkpoint = n.next, stopped = n.stopped
             from unnest(${arrays.map(([, type], n) => `$${n + 1}::${type}`).join(', ')}) as n(name, at, next, stopped)
             where ${AS_LEFT} $${arrays.length + 1}`,
      values: [...arrays.map(([items]) => items), state],
    });
    if (rowCount !== moves.length) throw new Moved();
    for (writing of moves) await writeTable(client, writing);
    writing = null;
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    if (writing && isDataError(error)) throw new Refused(writing, versionAt(error), error);
    throw error;
  }
}

const advance = (moves: readonly Move[]): readonly [unknown[], string][] => [
  [moves.map(({ table }) => table), 'text[]'],
  [moves.map(({ at }) => at), 'bigint[]'],
  [moves.map(({ to }) => to), 'bigint[]'],
  [moves.map(({ stopped }) => stopped && JSON.stringify(stopped)), 'json[]'],
];

async function writeTable(client: Client, { of, table, changes: { closes, versions } }: Move): Promise<void> {
  if (closes.length > 0)
    await client.query({
      name: `close ${table}`,
      text: `update read.${quote(table)} t set to_index = c.until
             from unnest($1::text[], $2::bigint[], $3::bigint[]) ${SINCE} t.${quote(of.key)} = c.key collate "C"`,
      values: [closes.map(({ key }) => key), closes.map(({ from }) => from), closes.map(({ to }) => to)],
    });
  if (versions.length === 0) return;
  await pipeline(
    Readable.from([Buffer.from(copyLines(of, versions))]),
    client.query(copyFrom(copyStatement(of, table))),
  );
}

/** PostgreSQL says at which line of the COPY it stopped, and a line is a version. */
function versionAt(error: unknown): number | null {
  const line = /line (\d+)/.exec((error as { where?: string }).where ?? '')?.[1];
  return line === undefined ? null : Number(line) - 1;
}
