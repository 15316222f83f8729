/** One ledger of an installation, opened for the service or for the command line: server, database, keys, clock. */
import { instantOfMillis } from '../projections/kernel/instant.js';
import { join } from 'node:path';
import type { Config } from './config.js';
import { DEMO_NOW, DEMO_START, playDemo } from './demo/town.js';
import { SimulatedClock } from './ledger/clock.js';
import type { Commands } from './ledger/commands.js';
import { openLedger, type Opened } from './ledger/open.js';
import { acceptedClock, ledgerSelf, SELF, systemContext } from './ledger/self.js';
import { type Ledger, openLedger as openDatabase } from './postgres/ledgers.js';
import { joinServer, type Server } from './postgres/server.js';

/** Whose calendar counts. */
const REGION = 'CN-GX';

export interface Installation {
  readonly server: Server;
  readonly database: Ledger;
  readonly opened: Opened;
  /** Folders of the key store: the first leads, the other is its copy. */
  readonly keys: readonly string[];
  /** Lets go of everything, and stops the embedded server if nobody else uses it. */
  close(): Promise<void>;
}

/** Throws Advice where something has to be done first. */
export async function openInstallation(config: Config): Promise<Installation> {
  const server = await joinServer(config);
  try {
    const database = await openDatabase(server, config.ledger);
    const { name, mode, serviceUrl } = database;
    const folder = join(config.data, 'keys', name);
    const keys = [folder, `${folder}.copy`];
    const clock = mode === 'demo' ? new SimulatedClock(DEMO_START, true) : undefined;
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
    return { server, database, opened, keys, close };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

/** The first event of a new ledger; the demo's story, as far as it has not been told; a clock that was accepted. */
export async function begin(opened: Opened, commands: Commands): Promise<void> {
  const { name, mode, region, clock, store } = opened;
  const { ledgerTime } = await store.head();
  const accepted = await acceptedClock(store);
  if (accepted !== null) opened.notBefore(Date.parse(accepted));
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const data = { name, mode, region };
  if (ledgerTime === null || clock instanceof SimulatedClock)
    await commands.send(ledgerSelf, SELF, { type: 'OpenLedger', data }, { context, key: 'open' });
  if (!(clock instanceof SimulatedClock)) return;
  await playDemo(commands, opened, clock);
  clock.set(Math.max(DEMO_NOW, Date.parse(ledgerTime ?? '') || 0));
}
