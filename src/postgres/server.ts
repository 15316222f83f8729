/** A running PostgreSQL: the embedded one, shared by every process that works on the same data folder, or one's own. */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Config } from '../config.js';
import { canEnter, serverAccount, SYSTEM_FOLDER, type Account } from './account.js';
import { Advice, adviceOnFiles, adviceOnServer } from './advice.js';
import { findBinaries } from './binaries.js';
import {
  filesVersion,
  initialise,
  OWNER,
  running,
  signal,
  start,
  stop,
  type Cluster,
  type Postmaster,
} from './cluster.js';
import { isInUse, locked, register, tryLock } from './processes.js';

export interface Server {
  /** Major version. */
  readonly version: number;
  /** The role that the service works as. */
  readonly serviceRole: string;
  /** The database that DATABASE_URL names; undefined for the embedded server, whose databases are all ours. */
  readonly ownDatabase: string | undefined;
  /** As the role that owns the logs. Throws {@link Advice} where no such role was named. */
  adminUrl(database: string): string;
  serviceUrl(database: string): string;
  /** Signs off. The embedded server stops when its last user has left. */
  leave(): Promise<void>;
}

const SERVICE = 'mingzhang_service';
const OLDEST_VERSION = 14;
/** Below the range that Linux hands out by itself, and not where anybody expects a PostgreSQL. */
const FIRST_PORT = 27_432;

/** Throws {@link Advice} where something outside the program stands in the way. `say` is told what takes long. */
export async function joinServer(config: Config, say: (line: string) => void = console.error): Promise<Server> {
  if (config.databaseUrl !== undefined) return joinOwn(config.databaseUrl, config.databaseAdminUrl);
  try {
    return await joinEmbedded(config.data, say);
  } catch (error) {
    throw adviceOnFiles(error, (error as NodeJS.ErrnoException).path ?? config.data);
  }
}

async function joinEmbedded(data: string, say: (line: string) => void): Promise<Server> {
  const run = join(data, 'run');
  mkdirSync(data, { recursive: true, mode: 0o711 });
  mkdirSync(run, { recursive: true, mode: 0o700 });
  return locked(run, async () => {
    isInUse(run); // removes what ended processes have left
    const cluster = findCluster(data, say);
    const passwords = readPasswords(data, existsSync(cluster.folder));
    const postmaster = (await running(cluster)) ?? (await bringUp(cluster, passwords.owner, data, say));
    const url = (role: string, password: string, database: string) =>
      `postgres://${role}:${password}@127.0.0.1:${postmaster.port}/${database}?sslmode=disable`;
    const signOff = register(run);
    try {
      await makeServiceRole(url(OWNER, passwords.owner, 'postgres'), passwords.service, data);
    } catch (error) {
      signOff();
      if (!isInUse(run)) await stop(postmaster);
      throw error;
    }
    return {
      version: cluster.binaries.major,
      serviceRole: SERVICE,
      ownDatabase: undefined,
      adminUrl: (database) => url(OWNER, passwords.owner, database),
      serviceUrl: (database) => url(SERVICE, passwords.service, database),
      leave: leaving(run, cluster, postmaster, signOff),
    };
  });
}

function findCluster(data: string, say: (line: string) => void): Cluster {
  const place = join(data, 'postgres');
  const link = lstatSync(place, { throwIfNoEntry: false });
  if (link?.isSymbolicLink() === true && !existsSync(place)) {
    throw new Advice(
      `${place} 指向的数据库目录不见了。请把它移回原处，或恢复备份；若确实不再需要，删除 ${place} 后重新启动。`,
      `The database folder that ${place} points to is gone. Move it back or restore a backup; if it is not needed any more, delete ${place} and start again.`,
    );
  }
  const account = serverAccount(link === undefined ? data : realpathSync(place));
  const folder = link === undefined ? join(placeFor(account, data, say), 'postgres') : realpathSync(place);
  if (!canEnter(account, dirname(folder))) {
    throw new Advice(
      `运行数据库的系统用户进不了 ${dirname(folder)}（上级目录只有 root 能进入）。请把数据目录移到别处并用 MINGZHANG_DATA 指定，或放开上级目录的进入权限（chmod o+x）。`,
      `The system user who runs the database cannot enter ${dirname(folder)}: only root may enter a folder above it. Move the data folder elsewhere and name it in MINGZHANG_DATA, or let others enter the folders above it (chmod o+x).`,
    );
  }
  return { folder, log: join(data, 'postgres.log'), account, binaries: findBinaries(data, account, say) };
}

/** The data folder itself, or where root has put it out of others' reach, one of its own below `/var/lib/mingzhang`. */
function placeFor(account: Account | undefined, data: string, say: (line: string) => void): string {
  if (canEnter(account, data)) return realpathSync(data);
  const place = join(SYSTEM_FOLDER, `${basename(dirname(data))}-${randomUUID().slice(0, 8)}`);
  mkdirSync(place, { recursive: true, mode: 0o755 });
  writeFileSync(join(place, 'belongs-to'), `${data}\n`);
  say(
    `数据库用户进不了 ${data}，数据库文件放在 ${place} · the database's files are in ${place}, for its user cannot enter ${data}`,
  );
  return place;
}

type Passwords = Readonly<{ owner: string; service: string }>;

function readPasswords(data: string, clusterExists: boolean): Passwords {
  const file = join(data, 'passwords.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Passwords;
  if (clusterExists) throw passwordsLost(file);
  const passwords = { owner: randomBytes(24).toString('hex'), service: randomBytes(24).toString('hex') };
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(passwords), { mode: 0o600, flush: true });
  renameSync(draft, file);
  return passwords;
}

const passwordsLost = (file: string): Advice =>
  new Advice(
    `数据库口令文件缺失或与数据库不符：${file}。请从备份放回该文件；数据没有丢失。`,
    `The file with the database's passwords is missing or belongs to another database: ${file}. Put it back from a backup; no data is lost.`,
  );

async function bringUp(
  cluster: Cluster,
  password: string,
  data: string,
  say: (line: string) => void,
): Promise<Postmaster> {
  const version = filesVersion(cluster.folder);
  if (version === undefined) {
    say('首次启动，正在建立数据库 · first start, making the database');
    await initialise(cluster, password);
    if (dirname(cluster.folder) !== realpathSync(data)) symlinkSync(cluster.folder, join(data, 'postgres'));
  } else if (version !== cluster.binaries.major) {
    throw new Advice(
      `${cluster.folder} 由 PostgreSQL ${version} 建立，本程序自带的是 ${cluster.binaries.major}，不能直接打开。请用原来的程序执行 mingzhang backup，再用本程序在新目录执行 mingzhang restore；或用 MINGZHANG_DATA 指定另一个目录。`,
      `${cluster.folder} was made by PostgreSQL ${version}; this program brings ${cluster.binaries.major}, which cannot open it. Run mingzhang backup with the program that made it and mingzhang restore with this one into a new folder; or name another folder in MINGZHANG_DATA.`,
    );
  }
  if (cluster.account !== undefined) {
    // Files that root has copied here belong to root.
    spawnSync('chown', ['-R', `${cluster.account.uid}:${cluster.account.gid}`, cluster.folder]);
  }
  const remembered = join(data, 'run', 'port');
  const port = existsSync(remembered) ? Number(readFileSync(remembered, 'utf8')) : FIRST_PORT;
  const postmaster = await start(cluster, port > 0 && port < 65_536 ? port : FIRST_PORT, say);
  writeFileSync(remembered, String(postmaster.port));
  return postmaster;
}

async function makeServiceRole(url: string, password: string, data: string): Promise<void> {
  try {
    await asked(url, async (client) => {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [SERVICE]);
      if (rowCount === 0) {
        await client.query(`create role ${escapeIdentifier(SERVICE)} login password ${escapeLiteral(password)}`);
      }
      // Whoever fills tables need not compress their pages in the write-ahead log.
      const may = `select has_parameter_privilege($1, 'wal_compression', 'set') as may`;
      const { rows } = await client.query<{ may: boolean }>(may, [SERVICE]);
      if (!rows[0]!.may) await client.query(`grant set on parameter wal_compression to ${escapeIdentifier(SERVICE)}`);
    });
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') throw passwordsLost(join(data, 'passwords.json'));
    throw error;
  }
}

function leaving(run: string, cluster: Cluster, postmaster: Postmaster, signOff: () => void): () => Promise<void> {
  /** For a process that ends without having left; nothing can be waited for here. */
  const onExit = () => {
    signOff();
    const release = existsSync(run) ? tryLock(run) : () => undefined;
    if (release === undefined) return; // whoever holds the lock looks for users, or is one
    if (!existsSync(run) || !isInUse(run)) signal(postmaster, 'SIGINT');
    release();
  };
  process.once('exit', onExit);
  let left: Promise<void> | undefined;
  const leave = async () => {
    process.removeListener('exit', onExit);
    if (!existsSync(run)) return stop(postmaster); // the folder was deleted under us
    await locked(run, async () => {
      signOff();
      if (isInUse(run)) return;
      const last = await running(cluster);
      if (last !== undefined) await stop(last);
    });
  };
  return () => (left ??= leave());
}

async function joinOwn(url: string, adminUrl: string | undefined): Promise<Server> {
  const service = await lookAt(url, 'DATABASE_URL');
  const admin = adminUrl === undefined ? undefined : await lookAt(adminUrl, 'DATABASE_ADMIN_URL');
  if (service.superuser || admin?.role === service.role) {
    throw new Advice(
      `DATABASE_URL 的角色 ${service.role} 权限过大：服务用的角色不得是超级用户，也不得与 DATABASE_ADMIN_URL 的角色相同，否则它能改动已记录的事件。请另建角色：CREATE ROLE mingzhang_service LOGIN PASSWORD '…'。`,
      `The role ${service.role} of DATABASE_URL may do too much: the service's role must not be a superuser nor that of DATABASE_ADMIN_URL, or it could change recorded events. Make another: CREATE ROLE mingzhang_service LOGIN PASSWORD '…'.`,
    );
  }
  const on = (base: string, database: string) => {
    const address = new URL(base);
    address.pathname = `/${encodeURIComponent(database)}`;
    return address.href;
  };
  return {
    version: service.version,
    serviceRole: service.role,
    ownDatabase: service.database,
    adminUrl: (database) => {
      if (adminUrl !== undefined) return on(adminUrl, database);
      throw new Advice(
        '此操作需要能管理数据库的角色。请设置 DATABASE_ADMIN_URL 后重试。',
        'This needs a role that may administer the database. Set DATABASE_ADMIN_URL and try again.',
      );
    },
    serviceUrl: (database) => on(url, database),
    leave: async () => undefined,
  };
}

type Seen = { version: number; role: string; database: string; superuser: boolean; encoding: string };

async function lookAt(url: string, variable: string): Promise<Seen> {
  const seen = await asked(url, async (client) => {
    const { rows } = await client.query<Seen>(
      `select current_setting('server_version_num')::int / 10000 as version, current_user as role,
              current_database() as database, current_setting('is_superuser') = 'on' as superuser,
              current_setting('server_encoding') as encoding`,
    );
    return rows[0]!;
  }).catch((error: unknown) => {
    throw adviceOnServer(error, variable, url);
  });
  if (seen.version < OLDEST_VERSION) {
    throw new Advice(
      `${variable} 的 PostgreSQL 是 ${seen.version} 版，至少需要 ${OLDEST_VERSION} 版。请升级，或不设置 ${variable} 而使用自带的 PostgreSQL。`,
      `The PostgreSQL of ${variable} is version ${seen.version}; ${OLDEST_VERSION} or later is needed. Upgrade it, or use the embedded one by leaving ${variable} unset.`,
    );
  }
  if (seen.encoding !== 'UTF8') {
    throw new Advice(
      `${variable} 的数据库 ${seen.database} 的编码是 ${seen.encoding}，需要 UTF8。请另建：CREATE DATABASE 名称 TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'。`,
      `The database ${seen.database} of ${variable} is encoded in ${seen.encoding}; UTF8 is needed. Make one: CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'.`,
    );
  }
  return seen;
}

/** Runs `ask` on a connection of its own. */
export async function asked<T>(url: string, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the statement under way reports it
  try {
    await client.connect();
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
