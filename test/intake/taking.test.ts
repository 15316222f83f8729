/** Files about money on their way into a ledger: recorded once, rejected row by row, refused with the reason, and reconciled. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debits, payments, vouchers } from '../../projections/payments.js';
import { receipts } from '../../projections/receipts.js';
import { statements } from '../../projections/statements.js';
import { moneySink } from '../../src/cli-money.js';
import { camt } from '../../src/intake/bank-camt.js';
import { einvoice } from '../../src/intake/einvoice.js';
import { type Foreign, importForeign } from '../../src/intake/import.js';
import { ledgerSink } from '../../src/intake/ledger-sink.js';
import { parseTable, readTable, table } from '../../src/intake/tables.js';
import type { StatementLoaded } from '../../projections/events/reconciliation.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
beforeAll(async () => {
  at = await service([{ name: 'auditor', staffNo: '1', roles: ['auditor'] }]);
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-taking-'));
});
afterAll(async () => {
  await at.close();
  await rm(folder, { recursive: true });
});

async function take(foreign: Foreign, content: string | Uint8Array, dryRun = false) {
  const file = join(folder, 'file');
  await writeFile(file, content);
  const taken: StatementLoaded[] = [];
  const summary = await importForeign(foreign, {
    file,
    dryRun,
    rejects: join(folder, 'rejects.ndjson'),
    sink: (batch) =>
      ledgerSink({
        commands: at.app.commands,
        opened: at.opened,
        ...moneySink(taken),
        source: foreign.system,
        batch,
        dryRun,
      }),
  });
  return { ...summary, taken };
}
const rejected = async () =>
  (await readFile(join(folder, 'rejects.ndjson'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ line, field, reason }) => `${line} ${field} ${reason}`);
const rows = async (of: any, where: object = {}) => {
  const { next } = await at.opened.store.head();
  await at.app.reader.until(String(next - 1));
  return (await at.app.reader.find<any>(of, where as never, { limit: 1000 })).rows as any[];
};
const head = async () => (await at.opened.store.head()).next;

const BANK = `
table: 1
source: bank-a
kind: bank
columns: { account: 账号, reference: 流水号, on: 日期, credit: 贷方, debit: 借方, payCode: 缴款码, balance: 余额, payer: 户名, payerAccount: 对方账号 }
`;
const HEAD = '账号,流水号,日期,贷方,借方,缴款码,余额,户名,对方账号\n';
const bank = () => table(parseTable('bank.yaml', BANK), 'a-name');

describe('a bank’s table', () => {
  const march = `${HEAD}4501,B1,2024-03-04,12.50,,P-1,112.50,黄某,6217001\n4501,B2,2024-03-05,,2.50,,110.00,,\n4501,B3,2024-03-05,1.005,,,,,\n`;
  test('is looked at without recording anything, then recorded once; names stay sealed', async () => {
    const before = await head();
    expect((await take(bank(), march, true)).events).toMatchObject({ recorded: 3, rejected: 1 });
    expect(await head()).toBe(before);
    const { events, taken, rejects } = await take(bank(), march);
    expect(events).toMatchObject({ read: 4, recorded: 3, rejected: 1, unchanged: 0 });
    expect(taken).toMatchObject([{ rows: 3, rejected: 1, creditsFen: '1250', debitsFen: '250', differenceFen: '0' }]);
    expect(rejects).not.toBeNull();
    expect(await rejected()).toEqual(['4 贷方 not-an-amount']);
    const [row] = await rows(payments, { bankRef: 'B1' });
    expect(row).toMatchObject({ account: '4501', amountFen: '1250', payCode: 'P-1', on: '2024-03-04' });
    expect(row.payer).toMatch(/^[0-9a-f-]{36}$/);
    const log = JSON.stringify(await at.opened.store.readAll(before, 100));
    expect(log).not.toContain('黄某');
    expect(log).not.toContain('6217001');
    expect(await rows(debits, { bankRef: 'B2' })).toMatchObject([{ amountFen: '250', kind: 'unknown' }]);
    expect(await rows(statements, { account: '4501' })).toMatchObject([{ format: 'csv', rows: 3, addsUp: true }]);
  });
  test('repeated, it adds nothing', async () => {
    const before = await head();
    expect((await take(bank(), march)).events).toMatchObject({ unchanged: 3, recorded: 0, changed: 0 });
    expect(await head()).toBe(before);
  });
  test('balances that do not add up are taken, marked, and found among the statements', async () => {
    const wrong = `${HEAD}4501,B4,2024-03-06,10,,,10.00,,\n4501,B5,2024-03-06,5,,,16.00,,\n`;
    const { events, taken } = await take(table(parseTable('bank.yaml', BANK), 'another-name'), wrong);
    expect(events).toMatchObject({ recorded: 3 });
    expect(taken).toMatchObject([{ differenceFen: '-100' }]);
    const [event] = (await at.opened.store.readTypes(['StatementLoaded'], 0, 100)).slice(-1);
    expect(event!.irregularities).toMatchObject([
      { code: 'statement-does-not-add-up', details: { differenceFen: '-100' } },
    ]);
    expect(await rows(statements, { addsUp: false })).toMatchObject([
      { statement: 'another-name', differenceFen: '-100' },
    ]);
  });
  test.each([
    ['another table', 'a,b\n1,2\n', '表头没有映射所说的列'],
    ['XML', '<?xml version="1.0"?><Document/>', '没有表头'],
    ['nothing', '', '没有表头'],
    ['a workbook that is cut off', 'PK\u0003\u0004abc', 'XLSX'],
  ])('%s is refused with the reason', async (_name, content, reason) => {
    const before = await head();
    const { stopped, events } = await take(bank(), content);
    expect([stopped?.zh, events.recorded]).toEqual([expect.stringContaining(reason), 0]);
    expect(await head()).toBe(before);
  });
  test('a row that the bank tells otherwise later is a change of its source', async () => {
    const changed = march.replace('P-1', 'P-2');
    expect((await take(bank(), changed)).events).toMatchObject({ changed: 1, unchanged: 2, recorded: 0 });
    const events = await at.opened.store.readStream('payment-4501-B1');
    expect(events.at(-1)).toMatchObject({
      type: 'SourceRowChanged',
      data: { before: { payCode: 'P-1' }, after: { payCode: 'P-2' } },
    });
    expect(await rows(payments, { bankRef: 'B1' })).toMatchObject([{ payCode: 'P-2', amountFen: '1250' }]);
    await take(bank(), changed.replace('12.50,,P-2', '13.50,,'));
    const last = (await at.opened.store.readStream('payment-4501-B1')).at(-1)!;
    expect(last.data).toMatchObject({
      before: { payCode: 'P-2', amountFen: '1250' },
      after: { payCode: null, amountFen: '1350' },
    });
    expect(await rows(payments, { bankRef: 'B1' })).toMatchObject([{ payCode: null, amountFen: '1350' }]);
  });
});

describe('camt.053', () => {
  const entry = (ref: string, amount: string, currency = 'CNY') =>
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2024-03-07</Dt></BookgDt><AcctSvcrRef>${ref}</AcctSvcrRef></Ntry>`;
  const message = (inside: string, version = '08') =>
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><Othr><Id>4502</Id></Othr></Id></Acct>${inside}</Stmt></BkToCstmrStmt></Document>`;
  test('what is not CNY is refused entry by entry, the rest is taken', async () => {
    const { events } = await take(camt('bank-b'), message(entry('C1', '5') + entry('C2', '7', 'EUR')));
    expect(events).toMatchObject({ recorded: 2, rejected: 1 });
    expect(await rejected()).toEqual(['1 Amt other-currency']);
    expect(await rows(payments, { account: '4502' })).toMatchObject([{ bankRef: 'C1', amountFen: '500' }]);
  });
  test.each([
    ['another message', message('').replaceAll('camt.053', 'pain.001'), '不是 camt.053'],
    ['a version that nobody reads', message('', '12'), '第 12 版'],
    ['a table', HEAD, 'XML'],
  ])('%s is refused with the reason', async (_name, content, reason) => {
    const { stopped } = await take(camt('bank-b'), content);
    expect(stopped?.zh).toContain(reason);
  });
});

describe('fiscal e-receipts', () => {
  const receipt = (number: string, total: string, more = '', lines = [total]) =>
    `<EInvoice><Header><EInvoiceTag>CZ-EI-32</EInvoiceTag></Header><EInvoiceData><Main>
      <EInvoiceName>非税收入统一票据（电子）</EInvoiceName><EInvoiceCode>45010124</EInvoiceCode><EInvoiceNumber>${number}</EInvoiceNumber>
      <TotalAmount>${total}</TotalAmount><IssueDate>20240304</IssueDate><IssueTime>10:20:30</IssueTime>
      <InvoicingParty><InvoicingPartyCode>91450100MA5K000000</InvoicingPartyCode><InvoicingPartyName>住建局</InvoicingPartyName></InvoicingParty>
      <PayerParty><PayerPartyType>1</PayerPartyType><PayerPartyName>黄某</PayerPartyName></PayerParty>
      <PayMode>刷卡</PayMode><CurrencyType>人民币</CurrencyType><HandlingPerson>李某</HandlingPerson><Checker>李某</Checker>
      ${more}</Main><Details>${lines.map((amount) => `<Item><ItemCode>F-1</ItemCode><ItemAmount>${amount}</ItemAmount></Item>`).join('')}</Details></EInvoiceData></EInvoice>`;
  const read = (...all: string[]) =>
    take(einvoice('finance-platform', 'file-1'), `<EInvoices>${all.join('')}</EInvoices>`);

  test('are receipts with clerk and checker; a red one takes the other back', async () => {
    const more = '<MainExt><PayCode>45012400000000000001</PayCode></MainExt>';
    const red =
      '<Remark>开错</Remark><MainExt><RelatedInvoiceCode>45010124</RelatedInvoiceCode><RelatedInvoiceNumber>0000000001</RelatedInvoiceNumber></MainExt>';
    const { events, taken } = await read(
      receipt('0000000001', '15.00', more, ['10.00', '5.00']),
      receipt('0000000002', '-15.00', red),
      receipt('0000000003', '8.00', '', ['8.00']).replace('人民币', 'USD'),
      receipt('0000000004', '8.001'),
    );
    expect(events).toMatchObject({ read: 5, recorded: 3, rejected: 2 });
    expect(await rejected()).toEqual(['13 CurrencyType other-currency', '19 TotalAmount not-an-amount']);
    expect(taken).toMatchObject([
      { format: 'einvoice', account: '91450100MA5K000000', creditsFen: '1500', debitsFen: '1500' },
    ]);
    const [row] = await rows(receipts, { code: '45010124' });
    expect(row).toMatchObject({
      receipt: '45010124-0000000001',
      status: 'reversed',
      org: '91450100MA5K000000',
      payCode: '45012400000000000001',
      payChannel: 'pos',
      amountFen: '1500',
      on: '2024-03-04',
      at: '2024-03-04T10:20:30.000+08:00',
      lines: [{ feeItem: 'F-1', amountFen: '1000' }, { amountFen: '500' }],
    });
    expect([row.handler === row.checker, row.handler.length]).toEqual([true, 36]);
    expect((await read(receipt('0000000001', '15.00', more, ['10.00', '5.00']))).events).toMatchObject({ recorded: 0 });
  });
  test('one on its own, and what is none', async () => {
    expect((await take(einvoice('finance-platform', 'x'), receipt('0000000009', '3.00'))).events).toMatchObject({
      recorded: 2,
    });
    expect((await take(einvoice('finance-platform', 'y'), '<Invoice/>')).stopped?.zh).toContain('不是财政电子票据');
  });
});

test('the mappings that come with it can be read; a unit’s books give and take', async () => {
  for (const name of ['bank-statement', 'treasury-credits', 'unit-ledger']) await readTable(`mappings/${name}.yaml`);
  const books =
    '凭证号,记账日期,单位,收费项目,金额,方向\nV1,2024-03-31,land,F-1,20.00,收\nV2,2024-03-31,land,F-1,5.00,退\n';
  const { events } = await take(table(await readTable('mappings/unit-ledger.yaml'), 'books'), books);
  expect(events).toMatchObject({ recorded: 3 });
  expect((await rows(vouchers, { org: 'land' })).map(({ side, amountFen }) => [side, amountFen])).toEqual([
    ['collected', '2000'],
    ['returned', '500'],
  ]);
});
