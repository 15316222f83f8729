/** What a request may say of fee items, collection accounts and the stock of receipts. */
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import {
  ACCOUNT_KINDS,
  type AccountKind,
  type Gate,
  GATES,
  RECEIPT_FORMS,
  type ReceiptForm,
} from '../../../projections/events/money.js';
import { IsA, IsDay, IsListOf, IsText, IsTexts, StaffBody } from '../../http/fields.js';
import { IsId, IsNumberOfReceipt, MoneyApproverBody, RateBody, ShareBody } from './fields.dto.js';

export class PublishFeeItemBody {
  /** The first day on which this version is in force. */
  @IsDay() from!: string;
  @IsText(200) document!: string;
  @IsText(200) name!: string;
  @IsText(100) org!: string;
  @IsTexts(500, 100) items!: string[];
  @IsA(() => RateBody) rate!: RateBody;
  @IsTexts(50, 300) legalBasis!: string[];
  @IsText(60) subject!: string;
  @IsListOf(() => ShareBody, 5, 1) shares!: ShareBody[];
  @IsIn(GATES) gate!: Gate;
  @IsBoolean() waivable!: boolean;
  @IsBoolean() instalments!: boolean;
  @IsBoolean() cash!: boolean;
  @IsBoolean() collectorByLaw!: boolean;
}
export class AbolishFeeItemBody {
  @IsDay() from!: string;
  @IsText(200) document!: string;
  @IsOptional() @IsId() successor?: string;
}
export class ApproveAccountBody {
  @IsText(200) name!: string;
  @IsText(200) bank!: string;
  @IsIn(ACCOUNT_KINDS) kind!: AccountKind;
  @IsOptional() @IsText(100) org?: string;
  @IsOptional() @IsId() centre?: string;
  @IsText(200) document!: string;
  @IsDay() from!: string;
  @IsOptional() @IsDay() to?: string;
}
export class CloseAccountBody {
  @IsDay() from!: string;
  @IsText(200) document!: string;
  @IsText(500) reason!: string;
}
export class PrintBlockBody {
  /** The last number; the first is in the block's name. */
  @IsNumberOfReceipt() to!: string;
  @IsIn(RECEIPT_FORMS) form!: ReceiptForm;
  @IsOptional() @IsText(200) printer?: string;
}
export class IssueBlockBody {
  @IsText(100) org!: string;
  @IsOptional() @IsA(() => StaffBody) staff?: StaffBody;
  @IsOptional() @IsText(200) document?: string;
}
export class ReturnReceiptsBody {
  @IsNumberOfReceipt() first!: string;
  @IsNumberOfReceipt() last!: string;
  @IsText(500) reason!: string;
}
export class DestroyReceiptsBody {
  @IsNumberOfReceipt() first!: string;
  @IsNumberOfReceipt() last!: string;
  @IsOptional() @IsText(200) document?: string;
}
export class ReportedDestructionBody {
  @IsNumberOfReceipt() first!: string;
  @IsNumberOfReceipt() last!: string;
  @IsOptional() @IsText(200) document?: string;
  @IsOptional() @IsA(() => MoneyApproverBody) approver?: MoneyApproverBody;
}
export class WriteOffBlockBody {
  @IsOptional() @IsText(200) document?: string;
}

export const tariffBodies = { PublishFeeItem: PublishFeeItemBody, AbolishFeeItem: AbolishFeeItemBody } as const;
export const payeeBodies = { ApproveAccount: ApproveAccountBody, CloseAccount: CloseAccountBody } as const;
export const blockBodies = {
  PrintBlock: PrintBlockBody,
  IssueBlock: IssueBlockBody,
  ReturnReceipts: ReturnReceiptsBody,
  DestroyReceipts: ReportedDestructionBody,
  WriteOffBlock: WriteOffBlockBody,
} as const;
