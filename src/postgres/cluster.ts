/** The folder of one embedded PostgreSQL: made, started, found running, stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ENVIRONMENT, type Account } from './account.js';
import { Advice, diskFull } from './advice.js';
import type { Binaries } from './binaries.js';
import { commandLineOf, identityOf, isRunning } from './processes.js';

export type Cluster = Readonly<{
  /** PGDATA, by its real path. */
  folder: string;
  /** What the server says. */
  log: string;
  account: Account | undefined;
  binaries: Binaries;
}>;
export type Postmaster = Readonly<{ identity: string; pid: number; port: number }>;

export const OWNER = 'mingzhang_owner';

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] %d ',
};
/** A larger log of the server is put aside (one is kept) when it starts. */
const LOG_BYTES = 10 * 1024 * 1024;
/** Recovery after a crash may have two gigabytes of log to read. */
const START_MS = 600_000;
const STOP_MS = 60_000;

/** Makes the cluster's files, with the owner's password; all or nothing, for a half-made folder never gets its name. */
export async function initialise(cluster: Cluster, password: string): Promise<void> {
  const draft = `${cluster.folder}.${randomUUID().slice(0, 8)}`;
  const passwordFile = `${draft}.password`;
  try {
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (cluster.account !== undefined) {
      for (const path of [draft, passwordFile]) chownSync(path, cluster.account.uid, cluster.account.gid);
    }
    const args = [
      '-D',
      draft,
      '-U',
      OWNER,
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale=C',
    ];
    const child = spawn(cluster.binaries.initdb, [...args, '--no-instructions'], {
      ...cluster.account,
      cwd: '/',
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) throw adviceOnLog(said, cluster);
    renameSync(draft, cluster.folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The major version that made the files; undefined if there are none. Throws {@link Advice} on anything else. */
export function filesVersion(folder: string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const file = join(folder, 'PG_VERSION');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (/^\d+(\.\d+)?$/.test(version)) return Number.parseInt(version, 10);
  throw new Advice(
    `数据库目录已损坏：${folder} 中没有可读的 PG_VERSION。请不要删除；从备份恢复（mingzhang restore），或把该目录移到别处后重新启动（将建立新的空账本）。`,
    `The database folder is damaged: ${folder} has no readable PG_VERSION. Do not delete it; restore a backup (mingzhang restore), or move the folder away and start again with new, empty ledgers.`,
  );
}

/** postmaster.pid: process id, folder, start, port, socket folder, address, shared memory, state. */
const pidFile = (cluster: Cluster): string => join(cluster.folder, 'postmaster.pid');

function readPidFile(cluster: Cluster): readonly string[] {
  try {
    return readFileSync(pidFile(cluster), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The process that serves these files, if it runs: not whatever else got the number of one that ended. */
function postmasterOf(cluster: Cluster): { pid: number; identity: string } | undefined {
  const pid = Number(readPidFile(cluster)[0] ?? 0);
  const identity = pid > 0 ? identityOf(pid) : undefined;
  if (identity === undefined || !commandLineOf(pid).includes(` -D ${cluster.folder} `)) return undefined;
  return { pid, identity };
}

/** Waits until a server that is starting or stopping has done so; undefined if none is left running. */
export async function running(cluster: Cluster): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_MS;
  for (let found = postmasterOf(cluster); found !== undefined; found = postmasterOf(cluster)) {
    const lines = readPidFile(cluster);
    if (lines[7]?.trim() === 'ready') return { ...found, port: Number(lines[3]) };
    if (Date.now() > deadline) throw neverReady(cluster);
    await delay(20);
  }
  return undefined;
}

/**
 * PostgreSQL refuses to start while the number in postmaster.pid is in use by any process of its user. The number of
 * its own parent it takes for stale, and still looks whether anyone holds the shared memory named further down.
 */
function disownPidFile(cluster: Cluster): void {
  const [, ...rest] = readPidFile(cluster);
  if (rest.length > 0) writeFileSync(pidFile(cluster), [process.pid, ...rest].join('\n'));
}

async function isFree(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}

/** Starts the server, on the preferred port if that is free. Throws {@link Advice} if it cannot. */
export async function start(cluster: Cluster, preferred: number, say: (line: string) => void): Promise<Postmaster> {
  disownPidFile(cluster);
  const deadline = Date.now() + START_MS;
  for (let attempt = 0; ; attempt += 1) {
    const port = (attempt === 0 ? await isFree(preferred) : undefined) ?? (await isFree(0)) ?? 0;
    const launched = launch(cluster, port);
    const ready = await whenReady(cluster, launched.child, deadline, say);
    if (ready !== undefined) return ready;
    const said = launched.said();
    const mayPass = /could not bind|Address already in use|pre-existing shared memory block/.test(said);
    if (!mayPass || attempt >= 20) throw adviceOnLog(said, cluster);
    await delay(attempt * 50); // processes of a killed server end by themselves within a second or so
  }
}

function launch(cluster: Cluster, port: number): { child: ChildProcess; said: () => string } {
  if ((statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) {
    renameSync(cluster.log, `${cluster.log}.1`);
  }
  const log = openSync(cluster.log, 'a', 0o600);
  const from = statSync(cluster.log).size;
  const settings = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  // A session of its own: Ctrl-C in the terminal is for us, and we decide when the server stops.
  const child = spawn(cluster.binaries.postgres, ['-D', cluster.folder, ...settings], {
    ...cluster.account,
    cwd: cluster.folder,
    env: ENVIRONMENT,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined).unref();
  return { child, said: () => readFileSync(cluster.log).subarray(from).toString('utf8') };
}

/** Undefined if the server ended before it was ready. */
async function whenReady(cluster: Cluster, child: ChildProcess, deadline: number, say: (line: string) => void) {
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  for (let patience = 250; !hasEnded(); patience -= 1) {
    const lines = readPidFile(cluster);
    const found = lines[7]?.trim() === 'ready' ? postmasterOf(cluster) : undefined;
    if (found !== undefined) return { ...found, port: Number(lines[3]) };
    if (Date.now() > deadline) throw neverReady(cluster);
    if (patience === 0) {
      say('数据库正在恢复上次未正常结束时的数据，请稍候 · the database is recovering from a crash, please wait');
    }
    await delay(20);
  }
  return undefined;
}

/** Stops the server; what it acknowledged is on disk either way. Sessions are ended. */
export async function stop(postmaster: Postmaster): Promise<void> {
  signal(postmaster, 'SIGINT');
  const deadline = Date.now() + STOP_MS;
  for (let tries = 0; isRunning(postmaster.identity); tries += 1) {
    if (Date.now() > deadline && tries % 100 === 0) signal(postmaster, 'SIGQUIT');
    await delay(20);
  }
}

/** Asks the server to stop (SIGINT: quickly but in order; SIGQUIT: at once, with recovery at the next start). */
export function signal(postmaster: Postmaster, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    if (isRunning(postmaster.identity)) process.kill(postmaster.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const neverReady = (cluster: Cluster): Advice =>
  new Advice(
    `数据库在十分钟内没有就绪。请查看日志 ${cluster.log}，然后重试。`,
    `The database did not become ready within ten minutes. Look at its log ${cluster.log}, then try again.`,
  );

function adviceOnLog(said: string, cluster: Cluster): Advice {
  if (/No space left on device|Disk quota exceeded/.test(said)) return diskFull(dirname(cluster.folder));
  const lines = said.trim().split('\n');
  const line = (lines.findLast((text) => /FATAL|PANIC|ERROR|error:/.test(text)) ?? lines.at(-1) ?? '').trim();
  return new Advice(
    `数据库无法启动（${cluster.folder}）：${line}。详情见 ${cluster.log}。请不要删除数据；若文件已损坏，请从备份恢复（mingzhang restore），或用 MINGZHANG_DATA 指定另一个目录。`,
    `The database (${cluster.folder}) cannot start: ${line}. More in ${cluster.log}. Do not delete the data; if files are damaged, restore a backup (mingzhang restore), or name another folder in MINGZHANG_DATA.`,
  );
}
