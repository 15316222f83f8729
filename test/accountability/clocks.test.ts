/** Clocks of leads, cases and reviews: their last days, reminders, suspensions, extensions, periods, and what passes. */
import { describe, expect, test } from '@jest/globals';
import { deadlines } from '../../projections/deadlines.js';
import { type Office, openOffice } from '../office.js';

const dues = ({ town }: Office, stream: string) => {
  const limits = town.world.shelf.table(deadlines).get(stream)?.limits as Record<string, { due: string }> | undefined;
  return Object.fromEntries(Object.entries(limits ?? {}).map(([name, { due }]) => [name, due]));
};
const passed = async ({ town }: Office, stream: string) =>
  (await town.world.store.readStream(stream)).flatMap(({ type, data }) => {
    const { limit, dueOn } = data as { limit: string; dueOn: string };
    return type.startsWith('Limit') ? [`${type} ${limit} ${dueOn}`] : [];
  });

describe('a state has its last day by profile', () => {
  test('of a lead: 5 working days in one track, 20 in another; a reminder, the end, and red', async () => {
    const office = await openOffice('2024-03-01');
    await office.register('A', '2024-03-01', { profile: 'adm' });
    await office.register('B', '2024-03-01');
    await office.town.world.settle();
    // 2024-03-01 is a Friday; 5 working days end on the 8th.
    expect(dues(office, 'lead-A')).toEqual({
      triage: '2024-03-08',
      'triage/mark': '2024-03-07',
      'triage/red': '2024-03-13',
    });
    expect(dues(office, 'lead-B')['triage']).toBe('2024-03-29');
    await office.town.goTo('2024-03-14');
    expect(await passed(office, 'lead-A')).toEqual([
      'LimitPassed triage/mark 2024-03-07',
      'LimitPassed triage 2024-03-08',
      'LimitPassed triage/red 2024-03-13',
    ]);
    // Told late that it was disposed of on the very last day: late for the reminder, and for nothing else.
    await office.lead('A', 'HoldLead', '2024-03-08', { reason: '待查' }, 'leader', { told: '2024-03-14' });
    await office.town.world.settle();
    expect((await passed(office, 'lead-A')).slice(3)).toEqual([
      'LimitLifted triage 2024-03-08',
      'LimitLifted triage/red 2024-03-13',
    ]);
    expect(dues(office, 'lead-A')).toMatchObject({ hold: '2024-09-09' }); // six months end on a Sunday
    await office.town.close();
  });
  test('of a case: six months of handling and six more, if that is said in time; suspended on a ground only', async () => {
    const office = await openOffice('2024-01-02');
    const { town } = office;
    for (const id of ['A', 'B', 'C', 'D']) await office.register(id, '2024-01-02');
    for (const id of ['A', 'B', 'C', 'D']) await office.propose(id, '2024-01-03');
    await town.world.settle();
    expect(dues(office, 'case-A')['filing']).toBe('2024-01-17');
    expect(dues(office, 'lead-A')).toEqual({}); // its case goes on
    for (const id of ['A', 'B', 'C', 'D']) await office.approve(id, '2024-01-10');
    await office.case('B', 'SuspendInvestigation', '2024-03-01', { ground: 'force-majeure', reason: '' }, 'head');
    await office.case('C', 'SuspendInvestigation', '2024-03-01', { ground: 'too-busy', reason: '' }, 'head');
    await town.world.settle();
    expect(dues(office, 'case-A')['handling']).toBe('2024-07-10');
    expect(dues(office, 'case-B')['handling']).toBe('9999-12-31');
    expect(dues(office, 'case-C')['handling']).toBe('2024-07-10');
    await office.case('B', 'ResumeInvestigation', '2024-03-11', { reason: '' }, 'head');
    await office.case('A', 'ExtendInvestigation', '2024-07-10', { reason: '' }, 'head');
    await office.case('D', 'ExtendInvestigation', '2024-07-11', { reason: '' }, 'head');
    await town.world.settle();
    expect(dues(office, 'case-B')['handling']).toBe('2024-07-20');
    expect(dues(office, 'case-A')['handling']).toBe('2025-01-10');
    expect(dues(office, 'case-D')['handling']).toBe('2024-07-10');
    await town.close();
  });
  test('the time of the person himself, and of a sanction: their end is an event', async () => {
    const office = await openOffice('2024-01-02');
    const { town } = office;
    await office.register('A', '2024-01-02');
    await office.propose('A', '2024-01-03');
    await office.approve('A', '2024-01-04');
    await office.conclude('A', '2024-01-10', 'WARNING');
    await office.serve('A', '2024-01-11', '2024-01-22');
    await town.world.settle();
    expect(dues(office, 'case-A')).toMatchObject({ answer: '2024-01-22', handling: '2024-07-04' });
    await office.decide('A', '2024-02-01', 'WARNING');
    await town.world.settle();
    expect(dues(office, 'case-A')).toMatchObject({ service: '2024-02-15' });
    const served = { servers: ['a', 'b'], announced: '单位', signed: 'signed' };
    await office.case('A', 'ServeDecision', '2024-02-05', served, 'r');
    await office.case('A', 'StartExecution', '2024-02-06', { plan: '' }, 'p');
    await town.world.settle();
    expect(dues(office, 'case-A')).toMatchObject({ execution: '2024-03-05' });
    const period = { from: '2024-02-01', months: 6, to: '2024-08-01' };
    await office.case('A', 'StartPeriod', '2024-02-07', period, 'r');
    await town.goTo('2024-08-01');
    expect(await passed(office, 'case-A')).toEqual([
      'LimitPassed answer 2024-01-22',
      // 90 % of it are over, and the end is to be confirmed.
      'LimitPassed effect-period/mark 2024-07-13',
      'LimitPassed effect-period 2024-07-31',
    ]);
    await town.close();
  });
  test('a demotion is carried out within six months; a state that is entered again has its time again', async () => {
    const office = await openOffice('2024-01-02');
    await office.register('A', '2024-01-02');
    await office.propose('A', '2024-01-03');
    await office.approve('A', '2024-01-04');
    await office.decide('A', '2024-02-01', 'DEMOTION');
    await office.case('A', 'ServeDecision', '2024-02-02', { servers: [], announced: '', signed: 'signed' }, 'r');
    await office.town.world.settle();
    expect(dues(office, 'case-A')).toMatchObject({ 'execution-heavy': '2024-08-02' });
    await office.case('A', 'TakeRevocation', '2024-02-20', { review: 'e' }, 'head');
    await office.town.world.settle();
    expect(dues(office, 'case-A')).toMatchObject({ 'handling:2': '2024-08-20', adjudication: '2024-03-20' });
    await office.town.close();
  });
  test('a red finding that is upheld becomes a lead in five working days, by the gazette', async () => {
    const office = await openOffice('2018-04-20', [2018]);
    const { town } = office;
    await town.publish('A-1');
    await town.enter('A-1', '2018-04-20');
    await town.acceptOutside('M-1', '2018-04-23T09:00:00.000+08:00');
    const [found] = await town.found('DA-01');
    const { finding } = await import('../../src/areas/supervision/finding.js');
    const uphold = { decider: finding, id: found!.finding, type: 'UpholdFinding', data: { reason: '属实' } };
    await town.say({ ...uphold, at: '2018-04-26T09:00:00.000+08:00' });
    await town.world.settle();
    const stream = `finding-${found!.finding}`;
    // The last day but one, over the holiday: whoever registers leads is reminded.
    expect(dues(office, stream)).toEqual({ 'lead/mark': '2018-05-03', lead: '2018-05-04' });
    await town.goTo('2018-05-04');
    expect(await passed(office, stream)).toEqual(['LimitPassed lead/mark 2018-05-03']);
    const reminder = (await town.world.store.readStream(stream)).at(-1)!;
    expect([reminder.type, reminder.classification]).toEqual(['LimitPassed', 'sealed']);
    await office.register(found!.finding, '2018-05-04', { source: 'finding', reference: found!.finding });
    await town.goTo('2018-05-10');
    expect(await passed(office, stream)).toEqual(['LimitPassed lead/mark 2018-05-03']);
    await town.close();
  });
});
