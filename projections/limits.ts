/** Which limits run for a matter and for an item (时限), each to its last day, and when what it is for was done. */
import type { calendarYears } from './calendar.js';
import type { itemVersions } from './catalogue.js';
import { gapsIn, type itemEntries } from './entries.js';
import { lastDayOf, yearsOf } from './clocks.js';
import { type exemptions, exempts } from './exemptions.js';
import { dueOf, type Limit as Length } from './kernel/clock.js';
import { addDays, dayOf, isDay } from './kernel/instant.js';
import type { Look } from './kernel/projection.js';
import { calendarIds, calendarOfYears } from './kernel/workdays.js';
import type { Values } from './kernel/rule.js';
import type { MatterCard } from './matter-cards.js';
import { DELIVERY, ENTRY, MARK, NOTICE, RECORD } from './limit-parameters.js';
import { type packs, type Ruled, valuesOn } from './packs.js';
import { firstResult } from './story.js';

/** Its days, the event it runs from, and the day on which it was kept or missed; null while it runs. */
export type Running = Readonly<{ start: string; due: string; from: string; doneOn: string | null }>;
export type Limits = Readonly<Record<string, Running>>;
type Years = Look<{ years: typeof calendarYears }>['years'];
type Packs = Look<{ packs: typeof packs }>['packs'];

/** Nine tenths of the promise, say, and never later than so many days before its last (TL-07). */
const markOf = (n: number, { percent, workdaysLeft }: Values<'percent' | 'workdaysLeft'>): number =>
  Math.min(Math.ceil((n * percent) / 100), n - workdaysLeft);

const dayIn = (moment: string) => (isDay(moment) ? moment : dayOf(moment));
const first = (...days: readonly (string | null | undefined)[]) =>
  days.reduce<string | null>((least, day) => (day != null && (least === null || day < least) ? day : least), null);

/** The n-th working day after a day, by the calendars that are known. */
export function after(start: string, n: number, region: string, years: Years): string {
  const year = Number(start.slice(0, 4));
  const known = calendarIds(region, year, year + 1).flatMap((id) => years.get(id) ?? []);
  return dueOf(start, { n, unit: 'working-day' }, calendarOfYears(region, known)).due;
}

const CLOCKS = ['statutory', 'promise', 'promise-mark'] as const;

/** Both clocks, counted with the calendars that are known now, and the mark before the promise ends. */
function clocks({ clocks: facts, state }: MatterCard, { years, packs, known, moved }: Counting): Limits {
  if (facts.start === null || !state.accepted) return {};
  const start = dayIn(facts.start);
  const same = { start, from: state.accepted.event, doneOn: facts.end === null ? null : dayIn(facts.end) };
  if (known && !moved)
    return Object.fromEntries(CLOCKS.flatMap((name) => (known[name] ? [[name, { ...known[name], ...same }]] : [])));
  const calendars = yearsOf(facts, start).flatMap((id) => years.get(id) ?? []);
  const last = (limit: Length | null) => lastDayOf({ ...facts, end: null }, limit, calendars, start);
  const [statutory, promised] = [last(facts.statutory), last(facts.promised)];
  const n = facts.promised?.unit === 'working-day' ? markOf(facts.promised.n, valuesOn(MARK, start, packs)) : 0;
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
  /** Of the day on which a limit begins. */
  readonly packs: Packs;
  /** What was counted before, where the same days would be counted out again. */
  readonly known: Limits | null;
  /** Something has happened that may move the last days of both clocks. */
  readonly moved: boolean;
}
/** The last day of a limit that began on the same day as now. */
const counted = (known: Limits | null, name: string, start: string): string | null =>
  known?.[name]?.start === start ? known[name].due : null;
/** The days after which the law expects the next: of an item that is registered here; others are under other laws. */
function stages({ story, itemCode, clocks: { deemed } }: MatterCard, closed: string | null, by: Counting): Limits {
  const { region, years, versions, packs, known } = by;
  const limit = <P extends string>(
    name: string,
    rule: Ruled<P>,
    parameter: NoInfer<P>,
    { on, event }: { on: string; event: string },
    doneOn: string | null,
  ) => {
    const due = counted(known, name, on) ?? after(on, valuesOn(rule, on, packs)[parameter], region, years);
    return { [name]: { start: on, due, from: event, doneOn } };
  };
  const registered = itemCode !== null && versions.range('byItem', [itemCode]).length > 0;
  // What was decided before the matter was reopened is not to be delivered any more.
  const standing = story.decisions.filter(({ reopened }) => reopened === story.reopenings.length);
  const granted = standing.find(({ outcome }) => outcome !== 'denied');
  const told = first(story.notices[0]?.on, story.accepted?.on, story.refused?.on, closed);
  const result = deemed === null ? firstResult(story) : null;
  const recorded = story.accepted !== null;
  return {
    ...(registered && story.received && limit('notice', NOTICE, 'workdays', story.received, told)),
    ...(registered && granted && limit('delivery', DELIVERY, 'workdays', granted, first(story.delivered?.on, closed))),
    // Once there is an acceptance it is late (BF-01), and not missing.
    ...(result &&
      !(recorded && story.accepted!.registeredOn <= result.on) &&
      limit('acceptance-record', RECORD, 'lagWorkdays', result, recorded ? result.on : null)),
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
      const due = counted(by.known, `step:${step}`, start) ?? after(start, workdays, by.region, by.years);
      return [[`step:${step}`, { start, due, from: event, doneOn: first(end, closed) }]];
    }),
  );
}

export function matterLimits(card: MatterCard, by: Counting): Limits {
  const closed = first(card.story.withdrawn?.on, ...card.story.closures.map(({ on }) => on));
  return {
    ...clocks(card, by),
    ...stages(card, closed, by),
    ...pauses(card),
    ...steps(card, closed, by),
  };
}

type Entering = {
  itemVersions: typeof itemVersions;
  itemEntries: typeof itemEntries;
  exemptions: typeof exemptions;
  packs: typeof packs;
};
/** As the log calls them, however many days they have. */
export const ENTRY_LIMITS = { first: 'entry-30', red: 'entry-90' } as const;
/** The name of a limit of one time outside: since it was published, or since the day on which it left. */
export const entryLimit = (of: keyof typeof ENTRY_LIMITS, left: string | null): string =>
  left === null ? ENTRY_LIMITS[of] : `${ENTRY_LIMITS[of]}:${left}`;

/**
 * An item that must enter has some days, and some until that is red, from its publication, and again from every day on
 * which it is in no centre any more; while an exemption covers all of it, the time stands still.
 */
export function itemLimits(code: string, look: Look<Entering>): Limits {
  const versions = look.itemVersions.range('byItem', [code]);
  const must = versions.find(({ mustEnter }) => mustEnter);
  if (!must) return {};
  const stays = look.itemEntries.range('byItem', [code]);
  const last = versions.at(-1)!;
  const over = first(last.to, last.mustEnter ? null : last.from);
  const outside = [
    { left: null, since: must, from: must.event, to: stays[0]?.from },
    ...gapsIn(stays).flatMap(({ from: left, to }) => {
      const since = versions.find(({ mustEnter, until }) => mustEnter && until > left);
      const exit = stays.find((stay) => stay.to === left)?.exit;
      return since ? [{ left, since, from: exit ?? since.event, to }] : [];
    }),
  ];
  return Object.fromEntries(
    outside.flatMap(({ left, since, from, to }) => {
      const start = left !== null && left > since.from ? left : since.from;
      const { days, redDays } = valuesOn(ENTRY, start, look.packs);
      const due = (n: number) => pastExemptions(addDays(start, n), code, since.department, look);
      const running = (n: number) => ({ start, due: due(n), from, doneOn: first(to, over) });
      return [
        [entryLimit('first', left), running(days)],
        [entryLimit('red', left), running(redDays)],
      ];
    }),
  );
}
/** The last day of the exemptions that cover the item on a day and go on into one another; else that day. */
function pastExemptions(due: string, code: string, department: string, look: Look<Entering>): string {
  const covering = look.exemptions.range('byOrg', [department]).filter((row) => {
    const { items, from } = row;
    return exempts(row) && from !== null && (items === null || items.includes(code));
  });
  let day = due;
  for (const { from, until } of covering) if (from! <= addDays(day, 1) && until > day) day = addDays(until, -1);
  return day;
}
