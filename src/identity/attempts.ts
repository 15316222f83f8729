/**
 * Who has tried to come in and failed, by account and by address, kept in the database so that all instances agree.
 * Waiting grows with the failures. Logins and addresses are kept as keyed hashes: a dump tells neither.
 */
import { isIP } from 'node:net';
import type { Pool } from 'pg';
import { canonical } from '../../projections/kernel/canonical.js';
import type { Vault } from '../ledger/vault.js';

/** What is tried: an account by what was given as its login, known or not, or where the attempt comes from. */
export type Subject = Readonly<{ kind: 'account' | 'address'; value: string }>;

/**
 * How many failures cost nothing: who has forgotten which of his passwords it was finds it in five; behind one address
 * stands a whole office, of which many mistype.
 */
export const FREE = { account: 5, address: 30 } as const;
/** Then 1 s, 2 s, 4 s … up to a quarter of an hour: a hundred guesses a day, and nobody is kept out for long. */
export const LONGEST_SECONDS = 900;
/** One failure is forgotten every so often: who has failed now and then over weeks is not taken for a guesser. */
export const FORGET_SECONDS = { account: 3600, address: 300 } as const;
/** The next would not make anybody wait longer; forgetting them all takes hours, not weeks. */
const COUNTED_BEYOND_FREE = 10;
const SWEEP_MS = 3_600_000;

/**
 * One statement: the row's lock puts those who try at once in a line, and the database's clock is the only one. The
 * try counts as failed from now on, so that a thousand at once are not a thousand free ones. $1 subject, $2 free,
 * $3 longest, $4 seconds in which one is forgotten.
 */
const TRY = `
with counted as (
  insert into identity.attempts as known (subject, failures, first_at, last_at, blocked_until)
  values ($1, 1, now(), now(), null)
  on conflict (subject) do update set (failures, last_at, blocked_until) = (
    select
      least(still + 1, $2 + ${COUNTED_BEYOND_FREE}),
      case when still = 0 then now() else known.last_at + forgotten * $4 * interval '1 second' end,
      case when still + 1 >= $2 then now() + least(power(2, still + 1 - $2), $3) * interval '1 second' end
    from (select greatest(floor(extract(epoch from now() - known.last_at) / $4), 0) as forgotten) past
    cross join lateral (select greatest(known.failures - forgotten, 0)::int as still) left_over
  )
  where known.blocked_until is null or known.blocked_until <= now()
  returning subject
)
select
  exists (select from counted) as may,
  (select extract(epoch from blocked_until - now())::float8 from identity.attempts where subject = $1) as seconds
`;

export class Attempts {
  private swept = performance.now();
  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly vault: Pick<Vault, 'macOfLedger'>,
  ) {}

  /**
   * Counts a try. 0: it may be made, and stays counted as a failure unless it {@link succeeded}. Otherwise the
   * seconds to wait; a try that was not made is not counted.
   */
  async mayTry(subject: Subject): Promise<number> {
    await this.sweep();
    const { kind } = subject;
    const values = [this.hashOf(subject), FREE[kind], LONGEST_SECONDS, FORGET_SECONDS[kind]];
    const { rows } = await this.pool.query<{ may: boolean; seconds: number | null }>(TRY, values);
    // Where others came first just now, what was read is from before them.
    return rows[0]!.may ? 0 : Math.max(1, Math.ceil(rows[0]!.seconds ?? 1));
  }

  /**
   * An account starts anew. An address is given back this one try and no more: who has an account of his own does not
   * buy guesses at others with it.
   */
  async succeeded(subject: Subject): Promise<void> {
    await this.pool.query(
      subject.kind === 'account'
        ? 'delete from identity.attempts where subject = $1'
        : 'update identity.attempts set failures = failures - 1, blocked_until = null where subject = $1 and failures > 0',
      [this.hashOf(subject)],
    );
  }

  /** Once an hour, by whoever comes first after it. */
  private async sweep(): Promise<void> {
    if (performance.now() - this.swept < SWEEP_MS) return;
    this.swept = performance.now();
    await this.forget();
  }
  /** Rows of which nothing is left to count. */
  async forget(): Promise<void> {
    await this.pool.query("delete from identity.attempts where last_at < now() - interval '1 day'");
  }

  private hashOf({ kind, value }: Subject): string {
    return this.vault.macOfLedger('attempts', canonical([kind, kind === 'address' ? networkOf(value) : value]));
  }
}

/** An address of IPv4; of IPv6 the network of 64 bits that one subscriber has to himself. */
export function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  if (isIP(address) !== 6) return address;
  const { hostname } = new URL(`http://[${address.split('%')[0]}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const full =
    tail === undefined ? groups : [...groups, ...Array(8 - groups.length - after.length).fill('0'), ...after];
  return `${full.slice(0, 4).join(':')}::/64`;
}
