/** The whole service over a fresh ledger, on a real socket of this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppOptions, createApp } from '../../src/http/app.js';
import { openTokens, type Person } from '../../src/http/tokens.js';
import { type Opened, openLedger } from '../../src/ledger/open.js';
import { freshLedger } from './server.js';

export type Answer = { status: number; body: any; headers: Headers };

/** A service for `people`; `as(who)` speaks as the one of that name, or the first of them with that role. `close` leaves nothing behind. */
export async function service(people: readonly Person[], options: AppOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-http-'));
  const ledger = await freshLedger();
  const opened = await openLedger({ name: 'test', serviceUrl: ledger.serviceUrl, keyFolders: [join(folder, 'keys')] });
  const file = join(folder, 'tokens.json');
  const app = await createApp(opened, await openTokens(file, people, opened.vault), options);
  await app.nest.listen(0, '127.0.0.1');
  const url = await app.nest.getUrl();
  const { tokens } = JSON.parse(readFileSync(file, 'utf8')) as {
    tokens: { token: string; name: string; roles: string[] }[];
  };

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<Answer> {
    const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body: body as string }) });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }
  const tokenOf = (who: string) =>
    (tokens.find(({ name }) => name === who) ?? tokens.find(({ roles }) => roles.includes(who)))!;
  const as = (role: string) => {
    const authorization = `Bearer ${tokenOf(role).token}`;
    return {
      get: (path: string, headers = {}) => ask('GET', path, { authorization, ...headers }),
      post: (path: string, body: unknown, key: string, headers = {}) =>
        ask(
          'POST',
          path,
          { authorization, 'content-type': 'application/json', 'idempotency-key': key, ...headers },
          typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        ),
    };
  };
  /** The same service and people over another ledger. */
  async function again(of: Opened) {
    const other = await createApp(of, await openTokens(file, people, of.vault));
    await other.nest.listen(0, '127.0.0.1');
    const home = await other.nest.getUrl();
    return {
      post: async (role: string, path: string, body: unknown, key: string) => {
        const headers = {
          authorization: `Bearer ${tokenOf(role).token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        };
        const response = await fetch(home + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return (await response.json()) as object;
      },
      close: () => other.close(),
    };
  }
  return {
    opened,
    app,
    keys: join(folder, 'keys'),
    adminUrl: ledger.adminUrl,
    again,
    url,
    ask,
    as,
    tokenOf,
    async close() {
      await app.close();
      await opened.close();
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}
