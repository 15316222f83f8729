/** What a request may say of a calendar. Region and year come from its address. */
import { IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';

import { IsA, IsDay, IsListOf, IsText, IsTexts, OrNull } from '../../http/fields.js';

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
  @IsTexts(20, 200) papers!: string[];
  @IsListOf(() => GazettedDayBody, DAYS)
  days!: GazettedDayBody[];
}
export class ChangeDayBody {
  @IsDay() date!: string;
  /** Null: the day is again what its weekday says. */
  @OrNull()
  @IsA(() => DayBody)
  now!: DayBody | null;
  @IsText(200) paper!: string;
  @IsText(500) reason!: string;
}

/** For reports, which name the year in their data. */
export class ReportedYearBody {
  @Matches(/^CN(-[A-Z]{2})?$/) region!: string;
  @IsInt() @Min(1949) @Max(2999) year!: number;
  @IsTexts(20, 200) papers!: string[];
  @IsListOf(() => GazettedDayBody, DAYS) days!: GazettedDayBody[];
}
export class ReportedChangeBody {
  @Matches(/^CN(-[A-Z]{2})?$/) region!: string;
  @IsInt() @Min(1949) @Max(2999) year!: number;
  @IsDay() date!: string;
  @OrNull() @IsA(() => DayBody) now!: DayBody | null;
  @IsText(200) paper!: string;
  @IsText(500) reason!: string;
}
