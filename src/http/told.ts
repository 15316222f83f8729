/**
 * Findings and verdicts as far as somebody may know of them: what is found in affairs of accountability is for those who
 * hold people to account, and for a unit that has one in hand; never for those whom it is about. Over HTTP and at a terminal.
 */
import { isOfAffairs } from '../../projections/accountability/involved.js';
import { findingPage } from '../../projections/finding-page.js';
import { type FindingRow, findings } from '../../projections/findings.js';
import type { Recorded } from '../../projections/kernel/message.js';
import type { Rule, VerdictRow } from '../../projections/kernel/rule.js';
import { packs } from '../../projections/packs.js';
import type { RuleTable } from '../../projections/rules/index.js';
import { Problem } from './problems.js';
import { may } from '../kernel/permissions.js';
import type { EventStore } from '../ledger/event-store.js';
import type { Reader } from '../read/reader.js';
import type { Moment } from '../read/rows.js';
import type { PageOf, Where } from '../read/select.js';
import { type Asker, findingsHidden, pageWithout, subjectsHidden } from './involved.js';

export interface Telling {
  readonly reader: Reader;
  readonly table: RuleTable;
}
export interface Who {
  readonly roles: readonly string[];
  readonly by: Asker;
}
export const RESULTS = ['violation', 'cleared', 'undetermined'] as const;
export type Counts = Readonly<Record<(typeof RESULTS)[number], number>>;

const holdsToAccount = ({ roles }: Who): boolean => may(roles, 'accountability.read');
function narrowed({ table }: Telling, where: Where, { within }: Moment, who: Who): Where {
  if (within !== undefined || holdsToAccount(who)) return where;
  const open = table.rules.flatMap(({ id }) => (isOfAffairs(id) ? [] : [id]));
  const { rule } = where;
  return { ...where, rule: rule === undefined || open.includes(rule as string) ? (rule ?? open) : '' };
}
const hiddenOf = ({ reader, table }: Telling, { by }: Who) =>
  findingsHidden(
    reader,
    table.rules.map(({ id }) => id),
    by,
  );

/** The latest first. */
export async function findingsFor(telling: Telling, where: Where, page: PageOf, at: Moment, who: Who) {
  const mine = narrowed(telling, where, at, who);
  const hidden = new Set((await hiddenOf(telling, who)).map(({ finding }) => finding));
  const find = (of: PageOf) => telling.reader.find(findings, mine, { ...at, ...of, order: ['-on'] });
  return pageWithout(find, page, hidden.size === 0 ? null : (row) => hidden.has(row.finding));
}
export async function findingCounts(
  telling: Telling,
  groups: readonly (keyof FindingRow & string)[],
  where: Where,
  at: Moment,
  who: Who,
) {
  const mine = narrowed(telling, where, at, who);
  const counted = await telling.reader.count(findings, groups, mine, at);
  const finding = (await hiddenOf(telling, who)).map((row) => row.finding);
  if (finding.length === 0) return counted;
  const { rows } = await telling.reader.all(findings, { ...mine, finding }, at);
  const isOf = (row: FindingRow, group: (typeof counted)[number]) => groups.every((name) => row[name] === group[name]);
  return counted
    .map((group) => ({ ...group, count: group.count - rows.filter((row) => isOf(row, group)).length }))
    .filter(({ count }) => count > 0);
}
/** Whom it is about is not let in at all; see src/http/belonging.ts. Undefined: none that he may know of. */
export async function findingFor({ reader }: Telling, id: string, at: Moment, who: Who) {
  const row = await reader.get(findings, id, at);
  return row && (!isOfAffairs(row.rule) || holdsToAccount(who) || row.org === who.by.org) ? row : undefined;
}
/** `shows`: what is sealed is read where it is, by those who have declared. */
export async function pageOfFinding(
  { reader, table }: Telling,
  row: FindingRow,
  at: Moment,
  { store, shows }: { store: EventStore; shows: (event: Recorded) => boolean },
) {
  const rule = table.ruleOf(row.rule);
  if (!rule) return undefined;
  const verdict = await reader.get(table.verdictsTable(rule.id), row.subject, at);
  const evidence = await store.readIds([...new Set([...row.evidence, ...(verdict?.evidence ?? [])])]);
  const adopted = await reader.find(packs, { rule: rule.id }, { ...at, limit: 1000, order: ['from'] });
  return findingPage(row, rule, verdict, evidence.filter(shows), adopted.rows);
}

const isFor = (rule: string, who: Who): boolean => !isOfAffairs(rule) || holdsToAccount(who);
/** How many verdicts of each kind he may know of; null: none of this rule. */
export async function verdictCounts({ reader, table }: Telling, { id }: Rule, at: Moment, who: Who) {
  if (!isFor(id, who)) return null;
  const verdicts = table.verdictsTable(id);
  const counted = await reader.count(verdicts, ['result'], {}, at);
  const subjects = await subjectsHidden(reader, id, who.by);
  const without = subjects.length === 0 ? [] : await reader.some(verdicts, subjects, at);
  const of = (result: string) =>
    (counted.find((row) => row['result'] === result)?.count ?? 0) -
    without.filter((row) => row.result === result).length;
  return Object.fromEntries(RESULTS.map((result) => [result, of(result)])) as Counts;
}
/** Which verdicts of a rule are not for him; null: all are. Throws {@link Problem} where the rule is none of his. */
export async function verdictsHidden({ reader }: Telling, rule: string, who: Who) {
  if (!isFor(rule, who)) throw new Problem('not-permitted', { members: { action: 'accountability.read' } });
  const subjects = new Set(await subjectsHidden(reader, rule, who.by));
  return subjects.size === 0 ? null : ({ subject }: Pick<VerdictRow, 'subject'>) => subjects.has(subject);
}
