import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BackupUnusable, LedgerNotEmpty, restoreBackup, writeBackup } from '../../src/ledger/backup.js';
import { openPersonal } from '../../src/ledger/envelope.js';
import type { Opened } from '../../src/ledger/open.js';
import { openLedger } from '../../src/ledger/open.js';
import { type FreshLedger, freshLedger } from '../support/server.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
let file: string;
const undo: (() => Promise<unknown>)[] = [];
const applicant = { kind: 'person', identifier: { kind: 'id-card', value: '1' }, personal: { name: '张三' } };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-backup-'));
  file = join(folder, 'ledger.gz');
  at = await service([
    { name: 'clerk', staffNo: '1', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
    { name: 'handler', staffNo: '2', roles: ['handler'], org: 'market' },
  ]);
  for (let n = 0; n < 20; n++)
    await at.as('clerk').post(`/v1/matters/M-${n}/receipts`, { materials: [], applicant }, `r${n}`);
  await writeBackup(at.opened.store, at.opened, file);
});
afterAll(async () => {
  for (const each of undo.toReversed()) await each();
  await at.close();
  await rm(folder, { recursive: true });
});

const empty = async (): Promise<FreshLedger> => {
  const ledger = await freshLedger();
  undo.push(() => ledger.close());
  return ledger;
};
const opening = async (ledger: FreshLedger, keys: string): Promise<Opened> => {
  const opened = await openLedger({ name: 'restored', serviceUrl: ledger.serviceUrl, keyFolders: [keys] });
  undo.push(() => opened.close());
  return opened;
};
const all = async (opened: Opened) =>
  (await opened.store.readStored(0, 1000)).map(({ index, digest, bytes }) => [
    index,
    digest.toString('hex'),
    bytes.toString(),
  ]);

describe('a backup', () => {
  test('is restored byte for byte, and everything goes on where it stood', async () => {
    const ledger = await empty();
    const told: number[] = [];
    const head = await restoreBackup(
      ledger.adminUrl,
      file,
      () => undefined,
      (done) => told.push(done),
    );
    const { next: length } = await at.opened.store.head();
    expect([head.events, told.at(-1)]).toEqual([String(length), length]);
    const opened = await opening(ledger, at.keys);
    expect(await all(opened)).toEqual(await all(at.opened));
    expect(await opened.store.head()).toEqual(await at.opened.store.head());
    const stream = await opened.store.readStream('matter-M-3');
    expect(stream).toEqual(await at.opened.store.readStream('matter-M-3'));
    expect(await opened.store.readRefs('matter', 'M-7')).toEqual(await at.opened.store.readRefs('matter', 'M-7'));
    expect((await openPersonal(opened.vault, stream[0]!.id, stream[0]!.data)).data).toMatchObject({
      applicant: { personal: { name: '张三' } },
    });
    // Idempotency: an answer that was given before is given again. Writing: the next event has the next index.
    const service = await at.again(opened);
    undo.push(() => service.close());
    const repeated = await service.post('clerk', '/v1/matters/M-3/receipts', { materials: [], applicant }, 'r3');
    expect(repeated).toMatchObject({ repeated: true, index: String(stream[0]!.index) });
    const next = await service.post('clerk', '/v1/matters/M-3/checks', { gaps: [] }, 'c');
    expect(next).toMatchObject({ index: String(length), revision: 1 });
    // A subscriber that had seen up to 17 goes on there.
    const seen: number[] = [];
    for await (const events of opened.store.subscribe(18, new AbortController().signal)) {
      seen.push(...events.map(({ index }) => index));
      if (seen.length >= 3) break;
    }
    expect(seen.slice(0, 3)).toEqual([18, 19, 20]);
  });
  test('without the key store everything but what is personal can be read', async () => {
    const ledger = await empty();
    await restoreBackup(ledger.adminUrl, file, () => undefined);
    const opened = await opening(ledger, join(folder, 'no-keys'));
    const [event] = await opened.store.readStream('matter-M-1');
    expect(event).toMatchObject({ type: 'MaterialsReceived' });
    const { data, closed } = await openPersonal(opened.vault, event!.id, event!.data);
    expect([closed, data]).toMatchObject([1, { applicant: { kind: 'person', personal: { name: null } } }]);
  });
  test('goes into an empty ledger only', async () => {
    await expect(restoreBackup(at.adminUrl, file, () => undefined)).rejects.toBeInstanceOf(LedgerNotEmpty);
  });
  test('leaves no half file behind, and is for its owner only', async () => {
    expect((await stat(file)).mode & 0o077).toBe(0);
    const nowhere = join(folder, 'absent', 'ledger.gz');
    await expect(writeBackup(at.opened.store, at.opened, nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  });
  const text = async () => gunzipSync(await readFile(file)).toString();
  test.each<[string, (text: string) => string | Buffer]>([
    ['something else', () => 'hello\n'],
    ['an event that was changed', (t) => t.replace('"occurredAt":"2', '"occurredAt":"3')],
    ['an event that is missing', (t) => t.replace(/\n\{"index":"7".*\n/, '\n')],
    ['two events in another order', (t) => t.replace(/(\{"index":"4".*\n)(\{"index":"5".*\n)/, '$2$1')],
    ['an end that is missing', (t) => t.replace(/\{"end".*\n/, '')],
    ['something behind the end', (t) => `${t}{}\n`],
    ['a file that is cut off', (t) => gzipSync(t).subarray(0, 900)],
  ])('that is damaged is refused, and nothing of it is there: %s', async (_, damage) => {
    const ledger = await empty();
    const damaged = damage(await text());
    const broken = join(folder, 'broken.gz');
    await writeFile(broken, typeof damaged === 'string' ? gzipSync(damaged) : damaged);
    await expect(restoreBackup(ledger.adminUrl, broken, () => undefined)).rejects.toBeInstanceOf(BackupUnusable);
    const opened = await opening(ledger, at.keys);
    expect((await opened.store.head()).next).toBe(0);
  });
});
