/** What may be asked of a matter. Whoever reports uses the same words; what he does not know he leaves null or out. */
import type {
  AcceptanceMode,
  Applicant,
  ClosureKind,
  DeliveryMode,
  ExtensionLevel,
  Gap,
  Holder,
  JointMember,
  Material,
  Opinion,
  Outcome,
  PauseKind,
  Relation,
  Service,
  StepRole,
  Told,
} from '../../../projections/events/matters.js';
import type { Limit } from '../../../projections/kernel/clock.js';
import type { Channel, PersonRef, Place } from '../../../projections/kernel/message.js';
import type { LimitSaid } from '../../kernel/decider.js';
import type { ResponsibilityCommand } from './responsibility.js';

export type MatterCommand =
  /** From the policy alone. */
  | { type: 'PassLimit'; data: LimitSaid }
  | {
      type: 'OpenInquiry';
      data: { subject: string; itemCode?: string; responsible?: Holder; inquirer?: PersonRef<'name' | 'phone'> };
    }
  | { type: 'AnswerInquiry'; data: { answer: string } }
  | { type: 'ReceiveMaterials'; data: ReceiveMaterials }
  | { type: 'CheckMaterials'; data: { gaps: readonly Gap[] } }
  | {
      type: 'RequestCorrection';
      data: { gaps: readonly Gap[]; deadlineOn?: string; servedBy: Service; noticeNo?: string };
    }
  | { type: 'SubmitCorrection'; data: { materials: readonly Material[] } }
  | { type: 'AcceptMatter'; data: AcceptMatter }
  | {
      type: 'RefuseMatter';
      data: { itemCode?: string; reasons: string; remedies?: string; rightAuthority?: string };
    }
  | { type: 'AssignHolder'; data: { holder: Holder; step?: string; inferred?: boolean } }
  | { type: 'OfferHandOver'; data: { to: Holder; reason: string; step?: string } }
  | { type: 'AcceptHandOver'; data: { holder?: Holder } }
  | { type: 'DeclineHandOver'; data: { reason: string } }
  | { type: 'ReturnHandOver'; data: { reason: string } }
  | { type: 'StartStep'; data: { step: string; name?: string } }
  | { type: 'FinishStep'; data: FinishStep }
  | { type: 'PauseMatter'; data: PauseMatter }
  | { type: 'ResumeMatter'; data: { result?: string } }
  | { type: 'RequestExtension'; data: { limit: Limit; reason: string } }
  | { type: 'ApproveExtension'; data: ApproveExtension }
  | { type: 'DenyExtension'; data: { level: ExtensionLevel; reason: string } }
  | { type: 'TellApplicant'; data: { about: 'pause' | 'extension'; told: Told } }
  | { type: 'OpenJointHandling'; data: { lead: string; members: readonly JointMember[] } }
  | { type: 'GiveJointOpinion'; data: { org: string; opinion: Opinion; text?: string } }
  | { type: 'CountAbsence'; data: { org: string; basis: string } }
  | { type: 'StartEarlyInvolvement'; data: { org: string; step?: string } }
  | { type: 'NotifyHearing'; data: { hearingOn: string; chair?: PersonRef<'name'> } }
  | { type: 'HoldHearing'; data: { chair?: PersonRef<'name'>; record?: string } }
  | { type: 'VisitSite'; data: { visitors: readonly PersonRef<'name'>[]; findings: string } }
  | { type: 'DecideMatter'; data: DecideMatter }
  | {
      type: 'IssueLicence';
      /** `itemCode`: where nothing has named the item before. */
      data: { certificateNo: string; name?: string; validFrom?: string; validTo?: string; itemCode?: string };
    }
  | { type: 'RevokeLicence'; data: { certificateNo: string; reason: string; basis: string } }
  | { type: 'DeliverResult'; data: { mode: DeliveryMode } }
  | { type: 'CloseMatter'; data: { kind: ClosureKind; reason?: string } }
  | { type: 'WithdrawMatter'; data: { reason: string } }
  | { type: 'ReopenMatter'; data: { reason: string; basis?: string } }
  | { type: 'LinkMatter'; data: { relation: Relation; to: string } }
  | { type: 'CorrectAcceptance'; data: CorrectAcceptance }
  | ResponsibilityCommand
  | { type: 'SetCaseFact'; data: { attribute: string; value: string | null } };

export interface ReceiveMaterials {
  readonly itemCode?: string;
  readonly receiptNo?: string;
  readonly materials: readonly Material[];
  readonly applicant?: Applicant;
  /** What it is applied for, as a register knows it. */
  readonly subjectKey?: string;
}
export interface AcceptMatter {
  /** The item, where materials were not received before under one. */
  readonly itemCode?: string;
  readonly acceptanceNo?: string;
  /** `full` if left out. */
  readonly mode?: AcceptanceMode;
  readonly promisedGaps?: readonly Gap[];
}
export interface FinishStep {
  readonly step: string;
  readonly name?: string;
  readonly role?: StepRole;
  readonly opinion?: Opinion;
  readonly text?: string;
  readonly proposes?: Outcome;
  /** Ids of the events with the opinions; all so far, if an act leaves them out. */
  readonly received?: readonly string[];
}
export interface PauseMatter {
  readonly kind: PauseKind;
  readonly reason: string;
  readonly basis?: string;
  readonly declaredEnd?: string;
  readonly told?: Told;
}
export interface ApproveExtension {
  /** What was asked for, if left out. */
  readonly limit?: Limit;
  readonly level: ExtensionLevel;
  readonly reason?: string;
  readonly document?: string;
  readonly told?: Told;
}
export interface DecideMatter {
  /** The item, where nothing has named it before. */
  readonly itemCode?: string;
  readonly outcome: Outcome;
  readonly reasons?: string;
  readonly remedies?: string;
  /** Ids of the events with the opinions; all so far, if left out. */
  readonly opinions?: readonly string[];
  readonly role?: StepRole;
}
/** Where an acceptance was done in fact, if it was recorded wrongly; somebody else has approved that. */
export interface CorrectAcceptance {
  /** Id of the event. */
  readonly acceptance: string;
  readonly place: Place;
  readonly channel?: Channel;
  readonly reason: string;
  readonly approver: PersonRef<'name'>;
}
