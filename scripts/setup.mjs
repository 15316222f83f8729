/** What every script does first: a Node that is new enough, and the packages of the lockfile. Needs nothing itself. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST = [20, 19];

export function fail(zh, en) {
  console.error(`\n${zh}\n${en}\n`);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  fail(
    `Node.js ${process.versions.node} 版本过低，至少需要 ${OLDEST.join('.')}。请从 https://nodejs.org 安装新版后重试。`,
    `Node.js ${process.versions.node} is too old: ${OLDEST.join('.')} or later is needed. Install it from https://nodejs.org and try again.`,
  );
}

/** Nothing is installed twice for the same lockfile, so that a second start needs no network. */
export function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules', '.mingzhang-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('正在安装依赖 · installing packages');
  // Not `npm ci`: it refuses a lockfile that does not list the optional binaries of every other platform.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0)
    fail(
      '依赖安装失败（见上）。请检查网络与磁盘空间后重试；已装好的机器可离线运行。',
      'The packages could not be installed (see above). See that there is a network and room on the disk, and try again; once installed, none is needed.',
    );
  writeFileSync(stamp, lock);
}

/** When the newest of the sources was changed, in milliseconds. */
function changedAt(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return newest;
}

/** Compiles what has changed since the last build, if anything has. Types are checked by `npm run check`. */
export function build() {
  const stamp = join(ROOT, 'dist', '.built');
  const sources = Math.max(
    ...['src', 'projections'].map((folder) => changedAt(join(ROOT, folder))),
    ...['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((file) => statSync(join(ROOT, file)).mtimeMs),
  );
  if (existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) === sources) return;
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const done = spawnSync(process.execPath, [tsc, '--noCheck', '-p', join(ROOT, 'tsconfig.build.json')], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) fail('编译失败（见上）。', 'The build failed (see above).');
  writeFileSync(stamp, String(sources));
}

/** Makes everything ready. */
export function setUp() {
  checkNode();
  process.umask(process.umask() & ~0o055); // the user who runs the database reads the binaries
  install();
  build();
}
