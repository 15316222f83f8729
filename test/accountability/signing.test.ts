/** The signing matrix of §4.3 beyond a case's own papers: triage, the plan of an inquiry, and more time for a case. */
import { expect, test } from '@jest/globals';
import { until, WHO } from '../affair.js';

const FACTOR = { kind: 'totp', shownAt: '2024-03-01T09:00:00.000+08:00' };

test('what becomes of a lead is proposed by an officer and approved by another; after it came back, anew', () => {
  const { at, tale } = until('register');
  const team = WHO.inquirers.map((personId) => ({ personId, personal: {}, department: 'd' }));
  const verify = { team, plan: '方案' };
  const start = () => at.say('lead', 'A-1', 'StartVerification', verify, WHO.leader).missing;
  at.must('lead', 'A-1', 'ProposeTriage', { route: 'route', reasons: '属地办理' }, 'triager');
  const doc = 'A-1.triage-opinion';
  const sign = (as: string, person: string) =>
    at.say('document', doc, 'SignDocument', { digest: at.state('document', doc).digest, as, factor: FACTOR }, person);
  expect(start()).toContain('SIGNED: document:triage-opinion');
  tale.draft('triage-opinion', 'triager');
  expect(sign('approver', 'triager').missing).toEqual(['G2: same-person:triager']);
  expect(sign('officer', 'triager').refused).toBeNull();
  expect(start()).toContain('SIGNED: signature:triage-opinion:approver');
  expect(sign('approver', WHO.leader).refused).toBeNull();
  expect(sign('officer', WHO.leader).missing).toEqual(['G2: same-person:triager']);
  const route = { toUnit: 'bureau', replyBy: '2024-04-01', reason: '属地' };
  at.must('lead', 'A-1', 'RouteLead', route, WHO.leader);
  at.must('lead', 'A-1', 'ReturnLead', { reason: '不属其管辖' }, WHO.registrar);
  expect(start()).toEqual(['SIGNED: outdated:triage-opinion']);
});
test('nothing is done on a plan that the leader in charge has not signed, as it reads now', () => {
  const { at, tale } = until('triage');
  const officers = WHO.inquirers.map((personId) => ({ personId, personal: {}, department: 'd' }));
  at.must('lead', 'A-1', 'StartInquiry', { officers, questions: '请说明' }, WHO.leader);
  const statement = { subject: WHO.accused, by: [...WHO.inquirers], statement: '说明' };
  const take = () => at.say('lead', 'A-1', 'TakeStatement', statement, 'inq-1').missing;
  expect(take()).toEqual(['SIGNED: document:inquiry-plan']);
  tale.draft('inquiry-plan', 'inq-1');
  tale.sign('inquiry-plan', 'approver', [WHO.leader]);
  expect(take()).toEqual([]);
  at.must('lead', 'A-1', 'StartVerification', { team: officers, plan: '再核实' }, WHO.leader);
  expect(take()).toEqual(['SIGNED: outdated:inquiry-plan']);
});
test('more time, and none that counts, is had only on a ground of the law; more of it on what the head has signed', () => {
  const { at, tale } = until('assign');
  const of = (type: string, data: object, person: string) => at.say('case', 'A-1', type, data, person).missing;
  const why = { reason: '涉及人员众多' };
  expect(of('ExtendInvestigation', why, WHO.head)).toEqual([
    'G12: extension-not-proposed',
    'SIGNED: document:extension-report',
  ]);
  expect(of('ProposeExtension', { ground: 'too-busy', ...why }, 'inv-1')).toEqual(['G12: ground-missing']);
  expect(of('ProposeExtension', { ground: 'complex', ...why }, WHO.registrar)).toEqual([
    'CAPACITY: not-as:investigator',
  ]);
  expect(of('ProposeExtension', { ground: 'complex', ...why }, 'inv-1')).toEqual([]);
  tale.draft('extension-report', 'inv-1');
  expect(of('ExtendInvestigation', why, WHO.head)).toEqual(['SIGNED: signature:extension-report:head']);
  tale.sign('extension-report', 'head', [WHO.head]);
  expect(at.state('document', 'A-1.extension-report').content).toMatchObject({
    extensionGround: 'complex',
    reason: '涉及人员众多',
    proposedBy: 'inv-1',
  });
  expect(of('ExtendInvestigation', why, WHO.head)).toEqual([]);
  expect(of('ExtendInvestigation', why, WHO.head)).toEqual(['G12: extended-already']);
  expect(of('SuspendInvestigation', { ground: 'too-busy', ...why }, WHO.head)).toEqual(['G12: ground-missing']);
  expect(of('SuspendInvestigation', { ground: 'force-majeure', ...why }, WHO.head)).toEqual([]);
});
