/** Rules about where money goes: RM-01 to RM-04, RF-01. Monday 4 March; what comes in is to be deposited the next working day. */
import type { VerdictRow } from '../../projections/kernel/rule.js';
import { pack } from '../../src/areas/supervision/pack.js';
import { clock, openTown, type Town } from '../town.js';
import { foundBy, somebody, tillOf, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  till = tillOf(town);
  await till.approve('acc', '2024-03-04');
});
afterEach(() => town.close());
const found = (rule: string) => foundBy(town, rule);
const DAY = 'acc 2024-03-04';

describe('RM-01 and RM-02: what a day received', () => {
  const both = async () => [await found('RM-01'), await found('RM-02')];
  const open = [`${DAY} red open`];
  test.each([
    ['2024-03-05', []],
    ['2024-03-06', open],
  ])('nothing deposited by %s', async (day, wanted) => {
    await till.pay('P-1', '2024-03-04');
    await town.goTo(day);
    expect(await both()).toEqual([wanted, []]);
  });
  test.each([
    ['2024-03-05', '1000', [[], []]],
    ['2024-03-05', '1001', [[], []]],
    ['2024-03-05', '999', [[], open]],
    ['2024-03-06', '1000', [open, []]],
  ])('deposited on %s: %s of 1000', async (on, amountFen, wanted) => {
    await till.pay('P-1', '2024-03-04', { amountFen: '400' });
    await till.pay('P-2', '2024-03-04', { amountFen: '600' });
    await town.goTo(on);
    await till.deposit('D-1', '2024-03-04', on, { amountFen });
    await town.goTo('2024-03-11');
    expect(await both()).toEqual(wanted);
  });
  test('what is short is late once the rest has come', async () => {
    const paid = await till.pay('P-1', '2024-03-04');
    const first = await till.deposit('D-1', '2024-03-04', '2024-03-05', { amountFen: '400' });
    await town.goTo('2024-03-11');
    expect(await both()).toEqual([[], open]);
    const [row] = await town.found('RM-02');
    expect(row).toMatchObject({
      on: '2024-03-04',
      org: 'market',
      evidence: [paid, first, expect.any(String)],
      tested: { inTime: false, whole: false },
      details: { break: 'BK-10 acc|2024-03-04', due: '2024-03-05', depositedOn: null, missingFen: '600' },
    });
    await till.deposit('D-2', '2024-03-04', '2024-03-11', { amountFen: '600' });
    expect(await both()).toEqual([open, [`${DAY} red withdrawn`]]);
    expect((await town.found('RM-01'))[0]!.tested).toEqual({ inTime: false });
    expect((await town.found('RM-01'))[0]).toMatchObject({
      details: { break: null, depositedOn: '2024-03-11', missingFen: '0' },
    });
    await till.returned('D-2', '2024-03-12');
    expect(await both()).toEqual([[`${DAY} red withdrawn`], open]);
  });
  test('what nothing was deposited of names its break', async () => {
    await till.pay('P-1', '2024-03-04');
    await town.goTo('2024-03-11');
    expect((await town.found('RM-01'))[0]!.details).toMatchObject({
      break: 'BK-09 acc|2024-03-04',
      missingFen: '1000',
    });
  });
  test('a deposit in time that becomes known late lifts it', async () => {
    await till.pay('P-1', '2024-03-04');
    await town.goTo('2024-03-11');
    await till.deposit('D-1', '2024-03-04', '2024-03-05', {}, { told: clock('2024-03-11') });
    expect(await both()).toEqual([[`${DAY} red withdrawn`], []]);
  });
  test('what went back need not go on: reversed, given back, or more than came in', async () => {
    await till.pay('P-1', '2024-03-04');
    await till.refund('Z-1', 'PayRefund', { account: 'acc', payment: 'P-1', amountFen: '400' }, '2024-03-04');
    await till.deposit('D-1', '2024-03-04', '2024-03-05', { amountFen: '600' });
    await till.pay('P-2', '2024-03-05');
    await till.reverse('P-2', '2024-03-06');
    await till.refund('Z-2', 'PayRefund', { account: 'acc', payment: 'P-2', amountFen: '400' }, '2024-03-07');
    await town.goTo('2024-03-11');
    expect(await both()).toEqual([[], []]);
  });
  test('a payment that becomes known when its deposit was long made, and one whose deposit came too late', async () => {
    await till.deposit('D-1', '2024-03-04', '2024-03-05');
    await till.deposit('D-2', '2024-03-05', '2024-03-07');
    await town.goTo('2024-03-11');
    await till.pay('P-1', '2024-03-04', {}, { told: clock('2024-03-11') });
    await till.pay('P-2', '2024-03-05', {}, { told: clock('2024-03-11') });
    await town.goTo('2024-03-12');
    expect(await both()).toEqual([['acc 2024-03-05 red open'], []]);
  });
  test('only of approved accounts, on the first and the last day of the approval', async () => {
    await till.shut('acc', '2024-03-06');
    for (const day of ['2024-03-03', '2024-03-04', '2024-03-05', '2024-03-06'])
      await till.pay(`P-${day}`, day, {}, { told: clock('2024-03-06') });
    await town.goTo('2024-03-20');
    expect(await found('RM-01')).toEqual([`${DAY} red open`, 'acc 2024-03-05 red open']);
    await till.approve('acc', '2024-03-06', {}, { told: clock('2024-03-20') });
    await town.goTo('2024-03-21');
    expect((await found('RM-01')).at(-1)).toBe('acc 2024-03-06 red open');
  });
  test('a rule pack sets the days for both', async () => {
    const say = (type: string, data: object, person: string) =>
      town.say({ decider: pack, id: 'RM-01', type, data, by: { person } });
    const values = { workdays: 3 };
    await say(
      'ProposePack',
      { rule: 'RM-01', pack: 'p', values, from: '2024-03-05', source: '文', grade: 'A', reason: '试行' },
      'a',
    );
    await say('AdoptPack', { reason: '同意' }, 'b');
    await till.pay('P-1', '2024-03-04');
    await till.pay('P-2', '2024-03-05');
    await town.goTo('2024-03-08');
    expect(await found('RM-01')).toEqual([`${DAY} red open`]);
    await town.goTo('2024-03-09');
    expect((await town.found('RM-01'))[1]).toMatchObject({ subject: 'acc 2024-03-05', parameters: { workdays: 3 } });
  });
  test('a day with many payments names the first of them', async () => {
    for (let n = 0; n < 12; n++) await till.pay(`P-${n}`, '2024-03-04');
    for (let n = 0; n < 12; n++) await till.deposit(`D-${n}`, '2024-03-04', '2024-03-05', { amountFen: '1' });
    await town.goTo('2024-03-11');
    expect((await town.found('RM-02'))[0]!.evidence).toHaveLength(20);
  });
});

describe('RM-03 an account that nobody approved', () => {
  const wrong = () => found('RM-03');
  test('from the first day of the approval on, up to the day before its end', async () => {
    await till.shut('acc', '2024-03-06');
    for (const day of ['03', '04', '05', '06'])
      await till.pay(`P-${day}`, `2024-03-${day}`, {}, { told: clock('2024-03-06') });
    expect(await wrong()).toEqual(['P-03 red open', 'P-06 red open']);
  });
  test('one that nobody ever approved, and an approval that becomes known late', async () => {
    const event = await till.pay('P-1', '2024-03-04', { account: 'own', itemCode: 'A-1', matterId: 'M-1' });
    expect((await town.found('RM-03'))[0]).toMatchObject({
      evidence: [event],
      on: '2024-03-04',
      org: 'market',
      itemCode: 'A-1',
      matterId: 'M-1',
      tested: { approved: false, reversed: false },
      details: { break: 'BK-08 P-1', account: 'own', amountFen: '1000' },
    });
    await till.approve('own', '2024-03-01', { kind: 'unit' }, { told: clock('2024-03-06') });
    expect(await wrong()).toEqual(['P-1 red withdrawn']);
    await till.shut('own', '2024-03-04', { told: clock('2024-03-07') });
    expect(await wrong()).toEqual(['P-1 red open']);
  });
  test('money that went back at the bank', async () => {
    await till.pay('P-1', '2024-03-04', { account: 'own' });
    expect(await wrong()).toEqual(['P-1 red open']);
    await till.reverse('P-1', '2024-03-06');
    expect(await wrong()).toEqual(['P-1 red withdrawn']);
    await till.reverse('P-9', '2024-03-06');
    expect(await town.verdict('RM-03', 'P-1')).toMatchObject({
      result: 'cleared',
      tested: { approved: false, reversed: true },
    });
  });
});

describe('RM-04 signs of spending from collections', () => {
  const spent = () => found('RM-04');
  test.each([
    ['unknown', ['B-1 red? open']],
    ['deposit', []],
    ['refund', []],
    ['bank-fee', []],
  ])('a debit of kind %s', async (kind, wanted) => {
    const event = await till.debit('B-1', '2024-03-05', { kind, purpose: '购置' });
    expect(await spent()).toEqual(wanted);
    if (wanted.length > 0)
      expect((await town.found('RM-04'))[0]).toMatchObject({
        on: '2024-03-05',
        evidence: [event],
        tested: { isDeposit: false, isRefund: false },
        details: { account: 'acc', amountFen: '500', purpose: '购置' },
      });
  });
  test('a deposit or a refund of the same reference and account, also as becomes known later', async () => {
    for (const id of ['B-1', 'B-2', 'B-3', 'B-4']) await till.debit(id, '2024-03-05');
    await till.deposit('D-1', '2024-03-04', '2024-03-05', { bankRef: 'B-1' });
    await till.refund('Z-2', 'PayRefund', { account: 'acc', amountFen: '500', bankRef: 'B-2' }, '2024-03-05');
    await till.deposit('D-3', '2024-03-04', '2024-03-05', { bankRef: 'B-3', account: 'other' });
    await till.deposit('D-4', '2024-03-04', '2024-03-05');
    expect(await spent()).toEqual(['B-3 red? open', 'B-4 red? open']);
    expect(await town.verdict('RM-04', 'B-2')).toMatchObject({
      result: 'cleared',
      tested: { isDeposit: false, isRefund: true },
    });
  });
});

describe('RF-01 refunds', () => {
  const odd = () => found('RF-01');
  const finance = { name: '财政', level: 'finance' };
  const from = somebody('account-1', { number: '6222' });
  const refund = async (id: string, more: { ask?: string; approve?: object; pay?: object; verify?: object } = {}) => {
    const { ask = 'P-1', approve = {}, pay = {}, verify = {} } = more;
    const on = '2024-03-06';
    await till.refund(id, 'RequestRefund', { payment: ask, amountFen: '500', reason: '多缴', by: 'payer' }, on);
    await till.refund(id, 'VerifyRefund', { agrees: true, opinion: '属实', ...verify }, on);
    await till.refund(id, 'ApproveRefund', { approver: finance, decidedOn: on, ...approve }, on);
    return till.refund(id, 'PayRefund', { account: 'acc', amountFen: '500', toAccount: from, ...pay }, on);
  };
  const why = async (id: string) => ((await town.verdict('RF-01', id)) as VerdictRow).details['why'];
  beforeEach(() => till.pay('P-1', '2024-03-05', { fromAccount: from, matterId: 'M-1', itemCode: 'A-1' }));
  test('asked for, verified, approved, back to where it came from', async () => {
    await refund('Z-1');
    expect(await odd()).toEqual([]);
    expect(await town.verdict('RF-01', 'Z-1')).toMatchObject({
      result: 'cleared',
      certain: true,
      tested: { supported: true },
      details: { why: null },
    });
  });
  test.each([
    ['not-verified', { verify: { agrees: false } }],
    ['not-approved-by-finance', { approve: { approver: { name: '本局', level: 'unit' } } }],
    ['approved-afterwards', { approve: { decidedOn: '2024-03-07' } }],
    ['more-than-paid', { pay: { amountFen: '1001' } }],
    ['to-another-account', { pay: { toAccount: somebody('account-2', { number: '6333' }) } }],
  ])('%s', async (reason, more) => {
    await refund('Z-1', more);
    expect(await odd()).toEqual(['Z-1 red open']);
    expect(await why('Z-1')).toBe(reason);
    const events = await town.world.store.readStream('refund-Z-1');
    const [paid] = await town.world.store.readStream('payment-P-1');
    expect((await town.found('RF-01'))[0]).toMatchObject({
      on: '2024-03-06',
      matterId: 'M-1',
      itemCode: 'A-1',
      evidence: [...events.slice(0, 3).map(({ id }) => id), paid!.id, events[3]!.id],
      tested: { supported: false },
      details: { break: reason === 'approved-afterwards' ? null : 'BK-14 Z-1', paidFen: expect.any(String) },
    });
  });
  test('approved on the day on which it was paid', async () => {
    await refund('Z-1', { approve: { decidedOn: '2024-03-06' } });
    expect(await odd()).toEqual([]);
  });
  test('nobody asked, and what becomes known of it only later', async () => {
    await till.refund(
      'Z-1',
      'PayRefund',
      { account: 'acc', payment: 'P-1', amountFen: '500', toAccount: from },
      '2024-03-06',
    );
    expect(await why('Z-1')).toBe('not-requested');
    const [paid] = await town.world.store.readStream('payment-P-1');
    const [back] = await town.world.store.readStream('refund-Z-1');
    expect((await town.found('RF-01'))[0]!.evidence).toEqual([paid!.id, back!.id]);
    await till.refund('Z-8', 'PayRefund', { account: 'acc', amountFen: '1' }, '2024-03-06');
    expect(await town.verdict('RF-01', 'Z-8')).toMatchObject({ matterId: null, itemCode: null });
    const late = { told: clock('2024-03-08') };
    await till.refund(
      'Z-1',
      'RequestRefund',
      { payment: 'P-1', amountFen: '500', reason: '多缴', by: 'payer' },
      '2024-03-05',
      late,
    );
    expect(await why('Z-1')).toBe('not-verified');
    await till.refund('Z-1', 'VerifyRefund', { agrees: true, opinion: '属实' }, '2024-03-05', late);
    expect(await why('Z-1')).toBe('not-approved-by-finance');
    await till.refund('Z-1', 'ApproveRefund', { approver: finance, decidedOn: '2024-03-05' }, '2024-03-05', late);
    expect(await odd()).toEqual(['Z-1 red withdrawn', 'Z-8 red open']);
    await till.refund('Z-9', 'RequestRefund', { amountFen: '1', reason: '多缴', by: 'payer' }, '2024-03-08');
    expect(await town.verdict('RF-01', 'Z-9')).toBeUndefined();
  });
  test('two refunds of one payment that come to more than it', async () => {
    await refund('Z-1');
    await refund('Z-2', { pay: { amountFen: '501' } });
    expect(await odd()).toEqual(['Z-1 red open', 'Z-2 red open']);
  });
  test('a payment that becomes known late says where it came from', async () => {
    await refund('Z-1', { ask: 'P-2' });
    expect(await odd()).toEqual([]);
    await till.pay(
      'P-2',
      '2024-03-05',
      { fromAccount: somebody('account-3', { number: '6444' }) },
      { told: clock('2024-03-08') },
    );
    expect(await odd()).toEqual(['Z-1 red open']);
  });
  describe('of the unit’s day', () => {
    const day = async (payments: number, amountFen: string) => {
      for (let n = 0; n < payments; n++) await till.pay(`Q-${n}`, '2024-03-06', { amountFen });
    };
    test.each([
      [10, '167', []],
      [15, '111', ['Z-1 red? open']],
      [10, '166', ['Z-1 red? open']],
      [9, '1', []],
    ])('500 back, of %i payments of %s', async (payments, amountFen, wanted) => {
      await day(payments, amountFen);
      await refund('Z-1', { ask: 'P-1', pay: { org: 'market' } });
      expect(await odd()).toEqual(wanted);
      if (payments === 9) expect((await town.verdict('RF-01', 'Z-1'))!.tested).toEqual({ supported: true });
      if (payments === 10)
        expect(await town.verdict('RF-01', 'Z-1')).toMatchObject({
          tested: { supported: true, withinShare: wanted.length === 0 },
        });
    });
    test('exactly the share', async () => {
      await day(10, '100');
      await refund('Z-1', { pay: { org: 'market', amountFen: '300' } });
      expect(await odd()).toEqual([]);
    });
    test('payments that become known late, or went back', async () => {
      await refund('Z-1');
      await day(10, '166');
      expect(await odd()).toEqual(['Z-1 red? open']);
      await till.pay('Q-10', '2024-03-06', { amountFen: '100' });
      expect(await odd()).toEqual(['Z-1 red? withdrawn']);
      await till.reverse('Q-10', '2024-03-07');
      expect(await odd()).toEqual(['Z-1 red? open']);
    });
    test('without support it is certain, however small', async () => {
      await day(10, '166');
      await refund('Z-1', { verify: { agrees: false } });
      expect(await odd()).toEqual(['Z-1 red open']);
    });
  });
});
