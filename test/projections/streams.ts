/** Streams of money, with what may be said in each: for tests of what sources tell anew, take back, and tell in another order. */
import fc from 'fast-check';
import type { Message } from '../../projections/kernel/message.js';
import { assessed, issued, received, version } from '../money.js';

const day = fc.constantFrom('2024-03-01', '2024-03-04', '2024-03-05', '2024-04-02');
const fen = fc.constantFrom('100', '200', '300');
const code = fc.constantFrom('P-1', 'P-2', null);
const finance = { name: '财政', level: 'finance' };
const staff = (personId: string) => ({ personId, personal: {} });
type Gen = fc.Arbitrary<Message>;
const event = (type: string, data: Record<string, unknown>): Gen =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(data).map(([name, value]) => [name, value instanceof fc.Arbitrary ? value : fc.constant(value)]),
      ),
    )
    .map((known) => ({ type, data: known }));
const parts = fc
  .array(fc.record({ fee: fc.constantFrom('f-1', 'f-2', null), amountFen: fen }), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one) => ({ matterId: null, itemCode: null, feeItem: 'F-1', quantity: '1', ...one })));
const receiptOf = fc
  .record({ on: day, payCode: code, lines: parts, payChannel: fc.constantFrom('bank', 'cash'), notice: fc.boolean() })
  .map((data) => issued({ ...data, checker: null }) as Message);
const tariffOf = (n: number, { fen: amount, from, percent, gate }: Record<string, any>): Message => {
  const shares =
    percent === 100
      ? [{ level: 'city', percent }]
      : [
          { level: 'city', percent },
          { level: 'county', percent: 60 },
        ];
  const rate = { ...version.rate, fen: amount };
  return { type: 'FeeItemPublished', data: { ...version, version: n, from, rate, shares, gate } } as Message;
};
/** Streams, with what may be said in each: the first of them first. */
export const STREAMS: Readonly<Record<string, readonly Gen[]>> = {
  'payment-622-1': [
    fc
      .record({ on: day, amountFen: fen, payCode: code, account: fc.constantFrom('622', '623') })
      .map((d) => received(d)),
    event('PaymentReversed', { on: day, reason: 'x', bankRef: null }),
  ],
  'payment-622-2': [fc.record({ on: day, amountFen: fen, payCode: code }).map((data) => received(data))],
  'deposit-d1': [
    event('DepositMade', { account: '622', day, on: day, amountFen: fen, to: 'treasury', bankRef: null }),
    event('DepositReturned', { on: day, reason: 'x' }),
  ],
  'credit-c1': [
    event('TreasuryCredited', {
      deposit: 'd1',
      org: null,
      feeItem: fc.constantFrom('F-1', null),
      level: fc.constantFrom('city', 'province'),
      subject: '1',
      amountFen: fen,
      on: day,
    }),
  ],
  'debit-622-9': [
    event('BankDebitSeen', { account: '622', bankRef: '9', kind: 'unknown', amountFen: fen, on: day, purpose: null }),
  ],
  'voucher-o-1': [
    event('VoucherPosted', {
      org: 'o',
      feeItem: null,
      side: fc.constantFrom('collected', 'returned'),
      amountFen: fen,
      on: day,
    }),
  ],
  'remittance-w-1': [
    event('RemittanceMade', {
      org: null,
      centre: null,
      window: '1',
      day,
      receipts: fc.subarray(['4501-0003', '4501-0005'], { minLength: 1 }),
      amountFen: fen,
      payCode: code,
    }),
  ],
  'refund-t1': [
    event('RefundRequested', {
      org: 'o',
      payment: '622-1',
      receipt: null,
      fee: null,
      amountFen: fen,
      reason: 'x',
      by: 'payer',
      on: day,
    }),
    event('RefundVerified', { agrees: fc.boolean(), opinion: 'x' }),
    event('RefundApproved', { approver: finance, decidedOn: day, document: null }),
    event('RefundPaid', {
      org: null,
      account: '622',
      payment: '622-1',
      amountFen: fen,
      on: day,
      bankRef: null,
      toAccount: null,
    }),
  ],
  'fee-f-1': [
    fc.record({ on: day, amountFen: fen }).map((data) => assessed({ ...data, rate: null }) as Message),
    event('FeeRecalculated', { quantity: '9', amountFen: fen, reason: 'x' }),
    event('WaiverRequested', { kind: 'reduce', amountFen: fen, reason: 'x', document: null, payer: null }),
    event('FeeWaived', {
      kind: fc.constantFrom('reduce', 'defer'),
      amountFen: fen,
      approver: finance,
      requestedOn: null,
      decidedOn: day,
      document: null,
    }),
    event('PaymentNoticeIssued', { payCode: fc.constantFrom('P-1', 'P-2'), amountFen: fen, dueOn: null }),
    event('FeeCancelled', { reason: 'x', document: null }),
  ],
  'block-4501-0001': [
    event('BlockPrinted', { to: fc.constantFrom('0009', '0019'), form: 'paper', on: day, printer: null }),
    event('BlockIssued', { org: fc.constantFrom('org-1', 'org-2'), on: day, to: null, document: null }),
    event('BlockReturned', { first: '0008', last: fc.constantFrom('0008', '0009'), on: day, reason: 'x' }),
    event('BlockWrittenOff', { on: day, document: null }),
  ],
  'receipt-4501-0003': [
    receiptOf,
    event('ReceiptChecked', { checker: staff('second'), note: null }),
    event('ReceiptCompleted', { on: day, payment: '622-1', amountFen: fen }),
    event('ReceiptRedReversed', {
      on: day,
      reason: 'x',
      red: fc.constantFrom('4501-0004', '4501-0006'),
      handler: null,
    }),
  ],
  'receipt-4501-0005': [
    receiptOf,
    event('ReceiptVoided', { on: day, reason: 'x', copiesKept: fc.boolean(), handler: staff('x') }),
    event('ReceiptLost', { on: day, reportedTo: null, notice: null }),
  ],
  'tariff-F-1': [
    fc
      .record({ fen, from: day, percent: fc.constantFrom(40, 100), gate: fc.constantFrom('none', 'decision') })
      .map((one) => tariffOf(1, one)),
    fc
      .record({ fen, from: day, percent: fc.constantFrom(40, 100), gate: fc.constantFrom('none', 'delivery') })
      .map((one) => tariffOf(2, one)),
    event('FeeItemAbolished', { from: day, document: 'x', successor: null, version: fc.constantFrom(1, 2) }),
  ],
  'payee-622': [
    event('AccountApproved', {
      name: 'x',
      bank: 'x',
      kind: 'centre',
      org: null,
      centre: null,
      document: 'x',
      from: day,
      to: null,
    }),
    event('CollectionAccountClosed', { from: day, document: 'x', reason: 'x' }),
  ],
};
