/** Which members of the ledger's rows reconciliation looks at: of millions of rows the rest need not be read. */
import type { ReceiptRow } from '../receipts.js';
import type { LEDGER_TABLES, LedgerRows } from './ledger-books.js';

/** What of a receipt says by which key it was paid. Here, and of payments, first what lines.ts asks of each line. */
export const KEYED_RECEIPT = [
  'receipt',
  'payCode',
  'amountFen',
  'on',
  'org',
  'notice',
  'remittance',
  'payment',
  'completedOn',
  'endedOn',
] as const satisfies readonly (keyof ReceiptRow)[];
/** What of each row is looked at: the rest stays in the table. Where all of it is, whole rows are named. */
export const LOOKED_AT = {
  fees: ['fee', 'org', 'matterId', 'feeItem', 'payCode', 'on', 'assessedFen', 'waivers', 'status', 'cancelledOn'],
  receipts: [
    ...KEYED_RECEIPT,
    'code',
    'number',
    'kind',
    'status',
    'window',
    'uses',
    'red',
    'payer',
    'handler',
    'checker',
    'at',
    'lines',
  ],
  remittances: ['remittance', 'day', 'receipts', 'payCode'],
  payments: [
    'payment',
    'payCode',
    'amountFen',
    'on',
    'org',
    'account',
    'remittance',
    'matterId',
    'payer',
    'fromAccount',
    'reversedOn',
  ],
  deposits: ['deposit', 'account', 'day', 'on', 'amountFen', 'returnedOn'],
  credits: ['credit', 'deposit', 'org', 'feeItem', 'level', 'subject', 'on', 'amountFen'],
  refunds: null,
  blocks: ['code', 'first', 'last', 'org', 'issuedOn', 'back', 'writtenOffOn'],
  vouchers: ['voucher', 'org', 'feeItem', 'side', 'on', 'amountFen'],
  payees: null,
  feeItems: null,
  pairings: null,
} as const satisfies { [K in keyof typeof LEDGER_TABLES]: readonly (keyof LedgerRows[K][number])[] | null };
type LookedAt<K extends keyof typeof LOOKED_AT> = (typeof LOOKED_AT)[K] extends readonly (infer M)[]
  ? Pick<LedgerRows[K][number], M & keyof LedgerRows[K][number]>
  : LedgerRows[K][number];
/** Rows as far as the books need them; whole rows will do. */
export type BookRows = { readonly [K in keyof typeof LOOKED_AT]: readonly LookedAt<K>[] } & Pick<LedgerRows, 'cards'>;
