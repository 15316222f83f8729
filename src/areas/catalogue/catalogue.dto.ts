/** What a request may say of an item. Its code comes from the address. */
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Matches,
  Min,
  ValidateIf,
} from 'class-validator';
import { APPROVER_LEVELS, type ApproverLevel } from '../../../projections/events/exemptions.js';
import { LIMIT_UNITS, type LimitUnit } from '../../../projections/kernel/clock.js';
import { type Channel, CHANNELS, PLACE_KINDS, type PlaceKind } from '../../../projections/kernel/message.js';
import { IsA, IsDay, IsText } from '../../http/fields.js';

const orNull = (name: 'statutory' | 'promised' | 'promiseReason') =>
  ValidateIf((body: PublishItemBody) => body[name] !== null);

export class ItemLimitBody {
  @IsInt() @Min(0) @Max(1000) n!: number;
  @IsIn(LIMIT_UNITS) unit!: LimitUnit;
}
export class ItemMaterialBody {
  @IsText(60) code!: string;
  @IsText(200) name!: string;
  @IsBoolean() required!: boolean;
}
export class ItemStepBody {
  @IsText(60) code!: string;
  @IsText(200) name!: string;
}
export class PublishItemBody {
  /** The first day on which this version is in force. */
  @IsDay() from!: string;
  @IsText(200) name!: string;
  @IsText(100) department!: string;
  @IsIn(['city', 'county', 'township']) level!: 'city' | 'county' | 'township';
  @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) @MaxLength(300, { each: true }) legalBasis!: string[];
  @orNull('statutory') @IsA(() => ItemLimitBody) statutory!: ItemLimitBody | null;
  @orNull('promised') @IsA(() => ItemLimitBody) promised!: ItemLimitBody | null;
  @orNull('promiseReason') @IsText(500) promiseReason!: string | null;
  @IsArray()
  @ArrayMaxSize(200)
  @IsA(() => ItemMaterialBody)
  materials!: ItemMaterialBody[];
  @IsArray() @ArrayMaxSize(100) @IsA(() => ItemStepBody) steps!: ItemStepBody[];
  @IsBoolean() mustEnter!: boolean;
}

export class EnterItemBody {
  @Matches(/^[\w.-]{1,100}$/) centre!: string;
  @IsOptional() @IsText(60) window?: string;
  @IsDay() from!: string;
  @IsText(200) document!: string;
}
export class AbolishItemBody {
  @IsDay() from!: string;
  @IsText(200) document!: string;
  @IsOptional() @Matches(/^[\w.-]{1,100}$/) successor?: string;
}
export class DelegateItemBody {
  @IsText(100) to!: string;
  @IsDay() from!: string;
  @IsText(200) document!: string;
}

const nullable = (name: keyof ExemptionScopeBody) => ValidateIf((body: ExemptionScopeBody) => body[name] !== null);
/** Null: all of them. */
export class ExemptionScopeBody {
  @nullable('items') @IsArray() @ArrayMaxSize(500) @IsString({ each: true }) @Length(1, 100, { each: true }) items!:
    string[] | null;
  @nullable('places') @IsArray() @ArrayMaxSize(20) @IsIn(PLACE_KINDS, { each: true }) places!: PlaceKind[] | null;
  @nullable('channels') @IsArray() @ArrayMaxSize(20) @IsIn(CHANNELS, { each: true }) channels!: Channel[] | null;
}
export class ApproverBody {
  @IsText(100) name!: string;
  @IsIn(APPROVER_LEVELS) level!: ApproverLevel;
}
export class ApplyForExemptionBody {
  @Matches(/^[\w.-]{1,60}$/) exemption!: string;
  @IsA(() => ExemptionScopeBody) scope!: ExemptionScopeBody;
  @IsText(1000) reason!: string;
}
export class ApproveExemptionBody {
  @Matches(/^[\w.-]{1,60}$/) exemption!: string;
  @IsA(() => ExemptionScopeBody) scope!: ExemptionScopeBody;
  @IsA(() => ApproverBody) approver!: ApproverBody;
  @IsDay() decidedOn!: string;
  @IsOptional() @IsText(200) document?: string;
  @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(300, { each: true }) obligations!: string[];
  @IsDay() from!: string;
  @IsOptional() @IsDay() to?: string;
}
export class DenyExemptionBody {
  @Matches(/^[\w.-]{1,60}$/) exemption!: string;
  @IsText(1000) reason!: string;
}
export class RevokeExemptionBody {
  @Matches(/^[\w.-]{1,60}$/) exemption!: string;
  @IsDay() from!: string;
  @IsText(200) document!: string;
  @IsText(1000) reason!: string;
}

export const itemBodies = {
  PublishItem: PublishItemBody,
  EnterItem: EnterItemBody,
  AbolishItem: AbolishItemBody,
  DelegateItem: DelegateItemBody,
} as const;
export const exemptionBodies = {
  ApplyForExemption: ApplyForExemptionBody,
  ApproveExemption: ApproveExemptionBody,
  DenyExemption: DenyExemptionBody,
  RevokeExemption: RevokeExemptionBody,
} as const;
