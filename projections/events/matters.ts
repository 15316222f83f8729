/** What happens to a matter (办件) in its life, from the first question to delivery: stream `matter-<id>`. */
import type { Channel, PersonRef, Place } from '../kernel/message.js';
import type { SourceEvent } from './sources.js';
import type { ResponsibilityEvent } from './attribution.js';
import type { DeemedEvent, LimitEvent } from './time.js';
import type { Limit } from '../kernel/clock.js';

/** Who has a matter in hand: a person, a post or a unit, as far as it is known. */
export type Holder = Readonly<{ post?: string; org?: string }> & Partial<PersonRef<'name'>>;

/** Something handed in; `digest` of the paper or file where there is one. */
export type Material = Readonly<{ code: string; name?: string; copies?: number; digest?: string }>;
/** A gap in the materials and what the applicant is to do about it. */
export type Gap = Readonly<{ code: string; note?: string }>;
/** How a paper reached somebody. */
export const SERVICES = ['on-the-spot', 'online', 'message', 'mail', 'public-notice'] as const;
export type Service = (typeof SERVICES)[number];
export type Told = Readonly<{ on: string; servedBy: Service; noticeNo?: string }>;

/**
 * A limit counted out: from the day it runs (not counted itself) to its last day. `provisional`: days not gazetted yet;
 * `region`: whose calendar counts.
 */
export type Due = Readonly<{ limit: Limit; from: string; on: string; provisional: boolean; region: string }>;

/** Full materials; gaps against a written promise (容缺受理); granted on promise, checked later (告知承诺). */
export const ACCEPTANCE_MODES = ['full', 'gaps-promised', 'on-promise'] as const;
export type AcceptanceMode = (typeof ACCEPTANCE_MODES)[number];

/** Licensing Law art. 45: what is not counted into the limit. */
export const SPECIAL_PROCEDURES = [
  'hearing',
  'tender',
  'auction',
  'inspection',
  'test',
  'quarantine',
  'appraisal',
  'expert-review',
] as const;
/** `correction` after acceptance and `other` have no basis in art. 45: they are recorded, and the clock runs on. */
export const PAUSE_KINDS = [...SPECIAL_PROCEDURES, 'correction', 'other'] as const;
export type PauseKind = (typeof PAUSE_KINDS)[number];

/** 承办人, 审核人, 批准人. */
export const STEP_ROLES = ['undertaker', 'reviewer', 'approver'] as const;
export type StepRole = (typeof STEP_ROLES)[number];
export const OPINIONS = ['approve', 'change', 'reject', 'dissent'] as const;
export type Opinion = (typeof OPINIONS)[number];

/** Who may lengthen a limit: the organ's head, or of joint handling the government's (Licensing Law art. 42). */
export const EXTENSION_LEVELS = ['unit', 'organ-head', 'government-head'] as const;
export type ExtensionLevel = (typeof EXTENSION_LEVELS)[number];

export const OUTCOMES = ['granted', 'denied', 'partial'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Kinds of closure as the exchange tables of e-supervision number them: 0 … 6, in this order. */
export const CLOSURE_KINDS = [
  'certificate-issued',
  'returned',
  'voided',
  'deleted',
  'forwarded',
  'correction-lapsed',
  'completed',
] as const;
export type ClosureKind = (typeof CLOSURE_KINDS)[number];
export const DELIVERY_MODES = ['window', 'mail', 'online', 'self-service', 'relay'] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];
export const RELATIONS = ['duplicate-of', 'supersedes', 'stage-of', 'appeal-of'] as const;
export type Relation = (typeof RELATIONS)[number];

/** Facts of a source's case that the card understands; any other attribute is kept and shown as it is. */
export const KNOWN_FACTS = ['deadline', 'plannedEnd', 'start', 'channel', 'responsible', 'department'] as const;

export type MatterEvent =
  /** Somebody asked; the first one asked is responsible until it is answered or taken over (首问负责制). */
  | {
      type: 'InquiryOpened';
      data: {
        subject: string;
        itemCode: string | null;
        responsible: Holder;
        inquirer: PersonRef<'name' | 'phone'> | null;
      };
    }
  /** The question was answered, at once or after asking around. */
  | { type: 'InquiryAnswered'; data: { answer: string } }
  /** Materials came in (收件, not yet 受理) and a receipt was given. */
  | { type: 'MaterialsReceived'; data: MaterialsReceived }
  /** Materials were compared with the item's list: complete and in legal form, or these gaps. */
  | { type: 'MaterialsChecked'; data: { gaps: readonly Gap[]; itemVersion: number | null } }
  /** 一次性告知: all gaps told once, on the spot or within five working days (Licensing Law art. 32(4)). */
  | {
      type: 'CorrectionRequested';
      data: { gaps: readonly Gap[]; deadlineOn: string | null; servedBy: Service; noticeNo: string | null };
    }
  /** The applicant handed in what was missing. */
  | { type: 'CorrectionSubmitted'; data: { materials: readonly Material[] } }
  /** 受理: the clocks start (Licensing Law art. 32(5), 42). */
  | { type: 'MatterAccepted'; data: MatterAccepted }
  /** 不予受理, with reasons, remedies and the right authority (Licensing Law art. 32(1)(2), 38(2)). */
  | {
      type: 'MatterRefused';
      data: { itemCode: string | null; reasons: string; remedies: string | null; rightAuthority: string | null };
    }
  /** Somebody got the matter in hand; `inferred` where a source shows only that another person went on. */
  | { type: 'HolderAssigned'; data: { holder: Holder; before: Holder | null; step: string | null; inferred: boolean } }
  /** 移送: handed to another side, which has to accept it; until then the giver holds it. */
  | { type: 'HandOverOffered'; data: { to: Holder; reason: string; step: string | null } }
  /** The other side took it: from here it holds the matter. */
  | { type: 'HandOverAccepted'; data: { holder: Holder; before: Holder | null } }
  /** The other side did not take it: it stays where it was. */
  | { type: 'HandOverDeclined'; data: { reason: string } }
  /** The other side sent back what it had taken. */
  | { type: 'HandOverReturned'; data: { reason: string; holder: Holder | null; before: Holder | null } }
  /** A step of the item's plan, or an activity of a source, began. */
  | { type: 'StepStarted'; data: { step: string; name: string | null } }
  /** A step ended with an opinion: approve, change, reject or dissent, or none. */
  | { type: 'StepFinished'; data: StepFinished }
  /** Special procedure (特别程序): its time is not counted if the applicant was told in writing (art. 45). */
  | { type: 'MatterPaused'; data: MatterPaused }
  /** The special procedure ended. */
  | { type: 'MatterResumed'; data: { result: string | null } }
  /** Longer time was asked for (art. 42). */
  | { type: 'ExtensionRequested'; data: { limit: Limit; reason: string } }
  /** Longer time was approved, by this level. */
  | {
      type: 'ExtensionApproved';
      data: { limit: Limit; level: ExtensionLevel; reason: string; document: string | null; told: Told | null };
    }
  /** Longer time was not approved. */
  | { type: 'ExtensionDenied'; data: { level: ExtensionLevel; reason: string } }
  /** The applicant was told of a pause or an extension and its reason (art. 42, 45). */
  | { type: 'ApplicantTold'; data: { about: 'pause' | 'extension'; told: Told } }
  /** 并联审批: several units under one lead (art. 26). */
  | { type: 'JointHandlingOpened'; data: { lead: string; members: readonly JointMember[] } }
  /** A unit gave its opinion in joint handling; `late` where its time was over. */
  | {
      type: 'JointOpinionGiven';
      data: { org: string; opinion: Opinion; text: string | null; late: boolean | null };
    }
  /** 缺席默认: a unit neither came nor objected, and counts as agreeing; the responsibility stays its own. */
  | { type: 'AbsenceCounted'; data: { org: string; basis: string } }
  /** 提前介入: a unit of a later step looks in before its turn. */
  | { type: 'EarlyInvolvementStarted'; data: { org: string; step: string | null } }
  /** The parties were told when and where the hearing is, seven days before (art. 48(1)). */
  | { type: 'HearingNotified'; data: { hearingOn: string; chair: PersonRef<'name'> | null } }
  /** The hearing was held; its chair did not examine the case (art. 48(3)). */
  | { type: 'HearingHeld'; data: { chair: PersonRef<'name'> | null; record: string | null } }
  /** On-site verification, by two persons or more (art. 34(3)). */
  | { type: 'SiteVisited'; data: { visitors: readonly PersonRef<'name'>[]; findings: string } }
  /** The decision, with the opinions that it rests on (ids of events); a refusal tells reasons and remedies (38(2)). */
  | { type: 'MatterDecided'; data: MatterDecided }
  /** A certificate or licence was made out (art. 39, 44). */
  | {
      type: 'LicenceIssued';
      data: { certificateNo: string; name: string | null; validFrom: string | null; validTo: string | null };
    }
  /** A certificate was taken back (art. 69). */
  | { type: 'LicenceRevoked'; data: { certificateNo: string; reason: string; basis: string } }
  /** The result reached the applicant (art. 44: within ten working days). */
  | { type: 'ResultDelivered'; data: { mode: DeliveryMode } }
  /** 办结. Returning, voiding and deleting are kinds of closure: they end a clock and are looked at. */
  | { type: 'MatterClosed'; data: { kind: ClosureKind; reason: string | null } }
  /** The applicant withdrew. */
  | { type: 'MatterWithdrawn'; data: { reason: string } }
  /** What was over goes on, on this ground. */
  | { type: 'MatterReopened'; data: { reason: string; basis: string | null } }
  /** This matter and another belong together. */
  | { type: 'MatterLinked'; data: { relation: Relation; to: string } }
  /** The place of an acceptance was recorded wrongly; the first record stays (envelope: corrects). */
  | { type: 'AcceptanceCorrected'; data: { acceptance: string; place: Place; channel: Channel | null } }
  /** What a source says of its case as such, without saying when it came to be. */
  | { type: 'CaseFactReported'; data: { attribute: string; value: string | null } }
  | ResponsibilityEvent
  | LimitEvent
  | DeemedEvent
  | SourceEvent;

export type Applicant = Readonly<{ kind: 'person' | 'organisation' }> & PersonRef<'name' | 'phone' | 'agent'>;
export interface MaterialsReceived {
  readonly itemCode: string | null;
  readonly itemVersion: number | null;
  readonly receiptNo: string | null;
  readonly materials: readonly Material[];
  readonly applicant: Applicant | null;
  /** 标的, what is applied for: the code of a project, plot, vehicle or premises in its register; not personal data. */
  readonly subjectKey?: string;
  readonly holder: Holder | null;
}
/** What the ledger knew of the item and the calendar that day; null where it knew nothing. */
export interface MatterAccepted {
  readonly itemCode: string | null;
  readonly itemVersion: number | null;
  readonly acceptanceNo: string | null;
  readonly on: string;
  readonly mode: AcceptanceMode;
  readonly promisedGaps: readonly Gap[];
  readonly statutory: Due | null;
  readonly promised: Due | null;
  /** The centre and window that it was accepted for, as the actor's post says. */
  readonly centre: string | null;
  readonly window: string | null;
}
export interface StepFinished {
  readonly step: string;
  readonly name: string | null;
  readonly role: StepRole | null;
  readonly opinion: Opinion | null;
  readonly text: string | null;
  /** What the matter should come out as, by whoever gave it. */
  readonly proposes?: Outcome;
  /** The opinions that he had before him (ids of events); left out where nobody has said. */
  readonly received?: readonly string[];
}
export interface MatterPaused {
  readonly kind: PauseKind;
  readonly reason: string;
  readonly basis: string | null;
  readonly declaredEnd: string | null;
  readonly told: Told | null;
}
export interface JointMember {
  readonly org: string;
  readonly dueOn: string | null;
}
export interface MatterDecided {
  readonly outcome: Outcome;
  readonly on: string;
  readonly reasons: string | null;
  readonly remedies: string | null;
  readonly opinions: readonly string[];
  /** In which of the three roles it was decided. */
  readonly role?: StepRole;
}

const v1 = <const Z extends string, const E extends string>(zh: Z, en: E) => ({ version: 1, zh, en }) as const;

export const matterEvents = {
  InquiryOpened: v1('首问登记', 'inquiry opened'),
  InquiryAnswered: v1('询问已答复', 'inquiry answered'),
  MaterialsReceived: v1('收件', 'materials received'),
  MaterialsChecked: v1('材料已核对', 'materials checked'),
  CorrectionRequested: v1('一次性告知补正', 'one-time notice of gaps'),
  CorrectionSubmitted: v1('已补正', 'correction submitted'),
  MatterAccepted: v1('受理', 'accepted'),
  MatterRefused: v1('不予受理', 'not accepted'),
  HolderAssigned: v1('确定承办', 'holder assigned'),
  HandOverOffered: v1('移送', 'hand-over offered'),
  HandOverAccepted: v1('接收移送', 'hand-over accepted'),
  HandOverDeclined: v1('拒收移送', 'hand-over declined'),
  HandOverReturned: v1('退回移送', 'hand-over returned'),
  StepStarted: v1('环节开始', 'step started'),
  StepFinished: v1('环节完成', 'step finished'),
  MatterPaused: v1('特别程序开始', 'special procedure started'),
  MatterResumed: v1('特别程序结束', 'special procedure ended'),
  ExtensionRequested: v1('申请延期', 'extension requested'),
  ExtensionApproved: v1('批准延期', 'extension approved'),
  ExtensionDenied: v1('不批准延期', 'extension denied'),
  ApplicantTold: v1('已告知申请人', 'applicant told'),
  JointHandlingOpened: v1('并联审批启动', 'joint handling opened'),
  JointOpinionGiven: v1('并联意见', 'joint opinion given'),
  AbsenceCounted: v1('缺席默认', 'absence counted as agreement'),
  EarlyInvolvementStarted: v1('提前介入', 'early involvement'),
  HearingNotified: v1('听证通知', 'hearing notified'),
  HearingHeld: v1('听证举行', 'hearing held'),
  SiteVisited: v1('现场核查', 'site visited'),
  MatterDecided: v1('作出决定', 'decided'),
  LicenceIssued: v1('颁发证件', 'licence issued'),
  LicenceRevoked: v1('撤销证件', 'licence revoked'),
  ResultDelivered: v1('送达结果', 'result delivered'),
  MatterClosed: v1('办结', 'closed'),
  MatterWithdrawn: v1('撤回申请', 'withdrawn'),
  MatterReopened: v1('重新办理', 'reopened'),
  MatterLinked: v1('关联办件', 'linked'),
  AcceptanceCorrected: v1('更正受理地点', 'place of acceptance corrected'),
  CaseFactReported: v1('来源信息', 'fact of the source'),
} as const satisfies Record<
  Exclude<MatterEvent, ResponsibilityEvent | LimitEvent | DeemedEvent | SourceEvent>['type'],
  { version: number; zh: string; en: string }
>;
