/**
 * What a source tells of one of its rows now, in place of what it told first (SourceRowChanged), or that it has it no more.
 * The first word stays in the log; a row of a table is what its source last said, and what was withdrawn stays in its
 * table, marked, and out of everything that is counted. Who it is about is sealed, and does not change by this.
 */
import type { SourceEvent } from './events/sources.js';
import type { Fold, Status } from './kernel/fold.js';
import { isDay, isInstant, dayOf } from './kernel/instant.js';
import type { Message, Recorded } from './kernel/message.js';
import { isFen } from './kernel/money.js';

/** `told`: system and row by which it became known, null where no source says; `withdrawn`: the event that took it back. */
export type Told = { readonly told: string | null; readonly withdrawn: string | null };
export const toldBy = ({ source }: Pick<Recorded, 'source'>): string | null =>
  source ? `${source.system} ${source.row}` : null;
export type Changed = Recorded<Extract<SourceEvent, { type: 'SourceRowChanged' }>>;
/** The row that a change is about, named as {@link toldBy} names it. */
const changedRow = ({ source, data }: Changed) => (source ? `${source.system} ${data.row}` : null);
export const isAbout = (told: string | null, event: Changed) => told !== null && told === changedRow(event);

type Values = Readonly<Record<string, string | null>>;
const DAYS = /(On|^day)$/;
/** As the value that stands there is written; undefined where it cannot be. */
function like(value: unknown, path: string, text: string | null): unknown {
  if (path.endsWith('Fen')) return isFen(text) ? text : undefined;
  if (DAYS.test(path) || (typeof value === 'string' && isDay(value))) {
    if (text !== null) return isDay(text) ? text : undefined;
    return value === null || path === 'dueOn' ? null : undefined;
  }
  if (typeof value === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (typeof value === 'number') return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  return typeof value === 'string' || value === null ? text : undefined;
}
/** Another element of a list: like the others, of which nothing is known yet. */
const empty = (of: unknown): unknown =>
  typeof of !== 'object' || of === null
    ? null
    : Object.fromEntries(
        Object.entries(of).map(([name, value]) => [
          name,
          name.endsWith('Fen') ? '0' : typeof value === 'number' ? 0 : null,
        ]),
      );
/** A value with another one at the end of a path, where there is such a place, or the next one of a list. */
function put(value: unknown, path: readonly string[], text: string | null): unknown {
  const [name, ...rest] = path;
  if (name === undefined || typeof value !== 'object' || value === null) return value;
  const list = Array.isArray(value) && value.length > 0 && name === String(value.length) && text !== null;
  if (!list && !Object.hasOwn(value, name)) return value;
  const before = list ? empty(value[0]) : (value as Record<string, unknown>)[name];
  const after = rest.length === 0 ? like(before, name, text) : put(before, rest, text);
  if (after === undefined) return value;
  if (!Array.isArray(value)) return { ...value, [name]: after };
  return list ? [...value, after] : value.with(Number(name), after);
}
const leaves = (value: unknown, path: string): readonly string[] =>
  typeof value !== 'object'
    ? [path]
    : Object.entries(value ?? {}).flatMap(([name, one]) => (one === null ? [] : leaves(one, `${path}.${name}`)));
/**
 * Nothing of an element is told any longer: of all that it has, or of its amount, without which there is none. That a member
 * of it is told to be nothing is told of that member alone.
 */
function isGone(element: unknown, path: string, after: Values): boolean {
  const names = Object.keys(after).filter((name) => name === path || name.startsWith(`${path}.`));
  if (names.length === 0 || names.some((name) => after[name] !== null)) return false;
  return names.some((name) => name.endsWith('Fen')) || leaves(element, path).every((leaf) => names.includes(leaf));
}
/** Lists without the elements that the source has no more. `was`: as they stood there before. */
function shortened(value: unknown, was: unknown, path: string, after: Values): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(([name, one]) => [
      name,
      shortened(one, (was as Record<string, unknown> | null)?.[name], `${path}${name}.`, after),
    ]);
    return Object.fromEntries(members);
  }
  const before = Array.isArray(was) ? was : [];
  return value.filter((_one, n) => n >= before.length || !isGone(before[n], `${path}${n}`, after));
}
function patched<T extends object>(value: T, after: Values, names?: readonly string[]): T {
  let now: object = value;
  for (const [path, text] of Object.entries(after)) {
    const parts = path.split('.');
    if (names === undefined || names.includes(parts[0]!)) now = put(now, parts, text) as object;
  }
  return Object.keys(after).some((path) => /\.\d/.test(path)) ? (shortened(now, value, '', after) as T) : (now as T);
}
/** The day on which it happened, as its source tells it now. */
export const dayTold = ({ occurredAt }: Values, otherwise: string): string =>
  occurredAt != null && isInstant(occurredAt) ? dayOf(occurredAt) : otherwise;

/** `names`: members that the source tells. Its day follows the instant at which it happened. */
export function toldAnew<R extends Told & { readonly on?: string }>(
  row: R,
  event: Changed,
  names: readonly (keyof R & string)[],
): R {
  if (!isAbout(row.told, event)) return row;
  const { after } = event.data;
  if (after === null) return { ...row, withdrawn: event.id };
  const on = row.on === undefined ? {} : { on: dayTold(after, row.on) };
  return patched({ ...row, ...on, withdrawn: null }, after, names);
}
/** That it came to an end may be told anew, too: on which day, or that it has not. Undefined: it is about something else. */
export function endedAnew(
  told: string | null,
  event: Changed,
  on: string | null,
): { readonly on: string | null } | undefined {
  if (!isAbout(told, event)) return undefined;
  const { after } = event.data;
  return { on: after === null ? null : dayTold(after, on ?? dayOf(event.occurredAt)) };
}

/** What was said in a stream, kept in its row, so that it can be folded once more as its sources tell it now. */
export type Said = Readonly<{
  id: string;
  index: number;
  type: string;
  told: string | null;
  /** The event by which the source took it back. */
  gone: string | null;
  occurredAt: string;
  person: string | null;
  place: Recorded['place'] | null;
  data: object;
}>;
/** What is sealed is of no use to a fold. */
const bare = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(bare)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value).flatMap(([name, one]) => (name === 'personal' ? [] : [[name, bare(one)]])),
        )
      : value;
export const saidIn = (event: Recorded<any>): Said => ({
  id: event.id,
  index: event.index,
  type: event.type,
  told: toldBy(event),
  gone: null,
  occurredAt: event.occurredAt,
  person: event.actor.person,
  place: event.place ?? null,
  data: bare(event.data) as object,
});
/** As events that a fold of this stream can be given. */
export const asEvents = <E extends Message>(all: readonly Said[], stream: string): readonly Recorded<E>[] =>
  all.map(({ person, place, told: _t, gone: _g, ...of }) => ({
    ...of,
    stream,
    actor: { person },
    ...(place && { place }),
  })) as unknown as Recorded<E>[];
const changedData = <D extends object>(data: D, after: Values): D => {
  const now = patched(data, after);
  return 'on' in now ? { ...now, on: dayTold(after, now.on as string) } : now;
};
/** The same list where the change is about nothing in it. */
export function retold(all: readonly Said[], event: Changed): readonly Said[] {
  const { after } = event.data;
  if (!all.some(({ told }) => isAbout(told, event))) return all;
  return all.map((one) => {
    if (!isAbout(one.told, event)) return one;
    if (after === null) return { ...one, gone: event.id };
    const { occurredAt } = after;
    const when = occurredAt != null && isInstant(occurredAt) ? { occurredAt } : {};
    return { ...one, ...when, gone: null, data: changedData(one.data, after) };
  });
}

/** A fold that deciders use: of what its sources tell now. What they tell anew is put where it was first said. */
export const following = <S extends Status, E extends Message>(of: Fold<S, E>): Fold<S, E> => ({
  ...of,
  evolve: (state, event) => {
    const { said = [] } = state;
    if (event.type !== 'SourceRowChanged')
      return { ...of.evolve(state, event), said: [...said, { event, gone: false }] };
    const change = event as unknown as Changed;
    const mine = (one: Recorded) => one.stream === event.stream && isAbout(toldBy(one), change);
    if (!said.some((one) => mine(one.event))) return state;
    const { after } = change.data;
    const now = said.map((one) => {
      if (!mine(one.event)) return one;
      if (after === null) return { event: one.event, gone: true };
      const { occurredAt } = after;
      const when = occurredAt != null && isInstant(occurredAt) ? { occurredAt } : {};
      return { event: { ...one.event, ...when, data: changedData(one.event.data as object, after) }, gone: false };
    });
    const standing = now.filter(({ gone }) => !gone).map((one) => one.event as Recorded<E>);
    return { ...standing.reduce(of.evolve, of.initial), said: now };
  },
});
