/** `mingzhang import camt | table | einvoice`, `mingzhang reconcile`, `mingzhang breaks`: money at the terminal. */
import { type Command, Option } from 'commander';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { writeFile } from 'node:fs/promises';
import { breaks, BREAK_STATUSES } from '../projections/breaks.js';
import type { StatementLoaded, TiedCell } from '../projections/events/reconciliation.js';
import { derivedOf, totalOf } from '../projections/reconcile/page.js';
import { BREAK_CODES } from '../projections/reconcile/break-types.js';
import type { Recorded } from '../projections/kernel/message.js';
import { type Figure, FIGURES } from '../projections/reconcile/figures.js';
import { residuePages } from '../projections/reconciliation.js';
import { deciders, reportables } from './areas/index.js';
import { agedBreaks } from './areas/money/breaks.controller.js';
import { figureBehind, tieOutPage, whereIn } from './areas/money/reconciliation.controller.js';
import { lookingHere } from './cli-access.js';
import { type FileOptions, importing } from './cli-intake.js';
import type { Run, Work } from './cli.js';
import { VALIDATION } from './http/edge.js';
import { tablesFilled } from './installation.js';
import { todayOf } from './ledger/open.js';
import { camt } from './intake/bank-camt.js';
import { digestOf } from './intake/bytes.js';
import { einvoice } from './intake/einvoice.js';
import type { Foreign } from './intake/import.js';
import type { LedgerSink } from './intake/ledger-sink.js';
import type { Check, MoneyReport } from './intake/money.js';
import { withMissing } from './intake/missing.js';
import { safeCsv } from './intake/safe-csv.js';
import { readTable, table } from './intake/tables.js';
import type { Reader } from './read/reader.js';
import { policyContext } from './ledger/policies.js';
import { type Ran, Reconciler } from './ledger/reconciling.js';
import { Advice } from './postgres/advice.js';
import * as lines from './text-money.js';
import * as text from './text.js';

export type { Ran };
export type TiedOut = Awaited<ReturnType<typeof tieOutPage>>;
export type Break = Awaited<ReturnType<typeof agedBreaks>>[number];
export type TakenStatement = Omit<StatementLoaded, 'missing' | 'missingNames'> & Partial<StatementLoaded>;
export type Residues = Awaited<ReturnType<typeof residuesOf>> & { readonly more: boolean };

const bodies = Object.assign({}, ...reportables['money']!.map((one) => one.bodies)) as Record<string, new () => object>;
/** What is wrong with the form of a command about money. */
export const formOf: Check = ({ type, data }) => {
  const [error] = validateSync(plainToInstance(bodies[type]!, data), VALIDATION);
  if (!error) return null;
  const [detail = ''] = Object.values(error.constraints ?? {});
  return { field: error.property, code: 'not-accepted', detail };
};

/** By the form of each command, and the stream that it goes to; of a statement what is not in it any more. */
export function moneySink(
  taken: StatementLoaded[],
  system: string,
  reader: Reader,
): Pick<LedgerSink, 'decider' | 'check' | 'complete'> {
  return {
    decider: (report) => deciders.find(({ category }) => category === (report as MoneyReport).category)!,
    complete: (report) => withMissing(report as MoneyReport, system, reader),
    check: ({ type, data }) => {
      if (type === 'LoadStatement') taken.push(data as StatementLoaded);
      return formOf({ type, data });
    },
  };
}

type TakeOptions = FileOptions & { reconcile: boolean };
/** After a file that has changed something the ledger is reconciled, so that what people read next is of now. */
async function take(foreign: Foreign, file: string, options: TakeOptions, work: Work): Promise<number> {
  const taken: StatementLoaded[] = [];
  await tablesFilled(work.app.reader, work.installation.opened); // what is missing is found among them
  const summary = await importing(foreign, file, options, work, moneySink(taken, foreign.system, work.app.reader));
  const changed = summary.events.recorded + summary.events.changed > 0;
  const ran = changed && options.reconcile && !summary.dryRun ? await reconciled(work) : null;
  work.say({ ...summary, statements: taken, reconciled: ran }, () =>
    [text.summary(summary), lines.statements(taken), ...(ran ? [lines.ran(ran)] : [])]
      .filter((part) => part !== '')
      .join('\n'),
  );
  return summary.stopped ? 1 : 0;
}
async function reconciled({ app, installation: { opened } }: Work, on = todayOf(opened)): Promise<Ran> {
  await tablesFilled(app.reader, opened);
  const context = policyContext({ region: opened.region, millis: () => opened.millis() });
  return app.nest.get(Reconciler).run(on, context);
}
/** A file is known by what is in it, whatever it is called. */
const nameOf = async (file: string) => (await digestOf(file)).slice('sha256:'.length, 'sha256:'.length + 16);

interface Sought {
  readonly from?: string;
  readonly to?: string;
  readonly org?: string;
  readonly item?: string;
  readonly asOf?: string;
  readonly run?: boolean;
  readonly residues?: boolean;
  readonly figure?: Figure;
  readonly identities?: boolean;
  readonly csv?: string;
}
async function residuesOf({ app }: Work, sought: Sought, at: { asOf?: number }) {
  const how = { ...at, limit: 100, order: ['month', 'org', 'part'] };
  const where = whereIn({ from: sought.from, to: sought.to, org: sought.org });
  const { rows } = await app.reader.all(residuePages, where, how);
  const feeItem = sought.item === 'none' ? null : sought.item;
  const found = rows.flatMap(({ org, month, residues }) =>
    residues.filter((one) => feeItem === undefined || one.feeItem === feeItem).map((one) => ({ org, month, ...one })),
  );
  const totalFen = found.reduce((sum, { fen }) => sum + BigInt(fen), 0n).toString();
  return { rows: found, totalFen };
}
const SHOWN = 200;

export type FigureTold = NonNullable<Awaited<ReturnType<typeof figureBehind>>>;
/** Why a figure is what it is: its rows, and the events behind each. */
async function showFigure(figure: Figure, sought: Sought, work: Work): Promise<number> {
  const { app, installation, say } = work;
  const { from, to = from, org, item, asOf } = sought;
  if (from === undefined || from !== to || org === undefined || item === undefined)
    throw new Advice(
      '--figure 说明一个单位、一个收费项目、一个月份的数字：请给出 --org、--item、--from（没有的写 none）。',
      '--figure opens a figure of one unit, fee item and month: give --org, --item and --from (none where there is none).',
    );
  const at = asOf === undefined ? {} : { asOf: await app.reader.index(asOf) };
  const { org: unit, feeItem, month } = whereIn({ from, to, org, feeItem: item });
  const cell = { org: unit as string | null, feeItem: feeItem as string | null, month: (month as { gte: string }).gte };
  const { region } = installation.opened;
  const told = await figureBehind(app.reader, app.nest.get(Reconciler), region, cell, figure, at);
  if (told === null)
    throw new Advice(
      '该单位、收费项目、月份没有对账结果（截至所问时刻）。先运行 mingzhang reconcile 查看有哪些。',
      'Nothing was reconciled for this unit, fee item and month at that moment. mingzhang reconcile lists what was.',
    );
  say(told, () => lines.figure(told));
  return told.fen === told.toldFen ? 0 : 1;
}

async function reconcile(sought: Sought, work: Work): Promise<number> {
  const { app, installation, say } = work;
  const { opened } = installation;
  if (sought.run && sought.asOf !== undefined)
    throw new Advice(
      '--run 记录的是现在，不能与 --as-of 同用。',
      '--run records what is so now: it does not go with --as-of.',
    );
  const ran = sought.run ? await reconciled(work) : null;
  await tablesFilled(app.reader, opened);
  if (sought.figure !== undefined) return showFigure(sought.figure, sought, work);
  const at = sought.asOf === undefined ? {} : { asOf: await app.reader.index(sought.asOf) };
  const asked = { from: sought.from, to: sought.to, org: sought.org, feeItem: sought.item };
  const page = await tieOutPage(app.reader, opened.region, asked, at);
  const residues = sought.residues || sought.csv ? await residuesOf(work, sought, at) : null;
  if (sought.csv !== undefined) await writeFile(sought.csv, tieOutCsv(page, residues), { mode: 0o600 });
  say({ ...page, ran, ...(residues && { residues }) }, () =>
    [
      ...(ran ? [lines.ran(ran)] : []),
      lines.tieOut(
        page,
        residues && { ...residues, rows: residues.rows.slice(0, SHOWN), more: residues.rows.length > SHOWN },
        sought.identities,
      ),
      ...(sought.csv === undefined ? [] : [`已写入 written: ${sought.csv}`]),
    ].join('\n'),
  );
  return page.total.tiesOut ? 0 : 1;
}
function tieOutCsv(
  { cells, total, reconciled: run }: TiedOut,
  residues: Awaited<ReturnType<typeof residuesOf>> | null,
): string {
  const steps = totalOf([]).steps.map(({ step }) => step);
  const sums = ['assessedFen', 'waivedFen', 'cancelledFen', 'issuedFen', 'voidFen', 'redFen', 'refundedFen'] as const;
  const sides = ['leftFen', 'rightFen', 'differenceFen', 'residueFen'] as const;
  const derived = Object.keys(derivedOf(total)) as (keyof ReturnType<typeof derivedOf>)[];
  const row = (name: readonly (string | null)[], cell: Omit<TiedCell, 'feeItem'>) => [
    ...name,
    ...sums.map((sum) => lines.yuanOf(cell[sum])),
    ...derived.map((name) => lines.yuanOf(derivedOf(cell)[name])),
    ...steps.flatMap((step) => {
      const found = cell.steps.find((one) => one.step === step);
      return sides.map((side) => lines.yuanOf(found?.[side] ?? '0'));
    }),
  ];
  return safeCsv([
    ['对账日 reconciled to', run?.on, '序号 index', run?.asOf],
    [
      'unit',
      'feeItem',
      'month',
      ...[...sums, ...derived].map((name) => name.replace('Fen', 'Yuan')),
      ...steps.flatMap((step) => sides.map((side) => `${step}.${side.replace('Fen', 'Yuan')}`)),
    ],
    ...cells.map((cell) => row([cell.org, cell.feeItem, cell.month], cell)),
    row(['合计 total', '', ''], total),
    [],
    ['step', 'kind', 'unit', 'feeItem', 'month', 'left', 'right', 'yuan'],
    ...(residues?.rows ?? []).map((one) => [
      one.step,
      one.kind,
      one.org,
      one.feeItem,
      one.month,
      one.left.join(' '),
      one.right.join(' '),
      lines.yuanOf(one.fen),
    ]),
    ['合计 total', '', '', '', '', '', '', lines.yuanOf(residues?.totalFen ?? '0')],
  ]);
}

type BreaksSought = {
  code?: string;
  status?: string;
  severity?: string;
  org?: string;
  asOf?: string;
  all?: boolean;
  limit: string;
  csv?: string;
};
export type BreakStory = Break & { readonly asOf: number | null; readonly history: readonly Recorded[] };
async function showBreak(id: string, sought: BreaksSought, work: Work): Promise<void> {
  const { app, installation, say } = work;
  const { opened } = installation;
  await tablesFilled(app.reader, opened);
  const at = sought.asOf === undefined ? {} : { asOf: await app.reader.index(sought.asOf) };
  const row = await app.reader.get(breaks, id, at);
  if (!row)
    throw new Advice(
      `没有差异 ${id}（截至所问时刻）；mingzhang breaks --json 列出编号。`,
      `There is no break ${id} at that moment; mingzhang breaks --json lists their ids.`,
    );
  const [aged] = await agedBreaks(app.reader, opened.region, [row], at);
  const { shows } = lookingHere(work, 'money.read');
  const all = await opened.store.readStream(`break-${id}`);
  const history = all.filter((event) => shows(event) && (at.asOf === undefined || event.index <= at.asOf));
  const told: BreakStory = { ...aged!, asOf: at.asOf ?? null, history };
  say(told, () => lines.breakStory(told));
}
async function listBreaks(sought: BreaksSought, { app, installation, say }: Work): Promise<void> {
  const { opened } = installation;
  await tablesFilled(app.reader, opened);
  const at = sought.asOf === undefined ? {} : { asOf: await app.reader.index(sought.asOf) };
  const { code, status, severity, org } = sought;
  const where = {
    ...(sought.all ? {} : { stands: true }),
    ...(code && { code }),
    ...(status && { status }),
    ...(severity && { severity }),
    ...(org && { org }),
  };
  const order = ['code', 'since'];
  const page = await app.reader.find(breaks, where, { ...at, limit: Number(sought.limit), order });
  const rows = await agedBreaks(app.reader, opened.region, page.rows, at);
  const counts = await app.reader.count(breaks, ['code', 'severity'], where, at);
  if (sought.csv !== undefined) {
    const all = await app.reader.all(breaks, where, { ...at, order });
    const aged = await agedBreaks(app.reader, opened.region, all.rows, at);
    await writeFile(sought.csv, breaksCsv(aged), { mode: 0o600 });
  }
  say({ rows, counts, more: page.next !== null }, () => lines.breaks(rows, counts));
}
const breaksCsv = (rows: readonly Break[]): string =>
  safeCsv([
    [
      'code',
      'name',
      '名称',
      'severity',
      'since',
      'ageDays',
      'unit',
      'feeItem',
      'matter',
      'subject',
      'yuan',
      'status',
      'explainBy',
      'explanation',
      'left',
      'right',
    ],
    ...rows.map((row) => [
      row.code,
      row.title.en,
      row.title.zh,
      row.severity,
      row.since,
      row.ageDays,
      row.org,
      row.feeItem,
      row.matterId,
      row.subject,
      lines.yuanOf(row.fen),
      row.status,
      row.explainBy,
      row.explanation,
      row.left.join(' '),
      row.right.join(' '),
    ]),
  ]);

function takingCommands(intake: Command, run: Run): void {
  const file = (command: Command) =>
    command
      .option('--dry-run', '只检查，不记录 check only, record nothing')
      .option('--rejects <file>', '未接收的行列在此 where rejected rows are listed')
      .option('--key-file <file>', '接入密钥所在文件，代替登录 the key of an adapter, in place of a session')
      .option('--no-reconcile', '收取后不对账 do not reconcile afterwards');
  const doing = ({ keyFile }: FileOptions) => ({ action: 'reports.money', ...(keyFile && { keyFile }) }) as const;
  file(intake.command('camt <file>').description('银行对账单 a bank statement: ISO 20022 camt.053'))
    .requiredOption('--source <system>', '来源系统 the source system')
    .action((path: string, options: TakeOptions & { source: string }) =>
      run(doing(options), (work) => take(camt(options.source, formOf), path, options, work)),
    );
  file(
    intake
      .command('table <file>')
      .description('CSV 或 XLSX：银行流水、缴存、入库、单位账 bank, deposits, treasury, a unit’s books'),
  )
    .requiredOption('--mapping <file>', '映射文件 the mapping, such as mappings/bank-statement.yaml')
    .action((path: string, options: TakeOptions & { mapping: string }) =>
      run(doing(options), async (work) =>
        take(table(await readTable(options.mapping), await nameOf(path), formOf), path, options, work),
      ),
    );
  file(intake.command('einvoice <file>').description('财政电子票据 fiscal e-receipts, one or many in a file'))
    .requiredOption('--source <system>', '来源系统 the source system')
    .action((path: string, options: TakeOptions & { source: string }) =>
      run(doing(options), async (work) =>
        take(einvoice(options.source, await nameOf(path), formOf), path, options, work),
      ),
    );
}

export function moneyCommands(program: Command, intake: Command, run: Run): void {
  takingCommands(intake, run);
  program
    .command('reconcile')
    .description('对账：单位 × 收费项目 × 月份，至分 what units, fee items and months come to, to the fen')
    .option('--run', '先对账并记录 reconcile first, and record what comes out')
    .option('--from <month>', '起始月份 YYYY-MM the first month')
    .option('--to <month>', '截止月份 the last month')
    .option('--org <unit>', '单位 the unit')
    .option('--item <code>', '收费项目 the fee item')
    .option('--identities', '逐格列出恒等式 the identities of every unit, fee item and month')
    .option('--residues', '逐项列出残差 every residue by name')
    .addOption(
      new Option(
        '--figure <name>',
        '一个数字由哪些记录、事件而来 the rows and events that a figure comes from',
      ).choices(FIGURES),
    )
    .option('--as-of <moment>', '当时所知 as known')
    .option('--csv <file>', '另存表格 also as a file for spreadsheets')
    .action((sought: Sought) =>
      run({ action: sought.run ? 'reconciliation.Run' : 'money.read' }, (work) => reconcile(sought, work)),
    );
  program
    .command('breaks [id]')
    .description('差异清单，或一项差异的经过 what reconciliation has left over, or the history of one of them')
    .option('--code <code>', `${BREAK_CODES[0]} … ${BREAK_CODES.at(-1)}`)
    .option('--status <status>', Object.keys(BREAK_STATUSES).slice(1).join(' | '))
    .option('--severity <severity>', 'yellow | red')
    .option('--org <unit>', '单位 the unit')
    .option('--all', '含已消除的 also those that have gone')
    .option('--as-of <moment>', '当时所知 as known')
    .option('--limit <n>', '至多几行 at most so many rows', '100')
    .option('--csv <file>', '另存全部 all of them as a file for spreadsheets')
    .action((id: string | undefined, sought: BreaksSought) =>
      run({ action: 'money.read' }, (work) =>
        id === undefined ? listBreaks(sought, work) : showBreak(id, sought, work),
      ),
    );
}
