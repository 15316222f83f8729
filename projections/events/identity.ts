/**
 * Who may sign in and with which rights: stream `account-<personId>`, and `identity-self` for the installation as a
 * whole. Secrets (hashes of passwords and keys, seeds, recovery codes) are in no event.
 */
import type { PersonRef } from '../kernel/message.js';

/** Rights on the days [from, to), at a post, in a unit, in a centre; null: not bound to one. */
export type Grant = Readonly<{
  role: string;
  post: string | null;
  org: string | null;
  centre: string | null;
  /** Source systems that it may report for. */
  systems: readonly string[];
  from: string;
  to: string | null;
}>;

export type AccountEvent =
  /** By the system administrator. `owner`: of an adapter, the person who answers for it. */
  | { type: 'AccountCreated'; data: { kind: 'person' | 'adapter'; holder: PersonRef<'name'>; owner: string | null } }
  /** Nobody signs in with it any more; it stays on record. */
  | { type: 'AccountClosed'; data: { reason: string } }
  /** By the security administrator (三员分立, GB/T 22239). */
  | { type: 'RoleGranted'; data: Grant & { reason: string } }
  | { type: 'RoleRevoked'; data: { grant: string; reason: string } }
  /** Leave to open what is sealed about one thing, on the days [from, to). */
  | {
      type: 'AccessGranted';
      data: {
        object: Readonly<{ type: string; id: string }>;
        purpose: string;
        document: string;
        from: string;
        to: string | null;
      };
    }
  | { type: 'AccessGrantRevoked'; data: { grant: string; reason: string } }
  /** A key of an adapter, known by its prefix; it may report for these systems, and in these areas. */
  | {
      type: 'KeyIssued';
      data: { prefix: string; systems: readonly string[]; scope: readonly string[]; endsOn: string };
    }
  | { type: 'KeyRevoked'; data: { prefix: string; reason: string } }
  | { type: 'PasswordSet'; data: Readonly<Record<string, never>> }
  | { type: 'SecondFactorSet'; data: Readonly<{ kind: 'totp' }> }
  /** He signs in by this provider of OpenID Connect; whom it names is kept beside the log. */
  | { type: 'SubjectLinked'; data: Readonly<{ issuer: string }> }
  /** By the system administrator, for somebody who has lost it, or with a new one-time code for the password. */
  | { type: 'EnrolmentRenewed'; data: Readonly<{ reason: string }> };

export type IdentityEvent =
  /** The three administrators who cannot do each other's work (三员分立); by whoever runs the machine. */
  | {
      type: 'AdministratorsAppointed';
      data: Readonly<{ system: string; security: string; audit: string }>;
    }
  /** The installation does without second factors, in writing. */
  | { type: 'SecondFactorWaived'; data: Readonly<{ reason: string }> }
  | { type: 'SecondFactorRequired'; data: Readonly<{ reason: string }> };

export const identityEvents = {
  AccountCreated: { version: 1, zh: '开立账号', en: 'account created' },
  AccountClosed: { version: 1, zh: '注销账号', en: 'account closed' },
  RoleGranted: { version: 1, zh: '授予角色', en: 'role granted' },
  RoleRevoked: { version: 1, zh: '收回角色', en: 'role revoked' },
  AccessGranted: { version: 1, zh: '授权查阅', en: 'access granted' },
  AccessGrantRevoked: { version: 1, zh: '收回查阅授权', en: 'access grant revoked' },
  KeyIssued: { version: 1, zh: '签发接入密钥', en: 'key issued' },
  KeyRevoked: { version: 1, zh: '吊销接入密钥', en: 'key revoked' },
  PasswordSet: { version: 1, zh: '设置密码', en: 'password set' },
  SecondFactorSet: { version: 1, zh: '启用第二因素', en: 'second factor set' },
  SubjectLinked: { version: 1, zh: '关联统一身份', en: 'subject linked' },
  EnrolmentRenewed: { version: 1, zh: '重新登记', en: 'enrolment renewed' },
  AdministratorsAppointed: { version: 1, zh: '任命三员', en: 'administrators appointed' },
  SecondFactorWaived: { version: 1, zh: '免用第二因素', en: 'second factor waived' },
  SecondFactorRequired: { version: 1, zh: '须用第二因素', en: 'second factor required' },
} as const satisfies Record<(AccountEvent | IdentityEvent)['type'], { version: number; zh: string; en: string }>;
