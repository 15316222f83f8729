/** Each clause of the rules about places by itself, and whole verdicts. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { exemption } from '../../src/areas/catalogue/exemption.js';
import { clock, openTown, type Town } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1');
  await town.enter('A-1', '2024-03-04');
});
afterEach(() => town.close());
const actOf = async (matter: string) => (await town.world.store.readStream(`matter-${matter}`))[0]!.id;
const judged = async (rule: string, matter: string) => town.verdict(rule, await actOf(matter));
const about = (matterId: string, on: string, more: object = {}) => ({
  on,
  matterId,
  itemCode: 'A-1',
  org: 'market',
  placeKind: 'department-office',
  ...more,
});

describe('DA-01', () => {
  const tested = { entered: true, exempt: false, ratifiedLater: false, seconded: false };
  test('the whole verdict, found and cleared', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'));
    await town.exempt('H-1', { decidedOn: '2024-03-06', from: '2024-03-06', to: '2024-04-01' }, clock('2024-03-06'));
    await town.acceptOutside('M-2', clock('2024-03-06'));
    await town.acceptOutside('M-3', clock('2024-03-03'), { told: clock('2024-03-07') });
    const act = await actOf('M-1');
    expect(await judged('DA-01', 'M-1')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'red',
      evidence: [act],
      tested,
      missing: [],
      details: { exemption: null },
      ...about('M-1', '2024-03-05'),
    });
    expect(await judged('DA-01', 'M-2')).toMatchObject({
      result: 'cleared',
      certain: true,
      tested: { ...tested, exempt: true },
      details: { exemption: 'market/H-1' },
    });
    expect(await judged('DA-01', 'M-3')).toMatchObject({ result: 'cleared', tested: { ...tested, entered: false } });
    await town.accept('M-4', clock('2024-03-07'));
    expect(await judged('DA-01', 'M-4')).toBeUndefined();
  });
  test('an exemption that is decided later is told, and does not cure', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'));
    await town.exempt('H-1', { decidedOn: '2024-03-06', from: '2024-03-05', to: '2024-04-01' }, clock('2024-03-06'));
    expect(await judged('DA-01', 'M-1')).toMatchObject({
      result: 'violation',
      tested: { ...tested, ratifiedLater: true },
      details: { exemption: 'market/H-1' },
    });
  });
  test('of what is not known it is certain that it cannot be told', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'), { place: { kind: 'unknown' } });
    await town.acceptOutside('M-2', clock('2024-03-05'), {}, 'nobody-knows');
    expect(await judged('DA-01', 'M-1')).toMatchObject({ certain: true, missing: ['place'] });
    expect(await judged('DA-01', 'M-2')).toMatchObject({ certain: true, missing: ['item'] });
  });
});

describe('DA-02', () => {
  const outside = async (n: number, day: string, more: Parameters<Town['acceptOutside']>[2] = {}) =>
    town.acceptOutside(`M-${n}`, clock(day), more);
  test('the whole verdict: what is inside and outside within the window, its first and last day, one act inside', async () => {
    await town.accept('M-0', clock('2024-03-05'));
    await town.accept('M-9', clock('2024-03-06'));
    await outside(1, '2024-03-07');
    await outside(2, '2024-03-09');
    expect(await judged('DA-02', 'M-1')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'red',
      evidence: [await actOf('M-1'), await actOf('M-2')],
      tested: { acceptedInside: true, enoughOutside: true },
      missing: [],
      details: {
        inside: 2,
        outside: 2,
        share: 50,
        first: '2024-03-07',
        last: '2024-03-09',
        insideAct: await actOf('M-0'),
      },
      ...about('M-1', '2024-03-07'),
    });
    expect(await judged('DA-02', 'M-2')).toBeUndefined(); // part of the first, and no finding of its own to be ended
  });
  test('without anything inside it is looked at, and cleared', async () => {
    await outside(1, '2024-03-07');
    expect(await judged('DA-02', 'M-1')).toMatchObject({
      result: 'cleared',
      certain: true,
      tested: { acceptedInside: false, enoughOutside: true },
      details: { inside: 0, outside: 1, share: 100, insideAct: null },
    });
  });
  test.each([
    ['2024-03-07', 0], // ninety days before
    ['2024-03-08', 1],
    ['2024-09-02', 1],
    ['2024-09-03', 0], // ninety days after
  ])('outside on 5 June, inside on %s', async (day, inside) => {
    const later = day > '2024-06-05';
    if (!later) await town.accept('M-0', clock(day));
    await outside(1, '2024-06-05');
    if (later) await town.accept('M-0', clock(day));
    expect((await judged('DA-02', 'M-1'))!['details']).toMatchObject({ inside });
  });
  test('the act inside that is shown is the first there is, not of the first day', async () => {
    await outside(1, '2024-03-05');
    await town.accept('M-0', clock('2024-03-06'));
    expect((await judged('DA-02', 'M-1'))!['details']).toMatchObject({ insideAct: await actOf('M-0') });
  });
  test('an episode goes on over many days, to both sides of any of its acts', async () => {
    await outside(2, '2024-06-01');
    await outside(1, '2024-04-01', { told: clock('2024-06-02') });
    await outside(3, '2024-08-01');
    await town.accept('M-0', clock('2024-10-20')); // less than ninety days after the last
    expect((await judged('DA-02', 'M-2'))!['details']).toMatchObject({
      inside: 1,
      outside: 3,
      first: '2024-04-01',
      last: '2024-08-01',
    });
  });
  test('what is exempt, or of an unknown item, is no act outside', async () => {
    await town.accept('M-0', clock('2024-03-05'));
    await outside(3, '2024-03-05');
    await town.exempt('H-1', { decidedOn: '2024-03-06', from: '2024-03-06', to: '2024-04-01' }, clock('2024-03-06'));
    await outside(1, '2024-03-07');
    await town.acceptOutside('M-2', clock('2024-03-07'), {}, 'nobody-knows');
    expect(await judged('DA-02', 'M-1')).toBeUndefined();
    expect(await judged('DA-02', 'M-2')).toBeUndefined();
    expect((await judged('DA-02', 'M-3'))!.details).toMatchObject({ outside: 1 });
  });
  test('ninety days apart are two episodes; eighty-nine are one, from whichever side', async () => {
    await outside(1, '2024-03-05');
    await town.accept('M-0', clock('2024-03-06'));
    await outside(2, '2024-06-03'); // ninety days after the first
    await town.accept('M-00', clock('2024-06-04'));
    expect(await town.told('DA-02')).toEqual(['DA-02 M-1 red open', 'DA-02 M-2 red open']);
    expect((await judged('DA-02', 'M-1'))!['details']).toMatchObject({ outside: 1 });
    await outside(3, '2024-06-02', { told: clock('2024-06-05') });
    expect(await town.told('DA-02')).toEqual(['DA-02 M-1 red open', 'DA-02 M-2 red superseded']);
    expect((await judged('DA-02', 'M-1'))!['details']).toMatchObject({ outside: 3 });
    expect((await judged('DA-02', 'M-2'))!).toMatchObject({
      result: 'superseded',
      certain: true,
      severity: 'red',
      missing: [],
      tested: {},
      evidence: [await actOf('M-2')],
      by: await actOf('M-1'),
    });
  });
  test('the evidence is the oldest and at most twenty', async () => {
    await town.accept('M-0', clock('2024-03-05'));
    for (let n = 1; n <= 12; n++) await outside(n, '2024-03-06');
    for (let n = 13; n <= 25; n++) await outside(n, '2024-03-07');
    const { evidence, details } = (await judged('DA-02', 'M-1')) as VerdictRow;
    expect(evidence).toHaveLength(20);
    expect(new Set(evidence).size).toBe(20);
    expect(evidence[0]).toBe(await actOf('M-1'));
    expect(details).toMatchObject({ outside: 25, share: 96 });
  });
  test('a day that belongs to another unit by then is another episode', async () => {
    await town.accept('M-0', clock('2024-03-05'));
    await outside(1, '2024-03-06');
    await town.publish('A-1', { department: 'construction' }, clock('2024-03-08'));
    await outside(2, '2024-03-09');
    expect(await town.told('DA-02')).toEqual(['DA-02 M-1 red open', 'DA-02 M-2 red open']);
    expect((await judged('DA-02', 'M-2'))!).toMatchObject({ org: 'construction', details: { outside: 1 } });
  });
  test('as many as a pack asks for', async () => {
    const { pack } = await import('../../src/areas/supervision/pack.js');
    const values = { inside: 2, outside: 2 };
    const data = { rule: 'DA-02', pack: 'P', values, from: '2024-03-05', source: '文', grade: 'D', reason: '试行' };
    await town.say({ decider: pack, id: 'DA-02', type: 'ProposePack', data, by: { person: 'one' } });
    await town.say({
      decider: pack,
      id: 'DA-02',
      type: 'AdoptPack',
      data: { reason: '同意' },
      by: { person: 'two' },
    });
    await town.accept('M-0', clock('2024-03-05'));
    await town.accept('M-9', clock('2024-03-05', '10:00'));
    await outside(1, '2024-03-06');
    expect(await judged('DA-02', 'M-1')).toMatchObject({
      result: 'cleared',
      tested: { acceptedInside: true, enoughOutside: false },
    });
    await outside(2, '2024-03-06');
    expect(await judged('DA-02', 'M-1')).toMatchObject({ result: 'violation' });
  });
});

describe('EX-01, EX-02, EX-04', () => {
  const scope = { items: null, places: ['department-office'], channels: null };
  const whole = { scope, decidedOn: '2024-03-04', from: '2024-03-05', to: '2024-03-08' };
  test('an item that must enter and has not; and one that need not', async () => {
    await town.publish('B-1');
    await town.publish('C-1', { mustEnter: false });
    await town.exempt('H-1', whole, clock('2024-03-04'));
    await town.acceptOutside('M-1', clock('2024-03-08'), {}, 'B-1');
    await town.acceptOutside('M-2', clock('2024-03-08'), {}, 'C-1');
    await town.acceptOutside('M-3', clock('2024-03-07'), { place: { kind: 'special-hall' } }, 'B-1');
    await town.acceptOutside('M-4', clock('2024-03-07'), { place: { kind: 'special-hall' } }, 'C-1');
    expect(await town.told('EX-01', 'EX-02')).toEqual(['EX-01 M-1 red open', 'EX-02 M-3 yellow open']);
    expect(await judged('EX-01', 'M-2')).toBeUndefined();
    expect(await judged('EX-02', 'M-4')).toBeUndefined();
  });
  test('the whole verdicts, found and cleared', async () => {
    await town.exempt('H-1', whole, clock('2024-03-04'));
    await town.acceptOutside('M-1', clock('2024-03-08'));
    await town.acceptOutside('M-2', clock('2024-03-07'), { place: { kind: 'special-hall' } });
    expect(await judged('EX-01', 'M-1')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'red',
      evidence: [await actOf('M-1')],
      tested: { ended: true, otherInForce: false },
      missing: [],
      details: { exemption: 'market/H-1' },
      ...about('M-1', '2024-03-08'),
    });
    expect(await judged('EX-02', 'M-2')).toMatchObject({
      result: 'violation',
      certain: true,
      severity: 'yellow',
      evidence: [await actOf('M-2')],
      tested: { inForce: true, otherCovers: false },
      missing: [],
      details: { exemption: 'market/H-1' },
      ...about('M-2', '2024-03-07', { placeKind: 'special-hall' }),
    });
    const other = { ...whole, scope: { items: ['A-1'], places: null, channels: null }, to: '2024-04-01' };
    await town.exempt('H-2', other, clock('2024-03-09'));
    expect(await judged('EX-01', 'M-1')).toMatchObject({ result: 'cleared', tested: { otherInForce: true } });
    expect(await judged('EX-02', 'M-2')).toMatchObject({ result: 'cleared', tested: { otherCovers: true } });
    expect(await town.verdict('EX-04', 'market/H-1')).toMatchObject({
      result: 'cleared',
      certain: true,
      severity: 'red',
      tested: { byGovernment: true, documented: true, ends: true, notBackdated: true },
      missing: [],
      details: { exemption: 'H-1', from: '2024-03-05', to: '2024-03-08' },
    });
  });
  test('a revocation that is known, of an approval that is not, is nothing to judge', async () => {
    await town.say({
      decider: exemption,
      id: 'market',
      type: 'RevokeExemption',
      data: { exemption: 'H-9', from: '2024-03-06', document: '文2号', reason: '不再需要' },
      at: clock('2024-03-06'),
      report: { system: 'paper', occurredAt: clock('2024-03-06') },
    });
    expect(await town.verdict('EX-04', 'market/H-9')).toBeUndefined();
  });
});
