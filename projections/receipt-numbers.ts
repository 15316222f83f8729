/** Numbers of receipts: digits, of one code equally many, so that they compare as text and count as serials. */

/** From the first to the last, both included. */
export type Numbers = Readonly<{ first: string; last: string }>;

/** A receipt is named `<code>-<number>`, a block `<code>-<first number>`. */
export const codeOfReceipt = (id: string): string => id.slice(0, id.indexOf('-'));
export const numberOfReceipt = (id: string): string => id.slice(id.indexOf('-') + 1);

export const isWithin = (number: string, { first, last }: Numbers): boolean =>
  number.length === first.length && first <= number && number <= last;

const serial = (number: string): bigint => (/^\d{1,18}$/.test(number) ? BigInt(number) : -1n);
export const isNumber = (number: string): boolean => serial(number) >= 0n;
/** How many there are; none where these are no numbers of one length. */
export const countOf = ({ first, last }: Numbers): bigint => {
  const [from, to] = [serial(first), serial(last)];
  return first.length !== last.length || from < 0n || to < from ? 0n : to - from + 1n;
};
export const plusNumber = (number: string, by: bigint): string =>
  (serial(number) + by).toString().padStart(number.length, '0');

/** A block has at most so many. */
export const MOST_NUMBERS = 1_000_000n;
/** So many are looked up together. */
const PAGE = 10_000n;
const page = (code: string, length: number, n: bigint) => `${code} ${length} ${n}`;
export const pageOf = (code: string, number: string): string => page(code, number.length, serial(number) / PAGE);
/** The pages that numbers lie on; none of more than a block may have. */
export function pagesOf(code: string, numbers: Numbers): readonly string[] {
  const count = countOf(numbers);
  if (count === 0n || count > MOST_NUMBERS) return [];
  const [from, to] = [serial(numbers.first) / PAGE, serial(numbers.last) / PAGE];
  return Array.from({ length: Number(to - from) + 1 }, (_, n) => page(code, numbers.first.length, from + BigInt(n)));
}
/** Of a hundred numbers each, for what is judged by hundreds. */
export const hundredOf = (number: string): string => (serial(number) / 100n).toString();
