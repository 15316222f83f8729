/** Items that leave a centre: what was accepted afterwards, what is due from then on, and exits that become known late. */
import fc from 'fast-check';
import { entryRates } from '../../projections/entry-rate.js';
import { gapsIn, isThere, itemEntries, staysOf } from '../../projections/entries.js';
import { addDays } from '../../projections/kernel/instant.js';
import { itemVersions } from '../../projections/catalogue.js';
import { item } from '../../src/areas/catalogue/item.js';
import { clock, openTown, type Town } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1');
  await town.enter('A-1', '2024-03-04');
});
afterEach(() => town.close());
const leave = (from: string, at: string, centre = 'centre') =>
  town.say({
    decider: item,
    id: 'A-1',
    type: 'LeaveCentre',
    at,
    data: { centre, from, reason: '场地搬迁', approver: '市政府', document: '市政发9号' },
  });

describe('after an exit', () => {
  test('the day of the exit is outside: what is accepted from then on is not in the wrong place', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.acceptOutside('M-1', clock('2024-03-10'));
    await town.acceptOutside('M-2', clock('2024-03-11'));
    expect(await town.told('DA-01')).toEqual(['DA-01 M-1 red open']);
  });
  test('once it has entered again, it is in the wrong place again', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.enter('A-1', '2024-03-14', clock('2024-03-12'));
    for (const day of [13, 14]) await town.acceptOutside(`M-${day}`, clock(`2024-03-${day}`));
    expect(await town.told('DA-01')).toEqual(['DA-01 M-14 red open']);
  });
  test('it is still in another centre that it has entered', async () => {
    const data = { centre: 'other', from: '2024-03-06', document: '目录' };
    await town.say({ decider: item, id: 'A-1', type: 'EnterItem', at: clock('2024-03-05'), data });
    await leave('2024-03-11', clock('2024-03-08'));
    await town.acceptOutside('M-1', clock('2024-03-12'));
    expect(await town.told('DA-01')).toEqual(['DA-01 M-1 red open']);
  });
  test('that becomes known late, findings are withdrawn; with them the share outside, and an episode', async () => {
    for (const n of [1, 2, 3, 4]) await town.accept(`M-${n}`, clock(`2024-03-0${n + 3}`));
    await town.acceptOutside('M-9', clock('2024-03-12'));
    expect(await town.told()).toEqual(['DA-01 M-9 red open', 'DA-02 M-9 red open', 'EN-02 A-1 red open']);
    await leave('2024-03-12', clock('2024-03-15'));
    expect(await town.told()).toEqual([
      'DA-01 M-9 red withdrawn',
      'DA-02 M-9 red withdrawn',
      'EN-02 A-1 red withdrawn',
    ]);
  });
  test('that was a mistake and is taken back by an entry of its day, it is as before', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.acceptOutside('M-1', clock('2024-03-12'));
    expect(await town.told('DA-01')).toEqual([]);
    await town.enter('A-1', '2024-03-11', clock('2024-03-13'));
    expect(await town.told('DA-01')).toEqual(['DA-01 M-1 red open']);
  });
  test('a place that is corrected counts by the days of the item, too', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    for (const n of [1, 2]) await town.accept(`M-${n}`, clock(`2024-03-${9 + n}`));
    for (const n of [1, 2]) {
      const [accepted] = await town.world.store.readStream(`matter-M-${n}`);
      const correction = {
        acceptance: accepted!.id,
        place: { kind: 'department-office' },
        channel: 'department-system',
        reason: '登记有误',
        approver: { identifier: { kind: 'staff-no', value: 'a' }, personal: {} },
      };
      await town.do(`M-${n}`, 'CorrectAcceptance', correction, clock('2024-03-13', `09:0${n}`));
    }
    expect(await town.told('DA-01')).toEqual(['DA-01 M-1 red open']);
  });

  test('thirty days and ninety count from it, once more', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.goTo('2024-04-10');
    expect(await town.told('EN-01')).toEqual([]);
    await town.goTo('2024-04-11');
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 yellow open']);
    await town.goTo('2024-06-10');
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 red open']);
    const [finding] = await town.found('EN-01');
    expect(finding).toMatchObject({ subject: 'A-1 2024-03-11', on: '2024-04-10' });
    // A second time is a finding of its own.
    await town.enter('A-1', '2024-06-12', clock('2024-06-11'));
    await leave('2024-06-14', clock('2024-06-13'));
    await town.goTo('2024-07-15');
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 red open', 'EN-01 A-1 yellow open']);
  });
  test('an entry of the thirtieth day keeps them, also one that becomes known late', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.goTo('2024-04-12');
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 yellow open']);
    await town.enter('A-1', '2024-04-10', clock('2024-04-12'));
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 yellow withdrawn']);
  });
  test('an exit that is taken back afterwards lifts them', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.goTo('2024-04-12');
    await town.enter('A-1', '2024-03-11', clock('2024-04-12'));
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 yellow withdrawn']);
  });
  test('under an exemption of the item the time stands still', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    const scope = { items: ['A-1'], places: null, channels: null };
    const days = { decidedOn: '2024-03-08', from: '2024-03-11', to: '2024-05-01' };
    await town.exempt('H-1', { scope, ...days }, clock('2024-03-09'));
    await town.goTo('2024-04-30');
    expect(await town.told('EN-01')).toEqual([]);
    await town.goTo('2024-05-01');
    expect(await town.told('EN-01')).toEqual(['EN-01 A-1 yellow open']);
  });
  test('an item that need not enter any more, or is abolished in time, is not waited for', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.publish('A-1', { mustEnter: false, from: '2024-04-01' }, clock('2024-03-20'));
    await town.publish('B-1', {}, clock('2024-03-20'));
    await town.say({
      decider: item,
      id: 'B-1',
      type: 'AbolishItem',
      at: clock('2024-04-01'),
      data: { from: '2024-04-10', document: '文' },
    });
    await town.goTo('2024-07-15');
    expect(await town.told('EN-01')).toEqual([]);
  });

  test('a result without an acceptance is no shadow of the centre, also where the exit becomes known late', async () => {
    const certificate = (id: string, on: string, more: object = {}) =>
      town.report(id, 'IssueLicence', { certificateNo: id, itemCode: 'A-1', ...more }, clock(on));
    await certificate('M-1', '2024-03-08');
    await certificate('M-2', '2024-03-11');
    await certificate('M-3', '2024-03-20', { validFrom: '2024-03-12' });
    await certificate('M-4', '2024-03-20', { validFrom: '2024-03-19' });
    await town.goTo('2024-03-27');
    expect(await town.told('DA-04')).toEqual([1, 2, 3, 4].map((n) => `DA-04 M-${n} red open`));
    await leave('2024-03-11', clock('2024-03-28'));
    await town.enter('A-1', '2024-03-18', clock('2024-03-28'));
    // M-2 while it was outside; M-3 is from then.
    expect(await town.told('DA-04')).toEqual([
      'DA-04 M-1 red open',
      'DA-04 M-2 red withdrawn',
      'DA-04 M-3 red withdrawn',
      'DA-04 M-4 red open',
    ]);
  });
  test('the entry rate counts the days in between as outside', async () => {
    await leave('2024-03-11', clock('2024-03-08'));
    await town.enter('A-1', '2024-03-18', clock('2024-03-12'));
    await town.world.settle();
    const versions = town.world.shelf.table(itemVersions).rows() as never;
    const entries = town.world.shelf.table(itemEntries).rows() as never;
    const on = (day: string) =>
      entryRates(versions, entries, [], day).map(({ entered, missing }) => [entered, missing]);
    expect(on('2024-03-10')).toEqual([[1, []]]);
    expect(on('2024-03-11')).toEqual([[0, ['A-1']]]);
    expect(on('2024-03-17')).toEqual([[0, ['A-1']]]);
    expect(on('2024-03-18')).toEqual([[1, []]]);
  });
});

describe('stays', () => {
  const day = fc.integer({ min: 0, max: 9 }).map((n) => addDays('2024-01-01', n));
  const moves = fc.array(fc.record({ from: day, entry: fc.boolean() }), { maxLength: 8 });
  const told = (all: readonly { from: string; entry: boolean }[]) => {
    const facts = all.map(({ from, entry }, seq) => ({
      from,
      entry,
      seq,
      event: `e${seq}`,
      window: null,
      document: '',
    }));
    const of = (which: boolean) => facts.filter(({ entry }) => entry === which);
    return staysOf(of(true), of(false));
  };
  const days = Array.from({ length: 12 }, (_, n) => addDays('2024-01-01', n));
  /** The last that was said of the latest day that anything was said of. */
  const walked = (all: readonly { from: string; entry: boolean }[], on: string) =>
    all
      .map((each, seq) => ({ ...each, seq }))
      .filter(({ from }) => from <= on)
      .toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.seq - b.seq))
      .at(-1)?.entry ?? false;

  test('are the days since the last entry that no exit followed, in whatever order they become known', () =>
    fc.assert(
      fc.property(moves, (all) => {
        const stays = told(all);
        for (const on of days) expect(stays.some((stay) => isThere(stay, on))).toBe(walked(all, on));
      }),
    ));
  test('leave gaps that are the other days since the first', () =>
    fc.assert(
      fc.property(moves, (all) => {
        const stays = told(all);
        const first = stays.map(({ from }) => from).toSorted()[0];
        const gaps = gapsIn(stays);
        for (const on of days)
          expect(gaps.filter((gap) => isThere(gap, on)).length).toBe(
            first === undefined || on < first || stays.some((stay) => isThere(stay, on)) ? 0 : 1,
          );
      }),
    ));
});
