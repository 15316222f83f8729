/** What every measurement needs: a server, ledgers of its own, events of the usual size, and how results are told. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { instantOfMillis } from '../dist/projections/kernel/instant.js';
import { readConfig } from '../dist/src/config.js';
import { sealEnvelope } from '../dist/src/ledger/envelope.js';
import { uuidOf } from '../dist/src/ledger/identity.js';
import { openLedger } from '../dist/src/ledger/open.js';
import { openLedger as openDatabase } from '../dist/src/postgres/ledgers.js';
import { joinServer } from '../dist/src/postgres/server.js';

export const PAIRS = 9;

/** A PostgreSQL of the project's own kind in a folder that goes away with it. */
export async function startServer() {
  const data = await mkdtemp(join(tmpdir(), 'mingzhang-bench-'));
  await chmod(data, 0o755); // so that the database's files stay in it, whoever runs this
  const server = await joinServer(readConfig({ ledger: 'bench' }, { MINGZHANG_DATA: data }), () => undefined);
  let n = 0;
  const ledger = async (name = `bench${n++}`, opening = {}) => {
    const database = await openDatabase(server, name);
    const keyFolders = [join(data, 'keys', name)];
    const opened = await openLedger({ name, serviceUrl: database.serviceUrl, keyFolders, ...opening });
    return { ...database, adminUrl: database.adminUrl, name, keyFolders, opened };
  };
  const close = async () => {
    await server.leave();
    await rm(data, { recursive: true });
  };
  return { server, data, ledger, close };
}

/** Where a KurrentDB is to be measured, if anywhere. */
export const eventStoreUrl = () =>
  readConfig({ ledger: 'bench' }, { EVENTSTORE_URL: process.env.EVENTSTORE_URL }).eventStoreUrl;

const clock = { last: 0 };
const now = () => instantOfMillis((clock.last = Math.max(clock.last, Date.now())));

/** An acceptance as the service writes it, about 1.6 kB. */
export function envelopeOf(stream, revision, key, type = 'MatterAccepted', data = accepted(stream), at = now()) {
  const commandId = uuidOf(stream, key);
  const id = stream.slice(stream.indexOf('-') + 1);
  return {
    id: uuidOf(commandId, 0),
    stream,
    revision,
    type,
    version: 1,
    occurredAt: at,
    precision: 'second',
    recordedAt: at,
    actor: {
      person: uuidOf('person', id.length),
      post: 'window-3',
      org: 'centre',
      actingAs: 'holder',
      authMethod: 'token',
    },
    place: { kind: 'centre-window', window: '3', org: 'centre' },
    channel: 'window',
    refs: [
      { type: 'matter', id, role: 'subject' },
      { type: 'item', id: 'SP-001', role: 'item' },
      { type: 'person', id: uuidOf('person', id.length), role: 'actor' },
    ],
    irregularities: [],
    legalBasis: ['食品安全法 art. 35'],
    documents: [],
    classification: 'internal',
    commandId,
    fingerprint: 'sha256:0c7e6a405862e402eb76a70f8a26fc732d07c32931e9fae9ab1582911d2e8a3b',
    facts: { 'item-SP-001': 0, 'post-window-3': 4, 'calendar-CN-2026': 0, 'calendar-CN-GX-2026': -1 },
    factsAsOf: '7',
    correlation: commandId,
    causation: null,
    data,
    salt: 'MDEyMzQ1Njc4OWFiY2RlZg==',
  };
}
const due = (n, on) => ({
  limit: { n, unit: 'working-day' },
  from: '2026-03-02',
  on,
  provisional: false,
  region: 'CN-GX',
});
export const accepted = (stream) => ({
  itemCode: 'SP-001',
  itemVersion: 1,
  acceptanceNo: `SL-${stream}`,
  on: '2026-03-02',
  mode: 'full',
  promisedGaps: [],
  statutory: due(20, '2026-03-30'),
  promised: due(10, '2026-03-16'),
  centre: 'centre',
  window: '3',
});
export const sealed = (...args) => sealEnvelope(envelopeOf(...args));

export const quantile = (values, q) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
};
export const median = (values) => quantile(values, 0.5);

/** Runs `work(writer, n)` from so many writers for a while and answers how many a second were done. */
export async function rateOf(writers, millis, work) {
  const from = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = 0; performance.now() - from < millis; n++) {
        await work(writer, n);
        done++;
      }
    }),
  );
  return (done * 1000) / (performance.now() - from);
}

/** Ours and the yardstick in turn, so that what disturbs the machine disturbs both; the order changes every time. */
export async function pairs(ours, yardstick, count = PAIRS) {
  const found = [];
  for (let n = 0; n < count + 1; n++) {
    const [first, second] = n % 2 ? [yardstick, ours] : [ours, yardstick];
    const [a, b] = [await first(n), await second(n)];
    const [mine, theirs] = n % 2 ? [b, a] : [a, b];
    if (n > 0) found.push({ mine, theirs, ratio: mine / theirs }); // the first pair warms up
  }
  const of = (name) => found.map((pair) => pair[name]);
  const [low, high] = [quantile(of('ratio'), 0.25), quantile(of('ratio'), 0.75)];
  return {
    ours: median(of('mine')),
    yardstick: median(of('theirs')),
    ratio: median(of('ratio')),
    low,
    high,
    pairs: found,
  };
}

/** A line of the table. `asked`: the least ratio. */
export function line(what, yardstick, asked, { ours, yardstick: theirs, ratio, low, high }, unit = '/s') {
  const reached = ratio >= asked;
  const why = reached ? 'reached' : low < asked && asked < high ? 'not distinguishable' : 'NOT REACHED';
  return { what, yardstick, asked, unit, ours, theirs, ratio, low, high, reached, verdict: why };
}
/** A line about a limit that is not to be passed. `because`: why it is, where it is. */
export const limit = (what, unit, asked, value, because) => ({
  what,
  yardstick: 'a limit',
  asked,
  unit,
  ours: value,
  reached: value <= asked,
  verdict: value <= asked ? 'reached' : 'NOT REACHED',
  ...(value > asked && because !== undefined && { note: because }),
});
