/** Fields that many bodies have. */
import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsDefined, IsISO8601, IsOptional, IsString, Length, ValidateNested } from 'class-validator';

/** A day, YYYY-MM-DD. */
export const IsDay = () => applyDecorators(IsISO8601({ strict: true }), Length(10, 10));
/** Text of 1 to `most` characters. */
export const IsText = (most: number) => applyDecorators(IsString(), Length(1, most));
/** An object of its own class; of a list, each. */
export const IsA = (of: () => new () => object) =>
  applyDecorators(IsDefined(), ValidateNested({ each: true }), Type(of));

export class IdentifierBody {
  @IsText(40) kind!: string;
  @IsText(100) value!: string;
}
export class NameBody {
  @IsOptional() @IsText(100) name?: string;
}
/** Somebody of the staff, by what the key store knows him by; his name is sealed. */
export class StaffBody {
  @IsA(() => IdentifierBody) identifier!: IdentifierBody;
  @IsA(() => NameBody) personal!: NameBody;
}
