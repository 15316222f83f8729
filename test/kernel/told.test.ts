/** What a change of a source's row bears on: asked of the row as it is and as it was, none of them while it is withdrawn. */
import { describe, expect, test } from '@jest/globals';
import { lookOf } from '../../projections/kernel/projection.js';
import { MemoryTable } from '../../projections/kernel/memory-table.js';
import { whereTold } from '../../projections/kernel/told.js';
import { type PaymentRow, payments } from '../../projections/payments.js';
import { log } from '../given.js';

const uses = { payments };
const row = (payment: string, more: object) =>
  ({ payment, payCode: 'now', told: 's row', withdrawn: null, on: '2024-03-04', ...more }) as unknown as PaymentRow;
/** The rule looks at the payment and at another one, and judges pay codes. */
const keys = {
  PaymentReceived: (_: unknown, look: any) => ['P-1', 'P-2'].flatMap((id) => look.payments.get(id)?.payCode ?? []),
};
function asked(more: object, data: object, of = uses): readonly string[] {
  const table = new MemoryTable(payments, true);
  table.set('P-1', row('P-1', more), 0);
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
