/** Which limits run for a matter and for an item (时限), each to its last day, and when what it is for was done. */
import type { calendarYears } from './calendar.js';
import type { itemEntries, itemVersions } from './catalogue.js';
import { lastDayOf, yearsOf } from './clocks.js';
import type { exemptions } from './exemptions.js';
import { dueOf, type Limit as Length } from './kernel/clock.js';
import { addDays, dayOf, isDay } from './kernel/instant.js';
import type { Look } from './kernel/projection.js';
import { calendarIds, calendarOfYears } from './kernel/workdays.js';
import type { MatterCard } from './matter-cards.js';
import { firstResult } from './story.js';

/** Its days, the event it runs from, and the day on which it was kept or missed; null while it runs. */
export type Running = Readonly<{ start: string; due: string; from: string; doneOn: string | null }>;
export type Limits = Readonly<Record<string, Running>>;
type Years = Look<{ years: typeof calendarYears }>['years'];

/** Days told without asking a rule pack: see the rules that name them. */
export const NOTICE_DAYS = 5;
export const DELIVERY_DAYS = 10;
export const SHADOW_DAYS = 3;
export const ENTRY_DAYS = [30, 90] as const;
/** Nine tenths of the promise, and never later than the day before its last (TL-07). */
export const markOf = (n: number): number => Math.min(Math.ceil(n * 0.9), n - 1);

const dayIn = (moment: string) => (isDay(moment) ? moment : dayOf(moment));
const first = (...days: readonly (string | null | undefined)[]) =>
  days.filter((day) => day != null).toSorted()[0] ?? null;

function after(start: string, n: number, region: string, years: Years): string {
  const year = Number(start.slice(0, 4));
  const known = calendarIds(region, year, year + 1).flatMap((id) => years.get(id) ?? []);
  return dueOf(start, { n, unit: 'working-day' }, calendarOfYears(region, known)).due;
}

const CLOCKS = ['statutory', 'promise', 'promise-mark'] as const;

/** Both clocks, counted with the calendars that are known now, and the mark before the promise ends. */
function clocks(card: MatterCard, years: Years, known: Limits | null): Limits {
  const { clocks: facts, state } = card;
  if (facts.start === null || !state.accepted) return {};
  const start = dayIn(facts.start);
  const same = { start, from: state.accepted.event, doneOn: facts.end === null ? null : dayIn(facts.end) };
  if (known)
    return Object.fromEntries(CLOCKS.flatMap((name) => (known[name] ? [[name, { ...known[name], ...same }]] : [])));
  const calendars = yearsOf(facts, start).flatMap((id) => years.get(id) ?? []);
  const last = (limit: Length | null) => lastDayOf({ ...facts, end: null }, limit, calendars, start);
  const [statutory, promised] = [last(facts.statutory), last(facts.promised)];
  const n = facts.promised?.unit === 'working-day' ? markOf(facts.promised.n) : 0;
  const mark = n > 0 ? last({ n, unit: 'working-day' }) : null;
  return {
    ...(statutory && { statutory: { ...same, due: statutory.due } }),
    ...(promised && { promise: { ...same, due: promised.due } }),
    ...(mark && { 'promise-mark': { ...same, due: mark.due } }),
  };
}

/** What the limits of a matter are counted with. `region`: of the ledger, where the matter does not name one yet. */
export interface Counting {
  readonly region: string;
  readonly years: Years;
  readonly versions: Look<Entering>['itemVersions'];
  /** What was counted before, where nothing has happened since that could move a last day. */
  readonly known: Limits | null;
}
/** The days after which the law expects the next: of an item that is registered here; others are under other laws. */
function stages({ story, itemCode, clocks: { deemed } }: MatterCard, closed: string | null, by: Counting): Limits {
  const { region, years, versions, known } = by;
  const limit = (name: string, { on, event }: { on: string; event: string }, n: number, doneOn: string | null) => ({
    [name]: { start: on, due: known?.[name]?.due ?? after(on, n, region, years), from: event, doneOn },
  });
  const registered = itemCode !== null && versions.range('byItem', [itemCode]).length > 0;
  // What was decided before the matter was reopened is not to be delivered any more.
  const standing = story.decisions.filter(({ reopened }) => reopened === story.reopenings.length);
  const granted = standing.find(({ outcome }) => outcome !== 'denied');
  const told = first(story.notices[0]?.on, story.accepted?.on, story.refused?.on, closed);
  const result = deemed === null ? firstResult(story) : null;
  const recorded = story.accepted !== null;
  return {
    ...(registered && story.received && limit('notice', story.received, NOTICE_DAYS, told)),
    ...(registered && granted && limit('delivery', granted, DELIVERY_DAYS, first(story.delivered?.on, closed))),
    // Once there is an acceptance it is late (BF-01), and not missing.
    ...(result &&
      !(recorded && story.accepted!.registeredOn <= result.on) &&
      limit('acceptance-record', result, SHADOW_DAYS, recorded ? result.on : null)),
  };
}
/** Special procedures, to the end that the applicant was told. */
const pauses = ({ clocks: { pauses: all, end } }: MatterCard): Limits =>
  Object.fromEntries(
    all.flatMap(({ event, from, to, declaredEnd }) => {
      const doneOn = first(to === null ? null : dayIn(to), end === null ? null : dayIn(end));
      return declaredEnd === null
        ? []
        : [[`pause:${event}`, { start: dayIn(from), due: declaredEnd, from: event, doneOn }]];
    }),
  );
/** Steps that the version of the item lays a limit down for. */
function steps({ story, itemCode, acceptedOn }: MatterCard, closed: string | null, by: Counting): Limits {
  const begun = Object.entries(story.steps);
  if (begun.length === 0 || itemCode === null) return {};
  const on = acceptedOn ?? begun[0]![1].on;
  const plan = by.versions.range('byItem', [itemCode]).findLast(({ from }) => from <= on);
  return Object.fromEntries(
    begun.flatMap(([step, { event, on: start, end }]) => {
      const workdays = plan?.steps.find(({ code }) => code === step)?.workdays;
      if (workdays === undefined) return [];
      const due = by.known?.[`step:${step}`]?.due ?? after(start, workdays, by.region, by.years);
      return [[`step:${step}`, { start, due, from: event, doneOn: first(end, closed) }]];
    }),
  );
}

export function matterLimits(card: MatterCard, by: Counting): Limits {
  const closed = first(card.story.withdrawn?.on, ...card.story.closures.map(({ on }) => on));
  return {
    ...clocks(card, by.years, by.known),
    ...stages(card, closed, by),
    ...pauses(card),
    ...steps(card, closed, by),
  };
}

type Entering = {
  itemVersions: typeof itemVersions;
  itemEntries: typeof itemEntries;
  exemptions: typeof exemptions;
};
/** An item that must enter has thirty days, and ninety; while an exemption covers all of it, the time stands still. */
export function itemLimits(code: string, look: Look<Entering>): Limits {
  const versions = look.itemVersions.range('byItem', [code]);
  const must = versions.find(({ mustEnter }) => mustEnter);
  if (!must) return {};
  const entry = look.itemEntries.range('byItem', [code])[0];
  const last = versions.at(-1)!;
  const doneOn = first(entry?.from, last.to, last.mustEnter ? null : last.from);
  const covering = look.exemptions.range('byOrg', [must.department]).filter(({ status, items, from }) => {
    const granted = status === 'approved' || status === 'revoked';
    return granted && from !== null && (items === null || items.includes(code));
  });
  const due = (days: number) => {
    let day = addDays(must.from, days);
    for (const { from, until } of covering) if (from! <= addDays(day, 1) && until > day) day = addDays(until, -1);
    return day;
  };
  return Object.fromEntries(
    ENTRY_DAYS.map((days) => [`entry-${days}`, { start: must.from, due: due(days), from: must.event, doneOn }]),
  );
}
