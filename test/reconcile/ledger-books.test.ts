/** The ledger's rows as books: of one moment of the log, with what had happened by the end of a day. */
import { describe, expect, test } from '@jest/globals';
import { inputsOf, reconcile } from '../../projections/reconcile/reconcile.js';
import { summed } from '../../projections/reconcile/tie-out.js';
import { printed, issuedTo, published } from '../money.js';
import { approved, creditOf, depositOf, events, fee, type Line, paid, receiptOf, rowsOf, weekdays } from './ledger.js';

const REGISTERS: readonly Line[] = [
  ['tariff-F-1', published],
  approved,
  ['block-4501-0001', printed],
  ['block-4501-0001', issuedTo('org-1')],
];
const JULY = '2024-07-31';
const told = (all: ReturnType<typeof events>, on: string, asOf?: number) => {
  const { breaks, cells, books } = reconcile(rowsOf(all, asOf), on, weekdays);
  const { identities, ...sums } = summed(cells);
  return { breaks: breaks.map(({ code, subject }) => `${code} ${subject}`), identities, sums, books };
};

describe('one fee on its way', () => {
  const all = events(
    ...REGISTERS,
    fee('f-1', '2024-07-01'),
    receiptOf('4501-0001', 'f-1', '2024-07-02'),
    paid('1', 'f-1', '2024-07-03'),
    depositOf('d-1', '2024-07-03', '2024-07-04', '1500'),
    creditOf('c-1', 'd-1', '2024-07-05', '1500'),
  );
  test('ties out at each step, and leaves nothing over', () => {
    const { breaks, identities } = told(all, JULY);
    expect(breaks).toEqual([]);
    for (const one of Object.values(identities))
      expect(one).toMatchObject({ leftFen: 1500, rightFen: 1500, differenceFen: 0, residueFen: 0, residues: 0 });
  });
  test('as of each event it has come so far', () => {
    const steps = all.map((_, index) => {
      const { identities } = told(all, JULY, index);
      return Object.values(identities).map(({ rightFen }) => rightFen);
    });
    expect(steps.slice(REGISTERS.length)).toEqual([
      [0, 0, 0, 0],
      [1500, 0, 0, 0],
      [1500, 1500, 0, 0],
      [1500, 1500, 1500, 0],
      [1500, 1500, 1500, 1500],
    ]);
  });
  test('on an earlier day what came later had not happened', () => {
    expect(told(all, '2024-07-03').identities['paid-deposited']).toMatchObject({ leftFen: 1500, rightFen: 0 });
    expect(told(all, '2024-07-02').identities['receipted-paid']).toMatchObject({ leftFen: 1500, rightFen: 0 });
  });
  test('inputs are counted and summed', () => {
    expect(inputsOf(told(all, JULY).books)).toMatchObject({
      assessed: { rows: 1, fen: '1500' },
      paid: { rows: 1, fen: '1500' },
      refunded: { rows: 0, fen: '0' },
    });
  });
});

test('a file that comes late changes the answer of now, and not what was known on 31 July', () => {
  const before = events(...REGISTERS, fee('f-1', '2024-07-22'), receiptOf('4501-0001', 'f-1', '2024-07-22'), [
    'calendar-x',
    { type: 'DayClosed', data: { region: 'CN', date: JULY } },
  ]);
  const all = [
    ...before,
    ...events(
      paid('1', 'f-1', '2024-07-23'),
      depositOf('d-1', '2024-07-23', '2024-07-24', '1500'),
      creditOf('c-1', 'd-1', '2024-07-25', '1500'),
    ).map((event) => ({ ...event, index: event.index + before.length, id: `l${event.index}` })),
  ];
  expect(told(all, JULY, before.length - 1).breaks).toEqual(['BK-04 4501-0001']);
  expect(told(all, JULY).breaks).toEqual([]);
  expect(told(all, JULY, before.length - 1).breaks).toEqual(told(before, JULY).breaks);
});

describe('what rows say becomes what books say', () => {
  test('a waiver counts from the day that it was decided on, a deferral never, a cancellation from its day', () => {
    const waiver = (kind: string, amountFen: string, decidedOn: string) =>
      ({
        type: 'FeeWaived',
        data: {
          kind,
          amountFen,
          approver: { name: '财政', level: 'finance' },
          requestedOn: null,
          decidedOn,
          document: null,
        },
      }) as never;
    const all = events(
      fee('f-1', '2024-07-01', '1500', { matterId: 'm' }),
      ['fee-f-1', waiver('reduce', '400', '2024-07-05')],
      ['fee-f-1', waiver('defer', '300', '2024-07-05')],
      [
        'fee-f-1',
        { type: 'FeeCancelled', data: { reason: 'x', document: null } },
        { occurredAt: '2024-07-09T08:00:00+08:00' },
      ],
    );
    const of = (on: string) => reconcile(rowsOf(all), on, weekdays).books.assessed[0];
    expect(of('2024-07-04')).toMatchObject({ assessedFen: 1500, waivedFen: 0, cancelledFen: 0 });
    expect(of('2024-07-08')).toMatchObject({ waivedFen: 400, cancelledFen: 0 });
    expect(of('2024-07-09')).toMatchObject({ waivedFen: 400, cancelledFen: 1100 });
  });
  test('a receipt is a notice until it is completed, and ends on its day', () => {
    const [on, code] = ['2024-07-02', '4501-0001'];
    const all = events(
      receiptOf(code, 'f-1', on, '1500', { notice: true }),
      [`receipt-${code}`, { type: 'ReceiptCompleted', data: { on: '2024-07-04', payment: '622-1' } }],
      [
        `receipt-${code}`,
        { type: 'ReceiptRedReversed', data: { on: '2024-07-06', reason: 'x', red: '4501-0002', handler: null } },
      ],
    );
    const of = (day: string) => reconcile(rowsOf(all), day, weekdays).books.receipts[0];
    expect(of('2024-07-01')).toBeUndefined();
    expect(of('2024-07-03')).toMatchObject({ notice: true, payment: null, ended: null });
    expect(of('2024-07-05')).toMatchObject({ notice: false, payment: '622-1', ended: null });
    expect(of('2024-07-06')).toMatchObject({ ended: { how: 'red', on: '2024-07-06' } });
  });
  test('what a window collected is paid by the code of its remittance, once', () => {
    const day = '2024-07-02';
    const collect = { kind: 'collect', payCode: null };
    const made = {
      org: 'org-1',
      centre: 'c',
      window: '1',
      day,
      receipts: ['4501-0001', '4501-0002'],
      amountFen: '3000',
    };
    const all = events(
      ...REGISTERS,
      fee('f-1', day),
      fee('f-2', day),
      receiptOf('4501-0001', 'f-1', day, '1500', collect),
      receiptOf('4501-0002', 'f-2', day, '1500', collect),
      [`remittance-c.1-${day}`, { type: 'RemittanceMade', data: { ...made, payCode: 'H-1' } }],
      paid('1', null, '2024-07-03', '3000', { payCode: 'H-1' }),
    );
    const { breaks, identities } = told(all, '2024-07-03');
    expect(breaks).toEqual([]);
    expect(identities['receipted-paid']).toMatchObject({ leftFen: 3000, rightFen: 3000, residueFen: 0 });
  });
  test('what was not receipted is a break once the matter went on to what waits for it', () => {
    const matter = (type: string, data: object): Line => [
      'matter-m',
      { type, data },
      { occurredAt: '2024-07-03T09:00:00+08:00' },
    ];
    const accept = matter('MatterAccepted', { itemCode: 'A-1', statutory: null, promised: null });
    const decide = matter('MatterDecided', { outcome: 'granted', on: '2024-07-03' });
    const of = (...more: Line[]) => {
      const all = events(...REGISTERS, fee('f-1', '2024-07-01', '1500', { matterId: 'm' }), accept, ...more);
      return told(all, '2024-07-15').breaks;
    };
    expect(of()).toEqual([]);
    expect(of(decide)).toEqual(['BK-01 f-1']);
  });
  test('a block’s numbers that are back are no gap; a voucher that gives back takes away', () => {
    const back = { type: 'BlockReturned', data: { first: '0002', last: '0004', on: '2024-07-03', reason: 'x' } };
    const used = [receiptOf('4501-0001', 'f-1', '2024-07-01'), receiptOf('4501-0005', 'f-2', '2024-07-01')];
    const stock = (...more: Line[]) =>
      told(events(...REGISTERS, ...used, ...more), '2024-09-30').breaks.filter((text) => text.startsWith('BK-15'));
    expect(stock()).toEqual(['BK-15 4501-0002']);
    expect(stock(['block-4501-0001', back])).toEqual([]);
    const voucher = (id: string, side: string, amountFen: string): Line => [
      `voucher-org-1-${id}`,
      { type: 'VoucherPosted', data: { org: 'org-1', feeItem: 'F-1', side, amountFen, on: '2024-07-31' } },
    ];
    const all = events(voucher('1', 'collected', '500'), voucher('2', 'returned', '200'));
    expect(reconcile(rowsOf(all), JULY, weekdays).books.vouchers.map(({ fen }) => fen)).toEqual([500, -200]);
  });
});
