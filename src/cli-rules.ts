/** `mingzhang findings | rules | simulate | demo`: what the rules say, and how well they say it. */
import { Command, InvalidArgumentError } from 'commander';
import { FINDING_STATUSES } from '../projections/findings.js';
import { isDay } from '../projections/kernel/instant.js';
import { rules, standard } from '../projections/rules/index.js';
import { findingCounts, findingFor, findingsFor, pageOfFinding, verdictCounts } from './http/told.js';
import { lookingHere } from './cli-access.js';
import { CITY_BEGINS, CITY_ENDS, type CityPlan } from './demo/city/city.js';
import { askerOf } from '../projections/accountability/involved.js';
import type { Run, Work } from './cli.js';
import { actOf } from './http/by.js';
import { tablesFilled } from './installation.js';
import { Advice } from './postgres/advice.js';
import { bar } from './progress.js';
import { type Played, simulate } from './simulation/simulate.js';
import * as text from './text-rules.js';

type Sought = { rule?: string; status?: string; org?: string; item?: string; asOf?: string; limit: number };

const noFinding = (id: string) => new Advice(`没有疑点 ${id}。`, `There is no finding ${id}.`);
const noRule = (id: string) =>
  new Advice(`没有规则 ${id}。`, `There is no rule ${id}; there are ${rules.map((rule) => rule.id).join(', ')}.`);

/** What is told, and to whom. */
const here = ({ app: { reader }, installation: { opened }, holder }: Work) =>
  [
    { reader, table: standard },
    { roles: holder!.roles, by: askerOf(actOf(opened, holder!)) },
  ] as const;

async function listFindings(sought: Sought, work: Work): Promise<void> {
  const { app, installation, say, within } = work;
  await tablesFilled(app.reader, installation.opened);
  const asOf = sought.asOf === undefined ? undefined : await app.reader.index(sought.asOf);
  const at = { asOf, within };
  const { rule, status, org, item } = sought;
  const where = {
    ...(rule && { rule }),
    ...(status && { status }),
    ...(org && { org }),
    ...(item && { itemCode: item }),
  };
  const [telling, who] = here(work);
  const { rows, next } = await findingsFor(telling, where, { limit: sought.limit }, at, who);
  const counts = await findingCounts(telling, ['rule', 'status'], where, at, who);
  say({ rows, counts, more: next !== null }, () => text.findings(rows, counts));
}
async function showFinding(id: string, work: Work): Promise<void> {
  const { app, installation, say } = work;
  await tablesFilled(app.reader, installation.opened);
  const [telling, who] = here(work);
  const row = await findingFor(telling, id, {}, who);
  const { shows } = lookingHere(work, 'findings.read');
  const page = row && (await pageOfFinding(telling, row, {}, { store: installation.opened.store, shows }));
  if (!page) throw noFinding(id);
  say(page, () => text.page(page));
}
async function showRules(id: string | undefined, work: Work): Promise<void> {
  const { app, installation, say } = work;
  await tablesFilled(app.reader, installation.opened);
  const wanted = id === undefined ? rules : rules.filter((rule) => rule.id === id);
  if (wanted.length === 0) throw noRule(id!);
  const [telling, who] = here(work);
  const told = await Promise.all(
    wanted.map(async (rule) => {
      const verdicts = await verdictCounts(telling, rule, {}, who);
      const { title, definition, basis, severity, parameters, version } = rule;
      return { id: rule.id, version, title, definition, basis, severity, parameters, verdicts };
    }),
  );
  say(told, () => text.rules(told, id !== undefined));
}

const aNumber = (least: number, most: number, whole: boolean) => (value: string) => {
  const n = Number(value);
  if (!(n >= least && n <= most) || (whole && !Number.isInteger(n)))
    throw new InvalidArgumentError(`应为 ${least} 至 ${most} · is from ${least} to ${most}`);
  return n;
};
const aStoryDay = (value: string) => {
  if (!isDay(value) || value <= CITY_BEGINS || value > CITY_ENDS)
    throw new InvalidArgumentError(
      `应为 ${CITY_BEGINS} 之后、不晚于 ${CITY_ENDS} 的日期 · is a day after ${CITY_BEGINS}, up to ${CITY_ENDS}`,
    );
  return value;
};

type Simulating = { seed: number; seeds: number; size: number; faults?: boolean };
/** Exits with 1, and the seed, where a rule missed something or found what was not there. */
async function simulating({ seed, seeds, size, faults = false }: Simulating, json: boolean): Promise<void> {
  const played: { seed: number; scores: Played['scores']; events: number }[] = [];
  const progress = bar('模拟 simulating {bar} {percentage}% · 种子 seed {seed}');
  for (let n = 0; n < seeds; n++) {
    const at = (_day: string, share: number) =>
      progress.at(Math.round((100 * (n + share)) / seeds), 100, { seed: seed + n });
    const { scores, events } = await simulate({ seed: seed + n, until: CITY_ENDS, size }, { progress: at, faults });
    played.push({ seed: seed + n, scores, events });
  }
  progress.end();
  process.stdout.write(`${json ? JSON.stringify(played, null, 2) : text.scores(played)}\n`);
  process.exitCode = played.some(({ scores }) => scores.some((s) => s.precision < 1 || s.recall < 1)) ? 1 : 0;
}

export function ruleCommands(program: Command, run: Run): void {
  program
    .command('findings [id]')
    .description('疑点清单，或一个疑点的依据 findings, or one with its law, evidence and tests')
    .option('--rule <id>', '规则 the rule')
    .option('--status <status>', `状态 ${Object.keys(FINDING_STATUSES).join(' | ')}`)
    .option('--org <unit>', '单位 the unit')
    .option('--item <code>', '事项 the item')
    .option('--as-of <moment>', '当时所知 as known')
    .option('--limit <n>', '最多行数 rows at most', aNumber(1, 1000, true), 50)
    .action((id: string | undefined, sought: Sought) =>
      run({ action: 'findings.read', ...(id !== undefined && { parameters: { id } }) }, (work) =>
        id === undefined ? listFindings(sought, work) : showFinding(id, work),
      ),
    );
  program
    .command('rules [id]')
    .description('规则与判断数量 rules, and how their verdicts stand')
    .action((id: string | undefined) => run({ action: 'rules.read' }, (work) => showRules(id, work)));
  program
    .command('simulate')
    .description('以种子城市检验规则的准确率与召回率 precision and recall of the rules on cities of which all is known')
    .option('--seed <n>', '第一个种子 the first seed', aNumber(0, 2 ** 31, true), 1)
    .option('--seeds <n>', '种子数 how many', aNumber(1, 1000, true), 20)
    .option('--size <share>', '城市规模 how much of the city', aNumber(0.01, 1, false), 0.15)
    .option('--faults', '带故障 with crashes, double deliveries, conflicts, late batches')
    .action((options: Simulating) => simulating(options, program.opts<{ json?: boolean }>().json ?? false));
  program
    .command('demo')
    .description('生成演示账本（须尚未生成）makes the demo ledger, where there is none yet')
    .option('--seed <n>', '种子 the seed', aNumber(0, 2 ** 31, true))
    .option('--until <day>', '故事的最后一日 the last day of the story', aStoryDay)
    .option('--size <share>', '城市规模 how much of the city', aNumber(0.01, 1, false))
    .action((options: Partial<CityPlan>) =>
      run({ action: 'operator.demo', demo: options }, ({ installation: { made, opened }, say }) => {
        if (opened.mode !== 'demo')
          throw new Advice('只有账本 demo 是演示账本。', 'Only the ledger "demo" is a demo: leave --ledger out.');
        if (!made)
          throw new Advice(
            `演示账本已经存在；请用 MINGZHANG_DATA 指定另一个数据文件夹。`,
            `There is a demo ledger already; name another data folder in MINGZHANG_DATA.`,
          );
        say({ ...options, events: made.events }, () => `演示账本 the demo ledger: ${made.events} 个事件 events`);
        return Promise.resolve();
      }),
    );
}
