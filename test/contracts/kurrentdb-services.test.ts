/** Two services as they are started, in processes of their own, on one log in KurrentDB and one database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projections } from '../../projections/index.js';
import { createApp } from '../../src/http/app.js';
import { indexOf } from '../../src/ledger/event-store.js';
import { readConfig } from '../../src/config.js';
import { type Installation, openInstallation } from '../../src/installation.js';
import { asked } from '../../src/postgres/server.js';
import { rebuild } from '../../src/read/rebuild.js';
import { ITEM } from '../support/item.js';
import { freshLedger, type FreshLedger } from '../support/server.js';
import { signedIn } from '../support/service.js';
import { range } from './event-store.contract.js';

const EVENT_STORE = process.env['EVENTSTORE_URL'];
const live = EVENT_STORE === undefined ? describe.skip : describe;

live('two services at EVENTSTORE_URL', () => {
  /** Whose database names the server; the ledger of the services is one of their own on it. */
  let home: FreshLedger;
  let installation: Installation;
  let env: Record<string, string>;
  let folder: string;
  let headers: Record<string, string>;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzhang-two-'));
    home = await freshLedger();
    env = {
      MINGZHANG_DATA: folder,
      DATABASE_URL: home.serviceUrl,
      DATABASE_ADMIN_URL: home.adminUrl,
      EVENTSTORE_URL: EVENT_STORE!,
    };
    const ledger = `two${randomBytes(6).toString('hex')}`; // so that its streams are of this run alone
    installation = await openInstallation(readConfig({ ledger }, env));
    const { opened } = installation;
    const app = await createApp(opened, {});
    const people = [
      { name: 'registrar', roles: ['registrar'] as const, staffNo: 'S-0' },
      { name: 'clerk', roles: ['clerk'] as const, staffNo: 'S-1', post: 'w1', org: 'centre', window: '1' },
    ];
    const tokens = await signedIn(opened, app, people);
    await app.close();
    headers = Object.fromEntries(tokens.map(({ name: who, token }) => [who, `Bearer ${token}`]));
  }, 120_000);
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    const { database } = installation.database;
    await installation.close();
    await asked(home.adminUrl, (client) => client.query(`drop database if exists ${database} with (force)`));
    await home.close();
    await rm(folder, { recursive: true });
  }, 60_000);

  /** As `npm start` does it. */
  async function start(): Promise<{ url: string; stop: (signal: NodeJS.Signals) => Promise<unknown> }> {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--ledger', installation.opened.name], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      const heard = (chunk: Buffer) => {
        said += chunk.toString();
        const found = /(http:\/\/127\.0\.0\.1:\d+)\/health\/ready/.exec(said);
        if (found) resolve(found[1]!);
      };
      child.stdout!.on('data', heard);
      child.stderr!.on('data', heard);
      void ended.then(() => reject(new Error(said)));
    });
    const stop = (signal: NodeJS.Signals) => (child.kill(signal), ended);
    return { url, stop };
  }
  async function ask(who: string, url: string, body?: object, key = ''): Promise<any> {
    const sent = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(url, {
      headers: { authorization: headers[who]!, 'content-type': 'application/json', 'idempotency-key': key },
      ...(body && sent),
    });
    const told = (await response.json()) as object;
    if (!response.ok) throw new Error(`${url}: ${response.status} ${JSON.stringify(told)}`);
    return told;
  }

  test('each records, each reads what the other has recorded, one is killed under load: everything is there and projected once', async () => {
    const { store } = installation.opened;
    const services = await Promise.all([start(), start()]);
    await ask('registrar', `${services[0]!.url}/v1/items/A-1/versions`, { from: '2020-01-01', ...ITEM }, 'item');
    const accept = (n: number, at: number) =>
      ask(
        'clerk',
        `${services[at]!.url}/v1/matters/M-${n}/acceptances`,
        { itemCode: 'A-1', mode: 'full' },
        `accept-${n}`,
      );

    const first = await Promise.all(range(0, 40).map((n) => accept(n, n % 2)));
    for (const n of [0, 1]) {
      const card = await ask(
        'clerk',
        `${services[1 - n]!.url}/v1/matters/M-${n}?after=${(first[n] as { after: string }).after}`,
      );
      expect(card).toMatchObject({ status: 'accepted' });
    }
    // Asked again of the other one, with the same key: the same events, and nothing new.
    const again = await accept(0, 1);
    expect([again.repeated, await indexOf(store, again.after)]).toEqual([true, await indexOf(store, first[0].after)]);

    // Killed with requests under way: whoever got no answer asks the other one with the same key.
    const dying = range(40, 80).map((n) => accept(n, 0).catch(() => accept(n, 1)));
    await Promise.race(dying);
    await services[0]!.stop('SIGKILL');
    const rest = await Promise.all(dying);

    const indexes = await Promise.all([...first, ...rest].map(({ after }) => indexOf(store, after)));
    expect(new Set(indexes).size).toBe(80);
    const last = (await store.head()).next - 1;
    await ask('clerk', `${services[1]!.url}/v1/matters/M-79?after=${last}`);
    for (const n of range(0, 80)) expect(await store.readStream(`matter-M-${n}`)).toHaveLength(1);
    await services[1]!.stop('SIGTERM');
    const [rebuilt] = await rebuild({ url: installation.opened.serviceUrl, store, projections }, ['matter_card']);
    expect(rebuilt!.difference).toMatchObject({ same: 80, changed: 0, onlyOld: 0, onlyNew: 0 });
  }, 240_000);
});
