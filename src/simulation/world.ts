/** A ledger in memory with its own clock, its policies at work: what simulations and tests of rules play in. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projections } from '../../projections/index.js';
import { addDays, dayOf, instantOfMillis, startOfDay } from '../../projections/kernel/instant.js';
import type { Actor, Channel, Message, Place, Precision } from '../../projections/kernel/message.js';
import { day } from '../areas/calendar/day.js';
import { deciders } from '../areas/index.js';
import { policies } from '../areas/supervision/supervision.policy.js';
import type { Context, Decider } from '../kernel/decider.js';
import { SimulatedClock } from '../ledger/clock.js';
import { type Answer, sending, type Send, type Would } from '../ledger/commands.js';
import { MemoryStore } from '../ledger/memory.store.js';
import { closeDays, policyContext, settle, type Working } from '../ledger/policies.js';
import { type Ran, runOwed, runReconciliation } from '../ledger/reconciling.js';
import { ledgerSelf, SELF } from '../ledger/self.js';
import { Streams } from '../ledger/streams.js';
import { Vault } from '../ledger/vault.js';
import { MemoryShelf } from './shelf.js';

export interface Said {
  readonly decider: Decider;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  /** When it is done, or when it is reported: an instant, not before the last. */
  readonly at: string;
  readonly key?: string;
  readonly by?: Partial<Actor>;
  readonly place?: Place;
  readonly channel?: Channel;
  /** A report: from which system, and what it says of the time. */
  readonly report?: Readonly<{
    system: string;
    occurredAt: string;
    precision?: Precision;
    batch?: string;
    registeredAt?: string | null;
  }>;
}
export interface World {
  readonly store: MemoryStore;
  readonly vault: Vault;
  readonly shelf: MemoryShelf;
  /** Sends it. What the ledger refuses throws. */
  say(said: Said): Promise<Answer | Would>;
  /** What is owed by now. */
  settle(): Promise<void>;
  /** What the rows come to now is recorded, breaks as old as on a day. */
  reconcile(on: string): Promise<Ran>;
  /** The clock goes to the beginning of a day, the days before it are closed; a month that ends is reconciled. */
  goTo(date: string): Promise<void>;
  close(): Promise<void>;
}
export interface Opening {
  /** The first day. */
  readonly from: string;
  readonly region?: string;
  /** Keeps every version of every row, to ask what was known when. */
  readonly history?: boolean;
  /** Name of the ledger. */
  readonly name?: string;
  /** The key store that seals; one that ends with the world, if left out. */
  readonly vault?: Vault;
  /** Stands between policies and the log, to break them. */
  readonly through?: (send: Send) => Send;
  /** How work is done that may break. */
  readonly again?: (work: () => Promise<unknown>) => Promise<void>;
}

export function contextOf({ at, by, place, channel, report, id, key }: Said, region: string): Context {
  const occurredAt = report?.occurredAt ?? at;
  const { system = '', batch = 'batch', registeredAt = at } = report ?? {};
  return {
    way: report ? 'report' : 'act',
    now: at,
    occurredAt,
    precision: report?.precision ?? 'second',
    on: dayOf(occurredAt),
    region,
    by: { person: null, actingAs: 'holder', authMethod: report ? 'adapter' : 'token', ...by },
    ...(place && { place }),
    ...(channel && { channel }),
    ...(report && { source: { system, batch, row: `${id}/${key ?? ''}`, registeredAt } }),
  };
}

export async function openWorld(opening: Opening): Promise<World> {
  const { from, region = 'CN', history = false, name = 'world', through } = opening;
  const again = opening.again ?? (async (work) => void (await work()));
  const folder = opening.vault ? null : await mkdtemp(join(tmpdir(), 'mingzhang-world-'));
  const vault = opening.vault ?? (await Vault.open([folder!], false, Infinity));
  const store = new MemoryStore();
  const shelf = new MemoryShelf(store, projections, !history);
  const clock = new SimulatedClock(startOfDay(from));
  const send = sending({ store, vault, streams: new Streams(store) });
  const millis = () => clock.millis();
  const sent = through ? through(send) : send;
  const reconcile = async (on: string) => {
    await shelf.catchUp();
    const { next } = await store.head();
    const context = policyContext({ region, millis });
    return runReconciliation({ rows: shelf, deciders, send: sent, context, on, asOf: next - 1 });
  };
  const working: Working = {
    policies,
    deciders,
    shelf,
    send: sent,
    region,
    millis,
    dayOver: async (date) => {
      if (!addDays(date, 1).endsWith('-01') || !(await runOwed(shelf, region, date))) return false;
      await reconcile(date);
      await shelf.catchUp();
      return true;
    },
  };
  let n = 0;
  const say = (said: Said) => {
    if (Date.parse(said.at) < clock.millis())
      throw new Error(`${said.at} is before ${instantOfMillis(clock.millis())}`);
    clock.set(Date.parse(said.at));
    const key = said.key ?? `k${n++}`;
    const command: Message = { type: said.type, data: said.data };
    return send(said.decider, said.id, command, { context: contextOf({ ...said, key }, region), key });
  };
  const at = instantOfMillis(clock.millis());
  await say({ decider: ledgerSelf, id: SELF, type: 'OpenLedger', data: { name, mode: 'demo', region }, at });
  return {
    store,
    vault,
    shelf,
    say,
    reconcile,
    settle: () => again(() => settle(working)),
    goTo: async (date) => {
      const first = dayOf(instantOfMillis(clock.millis()));
      for (let next = addDays(first, 1); next <= date; next = addDays(next, 1)) {
        clock.set(startOfDay(next));
        await again(() => closeDays(working, day));
      }
    },
    close: async () => {
      if (folder) await rm(folder, { recursive: true });
    },
  };
}
