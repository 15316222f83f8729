/** 退付: money that went back without support, or to somebody else, or much of what a unit took in on a day. */
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { fen, sumFen } from '../kernel/money.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { paidBack, receivedBy, refundBreak, refundsOf, refundsWith } from '../money-near.js';
import { payments } from '../payments.js';
import { refunds } from '../refunds.js';

const USED = { refunds, payments } as const;
type Used = Look<typeof USED>;
/** The refund, and others of its payment. */
const itself = (event: Recorded, look: Used) => {
  const row = look.refunds.get(idOf('refund')(event))!;
  return refundsWith(row, look).map(({ refund }) => refund);
};
/** Refunds of the payment, and those that its unit paid on its day. */
const ofPayment = (event: Recorded, look: Used) => {
  const row = look.payments.get(idOf('payment')(event));
  if (!row) return [];
  return [...refundsOf(row.payment, look), ...paidBack(row.org, row.on, look)].map(({ refund }) => refund);
};
export const refundAnomaly = rule({
  id: 'RF-01',
  version: 1,
  title: { zh: '退付异常', en: 'refund out of the ordinary' },
  definition: {
    zh: '退付没有申请、核实或财政事前批准，超过所缴金额，或退至原缴款账户以外的账户（BK-14）；一笔退付超过单位当日到账的规定比例的，须由人核查。',
    en: 'A refund was not asked for, not verified or not approved by finance beforehand; it is more than was paid; or it went to another account than the money came from (BK-14). One of more than the share set of what its unit received that day: a human has to look.',
  },
  basis: '预算法 art. 60; 财政违法行为处罚处分条例 art. 4(5)',
  severity: 'red',
  parameters: {
    sharePercent: {
      value: 30,
      says: { zh: '占单位当日到账（%）', en: 'share of the unit’s day, %' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
      most: 100,
    },
    least: {
      value: 10,
      says: { zh: '单位当日至少到账笔数', en: 'payments of the unit’s day, at least' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    supported: {
      zh: '申请、核实、批准齐全，不超所缴，退回原账户',
      en: 'asked for, verified, approved, back to the account it came from, and no more than paid',
      clears: true,
    },
    withinShare: { zh: '不超过单位当日到账的规定比例', en: 'within the share of the unit’s day', clears: true },
  },
  uses: USED,
  again: {
    RefundPaid: itself,
    RefundRequested: itself,
    RefundVerified: itself,
    RefundApproved: itself,
    PaymentReceived: ofPayment,
    PaymentReversed: ofPayment,
  },
  judge: (id, look, parameters) => {
    const row = look.refunds.get(id);
    if (!row || row.paid === null) return null;
    const { org, payment, paidOn, paidFen, paid, request, verified, approval } = row;
    const on = paidOn!;
    const of = look.payments.get(String(payment)); // of one that names none nothing is known by that name
    // Approved only afterwards is not approved when it was paid.
    const late = approval !== null && approval.decidedOn > on ? 'approved-afterwards' : null;
    const broken = refundBreak(row, of, refundsWith(row, look));
    const why = broken ?? late;
    const { sharePercent, least } = parameters(on);
    const received = receivedBy(org, on, look);
    const sum = sumFen(received.filter(({ reversed }) => reversed === null).map(({ amountFen }) => amountFen));
    const withinShare = fen(paidFen!) * 100n <= sum * BigInt(sharePercent);
    const big = received.length >= least && !withinShare;
    return {
      result: why !== null || big ? 'violation' : 'cleared',
      certain: why !== null || !big,
      severity: 'red',
      about: { ...NOTHING_KNOWN, on, org, matterId: of?.matterId ?? null, itemCode: of?.itemCode ?? null },
      evidence: [request, verified?.event ?? null, approval?.event ?? null, of?.event ?? null, paid].filter(
        (event) => event !== null,
      ),
      tested: { supported: why === null, ...(received.length >= least && { withinShare }) },
      missing: [],
      details: { break: broken === null ? null : `BK-14 ${id}`, why, paidFen },
    };
  },
});
