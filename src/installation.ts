/** One ledger of an installation, opened for the service or for the command line: server, database, keys, clock. */
import { addDays, instantOfMillis, startOfDay } from '../projections/kernel/instant.js';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Config } from './config.js';
import { CITY_BEGINS, CITY_ENDS, type CityPlan } from './demo/city/city.js';
import { fillDemo, forgetRows } from './demo/fill.js';
import { SimulatedClock } from './ledger/clock.js';
import type { Commands } from './ledger/commands.js';
import { LedgerDamaged, Unavailable } from './ledger/event-store.js';
import { openLedger, type Opened } from './ledger/open.js';
import { Advice } from './postgres/advice.js';
import { acceptedClock, ledgerSelf, SELF, systemContext } from './ledger/self.js';
import { type Ledger, openLedger as openDatabase } from './postgres/ledgers.js';
import { asked, joinServer, type Server } from './postgres/server.js';
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
 * first opened, from 0 to 1; with `demo` null it is not, so that a backup can be restored into it.
 */
export async function openInstallation(
  config: Config,
  progress?: (share: number) => void,
  demo: Partial<CityPlan> | null = {},
): Promise<Installation> {
  const server = await joinServer(config);
  try {
    const database = await patiently(openDatabase(server, config.ledger));
    const { name, mode, serviceUrl } = database;
    const folder = join(config.data, 'keys', name);
    const keys = [folder, `${folder}.copy`];
    const clock = mode === 'demo' ? new SimulatedClock(startOfDay(CITY_BEGINS), true) : undefined;
    const { eventStoreUrl } = config;
    if (eventStoreUrl === undefined) await isHere(database);
    const opening = {
      name,
      mode,
      region: REGION,
      serviceUrl,
      eventStoreUrl,
      keyFolders: keys,
      ...(clock && { clock }),
    };
    const opened = await openLedger(opening).catch((error: unknown) => {
      throw adviceOnLog(error);
    });
    const close = async () => {
      await opened.close();
      await server.leave();
    };
    let made: Installation['made'] = null;
    if ((await opened.store.head()).next === 0) {
      if (eventStoreUrl === undefined)
        made = await alone(serviceUrl, async (client) => {
          if ((await opened.store.head()).next > 0) return null;
          await forgetRows(client);
          if (mode !== 'demo' || demo === null) return null;
          const plan = { seed: DEMO_SEED, until: CITY_ENDS, size: config.demoSize, ...demo };
          const { adminUrl } = database;
          return { events: await fillDemo({ adminUrl, serviceUrl, keys, name, region: REGION, plan }, progress) };
        });
      else if (mode === 'demo' && demo) throw noDemoThere();
    }
    return { server, database, opened, keys, made, close };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

const PATIENCE_MS = 2000;
/** Another process that makes the demo holds its log until it is whole: who has to wait for it is told so. */
async function patiently<T>(work: Promise<T>): Promise<T> {
  const say = () =>
    console.error('另一个进程正在建立此账本，请稍候 · another process is making this ledger: waiting for it');
  const timer = setTimeout(say, PATIENCE_MS);
  return work.finally(() => clearTimeout(timer));
}
/** What is made once for a ledger is made by one at a time; whoever comes meanwhile finds it made. */
export const alone = <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> =>
  asked(url, async (client) => {
    await patiently(client.query(`select pg_advisory_lock(hashtext('mingzhang.making'))`));
    return work(client);
  });

/** A log that was moved to KurrentDB is not gone on with here. */
async function isHere({ serviceUrl, name }: Ledger): Promise<void> {
  const elsewhere = await asked(serviceUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('select name from log.elsewhere');
    return rows[0]?.name ?? null;
  });
  if (elsewhere !== null)
    throw new Advice(
      `账本 “${name}” 的事件在 KurrentDB 中；请用 EVENTSTORE_URL 指明其地址后重试。`,
      `The log of "${name}" is in KurrentDB: name its address in EVENTSTORE_URL, and try again.`,
    );
}
function adviceOnLog(error: unknown): unknown {
  if (error instanceof LedgerDamaged)
    return new Advice(
      `账本可能已缺失或会被删减，不能启动：${error.zh}。`,
      `The ledger may have been shortened, or may yet be, so nothing is started: ${error.en}.`,
      { cause: error },
    );
  if (error instanceof Unavailable)
    return new Advice(
      `无法连接事件库（EVENTSTORE_URL）：请检查地址、证书、用户和集群是否有主节点（${error.message}）。`,
      `The event store of EVENTSTORE_URL does not answer: see to address, certificates, user, and whether there is a leader (${error.message}).`,
      { cause: error },
    );
  return error;
}
const noDemoThere = () =>
  new Advice(
    '演示账本先在 PostgreSQL 中生成：请不设 EVENTSTORE_URL 启动一次，再运行 mingzhang copy-ledger；正式账本请用 --ledger 指定。',
    'The demo ledger is made in PostgreSQL: start once without EVENTSTORE_URL, then run mingzhang copy-ledger; name a real ledger with --ledger.',
  );

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
