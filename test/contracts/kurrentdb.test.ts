/** The KurrentDB store against a live server, where EVENTSTORE_URL names one: the core, and what the engine adds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { examineKurrent } from '../../src/doctor-kurrentdb.js';
import { leaderOf } from '../../src/ledger/kurrentdb.doctor.js';
import { type KurrentOptions, KurrentStore } from '../../src/ledger/kurrentdb.store.js';
import { Projector } from '../../src/read/projector.js';
import { rebuild } from '../../src/read/rebuild.js';
import { Rows } from '../../src/read/rows.js';
import { dumpServing, record, village } from '../read/village.js';
import { freshLedger, type FreshLedger } from '../support/server.js';
import { Through } from '../support/through.js';
import { append, collect, eventsFor, eventStoreContract, LONG, range } from './event-store.contract.js';

const URL = process.env['EVENTSTORE_URL'];
const live = URL === undefined ? describe.skip : describe;

live('KurrentDB at EVENTSTORE_URL', () => {
  let ledger: FreshLedger;
  let through: Through;
  let throughUrl: string;
  const stores: KurrentStore[] = [];
  const name = `t${randomBytes(6).toString('hex')}`;
  const open = async (url = URL!, options: KurrentOptions = {}) => {
    const store = await KurrentStore.open(url, ledger.serviceUrl, name, options);
    stores.push(store);
    return store;
  };
  /** A store whose way to the leader can be cut. */
  const openThrough = () => open(throughUrl, { deadlines: { attempt: 1000, giveUp: 15_000, retry: 50 } });

  beforeAll(async () => {
    ledger = await freshLedger();
    const { host, port } = await leaderOf(await open(), URL!);
    through = await Through.to(host, port);
    const [, credentials = '', query = ''] = /^[a-z+]+:\/\/([^@/?]*@)?[^?]*(\?.*)?$/.exec(URL!)!;
    throughUrl = `esdb://${credentials}127.0.0.1:${through.port}${query}`;
  }, 60_000);
  afterAll(async () => {
    for (const store of stores) await store.close();
    await through.close();
    await ledger.close();
  }, 60_000);

  describe('core', () => eventStoreContract(() => open()));

  const [writers, each] = LONG ? [32, 3125] : [32, 50];
  test(`the commit gap: ${writers * each} events by ${writers} writers over three instances, with conflicts: every subscriber gets all, in order, once`, async () => {
    const instances = [await open(), await open(), await open()];
    const from = (await instances[0]!.head()).next;
    const told = instances.map((store) => collect(store, writers * each, from));
    await Promise.all(
      range(0, writers).map(async (w) => {
        for (let n = 0; n < each; n++) {
          const store = instances[w % 3]!;
          if ((w + n) % 17 === 0) await expect(append(store, `gap-${w}`, n + 5, 'conflict')).rejects.toThrow();
          await append(store, `gap-${w}`, n - 1, `k${n}`);
        }
      }),
    );
    for (const seen of await Promise.all(told)) expect(seen).toEqual(range(from, from + writers * each));
  }, 900_000);

  test('the same append again, by another instance and long after, is answered the same; other content conflicts', async () => {
    const [one, two] = [await open(), await open()];
    const events = eventsFor('again-1', -1, 'k', 2);
    const ask = (store: KurrentStore, of = events) =>
      store.append({ stream: 'again-1', expected: -1, unchanged: {}, events: of });
    const first = await ask(one);
    for (const n of range(0, 50)) await append(one, 'again-1', n + 1, `more-${n}`);
    expect(await ask(two)).toEqual(first);
    await expect(ask(two, eventsFor('again-1', -1, 'k', 2, { data: { text: 'other' } }))).rejects.toMatchObject({
      name: 'Conflict',
      actual: 51,
    });
    await expect(ask(two, eventsFor('again-1', -1, 'k2', 2))).rejects.toMatchObject({ name: 'Conflict', actual: 51 });
  });

  test('unknown outcomes: connections cut and silenced while 20 writers append; each append is told once and there once', async () => {
    const store = await openThrough();
    const rounds = LONG ? 200 : 30;
    const reached = { done: 0 };
    const writing = Promise.all(
      range(0, 20).map(async (w) => {
        for (let n = 0; n < rounds; n++, reached.done++) await append(store, `cut-${w}`, n - 1, `k${n}`);
      }),
    );
    for (const [n, share] of [0.1, 0.3, 0.5, 0.7, 0.9].entries()) {
      const enough = () => reached.done >= 20 * rounds * share;
      while (!enough()) await new Promise((resolve) => setImmediate(resolve));
      if (n === 2)
        through.hold(); // until the store finds that nobody answers, and lets go of it
      else through.cut();
      if (n === 2) setTimeout(() => through.cut(), 1500);
    }
    await writing;
    const look = await open();
    for (const w of range(0, 20)) {
      const own = await look.readStream(`cut-${w}`);
      expect(own.map(({ revision }) => revision)).toEqual(range(0, rounds));
      expect(own.map(({ data }) => (data as unknown as { text: string }).text)).toEqual(
        range(0, rounds).map((n) => `k${n} 记事 0`),
      );
    }
  }, 120_000);

  test('resubscription: appends of a thousand events, and connections cut, drop nothing and repeat nothing', async () => {
    const store = await openThrough();
    const writes = await open();
    const from = (await writes.head()).next;
    const told = collect(store, 5 * 1000, from);
    for (const n of range(0, 5)) {
      await append(writes, `thousand-${n}`, -1, 'k', 1000);
      through.cut();
    }
    expect(await told).toEqual(range(from, from + 5000));
  }, 120_000);

  function writer(label: string) {
    const args = ['test/contracts/writer.mjs', ledger.serviceUrl, label, '32', URL!, name];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const told: { stream: string; revision: number; after: string }[] = [];
    let enough: () => void;
    const atLeast = new Promise<void>((resolve) => (enough = resolve));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [stream, revision, after] = line.split(' ');
      if (stream !== 'ready') told.push({ stream: stream!, revision: Number(revision), after: after! });
      if (told.length >= 500) enough();
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return { child, told, atLeast, ended };
  }
  const times = LONG ? 10 : 2;
  test(`kill -9 of a writing process, ${times} times: every acknowledged event is there once, the index without a gap`, async () => {
    const store = await open();
    for (let time = 0; time < times; time++) {
      const process = writer(`killed-${time}`);
      await process.atLeast;
      process.child.kill('SIGKILL');
      await process.ended;
      for (const stream of new Set(process.told.map((one) => one.stream))) {
        const own = await store.readStream(stream);
        expect(own.map(({ revision }) => revision)).toEqual(range(0, own.length));
        for (const { revision, after } of process.told.filter((one) => one.stream === stream))
          expect(own[revision]!.id).toBe(after);
      }
    }
    const { next } = await store.head();
    expect(await collect(store, next)).toEqual(range(0, next));
  }, 120_000);

  test('two instances record and project beside each other: each event is projected once', async () => {
    const instances = [await open(), await open()];
    const url = ledger.serviceUrl;
    const projectors = instances.map((store) => new Projector({ url, store, projections: village, leaseMillis: 1000 }));
    for (const projector of projectors) projector.start();
    const paid = (n: number) => ({
      type: 'Paid',
      data: { house: `h${n % 7}`, fen: '1', at: '2026-01-02T08:00:00+08:00' },
    });
    const put = (n: number) => ({
      type: 'Put',
      data: { house: `h${n % 7}`, street: '一街', on: '2026-01-01', note: '' },
    });
    const half = async (store: KurrentStore, n: number) => {
      for (let turn = 0; turn < 10; turn++)
        await record(
          store,
          range(0, 30).map((k) => (k % 3 ? paid(k + n) : put(k))),
        );
    };
    await half(instances[0]!, 0);
    // The one that projects goes in the middle of it; the other takes over.
    const writing = Promise.all([half(instances[0]!, 1), half(instances[1]!, 2)]);
    await projectors[0]!.stop();
    await writing;
    const rows = await Rows.open(url, instances[1]!);
    const { next } = await instances[1]!.head();
    for (const p of village) await rows.until(String(next - 1), 30_000, p);
    await rows.close();
    await projectors[1]!.stop();
    const incremental = await dumpServing(url);
    expect(Object.values(incremental).flat().length).toBeGreaterThan(0);
    await rebuild({ url, store: instances[0]!, projections: village }, 'all');
    expect(await dumpServing(url)).toEqual(incremental);
  }, 120_000);

  test('the doctor finds nothing that stops it', async () => {
    const found = await examineKurrent(await open(), URL!, name, true);
    expect(found.filter(({ ok, warning }) => !ok && !warning)).toEqual([]);
  });
});
