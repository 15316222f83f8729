/** Each clause of DA-04, EN-01 and EN-02 by itself, and whole verdicts. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import type { MatterCard } from '../../projections/matter-cards.js';
import { shadowHandling } from '../../projections/rules/shadow-handling.js';
import { quarterOf } from '../../projections/rules/entry.js';
import { item } from '../../src/areas/catalogue/item.js';
import { pack } from '../../src/areas/supervision/pack.js';
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

describe('DA-04', () => {
  const licence = (id: string, at: string, more: object = {}, how: object = {}) =>
    town.report(id, 'IssueLicence', { certificateNo: `Z-${id}`, itemCode: 'A-1', ...more }, at, how);
  const verdict = (id: string) => town.verdict('DA-04', id) as Promise<VerdictRow | undefined>;
  test('the whole verdict', async () => {
    await licence('M-1', clock('2024-03-05'), { validFrom: '2024-03-04' });
    await town.goTo('2024-03-09');
    expect(await verdict('M-1')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'red',
      evidence: [await firstOf('M-1'), await idOf('M-1', 'LimitPassed')],
      tested: { entered: true, legacy: false, linkedToAccepted: false, sealed: false },
      missing: [],
      ...about,
      on: '2024-03-05',
      matterId: 'M-1',
    });
  });
  test('before the lag is over nothing is said, and what has only been received is nothing to judge', async () => {
    await licence('M-1', clock('2024-03-05'));
    await town.do('M-2', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-05'));
    await town.goTo('2024-03-08');
    expect([await verdict('M-1'), await verdict('M-2')]).toEqual([undefined, undefined]);
    await town.goTo('2024-03-20');
    expect(await verdict('M-2')).toBeUndefined();
  });
  test('a certificate of the day of entry is no old one; with an old one among several it is', async () => {
    await licence('M-1', clock('2024-03-05'), { validFrom: '2024-03-04' });
    await licence('M-2', clock('2024-03-05'));
    await licence('M-2', clock('2024-03-06'), { certificateNo: 'Z-3', validFrom: '2024-03-01' });
    await town.goTo('2024-03-20');
    expect(await verdict('M-1')).toMatchObject({ result: 'violation' });
    expect(await verdict('M-2')).toMatchObject({ result: 'cleared', certain: true, tested: { legacy: true } });
  });
  test('a link to a matter that was never accepted clears nothing', async () => {
    await town.do('M-0', 'ReceiveMaterials', { itemCode: 'A-1', materials: [] }, clock('2024-03-05'));
    await licence('M-1', clock('2024-03-05'));
    await town.report('M-1', 'LinkMatter', { relation: 'supersedes', to: 'M-0' }, clock('2024-03-05'));
    await town.goTo('2024-03-20');
    expect(await verdict('M-1')).toMatchObject({ result: 'violation', tested: { linkedToAccepted: false } });
  });
  test('entered on the day of the certificate is entered, on the day after not', async () => {
    await town.publish('A-2');
    await town.enter('A-2', '2024-03-05');
    await town.publish('A-3');
    await town.enter('A-3', '2024-03-06');
    await licence('M-2', clock('2024-03-05', '10:00'), { itemCode: 'A-2' });
    await licence('M-3', clock('2024-03-05', '11:00'), { itemCode: 'A-3', validFrom: '2024-03-05' });
    await town.goTo('2024-03-20');
    expect(await verdict('M-2')).toMatchObject({ result: 'violation' });
    expect(await verdict('M-3')).toMatchObject({ result: 'cleared', tested: { entered: false, legacy: false } });
  });
  test('sealed, and linked to one that was accepted: each clears by itself', async () => {
    await town.accept('M-0', clock('2024-03-04'));
    await licence('M-1', clock('2024-03-05'));
    await licence('M-2', clock('2024-03-05'));
    await town.report('M-2', 'LinkMatter', { relation: 'supersedes', to: 'M-0' }, clock('2024-03-05'));
    await town.goTo('2024-03-20');
    await town.world.settle();
    const look = Object.fromEntries(
      Object.entries(shadowHandling.uses).map(([name, of]) => [name, town.world.shelf.table(of as never)]),
    );
    const cards = look['matterCards']!;
    const sealed = (id: string) => {
      const card = cards.get(id) as MatterCard;
      return {
        ...card,
        story: { ...card.story, certificates: card.story.certificates.map((x) => ({ ...x, sealed: true })) },
      };
    };
    const judge = (id: string, of: object = look) => shadowHandling.judge(id, of as never, () => ({ lagWorkdays: 3 }));
    expect(judge('M-1')).toMatchObject({ result: 'violation', tested: { sealed: false } });
    expect(judge('M-1', { ...look, matterCards: { get: sealed } })).toMatchObject({
      result: 'cleared',
      tested: { entered: true, legacy: false, linkedToAccepted: false, sealed: true },
    });
    expect(judge('M-2')).toMatchObject({
      result: 'cleared',
      tested: { entered: true, legacy: false, linkedToAccepted: true, sealed: false },
    });
  });
  test('an item that is found to have entered late: its results are judged again', async () => {
    await town.publish('A-2');
    await licence('M-1', clock('2024-03-05'), { itemCode: 'A-2' });
    await town.goTo('2024-03-20');
    expect(await verdict('M-1')).toMatchObject({ result: 'cleared', tested: { entered: false } });
    await town.enter('A-2', '2024-03-05', clock('2024-03-20'));
    expect(await verdict('M-1')).toMatchObject({ result: 'violation' });
  });
  test('whose item it is not known is certain to be so', async () => {
    await town.report('M-1', 'IssueLicence', { certificateNo: 'Z' }, clock('2024-03-05'));
    await town.goTo('2024-03-20');
    expect(await verdict('M-1')).toMatchObject({ certain: true, severity: 'red', tested: {}, itemCode: null });
  });
});

describe('EN-01', () => {
  test('the whole verdict, yellow and red', async () => {
    await town.publish('B-1', {}, clock('2024-03-04'));
    await town.goTo('2024-04-04');
    const passed = async () =>
      (await town.world.store.readStream('item-B-1')).filter(({ type }) => type === 'LimitPassed').map(({ id }) => id);
    const said = {
      result: 'violation',
      certain: true,
      missing: [],
      itemCode: 'B-1',
      org: 'market',
      on: '2024-04-03',
      matterId: null,
    };
    expect(await town.verdict('EN-01', 'B-1')).toMatchObject({
      ...said,
      severity: 'yellow',
      evidence: await passed(),
      tested: { entered: false, redDays: false },
      details: { due: '2024-04-03', enteredOn: null },
    });
    await town.goTo('2024-06-03');
    expect(await passed()).toHaveLength(2);
    expect(await town.verdict('EN-01', 'B-1')).toMatchObject({
      ...said,
      severity: 'red',
      evidence: await passed(),
      tested: { entered: false, redDays: true },
    });
    await town.enter('B-1', '2024-06-10', clock('2024-06-05'));
    expect((await town.verdict('EN-01', 'B-1'))!['details']).toMatchObject({ enteredOn: '2024-06-10' });
  });
  test('of an item that has time left, or need not enter, nothing is said', async () => {
    await town.publish('B-1', {}, clock('2024-03-04'));
    await town.publish('B-2', { mustEnter: false }, clock('2024-03-04'));
    await town.goTo('2024-04-20');
    expect(await town.verdict('EN-01', 'A-1')).toBeUndefined();
    expect(await town.verdict('EN-01', 'B-2')).toBeUndefined();
    await town.publish('B-3', {}, clock('2024-04-20'));
    await town.goTo('2024-05-01');
    expect(await town.verdict('EN-01', 'B-3')).toBeUndefined();
  });
  test('where a pack has the red term end first, an exit that is taken back leaves nothing to say', async () => {
    const data = {
      rule: 'EN-01',
      pack: 'P',
      values: { days: 90, redDays: 30 },
      from: '2024-03-05',
      source: '文',
      grade: 'D',
      reason: '试行',
    };
    await town.say({ decider: pack, id: 'EN-01', type: 'ProposePack', data, by: { person: 'one' } });
    await town.say({ decider: pack, id: 'EN-01', type: 'AdoptPack', data: { reason: '同意' }, by: { person: 'two' } });
    const exit = {
      centre: 'centre',
      from: '2024-03-11',
      reason: '场地搬迁',
      approver: '市政府',
      document: '市政发9号',
    };
    await town.say({ decider: item, id: 'A-1', type: 'LeaveCentre', data: exit, at: clock('2024-03-08') });
    await town.goTo('2024-04-12');
    expect(await town.told('EN-01')).toEqual([]);
    await town.enter('A-1', '2024-03-11', clock('2024-04-12'));
    expect(await town.told('EN-01')).toEqual([]);
  });
});

describe('EN-02', () => {
  const verdict = async (from: string) => (await town.verdict('EN-02', `A-1 ${from}`)) as VerdictRow | undefined;
  test.each([
    ['2024-01-01', '2024-01-01', '2024-03-31'],
    ['2024-03-31', '2024-01-01', '2024-03-31'],
    ['2024-04-01', '2024-04-01', '2024-06-30'],
    ['2024-08-15', '2024-07-01', '2024-09-30'],
    ['2024-10-01', '2024-10-01', '2024-12-31'],
    ['2024-12-31', '2024-10-01', '2024-12-31'],
    ['0009-11-11', '0009-10-01', '0009-12-31'],
  ])('%s lies in the quarter from %s to %s', (day, from, to) => expect(quarterOf(day)).toEqual([from, to]));
  test('the whole verdict; quarters by themselves, each with its first and last day', async () => {
    for (const n of [1, 2, 3, 4]) await town.accept(`M-${n}`, clock(`2024-03-0${n + 4}`));
    expect(await verdict('2024-01-01')).toBeUndefined(); // nothing outside, nothing to say
    await town.acceptOutside('M-5', clock('2024-03-09'));
    await town.acceptOutside('M-6', clock('2024-03-31'));
    await town.accept('M-7', clock('2024-04-01'));
    await town.acceptOutside('M-8', clock('2024-04-01'));
    const evidence = [await firstOf('M-5'), await firstOf('M-6')];
    expect(await verdict('2024-01-01')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'red',
      evidence,
      tested: { enough: true, shareReached: true },
      missing: [],
      details: { outside: 2, all: 6, share: 33, from: '2024-01-01' },
      ...about,
      on: '2024-03-31',
      matterId: null,
    });
    expect(await verdict('2024-04-01')).toMatchObject({
      result: 'cleared',
      certain: true,
      tested: { enough: false, shareReached: true },
      details: { outside: 1, all: 2, share: 50 },
    });
  });
  test('acts that a post of the centre recorded elsewhere make it a matter for a human, until the others reach the share', async () => {
    const fromWindow = { by: { org: 'market', post: 'w1' } };
    for (const n of [1, 2, 3, 4]) await town.accept(`M-${n}`, clock(`2024-03-0${n + 4}`));
    await town.acceptOutside('M-5', clock('2024-03-09'), fromWindow);
    expect(await verdict('2024-01-01')).toMatchObject({ result: 'violation', certain: false });
    await town.acceptOutside('M-6', clock('2024-03-10'));
    expect(await verdict('2024-01-01')).toMatchObject({ certain: false, details: { outside: 2, all: 6 } });
    await town.acceptOutside('M-7', clock('2024-03-10'));
    expect(await verdict('2024-01-01')).toMatchObject({ certain: true, details: { outside: 3, all: 7 } });
  });
  test('the share itself is enough to be certain', async () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7]) await town.accept(`M-${n}`, clock(`2024-03-0${n}`));
    await town.acceptOutside('M-8', clock('2024-03-09'), { by: { org: 'market', post: 'w1' } });
    await town.acceptOutside('M-9', clock('2024-03-09'));
    expect(await verdict('2024-01-01')).toMatchObject({ certain: false });
    await town.acceptOutside('M-10', clock('2024-03-09'));
    expect(await verdict('2024-01-01')).toMatchObject({ certain: true, details: { outside: 3, all: 10 } });
  });
  test('below the share it is certain, whoever recorded it', async () => {
    for (const n of [1, 2, 3, 4, 5]) await town.accept(`M-${n}`, clock(`2024-03-0${n + 3}`));
    await town.acceptOutside('M-6', clock('2024-03-09'), { by: { org: 'market', post: 'w1' } });
    expect(await verdict('2024-01-01')).toMatchObject({ result: 'cleared', certain: true });
  });
});
