/** Which system user runs the embedded server: PostgreSQL refuses to run as root. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Advice } from './advice.js';

export type Account = Readonly<{ uid: number; gid: number }>;

export const SYSTEM_USER = 'mingzhang';
/** Where root puts what the server's user cannot reach elsewhere. */
export const SYSTEM_FOLDER = '/var/lib/mingzhang';

const isRoot = (): boolean => process.getuid?.() === 0;

/** The program's whole environment: what the user has set for other PostgreSQL tools must not reach this one. */
export const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

function run(command: string, args: readonly string[], as?: Account): string | undefined {
  const done = spawnSync(command, args, { ...as, cwd: '/', env: ENVIRONMENT, encoding: 'utf8' });
  return done.status === 0 ? done.stdout.trim() : undefined;
}

function lookUp(name: string): Account | undefined {
  const uid = Number(run('id', ['-u', name]) ?? 0);
  const gid = Number(run('id', ['-g', name]) ?? 0);
  return uid > 0 && gid > 0 ? { uid, gid } : undefined;
}

function create(): Account | undefined {
  const home = ['--no-create-home', '--home-dir', SYSTEM_FOLDER];
  if (run('useradd', ['--system', '--user-group', ...home, '--shell', '/bin/false', SYSTEM_USER]) === undefined) {
    run('addgroup', ['-S', SYSTEM_USER]); // BusyBox
    run('adduser', ['-S', '-D', '-H', '-h', SYSTEM_FOLDER, '-G', SYSTEM_USER, SYSTEM_USER]);
  }
  return lookUp(SYSTEM_USER);
}

/**
 * For an ordinary user undefined: the server runs as that user. For root the owner of an existing cluster, else the
 * user `mingzhang`, made if missing, else `postgres`. Throws {@link Advice} if there is none.
 */
export function serverAccount(cluster: string): Account | undefined {
  if (!isRoot()) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = lookUp(SYSTEM_USER) ?? create() ?? lookUp('postgres');
  if (account !== undefined) return account;
  throw new Advice(
    `PostgreSQL 不能以 root 运行，而系统用户 ${SYSTEM_USER} 无法自动建立。请执行 “useradd --system --user-group ${SYSTEM_USER}” 后重试，或改用普通用户运行。`,
    `PostgreSQL refuses to run as root, and the system user ${SYSTEM_USER} could not be made. Run "useradd --system --user-group ${SYSTEM_USER}" and try again, or run as an ordinary user.`,
  );
}

/** Whether the account can enter a folder, tried as that account. */
export const canEnter = (account: Account | undefined, folder: string): boolean =>
  account === undefined || run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], account) !== undefined;

/** Whether the account can run a program: what it prints when asked for its version. */
export const versionOf = (account: Account | undefined, program: string): string | undefined =>
  run(program, ['--version'], account);
