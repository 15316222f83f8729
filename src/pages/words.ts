/** Codes in words, and where a value leads to, by the members that they stand under. */
import { BREAK_STATUSES } from '../../projections/breaks.js';
import { kindOf, OUTCOME_CODES } from '../../projections/accountability/outcomes.js';
import { CAPACITIES, MACHINES } from '../../projections/accountability/table.js';
import { FINDING_STATUSES } from '../../projections/findings.js';
import { MATTER_STATUSES } from '../../projections/matters.js';
import { CODES } from './codes.js';
import { STEPS } from '../../projections/reconcile/relations.js';
import { ROLES } from '../kernel/permissions.js';

type Words = Readonly<Record<string, string>>;
const inBoth = (all: Readonly<Record<string, { zh: string; en: string }>>): Words =>
  Object.fromEntries(Object.entries(all).map(([code, { zh, en }]) => [code, `${zh} ${en}`]));
const STATES: Words = Object.assign({}, ...Object.values(MACHINES).map(({ states }) => inBoth(states)));
const ROLE_WORDS = inBoth(ROLES);
/** Codes, by the members that they stand under. A code of several kinds of thing is told by whichever knows it. */
export const WORDS: Readonly<Record<string, Words>> = {
  status: { ...STATES, ...inBoth(MATTER_STATUSES), ...inBoth(BREAK_STATUSES), ...inBoth(FINDING_STATUSES) },
  severity: { info: '提示 info', blue: '蓝 blue', yellow: '黄 yellow', red: '红 red' },
  result: {
    violation: '违规 violation',
    cleared: '排除 cleared',
    undetermined: '无法判断 undetermined',
    superseded: '已被取代 superseded',
  },
  roles: ROLE_WORDS,
  by: ROLE_WORDS,
  profile: {
    adm: '行政过错 T-ADM',
    organ: '任免机关处分 T-SAN organ',
    commission: '监察机关政务处分 T-SAN commission',
  },
  machine: { lead: '线索 lead', case: '案件 case', review: '复审复核 review', finding: '疑点 finding' },
  to: STATES,
  conflict: { declaration: '须先申报回避 to declare first', recused: '已回避 recused' },
  in: { query: '查询参数 query', path: '路径 path', header: '请求头 header' },
  code: Object.fromEntries(OUTCOME_CODES.map((code) => [code, `${kindOf(code).zh} ${kindOf(code).en}`])),
  as: inBoth(CAPACITIES),
  law: Object.fromEntries(
    [
      ['now', '现行法 of now'],
      ['now-lighter', '现行法（较轻） of now, for it is lighter'],
    ].concat([['then', '行为时的法 of the time']]),
  ),
  role: ROLE_WORDS,
  step: inBoth(STEPS),
  opinion: { approve: '同意 approve', reject: '不同意 reject' },
};
/** Members that hold codes; elsewhere a word is what somebody wrote. */
const CODED = new Set(
  (
    'about as by category channel channels form gate grade ground grounds harmScope kind law level manner mode opinion ought ' +
    'outcome payChannel placeKind places position powers precision proposal proposes reason relation result role route scope ' +
    'servedBy signed source staffKind standing step to unit wants what'
  ).split(' '),
);
/** Where a value leads to: `{}` is the value. */
export const LEADS: Readonly<Record<string, string>> = {
  finding: '/v1/findings/{}',
  rule: '/v1/rules/{}',
  matterId: '/v1/matters/{}/history',
  matter: '/v1/matters/{}/history',
  itemCode: '/v1/items/{}',
  affair: '/v1/accountability/affairs/{}',
  of: '/v1/accountability/affairs/{}',
  lead: '/v1/accountability/affairs/{}',
  case: '/v1/accountability/affairs/{}',
  unit: '/v1/accountability/units/{}',
  centre: '/v1/centres/{}',
  holderPost: '/v1/posts/{}',
  receipt: '/v1/money/receipts/{}',
  payment: '/v1/money/payments/{}',
  deposit: '/v1/money/deposits/{}',
  break: '/v1/money/breaks/{}',
  fee: '/v1/money/fees/{}',
  refund: '/v1/money/refunds/{}',
  account: '/v1/money/accounts/{}',
  period: '/v1/money/reconciliation/periods/{}',
};

/** A code in words; undefined: it is none that has a meaning of its own there. */
export function wordOf(name: string, text: string): string | undefined {
  const words = Object.hasOwn(WORDS, name) ? WORDS[name]! : {};
  if (Object.hasOwn(words, text)) return words[text];
  return CODED.has(name) && Object.hasOwn(CODES, text) ? `${CODES[text]} ${text}` : undefined;
}
