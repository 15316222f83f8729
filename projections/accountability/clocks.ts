/** What is due in affairs of accountability: which streams a fact bears on, and their limits, for `deadlines`. */
import { findings } from '../findings.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import type { Limits } from '../limits.js';
import type { calendarYears } from '../calendar.js';
import type { packs } from '../packs.js';
import { caseCards, eventsOf, leadCards, reviewCards } from './cards.js';
import { STEP_LIMITS } from './limits.js';
import { limitsOf } from './runs.js';
import { type Machine, MACHINES, type State, stepsFrom } from './table.js';
import { LEADING, upheldFindings, upheldLimits } from './upheld.js';

export const AFFAIRS = { leadCards, caseCards, reviewCards, findings, upheldFindings } as const;
type Used = typeof AFFAIRS & { calendarYears: typeof calendarYears; packs: typeof packs };

/** The events of the three machines; and of findings, that make one due to become a lead. */
export const AFFAIR_EVENTS: readonly string[] = [...eventsOf('lead'), ...eventsOf('case'), ...eventsOf('review')];
export const UPHELD_EVENTS = [
  'FindingUpheld',
  'FindingRaised',
  'FindingRevised',
  'FindingWithdrawn',
  'FindingSuperseded',
  'FindingWaived',
] as const;
const FILING: ReadonlySet<string> = new Set(['FilingProposed', 'FilingApproved', 'FilingReturned', 'FilingRejected']);

/** With a case, its lead is done; with a lead, its finding is. */
export function affairStreams(event: Recorded): readonly string[] {
  if (FILING.has(event.type)) return [event.stream, `lead-${idOf('case')(event)}`];
  const { source, reference } = event.data as { source?: string; reference?: string };
  if (event.type === 'LeadRegistered' && source === 'finding' && reference !== undefined)
    return [event.stream, `finding-${reference}`];
  return event.type === 'NoLeadConfirmed' ? [event.stream, `finding-${idOf('lead')(event)}`] : [event.stream];
}
export const upheldStream = (event: Recorded, look: Look<Used>): string | readonly string[] =>
  event.type === 'FindingUpheld' || look.upheldFindings.get(idOf('finding')(event)) ? event.stream : [];

const openIn = (machine: Machine): readonly string[] =>
  Object.entries<State>(MACHINES[machine].states).flatMap(([status, { terminal }]) =>
    terminal === true || status === 'none' || stepsFrom(machine, status).length === 0 ? [] : [status],
  );
const OPEN = { lead: openIn('lead'), case: openIn('case'), review: openIn('review') } as const;
type Running = { readonly stream: string; readonly starts: readonly string[] };
function running(look: Look<Used>): readonly Running[] {
  const open = (stream: string, runs: Readonly<Record<string, { start: string; doneOn: string | null }>>) => {
    const starts = Object.values(runs).flatMap(({ start, doneOn }) => (doneOn === null ? [start] : []));
    return starts.length > 0 ? [{ stream, starts }] : [];
  };
  const of = <R>(rows: (status: string) => readonly R[], all: readonly string[]) => all.flatMap((one) => rows(one));
  return [
    ...of((one) => look.leadCards.range('byStatus', [one]), OPEN.lead).flatMap((row) =>
      open(`lead-${row.lead}`, row.runs),
    ),
    ...of((one) => look.caseCards.range('byStatus', [one]), OPEN.case).flatMap((row) =>
      open(`case-${row.case}`, row.runs),
    ),
    ...of((one) => look.reviewCards.range('byStatus', [one]), OPEN.review).flatMap((row) =>
      open(`review-${row.review}`, row.runs),
    ),
  ];
}
const waiting = (look: Look<Used>): readonly Running[] =>
  look.upheldFindings
    .range('byAnswer', [null])
    .flatMap(({ finding, upheldOn }) =>
      upheldOn === null ? [] : [{ stream: `finding-${finding}`, starts: [upheldOn] }],
    );
/** Whose last days a calendar moves. */
export const affairsRunning = (look: Look<Used>): readonly string[] =>
  [...running(look), ...waiting(look)].map(({ stream }) => stream);
/** Whose limits began, or may begin, under a rule pack. */
export function affairsUnder(rule: string, from: string, look: Look<Used>): readonly string[] {
  // When somebody is reminded is a number of the first, also of what waits for a lead.
  const all = [
    ...(rule === STEP_LIMITS.id ? running(look) : []),
    ...(rule === STEP_LIMITS.id || rule === LEADING.id ? waiting(look) : []),
  ];
  return all.flatMap(({ stream, starts }) => (starts.some((start) => start >= from) ? [stream] : []));
}

/** Null: not a stream of accountability. */
export function affairLimits(category: string, id: string, region: string, look: Look<Used>): Limits | null {
  switch (category) {
    case 'lead': {
      const row = look.leadCards.get(id);
      return row ? limitsOf(row, region, look) : {};
    }
    case 'case': {
      const row = look.caseCards.get(id);
      return row ? limitsOf(row, region, look) : {};
    }
    case 'review': {
      const row = look.reviewCards.get(id);
      return row && row.profile !== null ? limitsOf(row, region, look) : {};
    }
    case 'finding':
      return upheldLimits(id, region, look);
    default:
      return null;
  }
}
