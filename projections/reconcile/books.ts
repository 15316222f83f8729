/** The rows of the five sources and the unit's books, as reconciliation looks at them: plain, in whole fen. */
import type { Level, Share } from '../events/money.js';
import type { Numbers } from '../receipt-numbers.js';

export interface Assessed {
  readonly id: string;
  readonly org: string | null;
  readonly matterId: string | null;
  readonly feeItem: string;
  readonly payCode: string | null;
  readonly on: string;
  readonly assessedFen: number;
  readonly waivedFen: number;
  /** What is not owed any more since it was cancelled. */
  readonly cancelledFen: number;
  /** The matter went on to what waits for the payment. */
  readonly passedGateOn: string | null;
  readonly decided: boolean;
}
export interface ReceiptPart {
  readonly fee: string | null;
  readonly matterId: string | null;
  readonly feeItem: string;
  readonly fen: number;
}
export interface Receipt {
  /** `<code>-<number>`. */
  readonly id: string;
  readonly code: string;
  readonly number: string;
  readonly org: string | null;
  readonly kind: 'direct' | 'collect';
  /** Only a notice to pay, and not completed yet. */
  readonly notice: boolean;
  readonly payCode: string | null;
  readonly remittance: string | null;
  /** The payment that completed it. */
  readonly payment: string | null;
  readonly window: string | null;
  readonly on: string;
  readonly fen: number;
  readonly parts: readonly ReceiptPart[];
  /** `red`: the number of the red one that took it back, `<code>-<number>`. */
  readonly ended: Readonly<{ how: 'void' | 'red'; on: string; red?: string | null }> | null;
  /** How often the number was used. */
  readonly uses: number;
  readonly payer: string | null;
  readonly handler: string | null;
  readonly checker: string | null;
  readonly at: string;
}
export interface Payment {
  readonly id: string;
  readonly account: string;
  readonly org: string | null;
  readonly payCode: string | null;
  readonly remittance: string | null;
  readonly matterId: string | null;
  readonly on: string;
  readonly fen: number;
  readonly payer: string | null;
  readonly fromAccount: string | null;
  readonly reversedOn: string | null;
}
export interface Deposit {
  readonly id: string;
  readonly account: string;
  /** The day that its money was received on. */
  readonly day: string;
  readonly on: string;
  readonly fen: number;
  readonly returnedOn: string | null;
}
export interface Credit {
  readonly id: string;
  readonly deposit: string | null;
  readonly org: string | null;
  readonly feeItem: string | null;
  readonly level: Level;
  readonly subject: string;
  readonly on: string;
  readonly fen: number;
}
export interface Refund {
  readonly id: string;
  readonly org: string | null;
  readonly payment: string | null;
  readonly account: string;
  readonly on: string;
  readonly fen: number;
  readonly requested: boolean;
  readonly verified: boolean;
  readonly approvedByFinance: boolean;
  /** Null: nobody says where it went. */
  readonly toAccount: string | null;
}
export interface Block {
  readonly code: string;
  readonly first: string;
  readonly last: string;
  readonly org: string | null;
  readonly issuedOn: string | null;
  /** Returned or destroyed: accounted for without use. */
  readonly gone: readonly Numbers[];
  readonly writtenOffOn: string | null;
}
export interface Voucher {
  readonly id: string;
  readonly org: string;
  readonly feeItem: string | null;
  readonly on: string;
  /** Negative where the unit gave it back. */
  readonly fen: number;
}
export interface Approved {
  readonly account: string;
  readonly org: string | null;
  readonly from: string;
  /** The first day on which it is not approved any more. */
  readonly to: string | null;
}
export interface Tariff {
  readonly feeItem: string;
  readonly from: string;
  readonly to: string | null;
  readonly subject: string;
  readonly shares: readonly Share[];
}

export interface Books {
  readonly assessed: readonly Assessed[];
  readonly receipts: readonly Receipt[];
  readonly payments: readonly Payment[];
  readonly deposits: readonly Deposit[];
  readonly credits: readonly Credit[];
  readonly refunds: readonly Refund[];
  readonly blocks: readonly Block[];
  readonly vouchers: readonly Voucher[];
  readonly accounts: readonly Approved[];
  readonly tariffs: readonly Tariff[];
}
export const NO_BOOKS: Books = {
  assessed: [],
  receipts: [],
  payments: [],
  deposits: [],
  credits: [],
  refunds: [],
  blocks: [],
  vouchers: [],
  accounts: [],
  tariffs: [],
};

export const netOf = ({ assessedFen, waivedFen, cancelledFen }: Assessed): number =>
  assessedFen - waivedFen - cancelledFen;
/** It counts as money received: neither void nor taken back, and more than a notice. */
export const counts = ({ ended, notice }: Pick<Receipt, 'ended' | 'notice'>): boolean => ended === null && !notice;
/** In force on a day of [from, to). */
export const holds = ({ from, to }: { from: string; to: string | null }, on: string): boolean =>
  from <= on && (to === null || on < to);
export const approvedOn = (accounts: readonly Approved[], account: string, on: string): Approved | undefined =>
  accounts.find((one) => one.account === account && holds(one, on));

/** Whose money an account collects; of several approvals the last says. */
export const accountOwners = ({ accounts }: Pick<Books, 'accounts'>): ReadonlyMap<string, string | null> =>
  new Map(accounts.map(({ account, org }) => [account, org]));

/** Rows by a name of theirs; rows without one are left out. */
export function by<T>(rows: Iterable<T>, name: (row: T) => string | null): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const key = name(row);
    if (key === null) continue;
    const known = found.get(key);
    if (known) known.push(row);
    else found.set(key, [row]);
  }
  return found;
}
export const total = <T>(rows: Iterable<T>, fenOf: (row: T) => number): number => {
  let sum = 0;
  for (const row of rows) sum += fenOf(row);
  return sum;
};
