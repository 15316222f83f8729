/** Policies at work: one holder at a time closes the days that are over, and does what the rows say is owed. */
import { addDays, dayOf, instantOfMillis } from '../../projections/kernel/instant.js';
import type { Row } from '../../projections/kernel/projection.js';
import { type PackRow, packs } from '../../projections/packs.js';
import { regions } from '../../projections/regions.js';
import { type Context, Refusal } from '../kernel/decider.js';
import type { Now, Policy } from '../kernel/policy.js';
import type { Decider } from '../kernel/decider.js';
import { connectPool, holding, LEASE_MS, rest } from '../read/session.js';
import type { Send } from './commands.js';
import { uuidOf } from './identity.js';
import type { Opened } from './open.js';

/** Where the rows are: the service's tables, or a simulation's. */
export interface Shelf {
  find(
    of: Policy['of'],
    where: NonNullable<ReturnType<Policy['where']>>,
    how: { limit: number },
  ): Promise<{ readonly rows: readonly Row[] }>;
  /** Until rows know an event. */
  until(after: string, timeoutMs?: number): Promise<void>;
}
export interface Working {
  readonly policies: readonly Policy[];
  readonly deciders: readonly Decider[];
  readonly shelf: Shelf;
  readonly send: Send;
  readonly region: string;
  /** Unix milliseconds. */
  readonly millis: () => number;
}

const AT_ONCE = 500;

const contextOf = ({ region, millis }: Working): Context => {
  const now = instantOfMillis(millis());
  return {
    way: 'act',
    now,
    occurredAt: now,
    precision: 'second',
    on: dayOf(now),
    region,
    by: { person: null, actingAs: 'system', authMethod: 'policy' },
  };
};

/** The last day that is over and the first that the ledger knows; null before there is a ledger. */
async function closedOn({ shelf, region }: Working) {
  const { rows } = await shelf.find(regions, { region }, { limit: 1 });
  const row = rows[0] as { closed: string | null; since: string } | undefined;
  return row ?? null;
}

/** Everything that is owed now, and what is owed because of it. Answers how many commands that took. */
export async function settle(working: Working, signal?: AbortSignal): Promise<number> {
  const { policies, deciders, shelf, send } = working;
  const closed = (await closedOn(working))?.closed ?? null;
  for (let done = 0; ;) {
    const adopted = await shelf.find(packs, {}, { limit: AT_ONCE });
    const now: Now = { closed, packs: adopted.rows as PackRow[], named: uuidOf };
    let last: string | null = null;
    let sent = 0;
    for (const policy of policies) {
      const where = policy.where(now);
      if (where === null || signal?.aborted) continue;
      const { rows } = await shelf.find(policy.of, where, { limit: AT_ONCE });
      const owed = rows.flatMap((row) => policy.commands(row, now));
      const answers = await Promise.all(
        owed.map(async ({ category, id, command, key, causation }) => {
          const decider = deciders.find((each) => each.category === category);
          if (!decider) throw new Error(`${policy.name}: no decider of ${category}`);
          try {
            return await send(decider, id, command, { context: contextOf(working), key, causation });
          } catch (error) {
            if (error instanceof Refusal) return null; // the thing has moved on; so will the row
            throw error;
          }
        }),
      );
      for (const answer of answers)
        if (answer && 'after' in answer) {
          sent += answer.repeated ? 0 : 1;
          last = last === null || Number(answer.after) > Number(last) ? answer.after : last;
        }
    }
    done += sent;
    if (last === null) return done;
    await shelf.until(last, 60_000);
    if (sent === 0) return done;
  }
}

/** Closes the days that are over, in their order, settling what each brings. */
export async function closeDays(working: Working, day: Decider, signal?: AbortSignal): Promise<number> {
  const { region, send, shelf, millis } = working;
  let closed = 0;
  for (;;) {
    const known = await closedOn(working);
    if (!known) return closed;
    await settle(working, signal);
    const date = known.closed === null ? known.since : addDays(known.closed, 1);
    if (signal?.aborted || date >= dayOf(instantOfMillis(millis()))) return closed;
    const command = { type: 'CloseDay', data: { region, date } };
    const answer = await send(day, `${region}-${date}`, command, { context: contextOf(working), key: 'close' });
    if ('after' in answer) await shelf.until(answer.after, 60_000);
    closed++;
  }
}

const LOOK_MS = 500;
/** A look that failed, the database being away or the clock behind, is made again. */
const RETRY_MS = 2000;

export interface PolicyStatus {
  readonly state: 'stopped' | 'waiting' | 'working';
  readonly error: string | null;
}
/** In the service: under a lease, whenever the rows have moved. */
export class Policies {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private current: PolicyStatus = { state: 'stopped', error: null };

  constructor(
    private readonly opened: Opened,
    private readonly working: Omit<Working, 'region' | 'millis'>,
    private readonly day: Decider,
    private readonly position: () => Promise<number>,
  ) {}
  get status(): PolicyStatus {
    return this.current;
  }

  start(): void {
    this.running = this.run();
  }
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    this.current = { state: 'stopped', error: null };
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const pool = connectPool(this.opened.serviceUrl);
    while (!signal.aborted) {
      this.current = { ...this.current, state: 'waiting' };
      try {
        await holding(pool, 'policies', LEASE_MS, signal, (_, held) => this.work(held));
      } catch (error) {
        this.current = { state: 'waiting', error: error instanceof Error ? error.message : String(error) };
        await rest(RETRY_MS, signal);
      }
    }
    await pool.end();
  }
  private async work(signal: AbortSignal): Promise<void> {
    const { region } = this.opened;
    const working: Working = { ...this.working, region, millis: () => this.opened.millis() };
    for (let seen = -2, today = ''; !signal.aborted; await rest(LOOK_MS, signal)) {
      const [position, date] = [await this.position(), dayOf(instantOfMillis(this.opened.millis()))];
      if (position === seen && date === today) continue;
      await closeDays(working, this.day, signal);
      this.current = { state: 'working', error: null };
      [seen, today] = [position, date];
    }
  }
}
