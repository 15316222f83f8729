/** Rules about fees that are not receipted, or paid too late: FE-08, FE-09. */
import { calendarYear } from '../../src/areas/calendar/calendar.js';
import { pack } from '../../src/areas/supervision/pack.js';
import { clock, type Town } from '../town.js';
import { foundBy, openShop, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  ({ town, till } = await openShop());
});
afterEach(() => town.close());
const found = (rule: string) => foundBy(town, rule);

describe('FE-08 charged without a receipt', () => {
  const late = () => found('FE-08');
  /** Friday 1 March: five working days end on Friday 8 March. */
  const pay = (data: object = { payCode: 'c-1' }) => till.pay('P-1', '2024-03-01', data);
  const issue = (on: string, data: object = { payCode: 'c-1' }, more: object = {}) => till.issue('R-1', on, data, more);
  test.each([
    ['2024-03-08', []],
    ['2024-03-09', ['P-1 red open']],
  ])('when the day before %s is over', async (day, wanted) => {
    await pay();
    await town.goTo(day);
    expect(await late()).toEqual(wanted);
  });
  test.each([
    ['2024-03-08', []],
    ['2024-03-11', ['P-1 red open']],
  ])('receipted on %s', async (on, wanted) => {
    await pay();
    await town.goTo(on);
    await issue(on);
    await town.goTo('2024-03-20');
    expect(await late()).toEqual(wanted);
  });
  test('a receipt of the last day that becomes known later lifts it; one of the day after does not', async () => {
    const event = await pay();
    await town.goTo('2024-03-12');
    await issue('2024-03-11', undefined, { told: clock('2024-03-12') });
    const [row] = await town.found('FE-08');
    expect(row).toMatchObject({
      status: 'open',
      evidence: [event, expect.any(String)],
      tested: { inTime: false },
    });
    await town.world.settle();
    expect(await town.verdict('FE-08', 'P-1')).toMatchObject({
      details: { break: 'BK-05 P-1', amountFen: '1000', due: '2024-03-08', doneOn: '2024-03-11' },
    });
    await till.issue('R-2', '2024-03-08', { payCode: 'c-1' }, { told: clock('2024-03-13') });
    expect(await late()).toEqual(['P-1 red withdrawn']);
  });
  test.each([
    ['the remittance that it pays in', { remittance: 'm-1' }, { remittance: 'm-1', kind: 'collect' }],
    ['the matter', { payCode: 'c-1', matterId: 'M-1' }, { lines: [{ matterId: 'M-1' }] }],
  ])('receipted by %s', async (_, paid, issued) => {
    await pay(paid);
    await town.goTo('2024-03-20');
    expect(await late()).toEqual(['P-1 red open']);
    await issue('2024-03-04', issued, { told: clock('2024-03-20') });
    expect(await late()).toEqual(['P-1 red withdrawn']);
  });
  test('receipted by a remittance that is paid by its code', async () => {
    await issue('2024-03-01', { kind: 'collect' }, { place: { kind: 'centre-window', org: 'centre' } });
    await till.pay('P-1', '2024-03-01', { payCode: 'c-9' });
    await town.goTo('2024-03-20');
    expect(await late()).toEqual(['P-1 red open']);
    await till.remit('m-1', { receipts: ['R-1'], payCode: 'c-9', day: '2024-03-01' }, '2024-03-01', {
      told: clock('2024-03-20'),
    });
    expect(await late()).toEqual(['P-1 red withdrawn']);
  });
  test('receipted by a notice that it completes, and not by one that nothing completes', async () => {
    await pay();
    await issue('2024-03-01', { payCode: 'c-1', notice: true });
    await town.goTo('2024-03-20');
    expect(await late()).toEqual(['P-1 red open']);
    await till.receipt('R-1', 'CompleteReceipt', { payment: 'P-1' }, '2024-03-04', { told: clock('2024-03-20') });
    expect(await late()).toEqual(['P-1 red withdrawn']);
  });
  test.each([
    ['reversed', '2024-03-08', []],
    ['reversed', '2024-03-11', ['P-1 red open']],
    ['given back', '2024-03-08', []],
    ['given back', '2024-03-11', ['P-1 red open']],
  ])('%s on %s', async (how, on, wanted) => {
    await pay();
    await town.goTo(on);
    if (how === 'reversed') await till.reverse('P-1', on);
    else
      for (const n of [1, 2])
        await till.refund(`Z-${n}`, 'PayRefund', { account: 'acc', payment: 'P-1', amountFen: '500' }, on);
    await town.goTo('2024-03-20');
    expect(await late()).toEqual(wanted);
  });
  test('given back in part it still needs a receipt; receipted in time, it does not matter when it goes back', async () => {
    await pay();
    await till.refund('Z-1', 'PayRefund', { account: 'acc', payment: 'P-1', amountFen: '999' }, '2024-03-04');
    await till.pay('P-2', '2024-03-04', { payCode: 'c-2' });
    await till.issue('R-2', '2024-03-04', { payCode: 'c-2' });
    await town.goTo('2024-03-20');
    await till.reverse('P-2', '2024-03-20');
    expect(await late()).toEqual(['P-1 red open']);
  });
  test('paid twice needs one receipt, and a voided one is another break', async () => {
    await pay();
    await till.pay('P-2', '2024-03-01', { payCode: 'c-1' });
    await issue('2024-03-04');
    await till.pay('P-3', '2024-03-04', { payCode: 'c-3' });
    await till.issue('R-3', '2024-03-04', { payCode: 'c-3' });
    await till.receipt('R-3', 'VoidReceipt', { reason: '错', copiesKept: true }, '2024-03-05');
    await town.goTo('2024-03-20');
    expect(await late()).toEqual([]);
  });
  test('money that says nothing of what it is for cannot be judged, until a receipt names it', async () => {
    const event = await till.pay('P-1', '2024-03-01');
    expect(await town.verdict('FE-08', 'P-1')).toMatchObject({
      result: 'undetermined',
      evidence: [event],
      missing: ['payCode'],
    });
    await issue('2024-03-01', {});
    expect(await town.verdict('FE-08', 'P-1')).toMatchObject({ result: 'undetermined' });
    await till.receipt('R-1', 'CompleteReceipt', { payment: 'P-1' }, '2024-03-01');
    await town.world.settle();
    expect((await town.verdict('FE-08', 'P-1'))?.result).not.toBe('undetermined');
    await town.goTo('2024-03-20');
    expect(await late()).toEqual([]);
  });
  test('a calendar that becomes known later moves the last day', async () => {
    await pay();
    await town.goTo('2024-03-09');
    expect(await late()).toEqual(['P-1 red open']);
    await town.say({
      decider: calendarYear,
      id: 'CN-2024',
      type: 'ChangeDay',
      data: {
        region: 'CN',
        year: 2024,
        date: '2024-03-08',
        now: { name: '停电', off: true },
        paper: '通知',
        reason: '停电',
      },
    });
    expect(await late()).toEqual(['P-1 red withdrawn']);
    await town.goTo('2024-03-12');
    expect(await late()).toEqual(['P-1 red open']);
  });
  test('a rule pack sets the days, of payments from its first day on', async () => {
    const say = (type: string, data: object, person: string) =>
      town.say({ decider: pack, id: 'FE-08', type, data, by: { person } });
    const data = {
      rule: 'FE-08',
      pack: 'p',
      values: { workdays: 1 },
      from: '2024-03-04',
      source: '文',
      grade: 'A',
      reason: '试行',
    };
    await say('ProposePack', data, 'a');
    await say('AdoptPack', { reason: '同意' }, 'b');
    till.now(clock('2024-03-01', '00:00'));
    await pay();
    await till.pay('P-2', '2024-03-04', { payCode: 'c-2' });
    await town.goTo('2024-03-06');
    expect(await late()).toEqual(['P-2 red open']);
    expect((await town.found('FE-08'))[0]!.parameters).toEqual({ workdays: 1 });
  });
});

describe('FE-09 done before it was paid', () => {
  const found09 = () => found('FE-09');
  beforeEach(async () => {
    await till.publish('F-D', '2024-03-01', { gate: 'decision' });
    await till.publish('F-V', '2024-03-01', { gate: 'delivery' });
    await town.accept('M-1', clock('2024-03-04'));
    till.now(clock('2024-03-04'));
  });
  const assess = (feeItem = 'F-D') => till.assess('f-1', '2024-03-04', { matterId: 'M-1', feeItem });
  const decide = async (on: string, more: object = {}) => {
    await town.decide('M-1', clock(on, '15:00'), more);
    till.now(clock(on, '15:00'));
  };
  const pay = (on: string, more: object = {}, how: object = {}) =>
    till.pay('P-1', on, { payCode: 'c-1', ...more }, how);
  test('the decision waits for the payment, and nothing is said before the bank’s file is due', async () => {
    await assess();
    await decide('2024-03-05');
    await town.goTo('2024-03-06');
    expect(await found09()).toEqual([]);
    await town.goTo('2024-03-07');
    expect(await found09()).toEqual(['f-1 yellow open']);
    expect((await town.found('FE-09'))[0]).toMatchObject({
      on: '2024-03-05',
      matterId: 'M-1',
      itemCode: 'A-1',
      org: 'market',
      centre: 'centre',
      tested: { paidFirst: false, waivedOrDeferred: false },
      details: { due: '2024-03-06' },
    });
    expect((await town.found('FE-09'))[0]!.evidence).toHaveLength(3);
  });
  test.each([
    ['2024-03-05', '1000', []],
    ['2024-03-05', '999', ['f-1 yellow open']],
    ['2024-03-06', '1000', ['f-1 yellow open']],
  ])('paid on %s: %s', async (on, amountFen, wanted) => {
    await assess();
    await till.notice('f-1', 'c-1', '2024-03-04');
    await decide('2024-03-05');
    await pay(on, { amountFen }, { told: clock('2024-03-06') });
    await town.goTo('2024-03-20');
    expect(await found09()).toEqual(wanted);
  });
  test('a payment in time that becomes known late lifts it; one that went back by then does not count', async () => {
    await assess();
    await till.notice('f-1', 'c-1', '2024-03-04');
    await decide('2024-03-05');
    await town.goTo('2024-03-08');
    expect(await found09()).toEqual(['f-1 yellow open']);
    await pay('2024-03-05', {}, { told: clock('2024-03-08') });
    expect(await found09()).toEqual(['f-1 yellow withdrawn']);
    await till.reverse('P-1', '2024-03-06', { told: clock('2024-03-08') });
    expect(await found09()).toEqual(['f-1 yellow withdrawn']);
    await till.pay('P-2', '2024-03-05', { payCode: 'c-2' }, { told: clock('2024-03-08') });
    await till.assess('f-2', '2024-03-04', { matterId: 'M-1', feeItem: 'F-D' }, { told: clock('2024-03-08') });
    await till.notice('f-2', 'c-2', '2024-03-08');
    await till.reverse('P-2', '2024-03-05', { told: clock('2024-03-08') });
    await town.goTo('2024-03-09');
    expect((await found09()).at(-1)).toBe('f-2 yellow open');
  });
  test('a code that several fees are paid by pays for all of them, or for none', async () => {
    await assess();
    await till.assess('f-2', '2024-03-04', { matterId: 'M-1', feeItem: 'F-D', quantity: '5' });
    for (const id of ['f-1', 'f-2']) await till.notice(id, 'c-1', '2024-03-04');
    await pay('2024-03-04', { amountFen: '1499' });
    await decide('2024-03-05');
    await town.goTo('2024-03-08');
    expect(await found09()).toEqual(['f-1 yellow open', 'f-2 yellow open']);
    await till.pay('P-2', '2024-03-05', { payCode: 'c-1', amountFen: '1' }, { told: clock('2024-03-08') });
    expect(await found09()).toEqual(['f-1 yellow withdrawn', 'f-2 yellow withdrawn']);
  });
  test('paid by the matter’s number, or receipted: collected at the window, or completed', async () => {
    await assess();
    await till.assess('f-2', '2024-03-04', { matterId: 'M-2', feeItem: 'F-D' });
    await decide('2024-03-05');
    await town.accept('M-2', clock('2024-03-05', '15:10'));
    await town.decide('M-2', clock('2024-03-05', '15:20'));
    till.now(clock('2024-03-05', '15:20'));
    await till.issue('R-1', '2024-03-05', { kind: 'direct', lines: [{ fee: 'f-1', feeItem: 'F-D' }] });
    await till.issue('R-2', '2024-03-05', { kind: 'collect', lines: [{ fee: 'f-2', feeItem: 'F-D' }] });
    await town.goTo('2024-03-08');
    expect(await found09()).toEqual(['f-1 yellow open']);
    await till.receipt('R-1', 'CompleteReceipt', {}, '2024-03-05', { told: clock('2024-03-08') });
    expect(await found09()).toEqual(['f-1 yellow withdrawn']);
    await till.receipt('R-2', 'VoidReceipt', { reason: '错' }, '2024-03-08');
    expect((await found09()).at(-1)).toBe('f-2 yellow open');
    await till.pay('P-2', '2024-03-05', { matterId: 'M-2' }, { told: clock('2024-03-08') });
    expect((await found09()).at(-1)).toBe('f-2 yellow withdrawn');
  });
  test.each([
    ['reduce', '1000', '2024-03-05', []],
    ['reduce', '999', '2024-03-05', ['f-1 yellow open']],
    ['reduce', '1000', '2024-03-06', ['f-1 yellow open']],
    ['defer', '1', '2024-03-05', []],
    ['defer', '1', '2024-03-06', ['f-1 yellow open']],
  ])('%s of %s on %s', async (kind, amountFen, decidedOn, wanted) => {
    await assess();
    await decide('2024-03-05');
    const approver = { name: '财政', level: 'finance' };
    await till.fee(
      'f-1',
      'ApproveWaiver',
      { kind, amountFen, decidedOn, requestedOn: '2024-03-04', approver },
      '2024-03-06',
    );
    await town.goTo('2024-03-20');
    expect(await found09()).toEqual(wanted);
  });
  test('a fee that was cancelled, a denial, and a grant that was reopened wait for nothing', async () => {
    await assess();
    await decide('2024-03-05', { outcome: 'denied', reasons: '不符合', remedies: '复议' });
    await town.goTo('2024-03-08');
    expect(await found09()).toEqual([]);
    await town.do('M-1', 'ReopenMatter', { reason: '自行纠正' }, clock('2024-03-08'));
    await decide('2024-03-11');
    await till.fee('f-1', 'CancelFee', { reason: '错' }, '2024-03-12');
    await town.goTo('2024-03-20');
    expect(await found09()).toEqual([]);
  });
  test('a grant that is reopened lifts it', async () => {
    await assess();
    await decide('2024-03-05');
    await town.goTo('2024-03-08');
    await town.do('M-1', 'ReopenMatter', { reason: '自行纠正' }, clock('2024-03-08'));
    expect(await found09()).toEqual(['f-1 yellow withdrawn']);
  });
  test('the delivery waits, and not the decision; a fee that nothing waits for', async () => {
    await assess('F-V');
    await till.assess('f-2', '2024-03-04', { matterId: 'M-1', feeItem: 'F-1' });
    await decide('2024-03-05');
    await town.goTo('2024-03-08');
    expect(await found09()).toEqual([]);
    await town.do('M-1', 'DeliverResult', { mode: 'mail' }, clock('2024-03-08'));
    await town.goTo('2024-03-13');
    expect(await found09()).toEqual(['f-1 yellow open']);
  });
  test('the gate is that of the version in force when it was assessed, also as becomes known late', async () => {
    await till.publish('F-2', '2024-03-05', { gate: 'none' });
    await till.assess('f-1', '2024-03-04', { matterId: 'M-1', feeItem: 'F-2' });
    await till.assess('f-2', '2024-03-05', { matterId: 'M-1', feeItem: 'F-2' });
    await decide('2024-03-05');
    await town.goTo('2024-03-08');
    expect(await found09()).toEqual([]);
    await till.publish('F-2', '2024-03-06', { gate: 'decision' }, { told: clock('2024-03-08') });
    await till.publish('F-3', '2024-03-04', { gate: 'decision' });
    await till.assess('f-3', '2024-03-04', { matterId: 'M-1', feeItem: 'F-3' }, { told: clock('2024-03-08') });
    await town.goTo('2024-03-09');
    expect(await found09()).toEqual(['f-3 yellow open']);
  });
});
