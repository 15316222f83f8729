/** Which limits of a stream run (期限), from when, and until when: counted out in {@link limitsOf}. */
import type { calendarYears } from '../calendar.js';
import { dueOf } from '../kernel/clock.js';
import { addDays, daysBetween, happenedOn, LAST_DAY } from '../kernel/instant.js';
import type { Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { addWorkdays, type Calendar, calendarIds, calendarOfYears, workdaysBetween } from '../kernel/workdays.js';
import { type packs, valuesOn } from '../packs.js';
import type { Limits, Running } from '../limits.js';
import type { CaseState } from './case.js';
import type { LeadState } from './lead.js';
import { type LimitName, LIMITS, lengthOf, type StateLimit, STEP_LIMITS } from './limits.js';
import { OUTCOMES, rankOf } from './outcomes.js';
import type { ReviewState } from './review.js';
import type { Machine, Profile } from './table.js';

/** Its name, and which time it runs: `handling`, `handling:2`. */
export type Runs = Readonly<Record<string, Omit<Running, 'due'>>>;
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
/** Whether a limit counts for what this is about. */
function counts(name: string, state: LeadState | CaseState | ReviewState): boolean {
  if (name === 'clearing-lead' || name === 'clearing-case') return 'harm' in state && state.harm;
  if (name !== 'execution' && name !== 'execution-heavy') return true;
  const heavy = 'decision' in state && rankOf((state as CaseState).decision?.outcomes ?? []) >= OUTCOMES.DEMOTION.rank;
  return heavy === (name === 'execution-heavy');
}
const latest = (runs: Runs, name: string) => {
  const all = Object.keys(runs).filter((key) => key === name || key.startsWith(`${name}:`));
  return { last: all.at(-1), times: all.length };
};
/** After an event: what is left ends on its day, what is entered begins on it. */
export function runsAfter<M extends Machine>(machine: M, runs: Runs, event: Recorded, state: StateOf<M>): Runs {
  const on = happenedOn(event);
  const now: Record<string, Omit<Running, 'due'>> = { ...runs };
  const all = [...Object.entries<StateLimit>(LIMITS), ...Object.entries(OWN)].filter(
    ([, of]) => of.machine === machine,
  );
  for (const [name, { during }] of all) {
    const { last, times } = latest(now, name);
    const open = last !== undefined && now[last]!.doneOn === null;
    const inside = during.includes(state.status) && counts(name, state);
    if (open && !inside) now[last] = { ...now[last]!, doneOn: on };
    if (!open && inside) now[times === 0 ? name : `${name}:${times + 1}`] = { start: on, from: event.id, doneOn: null };
  }
  return now;
}
export const ended = (runs: Runs, on: string): Runs =>
  Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, { ...run, doneOn: run.doneOn ?? on }]));

type Used = { calendarYears: typeof calendarYears; packs: typeof packs };
/** A limit does not run while the investigation is suspended; while it still is, it has no last day. */
function beyond(due: string, { suspensions }: CaseState, unit: StateLimit['unit'], calendar: Calendar): string {
  return suspensions.reduce((day, { from, to }) => {
    if (to === null) return LAST_DAY;
    if (from > day) return day;
    const days = daysBetween(from, to);
    return unit === 'working-day'
      ? addWorkdays(day, workdaysBetween(from, to, calendar), calendar).due
      : addDays(day, days);
  }, due);
}
interface Counted {
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
const extendedIn = (name: string, state: Counted['state']): boolean =>
  name.startsWith('handling')
    ? (state as CaseState).extended > 0
    : (state as LeadState | ReviewState).extended === true;

/** Each to its last day, with the calendars and rule packs that are known now. */
export function limitsOf({ runs, profile, state }: Counted, region: string, look: Look<Used>): Limits {
  return Object.fromEntries(
    Object.entries(runs).flatMap(([key, run]) => {
      const [name = ''] = key.split(':');
      const own = ofItself(name, state);
      if (own !== null) return [[key, { ...run, due: own }]];
      if (!Object.hasOwn(LIMITS, name) || profile === null) return [];
      const values = valuesOn(STEP_LIMITS, run.start, look.packs);
      const n = lengthOf(name as LimitName, profile, values, extendedIn(name, state));
      if (n === null) return [];
      const { unit }: StateLimit = LIMITS[name as LimitName];
      const year = Number(run.start.slice(0, 4));
      const years = calendarIds(region, year, year + 2).flatMap((id) => look.calendarYears.get(id) ?? []);
      const calendar = calendarOfYears(region, years);
      const { due } = dueOf(run.start, { n, unit }, calendar);
      const suspends = name.startsWith('handling');
      return [[key, { ...run, due: suspends ? beyond(due, state as CaseState, unit, calendar) : due }]];
    }),
  );
}
