/** What a request may say of a receipt and of a remittance, and what reports say of money at the bank. */
import { ArrayMinSize, IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import {
  DEBIT_KINDS,
  type DebitKind,
  type Level,
  LEVELS,
  PAY_CHANNELS,
  type PayChannel,
  RECEIPT_FORMS,
  RECEIPT_KINDS,
  type ReceiptForm,
  type ReceiptKind,
} from '../../../projections/events/money.js';
import { IsA, IsDay, IsListOf, IsText, IsTexts, StaffBody } from '../../http/fields.js';
import { BankAccountBody, IsFen, IsId, IsQuantity, PayerBody } from './fields.dto.js';

export class ReceiptLineBody {
  /** The assessment that it is for. */
  @IsOptional() @IsId() fee?: string;
  @IsOptional() @IsId() matterId?: string;
  @IsOptional() @IsId() itemCode?: string;
  @IsId() feeItem!: string;
  @IsQuantity() quantity!: string;
  @IsFen() amountFen!: string;
}
export class IssueReceiptBody {
  /** The block that the number is of: `<code>-<first number>`. */
  @IsOptional() @IsId() block?: string;
  @IsIn(RECEIPT_KINDS) kind!: ReceiptKind;
  @IsIn(RECEIPT_FORMS) form!: ReceiptForm;
  /** Only a notice to pay until it is completed. */
  @IsOptional() @IsBoolean() notice?: boolean;
  @IsOptional() @IsId() payCode?: string;
  @IsIn(PAY_CHANNELS) payChannel!: PayChannel;
  @IsListOf(() => ReceiptLineBody, 200, 1) lines!: ReceiptLineBody[];
  @IsFen() amountFen!: string;
  @IsOptional() @IsA(() => PayerBody) payer?: PayerBody;
}
export class ReportedReceiptBody {
  /** The block that the number is of: `<code>-<first number>`. */
  @IsOptional() @IsId() block?: string;
  @IsIn(RECEIPT_KINDS) kind!: ReceiptKind;
  @IsIn(RECEIPT_FORMS) form!: ReceiptForm;
  /** Only a notice to pay until it is completed. */
  @IsOptional() @IsBoolean() notice?: boolean;
  @IsOptional() @IsId() payCode?: string;
  @IsIn(PAY_CHANNELS) payChannel!: PayChannel;
  @IsListOf(() => ReceiptLineBody, 200, 1) lines!: ReceiptLineBody[];
  @IsFen() amountFen!: string;
  @IsOptional() @IsA(() => PayerBody) payer?: PayerBody;
  @IsOptional() @IsText(100) org?: string;
  @IsOptional() @IsA(() => StaffBody) handler?: StaffBody;
  @IsOptional() @IsA(() => StaffBody) checker?: StaffBody;
  @IsOptional() @IsId() remittance?: string;
}
export class CheckReceiptBody {
  @IsOptional() @IsText(500) note?: string;
}
export class ReportedCheckBody {
  @IsOptional() @IsText(500) note?: string;
  @IsOptional() @IsA(() => StaffBody) checker?: StaffBody;
}
export class CompleteReceiptBody {
  /** What pays for it; of a receipt that is remitted, nothing. */
  @IsOptional() @IsId() payment?: string;
}
export class VoidReceiptBody {
  @IsText(500) reason!: string;
  @IsOptional() @IsBoolean() copiesKept?: boolean;
}
export class ReportedVoidBody {
  @IsText(500) reason!: string;
  @IsOptional() @IsBoolean() copiesKept?: boolean;
  @IsOptional() @IsA(() => StaffBody) handler?: StaffBody;
}
export class ReverseReceiptBody {
  @IsText(500) reason!: string;
  /** The red one: `<code>-<number>`. */
  @IsId() red!: string;
}
export class ReportedReversalBody {
  @IsText(500) reason!: string;
  /** The red one: `<code>-<number>`. */
  @IsId() red!: string;
  @IsOptional() @IsA(() => StaffBody) handler?: StaffBody;
}
export class ReportLossBody {
  @IsOptional() @IsText(200) reportedTo?: string;
  @IsOptional() @IsText(200) notice?: string;
}
export class MakeRemittanceBody {
  @IsTexts(5000, 100) @ArrayMinSize(1) @Matches(/^[\w.-]{1,100}$/, { each: true }) receipts!: string[];
  @IsFen() amountFen!: string;
  @IsOptional() @IsId() payCode?: string;
}
export class ReportedRemittanceBody {
  @IsTexts(5000, 100) @ArrayMinSize(1) @Matches(/^[\w.-]{1,100}$/, { each: true }) receipts!: string[];
  @IsFen() amountFen!: string;
  @IsOptional() @IsId() payCode?: string;
  @IsOptional() @IsId() centre?: string;
  @IsId() window!: string;
  @IsDay() day!: string;
}

export class ReceivePaymentBody {
  @IsId() account!: string;
  @IsText(100) bankRef!: string;
  @IsIn(PAY_CHANNELS) channel!: PayChannel;
  @IsOptional() @IsId() payCode?: string;
  /** What it pays in, of kind `collect`. */
  @IsOptional() @IsId() remittance?: string;
  @IsOptional() @IsText(100) org?: string;
  @IsOptional() @IsId() matterId?: string;
  @IsOptional() @IsId() itemCode?: string;
  @IsFen() amountFen!: string;
  @IsOptional() @IsA(() => PayerBody) payer?: PayerBody;
  @IsOptional() @IsA(() => BankAccountBody) fromAccount?: BankAccountBody;
}
export class ReversePaymentBody {
  @IsText(500) reason!: string;
  @IsOptional() @IsText(100) bankRef?: string;
}
export class MakeDepositBody {
  @IsId() account!: string;
  /** The day on which it was collected. */
  @IsDay() day!: string;
  @IsFen() amountFen!: string;
  @IsIn(['treasury', 'finance']) to!: 'treasury' | 'finance';
  @IsOptional() @IsText(100) bankRef?: string;
}
export class ReturnDepositBody {
  @IsText(500) reason!: string;
}
export class CreditTreasuryBody {
  @IsOptional() @IsId() deposit?: string;
  @IsOptional() @IsText(100) org?: string;
  @IsOptional() @IsId() feeItem?: string;
  @IsIn(LEVELS) level!: Level;
  @IsText(60) subject!: string;
  @IsFen() amountFen!: string;
}
export class SeeDebitBody {
  @IsId() account!: string;
  @IsText(100) bankRef!: string;
  @IsIn(DEBIT_KINDS) kind!: DebitKind;
  @IsFen() amountFen!: string;
  @IsOptional() @IsText(200) purpose?: string;
}
export class PostVoucherBody {
  @IsText(100) org!: string;
  @IsOptional() @IsId() feeItem?: string;
  @IsIn(['collected', 'returned']) side!: 'collected' | 'returned';
  @IsFen() amountFen!: string;
}

export const receiptBodies = {
  IssueReceipt: ReportedReceiptBody,
  CheckReceipt: ReportedCheckBody,
  CompleteReceipt: CompleteReceiptBody,
  VoidReceipt: ReportedVoidBody,
  ReverseReceipt: ReportedReversalBody,
  ReportLoss: ReportLossBody,
} as const;
export const remittanceBodies = { MakeRemittance: ReportedRemittanceBody } as const;
export const paymentBodies = { ReceivePayment: ReceivePaymentBody, ReversePayment: ReversePaymentBody } as const;
export const depositBodies = { MakeDeposit: MakeDepositBody, ReturnDeposit: ReturnDepositBody } as const;
export const creditBodies = { CreditTreasury: CreditTreasuryBody } as const;
export const debitBodies = { SeeDebit: SeeDebitBody } as const;
export const voucherBodies = { PostVoucher: PostVoucherBody } as const;
