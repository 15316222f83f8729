/**
 * Signing in by OpenID Connect. Nobody gets an account by it: whom the provider names has to be linked to one, which
 * happens once, by the enrolment code that the system administrator gave, or by whoever is signed in with the account.
 */
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import type { PoolClient } from 'pg';
import { canonical } from '../../projections/kernel/canonical.js';
import type { Commands } from '../ledger/commands.js';
import type { Opened } from '../ledger/open.js';
import type { Identity } from './identity.js';
import { byHimself } from './people.js';
import { type OidcSettings, Provider, type Shown } from './provider.js';
import { ALIVE, hashOf } from './secrets.js';

export type OidcFailure =
  /** There is no such request of this browser: never was, answered before, or too long ago. */
  | 'oidc-request-unusable'
  | 'enrolment-unusable'
  | 'not-invited'
  /** The subject or the account is linked already. */
  | 'subject-linked';
export class OidcFailed extends Error {
  constructor(readonly why: OidcFailure) {
    super(why);
    this.name = 'OidcFailed';
  }
}

/** Until the answer has to be there. */
export const REQUEST_MINUTES = 10;

/** Which account an answer is to be linked to: the one of a code, or the one of a session. */
type Linking = Readonly<{ code?: string; session?: string }>;
export type Begin = Linking & Readonly<{ browser: string; returnTo: string }>;
interface Request {
  readonly nonce: string;
  readonly verifier: string;
  readonly return_to: string;
  readonly enrolment: Buffer | null;
  readonly session: string | null;
}
const SWEEP = 'delete from identity.oidc_requests where ends_at < now()';
const REMEMBER = `
  insert into identity.oidc_requests (state, nonce, verifier, browser, return_to, enrolment, session, ends_at)
  values ($1, $2, $3, $4, $5, $6, $7, now() + interval '${REQUEST_MINUTES} minutes')`;
const TAKE = `
  delete from identity.oidc_requests where state = $1 and browser = $2 and ends_at > now()
  returning nonce, verifier, return_to, enrolment, session`;
const USE_CODE = `
  update identity.enrolments set used_at = now() where hash = $1 and used_at is null and ends_at > now()
  returning account`;
const OF_SESSION = `select account, rights from identity.sessions where id = $1 and ${ALIVE}`;

export class Oidc {
  private readonly provider: Provider | undefined;

  constructor(
    private readonly parts: Readonly<{ opened: Opened; commands: Commands; identity: Identity }>,
    settings: OidcSettings | undefined,
  ) {
    this.provider = settings && new Provider(settings);
  }
  get configured(): boolean {
    return this.provider !== undefined;
  }
  private get pool() {
    return this.parts.identity.secrets.pool;
  }

  /** Where the browser goes now. `browser`: a secret that it keeps until it comes back. */
  async begin({ browser, returnTo, code, session }: Begin): Promise<string> {
    const checks = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const { state, nonce, verifier } = checks;
    const linking = code !== undefined || session !== undefined;
    const location = await this.provider!.ask(checks, linking);
    const enrolment = code === undefined ? null : hashOf(code);
    await this.pool.query(SWEEP);
    const kept = [hashOf(state), nonce, verifier, hashOf(browser), returnTo, enrolment, session ?? null];
    await this.pool.query(REMEMBER, kept);
    return location;
  }

  /**
   * A new session's token, and where to go on. A request is answered once, and by the browser that made it.
   * Throws {@link OidcFailed}, and what {@link Provider.answer} throws.
   */
  async complete(
    search: string,
    { browser, agent, address }: Readonly<Record<'browser' | 'agent' | 'address', string>>,
  ) {
    const states = new URLSearchParams(search).getAll('state');
    const state = states.length === 1 ? states[0]! : '';
    const { rows } = await this.pool.query<Request>(TAKE, [hashOf(state), hashOf(browser)]);
    const [request] = rows;
    if (!request) throw new OidcFailed('oidc-request-unusable');
    const { nonce, verifier, return_to: returnTo } = request;
    const shown = await this.provider!.answer(search, { state, nonce, verifier });
    const wanted = request.enrolment ?? request.session;
    const account = wanted === null ? await this.accountOf(shown) : await this.link(request, shown);
    const { status, kind, rights } = await this.parts.identity.state(account);
    if (status !== 'open' || kind !== 'person') throw new OidcFailed('not-invited');
    const { factors } = shown;
    const begun = { account, rights, factors, post: null, agent, address };
    return { token: await this.parts.identity.secrets.beginSession(begun), returnTo };
  }

  /** What is kept tells nobody who reads the table whom the provider named. */
  private subject = ({ issuer, subject }: Shown): string =>
    this.parts.opened.vault.macOfLedger('oidc-subject', canonical([issuer, subject]));

  private async accountOf(shown: Shown): Promise<string> {
    const { rows } = await this.pool.query<{ account: string }>(
      'select account from identity.oidc_subjects where issuer = $1 and subject = $2',
      [shown.issuer, this.subject(shown)],
    );
    if (!rows[0]) throw new OidcFailed('not-invited');
    return rows[0].account;
  }

  /** The code is used up and the link is made together with its event, or nothing of it. Every session ends with it. */
  private async link(request: Request, shown: Shown): Promise<string> {
    const { identity } = this.parts;
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      const account = await this.invited(client, request);
      const { rowCount } = await client.query(
        'insert into identity.oidc_subjects (issuer, subject, account) values ($1, $2, $3) on conflict do nothing',
        [shown.issuer, this.subject(shown), account],
      );
      if (rowCount !== 1) throw new OidcFailed('subject-linked');
      await byHimself(this.parts, account, { type: 'LinkSubject', data: { issuer: shown.issuer } });
      await client.query('commit');
      await identity.secrets.endSessions(account);
      identity.forget();
      return account;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }
  /** The account that the request speaks for: its code is good, or its session is, with the rights that it began with. */
  private async invited(client: PoolClient, { enrolment, session }: Request): Promise<string> {
    const why = enrolment === null ? 'oidc-request-unusable' : 'enrolment-unusable';
    const [sql, value] = enrolment === null ? [OF_SESSION, session] : [USE_CODE, enrolment];
    const { rows } = await client.query<{ account: string; rights?: number }>(sql, [value]);
    if (!rows[0]) throw new OidcFailed(why);
    const { account, rights } = rows[0];
    const state = await this.parts.identity.state(account);
    const inForce = rights === undefined || rights === state.rights;
    if (state.status !== 'open' || state.kind !== 'person' || !inForce) throw new OidcFailed(why);
    return account;
  }
}
