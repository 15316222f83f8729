/** What a change of a source's row bears on: asked of the row as it is and as it was, none of them while it is withdrawn. */
import { describe, expect, test } from '@jest/globals';
import { lookOf } from '../../projections/kernel/projection.js';
import { MemoryTable } from '../../projections/kernel/memory-table.js';
import { whereTold } from '../../projections/kernel/told.js';
import { type PaymentRow, payments } from '../../projections/payments.js';
import { feeItems } from '../../projections/tariffs.js';
import { log } from '../given.js';

const uses = { payments };
const row = (payment: string, more: object) =>
  ({ payment, payCode: 'now', told: 's row', withdrawn: null, on: '2024-03-04', ...more }) as unknown as PaymentRow;
/** The rule looks at the payment and at another one, and judges pay codes. */
const keys = {
  PaymentReceived: (_: unknown, look: any) => ['P-1', 'P-2'].flatMap((id) => look.payments.get(id)?.payCode ?? []),
};
function asked(more: object | null, data: object, of = uses): readonly string[] {
  const table = new MemoryTable(payments, true);
  if (more) table.set('P-1', row('P-1', more), 0);
  table.set('P-2', row('P-2', { payCode: 'other' }), 0);
  const look = lookOf({ uses } as never, () => table);
  const source = { system: 's', row: 'row' } as never;
  const [changed] = log({ type: 'SourceRowChanged', stream: 'payment-P-1', source, data: { row: 'row', ...data } });
  return whereTold(keys, of)(changed!, look);
}
const was = { payCode: 'before' };
const is = { payCode: 'now' };

describe('a payment that its source', () => {
  test.each([
    ['tells anew: as it is, and as it was', {}, { before: was, after: is }, ['now', 'other', 'before', 'other']],
    ['takes back: as it was', { withdrawn: 'e' }, { before: was, after: null }, ['before', 'other']],
    ['takes back without a word of what it was', { withdrawn: 'e' }, { before: null, after: null }, ['now', 'other']],
    ['tells again, which it had taken back: as it is', {}, { before: null, after: is }, ['now', 'other']],
  ])('%s', (_, more, data, expected) => expect(asked(more, data)).toEqual(expected));
});
test('who does not look at payments is not asked', () => {
  expect(asked({}, { before: was, after: is }, {} as typeof uses)).toEqual([]);
});
test('of what nobody knows nothing is asked', () => expect(asked(null, { before: was, after: is })).toEqual([]));

describe('a fee item, which is several rows', () => {
  const tables = { payments: new MemoryTable(payments, true), feeItems: new MemoryTable(feeItems, true) };
  for (const [n, org, withdrawn] of [
    [1, 'market', null],
    [2, 'health', 'e'], // taken back
    [3, 'market', null],
  ] as const)
    tables.feeItems.set(`F-1 ${n}`, { id: `F-1 ${n}`, feeItem: 'F-1', version: n, org, withdrawn } as never, 0);
  tables.feeItems.set('F-2 1', { id: 'F-2 1', feeItem: 'F-2', version: 1, org: 'other', withdrawn: null } as never, 0);
  const published = { FeeItemPublished: ({ type, data }: any) => `${type} ${data.from} ${data.org}` };
  const units = (data: object, of: object = { payments, feeItems }) => {
    const look = lookOf({ uses: of } as never, ({ name }) => tables[name === 'payment' ? 'payments' : 'feeItems']);
    const [changed] = log({ type: 'SourceRowChanged', stream: 'tariff-F-1', data: { row: 'row', ...data } });
    return whereTold(published, of as never)(changed!, look);
  };
  const since = (org: string) => `FeeItemPublished 0001-01-01 ${org}`;
  test('is looked at from its first day on, for every unit that it was or is of', () => {
    expect(units({ before: { org: 'health' }, after: { org: 'bureau' } })).toEqual(
      ['market', 'health', 'bureau'].map(since),
    );
    expect(units({ before: { org: 'forestry' }, after: null })).toEqual(['market', 'health', 'forestry'].map(since));
    expect(units({ before: null, after: {} })).toEqual(['market', 'health'].map(since));
  });
  test('is nothing to whoever does not look at fee items', () => {
    expect(units({ before: { org: 'health' }, after: null }, { payments })).toEqual([]);
  });
});
