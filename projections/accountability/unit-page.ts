/** One page for a unit (单位责任追究情况): leads, cases, how old they are, what came of them; each figure names its rows. */
import { daysBetween } from '../kernel/instant.js';
import type { Text } from '../kernel/rule.js';
import type { CaseCard, LeadCard, ReviewCard } from './cards.js';
import { kindOf } from './outcomes.js';
import { type Machine, MACHINES, type State } from './table.js';

export interface Figure extends Text {
  readonly figure: string;
  readonly count: number;
  /** Ids of the rows that are counted: their events say why. */
  readonly of: readonly string[];
}
const FORMS: Readonly<Record<number, Text>> = {
  0: { zh: '未追究', en: 'none' },
  1: { zh: '第一种形态', en: 'first form' },
  2: { zh: '第二种形态', en: 'second form' },
  3: { zh: '第三种形态', en: 'third form' },
  4: { zh: '第四种形态', en: 'fourth form' },
};
const RESULTS: Readonly<Record<string, Text>> = {
  uphold: { zh: '维持', en: 'upheld' },
  change: { zh: '变更', en: 'changed' },
  revoke: { zh: '撤销', en: 'revoked' },
};
const AGES: readonly (readonly [most: number, says: Text])[] = [
  [30, { zh: '30日以内', en: 'up to 30 days' }],
  [90, { zh: '31至90日', en: '31 to 90 days' }],
  [180, { zh: '91至180日', en: '91 to 180 days' }],
  [Infinity, { zh: '180日以上', en: 'more than 180 days' }],
];
type Named = readonly (readonly [key: string, id: string])[];
/** What is counted under each name, in the order of the names. */
const figures = (prefix: string, named: Named, says: Readonly<Record<string, Text>>): readonly Figure[] =>
  Object.entries(says).flatMap(([key, { zh, en }]) => {
    const of = named.flatMap(([one, id]) => (one === key ? [id] : []));
    return of.length === 0 ? [] : [{ figure: `${prefix}:${key}`, zh, en, count: of.length, of }];
  });
const statesOf = (machine: Machine): Readonly<Record<string, Text>> =>
  MACHINES[machine].states as Readonly<Record<string, State>>;
const OVER: ReadonlySet<string> = new Set(['closed', 'cancelled', 'not-filed', 'transferred', 'name-cleared']);

/** `on`: the day by which they are old. */
export function unitPage(
  unit: string,
  on: string,
  leads: readonly LeadCard[],
  cases: readonly CaseCard[],
  reviews: readonly ReviewCard[],
) {
  const open = cases.filter(({ status, filedOn }) => filedOn !== null && filedOn <= on && !OVER.has(status));
  const ages = open.map((one) => {
    const age = daysBetween(one.filedOn!, on);
    return [String(AGES.findIndex(([most]) => age <= most)), one.case] as const;
  });
  const outcomes = [
    ...cases.flatMap((one) => one.outcomes.map(({ code }) => [code as string, one.case] as const)),
    ...leads.flatMap(({ lead, state: { outcome } }) => (outcome ? [[outcome.code as string, lead] as const] : [])),
  ];
  const codes = Object.fromEntries(outcomes.map(([code]) => [code, kindOf(code)]));
  const cleared: Named = [
    ...leads.filter(({ status }) => status === 'name-cleared').map(({ lead }) => ['lead', lead] as const),
    ...cases.filter(({ status }) => status === 'name-cleared').map((one) => ['case', one.case] as const),
    ...reviews.filter(({ status }) => status === 'name-cleared').map(({ review }) => ['review', review] as const),
  ];
  return {
    unit,
    on,
    leads: figures(
      'leads',
      leads.map(({ status, lead }) => [status, lead] as const),
      statesOf('lead'),
    ),
    cases: figures(
      'cases',
      cases.map((one) => [one.status, one.case] as const),
      statesOf('case'),
    ),
    ages: figures('ages', ages, Object.fromEntries(AGES.map(([, says], n) => [n, says]))),
    outcomes: figures('outcomes', outcomes, codes),
    forms: figures(
      'forms',
      outcomes.map(([code, id]) => [String(kindOf(code).form), id] as const),
      FORMS,
    ),
    reviews: figures(
      'reviews',
      reviews.map(({ result, review }) => [result ?? '', review] as const),
      RESULTS,
    ),
    cleared: figures('cleared', cleared, {
      lead: { zh: '线索澄清', en: 'of leads' },
      case: { zh: '案件澄清', en: 'of cases' },
      review: { zh: '复审后澄清', en: 'after reviews' },
    }),
  };
}
export type UnitPage = ReturnType<typeof unitPage>;
