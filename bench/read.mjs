/** Rebuilding the read models, and whether anything grows slower as the log grows. */
import { performance } from 'node:perf_hooks';
import { matterHistory } from '../dist/projections/history.js';
import { instantOfMillis } from '../dist/projections/kernel/instant.js';
import { withoutRules as projections } from './rules.mjs';
import { matterCards } from '../dist/projections/matter-cards.js';
import { Rows } from '../dist/src/read/rows.js';
import { rebuild } from '../dist/src/read/rebuild.js';
import { accepted, line, median, pairs, rateOf, sealed } from './lib.mjs';

/** The life of one matter in eight events, as the service writes them. */
const LIFE = [
  [
    'MaterialsReceived',
    () => ({
      itemCode: 'SP-001',
      itemVersion: 1,
      receiptNo: 'SJ',
      materials: [{ code: 'm1', name: '申请表' }],
      applicant: null,
      holder: { org: 'centre', post: 'window-3' },
    }),
  ],
  ['MatterAccepted', accepted],
  ['HandOverOffered', () => ({ to: { org: 'market' }, reason: '转部门审查', step: null })],
  [
    'HandOverAccepted',
    () => ({ holder: { org: 'market', post: 'market-desk' }, before: { org: 'centre', post: 'window-3' } }),
  ],
  ['StepFinished', () => ({ step: 'review', name: '审查', role: 'reviewer', opinion: 'approve', text: null })],
  ['MatterDecided', () => ({ outcome: 'granted', on: '2026-03-10', reasons: null, remedies: null, opinions: [] })],
  ['ResultDelivered', () => ({ mode: 'window' })],
  ['MatterClosed', () => ({ kind: 'certificate-issued', reason: null })],
];
const PER_APPEND = 4;

/** Grows the log to so many events; every matter gets its life in two appends. */
export async function grow(opened, to, written) {
  const lives = Math.ceil((to - written) / LIFE.length);
  const first = written / LIFE.length;
  let next = 0;
  const at = instantOfMillis(Date.now());
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < lives) {
        const stream = `matter-L-${first + next++}`;
        for (let n = 0; n < LIFE.length; n += PER_APPEND) {
          const events = LIFE.slice(n, n + PER_APPEND).map(([type, data], k) =>
            sealed(stream, n + k, `k${n + k}`, type, data(stream), at),
          );
          await opened.store.append({ stream, expected: n - 1, unchanged: {}, events });
        }
      }
    }),
  );
  return written + lives * LIFE.length;
}

async function readAll(store) {
  const from = performance.now();
  let events = 0;
  for (let page; (page = await store.readAll(events, 5000)).length > 0;) events += page.length;
  return (events * 1000) / (performance.now() - from);
}

/** Median milliseconds of one read. */
async function timed(work, times = 60) {
  const took = [];
  for (let n = 0; n < times + 10; n++) {
    const from = performance.now();
    await work(n);
    if (n >= 10) took.push(performance.now() - from);
  }
  return median(took);
}

/** At one size: appends a second, a history now and as of the middle, a list now and as of the middle. */
async function at(opened, rows, size, round) {
  const { store } = opened;
  const rate = await rateOf(64, 2000, (writer, n) => {
    const stream = `matter-S-${round}-${writer}-${n}`;
    return store.append({
      stream,
      expected: -1,
      unchanged: {},
      events: [sealed(stream, 0, 'k', 'CaseFactReported', { attribute: 'x', value: null })],
    });
  });
  const asOf = Math.floor(size / 2);
  const some = (n) => `L-${((n * 7919) % (size / LIFE.length / 4)) | 0}`;
  const list = (how) => rows.find(matterCards, { itemCode: 'SP-001' }, { limit: 100, ...how });
  return {
    append: 1000 / rate,
    history: await timed(async (n) => matterHistory(some(n), await store.readRefs('matter', some(n)))),
    historyAsOf: await timed(async (n) => matterHistory(some(n), await store.readRefs('matter', some(n), asOf))),
    list: await timed(() => list({})),
    listAsOf: await timed(() => list({ asOf })),
  };
}
const NAMES = {
  append: 'an append, 64 writers',
  history: 'a history',
  historyAsOf: 'a history as of the middle',
  list: 'a list',
  listAsOf: 'a list as of the middle',
};

/** Every size against the smallest one. */
function flat(sizes) {
  const [[small, first]] = sizes;
  return sizes.slice(1).flatMap(([size, here]) =>
    Object.entries(NAMES).map(([name, what]) => {
      const ratio = here[name] / first[name];
      const reached = ratio <= 1.5;
      return {
        what: `${what}: ${size.toLocaleString('en')} events against ${small.toLocaleString('en')}`,
        yardstick: 'flat within 1.5',
        asked: 1.5,
        unit: `× (${first[name].toFixed(2)} → ${here[name].toFixed(2)} ms)`,
        ours: ratio,
        reached,
        verdict: reached ? 'reached' : 'NOT REACHED',
      };
    }),
  );
}

export async function read(server, { full }) {
  const { opened, serviceUrl } = await server.ledger();
  const setup = { url: serviceUrl, store: opened.store, projections };
  const rows = await Rows.open(serviceUrl, opened.store);
  const lines = [];
  const sizes = [];
  let written = 0;
  for (const [round, size] of [10_000, 100_000, ...(full ? [1_000_000] : [])].entries()) {
    written = await grow(opened, size, written);
    await rebuild(setup, 'all');
    sizes.push([size, await at(opened, rows, size, round)]);
    const { next } = await opened.store.head();
    if (size === 10_000) {
      const found = await pairs(
        async () => {
          const from = performance.now();
          await rebuild(setup, 'all');
          return (next * 1000) / (performance.now() - from);
        },
        () => readAll(opened.store),
      );
      lines.push(
        line(
          `rebuild of the ${projections.length} read models beside the rules, ${next} events`,
          'merely reading and parsing the log',
          0.2,
          found,
        ),
      );
    }
    written += LIFE.length - (written % LIFE.length || LIFE.length); // the next matter's number is one nobody has
  }
  await rows.close();
  await opened.close();
  return [...lines, ...flat(sizes).map((one) => ({ ...one, note: full ? undefined : '10⁶ with --full' }))];
}
