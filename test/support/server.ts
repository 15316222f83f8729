/** Real ledgers for tests, on the one embedded PostgreSQL that `global-setup.mjs` has started for the run. */
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { projections } from '../../projections/index.js';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { openLedger, type Ledger } from '../../src/postgres/ledgers.js';
import { asked, type Server } from '../../src/postgres/server.js';
import { rebuild } from '../../src/read/rebuild.js';

type Joined = { version: number; serviceRole: string; adminUrl: string; serviceUrl: string; run: number };

const joined = (): Joined => JSON.parse(process.env['TEST_POSTGRES'] ?? '') as Joined;

/** The server of this run. Leaving it does nothing: the run itself does so at its end. */
export function testServer(): Server {
  const { version, serviceRole, adminUrl, serviceUrl } = joined();
  return {
    version,
    serviceRole,
    ownDatabase: undefined,
    adminUrl: (database) => adminUrl.replace('DATABASE', database),
    serviceUrl: (database) => serviceUrl.replace('DATABASE', database),
    leave: async () => undefined,
  };
}

export type FreshLedger = Ledger & AsyncDisposable & { close(): Promise<void> };

/** The name of a database with an empty ledger and all its read tables, made once a run. */
async function withTables(server: Server): Promise<string> {
  const name = `t${joined().run}_tables`;
  return asked(server.adminUrl('postgres'), async (client) => {
    const database = `mingzhang_${name}`;
    // A statement of its own: the next one has to see what was made while this one waited.
    await client.query('select pg_advisory_lock(hashtext($1))', [database]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount !== 0) return database;
    const draft = await openLedger(server, `${name}_draft`);
    const store = new PostgresStore(draft.serviceUrl);
    await rebuild({ url: draft.serviceUrl, store, projections }, 'missing');
    await store.close();
    await client.query(`alter database ${draft.database} rename to ${database}`);
    return database;
  });
}

/**
 * A new, migrated, empty ledger of a name that nobody else has. `close`, or leaving an `await using`, drops it. With
 * `tables` it begins as a copy in which the read tables have been made, so that not every service makes them anew.
 */
export async function freshLedger({ tables = false } = {}): Promise<FreshLedger> {
  const server = testServer();
  const name = `t${joined().run}_${randomBytes(6).toString('hex')}`;
  if (tables) {
    const template = await withTables(server);
    await asked(server.adminUrl('postgres'), (client) =>
      client.query(`create database mingzhang_${name} template ${template} strategy file_copy`),
    );
  }
  const ledger = await openLedger(server, name);
  const close = () =>
    asked(server.adminUrl('postgres'), async (client) => {
      await client.query(`drop database if exists ${escapeIdentifier(ledger.database)} with (force)`);
    });
  return { ...ledger, close, [Symbol.asyncDispose]: close };
}
