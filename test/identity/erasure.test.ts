/** A person is erased and the log still verifies: two approve, a hold stops it, no backup brings the value back, nobody else is lost. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { canonical } from '../../projections/kernel/canonical.js';
import type { Envelope } from '../../projections/kernel/message.js';
import { proofIn } from '../../projections/kernel/note.js';
import { createKeys } from '../../src/ledger/seal/log-keys.js';
import { type Certificate, erasePerson } from '../../src/identity/erase.js';
import { fillLog, restoreBackup, writeBackup } from '../../src/ledger/backup.js';
import { openPersonal } from '../../src/ledger/envelope.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import { openLedger } from '../../src/ledger/open.js';
import { Vault } from '../../src/ledger/vault.js';
import { verifyLedger } from '../../src/verify/ledger.js';
import { freshLedger } from '../support/server.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
let person: string;
let file: string;
let certificate: Certificate;
type Read = Parameters<typeof fillLog>[1] extends AsyncIterable<infer B> | Iterable<infer B> ? B : never;
let dumped: Read;
const undo: (() => Promise<unknown>)[] = [];
const NUMBER = '450103199003070011';
const applicant = (value: string, name: string) => ({
  kind: 'person',
  identifier: { kind: 'citizen-id', value },
  personal: { name, phone: '13800138000' },
});
const receive = (id: string, value: string, name: string) =>
  at.as('clerk').post(`/v1/matters/${id}/receipts`, { materials: [], applicant: applicant(value, name) }, `r${id}`);
const nameIn = async (store: EventStore, vault: Vault, id: string) => {
  const [event] = await store.readStream(`matter-${id}`);
  const { data } = await openPersonal(vault, event!.id, event!.data);
  return (data as { applicant: { personal: { name: string | null } } }).applicant.personal.name;
};
const say = (who: string, path: string, body: object, key: string) =>
  at.as(who).post(`/v1/persons/${person}/${path}`, body, key);
const erase = () => erasePerson({ opened: at.opened, commands: at.app.commands, seal: at.app.seal }, person);
const broken = (answer: { body: { broken?: { code: string }[] } }) => answer.body.broken?.map(({ code }) => code);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-erasure-'));
  at = await service(
    [
      { name: 'clerk', staffNo: '1', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
      { name: 'inspector', staffNo: '2', roles: ['inspector'] },
      { name: 'leader', staffNo: '3', roles: ['leader'] },
      { name: 'security', staffNo: '4', roles: ['security-administrator'] },
      { name: 'auditing', staffNo: '5', roles: ['audit-administrator'] },
    ],
    { sealFolder: join(folder, 'seal') },
  );
  await createKeys({ folder: join(folder, 'seal'), opened: at.opened, commands: at.app.commands }, 'log.example/e');
  await receive('M-1', NUMBER, '张三');
  await receive('M-2', '450103199003070038', '李四');
  const [event] = await at.opened.store.readStream('matter-M-1');
  person = (event!.data as { applicant: { personId: string } }).applicant.personId;
  expect(await nameIn(at.opened.store, at.opened.vault, 'M-1')).toBe('张三');
  file = join(folder, 'before.gz');
  await writeBackup(at.opened.store, at.opened, file);
  dumped = (await at.opened.store.readStored(0, 1000)).map((each) => ({
    ...each,
    envelope: JSON.parse(each.bytes.toString('utf8')) as Envelope,
  })) as never;
}, 60_000);
afterAll(async () => {
  for (const each of undo.toReversed()) await each();
  await at.close();
  await rm(folder, { recursive: true });
});

test('a hold stops it, two approve who are not who asked, and then it is done once', async () => {
  const why = { reason: '本人申请', document: '申请书 1' };
  expect((await say('inspector', 'holds', { reason: '办案', document: '函 1' }, 'h1')).status).toBe(201);
  expect(broken(await say('security', 'erasure', why, 'q1'))).toEqual(['legal-hold']);
  const { body: held } = await at.as('inspector').get(`/v1/persons/${person}/erasure`);
  expect(held).toMatchObject({ status: 'none', holds: [expect.any(String)], approvals: 0, needed: 2 });
  const lift = (key: string, hold: string) => say('inspector', 'holds/lifted', { hold, reason: '结案' }, key);
  expect(broken(await lift('l0', '00000000-0000-4000-8000-000000000000'))).toEqual(['no-such-hold']);
  expect((await lift('l1', held.holds[0])).status).toBe(201);
  expect((await say('security', 'erasure', why, 'q2')).status).toBe(201);
  expect(broken(await say('security', 'erasure/approvals', { reason: '同意' }, 'a0'))).toEqual(['same-person']);
  expect((await say('clerk', 'erasure/approvals', { reason: '同意' }, 'a1')).status).toBe(403);
  expect((await say('leader', 'erasure/approvals', { reason: '同意' }, 'a2')).status).toBe(201);
  expect(broken(await say('leader', 'erasure/approvals', { reason: '同意' }, 'a3'))).toEqual(['same-person']);
  await expect(erase()).rejects.toMatchObject({ broken: [{ code: 'not-approved' }] });
  expect((await say('auditing', 'erasure/approvals', { reason: '同意' }, 'a4')).status).toBe(201);
  await say('inspector', 'holds', { reason: '另案', document: '函 2' }, 'h2');
  await expect(erase()).rejects.toMatchObject({ broken: [{ code: 'legal-hold' }] });
  expect(await nameIn(at.opened.store, at.opened.vault, 'M-1')).toBe('张三');
  const { body: again } = await at.as('inspector').get(`/v1/persons/${person}/erasure`);
  await lift('l2', again.holds[0]);

  certificate = await erase();
  expect(certificate).toMatchObject({ person, copies: [{ key: true, names: 1 }] });
  expect(new Set(certificate.approvers).size).toBe(2);
  expect(proofIn(certificate.proof!)!.index).toBe(Number(certificate.event.index));
  // Asked again, it is the same event, and there is nothing left to destroy.
  expect(await erase()).toMatchObject({ event: certificate.event, copies: [{ key: false, names: 0 }] });
});

describe('afterwards', () => {
  test('the value cannot be opened, and everybody else can be read', async () => {
    const now = await Vault.open([at.keys]);
    expect(await nameIn(at.opened.store, now, 'M-1')).toBeNull();
    expect(await nameIn(at.opened.store, at.opened.vault, 'M-1')).toBeNull();
    expect(await nameIn(at.opened.store, now, 'M-2')).toBe('李四');
  });
  test('everything verifies', async () => {
    await at.app.seal.sealUnlessOthersDo();
    const report = await verifyLedger({
      opened: at.opened,
      folder: join(folder, 'seal'),
      full: true,
      elsewhere: [],
      scratch: null,
      signal: new AbortController().signal,
    });
    expect([report.wrongs, report.verdict]).toEqual([[], 'proved']);
  });
  test('no backup and no dump from before brings it back', async () => {
    const ways: [string, (adminUrl: string) => Promise<unknown>][] = [
      ['backup', (url) => restoreBackup(url, file, () => undefined)],
      ['dump', (url) => fillLog(url, [dumped])],
    ];
    for (const [name, restore] of ways) {
      const ledger = await freshLedger();
      undo.push(() => ledger.close());
      await restore(ledger.adminUrl);
      const opened = await openLedger({ name, serviceUrl: ledger.serviceUrl, keyFolders: [at.keys] });
      undo.push(() => opened.close());
      const names = ['M-1', 'M-2'].map((id) => nameIn(opened.store, opened.vault, id));
      expect([name, await Promise.all(names)]).toEqual([name, [null, '李四']]);
    }
  });
  test('the same number is somebody new', async () => {
    await receive('M-3', NUMBER, '张三');
    const [event] = await at.opened.store.readStream('matter-M-3');
    expect((event!.data as { applicant: { personId: string } }).applicant.personId).not.toBe(person);
  });
});

/** Everything that a low-entropy value could be found again by: itself, and its bare hashes. */
function traces(value: string): string[] {
  const forms = [
    value,
    canonical(['citizen-id', value]),
    `citizen-id${value}`,
    `citizen-id:${value}`,
    JSON.stringify(value),
  ];
  const kinds = [...forms, ...forms.map((form) => `${form}\n`)];
  const hashes = kinds.flatMap((form) =>
    ['md5', 'sha1', 'sha256', 'sha512', 'sm3'].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(form).digest();
      return [digest.toString('hex'), digest.toString('base64').replace(/=+$/, ''), digest.toString('base64url')];
    }),
  );
  return [
    value,
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    ...hashes,
  ];
}
async function everything(): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  const client = new Client({ connectionString: at.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ n: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as n from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  for (const { n } of rows) {
    const { rows: texts } = await client.query<{ t: string }>(`select x::text as t from ${n} x`);
    // Bytes are shown as hexadecimal; they are looked at as text, too.
    const bytes = texts.map(({ t }) =>
      t.replaceAll(/\\+x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1')),
    );
    all.set(n, [...texts.map(({ t }) => t), ...bytes].join('\n'));
  }
  await client.end();
  for (const home of [folder, at.keys])
    for (const name of await readdir(home, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath, name.name);
      const content = await readFile(path);
      all.set(path, (path.endsWith('.gz') ? gunzipSync(content) : content).toString('latin1') + name.name);
    }
  return all;
}
test('no known number is found by itself or by a hash of it, in any table or file', async () => {
  await writeFile(join(folder, 'certificate.json'), JSON.stringify(certificate));
  const all = await everything();
  expect(all.size).toBeGreaterThan(40);
  const wanted = [NUMBER, '450103199003070038'].flatMap(traces);
  const found = () =>
    [...all].flatMap(([where, text]) => wanted.filter((trace) => text.includes(trace)).map(() => where));
  expect(found()).toEqual([]);
  // It would be found: a bare hash, wherever somebody were to keep one.
  all.set('planted', createHash('sha256').update(NUMBER).digest('hex'));
  expect(found()).toEqual(['planted']);
});
