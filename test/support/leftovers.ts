/** Databases that test runs leave behind. */
import { escapeIdentifier } from 'pg';
import { identityOf } from '../../src/postgres/processes.js';
import { asked, type Server } from '../../src/postgres/server.js';

/** Databases of tests are named after the process of their run. */
export const TEST_DATABASE = /^mingzhang_t(\d+)_/;

/** Of runs that were interrupted, unless told of which. */
export async function dropLeftovers(
  server: Server,
  of = (run: number) => identityOf(run) === undefined,
): Promise<void> {
  await asked(server.adminUrl('postgres'), async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    for (const { datname } of rows) {
      const run = Number(TEST_DATABASE.exec(datname)?.[1] ?? 0);
      if (run === 0 || !of(run)) continue;
      await client.query(`drop database if exists ${escapeIdentifier(datname)} with (force)`);
    }
  });
}
