/** What is said to accounts and sessions, checked. Secrets come in here and are never answered back. */
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsA, IsDay, IsText, IsTexts, OrNull, StaffBody } from '../../http/fields.js';
import { PASSWORD_LEAST, PASSWORD_MOST } from '../../identity/factors.js';
import { GRANTABLE } from '../../kernel/permissions.js';

const LOGIN = /^[\p{L}\p{N}._@-]{1,60}$/u;
const NAME = /^[\w.-]{1,100}$/;

export class SignInBody {
  @IsText(60) login!: string;
  @IsText(PASSWORD_MOST) password!: string;
  /** Six digits of the second factor, or a recovery code. */
  @IsOptional() @IsText(40) code?: string;
  /** Where he stands, if there are several. */
  @IsOptional() @Matches(NAME) post?: string;
}
export class ShowCodeBody {
  /** Six digits, or a recovery code. */
  @IsText(40) code!: string;
}
export class GoOnBody {
  /** A path of this service, where the browser goes on once it is signed in. */
  @IsOptional() @IsText(2000) returnTo?: string;
}
export class EnrolBySubjectBody {
  /** As the system administrator gave it; good once. */
  @IsText(100) code!: string;
  @IsOptional() @IsText(2000) returnTo?: string;
}
export class EnrolBody {
  /** As the system administrator gave it; good once. */
  @IsText(100) code!: string;
  @IsString() @Length(PASSWORD_LEAST, PASSWORD_MOST) password!: string;
}
export class ChangePasswordBody {
  @IsText(PASSWORD_MOST) password!: string;
  @IsString() @Length(PASSWORD_LEAST, PASSWORD_MOST) next!: string;
}
export class ConfirmFactorBody {
  @Matches(/^\d{6}$/) code!: string;
}
export class ChoosePostBody {
  @OrNull() @Matches(NAME) post!: string | null;
}

export class CreateAccountBody {
  /** Whom it is for, or the adapter; the name is sealed. */
  @IsA(() => StaffBody) holder!: StaffBody;
  @IsIn(['person', 'adapter']) kind!: 'person' | 'adapter';
  /** What he signs in with; for people. */
  @IsOptional() @Matches(LOGIN) login?: string;
  /** The account that answers for an adapter. */
  @IsOptional() @Matches(NAME) owner?: string;
}
export class WithReasonBody {
  @IsText(500) reason!: string;
}
export class RenewEnrolmentBody {
  @IsText(500) reason!: string;
  /** What he signs in with from now on; after a restore it has to be said, for no backup holds it. */
  @IsOptional()
  @Matches(LOGIN)
  login?: string;
}
export class GrantRoleBody {
  @IsIn(GRANTABLE) role!: string;
  @IsOptional() @Matches(NAME) post?: string;
  @IsOptional() @Matches(NAME) org?: string;
  @IsOptional() @Matches(NAME) centre?: string;
  /** Source systems that the role may report for. */
  @IsOptional()
  @IsTexts(50, 60)
  systems?: string[];
  @IsDay() from!: string;
  /** The first day without; left out: until it is revoked. */
  @IsOptional()
  @IsDay()
  to?: string;
  @IsText(500) reason!: string;
}
export class RevokeGrantBody {
  /** Id of the event that gave it. */
  @IsText(60) grant!: string;
  @IsText(500) reason!: string;
}
export class ObjectBody {
  @Matches(/^[\w-]{1,60}$/) type!: string;
  @IsText(200) id!: string;
}
export class GrantAccessBody {
  @IsA(() => ObjectBody) object!: ObjectBody;
  @IsText(500) purpose!: string;
  /** The paper that allows it. */
  @IsText(200) document!: string;
  @IsDay() from!: string;
  @IsOptional() @IsDay() to?: string;
}
export class IssueKeyBody {
  /** Source systems that it may report for. */
  @IsTexts(50, 60, 1) systems!: string[];
  /** Actions that it may take, such as reports.matters. */
  @IsTexts(20, 60, 1) scope!: string[];
  /** The first day without. */
  @IsDay() endsOn!: string;
}
export class RevokeKeyBody {
  @IsText(40) prefix!: string;
  @IsText(500) reason!: string;
}
