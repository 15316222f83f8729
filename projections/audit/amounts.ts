/** Tests of amounts: by the rate, in strata, by their digits. */
import { amountOf, fen } from '../kernel/money.js';
import { isQuantity } from '../kernel/money.js';
import {
  type AuditRows,
  fenOf,
  groups,
  inPeriod,
  type Line,
  line,
  liveIn,
  ofFee,
  ofReceipt,
  parameter,
  permille,
  sum,
  test,
} from './kinds.js';

export const recomputed = test({
  id: 'recomputation',
  title: { zh: '标准×数量重算', en: 'rate × quantity, counted again' },
  says: {
    zh: '按核定当日有效的收费标准与数量重算，列出不符的；当日无有效标准的亦列出',
    en: 'counted again by the version in force on the day; what differs is listed, and what no version was in force for',
  },
  basis: '行政许可法 art. 59, 75; 收费目录清单',
  parameters: {},
  columns: {
    feeItem: { zh: '收费项目', en: 'fee item' },
    quantity: { zh: '数量', en: 'quantity' },
    byRateFen: { zh: '重算（分）', en: 'by the rate, in fen' },
    differenceFen: { zh: '差额（分）', en: 'difference, in fen' },
  },
  run: (rows) => {
    const versions = groups(rows.feeItems, ({ feeItem }) => feeItem);
    return inPeriod(rows.fees, rows).flatMap((row): Line[] => {
      const { feeItem, quantity, on, instalment, status } = row;
      const version = versions.get(feeItem)?.find(({ from, until }) => from <= on && on < until);
      if (instalment !== null || status === 'cancelled' || !isQuantity(quantity)) return [];
      const byRate = version ? amountOf(version.rate, quantity) : null;
      if (byRate === fen(row.assessedFen)) return [];
      const differenceFen = byRate === null ? null : Number(fen(row.assessedFen) - byRate);
      const details = { feeItem, quantity, byRateFen: byRate === null ? null : Number(byRate), differenceFen };
      const events = version ? [...row.events, version.event] : row.events;
      return [line(`fee ${row.fee}`, true, { ...ofFee(row), details, events })];
    });
  },
});

/** 1, 2, 5 times powers of ten, in yuan: bounds that anybody can draw again. */
const BOUNDS = [1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power * 100));
export const strata = test({
  id: 'strata',
  title: { zh: '金额分层', en: 'strata of amounts' },
  says: {
    zh: '有效票据按金额分层的张数与金额；最大的若干张作标记',
    en: 'receipts that count by amount, how many and how much; the largest few are marked',
  },
  basis: '审计抽样（分层）',
  parameters: { top: parameter(20, '列出最大的张数', 'so many of the largest') },
  columns: {
    from: { zh: '自（分）', en: 'from, in fen' },
    below: { zh: '小于（分）', en: 'below, in fen' },
    count: { zh: '张数', en: 'receipts' },
    permille: { zh: '金额千分比', en: 'per mille of the sum' },
  },
  run: (rows, { top = 0 }) => {
    const all = liveIn(rows);
    const total = sum(all, fenOf);
    const bounds = [0, ...BOUNDS, Number.MAX_SAFE_INTEGER];
    const layers = bounds.slice(1).flatMap((below, n): Line[] => {
      const from = bounds[n]!;
      const mine = all.filter((row) => fenOf(row) >= from && fenOf(row) < below);
      if (mine.length === 0) return [];
      const amount = sum(mine, fenOf);
      const details = {
        from,
        below: below === Number.MAX_SAFE_INTEGER ? null : below,
        count: mine.length,
        permille: permille(amount, total),
      };
      return [line(`stratum ${from}`, false, { fen: amount, details, events: mine.flatMap(({ issued }) => issued) })];
    });
    const largest = all
      .toSorted((a, b) => fenOf(b) - fenOf(a) || (a.receipt < b.receipt ? -1 : 1))
      .slice(0, top)
      .map((row) => {
        const details = { permille: permille(fenOf(row), total) };
        return line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details });
      });
    return [...layers, ...largest];
  },
});

const ROUND_FEN = 10_000;
export const roundAmounts = test({
  id: 'round-amounts',
  title: { zh: '整额与末位数字', en: 'round amounts, and last digits' },
  says: {
    zh: '各经办人票据中整百元的比例，以及元位数字的分布；固定收费标准天然集中，不作标记',
    en: "how many of a clerk's receipts are whole hundreds of yuan, and how the yuan's last digits spread; fixed rates gather by nature",
  },
  basis: '审计分析（末位数字）',
  parameters: {
    least: parameter(30, '至少张数', 'receipts at least'),
    times: parameter(3, '高于其他人的倍数', 'times the share of the others'),
  },
  columns: {
    count: { zh: '张数', en: 'receipts' },
    round: { zh: '整额张数', en: 'round ones' },
    permille: { zh: '千分比', en: 'per mille' },
    others: { zh: '其他人千分比', en: 'per mille of the others' },
  },
  run: (rows, { least = 0, times = 0 }) => {
    const all = liveIn(rows);
    const isRound = (row: { amountFen: string }) => fenOf(row) > 0 && fenOf(row) % ROUND_FEN === 0;
    const allRound = all.filter(isRound).length;
    const clerks = [...groups(all, ({ handler }) => handler)].map(([person, mine]) => {
      const round = mine.filter(isRound);
      const [share, others] = [
        permille(round.length, mine.length),
        permille(allRound - round.length, all.length - mine.length),
      ];
      const flagged = mine.length >= least && share >= times * Math.max(others, 1);
      return line(`person ${person}`, flagged, {
        person,
        org: mine[0]!.org,
        fen: sum(round, fenOf),
        details: { count: mine.length, round: round.length, permille: share, others },
        events: round.flatMap(({ issued }) => issued),
      });
    });
    const digits = [...groups(all, (row) => String(Math.floor(fenOf(row) / 100) % 10))].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const byDigit = digits.map(([digit, mine]) =>
      line(`last-digit ${digit}`, false, {
        fen: sum(mine, fenOf),
        details: { count: mine.length, permille: permille(mine.length, all.length) },
        events: mine.flatMap(({ issued }) => issued),
      }),
    );
    return [...clerks, ...byDigit];
  },
});

/** Amounts of at least ten fen: they have two digits. */
const benfordRows = (rows: AuditRows) => liveIn(rows).filter((row) => fenOf(row) >= 10);
const firstTwo = (amount: number) => Number(String(amount).slice(0, 2));
/** Of Benford's law, in millionths, as everybody can count it again: log10(1 + 1/d). */
const expected = (pair: number) => Math.round(1_000_000 * Math.log10(1 + 1 / pair));
export const benford = test({
  id: 'benford',
  title: { zh: '本福特定律（前两位）', en: "Benford's law, first two digits" },
  says: {
    zh: '金额前两位数字与本福特定律的比较；只在不少于一千张且跨两个数量级时进行',
    en: "first two digits against Benford's law; only of a thousand receipts or more that span two orders of magnitude",
  },
  basis: '审计分析（Nigrini）',
  off: {
    zh: '按固定标准收取的费用天然不符合本福特定律，偏离不说明任何问题；默认不运行，只能点名运行',
    en: "fees by fixed rates break Benford's law by nature, and that means nothing: it runs only where it is asked for by name",
  },
  parameters: {
    least: parameter(1000, '至少张数', 'receipts at least'),
    orders: parameter(2, '至少跨几个数量级', 'orders of magnitude that they span at least'),
    z: parameter(3, '标记的标准差倍数', 'standard deviations that mark'),
  },
  columns: {
    count: { zh: '张数', en: 'receipts' },
    permille: { zh: '千分比', en: 'per mille' },
    expected: { zh: '预期千分比', en: 'per mille expected' },
    z: { zh: '偏离标准差（百分之一）', en: 'hundredths of standard deviations' },
  },
  notApplicable: (rows, { least = 0, orders = 0 }) => {
    const amounts = benfordRows(rows).map(fenOf);
    if (amounts.length < least)
      return { zh: `只有 ${amounts.length} 张，少于 ${least}`, en: `${amounts.length} receipts, fewer than ${least}` };
    let [low, high] = [Infinity, 0];
    for (const amount of amounts) [low, high] = [Math.min(low, amount), Math.max(high, amount)];
    if (high < low * 10 ** orders)
      return { zh: `金额未跨 ${orders} 个数量级`, en: `the amounts do not span ${orders} orders of magnitude` };
    return null;
  },
  run: (rows, { z: most = 0 }) => {
    const all = benfordRows(rows);
    const byPair = groups(all, (row) => String(firstTwo(fenOf(row))));
    return Array.from({ length: 90 }, (_, n) => n + 10).map((pair) => {
      const mine = byPair.get(String(pair)) ?? [];
      const p = expected(pair) / 1_000_000;
      const z = Math.round((100 * (mine.length - all.length * p)) / Math.sqrt(all.length * p * (1 - p)));
      return line(`digits ${pair}`, Math.abs(z) > most * 100, {
        fen: sum(mine, fenOf),
        details: { count: mine.length, permille: permille(mine.length, all.length), expected: Math.round(p * 1000), z },
        events: mine.flatMap(({ issued }) => issued),
      });
    });
  },
});
