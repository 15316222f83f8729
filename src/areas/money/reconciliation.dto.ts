/** What is said of pairs, of breaks, and in signing for a month. */
import { ArrayMinSize, IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import { RECONCILED_STEPS, type StepName } from '../../../projections/events/reconciliation.js';
import { IsDay, IsText, IsTexts, OrNull } from '../../http/fields.js';
import { IsId } from './fields.dto.js';

/** Whole fen that may be less than nothing. */
const IsSigned = () =>
  Matches(/^(?:0|-?[1-9]\d{0,17})$/, { message: '应为以分为单位的整数 · is a whole number of fen' });
/** Names of rows: a fee, a receipt or `<receipt>#<line>`, a payment, `refund <id>`, a deposit, a credit. */
const ROW = /^(?:refund )?[\w.-]{1,100}(?:#\d{1,3})?$/;

export class ProposePairingBody {
  @IsIn(RECONCILED_STEPS) step!: StepName;
  /** To match, or to take apart what was matched. */
  @IsIn(['together', 'apart']) kind!: 'together' | 'apart';
  @IsTexts(500, 120) @ArrayMinSize(1) @Matches(ROW, { each: true }) left!: string[];
  @IsTexts(500, 120) @ArrayMinSize(1) @Matches(ROW, { each: true }) right!: string[];
  @IsText(2000) reason!: string;
}
export class PairingNoteBody {
  @IsOptional() @IsText(2000) note?: string;
}
export class WhyBody {
  @IsText(2000) reason!: string;
}
export class ExplainBreakBody {
  @IsText(4000) explanation!: string;
  /** Digests of papers that show it. */
  @IsOptional() @IsTexts(50, 200) documents?: string[];
}
export class RectifyBreakBody {
  @IsText(4000) how!: string;
  @IsOptional() @IsTexts(50, 200) documents?: string[];
}
export class ReferBreakBody {
  /** Number of the lead, where there is one. */
  @IsOptional() @IsId() lead?: string;
  @IsText(100) to!: string;
  @IsText(2000) reason!: string;
}
export class SignCertificateBody {
  /** What the signer's books say that was held at the month's end. */
  @IsOptional() @IsSigned() balanceFen?: string;
  @IsOptional() @IsText(1000) note?: string;
}
export class LoadStatementBody {
  @IsText(100) account!: string;
  @IsText(200) statement!: string;
  @IsText(40) format!: string;
  @OrNull() @IsText(40) from!: string | null;
  @OrNull() @IsText(40) to!: string | null;
  @IsInt() @Min(0) rows!: number;
  @IsInt() @Min(0) rejected!: number;
  @IsSigned() creditsFen!: string;
  @IsSigned() debitsFen!: string;
  @OrNull() @IsSigned() openingFen!: string | null;
  @OrNull() @IsSigned() closingFen!: string | null;
  @OrNull() @IsSigned() differenceFen!: string | null;
  /** Rows that were told before and are not in it any more; some of them by name, as `payment 4501-1`. */
  @IsOptional() @IsInt() @Min(0) missing?: number;
  @IsOptional() @IsTexts(50, 140) missingNames?: string[];
}
export class RunBody {
  /** Breaks are as old as on this day; today unless told. */
  @IsOptional() @IsDay() on?: string;
}

export const statementBodies = { LoadStatement: LoadStatementBody } as const;
/** The bank signs on paper, or by its system: both are reported. */
export const periodBodies = {
  SignForUnit: SignCertificateBody,
  SignForBank: SignCertificateBody,
  SignForFinance: SignCertificateBody,
} as const;
