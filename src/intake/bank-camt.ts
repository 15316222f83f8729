/** camt.053 as reports: what came in, what left, what was taken back; only CNY, only what is booked. */
import { addDays } from '../../projections/kernel/instant.js';
import { openBytes } from './bytes.js';
import { type CamtAmount, type CamtDetail, type CamtEntry, type CamtStatement, isBad, readCamt } from './camt.js';
import type { Foreign } from './import.js';
import {
  ignoredRow,
  type Check,
  type Covered,
  type MoneyRow,
  noTotals,
  ofAccount,
  type Party,
  rejectedRow,
  reported,
  safeName,
  thereAnyhow,
  type Stated,
  statementLoaded,
  type Totals,
} from './money.js';
import type { Problem } from './records.js';
import { type Instant, readInstant } from './time.js';
import type { Translated } from './translate.js';

const ZONE = '+08:00';
/** 缴款码: twenty digits on their own. */
const PAY_CODE = /(?<!\d)\d{20}(?!\d)/;
const fenOf = ({ minor }: CamtAmount) => (minor.startsWith('-') ? minor.slice(1) : minor);

const partyOf = ({ parties }: CamtDetail): Party => {
  const debtor = parties.find(({ role }) => role === 'Dbtr') ?? parties.find(({ role }) => role === 'UltmtDbtr');
  return { name: debtor?.name ?? null, account: debtor?.account ?? null, number: debtor?.otherId ?? null };
};
const payCodeOf = ({ creditorReference, endToEndId, unstructured, additional }: CamtDetail): string | null =>
  [creditorReference?.reference, endToEndId, ...unstructured, additional]
    .map((text) => PAY_CODE.exec(text ?? '')?.[0])
    .find((code) => code !== undefined) ?? null;

/** Charges are what the bank keeps for itself (external codes CHRG, COMM); of other debits nothing is known. */
const whyOf = ({ bankCode }: CamtEntry) =>
  bankCode?.domain && ['CHRG', 'COMM', 'FEES'].includes(bankCode.domain.subFamily ?? '') ? 'bank-fee' : 'unknown';

const NONE: CamtDetail = {
  endToEndId: null,
  instructionId: null,
  transactionId: null,
  mandateId: null,
  proprietary: [],
  amount: null,
  direction: null,
  bankCode: null,
  parties: [],
  unstructured: [],
  creditorReference: null,
  returnReason: null,
  additional: null,
};

/** What keeps an entry from being taken; null where nothing does. */
function problemOf(
  { amount, direction, bookedOn, servicerReference, reference }: CamtEntry,
  account: string,
): Problem | null {
  if (isBad(amount)) return { field: 'Amt', code: 'not-an-amount', detail: amount.bad };
  if (amount.currency !== 'CNY') return { field: 'Amt', code: 'other-currency', detail: amount.currency };
  if (account === '') return { field: 'Acct/Id', code: 'missing' };
  if (direction !== 'CRDT' && direction !== 'DBIT') return { field: 'CdtDbtInd', code: 'missing' };
  if (bookedOn === null) return { field: 'BookgDt', code: 'missing' };
  return (servicerReference ?? reference) === null ? { field: 'AcctSvcrRef', code: 'missing' } : null;
}

/** What several transactions are alike in; null where they are not. */
function inAll<T>(details: readonly CamtDetail[], of: (detail: CamtDetail) => T | null): T | null {
  const [first, ...rest] = details.map(of);
  return first !== undefined && rest.every((one) => one === first) ? first : null;
}
/** An entry of several transactions is each of them where they say their amounts, and these sum to it: 集中入账 is no payment of one payer. */
function transactionsOf(entry: CamtEntry): readonly Readonly<{ detail: CamtDetail; fen: string; n: number | null }>[] {
  const { details, direction } = entry;
  const fen = fenOf(entry.amount as CamtAmount);
  const [only = NONE] = details;
  if (details.length <= 1) return [{ detail: only, fen, n: null }];
  const parts = details.map(({ amount, direction: way }) =>
    amount === null || isBad(amount) || amount.currency !== 'CNY' || (way ?? direction) !== direction
      ? null
      : fenOf(amount),
  );
  const sum = parts.reduce((total, part) => total + BigInt(part ?? 0), 0n);
  if (parts.includes(null) || sum !== BigInt(fen)) {
    const purpose = inAll(details, ({ unstructured }) => unstructured[0] ?? null);
    const alike = { ...NONE, unstructured: purpose === null ? [] : [purpose], endToEndId: inAll(details, payCodeOf) };
    return [{ detail: alike, fen, n: null }];
  }
  return details.map((detail, n) => ({ detail, fen: parts[n]!, n: n + 1 }));
}

function translateEntry(entry: CamtEntry, account: string, totals: Totals): readonly Translated[] {
  const { line, status } = entry;
  const name = entry.servicerReference ?? entry.reference;
  if (status !== null && status !== 'BOOK') return ignoredRow(line, name, `未入账 not booked (${status})`, totals);
  const problem = problemOf(entry, account);
  const at = readInstant(entry.bookedOn ?? '', { zone: ZONE });
  const wrong = problem ?? ('code' in at ? ({ field: 'BookgDt', code: at.code } as const) : null);
  if (wrong) {
    if (name !== null) thereAnyhow(account, name, totals);
    return rejectedRow(line, name, wrong, totals);
  }
  return transactionsOf(entry).flatMap(({ detail, fen, n }) => {
    const row = rowOf(entry, account, detail, n === null ? name! : `${name}.${n}`, fen);
    return reported({ line, at: at as Instant, row, content: JSON.stringify({ ...entry, line: 0 }) }, totals);
  });
}
function rowOf(entry: CamtEntry, account: string, detail: CamtDetail, reference: string, fen: string): MoneyRow {
  const { direction, reversal } = entry;
  const purpose = detail.unstructured[0] ?? detail.additional ?? entry.additional;
  const original = reversal ? (detail.transactionId ?? detail.endToEndId) : null;
  if (direction === 'DBIT' && original !== null)
    return { kind: 'reversal', account, reference, of: original, fen, reason: purpose };
  if (direction === 'DBIT') return { kind: 'debit', account, reference, fen, why: whyOf(entry), purpose };
  const known = { payCode: payCodeOf(detail), remittance: null, org: null, party: partyOf(detail) };
  return { kind: 'credit', account, reference, fen, ...known };
}

const balance = ({ balances }: CamtStatement, ...codes: string[]): bigint | null => {
  const found = balances.find(({ code }) => codes.includes(code));
  return found && !isBad(found.amount) && found.amount.currency === 'CNY' ? BigInt(found.amount.minor) : null;
};
const statedBy = (of: CamtStatement, account: string, days: Days): Stated => ({
  account,
  statement: of.id ?? '',
  from: of.from ?? days?.from ?? null,
  to: of.to ?? of.balances.find(({ code }) => code === 'CLBD')?.on ?? days?.to ?? null,
  openingFen: balance(of, 'OPBD', 'PRCD'),
  closingFen: balance(of, 'CLBD'),
  creditsFen: null,
  debitsFen: null,
});

const dayIn = (text: string | null): string | null => {
  const at = text === null ? null : readInstant(text, { zone: ZONE });
  return at === null || 'code' in at ? null : at.instant.slice(0, 10);
};
/** What a statement on one page is all of: the days that it says, or those of its entries. */
function coveredBy(of: CamtStatement, account: string, days: Days, totals: Totals): Covered | undefined {
  if (account === '' || (of.page !== null && !(of.page === '1' && of.lastPage))) return undefined;
  const [begins, ends] = [dayIn(of.from), dayIn(of.to)];
  const text = (fen: bigint | null) => fen?.toString() ?? null;
  const balances = { openingFen: text(balance(of, 'OPBD', 'PRCD')), closingFen: text(balance(of, 'CLBD')) };
  const own = safeName(account);
  const more = { account: own, among: ofAccount(own), ...balances, names: totals.names };
  // The day that begins at the very end of it is not in it.
  const last =
    ends !== null && begins !== null && ends > begins && /T00:00(:00)?/.test(of.to!) ? addDays(ends, -1) : ends;
  if (begins !== null && last !== null) return { ...more, from: begins, to: last, stated: true };
  return days === null ? undefined : { ...more, ...days, stated: false };
}
type Days = Readonly<{ from: string; to: string }> | null;
const withDay = (days: Days, day: string | null): Days => {
  if (day === null) return days;
  return { from: days && days.from < day ? days.from : day, to: days && days.to > day ? days.to : day };
};

/** `system`: the source system that is the bank. */
export const camt = (system: string, check?: Check): Foreign => ({
  system,
  terms: JSON.stringify({ camt: 2 }),
  async *read(file, signal, opened) {
    const bytes = await openBytes(file, signal);
    opened(bytes);
    let [statement, account, totals, days] = [null as CamtStatement | null, '', noTotals(check), null as Days];
    for await (const record of readCamt(bytes)) {
      if (record.kind === 'statement') {
        [statement, totals, days] = [record.statement, noTotals(check), null];
        account = statement.account.id ?? '';
      } else if (record.kind === 'entry') {
        days = withDay(days, dayIn(record.entry.bookedOn));
        yield* translateEntry(record.entry, account, totals);
      } else if (record.kind === 'end' && statement) {
        const covers = coveredBy(statement, account, days, totals);
        yield* statementLoaded(record.line, 'camt.053', statedBy(statement, account, days), totals, covers);
      }
    }
  },
});
