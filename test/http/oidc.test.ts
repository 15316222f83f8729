/** Signing in by OpenID Connect, at a real provider, with what a browser does on the way there and back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, hashPassword } from '../../src/identity/factors.js';
import { setPassword } from '../../src/identity/people.js';
import { Browser, type Page } from '../support/browser.js';
import { CLIENT, honestProvider } from '../support/providers.js';
import { service } from '../support/service.js';

const HOST = 'mingzhang.example';
const HERE = `https://${HOST}`;
const CALLBACK = `${HERE}/v1/oidc/callback`;
const PASSWORD = '正确的 密码 for tests';
let provider: Awaited<ReturnType<typeof honestProvider>>;
let at: Awaited<ReturnType<typeof service>>;
const accountOf = (name: string) => at.tokenOf(name).account;
const length = async () => (await at.opened.store.head()).next;

beforeAll(async () => {
  provider = await honestProvider(CALLBACK);
  at = await service(
    [
      { name: 'clerk', staffNo: 'clerk', roles: ['clerk'] },
      { name: 'handler', staffNo: 'handler', roles: ['handler'], org: 'market' },
      { name: 'inspector', staffNo: 'inspector', roles: ['inspector'] },
      { name: 'inspector-2', staffNo: 'inspector-2', roles: ['inspector'] },
      { name: 'leader', staffNo: 'leader', roles: ['leader'] },
      { name: 'auditor', staffNo: 'auditor', roles: ['auditor'] },
      { name: 'system', staffNo: 'system', roles: ['system-administrator'] },
      { name: 'adapter', staffNo: 'adapter', roles: ['adapter'], systems: ['city-system'] },
    ],
    { oidc: { ...CLIENT, issuer: provider.issuer, publicUrl: HERE } },
  );
  await at.app.reader.until(String((await length()) - 1), 30_000); // the tables serve
});
afterAll(async () => {
  await at?.close();
  await provider?.stop();
});

const browser = () => new Browser({ [HOST]: at.url });
const JSON_TYPE = { 'content-type': 'application/json' };
const isBack = (url: string) => url.startsWith(CALLBACK);
/** Through the forms of the provider, as `login`, up to the address that leads back. */
async function atProvider(one: Browser, page: Page, login: string): Promise<string> {
  for (let n = 0; n < 3 && !isBack(page.url); n++) page = await one.submit(page, { login, password: 'any' }, isBack);
  return page.url;
}
/** Back from the provider: a navigation that it began. */
const back = (one: Browser, address: string) => one.go(address, { from: provider.issuer });
async function signIn(one: Browser, login: string, returnTo = '/v1/session'): Promise<Page> {
  const page = await one.go(`${HERE}/v1/oidc/start?return_to=${encodeURIComponent(returnTo)}`, {}, isBack);
  return back(one, await atProvider(one, page, login));
}
/** The first step with an enrolment code; where the provider would send the browser back to. */
async function invited(one: Browser, login: string, code: string): Promise<string> {
  const body = JSON.stringify({ code, returnTo: '/v1/session' });
  const asked = await one.ask(`${HERE}/v1/oidc/enrolments`, { from: HERE, method: 'POST', headers: JSON_TYPE, body });
  expect(asked.status).toBe(201);
  return atProvider(one, await one.go(asked.body.location, { from: HERE }, isBack), login);
}
let keys = 0;
async function codeFor(name: string): Promise<string> {
  const path = `/v1/accounts/${accountOf(name)}/enrolments`;
  const answer = await at.as('system').post(path, { reason: '统一身份认证' }, `renew-${++keys}`);
  expect(answer.status).toBe(201);
  return answer.body.enrolmentCode;
}
/** Everything that a sign-in could have written. */
async function written() {
  const { pool } = at.app.identity.secrets;
  const count = async (table: string) =>
    (await pool.query(`select count(*)::int from identity.${table}`)).rows[0].count;
  return { events: await length(), sessions: await count('sessions'), subjects: await count('oidc_subjects') };
}

async function withPassword(name: string) {
  const parts = { opened: at.opened, commands: at.app.commands, identity: at.app.identity };
  await setPassword(parts, accountOf(name), await hashPassword(PASSWORD));
  const one = browser();
  const body = JSON.stringify({ login: `login-${name}`, password: PASSWORD });
  const answer = await one.ask(`${HERE}/v1/session`, { from: HERE, method: 'POST', headers: JSON_TYPE, body });
  expect(answer.status).toBe(201);
  return { one, csrf: { 'x-csrf-token': answer.body.csrfToken } };
}

describe('an invitation', () => {
  test('links whom the provider names to the account, which is an event; later he just signs in', async () => {
    const one = browser();
    const code = await codeFor('clerk');
    const before = await length();
    const page = await back(one, await invited(one, 'zhang-wei', code));
    expect(page).toMatchObject({ status: 200, url: expect.stringContaining(CALLBACK) });
    const events = (await at.opened.store.readAll(before, 10)).map(({ type, data, actor, stream }) => ({
      type,
      data,
      actor,
      stream,
    }));
    expect(events).toEqual([
      {
        type: 'SubjectLinked',
        data: { issuer: provider.issuer },
        actor: expect.objectContaining({ person: accountOf('clerk'), authMethod: 'session' }),
        stream: `account-${accountOf('clerk')}`,
      },
    ]);
    const me = await one.goOn(page);
    expect(me).toMatchObject({ status: 200, url: `${HERE}/v1/session`, body: { factors: ['oidc'], needs: null } });
    expect(me.body.account).toBe(accountOf('clerk'));

    const other = browser();
    const again = await other.goOn(await signIn(other, 'zhang-wei'));
    expect(again.body).toMatchObject({ account: accountOf('clerk'), roles: ['clerk'], factors: ['oidc'] });
    expect(await length()).toBe(before + 1);
    const { rows } = await at.app.identity.secrets.pool.query('select * from identity.oidc_subjects');
    expect(JSON.stringify([rows, await at.opened.store.readAll(0, 500)])).not.toContain('zhang-wei');
    const shown = await at.as('system').get(`/v1/accounts/${accountOf('clerk')}?after=${before}&purpose=test`);
    expect(shown.body.linked).toEqual([provider.issuer]);
  });
  test('is needed: whom nobody has invited gets nothing, and nothing is written', async () => {
    const one = browser();
    const before = await written();
    const page = await signIn(one, 'nobody-knows-him');
    expect(page).toMatchObject({ status: 403, body: { code: 'not-invited', zh: {}, en: {} } });
    expect(one.cookie(HOST, 'mz_session')).toBeUndefined();
    expect(await written()).toEqual(before);
  });
  test('is good once, for one, and for who is not linked yet; what fails leaves it as it was', async () => {
    const [first, second] = [await codeFor('handler'), await codeFor('leader')];
    const [one, other] = [browser(), browser()];
    const [backOfOne, backOfOther] = [await invited(one, 'li-na', first), await invited(other, 'wang-fang', first)];
    expect((await back(one, backOfOne)).status).toBe(200);
    const before = await written();
    expect((await back(other, backOfOther)).body).toMatchObject({ status: 400, code: 'enrolment-unusable' });
    const taken = browser();
    expect((await back(taken, await invited(taken, 'li-na', second))).body).toMatchObject({
      status: 409,
      code: 'subject-linked',
    });
    const wrong = browser();
    expect((await back(wrong, await invited(wrong, 'wang-fang', 'x'.repeat(43)))).body.code).toBe('enrolment-unusable');
    expect(await written()).toEqual(before);
    expect((await signIn(browser(), 'wang-fang')).body.code).toBe('not-invited');
    // The second code is as good as it was.
    const right = browser();
    const page = await right.goOn(await back(right, await invited(right, 'wang-fang', second)));
    expect(page.body.account).toBe(accountOf('leader'));
  });
  test('two at once with one code: one is linked', async () => {
    const code = await codeFor('auditor');
    const browsers = [browser(), browser(), browser()];
    const backs = await Promise.all(browsers.map((one, n) => invited(one, `racer-${n}`, code)));
    const before = await written();
    const pages = await Promise.all(browsers.map((one, n) => back(one, backs[n]!)));
    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 400, 400]);
    const after = await written();
    expect([after.events - before.events, after.subjects - before.subjects]).toEqual([1, 1]);
  });
  test('ends with the account, and with a new enrolment', async () => {
    await codeFor('handler');
    expect((await signIn(browser(), 'li-na')).body.code).toBe('not-invited');
    const code = await codeFor('handler');
    const one = browser();
    expect((await back(one, await invited(one, 'li-na', code))).status).toBe(200);
    const closing = `/v1/accounts/${accountOf('handler')}/closures`;
    expect((await at.as('system').post(closing, { reason: '调离' }, 'close')).status).toBe(201);
    expect((await signIn(browser(), 'li-na')).body.code).toBe('not-invited');
  });
});

describe('an answer', () => {
  test('counts once, in the browser that asked for it, with the state that it was given', async () => {
    const [one, other] = [browser(), browser()];
    await other.go(`${HERE}/v1/oidc/start`, {}, isBack); // with a cookie of its own
    const started = await one.go(`${HERE}/v1/oidc/start`, {}, isBack);
    const address = await atProvider(one, started, 'zhang-wei');
    const before = await written();
    const unusable = { status: 400, code: 'oidc-request-unusable' };
    const changed = new URL(address);
    changed.searchParams.set('state', 'x'.repeat(43));
    expect((await back(one, changed.href)).body).toMatchObject(unusable);
    changed.searchParams.delete('state');
    expect((await back(one, changed.href)).body).toMatchObject(unusable);
    expect((await back(one, `${address}&state=x`)).body).toMatchObject(unusable);
    expect((await back(other, address)).body).toMatchObject(unusable);
    expect((await back(browser(), address)).body).toMatchObject(unusable);
    expect(await written()).toEqual(before);
    // Nobody has used it up for the one whose it is; he uses it up himself.
    expect((await back(one, address)).status).toBe(200);
    const after = await written();
    expect(after.sessions).toBe(before.sessions + 1);
    expect((await back(one, address)).body).toMatchObject(unusable);
    expect(await written()).toEqual(after);
  });
  test('that came too late, or says no, signs nobody in', async () => {
    const late = browser();
    const address = await atProvider(late, await late.go(`${HERE}/v1/oidc/start`, {}, isBack), 'zhang-wei');
    await at.app.identity.secrets.pool.query("update identity.oidc_requests set ends_at = now() - interval '1 second'");
    expect((await back(late, address)).body.code).toBe('oidc-request-unusable');
    const one = browser();
    const page = await one.go(`${HERE}/v1/oidc/start`, {}, isBack);
    const abort = /href="([^"]+\/abort)"/.exec(page.text)![1]!;
    const refused = await one.go(new URL(abort, page.url).href, { from: page.url }, isBack);
    expect(refused.url).toContain('error=access_denied');
    expect((await back(one, refused.url)).body).toMatchObject({ status: 401, code: 'oidc-refused' });
  });
  test('the cookie of the request comes along from another site; the one of the session does not, and is not needed to', async () => {
    const one = browser();
    const answer = await one.ask(`${HERE}/v1/oidc/start`);
    expect(answer.headers.get('set-cookie')).toMatch(/^mz_oidc=[\w-]{43};.*HttpOnly.*SameSite=Lax/i);
    const asked = new URL(answer.headers.get('location')!).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(asked.get('nonce')).not.toBe(asked.get('state'));
    const page = await signIn(one, 'zhang-wei');
    expect(page.headers.getSetCookie().join('\n')).toMatch(/mz_session=[\w-]{43};.*HttpOnly.*SameSite=Strict/i);
    expect((await one.go(`${HERE}/v1/session`, { from: provider.issuer })).status).toBe(401);
    expect((await one.goOn(page)).status).toBe(200);
  });
  test('ends the session that the browser had before', async () => {
    const one = browser();
    await one.goOn(await signIn(one, 'zhang-wei'));
    const planted = one.cookie(HOST, 'mz_session');
    const address = await atProvider(one, await one.go(`${HERE}/v1/oidc/start`, {}, isBack), 'zhang-wei');
    await one.go(address); // as from the same site, so that the cookie is sent
    expect(one.cookie(HOST, 'mz_session')).not.toBe(planted);
    const { status } = await at.ask('GET', '/v1/session', { cookie: `mz_session=${planted}` });
    expect(status).toBe(401);
  });
  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/.//evil.example', 'javascript:alert(1)'])(
    'leads nobody to %s',
    async (elsewhere) => {
      const one = browser();
      const page = await signIn(one, 'zhang-wei', elsewhere);
      expect(page.text).toContain('content="0;url=/"');
      expect(page.text).not.toContain('evil');
    },
  );
  test('leads on to a path that holds signs of HTML', async () => {
    const page = await signIn(browser(), 'zhang-wei', `/v1/session?a='"><script>alert(1)</script>&b=1`);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain('&amp;b=1"');
  });
});

describe('whoever is signed in', () => {
  const GO_ON = '{"returnTo":"/v1/session"}';
  const link = (one: Browser, headers: Record<string, string>) =>
    one.ask(`${HERE}/v1/oidc/links`, {
      from: HERE,
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: GO_ON,
    });

  test('links his own account, with the token against forged requests; his other sessions end', async () => {
    await codeFor('leader'); // no link any more
    const { one, csrf } = await withPassword('leader');
    const before = one.cookie(HOST, 'mz_session');
    expect((await link(one, {})).body.code).toBe('csrf-token-missing');
    const { body } = await link(one, csrf);
    expect(new URL(body.location).searchParams.get('prompt')).toBe('login');
    const page = await back(
      one,
      await atProvider(one, await one.go(body.location, { from: HERE }, isBack), 'liu-yang'),
    );
    expect((await one.goOn(page)).body).toMatchObject({ account: accountOf('leader'), factors: ['oidc'] });
    expect((await at.ask('GET', '/v1/session', { cookie: `mz_session=${before}` })).status).toBe(401);
    const events = await at.opened.store.readStream(`account-${accountOf('leader')}`);
    expect(events.at(-1)!.type).toBe('SubjectLinked');
    expect((await signIn(browser(), 'liu-yang')).status).toBe(200);
  });
  test('does not once his session has ended on the way', async () => {
    await codeFor('leader');
    const { one, csrf } = await withPassword('leader');
    const { body } = await link(one, csrf);
    const address = await atProvider(one, await one.go(body.location, { from: HERE }, isBack), 'liu-yang');
    await one.ask(`${HERE}/v1/session`, { from: HERE, method: 'DELETE', headers: csrf });
    const before = await written();
    expect((await back(one, address)).body.code).toBe('oidc-request-unusable');
    expect(await written()).toEqual(before);
  });
  test('neither does a program, nor who has yet to show a second factor, nor nobody', async () => {
    const token = (name: string) => ({ authorization: `Bearer ${at.tokenOf(name).token}` });
    expect((await link(browser(), token('adapter'))).body.code).toBe('not-permitted');
    expect((await link(browser(), {})).body.code).toBe('not-authenticated');
    const { one, csrf } = await withPassword('inspector');
    expect((await link(one, csrf)).body.code).toBe('second-factor-needed');
  });
});

describe('the second factor', () => {
  test('of the provider counts where it says so', async () => {
    const one = browser();
    const page = await back(one, await invited(one, 'mfa-chen', await codeFor('inspector-2')));
    expect((await one.goOn(page)).body).toMatchObject({ factors: ['oidc', 'mfa'], needs: null });
    expect((await one.ask(`${HERE}/v1/events`, { from: HERE })).status).toBe(200);
  });
  test('is ours where it does not: nothing is seen before, and nobody replaces it without showing it', async () => {
    const one = browser();
    const page = await back(one, await invited(one, 'zhao-min', await codeFor('inspector')));
    const me = await one.goOn(page);
    expect(me.body).toMatchObject({ factors: ['oidc'], needs: 'second-factor' });
    const send = (path: string, csrf: string, body: object, method = 'POST') =>
      one.ask(`${HERE}/v1/session/${path}`, {
        from: HERE,
        method,
        headers: { ...JSON_TYPE, 'x-csrf-token': csrf },
        body: JSON.stringify(body),
      });
    const events = () => one.ask(`${HERE}/v1/events`, { from: HERE });
    expect((await events()).body.code).toBe('second-factor-needed');
    expect((await send('code', me.body.csrfToken, { code: '000000' })).status).toBe(401); // there is none yet
    const { secret } = (await send('factors', me.body.csrfToken, {})).body;
    const code = codeOf(secret, Date.now());
    expect((await send('factors', me.body.csrfToken, { code }, 'PUT')).status).toBe(200);
    expect((await events()).status).toBe(401); // every session has ended

    const again = await one.goOn(await signIn(one, 'zhao-min'));
    expect(again.body).toMatchObject({ factors: ['oidc'], needs: 'second-factor' });
    const { csrfToken } = again.body;
    expect((await send('factors', csrfToken, {})).body.code).toBe('second-factor-needed');
    expect((await send('factors', csrfToken, { code }, 'PUT')).body.code).toBe('second-factor-needed');
    expect((await send('code', csrfToken, { code })).status).toBe(401); // used
    const before = one.cookie(HOST, 'mz_session');
    const shown = await send('code', csrfToken, { code: codeOf(secret, Date.now() + 30_000) });
    expect(shown).toMatchObject({ status: 201, body: { factors: ['oidc', 'totp'], needs: null } });
    expect(one.cookie(HOST, 'mz_session')).not.toBe(before);
    expect((await at.ask('GET', '/v1/session', { cookie: `mz_session=${before}` })).status).toBe(401);
    expect((await events()).status).toBe(200);
  });
});

describe('the provider', () => {
  test('may change its keys', async () => {
    await provider.restart();
    const one = browser();
    expect((await one.goOn(await signIn(one, 'zhang-wei'))).body.account).toBe(accountOf('clerk'));
  });
  test('may be gone: that is said in both languages, and passwords still work', async () => {
    const one = browser();
    const address = await atProvider(one, await one.go(`${HERE}/v1/oidc/start`, {}, isBack), 'zhang-wei');
    await provider.stop();
    const before = await written();
    const page = await back(one, address);
    expect(page).toMatchObject({ status: 503, body: { code: 'provider-unavailable' } });
    expect(page.headers.get('retry-after')).toBe('30');
    expect(page.body.zh.title).toMatch(/统一身份认证/);
    expect(page.body.en.title).toMatch(/provider/);
    expect(await written()).toEqual(before);
    await withPassword('clerk');
  });
});
