/** Rows for tests of the auditor's tests, with what a test does not care about filled in. */
import type { AuditRows, Line } from '../../projections/audit/kinds.js';
import { auditTest, runTest } from '../../projections/audit/pack.js';
import type { Block } from '../../projections/blocks.js';
import type { FeeRow } from '../../projections/fees.js';
import type { PaymentRow } from '../../projections/payments.js';
import type { ReceiptRow } from '../../projections/receipts.js';
import type { FeeItemRow } from '../../projections/tariffs.js';
import { typedCalendar } from '../calendars.js';
import { rate, version } from '../money.js';

let n = 0;
export const receipt = (number: string, more: Partial<ReceiptRow> = {}, fen = more.amountFen ?? '1500'): ReceiptRow => {
  const on = more.on ?? '2024-03-04';
  return {
    receipt: `4501-${number}`,
    code: '4501',
    number,
    hundred: '0',
    seq: n++,
    uses: 1,
    status: 'issued',
    org: 'org-1',
    kind: 'direct',
    form: 'paper',
    notice: false,
    payCode: null,
    payChannel: 'bank',
    amountFen: fen,
    payer: null,
    handler: 'clerk',
    checker: 'second',
    on,
    at: `${on}T10:00:00+08:00`,
    placeKind: 'centre-window',
    told: null,
    centre: 'centre',
    window: '1',
    remittance: null,
    completedOn: null,
    payment: null,
    endedOn: null,
    endedBy: null,
    ended: null,
    ends: 0,
    copiesKept: null,
    lines: [
      { fee: `f-${number}`, matterId: `m-${number}`, itemCode: null, feeItem: 'F-1', quantity: '10', amountFen: fen },
    ],
    issued: [`e-${number}`],
    ...more,
  };
};
export const voided = (number: string, endedOn: string, more: Partial<ReceiptRow> = {}) =>
  receipt(number, { status: 'voided', endedOn, ended: `v-${number}`, ...more });
export const payment = (id: string, more: Partial<PaymentRow> = {}): PaymentRow => ({
  payment: id,
  seq: n++,
  times: 1,
  status: 'received',
  account: '622',
  bankRef: id,
  channel: 'bank',
  payCode: null,
  remittance: null,
  org: null,
  matterId: null,
  itemCode: null,
  amountFen: '1500',
  on: '2024-03-04',
  payer: null,
  fromAccount: null,
  placeKind: 'unknown',
  told: null,
  event: `p-${id}`,
  reversed: null,
  reversedOn: null,
  ...more,
});
export const fee = (id: string, more: Partial<FeeRow> = {}): FeeRow => ({
  fee: id,
  seq: n++,
  matterId: `m-${id}`,
  itemCode: null,
  feeItem: 'F-1',
  feeItemVersion: 1,
  org: 'org-1',
  on: '2024-03-04',
  quantity: '10',
  assessedFen: '1500',
  waivedFen: '0',
  owedFen: '1500',
  status: 'assessed',
  cancelledOn: null,
  payer: null,
  assessedBy: 'clerk',
  payCode: null,
  dueOn: null,
  instalment: null,
  placeKind: 'centre-window',
  centre: null,
  waivers: [],
  request: null,
  events: [`a-${id}`],
  ...more,
});
export const block = (more: Partial<Block> = {}): Block => ({
  block: '4501-0001',
  code: '4501',
  first: '0001',
  last: '0020',
  form: 'paper',
  status: 'issued',
  org: 'org-1',
  issuedOn: '2024-01-02',
  writtenOffOn: null,
  back: [],
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
