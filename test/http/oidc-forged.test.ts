/** What a provider, or somebody who speaks in its place, could forge; and what it is like when it does not answer. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { factorsOf } from '../../src/identity/provider.js';
import { Browser, type Page } from '../support/browser.js';
import { CLIENT, type Forge, forgingProvider, newKey, token } from '../support/providers.js';
import { service } from '../support/service.js';

const HOST = 'mingzhang.example';
const HERE = `https://${HOST}`;
let provider: Awaited<ReturnType<typeof forgingProvider>>;
let at: Awaited<ReturnType<typeof service>>;
let honest: Forge;
const other = newKey('first');

beforeAll(async () => {
  provider = await forgingProvider();
  honest = provider.state.forge;
  at = await service(
    [
      { name: 'clerk', staffNo: 'clerk', roles: ['clerk'] },
      { name: 'system', staffNo: 'system', roles: ['system-administrator'] },
    ],
    { oidc: { ...CLIENT, issuer: provider.state.issuer, publicUrl: HERE } },
  );
});
afterAll(async () => {
  await at?.close();
  provider?.close();
});

const written = async () => {
  const { rows } = await at.app.identity.secrets.pool.query(
    'select (select count(*)::int from identity.sessions) as sessions, (select count(*)::int from identity.oidc_subjects) as subjects',
  );
  return { ...rows[0], events: (await at.opened.store.head()).next };
};
/** There and back: this provider asks nobody anything. */
const signIn = (one = new Browser({ [HOST]: at.url })) => one.go(`${HERE}/v1/oidc/start?return_to=/v1/session`);
async function refused(page: Promise<Page>, status: number, code: string) {
  const before = await written();
  const { body, status: answered, headers } = await page;
  expect({ answered, code: body.code }).toEqual({ answered: status, code });
  expect(headers.getSetCookie().join()).not.toContain('mz_session');
  expect(await written()).toEqual(before);
}

test('a provider that cannot be reached at first is asked again by whoever comes next', async () => {
  provider.state.health = 'down';
  await refused(signIn(), 503, 'provider-unavailable');
  provider.state.health = 'up';
  // It is there now, and names somebody whom nobody has invited.
  await refused(signIn(), 403, 'not-invited');
});

test('what is true is believed', async () => {
  const account = at.tokenOf('clerk').account;
  const renewed = await at.as('system').post(`/v1/accounts/${account}/enrolments`, { reason: '统一身份认证' }, 'renew');
  const one = new Browser({ [HOST]: at.url });
  const body = JSON.stringify({ code: renewed.body.enrolmentCode, returnTo: '/v1/session' });
  const headers = { 'content-type': 'application/json' };
  const begun = await one.ask(`${HERE}/v1/oidc/enrolments`, { from: HERE, method: 'POST', headers, body });
  const me = await one.goOn(await one.go(begun.body.location, { from: HERE }));
  expect(me.body).toMatchObject({ account, factors: ['oidc'] });
});

describe('from a subject that is linked, not believed is', () => {
  const claims =
    (changed: (true_: Record<string, unknown>) => object): Forge =>
    (issued) => ({ id_token: token(changed(issued.claims), issued) });
  const past = () => Math.floor(Date.now() / 1000) - 3600;
  const forgeries: readonly (readonly [string, Forge])[] = [
    ['no token', () => ({})],
    ['what is no token', () => ({ id_token: 'e30.e30.e30' })],
    ['one of another issuer', claims((of) => ({ ...of, iss: 'https://elsewhere.example' }))],
    ['one of no issuer', claims((of) => ({ ...of, iss: undefined }))],
    ['one for another client', claims((of) => ({ ...of, aud: 'another' }))],
    ['one for another client besides', claims((of) => ({ ...of, aud: ['another', CLIENT.clientId], azp: 'another' }))],
    ['one for nobody', claims((of) => ({ ...of, aud: undefined }))],
    ['one that has ended', claims((of) => ({ ...of, iat: past() - 300, exp: past() }))],
    ['one that never ends', claims((of) => ({ ...of, exp: undefined }))],
    ['one with another nonce', claims((of) => ({ ...of, nonce: 'another' }))],
    ['one without nonce', claims((of) => ({ ...of, nonce: undefined }))],
    ['one about nobody', claims((of) => ({ ...of, sub: undefined }))],
    ['one of another key by the same name', ({ claims: of }) => ({ id_token: token(of, { key: other }) })],
    ['one of a key that is not there', ({ claims: of, key }) => ({ id_token: token(of, { key, kid: 'unknown' }) })],
    ['one that is not signed', ({ claims: of, key }) => ({ id_token: token(of, { key, alg: 'none' }) })],
    [
      'one signed with the public key as a secret',
      ({ claims: of, key }) => ({ id_token: token(of, { key, alg: 'HS256' }) }),
    ],
    [
      'one that says more than was signed',
      ({ claims: of, key }) => {
        const [head, , signature] = token({ ...of, sub: 'another' }, { key }).split('.');
        const [, body] = token(of, { key }).split('.');
        return { id_token: `${head}.${body}.${signature}` };
      },
    ],
  ];
  test.each(forgeries)('%s', async (_, forge) => {
    provider.state.forge = forge;
    await refused(signIn(), 401, 'oidc-refused');
    provider.state.forge = honest;
    expect((await signIn()).status).toBe(200); // and it was nothing else that was wrong
  });
  test.each([
    ['another issuer in the address', { iss: 'https://elsewhere.example' }],
    ['another code', { code: 'another' }],
  ])('%s', async (_, back) => {
    provider.state.back = back as Record<string, string>;
    await refused(signIn(), 401, 'oidc-refused');
    provider.state.back = {};
  });
  test('an answer to another state', async () => {
    provider.state.back = { state: 'another' };
    await refused(signIn(), 400, 'oidc-request-unusable');
    provider.state.back = {};
  });
});

test('a key counts from the moment that the provider shows it, and not after it was withdrawn', async () => {
  const old = provider.state.key;
  expect((await signIn()).status).toBe(200);
  provider.state.key = newKey('second');
  expect((await signIn()).status).toBe(200);
  provider.state.forge = ({ claims }) => ({ id_token: token(claims, { key: old }) });
  await refused(signIn(), 401, 'oidc-refused');
  provider.state.forge = honest;
});

describe('a provider that', () => {
  test('answers that it is in trouble is not available, which is no fault of whoever signs in', async () => {
    const one = new Browser({ [HOST]: at.url });
    const back = (await one.go(`${HERE}/v1/oidc/start`, {}, (url) => url.startsWith(HERE))).url;
    provider.state.health = 'down';
    await refused(one.go(back, { from: provider.state.issuer }), 503, 'provider-unavailable');
    provider.state.health = 'up';
    provider.state.back = { error: 'temporarily_unavailable' };
    await refused(signIn(), 503, 'provider-unavailable');
    provider.state.back = {};
  });
  test('does not answer is waited for no longer than the deadline', async () => {
    const one = new Browser({ [HOST]: at.url });
    const back = (await one.go(`${HERE}/v1/oidc/start`, {}, (url) => url.startsWith(HERE))).url;
    provider.state.health = 'silent';
    await refused(one.go(back, { from: provider.state.issuer }), 503, 'provider-unavailable');
    provider.state.health = 'up';
    expect((await signIn()).status).toBe(200);
  });
});

test.each([
  [undefined, ['oidc']],
  [[], ['oidc']],
  ['mfa', ['oidc']],
  [['pwd'], ['oidc']],
  [['otp'], ['oidc']],
  [['hwk', 'otp'], ['oidc']],
  [['pwd', 'sms'], ['oidc']],
  [
    ['pwd', 'otp'],
    ['oidc', 'mfa'],
  ],
  [
    ['hwk', 'pin'],
    ['oidc', 'mfa'],
  ],
  [
    ['face', 'sc'],
    ['oidc', 'mfa'],
  ],
  [['mfa'], ['oidc', 'mfa']],
  [[{ mfa: true }, null], ['oidc']],
])('methods %j show %j', (amr, factors) => expect(factorsOf(amr)).toEqual(factors));
