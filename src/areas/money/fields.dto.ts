/** Fields that bodies about money share. */
import { applyDecorators } from '@nestjs/common';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { type Level, LEVELS, APPROVERS } from '../../../projections/events/money.js';
import { IdentifierBody, IsA, IsText, NameBody, OrNull } from '../../http/fields.js';

/** Whole fen as a decimal string: below ten trillion yuan, so that sums of them are whole fen, too (2^53). */
export const IsFen = () =>
  applyDecorators(
    Matches(/^(?:0|[1-9]\d{0,14})$/, {
      message:
        '应为以分为单位的整数，不带符号和小数点，至多 15 位 · is a whole number of fen, no sign, at most 15 digits',
    }),
  );
/** Up to six decimals. */
export const IsQuantity = () =>
  applyDecorators(
    Matches(/^(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/, {
      message: '应为数量，至多六位小数 · is a quantity with at most six decimals',
    }),
  );
/** What an address or a stream can be named by. */
export const IsId = () =>
  applyDecorators(
    Matches(/^[\w.-]{1,100}$/, {
      message: '只能含字母、数字和 . _ -，至多 100 个 · has letters, digits and . _ - only, at most 100',
    }),
  );
/** Digits of a receipt's number. */
export const IsNumberOfReceipt = () =>
  applyDecorators(Matches(/^\d{1,18}$/, { message: '应为 1 至 18 位数字 · is 1 to 18 digits' }));

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
