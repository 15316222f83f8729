/** What waits for whom (待办): a row for each lead, case and review that is open, by its next last day. */
import { AFFAIR_EVENTS, affairsRunning, affairsUnder, AFFAIRS, affairStreams } from './accountability/clocks.js';
import { caseRegister } from './accountability/case.js';
import { holdersOf, NAMED } from './accountability/contents.js';
import { leadRegister } from './accountability/lead.js';
import { reviewRegister } from './accountability/review.js';
import { bindsHandlers, isEscalation, isReminder } from './accountability/runs.js';
import { type Machine, MACHINE_NAMES, MACHINES, type Profile, stepsFrom } from './accountability/table.js';
import { calendarYears } from './calendar.js';
import { deadlines } from './deadlines.js';
import { LAST_DAY } from './kernel/instant.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, type Projection, projection } from './kernel/projection.js';
import { packs } from './packs.js';

export type DocketRow = {
  stream: string;
  machine: Machine;
  affair: string;
  status: string;
  /** `case.investigating`, for whoever looks for several. */
  state: string;
  since: string | null;
  profile: Profile | null;
  /** Its next last day, by which limit; {@link LAST_DAY}: none. */
  due: string;
  limit: string | null;
  /** It has passed; or its reminder has. */
  overdue: boolean;
  reminded: boolean;
  /** When whoever has it in hand is reminded, before it is due. */
  remindOn: string | null;
  organ: string | null;
  finding: string | null;
  accused: readonly string[];
  orgs: readonly string[];
};
const USED = { ...AFFAIRS, deadlines, calendarYears, packs } as const;
type Used = Look<typeof USED>;
/** States that wait for nobody, unless something is due in them. */
const RESTING: Readonly<Record<Machine, ReadonlySet<string>>> = {
  lead: new Set(['none', 'no-lead', 'closed']),
  case: new Set(['none', 'not-filed', 'cancelled', 'closed']),
  review: new Set(['none', 'decided', 'appeal-decided']),
};
function cardOf(machine: Machine, id: string, look: Used) {
  const lead = look.leadCards.get(id);
  const of = look.caseCards.get(id);
  const parties = {
    // Of a case that was told of without a lead, its subjects.
    accused: [...new Set([...(lead?.accused ?? []), ...(of?.accused ?? [])])],
    orgs: [...(lead?.orgs ?? [])],
    finding: lead?.finding ?? null,
  };
  // Whose leader has the next step: of the office that has the lead, of the organ of the case, or of the one above.
  const above = machine === 'review' ? look.reviewCards.get(id) : undefined;
  const organ = (above?.status === 'appealed' ? above.state.organ : null) ?? of?.organ ?? lead?.office ?? null;
  const card = machine === 'lead' ? lead : machine === 'case' ? of : look.reviewCards.get(id);
  if (!card) return null;
  const filed =
    machine === 'lead' && lead!.filed !== null && lead!.filed !== 'filing-returned' && lead!.filed !== 'not-filed';
  return { ...parties, organ, status: card.status as string, since: card.since, profile: card.profile, filed };
}
function row(stream: string, look: Used): DocketRow | null {
  const dash = stream.indexOf('-');
  const [machine, affair] = [stream.slice(0, dash) as Machine, stream.slice(dash + 1)];
  if (!Object.hasOwn(MACHINES, machine)) return null;
  const card = cardOf(machine, affair, look);
  if (!card || card.filed || stepsFrom(machine, card.status).length === 0) return null;
  const limits = Object.entries(look.deadlines.get(stream)?.limits ?? {}).filter(([, { doneOn }]) => doneOn === null);
  const [limit = null, next = null] =
    limits
      .filter(([name]) => !isReminder(name) && !isEscalation(name))
      .toSorted(([a, one], [b, other]) => (one.due + a < other.due + b ? -1 : 1))[0] ?? [];
  if (next === null && RESTING[machine].has(card.status)) return null;
  const { filed: _, ...told } = card;
  return {
    stream,
    machine,
    affair,
    state: stateOf(machine, card.status),
    ...told,
    due: next?.due ?? LAST_DAY,
    limit,
    overdue: limits.some(([name, { passed }]) => bindsHandlers(name) && passed !== null),
    remindOn: limits.find(([name]) => name === `${limit}/mark`)?.[1].due ?? null,
    reminded: limits.some(([name, { passed }]) => isReminder(name) && passed !== null),
  };
}
export const stateOf = (machine: Machine, status: string): string => `${machine}.${status}`;
const fold = (_row: DocketRow | undefined, _event: Recorded, look: Used, stream: string) => row(stream, look);
const on = (types: readonly string[], keys: (event: Recorded, look: Used) => string | readonly string[]) =>
  types.map((type) => [type, { keys, fold }] as const);
const isMachine = (stream: string) => /^(lead|case|review)-/.test(stream);
/** A case's parties are its lead's. */
const touched = (event: Recorded): readonly string[] => [
  ...affairStreams(event).filter(isMachine),
  ...(event.type === 'LeadRegistered' ? [`case-${idOf('lead')(event)}`] : []),
];

export const docket: Projection<any, DocketRow, typeof USED> = projection()<DocketRow, typeof USED>({
  name: 'docket',
  version: 4,
  key: 'stream',
  columns: {
    stream: 'text',
    machine: 'text',
    affair: 'text',
    status: 'text',
    state: 'text',
    since: 'date',
    profile: 'text',
    due: 'date',
    limit: 'text',
    overdue: 'boolean',
    reminded: 'boolean',
    remindOn: 'date',
    organ: 'text',
    finding: 'text',
    accused: 'jsonb',
    orgs: 'jsonb',
  },
  indexes: { byDue: ['due'], byOrgan: ['organ', 'due'] },
  uses: USED,
  on: Object.fromEntries([
    ...on(AFFAIR_EVENTS, touched),
    ...on(['LimitPassed', 'LimitLifted'], ({ stream }) => (isMachine(stream) ? stream : [])),
    ...on(['CalendarYearGazetted', 'CalendarDayChanged'], (_, look) => affairsRunning(look).filter(isMachine)),
    ...on(['RulePackAdopted'], (event, look) =>
      affairsUnder(idOf('pack')(event), (event.data as { from: string }).from, look).filter(isMachine),
    ),
  ]),
});

/** Who has to do with what waits because he was named, and not by his office: one row each, as long as it waits. */
export type DocketHolder = {
  /** `<affair> <person>` */
  id: string;
  affair: string;
  person: string;
  /** What waits for him. */
  streams: readonly string[];
};
const HOLDING = { ...AFFAIRS, docket } as const;
type Holding = Look<typeof HOLDING>;
const named = (affair: string, look: Holding) => ({
  lead: look.leadCards.get(affair)?.state ?? leadRegister.initial,
  case: look.caseCards.get(affair)?.state ?? caseRegister.initial,
  review: look.reviewCards.get(affair)?.state ?? reviewRegister.initial,
});
const affairOf = ({ stream }: Recorded): string => stream.slice(stream.indexOf('-') + 1);
/** Everybody who ever was, so that whoever is not any more loses his row. */
function everNamed(event: Recorded, look: Holding): readonly string[] {
  const affair = affairOf(event);
  const { lead, case: of, review } = named(affair, look);
  const handlers = [...lead.inquirers, ...of.investigators, ...of.adjudicators, ...review.reviewers];
  const people = new Set([...handlers.map(({ person }) => person), ...of.deciders]);
  return [...people].map((person) => `${affair} ${person}`);
}
export const docketHolders: Projection<any, DocketHolder, typeof HOLDING> = projection()<DocketHolder, typeof HOLDING>({
  name: 'docket_holder',
  version: 1,
  key: 'id',
  columns: { id: 'text', affair: 'text', person: 'text', streams: 'jsonb' },
  indexes: { byPerson: ['person'] },
  uses: HOLDING,
  on: Object.fromEntries(
    AFFAIR_EVENTS.map((type) => [
      type,
      {
        keys: everNamed,
        fold: (before: DocketHolder | undefined, event: Recorded, look: Holding, id: string): DocketHolder | null => {
          const affair = affairOf(event);
          const person = id.slice(affair.length + 1);
          const states = named(affair, look);
          const streams = MACHINE_NAMES.flatMap((machine) => {
            const waits = look.docket.get(`${machine}-${affair}`);
            const mine = stepsFrom(machine, waits?.status ?? '').some(
              ([, { acts }]) => NAMED.has(acts) && holdersOf(acts, states)?.includes(person),
            );
            return mine ? [`${machine}-${affair}`] : [];
          });
          if (streams.length === 0) return null;
          return before?.streams.join() === streams.join() ? before : { id, affair, person, streams };
        },
      },
    ]),
  ),
});
