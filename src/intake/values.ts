/** What a mapping's values come out as for one record. */
import type { Attributes, Problem, ReasonCode } from './records.js';
import type { Converted, Json, Mapping, ValueSpec } from './mapping.js';
import { type Instant, readDay, readInstant } from './time.js';

/** A value that cannot be taken. */
export class NotTaken extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.field}: ${problem.code}`);
    this.name = 'NotTaken';
  }
}
export interface Env {
  readonly event: Attributes;
  readonly case: Attributes;
  readonly zone: Mapping['zone'];
  /** Named groups of the activity's expression. */
  readonly groups?: Readonly<Record<string, string | undefined>>;
}

/** Characters. Longer texts are documents, and belong where documents are kept. */
export const MAX_TEXT = 20_000;
const EXCERPT = 60;

const bad = (field: string, code: ReasonCode, text?: string) =>
  new NotTaken({ field, code, ...(text !== undefined && { detail: text.slice(0, EXCERPT) }) });

/** Throws {@link NotTaken} for text that the log cannot hold or that was broken on the way. */
export function checked(field: string, text: string): string {
  if (text.length > MAX_TEXT) throw bad(field, 'too-long', `${text.length} > ${MAX_TEXT}`);
  if (text.includes('\0')) throw bad(field, 'nul-character');
  if (text.includes('\uFFFD') || /\p{Surrogate}/u.test(text)) throw bad(field, 'broken-encoding');
  return text;
}

const nameOf = (spec: ValueSpec) =>
  typeof spec === 'string' ? spec : (spec.from ?? (spec.case === undefined ? '' : `case:${spec.case}`));

/** The text that stands there; undefined where none does, or one that stands for nothing. */
function textOf(spec: ValueSpec, env: Env): string | undefined {
  const where = typeof spec === 'string' ? { from: spec } : spec;
  const text =
    where.from !== undefined
      ? env.event.get(where.from)
      : where.case !== undefined
        ? env.case.get(where.case)
        : env.groups?.[where.group ?? ''];
  if (text === undefined || (typeof spec !== 'string' && spec.unknown?.includes(text))) return undefined;
  return checked(nameOf(spec), text);
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Digits beyond the fen only if they are zeros; separators of thousands only where the mapping names them, and where they belong. */
function fenOf(field: string, text: string, { unit = 'yuan', decimal = '.', thousands }: Converted): string {
  const plain = text.replace(/[¥￥元\s]/g, '');
  const grouped = thousands === undefined ? '' : `|\\d{1,3}(?:${escape(thousands)}\\d{3})+`;
  const form = new RegExp(`^([+-]?)(\\d{1,13}${grouped})(?:${escape(decimal)}(\\d+))?$`);
  const [, sign, digits, part = ''] = form.exec(plain) ?? [];
  const whole = thousands === undefined ? digits : digits?.replaceAll(thousands, '');
  const cents = part.replace(/0+$/, '');
  if (whole === undefined || whole.length > 13 || cents.length > (unit === 'yuan' ? 2 : 0))
    throw bad(field, 'not-an-amount', text);
  const fen = unit === 'yuan' ? BigInt(whole) * 100n + BigInt(cents.padEnd(2, '0')) : BigInt(whole);
  return String(sign === '-' ? -fen : fen);
}

function numberOf(field: string, text: string, { type, decimal = '.' }: Converted): number {
  const number = Number(decimal === ',' ? text.replaceAll('.', '').replace(',', '.') : text.trim());
  if (text.trim() === '' || !Number.isFinite(number) || (type === 'integer' && !Number.isSafeInteger(number)))
    throw bad(field, 'not-a-number', text);
  return number;
}

const TRUE = new Set(['true', 'yes', 'y', '1', '是', '真']);
const FALSE = new Set(['false', 'no', 'n', '0', '否', '假']);

function instantOf(field: string, text: string, as: Converted, zone: string | undefined): Instant {
  const read = readInstant(text, { zone: as.zone ?? zone, format: as.format });
  if ('code' in read) throw bad(field, read.code, text);
  return as.precision === undefined ? read : { instant: read.instant, precision: as.precision };
}

/** Text as a mapping wants it. Throws {@link NotTaken}. */
export function convert(field: string, text: string, as: Converted, zone: string | undefined): Json {
  if (as.codes) {
    if (Object.hasOwn(as.codes, text)) return as.codes[text]!;
    if (as.else !== undefined) return as.else;
    throw bad(field, 'no-code', text);
  }
  switch (as.type ?? 'text') {
    case 'text':
      return text;
    case 'instant':
      return instantOf(field, text, as, zone).instant;
    case 'day': {
      const day = readDay(text, { format: as.format });
      if (day === null) throw bad(field, 'not-a-day', text);
      return day;
    }
    case 'number':
    case 'integer':
      return numberOf(field, text, as);
    case 'fen':
      return fenOf(field, text, as);
    case 'boolean': {
      const lower = text.trim().toLowerCase();
      if (TRUE.has(lower)) return true;
      if (FALSE.has(lower)) return false;
      throw bad(field, 'not-a-boolean', text);
    }
  }
}

/** The value of a spec; undefined where nothing stands there. Throws {@link NotTaken}. */
export function valueOf(spec: ValueSpec, env: Env): Json | undefined {
  if (typeof spec !== 'string' && spec.value !== undefined) return spec.value;
  const text = textOf(spec, env);
  if (text === undefined) return undefined;
  return typeof spec === 'string' ? text : convert(nameOf(spec), text, spec, env.zone);
}

/** The same as text, where a name is asked for. */
export function wordOf(spec: ValueSpec | undefined, env: Env): string | undefined {
  const value = spec === undefined ? undefined : valueOf(spec, env);
  return value === undefined || value === null ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same as an instant with its precision, whatever `type` says. */
export function timeOf(spec: ValueSpec, env: Env): Instant | undefined {
  const text = textOf(spec, env);
  return text === undefined ? undefined : instantOf(nameOf(spec), text, typeof spec === 'string' ? {} : spec, env.zone);
}

export const requiredWord = (spec: ValueSpec, env: Env): string => {
  const word = wordOf(spec, env);
  if (word === undefined) throw bad(nameOf(spec), 'missing');
  return word;
};
export const requiredTime = (spec: ValueSpec, env: Env): Instant => {
  const time = timeOf(spec, env);
  if (time === undefined) throw bad(nameOf(spec), 'missing');
  return time;
};

const isSpec = (value: object): value is Exclude<ValueSpec, string> =>
  'from' in value || 'case' in value || 'group' in value;

/** Data with every `{from | case | group}` in it replaced; what has no value is left out. */
export function fill(data: Json, env: Env): Json | undefined {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => fill(item as Json, env)).filter((item) => item !== undefined);
  if (isSpec(data)) return valueOf(data, env);
  const filled = Object.entries(data).map(([name, value]) => [name, fill(value, env)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined)) as Json;
}
