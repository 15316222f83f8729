/** Databases of test runs that were interrupted. */
import { escapeIdentifier } from 'pg';
import { identityOf } from '../../src/postgres/processes.js';
import { asked, type Server } from '../../src/postgres/server.js';

/** Databases of tests are named after the process of their run. */
export const TEST_DATABASE = /^mingzhang_t(\d+)_/;

export async function dropLeftovers(server: Server): Promise<void> {
  await asked(server.adminUrl('postgres'), async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    for (const { datname } of rows) {
      const run = Number(TEST_DATABASE.exec(datname)?.[1] ?? 0);
      if (run === 0 || identityOf(run) !== undefined) continue;
      await client.query(`drop database if exists ${escapeIdentifier(datname)} with (force)`);
    }
  });
}
