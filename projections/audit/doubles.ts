/** Tests for what is there twice, or nearly, and for what was divided. */
import { dayNumber } from '../kernel/instant.js';
import { compareText } from '../kernel/ordered.js';
import type { PaymentRow } from '../payments.js';
import type { ReceiptRow } from '../receipts.js';
import {
  type AuditRows,
  fenOf,
  groups,
  inPeriod,
  type Line,
  line,
  liveIn,
  ofPayment,
  ofReceipt,
  parameter,
  sum,
  test,
} from './kinds.js';

const itemsOf = (row: ReceiptRow) => [...new Set(row.lines.map(({ feeItem }) => feeItem))].sort(compareText).join('+');
const mattersOf = (row: ReceiptRow) =>
  [...new Set(row.lines.flatMap(({ matterId }) => matterId ?? []))].sort(compareText).join('+') || null;
const order = (a: { on: string; id: string }, b: { on: string; id: string }) =>
  compareText(a.on, b.on) || compareText(a.id, b.id);

/** What receipts and payments have in common for this. */
type Row = Readonly<{ id: string; on: string; fen: number; more: Partial<Line>; alike: readonly (string | null)[] }>;
const ofReceipts = (rows: AuditRows): Row[] =>
  liveIn(rows).map((row) => ({
    id: `receipt ${row.receipt}`,
    on: row.on,
    fen: fenOf(row),
    more: ofReceipt(row),
    alike: [
      row.payer === null ? null : `payer ${row.payer} ${itemsOf(row)}`,
      mattersOf(row) === null ? null : `matter ${mattersOf(row)} ${itemsOf(row)}`,
    ],
  }));
const ofPayments = (rows: AuditRows): Row[] =>
  inPeriod(rows.payments, rows)
    .filter(({ status }) => status === 'received')
    .map((row) => ({
      id: `payment ${row.payment}`,
      on: row.on,
      fen: fenOf(row),
      more: ofPayment(row),
      alike: [
        row.payer === null ? null : `payer ${row.payer} ${row.org ?? ''}`,
        row.fromAccount === null ? null : `from ${row.fromAccount} ${row.account}`,
      ],
    }));

/** Numbers used twice, pay codes paid twice, payments that several receipts were completed by beyond their amount. */
function reused(rows: AuditRows): Line[] {
  const numbers = inPeriod(rows.receipts, rows)
    .filter(({ uses }) => uses > 1)
    .map((row) =>
      line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details: { why: '票号重复 number', count: row.uses } }),
    );
  const codes = [...groups(rows.payments, ({ payCode, status }) => (status === 'received' ? payCode : null))]
    .filter(([, all]) => all.length > 1 && all.some((row) => row.on >= rows.from && row.on <= rows.to))
    .map(([payCode, all]) => several(`pay-code ${payCode}`, '缴款码重复 pay code', all));
  const paid = new Map(rows.payments.map((row) => [row.payment, row]));
  const completed = groups(rows.receipts, (row) =>
    row.kind === 'direct' && row.completedOn !== null && row.status === 'completed' ? row.payment : null,
  );
  const payments = [...completed].flatMap(([id, all]): Line[] => {
    const payment = paid.get(id);
    if (!payment || all.length < 2 || sum(all, fenOf) <= fenOf(payment)) return [];
    if (payment.on < rows.from || payment.on > rows.to) return [];
    const events = [payment.event, ...all.flatMap(({ issued }) => issued)];
    const details = { why: '一款多票 payment', count: all.length };
    return [line(`payment ${id}`, true, { ...ofPayment(payment), events, details })];
  });
  return [...numbers, ...codes, ...payments];
}
function several(subject: string, why: string, all: readonly PaymentRow[]): Line {
  const sorted = all.toSorted((a, b) => compareText(a.on, b.on) || compareText(a.payment, b.payment));
  return line(subject, true, {
    on: sorted[1]!.on,
    org: sorted[0]!.org,
    fen: sum(sorted.slice(1), fenOf),
    details: { why, count: all.length },
    events: sorted.map(({ event }) => event),
  });
}

/** Pairs that are alike and stand as close as `near` says, each later row with the one before it. */
function pairs(all: readonly Row[], near: (a: Row, b: Row) => string | null): Line[] {
  const found = new Map<string, Line>();
  const names = new Set(all.flatMap(({ alike }) => alike.map((_, n) => n)));
  for (const n of names)
    for (const rows of groups(all, ({ alike }) => alike[n] ?? null).values()) {
      rows.sort(order);
      for (let k = 1; k < rows.length; k++)
        for (let j = k - 1; j >= 0 && j >= k - 5; j--) {
          const [a, b] = [rows[j]!, rows[k]!];
          const why = near(a, b);
          const name = `${a.id} = ${b.id}`;
          if (why === null || found.has(name)) continue;
          const events = [...(a.more.events ?? []), ...(b.more.events ?? [])];
          found.set(name, line(b.id, true, { ...b.more, events, details: { why, other: a.id } }));
        }
    }
  return [...found.values()];
}
const apart = (a: Row, b: Row) => dayNumber(b.on) - dayNumber(a.on);
/** The digits of one are those of the other in another order: 1,230 for 1,320. */
const transposed = (a: number, b: number) =>
  a !== b && [...String(a)].sort().join('') === [...String(b)].sort().join('');

export const duplicates = test({
  id: 'duplicates',
  title: { zh: '重复（完全一致）', en: 'duplicates, exact' },
  says: {
    zh: '票号、缴款码重复，一款多票，同一缴款人（或办件）同日同项同额',
    en: 'numbers or pay codes used again, one payment for several receipts, the same payer or matter, day, item and amount',
  },
  basis: '财政票据管理办法; 非税收入管理',
  parameters: {},
  columns: {
    why: { zh: '如何重复', en: 'what is the same' },
    other: { zh: '另一笔', en: 'the other' },
    count: { zh: '次数', en: 'times' },
  },
  run: (rows) => {
    const same = (a: Row, b: Row) => (a.fen === b.fen && a.on === b.on ? '同日同额 day and amount' : null);
    return [...reused(rows), ...pairs(ofReceipts(rows), same), ...pairs(ofPayments(rows), same)];
  },
});
export const nearDuplicates = test({
  id: 'near-duplicates',
  title: { zh: '重复（近似）', en: 'duplicates, near' },
  says: {
    zh: '同一缴款人（或办件）同项，数日之内金额相同，或同日金额数字换位',
    en: 'the same payer or matter and item, and the same amount within days, or its digits in another order on the day',
  },
  basis: '审计抽查',
  parameters: { days: parameter(3, '日数', 'days') },
  columns: { why: { zh: '如何近似', en: 'how near' }, other: { zh: '另一笔', en: 'the other' } },
  run: (rows, { days = 3 }) => {
    const near = (a: Row, b: Row) => {
      const days_ = apart(a, b);
      if (a.fen === b.fen && days_ > 0 && days_ <= days) return `相隔 ${days_} 日 days apart`;
      return days_ === 0 && transposed(a.fen, b.fen) ? '数字换位 digits transposed' : null;
    };
    return [...pairs(ofReceipts(rows), near), ...pairs(ofPayments(rows), near)];
  },
});

export const splitFees = test({
  id: 'split-fees',
  title: { zh: '拆分收费', en: 'split fees' },
  says: {
    zh: '同一办件同一项目在数日内开具两张以上票据，各略低于限额而合计超过限额',
    en: 'two receipts or more of one matter and item within days, each just under a limit and together above it',
  },
  basis: '审计抽查（规避审批限额）',
  parameters: {
    days: parameter(3, '日数', 'days'),
    limitFen: parameter(100_000, '限额（分）', 'the limit, in fen'),
    justUnder: parameter(700, '不低于限额的千分之几算略低', 'per mille of the limit from which it is just under'),
  },
  columns: {
    count: { zh: '张数', en: 'receipts' },
    totalFen: { zh: '合计（分）', en: 'total, in fen' },
    last: { zh: '末日', en: 'last day' },
  },
  run: (rows, { days = 3, limitFen = 0, justUnder = 0 }) => {
    const under = (row: ReceiptRow) => fenOf(row) < limitFen && fenOf(row) * 1000 >= limitFen * justUnder;
    const alike = groups(liveIn(rows).filter(under), (row) =>
      mattersOf(row) === null ? null : `${mattersOf(row)} ${itemsOf(row)}`,
    );
    return [...alike].flatMap(([name, all]): Line[] => {
      all.sort((a, b) => compareText(a.at, b.at) || compareText(a.receipt, b.receipt));
      const close = all.filter((row, n) => {
        const next = all[n + 1];
        const before = all[n - 1];
        const gap = (a: ReceiptRow, b: ReceiptRow) => dayNumber(b.on) - dayNumber(a.on) <= days;
        return (next && gap(row, next)) || (before && gap(before, row));
      });
      const total = sum(close, fenOf);
      if (close.length < 2 || total < limitFen) return [];
      const details = { count: close.length, totalFen: total, last: close.at(-1)!.on };
      const events = close.flatMap(({ issued }) => issued);
      return [line(`matter ${name}`, true, { ...ofReceipt(close[0]!), fen: total, details, events })];
    });
  },
});
