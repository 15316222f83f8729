/** camt.053 as reports: what came in, what left, what was taken back; only CNY, only what is booked. */
import { openBytes } from './bytes.js';
import { type CamtAmount, type CamtDetail, type CamtEntry, type CamtStatement, isBad, readCamt } from './camt.js';
import type { Foreign } from './import.js';
import {
  ignoredRow,
  noTotals,
  type Party,
  rejectedRow,
  reported,
  type Stated,
  statementLoaded,
  type Totals,
} from './money.js';
import type { Problem } from './records.js';
import { readInstant } from './time.js';
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
function problemOf({ amount, direction, bookedOn, servicerReference, reference }: CamtEntry): Problem | null {
  if (isBad(amount)) return { field: 'Amt', code: 'not-an-amount', detail: amount.bad };
  if (amount.currency !== 'CNY') return { field: 'Amt', code: 'other-currency', detail: amount.currency };
  if (direction !== 'CRDT' && direction !== 'DBIT') return { field: 'CdtDbtInd', code: 'missing' };
  if (bookedOn === null) return { field: 'BookgDt', code: 'missing' };
  return (servicerReference ?? reference) === null ? { field: 'AcctSvcrRef', code: 'missing' } : null;
}

function translateEntry(entry: CamtEntry, account: string, totals: Totals): readonly Translated[] {
  const { line, amount, direction, reversal, status } = entry;
  const name = entry.servicerReference ?? entry.reference;
  if (status !== null && status !== 'BOOK') return ignoredRow(line, name, `未入账 not booked (${status})`, totals);
  const problem = problemOf(entry);
  const at = readInstant(entry.bookedOn ?? '', { zone: ZONE });
  if (problem) return rejectedRow(line, name, problem, totals);
  if ('code' in at) return rejectedRow(line, name, { field: 'BookgDt', code: at.code }, totals);
  const detail = entry.details[0] ?? NONE;
  const [reference, fen] = [name!, fenOf(amount as CamtAmount)];
  const content = JSON.stringify({ ...entry, line: 0 });
  const purpose = detail.unstructured[0] ?? detail.additional ?? entry.additional;
  const original = reversal ? (detail.transactionId ?? detail.endToEndId) : null;
  const row =
    direction === 'DBIT' && original !== null
      ? ({ kind: 'reversal', account, reference, of: original, fen, reason: purpose } as const)
      : direction === 'DBIT'
        ? ({ kind: 'debit', account, reference, fen, why: whyOf(entry), purpose } as const)
        : ({
            kind: 'credit',
            account,
            reference,
            fen,
            payCode: payCodeOf(detail),
            remittance: null,
            org: null,
            party: partyOf(detail),
          } as const);
  return reported({ line, at, row, content }, totals);
}

const balance = ({ balances }: CamtStatement, ...codes: string[]): bigint | null => {
  const found = balances.find(({ code }) => codes.includes(code));
  return found && !isBad(found.amount) && found.amount.currency === 'CNY' ? BigInt(found.amount.minor) : null;
};
const statedBy = (of: CamtStatement, account: string): Stated => ({
  account,
  statement: of.id ?? '',
  from: of.from,
  to: of.to ?? of.balances.find(({ code }) => code === 'CLBD')?.on ?? null,
  openingFen: balance(of, 'OPBD', 'PRCD'),
  closingFen: balance(of, 'CLBD'),
  creditsFen: null,
  debitsFen: null,
});

/** `system`: the source system that is the bank. */
export const camt = (system: string): Foreign => ({
  system,
  terms: JSON.stringify({ camt: 1 }),
  async *read(file, signal, opened) {
    const bytes = await openBytes(file, signal);
    opened(bytes);
    let [statement, account, totals] = [null as CamtStatement | null, '', noTotals()];
    for await (const record of readCamt(bytes)) {
      if (record.kind === 'statement') {
        [statement, totals] = [record.statement, noTotals()];
        account = statement.account.id ?? '';
      } else if (record.kind === 'entry') yield* translateEntry(record.entry, account, totals);
      else if (record.kind === 'end' && statement)
        yield* statementLoaded(record.line, 'camt.053', statedBy(statement, account), totals);
    }
  },
});
