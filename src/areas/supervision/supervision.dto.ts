/** What is said to findings and rule packs, checked. */
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';
import { IsDay, IsText, IsTexts } from '../../http/fields.js';

export class AcknowledgeFindingBody {
  @IsOptional() @IsText(1000) note?: string;
}
export class ExplainFindingBody {
  @IsText(4000) explanation!: string;
  /** Digests of papers that show it. */
  @IsOptional() @IsTexts(50, 200) documents?: string[];
}
export class ReasonBody {
  @IsText(2000) reason!: string;
}
export class ProposeWaiverBody {
  @IsText(2000) reason!: string;
  /** The facts were recorded wrongly. */
  @IsOptional() @IsBoolean() dataError?: boolean;
}
export class ProposePackBody {
  @IsText(100) pack!: string;
  /** By the names of the rule's parameters. */
  @IsObject() values!: Record<string, number>;
  /** The version of the rule that is to speak. */
  @IsOptional() @IsInt() @Min(1) @Max(1000) ruleVersion?: number;
  @IsDay() from!: string;
  @IsText(500) source!: string;
  @IsIn(['A', 'B', 'D']) grade!: 'A' | 'B' | 'D';
  @IsText(2000) reason!: string;
}
