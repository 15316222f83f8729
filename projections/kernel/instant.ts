/**
 * Days ('YYYY-MM-DD', proleptic Gregorian, years 0001 to 9999) and instants (RFC 3339 with an offset) as values.
 * A region is a fixed offset. China's is +08:00; its summer time of 1986 to 1991 is not modelled, so the day of an
 * instant of those summers is the day by today's clock.
 */
import type { Precision } from './message.js';

export const CHINA = '+08:00';
export const DAY_MILLIS = 86_400_000;
export const LAST_DAY = '9999-12-31';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;
const OFFSET = /^[+-](?:[01]\d|2[0-3]):[0-5]\d$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : MONTH_DAYS[month - 1]!;
const two = (n: number) => String(n).padStart(2, '0');

export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  // There is no month 0 or 13, and no day is one of theirs.
  return year >= 1 && day >= 1 && day <= daysInMonth(year, month);
}

export const isOffset = (text: string): boolean => OFFSET.test(text);

/**
 * A leap second is taken where RFC 3339 §5.7 allows one: as 23:59:60 in UTC. The first and the last two days
 * of all time are not, so that an instant has a day at every offset.
 */
function partsOf(text: string): RegExpExecArray | null {
  const parts = INSTANT.exec(text);
  if (!parts || !isDay(parts[1]!) || parts[1]! < '0001-01-03' || parts[1]! > '9999-12-29') return null;
  const [hour, minute, second] = [Number(parts[2]), Number(parts[3]), Number(parts[4])];
  const offset = parts[6]!;
  if (hour > 23 || minute > 59 || second > 60 || (/[+-]/.test(offset) && !isOffset(offset))) return null;
  if (second < 60) return parts;
  const ofDay = (((hour * 60 + minute - offsetMinutes(offset)) % 1440) + 1440) % 1440;
  return ofDay === 1439 ? parts : null;
}
function readable(instant: string): RegExpExecArray {
  const parts = partsOf(instant);
  if (!parts) throw new RangeError(`not an instant: ${instant}`);
  return parts;
}
export const isInstant = (text: string): boolean => partsOf(text) !== null;

/** Of Z nothing is left to read, which is 0. */
const offsetMinutes = (offset: string) =>
  (offset[0] === '-' ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));

/** Days since 1970-01-01. Throws RangeError for what is not a day. */
export function dayNumber(day: string): number {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  const [y, m, d] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
  // Years that begin in March put the leap day last (H. Hinnant, days_from_civil).
  const year = m > 2 ? y : y - 1;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + d - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The inverse of {@link dayNumber}. Throws RangeError outside the years 0001 to 9999. */
export function dayOfNumber(days: number): string {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (!Number.isInteger(days) || year < 1 || year > 9999) throw new RangeError(`no day ${days}`);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1)}`;
}

/** Throws RangeError for what is not a day, or outside the years 0001 to 9999. */
export const addDays = (day: string, days: number): string => dayOfNumber(dayNumber(day) + days);
/** From `a` to `b`; negative if `b` is earlier. */
export const daysBetween = (a: string, b: string): number => dayNumber(b) - dayNumber(a);
/** 1 is Monday, 7 is Sunday (ISO 8601). */
export const weekday = (day: string): number => weekdayOfNumber(dayNumber(day));
export const weekdayOfNumber = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1;

/** The corresponding date of a later month; where there is none, the month's last day (Civil Code art. 202). */
export function addMonths(day: string, months: number): string {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const [year, month] = [Math.floor(count / 12), (count % 12) + 1];
  if (!Number.isInteger(months) || year < 1 || year > 9999) throw new RangeError(`no day ${months} months from ${day}`);
  const last = daysInMonth(year, month);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(Math.min(Number(day.slice(8, 10)), last))}`;
}

/** Seconds since 1970 in UTC and the digits after them, without trailing zeros: exact, however many there are. */
export type Exact = Readonly<{ seconds: number; fraction: string }>;
/** Throws RangeError for what is not an instant. */
export function exact(instant: string): Exact {
  const parts = readable(instant);
  const minutes = Number(parts[2]) * 60 + Number(parts[3]) - offsetMinutes(parts[6]!);
  return {
    seconds: dayNumber(parts[1]!) * 86_400 + minutes * 60 + Number(parts[4]),
    fraction: (parts[5] ?? '').replace(/0+$/, ''),
  };
}

/** Negative, 0 or positive, whatever offsets they are written with. Throws RangeError for what is not an instant. */
export const compareInstants = (a: string, b: string): number => compareExact(exact(a), exact(b));
export function compareExact(x: Exact, y: Exact): number {
  return Math.sign(x.seconds - y.seconds) || Number(x.fraction > y.fraction) - Number(x.fraction < y.fraction);
}

/** Milliseconds since 1970, finer digits cut off. Throws RangeError for what is not an instant. */
export function millisOf(instant: string): number {
  const { seconds, fraction } = exact(instant);
  return seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

const offsetMillis = (offset: string) => {
  if (!/^[Zz]$/.test(offset) && !isOffset(offset)) throw new RangeError(`not an offset: ${offset}`);
  return offsetMinutes(offset) * 60_000;
};

/** Written at an offset, with milliseconds. */
export function instantOfMillis(millis: number, offset = CHINA): string {
  const local = millis + offsetMillis(offset);
  const days = Math.floor(local / DAY_MILLIS);
  const rest = local - days * DAY_MILLIS;
  const seconds = Math.floor(rest / 1000);
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${dayOfNumber(days)}T${time}.${String(rest % 1000).padStart(3, '0')}${offset}`;
}

/** The day of an instant where the clock stands at `offset`. Throws RangeError for what is not an instant. */
export function dayOf(instant: string, offset = CHINA): string {
  const parts = readable(instant);
  if (parts[6] === offset) return parts[1]!; // as it is written
  return dayOfNumber(Math.floor((millisOf(instant) + offsetMillis(offset)) / DAY_MILLIS));
}
/** The day on which something happened here; of what is known by its day only, the one that its source wrote. */
export const happenedOn = (of: { readonly occurredAt: string; readonly precision: Precision }): string =>
  of.precision === 'day' ? of.occurredAt.slice(0, 10) : dayOf(of.occurredAt);
/** The day as its source wrote it. */
export const writtenDay = (instant: string): string => instant.slice(0, 10);
/** Milliseconds at which a day begins there. */
export const startOfDay = (day: string, offset = CHINA): number => dayNumber(day) * DAY_MILLIS - offsetMillis(offset);

/** What `occurredAt` says at least: its second, minute or day at the offset it is written with. For ordering. */
export function startOf(occurredAt: string, precision: Precision): string {
  const offset = readable(occurredAt)[6]!;
  switch (precision) {
    case 'second':
      return `${occurredAt.slice(0, 19)}${offset}`;
    case 'minute':
      return `${occurredAt.slice(0, 16)}:00${offset}`;
    case 'day':
      return `${occurredAt.slice(0, 10)}T00:00:00${offset}`;
    case 'unknown':
      return occurredAt;
  }
}
