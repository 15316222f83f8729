/** Rules about waivers, split and bundled fees: FE-06, FE-10, FE-11. */
import { openTown, clock, type Town } from '../town.js';
import { foundBy, payer, tillOf, type Till, verdictIn } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  till = tillOf(town);
  await till.publish('F-1', '2024-03-04');
});
afterEach(() => town.close());
const found = (rule: string) => foundBy(town, rule);
const verdict = (rule: string, subject: string) => verdictIn(town, rule, subject);

describe('FE-06 irregular waivers', () => {
  const waive = (data: object = {}, on = '2024-03-07') =>
    till.fee(
      'f-1',
      'ApproveWaiver',
      { approver: { name: '财政', level: 'finance' }, kind: 'reduce', amountFen: '100', ...data },
      on,
    );
  const ask = (on: string, document: string | undefined = '申请书', told?: string) =>
    till.fee(
      'f-1',
      'RequestWaiver',
      { kind: 'reduce', amountFen: '100', reason: '困难', payer: payer('a'), ...(document && { document }) },
      on,
      told ? { told: clock(told) } : {},
    );
  const only = async () => {
    await town.world.settle();
    const [row, ...more] = (await town.found('FE-06')).map(({ status, tested }) => ({ status, tested }));
    expect(more).toEqual([]);
    return row;
  };
  const bad = (tested: object) => ({
    status: 'open',
    tested: { requested: true, inWriting: true, byFinance: true, notBackdated: true, ...tested },
  });
  beforeEach(() => till.assess('f-1', '2024-03-05'));
  test('asked for in writing, approved by finance, not before', async () => {
    await ask('2024-03-06');
    await waive({ decidedOn: '2024-03-06' });
    expect(await only()).toBeUndefined();
    const [, asked, granted] = await town.world.store.readStream('fee-f-1');
    expect(await town.verdict('FE-06', `f-1 ${granted!.id}`)).toMatchObject({
      result: 'cleared',
      on: '2024-03-06',
      evidence: [asked!.id, granted!.id],
      missing: [],
      details: { kind: 'reduce', amountFen: '100' },
    });
  });
  test('the day before it was asked for', async () => {
    await ask('2024-03-06');
    await waive({ decidedOn: '2024-03-05' });
    expect(await only()).toEqual(bad({ notBackdated: false }));
  });
  test('not in writing', async () => {
    await till.fee('f-1', 'RequestWaiver', { kind: 'reduce', amountFen: '100', reason: '困难' }, '2024-03-06');
    await waive();
    expect(await only()).toEqual(bad({ inWriting: false }));
  });
  test.each(['unit', 'other'])('approved by %s', async (level) => {
    await ask('2024-03-06');
    await waive({ approver: { name: '某', level } });
    expect(await only()).toEqual(bad({ byFinance: false }));
  });
  test('nobody asked, until it becomes known that somebody had', async () => {
    await waive();
    expect(await only()).toEqual({ status: 'open', tested: { requested: false, byFinance: true } });
    const waiver = (await town.world.store.readStream('fee-f-1')).at(-1)!.id;
    expect((await town.found('FE-06'))[0]).toMatchObject({ certain: true, evidence: [waiver] });
    await ask('2024-03-08');
    expect(await only()).toMatchObject({ status: 'open' });
    await ask('2024-03-06', '申请书', '2024-03-11');
    expect(await only()).toMatchObject({ status: 'withdrawn', tested: { requested: true, inWriting: true } });
  });
  test('a source that says when it was asked for and not how: it cannot be judged, unless it is wrong anyway', async () => {
    await waive({ requestedOn: '2024-03-06' });
    const id = (await town.world.store.readStream('fee-f-1')).at(-1)!.id;
    expect(await verdict('FE-06', `f-1 ${id}`)).toMatchObject({ result: 'undetermined', missing: ['request'] });
    await waive({ requestedOn: '2024-03-08' });
    const late = (await town.world.store.readStream('fee-f-1')).at(-1)!.id;
    expect(await verdict('FE-06', `f-1 ${late}`)).toMatchObject({ result: 'violation', missing: [] });
    expect(await only()).toEqual({ status: 'open', tested: { requested: true, byFinance: true, notBackdated: false } });
  });
});

describe('FE-10 split fees', () => {
  const charge = (id: string, on: string, more: object = {}) => till.assess(id, on, { matterId: 'M-1', ...more });
  test.each([
    ['2024-03-05', 1],
    ['2024-03-08', 1],
    ['2024-03-09', 0],
  ])('a second time on %s', async (on, times) => {
    await charge('f-1', '2024-03-05');
    await charge('f-2', on);
    expect(await found('FE-10')).toEqual(['fee/f-2 yellow open'].slice(0, times));
  });
  test('the second is the one of the later day, however they are named', async () => {
    await charge('f-9', '2024-03-05');
    await charge('f-1', '2024-03-06');
    expect(await found('FE-10')).toEqual(['fee/f-1 yellow open']);
  });
  test('not in another matter, for another fee item, or once the first was cancelled', async () => {
    await till.publish('F-2', '2024-03-04');
    await charge('f-1', '2024-03-05');
    await till.assess('f-2', '2024-03-05', { matterId: 'M-2' });
    await charge('f-3', '2024-03-05', { feeItem: 'F-2' });
    expect(await found('FE-10')).toEqual([]);
    await charge('f-4', '2024-03-06');
    expect(await verdict('FE-10', 'fee/f-4')).toMatchObject({
      result: 'violation',
      tested: { instalment: false, undone: false },
      details: { other: 'fee/f-1', days: '2024-03-05' },
    });
    await till.fee('f-1', 'CancelFee', { reason: '错' }, '2024-03-07');
    expect(await found('FE-10')).toEqual(['fee/f-4 yellow withdrawn']);
    await charge('f-5', '2024-03-08');
    expect((await town.found('FE-10')).map(({ subject, evidence }) => [subject, evidence.length])).toContainEqual([
      'fee/f-5',
      2,
    ]);
    await till.fee('f-5', 'CancelFee', { reason: '错' }, '2024-03-08');
    expect(await found('FE-10')).toEqual(['fee/f-4 yellow withdrawn', 'fee/f-5 yellow withdrawn']);
  });
  test('not where it may be paid in parts, and these are parts', async () => {
    await till.publish('F-P', '2024-03-04', { instalments: true });
    await charge('f-1', '2024-03-05', { feeItem: 'F-P', instalment: { n: 1, of: 2 } });
    await charge('f-2', '2024-03-05', { feeItem: 'F-P', instalment: { n: 2, of: 2 } });
    expect(await verdict('FE-10', 'fee/f-2')).toMatchObject({ result: 'cleared', tested: { instalment: true } });
    await charge('f-3', '2024-03-06', { feeItem: 'F-P' });
    await charge('f-4', '2024-03-06', { instalment: { n: 1, of: 2 } });
    await charge('f-5', '2024-03-06', { instalment: { n: 2, of: 2 } });
    expect(await found('FE-10')).toEqual(['fee/f-3 yellow open', 'fee/f-5 yellow open']);
  });
  test('a receipt without an assessment counts, one over an assessment does not; the earlier one becomes known later', async () => {
    await charge('f-1', '2024-03-05');
    await till.issue('R-1', '2024-03-06', { lines: [{ fee: 'f-1', matterId: 'M-1' }] });
    expect(await found('FE-10')).toEqual([]);
    await till.issue('R-2', '2024-03-06', { lines: [{ matterId: 'M-1' }] });
    expect(await found('FE-10')).toEqual(['line/R-2 0 yellow open']);
    await till.issue('R-3', '2024-03-12', { lines: [{ matterId: 'M-1' }] });
    await charge('f-2', '2024-03-11', {});
    expect((await found('FE-10')).at(-1)).toBe('line/R-3 0 yellow open');
  });
  test('without a matter it cannot be judged', async () => {
    await till.assess('f-1', '2024-03-05');
    expect(await verdict('FE-10', 'fee/f-1')).toMatchObject({ result: 'undetermined', missing: ['matter'] });
  });
});

test('FE-11: of each unit that charges it says that it cannot judge', async () => {
  await till.publish('F-2', '2024-03-06', { org: 'market' });
  await till.publish('F-3', '2024-03-06', { org: 'health' });
  const first = (await town.world.store.readStream('tariff-F-1'))[0]!.id;
  expect(await verdict('FE-11', 'market')).toEqual({
    result: 'undetermined',
    tested: {},
    missing: ['affiliations'],
    details: {},
  });
  expect(await town.verdict('FE-11', 'market')).toMatchObject({
    certain: true,
    org: 'market',
    on: '2024-03-04',
    evidence: [first],
  });
  expect(await town.verdict('FE-11', 'health')).toMatchObject({ org: 'health' });
  expect(await found('FE-11')).toEqual([]);
});
