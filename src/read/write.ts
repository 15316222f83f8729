/** What a batch means for tables, written and committed at once: all of it, or nothing. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Lease, LeaseLost } from './lease.js';
import type { State, Stopped } from './registry.js';
import {
  type AnyProjection,
  copyLines,
  copyStatement,
  insertStatement,
  jsonRows,
  quote,
  type Version,
} from './tables.js';
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

/** Up to so many versions of a table go along in one statement with those of others; more are quicker as COPY. */
const FEW = 300;
const isFew = ({ changes }: Move) => changes.versions.length <= FEW;
const isDataError = (error: unknown) => /^2[23]/.test((error as { code?: string }).code ?? '');

/** Throws {@link Moved}, {@link LeaseLost}, {@link Refused}, and what else the database throws. */
export async function write(target: Target, moves: readonly Move[]): Promise<void> {
  try {
    return await writeTogether(target, moves);
  } catch (error) {
    if (!isDataError(error)) throw error; // else the longer way says which table refuses what
  }
  await writeEach(target, moves);
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** As few round trips as can be, for somebody else has the thread between them: one, where no table has many versions. */
async function writeTogether(target: Target, moves: readonly Move[]): Promise<void> {
  const many = moves.filter((move) => !isFew(move));
  if (many.length === 0) return moveAll(target, moves);
  await inTransaction(target.client, async () => {
    await moveAll(target, moves);
    for (const { of, table, changes } of many) await copy(target.client, of, table, changes.versions);
  });
}

/** Every checkpoint is where it was left, of a table that is still what it was. */
const AS_LEFT = `t."table" = n.name collate "C" and t.checkpoint = n.at and t.state =`;
const SINCE = `as c(key, since, until) where t.from_index = c.since and`;

/** The lease, all checkpoints, all versions that end and the few that begin, in one statement. */
async function moveAll({ client, lease, state }: Target, moves: readonly Move[]): Promise<void> {
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
  moves.forEach((move, n) => {
    const {
      of,
      table,
      changes: { closes, versions },
    } = move;
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
    if (versions.length > 0 && isFew(move))
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

const advance = (moves: readonly Move[]): readonly [unknown[], string][] => [
  [moves.map(({ table }) => table), 'text[]'],
  [moves.map(({ at }) => at), 'bigint[]'],
  [moves.map(({ to }) => to), 'bigint[]'],
  [moves.map(({ stopped }) => stopped && JSON.stringify(stopped)), 'json[]'],
];

const copy = (client: Client, of: AnyProjection, table: string, versions: readonly Version[]): Promise<void> =>
  pipeline(
    Readable.from(copyLines(of, versions), { highWaterMark: 1 }),
    client.query(copyFrom(copyStatement(of, table))),
  );

/** The same table by table, as COPY, which says what it does not take. */
async function writeEach(target: Target, moves: readonly Move[]): Promise<void> {
  const withoutVersions = (move: Move): Move => ({ ...move, changes: { ...move.changes, versions: [] } });
  await inTransaction(target.client, async () => {
    await moveAll(target, moves.map(withoutVersions));
    for (const move of moves.filter(({ changes }) => changes.versions.length > 0))
      try {
        await copy(target.client, move.of, move.table, move.changes.versions);
      } catch (error) {
        throw isDataError(error) ? new Refused(move, versionAt(error), error) : error;
      }
  });
}

/** PostgreSQL says at which line of the COPY it stopped, and a line is a version. */
function versionAt(error: unknown): number | null {
  const line = /line (\d+)/.exec((error as { where?: string }).where ?? '')?.[1];
  return line === undefined ? null : Number(line) - 1;
}
