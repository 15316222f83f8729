/** Rules about time: TL-01 to TL-08, TL-10, CK-01 to CK-04, BF-01, BF-02, CL-01, CL-02. March 2024 has 21 working days. */
import { verdictsTable } from '../../projections/rules/index.js';
import { clock, openTown, type Town, wd } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1', { mustEnter: false }); // 20 working days by law, 10 promised
});
afterEach(() => town.close());
const receive = (id: string, at: string) => town.do(id, 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, at);
const ask = (id: string, at: string, ...codes: string[]) =>
  town.report(id, 'RequestCorrection', { gaps: codes.map((code) => ({ code })), servedBy: 'message' }, at);
const submit = (id: string, at: string, ...codes: string[]) =>
  town.do(id, 'SubmitCorrection', { materials: codes.map((code) => ({ code })) }, at);
const told = (on: string) => ({ on, servedBy: 'mail' });

describe('TL-01 gaps not told in time', () => {
  test.each([
    ['told', () => ask('M-1', clock('2024-03-11', '23:59'), 'm1')],
    ['accepted', () => town.accept('M-1', clock('2024-03-11', '23:59'))],
    ['refused', () => town.do('M-1', 'RefuseMatter', { reasons: '无权', remedies: '复议' }, clock('2024-03-11'))],
    ['withdrawn', () => town.do('M-1', 'WithdrawMatter', { reason: '不办了' }, clock('2024-03-11'))],
  ])('%s on the fifth working day is in time', async (_, act) => {
    await receive('M-1', clock('2024-03-04'));
    await act();
    await town.goTo('2024-03-20');
    expect(await town.told('TL-01')).toEqual([]);
  });
  test('on the sixth it is not, and it counts as accepted from the day of receipt', async () => {
    await receive('M-1', clock('2024-03-04'));
    await town.goTo('2024-03-11');
    expect(await town.told('TL-01')).toEqual([]);
    await town.goTo('2024-03-12');
    await ask('M-1', clock('2024-03-12'), 'm1');
    expect(await town.told('TL-01')).toEqual(['TL-01 M-1 red open']);
    const deemed = (await town.world.store.readStream('matter-M-1')).find(({ type }) => type === 'AcceptanceDeemed');
    expect(deemed).toMatchObject({
      data: { on: '2024-03-04', statutory: { on: '2024-04-01' } },
      derived: { by: 'deadlines' },
    });
  });
  test('of an item that nobody has registered here no limit runs', async () => {
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'X', materials: [] }, clock('2024-03-04'));
    await town.goTo('2024-04-01');
    expect(await town.told()).toEqual([]);
  });
  test('a refusal of the fourth day that is reported late lifts it', async () => {
    await receive('M-1', clock('2024-03-04'));
    await town.goTo('2024-03-12');
    await town.report('M-1', 'RefuseMatter', { reasons: '无权', remedies: '复议' }, clock('2024-03-08'), {
      told: clock('2024-03-12'),
    });
    expect(await town.told('TL-01')).toEqual(['TL-01 M-1 red withdrawn']);
  });
});

describe('TL-02 gaps not told at once', () => {
  beforeEach(async () => {
    await receive('M-1', clock('2024-03-04'));
    await ask('M-1', clock('2024-03-05'), 'm1');
  });
  test('another gap at the second notice', async () => {
    await ask('M-1', clock('2024-03-06'), 'm2');
    expect(await town.told('TL-02')).toEqual(['TL-02 M-1 yellow open']);
    expect((await town.found('TL-02'))[0]!.details).toEqual({ gaps: 'm2' });
  });
  test('not what was told before, and not what was handed in since', async () => {
    await submit('M-1', clock('2024-03-06'), 'm3');
    await ask('M-1', clock('2024-03-07'), 'm1', 'm3');
    expect(await town.told('TL-02')).toEqual([]);
  });
  test('a submission that the log knows only after the second notice changes nothing', async () => {
    await ask('M-1', clock('2024-03-06'), 'm2');
    expect(await town.told('TL-02')).toEqual(['TL-02 M-1 yellow open']);
    await town.report('M-1', 'SubmitCorrection', { materials: [{ code: 'm2' }] }, clock('2024-03-05', '12:00'), {
      told: clock('2024-03-08'),
    });
    expect(await town.told('TL-02')).toEqual(['TL-02 M-1 yellow open']);
  });
});

describe('TL-03, TL-04, TL-07', () => {
  const late = () => town.told('TL-03', 'TL-04', 'TL-07');
  beforeEach(() => town.accept('M-1', clock('2024-03-04')));
  test.each([
    ['2024-03-15', []],
    ['2024-03-18', ['TL-07']],
    ['2024-03-19', ['TL-03', 'TL-07']],
    ['2024-04-01', ['TL-03', 'TL-07']],
    ['2024-04-02', ['TL-03', 'TL-04', 'TL-07']],
  ])('decided on %s', async (day, rules) => {
    await town.goTo(day);
    await town.decide('M-1', clock(day, '23:59'));
    await town.goTo('2024-04-10');
    expect((await late()).map((line) => line.slice(0, 5))).toEqual(rules);
  });
  test('withdrawn afterwards keeps what was found; a decision in time that is reported late does not', async () => {
    await town.goTo('2024-03-20');
    await town.do('M-1', 'WithdrawMatter', { reason: '不办了' }, clock('2024-03-20'));
    expect(await town.told('TL-03')).toEqual(['TL-03 M-1 yellow open']);
    expect(await town.verdict('TL-03', 'M-1')).toMatchObject({ tested: { withdrawnSince: true } });
    await town.report('M-1', 'DecideMatter', { outcome: 'granted' }, clock('2024-03-15'), {
      told: clock('2024-03-21'),
    });
    expect((await late()).map((line) => line.split(' ').at(-1))).toEqual(['open', 'open']); // the withdrawal came first by the log
  });
  test('a decision that is reported late, and had been in time, lifts all of them', async () => {
    await town.goTo('2024-04-03');
    expect(await late()).toHaveLength(3);
    await town.report('M-1', 'DecideMatter', { outcome: 'granted' }, clock('2024-03-14'), {
      told: clock('2024-04-03'),
    });
    expect((await late()).map((line) => line.split(' ').at(-1))).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
  });
  test('without a limit it is not judged', async () => {
    await town.accept('M-2', clock('2024-03-05'), { report: { system: 's', occurredAt: clock('2024-03-05') } }, 'X');
    expect(await town.verdict('TL-04', 'M-2')).toMatchObject({ result: 'undetermined', missing: ['statutory'] });
  });
});

describe('TL-05, TL-06, TL-10', () => {
  test('a step that has three days', async () => {
    await town.publish('A-2', { mustEnter: false, steps: [{ code: 'r', name: '审查', workdays: 3 }] });
    for (const id of ['M-1', 'M-2']) {
      await town.accept(id, clock('2024-03-04'), {}, 'A-2');
      await town.do(id, 'StartStep', { step: 'r' }, clock('2024-03-04'));
    }
    await town.goTo('2024-03-07');
    await town.do('M-1', 'FinishStep', { step: 'r' }, clock('2024-03-07', '23:00'));
    await town.goTo('2024-03-08');
    expect(await town.told('TL-05')).toEqual(['TL-05 M-2 blue open']);
    await town.do('M-2', 'FinishStep', { step: 'r' }, clock('2024-03-11'));
    await town.world.settle();
    expect(await town.verdict('TL-05', 'M-2/r')).toMatchObject({
      details: { due: '2024-03-07', doneOn: '2024-03-11' },
    });
  });
  test('a grant reaches the applicant within ten working days; a denial and a grant that was reopened need not', async () => {
    for (const id of ['M-1', 'M-2', 'M-3', 'M-4']) await town.accept(id, clock('2024-03-04'));
    for (const id of ['M-1', 'M-2', 'M-4']) await town.decide(id, clock('2024-03-05'));
    await town.decide('M-3', clock('2024-03-05'), { outcome: 'denied', reasons: '不符合', remedies: '复议' });
    await town.do('M-4', 'ReopenMatter', { reason: '自行纠正' }, clock('2024-03-06'));
    await town.goTo('2024-03-19');
    await town.do('M-1', 'DeliverResult', { mode: 'mail' }, clock('2024-03-19', '22:00'));
    await town.goTo('2024-03-20');
    expect(await town.told('TL-06')).toEqual(['TL-06 M-2 yellow open']);
  });
  test.each([
    [10, null, []],
    [11, null, ['TL-10 B-1 info open']],
    [11, '专家评审', []],
  ])('a promise of %i of twenty, reason %s', async (n, promiseReason, expected) => {
    await town.publish('B-1', { promised: wd(n), promiseReason }, clock('2024-03-04')).catch(() => undefined);
    if (expected.length > 0) {
      const { item } = await import('../../src/areas/catalogue/item.js');
      const data = {
        name: 'B',
        department: 'market',
        level: 'city',
        legalBasis: ['法'],
        statutory: wd(20),
        promised: wd(n),
        promiseReason,
        materials: [],
        steps: [],
        mustEnter: false,
        from: '2024-03-04',
      };
      await town.say({
        decider: item,
        id: 'B-1',
        type: 'PublishItem',
        data,
        at: clock('2024-03-05'),
        report: { system: 'catalogue', occurredAt: clock('2024-03-04') },
      });
    }
    expect(await town.told('TL-10')).toEqual(expected);
  });
});

describe('TL-08 an extension against the rule', () => {
  const approve = (at: string, more: object = {}) =>
    town.report(
      'M-1',
      'ApproveExtension',
      { limit: wd(10), level: 'organ-head', reason: '复杂', told: told(at.slice(0, 10)), ...more },
      at,
    );
  const broken = async () =>
    (await town.found('TL-08')).flatMap(({ tested }) => Object.keys(tested).filter((name) => !tested[name]));
  beforeEach(() => town.accept('M-1', clock('2024-03-04')));
  test('on the last day it holds, and the limit moves', async () => {
    await approve(clock('2024-04-01'));
    await town.goTo('2024-04-09');
    expect(await broken()).toEqual([]);
    expect(await town.told('TL-04')).toEqual([]);
  });
  test('on the day after it does not', async () => {
    await approve(clock('2024-04-02'));
    await town.goTo('2024-04-09');
    expect(await broken()).toEqual(['inTime']);
    expect(await town.told('TL-04')).toEqual(['TL-04 M-1 red open']);
  });
  test('too low a level; joint handling needs the government', async () => {
    await approve(clock('2024-03-05'), { level: 'unit' });
    expect(await broken()).toEqual(['rightLevel']);
    await approve(clock('2024-03-06'));
    expect(await broken()).toEqual(['rightLevel']);
    await town.report('M-1', 'OpenJointHandling', { lead: 'market', members: [] }, clock('2024-03-07'));
    expect(await broken()).toEqual(['rightLevel', 'rightLevel']);
  });
  test('not told, until somebody says that the applicant was; a second one', async () => {
    await approve(clock('2024-03-05'), { told: undefined });
    expect(await broken()).toEqual(['told']);
    await town.report('M-1', 'TellApplicant', { about: 'extension', told: told('2024-03-05') }, clock('2024-03-06'));
    expect(await town.told('TL-08')).toEqual(['TL-08 M-1 red withdrawn']);
    await approve(clock('2024-03-07'));
    const second = (await town.found('TL-08')).filter(({ status }) => status === 'open');
    expect(second.map(({ tested }) => tested['once'])).toEqual([false]);
  });
});

describe('CK-01 to CK-04', () => {
  const pause = (more: object = {}, at = clock('2024-03-05')) =>
    town.report(
      'M-1',
      'PauseMatter',
      { kind: 'test', reason: '检验', declaredEnd: '2024-03-08', told: told('2024-03-05'), ...more },
      at,
    );
  const found = async () =>
    (await town.told('CK-01', 'CK-02', 'CK-03', 'CK-04')).map(
      (line) => `${line.slice(0, 5)} ${line.split(' ').at(-1)}`,
    );
  beforeEach(() => town.accept('M-1', clock('2024-03-04')));
  test.each([
    ['a special procedure, told', {}, []],
    ['no special procedure', { kind: 'other' }, ['CK-01 open']],
    ['not told', { told: undefined }, ['CK-02 open']],
    ['without an end', { declaredEnd: undefined }, ['CK-02 open']],
    ['for corrections after acceptance', { kind: 'correction' }, ['CK-03 open']],
  ])('%s', async (_, more, expected) => {
    await pause(more);
    expect(await found()).toEqual(expected);
  });
  test('told of afterwards clears', async () => {
    await pause({ told: undefined });
    expect(await found()).toEqual(['CK-02 open']);
    await town.report('M-1', 'TellApplicant', { about: 'pause', told: told('2024-03-05') }, clock('2024-03-06'));
    expect(await found()).toEqual(['CK-02 withdrawn']);
  });
  test('ended on its last day in time, a day later not; an end that is reported late lifts it', async () => {
    await pause();
    await town.goTo('2024-03-08');
    expect(await found()).toEqual([]);
    await town.goTo('2024-03-09');
    expect(await found()).toEqual(['CK-04 open']);
    await town.report('M-1', 'ResumeMatter', {}, clock('2024-03-08', '23:00'), { told: clock('2024-03-09') });
    expect(await found()).toEqual(['CK-04 withdrawn']);
  });
  test('for corrections before acceptance has its basis', async () => {
    await town.report(
      'M-2',
      'PauseMatter',
      { kind: 'correction', reason: '补正', declaredEnd: '2024-03-08', told: told('2024-03-04') },
      clock('2024-03-04'),
    );
    expect(await found()).toEqual([]);
    await town.acceptOutside('M-2', clock('2024-03-05'));
    expect(await found()).toEqual([]);
    await town.acceptOutside('M-3', clock('2024-03-04'), { told: clock('2024-03-06') });
    await town.report(
      'M-3',
      'PauseMatter',
      { kind: 'correction', reason: '补正', declaredEnd: '2024-03-08', told: told('2024-03-06') },
      clock('2024-03-06'),
    );
    expect(await found()).toEqual(['CK-03 open']);
  });
});

describe('BF-01, BF-02', () => {
  test('on the next working day in time, over a weekend too; two working days later not', async () => {
    await town.acceptOutside('M-1', clock('2024-03-08'), { told: clock('2024-03-11', '23:59') });
    expect(await town.told('BF-01')).toEqual([]);
    await town.acceptOutside('M-2', clock('2024-03-08'), { told: clock('2024-03-12', '00:00') });
    expect(await town.told('BF-01')).toEqual(['BF-01 M-2 yellow open']);
  });
  test('after the decision, however soon; a decision that is reported later tells so', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'), { told: clock('2024-03-06') });
    expect(await town.told('BF-01')).toEqual([]);
    await town.report('M-1', 'DecideMatter', { outcome: 'granted' }, clock('2024-03-05', '15:00'), {
      told: clock('2024-03-07'),
    });
    expect((await town.found('BF-01'))[0]).toMatchObject({ tested: { afterDecision: true, beyondLag: false } });
  });
  test('an act here is never late; a source that does not say when is not judged', async () => {
    await town.accept('M-1', clock('2024-03-05'));
    await town.acceptOutside('M-2', clock('2024-03-05'), {
      report: { system: 's', occurredAt: clock('2024-03-05'), registeredAt: null },
    });
    await town.world.settle();
    expect(town.world.shelf.table(verdictsTable('BF-01')).rows()).toMatchObject([
      { matterId: 'M-2', result: 'undetermined', missing: ['registeredAt'] },
    ]);
  });
  const burst = async (count: number, days: number, gap = 1) => {
    await town.goTo('2024-03-15');
    for (let n = 0; n < count; n++)
      await town.acceptOutside(`M-${n}`, clock(`2024-03-${14 - (n % days)}`), {
        told: clock('2024-03-15', `17:${String(n * gap).padStart(2, '0')}`),
      });
    return (await town.found('BF-02')).map(({ status, details }) => `${status} ${details['count']}`);
  };
  test('ten over three days within half an hour', async () => expect(await burst(10, 3)).toEqual(['open 10']));
  test('not nine', async () => expect(await burst(9, 3)).toEqual([]));
  test('not over two days', async () => expect(await burst(12, 2)).toEqual([]));
  test('not over fifty minutes', async () => expect(await burst(10, 3, 5)).toEqual([]));
});

describe('CL-01, CL-02', () => {
  const applicant = { kind: 'person', identifier: { kind: 'test', value: 'p' }, personal: {} };
  const apply = async (id: string, at: string) => {
    await town.do(id, 'ReceiveMaterials', { itemCode: 'A-1', materials: [], applicant }, at);
    await town.accept(id, at.replace('09:00', '09:30'));
  };
  const close = (at: string, kind = 'voided') => town.do('M-1', 'CloseMatter', { kind }, at);
  beforeEach(() => apply('M-1', clock('2024-03-04')));
  test.each([
    ['the working day before the last', '2024-03-15', 'voided', '2024-03-20', ['CL-01']],
    ['two working days before it', '2024-03-14', 'voided', '2024-03-20', []],
    ['in the ordinary way', '2024-03-15', 'completed', '2024-03-20', []],
    ['begun again on the thirtieth day', '2024-03-15', 'returned', '2024-04-14', ['CL-01']],
    ['begun again after it', '2024-03-15', 'returned', '2024-04-15', []],
  ])('closed: %s', async (_, on, kind, again, expected) => {
    await close(clock(on), kind);
    await apply('M-2', clock(again));
    expect((await town.told('CL-01')).map((line) => line.slice(0, 5))).toEqual(expected);
  });
  test('reopened', async () => {
    await close(clock('2024-03-18'));
    expect(await town.told('CL-01')).toEqual([]);
    await town.do('M-1', 'ReopenMatter', { reason: '误操作' }, clock('2024-03-19'));
    expect(await town.told('CL-01')).toEqual(['CL-01 M-1 red open']);
  });
  test('granted and denied, unless reopened in between; granted and voided', async () => {
    await town.decide('M-1', clock('2024-03-05'));
    await town.report('M-1', 'DecideMatter', { outcome: 'denied' }, clock('2024-03-07'));
    expect(await town.told('CL-02')).toEqual(['CL-02 M-1 red open']);
    await town.report('M-1', 'ReopenMatter', { reason: '自行纠正' }, clock('2024-03-06'), {
      told: clock('2024-03-08'),
    });
    expect(await town.told('CL-02')).toEqual(['CL-02 M-1 red withdrawn']);
    await apply('M-2', clock('2024-03-11'));
    await town.decide('M-2', clock('2024-03-12'));
    await town.do('M-2', 'CloseMatter', { kind: 'deleted' }, clock('2024-03-13'));
    expect(await town.told('CL-02')).toContain('CL-02 M-2 red open');
  });
});
