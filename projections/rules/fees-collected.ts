/** 集中收费: where and how a fee was taken, whether it was receipted, and whether it was paid before it had to be. */
import { itemVersions } from '../catalogue.js';
import { deadlines } from '../deadlines.js';
import { isThere, itemEntries } from '../entries.js';
import { exemptions, exempts } from '../exemptions.js';
import { fees } from '../fees.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule, type Verdict } from '../kernel/rule.js';
import { GATE, RECEIPTING } from '../limit-parameters.js';
import { matterCards } from '../matter-cards.js';
import { assessedFor, chargedFor, feeItemOn, feesOf } from '../money-limits.js';
import { isNamed, paidByCode, paidForMatter, payingIn, paymentsOf, receiptsOf } from '../money-near.js';
import { approvedOn, payees } from '../payees.js';
import { payments, remittances } from '../payments.js';
import { receiptLines } from '../receipt-lines.js';
import { receipts } from '../receipts.js';
import { refunds } from '../refunds.js';
import { feeItems } from '../tariffs.js';
import { departmentOn } from './department.js';
import { aboutReceipt } from './receipts.js';

const PLACED = {
  payments,
  receipts,
  receiptLines,
  fees,
  feeItems,
  payees,
  matterCards,
  itemVersions,
  itemEntries,
  exemptions,
} as const;
type Placed = Look<typeof PLACED>;
const IN_CENTRE: ReadonlySet<string> = new Set(['centre-window', 'self-service', 'on-site-session']);
const receiptSubject = (receipt: string) => `receipt/${receipt}`;
const paymentSubject = ({ payment }: { payment: string }) => `payment/${payment}`;

const entered = (item: string | null, on: string, look: Placed) =>
  look.itemEntries.range('byItem', [item]).some((stay) => isThere(stay, on));
/** An exemption of the unit, approved by the government and decided by then, under which the item is done at a place. */
const exemptionOn = (item: string, org: string | null, place: string, on: string, look: Placed) =>
  look.exemptions
    .range('byOrg', [org])
    .filter(exempts)
    .some(({ from, until, decidedOn, items, places }) => {
      const then = from! <= on && on < until && decidedOn! <= on; // what is null is not yet
      return (
        then && (items === null || items.includes(item)) && (places === null || places.some((kind) => kind === place))
      );
    });
const byLaw = (feeItem: string, on: string, look: Placed) =>
  feeItemOn(look.feeItems, feeItem, on)?.collectorByLaw === true;

const FOUND = { certain: true, severity: 'red', missing: [] } as const;
function receiptPlaced(id: string, look: Placed): Verdict | null {
  const row = look.receipts.get(id);
  if (!row || IN_CENTRE.has(row.placeKind)) return null;
  const { on, org, placeKind, centre, lines, issued, payChannel } = row;
  const line = lines.find((each) => entered(each.itemCode, on, look));
  const { itemCode = null, matterId = null } = line ?? {};
  const known = {
    ...FOUND,
    about: { on, matterId, itemCode, org, placeKind, centre },
    evidence: issued.slice(0, 1),
  };
  if (!line) {
    const unknown = lines.every((each) => each.itemCode === null);
    return unknown ? { ...known, result: 'undetermined', tested: {}, missing: ['item'] } : null;
  }
  const online = payChannel === 'online';
  if (placeKind === 'unknown' && !online) return { ...known, result: 'undetermined', tested: {}, missing: ['place'] };
  const assessed = assessedFor(lines, look.fees);
  const department = departmentOn(look.itemVersions, itemCode, on);
  const tested = {
    entered: true,
    online,
    exempt: exemptionOn(itemCode!, department, placeKind, on, look),
    collectorByLaw: lines.every(({ feeItem }) => byLaw(feeItem, on, look)),
    arrears: assessed.length > 0 && assessed.every((fee) => !entered(itemCode, fee.on, look)),
  };
  const cleared = online || tested.exempt || tested.collectorByLaw || tested.arrears;
  return { ...known, result: cleared ? 'cleared' : 'violation', tested };
}
function paymentPlaced(id: string, look: Placed): Verdict | null {
  const row = look.payments.get(id);
  if (!row) return null;
  const { on, account, placeKind } = row;
  const approval = approvedOn({ approvals: look.payees.get(account)?.approvals ?? [] }, on);
  if (approval && approval.kind !== 'unit') return null;
  const { matter, item, fee } = chargedFor(row, look);
  const known = {
    ...FOUND,
    about: { on, matterId: matter, itemCode: item, org: row.org ?? fee?.org ?? null, placeKind, centre: null },
    evidence: [row.event],
    details: { account },
  };
  if (item === null) return { ...known, result: 'undetermined', tested: {}, missing: ['item'] };
  if (!entered(item, on, look)) return null;
  const assessed = fee ?? feesOf({ payCode: null, matterId: matter }, look.fees)[0];
  const department = departmentOn(look.itemVersions, item, on);
  const tested = {
    entered: true,
    exempt: approval !== undefined && exemptionOn(item, department, 'department-office', on, look),
    collectorByLaw: assessed !== undefined && byLaw(assessed.feeItem, on, look),
    arrears: assessed !== undefined && !entered(item, assessed.on, look),
    reversed: row.reversed !== null,
  };
  const cleared = tested.exempt || tested.collectorByLaw || tested.arrears || tested.reversed;
  return { ...known, result: cleared ? 'cleared' : 'violation', tested };
}

/** Payments by which fees may have been paid. */
const paying = (rows: readonly { payCode: string | null; matterId: string | null }[], look: Placed) =>
  rows.flatMap(({ payCode, matterId }) =>
    [...paidByCode(payCode, look), ...paidForMatter(matterId, look)].map(paymentSubject),
  );
const onLines = (rows: readonly { receipt: string }[]) => rows.map(({ receipt }) => receiptSubject(receipt));
const ofItem = (item: string, from: string, look: Placed) => [
  ...onLines(look.receiptLines.range('byItem', [item, from], [item])),
  ...look.payments.range('byItem', [item, from], [item]).map(paymentSubject),
  ...paying(look.fees.range('byItem', [item]), look),
];
const ofUnit = (event: Recorded<any>, look: Placed) => {
  const items = look.itemVersions.range('byDepartment', [idOf('exemptions')(event)]).map(({ itemCode }) => itemCode);
  return [...new Set(items)].flatMap((item) => ofItem(item, event.data.from, look));
};
const itsItem = (event: Recorded<any>, look: Placed) => ofItem(idOf('item')(event), event.data.from, look);
const ofTariff = (event: Recorded<any>, look: Placed) => {
  const feeItem = idOf('tariff')(event);
  return [
    ...onLines(look.receiptLines.range('byFeeItem', [feeItem, event.data.from], [feeItem])),
    ...paying(look.fees.range('byFeeItem', [feeItem]), look),
  ];
};
const ofFee = (event: Recorded, look: Placed) => {
  const fee = idOf('fee')(event);
  const rows = assessedFor([{ fee }], look.fees);
  return [...onLines(look.receiptLines.range('byFee', [fee])), ...paying(rows, look)];
};
const ofMatter = (event: Recorded, look: Placed) => paying([{ payCode: null, matterId: idOf('matter')(event) }], look);
const intoAccount = (event: Recorded<any>, look: Placed) => {
  const account = idOf('payee')(event);
  return look.payments.range('byAccount', [account, event.data.from], [account]).map(paymentSubject);
};
const itsReceipt = (event: Recorded) => receiptSubject(idOf('receipt')(event));
const itsPayment = (event: Recorded) => paymentSubject({ payment: idOf('payment')(event) });

export const offCentreCharge = rule({
  id: 'FE-01',
  version: 1,
  title: { zh: '中心外收费', en: 'charged outside the centre' },
  definition: {
    zh: '已进驻事项的收费，开票地点不在中心，或款项进入非中心集中收费、非财政统一收缴的账户。网上统一缴款、当日有效的豁免、法律规定由他人收取、进驻前核定的欠费、已冲正的除外。事项或地点不明的无法判断。',
    en: 'For an item that had entered the centre a receipt was issued elsewhere, or the money went into an account that is neither the centre’s nor finance’s. Not so online, under an exemption in force, where a law names the collector, for what had been assessed before the entry, and for what went back at the bank. Without item or place it cannot be judged.',
  },
  basis: '三项制度讲话（一个窗口收费）; 违反收支两条线管理规定行政处分暂行规定 art. 11',
  severity: 'red',
  parameters: {},
  tests: {
    entered: { zh: '事项当日已进驻', en: 'the item had entered by that day', clears: false },
    online: { zh: '网上统一缴款', en: 'paid online', clears: true },
    exempt: { zh: '当日有效的豁免覆盖', en: 'an exemption in force covered it', clears: true },
    collectorByLaw: { zh: '法律规定由他人收取', en: 'a law names another collector', clears: true },
    arrears: { zh: '进驻前核定的欠费', en: 'assessed before the item entered', clears: true },
    reversed: { zh: '已冲正', en: 'it went back at the bank', clears: true },
  },
  uses: PLACED,
  again: {
    ReceiptIssued: itsReceipt,
    PaymentReceived: itsPayment,
    PaymentReversed: itsPayment,
    FeeAssessed: ofFee,
    PaymentNoticeIssued: ofFee,
    FeeItemPublished: ofTariff,
    FeeItemAbolished: ofTariff,
    AccountApproved: intoAccount,
    CollectionAccountClosed: intoAccount,
    ItemPublished: itsItem,
    ItemEntered: itsItem,
    ItemLeftCentre: itsItem,
    ExemptionApproved: ofUnit,
    ExemptionRevoked: ofUnit,
    MaterialsReceived: ofMatter,
    MatterAccepted: ofMatter,
  },
  judge: (subject, look) => {
    const cut = subject.indexOf('/');
    const of = subject.slice(0, cut) === 'receipt' ? receiptPlaced : paymentPlaced;
    return of(subject.slice(cut + 1), look);
  },
});

export const cashAtWindow = rule({
  id: 'FE-07',
  version: 1,
  title: { zh: '现金入窗', en: 'cash taken at a window' },
  definition: {
    zh: '开票时收取现金，而所列收费项目并非全部获准收取现金。缴款方式不明的无法判断。',
    en: 'Cash was taken for a receipt though it may not be taken for all fee items on it. Where nobody knows how it was paid, it cannot be judged.',
  },
  basis: '非税收入管理（单位开票、银行代收、财政统管）; 广西政务服务中心收费管理（窗口不得收取现金）',
  severity: 'red',
  parameters: {},
  tests: {
    mayTakeCash: { zh: '所列项目均获准收取现金', en: 'cash may be taken for all of it', clears: true },
    atWindow: { zh: '在中心窗口', en: 'at a window of the centre', clears: false },
  },
  uses: { receipts, receiptLines, feeItems },
  again: {
    ReceiptIssued: idOf('receipt'),
    FeeItemPublished: (event, look) => ofFeeItem(event, look),
    FeeItemAbolished: (event, look) => ofFeeItem(event, look),
  },
  judge: (id, look) => {
    const row = look.receipts.get(id);
    if (row?.payChannel !== 'cash' && row?.payChannel !== 'unknown') return null;
    const { on, placeKind, lines, issued, payChannel } = row;
    const mayTakeCash = lines.every(({ feeItem }) => feeItemOn(look.feeItems, feeItem, on)?.cash === true);
    const taken = payChannel === 'cash' ? 'violation' : 'undetermined';
    const result = mayTakeCash ? 'cleared' : taken;
    return {
      result,
      certain: true,
      severity: 'red',
      about: aboutReceipt(row),
      evidence: issued.slice(0, 1),
      tested: { mayTakeCash, atWindow: placeKind === 'centre-window' },
      missing: result === 'undetermined' ? ['payChannel'] : [],
    };
  },
});
function ofFeeItem(event: Recorded<any>, look: Pick<Placed, 'receiptLines'>) {
  const feeItem = idOf('tariff')(event);
  return look.receiptLines.range('byFeeItem', [feeItem, event.data.from], [feeItem]).map(({ receipt }) => receipt);
}

const RECEIPTED = { payments, remittances, receipts, receiptLines, refunds, deadlines } as const;
type Receipted = Look<typeof RECEIPTED>;
const near = (event: Recorded, look: Receipted) => {
  const row = look.receipts.get(idOf('receipt')(event));
  return row ? paymentsOf(row, look).map(({ payment }) => payment) : [];
};
const itself = idIn('payment');

export const notReceipted = rule({
  id: RECEIPTING.id,
  version: 1,
  title: { zh: '无票收费', en: 'charged without a receipt' },
  definition: {
    zh: '到账后期限届满仍未开票（BK-05）。逾期补开的仍计。重复缴款、票据收款后作废按对账差异处理；没有缴款码、汇缴或票据可循的无法判断。',
    en: 'When its days are over a payment has no receipt (BK-05); one that is issued later does not undo it. What was paid twice, or whose receipt was voided, is another break. Without a pay code, a remittance or a receipt that names it, it cannot be judged.',
  },
  basis: '违反收支两条线管理规定行政处分暂行规定 art. 10',
  severity: 'red',
  parameters: RECEIPTING.parameters,
  tests: { inTime: { zh: '期限内已开票', en: 'receipted in time', clears: true } },
  uses: RECEIPTED,
  again: {
    PaymentReceived: itself,
    LimitPassed: itself,
    LimitLifted: itself,
    ReceiptIssued: near,
    ReceiptCompleted: near,
    ReceiptVoided: near,
    ReceiptRedReversed: near,
    RemittanceMade: (event, look) => payingIn(idOf('remittance')(event), look).map(({ payment }) => payment),
    PaymentReversed: itself,
    // Of one that names no payment nothing is known by that name.
    RefundPaid: (event, look) => String(look.refunds.get(idOf('refund')(event))!.payment),
  },
  judge: (id, look, parameters) => {
    const row = look.payments.get(id);
    if (!row) return null;
    const { on, org, matterId, itemCode, placeKind, event, amountFen } = row;
    const about = { on, org, matterId, itemCode, placeKind, centre: null };
    const known = { certain: true, severity: 'red', about } as const;
    if (!isNamed(row))
      return receiptsOf(row, look).length > 0
        ? null
        : { ...known, result: 'undetermined', evidence: [event], tested: {}, missing: ['payCode'] };
    const limit = look.deadlines.get(`payment-${id}`)?.limits['receipt'];
    if (limit?.passed == null) return null;
    parameters(limit.start); // by which its last day was counted
    return {
      ...known,
      result: 'violation',
      evidence: [event, limit.passed],
      tested: { inTime: false },
      missing: [],
      details: { break: `BK-05 ${id}`, amountFen, due: limit.due, doneOn: limit.doneOn },
    };
  },
});

const itsFee = idIn('fee');
export const doneBeforePaid = rule({
  id: GATE.id,
  version: 1,
  title: { zh: '先办后缴', en: 'done before it was paid' },
  definition: {
    zh: '须缴费后方可决定或送达的，决定或送达之日尚未缴清，也没有减免或缓缴。银行文件到达期满后判断；之后补缴的仍计。',
    en: 'What waits for the payment, the decision or the delivery, came before the fee was paid, and it was neither waived nor deferred by then. It is judged when the bank’s file has had its days; what is paid later does not undo it.',
  },
  basis: '收费目录清单（缴费环节）; 违反收支两条线管理规定行政处分暂行规定 art. 12',
  severity: 'yellow',
  parameters: GATE.parameters,
  tests: {
    paidFirst: { zh: '决定或送达时已缴清', en: 'paid by then', clears: true },
    waivedOrDeferred: { zh: '已减免或缓缴', en: 'waived or deferred by then', clears: true },
  },
  uses: { fees, deadlines },
  again: { LimitPassed: itsFee, LimitLifted: itsFee, FeeAssessed: itsFee },
  judge: (id, look, parameters) => {
    const limit = look.deadlines.get(`fee-${id}`)?.limits['pay-gate'];
    const row = look.fees.get(id);
    if (!row || limit?.passed == null) return null;
    parameters(limit.start); // by which its last day was counted
    const { matterId, itemCode, org, placeKind, centre, events } = row;
    return {
      result: 'violation',
      certain: true,
      severity: 'yellow',
      about: { ...NOTHING_KNOWN, on: limit.start, matterId, itemCode, org, placeKind, centre },
      evidence: [events[0]!, limit.from, limit.passed],
      tested: { paidFirst: false, waivedOrDeferred: false },
      missing: [],
      details: { due: limit.due },
    };
  },
});
