/** Files about money on their way into a ledger: recorded once, rejected row by row, refused with the reason, and reconciled. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debits, payments, vouchers } from '../../projections/payments.js';
import { receipts } from '../../projections/receipts.js';
import { statements } from '../../projections/statements.js';
import { formOf, moneySink } from '../../src/cli-money.js';
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
  await at.app.reader.until(String((await head()) - 1));
  const summary = await importForeign(foreign, {
    file,
    dryRun,
    rejects: join(folder, 'rejects.ndjson'),
    sink: (batch) =>
      ledgerSink({
        commands: at.app.commands,
        opened: at.opened,
        ...moneySink(taken, foreign.system, at.app.reader),
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
    expect(taken).toMatchObject([{ rows: 3, rejected: 1, creditsFen: '1250', debitsFen: '250', differenceFen: null }]);
    expect(rejects).not.toBeNull();
    expect(await rejected()).toEqual(['4 贷方 not-an-amount']);
    const [row] = await rows(payments, { bankRef: 'B1' });
    expect(row).toMatchObject({ account: '4501', amountFen: '1250', payCode: 'P-1', on: '2024-03-04' });
    expect(row.payer).toMatch(/^[0-9a-f-]{36}$/);
    const log = JSON.stringify(await at.opened.store.readAll(before, 100));
    expect(log).not.toContain('黄某');
    expect(log).not.toContain('6217001');
    expect(await rows(debits, { bankRef: 'B2' })).toMatchObject([{ amountFen: '250', kind: 'unknown' }]);
    expect(await rows(statements, { account: '4501' })).toMatchObject([{ format: 'csv', rows: 3, addsUp: null }]);
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
    ['a header alone', HEAD, '没有一行数据'],
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

describe('a row that is not there any more', () => {
  const days = (name: string, ...lines: string[]) =>
    take(
      table(parseTable('bank.yaml', BANK.replace('bank-a', 'bank-c')), name, formOf),
      `${HEAD}${lines.join('\n')}\n`,
    );
  const missing = async (taken: readonly StatementLoaded[]) => taken.map((one) => one.missingNames ?? []);
  const [first, second, third] = [
    '4601,D1,2024-03-11,10,,,10.00,,',
    '4601,D2,2024-03-11,20,,,30.00,,',
    '4601,D3,2024-03-11,30,,,60.00,,',
  ];
  test('is told of a statement that is sent again, marked, and counts until its source says that it is gone', async () => {
    expect(await missing((await days('day-1', first!, second!)).taken)).toEqual([[]]);
    // The second half of the day begins with what the first ended with: nothing is missing.
    expect(await missing((await days('day-1b', third!)).taken)).toEqual([[]]);
    const { taken } = await days('day-1c', first!, '4601,D3,2024-03-11,30,,,40.00,,');
    expect(await missing(taken)).toEqual([['payment 4601-D2']]);
    const [event] = (await at.opened.store.readTypes(['StatementLoaded'], 0, 100)).slice(-1);
    expect(event!.irregularities).toMatchObject([{ code: 'statement-rows-missing', details: { missing: 1 } }]);
    expect(await rows(statements, { id: '4601-day-1c' })).toMatchObject([{ missing: 1, addsUp: true }]);
    expect(await rows(payments, { bankRef: 'D2' })).toMatchObject([{ withdrawn: null }]);
    expect((await days('day-1c', first!, '4601,D3,2024-03-11,30,,,40.00,,')).events).toMatchObject({ recorded: 0 });
    const tell = ledgerSink({
      commands: at.app.commands,
      opened: at.opened,
      ...moneySink([], 'bank-c', at.app.reader),
      source: 'bank-c',
      batch: 'gone',
    });
    const told = (await at.opened.store.readStream('payment-4601-D2'))[0]!.source!.row;
    const cut = told.indexOf('/');
    const of = { id: '4601-D2', case: told.slice(0, cut), key: told.slice(cut + 1), category: 'payment' };
    const none = { occurredAt: null, precision: 'unknown', registeredAt: null, actor: null, content: '' } as const;
    const gone = { ...of, ...none, command: { type: 'ReceivePayment', data: {} }, deleted: true as const };
    expect(await tell.send([gone])).toEqual(['deleted']);
    const again = await days('day-1c', first!, '4601,D3,2024-03-11,30,,,40.00,,');
    expect(again.events).toMatchObject({ changed: 1, unchanged: 2 });
    expect(await rows(statements, { id: '4601-day-1c' })).toMatchObject([{ missing: 0, missingNames: [] }]);
  });
  test('in the middle of a period that was sent in other files', async () => {
    await days('apr-1', '4602,E1,2024-04-01,1,,,1.00,,', '4602,E2,2024-04-02,1,,,2.00,,');
    await days('apr-2', '4602,E3,2024-04-03,1,,,3.00,,');
    const { taken } = await days('april', '4602,E1,2024-04-01,1,,,1.00,,', '4602,E3,2024-04-03,1,,,2.00,,');
    expect(await missing(taken)).toEqual([['payment 4602-E2']]);
  });
  test('on the first day of a longer file that begins with the same balance', async () => {
    await days('j-1', '4604,J1,2024-05-06,10,,,110.00,,', '4604,J2,2024-05-06,5,,,115.00,,');
    const { taken } = await days('j-2', '4604,J1,2024-05-06,10,,,110.00,,', '4604,J3,2024-05-07,1,,,111.00,,');
    expect(await missing(taken)).toEqual([['payment 4604-J2']]);
    const other = await days('j-3', '4604,J4,2024-05-06,1,,,116.00,,', '4604,J3,2024-05-07,1,,,117.00,,');
    expect(await missing(other.taken)).toEqual([[]]);
  });
  test('a row that is there and cannot be taken is not missing; its amount is in no sum', async () => {
    await days('m-1', '4603,G1,2024-03-11,10,,,10.00,,', '4603,G2,2024-03-11,5,,,15.00,,');
    const { taken, events } = await days(
      'm-2',
      '4603,G1,2024-03-11,10,,,10.00,,',
      '4603,G2,2024-03-11,5.555,,,15.00,,',
    );
    expect(events).toMatchObject({ rejected: 1 });
    expect(taken).toMatchObject([{ rejected: 1, differenceFen: '-500' }]);
    expect(await missing(taken)).toEqual([[]]);
    // The form of a field is looked at before the sums are.
    const bad = await days('m-3', '4603,G3,2024-03-12,10,,缴款 1,25.00,,');
    expect(bad.taken).toMatchObject([{ rows: 1, rejected: 1, creditsFen: '0' }]);
    expect(bad.rejected).toMatchObject([{ line: 2, event: 'G3', field: 'payCode', reason: 'not-accepted' }]);
  });
});

describe('a row that is not there any more in a table of what its mapping says that it is all of', () => {
  const sent = async (mapping: string, source: string, name: string, head: string, ...lines: string[]) => {
    const text = (await readFile(`mappings/${mapping}.yaml`, 'utf8')).replace(/^source: .*$/m, `source: ${source}`);
    const { taken, rejects } = await take(
      table(parseTable('m.yaml', text), name, formOf),
      [head, ...lines, ''].join('\n'),
    );
    return { missing: taken.map((one) => one.missingNames), rejects };
  };
  test('of a unit’s books: of the units and days that it has rows of, and of its own source', async () => {
    const books = (name: string, ...lines: string[]) =>
      sent('unit-ledger', 'books-a', name, '凭证号,记账日期,单位,收费项目,金额,方向', ...lines);
    const [v1, v2, v3] = [
      'V1,2024-03-01,road,F-1,20.00,收',
      'V2,2024-03-15,road,F-1,5.00,收',
      'V3,2024-03-31,road,F-2,1.00,退',
    ];
    expect((await books('b-1', v1, v2, v3, 'V9,2024-03-15,rail,F-1,5.00,收')).missing).toEqual([[]]);
    expect((await books('b-2', v1, v3)).missing).toEqual([['voucher road-V2']]);
    expect(await rows(vouchers, { voucher: 'road-V2' })).toMatchObject([{ withdrawn: null }]);
    expect(await rows(statements, { statement: 'b-2' })).toMatchObject([
      { missing: 1, missingNames: ['voucher road-V2'] },
    ]);
    const [event] = (await at.opened.store.readTypes(['StatementLoaded'], 0, 100)).slice(-1);
    expect(event!.irregularities).toMatchObject([{ code: 'statement-rows-missing', details: { missing: 1 } }]);
    // There, though it cannot be taken; of another unit; of other days; of another source.
    expect((await books('b-3', v1, 'V2,2024-03-15,road,F-1,5.005,收', v3)).missing).toEqual([[]]);
    expect((await books('b-4', 'V8,2024-03-15,lake,F-1,5.00,收')).missing).toEqual([[]]);
    expect((await books('b-5', v3, 'V4,2024-04-02,road,F-1,9.00,收')).missing).toEqual([[]]);
    const other = await sent('unit-ledger', 'books-b', 'b-6', '凭证号,记账日期,单位,收费项目,金额,方向', v1);
    expect(other.missing).toEqual([[]]);
  });
  test('of treasury credits: of the units and levels that it has rows of', async () => {
    const head = '凭证号,入库日期,金额,预算级次,预算科目,缴存号,执收单位,收费项目';
    const credits = (name: string, ...lines: string[]) => sent('treasury-credits', 'treasury-a', name, head, ...lines);
    const of = (n: number, level: string, amount = '10.00') =>
      `C${n},2024-03-0${n},${amount},${level},1030401,D-${n},road,F-1`;
    expect(
      (await credits('c-1', of(1, '市级'), of(2, '市级'), of(3, '市级'), of(2, '省级').replace('C2', 'C5'))).missing,
    ).toEqual([[]]);
    expect((await credits('c-2', of(1, '市级'), of(3, '市级'))).missing).toEqual([['credit C2']]);
    expect((await credits('c-3', of(1, '市级'), of(2, '市级', '1.005'), of(3, '市级'))).missing).toEqual([[]]);
  });
  test('what no file can be all of is said of the mapping', () => {
    const wrong = BANK.replace('kind: bank', 'kind: bank\nwhole: [org]');
    expect(() => parseTable('bank.yaml', wrong)).toThrow(/whole/);
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
  test('a statement that is sent again with an entry less, or for another period that says which, is told to lack it', async () => {
    const of = (id: string, inside: string) =>
      message(inside).replace('<Id>S1</Id>', `<Id>${id}</Id>`).replace('4502', '4505');
    const told = async (text: string) =>
      (await take(camt('bank-d', formOf), text)).taken.map((one) => one.missingNames);
    expect(await told(of('S2', entry('F1', '5') + entry('F2', '7')))).toEqual([[]]);
    expect(await told(of('S2', entry('F1', '5') + entry('F2', '7', 'EUR')))).toEqual([[]]);
    expect(await told(of('S2', entry('F1', '5')))).toEqual([['payment 4505-F2']]);
    const march =
      '<FrToDt><FrDtTm>2024-03-01T00:00:00+08:00</FrDtTm><ToDtTm>2024-03-31T23:59:59+08:00</ToDtTm></FrToDt>';
    expect(await told(of('S3', march + entry('F2', '7')))).toEqual([['payment 4505-F1']]);
    const page = '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>';
    expect(await told(of('S4', page + march + entry('F2', '7')))).toEqual([undefined]);
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
  test('a number that stands twice in a file was used twice, unless it is the same receipt', async () => {
    const same = receipt('0000000021', '3.00');
    const { events, taken } = await read(same, same, receipt('0000000021', '9.00'));
    expect(events).toMatchObject({ recorded: 2, changed: 1, rejected: 1 }); // its statement is of the same name as before
    expect(await rejected()).toEqual([expect.stringMatching(/EInvoiceNumber stands-twice$/)]);
    expect(taken).toMatchObject([{ creditsFen: '1200' }]);
    const [first, second] = await at.opened.store.readStream('receipt-45010124-0000000021');
    expect(second!.irregularities.map(({ code, refs }) => [code, ...refs])[0]).toEqual(['number-used', first!.id]);
    expect(await rows(receipts, { number: '0000000021' })).toMatchObject([{ uses: 2, amountFen: '300' }]);
    expect((await read(same, receipt('0000000021', '9.00'))).events).toMatchObject({ unchanged: 2 });
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
