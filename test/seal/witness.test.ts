/** A witness over a real socket: every answer of the specification, forks, two at once, a folder that cannot be written. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, utf8 } from '../../projections/kernel/bytes.js';
import { consistencyPath, emptyRoot, type Hash, prove, rootOf, Tree } from '../../projections/kernel/merkle.js';
import {
  checkpointText,
  judge,
  keyIn,
  keyText,
  NOTE_ED25519,
  noteIn,
  noteText,
  signaturesIn,
} from '../../projections/kernel/note.js';
import { sha256, Signer, verifyEd25519 } from '../../src/ledger/seal/keys.js';
import { addCheckpointBody } from '../../src/ledger/seal/witnesses.js';
import { serveWitness, Witness } from '../../src/witness.js';

/** A log that only remembers its entries. */
function logOf(origin: string, text: (n: number) => string) {
  const { signer } = Signer.make(origin, NOTE_ED25519);
  const entries = Array.from({ length: 40 }, (_, n) => sha256(Buffer.from(text(n))));
  const nodes = new Map<string, Hash>();
  const tree = new Tree(sha256);
  for (const entry of entries) tree.add(entry, (level, index, hash) => nodes.set(`${level}/${index}`, hash));
  const root = (size: number) => rootOf(sha256, entries.slice(0, size));
  const proof = (before: number, size: number) =>
    prove(sha256, consistencyPath(before, size), (level, index) => nodes.get(`${level}/${index}`)!);
  const note = (size: number, of = root(size), by: readonly Signer[] = [signer]) => {
    const body = checkpointText({ origin, size, root: of });
    return noteText(
      body,
      by.map((each) => each.line(body)),
    );
  };
  return { origin, signer, root, proof, note };
}
const log = logOf('log.example/a', (n) => `a ${n}`);
/** The same key, another history from the fifth entry on. */
const fork = { ...logOf('log.example/a', (n) => (n < 5 ? `a ${n}` : `fork ${n}`)), signer: log.signer };
const forkNote = (size: number) => log.note(size, fork.root(size));

let folder: string;
let server: Awaited<ReturnType<typeof serveWitness>>;
let now = 1_700_000_000;
const post = async (body: string, at = server.url) => {
  const response = await fetch(`${at}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, body: await response.text(), type: response.headers.get('content-type') };
};
const add = (old: number, size: number, note = log.note(size), proof = log.proof(old, size)) =>
  post(addCheckpointBody(old, proof, note));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-witness-'));
  await Witness.create(folder, 'audit.example/w');
  await Witness.trust(folder, keyText(log.signer.key));
  server = await serveWitness(folder, { host: '127.0.0.1', port: 0, seconds: () => now });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('answers', () => {
  test('200, with its cosignature and the time; what it signed is kept before', async () => {
    const { status, body } = await add(0, 7);
    expect(status).toBe(200);
    const note = { text: noteIn(log.note(7))!.text, signatures: signaturesIn(body)! };
    expect(await judge(note, keyIn(sha256, server.key)!, verifyEd25519)).toEqual({ verdict: 'valid', time: now });
    const kept = await fetch(`${server.url}/${toHex(sha256(utf8(log.origin)))}/checkpoint`);
    expect([kept.status, await kept.text()]).toEqual([200, log.note(7) + body]);
  });
  test('200 again for the same head, later', async () => {
    now += 60;
    expect((await add(7, 7, log.note(7), [])).status).toBe(200);
  });
  test('200 for what grew out of it', async () => expect((await add(7, 12)).status).toBe(200));
  test('409 for another old size, and says which it has seen', async () => {
    for (const old of [0, 7, 11])
      expect(await add(old, 20)).toEqual({ status: 409, body: '12\n', type: 'text/x.tlog.size' });
  });
  test.each<[string, number, number, () => { note?: string; proof?: Hash[] }]>([
    ['a proof that is wrong', 12, 20, () => ({ proof: log.proof(11, 20) })],
    ['no proof', 12, 20, () => ({ proof: [] })],
    ['a proof with more behind it', 12, 20, () => ({ proof: [...log.proof(12, 20), sha256(Buffer.of(1))] })],
    ['the same size and another root', 12, 12, () => ({ note: forkNote(12), proof: [] })],
    ['the same size, and a proof', 12, 12, () => ({ proof: [sha256(Buffer.of(1))] })],
    ['a fork, with a proof of its own', 12, 20, () => ({ note: forkNote(20), proof: fork.proof(12, 20) })],
  ])('422 for %s', async (_, old, size, wrong) => {
    const { note = log.note(size), proof = log.proof(old, size) } = wrong();
    expect((await add(old, size, note, proof)).status).toBe(422);
  });
  test('400 for what is no request', async () => {
    const good = addCheckpointBody(12, log.proof(12, 20), log.note(20));
    for (const body of [
      '',
      'hello',
      good.replace('old 12', 'old 012'),
      good.replace('old', 'new'),
      good.replace('\n\n', '\n'),
      good.replace(/\n([^\n]+)\n/, '\nAAAA\n'),
      good.slice(0, -1),
      addCheckpointBody(21, [], log.note(20)),
    ])
      expect([body, (await post(body)).status]).toEqual([body, 400]);
    const body = 'log.example/a\n12\nnot a hash\n';
    expect((await add(12, 12, noteText(body, [log.signer.line(body)]), [])).status).toBe(400);
  });
  test('403 where no key that it trusts signed, or one did not sign this', async () => {
    const { signer: stranger } = Signer.make(log.origin, NOTE_ED25519);
    expect((await add(12, 20, log.note(20, log.root(20), [stranger]))).status).toBe(403);
    const moved = log.note(20).replace('\n20\n', '\n21\n');
    expect((await add(12, 20, moved)).status).toBe(403);
  });
  test('404 for a log that it does not know', async () => {
    const other = logOf('log.example/b', (n) => `b ${n}`);
    expect((await post(addCheckpointBody(0, [], other.note(3)))).status).toBe(404);
    expect((await fetch(`${server.url}/${toHex(sha256(utf8('log.example/b')))}/checkpoint`)).status).toBe(404);
  });
  test('422 for an empty log with a root, and for a proof of the first head; 200 without', async () => {
    const other = logOf('log.example/c', (n) => `c ${n}`);
    await Witness.trust(folder, keyText(other.signer.key));
    const ask = (size: number, proof: Hash[], note = other.note(size)) => post(addCheckpointBody(0, proof, note));
    expect((await ask(0, [], other.note(0, sha256(Buffer.of(9))))).status).toBe(422);
    expect((await ask(3, [sha256(Buffer.of(9))])).status).toBe(422);
    expect((await ask(0, [], other.note(0, emptyRoot(sha256)))).status).toBe(200);
    expect((await ask(3, [])).status).toBe(200);
  });
  test('413, 405 and 404 for what nobody asks a witness', async () => {
    expect((await post('x'.repeat(70_000))).status).toBe(413);
    expect((await fetch(`${server.url}/add-checkpoint`, { method: 'PUT', body: '' })).status).toBe(405);
    expect((await fetch(`${server.url}/../../etc/passwd`)).status).toBe(404);
  });
});

test('of two histories that are asked for at once it signs one', async () => {
  const rounds = [16, 20, 24, 28];
  let at = 12;
  for (const size of rounds) {
    const honest = () => add(at, size);
    const forged = () => post(addCheckpointBody(at, fork.proof(at, size), forkNote(size)));
    const answers = await Promise.all([honest(), forged(), honest(), forged()]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers[1]!.status).not.toBe(200);
    expect(answers[3]!.status).not.toBe(200);
    at = size;
  }
});

test('what it has seen outlives it, and nobody else has its folder meanwhile', async () => {
  await expect(serveWitness(folder, { host: '127.0.0.1', port: 0 })).rejects.toMatchObject({ name: 'Advice' });
  await server.close();
  // A process that is gone left its claim: it counts for nothing.
  await writeFile(join(folder, 'serving.pid'), '999999999');
  server = await serveWitness(folder, { host: '127.0.0.1', port: 0, seconds: () => now });
  expect(await add(0, 30)).toMatchObject({ status: 409, body: '28\n' });
  expect((await add(28, 30)).status).toBe(200);
  const { pem } = JSON.parse(await readFile(join(folder, 'witness-key.json'), 'utf8')) as { pem: string };
  expect(pem).toContain('PRIVATE KEY');
  await expect(Witness.create(folder, 'again')).rejects.toMatchObject({ name: 'Advice' });
});
