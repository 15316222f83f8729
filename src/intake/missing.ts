/**
 * Rows that a source had told of an account, or of what its mapping names, and of some days, and that are not in the file that it
 * sends now. A file does not say what it leaves out: this compares it with the ledger, and the statement's event tells what is missing
 * (ADR 17).
 */
import type { Projection } from '../../projections/kernel/projection.js';
import { MOST_NAMED } from '../../projections/events/reconciliation.js';
import { credits, debits, payments, vouchers } from '../../projections/payments.js';
import { statements } from '../../projections/statements.js';
import type { Reader } from '../read/reader.js';
import type { Among, Covered, MoneyReport } from './money.js';
import type { Report } from './translate.js';

type Rows = Pick<Reader, 'all'>;
const TABLES: Readonly<Record<Among['category'], Projection<any, any, any>>> = {
  payment: payments,
  debit: debits,
  credit: credits,
  voucher: vouchers,
};
const dayOf = (text: string | null) => text?.slice(0, 10) ?? null;
/**
 * Whether its first and its last day are whole, too: it says so, or it is one that was sent before. Of a day that comes in
 * two files the second begins with what the first ended with.
 */
async function wholeDays(id: string, { account, from, to, stated, ...of }: Covered, told: Told, reader: Rows) {
  if (stated || account === null) return { first: true, last: true };
  const before = (await reader.all(statements, { account })).rows.filter(told);
  const [begins, ends] = [
    before.filter((row) => dayOf(row.from) === from),
    before.filter((row) => dayOf(row.to) === to),
  ];
  const unlike = (one: string | null, other: string | null) => one !== null && other !== null && one !== other;
  const alike = (one: string | null, other: string | null) => one !== null && one === other;
  const same = before.some(
    (row) => row.id === id || (begins.includes(row) && ends.includes(row) && !unlike(row.openingFen, of.openingFen)),
  );
  return {
    first: same || (from < to && begins.some(({ openingFen }) => alike(openingFen, of.openingFen))),
    last: same || (from < to && ends.some(({ closingFen }) => alike(closingFen, of.closingFen))),
  };
}
type Told = (row: Readonly<{ told: string | null; withdrawn: string | null }>) => boolean;
/** Names of them, as `payment <id>`, in order. */
export async function missingIn(id: string, covers: Covered, system: string, reader: Rows): Promise<readonly string[]> {
  const { among, from, to, names } = covers;
  const told: Told = (row) => row.withdrawn === null && (row.told?.startsWith(`${system} `) ?? false);
  const whole = await wholeDays(id, covers, told, reader);
  const on = { ...(whole.first ? { gte: from } : { gt: from }), ...(whole.last ? { lte: to } : { lt: to }) };
  const found: string[] = [];
  for (const { category, where } of among)
    for (const row of (await reader.all(TABLES[category], { ...where, on }, { order: ['on'] })).rows) {
      const name = `${category} ${row[category]}`;
      if (told(row) && !names.has(name)) found.push(name);
    }
  return found.sort();
}

/** A statement with what is not in it any more; every other report as it is. The rows have to know the ledger up to it. */
export async function withMissing(report: MoneyReport, system: string, reader: Rows): Promise<Report> {
  const { covers, command } = report;
  if (!covers) return report;
  const missing = await missingIn(report.id, covers, system, reader);
  const data = { ...command.data, missing: missing.length, missingNames: missing.slice(0, MOST_NAMED) };
  const content = missing.length === 0 ? report.content : JSON.stringify(data);
  return { ...report, command: { ...command, data }, content };
}
