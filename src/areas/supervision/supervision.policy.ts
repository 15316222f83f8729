/** What follows by itself: limits that pass and are lifted, and findings that tell what the rules say. */
import { type Deadline, deadlines, isDue, isLifted, type Limit } from '../../../projections/deadlines.js';
import type { Found } from '../../../projections/events/findings.js';
import { DEBTS, type Rule, type VerdictRow } from '../../../projections/kernel/rule.js';
import { speaking } from '../../../projections/packs.js';
import { type RuleTable, standard } from '../../../projections/rules/index.js';
import { type Now, type Owed, policy, type Policy } from '../../kernel/policy.js';

function ofStream({ stream }: Deadline, type: 'PassLimit' | 'LiftLimit', name: string, limit: Limit): Owed {
  const dash = stream.indexOf('-');
  const pass = type === 'PassLimit' ? limit.passes + 1 : limit.passes;
  return {
    category: stream.slice(0, dash),
    id: stream.slice(dash + 1),
    command: { type, data: { limit: name, dueOn: limit.due, pass, start: limit.start } },
    key: `${type} ${name} ${pass}`,
    causation: limit.passed ?? limit.from,
  };
}
const named = ({ limits }: Deadline, which: (limit: Limit) => boolean) =>
  Object.entries(limits).filter(([, limit]) => which(limit));

/** Limits whose last day is over. */
export const passing = policy<Deadline>({
  name: 'limits that pass',
  of: deadlines,
  where: ({ closed }) => (closed === null ? null : { next: { lte: closed } }),
  commands: (row, { closed }) =>
    closed === null
      ? []
      : named(row, (limit) => isDue(limit, closed)).map(([name, limit]) => ofStream(row, 'PassLimit', name, limit)),
});
/** Limits that had passed, as it seemed, and had not. */
export const lifting = policy<Deadline>({
  name: 'limits that are lifted',
  of: deadlines,
  where: () => ({ lift: true }),
  commands: (row, { closed }) =>
    named(row, (limit) => isLifted(limit, closed ?? '')).map(([name, limit]) =>
      ofStream(row, 'LiftLimit', name, limit),
    ),
});

function foundOf({ id, version }: Rule, row: VerdictRow): Found {
  const { subject, severity, certain, evidence, tested, parameters, details } = row;
  const { on, matterId, itemCode, org, placeKind, centre } = row;
  return {
    rule: id,
    ruleVersion: version,
    subject,
    severity,
    certain,
    about: { on, matterId, itemCode, org, placeKind, centre },
    evidence,
    tested,
    parameters,
    details,
  };
}
/** The id is fixed by what was found first; the version of the rule does not count. */
const idFor = (rule: Rule, subject: string, first: string, { named: name }: Now) =>
  name('finding', rule.id, subject, first);
function owedFor(rule: Rule, row: VerdictRow, now: Now): Owed | null {
  const { subject, finding, owes, since, tested } = row;
  const id = finding ?? idFor(rule, subject, row.evidence[0] ?? '', now);
  const of = { rule: rule.id, subject };
  const command = (type: string, data: object): Owed => ({
    category: 'finding',
    id,
    command: { type, data },
    key: `${type} ${since}`,
    causation: since,
  });
  switch (owes) {
    case 'raise':
      return command('RaiseFinding', foundOf(rule, row));
    case 'revise':
      return command('ReviseFinding', foundOf(rule, row));
    case 'withdraw':
      return command('WithdrawFinding', { ...of, tested });
    case 'supersede':
      // Where one subject stands for others, it is what was found first itself.
      return command('SupersedeFinding', { ...of, by: idFor(rule, row.by!, row.by!, now) });
    case null:
      return null;
  }
}

/** One for each rule: verdicts that its findings do not tell. Only the version speaks that two people have adopted. */
const telling = ({ rules, verdictsTable }: RuleTable): readonly Policy[] =>
  rules.map((rule) =>
    policy<VerdictRow>({
      name: `findings of ${rule.id}`,
      of: verdictsTable(rule.id),
      where: ({ packs }) => (rule.version === speaking(packs, rule.id) ? { owes: DEBTS } : null),
      commands: (row, now) => {
        const owed = owedFor(rule, row, now);
        return owed ? [owed] : [];
      },
    }),
  );
export const policiesFor = (table: RuleTable): readonly Policy[] => [passing, lifting, ...telling(table)];
export const policies = policiesFor(standard);
