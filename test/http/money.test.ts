import { Command } from 'commander';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayOf } from '../../projections/kernel/instant.js';
import { auditCommands } from '../../src/cli-audit.js';
import type { Work } from '../../src/cli.js';
import { version } from '../money.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const today = dayOf(new Date().toISOString());
beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'], org: 'centre' },
    { name: 'clerk', staffNo: '2', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
    { name: 'second clerk', staffNo: '3', roles: ['clerk'], post: 'w2', org: 'centre', window: '2' },
    { name: 'unit head', staffNo: '4', roles: ['approver'], post: 'h', org: 'city' },
    { name: 'finance', staffNo: '5', roles: ['finance'], org: 'finance' },
    { name: 'auditor', staffNo: '6', roles: ['auditor'] },
    { name: 'adapter', staffNo: '7', roles: ['adapter'], systems: ['bank', 'city-system'] },
  ]);
});
afterAll(() => at.close());

let n = 0;
const act = (who: string, path: string, body: object = {}) => at.as(who).post(`/v1/money/${path}`, body, `k${n++}`);
const acted = async (who: string, path: string, body: object = {}) => {
  const answer = await act(who, path, body);
  expect([answer.status, answer.body.broken]).toEqual([201, undefined]);
  return answer.body.after as string;
};
const last = async () => `after=${(await at.opened.store.head()).next - 1}`;
const read = async (path: string) => (await at.as('auditor').get(`/v1/money/${path}?${await last()}`)).body;
const report = (id: string, command: string, data: object, more: object = {}) =>
  at.as('adapter').post(
    '/v1/reports/money',
    {
      id,
      command,
      data,
      occurredAt: `${today}T10:00:00+08:00`,
      precision: 'second',
      source: { system: 'bank', batch: 'b', case: id, event: String(n++), registeredAt: null },
      ...more,
    },
    `r${n++}`,
  );
const feeItem = { ...version, org: 'city' };
const use = (fee: string, amountFen: string, more: object = {}) => ({
  block: '4501-0001',
  kind: 'direct',
  form: 'electronic',
  payChannel: 'bank',
  payCode: `P-${fee}`,
  lines: [{ fee, feeItem: 'F-1', quantity: '10', amountFen }],
  amountFen,
  ...more,
});

describe('money over HTTP', () => {
  test('registers: a fee item, an account and a block of receipts', async () => {
    await acted('registrar', 'fee-items/F-1/versions', feeItem);
    const of = { name: '集中收费专户', bank: '农行', kind: 'centre', centre: 'centre' };
    const account = { ...of, document: '文', from: '2024-01-01' };
    await acted('finance', 'accounts/622/approvals', account);
    await acted('finance', 'blocks/4501-0001/printings', { to: '0100', form: 'electronic' });
    await acted('finance', 'blocks/4501-0001/issues', { org: 'centre' });
    expect((await act('clerk', 'accounts/623/approvals', account)).status).toBe(403);
    expect((await read('fee-items')).rows).toMatchObject([{ feeItem: 'F-1', version: 1, org: 'city' }]);
    expect(await read('accounts/622')).toMatchObject({ kind: 'centre', approvals: [{ from: '2024-01-01' }] });
    const unused = { status: 'issued', org: 'centre', use: { used: 0 }, gaps: [] };
    expect(await read('blocks/4501-0001')).toMatchObject(unused);
    expect((await at.as('auditor').get('/v1/money/blocks/x')).status).toBe(404);
  });

  test('a fee from assessment to treasury, and part of it waived by three people', async () => {
    await acted('clerk', 'fees/f-1/assessments', { feeItem: 'F-1', quantity: '10', itemCode: 'A-1' });
    const over = await act('clerk', 'fees/f-2/assessments', { feeItem: 'F-1', quantity: '10', amountFen: '1501' });
    expect([over.status, over.body.broken[0]]).toMatchObject([
      409,
      { code: 'amount-not-by-rate', details: { byRateFen: '1500' } },
    ]);
    const request = { kind: 'reduce', amountFen: '500', reason: '低保', document: '申请书' };
    await acted('clerk', 'fees/f-1/waiver-requests', request);
    const early = await act('finance', 'fees/f-1/waivers');
    expect(early.body.broken.map(({ code }: any) => code)).toEqual(['waiver-not-reviewed']);
    await acted('unit head', 'fees/f-1/waiver-reviews', { agrees: true, opinion: '属实' });
    await acted('finance', 'fees/f-1/waivers', { document: '批复' });
    await acted('clerk', 'fees/f-1/notices', { payCode: 'P-f-1' });
    expect(await read('fees/f-1')).toMatchObject({
      assessedFen: '1500',
      waivedFen: '500',
      owedFen: '1000',
      payCode: 'P-f-1',
      org: 'city',
    });

    await acted('clerk', 'receipts/4501-0001/issues', use('f-1', '1000'));
    expect((await act('clerk', 'receipts/4501-0001/checks')).body.broken[0].code).toBe('checker-is-handler');
    await acted('second clerk', 'receipts/4501-0001/checks');
    const unpaid = await act('finance', 'receipts/4501-0001/completions', { payment: '622-1' });
    expect(unpaid.body.broken[0].code).toBe('receipt-not-paid');
    const money = { account: '622', bankRef: '1', channel: 'bank', payCode: 'P-f-1', amountFen: '1000' };
    const named = { number: '6217001', name: '黄某' };
    const from = { identifier: { kind: 'bank-account', value: '6217001' }, personal: named };
    expect((await report('622-1', 'ReceivePayment', { ...money, fromAccount: from })).body.outcome).toBe('recorded');
    await acted('finance', 'receipts/4501-0001/completions', { payment: '622-1' });
    await report('d-1', 'MakeDeposit', { account: '622', day: today, amountFen: '1000', to: 'treasury' });
    await report('c-1', 'CreditTreasury', { deposit: 'd-1', level: 'city', subject: '103042702', amountFen: '1000' });
    const whole = { status: 'completed', payment: '622-1', amountFen: '1000' };
    expect(await read('receipts/4501-0001')).toMatchObject(whole);
    expect((await read('payments')).rows).toMatchObject([{ payment: '622-1', amountFen: '1000', status: 'received' }]);
    const closed = { receivedFen: '1000', depositedFen: '1000', open: false };
    expect((await read('account-days')).rows).toMatchObject([closed]);
    expect((await read('credits')).rows).toMatchObject([{ deposit: 'd-1', level: 'city' }]);
    expect(JSON.stringify(await read('payments'))).not.toContain('黄某');
    await report('city-1', 'PostVoucher', { org: 'city', feeItem: 'F-1', side: 'collected', amountFen: '1000' });
    const debit = { account: '622', bankRef: 'fee', kind: 'bank-fee', amountFen: '5' };
    expect((await report('622-fee', 'SeeDebit', debit)).body.outcome).toBe('recorded');
    for (const [path, types] of [
      ['credits/c-1', ['TreasuryCredited']],
      ['debits/622-fee', ['BankDebitSeen']],
      ['vouchers/city-1', ['VoucherPosted']],
      [`account-days/622/${today}`, ['PaymentReceived', 'DepositMade']],
    ] as const) {
      const why = (await read(`${path}/why`)).rows;
      expect([path, ...why.map(({ type }: any) => type)]).toEqual([path, ...types]);
      expect(await read(path)).toMatchObject({});
      const before = await at.as('auditor').get(`/v1/money/${path}?asOf=${why[0].index - 1}`);
      expect([path, before.status]).toEqual([path, 404]);
    }
    expect((await at.as('auditor').get('/v1/money/account-days/622/2024-02-30')).status).toBe(400);
    const why = await read('fees/f-1/why');
    expect(why.rows.map(({ type }: any) => type)).toEqual([
      'FeeAssessed',
      'WaiverRequested',
      'FeeWaived',
      'PaymentNoticeIssued',
    ]);

    const ask = { payment: '622-1', amountFen: '1000', reason: '退费', by: 'payer' };
    await acted('clerk', 'refunds/r-1/requests', ask);
    const other = { identifier: { kind: 'bank-account', value: '6217002' }, personal: {} };
    await report('r-1', 'PayRefund', { account: '622', amountFen: '1000', toAccount: other });
    const [, paid] = await at.opened.store.readStream('refund-r-1');
    expect(paid!.irregularities.map(({ code }) => code)).toEqual([
      'out-of-order',
      'refund-not-approved',
      'refund-to-another-account',
    ]);
  });

  test('of ten who use one number at once, one does; a report of a second use is recorded and marked', async () => {
    for (let f = 10; f < 20; f++) await acted('clerk', `fees/f-${f}/assessments`, { feeItem: 'F-1', quantity: '10' });
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, k) =>
        act(k % 2 ? 'clerk' : 'second clerk', 'receipts/4501-0002/issues', use(`f-${10 + k}`, '1500')),
      ),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const [first, ...more] = await at.opened.store.readStream('receipt-4501-0002');
    expect(more).toEqual([]);
    for (const { body, status } of all)
      if (status === 409) expect(body.broken[0]).toMatchObject({ code: 'number-used', refs: [first!.id] });

    const source = { system: 'city-system', batch: 'b', case: '4501-0002', event: '2', registeredAt: null };
    const second = { ...use('f-11', '1500'), org: 'city' };
    expect((await report('4501-0002', 'IssueReceipt', second, { source })).body).toMatchObject({ outcome: 'recorded' });
    const [, marked] = await at.opened.store.readStream('receipt-4501-0002');
    expect(marked!.irregularities.map(({ code, refs }) => [code, ...refs]).slice(0, 1)).toEqual([
      ['number-used', first!.id],
    ]);
    expect(await read('receipts/4501-0002')).toMatchObject({ uses: 2, org: 'centre', issued: [first!.id, marked!.id] });
  });

  test('of those who use up one thing at once in different streams, no more is recorded than there is of it', async () => {
    const refused = (answers: readonly any[]) =>
      answers.flatMap(({ status, body }) => (status === 409 ? body.broken.map(({ code }: any) => code) : []));
    const settled = (answers: readonly any[]) => answers.map(({ status }) => status).toSorted();
    const one = [201, ...Array.from({ length: 4 }, () => 409)];
    const five = (of: (k: number) => Promise<any>) => Promise.all(Array.from({ length: 5 }, (_, k) => of(k)));
    await acted('clerk', 'fees/f-30/assessments', { feeItem: 'F-1', quantity: '10' });
    const issues = await five((k) =>
      act(k % 2 ? 'clerk' : 'second clerk', `receipts/4501-003${k}/issues`, use('f-30', '1500')),
    );
    expect([settled(issues), new Set(refused(issues))]).toEqual([one, new Set(['fee-receipted-already'])]);
    const cancelled = await act('unit head', 'fees/f-30/cancellations', { reason: '误核' });
    expect(refused([cancelled])).toEqual(['fee-receipted']);

    for (const k of [0, 1, 2, 3, 4]) {
      await acted('clerk', `fees/f-4${k}/assessments`, { feeItem: 'F-1', quantity: '10' });
      await acted('clerk', `receipts/4501-004${k}/issues`, use(`f-4${k}`, '1500'));
      await acted('second clerk', `receipts/4501-004${k}/checks`);
    }
    const money = { account: '622', bankRef: '9', channel: 'bank', payCode: 'P-9', amountFen: '1500' };
    await report('622-9', 'ReceivePayment', money);
    const completions = await five((k) => act('finance', `receipts/4501-004${k}/completions`, { payment: '622-9' }));
    expect([settled(completions), new Set(refused(completions))]).toEqual([one, new Set(['payment-used'])]);

    const notices = await five((k) => act('clerk', `fees/f-4${k}/notices`, { payCode: 'P-same' }));
    expect([settled(notices), new Set(refused(notices))]).toEqual([one, new Set(['pay-code-used'])]);
    const prints = await five((k) =>
      act('finance', `blocks/4502-000${k + 1}/printings`, { to: '0100', form: 'paper' }),
    );
    expect([settled(prints), new Set(refused(prints))]).toEqual([one, new Set(['block-overlaps'])]);
    for (const k of [0, 1, 2, 3, 4])
      await acted('clerk', `fees/f-5${k}/assessments`, { feeItem: 'F-1', quantity: '10' });
    for (const k of [0, 1, 2, 3]) await acted('clerk', `receipts/4501-005${k}/issues`, use(`f-5${k}`, '1500'));
    const red = { reason: '开错', red: '4501-0059' };
    const reds = await Promise.all([
      ...[0, 1, 2, 3].map((k) => act('clerk', `receipts/4501-005${k}/reversals`, red)),
      act('second clerk', 'receipts/4501-0059/issues', use('f-54', '1500')),
    ]);
    expect(settled(reds)).toEqual(one);
    const lost = reds[4]!.status === 201 ? ['red-number-used'] : ['red-number-used', 'number-used-by-red'];
    expect(new Set(refused(reds))).toEqual(new Set(lost));
    const back = await act('clerk', 'blocks/4501-0001/returns', { first: '0040', last: '0060', reason: '未用' });
    expect(refused([back])).toEqual(['numbers-used']);
    const tried = await at
      .as('clerk')
      .post('/v1/money/fees/f-10/notices?dryRun=true', { payCode: 'P-other' }, `dry${n++}`);
    expect(tried.body).toMatchObject({ dryRun: true });
    expect(await at.opened.store.readStream('claim-pay-code-P-other')).toEqual([]);
  });

  test('a window pays in once a day what its own receipts sum to', async () => {
    const collect = { kind: 'collect', payChannel: 'pos', payCode: undefined };
    const issue = await acted('clerk', 'receipts/4501-0003/issues', use('f-12', '1500', collect));
    expect(issue).toBeDefined();
    const { on, remittance: named } = await read('receipts/4501-0003');
    expect(named).toBe(`centre.1-${on}`);
    const make = { receipts: ['4501-0003'], amountFen: '1500', payCode: 'H-1' };
    const path = `remittances/centre/1/${on}`;
    expect((await act('clerk', path, { ...make, amountFen: '1400' })).body.broken[0].code).toBe('remittance-sum');
    const other = await act('clerk', path, { ...make, receipts: ['4501-0002'] });
    expect(other.body.broken[0].code).toBe('receipt-of-another-remittance');
    const both = await Promise.all([act('clerk', path, make), act('second clerk', path, make)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect((await read('remittances')).rows).toMatchObject([{ amountFen: '1500', receipts: ['4501-0003'] }]);
    expect((await read(`remittances/centre.1-${on}/why`)).rows[0].type).toBe('RemittanceMade');
    expect((await read('blocks/4501-0001')).use.runs[0]).toMatchObject({ first: '0001', last: '0003' });
  });

  test("the auditor's tests, a sample that is drawn again, and the map of a block, as of a moment", async () => {
    const audit = async (path: string, who = 'auditor') =>
      at.as(who).get(`/v1/money/${path}${path.includes('?') ? '&' : '?'}from=${today}&to=${today}&${await last()}`);
    const pack = (await audit('audit')).body;
    expect(pack.never.en).toBe('A flag is a reason to open the file, never a finding that fraud occurred.');
    const of = (id: string) => pack.tests.find((test: any) => test.id === id);
    expect(pack.control.receipts.rows).toBe((await read('receipts')).rows.length);
    expect([of('duplicates').flagged, of('benford').note !== null]).toEqual([1, true]);
    const { body } = await audit('audit/duplicates');
    const [second] = await at.opened.store.readStream('receipt-4501-0002');
    expect(body.rows).toMatchObject([{ subject: 'receipt 4501-0002', flagged: true }]);
    expect(body.rows[0].events).toContain(second!.id);
    expect([body.digest, body.total, body.next]).toEqual([pack.digest, 1, null]);
    const then = (await audit(`audit/duplicates?asOf=${second!.index}`)).body;
    expect([then.flagged, then.asOf]).toEqual([0, String(second!.index)]);
    const set = (await audit('audit/strata?flagged=false&set=top:2&limit=1')).body;
    expect([set.values.top, set.rows.length, set.next]).toEqual([2, 1, '1']);

    const sample = (await audit('audit/sample?size=5&seed=9')).body;
    expect(sample.drawn.reduce((sum: number, { units }: any) => sum + units.length, 0)).toBe(5);
    expect((await audit('audit/sample?size=5&seed=9')).body).toEqual(sample);
    const map = (await read('blocks/4501-0001/map')).runs;
    expect(map.slice(0, 2).map(({ what, first, last: to }: any) => `${what} ${first}-${to}`)).toEqual([
      'used 0001-0003',
      expect.stringMatching(/^gap 0004-00/),
    ]);
    expect(map.reduce((sum: number, { count }: any) => sum + count, 0)).toBe(100);
    const { body: run } = await at.as('auditor').get('/v1/money/receipts?code=4501&first=0001&last=0003');
    expect(run.rows.map(({ number }: any) => number).toSorted()).toEqual(['0001', '0002', '0003']);
    expect((await at.as('auditor').get('/v1/money/receipts?code=4501&first=x')).status).toBe(400);
    for (const [path, status] of [
      ['audit/none', 404],
      ['audit/strata?set=bottom:1', 400],
      ['audit/strata?set=top:x', 400],
      ['audit/sample?seed=0', 400],
      ['audit/sample?of=everything', 400],
    ] as const)
      expect([path, (await audit(path)).status]).toEqual([path, status]);
    expect((await audit('audit', 'clerk')).status).toBe(403);
    expect((await at.as('auditor').get('/v1/money/audit?from=2024-03-01&to=2024-02-01')).status).toBe(400);
  });

  test('at the terminal: where numbers went, a sample with the error that it projects, a workpaper that is made again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mingzhang-audit-'));
    const mingzhang = async (...args: string[]) => {
      const told: { value: any; lines: string }[] = [];
      const program = new Command().exitOverride();
      const holder = { person: 'p', roles: ['auditor'], org: null, systems: [], grants: [] } as never;
      const work = { installation: { opened: at.opened }, app: at.app, holder } as unknown as Work;
      auditCommands(program, async (_, doing) => {
        await doing({ ...work, say: (value, lines) => void told.push({ value, lines: lines() }) });
      });
      await program.parseAsync(args, { from: 'user' });
      return told;
    };
    const during = ['--from', today, '--to', today];
    expect((await mingzhang('receipts'))[0]!.lines).toMatch(/4501-0001 .*issued/);
    const [map, first] = await mingzhang('receipts', '4501-0001');
    expect(map!.value.runs[0]).toMatchObject({ what: 'used', first: '0001', last: '0003' });
    expect(first!.value.history.map(({ type }: any) => type)).toEqual([
      'ReceiptIssued',
      'ReceiptChecked',
      'ReceiptCompleted',
    ]);
    const [twice] = await mingzhang('receipts', '4501-0002');
    expect(twice!.lines).toMatch(/用过 2 次.*\n(?:.*\n)*.*number-used/);
    await expect(mingzhang('receipts', '4599-1')).rejects.toThrow(/4599-1/);

    const [drawn] = await mingzhang('sample', ...during, '--size', '4', '--seed', '5');
    const audited = join(folder, 'audited.csv');
    const amounts = drawn!.value.drawn.map(({ item }: any) => `${item.id},${(item.fen / 100).toFixed(2)}`);
    await writeFile(audited, ['name,audited', ...amounts].join('\n'));
    const again = ['sample', ...during, '--size', '4', '--seed', '5', '--audited', audited];
    const [projected] = await mingzhang(...again);
    expect(projected!.value).toMatchObject({ drawn: drawn!.value.drawn, projection: { errorFen: 0, open: [] } });
    expect(projected!.lines).toMatch(/projected error: 0\.00/);
    await writeFile(audited, ['name,audited', `${drawn!.value.drawn[0].item.id},x`].join('\n'));
    await expect(mingzhang(...again)).rejects.toThrow(/"x"/);

    const out = join(folder, 'paper.xlsx');
    const set = ['--set', 'strata.top=3', '--set', 'split-fees.days=2'];
    const [paper] = await mingzhang('workpaper', '-o', out, ...during, '--size', '4', ...set);
    expect(paper!.value.files).toEqual([out]);
    const sheets = async () => (await readXlsx(new Uint8Array(await readFile(out)))).sheets.map(({ rows }) => rows);
    const before = await sheets();
    const command = before[0]!.find(([name]) => String(name).startsWith('命令'))![1] as string;
    expect(command).toMatch(/--set strata\.top=3 --set split-fees\.days=2$/);
    await acted('clerk', 'fees/f-90/assessments', { feeItem: 'F-1', quantity: '10' });
    await mingzhang(...command.split(' ').slice(3));
    expect(await sheets()).toEqual(before);
    const csv = await mingzhang('workpaper', '-o', join(folder, 'p.csv'), ...during, '--tests', 'strata');
    expect(csv[0]!.value.files).toHaveLength(7);
    await expect(mingzhang('workpaper', '-o', out, '--tests', 'none')).rejects.toThrow(/none/);
    await rm(folder, { recursive: true });
  });

  test('what a source tells anew is followed; what it has no more leaves the books, and is there a moment before', async () => {
    const row = (data: object, more: object = {}) =>
      report('gone-1', 'ReceivePayment', data, {
        source: { system: 'bank', batch: 'b', case: 'gone-1', event: 'in', registeredAt: null, ...more },
      });
    const payment = { account: '622', bankRef: 'gone-1', channel: 'bank', amountFen: '1234' };
    const day = async (moment: string) => {
      const answer = await at
        .as('auditor')
        .get(`/v1/money/account-days?account=622&from=${today}&to=${today}&${moment}`);
      return Number(answer.body.rows[0]?.receivedFen ?? 0);
    };
    const received = await day(await last());
    expect((await row(payment)).body.outcome).toBe('recorded');
    expect((await row({ ...payment, amountFen: '1000' })).body.outcome).toBe('changed');
    expect(await read('payments/gone-1')).toMatchObject({ amountFen: '1000', withdrawn: null });
    expect(await day(await last())).toBe(received + 1000);
    const before = (await at.opened.store.head()).next - 1;
    expect((await row({}, { deleted: true })).body.outcome).toBe('deleted');
    expect((await row({}, { deleted: true })).body.outcome).toBe('unchanged');
    const [event] = (await at.opened.store.readStream('payment-gone-1')).slice(-1);
    expect(event).toMatchObject({ type: 'SourceRowChanged', data: { before: { amountFen: '1000' }, after: null } });
    expect(await read('payments/gone-1')).toMatchObject({ amountFen: '1000', withdrawn: event!.id });
    expect(await day(await last())).toBe(received);
    expect(await day(`asOf=${before}`)).toBe(received + 1000);
    const then = await at.as('auditor').get(`/v1/money/payments/gone-1?asOf=${before}`);
    expect([then.body.withdrawn, then.headers.get('ledger-position')]).toEqual([null, String(before)]);
    const why = (await at.as('auditor').get(`/v1/money/payments/gone-1/why?${await last()}`)).body;
    expect(why.rows.map(({ type }: any) => type)).toEqual(['PaymentReceived', 'SourceRowChanged', 'SourceRowChanged']);
    expect((await row({ ...payment, amountFen: '900' })).body.outcome).toBe('changed');
    expect(await read('payments/gone-1')).toMatchObject({ amountFen: '900', withdrawn: null });
    const unknown = await row({}, { event: 'never', deleted: true });
    expect([unknown.status, unknown.body.errors[0].detail.en]).toEqual([400, expect.stringContaining('no-such-row')]);
  });
  test('an assessment that is told anew, and one that its source has no more', async () => {
    const row = (data: object, more: object = {}) =>
      report('told-1', 'AssessFee', data, {
        source: { system: 'city-system', batch: 'b', case: 'told-1', event: 'a', registeredAt: null, ...more },
      });
    await row({ feeItem: 'F-1', quantity: '10', itemCode: 'A-1' });
    await row({ feeItem: 'F-1', quantity: '20', itemCode: 'A-1' });
    expect(await read('fees/told-1')).toMatchObject({ quantity: '20', assessedFen: '3000', owedFen: '3000' });
    await row({}, { deleted: true });
    expect((await read('fees/told-1')).withdrawn).not.toBeNull();
    const act1 = await act('clerk', 'fees/told-1/notices', { payCode: 'P-told-1' });
    expect(act1.body.broken.map(({ code }: any) => code)).toContain('out-of-order');
  });
  test('what cannot be read is told by its field', async () => {
    for (const [amountFen, status] of [
      ['-1', 400],
      ['1.5', 400],
      ['01', 400],
    ] as const)
      expect((await act('clerk', 'receipts/4501-0009/issues', use('f-13', amountFen))).status).toBe(status);
    const bad = await act('clerk', 'fees/f-99/assessments', { feeItem: 'F-1', quantity: '1e3' });
    expect([bad.status, bad.body.errors[0]]).toMatchObject([400, { detail: { zh: '应为数量，至多六位小数' } }]);
  });
});
