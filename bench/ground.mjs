/** What the benchmarks stand on: an embedded PostgreSQL of their own, fresh ledgers, and a way to leave nothing behind. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readConfig } from '../dist/src/config.js';
import { openLedger as openDatabase } from '../dist/src/postgres/ledgers.js';
import { asked, joinServer } from '../dist/src/postgres/server.js';
import { openLedger } from '../dist/src/ledger/open.js';

/** The server in a temporary folder. `close` closes what was opened on it, stops it and deletes the folder. */
export async function prepareGround() {
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-bench-'));
  await chmod(folder, 0o711); // PostgreSQL may run as another user, who has to get through
  const closing = [];
  let server;
  const close = async () => {
    for (const each of closing.splice(0).toReversed()) await each().catch((error) => console.error(error));
    await server?.leave();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    server = await joinServer({ ...readConfig({}, {}), data: join(folder, 'data') }, () => undefined);
  } catch (error) {
    await close();
    throw error;
  }
  let number = 0;
  return {
    server,
    folder,
    close,
    closing,
    /** A new ledger in mode `real`; several handles on one are opened by `again`. */
    async ledger(name) {
      const database = await openDatabase(server, `${name}_${number++}`);
      const again = async () => {
        const keyFolders = [join(folder, 'keys', database.name)];
        const opened = await openLedger({ name: database.name, serviceUrl: database.serviceUrl, keyFolders });
        closing.push(() => opened.close());
        return opened;
      };
      return { ...database, adminUrl: database.adminUrl, opened: await again(), again };
    },
    /** An empty database as the role that owns it, for what is compared with. */
    async database(name) {
      const unique = `${name}_${number++}`;
      await asked(server.adminUrl('postgres'), (client) => client.query(`create database ${unique}`));
      return server.adminUrl(unique);
    },
    async client(url) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      closing.push(() => client.end());
      return client;
    },
  };
}
