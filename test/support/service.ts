/** The whole service over a fresh ledger, on a real socket of this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantOfMillis } from '../../projections/kernel/instant.js';
import { centre } from '../../src/areas/centres/centre.js';
import { post } from '../../src/areas/centres/post.js';
import { type App, type AppOptions, createApp } from '../../src/http/app.js';
import { SESSION_PREFIX } from '../../src/identity/identity.js';
import { makeAccount, type Person as Holder } from '../../src/identity/people.js';
import { type Opened, openLedger } from '../../src/ledger/open.js';
import { systemContext } from '../../src/ledger/self.js';
import { freshLedger } from './server.js';

export type Answer = { status: number; body: any; headers: Headers };

/** `window`: of the centre that is his unit; his post may accept. `posted`: whether he stands there; he does unless told. */
export type Person = Omit<Holder, 'login' | 'identifier'> & {
  readonly staffNo: string;
  readonly window?: string;
  readonly posted?: boolean;
};

const FROM = '2000-01-01';
const TABLES_MS = 60_000;
/** Posts where people stand, with their windows, as the registrar would have made them. */
async function makePost(
  opened: Opened,
  { commands }: App,
  { post: id, org, window, staffNo, name, posted = true }: Person,
) {
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const send = (decider: any, stream: string, type: string, data: object, key = type) =>
    commands.send(decider, stream, { type, data } as never, { context, key }).catch(() => undefined); // it is there
  const place = window === undefined ? {} : { centre: org!, window };
  if (window !== undefined) {
    await send(centre, org!, 'RegisterCentre', { name: '政务服务中心', region: 'CN-GX', from: FROM });
    await send(centre, org!, 'OpenWindow', { window, name: '窗口', from: FROM }, `window-${window}`);
  }
  await send(post, id!, 'CreatePost', { name: '岗位', org: org!, ...place, from: FROM });
  const staff = { identifier: { kind: 'staff-no', value: staffNo }, personal: { name } };
  if (posted) await send(post, id!, 'PostStaff', { staff, staffKind: 'established', from: FROM }, staffNo);
  await send(post, id!, 'GrantPowers', { powers: ['accept'], document: '授权书', from: FROM });
}

/** What each speaks with: an adapter's key, or a session that began with both factors. */
export async function signedIn(opened: Opened, app: App, people: readonly Person[]) {
  const tokens: { name: string; roles: readonly string[]; account: string; token: string }[] = [];
  for (const person of people) {
    const { name, roles, staffNo } = person;
    if (person.post !== undefined) await makePost(opened, app, person);
    const identifier = { kind: 'staff-no', value: staffNo };
    const parts = { opened, commands: app.commands, identity: app.identity };
    const { account, key } = await makeAccount(parts, { ...person, login: `login-${staffNo}`, identifier });
    tokens.push({ name, roles, account, token: key ?? (await session(app, account)) });
  }
  return tokens;
}
export async function session(app: App, account: string): Promise<string> {
  const { rights } = await app.identity.state(account);
  const began = { account, rights, factors: ['password', 'totp'], post: null, agent: 'test', address: '127.0.0.1' };
  return `${SESSION_PREFIX}${await app.identity.secrets.beginSession(began)}`;
}

/** A service for `people`; `as(who)` speaks as the one of that name, or the first of them with that role. `close` leaves nothing behind. */
export async function service(people: readonly Person[], options: AppOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-http-'));
  const ledger = await freshLedger({ tables: true });
  const opened = await openLedger({ name: 'test', serviceUrl: ledger.serviceUrl, keyFolders: [join(folder, 'keys')] });
  const start = async (how: AppOptions = options) => {
    const started = await createApp(opened, how);
    await started.nest.listen(0, '127.0.0.1');
    return { app: started, url: await started.nest.getUrl() };
  };
  let now = await start();
  const tokens = await signedIn(opened, now.app, people);
  // Tables that are still being made are no part of what a test measures.
  if (people.length > 0) await now.app.reader.until(String((await opened.store.head()).next - 1), TABLES_MS);

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<Answer> {
    const response = await fetch(now.url + path, {
      method,
      headers,
      ...(body !== undefined && { body: body as string }),
    });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }
  const tokenOf = (who: string) =>
    (tokens.find(({ name }) => name === who) ?? tokens.find(({ roles }) => roles.includes(who)))!;
  /** Headers by which somebody is known. */
  const credentials = (who: string) => ({ authorization: `Bearer ${tokenOf(who).token}` });
  const as = (role: string) => {
    const { authorization } = credentials(role);
    const send =
      (method: string) =>
      (path: string, body: unknown, key: string, headers = {}) =>
        ask(
          method,
          path,
          { authorization, 'content-type': 'application/json', 'idempotency-key': key, ...headers },
          typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        );
    return {
      get: (path: string, headers = {}) => ask('GET', path, { authorization, ...headers }),
      delete: (path: string, headers = {}) => ask('DELETE', path, { authorization, ...headers }),
      post: send('POST'),
      put: send('PUT'),
    };
  };
  /** The same service over another ledger, with the same people. */
  async function again(of: Opened) {
    const other = await createApp(of);
    await other.nest.listen(0, '127.0.0.1');
    const home = await other.nest.getUrl();
    const theirs = await signedIn(of, other, people);
    return {
      post: async (role: string, path: string, body: unknown, key: string) => {
        const headers = {
          authorization: `Bearer ${theirs.find(({ name, roles }) => name === role || roles.includes(role as never))!.token}`,
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
    get app() {
      return now.app;
    },
    keys: join(folder, 'keys'),
    adminUrl: ledger.adminUrl,
    again,
    get url() {
      return now.url;
    },
    /** The service ends, and begins again over the same ledger, for the same people. */
    async restart(options: AppOptions = {}) {
      await now.app.close();
      now = await start(options);
    },
    ask,
    as,
    tokenOf,
    credentials,
    async close() {
      await now.app.close();
      await opened.close();
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}
