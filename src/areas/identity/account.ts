/**
 * Accounts and their rights: streams `account-<personId>`. One makes and closes accounts and grants nothing, another
 * grants and makes none, a third reads what both did (三员分立, GB/T 22239-2019 level 3): all rights of a person stand in
 * one stream, so that two grants at once cannot slip past each other.
 */
import {
  accountRegister,
  type AccountState,
  identityRegister,
  inForce,
  type InstallationState,
  overlap,
} from '../../../projections/accounts.js';
import type { AccountEvent, Grant, IdentityEvent } from '../../../projections/events/identity.js';
import type { PersonRef } from '../../../projections/kernel/message.js';
import type { Decider, Guard } from '../../kernel/decider.js';
import { isSecret } from '../../kernel/classes.js';
import { ADMINISTRATIONS, isAdministration } from '../../kernel/permissions.js';

type Data<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>['data'];
type GrantRole = Partial<Grant> & { role: string; from: string; reason: string };
export type AccountCommand =
  | { type: 'CreateAccount'; data: { holder: PersonRef<'name'>; kind?: 'person' | 'adapter'; owner?: string } }
  | { type: 'CloseAccount'; data: Data<'AccountClosed'> }
  | { type: 'RenewEnrolment'; data: Data<'EnrolmentRenewed'> }
  | { type: 'GrantRole'; data: GrantRole }
  | { type: 'RevokeRole'; data: Data<'RoleRevoked'> }
  | {
      type: 'GrantAccess';
      data: Omit<Data<'AccessGranted'>, 'to'> & { to?: string };
    }
  | { type: 'RevokeAccess'; data: Data<'AccessGrantRevoked'> }
  | { type: 'IssueKey'; data: Data<'KeyIssued'> }
  | { type: 'RevokeKey'; data: Data<'KeyRevoked'> }
  | { type: 'SetPassword'; data: Data<'PasswordSet'> }
  | { type: 'SetSecondFactor'; data: Data<'SecondFactorSet'> }
  | { type: 'LinkSubject'; data: Data<'SubjectLinked'> };

const SEPARATION = 'GB/T 22239-2019 8.1.5 (三员分立)';
const days = ({ from, to = null }: { from: string; to?: string | null }) => ({ from, to });

const daysInOrder: Guard<AccountState, { from: string; to?: string | null }> = {
  code: 'days-out-of-order',
  says: { zh: '终止日应晚于起始日', en: 'the days end after they begin' },
  basis: 'register of accounts',
  broken: ({ from, to }) => typeof to === 'string' && to <= from && { details: { from, to } },
};
const notToOneself: Guard<AccountState, object> = {
  code: 'not-to-oneself',
  says: { zh: '不能对本人的账号办理', en: 'nobody does this to his own account' },
  basis: SEPARATION,
  broken: (_, { person }, { by }) => person !== null && by.person === person && { details: {} },
};
/** At most one of the three, and whoever holds one holds nothing else on the same days. */
const oneAdministrationOnly: Guard<AccountState, GrantRole> = {
  code: 'one-administration-only',
  says: {
    zh: '三员只能任其一，且不得兼任业务角色',
    en: 'a person holds at most one of the three administrations, and then no other role',
  },
  basis: SEPARATION,
  broken: (asked, { roles }) => {
    const others = roles.filter(
      (held) =>
        held.revokedAt === null &&
        held.role !== asked.role &&
        overlap(held, days(asked)) &&
        (isAdministration(held.role) || isAdministration(asked.role)),
    );
    return (
      others.length > 0 && { details: { held: others.map(({ role }) => role) }, refs: others.map(({ grant }) => grant) }
    );
  },
};
const notHeldYet: Guard<AccountState, GrantRole> = {
  code: 'role-held-already',
  says: { zh: '该角色已授予', en: 'the role is held already' },
  basis: 'register of accounts',
  broken: (asked, { roles }) => {
    const same = roles.find(
      (held) =>
        held.revokedAt === null &&
        held.role === asked.role &&
        held.post === (asked.post ?? null) &&
        held.org === (asked.org ?? null) &&
        held.centre === (asked.centre ?? null) &&
        overlap(held, days(asked)),
    );
    return same !== undefined && { details: {}, refs: [same.grant] };
  },
};
/** Programs report; people do everything else. */
const fitsItsKind: Guard<AccountState, { role: string }> = {
  code: 'role-of-another-kind',
  says: { zh: '接入角色只授予接入账号，其他角色只授予人员', en: 'adapters report, and people do everything else' },
  basis: 'register of accounts',
  broken: ({ role }, { kind }) => (role === 'adapter') !== (kind === 'adapter') && { details: { role, kind } },
};
const grantThere: Guard<AccountState, { grant: string }> = {
  code: 'no-such-grant',
  says: { zh: '没有可收回的授权', en: 'there is no such grant in force' },
  basis: 'register of accounts',
  broken: ({ grant }, { roles, access }, { on }) =>
    ![...roles, ...access].some(
      (each) => each.grant === grant && each.revokedAt === null && (each.to === null || on < each.to),
    ) && {
      details: { grant },
    },
};
const isAdapter: Guard<AccountState> = {
  code: 'not-an-adapter',
  says: { zh: '密钥只签发给接入账号', en: 'keys are for adapters' },
  basis: 'register of accounts',
  standing: true,
  broken: (_, { kind }) => kind !== 'adapter' && { details: { kind } },
};
const keyThere: Guard<AccountState, { prefix: string }> = {
  code: 'no-such-key',
  says: { zh: '没有可吊销的密钥', en: 'there is no such key to revoke' },
  basis: 'register of accounts',
  broken: ({ prefix }, { keys }) =>
    !keys.some((key) => key.prefix === prefix && key.revoked === null) && { details: { prefix } },
};
/** Only the person himself sets what he signs in with. */
const hisOwn: Guard<AccountState> = {
  code: 'not-ones-own',
  says: { zh: '只能由本人设置', en: 'everybody sets his own' },
  basis: 'GB/T 22239-2019 8.1.4.1',
  broken: (_, { person }, { by }) => by.person !== person && { details: {} },
};
const notLinkedYet: Guard<AccountState, { issuer: string }> = {
  code: 'subject-linked-already',
  says: { zh: '该账号已关联此统一身份认证', en: 'the account is linked with this provider already' },
  basis: 'register of accounts',
  broken: ({ issuer }, { linked }) => linked.includes(issuer) && { details: { issuer } },
};

const holder = ({ person }: AccountState) =>
  person === null ? [] : [{ type: 'person', id: person, role: 'account-holder' }];
const SENSITIVE = { classification: 'sensitive' } as const;
const classOf = (object: { readonly type: string }) => (isSecret(object) ? 'sealed' : 'sensitive');

export const account: Decider<AccountState, AccountCommand, AccountEvent> = {
  ...accountRegister,
  commands: {
    CreateAccount: {
      says: { zh: '开立账号', en: 'create an account' },
      from: ['none'],
      guards: [],
      events: ({ holder: person, kind = 'person', owner = null }) => [
        {
          type: 'AccountCreated',
          data: { kind, holder: person, owner },
          refs: [{ type: 'person', id: person.personId, role: 'account-holder' }],
          ...SENSITIVE,
        },
      ],
    },
    CloseAccount: {
      says: { zh: '注销账号', en: 'close the account' },
      from: ['open'],
      guards: [notToOneself],
      events: (data, state) => [{ type: 'AccountClosed', data, refs: holder(state), ...SENSITIVE }],
    },
    RenewEnrolment: {
      says: { zh: '重新登记', en: 'let the person set password and second factor again' },
      from: ['open'],
      guards: [notToOneself],
      events: (data, state) => [{ type: 'EnrolmentRenewed', data, refs: holder(state), ...SENSITIVE }],
    },
    GrantRole: {
      says: { zh: '授予角色', en: 'grant a role' },
      from: ['open'],
      guards: [notToOneself, daysInOrder, fitsItsKind, oneAdministrationOnly, notHeldYet],
      events: ({ post = null, org = null, centre = null, systems = [], to = null, ...data }, state) => [
        {
          type: 'RoleGranted',
          data: { ...data, post, org, centre, systems, to },
          effective: { from: data.from, to },
          refs: holder(state),
          ...SENSITIVE,
        },
      ],
    },
    RevokeRole: {
      says: { zh: '收回角色', en: 'revoke a role' },
      from: ['open'],
      guards: [notToOneself, grantThere],
      events: (data, state) => [{ type: 'RoleRevoked', data, refs: holder(state), ...SENSITIVE }],
    },
    GrantAccess: {
      says: { zh: '授权查阅密封内容', en: 'grant access to what is sealed' },
      from: ['open'],
      guards: [notToOneself, daysInOrder],
      events: ({ to = null, ...data }, state) => [
        {
          type: 'AccessGranted',
          data: { ...data, to },
          effective: { from: data.from, to },
          refs: [...holder(state), { type: `granted-${data.object.type}`, id: data.object.id, role: 'granted' }],
          classification: classOf(data.object),
        },
      ],
    },
    RevokeAccess: {
      says: { zh: '收回查阅授权', en: 'revoke access' },
      from: ['open'],
      guards: [notToOneself, grantThere],
      events: (data, state) => {
        const object = state.access.find(({ grant }) => grant === data.grant)?.object ?? { type: '' };
        return [{ type: 'AccessGrantRevoked', data, refs: holder(state), classification: classOf(object) }];
      },
    },
    IssueKey: {
      says: { zh: '签发接入密钥', en: 'issue a key' },
      from: ['open'],
      guards: [isAdapter],
      events: (data, state) => [{ type: 'KeyIssued', data, refs: holder(state), ...SENSITIVE }],
    },
    RevokeKey: {
      says: { zh: '吊销接入密钥', en: 'revoke a key' },
      from: ['open'],
      guards: [keyThere],
      events: (data, state) => [{ type: 'KeyRevoked', data, refs: holder(state), ...SENSITIVE }],
    },
    SetPassword: {
      says: { zh: '设置密码', en: 'set the password' },
      from: ['open'],
      guards: [hisOwn],
      events: (data, state) => [{ type: 'PasswordSet', data, refs: holder(state), ...SENSITIVE }],
    },
    SetSecondFactor: {
      says: { zh: '启用第二因素', en: 'set the second factor' },
      from: ['open'],
      guards: [hisOwn],
      events: (data, state) => [{ type: 'SecondFactorSet', data, refs: holder(state), ...SENSITIVE }],
    },
    LinkSubject: {
      says: { zh: '关联统一身份', en: 'link whom a provider of OpenID Connect names' },
      from: ['open'],
      guards: [hisOwn, notLinkedYet],
      events: (data, state) => [{ type: 'SubjectLinked', data, refs: holder(state), ...SENSITIVE }],
    },
  },
};

export type IdentityCommand =
  | { type: 'AppointAdministrators'; data: Extract<IdentityEvent, { type: 'AdministratorsAppointed' }>['data'] }
  | { type: 'WaiveSecondFactor'; data: { reason: string } }
  | { type: 'RequireSecondFactor'; data: { reason: string } };

/** Still in office: the account is open and holds its administration today. */
const inOffice = ({ status, roles }: AccountState, on: string) =>
  status === 'open' && roles.some((role) => isAdministration(role.role) && inForce(role, on));
const officeVacant: Guard<InstallationState, object, { accounts: readonly AccountState[] }> = {
  code: 'administrators-there',
  says: { zh: '三员均在任', en: 'all three administrators are in office' },
  basis: SEPARATION,
  broken: (_, { administrators, since }, { accounts, on }) =>
    administrators.length > 0 &&
    accounts.every((each) => inOffice(each, on)) && { details: {}, refs: since ? [since] : [] },
};
const threePeople: Guard<InstallationState, { system: string; security: string; audit: string }> = {
  code: 'not-three-people',
  says: { zh: '三员应为三个不同的人', en: 'the three administrators are three people' },
  basis: SEPARATION,
  broken: ({ system, security, audit }) =>
    new Set([system, security, audit]).size < ADMINISTRATIONS.length && { details: {} },
};
/** Written down by whoever runs the machine, or by the security administrator. */
export const installation: Decider<
  InstallationState,
  IdentityCommand,
  IdentityEvent,
  { AppointAdministrators: { accounts: readonly AccountState[] } }
> = {
  ...identityRegister,
  commands: {
    AppointAdministrators: {
      says: { zh: '任命三员', en: 'appoint the three administrators' },
      from: ['none', 'appointed'],
      guards: [threePeople, officeVacant],
      needs: (_data, _context, { administrators }) => ({
        accounts: administrators.map((id) => ({ of: account, id })),
      }),
      events: (data) => [{ type: 'AdministratorsAppointed', data, ...SENSITIVE }],
    },
    WaiveSecondFactor: {
      says: { zh: '免用第二因素', en: 'do without second factors' },
      from: ['none', 'appointed'],
      guards: [],
      events: (data) => [{ type: 'SecondFactorWaived', data }],
    },
    RequireSecondFactor: {
      says: { zh: '须用第二因素', en: 'ask for second factors' },
      from: ['none', 'appointed'],
      guards: [],
      events: (data) => [{ type: 'SecondFactorRequired', data }],
    },
  },
};
export const IDENTITY_SELF = 'self';
