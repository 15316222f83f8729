/** What a request may say of centres, windows and posts. Which one it is about comes from the address. */
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import {
  COVER_REASONS,
  type CoverReason,
  type Power,
  POWERS,
  STAFF_KINDS,
  type StaffKind,
} from '../../../projections/events/centres.js';
import { IsA, IsDay, IsText, IsTexts, StaffBody } from '../../http/fields.js';

const NAME = /^[\w.-]{1,100}$/;

export class RegisterCentreBody {
  @IsText(200) name!: string;
  @Matches(/^CN(-[A-Z0-9]{2,12})*$/) region!: string;
  @IsDay() from!: string;
}
export class OpenWindowBody {
  @Matches(NAME) window!: string;
  @IsText(200) name!: string;
  @IsOptional() @IsText(100) org?: string;
  @IsDay() from!: string;
}
export class CloseWindowBody {
  @Matches(NAME) window!: string;
  @IsDay() from!: string;
  @IsText(500) reason!: string;
}
export const centreBodies = {
  RegisterCentre: RegisterCentreBody,
  OpenWindow: OpenWindowBody,
  CloseWindow: CloseWindowBody,
} as const;

export class CreatePostBody {
  @IsText(200) name!: string;
  @IsText(100) org!: string;
  @IsOptional() @Matches(NAME) centre?: string;
  @IsOptional() @Matches(NAME) window?: string;
  @IsDay() from!: string;
}
export class RetirePostBody {
  @IsDay() from!: string;
  @IsText(500) reason!: string;
}
export class PostStaffBody {
  @IsA(() => StaffBody) staff!: StaffBody;
  @IsIn(STAFF_KINDS) staffKind!: StaffKind;
  @IsDay() from!: string;
  @IsOptional() @IsDay() to?: string;
  @IsOptional() @IsText(200) document?: string;
}
export class ReturnStaffBody {
  @IsA(() => StaffBody) staff!: StaffBody;
  @IsDay() from!: string;
  @IsText(500) reason!: string;
}
export class StartCoverBody {
  /** Who is posted there (A). */
  @IsA(() => StaffBody) holder!: StaffBody;
  /** Who covers (B). */
  @IsA(() => StaffBody) cover!: StaffBody;
  @IsIn(COVER_REASONS) reason!: CoverReason;
  @IsDay() from!: string;
  @IsOptional() @IsDay() to?: string;
  /** That names B, where he is not posted there himself. */
  @IsOptional()
  @IsText(200)
  document?: string;
}
export class EndCoverBody {
  @IsA(() => StaffBody) cover!: StaffBody;
  /** The first day without. */
  @IsDay()
  from!: string;
}
export class GrantPowersBody {
  @IsArray() @ArrayMinSize(1) @ArrayUnique() @IsIn(POWERS, { each: true }) powers!: Power[];
  /** Left out: for all items. */
  @IsOptional()
  @IsTexts(500, 100, 1)
  items?: string[];
  @IsText(200) document!: string;
  @IsDay() from!: string;
  @IsOptional() @IsDay() to?: string;
}
export class RevokePowersBody {
  @IsArray() @ArrayMinSize(1) @ArrayUnique() @IsIn(POWERS, { each: true }) powers!: Power[];
  @IsText(200) document!: string;
  @IsDay() from!: string;
}
export const postBodies = {
  CreatePost: CreatePostBody,
  RetirePost: RetirePostBody,
  PostStaff: PostStaffBody,
  ReturnStaff: ReturnStaffBody,
  StartCover: StartCoverBody,
  EndCover: EndCoverBody,
  GrantPowers: GrantPowersBody,
  RevokePowers: RevokePowersBody,
} as const;
