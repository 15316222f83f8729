/** The PostgreSQL store: the core of every engine, and what it adds. */
import { createHash } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { freshLedger, type FreshLedger } from '../support/server.js';
import { append, collect, eventsFor, eventStoreContract, LONG, range } from './event-store.contract.js';

let ledger: FreshLedger;
const stores: PostgresStore[] = [];
const open = async () => {
  const store = new PostgresStore(ledger.serviceUrl);
  stores.push(store);
  return store;
};
beforeAll(async () => {
  ledger = await freshLedger();
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await ledger.close();
});
const within = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

describe('core', () => eventStoreContract(open));

test('a subscriber whose hints are lost with their connection gets a new one, and goes on', async () => {
  const store = await open();
  const stop = new AbortController();
  const { next } = await store.head();
  const subscription = store.subscribe(next, stop.signal);
  const first = subscription.next();
  await within(ledger.adminUrl, async (admin) => {
    const listening = async (not = 0) => {
      for (;;) {
        const { rows } = await admin.query<{ pid: number }>(
          `select pid from pg_stat_activity
           where application_name = 'mingzhang listener' and datname = current_database() and query like 'listen %'`,
        );
        if (rows[0] && rows[0].pid !== not) return rows[0].pid;
      }
    };
    const pid = await listening();
    await admin.query('select pg_terminate_backend($1)', [pid]);
    await listening(pid);
  });
  await append(await open(), 'hinted-1', -1, 'k');
  expect((await first).value).toMatchObject([{ stream: 'hinted-1' }]);
  stop.abort();
  await subscription.return(undefined);
});

describe('the commit gap', () => {
  const [writers, each] = LONG ? [32, 3125] : [32, 100];
  test(`${writers * each} events by ${writers} writers with delays, conflicts and roll-backs, a long idle transaction beside: every subscriber gets all, in order, once`, async () => {
    const idle = new Client({ connectionString: ledger.adminUrl });
    await idle.connect();
    await idle.query('begin');
    await idle.query('select txid_current()'); // holds back the horizon that other stores wait for
    const instances = [await open(), await open(), await open()];
    const from = (await instances[0]!.head()).next;
    const subscribers = instances.map((store) => collect(store, writers * each, from));
    const seed = range(0, writers).map((n) => n * 7919 + 17);
    const jitter = (w: number) => (seed[w] = (seed[w]! * 1103515245 + 12345) % 2147483648) / 2147483648;
    // Roll-backs: a client of its own that calls the same function, holds the head for a while and gives up.
    const stop = new AbortController();
    const rollingBack = within(ledger.serviceUrl, async (client) => {
      while (!stop.signal.aborted) {
        await client.query('begin');
        const meta = {
          appends: [{ n: 0, stream: 'undone', expected: -1, count: 1, at: '2026-01-01T00:00:00Z' }],
          checks: [],
          events: [],
          refs: [],
        };
        await client.query('select log.append($1, $2)', [JSON.stringify({ ...meta, appends: [] }), Buffer.alloc(0)]);
        await client.query('select pg_sleep($1)', [jitter(0) * 0.01]);
        await client.query('rollback');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await Promise.all(
      range(0, writers).map(async (w) => {
        for (let n = 0; n < each; n++) {
          const store = instances[w % 3]!;
          if (jitter(w) < 0.05) await new Promise((resolve) => setTimeout(resolve, jitter(w) * 20));
          if (jitter(w) < 0.05) await append(store, `gap-${w}`, n + 5, 'conflict').catch(() => undefined);
          await append(store, `gap-${w}`, n - 1, `k${n}`);
        }
      }),
    );
    stop.abort();
    await rollingBack;
    for (const seen of await Promise.all(subscribers)) expect(seen).toEqual(range(from, from + writers * each));
    await idle.query('rollback');
    await idle.end();
  }, 900_000);
});

/** The writer of writer.mjs, and what it says it was told. */
function writer(name: string, writers: number) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['test/contracts/writer.mjs', ledger.serviceUrl, name, String(writers)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const acknowledged: { stream: string; revision: number; index: number }[] = [];
  const waiting: [number, () => void][] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const [stream, revision, index] = line.split(' ');
    if (stream !== 'ready') acknowledged.push({ stream: stream!, revision: Number(revision), index: Number(index) });
    for (const [count, done] of waiting) if (acknowledged.length >= count) done();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    child,
    ended,
    acknowledged,
    atLeast: (count: number) => new Promise<void>((resolve) => waiting.push([count, resolve])),
  };
}

const times = LONG ? 10 : 2;
test(`kill -9 of a writing process, ${times} times: every acknowledged event is there once, the index without a gap`, async () => {
  const store = await open();
  for (let time = 0; time < times; time++) {
    const process = writer(`killed-${time}`, 32);
    await process.atLeast(300);
    process.child.kill('SIGKILL');
    await process.ended;
    for (const { stream, revision, index } of process.acknowledged) {
      const own = (await store.readStream(stream)).filter((event) => event.revision === revision);
      expect(own.map((event) => event.index)).toEqual([index]);
    }
    await append(store, `after-kill-${time}`, -1, 'k');
  }
  const { next } = await store.head();
  expect(await collect(store, next)).toEqual(range(0, next));
});

test('SIGSTOP of one of two writing processes does not stop the other for more than five seconds', async () => {
  const store = await open();
  const process = writer('stopped', 32);
  await process.atLeast(100);
  process.child.kill('SIGSTOP');
  const start = performance.now();
  await append(store, 'beside-the-stopped', -1, 'k');
  // Not how fast, but that it does not wait for what is stopped: the bound is the promise itself.
  expect(performance.now() - start).toBeLessThan(5000);
  process.child.kill('SIGCONT');
  process.child.kill('SIGKILL');
  await process.ended;
});

test('a writer stopped inside a transaction that holds the head is let go by the server', async () => {
  const store = await open();
  const stopped = new Client({ connectionString: ledger.serviceUrl });
  stopped.on('error', () => undefined);
  await stopped.connect();
  await stopped.query('set idle_in_transaction_session_timeout = 4000'); // as the store's own writer has it
  await stopped.query('begin');
  await stopped.query('select log.append($1, $2)', [
    '{"appends":[],"checks":[],"events":[],"refs":[]}',
    Buffer.alloc(0),
  ]);
  await append(store, 'waits-for-the-head', -1, 'k'); // resolves only once the server has let go
  await expect(stopped.query('commit')).rejects.toThrow();
  await stopped.end().catch(() => undefined);
});

/** One digest over every event with its place: at full size the events themselves would not fit into a comparison. */
async function everything(store: PostgresStore): Promise<string> {
  const all = createHash('sha256');
  for (let from = 0, page; (page = await store.readStored(from, 1000)).length > 0; from += page.length)
    for (const { index, digest, bytes } of page) all.update(`${index} `).update(digest).update(bytes);
  return all.digest('hex');
}

test("as the service's own role every way to change, truncate, detach or drop is refused", async () => {
  const store = await open();
  await append(store, 'kept', -1, 'k');
  const attacks = [
    'update log.events set type = type',
    'delete from log.events',
    'truncate log.events',
    'insert into log.events select * from log.events limit 1',
    'update log.events_0 set type = type',
    'delete from log.events_0',
    'truncate log.events_0',
    'drop table log.events',
    'drop table log.events_0',
    'alter table log.events detach partition log.events_0',
    'alter table log.events_0 rename to gone',
    'alter table log.events disable trigger all',
    'update log.streams set revision = 0',
    'delete from log.streams',
    'update log.head set next = 0',
    'delete from log.head',
    'truncate log.event_refs',
    'delete from log.event_refs',
    'drop function log.append(json, bytea)',
    'create or replace function log.refuse_change() returns trigger language plpgsql as $$ begin return null; end $$',
    'create table log.mine (x int)',
    'drop schema log cascade',
    'alter schema log rename to old',
    `copy log.events from stdin`,
    'set session_replication_role = replica',
    'update log.settings set service = $$postgres$$',
  ];
  const before = await everything(store);
  // Granting oneself what one may not grant is answered with a warning and gives nothing, as the attacks then show.
  await within(ledger.serviceUrl, (client) => client.query('grant all on all tables in schema log to current_user'));
  for (const attack of attacks)
    await within(ledger.serviceUrl, async (client) => {
      await expect(client.query(attack).then(() => attack)).rejects.toMatchObject({
        code: expect.stringMatching(/^42/),
      });
    });
  expect(await everything(store)).toBe(before);
});

test('even the owner of the log cannot change an event by mistake', async () => {
  for (const attack of ['update log.events set type = type', 'delete from log.events_0', 'truncate log.event_refs'])
    await within(ledger.adminUrl, async (client) => {
      await expect(client.query(attack)).rejects.toThrow('append-only');
    });
});

test('an append whose connection broke is sent again, and is there once', async () => {
  const store = await open();
  await append(store, 'broken', -1, 'k0');
  const results = Promise.all(range(0, 200).map((n) => append(store, `broken-${n}`, -1, 'k')));
  await within(ledger.adminUrl, (client) =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mingzhang writer' and datname = current_database()",
    ),
  );
  expect((await results).every(({ revision }) => revision === 0)).toBe(true);
  for (const n of range(0, 200)) expect(await store.readStream(`broken-${n}`)).toHaveLength(1);
});

test('the group keeps apart what must not meet: a stream written twice, or relied upon after it was written', async () => {
  const store = await open();
  const rely = store.append({
    stream: 'meet-b',
    expected: -1,
    unchanged: { 'meet-a': 0 },
    events: eventsFor('meet-b', -1, 'k'),
  });
  await expect(rely).rejects.toMatchObject({ actual: -1 });
  const [first, second, third] = await Promise.allSettled([
    append(store, 'meet-a', -1, 'k0'),
    append(store, 'meet-a', 0, 'k1'),
    store.append({ stream: 'meet-b', expected: -1, unchanged: { 'meet-a': 1 }, events: eventsFor('meet-b', -1, 'k') }),
  ]);
  expect([first, second, third].map((r) => r.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
});
