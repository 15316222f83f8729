/** Each clause of the rules about time by itself, and whole verdicts. March 2024 has 21 working days. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { type MatterCard, matterCards } from '../../projections/matter-cards.js';
import { verdictsTable } from '../../projections/rules/index.js';
import { clock, openTown, type Town, wd } from '../town.js';

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
const inCentre = { itemCode: 'A-1', org: 'market', placeKind: 'centre-window', centre: 'centre' };
const found = { result: 'violation', certain: true, missing: [] };

describe('TL-01, TL-03 to TL-07', () => {
  test('the whole verdict: from what to when, by which event, withdrawn since or not', async () => {
    await town.accept('M-1', clock('2024-03-04'));
    await town.goTo('2024-03-19');
    const evidence = [await idOf('M-1', 'MatterAccepted'), await idOf('M-1', 'LimitPassed', -1)];
    expect(await verdict('TL-03', 'M-1')).toMatchObject({
      ...found,
      severity: 'yellow',
      evidence,
      tested: { inTime: false, withdrawnSince: false },
      details: { due: '2024-03-18', doneOn: null },
      ...inCentre,
      on: '2024-03-18',
      matterId: 'M-1',
    });
    expect(await verdict('TL-04', 'M-1')).toBeUndefined();
  });
  test('a limit that is missing is told of an acceptance, and of nothing else', async () => {
    await town.publish('A-2', { mustEnter: false, promised: null });
    await town.accept('M-1', clock('2024-03-04'), {}, 'A-2');
    await town.do('M-2', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-05'));
    await town.goTo('2024-03-15');
    expect(await verdict('TL-03', 'M-1')).toMatchObject({
      result: 'undetermined',
      certain: true,
      severity: 'yellow',
      evidence: [await idOf('M-1', 'MatterAccepted')],
      tested: {},
      missing: ['promised'],
      on: '2024-03-04',
    });
    expect(await verdict('TL-04', 'M-1')).toBeUndefined();
    for (const rule of ['TL-03', 'TL-04'])
      expect(town.world.shelf.table(verdictsTable(rule)).get('M-2')).toBeUndefined();
  });
  test.each([
    ['TL-01', 'closed', 'CloseMatter', { kind: 'voided' }],
    ['TL-01', 'accepted', 'AcceptMatter', { itemCode: 'A-1' }],
    ['TL-01', 'refused', 'RefuseMatter', { reasons: '无权', remedies: '复议' }],
    ['TL-01', 'withdrawn', 'WithdrawMatter', { reason: '不办了' }],
  ])('%s: when it was %s in the end', async (rule, _, type, data) => {
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-04'));
    await town.goTo('2024-03-12');
    await town.report('M-1', type, data, clock('2024-03-12'));
    expect((await verdict(rule, 'M-1'))!.details).toEqual({ due: '2024-03-11', doneOn: '2024-03-12' });
  });
  test('of an item that nobody registered the unit is the holder’s', async () => {
    const data = { materials: [], itemCode: 'X' };
    await town.do('M-1', 'ReceiveMaterials', data, clock('2024-03-04'));
    await town.acceptOutside('M-1', clock('2024-03-05'), {}, 'X');
    await town.world.settle();
    const card = town.world.shelf.table(matterCards).get('M-1') as MatterCard;
    expect(card.holderOrg).not.toBeNull();
    expect(await verdict('TL-04', 'M-1')).toMatchObject({ result: 'undetermined', org: card.holderOrg });
    expect(await verdict('DA-03', 'M-1')).toMatchObject({ org: null });
  });
  test('the unit is the one that the item belonged to on that day', async () => {
    await town.accept('M-1', clock('2024-03-04')); // due on the 18th
    await town.accept('M-2', clock('2024-03-05')); // on the 19th
    await town.publish(
      'A-1',
      { mustEnter: false, department: 'construction', from: '2024-03-19' },
      clock('2024-03-06'),
    );
    await town.goTo('2024-03-21');
    expect(await verdict('TL-03', 'M-1')).toMatchObject({ org: 'market', on: '2024-03-18' });
    expect(await verdict('TL-03', 'M-2')).toMatchObject({ org: 'construction', on: '2024-03-19' });
  });
  test('a limit that a deemed acceptance set is judged, whatever a later acceptance lacks', async () => {
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-04'));
    await town.goTo('2024-03-12');
    await town.acceptOutside('M-1', clock('2024-03-12'), {}, 'X');
    expect(await verdict('TL-04', 'M-1')).toBeUndefined();
  });
  test('of an act that nobody placed the unit is the holder’s', async () => {
    await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-04'));
    await town.goTo('2024-03-12');
    expect(await verdict('TL-01', 'M-1')).toMatchObject({ org: 'market', on: '2024-03-11' });
  });
  test('several steps of one matter, each by itself; closed, withdrawn or finished in the end', async () => {
    const steps = [
      { code: 'r', name: '审查', workdays: 3 },
      { code: 's', name: '核准', workdays: 2 },
    ];
    await town.publish('A-2', { mustEnter: false, steps });
    for (const id of ['M-1', 'M-2', 'M-3']) {
      await town.accept(id, clock('2024-03-04'), {}, 'A-2');
      await town.do(id, 'StartStep', { step: 'r' }, clock('2024-03-04'));
      await town.do(id, 'StartStep', { step: 's' }, clock('2024-03-04'));
    }
    await town.goTo('2024-03-07');
    expect(await town.told('TL-05')).toHaveLength(3);
    await town.goTo('2024-03-08');
    expect(await town.told('TL-05')).toHaveLength(6);
    expect(await verdict('TL-05', 'M-1/s')).toMatchObject({
      ...found,
      severity: 'blue',
      details: { due: '2024-03-06', doneOn: null },
    });
    await town.do('M-1', 'FinishStep', { step: 's' }, clock('2024-03-08'));
    await town.do('M-2', 'CloseMatter', { kind: 'voided' }, clock('2024-03-08'));
    await town.do('M-3', 'WithdrawMatter', { reason: '不办了' }, clock('2024-03-08'));
    const doneOn = async (subject: string) => (await verdict('TL-05', subject))!.details['doneOn'];
    expect(await Promise.all(['M-1/s', 'M-1/r', 'M-2/s', 'M-3/r'].map(doneOn))).toEqual([
      '2024-03-08',
      null,
      '2024-03-08',
      '2024-03-08',
    ]);
    expect((await verdict('TL-05', 'M-3/s'))!.tested).toEqual({ inTime: false, withdrawnSince: true });
    expect((await verdict('TL-05', 'M-1/s'))!.tested).toEqual({ inTime: false, withdrawnSince: false });
  });
});

describe('TL-02', () => {
  const ask = (at: string, ...codes: string[]) =>
    town.report('M-1', 'RequestCorrection', { gaps: codes.map((code) => ({ code })), servedBy: 'message' }, at);
  const submit = (at: string, ...codes: string[]) =>
    town.do('M-1', 'SubmitCorrection', { materials: codes.map((code) => ({ code })) }, at);
  beforeEach(() => town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-04')));
  test('one notice is nothing to judge', async () => {
    await ask(clock('2024-03-05'), 'm1');
    expect(await verdict('TL-02', 'M-1')).toBeUndefined();
  });
  test('the whole verdict, with the gaps and the notices that told them', async () => {
    await ask(clock('2024-03-05'), 'm1');
    await ask(clock('2024-03-06'), 'm1');
    expect(await verdict('TL-02', 'M-1')).toMatchObject({
      result: 'cleared',
      certain: true,
      severity: 'yellow',
      evidence: [await idOf('M-1', 'CorrectionRequested'), await idOf('M-1', 'CorrectionRequested', 1)],
      tested: { toldFirst: true, newMaterial: false },
      details: { gaps: null },
      on: '2024-03-06',
    });
    await ask(clock('2024-03-07'), 'm2', 'm1', 'm3', 'm2');
    expect(await verdict('TL-02', 'M-1')).toMatchObject({
      ...found,
      evidence: [await idOf('M-1', 'CorrectionRequested'), await idOf('M-1', 'CorrectionRequested', 2)],
      tested: { toldFirst: false, newMaterial: false },
      details: { gaps: 'm2、m3' },
      on: '2024-03-06',
    });
  });
  test('of material handed in since, by then; another code of it clears nothing', async () => {
    await ask(clock('2024-03-05'), 'm1');
    await submit(clock('2024-03-06'), 'm2', 'm3');
    await ask(clock('2024-03-07'), 'm2');
    expect(await verdict('TL-02', 'M-1')).toMatchObject({
      result: 'cleared',
      tested: { toldFirst: false, newMaterial: true },
    });
    await ask(clock('2024-03-08'), 'm4');
    expect(await verdict('TL-02', 'M-1')).toMatchObject({
      result: 'violation',
      evidence: [await idOf('M-1', 'CorrectionRequested'), await idOf('M-1', 'CorrectionRequested', 2)],
      tested: { toldFirst: false, newMaterial: false },
      details: { gaps: 'm4' },
    });
  });
  test('what was handed in between the second notice and the third is new to the third, not to the second', async () => {
    await ask(clock('2024-03-05'), 'm1');
    await ask(clock('2024-03-06'), 'm1');
    await submit(clock('2024-03-07'), 'm2');
    await ask(clock('2024-03-08'), 'm2');
    expect(await verdict('TL-02', 'M-1')).toMatchObject({
      result: 'cleared',
      tested: { toldFirst: true, newMaterial: true },
    });
  });
});

describe('TL-08, TL-10', () => {
  const approve = (id: string, at: string, more: object = {}) =>
    town.report(
      id,
      'ApproveExtension',
      { limit: wd(10), level: 'organ-head', reason: '复杂', told: told(at.slice(0, 10)), ...more },
      at,
    );
  test('the whole verdict, cleared and found', async () => {
    await town.accept('M-1', clock('2024-03-04'));
    const good = await approve('M-1', clock('2024-03-05'));
    const bad = await approve('M-1', clock('2024-03-06'), { level: 'unit', told: undefined });
    const all = { inTime: true, rightLevel: true, told: true, once: true };
    expect(await verdict('TL-08', `M-1/${good}`)).toMatchObject({
      result: 'cleared',
      certain: true,
      severity: 'red',
      evidence: [good],
      tested: all,
      missing: [],
      ...inCentre,
      on: '2024-03-05',
    });
    expect(await verdict('TL-08', `M-1/${bad}`)).toMatchObject({
      ...found,
      severity: 'red',
      evidence: [bad],
      on: '2024-03-06',
      tested: { inTime: true, rightLevel: false, told: false, once: false },
    });
  });
  test('by the promised limit where no law sets one; without either it cannot be told; before acceptance nothing is said', async () => {
    await town.publish('A-2', { mustEnter: false, statutory: null });
    await town.publish('A-3', { mustEnter: false, statutory: null, promised: null });
    await town.accept('M-2', clock('2024-03-04'), {}, 'A-2');
    await town.accept('M-3', clock('2024-03-04'), {}, 'A-3');
    const late = await approve('M-2', clock('2024-03-19')); // the promise was until the 18th
    const none = await approve('M-3', clock('2024-03-19'));
    const early = await approve('M-4', clock('2024-03-19'));
    expect(await verdict('TL-08', `M-2/${late}`)).toMatchObject({ ...found, tested: { inTime: false, told: true } });
    expect(await verdict('TL-08', `M-3/${none}`)).toMatchObject({
      result: 'undetermined',
      certain: true,
      severity: 'red',
      evidence: [none],
      tested: {},
      missing: ['statutory'],
    });
    expect(await verdict('TL-08', `M-4/${early}`)).toBeUndefined();
    await town.acceptOutside('M-4', clock('2024-03-04'), { told: clock('2024-03-20') });
    expect(await verdict('TL-08', `M-4/${early}`)).toMatchObject({ result: 'cleared' });
  });
  test.each([
    [wd(10), wd(20), null],
    [wd(11), wd(20), 'violation'],
    [{ n: 11, unit: 'calendar-day' }, wd(20), null],
  ] as const)('a promise of %j where the law has %j: %s', async (promised, statutory, result) => {
    const { item } = await import('../../src/areas/catalogue/item.js');
    const data = {
      name: 'B',
      department: 'market',
      level: 'city',
      legalBasis: ['法'],
      statutory,
      promised,
      promiseReason: null,
      materials: [],
      steps: [],
      mustEnter: false,
      from: '2024-03-05',
    };
    const report = { system: 'catalogue', occurredAt: clock('2024-03-05') };
    const event = await town.say({
      decider: item,
      id: 'B-1',
      type: 'PublishItem',
      data,
      at: clock('2024-03-05'),
      report,
    });
    const said = await verdict('TL-10', 'B-1 1');
    if (result === null && promised.unit !== statutory.unit) expect(said).toBeUndefined();
    else
      expect(said).toMatchObject({
        result: result ?? 'cleared',
        certain: true,
        severity: 'info',
        evidence: [event],
        tested: { withinShare: result === null, reasonGiven: false },
        missing: [],
        details: { statutory: 20, promised: promised.n },
        on: '2024-03-05',
        itemCode: 'B-1',
        org: 'market',
      });
  });
});
