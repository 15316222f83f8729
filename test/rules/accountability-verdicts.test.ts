/** AC-01 to AC-07: what a verdict says as a whole, and every pair of parts that nobody has at once. */
import { describe, expect, test } from '@jest/globals';
import { docket } from '../../projections/docket.js';
import { type Office, openOffice } from '../office.js';

const FROM = '2024-03-01';
async function told(office: Office, rule: string, subject: string) {
  const row = (await office.town.verdict(rule, subject)) as any;
  const ids = new Map((await office.town.world.store.readAll(0, 5000)).map(({ id, type }) => [id, type]));
  const { result, certain, org, tested, missing, details, on } = row;
  const evidence = row.evidence.map((id: string) => ids.get(id));
  return { result, certain, org, on, tested, missing, details, evidence };
}
const found = { result: 'violation', certain: true, missing: [] };

describe('as a whole', () => {
  test('AC-01, of the office of a lead and the organ of a case', async () => {
    const office = await openOffice(FROM);
    await office.register('A', FROM, { profile: 'adm' });
    await office.register('B', FROM);
    await office.propose('B', '2024-03-04', { organ: 'bureau' });
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
    // What is due comes first in the docket; a lead that has its case waits for nobody.
    const rows = office.town.world.shelf.table(docket).rows() as any[];
    expect(rows.map(({ stream, due, overdue, reminded }) => [stream, due, overdue, reminded])).toEqual([
      ['lead-A', '2024-03-08', true, true],
      ['case-B', '2024-03-18', true, true],
    ]);
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
    expect(await told(office, 'AC-05', 'c-A')).toEqual({
      ...found,
      org: 'gov',
      on: '2024-04-05',
      tested: { oneOrgan: false },
      details: {},
      evidence: ['DecisionMade', 'SanctionReported'],
    });
    await office.town.close();
  });
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
