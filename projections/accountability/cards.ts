/** What is read of accountability: a row for each lead, case, review and version of a document. */
import type { CaseEvent, DocumentEvent, LeadEvent, ReviewEvent } from '../events/accountability.js';
import { happenedOn } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import { projection } from '../kernel/projection.js';
import { caseRegister, type CaseState } from './case.js';
import { leadRegister, type LeadState } from './lead.js';
import type { Outcome } from './outcomes.js';
import { reviewRegister, type ReviewState } from './review.js';
import { ended, type Runs, runsAfter } from './runs.js';
import { type DocumentKind, MACHINES, type Profile, type StatusOf } from './table.js';

/** A guard that a report broke, with the event that says so. */
export type Broken = Readonly<{ code: string; event: string; on: string }>;
const brokenBy = (event: Recorded, known: readonly Broken[] = []): readonly Broken[] => [
  ...known,
  ...event.irregularities.map(({ code }) => ({ code, event: event.id, on: happenedOn(event) })),
];

export type LeadCard = {
  lead: string;
  status: StatusOf<'lead'>;
  profile: Profile | null;
  source: string | null;
  /** The finding that it came from. */
  finding: string | null;
  /** The unit that registered it, and has it in hand. */
  office: string | null;
  org: string | null;
  accused: readonly string[];
  orgs: readonly string[];
  registeredOn: string | null;
  since: string | null;
  /** Where there is a case: its status. */
  filed: StatusOf<'case'> | null;
  broken: readonly Broken[];
  runs: Runs;
  state: LeadState;
};
function leadCard(row: LeadCard | undefined, event: Recorded<LeadEvent>, lead: string): LeadCard {
  const state = leadRegister.evolve(row?.state ?? leadRegister.initial, event);
  return {
    lead,
    status: state.status,
    profile: state.profile,
    source: state.source,
    finding: state.source === 'finding' ? state.reference : (row?.finding ?? null),
    office: event.type === 'LeadRegistered' ? (event.actor.org ?? null) : (row?.office ?? null),
    org: state.orgs[0] ?? null,
    accused: state.accused.map(({ person }) => person),
    orgs: state.orgs,
    registeredOn: row?.registeredOn ?? (event.type === 'LeadRegistered' ? happenedOn(event) : null),
    since: state.on,
    filed: row?.filed ?? null,
    broken: brokenBy(event, row?.broken),
    runs: runsAfter('lead', row?.runs ?? {}, event, state),
    state,
  };
}
export const eventsOf = (machine: keyof typeof MACHINES): readonly string[] => [
  ...new Set(Object.values(MACHINES[machine].steps).map(({ event }) => event as string)),
];
const FILING = ['FilingProposed', 'FilingApproved', 'FilingReturned', 'FilingRejected'] as const;
const FILED: Readonly<Record<(typeof FILING)[number], StatusOf<'case'>>> = {
  FilingProposed: 'filing-proposed',
  FilingApproved: 'investigating',
  FilingReturned: 'filing-returned',
  FilingRejected: 'not-filed',
};
const only = (category: string) => (event: Recorded) =>
  event.stream.startsWith(`${category}-`) ? idOf(category)(event) : [];

export const leadCards = projection<LeadEvent>()<LeadCard>({
  name: 'accountability_lead',
  version: 3,
  key: 'lead',
  columns: {
    lead: 'text',
    status: 'text',
    profile: 'text',
    source: 'text',
    finding: 'text',
    office: 'text',
    org: 'text',
    accused: 'jsonb',
    orgs: 'jsonb',
    registeredOn: 'date',
    since: 'date',
    filed: 'text',
    broken: 'jsonb',
    runs: 'jsonb',
    state: 'jsonb',
  },
  indexes: { byStatus: ['status', 'since'], byOrg: ['org', 'registeredOn'], byFinding: ['finding'] },
  uses: {},
  on: {
    ...Object.fromEntries(
      eventsOf('lead').map((type) => [
        type,
        {
          keys: only('lead'),
          fold: (row: LeadCard | undefined, event: Recorded<LeadEvent>, _: object, id: string) =>
            leadCard(row, event, id),
        },
      ]),
    ),
    ...Object.fromEntries(
      FILING.map((type) => [
        type,
        {
          keys: idOf('case'),
          fold: (row: LeadCard | undefined, event: Recorded) =>
            row ? { ...row, filed: FILED[type], runs: ended(row.runs, happenedOn(event)) } : null,
        },
      ]),
    ),
  } as never,
});

export type CaseCard = {
  case: string;
  status: StatusOf<'case'>;
  profile: Profile | null;
  organ: string | null;
  caseNo: string | null;
  org: string | null;
  orgs: readonly string[];
  accused: readonly string[];
  filedOn: string | null;
  since: string | null;
  decidedOn: string | null;
  outcomes: readonly Outcome[];
  broken: readonly Broken[];
  /** The finding that it rests on. */
  finding: string | null;
  runs: Runs;
  state: CaseState;
};
function caseCard(
  row: CaseCard | undefined,
  event: Recorded<CaseEvent>,
  id: string,
  lead: LeadCard | undefined,
): CaseCard {
  const state = caseRegister.evolve(row?.state ?? caseRegister.initial, event);
  return {
    case: id,
    status: state.status,
    profile: state.profile,
    organ: state.organ,
    caseNo: state.caseNo,
    org: lead?.org ?? row?.org ?? null,
    orgs: lead?.orgs ?? row?.orgs ?? [],
    accused: state.subjects,
    filedOn: state.filedOn,
    since: state.on,
    decidedOn: state.decision?.on ?? null,
    outcomes: state.decision?.outcomes ?? [],
    broken: brokenBy(event, row?.broken),
    finding: lead?.finding ?? row?.finding ?? null,
    runs: runsAfter('case', row?.runs ?? {}, event, state),
    state,
  };
}
export const caseCards = projection<CaseEvent>()<CaseCard, { leadCards: typeof leadCards }>({
  name: 'accountability_case',
  version: 3,
  key: 'case',
  columns: {
    case: 'text',
    status: 'text',
    profile: 'text',
    organ: 'text',
    caseNo: 'text',
    org: 'text',
    orgs: 'jsonb',
    accused: 'jsonb',
    filedOn: 'date',
    since: 'date',
    decidedOn: 'date',
    outcomes: 'jsonb',
    broken: 'jsonb',
    finding: 'text',
    runs: 'jsonb',
    state: 'jsonb',
  },
  indexes: { byStatus: ['status', 'since'], byOrg: ['org', 'filedOn'], byFinding: ['finding'] },
  uses: { leadCards },
  on: Object.fromEntries(
    eventsOf('case').map((type) => [
      type,
      {
        keys: only('case'),
        fold: (row: CaseCard | undefined, event: Recorded<CaseEvent>, look: any, id: string) =>
          caseCard(
            row,
            event,
            id,
            (look as { leadCards: { get: (key: string) => LeadCard | undefined } }).leadCards.get(id),
          ),
      },
    ]),
  ) as never,
});

export type ReviewCard = {
  review: string;
  status: StatusOf<'review'>;
  profile: Profile | null;
  org: string | null;
  since: string | null;
  result: string | null;
  broken: readonly Broken[];
  runs: Runs;
  state: ReviewState;
};
export const reviewCards = projection<ReviewEvent>()<ReviewCard, { caseCards: typeof caseCards }>({
  name: 'accountability_review',
  version: 1,
  key: 'review',
  columns: {
    review: 'text',
    status: 'text',
    profile: 'text',
    org: 'text',
    since: 'date',
    result: 'text',
    broken: 'jsonb',
    runs: 'jsonb',
    state: 'jsonb',
  },
  indexes: { byStatus: ['status', 'since'] },
  uses: { caseCards },
  on: Object.fromEntries(
    eventsOf('review').map((type) => [
      type,
      {
        keys: only('review'),
        fold: (row: ReviewCard | undefined, event: Recorded<ReviewEvent>, look: any, id: string): ReviewCard => {
          const state = reviewRegister.evolve(row?.state ?? reviewRegister.initial, event);
          const of = (look as { caseCards: { get: (key: string) => CaseCard | undefined } }).caseCards.get(id);
          return {
            review: id,
            status: state.status,
            profile: of?.profile ?? row?.profile ?? null,
            org: of?.org ?? row?.org ?? null,
            since: state.on,
            result: state.result?.result ?? null,
            broken: brokenBy(event, row?.broken),
            runs: runsAfter('review', row?.runs ?? {}, event, state),
            state,
          };
        },
      },
    ]),
  ) as never,
});

/** Every version of every document, by the digest of its content: the store that is addressed by it. */
export type DocumentRow = {
  digest: string;
  document: string;
  affair: string;
  kind: DocumentKind | null;
  content: object;
  event: string;
  at: string;
};
const shownAs = (
  event: Recorded<DocumentEvent>,
  digest: string,
  before: DocumentRow | undefined,
): DocumentRow | null => {
  if (event.type === 'DocumentSigned') return before ?? null;
  const document = idOf('document')(event);
  const dot = document.lastIndexOf('.');
  return {
    digest,
    document,
    affair: document.slice(0, dot),
    kind: document.slice(dot + 1) as DocumentKind,
    content: event.data.content,
    event: event.id,
    at: event.recordedAt,
  };
};
export const documentVersions = projection<DocumentEvent>()<DocumentRow>({
  name: 'accountability_document',
  version: 1,
  key: 'digest',
  columns: {
    digest: 'text',
    document: 'text',
    affair: 'text',
    kind: 'text',
    content: 'jsonb',
    event: 'text',
    at: 'timestamptz',
  },
  indexes: { byDocument: ['document', 'at'] },
  uses: {},
  on: {
    DocumentDrafted: { keys: ({ data }) => data.digest, fold: (row, event, _, digest) => shownAs(event, digest, row) },
    DocumentRevised: { keys: ({ data }) => data.digest, fold: (row, event, _, digest) => shownAs(event, digest, row) },
  },
});
