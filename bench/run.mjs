/** `npm run bench [-- --full --only=append,http,read,rules,recon,access,day,guards,docket,kurrent,seal,gap]`: prints the table, writes bench/results.json. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, setUp } from '../scripts/setup.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const full = args.includes('--full');
const only = args
  .find((arg) => arg.startsWith('--only='))
  ?.slice(7)
  .split(',');

setUp();
if (!existsSync(join(HERE, 'node_modules'))) {
  const done = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HERE,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0)
    fail('基准测试的对照程序未能安装（见上）。', 'The peers to compare with could not be installed (see above).');
}
const { startServer } = await import('./lib.mjs');
const groups = {
  append: async () => (await import('./append.mjs')).append,
  http: async () => (await import('./http.mjs')).http,
  read: async () => (await import('./read.mjs')).read,
  rules: async () => (await import('./rules.mjs')).rules,
  recon: async () => (await import('./recon.mjs')).recon,
  attribution: async () => (await import('./attribution.mjs')).attribution,
  access: async () => (await import('./access.mjs')).access,
  day: async () => (await import('./day.mjs')).day,
  guards: async () => (await import('./guards.mjs')).guards,
  docket: async () => (await import('./docket.mjs')).docket,
  kurrent: async () => (await import('./kurrent.mjs')).kurrent,
  seal: async () => (await import('./seal.mjs')).seal,
  gap: async () => (await import('./gap.mjs')).gap,
};

const short = (value) =>
  value === undefined ? '' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
function print(lines) {
  for (const { what, yardstick, asked, unit, ours, theirs, ratio, low, high, verdict, note } of lines) {
    const measured =
      ratio === undefined
        ? `${short(ours)} ${unit} (at most ${asked})`
        : `${short(ours)}${unit} : ${short(theirs)}${unit} = ${ratio.toFixed(2)} [${low.toFixed(2)} – ${high.toFixed(2)}]${asked === undefined ? '' : ` (at least ${asked})`}`;
    console.log(
      `${verdict.padEnd(20)} ${what}\n${' '.repeat(21)}${measured} · ${yardstick}${note ? ` · ${note}` : ''}`,
    );
  }
}

const server = await startServer();
const results = {
  at: new Date().toISOString(),
  node: process.versions.node,
  cpus: cpus().length,
  cpu: cpus()[0]?.model,
  memory: totalmem(),
  lines: [],
  gap: [],
};
try {
  for (const [name, load] of Object.entries(groups)) {
    if (only && !only.includes(name)) continue;
    console.error(`… ${name}`);
    let found;
    try {
      found = await (await load())(server, { full });
    } catch (error) {
      // What could not be measured is said, and does not take the rest along.
      results.lines.push({ what: name, reached: false, note: `could not be measured: ${error.message}` });
      console.error(error);
      continue;
    }
    if (name === 'gap') {
      results.gap = found;
      console.log('\ncommit gap: 32 writers, 5 % of inserts wait up to 20 ms, a subscriber reads meanwhile');
      console.table(found);
    } else {
      results.lines.push(...found);
      print(found);
    }
  }
} finally {
  await server.close();
}
writeFileSync(join(HERE, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
const missed = results.lines.filter(({ reached }) => !reached);
console.log(
  missed.length === 0
    ? '\nall reached'
    : `\nnot reached: ${missed.map(({ what, note }) => what + (note ? ` (${note})` : '')).join('; ')}`,
);
