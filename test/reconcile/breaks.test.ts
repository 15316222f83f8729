/** Each of the 21 kinds of break, what only looks like one, and both sides of each age. */
import { describe, expect, test } from '@jest/globals';
import type { Books, Receipt } from '../../projections/reconcile/books.js';
import type { PackRow } from '../../projections/packs.js';
import { BREAK_CODES } from '../../projections/reconcile/break-types.js';
import { packOn } from '../../projections/reconcile/parameters.js';
import { APPROVED, assessed, block, breaksOn, credit, deposit, ON, payment, receipt, refund } from './books.js';

const LATER = '2024-03-29';
/** Kinds and severities, whose other breaks are not looked at. */
const found = (code: string, of: Partial<Books>, on = LATER) =>
  breaksOn(of, on).flatMap((one) => (one.code === code ? [`${one.subject} ${one.severity} ${one.fen}`] : []));
const whole = (of: Partial<Books>, on = LATER) => breaksOn(of, on).map(({ code, subject }) => `${code} ${subject}`);
const part = (fee: string, fen: number) => ({ fee, matterId: 'm', feeItem: 'F1', fen });

const [B, R] = [[block('001', '099')], (n: string, fen: number, more = {}) => receipt(`45-${n}`, fen, more)];

test('money that is where it belongs breaks nothing', () => {
  const all = {
    blocks: B,
    assessed: [assessed('A', 1000, { payCode: 'p1' })],
    receipts: [R('001', 1000, { payCode: 'p1', parts: [part('A', 1000)] })],
    payments: [payment('P', 1000, { payCode: 'p1' })],
    deposits: [deposit('D', 1000)],
    credits: [credit('C', 1000, { deposit: 'D', feeItem: 'F1' })],
    tariffs: [
      {
        feeItem: 'F1',
        from: '2024-01-01',
        to: null,
        subject: '103',
        shares: [{ level: 'city' as const, percent: 100 }],
      },
    ],
    vouchers: [{ id: 'V', org: 'U1', feeItem: 'F1', on: ON, fen: 1000 }],
  };
  expect(whole(all)).toEqual([]);
});

describe('ages', () => {
  const on = '2024-03-11';
  const pack = (rule: string, from: string, values: Record<string, number>) =>
    ({ rule, from, values, pack: `${rule}-${from}` }) as unknown as PackRow;
  const ages = (...packs: readonly PackRow[]) => packOn(on, packs).ages;
  const unpaid = { receipts: [R('001', 70, { on: '2024-03-06' })] };
  const severities = (...packs: readonly PackRow[]) =>
    breaksOn(unpaid, on, ages(...packs)).flatMap(({ code, severity }) => (code === 'BK-04' ? [severity] : []));
  test('are those of the kinds, until a rule pack says otherwise from a day on', () => {
    expect(ages()).toMatchObject({
      grace04: 2,
      red04: 5,
      red07: 10,
      grace09: 1,
      grace11: 2,
      explainDays: 5,
      gapDays: 30,
      repeatDays: 1,
    });
    expect(severities()).toEqual(['yellow']);
    expect(severities(pack('RE-02', '2024-03-01', { red04: 2 }))).toEqual(['red']);
    expect(severities(pack('RE-02', '2024-03-01', { grace04: 3 }))).toEqual([]);
    expect(
      severities(pack('RE-02', '2024-03-12', { grace04: 3 }), pack('RE-01', '2024-03-01', { grace04: 3 })),
    ).toEqual(['yellow']);
    expect(packOn(on, [pack('RE-02', '2024-03-01', {})]).id).toBe('RE-02-2024-03-01');
  });
  test('of gaps in a block, and of what was paid twice', () => {
    const gap = { blocks: B, receipts: [R('003', 70, { on: '2024-03-01' })] };
    const codes = (of: Partial<Books>, values: Record<string, number>) =>
      breaksOn(of, on, ages(pack('RE-02', '2024-03-01', values))).map(({ code }) => code);
    expect([codes(gap, {}), codes(gap, { gapDays: 5 })].map((all) => all.includes('BK-15'))).toEqual([false, true]);
    const twice = {
      payments: [
        payment('P', 70, { payer: 'x', on: '2024-03-01' }),
        payment('Q', 70, { payer: 'x', on: '2024-03-04' }),
      ],
    };
    expect([codes(twice, {}), codes(twice, { repeatDays: 3 })].map((all) => all.includes('BK-13'))).toEqual([
      false,
      true,
    ]);
  });
});

describe('assessed and receipted', () => {
  const A = (more = {}) => [assessed('A', 500, { passedGateOn: '2024-03-05', ...more })];
  test.each([
    ['2024-03-11', []],
    ['2024-03-12', ['A yellow 500']],
  ])('BK-01 on %s', (on, wanted) => expect(found('BK-01', { assessed: A() }, on)).toEqual(wanted));
  test('BK-01 is red once it was decided, and none while the matter waits', () => {
    expect(found('BK-01', { assessed: A({ decided: true }) })).toEqual(['A red 500']);
    expect(found('BK-01', { assessed: A({ passedGateOn: null }) })).toEqual([]);
    expect(found('BK-01', { assessed: A({ waivedFen: 500 }) })).toEqual([]);
    expect(found('BK-01', { assessed: A({ cancelledFen: 500 }) })).toEqual([]);
  });
  test('BK-02 for a receipt of what nobody assessed', () => {
    expect(found('BK-02', { receipts: [R('001', 70)], assessed: [assessed('A', 70)] })).toEqual(['45-001#0 yellow 70']);
    expect(
      found('BK-02', { receipts: [R('001', 70, { parts: [part('A', 70)] })], assessed: [assessed('A', 70)] }),
    ).toEqual([]);
  });
  test.each([
    [500, 500, []],
    [500, 400, ['A yellow 100']],
    [500, 600, ['A red 100']],
  ])('BK-03: assessed %i, receipted %i', (owed, receipted, wanted) => {
    const receipts = [R('001', receipted, { parts: [part('A', receipted)] })];
    expect(found('BK-03', { receipts, assessed: [assessed('A', owed)] })).toEqual(wanted);
  });
  test('BK-03 counts all receipts of a fee, and what was waived', () => {
    const receipts = [R('001', 100, { parts: [part('A', 100)] }), R('002', 150, { parts: [part('A', 150)] })];
    expect(found('BK-03', { receipts, assessed: [assessed('A', 300, { waivedFen: 50 })] })).toEqual([]);
  });
});

describe('receipted and paid', () => {
  test.each([
    ['2024-03-06', []],
    ['2024-03-07', ['45-001 yellow 10']],
    ['2024-03-11', ['45-001 yellow 10']],
    ['2024-03-12', ['45-001 red 10']],
  ])('BK-04 on %s', (on, wanted) => expect(found('BK-04', { receipts: [R('001', 10)] }, on)).toEqual(wanted));
  test('BK-04: not for a notice, nor for a receipt that is void', () => {
    const receipts = [R('001', 10, { notice: true }), R('002', 10, { ended: { how: 'void', on: ON } })];
    expect(found('BK-04', { receipts })).toEqual([]);
  });
  test.each([
    ['2024-03-06', []],
    ['2024-03-07', ['P yellow 10']],
    ['2024-03-12', ['P red 10']],
  ])('BK-05 on %s', (on, wanted) =>
    expect(found('BK-05', { payments: [payment('P', 10, { payCode: 'p' })] }, on)).toEqual(wanted),
  );
  test('BK-05: not for what was reversed, or given back in full', () => {
    const payments = [payment('P', 10, { payCode: 'p', reversedOn: ON }), payment('Q', 10, { payCode: 'q' })];
    expect(found('BK-05', { payments, refunds: [refund('X', 10, { payment: 'Q' })] })).toEqual([]);
    expect(found('BK-05', { payments, refunds: [refund('X', 9, { payment: 'Q' })] })).toEqual(['Q red 10']);
  });
  test('BK-06: the same key, another sum', () => {
    const of = { receipts: [R('001', 10, { payCode: 'p' })], payments: [payment('P', 9, { payCode: 'p' })] };
    expect(whole({ ...of, blocks: B }).filter((one) => /BK-0[456]/.test(one))).toEqual(['BK-06 45-001']);
    expect(found('BK-06', of)).toEqual(['45-001 red 1']);
  });
  test.each([
    [ON, ['P yellow 10']],
    ['2024-03-18', ['P yellow 10']],
    ['2024-03-19', ['P red 10']],
  ])('BK-07 on %s', (on, wanted) => {
    expect(found('BK-07', { payments: [payment('P', 10)] }, on)).toEqual(wanted);
  });
  test('BK-07: not what comes to the receipts of a day', () => {
    const receipts = [R('001', 30, { kind: 'collect' }), R('002', 40, { kind: 'collect' })];
    expect(whole({ receipts, payments: [payment('P', 70)], blocks: B }).filter((one) => /BK-0[47]/.test(one))).toEqual(
      [],
    );
  });
  test('BK-13: a pay code paid twice; the same payer and sum within a day', () => {
    const receipts = [R('001', 10, { payCode: 'p' })];
    const code = [payment('P', 10, { payCode: 'p' }), payment('Q', 10, { payCode: 'p', on: '2024-03-20' })];
    expect(whole({ receipts, payments: code, blocks: B }).filter((one) => !/BK-0[29]/.test(one))).toEqual(['BK-13 Q']);
    const alike = (on: string) => [
      payment('P', 10, { payer: 'x', payCode: 'p' }),
      payment('Q', 10, { payer: 'x', on }),
    ];
    expect(found('BK-13', { receipts, payments: alike('2024-03-05') })).toEqual(['Q yellow 10']);
    expect(found('BK-13', { receipts, payments: alike('2024-03-06') })).toEqual([]);
  });
  test('BK-13 of two that nobody receipted: the later one', () => {
    const payments = [payment('Q', 10, { payCode: 'p', on: '2024-03-05' }), payment('P', 10, { payCode: 'p' })];
    expect(whole({ payments }).filter((one) => /BK-(05|13)/.test(one))).toEqual(['BK-05 P', 'BK-13 Q']);
  });
  describe('BK-18: void after it was paid', () => {
    const ended = (on: string): Partial<Receipt> => ({ payCode: 'p', ended: { how: 'void', on } });
    const payments = [payment('P', 10, { payCode: 'p', on: '2024-03-05' })];
    test('and neither given back nor receipted anew', () => {
      expect(found('BK-18', { receipts: [R('001', 10, ended('2024-03-05'))], payments })).toEqual(['45-001 red 10']);
    });
    test('not before it was paid', () => {
      expect(found('BK-18', { receipts: [R('001', 10, ended('2024-03-04'))], payments })).toEqual([]);
    });
    test('not if it was given back, or receipted anew', () => {
      const receipts = [R('001', 10, ended('2024-03-06'))];
      expect(found('BK-18', { receipts, payments, refunds: [refund('X', 10, { payment: 'P' })] })).toEqual([]);
      expect(found('BK-18', { receipts: [...receipts, R('002', 10, { payCode: 'p' })], payments })).toEqual([]);
    });
  });
  test('BK-21: small receipts, and one over their sum', () => {
    const one = (n: string, fen: number) => R(n, fen, { kind: 'collect', remittance: 'W1-2024-03-04' });
    const payments = [payment('P', 60, { remittance: 'W1-2024-03-04' })];
    const receipts = [one('001', 10), one('002', 50), one('003', 60)];
    expect(whole({ receipts, payments, blocks: B }).filter((a) => /BK-(0[46]|21)/.test(a))).toEqual(['BK-21 45-003']);
    expect(found('BK-21', { receipts: receipts.slice(0, 2), payments })).toEqual([]);
  });
});

describe('accounts, deposits and the treasury', () => {
  const payments = [payment('P', 100, { payCode: 'p' }), payment('Q', 50, { payCode: 'q' })];
  test.each([
    ['another account', { account: '9999' }, ['P red 1']],
    ['before it was approved', { on: '2023-12-29' }, ['P red 1']],
    ['in time', {}, []],
    ['reversed', { account: '9999', reversedOn: ON }, []],
  ])('BK-08: %s', (_name, more, wanted) =>
    expect(found('BK-08', { payments: [payment('P', 1, more)] })).toEqual(wanted),
  );
  test('BK-08: on the day from which it is not approved any more', () => {
    const accounts = [{ ...APPROVED, to: ON }];
    expect(found('BK-08', { payments: [payment('P', 1)], accounts })).toEqual(['P red 1']);
    expect(found('BK-08', { payments: [payment('P', 1, { on: '2024-03-01' })], accounts })).toEqual([]);
  });
  test.each([
    ['2024-03-05', []],
    ['2024-03-06', ['4501|2024-03-04 red 150']],
  ])('BK-09 on %s', (on, wanted) => expect(found('BK-09', { payments }, on)).toEqual(wanted));
  test('BK-09: not of what went into another account, nor of what was given back that day', () => {
    expect(found('BK-09', { payments: [payment('P', 1, { account: '9999' })] })).toEqual([]);
    expect(found('BK-09', { payments, refunds: [refund('X', 150, { on: ON })] })).toEqual([]);
  });
  test.each([
    [150, []],
    [149, ['4501|2024-03-04 red 1']],
    [151, []],
  ])('BK-10: received 150, deposited %i', (fen, wanted) =>
    expect(found('BK-10', { payments, deposits: [deposit('D', fen)] })).toEqual(wanted),
  );
  test('BK-10: less what was given back; not with a deposit that came back', () => {
    expect(found('BK-10', { payments, deposits: [deposit('D', 140)], refunds: [refund('X', 10, { on: ON })] })).toEqual(
      [],
    );
    const deposits = [deposit('D', 100), deposit('E', 50, { returnedOn: '2024-03-07' })];
    expect(found('BK-10', { payments, deposits })).toEqual(['4501|2024-03-04 red 50']);
  });
  test.each([
    ['2024-03-07', []],
    ['2024-03-08', ['D yellow 7']],
  ])('BK-11 on %s', (on, wanted) => expect(found('BK-11', { deposits: [deposit('D', 7)] }, on)).toEqual(wanted));
  describe('BK-12', () => {
    const shares = [
      { level: 'city' as const, percent: 60 },
      { level: 'province' as const, percent: 40 },
    ];
    const tariffs = [{ feeItem: 'F1', from: '2024-01-01', to: null, subject: '103', shares }];
    const credits = (city: number, province: number, more = {}) => [
      credit('C1', city, { deposit: 'D', feeItem: 'F1', ...more }),
      credit('C2', province, { deposit: 'D', feeItem: 'F1', level: 'province' }),
    ];
    test.each([
      ['as the register says', credits(60, 40), []],
      ['rounded to the fen', credits(61, 40), []],
      ['another share', credits(62, 39), ['C1 yellow 101']],
      ['another subject', credits(60, 40, { subject: '104' }), ['C1 yellow 100']],
      ['another level', credits(60, 40, { level: 'county' }), ['C1 yellow 100']],
    ])('%s', (_name, rows, wanted) => expect(found('BK-12', { credits: rows, tariffs })).toEqual(wanted));
    /** The treasury does not say of which fee item. */
    const unnamed = { feeItem: null };
    const unsaid = (city: number, province: number, more = {}) =>
      credits(city, province, more).map((row) => ({ ...row, ...unnamed }));
    const other = { ...tariffs[0]!, feeItem: 'F2' };
    const sharedElse = { ...other, shares: [{ level: 'central' as const, percent: 100 }] };
    test.each([
      ['as those of its subject', unsaid(60, 40), tariffs, []],
      ['another share than any of its subject', unsaid(62, 39), tariffs, ['C1 yellow 101']],
      ['the same shares of several', unsaid(62, 39), [...tariffs, other], ['C1 yellow 101']],
      ['several shares: nobody knows of which it is', unsaid(62, 39), [...tariffs, sharedElse], []],
      [
        'a level that none of them has',
        unsaid(60, 40, { level: 'county' }),
        [...tariffs, sharedElse],
        ['C1 yellow 100'],
      ],
      ['a subject of no fee item', unsaid(60, 40, { subject: '104' }), tariffs, ['C1 yellow 60', 'C2 yellow 40']],
      ['such, of no deposit', [credit('C1', 60, { ...unnamed, subject: '104', deposit: null })], tariffs, []],
      ['nothing in force', unsaid(60, 40), [{ ...tariffs[0]!, from: '2024-04-01' }], []],
    ])('without a fee item: %s', (_name, rows, known, wanted) =>
      expect(found('BK-12', { credits: rows, tariffs: known })).toEqual(wanted),
    );
    test('nothing is said of a fee item that was not in force', () => {
      expect(found('BK-12', { credits: credits(1, 99), tariffs: [{ ...tariffs[0]!, from: '2024-04-01' }] })).toEqual(
        [],
      );
    });
  });
  test.each([
    ['with all it needs', {}, []],
    ['not asked for', { requested: false }, ['X red 10']],
    ['not looked at', { verified: false }, ['X red 10']],
    ['not approved by finance', { approvedByFinance: false }, ['X red 10']],
    ['to another account', { toAccount: 'acc-2' }, ['X red 10']],
    ['to the account that it came from', { toAccount: 'acc-1' }, []],
  ])('BK-14: %s', (_name, more, wanted) => {
    const paid = [payment('P', 10, { fromAccount: 'acc-1' })];
    expect(found('BK-14', { payments: paid, refunds: [refund('X', 10, { payment: 'P', ...more })] })).toEqual(wanted);
  });
  test('BK-14: more than was paid', () => {
    const refunds = [refund('X', 6, { payment: 'P' }), refund('Y', 5, { payment: 'P' })];
    expect(found('BK-14', { payments: [payment('P', 10)], refunds })).toEqual(['X red 6', 'Y red 5']);
  });
});

describe('the stock of receipts', () => {
  const used = (...numbers: string[]) => numbers.map((number) => R(number, 1));
  test('BK-15: a number that was passed over, once the next one was used thirty days ago', () => {
    const of = { blocks: B, receipts: used('001', '003') };
    expect(found('BK-15', of, '2024-04-02')).toEqual([]);
    expect(found('BK-15', of, '2024-04-03')).toEqual(['45-002 yellow 0']);
  });
  test('BK-15: what was returned or destroyed is accounted for, what lies behind the last is on hand', () => {
    const blocks = [block('001', '099', { gone: [{ first: '002', last: '002' }] })];
    expect(found('BK-15', { blocks, receipts: used('001', '003') }, '2024-06-01')).toEqual([]);
  });
  test('BK-15 is red when the block is closed, also of what lies behind the last', () => {
    const blocks = [block('001', '009', { writtenOffOn: '2024-03-20' })];
    const wanted = ['45-002 red 0', '45-004 red 0'];
    expect(found('BK-15', { blocks, receipts: used('001', '003') })).toEqual(wanted);
  });
  test('BK-16: used twice', () => {
    expect(found('BK-16', { receipts: [R('001', 9, { uses: 2 }), R('002', 9)] })).toEqual(['45-001 red 9']);
  });
  test.each([
    ['in a block of the unit', '001', {}, []],
    ['in no block', '100', {}, ['45-100 red 9']],
    ['of another length', '0001', {}, ['45-0001 red 9']],
    ['in the block of another unit', '001', { org: 'U2' }, ['45-001 red 9']],
    ['before it was issued', '001', { on: '2024-01-01' }, ['45-001 red 9']],
  ])('BK-17: %s', (_name, number, more, wanted) =>
    expect(found('BK-17', { blocks: B, receipts: [R(number, 9, more)] })).toEqual(wanted),
  );
});

test.each([
  [100, []],
  [90, ['U1|F1|2024-03 yellow 10']],
])('BK-19: receipts of 100, books of %i', (fen, wanted) => {
  const vouchers = [{ id: 'V', org: 'U1', feeItem: 'F1', on: '2024-03-31', fen }];
  expect(found('BK-19', { receipts: [R('001', 100)], vouchers })).toEqual(wanted);
});
test('BK-19: nothing is said of a month that the unit keeps no books for', () => {
  const vouchers = [{ id: 'V', org: 'U1', feeItem: 'F1', on: '2024-02-28', fen: 5 }];
  expect(found('BK-19', { receipts: [R('001', 100)], vouchers })).toEqual(['U1|F1|2024-02 yellow 5']);
});

test('BK-20: receipted before assessed, deposited before paid, credited before deposited', () => {
  const of = {
    assessed: [assessed('A', 5, { on: '2024-03-05' })],
    receipts: [R('001', 5, { parts: [part('A', 5)] })],
    payments: [payment('P', 5)],
    deposits: [deposit('D', 5, { on: '2024-03-01' })],
    credits: [credit('C', 5, { deposit: 'D', on: '2024-02-29' })],
  };
  expect(found('BK-20', of)).toEqual(['C yellow 5', 'D yellow 5', '45-001#0 yellow 5']);
  const inTime = {
    ...of,
    deposits: [deposit('D', 5, { on: ON })],
    credits: [credit('C', 5, { deposit: 'D', on: ON })],
  };
  expect(found('BK-20', inTime)).toEqual(['45-001#0 yellow 5']);
});

test('there are 21 kinds', () => expect(BREAK_CODES).toHaveLength(21));
