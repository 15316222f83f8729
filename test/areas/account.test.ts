import { describe, expect, test } from '@jest/globals';
import { accountRegister, heldAt, rolesOn } from '../../projections/accounts.js';
import type { AccountEvent, IdentityEvent } from '../../projections/events/identity.js';
import { account, installation } from '../../src/areas/identity/account.js';
import { fold } from '../../src/kernel/decider.js';
import { conditionsFor, may, reaches, seesPersonal } from '../../src/kernel/permissions.js';
import { given, log } from '../given.js';

const from = '2024-01-01';
const created: AccountEvent = {
  type: 'AccountCreated',
  data: { kind: 'person', holder: { personId: 'p-1', personal: {} }, owner: null },
};
const adapter: AccountEvent = { type: 'AccountCreated', data: { ...created.data, kind: 'adapter', owner: 'p-9' } };
const granted = (role: string, more: object = {}): AccountEvent => ({
  type: 'RoleGranted',
  data: { role, post: null, org: null, centre: null, systems: [], from, to: null, reason: '任职', ...more },
});
const grant = (role: string, more: object = {}) => ({
  type: 'GrantRole',
  data: { role, from, reason: '任职', ...more },
});

describe('an account', () => {
  test('is made once, and is no account any more once it is closed', () => {
    const create = { type: 'CreateAccount', data: { holder: { personId: 'p-1', personal: {} } } };
    given(account)
      .when(create)
      .thenMatches({ type: 'AccountCreated', data: { kind: 'person', owner: null } });
    given(account, created).when(create).thenRefused(['out-of-order', 'e0']);
    given(account, created)
      .when({ type: 'CloseAccount', data: { reason: '离职' } })
      .thenMatches({
        type: 'AccountClosed',
      });
    const closed: AccountEvent = { type: 'AccountClosed', data: { reason: '离职' } };
    given(account, created, closed).when(grant('clerk')).thenRefused(['out-of-order', 'e1']);
    const state = fold(accountRegister, log(created, granted('clerk'), closed));
    expect(rolesOn(state, from)).toEqual([]);
  });
  test('nobody changes his own', () => {
    const own: AccountEvent = {
      type: 'AccountCreated',
      data: { ...created.data, holder: { personId: 'person-1', personal: {} } },
    };
    given(account, own).when(grant('clerk')).thenRefused(['not-to-oneself']);
    given(account, own)
      .when({ type: 'CloseAccount', data: { reason: 'x' } })
      .thenRefused(['not-to-oneself']);
    given(account, own, granted('clerk'))
      .when({ type: 'RevokeRole', data: { grant: 'e1', reason: 'x' } })
      .thenRefused(['not-to-oneself']);
    given(account, created).when({ type: 'SetPassword', data: {} }).thenRefused(['not-ones-own']);
    given(account, own).when({ type: 'SetPassword', data: {} }).thenMatches({ type: 'PasswordSet' });
  });
});

describe('three administrators', () => {
  test('a person holds one of them at most, and then nothing else, on the same days', () => {
    const held = given(account, created, granted('system-administrator'));
    held.when(grant('security-administrator')).thenRefused(['one-administration-only', 'e1']);
    held.when(grant('clerk')).thenRefused(['one-administration-only', 'e1']);
    given(account, created, granted('clerk'))
      .when(grant('audit-administrator'))
      .thenRefused(['one-administration-only', 'e1']);
    given(account, created, granted('clerk')).when(grant('handler')).thenMatches({ type: 'RoleGranted' });
  });
  test('the day on which one ends is free for another', () => {
    const until = given(account, created, granted('system-administrator', { to: '2024-06-01' }));
    until.when(grant('clerk', { from: '2024-06-01' })).thenMatches({ type: 'RoleGranted' });
    until.when(grant('clerk', { from: '2024-05-31' })).thenRefused(['one-administration-only', 'e1']);
    until.when(grant('clerk', { from: '2023-01-01', to: '2024-01-01' })).thenMatches({ type: 'RoleGranted' });
    until.when(grant('clerk', { from: '2023-01-01', to: '2024-01-02' })).thenRefused(['one-administration-only', 'e1']);
  });
  test('what was revoked does not stand in the way', () => {
    const revoked: AccountEvent = { type: 'RoleRevoked', data: { grant: 'e1', reason: '调整' } };
    given(account, created, granted('system-administrator'), revoked)
      .when(grant('clerk'))
      .thenMatches({ type: 'RoleGranted' });
    given(account, created, granted('clerk'), revoked)
      .when({ type: 'RevokeRole', data: { grant: 'e1', reason: '再次' } })
      .thenRefused(['no-such-grant']);
  });
  test('are three people, appointed once, and again where one has left', () => {
    const three = { system: 'a', security: 'b', audit: 'c' };
    const appoint = (data: object) => ({ type: 'AppointAdministrators', data });
    const nobody = { accounts: [] };
    given(installation).when(appoint(three), nobody).thenMatches({ type: 'AdministratorsAppointed', data: three });
    given(installation)
      .when(appoint({ ...three, audit: 'a' }), nobody)
      .thenRefused(['not-three-people']);
    const appointed: IdentityEvent = { type: 'AdministratorsAppointed', data: three };
    const office = (role: string) => fold(accountRegister, log(created, granted(role)));
    const all = ['system-administrator', 'security-administrator', 'audit-administrator'].map(office);
    given(installation, appointed).when(appoint(three), { accounts: all }).thenRefused(['administrators-there', 'e0']);
    given(installation, appointed)
      .when(appoint(three), { accounts: [...all.slice(1), office('clerk')] })
      .thenMatches({ type: 'AdministratorsAppointed' });
  });
  test('do not do each other’s work, and see no business', () => {
    const can = (role: string, action: string) => may([role], action);
    expect(can('system-administrator', 'account.CreateAccount')).toBe(true);
    expect(can('system-administrator', 'account.GrantRole')).toBe(false);
    expect(can('security-administrator', 'account.GrantRole')).toBe(true);
    expect(can('security-administrator', 'account.CreateAccount')).toBe(false);
    expect(can('audit-administrator', 'administration.read')).toBe(true);
    for (const role of ['system-administrator', 'security-administrator', 'audit-administrator'])
      for (const action of ['matters.read', 'findings.read', 'events.read', 'events.export', 'personal.open'])
        expect([role, action, can(role, action)]).toEqual([role, action, false]);
  });
});

describe('rights', () => {
  test('programs report and people do everything else', () => {
    given(account, adapter).when(grant('clerk')).thenRefused(['role-of-another-kind']);
    given(account, created).when(grant('adapter')).thenRefused(['role-of-another-kind']);
    given(account, adapter).when(grant('adapter')).thenMatches({ type: 'RoleGranted' });
    const issue = {
      type: 'IssueKey',
      data: { prefix: 'k1', systems: ['s'], scope: ['reports.matters'], endsOn: from },
    };
    given(account, created).when(issue).thenRefused(['not-an-adapter']);
    given(account, adapter).when(issue).thenMatches({ type: 'KeyIssued' });
    const issued: AccountEvent = { type: 'KeyIssued', data: issue.data };
    const revoke = { type: 'RevokeKey', data: { prefix: 'k1', reason: '泄露' } };
    given(account, adapter, issued).when(revoke).thenMatches({ type: 'KeyRevoked' });
    given(account, adapter).when(revoke).thenRefused(['no-such-key']);
    given(account, adapter, issued, { type: 'KeyRevoked', data: revoke.data })
      .when(revoke)
      .thenRefused(['no-such-key']);
  });
  test('hold from their first day to the day before their last, and not from the moment they are revoked', () => {
    const ends = granted('clerk', { to: '2024-06-01' });
    const state = fold(accountRegister, log(created, ends));
    const on = (day: string) => rolesOn(state, day).map(({ role }) => role);
    expect([on('2023-12-31'), on('2024-01-01'), on('2024-05-31'), on('2024-06-01')]).toEqual([
      [],
      ['clerk'],
      ['clerk'],
      [],
    ]);
    const revoked: AccountEvent = { type: 'RoleRevoked', data: { grant: 'e1', reason: '调整' } };
    const after = fold(accountRegister, log(created, ends, revoked));
    expect(rolesOn(after, '2024-01-01')).toEqual([]);
    const { revokedAt } = after.roles[0]!;
    const held = (at: string) => heldAt(after.roles[0]!, at, '2024-01-01');
    expect([held('2023-01-01T00:00:00+08:00'), held(revokedAt!), held('2999-01-01T00:00:00+08:00')]).toEqual([
      true,
      false,
      false,
    ]);
  });
  test('grow a number with whatever a session must not outlive', () => {
    const rights = (...events: AccountEvent[]) => fold(accountRegister, log(created, ...events)).rights;
    const base = rights();
    expect(rights(granted('clerk'))).toBe(base + 1);
    expect(rights({ type: 'PasswordSet', data: {} })).toBe(base + 1);
    expect(rights({ type: 'SecondFactorSet', data: { kind: 'totp' } })).toBe(base + 1);
    expect(rights({ type: 'AccountClosed', data: { reason: 'x' } })).toBe(base + 1);
  });
  test('what days are out of order, or is held already, is refused', () => {
    given(account, created)
      .when(grant('clerk', { to: from }))
      .thenRefused(['days-out-of-order']);
    given(account, created, granted('clerk', { post: 'w1' }))
      .when(grant('clerk', { post: 'w1' }))
      .thenRefused(['role-held-already', 'e1']);
    given(account, created, granted('clerk', { post: 'w1' }))
      .when(grant('clerk', { post: 'w2' }))
      .thenMatches({ type: 'RoleGranted' });
  });
});

describe('the table of permissions', () => {
  const thing = { thing: 'matter/M-1', parties: ['u05', 'city'] };
  test('lets somebody at a thing by post, unit, centre or grant', () => {
    expect(reaches('any', {}, thing)).toBe(true);
    expect(reaches('own-unit', { org: 'u05' }, thing)).toBe(true);
    expect(reaches('own-unit', { org: 'u06' }, thing)).toBe(false);
    expect(reaches('own-unit', {}, thing)).toBe(false);
    expect(reaches('own-centre', { centre: 'city' }, thing)).toBe(true);
    expect(reaches('own-centre', { centre: 'd1' }, thing)).toBe(false);
    expect(reaches('own-centre', { org: 'u05' }, thing)).toBe(false);
    expect(reaches('own-post', { post: 'w1', centre: 'city' }, thing)).toBe(true);
    expect(reaches('own-post', { post: 'd', org: 'u05' }, thing)).toBe(true);
    expect(reaches('own-post', { centre: 'city' }, thing)).toBe(false);
    expect(reaches('own-post', { post: 'w1', centre: 'd1' }, thing)).toBe(false);
    expect(reaches('granted', { granted: ['matter/M-1'] }, thing)).toBe(true);
    expect(reaches('granted', { granted: ['matter/M-2'] }, thing)).toBe(false);
    expect(reaches('granted', { granted: ['matter/M-1'] }, null)).toBe(false);
  });
  test('a thing that nobody has to do with is nobody’s; a new one is whoever’s', () => {
    expect(reaches('own-unit', { org: 'u05' }, { thing: 'matter/M-2', parties: [] })).toBe(false);
    expect(reaches('own-unit', { org: 'u05' }, null)).toBe(true);
    expect(reaches('own-post', { org: 'u05' }, null)).toBe(false);
  });
  test('denies what it does not know, and names of every object', () => {
    for (const action of ['nothing', 'constructor', '__proto__', 'toString'])
      expect(conditionsFor(['inspector'], action)).toEqual([]);
    expect(conditionsFor(['constructor', 'toString'], 'matters.read')).toEqual([]);
  });
  test('asks those who see personal data, or administer, for a second factor', () => {
    expect(seesPersonal(['inspector'])).toBe(true);
    expect(seesPersonal(['clerk', 'audit-administrator'])).toBe(true);
    expect(seesPersonal(['clerk', 'handler', 'adapter'])).toBe(false);
  });
});
