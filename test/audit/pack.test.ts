/** The auditor's tests by example: what is marked, and what only looks like it. */
import { describe, expect, test } from '@jest/globals';
import { blockMap } from '../../projections/audit/blocks.js';
import { AUDIT_TESTS, controlTotals, runPack } from '../../projections/audit/pack.js';
import { block, fee, feeItem, marked, only, payment, receipt, result, rows, voided } from './rows.js';

const use = (...runs: [first: string, last: string][]) => ({
  block: '4501-0001',
  used: runs.reduce((sum, [first, last]) => sum + Number(last) - Number(first) + 1, 0),
  runs: runs.map(([first, last]) => ({ first, last, on: '2024-03-05' })),
});
const shown = (...args: Parameters<typeof blockMap>) =>
  blockMap(...args).map(({ what, first, last, count }) => `${what} ${first}-${last} ${count}`);

describe('the map of a block', () => {
  const back = [{ first: '0018', last: '0020', event: 'b3' }];
  test('has each of its numbers once: used, void, reversed, back, missing, on hand', () => {
    const receipts = [
      receipt('0001'),
      voided('0002', '2024-03-04'),
      receipt('0003', { status: 'reversed', ended: 'r', endedOn: '2024-03-05' }),
      receipt('0004'),
    ];
    expect(shown(block({ back }), use(['0001', '0004'], ['0008', '0010']), receipts)).toEqual([
      'used 0001-0001 1',
      'void 0002-0002 1',
      'red 0003-0003 1',
      'used 0004-0004 1',
      'gap 0005-0007 3',
      'used 0008-0010 3',
      'on-hand 0011-0017 7',
      'back 0018-0020 3',
    ]);
  });
  test('of a block that is closed has nothing on hand', () => {
    const closed = block({ status: 'written-off', writtenOffOn: '2024-03-20', back });
    expect(shown(closed, use(['0001', '0010']), [])).toEqual([
      'used 0001-0010 10',
      'gap 0011-0017 7',
      'back 0018-0020 3',
    ]);
    expect(shown(closed, undefined, [])).toEqual(['gap 0001-0017 17', 'back 0018-0020 3']);
    expect(shown(block(), undefined, [])).toEqual(['on-hand 0001-0020 20']);
    expect(shown(block({ last: '999' }), undefined, [])).toEqual([]);
  });
  test('marks gaps, and names the events behind', () => {
    const found = only('number-blocks', {
      blocks: [block(), block({ block: '4501-0101', first: '0101', last: '0110', issuedOn: null })],
      blockUses: [use(['0001', '0004'], ['0008', '0010'])],
    });
    expect(found).toMatchObject({
      on: '2024-03-05',
      details: { first: '0005', last: '0007', count: 3 },
      events: ['b1', 'b2'],
    });
  });
});

describe('numbers and time', () => {
  const at = (number: string, time: string) => receipt(number, { at: `2024-03-04T${time}:00+08:00` });
  test('the fewest that stand against the order are marked', () => {
    const one = [at('0001', '09:00'), at('0002', '16:00'), at('0003', '09:10'), at('0004', '09:20')];
    expect(marked('inversions', { blocks: [block()], receipts: one })).toEqual(['receipt 4501-0002']);
    const same = [at('0001', '09:00'), at('0002', '09:00')];
    expect(marked('inversions', { blocks: [block()], receipts: same })).toEqual([]);
  });
  test('of blocks that are too old, or used up, and are not written off', () => {
    const old = block({ issuedOn: '2022-03-01' });
    expect(marked('expired-blocks', { blocks: [old] })).toEqual(['block 4501-0001']);
    expect(marked('expired-blocks', { blocks: [block({ issuedOn: '2022-03-31' })] })).toEqual([]);
    expect(marked('expired-blocks', { blocks: [{ ...old, writtenOffOn: '2024-03-31' }] })).toEqual([]);
    expect(marked('expired-blocks', { blocks: [{ ...old, writtenOffOn: '2024-04-01' }] })).toHaveLength(1);
    const blocks = [block({ issuedOn: '2023-09-01' })];
    expect(marked('outstanding-blocks', { blocks, blockUses: [use(['0001', '0020'])] })).toEqual(['block 4501-0001']);
    expect(marked('outstanding-blocks', { blocks, blockUses: [use(['0001', '0019'])] })).toEqual([]);
  });
});

describe('what is there twice', () => {
  const payer = { payer: 'x' };
  test('exactly', () => {
    expect(marked('duplicates', { receipts: [receipt('0001', { uses: 2 })] })).toEqual(['receipt 4501-0001']);
    expect(marked('duplicates', { receipts: [receipt('0001', payer), receipt('0002', payer)] })).toEqual([
      'receipt 4501-0002',
    ]);
    expect(marked('duplicates', { receipts: [receipt('0001', payer), voided('0002', '2024-03-04', payer)] })).toEqual(
      [],
    );
    expect(marked('duplicates', { receipts: [receipt('0001', payer), receipt('0002', payer, '1501')] })).toEqual([]);
    expect(marked('duplicates', { receipts: [receipt('0001'), receipt('0002')] })).toEqual([]);
    const codes = [payment('1', { payCode: 'P' }), payment('2', { payCode: 'P', on: '2024-03-09' })];
    expect(only('duplicates', { payments: codes })).toMatchObject({
      subject: 'pay-code P',
      fen: 1500,
      events: ['p-1', 'p-2'],
    });
    expect(marked('duplicates', { payments: [codes[0]!, { ...codes[1]!, status: 'reversed' }] })).toEqual([]);
    const same = [payment('1', { fromAccount: 'a' }), payment('2', { fromAccount: 'a' })];
    expect(marked('duplicates', { payments: same })).toEqual(['payment 2']);
  });
  test('one payment for two receipts, beyond its amount', () => {
    const done = { payment: '1', completedOn: '2024-03-04', status: 'completed' } as const;
    const receipts = [receipt('0001', done), receipt('0002', done)];
    expect(marked('duplicates', { receipts, payments: [payment('1', { amountFen: '2999' })] })).toEqual(['payment 1']);
    expect(marked('duplicates', { receipts, payments: [payment('1', { amountFen: '3000' })] })).toEqual([]);
  });
  test('nearly: within days, or with digits in another order', () => {
    const near = (on: string, amountFen = '1500') => ({
      receipts: [receipt('0001', payer), receipt('0002', { ...payer, on }, amountFen)],
    });
    expect(marked('near-duplicates', near('2024-03-07'))).toEqual(['receipt 4501-0002']);
    expect(marked('near-duplicates', near('2024-03-08'))).toEqual([]);
    expect(marked('near-duplicates', near('2024-03-08'), { days: 4 })).toEqual(['receipt 4501-0002']);
    expect(marked('near-duplicates', near('2024-03-04', '5100'))).toEqual(['receipt 4501-0002']);
    expect(marked('near-duplicates', near('2024-03-04'))).toEqual([]);
  });
  test('divided: each just under the limit, together above it', () => {
    const lines = [{ fee: null, matterId: 'm', itemCode: null, feeItem: 'F-1', quantity: '1', amountFen: '0' }];
    const parts = (amountFen: string, ...days: string[]) => ({
      receipts: days.map((on, n) => receipt(`000${n}`, { on, lines, amountFen })),
    });
    expect(only('split-fees', parts('90000', '2024-03-04', '2024-03-07'))).toMatchObject({
      subject: 'matter m F-1',
      fen: 180_000,
      details: { count: 2 },
      events: ['e-0000', 'e-0001'],
    });
    expect(marked('split-fees', parts('90000', '2024-03-04', '2024-03-08'))).toEqual([]);
    expect(marked('split-fees', parts('100000', '2024-03-04', '2024-03-05'))).toEqual([]);
    expect(marked('split-fees', parts('69999', '2024-03-04', '2024-03-05'))).toEqual([]);
    expect(marked('split-fees', parts('90000', '2024-03-04'))).toEqual([]);
  });
});

describe('who, and when', () => {
  const of = (handler: string, count: number, gone: number) =>
    Array.from({ length: count }, (_, n) => {
      const number = `${handler}${n}`;
      return n < gone ? voided(number, '2024-03-04', { handler }) : receipt(number, { handler });
    });
  test('one who voids far more than the others', () => {
    const receipts = [...of('a', 20, 6), ...of('b', 80, 8)];
    expect(only('voids-by-clerk', { receipts })).toMatchObject({
      person: 'a',
      fen: 9000,
      details: { permille: 300, others: 100 },
    });
    expect(marked('voids-by-clerk', { receipts: [...of('a', 20, 5), ...of('b', 80, 8)] })).toEqual([]);
    expect(marked('voids-by-clerk', { receipts: [...of('a', 8, 4), ...of('b', 80, 0)] })).toEqual([]);
    expect(result('voids-by-clerk', { receipts }).lines).toHaveLength(2);
  });
  test('voided after it was complete, or late', () => {
    const late = (endedOn: string, more = {}) => marked('void-timing', { receipts: [voided('0001', endedOn, more)] });
    expect(late('2024-03-11')).toEqual([]);
    expect(late('2024-03-12')).toEqual(['receipt 4501-0001']);
    expect(late('2024-03-05', { completedOn: '2024-03-04' })).toEqual(['receipt 4501-0001']);
  });
  test('one person for two, and outside of working hours', () => {
    expect(
      marked('handler-is-checker', { receipts: [receipt('0001', { checker: 'clerk' }), receipt('0002')] }),
    ).toEqual(['receipt 4501-0001']);
    const at = (time: string, on = '2024-03-04') =>
      marked('after-hours', { receipts: [receipt('0001', { on, at: `${on}T${time}` })] });
    expect(at('08:30:00+08:00')).toEqual([]);
    expect(at('08:29:00+08:00')).toHaveLength(1);
    expect(at('17:31:00+08:00')).toHaveLength(1);
    expect(at('09:30:00Z')).toEqual([]);
    expect(at('10:00:00+08:00', '2024-03-09')).toHaveLength(1);
    expect(at('00:00:00+08:00')).toEqual([]);
  });
  test('whose assessments are waived far more than those of others', () => {
    const waiver = { kind: 'reduce', event: 'w', amountFen: '750' } as never;
    const fees = (assessedBy: string, count: number, waived: number) =>
      Array.from({ length: count }, (_, n) =>
        fee(`${assessedBy}${n}`, n < waived ? { assessedBy, waivedFen: '750', waivers: [waiver] } : { assessedBy }),
      );
    const all = [...fees('a', 10, 6), ...fees('b', 30, 5)];
    expect(only('waivers-by-clerk', { fees: all })).toMatchObject({
      person: 'a',
      details: { permille: 300, others: 83 },
    });
    expect(marked('waivers-by-clerk', { fees: [...fees('a', 10, 4), ...fees('b', 30, 5)] })).toEqual([]);
  });
});

describe('amounts', () => {
  test('are counted again by the rate of the day', () => {
    expect(marked('recomputation', { fees: [fee('1'), fee('2', { assessedFen: '1501' })] })).toEqual(['fee 2']);
    const later = { ...feeItem, id: 'F-1 2', version: 2, from: '2024-03-10', rate: { ...feeItem.rate, fen: '100' } };
    const versions = [{ ...feeItem, until: '2024-03-10' }, later];
    expect(
      only('recomputation', { fees: [fee('1'), fee('2', { on: '2024-03-10' })], feeItems: versions }),
    ).toMatchObject({
      subject: 'fee 2',
      details: { byRateFen: 1000, differenceFen: 500 },
    });
    expect(only('recomputation', { fees: [fee('1')], feeItems: [] }).details).toMatchObject({ byRateFen: null });
    expect(marked('recomputation', { fees: [fee('1', { assessedFen: '1', instalment: { n: 1, of: 2 } })] })).toEqual(
      [],
    );
  });
  test('in strata sum to the whole, and the largest are marked', () => {
    const receipts = ['900', '1000', '99999999'].map((fen, n) => receipt(`000${n}`, { amountFen: fen }));
    const { lines } = result('strata', { receipts }, { top: 1 });
    expect(lines.filter(({ flagged }) => flagged).map(({ subject }) => subject)).toEqual(['receipt 4501-0002']);
    const layers = lines.filter(({ flagged }) => !flagged);
    expect(layers.map(({ fen, details }) => [details['from'], fen])).toEqual([
      [0, 900],
      [1000, 1000],
      [50_000_000, 99_999_999],
    ]);
  });
  test('that are round, of one clerk far more than of the others', () => {
    const of = (handler: string, count: number, round: number) =>
      Array.from({ length: count }, (_, n) =>
        receipt(`${handler}${n}`, { handler, amountFen: n < round ? '30000' : '12345' }),
      );
    expect(only('round-amounts', { receipts: [...of('a', 30, 15), ...of('b', 100, 10)] })).toMatchObject({
      person: 'a',
    });
    expect(marked('round-amounts', { receipts: [...of('a', 29, 15), ...of('b', 100, 10)] })).toEqual([]);
  });
  test("against Benford's law only where that means something, and only when asked for", () => {
    const receipts = Array.from({ length: 1200 }, (_, n) =>
      receipt(String(n), { amountFen: String(Math.floor(100 * 1.01 ** n) + 10) }),
    );
    const asked = (of: typeof receipts) => result('benford', { receipts: of });
    expect(asked(receipts.slice(0, 999)).note?.en).toBe('999 receipts, fewer than 1000');
    expect(asked(receipts.map((row) => ({ ...row, amountFen: '1500' }))).note?.en).toMatch(/orders of magnitude/);
    const { lines, note } = asked(receipts);
    expect([note, lines.length, lines.reduce((sum, { details }) => sum + Number(details['count']), 0)]).toEqual([
      null,
      90,
      1200,
    ]);
    const skewed = receipts.map((row, n) => (n % 4 === 0 ? { ...row, amountFen: '9900' } : row));
    expect(
      asked(skewed)
        .lines.filter(({ flagged }) => flagged)
        .map(({ subject }) => subject),
    ).toContain('digits 99');
    expect(runPack(rows({ receipts })).find(({ test: { id } }) => id === 'benford')?.note?.en).toMatch(/by nature/);
  });
});

describe('money on its way', () => {
  test('over the edge of the period', () => {
    const done = { payment: '1', completedOn: '2024-04-02' };
    const over = (on: string, paidOn: string) =>
      marked('cut-off', { receipts: [receipt('0001', { ...done, on })], payments: [payment('1', { on: paidOn })] });
    expect(over('2024-03-29', '2024-04-02')).toEqual(['receipt 4501-0001']);
    expect(over('2024-02-28', '2024-03-01')).toEqual(['receipt 4501-0001']);
    expect(over('2024-03-29', '2024-03-31')).toEqual([]);
    expect(over('2024-03-10', '2024-04-20')).toEqual([]);
    const remitted = {
      receipts: [receipt('0001', { on: '2024-03-31', kind: 'collect', remittance: 'r' })],
      remittances: [{ remittance: 'r', payCode: 'H' } as never],
      payments: [payment('1', { on: '2024-04-01', payCode: 'H' })],
    };
    expect(only('cut-off', remitted)).toMatchObject({
      details: { paidOn: '2024-04-01', edge: '2024-03-31' },
      events: ['e-0001', 'p-1'],
    });
  });
  test('without a case', () => {
    expect(marked('paid-without-case', { payments: [payment('1')] })).toEqual(['payment 1']);
    expect(
      marked('paid-without-case', { payments: [payment('1', { payCode: 'P' })], fees: [fee('1', { payCode: 'P' })] }),
    ).toEqual([]);
    expect(marked('paid-without-case', { payments: [payment('1', { matterId: 'm' })] })).toEqual([]);
    expect(
      marked('paid-without-case', { payments: [payment('1')], receipts: [receipt('0001', { payment: '1' })] }),
    ).toEqual([]);
    const lines = [{ ...receipt('0001').lines[0]!, fee: null, matterId: null }];
    expect(marked('paid-without-case', { receipts: [receipt('0001', { lines })] })).toEqual(['receipt 4501-0001']);
  });
  test('a case past the gate without it', () => {
    const cards = [{ matterId: 'm-1', decidedOn: '2024-03-10', story: { delivered: null } } as never];
    const owed = fee('f-1', { payCode: 'P', matterId: 'm-1' });
    const past = (of: object) => marked('past-gate-unpaid', { cards, fees: [owed], ...of });
    expect(past({})).toEqual(['fee f-1']);
    expect(past({ payments: [payment('1', { payCode: 'P' })] })).toEqual([]);
    expect(past({ payments: [payment('1', { payCode: 'P', status: 'reversed' })] })).toEqual(['fee f-1']);
    expect(past({ receipts: [receipt('1', { completedOn: '2024-03-05' })] })).toEqual([]);
    expect(past({ receipts: [receipt('1')] })).toEqual(['fee f-1']);
    expect(past({ feeItems: [{ ...feeItem, gate: 'delivery' }] })).toEqual([]);
    expect(past({ to: '2024-03-09' })).toEqual([]);
    expect(past({ fees: [{ ...owed, owedFen: '0' }] })).toEqual([]);
  });
  test('on a receipt for what is not in the register', () => {
    const lines = [{ ...receipt('0001').lines[0]!, feeItem: 'S-1' }];
    expect(only('taxable-on-receipts', { receipts: [receipt('0001', { lines }), receipt('0002')] })).toMatchObject({
      subject: 'receipt 4501-0001',
      details: { feeItems: 'S-1', amountFen: 1500 },
    });
  });
});

describe('the pack', () => {
  test('runs every test once, sums what it starts from, and every mark names an event', () => {
    const all = rows({
      receipts: [receipt('0001', { checker: 'clerk' }), receipt('0002', { on: '2024-02-28' })],
      fees: [fee('1', { assessedFen: '7' })],
      payments: [payment('1')],
      blocks: [block({ issuedOn: '2022-01-01' })],
      blockUses: [use(['0002', '0003'])],
    });
    const results = runPack(all);
    expect(results.map(({ test: { id } }) => id)).toEqual(AUDIT_TESTS.map(({ id }) => id));
    expect(new Set(AUDIT_TESTS.map(({ id }) => id)).size).toBe(AUDIT_TESTS.length);
    const marks = results.flatMap(({ lines }) => lines.filter(({ flagged }) => flagged));
    expect(marks.length).toBeGreaterThan(4);
    for (const { events } of marks) expect(events.length).toBeGreaterThan(0);
    for (const { test: of, lines } of results)
      for (const { details } of lines)
        for (const name of Object.keys(details)) expect(Object.keys(of.columns)).toContain(name);
    expect(controlTotals(all)).toEqual({
      receipts: { rows: 1, fen: 1500 },
      fees: { rows: 1, fen: 7 },
      payments: { rows: 1, fen: 1500 },
    });
  });
});
