/** What a source tells of its rows anew: rows of money are what it last said, and whatever is counted of them follows. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReceiptIssued } from '../../projections/events/money.js';
import { accountDays, type AccountDay } from '../../projections/account-days.js';
import { replay } from '../../projections/kernel/memory-table.js';
import type { Message } from '../../projections/kernel/message.js';
import { deposits } from '../../projections/deposits.js';
import { credits, payments, vouchers } from '../../projections/payments.js';
import { receiptLines } from '../../projections/receipt-lines.js';
import { receipts } from '../../projections/receipts.js';
import { refunds } from '../../projections/refunds.js';
import { paymentRegister } from '../../projections/payments.js';
import { fold } from '../../src/kernel/decider.js';
import { log } from '../given.js';
import { issued, received } from '../money.js';

const source = (row: string) => ({ system: 's', batch: 'b', row, registeredAt: null });
type Line = readonly [stream: string, event: Message, row: string | null];
const events = (...lines: readonly Line[]) =>
  log(...lines.map(([stream, event, row]) => ({ stream, ...event, ...(row !== null && { source: source(row) }) })));
const changed = (row: string, before: object | null, after: object | null): Message => ({
  type: 'SourceRowChanged',
  data: { row, before, after },
});
const TABLES = [payments, deposits, credits, vouchers, receipts, receiptLines, refunds, accountDays];
const rowsOf = (...lines: readonly Line[]) => {
  const table = replay(TABLES, events(...lines));
  return (of: (typeof TABLES)[number]) => table(of).rows() as any[];
};
const first: Line = ['payment-622-1', received({ bankRef: '1', payCode: 'P-1', channel: 'bank' }), 'r1'];

describe('a payment', () => {
  const after = (after_: object | null, row = 'r1', of = first) => {
    const [payment] = rowsOf(of, [of[0], changed(row, {}, after_), row])(payments);
    return payment;
  };
  test('is what the bank says now: amount, code, account and day', () => {
    const said = { amountFen: '900', payCode: null, account: '623', occurredAt: '2024-03-02T10:00:00+08:00' };
    expect(after(said)).toMatchObject({
      amountFen: '900',
      payCode: null,
      account: '623',
      on: '2024-03-02',
      bankRef: '1',
    });
  });
  test.each([
    ['a value that cannot stand there', { amountFen: '9.5' }],
    ['a day that is none', { occurredAt: 'yesterday' }],
    ['what the bank does not tell', { status: 'reversed', seq: '9', event: 'x', told: 'y' }],
    ['a place that is not there', { 'lines.0.amountFen': '1', 'amountFen.x': '2' }],
  ])('%s changes nothing', (_name, said) => expect(after(said)).toEqual(rowsOf(first)(payments)[0]));
  test('another row of the same stream, and a row of no source, are not meant', () => {
    expect(after({ amountFen: '900' }, 'r2')).toMatchObject({ amountFen: '1500' });
    const silent: Line = [first[0], first[1], null];
    expect(after({ amountFen: '900' }, 'r1', silent)).toMatchObject({ amountFen: '1500', told: null });
  });
  test('that its source has no more stays in its table, marked, until it has it again', () => {
    expect(after(null)).toEqual({ ...rowsOf(first)(payments)[0], withdrawn: 'e1' });
    const again: Line = [first[0], changed('r1', null, { amountFen: '900' }), 'r1'];
    const [payment] = rowsOf(first, [first[0], changed('r1', {}, null), 'r1'], again)(payments);
    expect(payment).toMatchObject({ amountFen: '900', withdrawn: null });
    const other: Line = [first[0], received({ amountFen: '7' }), 'r2'];
    expect(rowsOf(first, [first[0], changed('r1', {}, null), 'r1'], other)(payments)).toMatchObject([
      { amountFen: '7', told: 's r2', withdrawn: null, event: 'e2' },
    ]);
  });
  test('deciders see it, too', () => {
    const all = events(first, [first[0], changed('r1', {}, { amountFen: '900' }), 'r1']);
    expect(fold(paymentRegister, all).row).toMatchObject({ amountFen: '900' });
  });
  test('what is told of another stream leaves no row', () => {
    expect(rowsOf(['matter-1', changed('r1', {}, { amountFen: '1' }), 'r1'])(payments)).toEqual([]);
    expect(rowsOf(['payment-622-9', changed('r1', {}, { amountFen: '1' }), 'r1'])(payments)).toEqual([]);
  });
});

test('deposits, credits and vouchers are what their source says now', () => {
  const deposit: Message = {
    type: 'DepositMade',
    data: { account: '622', day: '2024-03-01', on: '2024-03-02', amountFen: '5', to: 'treasury', bankRef: null },
  };
  const credit: Message = {
    type: 'TreasuryCredited',
    data: { deposit: 'd', org: null, feeItem: null, level: 'city', subject: '1', amountFen: '5', on: '2024-03-02' },
  };
  const voucher: Message = {
    type: 'VoucherPosted',
    data: { org: 'o', feeItem: 'F', side: 'collected', amountFen: '5', on: '2024-03-02' },
  };
  const of = rowsOf(
    ['deposit-d', deposit, 'd'],
    ['credit-c', credit, 'c'],
    ['voucher-v', voucher, 'v'],
    ['deposit-d', changed('d', {}, { day: '2024-02-29', amountFen: '6' }), 'd'],
    ['credit-c', changed('c', {}, { level: 'province' }), 'c'],
    ['voucher-v', changed('v', {}, { side: 'returned', feeItem: null }), 'v'],
  );
  expect(of(deposits)).toMatchObject([{ day: '2024-02-29', amountFen: '6', told: 's d' }]);
  expect(of(credits)).toMatchObject([{ level: 'province' }]);
  expect(of(vouchers)).toMatchObject([{ side: 'returned', feeItem: null }]);
});
test('a receipt and its lines', () => {
  const receipt: Line = ['receipt-4501-0001', issued(), 'r'];
  const said = { notice: 'true', 'lines.0.amountFen': '1400', 'lines.1.amountFen': '1', amountFen: '1400' };
  const of = rowsOf(receipt, [receipt[0], changed('r', {}, said), 'r'], ['matter-1', changed('r', {}, said), 'r']);
  expect(of(receipts)).toMatchObject([{ notice: true, amountFen: '1400', lines: [{ amountFen: '1400' }, {}] }]);
  expect(of(receiptLines)).toMatchObject([{ amountFen: '1400', feeItem: 'F-1' }, { amountFen: '1' }]);
  const less = { 'lines.1.amountFen': null, 'lines.1.feeItem': null };
  const shorter: Line = [receipt[0], changed('r', said, less), 'r'];
  const now = rowsOf(receipt, [receipt[0], changed('r', {}, said), 'r'], shorter);
  expect(now(receiptLines)).toMatchObject([{ amountFen: '1400' }]);
});
test('a line of a receipt whose assessment is told to be none is there all the same', () => {
  const receipt: Line = ['receipt-4501-0001', issued(), 'r'];
  const [before] = rowsOf(receipt)(receiptLines);
  const none: Line = [receipt[0], changed('r', { 'lines.0.fee': before.fee }, { 'lines.0.fee': null }), 'r'];
  expect(rowsOf(receipt, none)(receiptLines)).toEqual([{ ...before, fee: null }]);
  const was = { 'lines.0.feeItem': 'F-1', 'lines.0.quantity': '10', 'lines.0.amountFen': '1500', 'lines.0.fee': 'f-1' };
  const gone = Object.fromEntries(Object.keys(was).map((name) => [name, null]));
  expect(rowsOf(receipt, [receipt[0], changed('r', was, gone), 'r'])(receiptLines)).toEqual([]);
});
test('the lines of a number are those of its first use that stands: of a longer one none is left when that comes back', () => {
  const [line] = (issued().data as ReceiptIssued).lines;
  const short: Line = ['receipt-4501-0001', issued(), 'r1'];
  const long: Line = [short[0], issued({ lines: [line!, { ...line!, amountFen: '7' }, line!] }), 'r2'];
  const gone: Line = [short[0], changed('r1', {}, null), 'r1'];
  const back: Line = [short[0], changed('r1', null, { 'lines.0.amountFen': '1500' }), 'r1'];
  expect(rowsOf(short, long, gone)(receiptLines)).toHaveLength(3);
  expect(rowsOf(short, long, gone, back)(receiptLines)).toMatchObject([{ line: 0, amountFen: '1500' }]);
});

test('an account’s day sums to what its rows say now, as if they had said so from the beginning', () => {
  const day = fc.constantFrom('2024-03-01', '2024-03-04', '2024-03-05');
  const said = fc.record({ account: fc.constantFrom('A', 'B'), day, amountFen: fc.constantFrom('100', '200', '300') });
  const row = fc.record({
    first: said,
    later: fc.array(said, { maxLength: 3 }),
    reversed: fc.boolean(),
    deposit: fc.boolean(),
  });
  const told = (
    deposit: boolean,
    { account, day: on, amountFen }: { account: string; day: string; amountFen: string },
    n: number,
  ): Message =>
    deposit
      ? { type: 'DepositMade', data: { account, day: on, on: '2024-03-06', amountFen, to: 'treasury', bankRef: null } }
      : received({ account, on, amountFen, bankRef: String(n) });
  const lines = (all: readonly any[], how: 'changes' | 'at once'): Line[] =>
    all.flatMap(({ first: one, later, reversed, deposit }, n) => {
      const stream = `${deposit ? 'deposit' : 'payment'}-${n}`;
      const last = later.at(-1) ?? one;
      const begin: Line = [stream, told(deposit, how === 'changes' ? one : last, n), `r${n}`];
      const flat = ({ account, day: on, amountFen }: any) => ({
        account,
        amountFen,
        ...(deposit ? { day: on } : { occurredAt: `${on}T10:00:00+08:00` }),
      });
      const changes = later.map((now: any, k: number): Line => {
        const was = k === 0 ? one : later[k - 1];
        return [stream, changed(`r${n}`, flat(was), flat(now)), `r${n}`];
      });
      const gone: Message = deposit
        ? { type: 'DepositReturned', data: { on: '2024-03-07', reason: 'x' } }
        : { type: 'PaymentReversed', data: { on: '2024-03-07', reason: 'x', bankRef: null } };
      const end: Line[] = reversed ? [[stream, gone, null]] : [];
      return how === 'changes' ? [begin, ...changes.slice(0, 1), ...end, ...changes.slice(1)] : [begin, ...end];
    });
  const days = (of: readonly Line[]) =>
    (rowsOf(...of)(accountDays) as AccountDay[])
      .filter((one) => one.payments > 0 || one.deposits.length > 0)
      .map(({ id, payments: n, receivedFen, reversedFen, depositedFen, open }) => [
        id,
        n,
        receivedFen,
        reversedFen,
        depositedFen,
        open,
      ])
      .toSorted();
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (all) => {
      expect(days(lines(all, 'changes'))).toEqual(days(lines(all, 'at once')));
    }),
    { numRuns: process.env.MINGZHANG_LONG === '1' ? 5000 : 200 },
  );
});
