/** Fresh tables beside those that serve: filled, indexed, compared, and switched in one transaction. */
import type { Pool } from 'pg';
import { inOrder } from '../../projections/kernel/projection.js';
import {
  analyzeStatement,
  type AnyProjection,
  createTables,
  indexStatements,
  quote,
  tableName,
  UNHURRIED,
} from './tables.js';
import { CatchUp, type Tabled } from './catch-up.js';
import type { Lease } from './lease.js';
import { entries, type Entry, isOf, prepare, register, type Stopped } from './registry.js';
import { connectPool, connectWriter, holding, LEASE_MS, ROOM, type Setup, toHead } from './session.js';

/** Row versions up to the index at which both tables stand; `first`: the key of the first that is not the same. */
export type Difference = Readonly<{
  index: number;
  same: number;
  changed: number;
  onlyOld: number;
  onlyNew: number;
  first: string | null;
}>;
export interface Rebuilt {
  readonly name: string;
  readonly version: number;
  readonly table: string;
  /** The table that served before; it stays until it is dropped. */
  readonly replaced: string | null;
  readonly difference: Difference | null;
  /** Why it is not switched. */
  readonly stopped: Stopped | null;
}

const serving = (all: readonly Entry[], name: string) => all.find((e) => e.state === 'serving' && e.name === name);

/** What no table serves as this program would fill it. A newer version that serves is left alone. */
export const missing = (projections: readonly AnyProjection[], all: readonly Entry[]): AnyProjection[] =>
  projections.filter((p) => {
    const entry = serving(all, p.name);
    return !entry || (!isOf(p, entry) && entry.version <= p.version);
  });

/**
 * Fills fresh tables, up to the head, and lets them serve; goes on with what an earlier run left. Safe beside a running
 * service. `which`: names, or those missing. Folds that fail are reported, and what served before goes on serving.
 */
export async function rebuild(
  setup: Setup,
  which: 'missing' | 'all' | readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly Rebuilt[]> {
  const pool = connectPool(setup.url);
  try {
    await prepare(pool);
    const rebuilt = await holding(pool, 'fill', setup.leaseMillis ?? LEASE_MS, signal, async (lease, held) => {
      const wanted = choose(setup.projections, which, await entries(pool));
      return wanted.length > 0 ? fill(setup, pool, lease, wanted, held) : [];
    });
    return rebuilt ?? [];
  } finally {
    await pool.end();
  }
}

function choose(
  projections: readonly AnyProjection[],
  which: 'missing' | 'all' | readonly string[],
  all: readonly Entry[],
): readonly AnyProjection[] {
  if (which === 'missing') return missing(projections, all);
  if (which === 'all') return projections;
  const unknown = which.find((name) => !projections.some((p) => p.name === name));
  if (unknown) throw new Error(`there is no projection ${unknown}`);
  const named = projections.filter((p) => which.includes(p.name));
  // What they look at has to be there: tables that nobody has filled yet are filled along.
  const absent = missing(projections, all);
  const along = new Set(inOrder(named).filter((p) => absent.includes(p)));
  return projections.filter((p) => named.includes(p) || along.has(p));
}

/** The tables that an earlier run was filling, or new ones. */
async function tablesFor(url: string, pool: Pool, wanted: readonly AnyProjection[]): Promise<Tabled[]> {
  const all = await entries(pool);
  const versions = (p: AnyProjection) => all.filter((e) => e.name === p.name && e.version === p.version);
  const begun = (p: AnyProjection) => versions(p).find((e) => e.state === 'filling' && isOf(p, e));
  const missing = wanted
    .filter((p) => !begun(p))
    .map((of) => {
      const number = Math.max(0, ...versions(of).map((e) => e.fill)) + 1;
      return { of, table: tableName(of, number), number };
    });
  await createTables(url, missing);
  await register(pool, missing);
  const now = await entries(pool);
  return wanted.map((of) => {
    const table = begun(of)?.table ?? missing.find((each) => each.of === of)!.table;
    return { of, entry: now.find((e) => e.table === table)! };
  });
}

async function fill(
  setup: Setup,
  pool: Pool,
  lease: Lease,
  wanted: readonly AnyProjection[],
  signal: AbortSignal,
): Promise<Rebuilt[]> {
  const filling = await tablesFor(setup.url, pool, wanted);
  const ended = new AbortController();
  const client = await connectWriter(setup.url, () => ended.abort());
  try {
    const others = setup.projections.filter((p) => !wanted.includes(p));
    const elsewhere = async () =>
      (await entries(pool)).flatMap((entry) =>
        others.flatMap((of) => (entry.state === 'serving' && isOf(of, entry) ? [{ of, entry }] : [])),
      );
    const options = { client, lease, state: 'filling', room: setup.room ?? ROOM } as const;
    const catchUp = new CatchUp(options, filling, elsewhere);
    const both = AbortSignal.any([signal, ended.signal]);
    await toHead(catchUp, setup, both, (await setup.store.head()).next); // writers may keep moving it
    await index(pool, filling);
    const stopped = new Map(catchUp.stopped.map((s) => [s.name, s]));
    const ready = filling.filter(({ of }) => !stopped.has(of.name));
    const differences = await compareAll(pool, ready);
    const replaced = await switchOver(setup, pool, lease, catchUp, ready, both);
    return filling.map(({ of, entry }) => ({
      name: of.name,
      version: of.version,
      table: entry.table,
      replaced: replaced.get(of.name) ?? null,
      difference: differences.get(of.name) ?? null,
      stopped: stopped.get(of.name) ?? null,
    }));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** So many are indexed, or compared, beside each other. */
const BESIDE = 2;
async function beside<T>(all: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  const rest = all.values();
  const worker = async () => {
    for (const each of rest) await work(each);
  };
  await Promise.all(Array.from({ length: BESIDE }, worker));
}

/** Several indexes are made beside each other, each by one process. The database soon looks closer at what is in a table. */
const INDEXING = `
  ${UNHURRIED}; set local maintenance_work_mem = '256MB'; set local max_parallel_maintenance_workers = 0;
  set local default_statistics_target = 30`;
/** The largest first, and each is analyzed when it is indexed. One message of several statements is one transaction. */
async function index(pool: Pool, filled: readonly Tabled[]): Promise<void> {
  const each = (statement: string) => pool.query(`${INDEXING}; ${statement}`);
  const { rows } = await pool.query<{ table: string }>(
    `select relname as table from pg_class where relnamespace = 'read'::regnamespace order by pg_table_size(oid) desc`,
  );
  const place = new Map(rows.map(({ table }, n) => [table, n]));
  const tasks = filled
    .toSorted((a, b) => place.get(a.entry.table)! - place.get(b.entry.table)!)
    .flatMap(({ of, entry }) => {
      const indexed: Promise<unknown>[] = [];
      const indexes = indexStatements(of, entry.table).map((statement) => () => {
        const made = each(statement);
        indexed.push(made);
        return made;
      });
      return [...indexes, () => Promise.all(indexed).then(() => each(analyzeStatement(of, entry.table)))];
    });
  await beside(tasks, (task) => task());
}

async function compareAll(pool: Pool, filling: readonly Tabled[]): Promise<Map<string, Difference>> {
  const all = await entries(pool);
  const found = new Map<string, Difference>();
  await beside(filling, async ({ of, entry }) => {
    const old = serving(all, of.name);
    const now = all.find((e) => e.table === entry.table);
    if (old && now && old.grows === now.grows) found.set(of.name, await compare(pool, old, now));
  });
  return found;
}

/** Every version of every row, as far as both tables have come. */
export async function compare(pool: Pool, old: Entry, now: Entry): Promise<Difference> {
  const until = Math.min(old.checkpoint, now.checkpoint);
  const begins = old.grows ? 'index' : 'from_index';
  const versions = (e: Entry) =>
    `select ${quote(e.key)} as key, ${begins} as since, coalesce("row"::text, '') as text
     from read.${quote(e.table)} where ${begins} < $1`;
  const { rows } = await pool.query<Record<'same' | 'changed' | 'old' | 'new', string> & { first: string | null }>(
    `select count(*) filter (where o.text = n.text) as same, count(*) filter (where o.text <> n.text) as changed,
            count(*) filter (where n.key is null) as old, count(*) filter (where o.key is null) as new,
            min(coalesce(o.key, n.key)) filter (where o.text is distinct from n.text) as first
     from (${versions(old)}) o full join (${versions(now)}) n on o.key = n.key and o.since = n.since`,
    [until],
  );
  const { same, changed, old: onlyOld, new: onlyNew, first } = rows[0]!;
  const counts = { same: Number(same), changed: Number(changed), onlyOld: Number(onlyOld), onlyNew: Number(onlyNew) };
  return { index: until - 1, ...counts, first };
}

/**
 * While the serving tables stand still, the new ones come at least as far; then they serve. Answers what each replaced.
 */
async function switchOver(
  setup: Setup,
  pool: Pool,
  lease: Lease,
  catchUp: CatchUp,
  ready: readonly Tabled[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  // Not to a head that writers keep moving: to where it is now, and then to where the serving tables stand still.
  await toHead(catchUp, setup, signal, (await setup.store.head()).next);
  const client = await pool.connect();
  const lost = () => undefined; // the statement that follows says so
  client.on('error', lost);
  try {
    await client.query('begin; set local idle_in_transaction_session_timeout = 4000');
    await client.query(`select from read.lease where name = 'projector' for update`);
    const { rows: stands } = await client.query<{ checkpoint: string }>(
      `select checkpoint from read.tables where state = 'serving' order by "table" for update`,
    );
    await toHead(catchUp, setup, signal, Math.max(0, ...stands.map(({ checkpoint }) => Number(checkpoint))));
    signal.throwIfAborted();
    await lease.check(client);
    const names = ready.map(({ of }) => of.name);
    const tables = ready.map(({ entry }) => entry.table);
    const { rows } = await client.query<{ name: string; table: string }>(
      `update read.tables o set state = 'retired' from read.tables n
       where o.state = 'serving' and o.name = any($1) and n.name = o.name and n."table" = any($2)
         and n.checkpoint >= o.checkpoint
       returning o.name, o."table"`,
      [names, tables],
    );
    // The old one and the new one stand at the same index or the new one ahead, or this breaks a unique index.
    await client.query(`update read.tables set state = 'serving' where state = 'filling' and "table" = any($1)`, [
      tables,
    ]);
    await client.query('commit');
    return new Map(rows.map(({ name, table }) => [name, table]));
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.removeListener('error', lost);
    client.release();
  }
}

/** Drops tables that a switch has retired, for good, and answers which. Nothing else ever drops one. */
export async function dropRetired(url: string, names?: readonly string[]): Promise<readonly string[]> {
  const pool = connectPool(url);
  try {
    const retired = (await entries(pool)).filter((e) => e.state === 'retired' && (names?.includes(e.name) ?? true));
    // One message of two statements is one transaction.
    for (const { table } of retired)
      await pool.query(`drop table read.${quote(table)}; delete from read.tables where "table" = '${table}'`);
    return retired.map(({ table }) => table);
  } finally {
    await pool.end();
  }
}
