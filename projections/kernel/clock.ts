/**
 * How long a matter has taken and by when it must be done: the algorithm for both clocks, the statutory one and the
 * promised one, with a row for every day that shows why it counted or not.
 *
 * The day a limit starts on is not counted, and the last day is in time until 24:00 (Civil Code art. 201, 203(2)).
 * Time of special procedures is not counted (Licensing Law art. 45): the days of all of them together, each day once.
 * A procedure excludes the days from the one it starts on up to, but not with, the one it ends on.
 */
import { EXTENSION_LEVELS, type ExtensionLevel, type PauseKind, SPECIAL_PROCEDURES } from '../events/matters.js';
import {
  CHINA,
  compareInstants,
  DAY_MILLIS,
  dayOf,
  dayOfNumber,
  instantOfMillis,
  isDay,
  startOfDay,
  weekdayOfNumber,
  writtenDay,
} from './instant.js';
import {
  beginOf,
  type Count,
  dayCounts,
  millisThatCount,
  dayIn,
  FAR,
  HOUR_MILLIS,
  millisIn,
  pauseOn,
  reach,
  type Reached,
  type Span,
  spanOf,
} from './count.js';
import { type Calendar, type CountedOut, isCovered, isCoveredNumber, likelyWorkday } from './workdays.js';

export const LIMIT_UNITS = ['working-day', 'calendar-day', 'month', 'hour'] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];
/** 20 working days, 3 months, 48 hours … `n` is a whole number from 0 on. */
export type Limit = Readonly<{ n: number; unit: LimitUnit }>;

/**
 * `whole-day` is the law's. `hours-round-up` adds up the parts of days and rounds the sum up to whole ones, as some
 * supervision systems do (小数进1), so that their numbers can be reproduced.
 */
export const PARTIAL_DAYS = ['whole-day', 'hours-round-up'] as const;
export type PartialDays = (typeof PARTIAL_DAYS)[number];

/** A day, or an instant with its offset. */
export type Moment = string;

export interface Pause {
  /** Id of the event that began it. */
  readonly event: string;
  readonly kind: PauseKind;
  readonly from: Moment;
  /** When it ended; null while it goes on. */
  readonly to: Moment | null;
  /** The day on which the clock was to go on, as the applicant was told. */
  readonly declaredEnd: string | null;
  /** The applicant was told in writing. */
  readonly told: boolean;
}
export interface Extension {
  readonly event: string;
  readonly limit: Limit;
  readonly approved: Moment;
  readonly level: ExtensionLevel;
  /** The applicant was told the reason. */
  readonly told: boolean;
}
export interface ClockInput {
  /** When the limit began to run; by a deemed acceptance, the day of receipt (art. 32(4)). */
  readonly start: Moment;
  readonly limit: Limit;
  readonly calendar: Calendar;
  readonly pauses?: readonly Pause[];
  readonly extensions?: readonly Extension[];
  /** Who may lengthen this limit: the organ's head, of joint handling the government's (art. 42). */
  readonly extendedBy?: ExtensionLevel;
  /** When the matter was accepted, if that is not `start`: a correction that was asked for before has its basis. */
  readonly accepted?: Moment;
  /** When what the limit is for was done; null while it is not. */
  readonly end: Moment | null;
  /** The day as of which an open clock is read. */
  readonly asOf: string;
  readonly partialDays?: PartialDays;
  /** Of the region's clocks. */
  readonly offset?: string;
}

/** CK-01 no basis, CK-02 not told, CK-03 correction after acceptance, CK-04 over declared, TL-08 bad extension. */
export interface ClockProblem {
  readonly code: 'CK-01' | 'CK-02' | 'CK-03' | 'CK-04' | 'TL-08';
  readonly event: string;
  readonly reason:
    | 'no-basis'
    | 'not-told'
    | 'no-declared-end'
    | 'correction-after-acceptance'
    | 'beyond-declared-end'
    | 'approved-after-due'
    | 'wrong-level'
    | 'second-time';
}
export type TraceNote =
  | 'start-not-counted'
  | 'weekend'
  | 'holiday'
  | 'made-up'
  | 'not-gazetted'
  | 'pause-after-due'
  | 'moved-off-holiday'
  | 'last-day'
  | 'over-due'
  | 'end';
export interface TraceDay {
  readonly day: string;
  readonly working: boolean;
  readonly counted: boolean;
  /** Milliseconds of it that counted, where hours are counted. */
  readonly millis?: number;
  /** The event that began the procedure on whose account the day is not counted. */
  readonly pausedBy: string | null;
  /** Name of the holiday, or of the one that it is worked for. */
  readonly name: string | null;
  readonly notes: readonly TraceNote[];
}
/** Whether something was done too late: the last day is in time whatever the hour; by the instant it is not. */
export type Late = Readonly<{ byDay: boolean; byInstant: boolean }>;

export interface Clock extends CountedOut {
  /** The due day without any extension. */
  readonly originalDue: string;
  /** The end of the due day, or the hour of a limit that is counted by hours. */
  readonly dueAt: string;
  /** Ids of the extensions that hold. */
  readonly extendedBy: readonly string[];
  /** What elapsed, remaining and over are counted in; months are counted out in calendar days. */
  readonly unit: Exclude<LimitUnit, 'month'>;
  /** From the start up to the end, or to `asOf` included: over the limit too. */
  readonly elapsed: number;
  /** From there up to the due day. */
  readonly remaining: number;
  /** Since the due day; a pause that begins then changes nothing any more. */
  readonly over: number;
  /** By the instant: against the due day at the hour of the start, as systems count that know no last day. */
  readonly late: Late;
  /** The procedure that stands open, excluded or not. */
  readonly pausedBy: string | null;
  /** From the day of the start up to the later of due day and end; at most {@link TRACE_DAYS} of them. */
  readonly trace: readonly TraceDay[];
  readonly problems: readonly ClockProblem[];
}

/** Thirty years: what is open for longer, by a wrong date mostly, is counted all the same but not shown day by day. */
export const TRACE_DAYS = 11_000;

/** Compares with a deadline that a source gives as an instant. `offset` null: days as each was written. */
export function lateAgainst(end: string, deadline: string, offset: string | null = CHINA): Late {
  const day = (instant: string) => (offset === null ? writtenDay(instant) : dayOf(instant, offset));
  return { byDay: day(end) > day(deadline), byInstant: compareInstants(end, deadline) > 0 };
}

/** Whether a pause's time is not counted, and what is wrong with it. */
function judge(pause: Pause, begins: number, acceptedAt: number) {
  const { event, kind, told, declaredEnd } = pause;
  if (kind === 'correction')
    return begins < acceptedAt
      ? { counts: false, problems: [] }
      : { counts: true, problems: [{ code: 'CK-03', event, reason: 'correction-after-acceptance' } as const] };
  if (!(SPECIAL_PROCEDURES as readonly string[]).includes(kind))
    return { counts: true, problems: [{ code: 'CK-01', event, reason: 'no-basis' } as const] };
  if (!told) return { counts: true, problems: [{ code: 'CK-02', event, reason: 'not-told' } as const] };
  if (declaredEnd === null)
    return { counts: false, problems: [{ code: 'CK-02', event, reason: 'no-declared-end' } as const] };
  return { counts: false, problems: [] };
}

/** The pauses whose time is not counted, clipped to the clock, and what is wrong with any. */
function assess(input: ClockInput, offset: string, until: number) {
  const problems: ClockProblem[] = [];
  const excluded: Span[] = [];
  const start = millisIn(input.start, offset);
  const acceptedAt = millisIn(input.accepted ?? input.start, offset);
  for (const pause of input.pauses ?? []) {
    const { event, declaredEnd } = pause;
    const begins = millisIn(pause.from, offset);
    if (input.end !== null && begins >= until) continue;
    const { counts, problems: found } = judge(pause, begins, acceptedAt);
    problems.push(...found);
    const declared = declaredEnd === null ? Infinity : startOfDay(declaredEnd, offset);
    const ended = pause.to === null ? Infinity : millisIn(pause.to, offset);
    if (Math.min(ended, until) > declared + DAY_MILLIS)
      problems.push({ code: 'CK-04', event, reason: 'beyond-declared-end' });
    if (counts) continue;
    // It stops excluding when it was declared to end: an end that is recorded later does not bring the time back.
    const stops = ended <= declared + DAY_MILLIS ? ended : declared;
    const to = input.end !== null || stops === Infinity ? Math.min(stops, until) : stops;
    const from = Math.max(begins, start);
    excluded.push(spanOf(from, Math.max(from, to), offset, event));
  }
  return { problems, excluded: excluded.toSorted((a, b) => a.from - b.from || a.to - b.to) };
}

/** The limit with the extensions that hold. One that comes too late, from the wrong level, untold or second does not. */
function extend(input: ClockInput, original: Reached, offset: string, count: Count) {
  const problems: ClockProblem[] = [];
  const extendedBy: string[] = [];
  let reached = original;
  const needed = EXTENSION_LEVELS.indexOf(input.extendedBy ?? 'organ-head');
  for (const { event, limit, approved, level, told } of input.extensions ?? []) {
    const reasons: ClockProblem['reason'][] = [];
    if (dayIn(approved, offset) > original.due) reasons.push('approved-after-due');
    if (EXTENSION_LEVELS.indexOf(level) < needed) reasons.push('wrong-level');
    if (!told) reasons.push('not-told');
    if (extendedBy.length > 0) reasons.push('second-time');
    problems.push(...reasons.map((reason) => ({ code: 'TL-08', event, reason }) as const));
    if (reasons.length > 0) continue;
    extendedBy.push(event);
    reached = reach(reached, limit, count);
  }
  return { problems, extendedBy, reached };
}

function traceOf(day: number, count: Count, reached: Reached, ended: boolean): TraceDay {
  const { calendar, startDay, untilDay, offset, part } = count;
  const { last, due, millis } = reached;
  const date = dayOfNumber(day);
  const working = likelyWorkday(date, calendar);
  const gazetted = calendar.days[date];
  const pause = day > startDay || part !== null ? pauseOn(day, count) : undefined;
  const notes: TraceNote[] = [];
  if (day === startDay && part === null) notes.push('start-not-counted');
  if (!working) notes.push(gazetted ? 'holiday' : 'weekend');
  if (working && weekdayOfNumber(day) > 5) notes.push('made-up');
  if (!isCovered(date, calendar)) notes.push('not-gazetted');
  if (pause && day > due) notes.push('pause-after-due');
  if (day > last && day <= due) notes.push('moved-off-holiday');
  if (day === due) notes.push('last-day');
  if (day > due) notes.push('over-due');
  if (day === untilDay && ended) notes.push('end');
  const row = { day: date, working, pausedBy: day <= due && pause ? pause.event : null, name: gazetted?.name ?? null };
  if (part === null) return { ...row, counted: dayCounts(day, count, reached), notes };
  const from = Math.max(beginOf(day, offset), count.start);
  const to = Math.min(beginOf(day + 1, offset), Math.max(millis, count.until));
  const counted = millisThatCount(from, to, count, reached);
  return { ...row, counted: counted > 0, millis: counted, notes };
}

/** Elapsed, remaining and over: days, or parts of days added up and rounded up. */
function standing(count: Count, reached: Reached): Pick<Clock, 'elapsed' | 'remaining' | 'over'> {
  const { start, startDay, until, untilDay, part } = count;
  if (part !== null) {
    const between = (from: number, to: number) =>
      Math.ceil(millisThatCount(from, Math.max(from, to), count, reached) / part);
    return {
      elapsed: between(start, until),
      remaining: between(Math.max(start, until), reached.millis),
      over: between(reached.millis, until),
    };
  }
  const between = (from: number, to: number) => {
    let days = 0;
    for (let day = from + 1; day <= to; day++) if (dayCounts(day, count, reached)) days++;
    return days;
  };
  return {
    elapsed: between(startDay, untilDay),
    remaining: between(Math.max(startDay, untilDay), reached.due),
    over: between(reached.due, untilDay),
  };
}

function lateness({ start, end, asOf }: ClockInput, count: Count, { due, millis }: Reached): Late {
  const byDay = count.untilDay > due;
  if (isDay(end ?? asOf)) return { byDay, byInstant: byDay };
  if (count.part !== null) return { byDay, byInstant: count.until > millis };
  if (isDay(start)) return { byDay, byInstant: byDay };
  const hour = count.start - beginOf(count.startDay, count.offset);
  return { byDay, byInstant: count.until > beginOf(due, count.offset) + hour };
}

/** The first day not gazetted yet that the due day hangs on: any that is counted, or the last that may be moved. */
function firstUncovered({ startDay, calendar, unit }: Count, { last, due }: Reached): string | null {
  if (unit === 'hour' || last === startDay) return null;
  for (let day = unit === 'working-day' ? startDay + 1 : last; day <= due; day++)
    if (!isCoveredNumber(day, calendar)) return dayOfNumber(day);
  return null;
}

const partOf = ({ unit }: Limit, partialDays: PartialDays) => {
  if (unit === 'hour') return HOUR_MILLIS;
  return partialDays === 'hours-round-up' && unit !== 'month' ? DAY_MILLIS : null;
};

function countOf(input: ClockInput, excluded: readonly Span[], until: number): Count {
  const { limit, calendar, offset = CHINA, partialDays = 'whole-day' } = input;
  if (!Number.isSafeInteger(limit.n) || limit.n < 0) throw new RangeError(`not a limit: ${limit.n} ${limit.unit}`);
  return {
    start: millisIn(input.start, offset),
    startDay: dayIn(input.start, offset),
    until,
    untilDay: dayIn(input.end ?? input.asOf, offset),
    offset,
    excluded,
    part: partOf(limit, partialDays),
    calendar,
    unit: limit.unit === 'month' ? 'calendar-day' : limit.unit,
  };
}
const startOf = ({ startDay, start }: Count): Reached => ({ last: startDay, due: startDay, millis: start });

const lastDayIn = (count: Count, reached: Reached): CountedOut => {
  const uncoveredFrom = firstUncovered(count, reached);
  return { due: dayOfNumber(reached.due), provisional: uncoveredFrom !== null, uncoveredFrom };
};

/** What {@link clock} and {@link lastDay} both rest on. */
function countedOut(input: ClockInput) {
  const { limit, offset = CHINA, end, asOf } = input;
  const until = end === null && isDay(asOf) ? startOfDay(asOf, offset) + DAY_MILLIS : millisIn(end ?? asOf, offset);
  const { problems, excluded } = assess(input, offset, until);
  const count = countOf(input, excluded, until);
  const original = reach(startOf(count), limit, count);
  const { problems: badExtensions, extendedBy, reached } = extend(input, original, offset, count);
  return { count, original, reached, extendedBy, problems: [...problems, ...badExtensions] };
}

/** By when what the limit is for has to be done, with pauses and extensions: {@link clock} without the days one by one. */
export function lastDay(input: ClockInput): CountedOut {
  const { count, reached } = countedOut(input);
  return lastDayIn(count, reached);
}

/** Counts a limit out and tells how it stands. Throws RangeError for what is not a limit, a day or an instant. */
export function clock(input: ClockInput): Clock {
  const { count, original, reached, extendedBy, problems } = countedOut(input);
  const { startDay, until, untilDay, offset } = count;
  const lastShown = Math.min(Math.max(reached.due, untilDay), FAR, startDay + TRACE_DAYS - 1);
  const trace: TraceDay[] = [];
  for (let day = startDay; day <= lastShown; day++) trace.push(traceOf(day, count, reached, input.end !== null));
  const isOpen = (pause: Pause) =>
    millisIn(pause.from, offset) < until && (pause.to === null || millisIn(pause.to, offset) > until);
  return {
    ...lastDayIn(count, reached),
    originalDue: dayOfNumber(original.due),
    dueAt: instantOfMillis(reached.millis, offset),
    extendedBy,
    unit: count.unit,
    ...standing(count, reached),
    late: lateness(input, count, reached),
    pausedBy: input.pauses?.findLast(isOpen)?.event ?? null,
    trace,
    problems,
  };
}

/** The last day of a limit that nothing has interrupted yet, for whoever starts it: without the days one by one. */
export function dueOf(start: Moment, limit: Limit, calendar: Calendar, offset = CHINA): CountedOut {
  const count = countOf({ start, limit, calendar, end: null, asOf: start }, [], millisIn(start, offset));
  return lastDayIn(count, reach(startOf(count), limit, count));
}
