/** Where the service listens, by what it is encrypted, whose word about the client it believes, and what it tells browsers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { readConfig } from '../../src/config.js';
import { Open } from '../../src/http/by.js';
import { isLoopback, isSecure, isServed, PLAIN, transportOf } from '../../src/http/transport.js';
import { Advice } from '../../src/postgres/advice.js';
import { certificateFiles, selfSigned } from '../support/certificates.js';
import { service } from '../support/service.js';

@Controller('seen')
class SeenController {
  @Get()
  @Open()
  seen(@Req() request: FastifyRequest) {
    return { ip: request.ip, secure: isSecure(request) };
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-tls-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is said of settings that are refused. */
function advice(work: () => unknown): { zh: string; en: string } {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Advice);
    return error as Advice;
  }
  throw new Error('it was not refused');
}
const settings = (env: Record<string, string>) => readConfig({}, env);

describe('settings', () => {
  test('everything wrong is listed at once, in both languages', () => {
    const { zh, en } = advice(() =>
      settings({
        TLS_CERT: '/x.crt',
        TLS_CERTIFICATE: '/y',
        TRUSTED_PROXIES: '10.0.0.1, 0.0.0.0/0, proxy.local, fd00::/8, 10.0.0.0/33',
        TRUSTED_PROXY: '10.0.0.1',
        PUBLIC_URL: 'http://mingzhang.example/path',
        OIDC_ISSUER: 'http://idp.example',
        OIDC_CLIENT_SECRET: 'a',
        OIDC_CLIENT_SECRET_FILE: '/nowhere',
      }),
    );
    for (const [n, said] of [zh, en].entries()) {
      expect([n, said.match(/^ {2}- /gm)?.length]).toEqual([n, 11]);
      for (const name of ['TLS_CERTIFICATE', 'TRUSTED_PROXY', '0.0.0.0/0', 'proxy.local', '10.0.0.0/33', 'PUBLIC_URL'])
        expect(said).toContain(name);
      expect(said).not.toContain('fd00');
    }
  });
  test('a secret comes from the environment or from a file that only this user can read', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'of the client\n', { mode: 0o600 });
    const env = { OIDC_ISSUER: 'https://idp.example', OIDC_CLIENT_ID: 'mz', PUBLIC_URL: 'https://mz.example/' };
    expect(settings({ ...env, OIDC_CLIENT_SECRET_FILE: file })).toMatchObject({
      publicUrl: 'https://mz.example',
      oidc: { issuer: 'https://idp.example', clientId: 'mz', clientSecret: 'of the client' },
    });
    expect(settings({ ...env, OIDC_CLIENT_SECRET: 's' }).oidc?.clientSecret).toBe('s');
    await chmod(file, 0o644);
    const { en } = advice(() => settings({ ...env, OIDC_CLIENT_SECRET_FILE: file }));
    expect(en).toContain(`chmod 600 ${file}`);
    expect(advice(() => settings({ OIDC_CLIENT_ID: 'mz' })).en).toContain('PUBLIC_URL');
  });
});

describe('where it may listen', () => {
  test.each(['localhost', '127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('%s is this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(transportOf(settings({ HOST: host }))).toEqual(PLAIN);
  });
  test.each(['0.0.0.0', '::', '10.0.0.1', '0', 'localhost.example', '128.0.0.1'])(
    '%s is not, and is refused',
    (host) => {
      const { zh, en } = advice(() => transportOf(settings({ HOST: host })));
      for (const said of [zh, en]) expect(said).toMatch(/TLS_CERT.*TLS_KEY.*TRUSTED_PROXIES/s);
      expect(transportOf(settings({ HOST: host, TRUSTED_PROXIES: '10.0.0.5' })).trustedProxies).toEqual(['10.0.0.5']);
    },
  );
  test('with a certificate it may', async () => {
    const pair = selfSigned();
    const { cert, key } = await certificateFiles(folder, pair);
    expect(transportOf(settings({ HOST: '0.0.0.0', TLS_CERT: cert, TLS_KEY: key })).tls).toEqual(pair);
  });
});

describe('certificate and key that cannot be used are refused with what to do', () => {
  const HOUR = 3_600_000;
  const cases: readonly [string, (files: { cert: string; key: string }) => Promise<void>, RegExp, RegExp][] = [
    ['no certificate', async ({ cert }) => rm(cert), /TLS_CERT.*ENOENT/, /TLS_CERT cannot be read \(ENOENT\)/],
    ['no key', async ({ key }) => rm(key), /TLS_KEY.*ENOENT/, /TLS_KEY cannot be read \(ENOENT\)/],
    ['key for others', async ({ key }) => chmod(key, 0o644), /chmod 600/, /chmod 600/],
    ['no PEM', async ({ cert }) => writeFile(cert, 'x'), /不是证书/, /no certificate/],
    ['no key in it', async ({ key }) => writeFile(key, 'x'), /不是可用的私钥/, /no key that can be used/],
    ['another key', async ({ key }) => writeFile(key, selfSigned().key), /不是一对/, /do not belong together/],
    [
      'expired',
      async ({ cert, key }) => {
        const old = selfSigned(Date.now() - 48 * HOUR, Date.now() - HOUR);
        await writeFile(cert, old.cert);
        await writeFile(key, old.key);
      },
      /过期/,
      /expired on/,
    ],
  ];
  test.each(cases)('%s', async (_name, spoil, zh, en) => {
    const files = await certificateFiles(folder, selfSigned());
    await spoil(files);
    const said = advice(() => transportOf(settings({ TLS_CERT: files.cert, TLS_KEY: files.key })));
    expect(said.zh).toMatch(zh);
    expect(said.en).toMatch(en);
  });
});

const SEEN = { more: [SeenController] };
type Seen = { status: number; headers: Record<string, unknown>; body: { ip: string; secure: boolean } };
async function answerOf(request: ClientRequest): Promise<Seen> {
  const [response] = (await once(request.end(), 'response')) as [IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, body: (await json(response)) as Seen['body'] };
}

test('https is served, and says so', async () => {
  const tls = selfSigned();
  const at = await service([], { ...SEEN, transport: { tls, trustedProxies: [] } });
  try {
    const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'http' };
    const options = { ca: tls.cert, servername: 'localhost', headers };
    const answer = await answerOf(httpsRequest(`${at.url}/seen`, options));
    expect(at.url).toMatch(/^https:/);
    expect(answer).toMatchObject({ status: 200, body: { secure: true, ip: '127.0.0.1' } });
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  } finally {
    await at.close();
  }
});

describe('who is believed about the client', () => {
  const said = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7', 'x-forwarded-proto': 'https' };
  /** From one of the addresses that this machine has for itself. */
  const asked = (url: string, localAddress: string, headers: Record<string, string>) =>
    answerOf(httpRequest(`${url}/seen`, { localAddress, headers }));

  test('a proxy that was named, and nobody else', async () => {
    const at = await service([], { ...SEEN, transport: { tls: undefined, trustedProxies: ['127.9.0.0/16'] } });
    try {
      const through = await asked(at.url, '127.9.0.5', said);
      expect(through.body).toEqual({ ip: '203.0.113.7', secure: true });
      expect(through.headers['strict-transport-security']).toBeTruthy();
      const clear = await asked(at.url, '127.9.0.5', { ...said, 'x-forwarded-proto': 'https, http' });
      expect(clear.body).toEqual({ ip: '203.0.113.7', secure: false });
      expect((await asked(at.url, '127.8.0.5', said)).body).toEqual({ ip: '127.8.0.5', secure: false });
    } finally {
      await at.close();
    }
  });
  test('nobody, where none is named', async () => {
    const at = await service([], SEEN);
    try {
      const answer = await asked(at.url, '127.0.0.1', said);
      expect(answer.body).toEqual({ ip: '127.0.0.1', secure: false });
      expect(answer.headers['strict-transport-security']).toBeUndefined();
    } finally {
      await at.close();
    }
  });
  test('in the clear, who comes around the proxy is not served', () => {
    const trustedProxies = ['10.9.0.0/16', 'fd00::1'];
    const clear = isServed({ tls: undefined, trustedProxies });
    expect(['127.0.0.1', '::1', '10.9.0.5', '::ffff:10.9.0.5', 'fd00::1'].filter((peer) => !clear(peer))).toEqual([]);
    expect(['10.8.0.5', 'fd00::2', '::ffff:10.8.0.5', ''].filter(clear)).toEqual([]);
    expect(isServed({ tls: selfSigned(), trustedProxies })('10.8.0.5')).toBe(true);
  });
});

describe('what browsers are told', () => {
  test('on an answer, on a problem, on what is not there: nothing is loaded, kept, framed or passed on', async () => {
    const at = await service([{ name: 'inspector', staffNo: '1', roles: ['inspector'] }]);
    try {
      const answers = [
        await at.as('inspector').get('/v1/events?limit=x'),
        await at.as('inspector').get('/v1/events'),
        await at.ask('GET', '/v1/matters', {}),
        await at.ask('GET', '/nothing', {}),
        await at.ask('GET', '/health/live', {}),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 200, 401, 404, 200]);
      for (const { headers } of answers)
        expect(Object.fromEntries(headers)).toMatchObject({
          'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'permissions-policy': expect.stringContaining('camera=()'),
          'cache-control': 'no-store',
        });
    } finally {
      await at.close();
    }
  });
});
