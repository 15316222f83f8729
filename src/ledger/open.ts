/** One ledger opened for use: its log, its key store, its clock, and the folds that deciders ask for. */
import { dayOf, instantOfMillis } from '../../projections/kernel/instant.js';
import { type Clock, STEP_MS, SystemClock } from './clock.js';
import type { Ledger } from './commands.js';
import type { EventStore } from './event-store.js';
import { PostgresStore } from './postgres.store.js';
import { Streams } from './streams.js';
import { Vault } from './vault.js';

export interface Opening {
  readonly name: string;
  /** Only a demo's clock may be simulated, and only a demo holds demo facts. */
  readonly mode?: 'demo' | 'real';
  /** Region whose calendar counts, ISO 3166-2. */
  readonly region?: string;
  /** The database of the ledger, as the service's role. */
  readonly serviceUrl: string;
  /** KurrentDB or EventStoreDB, where the log is there; the index of it and the read models are in the database. */
  readonly eventStoreUrl?: string | undefined;
  /** Folders of the key store; the first leads, the others are copies. */
  readonly keyFolders: readonly string[];
  readonly clock?: Clock;
}
export interface Opened extends Ledger {
  readonly name: string;
  readonly mode: 'demo' | 'real';
  readonly region: string;
  readonly serviceUrl: string;
  readonly clock: Clock;
  /** Unix milliseconds for a command: a clock that trembles by less than {@link STEP_MS} does not go back. */
  millis(): number;
  /** Ledger time stands still at this moment, Unix milliseconds, until the clock has passed it. */
  notBefore(millis: number): void;
  close(): Promise<void>;
}
export const OPENED = Symbol('Opened');
/** The day that it is by a ledger's clock. */
export const todayOf = ({ millis }: Pick<Opened, 'millis'>): string => dayOf(instantOfMillis(millis()));

/**
 * Throws what {@link Vault.open} throws; the database is first reached when something is asked of it. With KurrentDB it
 * resolves when all that is there has been counted, and throws what {@link KurrentStore.open} throws.
 */
export async function openLedger(opening: Opening): Promise<Opened> {
  const { name, mode = 'real', region = 'CN-GX', serviceUrl, clock = new SystemClock() } = opening;
  if (mode === 'real' && !(clock instanceof SystemClock)) throw new Error('only a demo ledger has a simulated clock');
  const vault = await Vault.open(opening.keyFolders, mode === 'real'); // nobody misses a demo's keys
  const store = await storeOf(opening);
  let last = 0;
  let floor = 0;
  return {
    name,
    mode,
    region,
    serviceUrl,
    clock,
    store,
    vault,
    streams: new Streams(store),
    millis: () => {
      const now = Math.max(clock.millis(), floor);
      if (now > last || last - now > STEP_MS) last = now;
      return last;
    },
    notBefore: (millis) => {
      floor = Math.max(floor, millis);
    },
    close: () => store.close(),
  };
}

/** The client of KurrentDB takes a while to load: who has the log in PostgreSQL does without. */
async function storeOf({ name, serviceUrl, eventStoreUrl }: Opening): Promise<EventStore> {
  if (eventStoreUrl === undefined) return new PostgresStore(serviceUrl);
  const { KurrentStore } = await import('./kurrentdb.store.js');
  return KurrentStore.open(eventStoreUrl, serviceUrl, name);
}
