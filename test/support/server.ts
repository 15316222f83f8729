/** Real ledgers for tests, on the one embedded PostgreSQL that `global-setup.mjs` has started for the run. */
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { openLedger, type Ledger } from '../../src/postgres/ledgers.js';
import { asked, type Server } from '../../src/postgres/server.js';

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

/** A new, migrated, empty ledger of a name that nobody else has. `close`, or leaving an `await using`, drops it. */
export async function freshLedger(): Promise<FreshLedger> {
  const server = testServer();
  const ledger = await openLedger(server, `t${joined().run}_${randomBytes(6).toString('hex')}`);
  const close = () =>
    asked(server.adminUrl('postgres'), async (client) => {
      await client.query(`drop database if exists ${escapeIdentifier(ledger.database)} with (force)`);
    });
  return { ...ledger, close, [Symbol.asyncDispose]: close };
}
