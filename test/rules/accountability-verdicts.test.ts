/** AC-01 to AC-07: what a verdict says as a whole, and every pair of parts that nobody has at once. */
import { describe, expect, test } from '@jest/globals';
import { docket, docketHolders } from '../../projections/docket.js';
import { finding } from '../../src/areas/supervision/finding.js';
import { type Office, openOffice } from '../office.js';

const FROM = '2024-03-01';
async function told(office: Office, rule: string, subject: string) {
  const row = (await office.town.verdict(rule, subject)) as any;
  const ids = new Map((await office.town.world.store.readAll(0, 5000)).map(({ id, type }) => [id, type]));
  const { result, certain, org, tested, missing, details, on } = row;
  const evidence = row.evidence.map((id: string) => ids.get(id) ?? 'none');
  return { result, certain, org, on, tested, missing, details, evidence };
}
const found = { result: 'violation', certain: true, missing: [] };

describe('as a whole', () => {
  test('AC-01, of the office of a lead and the organ of a case', async () => {
    const office = await openOffice(FROM);
    await office.register('A', FROM, { profile: 'adm' });
    await office.register('B', FROM);
    await office.propose('B', '2024-03-04', { organ: 'bureau' });
    await office.register('C', '2024-03-04', { profile: 'adm' });
    await office.lead('C', 'HoldLead', '2024-03-04', { reason: '' }, 'leader');
    await office.lead('C', 'TakeUpLead', '2024-03-05', {}, 'leader');
    await office.town.goTo('2024-03-21');
    expect(await told(office, 'AC-01', 'lead-A triage')).toEqual({
      ...found,
      org: 'gov',
      on: '2024-03-08',
      tested: { inTime: false, halfAsLongAgain: true },
      details: { limit: 'triage', due: '2024-03-08', doneOn: null },
      evidence: ['LeadRegistered', 'LimitPassed', 'LimitPassed'],
    });
    expect(await told(office, 'AC-01', 'case-B filing')).toEqual({
      ...found,
      org: 'bureau',
      on: '2024-03-18',
      tested: { inTime: false, halfAsLongAgain: false },
      details: { limit: 'filing', due: '2024-03-18', doneOn: null },
      evidence: ['FilingProposed', 'LimitPassed'],
    });
    // The second time that it is triaged is called as the first.
    expect((await told(office, 'AC-01', 'lead-C triage:2')).details).toMatchObject({
      limit: 'triage',
      due: '2024-03-12',
    });
    // What is due comes first in the docket; a lead that has its case waits for nobody.
    const rows = office.town.world.shelf.table(docket).rows() as any[];
    expect(rows.map(({ stream, due, overdue, reminded }) => [stream, due, overdue, reminded])).toEqual([
      ['lead-A', '2024-03-08', true, true],
      ['case-B', '2024-03-18', true, true],
      ['lead-C', '2024-03-12', true, true],
    ]);
    await office.town.close();
  });
  test('AC-07, with the rule that had found it; a complaint that refers to it does not answer it', async () => {
    const office = await openOffice(FROM);
    const { town } = office;
    await town.publish('A-1');
    await town.enter('A-1', FROM);
    await town.acceptOutside('M-1', '2024-03-04T09:00:00.000+08:00');
    const id = (await town.found('DA-01'))[0]!.finding;
    const at = '2024-03-05T09:00:00.000+08:00';
    await town.say({ decider: finding, id, type: 'UpholdFinding', data: { reason: '属实' }, at });
    await office.register('A', '2024-03-06', { reference: id });
    await town.goTo('2024-03-13');
    const late = {
      ...found,
      org: null,
      on: '2024-03-12',
      tested: { answeredInTime: false },
      details: { due: '2024-03-12', doneOn: null, rule: 'DA-01' },
      evidence: ['FindingUpheld', 'LimitPassed'],
    };
    expect(await told(office, 'AC-07', id)).toEqual(late);
    await office.register('B', '2024-03-13', { source: 'finding', reference: id });
    expect(await told(office, 'AC-07', id)).toEqual({ ...late, details: { ...late.details, doneOn: '2024-03-13' } });
    await town.close();
  });
  test('whoever was named has what waits for him in the docket, as long as it does', async () => {
    const office = await openOffice(FROM);
    const { who } = office;
    await office.register('A', FROM);
    await office.propose('A', '2024-03-04');
    await office.approve('A', '2024-03-05');
    const waiting = async () => {
      await office.town.world.settle();
      const rows = office.town.world.shelf.table(docketHolders).rows() as any[];
      const name = (person: string) => Object.keys(who).find((one) => who[one] === person)!;
      return Object.fromEntries(rows.map(({ person, streams }) => [name(person), streams.join()]));
    };
    expect(await waiting()).toEqual({});
    await office.assign('A', '2024-03-06', 'inv-1', 'inv-2');
    expect(await waiting()).toEqual({ 'inv-1': 'case-A', 'inv-2': 'case-A' });
    const members = (...all: string[]) =>
      all.map((one) => ({ personId: who[one]!, personal: {}, department: `dept-${one}` }));
    await office.conclude('A', '2024-03-07', 'WARNING');
    await office.serve('A', '2024-03-08', '2024-03-20');
    await office.case('A', 'StartAdjudication', '2024-03-21', { members: members('adj-1', 'adj-2') }, 'head');
    // Whoever investigates may exclude evidence as long as it is adjudicated.
    expect(await waiting()).toEqual({ 'adj-1': 'case-A', 'adj-2': 'case-A', 'inv-1': 'case-A', 'inv-2': 'case-A' });
    const panel = { members: members('mem-1', 'mem-2', 'head'), chair: who['mem-1'], quorum: 2 };
    await office.case('A', 'ConveneDeliberation', '2024-03-22', panel, 'head');
    expect(await waiting()).toEqual({ 'mem-1': 'case-A', 'mem-2': 'case-A', head: 'case-A' });
    await office.decide('A', '2024-03-25', 'WARNING');
    expect(await waiting()).toEqual({});
    const { 'rev-1': one } = who;
    await office.review(
      'A',
      'RequestReview',
      '2024-03-26',
      { subject: who['accused'], decision: 'x', grounds: '重', receivedOn: '2024-03-26' },
      'registrar',
    );
    await office.review('A', 'AssignReviewers', '2024-03-27', { members: members('rev-1', 'rev-2') }, 'head');
    expect(await waiting()).toEqual({ 'rev-1': 'review-A', 'rev-2': 'review-A' });
    await office.review(
      'A',
      'DecideReview',
      '2024-03-28',
      { result: 'uphold', ground: 'sound', outcomes: [], reason: '' },
      one!,
    );
    expect(await waiting()).toEqual({});
    await office.town.close();
  });
  test('AC-02, the first act first; and AC-06', async () => {
    const office = await openOffice(FROM);
    await office.register('A', FROM);
    await office.propose('A', '2024-03-04');
    await office.case('A', 'ReturnFiling', '2024-03-05', { reason: '' }, 'head');
    await office.case('A', 'ReturnFiling', '2024-03-04', { reason: '' }, 'head', { told: '2024-03-06' });
    expect(await told(office, 'AC-02', `A ${office.who['head']}`)).toEqual({
      ...found,
      org: 'gov',
      on: '2024-03-04',
      tested: { declared: false, noConflict: true },
      details: { acts: 2 },
      evidence: ['FilingReturned', 'FilingReturned'],
    });
    await office.case('A', 'ExcludeEvidence', '2024-03-07', { evidence: 'v', reason: '' }, null);
    expect(await told(office, 'AC-02', 'A ')).toMatchObject({
      result: 'undetermined',
      tested: {},
      missing: ['person'],
    });
    await office.decide('A', '2024-03-20', 'WARNING');
    expect(await told(office, 'AC-06', 'A')).toEqual({
      ...found,
      org: 'gov',
      on: '2024-03-20',
      tested: { who: true, facts: false, outcome: true, remedy: true, organ: true },
      details: { documentNo: '处1号' },
      evidence: ['DecisionMade'],
    });
    await office.town.close();
  });
  test('AC-04 and AC-05, with both that are compared', async () => {
    const office = await openOffice(FROM);
    await office.register('A', FROM);
    await office.propose('A', '2024-03-04');
    await office.conclude('A', '2024-03-07', 'WARNING');
    await office.serve('A', '2024-03-08', '2024-03-20');
    await office.decide('A', '2024-04-01', 'DEMERIT');
    await office.decide('A', '2024-04-02', 'CRITICISM');
    const aggravated = {
      ...found,
      org: 'gov',
      on: '2024-04-01',
      details: {},
      evidence: ['FactsServed', 'DecisionMade'],
    };
    expect(await told(office, 'AC-04', 'A')).toEqual({ ...aggravated, tested: { notHeavier: false, newFact: false } });
    await office.decide('A', '2024-04-03', 'WARNING');
    const elsewhere = { organ: 'commission', code: 'WARNING', document: '文', on: '2024-04-05' };
    await office.conduct('c-A', 'ReportSanction', '2024-04-05', elsewhere, null);
    const twice = { ...found, org: 'gov', on: '2024-04-05', tested: { oneOrgan: false }, details: { affairs: 'A' } };
    expect(await told(office, 'AC-05', 'c-A')).toEqual({ ...twice, evidence: ['DecisionMade', 'SanctionReported'] });
    // Told by the other organ first: it is of the office that has the case all the same.
    await office.register('B', '2024-04-05');
    await office.propose('B', '2024-04-05');
    await office.conduct('c-B', 'ReportSanction', '2024-04-05', elsewhere, null);
    await office.decide('B', '2024-04-05', 'WARNING');
    expect(await told(office, 'AC-05', 'c-B')).toEqual({
      ...twice,
      details: { affairs: 'B' },
      evidence: ['SanctionReported', 'DecisionMade'],
    });
    // Of what other organs alone have done nobody here has a case.
    await office.conduct('c-X', 'ReportSanction', '2024-04-05', elsewhere, null);
    expect(await told(office, 'AC-05', 'c-X')).toEqual({
      ...twice,
      result: 'cleared',
      org: null,
      tested: { oneOrgan: true },
      details: { affairs: null },
      evidence: ['SanctionReported'],
    });
    await office.town.close();
  });
});

type Step = (office: Office, day: string, told?: string) => Promise<unknown>;
const declaring =
  (conflict: boolean): Step =>
  (office, day, told) =>
    office.recusal('A', 'DeclareConflict', day, { conflict }, 'adj-1', told ? { told } : {});
const ruling =
  (result: string): Step =>
  (office, day) =>
    office.recusal('A', 'RuleRecusal', day, { person: office.who['adj-1'], result, reason: '' }, 'head');
const RECUSAL: Readonly<Record<string, Step>> = {
  clear: declaring(false),
  conflict: declaring(true),
  asked: (office, day) =>
    office.recusal('A', 'RequestRecusal', day, { person: office.who['adj-1'], grounds: '', reason: '' }, 'inv-1'),
  recused: ruling('recused'),
  stays: ruling('stays'),
  act: (office, day) => office.case('A', 'ExcludeEvidence', day, { evidence: 'v', reason: '' }, 'adj-1'),
  named: (office, day) => office.assign('A', day, 'adj-1'),
};
/** What was declared, asked for and ruled of one person, the day on which it was (and was told), and what follows for which. */
test.each([
  ['act 05', 'violation', '05', 1, { declared: false, noConflict: true }],
  ['conflict 05, act 06', 'violation', '06', 1, { declared: true, noConflict: false }],
  ['conflict 05, named 06', null, '', 0, {}],
  ['clear 06, conflict 05 07, act 08', 'cleared', '08', 0, { declared: true, noConflict: true }],
  ['conflict 05, stays 06, conflict 07, act 08', 'violation', '08', 1, { declared: true, noConflict: false }],
  ['clear 05, asked 06, recused 07, stays 08, act 11', 'cleared', '11', 0, { declared: true, noConflict: true }],
  [
    'clear 05, asked 05, stays 06, asked 07, act 08, recused 11',
    'violation',
    '08',
    1,
    { declared: true, noConflict: false },
  ],
  ['clear 05, act 06, conflict 07, act 08', 'violation', '08', 1, { declared: true, noConflict: false }],
  ['act 05, clear 06, asked 07, act 08', 'violation', '05', 1, { declared: false, noConflict: true }],
])('AC-02: %s', async (course, result, day, acts, tested) => {
  const office = await openOffice(FROM);
  for (const step of course.split(', ')) {
    const [name, at, when] = step.split(' ');
    await RECUSAL[name!]!(office, `2024-03-${at}`, when && `2024-03-${when}`);
  }
  const verdict = await office.town.verdict('AC-02', `A ${office.who['adj-1']}`);
  const of = verdict && ['result', 'on', 'tested', 'missing', 'details'].map((name) => verdict[name]);
  expect(of).toEqual(result ? [result, `2024-03-${day}`, tested, [], { acts }] : undefined);
  await office.town.close();
});

test('AC-03: who is found is told in the order in which he was it, by the log where it was at one instant', async () => {
  const office = await openOffice(FROM);
  const adjudicate = (id: string, day: string, telling: object = {}) =>
    office.case(id, 'StartAdjudication', day, { members: office.members('mem-1') }, 'head', telling);
  await adjudicate('A', '2024-03-05');
  await office.assign('A', '2024-03-05', 'mem-1');
  await office.assign('B', '2024-03-07', 'mem-1');
  await adjudicate('B', '2024-03-06', { told: '2024-03-08' });
  for (const [id, on] of [
    ['A', '2024-03-05'],
    ['B', '2024-03-07'],
  ] as const)
    expect(await told(office, 'AC-03', id)).toMatchObject({
      on,
      evidence: ['AdjudicationStarted', 'InvestigatorsAssigned'],
    });
  await office.town.close();
});

const MEMBERS: Readonly<Record<string, (office: Office, id: string) => Promise<unknown>>> = {
  inquirer: (office, id) =>
    office.lead(id, 'StartVerification', '2024-03-05', { team: office.members('mem-1'), plan: '' }, 'leader'),
  investigator: (office, id) => office.assign(id, '2024-03-06', 'mem-1'),
  adjudicator: (office, id) =>
    office.case(id, 'StartAdjudication', '2024-03-07', { members: office.members('mem-1') }, 'head'),
  member: (office, id) => {
    const panel = { members: office.members('mem-1'), chair: office.who['mem-1'], quorum: 1 };
    return office.case(id, 'ConveneDeliberation', '2024-03-08', panel, 'head');
  },
  reviewer: (office, id) =>
    office.review(id, 'AssignReviewers', '2024-03-11', { members: office.members('mem-1') }, 'head'),
};
test.each([
  ['inquirer', 'adjudicator', true],
  ['investigator', 'adjudicator', true],
  ['investigator', 'member', true],
  ['investigator', 'reviewer', true],
  ['adjudicator', 'reviewer', true],
  ['member', 'reviewer', true],
  ['inquirer', 'investigator', false],
  ['adjudicator', 'member', false],
])('AC-03: %s and %s', async (one, other, apart) => {
  const office = await openOffice(FROM);
  await office.register('A', FROM);
  await MEMBERS[one]!(office, 'A');
  await MEMBERS[other]!(office, 'A');
  const verdict = await told(office, 'AC-03', 'A');
  expect([verdict.result, verdict.certain, verdict.tested]).toEqual([
    apart ? 'violation' : 'cleared',
    true,
    { separate: !apart, approvedByAnother: true },
  ]);
  expect(verdict.evidence).toHaveLength(apart ? 2 : 1);
  await office.town.close();
});
