/** The log in KurrentDB, where EVENTSTORE_URL names one: against its bare client doing the same, in the same run. */
import { binaryEvent, EventStoreDBClient, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client';
import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clientUrl } from '../dist/src/ledger/kurrentdb.client.js';
import { KurrentStore } from '../dist/src/ledger/kurrentdb.store.js';
import { rebuild } from '../dist/src/read/rebuild.js';
import { connectPool } from '../dist/src/read/session.js';
import { eventStoreUrl, line, pairs, rateOf, sealed } from './lib.mjs';
import { grow } from './read.mjs';
import { withoutRules as projections } from './rules.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const TURN_MS = 1500;
const WRITERS = 32;
/** So many events that making fifty tables, however few rows they get, is a tenth of it: a rate is asked. */
const CAUGHT_UP = 60_000;
const NAMES = [
  'KurrentDB: durable appends of one event, 64 writers, against its bare client',
  'KurrentDB: durable appends of one event, 1 writer, against its bare client',
  `KurrentDB: catch-up into ${projections.length} empty read models, those beside the rules, against a bare subscription`,
  'KurrentDB: two instances together against one',
  'KurrentDB: acceptances over HTTP, two services together against one',
];
/** As the store writes it. */
const METADATA = new Uint8Array(Buffer.from('{"content-type":"application/vnd.mingzhang.event+json"}'));
const named = () => `bench${randomBytes(5).toString('hex')}`;
const bare = (url) => EventStoreDBClient.connectionString(clientUrl(url));

/** Where the index and the read models go. */
async function databaseOf(server) {
  const { serviceUrl, opened } = await server.ledger();
  await opened.close();
  return serviceUrl;
}
async function appends(server, url, writers) {
  const serviceUrl = await databaseOf(server);
  const store = await KurrentStore.open(url, serviceUrl, named());
  const client = bare(url);
  const prefix = `${named()}/`;
  // With the index: what was written in a turn has been counted and indexed when it ends.
  const ours = async (turn) => {
    const from = performance.now();
    const rate = await rateOf(writers, TURN_MS, (writer, n) => {
      const stream = `matter-${turn}-${writer}`;
      return store.append({ stream, expected: n - 1, unchanged: {}, events: [sealed(stream, n, `k${n}`)] });
    });
    const wrote = performance.now() - from;
    await store.readAll(0, 1);
    return (rate * wrote) / (performance.now() - from);
  };
  const theirs = (turn) =>
    rateOf(writers, TURN_MS, (writer, n) => {
      const stream = `${prefix}matter-${turn}-${writer}`;
      const { envelope, bytes } = sealed(stream, n, `k${n}`);
      const event = binaryEvent({ id: envelope.id, type: envelope.type, data: bytes, metadata: METADATA });
      return client.appendToStream(stream, event, { expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1) });
    });
  const found = await pairs(ours, theirs);
  await store.close();
  await client.dispose();
  return found;
}

/** What somebody without a ledger would do: every event of the streams, its bytes read as what they are. */
async function subscribed(client, prefix, after, until) {
  const filter = streamNameFilter({ prefixes: [prefix] });
  const from = performance.now();
  const fromPosition = after < 0n ? START : { commit: after, prepare: after };
  const subscription = client.subscribeToAll({ fromPosition, filter });
  let seen = 0;
  for await (const { event } of subscription) {
    if (!event) continue;
    JSON.parse(Buffer.from(event.data).toString('utf8'));
    if (++seen >= until) break;
  }
  const rate = (until * 1000) / (performance.now() - from);
  await subscription.unsubscribe();
  return rate;
}
async function withoutTables(url) {
  const pool = connectPool(url);
  const { rows } = await pool.query(`select tablename from pg_tables where schemaname = 'read'`);
  await pool.query(rows.map(({ tablename }) => `drop table read."${tablename}"`).join(';'));
  await pool.end();
}
/** From nothing to tables that serve, indexed; the log's index is there, and none of its events is kept in memory. */
async function catchUp(server, url, size) {
  const ledger = named();
  const serviceUrl = await databaseOf(server);
  const growing = await KurrentStore.open(url, serviceUrl, ledger);
  const before = await growing.connection.end();
  const events = await grow({ store: growing }, size, 0);
  await growing.head();
  await growing.close();
  const store = await KurrentStore.open(url, serviceUrl, ledger);
  const client = bare(url);
  const found = await pairs(
    async () => {
      const from = performance.now();
      await rebuild({ url: serviceUrl, store, projections }, 'all');
      const rate = (events * 1000) / (performance.now() - from);
      await withoutTables(serviceUrl);
      return rate;
    },
    () => subscribed(client, `mingzhang.${ledger}/`, before, events),
    5,
  );
  await store.close();
  await client.dispose();
  return found;
}

/** A process that writes when it is told to, and says how fast. */
async function writer(url, databaseUrl, ledger, name) {
  const child = spawn(process.execPath, [join(HERE, 'kurrent-writer.mjs'), url, databaseUrl, ledger, name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const write = async () => {
    child.stdin.write(`${TURN_MS}\n`);
    return Number((await lines.next()).value);
  };
  const close = () => {
    child.stdin.end();
    return new Promise((resolve) => child.once('exit', resolve));
  };
  return { write, close };
}
async function instances(server, url) {
  const ledger = named();
  const serviceUrl = await databaseOf(server);
  const [one, two] = [await writer(url, serviceUrl, ledger, 'a'), await writer(url, serviceUrl, ledger, 'b')];
  const both = async () => (await Promise.all([one.write(), two.write()])).reduce((a, b) => a + b);
  const found = await pairs(both, () => one.write());
  await Promise.all([one.close(), two.close()]);
  return found;
}

/** Services in processes of their own, on one log and one database; requests a second of one, and of both at once. */
async function services(server, url) {
  const ledger = named();
  const serviceUrl = await databaseOf(server);
  const opening = { name: ledger, serviceUrl, eventStoreUrl: url, keyFolders: [join(server.data, 'keys', ledger)] };
  const start = async (known) => {
    const child = fork(join(HERE, 'kurrent-service.mjs'), [JSON.stringify({ opening, clerk: known })]);
    const told = () => new Promise((resolve) => child.once('message', resolve));
    const { clerk } = await told();
    const fire = (turn) => {
      child.send({ fire: { turn, millis: TURN_MS, writers: WRITERS } });
      return told().then(({ rate }) => rate);
    };
    const stop = () => {
      child.send({ stop: true });
      return new Promise((resolve) => child.once('exit', resolve));
    };
    return { clerk, fire, stop };
  };
  const one = await start();
  const two = await start(one.clerk);
  const found = await pairs(
    async (turn) => (await Promise.all([one.fire(turn), two.fire(turn)])).reduce((a, b) => a + b),
    (turn) => one.fire(`${turn}-alone`),
    5,
  );
  await Promise.all([one.stop(), two.stop()]);
  return found;
}

export async function kurrent(server, { full }) {
  const url = eventStoreUrl();
  if (url === undefined) {
    for (const name of NAMES) console.log(`${'skipped'.padEnd(20)} ${name} (EVENTSTORE_URL is not set)`);
    return [];
  }
  const client = '@eventstore/db-client 6.2.1, same bytes';
  return [
    line(NAMES[0], client, 0.8, await appends(server, url, 64)),
    line(NAMES[1], client, 0.5, await appends(server, url, 1)),
    line(
      NAMES[2],
      'subscribeToAll of the same events, their JSON parsed',
      0.5,
      await catchUp(server, url, full ? 300_000 : CAUGHT_UP),
    ),
    line(NAMES[3], 'one instance, 64 writers each', 1, await instances(server, url)),
    line(NAMES[4], `one service, ${WRITERS} clients each`, 1, await services(server, url)),
  ];
}
