/** Rules about what is charged: FE-02 to FE-05. Ten units at one yuan are 1000 fen. */
import { openTown, clock, type Town } from '../town.js';
import { foundBy, tillOf, type Till, verdictIn } from '../town-money.js';

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

describe('FE-02 charged for what is in no register', () => {
  test('from the first day of the first version on it is in it', async () => {
    await till.assess('f-1', '2024-03-03', { quantity: '1', amountFen: '100', org: 'market' });
    await till.assess('f-2', '2024-03-04');
    await till.assess('f-3', '2024-03-05', { feeItem: 'F-9', amountFen: '5' });
    expect(await found('FE-02')).toEqual(['fee/f-1 red open', 'fee/f-3 red open']);
    expect(await verdict('FE-02', 'fee/f-3')).toEqual({
      result: 'violation',
      tested: { inForce: false, undone: false },
      missing: [],
      details: { feeItem: 'F-9', fen: '5' },
    });
    expect((await town.found('FE-02'))[0]).toMatchObject({
      on: '2024-03-03',
      itemCode: 'A-1',
      org: 'market',
      placeKind: 'centre-window',
      centre: 'centre',
    });
  });
  test('it is charged for its items alone; where no item is named that is not asked', async () => {
    await till.assess('f-1', '2024-03-05', { itemCode: 'A-2' });
    await till.assess('f-2', '2024-03-05', { itemCode: undefined });
    await till.publish('F-1', '2024-03-06');
    await till.assess('f-3', '2024-03-06', { itemCode: 'A-2' });
    expect(await found('FE-02')).toEqual(['fee/f-1 red open', 'fee/f-3 red open']);
    expect(await found('FE-05')).toEqual([]);
    expect(await verdict('FE-02', 'fee/f-1')).toMatchObject({
      tested: { inForce: true, ofItem: false, undone: false },
    });
  });
  test('a receipt that names no assessment is a charge of its own, one that does is not', async () => {
    await till.assess('f-1', '2024-03-05', { feeItem: 'F-9' });
    await till.issue('R-1', '2024-03-05', { lines: [{ feeItem: 'F-9', fee: 'f-1' }, { feeItem: 'F-8' }] });
    expect(await found('FE-02')).toEqual(['fee/f-1 red open', 'line/R-1 1 red open']);
    await till.receipt('R-1', 'VoidReceipt', { reason: '错' }, '2024-03-06');
    await till.fee('f-1', 'CancelFee', { reason: '错' }, '2024-03-06');
    expect(await found('FE-02')).toEqual(['fee/f-1 red withdrawn', 'line/R-1 1 red withdrawn']);
    expect(await verdict('FE-02', 'line/R-1 1')).toMatchObject({ result: 'cleared', tested: { undone: true } });
  });
  test('a publication that becomes known late, and one that begins only later', async () => {
    await till.assess('f-1', '2024-03-05', { feeItem: 'F-2' });
    await till.issue('R-1', '2024-03-05', { lines: [{ feeItem: 'F-2' }] });
    await till.publish('F-2', '2024-03-06', {}, { told: clock('2024-03-08') });
    expect(await found('FE-02')).toEqual(['fee/f-1 red open', 'line/R-1 0 red open']);
    await till.publish('F-3', '2024-03-10');
    await till.assess('f-2', '2024-03-09', { feeItem: 'F-3' });
    await till.assess('f-3', '2024-03-10', { feeItem: 'F-3' });
    expect((await found('FE-02')).slice(2)).toEqual(['fee/f-2 red open']);
  });
  test('registered late from before it was charged, it was in force', async () => {
    await till.assess('f-1', '2024-03-05', { feeItem: 'F-2' });
    await till.issue('R-1', '2024-03-05', { lines: [{ feeItem: 'F-2' }] });
    expect(await found('FE-02')).toHaveLength(2);
    await till.publish('F-2', '2024-03-05', {}, { told: clock('2024-03-08') });
    expect(await found('FE-02')).toEqual(['fee/f-1 red withdrawn', 'line/R-1 0 red withdrawn']);
  });
});

describe('FE-03 and FE-04: by the rate', () => {
  test.each([
    ['999', [], ['fee/f-1 yellow open']],
    ['1000', [], []],
    ['1001', ['fee/f-1 red open'], []],
  ])('assessed %s', async (amountFen, over, under) => {
    await till.assess('f-1', '2024-03-05', { amountFen });
    expect([await found('FE-03'), await found('FE-04')]).toEqual([over, under]);
    expect((await town.verdict('FE-04', 'fee/f-1')) === undefined).toBe(under.length === 0);
  });
  test('by the version that was in force on the day, on its first day and the day before', async () => {
    await till.publish('F-1', '2024-03-07', {
      rate: { kind: 'per-unit', unit: '件', fen: '200', leastFen: null, mostFen: null },
    });
    await till.assess('f-1', '2024-03-06', { amountFen: '2000' });
    await till.assess('f-2', '2024-03-07', { amountFen: '2000' });
    expect(await found('FE-03')).toEqual(['fee/f-1 red open']);
    expect(await verdict('FE-03', 'fee/f-1')).toMatchObject({
      tested: { withinRate: false, undone: false },
      details: { assessedFen: '2000', receiptedFen: '0', byRateFen: '1000' },
    });
  });
  test('a rate that becomes known late is judged by', async () => {
    await till.assess('f-1', '2024-03-08', { amountFen: '2000' });
    await till.issue('R-1', '2024-03-08', { lines: [{ amountFen: '2000' }] });
    expect(await found('FE-03')).toEqual(['fee/f-1 red open', 'line/R-1 0 red open']);
    await till.publish(
      'F-1',
      '2024-03-07',
      { rate: { kind: 'fixed', unit: '件', fen: '2000', leastFen: null, mostFen: null } },
      { told: clock('2024-03-12') },
    );
    expect(await found('FE-03')).toEqual(['fee/f-1 red withdrawn', 'line/R-1 0 red withdrawn']);
  });
  test('a recalculation counts, and what was cancelled does not', async () => {
    await till.assess('f-1', '2024-03-05', { amountFen: '1500' });
    await till.assess('f-2', '2024-03-05', { amountFen: '1500' });
    await till.assess('f-3', '2024-03-05', { amountFen: '500' });
    expect(await found('FE-03')).toHaveLength(2);
    await till.fee('f-1', 'RecalculateFee', { quantity: '15', reason: '复核' }, '2024-03-06');
    await till.fee('f-2', 'CancelFee', { reason: '错' }, '2024-03-06');
    expect(await found('FE-03')).toEqual(['fee/f-1 red withdrawn', 'fee/f-2 red withdrawn']);
    expect(await found('FE-04')).toEqual(['fee/f-3 yellow open']);
    await till.fee('f-3', 'CancelFee', { reason: '错' }, '2024-03-06');
    expect(await found('FE-04')).toEqual(['fee/f-3 yellow withdrawn']);
  });
  test('receipts of more than the rate says, however much was assessed, until they are voided', async () => {
    await till.assess('f-1', '2024-03-05');
    const assessed = (await town.world.store.readStream('fee-f-1'))[0]!.id;
    const one = await till.issue('R-1', '2024-03-05', { lines: [{ fee: 'f-1', amountFen: '600' }] });
    expect(await found('FE-03')).toEqual([]);
    const two = await till.issue('R-2', '2024-03-06', { lines: [{ fee: 'f-1', amountFen: '401' }] });
    expect((await town.found('FE-03'))[0]).toMatchObject({ subject: 'fee/f-1', evidence: [assessed, one, two] });
    await till.receipt('R-2', 'VoidReceipt', { reason: '错' }, '2024-03-07');
    expect(await found('FE-03')).toEqual(['fee/f-1 red withdrawn']);
    expect(await found('FE-04')).toEqual([]);
  });
  test('assessed over the rate, the receipts by it are no evidence', async () => {
    const event = await till.assess('f-1', '2024-03-05', { amountFen: '1001' });
    await till.issue('R-1', '2024-03-05', { lines: [{ fee: 'f-1' }] });
    await till.assess('f-2', '2024-03-05');
    await till.issue('R-2', '2024-03-05', { lines: [{ fee: 'f-2' }] });
    expect((await town.found('FE-03')).map(({ evidence }) => evidence)).toEqual([[event]]);
  });
  test('a receipt that names a fee nobody told of, and what happens to things nobody told of', async () => {
    await till.issue('R-1', '2024-03-05', { lines: [{ fee: 'f-9', feeItem: 'F-9' }] });
    await till.fee('f-8', 'RecalculateFee', { quantity: '1', reason: '复核' }, '2024-03-05');
    await till.fee('f-8', 'RequestWaiver', { kind: 'reduce', amountFen: '1', reason: '困难' }, '2024-03-05');
    await till.fee('f-8', 'ApproveWaiver', { kind: 'reduce', amountFen: '1' }, '2024-03-05');
    await till.notice('f-8', 'c-8', '2024-03-05');
    await till.fee('f-8', 'CancelFee', { reason: '错' }, '2024-03-05');
    await till.receipt('R-9', 'VoidReceipt', { reason: '错' }, '2024-03-05');
    await till.receipt('R-9', 'CompleteReceipt', {}, '2024-03-05');
    await till.reverse('P-9', '2024-03-05');
    await till.returned('D-9', '2024-03-05');
    expect((await town.told()).filter((line) => !line.startsWith('RC-03'))).toEqual([]);
  });
  test('without a rate in force or a quantity it cannot be judged', async () => {
    await till.assess('f-1', '2024-03-05', { feeItem: 'F-9' });
    await till.assess('f-2', '2024-03-03');
    for (const rule of ['FE-03', 'FE-04'])
      expect(await town.verdict(rule, 'fee/f-1')).toMatchObject({
        result: 'undetermined',
        certain: true,
        tested: {},
        missing: ['rate'],
      });
    await till.assess('f-3', '2024-03-05', { quantity: '一', amountFen: '1000' }).catch(() => undefined);
    await till.issue('R-1', '2024-03-05', { lines: [{ quantity: '若干' }] });
    expect(await verdict('FE-03', 'line/R-1 0')).toMatchObject({ result: 'undetermined', missing: ['quantity'] });
    expect(await town.verdict('FE-04', 'line/R-1 0')).toBeUndefined();
  });
  test.each([
    ['finance', '100', 'cleared'],
    ['finance', '99', 'violation'],
    ['unit', '100', 'violation'],
  ])('FE-04: %s waives %s of a hundred that are not charged', async (level, amountFen, result) => {
    await till.assess('f-1', '2024-03-05', { amountFen: '900' });
    const approver = { name: '某', level };
    await till.fee(
      'f-1',
      'ApproveWaiver',
      { approver, kind: 'reduce', amountFen, requestedOn: '2024-03-05' },
      '2024-03-06',
    );
    expect(await verdict('FE-04', 'fee/f-1')).toMatchObject({
      result,
      tested: { byRate: false, waived: result === 'cleared', undone: false },
      details: { byRateFen: '1000', shortFen: '100' },
    });
  });
  test('FE-04: what is deferred is owed all the same', async () => {
    await till.assess('f-1', '2024-03-05', { amountFen: '900' });
    const approver = { name: '财政', level: 'finance' };
    await till.fee(
      'f-1',
      'ApproveWaiver',
      { approver, kind: 'defer', amountFen: '100', requestedOn: '2024-03-05' },
      '2024-03-06',
    );
    expect(await found('FE-04')).toEqual(['fee/f-1 yellow open']);
  });
  describe('parts of what may be paid in parts', () => {
    const part = (n: number, amountFen: string, on = `2024-03-0${4 + n}`) =>
      till.assess(`p-${n}`, on, { matterId: 'M-1', feeItem: 'F-P', amountFen, instalment: { n, of: 2 } });
    beforeEach(() => till.publish('F-P', '2024-03-04', { instalments: true }));
    test('are looked at together once all are there', async () => {
      await part(1, '400');
      expect([await found('FE-03'), await found('FE-04')]).toEqual([[], []]);
      await part(2, '600');
      expect([await found('FE-03'), await found('FE-04')]).toEqual([[], []]);
    });
    test.each([
      ['599', 'FE-04', 'yellow'],
      ['601', 'FE-03', 'red'],
    ])('400 and %s', async (second, rule, severity) => {
      await part(1, '400');
      await part(2, second);
      expect(await found(rule)).toEqual([`fee/p-2 ${severity} open`]);
      await till.fee('p-2', 'CancelFee', { reason: '错' }, '2024-03-08');
      expect(await found(rule)).toEqual([`fee/p-2 ${severity} withdrawn`]);
    });
    test('more than the whole in one part is found before the other is there', async () => {
      await part(1, '1001');
      expect(await found('FE-03')).toEqual(['fee/p-1 red open']);
      await part(2, '0');
      expect(await found('FE-03')).toEqual(['fee/p-1 red withdrawn', 'fee/p-2 red open']);
      expect((await town.found('FE-03'))[1]!.details).toMatchObject({ assessedFen: '1001' });
    });
    test('of another plan are not, nor those of no matter, nor one that was cancelled', async () => {
      await part(1, '400');
      await part(2, '600');
      await till.assess('q-1', '2024-03-07', {
        matterId: 'M-1',
        feeItem: 'F-P',
        amountFen: '400',
        instalment: { n: 1, of: 3 },
      });
      for (const id of ['n-1', 'n-2'])
        await till.assess(id, '2024-03-07', { feeItem: 'F-P', amountFen: '600', instalment: { n: 1, of: 2 } });
      expect(await found('FE-03')).toEqual([]);
      await till.assess('p-3', '2024-03-08', {
        matterId: 'M-1',
        feeItem: 'F-P',
        amountFen: '100',
        instalment: { n: 2, of: 2 },
      });
      expect(await found('FE-03')).toEqual(['fee/p-3 red open']);
      await till.fee('p-2', 'CancelFee', { reason: '错' }, '2024-03-11');
      expect(await found('FE-03')).toEqual(['fee/p-3 red withdrawn']);
      expect(await found('FE-04')).toEqual(['fee/p-3 yellow open']);
    });
    test('where it may not be paid in parts, each is judged by itself, as are parts of no matter', async () => {
      await till.assess('q-1', '2024-03-05', { matterId: 'M-1', amountFen: '400', instalment: { n: 1, of: 2 } });
      await till.assess('q-2', '2024-03-06', { matterId: 'M-1', amountFen: '600', instalment: { n: 2, of: 2 } });
      expect(await found('FE-04')).toEqual(['fee/q-1 yellow open', 'fee/q-2 yellow open']);
    });
  });
});

describe('FE-05 charged after the abolition', () => {
  beforeEach(() => till.abolish('F-1', '2024-03-08', '2024-03-05'));
  test('from its day on, and not the day before; what had been assessed may be paid', async () => {
    await till.assess('f-1', '2024-03-07');
    await till.assess('f-2', '2024-03-08');
    await till.issue('R-1', '2024-03-09', { lines: [{ fee: 'f-1' }] });
    await till.issue('R-2', '2024-03-09', { lines: [{}] });
    expect(await found('FE-05')).toEqual(['fee/f-2 red open', 'line/R-2 0 red open']);
    expect(await found('FE-02')).toEqual([]);
    const abolished = (await town.world.store.readStream('tariff-F-1')).at(-1)!.id;
    const issued = (await town.world.store.readStream('receipt-R-2'))[0]!.id;
    expect((await town.found('FE-05'))[1]).toMatchObject({
      evidence: [issued, abolished],
      tested: { inForce: false, undone: false },
      details: { abolishedFrom: '2024-03-08' },
    });
  });
  test('an abolition that becomes known late; and one that was cancelled', async () => {
    await till.publish('F-2', '2024-03-04');
    await till.assess('f-1', '2024-03-07', { feeItem: 'F-2' });
    await till.assess('f-2', '2024-03-08', { feeItem: 'F-2' });
    expect(await found('FE-05')).toEqual([]);
    await till.abolish('F-2', '2024-03-08', '2024-03-11');
    expect(await found('FE-05')).toEqual(['fee/f-2 red open']);
    await till.fee('f-2', 'CancelFee', { reason: '已取消' }, '2024-03-12');
    expect(await found('FE-05')).toEqual(['fee/f-2 red withdrawn']);
  });
});
