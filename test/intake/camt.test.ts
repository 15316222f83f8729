/** camt.053 against what another reader gives for the same files; and what is not taken, with the reason. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBytes } from '../../src/intake/bytes.js';
import { type CamtRecord, isBad, readCamt } from '../../src/intake/camt.js';
import { Unreadable } from '../../src/intake/records.js';

const SAMPLES = resolve('../shared/data/camt');
const there = existsSync(SAMPLES);
const withSamples = there ? describe : describe.skip;
if (!there) process.stderr.write(`skipped: there are no samples of camt.053 in ${SAMPLES}\n`);

async function read(path: string): Promise<CamtRecord[]> {
  const records: CamtRecord[] = [];
  for await (const record of readCamt(await openBytes(path))) records.push(record);
  return records;
}

type Json = { [name: string]: any };
const money = (of: Json | null) =>
  of && { minor: of['getAmount'] as string, currency: of['getCurrency']['getCode'] as string };
const time = (of: Json | null) => of && new Date(of['0'] as string).getTime();
const millis = (text: string | null) => text && new Date(text).getTime();
const BALANCES: Json = { OPBD: 'opening', CLBD: 'closing', OPAV: 'opening_available', CLAV: 'closing_available' };
const none = (text: string | null) => (text === '' ? null : text);

/** The expected reading, in the words of ours. */
const expectedEntry = (of: Json) => {
  const detail = of['getTransactionDetail'] as Json;
  const domain = of['getBankTransactionCode']['getDomain'] as Json | null;
  const own = of['getBankTransactionCode']['getProprietary'] as Json | null;
  const remittance = detail['getRemittanceInformation'] as Json;
  const creditor = remittance['getCreditorReferenceInformation'] as Json | null;
  return {
    amount: money(of['getAmount']),
    direction: of['getCreditDebitIndicator'],
    reversal: of['getReversalIndicator'],
    status: of['getStatus'],
    reference: of['getReference'],
    servicer: of['getAccountServicerReference'],
    batch: of['getBatchPaymentId'],
    booked: time(of['getBookingDate']),
    value: time(of['getValueDate']),
    additional: none(of['getAdditionalInfo']),
    domain: domain && {
      code: domain['getCode'],
      family: domain['getFamily']['getCode'],
      subFamily: domain['getFamily']['getSubFamilyCode'],
    },
    own: own && { code: own['getCode'], issuer: none(own['getIssuer']) },
    endToEndId: detail['getReference']['getEndToEndId'],
    mandateId: detail['getReference']['getMandateId'],
    proprietary: detail['getReference']['getProprietaries'].map((one: Json) => ({
      type: one['getType'],
      reference: one['getReference'],
    })),
    detailAmount: money(detail['getAmount']),
    detailDirection: detail['getCreditDebitIndicator'] ?? of['getCreditDebitIndicator'],
    parties: detail['getRelatedParties'].map((one: Json) => {
      const party = one['getRelatedPartyType'] as Json;
      return {
        role: { Creditor: 'Cdtr', Debtor: 'Dbtr' }[party['__CLASS__'].split('\\').at(-1) as 'Creditor'],
        name: party['getName'],
        country: party['getAddress']['getCountry'],
        addressLines: party['getAddress']['getAddressLines'],
        otherId: party['getIdentification']?.getOtherId ?? null,
        otherIssuer: party['getIdentification']?.getOtherIssuer ?? null,
        account: one['getAccount']['getIdentification'],
      };
    }),
    message: remittance['getMessage'],
    creditor: creditor && { code: creditor['getCode'], reference: creditor['getRef'] },
  };
};
const ourEntry = ({ entry }: CamtRecord & { kind: 'entry' }) => {
  const detail = entry.details[0]!;
  const { amount, direction, reversal, status, reference, batch, additional } = entry;
  const byRole = [...detail.parties].sort((a, b) => (a.role < b.role ? -1 : 1));
  return {
    amount,
    direction,
    reversal,
    status,
    reference,
    servicer: entry.servicerReference,
    batch,
    booked: millis(entry.bookedOn),
    value: millis(entry.valueOn),
    additional,
    domain: entry.bankCode?.domain ?? null,
    own: entry.bankCode?.proprietary ?? null,
    endToEndId: detail.endToEndId,
    mandateId: detail.mandateId,
    proprietary: detail.proprietary,
    detailAmount: detail.amount,
    detailDirection: detail.direction ?? direction,
    parties: byRole,
    message: detail.creditorReference?.reference ?? detail.unstructured[0] ?? null,
    creditor: detail.creditorReference,
  };
};
const expectedStatement = (of: Json) => ({
  id: of['getId'],
  page: of['getPagination']?.getPageNumber ?? null,
  electronic: of['getElectronicSequenceNumber'],
  legal: of['getLegalSequenceNumber'],
  created: time(of['getCreatedOn']),
  from: time(of['getFromDate']),
  to: time(of['getToDate']),
  copy: of['getCopyDuplicateIndicator'],
  account: of['getAccount']['getIdentification'],
  iban: of['getAccount']['__CLASS__'].endsWith('IbanAccount'),
  name: of['getAccount']['getName'] ?? null,
  balances: of['getBalances'].map((one: Json) => ({
    type: one['getType'],
    amount: money(one['getAmount']),
    on: time(one['getDate']),
  })),
});
const ourStatement = ({ statement: of }: CamtRecord & { kind: 'statement' }) => ({
  id: of.id,
  page: of.page,
  electronic: of.electronicNumber,
  legal: of.legalNumber,
  created: millis(of.createdAt),
  from: millis(of.from),
  to: millis(of.to),
  copy: of.copy,
  account: of.account.id,
  iban: of.account.iban,
  name: of.account.name,
  balances: of.balances.map(({ code, amount, on }) => ({ type: BALANCES[code], amount, on: millis(on) })),
});
const kinds =
  <K extends CamtRecord['kind']>(kind: K) =>
  (record: CamtRecord): record is CamtRecord & { kind: K } =>
    record.kind === kind;

withSamples('the samples, as another reader reads them', () => {
  test.each(['v2.minimal', 'v2.five.decimals', 'v2.multi.statement', 'v4', 'v8'])('%s', async (name) => {
    const records = await read(join(SAMPLES, `camt053.${name}.xml`));
    const wanted = JSON.parse(readFileSync(join(SAMPLES, `camt053.${name}.json`), 'utf8')) as Json;
    // The expected readings name entries by their place in their statement: of two statements they show the last one's.
    const entries = wanted['getEntries'] as Json[];
    expect(wanted['getRecords']).toHaveLength(records.filter(kinds('statement')).length);
    expect(records.filter(kinds('entry')).slice(-entries.length).map(ourEntry)).toEqual(entries.map(expectedEntry));
    expect(records.filter(kinds('statement')).slice(-entries.length).map(ourStatement)).toEqual(
      entries.map((entry) => expectedStatement(entry['getRecord'])),
    );
    expect(
      records
        .filter(kinds('end'))
        .slice(-entries.length)
        .map(({ additional }) => additional),
    ).toEqual(entries.map((entry) => entry['getRecord']['getAdditionalInformation']));
    const [{ header }] = records.filter(kinds('header')) as [CamtRecord & { kind: 'header' }];
    const [head, to] = [wanted['getGroupHeader'] as Json, wanted['getGroupHeader']['getMessageRecipient'] as Json];
    expect({ ...header, createdAt: millis(header.createdAt), version: 0 }).toEqual({
      version: 0,
      messageId: head['getMessageId'],
      createdAt: time(head['getCreatedOn']),
      additional: head['getAdditionalInformation'] ?? null,
      page: head['getPagination']?.getPageNumber ?? null,
      recipient: {
        name: to['getName'],
        street: to['getAddress']['getStreetName'],
        country: to['getAddress']['getCountry'],
        residence: to['getCountryOfResidence'],
        bic: to['getIdentification']['getBic'],
        otherId: to['getIdentification']['getOtherId'],
        otherIssuer: to['getIdentification']['getOtherIssuer'],
      },
    });
  });
  test('of two statements each has its own entry', async () => {
    const records = await read(join(SAMPLES, 'camt053.v2.multi.statement.xml'));
    const order = records.map((record) =>
      record.kind === 'statement' ? record.statement.id : record.kind === 'entry' ? record.entry.amount : record.kind,
    );
    expect(order).toEqual([
      'header',
      '253EURNL26VAYB8060476890',
      { minor: '885', currency: 'EUR' },
      'end',
      '254EURNL26VAYB8060476890',
      { minor: '-700', currency: 'EUR' },
      'end',
    ]);
  });
  test('a message without a statement is refused', async () => {
    await expect(read(join(SAMPLES, 'camt053.v2.wrong.xml'))).rejects.toThrow(/没有对账单[^]*no statement/);
  });
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-camt-'));
});
afterAll(() => rm(folder, { recursive: true }));
async function readText(text: string) {
  const path = join(folder, 'statement.xml');
  await writeFile(path, text);
  return read(path);
}
const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001';
const message = (inside: string, version = '08') =>
  `<?xml version="1.0"?>\n<c:Document xmlns:c="${NAMESPACE}.${version}"><c:BkToCstmrStmt><c:Stmt><c:Id>1</c:Id>${inside}</c:Stmt></c:BkToCstmrStmt></c:Document>`;
const entry = (amount: string, more = '') =>
  `<c:Ntry><c:Amt Ccy="CNY">${amount}</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd>${more}</c:Ntry>`;

describe('what the samples do not have', () => {
  test.each(['02', '03', '04', '05', '06', '07', '08'])('version %s, with a prefix', async (version) => {
    const records = await readText(message(entry('1.5'), version));
    expect(records.map(({ kind }) => kind)).toEqual(['statement', 'entry', 'end']);
  });
  test.each([
    ['1', '100'],
    ['1.50', '150'],
    ['1.5000', '150'],
    ['0.01', '1'],
    ['1.505', null],
    ['1.5e3', null],
    ['-1.50', null],
    ['1,50', null],
    ['', null],
  ])('an amount of %s is %s', async (text, minor) => {
    const [{ entry: read }] = (await readText(message(entry(text)))).filter(kinds('entry')) as [
      CamtRecord & { kind: 'entry' },
    ];
    expect(isBad(read.amount) ? null : read.amount.minor).toBe(minor);
  });
  test('of an entry that leaves the account, and of one that is taken back', async () => {
    const taken =
      '<c:Ntry><c:Amt Ccy="CNY">2</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:RvslInd>true</c:RvslInd></c:Ntry>';
    const [{ entry: read }] = (await readText(message(taken))).filter(kinds('entry')) as [
      CamtRecord & { kind: 'entry' },
    ];
    expect(read).toMatchObject({ amount: { minor: '-200', currency: 'CNY' }, reversal: true });
  });
});

describe('a wrong file is refused with the reason', () => {
  test.each([
    ['another message', message('').replaceAll('053', '054'), /命名空间/, /its namespace is/],
    ['version 1', message('', '01'), /第 1 版/, /version 1 is not one of 2 to 8/],
    ['version 9', message('', '09'), /第 9 版/, /version 9 is not one of 2 to 8/],
    ['a log', '<log/>', /根元素是 <log>/, /its root is <log>/],
    ['no XML', '交易日期,金额\n', /XML 有误/, /broken XML/],
    ['one that was cut off', message(entry('1')).slice(0, -30), /XML 有误/, /broken XML/],
    ['a document type', `<!DOCTYPE x>${message('').replace(/^.*\n/, '')}`, /DTD/, /document type/],
  ])('%s', async (_name, text, zh, en) => {
    const error: unknown = await readText(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Unreadable);
    expect((error as Unreadable).zh).toMatch(zh);
    expect((error as Unreadable).en).toMatch(en);
  });
});
