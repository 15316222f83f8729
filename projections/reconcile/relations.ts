/** The four steps that money takes, each matched: assessed → receipted → paid → deposited → credited. */
import { compareText } from '../kernel/ordered.js';
import {
  accountOwners,
  type Books,
  by,
  counts,
  netOf,
  type Payment,
  type Receipt,
  type ReceiptPart,
  total,
} from './books.js';
import { type Decided, match, type Matched, type MatchOptions, NOBODY_DECIDED, type Side } from './match.js';

export const STEPS = {
  'assessed-receipted': { zh: '核定—开票', en: 'assessed and receipted' },
  'receipted-paid': { zh: '开票—到账', en: 'receipted and paid' },
  'paid-deposited': { zh: '到账—缴存', en: 'paid and deposited' },
  'deposited-credited': { zh: '缴存—入库', en: 'deposited and credited' },
} as const;
export type Step = keyof typeof STEPS;
export type Relations = Readonly<Record<Step, Matched>>;
export type Decisions = Readonly<Partial<Record<Step, Decided>>>;

const NOTHING = { near: [], pool: null } as const;
const named = (...names: readonly (string | null)[]): string[] => names.filter((name) => name !== null);
const key = (kind: string, ...parts: readonly (string | null)[]): string | null =>
  parts.some((part) => part === null) ? null : `${kind}:${parts.join('|')}`;

/** A part of a receipt on its own: `<receipt>#<n>`. */
export const partId = ({ id }: Receipt, n: number): string => `${id}#${n}`;
export const receiptOf = (part: string): string => part.slice(0, part.lastIndexOf('#'));

const assessedSides = ({ assessed }: Books): Side[] =>
  assessed
    .filter((row) => netOf(row) !== 0)
    .map((row) => ({
      id: row.id,
      on: row.on,
      fen: netOf(row),
      keys: named(key('fee', row.id), key('matter', row.matterId, row.feeItem), key('pay', row.payCode, row.feeItem)),
      ...NOTHING,
    }));
const keysOfPart = ({ payCode }: Receipt, { fee, matterId, feeItem }: ReceiptPart) =>
  fee === null ? named(key('matter', matterId, feeItem), key('pay', payCode, feeItem)) : named(key('fee', fee));
const partSides = ({ receipts }: Books): Side[] =>
  receipts.filter(counts).flatMap((row) =>
    row.parts.map((part, n) => ({
      id: partId(row, n),
      on: row.on,
      fen: part.fen,
      keys: keysOfPart(row, part),
      ...NOTHING,
    })),
  );

/**
 * A receipt over the sum of others of its remittance: small collections, receipted once more when they are paid in
 * (连体+单本). It is not matched: the money is there once.
 */
export function doubleReceipts({ receipts }: Books): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const rows of by(receipts.filter(counts), ({ remittance }) => remittance).values()) {
    if (rows.length < 3) continue;
    const sum = total(rows, ({ fen }) => fen);
    const again = [...rows].sort((a, b) => compareText(b.id, a.id)).find(({ fen }) => fen * 2 === sum);
    const others = rows.filter((row) => row !== again).map(({ id }) => id);
    if (again) found.set(again.id, others.sort(compareText));
  }
  return found;
}

const orgOfAccount = (books: Books) => {
  const orgs = accountOwners(books);
  return ({ account, org }: Payment): string | null => org ?? orgs.get(account) ?? null;
};
const pool = (org: string | null) => (org === null ? null : `pool:${org}`);

function receiptSides(books: Books): Side[] {
  const twice = doubleReceipts(books);
  return books.receipts
    .filter((row) => counts(row) && !twice.has(row.id))
    .map((row) => {
      const matters = new Set(row.parts.map(({ matterId }) => matterId));
      const matterId = matters.size === 1 ? row.parts[0]!.matterId : null;
      return {
        id: row.id,
        on: row.on,
        fen: row.fen,
        keys: named(key('pay', row.payCode), key('remittance', row.remittance), key('payment', row.payment)),
        near: [key('matter', matterId) ?? `receipt:${row.id}`, key('payer', row.payer, row.org) ?? `receipt:${row.id}`],
        pool: row.kind === 'collect' ? pool(row.org) : null,
      };
    });
}
/** Money that came and stayed: not reversed, and not given back in full. */
export const stayed = (payment: Payment, refunded: ReadonlyMap<string, number>): boolean =>
  payment.reversedOn === null && (refunded.get(payment.id) ?? 0) < payment.fen;
export const refundedOf = ({ refunds }: Books): ReadonlyMap<string, number> =>
  new Map([...by(refunds, ({ payment }) => payment)].map(([id, rows]) => [id, total(rows, ({ fen }) => fen)]));

function paymentSides(books: Books): Side[] {
  const orgOf = orgOfAccount(books);
  const refunded = refundedOf(books);
  return books.payments
    .filter((row) => stayed(row, refunded))
    .map((row) => {
      const org = orgOf(row);
      return {
        id: row.id,
        on: row.on,
        fen: row.fen,
        keys: named(key('pay', row.payCode), key('remittance', row.remittance), key('payment', row.id)),
        near: [key('matter', row.matterId) ?? `payment:${row.id}`, key('payer', row.payer, org) ?? `payment:${row.id}`],
        pool: row.payCode === null && row.remittance === null ? pool(org) : null,
      };
    });
}

const ofDay = (account: string, day: string) => [`day:${account}|${day}`];
/** What an account took in on a day, less what was given back from it on that day. */
const takenIn = ({ payments, refunds }: Books): Side[] => [
  ...payments
    .filter(({ reversedOn }) => reversedOn === null)
    .map(({ id, on, fen, account }) => ({ id, on, fen, keys: ofDay(account, on), ...NOTHING })),
  ...refunds.map(({ id, on, fen, account }) => ({
    id: `refund ${id}`,
    on,
    fen: -fen,
    keys: ofDay(account, on),
    ...NOTHING,
  })),
];
const standing = ({ deposits }: Books) => deposits.filter(({ returnedOn }) => returnedOn === null);
const putIn = (books: Books): Side[] =>
  standing(books).map(({ id, on, fen, account, day }) => ({ id, on, fen, keys: ofDay(account, day), ...NOTHING }));
const sent = (books: Books): Side[] =>
  standing(books).map(({ id, on, fen }) => ({ id, on, fen, keys: [`deposit:${id}`], ...NOTHING }));
const credited = ({ credits }: Books): Side[] =>
  credits.map(({ id, on, fen, deposit }) => ({ id, on, fen, keys: named(key('deposit', deposit)), ...NOTHING }));

/** Pure, and the same in whatever order the rows came. */
export function relate(books: Books, options: MatchOptions, decisions: Decisions = {}): Relations {
  const whole = { ...options, repeats: false };
  const decided = (step: Step) => decisions[step] ?? NOBODY_DECIDED;
  return {
    'assessed-receipted': match(assessedSides(books), partSides(books), decided('assessed-receipted'), whole),
    'receipted-paid': match(receiptSides(books), paymentSides(books), decided('receipted-paid'), options),
    'paid-deposited': match(takenIn(books), putIn(books), decided('paid-deposited'), whole),
    'deposited-credited': match(sent(books), credited(books), decided('deposited-credited'), whole),
  };
}
