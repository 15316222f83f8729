/** What works but could be safer in the present configuration, and what to do about it. Secrets are not shown. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { identityRegister } from '../projections/accounts.js';
import { IDENTITY_SELF } from './areas/identity/account.js';
import type { Config } from './config.js';
import type { Finding } from './doctor.js';
import { certificateIn, EXPIRES_SOON_DAYS, isLoopback, transportOf } from './http/transport.js';
import type { Installation } from './installation.js';
import { Advice, withoutPassword } from './postgres/advice.js';
import { asked } from './postgres/server.js';

/** Of the process and the machine. */
export interface Surroundings {
  readonly uid: number | undefined;
  readonly argv: readonly string[];
  /** Whether the machine's clock follows others; null where nobody can say. */
  readonly clockFollows: () => Promise<boolean | null>;
}

const DAY_MS = 86_400_000;
const KEYS_SOON_DAYS = 14;
const CLOCKS_APART_MS = 2000;

const warning = (what: string, zh: string, en: string): Finding => ({ what, ok: false, warning: true, zh, en });

async function clockFollows(): Promise<boolean | null> {
  try {
    const options = { timeout: 2000 };
    const { stdout } = await promisify(execFile)('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], options);
    const said = stdout.trim();
    return said === 'yes' ? true : said === 'no' ? false : null;
  } catch {
    return null;
  }
}
const HERE: Surroundings = { uid: process.getuid?.(), argv: process.argv, clockFollows };

/** Where it listens, and by what it is encrypted. */
function serving({ host, tls, trustedProxies, ...config }: Config, mode: 'demo' | 'real', now: number): Finding[] {
  const found: Finding[] = [];
  try {
    transportOf({ host, tls, trustedProxies, ...config }, now);
    const left = tls ? Math.floor((certificateIn(tls.cert).endsAt - now) / DAY_MS) : Infinity;
    if (left < EXPIRES_SOON_DAYS)
      found.push(
        warning(
          'certificate',
          `证书还有 ${left} 天到期：${tls!.cert}，请更换`,
          `the certificate expires in ${left} days: ${tls!.cert}: have another one issued`,
        ),
      );
  } catch (error) {
    if (!(error instanceof Advice)) throw error;
    found.push({ what: 'transport', ok: false, zh: error.zh, en: error.en });
  }
  if (mode === 'demo' && !isLoopback(host))
    found.push(
      warning(
        'demo',
        `演示账本可从其他机器访问（HOST=${host}），其账号没有第二因素；请去掉 HOST`,
        `the demo ledger can be reached from other machines (HOST=${host}), and its accounts have no second factor: leave HOST out`,
      ),
    );
  return found;
}

const ENCRYPTED = new Set(['require', 'verify-ca', 'verify-full']);
function database({ databaseUrl, databaseAdminUrl }: Config, argv: readonly string[]): Finding[] {
  const found: Finding[] = [];
  const named = { DATABASE_URL: databaseUrl, DATABASE_ADMIN_URL: databaseAdminUrl };
  for (const [variable, address] of Object.entries(named)) {
    if (address === undefined) continue;
    const url = new URL(address);
    const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
    if (host === '' || host.startsWith('/') || isLoopback(host)) continue; // by a socket, or on this machine
    if (ENCRYPTED.has(url.searchParams.get('sslmode') ?? '')) continue;
    found.push(
      warning(
        'database-tls',
        `${variable}（${withoutPassword(address)}）在另一台机器上而连接未加密；请加上 ?sslmode=verify-full`,
        `${variable} (${withoutPassword(address)}) is on another machine and the connection is not encrypted: add ?sslmode=verify-full`,
      ),
    );
  }
  if (argv.some((word) => /\bpostgres(ql)?:\/\/[^/@\s:]*:[^/@\s]+@/.test(word)))
    found.push(
      warning(
        'database-password',
        '命令行中有数据库口令，本机其他用户可以看到；请改用环境变量 DATABASE_URL',
        'the password of the database stands on the command line, where every user of this machine can read it: put it into DATABASE_URL',
      ),
    );
  return found;
}

async function files({ data }: Config, keys: readonly string[], mode: 'demo' | 'real'): Promise<Finding[]> {
  const found: Finding[] = [];
  if (((await stat(data)).mode & 0o066) !== 0)
    found.push(
      warning(
        'folder-mode',
        `他人可读写数据目录，请运行 chmod go-rw ${data}`,
        `others can read or write the data folder: chmod go-rw ${data}`,
      ),
    );
  const disks = await Promise.all([data, ...keys].map(async (path) => (await stat(path).catch(() => null))?.dev));
  const [ofData, ...ofKeys] = disks;
  if (mode === 'real' && ofKeys.every((disk) => disk === undefined || disk === ofData))
    found.push(
      warning(
        'keys-apart',
        `密钥库与数据在同一块磁盘上（${keys.join('、')}）；磁盘损坏则个人信息无法再读，请另存一份到别处`,
        `the key store and its copies are on the disk of the data (${keys.join(', ')}): if it is lost, nothing personal can be read again; keep a copy elsewhere`,
      ),
    );
  const left = (await readdir(data)).filter((name) => /^tokens-.*\.json$/.test(name)).map((name) => join(data, name));
  if (left.length > 0)
    found.push(
      warning(
        'tokens',
        `旧版本的令牌文件已不再使用，请删除：${left.join('、')}`,
        `files of tokens of an earlier version are not used any more: delete ${left.join(', ')}`,
      ),
    );
  return found;
}

async function signingIn({ opened }: Pick<Installation, 'opened'>): Promise<Finding[]> {
  const found: Finding[] = [];
  const { state: register } = await opened.streams.get(identityRegister, IDENTITY_SELF, true);
  if (register.waived !== null)
    found.push(
      warning(
        'second-factor',
        `已书面免用第二因素（${register.waived}）；能看到个人信息的账号只凭密码登录`,
        `second factors are waived (${register.waived}): accounts that see personal data sign in by password alone`,
      ),
    );
  const { rows } = await asked(opened.serviceUrl, (client) =>
    client.query<{ prefix: string; days: number; unused: boolean }>(
      `select prefix, floor(extract(epoch from ends_at - now()) / 86400)::int as days, seen_at is null as unused
       from identity.keys where ends_at > now() order by prefix`,
    ),
  );
  for (const { prefix, days } of rows.filter((key) => key.days < KEYS_SOON_DAYS))
    found.push(
      warning(
        'key-ends',
        `接入密钥 ${prefix} 还有 ${days} 天到期，请签发新的`,
        `the key ${prefix} ends in ${days} days: issue another one`,
      ),
    );
  const unused = rows.filter((key) => key.unused).map(({ prefix }) => prefix);
  if (unused.length > 0)
    found.push(
      warning(
        'key-unused',
        `从未使用的接入密钥：${unused.join('、')}；不需要的请吊销`,
        `keys that were never used: ${unused.join(', ')}; revoke those that nobody needs`,
      ),
    );
  return found;
}

async function clock({ opened }: Pick<Installation, 'opened'>, here: Surroundings): Promise<Finding[]> {
  if (opened.mode === 'demo') return [];
  if ((await here.clockFollows()) === false)
    return [
      warning(
        'clock-sync',
        '系统时钟没有与时间源同步；请启用 NTP（timedatectl set-ntp true）',
        'the clock of this machine follows no other: turn NTP on (timedatectl set-ntp true)',
      ),
    ];
  const { rows } = await asked(opened.serviceUrl, (client) =>
    client.query<{ ms: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms'),
  );
  const apart = Math.round(Math.abs(rows[0]!.ms - Date.now()));
  return apart <= CLOCKS_APART_MS
    ? []
    : [
        warning(
          'clock-apart',
          `本机与数据库服务器的时钟相差 ${apart} 毫秒；请使两者与同一时间源同步`,
          `the clocks of this machine and of the database are ${apart} ms apart: let both follow the same source`,
        ),
      ];
}

/** Only what is not as it should be. */
export async function warnings(
  installation: Pick<Installation, 'opened' | 'keys'>,
  config: Config,
  here: Surroundings = HERE,
): Promise<Finding[]> {
  const { opened, keys } = installation;
  const root =
    here.uid === 0
      ? [
          warning(
            'root',
            '正以 root 运行；请改用没有特权的用户',
            'it runs as root: run it as a user without privileges',
          ),
        ]
      : [];
  return [
    ...root,
    ...serving(config, opened.mode, Date.now()),
    ...database(config, here.argv),
    ...(await files(config, keys, opened.mode)),
    ...(await signingIn(installation)),
    ...(await clock(installation, here)),
  ];
}
