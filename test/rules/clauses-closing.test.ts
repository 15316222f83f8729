/** Each clause of BF-01, BF-02, CL-01 and CL-02 by itself, and whole verdicts. */
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
const found = { result: 'violation', certain: true, missing: [] };
const cleared = { result: 'cleared', certain: true, missing: [] };

describe('BF-01, BF-02', () => {
  test('the whole verdicts: beyond the lag, after the result, neither', async () => {
    const late = await town.acceptOutside('M-1', clock('2024-03-05'), { told: clock('2024-03-08') });
    expect(await verdict('BF-01', late)).toMatchObject({
      ...found,
      severity: 'yellow',
      evidence: [late],
      tested: { afterDecision: false, beyondLag: true },
      details: { registeredOn: '2024-03-08', days: 3 },
      on: '2024-03-05',
      matterId: 'M-1',
      itemCode: 'A-1',
      org: 'market',
      placeKind: 'department-office',
    });
    const soon = await town.acceptOutside('M-2', clock('2024-03-07'), { told: clock('2024-03-08') });
    expect(await verdict('BF-01', soon)).toBeUndefined();
    await town.report('M-2', 'DeliverResult', { mode: 'mail' }, clock('2024-03-07', '12:00'), {
      told: clock('2024-03-08'),
    });
    expect(await verdict('BF-01', soon)).toMatchObject({
      ...found,
      evidence: [soon, await idOf('M-2', 'ResultDelivered')],
      tested: { afterDecision: true, beyondLag: false },
      details: { days: 1 },
    });
  });
  test('a result of the day of registration is not before it', async () => {
    const act = await town.acceptOutside('M-1', clock('2024-03-05'), { told: clock('2024-03-06') });
    await town.report('M-1', 'IssueLicence', { certificateNo: 'Z', itemCode: 'A-1' }, clock('2024-03-06'));
    expect(await verdict('BF-01', act)).toBeUndefined();
  });
  test('of an unknown item it is the reporting unit’s; where nobody says when, it is certain that it cannot be told', async () => {
    const act = await town.acceptOutside('M-1', clock('2024-03-05'), { told: clock('2024-03-08') }, 'nobody-knows');
    expect(await verdict('BF-01', act)).toMatchObject({ org: 'market', result: 'violation' });
    const report = { system: 's', occurredAt: clock('2024-03-05'), registeredAt: null };
    const silent = await town.acceptOutside('M-2', clock('2024-03-05'), { report });
    expect(await verdict('BF-01', silent)).toMatchObject({
      result: 'undetermined',
      certain: true,
      severity: 'yellow',
      evidence: [silent],
      tested: {},
    });
    expect(await town.verdict('BF-02', 'market-system/market 2024-03-05')).toBeUndefined();
  });
  const burst = async (count: number, days: number, minute: (n: number) => string) => {
    await town.goTo('2024-03-15');
    for (let n = 0; n < count; n++)
      await town.acceptOutside(`M-${n}`, clock(`2024-03-${14 - (n % days)}`), {
        told: clock('2024-03-15', minute(n)),
      });
    return verdict('BF-02', 'market-system/market 2024-03-15');
  };
  const at = (n: number) => `17:${String(n).padStart(2, '0')}`;
  test('the whole verdict: those within the minutes, the first and last day, at most twenty of them', async () => {
    expect(await burst(24, 3, at)).toMatchObject({
      ...found,
      severity: 'yellow',
      tested: { enough: true, apart: true },
      details: { count: 24, first: '2024-03-12', last: '2024-03-14', source: 'market-system' },
      on: '2024-03-15',
      org: 'market',
      matterId: null,
    });
    expect((await verdict('BF-02', 'market-system/market 2024-03-15'))!.evidence).toHaveLength(20);
  });
  test('enough, but not apart: cleared, and shown', async () =>
    expect(await burst(12, 2, at)).toMatchObject({
      ...cleared,
      tested: { enough: true, apart: false },
      details: { count: 12, first: '2024-03-13', last: '2024-03-14' },
    }));
  test('exactly enough, but not apart', async () =>
    expect(await burst(10, 2, at)).toMatchObject({ ...cleared, details: { count: 10 } }));
  test('few that are apart, beside many that are not, are nothing bad', async () => {
    await town.goTo('2024-03-15');
    for (let n = 0; n < 12; n++)
      await town.acceptOutside(`M-${n}`, clock('2024-03-14'), { told: clock('2024-03-15', '10:00') });
    for (let n = 12; n < 15; n++)
      await town.acceptOutside(`M-${n}`, clock(`2024-03-${n - 2}`), { told: clock('2024-03-15', '17:00') });
    expect(await verdict('BF-02', 'market-system/market 2024-03-15')).toMatchObject({
      ...cleared,
      tested: { enough: true, apart: false },
      details: { count: 12 },
    });
  });
  test('too few are nothing to say of', async () => expect(await burst(9, 3, at)).toBeUndefined());
  test('the thirtieth minute is within, the thirty-first not', async () => {
    const last = (minutes: number) => (n: number) => (n < 9 ? '16:00' : `16:${minutes}`);
    expect(await burst(10, 3, last(29))).toMatchObject(found);
    await town.close();
    town = await openTown('2024-03-01');
    await town.publish('A-1', { mustEnter: false });
    expect(await burst(10, 3, last(30))).toBeUndefined();
  });
  test('from the first minute of the day to its last; the days by themselves', async () => {
    await town.goTo('2024-03-14');
    const act = (n: number, day: string, time: string) =>
      town.acceptOutside(`M-${n}`, clock(`2024-03-0${4 + (n % 3)}`), { told: clock(day, time) });
    for (let n = 0; n < 5; n++) await act(n, '2024-03-14', '23:59');
    for (let n = 5; n < 10; n++) await act(n, '2024-03-15', '00:00');
    expect(await town.told('BF-02')).toEqual([]);
    for (let n = 10; n < 15; n++) await act(n, '2024-03-15', '00:01');
    expect(await verdict('BF-02', 'market-system/market 2024-03-15')).toMatchObject({
      ...found,
      details: { count: 10 },
    });
    await town.goTo('2024-03-16');
    for (let n = 15; n < 25; n++) await act(n, '2024-03-16', '23:59');
    expect(await verdict('BF-02', 'market-system/market 2024-03-16')).toMatchObject(found);
  });
  test('where a burst is bad and a larger one is not, the bad one is shown', async () => {
    await town.goTo('2024-03-15');
    for (let n = 0; n < 12; n++)
      await town.acceptOutside(`M-${n}`, clock('2024-03-14'), { told: clock('2024-03-15', '10:00') });
    for (let n = 12; n < 22; n++)
      await town.acceptOutside(`M-${n}`, clock(`2024-03-${10 + (n % 3)}`), { told: clock('2024-03-15', '17:00') });
    expect(await verdict('BF-02', 'market-system/market 2024-03-15')).toMatchObject({
      ...found,
      details: { count: 10, first: '2024-03-10', last: '2024-03-12' },
    });
  });
  test('a unit that nobody names has none', async () => {
    await town.goTo('2024-03-15');
    for (let n = 0; n < 10; n++)
      await town.acceptOutside(`M-${n}`, clock(`2024-03-${14 - (n % 3)}`), {
        told: clock('2024-03-15', '17:00'),
        by: {},
      });
    expect(await verdict('BF-02', 'market-system/ 2024-03-15')).toMatchObject({ ...found, org: null });
  });
});

describe('CL-01, CL-02', () => {
  const applicant = { kind: 'person', identifier: { kind: 'test', value: 'p' }, personal: {} };
  const apply = async (id: string, at: string, who: object | null = applicant) => {
    const data = { itemCode: 'A-1', materials: [], ...(who && { applicant: who }) };
    await town.do(id, 'ReceiveMaterials', data, at);
    await town.accept(id, at.replace('09:00', '09:30'));
  };
  const close = (id: string, at: string, kind = 'voided') => town.do(id, 'CloseMatter', { kind }, at);
  test.each(['returned', 'voided', 'deleted', 'correction-lapsed'])(
    '%s, and begun again: the whole verdict',
    async (kind) => {
      await apply('M-1', clock('2024-03-04'));
      const closure = await close('M-1', clock('2024-03-15'), kind);
      expect(await verdict('CL-01', 'M-1')).toMatchObject({
        ...cleared,
        severity: 'red',
        evidence: [closure],
        tested: { nearDue: true, begunAgain: false },
        details: { kind, due: '2024-03-18', other: null },
        on: '2024-03-15',
        matterId: 'M-1',
        itemCode: 'A-1',
        org: 'market',
      });
      await apply('M-2', clock('2024-03-15', '10:00'));
      expect(await verdict('CL-01', 'M-1')).toMatchObject({
        ...found,
        evidence: [closure, await idOf('M-2', 'MatterAccepted')],
        tested: { nearDue: true, begunAgain: true },
        details: { other: 'M-2' },
      });
    },
  );
  test.each(['completed', 'certificate-issued', 'denied'])('closed as %s is not abnormal', async (kind) => {
    await apply('M-1', clock('2024-03-04'));
    await close('M-1', clock('2024-03-15'), kind);
    expect(await verdict('CL-01', 'M-1')).toBeUndefined();
  });
  test('long before the end it is cleared, even if begun again', async () => {
    await apply('M-1', clock('2024-03-04'));
    await close('M-1', clock('2024-03-14'));
    await apply('M-2', clock('2024-03-20'));
    expect(await verdict('CL-01', 'M-1')).toMatchObject({ ...cleared, tested: { nearDue: false, begunAgain: true } });
  });
  test('somebody else, or nobody who is known, began nothing again; nor did an earlier matter', async () => {
    const other = { ...applicant, identifier: { kind: 'test', value: 'q' } };
    await apply('M-0', clock('2024-03-04'));
    await apply('M-1', clock('2024-03-05'));
    await apply('M-2', clock('2024-03-06'), null);
    await close('M-1', clock('2024-03-18'));
    await close('M-2', clock('2024-03-19'));
    await apply('M-3', clock('2024-03-20'), other);
    await apply('M-4', clock('2024-03-21'), null);
    expect(await verdict('CL-01', 'M-1')).toMatchObject({ ...cleared, tested: { begunAgain: false } });
    expect(await verdict('CL-01', 'M-2')).toMatchObject({ ...cleared, tested: { begunAgain: false } });
  });
  test('without a promised limit it cannot be told; before acceptance there is nothing to say', async () => {
    await town.publish('A-2', { mustEnter: false, promised: null });
    await town.accept('M-1', clock('2024-03-04'), {}, 'A-2');
    const closure = await close('M-1', clock('2024-03-15'));
    expect(await verdict('CL-01', 'M-1')).toMatchObject({
      result: 'undetermined',
      certain: true,
      severity: 'red',
      evidence: [closure],
      tested: {},
      missing: ['promised'],
    });
    await town.do('M-2', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-15'));
    await close('M-2', clock('2024-03-15'));
    expect(await verdict('CL-01', 'M-2')).toBeUndefined();
  });
  test.each([
    ['2024-03-15', true],
    ['2024-04-14', true],
    ['2024-04-15', false],
  ])('closed on the 15th and reopened on %s', async (day, again) => {
    await apply('M-1', clock('2024-03-04'));
    const closure = await close('M-1', clock('2024-03-15'));
    await town.do('M-1', 'ReopenMatter', { reason: '误操作' }, clock(day, '12:00'));
    expect(await verdict('CL-01', 'M-1')).toMatchObject({
      result: again ? 'violation' : 'cleared',
      tested: { begunAgain: again },
      evidence: again ? [closure, await idOf('M-1', 'MatterReopened')] : [closure],
    });
  });
  test('what was accepted on the day of its closing is not itself begun again', async () => {
    await town.publish('A-2', { mustEnter: false, promised: { n: 1, unit: 'working-day' } });
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-2', materials: [], applicant }, clock('2024-03-04'));
    await town.accept('M-1', clock('2024-03-04'), {}, 'A-2');
    await close('M-1', clock('2024-03-04', '12:00'));
    expect(await verdict('CL-01', 'M-1')).toMatchObject({ ...cleared, tested: { nearDue: true, begunAgain: false } });
  });
  test('reopened before it was closed is not begun again', async () => {
    await apply('M-1', clock('2024-03-04'));
    await town.decide('M-1', clock('2024-03-05'));
    await town.do('M-1', 'ReopenMatter', { reason: '自行纠正' }, clock('2024-03-06'));
    await close('M-1', clock('2024-03-15'));
    expect(await verdict('CL-01', 'M-1')).toMatchObject({ ...cleared, tested: { begunAgain: false } });
  });

  const decide = (id: string, outcome: string, day: string) =>
    town.report(id, 'DecideMatter', { outcome }, clock(day), { told: clock('2024-03-20') });
  test('granted and denied, whichever came first: the whole verdict', async () => {
    await apply('M-1', clock('2024-03-04'));
    const first = await decide('M-1', 'denied', '2024-03-05');
    expect(await verdict('CL-02', 'M-1')).toBeUndefined();
    const second = await decide('M-1', 'granted', '2024-03-06');
    expect(await verdict('CL-02', 'M-1')).toMatchObject({
      ...found,
      severity: 'red',
      evidence: [first, second],
      tested: { reopened: false },
      on: '2024-03-06',
      matterId: 'M-1',
      org: 'market',
    });
  });
  test.each([
    ['2024-03-05', true],
    ['2024-03-07', true],
    ['2024-03-04', false],
    ['2024-03-08', false],
  ])('granted on the 5th, denied on the 7th, reopened on %s', async (day, between) => {
    await apply('M-1', clock('2024-03-04'));
    const first = await decide('M-1', 'granted', '2024-03-05');
    const second = await decide('M-1', 'denied', '2024-03-07');
    await town.report('M-1', 'ReopenMatter', { reason: '自行纠正' }, clock(day), { told: clock('2024-03-20') });
    expect(await verdict('CL-02', 'M-1')).toMatchObject({
      result: between ? 'cleared' : 'violation',
      certain: true,
      evidence: [first, second],
      tested: { reopened: between },
    });
  });
  test.each([
    ['voided', 'violation'],
    ['deleted', 'violation'],
    ['returned', null],
    ['completed', null],
  ])('granted and closed as %s', async (kind, result) => {
    await apply('M-1', clock('2024-03-04'));
    await town.decide('M-1', clock('2024-03-05'));
    await close('M-1', clock('2024-03-06'), kind);
    const said = await verdict('CL-02', 'M-1');
    expect(said?.result ?? null).toBe(result);
  });
  test('granted and denied on one day: what grants is told first', async () => {
    await apply('M-1', clock('2024-03-04'));
    const denied = await decide('M-1', 'denied', '2024-03-05');
    const granted = await decide('M-1', 'granted', '2024-03-05');
    expect(await verdict('CL-02', 'M-1')).toMatchObject({ ...found, evidence: [granted, denied] });
  });
  test('of several pairs one that stands is told', async () => {
    await apply('M-1', clock('2024-03-04'));
    await decide('M-1', 'granted', '2024-03-05');
    const denied = await decide('M-1', 'denied', '2024-03-07');
    await town.report('M-1', 'ReopenMatter', { reason: '自行纠正' }, clock('2024-03-06'), {
      told: clock('2024-03-20'),
    });
    const again = await decide('M-1', 'granted', '2024-03-08');
    expect(await verdict('CL-02', 'M-1')).toMatchObject({ ...found, evidence: [denied, again] });
  });
});
