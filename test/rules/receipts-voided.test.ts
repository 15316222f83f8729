/** Rules about voids and who checks: RC-05, RC-07. The unit market has the numbers 0001 to 0100 of code 45 from 4 March on. */
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

describe('RC-05 voids out of the ordinary', () => {
  const voids = async () => (await found('RC-05')).filter((line) => line.startsWith('receipt'));
  const annul = (n: number, on: string, more: object = {}) =>
    till.receipt(`45-${String(n).padStart(4, '0')}`, 'VoidReceipt', { reason: '错', copiesKept: true, ...more }, on);
  test('before it was paid, on that day, after it', async () => {
    for (const n of [1, 2, 3]) {
      await use(n, '2024-03-05', { payCode: `c-${n}` });
      await till.pay(`P-${n}`, '2024-03-06', { payCode: `c-${n}` });
    }
    await annul(1, '2024-03-05');
    await annul(2, '2024-03-06');
    await annul(3, '2024-03-07');
    expect(await voids()).toEqual(['receipt/45-0002 red open', 'receipt/45-0003 red open']);
    expect(await town.verdict('RC-05', 'receipt/45-0001')).toMatchObject({
      result: 'cleared',
      tested: { supported: true, copiesKept: true },
    });
    const [issued, ended] = await town.world.store.readStream('receipt-45-0002');
    const [paid] = await town.world.store.readStream('payment-P-2');
    expect((await town.found('RC-05'))[0]).toMatchObject({
      evidence: [issued!.id, ended!.id, paid!.id],
      tested: { supported: false, copiesKept: true },
      details: { break: 'BK-18 45-0002' },
    });
  });
  test('given back, receipted anew, or reversed at the bank; and a payment that becomes known late', async () => {
    for (const n of [1, 2, 3, 4]) await use(n, '2024-03-05', { payCode: `c-${n}` });
    for (const n of [1, 2, 3, 4]) await annul(n, '2024-03-07');
    expect(await voids()).toEqual([]);
    for (const n of [1, 2, 3, 4])
      await till.pay(`P-${n}`, '2024-03-06', { payCode: `c-${n}` }, { told: clock('2024-03-08') });
    expect(await voids()).toHaveLength(4);
    await till.refund('Z-1', 'PayRefund', { account: 'acc', payment: 'P-1', amountFen: '1000' }, '2024-03-11');
    await use(5, '2024-03-11', { payCode: 'c-2' });
    expect(await town.verdict('RC-05', 'receipt/45-0005')).toBeUndefined();
    await till.reverse('P-3', '2024-03-11');
    expect(await voids()).toEqual(
      [1, 2, 3].map((n) => `receipt/45-000${n} red withdrawn`).concat('receipt/45-0004 red open'),
    );
  });
  test('one that a payment completed, taken back by a red one; a remittance; a matter', async () => {
    await use(1);
    await till.pay('P-1', '2024-03-05');
    await till.receipt('45-0001', 'CompleteReceipt', { payment: 'P-1' }, '2024-03-05');
    await till.receipt('45-0001', 'ReverseReceipt', { reason: '错', red: '45-0009' }, '2024-03-06');
    await use(2, '2024-03-05', { kind: 'collect', remittance: 'm-1' });
    await annul(2, '2024-03-07');
    await till.pay('P-2', '2024-03-06', { remittance: 'm-1' });
    expect(await voids()).toEqual(['receipt/45-0001 red open', 'receipt/45-0002 red open']);
    await use(3, '2024-03-07', { kind: 'collect', remittance: 'm-1' });
    await use(4, '2024-03-07', { lines: [{ matterId: 'M-1' }] });
    expect(await voids()).toEqual(['receipt/45-0001 red open', 'receipt/45-0002 red withdrawn']);
  });
  test.each([
    [true, 'paper', 'VoidReceipt', 'cleared', { supported: true, copiesKept: true }],
    [false, 'paper', 'VoidReceipt', 'violation', { supported: true, copiesKept: false }],
    [undefined, 'paper', 'VoidReceipt', 'undetermined', { supported: true }],
    [undefined, 'electronic', 'VoidReceipt', 'cleared', { supported: true, copiesKept: true }],
    [undefined, 'paper', 'ReverseReceipt', 'cleared', { supported: true, copiesKept: true }],
  ])('copies kept: %s of %s, %s', async (copiesKept, form, type, result, tested) => {
    await use(1, '2024-03-05', { form });
    const data = type === 'VoidReceipt' ? { reason: '错', copiesKept } : { reason: '错', red: '45-0009' };
    await till.receipt('45-0001', type, data, '2024-03-06');
    await town.world.settle();
    expect((await town.verdict('RC-05', 'receipt/45-0001'))!.tested).toEqual(tested);
    expect(await town.verdict('RC-05', 'receipt/45-0001')).toMatchObject({
      result,
      severity: 'yellow',
      tested,
      missing: result === 'undetermined' ? ['copiesKept'] : [],
    });
  });
  describe('by clerk and month', () => {
    const clerks = async () =>
      (await town.found('RC-05'))
        .filter(({ subject }) => subject.startsWith('clerk'))
        .map(({ status, certain, severity, details, on }) => ({ status, certain, severity, ...details, on }));
    let n = 0;
    const month = async (who: string, issued: number, voided: number, on = '2024-03-05') => {
      for (let k = 0; k < issued; k++) {
        await use(++n, on, { handler: somebody(who) });
        if (k < voided) await annul(n, '2024-04-02');
      }
    };
    beforeEach(() => {
      n = 0;
    });
    test('significantly more than the others, once there are enough', async () => {
      await month('a', 10, 4);
      await month('b', 40, 1);
      expect(await clerks()).toEqual([]);
      await month('a', 1, 1);
      expect(await clerks()).toEqual([
        { status: 'open', certain: false, severity: 'yellow', issued: 11, voided: 5, on: '2024-03-01' },
      ]);
      await month('b', 10, 10);
      expect((await clerks()).map(({ status }) => status)).toEqual(['withdrawn']);
    });
    test('exactly as far from the others as is allowed', async () => {
      await month('a', 6, 6);
      await month('b', 5, 2);
      expect(await clerks()).toEqual([]);
      await month('b', 1, 0);
      expect(await clerks()).toHaveLength(1);
    });
    test('nobody else to compare with, in another month, or fewer than the others', async () => {
      await month('a', 6, 6);
      expect(await clerks()).toEqual([]);
      await month('b', 40, 0, '2024-04-01');
      expect(await clerks()).toEqual([]);
      await month('b', 10, 10);
      expect(await clerks()).toEqual([]);
    });
    test('nobody else voids any; a number that is used again or ends twice counts once', async () => {
      await month('b', 20, 0);
      await month('a', 8, 4);
      await use(21, '2024-03-06', { handler: somebody('a') });
      await annul(21, '2024-04-03');
      expect(await clerks()).toEqual([]);
      await month('a', 1, 1);
      expect((await clerks())[0]).toMatchObject({ issued: 9, voided: 5 });
    });
  });
});

describe('RC-07 who issues and who checks', () => {
  const same = () => found('RC-07');
  test('the same person, two people', async () => {
    const event = await use(1, '2024-03-05', { checker: somebody('h') });
    await use(2);
    expect(await same()).toEqual(['45-0001 yellow open']);
    expect((await town.found('RC-07'))[0]).toMatchObject({ evidence: [event], tested: { twoPeople: false } });
  });
  test('one who checks it later', async () => {
    await use(1, '2024-03-05', { checker: undefined });
    expect(await town.verdict('RC-07', '45-0001')).toBeUndefined();
    await till.receipt('45-0001', 'CheckReceipt', { checker: somebody('h') }, '2024-03-06');
    expect(await same()).toEqual(['45-0001 yellow open']);
    await till.receipt('45-0001', 'CheckReceipt', { checker: somebody('c') }, '2024-03-07');
    expect(await same()).toEqual(['45-0001 yellow withdrawn']);
  });
  test.each([
    [{ checker: undefined }, ['checker']],
    [{ handler: undefined }, ['handler']],
    [{ handler: undefined, checker: undefined }, ['handler', 'checker']],
  ])('complete, and nobody knows: %j', async (who, missing) => {
    await use(1, '2024-03-05', who);
    await till.receipt('45-0001', 'CompleteReceipt', {}, '2024-03-06');
    await till.receipt('45-0009', 'CompleteReceipt', {}, '2024-03-06');
    expect(await town.verdict('RC-07', '45-0001')).toMatchObject({ result: 'undetermined', missing });
  });
});
