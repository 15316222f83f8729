/** Which limits of a stream run (期限), from when, and until when: counted out in {@link limitsOf}. */
import type { calendarYears } from '../calendar.js';
import { EXTENSIONS, SUSPENSIONS } from '../events/accountability.js';
import { dueOf } from '../kernel/clock.js';
import { addDays, daysBetween, happenedOn, LAST_DAY } from '../kernel/instant.js';
import type { Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import type { Values } from '../kernel/rule.js';
import { addWorkdays, type Calendar, calendarIds, calendarOfYears, workdaysBetween } from '../kernel/workdays.js';
import { type packs, valuesOn } from '../packs.js';
import type { Limits, Running } from '../limits.js';
import type { CaseState } from './case.js';
import type { LeadState } from './lead.js';
import { type LimitName, LIMITS, lengthOf, type StateLimit, STEP_LIMITS } from './limits.js';
import { OUTCOMES, rankOf } from './outcomes.js';
import type { ReviewState } from './review.js';
import type { Machine, Profile } from './table.js';

/** By its name, and which time it runs: `handling`, `handling:2`. */
export type Run = Omit<Running, 'due'> & Readonly<{ extendedOn?: string }>;
export type Runs = Readonly<Record<string, Run>>;
export interface States {
  readonly lead: LeadState;
  readonly case: CaseState;
  readonly review: ReviewState;
}
type StateOf<M extends Machine> = States[M];

/** The effect of a sanction, and what the stream names a day for itself. */
const OWN: Readonly<Record<string, Readonly<{ machine: Machine; during: readonly string[] }>>> = {
  'effect-period': { machine: 'case', during: ['effect-period'] },
  reply: { machine: 'lead', during: ['routed'] },
};
/** Terms of the person concerned: that they are over is known, and nobody who handles it is late. */
const OF_THE_SUBJECT: ReadonlySet<string> = new Set(['answer', 'effect-period']);
/** What extends which. */
const EXTENDS: Readonly<Record<string, readonly string[]>> = {
  VerificationExtended: ['verification'],
  InvestigationExtended: ['handling', 'handling-days'],
  AppealExtended: ['appeal'],
};
/** Where a ground is told, it has to be one of the law. */
function extendsIt({ type, data }: Recorded, name: string): boolean {
  const { ground } = data as { ground?: string };
  const isGround = ground === undefined || (EXTENSIONS as readonly string[]).includes(ground);
  return isGround && EXTENDS[type]?.includes(name) === true;
}
/** `handling` of `handling:2/mark`. */
export const baseOf = (limit: string): string => limit.split(/[:/]/)[0]!;
export const isReminder = (limit: string): boolean => limit.endsWith('/mark');
export const isEscalation = (limit: string): boolean => limit.endsWith('/red');
/** Whether somebody who handles it is late once it has passed (AC-01). */
export const bindsHandlers = (limit: string): boolean =>
  !isReminder(limit) && !isEscalation(limit) && !OF_THE_SUBJECT.has(baseOf(limit));

/** Whether a limit counts for what this is about. */
function counts(name: string, state: LeadState | CaseState | ReviewState): boolean {
  if (name === 'clearing-lead' || name === 'clearing-case') return 'harm' in state && state.harm;
  if (name !== 'execution' && name !== 'execution-heavy') return true;
  const heavy = 'decision' in state && rankOf((state as CaseState).decision?.outcomes ?? []) >= OUTCOMES.DEMOTION.rank;
  return heavy === (name === 'execution-heavy');
}
const latest = (runs: Runs, name: string) => {
  const all = Object.keys(runs).filter((key) => baseOf(key) === name);
  return { last: all.at(-1), times: all.length };
};
/** After an event: what is left ends on its day, what is entered begins on it; an extension counts once. */
export function runsAfter<M extends Machine>(machine: M, runs: Runs, event: Recorded, state: StateOf<M>): Runs {
  const on = happenedOn(event);
  const now: Record<string, Run> = { ...runs };
  const all = [...Object.entries<StateLimit>(LIMITS), ...Object.entries(OWN)].filter(
    ([, of]) => of.machine === machine,
  );
  for (const [name, { during }] of all) {
    const { last, times } = latest(now, name);
    const run = last === undefined ? null : now[last]!;
    const inside = during.includes(state.status) && counts(name, state);
    if (run?.doneOn === null && !inside) now[last!] = { ...run, doneOn: on };
    else if (run && extendsIt(event, name) && !run.extendedOn) now[last!] = { ...run, extendedOn: on };
    if (run?.doneOn !== null && inside)
      now[times === 0 ? name : `${name}:${times + 1}`] = { start: on, from: event.id, doneOn: null };
  }
  return now;
}
export const ended = (runs: Runs, on: string): Runs =>
  Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, { ...run, doneOn: run.doneOn ?? on }]));

/**
 * While the investigation is suspended on a ground of the law, the limit of handling does not run; as long as it still
 * is, it has no last day.
 */
function beyond(due: string, start: string, state: CaseState, unit: StateLimit['unit'], calendar: Calendar): string {
  return state.suspensions.reduce((day, { from, to, ground }) => {
    if (from > day || from < start || !(SUSPENSIONS as readonly string[]).includes(ground)) return day;
    if (to === null) return LAST_DAY;
    return unit === 'working-day'
      ? addWorkdays(day, workdaysBetween(from, to, calendar), calendar).due
      : addDays(day, daysBetween(from, to));
  }, due);
}
export interface Counted {
  readonly runs: Runs;
  readonly profile: Profile | null;
  readonly state: LeadState | CaseState | ReviewState;
}
const ofItself = (name: string, state: Counted['state']): string | null => {
  if (name === 'reply') return (state as LeadState).replyBy;
  if (name === 'answer') return (state as CaseState).served?.answerBy ?? null;
  const to = name === 'effect-period' ? (state as CaseState).period?.to : null;
  return to == null ? null : addDays(to, -1);
};

/** So much of a limit that has `n` of a unit: whole working days, or days of the calendar. */
export function shareOf(
  percent: number,
  n: number,
  unit: StateLimit['unit'],
  start: string,
  due: string,
  by: Calendar,
): string {
  const within = percent < 100 ? n - 1 : n * 10;
  const days = Math.min(Math.ceil((n * percent) / 100), within);
  if (unit === 'working-day') return dueOf(start, { n: Math.max(0, days), unit }, by).due;
  return addDays(start, Math.floor((daysBetween(start, due) * percent) / 100));
}
type Used = { calendarYears: typeof calendarYears; packs: typeof packs };
type Counting = Readonly<{ region: string; look: Look<Used> }>;

/** A limit of the table, with the mark before its end and the day from which it is red. */
function counted(key: string, { extendedOn, ...run }: Run, { profile, state }: Counted, { region, look }: Counting) {
  const name = baseOf(key) as LimitName;
  const values: Values = valuesOn(STEP_LIMITS, run.start, look.packs);
  const { unit }: StateLimit = LIMITS[name];
  const year = Number(run.start.slice(0, 4));
  const years = calendarIds(region, year, year + 2).flatMap((id) => look.calendarYears.get(id) ?? []);
  const calendar = calendarOfYears(region, years);
  const pausing = (day: string) =>
    name.startsWith('handling') ? beyond(day, run.start, state as CaseState, unit, calendar) : day;
  const whole = (extended: boolean) => lengthOf(name, profile ?? 'adm', values, extended);
  const last = (n: number) => dueOf(run.start, { n, unit }, calendar).due;
  const least = whole(false);
  if (least === null) return {};
  // What is extended after it was over is late all the same.
  const extended = extendedOn !== undefined && extendedOn <= pausing(last(least));
  const n = whole(extended) ?? least;
  const due = last(n);
  const share = (percent: number) => pausing(shareOf(percent, n, unit, run.start, due, calendar));
  const [mark, red] = [share(values['markPercent']!), share(values['redPercent']!)];
  const end = pausing(due);
  return {
    [key]: { ...run, due: end },
    ...(mark > run.start && mark < end && { [`${key}/mark`]: { ...run, due: mark } }),
    ...(red > end && { [`${key}/red`]: { ...run, due: red } }),
  };
}
/** Of a day that the stream names itself: who has to act then is reminded before, as of the limits of the table. */
function reminded(key: string, run: Run, end: string, look: Look<Used>): Limits {
  if (baseOf(key) === 'answer') return {};
  const percent = valuesOn(STEP_LIMITS, run.start, look.packs)['markPercent']!;
  const due = addDays(run.start, Math.floor((daysBetween(run.start, end) * percent) / 100));
  return due > run.start && due < end ? { [`${key}/mark`]: { ...run, due } } : {};
}
/** Each to its last day, with the calendars and rule packs that are known now. */
export const limitsOf = (of: Counted, region: string, look: Look<Used>): Limits =>
  Object.assign(
    {},
    ...Object.entries(of.runs).map(([key, run]): Limits => {
      const { start, from, doneOn } = run;
      const own = ofItself(baseOf(key), of.state);
      if (own !== null)
        return { ...reminded(key, { start, from, doneOn }, own, look), [key]: { start, due: own, from, doneOn } };
      return Object.hasOwn(LIMITS, baseOf(key)) ? counted(key, run, of, { region, look }) : {};
    }),
  ) as Limits;
