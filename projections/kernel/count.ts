/** Counting a limit out: by whole days, or by the parts of days. Days are numbers, instants are milliseconds. */
import { addMonths, DAY_MILLIS, dayNumber, dayOf, dayOfNumber, isDay, millisOf, startOfDay } from './instant.js';
import type { Limit, LimitUnit, Moment } from './clock.js';
import { type Calendar, worksOnNumber } from './workdays.js';

/** [from, to) in milliseconds, and the days of both. */
export type Span = Readonly<{ from: number; to: number; fromDay: number; toDay: number; event: string }>;
/** What every step of the counting needs. Days are numbers, instants are milliseconds. */
export interface Count {
  readonly start: number;
  readonly startDay: number;
  readonly until: number;
  readonly untilDay: number;
  readonly offset: string;
  readonly excluded: readonly Span[];
  /** Milliseconds of one unit where parts of days are counted; else null. */
  readonly part: number | null;
  readonly calendar: Calendar;
  readonly unit: Exclude<LimitUnit, 'month'>;
}
/** Where a limit is reached: `last` before it is moved off a holiday, `due` after. */
export type Reached = Readonly<{ last: number; due: number; millis: number }>;

/** Nothing is counted beyond it, so that every day has a next one. */
export const FAR = dayNumber('9999-12-29');
export const HOUR_MILLIS = 3_600_000;

export const millisIn = (moment: Moment, offset: string) =>
  isDay(moment) ? startOfDay(moment, offset) : millisOf(moment);
export const dayIn = (moment: Moment, offset: string) => dayNumber(isDay(moment) ? moment : dayOf(moment, offset));
export const beginOf = (day: number, offset: string) => startOfDay(dayOfNumber(day), offset);

export const numberOf = (millis: number, offset: string) =>
  Math.floor((millis - startOfDay('1970-01-01', offset)) / DAY_MILLIS);

export const spanOf = (from: number, to: number, offset: string, event: string): Span => ({
  from,
  to,
  fromDay: numberOf(from, offset),
  toDay: numberOf(to, offset),
  event,
});

export const worksOn = (day: number, unit: LimitUnit, calendar: Calendar) =>
  unit !== 'working-day' || worksOnNumber(day, calendar);
export const pauseOn = (day: number, { excluded }: Count) =>
  excluded.find(({ fromDay, toDay }) => fromDay <= day && day < toDay);

/** The parts of [from, to) that lie on days that count and in no excluded span; each once, in order, some of no length. */
function* partsOf(
  { from, to, unit }: { readonly from: number; readonly to: number; readonly unit: LimitUnit },
  { offset, calendar, excluded }: Pick<Count, 'offset' | 'calendar' | 'excluded'>,
): Generator<readonly [number, number]> {
  const last = Math.min(FAR, numberOf(to, offset));
  for (let day = numberOf(from, offset); day <= last; day++) {
    if (!worksOn(day, unit, calendar)) continue;
    let at = Math.max(from, beginOf(day, offset));
    const end = Math.min(to, beginOf(day + 1, offset));
    for (const span of excluded) {
      yield [at, Math.max(at, Math.min(span.from, end))];
      at = Math.max(at, Math.min(span.to, end));
    }
    yield [at, end];
  }
}

/** A limit in days; months by the corresponding date (Civil Code art. 202), hours in whole days. */
function daysOf({ n, unit }: Limit, from: number): number {
  if (unit === 'hour') return Math.ceil(n / 24);
  if (unit !== 'month') return n;
  const day = dayOfNumber(from);
  return (n > 12 * (9998 - Number(day.slice(0, 4))) ? FAR : dayNumber(addMonths(day, n))) - from;
}

function reachInParts(from: number, limit: Limit, count: Count): Reached {
  let left = limit.unit === 'hour' ? limit.n * HOUR_MILLIS : daysOf(limit, numberOf(from, count.offset)) * DAY_MILLIS;
  let at = from;
  if (limit.n > 0)
    for (const [begin, end] of partsOf({ from, to: Infinity, unit: limit.unit }, count)) {
      at = Math.min(end, begin + left);
      left -= at - begin;
      if (left <= 0) break;
    }
  // A limit that is used up at midnight was used up on the day before.
  const day = numberOf(at > count.start ? at - 1 : at, count.offset);
  return { last: day, due: day, millis: at };
}

function reachInDays(from: number, limit: Limit, count: Count): Reached {
  let day = from;
  for (let left = daysOf(limit, from); left > 0 && day < FAR;) {
    day++;
    if (worksOn(day, limit.unit, count.calendar) && !pauseOn(day, count)) left--;
  }
  let due = day;
  // Civil Code art. 203(1): a last day that is a holiday gives way to the day after it.
  if (limit.n > 0) while (due < FAR && !worksOnNumber(due, count.calendar)) due++;
  return { last: day, due, millis: beginOf(Math.min(due, FAR) + 1, count.offset) };
}

export const reach = (from: Reached, limit: Limit, count: Count): Reached =>
  count.part === null ? reachInDays(from.last, limit, count) : reachInParts(from.millis, limit, count);

/** Whether a whole day counts. Once the limit is used up a pause changes nothing any more. */
export const dayCounts = (day: number, count: Count, { last, due }: Reached): boolean =>
  day > count.startDay &&
  worksOn(day, count.unit, count.calendar) &&
  (day > due || (day <= last && !pauseOn(day, count)));

/** How much of [from, to) counts, in milliseconds, likewise. */
export function millisThatCount(from: number, to: number, count: Count, { millis: due }: Reached): number {
  const excluded = count.excluded.map((s) => ({ ...s, from: Math.min(s.from, due), to: Math.min(s.to, due) }));
  let sum = 0;
  for (const [begin, end] of partsOf({ from, to, unit: count.unit }, { ...count, excluded })) sum += end - begin;
  return sum;
}
