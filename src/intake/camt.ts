/** Bank statements as ISO 20022 camt.053, versions 2 to 8: header, statements, entries, one after the other. */
import type { SaxesTagPlain } from 'saxes';
import type { Bytes } from './bytes.js';
import { Unreadable } from './records.js';
import { allWithin, at, Beyond, type Element, type Piece, readElements, textAt, within } from './xml.js';

/** In the smallest unit of its currency (ISO 4217), signed: what leaves the account is negative. */
export type CamtAmount = Readonly<{ minor: string; currency: string }>;
export type BadAmount = Readonly<{ bad: string }>;
export const isBad = (amount: CamtAmount | BadAmount): amount is BadAmount => 'bad' in amount;

export interface CamtParty {
  readonly role: string;
  readonly name: string | null;
  readonly country: string | null;
  readonly addressLines: readonly string[];
  /** Of an organisation: the number that somebody other than the banks gave it, and who. */
  readonly otherId: string | null;
  readonly otherIssuer: string | null;
  readonly account: string | null;
}
export interface CamtDetail {
  readonly endToEndId: string | null;
  readonly instructionId: string | null;
  readonly transactionId: string | null;
  readonly mandateId: string | null;
  readonly proprietary: readonly Readonly<{ type: string | null; reference: string | null }>[];
  readonly amount: CamtAmount | BadAmount | null;
  readonly direction: string | null;
  readonly bankCode: BankCode | null;
  readonly parties: readonly CamtParty[];
  readonly unstructured: readonly string[];
  readonly creditorReference: Readonly<{ code: string | null; reference: string | null }> | null;
  readonly returnReason: string | null;
  readonly additional: string | null;
}
export interface BankCode {
  readonly domain: Readonly<{ code: string | null; family: string | null; subFamily: string | null }> | null;
  readonly proprietary: Readonly<{ code: string | null; issuer: string | null }> | null;
}
export interface CamtEntry {
  readonly line: number;
  readonly reference: string | null;
  readonly servicerReference: string | null;
  readonly batch: string | null;
  readonly amount: CamtAmount | BadAmount;
  readonly direction: string | null;
  readonly reversal: boolean;
  readonly status: string | null;
  /** As the bank wrote it: a day, or an instant. */
  readonly bookedOn: string | null;
  readonly valueOn: string | null;
  readonly bankCode: BankCode | null;
  readonly additional: string | null;
  readonly details: readonly CamtDetail[];
}
export interface CamtBalance {
  /** OPBD, CLBD, OPAV, CLAV, PRCD, ITBD, … */
  readonly code: string;
  readonly amount: CamtAmount | BadAmount;
  readonly on: string | null;
}
export interface CamtStatement {
  readonly line: number;
  readonly id: string | null;
  readonly page: string | null;
  readonly lastPage: boolean;
  readonly electronicNumber: string | null;
  readonly legalNumber: string | null;
  readonly createdAt: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly copy: string | null;
  readonly account: Readonly<{ id: string | null; iban: boolean; currency: string | null; name: string | null }>;
  readonly balances: readonly CamtBalance[];
}
export interface CamtHeader {
  readonly version: number;
  readonly messageId: string | null;
  readonly createdAt: string | null;
  readonly additional: string | null;
  readonly page: string | null;
  readonly recipient: Readonly<{
    name: string | null;
    street: string | null;
    country: string | null;
    residence: string | null;
    bic: string | null;
    otherId: string | null;
    otherIssuer: string | null;
  }> | null;
}
export type CamtRecord =
  | Readonly<{ kind: 'header'; header: CamtHeader }>
  | Readonly<{ kind: 'statement'; statement: CamtStatement }>
  | Readonly<{ kind: 'entry'; entry: CamtEntry }>
  | Readonly<{ kind: 'end'; line: number; additional: string | null }>;

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d{2})$/;
const [OLDEST, NEWEST] = [2, 8];

const digits = new Map<string, number>();
/** How many digits of its smallest unit a currency has by ISO 4217; two for one that nobody knows. */
function digitsOf(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    const format = /^[A-Z]{3}$/.test(currency) ? new Intl.NumberFormat('en', { style: 'currency', currency }) : null;
    known = format?.resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(currency, known);
  }
  return known;
}

/** Digits beyond the smallest unit only if they are zeros; the sign comes from the kind of record alone. */
function amountOf(element: Element | undefined, direction: string | null): CamtAmount | BadAmount {
  const text = element?.text.trim() ?? '';
  const currency = element?.attributes['Ccy'] ?? '';
  const [, whole, part = ''] = /^(\d{1,13})(?:\.(\d*))?$/.exec(text) ?? [];
  const places = digitsOf(currency);
  if (whole === undefined || !/^0*$/.test(part.slice(places))) return { bad: text };
  const minor = BigInt(whole + part.slice(0, places).padEnd(places, '0'));
  return { minor: String(direction === 'DBIT' ? -minor : minor), currency };
}

const dayOrInstant = (element: Element | undefined): string | null =>
  textAt(element, 'Dt') ?? textAt(element, 'DtTm') ?? (element?.children.length === 0 ? textAt(element, '') : null);
const accountId = (account: Element | undefined): string | null =>
  textAt(account, 'Id/IBAN') ??
  textAt(account, 'Id/Othr/Id') ??
  textAt(account, 'Id/PrtryAcct/Id') ??
  textAt(account, 'Id/BBAN') ??
  textAt(account, 'Id/UPIC');

function bankCodeOf(element: Element | undefined): BankCode | null {
  if (!element) return null;
  const [domain, own] = [within(element, 'Domn'), within(element, 'Prtry')];
  return {
    domain: domain
      ? {
          code: textAt(domain, 'Cd'),
          family: textAt(domain, 'Fmly/Cd'),
          subFamily: textAt(domain, 'Fmly/SubFmlyCd'),
        }
      : null,
    proprietary: own ? { code: textAt(own, 'Cd'), issuer: textAt(own, 'Issr') } : null,
  };
}

const ROLES = ['InitgPty', 'Dbtr', 'UltmtDbtr', 'Cdtr', 'UltmtCdtr'] as const;
/** From version 5 on what names a party stands one level deeper, in `Pty` or `Agt`. */
function partiesOf(parties: Element | undefined): CamtParty[] {
  return ROLES.flatMap((role) => {
    const outer = within(parties, role);
    const party = within(outer, 'Pty') ?? outer;
    if (!party) return [];
    const address = within(party, 'PstlAdr');
    const other = at(party, 'Id/OrgId/Othr') ?? at(party, 'Id/PrvtId/Othr');
    return {
      role,
      name: textAt(party, 'Nm') ?? textAt(outer, 'Agt/FinInstnId/Nm'),
      country: textAt(address, 'Ctry'),
      addressLines: allWithin(address, 'AdrLine').map(({ text }) => text.trim()),
      otherId: textAt(other, 'Id'),
      otherIssuer: textAt(other, 'Issr'),
      account: accountId(within(parties, `${role}Acct`)),
    };
  });
}

function detailOf(element: Element): CamtDetail {
  const refs = within(element, 'Refs');
  const direction = textAt(element, 'CdtDbtInd');
  const amount = within(element, 'Amt') ?? at(element, 'AmtDtls/TxAmt/Amt');
  const structured = at(element, 'RmtInf/Strd/CdtrRefInf');
  return {
    endToEndId: textAt(refs, 'EndToEndId'),
    instructionId: textAt(refs, 'InstrId'),
    transactionId: textAt(refs, 'TxId'),
    mandateId: textAt(refs, 'MndtId'),
    proprietary: allWithin(refs, 'Prtry').map((one) => ({ type: textAt(one, 'Tp'), reference: textAt(one, 'Ref') })),
    amount: amount ? amountOf(amount, direction) : null,
    direction,
    bankCode: bankCodeOf(within(element, 'BkTxCd')),
    parties: partiesOf(within(element, 'RltdPties')),
    unstructured: allWithin(within(element, 'RmtInf'), 'Ustrd').map(({ text }) => text.trim()),
    creditorReference: structured
      ? {
          code: textAt(structured, 'Tp/CdOrPrtry/Cd') ?? textAt(structured, 'CdtrRefTp/Cd'),
          reference: textAt(structured, 'Ref') ?? textAt(structured, 'CdtrRef'),
        }
      : null,
    returnReason: textAt(element, 'RtrInf/Rsn/Cd'),
    additional: textAt(element, 'AddtlTxInf'),
  };
}

function entryOf(element: Element): CamtEntry {
  const direction = textAt(element, 'CdtDbtInd');
  const groups = allWithin(element, 'NtryDtls');
  return {
    line: element.line,
    reference: textAt(element, 'NtryRef'),
    servicerReference: textAt(element, 'AcctSvcrRef'),
    batch: textAt(groups[0], 'Btch/PmtInfId'),
    amount: amountOf(within(element, 'Amt'), direction),
    direction,
    reversal: textAt(element, 'RvslInd') === 'true',
    status: textAt(element, 'Sts/Cd') ?? textAt(element, 'Sts'),
    bookedOn: dayOrInstant(within(element, 'BookgDt')),
    valueOn: dayOrInstant(within(element, 'ValDt')),
    bankCode: bankCodeOf(within(element, 'BkTxCd')),
    additional: textAt(element, 'AddtlNtryInf'),
    details: groups.flatMap((group) => allWithin(group, 'TxDtls')).map(detailOf),
  };
}

function headerOf(element: Element, version: number): CamtHeader {
  const recipient = within(element, 'MsgRcpt');
  const org = at(recipient, 'Id/OrgId');
  return {
    version,
    messageId: textAt(element, 'MsgId'),
    createdAt: textAt(element, 'CreDtTm'),
    additional: textAt(element, 'AddtlInf'),
    page: textAt(element, 'MsgPgntn/PgNb'),
    recipient: recipient
      ? {
          name: textAt(recipient, 'Nm'),
          street: textAt(recipient, 'PstlAdr/StrtNm'),
          country: textAt(recipient, 'PstlAdr/Ctry'),
          residence: textAt(recipient, 'CtryOfRes'),
          bic: textAt(org, 'AnyBIC') ?? textAt(org, 'BICOrBEI'),
          otherId: textAt(org, 'Othr/Id'),
          otherIssuer: textAt(org, 'Othr/Issr'),
        }
      : null,
  };
}

/** What stands before the entries of a statement, by name. */
function statementOf(line: number, parts: readonly Element[]): CamtStatement {
  const element: Element = { name: 'Stmt', line, attributes: {}, children: parts, text: '' };
  const account = within(element, 'Acct');
  return {
    line,
    id: textAt(element, 'Id'),
    page: textAt(element, 'StmtPgntn/PgNb'),
    lastPage: textAt(element, 'StmtPgntn/LastPgInd') === 'true',
    electronicNumber: textAt(element, 'ElctrncSeqNb'),
    legalNumber: textAt(element, 'LglSeqNb'),
    createdAt: textAt(element, 'CreDtTm'),
    from: textAt(element, 'FrToDt/FrDtTm'),
    to: textAt(element, 'FrToDt/ToDtTm'),
    copy: textAt(element, 'CpyDplctInd'),
    account: {
      id: accountId(account),
      iban: at(account, 'Id/IBAN') !== undefined,
      currency: textAt(account, 'Ccy'),
      name: textAt(account, 'Nm'),
    },
    balances: allWithin(element, 'Bal').map((balance) => ({
      code: textAt(balance, 'Tp/CdOrPrtry/Cd') ?? textAt(balance, 'Tp/CdOrPrtry/Prtry') ?? '',
      amount: amountOf(within(balance, 'Amt'), textAt(balance, 'CdtDbtInd')),
      on: dayOrInstant(within(balance, 'Dt')),
    })),
  };
}

/** Refuses what is no camt.053 of these versions, with the reason. */
function versionOf(tag: SaxesTagPlain): number {
  const colon = tag.name.indexOf(':');
  const declared = tag.attributes[colon < 0 ? 'xmlns' : `xmlns:${tag.name.slice(0, colon)}`] ?? '';
  const name = tag.name.slice(colon + 1);
  if (name !== 'Document')
    throw new Beyond(`不是 camt.053 对账单：根元素是 <${name}>`, `not a camt.053: its root is <${name}>`);
  const version = Number(NAMESPACE.exec(declared)?.[1]);
  if (Number.isNaN(version))
    throw new Beyond(`不是 camt.053 对账单：命名空间为“${declared}”`, `not a camt.053: its namespace is "${declared}"`);
  if (version < OLDEST || version > NEWEST)
    throw new Beyond(
      `camt.053 第 ${version} 版不在可读的第 ${OLDEST} 至 ${NEWEST} 版之内`,
      `camt.053 version ${version} is not one of ${OLDEST} to ${NEWEST} that can be read`,
    );
  return version;
}

const isWhole = (path: readonly string[]) =>
  (path.length === 3 && path[2] === 'GrpHdr') || (path.length === 4 && path[2] === 'Stmt');

/** The pieces of a file, put together. `records` says what comes out of each. */
function composer(version: () => number) {
  let before: Element[] | null = null; // of the statement that is open, until its first entry
  let line = 0;
  let additional: string | null = null;
  const begun = (): CamtRecord[] => {
    if (!before) return [];
    const statement = statementOf(line, before);
    before = null;
    return [{ kind: 'statement', statement }];
  };
  let statements = 0;
  return {
    statements: () => statements,
    records(piece: Piece): CamtRecord[] {
      if (piece.kind === 'element') {
        const { element } = piece;
        if (element.name === 'GrpHdr') return [{ kind: 'header', header: headerOf(element, version()) }];
        if (element.name === 'Ntry') return [...begun(), { kind: 'entry', entry: entryOf(element) }];
        if (element.name === 'AddtlStmtInf') additional = element.text.trim();
        else before?.push(element);
        return [];
      }
      if (piece.path.length !== 3 || piece.path[2] !== 'Stmt') return [];
      if (piece.kind === 'close') return [...begun(), { kind: 'end', line: piece.line, additional }];
      [before, line, additional] = [[], piece.line, null];
      statements++;
      return [];
    },
  };
}

/** Throws {@link Unreadable}: also where there is no statement in the file. */
export async function* readCamt(bytes: Bytes): AsyncGenerator<CamtRecord> {
  let version = 0;
  const { records, statements } = composer(() => version);
  const root = (tag: SaxesTagPlain) => void (version = versionOf(tag));
  for await (const piece of readElements(bytes, { root, whole: isWhole })) yield* records(piece);
  if (statements() === 0)
    throw new Unreadable(bytes.file, '其中没有对账单（Stmt）', 'there is no statement (Stmt) in it');
}
