/** `npm start`: one ledger, served. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { createApp } from './http/app.js';
import { demoPeople } from './demo/people.js';
import { IDENTITY_SELF, installation } from './areas/identity/account.js';
import { demoAccounts, type Shown } from './identity/people.js';
import { transportOf } from './http/transport.js';
import { demoKeys, sealFolder } from './ledger/seal/log-keys.js';
import { alone, begin, openInstallation, tablesFilled } from './installation.js';
import type { Opened } from './ledger/open.js';
import { watchClock } from './ledger/self.js';
import { Advice } from './postgres/advice.js';
import { bar, DEMO_BAR, missedDays } from './progress.js';

async function started(args: readonly string[]): Promise<() => Promise<void>> {
  const { values } = parseArgs({ args: [...args], options: { ledger: { type: 'string' } } });
  const config = readConfig({ ledger: values.ledger });
  const transport = transportOf(config);
  const closing: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const each of closing.splice(0).toReversed()) await each();
  };
  try {
    const making = bar(DEMO_BAR);
    const { opened, close: leave } = await openInstallation(config, (share) => making.at(Math.round(share * 100), 100));
    making.end();
    closing.push(leave);
    const folder = sealFolder(config.data, opened.name);
    const app = await createApp(opened, { page: true, transport, oidc: config.oidc, sealFolder: folder });
    closing.push(() => app.close());
    await begin(opened, app.commands);
    await tablesFilled(app.reader, opened);
    closing.push(watchClock(app.commands, opened));
    app.policies.start(missedDays());
    await demoKeys({ folder, opened, commands: app.commands });
    const accounts = await accountsOf({ opened, ...app }, join(config.data, `accounts-${opened.name}.json`));
    await app.nest.listen(config.port, config.host).catch((error: unknown) => {
      throw adviceOnPort(error, config.host, config.port);
    });
    app.seal.start();
    welcome(await app.nest.getUrl(), opened, accounts);
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

function adviceOnPort(error: unknown, host: string, port: number): unknown {
  switch ((error as { code?: string }).code) {
    case 'EADDRINUSE':
      return new Advice(
        `端口 ${port} 已被占用。请关闭占用它的程序，或换一个端口：PORT=${port + 1} npm start。`,
        `Port ${port} is in use. Stop what uses it, or take another: PORT=${port + 1} npm start.`,
      );
    case 'EACCES':
    case 'EADDRNOTAVAIL':
      return new Advice(
        `不能在 ${host}:${port} 上提供服务。请用 HOST 与 PORT 指定本机可用的地址和 1024 以上的端口。`,
        `Cannot listen on ${host}:${port}. Name an address of this machine and a port above 1024 in HOST and PORT.`,
      );
    default:
      return error;
  }
}

function welcome(url: string, { name, mode }: Opened, accounts: string): void {
  console.log(`
明账 Mingzhang · ${mode === 'demo' ? '演示账本' : '账本'} ledger “${name}”

  浏览器 in a browser ${url}/
  接口说明 API docs   ${url}/docs
  接口定义 OpenAPI    ${url}/openapi.json
  运行状态 health     ${url}/health/ready
  登录 sign in        npx mingzhang login   （或 or POST ${url}/v1/session）

登录后可以试试 three things to try, once signed in as inspector:
  npx mingzhang findings --rule DA-02 --limit 3
  npx mingzhang history M-000001
  curl -b cookies "${url}/v1/findings/counts?by=rule,severity"     （curl -c cookies … /v1/session）

${accounts}

Ctrl-C 结束 to stop
`);
}

/** Who can sign in, in words. Passwords are told once, when they are made; after that they stand in the file alone. */
async function accountsOf(parts: Parameters<typeof demoAccounts>[0], file: string): Promise<string> {
  const { opened } = parts;
  if (opened.mode !== 'demo') {
    const { state } = await opened.streams.get(installation, IDENTITY_SELF, true);
    if (state.status !== 'none') return '由三员管理账号 accounts are with the three administrators';
    return `尚无三员，无人可以登录 nobody can sign in yet: npx mingzhang --ledger ${opened.name} bootstrap`;
  }
  const people = await demoPeople(opened);
  const { accounts, made } = await alone(opened.serviceUrl, () => demoAccounts(parts, file, people));
  const line = ({ name, login, password, key }: Shown) => `  ${login.padEnd(16)}${password ?? key}   ${name}`;
  return [`演示账号 demo accounts（${file}）`, ...(made ? accounts.map(line) : [])].join('\n');
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Serves until it is told to stop; what stands in the way is said in a sentence. */
export async function serve(args: readonly string[]): Promise<void> {
  // What was begun is not there the next time; leaving lets go of the database, which else would stay.
  let stop = (): void => process.exit(130);
  for (const signal of SIGNALS) process.once(signal, () => stop());
  try {
    const close = await started(args);
    stop = () =>
      void close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
  } catch (error) {
    console.error(error instanceof Advice ? `\n${error.zh}\n${error.en}\n` : error);
    process.exitCode = 1;
  }
}
