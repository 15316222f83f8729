/** What a change of a source's row bears on: whatever what it was told of bears on, as it was and as it is now. */
import { idOf, type Recorded } from './message.js';
import type { Look, Row, Uses } from './projection.js';

/** What sources tell, by the category of its streams: the name of its table, and the types of its events. */
const TOLD: Readonly<Record<string, Readonly<{ table: string; types: readonly string[] }>>> = {
  payment: { table: 'payment', types: ['PaymentReceived', 'PaymentReversed'] },
  deposit: { table: 'deposit', types: ['DepositMade', 'DepositReturned'] },
  credit: { table: 'treasury_credit', types: ['TreasuryCredited'] },
  debit: { table: 'debit', types: ['BankDebitSeen'] },
  voucher: { table: 'voucher', types: ['VoucherPosted'] },
  remittance: { table: 'remittance', types: ['RemittanceMade'] },
  refund: {
    table: 'refund',
    types: ['RefundRequested', 'RefundVerified', 'RefundApproved', 'RefundDenied', 'RefundPaid'],
  },
  fee: {
    table: 'fee',
    types: [
      'FeeAssessed',
      'FeeRecalculated',
      'WaiverRequested',
      'FeeWaived',
      'WaiverDenied',
      'PaymentNoticeIssued',
      'FeeCancelled',
    ],
  },
  receipt: {
    table: 'receipt',
    types: [
      'ReceiptIssued',
      'ReceiptChecked',
      'ReceiptCompleted',
      'ReceiptVoided',
      'ReceiptRedReversed',
      'ReceiptLost',
    ],
  },
  block: {
    table: 'receipt_block',
    types: ['BlockPrinted', 'BlockIssued', 'BlockReturned', 'BlockDestroyed', 'BlockWrittenOff'],
  },
};

/** A fee item is several rows, one a version, and its facts are looked at by their day and unit: all days, and every unit that it was or is of. */
const TARIFF = { table: 'fee_item', types: ['FeeItemPublished', 'FeeItemAbolished'], from: '0001-01-01' } as const;

type Keys = (event: Recorded<any>, look: any) => string | readonly string[];
/** A change seen from behind: what it says now is what was said before. */
const backwards = (event: Recorded<any>): Recorded<any> => {
  const { row, before, after } = event.data as { row: string; before: object | null; after: object | null };
  // What the source had not told is not told by its absence either.
  return { ...event, data: { row, before: after, after: before === null && after !== null ? null : (before ?? {}) } };
};
function whereTariff(keys: Readonly<Record<string, Keys>>, uses: Uses, event: Recorded, look: Look<Uses>) {
  const name = Object.entries(uses).find(([, used]) => used.name === TARIFF.table)?.[0];
  if (name === undefined) return [];
  const code = idOf('tariff')(event);
  const { before, after } = event.data as {
    before: Record<string, string> | null;
    after: Record<string, string> | null;
  };
  const orgs: unknown[] = [];
  // Also of those that were taken back, which no range shows: what took one back need not say of which unit it was.
  for (let n = 1, row = look[name]!.even(`${code} 1`); row; row = look[name]!.even(`${code} ${++n}`))
    orgs.push(row['org']);
  orgs.push(before?.['org'], after?.['org']);
  const asked = TARIFF.types.filter((type) => Object.hasOwn(keys, type));
  return [...new Set(orgs.filter((org) => typeof org === 'string'))].flatMap((org) =>
    asked.flatMap((type) => keys[type]!({ ...event, type, data: { from: TARIFF.from, org } } as Recorded, look)),
  );
}
/** `keys`: by type of event. Those of what is told here look at rows, and not at data. */
export const whereTold =
  (keys: Readonly<Record<string, Keys>>, uses: Uses) =>
  (event: Recorded, look: Look<Uses>): readonly string[] => {
    const category = event.stream.slice(0, event.stream.indexOf('-'));
    if (category === 'tariff') return whereTariff(keys, uses, event, look);
    if (!Object.hasOwn(TOLD, category)) return [];
    const { table, types } = TOLD[category]!;
    const found = Object.entries(uses).find(([, used]) => used.name === table);
    if (!found) return [];
    const [name, of] = found;
    const id = idOf(category)(event);
    const row = look[name]!.even(id) as Row | undefined;
    if (!row) return [];
    const was = of.on['SourceRowChanged']!.fold(row, backwards(event) as never, {}, id) as Row;
    const seen = (as: Row) => ({
      ...look,
      [name]: { ...look[name]!, get: (key: string) => (key === id ? as : look[name]!.get(key)) },
    });
    const asked = types.filter((type) => Object.hasOwn(keys, type));
    return [row, was]
      .filter((one) => one['withdrawn'] == null)
      .flatMap((one) => asked.flatMap((type) => keys[type]!({ ...event, type } as Recorded, seen(one))));
  };
