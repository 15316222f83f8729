/** What a request may say of a calendar. Region and year come from its address. */
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

import { IsA, IsDay, IsText } from '../../http/fields.js';

const DAYS = 120;

export class DayBody {
  @IsText(40) name!: string;
  /** True: off on a weekday; false: worked on a weekend (调休上班). */
  @IsBoolean() off!: boolean;
}
export class GazettedDayBody {
  @IsText(40) name!: string;
  @IsBoolean() off!: boolean;
  @IsDay() date!: string;
}
export class GazetteYearBody {
  /** Numbers or addresses of the notices. */
  @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(200, { each: true }) papers!: string[];
  @IsArray()
  @ArrayMaxSize(DAYS)
  @IsA(() => GazettedDayBody)
  days!: GazettedDayBody[];
}
export class ChangeDayBody {
  @IsDay() date!: string;
  /** Null: the day is again what its weekday says. */
  @ValidateIf((body: ChangeDayBody) => body.now !== null)
  @IsA(() => DayBody)
  now!: DayBody | null;
  @IsText(200) paper!: string;
  @IsText(500) reason!: string;
}

/** For reports, which name the year in their data. */
export class ReportedYearBody {
  @Matches(/^CN(-[A-Z]{2})?$/) region!: string;
  @IsInt() @Min(1949) @Max(2999) year!: number;
  @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(200, { each: true }) papers!: string[];
  @IsArray() @ArrayMaxSize(DAYS) @IsA(() => GazettedDayBody) days!: GazettedDayBody[];
}
export class ReportedChangeBody {
  @Matches(/^CN(-[A-Z]{2})?$/) region!: string;
  @IsInt() @Min(1949) @Max(2999) year!: number;
  @IsDay() date!: string;
  @ValidateIf((body: ReportedChangeBody) => body.now !== null) @IsA(() => DayBody) now!: DayBody | null;
  @IsText(200) paper!: string;
  @IsText(500) reason!: string;
}
