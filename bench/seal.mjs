/** What sealing costs an append, how soon a head is witnessed, what verifying costs beside reading, and what a proof is at size. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { keyText } from '../dist/projections/kernel/note.js';
import { blindOf, grown, keyOf, NOTHING, proveEntry } from '../dist/projections/kernel/map.js';
import { SealKeys, sha256 } from '../dist/src/ledger/seal/keys.js';
import { asKept, Gathered, KeptMap, loadWays } from '../dist/src/ledger/seal/objects.js';
import { Seal } from '../dist/src/ledger/seal/seal.js';
import { PACE_MS } from '../dist/src/ledger/seal/sealer.js';
import { Growing, KeptTree } from '../dist/src/ledger/seal/tree.js';
import { prepare } from '../dist/src/read/registry.js';
import { connectPool } from '../dist/src/read/session.js';
import { verifyHashes } from '../dist/src/verify/hashes.js';
import { Report } from '../dist/src/verify/report.js';
import { Witness } from '../dist/src/witness.js';
import { limit, line, PAIRS, pairs, quantile, rateOf, sealed } from './lib.mjs';

const WRITERS = 32;
const PAGE = 1024;
const FEW = 250;
/** Pairs of turns, where the database's own writing back disturbs single ones by a fifth. */
const MANY = 21;
const rest = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** A witness as another office runs it: a process of its own. */
async function office(home, name, key) {
  const folder = join(home, name);
  await Witness.create(folder, `${name}.example`);
  await Witness.trust(folder, key);
  const program = join(import.meta.dirname, '..', 'scripts', 'mingzhang.mjs');
  const args = [program, '--json', 'witness', 'serve', folder, '--port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const some of child.stdout) if ((said += some).endsWith('}\n')) break;
  const close = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill();
    });
  return { ...JSON.parse(said.slice(said.indexOf('{'))), close };
}

/**
 * Appends with a sealer and three witnesses beside them, and without, to one ledger: another one has other indexes and
 * caches, which make more of a difference than sealing does. `mapped`: with the map over objects, too. What is written while
 * there is no sealer is sealed before the next turn. Writers are under way for half a pace of the sealer when a turn
 * begins, and it lasts some whole ones: what it writes is what is sealed in it.
 */
async function appending({ store, url, folder }, { mapped = false, paces, times }) {
  let n = 0;
  const kind = mapped ? 'mapped' : 'sealed';
  const append = () => {
    const stream = `matter-${kind}-${n++}`;
    return store.append({ stream, expected: -1, unchanged: {}, events: [sealed(stream, 0, 'k')] });
  };
  const measured = async () => {
    await rateOf(WRITERS, PACE_MS / 2, append);
    return rateOf(WRITERS, paces * PACE_MS, append);
  };
  // A root as often as the map has come to the end, and no event for it: the log is the same in both turns.
  const mapping = { record: async () => undefined, millis: Date.now, everyMillis: 0 };
  const found = await pairs(
    async () => {
      const seal = new Seal({ url, store, folder, ...(mapped && { mapping }) });
      if (mapped) await seal.mapUnlessOthersDo();
      const { size } = (await seal.sealUnlessOthersDo()) ?? { size: 0 };
      seal.start();
      await witnessedUpTo(seal, size);
      const rate = await measured();
      await seal.stop();
      return rate;
    },
    measured,
    times,
  );
  // What the map costs an append nobody has set a limit for; here its roots follow each other without the minute between them.
  return mapped
    ? line('appending while the log is sealed, witnessed and mapped without rest', 'the same without', 0.75, found)
    : line('appending while the log is sealed and witnessed', 'the same without', 0.9, found);
}
/** What a ledger holds before anything is measured. */
async function fill(store, events) {
  for (let n = 0; n < events; n += FEW) {
    const stream = `matter-before-${n}`;
    const some = Array.from({ length: FEW }, (_, k) => sealed(stream, k, `k${k}`));
    await store.append({ stream, expected: -1, unchanged: {}, events: some });
  }
}
async function witnessedUpTo(seal, size) {
  for (;;) {
    const { witnessed } = await seal.status();
    if ((witnessed?.size ?? 0) >= size) return;
    await rest(10);
  }
}

/** From the acknowledged append to a head with enough cosignatures over it: about ten a second, at any moment of the pace. */
async function witnessed(of, seconds) {
  const { store } = of;
  const seal = new Seal(of);
  await seal.sealUnlessOthersDo();
  seal.start();
  await witnessedUpTo(seal, (await store.head()).next);
  const [times, waiting] = [[], []];
  const until = performance.now() + seconds * 1000;
  const writing = (async () => {
    for (let n = 0; performance.now() < until; n++) {
      const stream = `matter-wait-${n}`;
      const { index } = await store.append({ stream, expected: -1, unchanged: {}, events: [sealed(stream, 0, 'k')] });
      waiting.push({ index, from: performance.now() });
      await rest(Math.random() * 200);
    }
  })();
  while (performance.now() < until || waiting.length > 0) {
    const size = (await seal.status()).witnessed?.size ?? 0;
    const now = performance.now();
    while (waiting[0]?.index < size) times.push(now - waiting.shift().from);
    await rest(10);
  }
  await writing;
  await seal.stop();
  return limit(
    `from an append to a head that two of three witnesses have seen, p99 of ${times.length}`,
    'ms',
    2000,
    quantile(times, 0.99),
  );
}

/** Bytes read and hashed to the signed root, and bytes read and hashed with nothing else. */
async function verifying({ store, url, folder }) {
  const seal = new Seal({ store, url, folder });
  await seal.sealUnlessOthersDo();
  await seal.stop();
  const pool = connectPool(url);
  const tree = new KeptTree(pool);
  const keys = (await SealKeys.open(folder)).signers.map(({ key }) => ({ key, until: null }));
  const { next } = await store.head();
  const timed = async (work) => {
    const from = performance.now();
    await work();
    return (next * 1000) / (performance.now() - from);
  };
  const found = await pairs(
    () =>
      timed(async () => {
        const report = new Report();
        const of = { store, tree, keys: { keys, own: false }, trusted: null, elsewhere: [], remembered: null, report };
        if (!(await verifyHashes(of)) || report.verdict !== 'proved') throw new Error(report.lines());
      }),
    () =>
      timed(async () => {
        let ahead = store.readStored(0, PAGE);
        for (let from = 0; from < next; from += PAGE) {
          const stored = await ahead;
          ahead = store.readStored(from + PAGE, PAGE);
          for (const { bytes } of stored) createHash('sha256').update(bytes).digest();
        }
        await ahead;
      }),
  );
  await pool.end();
  return line(
    `verifying ${next} events up to the signed root`,
    'reading and hashing their bytes with nothing else',
    0.5,
    found,
  );
}

/** A tree of so many leaves that no event was written for. */
async function proving(server, size) {
  const { serviceUrl, opened } = await server.ledger();
  const pool = connectPool(serviceUrl);
  const tree = new KeptTree(pool);
  const growing = await Growing.from(tree);
  while (growing.size < size) {
    const digests = Array.from({ length: Math.min(10_000, size - growing.size) }, () => randomBytes(32));
    if (!(await tree.grow(growing.add(digests)))) throw new Error('the tree did not grow');
  }
  const times = [];
  let bytes = 0;
  for (let n = 0; n < 200; n++) {
    const from = performance.now();
    const proof = await tree.inclusion(Math.floor(Math.random() * size), size);
    times.push(performance.now() - from);
    bytes = Math.max(bytes, proof.length * 32);
  }
  await pool.end();
  await opened.close();
  const of = `of one event among ${size.toLocaleString('en')}`;
  return [
    limit(`making a proof ${of}, p99`, 'ms', 100, quantile(times, 0.99)),
    limit(`a proof ${of}`, 'bytes', 32 * Math.ceil(Math.log2(size)), bytes),
  ];
}

const REFS = (n) => [
  { type: 'matter', id: `M-${Math.floor(n / 8)}` },
  { type: 'item', id: `SP-${n % 300}` },
  { type: 'person', id: `P-${Math.floor(n / 9)}` },
];
/** A map grown by so many events, 200 a minute, of which each refers to a matter, an item and a person. */
async function mapping(server, size) {
  const { serviceUrl, adminUrl, opened } = await server.ledger();
  const pool = connectPool(serviceUrl);
  const map = new KeptMap(pool);
  const secret = randomBytes(24);
  let [epoch, objects, root, spent] = [0, 0, NOTHING, []];
  // At first much at once, as where a ledger is mapped that was there before; the last of it minute by minute.
  const steps = (at) => (size - at > 20_000 ? 10_000 : 200);
  for (let at = 0; at < size;) {
    const end = Math.min(size, at + steps(at));
    const digests = Array.from({ length: end - at }, () => randomBytes(32));
    const from = performance.now();
    const gathered = new Gathered();
    digests.forEach((digest, n) => gathered.add(at + n, digest, REFS(at + n)));
    const pages = new Map(epoch === 0 ? [['', null]] : []);
    const { entries, fresh } = await gathered.entries(secret, pages, { read: asKept(map, epoch), root });
    const made = grown(sha256, pages, entries);
    [root, objects] = [made.root, objects + fresh];
    if (!(await map.grow(at, { size: end, root, objects }, made.pages))) throw new Error('the map did not grow');
    if (steps(at) === 200) spent.push(((performance.now() - from) * 1000) / (end - at));
    epoch++;
    at = end;
    if (steps(at) === 200 && steps(at - 1) !== 200) spent = [];
  }
  const proofs = [];
  let bytes = 0;
  for (let n = 0; n < 200; n++) {
    const object = { type: 'matter', id: `M-${Math.floor((Math.random() * size) / 8)}` };
    const from = performance.now();
    const key = keyOf(sha256, blindOf(sha256, secret, object), object);
    const pages = new Map();
    await loadWays(pages, [key], { read: asKept(map, epoch), root: null });
    const { siblings } = proveEntry(sha256, pages, key);
    proofs.push(performance.now() - from);
    bytes = Math.max(bytes, siblings.length * 32);
  }
  const admin = connectPool(adminUrl);
  const { rows } = await admin.query("select pg_total_relation_size('log.map_pages') as n");
  await admin.end();
  await pool.end();
  await opened.close();
  const of = `at ${size.toLocaleString('en')} events of ${objects.toLocaleString('en')} objects`;
  return [
    limit(
      `the map over objects, for each event ${of}, where 200 share a root, median`,
      'µs',
      3000,
      quantile(spent, 0.5),
    ),
    limit(`pages of the map on disk, for each event ${of}`, 'bytes', 8000, Number(rows[0].n) / size),
    limit(`proving that these are all events of a matter ${of}, p99`, 'ms', 100, quantile(proofs, 0.99)),
    limit(`a proof that these are all ${of}`, 'bytes', 32 * 40, bytes),
  ];
}

export async function seal(server, { full }) {
  const home = await mkdtemp(join(tmpdir(), 'mingzhang-bench-seal-'));
  const folder = join(home, 'seal');
  const { serviceUrl: url, opened } = await server.ledger();
  const witnesses = [];
  try {
    const keys = await SealKeys.create(folder, 'bench.example/log', new Date().toISOString());
    const key = keyText(keys.signers[0].key);
    const lines = [`log ${key}`];
    for (const name of ['discipline', 'audit', 'finance']) {
      const witness = await office(home, name, key);
      witnesses.push(witness);
      lines.push(`witness ${name} ${witness.key} ${witness.url}`);
    }
    lines.push('group some 2 discipline audit finance', 'quorum some', '');
    await writeFile(join(folder, 'policy'), lines.join('\n'));
    const pool = connectPool(url);
    await prepare(pool);
    await pool.end();
    await fill(opened.store, full ? 100_000 : 20_000);
    const of = { store: opened.store, url, folder };
    // The ledger grows with each: what reads, or maps, all of it comes first.
    const verified = await verifying(of);
    const soon = await witnessed(of, full ? 40 : 10);
    const mapped = await appending(of, { mapped: true, paces: full ? 2 : 1 });
    return [
      await appending(of, { paces: 2, times: full ? MANY : PAIRS }),
      mapped,
      soon,
      verified,
      ...(await proving(server, full ? 1_000_000 : 100_000)),
      ...(await mapping(server, full ? 1_000_000 : 50_000)),
    ];
  } finally {
    for (const witness of witnesses) await witness.close();
    await opened.close();
    await rm(home, { recursive: true });
  }
}
