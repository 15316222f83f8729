/** What a database holds of a ledger beside its log, for a ledger that moves into another one. */
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** What signs people in (who is signed in signs in again), the tree, what was signed of it, the map. In this order. */
const TABLES = [
  'identity.credentials',
  'identity.recovery_codes',
  'identity.enrolments',
  'identity.keys',
  'identity.attempts',
  'identity.oidc_subjects',
  'log.tiles',
  'log.checkpoints',
  'log.cosignatures',
  'log.map',
  'log.map_pages',
];

/**
 * All of it or nothing, into tables that are empty; what is there already stays. `to`: as the role that owns the log there,
 * which holds the whole log by now.
 */
export async function takeAlong(from: string, to: string): Promise<void> {
  const [source, target] = [from, to].map((connectionString) => new Client({ connectionString }));
  try {
    await Promise.all([source!.connect(), target!.connect()]);
    await source!.query('begin isolation level repeatable read read only');
    await target!.query('begin');
    for (const table of TABLES) {
      const { rows } = await target!.query<{ full: boolean }>(`select exists (select from ${table}) as full`);
      if (rows[0]!.full) continue;
      await pipeline(
        source!.query(copyTo(`copy (select * from ${table}) to stdout`)),
        target!.query(copyFrom(`copy ${table} from stdin`)),
      );
    }
    const { rows } = await source!.query<{ size: string; edges: Buffer[] }>('select size, edges from log.tree');
    const { size, edges } = rows[0]!;
    await target!.query('update log.tree set size = $1, edges = $2 where size = 0', [size, edges]);
    await target!.query('commit');
  } finally {
    await Promise.all([source!.end(), target!.end()]);
  }
}
