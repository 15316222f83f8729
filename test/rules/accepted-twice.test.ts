/** Each clause of DA-03 by itself: the same matter accepted twice. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { clock, openTown, type Town } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1');
  await town.enter('A-1', '2024-03-04');
});
afterEach(() => town.close());
const firstOf = async (matter: string) => (await town.world.store.readStream(`matter-${matter}`))[0]!.id;
const idOf = async (matter: string, type: string) =>
  (await town.world.store.readStream(`matter-${matter}`)).find((event) => event.type === type)!.id;
const about = { itemCode: 'A-1', org: 'market' };

describe('DA-03', () => {
  const apply = async (
    id: string,
    at: string,
    person: string | null = 'p-1',
    item = 'A-1',
    subjectKey: string | null = 'shop-1',
  ) => {
    const applicant = person && { kind: 'person', identifier: { kind: 'test', value: person }, personal: {} };
    const data = { itemCode: item, materials: [], ...(applicant && { applicant }), ...(subjectKey && { subjectKey }) };
    await town.do(id, 'ReceiveMaterials', data, at);
    await town.accept(id, at, {}, item);
  };
  const verdict = (id: string) => town.verdict('DA-03', id) as Promise<VerdictRow | undefined>;
  test('the whole verdict, found and cleared', async () => {
    await apply('M-1', clock('2024-03-05'));
    await apply('M-2', clock('2024-03-06'));
    const evidence = [await idOf('M-1', 'MatterAccepted'), await idOf('M-2', 'MatterAccepted')];
    expect(await verdict('M-1')).toBeUndefined();
    expect(await verdict('M-2')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'yellow',
      evidence,
      tested: { openThen: true, sameSubject: true, linked: false },
      missing: [],
      details: { other: 'M-1' },
      ...about,
      on: '2024-03-06',
      matterId: 'M-2',
      placeKind: 'centre-window',
      centre: 'centre',
    });
    await town.do('M-1', 'LinkMatter', { relation: 'stage-of', to: 'M-2' }, clock('2024-03-07'));
    expect(await verdict('M-2')).toMatchObject({ result: 'cleared', tested: { openThen: true, linked: true } });
  });
  test('for something else it is another matter', async () => {
    await apply('M-1', clock('2024-03-05'));
    await apply('M-2', clock('2024-03-06'), 'p-1', 'A-1', 'shop-2');
    expect(await verdict('M-2')).toMatchObject({
      result: 'cleared',
      certain: true,
      tested: { openThen: true, sameSubject: false, linked: false },
      details: { other: 'M-1' },
    });
  });
  test.each([
    ['the first', null, 'shop-1'],
    ['the second', 'shop-1', null],
    ['neither', null, null],
  ])('a human has to look where %s does not say what for', async (_, first, second) => {
    await apply('M-1', clock('2024-03-05'), 'p-1', 'A-1', first);
    await apply('M-2', clock('2024-03-06'), 'p-1', 'A-1', second);
    const tested = { openThen: true, sameSubject: true, linked: false };
    expect(await verdict('M-2')).toMatchObject({ result: 'violation', certain: false, tested });
  });
  test('one that is for the same goes before one that may be, and that before what is for something else', async () => {
    await apply('M-1', clock('2024-03-04'), 'p-1', 'A-1', 'shop-2');
    await apply('M-2', clock('2024-03-05'), 'p-1', 'A-1', null);
    await apply('M-3', clock('2024-03-06'));
    expect(await verdict('M-3')).toMatchObject({ certain: false, details: { other: 'M-2' } });
    await apply('M-4', clock('2024-03-07'));
    expect(await verdict('M-4')).toMatchObject({ certain: true, details: { other: 'M-3' } });
  });
  test('one that is not linked goes before one that is', async () => {
    await apply('M-1', clock('2024-03-04'));
    await apply('M-2', clock('2024-03-05'), 'p-1', 'A-1', null);
    await apply('M-3', clock('2024-03-06'));
    await town.do('M-3', 'LinkMatter', { relation: 'stage-of', to: 'M-1' }, clock('2024-03-07'));
    expect(await verdict('M-3')).toMatchObject({ result: 'violation', certain: false, details: { other: 'M-2' } });
    await town.do('M-3', 'LinkMatter', { relation: 'stage-of', to: 'M-2' }, clock('2024-03-07', '10:00'));
    expect(await verdict('M-3')).toMatchObject({ result: 'cleared', certain: true, details: { other: 'M-1' } });
  });
  test('what another one is linked with does not say that this one is', async () => {
    await apply('M-1', clock('2024-03-04'), 'p-1', 'A-1', 'shop-2');
    await apply('M-2', clock('2024-03-05'));
    await town.do('M-2', 'LinkMatter', { relation: 'stage-of', to: 'M-1' }, clock('2024-03-05', '11:00'));
    expect(await verdict('M-2')).toMatchObject({ result: 'cleared', tested: { sameSubject: false, linked: false } });
  });
  test('of two accepted on one day the one with the later name is the second', async () => {
    await apply('M-2', clock('2024-03-05'));
    await apply('M-1', clock('2024-03-05', '10:00'));
    expect(await town.told('DA-03')).toEqual(['DA-03 M-2 yellow open']);
  });
  test('accepted on an earlier day is first, whatever its name', async () => {
    await apply('M-2', clock('2024-03-05'));
    await apply('M-1', clock('2024-03-06'));
    expect(await town.told('DA-03')).toEqual(['DA-03 M-1 yellow open']);
  });
  test.each([
    ['2024-04-04', 'violation'],
    ['2024-04-05', undefined],
  ])('the first on 5 March, the second on %s', async (day, result) => {
    await apply('M-1', clock('2024-03-05'));
    await apply('M-2', clock(day));
    expect((await verdict('M-2'))?.result).toBe(result);
  });
  test('whose item nobody knows is not the same matter again', async () => {
    const applicant = { kind: 'person', identifier: { kind: 'test', value: 'p-1' }, personal: {} };
    for (const id of ['M-1', 'M-2']) {
      await town.report(id, 'ReceiveMaterials', { materials: [], applicant }, clock('2024-03-05'));
      await town.report(id, 'AcceptMatter', {}, clock('2024-03-05'));
    }
    expect(await verdict('M-2')).toBeUndefined();
  });
  test('another item is another matter; what was only applied for is none', async () => {
    await town.publish('A-2');
    await apply('M-1', clock('2024-03-05'));
    await apply('M-2', clock('2024-03-06'), 'p-1', 'A-2');
    const applicant = { kind: 'person', identifier: { kind: 'test', value: 'p-1' }, personal: {} };
    await town.do('M-3', 'ReceiveMaterials', { itemCode: 'A-1', materials: [], applicant }, clock('2024-03-06'));
    expect([await verdict('M-1'), await verdict('M-2'), await verdict('M-3')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
  test.each([
    ['decided', 'DecideMatter', { outcome: 'granted' }],
    ['closed', 'CloseMatter', { kind: 'completed' }],
    ['withdrawn', 'WithdrawMatter', { reason: '不办了' }],
  ])('the first was %s on the day of the second, or the day before', async (_, type, data) => {
    await apply('M-1', clock('2024-03-05'));
    await apply('M-9', clock('2024-03-05'), 'p-9');
    await town.do('M-1', type, data, clock('2024-03-06'));
    await town.do('M-9', type, data, clock('2024-03-06'));
    await apply('M-2', clock('2024-03-06', '12:00'));
    await apply('M-99', clock('2024-03-07'), 'p-9');
    expect(await verdict('M-2')).toMatchObject({ result: 'violation', tested: { openThen: true } });
    expect(await verdict('M-99')).toMatchObject({
      result: 'cleared',
      certain: true,
      tested: { openThen: false, linked: false },
    });
  });
  test('the first of its ends is the one that counts', async () => {
    await apply('M-1', clock('2024-03-05'));
    await town.decide('M-1', clock('2024-03-06'));
    await apply('M-2', clock('2024-03-07'));
    await town.do('M-1', 'CloseMatter', { kind: 'completed' }, clock('2024-03-08'));
    expect(await verdict('M-2')).toMatchObject({ result: 'cleared' });
  });
  test('of several before it one that is open and not linked is told, else one that is open, else any', async () => {
    await apply('M-1', clock('2024-03-05'));
    await town.decide('M-1', clock('2024-03-05', '12:00'));
    await apply('M-2', clock('2024-03-06'));
    await apply('M-3', clock('2024-03-07'));
    expect(await verdict('M-3')).toMatchObject({ details: { other: 'M-2' }, tested: { openThen: true } });
    await town.do('M-3', 'LinkMatter', { relation: 'stage-of', to: 'M-2' }, clock('2024-03-08'));
    expect(await verdict('M-3')).toMatchObject({ result: 'cleared', details: { other: 'M-2' } });
    await apply('M-4', clock('2024-03-08'));
    expect((await verdict('M-4'))!.details).toEqual({ other: 'M-2' });
    await town.do('M-4', 'LinkMatter', { relation: 'stage-of', to: 'M-2' }, clock('2024-03-09'));
    expect(await verdict('M-4')).toMatchObject({
      result: 'violation',
      tested: { openThen: true, linked: false },
      details: { other: 'M-3' },
    });
  });
  test('an applicant who is known only later, and an acceptance that is told late, are judged then', async () => {
    await town.accept('M-2', clock('2024-03-06'));
    await apply('M-1', clock('2024-03-06', '10:00'));
    expect(await verdict('M-2')).toMatchObject({
      result: 'undetermined',
      certain: true,
      severity: 'yellow',
      evidence: [await firstOf('M-2')],
    });
    const applicant = { kind: 'person', identifier: { kind: 'test', value: 'p-1' }, personal: {} };
    const data = { itemCode: 'A-1', materials: [], applicant };
    await town.report('M-2', 'ReceiveMaterials', data, clock('2024-03-06'), { told: clock('2024-03-07') });
    expect(await verdict('M-2')).toMatchObject({ result: 'violation' });
  });
});
