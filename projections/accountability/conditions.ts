/** What has to fit the record, and which terms have to be kept, by command: each named by what is wrong where it is not. */
import { EXTENSIONS, SCOPES, SUSPENSIONS, type ReviewDecision } from '../events/accountability.js';
import { addDays } from '../kernel/instant.js';
import { canonical } from '../kernel/canonical.js';
import type { CaseState } from './case.js';
import type { Asking } from './guard-inputs.js';
import { LIMITS, type NumberName, numberOn, type StateLimit } from './limits.js';
import { effectPeriod, isFirstForm, type Outcome } from './outcomes.js';

type Conditions = Readonly<Record<string, boolean>>;
type By = Readonly<Record<string, (asking: Asking) => Conditions>>;
const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);

/** A number of the rule packs, on the day of the act unless told. */
export const numberOf = ({ facts, on }: Asking, name: NumberName, day = on): number => numberOn(name, day, facts.packs);

const caseOpen = ({ affair }: Asking): Conditions => ({
  'filed-already': ['none', 'filing-returned', 'not-filed'].includes(affair.case.status),
});
const accused = ({ affair }: Asking) => affair.lead.accused.map(({ person }) => person);
const subjectOfCase = ({ affair, data }: Asking): Conditions => ({
  'subject-unknown': affair.case.subjects.includes(data.subject as string),
});
/** Outcomes are for those in the case, and for what they did. */
const outcomesFit = ({ affair, data }: Asking): Conditions => {
  const outcomes = list<Outcome>(data.outcomes ?? data.proposal);
  const { subjects, conducts } = affair.case;
  return {
    'subject-unknown': outcomes.every(({ subject }) => subjects.includes(subject)),
    'conduct-unknown': outcomes.every((one) =>
      list<string>(one.conducts).every((id) => conducts.some((c) => c.id === id)),
    ),
    'subject-left-out': subjects.every((one) => outcomes.some(({ subject }) => subject === one)),
  };
};
/** What is said to have come in has. */
const hasCome = (day: unknown, { on }: Asking): boolean => typeof day !== 'string' || day <= on;
const received = (asking: Asking): Conditions => ({ 'day-not-come': hasCome(asking.data.receivedOn, asking) });
const wideEnough = ({ data }: Asking): Conditions => ({
  'scope-too-small': SCOPES.indexOf(data.scope as never) >= Math.max(0, SCOPES.indexOf(data.harmScope as never)),
});
const evidenceKnown = ({ affair, data }: Asking): Conditions => ({
  'evidence-unknown': affair.case.evidence.some(({ id }) => id === data.evidence),
});
/** 政务处分法 art. 57, 58: each result has its grounds. */
const GROUNDS: Readonly<Record<ReviewDecision['result'], readonly string[]>> = {
  uphold: ['sound'],
  revoke: ['facts-unclear', 'procedure-broken', 'beyond-power'],
  change: ['wrong-law', 'wrong-circumstances', 'improper'],
};
const reviewDecided = ({ data }: Asking): Conditions => ({
  'ground-unfit': (GROUNDS[data.result as ReviewDecision['result']] ?? []).includes(data.ground as string),
  'outcomes-unfit': (data.result === 'change') === list(data.outcomes).length > 0,
});
const carriedIn =
  (result: ReviewDecision['result']) =>
  ({ affair: { review, case: of }, data }: Asking): Conditions => ({
    'review-not-decided': review.result?.result === result && review.result.event === data.review,
    'carried-in-already': !of.followed.includes(data.review as string),
    ...(result === 'change' && {
      'outcomes-differ': canonical(review.result?.outcomes ?? []) === canonical(list(data.outcomes)),
    }),
  });

const FITS: By = {
  RegisterLead: (asking) => ({
    ...(asking.data.source === 'finding' && {
      'not-by-its-finding': asking.data.reference === asking.affair.id,
      'finding-not-upheld': asking.facts.finding?.status === 'upheld',
    }),
    'nobody-named': list(asking.data.subjects).length + list(asking.data.orgs).length > 0,
    ...caseOpen(asking),
  }),
  RouteLead: (asking) => ({
    'reply-before': typeof asking.data.replyBy !== 'string' || asking.data.replyBy >= asking.on,
    ...caseOpen(asking),
  }),
  ProposeNoLead: ({ facts }) => ({ 'finding-not-upheld': facts.finding?.status === 'upheld' }),
  GiveLightOutcome: (asking) => ({
    'not-first-form': isFirstForm(asking.data.code as string),
    'subject-unknown': accused(asking).includes(asking.data.subject as string),
    ...caseOpen(asking),
  }),
  TakeStatement: (asking) => ({
    'subject-unknown': accused(asking).includes(asking.data.subject as string),
    ...caseOpen(asking),
  }),
  ClearName: wideEnough,
  ProposeFiling: (asking) => {
    const { lead } = asking.affair;
    const subjects = list<string>(asking.data.subjects);
    return {
      'lead-not-ready': ['triaged', 'inquiry', 'verifying'].includes(lead.status),
      'profile-mixed': asking.data.profile === lead.profile,
      'subject-unknown': subjects.length > 0 && subjects.every((one) => accused(asking).includes(one)),
      'no-conduct': list(asking.data.conducts).length > 0,
      'day-not-come': list<{ on: string }>(asking.data.conducts).every(({ on }) => hasCome(on, asking)),
    };
  },
  AddEvidence: ({ affair, data }) => ({
    'evidence-used': !affair.case.evidence.some(({ id }) => id === data.evidence),
  }),
  SignEvidence: evidenceKnown,
  ExcludeEvidence: evidenceKnown,
  AssertFact: ({ affair, data }) => ({
    'conduct-unknown': affair.case.conducts.some(({ id }) => id === data.conduct),
    'fact-used': !affair.case.facts.some(({ id }) => id === data.fact),
  }),
  ConcludeInvestigation: outcomesFit,
  RecordDefence: (asking) => {
    const known = new Set(asking.affair.case.defences.flatMap(({ points }) => points.map(({ id }) => id)));
    const said = list<{ id: string }>(asking.data.points).map(({ id }) => id);
    return {
      ...subjectOfCase(asking),
      'point-used': new Set(said).size === said.length && !said.some((id) => known.has(id)),
    };
  },
  AnswerDefence: ({ affair, data }) => ({
    'point-unknown': affair.case.defences.some(({ points }) => points.some(({ id }) => id === data.point)),
  }),
  GiveAdjudicationOpinion: outcomesFit,
  ConveneDeliberation: ({ data }) => ({
    'chair-not-member': list<{ personId: string }>(data.members).some(({ personId }) => personId === data.chair),
  }),
  CastVote: ({ affair, person }) => ({
    'voted-already': !affair.case.votes.some(({ member }) => member === person),
  }),
  Decide: outcomesFit,
  TakeChange: (asking) => ({ ...carriedIn('change')(asking), ...outcomesFit(asking) }),
  TakeRevocation: carriedIn('revoke'),
  ClearNameInCase: wideEnough,
  RequestReview: (asking) => ({
    ...subjectOfCase(asking),
    'decision-unknown': (asking.affair.case.decision?.event ?? null) === (asking.data.decision ?? null),
    'reviewed-already': asking.affair.review.decision !== asking.data.decision,
    ...received(asking),
  }),
  Appeal: received,
  DecideReview: reviewDecided,
  DecideAppeal: reviewDecided,
  ClearNameInReview: (asking) => ({
    'nothing-to-clear': ['change', 'revoke'].includes(String(asking.affair.review.result?.result)),
    ...wideEnough(asking),
  }),
};
/** Of a lead nothing goes on once there is a case. */
const STILL_A_LEAD = new Set(['ProposeTriage', 'HoldLead', 'CloseLead', 'StartInquiry']);
for (const more of ['StartVerification', 'TransferLead', 'ReportVerification', 'RecordAnswer', 'ExtendVerification'])
  STILL_A_LEAD.add(more);
export const conditionsOf = (asking: Asking): Conditions =>
  FITS[asking.command]?.(asking) ?? (STILL_A_LEAD.has(asking.command) ? caseOpen(asking) : {});

const NO_PERIOD = effectPeriod([], '');
/** The longest among those in the case (§4.2). `admonition`: its months. */
export function periodOf({ subjects, decision }: CaseState, runningTo: string | null, admonition?: number) {
  if (!decision) return NO_PERIOD;
  const each = subjects.map((one) =>
    effectPeriod(
      decision.outcomes.filter(({ subject }) => subject === one),
      decision.on,
      runningTo,
      admonition,
    ),
  );
  const last = each
    .flatMap(({ to }) => to ?? [])
    .toSorted()
    .at(-1);
  return each.find(({ to }) => to === last) ?? NO_PERIOD;
}
const periodNow = (asking: Asking) =>
  periodOf(
    asking.affair.case,
    asking.facts.runningTo,
    numberOf(asking, 'admonitionMonths', asking.affair.case.decision?.on),
  );
const more = (name: 'handling' | 'handling-days' | 'appeal', { affair }: Asking): boolean => {
  const { profile } = affair.case;
  const of: StateLimit = LIMITS[name];
  return of.more?.[profile!] != null; // a case that has no track has none
};
/** Neither is at will: each has the grounds that the law gives it. */
const onGround = ({ ground }: Asking['data'], grounds: readonly string[]): Conditions => ({
  'ground-missing': grounds.includes(ground as string),
});
const TERMS: By = {
  ExtendVerification: ({ affair, data }) => ({
    'extended-already': !affair.lead.extended,
    ...onGround(data, EXTENSIONS),
  }),
  SuspendInvestigation: ({ data }) => onGround(data, SUSPENSIONS),
  ProposeExtension: ({ data }) => onGround(data, EXTENSIONS),
  ExtendInvestigation: (asking) => ({
    'extended-already': asking.affair.case.extended < 1,
    'extension-not-proposed': asking.affair.case.extension !== null,
    'no-extension': more('handling', asking) || more('handling-days', asking),
  }),
  Supplement: (asking) => {
    const { case: of } = asking.affair;
    const most = numberOf(asking, 'supplements');
    return { 'supplements-used-up': of.status === 'facts-served' || of.supplements < most };
  },
  StartPeriod: (asking) => {
    const { affair, data } = asking;
    const period = periodNow(asking);
    return {
      'no-period': period.to !== null,
      'period-differs':
        data.from === affair.case.decision?.on && data.to === period.to && data.months === period.months,
    };
  },
  EndPeriod: ({ affair: { case: of }, data, on }) => ({
    'period-runs': of.period?.to != null && on >= of.period.to,
    'new-violation': data.newViolation !== true,
  }),
  CloseCase: (asking) => ({ 'period-not-started': periodNow(asking).to === null }),
  // A term is as long as it was on the day that it began.
  RequestReview: (asking) => {
    const { service } = asking.affair.case;
    const days = numberOf(asking, 'reviewDays', service?.on);
    return {
      'not-served-yet': service !== null,
      'out-of-term': service !== null && String(asking.data.receivedOn) <= addDays(service.on, days),
    };
  },
  Appeal: (asking) => {
    const { review, case: of } = asking.affair;
    const { result } = review;
    const days = numberOf(asking, of.profile === 'commission' ? 'commissionAppealDays' : 'appealDays', result?.on);
    return { 'out-of-term': result !== null && String(asking.data.receivedOn) <= addDays(result.on, days) };
  },
  ExtendAppeal: (asking) => ({
    'extended-already': !asking.affair.review.extended,
    'no-extension': more('appeal', asking),
    ...onGround(asking.data, EXTENSIONS),
  }),
};
export const termsOf = (asking: Asking): Conditions => TERMS[asking.command]?.(asking) ?? {};

/** By command: the number that its terms are counted by, and from which day it is the one in force. */
const COUNTED: Readonly<Record<string, (asking: Asking) => readonly [NumberName, (string | undefined)?]>> = {
  Supplement: () => ['supplements'],
  StartPeriod: ({ affair }) => ['admonitionMonths', affair.case.decision?.on],
  CloseCase: ({ affair }) => ['admonitionMonths', affair.case.decision?.on],
  RequestReview: ({ affair }) => ['reviewDays', affair.case.service?.on],
  Appeal: ({ affair: { review, case: of } }) => [
    of.profile === 'commission' ? 'commissionAppealDays' : 'appealDays',
    review.result?.on,
  ],
};
/** What those terms were counted by, to be written down with them. */
export function numbersOf(asking: Asking): Readonly<{ numbers?: Readonly<Record<string, number>> }> {
  const [name, day] = COUNTED[asking.command]?.(asking) ?? [];
  return name === undefined ? {} : { numbers: { [name]: numberOf(asking, name, day) } };
}
