/** What was found against what was planted: precision and recall by rule. */
import type { FindingRow } from '../../projections/findings.js';
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

/** What a label calls the thing that a finding is about. */
export function aboutOf({ rule, subject, matterId, itemCode }: FindingRow): string {
  if (rule === 'TL-05' || rule === 'EX-04' || rule === 'BF-02') return subject;
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

export function scores(
  rules: readonly string[],
  labels: readonly Label[],
  findings: readonly FindingRow[],
): readonly Score[] {
  const live = findings.filter(({ status, certain }) => LIVE.has(status) && certain);
  return rules.map((rule) => {
    const planted = labels.filter((label) => label.rule === rule).map(({ about }) => about);
    const found = live.filter((row) => row.rule === rule).map(aboutOf);
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
