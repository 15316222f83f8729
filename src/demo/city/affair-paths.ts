/** Leads, cases and reviews of another office in which nothing is wrong: every way through the table. */
import { addMonths } from '../../../projections/kernel/instant.js';
import { type Affair, CAST, members } from './affairs.js';
import { STAFF } from './script.js';

const reason = { reason: '研究决定' };
const clearing = { scope: 'unit', harmScope: 'unit', means: '会议澄清' };
const closing = (harm: boolean) => ({ category: 'unfounded', reason: '失实', harm });
const triaged = (of: Affair): Affair =>
  of.register().lead(2, 'ProposeTriage', { route: 'verify', reasons: '反映具体' }, CAST.triager);
const statement = (of: Affair, n: number): Affair => {
  const by = CAST.inquirers.map(STAFF);
  return of.lead(n, 'TakeStatement', { subject: STAFF(of.accused), by, statement: '本人说明' }, CAST.inquirers[0]);
};
export const period = (of: Affair, decided: number, months: number) => ({
  from: of.on(decided),
  months,
  to: addMonths(of.on(decided), months),
});
function defended(of: Affair, n: number, accepted: boolean): Affair {
  const points = [{ id: `SB-${n}`, text: '系集体安排' }];
  const by = CAST.investigators.map(STAFF);
  of.case(n, 'RecordDefence', { subject: STAFF(of.accused), by, points }, CAST.investigators[0]);
  return of.case(n + 1, 'AnswerDefence', { point: `SB-${n}`, accepted, reason: '经核' }, CAST.investigators[0]);
}
function reviewed(of: Affair, n: number, result: string, ground: string, outcomes: readonly object[] = []): Affair {
  const request = { subject: STAFF(of.accused), decision: 'JD', grounds: '处理过重', receivedOn: of.on(n) };
  of.review(n, 'RequestReview', request, CAST.registrar);
  of.review(n + 1, 'AssignReviewers', { members: members(...CAST.reviewers) }, CAST.head);
  return of.review(n + 8, 'DecideReview', { result, ground, outcomes, reason: '复核意见' }, CAST.reviewers[0]);
}
/** Decided once more, from the opinion on. */
function redone(of: Affair, n: number): Affair {
  const said = { opinion: '重新审理', proposal: [of.outcome('CRITICISM')] };
  of.case(n, 'GiveAdjudicationOpinion', said, CAST.adjudicators[0]);
  const panel = { members: members(...CAST.panel), chair: STAFF(CAST.panel[1]), quorum: 2 };
  of.case(n + 1, 'ConveneDeliberation', panel);
  for (const one of CAST.panel) of.case(n + 2, 'CastVote', { position: 'for', reason: '同意' }, one);
  return of
    .decision(n + 3, 'CRITICISM')
    .announced(n + 5)
    .closed(n + 8);
}

const routed = (of: Affair): Affair => {
  const route = (n: number) => ({ toUnit: 'u06', replyBy: of.on(n), ...reason });
  return triaged(of)
    .lead(3, 'RouteLead', route(10))
    .lead(8, 'ReturnLead', reason, CAST.registrar)
    .lead(9, 'ProposeTriage', { route: 'route', reasons: '属其职权' }, CAST.triager)
    .lead(10, 'RouteLead', route(20))
    .lead(18, 'ReportOutcome', { outcome: '查无实据' }, CAST.registrar)
    .lead(20, 'CloseLead', closing(true))
    .lead(25, 'ClearName', clearing);
};
const reopenedLead = (of: Affair): Affair =>
  triaged(of)
    .lead(3, 'CloseLead', closing(false))
    .lead(30, 'ReopenLead', { newEvidence: '新证据' })
    .lead(35, 'TransferLead', { to: '检察机关', receipt: '回执', ...reason });
const inquired = (of: Affair): Affair => {
  triaged(of).lead(3, 'StartInquiry', { officers: members(...CAST.inquirers), questions: '函询提纲' });
  of.lead(8, 'RecordAnswer', { answer: '书面答复' }, CAST.inquirers[0]);
  return statement(of, 9).lead(12, 'GiveLightOutcome', { subject: STAFF(of.accused), code: 'TALK_REMIND', ...reason });
};
const verified = (of: Affair): Affair => {
  triaged(of).lead(3, 'StartVerification', { team: members(...CAST.inquirers), plan: '核实方案' });
  statement(of, 6).lead(30, 'ExtendVerification', reason);
  of.lead(48, 'ReportVerification', { report: '核实报告', category: 'close' }, CAST.inquirers[0]);
  return of.lead(52, 'CloseLead', closing(false));
};
const notFiled = (of: Affair): Affair =>
  triaged(of)
    .proposed(8)
    .case(10, 'ReturnFiling', reason)
    .proposed(14)
    .case(16, 'RejectFiling', { ...reason, harm: true })
    .case(20, 'ClearNameInCase', clearing);
const handedOver = (of: Affair): Affair =>
  of
    .filed()
    .case(14, 'AssignInvestigators', { members: members(...CAST.investigators), plan: '方案' })
    .evidence(15, 'ZJ-1')
    .case(16, 'ExcludeEvidence', { evidence: 'ZJ-1', reason: '非法取得' }, CAST.investigators[1])
    .case(20, 'TransferCase', { to: '监察委员会', receipt: '回执', ...reason });
/** Supplemented, upheld in a review and an appeal, ended, and opened once more by the superior. */
const upheldTwice = (of: Affair): Affair => {
  defended(of.filed().served(14, 'WARNING'), 22, true);
  of.case(25, 'Supplement', reason).fact(27, 'SS-2').notified(28, 'WARNING');
  defended(of, 32, false).decided(40, 'WARNING').announced(50);
  of.case(54, 'StartPeriod', period(of, 47, 6), CAST.registrar);
  reviewed(of, 60, 'uphold', 'sound');
  of.review(72, 'Appeal', { organ: 'province', grounds: '不服', receivedOn: of.on(72) }, CAST.registrar);
  of.review(74, 'AssignReviewers', { members: members('S-jd-17', 'S-jd-18') }, CAST.higher);
  of.review(90, 'ExtendAppeal', reason, CAST.higher);
  of.review(110, 'DecideAppeal', { result: 'uphold', ground: 'sound', outcomes: [], reason: '维持' }, 'S-jd-17');
  of.case(182, 'EndPeriod', { conduct: '表现良好', newViolation: false }, CAST.registrar);
  return redone(of.case(185, 'ReopenCase', { by: 'superior', document: '文', ...reason }), 186);
};
const revoked = (of: Affair): Affair => {
  of.filed().served(14, 'WARNING').decided(32, 'WARNING').announced(46);
  of.case(50, 'StartPeriod', period(of, 39, 6), CAST.registrar);
  reviewed(of, 52, 'revoke', 'facts-unclear');
  return redone(of.case(62, 'TakeRevocation', { review: 'FC' }), 63);
};
export const changed = (of: Affair): Affair => {
  of.filed().served(14, 'WARNING').decided(32, 'WARNING').announced(46);
  const outcomes = [of.outcome('CRITICISM')];
  reviewed(of, 50, 'change', 'improper', outcomes);
  of.case(60, 'TakeChange', { review: 'FC', outcomes }).announced(62).closed(66);
  return of.review(68, 'ClearNameInReview', clearing, CAST.head);
};
/** By turns; the longest ends nearly two hundred working days after it began. */
export const PATHS: readonly (readonly ((of: Affair) => Affair)[])[] = [
  [routed, reopenedLead],
  [inquired, verified],
  [notFiled, handedOver],
  [upheldTwice],
  [revoked, changed],
];
