/** Tests of the stock of receipts: the map of a block's numbers, gaps, order against time, blocks that are too old. */
import type { Block } from '../blocks.js';
import { type BlockUse, gapsOf } from '../block-uses.js';
import { addMonths, compareInstants, daysBetween } from '../kernel/instant.js';
import { compareText } from '../kernel/ordered.js';
import {
  codeOfReceipt,
  countOf,
  isNumber,
  isWithin,
  type Numbers,
  numberOfReceipt,
  plusNumber,
} from '../receipt-numbers.js';
import type { ReceiptRow } from '../receipts.js';
import { type AuditRows, groups, type Line, line, ofReceipt, parameter, test, within } from './kinds.js';

export const RUN_KINDS = {
  used: { zh: '已使用', en: 'used' },
  void: { zh: '作废', en: 'void' },
  red: { zh: '冲红', en: 'reversed' },
  'red-number': { zh: '红字票据', en: 'a red one, which reversed another' },
  back: { zh: '退回或销毁', en: 'returned or destroyed' },
  gap: { zh: '断号', en: 'gap' },
  'on-hand': { zh: '在库', en: 'on hand' },
} as const;
/** Numbers in a row, and what became of them. */
export interface Run extends Numbers {
  readonly what: keyof typeof RUN_KINDS;
  readonly count: number;
  /** Of a gap: since when a later number is used, or the block is closed. */
  readonly since: string | null;
  readonly events: readonly string[];
}

/** What a number behind the last known one is. */
const whatOf = ({ status }: ReceiptRow): 'used' | 'void' | 'red' =>
  status === 'voided' ? 'void' : status === 'reversed' ? 'red' : 'used';

/**
 * Every number of a block, in its order: used, void, reversed, back, missing, or still there. Gaps are those of
 * {@link gapsOf}. `receipts`: of this block, or reversed by a red one of it; other numbers that are used count as used.
 */
export function blockMap(block: Block, use: BlockUse | undefined, receipts: readonly ReceiptRow[]): readonly Run[] {
  if (countOf(block) === 0n) return [];
  const mine = receipts.filter(({ number }) => isNumber(number) && isWithin(number, block));
  const exact = new Map(mine.map((row) => [row.number, row]));
  const reds = new Map(
    receipts.flatMap((row) => {
      const number = row.red !== null && codeOfReceipt(row.red) === block.code ? numberOfReceipt(row.red) : '';
      return isNumber(number) && isWithin(number, block) ? [[number, row] as const] : [];
    }),
  );
  const gaps = gapsOf(block, use);
  const ranges = [
    ...block.back,
    ...gaps,
    ...(use?.runs ?? []),
    ...[...exact.keys(), ...reds.keys()].map((n) => ({ first: n, last: n })),
  ];
  const end = plusNumber(block.last, 1n);
  const cuts = new Set(ranges.flatMap(({ first, last }) => [first, plusNumber(last, 1n)]));
  const starts = [
    block.first,
    ...[...cuts].filter((n) => n !== block.first && isWithin(n, block)).sort(compareText),
    end,
  ];
  const at = (number: string): Pick<Run, 'what' | 'since' | 'events'> => {
    const inside = (range: Numbers) => isWithin(number, range);
    const row = exact.get(number);
    if (row) return { what: whatOf(row), since: null, events: row.ended ? [...row.issued, row.ended] : row.issued };
    const reversed = reds.get(number);
    if (reversed) return { what: 'red-number', since: null, events: [reversed.ended!] };
    const back = block.back.find(inside);
    if (back) return { what: 'back', since: null, events: [back.event] };
    const gap = gaps.find(inside);
    if (gap) return { what: 'gap', since: gap.since, events: [] };
    return { what: use?.runs.some(inside) ? 'used' : 'on-hand', since: null, events: [] };
  };
  const runs: Run[] = [];
  for (let n = 0; n + 1 < starts.length; n++) {
    const first = starts[n]!;
    const last = plusNumber(starts[n + 1]!, -1n);
    const { what, since, events } = at(first);
    const before = runs.at(-1);
    const count = Number(countOf({ first, last }));
    if (before?.what !== what) runs.push({ what, first, last, count, since, events });
    else
      runs[runs.length - 1] = { ...before, last, count: before.count + count, events: [...before.events, ...events] };
  }
  return runs;
}

const usesOf = ({ blockUses }: AuditRows) => new Map(blockUses.map((row) => [row.block, row]));
const byCode = (rows: AuditRows) => groups(rows.receipts, ({ code }) => code);
const receiptsOf = (all: ReadonlyMap<string, readonly ReceiptRow[]>, block: Block) =>
  (all.get(block.code) ?? []).filter(({ number }) => isWithin(number, block));

export const numberBlocks = test({
  id: 'number-blocks',
  title: { zh: '号段图与断号', en: 'map of the blocks, and gaps' },
  says: {
    zh: '每个领用号段的号码去向：使用、作废、冲红、退回或销毁、在库；其余为断号',
    en: 'where the numbers of each issued block went: used, void, reversed, back, on hand; the rest are gaps',
  },
  basis: '财政票据管理办法; 财政违法行为处罚处分条例 art. 16',
  parameters: {},
  columns: {
    what: { zh: '去向', en: 'what became of them' },
    first: { zh: '首号', en: 'first' },
    last: { zh: '末号', en: 'last' },
    count: { zh: '个数', en: 'count' },
    since: { zh: '自', en: 'since' },
  },
  run: (rows) => {
    const [uses, receipts] = [usesOf(rows), byCode(rows)];
    const reversed = rows.receipts.filter(({ red }) => red !== null);
    const reds = groups(reversed, ({ red }) => codeOfReceipt(red!));
    return rows.blocks
      .filter(({ issuedOn }) => issuedOn !== null && issuedOn <= rows.to)
      .flatMap((block) =>
        blockMap(block, uses.get(block.block), [...receiptsOf(receipts, block), ...(reds.get(block.code) ?? [])]).map(
          ({ what, first, last, count, since, events }) =>
            line(`block ${block.block}`, what === 'gap', {
              on: since ?? block.issuedOn,
              org: block.org,
              details: { what: RUN_KINDS[what].zh, first, last, count, since },
              events: [...block.events, ...events],
            }),
        ),
      );
  },
});

/** Places of a longest sequence that does not go back in time: what is not in it is out of order, and nothing else. */
function inOrderOfTime(rows: readonly ReceiptRow[]): ReadonlySet<number> {
  const tails: number[] = [];
  const before: number[] = [];
  rows.forEach(({ at }, n) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareInstants(rows[tails[middle]!]!.at, at) <= 0) low = middle + 1;
      else high = middle;
    }
    before[n] = low === 0 ? -1 : tails[low - 1]!;
    tails[low] = n;
  });
  const kept = new Set<number>();
  for (let n = tails.at(-1) ?? -1; n >= 0; n = before[n]!) kept.add(n);
  return kept;
}
export const inversions = test({
  id: 'inversions',
  title: { zh: '号序与时间倒置', en: 'order of numbers against time' },
  says: {
    zh: '同一号段内，号码应按开票时间递增；列出使顺序不成立的最少号码',
    en: 'numbers of a block are used in the order of time; the fewest that stand against it are listed',
  },
  basis: '财政票据管理办法（按序使用）',
  parameters: {},
  columns: {
    block: { zh: '号段', en: 'block' },
    at: { zh: '开票时间', en: 'issued at' },
    beforeAt: { zh: '前一号码时间', en: 'the number before' },
    afterAt: { zh: '后一号码时间', en: 'the number behind' },
  },
  run: (rows) => {
    const receipts = byCode(rows);
    return rows.blocks.flatMap((block) => {
      const used = receiptsOf(receipts, block).toSorted((a, b) => compareText(a.number, b.number));
      const kept = inOrderOfTime(used);
      return used.flatMap((row, n): Line[] => {
        if (kept.has(n) || !within(row, rows)) return [];
        const details = {
          block: block.block,
          at: row.at,
          beforeAt: used[n - 1]?.at ?? null,
          afterAt: used[n + 1]?.at ?? null,
        };
        return [line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details })];
      });
    });
  },
});

const lateBlocks =
  (id: 'expired-blocks' | 'outstanding-blocks') =>
  (rows: AuditRows, { months = 0 }) => {
    const uses = usesOf(rows);
    return rows.blocks.flatMap((block): Line[] => {
      const { issuedOn, writtenOffOn } = block;
      if (issuedOn === null || issuedOn > rows.to || (writtenOffOn !== null && writtenOffOn <= rows.to)) return [];
      const dueOn = addMonths(issuedOn, months);
      if (dueOn >= rows.to) return [];
      const [count, used] = [Number(countOf(block)), uses.get(block.block)?.used ?? 0];
      const full = used >= count;
      if (id === 'outstanding-blocks' && !full) return [];
      const details = { issuedOn, ageDays: daysBetween(issuedOn, rows.to), count, used };
      return [line(`block ${block.block}`, true, { on: dueOn, org: block.org, details, events: block.events })];
    });
  };
const LATE_COLUMNS = {
  issuedOn: { zh: '领用日', en: 'issued on' },
  ageDays: { zh: '已过天数', en: 'days since' },
  count: { zh: '号码数', en: 'numbers' },
  used: { zh: '已用', en: 'used' },
};
export const expiredBlocks = test({
  id: 'expired-blocks',
  title: { zh: '超期未核销的票据', en: 'blocks that are too old' },
  says: {
    zh: '领用超过规定月数仍未核销的号段',
    en: 'blocks that were issued more than so many months ago and are not written off',
  },
  basis: '财政票据管理办法; 财政票据年检',
  parameters: { months: parameter(24, '月数', 'months') },
  columns: LATE_COLUMNS,
  run: lateBlocks('expired-blocks'),
});
export const outstandingBlocks = test({
  id: 'outstanding-blocks',
  title: { zh: '已用完未核销的票据', en: 'blocks that are used up and not written off' },
  says: {
    zh: '号码已全部使用、领用超过规定月数而未核销（验旧换新）的号段',
    en: 'all numbers are used, and it is not written off so many months after it was issued',
  },
  basis: '财政票据管理办法（验旧换新）',
  parameters: { months: parameter(6, '月数', 'months') },
  columns: LATE_COLUMNS,
  run: lateBlocks('outstanding-blocks'),
});
