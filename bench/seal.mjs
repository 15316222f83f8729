/** What sealing costs an append, how soon a head is witnessed, what verifying costs beside reading, and what a proof is at size. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { keyText } from '../dist/projections/kernel/note.js';
import { SealKeys } from '../dist/src/ledger/seal/keys.js';
import { Seal } from '../dist/src/ledger/seal/seal.js';
import { Growing, KeptTree } from '../dist/src/ledger/seal/tree.js';
import { prepare } from '../dist/src/read/registry.js';
import { connectPool } from '../dist/src/read/session.js';
import { verifyHashes } from '../dist/src/verify/hashes.js';
import { Report } from '../dist/src/verify/report.js';
import { serveWitness, Witness } from '../dist/src/witness.js';
import { limit, line, pairs, quantile, rateOf, sealed } from './lib.mjs';

const WRITERS = 32;
const TURN_MS = 1500;
const PAGE = 1024;

async function office(home, name, key) {
  const folder = join(home, name);
  await Witness.create(folder, `${name}.example`);
  await Witness.trust(folder, key);
  return serveWitness(folder, { host: '127.0.0.1', port: 0 });
}

/** Appends with a sealer beside them and three witnesses, and without. */
async function appending({ store, url, folder }) {
  let n = 0;
  const append = () => {
    const stream = `matter-seal-${n++}`;
    return store.append({ stream, expected: -1, unchanged: {}, events: [sealed(stream, 0, 'k')] });
  };
  const measured = async () => rateOf(WRITERS, TURN_MS, append);
  const found = await pairs(async () => {
    const seal = new Seal({ url, store, folder });
    seal.start();
    const rate = await measured();
    await seal.stop();
    return rate;
  }, measured);
  return line('appending while the log is sealed and witnessed', 'the same without a sealer', 0.9, found);
}

/** From the acknowledged append to a head with enough cosignatures over it. */
async function witnessed({ store, url, folder }) {
  const seal = new Seal({ url, store, folder });
  await seal.sealUnlessOthersDo();
  seal.start();
  const until = async (size) => {
    for (;;) {
      const { witnessed: seen } = await seal.status();
      if (seen && seen.size >= size) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await until((await store.head()).next);
  const times = [];
  for (let n = 0; n < 60; n++) {
    const stream = `matter-wait-${n}`;
    const { index } = await store.append({ stream, expected: -1, unchanged: {}, events: [sealed(stream, 0, 'k')] });
    const from = performance.now();
    await until(index + 1);
    times.push(performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
  }
  await seal.stop();
  return limit(
    'from an append to a head that two of three witnesses have seen, p99',
    'ms',
    2000,
    quantile(times, 0.99),
  );
}

/** Bytes read and hashed to the signed root, and bytes read and hashed with nothing else. */
async function verifying({ store, url, folder }) {
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
    const of = { store: opened.store, url, folder };
    return [
      await appending(of),
      await witnessed(of),
      await verifying(of),
      ...(await proving(server, full ? 1_000_000 : 100_000)),
    ];
  } finally {
    for (const witness of witnesses) await witness.close();
    await opened.close();
    await rm(home, { recursive: true });
  }
}
