/**
 * What somebody has to know to tell who was responsible (责任归属): instructions, votes, and what was found to be wrong,
 * in the stream of the matter; and what became of a suggestion, in `attribution-<matter>`. What is found of people, and
 * what is suggested of them, is sealed: a unit reads the history of its matters, and this is none of its business.
 */
import type { PersonRef } from '../kernel/message.js';
import type { Outcome } from './matters.js';

/** Somebody, as far as it is known who. */
export type Named = Readonly<{ person: PersonRef<'name'> | null; post: string | null; org: string | null }>;

export const INSTRUCTION_KINDS = ['instruction', 'interference'] as const;
export type InstructionKind = (typeof INSTRUCTION_KINDS)[number];
export const POSITIONS = ['for', 'against', 'abstain'] as const;
export type Position = (typeof POSITIONS)[number];
/** Of a decision or an act: its outcome is wrong; something was concealed, or false; done otherwise than approved; its procedure was broken. */
export const FAULT_KINDS = [
  'wrong-outcome',
  'concealed',
  'falsified',
  'otherwise-than-approved',
  'procedure-broken',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
export const MANNERS = ['intent', 'negligence'] as const;
export type Manner = (typeof MANNERS)[number];

export interface MatterDeliberated {
  readonly chair: PersonRef<'name'> | null;
  readonly proposal: Outcome;
  readonly votes: readonly Readonly<{ person: PersonRef<'name'>; position: Position; reason: string | null }>[];
  /** Number or digest of the minutes. */
  readonly minutes: string | null;
}
export interface FaultFound {
  readonly kind: FaultKind;
  /** The decision or act that it is about. */
  readonly event: string | null;
  /** How it ought to have come out. */
  readonly ought: Outcome | null;
  /** Whether it was to be seen from what reviewer and approver had before them; null: nobody has said. */
  readonly evident: boolean | null;
  /** Who did it, as far as that was established. */
  readonly by: readonly (Named & Readonly<{ manner: Manner | null }>)[];
  /** It was the applicant's doing (Licensing Law art. 78, 79). */
  readonly applicant: boolean;
  readonly basis: string;
  readonly document: string | null;
}

export type ResponsibilityEvent =
  /** 指令、打招呼: how it was to come out, from above or from outside (Civil Servants Law art. 60). */
  | {
      type: 'InstructionRecorded';
      data: { kind: InstructionKind; by: Named; wants: Outcome | null; text: string; document: string | null };
    }
  /** 集体讨论: what was put to the vote, and each member's position and reason. */
  | { type: 'MatterDeliberated'; data: MatterDeliberated }
  /** A superior organ put its own in the place of a decision (Licensing Law art. 69). */
  | {
      type: 'DecisionChangedAbove';
      data: {
        decision: string | null;
        to: Outcome;
        superior: string;
        head: PersonRef<'name'> | null;
        reason: string;
        document: string | null;
      };
    }
  /** 查明问题: by review, court, superior or inspection. It says what was wrong, and not who is to answer for it. */
  | { type: 'FaultFound'; data: FaultFound }
  /** It was not so. */
  | { type: 'FaultWithdrawn'; data: { fault: string; reason: string } };

/** A person of a suggestion, by the id that the key store knows. */
export type Suggested = Readonly<{
  role: string;
  degree: string;
  personId: string | null;
  post: string | null;
  org: string | null;
}>;
export interface SuggestionSettled {
  /** The decision, or the limit that passed. */
  readonly subject: string;
  readonly pattern: string;
  readonly reason: string;
  /** The index as of which it was looked at, as a decimal number. */
  readonly asOf: string;
  /** Ids of the events that matched. */
  readonly events: readonly string[];
  readonly persons: readonly Suggested[];
}
export type AttributionEvent =
  /** Somebody makes a suggestion his own, as a ground to go on from; it decides nothing. */
  | { type: 'SuggestionAdopted'; data: SuggestionSettled }
  /** Somebody does not follow it. */
  | { type: 'SuggestionRejected'; data: SuggestionSettled };

const v1 = <const Z extends string, const E extends string>(zh: Z, en: E) => ({ version: 1, zh, en }) as const;

export const responsibilityEvents = {
  InstructionRecorded: v1('指令登记', 'instruction recorded'),
  MatterDeliberated: v1('集体讨论', 'deliberated'),
  DecisionChangedAbove: v1('上级改变决定', 'decision changed above'),
  FaultFound: v1('查明问题', 'fault found'),
  FaultWithdrawn: v1('撤回所查问题', 'fault withdrawn'),
} as const satisfies Record<ResponsibilityEvent['type'], { version: number; zh: string; en: string }>;
export const attributionEvents = {
  SuggestionAdopted: v1('采纳责任建议', 'suggestion adopted'),
  SuggestionRejected: v1('不采纳责任建议', 'suggestion rejected'),
} as const satisfies Record<AttributionEvent['type'], { version: number; zh: string; en: string }>;
