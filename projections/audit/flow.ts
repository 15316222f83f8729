/** Tests of money on its way: over the edge of a period, without a case, a case without money, on the wrong kind of receipt. */
import { daysBetween } from '../kernel/instant.js';
import { compareText } from '../kernel/ordered.js';
import { isLive, type ReceiptRow } from '../receipts.js';
import {
  type AuditRows,
  groups,
  type Line,
  line,
  ofFee,
  ofPayment,
  ofReceipt,
  parameter,
  sum,
  test,
  within,
  fenOf,
  inPeriod,
} from './kinds.js';

/** The payments that a receipt is known to be paid by: the one that completed it, or those of its code or remittance. */
function payer(rows: AuditRows) {
  const received = rows.payments.filter(({ status }) => status === 'received');
  const byId = new Map(received.map((row) => [row.payment, row]));
  const byCode = groups(received, ({ payCode }) => payCode);
  const codes = new Map(rows.remittances.map(({ remittance, payCode }) => [remittance, payCode]));
  const byRemittance = groups(received, ({ remittance }) => remittance);
  return (row: ReceiptRow) => {
    if (row.payment !== null) return [byId.get(row.payment)].filter((found) => found !== undefined);
    const named = row.remittance === null ? null : (codes.get(row.remittance) ?? null);
    const code = row.payCode ?? named;
    return [
      ...(code === null ? [] : (byCode.get(code) ?? [])),
      ...(row.remittance === null ? [] : (byRemittance.get(row.remittance) ?? [])),
    ];
  };
}

export const cutOff = test({
  id: 'cut-off',
  title: { zh: '截止测试', en: 'cut-off' },
  says: {
    zh: '期末前后若干日内，开票与到账分属期间内外的',
    en: 'within days of the ends of the period: receipted on one side, paid on the other',
  },
  basis: '会计期间（截止性）',
  parameters: { days: parameter(5, '期末前后日数', 'days before and behind') },
  columns: {
    paidOn: { zh: '到账日', en: 'paid on' },
    side: { zh: '方向', en: 'which way' },
    edge: { zh: '期末', en: 'end' },
  },
  run: (rows, { days = 0 }) => {
    const paidBy = payer(rows);
    return rows.receipts.filter(isLive).flatMap((row): Line[] => {
      const paid = paidBy(row).toSorted((a, b) => compareText(a.on, b.on))[0];
      if (!paid || within(row, rows) === within(paid, rows)) return [];
      const inside = within(row, rows) ? row.on : paid.on;
      const outside = within(row, rows) ? paid.on : row.on;
      const edge = outside < rows.from ? rows.from : rows.to;
      const far = (day: string) => Math.abs(daysBetween(edge, day)) > days;
      if (far(inside) && far(outside)) return [];
      const side = row.on < paid.on ? '先票后款 receipt first' : '先款后票 payment first';
      const events = [...row.issued, paid.event];
      return [
        line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details: { paidOn: paid.on, side, edge }, events }),
      ];
    });
  },
});

export const paidWithoutCase = test({
  id: 'paid-without-case',
  title: { zh: '有缴款无办件', en: 'paid, and no case' },
  says: {
    zh: '到账不对应任何核定、票据、汇缴或办件；票据明细没有办件也没有核定',
    en: 'a payment of no assessment, receipt, remittance or matter; a receipt whose lines name neither matter nor fee',
  },
  basis: '集中收费（一件一核）',
  parameters: {},
  columns: { payCode: { zh: '缴款码', en: 'pay code' }, lines: { zh: '无办件明细', en: 'lines without a case' } },
  run: (rows) => {
    const codes = new Set([
      ...rows.fees.flatMap(({ payCode }) => payCode ?? []),
      ...rows.remittances.flatMap(({ payCode }) => payCode ?? []),
      ...rows.receipts.flatMap(({ payCode }) => payCode ?? []),
    ]);
    const completed = new Set(rows.receipts.flatMap(({ payment }) => payment ?? []));
    const payments = inPeriod(rows.payments, rows)
      .filter(
        (row) =>
          row.status === 'received' &&
          row.matterId === null &&
          row.remittance === null &&
          !completed.has(row.payment) &&
          (row.payCode === null || !codes.has(row.payCode)),
      )
      .map((row) => line(`payment ${row.payment}`, true, { ...ofPayment(row), details: { payCode: row.payCode } }));
    const receipts = inPeriod(rows.receipts, rows)
      .filter(isLive)
      .flatMap((row): Line[] => {
        const without = row.lines.filter(({ matterId, fee }) => matterId === null && fee === null).length;
        if (without === 0) return [];
        const details = { payCode: row.payCode, lines: without };
        return [line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details })];
      });
    return [...payments, ...receipts];
  },
});

export const pastGateUnpaid = test({
  id: 'past-gate-unpaid',
  title: { zh: '越过缴费环节而未缴款', en: 'past the gate without payment' },
  says: {
    zh: '办件已决定（或送达），而该环节之前应缴的费用没有到账、没有生效票据',
    en: 'the matter was decided (or delivered), and what had to be paid before has neither payment nor complete receipt',
  },
  basis: '非税收入管理（见款办理）; 财政违法行为处罚处分条例 art. 3(4)',
  parameters: {},
  columns: {
    matterId: { zh: '办件', en: 'matter' },
    gate: { zh: '缴费环节', en: 'gate' },
    passedOn: { zh: '越过日', en: 'passed on' },
    owedFen: { zh: '应缴（分）', en: 'owed, in fen' },
  },
  run: (rows) => {
    const cards = new Map(rows.cards.map((card) => [card.matterId, card]));
    const versions = groups(rows.feeItems, ({ feeItem }) => feeItem);
    const codes = new Set(
      rows.payments.flatMap(({ status, payCode }) => (status === 'received' ? (payCode ?? []) : [])),
    );
    const complete = new Set(
      rows.receipts
        .filter((row) => isLive(row) && (row.completedOn !== null || row.kind === 'collect'))
        .flatMap(({ lines }) => lines.flatMap(({ fee }) => fee ?? [])),
    );
    return rows.fees.flatMap((row): Line[] => {
      const { fee: id, matterId, feeItem, on, owedFen, payCode } = row;
      if (matterId === null || owedFen === '0') return [];
      const gate = versions.get(feeItem)?.find(({ from, until }) => from <= on && on < until)?.gate ?? 'decision';
      const card = cards.get(matterId);
      const passedOn = gate === 'decision' ? (card?.decidedOn ?? null) : (card?.story.delivered?.on ?? null);
      if (gate === 'none' || passedOn === null || !within({ on: passedOn }, rows)) return [];
      if (complete.has(id) || (payCode !== null && codes.has(payCode))) return [];
      const details = { matterId, gate, passedOn, owedFen: Number(owedFen) };
      return [line(`fee ${id}`, true, { ...ofFee(row), details })];
    });
  },
});

export const taxable = test({
  id: 'taxable-on-receipts',
  title: { zh: '应税服务收入使用财政票据', en: 'taxable income on receipts for non-tax revenue' },
  says: {
    zh: '未列入收费目录的项目使用财政票据：经营服务性收入应开税务发票',
    en: 'receipts for what is not in the register of fee items: income from services takes an invoice of the tax office',
  },
  basis: '财政票据管理办法; 发票管理办法',
  parameters: {},
  columns: { feeItems: { zh: '目录外项目', en: 'not in the register' }, amountFen: { zh: '金额（分）', en: 'in fen' } },
  run: (rows) => {
    const known = new Set(rows.feeItems.map(({ feeItem }) => feeItem));
    return inPeriod(rows.receipts, rows)
      .filter(isLive)
      .flatMap((row): Line[] => {
        const foreign = row.lines.filter(({ feeItem }) => !known.has(feeItem));
        if (foreign.length === 0) return [];
        const feeItems = [...new Set(foreign.map(({ feeItem }) => feeItem))].join('、');
        const details = { feeItems, amountFen: sum(foreign, fenOf) };
        return [line(`receipt ${row.receipt}`, true, { ...ofReceipt(row), details })];
      });
  },
});
