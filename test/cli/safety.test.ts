/** What the doctor warns of: each in a configuration that has it, and none of it in one that does not. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installation, IDENTITY_SELF } from '../../src/areas/identity/account.js';
import { readConfig } from '../../src/config.js';
import { systemContext } from '../../src/ledger/self.js';
import { type Surroundings, warnings } from '../../src/safety.js';
import { certificateFiles, selfSigned } from '../support/certificates.js';
import { service } from '../support/service.js';

const DAY = 86_400_000;
let at: Awaited<ReturnType<typeof service>>;
let data: string;
beforeAll(async () => {
  at = await service([]);
  data = await mkdtemp(join(tmpdir(), 'mingzhang-safety-'));
  await mkdir(join(data, 'keys'), { mode: 0o700 });
});
afterAll(async () => {
  await at.close();
  await rm(data, { recursive: true });
});

const SAFE: Surroundings = { uid: 1000, argv: ['node', 'mingzhang'], clockFollows: async () => true };
type Options = { env?: Record<string, string>; here?: Partial<Surroundings>; mode?: 'demo'; keys?: string[] };
async function found({ env = {}, here = {}, mode, keys = ['/proc'] }: Options = {}) {
  const config = readConfig({}, { MINGZHANG_DATA: data, ...env });
  const opened = mode ? { ...at.opened, mode } : at.opened;
  return warnings({ opened, keys: [join(data, 'keys'), ...keys] }, config, { ...SAFE, ...here });
}
const whats = async (options?: Options) => (await found(options)).map(({ what }) => what);

test('nothing, where all is as it should be', async () => expect(await found()).toEqual([]));

describe('it warns', () => {
  test('of root, of a clock that follows nobody, and not where nobody can say', async () => {
    expect(await whats({ here: { uid: 0 } })).toEqual(['root']);
    expect(await whats({ here: { clockFollows: async () => false } })).toEqual(['clock-sync']);
    expect(await whats({ here: { clockFollows: async () => null, uid: undefined } })).toEqual([]);
  });
  test('of what is served in the clear, of a demo that others can reach, of a certificate about to expire', async () => {
    const [clear] = await found({ env: { HOST: '0.0.0.0' } });
    expect(clear).toMatchObject({ what: 'transport', ok: false, en: expect.stringContaining('TLS_CERT') });
    expect(clear).not.toHaveProperty('warning');
    expect(await whats({ env: { HOST: '0.0.0.0', TRUSTED_PROXIES: '10.0.0.5' }, mode: 'demo' })).toEqual(['demo']);
    const files = await certificateFiles(data, selfSigned(Date.now() - DAY, Date.now() + 20.5 * DAY));
    const [soon] = await found({ env: { TLS_CERT: files.cert, TLS_KEY: files.key } });
    expect(soon).toMatchObject({ what: 'certificate', warning: true, zh: expect.stringContaining('20 天') });
    const long = await certificateFiles(data, selfSigned());
    expect(await whats({ env: { HOST: '0.0.0.0', TLS_CERT: long.cert, TLS_KEY: long.key } })).toEqual([]);
  });
  test.each([
    ['postgres://a:geheim@db.example/x', ['database-tls']],
    ['postgres://a:geheim@db.example/x?sslmode=prefer', ['database-tls']],
    ['postgres://a:geheim@10.0.0.9/x?sslmode=no-verify', ['database-tls']],
    ['postgres://a:geheim@127.0.0.1/x?host=db.example', ['database-tls']],
    ['postgres://a:geheim@db.example/x?sslmode=verify-full', []],
    ['postgres://a:geheim@127.0.0.1/x', []],
    ['postgres://a:geheim@[::1]/x', []],
    ['postgres:///x?host=/run/postgresql', []],
  ])('of a database elsewhere without encryption: %s', async (DATABASE_URL, expected) => {
    const said = await found({ env: { DATABASE_URL } });
    expect(said.map(({ what }) => what)).toEqual(expected);
    expect(JSON.stringify(said)).not.toContain('geheim');
  });
  test('of a password on the command line, without repeating it', async () => {
    const said = await found({ here: { argv: ['node', 'x', '--url=postgres://a:geheim@127.0.0.1/x'] } });
    expect(said.map(({ what }) => what)).toEqual(['database-password']);
    expect(JSON.stringify(said)).not.toContain('geheim');
  });
  test('of a data folder that others can read, of tokens left over, of keys on the disk of the data', async () => {
    await chmod(data, 0o755);
    expect(await whats()).toEqual(['folder-mode']);
    await chmod(data, 0o711);
    await writeFile(join(data, 'tokens-demo.json'), '{}');
    expect(await found()).toMatchObject([{ what: 'tokens', en: expect.stringContaining('tokens-demo.json') }]);
    await rm(join(data, 'tokens-demo.json'));
    expect(await whats({ keys: [join(data, 'keys.copy')] })).toEqual(['keys-apart']);
    expect(await whats({ keys: [join(data, 'keys.copy')], mode: 'demo' })).toEqual([]);
  });
  test('of keys that end soon or were never used, and of second factors that are waived', async () => {
    const { secrets } = at.app.identity;
    const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();
    await secrets.addKey('soon', 'x', 'account-1', inDays(10.5));
    await secrets.addKey('late', 'x', 'account-1', inDays(300));
    await secrets.addKey('over', 'x', 'account-1', inDays(-1));
    await secrets.pool.query("update identity.keys set seen_at = now() where prefix = 'soon'");
    expect(await found()).toMatchObject([
      { what: 'key-ends', en: expect.stringContaining('soon ends in 10 days') },
      { what: 'key-unused', en: expect.stringMatching(/used: late;/) },
    ]);
    await secrets.pool.query('delete from identity.keys');
    const context = systemContext(at.opened, '2026-11-25T09:00:00.000+08:00');
    const waive = { type: 'WaiveSecondFactor', data: { reason: '试运行' } } as const;
    await at.app.commands.send(installation, IDENTITY_SELF, waive, { context, key: 'waive' });
    expect(await found()).toMatchObject([
      { what: 'second-factor', warning: true, zh: expect.stringContaining('试运行') },
    ]);
  });
});
