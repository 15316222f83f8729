/** What is said of leads, conflicts and registers, checked. */
import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import {
  CLOSINGS,
  CONFLICTS,
  type Extension,
  EXTENSIONS,
  LEAD_SOURCES,
  type LeadSource,
  ROUTES,
  SCOPES,
} from '../../../projections/events/accountability.js';
import { FIRST_FORM, OUTCOME_CODES, type OutcomeCode } from '../../../projections/accountability/outcomes.js';
import { PROFILE_NAMES, type Profile } from '../../../projections/accountability/table.js';
import { IdentifierBody, IsA, IsDay, IsListOf, IsText, IsTexts, NameBody } from '../../http/fields.js';

type Route = (typeof ROUTES)[number];
type Scope = (typeof SCOPES)[number];
type Conflict = (typeof CONFLICTS)[number];
/** What a stream can be named by. */
export const IsName = () => applyDecorators(Matches(/^[\w.-]{1,100}$/));
/** Of the staff, as the key store knows him. */
export const IsPerson = () => applyDecorators(IsText(100));
export const IsDigest = () => applyDecorators(Matches(/^sha256:[0-9a-f]{64}$/));

export class AffairReasonBody {
  @IsText(2000) reason!: string;
}
export class ExtensionBody {
  @IsIn(EXTENSIONS) ground!: Extension;
  @IsText(2000) reason!: string;
}
/** Nothing is said but that it be done. */
export class AffairEmptyBody {
  @IsOptional() @IsIn([true]) confirmed?: boolean;
}
export class SubjectBody {
  @IsA(() => IdentifierBody) identifier!: IdentifierBody;
  @IsA(() => NameBody) personal!: NameBody;
  @IsText(100) org!: string;
  @IsOptional() @IsText(100) post?: string;
}
export class MemberBody {
  @IsA(() => IdentifierBody) identifier!: IdentifierBody;
  @IsA(() => NameBody) personal!: NameBody;
  @IsText(100) department!: string;
}
export class AllegationBody {
  @IsText(60) code!: string;
  @IsText(4000) text!: string;
}
export class RegisterLeadBody {
  @IsIn(LEAD_SOURCES) source!: LeadSource;
  @IsIn(PROFILE_NAMES) profile!: Profile;
  /** Its name where it came from; of a finding, its id. */
  @IsOptional() @IsText(200) reference?: string;
  @IsListOf(() => SubjectBody, 50) subjects!: SubjectBody[];
  /** Units that it is about, beside those of the subjects. */
  @IsTexts(50, 100) orgs!: string[];
  @IsListOf(() => AllegationBody, 50, 1) allegations!: AllegationBody[];
  @IsOptional() @IsName() reporter?: string;
  @IsOptional() @IsName() relatedCase?: string;
}
export class TriageBody {
  @IsIn(ROUTES) route!: Route;
  @IsText(2000) reasons!: string;
}
export class RouteLeadBody {
  @IsText(100) toUnit!: string;
  @IsDay() replyBy!: string;
  @IsText(2000) reason!: string;
}
export class OutcomeReportedBody {
  @IsText(4000) outcome!: string;
}
export class CloseLeadBody {
  @IsIn(CLOSINGS) category!: (typeof CLOSINGS)[number];
  @IsText(2000) reason!: string;
  /** A name was harmed, and is to be cleared. */
  @IsBoolean() harm!: boolean;
}
export class ReopenLeadBody {
  @IsText(2000) newEvidence!: string;
}
export class InquiryBody {
  @IsListOf(() => MemberBody, 20, 1) officers!: MemberBody[];
  @IsText(4000) questions!: string;
}
export class AnswerBody {
  @IsText(4000) answer!: string;
}
export class VerificationBody {
  @IsListOf(() => MemberBody, 20, 1) team!: MemberBody[];
  @IsText(4000) plan!: string;
}
export class StatementBody {
  @IsPerson() subject!: string;
  @IsTexts(10, 100, 1) by!: string[];
  @IsText(8000) statement!: string;
}
export class VerificationReportBody {
  @IsText(8000) report!: string;
  @IsIn([...ROUTES, 'file']) category!: Route | 'file';
}
export class LightOutcomeBody {
  @IsPerson() subject!: string;
  @IsIn(FIRST_FORM) code!: OutcomeCode;
  @IsText(2000) reason!: string;
}
/** What another office reports may be anything. */
export class ReportedLightOutcomeBody {
  @IsPerson() subject!: string;
  @IsIn(OUTCOME_CODES) code!: OutcomeCode;
  @IsText(2000) reason!: string;
}
export class HandOverBody {
  @IsText(100) to!: string;
  /** Of the hand-over. */
  @IsText(200) receipt!: string;
  @IsText(2000) reason!: string;
}
export class ClearNameBody {
  @IsIn(SCOPES) scope!: Scope;
  @IsIn(SCOPES) harmScope!: Scope;
  @IsText(2000) means!: string;
}

export class DeclareConflictBody {
  @IsBoolean() conflict!: boolean;
  @IsOptional() @IsIn(CONFLICTS) grounds?: Conflict;
  @IsOptional() @IsText(1000) details?: string;
}
export class RequestRecusalBody {
  @IsPerson() person!: string;
  @IsIn(CONFLICTS) grounds!: Conflict;
  @IsText(1000) reason!: string;
}
export class RuleRecusalBody {
  @IsPerson() person!: string;
  @IsIn(['recused', 'stays']) result!: 'recused' | 'stays';
  @IsText(1000) reason!: string;
}
export class InterferenceBody {
  @IsText(200) who!: string;
  @IsText(2000) what!: string;
  @IsDay() on!: string;
}

export class ClaimConductBody {
  @IsName() case!: string;
  @IsText(100) organ!: string;
}
export class ReleaseConductBody {
  @IsName() case!: string;
  @IsText(1000) reason!: string;
}
export class SanctionReportedBody {
  @IsText(100) organ!: string;
  @IsIn(OUTCOME_CODES) code!: OutcomeCode;
  @IsText(200) document!: string;
  @IsDay() on!: string;
}
const STANDINGS = ['ordinary', 'appointed', 'elected', 'government-head'] as const;
export class AuthorityOfPersonBody {
  @IsA(() => IdentifierBody) of!: IdentifierBody;
  @IsText(100) organ!: string;
  @IsText(60) level!: string;
  @IsIn(STANDINGS) standing!: (typeof STANDINGS)[number];
  @IsDay() from!: string;
  @IsText(200) document!: string;
}
export class PriorStepOfPersonBody {
  @IsA(() => IdentifierBody) of!: IdentifierBody;
  @IsText(200) document!: string;
  @IsDay() on!: string;
}
export class ReporterFieldsBody {
  @IsOptional() @IsText(100) name?: string;
  @IsOptional() @IsText(200) contact?: string;
}
export class ReporterOfLeadBody {
  @IsOptional() @IsA(() => IdentifierBody) identifier?: IdentifierBody;
  @IsA(() => ReporterFieldsBody) personal!: ReporterFieldsBody;
}
export class RecordReporterBody {
  @IsA(() => ReporterOfLeadBody) reporter!: ReporterOfLeadBody;
  @IsBoolean() named!: boolean;
}

/** By command, for reports. */
export const leadBodies = {
  ProposeNoLead: AffairReasonBody,
  ConfirmNoLead: AffairReasonBody,
  RefuseNoLead: AffairReasonBody,
  RegisterLead: RegisterLeadBody,
  ProposeTriage: TriageBody,
  RouteLead: RouteLeadBody,
  ReturnLead: AffairReasonBody,
  ReportOutcome: OutcomeReportedBody,
  HoldLead: AffairReasonBody,
  TakeUpLead: AffairReasonBody,
  CloseLead: CloseLeadBody,
  ReopenLead: ReopenLeadBody,
  StartInquiry: InquiryBody,
  RecordAnswer: AnswerBody,
  StartVerification: VerificationBody,
  ExtendVerification: ExtensionBody,
  TakeStatement: StatementBody,
  ReportVerification: VerificationReportBody,
  GiveLightOutcome: ReportedLightOutcomeBody,
  TransferLead: HandOverBody,
  ClearName: ClearNameBody,
} as const;
export const recusalBodies = {
  DeclareConflict: DeclareConflictBody,
  RequestRecusal: RequestRecusalBody,
  RuleRecusal: RuleRecusalBody,
  RecordInterference: InterferenceBody,
} as const;
export const conductBodies = {
  ClaimConduct: ClaimConductBody,
  ReleaseConduct: ReleaseConductBody,
  ReportSanction: SanctionReportedBody,
} as const;
