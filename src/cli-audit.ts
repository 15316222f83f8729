/** `mingzhang receipts | sample | workpaper`: where numbers went, what is drawn to be looked at, and the paper about it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blockMap, type Run, RUN_KINDS } from '../projections/audit/blocks.js';
import { type AuditRows, NEVER_A_FINDING, type Values } from '../projections/audit/kinds.js';
import { AUDIT_TESTS, auditTest, runPack } from '../projections/audit/pack.js';
import {
  draw,
  isSeed,
  METHODS,
  MOST_SEED,
  type Plan,
  type Population,
  population,
  POPULATIONS,
  project,
  type Projection,
  type Sample,
  sizeFor,
} from '../projections/audit/sample.js';
import { workpaper } from '../projections/audit/workpaper.js';
import { blockUses } from '../projections/block-uses.js';
import { type Block, blocks } from '../projections/blocks.js';
import { addDays, isDay } from '../projections/kernel/instant.js';
import { yuan } from '../projections/kernel/money.js';
import { receipts } from '../projections/receipts.js';
import { mapOf } from './areas/money/audit.controller.js';
import { lookingHere } from './cli-access.js';
import type { Run as RunCommand, Work } from './cli.js';
import { PROJECT_ROOT } from './config.js';
import { tablesFilled } from './installation.js';
import { todayOf } from './ledger/open.js';
import { auditRows, digestOf } from './ledger/auditing.js';
import { Advice } from './postgres/advice.js';
import { nameOf, table } from './text.js';
import { MOST_ROWS, writeCsvs, writeWorkbook } from './workbook.js';

const money = (fen: number) => yuan(BigInt(fen));
/** As of what: the index that was asked for, or the last there is. */
async function momentOf({ app, installation: { opened } }: Work, asOf: string | undefined): Promise<number> {
  await tablesFilled(app.reader, opened);
  return asOf === undefined ? (await opened.store.head()).next - 1 : app.reader.index(asOf);
}

const kindOf = (what: Run['what']) => `${RUN_KINDS[what].zh} ${RUN_KINDS[what].en}`;
async function showBlock(block: Block, asOf: number, { app, say }: Work): Promise<void> {
  const map = await mapOf(app.reader, block.block, { asOf });
  say(map, () =>
    [
      `${block.block} – ${block.last}  ${block.form}  ${block.status}  ${block.org ?? '未领用 not issued'} ${block.issuedOn ?? ''}`,
      table(
        ['去向 what', '首号 first', '末号 last', '个数 count', '自 since'],
        map.runs.map(({ what, first, last, count, since }) => [kindOf(what), first, last, String(count), since ?? '']),
      ),
    ].join('\n'),
  );
}
async function showReceipt(id: string, asOf: number, work: Work): Promise<boolean> {
  const { app, installation, say } = work;
  const row = await app.reader.get(receipts, id, { asOf });
  if (!row) return false;
  const { shows } = lookingHere(work, 'money.read');
  const history = (await installation.opened.store.readRefs('receipt', id, asOf)).filter(shows);
  const { rows } = await app.reader.find(
    blocks,
    { code: row.code, first: { lte: row.number } },
    { asOf, limit: 1, order: ['-first'] },
  );
  say({ asOf, receipt: row, block: rows[0]?.block ?? null, history }, () =>
    [
      `${row.receipt}  ${row.status}  ${money(Number(row.amountFen))} 元  ${row.org ?? ''}  ${row.on}  ${row.uses > 1 ? `✗ 用过 ${row.uses} 次 used ${row.uses} times` : ''}`,
      `号段 block: ${rows[0]?.block ?? '✗ 无 none'}  开票 handler: ${row.handler ?? ''}  复核 checker: ${row.checker ?? ''}  到账 payment: ${row.payment ?? ''}`,
      table(
        ['序号 index', '发生 when', '事件 event', '来源 source', '标记 marks'],
        history.map(({ index, occurredAt, type, source, irregularities }) => [
          String(index),
          occurredAt.slice(0, 19),
          nameOf(type),
          source?.system ?? '',
          irregularities.map(({ code }) => code).join(' '),
        ]),
      ),
    ].join('\n'),
  );
  return true;
}
async function showBlocks(asOf: number, { app, say }: Work): Promise<void> {
  const all = await app.reader.find(blocks, {}, { asOf, limit: 1000 });
  const rows = all.rows.filter(({ withdrawn }) => withdrawn === null);
  const uses = await app.reader.find(blockUses, {}, { asOf, limit: 1000 });
  const used = new Map(uses.rows.map((row) => [row.block, row]));
  const told = rows.map((block) => {
    const runs = blockMap(block, used.get(block.block), []);
    const count = (what: Run['what']) => runs.reduce((sum, run) => sum + (run.what === what ? run.count : 0), 0);
    return { ...block, used: count('used'), gap: count('gap'), back: count('back'), onHand: count('on-hand') };
  });
  say({ asOf, blocks: told }, () =>
    told.length === 0
      ? '没有登记票据号段。No block of receipts is registered.'
      : table(
          ['号段 block', '末号 last', '单位 unit', '状态 status', '已用 used', '断号 gap', '退回 back', '在库 on hand'],
          told.map((b) => [b.block, b.last, b.org ?? '', b.status, ...[b.used, b.gap, b.back, b.onHand].map(String)]),
        ),
  );
}
async function showReceipts(id: string | undefined, { asOf }: { asOf?: string }, work: Work): Promise<void> {
  const index = await momentOf(work, asOf);
  if (id === undefined) return showBlocks(index, work);
  const block = await work.app.reader.get(blocks, id, { asOf: index });
  // The first number of a block has the block's name: its map, and what became of that number.
  if (block) await showBlock(block, index, work);
  if (!(await showReceipt(id, index, work)) && !block)
    throw new Advice(
      `没有票据或号段 ${id}（截至所问时刻）。`,
      `There is no receipt and no block ${id} at that moment.`,
    );
}

type Sought = { from?: string; to?: string; asOf?: string };
type Drawing = Sought & {
  of: Population;
  seed: number;
  size?: number;
  tolerable?: number;
  method: Plan['method'];
  confidence: number;
  audited?: string;
};
/** The last month that is over, unless told. */
function periodOf({ from, to }: Sought, now: string): { from: string; to: string } {
  const end = addDays(`${now.slice(0, 7)}-01`, -1);
  const period = { from: from ?? `${(to ?? end).slice(0, 7)}-01`, to: to ?? end };
  if (period.to < period.from) throw new Advice('--to 不得早于 --from。', '--to is not before --from.');
  return period;
}
async function rowsFor(sought: Sought, work: Work): Promise<{ rows: AuditRows; asOf: number }> {
  const { opened } = work.installation;
  const asOf = await momentOf(work, sought.asOf);
  const period = periodOf(sought, todayOf(opened));
  return { rows: await auditRows(work.app.reader, opened.region, period, asOf), asOf };
}
const DEFAULT_SIZE = 60;
function sampleOf(rows: AuditRows, { of, seed, size, tolerable, method, confidence }: Drawing): Sample {
  const items = population(rows, of);
  const book = items.reduce((sum, { fen }) => sum + Math.max(0, fen), 0);
  const asked =
    size ?? (tolerable === undefined ? DEFAULT_SIZE : Math.max(1, sizeFor(book, tolerable, confidence / 100)));
  return draw(items, { seed, size: asked, method });
}
/** `name,audited`: what each amount should be, in yuan. */
function auditedIn(file: string): ReadonlyMap<string, number> {
  const lines = parse(readFileSync(file), {
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
  }) as string[][];
  return new Map(
    lines.slice(1).map(([name = '', amount = ''], n) => {
      const parts = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(amount.trim());
      if (!parts)
        throw new Advice(
          `${file} 第 ${n + 2} 行：“${amount}” 不是金额（元，至多两位小数）。`,
          `${file}, line ${n + 2}: "${amount}" is no amount in yuan with at most two decimals.`,
        );
      const fen = Number(parts[2]) * 100 + Number((parts[3] ?? '').padEnd(2, '0'));
      return [name.trim(), parts[1] === '-' ? -fen : fen] as const;
    }),
  );
}
function projectionLines({
  open,
  knownFen,
  projectedOverFen,
  projectedUnderFen,
  errorFen,
  upperFen,
  confidence,
}: Projection) {
  if (open.length > 0)
    return [`尚有 ${open.length} 项未核实，不作推断 ${open.length} are not looked at yet: nothing is projected`];
  return [
    `已知差错 known error: ${money(knownFen)}  推断高估 projected over: ${money(projectedOverFen)}  推断低估 under: ${money(projectedUnderFen)}`,
    `推断差错合计 projected error: ${money(errorFen)}  高估上限 upper bound (${Math.round(confidence * 100)} %): ${money(upperFen)}`,
  ];
}
async function showSample(drawing: Drawing, work: Work): Promise<void> {
  const { rows, asOf } = await rowsFor(drawing, work);
  const sample = sampleOf(rows, drawing);
  const audited = drawing.audited === undefined ? null : auditedIn(drawing.audited);
  const projection = audited && project(sample, audited, drawing.confidence / 100);
  const digest = digestOf(rows);
  const { from, to } = rows;
  work.say({ asOf, from, to, of: drawing.of, digest, ...sample, projection }, () =>
    [
      `${POPULATIONS[drawing.of].zh} ${from} – ${to} · 种子 seed ${sample.seed} · ${METHODS[sample.method].zh} · 间隔 interval ${money(sample.intervalFen)} · ${digest}`,
      `账面 book: ${sample.items} 项 items, ${money(sample.bookFen)} · 抽中 drawn ${sample.drawn.length} · 零或负 nothing or less: ${sample.leftOut.length} · 截至序号 as of ${asOf}`,
      table(
        ['名称 name', '日期 day', '单位 unit', '账面 book', '核实 audited', '必抽 certain'],
        sample.drawn.map(({ item, certain }) => [
          item.id,
          item.on,
          item.org ?? '',
          money(item.fen),
          audited?.has(item.id) ? money(audited.get(item.id)!) : '',
          certain ? '是 yes' : '',
        ]),
      ),
      ...(projection
        ? projectionLines(projection)
        : ['--audited FILE.csv（name,audited）→ 推断差错 the projected error']),
      `${NEVER_A_FINDING.zh}${NEVER_A_FINDING.en}`,
    ].join('\n'),
  );
}

type Paper = Drawing & { out: string; tests?: string; set: Record<string, Values> };
async function writePaper(paper: Paper, work: Work): Promise<void> {
  const { opened } = work.installation;
  const only = paper.tests?.split(',');
  const unknown = only?.find((id) => !auditTest(id));
  if (unknown !== undefined) {
    const known = AUDIT_TESTS.map(({ id }) => id).join(', ');
    throw new Advice(`没有测试 ${unknown}；有：${known}`, `There is no test ${unknown}; there are ${known}.`);
  }
  const { rows, asOf } = await rowsFor(paper, work);
  const sample = sampleOf(rows, paper);
  const [last] = asOf < 0 ? [] : await opened.store.readAll(asOf, 1);
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
  const set = Object.entries(paper.set).flatMap(([id, values]) =>
    Object.entries(values).map(([name, value]) => `--set ${id}.${name}=${value}`),
  );
  const parts = [
    `mingzhang --ledger ${opened.name} workpaper -o ${paper.out} --from ${rows.from} --to ${rows.to} --as-of ${asOf}`,
    `--of ${paper.of} --seed ${sample.seed} --size ${sample.size} --method ${sample.method} --confidence ${paper.confidence}`,
    ...(only ? [`--tests ${only.join(',')}`] : []),
    ...set,
  ];
  const sheets = workpaper(rows, runPack(rows, paper.set, only), sample, {
    ledger: opened.name,
    region: opened.region,
    asOf,
    ledgerTime: last?.recordedAt ?? null,
    version,
    digest: digestOf(rows),
    overrides: paper.set,
    population: paper.of,
    confidence: paper.confidence / 100,
    command: parts.join(' '),
  });
  const csv = /\.csv$/i.test(paper.out);
  const long = sheets.find((sheet) => sheet.rows.length > MOST_ROWS);
  if (long && !csv)
    throw new Advice(
      `工作表“${long.name}”有 ${long.rows.length} 行，超过表格的上限 ${MOST_ROWS}；请缩短期间，或用 -o FILE.csv。`,
      `The sheet "${long.name}" has ${long.rows.length} rows, more than a workbook's ${MOST_ROWS}: a shorter period, or -o FILE.csv.`,
    );
  const files = csv ? await writeCsvs(paper.out, sheets) : [paper.out];
  if (!csv) await writeWorkbook(paper.out, sheets);
  work.say({ files, asOf, sheets: sheets.map(({ name, rows: of }) => ({ name, rows: of.length })) }, () =>
    [`已写入 written: ${files.join(' , ')}`, `${NEVER_A_FINDING.zh}${NEVER_A_FINDING.en}`].join('\n'),
  );
}

const aDay = (value: string): string => {
  if (!isDay(value)) throw new InvalidArgumentError('应为日期 YYYY-MM-DD · is a day, YYYY-MM-DD');
  return value;
};
const aNumber = (zh: string, en: string, holds: (n: number) => boolean) => (value: string) => {
  const n = Number(value);
  if (value.trim() === '' || !holds(n)) throw new InvalidArgumentError(`${zh} · ${en}`);
  return n;
};
const whole = (least: number, most: number) =>
  aNumber(
    `应为 ${least} 至 ${most} 的整数`,
    `is a whole number from ${least} to ${most}`,
    (n) => Number.isInteger(n) && n >= least && n <= most,
  );
const someYuan = (value: string) =>
  Math.round(aNumber('应为金额（元）', 'is an amount in yuan', (n) => n > 0 && n < 9e13)(value) * 100);
/** `split-fees.limitFen=50000`, more than once. */
function aSetting(value: string, before: Record<string, Values> = {}): Record<string, Values> {
  const [, id = '', name = '', number = ''] = /^([\w-]+)\.(\w+)=(-?\d+(?:\.\d+)?)$/.exec(value) ?? [];
  const known = auditTest(id)?.parameters ?? {};
  if (!Object.hasOwn(known, name))
    throw new InvalidArgumentError('应为 测试.参数=数值 · is test.parameter=number, as in docs/audit-tests.md');
  return { ...before, [id]: { ...before[id], [name]: Number(number) } };
}
const drawing = (command: Command): Command =>
  command
    .option('--from <day>', '首日 the first day; the last whole month unless told', aDay)
    .option('--to <day>', '末日 the last day', aDay)
    .option('--as-of <moment>', '当时所知 as known: an index, an instant or a day')
    .addOption(
      new Option('--of <what>', '总体 what is drawn from').choices(Object.keys(POPULATIONS)).default('receipts'),
    )
    .option(
      '--seed <n>',
      '种子 the seed',
      aNumber(`应为 1 至 ${MOST_SEED} 的整数`, `is from 1 to ${MOST_SEED}`, isSeed),
      1,
    )
    .option('--size <n>', `样本量 how many; ${DEFAULT_SIZE} unless told`, whole(1, 10_000))
    .option(
      '--tolerable <yuan>',
      '可容忍差错（元），据以定样本量 the error that is tolerable: it says how many',
      someYuan,
    )
    .addOption(new Option('--method <how>', '抽取方法 how').choices(Object.keys(METHODS)).default('interval'))
    .option('--confidence <percent>', '置信度 the confidence', whole(50, 99), 95);

export function auditCommands(program: Command, run: RunCommand): void {
  program
    .command('receipts [id]')
    .description(
      '票据去向：号段图，或一张票据的经过 where numbers went: blocks, the map of one, or the history of a receipt',
    )
    .option('--as-of <moment>', '当时所知 as known')
    .action((id: string | undefined, options: { asOf?: string }) =>
      run({ action: 'money.read' }, (work) => showReceipts(id, options, work)),
    );
  drawing(program.command('sample'))
    .description('货币单元抽样；核实后推断差错 a sample by monetary units, and the error that it projects')
    .option('--audited <file>', '核实金额 CSV：name,audited（元）what the amounts should be')
    .action((options: Drawing) => run({ action: 'audit.read' }, (work) => showSample(options, work)));
  drawing(program.command('workpaper'))
    .description('审计工作底稿（XLSX 或 CSV）a workpaper of all tests and a sample, with what makes the same again')
    .requiredOption('-o, --out <file>', '文件 FILE.xlsx，或 FILE.csv（每表一个）a file, or one for each sheet')
    .option('--tests <ids>', '只做这些测试，逗号分隔 only these tests, with commas')
    .option('--set <test.parameter=number>', '参数 a parameter', aSetting, {})
    .action((options: Paper) => run({ action: 'audit.read' }, (work) => writePaper(options, work)));
}
