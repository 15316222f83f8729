/** What a request may say of a matter. Who does it, where and when is not among it. */
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
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
  RELATIONS,
  type Relation,
  SERVICES,
  type Service,
  STEP_ROLES,
  type StepRole,
} from '../../../projections/events/matters.js';
import {
  IsA,
  IsDay,
  IsListOf,
  IsText,
  IsTexts,
  OrNull,
  IdentifierBody,
  PlaceBody,
  StaffBody,
} from '../../http/fields.js';
import { type Channel, CHANNELS } from '../../../projections/kernel/message.js';
import { responsibilityBodies } from './responsibility.dto.js';
import { LIMIT_UNITS, type LimitUnit } from '../../../projections/kernel/clock.js';

export class PersonalBody {
  @IsOptional() @IsText(100) name?: string;
  @IsOptional() @IsText(40) phone?: string;
  @IsOptional() @IsText(100) agent?: string;
}

export class ApplicantBody {
  @IsIn(['person', 'organisation']) kind!: 'person' | 'organisation';
  @IsOptional() @IsA(() => IdentifierBody) identifier?: IdentifierBody;
  @IsA(() => PersonalBody) personal!: PersonalBody;
}

export class HolderBody {
  @IsOptional() @IsText(100) post?: string;
  @IsOptional() @IsText(100) org?: string;
}

export class MaterialBody {
  @IsText(60) code!: string;
  @IsOptional() @IsText(200) name?: string;
  @IsOptional() @IsInt() @Min(0) @Max(1000) copies?: number;
  @IsOptional() @Matches(/^sha256:[0-9a-f]{64}$/) digest?: string;
}

export class GapBody {
  @IsText(60) code!: string;
  @IsOptional() @IsText(500) note?: string;
}

export class LimitBody {
  @IsInt() @Min(0) @Max(1000) n!: number;
  @IsIn(LIMIT_UNITS) unit!: LimitUnit;
}

export class ToldBody {
  @IsDay() on!: string;
  @IsIn(SERVICES) servedBy!: Service;
  @IsOptional() @IsText(100) noticeNo?: string;
}

export class OpenInquiryBody {
  @IsText(500) subject!: string;
  @IsOptional() @IsText(60) itemCode?: string;
}

export class AnswerInquiryBody {
  @IsText(2000) answer!: string;
}

export class ReceiveMaterialsBody {
  @IsOptional() @IsText(60) itemCode?: string;
  @IsOptional() @IsText(100) receiptNo?: string;
  @IsListOf(() => MaterialBody, 200) materials!: MaterialBody[];
  @IsOptional() @IsA(() => ApplicantBody) applicant?: ApplicantBody;
  /** What it is applied for: code of the project, plot, vehicle or premises in its register. No personal data. */
  @IsOptional() @IsText(100) subjectKey?: string;
}

export class CheckMaterialsBody {
  @IsListOf(() => GapBody, 200) gaps!: GapBody[];
}

export class RequestCorrectionBody {
  @IsListOf(() => GapBody, 200) gaps!: GapBody[];
  @IsOptional() @IsDay() deadlineOn?: string;
  @IsIn(SERVICES) servedBy!: Service;
  @IsOptional() @IsText(100) noticeNo?: string;
}

export class SubmitCorrectionBody {
  @IsListOf(() => MaterialBody, 200) materials!: MaterialBody[];
}

export class AcceptMatterBody {
  @IsOptional() @IsText(60) itemCode?: string;
  @IsOptional() @IsText(100) acceptanceNo?: string;
  @IsOptional()
  @IsIn(ACCEPTANCE_MODES)
  mode?: AcceptanceMode;
  @IsOptional()
  @IsListOf(() => GapBody, 200)
  promisedGaps?: GapBody[];
}

export class RefuseMatterBody {
  @IsText(2000) reasons!: string;
  @IsOptional() @IsText(2000) remedies?: string;
  @IsOptional() @IsText(200) rightAuthority?: string;
}

export class AssignHolderBody {
  @IsA(() => HolderBody) holder!: HolderBody;
  @IsOptional() @IsText(60) step?: string;
}

export class OfferHandOverBody {
  @IsA(() => HolderBody) to!: HolderBody;
  @IsText(500) reason!: string;
  @IsOptional() @IsText(60) step?: string;
}

export class AcceptHandOverBody {
  @IsOptional() @IsA(() => HolderBody) holder?: HolderBody;
}

export class DeclineHandOverBody {
  @IsText(500) reason!: string;
}

export class ReturnHandOverBody {
  @IsText(500) reason!: string;
}

export class FinishStepBody {
  @IsText(60) step!: string;
  @IsOptional() @IsText(200) name?: string;
  @IsOptional()
  @IsIn(STEP_ROLES)
  role?: StepRole;
  @IsOptional()
  @IsIn(OPINIONS)
  opinion?: Opinion;
  @IsOptional() @IsText(2000) text?: string;
  /** What the matter should come out as. */
  @IsOptional() @IsIn(OUTCOMES) proposes?: Outcome;
  /** Ids of the events with the opinions received; all so far, if an act leaves them out. */
  @IsOptional() @IsTexts(100, 36) received?: string[];
}

export class PauseMatterBody {
  @IsIn(PAUSE_KINDS) kind!: PauseKind;
  @IsText(500) reason!: string;
  @IsOptional() @IsText(200) basis?: string;
  @IsOptional() @IsDay() declaredEnd?: string;
  @IsOptional() @IsA(() => ToldBody) told?: ToldBody;
}

export class ResumeMatterBody {
  @IsOptional() @IsText(2000) result?: string;
}

export class RequestExtensionBody {
  @IsA(() => LimitBody) limit!: LimitBody;
  @IsText(500) reason!: string;
}

export class ApproveExtensionBody {
  @IsOptional() @IsA(() => LimitBody) limit?: LimitBody;
  @IsIn(EXTENSION_LEVELS) level!: ExtensionLevel;
  @IsOptional() @IsText(500) reason?: string;
  @IsOptional() @IsText(200) document?: string;
  @IsOptional() @IsA(() => ToldBody) told?: ToldBody;
}

export class DenyExtensionBody {
  @IsIn(EXTENSION_LEVELS) level!: ExtensionLevel;
  @IsText(500) reason!: string;
}

export class DecideMatterBody {
  @IsOptional() @Matches(/^[\w.-]{1,100}$/) itemCode?: string;
  @IsIn(OUTCOMES) outcome!: Outcome;
  @IsOptional() @IsText(2000) reasons?: string;
  @IsOptional() @IsText(2000) remedies?: string;
  /** In which role it is decided: as the approver, or as the reviewer. */
  @IsOptional() @IsIn(STEP_ROLES) role?: StepRole;
}

export class IssueLicenceBody {
  @IsText(100) certificateNo!: string;
  @IsOptional() @IsText(200) name?: string;
  @IsOptional() @IsDay() validFrom?: string;
  @IsOptional() @IsDay() validTo?: string;
  @IsOptional() @Matches(/^[\w.-]{1,100}$/) itemCode?: string;
}

export class DeliverResultBody {
  @IsIn(DELIVERY_MODES) mode!: DeliveryMode;
}

export class CloseMatterBody {
  @IsIn(CLOSURE_KINDS) kind!: ClosureKind;
  @IsOptional() @IsText(500) reason?: string;
}

export class WithdrawMatterBody {
  @IsText(500) reason!: string;
}

export class ReopenMatterBody {
  @IsText(500) reason!: string;
  @IsOptional() @IsText(200) basis?: string;
}

export class StartStepBody {
  @IsText(60) step!: string;
  @IsOptional() @IsText(200) name?: string;
}

export class TellApplicantBody {
  @IsIn(['pause', 'extension']) about!: 'pause' | 'extension';
  @IsA(() => ToldBody) told!: ToldBody;
}

export class JointMemberBody {
  @IsText(100) org!: string;
  @OrNull() @IsDay() dueOn!: string | null;
}

export class OpenJointHandlingBody {
  @IsText(100) lead!: string;
  @IsListOf(() => JointMemberBody, 50, 1) members!: JointMemberBody[];
}

export class GiveJointOpinionBody {
  @IsText(100) org!: string;
  @IsIn(OPINIONS) opinion!: Opinion;
  @IsOptional() @IsText(2000) text?: string;
}

export class CountAbsenceBody {
  @IsText(100) org!: string;
  @IsText(200) basis!: string;
}

export class StartEarlyInvolvementBody {
  @IsText(100) org!: string;
  @IsOptional() @IsText(60) step?: string;
}

export class NotifyHearingBody {
  @IsDay() hearingOn!: string;
  @IsOptional() @IsA(() => StaffBody) chair?: StaffBody;
}

export class HoldHearingBody {
  @IsOptional() @IsA(() => StaffBody) chair?: StaffBody;
  @IsOptional() @IsText(5000) record?: string;
}

export class VisitSiteBody {
  @IsListOf(() => StaffBody, 20) visitors!: StaffBody[];
  @IsText(5000) findings!: string;
}

export class RevokeLicenceBody {
  @IsText(100) certificateNo!: string;
  @IsText(500) reason!: string;
  @IsText(200) basis!: string;
}

export class LinkMatterBody {
  @IsIn(RELATIONS) relation!: Relation;
  @Matches(/^[\w.-]{1,100}$/) to!: string;
}

/** What a source says of its case; `value` null: that it says nothing any more. */
export class CorrectAcceptanceBody {
  /** Id of the event. */
  @Matches(/^[0-9a-f-]{36}$/) acceptance!: string;
  @IsA(() => PlaceBody) place!: PlaceBody;
  @IsOptional() @IsIn(CHANNELS) channel?: Channel;
  @IsText(1000) reason!: string;
  /** Who has approved it. */
  @IsA(() => StaffBody) approver!: StaffBody;
}
export class SetCaseFactBody {
  @IsText(100) attribute!: string;
  @OrNull() @IsText(5000) value!: string | null;
}

/** The body of each command that can be sent; what is inferred or compared is not among them. */
export const matterBodies = {
  OpenInquiry: OpenInquiryBody,
  AnswerInquiry: AnswerInquiryBody,
  ReceiveMaterials: ReceiveMaterialsBody,
  CheckMaterials: CheckMaterialsBody,
  RequestCorrection: RequestCorrectionBody,
  SubmitCorrection: SubmitCorrectionBody,
  AcceptMatter: AcceptMatterBody,
  RefuseMatter: RefuseMatterBody,
  AssignHolder: AssignHolderBody,
  OfferHandOver: OfferHandOverBody,
  AcceptHandOver: AcceptHandOverBody,
  DeclineHandOver: DeclineHandOverBody,
  ReturnHandOver: ReturnHandOverBody,
  StartStep: StartStepBody,
  FinishStep: FinishStepBody,
  PauseMatter: PauseMatterBody,
  ResumeMatter: ResumeMatterBody,
  RequestExtension: RequestExtensionBody,
  ApproveExtension: ApproveExtensionBody,
  DenyExtension: DenyExtensionBody,
  TellApplicant: TellApplicantBody,
  OpenJointHandling: OpenJointHandlingBody,
  GiveJointOpinion: GiveJointOpinionBody,
  CountAbsence: CountAbsenceBody,
  StartEarlyInvolvement: StartEarlyInvolvementBody,
  NotifyHearing: NotifyHearingBody,
  HoldHearing: HoldHearingBody,
  VisitSite: VisitSiteBody,
  DecideMatter: DecideMatterBody,
  IssueLicence: IssueLicenceBody,
  RevokeLicence: RevokeLicenceBody,
  DeliverResult: DeliverResultBody,
  CloseMatter: CloseMatterBody,
  WithdrawMatter: WithdrawMatterBody,
  ReopenMatter: ReopenMatterBody,
  LinkMatter: LinkMatterBody,
  CorrectAcceptance: CorrectAcceptanceBody,
  SetCaseFact: SetCaseFactBody,
  ...responsibilityBodies,
} as const;
