/** Leads and cases of another office: every limit kept and passed, and the rarer ways to break the procedure. */
import { affair } from './accountability-plants.js';
import { period } from './affair-paths.js';
import { type Affair, CAST, members } from './affairs.js';
import type { Plant } from './facts.js';
import { type Script, STAFF } from './script.js';

const reason = { reason: '研究决定' };
const closing = (harm = false) => ({ category: 'unfounded', reason: '失实', harm });
const clearing = { scope: 'unit', harmScope: 'unit', means: '会议澄清' };
const triaged = (of: Affair): Affair =>
  of.register().lead(2, 'ProposeTriage', { route: 'verify', reasons: '反映具体' }, CAST.triager);
const cancelled = (of: Affair, n: number): Affair =>
  of.case(n, 'CancelCase', { reason: '事实不成立', unitNotified: 'u05', harm: false });
const adjudicated = (of: Affair, ...by: readonly string[]): Affair =>
  of
    .filed()
    .served(14, 'WARNING')
    .case(32, 'StartAdjudication', { members: members(...by) });
const sanctioned = (of: Affair): Affair => {
  of.filed().served(14, 'WARNING').decided(32, 'WARNING').announced(46);
  return of.case(50, 'StartPeriod', period(of, 39, 6), CAST.registrar);
};
const requested = (of: Affair, ...by: readonly string[]): Affair => {
  const request = { subject: STAFF(of.accused), decision: 'JD', grounds: '处理过重', receivedOn: of.on(52) };
  sanctioned(of).review(52, 'RequestReview', request, CAST.registrar);
  return of.review(53, 'AssignReviewers', { members: members(...by) }, CAST.head);
};
const upheld = { result: 'uphold', ground: 'sound', outcomes: [], reason: '维持' };

type Limited = readonly [stream: 'lead' | 'case' | 'review', limit: string, late: number, kept: number, Tell];
/** `days`: after the limit began, when it ends. */
type Tell = (of: Affair, days: number) => unknown;
/** Until the end of each limit that whoever handles it has: so many working days, that are too many, or not. */
const LIMITED: readonly Limited[] = [
  [
    'lead',
    'hold',
    140,
    100,
    (of, days) =>
      triaged(of)
        .lead(3, 'HoldLead', reason)
        .lead(3 + days, 'TakeUpLead', reason, CAST.triager)
        .lead(4 + days, 'CloseLead', closing()),
  ],
  [
    'lead',
    'inquiry',
    17,
    14,
    (of, days) =>
      triaged(of)
        .lead(3, 'StartInquiry', { officers: members(...CAST.inquirers), questions: '提纲' })
        .lead(3 + days, 'CloseLead', closing()),
  ],
  [
    'lead',
    'verification',
    55,
    35,
    (of, days) =>
      triaged(of)
        .lead(3, 'StartVerification', { team: members(...CAST.inquirers), plan: '方案' })
        .lead(3 + days, 'CloseLead', closing()),
  ],
  ['lead', 'reply', 9, 7, (of, days) => routed(of, 3 + days, 4 + days)],
  ['lead', 'outcome-closing', 12, 9, (of, days) => routed(of, 6, 6 + days)],
  [
    'lead',
    'no-lead',
    7,
    4,
    (of, days) => of.lead(0, 'ProposeNoLead', reason, CAST.registrar).lead(days, 'ConfirmNoLead', reason),
  ],
  [
    'lead',
    'clearing-lead',
    12,
    9,
    (of, days) =>
      triaged(of)
        .lead(5, 'CloseLead', closing(true))
        .lead(5 + days, 'ClearName', clearing),
  ],
  ['case', 'handling', 140, 110, (of, days) => cancelled(of.filed(), 12 + days)],
  [
    'case',
    'facts-service',
    12,
    9,
    (of, days) =>
      cancelled(concluded(of).case(18 + days, 'ServeFacts', facts(of, 18 + days), CAST.investigators[0]), 20 + days),
  ],
  ['case', 'adjudication', 30, 15, (of, days) => cancelled(adjudicated(of, ...CAST.adjudicators), 32 + days)],
  [
    'case',
    'deliberation',
    17,
    14,
    (of, days) => cancelled(adjudicated(of, ...CAST.adjudicators).case(33, 'ConveneDeliberation', panel), 33 + days),
  ],
  [
    'case',
    'service',
    12,
    9,
    (of, days) =>
      of
        .filed()
        .served(14, 'CRITICISM')
        .decided(32, 'CRITICISM')
        .announced(39 + days)
        .closed(42 + days),
  ],
  [
    'case',
    'execution',
    30,
    15,
    (of, days) =>
      of
        .filed()
        .served(14, 'CRITICISM')
        .decided(32, 'CRITICISM')
        .announced(46)
        .closed(45 + days),
  ],
  [
    'case',
    'execution-heavy',
    135,
    60,
    (of, days) =>
      of
        .filed()
        .served(14, 'DEMOTION')
        .decided(32, 'DEMOTION')
        .announced(46)
        .case(46 + days, 'StartPeriod', period(of, 39, 24), CAST.registrar),
  ],
  [
    'case',
    'clearing-case',
    12,
    9,
    (of, days) =>
      triaged(of)
        .proposed(8)
        .case(10, 'RejectFiling', { ...reason, harm: true })
        .case(10 + days, 'ClearNameInCase', clearing),
  ],
  [
    'review',
    'review',
    28,
    15,
    (of, days) => requested(of, ...CAST.reviewers).review(52 + days, 'DecideReview', upheld, CAST.reviewers[0]),
  ],
  [
    'review',
    'appeal',
    55,
    35,
    (of, days) => {
      requested(of, ...CAST.reviewers).review(60, 'DecideReview', upheld, CAST.reviewers[0]);
      of.review(66, 'Appeal', { organ: 'province', grounds: '不服', receivedOn: of.on(66) }, CAST.registrar);
      of.review(68, 'AssignReviewers', { members: members('S-jd-17', 'S-jd-18') }, CAST.higher);
      of.review(66 + days, 'DecideAppeal', upheld, 'S-jd-17');
    },
  ],
];
const panel = { members: members(...CAST.panel), chair: STAFF(CAST.panel[1]), quorum: 2 };
const routed = (of: Affair, told: number, closed: number): Affair =>
  triaged(of)
    .lead(3, 'RouteLead', { toUnit: 'u06', replyBy: of.on(11), ...reason })
    .lead(told, 'ReportOutcome', { outcome: '查无实据' }, CAST.registrar)
    .lead(closed, 'CloseLead', closing());
const concluded = (of: Affair): Affair => {
  const proposal = [of.outcome('WARNING')];
  of.filed().case(14, 'AssignInvestigators', { members: members(...CAST.investigators), plan: '调查方案' });
  return of.case(18, 'ConcludeInvestigation', { proposal, noInterference: true }, CAST.investigators[0]);
};
const facts = (of: Affair, n: number) => ({
  servers: CAST.investigators.map(STAFF),
  signed: 'signed',
  answerBy: of.on(n + 6),
});
const limited = (s: Script, [stream, limit, late, kept, tell]: Limited): void => {
  for (const days of [late, kept]) {
    const of = affair(s);
    tell(of, days);
    if (days === late) s.finds('AC-01', `${stream}-${of.id} ${limit}`, `${limit} passed`);
    else s.nearly('AC-01', `${stream}-${of.id} ${limit}`, `${limit} kept`);
  }
};

/** AC-03: each pair of parts that the other plants leave out. */
const PAIRS: readonly (readonly [kind: string, (of: Affair) => unknown])[] = [
  ['verifies and adjudicates', (of) => cancelled(adjudicated(of, CAST.inquirers[0]), 36)],
  ...(
    [
      ['investigates and reviews', CAST.investigators[0]],
      ['adjudicates and reviews', CAST.adjudicators[0]],
      ['deliberates and reviews', CAST.panel[2]],
    ] as const
  ).map(
    ([kind, by]) =>
      [
        kind,
        (of: Affair) => requested(of, by, CAST.reviewers[0]).review(60, 'DecideReview', upheld, CAST.reviewers[0]),
      ] as const,
  ),
  [
    'proposes what becomes of a lead and approves it',
    (of) => triaged(of).lead(4, 'CloseLead', closing(), CAST.triager),
  ],
  [
    'proposes that there be no lead and confirms it',
    (of) => of.lead(0, 'ProposeNoLead', reason, CAST.registrar).lead(2, 'ConfirmNoLead', reason, CAST.registrar),
  ],
];

/** AC-04: heavier after a review, and when it is decided anew. */
function aggravated(s: Script): void {
  const reviewed = (code: string): string => {
    const of = requested(affair(s), ...CAST.reviewers);
    const outcomes = [of.outcome(code)];
    return of.review(
      60,
      'DecideReview',
      { result: 'change', ground: 'improper', outcomes, reason: '变更' },
      CAST.reviewers[0],
    ).id;
  };
  s.finds('AC-04', reviewed('DEMERIT'), 'a review makes it heavier');
  s.nearly('AC-04', reviewed('CRITICISM'), 'a review makes it lighter');
  const anew = (code: string, fact: boolean): string => {
    const of = sanctioned(affair(s)).case(56, 'TakeRevocation', { review: 'FC' });
    if (fact) of.fact(57, 'SS-9');
    return of
      .decision(60, code)
      .announced(62)
      .case(66, 'StartPeriod', period(of, 60, 12), CAST.registrar).id;
  };
  s.finds('AC-04', anew('DEMERIT', false), 'heavier when it is decided anew');
  s.nearly('AC-04', anew('WARNING', false), 'decided anew as it was');
  s.nearly('AC-04', anew('DEMERIT', true), 'decided anew with a new fact');
  const changed = sanctioned(affair(s));
  const heavier = { review: 'FC', outcomes: [changed.outcome('DEMERIT')] };
  changed
    .case(54, 'TakeChange', heavier)
    .announced(56)
    .case(60, 'StartPeriod', period(changed, 54, 12), CAST.registrar);
  s.finds('AC-04', changed.id, 'a change makes it heavier');
}
/** AC-06: of whom, and on what basis. */
function defective(s: Script): void {
  const nobody = affair(s);
  triaged(nobody).lead(3, 'StartVerification', { team: members(...CAST.inquirers), plan: '方案' });
  const conducts = [{ id: `XW-${nobody.id}`, on: nobody.on(0), summary: '违规办理' }];
  const other = { profile: nobody.track, organ: nobody.organ, subjects: [STAFF(`${nobody.accused}-2`)], conducts };
  nobody.case(8, 'ProposeFiling', { ...other, reason: '涉嫌违规' }, CAST.inquirers[0]);
  nobody.case(12, 'ApproveFiling', { caseNo: `立${nobody.id}` });
  nobody.fact(20, 'SS-1').decision(30, 'CRITICISM').announced(34).closed(38);
  s.finds('AC-06', nobody.id, 'of somebody whom the lead does not name');
  const baseless = affair(s).filed().fact(20, 'SS-1');
  baseless
    .decision(30, 'CRITICISM', { outcomes: [baseless.outcome('CRITICISM', { basis: [] })] })
    .announced(34)
    .closed(38);
  s.finds('AC-06', baseless.id, 'no basis');
}
/** A few of them at each turn, all of them in five. */
const TURNS = 5;
export const breached: Plant = (s, _, n) => {
  LIMITED.forEach((one, k) => {
    if (k % TURNS === n % TURNS) limited(s, one);
  });
  PAIRS.forEach(([kind, tell], k) => {
    if (k % TURNS !== n % TURNS) return;
    const of = affair(s);
    tell(of);
    s.finds('AC-03', of.id, kind);
  });
  if (n % TURNS === 1) aggravated(s);
  if (n % TURNS === 2) defective(s);
};
