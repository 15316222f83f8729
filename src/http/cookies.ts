/** How a session comes along with a request: a cookie in a browser, a header from a program. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Holder } from '../identity/holder.js';
import { type Identity, KEY_PREFIX, SESSION_PREFIX } from '../identity/identity.js';
import { SESSION_HOURS } from '../identity/secrets.js';
import { Problem } from './problems.js';

/** What everybody who is signed in may do: see and end his own sessions, set his own factors. */
export const OWN_SESSION = 'session.own';
const COOKIE = 'mz_session';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Made from the session's token, so that only who was given it at sign-in knows it: a cookie alone changes nothing. */
export const csrfOf = (token: string): string => createHmac('sha256', token).update('csrf').digest('base64url');

const same = (a: string, b: string) => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};

export function setCookie(reply: FastifyReply, token: string, secure: boolean): void {
  void reply.setCookie(COOKIE, token, {
    httpOnly: true,
    sameSite: 'strict',
    secure,
    path: '/',
    maxAge: SESSION_HOURS * 3600,
  });
}
export const clearCookie = (reply: FastifyReply): unknown => reply.clearCookie(COOKIE, { path: '/' });

/** Who comes from where, for the list of his sessions. */
export const whence = ({ headers, ip }: FastifyRequest) => ({
  agent: String(headers['user-agent'] ?? '').slice(0, 200),
  address: ip,
});

const bearer = ({ headers }: FastifyRequest) => /^Bearer ([\w-]{8,200})$/.exec(headers.authorization ?? '')?.[1];
/** The session's token as it came; a header goes before a cookie. */
export function sessionToken(request: FastifyRequest): string | undefined {
  const given = bearer(request);
  if (given !== undefined) return given.startsWith(SESSION_PREFIX) ? given.slice(SESSION_PREFIX.length) : undefined;
  return request.cookies[COOKIE];
}

/** Throws where a cookie comes from another site, or without the token that goes with it. */
function checkSameSite(request: FastifyRequest, token: string): void {
  if (SAFE.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const crossing = site !== undefined && site !== 'same-origin' && site !== 'none';
  const given = request.headers['x-csrf-token'];
  if (crossing || typeof given !== 'string' || !same(given, csrfOf(token))) throw new Problem('csrf-token-missing');
}

/** Ends the session that comes along, if there is one. */
export async function endSession(identity: Identity, request: FastifyRequest): Promise<void> {
  const token = sessionToken(request);
  const holder = token === undefined ? null : await identity.bySession(token);
  if (!holder) return;
  await identity.secrets.endSession(holder.account, holder.session!.id);
  identity.forget();
}

/** Undefined: nobody that is known. */
export async function holderOfRequest(identity: Identity, request: FastifyRequest): Promise<Holder | undefined> {
  const given = bearer(request);
  if (given?.startsWith(KEY_PREFIX)) return (await identity.byKey(given.slice(KEY_PREFIX.length))) ?? undefined;
  const token = sessionToken(request);
  if (token === undefined) return undefined;
  const holder = (await identity.bySession(token)) ?? undefined;
  if (holder && given === undefined) checkSameSite(request, token);
  return holder;
}
