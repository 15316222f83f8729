/** The golden scenarios of the domain: 1 to 5 and 9. */
import { deadlines } from '../../projections/deadlines.js';
import { findings } from '../../projections/findings.js';
import { matterCards } from '../../projections/matter-cards.js';
import { clock, openTown, type Town } from '../town.js';

let town: Town;
afterEach(() => town.close());
const limitsOf = async (id: string) => {
  await town.world.settle();
  return (town.world.shelf.table(deadlines).get(`matter-${id}`) as any)?.limits;
};

test('1 dual acceptance: not entered yet, inside, outside, exempt, ratified later', async () => {
  town = await openTown('2007-06-01');
  await town.publish('A-1');
  await town.acceptOutside('M-1', clock('2007-06-29'));
  await town.enter('A-1', '2007-07-01', clock('2007-06-30'));
  await town.accept('M-2', clock('2007-07-02'));
  await town.exempt('H-1', { decidedOn: '2007-07-04', from: '2007-07-06', to: '2007-12-31' }, clock('2007-07-04'));
  await town.acceptOutside('M-3', clock('2007-07-05'));
  await town.acceptOutside('M-4', clock('2007-07-06'));
  expect(await town.told()).toEqual(['DA-01 M-3 red open', 'DA-02 M-3 red open']);
  await town.exempt('H-2', { decidedOn: '2007-07-10', from: '2007-07-01', to: '2007-12-31' }, clock('2007-07-10'));
  expect(await town.told()).toEqual(['DA-01 M-3 red open', 'DA-02 M-3 red open', 'EX-04 - red open']);
  const third = (await town.found('DA-01'))[0]!;
  const fourth = await town.verdict('DA-01', (await town.world.store.readStream('matter-M-4'))[0]!.id);
  expect(fourth).toMatchObject({ result: 'cleared', tested: { entered: true, exempt: true } });
  expect(await town.verdict('DA-01', third.subject)).toMatchObject({ tested: { exempt: false, ratifiedLater: true } });
  expect((await town.found('EX-04'))[0]).toMatchObject({
    subject: 'market/H-2',
    tested: { notBackdated: false, ends: true },
  });
});

test('1b an item that must enter and has not: thirty days, ninety days, and none of it in the log of acceptances', async () => {
  town = await openTown('2007-05-31');
  await town.publish('A-1');
  await town.acceptOutside('M-1', clock('2007-06-29'));
  await town.goTo('2007-06-30');
  expect(await town.told()).toEqual([]);
  await town.goTo('2007-07-01');
  expect(await town.told()).toEqual(['EN-01 A-1 yellow open']);
});

test('2 deemed acceptance: nothing told in five working days, a made-up weekend among them, accepted on the day after', async () => {
  town = await openTown('2007-04-01');
  await town.publish('A-1');
  await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2007-04-27'));
  await town.goTo('2007-05-09');
  expect(await town.told('TL-01')).toEqual([]);
  await town.goTo('2007-05-10'); // 28 and 29 April, 8 and 9 May: the fifth day is over with the 9th
  expect(await town.told('TL-01')).toEqual(['TL-01 M-1 red open']);
  expect(await limitsOf('M-1')).toMatchObject({ notice: { due: '2007-05-09' }, statutory: { due: '2007-05-30' } });
  await town.accept('M-1', clock('2007-05-10', '10:00'));
  expect((await limitsOf('M-1')).statutory).toMatchObject({ due: '2007-05-30' }); // from receipt, not from the acceptance
  const card = town.world.shelf.table(matterCards).get('M-1') as any;
  expect(card).toMatchObject({
    status: 'accepted',
    statutoryDue: '2007-05-30',
    clocks: { deemed: '2007-04-27', accepted: '2007-05-10' },
  });
  await town.goTo('2007-05-31');
  expect(await town.told('TL-04')).toEqual(['TL-04 M-1 red open']);
});

test('2b a notice given in time and reported late lifts the limit, and with it the deemed acceptance', async () => {
  town = await openTown('2007-04-01');
  await town.publish('A-1');
  await town.do('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2007-04-27'));
  await town.goTo('2007-05-12');
  const gaps = { gaps: [{ code: 'm1' }], servedBy: 'message' };
  await town.report('M-1', 'RequestCorrection', gaps, clock('2007-05-09', '23:30'), { told: clock('2007-05-12') });
  expect(await town.told('TL-01')).toEqual(['TL-01 M-1 red withdrawn']);
  const types = (await town.world.store.readStream('matter-M-1')).map(({ type }) => type);
  expect(types).toEqual(['MaterialsReceived', 'LimitPassed', 'AcceptanceDeemed', 'CorrectionRequested', 'LimitLifted']);
  expect(town.world.shelf.table(matterCards).get('M-1')).toMatchObject({ status: 'correcting', statutoryDue: null });
});

test('3 the clock: twenty working days over the golden week; and over 壮族三月三 in Guangxi', async () => {
  town = await openTown('2007-04-01');
  await town.publish('A-1');
  await town.accept('M-1', clock('2007-04-25'));
  expect(await limitsOf('M-1')).toMatchObject({ statutory: { due: '2007-05-28' }, promise: { due: '2007-05-14' } });
  await town.goTo('2007-05-29');
  expect(await town.told('TL-03', 'TL-04')).toEqual(['TL-03 M-1 yellow open', 'TL-04 M-1 red open']);
  await town.close();
  town = await openTown('2018-04-01', { region: 'CN-GX' });
  await town.publish('A-1');
  await town.accept('M-1', clock('2018-04-13'));
  expect(await limitsOf('M-1')).toMatchObject({ statutory: { due: '2018-05-16' } });
});

test('4 pauses: overlapping ones once, an open one to its declared end, one after the due day not; an extension too late', async () => {
  town = await openTown('2007-04-01');
  await town.publish('A-1');
  await town.accept('M-1', clock('2007-04-25'));
  const pause = (declaredEnd: string, on: string) => ({
    kind: 'inspection',
    reason: '检验',
    declaredEnd,
    told: { on, servedBy: 'mail' },
  });
  await town.report('M-1', 'PauseMatter', pause('2007-05-17', '2007-05-10'), clock('2007-05-10'));
  expect((await limitsOf('M-1')).statutory.due).toBe('2007-06-04');
  await town.report('M-1', 'PauseMatter', pause('2007-05-22', '2007-05-15'), clock('2007-05-15'));
  expect((await limitsOf('M-1')).statutory.due).toBe('2007-06-07');
  await town.goTo('2007-05-23');
  expect(await town.told('CK-04')).toEqual(['CK-04 M-1 yellow open', 'CK-04 M-1 yellow open']);
  await town.goTo('2007-06-08');
  expect(await town.told('TL-04')).toEqual(['TL-04 M-1 red open']);
  const extension = {
    limit: { n: 10, unit: 'working-day' },
    level: 'organ-head',
    reason: '复杂',
    told: { on: '2007-06-08', servedBy: 'mail' },
  };
  await town.report('M-1', 'ApproveExtension', extension, clock('2007-06-08'));
  await town.report('M-1', 'PauseMatter', pause('2007-06-20', '2007-06-11'), clock('2007-06-11'));
  expect((await limitsOf('M-1')).statutory.due).toBe('2007-06-07');
  expect(await town.told('TL-04', 'TL-08')).toEqual(['TL-04 M-1 red open', 'TL-08 M-1 red open']);
});

test('5 backfill: forty closed cases at 17:58 on a Friday, each within its promise', async () => {
  town = await openTown('2007-07-01');
  await town.publish('A-1', { mustEnter: false });
  const told = clock('2007-07-27', '17:58');
  const days = ['16', '17', '18', '19', '20'];
  await town.goTo('2007-07-27');
  for (let n = 0; n < 40; n++) {
    const at = (day: string) => clock(`2007-07-${day}`, `10:${String(n).padStart(2, '0')}`);
    await town.acceptOutside(`M-${n}`, at(days[n % 5]!), { told });
    await town.report(`M-${n}`, 'DecideMatter', { outcome: 'granted' }, at('25'), { told });
    await town.report(`M-${n}`, 'DeliverResult', { mode: 'window' }, at('26'), { told });
    await town.report(`M-${n}`, 'CloseMatter', { kind: 'certificate-issued' }, at('26'), { told });
  }
  await town.goTo('2007-08-20');
  const rules = (await town.found()).map(({ rule }) => rule);
  expect(rules.filter((rule) => rule === 'BF-02')).toEqual(['BF-02']);
  expect(rules.filter((rule) => rule === 'BF-01')).toHaveLength(40);
  expect(rules.filter((rule) => rule.startsWith('TL-'))).toEqual([]);
});

test('9 a batch after the end of the month changes a finding; what was known on 31 July stays', async () => {
  town = await openTown('2007-06-01', { history: true });
  await town.publish('A-1');
  await town.enter('A-1', '2007-07-01');
  await town.accept('M-1', clock('2007-07-02'));
  await town.acceptOutside('M-2', clock('2007-07-20'));
  await town.goTo('2007-08-01');
  expect(await town.told('DA-01', 'DA-02')).toEqual(['DA-01 M-2 red open', 'DA-02 M-2 red open']);
  const july = (await town.world.store.head()).next - 1;
  // An emergency order of 19 July, with its document, is registered only now.
  const order = { decidedOn: '2007-07-19', from: '2007-07-19', to: '2007-08-01' };
  await town.exempt('H-1', order, clock('2007-08-06'));
  expect(await town.told('DA-01', 'DA-02')).toEqual(['DA-01 M-2 red withdrawn', 'DA-02 M-2 red withdrawn']);
  const then = town.world.shelf.table(findings).rows(july) as any[];
  const dual = then.filter(({ rule }) => rule.startsWith('DA-'));
  expect(dual.map(({ rule, status }) => `${rule} ${status}`).toSorted()).toEqual(['DA-01 open', 'DA-02 open']);
});
