/** Rules that count working days go by the calendar of the region, and take days as they were reported. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { registeredAfterwards } from '../../projections/rules/registration.js';
import { deadlines } from '../../projections/deadlines.js';
import { MemoryTable } from '../../projections/kernel/memory-table.js';
import { clock, openTown, type Town, wd } from '../town.js';

let town: Town;
afterEach(() => town.close());
const verdict = (rule: string, subject: string) => town.verdict(rule, subject) as Promise<VerdictRow | undefined>;

describe('in Guangxi, where 18 to 20 April 2018 are 壮族三月三', () => {
  beforeEach(async () => {
    town = await openTown('2018-04-01', { region: 'CN-GX' });
    await town.publish('A-1', { mustEnter: false });
  });
  test('BF-01: the next working day after the 17th is the 23rd', async () => {
    const intime = await town.acceptOutside('M-1', clock('2018-04-17'), { told: clock('2018-04-23') });
    const late = await town.acceptOutside('M-2', clock('2018-04-17'), { told: clock('2018-04-24') });
    expect(await verdict('BF-01', intime)).toBeUndefined();
    expect(await verdict('BF-01', late)).toMatchObject({ result: 'violation', details: { days: 7 } });
  });
  test('TL-08: an extension of the very last day holds', async () => {
    await town.accept('M-1', clock('2018-04-04')); // 20 working days by law, over two holidays
    await town.world.settle();
    const limits = town.world.shelf.table(deadlines).get('matter-M-1') as { limits: { statutory: { due: string } } };
    const { due } = limits.limits.statutory;
    const data = { limit: wd(10), level: 'organ-head', reason: '复杂', told: { on: due, servedBy: 'mail' } };
    const event = await town.report('M-1', 'ApproveExtension', data, clock(due));
    expect(await verdict('TL-08', `M-1/${event}`)).toMatchObject({ result: 'cleared', tested: { inTime: true } });
  });
  test('CL-01: closed on the 17th is closed on the working day before the 23rd', async () => {
    const applicant = { kind: 'person', identifier: { kind: 'test', value: 'p' }, personal: {} };
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [], applicant }, clock('2018-04-04'));
    await town.accept('M-1', clock('2018-04-04'));
    await town.do('M-1', 'CloseMatter', { kind: 'voided' }, clock('2018-04-17'));
    expect(await verdict('CL-01', 'M-1')).toMatchObject({ tested: { nearDue: true }, details: { due: '2018-04-23' } });
  });
});

describe('with days for instants', () => {
  beforeEach(async () => {
    town = await openTown('2024-03-01');
    await town.publish('A-1', { mustEnter: false });
    await town.accept('M-1', clock('2024-03-04'));
  });
  const day = { report: { system: 'paper', occurredAt: clock('2024-03-05', '00:00'), precision: 'day' } } as const;
  const told = { on: '2024-03-05', servedBy: 'mail' };
  test('CK-02 of a pause that is known to the day', async () => {
    const data = { kind: 'test', reason: '检验', declaredEnd: '2024-03-08', told };
    const event = await town.report('M-1', 'PauseMatter', data, clock('2024-03-05'), day);
    expect(await verdict('CK-02', `M-1/${event}`)).toMatchObject({ result: 'cleared', on: '2024-03-05' });
  });
  test('TL-08 of an extension that is known to the day', async () => {
    const data = { limit: wd(10), level: 'organ-head', reason: '复杂', told };
    const event = await town.report('M-1', 'ApproveExtension', data, clock('2024-03-05'), day);
    expect(await verdict('TL-08', `M-1/${event}`)).toMatchObject({ result: 'cleared', on: '2024-03-05' });
  });
  test('who is told of a pause where there is none is told of nothing', async () => {
    await town.report('M-1', 'TellApplicant', { about: 'pause', told }, clock('2024-03-05'));
    expect(await town.told()).toEqual([]);
  });
});

describe('BF-01 and BF-02 by what the register says', () => {
  beforeEach(async () => {
    town = await openTown('2024-03-01');
    await town.publish('A-1', { mustEnter: false });
  });
  test('an act here is not late, whatever had been decided before', async () => {
    const act = await town.accept('M-1', clock('2024-03-05'));
    await town.report('M-1', 'DecideMatter', { outcome: 'granted' }, clock('2024-03-04'), {
      told: clock('2024-03-06'),
    });
    expect(await verdict('BF-01', act)).toBeUndefined();
  });
  test('the unit is the item’s, whoever reports', async () => {
    const by = { org: 'street' };
    const act = await town.acceptOutside('M-1', clock('2024-03-05'), { told: clock('2024-03-08'), by });
    expect(await verdict('BF-01', act)).toMatchObject({ org: 'market' });
  });
  test('the first minute of a day is not the last of the day before', async () => {
    await town.goTo('2024-03-15');
    const act = (n: number, day: string, time: string) => {
      const occurredAt = clock(`2024-03-0${4 + (n % 3)}`);
      const report = { system: 'market-system', occurredAt, registeredAt: clock(day, time) };
      return town.acceptOutside(`M-${n}`, occurredAt, { told: clock('2024-03-15', '08:00'), report });
    };
    for (let n = 0; n < 9; n++) await act(n, '2024-03-14', '23:59');
    for (let n = 9; n < 15; n++) await act(n, '2024-03-15', '00:00');
    await act(15, '2024-03-14', '23:59');
    expect(await verdict('BF-02', 'market-system/market 2024-03-14')).toMatchObject({ details: { count: 10 } });
  });
  test('a log that names no region goes by the country', async () => {
    const act = await town.acceptOutside('M-1', clock('2024-03-05'), { told: clock('2024-03-08') });
    await town.world.settle();
    const look = Object.fromEntries(
      Object.entries(registeredAfterwards.uses).map(([name, of]) => [
        name,
        name === 'regions' ? new MemoryTable(of) : town.world.shelf.table(of),
      ]),
    );
    expect(registeredAfterwards.judge(act, look as never, () => ({ lagWorkdays: 1 }))).toMatchObject({
      result: 'violation',
    });
  });
});
