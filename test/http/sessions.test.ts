/** Signing in as people do: passwords, second factors, sessions that end, and what nobody else can take over. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayOf, instantOfMillis } from '../../projections/kernel/instant.js';
import { post } from '../../src/areas/centres/post.js';
import { codeOf, hashPassword, verifications } from '../../src/identity/factors.js';
import { setPassword } from '../../src/identity/people.js';
import { systemContext } from '../../src/ledger/self.js';
import { type Answer, service } from '../support/service.js';

const PASSWORD = '正确的 密码 for tests';
let at: Awaited<ReturnType<typeof service>>;
const parts = () => ({ opened: at.opened, commands: at.app.commands, identity: at.app.identity });
const accountOf = (name: string) => at.tokenOf(name).account;
const length = async () => (await at.opened.store.head()).next;

beforeAll(async () => {
  at = await service([
    { name: 'clerk', staffNo: 'clerk', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
    { name: 'inspector', staffNo: 'inspector', roles: ['inspector'] },
    { name: 'system', staffNo: 'system', roles: ['system-administrator'] },
    { name: 'security', staffNo: 'security', roles: ['security-administrator'] },
    { name: 'audit', staffNo: 'audit', roles: ['audit-administrator'] },
    { name: 'adapter', staffNo: 'adapter', roles: ['adapter'], systems: ['city-system'] },
  ]);
  await at.app.reader.until(String((await length()) - 1), 30_000); // the tables serve
  for (const name of ['clerk', 'inspector']) await setPassword(parts(), accountOf(name), await hashPassword(PASSWORD));
});
afterAll(() => at.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const signIn = (login: string, more: object = {}, headers = {}): Promise<Answer> =>
  at.ask(
    'POST',
    '/v1/session',
    { ...JSON_TYPE, ...headers },
    JSON.stringify({ login: `login-${login}`, password: PASSWORD, ...more }),
  );
const cookieOf = (answer: Answer) => /mz_session=([\w-]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
const withCookie = (answer: Answer, more = {}) => ({ cookie: cookieOf(answer), ...JSON_TYPE, ...more });
const me = (headers: Record<string, string>) => at.ask('GET', '/v1/session', headers);

describe('signing in', () => {
  test('gives a cookie that no script reads and no other site sends, and says who one is', async () => {
    const answer = await signIn('clerk');
    expect(answer).toMatchObject({
      status: 201,
      body: { roles: ['clerk'], post: 'w1', org: 'centre', actingAs: 'holder', needs: null },
    });
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly/i);
    expect(answer.headers.get('set-cookie')).toMatch(/SameSite=Strict/i);
    expect((await me(withCookie(answer))).body).toMatchObject({ account: accountOf('clerk'), roles: ['clerk'] });
    const bearer = { authorization: `Bearer ${answer.body.token}` };
    expect((await me(bearer)).body.account).toBe(accountOf('clerk'));
  });
  test('unknown and wrong are answered the same, after one verification each', async () => {
    const tried = async (login: string, password: string) => {
      const before = verifications.count;
      const { status, body } = await signIn(login, { password });
      return { status, code: body.code, detail: body.detail, verified: verifications.count - before };
    };
    const wrong = await tried('clerk', 'not the password');
    expect(wrong).toMatchObject({ status: 401, code: 'sign-in-failed', verified: 1 });
    expect(await tried('nobody-at-all', 'not the password')).toEqual(wrong);
    expect(await tried('adapter', 'not the password')).toEqual(wrong);
    expect((await signIn('clerk')).status).toBe(201);
  });
  test('writes nothing, and no answer or event holds a secret', async () => {
    const before = await length();
    await signIn('clerk');
    await signIn('clerk', { password: 'wrong wrong wrong' });
    expect(await length()).toBe(before);
    const log = JSON.stringify(await at.opened.store.readAll(0, 500));
    expect(log).not.toMatch(/argon2|mzs_|mzk_/);
    expect(log).not.toContain(PASSWORD);
    expect(log).not.toContain('login-clerk');
  });
  test('a session that somebody else planted is not carried on', async () => {
    const planted = await signIn('clerk');
    const own = await signIn('clerk', {}, { cookie: cookieOf(planted) });
    expect(cookieOf(own)).not.toBe(cookieOf(planted));
    expect((await me(withCookie(planted))).status).toBe(401);
    expect((await me(withCookie(own))).status).toBe(200);
    const invented = { cookie: `mz_session=${'a'.repeat(43)}` };
    expect((await me(invented)).status).toBe(401);
  });
});

test('without a provider of OpenID Connect its routes say so', async () => {
  const post = (path: string, body: object) => at.as('security').post(path, body, 'x');
  for (const answer of [
    await at.ask('GET', '/v1/oidc/start', {}),
    await at.ask('GET', '/v1/oidc/callback?code=a&state=b', {}),
    await post('/v1/oidc/enrolments', { code: 'a' }),
    await post('/v1/oidc/links', {}),
  ])
    expect(answer.body).toMatchObject({ status: 404, code: 'oidc-not-configured', zh: {}, en: {} });
});

describe('another site', () => {
  const materials = JSON.stringify({ materials: [] });
  const receive = (headers: Record<string, string>, id: string) =>
    at.ask('POST', `/v1/matters/${id}/receipts`, { 'idempotency-key': id, ...headers }, materials);
  test('cannot change anything with a cookie alone', async () => {
    const answer = await signIn('clerk');
    const before = await length();
    for (const more of [
      {},
      { 'x-csrf-token': 'x' },
      { 'x-csrf-token': answer.body.csrfToken, 'sec-fetch-site': 'cross-site' },
      { 'x-csrf-token': answer.body.csrfToken, 'sec-fetch-site': 'same-site' },
    ])
      expect((await receive(withCookie(answer, more), 'X-1')).body.code).toBe('csrf-token-missing');
    expect(await length()).toBe(before);
    const right = { 'x-csrf-token': answer.body.csrfToken, 'sec-fetch-site': 'same-origin' };
    expect((await receive(withCookie(answer, right), 'X-1')).status).toBe(201);
    const other = await signIn('clerk');
    expect((await receive(withCookie(answer, { 'x-csrf-token': other.body.csrfToken }), 'X-2')).status).toBe(403);
  });
});

describe('sessions', () => {
  test('are listed, ended one by one, and only by whose they are', async () => {
    const [one, two] = [await signIn('clerk'), await signIn('clerk')];
    const { body } = await at.ask('GET', '/v1/sessions', withCookie(one));
    const current = body.sessions.find((each: { current: boolean }) => each.current);
    expect(body.sessions.length).toBeGreaterThanOrEqual(2);
    const csrf = { 'x-csrf-token': two.body.csrfToken };
    expect((await at.as('audit').delete(`/v1/sessions/${current.id}`)).status).toBe(404);
    expect((await at.ask('DELETE', `/v1/sessions/${current.id}`, { cookie: cookieOf(two), ...csrf })).status).toBe(200);
    expect((await me(withCookie(one))).status).toBe(401);
    expect((await me(withCookie(two))).status).toBe(200);
    expect((await at.ask('DELETE', '/v1/session', { cookie: cookieOf(two), ...csrf })).status).toBe(200);
    expect((await me(withCookie(two))).status).toBe(401);
  });
  test('end after half an hour without a request, and after half a day in any case', async () => {
    const { pool } = at.app.identity.secrets;
    const age = (column: string, span: string) =>
      pool.query(`update identity.sessions set ${column} = now() - $1::interval where account = $2`, [
        span,
        accountOf('clerk'),
      ]);
    const idle = await signIn('clerk');
    await age('seen_at', '29 minutes');
    at.app.identity.forget();
    expect((await me(withCookie(idle))).status).toBe(200);
    await age('seen_at', '31 minutes');
    at.app.identity.forget();
    expect((await me(withCookie(idle))).status).toBe(401);
    const old = await signIn('clerk');
    await age('ends_at', '1 second');
    at.app.identity.forget();
    expect((await me(withCookie(old))).status).toBe(401);
  });
  test('end when rights change', async () => {
    const before = await signIn('clerk');
    const role = { role: 'handler', org: 'market', from: '2000-01-01', reason: '兼任' };
    const granted = await at.as('security').post(`/v1/accounts/${accountOf('clerk')}/roles`, role, 'g1');
    expect(granted.status).toBe(201);
    expect((await me(withCookie(before))).status).toBe(401);
    const after = await signIn('clerk');
    expect((await me(withCookie(after))).body.roles.toSorted()).toEqual(['clerk', 'handler']);
    const account = `/v1/accounts/${accountOf('clerk')}?after=${(await length()) - 1}&purpose=audit`;
    const { body } = await at.as('security').get(account);
    const { grant } = body.roles.find((each: { role: string }) => each.role === 'handler');
    const revoke = { grant, reason: '不再兼任' };
    await at.as('security').post(`/v1/accounts/${accountOf('clerk')}/roles/revocations`, revoke, 'g2');
    expect((await me(withCookie(after))).status).toBe(401);
    expect((await signIn('clerk')).body.roles).toEqual(['clerk']);
  });
});

describe('the second factor', () => {
  test('is obligatory for who sees personal data; its code is good once; recovery codes too', async () => {
    const bare = await signIn('inspector');
    expect(bare.body).toMatchObject({ factors: ['password'], needs: 'second-factor' });
    const bearer = (answer: Answer) => ({ authorization: `Bearer ${answer.body.token}`, ...JSON_TYPE });
    expect((await at.ask('GET', '/v1/events', bearer(bare))).body.code).toBe('second-factor-needed');
    const offered = await at.ask('POST', '/v1/session/factors', bearer(bare), '{}');
    expect(offered.body.uri).toMatch(/^otpauth:\/\/totp\//);
    const put = (body: object) => at.ask('PUT', '/v1/session/factors', bearer(bare), JSON.stringify(body));
    expect((await put({ code: '000000' })).status).toBe(401);
    const confirmed = await put({ code: codeOf(offered.body.secret, Date.now()) });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    expect((await me(bearer(bare))).status).toBe(401); // every session has ended

    expect((await signIn('inspector')).status).toBe(401); // the password alone is not enough any more
    const later = codeOf(offered.body.secret, Date.now() + 30_000); // the next step, which the clock tolerates
    const both = await signIn('inspector', { code: later });
    expect(both.body).toMatchObject({ factors: ['password', 'totp'], needs: null });
    expect((await signIn('inspector', { code: later })).status).toBe(401); // used
    const [recovery] = confirmed.body.recoveryCodes;
    expect((await signIn('inspector', { code: recovery })).body.factors).toEqual(['password', 'recovery']);
    expect((await signIn('inspector', { code: recovery })).status).toBe(401);
    expect((await at.ask('GET', '/v1/events', bearer(both))).status).toBe(200);
    const { rows } = await at.app.identity.secrets.pool.query('select totp from identity.credentials');
    expect(JSON.stringify(rows)).not.toContain(offered.body.secret);
  });
});

describe('accounts', () => {
  test('are made by one, given rights by another; the code to enrol with is good once', async () => {
    const [system, security] = [at.as('system'), at.as('security')];
    const holder = { identifier: { kind: 'staff-no', value: 'new-1' }, personal: { name: '新人' } };
    const body = { holder, kind: 'person', login: 'New-1' };
    expect((await security.post('/v1/accounts', body, 'a')).status).toBe(403);
    const made = await system.post('/v1/accounts', body, 'a');
    expect(made.body).toMatchObject({ account: expect.any(String), enrolmentCode: expect.any(String) });
    const again = await system.post('/v1/accounts', body, 'a');
    expect(again.body).toMatchObject({ repeated: true });
    expect(again.body.enrolmentCode).toBeUndefined();
    const other = { holder: { ...holder, identifier: { kind: 'staff-no', value: 'new-2' } }, kind: 'person' };
    expect((await system.post('/v1/accounts', { ...other, login: 'new-1' }, 'b')).body.code).toBe('login-taken');
    const role = { role: 'auditor', from: '2000-01-01', reason: '任职' };
    const roles = `/v1/accounts/${made.body.account}/roles`;
    expect((await system.post(roles, role, 'c')).status).toBe(403);
    expect((await security.post(roles, role, 'c')).status).toBe(201);
    const enrol = (code: string, password = PASSWORD) =>
      at.ask('POST', '/v1/enrolments', JSON_TYPE, JSON.stringify({ code, password }));
    expect((await enrol(made.body.enrolmentCode, 'too short')).status).toBe(400);
    expect((await enrol('x'.repeat(43))).body.code).toBe('enrolment-unusable');
    expect((await enrol(made.body.enrolmentCode)).status).toBe(201);
    expect((await enrol(made.body.enrolmentCode)).body.code).toBe('enrolment-unusable');
    const asked = { login: 'NEW-1', password: PASSWORD };
    const signedIn = await at.ask('POST', '/v1/session', JSON_TYPE, JSON.stringify(asked));
    expect(signedIn.body).toMatchObject({ roles: ['auditor'] });
    const { body: shown } = await at
      .as('audit')
      .get(`/v1/accounts/${made.body.account}?after=${(await length()) - 1}&purpose=audit`);
    expect(shown).toMatchObject({ name: '新人', status: 'open', roles: [{ role: 'auditor' }] });
    expect((await system.post(`/v1/accounts/${made.body.account}/closures`, { reason: '离职' }, 'd')).status).toBe(201);
    expect((await at.ask('POST', '/v1/session', JSON_TYPE, JSON.stringify(asked))).status).toBe(401);
  });
  test('two grants at once cannot slip past each other', async () => {
    const holder = { identifier: { kind: 'staff-no', value: 'race' }, personal: { name: '某人' } };
    const made = await at.as('system').post('/v1/accounts', { holder, kind: 'person', login: 'race' }, 'race');
    const roles = ['system-administrator', 'security-administrator', 'audit-administrator', 'clerk', 'handler'];
    const answers = await Promise.all(
      roles.map((role) =>
        at
          .as('security')
          .post(`/v1/accounts/${made.body.account}/roles`, { role, from: '2000-01-01', reason: 'r' }, role),
      ),
    );
    const { body } = await at
      .as('audit')
      .get(`/v1/accounts/${made.body.account}?after=${(await length()) - 1}&purpose=audit`);
    const held = body.roles.map((each: { role: string }) => each.role);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(held.length);
    const administers = held.filter((role: string) => role.endsWith('administrator'));
    expect(administers.length === 0 || held.length === 1).toBe(true);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused!.body.broken[0].code).toBe('one-administration-only');
  });
});

describe('adapters', () => {
  test('speak with a key of their own, for the systems and areas that it names, until it is revoked', async () => {
    const [system, security] = [at.as('system'), at.as('security')];
    const holder = { identifier: { kind: 'adapter', value: 'a-1' }, personal: { name: '接入' } };
    const made = await system.post('/v1/accounts', { holder, kind: 'adapter' }, 'ad');
    const path = `/v1/accounts/${made.body.account}`;
    expect(
      (await security.post(`${path}/roles`, { role: 'adapter', from: '2000-01-01', reason: 'r' }, 'k')).status,
    ).toBe(201);
    const key = { systems: ['s-1'], scope: ['reports.matters'], endsOn: '2999-01-01' };
    const { body } = await security.post(`${path}/keys`, key, 'k1');
    expect(body.key).toMatch(/^mzk_\w+_/);
    const report = (system_: string) => ({
      id: 'R-1',
      command: 'AcceptMatter',
      data: {},
      occurredAt: '2024-01-01T09:00:00+08:00',
      precision: 'second',
      source: { system: system_, batch: 'b', case: 'R-1', event: '1', registeredAt: null },
    });
    const send = (area: string, system_: string, bearer = body.key as string) =>
      at.ask(
        'POST',
        `/v1/reports/${area}`,
        { authorization: `Bearer ${bearer}`, ...JSON_TYPE },
        JSON.stringify(report(system_)),
      );
    expect((await send('matters', 's-1')).status).toBe(201);
    expect((await send('matters', 's-2')).status).toBe(403);
    expect((await send('centres', 's-1')).status).toBe(403);
    expect((await send('matters', 's-1', `${body.key.slice(0, -1)}x`)).status).toBe(401);
    const [{ rows }] = [await at.app.identity.secrets.pool.query('select * from identity.keys')];
    expect(JSON.stringify(rows)).not.toContain(body.key.split('_')[2]);
    await security.post(`${path}/keys/revocations`, { prefix: body.prefix, reason: '泄露' }, 'k2');
    expect((await send('matters', 's-1')).status).toBe(401);
  });
});

describe('who acts', () => {
  test('acts at his post as long as he stands there; then he is told that he does not', async () => {
    const answer = await signIn('clerk');
    const bearer = { authorization: `Bearer ${answer.body.token}`, ...JSON_TYPE };
    const receive = (id: string) =>
      at.ask('POST', `/v1/matters/${id}/receipts`, { ...bearer, 'idempotency-key': id }, '{"materials":[]}');
    expect((await receive('W-1')).status).toBe(201);
    const [event] = await at.opened.store.readStream('matter-W-1');
    expect(event!.actor).toMatchObject({ post: 'w1', org: 'centre', actingAs: 'holder', authMethod: 'session' });
    expect(event!.facts).toHaveProperty('post-w1');
    const staff = { identifier: { kind: 'staff-no', value: 'clerk' }, personal: {} };
    const today = dayOf(instantOfMillis(at.opened.millis()));
    const back = { type: 'ReturnStaff' as const, data: { staff, from: today, reason: '调回' } };
    const context = systemContext(at.opened, instantOfMillis(at.opened.millis()));
    await at.app.commands.send(post, 'w1', back as never, { context, key: 'back' });
    const refused = await receive('W-2');
    expect(refused.body).toMatchObject({ status: 409, broken: [{ code: 'not-at-the-post', details: { post: 'w1' } }] });
    expect(refused.body.broken[0].refs).toHaveLength(1);
  });
});
