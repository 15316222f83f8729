/**
 * The course of one matter as attribution needs it: who had it in hand, which opinions were given on which, what was
 * decided, and what was found to be wrong. One walk over its events, in the order in which they happened.
 */
import type { FaultKind, Manner, Named, Position } from './events/attribution.js';
import { current } from './events/index.js';
import type { Holder, MatterEvent, Opinion, Outcome, StepRole } from './events/matters.js';
import { occurredBy } from './history.js';
import { happenedOn } from './kernel/instant.js';
import type { PersonRef, Recorded } from './kernel/message.js';

/** Somebody, by ids alone: names stay in the key store. `cover`: he stood in for whoever holds the post. */
export type Party = Readonly<{ personId: string | null; post: string | null; org: string | null; cover: boolean }>;

/** `n`: its place among what happened. */
type At = Readonly<{ event: string; n: number }>;
export type Given = At &
  Readonly<{
    by: Party;
    role: StepRole | null;
    opinion: Opinion;
    proposes: Outcome | null;
    /** The opinions that he had before him; null where nobody has said. */
    received: readonly string[] | null;
  }>;
export type Decision = At &
  Readonly<{ by: Party; role: StepRole | null; outcome: Outcome; reported: boolean; since: number }>;
export type Deliberation = At &
  Readonly<{ chair: Party | null; proposal: Outcome; votes: readonly Readonly<{ by: Party; position: Position }>[] }>;
export type Instruction = At & Readonly<{ by: Party; wants: Outcome | null }>;
export type ChangeAbove = At & Readonly<{ decision: string | null; to: Outcome; superior: string; head: Party }>;
export type Fault = At &
  Readonly<{
    kind: FaultKind;
    about: string | null;
    ought: Outcome | null;
    evident: boolean | null;
    by: readonly (Party & Readonly<{ manner: Manner | null }>)[];
    applicant: boolean;
  }>;
/** Who held it from a day on. `post` and `org` as far as they are known. */
export type Span = At & Readonly<{ from: string; on: string; holder: Holder | null; step: string | null }>;
export type Step = Readonly<{ step: string; from: string; to: string | null; event: string }>;
export type Passed = At & Readonly<{ limit: string; dueOn: string }>;
export type Act = At & Readonly<{ type: string; by: Party }>;

/** Filled by {@link courseOf}, and not changed after. */
export interface Course {
  readonly matterId: string;
  readonly spans: Span[];
  readonly steps: Step[];
  readonly given: Given[];
  readonly decisions: Decision[];
  readonly deliberations: Deliberation[];
  readonly instructions: Instruction[];
  readonly changes: ChangeAbove[];
  readonly faults: Fault[];
  readonly passed: Passed[];
  /** Licences that were issued, and taken back. */
  readonly issued: Act[];
  readonly revoked: At[];
  /** Who did what, for what a fault is about. */
  readonly acts: Map<string, Act>;
  /** The unit that had to do with it last. */
  org: string | null;
  /** From where opinions count: the matter was begun again there. */
  since: number;
}

const personOf = (person: PersonRef | null | undefined) => person?.personId ?? null;
const actorOf = ({ actor }: Recorded): Party => ({
  personId: actor.person,
  post: actor.post ?? null,
  org: actor.org ?? null,
  cover: actor.actingAs === 'cover',
});
const named = ({ person, post, org }: Named): Party => ({ personId: personOf(person), post, org, cover: false });
const member = (person: PersonRef | null): Party => ({
  personId: personOf(person),
  post: null,
  org: null,
  cover: false,
});

/** Whether the log's order is that of occurrence, told without reading a clock: all are written alike. */
function inOrder(events: readonly Recorded[]): boolean {
  for (let n = 1; n < events.length; n++) {
    const [a, b] = [events[n - 1]!, events[n]!];
    if (a.precision !== 'second' || b.precision !== 'second' || a.index >= b.index) return false;
    if (a.occurredAt.length !== b.occurredAt.length || a.occurredAt.slice(19) !== b.occurredAt.slice(19)) return false;
    if (a.occurredAt > b.occurredAt) return false;
  }
  return true;
}

function held(course: Course, event: Recorded, n: number, holder: Holder | null, step: string | null = null): void {
  course.spans.push({ event: event.id, n, from: event.occurredAt, on: happenedOn(event), holder, step });
  if (holder?.org !== undefined) course.org = holder.org;
}

/** Who has it, and which steps are open. */
function inHand(course: Course, event: Recorded<MatterEvent>, n: number): void {
  switch (event.type) {
    case 'InquiryOpened':
      return held(course, event, n, event.data.responsible);
    case 'MaterialsReceived':
      return event.data.holder === null ? undefined : held(course, event, n, event.data.holder);
    case 'HolderAssigned':
      return held(course, event, n, event.data.holder, event.data.step);
    case 'HandOverAccepted':
    case 'HandOverReturned':
      return held(course, event, n, event.data.holder);
    case 'StepStarted':
      course.steps.push({ step: event.data.step, from: happenedOn(event), to: null, event: event.id });
      return;
    case 'StepFinished': {
      const { step, role, opinion, proposes = null, received = null } = event.data;
      const begun = course.steps.findLastIndex((each) => each.step === step && each.to === null);
      if (begun >= 0) course.steps[begun] = { ...course.steps[begun]!, to: happenedOn(event) };
      if (opinion !== null)
        course.given.push({ event: event.id, n, by: actorOf(event), role, opinion, proposes, received });
    }
  }
}

/** What was decided, and what bore on it. */
function decided(course: Course, event: Recorded<MatterEvent>, n: number): void {
  const at = { event: event.id, n };
  switch (event.type) {
    case 'MatterDecided': {
      const { outcome, role = null } = event.data;
      const reported = event.source !== undefined;
      course.decisions.push({ ...at, by: actorOf(event), role, outcome, reported, since: course.since });
      return;
    }
    case 'MatterReopened':
      course.since = n;
      return;
    case 'MatterDeliberated': {
      const { chair, proposal, votes } = event.data;
      const cast = votes.map(({ person, position }) => ({ by: member(person), position }));
      course.deliberations.push({ ...at, chair: chair === null ? null : member(chair), proposal, votes: cast });
      return;
    }
    case 'InstructionRecorded':
      course.instructions.push({ ...at, by: named(event.data.by), wants: event.data.wants });
      return;
    case 'DecisionChangedAbove': {
      const { decision, to, superior, head } = event.data;
      course.changes.push({ ...at, decision, to, superior, head: { ...member(head), org: superior } });
      return;
    }
    case 'LicenceIssued':
      course.issued.push({ ...at, type: event.type, by: actorOf(event) });
      return;
    case 'LicenceRevoked':
      course.revoked.push(at);
  }
}

/** What was found, and what was found not to be so. */
function found(course: Course, event: Recorded<MatterEvent>, n: number): void {
  switch (event.type) {
    case 'FaultFound': {
      const { kind, event: about, ought, evident, by, applicant } = event.data;
      const who = by.map((each) => ({ ...named(each), manner: each.manner }));
      course.faults.push({ event: event.id, n, kind, about, ought, evident, by: who, applicant });
      return;
    }
    case 'FaultWithdrawn':
      remove(course.faults, ({ event: fault }) => fault === event.data.fault);
      return;
    case 'LimitPassed':
      course.passed.push({ event: event.id, n, limit: event.data.limit, dueOn: event.data.dueOn });
      return;
    case 'LimitLifted':
      remove(course.passed, ({ limit }) => limit === event.data.limit);
  }
}
function remove<T>(all: T[], gone: (each: T) => boolean): void {
  for (let n = all.length - 1; n >= 0; n--) if (gone(all[n]!)) all.splice(n, 1);
}

/** What each type of event tells; of every other, only who did it. */
const TELLS: Readonly<Record<string, (course: Course, event: Recorded<MatterEvent>, n: number) => void>> = {
  InquiryOpened: inHand,
  MaterialsReceived: inHand,
  HolderAssigned: inHand,
  HandOverAccepted: inHand,
  HandOverReturned: inHand,
  StepStarted: inHand,
  StepFinished: inHand,
  MatterDecided: decided,
  MatterReopened: decided,
  MatterDeliberated: decided,
  InstructionRecorded: decided,
  DecisionChangedAbove: decided,
  LicenceIssued: decided,
  LicenceRevoked: decided,
  FaultFound: found,
  FaultWithdrawn: found,
  LimitPassed: found,
  LimitLifted: found,
};

/** `events`: all that refer to the matter, up to the index that is asked for, in the order of the log. */
export function courseOf(matterId: string, events: readonly Recorded[]): Course {
  const course: Course = {
    matterId,
    spans: [],
    steps: [],
    given: [],
    decisions: [],
    deliberations: [],
    instructions: [],
    changes: [],
    faults: [],
    passed: [],
    issued: [],
    revoked: [],
    acts: new Map(),
    org: null,
    since: -1,
  };
  const stream = `matter-${matterId}`;
  const all = inOrder(events) ? events : occurredBy(events);
  for (let n = 0; n < all.length; n++) {
    const written = all[n]!;
    if (written.stream !== stream) continue;
    const event = current(written) as Recorded<MatterEvent>;
    course.acts.set(event.id, { event: event.id, n, type: event.type, by: actorOf(event) });
    if (Object.hasOwn(TELLS, event.type)) TELLS[event.type]!(course, event, n);
  }
  return course;
}
