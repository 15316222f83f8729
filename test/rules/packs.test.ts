/** Limits that a rule pack changes: from its first day on, and not before; shown by the verdicts that used them. */
import { deadlines } from '../../projections/deadlines.js';
import { calendarYear } from '../../src/areas/calendar/calendar.js';
import { pack } from '../../src/areas/supervision/pack.js';
import { clock, openTown, type Town, wd } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1', { mustEnter: false }); // 20 working days by law, 10 promised
});
afterEach(() => town.close());

const adopt = async (rule: string, values: object, from: string, on = '2024-03-01') => {
  const data = { rule, pack: `P-${from}`, values, from, source: '文', grade: 'B', reason: '试行' };
  const at = clock(on, '10:00');
  await town.say({ decider: pack, id: rule, type: 'ProposePack', data, by: { person: 'one' }, at });
  const agreed = { reason: '同意' };
  await town.say({ decider: pack, id: rule, type: 'AdoptPack', data: agreed, by: { person: 'two' }, at });
};
const limitOf = async (stream: string, name: string) => {
  await town.world.settle();
  const row = town.world.shelf.table(deadlines).get(stream) as { limits: Record<string, { due: string }> } | undefined;
  return row?.limits[name]?.due;
};
const receive = (id: string, day: string) =>
  town.do(id, 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock(day));

describe('the notice of gaps, three days from the 6th of March on', () => {
  beforeEach(() => adopt('TL-01', { workdays: 3 }, '2024-03-06'));
  test('received the day before: five; on its first day: three, and accepted from the day of receipt', async () => {
    await receive('M-5', '2024-03-05');
    await receive('M-6', '2024-03-06');
    expect(await limitOf('matter-M-5', 'notice')).toBe('2024-03-12');
    expect(await limitOf('matter-M-6', 'notice')).toBe('2024-03-11');
    await town.goTo('2024-03-11');
    expect(await town.told('TL-01')).toEqual([]);
    await town.goTo('2024-03-12');
    expect(await town.told('TL-01')).toEqual(['TL-01 M-6 red open']);
    const deemed = (await town.world.store.readStream('matter-M-6')).find(({ type }) => type === 'AcceptanceDeemed');
    expect(deemed).toMatchObject({ data: { on: '2024-03-06' } });
    await town.goTo('2024-03-13');
    expect(await town.told('TL-01')).toEqual(['TL-01 M-6 red open', 'TL-01 M-5 red open']);
    expect(await town.verdict('TL-01', 'M-5')).toMatchObject({ parameters: { workdays: 5 } });
    expect(await town.verdict('TL-01', 'M-6')).toMatchObject({ parameters: { workdays: 3 } });
    expect((await town.found('TL-01')).map(({ parameters }) => parameters)).toEqual([{ workdays: 3 }, { workdays: 5 }]);
  });
  test('told on the third day is in time, on the fourth not', async () => {
    await receive('M-1', '2024-03-06');
    await receive('M-2', '2024-03-06');
    const ask = { gaps: [{ code: 'm1' }], servedBy: 'message' };
    await town.report('M-1', 'RequestCorrection', ask, clock('2024-03-11', '23:59'));
    await town.goTo('2024-03-12');
    await town.report('M-2', 'RequestCorrection', ask, clock('2024-03-12'));
    expect(await town.told('TL-01')).toEqual(['TL-01 M-2 red open']);
  });
  test('a receipt that is told late counts by its own day; a calendar that changes counts it again by the same', async () => {
    await receive('M-0', '2024-03-07');
    await town.report('M-5', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-05'), {
      told: clock('2024-03-07', '10:00'),
    });
    expect(await limitOf('matter-M-5', 'notice')).toBe('2024-03-12');
    const now = { name: '停电', off: true };
    const data = { region: 'CN', year: 2024, date: '2024-03-11', now, paper: '文', reason: '停电' };
    await town.say({ decider: calendarYear, id: 'CN-2024', type: 'ChangeDay', data });
    expect(await limitOf('matter-M-5', 'notice')).toBe('2024-03-13');
    expect(await limitOf('matter-M-0', 'notice')).toBe('2024-03-13');
  });
});

test('a receipt dated ahead by a wrong clock is counted again when a pack of that day is adopted', async () => {
  await town.report('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-06'), {
    told: clock('2024-03-01'),
  });
  expect(await limitOf('matter-M-1', 'notice')).toBe('2024-03-13');
  await adopt('TL-01', { workdays: 3 }, '2024-03-07');
  expect(await limitOf('matter-M-1', 'notice')).toBe('2024-03-13');
  await adopt('TL-01', { workdays: 4 }, '2024-03-06');
  expect(await limitOf('matter-M-1', 'notice')).toBe('2024-03-12');
});

test('the days to deliver and the lag of the record are those of the day of the decision', async () => {
  await adopt('TL-06', { workdays: 2 }, '2024-03-06');
  await adopt('DA-04', { lagWorkdays: 1 }, '2024-03-06');
  await town.publish('A-2');
  await town.enter('A-2', '2024-03-04');
  for (const day of ['05', '06']) await town.accept(`M-${day}`, clock('2024-03-04', `08:${day}`));
  for (const day of ['05', '06']) {
    await town.report(`N-${day}`, 'DecideMatter', { itemCode: 'A-2', outcome: 'granted' }, clock(`2024-03-${day}`));
    await town.decide(`M-${day}`, clock(`2024-03-${day}`, '17:00'));
  }
  expect(await limitOf('matter-M-05', 'delivery')).toBe('2024-03-19');
  expect(await limitOf('matter-M-06', 'delivery')).toBe('2024-03-08');
  expect(await limitOf('matter-N-05', 'acceptance-record')).toBe('2024-03-08');
  expect(await limitOf('matter-N-06', 'acceptance-record')).toBe('2024-03-07');
  await town.goTo('2024-03-09');
  expect(await town.verdict('TL-06', 'M-06')).toMatchObject({ result: 'violation', parameters: { workdays: 2 } });
  expect(await town.verdict('TL-06', 'M-05')).toBeUndefined();
});

describe('the mark before the promise ends, four fifths from the 6th of March on', () => {
  beforeEach(() => adopt('TL-07', { percent: 80 }, '2024-03-06'));
  test('accepted the day before: on the ninth of ten days; on its first day: on the eighth', async () => {
    await town.accept('M-5', clock('2024-03-05'));
    await town.accept('M-6', clock('2024-03-06'));
    expect(await limitOf('matter-M-5', 'promise-mark')).toBe('2024-03-18');
    expect(await limitOf('matter-M-6', 'promise-mark')).toBe('2024-03-18');
    await town.goTo('2024-03-19');
    expect(await town.told('TL-07')).toEqual(['TL-07 M-5 blue open', 'TL-07 M-6 blue open']);
    expect(await town.verdict('TL-07', 'M-5')).toMatchObject({ parameters: { percent: 90, workdaysLeft: 1 } });
    expect(await town.verdict('TL-07', 'M-6')).toMatchObject({ parameters: { percent: 80, workdaysLeft: 1 } });
  });
  test('a later pack about the other parameter leaves it as it is', async () => {
    await adopt('TL-07', { workdaysLeft: 3 }, '2024-03-11');
    await town.accept('M-6', clock('2024-03-08'));
    await town.accept('M-11', clock('2024-03-11'));
    expect(await limitOf('matter-M-6', 'promise-mark')).toBe('2024-03-20'); // the eighth of ten
    expect(await limitOf('matter-M-11', 'promise-mark')).toBe('2024-03-20'); // the seventh
    await town.goTo('2024-03-21');
    expect(await town.verdict('TL-07', 'M-11')).toMatchObject({ parameters: { percent: 80, workdaysLeft: 3 } });
  });
  test('where it would be the day of acceptance itself, there is none', async () => {
    await town.publish('A-2', { promised: wd(1), mustEnter: false });
    await town.accept('M-1', clock('2024-03-06'), {}, 'A-2');
    expect(await limitOf('matter-M-1', 'promise')).toBe('2024-03-07');
    expect(await limitOf('matter-M-1', 'promise-mark')).toBeUndefined();
  });
});

describe('the days to enter, ten and twenty from the 6th of March on', () => {
  test('an item of the day before has thirty, of its first day ten, and is red after twenty', async () => {
    await adopt('EN-01', { days: 10, redDays: 20 }, '2024-03-06');
    await town.publish('B-5', {}, clock('2024-03-05'));
    await town.publish('B-6', {}, clock('2024-03-06'));
    await town.goTo('2024-03-16');
    expect(await town.told('EN-01')).toEqual([]);
    await town.goTo('2024-03-17');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-6 yellow open']);
    await town.goTo('2024-03-27');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-6 red open']);
    expect(await town.verdict('EN-01', 'B-6')).toMatchObject({ parameters: { days: 10, redDays: 20 } });
    await town.goTo('2024-04-05');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-6 red open', 'EN-01 B-5 yellow open']);
    expect(await town.verdict('EN-01', 'B-5')).toMatchObject({ parameters: { days: 30, redDays: 90 } });
  });
  test('an item that was published ahead of its day, before the pack was adopted', async () => {
    await town.publish('B-1', { from: '2024-03-06' }, clock('2024-03-01'));
    expect(await limitOf('item-B-1', 'entry-30')).toBe('2024-04-05');
    await adopt('EN-01', { days: 10 }, '2024-03-06');
    expect(await limitOf('item-B-1', 'entry-30')).toBe('2024-03-16');
    expect(await limitOf('item-B-1', 'entry-90')).toBe('2024-06-04');
  });
});

test.each([
  ['TL-07', { percent: 101 }],
  ['DA-02', { windowDays: 367 }],
  ['TL-01', { workdays: -1 }],
  ['TL-01', { workdays: 2.5 }],
  ['TL-01', { days: 3 }],
  ['TL-03', { days: 3 }],
])('a value that %s cannot judge by is refused: %j', async (rule, values) => {
  await expect(adopt(rule, values, '2024-03-06')).rejects.toThrow('rule-parameter-unknown');
});
