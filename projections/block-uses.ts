/** How much of each block of receipts is used (用票), and where numbers are missing (断号). */
import { type Block, blocks, blocksOf, type Stock, stockPages } from './blocks.js';
import type { BlockEvent, ReceiptEvent } from './events/money.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import { countOf, isNumber, isWithin, type Numbers, numberOfReceipt, plusNumber } from './receipt-numbers.js';
import { receipts } from './receipts.js';

/** Used numbers in a row, as serials; `on`: when the lowest of them was. */
type Run = Readonly<{ first: string; last: string; on: string }>;
export type BlockUse = {
  block: string;
  used: number;
  runs: readonly Run[];
};
const next = plusNumber;
/** Runs with one more number, joined where they touch. */
function withNumber(runs: readonly Run[], number: string, on: string): readonly Run[] {
  if (runs.some((run) => isWithin(number, run))) return runs;
  const [lower, upper] = [
    runs.find(({ last }) => next(last, 1n) === number),
    runs.find(({ first }) => next(number, 1n) === first),
  ];
  const run: Run = { first: lower?.first ?? number, last: upper?.last ?? number, on: lower?.on ?? on };
  return [...runs.filter((each) => each !== lower && each !== upper), run].toSorted((a, b) =>
    a.first < b.first ? -1 : 1,
  );
}
/** Runs of used numbers, in whatever order they come. */
export function runsOf(used: readonly Readonly<{ number: string; on: string }>[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { number, on } of used.toSorted((a, b) => (a.number < b.number ? -1 : 1))) {
    const last = runs.at(-1);
    if (last === undefined || next(last.last, 1n) < number) runs.push({ first: number, last: number, on });
    else if (last.last < number) runs[runs.length - 1] = { ...last, last: number };
  }
  return runs;
}
type Using = Stock & { receipts: typeof receipts };
/** How much of each block is used. */
export const blockUses = projection<BlockEvent | ReceiptEvent>()<BlockUse, Using>({
  name: 'block_use',
  version: 1,
  key: 'block',
  columns: { block: 'text', used: 'int', runs: 'jsonb' },
  uses: { receipts, blocks, stockPages },
  on: {
    BlockPrinted: {
      keys: idOf('block'),
      fold: (_row, event, look, block) => {
        const { code, first, last } = look.blocks.get(block)!;
        const used = look.receipts
          .range('byNumber', [code, first], [code, last])
          .filter(({ number, uses }) => uses > 0 && number.length === first.length && isNumber(number));
        return { block, used: used.length, runs: runsOf(used) };
      },
    },
    ReceiptIssued: {
      keys: (event, look) => {
        const receipt = idOf('receipt')(event);
        const isFirst = look.receipts.get(receipt)!.uses === 1;
        return isFirst ? blocksOf(receipt, look).map(({ block }) => block) : [];
      },
      fold: (row, event, _look, block) => ({
        block,
        used: (row?.used ?? 0) + 1,
        runs: withNumber(row?.runs ?? [], numberOfReceipt(idOf('receipt')(event)), event.data.on),
      }),
    },
  },
});

export type Gap = Readonly<{ first: string; last: string; since: string | null }>;
const covered = (number: string, back: readonly Numbers[]) => back.find((range) => isWithin(number, range));
/** Numbers from `first` to `last` without those that are back. */
function without(first: string, last: string, since: string | null, back: readonly Numbers[]): readonly Gap[] {
  const gaps: Gap[] = [];
  const ends = back
    .filter((range) => range.first <= last && range.last >= first)
    .toSorted((a, b) => (a.first < b.first ? -1 : 1));
  let from = first;
  for (const range of ends) {
    if (from < range.first) gaps.push({ first: from, last: next(range.first, -1n), since });
    if (range.last >= from) from = next(range.last, 1n);
    if (from > last || covered(last, [range])) return gaps;
  }
  return from <= last ? [...gaps, { first: from, last, since }] : gaps;
}
/**
 * Numbers that are none of used, returned and destroyed, though a later one is used (`since` when); of a block that is
 * closed also those behind the last (`since` its closure).
 */
export function gapsOf(
  block: Pick<Block, 'first' | 'last' | 'status' | 'writtenOffOn'> & { readonly back: readonly Numbers[] },
  use: Pick<BlockUse, 'runs'> | undefined,
): readonly Gap[] {
  if (countOf(block) === 0n) return [];
  const runs = use?.runs ?? [];
  const before = runs.flatMap((run, n) => {
    const first = n === 0 ? block.first : next(runs[n - 1]!.last, 1n);
    return first < run.first ? without(first, next(run.first, -1n), run.on, block.back) : [];
  });
  if (block.status !== 'written-off') return before;
  const end = runs.at(-1)?.last ?? null;
  if (end === block.last) return before;
  const from = end === null ? block.first : next(end, 1n);
  return [...before, ...without(from, block.last, block.writtenOffOn, block.back)];
}
