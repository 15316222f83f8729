/** Ledgers: one database each. */
import { escapeIdentifier } from 'pg';
import { DEMO_LEDGER, LEDGER_NAME, MAIN_LEDGER } from '../config.js';
import { migrate } from '../ledger/migrations.js';
import { Advice, adviceOnServer } from './advice.js';
import { asked, type Server } from './server.js';

export type Ledger = Readonly<{
  name: string;
  database: string;
  /** Only in a demo's ledger may the clock be simulated. */
  mode: 'demo' | 'real';
  /** As the role that owns the log; reading it throws {@link Advice} where no such role was named. */
  adminUrl: string;
  serviceUrl: string;
}>;

const prefixOf = (server: Server): string => `${server.ownDatabase ?? 'mingzhang'}_`;

function databaseOf(server: Server, name: string): string {
  if (!LEDGER_NAME.test(name)) {
    throw new Advice(
      `账本名称 “${name}” 不可用；请用小写字母开头，其后为小写字母、数字或下划线，最长 31 个字符。`,
      `"${name}" cannot name a ledger: a lower-case letter, then lower-case letters, digits or underscores, at most 31.`,
    );
  }
  if (server.ownDatabase !== undefined && name === MAIN_LEDGER) return server.ownDatabase;
  return `${prefixOf(server)}${name}`;
}

/** A ledger ready for work, made if it does not exist. Throws {@link Advice} where something must be done first. */
export async function openLedger(server: Server, name: string): Promise<Ledger> {
  const database = databaseOf(server, name);
  const ledger: Ledger = {
    name,
    database,
    mode: name === DEMO_LEDGER ? 'demo' : 'real',
    get adminUrl() {
      return server.adminUrl(database);
    },
    serviceUrl: server.serviceUrl(database),
  };
  if (server.ownDatabase !== undefined && (await isMigrated(ledger.serviceUrl)) && !canAdminister(server))
    return ledger;
  try {
    await makeDatabase(server, database);
    await migrate(ledger.adminUrl, server.serviceRole);
  } catch (error) {
    if (server.ownDatabase === undefined || error instanceof Advice) throw error;
    throw adviceOnServer(error, 'DATABASE_ADMIN_URL', ledger.adminUrl);
  }
  return ledger;
}

/** The names of the ledgers on a server, in order. */
export async function listLedgers(server: Server): Promise<string[]> {
  const home = server.ownDatabase ?? 'postgres';
  const prefix = prefixOf(server);
  const databases = await asked(server.serviceUrl(home), async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where datallowconn');
    return rows.map((row) => row.datname);
  });
  const named = databases.filter((database) => database.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const names = named.filter((name) => LEDGER_NAME.test(name));
  return [...(server.ownDatabase === undefined ? [] : [MAIN_LEDGER]), ...names].toSorted();
}

function canAdminister(server: Server): boolean {
  try {
    return server.adminUrl('postgres') !== '';
  } catch {
    return false;
  }
}

async function isMigrated(serviceUrl: string): Promise<boolean> {
  try {
    return await asked(serviceUrl, async (client) => {
      const { rows } = await client.query<{ there: boolean }>(
        "select to_regclass('log.migrations') is not null as there",
      );
      return rows[0]!.there;
    });
  } catch (error) {
    if ((error as { code?: string }).code === '3D000') return false;
    throw adviceOnServer(error, 'DATABASE_URL', serviceUrl);
  }
}

async function makeDatabase(server: Server, database: string): Promise<void> {
  await asked(server.adminUrl(server.ownDatabase ?? 'postgres'), async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount !== 0) return;
    try {
      await client.query(`create database ${escapeIdentifier(database)} template template0 encoding 'UTF8' locale 'C'`);
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code !== '42P04' && code !== '23505') throw error; // somebody else has just made it
    }
  });
}
