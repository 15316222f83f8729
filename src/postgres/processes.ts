/** Processes that share a folder: who is still there, and a lock that its holder's sudden death releases. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Advice } from './advice.js';

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const ps = (pid: number, column: string): string => {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return '';
  }
};

/** Names a process among all that ever ran here, since ids are used again; undefined if it has ended. */
export function identityOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${pid} ${fields[19]} ${(readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim()}`;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  const started = ps(pid, 'lstart');
  return started === '' ? undefined : `${pid} ${started}`;
}

export function isRunning(identity: string): boolean {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && identityOf(pid) === identity;
}

/** The command line a process was started with, its parts separated by spaces; empty if it cannot be seen. */
export const commandLineOf = (pid: number): string =>
  readIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? ps(pid, 'args');

const self = (): string => identityOf(process.pid) ?? `${process.pid}`;

/**
 * Registers this process as a user of what lies in `folder`. An entry counts for as long as its process runs.
 * Returns how to sign off.
 */
export function register(folder: string): () => void {
  const entry = join(folder, `user.${process.pid}.${randomUUID()}`);
  writeFileSync(entry, self(), { mode: 0o600 });
  return () => rmSync(entry, { force: true });
}

/** Whether any registered process still runs; entries of ended ones are removed. */
export function isInUse(folder: string): boolean {
  let used = false;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('user.')) continue;
    const identity = readIfThere(join(folder, name));
    if (identity !== undefined && isRunning(identity)) used = true;
    else rmSync(join(folder, name), { force: true });
  }
  return used;
}

const highest = (folder: string): number =>
  Math.max(-1, ...readdirSync(folder).map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? -1)));

/**
 * Whoever made the lock file with the highest number holds the lock while its process runs and the file is not empty.
 * The highest is never removed, so that a taker who looked too early finds a higher one than its own and gives way.
 */
export function tryLock(folder: string): (() => void) | undefined {
  const top = highest(folder);
  const holder = top < 0 ? '' : readIfThere(join(folder, `lock.${top}`));
  if (holder === undefined || isRunning(holder)) return undefined;
  const mine = join(folder, `lock.${top + 1}`);
  const draft = join(folder, `draft.${randomUUID()}`);
  try {
    writeFileSync(draft, self(), { mode: 0o600 });
    linkSync(draft, mine);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  if (highest(folder) !== top + 1) {
    rmSync(mine, { force: true });
    return undefined;
  }
  for (let n = top; n >= 0 && readIfThere(join(folder, `lock.${n}`)) !== undefined; n -= 1) {
    rmSync(join(folder, `lock.${n}`), { force: true });
  }
  return () => {
    writeFileSync(draft, '', { mode: 0o600 });
    renameSync(draft, mine);
  };
}

const LOCK_WAIT_MS = 180_000;

/** Runs `act` while no other process holds the lock of `folder`. Throws {@link Advice} after three minutes of waiting. */
export async function locked<T>(folder: string, act: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  let release = tryLock(folder);
  while (release === undefined) {
    if (Date.now() > deadline) {
      const holder = Number.parseInt(readIfThere(join(folder, `lock.${highest(folder)}`)) ?? '', 10);
      throw new Advice(
        `进程 ${holder} 一直在启动或停止数据库（${folder}），已等待三分钟。请查看该进程；确认无用后结束它，再重试。`,
        `Process ${holder} has been starting or stopping the database (${folder}) for three minutes. Look at it; end it if it is of no use, and try again.`,
      );
    }
    await delay(20);
    release = tryLock(folder);
  }
  try {
    return await act();
  } finally {
    release();
  }
}
