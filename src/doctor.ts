/** Looks over an installation and says what is right, what is not, and what to do about it. */
import { instantOfMillis } from '../projections/kernel/instant.js';
import { access, constants, readdir, stat, statfs } from 'node:fs/promises';
import { projections } from '../projections/index.js';
import type { Config } from './config.js';
import type { Installation } from './installation.js';

import { sha256 } from './ledger/identity.js';
import type { KurrentStore } from './ledger/kurrentdb.store.js';
import { BEHIND_MS } from './ledger/self.js';
import { listLedgers } from './postgres/ledgers.js';
import { lag } from './read/projector.js';
import { connectPool } from './read/session.js';
import { missing } from './read/rebuild.js';
import { entries } from './read/registry.js';
import { warnings } from './safety.js';

/** `zh` and `en`: what was found, and for what is not right what to do. */
export type Finding = Readonly<{
  what: string;
  ok: boolean;
  /** Nothing is broken, but it could be safer. */
  warning?: true;
  zh: string;
  en: string;
}>;

const LITTLE_BYTES = 512 * 1024 * 1024;
const PAGE = 1000;

async function folder({ data }: Config): Promise<Finding[]> {
  const writable = await access(data, constants.W_OK).then(
    () => true,
    () => false,
  );
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  const megabytes = Math.round(free / 1024 / 1024);
  return [
    writable
      ? { what: 'folder', ok: true, zh: `数据目录 ${data} 可写`, en: `the data folder ${data} can be written` }
      : {
          what: 'folder',
          ok: false,
          zh: `数据目录 ${data} 不可写，请检查权限`,
          en: `the data folder ${data} cannot be written: see to its permissions`,
        },
    free > LITTLE_BYTES
      ? { what: 'disk', ok: true, zh: `磁盘剩余 ${megabytes} MB`, en: `${megabytes} MB are free on the disk` }
      : {
          what: 'disk',
          ok: false,
          zh: `磁盘仅余 ${megabytes} MB，请清理`,
          en: `only ${megabytes} MB are free on the disk: make room`,
        },
  ];
}

async function keyStore({ keys }: Installation): Promise<Finding[]> {
  const counts = await Promise.all(
    keys.map(async (of) => (await readdir(of, { recursive: true }).catch(() => null))?.length ?? null),
  );
  const modes = await Promise.all(keys.map(async (of) => (await stat(of).catch(() => null))?.mode ?? 0));
  const same = counts.every((count) => count !== null && count === counts[0]);
  const closed = modes.every((mode) => (mode & 0o077) === 0);
  return [
    same
      ? {
          what: 'keys',
          ok: true,
          zh: `密钥库 ${keys.length} 份一致`,
          en: `the ${keys.length} copies of the key store hold the same`,
        }
      : {
          what: 'keys',
          ok: false,
          zh: `密钥库各份数量不一（${counts.join('、')}），请用较全的一份补齐：${keys.join(' , ')}`,
          en: `the copies of the key store differ (${counts.join(', ')}): complete one from the other: ${keys.join(' , ')}`,
        },
    closed
      ? { what: 'key-mode', ok: true, zh: '密钥库仅本用户可读', en: 'only this user can read the key store' }
      : {
          what: 'key-mode',
          ok: false,
          zh: `他人可读密钥库，请运行 chmod 700 ${keys.join(' ')}`,
          en: `others can read the key store: chmod 700 ${keys.join(' ')}`,
        },
  ];
}

async function clocks({ opened }: Installation): Promise<Finding> {
  const { ledgerTime } = await opened.store.head();
  const now = opened.clock.millis();
  const behind = ledgerTime === null ? 0 : Date.parse(ledgerTime) - now;
  const said = `${instantOfMillis(now)}；${ledgerTime === null ? '—' : instantOfMillis(Date.parse(ledgerTime))}`;
  return behind > BEHIND_MS && opened.millis() < Date.parse(ledgerTime!) - BEHIND_MS
    ? {
        what: 'clock',
        ok: false,
        zh: `时钟落后于账本（${said}）：请校准；确认无误后运行 mingzhang doctor --accept-clock --reason …`,
        en: `the clock is behind the ledger (${said}): set it right, or run mingzhang doctor --accept-clock --reason …`,
      }
    : { what: 'clock', ok: true, zh: `时钟与账本时间：${said}`, en: `clock and ledger time: ${said}` };
}

/** Digests of all events, or of the last thousand. */
async function digests({ opened }: Installation, deep: boolean): Promise<Finding> {
  const { store } = opened;
  const { next } = await store.head();
  const first = deep ? 0 : Math.max(0, next - PAGE);
  for (let from = first; from < next;) {
    const stored = await store.readStored(from, Math.min(PAGE, next - from));
    const wrong = stored.find(({ index, bytes, digest }, n) => index !== from + n || !sha256(bytes).equals(digest));
    if (wrong || stored.length === 0)
      return {
        what: 'digests',
        ok: false,
        zh: `事件 ${wrong?.index ?? from} 与摘要不符或缺失：请停止使用并核查备份`,
        en: `event ${wrong?.index ?? from} is missing or not what its digest says: stop, and look into the backups`,
      };
    from = stored.at(-1)!.index + 1;
  }
  return {
    what: 'digests',
    ok: true,
    zh: `${next} 个事件；已核对 ${next - first} 个的摘要`,
    en: `${next} events; the digests of ${next - first} were checked`,
  };
}

async function tables({ opened }: Installation): Promise<Finding[]> {
  const pool = connectPool(opened.serviceUrl);
  try {
    const all = await lag(pool, opened);
    const stopped = all.filter((table) => table.stopped);
    const absent = missing(projections, await entries(pool)).map(({ name }) => name);
    const behind = Math.max(0, ...all.filter(({ serving }) => serving).map((table) => table.behind));
    return [
      ...stopped.map(({ table, stopped: why }) => ({
        what: 'table',
        ok: false,
        zh: `读表 ${table} 停在 ${why!.index}：${why!.reason}；修正后运行 mingzhang rebuild`,
        en: `${table} stopped at ${why!.index}: ${why!.reason}; once that is mended run mingzhang rebuild`,
      })),
      absent.length === 0
        ? {
            what: 'tables',
            ok: true,
            zh: `读表 ${all.length} 个，最多落后 ${behind}`,
            en: `${all.length} read tables, at most ${behind} events behind`,
          }
        : {
            what: 'tables',
            ok: false,
            zh: `尚未建立：${absent.join('、')}；启动服务或运行 mingzhang rebuild`,
            en: `not filled yet: ${absent.join(', ')}; start the service or run mingzhang rebuild`,
          },
    ];
  } finally {
    await pool.end();
  }
}

/** Of a log that is not in PostgreSQL. What it takes to ask is only loaded where there is one. */
async function eventStore({ opened }: Installation, { eventStoreUrl }: Config, deep: boolean) {
  if (eventStoreUrl === undefined) return [];
  const { examineKurrent } = await import('./doctor-kurrentdb.js');
  return examineKurrent(opened.store as KurrentStore, eventStoreUrl, opened.name, deep);
}

/** `deep`: the digest of every event, not only of the last ones. */
export async function examine(installation: Installation, config: Config, deep: boolean): Promise<readonly Finding[]> {
  const ledgers = await listLedgers(installation.server);
  const { version } = installation.server;
  return [
    {
      what: 'server',
      ok: true,
      zh: `PostgreSQL ${version}；账本：${ledgers.join('、')}`,
      en: `PostgreSQL ${version}; ledgers: ${ledgers.join(', ')}`,
    },
    ...(await folder(config)),
    ...(await eventStore(installation, config, deep)),
    await clocks(installation),
    await digests(installation, deep),
    ...(await tables(installation)),
    ...(await keyStore(installation)),
    ...(await warnings(installation, config)),
  ];
}
