/** What a request may say of a calendar. Region and year come from its address. */
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsISO8601,
  IsString,
  Length,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const DAYS = 120;

export class DayBody {
  @IsString() @Length(1, 40) name!: string;
  /** True: off on a weekday; false: worked on a weekend (调休上班). */
  @IsBoolean() off!: boolean;
}
export class GazettedDayBody {
  @IsString() @Length(1, 40) name!: string;
  @IsBoolean() off!: boolean;
  @IsISO8601({ strict: true }) @Length(10, 10) date!: string;
}
export class GazetteYearBody {
  /** Numbers or addresses of the notices. */
  @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(200, { each: true }) papers!: string[];
  @IsArray()
  @ArrayMaxSize(DAYS)
  @ValidateNested({ each: true })
  @Type(() => GazettedDayBody)
  days!: GazettedDayBody[];
}
export class ChangeDayBody {
  @IsISO8601({ strict: true }) @Length(10, 10) date!: string;
  /** Null: the day is again what its weekday says. */
  @ValidateIf((body: ChangeDayBody) => body.now !== null)
  @ValidateNested()
  @Type(() => DayBody)
  now!: DayBody | null;
  @IsString() @Length(1, 200) paper!: string;
  @IsString() @Length(1, 500) reason!: string;
}
