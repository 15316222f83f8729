/** `npm start` as people run it: a process of its own, on a data folder of its own, and what stands in its way. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';
import { asked } from '../../src/postgres/server.js';
import { testServer } from '../support/server.js';

const folders: string[] = [];
const mounts: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'mingzhang-start-'));
  chmodSync(made, 0o755); // so that the database's files stay in it, whoever runs this
  folders.push(made);
  return made;
};
const isRoot = process.getuid?.() === 0;
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const mount of mounts) spawnSync('umount', ['-l', mount]);
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Everything it has said so far. */
  readonly said: () => string;
  /** Resolves once it has said something like this; rejects if it ends without. */
  readonly says: (what: RegExp) => Promise<RegExpExecArray>;
}

function start(env: Record<string, string>, ...args: string[]): Started {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'scripts', 'start.mjs'), ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: '0',
      MINGZHANG_DEMO_SIZE: '0.01',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const says = (what: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = what.exec(text);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended without saying ${what}:\n${text}`)));
    });
  return { child, ended, said: () => text, says };
}
const URL_SAID = /health\s+(http:\/\/127\.0\.0\.1:\d+)\/health\/ready/;
const serving = async (started: Started) => (await started.says(URL_SAID))[1]!;
const health = async (url: string) => (await (await fetch(`${url}/health/ready`)).json()) as any;
async function stop({ child, ended }: Started): Promise<number | null> {
  child.kill('SIGINT');
  return ended;
}
/** Processes whose command line names the folder. */
const left = (data: string) =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
      } catch {
        return false;
      }
    });
const postmaster = (data: string) =>
  Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
/** Waits for a process that is not a child of this one to end. */
async function gone(pid: number): Promise<void> {
  for (let n = 0; existsSync(`/proc/${pid}`) && n < 500; n++) await new Promise((done) => setTimeout(done, 10));
}

/** Asks the demo's database below a data folder, as the service. */
function demo<R extends object>(data: string, sql: string): Promise<R[]> {
  const { service } = JSON.parse(readFileSync(join(data, 'passwords.json'), 'utf8')) as { service: string };
  const port = readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]!;
  const url = `postgres://mingzhang_service:${service}@127.0.0.1:${port}/mingzhang_demo?sslmode=disable`;
  return asked(url, async (client) => (await client.query<R>(sql)).rows);
}

/** How many events there are, with the root of the map over objects that the demo tells of once it is served, or without. */
const andRoot = (events: string) => [events, String(Number(events) + 1)];

describe('npm start', () => {
  const data = folder();
  const env = { MINGZHANG_DATA: data };
  let events: string;
  /** Tables with rows of the city that was not played to its end. */
  let played: readonly number[] = [];

  test('interrupted while the city is played, it leaves no event, no process, and is not read', async () => {
    const started = start(env);
    await started.says(/making the demo city/);
    const rows = `select oid from pg_class join read.tables on relname = "table" where checkpoint > 0`;
    while (played.length === 0) {
      played = (await demo<{ oid: number }>(data, rows).catch(() => [])).map(({ oid }) => oid);
      expect(started.child.exitCode).toBeNull();
    }
    expect(await demo(data, 'select next from log.head')).toEqual([{ next: '0' }]);
    const database = postmaster(data);
    expect(await stop(started)).toBe(130);
    await gone(database); // it was told to end, and nobody is there to wait for it
    expect(left(data)).toEqual([]);
  }, 90_000);

  test('makes everything, serves the demo on this machine only, and leaves nothing behind', async () => {
    const started = start(env);
    const url = await serving(started);
    expect(await demo(data, `select from pg_class where oid = any('{${played.join()}}')`)).toEqual([]);
    expect(started.said()).toMatch(/accounts-demo\.json/);
    const ready = await health(url);
    expect(ready).toMatchObject({ status: 'ok', ledger: 'demo', mode: 'demo' });
    events = ready.next;
    const page = await fetch(`${url}/docs`);
    expect(page.status).toBe(200);
    // The page may run what is served here, and nothing that stands in it.
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none';.*script-src 'self';style-src/);
    expect(await page.text()).not.toMatch(/<script(?![^>]* src=)/);
    expect(await stop(started)).toBe(0);
    expect(left(data)).toEqual([]);
  }, 90_000);

  test('after kill -9 of the service and of the database, everything is there again', async () => {
    const before = start(env);
    await serving(before);
    const database = postmaster(data);
    before.child.kill('SIGKILL');
    await before.ended;
    process.kill(database, 'SIGKILL');
    await gone(database);
    expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(true);
    const after = start(env);
    expect(andRoot(events)).toContain((await health(await serving(after))).next);
    expect(await stop(after)).toBe(0);
    expect(left(data)).toEqual([]);
  }, 90_000);

  test('two on one folder share the database; the last to leave stops it; another ledger holds no demo facts', async () => {
    const [demo, real] = [start(env), start(env, '--ledger', 'real')];
    const [one, two] = [await serving(demo), await serving(real)];
    expect(andRoot(events)).toContain((await health(one)).next);
    expect(await health(two)).toMatchObject({ ledger: 'real', mode: 'real', next: '1' });
    expect(await stop(demo)).toBe(0);
    expect((await health(two)).status).toBe('ok');
    expect(await stop(real)).toBe(0);
    expect(left(data)).toEqual([]);
  }, 90_000);

  test('what is personal in a request, taken or refused, stands in no output and in no file', async () => {
    const started = start(env);
    const url = await serving(started);
    const { accounts } = JSON.parse(readFileSync(join(data, 'accounts-demo.json'), 'utf8')) as {
      accounts: { login: string; key?: string }[];
    };
    const { key } = accounts.find(({ login }) => login === 'adapter')!;
    const number = '450103199003079999';
    const send = (path: string, body: unknown, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    const at = new Date(Date.parse((await health(url)).ledgerTime ?? '2026-01-05T08:00:00Z')).toISOString();
    const applicant = {
      kind: 'person',
      identifier: { kind: 'citizen-id', value: number },
      personal: { name: '张三九' },
    };
    const report = {
      id: 'M-log-1',
      command: 'ReceiveMaterials',
      data: { materials: [], applicant },
      occurredAt: at,
      precision: 'second',
      source: { system: 'online-platform', batch: 'b', case: 'M-log-1', event: '1', registeredAt: at },
      channel: 'online-platform',
      by: { org: 'u05' },
    };
    const answers = [
      await send('/v1/reports/matters', report, { 'idempotency-key': 'log-1' }),
      await send('/v1/reports/matters', { ...report, command: 'X' }, { 'idempotency-key': 'log-2' }),
      await send('/v1/reports/matters', { ...report, [number]: number }, { 'idempotency-key': number }),
      await send('/v1/reports/matters', `{"applicant":"${number}`, { 'idempotency-key': 'log-4' }),
      await send(`/v1/persons/${number}/holds?q=${number}`, { number }, { authorization: `Bearer ${number}` }),
      await send('/v1/session', { login: number, password: number }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 400, 400, 401, expect.any(Number)]);
    expect(await stop(started)).toBe(0);
    const traces = [number, '张三九'].flatMap((value) => [
      value,
      ...['md5', 'sha1', 'sha256', 'sha512', 'sm3'].flatMap((of) => {
        const digest = createHash(of).update(value).digest();
        return [digest.toString('latin1'), digest.toString('hex'), digest.toString('base64').replace(/=+$/, '')];
      }),
    ]);
    const everywhere = new Map([['output', Buffer.from(started.said()).toString('latin1')]]);
    for (const each of readdirSync(data, { recursive: true, withFileTypes: true }))
      if (each.isFile()) everywhere.set(join(each.parentPath, each.name), '');
    expect(everywhere.size).toBeGreaterThan(100);
    const found = () =>
      [...everywhere].flatMap(([where, said]) => {
        const text = where === 'output' ? said : readFileSync(where).toString('latin1');
        return traces.some((trace) => text.includes(Buffer.from(trace).toString('latin1')) || text.includes(trace))
          ? [where]
          : [];
      });
    expect(found()).toEqual([]);
    // It would be found in what the service says, and in a log beside it.
    writeFileSync(join(data, 'service.log'), `GET /v1/x?n=${createHash('sha256').update(number).digest('hex')}`);
    everywhere.set(join(data, 'service.log'), '');
    everywhere.set('output', `${everywhere.get('output')!} ${number}`);
    expect(found().toSorted()).toEqual([join(data, 'service.log'), 'output'].toSorted());
    rmSync(join(data, 'service.log'));
  }, 120_000);

  test('a port in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => blocker.once('listening', done));
    const { port } = blocker.address() as { port: number };
    const started = start({ ...env, PORT: String(port) });
    expect(await started.ended).toBe(1);
    expect(started.said()).toContain(`Port ${port} is in use. Stop what uses it, or take another`);
    expect(started.said()).toContain(`端口 ${port} 已被占用`);
    blocker.close();
    expect(left(data)).toEqual([]);
  }, 60_000);
});

describe('what stands in the way is said in a sentence', () => {
  const sentence = async (env: Record<string, string>, ...args: string[]) => {
    const started = start(env, ...args);
    expect(await started.ended).toBe(1);
    expect(started.said()).not.toMatch(/^\s+at /m);
    return started.said();
  };
  test('a data folder that cannot be made', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await sentence({ MINGZHANG_DATA: join(file, 'data') })).toMatch(/MINGZHANG_DATA|folder/);
  }, 30_000);
  const mounted = folder();
  const canMount = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mounted]).status === 0;
  if (canMount) mounts.push(mounted);
  (canMount ? test : test.skip)(
    'a disk that is full (skipped where no small disk can be mounted)',
    async () => {
      chmodSync(mounted, 0o755);
      expect(await sentence({ MINGZHANG_DATA: join(mounted, 'data') })).toMatch(/room|full/);
    },
    60_000,
  );
  const locked = folder();
  const canLock = canMount && spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', locked]).status === 0;
  if (canLock) mounts.push(locked);
  (canLock ? test : test.skip)(
    'a folder that is read-only (skipped where none can be mounted)',
    async () => {
      expect(await sentence({ MINGZHANG_DATA: join(locked, 'data') })).toMatch(/read-only|written/);
    },
    30_000,
  );
  test.each([
    [{ PORT: 'x' }, [], /PORT is a whole number/],
    [{ DATABASE_URL: 'mysql://x' }, [], /DATABASE_URL is not an address/],
    [{ DATABASE_ADMIN_URL: 'postgres://x' }, [], /set both, or neither/],
    [{ MINGZHANG_PROT: '1' }, [], /MINGZHANG_PROT is not a setting/],
    [{}, ['--ledger', 'Ä'], /cannot name a ledger/],
  ])(
    'settings: %j %j',
    async (env, args, expected) => {
      expect(await sentence({ MINGZHANG_DATA: folder(), ...(env as Record<string, string>) }, ...args)).toMatch(
        expected,
      );
    },
    30_000,
  );
  test('a Node that is too old', () => {
    const script = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });
      const { checkNode } = await import(${JSON.stringify(join(PROJECT_ROOT, 'scripts', 'setup.mjs'))}); checkNode();`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/18\.20\.0 is too old: 20\.19 or later/)]);
  });
});

describe('a PostgreSQL of its own', () => {
  test('is used as the service role once the owner has made it ready; without the owner a sentence says what is missing', async () => {
    const server = testServer();
    const database = `mingzhang_t${process.pid}_own`;
    await asked(server.adminUrl('postgres'), (client) =>
      client.query(`create database ${database} template template0 encoding 'UTF8' locale 'C'`),
    );
    const own = { DATABASE_URL: server.serviceUrl(database), MINGZHANG_DATA: folder() };
    const alone = start(own);
    expect(await alone.ended).toBe(1);
    expect(alone.said()).toMatch(/DATABASE_ADMIN_URL/);
    const both = start({ ...own, DATABASE_ADMIN_URL: server.adminUrl(database) });
    expect(await health(await serving(both))).toMatchObject({ status: 'ok', ledger: 'main', mode: 'real', next: '1' });
    expect(await stop(both)).toBe(0);
    const later = start(own);
    expect((await health(await serving(later))).next).toBe('1');
    expect(await stop(later)).toBe(0);
    await asked(server.adminUrl('postgres'), (client) => client.query(`drop database ${database} with (force)`));
  }, 90_000);
});

describe('as root, from a folder that only root may enter', () => {
  (isRoot ? test : test.skip)(
    'the database and its binaries go where its user can reach them (skipped for others)',
    async () => {
      const closed = folder();
      chmodSync(closed, 0o700);
      const data = join(closed, 'data');
      mkdirSync(data);
      const started = start({ MINGZHANG_DATA: data }, '--ledger', 'real');
      const url = await serving(started);
      expect((await health(url)).status).toBe('ok');
      expect(started.said()).toMatch(/its user cannot enter/);
      expect(await stop(started)).toBe(0);
      const elsewhere = dirname(realpathSync(join(data, 'postgres')));
      expect(readFileSync(join(elsewhere, 'belongs-to'), 'utf8').trim()).toBe(data);
      rmSync(elsewhere, { recursive: true });
    },
    90_000,
  );
});
