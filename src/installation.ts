/** One ledger of an installation, opened for the service or for the command line: server, database, keys, clock. */
import { addDays, instantOfMillis, startOfDay } from '../projections/kernel/instant.js';
import { join } from 'node:path';
import type { Config } from './config.js';
import { CITY_BEGINS, CITY_ENDS, type CityPlan } from './demo/city/city.js';
import { fillDemo } from './demo/fill.js';
import { SimulatedClock } from './ledger/clock.js';
import type { Commands } from './ledger/commands.js';
import { openLedger, type Opened } from './ledger/open.js';
import { acceptedClock, ledgerSelf, SELF, systemContext } from './ledger/self.js';
import { type Ledger, openLedger as openDatabase } from './postgres/ledgers.js';
import { joinServer, type Server } from './postgres/server.js';
import { bar } from './progress.js';
import type { Reader } from './read/reader.js';

/** Whose calendar counts. */
const REGION = 'CN-GX';

export interface Installation {
  readonly server: Server;
  readonly database: Ledger;
  readonly opened: Opened;
  /** Folders of the key store: the first leads, the other is its copy. */
  readonly keys: readonly string[];
  /** The demo ledger, if it was made just now. */
  readonly made: { readonly events: number } | null;
  /** Lets go of everything, and stops the embedded server if nobody else uses it. */
  close(): Promise<void>;
}

export const DEMO_SEED = 20260309;
/** Eight hours and a half into the day after the story. */
const MORNING = 8.5 * 3_600_000;

/**
 * Throws Advice where something has to be done first. `progress`: of making the demo ledger, which is made when it is
 * first opened, from 0 to 1.
 */
export async function openInstallation(
  config: Config,
  progress?: (share: number) => void,
  demo: Partial<CityPlan> = {},
): Promise<Installation> {
  const server = await joinServer(config);
  try {
    const database = await openDatabase(server, config.ledger);
    const { name, mode, serviceUrl } = database;
    const folder = join(config.data, 'keys', name);
    const keys = [folder, `${folder}.copy`];
    const clock = mode === 'demo' ? new SimulatedClock(startOfDay(CITY_BEGINS), true) : undefined;
    const opened = await openLedger({
      name,
      mode,
      region: REGION,
      serviceUrl,
      keyFolders: keys,
      ...(clock && { clock }),
    });
    const close = async () => {
      await opened.close();
      await server.leave();
    };
    let made: Installation['made'] = null;
    if (mode === 'demo' && (await opened.store.head()).next === 0) {
      const plan = { seed: DEMO_SEED, until: CITY_ENDS, size: config.demoSize, ...demo };
      const events = await fillDemo(
        { adminUrl: database.adminUrl, vault: opened.vault, name, region: REGION, plan },
        progress,
      );
      made = { events };
    }
    return { server, database, opened, keys, made, close };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

/** The first event of a new ledger; the demo's clock; a clock that was accepted. */
export async function begin(opened: Opened, commands: Commands): Promise<void> {
  const { name, mode, region, clock, store } = opened;
  const { ledgerTime } = await store.head();
  const accepted = await acceptedClock(store);
  if (accepted !== null) opened.notBefore(Date.parse(accepted));
  if (clock instanceof SimulatedClock)
    clock.set(Math.max(startOfDay(addDays(CITY_ENDS, 1)) + MORNING, Date.parse(ledgerTime ?? '') || 0));
  if (ledgerTime !== null) return;
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const data = { name, mode, region };
  await commands.send(ledgerSelf, SELF, { type: 'OpenLedger', data }, { context, key: 'open' });
}

/** What was written while nobody looked is read into the tables before anybody asks them. */
export async function tablesFilled(reader: Reader, { store }: Opened): Promise<void> {
  const { next } = await store.head();
  const filling = bar('整理读表 filling the tables {bar} {percentage}% · {value}/{total}');
  for (let at = await reader.position(); at < next - 1; at = await reader.position()) {
    filling.at((await reader.position(true)) + 1, next);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  filling.end();
}
