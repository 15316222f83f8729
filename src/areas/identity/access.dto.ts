/** What another system's own log says of looks and exports. */
import { IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { FIELD_KINDS, type FieldKind } from '../../../projections/events/access.js';
import { IsA, IsText, OrNull } from '../../http/fields.js';

export class LookedAtBody {
  /** matter, person, reporter … */
  @Matches(/^[a-z][a-z-]{0,39}$/) type!: string;
  @IsText(200) id!: string;
}
export class RecordViewBody {
  @IsA(() => LookedAtBody) object!: LookedAtBody;
  @IsIn(FIELD_KINDS) fields!: FieldKind;
  /** Empty where none was given; null where the system does not say. */
  @OrNull() @IsString() @MaxLength(500) purpose!: string | null;
  /** The system's own word for the leave that it was opened with. */
  @OrNull() @IsText(200) grant!: string | null;
  @IsOptional() @IsText(100) action?: string;
  /** How many records or sheets; 1 unless told. */
  @IsOptional() @IsInt() @Min(0) count?: number;
}
export const accessBodies = { RecordView: RecordViewBody };
