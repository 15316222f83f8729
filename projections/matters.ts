/** Where a matter stands: the state that deciders decide from, and the card that people read. */
import { calendarYears } from './calendar.js';
import { clockFacts, type ClockFacts, clocksOf, NO_CLOCKS, yearsOf } from './clocks.js';
import type { Due, Gap, Holder, MatterEvent } from './events/matters.js';
import { lateAgainst, type Limit } from './kernel/clock.js';
import { compareInstants, isInstant } from './kernel/instant.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';

export const MATTER_STATUSES = {
  none: { zh: '未登记', en: 'not registered' },
  inquired: { zh: '咨询', en: 'inquired' },
  received: { zh: '已收件', en: 'materials received' },
  correcting: { zh: '补正中', en: 'waiting for corrections' },
  accepted: { zh: '办理中', en: 'accepted' },
  paused: { zh: '特别程序中', en: 'in a special procedure' },
  decided: { zh: '已决定', en: 'decided' },
  delivered: { zh: '已送达', en: 'delivered' },
  refused: { zh: '不予受理', en: 'not accepted' },
  closed: { zh: '已办结', en: 'closed' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
} as const;
export type MatterStatus = keyof typeof MATTER_STATUSES;

export type MatterState = Status & {
  readonly status: MatterStatus;
  readonly itemCode: string | null;
  /** Gaps that were found and not made good since. */
  readonly gaps: readonly Gap[];
  /** The event that asked for corrections, for it may be asked for once. */
  readonly asked: string | null;
  readonly accepted: Readonly<{ event: string; on: string; statutory: Due | null; promised: Due | null }> | null;
  readonly holder: Holder | null;
  /** What was offered to another side, which has not answered yet. */
  readonly offer: Readonly<{ event: string; to: Holder }> | null;
  /** Before the hand-over that was accepted last. */
  readonly heldBefore: Holder | null;
  readonly extension: Readonly<{ event: string; limit: Limit; reason: string }> | null;
  readonly opinions: readonly string[];
  readonly decided: string | null;
  readonly joint: Readonly<{ event: string; members: readonly string[] }> | null;
};

const INITIAL: MatterState = {
  status: 'none',
  itemCode: null,
  gaps: [],
  asked: null,
  accepted: null,
  holder: null,
  offer: null,
  heldBefore: null,
  extension: null,
  opinions: [],
  decided: null,
  joint: null,
};

/** Total: reports come in any order, so every event is taken as it is. */
function evolve(state: MatterState, event: Recorded<MatterEvent>): MatterState {
  const to = (status: MatterStatus, more: Partial<MatterState> = {}): MatterState => ({
    ...state,
    ...more,
    status,
    since: event.id,
  });
  switch (event.type) {
    case 'InquiryOpened':
      return to('inquired', { itemCode: event.data.itemCode, holder: event.data.responsible });
    case 'MaterialsReceived':
      return to('received', {
        itemCode: event.data.itemCode ?? state.itemCode,
        holder: event.data.holder ?? state.holder,
      });
    case 'MaterialsChecked':
      return { ...state, gaps: event.data.gaps };
    case 'CorrectionRequested':
      return to('correcting', { gaps: event.data.gaps, asked: event.id });
    case 'CorrectionSubmitted': {
      const given = new Set(event.data.materials.map(({ code }) => code));
      return to('received', { gaps: state.gaps.filter(({ code }) => !given.has(code)) });
    }
    case 'MatterAccepted': {
      if (state.accepted) return state; // a second acceptance is on record, and changes nothing
      const { itemCode, on, statutory, promised } = event.data;
      return to('accepted', { itemCode, accepted: { event: event.id, on, statutory, promised } });
    }
    case 'MatterRefused':
      return to('refused');
    case 'HolderAssigned':
      return { ...state, holder: event.data.holder };
    case 'HandOverOffered':
      return { ...state, offer: { event: event.id, to: event.data.to } };
    case 'HandOverAccepted':
      return { ...state, offer: null, heldBefore: event.data.before, holder: event.data.holder };
    case 'HandOverDeclined':
      return { ...state, offer: null };
    case 'HandOverReturned':
      return { ...state, holder: event.data.holder, heldBefore: null };
    case 'StepFinished':
      return event.data.opinion ? { ...state, opinions: [...state.opinions, event.id] } : state;
    case 'JointHandlingOpened':
      return { ...state, joint: { event: event.id, members: event.data.members.map(({ org }) => org) } };
    case 'JointOpinionGiven':
      return { ...state, opinions: [...state.opinions, event.id] };
    case 'MatterPaused':
      return to('paused');
    case 'MatterResumed':
      return to('accepted');
    case 'ExtensionRequested':
      return { ...state, extension: { event: event.id, ...event.data } };
    case 'ExtensionApproved':
    case 'ExtensionDenied':
      return { ...state, extension: null };
    case 'MatterDecided':
      return to('decided', { decided: event.id });
    case 'ResultDelivered':
      return to('delivered');
    case 'MatterClosed':
      return to('closed');
    case 'MatterWithdrawn':
      return to('withdrawn');
    case 'MatterReopened':
      return to(state.accepted ? 'accepted' : 'received', { decided: null });
    default:
      return state;
  }
}

export const matterRegister: Fold<MatterState, MatterEvent> = { category: 'matter', initial: INITIAL, evolve };

type Card = {
  matterId: string;
  status: MatterStatus;
  itemCode: string | null;
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
};
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
]);

/** By the calendars as they are known at this event. */
function dues(row: Card | undefined, event: Recorded<MatterEvent>, facts: ClockFacts, years: Years): Dues {
  if (event.type === 'MatterAccepted' && !row?.state.accepted) {
    const { statutory, promised } = event.data; // as it was counted out when it was accepted
    const provisional = (statutory?.provisional ?? false) || (promised?.provisional ?? false);
    return { statutoryDue: statutory?.on ?? null, promisedDue: promised?.on ?? null, provisional };
  }
  if (row && !MOVES.has(event.type))
    return { statutoryDue: row.statutoryDue, promisedDue: row.promisedDue, provisional: row.provisional };
  const on = day(event);
  const { statutory, promised } = clocksOf(
    facts,
    yearsOf(facts, on).flatMap((id) => years.get(id) ?? []),
    on,
  );
  return {
    statutoryDue: statutory?.due ?? null,
    promisedDue: promised?.due ?? null,
    provisional: (statutory?.provisional ?? false) || (promised?.provisional ?? false),
  };
}

/** What is only told of a matter, and not done in it. */
const TOLD = new Set<string>(['CaseFactReported', 'SourceRowChanged', 'MatterLinked']);

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

function card(row: Card | undefined, event: Recorded<MatterEvent>, matterId: string, years: Years): Card {
  const state = evolve(row?.state ?? INITIAL, event);
  const clocks = clockFacts(row?.clocks ?? NO_CLOCKS, event);
  const first = event.type === 'MatterAccepted' && !row?.state.accepted ? event : null;
  return {
    matterId,
    status: state.status,
    itemCode: state.itemCode,
    receivedAt: row?.receivedAt ?? (event.type === 'MaterialsReceived' ? event.occurredAt : null),
    acceptedOn: state.accepted?.on ?? null,
    centre: first?.data.centre ?? row?.centre ?? null,
    window: first?.data.window ?? row?.window ?? null,
    placeKind: first?.place?.kind ?? row?.placeKind ?? null,
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
  'CaseFactReported',
  'SourceRowChanged',
] as const satisfies readonly MatterEvent['type'][];
/** A change of a source's row may be in any stream. */
const matterOf = (event: { readonly stream: string }) =>
  event.stream.startsWith('matter-') ? idOf('matter')(event) : [];

/** The card of a matter (办件卡): where it stands, who holds it, by when it has to be done. */
export const matterCards = projection<MatterEvent>()<Card, { years: typeof calendarYears }>({
  name: 'matter_card',
  version: 3,
  key: 'matterId',
  columns: {
    matterId: 'text',
    status: 'text',
    itemCode: 'text',
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
  },
  indexes: {
    byStatus: ['status', 'promisedDue'],
    // In the order of matters: the versions of one stand together, so that a list of any moment skips few.
    byItem: ['itemCode'],
    byOrg: ['holderOrg', 'status'],
    byCentre: ['centre'],
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
