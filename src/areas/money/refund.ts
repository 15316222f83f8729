/** 退付: asked for, verified by the unit, approved by finance, paid to the account that the money came from. */
import type { BankAccount, MoneyApprover, RefundEvent } from '../../../projections/events/money.js';
import { type Fen, fen } from '../../../projections/kernel/money.js';
import { paymentUses, type PaymentUses, takenBy } from '../../../projections/money-uses.js';
import { paymentRegister, type PaymentState } from '../../../projections/payments.js';
import { refundRegister, type RefundState } from '../../../projections/refunds.js';
import type { Decider, Guard } from '../../kernel/decider.js';
import { notByThem } from './money.js';

export interface RequestRefund {
  readonly org?: string;
  readonly payment?: string;
  readonly receipt?: string;
  readonly fee?: string;
  readonly amountFen: Fen;
  readonly reason: string;
  readonly by: 'payer' | 'unit';
}
export interface PayRefund {
  readonly org?: string;
  readonly account: string;
  readonly payment?: string;
  readonly amountFen: Fen;
  readonly bankRef?: string;
  readonly toAccount?: BankAccount;
}
export type RefundCommand =
  | { type: 'RequestRefund'; data: RequestRefund }
  | { type: 'VerifyRefund'; data: { agrees: boolean; opinion: string } }
  | { type: 'ApproveRefund'; data: { approver?: MoneyApprover; decidedOn?: string; document?: string } }
  | { type: 'DenyRefund'; data: { reason: string } }
  | { type: 'PayRefund'; data: PayRefund };
type OfPayment = { readonly payment: PaymentState | null; readonly uses: PaymentUses | null };

const BASIS = '预算法 art. 60; 财政违法行为处罚处分条例 art. 4(5)';
const requestedOnce: Guard<RefundState> = {
  code: 'refund-requested-already',
  says: { zh: '该退付编号已使用', en: 'there is a refund of this name' },
  basis: BASIS,
  standing: true,
  broken: (_, { row }) => row?.request != null && { details: { status: row.status }, refs: [row.request] },
};
const notMoreThanPaid: Guard<RefundState, { payment?: string; amountFen: Fen }, OfPayment> = {
  code: 'refund-over-payment',
  says: { zh: '没有对应到账，或退付超过到账金额', en: 'no payment is known for it, or it is more than was paid' },
  basis: BASIS,
  broken: ({ amountFen, payment: name }, { row }, { payment: of }) => {
    const paid = of?.row ?? null;
    const fits = paid !== null && paid.status === 'received' && fen(amountFen) <= fen(paid.amountFen);
    return !fits && { details: { payment: name ?? row?.payment ?? null, amountFen }, refs: paid ? [paid.event] : [] };
  },
};
/** All that goes back of one payment, or is asked for, together. */
const notRefundedYet: Guard<RefundState, { payment?: string; amountFen: Fen }, OfPayment> = {
  code: 'payment-refunded-already',
  says: {
    zh: '该笔到账已退付，合计超过到账金额',
    en: 'with what else goes back of this payment, it is more than was paid',
  },
  basis: BASIS,
  broken: ({ amountFen }, _, { payment: of, uses, id = '' }) => {
    if (!of?.row || !uses) return false;
    const { sum, events } = takenBy(uses.refunds, id);
    return (
      sum > 0n && sum + fen(amountFen) > fen(of.row.amountFen) && { details: { refundedFen: `${sum}` }, refs: events }
    );
  },
};
const verified: Guard<RefundState> = {
  code: 'refund-not-verified',
  says: { zh: '单位尚未核实同意', en: 'the unit has not verified it and agreed' },
  basis: BASIS,
  standing: true,
  broken: (_, { row }) =>
    row?.verified?.agrees !== true && { details: {}, refs: row?.verified ? [row.verified.event] : [] },
};
const byFinance: Guard<RefundState, { approver?: MoneyApprover }> = {
  code: 'refund-approver',
  says: { zh: '退付须经财政部门批准', en: 'finance approves a refund' },
  basis: BASIS,
  broken: ({ approver }, _, { way }) =>
    way === 'report' && approver?.level !== 'finance' && { details: { approver: approver ?? null } },
};
const approved: Guard<RefundState, PayRefund> = {
  code: 'refund-not-approved',
  says: { zh: '未经批准退付，或超过批准金额', en: 'it was not approved, or not so much' },
  basis: BASIS,
  broken: ({ amountFen }, { row }) => {
    const fits = row?.approval != null && fen(amountFen) <= fen(row.amountFen);
    return !fits && { details: { amountFen, approvedFen: row?.approval ? row.amountFen : null } };
  },
};
const ofTheSamePayment: Guard<RefundState, { payment?: string }> = {
  code: 'refund-of-another-payment',
  says: { zh: '退付的到账与申请的不是同一笔', en: 'another payment was asked for, or given back' },
  basis: BASIS,
  broken: ({ payment: name }, { row }) => {
    const asked = row?.payment ?? null;
    return name !== undefined && asked !== null && name !== asked && { details: { payment: name, asked } };
  },
};
const toWhomItCameFrom: Guard<RefundState, PayRefund, OfPayment> = {
  code: 'refund-to-another-account',
  says: { zh: '退付账户不是原缴款账户', en: 'it goes to an account that did not pay' },
  basis: BASIS,
  broken: ({ toAccount }, _, { payment: of }) => {
    const origin = of?.row?.fromAccount ?? null;
    return origin !== null && toAccount?.personId !== origin && { details: {}, refs: [of!.row!.event] };
  },
};
const paymentOf = (name: string | null | undefined) => ({
  payment: name == null ? null : { of: paymentRegister, id: name },
  uses: name == null ? null : { of: paymentUses, naming: { type: 'payment', id: name } },
});
const ref = (type: string, id: string | null) => (id === null ? [] : [{ type, id, role: 'refunded' }]);

const OPEN = ['requested', 'verified'] as const;
export const refund: Decider<
  RefundState,
  RefundCommand,
  RefundEvent,
  { RequestRefund: OfPayment; PayRefund: OfPayment }
> = {
  ...refundRegister,
  commands: {
    RequestRefund: {
      says: { zh: '申请退付', en: 'ask for a refund' },
      from: 'any',
      guards: [requestedOnce, notMoreThanPaid, notRefundedYet, ofTheSamePayment],
      needs: ({ payment }) => paymentOf(payment),
      claims: ({ payment }) => (payment === undefined ? [] : [{ type: 'payment', id: payment }]),
      events: (data, _, { on, by }) => {
        const { org = by.org ?? null, payment = null, receipt = null, fee = null, amountFen, reason } = data;
        return [
          {
            type: 'RefundRequested',
            data: { org, payment, receipt, fee, amountFen, reason, by: data.by, on },
            refs: [...ref('payment', payment), ...ref('receipt', receipt), ...ref('fee', fee)],
          },
        ];
      },
    },
    VerifyRefund: {
      says: { zh: '核实退付', en: 'verify a refund' },
      from: ['requested'],
      guards: [notByThem('verifier-asked', ({ row }: RefundState) => [row?.requestedBy])],
      events: (data) => [{ type: 'RefundVerified', data }],
    },
    ApproveRefund: {
      says: { zh: '批准退付', en: 'approve a refund' },
      from: OPEN,
      guards: [
        verified,
        byFinance,
        notByThem('approver-verified', ({ row }: RefundState) => [row?.requestedBy, row?.verified?.by]),
      ],
      events: ({ approver, decidedOn, document = null }, _, { on, by, way }) => [
        {
          type: 'RefundApproved',
          data: {
            approver:
              way === 'act' ? { name: by.org ?? '', level: 'finance' } : (approver ?? { name: '', level: 'other' }),
            decidedOn: decidedOn ?? on,
            document,
          },
        },
      ],
    },
    DenyRefund: {
      says: { zh: '不批准退付', en: 'do not approve a refund' },
      from: OPEN,
      guards: [],
      events: (data, { row }) => [{ type: 'RefundDenied', data, refs: ref('payment', row?.payment ?? null) }],
    },
    PayRefund: {
      says: { zh: '登记退付', en: 'a refund was paid' },
      from: ['approved'],
      guards: [approved, notMoreThanPaid, notRefundedYet, ofTheSamePayment, toWhomItCameFrom],
      needs: ({ payment }, _, { row }) => paymentOf(payment ?? row?.payment),
      events: (
        { org = null, account, payment = null, amountFen, bankRef = null, toAccount = null },
        { row },
        { on, payment: of },
      ) => [
        {
          type: 'RefundPaid',
          data: {
            org: org ?? row?.org ?? null,
            account,
            payment: payment ?? row?.payment ?? null,
            amountFen,
            on,
            bankRef,
            toAccount,
          },
          refs: [
            { type: 'payee', id: account, role: 'account' },
            ...ref('payment', row?.payment ?? null),
            ...ref('payment', payment),
            ...ref('pay-code', of?.row?.payCode ?? null),
          ],
        },
      ],
    },
  },
};
