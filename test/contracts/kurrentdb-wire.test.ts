/** The KurrentDB store over a real gRPC server that misbehaves as told: errors, outcomes, deadlines, queue, connections. */
import { createServer, type Settings } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import type { Recorded } from '../../projections/kernel/message.js';
import { Conflict, LedgerDamaged, QueueFull, Unavailable } from '../../src/ledger/event-store.js';
import { Connection } from '../../src/ledger/kurrentdb.client.js';
import { type KurrentOptions, KurrentStore } from '../../src/ledger/kurrentdb.store.js';
import { uuidOfDigest } from '../../src/ledger/identity.js';
import { examineKurrent } from '../../src/doctor-kurrentdb.js';
import { look } from '../../src/ledger/kurrentdb.doctor.js';
import { type Behaviour, KurrentServer } from '../support/kurrent-server.js';
import { freshLedger, type FreshLedger } from '../support/server.js';
import { append, collect, eventsFor, eventStoreContract, firstOf, range } from './event-store.contract.js';

const [LEADER, FOLLOWER, CATCHING_UP, SHUT_DOWN] = [8, 6, 4, 11] as const;
const QUICK: KurrentOptions = { deadlines: { attempt: 300, giveUp: 1500, retry: 20 } };
const server = new KurrentServer();
let ledger: FreshLedger;
let store: KurrentStore;
const stores: KurrentStore[] = [];
const open = async (options: KurrentOptions = QUICK, name = 'wire', of = ledger) => {
  const opened = await KurrentStore.open(server.url, of.serviceUrl, name, options);
  stores.push(opened);
  return opened;
};
const named = (stream: string) => `mingzhang.wire/${stream}`;
const there = (stream: string) => server.log.filter((each) => each.stream === named(stream));

beforeAll(async () => {
  ledger = await freshLedger();
  await server.start();
  store = await open();
});
afterAll(async () => {
  for (const each of stores) await each.close();
  server.stop();
  await ledger.close();
});

describe('core', () => eventStoreContract(() => open()));

test('the canonical bytes are the data, unchanged, and binary', async () => {
  const events = eventsFor('wire-bytes', -1, 'k', 2);
  await store.append({ stream: 'wire-bytes', expected: -1, unchanged: {}, events });
  expect(there('wire-bytes').map(({ data }) => Buffer.from(data).toString())).toEqual(
    events.map(({ bytes }) => bytes.toString()),
  );
  expect(there('wire-bytes').map(({ id, type, contentType }) => [id, type, contentType])).toEqual(
    events.map(({ envelope, digest }) => [uuidOfDigest(digest), envelope.type, 'application/octet-stream']),
  );
});

test('an instance shows what it has written itself as whoever reads its bytes, member by member', async () => {
  const events = eventsFor('wire-own', -1, 'k', 3);
  await store.append({ stream: 'wire-own', expected: -1, unchanged: {}, events });
  const told = async (of: KurrentStore) => (await of.readIds(events.map(({ envelope }) => envelope.id))).map(textOf);
  const textOf = ({ index, ...envelope }: Recorded) => `${index} ${JSON.stringify(envelope)}`;
  const here = await told(store);
  expect(here.map((text) => text.slice(text.indexOf(' ') + 1))).toEqual(events.map(({ bytes }) => bytes.toString()));
  expect(await told(await open())).toEqual(here);
});

test('a ledger among many others is opened, and read, without their events', async () => {
  // Of its own, so that nobody else who follows is counted.
  const apart = new KurrentServer();
  await apart.start();
  const [other, elsewhere] = [await freshLedger(), await freshLedger()];
  const little = await KurrentStore.open(apart.url, other.serviceUrl, 'little', QUICK);
  await append(little, 'first', -1, 'k', 3);
  for (const n of range(0, 5000)) apart.put('mingzhang.others/stream', 'Noted', Buffer.from(`${n}`));
  await append(little, 'last', -1, 'k', 3);
  await little.close();
  apart.sent = 0;
  const again = await KurrentStore.open(apart.url, elsewhere.serviceUrl, 'little', QUICK);
  expect((await again.readAll(0, 100)).map(({ stream }) => stream)).toEqual([
    ...range(0, 3).map(() => 'first'),
    ...range(0, 3).map(() => 'last'),
  ]);
  expect(apart.sent).toBeLessThan(1000);
  await again.close();
  apart.stop();
  for (const each of [other, elsewhere]) await each.close();
});

describe('recorded once, and answered once', () => {
  const cases: [string, Behaviour][] = [
    ['answered late, after it was asked again', { does: 'late', millis: 700 }],
    ['written and never answered', { does: 'never', written: true }],
    ['neither written nor answered', { does: 'never', written: false }],
    ['answered twice', { does: 'twice' }],
    ['dropped before it was written', { does: 'drop', written: false }],
    ['dropped after it was written', { does: 'drop', written: true }],
    ['told that it timed out, and written', { does: 'refuse', error: 'Timeout', written: true }],
    ['told that it timed out, and not written', { does: 'refuse', error: 'Timeout' }],
    ['a server that is not ready', { does: 'refuse', error: 'Server Is Not Ready' }],
    ['an error without a name, and written', { does: 'refuse', error: 'Unknown', written: true }],
    ['bad request', { does: 'refuse', error: 'BadRequest' }],
    ['invalid transaction', { does: 'refuse', error: 'InvalidTransaction' }],
    ['unavailable', { does: 'end', code: status.UNAVAILABLE, written: false }],
    ['unavailable, and written', { does: 'end', code: status.UNAVAILABLE, written: true }],
    ['cancelled', { does: 'end', code: status.CANCELLED, written: true }],
    ['deadline exceeded', { does: 'end', code: status.DEADLINE_EXCEEDED, written: false }],
    ['another node leads', { does: 'end', code: status.NOT_FOUND, written: false, exception: 'not-leader' }],
    ['a resource is exhausted', { does: 'end', code: status.RESOURCE_EXHAUSTED, written: true }],
  ];
  test.each(cases)('%s', async (name, behaviour) => {
    const stream = `once-${name.replace(/\W+/g, '-')}`;
    await append(store, stream, -1, 'k0');
    server.script.push(behaviour);
    const receipt = await append(store, stream, 0, 'k1', 3);
    expect(receipt).toEqual({ revision: 3, after: eventsFor(stream, 0, 'k1', 3)[2]!.envelope.id });
    expect(there(stream).map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
    const first = await firstOf(store, receipt, 3);
    expect((await store.readStream(stream)).map(({ index }) => index).slice(1)).toEqual(range(first, first + 3));
  });
});

test('whatever is under way when a connection breaks in the middle is there once, each answered for itself', async () => {
  await append(store, 'middle-taken', -1, 'other');
  server.script.push(
    ...range(0, 60).map((n): Behaviour =>
      n === 30 ? { does: 'drop', written: true } : { does: 'never', written: n % 2 === 0 },
    ),
  );
  const asked = range(0, 60).map((n) => append(store, `middle-${n}`, -1, 'k'));
  const taken = append(store, 'middle-taken', -1, 'k').catch((error: unknown) => error);
  expect((await Promise.all(asked)).map(({ revision }) => revision)).toEqual(range(0, 60).map(() => 0));
  expect(await taken).toMatchObject({ name: 'Conflict', actual: 0 });
  for (const n of range(0, 60)) expect(there(`middle-${n}`)).toHaveLength(1);
});

describe('a conflict is one', () => {
  test('with another who came first, also where the outcome was not known', async () => {
    server.script.push({ does: 'never', written: false });
    let once = true;
    server.before = (stream) => {
      if (stream !== named('lost-race') || server.arrived.length === 0 || !once) return;
      once = false;
      const [other] = eventsFor('lost-race', -1, 'other');
      server.put(named('lost-race'), 'Noted', other!.bytes, uuidOfDigest(other!.digest));
    };
    await expect(append(store, 'lost-race', -1, 'k')).rejects.toEqual(new Conflict('lost-race', -1, 0));
    server.before = null;
  });

  test('with the same command asked of another process, whose event has the same id, and other content', async () => {
    const other = await open();
    const mine = eventsFor('same-key', -1, 'k', 1, { data: { text: 'mine' } });
    const theirs = eventsFor('same-key', -1, 'k', 1, { data: { text: 'theirs' } });
    const ask = (of: KurrentStore, events: typeof mine) =>
      of.append({ stream: 'same-key', expected: -1, unchanged: {}, events });
    const outcomes = await Promise.allSettled([ask(store, mine), ask(other, theirs)]);
    expect(outcomes.map(({ status: how }) => how).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status: how }) => how === 'rejected')).toMatchObject({
      reason: { name: 'Conflict', actual: 0 },
    });
    // Long after: the answer is the same, and what has the same content is told where it is.
    const winner = outcomes[0]!.status === 'fulfilled' ? mine : theirs;
    const loser = winner === mine ? theirs : mine;
    await expect(ask(store, loser)).rejects.toBeInstanceOf(Conflict);
    const [stored] = await store.readStream('same-key');
    const again = await ask(other, winner);
    expect([again.revision, await firstOf(other, again, 1)]).toEqual([0, stored!.index]);
  });
});

test('what stays unknown is said to be: nobody answers, and nothing can be read', async () => {
  server.script.push(...range(0, 20).map((): Behaviour => ({ does: 'never', written: false })));
  await expect(append(store, 'unknown-1', -1, 'k')).rejects.toBeInstanceOf(Unavailable);
  server.script.splice(0);
  expect(await append(store, 'unknown-1', -1, 'k')).toMatchObject({ revision: 0 });
  server.stop();
  const asked = performance.now();
  await expect(append(store, 'unknown-2', -1, 'k')).rejects.toThrow('ask again with the same key');
  await expect(store.readStream('unknown-1')).rejects.toBeInstanceOf(Unavailable);
  expect(performance.now() - asked).toBeLessThan(6000);
  await server.start();
  expect(await append(store, 'unknown-2', -1, 'k')).toMatchObject({ revision: 0 });
  expect(there('unknown-2')).toHaveLength(1);
});

test('errors that leave no doubt are told at once, and nothing is sent again', async () => {
  const refused = async (error: string) => {
    server.script.push({ does: 'refuse', error });
    const before = server.arrived.length;
    const told = await append(store, `refused-${error}`, -1, 'k').catch((reason: unknown) => reason as Error);
    expect(server.arrived.length - before).toBe(1);
    return (told as Error).name;
  };
  expect(await refused('AccessDenied')).toBe('Unavailable');
  expect(await refused('MaximumAppendSizeExceeded')).toBe('AppendTooLarge');
  expect(await refused('StreamDeleted')).toBe('LedgerDamaged');
});

test('what the client would stumble over is refused before it is sent', async () => {
  const before = server.arrived.length;
  const [event] = eventsFor('odd', -1, 'k');
  const odd = (change: object) =>
    store.append({
      stream: 'odd',
      expected: -1,
      unchanged: {},
      events: [{ ...event!, envelope: { ...event!.envelope, ...change } }],
    });
  await expect(odd({ id: 'not-a-uuid' })).rejects.toThrow('no UUID');
  await expect(odd({ type: '' })).rejects.toThrow('names no event');
  await expect(odd({ type: '$metadata' })).rejects.toThrow('names no event');
  await expect(odd({ stream: 'other' })).rejects.toThrow('in an append to odd');
  await expect(store.append({ stream: 'odd', expected: -1, unchanged: {}, events: [] })).rejects.toThrow(
    'without events',
  );
  expect(server.arrived.length).toBe(before);
});

test('the engine may send a mebibyte before this process takes it, not the 64 KiB of HTTP/2', async () => {
  const engine = createServer();
  const told = new Promise<Settings>((resolve) => {
    engine.on('session', (session) =>
      session.once('remoteSettings', (settings) => (resolve(settings), session.destroy())),
    );
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const { port } = engine.address() as AddressInfo;
  const connection = new Connection(`esdb://127.0.0.1:${port}?tls=false`, QUICK.deadlines);
  const asked = connection.readAll(null, 1).catch((error: unknown) => error);
  expect((await told).initialWindowSize).toBe(1 << 20);
  await connection.close();
  engine.close();
  expect(await asked).toBeInstanceOf(Unavailable);
});

test('a queue that is full says so, sends nothing, and has room again afterwards', async () => {
  const narrow = await open({ ...QUICK, room: { appends: 3, bytes: 1_000_000 } });
  server.script.push(...range(0, 3).map((): Behaviour => ({ does: 'late', millis: 100 })));
  const asked = range(0, 3).map((n) => append(narrow, `full-${n}`, -1, 'k'));
  await expect(append(narrow, 'full-4', -1, 'k')).rejects.toEqual(new QueueFull(3));
  await Promise.all(asked);
  expect(await append(narrow, 'full-4', -1, 'k')).toMatchObject({ revision: 0 });
});

test('connections that break, and a server that begins anew: a subscriber misses nothing and gets nothing twice', async () => {
  const { next } = await store.head();
  const seen = collect(store, 300, next);
  for (const n of range(0, 300)) {
    if (n % 100 === 40) await server.restart();
    await append(store, `dropped-${n % 7}`, Math.floor(n / 7) - 1, `k${n}`);
  }
  expect(await seen).toEqual(range(next, next + 300));
});

test('two instances count the same, and each event is in the index once', async () => {
  const others = [store, await open()];
  const { next } = await store.head();
  const told = others.map((each) => collect(each, 400, next));
  await Promise.all(range(0, 400).map((n) => append(others[n % 2]!, `both-${n}`, -1, 'k')));
  const [mine, theirs] = await Promise.all(told);
  expect(mine).toEqual(range(next, next + 400));
  expect(theirs).toEqual(mine);
  for (const each of others) expect((await each.head()).next).toBe(next + 400);
  // Neither goes on writing what the other has written: what is noted afterwards would wait behind it.
  server.put(`$$${named('both-0')}`, '$metadata', Buffer.from('{}'));
  for (const each of others) expect((await each.head()).next).toBe(next + 400);
});

describe('nothing may be taken away', () => {
  const alone = async (work: (of: FreshLedger) => Promise<void>) => {
    await using of = await freshLedger();
    await work(of);
    for (const each of stores.splice(stores.length - 2)) await each.close();
  };
  test('a stream that may be truncated stops the next start, until that is taken back', () =>
    alone(async (of) => {
      const first = await open(QUICK, 'short', of);
      await append(first, 'cut-1', -1, 'k');
      await first.connection.client.setStreamMetadata('mingzhang.short/cut-1', { maxCount: 1 });
      await expect(open(QUICK, 'short', of)).rejects.toThrow('let events be taken away');
      await first.connection.client.setStreamMetadata('mingzhang.short/cut-1', {});
      await (await open(QUICK, 'short', of)).close();
    }));
  test('another log than the one that was indexed is not taken for it', () =>
    alone(async (of) => {
      const first = await open(QUICK, 'gone', of);
      await append(first, 'kept-1', -1, 'k');
      await first.head();
      await first.close();
      const lost = server.log.splice(
        server.log.findIndex(({ stream }) => stream === 'mingzhang.gone/kept-1'),
        1,
      );
      await expect(open(QUICK, 'gone', of)).rejects.toBeInstanceOf(LedgerDamaged);
      server.log.push(...lost);
    }));
  test('a stream that is deleted, or an event that is not ours, stops reading and writing', () =>
    alone(async (of) => {
      const first = await open(QUICK, 'foreign', of);
      await append(first, 'ours-1', -1, 'k');
      server.put('mingzhang.foreign/ours-1', 'Noted', Buffer.from('{"id":"x"}'));
      await expect(append(first, 'ours-2', -1, 'k').then(() => first.head())).rejects.toBeInstanceOf(LedgerDamaged);
      await expect(open(QUICK, 'foreign', of)).rejects.toThrow('was not written by Mingzhang');
    }));
  test('a ledger whose log is in PostgreSQL is not opened on an empty KurrentDB', () =>
    alone(async (of) => {
      const { PostgresStore } = await import('../../src/ledger/postgres.store.js');
      const here = new PostgresStore(of.serviceUrl);
      await append(here, 'here-1', -1, 'k');
      await here.close();
      await expect(open(QUICK, 'here', of)).rejects.toThrow('copy-ledger');
    }));
});

describe('the doctor', () => {
  const wrong = async (deep = false) =>
    (await examineKurrent(store, server.url, 'wire', deep))
      .filter(({ ok }) => !ok)
      .map(({ what, warning }) => [what, warning]);
  afterEach(() => {
    Object.assign(server, { version: '23.10.8', nodes: [{ state: LEADER, alive: true }] });
  });
  const three = (...states: number[]) => states.map((state) => ({ state, alive: state !== SHUT_DOWN }));

  test('of a cluster of three on this machine, without TLS, it only warns of that', async () => {
    server.nodes = three(LEADER, FOLLOWER, FOLLOWER);
    expect(await wrong()).toEqual([['event-store-tls', true]]);
    expect((await look(store, 'esdb://user:pass@db.example:2113', 'wire', false)).tls).toBe(true);
  });
  test.each([
    ['one node', three(LEADER), [['cluster-size', true]]],
    ['a node that is missing', three(LEADER, FOLLOWER, SHUT_DOWN), [['cluster', true]]],
    ['a node that catches up', three(LEADER, FOLLOWER, CATCHING_UP), [['cluster', true]]],
    ['two that are missing', three(LEADER, SHUT_DOWN, SHUT_DOWN), [['cluster', undefined]]],
    ['no leader', three(FOLLOWER, FOLLOWER, FOLLOWER), [['cluster', undefined]]],
  ])('%s', async (_, nodes, expected) => {
    server.nodes = nodes;
    expect(await wrong()).toEqual([...expected, ['event-store-tls', true]]);
  });
  test('an old server, no TLS across a network, everybody reading $all, a stream that may be cut', async () => {
    server.nodes = three(LEADER, FOLLOWER, FOLLOWER);
    server.version = '22.10.1';
    store.connection.reset(); // its version is asked for once a connection
    server.put('$$$all', '$metadata', Buffer.from('{"$acl":{"$r":["$all"]}}'));
    server.put(`$$${named('cut-2')}`, '$metadata', Buffer.from('{"$maxAge":1}'));
    expect(await wrong(true)).toEqual([
      ['event-store', undefined],
      ['event-store-tls', true],
      ['event-store-acl', undefined],
      ['truncation', undefined],
    ]);
    server.put(`$$${named('cut-2')}`, '$metadata', Buffer.from('{}'));
    server.put('$$$all', '$metadata', Buffer.from('{"$acl":{"$r":["$admins"]}}'));
    const far = await look(store, 'esdb://db.example:2113?tls=false', 'wire', true);
    expect([far.tls, far.home, far.readsAll, far.shortened]).toEqual([false, false, ['$admins'], []]);
  });
});
