/** The history of a matter: one timeline of everything that touched it, as it was known at a moment. */
import { current } from './events/index.js';
import type { Holder, MatterEvent } from './events/matters.js';
import { compareExact, DAY_MILLIS, dayOf, exact, type Exact, millisOf } from './kernel/instant.js';
import type { Recorded } from './kernel/message.js';
import { matterRegister, type MatterState } from './matters.js';

export interface HistoryEntry {
  /** `look`: somebody looked at it, which changes nothing. */
  readonly kind: 'event' | 'look';
  readonly index: number;
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly precision: string;
  readonly recordedAt: string;
  readonly actor: Recorded['actor'];
  readonly place: Recorded['place'] | null;
  readonly channel: Recorded['channel'] | null;
  /** Where it was reported from; null for what was done here. */
  readonly source: Recorded['source'] | null;
  /** Its place among what had been recorded before: smaller than its place here if it came in late. */
  readonly recordedPlace: number;
  /** It reached the register more than a day after it happened. */
  readonly late: boolean;
  readonly reported: boolean;
  /** 补录: why somebody registered it afterwards; null where nobody had to. */
  readonly backRegistered: string | null;
  readonly irregularities: Recorded['irregularities'];
  readonly status: MatterState['status'];
  /** Who had it in hand from here on. */
  readonly holder: Holder | null;
  /** What of the state this event changed. */
  readonly changed: readonly Readonly<{ member: keyof MatterState; before: unknown; after: unknown }>[];
  /** Whole days since the entry before. */
  readonly idleDays: number;
  readonly data: object;
}
export interface History {
  readonly matterId: string;
  readonly state: MatterState;
  readonly entries: readonly HistoryEntry[];
}

/** When something happened, at the start of what is known of it: a day known is known from its beginning. */
type Placed = Readonly<{ event: Recorded; day: string; wholeDay: boolean; at: Exact }>;
const placed = (event: Recorded): Placed => ({
  event,
  day: event.occurredAt.slice(0, 10),
  wholeDay: event.precision === 'day',
  at: exact(event.occurredAt),
});
function byOccurrence(a: Placed, b: Placed): number {
  if (a.wholeDay || b.wholeDay) {
    if (a.day !== b.day) return a.day < b.day ? -1 : 1;
    if (a.wholeDay !== b.wholeDay) return a.wholeDay ? -1 : 1;
  }
  return compareExact(a.at, b.at) || a.event.index - b.event.index;
}
/** What had occurred by the end of a day, in the order in which it occurred; among equals, the order of the log. */
export const occurredBy = (events: readonly Recorded[], on?: string): readonly Recorded[] =>
  events
    .filter((event) => on === undefined || dayOf(event.occurredAt) <= on)
    .map(placed)
    .toSorted(byOccurrence)
    .map(({ event }) => event);
const registered = (event: Recorded) => event.source?.registeredAt ?? event.recordedAt;

/** What an event says by itself, wherever it stands. */
const told = (event: Recorded) => ({
  index: event.index,
  id: event.id,
  stream: event.stream,
  type: event.type,
  occurredAt: event.occurredAt,
  precision: event.precision,
  recordedAt: event.recordedAt,
  actor: event.actor,
  place: event.place ?? null,
  channel: event.channel ?? null,
  source: event.source ?? null,
  late: millisOf(registered(event)) - millisOf(event.occurredAt) > DAY_MILLIS,
  reported: event.source !== undefined,
  backRegistered: event.source?.reason ?? null,
  irregularities: event.irregularities,
  data: event.data,
});

/**
 * `events`: all that refer to the matter, up to the index that is asked for. `on`: a day (YYYY-MM-DD); only what had
 * occurred by its end is told. States follow occurrence. `looks`: at the matter, if they shall stand among the rest;
 * they move no state and are no step of its course.
 */
export function matterHistory(
  matterId: string,
  events: readonly Recorded[],
  on?: string,
  looks: readonly Recorded[] = [],
): History {
  const stream = `matter-${matterId}`;
  const places = new Map(events.toSorted((a, b) => a.index - b.index).map(({ id }, n) => [id, n]));
  const looked = new Set(looks.map(({ id }) => id));
  let state = matterRegister.initial;
  let last: number | null = null;
  const entries: HistoryEntry[] = [];
  for (const written of occurredBy([...events, ...looks], on)) {
    const event = current(written);
    if (looked.has(event.id)) {
      const before = events.filter(({ index }) => index < event.index).length;
      const unmoved = { status: state.status, holder: state.holder, changed: [], idleDays: 0 };
      entries.push({ kind: 'look', ...told(event), recordedPlace: before, ...unmoved });
      continue;
    }
    const next = event.stream === stream ? matterRegister.evolve(state, event as Recorded<MatterEvent>) : state;
    const changed = (Object.keys(next) as (keyof MatterState)[])
      .filter((member) => next[member] !== state[member] && member !== 'since' && member !== 'parties')
      .map((member) => ({ member, before: state[member] ?? null, after: next[member] ?? null }));
    const at = millisOf(event.occurredAt);
    entries.push({
      kind: 'event',
      ...told(event),
      recordedPlace: places.get(event.id)!,
      status: next.status,
      holder: next.holder,
      changed,
      idleDays: last === null ? 0 : Math.max(0, Math.floor((at - last) / DAY_MILLIS)),
    });
    state = next;
    last = at;
  }
  return { matterId, state, entries };
}
