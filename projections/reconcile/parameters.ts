/** What matching goes by (对账匹配参数): parameters that rule packs change from a day on, like those of a rule. */
import type { Parameter } from '../kernel/rule.js';
import type { Calendar } from '../kernel/workdays.js';
import { type PackRow, type Ruled, valuesOf } from '../packs.js';
import type { Packed } from '../events/reconciliation.js';
import { BREAK_CODES, BREAK_TYPES, type BreakType, graceOf, redOf } from './break-types.js';
import { REPEAT_DAYS } from './breaks-money.js';
import { GAP_DAYS } from './breaks-receipts.js';
import { placesIn } from './ledger-books.js';
import { CALENDAR_DAYS, type MatchOptions } from './match.js';

const OURS = '初始值，由地方规则包确定 initial, for a rule pack to set';
type Name = 'windowDays' | 'toleranceFen' | 'mostMembers' | 'mostSteps';
export const MATCHING = {
  id: 'RE-01',
  version: 1,
  title: { zh: '对账匹配', en: 'matching of reconciliation' },
  parameters: {
    windowDays: {
      value: 2,
      says: { zh: '两侧相隔至多（工作日）', en: 'the two sides are apart at most, working days' },
      source: OURS,
      grade: 'D',
    },
    toleranceFen: {
      value: 0,
      says: { zh: '要素一致时金额相差至多（分）', en: 'amounts of what else is alike differ at most, fen' },
      source: OURS,
      grade: 'D',
      most: 10_000,
    },
    mostMembers: {
      value: 40,
      says: { zh: '一笔汇缴至多票据（张）', en: 'receipts of one pay-in at most' },
      source: OURS,
      grade: 'D',
    },
    mostSteps: {
      value: 20_000,
      says: { zh: '汇总搜索至多步数', en: 'steps of the search for them at most' },
      source: OURS,
      grade: 'D',
      most: 1_000_000,
    },
  } satisfies Record<Name, Parameter>,
} as const satisfies Ruled<Name> & { version: number; title: object };

/** Working days in which a unit explains a break. */
export const EXPLAIN_DAYS = 5;
const days = (value: number, zh: string, en: string): Parameter => ({
  value,
  says: { zh: `${zh}（工作日）`, en: `${en}, working days` },
  source: OURS,
  grade: 'D',
});
const ofTypes = BREAK_CODES.flatMap((code): [string, Parameter][] => {
  const { graceDays, redAfterDays, title }: BreakType = BREAK_TYPES[code];
  return [
    ...(graceDays > 0
      ? [[graceOf(code), days(graceDays, `${code} ${title.zh}：宽限`, `${code}: days of grace`)] as const]
      : []),
    ...(redAfterDays !== null
      ? [[redOf(code), days(redAfterDays, `${code} ${title.zh}：逾期为红色`, `${code}: red after`)] as const]
      : []),
  ].map(([name, parameter]) => [name, parameter]);
});
/** When breaks count and when they become grave (差异账龄): the same, of what is left over. */
export const AGEING = {
  id: 'RE-02',
  version: 1,
  title: { zh: '差异账龄', en: 'ageing of breaks' },
  parameters: {
    ...Object.fromEntries(ofTypes),
    explainDays: days(EXPLAIN_DAYS, '单位说明差异的期限', 'for the unit to explain a break'),
    gapDays: {
      value: GAP_DAYS,
      says: { zh: 'BK-15 后号使用后断号成立（日）', en: 'BK-15: after the next number was used, days' },
      source: OURS,
      grade: 'D',
    },
    repeatDays: {
      value: REPEAT_DAYS,
      says: {
        zh: 'BK-13 同人同额两笔相隔至多（日）',
        en: 'BK-13: two payments of one payer and amount apart at most, days',
      },
      source: OURS,
      grade: 'D',
    },
  } as Readonly<Record<string, Parameter>>,
} as const satisfies Ruled<string> & { version: number; title: object };

/** What was in force on the day that is reconciled, with the names of the packs that say so. */
export function packOn(on: string, packs: readonly PackRow[]): Packed {
  const begun = packs
    .filter((row) => (row.rule === MATCHING.id || row.rule === AGEING.id) && row.from <= on)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const id = begun.at(-1)?.pack ?? 'reconciliation-1';
  const of = ({ id: rule }: { readonly id: string }) => begun.filter((row) => row.rule === rule);
  return { id, ...valuesOf<Name>(MATCHING.parameters, of(MATCHING)), ages: valuesOf(AGEING.parameters, of(AGEING)) };
}
export const optionsIn = (pack: Packed, calendar: Calendar): MatchOptions => ({
  ...CALENDAR_DAYS,
  windowDays: pack.windowDays,
  toleranceFen: pack.toleranceFen ?? 0,
  mostMembers: pack.mostMembers,
  mostSteps: pack.mostSteps,
  place: placesIn(calendar),
});
