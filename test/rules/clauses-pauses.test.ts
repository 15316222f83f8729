/** Each clause of CK-01 to CK-04 by itself, and whole verdicts. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { clock, openTown, type Town } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1', { mustEnter: false }); // 20 working days by law, 10 promised
});
afterEach(() => town.close());
const idOf = async (matter: string, type: string, n = 0) =>
  (await town.world.store.readStream(`matter-${matter}`)).filter((event) => event.type === type).at(n)!.id;
const verdict = (rule: string, subject: string) => town.verdict(rule, subject) as Promise<VerdictRow | undefined>;
const told = (on: string) => ({ on, servedBy: 'mail' });
const found = { result: 'violation', certain: true, missing: [] };
const cleared = { result: 'cleared', certain: true, missing: [] };

describe('CK-01 to CK-04', () => {
  const pause = (id: string, at: string, more: object = {}) =>
    town.report(
      id,
      'PauseMatter',
      { kind: 'test', reason: '检验', declaredEnd: '2024-03-08', told: told('2024-03-05'), ...more },
      at,
    );
  const all = async (subject: string) =>
    Promise.all(['CK-01', 'CK-02', 'CK-03', 'CK-04'].map((rule) => verdict(rule, subject)));
  test('the whole verdicts of a special procedure that was told', async () => {
    await town.accept('M-1', clock('2024-03-04'));
    const event = await pause('M-1', clock('2024-03-05'));
    const [basis, notice, correction, end] = await all(`M-1/${event}`);
    const about = { on: '2024-03-05', matterId: 'M-1', itemCode: 'A-1', org: 'market', evidence: [event] };
    expect(basis).toMatchObject({
      ...cleared,
      ...about,
      severity: 'red',
      tested: { special: true, correction: false },
    });
    expect(notice).toMatchObject({
      ...cleared,
      ...about,
      severity: 'yellow',
      tested: { told: true, lengthTold: true },
    });
    expect([correction, end]).toEqual([undefined, undefined]);
  });
  test('untold, without an end, without a basis, for corrections: each by itself', async () => {
    await town.accept('M-1', clock('2024-03-04'));
    await town.accept('M-2', clock('2024-03-04'));
    await town.accept('M-3', clock('2024-03-04'));
    await town.accept('M-4', clock('2024-03-04'));
    const untold = `M-1/${await pause('M-1', clock('2024-03-05'), { told: undefined })}`;
    const endless = `M-2/${await pause('M-2', clock('2024-03-05'), { declaredEnd: undefined })}`;
    const baseless = `M-3/${await pause('M-3', clock('2024-03-05'), { kind: 'other' })}`;
    const correction = `M-4/${await pause('M-4', clock('2024-03-05'), { kind: 'correction' })}`;
    expect(await verdict('CK-02', untold)).toMatchObject({ ...found, tested: { told: false, lengthTold: true } });
    expect(await verdict('CK-02', endless)).toMatchObject({ ...found, tested: { told: true, lengthTold: false } });
    expect(await verdict('CK-01', baseless)).toMatchObject({ ...found, tested: { special: false, correction: false } });
    expect(await verdict('CK-02', baseless)).toBeUndefined();
    expect(await verdict('CK-03', baseless)).toBeUndefined();
    expect(await verdict('CK-01', correction)).toMatchObject({
      ...cleared,
      tested: { special: false, correction: true },
    });
    expect(await verdict('CK-03', correction)).toMatchObject({
      ...found,
      severity: 'yellow',
      tested: { beforeAcceptance: false },
    });
    expect(await verdict('CK-02', correction)).toBeUndefined();
  });
  test('corrections on the day of acceptance are after it, on the day before it not; nor without any acceptance', async () => {
    const correction = (id: string, at: string) => pause(id, at, { kind: 'correction' });
    const before = await correction('M-1', clock('2024-03-04'));
    const none = await correction('M-2', clock('2024-03-04'));
    expect(await verdict('CK-03', `M-1/${before}`)).toMatchObject({ ...cleared, tested: { beforeAcceptance: true } });
    await town.acceptOutside('M-1', clock('2024-03-05'));
    expect(await verdict('CK-03', `M-1/${before}`)).toMatchObject({ ...cleared, tested: { beforeAcceptance: true } });
    const same = await correction('M-1', clock('2024-03-05', '10:00'));
    expect(await verdict('CK-03', `M-1/${same}`)).toMatchObject({ ...found, tested: { beforeAcceptance: false } });
    expect(await verdict('CK-03', `M-2/${none}`)).toMatchObject({ ...cleared, tested: { beforeAcceptance: true } });
    await town.acceptOutside('M-2', clock('2024-03-03'), { told: clock('2024-03-06') });
    expect(await verdict('CK-03', `M-2/${none}`)).toMatchObject(found);
  });
  test('by a deemed acceptance, too, and by its lifting not any more', async () => {
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-04'));
    const event = await pause('M-1', clock('2024-03-05'), { kind: 'correction' });
    await town.goTo('2024-03-12');
    await town.world.settle();
    expect(await verdict('CK-03', `M-1/${event}`)).toMatchObject(found);
    const gaps = { gaps: [{ code: 'm1' }], servedBy: 'message' };
    await town.report('M-1', 'RequestCorrection', gaps, clock('2024-03-06'), { told: clock('2024-03-12') });
    expect(await verdict('CK-03', `M-1/${event}`)).toMatchObject(cleared);
  });
  test('who is told of something else is not told of the pause; who is told of it, is told of the last one', async () => {
    await town.accept('M-1', clock('2024-03-04'));
    const tell = (about: string) =>
      town.report('M-1', 'TellApplicant', { about, told: told('2024-03-06') }, clock('2024-03-06'));
    const first = await pause('M-1', clock('2024-03-05'), { told: undefined });
    await town.report('M-1', 'ResumeMatter', {}, clock('2024-03-05', '10:00'));
    const last = await pause('M-1', clock('2024-03-05', '11:00'), { told: undefined });
    await tell('extension');
    expect(await verdict('CK-02', `M-1/${last}`)).toMatchObject({ tested: { told: false } });
    await tell('pause');
    expect(await verdict('CK-02', `M-1/${last}`)).toMatchObject({ tested: { told: true } });
    expect(await verdict('CK-02', `M-1/${first}`)).toMatchObject({ tested: { told: false } });
  });
  test('the whole verdict of one that went on, and when it ended', async () => {
    await town.accept('M-1', clock('2024-03-04'));
    const event = await pause('M-1', clock('2024-03-05'));
    await town.goTo('2024-03-08');
    expect(await verdict('CK-04', `M-1/${event}`)).toBeUndefined();
    await town.goTo('2024-03-11');
    await town.report('M-1', 'ResumeMatter', {}, clock('2024-03-11'));
    expect(await verdict('CK-04', `M-1/${event}`)).toMatchObject({
      ...found,
      severity: 'yellow',
      evidence: [event, await idOf('M-1', 'LimitPassed')],
      tested: { endedInTime: false },
      details: { due: '2024-03-08', doneOn: '2024-03-11' },
    });
  });
});
