/** The rows that the auditor's tests run over, as of one moment, and a digest that says which they were. */
import { calendarYears } from '../../projections/calendar.js';
import type { AuditRows, Period } from '../../projections/audit/kinds.js';
import { blockUses } from '../../projections/block-uses.js';
import { blocks } from '../../projections/blocks.js';
import { fees, type FeeRow } from '../../projections/fees.js';
import { addDays } from '../../projections/kernel/instant.js';
import type { Projection, Row } from '../../projections/kernel/projection.js';
import { calendarOfYears, type CalendarYear } from '../../projections/kernel/workdays.js';
import { matterCards } from '../../projections/matter-cards.js';
import { payments, remittances } from '../../projections/payments.js';
import { receipts, type ReceiptRow } from '../../projections/receipts.js';
import { feeItems } from '../../projections/tariffs.js';
import { canonical } from '../../projections/kernel/canonical.js';
import type { Reader } from '../read/reader.js';
import type { Where } from '../read/select.js';
import { sha256 } from './identity.js';

/** What lies before and behind the period says whether something of it was paid, or is over its edge. */
const BACK_DAYS = 400;
const AHEAD_DAYS = 45;

/** Throws what {@link Reader.find} throws. */
export async function auditRows(reader: Reader, region: string, period: Period, asOf: number): Promise<AuditRows> {
  const { from, to } = period;
  const around = { gte: addDays(from, -BACK_DAYS), lte: addDays(to, AHEAD_DAYS) };
  // What its source has taken back is of no period.
  const rows = async <R extends Row>(of: Projection<any, R, any>, where: Where = {}) =>
    (await reader.all(of, where, { asOf })).rows.filter((row) => row['withdrawn'] == null);
  const [near, ended, assessed, paid, remitted] = await Promise.all([
    rows(receipts, { on: around }),
    rows(receipts, { status: ['voided', 'reversed'], on: { lt: around.gte } }), // the map of a block knows them
    rows(fees, { on: around }),
    rows(payments, { on: around }),
    rows(remittances, { day: around }),
  ]);
  const [stock, uses, items, years] = await Promise.all([
    rows(blocks),
    rows(blockUses),
    rows(feeItems),
    rows(calendarYears),
  ]);
  return {
    from,
    to,
    receipts: [...(ended as ReceiptRow[]), ...near],
    fees: assessed,
    payments: paid,
    remittances: remitted,
    blocks: stock,
    blockUses: uses,
    feeItems: items,
    cards: await cardsOf(reader, assessed, asOf),
    calendar: calendarOfYears(region, years as unknown as CalendarYear[]),
  };
}
function cardsOf(reader: Reader, assessed: readonly FeeRow[], asOf: number): Promise<AuditRows['cards']> {
  const ids = [...new Set(assessed.flatMap(({ matterId }) => matterId ?? []))];
  return reader.some(matterCards, ids, { asOf });
}

/** Of all rows, each table by its keys: the same rows, the same digest, wherever it is counted. */
export function digestOf({
  receipts: r,
  fees: f,
  payments: p,
  remittances: m,
  blocks: b,
  blockUses: u,
  feeItems: i,
}: AuditRows): string {
  const by = (rows: readonly object[], key: string) =>
    rows
      .map((row) => [String((row as Record<string, unknown>)[key]), row] as const)
      .toSorted(([a], [c]) => (a < c ? -1 : 1));
  const tables = { receipt: r, fee: f, payment: p, remittance: m, block: b, id: i };
  const text = Object.entries(tables).flatMap(([key, rows]) => by(rows, key).map(([, row]) => canonical(row)));
  return `sha256:${sha256([...text, ...by(u, 'block').map(([, row]) => canonical(row))].join('\n')).toString('hex')}`;
}
