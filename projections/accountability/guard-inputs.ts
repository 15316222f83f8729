/** What each guard looks at: plain values, from what is said and what is known, to be written into the event. */
import type { FindingState } from '../findings.js';
import { addDays } from '../kernel/instant.js';
import { calendarOfYears, type CalendarYear, workdaysBetween } from '../kernel/workdays.js';
import type { CaseState } from './case.js';
import { type Affair, holdersOf, worthOf } from './contents.js';
import type { PackState } from '../packs.js';
import { conditionsOf, numberOf, numbersOf, termsOf } from './conditions.js';
import { isSanction, kindOf, OUTCOMES, type Outcome, ranksOf } from './outcomes.js';
import { barred, conflictOf } from './recusal.js';
import {
  type AuthorityState,
  authorityOn,
  type ConductState,
  type DocumentState,
  type ReporterState,
} from './registers.js';
import type { DocumentKind, GuardId, Machine, Part, Transition } from './table.js';

export interface Facts {
  readonly documents: readonly DocumentState[];
  readonly conducts: readonly ConductState[];
  readonly authorities: readonly AuthorityState[];
  readonly reporter: ReporterState | null;
  readonly finding: FindingState | null;
  /** Of whoever acts, is named, or does it beside him: the units that he belongs to on that day. */
  readonly belongs: readonly Readonly<{ person: string; units: readonly string[] }>[];
  readonly calendars: readonly CalendarYear[];
  /** Until when an earlier sanction of the same person runs. */
  readonly runningTo: string | null;
  /** The rule packs of AC-01, where a number of theirs is looked at. */
  readonly packs: PackState | null;
}
export const NO_FACTS: Facts = {
  documents: [],
  conducts: [],
  authorities: [],
  reporter: null,
  finding: null,
  belongs: [],
  calendars: [],
  runningTo: null,
  packs: null,
};
export interface Asking {
  readonly machine: Machine;
  readonly command: string;
  readonly step: Transition;
  /** Of a question that says nothing yet: empty. */
  readonly data: Readonly<Record<string, any>>;
  readonly on: string;
  readonly region: string;
  readonly person: string | null;
  readonly affair: Affair;
  readonly facts: Facts;
}
type Inputs = Readonly<Record<string, unknown>>;

const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);
type Named = { personId: string; department: string };
/** Those that a command names to handle it. */
export const namedIn = ({ data }: Pick<Asking, 'data'>): readonly Named[] => [
  ...list<Named>(data.members),
  ...list<Named>(data.officers),
  ...list<Named>(data.team),
];
/** Whoever does it beside the one who says so. */
const besideIn = ({ data }: Pick<Asking, 'data'>): readonly string[] =>
  ['by', 'servers', 'obtainedBy'].flatMap((name) => list<string>(data[name]));
/** Everybody who handles it by this command, or is to. */
export const handlersIn = (asking: Pick<Asking, 'data' | 'person'>): readonly string[] =>
  distinct(
    [asking.person, ...namedIn(asking).map(({ personId }) => personId), ...besideIn(asking)].filter(
      (one) => typeof one === 'string',
    ),
  );
const persons = (all: readonly { readonly person: string }[]) => all.map(({ person }) => person);
const distinct = (all: readonly string[]) => [...new Set(all)];

export function partsOf(part: Part, { lead, case: of, review }: Affair): readonly string[] {
  const one = (person: string | null) => (person === null ? [] : [person]);
  switch (part) {
    case 'registrar':
      return lead.registrars;
    case 'triager':
      return lead.triagers;
    case 'no-lead-proposer':
      return one(lead.noLeadProposer);
    case 'inquirer':
      return persons(lead.inquirers);
    case 'filing-proposer':
      return one(of.filingProposer);
    case 'investigator':
      return persons(of.investigators);
    case 'adjudicator':
      return persons(of.adjudicators);
    case 'decider':
      return distinct([...of.deciders, ...persons(of.panel?.members ?? [])]);
    case 'reviewer':
      return persons(review.reviewers);
  }
}
/** G11 is about reviewers, and everything of a review; G2 about the rest. */
function apart(asking: Asking, aboutReview: boolean): Inputs {
  const { machine, step, affair, person } = asking;
  const named = namedIn(asking);
  const parts = (step.apart ?? []).filter((part) => (part === 'reviewer' || machine === 'review') === aboutReview);
  const acting = step.named ? named.map(({ personId }) => personId) : person === null ? [] : [person];
  const rival = step.event === 'AdjudicationStarted' ? affair.case.investigators : affair.case.adjudicators;
  const byDepartment = aboutReview ? step.event === 'ReviewersAssigned' : step.event === 'AdjudicationStarted';
  return {
    acting,
    others: Object.fromEntries(parts.map((part) => [part, partsOf(part, affair)])),
    departments: byDepartment
      ? {
          named: distinct(named.map(({ department }) => department)),
          not: distinct(rival.map(({ department }) => department)),
        }
      : { named: [], not: [] },
  };
}

/** What two people have to have done, and among whom they have to be; null: whoever they are. */
function inTwos(asking: Asking): Inputs {
  const { data, affair, command } = asking;
  const said = (what: string, all: unknown) => [{ what, persons: list<string>(all) }];
  const named = namedIn(asking).map(({ personId }) => personId);
  const investigators = persons(affair.case.investigators);
  switch (command) {
    case 'TakeStatement':
      return { records: said('statement', data.by), pool: persons(affair.lead.inquirers) };
    case 'ReportVerification':
      return { records: said('team', persons(affair.lead.inquirers)), pool: null };
    case 'AssignInvestigators':
      return { records: said('investigators', [...investigators, ...named]), pool: null };
    case 'AddEvidence':
      return { records: said('evidence', data.obtainedBy), pool: investigators };
    case 'RecordDefence':
      return { records: said('defence', data.by), pool: investigators };
    case 'ConcludeInvestigation': {
      const kept = affair.case.evidence.filter(({ excluded }) => !excluded);
      return { records: kept.map(({ id, signed }) => ({ what: id, persons: signed })), pool: investigators };
    }
    case 'ServeFacts':
      return { records: said('servers', data.servers), pool: investigators };
    case 'ServeDecision':
      return { records: said('servers', data.servers), pool: null };
    default:
      return { records: said('named', named), pool: null };
  }
}
function standings(asking: Asking): Inputs {
  const { affair, person } = asking;
  const accused = persons(affair.lead.accused);
  const others = [...namedIn(asking).map(({ personId }) => personId), ...besideIn(asking)].filter(
    (one) => one !== person,
  );
  const told = (one: string, why: typeof barred) => ({
    person: one,
    reason: why(affair.recusal, one),
    accused: accused.includes(one),
  });
  const actor = person === null ? { person, reason: null, accused: false } : told(person, barred);
  return { people: [actor, ...distinct(others).map((one) => told(one, conflictOf))] };
}
/** How an affair begins: it is about whom the command names, whatever of its name is known already. */
const BEGINS = new Set(['RegisterLead', 'ProposeNoLead']);
function uninvolved(asking: Asking): Inputs {
  const { command, affair, data, facts } = asking;
  const begins = BEGINS.has(command);
  const named = list<{ personId?: string; org?: string }>(data.subjects);
  const found = facts.finding?.found?.about.org ?? null;
  return {
    people: handlersIn(asking).map((person) => ({
      person,
      units: facts.belongs.find((one) => one.person === person)?.units ?? [],
    })),
    accused: begins
      ? named.flatMap(({ personId }) => personId ?? [])
      : distinct([...persons(affair.lead.accused), ...affair.case.subjects]),
    orgs: distinct([
      ...(begins ? [...list<string>(data.orgs), ...named.flatMap(({ org }) => org ?? [])] : affair.lead.orgs),
      ...(found === null ? [] : [found]),
    ]),
  };
}
function supported({ affair, command, data }: Asking): Inputs {
  const known = affair.case.evidence;
  const of = (fact: string, evidence: readonly string[]) => ({
    fact,
    evidence: evidence.map((id) => {
      const found = known.find((one) => one.id === id);
      return { id, known: found !== undefined, excluded: found?.excluded ?? false };
    }),
  });
  return command === 'AssertFact'
    ? { facts: [of((data.fact as string) ?? '', list(data.evidence))], least: 1 }
    : { facts: affair.case.facts.map(({ id, evidence }) => of(id, evidence)), least: 1 };
}
const LONG_ENOUGH = 60;
function heard(asking: Asking): Inputs {
  const { affair, command, data, on, region, facts } = asking;
  const { lead, case: of } = affair;
  if (command === 'GiveLightOutcome') {
    const stated = lead.statements.map(({ subject }) => subject);
    return { unheard: typeof data.subject === 'string' && !stated.includes(data.subject) ? [data.subject] : [] };
  }
  if (command === 'ServeFacts') {
    const { answerBy = null } = data as { answerBy?: string };
    // Enough is enough: what is further away is not counted out.
    const [to] = [answerBy ?? on, addDays(on, LONG_ENOUGH)].toSorted();
    const workdays = workdaysBetween(on, to!, calendarOfYears(region, [...facts.calendars]));
    return { workdays, least: numberOf(asking, 'answerWorkdays'), answerBy };
  }
  const spoken = new Set(of.defences.map(({ subject }) => subject));
  return {
    served: of.served !== null,
    lapsed: of.served !== null && of.served.answerBy < on,
    answerBy: of.served?.answerBy ?? null,
    unheard: of.subjects.filter((subject) => !spoken.has(subject)),
    points: of.defences
      .flatMap(({ points }) => points)
      .map(({ id }) => {
        const answer = of.answers.find(({ point }) => point === id);
        return { id, answered: answer !== undefined, accepted: answer?.accepted ?? false };
      }),
  };
}
function heavier({ affair, machine, data }: Asking): Inputs {
  const { ceiling, facts } = affair.case;
  const said = list<Outcome>(data.outcomes ?? data.proposal);
  const known = ceiling?.facts ?? [];
  return {
    before: ceiling ? ranksOf(ceiling.outcomes) : null,
    now: ranksOf(said),
    // A review finds no new facts: it can only send them back.
    newFacts: machine === 'review' ? [] : facts.map(({ id }) => id).filter((id) => !known.includes(id)),
    ceiling: ceiling?.event ?? null,
  };
}
function authority({ affair, command, data, on, facts }: Asking): Inputs {
  const { organ, subjects } = affair.case;
  if (command === 'Appeal') return { organ: data.organ ?? null, subjects: [], heavy: [], higherThan: organ };
  const ranks = ranksOf(list<Outcome>(data.outcomes));
  return {
    organ,
    subjects: subjects.map((person, n) => {
      const state = facts.authorities[n];
      const found = state ? authorityOn(state, on) : null;
      const { organ: of = null, standing = null } = found ?? {};
      return { person, organ: of, standing, steps: state?.steps.length ?? 0 };
    }),
    heavy: subjects.filter((person) => ranks[person]! >= OUTCOMES.REMOVAL.rank),
  };
}
function once({ affair, command, data, facts }: Asking): Inputs {
  const { organ, profile, conducts } = affair.case;
  return {
    organ,
    profile: command === 'Decide' ? profile : null,
    case: affair.id,
    conducts: conducts.map(({ id }, n) => ({
      id,
      case: facts.conducts[n]?.case ?? null,
      sanctions: (facts.conducts[n]?.sanctions ?? [])
        .filter(({ code }) => kindOf(code).sanction)
        .map((one) => one.organ),
    })),
    sanctions: command === 'Decide' ? list<Outcome>(data.outcomes).some(isSanction) : true,
  };
}
/** What a decision has of the five that it has to have (政务处分法 art. 45). `accused`: those that the lead names. */
export function elementsOf(
  { subjects, facts, organ }: Pick<CaseState, 'subjects' | 'facts' | 'organ'>,
  accused: readonly string[],
  data: Readonly<Record<string, any>>,
  on: string,
): Readonly<Record<'who' | 'facts' | 'outcome' | 'remedy' | 'organ', boolean>> {
  const outcomes = list<Outcome>(data.outcomes);
  const remedy = data.remedy as { route?: string; days?: number } | undefined;
  const filled = (value: unknown) => typeof value === 'string' && value.trim() !== '';
  return {
    who: subjects.length > 0 && subjects.every((one) => accused.includes(one)),
    facts: facts.length > 0 && facts.every(({ evidence }) => evidence.length > 0),
    outcome: outcomes.length > 0 && outcomes.every(({ basis }) => list(basis).length > 0),
    remedy: filled(remedy?.route) && Number(remedy?.days) > 0,
    organ: filled(organ) && filled(data.seal) && filled(on),
  };
}
const elements = ({ affair: { lead, case: of }, data, on }: Asking): Inputs => ({
  elements: elementsOf(of, persons(lead.accused), data, on),
});
function deliberated(asking: Asking): Inputs {
  const { affair } = asking;
  const { panel, votes } = affair.case;
  const recused = persons(panel?.members ?? []).filter((one) => conflictOf(affair.recusal, one) !== null);
  return {
    members: persons(panel?.members ?? []).filter((one) => !recused.includes(one)),
    recused,
    least: numberOf(asking, 'panelMembers'),
    chair: panel?.chair ?? null,
    quorum: panel?.quorum ?? 0,
    votes: votes.map(({ member, position }) => ({ member, position })),
  };
}

export const INPUTS: Readonly<Record<GuardId, (asking: Asking) => Inputs>> = {
  G1: inTwos,
  G2: (asking) => apart(asking, false),
  G3: standings,
  G4: supported,
  G5: heard,
  G6: heavier,
  G7: deliberated,
  G8: authority,
  G9: once,
  G10: elements,
  G11: (asking) => apart(asking, true),
  G12: (asking) => ({ conditions: termsOf(asking), ...numbersOf(asking) }),
  G13: ({ data, affair, facts }) => ({
    ...(typeof (data.toUnit ?? data.to) === 'string' && { to: (data.toUnit ?? data.to) as string }),
    accusedOrgs: affair.lead.orgs,
    reporter: (data.reporter as string | undefined) ?? null,
    recorded: facts.reporter?.status === 'recorded',
  }),
  G14: ({ data, affair }) => ({
    conducts: affair.case.conducts.map(({ id, on }) => ({ id, on })),
    outcomes: list<Outcome>(data.outcomes ?? data.proposal).map(({ code, conducts, law }) => ({ code, conducts, law })),
  }),
  G15: ({ data, affair }) => ({
    stated: data.noInterference === true,
    recorded: affair.recusal.interference,
  }),
  CAPACITY: ({ step, affair, person }) => ({ as: step.acts, holders: holdersOf(step.acts, affair), person }),
  SIGNED: ({ step, affair, facts }) => ({
    documents: (step.signed ?? []).flatMap((kind: DocumentKind, n) => {
      const document = facts.documents[n];
      return document ? [worthOf(kind, document, affair)] : [];
    }),
  }),
  FIT: (asking) => ({ conditions: conditionsOf(asking) }),
  UNINVOLVED: uninvolved,
};
/** Guards that look at what a command brings, so that nothing can be said of them before it is given. */
const ALWAYS: ReadonlySet<GuardId> = new Set(['G6', 'G10', 'G13', 'G14', 'G15', 'FIT']);
const SOMETIMES: Readonly<Partial<Record<GuardId, readonly string[]>>> = {
  G4: ['AssertFact'],
  G5: ['ServeFacts', 'GiveLightOutcome'],
  G8: ['Appeal'],
  UNINVOLVED: [...BEGINS],
  G12: [
    'SuspendInvestigation',
    'ProposeExtension',
    'ExtendVerification',
    'ExtendAppeal',
    'StartPeriod',
    'RequestReview',
    'Appeal',
  ],
};
const BY_STATE: ReadonlySet<string> = new Set(['ConcludeInvestigation', 'ReportVerification']);
export function isBrought(guard: GuardId, command: string, { named }: Transition): boolean {
  if (guard === 'G1') return !BY_STATE.has(command);
  if (guard === 'G2' || guard === 'G11') return named === true;
  return ALWAYS.has(guard) || (SOMETIMES[guard] ?? []).includes(command);
}
