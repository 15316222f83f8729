/** How many receipts each clerk (开票人) issued in a month, and how many of them were voided or taken back. */
import type { ReceiptEvent } from './events/money.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { dayTold } from './told-anew.js';
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
const endedIn = (row: ClerkMonth, id: string): ClerkMonth => ({
  ...row,
  voided: row.voided + 1,
  sample: row.sample.length < SAMPLE ? [...row.sample, id] : row.sample,
});
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
  (row, { id }) => endedIn(row, id),
);
/** All of a month once more, where a source tells one of its receipts otherwise: also of the month in which it was before. */
const anew = {
  keys: (event: Recorded<any>, look: Look<Used>) => {
    const [receipt] = [idIn('receipt')(event)].flat();
    const row = receipt === undefined ? undefined : look.receipts.even(receipt);
    if (!row) return [];
    const { before } = event.data as { before: Record<string, string | null> | null };
    return [clerkMonthOf(row), clerkMonthOf({ ...row, on: dayTold(before ?? {}, row.on) })].flat();
  },
  fold: (_row: ClerkMonth | undefined, _event: Recorded, look: Look<Used>, id: string): ClerkMonth | null => {
    const [month, handler] = [id.slice(0, 7), id.slice(8)];
    const rows = look.receipts.range('byHandler', [handler, `${month}-01`], [handler, `${month}-31`]);
    const gone = rows.filter(({ ends }) => ends > 0).toSorted((a, b) => a.seq - b.seq);
    if (rows.length === 0) return null;
    return {
      id,
      month,
      handler,
      org: rows.toSorted((a, b) => a.seq - b.seq).find(({ org }) => org !== null)?.org ?? null,
      issued: rows.length,
      voided: gone.length,
      sample: gone.slice(0, SAMPLE).map(({ ended: by }) => by!),
    };
  },
};
export const clerkMonths = projection<ReceiptEvent>()<ClerkMonth, Used>({
  name: 'clerk_month',
  version: 2,
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
      (row, _event, { org, ended: by }) => {
        const issued = { ...row, org: row.org ?? org, issued: row.issued + 1 };
        // It may have been told before that it was voided.
        return by === null ? issued : endedIn(issued, by);
      },
    ),
    ReceiptVoided: ended,
    ReceiptRedReversed: ended,
    SourceRowChanged: anew,
  } as never,
});
