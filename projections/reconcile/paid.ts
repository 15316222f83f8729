/**
 * Which receipts were paid by what, nearly all of the rows of a city, read as lines: one receipt and one payment with the
 * same pay code, of which nothing else is said, are paired as they are; all others are sides as everywhere.
 */
import { payments } from '../payments.js';
import { receipts } from '../receipts.js';
import { counts } from './books.js';
import {
  accountsOf,
  decisionsOf,
  keyedReceipt,
  type KeyedRow,
  type LedgerRows,
  namedBy,
  paymentIn,
  refundsOf,
} from './ledger-books.js';
import { ID, Keeping, KEY, FEN, Lines, ON, OPEN, PLAIN, TAKEN } from './kept.js';
import { Codes, type Decode, Line } from './lines.js';
import { type BookRows, KEYED_RECEIPT, LOOKED_AT } from './looked-at.js';
import { type Decided, type Keyed, type Match, type MatchOptions, NOBODY_DECIDED } from './match.js';
import { LinePairs, pairUp } from './pairs.js';
import { type Aside, PARTS, Parts } from './parts.js';
import { keyedReceiptsAndPayments, type PaymentSide, paymentSides, ReceiptSide } from './relations.js';

/** Of a payment first what is kept of it until it is paired, and then what is asked only once. */
const PAYMENT_KEPT = [
  'payment',
  'payCode',
  'amountFen',
  'on',
  'org',
  'account',
  'matterId',
  'payer',
] as const satisfies readonly (typeof LOOKED_AT.payments)[number][];
/** What its source has taken back is not in the books. */
const [RECEIPT, PAYMENT] = [
  [...KEYED_RECEIPT, 'withdrawn'],
  [...PAYMENT_KEPT, 'remittance', 'reversedOn', 'withdrawn'],
] as const;
export const PAID_LINES = { receipts: RECEIPT, payments: PAYMENT } as const;
type PaymentRead = Omit<BookRows['payments'][number], 'fromAccount'>;
const where = (members: readonly string[], ...names: readonly string[]) => names.map((name) => members.indexOf(name));
const [NOTICE, REMITTANCE, COMPLETED_BY, COMPLETED, ENDED, TAKEN_BACK] = where(
  RECEIPT,
  'notice',
  'remittance',
  'payment',
  'completedOn',
  'endedOn',
  'withdrawn',
) as [number, number, number, number, number, number];
const [PAID_IN, REVERSED, PAYMENT_TAKEN_BACK] = where(PAYMENT, 'remittance', 'reversedOn', 'withdrawn') as [
  number,
  number,
  number,
];
const rowIn = (line: Line, members: readonly string[], columns: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    members.map((name, n) => [name, columns[name] === 'boolean' ? line.is(n, 't') : line.text(n)]),
  ) as object;

/** What says anything of receipts and payments beside themselves. */
export type Around = Pick<LedgerRows, 'refunds' | 'payees' | 'pairings'> & Pick<BookRows, 'remittances'>;

const ALSO = [PAYMENT_KEPT.indexOf('account'), PAYMENT_KEPT.length] as const;
const [ACCOUNT, MATTER, PAYER] = [0, 1, 2] as const;

export class Paid {
  private readonly days = new Codes();
  private readonly units = new Codes();
  private readonly parts: Readonly<Record<'receipts' | 'payments' | 'pairs', Parts>>;
  private readonly receipts: Keeping;
  private readonly payments: Keeping;
  /** What is not paired as it is: handed over with what its keys come to, and not held here any more. */
  private left: ReceiptSide[] = [];
  private right: PaymentSide[] = [];
  readonly decided: Decided;
  private readonly named: ReadonlyMap<string, string>;
  private readonly paymentOf: ReturnType<typeof paymentIn>;
  private readonly sideOf: ReturnType<typeof paymentSides>;
  /** Names, and pay codes, that somebody else speaks of: these lines are not plain. */
  private readonly spoken: Readonly<Record<'receipts' | 'payments' | 'codes', Set<string>>>;
  /** Payments that a receipt says it was completed by. */
  private readonly completing = new Set<string>();

  /** `aside`: where lines and pairs wait, but one part of them; `room`: how many words of each part are not written yet. */
  constructor(
    around: Around,
    private readonly on: string,
    private readonly decode: Decode,
    aside: Aside,
    room?: number,
  ) {
    const parts = () => new Parts(aside, room);
    this.parts = { receipts: parts(), payments: parts(), pairs: parts() };
    this.receipts = new Keeping(this.parts.receipts, this.units, [0, 0]);
    this.payments = new Keeping(this.parts.payments, this.units, ALSO);
    this.decided = decisionsOf(around.pairings)['receipted-paid'] ?? NOBODY_DECIDED;
    this.named = namedBy(around.remittances, on);
    this.paymentOf = paymentIn(around.remittances, on);
    const refunds = refundsOf(around, on);
    this.sideOf = paymentSides({ refunds, accounts: accountsOf(around) });
    const pairs = [...this.decided.together, ...this.decided.apart];
    this.spoken = {
      receipts: new Set([...this.named.keys(), ...pairs.flatMap(({ left }) => left)]),
      payments: new Set([...refunds.map(({ payment }) => payment ?? ''), ...pairs.flatMap(({ right }) => right)]),
      codes: new Set(around.remittances.map(({ payCode }) => payCode ?? '')),
    };
  }
  private readonly silent = (names: ReadonlySet<string>, line: Line, n: number) =>
    names.size === 0 || !names.has(line.text(n)!);

  private happened(day: number): boolean {
    const on = this.days.texts[day]!;
    return on !== null && on <= this.on;
  }
  /** A line of {@link PAID_LINES}. */
  receipt(line: Line): void {
    if (!line.isNull(TAKEN_BACK)) return;
    const day = this.days.of(line, ON);
    if (!this.happened(day)) return;
    const plain =
      !line.isNull(KEY) &&
      line.is(NOTICE, 'f') &&
      [REMITTANCE, COMPLETED_BY, COMPLETED, ENDED].every((n) => line.isNull(n)) &&
      line.fen(FEN) >= 0 &&
      this.silent(this.spoken.receipts, line, ID);
    if (plain) this.receipts.add(line, day, PLAIN);
    else if (this.receiptSide(line) && !line.isNull(KEY)) this.receipts.add(line, day, TAKEN);
  }
  private receiptSide(line: Line): boolean {
    const receipt = keyedReceipt(rowIn(line, RECEIPT, receipts.columns) as KeyedRow, this.named, this.on);
    if (!counts(receipt)) return false;
    if (receipt.payment !== null) this.completing.add(receipt.payment);
    return this.left.push(new ReceiptSide(receipt)) > 0;
  }
  payment(line: Line): void {
    if (!line.isNull(PAYMENT_TAKEN_BACK)) return;
    const day = this.days.of(line, ON);
    if (!this.happened(day)) return;
    const plain =
      !line.isNull(KEY) &&
      line.isNull(PAID_IN) &&
      line.isNull(REVERSED) &&
      line.fen(FEN) > 0 &&
      this.silent(this.spoken.payments, line, ID) &&
      this.silent(this.spoken.codes, line, KEY);
    if (plain) this.payments.add(line, day, PLAIN);
    else if (this.paymentSide(rowIn(line, PAYMENT, payments.columns) as PaymentRead) && !line.isNull(KEY))
      this.payments.add(line, day, TAKEN);
  }
  private paymentSide(row: PaymentRead): boolean {
    const side = this.sideOf(this.paymentOf({ ...row, fromAccount: null }));
    return side !== null && this.right.push(side) > 0;
  }

  /** Once all lines are read: pairs those that are plain, and answers what the keys of all others come to. */
  keyed(options: MatchOptions): Keyed {
    const { parts, days, units, decode, completing } = this;
    const line = new Line(PAYER + 1, decode);
    for (let part = 0; part < PARTS; part++) {
      const left = new Lines(parts.receipts.take(part), { days, units }, decode);
      const right = new Lines(parts.payments.take(part), { days, units }, decode);
      if (completing.size > 0)
        for (let n = 0; n < right.count; n++)
          if (right.state(n) === PLAIN && completing.has(right.id(n))) right.mark(n, OPEN);
      pairUp(left, right, parts.pairs);
      for (let n = 0; n < left.count; n++) if (left.state(n) === OPEN) this.left.push(openReceipt(left, n));
      for (let n = 0; n < right.count; n++)
        if (right.state(n) === OPEN) this.paymentSide(openPayment(right, n, right.also(n, line)));
    }
    const { left, right } = this;
    [this.left, this.right] = [[], []];
    return keyedReceiptsAndPayments(left, right, options, this.decided);
  }
  /**
   * Of those that were paired, all of some units and days: see {@link partOfDay}. Once for each part; `own`: they stay what
   * they are when the next one is asked for.
   */
  pairedIn(part: number, own = false): readonly Match[] {
    const { days, units, decode } = this;
    return new LinePairs(this.parts.pairs.take(part, own), { days, units, decode }).matches();
  }
}
/** A plain line says nothing else. */
const openReceipt = (lines: Lines, n: number): ReceiptSide =>
  new ReceiptSide({
    id: lines.id(n),
    on: lines.day(n),
    fen: lines.fen(n),
    org: lines.org(n),
    payCode: lines.key(n),
    remittance: null,
    payment: null,
  });
const openPayment = (lines: Lines, n: number, also: Line): PaymentRead => ({
  payment: lines.id(n),
  payCode: lines.key(n),
  amountFen: String(lines.fen(n)),
  on: lines.day(n),
  org: lines.org(n),
  account: also.text(ACCOUNT)!,
  matterId: also.text(MATTER),
  payer: also.text(PAYER),
  remittance: null,
  reversedOn: null,
});
