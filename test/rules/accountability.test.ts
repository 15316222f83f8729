/** AC-02 to AC-07: the procedure of holding people to account broken in another office, and what only looks like it. */
import { describe, expect, test } from '@jest/globals';
import { finding } from '../../src/areas/supervision/finding.js';
import { type Office, openOffice } from '../office.js';

const FROM = '2024-03-01';
async function filed(ids: readonly string[] = ['A'], ...declared: readonly string[]): Promise<Office> {
  const office = await openOffice(FROM);
  for (const id of ids) await office.register(id, '2024-03-01');
  for (const id of ids) await office.clear(id, '2024-03-01', 'inq-1', 'head', 'inv-1', 'inv-2', ...declared);
  for (const id of ids) await office.propose(id, '2024-03-04');
  for (const id of ids) await office.approve(id, '2024-03-05');
  return office;
}
const status = async ({ town }: Office, rule: string) =>
  (await town.found(rule)).map(({ subject, status, details, about }: any) => [subject, status, details?.acts ?? about]);
const subjects = async ({ town }: Office, rule: string) =>
  (await town.found(rule)).filter(({ status: at }) => at === 'open').map(({ subject }) => subject);
const evidence = (office: Office, type = 'AddEvidence') => ({
  add: (id: string, day: string, by: string, more: object = {}, telling: object = {}) =>
    office.case(
      id,
      type,
      day,
      {
        evidence: `v-${day}-${by}`,
        kind: 'document',
        digest: `sha256:${'0'.repeat(64)}`,
        obtainedFrom: '窗口',
        obtainedBy: [],
        ...more,
      },
      by,
      telling,
    ),
});

describe('AC-02', () => {
  test('before a declaration; what is declared afterwards does not cure, and what is told late does', async () => {
    const office = await filed(['A', 'B']);
    const { town, who } = office;
    const { add } = evidence(office);
    await add('A', '2024-03-06', 'adj-1');
    await add('B', '2024-03-06', 'adj-2', {}, { time: '09:30' });
    expect(await subjects(office, 'AC-02')).toEqual([`A ${who['adj-1']}`, `B ${who['adj-2']}`]);
    await office.clear('A', '2024-03-07', 'adj-1');
    await office.recusal('B', 'DeclareConflict', '2024-03-06', { conflict: false }, 'adj-2', { told: '2024-03-08' });
    expect(await subjects(office, 'AC-02')).toEqual([`A ${who['adj-1']}`]);
    expect((await town.found('AC-02')).map((row) => row.status)).toEqual(['open', 'withdrawn']);
    await town.close();
  });
  test('at the very instant of the declaration, and on its day where only that is known, it is before', async () => {
    const office = await filed();
    const { add } = evidence(office);
    await office.recusal('A', 'DeclareConflict', '2024-03-06', { conflict: false }, 'adj-1', { time: '09:00' });
    await add('A', '2024-03-06', 'adj-1', {}, { time: '09:00' });
    await office.recusal('A', 'DeclareConflict', '2024-03-06', { conflict: false }, 'adj-2', { time: '10:00' });
    await add('A', '2024-03-06', 'adj-2', {}, { time: '00:00', precision: 'day', told: '2024-03-07' });
    await add('A', '2024-03-05', 'mem-1', {}, { time: '00:00', precision: 'day', told: '2024-03-07' });
    await office.recusal('A', 'DeclareConflict', '2024-03-06', { conflict: false }, 'mem-1', { told: '2024-03-08' });
    expect(await subjects(office, 'AC-02')).toEqual([`A ${office.who['mem-1']}`]);
    await office.town.close();
  });
  test('with a conflict that he declared, until it is ruled that he stays', async () => {
    const office = await filed();
    const { add } = evidence(office);
    const declare = (person: string, day: string, conflict: boolean) =>
      office.recusal('A', 'DeclareConflict', day, { conflict, ...(conflict && { grounds: 'near-relative' }) }, person);
    const rule = (person: string, day: string, result: string) =>
      office.recusal('A', 'RuleRecusal', day, { person: office.who[person], result, reason: '' }, 'head');
    await declare('adj-1', '2024-03-06', true);
    await declare('adj-2', '2024-03-06', true);
    await declare('mem-1', '2024-03-06', true);
    await declare('mem-2', '2024-03-06', true);
    await add('A', '2024-03-07', 'adj-1');
    await rule('adj-1', '2024-03-08', 'stays');
    await rule('adj-2', '2024-03-08', 'stays');
    await rule('mem-1', '2024-03-08', 'recused');
    await declare('mem-2', '2024-03-08', false);
    for (const person of ['adj-2', 'mem-1', 'mem-2']) await add('A', '2024-03-11', person);
    expect((await subjects(office, 'AC-02')).toSorted()).toEqual(
      [`A ${office.who['adj-1']}`, `A ${office.who['mem-1']}`].toSorted(),
    );
    await rule('mem-1', '2024-03-12', 'stays');
    await add('A', '2024-03-13', 'mem-1');
    expect((await office.town.verdict('AC-02', `A ${office.who['mem-1']}`))?.details).toEqual({ acts: 1 });
    await office.town.close();
  });
  test('somebody else asks for it: what was done since counts once it is granted; until then nobody can say', async () => {
    const office = await filed(['A'], 'adj-1', 'adj-2');
    const { add } = evidence(office);
    const ask = (person: string, day: string) =>
      office.recusal('A', 'RequestRecusal', day, { person: office.who[person], grounds: 'other', reason: '' }, 'inv-1');
    await add('A', '2024-03-06', 'adj-1');
    await ask('adj-1', '2024-03-07');
    await ask('adj-2', '2024-03-07');
    await add('A', '2024-03-08', 'adj-1');
    await add('A', '2024-03-08', 'adj-2');
    const verdict = (person: string) => office.town.verdict('AC-02', `A ${office.who[person]}`);
    expect(await verdict('adj-1')).toMatchObject({ result: 'undetermined', missing: ['ruling'] });
    const rule = (person: string, result: string) =>
      office.recusal('A', 'RuleRecusal', '2024-03-11', { person: office.who[person], result, reason: '' }, 'head');
    await rule('adj-1', 'recused');
    await rule('adj-2', 'stays');
    expect(await verdict('adj-1')).toMatchObject({ result: 'violation', details: { acts: 1 } });
    expect(await verdict('adj-2')).toMatchObject({ result: 'cleared', tested: { declared: true, noConflict: true } });
    await office.town.close();
  });
  test('whoever is beside has no conflict, and need not have declared; nobody known is not judged', async () => {
    const office = await filed();
    const { add } = evidence(office);
    const beside = { obtainedBy: [office.who['adj-1'], office.who['adj-2']] };
    await office.recusal('A', 'DeclareConflict', '2024-03-06', { conflict: true, grounds: 'other' }, 'adj-2');
    await add('A', '2024-03-07', 'inv-1', beside);
    await office.case('A', 'ExcludeEvidence', '2024-03-08', { evidence: 'v', reason: '' }, null);
    expect(await subjects(office, 'AC-02')).toEqual([`A ${office.who['adj-2']}`]);
    const nobody = (await office.town.verdict('AC-02', 'A '))!;
    expect(nobody).toMatchObject({ result: 'undetermined', missing: ['person'], details: { acts: 0 } });
    expect(nobody['tested']).toEqual({});
    await office.town.close();
  });
});

describe('AC-03', () => {
  test('one person investigates and adjudicates, or proposes and approves, in one affair', async () => {
    const office = await filed(['A', 'B', 'C', 'D']);
    const start = (id: string, ...people: readonly string[]) =>
      office.case(id, 'StartAdjudication', '2024-03-20', { members: office.members(...people) }, 'head');
    for (const id of ['A', 'B', 'C']) await office.assign(id, '2024-03-06', 'inv-1', 'inv-2');
    await start('A', 'adj-1', 'inv-2');
    await start('B', 'adj-1', 'adj-2');
    expect(await subjects(office, 'AC-03')).toEqual(['A']);
    const of = { members: office.members('mem-1', 'inv-1', 'mem-2'), chair: office.who['mem-1'], quorum: 2 };
    await office.case('C', 'ConveneDeliberation', '2024-03-21', of, 'head');
    await office.review('B', 'AssignReviewers', '2024-03-22', { members: office.members('adj-2') }, 'head');
    expect(await subjects(office, 'AC-03')).toEqual(['A', 'C', 'B']); // by their days
    expect((await office.town.verdict('AC-03', 'A'))?.tested).toEqual({ separate: false, approvedByAnother: true });
    await office.town.close();
  });
  test('the same who proposed approves: a filing, a triage, no lead; in two affairs it is nothing', async () => {
    const office = await openOffice(FROM);
    for (const id of ['A', 'B', 'C', 'D']) await office.register(id, '2024-03-01');
    await office.propose('A', '2024-03-04', {}, 'head');
    await office.propose('B', '2024-03-04', {}, 'inq-1');
    await office.approve('A', '2024-03-05', 'head');
    await office.approve('B', '2024-03-05', 'head');
    await office.lead('C', 'ProposeTriage', '2024-03-06', { route: 'hold', reasons: '' }, 'leader');
    await office.lead('C', 'HoldLead', '2024-03-07', { reason: '' }, 'leader');
    await office.lead('D', 'ProposeTriage', '2024-03-07', { route: 'hold', reasons: '' }, 'triager');
    await office.lead('D', 'HoldLead', '2024-03-08', { reason: '' }, 'leader');
    await office.lead('E', 'ProposeNoLead', '2024-03-08', { reason: '' }, 'leader');
    await office.lead('E', 'ConfirmNoLead', '2024-03-08', { reason: '' }, 'leader', { time: '10:00' });
    expect(await subjects(office, 'AC-03')).toEqual(['A', 'C', 'E']);
    for (const id of ['A', 'C', 'E'])
      expect((await office.town.verdict('AC-03', id))?.tested).toEqual({ separate: true, approvedByAnother: false });
    expect((await office.town.verdict('AC-03', 'B'))?.result).toBe('cleared');
    await office.town.close();
  });
  test('of whom nobody knows it is not said that he is the same', async () => {
    const office = await openOffice(FROM);
    await office.propose('A', '2024-03-04', {}, null);
    await office.approve('A', '2024-03-05', null);
    expect(await office.town.verdict('AC-03', 'A')).toBeUndefined();
    await office.propose('B', '2024-03-05');
    await office.approve('B', '2024-03-06', null);
    expect((await office.town.verdict('AC-03', 'B'))?.result).toBe('cleared');
    await office.town.close();
  });
});

describe('AC-04', () => {
  test('decided heavier than served, and no new fact: found until a fact is told that was found in between', async () => {
    const office = await filed(['A', 'B', 'C']);
    for (const id of ['A', 'B', 'C']) await office.fact(id, '2024-03-06', 'f-1');
    for (const id of ['A', 'B', 'C']) await office.conclude(id, '2024-03-07', 'WARNING');
    for (const id of ['A', 'B', 'C']) await office.serve(id, '2024-03-08', '2024-03-20');
    await office.fact('C', '2024-03-25', 'f-1'); // known before
    await office.decide('A', '2024-04-01', 'DEMERIT');
    await office.decide('B', '2024-04-01', 'WARNING');
    await office.decide('C', '2024-04-01', 'DEMERIT');
    expect(await subjects(office, 'AC-04')).toEqual(['A', 'C']);
    await office.fact('A', '2024-03-25', 'f-2', { told: '2024-04-02' });
    expect(await subjects(office, 'AC-04')).toEqual(['C']);
    const cleared = (await office.town.verdict('AC-04', 'B'))!;
    expect([cleared['result'], cleared['tested']]).toEqual(['cleared', { notHeavier: true }]);
    await office.town.close();
  });
  test('served again heavier; decided anew heavier after a review; a review itself', async () => {
    const office = await filed(['A', 'B', 'C', 'D']);
    for (const id of ['A', 'B', 'C', 'D']) await office.conclude(id, '2024-03-07', 'WARNING');
    for (const id of ['A', 'B', 'C', 'D']) await office.serve(id, '2024-03-08', '2024-03-20');
    await office.conclude('A', '2024-03-20', 'REMOVAL');
    await office.serve('A', '2024-03-21', '2024-04-20');
    for (const id of ['B', 'C', 'D']) await office.decide(id, '2024-04-01', 'CRITICISM');
    const review = (id: string, result: string, code: string | null) =>
      office.review(
        id,
        'DecideReview',
        '2024-04-20',
        { result, ground: 'improper', outcomes: code === null ? [] : [office.outcomeFor(id, code)], reason: '' },
        'rev-1',
      );
    await review('B', 'revoke', null);
    await office.fact('C', '2024-04-20', 'f-8'); // whatever is found: a review does not make it heavier
    await review('C', 'change', 'WARNING');
    await review('D', 'change', 'TALK_REMIND');
    expect(await subjects(office, 'AC-04')).toEqual(['A', 'C']);
    await office.decide('B', '2024-05-01', 'WARNING');
    await office.decide('D', '2024-05-01', 'CRITICISM'); // as it was before the review
    expect(await subjects(office, 'AC-04')).toEqual(['A', 'C', 'B']);
    await office.fact('C', '2024-05-02', 'f-9');
    expect(await subjects(office, 'AC-04')).toEqual(['A', 'C', 'B']);
    await office.town.close();
  });
  test('somebody else than was served of is heavier off, too; nothing to compare is nothing said', async () => {
    const office = await filed(['A', 'B']);
    await office.conclude('A', '2024-03-07', 'WARNING');
    await office.serve('A', '2024-03-08', '2024-03-20');
    const other = { subject: office.who['accused-2'] };
    const both = [office.outcomeFor('A', 'WARNING'), office.outcomeFor('A', 'CRITICISM', other)];
    await office.decide('A', '2024-04-01', 'WARNING', { outcomes: both });
    await office.fact('B', '2024-04-01', 'f-1');
    await office.conclude('B', '2024-04-01', 'WARNING');
    await office.decide('B', '2024-04-01', 'REMOVAL');
    expect(await subjects(office, 'AC-04')).toEqual(['A']);
    expect(await office.town.verdict('AC-04', 'B')).toBeUndefined();
    await office.town.close();
  });
});

describe('AC-05', () => {
  const elsewhere = (office: Office, conduct: string, day: string, code = 'WARNING', organ = 'commission') =>
    office.conduct(conduct, 'ReportSanction', day, { organ, code, document: '文', on: day }, null);
  test('two organs, one conduct; not the same organ, not what is no sanction, not what was revoked or changed', async () => {
    const office = await filed(['A', 'B', 'C', 'D', 'E']);
    for (const id of ['A', 'B', 'D', 'E']) await office.decide(id, '2024-04-01', 'WARNING');
    await office.decide('C', '2024-04-01', 'CRITICISM');
    await elsewhere(office, 'c-A', '2024-04-02');
    await elsewhere(office, 'c-B', '2024-04-02', 'WARNING', 'gov');
    await elsewhere(office, 'c-C', '2024-04-02');
    await elsewhere(office, 'c-D', '2024-04-02', 'CRITICISM');
    await elsewhere(office, 'c-E', '2024-04-02');
    expect(await subjects(office, 'AC-05')).toEqual(['c-A', 'c-E']);
    expect((await office.town.verdict('AC-05', 'c-B'))!['tested']).toEqual({ oneOrgan: true });
    await office.case('A', 'TakeRevocation', '2024-04-10', { review: 'e' }, 'head');
    const changed = { review: 'e', outcomes: [office.outcomeFor('E', 'CRITICISM')] };
    await office.case('E', 'TakeChange', '2024-04-10', changed, 'head');
    expect(await subjects(office, 'AC-05')).toEqual([]);
    await office.decide('A', '2024-05-01', 'DEMERIT');
    expect(await subjects(office, 'AC-05')).toEqual(['c-A']);
    await office.town.close();
  });
  test('two cases of two organs for one conduct, of one person or of two', async () => {
    const office = await filed(['A', 'B']);
    await office.register('C', '2024-03-06');
    await office.propose('C', '2024-03-06', { organ: 'bureau' });
    const joint = (more: object = {}) => [office.outcomeFor('A', 'WARNING', more)];
    await office.decide('A', '2024-04-01', 'WARNING');
    await office.decide('C', '2024-04-02', 'WARNING', { outcomes: joint({ subject: office.who['accused-2'] }) });
    expect(await subjects(office, 'AC-05')).toEqual([]);
    await office.decide('C', '2024-04-03', 'WARNING', { outcomes: joint() });
    expect(await subjects(office, 'AC-05')).toEqual(['c-A']);
    await office.town.close();
  });
});

describe('AC-06', () => {
  test('each of the five; a fact and a name that are told late mend it', async () => {
    const office = await filed(['A', 'B', 'C', 'D', 'E', 'F']);
    for (const id of ['A', 'B', 'C', 'D', 'F']) await office.fact(id, '2024-03-06', 'f-1');
    const decide = (id: string, more: object = {}) => office.decide(id, '2024-04-01', 'WARNING', more);
    await decide('A');
    await decide('B', { remedy: { route: '申请复核', days: 0 } });
    await decide('C', { seal: ' ' });
    await decide('D', { outcomes: [office.outcomeFor('D', 'WARNING', { basis: [] })] });
    await decide('E');
    await decide('F', { remedy: { route: '', days: 30 } });
    expect(await subjects(office, 'AC-06')).toEqual(['B', 'C', 'D', 'E', 'F']);
    const missing = async (id: string) =>
      Object.entries((await office.town.verdict('AC-06', id))!.tested as object).flatMap(([name, there]) =>
        there ? [] : [name],
      );
    expect(await Promise.all(['A', 'B', 'C', 'D', 'E'].map(missing))).toEqual([
      [],
      ['remedy'],
      ['organ'],
      ['outcome'],
      ['facts'],
    ]);
    await office.fact('E', '2024-03-06', 'f-1', { told: '2024-04-02' });
    expect(await subjects(office, 'AC-06')).toEqual(['B', 'C', 'D', 'F']);
    await office.town.close();
  });
  test('a decision about nobody whom the lead names', async () => {
    const office = await openOffice(FROM);
    await office.propose('A', '2024-03-04');
    await office.fact('A', '2024-03-05', 'f-1');
    await office.decide('A', '2024-03-20', 'WARNING');
    expect((await office.town.verdict('AC-06', 'A'))?.tested).toMatchObject({ who: false, facts: true });
    await office.register('A', '2024-03-01', {}, { told: '2024-03-21' });
    expect(await subjects(office, 'AC-06')).toEqual([]);
    await office.town.close();
  });
});

describe('AC-07 and AC-01', () => {
  test('an upheld red finding: a lead on the fifth working day is in time, on the sixth it is not', async () => {
    const office = await openOffice(FROM);
    const { town } = office;
    await town.publish('A-1');
    await town.enter('A-1', FROM);
    for (const id of ['M-1', 'M-2', 'M-3', 'M-4']) await town.acceptOutside(id, '2024-03-04T09:00:00.000+08:00');
    const found = (await town.found('DA-01')).map((row) => row.finding);
    const [a, b, c, d] = found as [string, string, string, string];
    const uphold = (id: string) =>
      town.say({
        decider: finding,
        id,
        type: 'UpholdFinding',
        data: { reason: '属实' },
        at: '2024-03-05T09:00:00.000+08:00',
      });
    for (const id of [a, b, c]) await uphold(id); // d is not upheld
    expect(d).toBeDefined();
    await town.goTo('2024-03-12');
    await office.register(a, '2024-03-12', { source: 'finding', reference: a });
    await office.lead(c, 'ProposeNoLead', '2024-03-12', { reason: '已整改' }, 'registrar');
    await town.goTo('2024-03-13');
    await office.register(b, '2024-03-13', { source: 'finding', reference: b });
    expect(await subjects(office, 'AC-07')).toEqual([b, c].toSorted());
    await office.lead(c, 'ConfirmNoLead', '2024-03-12', { reason: '同意' }, 'leader', { told: '2024-03-13' });
    expect(await subjects(office, 'AC-07')).toEqual([b]);
    await town.close();
  });
  test('a state beyond its limit is yellow, half as long again red; the time of the person himself is not meant', async () => {
    const office = await openOffice(FROM);
    const { town } = office;
    await office.register('A', '2024-03-01', { profile: 'adm' });
    await office.register('B', '2024-03-01', { profile: 'adm' });
    await office.register('C', '2024-03-01', { profile: 'adm' });
    await office.lead('C', 'HoldLead', '2024-03-08', { reason: '' }, 'leader');
    await town.goTo('2024-03-09');
    const told = async () =>
      (await town.found('AC-01')).map(({ subject, severity, status: at }) => [subject, severity, at]);
    expect(await told()).toEqual([
      ['lead-A triage', 'yellow', 'open'],
      ['lead-B triage', 'yellow', 'open'],
    ]);
    await office.lead('B', 'HoldLead', '2024-03-11', { reason: '' }, 'leader');
    await town.goTo('2024-03-15');
    expect(await told()).toEqual([
      ['lead-A triage', 'red', 'open'],
      ['lead-B triage', 'yellow', 'open'],
    ]);
    expect((await town.verdict('AC-01', 'lead-B triage'))?.details).toEqual({
      limit: 'triage',
      due: '2024-03-08',
      doneOn: '2024-03-11',
    });
    await office.lead('A', 'HoldLead', '2024-03-08', { reason: '' }, 'leader', { told: '2024-03-15' });
    expect(await told()).toEqual([
      ['lead-A triage', 'red', 'withdrawn'],
      ['lead-B triage', 'yellow', 'open'],
    ]);
    expect((await town.found('AC-01')).map(({ org }) => org)).toEqual(['gov', 'gov']);
    await town.close();
  });
  test('the accused unit is not told: where the office is the accused unit itself, the finding is nobody’s', async () => {
    const office = await openOffice(FROM);
    await office.register('A', '2024-03-01', { profile: 'adm', orgs: ['gov'] });
    await office.town.goTo('2024-03-09');
    expect((await office.town.found('AC-01')).map(({ org }) => org)).toEqual([null]);
    await office.town.close();
  });
});
test('what is told of a case that nobody has heard of is judged all the same', async () => {
  const office = await openOffice(FROM);
  await office.case('X', 'CloseCase', '2024-03-04', { reason: '' }, 'inv-1');
  const subject = `X ${office.who['inv-1']}`;
  expect(await status(office, 'AC-02')).toEqual([[subject, 'open', 1]]);
  expect((await office.town.verdict('AC-02', subject))!['org']).toBeNull();
  expect(await office.town.verdict('AC-03', 'X')).toBeUndefined(); // to close is no part that others may not have
  await office.town.close();
});
