/** The sealed log as a service shows it, with three witnesses on real sockets, one of which is away for a while. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fromBase64, fromHex } from '../../projections/kernel/bytes.js';
import {
  equal,
  extendsTree,
  includes,
  leafHash,
  rootOf,
  TILE_WIDTH,
  tileAt,
  tilePath,
  tilesBetween,
} from '../../projections/kernel/merkle.js';
import { type Checkpoint, checkpointIn, noteIn, proofIn } from '../../projections/kernel/note.js';
import { seenBy, trustIn } from '../../projections/kernel/trust.js';
import { createKeys } from '../../src/ledger/seal/log-keys.js';
import { sha256, verifyEd25519 } from '../../src/ledger/seal/keys.js';
import { publish } from '../../src/ledger/seal/publish.js';
import { serveWitness, Witness } from '../../src/witness.js';
import { writeNotes } from '../support/notes.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
let policy: string;
const OFFICES = ['discipline', 'audit', 'finance'] as const;
type Running = Awaited<ReturnType<typeof serveWitness>>;
const running = new Map<string, Running>();
const home = (office: string) => join(folder, office);
async function serve(office: string, port = 0): Promise<Running> {
  const server = await serveWitness(home(office), { host: '127.0.0.1', port });
  running.set(office, server);
  return server;
}
const status = async () => (await at.as('inspector').get('/v1/seal')).body as Record<string, any>;
async function until(is: (now: Record<string, any>) => boolean): Promise<Record<string, any>> {
  for (;;) {
    const now = await status();
    if (is(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const head = async () => (await at.opened.store.head()).next;
let notes = 0;
async function write(count: number): Promise<void> {
  notes += count;
  await writeNotes(at.opened.store, notes - count, count);
}
const log = (path: string, headers = {}) => fetch(`${at.url}/log/${path}`, { headers });
const bytes = async (path: string) => Buffer.from(await (await log(path)).arrayBuffer());
const newest = async (): Promise<{ note: string; checkpoint: Checkpoint }> => {
  const note = await (await log('checkpoint')).text();
  return { note, checkpoint: checkpointIn(noteIn(note)!.text)! };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-sealed-'));
  const sealFolder = join(folder, 'seal');
  at = await service([{ name: 'inspector', staffNo: '1', roles: ['inspector'] }], { sealFolder });
  expect((await log('checkpoint')).status).toBe(404);
  const place = { folder: sealFolder, opened: at.opened, commands: at.app.commands };
  const { origin } = await createKeys(place, 'log.example/test');
  const { keys } = await status();
  const lines = [`log ${keys[0]}`];
  for (const office of OFFICES) {
    await Witness.create(home(office), `${office}.example`);
    await Witness.trust(home(office), keys[0]);
    const { url, key } = await serve(office);
    lines.push(`witness ${office} ${key} ${url}`);
  }
  lines.push('group money any audit finance', 'group both all discipline money', 'quorum both', '');
  policy = lines.join('\n');
  await writeFile(join(sealFolder, 'policy'), policy);
  expect(origin).toBe('log.example/test');
  await write(700);
  at.app.seal.start();
  await until(({ witnessed }) => Number(witnessed?.size) > 700);
}, 60_000);
afterAll(async () => {
  await at.close();
  for (const server of running.values()) await server.close();
  await rm(folder, { recursive: true });
});

test('an outsider rebuilds the root from what is served, and finds log and witnesses under it', async () => {
  const { note, checkpoint } = await newest();
  const { size, root } = checkpoint;
  expect(size).toBe(await head());
  const entries: Buffer[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const tile = tileAt(0, index, size)!;
    const bundle = await bytes(tilePath({ ...tile, level: 'entries' }));
    const hashes = await bytes(tilePath(tile));
    expect([bundle.length, hashes.length]).toEqual([34 * tile.width, 32 * tile.width]);
    for (let n = 0; n < tile.width; n++) {
      expect(bundle.readUInt16BE(34 * n)).toBe(32);
      const entry = bundle.subarray(34 * n + 2, 34 * n + 34);
      expect(hashes.subarray(32 * n, 32 * n + 32).equals(Buffer.from(leafHash(sha256, entry)))).toBe(true);
      entries.push(entry);
    }
  }
  expect(equal(rootOf(sha256, entries), root)).toBe(true);
  const seen = await seenBy(trustIn(sha256, policy), noteIn(note)!, verifyEd25519);
  expect(seen).toMatchObject({ wrong: [], enough: true });
  expect(seen.log?.name).toBe('log.example/test');
});

test('what never changes is kept for ever, bundles are packed for who can unpack them, and the rest is not there', async () => {
  const whole = await log('tile/entries/000', { 'accept-encoding': 'identity' });
  expect(whole.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect([whole.headers.get('content-type'), whole.headers.get('content-encoding')]).toEqual([
    'application/octet-stream',
    null,
  ]);
  const packed = await at.ask('GET', '/log/tile/entries/000', { 'accept-encoding': 'gzip' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(gunzipSync(await readPacked('/log/tile/entries/000')).equals(Buffer.from(await whole.arrayBuffer()))).toBe(
    true,
  );
  const first = await log('checkpoint');
  expect([first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
    'text/plain; charset=utf-8',
    'public, max-age=2',
  ]);
  // Narrower than it has become: what an earlier head spoke of. A full tile that is not full is not there.
  expect((await bytes('tile/0/000.p/9')).equals((await bytes('tile/0/000')).subarray(0, 288))).toBe(true);
  for (const path of ['tile/0/999', 'tile/0/00', 'tile/2/000', 'tile/entries/900', 'tile/0/000.p/256', 'tile/x', 'x'])
    expect([path, (await log(path)).status]).toEqual([path, 404]);
});
/** Bytes as they came, without a client that unpacks them. */
async function readPacked(path: string): Promise<Buffer> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get(at.url + path, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    }).on('error', reject);
  });
}

describe('proofs by request', () => {
  test('that an event is under the head, as a file that anybody can check', async () => {
    const { body } = await at.as('inspector').get('/v1/seal/inclusion?index=5');
    const { index, proof, note } = proofIn(body.file)!;
    const { size, root } = checkpointIn(noteIn(note)!.text)!;
    const [{ digest } = { digest: Buffer.alloc(0) }] = await at.opened.store.readStored(5, 1);
    expect(includes(sha256, { index, size, leaf: leafHash(sha256, digest), proof, root })).toBe(true);
    expect((await at.as('inspector').get('/v1/seal/inclusion?index=99999')).status).toBe(400);
    expect((await at.ask('GET', '/v1/seal', {})).status).toBe(401);
  });
  test('that one head grew out of another', async () => {
    const { body } = await at.as('inspector').get('/v1/seal/consistency?from=300');
    const [earlier, root] = body.roots.map((hex: string) => fromHex(hex)) as [Uint8Array, Uint8Array];
    const proof = body.proof.map((text: string) => fromBase64(text)) as Uint8Array[];
    expect(extendsTree(sha256, { before: 300, size: Number(body.to), earlier, root, proof })).toBe(true);
  });
});

test('as files it is the same, and what is there stays', async () => {
  const out = join(folder, 'published');
  const first = (await publish(at.app.seal.tree, at.opened.store, out))!;
  const tiles = tilesBetween(0, first.size);
  expect(first.files).toBe(tiles.length + tiles.filter(({ level }) => level === 0).length);
  for (const tile of tiles)
    expect((await readFile(join(out, tilePath(tile)))).equals(await bytes(tilePath(tile)))).toBe(true);
  expect(await readFile(join(out, 'checkpoint'), 'utf8')).toBe((await newest()).note);
  expect(await publish(at.app.seal.tree, at.opened.store, out)).toMatchObject({ files: 0 });
});

test('witnesses who are away stop nobody, and it shows until they are back', async () => {
  const ports = new Map(OFFICES.map((office) => [office, Number(new URL(running.get(office)!.url).port)]));
  // One of audit and finance is enough.
  await running.get('audit')!.close();
  await write(3);
  const size = String(await head());
  await until(({ witnessed }) => witnessed.size === size);
  await running.get('discipline')!.close();
  await write(3);
  const { sealed, witnessed, notWitnessedSince, witnesses } = await until(
    (now) => Number(now['sealed'].size) > Number(size) && now['witnesses'][0].error !== null,
  );
  expect([sealed.size, witnessed.size]).toEqual([String(Number(size) + 3), size]);
  expect(Date.parse(notWitnessedSince)).toBeGreaterThanOrEqual(Date.parse(witnessed.at));
  expect(witnesses[0]).toMatchObject({ name: 'discipline', size });
  const health = await fetch(`${at.url}/health/ready`);
  expect([health.status, ((await health.json()) as { seal: object }).seal]).toMatchObject([
    200,
    { state: 'following', witnessed: size, notWitnessedSince },
  ]);
  const metrics = await (await fetch(`${at.url}/metrics`)).text();
  expect(metrics).toMatch(/mingzhang_seal_not_witnessed_seconds [0-9.]*[1-9]/);
  expect(metrics).toContain(`mingzhang_seal_size{by="witnesses"} ${size}`);
  for (const office of ['audit', 'discipline'] as const) await serve(office, ports.get(office));
  const again = await until((now) => now['notWitnessedSince'] === null);
  expect(again['witnessed'].size).toBe(String(await head()));
}, 60_000);

test('a policy that cannot be read is said, and the one before goes on', async () => {
  await writeFile(join(folder, 'seal', 'policy'), 'quorum nobody\n');
  const { policyError, quorum } = await until((now) => now['policyError'] !== null);
  expect([policyError, quorum]).toEqual([expect.stringContaining('line 1'), 'both']);
});
