/** Tests of who did it, and when: voids, waivers, one person for two, outside of working hours. */
import { CHINA, DAY_MILLIS, dayOf, daysBetween, millisOf } from '../kernel/instant.js';
import { likelyWorkday } from '../kernel/workdays.js';
import { isLive, type ReceiptRow } from '../receipts.js';
import { fenOf, groups, inPeriod, line, ofFee, ofReceipt, parameter, permille, sum, test, within } from './kinds.js';

const ended = (row: ReceiptRow) => !isLive(row);
/** Minutes since midnight in the region. */
const minuteOf = (instant: string): number => {
  const offset = 8 * 3_600_000; // as CHINA says
  return Math.floor(((((millisOf(instant) + offset) % DAY_MILLIS) + DAY_MILLIS) % DAY_MILLIS) / 60_000);
};

export const voidsByClerk = test({
  id: 'voids-by-clerk',
  title: { zh: '作废率（按经办人）', en: 'rate of voids, by clerk' },
  says: {
    zh: '各经办人作废、冲红的比例；明显高于其他人的作标记',
    en: "how many of a clerk's receipts were voided or reversed; marked where it is far more than of the others",
  },
  basis: '财政票据管理办法; 内部控制',
  parameters: {
    least: parameter(5, '至少作废张数', 'voids at least'),
    times: parameter(3, '高于其他人的倍数', 'times the rate of the others'),
  },
  columns: {
    issued: { zh: '开具', en: 'issued' },
    ended: { zh: '作废冲红', en: 'voided or reversed' },
    permille: { zh: '千分比', en: 'per mille' },
    others: { zh: '其他人千分比', en: 'per mille of the others' },
  },
  run: (rows, { least = 0, times = 0 }) => {
    const all = inPeriod(rows.receipts, rows);
    const allEnded = all.filter(ended).length;
    return [...groups(all, ({ handler }) => handler)].map(([person, mine]) => {
      const gone = mine.filter(ended);
      const [rate, others] = [
        permille(gone.length, mine.length),
        permille(allEnded - gone.length, all.length - mine.length),
      ];
      // Where nobody else has any, one is compared with the least share there is.
      const flagged = gone.length >= least && rate >= times * Math.max(others, 1);
      return line(`person ${person}`, flagged, {
        person,
        org: mine[0]!.org,
        fen: sum(gone, fenOf),
        details: { issued: mine.length, ended: gone.length, permille: rate, others },
        events: gone.flatMap((row) => [...row.issued, row.ended!]),
      });
    });
  },
});
export const voidTiming = test({
  id: 'void-timing',
  title: { zh: '作废时点', en: 'when receipts were voided' },
  says: {
    zh: '生效（到账）后作废或冲红，或开具多日之后才作废的票据',
    en: 'voided or reversed after it was complete, or only many days after it was issued',
  },
  basis: '财政票据管理办法; 财政违法行为处罚处分条例 art. 16',
  parameters: { days: parameter(7, '日数', 'days') },
  columns: {
    endedOn: { zh: '作废日', en: 'voided on' },
    afterDays: { zh: '相隔天数', en: 'days after' },
    completedOn: { zh: '生效日', en: 'complete on' },
    endedBy: { zh: '作废人', en: 'by whom' },
  },
  run: (rows, { days = 0 }) =>
    rows.receipts
      .filter((row) => row.endedOn !== null && within({ on: row.endedOn }, rows))
      .map((row) => {
        const { endedOn, completedOn, endedBy } = row;
        const afterDays = daysBetween(row.on, endedOn!);
        const flagged = completedOn !== null || afterDays > days;
        const details = { endedOn, afterDays, completedOn, endedBy };
        return line(`receipt ${row.receipt}`, flagged, { ...ofReceipt(row), details });
      }),
});
export const oneForTwo = test({
  id: 'handler-is-checker',
  title: { zh: '开票人即复核人', en: 'handler is checker' },
  says: { zh: '开票与复核为同一人的票据', en: 'receipts that one person issued and checked' },
  basis: '内部控制（不相容岗位分离）',
  parameters: {},
  columns: {},
  run: (rows) =>
    inPeriod(rows.receipts, rows)
      .filter(({ handler, checker }) => handler !== null && handler === checker)
      .map((row) => line(`receipt ${row.receipt}`, true, ofReceipt(row))),
});
export const afterHours = test({
  id: 'after-hours',
  title: { zh: '非工作时间开票', en: 'issued outside of working hours' },
  says: {
    zh: '周末、节假日或工作时间以外开具的票据；只知日期的按日期判断',
    en: 'issued on a weekend, a holiday or outside of hours; by its day where only that is known',
  },
  basis: '审计抽查',
  parameters: {
    opens: parameter(8 * 60 + 30, '开始（自零时的分钟数）', 'opens, in minutes since midnight'),
    closes: parameter(17 * 60 + 30, '结束（自零时的分钟数）', 'closes, in minutes since midnight'),
  },
  columns: { at: { zh: '开票时间', en: 'issued at' }, why: { zh: '原因', en: 'why' } },
  run: (rows, { opens = 0, closes = 1440 }) =>
    inPeriod(rows.receipts, rows).flatMap((row) => {
      const minute = minuteOf(row.at);
      const works = likelyWorkday(dayOf(row.at, CHINA), rows.calendar);
      const outside = minute !== 0 && (minute < opens || minute > closes); // midnight: only the day is known
      if (works && !outside) return [];
      const why = works ? '工作时间以外 outside of hours' : '非工作日 no working day';
      return [line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details: { at: row.at, why } })];
    }),
});
export const waiversByClerk = test({
  id: 'waivers-by-clerk',
  title: { zh: '减免占比（按核定人）', en: 'share of waivers, by who assessed' },
  says: {
    zh: '各核定人所核金额中减免的比例；明显高于其他人的作标记；缓缴不计',
    en: 'how much was waived of what each assessed; marked where far more than of the others; deferrals do not count',
  },
  basis: '非税收入管理（减免缓）; 财政违法行为处罚处分条例 art. 3(4)',
  parameters: {
    least: parameter(3, '至少减免笔数', 'waivers at least'),
    times: parameter(3, '高于其他人的倍数', 'times the share of the others'),
  },
  columns: {
    fees: { zh: '核定笔数', en: 'fees' },
    waivers: { zh: '减免笔数', en: 'waivers' },
    waivedFen: { zh: '减免（分）', en: 'waived, in fen' },
    permille: { zh: '千分比', en: 'per mille' },
    others: { zh: '其他人千分比', en: 'per mille of the others' },
  },
  run: (rows, { least = 0, times = 0 }) => {
    const all = inPeriod(rows.fees, rows);
    const [allFen, allWaived] = [
      sum(all, ({ assessedFen }) => Number(assessedFen)),
      sum(all, ({ waivedFen }) => Number(waivedFen)),
    ];
    return [...groups(all, ({ assessedBy }) => assessedBy)].map(([person, mine]) => {
      const waived = mine.flatMap(({ waivers }) => waivers.filter(({ kind }) => kind !== 'defer'));
      const fen = sum(mine, ({ assessedFen }) => Number(assessedFen));
      const waivedFen = sum(mine, ({ waivedFen: of }) => Number(of));
      const [share, others] = [permille(waivedFen, fen), permille(allWaived - waivedFen, allFen - fen)];
      const flagged = waived.length >= least && share >= times * Math.max(others, 1);
      return line(`person ${person}`, flagged, {
        ...ofFee(mine[0]!),
        on: null,
        person,
        fen,
        details: { fees: mine.length, waivers: waived.length, waivedFen, permille: share, others },
        events: waived.map(({ event }) => event),
      });
    });
  },
});
