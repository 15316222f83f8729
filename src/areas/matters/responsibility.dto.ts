/** What a request may say of instructions, votes and faults. */
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import {
  FAULT_KINDS,
  type FaultKind,
  INSTRUCTION_KINDS,
  type InstructionKind,
  type Manner,
  MANNERS,
  type Position,
  POSITIONS,
} from '../../../projections/events/attribution.js';
import { type Outcome, OUTCOMES } from '../../../projections/events/matters.js';
import { IsA, IsListOf, IsText, StaffBody } from '../../http/fields.js';

const AN_EVENT = /^[0-9a-f-]{36}$/;

/** Somebody, as far as it is known who. */
export class SomebodyBody {
  @IsOptional() @IsA(() => StaffBody) person?: StaffBody;
  @IsOptional() @IsText(100) post?: string;
  @IsOptional() @IsText(100) org?: string;
}
export class RecordInstructionBody {
  @IsIn(INSTRUCTION_KINDS) kind!: InstructionKind;
  @IsA(() => SomebodyBody) by!: SomebodyBody;
  /** How it was to come out. */
  @IsOptional() @IsIn(OUTCOMES) wants?: Outcome;
  @IsText(2000) text!: string;
  @IsOptional() @IsText(200) document?: string;
}
export class VoteBody {
  @IsA(() => StaffBody) person!: StaffBody;
  @IsIn(POSITIONS) position!: Position;
  @IsOptional() @IsText(2000) reason?: string;
}
export class RecordDeliberationBody {
  /** Whoever decided after the discussion. */
  @IsOptional() @IsA(() => StaffBody) chair?: StaffBody;
  @IsIn(OUTCOMES) proposal!: Outcome;
  @IsListOf(() => VoteBody, 100) votes!: VoteBody[];
  @IsOptional() @IsText(200) minutes?: string;
}
export class RecordChangeAboveBody {
  @IsIn(OUTCOMES) to!: Outcome;
  @IsText(100) superior!: string;
  @IsOptional() @IsA(() => StaffBody) head?: StaffBody;
  @IsText(2000) reason!: string;
  @IsOptional() @IsText(200) document?: string;
  /** Id of the event; the last decision, if left out. */
  @IsOptional() @Matches(AN_EVENT) decision?: string;
}
export class ImplicatedBody {
  @IsOptional() @IsA(() => StaffBody) person?: StaffBody;
  @IsOptional() @IsText(100) post?: string;
  @IsOptional() @IsText(100) org?: string;
  @IsOptional() @IsIn(MANNERS) manner?: Manner;
}
export class RecordFaultBody {
  @IsIn(FAULT_KINDS) kind!: FaultKind;
  /** Id of the decision or act; the last decision, if left out. */
  @IsOptional() @Matches(AN_EVENT) event?: string;
  @IsOptional() @IsIn(OUTCOMES) ought?: Outcome;
  /** Whether it was to be seen from what reviewer and approver had before them. */
  @IsOptional() @IsBoolean() evident?: boolean;
  @IsOptional() @IsListOf(() => ImplicatedBody, 50) by?: ImplicatedBody[];
  @IsOptional() @IsBoolean() applicant?: boolean;
  /** By which review, judgment, report or law it was found. */
  @IsText(500) basis!: string;
  @IsOptional() @IsText(200) document?: string;
}
export class WithdrawFaultBody {
  @Matches(AN_EVENT) fault!: string;
  @IsText(2000) reason!: string;
}

export const responsibilityBodies = {
  RecordInstruction: RecordInstructionBody,
  RecordDeliberation: RecordDeliberationBody,
  RecordChangeAbove: RecordChangeAboveBody,
  RecordFault: RecordFaultBody,
  WithdrawFault: WithdrawFaultBody,
} as const;
