/** Fields that bodies about money share. */
import { applyDecorators } from '@nestjs/common';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { type Level, LEVELS, APPROVERS } from '../../../projections/events/money.js';
import { IdentifierBody, IsA, IsText, NameBody, OrNull } from '../../http/fields.js';

/** Whole fen as a decimal string. */
export const IsFen = () => applyDecorators(Matches(/^(?:0|[1-9]\d{0,17})$/));
/** Up to six decimals. */
export const IsQuantity = () => applyDecorators(Matches(/^(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/));
/** What an address or a stream can be named by. */
export const IsId = () => applyDecorators(Matches(/^[\w.-]{1,100}$/));
/** Digits of a receipt's number. */
export const IsNumberOfReceipt = () => applyDecorators(Matches(/^\d{1,18}$/));

export class RateBody {
  @IsIn(['fixed', 'per-unit']) kind!: 'fixed' | 'per-unit';
  @IsText(40) unit!: string;
  @IsFen() fen!: string;
  @OrNull() @IsFen() leastFen!: string | null;
  @OrNull() @IsFen() mostFen!: string | null;
}
export class ShareBody {
  @IsIn(LEVELS) level!: Level;
  @IsInt() @Min(1) @Max(100) percent!: number;
}
export class PayerBody {
  @IsIn(['person', 'organisation']) kind!: 'person' | 'organisation';
  @IsOptional() @IsA(() => IdentifierBody) identifier?: IdentifierBody;
  @IsA(() => NameBody) personal!: NameBody;
}
export class AccountNameBody {
  @IsOptional() @IsText(100) name?: string;
  @IsOptional() @IsText(60) number?: string;
}
/** An account by its number as identifier: the same number is the same account. */
export class BankAccountBody {
  @IsOptional() @IsA(() => IdentifierBody) identifier?: IdentifierBody;
  @IsA(() => AccountNameBody) personal!: AccountNameBody;
}
export class MoneyApproverBody {
  @IsText(100) name!: string;
  @IsIn(APPROVERS) level!: (typeof APPROVERS)[number];
}
