/** Codes in words, and where a value leads to, by the members that they stand under. */
import { kindOf, OUTCOME_CODES } from '../../projections/accountability/outcomes.js';
import { LIMITS } from '../../projections/accountability/limits.js';
import { CAPACITIES } from '../../projections/accountability/table.js';
import { STEPS } from '../../projections/reconcile/relations.js';
import { RESIDUES } from '../../projections/reconcile/tie-out.js';
import { ROLES } from '../kernel/permissions.js';
import { CODES } from './codes.js';
import { inChinese } from './labels.js';
import { STATUSES } from './statuses.js';

type Words = Readonly<Record<string, string>>;
const inBoth = (all: Readonly<Record<string, { zh: string; en: string }>>): Words =>
  Object.fromEntries(Object.entries(all).map(([code, { zh, en }]) => [code, `${zh} ${en}`]));
const ROLE_WORDS = inBoth(ROLES);
const ACTING: Words = {
  holder: '在岗 holder',
  cover: '顶岗 cover',
  system: '系统 system',
  unknown: '不详 unknown',
  adapter: '接入程序 adapter',
  policy: '规则 policy',
};
/** Codes, by the members that they stand under. */
export const WORDS: Readonly<Record<string, Words>> = {
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
  between: { ...inBoth(STEPS), refund: '退付 refund', any: '任一环节 any' },
  kind: { ...inBoth(RESIDUES), event: '事件 event', look: '查阅 look' },
  limit: { ...inBoth(LIMITS), lead: '登记线索 to register a lead', 'effect-period': '影响期 effect period' },
  afterClosure: { none: '无 none', 'same-day': '当日 the same day', 'later-day': '次日以后 a later day' },
  filed: STATUSES['case']!,
  why: {
    'not-requested': '未申请 not requested',
    'not-verified': '未核实 not verified',
    'not-approved-by-finance': '财政未批准 not approved by finance',
    'more-than-paid': '超过实缴 more than was paid',
    'to-another-account': '退至其他账户 to another account',
  },
  what: { subject: '科目不符 another subject', level: '级次不符 another level' },
  fields: { personal: '个人信息 personal', sealed: '封存字段 sealed', export: '导出 export' },
  actor: ACTING,
  actingAs: ACTING,
  factors: {
    password: '口令 password',
    totp: '动态验证码 TOTP',
    recovery: '恢复码 recovery code',
    oidc: '统一身份认证 OIDC',
  },
  state: { following: '已跟上 following', behind: '落后 behind', stopped: '已停止 stopped' },
  quorum: { none: '未设 none' },
  opinion: { approve: '同意 approve', reject: '不同意 reject' },
};
/** Members that hold codes; elsewhere a word is what somebody wrote. */
const CODED = new Set(
  (
    'about as by category channel channels form gate grade ground grounds harmScope kind law level manner mode opinion ought ' +
    'outcome payChannel placeKind places position power powers precision proposal proposes reason relation result role route scope ' +
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

/** Members that hold the status of what they stand in. */
const ITS_STATUS = new Set(['status', 'to']);
/** Members that name other members, and tests. */
const NAMING = new Set(['missing', 'test']);
/** A code in words; undefined: it is none that has a meaning of its own there. `kind`: of the thing it is told of. */
export function wordOf(name: string, text: string, kind = ''): string | undefined {
  const statuses = ITS_STATUS.has(name) && Object.hasOwn(STATUSES, kind) ? STATUSES[kind]! : {};
  if (Object.hasOwn(statuses, text)) return statuses[text];
  if (NAMING.has(name) && /^[a-z][A-Za-z]+$/.test(text)) {
    const named = inChinese(text);
    return named === undefined ? undefined : `${named} ${text}`;
  }
  const words = Object.hasOwn(WORDS, name) ? WORDS[name]! : {};
  if (Object.hasOwn(words, text)) return words[text];
  return CODED.has(name) && Object.hasOwn(CODES, text) ? `${CODES[text]} ${text}` : undefined;
}
