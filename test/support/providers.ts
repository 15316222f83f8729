/** Providers of OpenID Connect for tests: an honest one, and one that forges what it is told to. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const CLIENT = { clientId: 'mingzhang', clientSecret: 'known to the two' };

/** The honest one. `restart`: with new keys at the same address, and nothing remembered. */
export async function honestProvider(redirect: string) {
  const start = async (port: string) => {
    const child = fork('test/support/honest-provider.mjs', [port, redirect], { stdio: 'ignore', execArgv: [] });
    const [issuer] = (await once(child, 'message')) as [string];
    return { child, issuer };
  };
  const stop = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  };
  let { child, issuer } = await start('0');
  return {
    issuer,
    restart: async () => {
      await stop(child);
      ({ child } = await start(new URL(issuer).port));
    },
    stop: () => stop(child),
  };
}

const coded = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');
export const newKey = (kid: string) => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
export type Key = ReturnType<typeof newKey>;
const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' });

/** A token, signed as its header says: by the key, by what is public of it as a shared secret, or not at all. */
export function token(claims: object, { alg = 'RS256', kid, key }: { alg?: string; kid?: string; key: Key }): string {
  const signed = `${coded({ alg, kid: kid ?? key.kid, typ: 'JWT' })}.${coded(claims)}`;
  switch (alg) {
    case 'none':
      return `${signed}.`;
    case 'HS256':
      return `${signed}.${coded(createHmac('sha256', publicPem(key.publicKey)).update(signed).digest())}`;
    default:
      return `${signed}.${coded(sign('sha256', Buffer.from(signed), key.privateKey))}`;
  }
}

/** What it was asked for, and the claims that are true. */
export type Issued = Readonly<{ claims: Record<string, unknown>; key: Key }>;
export type Forge = (issued: Issued) => object | Promise<object>;

/**
 * The other one: it sends everybody back at once, as `subject`, with what `forge` makes of the answer of its token
 * endpoint. It checks what is asked of it as strictly as an honest one: client, code and PKCE.
 */
export async function forgingProvider() {
  const codes = new Map<string, URLSearchParams>();
  const state = {
    issuer: '',
    subject: 'somebody',
    key: newKey('first'),
    /** `down`: 500 at every address; `silent`: never answers. */
    health: 'up' as 'up' | 'down' | 'silent',
    /** Of the address that the browser goes back to. */
    back: {} as Record<string, string>,
    forge: (({ claims, key }) => ({ id_token: token(claims, { key }) })) as Forge,
    asked: [] as string[],
  };
  async function exchange(request: IncomingMessage): Promise<[number, object]> {
    const form = new URLSearchParams(await text(request));
    const asked = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const secret = Buffer.from(`mingzhang:${encodeURIComponent(CLIENT.clientSecret).replaceAll('%20', '+')}`);
    if (request.headers.authorization !== `Basic ${secret.toString('base64')}`)
      return [401, { error: 'invalid_client' }];
    const challenge = await crypto.subtle.digest('SHA-256', Buffer.from(form.get('code_verifier') ?? ''));
    if (!asked || coded(Buffer.from(challenge)) !== asked.get('code_challenge'))
      return [400, { error: 'invalid_grant' }];
    const now = Math.floor(Date.now() / 1000);
    const { issuer: iss, subject: sub, key } = state;
    const claims = { iss, sub, aud: CLIENT.clientId, nonce: asked.get('nonce'), iat: now, exp: now + 300 };
    return [200, { access_token: 'a', token_type: 'bearer', ...(await state.forge({ claims, key })) }];
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url!, state.issuer);
    state.asked.push(url.pathname);
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (state.health === 'silent') return;
    if (state.health === 'down') return void send(500, {});
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void send(200, {
          issuer: state.issuer,
          authorization_endpoint: `${state.issuer}/auth`,
          token_endpoint: `${state.issuer}/token`,
          jwks_uri: `${state.issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/auth': {
        const code = randomUUID();
        codes.set(code, url.searchParams);
        const { issuer: iss, back } = state;
        const answer = new URLSearchParams({ code, iss, state: url.searchParams.get('state')!, ...back });
        const location = `${url.searchParams.get('redirect_uri')}?${answer}`;
        return void response.writeHead(303, { location }).end();
      }
      case '/jwks': {
        const { kid, publicKey } = state.key;
        return void send(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }] });
      }
      default:
        void exchange(request).then((answer) => send(...answer));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    state,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
