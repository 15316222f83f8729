/** What a request may say of a matter. Who does it, where and when is not among it. */
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  ACCEPTANCE_MODES,
  type AcceptanceMode,
  CLOSURE_KINDS,
  type ClosureKind,
  DELIVERY_MODES,
  type DeliveryMode,
  EXTENSION_LEVELS,
  type ExtensionLevel,
  OPINIONS,
  type Opinion,
  OUTCOMES,
  type Outcome,
  PAUSE_KINDS,
  type PauseKind,
  SERVICES,
  type Service,
  STEP_ROLES,
  type StepRole,
} from '../../../projections/events/matters.js';
import { LIMIT_UNITS, type LimitUnit } from '../../../projections/kernel/clock.js';

export class PersonalBody {
  @IsOptional() @IsString() @Length(1, 100) name?: string;
  @IsOptional() @IsString() @Length(1, 40) phone?: string;
  @IsOptional() @IsString() @Length(1, 100) agent?: string;
}

export class IdentifierBody {
  @IsString() @Length(1, 40) kind!: string;
  @IsString() @Length(1, 100) value!: string;
}

export class ApplicantBody {
  @IsIn(['person', 'organisation']) kind!: 'person' | 'organisation';
  @IsOptional() @ValidateNested() @Type(() => IdentifierBody) identifier?: IdentifierBody;
  @IsDefined()
  @ValidateNested()
  @Type(() => PersonalBody)
  personal!: PersonalBody;
}

export class HolderBody {
  @IsOptional() @IsString() @Length(1, 100) post?: string;
  @IsOptional() @IsString() @Length(1, 100) org?: string;
}

export class MaterialBody {
  @IsString() @Length(1, 60) code!: string;
  @IsOptional() @IsString() @Length(1, 200) name?: string;
  @IsOptional() @IsInt() @Min(0) @Max(1000) copies?: number;
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) digest?: string;
}

export class GapBody {
  @IsString() @Length(1, 60) code!: string;
  @IsOptional() @IsString() @Length(1, 500) note?: string;
}

export class LimitBody {
  @IsInt() @Min(0) @Max(1000) n!: number;
  @IsIn(LIMIT_UNITS) unit!: LimitUnit;
}

export class ToldBody {
  @IsISO8601({ strict: true }) @Length(10, 10) on!: string;
  @IsIn(SERVICES) servedBy!: Service;
  @IsOptional() @IsString() @Length(1, 100) noticeNo?: string;
}

export class OpenInquiryBody {
  @IsString() @Length(1, 500) subject!: string;
  @IsOptional() @IsString() @Length(1, 60) itemCode?: string;
}

export class AnswerInquiryBody {
  @IsString() @Length(1, 2000) answer!: string;
}

export class ReceiveMaterialsBody {
  @IsOptional() @IsString() @Length(1, 60) itemCode?: string;
  @IsOptional() @IsString() @Length(1, 100) receiptNo?: string;
  @IsArray() @ArrayMaxSize(200) @ValidateNested({ each: true }) @Type(() => MaterialBody) materials!: MaterialBody[];
  @IsOptional()
  @ValidateNested()
  @Type(() => ApplicantBody)
  applicant?: ApplicantBody;
}

export class CheckMaterialsBody {
  @IsArray() @ArrayMaxSize(200) @ValidateNested({ each: true }) @Type(() => GapBody) gaps!: GapBody[];
}

export class RequestCorrectionBody {
  @IsArray() @ArrayMaxSize(200) @ValidateNested({ each: true }) @Type(() => GapBody) gaps!: GapBody[];
  @IsOptional() @IsISO8601({ strict: true }) @Length(10, 10) deadlineOn?: string;
  @IsIn(SERVICES) servedBy!: Service;
  @IsOptional() @IsString() @Length(1, 100) noticeNo?: string;
}

export class SubmitCorrectionBody {
  @IsArray() @ArrayMaxSize(200) @ValidateNested({ each: true }) @Type(() => MaterialBody) materials!: MaterialBody[];
}

export class AcceptMatterBody {
  @IsOptional() @IsString() @Length(1, 60) itemCode?: string;
  @IsOptional() @IsString() @Length(1, 100) acceptanceNo?: string;
  @IsOptional()
  @IsIn(ACCEPTANCE_MODES)
  mode?: AcceptanceMode;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => GapBody)
  promisedGaps?: GapBody[];
}

export class RefuseMatterBody {
  @IsString() @Length(1, 2000) reasons!: string;
  @IsOptional() @IsString() @Length(1, 2000) remedies?: string;
  @IsOptional() @IsString() @Length(1, 200) rightAuthority?: string;
}

export class AssignHolderBody {
  @IsDefined()
  @ValidateNested()
  @Type(() => HolderBody)
  holder!: HolderBody;
  @IsOptional() @IsString() @Length(1, 60) step?: string;
}

export class OfferHandOverBody {
  @IsDefined()
  @ValidateNested()
  @Type(() => HolderBody)
  to!: HolderBody;
  @IsString() @Length(1, 500) reason!: string;
  @IsOptional() @IsString() @Length(1, 60) step?: string;
}

export class AcceptHandOverBody {
  @IsOptional()
  @ValidateNested()
  @Type(() => HolderBody)
  holder?: HolderBody;
}

export class DeclineHandOverBody {
  @IsString() @Length(1, 500) reason!: string;
}

export class ReturnHandOverBody {
  @IsString() @Length(1, 500) reason!: string;
}

export class FinishStepBody {
  @IsString() @Length(1, 60) step!: string;
  @IsOptional() @IsString() @Length(1, 200) name?: string;
  @IsOptional()
  @IsIn(STEP_ROLES)
  role?: StepRole;
  @IsOptional()
  @IsIn(OPINIONS)
  opinion?: Opinion;
  @IsOptional() @IsString() @Length(1, 2000) text?: string;
}

export class PauseMatterBody {
  @IsIn(PAUSE_KINDS) kind!: PauseKind;
  @IsString() @Length(1, 500) reason!: string;
  @IsOptional() @IsString() @Length(1, 200) basis?: string;
  @IsOptional() @IsISO8601({ strict: true }) @Length(10, 10) declaredEnd?: string;
  @IsOptional()
  @ValidateNested()
  @Type(() => ToldBody)
  told?: ToldBody;
}

export class ResumeMatterBody {
  @IsOptional() @IsString() @Length(1, 2000) result?: string;
}

export class RequestExtensionBody {
  @IsDefined()
  @ValidateNested()
  @Type(() => LimitBody)
  limit!: LimitBody;
  @IsString() @Length(1, 500) reason!: string;
}

export class ApproveExtensionBody {
  @IsOptional()
  @ValidateNested()
  @Type(() => LimitBody)
  limit?: LimitBody;
  @IsIn(EXTENSION_LEVELS) level!: ExtensionLevel;
  @IsOptional() @IsString() @Length(1, 500) reason?: string;
  @IsOptional() @IsString() @Length(1, 200) document?: string;
  @IsOptional()
  @ValidateNested()
  @Type(() => ToldBody)
  told?: ToldBody;
}

export class DenyExtensionBody {
  @IsIn(EXTENSION_LEVELS) level!: ExtensionLevel;
  @IsString() @Length(1, 500) reason!: string;
}

export class DecideMatterBody {
  @IsIn(OUTCOMES) outcome!: Outcome;
  @IsOptional() @IsString() @Length(1, 2000) reasons?: string;
  @IsOptional() @IsString() @Length(1, 2000) remedies?: string;
}

export class IssueLicenceBody {
  @IsString() @Length(1, 100) certificateNo!: string;
  @IsOptional() @IsString() @Length(1, 200) name?: string;
  @IsOptional() @IsISO8601({ strict: true }) @Length(10, 10) validFrom?: string;
  @IsOptional() @IsISO8601({ strict: true }) @Length(10, 10) validTo?: string;
}

export class DeliverResultBody {
  @IsIn(DELIVERY_MODES) mode!: DeliveryMode;
}

export class CloseMatterBody {
  @IsIn(CLOSURE_KINDS) kind!: ClosureKind;
  @IsOptional() @IsString() @Length(1, 500) reason?: string;
}

export class WithdrawMatterBody {
  @IsString() @Length(1, 500) reason!: string;
}

export class ReopenMatterBody {
  @IsString() @Length(1, 500) reason!: string;
  @IsOptional() @IsString() @Length(1, 200) basis?: string;
}
