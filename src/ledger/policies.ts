/** Policies at work: one holder at a time closes the days that are over, and does what the rows say is owed. */
import { addDays, dayOf, daysBetween, instantOfMillis } from '../../projections/kernel/instant.js';
import type { Row } from '../../projections/kernel/projection.js';
import { type PackRow, packs } from '../../projections/packs.js';
import { regions } from '../../projections/regions.js';
import { type Context, Refusal } from '../kernel/decider.js';
import type { Now, Owed, Policy } from '../kernel/policy.js';
import type { Decider } from '../kernel/decider.js';
import { connectPool, holding, LEASE_MS, rest } from '../read/session.js';
import type { Answer, Send } from './commands.js';
import { uuidOf } from './identity.js';
import { type Opened, todayOf } from './open.js';

/** Where the rows are: the service's tables, or a simulation's. */
export interface Shelf {
  find(
    of: Policy['of'],
    where: NonNullable<ReturnType<Policy['where']>>,
    how: { limit: number; order: readonly string[]; exact?: true },
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
  /**
   * What is owed once yesterday is closed, until the rows tell that it was done: false, where they do. Days that were
   * missed are closed without it.
   */
  readonly dayOver?: (date: string) => Promise<boolean>;
  /** Lets others go first, after so many milliseconds of work; absent where there are none. */
  readonly breathe?: (millis: number) => Promise<void>;
}

/** Rows that are asked for at once. */
const AT_ONCE = 500;
/** Commands that are on their way at once: so many are before anybody who comes meanwhile. */
const TOGETHER = 4;

export const policyContext = ({ region, millis }: Pick<Working, 'region' | 'millis'>): Context => {
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
  const { rows } = await shelf.find(regions, { region }, { limit: 1, order: [] });
  const row = rows[0] as { closed: string | null; since: string } | undefined;
  return row ?? null;
}

/** What is owed by rows of one policy, in the order of the index that finds them: no other row is looked at. */
async function owedBy({ shelf }: Working, policy: Policy, now: Now): Promise<readonly Owed[]> {
  const where = policy.where(now);
  if (where === null) return [];
  const how = { limit: AT_ONCE, order: Object.keys(where), exact: true } as const;
  const { rows } = await shelf.find(policy.of, where, how);
  return rows.flatMap((row) => policy.commands(row, now));
}

/** A few at a time. Answers what was recorded of them, now or before. */
async function pay(working: Working, owed: readonly Owed[], signal?: AbortSignal): Promise<readonly Answer[]> {
  const { deciders, send, breathe } = working;
  const answers: Answer[] = [];
  for (let n = 0; n < owed.length; n += TOGETHER) {
    if (signal?.aborted) break;
    const begun = performance.now();
    const sent = owed.slice(n, n + TOGETHER).map(async ({ category, id, command, key, causation }) => {
      const decider = deciders.find((each) => each.category === category);
      if (!decider) throw new Error(`no decider of ${category}`);
      try {
        const answer = await send(decider, id, command, { context: policyContext(working), key, causation });
        if ('after' in answer) answers.push(answer);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error; // else the thing has moved on; so will the row
      }
    });
    await Promise.all(sent);
    await breathe?.(performance.now() - begun);
  }
  return answers;
}
const nameOf = ({ category, id, key }: Owed) => `${category}-${id} ${key}`;

/** Everything that is owed now, and what is owed because of it. Answers how many commands that took. */
export async function settle(working: Working, signal?: AbortSignal): Promise<number> {
  const { policies, shelf } = working;
  const closed = (await closedOn(working))?.closed ?? null;
  const before = new Set<string>();
  for (let done = 0; ;) {
    const adopted = await shelf.find(packs, {}, { limit: AT_ONCE, order: [] });
    const now: Now = { closed, packs: adopted.rows as PackRow[], named: uuidOf };
    const owed = (await Promise.all(policies.map((policy) => owedBy(working, policy, now)))).flat();
    const answers = await pay(working, owed, signal);
    if (answers.length === 0) return done;
    await shelf.until(String(Math.max(...answers.map(({ after }) => Number(after)))), 60_000);
    const sent = answers.filter(({ repeated }) => !repeated).length;
    done += sent;
    // What somebody else had sent before is owed no more now; what is asked for again in vain is left alone.
    if (sent === 0 && owed.every((each) => before.has(nameOf(each)))) return done;
    for (const each of owed) before.add(nameOf(each));
  }
}

/** How many days there are to close yet, of those that are over, and the last that is closed. */
export interface Closing {
  readonly closed: string;
  readonly left: number;
}
/** Closes the days that are over, in their order, settling what each brings. */
export async function closeDays(
  working: Working,
  day: Decider,
  signal?: AbortSignal,
  told: (closing: Closing) => void = () => undefined,
): Promise<number> {
  const { region, send, shelf, millis } = working;
  let closed = 0;
  for (let over = false; ;) {
    const known = await closedOn(working);
    if (!known) return closed;
    await settle(working, signal);
    const date = known.closed === null ? known.since : addDays(known.closed, 1);
    const today = dayOf(instantOfMillis(millis()));
    if (known.closed !== null) told({ closed: known.closed, left: Math.max(0, daysBetween(date, today)) });
    if (signal?.aborted) return closed;
    if (date >= today) {
      over = !over && date === today && known.closed !== null && (await working.dayOver?.(known.closed)) === true;
      if (!over) return closed;
      continue; // what follows from it is settled, too
    }
    const command = { type: 'CloseDay', data: { region, date } };
    const answer = await send(day, `${region}-${date}`, command, { context: policyContext(working), key: 'close' });
    if ('after' in answer) await shelf.until(answer.after, 60_000);
    closed++;
  }
}

const LOOK_MS = 500;
/** So many times as long as it worked: what people ask for meanwhile has most of the time. */
const RESTS = 3;
/** A look that failed, the database being away or the clock behind, is made again; after several later and later. */
const RETRY_MS = 2000;
const RETRY_MOST_MS = 64_000;

export interface PolicyStatus {
  readonly state: 'stopped' | 'waiting' | 'working';
  readonly error: string | null;
  /** Null until it is known. */
  readonly closing: Closing | null;
}
const STOPPED: PolicyStatus = { state: 'stopped', error: null, closing: null };
/** In the service: under a lease, whenever the rows have moved. */
export class Policies {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private current: PolicyStatus = STOPPED;

  constructor(
    private readonly opened: Opened,
    private readonly working: Omit<Working, 'region' | 'millis'>,
    private readonly day: Decider,
    private readonly position: () => Promise<number>,
  ) {}
  get status(): PolicyStatus {
    return this.current;
  }

  /** `told`: of every day that is closed, with how many there are to close yet. */
  start(told: (closing: Closing) => void = () => undefined): void {
    this.running = this.run((closing) => {
      const before = this.current.closing?.closed;
      this.current = { ...this.current, closing };
      if (closing.closed !== before) told(closing);
    });
  }
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    this.current = STOPPED;
  }

  private async run(told: (closing: Closing) => void): Promise<void> {
    const { signal } = this.ending;
    const pool = connectPool(this.opened.serviceUrl);
    for (let failed = 0; !signal.aborted;) {
      this.current = { ...this.current, state: 'waiting' };
      try {
        await holding(pool, 'policies', LEASE_MS, signal, (_, held) => this.work(held, told, () => (failed = 0)));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.current = { ...this.current, state: 'waiting', error: message };
        await rest(Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** failed++), signal);
      }
    }
    await pool.end();
  }
  private async work(signal: AbortSignal, told: (closing: Closing) => void, done: () => void): Promise<void> {
    const { region } = this.opened;
    const millis = () => this.opened.millis();
    const breathe = (took: number) => rest(took * RESTS, signal);
    const working: Working = { ...this.working, region, millis, breathe };
    for (let seen = -2, today = ''; !signal.aborted; await rest(LOOK_MS, signal)) {
      const [position, date] = [await this.position(), todayOf(this.opened)];
      if (position === seen && date === today) continue;
      await closeDays(working, this.day, signal, told);
      this.current = { ...this.current, state: 'working', error: null };
      done();
      [seen, today] = [position, date];
    }
  }
}
