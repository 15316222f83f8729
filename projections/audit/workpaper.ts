/**
 * A workpaper (审计工作底稿) as sheets of cells: what was looked at with control totals, every test, the sample, and what
 * another auditor needs to make the same again. Totals are formulas, so that whoever changes a row sees them move.
 */
import type { Text } from '../kernel/rule.js';
import { type AuditRows, inPeriod, NEVER_A_FINDING, type Values } from './kinds.js';
import { type ControlTotals, controlTotals, type TestResult } from './pack.js';
import { METHODS, poissonFactor, POPULATIONS, type Population, type Sample } from './sample.js';

/** Money is in yuan: whole fen divided by a hundred, shown with two decimals. */
export type Cell =
  | string
  | number
  | null
  | Readonly<{ formula: string; result: number | string; money?: true }>
  | Readonly<{ yuan: number }>;
export interface Sheet {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}
export interface Made {
  readonly ledger: string;
  readonly region: string;
  /** The last index that the rows know of, and its ledger time. */
  readonly asOf: number;
  readonly ledgerTime: string | null;
  readonly version: string;
  readonly digest: string;
  readonly overrides: Readonly<Record<string, Values>>;
  readonly population: Population;
  readonly confidence: number;
  /** As it was typed, so that it can be typed again. */
  readonly command: string;
}

const both = ({ zh, en }: Text) => `${zh} ${en}`;
const yuan = (fen: number): Cell => ({ yuan: fen });
const formula = (text: string, result: number | string): Cell => ({ formula: text, result });
const money = (text: string, resultFen: number): Cell => ({ formula: text, result: resultFen / 100, money: true });
const YES = '是';
const quoted = (sheet: string) => `'${sheet.replaceAll("'", "''")}'`;

const NAMES = { receipts: '票据 receipts', fees: '核定 fees', payments: '到账 payments' } as const;
function populationSheets(rows: AuditRows): Sheet[] {
  const columns = [
    '名称 name',
    '日期 day',
    '单位 unit',
    '人员 person',
    '金额（元）amount',
    '状态 status',
    '事件 events',
  ];
  const sheet = (name: string, of: readonly (readonly Cell[])[]): Sheet => ({ name, columns, rows: of });
  return [
    sheet(
      NAMES.receipts,
      inPeriod(rows.receipts, rows).map((row) => [
        row.receipt,
        row.on,
        row.org,
        row.handler,
        yuan(Number(row.amountFen)),
        row.status,
        row.issued.join(' '),
      ]),
    ),
    sheet(
      NAMES.fees,
      inPeriod(rows.fees, rows).map((row) => [
        row.fee,
        row.on,
        row.org,
        row.assessedBy,
        yuan(Number(row.assessedFen)),
        row.status,
        row.events.join(' '),
      ]),
    ),
    sheet(
      NAMES.payments,
      inPeriod(rows.payments, rows).map((row) => [
        row.payment,
        row.on,
        row.org,
        null,
        yuan(Number(row.amountFen)),
        row.status,
        row.event,
      ]),
    ),
  ];
}

/** The name of a sheet has at most 31 characters. */
const sheetOf = ({ test }: TestResult) => test.id.slice(0, 31);
function testSheet(result: TestResult): Sheet {
  const { test, lines } = result;
  const names = Object.keys(test.columns);
  return {
    name: sheetOf(result),
    columns: [
      '对象 subject',
      '标记 flag',
      '日期 day',
      '单位 unit',
      '人员 person',
      '金额（元）amount',
      ...names.map((name) => both(test.columns[name]!)),
      '事件 events',
    ],
    rows: lines.map(({ subject, flagged, on, org, person, fen, details, events }) => [
      subject,
      flagged ? YES : '',
      on,
      org,
      person,
      fen === null ? null : yuan(fen),
      ...names.map((name) => details[name] ?? null),
      events.join(' '),
    ]),
  };
}

function summary(results: readonly TestResult[], control: ControlTotals): Sheet {
  const totals = (Object.keys(NAMES) as (keyof ControlTotals)[]).map((name, n): readonly Cell[] => {
    const sheet = quoted(NAMES[name]);
    const { rows, fen } = control[name];
    const last = Math.max(rows + 1, 2);
    const at = n + 2;
    return [
      both(POPULATIONS[name]).replace('有效票据', '票据'),
      formula(`COUNTA(${sheet}!A2:A${last})`, rows),
      rows,
      formula(`B${at}-C${at}`, 0),
      money(`SUM(${sheet}!E2:E${last})`, fen),
      yuan(fen),
      money(`ROUND(E${at}-F${at},2)`, 0),
    ];
  });
  const first = totals.length + 4;
  const tests = results.map((result): readonly Cell[] => {
    const { test, note, lines, flagged, flaggedFen } = result;
    const last = Math.max(lines.length + 1, 2);
    const sheet = quoted(sheetOf(result));
    return [
      `${test.id} ${both(test.title)}`,
      formula(`COUNTA(${sheet}!A2:A${last})`, lines.length),
      formula(`COUNTIF(${sheet}!B2:B${last},"${YES}")`, flagged),
      null,
      money(`SUMIF(${sheet}!B2:B${last},"${YES}",${sheet}!F2:F${last})`, flaggedFen),
      note ? both(note) : '',
      test.basis,
    ];
  });
  const all = results.reduce((sum, { flagged }) => sum + flagged, 0);
  const end = first + tests.length - 1;
  return {
    name: '汇总 summary',
    columns: [
      '总体 population',
      '行数 rows',
      '控制数 control',
      '差 difference',
      '金额 amount',
      '控制数 control',
      '差 difference',
    ],
    rows: [
      ...totals,
      [],
      ['测试 test', '行数 lines', '标记 flags', null, '标记金额 amount', '说明 note', '依据 basis'],
      ...tests,
      ['合计 total', null, formula(`SUM(C${first}:C${end})`, all), null, null, both(NEVER_A_FINDING), null],
    ],
  };
}

/** With room for what each amount should be; the error projects itself as it is filled in. */
function sampleSheet({ drawn, bookFen, size, intervalFen }: Sample, confidence: number): Sheet {
  const last = Math.max(drawn.length + 1, 2);
  const units = drawn.reduce((sum, { units: of }) => sum + of.length, 0);
  const factors = Array.from({ length: units + 1 }, (_, errors) => poissonFactor(confidence, errors));
  const interval = `${(bookFen / size / 100).toFixed(6)}`;
  const rows = drawn.map(({ item, units: of, certain }, n): readonly Cell[] => {
    const at = n + 2;
    const error = `IF(G${at}="",0,D${at}-G${at})`;
    return [
      item.id,
      item.on,
      item.org,
      yuan(item.fen),
      of.join(' '),
      certain ? YES : '',
      null,
      money(error, 0),
      formula(`IF(OR(G${at}="",D${at}=0),0,H${at}/D${at})`, 0),
      money(`IF(F${at}="${YES}",H${at},I${at}*${interval}*${of.length})`, 0),
      formula(`IF(F${at}="${YES}",0,MAX(0,I${at}))`, 0),
      item.events.join(' '),
      formula(`LARGE(K$2:K$${last},${n + 1})`, 0),
      Number(((factors[n + 1] ?? 0) - (factors[n] ?? 0)).toFixed(6)),
    ];
  });
  const open = `COUNTBLANK(G2:G${last})`;
  const known = `SUMIF(F2:F${last},"${YES}",H2:H${last})`;
  const bound = `MAX(0,${known})+${interval}*(${factors[0]!.toFixed(6)}+SUMPRODUCT(M2:M${last},N2:N${last}))`;
  const zero = Math.round((factors[0]! * bookFen) / size);
  const figures: readonly (readonly Cell[])[] = [
    [],
    ['账面合计 book', null, null, yuan(bookFen), '间隔 interval', null, null, yuan(intervalFen)],
    ['未核实 not looked at yet', null, null, formula(open, drawn.length)],
    ['已知差错 known error', null, null, money(known, 0)],
    ['推断差错 projected error', null, null, money(`SUM(J2:J${last})`, 0)],
    [`高估上限 upper bound, ${Math.round(confidence * 100)} %`, null, null, money(bound, zero)],
  ];
  return {
    name: '抽样 sample',
    columns: [
      '名称 name',
      '日期 day',
      '单位 unit',
      '账面 book',
      '抽中单元（分）units drawn',
      '必抽 certain',
      '核实 audited',
      '差错 error',
      '差错率 taint',
      '推断 projected',
      '高估率 over',
      '事件 events',
      '由大到小 ranked',
      '系数增量 factor',
    ],
    rows: [...rows, ...(drawn.length === 0 ? [[]] : []), ...figures],
  };
}

function reproduce(rows: AuditRows, sample: Sample, results: readonly TestResult[], made: Made): Sheet {
  const parameters = results.flatMap(({ test, values }) =>
    Object.entries(values).map(([name, value]): readonly Cell[] => [
      `${test.id}.${name}`,
      value,
      both(test.parameters[name]!.says),
    ]),
  );
  return {
    name: '说明 reproduce',
    columns: ['项目 what', '值 value', '说明 meaning'],
    rows: [
      ['审计工作底稿 workpaper', made.ledger, both(NEVER_A_FINDING)],
      ['期间 period', `${rows.from} – ${rows.to}`, '首尾两日均含在内 both days included'],
      ['截至序号 as-of index', made.asOf, '底稿只用到此序号为止的账本 nothing behind it in the log was looked at'],
      ['账本时间 ledger time', made.ledgerTime, null],
      ['行的摘要 digest of the rows', made.digest, '相同的行有相同的摘要 the same rows have the same'],
      ['程序版本 version', made.version, null],
      ['地区 region', made.region, '工作日以此为准 whose working days count'],
      ['总体 population', both(POPULATIONS[made.population]), '抽样的对象 what is sampled'],
      [
        '种子 seed',
        sample.seed,
        'x → 48271·x mod 2147483647；弃去前十个，两步合成一数 the first ten thrown away, two steps a number',
      ],
      ['样本量 size', sample.size, '抽中的货币单元数 monetary units drawn'],
      ['方法 method', both(METHODS[sample.method]), '按日期、名称排序后累计 in order of day and name'],
      ['置信度 confidence', made.confidence, 'Stringer 上限，泊松系数 Stringer bound, Poisson factors'],
      ['命令 command', made.command, '再次运行即得相同底稿 makes the same again'],
      [],
      ['参数 parameter', '值 value', '含义 meaning'],
      ...parameters,
    ],
  };
}

export function workpaper(
  rows: AuditRows,
  results: readonly TestResult[],
  sample: Sample,
  made: Made,
): readonly Sheet[] {
  return [
    reproduce(rows, sample, results, made),
    summary(results, controlTotals(rows)),
    ...results.map(testSheet),
    sampleSheet(sample, made.confidence),
    ...populationSheets(rows),
  ];
}
