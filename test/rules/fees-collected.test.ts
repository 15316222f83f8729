/** Rules about where and how fees are taken: FE-01, FE-07, FE-08, FE-09, and payments without an acceptance (DA-04). */
import { calendarYear } from '../../src/areas/calendar/calendar.js';
import { pack } from '../../src/areas/supervision/pack.js';
import { clock, openTown, type Town } from '../town.js';
import { foundBy, OFFICE, payer, tillOf, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  till = tillOf(town);
  await town.publish('A-1');
  await town.enter('A-1', '2024-03-04');
  await till.approve('acc', '2024-03-01');
  await till.publish('F-1', '2024-03-01');
});
afterEach(() => town.close());
const found = (rule: string) => foundBy(town, rule);
const outside = { place: OFFICE } as const;

describe('FE-01 charged outside the centre', () => {
  test.each([
    ['centre-window', 0],
    ['self-service', 0],
    ['on-site-session', 0],
    ['department-office', 1],
    ['special-hall', 1],
    ['village-point', 1],
    ['other', 1],
  ] as const)('a receipt issued at: %s', async (kind, times) => {
    await till.issue('R-1', '2024-03-05', {}, { place: { kind } });
    expect(await found('FE-01')).toEqual(['receipt/R-1 red open'].slice(0, times));
  });
  test('from the day of the entry on, up to the day before the exit, also as becomes known late', async () => {
    await till.issue('R-1', '2024-03-03', {}, outside);
    await till.issue('R-2', '2024-03-04', {}, outside);
    await till.pay('P-1', '2024-03-03', { account: 'own', itemCode: 'A-1' });
    await till.pay('P-2', '2024-03-04', { account: 'own', itemCode: 'A-1' });
    expect(await found('FE-01')).toEqual(['payment/P-2 red open', 'receipt/R-2 red open']);
    await town.publish('A-2', {}, clock('2024-03-05'));
    till.now(clock('2024-03-05'));
    await till.issue('R-3', '2024-03-06', { lines: [{ itemCode: 'A-2' }] }, outside);
    await till.pay('P-3', '2024-03-06', { account: 'own', itemCode: 'A-2' });
    await town.enter('A-2', '2024-03-06', clock('2024-03-08'));
    expect((await found('FE-01')).slice(2)).toEqual(['payment/P-3 red open', 'receipt/R-3 red open']);
  });
  test('online, and as a law says; one line that it does not say of is enough', async () => {
    await till.issue('R-1', '2024-03-05', { payChannel: 'online' }, outside);
    await till.publish('F-2', '2024-03-04', { collectorByLaw: true });
    await till.issue('R-2', '2024-03-05', { lines: [{ feeItem: 'F-2' }] }, outside);
    await till.issue('R-3', '2024-03-05', { lines: [{ feeItem: 'F-2' }, {}] }, outside);
    expect(await found('FE-01')).toEqual(['receipt/R-3 red open']);
    expect(await town.verdict('FE-01', 'receipt/R-1')).toMatchObject({
      result: 'cleared',
      tested: { online: true, collectorByLaw: false },
    });
    expect(await town.verdict('FE-01', 'receipt/R-2')).toMatchObject({
      result: 'cleared',
      tested: { online: false, collectorByLaw: true },
    });
    await till.publish('F-1', '2024-03-05', { collectorByLaw: true }, { told: clock('2024-03-09') });
    expect(await found('FE-01')).toEqual(['receipt/R-3 red withdrawn']);
  });
  test.each([
    ['2024-03-05', 1],
    ['2024-03-06', 0],
    ['2024-03-08', 0],
    ['2024-03-09', 1],
  ])('an exemption from the sixth up to the ninth: on %s', async (on, times) => {
    await town.exempt('H-1', { decidedOn: '2024-03-04', from: '2024-03-06', to: '2024-03-09' }, clock('2024-03-04'));
    till.now(clock('2024-03-04'));
    await till.approve('unit', '2024-03-01', { kind: 'unit' });
    await till.issue('R-1', on, {}, outside);
    await till.pay('P-1', on, { account: 'unit', itemCode: 'A-1' });
    expect(await found('FE-01')).toEqual(['payment/P-1 red open', 'receipt/R-1 red open'].slice(0, 2 * times));
  });
  test.each([
    ['of another item', { scope: { items: ['A-9'], places: null, channels: null } }],
    ['for another place', { scope: { items: null, places: ['special-hall'], channels: null } }],
    ['decided only afterwards', { decidedOn: '2024-03-06' }],
    ['approved by the unit', { approver: { name: '本局', level: 'unit' } }],
  ])('an exemption %s exempts nothing', async (_, more) => {
    await till.issue('R-1', '2024-03-05', {}, outside);
    await town.exempt(
      'H-1',
      { decidedOn: '2024-03-04', from: '2024-03-04', to: '2024-04-01', ...more },
      clock('2024-03-07'),
    );
    expect(await found('FE-01')).toEqual(['receipt/R-1 red open']);
  });
  test('an exemption of this item and place that becomes known late lifts it', async () => {
    await till.issue('R-1', '2024-03-05', {}, outside);
    expect(await found('FE-01')).toHaveLength(1);
    const scope = { items: ['A-1'], places: ['department-office'], channels: null };
    await town.exempt(
      'H-1',
      { scope, decidedOn: '2024-03-05', from: '2024-03-05', to: '2024-04-01' },
      clock('2024-03-07'),
    );
    expect(await found('FE-01')).toEqual(['receipt/R-1 red withdrawn']);
  });
  test('what had been assessed before the entry may still be taken', async () => {
    await till.assess('f-1', '2024-03-03');
    await till.assess('f-2', '2024-03-04');
    await till.issue('R-1', '2024-03-05', { lines: [{ fee: 'f-1' }] }, outside);
    await till.issue('R-2', '2024-03-05', { lines: [{ fee: 'f-1' }, { fee: 'f-2' }] }, outside);
    await till.notice('f-1', 'c-1', '2024-03-05');
    await till.pay('P-1', '2024-03-05', { account: 'own', payCode: 'c-1' });
    expect(await found('FE-01')).toEqual(['receipt/R-2 red open']);
    expect(await town.verdict('FE-01', 'payment/P-1')).toMatchObject({ result: 'cleared', tested: { arrears: true } });
  });
  test('without an item or a place it cannot be judged', async () => {
    await till.issue('R-1', '2024-03-05', { lines: [{ itemCode: undefined }] }, outside);
    await till.issue('R-2', '2024-03-05', {}, { place: { kind: 'unknown' } });
    await till.issue('R-3', '2024-03-05', { payChannel: 'online' }, { place: { kind: 'unknown' } });
    await till.pay('P-1', '2024-03-05', { account: 'own' });
    const said = async (subject: string) => {
      const { result, missing } = (await town.verdict('FE-01', subject)) as { result: string; missing: string[] };
      return [result, ...missing].join(' ');
    };
    expect([
      await said('receipt/R-1'),
      await said('receipt/R-2'),
      await said('receipt/R-3'),
      await said('payment/P-1'),
    ]).toEqual(['undetermined item', 'undetermined place', 'cleared', 'undetermined item']);
  });
  test.each([
    ['centre', 0],
    ['finance', 0],
    ['unit', 1],
  ])('money into an account of kind %s', async (kind, times) => {
    await till.approve('other', '2024-03-05', { kind });
    await till.pay('P-1', '2024-03-05', { account: 'other', itemCode: 'A-1' });
    await till.pay('P-0', '2024-03-04', { account: 'other', itemCode: 'A-1' });
    expect(await found('FE-01')).toEqual(['payment/P-0 red open', ...['payment/P-1 red open'].slice(0, times)]);
  });
  test('an approval and a closure that become known late; a payment that went back', async () => {
    await till.pay('P-1', '2024-03-05', { account: 'other', itemCode: 'A-1' });
    await till.pay('P-2', '2024-03-06', { itemCode: 'A-1' });
    await till.pay('P-3', '2024-03-06', { account: 'own', itemCode: 'A-1' });
    expect(await found('FE-01')).toEqual(['payment/P-1 red open', 'payment/P-3 red open']);
    await till.approve('other', '2024-03-05', {}, { told: clock('2024-03-08') });
    await till.shut('acc', '2024-03-06', { told: clock('2024-03-08') });
    await till.reverse('P-3', '2024-03-08');
    expect(await found('FE-01')).toEqual([
      'payment/P-1 red withdrawn',
      'payment/P-2 red open',
      'payment/P-3 red withdrawn',
    ]);
  });
  test('what it was for is known by its matter, or by the fee that has its pay code, also late', async () => {
    await town.accept('M-1', clock('2024-03-05'));
    till.now(clock('2024-03-05'));
    await till.pay('P-1', '2024-03-05', { account: 'own', matterId: 'M-1' });
    await till.pay('P-2', '2024-03-05', { account: 'own', payCode: 'c-1' });
    await till.pay('P-3', '2024-03-05', { account: 'own', matterId: 'M-2' });
    expect(await found('FE-01')).toEqual(['payment/P-1 red open']);
    await till.assess('f-1', '2024-03-05', { itemCode: undefined, matterId: 'M-1' });
    await till.notice('f-1', 'c-1', '2024-03-06');
    await town.accept('M-2', clock('2024-03-06'));
    expect(await found('FE-01')).toEqual(['payment/P-1 red open', 'payment/P-2 red open', 'payment/P-3 red open']);
    await till.publish('F-1', '2024-03-05', { collectorByLaw: true }, { told: clock('2024-03-09') });
    expect(await found('FE-01')).toEqual([
      'payment/P-1 red withdrawn',
      'payment/P-2 red withdrawn',
      'payment/P-3 red open',
    ]);
    expect((await town.found('FE-01'))[1]).toMatchObject({
      matterId: 'M-1',
      itemCode: 'A-1',
      org: 'market',
      details: { account: 'own' },
    });
  });
});

describe('FE-07 cash at a window', () => {
  test.each([
    ['cash', 1],
    ['bank', 0],
    ['pos', 0],
    ['online', 0],
  ])('by %s', async (payChannel, times) => {
    await till.issue('R-1', '2024-03-05', { payChannel });
    expect(await found('FE-07')).toEqual(['R-1 red open'].slice(0, times));
  });
  test('where finance lets it be taken for all of it, from that day on', async () => {
    await till.publish('F-2', '2024-03-05', { cash: true });
    await till.issue('R-1', '2024-03-05', { payChannel: 'cash', lines: [{ feeItem: 'F-2' }] });
    await till.issue('R-2', '2024-03-05', { payChannel: 'cash', lines: [{ feeItem: 'F-2' }, {}] }, outside);
    expect(await found('FE-07')).toEqual(['R-2 red open']);
    expect(await town.verdict('FE-07', 'R-1')).toMatchObject({
      result: 'cleared',
      tested: { cash: true, mayTakeCash: true, atWindow: true },
    });
    expect(await town.verdict('FE-07', 'R-2')).toMatchObject({
      tested: { mayTakeCash: false, atWindow: false },
      itemCode: 'A-1',
    });
    await till.publish('F-1', '2024-03-05', { cash: true }, { told: clock('2024-03-07') });
    expect(await found('FE-07')).toEqual(['R-2 red withdrawn']);
    await till.abolish('F-2', '2024-03-05', '2024-03-08');
    expect(await found('FE-07')).toEqual(['R-1 red open', 'R-2 red open']);
  });
  test('where nobody knows how it was paid it cannot be judged, unless cash may be taken', async () => {
    await till.publish('F-2', '2024-03-05', { cash: true });
    await till.issue('R-1', '2024-03-05', { payChannel: 'unknown' });
    await till.issue('R-2', '2024-03-05', { payChannel: 'unknown', lines: [{ feeItem: 'F-2' }] });
    expect(await town.verdict('FE-07', 'R-1')).toMatchObject({
      result: 'undetermined',
      missing: ['payChannel'],
      tested: { mayTakeCash: false },
    });
    expect(await town.verdict('FE-07', 'R-2')).toMatchObject({ result: 'cleared', missing: [] });
  });
});

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
