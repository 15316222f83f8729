/** Who may write: one holder at a time, with a token that only grows. Every write checks it in its own transaction. */
import type { ClientBase, Pool } from 'pg';

/** Somebody else has taken over. Nothing was written. */
export class LeaseLost extends Error {
  constructor(readonly lease: string) {
    super(`the lease ${lease} is held by somebody else`);
    this.name = 'LeaseLost';
  }
}

export const LEASE_TABLE = `
  create table if not exists read.lease (
    name text collate "C" primary key,
    holder text not null,
    token bigint not null,
    until timestamptz not null
  )`;

export class Lease {
  private constructor(
    readonly name: string,
    readonly token: string,
    private readonly millis: number,
  ) {}

  /** Takes the lease if it is free or has run out by the database's clock; null if somebody holds it. */
  static async take(client: ClientBase | Pool, name: string, holder: string, millis: number): Promise<Lease | null> {
    const { rows } = await client.query<{ token: string }>(
      `insert into read.lease as l (name, holder, token, until)
       values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
       on conflict (name) do update set holder = excluded.holder, token = l.token + 1, until = excluded.until
         where l.until < clock_timestamp()
       returning token`,
      [name, holder, millis],
    );
    return rows[0] ? new Lease(name, rows[0].token, millis) : null;
  }

  /** The statement that prolongs it, for whoever sends it along with others: it changes one row, or is lost. */
  prolonging(value: (v: unknown, type: string) => string): string {
    const until = `clock_timestamp() + ${value(this.millis, 'float8')} * interval '1 millisecond'`;
    return `update read.lease set until = ${until}
            where name = ${value(this.name, 'text')} and token = ${value(this.token, 'bigint')}`;
  }
  /**
   * Prolongs the lease, and locks its row until the transaction ends: whoever wants to take over waits for the commit.
   * Throws {@link LeaseLost}.
   */
  async check(client: ClientBase | Pool): Promise<void> {
    const values: unknown[] = [];
    const text = this.prolonging((v, type) => `$${values.push(v)}::${type}`);
    const { rowCount } = await client.query({ name: 'lease', text, values });
    if (rowCount !== 1) throw new LeaseLost(this.name);
  }

  /** Lets others take over at once. A check that is still under way finds the lease lost, and does not prolong it. */
  async release(client: ClientBase | Pool): Promise<void> {
    await client.query(`update read.lease set until = '-infinity', token = token + 1 where name = $1 and token = $2`, [
      this.name,
      this.token,
    ]);
  }
}
