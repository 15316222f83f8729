/** The card of a matter (办件卡) that people read and rules look at. */
import { calendarYears } from './calendar.js';
import { clockFacts, type ClockFacts, lastDayOf, NO_CLOCKS, yearsOf } from './clocks.js';
import type { MatterEvent } from './events/matters.js';
import { lateAgainst } from './kernel/clock.js';
import { compareInstants, isInstant } from './kernel/instant.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { matterRegister, type MatterState, type MatterStatus } from './matters.js';
import { NO_STORY, type Story, storyOf } from './story.js';

export type MatterCard = {
  matterId: string;
  status: MatterStatus;
  itemCode: string | null;
  applicant: string | null;
  receivedAt: string | null;
  acceptedOn: string | null;
  centre: string | null;
  window: string | null;
  placeKind: string | null;
  statutoryDue: string | null;
  promisedDue: string | null;
  provisional: boolean;
  holderPost: string | null;
  holderOrg: string | null;
  holderPerson: string | null;
  decidedOn: string | null;
  closedOn: string | null;
  closedAt: string | null;
  outcome: string | null;
  /** By when a source says that it had to be done; an instant. */
  sourceDeadline: string | null;
  /** Whether it was closed after that: the last day is in time whatever the hour; by the instant it is not. */
  lateByDay: boolean | null;
  lateByInstant: boolean | null;
  /** The latest moment of anything that was done, and whether that was after it was closed. */
  lastAt: string | null;
  afterClosure: 'none' | 'same-day' | 'later-day' | null;
  irregularities: number;
  events: number;
  state: MatterState;
  clocks: ClockFacts;
  story: Story;
};
type Card = MatterCard;
const day = ({ occurredAt }: { readonly occurredAt: string }) => occurredAt.slice(0, 10);

type Years = Look<{ years: typeof calendarYears }>['years'];
type Dues = Pick<Card, 'statutoryDue' | 'promisedDue' | 'provisional'>;
/** What moves a due day: the first acceptance, and whatever is not counted or added since. */
const MOVES = new Set<string>([
  'MatterAccepted',
  'MatterPaused',
  'MatterResumed',
  'ExtensionApproved',
  'ApplicantTold',
  'AcceptanceDeemed',
  'LimitLifted',
]);

/** By the calendars as they are known at this event. */
function dues(row: Card | undefined, event: Recorded<MatterEvent>, facts: ClockFacts, years: Years): Dues {
  if (event.type === 'AcceptanceDeemed' || (event.type === 'MatterAccepted' && !row?.state.accepted)) {
    const { statutory, promised } = event.data; // as it was counted out when it was accepted
    const provisional = (statutory?.provisional ?? false) || (promised?.provisional ?? false);
    return { statutoryDue: statutory?.on ?? null, promisedDue: promised?.on ?? null, provisional };
  }
  if (row && !MOVES.has(event.type))
    return { statutoryDue: row.statutoryDue, promisedDue: row.promisedDue, provisional: row.provisional };
  const on = day(event);
  const known = yearsOf(facts, on).flatMap((id) => years.get(id) ?? []);
  const [statutory, promised] = [facts.statutory, facts.promised].map((limit) => lastDayOf(facts, limit, known, on));
  return {
    statutoryDue: statutory?.due ?? null,
    promisedDue: promised?.due ?? null,
    provisional: (statutory?.provisional ?? false) || (promised?.provisional ?? false),
  };
}

/** What is only told of a matter, and not done in it. */
const TOLD = new Set<string>([
  'CaseFactReported',
  'SourceRowChanged',
  'AcceptanceCorrected',
  'MatterLinked',
  'LimitPassed',
  'LimitLifted',
  'AcceptanceDeemed',
]);

/** Closure against a source's deadline, and against what was done after it; days are as their source wrote them. */
function closure(row: Card | undefined, event: Recorded<MatterEvent>) {
  const fact = event.type === 'CaseFactReported' && event.data.attribute === 'deadline' ? event.data.value : null;
  const sourceDeadline = fact !== null && isInstant(fact) ? fact : (row?.sourceDeadline ?? null);
  const before = row?.lastAt ?? null;
  const later = !TOLD.has(event.type) && (before === null || compareInstants(event.occurredAt, before) > 0);
  const lastAt = later ? event.occurredAt : before;
  let closedAt = row?.closedAt ?? null;
  if (event.type === 'MatterClosed') closedAt = event.occurredAt;
  if (event.type === 'MatterReopened') closedAt = null;
  const late = closedAt !== null && sourceDeadline !== null ? lateAgainst(closedAt, sourceDeadline, null) : null;
  const after = closedAt !== null && lastAt !== null ? lateAgainst(lastAt, closedAt, null) : null;
  return {
    closedOn: closedAt?.slice(0, 10) ?? null,
    closedAt,
    sourceDeadline,
    lateByDay: late?.byDay ?? null,
    lateByInstant: late?.byInstant ?? null,
    lastAt,
    afterClosure: after && (after.byDay ? 'later-day' : after.byInstant ? 'same-day' : 'none'),
  } as const;
}

/** Of the first acceptance, as it was corrected. */
const placeOf = (row: Card | undefined, event: Recorded<MatterEvent>) =>
  event.type === 'AcceptanceCorrected' && event.data.acceptance === row?.story.accepted?.event
    ? event.data.place.kind
    : null;

function card(row: Card | undefined, event: Recorded<MatterEvent>, matterId: string, years: Years): Card {
  const state = matterRegister.evolve(row?.state ?? matterRegister.initial, event);
  const clocks = clockFacts(row?.clocks ?? NO_CLOCKS, event);
  const story = storyOf(row?.story ?? NO_STORY, event);
  const first = event.type === 'MatterAccepted' && !row?.story.accepted ? event : null;
  const named = event.refs.find(({ role }) => role === 'item')?.id ?? null;
  return {
    matterId,
    status: state.status,
    itemCode: state.itemCode ?? named ?? row?.itemCode ?? null,
    applicant: story.applicant,
    receivedAt: row?.receivedAt ?? (event.type === 'MaterialsReceived' ? event.occurredAt : null),
    acceptedOn: state.accepted?.on ?? null,
    centre: first?.data.centre ?? row?.centre ?? null,
    window: first?.data.window ?? row?.window ?? null,
    placeKind: placeOf(row, event) ?? first?.place?.kind ?? row?.placeKind ?? null,
    ...dues(row, event, clocks, years),
    holderPost: state.holder?.post ?? null,
    holderOrg: state.holder?.org ?? null,
    holderPerson: state.holder?.personId ?? null,
    decidedOn: event.type === 'MatterDecided' ? event.data.on : (row?.decidedOn ?? null),
    ...closure(row, event),
    outcome: event.type === 'MatterDecided' ? event.data.outcome : (row?.outcome ?? null),
    irregularities: (row?.irregularities ?? 0) + event.irregularities.length,
    events: (row?.events ?? 0) + 1,
    state,
    clocks,
    story,
  };
}

const TYPES = [
  'InquiryOpened',
  'InquiryAnswered',
  'MaterialsReceived',
  'MaterialsChecked',
  'CorrectionRequested',
  'CorrectionSubmitted',
  'MatterAccepted',
  'MatterRefused',
  'HolderAssigned',
  'HandOverOffered',
  'HandOverAccepted',
  'HandOverDeclined',
  'HandOverReturned',
  'StepStarted',
  'StepFinished',
  'MatterPaused',
  'MatterResumed',
  'ExtensionRequested',
  'ExtensionApproved',
  'ExtensionDenied',
  'ApplicantTold',
  'JointHandlingOpened',
  'JointOpinionGiven',
  'AbsenceCounted',
  'EarlyInvolvementStarted',
  'HearingNotified',
  'HearingHeld',
  'SiteVisited',
  'MatterDecided',
  'LicenceIssued',
  'LicenceRevoked',
  'ResultDelivered',
  'MatterClosed',
  'MatterWithdrawn',
  'MatterReopened',
  'MatterLinked',
  'AcceptanceCorrected',
  'CaseFactReported',
  'LimitPassed',
  'LimitLifted',
  'AcceptanceDeemed',
  'SourceRowChanged',
] as const satisfies readonly MatterEvent['type'][];
/** A change of a source's row, and a limit, may be in any stream. */
const matterOf = (event: { readonly stream: string }) =>
  event.stream.startsWith('matter-') ? idOf('matter')(event) : [];

/** The card of a matter (办件卡): where it stands, who holds it, by when it has to be done. */
export const matterCards = projection<MatterEvent>()<Card, { years: typeof calendarYears }>({
  name: 'matter_card',
  version: 7,
  key: 'matterId',
  columns: {
    matterId: 'text',
    status: 'text',
    itemCode: 'text',
    applicant: 'text',
    receivedAt: 'timestamptz',
    acceptedOn: 'date',
    centre: 'text',
    window: 'text',
    placeKind: 'text',
    statutoryDue: 'date',
    promisedDue: 'date',
    provisional: 'boolean',
    holderPost: 'text',
    holderOrg: 'text',
    holderPerson: 'text',
    decidedOn: 'date',
    closedOn: 'date',
    closedAt: 'timestamptz',
    outcome: 'text',
    sourceDeadline: 'timestamptz',
    lateByDay: 'boolean',
    lateByInstant: 'boolean',
    lastAt: 'timestamptz',
    afterClosure: 'text',
    irregularities: 'int',
    events: 'int',
    state: 'jsonb',
    clocks: 'jsonb',
    story: 'jsonb',
  },
  indexes: {
    byStatus: ['status', 'promisedDue'],
    // In the order of matters: the versions of one stand together, so that a list of any moment skips few.
    byItem: ['itemCode'],
    byOrg: ['holderOrg', 'status'],
    byCentre: ['centre'],
    byApplicant: ['applicant', 'itemCode', 'acceptedOn'],
  },
  uses: { years: calendarYears },
  on: Object.fromEntries(
    TYPES.map((type) => [
      type,
      {
        keys: matterOf,
        fold: (row: Card | undefined, event: Recorded<MatterEvent>, { years }: { years: Years }, id: string) =>
          card(row, event, id, years),
      },
    ]),
  ) as never,
});
