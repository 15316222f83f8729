/** A rule is a value: what it says, when to look again, and a pure judgement. Its rows are verdicts, one a subject. */
import { idOf, type Message, type Recorded } from './message.js';
import { type Look, type Projection, projection, type Uses } from './projection.js';
import { whereTold } from './told.js';

export type Text = Readonly<{ zh: string; en: string }>;
export const SEVERITIES = ['info', 'blue', 'yellow', 'red'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A: primary text of a law read in full. B: seen in a secondary source. D: decided by this product's makers. */
export type Grade = 'A' | 'B' | 'D';
/** A whole number from 0 up to `most`, {@link MOST} unless told. */
export type Parameter = Readonly<{ value: number; says: Text; source: string; grade: Grade; most?: number }>;
/** Windows reach no further, so that it is known how far back a late fact can bear. */
export const MOST = 366;
export type Values<P extends string = string> = Readonly<Record<P, number>>;

/** What a verdict is about, so that it can be found by unit, place and period. */
export type About = Readonly<{
  /** The day by which registers and parameters are looked up. */
  on: string;
  matterId: string | null;
  itemCode: string | null;
  org: string | null;
  placeKind: string | null;
  centre: string | null;
}>;
export const NOTHING_KNOWN = { matterId: null, itemCode: null, org: null, placeKind: null, centre: null } as const;

export const RESULTS = ['violation', 'cleared', 'undetermined', 'superseded'] as const;
export type Verdict = Readonly<{
  /** `superseded`: it has become part of what another subject is judged for. */
  result: (typeof RESULTS)[number];
  /** False: a human has to look. */
  certain: boolean;
  severity: Severity;
  about: About;
  /** Ids of events, the oldest first. */
  evidence: readonly string[];
  /** By the names of the rule's tests, with their outcome. */
  tested: Readonly<Record<string, boolean>>;
  /** Fields without which it could not be judged. */
  missing: readonly string[];
  /** Counts and days that people want to see with it. */
  details?: Readonly<Record<string, string | number | null>>;
  /** The subject that it is part of now. */
  by?: string;
}>;

export interface Rule<U extends Uses = any, P extends string = any> {
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  /** As a lawyer would put it. */
  readonly definition: Text;
  readonly basis: string;
  readonly severity: Severity;
  /** What it rests on unless a rule pack says otherwise. */
  readonly parameters: Readonly<Record<P, Parameter>>;
  /** Conditions and exemptions; `clears` is the outcome that would clear what is found. */
  readonly tests: Readonly<Record<string, Text & { readonly clears: boolean }>>;
  readonly uses: U;
  /** When to look again, and at which subjects: the act itself, and every fact that may arrive late. */
  readonly again: Readonly<Record<string, (event: Recorded<any>, look: Look<U>) => string | readonly string[]>>;
  /** Pure: the same rows give the same verdict. `null`: the rule has nothing to say of it. */
  readonly judge: (subject: string, look: Look<U>, parameters: (on: string) => Values<P>) => Verdict | null;
}
export const rule = <const U extends Uses, const P extends string = never>(r: Rule<U, P>): Rule<U, P> => r;

/** What is to be done about a verdict that the findings do not tell yet. */
export const DEBTS = ['raise', 'revise', 'withdraw', 'supersede'] as const;
export type Debt = (typeof DEBTS)[number];

/** What a verdict's finding says: a finding is told again when one of these changes, not with every count. */
type Told = Readonly<{ finding: string; live: boolean; severity: Severity; certain: boolean }>;
export type VerdictRow = {
  subject: string;
  result: Verdict['result'];
  certain: boolean;
  severity: Severity;
  on: string;
  matterId: string | null;
  itemCode: string | null;
  org: string | null;
  placeKind: string | null;
  centre: string | null;
  evidence: readonly string[];
  tested: Verdict['tested'];
  missing: readonly string[];
  details: NonNullable<Verdict['details']>;
  by: string | null;
  parameters: Values;
  /** The event at which it came to be judged so. */
  since: string;
  told: Told | null;
  /** The id of its finding, once it has one. */
  finding: string | null;
  owes: Debt | null;
};
export type VerdictTable = Projection<any, VerdictRow, any>;

/** What findings say of their verdicts, for {@link verdicts}. */
export type FindingTold = Readonly<{ rule: string; subject: string; severity: Severity; certain: boolean }>;

type Judged = Omit<VerdictRow, 'since' | 'told' | 'finding' | 'owes'>;
const CLEARED = { result: 'cleared', certain: true, tested: {}, missing: [], details: {}, by: null } as const;

function owes(judged: Judged, told: Told | null): Debt | null {
  const live = told?.live === true;
  if (judged.result === 'violation') {
    if (!live) return 'raise';
    return told!.severity !== judged.severity || told!.certain !== judged.certain ? 'revise' : null;
  }
  if (!live) return null;
  return judged.result === 'superseded' ? 'supersede' : 'withdraw';
}

const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);
const finish = (
  judged: Judged,
  before: VerdictRow | undefined,
  told: Told | null,
  event: string,
): VerdictRow | null => {
  if (judged.result === 'superseded' && !told) return null;
  const members = Object.keys(judged) as (keyof Judged)[];
  const since = before && members.every((name) => same(before[name], judged[name])) ? before.since : event;
  return { ...judged, since, told, finding: told?.finding ?? null, owes: owes(judged, told) };
};

function judgedRow(r: Rule, subject: string, verdict: Verdict, parameters: Values): Judged {
  const { about, details = {}, by = null, ...rest } = verdict;
  return { subject, ...rest, ...about, details, by, parameters };
}

/**
 * A rule as a projection: judged again whenever one of its facts arrives, and told apart from what its findings say.
 * `packs`: parameters in force, see projections/packs.ts.
 */
export function verdicts(
  r: Rule,
  packs: Projection<any, any, any>,
  valuesOn: (r: Rule, on: string, packs: Look<Uses>[string]) => Values,
): VerdictTable {
  const again = (row: VerdictRow | undefined, event: Recorded, look: Look<Uses>, subject: string) => {
    let used: Values = {};
    const verdict = r.judge(subject, look as never, (on) => (used = valuesOn(r, on, look['packs']!)));
    const told = row?.told ?? null;
    if (verdict) return finish(judgedRow(r, subject, verdict, used), row, told, event.id);
    if (!told) return null;
    const { since: _s, told: _t, finding: _f, owes: _o, ...was } = row!;
    return finish({ ...was, ...CLEARED }, row, told, event.id);
  };
  const told = (row: VerdictRow | undefined, event: Recorded<Message & { data: FindingTold }>) => {
    const { data } = event;
    if (!row) return null;
    const { since, told: _t, finding: _f, owes: _o, ...was } = row;
    const now = { finding: idOf('finding')(event), live: true, severity: data.severity, certain: data.certain };
    return finish(was, row, now, since);
  };
  const ended = (row: VerdictRow | undefined, event: Recorded) => {
    if (!row?.told) return row ?? null;
    const { since: _s, told: was, finding: _f, owes: _o, ...judged } = row;
    return finish(judged, row, { ...was, live: false }, event.id);
  };
  const mine = ({ data }: Recorded<Message & { data: FindingTold }>) => (data.rule === r.id ? data.subject : []);
  // Whatever is looked at when something is told is looked at when its source tells it otherwise, unless the rule says where.
  const whenever = { SourceRowChanged: whereTold(r.again, r.uses as Uses), ...r.again };
  const handlers = Object.entries(whenever).map(([type, keys]) => [type, { keys, fold: again }]);
  return projection<Message>()<VerdictRow, Uses>({
    name: `verdict_${r.id.toLowerCase().replace('-', '_')}`,
    version: r.version,
    key: 'subject',
    columns: {
      subject: 'text',
      result: 'text',
      certain: 'boolean',
      severity: 'text',
      on: 'date',
      matterId: 'text',
      itemCode: 'text',
      org: 'text',
      placeKind: 'text',
      centre: 'text',
      evidence: 'jsonb',
      tested: 'jsonb',
      missing: 'jsonb',
      details: 'jsonb',
      by: 'text',
      parameters: 'jsonb',
      since: 'text',
      told: 'jsonb',
      finding: 'text',
      owes: 'text',
    },
    indexes: { byOwes: ['owes'], byResult: ['result', 'on'], byOrg: ['org', 'on'] },
    uses: { ...r.uses, packs },
    on: {
      ...Object.fromEntries(handlers),
      FindingRaised: { keys: mine, fold: told },
      FindingRevised: { keys: mine, fold: told },
      FindingWithdrawn: { keys: mine, fold: ended },
      FindingSuperseded: { keys: mine, fold: ended },
    } as never,
  });
}
