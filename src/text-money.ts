/** Reconciliation and breaks as people read them in a terminal, and as spreadsheets do: amounts in yuan, Chinese first. */
import { BREAK_STATUSES } from '../projections/breaks.js';
import { yuan } from '../projections/kernel/money.js';
import { STEPS, type Step } from '../projections/reconcile/relations.js';
import { RESIDUES, type ResidueKind } from '../projections/reconcile/tie-out.js';
import type { Break, BreakStory, FigureTold, Ran, Residues, TakenStatement, TiedOut } from './cli-money.js';
import { nameOf, table } from './text.js';

/** `12.50`; `-` before what is less than nothing. */
export const yuanOf = (fen: string | null): string => (fen === null ? '' : yuan(BigInt(fen)));
const SEVERITY = { info: '提示 info', blue: '蓝 blue', yellow: '黄 yellow', red: '红 red' } as const;

/** What matching went by. */
const packed = ({ id, windowDays, toleranceFen = 0, mostMembers, mostSteps }: Ran['pack']): string =>
  `参数 pack ${id}：相隔 window ${windowDays}，允差 tolerance ${yuanOf(String(toleranceFen))}，` +
  `每笔票据 members ${mostMembers}，步数 steps ${mostSteps}`;
export const ran = ({ on, asOf, made, unmade, opened, revised, cleared, periods, suggested, recorded }: Ran): string =>
  recorded === 0
    ? `对账至 reconciled to ${on}（序号 index ${asOf}）：与账本所记一致，无新记录 the log tells it already, nothing was added`
    : `对账至 reconciled to ${on}（序号 index ${asOf}）：匹配 matched ${made}，解除 unmade ${unmade}，新差异 opened ${opened}，` +
      `变更 revised ${revised}，消除 cleared ${cleared}，月份 months ${periods}，建议 suggested ${suggested}`;

const IDENTITIES: Readonly<Record<Step, readonly [string, string]>> = {
  'assessed-receipted': ['核定净额 owed', '已开票 receipted'],
  'receipted-paid': ['已开票 receipted', '已到账 paid'],
  'paid-deposited': ['到账减退付 paid less refunds', '已缴存 deposited'],
  'deposited-credited': ['已缴存 deposited', '已入库 credited'],
};
const kinds = (byKind: Readonly<Record<string, string>>) =>
  Object.entries(byKind)
    .map(([kind, fen]) => `${RESIDUES[kind as ResidueKind].zh} ${yuanOf(fen)}`)
    .join('；');

/** The identities of a cell: left less right is what is left over, kind by kind. */
const identityRows = (cell: string, steps: TiedOut['total']['steps']) =>
  steps.map(({ step, leftFen, rightFen, differenceFen, residueFen, residues: count, byKind }) => {
    const [left, right] = IDENTITIES[step];
    return [
      cell,
      `${STEPS[step].zh} ${STEPS[step].en}`,
      `${left} ${yuanOf(leftFen)}`,
      `${right} ${yuanOf(rightFen)}`,
      yuanOf(differenceFen),
      `${yuanOf(residueFen)} (${count})`,
      kinds(byKind),
    ];
  });
/** `everyCell`: the identities of each, too. */
export function tieOut({ cells, total, reconciled }: TiedOut, residues: Residues | null, everyCell = false): string {
  if (reconciled === null) return '尚未对账。Nothing has been reconciled yet: npx mingzhang reconcile --run';
  const lines = table(
    [
      '单位 unit',
      '收费项目 fee item',
      '月份 month',
      '核定 assessed',
      '减免 waived',
      '开票净额 receipted',
      '到账 paid',
      '缴存 deposited',
      '入库 credited',
      '平 ties',
    ],
    [...cells, { ...total, org: '合计 total', feeItem: '', month: '' }].map((cell) => {
      const right = (step: Step) => yuanOf(cell.steps.find((one) => one.step === step)?.rightFen ?? '0');
      return [
        cell.org ?? '—',
        cell.feeItem ?? '—',
        cell.month,
        yuanOf(cell.assessedFen),
        yuanOf(cell.waivedFen),
        yuanOf(cell.receiptedNetFen),
        right('receipted-paid'),
        right('paid-deposited'),
        right('deposited-credited'),
        cell.tiesOut ? '✓' : '✗',
      ];
    }),
  );
  const cellName = (cell: (typeof cells)[number]) => [cell.org ?? '—', cell.feeItem ?? '—', cell.month].join(' ');
  const rows = [
    ...(everyCell ? cells.flatMap((cell) => identityRows(cellName(cell), cell.steps)) : []),
    ...identityRows('合计 total', total.steps),
  ];
  const identities = table(
    ['单元 cell', '环节 step', '左 left', '右 right', '差额 difference', '残差合计 residues', '构成 which are'],
    rows,
  );
  const { on, asOf, pack } = reconciled;
  return [
    `对账日 as of ${on}，账本序号 index ${asOf}`,
    packed(pack),
    lines,
    identities,
    ...(residues === null ? [] : [residueTable(residues)]),
  ].join('\n');
}
const ids = (all: readonly string[]) =>
  all.length > 4 ? `${all.slice(0, 4).join(' ')} … (${all.length})` : all.join(' ');
const residueTable = ({ rows, totalFen, more }: Residues): string =>
  [
    table(
      ['环节 step', '种类 kind', '单位 unit', '收费项目 fee item', '月份 month', '左 left', '右 right', '金额 yuan'],
      rows.map(({ step, kind, org, feeItem, month, left, right, fen }) => [
        STEPS[step].zh,
        `${RESIDUES[kind as ResidueKind].zh} ${RESIDUES[kind as ResidueKind].en}`,
        org ?? '—',
        feeItem ?? '—',
        month,
        ids(left),
        ids(right),
        yuanOf(fen),
      ]),
    ),
    `残差 ${rows.length} 项，合计 ${yuanOf(totalFen)} 元 · ${rows.length} residues${more ? '，未列全 more follow: --json' : ''}`,
  ].join('\n');

export function breaks(rows: readonly Break[], counts: readonly Record<string, unknown>[]): string {
  if (rows.length === 0) return '没有这样的差异。There is no such break.';
  const total = counts.reduce((sum, { count }) => sum + Number(count), 0);
  return [
    table(
      [
        '代码 code',
        '差异 break',
        '级别 severity',
        '起算日 since',
        '天数 days',
        '单位 unit',
        '收费项目 fee item',
        '对象 subject',
        '金额 yuan',
        '状态 status',
        '编号 id',
      ],
      rows.map((row) => [
        row.code,
        `${row.title.zh} ${row.title.en}`,
        SEVERITY[row.severity],
        row.since,
        row.ageDays,
        row.org ?? '—',
        row.feeItem ?? '—',
        row.subject,
        yuanOf(row.fen),
        `${BREAK_STATUSES[row.status].zh}${row.overdue ? '（逾期 overdue）' : ''}`,
        row.break,
      ]),
    ),
    `共 ${total} 项，显示 ${rows.length} 项 · ${total} in all, ${rows.length} shown`,
  ].join('\n');
}

const marks = ({ index, occurredAt, type, source, irregularities }: BreakStory['history'][number]) => [
  String(index),
  occurredAt.slice(0, 19),
  nameOf(type),
  source?.system ?? '',
  irregularities.map(({ code }) => code).join(' '),
];
export const breakStory = (of: BreakStory): string =>
  [
    `${of.code} ${of.title.zh} ${of.title.en}  ${SEVERITY[of.severity]}  ${yuanOf(of.fen)} 元  ${of.since}（${of.ageDays} 天 days）  ${BREAK_STATUSES[of.status].zh} ${BREAK_STATUSES[of.status].en}`,
    `${of.says.zh} ${of.says.en}`,
    `对象 subject: ${of.subject}  单位 unit: ${of.org ?? '—'}  收费项目 fee item: ${of.feeItem ?? '—'}  办件 matter: ${of.matterId ?? '—'}`,
    `一侧 ${of.between}: ${of.left.join(' ')}  ←→  ${of.right.join(' ')}`,
    `应于 ${of.explainBy} 前说明 to be explained by${of.overdue ? '（逾期 overdue）' : ''}  ${of.explanation ?? ''}`,
    table(['序号 index', '发生 when', '事件 event', '来源 source', '标记 marks'], of.history.map(marks)),
  ].join('\n');
export const figure = ({ figure: name, org, feeItem, month, fen, toldFen, rows, reconciled }: FigureTold): string =>
  [
    `${name}  ${org ?? '—'}  ${feeItem ?? '—'}  ${month}：${yuanOf(toldFen)} 元（对账 reconciled to ${reconciled.on}，序号 index ${reconciled.asOf}）`,
    table(
      ['表 table', '记录 row', '金额 yuan', '事件 events'],
      rows.map((row) => [row.table, row.id, yuanOf(row.fen), row.events.join(' ')]),
    ),
    fen === toldFen
      ? `合计 ${yuanOf(fen)} 元，与所记一致 the rows sum to it · mingzhang why <表 table> <记录 row>`
      : `✗ 合计 ${yuanOf(fen)} 元，与所记不符 the rows do not sum to it`,
  ].join('\n');

/** What is not there any more, by name, and what to do about it. */
const gone = (all: readonly TakenStatement[]): readonly string[] =>
  all.flatMap(({ statement, missing = 0, missingNames = [] }) =>
    missing === 0
      ? []
      : [
          `✗ ${statement}：先前报过的 ${missing} 行不再出现，账本仍按原样计入。请向来源核实；确已撤销的，由接入方报送删除（POST /v1/reports/money，source.deleted）。`,
          `  ${missing} rows that were told before are not in it any more, and still count. Ask the source; what it took back is reported as deleted.`,
          `  ${missingNames.join('  ')}${missing > missingNames.length ? ' …' : ''}`,
        ],
  );
const statementTable = (all: readonly TakenStatement[]): string =>
  table(
    [
      '账单 statement',
      '账户 account',
      '期间 days',
      '行 rows',
      '未收 rejected',
      '缺行 missing',
      '贷方 credits',
      '借方 debits',
      '差额 difference',
    ],
    all.map(({ statement, account, from, to, rows, rejected, missing = 0, creditsFen, debitsFen, differenceFen }) => [
      statement,
      account,
      `${from ?? '?'} – ${to ?? '?'}`,
      rows,
      rejected,
      missing,
      yuanOf(creditsFen),
      yuanOf(debitsFen),
      differenceFen === null
        ? '无从核对 nothing to compare'
        : differenceFen === '0'
          ? '相符 adds up'
          : `✗ ${yuanOf(differenceFen)}`,
    ]),
  );
export const statements = (all: readonly TakenStatement[]): string =>
  all.length === 0 ? '' : [statementTable(all), ...gone(all)].join('\n');
