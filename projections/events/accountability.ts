/**
 * Holding people to account (责任追究). A lead, its case, its conflicts and its review share one id, and are streams of
 * their own: `lead-<id>`, `case-<id>`, `recusal-<id>`, `review-<id>`, `document-<id>.<kind>`. What is said to a stream
 * is what its event holds; `guards` are the conditions of the law as they were evaluated then. All of it is sealed.
 */
import type { DocumentKind, Profile } from '../accountability/table.js';
import type { Outcome, OutcomeCode } from '../accountability/outcomes.js';
import type { PersonRef } from '../kernel/message.js';

/** One guard as it was evaluated: `missing` follows from `inputs` alone, so that anybody can evaluate it again. */
export type Evaluated = Readonly<{
  guard: string;
  version: number;
  inputs: Readonly<Record<string, unknown>>;
  missing: readonly string[];
}>;
type Guarded = Readonly<{ guards: readonly Evaluated[] }>;
/** Events of a machine by their names. */
type EventsOf<M> = { [T in keyof M]: { type: T; data: M[T] & Guarded } }[keyof M];
/** Of a register, where nothing of the law is evaluated. */
type PlainOf<M> = { [T in keyof M]: { type: T; data: M[T] } }[keyof M];

export type Subject = PersonRef<'name'> & Readonly<{ org: string; post?: string }>;
/** Somebody who handles it, and the department that he is of. */
export type Member = PersonRef<'name'> & Readonly<{ department: string }>;

export const LEAD_SOURCES = [
  'finding',
  'complaint',
  'petition',
  'audit',
  'inspection',
  'self-report',
  'media',
  'superior',
] as const;
export type LeadSource = (typeof LEAD_SOURCES)[number];
export const ROUTES = ['route', 'hold', 'close', 'inquire', 'verify', 'transfer'] as const;
/** Why a lead is not pursued, or a case is given up. */
export const CLOSINGS = ['unfounded', 'no-fault', 'outside-power', 'out-of-time', 'dealt-with', 'light'] as const;

/** How far harm to a name reached, and how far it is cleared. */
export const SCOPES = ['person', 'unit', 'system', 'public'] as const;
type Clearing = Readonly<{ scope: (typeof SCOPES)[number]; harmScope: (typeof SCOPES)[number]; means: string }>;

/** 案情复杂，其他特殊情形 (处分条例 art. 44; 公务员法 art. 96). */
export const EXTENSIONS = ['complex', 'special'] as const;
export type Extension = (typeof EXTENSIONS)[number];

export interface LeadEvents {
  /** `reporter`: the stream `reporter-<id>` that alone knows who it is. */
  LeadRegistered: Readonly<{
    source: LeadSource;
    profile: Profile;
    /** What it came from, by its name there; of a finding, its id, which is the id of the lead. */
    reference?: string;
    subjects: readonly Subject[];
    orgs: readonly string[];
    allegations: readonly Readonly<{ code: string; text: string }>[];
    reporter?: string;
    relatedCase?: string;
  }>;
  /** One person proposes that an upheld finding becomes no lead (AC-07). */
  NoLeadProposed: Readonly<{ reason: string }>;
  /** Another one agrees, or does not. */
  NoLeadConfirmed: Readonly<{ reason: string }>;
  NoLeadRefused: Readonly<{ reason: string }>;
  TriageProposed: Readonly<{ route: (typeof ROUTES)[number]; reasons: string }>;
  LeadRouted: Readonly<{ toUnit: string; replyBy: string; reason: string }>;
  LeadReturned: Readonly<{ reason: string }>;
  OutcomeReported: Readonly<{ outcome: string }>;
  LeadHeld: Readonly<{ reason: string }>;
  /** Looked at again after it was held. */
  LeadTakenUp: Readonly<{ reason: string }>;
  LeadClosed: Readonly<{ category: (typeof CLOSINGS)[number]; reason: string; harm: boolean }>;
  LeadReopened: Readonly<{ newEvidence: string }>;
  InquirySent: Readonly<{ officers: readonly Member[]; questions: string }>;
  LetterAnswered: Readonly<{ answer: string }>;
  VerificationStarted: Readonly<{ team: readonly Member[]; plan: string }>;
  VerificationExtended: Readonly<{ ground?: Extension; reason: string }>;
  /** The person's own word, before anything is decided about him. */
  StatementTaken: Readonly<{ subject: string; by: readonly string[]; statement: string }>;
  VerificationReported: Readonly<{ report: string; category: (typeof ROUTES)[number] | 'file' }>;
  /** An outcome of the first form, straight from inquiry or verification (监察法 art. 52(1)). */
  LightOutcomeGiven: Readonly<{ subject: string; code: OutcomeCode; reason: string }>;
  LeadTransferred: Readonly<{ to: string; receipt: string; reason: string }>;
  NameCleared: Clearing;
}

export const SUSPENSIONS = ['criminal-proceedings', 'subject-unreachable', 'force-majeure', 'expert-opinion'] as const;
export const EVIDENCE_KINDS = ['document', 'statement', 'electronic', 'physical', 'opinion'] as const;
export const VOTES = ['for', 'against', 'abstain', 'dissent'] as const;
export const EXECUTIONS = ['personnel-file', 'post', 'pay', 'refund', 'announcement', 'other'] as const;

export interface CaseEvents {
  FilingProposed: Readonly<{
    profile: Profile;
    organ: string;
    subjects: readonly string[];
    conducts: readonly Readonly<{ id: string; on: string; summary: string }>[];
    reason: string;
  }>;
  FilingReturned: Readonly<{ reason: string }>;
  FilingRejected: Readonly<{ reason: string; harm: boolean }>;
  FilingApproved: Readonly<{ caseNo: string }>;
  InvestigatorsAssigned: Readonly<{ members: readonly Member[]; plan: string }>;
  EvidenceAdded: Readonly<{
    evidence: string;
    kind: (typeof EVIDENCE_KINDS)[number];
    digest: string;
    obtainedFrom: string;
    obtainedBy: readonly string[];
    /** Through whose hands it has gone since, and where it is kept. */
    custody?: readonly string[];
  }>;
  EvidenceSigned: Readonly<{ evidence: string }>;
  /** Unlawfully obtained (监察法 art. 36, 政务处分法 art. 42). */
  EvidenceExcluded: Readonly<{ evidence: string; reason: string }>;
  FactAsserted: Readonly<{ fact: string; conduct: string; text: string; evidence: readonly string[] }>;
  InvestigationSuspended: Readonly<{ ground: (typeof SUSPENSIONS)[number]; reason: string }>;
  InvestigationResumed: Readonly<{ reason: string }>;
  InvestigationExtensionProposed: Readonly<{ ground: Extension; reason: string }>;
  InvestigationExtended: Readonly<{ ground?: Extension; reason: string }>;
  InvestigationConcluded: Readonly<{ proposal: readonly Outcome[]; dissent?: string; noInterference: boolean }>;
  FactsServed: Readonly<{ servers: readonly string[]; signed: 'signed' | 'refused'; answerBy: string }>;
  /** No points: he has nothing to say against it. */
  DefenceRecorded: Readonly<{
    subject: string;
    by: readonly string[];
    points: readonly Readonly<{ id: string; text: string }>[];
  }>;
  DefenceAnswered: Readonly<{ point: string; accepted: boolean; reason: string }>;
  /** Back to the investigators: a defence was right, or something is missing. */
  CaseSupplemented: Readonly<{ reason: string }>;
  AdjudicationStarted: Readonly<{ members: readonly Member[] }>;
  AdjudicationOpinionGiven: Readonly<{ opinion: string; proposal: readonly Outcome[] }>;
  DeliberationConvened: Readonly<{ members: readonly Member[]; chair: string; quorum: number }>;
  VoteCast: Readonly<{ position: (typeof VOTES)[number]; reason: string }>;
  DecisionMade: Readonly<{
    outcomes: readonly Outcome[];
    documentNo: string;
    seal: string;
    remedy: Readonly<{ route: string; days: number }>;
    noInterference: boolean;
  }>;
  DecisionServed: Readonly<{ servers: readonly string[]; announced: string; signed: 'signed' | 'refused' }>;
  ExecutionStarted: Readonly<{ plan: string }>;
  ExecutionRecorded: Readonly<{ what: (typeof EXECUTIONS)[number]; document: string }>;
  /** `months` and `to` are what §4.2 makes of the outcomes; null: for good. */
  PeriodStarted: Readonly<{ from: string; months: number | null; to: string | null; running?: string }>;
  PeriodEnded: Readonly<{ conduct: string; newViolation: boolean }>;
  CaseClosed: Readonly<{ reason: string }>;
  CaseReopened: Readonly<{ by: 'superior' | 'self-correction'; document: string; reason: string }>;
  /** What a review has decided, carried into the case. */
  DecisionChanged: Readonly<{ review: string; outcomes: readonly Outcome[] }>;
  DecisionRevoked: Readonly<{ review: string }>;
  CaseCancelled: Readonly<{ reason: string; unitNotified: string; harm: boolean }>;
  CaseTransferred: Readonly<{ to: string; receipt: string; reason: string }>;
  CaseNameCleared: Clearing;
}

export const REVIEW_RESULTS = ['uphold', 'change', 'revoke'] as const;
/** 政务处分法 art. 57 (revoke) and 58 (change). */
export const REVIEW_GROUNDS = [
  'sound',
  'facts-unclear',
  'procedure-broken',
  'beyond-power',
  'wrong-law',
  'wrong-circumstances',
  'improper',
] as const;
export type ReviewDecision = Readonly<{
  result: (typeof REVIEW_RESULTS)[number];
  ground: (typeof REVIEW_GROUNDS)[number];
  outcomes: readonly Outcome[];
  reason: string;
}>;
export interface ReviewEvents {
  /** `decision`: the event of the case that it is against. */
  ReviewRequested: Readonly<{ subject: string; decision: string; grounds: string; receivedOn: string }>;
  ReviewersAssigned: Readonly<{ members: readonly Member[] }>;
  ReviewDecided: ReviewDecision;
  ReviewAppealed: Readonly<{ organ: string; grounds: string; receivedOn: string }>;
  AppealExtended: Readonly<{ ground?: Extension; reason: string }>;
  AppealDecided: ReviewDecision;
  ReviewNameCleared: Clearing;
}

export const CONFLICTS = ['near-relative', 'witness', 'interest', 'other'] as const;
export interface RecusalEvents {
  /** Before first access (政务处分法 art. 47). */
  ConflictDeclared: Readonly<{ conflict: boolean; grounds?: (typeof CONFLICTS)[number]; details?: string }>;
  RecusalRequested: Readonly<{ person: string; grounds: (typeof CONFLICTS)[number]; reason: string }>;
  RecusalRuled: Readonly<{ person: string; result: 'recused' | 'stays'; reason: string }>;
  /** Somebody asked about the case or pleaded for somebody in it (监察法 art. 66). */
  InterferenceRecorded: Readonly<{ who: string; what: string; on: string }>;
}

export interface DocumentEvents {
  /** Made from the events of the case; `digest` is over the canonical text of `content`. */
  DocumentDrafted: Readonly<{ kind: DocumentKind; content: object; digest: string }>;
  /** A new version: signatures under the one before are void. */
  DocumentRevised: Readonly<{ content: object; digest: string; reason: string; voided: readonly string[] }>;
  DocumentSigned: Readonly<{
    digest: string;
    as: string;
    reservation?: string;
    /** The second factor, and the instant at which it was shown. */
    factor: Readonly<{ kind: string; shownAt: string }> | null;
  }>;
}
export interface ConductEvents {
  /** One conduct, one of the two organs (政务处分法 art. 16). */
  ConductClaimed: Readonly<{ case: string; organ: string }>;
  ConductReleased: Readonly<{ case: string; reason: string }>;
  /** What another organ did about it. */
  SanctionReported: Readonly<{ organ: string; code: OutcomeCode; document: string; on: string }>;
}
export interface AuthorityEvents {
  /** Who decides about somebody (干部管理权限), from a day on; `steps`: what comes before, of elected and appointed. */
  AuthoritySet: Readonly<{
    organ: string;
    level: string;
    standing: 'ordinary' | 'appointed' | 'elected' | 'government-head';
    from: string;
    document: string;
  }>;
  /** A step that comes before (政务处分法 art. 50): the office was taken from him by who had given it. */
  PriorStepDone: Readonly<{ document: string; on: string }>;
}
export interface ReporterEvents {
  ReporterRecorded: Readonly<{ reporter: PersonRef<'name' | 'contact'>; named: boolean }>;
}

export type LeadEvent = EventsOf<LeadEvents>;
export type CaseEvent = EventsOf<CaseEvents>;
export type ReviewEvent = EventsOf<ReviewEvents>;
export type RecusalEvent = PlainOf<RecusalEvents>;
export type DocumentEvent = PlainOf<DocumentEvents>;
export type ConductEvent = PlainOf<ConductEvents>;
export type AuthorityEvent = PlainOf<AuthorityEvents>;
export type ReporterEvent = PlainOf<ReporterEvents>;
export type AccountabilityEvent =
  LeadEvent | CaseEvent | ReviewEvent | RecusalEvent | DocumentEvent | ConductEvent | AuthorityEvent | ReporterEvent;
