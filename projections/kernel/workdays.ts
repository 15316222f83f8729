/**
 * Which days are worked: the gazetted days of the years that are known, and nothing beyond them. The State Council
 * publishes a year late in the year before and a region its own days later still, so a day that nobody has gazetted
 * yet is answered as unknown; to count on over it all the same is said to be provisional.
 */
import { addDays, dayNumber, dayOfNumber, isDay, LAST_DAY, weekdayOfNumber } from './instant.js';

export type CalendarDay = Readonly<{ off: boolean; name: string; paper: string | null }>;
/** One year of one government; its days may lie in the December before or the January after. */
export interface CalendarYear {
  readonly region: string;
  readonly year: number;
  /** The whole year has been published, and not only a change of one of its days. */
  readonly gazetted: boolean;
  readonly days: Readonly<Record<string, CalendarDay>>;
}
/** A calendar is data: exceptions to "Monday to Friday are worked", and the years of which all exceptions are known. */
export interface Calendar {
  readonly region: string;
  readonly days: Readonly<Record<string, CalendarDay>>;
  /** Years that the State Council has gazetted. */
  readonly covered: readonly number[];
  /** Years of which the region's own days are known. */
  readonly local: readonly number[];
}

/**
 * Holidays that a region sets for itself (全国年节及纪念日放假办法 art. 4), and between which days of the year they and
 * the days worked for them can lie. Guangxi has kept 壮族三月三 since 2014: the third of the third lunar month, which
 * falls between the end of March and the end of April.
 */
const LOCAL_HOLIDAYS = [{ region: 'CN-GX', name: '壮族三月三', since: 2014, from: '03-12', to: '05-10' }] as const;

/** 'CN-GX' stands on 'CN': what a region says goes before what the country says. */
export const regionsOf = (region: string): readonly string[] =>
  region.split('-').map((_, n, parts) => parts.slice(0, n + 1).join('-'));

/** Gazetted days by date. Where there are several papers, nobody says which day is from which: all of them. */
export const daysByDate = (
  days: readonly { readonly date: string; readonly name: string; readonly off: boolean }[],
  papers: readonly string[],
): CalendarYear['days'] =>
  Object.fromEntries(days.map(({ date, off, name }) => [date, { off, name, paper: papers.join(' ') || null }]));

/** Name of a year: `CN-2026`, `CN-GX-2026`; its stream is `calendar-CN-2026`. */
export const calendarId = (region: string, year: number): string => `${region}-${year}`;
/** All that the days of these years can hang on: the next year's gazette may name days of this December. */
export const calendarIds = (region: string, fromYear: number, toYear: number): readonly string[] =>
  regionsOf(region).flatMap((of) =>
    Array.from({ length: Math.max(0, toYear + 2 - fromYear) }, (_, n) => calendarId(of, fromYear + n)),
  );

/** The last few that were put together: most look at the same years, one after the other. */
const KEPT = 16;
const kept: { readonly region: string; readonly years: readonly CalendarYear[]; readonly calendar: Calendar }[] = [];

/** The years of a region and of those it stands on as one calendar; other regions' years are left out. */
export function calendarOfYears(region: string, years: readonly CalendarYear[]): Calendar {
  const known = kept.find(
    (each) =>
      each.region === region && each.years.length === years.length && each.years.every((year, n) => year === years[n]),
  );
  if (known) return known.calendar;
  const calendar = together(region, years);
  kept.unshift({ region, years: [...years], calendar });
  kept.length = Math.min(kept.length, KEPT);
  return calendar;
}
function together(region: string, years: readonly CalendarYear[]): Calendar {
  const chain = regionsOf(region);
  const mine = years
    .filter((year) => chain.includes(year.region))
    .toSorted((a, b) => chain.indexOf(a.region) - chain.indexOf(b.region) || a.year - b.year);
  const yearsOf = (of: string) =>
    mine.filter(({ region: its, gazetted }) => its === of && gazetted).map(({ year }) => year);
  return {
    region,
    days: Object.assign({}, ...mine.map(({ days }) => days)) as Calendar['days'],
    covered: yearsOf(chain[0]!),
    local: [...new Set(chain.slice(1).flatMap(yearsOf))],
  };
}

/** Whether everything that makes a day worked or off has been gazetted. */
export function isCovered(day: string, calendar: Calendar): boolean {
  if (Object.hasOwn(calendar.days, day)) return true;
  const year = Number(day.slice(0, 4));
  if (!calendar.covered.includes(year)) return false;
  const local = LOCAL_HOLIDAYS.find(({ region }) => `${calendar.region}-`.startsWith(`${region}-`));
  if (!local || year < local.since || calendar.local.includes(year)) return true;
  const inYear = day.slice(5);
  return inYear < local.from || inYear > local.to;
}

/** Worked or off by the gazette; null where it is not known yet. Throws RangeError for what is not a day. */
export function isWorkday(day: string, calendar: Calendar): boolean | null {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  return isCovered(day, calendar) ? likelyWorkday(day, calendar) : null;
}

/** As {@link isWorkday}, and where it is not known, as if Monday to Friday were worked. */
export function likelyWorkday(day: string, calendar: Calendar): boolean {
  if (Object.hasOwn(calendar.days, day)) return !calendar.days[day]!.off;
  return weekdayOfNumber(dayNumber(day)) <= 5;
}

/** What has been found out about the days of a calendar, by their numbers: limits ask for the same ones again and again. */
const worked = new WeakMap<Calendar, Map<number, boolean>>();
const covered = new WeakMap<Calendar, Map<number, boolean>>();
type Remembered<K, V> = Readonly<{ get: (key: K) => V | undefined; set: (key: K, value: V) => unknown }>;
function remembered<K, V>(found: Remembered<K, V>, key: K, find: () => V): V {
  const known = found.get(key);
  if (known !== undefined) return known;
  const now = find();
  found.set(key, now);
  return now;
}
const daysOf = (found: typeof worked, calendar: Calendar) =>
  remembered(found, calendar, () => new Map<number, boolean>());
/** As {@link likelyWorkday} and {@link isCovered}, of a day by its number. */
export function worksOnNumber(day: number, calendar: Calendar): boolean {
  return remembered(daysOf(worked, calendar), day, () => likelyWorkday(dayOfNumber(day), calendar));
}
export function isCoveredNumber(day: number, calendar: Calendar): boolean {
  return remembered(daysOf(covered, calendar), day, () => isCovered(dayOfNumber(day), calendar));
}

export interface CountedOut {
  /** The last day of the limit; it is in time until 24:00. */
  readonly due: string;
  /** A day that was counted over has not been gazetted: the due day may still move. */
  readonly provisional: boolean;
  /** The first such day. */
  readonly uncoveredFrom: string | null;
}

/**
 * The n-th working day after `start`, which is not counted itself (Licensing Law art. 82, Civil Code art. 201);
 * 0 is `start`. Stops at the end of the year 9999. Throws RangeError unless n is a whole number from 0 on.
 */
export function addWorkdays(start: string, n: number, calendar: Calendar): CountedOut {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`not a number of days: ${n}`);
  let day = start;
  let uncoveredFrom: string | null = null;
  for (let left = n; left > 0 && day < LAST_DAY;) {
    day = addDays(day, 1);
    if (!isCovered(day, calendar)) uncoveredFrom ??= day;
    if (likelyWorkday(day, calendar)) left--;
  }
  return { due: day, provisional: uncoveredFrom !== null, uncoveredFrom };
}

/** Working days after `from` up to and with `to`; 0 if `to` is not later. Uncovered days as if by weekday. */
export function workdaysBetween(from: string, to: string, calendar: Calendar): number {
  let count = 0;
  for (let n = dayNumber(from) + 1, last = dayNumber(to); n <= last; n++)
    if (likelyWorkday(dayOfNumber(n), calendar)) count++;
  return count;
}
