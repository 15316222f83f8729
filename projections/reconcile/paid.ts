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
import { Codes, type Decode, FEN, ID, KEY, Line, Lines, ON, OPEN, PLAIN, TAKEN } from './lines.js';
import { type BookRows, KEYED_RECEIPT, LOOKED_AT } from './looked-at.js';
import { type Decided, type Keyed, type Match, type MatchOptions, NOBODY_DECIDED } from './match.js';
import { pairUp } from './pairs.js';
import { keyedReceiptsAndPayments, type PaymentSide, paymentSides, ReceiptSide } from './relations.js';

/** What its source has taken back is not in the books. */
const [RECEIPT, PAYMENT] = [
  [...KEYED_RECEIPT, 'withdrawn'],
  [...LOOKED_AT.payments, 'withdrawn'],
] as const;
export const PAID_LINES = { receipts: RECEIPT, payments: PAYMENT } as const;
type PaymentRead = BookRows['payments'][number];
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

export class Paid {
  private readonly days = new Codes();
  private readonly receipts: Lines;
  private readonly payments: Lines;
  private readonly left: ReceiptSide[] = [];
  private readonly right: PaymentSide[] = [];
  readonly decided: Decided;
  private readonly named: ReadonlyMap<string, string>;
  private readonly paymentOf: ReturnType<typeof paymentIn>;
  private readonly sideOf: ReturnType<typeof paymentSides>;
  /** Names, and pay codes, that somebody else speaks of: these lines are not plain. */
  private readonly spoken: Readonly<Record<'receipts' | 'payments' | 'codes', Set<string>>>;
  /** Payments that a receipt says it was completed by. */
  private readonly completing = new Set<string>();

  constructor(
    around: Around,
    private readonly on: string,
    private readonly decode: Decode,
  ) {
    const units = new Codes();
    this.receipts = new Lines(this.days, units);
    this.payments = new Lines(this.days, units);
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
    return this.left.push(new ReceiptSide(receipt, null)) > 0;
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
    else if (this.paymentSide(line) && !line.isNull(KEY)) this.payments.add(line, day, TAKEN);
  }
  private paymentSide(line: Line): boolean {
    const side = this.sideOf(this.paymentOf(rowIn(line, PAYMENT, payments.columns) as PaymentRead));
    return side !== null && this.right.push(side) > 0;
  }

  /** Once all lines are read: those that are paired as they are, and what the keys of all others come to. */
  keyed(options: MatchOptions): { readonly paired: readonly Match[]; readonly keyed: Keyed } {
    const { receipts: left, payments: right, decode, completing } = this;
    if (completing.size > 0)
      for (let n = 0; n < right.count; n++)
        if (right.state(n) === PLAIN && completing.has(right.id(n, decode))) right.mark(n, OPEN);
    const paired = pairUp({ left, right, decode });
    const [receipt, payment] = [new Line(RECEIPT.length, decode), new Line(PAYMENT.length, decode)];
    for (let n = 0; n < left.count; n++) if (left.state(n) === OPEN) this.receiptSide(left.again(n, receipt));
    for (let n = 0; n < right.count; n++) if (right.state(n) === OPEN) this.paymentSide(right.again(n, payment));
    return { paired, keyed: keyedReceiptsAndPayments(this.left, this.right, options, this.decided) };
  }
}
