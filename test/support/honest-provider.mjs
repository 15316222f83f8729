/**
 * A real provider of OpenID Connect, in a process of its own: `node honest-provider.mjs PORT REDIRECT_URI`. It sends its
 * address once it listens, has new keys at each start, and lets everybody in by his name; whose name begins with `mfa`
 * has shown two factors.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(6).toString('hex') };

const server = createServer();
server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'mingzhang', client_secret: 'known to the two', redirect_uris: [redirect] }],
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    pkce: { required: () => true },
    claims: { openid: ['sub', 'amr'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  const finish = provider.interactionFinished.bind(provider);
  provider.interactionFinished = (request, response, { login, ...result }, options) => {
    const amr = login?.accountId.startsWith('mfa') ? ['pwd', 'otp'] : ['pwd'];
    return finish(request, response, { ...result, ...(login && { login: { ...login, amr } }) }, options);
  };
  server.on('request', provider.callback());
  process.send(issuer);
});
process.on('disconnect', () => process.exit());
