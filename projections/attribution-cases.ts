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
  readonly posts: Posts;
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
  readonly span: string | null;
}

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
  span: null,
} as const;

function omission(course: Course, posts: Posts, passed: Passed): Case {
  const step = passed.limit.startsWith('step:') ? passed.limit.slice('step:'.length) : openOn(course, passed.dueOn);
  const span = spanOn(course, passed.dueOn, step);
  const nobody: Standing = { personId: null, post: null, org: course.org, cover: false, as: 'unit-head', events: [] };
  const standing = span?.holder ? standingAt(span.holder, posts, passed.dueOn) : [nobody];
  return {
    ...NONE,
    subject: passed.event,
    kind: 'omission',
    course,
    posts,
    passed,
    standing: standing.map((each) => (each.org === null ? { ...each, org: course.org } : each)),
    span: span?.event ?? null,
  };
}

/** A decision, and what was found of it; undefined where nothing was. */
function ofDecision(course: Course, posts: Posts, decision: Decision, last: boolean): Case | undefined {
  const { event: subject, n } = decision;
  const next = course.decisions.find((each) => each.n > n)?.n ?? Infinity;
  const changes = course.changes.filter((each) => (each.decision ?? subject) === subject && each.n > n);
  // A change that was found wrong itself says nothing against what it changed.
  const change = changes.findLast(({ event }) => !course.faults.some(({ about }) => about === event)) ?? null;
  const issued = course.issued.filter((act) => act.n > n && act.n < next && decision.outcome === 'denied');
  const computed = issued.map((act) => deviation(act.event, act.n));
  const bears = ({ about, n: found }: Fault) =>
    about === subject ||
    // What is not about a decision of its own is about the last one before it was found.
    (!course.decisions.some(({ event }) => event === about) &&
      !course.changes.some(({ event }) => event === about) &&
      found > n &&
      (found < next || last));
  const faults = [...course.faults.filter(bears), ...computed];
  const revoked = course.revoked.filter((at) => decision.outcome !== 'denied' && at.n > n && at.n < next);
  if (faults.length + revoked.length === 0 && change === null) return undefined;
  const wrongs = faults.filter(({ kind }) => kind === 'wrong-outcome');
  const before = (each: { n: number }) => each.n < n && each.n > decision.since;
  const role = (of: Given['role']) => course.given.findLast((each) => before(each) && each.role === of) ?? null;
  return {
    ...NONE,
    subject,
    kind: 'decision',
    course,
    posts,
    faults,
    wrong: [...wrongs, ...revoked, ...(change ? [change] : [])].map(({ event }) => event),
    // Licensing Law art. 69: what is taken back ought not to have been given.
    ought:
      wrongs.findLast(({ ought }) => ought !== null)?.ought ?? change?.to ?? (revoked.length > 0 ? 'denied' : null),
    decision,
    draft: role('undertaker'),
    review: role('reviewer'),
    approval: role('approver'),
    deliberation: course.deliberations.findLast(before) ?? null,
    instructions: course.instructions.filter(before),
  };
}
/** A licence was issued although it had been denied: nobody has to find that. */
const deviation = (about: string, n: number): Fault => ({
  event: about,
  n,
  kind: 'otherwise-than-approved',
  about,
  ought: null,
  evident: null,
  by: [],
  applicant: false,
});

function ofChange(course: Course, posts: Posts, change: ChangeAbove): Case | undefined {
  const faults = course.faults.filter(({ about }) => about === change.event);
  if (faults.length === 0) return undefined;
  const wrongs = faults.filter(({ kind }) => kind === 'wrong-outcome');
  return {
    ...NONE,
    subject: change.event,
    kind: 'change-above',
    course,
    posts,
    faults,
    wrong: wrongs.map(({ event }) => event),
    ought: wrongs.findLast(({ ought }) => ought !== null)?.ought ?? null,
    change,
  };
}

export function casesOf(course: Course, posts: Posts): readonly Case[] {
  const { decisions, changes, faults, passed, revoked, issued } = course;
  const cases: Case[] = [];
  if (faults.length + changes.length + revoked.length + issued.length > 0)
    for (const [n, decision] of decisions.entries()) {
      const found = ofDecision(course, posts, decision, n === decisions.length - 1);
      if (found) cases.push(found);
    }
  for (const change of changes) {
    const found = ofChange(course, posts, change);
    if (found) cases.push(found);
  }
  for (const each of passed) if (OF_DUTY.test(each.limit)) cases.push(omission(course, posts, each));
  return cases;
}

/** Whoever decided, as far as that is recorded. */
export const deciderOf = ({ decision, approval }: Case): Party | null =>
  decision === null ? null : decision.by.personId === null && approval !== null ? approval.by : decision.by;
