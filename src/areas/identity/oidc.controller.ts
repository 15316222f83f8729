/** Signing in by OpenID Connect: `/v1/oidc`. The browser goes to the provider, and comes back with whom it named. */
import { Body, Controller, Get, Inject, Logger, Post, Query, Redirect, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Action, type Asking, Open } from '../../http/by.js';
import { endSession, OWN_SESSION, setCookie, whence } from '../../http/cookies.js';
import { type Asked, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { safeReturn } from '../../http/return-to.js';
import { isSecure } from '../../http/transport.js';
import { Identity } from '../../identity/identity.js';
import { type Begin, Oidc, OidcFailed, REQUEST_MINUTES } from '../../identity/oidc.js';
import { ProviderRefused, ProviderUnavailable } from '../../identity/provider.js';
import { newSecret } from '../../identity/secrets.js';
import { escaped } from '../../kernel/html.js';
import { EnrolBySubjectBody, GoOnBody } from './identity.dto.js';

/**
 * Holds what binds the provider's answer to the browser that asked. The answer is a navigation that another site began,
 * so this cookie is Lax: a Strict one would stay behind.
 */
const COOKIE = 'mz_oidc';
const PATH = '/v1/oidc';

const logger = new Logger('oidc');
/** The operator is told what the browser is not: what the provider did wrong. No token stands in it. */
function said({ cause }: ProviderRefused | ProviderUnavailable): string {
  const { message, code, error, cause: deeper } = cause as Error & { code?: string; error?: string };
  return [message, code, error, deeper instanceof Error ? deeper.message : undefined].filter(Boolean).join('; ');
}
function problemOf(error: unknown): unknown {
  if (error instanceof OidcFailed) return new Problem(error.why);
  if (!(error instanceof ProviderRefused || error instanceof ProviderUnavailable)) return error;
  logger.warn(`${error.message}: ${said(error)}`);
  return new Problem(error instanceof ProviderRefused ? 'oidc-refused' : 'provider-unavailable');
}

/**
 * A page that goes on by itself, in place of a redirect. The session's cookie is Strict: a browser keeps it from this
 * answer, but sends it along with no redirect of a navigation that began at the provider. What this page leads to began
 * here.
 */
function goingOn(path: string): string {
  const to = escaped(path);
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>明账 Mingzhang</title>
<meta http-equiv="refresh" content="0;url=${to}"></head>
<body><p><a href="${to}">已登录，请继续 · Signed in: go on</a></p></body></html>
`;
}

@Controller('v1/oidc')
export class OidcController {
  constructor(
    @Inject(Oidc) private readonly oidc: Oidc,
    @Inject(Identity) private readonly identity: Identity,
  ) {}

  private async begin(asked: Omit<Begin, 'browser'>, request: Asking, reply: FastifyReply): Promise<string> {
    if (!this.oidc.configured) throw new Problem('oidc-not-configured');
    const browser = newSecret();
    const location = await this.oidc.begin({ ...asked, browser }).catch((error: unknown) => {
      throw problemOf(error);
    });
    const maxAge = REQUEST_MINUTES * 60;
    const secure = isSecure(request);
    void reply.setCookie(COOKIE, browser, { httpOnly: true, sameSite: 'lax', secure, path: PATH, maxAge });
    return location;
  }

  /** `return_to`: a path of this service. */
  @Get('start')
  @Open()
  @Takes('return_to')
  @Redirect()
  async start(
    @Query() { return_to: path }: Asked,
    @Req() request: Asking,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const returnTo = safeReturn(typeof path === 'string' ? path : undefined);
    return { url: await this.begin({ returnTo }, request, reply), statusCode: 302 };
  }
  /** With an enrolment code, which is used up once somebody comes back. It stands in no address, where it would be kept. */
  @Post('enrolments')
  @Open()
  async enrol(
    @Body() { code, returnTo }: EnrolBySubjectBody,
    @Req() request: Asking,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return { location: await this.begin({ code, returnTo: safeReturn(returnTo) }, request, reply) };
  }
  /** By whoever is signed in, to be known by the provider from now on. */
  @Post('links')
  @Action(OWN_SESSION)
  async link(@Body() { returnTo }: GoOnBody, @Req() request: Asking, @Res({ passthrough: true }) reply: FastifyReply) {
    if (!this.oidc.configured) throw new Problem('oidc-not-configured');
    const { session } = request.holder!;
    if (!session) throw new Problem('not-permitted', { members: { action: OWN_SESSION } });
    if (await this.identity.lacksSecondFactor(request.holder!)) throw new Problem('second-factor-needed');
    return { location: await this.begin({ session: session.id, returnTo: safeReturn(returnTo) }, request, reply) };
  }

  /** Where the provider sends the browser. A session from before ends, as at every sign-in. */
  @Get('callback')
  @Open()
  @Takes('code', 'state', 'iss', 'error')
  async callback(@Req() request: Asking, @Res({ passthrough: true }) reply: FastifyReply) {
    if (!this.oidc.configured) throw new Problem('oidc-not-configured');
    const { search } = new URL(request.url, 'http://here.invalid');
    const asked = { browser: request.cookies[COOKIE] ?? '', ...whence(request) };
    const { token, returnTo } = await this.oidc.complete(search, asked).catch((error: unknown) => {
      throw problemOf(error);
    });
    await endSession(this.identity, request);
    void reply.clearCookie(COOKIE, { path: PATH });
    setCookie(reply, token, isSecure(request));
    void reply.type('text/html; charset=utf-8');
    return goingOn(returnTo);
  }
}
