/** Rules about the stock of receipts: RC-01 to RC-04, RC-06. The unit market has the numbers 0001 to 0100 of code 45 from 4 March on. */
import { addDays } from '../../projections/kernel/instant.js';
import { clock, openTown, type Town } from '../town.js';
import { foundBy, somebody, tillOf, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  till = tillOf(town);
  await till.block('45-0001', '0100', '2024-03-04');
});
afterEach(() => town.close());
const found = (rule: string) => foundBy(town, rule);
const use: Till['use'] = (...asked) => till.use(...asked);

describe('RC-01 numbers unaccounted for', () => {
  const gaps = () => found('RC-01');
  test.each([
    ['2024-04-04', []],
    ['2024-04-05', ['45-0001 0002 yellow open']],
  ])('thirty days after the next number was used: %s', async (day, wanted) => {
    await use(1);
    await use(3);
    await town.goTo(day);
    expect(await gaps()).toEqual(wanted);
  });
  test('what is used, returned or destroyed is accounted for, also late; what is left has a name of its own', async () => {
    await use(1);
    await use(9);
    await town.goTo('2024-04-05');
    const issued = (await town.world.store.readStream('block-45-0001'))[0]!.id;
    const passed = (await town.world.store.readStream('block-45-0001')).at(-1)!.id;
    expect((await town.found('RC-01'))[0]).toMatchObject({
      org: 'market',
      on: '2024-03-05',
      evidence: [issued, passed],
      tested: { accountedFor: false, writtenOff: false },
      details: { break: 'BK-15 45-0002', first: '0002', last: '0008', count: 7 },
    });
    await till.stock('45-0001', 'ReturnReceipts', { first: '0002', last: '0004', reason: '未用' }, '2024-03-20', {
      told: clock('2024-04-05'),
    });
    expect(await gaps()).toEqual(['45-0001 0002 yellow withdrawn', '45-0001 0005 yellow open']);
    await till.stock('45-0001', 'DestroyReceipts', { first: '0005', last: '0007' }, '2024-03-20', {
      told: clock('2024-04-06'),
    });
    await use(8, '2024-03-20', {}, { told: clock('2024-04-06') });
    expect(await gaps()).toEqual(['45-0001 0002 yellow withdrawn', '45-0001 0005 yellow withdrawn']);
  });
  test('numbers behind the last are on hand, and of a block that nobody was given nothing is asked', async () => {
    await use(1);
    await till.stock('46-0001', 'PrintBlock', { to: '0100', form: 'paper' }, '2024-03-05');
    await till.issue('46-0001', '2024-03-05');
    await till.issue('46-0003', '2024-03-05');
    await town.goTo('2024-06-01');
    expect(await gaps()).toEqual([]);
    await till.stock('46-0001', 'IssueBlock', { org: 'market' }, '2024-03-05', { told: clock('2024-06-01') });
    await town.goTo('2024-06-02');
    expect(await gaps()).toEqual(['46-0001 0002 yellow open']);
  });
  test('a block that is written off has no gap at all: red, on the day after', async () => {
    await use(1);
    await use(3);
    await till.stock('45-0001', 'WriteOffBlock', {}, '2024-03-20');
    await town.goTo('2024-03-20');
    expect(await gaps()).toEqual([]);
    await town.goTo('2024-03-21');
    expect(await gaps()).toEqual(['45-0001 0002 red open', '45-0001 0004 red open']);
    await till.stock('45-0001', 'ReturnReceipts', { first: '0004', last: '0100', reason: '未用' }, '2024-03-19', {
      told: clock('2024-03-21'),
    });
    expect(await gaps()).toEqual(['45-0001 0002 red open', '45-0001 0004 red withdrawn']);
  });
  test('a gap that was found becomes red when the block is written off', async () => {
    await use(1);
    await use(3);
    await town.goTo('2024-04-05');
    await till.stock('45-0001', 'ReturnReceipts', { first: '0004', last: '0100', reason: '未用' }, '2024-04-05');
    await till.stock('45-0001', 'WriteOffBlock', {}, '2024-04-05');
    expect(await gaps()).toEqual(['45-0001 0002 red open']);
  });
  test('each gap by itself', async () => {
    for (const n of [1, 3, 7]) await use(n);
    await town.goTo('2024-04-05');
    expect((await town.found('RC-01')).map(({ details }) => [details['first'], details['last']])).toEqual([
      ['0002', '0002'],
      ['0004', '0006'],
    ]);
  });
  test('an earlier use that becomes known later makes it pass at once', async () => {
    await use(1);
    await town.goTo('2024-05-01');
    await use(3, '2024-03-05', {}, { told: clock('2024-05-01') });
    await town.goTo('2024-05-02');
    expect(await gaps()).toEqual(['45-0001 0002 yellow open']);
    await use(2, '2024-03-05', {}, { told: clock('2024-05-02') });
    expect(await gaps()).toEqual(['45-0001 0002 yellow withdrawn']);
  });
});

test('RC-02: the second use of a number, and every one after it', async () => {
  const one = await use(1);
  expect(await found('RC-02')).toEqual([]);
  const two = await use(1, '2024-03-06');
  expect(await found('RC-02')).toEqual(['45-0001 red open']);
  expect((await town.found('RC-02'))[0]).toMatchObject({
    evidence: [one, two],
    tested: { usedOnce: false },
    details: { break: 'BK-16 45-0001', uses: 2 },
    on: '2024-03-05',
    org: 'market',
    itemCode: 'A-1',
    centre: 'centre',
  });
  await use(2);
  expect(await found('RC-02')).toEqual(['45-0001 red open']);
  expect(await found('RC-03')).toEqual([]);
  for (const times of [1, 2]) await use(3, `2024-03-0${6 + times}`, { lines: [] });
  expect(await town.verdict('RC-02', '45-0003')).toMatchObject({ itemCode: null, matterId: null });
  for (const times of [1, 2]) await use(4, `2024-03-1${times}`, { lines: [{ matterId: 'M-1' }] });
  expect(await town.verdict('RC-02', '45-0004')).toMatchObject({ matterId: 'M-1' });
});

describe('RC-03 outside any block of the unit', () => {
  const foreign = () => found('RC-03');
  test.each([
    ['in the block', '45-0100', '2024-03-04', 'market', null],
    [
      'the day before it was issued',
      '45-0100',
      '2024-03-03',
      'market',
      { inStock: true, ofUnit: true, issuedByThen: false },
    ],
    ['of another unit', '45-0100', '2024-03-04', 'health', { inStock: true, ofUnit: false, issuedByThen: true }],
    ['behind it', '45-0101', '2024-03-04', 'market', { inStock: false }],
    ['of another code', '46-0100', '2024-03-04', 'market', { inStock: false }],
    ['of another length', '45-00100', '2024-03-04', 'market', { inStock: false }],
  ])('%s', async (_, id, on, org, tested) => {
    await till.issue(id, on, { org }, { told: clock('2024-03-05') });
    expect(await foreign()).toEqual(tested ? [`${id} red open`] : []);
    if (!tested) return;
    const issuedTo = 'ofUnit' in tested ? 'market' : null;
    expect((await town.found('RC-03'))[0]).toMatchObject({ tested, details: { issuedTo } });
  });
  test('a block that is registered late; one that was printed and not issued', async () => {
    await till.issue('46-0007', '2024-03-05');
    expect(await foreign()).toEqual(['46-0007 red open']);
    await till.stock('46-0001', 'PrintBlock', { to: '0010', form: 'paper' }, '2024-03-01', {
      told: clock('2024-03-08'),
    });
    expect(await foreign()).toEqual(['46-0007 red open']);
    expect(await town.verdict('RC-03', '46-0007')).toMatchObject({
      tested: { inStock: true, ofUnit: false, issuedByThen: false },
      details: { break: 'BK-17 46-0007', issuedTo: null },
    });
    await till.stock('46-0001', 'IssueBlock', { org: 'market' }, '2024-03-05', { told: clock('2024-03-08') });
    expect(await foreign()).toEqual(['46-0007 red withdrawn']);
  });
  test('where the unit is not known it cannot be judged', async () => {
    const event = await till.issue('45-0001', '2024-03-05', { org: undefined }, { by: {} });
    expect(await town.verdict('RC-03', '45-0001')).toMatchObject({
      result: 'undetermined',
      missing: ['org'],
      evidence: [event],
    });
  });
});

describe('RC-04 numbers out of order', () => {
  const at = (n: number, minute: number, more: object = {}) =>
    use(n, clock('2024-03-05', `10:${String(minute).padStart(2, '0')}`), more, { told: clock('2024-03-06') });
  const order = () => found('RC-04');
  const subject = async () =>
    (await town.world.shelf.find((await import('../../projections/receipts.js')).receipts, {}, { limit: 1 }))
      .rows[0] as { code: string; hundred: string; handler: string };
  test.each([
    [1, []],
    [2, []],
    [3, ['info open']],
    [5, ['info open']],
    [6, ['yellow open']],
  ])('%i of a hundred that are earlier than a number before them', async (late, wanted) => {
    await at(1, 30);
    for (let n = 0; n < late; n++) await at(2 + n, 10 + n);
    await at(20, 40);
    expect((await order()).map((line) => line.split(' ').slice(3).join(' '))).toEqual(wanted);
    const { code, hundred, handler } = await subject();
    expect(await town.verdict('RC-04', `${code} ${hundred} ${handler}`)).toMatchObject({
      result: late > 2 ? 'violation' : 'cleared',
      tested: { inOrder: late <= 2 },
      details: { outOfOrder: late, of: late + 2 },
      org: 'market',
      centre: 'centre',
    });
  });
  test('at the same moment is in order, another handler and another hundred are counted by themselves', async () => {
    await at(1, 30);
    await at(2, 30);
    const { code, hundred, handler } = await subject();
    expect(await town.verdict('RC-04', `${code} ${hundred} ${handler}`)).toBeUndefined();
    for (const n of [3, 4]) await at(n, 10);
    await at(5, 10, { handler: somebody('other') });
    await till.block('45-0101', '0200', '2024-03-04');
    await till.issue('45-0101', clock('2024-03-05', '10:05'), { block: '45-0101' }, { told: clock('2024-03-06') });
    expect(await order()).toEqual([]);
    await at(6, 20);
    expect(await order()).toHaveLength(1);
    expect((await town.found('RC-04'))[0]!.evidence).toHaveLength(3);
  });
  test('of which nobody knows who issued them it cannot be judged', async () => {
    await at(1, 30, { handler: undefined });
    expect(await town.verdict('RC-04', '45 0 ')).toMatchObject({ result: 'undetermined', missing: ['handler'] });
  });
});

describe('RC-06 blocks that nobody accounts for', () => {
  const held = async () => (await found('RC-06')).filter((line) => line.startsWith('held'));
  const drawn = async () => (await found('RC-06')).filter((line) => line.startsWith('draw'));
  describe('held for long', () => {
    beforeEach(async () => {
      await town.close();
      town = await openTown('2026-03-02');
      till = tillOf(town);
      await till.block('45-0001', '0100', '2024-03-04', 'market', { told: clock('2026-03-02') });
    });
    test.each([
      ['2026-03-04', []],
      ['2026-03-05', ['held 45-0001 yellow open']],
    ])('two years after it was issued: %s', async (day, wanted) => {
      await town.goTo(day);
      expect(await held()).toEqual(wanted);
    });
    test.each([
      ['2026-03-04', []],
      ['2026-03-05', ['held 45-0001 yellow open']],
    ])('written off on %s', async (on, wanted) => {
      await town.goTo(on);
      await till.stock('45-0001', 'WriteOffBlock', {}, on);
      await town.goTo('2026-04-01');
      expect(await held()).toEqual(wanted);
      if (wanted.length === 0) return;
      expect((await town.found('RC-06'))[0]).toMatchObject({
        on: '2024-03-04',
        org: 'market',
        tested: { writtenOff: false },
      });
      expect(await town.verdict('RC-06', 'held 45-0001')).toMatchObject({
        details: { due: '2026-03-04', writtenOffOn: '2026-03-05' },
      });
    });
    test('a block that nobody was given is held by nobody', async () => {
      await till.stock('46-0001', 'PrintBlock', { to: '0010', form: 'paper' }, '2024-03-04', {
        told: clock('2026-03-02'),
      });
      await till.stock('46-0001', 'WriteOffBlock', {}, '2026-03-03');
      await town.goTo('2026-03-10');
      expect(await held()).toEqual(['held 45-0001 yellow open']);
    });
    test('written off in time, as becomes known later', async () => {
      await town.goTo('2026-03-10');
      expect(await held()).toHaveLength(1);
      await till.stock('45-0001', 'WriteOffBlock', {}, '2026-03-04', { told: clock('2026-03-10') });
      expect(await held()).toEqual(['held 45-0001 yellow withdrawn']);
    });
  });
  test.each([
    [181, 4, 0],
    [183, 3, 1],
    [183, 4, 0],
  ])('drawn %i days after the first, when %i of four were used', async (days, used, times) => {
    const on = addDays('2024-03-04', days);
    for (let n = 1; n <= used; n++) await use(n, addDays('2024-03-04', n));
    await till.block('45-0201', '0204', on);
    expect(await drawn()).toEqual(['draw 45-0201 yellow open'].slice(0, days === 181 ? 0 : times));
  });
  test('what was used before the days that count, or on the day itself, does not count; what becomes known late does', async () => {
    const on = addDays('2024-03-04', 190);
    await use(1, '2024-03-05');
    await use(2, addDays(on, -183));
    await use(3, addDays(on, -1));
    await till.block('45-0201', '0203', on);
    await use(4, on);
    expect(await drawn()).toEqual(['draw 45-0201 yellow open']);
    expect((await town.found('RC-06'))[0]).toMatchObject({
      tested: { withinUse: false },
      details: { drawn: 3, used: 2 },
      on,
    });
    await use(5, addDays(on, -2), {}, { told: clock(on, '10:00') });
    expect(await drawn()).toEqual(['draw 45-0201 yellow withdrawn']);
    await till.block('45-0301', '0400', on, 'health');
    expect(await drawn()).toHaveLength(1);
  });
  test('an older block that is registered late, and one that is written off, say that the unit has had blocks for long', async () => {
    await till.stock('45-0001', 'WriteOffBlock', {}, '2024-03-05');
    await till.block('47-0001', '0010', '2024-05-01', 'health');
    const on = addDays('2024-03-04', 183);
    await till.block('45-0201', '0203', on);
    await till.block('47-0201', '0203', on, 'health');
    expect(await drawn()).toEqual(['draw 45-0201 yellow open']);
    await till.stock('48-0001', 'PrintBlock', { to: '0010', form: 'paper' }, '2024-03-01', {
      told: clock(on, '10:00'),
    });
    await till.stock('48-0001', 'IssueBlock', { org: 'health' }, '2024-03-01', { told: clock(on, '10:00') });
    expect(await drawn()).toEqual(['draw 45-0201 yellow open', 'draw 47-0201 yellow open']);
  });
});
