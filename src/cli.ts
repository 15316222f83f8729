/** `mingzhang`: what is done to a ledger from a terminal, beside a running service or without one. */
import { Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matterHistory, occurredBy } from '../projections/history.js';
import { projections } from '../projections/index.js';
import { instantOfMillis, isDay } from '../projections/kernel/instant.js';
import type { CityPlan } from './demo/city/city.js';
import { type Config, PROJECT_ROOT, readConfig } from './config.js';
import { examine } from './doctor.js';
import { type App, createApp } from './http/app.js';
import { failed } from './cli-sentences.js';
import { admitHere, identityCommands } from './cli-identity.js';
import type { Holder } from './identity/holder.js';
import type { Within } from './read/scope.js';
import type { ActionName } from './kernel/permissions.js';
import { begin, type Installation, openInstallation } from './installation.js';
import { restoreBackup, writeBackup } from './ledger/backup.js';
import { keepUp, ledgerSelf, SELF, systemContext } from './ledger/self.js';
import { Advice } from './postgres/advice.js';
import { auditCommands } from './cli-audit.js';
import { attributionCommands } from './cli-attribution.js';
import { accessCommands, aPurpose, lookingHere, recordBackup } from './cli-access.js';
import { ruleCommands } from './cli-rules.js';
import { copyCommands } from './cli-copy.js';
import { bar, DEMO_BAR } from './progress.js';
import { proofCommands } from './cli-proof.js';
import { verifyCommands } from './cli-verify.js';
import { dropRetired, rebuild } from './read/rebuild.js';
import * as text from './text.js';
import { docketCommands } from './cli-docket.js';
import { intakeCommands } from './cli-intake.js';
import { moneyCommands } from './cli-money.js';

/** What every command is given. */
export interface Work {
  readonly config: Config;
  readonly installation: Installation;
  readonly app: App;
  /** For programs: as JSON; for people: as `lines` puts it. */
  readonly say: (value: unknown, lines: () => string) => void;
  readonly signal: AbortSignal;
  /** Who works here; null for what is done to the machine itself. */
  readonly holder: Holder | null;
  /** What of lists he may see. */
  readonly within?: Within;
}
/** What a command does, as the table of permissions knows it, and with which thing. */
export interface Doing {
  readonly action: ActionName;
  readonly parameters?: Record<string, string>;
  /** A program's key in place of a session. */
  readonly keyFile?: string;
  readonly demo?: Partial<CityPlan>;
  /** What the process ends with where something stands in the way; 1 unless told. */
  readonly failsWith?: number;
}
export type Run = (doing: Doing, work: (with_: Work) => Promise<number | void>) => Promise<void>;

/** Opens the ledger, does the work, lets go of everything, and says in a sentence what stood in the way. */
async function withLedger(
  program: Command,
  { demo = {}, ...doing }: Doing,
  work: (with_: Work) => Promise<number | void>,
): Promise<void> {
  const { ledger, json = false } = program.opts<{ ledger?: string; json?: boolean }>();
  const ending = new AbortController();
  // While the ledger is being opened, or made, there is no work that could end by itself.
  let end = (): void => process.exit(130);
  const stop = () => end();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const config = readConfig({ ledger });
    const making = bar(DEMO_BAR);
    const installation = await openInstallation(config, (share) => making.at(Math.round(share * 100), 100), demo);
    making.end();
    end = () => ending.abort();
    try {
      const app = await createApp(installation.opened);
      let leave = () => undefined as void;
      try {
        await begin(installation.opened, app.commands);
        leave = keepUp(installation.opened);
        const say = (value: unknown, lines: () => string) =>
          process.stdout.write(`${json ? JSON.stringify(value, null, 2) : lines()}\n`);
        const who = await admitHere({ config, opened: installation.opened, app }, doing);
        process.exitCode = (await work({ config, installation, app, say, signal: ending.signal, ...who })) ?? 0;
      } finally {
        leave();
        await app.close();
      }
    } finally {
      await installation.close();
    }
  } catch (error) {
    failed(error, json, doing.failsWith);
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
  }
}

const aDay = (value: string): string => {
  if (!isDay(value)) throw new InvalidArgumentError('应为日期 YYYY-MM-DD · is a day, YYYY-MM-DD');
  return value;
};

async function history(id: string, { asOf, on }: { asOf?: string; on?: string }, work: Work) {
  const { app, installation, say } = work;
  const { store } = installation.opened;
  const upTo = asOf === undefined ? undefined : await app.reader.index(asOf);
  const events = (await store.readRefs('matter', id, upTo)).filter(lookingHere(work, 'matters.read').shows);
  if (occurredBy(events, on).length === 0)
    throw new Advice(
      `账本 “${installation.opened.name}” 中没有办件 ${id}（截至所问时刻）。`,
      `The ledger "${installation.opened.name}" knows nothing of the matter ${id} at that moment.`,
    );
  const told = matterHistory(id, events, on);
  say({ asOf: upTo ?? null, on: on ?? null, ...told }, () => text.timeline(told));
}

async function why(name: string, key: string, { asOf }: { asOf?: string }, work: Work) {
  const { app, installation, say } = work;
  const of = projections.find((projection) => projection.name === name);
  if (!of) {
    const known = projections.map((projection) => projection.name).join('、');
    throw new Advice(
      `没有读表 ${name}；有：${known}`,
      `There is no table ${name}; there are ${known.replaceAll('、', ', ')}.`,
    );
  }
  const { next } = await installation.opened.store.head();
  const upTo = asOf === undefined ? next - 1 : await app.reader.index(asOf);
  await app.reader.until(String(upTo), 60_000, of);
  const equal = key.indexOf('=');
  const rows = equal < 0 ? key : { [key.slice(0, equal)]: key.slice(equal + 1) };
  const { rows: all } = await app.reader.why(of, rows, { asOf: upTo, limit: 1000 });
  const { shows } = lookingHere(work, 'tables.read');
  // Of what is sealed, the events behind a row are shown under a grant alone.
  const events = await installation.opened.store.readIds([...new Set(all.map(({ id }) => id))]);
  const seen = new Set(events.filter(shows).map(({ id }) => id));
  const reasons = all.filter((reason) => seen.has(reason.id));
  say(reasons, () => text.reasons(reasons));
}

async function rebuildTables(names: readonly string[], drop: boolean, { installation, say, signal }: Work) {
  const setup = { url: installation.opened.serviceUrl, store: installation.opened.store, projections };
  const unknown = names.find((name) => !projections.some((projection) => projection.name === name));
  if (unknown !== undefined)
    throw new Advice(
      `没有读表 ${unknown}。`,
      `There is no table ${unknown}; there are ${projections.map((p) => p.name).join(', ')}.`,
    );
  const done = await rebuild(setup, names.length > 0 ? names : 'all', signal);
  const dropped = drop ? await dropRetired(setup.url) : null;
  say(dropped ? { rebuilt: done, dropped } : done, () =>
    [text.rebuilt(done), ...(dropped ? [`已删除 dropped: ${dropped.join('、') || '–'}`] : [])].join('\n'),
  );
  return done.some(({ stopped }) => stopped) ? 1 : 0;
}

async function backup(file: string, purpose: string, work: Work) {
  const { installation, say } = work;
  await recordBackup(work, purpose);
  const progress = bar('备份 backing up {bar} {percentage}% {value}/{total}');
  const head = await writeBackup(installation.opened.store, installation.opened, file, progress.at);
  progress.end();
  say({ file, ...head }, () =>
    [
      `已备份 backed up ${head.events} 个事件 events → ${file}`,
      `密钥库不在其中，请另行保管 the key store is not in it; keep it apart: ${installation.keys.join(' , ')}`,
    ].join('\n'),
  );
}

async function restore(file: string, config: Config, installation: Installation, say: Work['say']) {
  const { database } = installation;
  const progress = bar('恢复 restoring {bar} {percentage}% {value}/{total}');
  const accept = ({ mode, ledger }: { mode: string; ledger: string }) => {
    if (mode === database.mode) return;
    throw new Advice(
      `备份来自${mode === 'demo' ? '演示' : '正式'}账本 “${ledger}”，不能恢复到 “${database.name}”：演示事实不得进入正式账本。`,
      `The backup is of the ${mode} ledger "${ledger}" and does not go into "${database.name}": a real ledger never holds demo facts.`,
    );
  };
  const head = await restoreBackup(database.adminUrl, file, accept, progress.at);
  progress.end();
  say({ file, ...head, into: database.name }, () =>
    [
      `已恢复 restored ${head.events} 个事件 events → ${database.name}`,
      `个人信息须用原密钥库打开 personal fields are opened by the key store: ${join(config.data, 'keys', database.name)}`,
    ].join('\n'),
  );
}

async function acceptClock(reason: string, { installation, app, say }: Work) {
  const { opened } = installation;
  const { ledgerTime } = await opened.store.head();
  const clock = instantOfMillis(opened.clock.millis());
  if (ledgerTime === null || Date.parse(ledgerTime) <= opened.clock.millis()) {
    say({ accepted: false, clock, ledgerTime }, () => `时钟不落后，无须确认 the clock is not behind: ${clock}`);
    return;
  }
  const at = instantOfMillis(Date.parse(ledgerTime));
  const data = { clock, ledgerTime: at, reason };
  const context = systemContext(opened, at);
  await app.commands.send(ledgerSelf, SELF, { type: 'AcceptClock', data }, { context, key: `accept-${clock}` });
  say({ accepted: true, ...data }, () => `已确认 accepted: ${clock}；账本时间停在 ledger time stands still at ${at}`);
}

/** Restoring has to find the ledger empty, so nothing is begun in it. */
async function restoring(program: Command, file: string): Promise<void> {
  const { ledger, json = false } = program.opts<{ ledger?: string; json?: boolean }>();
  try {
    const config = readConfig({ ledger });
    if (config.eventStoreUrl !== undefined)
      throw new Advice(
        '备份先恢复到 PostgreSQL：请不设 EVENTSTORE_URL 运行，再用 mingzhang copy-ledger 复制到 KurrentDB。',
        'A backup is restored into PostgreSQL: run this without EVENTSTORE_URL, then mingzhang copy-ledger.',
      );
    const installation = await openInstallation(config, undefined, null);
    try {
      await restore(file, config, installation, (value, lines) =>
        process.stdout.write(`${json ? JSON.stringify(value, null, 2) : lines()}\n`),
      );
    } finally {
      await installation.close();
    }
  } catch (error) {
    failed(error, json);
  }
}

function commandsOf(program: Command): void {
  const run: Run = (doing, work) => withLedger(program, doing, work);
  identityCommands(program, run);
  moneyCommands(program, intakeCommands(program, run), run);
  program
    .command('history <matter>')
    .description('办件历程 the history of a matter')
    .option('--as-of <moment>', '当时所知：序号、时间或日期 as known: an index, an instant or a day')
    .option('--on <day>', '截至该日已发生 what had occurred by the end of that day', aDay)
    .action((id: string, options: { asOf?: string; on?: string }) =>
      run({ action: 'matters.read', parameters: { id } }, (work) => history(id, options, work)),
    );
  program
    .command('why <table> <row>')
    .description('一行或一个条件（列=值）的由来 the events behind a row, or behind column=value')
    .option('--as-of <moment>', '当时所知 as known')
    .action((table: string, row: string, options: { asOf?: string }) =>
      run({ action: 'tables.read' }, (work) => why(table, row, options, work)),
    );
  ruleCommands(program, run);
  docketCommands(program, run);
  attributionCommands(program, run);
  accessCommands(program, run);
  copyCommands(program, run);
  auditCommands(program, run);
  proofCommands(program, run);
  verifyCommands(program, run);
  keeping(program, run);
}

/** What the operator does with a ledger as a whole. */
function keeping(program: Command, run: Run): void {
  program
    .command('rebuild [tables...]')
    .description('重建读表，旧表照常服务 rebuild read tables while the old ones serve')
    .option('--drop', '并删除已被替换的旧表 and drop those that have been replaced')
    .action((names: string[], { drop = false }: { drop?: boolean }) =>
      run({ action: 'operator.maintain' }, (work) => rebuildTables(names, drop, work)),
    );
  program
    .command('backup <file>')
    .description('备份账本（不含密钥库）the ledger without its key store')
    .option('--purpose <text>', '事由，记录在案 what for; it is recorded', aPurpose, '备份 backup')
    .action((file: string, { purpose }: { purpose: string }) =>
      run({ action: 'operator.maintain' }, (work) => backup(file, purpose, work)),
    );
  program
    .command('restore <file>')
    .description('恢复到空账本 into an empty ledger')
    .action((file: string) => restoring(program, file));
  program
    .command('doctor')
    .description('检查安装与账本 look over the installation and the ledger')
    .option('--deep', '核对每个事件的摘要 check the digest of every event')
    .option('--accept-clock', '确认落后于账本的时钟 accept a clock that is behind the ledger')
    .option('--reason <text>', '确认的理由 why')
    .action((options: { deep?: boolean; acceptClock?: boolean; reason?: string }) =>
      run({ action: 'operator.maintain' }, async (work) => {
        if (options.acceptClock) return acceptClock(options.reason ?? '', work);
        const found = await examine(work.installation, work.config, options.deep ?? false);
        work.say(found, () => text.findings(found));
        return found.every(({ ok, warning }) => ok || warning) ? 0 : 1;
      }),
    );
}

/** What the parser of commands says, Chinese first. */
const SAYS: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option /, '没有这一选项 unknown option '],
  [/^error: unknown command /, '没有这一命令 unknown command '],
  [/^error: required option (.*) not specified/, '缺少选项 required option $1 not specified'],
  [/^error: missing required argument /, '缺少参数 missing argument '],
  [/^error: too many arguments/, '参数过多 too many arguments'],
  [
    /^error: (?:option|command-argument value) (.*?) argument '(.*?)' is invalid\. /,
    "选项 option $1 不能为 cannot be '$2'：",
  ],
  [/^error: /, '错误 error: '],
];
const inBoth = (text: string): string => {
  const [pattern, says] = SAYS.find(([one]) => one.test(text)) ?? [/^/, ''];
  return text.replace(pattern, says);
};

export async function run(argv: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
  const program = new Command('mingzhang')
    .description('明账：政务服务中心事件账本 the ledger of a service centre')
    .version(version)
    .option('--ledger <name>', '账本 the ledger; demo unless told')
    .option('--json', '以 JSON 输出 as JSON')
    .configureOutput({ outputError: (text, write) => write(inBoth(text)) })
    .showHelpAfterError();
  commandsOf(program);
  await program.parseAsync([...argv]);
}
