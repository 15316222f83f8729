/** What each receipt is for (票据明细), line by line. */
import type { ReceiptEvent, ReceiptIssued, ReceiptLine } from './events/money.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { isLive, receipts } from './receipts.js';

const receiptOf = idOf('receipt');
/** A change of a source's row may be in any stream. */
const ofReceipt = idIn('receipt');
export type ReceiptLineRow = ReceiptLine & {
  /** `<receipt> <line>` */
  id: string;
  receipt: string;
  line: number;
  org: string | null;
  on: string;
  /** Its receipt counts. */
  live: boolean;
};
type Used = { receipts: typeof receipts };
export const receiptLines = projection<ReceiptEvent>()<ReceiptLineRow, Used>({
  name: 'receipt_line',
  version: 3,
  key: 'id',
  columns: {
    id: 'text',
    receipt: 'text',
    line: 'int',
    org: 'text',
    on: 'date',
    live: 'boolean',
    fee: 'text',
    matterId: 'text',
    itemCode: 'text',
    feeItem: 'text',
    quantity: 'text',
    amountFen: 'bigint',
  },
  indexes: {
    byFee: ['fee'],
    byMatter: ['matterId', 'feeItem', 'on'],
    byFeeItem: ['feeItem', 'on'],
    byItem: ['itemCode', 'on'],
  },
  uses: { receipts },
  on: Object.fromEntries(
    (['ReceiptIssued', 'ReceiptVoided', 'ReceiptRedReversed', 'SourceRowChanged'] as const).map((type) => [
      type,
      {
        keys: (event: Recorded, look: LookAt) => {
          if (ofReceipt(event).length === 0) return [];
          const receipt = receiptOf(event);
          // Of a number that is used more than once other lines than now may have stood here.
          const row = look.receipts.even(receipt);
          const said = (row?.said ?? []).map(({ data }) => (data as Partial<ReceiptIssued>).lines?.length ?? 0);
          const count = Math.max(row?.lines.length ?? 0, linesBefore(event), ...said);
          return Array.from({ length: count }, (_, line) => `${receipt} ${line}`);
        },
        fold: (_row: ReceiptLineRow | undefined, event: Recorded, look: LookAt, id: string) => {
          const row = look.receipts.get(receiptOf(event));
          const line = Number(id.slice(id.lastIndexOf(' ') + 1));
          const of = row?.lines[line];
          if (!row || !of) return null;
          return { id, receipt: row.receipt, line, org: row.org, on: row.on, live: isLive(row), ...of };
        },
      },
    ]),
  ) as never,
});
type LookAt = Look<{ receipts: typeof receipts }>;
/** How many lines a change says that it had. */
function linesBefore({ data }: Recorded<any>): number {
  const names = Object.keys((data as { before?: object | null }).before ?? {});
  return names.reduce((most, name) => Math.max(most, 1 + Number(/^lines\.(\d+)\./.exec(name)?.[1] ?? -1)), 0);
}
