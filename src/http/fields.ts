/** Fields that many bodies have. What they say is checked, and stands in the description of the interface. */
import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { isDay } from '../../projections/kernel/instant.js';
import { PLACE_KINDS, type PlaceKind } from '../../projections/kernel/message.js';

/** A day, YYYY-MM-DD: ISO 8601 also has days of weeks (2026-W10-1), and hours, that are as long. */
export const IsDay = () =>
  ValidateBy({
    name: 'isIso8601',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isDay(value),
      defaultMessage: (of) => `${of?.property} must be a day, YYYY-MM-DD`,
    },
  });
/** Text of 1 to `most` characters. */
export const IsText = (most: number) => applyDecorators(IsString(), Length(1, most));
/** An object of its own class. */
export const IsA = (of: () => new () => object) => applyDecorators(IsDefined(), IsObject(), ValidateNested(), Type(of));
/** At most so many objects of a class. */
export const IsListOf = (of: () => new () => object, most: number, least = 0) =>
  applyDecorators(IsArray(), ArrayMinSize(least), ArrayMaxSize(most), ValidateNested({ each: true }), Type(of));
/** At most so many texts. */
export const IsTexts = (most: number, length: number, least = 0) =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    IsString({ each: true }),
    Length(1, length, { each: true }),
  );

/** Fields that are there and may be null, as `Class.field`. */
export const NULLABLE = new Set<string>();
/** Null says something: that there is none. */
export const OrNull = (): PropertyDecorator => (target, name) => {
  NULLABLE.add(`${target.constructor.name}.${String(name)}`);
  ValidateIf((_: object, value: unknown) => value !== null)(target, name);
};

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

export class PlaceBody {
  @IsIn(PLACE_KINDS) kind!: PlaceKind;
  @IsOptional() @IsText(100) window?: string;
  @IsOptional() @IsText(100) org?: string;
}
