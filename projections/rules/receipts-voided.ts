/** 作废异常: receipts that were voided after they had been paid, or whose copies are not there, and who voids more than others. */
import { calendarYears } from '../calendar.js';
import { type ClerkMonth, clerkMonthOf, clerkMonths, voidersIn } from '../clerk-months.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule, type Verdict } from '../kernel/rule.js';
import { workdaysAround } from '../money-limits.js';
import { receiptsNear, receiptsWith, voidedAfterPayment } from '../money-near.js';
import { payments, remittances } from '../payments.js';
import { receiptLines } from '../receipt-lines.js';
import { isLive, type ReceiptRow, receipts } from '../receipts.js';
import { refunds } from '../refunds.js';
import { regions } from '../regions.js';
import { aboutReceipt, RECEIPT_LAW } from './receipts.js';

const LOCAL = '初始值，由地方规则包确定 initial, for a rule pack to set';
const USED = { payments, remittances, receipts, receiptLines, refunds, clerkMonths, calendarYears, regions } as const;
type Used = Look<typeof USED>;
const CLERK = 'clerk/';
const RECEIPT = 'receipt/';

const named = (rows: readonly ReceiptRow[]) => rows.map(({ receipt }) => `${RECEIPT}${receipt}`);
const nearPayment = (payment: string | null, look: Used) => [...new Set(named(receiptsNear(payment, look)))];
/** The receipt, others that are paid together with it, its clerk, and everybody who voids in its month. */
function ofReceipt(event: Recorded, look: Used): readonly string[] {
  const row = look.receipts.get(idOf('receipt')(event));
  if (!row) return [];
  const clerks = [clerkMonthOf(row), voidersIn(row.on.slice(0, 7), look).map(({ id }) => id)].flat(2);
  return [...new Set([...named(receiptsWith(row, look)), ...clerks.map((id) => `${CLERK}${id}`)])];
}

function judgeReceipt(id: string, look: Used): Verdict | null {
  const row = look.receipts.get(id);
  if (!row || isLive(row)) return null;
  const { form, copiesKept, issued, ended: by, on } = row;
  const after = voidedAfterPayment(row, look, workdaysAround(on, look));
  const kept = form === 'paper' && row.status === 'voided' ? copiesKept : true;
  const result = after !== undefined || kept === false ? 'violation' : kept === null ? 'undetermined' : 'cleared';
  return {
    result,
    certain: true,
    severity: after ? 'red' : 'yellow',
    about: aboutReceipt(row),
    evidence: [...issued.slice(0, 1), by!, ...(after?.right ?? []).map((payment) => look.payments.get(payment)!.event)],
    tested: { supported: after === undefined, ...(kept !== null && { copiesKept: kept }) },
    missing: result === 'undetermined' ? ['copiesKept'] : [],
    ...(after && { details: { break: `BK-18 ${after.subject}` } }),
  };
}
/** (v − n·V/N)² > z²·n·(V/N)·(1 − V/N), in whole numbers. */
function above({ voided, issued }: ClerkMonth, all: readonly ClerkMonth[], z: number): boolean {
  const others = (of: 'voided' | 'issued') => BigInt(all.reduce((sum, row) => sum + row[of], 0));
  const [v, n] = [BigInt(voided), BigInt(issued)];
  const [V, N] = [others('voided') - v, others('issued') - n];
  const over = v * N - n * V;
  return over > 0n && over * over > BigInt(z * z) * n * V * (N - V);
}
function judgeClerk(id: string, look: Used, { z, least }: { z: number; least: number }): Verdict | null {
  const row = look.clerkMonths.get(id);
  if (!row || row.voided < least) return null;
  const asPeers = !above(row, look.clerkMonths.range('byMonth', [row.month]), z);
  const { month, issued, voided, org, sample } = row;
  return {
    result: asPeers ? 'cleared' : 'violation',
    certain: false,
    severity: 'yellow',
    about: { ...NOTHING_KNOWN, on: `${month}-01`, org },
    evidence: sample,
    tested: { asPeers },
    missing: [],
    details: { issued, voided },
  };
}
export const voidAnomaly = rule({
  id: 'RC-05',
  version: 1,
  title: { zh: '作废异常', en: 'voids that are out of the ordinary' },
  definition: {
    zh: '已到账的票据作废或冲红而未退付也未重开（BK-18），为红色；作废的纸质票据联次不全；开票人当月作废比例显著高于其他开票人，须由人核查。联次是否齐全不明的无法判断。',
    en: 'A receipt was voided or taken back after it was paid, and neither given back nor receipted anew (BK-18): red. Of a paper receipt that was voided not all copies are there. A clerk voids significantly more in a month than the others: a human has to look. Where nobody says whether the copies are there, it cannot be judged.',
  },
  basis: `${RECEIPT_LAW}; 深圳市财政票据管理（作废联次保存）`,
  severity: 'red',
  parameters: {
    z: { value: 3, says: { zh: '偏离倍数', en: 'standard deviations' }, source: LOCAL, grade: 'D' },
    least: { value: 5, says: { zh: '最少作废张数', en: 'at least so many' }, source: LOCAL, grade: 'D' },
  },
  tests: {
    supported: { zh: '未到账，或已退付、重开', en: 'not paid, or given back, or receipted anew', clears: true },
    copiesKept: { zh: '联次齐全', en: 'all copies are there', clears: true },
    asPeers: { zh: '作废比例与他人相当', en: 'no more than others', clears: true },
  },
  uses: USED,
  again: {
    ReceiptIssued: ofReceipt,
    ReceiptCompleted: ofReceipt,
    ReceiptVoided: ofReceipt,
    ReceiptRedReversed: ofReceipt,
    PaymentReceived: (event, look) => nearPayment(idOf('payment')(event), look),
    PaymentReversed: (event, look) => nearPayment(idOf('payment')(event), look),
    RefundPaid: (event, look) => nearPayment(look.refunds.get(idOf('refund')(event))!.payment, look),
  },
  judge: (subject, look, parameters) => {
    if (subject.startsWith(RECEIPT)) return judgeReceipt(subject.slice(RECEIPT.length), look);
    const id = subject.slice(CLERK.length);
    return judgeClerk(id, look, parameters(`${id.slice(0, 7)}-01`));
  },
});
