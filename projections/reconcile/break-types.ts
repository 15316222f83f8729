/** The 21 kinds of break (差异), with when they count, when they become grave, and between which sources they stand. */
import type { Severity, Text } from '../kernel/rule.js';
import { compareText } from '../kernel/ordered.js';
import type { Step } from './relations.js';

/** Days are working days, counted from the day of what is missing its other side: initial values, which packs change. */
export interface BreakType {
  readonly name: string;
  readonly title: Text;
  /** Of the sources: assessed, receipted, paid, deposited, treasury, stock, ledger of the unit. */
  readonly between: string;
  readonly says: Text;
  /** It is no break before so many days are over. */
  readonly graceDays: number;
  readonly severity: Severity;
  /** After so many days, or when it is grave of itself, it is red. Null: it does not age. */
  readonly redAfterDays: number | null;
}
const type = (
  name: string,
  zh: string,
  en: string,
  between: string,
  says: Text,
  severity: Severity,
  graceDays = 0,
  redAfterDays: number | null = null,
): BreakType => ({ name, title: { zh, en }, between, says, severity, graceDays, redAfterDays });

export const BREAK_TYPES = {
  'BK-01': type(
    'ASSESSED_NOT_RECEIPTED',
    '已核未开票',
    'assessed, not receipted',
    'A/R',
    {
      zh: '核定后逾期未开票，而办件已越过缴费环节；已作决定的为红色',
      en: 'assessed and not receipted in time though the matter went on to what waits for the payment; red if decided',
    },
    'yellow',
    5,
  ),
  'BK-02': type(
    'RECEIPTED_NOT_ASSESSED',
    '无核定开票',
    'receipted, not assessed',
    'R/A',
    { zh: '票据所列办件与收费项目没有核定', en: 'a receipt for a matter and fee item that nobody assessed' },
    'yellow',
  ),
  'BK-03': type(
    'AMOUNT_MISMATCH_AR',
    '核开不符',
    'receipted another amount than assessed',
    'A/R',
    { zh: '开票合计与核定净额不符；多于核定的为红色', en: 'receipts do not sum to what is owed; red if they are more' },
    'yellow',
  ),
  'BK-04': type(
    'RECEIPTED_NOT_PAID',
    '已开票未到账',
    'receipted, not paid',
    'R/P',
    {
      zh: '票据已开而宽限期内未到账；逾红色期限为红色',
      en: 'a receipt without a payment after its days of grace; red when it is older still',
    },
    'yellow',
    2,
    5,
  ),
  'BK-05': type(
    'PAID_NOT_RECEIPTED',
    '已缴未开票',
    'paid, not receipted',
    'P/R',
    {
      zh: '到账后宽限期内未开票；逾红色期限为红色',
      en: 'a payment without a receipt after its days of grace; red when it is older still',
    },
    'yellow',
    2,
    5,
  ),
  'BK-06': type(
    'AMOUNT_MISMATCH_RP',
    '票款不符',
    'paid another amount than receipted',
    'R/P',
    { zh: '票据合计与到账合计不符', en: 'receipts and payments of the same key do not sum to the same' },
    'red',
  ),
  'BK-07': type(
    'UNIDENTIFIED_RECEIPT_OF_MONEY',
    '待查款',
    'money that nobody knows what for',
    'P',
    {
      zh: '到账没有缴款码，也未能匹配；逾红色期限为红色',
      en: 'a payment without a pay code that matches nothing; red when it is old',
    },
    'yellow',
    0,
    10,
  ),
  'BK-08': type(
    'WRONG_ACCOUNT',
    '入错账户',
    'into an account that is not approved',
    'P',
    { zh: '收款账户当日未经批准', en: 'the account it was paid into was not approved on that day' },
    'red',
  ),
  'BK-09': type(
    'NOT_DEPOSITED',
    '未及时缴存',
    'not deposited in time',
    'P/D',
    { zh: '到账后宽限期内未缴存', en: 'no deposit of what was received within its days of grace' },
    'red',
    1,
  ),
  'BK-10': type(
    'DEPOSIT_SHORT',
    '少缴',
    'deposited too little',
    'P/D',
    { zh: '当日到账减退付多于缴存', en: 'payments less refunds of a day are more than its deposits' },
    'red',
  ),
  'BK-11': type(
    'NOT_CREDITED',
    '未入库',
    'not credited',
    'D/T',
    { zh: '缴存后宽限期内未入库', en: 'a deposit that the treasury has not credited within its days of grace' },
    'yellow',
    2,
  ),
  'BK-12': type(
    'WRONG_LEVEL_OR_SUBJECT',
    '级次或科目错',
    'wrong level or subject',
    'D/T',
    {
      zh: '入库级次、科目或分成与收费项目目录不符',
      en: 'level, subject or share is not what the register of fee items says',
    },
    'yellow',
  ),
  'BK-13': type(
    'DUPLICATE_PAYMENT',
    '重复缴款',
    'paid twice',
    'P',
    {
      zh: '同一缴款码重复缴款，或同一人同日同额重复；应退付',
      en: 'the same pay code twice, or the same payer and amount within a day; to be given back',
    },
    'yellow',
  ),
  'BK-14': type(
    'REFUND_UNSUPPORTED',
    '退付无据',
    'refund without support',
    'refund',
    {
      zh: '退付缺少申请、核实或财政批准，超过所缴，或退至他人账户',
      en: 'not requested, verified or approved by finance; more than was paid; or to another account than the payer’s',
    },
    'red',
  ),
  'BK-15': type(
    'STOCK_BREAK',
    '票号断号',
    'numbers unaccounted for',
    'S/R',
    {
      zh: '已领用号段内的号码既未使用、作废、退回，也不在库；号段已核销的为红色',
      en: 'numbers of an issued block that were neither used nor returned nor are on hand; red if the block is closed',
    },
    'yellow',
  ),
  'BK-16': type(
    'NUMBER_REUSED',
    '重号',
    'number used twice',
    'R',
    { zh: '同一票号使用两次', en: 'the same number twice' },
    'red',
  ),
  'BK-17': type(
    'OUT_OF_BLOCK',
    '号段外',
    'outside any block of the unit',
    'R/S',
    { zh: '票号不在该单位当时领用的任何号段内', en: 'a number of no block that was issued to the unit by then' },
    'red',
  ),
  'BK-18': type(
    'VOID_AFTER_PAYMENT',
    '收款后作废',
    'voided after it was paid',
    'R/P',
    {
      zh: '已到账的票据作废或冲红，而未退付也未重开',
      en: 'void or taken back after it was paid, and neither given back nor receipted anew',
    },
    'red',
  ),
  'BK-19': type(
    'LEDGER_MISMATCH',
    '账票不符',
    'unit’s books differ from receipts',
    'L/R',
    { zh: '单位账月度合计与票据不符', en: 'the unit’s books of a month do not sum to its receipts' },
    'yellow',
  ),
  'BK-20': type(
    'DATE_INVERSION',
    '时间倒置',
    'the wrong way round in time',
    'any',
    {
      zh: '先开票后核定、先缴存后到账或先入库后缴存',
      en: 'receipted before assessed, deposited before paid, or credited before deposited',
    },
    'yellow',
  ),
  'BK-21': type(
    'DOUBLE_RECEIPTING',
    '重复开票',
    'receipted twice',
    'R/R',
    {
      zh: '零星收款已开票，汇缴时又按合计开票',
      en: 'small collections receipted, and their sum once more when it was paid in',
    },
    'yellow',
  ),
} as const satisfies Record<string, BreakType>;
export type BreakCode = keyof typeof BREAK_TYPES;
export const BREAK_CODES = Object.keys(BREAK_TYPES) as BreakCode[];

/** One break as it stands. Its name is made of its kind and of what it is about, and does not change with its amount. */
export interface Break {
  readonly code: BreakCode;
  readonly subject: string;
  readonly org: string | null;
  readonly feeItem: string | null;
  readonly matterId: string | null;
  /** The day that it counts from. */
  readonly since: string;
  /** What is at stake, never negative. */
  readonly fen: number;
  readonly severity: Severity;
  readonly ageDays: number;
  readonly step: Step | null;
  /** The rows that show it, on the one side and on the other. */
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly details: Readonly<Record<string, string | number | null>>;
}
/** A break as it is found, before it is known how old it is. */
export type Gap = Omit<Break, 'severity' | 'ageDays' | 'details' | 'matterId' | 'feeItem' | 'step'> &
  Partial<Pick<Break, 'details' | 'matterId' | 'feeItem' | 'step'>> & {
    /** Red whatever its age. */
    readonly grave?: boolean;
  };

/** Days by name, as a rule pack sets them (parameters.ts): `grace04`, `red04` of BK-04, and others that are of one kind alone. */
export type Ages = Readonly<Record<string, number>>;
export const graceOf = (code: BreakCode): string => `grace${code.slice(3)}`;
export const redOf = (code: BreakCode): string => `red${code.slice(3)}`;
/** A kind as the pack has it. */
export function typeBy(code: BreakCode, ages: Ages): BreakType {
  const type: BreakType = BREAK_TYPES[code];
  return {
    ...type,
    graceDays: ages[graceOf(code)] ?? type.graceDays,
    redAfterDays: ages[redOf(code)] ?? type.redAfterDays,
  };
}

/** `place` counts working days. Null: it is too young to count. */
export function aged(
  { grave = false, ...gap }: Gap,
  on: string,
  place: (day: string) => number,
  ages: Ages = {},
): Break | null {
  const { graceDays, severity, redAfterDays } = typeBy(gap.code, ages);
  const ageDays = Math.max(0, place(on) - place(gap.since));
  if (on < gap.since || (graceDays > 0 && ageDays <= graceDays)) return null;
  const red = grave || (redAfterDays !== null && ageDays > redAfterDays);
  const { details = {}, matterId = null, feeItem = null, step = null, ...rest } = gap;
  return { ...rest, matterId, feeItem, step, details, ageDays, severity: red ? 'red' : severity };
}
export const breakOrder = (a: Break, b: Break): number =>
  compareText(a.code, b.code) || compareText(a.since, b.since) || compareText(a.subject, b.subject);
