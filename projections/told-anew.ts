/**
 * What a source tells of one of its rows now, in place of what it told first (SourceRowChanged). The first word stays in
 * the log; a row of a table is what its source last said. Who it is about is sealed, and does not change by this.
 */
import type { SourceEvent } from './events/sources.js';
import { isDay, isInstant, dayOf } from './kernel/instant.js';
import type { Recorded } from './kernel/message.js';
import { isFen } from './kernel/money.js';

/** `told`: the row at its source by which it became known; null where no source says. */
export type Told = { readonly told: string | null };
export const toldBy = ({ source }: Pick<Recorded, 'source'>): string | null => source?.row ?? null;

/** As the value that stands there is written; undefined where it cannot be. */
function like(value: unknown, path: string, text: string | null): unknown {
  if (path.endsWith('Fen')) return isFen(text) ? text : undefined;
  if (path === 'day') return text !== null && isDay(text) ? text : undefined;
  if (typeof value === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  return typeof value === 'string' || value === null ? text : undefined;
}
/** A value with another one at the end of a path, where there is such a place. */
function put(value: unknown, path: readonly string[], text: string | null): unknown {
  const [name, ...rest] = path;
  if (name === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value;
  const before = (value as Record<string, unknown>)[name];
  const after = rest.length === 0 ? like(before, name, text) : put(before, rest, text);
  if (after === undefined) return value;
  return Array.isArray(value) ? value.with(Number(name), after) : { ...value, [name]: after };
}
export type Changed = Recorded<Extract<SourceEvent, { type: 'SourceRowChanged' }>>;

/** `names`: members that the source tells. Its day follows the instant at which it happened. */
export function toldAnew<R extends Told & { readonly on: string }>(
  row: R,
  { data }: Changed,
  names: readonly (keyof R & string)[],
): R {
  if (row.told === null || row.told !== data.row || data.after === null) return row;
  const { occurredAt } = data.after;
  const on = occurredAt != null && isInstant(occurredAt) ? dayOf(occurredAt) : row.on;
  let now: R = { ...row, on };
  for (const [path, text] of Object.entries(data.after)) {
    const parts = path.split('.');
    if ((names as readonly string[]).includes(parts[0]!)) now = put(now, parts, text) as R;
  }
  return now;
}
