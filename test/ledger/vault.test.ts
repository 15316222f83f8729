import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonical } from '../../projections/kernel/canonical.js';
import type { PersonRef, Sealed } from '../../projections/kernel/message.js';
import { fingerprintOf, identify, openPersonal, sealEvents } from '../../src/ledger/envelope.js';
import { KeyGone, Vault } from '../../src/ledger/vault.js';
import { context } from '../given.js';

let folder: string;
let folders: string[];
let vault: Vault;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vault-'));
  folders = [join(folder, 'a'), join(folder, 'b')];
  vault = await Vault.open(folders);
});
afterEach(() => rm(folder, { recursive: true }));

const zhang = { kind: 'citizen-id', value: '11010519491231002X' };
const everyFile = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { withFileTypes: true, recursive: true }))
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name));

test('the same identifier is the same person for everybody at once, another one is not', async () => {
  const other = await Vault.open(folders);
  const ids = await Promise.all(Array.from({ length: 16 }, (_, n) => (n % 2 ? vault : other).personFor(zhang)));
  expect(new Set(ids).size).toBe(1);
  expect(await vault.personFor({ ...zhang, kind: 'staff-no' })).not.toBe(ids[0]);
});

test('no file holds an identifier or a name, and only its owner may read', async () => {
  await vault.seal(await vault.personFor(zhang), 'event-1', '/name', '张三');
  const files = await everyFile(folder);
  expect(files.length).toBeGreaterThanOrEqual(6); // key, person and name in both folders
  for (const file of files) {
    expect(file + (await readFile(file, 'latin1'))).not.toContain(zhang.value);
    expect((await stat(file)).mode & 0o077).toBe(0);
  }
});

test('a sealed field opens to what was sealed, only in its own place', async () => {
  const person = await vault.personFor(zhang);
  const field = await vault.seal(person, 'event-1', '/name', '张三');
  expect(await vault.open(person, 'event-1', '/name', field)).toBe('张三');
  await expect(vault.open(person, 'event-2', '/name', field)).rejects.toThrow();
  await expect(vault.open(person, 'event-1', '/phone', field)).rejects.toThrow();
  const again = await vault.seal(person, 'event-1', '/name', '张三');
  expect([again.sealed === field.sealed, again.commitment === field.commitment]).toEqual([false, true]);
  const forged: Sealed = { ...field, commitment: (await vault.seal(person, 'event-1', '/name', '李四')).commitment };
  await expect(vault.open(person, 'event-1', '/name', forged)).rejects.toThrow('committed');
});

test('erasure reaches every copy; a copy that lost its file is made good by the other', async () => {
  const person = await vault.personFor(zhang);
  const field = await vault.seal(person, 'event-1', '/name', '张三');
  await rm(join(folders[0]!, 'persons'), { recursive: true });
  expect(await (await Vault.open(folders)).open(person, 'event-1', '/name', field)).toBe('张三');
  await vault.erase(person);
  await expect(vault.open(person, 'event-1', '/name', field)).rejects.toBeInstanceOf(KeyGone);
  for (const file of await everyFile(folder)) expect(await readFile(file, 'latin1')).not.toContain(person);
  expect(await vault.personFor(zhang)).not.toBe(person);
});

test("another ledger's key store is not taken for a copy", async () => {
  const other = join(folder, 'c');
  await Vault.open([other]);
  await expect(Vault.open([folders[0]!, other])).rejects.toThrow('another ledger');
});

const request = { applicant: { identifier: zhang, personal: { name: '张三', phone: '13800000000' } }, papers: ['id'] };
const seal = async (data: object) =>
  (
    await sealEvents(vault, [{ type: 'MatterReceived', data, irregularities: [] }], {
      category: 'matter',
      id: 'm1',
      expected: -1,
      commandId: 'c',
      fingerprint: 'f',
      facts: {},
      factsAsOf: null,
      recordedAt: context.now,
      context,
      versions: {},
    })
  )[0]!;

test('what is personal is sealed before the bytes are made, and opens again', async () => {
  const { bytes, envelope } = await seal(await identify(vault, request));
  for (const secret of ['张三', '13800000000', zhang.value]) expect(bytes.includes(secret)).toBe(false);
  expect(bytes.toString()).toBe(canonical(envelope));
  const { data, closed } = await openPersonal(vault, envelope.id, envelope.data as { applicant: PersonRef });
  expect([data.applicant.personal, closed]).toEqual([{ name: '张三', phone: '13800000000' }, 0]);
  await vault.erase(data.applicant.personId);
  const after = await openPersonal(vault, envelope.id, envelope.data as { applicant: PersonRef });
  expect([after.data.applicant.personal, after.closed]).toEqual([{ name: null, phone: null }, 2]);
});

test('a fingerprint tells requests apart, and with persons in it is keyed', async () => {
  const of = (data: object, way: 'act' | 'report' = 'act', type = 'T') => fingerprintOf(vault, way, { type, data });
  const same = await of({ b: 1, a: 2 });
  expect(await of({ a: 2, b: 1 })).toBe(same);
  expect(same).toMatch(/^sha256:/);
  expect(
    new Set([same, await of({ a: 2, b: 2 }), await of({ a: 2, b: 1 }, 'report'), await of({ a: 2, b: 1 }, 'act', 'U')])
      .size,
  ).toBe(4);
  expect(await of(request)).toMatch(/^hmac-sha256:/);
  expect(await of(request)).toBe(await of(structuredClone(request)));
  expect(await of({ applicant: { personal: { name: '张三' } } })).toMatch(/^hmac-sha256:/);
});

test('of several persons whom nobody knew yet the fingerprint is the same when it is asked for again', async () => {
  for (let n = 0; n < 20; n++) {
    const team = [1, 2, 3, 4, 5].map((k) => ({
      identifier: { kind: 'staff-no', value: `T-${n}-${k}` },
      personal: { name: `${k}` },
    }));
    const command = { type: 'T', data: { team } };
    const first = await fingerprintOf(vault, 'report', command);
    expect(await fingerprintOf(vault, 'report', structuredClone(command))).toBe(first);
  }
});
