/** The settings of one run. Nothing else reads the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openToOthers } from './files.js';
import type { OidcSettings } from './identity/provider.js';
import { Advice } from './postgres/advice.js';

export type Config = Readonly<{
  /** Where the API listens. */
  host: string;
  port: number;
  /** Files in PEM: the certificate with what leads up to its authority, and its key. Without them it is plain HTTP. */
  tls: Readonly<{ cert: string; key: string }> | undefined;
  /** Addresses and networks of proxies whose word about the client counts; nobody else's does. */
  trustedProxies: readonly string[];
  /** Scheme and host by which browsers reach the service, without a slash at the end. */
  publicUrl: string | undefined;
  /** Who else may say who somebody is. */
  oidc: OidcSettings | undefined;
  /** The folder of everything this installation keeps: the embedded server's data, passwords, keys, logs. */
  data: string;
  /** A PostgreSQL of one's own in place of the embedded one, as the service's role. */
  databaseUrl: string | undefined;
  /** The same server as the role that owns the log; needed for migrations. */
  databaseAdminUrl: string | undefined;
  /** KurrentDB or EventStoreDB in place of the log in PostgreSQL. */
  eventStoreUrl: string | undefined;
  ledger: string;
  /** How much of the city the demo ledger is made with: 1 for all of it, 0.01 for a hundredth. */
  demoSize: number;
}>;

export const PROJECT_ROOT = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

export const DEMO_LEDGER = 'demo';
/** With a server of one's own: the ledger in the very database of its address. */
export const MAIN_LEDGER = 'main';
export const LEDGER_NAME = /^[a-z][a-z0-9_]{0,30}$/;

const VARIABLES = [
  'MINGZHANG_DATA',
  'MINGZHANG_LONG',
  'MINGZHANG_DEMO_SIZE',
  'TLS_CERT',
  'TLS_KEY',
  'TRUSTED_PROXIES',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_SECRET_FILE',
];
/** What begins like a setting and is none is a setting that was misspelt: it would be left out unsaid. */
const OURS = ['MINGZHANG_', 'TLS_', 'TRUSTED_', 'OIDC_'];

type Complaint = readonly [zh: string, en: string];

/** An address of several nodes, `esdb://user:password@node1:2113,node2:2113?…`, is none of RFC 3986. */
const FURTHER_NODES = /(?<=^esdb:\/\/(?:[^@/?]*@)?[^@,/?]+|^kurrentdb:\/\/(?:[^@/?]*@)?[^@,/?]+)(?:,[^@,/?]+)+/;

function urlIn(name: string, value: string | undefined, schemes: readonly string[], complaints: Complaint[]) {
  if (value === undefined || value === '') return undefined;
  const first = value.replace(FURTHER_NODES, '');
  const scheme = URL.canParse(first) ? new URL(first).protocol : '';
  if (!schemes.includes(scheme)) {
    complaints.push([
      `${name} 不是可用的地址；应以 ${schemes.map((s) => `${s}//`).join(' 或 ')} 开头`,
      `${name} is not an address that can be used; it begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
    ]);
  }
  return value;
}

function tlsIn(env: NodeJS.ProcessEnv, complaints: Complaint[]): Config['tls'] {
  const [cert, key] = [env['TLS_CERT'] || '', env['TLS_KEY'] || ''];
  if (cert === '' && key === '') return undefined;
  if (cert === '' || key === '')
    complaints.push([
      'TLS_CERT 与 TLS_KEY 须同时设置：证书文件和它的私钥文件（PEM）',
      'TLS_CERT and TLS_KEY go together: the file of the certificate and the file of its key (PEM)',
    ]);
  return { cert: resolve(cert), key: resolve(key) };
}

/** Addresses, and networks as address/bits. Everybody (/0) is nobody in particular, and is not taken. */
function proxiesIn(value: string | undefined, complaints: Complaint[]): readonly string[] {
  const named = (value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  for (const one of named) {
    const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(one) ?? [];
    const version = isIP(address);
    if (version !== 0 && (bits === undefined || (Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128))))
      continue;
    complaints.push([
      `TRUSTED_PROXIES 中的 “${one}” 不是地址或网段；例如 10.0.0.5,10.1.0.0/24`,
      `"${one}" in TRUSTED_PROXIES is neither an address nor a network; such as 10.0.0.5,10.1.0.0/24`,
    ]);
  }
  return named;
}

const HOME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** https, or http on this machine itself. */
const isPrivate = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || (protocol === 'http:' && HOME.test(hostname));

function publicUrlIn(value: string | undefined, complaints: Complaint[]): string | undefined {
  if (value === undefined || value === '') return undefined;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !isPrivate(url) || url.href !== `${url.origin}/`)
    complaints.push([
      'PUBLIC_URL 应为浏览器所用的 https 地址，不含路径，例如 https://mingzhang.example.gov.cn',
      'PUBLIC_URL is the https address that browsers use, without a path, such as https://mingzhang.example.gov.cn',
    ]);
  return url?.origin;
}

/** A secret from the environment, or from a file that nobody else can read. */
function secretIn(name: string, env: NodeJS.ProcessEnv, complaints: Complaint[]): string | undefined {
  const [value, file] = [env[name] || undefined, env[`${name}_FILE`] || undefined];
  if (value !== undefined && file !== undefined)
    complaints.push([
      `${name} 与 ${name}_FILE 只能设置一个`,
      `${name} and ${name}_FILE cannot both be set: leave one of them out`,
    ]);
  if (file === undefined) return value;
  try {
    if (openToOthers(file))
      complaints.push([
        `他人可读 ${name}_FILE 指定的文件，请运行 chmod 600 ${file}`,
        `others can read the file of ${name}_FILE: chmod 600 ${file}`,
      ]);
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    complaints.push([
      `${name}_FILE 指定的文件无法读取（${code}）：${file}`,
      `the file of ${name}_FILE cannot be read (${code}): ${file}`,
    ]);
    return undefined;
  }
}

function oidcIn(env: NodeJS.ProcessEnv, publicUrl: string | undefined, complaints: Complaint[]): Config['oidc'] {
  const [issuer, clientId] = [env['OIDC_ISSUER'] || '', env['OIDC_CLIENT_ID'] || ''];
  const clientSecret = secretIn('OIDC_CLIENT_SECRET', env, complaints);
  if (issuer === '' && clientId === '' && clientSecret === undefined) return undefined;
  if (issuer === '' || clientId === '' || publicUrl === undefined)
    complaints.push([
      '统一身份认证须同时设置 OIDC_ISSUER、OIDC_CLIENT_ID 和 PUBLIC_URL',
      'sign-in by OpenID Connect needs OIDC_ISSUER, OIDC_CLIENT_ID and PUBLIC_URL',
    ]);
  if (issuer !== '' && !(URL.canParse(issuer) && isPrivate(new URL(issuer))))
    complaints.push(['OIDC_ISSUER 应为 https 地址', 'OIDC_ISSUER is an address that begins with https://']);
  return { issuer, clientId, clientSecret, publicUrl: publicUrl ?? '' };
}

/**
 * Reads and checks the settings. Throws {@link Advice} that lists everything wrong at once.
 * `ledger`: what the command line named, else the demo, or with DATABASE_URL the ledger of that database.
 */
export function readConfig(options: { ledger?: string | undefined } = {}, env = process.env): Config {
  const complaints: Complaint[] = [];
  for (const name of Object.keys(env)) {
    const family = OURS.find((prefix) => name.startsWith(prefix));
    if (family === undefined || VARIABLES.includes(name)) continue;
    const known = VARIABLES.filter((other) => other.startsWith(family));
    complaints.push([
      `${name} 不是已知的设置；已知的有 ${known.join('、')}`,
      `${name} is not a setting; known are ${known.join(', ')}`,
    ]);
  }
  const port = Number(env['PORT'] || '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    complaints.push([
      `PORT 应为 0 至 65535 的整数，现在是 “${env['PORT']}”`,
      `PORT is a whole number from 0 to 65535, not "${env['PORT']}"`,
    ]);
  }
  const demoSize = Number(env['MINGZHANG_DEMO_SIZE'] || '1');
  if (!(demoSize >= 0.01 && demoSize <= 1)) {
    complaints.push([
      `MINGZHANG_DEMO_SIZE 应为 0.01 至 1 的数，现在是 “${env['MINGZHANG_DEMO_SIZE']}”`,
      `MINGZHANG_DEMO_SIZE is a number from 0.01 to 1, not "${env['MINGZHANG_DEMO_SIZE']}"`,
    ]);
  }
  const postgres = ['postgres:', 'postgresql:'];
  const databaseUrl = urlIn('DATABASE_URL', env['DATABASE_URL'], postgres, complaints);
  const databaseAdminUrl = urlIn('DATABASE_ADMIN_URL', env['DATABASE_ADMIN_URL'], postgres, complaints);
  if (databaseAdminUrl !== undefined && databaseUrl === undefined) {
    complaints.push([
      '设置了 DATABASE_ADMIN_URL 却没有 DATABASE_URL；请两个都设置，或都不设置（使用自带的数据库）',
      'DATABASE_ADMIN_URL is set but DATABASE_URL is not; set both, or neither for the embedded server',
    ]);
  }
  const eventStoreSchemes = ['esdb:', 'esdb+discover:', 'kurrentdb:', 'kurrentdb+discover:'];
  const eventStore = secretIn('EVENTSTORE_URL', env, complaints); // it may hold a password
  const eventStoreUrl = urlIn('EVENTSTORE_URL', eventStore, eventStoreSchemes, complaints);
  const ledger = options.ledger ?? (databaseUrl === undefined ? DEMO_LEDGER : MAIN_LEDGER);
  if (!LEDGER_NAME.test(ledger)) {
    complaints.push([
      `账本名称 “${ledger}” 不可用；请用小写字母开头，其后为小写字母、数字或下划线，最长 31 个字符`,
      `"${ledger}" cannot name a ledger: a lower-case letter, then lower-case letters, digits or underscores, at most 31`,
    ]);
  }
  const publicUrl = publicUrlIn(env['PUBLIC_URL'], complaints);
  const config: Config = {
    host: env['HOST'] || '127.0.0.1',
    port,
    tls: tlsIn(env, complaints),
    trustedProxies: proxiesIn(env['TRUSTED_PROXIES'], complaints),
    publicUrl,
    oidc: oidcIn(env, publicUrl, complaints),
    data: resolve(env['MINGZHANG_DATA'] || join(PROJECT_ROOT, '.mingzhang')),
    databaseUrl,
    databaseAdminUrl,
    eventStoreUrl,
    ledger,
    demoSize,
  };
  if (complaints.length > 0) {
    throw new Advice(
      `设置有误，请改正后重试：\n${complaints.map(([zh]) => `  - ${zh}`).join('\n')}`,
      `These settings are wrong; correct them and try again:\n${complaints.map(([, en]) => `  - ${en}`).join('\n')}`,
    );
  }
  return Object.freeze(config);
}
