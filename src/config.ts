/** The settings of one run. Nothing else reads the environment. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Advice } from './postgres/advice.js';

export type Config = Readonly<{
  /** Where the API listens. */
  host: string;
  port: number;
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

const VARIABLES = ['MINGZHANG_DATA', 'MINGZHANG_LONG', 'MINGZHANG_DEMO_SIZE'];

type Complaint = readonly [zh: string, en: string];

function urlIn(name: string, value: string | undefined, schemes: readonly string[], complaints: Complaint[]) {
  if (value === undefined || value === '') return undefined;
  const scheme = URL.canParse(value) ? new URL(value).protocol : '';
  if (!schemes.includes(scheme)) {
    complaints.push([
      `${name} 不是可用的地址；应以 ${schemes.map((s) => `${s}//`).join(' 或 ')} 开头`,
      `${name} is not an address that can be used; it begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
    ]);
  }
  return value;
}

/**
 * Reads and checks the settings. Throws {@link Advice} that lists everything wrong at once.
 * `ledger`: what the command line named, else the demo, or with DATABASE_URL the ledger of that database.
 */
export function readConfig(options: { ledger?: string | undefined } = {}, env = process.env): Config {
  const complaints: Complaint[] = [];
  for (const name of Object.keys(env)) {
    if (name.startsWith('MINGZHANG_') && !VARIABLES.includes(name)) {
      complaints.push([
        `${name} 不是已知的设置；已知的有 ${VARIABLES.join('、')}`,
        `${name} is not a setting; known are ${VARIABLES.join(', ')}`,
      ]);
    }
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
  const eventStoreUrl = urlIn('EVENTSTORE_URL', env['EVENTSTORE_URL'], eventStoreSchemes, complaints);
  const ledger = options.ledger ?? (databaseUrl === undefined ? DEMO_LEDGER : MAIN_LEDGER);
  if (!LEDGER_NAME.test(ledger)) {
    complaints.push([
      `账本名称 “${ledger}” 不可用；请用小写字母开头，其后为小写字母、数字或下划线，最长 31 个字符`,
      `"${ledger}" cannot name a ledger: a lower-case letter, then lower-case letters, digits or underscores, at most 31`,
    ]);
  }
  if (complaints.length > 0) {
    throw new Advice(
      `设置有误，请改正后重试：\n${complaints.map(([zh]) => `  - ${zh}`).join('\n')}`,
      `These settings are wrong; correct them and try again:\n${complaints.map(([, en]) => `  - ${en}`).join('\n')}`,
    );
  }
  return Object.freeze({
    host: env['HOST'] || '127.0.0.1',
    port,
    data: resolve(env['MINGZHANG_DATA'] || join(PROJECT_ROOT, '.mingzhang')),
    databaseUrl,
    databaseAdminUrl,
    eventStoreUrl,
    ledger,
    demoSize,
  });
}
