/** Reconciliation over HTTP: runs, the tie-out page and what its figures consist of, breaks and what is answered to them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayOf } from '../../projections/kernel/instant.js';
import { version } from '../money.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const today = dayOf(new Date().toISOString());
const earlier = (days: number) => dayOf(new Date(Date.now() - days * 86_400_000).toISOString());
beforeAll(async () => {
  at = await service([
    { name: 'unit', staffNo: '1', roles: ['handler', 'approver'], post: 'h', org: 'city' },
    { name: 'other unit', staffNo: '2', roles: ['handler', 'approver'], post: 'i', org: 'land' },
    { name: 'finance', staffNo: '3', roles: ['finance'], org: 'finance' },
    { name: 'second finance', staffNo: '4', roles: ['finance'], org: 'finance' },
    { name: 'auditor', staffNo: '5', roles: ['auditor'] },
    { name: 'adapter', staffNo: '6', roles: ['adapter'], systems: ['bank'] },
  ]);
});
afterAll(() => at.close());

let n = 0;
const post = (who: string, path: string, body: object = {}) => at.as(who).post(`/v1/money/${path}`, body, `k${n++}`);
const read = async (path: string, who = 'auditor') => {
  const answer = await at.as(who).get(`/v1/money/${path}`);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
};
const report = async (id: string, command: string, data: object, on: string) => {
  const answer = await at.as('adapter').post(
    '/v1/reports/money',
    {
      id,
      command,
      data,
      occurredAt: `${on}T10:00:00+08:00`,
      precision: 'second',
      source: { system: 'bank', batch: 'b', case: id, event: `${command} ${id}`, registeredAt: null },
    },
    `r${n++}`,
  );
  expect([answer.status, answer.body.outcome]).toEqual([201, 'recorded']);
};
const run = async (who = 'finance') => {
  const { status, body } = await post(who, 'reconciliation/runs');
  expect(status).toBe(200);
  return body;
};
/** In a month that is over. */
const old = earlier(40);
const month = old.slice(0, 7);
const whole = async (k: number, org: string, amountFen: string, steps = 5) => {
  const of = { feeItem: 'F-1', quantity: '10', amountFen };
  await report(`f-${k}`, 'AssessFee', { ...of, org }, old);
  const lines = [{ fee: `f-${k}`, ...of }];
  const more = { kind: 'direct', form: 'electronic', payChannel: 'bank', payCode: `P-${k}` };
  if (steps > 1) await report(`45-000${k}`, 'IssueReceipt', { org, ...more, lines, amountFen }, old);
  const pay = { account: '622', bankRef: `${k}`, channel: 'bank', payCode: `P-${k}`, amountFen };
  if (steps > 2) await report(`622-${k}`, 'ReceivePayment', pay, old);
  if (steps > 3) await report(`d-${k}`, 'MakeDeposit', { account: '622', day: old, amountFen, to: 'treasury' }, old);
  const credit = { deposit: `d-${k}`, org, feeItem: 'F-1', level: 'city', subject: version.subject, amountFen };
  if (steps > 4) await report(`c-${k}`, 'CreditTreasury', credit, old);
};

describe('reconciliation over HTTP', () => {
  test('nothing is reconciled yet, and only who may can ask for a run', async () => {
    const page = await read('reconciliation');
    expect(page).toMatchObject({ reconciled: null, cells: [], total: { assessedFen: '0', tiesOut: true } });
    expect((await post('unit', 'reconciliation/runs')).status).toBe(403);
    expect((await read('breaks/kinds')).map(({ code }: any) => code)).toHaveLength(21);
  });

  test('a run ties units, fee items and months out to the fen; a second adds nothing', async () => {
    await report('F-1', 'PublishFeeItem', { ...version, org: 'city', from: '2020-01-01' }, old);
    await report(
      '622',
      'ApproveAccount',
      { name: '专户', bank: '农行', kind: 'centre', document: '文', from: '2020-01-01' },
      old,
    );
    await report('45-0001', 'PrintBlock', { to: '0100', form: 'electronic' }, old);
    await report('45-0001', 'IssueBlock', { org: 'city' }, old);
    await whole(1, 'city', '1500');
    await whole(2, 'city', '2500', 2);
    await whole(3, 'land', '700', 1);
    expect(await run()).toMatchObject({
      made: 5,
      opened: 1,
      periods: 2,
      recorded: 8,
      inputs: { receipted: { rows: 2, fen: '4000' } },
    });
    const before = (await at.opened.store.head()).next;
    expect(await run()).toMatchObject({ recorded: 0, after: null });
    expect((await at.opened.store.head()).next).toBe(before);

    const page = await read(`reconciliation?from=${month}&to=${month}&org=city`);
    expect(page.cells).toHaveLength(1);
    expect(page.cells[0]).toMatchObject({
      org: 'city',
      feeItem: 'F-1',
      month,
      assessedFen: '4000',
      receiptedNetFen: '4000',
      receiptedUnpaidFen: '2500',
      tiesOut: true,
    });
    expect(page.total.steps.map(({ leftFen, rightFen, residueFen }: any) => [leftFen, rightFen, residueFen])).toEqual([
      ['4000', '4000', '0'],
      ['4000', '1500', '2500'],
      ['1500', '1500', '0'],
      ['1500', '1500', '0'],
    ]);
    const { rows, totalFen } = await read(`reconciliation/residues?org=city&step=receipted-paid`);
    expect(totalFen).toBe('2500');
    expect(rows).toMatchObject([
      { kind: 'unpaid', left: ['45-0002'], right: [], fen: '2500', says: { zh: '已开票未到账' } },
    ]);
    expect((await at.as('auditor').get('/v1/money/reconciliation?from=2024-13')).status).toBe(400);
  });

  test('what matching goes by is told beside the rules, and by the run', async () => {
    const { body } = await at.as('auditor').get('/v1/rules');
    const window = { name: 'windowDays', value: 2, pack: null };
    const grace = { name: 'grace04', value: 2, pack: null };
    expect(body.others).toMatchObject([
      { id: 'RE-01', parameters: [window, { name: 'toleranceFen', value: 0 }, {}, {}] },
      { id: 'RE-02', parameters: expect.arrayContaining([expect.objectContaining(grace)]) },
    ]);
    const one = await at.as('auditor').get('/v1/rules/RE-01');
    expect(one.body).toMatchObject({ id: 'RE-01', parameters: body.others[0].parameters, packs: [] });
    expect((await at.as('auditor').get('/v1/rules/RE-03')).status).toBe(404);
    expect((await read('reconciliation')).reconciled.pack).toMatchObject({
      id: 'reconciliation-1',
      windowDays: 2,
      ages: { red04: 5, explainDays: 5 },
    });
  });

  test('every figure consists of its rows, and each row of its events', async () => {
    const cell = `org=city&feeItem=F-1&month=${month}`;
    const figures: Record<string, [string, string][]> = {
      assessedFen: [
        ['f-1', '1500'],
        ['f-2', '2500'],
      ],
      'receipted-paid.left': [
        ['45-0001', '1500'],
        ['45-0002', '2500'],
      ],
      'receipted-paid.right': [['622-1', '1500']],
      'paid-deposited.right': [['d-1', '1500']],
      'deposited-credited.right': [['c-1', '1500']],
      owedFen: [
        ['f-1', '1500'],
        ['f-2', '2500'],
      ],
      receiptedNetFen: [
        ['45-0001', '1500'],
        ['45-0002', '2500'],
      ],
      receiptedUnpaidFen: [['45-0002', '2500']],
    };
    // Nothing of these is left over: a figure of nothing has no rows.
    for (const figure of ['outstandingFen', 'bankInTransitFen', 'misdirectedFen', 'treasuryInTransitFen'])
      expect(await read(`reconciliation/figures?${cell}&figure=${figure}`)).toMatchObject({ toldFen: '0', rows: [] });
    for (const [figure, expected] of Object.entries(figures)) {
      const found = await read(`reconciliation/figures?${cell}&figure=${figure}`);
      expect(found.rows.map(({ id, fen }: any) => [id, fen])).toEqual(expected);
      expect(found.fen).toBe(found.toldFen);
      const [event] = await at.opened.store.readIds(found.rows[0].events.slice(0, 1));
      expect(event!.stream.endsWith(`-${expected[0]![0]}`)).toBe(true);
    }
    expect((await at.as('auditor').get(`/v1/money/reconciliation/figures?${cell}&figure=x`)).status).toBe(400);
    expect(
      (
        await at
          .as('auditor')
          .get('/v1/money/reconciliation/figures?org=none&feeItem=none&month=2001-01&figure=voidFen')
      ).status,
    ).toBe(404);
    const why = await read(`reconciliation/periods/city-${month}/why`);
    expect(why.rows.map(({ type }: any) => type)).toEqual(['PeriodReconciled']);
  });

  test('a late payment changes what is told now, and not what was known before it', async () => {
    const known = (await at.opened.store.head()).next - 1;
    const standing = async (asOf?: number) => {
      const { rows } = await read(`breaks${asOf === undefined ? '' : `?asOf=${asOf}`}`);
      return rows.map(({ code, subject, severity }: any) => `${code} ${subject} ${severity}`);
    };
    expect(await standing()).toEqual(['BK-04 45-0002 red']);
    await report(
      '622-2',
      'ReceivePayment',
      { account: '622', bankRef: '2', channel: 'bank', payCode: 'P-2', amountFen: '2500' },
      old,
    );
    expect(await run()).toMatchObject({ made: 2, unmade: 1, cleared: 1, opened: 1 });
    expect(await standing()).toEqual([`BK-10 622|${old} red`]);
    expect(await standing(known)).toEqual(['BK-04 45-0002 red']);
    const paid = async (asOf?: number) =>
      (await read(`reconciliation?org=city${asOf === undefined ? '' : `&asOf=${asOf}`}`)).total.steps[1].rightFen;
    expect([await paid(known), await paid()]).toEqual(['1500', '4000']);
  });

  test('a break is explained by its unit, and judged by finance', async () => {
    await report(
      '45-0003',
      'IssueReceipt',
      {
        org: 'land',
        kind: 'direct',
        form: 'electronic',
        payChannel: 'bank',
        payCode: 'P-3',
        lines: [{ fee: 'f-3', feeItem: 'F-1', quantity: '10', amountFen: '700' }],
        amountFen: '700',
      },
      old,
    );
    await run();
    const { rows } = await read('breaks?org=land');
    expect(rows.map(({ code }: any) => code)).toEqual(['BK-04', 'BK-17']);
    const [{ break: id, ageDays, overdue }] = rows;
    expect([typeof ageDays, overdue]).toEqual(['number', false]);
    const answer = (who: string, what: string, body: object) => post(who, `breaks/${id}/${what}`, body);
    expect((await answer('other unit', 'explanations', { explanation: '银行延迟' })).status).toBe(201);
    expect((await answer('unit', 'explanations', { explanation: 'x' })).status).toBe(404);
    expect((await answer('auditor', 'acceptances', { reason: 'x' })).status).toBe(403);
    expect((await answer('finance', 'rejections', { reason: '无回单' })).status).toBe(201);
    expect((await answer('finance', 'referrals', { to: '纪检', reason: '疑似截留' })).status).toBe(201);
    const last = (await at.opened.store.head()).next - 1;
    expect(await read(`breaks/${id}?after=${last}`)).toMatchObject({
      status: 'referred',
      explanation: '银行延迟',
      stands: true,
    });
    const head = (await at.opened.store.head()).next - 1;
    const counted = await at.as('auditor').get(`/v1/money/breaks/counts?by=code&asOf=${head}`);
    expect(counted.headers.get('ledger-position')).toBe(String(head)); // a list of counts does not say it
    expect(
      (await read(`breaks/counts?by=code&org=land&after=${last}`)).map(({ code, count }: any) => [code, count]),
    ).toEqual([
      ['BK-04', 1],
      ['BK-17', 1],
    ]);
  });

  test('what two people match counts from the next run on; what is only likely is suggested and not posted', async () => {
    await report(
      '622-9',
      'ReceivePayment',
      { account: '622', bankRef: '9', channel: 'bank', org: 'land', amountFen: '700' },
      old,
    );
    await run();
    const pair = {
      step: 'receipted-paid',
      kind: 'together',
      left: ['45-0003'],
      right: ['622-9'],
      reason: '漏填缴款码',
    };
    expect((await post('finance', 'pairings/p-1/proposals', pair)).status).toBe(201);
    expect((await post('finance', 'pairings/p-1/approvals')).body.broken[0].code).toBe('pairing-second-person');
    expect((await post('second finance', 'pairings/p-1/approvals')).status).toBe(201);
    expect(await run()).toMatchObject({ made: 1 });
    const { rows } = await read('reconciliation/matches?org=land&step=receipted-paid');
    expect(await read(`reconciliation/matches/${rows[0].id}`)).toMatchObject({ pass: 5 });
    expect((await read('pairings/p-1/why')).rows.map(({ type }: any) => type)).toEqual([
      'PairingProposed',
      'PairingApproved',
    ]);
    expect(await read('pairings/p-1')).toMatchObject({ status: 'approved' });
    expect(rows).toMatchObject([{ pass: 5, pairs: [{ left: ['45-0003'], right: ['622-9'] }] }]);
    expect(await read('reconciliation/suggestions')).toEqual([]);
  });

  test('a month that is over is signed for by three parties, the bank’s signature being reported', async () => {
    const id = `city-${month}`;
    const sign = (who: string, party: string) =>
      post(who, `reconciliation/periods/${id}/${party}-signatures`, { balanceFen: '0' });
    expect((await sign('other unit', 'unit')).status).toBe(404);
    expect((await sign('unit', 'unit')).status).toBe(201);
    await report(id, 'SignForBank', { balanceFen: '0' }, today);
    expect((await sign('finance', 'finance')).status).toBe(201);
    const last = (await at.opened.store.head()).next - 1;
    expect(await read(`reconciliation/periods/${id}?after=${last}`)).toMatchObject({ status: 'certified' });
  });
});
