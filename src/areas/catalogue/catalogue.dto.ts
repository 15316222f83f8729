/** What a request may say of an item. Its code comes from the address. */
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsOptional, Max, Matches, Min } from 'class-validator';
import { APPROVER_LEVELS, type ApproverLevel } from '../../../projections/events/exemptions.js';
import { LIMIT_UNITS, type LimitUnit } from '../../../projections/kernel/clock.js';
import { type Channel, CHANNELS, PLACE_KINDS, type PlaceKind } from '../../../projections/kernel/message.js';
import { IsA, IsDay, IsListOf, IsText, IsTexts, OrNull } from '../../http/fields.js';

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
  @IsOptional() @IsInt() @Min(1) @Max(1000) workdays?: number;
}
export class PublishItemBody {
  /** The first day on which this version is in force. */
  @IsDay() from!: string;
  @IsText(200) name!: string;
  @IsText(100) department!: string;
  @IsIn(['city', 'county', 'township']) level!: 'city' | 'county' | 'township';
  @IsTexts(50, 300) legalBasis!: string[];
  @OrNull() @IsA(() => ItemLimitBody) statutory!: ItemLimitBody | null;
  @OrNull() @IsA(() => ItemLimitBody) promised!: ItemLimitBody | null;
  @OrNull() @IsText(500) promiseReason!: string | null;
  @IsListOf(() => ItemMaterialBody, 200)
  materials!: ItemMaterialBody[];
  @IsListOf(() => ItemStepBody, 100) steps!: ItemStepBody[];
  @IsBoolean() mustEnter!: boolean;
}

export class EnterItemBody {
  @Matches(/^[\w.-]{1,100}$/) centre!: string;
  @IsOptional() @IsText(60) window?: string;
  @IsDay() from!: string;
  @IsText(200) document!: string;
}
export class LeaveCentreBody {
  @Matches(/^[\w.-]{1,100}$/) centre!: string;
  /** The first day on which it is not accepted there any more. */
  @IsDay()
  from!: string;
  @IsText(500) reason!: string;
  @IsOptional() @IsText(100) approver?: string;
  @IsOptional() @IsText(200) document?: string;
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

/** Null: all of them. */
export class ExemptionScopeBody {
  @OrNull() @IsTexts(500, 100) items!: string[] | null;
  @OrNull() @IsArray() @ArrayMaxSize(20) @IsIn(PLACE_KINDS, { each: true }) places!: PlaceKind[] | null;
  @OrNull() @IsArray() @ArrayMaxSize(20) @IsIn(CHANNELS, { each: true }) channels!: Channel[] | null;
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
  @IsTexts(20, 300) obligations!: string[];
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
  LeaveCentre: LeaveCentreBody,
  AbolishItem: AbolishItemBody,
  DelegateItem: DelegateItemBody,
} as const;
export const exemptionBodies = {
  ApplyForExemption: ApplyForExemptionBody,
  ApproveExemption: ApproveExemptionBody,
  DenyExemption: DenyExemptionBody,
  RevokeExemption: RevokeExemptionBody,
} as const;
