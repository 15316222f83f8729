/** Rules about where and how fees are taken: FE-01, FE-07. */
import { clock, type Town } from '../town.js';
import { foundBy, OFFICE, openShop, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  ({ town, till } = await openShop());
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
    for (const subject of ['payment/P-2', 'receipt/R-2'])
      expect(await town.verdict('FE-01', subject)).toMatchObject({ tested: { entered: true } });
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
    await till.pay('P-2', on, { account: 'own', itemCode: 'A-1' });
    // An account that nobody approved is not covered by any.
    const wanted = ['payment/P-1 red open', 'payment/P-2 red open', 'receipt/R-1 red open'];
    expect(await found('FE-01')).toEqual(times > 0 ? wanted : ['payment/P-2 red open']);
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
  test('the first line whose item has entered says what it is about', async () => {
    const lines = [{ itemCode: 'A-9' }, { itemCode: undefined }, { matterId: 'M-1' }, { matterId: 'M-2' }];
    await till.issue('R-1', '2024-03-05', { lines }, outside);
    expect((await town.found('FE-01'))[0]).toMatchObject({ itemCode: 'A-1', matterId: 'M-1' });
    await till.issue('R-2', '2024-03-05', { lines: [{ itemCode: undefined }, { itemCode: 'A-9' }] }, outside);
    expect(await town.verdict('FE-01', 'receipt/R-2')).toBeUndefined();
    await till.issue('R-3', '2024-03-05', { lines: [{ fee: 'f-9' }] }, outside);
    expect(await town.verdict('FE-01', 'receipt/R-3')).toMatchObject({ matterId: null, tested: { arrears: false } });
  });
  test('the unit is as the bank says, or as the fee does; a fee of the matter that becomes known late was assessed before', async () => {
    await till.assess('f-1', '2024-03-05', { org: 'health' });
    await till.notice('f-1', 'c-1', '2024-03-05');
    await till.pay('P-1', '2024-03-05', { account: 'own', payCode: 'c-1', org: undefined }, { by: {} });
    await till.pay('P-2', '2024-03-05', { account: 'own', payCode: 'c-1' });
    await till.pay(
      'P-3',
      '2024-03-05',
      { account: 'own', itemCode: 'A-1', matterId: 'M-1', org: undefined },
      { by: {} },
    );
    await town.world.settle();
    const org = async (id: string) => ((await town.verdict('FE-01', `payment/${id}`)) as { org: string | null }).org;
    expect([await org('P-1'), await org('P-2'), await org('P-3')]).toEqual(['health', 'market', null]);
    await till.assess('f-2', '2024-03-03', { matterId: 'M-1' }, { told: clock('2024-03-06') });
    expect(await found('FE-01')).toContain('payment/P-3 red withdrawn');
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
    expect((await town.verdict('FE-07', 'R-1')) === undefined).toBe(times === 0);
  });
  test('where finance lets it be taken for all of it, from that day on', async () => {
    await till.publish('F-2', '2024-03-05', { cash: true });
    await till.issue('R-1', '2024-03-05', { payChannel: 'cash', lines: [{ feeItem: 'F-2' }] });
    await till.issue('R-2', '2024-03-05', { payChannel: 'cash', lines: [{ feeItem: 'F-2' }, {}] }, outside);
    expect(await found('FE-07')).toEqual(['R-2 red open']);
    expect(await town.verdict('FE-07', 'R-1')).toMatchObject({
      result: 'cleared',
      tested: { mayTakeCash: true, atWindow: true },
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
