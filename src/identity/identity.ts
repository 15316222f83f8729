/** Signing in and out, and who asks: between the rights in the log and the secrets beside it. */
import { identityRegister, rolesOn } from '../../projections/accounts.js';
import { account as accounts, IDENTITY_SELF } from '../areas/identity/account.js';
import { seesPersonal } from '../kernel/permissions.js';
import { belongingTo } from '../ledger/belonging.js';
import { type Opened, todayOf } from '../ledger/open.js';
import { Attempts, type Subject } from './attempts.js';
import { openSeed, passwordFits, recoveryHash, stepOf } from './factors.js';
import { type Holder, holderOf, type Look } from './holder.js';
import { hashOf, Secrets, type SessionRow } from './secrets.js';
import { Kept } from '../ledger/kept.js';

/** Neither login nor password nor code is said to be what was wrong. */
export class SignInFailed extends Error {
  constructor() {
    super('the sign-in failed');
    this.name = 'SignInFailed';
  }
}
/** Too many failures; seconds until the next attempt counts. */
export class TooManyAttempts extends Error {
  constructor(readonly seconds: number) {
    super(`too many attempts: ${seconds} s`);
    this.name = 'TooManyAttempts';
  }
}

export interface SignIn {
  readonly login: string;
  readonly password: string;
  /** Of the second factor, or a recovery code. */
  readonly code?: string;
  readonly agent: string;
  readonly address: string;
  readonly post?: string;
}

/** What is known of rights and sessions is asked for again after this, so that another instance's change counts. */
const FRESH_MS = 1000;
const SEEN_MS = 60_000;
export const SESSION_PREFIX = 'mzs_';
export const KEY_PREFIX = 'mzk_';
export const loginOf = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

export class Identity {
  readonly secrets: Secrets;
  private readonly sessions = new Kept<SessionRow>(FRESH_MS, 10_000);
  private readonly keys = new Kept<{ hash: Buffer; account: string }>(FRESH_MS);
  private readonly readAt = new Map<string, number>();
  private postedAt = -Infinity;

  private readonly attempts: Attempts;

  constructor(private readonly opened: Opened) {
    this.secrets = new Secrets(opened.serviceUrl);
    this.attempts = new Attempts(this.secrets.pool, opened.vault);
  }
  close(): Promise<void> {
    return this.secrets.close();
  }

  today = (): string => todayOf(this.opened);

  /** Folded anew when it was looked at longer than a second ago. */
  readonly look: Look = async (of, id) => {
    const now = performance.now();
    const stream = `${of.category}-${id}`;
    const fresh = now - (this.readAt.get(stream) ?? -Infinity) > FRESH_MS;
    const { state } = await this.opened.streams.get(of, id, fresh);
    if (this.readAt.size > 50_000) this.readAt.clear();
    if (fresh) this.readAt.set(stream, now);
    return state;
  };
  state = (account: string) => this.look(accounts, account);

  /** As of a second ago. */
  readonly unitsOf = async (person: string): Promise<readonly string[]> => {
    const now = performance.now();
    const fresh = now - this.postedAt > FRESH_MS;
    if (fresh) this.postedAt = now;
    const { units } = await belongingTo(this.opened.store, this.look, { person, on: this.today(), fresh });
    return units;
  };
  /** Whether the account has to have a second factor. */
  async needsSecondFactor(account: string): Promise<boolean> {
    const roles = rolesOn(await this.state(account), this.today()).map(({ role }) => role);
    return seesPersonal(roles) && !(await this.waivesSecondFactors());
  }
  /** Whether the installation does without second factors, in writing. */
  async waivesSecondFactors(): Promise<boolean> {
    return (await this.look(identityRegister, IDENTITY_SELF)).waived !== null;
  }
  /** A session that began without a second factor although its account has one, or has to. */
  async lacksSecondFactor({ account, session }: Holder): Promise<boolean> {
    if (session === undefined || session.factors.length > 1) return false;
    return (await this.state(account)).secondFactor || (await this.needsSecondFactor(account));
  }

  /**
   * A new session's token. Unknown and wrong take the same path, with one verification of a hash each.
   * Throws {@link SignInFailed}, {@link TooManyAttempts}.
   */
  async signIn(asked: SignIn): Promise<string> {
    const login = loginOf(asked.login);
    const subjects = await this.tried(login, asked.address);
    const known = await this.secrets.byLogin(login);
    const fits = await passwordFits(known?.password ?? null, asked.password);
    const state = known && fits ? await this.state(known.account) : null;
    const open = state !== null && state.status === 'open' && state.kind === 'person';
    const second =
      open && known!.totp !== null ? await this.second(known!.account, known!.totp, asked.code) : undefined;
    if (!open || second === null) throw new SignInFailed();
    for (const subject of subjects) await this.attempts.succeeded(subject);
    const { agent, address, post = null } = asked;
    const factors = second === undefined ? ['password'] : ['password', second];
    return this.secrets.beginSession({ account: known!.account, rights: state.rights, factors, post, agent, address });
  }
  /** Counts a try for the login and for where it comes from. */
  private async tried(login: string, address: string): Promise<readonly Subject[]> {
    // The address first: who is kept waiting there does not use up the tries of accounts.
    const subjects: readonly Subject[] = [
      { kind: 'address', value: address },
      { kind: 'account', value: login },
    ];
    for (const subject of subjects) {
      const wait = await this.attempts.mayTry(subject);
      if (wait > 0) throw new TooManyAttempts(wait);
    }
    return subjects;
  }
  /** Which second factor was shown; null: none. */
  private async second(account: string, sealed: string, code = ''): Promise<'totp' | 'recovery' | null> {
    const given = code.replaceAll(/\s/g, '');
    const step = stepOf(openSeed(this.opened.vault, account, sealed), given, Date.now());
    if (step !== null) return (await this.secrets.useStep(account, step)) ? 'totp' : null;
    return (await this.secrets.useRecovery(account, recoveryHash(given))) ? 'recovery' : null;
  }

  /**
   * A session that began with one factor is followed by another with both: its new token.
   * Throws {@link SignInFailed}, {@link TooManyAttempts}.
   */
  async showCode({ account, session }: Holder, code: string, from: Pick<SignIn, 'agent' | 'address'>): Promise<string> {
    const known = await this.secrets.byAccount(account);
    const row = (await this.secrets.sessionsOf(account)).find(({ id }) => id === session?.id);
    if (!known?.totp || !row) throw new SignInFailed();
    const subjects = await this.tried(known.login, from.address);
    const second = await this.second(account, known.totp, code);
    if (second === null) throw new SignInFailed();
    for (const subject of subjects) await this.attempts.succeeded(subject);
    const { rights, post, factors } = row;
    await this.secrets.endSession(account, row.id);
    this.forget();
    return this.secrets.beginSession({ account, rights, post, factors: [...factors.slice(0, 1), second], ...from });
  }

  private async sessionRow(token: string): Promise<SessionRow | null> {
    const key = hashOf(token).toString('hex');
    const kept = this.sessions.get(key);
    if (kept) return kept;
    this.sessions.delete(key);
    const row = await this.secrets.session(token);
    if (!row) return null;
    if (Date.now() - row.seen_at.getTime() > SEEN_MS) await this.secrets.seen(row.id);
    this.sessions.set(key, row);
    return row;
  }
  /** Sessions that ended are not known any more, here at once and elsewhere within a second. */
  forget(): void {
    this.sessions.clear();
    this.keys.clear();
    this.readAt.clear();
    this.postedAt = -Infinity;
  }

  /** Null: it has ended, or there never was one. Other rights than it began with end it. */
  async bySession(token: string): Promise<Holder | null> {
    const row = await this.sessionRow(token);
    if (!row) return null;
    const state = await this.state(row.account);
    if (state.status !== 'open' || state.rights !== row.rights) {
      await this.secrets.endSession(row.account, row.id);
      return null;
    }
    const holder = await holderOf(this.look, row.account, state, { chosen: row.post, on: this.today() });
    const units = await this.unitsOf(holder.person);
    const session = { id: row.id, factors: row.factors, begunAt: row.begun_at };
    return { ...holder, units, authMethod: 'session', session };
  }

  /** `<prefix>_<secret>` of an adapter. Null: there is none such in force. */
  async byKey(text: string): Promise<Holder | null> {
    const [prefix = '', secret = ''] = text.split('_', 2);
    const hash = hashOf(secret);
    let kept = this.keys.get(prefix);
    if (!kept) {
      const row = await this.secrets.key(prefix);
      if (!row) return null;
      this.keys.set(prefix, (kept = row));
    }
    if (!kept.hash.equals(hash)) return null;
    const state = await this.state(kept.account);
    const on = this.today();
    const issued = state.keys.find((key) => key.prefix === prefix && key.revoked === null && on < key.endsOn);
    if (!issued || state.status !== 'open') return null;
    const holder = await holderOf(this.look, kept.account, state, { chosen: null, on });
    const units = await this.unitsOf(holder.person);
    return { ...holder, units, systems: issued.systems, scope: issued.scope, authMethod: 'adapter' };
  }
}
