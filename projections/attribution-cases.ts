/** What there is to attribute in a course: each decision that was found wrong, and each limit that passed. */
import type {
  ChangeAbove,
  Course,
  Decision,
  Deliberation,
  Fault,
  Given,
  Instruction,
  Party,
  Passed,
} from './attribution-course.js';
import { openOn, type Posts, spanOn, type Standing, standingAt } from './attribution-holders.js';
import type { Outcome } from './events/matters.js';

/** One decision, act or limit, with all that bears on it. */
export interface Case {
  /** The id of the decision, the change or the limit that passed. */
  readonly subject: string;
  readonly kind: 'decision' | 'change-above' | 'omission';
  readonly course: Course;
  /** What was found of it, whoever found it. */
  readonly faults: readonly Fault[];
  /** Events that say that it was wrong. */
  readonly wrong: readonly string[];
  readonly ought: Outcome | null;
  readonly decision: Decision | null;
  /** The last opinion of each role before it, since the matter was begun again. */
  readonly draft: Given | null;
  readonly review: Given | null;
  readonly approval: Given | null;
  readonly deliberation: Deliberation | null;
  readonly instructions: readonly Instruction[];
  readonly change: ChangeAbove | null;
  readonly passed: Passed | null;
  /** At the end of the day on which it was due. */
  readonly standing: readonly Standing[];
  readonly span: string | undefined;
}
/** What patterns about decisions are asked of. */
export type DecisionCase = Case & Readonly<{ decision: Decision }>;

/** Limits that somebody had to keep; marks before the end, pauses and registrations have rules of their own. */
const OF_DUTY = /^(statutory|promise|notice|delivery|step:.*)$/;

const NONE = {
  faults: [],
  wrong: [],
  ought: null,
  decision: null,
  draft: null,
  review: null,
  approval: null,
  deliberation: null,
  instructions: [],
  change: null,
  passed: null,
  standing: [],
  span: undefined,
} as const;

function omission(course: Course, posts: Posts, passed: Passed): Case {
  const step = passed.limit.startsWith('step:') ? passed.limit.slice('step:'.length) : openOn(course, passed.dueOn);
  const span = spanOn(course, passed.dueOn, step);
  const standing = standingAt(span?.holder ?? {}, posts, passed.dueOn);
  return {
    ...NONE,
    subject: passed.event,
    kind: 'omission',
    course,
    passed,
    standing: standing.map((each) => ({ ...each, org: each.org ?? course.org })),
    span: span?.event,
  };
}

const isWrong = ({ kind }: Fault) => kind === 'wrong-outcome';
const oughtOf = (faults: readonly Fault[]) => faults.flatMap(({ ought }) => ought ?? []).at(-1);
const idsOf = (all: readonly Readonly<{ event: string }>[]) => all.map(({ event }) => event);

/** A decision, and what was found of it; undefined where nothing was. */
function ofDecision(course: Course, decision: Decision): Case | undefined {
  const { event: subject, outcome, before } = decision;
  const { decisions, changes } = course;
  const isChange = (id: string | null) => changes.some(({ event }) => event === id);
  // What is not about a decision of its own is about the one that stood when it was found.
  const isOfThis = (about: string | null, after: string | undefined) =>
    (decisions.some(({ event }) => event === about) ? about : after) === subject;
  // A change that was found wrong itself says nothing against what it changed.
  const standing = changes.filter(({ event }) => !course.faults.some(({ about }) => about === event));
  const change = standing.findLast((each) => isOfThis(each.decision, each.after));
  const found = course.faults.filter(({ about, after }) => !isChange(about) && isOfThis(about, after));
  const denied = outcome === 'denied';
  const issued = course.issued.filter(({ after }) => denied && after === subject).map(({ event }) => deviation(event));
  const revoked = course.revoked.filter(({ after }) => !denied && after === subject);
  const faults = [...found, ...issued];
  const wrong = [...idsOf(faults.filter(isWrong)), ...idsOf(revoked), ...(change ? [change.event] : [])];
  if (faults.length === 0 && wrong.length === 0) return undefined;
  const role = (of: Given['role']) => before.given.findLast((each) => each.role === of) ?? null;
  return {
    ...NONE,
    subject,
    kind: 'decision',
    course,
    faults,
    wrong,
    // Licensing Law art. 69: what is taken back ought not to have been given.
    ought: oughtOf(faults.filter(isWrong)) ?? change?.to ?? (revoked.length === 0 ? null : 'denied'),
    decision,
    draft: role('undertaker'),
    review: role('reviewer'),
    approval: role('approver'),
    deliberation: before.deliberation,
    instructions: before.instructions,
  };
}
/** A licence was issued although it had been denied: nobody has to find that. */
const deviation = (about: string): Fault => ({
  event: about,
  after: about,
  kind: 'otherwise-than-approved',
  about,
  ought: null,
  evident: null,
  by: [],
  applicant: false,
});

function ofChange(course: Course, change: ChangeAbove): Case | undefined {
  const faults = course.faults.filter(({ about }) => about === change.event);
  if (faults.length === 0) return undefined;
  const wrong = idsOf(faults.filter(isWrong));
  return { ...NONE, subject: change.event, kind: 'change-above', course, faults, wrong, change };
}

export const casesOf = (course: Course, posts: Posts): readonly Case[] => [
  ...course.decisions.flatMap((decision) => ofDecision(course, decision) ?? []),
  ...course.changes.flatMap((change) => ofChange(course, change) ?? []),
  ...course.passed.flatMap((passed) => (OF_DUTY.test(passed.limit) ? [omission(course, posts, passed)] : [])),
];

/** Whoever decided. */
export const deciderOf = ({ decision }: DecisionCase): Party => decision.by;
