/** What is said of cases, reviews and documents, checked. */
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import {
  EVIDENCE_KINDS,
  EXECUTIONS,
  REVIEW_GROUNDS,
  REVIEW_RESULTS,
  SUSPENSIONS,
  VOTES,
} from '../../../projections/events/accountability.js';
import { OUTCOME_CODES, type OutcomeCode } from '../../../projections/accountability/outcomes.js';
import { CAPACITIES, type Capacity, PROFILE_NAMES, type Profile } from '../../../projections/accountability/table.js';
import { IsA, IsDay, IsListOf, IsText, IsTexts, OrNull } from '../../http/fields.js';
import {
  AffairReasonBody,
  ClearNameBody,
  ExtensionBody,
  HandOverBody,
  IsDigest,
  IsName,
  IsPerson,
  MemberBody,
} from './accountability.dto.js';

const SIGNED = ['signed', 'refused'] as const;
type Signed = (typeof SIGNED)[number];

export class ConductBody {
  @IsName() id!: string;
  @IsDay() on!: string;
  @IsText(2000) summary!: string;
}
export class OutcomeBody {
  @IsPerson() subject!: string;
  @IsIn(OUTCOME_CODES) code!: OutcomeCode;
  @IsTexts(50, 100) conducts!: string[];
  @IsTexts(20, 200) basis!: string[];
  /** Of conduct before 2020-07-01: the law of that time, or the newer one because it is lighter. */
  @IsIn(['then', 'now', 'now-lighter']) law!: 'then' | 'now' | 'now-lighter';
  @IsOptional() @IsText(2000) reason?: string;
}
export class ProposeFilingBody {
  @IsIn(PROFILE_NAMES) profile!: Profile;
  @IsText(100) organ!: string;
  @IsTexts(50, 100, 1) subjects!: string[];
  @IsListOf(() => ConductBody, 50, 1) conducts!: ConductBody[];
  @IsText(4000) reason!: string;
}
export class HarmingReasonBody {
  @IsText(2000) reason!: string;
  @IsBoolean() harm!: boolean;
}
export class ApproveFilingBody {
  @IsText(100) caseNo!: string;
}
export class AssignInvestigatorsBody {
  @IsListOf(() => MemberBody, 20, 1) members!: MemberBody[];
  @IsText(4000) plan!: string;
}
export class EvidenceBody {
  @IsName() evidence!: string;
  @IsIn(EVIDENCE_KINDS) kind!: (typeof EVIDENCE_KINDS)[number];
  /** Of the item as it is kept. */
  @IsDigest() digest!: string;
  @IsText(200) obtainedFrom!: string;
  @IsTexts(10, 100, 1) obtainedBy!: string[];
  /** Through whose hands it has gone, and where it is kept. */
  @IsOptional() @IsTexts(20, 200) custody?: string[];
}
export class EvidenceNameBody {
  @IsName() evidence!: string;
}
export class ExcludeEvidenceBody {
  @IsName() evidence!: string;
  @IsText(2000) reason!: string;
}
export class FactBody {
  @IsName() fact!: string;
  @IsName() conduct!: string;
  @IsText(4000) text!: string;
  @IsTexts(50, 100) evidence!: string[];
}
export class SuspendBody {
  @IsIn(SUSPENSIONS) ground!: (typeof SUSPENSIONS)[number];
  @IsText(2000) reason!: string;
}
export class ConcludeBody {
  @IsListOf(() => OutcomeBody, 50, 1) proposal!: OutcomeBody[];
  @IsOptional() @IsText(2000) dissent?: string;
  /** Nobody asked about it or pleaded for anybody beyond what is on record. */
  @IsBoolean() noInterference!: boolean;
}
export class ServeFactsBody {
  @IsTexts(10, 100, 1) servers!: string[];
  @IsIn(SIGNED) signed!: Signed;
  @IsDay() answerBy!: string;
}
export class PointBody {
  @IsName() id!: string;
  @IsText(4000) text!: string;
}
export class DefenceBody {
  @IsPerson() subject!: string;
  @IsTexts(10, 100, 1) by!: string[];
  @IsListOf(() => PointBody, 50) points!: PointBody[];
}
export class AnswerDefenceBody {
  @IsName() point!: string;
  @IsBoolean() accepted!: boolean;
  @IsText(4000) reason!: string;
}
export class NamedMembersBody {
  @IsListOf(() => MemberBody, 20, 1) members!: MemberBody[];
}
export class AdjudicationOpinionBody {
  @IsText(8000) opinion!: string;
  @IsListOf(() => OutcomeBody, 50, 1) proposal!: OutcomeBody[];
}
export class ConveneBody {
  @IsListOf(() => MemberBody, 50, 1) members!: MemberBody[];
  @IsPerson() chair!: string;
  @IsInt() @Min(1) @Max(50) quorum!: number;
}
export class CastVoteBody {
  @IsIn(VOTES) position!: (typeof VOTES)[number];
  @IsText(4000) reason!: string;
}
export class RemedyBody {
  @IsText(500) route!: string;
  @IsInt() @Min(0) @Max(366) days!: number;
}
export class DecideBody {
  @IsListOf(() => OutcomeBody, 50, 1) outcomes!: OutcomeBody[];
  @IsText(100) documentNo!: string;
  @IsText(100) seal!: string;
  @IsA(() => RemedyBody) remedy!: RemedyBody;
  @IsBoolean() noInterference!: boolean;
}
/** What another office decided may lack what it should have. */
export class ReportedRemedyBody {
  @IsOptional() @IsText(500) route?: string;
  @IsOptional() @IsInt() @Min(0) @Max(366) days?: number;
}
export class ReportedDecisionBody {
  @IsListOf(() => OutcomeBody, 50) outcomes!: OutcomeBody[];
  @IsOptional() @IsText(100) documentNo?: string;
  @IsOptional() @IsText(100) seal?: string;
  @IsOptional() @IsA(() => ReportedRemedyBody) remedy?: ReportedRemedyBody;
  @IsOptional() @IsBoolean() noInterference?: boolean;
}
export class ServeDecisionBody {
  @IsTexts(10, 100, 1) servers!: string[];
  @IsText(500) announced!: string;
  @IsIn(SIGNED) signed!: Signed;
}
export class ExecutionPlanBody {
  @IsText(4000) plan!: string;
}
export class ExecutionBody {
  @IsIn(EXECUTIONS) what!: (typeof EXECUTIONS)[number];
  @IsText(200) document!: string;
}
export class StartPeriodBody {
  @IsDay() from!: string;
  @IsInt() @Min(1) @Max(48) months!: number;
  /** The first day without effect. */
  @IsDay() to!: string;
  /** The case whose period still runs. */
  @IsOptional() @IsName() running?: string;
}
export class EndPeriodBody {
  @IsText(2000) conduct!: string;
  @IsBoolean() newViolation!: boolean;
}
export class ReopenCaseBody {
  @IsIn(['superior', 'self-correction']) by!: 'superior' | 'self-correction';
  @IsText(200) document!: string;
  @IsText(2000) reason!: string;
}
export class TakeChangeBody {
  @IsText(100) review!: string;
  @IsListOf(() => OutcomeBody, 50, 1) outcomes!: OutcomeBody[];
}
export class TakeRevocationBody {
  @IsText(100) review!: string;
}
export class CancelCaseBody {
  @IsText(2000) reason!: string;
  /** How the unit was told. */
  @IsText(200) unitNotified!: string;
  @IsBoolean() harm!: boolean;
}

export class RequestReviewBody {
  @IsPerson() subject!: string;
  /** The event of the case that it is against. */
  @IsText(100) decision!: string;
  @IsText(4000) grounds!: string;
  @IsDay() receivedOn!: string;
}
export class ReviewDecisionBody {
  @IsIn(REVIEW_RESULTS) result!: (typeof REVIEW_RESULTS)[number];
  @IsIn(REVIEW_GROUNDS) ground!: (typeof REVIEW_GROUNDS)[number];
  @IsListOf(() => OutcomeBody, 50) outcomes!: OutcomeBody[];
  @IsText(4000) reason!: string;
}
export class AppealBody {
  @IsText(100) organ!: string;
  @IsText(4000) grounds!: string;
  @IsDay() receivedOn!: string;
}
export class SignDocumentBody {
  /** Of what was seen. */
  @IsDigest() digest!: string;
  @IsIn(Object.keys(CAPACITIES)) as!: Capacity;
  @IsOptional() @IsText(2000) reservation?: string;
}
export class ReportedPeriodBody {
  @IsDay() from!: string;
  @OrNull() @IsInt() @Min(1) @Max(48) months!: number | null;
  @OrNull() @IsDay() to!: string | null;
}

export const caseBodies = {
  ProposeFiling: ProposeFilingBody,
  ReturnFiling: AffairReasonBody,
  RejectFiling: HarmingReasonBody,
  ApproveFiling: ApproveFilingBody,
  AssignInvestigators: AssignInvestigatorsBody,
  AddEvidence: EvidenceBody,
  SignEvidence: EvidenceNameBody,
  ExcludeEvidence: ExcludeEvidenceBody,
  AssertFact: FactBody,
  SuspendInvestigation: SuspendBody,
  ResumeInvestigation: AffairReasonBody,
  ProposeExtension: ExtensionBody,
  ExtendInvestigation: AffairReasonBody,
  ConcludeInvestigation: ConcludeBody,
  ServeFacts: ServeFactsBody,
  RecordDefence: DefenceBody,
  AnswerDefence: AnswerDefenceBody,
  Supplement: AffairReasonBody,
  StartAdjudication: NamedMembersBody,
  GiveAdjudicationOpinion: AdjudicationOpinionBody,
  ConveneDeliberation: ConveneBody,
  CastVote: CastVoteBody,
  Decide: ReportedDecisionBody,
  ServeDecision: ServeDecisionBody,
  StartExecution: ExecutionPlanBody,
  RecordExecution: ExecutionBody,
  StartPeriod: ReportedPeriodBody,
  EndPeriod: EndPeriodBody,
  CloseCase: AffairReasonBody,
  ReopenCase: ReopenCaseBody,
  TakeChange: TakeChangeBody,
  TakeRevocation: TakeRevocationBody,
  CancelCase: CancelCaseBody,
  TransferCase: HandOverBody,
  ClearNameInCase: ClearNameBody,
} as const;
export const reviewBodies = {
  RequestReview: RequestReviewBody,
  AssignReviewers: NamedMembersBody,
  DecideReview: ReviewDecisionBody,
  Appeal: AppealBody,
  ExtendAppeal: ExtensionBody,
  DecideAppeal: ReviewDecisionBody,
  ClearNameInReview: ClearNameBody,
} as const;
