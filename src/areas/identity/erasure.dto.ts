/** What is said about erasing a person, checked. */
import { Matches } from 'class-validator';
import { IsText } from '../../http/fields.js';

export class PlaceHoldBody {
  @IsText(500) reason!: string;
  /** The paper that asks for it. */
  @IsText(200) document!: string;
}
export class LiftHoldBody {
  /** Id of the event that placed it. */
  @Matches(/^[0-9a-f-]{36}$/) hold!: string;
  @IsText(500) reason!: string;
}
export class RequestErasureBody {
  @IsText(500) reason!: string;
  /** The person's application. */
  @IsText(200) document!: string;
}
export class ApproveErasureBody {
  /** Why it may be done. */
  @IsText(500) reason!: string;
}
