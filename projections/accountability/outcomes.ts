/** What may come of it (处理结果): codes, how heavy each is, the form that it belongs to, and how long it has effect. */
import { addDays, addMonths, daysBetween } from '../kernel/instant.js';
import type { Text } from '../kernel/rule.js';

export interface Kind extends Text {
  /** The higher the heavier (G6). */
  readonly rank: number;
  /** 四种形态. */
  readonly form: 0 | 1 | 2 | 3 | 4;
  /** A sanction: 处分 or 政务处分, one for one conduct (G9). */
  readonly sanction: boolean;
  /** Months of effect; `forever`; null: none. */
  readonly months: number | 'forever' | null;
}
const kind = (rank: number, form: Kind['form'], zh: string, en: string): Kind => ({
  zh,
  en,
  rank,
  form,
  sanction: false,
  months: null,
});
/** 政务处分法 art. 7, 8. */
const sanction = (rank: number, form: Kind['form'], months: Kind['months'], zh: string, en: string): Kind => ({
  ...kind(rank, form, zh, en),
  sanction: true,
  months,
});
export const OUTCOMES = {
  NO_FAULT: kind(0, 0, '不予追究', 'no fault'),
  UNFOUNDED: kind(0, 0, '失实', 'unfounded'),
  EXEMPTED: kind(1, 0, '免予追究（容错免责）', 'exempted'),
  TALK_REMIND: kind(2, 1, '谈话提醒', 'reminding talk'),
  CRITICISM: kind(3, 1, '批评教育', 'criticism'),
  WRITTEN_SELF_CRITICISM: kind(4, 1, '责令检查', 'written self-criticism'),
  ADMONITION: { ...kind(5, 1, '诫勉', 'admonition'), months: 6 },
  PUBLIC_CRITICISM: kind(6, 1, '通报批评', 'public criticism'),
  PUBLIC_APOLOGY: kind(6, 1, '公开道歉', 'public apology'),
  SUPERVISION_ADVICE: kind(6, 1, '监察建议', 'supervision advice'),
  ORDER_REFUND: kind(6, 1, '责令退还', 'ordered to pay back'),
  CONFISCATE: kind(6, 1, '追缴没收', 'confiscated'),
  PERF_DEDUCTION: kind(7, 2, '扣减绩效', 'performance deduction'),
  BONUS_WITHHELD: kind(7, 2, '扣发奖金', 'bonus withheld'),
  POST_TRANSFER: kind(8, 2, '调离岗位', 'transferred from the post'),
  RETURNED_FROM_WINDOW: kind(8, 2, '退回原单位', 'returned from the window'),
  ENFORCEMENT_CERT_REVOKED: kind(8, 2, '收缴执法证件', 'enforcement certificate revoked'),
  SUSPENSION: kind(9, 2, '停职检查', 'suspended from duty'),
  RESIGN_ORDERED: kind(10, 3, '责令辞职', 'ordered to resign'),
  REMOVED_FROM_POST: kind(10, 3, '免职', 'removed from the post'),
  DEMOTED_POST: kind(10, 3, '降职', 'lower post'),
  WARNING: sanction(11, 2, 6, '警告', 'warning'),
  DEMERIT: sanction(12, 2, 12, '记过', 'demerit'),
  MAJOR_DEMERIT: sanction(13, 2, 18, '记大过', 'major demerit'),
  DEMOTION: sanction(14, 3, 24, '降级', 'demotion'),
  REMOVAL: sanction(15, 3, 24, '撤职', 'removal'),
  DISMISSAL: sanction(16, 3, 'forever', '开除', 'dismissal'),
  TRANSFER_CRIME: kind(17, 4, '移送司法', 'transferred to justice'),
} as const satisfies Record<string, Kind>;
export type OutcomeCode = keyof typeof OUTCOMES;
export const OUTCOME_CODES = Object.keys(OUTCOMES) as OutcomeCode[];
/** 监察法 art. 52(1), 政务处分法 art. 12: may be given without a case. Nothing else may. */
export const FIRST_FORM = ['TALK_REMIND', 'CRITICISM', 'WRITTEN_SELF_CRITICISM', 'ADMONITION'] as const;
export const isFirstForm = (code: string): boolean => (FIRST_FORM as readonly string[]).includes(code);

/** What somebody is given for something, and by which law. */
export type Outcome = Readonly<{
  subject: string;
  code: OutcomeCode;
  conducts: readonly string[];
  basis: readonly string[];
  /** Of conduct before 2020-07-01: the law of that time, or the newer one because it is lighter (G14). */
  law: 'then' | 'now' | 'now-lighter';
  reason?: string;
}>;

/** A code that this program does not know (of a report) is nothing at all. */
export const kindOf = (code: string): Kind => (OUTCOMES as Readonly<Record<string, Kind>>)[code] ?? OUTCOMES.NO_FAULT;
/** How heavy the heaviest of them is. */
export const rankOf = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((most, { code }) => Math.max(most, kindOf(code).rank), 0);
/** The same by whom it is for. */
export const ranksOf = (outcomes: readonly Outcome[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    outcomes.map(({ subject }) => [subject, rankOf(outcomes.filter((one) => one.subject === subject))]),
  );
export const isSanction = ({ code }: Pick<Outcome, 'code'>): boolean => kindOf(code).sanction;

/** 政务处分法 art. 15. */
export const MOST_MONTHS = 48;
/**
 * Only the heaviest counts; several of one kind add up, to 48 months at most (政务处分法 art. 15). What still runs of an
 * earlier one is added (处分条例 art. 8), within the same bound. `to`: the first day without effect; null months: none.
 */
export function effectPeriod(
  outcomes: readonly Outcome[],
  from: string,
  runningTo: string | null = null,
  admonition = OUTCOMES.ADMONITION.months as number,
): Readonly<{ months: number | null; to: string | null; forever: boolean }> {
  const heaviest = outcomes
    .map(({ code }) => kindOf(code))
    .filter(({ months }) => months !== null)
    .toSorted((a, b) => b.rank - a.rank)[0];
  if (!heaviest) return { months: null, to: null, forever: false };
  if (heaviest.months === 'forever') return { months: null, to: null, forever: true };
  const same = outcomes.filter(({ code }) => kindOf(code) === heaviest).length;
  const each = heaviest === OUTCOMES.ADMONITION ? admonition : (heaviest.months as number);
  const months = Math.min(MOST_MONTHS, each * Math.max(1, same));
  const left = Math.max(0, daysBetween(from, runningTo ?? from));
  const [to] = [addDays(addMonths(from, months), left), addMonths(from, MOST_MONTHS)].toSorted();
  return { months, to: to!, forever: false };
}
