/**
 * The course of one matter as attribution needs it: who had it in hand, which opinions were given on which, what was
 * decided, and what was found to be wrong. One walk over its events, in the order in which they happened.
 */
import type { FaultKind, Manner, Named, Position } from './events/attribution.js';
import { current } from './events/index.js';
import type { Holder, MatterEvent, Opinion, Outcome, StepRole } from './events/matters.js';
import { occurredBy } from './history.js';
import type { PersonRef, Recorded } from './kernel/message.js';

/** Somebody, by ids alone: names stay in the key store. `cover`: he stood in for whoever holds the post. */
export type Party = Readonly<{ personId: string | null; post: string | null; org: string | null; cover: boolean }>;

type At = Readonly<{ event: string }>;
/** `after`: the decision that stood when it happened. */
type After = At & Readonly<{ after: string | undefined }>;
export type Given = At &
  Readonly<{
    by: Party;
    role: StepRole | null;
    opinion: Opinion;
    proposes: Outcome | null;
    /** The opinions that he had before him; where nobody has said, whatever came before. */
    received: readonly string[];
  }>;
export type Deliberation = At &
  Readonly<{ chair: Party | null; proposal: Outcome; votes: readonly Readonly<{ by: Party; position: Position }>[] }>;
export type Instruction = At & Readonly<{ by: Party; wants: Outcome | null }>;
/** What there was before a decision, since the matter was begun, or begun again. */
export type Before = Readonly<{
  given: readonly Given[];
  deliberation: Deliberation | null;
  instructions: readonly Instruction[];
}>;
export type Decision = At &
  Readonly<{ by: Party; role: StepRole | null; outcome: Outcome; reported: boolean; before: Before }>;
export type ChangeAbove = After & Readonly<{ decision: string | null; to: Outcome; head: Party }>;
export type Fault = After &
  Readonly<{
    kind: FaultKind;
    about: string | null;
    ought: Outcome | null;
    evident: boolean | null;
    by: readonly (Party & Readonly<{ manner: Manner | null }>)[];
    applicant: boolean;
  }>;
/** When something happened, as it was told. */
type Moment = Pick<Recorded, 'occurredAt' | 'precision'>;
/** Who held it from a moment on. */
export type Span = At & Readonly<{ from: Moment; holder: Holder | null; step: string | null }>;
export type Step = Readonly<{ step: string; from: Moment; to: Moment | null }>;
export type Passed = At & Readonly<{ limit: string; dueOn: string }>;

/** Filled by {@link courseOf}, and not changed after. */
export interface Course {
  readonly matterId: string;
  readonly spans: Span[];
  readonly steps: Step[];
  readonly given: Given[];
  readonly decisions: Decision[];
  readonly changes: ChangeAbove[];
  readonly faults: Fault[];
  readonly passed: Passed[];
  /** Licences that were issued, and taken back. */
  readonly issued: After[];
  readonly revoked: After[];
  /** As they happened, for what a fault is about. */
  readonly events: readonly Recorded[];
  /** The unit that had to do with it last. */
  org: string | null;
  before: Before;
}
const NOTHING: Before = { given: [], deliberation: null, instructions: [] };

const personOf = (person: PersonRef | null | undefined) => person?.personId ?? null;
export const actorOf = ({ actor }: Recorded): Party => ({
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

const OFFSET = '+08:00'.length;
/** Whether the log's order is that of occurrence, told by the letters alone: all are written to the second at one offset. */
function inOrder(events: readonly Recorded[]): boolean {
  const offset = events[0]?.occurredAt.slice(-OFFSET) ?? '';
  return events.every(
    ({ occurredAt, precision }, n) =>
      precision === 'second' && occurredAt.endsWith(offset) && (n === 0 || events[n - 1]!.occurredAt <= occurredAt),
  );
}

function held(course: Course, event: Recorded, holder: Holder | null, step: string | null = null): void {
  course.spans.push({ event: event.id, from: event, holder, step });
  if (holder?.org !== undefined) course.org = holder.org;
}

function finished(course: Course, event: Recorded<Extract<MatterEvent, { type: 'StepFinished' }>>): void {
  const { step, role, opinion, proposes = null, received } = event.data;
  for (const [n, each] of course.steps.entries())
    if (each.step === step && each.to === null) course.steps[n] = { ...each, to: event };
  if (opinion === null) return;
  const { before } = course;
  const seen = received ?? before.given.map((each) => each.event);
  const given: Given = { event: event.id, by: actorOf(event), role, opinion, proposes, received: seen };
  course.given.push(given);
  course.before = { ...before, given: [...before.given, given] };
}
/** Who has it, and which steps are open. */
function inHand(course: Course, event: Recorded<MatterEvent>): void {
  switch (event.type) {
    case 'InquiryOpened':
      return held(course, event, event.data.responsible);
    case 'MaterialsReceived':
      return event.data.holder === null ? undefined : held(course, event, event.data.holder);
    case 'HolderAssigned':
      return held(course, event, event.data.holder, event.data.step);
    case 'HandOverAccepted':
    case 'HandOverReturned':
      return held(course, event, event.data.holder);
    case 'StepStarted':
      course.steps.push({ step: event.data.step, from: event, to: null });
      return;
    case 'StepFinished':
      finished(course, event);
  }
}

/** What was decided, and what bore on it. */
function decided(course: Course, event: Recorded<MatterEvent>): void {
  const at = { event: event.id, after: standing(course) };
  const { before } = course;
  switch (event.type) {
    case 'MatterDecided': {
      const { outcome, role = null } = event.data;
      const reported = event.source !== undefined;
      course.decisions.push({ event: event.id, by: actorOf(event), role, outcome, reported, before });
      return;
    }
    case 'MatterReopened':
      course.before = NOTHING;
      return;
    case 'MatterDeliberated': {
      const { chair, proposal, votes } = event.data;
      const cast = votes.map(({ person, position }) => ({ by: member(person), position }));
      const deliberation = { event: event.id, chair: chair === null ? null : member(chair), proposal, votes: cast };
      course.before = { ...before, deliberation };
      return;
    }
    case 'InstructionRecorded': {
      const instruction = { event: event.id, by: named(event.data.by), wants: event.data.wants };
      course.before = { ...before, instructions: [...before.instructions, instruction] };
      return;
    }
    case 'DecisionChangedAbove': {
      const { decision, to, superior, head } = event.data;
      course.changes.push({ ...at, decision, to, head: { ...member(head), org: superior } });
      return;
    }
    case 'LicenceIssued':
      course.issued.push(at);
      return;
    case 'LicenceRevoked':
      course.revoked.push(at);
  }
}
const standing = ({ decisions }: Course): string | undefined => decisions.at(-1)?.event;

/** What was found, and what was found not to be so. */
function found(course: Course, event: Recorded<MatterEvent>): void {
  switch (event.type) {
    case 'FaultFound': {
      const { kind, event: about, ought, evident, by, applicant } = event.data;
      const who = by.map((each) => ({ ...named(each), manner: each.manner }));
      course.faults.push({ event: event.id, after: standing(course), kind, about, ought, evident, by: who, applicant });
      return;
    }
    case 'FaultWithdrawn':
      remove(course.faults, ({ event: fault }) => fault === event.data.fault);
      return;
    case 'LimitPassed':
      course.passed.push({ event: event.id, limit: event.data.limit, dueOn: event.data.dueOn });
      return;
    case 'LimitLifted':
      remove(course.passed, ({ limit }) => limit === event.data.limit);
  }
}
function remove<T>(all: T[], gone: (each: T) => boolean): void {
  for (let n = all.length - 1; n >= 0; n--) if (gone(all[n]!)) all.splice(n, 1);
}

type Tells = (course: Course, event: Recorded<MatterEvent>) => void;
/** What each type of event tells. */
const TELLS: ReadonlyMap<string, Tells> = new Map(
  (
    [
      [
        inHand,
        'InquiryOpened MaterialsReceived HolderAssigned HandOverAccepted HandOverReturned StepStarted StepFinished',
      ],
      [
        decided,
        'MatterDecided MatterReopened MatterDeliberated InstructionRecorded DecisionChangedAbove LicenceIssued LicenceRevoked',
      ],
      [found, 'FaultFound FaultWithdrawn LimitPassed LimitLifted'],
    ] as const
  ).flatMap(([tells, types]) => types.split(' ').map((type) => [type, tells] as const)),
);

/** `events`: all that refer to the matter, up to the index that is asked for, in the order of the log. */
export function courseOf(matterId: string, events: readonly Recorded[]): Course {
  const all = inOrder(events) ? events : occurredBy(events);
  const course: Course = {
    matterId,
    spans: [],
    steps: [],
    given: [],
    decisions: [],
    changes: [],
    faults: [],
    passed: [],
    issued: [],
    revoked: [],
    events: all,
    org: null,
    before: NOTHING,
  };
  const stream = `matter-${matterId}`;
  for (const event of all) {
    const tells = event.stream === stream ? TELLS.get(event.type) : undefined;
    if (tells) tells(course, current(event) as Recorded<MatterEvent>);
  }
  return course;
}
