/** What matching goes by (对账匹配参数): parameters that rule packs change from a day on, like those of a rule. */
import type { Parameter } from '../kernel/rule.js';
import type { Calendar } from '../kernel/workdays.js';
import { type PackRow, type Ruled, valuesOf } from '../packs.js';
import type { Packed } from '../events/reconciliation.js';
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

/** What was in force on the day that is reconciled, with the names of the packs that say so. */
export function packOn(on: string, packs: readonly PackRow[]): Packed {
  const begun = packs
    .filter((row) => row.rule === MATCHING.id && row.from <= on)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const id = begun.at(-1)?.pack ?? 'reconciliation-1';
  return { id, ...valuesOf<Name>(MATCHING.parameters, begun) };
}
export const optionsIn = (pack: Packed, calendar: Calendar): MatchOptions => ({
  ...CALENDAR_DAYS,
  windowDays: pack.windowDays,
  toleranceFen: pack.toleranceFen ?? 0,
  mostMembers: pack.mostMembers,
  mostSteps: pack.mostSteps,
  place: placesIn(calendar),
});
