/** Rows for tests of the auditor's tests: what the events of money fold into, with what a test does not care about filled in. */
import type { AuditRows, Line } from '../../projections/audit/kinds.js';
import { auditTest, runTest } from '../../projections/audit/pack.js';
import { type Block, blocks } from '../../projections/blocks.js';
import { type FeeRow, fees } from '../../projections/fees.js';
import { replay } from '../../projections/kernel/memory-table.js';
import type { Message } from '../../projections/kernel/message.js';
import type { Projection } from '../../projections/kernel/projection.js';
import { type PaymentRow, payments } from '../../projections/payments.js';
import { type ReceiptRow, receipts } from '../../projections/receipts.js';
import type { FeeItemRow } from '../../projections/tariffs.js';
import { typedCalendar } from '../calendars.js';
import { log } from '../given.js';
import { assessed, issued, issuedTo, printed, rate, received, version } from '../money.js';

let n = 0;
/** The row of a stream; `seq`: in the order in which rows are made. */
function folded<R>(of: Projection<any, any, any>, stream: string, ...events: readonly Message[]): R {
  const place = { kind: 'centre-window', org: 'centre' } as const;
  const [row] = replay([of], log(...events.map((event) => ({ stream, place, ...event }))))(of).rows();
  return row as R;
}
export const receipt = (number: string, more: Partial<ReceiptRow> = {}, fen = more.amountFen ?? '1500'): ReceiptRow => {
  const on = more.on ?? '2024-03-04';
  const fee = { fee: `f-${number}`, matterId: `m-${number}`, itemCode: null, feeItem: 'F-1', quantity: '10' };
  const event = issued({ on, amountFen: fen, lines: [{ ...fee, amountFen: fen }], centre: 'centre', window: '1' });
  const row = folded<ReceiptRow>(receipts, `receipt-4501-${number}`, event);
  const known = { handler: 'clerk', checker: 'second', at: `${on}T10:00:00+08:00`, issued: [`e-${number}`] };
  return { ...row, seq: n++, hundred: '0', ...known, ...more };
};
export const voided = (number: string, endedOn: string, more: Partial<ReceiptRow> = {}) =>
  receipt(number, { status: 'voided', endedOn, ended: `v-${number}`, ...more });
export const payment = (id: string, more: Partial<PaymentRow> = {}): PaymentRow => ({
  ...folded<PaymentRow>(payments, `payment-${id}`, received({ bankRef: id, on: '2024-03-04', fromAccount: null })),
  seq: n++,
  event: `p-${id}`,
  ...more,
});
export const fee = (id: string, more: Partial<FeeRow> = {}): FeeRow => ({
  ...folded<FeeRow>(fees, `fee-${id}`, assessed({ matterId: `m-${id}`, on: '2024-03-04' })),
  seq: n++,
  assessedBy: 'clerk',
  centre: null,
  events: [`a-${id}`],
  ...more,
});
export const block = (more: Partial<Block> = {}): Block => ({
  ...folded<Block>(blocks, 'block-4501-0001', printed, issuedTo('org-1')),
  last: '0020',
  events: ['b1', 'b2'],
  ...more,
});
export const feeItem: FeeItemRow = {
  id: 'F-1 1',
  feeItem: 'F-1',
  ...version,
  rate,
  version: 1,
  until: '9999-12-31',
  abolished: null,
  withdrawn: null,
  event: 't1',
};
export const rows = (of: Partial<AuditRows> = {}): AuditRows => ({
  from: '2024-03-01',
  to: '2024-03-31',
  receipts: [],
  fees: [],
  payments: [],
  remittances: [],
  blocks: [],
  blockUses: [],
  feeItems: [feeItem],
  cards: [],
  calendar: typedCalendar('CN'),
  ...of,
});
export const result = (id: string, of: Partial<AuditRows>, values = {}) => runTest(auditTest(id)!, rows(of), values);
/** What is marked, by its name. */
export const marked = (id: string, of: Partial<AuditRows>, values = {}): string[] =>
  result(id, of, values)
    .lines.filter(({ flagged }) => flagged)
    .map(({ subject }) => subject);
export const only = (id: string, of: Partial<AuditRows>, values = {}): Line => {
  const lines = result(id, of, values).lines.filter(({ flagged }) => flagged);
  if (lines.length !== 1) throw new Error(`${lines.length} lines are marked`);
  return lines[0]!;
};
