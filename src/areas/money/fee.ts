/** What somebody owes (核定): counted by the rate in force, waived only as the law allows, paid by a code. */
import {
  type FeeUses,
  feeUses,
  paidBy,
  payCodeUses,
  type PayCodeUses,
  receiptedOf,
} from '../../../projections/money-uses.js';
import { type FeeState, feeRegister, owedOf } from '../../../projections/fees.js';
import type { FeeEvent, MoneyApprover, Payer, WaiverKind } from '../../../projections/events/money.js';
import { amountOf, type Fen, fen } from '../../../projections/kernel/money.js';
import { matterRegister, type MatterState } from '../../../projections/matters.js';
import { tariffInForce, tariffRegister, type TariffState } from '../../../projections/tariffs.js';
import type { Context, Decider, Guard } from '../../kernel/decider.js';
import { notByThem, ofPayCode, type OfPayCode, payCodeFree } from './money.js';

export interface AssessFee {
  readonly matterId?: string;
  readonly itemCode?: string;
  readonly feeItem: string;
  readonly quantity: string;
  /** What a source says; counted by the rate where it is left out. */
  readonly amountFen?: Fen;
  readonly org?: string;
  readonly payer?: Payer;
  readonly instalment?: Readonly<{ n: number; of: number }>;
}
export interface RequestWaiver {
  readonly kind: WaiverKind;
  readonly amountFen: Fen;
  readonly reason: string;
  readonly document?: string;
  readonly payer?: Payer;
}
/** Of an act, whoever acts is finance, and decides today what was asked for. */
export interface ApproveWaiver {
  readonly document?: string;
  readonly approver?: MoneyApprover;
  readonly decidedOn?: string;
  readonly kind?: WaiverKind;
  readonly amountFen?: Fen;
  readonly requestedOn?: string;
}
export type FeeCommand =
  | { type: 'AssessFee'; data: AssessFee }
  | { type: 'RecalculateFee'; data: { quantity: string; amountFen?: Fen; reason: string } }
  | { type: 'RequestWaiver'; data: RequestWaiver }
  | { type: 'ReviewWaiver'; data: { agrees: boolean; opinion: string } }
  | { type: 'ApproveWaiver'; data: ApproveWaiver }
  | { type: 'DenyWaiver'; data: { reason: string } }
  | { type: 'IssueNotice'; data: { payCode: string; dueOn?: string } }
  | { type: 'CancelFee'; data: { reason: string; document?: string } };

type OfTariff = { readonly tariff: TariffState | null };
type OfAssessment = OfTariff & { readonly matter: MatterState | null };

const versionOn = ({ tariff, on }: OfTariff & Context) => (tariff ? tariffInForce(tariff, on) : null);
/** By the rate in force; null where there is none. */
const counted = (quantity: string, facts: OfTariff & Context): bigint | null => {
  const version = versionOn(facts);
  return version && amountOf(version.rate, quantity);
};
/** A part of what is paid in parts is less than the rate says; its parts are looked at together. */
const amountFor = ({ quantity, amountFen }: Pick<AssessFee, 'quantity' | 'amountFen'>, facts: OfTariff & Context) =>
  amountFen ?? (counted(quantity, facts) ?? 0n).toString();

const inForce: Guard<FeeState, AssessFee, OfAssessment> = {
  code: 'fee-item-not-in-force',
  says: { zh: '该收费项目未公布或当日不在有效期内', en: 'the fee item is not published, or not in force on that day' },
  basis: '行政许可法 art. 59; 优化营商环境条例 art. 25',
  broken: ({ feeItem }, _, facts) =>
    !versionOn(facts) && {
      details: { feeItem, on: facts.on },
      refs: facts.tariff?.abolition ? [facts.tariff.abolition.event] : [],
    },
};
const byRate: Guard<FeeState, Pick<AssessFee, 'quantity' | 'amountFen' | 'instalment'>, OfTariff> = {
  code: 'amount-not-by-rate',
  says: { zh: '核定金额与收费标准不符', en: 'the amount is not what the rate says' },
  basis: '行政许可法 art. 59, 75',
  broken: ({ quantity, amountFen, instalment }, _, facts) => {
    const due = counted(quantity, facts);
    if (due === null || amountFen === undefined || instalment) return false;
    return fen(amountFen) !== due && { details: { amountFen, byRateFen: due.toString() } };
  },
};
const chargedForItem: Guard<FeeState, AssessFee, OfAssessment> = {
  code: 'fee-not-of-the-item',
  says: { zh: '该事项不收取此项费用', en: 'this fee is not charged for the item' },
  basis: '行政许可法 art. 58, 59',
  broken: ({ itemCode, feeItem }, _, facts) => {
    const version = versionOn(facts);
    const item = itemCode ?? facts.matter?.itemCode ?? null;
    if (!version || item === null || version.items.includes(item)) return false;
    return { details: { itemCode: item, feeItem, items: version.items }, refs: [version.event] };
  },
};
const matterKnown: Guard<FeeState, AssessFee, OfAssessment> = {
  code: 'matter-unknown',
  says: { zh: '没有对应办件', en: 'there is no such matter' },
  basis: '集中收费（一件一核）',
  broken: ({ matterId }, _, { matter }) =>
    matterId !== undefined && (matter === null || matter.status === 'none') && { details: { matterId } },
};
const inParts: Guard<FeeState, AssessFee, OfAssessment> = {
  code: 'no-instalments',
  says: { zh: '该项目不得分期收取', en: 'this fee is not paid in parts' },
  basis: '收费目录清单',
  broken: ({ instalment }, _, facts) => {
    const version = versionOn(facts);
    return instalment !== undefined && version?.instalments === false && { details: { instalment } };
  },
};
const assessedOnce: Guard<FeeState> = {
  code: 'fee-assessed-already',
  says: { zh: '该核定编号已使用', en: 'there is an assessment of this name' },
  basis: '集中收费（一件一核）',
  standing: true,
  broken: (_, { status, since }) => status !== 'none' && { details: { status }, refs: since ? [since] : [] },
};
const waivable: Guard<FeeState, RequestWaiver, OfTariff> = {
  code: 'fee-not-waivable',
  says: { zh: '该项目不得减免', en: 'this fee cannot be waived' },
  basis: '非税收入管理（减免缓）',
  broken: (_, { feeItem }, facts) => versionOn(facts)?.waivable === false && { details: { feeItem } },
};
const inWriting: Guard<FeeState, RequestWaiver> = {
  code: 'waiver-not-in-writing',
  says: { zh: '减免缓须由缴款人书面申请', en: 'the payer asks for a waiver in writing' },
  basis: '非税收入管理（减免缓）',
  broken: ({ document }) => !document && { details: {} },
};
const notTooMuch: Guard<FeeState, RequestWaiver> = {
  code: 'waiver-over-fee',
  says: { zh: '减免金额超过应缴金额', en: 'more would be waived than is owed' },
  basis: '非税收入管理（减免缓）',
  broken: ({ amountFen }, state) =>
    fen(amountFen) > fen(owedOf(state)) && { details: { amountFen, owedFen: owedOf(state) } },
};
const noRequest: Guard<FeeState> = {
  code: 'waiver-requested-already',
  says: { zh: '已有减免缓申请待审', en: 'a request waits for its answer' },
  basis: '非税收入管理（减免缓）',
  standing: true,
  broken: (_, { request }) => request !== null && { details: {}, refs: [request.event] },
};
const requested: Guard<FeeState> = {
  code: 'waiver-not-requested',
  says: { zh: '没有待审的减免缓申请', en: 'nobody has asked for a waiver' },
  basis: '非税收入管理（减免缓）',
  standing: true,
  broken: (_, { request }) => request === null && { details: {} },
};
const reviewed: Guard<FeeState> = {
  code: 'waiver-not-reviewed',
  says: { zh: '单位尚未审核同意', en: 'the unit has not reviewed it and agreed' },
  basis: '非税收入管理（减免缓）',
  standing: true,
  broken: (_, { request }) => {
    if (!request || request.review?.agrees === true) return false;
    return { details: { agrees: request.review?.agrees ?? null }, refs: request.review ? [request.review.event] : [] };
  },
};
const byFinance: Guard<FeeState, ApproveWaiver> = {
  code: 'waiver-approver',
  says: { zh: '减免缓须经财政部门批准', en: 'finance approves a waiver' },
  basis: '非税收入管理（减免缓）; 财政违法行为处罚处分条例 art. 3(4)',
  broken: ({ approver }, _, { way }) =>
    way === 'report' && approver?.level !== 'finance' && { details: { approver: approver ?? null } },
};
const notBackdated: Guard<FeeState, ApproveWaiver> = {
  code: 'waiver-before-request',
  says: { zh: '批准早于申请', en: 'it is approved before it was asked for' },
  basis: '非税收入管理（减免缓）',
  broken: ({ decidedOn }, { request }, { on }) =>
    request !== null &&
    (decidedOn ?? on) < request.on && { details: { requestedOn: request.on }, refs: [request.event] },
};
const payable: Guard<FeeState> = {
  code: 'nothing-to-pay',
  says: { zh: '没有应缴金额', en: 'there is nothing to be paid' },
  basis: '集中收费',
  standing: true,
  broken: (_, state) => fen(owedOf(state)) === 0n && { details: { owedFen: owedOf(state) } },
};

type OfReceipts = { readonly receipted: FeeUses };
/** What is counted anew or waived leaves no less than has been receipted: that money is given back first. */
const enoughLeft = <D, F>(left: (data: D, state: FeeState, facts: F & Context) => bigint): Guard<FeeState, D, any> => ({
  code: 'less-than-receipted',
  says: {
    zh: '余额将低于已开票金额，应先冲红退付',
    en: 'less would be left than has been receipted: reverse that first',
  },
  basis: '财政票据管理办法; 财政违法行为处罚处分条例 art. 3(4)',
  broken: (data, state, facts: F & OfReceipts & Context) => {
    const { sum, events } = receiptedOf(facts.receipted, facts.id ?? '', '');
    const leftFen = left(data, state, facts);
    return leftFen < sum && { details: { leftFen: `${leftFen}`, receiptedFen: `${sum}` }, refs: events };
  },
});
const notReceipted: Guard<FeeState, object, OfReceipts> = {
  code: 'fee-receipted',
  says: { zh: '已开具票据，不得撤销核定', en: 'receipts have been issued for it: they are voided or reversed first' },
  basis: '财政票据管理办法; 财政违法行为处罚处分条例 art. 3(4)',
  broken: (_, __, { receipted, id = '' }) => {
    const { sum, events } = receiptedOf(receipted, id, '');
    return events.length > 0 && { details: { receiptedFen: sum.toString() }, refs: events };
  },
};
const notPaid: Guard<FeeState, object, { readonly paid: PayCodeUses | null }> = {
  code: 'fee-paid',
  says: { zh: '已缴款，不得撤销核定，应先退付', en: 'it has been paid: the money is given back first' },
  basis: '财政违法行为处罚处分条例 art. 3(4), 4(5); 预算法 art. 60',
  broken: (_, { payCode }, { paid }) => {
    const { sum, events } = paid ? paidBy(paid) : { sum: 0n, events: [] };
    return sum > 0n && { details: { payCode, paidFen: sum.toString() }, refs: events };
  },
};

const OPEN = ['assessed'] as const;
/** All that names the fee, which the command has to itself. */
const ofReceipts = ({ id = '' }: Context) => ({ receipted: { of: feeUses, naming: { type: 'fee', id } } });
const itself = (_: unknown, { id = '' }: Context) => [{ type: 'fee', id }];
const tariffOf = (feeItem: string | null) => (feeItem === null ? null : { of: tariffRegister, id: feeItem });

export const fee: Decider<
  FeeState,
  FeeCommand,
  FeeEvent,
  {
    AssessFee: OfAssessment;
    RecalculateFee: OfTariff & OfReceipts;
    RequestWaiver: OfTariff;
    ApproveWaiver: OfReceipts;
    IssueNotice: OfPayCode;
    CancelFee: OfReceipts & { paid: PayCodeUses | null };
  }
> = {
  ...feeRegister,
  commands: {
    AssessFee: {
      says: { zh: '核定收费', en: 'assess a fee' },
      from: 'any',
      guards: [assessedOnce, inForce, byRate, chargedForItem, matterKnown, inParts],
      needs: ({ feeItem, matterId }) => ({
        tariff: feeItem === undefined ? null : tariffOf(feeItem),
        matter: matterId === undefined ? null : { of: matterRegister, id: matterId },
      }),
      events: (data, _, facts) => {
        const { matterId = null, feeItem, quantity, payer = null, instalment = null } = data;
        const version = versionOn(facts);
        const itemCode = data.itemCode ?? facts.matter?.itemCode ?? null;
        const known = { feeItemVersion: version?.version ?? null, rate: version?.rate ?? null };
        const org = data.org ?? version?.org ?? null;
        return [
          {
            type: 'FeeAssessed',
            data: {
              matterId,
              itemCode,
              feeItem,
              ...known,
              org,
              quantity,
              amountFen: amountFor(data, facts),
              on: facts.on,
              payer,
              instalment,
            },
            legalBasis: version?.legalBasis ?? [],
            refs: [
              { type: 'tariff', id: feeItem, role: 'fee item' },
              ...(matterId === null ? [] : [{ type: 'matter', id: matterId, role: 'charged' }]),
              ...(itemCode === null ? [] : [{ type: 'item', id: itemCode, role: 'item' }]),
            ],
          },
        ];
      },
    },
    RecalculateFee: {
      says: { zh: '重新核定', en: 'count it anew' },
      from: OPEN,
      guards: [
        byRate,
        enoughLeft(({ quantity, amountFen }: { quantity: string; amountFen?: Fen }, { waivedFen }, facts: OfTariff) => {
          const amount = fen(amountFor({ quantity, ...(amountFen && { amountFen }) }, facts as OfTariff & Context));
          return amount - fen(waivedFen);
        }),
      ],
      needs: (_, context, { feeItem }) => ({ tariff: tariffOf(feeItem), ...ofReceipts(context) }),
      claims: itself,
      events: ({ quantity, amountFen, reason }, _, facts) => [
        {
          type: 'FeeRecalculated',
          data: { quantity, amountFen: amountFor({ quantity, ...(amountFen && { amountFen }) }, facts), reason },
        },
      ],
    },
    RequestWaiver: {
      says: { zh: '申请减免缓', en: 'ask for a waiver' },
      from: OPEN,
      guards: [noRequest, waivable, inWriting, notTooMuch],
      needs: (_, __, { feeItem }) => ({ tariff: tariffOf(feeItem) }),
      events: ({ document = null, payer = null, ...data }) => [
        { type: 'WaiverRequested', data: { ...data, document, payer } },
      ],
    },
    ReviewWaiver: {
      says: { zh: '审核减免缓', en: 'review what was asked for' },
      from: OPEN,
      guards: [requested, notByThem('reviewer-asked', ({ request }: FeeState) => [request?.by])],
      events: (data) => [{ type: 'WaiverReviewed', data }],
    },
    ApproveWaiver: {
      says: { zh: '批准减免缓', en: 'approve of a waiver' },
      from: OPEN,
      guards: [
        requested,
        reviewed,
        byFinance,
        notBackdated,
        notByThem('approver-reviewed', ({ request }: FeeState) => [request?.by, request?.review?.by]),
        enoughLeft((data: ApproveWaiver, state) => {
          const { kind, amountFen } = { ...state.request, ...data };
          return fen(owedOf(state)) - (kind === 'defer' ? 0n : fen(amountFen ?? '0'));
        }),
      ],
      needs: (_, context) => ofReceipts(context),
      claims: itself,
      events: (data, { request }, { on, by, way }) => [
        {
          type: 'FeeWaived',
          data: {
            kind: data.kind ?? request?.kind ?? 'reduce',
            amountFen: data.amountFen ?? request?.amountFen ?? '0',
            approver:
              way === 'act'
                ? { name: by.org ?? '', level: 'finance' }
                : (data.approver ?? { name: '', level: 'other' }),
            requestedOn: data.requestedOn ?? request?.on ?? null,
            decidedOn: data.decidedOn ?? on,
            document: data.document ?? null,
          },
        },
      ],
    },
    DenyWaiver: {
      says: { zh: '不批准减免缓', en: 'do not approve of it' },
      from: OPEN,
      guards: [requested],
      events: (data) => [{ type: 'WaiverDenied', data }],
    },
    IssueNotice: {
      says: { zh: '开具缴款通知', en: 'issue a payment notice' },
      from: OPEN,
      guards: [payable, payCodeFree('fee', ({ matterId }: FeeState) => matterId)],
      needs: ({ payCode }) => ofPayCode(payCode),
      claims: ({ payCode }) => [{ type: 'pay-code', id: payCode }],
      events: ({ payCode, dueOn = null }, state) => [
        {
          type: 'PaymentNoticeIssued',
          data: { payCode, amountFen: owedOf(state), dueOn },
          refs: [
            { type: 'pay-code', id: payCode, role: 'paid by' },
            ...(state.matterId === null ? [] : [{ type: 'matter', id: state.matterId, role: 'charged' }]),
          ],
        },
      ],
    },
    CancelFee: {
      says: { zh: '撤销核定', en: 'cancel the assessment' },
      from: OPEN,
      guards: [notReceipted, notPaid],
      needs: (_, context, { payCode }) => ({
        ...ofReceipts(context),
        paid: payCode === null ? null : { of: payCodeUses, naming: { type: 'pay-code', id: payCode } },
      }),
      claims: itself,
      events: ({ reason, document = null }) => [{ type: 'FeeCancelled', data: { reason, document } }],
    },
  },
};
