/** Files about money: what becomes of each row, what is not taken and why, and whether the sums are those of the rows. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeXlsx } from 'hucre/xlsx';
import { camt } from '../../src/intake/bank-camt.js';
import type { Foreign } from '../../src/intake/import.js';
import { MappingRefused } from '../../src/intake/mapping.js';
import type { MoneyReport } from '../../src/intake/money.js';
import { parseTable, table } from '../../src/intake/tables.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-money-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** `category id amount` of what is reported, why a row is not, and the statement. */
async function read(foreign: Foreign, content: string | Uint8Array, statements: Record<string, unknown>[] = []) {
  const path = join(folder, 'file');
  await writeFile(path, content);
  const said: string[] = [];
  let statement: Record<string, unknown> = {};
  for await (const { kind, line, reports, rejected, ignored } of foreign.read(path, undefined, () => undefined)) {
    if (kind === 'end') continue;
    if (rejected) said.push(`${line}: ${rejected.field} ${rejected.code}`);
    if (ignored !== undefined) said.push(`${line}: ${ignored}`);
    for (const { category, id, command } of reports as readonly MoneyReport[]) {
      const data = command.data as Record<string, unknown>;
      if (category === 'statement') statements.push((statement = data));
      else said.push(`${category} ${id} ${data['amountFen'] as string}`);
    }
  }
  return { said, statement };
}

const BANK = `
table: 1
source: bank-a
kind: bank
file: { encoding: gb18030, headerLine: 2 }
columns:
  account: { value: '4501' }
  reference: 流水号
  on: { from: 日期, format: yyyyMMdd }
  credit: { from: 贷方, thousands: ',' }
  debit: 借方
  why: { from: 摘要, codes: { 手续费: bank-fee }, else: unknown }
  payCode: 缴款码
  balance: { from: 余额, thousands: ',' }
total: { column: 流水号, is: 合计 }
`;
const HEADER = '某银行对账单,,,,,,\n流水号,日期,贷方,借方,摘要,缴款码,余额\n';
/** The few signs that the tests need, as GB18030. */
const GB: Record<string, number[]> = Object.fromEntries(
  Object.entries({
    某: 'c4b3',
    银: 'd2f8',
    行: 'd0d0',
    对: 'b6d4',
    账: 'd5cb',
    单: 'b5a5',
    流: 'c1f7',
    水: 'cbae',
    号: 'bac5',
    日: 'c8d5',
    期: 'c6da',
    贷: 'b4fb',
    方: 'b7bd',
    借: 'bde8',
    摘: 'd5aa',
    要: 'd2aa',
    缴: 'bdc9',
    款: 'bfee',
    码: 'c2eb',
    余: 'd3e0',
    额: 'b6ee',
    手: 'cad6',
    续: 'd0f8',
    费: 'b7d1',
    合: 'bacf',
    计: 'bcc6',
  }).map(([sign, hex]) => [sign, [...Buffer.from(hex, 'hex')]]),
);
const gb = (text: string) => Buffer.from([...text].flatMap((sign) => GB[sign] ?? [sign.charCodeAt(0)]));
const bank = (rows: string) => read(table(parseTable('bank.yaml', BANK), 'march'), gb(HEADER + rows));

describe('a bank statement as GB18030', () => {
  test('credits, debits, separators where they are named, and balances that add up', async () => {
    const { said, statement } = await bank(
      'A1,20240304,"1,234.50",,,,"11,234.50"\nA2,20240305,,34.5,手续费,,"11,200.00"\n',
    );
    expect(said).toEqual(['payment 4501-A1 123450', 'debit 4501-A2 3450']);
    expect(statement).toMatchObject({
      account: '4501',
      from: '2024-03-04',
      to: '2024-03-05',
      rows: 2,
      openingFen: '1000000',
      closingFen: '1120000',
      creditsFen: '123450',
      debitsFen: '3450',
      differenceFen: '0',
    });
  });
  test('balances that do not add up are said, not hidden', async () => {
    const { said, statement } = await bank('A1,20240304,10,,,,10.00\nA2,20240305,5,,,,16.00\n');
    expect(said).toHaveLength(2);
    expect(statement).toMatchObject({ differenceFen: '-100' });
  });
  test.each([
    ['a separator that is not named', 'A1,20240304,,"1,234.50",,,', 'debit not-an-amount'],
    ['a separator in the wrong place', 'A1,20240304,"12,34.50",,,,', '贷方 not-an-amount'],
    ['a third decimal', 'A1,20240304,1.505,,,,', '贷方 not-an-amount'],
    ['a sign', 'A1,20240304,-1.50,,,,', 'credit signed-amount'],
    ['both sides', 'A1,20240304,1,2,,,', 'credit neither-credit-nor-debit'],
    ['neither side', 'A1,20240304,,,,,', 'credit neither-credit-nor-debit'],
    ['no reference', ',20240304,1,,,,', '流水号 missing'],
    ['no day', 'A1,,1,,,,', '日期 missing'],
    ['another day', 'A1,4.3.2024,1,,,,', '日期 not-an-instant'],
    ['a day that is none', 'A1,20260230,1,,,,', '日期 not-an-instant'],
    ['more money than there is', 'A1,20240304,99999999999999,,,,', '贷方 not-an-amount'],
  ])('%s: the row is not taken', async (_name, row, why) => {
    const { said, statement } = await bank(`${row}\n`);
    expect(said).toEqual([expect.stringContaining(why.split(' ')[1]!)]);
    expect(statement).toMatchObject({ rows: 1, rejected: 1 });
  });
  test('a reference that stands twice is taken once; the balances say whether it was there twice', async () => {
    const twice = 'A1,20240304,10,,,,10.00\nA1,20240304,10,,,,20.00\n';
    const { said, statement } = await bank(twice);
    expect(said).toEqual(['payment 4501-A1 1000', '4: reference stands-twice']);
    expect(statement).toMatchObject({ rows: 2, rejected: 1, creditsFen: '1000', differenceFen: '-1000' });
    expect((await bank(twice.replace('20.00', '10.00'))).statement).toMatchObject({ rejected: 1, differenceFen: '0' });
    // What came in and what left by one reference are two things.
    expect((await bank('A1,20240304,10,,,,10.00\nA1,20240304,,1,手续费,,9.00\n')).said).toHaveLength(2);
  });
  test('the latest may stand first; an account may be overdrawn', async () => {
    const down = 'A3,20240305,,30,,,-5.00\nA2,20240304,15,,,,25.00\nA1,20240304,10,,,,10.00\n';
    expect((await bank(down)).statement).toMatchObject({ openingFen: '0', closingFen: '-500', differenceFen: '0' });
    expect((await bank(down.replace('25.00', '25.01'))).statement).toMatchObject({ differenceFen: '0' });
    expect((await bank(down.replace('A1,20240304,10', 'A1,20240304,11'))).statement).toMatchObject({
      openingFen: '-100',
      differenceFen: '0',
    });
    expect((await bank(down.replace('A2,20240304,15', 'A2,20240304,16'))).statement).toMatchObject({
      differenceFen: '100',
    });
  });
  test.each([
    ['the first row', 'A1,20240304,1.005,,,,1.00\nA2,20240304,2,,,,3.00\n', null],
    ['the last row', 'A1,20240304,1,,,,1.00\nA2,20240304,2.005,,,,3.00\n', '-200'],
    ['the last row, without a balance', 'A1,20240304,1,,,,1.00\nA2,20240304,2.005,,,,\n', null],
    ['a row between', 'A1,20240304,1,,,,1.00\nA2,20240304,2.005,,,,3.00\nA3,20240304,1,,,,4.00\n', '-200'],
  ])('balances with %s not taken', async (_name, text, differenceFen) => {
    expect((await bank(text)).statement).toMatchObject({ rejected: 1, differenceFen });
  });
  test('sums that are told are compared, too, where balances add up', async () => {
    const { statement } = await bank('A1,20240304,1.50,,,,1.50\n合计,,1.60,0,,,\n');
    expect(statement).toMatchObject({ openingFen: '0', differenceFen: '-10' });
  });
  test('zeros beyond the fen are none', async () => {
    expect((await bank('A1,20240304,1.5000,0.00,,,\n')).said).toEqual(['payment 4501-A1 150']);
  });
  test('a row of totals is compared, and is no payment', async () => {
    const { said, statement } = await bank('A1,20240304,1.50,,,,\n合计,,1.60,0,,,\n');
    expect(said).toEqual(['payment 4501-A1 150']);
    expect(statement).toMatchObject({ rows: 1, differenceFen: '-10' });
  });
  test('a reference that cannot stand in an address is always the same other one', async () => {
    const [first, second] = [await bank('A/1,20240304,1,,,,\n'), await bank('A/1,20240304,1,,,,\n')];
    expect(first.said[0]).toMatch(/^payment 4501-x[0-9a-f]{32} 100$/);
    expect(second.said).toEqual(first.said);
  });
});

test('a row that cannot be read is told by its line; at the end of a table nobody knows what it came to', async () => {
  const rows = (...lines: string[]) => bank(`${lines.join('\n')}\n`);
  const [one, two] = ['A1,20240304,10,,,,10.00', 'A2,20240304,5,,,,15.00'];
  const between = await rows(one!, 'B1,20240304,1,,=X("y"),,11.00', two!);
  expect(between.said).toContain('4: row broken-row');
  expect(between.statement).toMatchObject({ account: '4501', rows: 3, rejected: 1, differenceFen: '0' });
  const last = await rows(one!, two!, 'B1,20240304,1,,=X("y"),,16.00');
  expect(last.statement).toMatchObject({ rows: 3, rejected: 1, differenceFen: null });
});
test('a table of several accounts in several currencies', async () => {
  const mapping = parseTable(
    'm.yaml',
    '{table: 1, source: b, kind: bank, columns: {account: 账号, reference: 号, on: 日, amount: 额, side: {from: 向, codes: {收: credit, 付: debit}}, balance: 余, currency: 币}, total: {column: 号, is: 合计}}',
  );
  const statements: Record<string, unknown>[] = [];
  const head = '账号,号,日,额,向,余,币\n';
  const { said } = await read(
    table(mapping, 'f'),
    `${head}1,A,2024-03-04,10,收,10,人民币\n2,B,2024-03-04,7,收,9,CNY\n1,C,2024-03-05,4,付,6,156\n2,D,2024-03-05,5,收,14,USD\n,合计,,21,,,\n`,
    statements,
  );
  expect(said).toEqual(['payment 1-A 1000', 'payment 2-B 700', 'debit 1-C 400', '5: currency other-currency']);
  expect(statements).toMatchObject([
    {
      account: '1',
      from: '2024-03-04',
      to: '2024-03-05',
      rows: 2,
      openingFen: '0',
      closingFen: '600',
      differenceFen: '0',
    },
    { account: '2', rows: 2, rejected: 1, openingFen: '200', closingFen: '1400', differenceFen: '-500' },
    { account: 'f', statement: 'f-total', rows: 4, creditsFen: '1700', differenceFen: '-400' },
  ]);
});
test('a sheet of treasury credits', async () => {
  const mapping = parseTable(
    't.yaml',
    `{table: 1, source: treasury, kind: treasury, columns: {reference: 凭证号, on: 入库日, amount: 金额, level: {from: 级次, codes: {市级: city}}, subject: 科目, deposit: 缴存号}}`,
  );
  const book = await writeXlsx({
    sheets: [
      {
        name: '入库',
        rows: [
          ['凭证号', '入库日', '金额', '级次', '科目', '缴存号'],
          ['C1', new Date('2024-03-06T00:00:00Z'), 1234.5, '市级', '103', 'D1'],
          ['C2', '2024-03-06', 10, '乡级', '103', 'D1'],
          ['C3', '2024-03-06', 1.005, '市级', '103', 'D1'],
        ],
      },
    ],
  });
  const { said } = await read(table(mapping, 't'), book);
  expect(said).toEqual(['credit C1 123450', '3: 级次 no-code', '4: 金额 not-an-amount']);
});
test('a mapping that says too little is refused with all that is missing', () => {
  const wrong = '{table: 1, source: b, kind: bank, columns: {reference: a, on: b, amount: c}}';
  expect(() => parseTable('w.yaml', wrong)).toThrow(MappingRefused);
  expect(() => parseTable('w.yaml', wrong)).toThrow(/needs account[^]*needs credit, debit, or amount and side/);
});

describe('camt.053', () => {
  const entry = (amount: string, currency: string, way: string, more = '') =>
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${way}</CdtDbtInd>${more}<BookgDt><Dt>2024-03-04</Dt></BookgDt><AcctSvcrRef>R${amount}</AcctSvcrRef></Ntry>`;
  const balance = (code: string, amount: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-03-04</Dt></Dt></Bal>`;
  const message = (inside: string) =>
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><Othr><Id>4501</Id></Othr></Id></Acct>${inside}</Stmt></BkToCstmrStmt></Document>`;
  test('only CNY, only what is booked; balances that add up', async () => {
    const { said, statement } = await read(
      camt('bank-b'),
      message(
        balance('OPBD', '100') +
          balance('CLBD', '103') +
          entry('5', 'CNY', 'CRDT') +
          entry('2', 'CNY', 'DBIT') +
          entry('7', 'EUR', 'CRDT') +
          entry('9', 'CNY', 'CRDT', '<Sts><Cd>PDNG</Cd></Sts>'),
      ),
    );
    expect(said).toEqual([
      'payment 4501-R5 500',
      'debit 4501-R2 200',
      '1: Amt other-currency',
      '1: 未入账 not booked (PDNG)',
    ]);
    expect(statement).toMatchObject({ statement: 'S1', rows: 4, rejected: 1, differenceFen: '0' });
  });
  test('an entry of several transactions is each of them, where they sum to it', async () => {
    const part = (amount: string, code: string) =>
      `<TxDtls><Amt Ccy="CNY">${amount}</Amt><RmtInf><Ustrd>缴 ${code}</Ustrd></RmtInf></TxDtls>`;
    const [one, two] = ['45012400000000000001', '45012400000000000002'];
    const batch = (...parts: string[]) => message(entry('5', 'CNY', 'CRDT', `<NtryDtls>${parts.join('')}</NtryDtls>`));
    expect((await read(camt('b'), batch(part('2', one), part('3', two)))).said).toEqual([
      'payment 4501-R5.1 200',
      'payment 4501-R5.2 300',
    ]);
    const codes: unknown[] = [];
    for (const parts of [
      [part('2', one), part('2', two)],
      [part('2', one), part('2', one)],
    ]) {
      const path = join(folder, 'batch');
      await writeFile(path, batch(...parts));
      for await (const { reports } of camt('b').read(path, undefined, () => undefined))
        for (const { command, id } of reports) if (id === '4501-R5') codes.push((command.data as any).payCode);
    }
    // What several payers paid has no code of one of them.
    expect(codes).toEqual([null, one]);
  });
  test('an account or a statement without a name', async () => {
    const text = message(entry('5', 'CNY', 'CRDT'));
    expect((await read(camt('b'), text.replace('<Id>4501</Id>', ''))).said).toEqual([
      '1: Acct/Id missing',
      '1: Acct/Id missing',
    ]);
    expect((await read(camt('b'), text.replace('<Id>S1</Id>', ''))).said).toContain('1: Stmt/Id missing');
  });
  test('balances that do not add up', async () => {
    const text = message(balance('OPBD', '100') + balance('CLBD', '104') + entry('5', 'CNY', 'CRDT'));
    expect((await read(camt('bank-b'), text)).statement).toMatchObject({ differenceFen: '100' });
  });
});
