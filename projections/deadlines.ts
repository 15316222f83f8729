/** Everything that is due (期限), one row a stream: what has to be passed when its day is over, and what lifted again. */
import {
  AFFAIR_EVENTS,
  affairLimits,
  AFFAIRS,
  affairsRunning,
  affairStreams,
  affairsUnder,
  UPHELD_EVENTS,
  upheldStream,
} from './accountability/clocks.js';
import { calendarYears } from './calendar.js';
import { itemVersions } from './catalogue.js';
import { itemEntries } from './entries.js';
import { exemptions } from './exemptions.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, type Projection, projection } from './kernel/projection.js';
import { DELIVERY, ENTRY, MARK, NOTICE, RECORD } from './limit-parameters.js';
import { itemLimits, type Limits, matterLimits, type Running } from './limits.js';
import { matterCards } from './matter-cards.js';
import { accountLimits, blockLimits, depositLimit, feeLimits, paymentLimits } from './money-limits.js';
import {
  daysTouched,
  MATTER_KEYS,
  MONEY,
  MONEY_KEYS,
  underCalendar,
  underPack as moneyUnderPack,
} from './money-touched.js';
import { packs } from './packs.js';
import { regions } from './regions.js';
import { firstResult } from './story.js';

/** `passed`: the event that said so, while nothing has lifted it; `passes`: how often it was said. */
export type Limit = Running & Readonly<{ passed: string | null; passes: number }>;
export type Deadline = {
  stream: string;
  limits: Readonly<Record<string, Limit>>;
  /** The first day that is due and neither kept nor passed. */
  next: string | null;
  /** Something passed that was kept, or is due only later. */
  lift: boolean;
};
const USED = {
  ...MONEY,
  ...AFFAIRS,
  calendarYears,
  matterCards,
  regions,
  itemVersions,
  itemEntries,
  exemptions,
  packs,
} as const;
type Used = typeof USED;

export const kept = ({ due, doneOn }: Running): boolean => doneOn !== null && doneOn <= due;
export const isDue = (limit: Limit, closed: string): boolean =>
  limit.passed === null && !kept(limit) && limit.due <= closed;
export const isLifted = (limit: Limit, closed: string): boolean =>
  limit.passed !== null && (kept(limit) || limit.due > closed);

/** Limits that do not run any more stay known, if they had passed, as kept. */
function merged(known: Deadline['limits'], running: Limits): Deadline['limits'] {
  const gone = Object.entries(known)
    .filter(([name, { passes }]) => !Object.hasOwn(running, name) && passes > 0)
    .map(([name, limit]) => [name, { ...limit, doneOn: limit.due }] as const);
  const now = Object.entries(running).map(([name, limit]) => {
    const { passed = null, passes = 0 } = known[name] ?? {};
    return [name, { ...limit, passed, passes }] as const;
  });
  return Object.fromEntries([...now, ...gone]);
}
/** What was kept and never passed is done with. */
const standing = (limits: Deadline['limits']): Deadline['limits'] =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit.passes > 0 || !kept(limit)));
function row(stream: string, limits: Deadline['limits'], closed: string): Deadline | null {
  const all = Object.values(limits);
  if (all.length === 0) return null;
  const open = all.flatMap((limit) => (limit.passed === null && !kept(limit) ? [limit.due] : []));
  return {
    stream,
    limits,
    next: open.reduce<string | null>((first, due) => (first === null || due < first ? due : first), null),
    lift: all.some((limit) => isLifted(limit, closed)),
  };
}

/** After which the last days of both clocks have to be counted again. */
const MOVING = new Set([
  'MatterAccepted',
  'AcceptanceDeemed',
  'LimitLifted',
  'MatterPaused',
  'MatterResumed',
  'ExtensionApproved',
  'ApplicantTold',
  'JointHandlingOpened',
  'MatterReopened',
]);
/** After which all of them have to be. */
const ANEW = new Set(['CalendarYearGazetted', 'CalendarDayChanged', 'RulePackAdopted']);
const BEFORE_ALL = '0001-01-01';
const regionOf = (look: Look<Used>) => look.regions.range('all', [])[0];

function fold(before: Deadline | undefined, event: Recorded, look: Look<Used>, stream: string): Deadline | null {
  const region = regionOf(look);
  const closed = region?.closed ?? BEFORE_ALL;
  const dash = stream.indexOf('-');
  const [category, id] = [stream.slice(0, dash), stream.slice(dash + 1)];
  const local = region?.region ?? 'CN';
  const again = (limits: Limits) => {
    const now = row(stream, merged(before?.limits ?? {}, limits), closed);
    return before && JSON.stringify(now) === JSON.stringify(before) ? before : now;
  };
  switch (category) {
    case 'item':
      return again(itemLimits(id, look));
    case 'payment':
      return again(paymentLimits(id, look, local));
    case 'fee':
      return again(feeLimits(id, look, local));
    case 'block':
      return again(blockLimits(id, look));
    case 'payee': {
      const known = Object.keys(before?.limits ?? {}).map((name) => name.slice(depositLimit('').length));
      return again(accountLimits(id, new Set([...known, ...daysTouched(event, id, look)]), look, local));
    }
  }
  const affair = affairLimits(category, id, local, look);
  if (affair) return row(stream, standing(merged(before?.limits ?? {}, affair)), closed);
  const card = look.matterCards.get(id);
  if (!card) return null;
  const known = before && !ANEW.has(event.type) ? before.limits : null;
  const running = matterLimits(card, {
    region: card.clocks.region ?? local,
    years: look.calendarYears,
    versions: look.itemVersions,
    packs: look.packs,
    known,
    moved: MOVING.has(event.type),
  });
  return row(stream, merged(before?.limits ?? {}, running), closed);
}

/** What was said of a limit, in whatever stream. */
function said(before: Deadline | undefined, event: Recorded, look: Look<Used>, stream: string): Deadline | null {
  const { limit: name, pass } = event.data as { limit: string; pass: number };
  const known = before?.limits[name];
  if (!before || !known) return before ?? null;
  const passed = event.type === 'LimitPassed' ? event.id : null;
  const said = { ...before.limits, [name]: { ...known, passed, passes: Math.max(known.passes, pass) } };
  const closed = regionOf(look)?.closed ?? BEFORE_ALL;
  if (!stream.startsWith('matter-')) return row(stream, said, closed);
  return fold({ ...before, limits: said }, event, look, stream); // a deemed acceptance starts others
}

/** What starts, moves or ends a limit of a matter. */
const MATTER = [
  'MaterialsReceived',
  'CorrectionRequested',
  'MatterAccepted',
  'AcceptanceDeemed',
  'MatterRefused',
  'StepStarted',
  'StepFinished',
  'MatterPaused',
  'MatterResumed',
  'ExtensionApproved',
  'ApplicantTold',
  'JointHandlingOpened',
  'MatterDecided',
  'LicenceIssued',
  'ResultDelivered',
  'MatterClosed',
  'MatterWithdrawn',
  'MatterReopened',
] as const;
const ITEM = ['ItemPublished', 'ItemEntered', 'ItemLeftCentre', 'ItemAbolished'] as const;
const EXEMPTION = ['ExemptionApproved', 'ExemptionRevoked'] as const;
const CALENDAR = ['CalendarYearGazetted', 'CalendarDayChanged'] as const;
/** Matters whose clocks run: a calendar that becomes known later moves them. */
const RUNNING = ['none', 'received', 'correcting', 'accepted', 'paused', 'decided'] as const;

const running = (look: Look<Used>) => RUNNING.flatMap((status) => look.matterCards.range('byStatus', [status]));
const PACKED_FOR_MATTERS = new Set([NOTICE, DELIVERY, RECORD, MARK].map(({ id }) => id));

/** A pack begins on a day to come; what may begin then or later is known already where it was told ahead of its day. */
function underPack(event: Recorded, look: Look<Used>): readonly string[] {
  const { from } = event.data as { from: string };
  const rule = idOf('pack')(event);
  if (rule === ENTRY.id) {
    const published = look.itemVersions.range('byItem', []).filter((row) => row.mustEnter && row.from >= from);
    const left = look.itemEntries.range('byItem', []).filter(({ to }) => to !== null && to >= from);
    return [...published, ...left].map(({ itemCode }) => `item-${itemCode}`);
  }
  const money = [...moneyUnderPack(rule, from, look), ...affairsUnder(rule, from, look)];
  if (!PACKED_FOR_MATTERS.has(rule)) return money;
  const matters = running(look).flatMap(({ matterId, story, clocks }) => {
    const starts = [story.received?.on, clocks.start?.slice(0, 10), firstResult(story)?.on, story.decisions.at(-1)?.on];
    return starts.some((on) => on != null && on >= from) ? [`matter-${matterId}`] : [];
  });
  return [...matters, ...money];
}

const stream = (event: Recorded) => event.stream;
const ofMatter = (event: Recorded, look: Look<Used>) => [
  event.stream,
  ...[MATTER_KEYS[event.type]?.(event, look) ?? []].flat(),
];
const on = (types: readonly string[], keys: (event: Recorded, look: Look<Used>) => string | readonly string[]) =>
  types.map((type) => [type, { keys, fold }] as const);

export const deadlines: Projection<any, Deadline, Used> = projection()<Deadline, Used>({
  name: 'deadline',
  version: 6,
  key: 'stream',
  columns: { stream: 'text', limits: 'jsonb', next: 'date', lift: 'boolean' },
  indexes: { byNext: ['next'], byLift: ['lift'] },
  uses: USED,
  on: Object.fromEntries([
    ...on(MATTER, ofMatter),
    ...on(ITEM, stream),
    ...on(EXEMPTION, (event, look) =>
      look.itemVersions
        .range('byDepartment', [idOf('exemptions')(event)])
        .filter(({ mustEnter }) => mustEnter)
        .map(({ itemCode }) => `item-${itemCode}`),
    ),
    ...on(CALENDAR, (event, look) => [
      ...running(look).map(({ matterId }) => `matter-${matterId}`),
      ...underCalendar(event, look),
      ...affairsRunning(look),
    ]),
    ...on(AFFAIR_EVENTS, affairStreams),
    ...on(UPHELD_EVENTS, upheldStream),
    ...MONEY_KEYS.map(([type, keys]) => [type, { keys, fold }] as const),
    ...on(['RulePackAdopted'], underPack),
    ...['LimitPassed', 'LimitLifted'].map((type) => [type, { keys: stream, fold: said }] as const),
  ]),
});
