/** How many receipts each clerk (开票人) issued in a month, and how many of them were voided or taken back. */
import type { ReceiptEvent } from './events/money.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { type ReceiptRow, receipts } from './receipts.js';

export type ClerkMonth = {
  /** `<month> <handler>` */
  id: string;
  month: string;
  handler: string;
  org: string | null;
  issued: number;
  /** Of those issued in the month, whenever it was. */
  voided: number;
  /** The first of them in the log, by event. */
  sample: readonly string[];
};
const SAMPLE = 20;
type Used = { receipts: typeof receipts };
export const clerkMonthOf = ({ on, handler }: ReceiptRow): string | readonly string[] =>
  handler === null ? [] : `${on.slice(0, 7)} ${handler}`;
/** Clerks who issued something in a month that was voided. */
export const voidersIn = (month: string, { clerkMonths: rows }: Look<{ clerkMonths: typeof clerkMonths }>) =>
  rows.range('byMonth', [month]).filter(({ voided }) => voided > 0);
const NONE = { org: null, issued: 0, voided: 0, sample: [] } as const;
/** A number counts once, and ends once. */
const counting = (
  counts: (row: ReceiptRow, event: Recorded) => boolean,
  add: (row: ClerkMonth, event: Recorded, receipt: ReceiptRow) => ClerkMonth,
) => ({
  keys: (event: Recorded, look: Look<Used>) => {
    const row = look.receipts.get(idOf('receipt')(event));
    return row && counts(row, event) ? clerkMonthOf(row) : [];
  },
  fold: (row: ClerkMonth | undefined, event: Recorded, look: Look<Used>, id: string) =>
    add(
      row ?? { id, month: id.slice(0, 7), handler: id.slice(8), ...NONE },
      event,
      look.receipts.get(idOf('receipt')(event))!,
    ),
});
const ended = counting(
  ({ ended: by, ends }, { id }) => by === id && ends === 1,
  (row, { id }) => ({
    ...row,
    voided: row.voided + 1,
    sample: row.sample.length < SAMPLE ? [...row.sample, id] : row.sample,
  }),
);
export const clerkMonths = projection<ReceiptEvent>()<ClerkMonth, Used>({
  name: 'clerk_month',
  version: 1,
  key: 'id',
  columns: {
    id: 'text',
    month: 'text',
    handler: 'text',
    org: 'text',
    issued: 'int',
    voided: 'int',
    sample: 'jsonb',
  },
  indexes: { byMonth: ['month', 'handler'] },
  uses: { receipts },
  on: {
    ReceiptIssued: counting(
      ({ uses }) => uses === 1,
      (row, _event, { org }) => ({ ...row, org: row.org ?? org, issued: row.issued + 1 }),
    ),
    ReceiptVoided: ended,
    ReceiptRedReversed: ended,
  } as never,
});
