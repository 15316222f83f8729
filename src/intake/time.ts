/** Times as sources write them, made into one text per instant: RFC 3339, the source's own offset, milliseconds or finer. */
import { isDay, isInstant, isOffset } from '../../projections/kernel/instant.js';
import type { Precision } from '../../projections/kernel/message.js';
import type { ReasonCode } from './records.js';

export type Instant = Readonly<{ instant: string; precision: Precision }>;
export type TimeProblem = Readonly<{ code: ReasonCode }>;

/** Year, month, day; then hour, minute, second, fraction, offset where they are written. */
const COMMON =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})?(?:[.,](\d{1,12}))?)?(?:秒|分)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?())?(Z|[+-]\d{2}:?\d{2})?$/i;
const EPOCH = /^-?\d{9,14}$/;

type Parts = readonly (string | undefined)[];
const two = (text: string) => text.padStart(2, '0');

const formats = new Map<string, { pattern: RegExp; order: string[] }>();
/** A pattern of the letters yyyy MM dd HH mm ss SSS and, for the offset, X three times, for times such as `31-12-2011 23:59`. */
function byFormat(text: string, format: string): Parts | null {
  let known = formats.get(format);
  if (!known) {
    const order: string[] = [];
    const pattern = format.replace(/yyyy|MM?|dd?|HH?|mm?|ss?|S+|X+|[^a-zA-Z\d\s]/g, (token) => {
      const letter = token[0]!;
      if (!/[a-zA-Z]/.test(letter)) return `\\${letter}`;
      order.push(letter);
      if (letter === 'X') return '(Z|[+-]\\d{2}:?\\d{2})';
      if (letter === 'S') return '(\\d{1,12})';
      return token === 'yyyy' ? '(\\d{4})' : '(\\d{1,2})';
    });
    known = { pattern: new RegExp(`^${pattern}$`, 'u'), order };
    formats.set(format, known);
  }
  const found = known.pattern.exec(text);
  if (!found) return null;
  const of = (letter: string) => found[known.order.indexOf(letter) + 1];
  const part = (letter: string) => (known.order.includes(letter) ? of(letter) : undefined);
  return ['', ...['y', 'M', 'd', 'H', 'm', 's', 'S', 'X'].map(part)];
}

const clocks = new Map<string, Intl.DateTimeFormat>();
/** Minutes that a zone is ahead of UTC at an instant (Unix milliseconds). Throws RangeError for an unknown zone. */
function minutesAhead(zone: string, millis: number): number {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    clocks.set(zone, clock);
  }
  const name = clock.formatToParts(millis).find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
export const isZone = (zone: string): boolean => {
  if (isOffset(zone)) return true;
  try {
    minutesAhead(zone, 0);
    return true;
  } catch {
    return false;
  }
};
const offsetText = (minutes: number) => {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(String(Math.floor(size / 60)))}:${two(String(size % 60))}`;
};

/** The offset of a local time; the earlier one where clocks are put back, null where they are put forward over it. */
function offsetAt(zone: string, local: string): string | null {
  if (isOffset(zone)) return zone;
  const millis = Date.parse(`${local}Z`);
  // A day on either side no zone is more than one change of clocks away.
  const candidates = [minutesAhead(zone, millis - 86_400_000), minutesAhead(zone, millis + 86_400_000)];
  const right = candidates.find((minutes) => minutesAhead(zone, millis - minutes * 60_000) === minutes);
  return right === undefined ? null : offsetText(right);
}

function normalOffset(offset: string): string {
  if (/^z$/i.test(offset)) return '+00:00';
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function epoch(text: string, zone: string | undefined): Instant | TimeProblem {
  const millis = text.replace('-', '').length > 11 ? Number(text) : Number(text) * 1000;
  const minutes = zone === undefined ? 0 : isOffset(zone) ? null : minutesAhead(zone, millis);
  const offset = minutes === null ? zone! : offsetText(minutes);
  const ahead = (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  const written = new Date(millis + ahead * 60_000).toISOString().replace('Z', offset);
  return isInstant(written) ? { instant: written, precision: 'second' } : { code: 'not-an-instant' };
}

export interface TimeStyle {
  /** For times written without an offset: an offset (+08:00) or a zone (Europe/Amsterdam). */
  readonly zone?: string | undefined;
  /** For times that are not written year first, such as `dd-MM-yyyy HH:mm`; `epoch` for Unix (milli)seconds. */
  readonly format?: string | undefined;
}

/** The same instant always comes out as the same text, however many zeros and whatever separators the source wrote. */
export function readInstant(text: string, { zone, format }: TimeStyle = {}): Instant | TimeProblem {
  const trimmed = text.trim();
  if (format === 'epoch') return EPOCH.test(trimmed) ? epoch(trimmed, zone) : { code: 'not-an-instant' };
  const parts = format === undefined ? (COMMON.exec(trimmed) ?? COMPACT.exec(trimmed)) : byFormat(trimmed, format);
  if (!parts) return { code: 'not-an-instant' };
  const [, year, month, day, hour, minute, second, fraction, offset] = parts;
  if (!year || !month || !day) return { code: 'not-an-instant' };
  const date = `${year}-${two(month)}-${two(day)}`;
  const clock = `${two(hour ?? '0')}:${two(minute ?? '0')}:${two(second ?? '0')}`;
  const digits = (fraction ?? '').replace(/0+$/, '').padEnd(3, '0');
  if (!isDay(date) || !isInstant(`${date}T${clock.slice(0, 6)}00Z`)) return { code: 'not-an-instant' };
  const precision = hour === undefined ? 'day' : second === undefined ? 'minute' : 'second';
  if (!offset && zone === undefined) return { code: 'no-offset' };
  const ahead = offset ? normalOffset(offset) : offsetAt(zone!, `${date}T${clock}`);
  if (ahead === null) return { code: 'no-such-local-time' };
  const instant = `${date}T${clock}.${digits}${ahead}`;
  return isInstant(instant) ? { instant, precision } : { code: 'not-an-instant' };
}

/** The day as the source wrote it. */
export function readDay(text: string, style: TimeStyle = {}): string | null {
  const read = readInstant(text, { zone: '+00:00', ...style });
  return 'instant' in read ? read.instant.slice(0, 10) : null;
}
