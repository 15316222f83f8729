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
import {
  type Decided,
  type Keyed,
  match,
  type Matched,
  matchKeys,
  type MatchOptions,
  matchRest,
  NOBODY_DECIDED,
  type Side,
} from './match.js';

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
const named = (one: string | null, two: string | null = null, three: string | null = null): string[] => {
  const names: string[] = [];
  if (one !== null) names.push(one);
  if (two !== null) names.push(two);
  if (three !== null) names.push(three);
  return names;
};
const key = (kind: string, one: string | null, two: string | null = ''): string | null =>
  one === null || two === null ? null : two === '' ? `${kind}:${one}` : `${kind}:${one}|${two}`;

/** A part of a receipt on its own: `<receipt>#<n>`. */
export const partId = ({ id }: Receipt, n: number): string => `${id}#${n}`;
export const receiptOf = (part: string): string => part.slice(0, part.lastIndexOf('#'));

const assessedSides = ({ assessed }: Books): Side[] =>
  assessed
    .filter((row) => netOf(row) !== 0)
    .map((row) => ({
      id: row.id,
      on: row.on,
      org: row.org,
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
      org: row.org,
      fen: part.fen,
      keys: keysOfPart(row, part),
      ...NOTHING,
    })),
  );

/** As much of a receipt as says by which key it was paid; the rest is needed only where no key finds it. */
export type KeyedReceipt = Pick<
  Receipt,
  'id' | 'org' | 'on' | 'fen' | 'notice' | 'ended' | 'payCode' | 'remittance' | 'payment'
>;
/**
 * A receipt over the sum of others of its remittance: small collections, receipted once more when they are paid in
 * (连体+单本). It is not matched: the money is there once. Of receipts that count.
 */
function twiceOf(
  receipts: readonly Pick<KeyedReceipt, 'id' | 'fen' | 'remittance'>[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const rows of by(receipts, ({ remittance }) => remittance).values()) {
    if (rows.length < 3) continue;
    const sum = total(rows, ({ fen }) => fen);
    const again = [...rows].sort((a, b) => compareText(b.id, a.id)).find(({ fen }) => fen * 2 === sum);
    const others = rows.filter((row) => row !== again).map(({ id }) => id);
    if (again) found.set(again.id, others.sort(compareText));
  }
  return found;
}
export const doubleReceipts = ({ receipts }: Pick<Books, 'receipts'>) => twiceOf(receipts.filter(counts));

const orgOfAccount = (books: Pick<Books, 'accounts'>) => {
  const orgs = accountOwners(books);
  return ({ account, org }: Payment): string | null => org ?? orgs.get(account) ?? null;
};
const pool = (org: string | null) => (org === null ? null : `pool:${org}`);

/** Null where they are several. */
function onlyOf(matters: Near['matters']): string | null {
  const matterId = matters[0] ?? null;
  for (const other of matters) if (other !== matterId) return null;
  return matterId;
}
/** A pay code is a key as it is; a name of another kind has a sign before it that no text in the log holds. */
const keysOf = (payCode: string | null, remittance: string | null, payment: string | null): string[] =>
  remittance === null && payment === null
    ? named(payCode)
    : named(payCode, key('\0remittance', remittance), key('\0payment', payment));
/** What a receipt is found by where no key finds it. */
export interface Near {
  readonly kind: Receipt['kind'];
  readonly payer: string | null;
  /** Of each part. */
  readonly matters: readonly (string | null)[];
}
/**
 * Names are made as they are asked for: nearly all rows are found by one, and forgotten. What is copied here is all that is
 * kept of a row, of which there may be many.
 */
export class ReceiptSide implements Side {
  readonly id: string;
  readonly on: string;
  readonly fen: number;
  readonly org: string | null;
  readonly payCode: string | null;
  readonly remittance: string | null;
  readonly payment: string | null;
  private readonly collected: boolean;
  private readonly matterId: string | null;
  private readonly payer: string | null;
  constructor(
    { id, on, fen, org, payCode, remittance, payment }: Omit<KeyedReceipt, 'notice' | 'ended'>,
    near: Near | null = null,
  ) {
    [this.id, this.on, this.fen, this.org] = [id, on, fen, org];
    [this.payCode, this.remittance, this.payment] = [payCode, remittance, payment];
    [this.collected, this.matterId] = [near?.kind === 'collect', onlyOf(near?.matters ?? [])];
    this.payer = near?.payer ?? null;
  }
  get pool() {
    return this.collected ? pool(this.org) : null;
  }
  get keys() {
    return keysOf(this.payCode, this.remittance, this.payment);
  }
  get near() {
    return [key('matter', this.matterId), key('payer', this.payer, this.org)];
  }
}
export class PaymentSide implements Side {
  readonly id: string;
  readonly on: string;
  readonly fen: number;
  private readonly payCode: string | null;
  private readonly remittance: string | null;
  private readonly matterId: string | null;
  private readonly payer: string | null;
  /** A receipt says that this payment completed it. */
  named = false;
  constructor(
    { id, on, fen, payCode, remittance, matterId, payer }: Payment,
    readonly org: string | null,
  ) {
    [this.id, this.on, this.fen] = [id, on, fen];
    [this.payCode, this.remittance, this.matterId, this.payer] = [payCode, remittance, matterId, payer];
  }
  get pool() {
    return this.payCode === null && this.remittance === null ? pool(this.org) : null;
  }
  get keys() {
    return keysOf(this.payCode, this.remittance, this.named ? this.id : null);
  }
  get near() {
    return [key('matter', this.matterId), key('payer', this.payer, this.org)];
  }
}
/** Money that came and stayed: not reversed, and not given back in full. */
export const stayed = (payment: Payment, refunded: ReadonlyMap<string, number>): boolean =>
  payment.reversedOn === null && (refunded.get(payment.id) ?? 0) < payment.fen;
export const refundedOf = ({ refunds }: Pick<Books, 'refunds'>): ReadonlyMap<string, number> =>
  new Map([...by(refunds, ({ payment }) => payment)].map(([id, rows]) => [id, total(rows, ({ fen }) => fen)]));

/** Of each payment that came and stayed. */
export function paymentSides(books: Pick<Books, 'refunds' | 'accounts'>): (row: Payment) => PaymentSide | null {
  const orgOf = orgOfAccount(books);
  const refunded = refundedOf(books);
  return (row) => (stayed(row, refunded) ? new PaymentSide(row, orgOf(row)) : null);
}
const ofDay = (account: string, day: string) => [`day:${account}|${day}`];
/** What an account took in on a day, less what was given back from it on that day. */
function takenIn(books: Books): Side[] {
  const orgOf = orgOfAccount(books);
  const sides: Side[] = [];
  for (const row of books.payments) {
    const { id, on, fen, account, reversedOn } = row;
    if (reversedOn === null) sides.push({ id, on, org: orgOf(row), fen, keys: ofDay(account, on), ...NOTHING });
  }
  for (const { id, on, org, fen, account } of books.refunds)
    sides.push({ id: `refund ${id}`, on, org, fen: -fen, keys: ofDay(account, on), ...NOTHING });
  return sides;
}
const standing = ({ deposits }: Books) => deposits.filter(({ returnedOn }) => returnedOn === null);
const putIn = (books: Books): Side[] =>
  standing(books).map(({ id, on, fen, account, day }) => {
    return { id, on, org: null, fen, keys: ofDay(account, day), ...NOTHING };
  });
function sent(books: Books): Side[] {
  const owners = accountOwners(books);
  return standing(books).map(({ id, on, fen, account }) => {
    return { id, on, org: owners.get(account) ?? null, fen, keys: [`deposit:${id}`], ...NOTHING };
  });
}
const credited = ({ credits }: Books): Side[] =>
  credits.map(({ id, on, org, fen, deposit }) => ({
    id,
    on,
    org,
    fen,
    keys: named(key('deposit', deposit)),
    ...NOTHING,
  }));

/** Receipts that count and payments of the same keys; what is open yet of receipts needs what they are near to. */
export function keyedReceiptsAndPayments(
  receipts: readonly ReceiptSide[],
  payments: readonly PaymentSide[],
  options: MatchOptions,
  decided = NOBODY_DECIDED,
): Keyed {
  const twice = twiceOf(receipts);
  const asked = new Set<string>();
  for (const { payment } of receipts) if (payment !== null) asked.add(payment);
  if (asked.size > 0) for (const side of payments) side.named = asked.has(side.id);
  const once = twice.size === 0 ? receipts : receipts.filter(({ id }) => !twice.has(id));
  return matchKeys(once, payments, decided, options);
}
/** Pure, and the same in whatever order the rows came. `paid`: the second step, where it is known already. */
export function relate(books: Books, options: MatchOptions, decisions: Decisions = {}, paid?: Matched): Relations {
  const whole = { ...options, repeats: false };
  const decided = (step: Step) => decisions[step] ?? NOBODY_DECIDED;
  const receiptedPaid = () => {
    const receipts = books.receipts.filter(counts).map((row) => {
      const { kind, payer, parts } = row;
      return new ReceiptSide(row, { kind, payer, matters: parts.map(({ matterId }) => matterId) });
    });
    const payments = books.payments.map(paymentSides(books)).filter((side) => side !== null);
    const keyed = keyedReceiptsAndPayments(receipts, payments, options, decided('receipted-paid'));
    return matchRest(keyed, decided('receipted-paid'), options);
  };
  return {
    'assessed-receipted': match(assessedSides(books), partSides(books), decided('assessed-receipted'), whole),
    'receipted-paid': paid ?? receiptedPaid(),
    'paid-deposited': match(takenIn(books), putIn(books), decided('paid-deposited'), whole),
    'deposited-credited': match(sent(books), credited(books), decided('deposited-credited'), whole),
  };
}
