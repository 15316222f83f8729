/** The identities to the fen: golden scenario 7, what is matched across months and fee items, and any books at all. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '../../projections/kernel/instant.js';
import type { Books } from '../../projections/reconcile/books.js';
import { breaksOf } from '../../projections/reconcile/breaks.js';
import { derivedOf, tiesOut, totalOf } from '../../projections/reconcile/page.js';
import { relate, type Step } from '../../projections/reconcile/relations.js';
import { summed, tieOut } from '../../projections/reconcile/tie-out.js';
import {
  assessed,
  block,
  books,
  breaksOn,
  credit,
  deposit,
  OPTIONS,
  payment,
  place,
  receipt,
  refund,
} from './books.js';

const tied = (of: Partial<Books>) => {
  const all = books(of);
  return tieOut(all, relate(all, OPTIONS));
};
const part = (fee: string, fen: number, feeItem = 'F1') => ({ fee, matterId: 'm', feeItem, fen });

describe('golden scenario 7', () => {
  const of: Partial<Books> = {
    blocks: [block('001', '099')],
    assessed: [
      assessed('A1', 1000),
      assessed('A2', 2000),
      assessed('A3', 3000),
      assessed('A4', 5000),
      assessed('A5', 700),
      assessed('A6', 4000),
    ],
    receipts: [
      // three small receipts and one pay-in
      ...[1000, 2000, 3000].map((fen, n) =>
        receipt(`45-00${n + 1}`, fen, { kind: 'collect', parts: [part(`A${n + 1}`, fen)] }),
      ),
      receipt('45-004', 5000, { payCode: 'p4', parts: [part('A4', 5000)], ended: { how: 'void', on: '2024-03-06' } }),
      receipt('77-001', 700, { payCode: 'p5', parts: [part('A5', 700)] }), // a foreign block
      receipt('45-005', 4400, { payCode: 'p6', parts: [part('A6', 4400)] }), // over the rate
    ],
    payments: [
      payment('P1', 6000),
      payment('P4', 5000, { payCode: 'p4' }),
      payment('P5', 700, { payCode: 'p5' }),
      payment('P6', 4400, { payCode: 'p6', fromAccount: 'acc-1' }),
    ],
    deposits: [deposit('D', 16_100)],
    refunds: [refund('X', 400, { payment: 'P6', toAccount: 'acc-2' })],
    credits: [credit('C', 16_100, { deposit: 'D', level: 'province', feeItem: 'F1', org: 'U1' })],
    tariffs: [
      { feeItem: 'F1', from: '2024-01-01', to: null, subject: '103', shares: [{ level: 'city', percent: 100 }] },
    ],
  };
  test('each break is found, and none besides', () => {
    expect(breaksOn(of, '2024-03-20').map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'BK-03 A6',
      'BK-12 C',
      'BK-14 X',
      'BK-17 77-001',
      'BK-18 45-004',
    ]);
  });
  test('the totals tie out to the fen, with every residue by name', () => {
    const { cells, residues } = tied(of);
    const { identities, ...sums } = summed(cells);
    expect(sums).toEqual({
      assessedFen: 15_700,
      waivedFen: 0,
      cancelledFen: 0,
      issuedFen: 16_100,
      voidFen: 5000,
      redFen: 0,
      refundedFen: 400,
    });
    expect(identities['assessed-receipted']).toEqual({
      step: 'assessed-receipted',
      leftFen: 15_700,
      rightFen: 11_100,
      differenceFen: 4600,
      residueFen: 4600,
      byKind: { outstanding: 5000, differs: -400 },
      residues: 2,
    });
    expect(identities['receipted-paid']).toMatchObject({ differenceFen: -5000, byKind: { 'not-receipted': -5000 } });
    expect(identities['paid-deposited']).toMatchObject({ differenceFen: -400, byKind: { 'given-back': -400 } });
    expect(identities['deposited-credited']).toMatchObject({ differenceFen: 0, residueFen: 0 });
    const named = residues.filter(({ kind }) => kind !== 'elsewhere');
    expect(named.map(({ kind, left, right, fen }) => [kind, left.join(), right.join(), fen])).toEqual([
      ['differs', 'A6', '45-005#0', -400],
      ['outstanding', 'A4', '', 5000],
      ['not-receipted', '', 'P4', -5000],
      ['given-back', 'refund X', '', -400],
    ]);
  });
});

test('what is paid in the next month is a residue of both, of opposite signs', () => {
  const { cells, residues } = tied({
    receipts: [receipt('45-001', 100, { payCode: 'p', on: '2024-03-29' })],
    payments: [payment('P', 100, { payCode: 'p', on: '2024-04-01' })],
  });
  const step = residues.filter((one) => one.step === 'receipted-paid');
  expect(step.map(({ month, kind, fen }) => [month, kind, fen])).toEqual([
    ['2024-03', 'elsewhere', 100],
    ['2024-04', 'elsewhere', -100],
  ]);
  expect(summed(cells).identities['receipted-paid']).toMatchObject({ differenceFen: 0, residueFen: 0, residues: 2 });
});
test('money follows its receipt to the unit and fee item', () => {
  const parts = [part('A', 70, 'F1'), part('B', 30, 'F2')];
  const { cells } = tied({
    receipts: [receipt('45-001', 100, { payCode: 'p', org: 'U7', parts })],
    payments: [payment('P', 100, { payCode: 'p' })],
    deposits: [deposit('D', 100)],
    credits: [credit('C', 100, { deposit: 'D' })],
  });
  const shown = cells.map(({ org, feeItem, identities: of }) => [
    org,
    feeItem,
    of['receipted-paid'].rightFen,
    of['paid-deposited'].rightFen,
  ]);
  expect(shown).toEqual([
    ['U7', 'F1', 70, 70],
    ['U7', 'F2', 30, 30],
  ]);
});
test('money in an account that is not approved is misdirected, not in transit', () => {
  const { cells } = tied({ payments: [payment('P', 5, { account: '9' }), payment('Q', 7)] });
  expect(summed(cells).identities['paid-deposited'].byKind).toEqual({ misdirected: 5, 'in-transit': 7 });
});

/** Books whose rows often have to do with each other. */
const day = fc.nat(40).map((n) => addDays('2024-02-20', n));
const fen = fc.constantFrom(100, 200, 300, 500);
const maybe = <T>(...values: T[]) => fc.constantFrom(null, ...values);
const org = fc.constantFrom('U1', 'U2');
const some = <T>(name: string, one: fc.Arbitrary<(id: string) => T>) =>
  fc.array(one, { maxLength: 6 }).map((all) => all.map((make, n) => make(`${name}${n}`)));
const anyBooks: fc.Arbitrary<Partial<Books>> = fc.record({
  assessed: some(
    'A',
    fc.record({ on: day, org, waivedFen: fc.constantFrom(0, 50), payCode: maybe('p1', 'p2'), fen }).map(
      ({ fen: owed, ...more }) =>
        (id: string) =>
          assessed(id, owed, more),
    ),
  ),
  receipts: some(
    '45-00',
    fc
      .record({
        on: day,
        org,
        kind: fc.constantFrom('direct' as const, 'collect' as const),
        payCode: maybe('p1', 'p2'),
        remittance: maybe('r1'),
        ended: maybe({ how: 'void' as const, on: '2024-03-30' }),
        parts: fc.array(
          fc.record({ fee: maybe('A0', 'A1'), matterId: maybe('m'), feeItem: fc.constantFrom('F1', 'F2'), fen }),
          { minLength: 1, maxLength: 3 },
        ),
      })
      .map(
        (more) => (id: string) =>
          receipt(
            id,
            more.parts.reduce((sum, one) => sum + one.fen, 0),
            more,
          ),
      ),
  ),
  payments: some(
    'P',
    fc
      .record({
        on: day,
        account: fc.constantFrom('4501', '9999'),
        payCode: maybe('p1', 'p2'),
        remittance: maybe('r1'),
        reversedOn: maybe('2024-03-30'),
        fen,
      })
      .map(
        ({ fen: paid, ...more }) =>
          (id: string) =>
            payment(id, paid, more),
      ),
  ),
  deposits: some(
    'D',
    fc.record({ on: day, day, returnedOn: maybe('2024-03-30'), fen }).map(
      ({ fen: put, ...more }) =>
        (id: string) =>
          deposit(id, put, more),
    ),
  ),
  credits: some(
    'C',
    fc.record({ on: day, deposit: maybe('D0', 'D1', 'D2'), feeItem: maybe('F1'), org: maybe('U1'), fen }).map(
      ({ fen: got, ...more }) =>
        (id: string) =>
          credit(id, got, more),
    ),
  ),
  refunds: some(
    'X',
    fc.record({ on: day, payment: maybe('P0', 'P1'), fen }).map(
      ({ fen: back, ...more }) =>
        (id: string) =>
          refund(id, back, more),
    ),
  ),
});
const shuffled = (of: Partial<Books>): fc.Arbitrary<Partial<Books>> =>
  fc.record(
    Object.fromEntries(
      Object.entries(of).map(([name, rows]) => [
        name,
        fc.shuffledSubarray(rows as unknown[], { minLength: rows.length }),
      ]),
    ),
  ) as fc.Arbitrary<Partial<Books>>;

describe('whatever the books', () => {
  test('in every cell and step the residues sum to the difference of the totals', () => {
    fc.assert(
      fc.property(anyBooks, (of) => {
        const { cells, residues } = tied(of);
        for (const cell of cells)
          for (const identity of Object.values(cell.identities)) {
            expect(identity.residueFen).toBe(identity.leftFen - identity.rightFen);
            const mine = residues.filter(
              (one) =>
                one.step === identity.step &&
                one.org === cell.org &&
                one.feeItem === cell.feeItem &&
                one.month === cell.month,
            );
            expect(mine.reduce((sum, one) => sum + one.fen, 0)).toBe(identity.residueFen);
            expect(mine).toHaveLength(identity.residues);
          }
      }),
    );
  });
  test('the totals of all cells are those of the rows', () => {
    const sum = (fens: readonly number[]) => fens.reduce((a, b) => a + b, 0);
    fc.assert(
      fc.property(anyBooks, (partial) => {
        const of = books(partial);
        const { identities } = summed(tied(partial).cells);
        const owed = sum(of.assessed.map((a) => a.assessedFen - a.waivedFen - a.cancelledFen));
        const receipted = sum(of.receipts.filter(({ ended }) => ended === null).map((r) => r.fen));
        const paid = sum(of.payments.filter(({ reversedOn }) => reversedOn === null).map((p) => p.fen));
        const back = sum(of.refunds.map((r) => r.fen));
        const deposited = sum(of.deposits.filter(({ returnedOn }) => returnedOn === null).map((d) => d.fen));
        const credited = sum(of.credits.map((c) => c.fen));
        const wanted: Record<Step, [number, number]> = {
          'assessed-receipted': [owed, receipted],
          'receipted-paid': [receipted, paid],
          'paid-deposited': [paid - back, deposited],
          'deposited-credited': [deposited, credited],
        };
        for (const [step, [left, right]] of Object.entries(wanted))
          expect(identities[step as Step]).toMatchObject({ leftFen: left, rightFen: right });
      }),
    );
  });
  test('neither breaks nor totals depend on the order in which files came', () => {
    const pair = anyBooks.chain((of) => fc.tuple(fc.constant(of), shuffled(of)));
    const result = (of: Partial<Books>) => {
      const all = books(of);
      const relations = relate(all, OPTIONS);
      const { cells, residues } = tieOut(all, relations);
      const texts = residues.map((one) => JSON.stringify(one)).sort();
      return {
        cells: cells.map(({ org: o, feeItem, month, identities }) => ({ o, feeItem, month, identities })),
        texts,
        breaks: breaksOf(all, relations, '2024-05-01', place),
      };
    };
    fc.assert(fc.property(pair, ([of, other]) => expect(result(other)).toEqual(result(of))));
  });
});

describe('the page of many cells', () => {
  const step = (leftFen: string, rightFen: string, differenceFen: string) => ({
    step: 'receipted-paid' as const,
    leftFen,
    rightFen,
    differenceFen,
    residueFen: differenceFen,
    byKind: {},
    residues: 0,
  });
  const cell = (assessedFen: string, waivedFen: string, more: object = {}) => {
    const none = { cancelledFen: '0', issuedFen: '0', voidFen: '0', redFen: '0', refundedFen: '0', steps: [] };
    return { assessedFen, waivedFen, ...none, ...more };
  };
  const anyFen = fc.oneof(fc.integer({ min: 0, max: 10 ** 12 }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }));
  test('sums are to the fen, of amounts of any length', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyFen, anyFen), { maxLength: 50 }), (amounts) => {
        const total = totalOf(amounts.map(([a, b]) => cell(String(a), String(b))));
        const [sumA, sumB] = [0, 1].map((n) => amounts.reduce((sum, pair) => sum + BigInt(pair[n]!), 0n));
        expect([total.assessedFen, total.waivedFen]).toEqual([String(sumA), String(sumB)]);
        expect(derivedOf(total).owedFen).toBe(String(sumA! - sumB!));
      }),
    );
  });
  test('it ties out only where left less right is the difference, and that the residues', () => {
    const ties = (...of: [string, string, string]) => tiesOut(cell('0', '0', { steps: [step(...of)] }));
    expect(ties('100', '130', '-30')).toBe(true);
    expect(ties('999999999999999999', '1', '999999999999999998')).toBe(true);
    expect(ties('999999999999999999', '1', '999999999999999999')).toBe(false);
    expect(tiesOut(cell('0', '0', { steps: [{ ...step('3', '1', '2'), residueFen: '1' }] }))).toBe(false);
  });
});
