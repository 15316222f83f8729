/** Signing in and out, one's own sessions, password and second factor: `/v1/session`. */
import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { renderSVG } from 'uqr';
import { Action, type Asking, Open } from '../../http/by.js';
import { clearCookie, csrfOf, endSession, OWN_SESSION, sessionToken, setCookie, whence } from '../../http/cookies.js';
import { Problem } from '../../http/problems.js';
import { isSecure } from '../../http/transport.js';
import {
  hashPassword,
  newRecoveryCodes,
  newSeed,
  openSeed,
  passwordFits,
  sealSeed,
  seedUri,
  stepOf,
} from '../../identity/factors.js';
import type { Holder } from '../../identity/holder.js';
import { Identity, SESSION_PREFIX, SignInFailed, TooManyAttempts } from '../../identity/identity.js';
import { byHimself, enrol, setPassword } from '../../identity/people.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import {
  ChangePasswordBody,
  ChoosePostBody,
  ConfirmFactorBody,
  EnrolBody,
  ShowCodeBody,
  SignInBody,
} from './identity.dto.js';

/** What went wrong in signing in, as a problem. */
export function signInProblem(error: unknown): unknown {
  if (error instanceof SignInFailed) return new Problem('sign-in-failed');
  if (error instanceof TooManyAttempts)
    return new Problem('too-many-requests', { headers: { 'retry-after': String(error.seconds) } });
  return error;
}

@Controller('v1')
export class SessionController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}
  private get parts() {
    return { opened: this.opened, commands: this.commands, identity: this.identity };
  }

  /** The session before it, if there is one, ends: nobody else's is taken over. */
  @Post('session')
  @Open()
  async signIn(
    @Body() { login, password, code, post }: SignInBody,
    @Req() request: Asking,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = { login, password, ...whence(request), ...(code && { code }), ...(post && { post }) };
    const token = await this.identity.signIn(asked).catch((error: unknown) => {
      throw signInProblem(error);
    });
    await endSession(this.identity, request);
    return this.begun(token, request, reply);
  }
  /** The second factor, in a session that began without: another one takes its place. */
  @Post('session/code')
  @Action(OWN_SESSION)
  async showCode(
    @Body() { code }: ShowCodeBody,
    @Req() request: Asking,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const token = await this.identity.showCode(request.holder!, code, whence(request)).catch((error: unknown) => {
      throw signInProblem(error);
    });
    return this.begun(token, request, reply);
  }
  /** What a browser and a program need: a cookie, or the same session as a bearer's token; and the CSRF token. */
  private async begun(token: string, request: Asking, reply: FastifyReply) {
    setCookie(reply, token, isSecure(request));
    const holder = (await this.identity.bySession(token))!;
    return { token: `${SESSION_PREFIX}${token}`, csrfToken: csrfOf(token), ...(await this.shown(holder)) };
  }
  private async shown(holder: Holder) {
    const { account: id, roles, post, org, centre, actingAs, posts, session } = holder;
    return {
      account: id,
      roles,
      post: post ?? null,
      org: org ?? null,
      centre: centre ?? null,
      actingAs,
      posts,
      factors: session?.factors ?? [],
      needs: (await this.identity.lacksSecondFactor(holder)) ? 'second-factor' : null,
    };
  }

  /** Who am I, with which rights, and the CSRF token of a cookie's session. */
  @Get('session')
  @Action(OWN_SESSION)
  async whoAmI(@Req() request: Asking) {
    const token = sessionToken(request);
    return { ...(await this.shown(request.holder!)), ...(token && { csrfToken: csrfOf(token) }) };
  }
  @Delete('session')
  @Action(OWN_SESSION)
  async signOut(@Req() request: Asking, @Res({ passthrough: true }) reply: FastifyReply) {
    await endSession(this.identity, request);
    clearCookie(reply);
    return { ended: true };
  }
  /** At which of his posts, or whose that he covers, he acts from now on. */
  @Put('session/post')
  @Action(OWN_SESSION)
  async choosePost(@Body() { post }: ChoosePostBody, @Req() request: Asking) {
    const { session } = request.holder!;
    if (!session) throw new Problem('not-permitted', { members: { action: OWN_SESSION } });
    await this.identity.secrets.atPost(session.id, post);
    this.identity.forget();
    return this.shown((await this.identity.bySession(sessionToken(request)!))!);
  }
  @Get('sessions')
  @Action(OWN_SESSION)
  async sessions(@Req() request: Asking) {
    const { account: id, session } = request.holder!;
    const rows = await this.identity.secrets.sessionsOf(id);
    return {
      sessions: rows.map((row) => ({
        id: row.id,
        begunAt: row.begun_at.toISOString(),
        seenAt: row.seen_at.toISOString(),
        endsAt: row.ends_at.toISOString(),
        factors: row.factors,
        agent: row.agent,
        address: row.address,
        current: row.id === session?.id,
      })),
    };
  }
  @Delete('sessions/:session')
  @Action(OWN_SESSION)
  async endOne(@Param('session') id: string, @Req() request: Asking) {
    const known = /^[0-9a-f-]{36}$/.test(id) && (await this.identity.secrets.endSession(request.holder!.account, id));
    if (!known) throw new Problem('not-found');
    this.identity.forget();
    return { ended: true };
  }

  /** Sets the first password, or another after the enrolment was renewed. */
  @Post('enrolments')
  @Open()
  async enrol(@Body() { code, password }: EnrolBody) {
    if (!(await enrol(this.parts, code, await hashPassword(password)))) throw new Problem('enrolment-unusable');
    return { enrolled: true };
  }
  @Put('session/password')
  @Action(OWN_SESSION)
  async changePassword(@Body() { password, next }: ChangePasswordBody, @Req() request: Asking) {
    const { account: id } = request.holder!;
    const known = await this.identity.secrets.byAccount(id);
    if (!(await passwordFits(known?.password ?? null, password))) throw new Problem('sign-in-failed');
    await setPassword(this.parts, id, await hashPassword(next));
    return { changed: true };
  }
  /** Who has a second factor shows it before he sets another. */
  private async factorsOf({ holder }: Asking) {
    const known = await this.identity.secrets.byAccount(holder!.account);
    if (!known) throw new Problem('not-found');
    if (known.totp !== null && (holder!.session?.factors.length ?? 0) < 2) throw new Problem('second-factor-needed');
    return known;
  }
  /** A seed for the phone, also as a picture to scan (SVG); it counts once a code of it has been given back. */
  @Post('session/factors')
  @Action(OWN_SESSION)
  async offerFactor(@Req() request: Asking) {
    const { account: id } = request.holder!;
    const known = await this.factorsOf(request);
    const seed = newSeed();
    await this.identity.secrets.setPendingFactor(id, sealSeed(this.opened.vault, id, seed));
    const uri = seedUri(seed, known.login);
    return { secret: seed, uri, qr: renderSVG(uri) };
  }
  /** Recovery codes are shown this once. Every session ends; the next one begins with both factors. */
  @Put('session/factors')
  @Action(OWN_SESSION)
  async confirmFactor(@Body() { code }: ConfirmFactorBody, @Req() request: Asking) {
    const { account: id } = request.holder!;
    const pending = (await this.factorsOf(request)).totp_pending;
    const step = pending === null ? null : stepOf(openSeed(this.opened.vault, id, pending), code, Date.now());
    if (step === null) throw new Problem('sign-in-failed');
    const { codes, hashes } = newRecoveryCodes();
    await this.identity.secrets.confirmFactor(id, step, hashes);
    await byHimself(this.parts, id, { type: 'SetSecondFactor', data: { kind: 'totp' } });
    await this.identity.secrets.endSessions(id);
    this.identity.forget();
    return { recoveryCodes: codes };
  }
}
