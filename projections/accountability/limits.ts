/** How long each state may last (办理期限), by profile: parameters of AC-01, so that a rule pack changes them. */
import type { Parameter, Text } from '../kernel/rule.js';
import type { LimitUnit } from '../kernel/clock.js';
import { type PackState, type Ruled, valuesIn } from '../packs.js';
import { type Machine, type Profile, PROFILE_NAMES, PROFILES } from './table.js';

type Graded = readonly [value: number, source: string, grade: Parameter['grade']];
export interface StateLimit extends Text {
  readonly machine: Machine;
  /** It runs while the stream is in one of these, from the day it came into them. */
  readonly during: readonly string[];
  readonly unit: Exclude<LimitUnit, 'hour'>;
  /** `all`: the same for the three. Null: the profile has none. */
  readonly by: Readonly<Record<Profile, Graded | null>>;
  /** By how much it is extended, once. */
  readonly more?: Readonly<Record<Profile, Graded | null>>;
}
const all = (value: number, source = '产品初始值 initial', grade: Parameter['grade'] = 'D') => {
  const graded: Graded = [value, source, grade];
  return { adm: graded, organ: graded, commission: graded };
};
const limit = (
  machine: Machine,
  during: readonly string[],
  unit: StateLimit['unit'],
  zh: string,
  en: string,
  by: StateLimit['by'],
  more?: StateLimit['by'],
): StateLimit => ({ machine, during, unit, zh, en, by, ...(more && { more }) });

const HANDLING = [
  'investigating',
  'suspended',
  'findings-ready',
  'facts-served',
  'adjudicating',
  'deliberating',
] as const;
export const LIMITS = {
  triage: limit('lead', ['registered', 'triaged'], 'working-day', '分办处置', 'to triage and dispose of a lead', {
    adm: [5, '佛山行政过错责任追究办法', 'B'],
    organ: [20, '产品初始值 initial', 'D'],
    commission: [20, '监督执纪工作规则（一个月内提出处置意见，按工作日）', 'D'],
  }),
  'no-lead': limit(
    'lead',
    ['no-lead-proposed'],
    'working-day',
    '复核不作线索',
    'to confirm that there is no lead',
    all(5),
  ),
  hold: limit('lead', ['held'], 'month', '暂存复查', 'to look at a held lead again', all(6)),
  inquiry: limit(
    'lead',
    ['inquiry'],
    'working-day',
    '函询答复',
    'to answer an inquiry',
    all(15, '监督执纪工作规则', 'B'),
  ),
  verification: limit(
    'lead',
    ['verifying'],
    'month',
    '初步核实',
    'to verify',
    all(2, '案件检查工作条例 1994', 'B'),
    all(1, '案件检查工作条例 1994', 'B'),
  ),
  'outcome-closing': limit(
    'lead',
    ['outcome-reported'],
    'working-day',
    '反馈后了结',
    'to close what was reported',
    all(10),
  ),
  filing: limit(
    'case',
    ['filing-proposed', 'filing-returned'],
    'working-day',
    '立案审批',
    'to decide on a filing',
    all(10),
  ),
  handling: limit(
    'case',
    HANDLING,
    'month',
    '办案期限（立案至决定）',
    'from filing to decision',
    {
      adm: null,
      organ: [6, '行政机关公务员处分条例 art. 44', 'A'],
      commission: [12, '监察法实施条例 art. 185', 'B'],
    },
    { adm: null, organ: [6, '行政机关公务员处分条例 art. 44', 'A'], commission: null },
  ),
  'handling-days': limit(
    'case',
    HANDLING,
    'working-day',
    '办案期限（立案至决定）',
    'from filing to decision, in working days',
    { adm: [30, '佛山行政过错责任追究办法', 'B'], organ: null, commission: null },
    { adm: [30, '佛山行政过错责任追究办法', 'B'], organ: null, commission: null },
  ),
  'facts-service': limit('case', ['findings-ready'], 'working-day', '事实告知', 'to serve the facts', all(10)),
  answer: limit('case', ['facts-served'], 'working-day', '陈述申辩', 'to answer the facts', all(5)),
  adjudication: limit('case', ['adjudicating'], 'month', '审理', 'to adjudicate', all(1, '监察法实施条例', 'B')),
  deliberation: limit('case', ['deliberating'], 'working-day', '集体讨论', 'to deliberate', all(15)),
  service: limit('case', ['decided'], 'working-day', '送达', 'to serve the decision', all(10)),
  execution: limit('case', ['served', 'executing'], 'month', '执行', 'to execute', all(1, '政务处分法 art. 54', 'A')),
  'execution-heavy': limit(
    'case',
    ['served', 'executing'],
    'month',
    '执行（降级以上）',
    'to execute a demotion or more',
    all(6, '政务处分法 art. 54', 'A'),
  ),
  'clearing-lead': limit('lead', ['closed'], 'working-day', '澄清正名', 'to clear a name', all(10)),
  'clearing-case': limit('case', ['cancelled', 'not-filed'], 'working-day', '澄清正名', 'to clear a name', all(10)),
  review: limit('review', ['requested'], 'calendar-day', '复审复核', 'to decide a review', {
    adm: [30, '公务员法 art. 96', 'A'],
    organ: [30, '公务员法 art. 96', 'A'],
    commission: [30, '监察法 art. 56（一个月）', 'A'],
  }),
  appeal: limit(
    'review',
    ['appealed'],
    'calendar-day',
    '申诉',
    'to decide an appeal',
    {
      adm: [60, '公务员法 art. 96', 'A'],
      organ: [60, '公务员法 art. 96', 'A'],
      commission: [60, '监察法 art. 56（二个月）', 'A'],
    },
    {
      adm: [30, '公务员法 art. 96', 'A'],
      organ: [30, '公务员法 art. 96', 'A'],
      commission: null,
    },
  ),
} as const satisfies Record<string, StateLimit>;
export type LimitName = keyof typeof LIMITS;

const key = (name: string, profile: Profile, more = false) => `${profile}-${name}${more ? '-more' : ''}`;
const parametersOf = (name: string, of: StateLimit): readonly (readonly [string, Parameter])[] =>
  PROFILE_NAMES.flatMap((profile) =>
    ([of.by, of.more ?? null] as const).flatMap((values, n) => {
      const graded = values?.[profile];
      if (!graded) return [];
      const [value, source, grade] = graded;
      const what = n === 0 ? { zh: of.zh, en: of.en } : { zh: `${of.zh}（延长）`, en: `${of.en}, extended by` };
      const says = { zh: `${PROFILES[profile].zh}：${what.zh}`, en: `${PROFILES[profile].en}: ${what.en}` };
      return [[key(name, profile, n === 1), { value, says, source, grade }] as const];
    }),
  );
const days = (value: number, zh: string, en: string, source: string, grade: Parameter['grade']): Parameter => ({
  value,
  says: { zh, en },
  source,
  grade,
});
/** What else is counted, beside how long a state may last. */
const OTHERS = {
  markPercent: {
    ...days(90, '催办提醒（期限的百分比）', 'to remind at, % of the limit', '榆林电子监察办法', 'B'),
    most: 100,
  },
  redPercent: days(150, '升为红色（期限的百分比）', 'red at, % of the limit', '产品初始值 initial', 'D'),
  panelMembers: days(3, '集体讨论成员不少于（人）', 'members of a deliberation, at least', '产品初始值 initial', 'D'),
  admonitionMonths: days(6, '诫勉影响期（月）', 'months of effect of an admonition', '干部诫勉规定（产品初始值）', 'D'),
  answerWorkdays: days(5, '申辩期不少于（工作日）', 'to answer, at least working days', '产品初始值 initial', 'D'),
  supplements: days(2, '退回补充调查次数上限', 'supplements, at most', '产品初始值 initial', 'D'),
  reviewDays: days(30, '申请复审复核期限（日）', 'to request a review, days', '公务员法 art. 95; 监察法 art. 56', 'A'),
  appealDays: days(15, '申诉期限（日）', 'to appeal, days', '公务员法 art. 95', 'A'),
  commissionAppealDays: days(
    30,
    '向上级监察机关申请复核期限（日）',
    'to appeal to the commission above, days',
    '监察法 art. 56',
    'A',
  ),
} as const;
/** The parameters of AC-01. */
export const STEP_LIMITS: Ruled = {
  id: 'AC-01',
  parameters: {
    ...Object.fromEntries(Object.entries<StateLimit>(LIMITS).flatMap(([name, of]) => parametersOf(name, of))),
    ...OTHERS,
  },
};
export type NumberName = keyof typeof OTHERS;
/** A number as the packs of AC-01 that had begun on a day say it; as the product says it where there are none. */
export const numberOn = (name: NumberName, on: string, packs: PackState | null): number =>
  packs === null ? OTHERS[name].value : valuesIn(STEP_LIMITS, packs, on)[name]!;

/** Whole length with what it was extended by; null: the profile has no such limit. */
export function lengthOf(
  name: LimitName,
  profile: Profile,
  values: Readonly<Record<string, number>>,
  extended = false,
): number | null {
  const of: StateLimit = LIMITS[name];
  if (!of.by[profile]) return null;
  const value = (of: string) => values[of] ?? STEP_LIMITS.parameters[of]?.value ?? 0;
  const more = extended && of.more?.[profile] ? value(key(name, profile, true)) : 0;
  return value(key(name, profile)) + more;
}
export const limitsIn = (machine: Machine, status: string): readonly (readonly [LimitName, StateLimit])[] =>
  (Object.entries(LIMITS) as [LimitName, StateLimit][]).filter(
    ([, of]) => of.machine === machine && of.during.includes(status),
  );
