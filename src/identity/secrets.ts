/**
 * What signs people in, in a schema of its own (see ledger/migrations.ts): hashes, seeds sealed under a key outside the
 * database, sessions. Nothing of it is an event, an export or a line of a log. Times are the database's.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Pool } from 'pg';

/** A secret of 256 bits that fits into a header; only its hash is kept. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
/** Of what is random itself: a slow hash would protect nothing more. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();

export interface Credentials {
  readonly account: string;
  readonly login: string;
  /** An argon2id hash; null until one was set. */
  readonly password: string | null;
  /** Sealed. */
  readonly totp: string | null;
  readonly totp_pending: string | null;
}
export interface SessionRow {
  readonly id: string;
  readonly account: string;
  /** Rights of the account when it began: with others it has ended. */
  readonly rights: number;
  readonly factors: readonly string[];
  readonly post: string | null;
  readonly agent: string;
  readonly address: string;
  readonly begun_at: Date;
  readonly seen_at: Date;
  readonly ends_at: Date;
}
export type NewSession = Pick<SessionRow, 'account' | 'rights' | 'factors' | 'post' | 'agent' | 'address'>;
export interface KeyRow {
  readonly prefix: string;
  readonly hash: Buffer;
  readonly account: string;
}

/** Minutes without a request, and hours altogether, after which a session ends (GB/T 22239 8.1.4.1: 超时退出). */
export const IDLE_MINUTES = 30;
export const SESSION_HOURS = 12;
export const ENROLMENT_HOURS = 72;

const SESSION = 'id, account, rights, factors, post, agent, address, begun_at, seen_at, ends_at';
export const ALIVE = `ends_at > now() and seen_at > now() - interval '${IDLE_MINUTES} minutes'`;

export class Secrets {
  readonly pool: Pool;
  constructor(url: string) {
    this.pool = new Pool({ connectionString: url, max: 4, application_name: 'mingzhang-identity' });
    this.pool.on('error', () => undefined); // the next request says so
  }
  close(): Promise<void> {
    return this.pool.end();
  }
  private async one<R extends object>(sql: string, values: unknown[]): Promise<R | null> {
    const { rows } = await this.pool.query<R>(sql, values);
    return rows[0] ?? null;
  }

  /** False where the login is another account's. */
  async reserve(account: string, login: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'insert into identity.credentials (account, login) values ($1, $2) on conflict do nothing',
      [account, login],
    );
    if (rowCount === 1) return true;
    return (await this.byLogin(login))?.account === account; // taken, by it or by another
  }
  /** Gives an account another login. False where it is another account's. */
  async rename(account: string, login: string): Promise<boolean> {
    const taken = (await this.byLogin(login))?.account;
    if (taken !== undefined) return taken === account;
    await this.pool.query(
      `insert into identity.credentials (account, login) values ($1, $2)
       on conflict (account) do update set login = excluded.login`,
      [account, login],
    );
    return true;
  }
  /** Lets go of a login whose account was never made. */
  async release(account: string): Promise<void> {
    await this.pool.query('delete from identity.credentials where account = $1 and password is null', [account]);
  }
  byLogin(login: string): Promise<Credentials | null> {
    return this.one('select account, login, password, totp, totp_pending from identity.credentials where login = $1', [
      login,
    ]);
  }
  byAccount(account: string): Promise<Credentials | null> {
    return this.one(
      'select account, login, password, totp, totp_pending from identity.credentials where account = $1',
      [account],
    );
  }
  async setPassword(account: string, password: string): Promise<void> {
    await this.pool.query('update identity.credentials set password = $2, changed_at = now() where account = $1', [
      account,
      password,
    ]);
  }
  async setPendingFactor(account: string, seed: string): Promise<void> {
    await this.pool.query('update identity.credentials set totp_pending = $2 where account = $1', [account, seed]);
  }
  /** The pending seed becomes the one in force; old recovery codes are worth nothing any more. */
  async confirmFactor(account: string, step: number, recovery: readonly Buffer[]): Promise<void> {
    await this.pool.query(
      `with confirmed as (update identity.credentials set totp = totp_pending, totp_pending = null, totp_step = $2
         where account = $1), gone as (delete from identity.recovery_codes where account = $1 and not hash = any($3))
       insert into identity.recovery_codes (account, hash) select $1, unnest($3::bytea[])`,
      [account, step, recovery],
    );
  }
  /** Uses a step once: false where it, or a later one, was used before. */
  async useStep(account: string, step: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update identity.credentials set totp_step = $2 where account = $1 and totp_step < $2',
      [account, step],
    );
    return rowCount === 1;
  }
  async useRecovery(account: string, hash: Buffer): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update identity.recovery_codes set used_at = now() where account = $1 and hash = $2 and used_at is null',
      [account, hash],
    );
    return rowCount === 1;
  }
  /** Takes password, seed, recovery codes and whom a provider names away. */
  async forget(account: string): Promise<void> {
    await this.pool.query('delete from identity.oidc_subjects where account = $1', [account]);
    await this.pool.query('delete from identity.recovery_codes where account = $1', [account]);
    await this.pool.query(
      'update identity.credentials set password = null, totp = null, totp_pending = null where account = $1',
      [account],
    );
    await this.endSessions(account);
  }

  /** A code that is shown once and lets its account set a password, or be linked. Earlier ones are worth nothing any more. */
  async enrol(account: string): Promise<string> {
    const code = newSecret();
    await this.pool.query(
      `with gone as (delete from identity.enrolments where account = $2)
       insert into identity.enrolments (hash, account, ends_at) values ($1, $2, now() + interval '${ENROLMENT_HOURS} hours')`,
      [hashOf(code), account],
    );
    return code;
  }
  /** The account of a code, which is used up by this. */
  async useEnrolment(code: string): Promise<string | null> {
    const row = await this.one<{ account: string }>(
      `update identity.enrolments set used_at = now() where hash = $1 and used_at is null and ends_at > now()
       returning account`,
      [hashOf(code)],
    );
    return row?.account ?? null;
  }

  /** What is given to the browser or program: only its hash stays here. */
  async beginSession({ account, rights, factors, post, agent, address }: NewSession): Promise<string> {
    const token = newSecret();
    await this.pool.query(
      `insert into identity.sessions (hash, id, account, rights, factors, post, agent, address, ends_at)
       values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7, now() + interval '${SESSION_HOURS} hours')`,
      [hashOf(token), account, rights, factors, post, agent, address],
    );
    return token;
  }
  session(token: string): Promise<SessionRow | null> {
    return this.one(`select ${SESSION} from identity.sessions where hash = $1 and ${ALIVE}`, [hashOf(token)]);
  }
  async seen(id: string): Promise<void> {
    await this.pool.query('update identity.sessions set seen_at = now() where id = $1', [id]);
  }
  async atPost(id: string, post: string | null): Promise<void> {
    await this.pool.query('update identity.sessions set post = $2 where id = $1', [id, post]);
  }
  async sessionsOf(account: string): Promise<readonly SessionRow[]> {
    const { rows } = await this.pool.query<SessionRow>(
      `select ${SESSION} from identity.sessions where account = $1 and ${ALIVE} order by begun_at`,
      [account],
    );
    return rows;
  }
  /** False where the account has no such session. */
  async endSession(account: string, id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('delete from identity.sessions where account = $1 and id = $2', [
      account,
      id,
    ]);
    return rowCount === 1;
  }
  async endSessions(account: string): Promise<void> {
    await this.pool.query('delete from identity.sessions where account = $1', [account]);
  }

  async addKey(prefix: string, secret: string, account: string, endsAt: string): Promise<void> {
    await this.pool.query('insert into identity.keys (prefix, hash, account, ends_at) values ($1, $2, $3, $4)', [
      prefix,
      hashOf(secret),
      account,
      endsAt,
    ]);
  }
  /** Of a prefix that has not ended, and notes that it was seen. */
  key(prefix: string): Promise<KeyRow | null> {
    return this.one(
      `update identity.keys set seen_at = now() where prefix = $1 and ends_at > now() returning prefix, hash, account`,
      [prefix],
    );
  }
  async removeKey(prefix: string): Promise<void> {
    await this.pool.query('delete from identity.keys where prefix = $1', [prefix]);
  }

  /** What has ended is swept away. */
  async sweep(): Promise<void> {
    await this.pool.query(`delete from identity.sessions where not (${ALIVE})`);
    await this.pool.query('delete from identity.enrolments where ends_at < now()');
    await this.pool.query('delete from identity.oidc_requests where ends_at < now()');
  }
}
