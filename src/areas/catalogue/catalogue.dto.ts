/** What a request may say of an item. Its code comes from the address. */
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { LIMIT_UNITS, type LimitUnit } from '../../../projections/kernel/clock.js';

const orNull = (name: 'statutory' | 'promised' | 'promiseReason') =>
  ValidateIf((body: PublishItemBody) => body[name] !== null);

export class ItemLimitBody {
  @IsInt() @Min(0) @Max(1000) n!: number;
  @IsIn(LIMIT_UNITS) unit!: LimitUnit;
}
export class ItemMaterialBody {
  @IsString() @Length(1, 60) code!: string;
  @IsString() @Length(1, 200) name!: string;
  @IsBoolean() required!: boolean;
}
export class ItemStepBody {
  @IsString() @Length(1, 60) code!: string;
  @IsString() @Length(1, 200) name!: string;
}
export class PublishItemBody {
  /** The first day on which this version is in force. */
  @IsISO8601({ strict: true }) @Length(10, 10) from!: string;
  @IsString() @Length(1, 200) name!: string;
  @IsString() @Length(1, 100) department!: string;
  @IsIn(['city', 'county', 'township']) level!: 'city' | 'county' | 'township';
  @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) @MaxLength(300, { each: true }) legalBasis!: string[];
  @orNull('statutory') @ValidateNested() @Type(() => ItemLimitBody) statutory!: ItemLimitBody | null;
  @orNull('promised') @ValidateNested() @Type(() => ItemLimitBody) promised!: ItemLimitBody | null;
  @orNull('promiseReason') @IsString() @Length(1, 500) promiseReason!: string | null;
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => ItemMaterialBody)
  materials!: ItemMaterialBody[];
  @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => ItemStepBody) steps!: ItemStepBody[];
  @IsBoolean() mustEnter!: boolean;
}
