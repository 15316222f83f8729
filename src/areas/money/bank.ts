/** What banks, treasury and the units' books say: money that came in, went on, or left. All of it is reported. */
import type {
  BankAccount,
  CreditEvent,
  DebitEvent,
  DebitKind,
  DepositEvent,
  Level,
  PayChannel,
  Payer,
  PaymentEvent,
  VoucherEvent,
} from '../../../projections/events/money.js';
import { type Fen, fen } from '../../../projections/kernel/money.js';
import { approvedOn, payeeRegister, type PayeeState } from '../../../projections/payees.js';
import { depositRegister, type DepositState } from '../../../projections/deposits.js';
import { once, type OnceState, paymentRegister, type PaymentState } from '../../../projections/payments.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export interface ReceivePayment {
  readonly account: string;
  readonly bankRef: string;
  readonly channel: PayChannel;
  readonly payCode?: string;
  readonly remittance?: string;
  readonly org?: string;
  readonly matterId?: string;
  readonly itemCode?: string;
  readonly amountFen: Fen;
  readonly payer?: Payer;
  readonly fromAccount?: BankAccount;
}
export type PaymentCommand =
  | { type: 'ReceivePayment'; data: ReceivePayment }
  | { type: 'ReversePayment'; data: { reason: string; bankRef?: string } };

type OfAccount = { readonly payee: PayeeState | null };
const accountApproved: Guard<unknown, { account: string }, OfAccount> = {
  code: 'account-not-approved',
  says: { zh: '收款账户当日未经批准', en: 'the account is not approved on that day' },
  basis: '财政违法行为处罚处分条例 art. 11; 非税收入账户管理',
  broken: ({ account }, _, { payee, on }) => !(payee && approvedOn(payee, on)) && { details: { account, on } },
};
const needsAccount = ({ account }: { account?: string }) => ({
  payee: account === undefined ? null : { of: payeeRegister, id: account },
});
/** The first word counts; a second one is on record, and marked. */
const saidOnce: Guard<OnceState | PaymentState | DepositState> = {
  code: 'said-before',
  says: { zh: '同一业务号已登记', en: 'this has been recorded under the same reference' },
  basis: '对账（一笔一号）',
  standing: true,
  broken: (_, { status, since }) => status !== 'none' && { details: { status }, refs: since ? [since] : [] },
};
const ref = (type: string, id: string | null, role: string) => (id === null ? [] : [{ type, id, role }]);

export const payment: Decider<PaymentState, PaymentCommand, PaymentEvent, { ReceivePayment: OfAccount }> = {
  ...paymentRegister,
  commands: {
    ReceivePayment: {
      says: { zh: '登记到账', en: 'a payment came in' },
      from: 'any',
      guards: [saidOnce, accountApproved],
      needs: needsAccount,
      events: (data, _, { on }) => {
        const { payCode = null, remittance = null, matterId = null } = data;
        const { org = null, itemCode = null, payer = null, fromAccount = null } = data;
        const { account, bankRef, channel, amountFen } = data;
        const what = { account, bankRef, channel, payCode, remittance, org, matterId, itemCode, amountFen, on };
        return [
          {
            type: 'PaymentReceived',
            data: { ...what, payer, fromAccount },
            refs: [
              { type: 'payee', id: account, role: 'account' },
              ...ref('pay-code', payCode, 'paid by'),
              ...ref('remittance', remittance, 'pays in'),
              ...ref('matter', matterId, 'charged'),
            ],
          },
        ];
      },
    },
    ReversePayment: {
      says: { zh: '登记冲正', en: 'the bank took it back' },
      from: ['received'],
      guards: [],
      events: ({ reason, bankRef = null }, { row }, { on }) => [
        {
          type: 'PaymentReversed',
          data: { on, reason, bankRef },
          refs: ref('pay-code', row?.payCode ?? null, 'paid by'),
        },
      ],
    },
  },
};

export type DepositCommand =
  | {
      type: 'MakeDeposit';
      data: { account: string; day: string; amountFen: Fen; to: 'treasury' | 'finance'; bankRef?: string };
    }
  | { type: 'ReturnDeposit'; data: { reason: string } };
const notBefore: Guard<DepositState, { day: string }> = {
  code: 'deposit-before-collection',
  says: { zh: '缴存早于收款日', en: 'it is deposited before the day on which it was collected' },
  basis: '日清日缴',
  broken: ({ day }, _, { on }) => on < day && { details: { day, on } },
};
export const deposit: Decider<DepositState, DepositCommand, DepositEvent, { MakeDeposit: OfAccount }> = {
  ...depositRegister,
  commands: {
    MakeDeposit: {
      says: { zh: '登记缴存', en: 'what was collected is deposited' },
      from: 'any',
      guards: [saidOnce, accountApproved, notBefore],
      needs: needsAccount,
      events: ({ bankRef = null, ...data }, _, { on }) => [
        {
          type: 'DepositMade',
          data: { ...data, on, bankRef },
          refs: [{ type: 'payee', id: data.account, role: 'account' }],
        },
      ],
    },
    ReturnDeposit: {
      says: { zh: '登记缴存退回', en: 'a deposit came back' },
      from: ['made'],
      guards: [],
      events: ({ reason }, _, { on }) => [{ type: 'DepositReturned', data: { on, reason } }],
    },
  },
};

export interface CreditTreasury {
  readonly deposit?: string;
  readonly org?: string;
  readonly feeItem?: string;
  readonly level: Level;
  readonly subject: string;
  readonly amountFen: Fen;
}
export type CreditCommand = { type: 'CreditTreasury'; data: CreditTreasury };
type OfDeposit = { readonly deposit: DepositState | null };
const ofDeposit: Guard<OnceState, CreditTreasury, OfDeposit> = {
  code: 'credit-without-deposit',
  says: { zh: '没有对应缴存，或金额超过缴存', en: 'there is no deposit for it, or it is more than was deposited' },
  basis: '预算法 art. 61',
  broken: ({ deposit: name, amountFen }, _, { deposit: of }) => {
    const row = of?.row ?? null;
    const fits = row !== null && row.status === 'made' && fen(amountFen) <= fen(row.amountFen);
    return !fits && { details: { deposit: name ?? null }, refs: row ? [row.event] : [] };
  },
};
export const credit: Decider<OnceState, CreditCommand, CreditEvent, { CreditTreasury: OfDeposit }> = {
  ...once<CreditEvent>('credit', 'TreasuryCredited'),
  commands: {
    CreditTreasury: {
      says: { zh: '登记入库', en: 'the treasury credited it' },
      from: 'any',
      guards: [saidOnce, ofDeposit],
      needs: ({ deposit: id }) => ({ deposit: id === undefined ? null : { of: depositRegister, id } }),
      events: ({ deposit: from = null, org = null, feeItem = null, level, subject, amountFen }, _, { on }) => [
        {
          type: 'TreasuryCredited',
          data: { deposit: from, org, feeItem, level, subject, amountFen, on },
          refs: [...ref('deposit', from, 'of'), ...ref('tariff', feeItem, 'fee item')],
        },
      ],
    },
  },
};

export type DebitCommand = {
  type: 'SeeDebit';
  data: { account: string; bankRef: string; kind: DebitKind; amountFen: Fen; purpose?: string };
};
export type VoucherCommand = {
  type: 'PostVoucher';
  data: { org: string; feeItem?: string; side: 'collected' | 'returned'; amountFen: Fen };
};
export const debit: Decider<OnceState, DebitCommand, DebitEvent> = {
  ...once<DebitEvent>('debit', 'BankDebitSeen'),
  commands: {
    SeeDebit: {
      says: { zh: '登记账户支出', en: 'money left a collection account' },
      from: 'any',
      guards: [saidOnce],
      events: ({ purpose = null, ...data }, _, { on }) => [
        {
          type: 'BankDebitSeen',
          data: { ...data, on, purpose },
          refs: [{ type: 'payee', id: data.account, role: 'account' }],
        },
      ],
    },
  },
};
export const voucher: Decider<OnceState, VoucherCommand, VoucherEvent> = {
  ...once<VoucherEvent>('voucher', 'VoucherPosted'),
  commands: {
    PostVoucher: {
      says: { zh: '登记单位记账', en: "a voucher of the unit's books" },
      from: 'any',
      guards: [saidOnce],
      events: ({ feeItem = null, ...data }, _, { on }) => [
        { type: 'VoucherPosted', data: { ...data, feeItem, on }, refs: ref('tariff', feeItem, 'fee item') },
      ],
    },
  },
};
