/**
 * Who may have been responsible for what was found wrong in a matter, by the patterns of the matrix: a suggestion with the
 * events that match, the patterns that nearly match, and what is missing to tell them apart. It names no one as guilty
 * and decides nothing; where nothing was found wrong and no limit passed, it suggests nothing.
 */
import { type Case, casesOf, type DecisionCase } from './attribution-cases.js';
import { conditionOf, type ConditionName, type Tested } from './attribution-conditions.js';
import { type Course, courseOf } from './attribution-course.js';
import { type Held, holdersOf, type Posts } from './attribution-holders.js';
import { type Degree, PARTIES, type Pattern, PATTERNS, type RoleName } from './attribution-table.js';
import type { Text } from './kernel/rule.js';
import type { Recorded } from './kernel/message.js';

export type SuggestedPerson = Readonly<{
  role: RoleName;
  degree: Degree;
  personId: string | null;
  post: string | null;
  org: string | null;
  cover: boolean;
}>;
export interface Suggestion {
  readonly pattern: Pattern['id'];
  readonly says: Text;
  readonly events: readonly string[];
  readonly persons: readonly SuggestedPerson[];
  /** Recorded dissenters, of whom nothing is suggested. */
  readonly dissenters: readonly (string | null)[];
}
/** `holds` null: it is not recorded; false: it is recorded otherwise. */
export type Missing = Readonly<{ condition: ConditionName; holds: false | null; says: Text; needs: Text }>;
export interface Near {
  readonly pattern: Pattern['id'];
  readonly says: Text;
  readonly events: readonly string[];
  readonly missing: readonly Missing[];
}
export interface Attributed {
  readonly subject: string;
  readonly about: Case['kind'];
  /** Of an omission. */
  readonly limit: string | null;
  readonly dueOn: string | null;
  /** What was found, or the limit that passed. */
  readonly found: readonly string[];
  readonly suggestions: readonly Suggestion[];
  readonly near: readonly Near[];
  /** Patterns that cannot be told apart as long as these are not recorded; null where there are none. */
  readonly apart: Readonly<{ patterns: readonly Pattern['id'][]; missing: readonly ConditionName[] }> | null;
}
export interface Attribution {
  readonly matterId: string;
  readonly subjects: readonly Attributed[];
}

type Outcome = Readonly<{ pattern: Pattern; tests: readonly (Tested & { name: ConditionName })[] }>;
const distinct = <T>(all: readonly T[]): readonly T[] => [...new Set(all)];

/** The heavier degree of each person once, and nothing of whoever dissented on record. */
function personsOf(pattern: Pattern, of: DecisionCase): readonly SuggestedPerson[] {
  const spared = new Set(pattern.spares(of).map(({ personId }) => personId));
  const implicated = new Set<string | null>(
    of.faults.flatMap(({ by }) => by.flatMap(({ personId }) => personId ?? [])),
  );
  const seen = new Set<string | null>();
  return (Object.entries(pattern.roles) as [RoleName, Degree][]).flatMap(([role, degree]) =>
    (pattern.parties ?? PARTIES[role])(of).flatMap(({ personId, post, org, cover }) => {
      if (spared.has(personId) || seen.has(personId)) return [];
      if (pattern.namedOnly && !implicated.has(personId)) return [];
      if (personId !== null) seen.add(personId);
      return [{ role, degree, personId, post, org, cover }];
    }),
  );
}

function suggestion({ pattern, tests }: Outcome, of: DecisionCase): Suggestion {
  return {
    pattern: pattern.id,
    says: pattern.says,
    events: distinct(tests.flatMap(({ events }) => events)),
    persons: personsOf(pattern, of),
    dissenters: pattern.spares(of).map(({ personId }) => personId),
  };
}
const missingOf = ({ tests }: Outcome): readonly Missing[] =>
  tests.flatMap(({ name, holds }) => {
    const { says, needs } = conditionOf(name);
    return holds === true ? [] : [{ condition: name, holds, says, needs }];
  });
/** Something of its own is so, and either one thing is otherwise, or nothing is and some is not recorded. */
function isNear({ tests }: Outcome): boolean {
  const own = tests.some(({ name, holds }) => holds === true && conditionOf(name).common !== true);
  const short = tests.filter(({ holds }) => holds !== true);
  return own && (short.length === 1 || short.every(({ holds }) => holds === null));
}
const near = (outcome: Outcome): Near => ({
  pattern: outcome.pattern.id,
  says: outcome.pattern.says,
  events: distinct(outcome.tests.flatMap(({ holds, events }) => (holds === true ? events : []))),
  missing: missingOf(outcome),
});

function attributed(one: Case): Attributed {
  // Conditions and persons of a pattern are asked of what it is about.
  const of = one as DecisionCase;
  const outcomes = PATTERNS.filter(({ about }) => about === of.kind).map((pattern): Outcome => {
    const tests = pattern.conditions.map((name) => ({ name, ...conditionOf(name).test(of) }));
    return { pattern, tests };
  });
  const matched = outcomes.filter(({ tests }) => tests.every(({ holds }) => holds === true));
  const nearly = outcomes.filter((each) => !matched.includes(each) && isNear(each));
  const open = nearly.filter(({ tests }) => tests.every(({ holds }) => holds !== false));
  return {
    subject: of.subject,
    about: of.kind,
    limit: of.passed?.limit ?? null,
    dueOn: of.passed?.dueOn ?? null,
    found: distinct([...of.wrong, ...of.faults.map(({ event }) => event), ...(of.passed ? [of.passed.event] : [])]),
    suggestions: matched.map((each) => suggestion(each, of)),
    near: nearly.map(near),
    apart:
      open.length === 0
        ? null
        : {
            patterns: outcomes.filter((each) => matched.includes(each) || open.includes(each)).map((e) => e.pattern.id),
            missing: distinct(open.flatMap((each) => missingOf(each).map(({ condition }) => condition))),
          },
  };
}

/** Of a course that was walked already. */
export const attributionOf = (course: Course, posts: Posts): Attribution => ({
  matterId: course.matterId,
  subjects: casesOf(course, posts).map(attributed),
});
/** `events`: all that refer to the matter, up to an index; `posts`: those that had it in hand, as they were known then. */
export const attribution = (matterId: string, events: readonly Recorded[], posts: Posts): Attribution =>
  attributionOf(courseOf(matterId, events), posts);

/** With everybody who had it in hand, from when. */
export type AttributionPage = Attribution & Readonly<{ holders: readonly Held[] }>;
export function attributionPage(matterId: string, events: readonly Recorded[], posts: Posts): AttributionPage {
  const course = courseOf(matterId, events);
  return { ...attributionOf(course, posts), holders: holdersOf(course, posts) };
}
/** The posts that a matter was in the hands of. */
export const postsOf = ({ spans }: Course): readonly string[] =>
  distinct(spans.flatMap(({ holder }) => holder?.post ?? []));
