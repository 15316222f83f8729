/** What may wait for somebody (待办), the next last day first: by the offices that his roles are, and by his name. */
import { NAMED } from '../../../projections/accountability/contents.js';
import { askerOf, isInvolved } from '../../../projections/accountability/involved.js';
import { MACHINE_NAMES, MACHINES, stepsFrom } from '../../../projections/accountability/table.js';
import { docket, docketHolders, type DocketRow, stateOf } from '../../../projections/docket.js';
import type { Context } from '../../kernel/decider.js';
import { may } from '../../kernel/permissions.js';
import type { Projection, Row } from '../../../projections/kernel/projection.js';
import type { Fold } from './looking-up.js';

export type Who = Readonly<{ context: Context; roles: readonly string[] }>;
/** Whose affairs wait for somebody as a leader: of organs that he heads, and that nobody is known to. Null: of all. */
export type Led = readonly (string | null)[] | null;
const LEADER = 'leader';
/** Whether it is as a leader alone that he may do it. */
export const asLeader = (roles: readonly string[], action: string): boolean =>
  !may(
    roles.filter((role) => role !== LEADER),
    action,
  );
export const leads = (led: Led, organ: string | null): boolean => led === null || led.includes(organ);
/** What is asked of the reader. */
interface Finding {
  find<R extends Row>(
    of: Projection<any, R, any>,
    where: Readonly<Record<string, string | null | readonly string[]>>,
    how: Readonly<{ order?: readonly string[]; limit: number; cursor?: string | undefined }>,
  ): Promise<Readonly<{ rows: readonly R[]; next: string | null }>>;
}
/** Of what somebody was named for; nobody has so much in hand. */
const MOST = 1000;

/** Rows in the order of their last days, page after page as they are asked for. */
async function* inOffice(reader: Finding, of: States, limit: number) {
  for (let cursor: string | undefined; of.state.length > 0;) {
    const page = await reader.find(docket, of, { order: ['due'], limit, cursor });
    yield* page.rows;
    if (page.next === null) return;
    cursor = page.next;
  }
}
async function* inName(reader: Finding, person: string) {
  const { rows } = await reader.find(docketHolders, { person }, { limit: MOST });
  const streams = rows.flatMap((row) => row.streams).slice(0, MOST);
  if (streams.length === 0) return;
  const own = await reader.find(docket, { stream: streams }, { limit: MOST });
  yield* own.rows.toSorted((a, b) => (isSooner(a, b) ? -1 : 1));
}
type States = Readonly<{ state: readonly string[]; organ?: null | readonly string[] }>;
const isSooner = (a: DocketRow, b: DocketRow) => a.due + a.stream < b.due + b.stream;

/** States in which somebody with these roles has a step to take by his office, named or not. */
const offices = (roles: readonly string[]): readonly string[] =>
  MACHINE_NAMES.flatMap((machine) =>
    Object.keys(MACHINES[machine].states).flatMap((status) => {
      const mine = stepsFrom(machine, status).some(
        ([command, { acts }]) => !NAMED.has(acts) && may(roles, `${machine}.${command}`),
      );
      return mine ? [stateOf(machine, status)] : [];
    }),
  );
/** What is everybody's of an office, and what a leader has of the organs that are his. */
function lanesOf(roles: readonly string[], led: Led): readonly States[] {
  const all = offices(roles);
  if (led === null) return [{ state: all }];
  const others = offices(roles.filter((role) => role !== LEADER));
  const state = all.filter((one) => !others.includes(one));
  const organ = led.filter((one) => one !== null);
  return [
    { state: others },
    ...(organ.length > 0 ? [{ state, organ }] : []),
    ...(led.includes(null) ? [{ state, organ: null }] : []),
  ];
}

/** Whatever he may have to do with, without what he or his unit is involved in. `page`: so many are read at once. */
export async function* waiting(
  reader: Finding,
  { context, roles }: Who,
  led: Led,
  page: number,
): AsyncGenerator<DocketRow> {
  const asker = askerOf(context);
  const all = [...lanesOf(roles, led).map((of) => inOffice(reader, of, page)), inName(reader, asker.person ?? '')];
  const heads = await Promise.all(all.map((lane) => lane.next()));
  const seen = new Set<string>();
  for (;;) {
    const [next] = heads
      .flatMap(({ done, value }, lane) => (done ? [] : [{ row: value as DocketRow, lane }]))
      .toSorted((a, b) => (isSooner(a.row, b.row) ? -1 : 1));
    if (!next) return;
    const { row, lane } = next;
    if (!seen.has(row.stream) && !isInvolved(row, asker)) yield row;
    seen.add(row.stream);
    heads[lane] = await all[lane]!.next();
  }
}
/** The next few, fewer where there are no more. */
export async function take<T>(from: AsyncGenerator<T>, count: number): Promise<readonly T[]> {
  const some: T[] = [];
  while (some.length < count) {
    const { done, value } = await from.next();
    if (done) break;
    some.push(value);
  }
  return some;
}
/** Within one answer each stream is read once. */
export function readOnce(fold: Fold): Fold {
  const known = new Map<string, Promise<object>>();
  return (need) => {
    const stream = 'unitsOf' in need ? `units of ${need.unitsOf}` : `${need.of.category}-${need.id}`;
    const folded = known.get(stream) ?? fold(need);
    known.set(stream, folded);
    return folded;
  };
}
