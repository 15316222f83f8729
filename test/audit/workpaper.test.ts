/** The workpaper: read back by the library, and by the office program where there is one. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { parse } from 'csv-parse/sync';
import { runPack } from '../../projections/audit/pack.js';
import { draw, population, project } from '../../projections/audit/sample.js';
import { workpaper } from '../../projections/audit/workpaper.js';
import { writeCsvs, writeWorkbook } from '../../src/workbook.js';
import { block, fee, payment, receipt, rows } from './rows.js';

let folder: string;
let file: string;
const evil = '=HYPERLINK("http://x","y")';
const all = rows({
  receipts: Array.from({ length: 30 }, (_, n) =>
    receipt(String(1000 + n), {
      amountFen: String(1001 + 137 * n),
      ...(n < 3 && { checker: 'clerk' }),
      org: n === 0 ? evil : 'org-1',
    }),
  ),
  fees: [fee('1', { assessedFen: '1501' }), fee('2')],
  payments: [payment('1')],
  blocks: [block({ issuedOn: '2021-01-04' })],
});
const results = runPack(all);
const sample = draw(population(all, 'receipts'), { seed: 7, size: 10, method: 'interval' });
const sheets = workpaper(all, results, sample, {
  ledger: 'town',
  region: 'CN-GX',
  asOf: 41,
  ledgerTime: '2024-04-01T00:00:00.000+08:00',
  version: '0.1.0',
  digest: 'sha256:abc',
  overrides: {},
  population: 'receipts',
  confidence: 0.95,
  command: 'mingzhang workpaper',
});
const named = (name: string) => sheets.find((sheet) => sheet.name.startsWith(name))!;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-paper-'));
  file = join(folder, 'paper.xlsx');
  await writeWorkbook(file, sheets);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a workpaper', () => {
  test('has a sheet for what makes the same again, the summary, each test, the sample and the rows', async () => {
    const { sheets: read } = await readXlsx(new Uint8Array(await readFile(file)));
    expect(read.map(({ name }) => name)).toEqual([
      '说明 reproduce',
      '汇总 summary',
      ...results.map(({ test: { id } }) => id),
      '抽样 sample',
      '票据 receipts',
      '核定 fees',
      '到账 payments',
    ]);
    const told = new Map(read[0]!.rows.map(([name, value]) => [String(name).split(' ').at(-1), value]));
    expect([told.get('index'), told.get('rows'), told.get('seed'), told.get('size'), told.get('version')]).toEqual([
      41,
      'sha256:abc',
      7,
      10,
      '0.1.0',
    ]);
    expect(read[0]!.rows.flat()).toContain('split-fees.limitFen');
    expect(JSON.stringify(read[0]!.rows)).toContain('从来不是舞弊的结论');
  });
  test('has totals as formulas, with what they come to, and text that is no formula', async () => {
    const { sheets: read } = await readXlsx(new Uint8Array(await readFile(file)), { readStyles: true });
    const cell = (sheet: string, at: string) => read.find(({ name }) => name.startsWith(sheet))!.cells!.get(at)!;
    const sum = all.receipts.reduce((total, { amountFen }) => total + Number(amountFen), 0);
    expect(cell('汇总', '1,1')).toMatchObject({ formula: "COUNTA('票据 receipts'!A2:A31)", value: 30 });
    expect(cell('汇总', '1,4')).toMatchObject({ formula: "SUM('票据 receipts'!E2:E31)", value: sum / 100 });
    const at = 6 + results.findIndex(({ test: { id } }) => id === 'handler-is-checker');
    expect(cell('汇总', `${at},2`)).toMatchObject({ formula: `COUNTIF('handler-is-checker'!B2:B4,"是")`, value: 3 });
    const rowsRead = read.find(({ name }) => name.startsWith('票据'))!;
    expect([rowsRead.rows[1]![2], rowsRead.cells?.get('1,2')?.formula]).toEqual([evil, undefined]);
  });
  test('as CSV says the same, and nothing in it is taken for a formula', async () => {
    const files = await writeCsvs(join(folder, 'paper.csv'), sheets);
    const [head, first] = parse(await readFile(files.find((name) => name.endsWith('.receipts.csv'))!), {
      bom: true,
    }) as string[][];
    expect(head![0]).toBe('名称 name');
    expect(first!.slice(0, 5)).toEqual(['4501-1000', '2024-03-04', `'${evil}`, 'clerk', '10.01']);
    expect(files).toContain(join(folder, 'paper.summary.csv'));
  });
});

const office = spawnSync('soffice', ['--version']).status === 0;
if (!office) process.stderr.write('skipped: there is no soffice here to open the workpaper with\n');
(office ? describe : describe.skip)('the office program', () => {
  /** The sheet as the program counts it: what formulas come to is not in the file, and some amounts are looked at. */
  const opened = async (name: string, audited: ReadonlyMap<string, number>): Promise<string[][]> => {
    const uncounted = sheets.map((sheet) => ({
      ...sheet,
      rows: sheet.rows.map((row) =>
        row.map((cell, column) => {
          if (sheet.name.startsWith('抽样') && column === 6) return (audited.get(String(row[0])) ?? null) as number;
          return cell !== null && typeof cell === 'object' && 'formula' in cell ? { ...cell, result: -999 } : cell;
        }),
      ),
    }));
    const bare = join(folder, 'bare.xlsx');
    await writeWorkbook(bare, uncounted);
    const n = sheets.indexOf(named(name)) + 1;
    const filter = `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,${n}`;
    const from = ['--headless', `-env:UserInstallation=file://${folder}/profile`, '--convert-to', filter];
    execFileSync('soffice', [...from, '--outdir', folder, bare], { stdio: 'ignore' });
    const found = (await readdir(folder)).find((each) => /^bare-.*csv$/.test(each));
    const text = await readFile(join(folder, found!), 'utf8');
    await rm(join(folder, found!));
    expect(text).not.toMatch(/#REF|#NAME|#VALUE|Err:|-999/);
    return parse(text, { relax_column_count: true, skip_empty_lines: true }) as string[][];
  };
  /** It counts what it opens anew only where it is told to. */
  const ALWAYS = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>`;
  beforeAll(async () => {
    await mkdir(join(folder, 'profile', 'user'), { recursive: true });
    await writeFile(join(folder, 'profile', 'user', 'registrymodifications.xcu'), ALWAYS);
  });
  const yuan = (text: string) => Number(text.replaceAll(',', ''));
  test('counts the formulas itself, to what was printed', async () => {
    const summary = await opened('汇总', new Map());
    const sum = all.receipts.reduce((total, { amountFen }) => total + Number(amountFen), 0);
    expect(summary[1]!.slice(1, 4)).toEqual(['30', '30', '0']);
    expect(summary[1]!.slice(4, 7).map(yuan)).toEqual([sum / 100, sum / 100, 0]);
    const total = summary.find(([name]) => name === '合计 total')!;
    expect(Number(total[2])).toBe(results.reduce((flags, { flagged }) => flags + flagged, 0));
  }, 120_000);
  test('projects the error as amounts are looked at, to what the program here projects', async () => {
    const asBooked = new Map(sample.drawn.map(({ item }) => [item.id, item.fen]));
    const [one, two] = sample.drawn.filter(({ certain }) => !certain).map(({ item }) => item.id);
    const audited = new Map([...asBooked, [one!, 500], [two!, 1]]);
    const { errorFen, upperFen } = project(sample, audited, 0.95);
    const drawn = await opened('抽样', new Map([...audited].map(([id, fen]) => [id, fen / 100])));
    const figure = (name: string) => Number(yuan(drawn.find(([first]) => first!.startsWith(name))![3]!).toFixed(2));
    expect([figure('推断差错'), figure('高估上限'), figure('未核实')]).toEqual([errorFen / 100, upperFen / 100, 0]);
  }, 120_000);
});
