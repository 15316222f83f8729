/** `npm start`: one ledger, served. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { createApp } from './http/app.js';
import { openTokens, type Person } from './http/tokens.js';
import { transportOf } from './http/transport.js';
import { begin, openInstallation, tablesFilled } from './installation.js';
import { watchClock } from './ledger/self.js';
import { Advice } from './postgres/advice.js';
import { bar, DEMO_BAR } from './progress.js';

/** One of each, until people have accounts. */
const PEOPLE: readonly Person[] = [
  { name: '韦登记 (registrar)', staffNo: 'S-registrar', roles: ['registrar'], post: 'registry', org: 'city' },
  { name: '李监察 (inspector)', staffNo: 'S-002', roles: ['inspector'], post: 'inspection', org: 'discipline-office' },
  { name: '周审计 (auditor)', staffNo: 'S-003', roles: ['auditor'], post: 'audit', org: 'audit-office' },
  {
    name: '陆窗口 (window clerk)',
    staffNo: 'S-city-1',
    roles: ['clerk'],
    post: 'city-w1',
    org: 'city',
    place: { kind: 'centre-window', window: '1', org: 'city' },
    channel: 'window',
  },
  { name: '覃承办 (handler)', staffNo: 'S-u05', roles: ['handler'], post: 'u05-desk', org: 'u05' },
  { name: '莫审批 (approver)', staffNo: 'S-009', roles: ['approver'], post: 'u05-approval', org: 'u05' },
  {
    name: '数据接入 (adapter)',
    staffNo: 'S-010',
    roles: ['adapter'],
    systems: ['u05-system', 'online-platform'],
  },
  { name: '农补录 (back-registrar)', staffNo: 'S-011', roles: ['back-registrar'], org: 'city', systems: ['paper'] },
  { name: '黄主任 (leader)', staffNo: 'S-004', roles: ['leader'], post: 'director', org: 'city' },
];

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
    const tokensFile = join(config.data, `tokens-${opened.name}.json`);
    const app = await createApp(opened, await openTokens(tokensFile, PEOPLE, opened.vault), { page: true, transport });
    closing.push(() => app.close());
    await begin(opened, app.commands);
    await tablesFilled(app.reader, opened);
    closing.push(watchClock(app.commands, opened));
    app.policies.start();
    await app.nest.listen(config.port, config.host).catch((error: unknown) => {
      throw adviceOnPort(error, config.host, config.port);
    });
    welcome(await app.nest.getUrl(), opened.name, opened.mode, tokensFile);
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

function welcome(url: string, name: string, mode: 'demo' | 'real', tokensFile: string): void {
  console.log(`
明账 Mingzhang · ${mode === 'demo' ? '演示账本' : '账本'} ledger “${name}”

  接口说明 API docs   ${url}/docs
  接口定义 OpenAPI    ${url}/openapi.json
  运行状态 health     ${url}/health/ready
  访问令牌 tokens     ${tokensFile}

可以试试 three things to try（TOKEN：令牌文件中监察人员的令牌 the inspector's token）:
  curl -H "Authorization: Bearer $TOKEN" "${url}/v1/findings?rule=DA-02&limit=3"
  curl -H "Authorization: Bearer $TOKEN" "${url}/v1/findings/counts?by=rule,severity"
  curl -H "Authorization: Bearer $TOKEN" ${url}/v1/matters/M-000001/history

Ctrl-C 结束 to stop
`);
}

/** Serves until it is told to stop; what stands in the way is said in a sentence. */
export async function serve(args: readonly string[]): Promise<void> {
  try {
    const close = await started(args);
    const stop = (): void => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, stop);
      close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  } catch (error) {
    console.error(error instanceof Advice ? `\n${error.zh}\n${error.en}\n` : error);
    process.exitCode = 1;
  }
}
