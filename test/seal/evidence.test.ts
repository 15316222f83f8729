/** A matter as a file of evidence: checked by the program that outsiders run, as a page in a real browser, and spoilt. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { createKeys } from '../../src/ledger/seal/log-keys.js';
import { SealKeys } from '../../src/ledger/seal/keys.js';
import { keyText } from '../../projections/kernel/note.js';
import { type Outcome, VERIFIER, verifierPage } from '../../src/verify/page.js';
import { verifyLedger } from '../../src/verify/ledger.js';
import { serveWitness, Witness } from '../../src/witness.js';
import { service } from '../support/service.js';

type Verifier = { verifyEvidence(text: string, trust?: string | null): Promise<Outcome> };
const { verifyEvidence } = (await import(VERIFIER)) as Verifier;
const run = promisify(execFile);
const CHROMIUM = '/usr/bin/chromium';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
let policy: string;
let file: string;
let opened: string;
let witness: Awaited<ReturnType<typeof serveWitness>>;
const applicant = {
  kind: 'person',
  identifier: { kind: 'id-card', value: '450103199003070011' },
  personal: { name: '张三' },
};
const fetched = async (path: string, who = 'inspector') => {
  const { status, body } = await at.as(who).get(path, { 'x-purpose': encodeURIComponent('核查') });
  return { status, text: body as string };
};
const verdict = async (text: string, trust: string | null = policy) => (await verifyEvidence(text, trust)).verdict;
const lines = (text: string) => text.split('\n').slice(0, -2);
/** A file whose last line fits again: what somebody would make who knows how. */
function closed(all: readonly string[]): string {
  const text = `${all.join('\n')}\n`;
  const digest = createHash('sha256').update(text).digest('hex');
  return `${text}{"end":{"lines":"${all.length}","digest":"sha256:${digest}"}}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-evidence-'));
  const seal = join(folder, 'seal');
  at = await service(
    [
      { name: 'clerk', staffNo: '1', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
      { name: 'inspector', staffNo: '2', roles: ['inspector'] },
      { name: 'auditor', staffNo: '3', roles: ['auditor'] },
    ],
    { sealFolder: seal },
  );
  expect((await fetched('/v1/matters/M-1/evidence')).status).toBe(404);
  const keys = await createKeys({ folder: seal, opened: at.opened, commands: at.app.commands }, 'log.example/test');
  const key = keyText(keys.signers[0]!.key);
  await Witness.create(join(folder, 'w'), 'audit.example');
  await Witness.trust(join(folder, 'w'), key);
  witness = await serveWitness(join(folder, 'w'), { host: '127.0.0.1', port: 0 });
  policy = `log ${key}\nwitness audit ${witness.key} ${witness.url}\nquorum audit\n`;
  await writeFile(join(seal, 'policy'), policy);
  const say = async (id: string, what: string, body: object) =>
    expect(await at.as('clerk').post(`/v1/matters/${id}/${what}`, body, what + id)).toMatchObject({ status: 201 });
  for (const id of ['M-1', 'M-2']) {
    await say(id, 'inquiries', { subject: '?' });
    await say(id, 'receipts', { materials: [], applicant });
  }
  await say('M-1', 'checks', { gaps: [] });
  await at.app.seal.mapUnlessOthersDo();
  // After the root: no map counts it yet.
  await say('M-2', 'checks', { gaps: [] });
  const { next } = await at.opened.store.head();
  at.app.seal.start();
  while (((await at.app.seal.status()).witnessed?.size ?? 0) < next)
    await new Promise((resolve) => setTimeout(resolve, 50));
  file = (await fetched('/v1/matters/M-1/evidence')).text;
  opened = (await fetched('/v1/matters/M-1/evidence?open=true')).text;
}, 60_000);
afterAll(async () => {
  await at.close();
  await witness.close();
  await rm(folder, { recursive: true });
});

describe('a file of evidence', () => {
  test('is proved under a policy of one’s own, and says what it does not prove', async () => {
    const outcome = await verifyEvidence(file, policy);
    expect([outcome.wrong, outcome.unsure, outcome.verdict]).toEqual([[], [], 'proved']);
    expect(outcome.checked.map(({ en }) => en)).toContain('witnessed by audit');
    expect(outcome.checked.map(({ en }) => en).join()).toMatch(
      /complete up to the root that event \d+ tells of \(the first \d+ events\), 3 in all; as claimed by the operator and recomputed by nobody/,
    );
    expect(outcome.left.map(({ en }) => en).join()).toContain('from');
    expect(file).not.toContain('张三');
  });
  test('without anybody to trust cannot be judged, and with somebody else is refuted', async () => {
    expect(await verdict(file, null)).toBe('undetermined');
    const { key: other } = (await SealKeys.create(join(folder, 'other'), 'log.example/test', '2026-01-01T00:00:00Z'))
      .signers[0]!;
    expect(await verdict(file, `log ${keyText(other)}\nquorum none\n`)).toBe('refuted');
    const strict = `${policy.replace('quorum audit\n', '')}witness x ${witness.key.replace('audit', 'other')}\n`;
    expect(await verdict(file, `${strict}quorum audit\n`)).toBe('refuted');
  });
  test('whose head nobody has cosigned is sealed, not witnessed', async () => {
    const all = lines(file);
    const head = JSON.parse(all.at(-1)!) as { head: string };
    const alone = head.head.split('\n').slice(0, -2).join('\n') + '\n';
    const outcome = await verifyEvidence(closed([...all.slice(0, -1), JSON.stringify({ head: alone })]), policy);
    expect([outcome.verdict, outcome.exitCode]).toEqual(['undetermined', 2]);
    expect(outcome.unsure[0]!.en).toContain('sealed, not witnessed');
  });
  test('opens fields one by one for who may, and the look is on record', async () => {
    const outcome = await verifyEvidence(opened, policy);
    expect(outcome.verdict).toBe('proved');
    const openings = lines(opened).filter((line) => line.startsWith('{"open":'));
    expect(openings).toHaveLength(1);
    expect(openings[0]).toContain('"value":"张三"');
    expect((await fetched('/v1/matters/M-1/evidence?open=true', 'auditor')).status).toBe(403);
    expect((await at.as('inspector').get('/v1/matters/M-1/evidence?open=true')).status).toBe(400);
    const looks = await at.opened.store.readRefs('viewed-matter', 'M-1');
    expect(looks).toHaveLength(1);
    const other = openings[0]!.replace('张三', '李四');
    expect(await verdict(closed(lines(opened).map((line) => (line === openings[0] ? other : line))))).toBe('refuted');
  });
  test('brings along the registers that were looked up', () => {
    const roles = lines(file).flatMap((line) => /"role":"(\w+)"/.exec(line)?.[1] ?? []);
    expect(roles.filter((role) => role === 'about').length).toBeGreaterThanOrEqual(2);
    expect(roles).toContain('register');
  });
});

describe('what is spoilt is refused', () => {
  test('any bit', async () => {
    const bytes = Buffer.from(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (place, bit) => {
        const changed = Buffer.from(bytes);
        changed[place]! ^= 1 << bit;
        expect(await verdict(changed.toString('utf8'))).toBe('refuted');
      }),
      { numRuns: 300 },
    );
  });
  test('any end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), async (length) => {
        expect(await verdict(file.slice(0, length))).toBe('refuted');
      }),
      { numRuns: 150 },
    );
    expect(await verdict(`${file}{}\n`)).toBe('refuted');
    expect(await verdict('')).toBe('refuted');
  });
  test('a line left out, twice, moved or brought in from another file, though counts and digest fit again', async () => {
    const other = lines((await fetched('/v1/matters/M-2/evidence')).text);
    const all = lines(file);
    const events = all.flatMap((line, n) => (line.includes('"role":"about"') ? [n] : []));
    const counting = (text: string, by: number) =>
      text.replace(/"about":"(\d+)"/, (_, n: string) => `"about":"${Number(n) + by}"`);
    const first = events[0]!;
    const foreign = other.find((line) => line.includes('"role":"about"'))!;
    const forged = [
      all.with(0, counting(all[0]!, -1)).toSpliced(first, 1),
      all.with(0, counting(all[0]!, 1)).toSpliced(first, 0, all[first]!),
      all.with(first, all[events[1]!]!).with(events[1]!, all[first]!),
      all.with(0, counting(all[0]!, 1)).toSpliced(events.at(-1)! + 1, 0, foreign),
      all.with(
        all.length - 1,
        other.at(-1)!.replace(/\\n(\d+)\\n/, (_, n: string) => `\\n${Number(n) + 1}\\n`),
      ),
      all.with(0, all[0]!.replace('"M-1"', '"M-2"')),
      [...all.slice(0, -1), '{"hello":1}', all.at(-1)!],
      all.with(first, all[first]!.replace('"role":"about"', '"role":"register"')),
      all.with(
        first,
        all[first]!.replace(/"index":"(\d+)"/, (_, n: string) => `"index":"${Number(n) + 1}"`),
      ),
    ];
    for (const [n, each] of forged.entries()) expect([n, await verdict(closed(each))]).toEqual([n, 'refuted']);
  });
});

describe('that these are all', () => {
  const why = async (all: readonly string[]) =>
    (await verifyEvidence(closed(all), policy)).wrong.map(({ en }) => en)[0];
  const counting = (text: string, by: number) =>
    text.replace(/"about":"(\d+)"/, (_, n: string) => `"about":"${Number(n) + by}"`);
  const is = (what: string) => (line: string) => line.includes(what);

  test('does not hold where one is withheld, the first, the last or any other, and it is said how many there are', async () => {
    const all = lines(file);
    for (const [n, line] of all.entries())
      if (is('"role":"about"')(line)) {
        const without = all.with(0, counting(all[0]!, -1)).toSpliced(n, 1);
        const told = await why(without);
        // Between two others a revision is missing, too, and that is seen first.
        expect(told).toMatch(/3 events refer to M-1, and the file holds 2: some are withheld|revision \d is missing/);
      }
    const last = all.findLastIndex(is('"role":"about"'));
    expect(await why(all.with(0, counting(all[0]!, -1)).toSpliced(last, 1))).toContain('the file holds 2');
  });
  test('is not proved by the proof of another, by one that is left out, or by any other word in it', async () => {
    const all = lines(file);
    const at = all.findIndex(is('{"complete":'));
    const other = lines((await fetched('/v1/matters/M-2/evidence')).text).find(is('{"complete":'))!;
    const proof = JSON.parse(all[at]!) as { complete: Record<string, unknown> };
    const changed = (more: object) => all.with(at, JSON.stringify({ complete: { ...proof.complete, ...more } }));
    const entry = proof.complete['at'] as { key: string; count: string; chain: string };
    const siblings = proof.complete['siblings'] as string[];
    const zeros = Buffer.alloc(32).toString('base64');
    expect(siblings.length).toBeGreaterThan(0); // how many depends on the salt of the first event
    const forged = [
      all.with(at, other),
      all.toSpliced(at, 1),
      all.toSpliced(at, 0, all[at]!),
      all.with(0, all[0]!.replace(/"complete":\{[^}]*\}/, '"complete":null')).toSpliced(at, 1),
      changed({ blind: zeros }),
      changed({ at: null }),
      changed({ at: { ...entry, count: '4' } }),
      changed({ at: { ...entry, count: 'x' } }),
      changed({ at: { ...entry, chain: zeros } }),
      changed({ at: { ...entry, key: zeros } }),
      changed({ siblings: siblings.slice(1) }),
      ...(siblings.length > 1 ? [changed({ siblings: siblings.toReversed() })] : []),
      changed({ siblings: [...siblings, zeros] }),
      changed({ siblings: Array.from({ length: 300 }, () => zeros) }),
      all.with(
        0,
        all[0]!.replace(/("complete":\{"root":"\d+","size":")\d+/, (_, start: string) => `${start}1`),
      ),
      all.filter((line) => !is('"role":"root"')(line)),
      all.map((line) => line.replace('"role":"root"', '"role":"register"')),
    ];
    for (const [n, each] of forged.entries()) expect([n, await verdict(closed(each))]).toEqual([n, 'refuted']);
  });
  test('is said up to its root, and who has made that again', async () => {
    const { text } = await fetched('/v1/matters/M-2/evidence');
    const { left } = await verifyEvidence(text, policy);
    expect(left.map(({ en }) => en).join()).toMatch(/that from \d+ on these are all \(1 in the file\)/);
    await verifyLedger({
      opened: at.opened,
      folder: at.app.seal.folder,
      full: true,
      elsewhere: [],
      scratch: null,
      signal: new AbortController().signal,
    });
    const { checked } = await verifyEvidence((await fetched('/v1/matters/M-1/evidence')).text, policy);
    expect(checked.map(({ en }) => en).join()).toMatch(/recomputed by mingzhang verify at 20.*, as the file says/);
  });
  test('tells nobody of the salt that would let others’ objects be guessed', async () => {
    const [first] = await at.opened.store.readStored(0, 1);
    const { salt } = JSON.parse(first!.bytes.toString('utf8')) as { salt: string };
    expect(file + opened).not.toContain(salt);
  });
});

test('as a program of one file, with exit codes', async () => {
  const paths = ['good', 'bad', 'policy'].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(paths[0], file);
  await writeFile(paths[1], file.replace('"type"', '"Type"'));
  await writeFile(paths[2], policy);
  const code = (args: string[]) =>
    run(process.execPath, [VERIFIER, ...args]).then(
      ({ stdout }) => [0, stdout],
      (error: { code: number; stdout: string }) => [error.code, error.stdout],
    );
  expect(await code([paths[0], '--trust', paths[2]])).toEqual([0, expect.stringContaining('已证实 proved')]);
  expect(await code([paths[1], '--trust', paths[2]])).toEqual([1, expect.stringContaining('refuted')]);
  expect(await code([paths[0]])).toEqual([2, expect.stringContaining('could not be judged')]);
});

if (!existsSync(CHROMIUM)) console.warn(`the page is not tried: there is no ${CHROMIUM}`);
(existsSync(CHROMIUM) ? test : test.skip)(
  'as one page from the disk, without a network',
  async () => {
    const shown = async (name: string, text: string, trust: string | null) => {
      const path = join(folder, name);
      await writeFile(path, await verifierPage(text));
      const hash = trust === null ? '' : `#trust=${encodeURIComponent(trust)}`;
      const { stdout } = await run(
        CHROMIUM,
        [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--proxy-server=127.0.0.1:9',
          `--user-data-dir=${join(folder, 'browser')}`,
          '--virtual-time-budget=10000',
          '--dump-dom',
          pathToFileURL(path).href + hash,
        ],
        { maxBuffer: 50_000_000, env: { ...process.env, HOME: folder } },
      );
      return stdout;
    };
    const good = await shown('good.html', opened, policy);
    expect(good).toContain('data-verdict="proved"');
    expect(good).toContain('MaterialsReceived');
    expect(await shown('unknown.html', opened, null)).toContain('data-verdict="undetermined"');
    const bad = await shown('bad.html', opened.replace('张三', '李四'), policy);
    expect(bad).toContain('data-verdict="refuted"');
    expect(bad).not.toContain('<td>MaterialsReceived');
  },
  60_000,
);
