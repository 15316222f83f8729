/** What was found against what was planted: precision and recall by rule. */
import type { BreakRow } from '../../projections/breaks.js';
import type { FindingRow } from '../../projections/findings.js';
import { BREAK_CODES } from '../../projections/reconcile/break-types.js';
import type { Label } from '../demo/city/script.js';

export interface Score {
  readonly rule: string;
  readonly planted: number;
  readonly found: number;
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
  /** Found and not planted, planted and not found: the first few of each. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

/** A story knows no ids of events and persons: waivers are those of a matter, hundreds of numbers are those of a code. */
function aboutMoney(rule: string, subject: string, matterId: string | null): string {
  if (rule === 'FE-06') return matterId ?? subject;
  if (rule === 'RC-05') return subject.split(' ')[0]!; // of a clerk, without the person that only the ledger knows
  return rule === 'RC-04' ? subject.split(' ').slice(0, 2).join(' ') : subject;
}
/** What a label calls the thing that a finding is about. */
export function aboutOf({ rule, subject, matterId, itemCode }: FindingRow): string {
  if (/^(FE|RM|RF|RC)-/.test(rule) || subject.startsWith('payment/')) return aboutMoney(rule, subject, matterId);
  if (rule === 'TL-05' || rule === 'EX-04' || rule === 'BF-02') return subject;
  // Of an affair, without the person that only the ledger knows; of a limit, all of it.
  if (rule === 'AC-02') return subject.split(' ')[0]!;
  return matterId !== null && rule !== 'DA-02' && rule !== 'EN-02' ? matterId : (itemCode ?? subject);
}
const LIVE: ReadonlySet<FindingRow['status']> = new Set([
  'open',
  'acknowledged',
  'explained',
  'waiver-proposed',
  'upheld',
]);

const counted = (all: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
};
const missing = (from: readonly string[], to: readonly string[]) => {
  const left = counted(to);
  return from.filter((each) => {
    const n = left.get(each) ?? 0;
    left.set(each, n - 1);
    return n <= 0;
  });
};

/** Of each kind: what was planted and what was found, by the names of things. */
export function scored(
  kinds: readonly string[],
  labels: readonly Label[],
  all: readonly Readonly<{ kind: string; about: string }>[],
): readonly Score[] {
  return kinds.map((rule) => {
    const planted = labels.filter((label) => label.rule === rule).map(({ about }) => about);
    const found = all.filter(({ kind }) => kind === rule).map(({ about }) => about);
    const [wrong, missed] = [missing(found, planted), missing(planted, found)];
    const right = found.length - wrong.length;
    return {
      rule,
      planted: planted.length,
      found: found.length,
      right,
      precision: found.length === 0 ? 1 : right / found.length,
      recall: planted.length === 0 ? 1 : right / planted.length,
      wrong: wrong.slice(0, 5),
      missed: missed.slice(0, 5),
    };
  });
}
/** Rules that are planted also where they are not certain: what they find is compared as it is. */
const HUMAN: ReadonlySet<string> = new Set(['RM-04', 'RC-05', 'RF-01']);
export function scores(
  rules: readonly string[],
  labels: readonly Label[],
  findings: readonly FindingRow[],
): readonly Score[] {
  const live = findings.filter(({ status, certain, rule }) => LIVE.has(status) && (certain || HUMAN.has(rule)));
  return scored(
    rules,
    labels,
    live.map((row) => {
      // What is found of a finding is about what that is about.
      const of = row.rule === 'AC-07' ? findings.find(({ finding }) => finding === row.subject) : undefined;
      const about = of ? `${of.rule} ${aboutOf(of)}` : aboutOf(row);
      return { kind: row.rule, about: row.certain ? about : `${about} ?` };
    }),
  );
}
/** Of each kind of break: those that stand. */
export const breakScores = (labels: readonly Label[], breaks: readonly BreakRow[]): readonly Score[] =>
  scored(
    BREAK_CODES,
    labels,
    breaks.filter(({ stands }) => stands).map(({ code, subject }) => ({ kind: code, about: subject })),
  );
