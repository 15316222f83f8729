/** Money: whole fen of CNY, as decimal strings in events and as bigint where it is counted. Never a float. */

/** Whole fen as a decimal string without sign or leading zeros: '0', '12500'. */
export type Fen = string;
const FEN = /^(?:0|[1-9]\d{0,17})$/;
export const isFen = (text: unknown): text is Fen => typeof text === 'string' && FEN.test(text);

export const fen = (text: Fen): bigint => BigInt(text);
export const sumFen = (all: Iterable<Fen>): bigint => {
  let sum = 0n;
  for (const each of all) sum += fen(each);
  return sum;
};

/** What a fee item costs: fixed, or so much for each unit, between least and most where they are laid down. */
export type Rate = Readonly<{
  kind: 'fixed' | 'per-unit';
  /** 件, 平方米, 证 … */
  unit: string;
  fen: Fen;
  leastFen: Fen | null;
  mostFen: Fen | null;
}>;

const QUANTITY = /^(0|[1-9]\d{0,11})(?:\.(\d{1,6}))?$/;
export const isQuantity = (text: unknown): text is string => typeof text === 'string' && QUANTITY.test(text);

/** Rate × quantity, half a fen rounded up; a fixed rate is asked once. Throws RangeError for what is not a quantity. */
export function amountOf(rate: Rate, quantity: string): bigint {
  const parts = QUANTITY.exec(quantity);
  if (!parts) throw new RangeError(`not a quantity: ${quantity}`);
  if (rate.kind === 'fixed') return fen(rate.fen);
  const millionths = BigInt(parts[1]! + (parts[2] ?? '').padEnd(6, '0'));
  const exact = (fen(rate.fen) * millionths + 500_000n) / 1_000_000n;
  const least = rate.leastFen === null ? exact : max(exact, fen(rate.leastFen));
  return rate.mostFen === null ? least : min(least, fen(rate.mostFen));
}
const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** `12.50` for people. */
export const yuan = (amount: bigint): string => {
  const text = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
};
