/** What a request may say of an assessment, and of a refund. What only a report says has a class of its own. */
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { WAIVER_KINDS, type WaiverKind } from '../../../projections/events/money.js';
import { IsA, IsDay, IsText } from '../../http/fields.js';
import { BankAccountBody, IsFen, IsId, IsQuantity, MoneyApproverBody, PayerBody } from './fields.dto.js';

export class InstalmentBody {
  @IsInt() @Min(1) @Max(1000) n!: number;
  @IsInt() @Min(1) @Max(1000) of!: number;
}
export class AssessFeeBody {
  @IsOptional() @IsId() matterId?: string;
  @IsOptional() @IsId() itemCode?: string;
  @IsId() feeItem!: string;
  @IsQuantity() quantity!: string;
  /** Counted by the rate in force where it is left out. */
  @IsOptional() @IsFen() amountFen?: string;
  @IsOptional() @IsA(() => PayerBody) payer?: PayerBody;
  @IsOptional() @IsA(() => InstalmentBody) instalment?: InstalmentBody;
}
export class ReportedAssessmentBody {
  @IsOptional() @IsId() matterId?: string;
  @IsOptional() @IsId() itemCode?: string;
  @IsId() feeItem!: string;
  @IsQuantity() quantity!: string;
  /** Counted by the rate in force where it is left out. */
  @IsOptional() @IsFen() amountFen?: string;
  @IsOptional() @IsA(() => PayerBody) payer?: PayerBody;
  @IsOptional() @IsA(() => InstalmentBody) instalment?: InstalmentBody;
  @IsOptional() @IsText(100) org?: string;
}
export class RecalculateFeeBody {
  @IsQuantity() quantity!: string;
  @IsOptional() @IsFen() amountFen?: string;
  @IsText(500) reason!: string;
}
export class RequestWaiverBody {
  @IsIn(WAIVER_KINDS) kind!: WaiverKind;
  @IsFen() amountFen!: string;
  @IsText(500) reason!: string;
  /** The payer's written application. */
  @IsOptional() @IsText(200) document?: string;
  @IsOptional() @IsA(() => PayerBody) payer?: PayerBody;
}
/** Of a waiver or a refund: what the unit thinks of it. */
export class OpinionBody {
  @IsBoolean() agrees!: boolean;
  @IsText(500) opinion!: string;
}
export class ApprovalBody {
  @IsOptional() @IsText(200) document?: string;
}
export class ReportedWaiverBody {
  @IsOptional() @IsText(200) document?: string;
  @IsOptional() @IsA(() => MoneyApproverBody) approver?: MoneyApproverBody;
  @IsOptional() @IsDay() decidedOn?: string;
  @IsOptional() @IsIn(WAIVER_KINDS) kind?: WaiverKind;
  @IsOptional() @IsFen() amountFen?: string;
  @IsOptional() @IsDay() requestedOn?: string;
}
export class DenialBody {
  @IsText(500) reason!: string;
}
export class IssueNoticeBody {
  @IsId() payCode!: string;
  @IsOptional() @IsDay() dueOn?: string;
}
export class CancelFeeBody {
  @IsText(500) reason!: string;
  @IsOptional() @IsText(200) document?: string;
}

export class RequestRefundBody {
  @IsOptional() @IsId() payment?: string;
  @IsOptional() @IsId() receipt?: string;
  @IsOptional() @IsId() fee?: string;
  @IsFen() amountFen!: string;
  @IsText(500) reason!: string;
  @IsIn(['payer', 'unit']) by!: 'payer' | 'unit';
}
export class ReportedRequestBody {
  @IsOptional() @IsId() payment?: string;
  @IsOptional() @IsId() receipt?: string;
  @IsOptional() @IsId() fee?: string;
  @IsFen() amountFen!: string;
  @IsText(500) reason!: string;
  @IsIn(['payer', 'unit']) by!: 'payer' | 'unit';
  @IsOptional() @IsText(100) org?: string;
}
export class ReportedApprovalBody {
  @IsOptional() @IsText(200) document?: string;
  @IsOptional() @IsA(() => MoneyApproverBody) approver?: MoneyApproverBody;
  @IsOptional() @IsDay() decidedOn?: string;
}
export class PayRefundBody {
  @IsOptional() @IsText(100) org?: string;
  @IsId() account!: string;
  @IsOptional() @IsId() payment?: string;
  @IsFen() amountFen!: string;
  @IsOptional() @IsText(100) bankRef?: string;
  @IsOptional() @IsA(() => BankAccountBody) toAccount?: BankAccountBody;
}

export const feeBodies = {
  AssessFee: ReportedAssessmentBody,
  RecalculateFee: RecalculateFeeBody,
  RequestWaiver: RequestWaiverBody,
  ReviewWaiver: OpinionBody,
  ApproveWaiver: ReportedWaiverBody,
  DenyWaiver: DenialBody,
  IssueNotice: IssueNoticeBody,
  CancelFee: CancelFeeBody,
} as const;
export const refundBodies = {
  RequestRefund: ReportedRequestBody,
  VerifyRefund: OpinionBody,
  ApproveRefund: ReportedApprovalBody,
  DenyRefund: DenialBody,
  PayRefund: PayRefundBody,
} as const;
