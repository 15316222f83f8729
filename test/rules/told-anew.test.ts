/** What a source tells of a payment, a deposit or a receipt otherwise than before is judged again. Monday 4 March. */
import { deposit, payment } from '../../src/areas/money/bank.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { openTown, type Town } from '../town.js';
import { foundBy, somebody, tillOf, type Till } from '../town-money.js';

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
test('what is told anew of a stream whose row nobody knows is no matter', async () => {
  await till.reverse('P-9', '2024-03-04');
  await till.receipt('4501-0009', 'VoidReceipt', { reason: '错' }, '2024-03-04');
  await change('payment', 'P-9', {}, { amountFen: '1' }, '2024-03-05');
  await change('receipt', '4501-0009', {}, { payChannel: 'cash' }, '2024-03-05');
  expect(await town.told('RM-03', 'FE-07')).toEqual([]);
});
