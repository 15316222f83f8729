/** What may wait for somebody (待办), the next last day first: by the offices that his roles are, and by his name. */
import { NAMED } from '../../../projections/accountability/contents.js';
import { isInvolved } from '../../../projections/accountability/involved.js';
import { MACHINE_NAMES, MACHINES, stepsFrom } from '../../../projections/accountability/table.js';
import { docket, docketHolders, type DocketRow, stateOf } from '../../../projections/docket.js';
import type { Context } from '../../kernel/decider.js';
import { may } from '../../kernel/permissions.js';
import type { Projection, Row } from '../../../projections/kernel/projection.js';
import type { Fold } from './looking-up.js';

export type Who = Readonly<{ context: Context; roles: readonly string[] }>;
/** What is asked of the reader. */
interface Finding {
  find<R extends Row>(
    of: Projection<any, R, any>,
    where: Readonly<Record<string, string | readonly string[]>>,
    how: Readonly<{ order?: readonly string[]; limit: number; cursor?: string | undefined }>,
  ): Promise<Readonly<{ rows: readonly R[]; next: string | null }>>;
}
/** Of what somebody was named for; nobody has so much in hand. */
const MOST = 1000;

/** Rows in the order of their last days, page after page as they are asked for. */
async function* inOffice(reader: Finding, state: readonly string[], limit: number) {
  for (let cursor: string | undefined; state.length > 0;) {
    const page = await reader.find(docket, { state }, { order: ['due'], limit, cursor });
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

/** Whatever he may have to do with, without what he or his unit is involved in. `page`: so many are read at once. */
export async function* waiting(reader: Finding, { context, roles }: Who, page: number): AsyncGenerator<DocketRow> {
  const { by } = context;
  const all = [inOffice(reader, offices(roles), page), inName(reader, by.person ?? '')];
  const heads = await Promise.all(all.map((lane) => lane.next()));
  const seen = new Set<string>();
  for (;;) {
    const [office, name] = heads.map(({ done, value }) => (done ? null : (value as DocketRow)));
    const row = office && name ? (isSooner(name, office) ? name : office) : (office ?? name);
    if (!row) return;
    if (!seen.has(row.stream) && !isInvolved(row, by)) yield row;
    seen.add(row.stream);
    const lane = row === office ? 0 : 1;
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
    const stream = `${need.of.category}-${need.id}`;
    const folded = known.get(stream) ?? fold(need);
    known.set(stream, folded);
    return folded;
  };
}
