/** How much of each block of receipts is used (用票), and where numbers are missing (断号). */
import { type Block, blocks, blocksOf, type Stock, stockPages } from './blocks.js';
import type { BlockEvent, ReceiptEvent } from './events/money.js';
import { idIn, idOf } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
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
/** Numbers of a block that are used: by receipts, and by red ones that took others back, which have numbers of their own. */
export function numbersUsed(
  { code, first, last }: Pick<Block, 'code' | 'first' | 'last'>,
  { receipts: rows }: Look<Pick<Using, 'receipts'>>,
): readonly Readonly<{ number: string; on: string }>[] {
  const [from, to] = [`${code}-${first}`, `${code}-${last}`];
  const reds = rows
    .range('byRed', [from], [to])
    .map(({ red, endedOn }) => ({ number: numberOfReceipt(red!), on: endedOn! }));
  return [...rows.range('byNumber', [code, first], [code, last]), ...reds].filter(
    ({ number }) => number.length === first.length && isNumber(number),
  );
}
function counted(block: string, look: Look<Using>): BlockUse | null {
  const of = look.blocks.get(block);
  if (!of) return null;
  const runs = runsOf(numbersUsed(of, look));
  return { block, used: runs.reduce((sum, run) => sum + Number(countOf(run)), 0), runs };
}
/** A number counts once, whatever it was used for. */
function used(row: BlockUse | undefined, number: string, on: string, block: string): BlockUse {
  const { used: before, runs } = row ?? { used: 0, runs: [] };
  const now = withNumber(runs, number, on);
  return { block, used: before + Number(now !== runs), runs: now };
}
const blocksWith = (receipt: string, look: Look<Using>) => blocksOf(receipt, look).map(({ block }) => block);
/** How much of each block is used. */
export const blockUses = projection<BlockEvent | ReceiptEvent>()<BlockUse, Using>({
  name: 'block_use',
  version: 2,
  key: 'block',
  columns: { block: 'text', used: 'int', runs: 'jsonb' },
  uses: { receipts, blocks, stockPages },
  on: {
    BlockPrinted: {
      keys: idOf('block'),
      fold: (_row, _event, look, block) => counted(block, look),
    },
    ReceiptRedReversed: {
      keys: (event, look) => {
        const { red } = event.data;
        return look.receipts.get(idOf('receipt')(event))?.red === red ? blocksWith(red, look) : [];
      },
      fold: (row, { data: { red, on } }, _look, block) => used(row, numberOfReceipt(red), on, block),
    },
    SourceRowChanged: {
      keys: (event, look) => {
        const [receipt] = [idIn('receipt')(event)].flat();
        if (receipt === undefined) return idIn('block')(event);
        const red = look.receipts.even(receipt)?.red ?? event.data.before?.['red'];
        return [receipt, red ?? []].flat().flatMap((number) => blocksWith(number, look));
      },
      fold: (_row, _event, look, block) => counted(block, look),
    },
    ReceiptIssued: {
      keys: (event, look) => {
        const receipt = idOf('receipt')(event);
        const { uses, red } = look.receipts.get(receipt)!;
        // That a red one took it back may have been told before.
        return uses === 1 ? [receipt, red ?? []].flat().flatMap((number) => blocksWith(number, look)) : [];
      },
      fold: (row, event, look, block) => {
        const receipt = idOf('receipt')(event);
        if (look.receipts.get(receipt)!.red !== null) return counted(block, look);
        return used(row, numberOfReceipt(receipt), event.data.on, block);
      },
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
