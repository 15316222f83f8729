/** DA-04: what was paid for, and never accepted. */
import { clock, type Town } from '../town.js';
import { foundBy, payer, openShop, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  ({ town, till } = await openShop());
});
afterEach(() => town.close());
const found = (rule: string) => foundBy(town, rule);

describe('DA-04: paid for, and never accepted', () => {
  const shadows = () => found('DA-04');
  const told = { told: clock('2024-03-11') };
  test.each([
    ['2024-03-08', []],
    ['2024-03-09', ['payment/P-1 red open']],
  ])('three working days after the payment: %s', async (day, wanted) => {
    await till.pay('P-1', '2024-03-05', { matterId: 'M-1', itemCode: 'A-1' });
    await town.goTo(day);
    expect(await shadows()).toEqual(wanted);
  });
  test('an acceptance on the day of the payment, or within the lag, or registered after it: late, not missing', async () => {
    await town.accept('M-1', clock('2024-03-05', '08:00'));
    till.now(clock('2024-03-05', '08:00'));
    for (const id of ['1', '2', '3']) await till.pay(`P-${id}`, '2024-03-05', { matterId: `M-${id}`, itemCode: 'A-1' });
    await town.accept('M-2', clock('2024-03-08', '23:00'));
    await town.goTo('2024-03-11');
    expect(await shadows()).toEqual(['payment/P-3 red open']);
    await town.accept('M-3', clock('2024-03-11'));
    expect(await shadows()).toEqual(['payment/P-3 red withdrawn']);
  });
  test('by its pay code, of which becomes known only later what it is for', async () => {
    await till.pay('P-1', '2024-03-05', { payCode: 'c-1' });
    await town.goTo('2024-03-11');
    expect(await shadows()).toEqual([]);
    await till.assess('f-1', '2024-03-05', { matterId: 'M-1' }, told);
    await till.notice('f-1', 'c-1', '2024-03-11');
    await town.goTo('2024-03-12');
    expect(await shadows()).toEqual(['payment/P-1 red open']);
    expect((await town.found('DA-04'))[0]).toMatchObject({
      matterId: 'M-1',
      itemCode: 'A-1',
      org: 'market',
      on: '2024-03-05',
    });
    await town.report('M-1', 'AcceptMatter', { itemCode: 'A-1' }, clock('2024-03-04'), { told: clock('2024-03-12') });
    expect(await shadows()).toEqual(['payment/P-1 red withdrawn']);
  });
  test.each([
    ['2024-02-04', 'a', 'open'],
    ['2024-02-05', 'a', 'withdrawn'],
    ['2024-04-05', 'a', 'withdrawn'],
    ['2024-04-06', 'a', 'open'],
    ['2024-03-05', 'b', 'open'],
  ])('by the item alone: the payer’s own matter, accepted on %s by %s', async (on, who, status) => {
    await till.pay('P-1', '2024-03-06', { itemCode: 'A-1', payer: payer('a') });
    await town.goTo('2024-04-10');
    const applicant = payer(who);
    await town.report('M-1', 'ReceiveMaterials', { itemCode: 'A-1', materials: [], applicant }, clock(on), {
      told: clock('2024-04-10'),
    });
    await town.report('M-1', 'AcceptMatter', { itemCode: 'A-1' }, clock(on), { told: clock('2024-04-10') });
    expect(
      (await town.found('DA-04')).filter(({ subject }) => subject === 'payment/P-1').map((row) => row.status),
    ).toEqual([status]);
  });
  test('whose payer nobody knows, or whose item, cannot be judged; that names neither says nothing', async () => {
    await till.pay('P-1', '2024-03-05', { itemCode: 'A-1' });
    await till.pay('P-2', '2024-03-05', { matterId: 'M-2' });
    await till.pay('P-3', '2024-03-05');
    await town.goTo('2024-03-11');
    expect(await town.verdict('DA-04', 'payment/P-1')).toMatchObject({ result: 'undetermined', missing: ['payer'] });
    expect(await town.verdict('DA-04', 'payment/P-2')).toMatchObject({ result: 'undetermined', missing: ['item'] });
    expect(await town.verdict('DA-04', 'payment/P-3')).toBeUndefined();
  });
  test('before the entry, on its day, and for what had been assessed before it', async () => {
    await till.assess('f-1', '2024-03-03', { matterId: 'M-3' });
    await till.notice('f-1', 'c-1', '2024-03-03');
    await till.pay('P-1', '2024-03-03', { matterId: 'M-1', itemCode: 'A-1' });
    await till.pay('P-2', '2024-03-04', { matterId: 'M-2', itemCode: 'A-1' });
    await till.pay('P-3', '2024-03-05', { payCode: 'c-1' });
    await town.publish('A-2', {}, clock('2024-03-05'));
    till.now(clock('2024-03-05'));
    await till.pay('P-4', '2024-03-05', { matterId: 'M-4', itemCode: 'A-2' });
    await town.goTo('2024-03-11');
    expect(await shadows()).toEqual(['payment/P-2 red open']);
    expect(await town.verdict('DA-04', 'payment/P-3')).toMatchObject({
      result: 'cleared',
      tested: { entered: true, legacy: true },
    });
    await town.enter('A-2', '2024-03-05', clock('2024-03-11'));
    expect(await shadows()).toEqual(['payment/P-2 red open', 'payment/P-4 red open']);
  });
  test('that went back at the bank, and of a matter linked to one that was accepted', async () => {
    for (const id of ['1', '2']) await till.pay(`P-${id}`, '2024-03-05', { matterId: `M-${id}`, itemCode: 'A-1' });
    await town.goTo('2024-03-11');
    expect(await shadows()).toHaveLength(2);
    await till.reverse('P-1', '2024-03-11');
    await town.accept('M-9', clock('2024-03-11'));
    await town.do('M-2', 'LinkMatter', { relation: 'supersedes', to: 'M-9' }, clock('2024-03-11'), {
      report: { system: 's', occurredAt: clock('2024-03-11') },
    });
    expect(await shadows()).toEqual(['payment/P-1 red withdrawn', 'payment/P-2 red withdrawn']);
  });
  test('a matter that is found by its own certificate is not found once more by its payment', async () => {
    await till.pay('P-1', '2024-03-05', { matterId: 'M-1', itemCode: 'A-1' });
    await town.goTo('2024-03-11');
    expect(await shadows()).toEqual(['payment/P-1 red open']);
    await town.report('M-1', 'IssueLicence', { certificateNo: 'Z', itemCode: 'A-1' }, clock('2024-03-11'));
    await town.goTo('2024-03-20');
    expect(await shadows()).toEqual(['payment/P-1 red withdrawn', 'M-1 red open']);
  });
});
