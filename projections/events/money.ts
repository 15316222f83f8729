/**
 * What is charged, by what, and where the money goes (集中收费): from the register of fee items to the treasury. Amounts
 * are whole fen as decimal strings, never negative: what kind of event it is says the sign.
 */
import type { PersonRef } from '../kernel/message.js';
import type { Fen, Rate } from '../kernel/money.js';
import type { SourceEvent } from './sources.js';
import type { LimitEvent } from './time.js';

/** 预算级次, the highest first. */
export const LEVELS = ['central', 'province', 'city', 'county', 'township'] as const;
export type Level = (typeof LEVELS)[number];
/** 分成: percent of the amount that belongs to a level. They sum to 100. */
export type Share = Readonly<{ level: Level; percent: number }>;
/** What waits until it is paid: nothing, the decision, or the delivery of the result. */
export const GATES = ['none', 'decision', 'delivery'] as const;
export type Gate = (typeof GATES)[number];

/** A version of a fee item (收费项目) as it is in force from a day on. */
export type FeeItemVersion = {
  readonly name: string;
  /** 执收单位. */
  readonly org: string;
  /** Service items that it may be charged for. */
  readonly items: readonly string[];
  readonly rate: Rate;
  readonly legalBasis: readonly string[];
  /** 预算科目. */
  readonly subject: string;
  readonly shares: readonly Share[];
  readonly gate: Gate;
  readonly waivable: boolean;
  readonly instalments: boolean;
  /** Finance lets cash be taken for it. */
  readonly cash: boolean;
  /** A law names somebody other than the centre to collect it (tax, court). */
  readonly collectorByLaw: boolean;
};
/** Register of fee items: stream `tariff-<code>`. */
export type TariffEvent =
  /** A version of the fee item comes into force on this day; earlier ones stay known. */
  | { type: 'FeeItemPublished'; data: FeeItemVersion & { version: number; from: string; document: string } }
  /** 取消收费: from this day it is not charged any more. */
  | { type: 'FeeItemAbolished'; data: { from: string; document: string; successor: string | null; version: number } }
  | SourceEvent;

/** 集中收费账户, 财政统一收缴账户, 单位账户 that finance has approved. Where else money goes is a transit account. */
export const ACCOUNT_KINDS = ['centre', 'finance', 'unit'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
/** Approved accounts (收款账户): stream `payee-<account number>`. */
export type PayeeEvent =
  /** Money may be collected into it on the days [from, to). */
  | {
      type: 'AccountApproved';
      data: {
        name: string;
        bank: string;
        kind: AccountKind;
        org: string | null;
        centre: string | null;
        document: string;
        from: string;
        to: string | null;
      };
    }
  | { type: 'CollectionAccountClosed'; data: { from: string; document: string; reason: string } }
  | LimitEvent
  | SourceEvent;

/** Whoever pays: known by what identifies him, the name sealed. */
export type Payer = Readonly<{ kind: 'person' | 'organisation' }> & PersonRef<'name'>;
/** Whose bank account it is, known by its number: the same account is the same `personId`. */
export type BankAccount = PersonRef<'name' | 'number'>;
/** Somebody of the staff. */
export type Staff = PersonRef<'name'>;

/** 财政部门, 执收单位, somebody else: only finance may approve of less, or give back. */
export const APPROVERS = ['finance', 'unit', 'other'] as const;
export type MoneyApprover = Readonly<{ name: string; level: (typeof APPROVERS)[number] }>;
/** 免, 减, 缓. */
export const WAIVER_KINDS = ['exempt', 'reduce', 'defer'] as const;
export type WaiverKind = (typeof WAIVER_KINDS)[number];

/** What somebody owes (核定): stream `fee-<id>`. */
export type FeeEvent =
  /** 核定: rate × quantity, with what it rests on. */
  | { type: 'FeeAssessed'; data: FeeAssessed }
  /** 重新核定, before it is paid. */
  | { type: 'FeeRecalculated'; data: { quantity: string; amountFen: Fen; reason: string } }
  /** 减免缓申请: the payer asks, in writing. */
  | {
      type: 'WaiverRequested';
      data: { kind: WaiverKind; amountFen: Fen; reason: string; document: string | null; payer: Payer | null };
    }
  /** The unit has looked at it and says what it thinks. */
  | { type: 'WaiverReviewed'; data: { agrees: boolean; opinion: string } }
  /** 减免: by so much it is less. `requestedOn` null: nobody asked. */
  | {
      type: 'FeeWaived';
      data: {
        kind: WaiverKind;
        amountFen: Fen;
        approver: MoneyApprover;
        requestedOn: string | null;
        decidedOn: string;
        document: string | null;
      };
    }
  /** The waiver that was asked for is not granted. */
  | { type: 'WaiverDenied'; data: { reason: string } }
  /** 缴款通知: with the code that it is paid by. */
  | { type: 'PaymentNoticeIssued'; data: { payCode: string; amountFen: Fen; dueOn: string | null } }
  /** It is not owed any more. */
  | { type: 'FeeCancelled'; data: { reason: string; document: string | null } }
  | SourceEvent;
export interface FeeAssessed {
  readonly matterId: string | null;
  readonly itemCode: string | null;
  readonly feeItem: string;
  /** The version that it was counted by; null where none was in force, as far as the ledger knew. */
  readonly feeItemVersion: number | null;
  readonly org: string | null;
  readonly rate: Rate | null;
  /** In the rate's unit, a decimal number; '1' of a fixed rate. */
  readonly quantity: string;
  readonly amountFen: Fen;
  readonly on: string;
  readonly payer: Payer | null;
  /** The n-th of so many parts, where the fee item may be paid in parts. */
  readonly instalment: Readonly<{ n: number; of: number }> | null;
}

/** 纸质, 电子. */
export const RECEIPT_FORMS = ['paper', 'electronic'] as const;
export type ReceiptForm = (typeof RECEIPT_FORMS)[number];
/** Stock of receipts (票据): stream `block-<code>-<first number>`. Numbers of one code are equally long. */
export type BlockEvent =
  /** 印制, or numbers of electronic receipts made available: up to this number. */
  | { type: 'BlockPrinted'; data: { to: string; form: ReceiptForm; on: string; printer: string | null } }
  /** 领用: this unit uses it from this day on. */
  | { type: 'BlockIssued'; data: { org: string; on: string; to: Staff | null; document: string | null } }
  /** 退回: numbers that were not used. */
  | { type: 'BlockReturned'; data: { first: string; last: string; on: string; reason: string } }
  /** 销毁, after finance has checked. */
  | {
      type: 'BlockDestroyed';
      data: { first: string; last: string; on: string; approver: MoneyApprover; document: string | null };
    }
  /** 核销: its use has been accounted for; it is closed. */
  | { type: 'BlockWrittenOff'; data: { on: string; document: string | null } }
  | LimitEvent
  | SourceEvent;

/** 直接缴款: the payer pays the bank. 集中汇缴: the window collects and pays in once a day. */
export const RECEIPT_KINDS = ['direct', 'collect'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];
export const PAY_CHANNELS = ['bank', 'pos', 'online', 'cash', 'other', 'unknown'] as const;
export type PayChannel = (typeof PAY_CHANNELS)[number];
export type ReceiptLine = {
  /** The assessment that it is for; null where none is known. */
  readonly fee: string | null;
  readonly matterId: string | null;
  readonly itemCode: string | null;
  readonly feeItem: string;
  readonly quantity: string;
  readonly amountFen: Fen;
};
export interface ReceiptIssued {
  readonly org: string | null;
  readonly kind: ReceiptKind;
  readonly form: ReceiptForm;
  /** 一般缴款书: only a notice to pay until it is completed. */
  readonly notice: boolean;
  readonly payCode: string | null;
  readonly payChannel: PayChannel;
  readonly lines: readonly ReceiptLine[];
  /** The sum of the lines. */
  readonly amountFen: Fen;
  readonly payer: Payer | null;
  /** 开票人, 复核人. */
  readonly handler: Staff | null;
  readonly checker: Staff | null;
  readonly on: string;
  /** Where it was issued, as the handler's post says. */
  readonly centre: string | null;
  readonly window: string | null;
  /** The remittance that its money goes into, of kind `collect`: `<window>-<day>`. */
  readonly remittance: string | null;
}
/** One receipt: stream `receipt-<code>-<number>`. The number is used once; a second use is on record, and marked. */
export type ReceiptEvent =
  | { type: 'ReceiptIssued'; data: ReceiptIssued }
  /** 复核: somebody else has looked at it. */
  | { type: 'ReceiptChecked'; data: { checker: Staff | null; note: string | null } }
  /** Paid, and finance has added its signature: so much of the payment is used up. Null: nobody knows of what amount. */
  | { type: 'ReceiptCompleted'; data: { on: string; payment: string | null; amountFen: Fen | null } }
  /** 作废. `copiesKept` null: nobody says whether all copies are there. */
  | { type: 'ReceiptVoided'; data: { on: string; reason: string; copiesKept: boolean | null; handler: Staff | null } }
  /** 冲红: taken back by a red one, which has a number of its own. */
  | { type: 'ReceiptRedReversed'; data: { on: string; reason: string; red: string; handler: Staff | null } }
  /** 遗失, reported to finance. */
  | { type: 'ReceiptLost'; data: { on: string; reportedTo: string | null; notice: string | null } }
  | SourceEvent;

/** 集中汇缴: stream `remittance-<window>-<day>`, one a window and day. */
export type RemittanceEvent =
  | {
      type: 'RemittanceMade';
      data: {
        org: string | null;
        centre: string | null;
        window: string;
        day: string;
        receipts: readonly string[];
        amountFen: Fen;
        payCode: string | null;
      };
    }
  | SourceEvent;

/** Money that came into an account: stream `payment-<account>-<bank's reference>`. */
export type PaymentEvent =
  | {
      type: 'PaymentReceived';
      data: {
        account: string;
        bankRef: string;
        channel: PayChannel;
        payCode: string | null;
        /** The remittance that it pays in, of kind `collect`: it settles the receipts of that. */
        remittance: string | null;
        /** The unit that it is for, where the bank says so. */
        org: string | null;
        matterId: string | null;
        itemCode: string | null;
        amountFen: Fen;
        on: string;
        payer: Payer | null;
        /** The account that it came from. */
        fromAccount: BankAccount | null;
      };
    }
  /** 冲正: all of it went back at the bank. */
  | { type: 'PaymentReversed'; data: { on: string; reason: string; bankRef: string | null } }
  | LimitEvent
  | SourceEvent;

/** 缴存: what a collection account received on a day goes to the treasury or to finance: stream `deposit-<reference>`. */
export type DepositEvent =
  | {
      type: 'DepositMade';
      data: {
        account: string;
        /** The day on which it was received. */
        day: string;
        on: string;
        amountFen: Fen;
        to: 'treasury' | 'finance';
        bankRef: string | null;
      };
    }
  | { type: 'DepositReturned'; data: { on: string; reason: string } }
  | SourceEvent;

/** 入库: what the treasury credits to a level and subject: stream `credit-<reference>`. */
export type CreditEvent =
  | {
      type: 'TreasuryCredited';
      data: {
        /** The deposit that it comes from, where the treasury says so. */
        deposit: string | null;
        org: string | null;
        feeItem: string | null;
        level: Level;
        subject: string;
        amountFen: Fen;
        on: string;
      };
    }
  | SourceEvent;

/** 退付: stream `refund-<id>`. */
export type RefundEvent =
  /** By the payer, or by the unit that found that it had taken too much. */
  | {
      type: 'RefundRequested';
      data: {
        org: string | null;
        payment: string | null;
        receipt: string | null;
        fee: string | null;
        amountFen: Fen;
        reason: string;
        by: 'payer' | 'unit';
        on: string;
      };
    }
  /** The unit has looked at it (核实). */
  | { type: 'RefundVerified'; data: { agrees: boolean; opinion: string } }
  /** Finance approves. */
  | { type: 'RefundApproved'; data: { approver: MoneyApprover; decidedOn: string; document: string | null } }
  | { type: 'RefundDenied'; data: { reason: string } }
  /** It was paid, from this account, to that one. */
  | {
      type: 'RefundPaid';
      data: {
        org: string | null;
        account: string;
        payment: string | null;
        amountFen: Fen;
        on: string;
        bankRef: string | null;
        toAccount: BankAccount | null;
      };
    }
  | SourceEvent;

/** Why money left an account, as far as the bank says; `unknown` where it is none of these. */
export const DEBIT_KINDS = ['deposit', 'refund', 'bank-fee', 'unknown'] as const;
export type DebitKind = (typeof DEBIT_KINDS)[number];
/** Money that left a collection account: stream `debit-<account>-<bank's reference>`. */
export type DebitEvent =
  | {
      type: 'BankDebitSeen';
      data: { account: string; bankRef: string; kind: DebitKind; amountFen: Fen; on: string; purpose: string | null };
    }
  | SourceEvent;

/** The unit's own books (单位账): stream `voucher-<org>-<number>`. */
export type VoucherEvent =
  | {
      type: 'VoucherPosted';
      data: {
        org: string;
        feeItem: string | null;
        /** 收 adds to what the unit says it has collected, 退 takes away. */
        side: 'collected' | 'returned';
        amountFen: Fen;
        on: string;
      };
    }
  | SourceEvent;

type OfFees = TariffEvent | PayeeEvent | FeeEvent | BlockEvent | ReceiptEvent | RemittanceEvent;
type MoneyEvents = OfFees | PaymentEvent | DepositEvent | CreditEvent | RefundEvent | DebitEvent | VoucherEvent;
/** Everything that happens in the area, but what any stream may hold. */
export type MoneyEvent = Exclude<MoneyEvents, LimitEvent | SourceEvent>;

const v1 = <const Z extends string, const E extends string>(zh: Z, en: E) => ({ version: 1, zh, en }) as const;

export const moneyEvents = {
  FeeItemPublished: v1('收费项目公布', 'fee item published'),
  FeeItemAbolished: v1('收费项目取消', 'fee item abolished'),
  AccountApproved: v1('收款账户批准', 'collection account approved'),
  CollectionAccountClosed: v1('收款账户撤销', 'collection account closed'),
  FeeAssessed: v1('核定收费', 'fee assessed'),
  FeeRecalculated: v1('重新核定', 'fee recalculated'),
  WaiverRequested: v1('申请减免缓', 'waiver of a fee requested'),
  WaiverReviewed: v1('减免缓审核', 'waiver of a fee reviewed'),
  FeeWaived: v1('批准减免缓', 'fee waived'),
  WaiverDenied: v1('不批准减免缓', 'waiver of a fee denied'),
  PaymentNoticeIssued: v1('开具缴款通知', 'payment notice issued'),
  FeeCancelled: v1('撤销核定', 'fee cancelled'),
  BlockPrinted: v1('票据印制', 'receipt block printed'),
  BlockIssued: v1('票据领用', 'receipt block issued'),
  BlockReturned: v1('票据退回', 'receipts returned unused'),
  BlockDestroyed: v1('票据销毁', 'receipts destroyed'),
  BlockWrittenOff: v1('票据核销', 'receipt block written off'),
  ReceiptIssued: v1('开具票据', 'receipt issued'),
  ReceiptChecked: v1('票据复核', 'receipt checked'),
  ReceiptCompleted: { version: 2, zh: '票据生效', en: 'receipt completed' },
  ReceiptVoided: v1('票据作废', 'receipt voided'),
  ReceiptRedReversed: v1('票据冲红', 'receipt red-reversed'),
  ReceiptLost: v1('票据遗失', 'receipt lost'),
  RemittanceMade: v1('集中汇缴', 'batch remittance made'),
  PaymentReceived: v1('到账', 'payment received'),
  PaymentReversed: v1('到账冲正', 'payment reversed'),
  DepositMade: v1('缴存', 'deposited'),
  DepositReturned: v1('缴存退回', 'deposit returned'),
  TreasuryCredited: v1('入库', 'credited by the treasury'),
  RefundRequested: v1('申请退付', 'refund requested'),
  RefundVerified: v1('退付核实', 'refund verified'),
  RefundApproved: v1('批准退付', 'refund approved'),
  RefundDenied: v1('不批准退付', 'refund denied'),
  RefundPaid: v1('退付', 'refund paid'),
  BankDebitSeen: v1('账户支出', 'debit on a collection account'),
  VoucherPosted: v1('单位记账', 'voucher of the unit posted'),
} as const satisfies Record<MoneyEvent['type'], { version: number; zh: string; en: string }>;

/** Version 1 did not say how much of the payment it took. */
export const moneyUpcasts = {
  ReceiptCompleted: [(data: { on: string; payment: string | null }) => ({ ...data, amountFen: null })],
};
