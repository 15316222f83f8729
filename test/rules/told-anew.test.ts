/** What a source tells of a payment, a deposit or a receipt otherwise than before is judged again. Monday 4 March. */
import { fees } from '../../projections/fees.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { credit, debit, deposit, payment } from '../../src/areas/money/bank.js';
import { block } from '../../src/areas/money/block.js';
import { fee } from '../../src/areas/money/fee.js';
import { payee } from '../../src/areas/money/payee.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { refund } from '../../src/areas/money/refund.js';
import { remittance } from '../../src/areas/money/remittance.js';
import { tariff } from '../../src/areas/money/tariff.js';
import { pack } from '../../src/areas/supervision/pack.js';
import { dice } from '../../src/demo/city/days.js';
import { clock, openTown, stale, type Town } from '../town.js';
import { foundBy, OFFICE, somebody, tillOf, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  till = tillOf(town);
  await till.publish('F-1', '2024-03-01');
  await till.approve('acc', '2024-03-04');
});
/** With a look at whether every verdict is as it would be if it were judged only now. */
afterEach(() => town.close());
const DECIDERS = { payment, deposit, receipt };
async function change(category: keyof typeof DECIDERS, id: string, before: object, after: object, on: string) {
  const [event] = await town.world.store.readStream(`${category}-${id}`);
  const data = { row: event!.source!.row, before, after };
  return till.report(DECIDERS[category], id, 'ChangeSourceRow', data, on);
}

test('a payment into an account that is not approved, until the bank says that it was another', async () => {
  await till.pay('P-1', '2024-03-04', { account: 'old' });
  expect(await foundBy(town, 'RM-03')).toEqual(['P-1 red open']);
  await change('payment', 'P-1', { account: 'old' }, { account: 'acc' }, '2024-03-05');
  expect(await foundBy(town, 'RM-03')).toEqual(['P-1 red withdrawn']);
  await town.goTo('2024-03-11');
  expect(await foundBy(town, 'RM-01')).toEqual(['acc 2024-03-04 red open']);
  await change('payment', 'P-1', { account: 'acc' }, { account: 'old' }, '2024-03-11');
  expect(await foundBy(town, 'RM-01')).toEqual(['acc 2024-03-04 red withdrawn']);
});
test('a deposit that was short, until it is told to have been more', async () => {
  await till.pay('P-1', '2024-03-04');
  await till.deposit('D-1', '2024-03-04', '2024-03-05', { amountFen: '400' });
  await town.goTo('2024-03-11');
  expect(await foundBy(town, 'RM-02')).toEqual(['acc 2024-03-04 red open']);
  await change('deposit', 'D-1', { amountFen: '400' }, { amountFen: '1000' }, '2024-03-11');
  expect(await foundBy(town, 'RM-02')).toEqual(['acc 2024-03-04 red withdrawn']);
});
test('a receipt for cash that its source corrects', async () => {
  await till.issue('4501-0001', '2024-03-04', { payChannel: 'cash', handler: somebody('x') });
  const cash = async () => (await foundBy(town, 'FE-07')).map((text) => text.split(' ').slice(-1)[0]);
  expect(await cash()).toEqual(['open']);
  await change('receipt', '4501-0001', { payChannel: 'cash' }, { payChannel: 'pos' }, '2024-03-05');
  expect(await cash()).toEqual(['withdrawn']);
});
test('money that left the account for nothing, until its deposit is told with the reference of the bank', async () => {
  await till.debit('B-1', '2024-03-04');
  await till.deposit('D-1', '2024-03-04', '2024-03-04', { bankRef: 'B-2' });
  expect(await foundBy(town, 'RM-04')).toEqual(['B-1 red? open']);
  await change('deposit', 'D-1', { bankRef: 'B-2' }, { bankRef: 'B-1' }, '2024-03-05');
  expect(await foundBy(town, 'RM-04')).toEqual(['B-1 red? withdrawn']);
  await change('deposit', 'D-1', { bankRef: 'B-1' }, { bankRef: 'B-3' }, '2024-03-06');
  expect(await foundBy(town, 'RM-04')).toEqual(['B-1 red? open']);
});
test('of a unit that charges for nothing any more nothing is said', async () => {
  const [event] = await town.world.store.readStream('tariff-F-1');
  const tell = (before: object, after: object | null) =>
    till.report(tariff, 'F-1', 'ChangeSourceRow', { row: event!.source!.row, before, after }, '2024-03-05');
  const judged = async () => Promise.all(['market', 'health'].map(async (org) => !!(await town.verdict('FE-11', org))));
  expect(await judged()).toEqual([true, false]);
  await tell({ org: 'market' }, { org: 'health' });
  expect(await judged()).toEqual([false, true]);
  await tell({ org: 'health' }, null);
  expect(await judged()).toEqual([false, false]);
  // Who takes it back, or tells of it once more, need not say of which unit it is.
  await tell({}, { subject: '103' });
  expect(await judged()).toEqual([false, true]);
  await tell({ subject: '103' }, null);
  expect(await judged()).toEqual([false, false]);
});
test('what is told anew of a stream whose row nobody knows is no matter', async () => {
  await till.reverse('P-9', '2024-03-04');
  await till.receipt('4501-0009', 'VoidReceipt', { reason: '错' }, '2024-03-04');
  await till.receipt('4501-0009', 'ReverseReceipt', { reason: '错', red: '4501-0010' }, '2024-03-04');
  await change('payment', 'P-9', {}, { amountFen: '1' }, '2024-03-05');
  await change('receipt', '4501-0009', {}, { payChannel: 'cash' }, '2024-03-05');
  expect(await town.told('RM-03', 'FE-07')).toEqual([]);
});

describe('what a source has no more', () => {
  const CATEGORIES = { payment, deposit, receipt, fee, refund, block, debit, remittance, payee, credit } as const;
  const decidedBy = (stream: string) => CATEGORIES[stream.slice(0, stream.indexOf('-')) as keyof typeof CATEGORIES];
  const idIn = (stream: string) => stream.slice(stream.indexOf('-') + 1);
  const said = async (stream: string, type: string, n = 0) =>
    (await town.world.store.readStream(stream)).filter((event) => event.type === type)[n]!;
  const tell = (event: Recorded, before: object | null, after: object | null, on: string) =>
    till.report(
      decidedBy(event.stream),
      idIn(event.stream),
      'ChangeSourceRow',
      { row: event.source!.row, before, after },
      on,
    );
  const gone = (event: Recorded, on: string) => tell(event, { occurredAt: event.occurredAt }, null, on);
  const back = (event: Recorded, on: string) => tell(event, null, { occurredAt: event.occurredAt }, on);
  const live = async () =>
    (await town.found())
      .filter(
        ({ rule, status }) => /^(FE|RC|RM|RF|DA)-/.test(rule) && status !== 'withdrawn' && status !== 'superseded',
      )
      .map(({ rule, subject }) => `${rule} ${subject}`)
      .toSorted();

  /** A day on which everything goes wrong that can. */
  async function misdeeds() {
    const on = '2024-03-05';
    await town.publish('A-1');
    await town.enter('A-1', '2024-03-04');
    till.now('2024-03-05T00:00:00.000+08:00');
    await till.publish('F-2', on, { gate: 'decision' });
    await till.block('45-0001', '0100', on);
    await till.pay('P-old', on, { account: 'old', itemCode: 'A-1' });
    await till.pay('P-1', on, { payCode: 'C-1' });
    await till.deposit('D-1', on, on, { amountFen: '400' });
    await till.debit('Z-1', on, { bankRef: 'z1' });
    await till.debit('Z-2', on, { bankRef: 'z2' });
    await till.deposit('D-2', on, on, { amountFen: '100', bankRef: 'z2' });
    await till.assess('S-1', on, { amountFen: '2000', matterId: 'M-1' });
    await till.assess('S-2', on, { amountFen: '900', matterId: 'M-1', feeItem: 'F-2' });
    await till.assess('S-3', on, { feeItem: 'F-9', itemCode: 'A-1' });
    await till.fee('S-2', 'RequestWaiver', { kind: 'reduce', amountFen: '1', reason: 'x' }, on);
    await till.fee(
      'S-2',
      'ApproveWaiver',
      { approver: { name: 'x', level: 'unit' }, kind: 'reduce', amountFen: '1' },
      on,
    );
    await till.notice('S-2', 'C-2', on);
    for (const n of [1, 3, 5]) await till.use(n, on, { lines: [{ fee: 'S-1' }] });
    await till.use(5, on, { payChannel: 'cash', lines: [{}] });
    await till.use(7, '2024-03-05', { payChannel: 'cash', checker: somebody('h'), org: 'other' }, { place: OFFICE });
    await till.receipt('45-0001', 'VoidReceipt', { reason: 'x', copiesKept: false }, on);
    await till.receipt('45-0003', 'ReverseReceipt', { reason: 'x', red: '45-0004' }, on);
    await till.refund('T-1', 'RequestRefund', { payment: 'P-1', amountFen: '10', reason: 'x', by: 'payer' }, on);
    await till.refund('T-1', 'PayRefund', { account: 'acc', payment: 'P-1', amountFen: '10' }, on);
    await till.remit('R-1', { receipts: ['45-0005'], payCode: 'C-3' }, on);
    await till.pay('P-3', on, { payCode: 'C-3' });
    await town.accept('M-1', clock(on, '14:00'));
    await town.decide('M-1', clock(on, '15:00'));
    await town.goTo('2024-04-15');
    till.now('2024-04-15T00:00:00.000+08:00');
  }

  test('is taken out of everything, one after another and in any order, and put back', async () => {
    await misdeeds();
    const all = await live();
    for (const rule of [
      'FE-01',
      'FE-02',
      'FE-03',
      'FE-06',
      'FE-07',
      'FE-08',
      'FE-09',
      'RC-01',
      'RC-02',
      'RC-03',
      'RC-05',
      'RC-07',
    ])
      expect([rule, all.some((text) => text.startsWith(rule))]).toEqual([rule, true]);
    for (const rule of ['RM-02', 'RM-03', 'RM-04', 'RF-01'])
      expect([rule, all.some((text) => text.startsWith(rule))]).toEqual([rule, true]);
    const events = (await town.world.store.readAll(0, 10_000)).filter(
      ({ source, stream }) => source?.system === 'bank' && decidedBy(stream) !== undefined,
    );
    const { below } = dice(11);
    const shuffled = events.map((event) => [below(1e6), event] as const).toSorted(([a], [b]) => a - b);
    for (const [n, [, event]] of shuffled.entries()) {
      await gone(event, '2024-04-15');
      if (n % 8 === 0) await town.world.settle();
      expect(stale(town.world)).toEqual([]);
    }
    expect(await live()).toEqual([]);
    for (const event of events) await back(event, '2024-04-15');
    expect(await live()).toEqual(all);
  }, 60_000);

  test('a gap that a red receipt’s number fills is none, until the red one is taken back', async () => {
    const on = '2024-03-05';
    await till.block('45-0001', '0100', on);
    await till.use(1, on);
    await till.use(3, on);
    await till.receipt('45-0001', 'ReverseReceipt', { reason: 'x', red: '45-0002' }, on);
    await town.goTo('2024-04-15');
    till.now('2024-04-15T00:00:00.000+08:00');
    expect(await foundBy(town, 'RC-01')).toEqual([]);
    await gone(await said('receipt-45-0001', 'ReceiptRedReversed'), '2024-04-15');
    await town.goTo('2024-04-17');
    expect(await foundBy(town, 'RC-01')).toEqual(['45-0001 0002 yellow open']);
    for (const type of ['BlockIssued', 'BlockPrinted']) await gone(await said('block-45-0001', type), '2024-04-17');
    expect(await foundBy(town, 'RC-01')).toEqual(['45-0001 0002 yellow withdrawn']);
  });
  test('a clerk of whom nothing is left that was voided, where one is enough to look at', async () => {
    const values = { rule: 'RC-05', pack: 'P', values: { least: 1 }, source: '文', grade: 'B', reason: '试行' };
    const packed = (type: string, data: object, person: string) =>
      town.say({ decider: pack, id: 'RC-05', type, data, by: { person } });
    await packed('ProposePack', { ...values, from: '2024-04-01' }, 'one');
    await packed('AdoptPack', { reason: '同意' }, 'two');
    const on = '2024-04-02';
    await till.use(1, on, { handler: somebody('a') });
    await till.use(2, on);
    await till.receipt('45-0001', 'VoidReceipt', { reason: '错', copiesKept: true }, on);
    const clerk = async () => (await foundBy(town, 'RC-05')).map((text) => text.split(' ').at(-1));
    expect(await clerk()).toEqual(['open']);
    for (const type of ['ReceiptVoided', 'ReceiptIssued']) {
      const event = await said('receipt-45-0001', type);
      await gone(event, on);
      expect(await clerk()).toEqual(['withdrawn']);
      await back(event, on);
      expect(await clerk()).toEqual(['open']);
    }
  });
  test('the number of a red receipt that is issued, too, is used twice', async () => {
    await till.block('45-0001', '0100', '2024-03-05');
    await till.use(1, '2024-03-05');
    await till.use(2, '2024-03-05');
    expect(await foundBy(town, 'RC-02')).toEqual([]);
    await till.receipt('45-0001', 'ReverseReceipt', { reason: 'x', red: '45-0002' }, '2024-03-05');
    expect(await foundBy(town, 'RC-02')).toEqual(['45-0002 red open']);
    await tell(
      await said('receipt-45-0001', 'ReceiptRedReversed'),
      { red: '45-0002' },
      { red: '45-0003' },
      '2024-03-06',
    );
    expect(await foundBy(town, 'RC-02')).toEqual(['45-0002 red withdrawn']);
  });
  test('an assessment of another quantity is counted by its rate, a waiver by another approver is no irregular one', async () => {
    await till.assess('S-1', '2024-03-05', { amountFen: '1000', itemCode: 'A-1' });
    const assessment = await said('fee-S-1', 'FeeAssessed');
    await tell(assessment, { amountFen: '1000' }, { amountFen: '1100' }, '2024-03-06');
    expect(await foundBy(town, 'FE-03')).toEqual(['fee/S-1 red open']);
    await tell(assessment, { quantity: '10' }, { quantity: '11' }, '2024-03-06');
    expect(await foundBy(town, 'FE-03')).toEqual(['fee/S-1 red withdrawn']);
    expect(town.world.shelf.table(fees).get('S-1')).toMatchObject({ quantity: '11', assessedFen: '1100' });
    const waiver = { approver: { name: 'x', level: 'unit' }, kind: 'reduce', amountFen: '1' };
    await till.fee(
      'S-1',
      'RequestWaiver',
      { kind: 'reduce', amountFen: '1', reason: 'x', document: '申请' },
      '2024-03-06',
    );
    await till.fee('S-1', 'ApproveWaiver', waiver, '2024-03-06');
    expect((await foundBy(town, 'FE-06')).map((text) => text.split(' ').at(-1))).toEqual(['open']);
    const given = await said('fee-S-1', 'FeeWaived');
    await tell(given, { 'approver.level': 'unit' }, { 'approver.level': 'finance' }, '2024-03-07');
    expect((await foundBy(town, 'FE-06')).map((text) => text.split(' ').at(-1))).toEqual(['withdrawn']);
  });
  test('a payment that is told of another unit and day bears on both days', async () => {
    await till.pay('P-1', '2024-03-05');
    await town.goTo('2024-03-12');
    till.now('2024-03-12T00:00:00.000+08:00');
    expect(await foundBy(town, 'RM-01')).toEqual(['acc 2024-03-05 red open']);
    const [before, after] = ['2024-03-05T09:00:00.000+08:00', '2024-03-11T09:00:00.000+08:00'];
    await tell(
      await said('payment-P-1', 'PaymentReceived'),
      { occurredAt: before },
      { occurredAt: after },
      '2024-03-12',
    );
    expect(await foundBy(town, 'RM-01')).toEqual(['acc 2024-03-05 red withdrawn']);
    await town.goTo('2024-03-15');
    expect(await foundBy(town, 'RM-01')).toEqual(['acc 2024-03-05 red withdrawn', 'acc 2024-03-11 red open']);
  });
});
