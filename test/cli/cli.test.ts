/** `mingzhang` as people run it, beside each other, on one data folder: who signs in does so in a process of his own. */
import { instantOfMillis } from '../../projections/kernel/instant.js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.js';
import { SimulatedClock } from '../../src/ledger/clock.js';
import { openLedger } from '../../src/ledger/open.js';
import type { Context } from '../../src/kernel/decider.js';
import { ledgerSelf, SELF, systemContext } from '../../src/ledger/self.js';

import { IDENTITY_SELF, installation } from '../../src/areas/identity/account.js';
import { lead } from '../../src/areas/accountability/lead.js';
import { recusal } from '../../src/areas/accountability/recusal.js';
import { type App, createApp } from '../../src/http/app.js';
import { hashPassword } from '../../src/identity/factors.js';
import { makeAccount, setPassword } from '../../src/identity/people.js';
import { openLedger as openDatabase } from '../../src/postgres/ledgers.js';
import { joinServer, type Server } from '../../src/postgres/server.js';
import { alone, Terminal } from '../support/terminal.js';

let data: string;
let server: Server;
const env = () => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  MINGZHANG_DATA: data,
  MINGZHANG_DEMO_SIZE: '0.01',
});
const terminal = new Terminal(env);
const mingzhang = (...args: string[]) => terminal.run(...args);
const csv = (...rows: string[]) =>
  ['case:concept:name,id,concept:name,time:timestamp,org:resource', ...rows, ''].join('\n');
const MAPPING = `
mapping: 1
source: paper
zone: +08:00
case: { id: 'concept:name', prefix: '' }
event: { id: id, activity: 'concept:name', time: 'time:timestamp', actor: 'org:resource' }
activities:
  收件: { do: ReceiveMaterials, data: { materials: [] } }
  受理: { do: AcceptMatter, data: {} }
otherwise: { ignore: not of interest }
`;
const at = (name: string) => join(data, name);

const PASSWORD = 'a password for tests';
/** A ledger with an inspector, and an adapter whose key lies in `<ledger>.key`; the inspector signs in. */
async function signIn(ledger: string, login: string) {
  const signedIn = await alone(env(), '--ledger', ledger, 'login', login, '--password-file', at('password'));
  expect([signedIn.code, signedIn.err]).toEqual([0, '']);
}

/** A lead that nobody but the inspector has to do with, who has declared. */
async function beginAffair({ commands }: App, context: Context) {
  const allegations = [{ code: 'late', text: '逾期' }];
  const said = { source: 'complaint', profile: 'adm', subjects: [], orgs: ['market'], allegations };
  await commands.send(lead, 'L-1', { type: 'RegisterLead', data: said } as never, { context, key: 'lead' });
  await commands.send(lead, 'L-2', { type: 'RegisterLead', data: said } as never, { context, key: 'lead' });
  const declaring = { type: 'DeclareConflict', data: { conflict: false } } as const;
  await commands.send(recusal, 'L-1', declaring, { context, key: 'declared' });
}
async function inhabited(name: string, ahead?: number) {
  const database = await openDatabase(server, name);
  const folder = join(data, 'keys', name);
  const opened = await openLedger({
    name,
    serviceUrl: database.serviceUrl,
    keyFolders: [folder, `${folder}.copy`],
    ...(ahead !== undefined && { mode: 'demo' as const, clock: new SimulatedClock(ahead) }),
  });
  const app = await createApp(opened);
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const open = { type: 'OpenLedger' as const, data: { name, mode: 'real' as const, region: 'CN-GX' } };
  const isNew = (await opened.store.head()).next === 0;
  if (isNew) await app.commands.send(ledgerSelf, SELF, open, { context, key: 'open' });
  const parts = { opened, commands: app.commands, identity: app.identity };
  const person = (login: string) => ({ name: login, login, identifier: { kind: 'staff-no', value: login } });
  const { account } = await makeAccount(parts, { ...person('inspector'), roles: ['inspector'] });
  await setPassword(parts, account, await hashPassword(PASSWORD));
  const watcher = await makeAccount(parts, { ...person('watcher'), roles: ['audit-administrator'] });
  await setPassword(parts, watcher.account, await hashPassword(PASSWORD));
  const systems = ['paper', 'x'];
  const { key } = await makeAccount(parts, { ...person('adapter'), roles: ['adapter'], systems });
  await writeFile(at(`${name}.key`), key!);
  if (isNew) await beginAffair(app, { ...context, by: { ...context.by, person: account } });
  const waived = { type: 'WaiveSecondFactor' as const, data: { reason: 'a test' } };
  await app.commands.send(installation, IDENTITY_SELF, waived, { context, key: 'waive' });
  await app.close();
  await opened.close();
  await signIn(name, 'inspector');
}
const withKey = (ledger: string) => ['--key-file', at(`${ledger}.key`)];
/** What the test is about, without who has an account, and without what is sealed. */
const matters = (lines: readonly string[]) =>
  lines
    .flatMap((line) => (JSON.parse(line) as { event?: any }).event ?? [])
    .filter(({ stream }) => /^(ledger|matter)-/.test(stream));

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'mingzhang-cli-'));
  await chmod(data, 0o755); // so that the database's files stay in it, whoever runs this
  // The test is one of those who use the server, so that it does not stop and start with every command.
  server = await joinServer(readConfig({ ledger: 'town' }, env()), () => undefined);
  await writeFile(at('map.yaml'), MAPPING);
  await writeFile(at('password'), PASSWORD, { mode: 0o600 });
  await inhabited('town');
  await writeFile(
    at('log.csv'),
    csv(
      'A-1,1,收件,2024-03-01 09:00:00,甲',
      'A-1,2,受理,2024-03-01 10:00:00,乙',
      'A-1,3,喝茶,2024-03-01 11:00:00,乙',
      'A-2,4,收件,yesterday,甲',
      'A-2,5,受理,2024-03-02 10:00:00,甲',
    ),
  );
}, 180_000);
afterAll(async () => {
  terminal.close();
  await server.leave();
  await rm(data, { recursive: true });
});

describe('the command line', () => {
  test('imports, says what became of every event, and adds nothing the second time', async () => {
    const from = ['--mapping', at('map.yaml'), ...withKey('town')];
    const asked = ['--ledger', 'town', '--json', 'import', 'csv', at('log.csv'), ...from];
    const dry = await mingzhang(...asked, '--dry-run');
    expect([dry.code, dry.json.events.recorded]).toEqual([0, 3]);
    const first = await mingzhang(...asked);
    expect(first.json).toMatchObject({
      cases: 2,
      events: { read: 5, recorded: 3, ignored: 1, rejected: 1, unchanged: 0 },
      ignored: { 'not of interest': 1 },
    });
    const [rejected] = (await readFile(first.json.rejects, 'utf8')).trim().split('\n');
    expect(JSON.parse(rejected!)).toMatchObject({ line: 5, event: '4' });
    const second = await mingzhang(...asked);
    expect(second.json.events).toMatchObject({ recorded: 0, unchanged: 3 });
    const people = await mingzhang(...asked.filter((arg) => arg !== '--json'));
    expect(people.out).toMatch(/事件 events/);
  }, 60_000);

  test('tells a history, as of a moment and on a day, and why', async () => {
    const now = await mingzhang('--ledger', 'town', '--json', 'history', 'A-1');
    expect(now.json.entries.map(({ type }: any) => type)).toEqual(['MaterialsReceived', 'MatterAccepted']);
    expect(now.json.entries[1].irregularities).toMatchObject([{ code: 'item-not-in-force' }]);
    const index = now.json.entries[0].index;
    const then = await mingzhang('--ledger', 'town', '--json', 'history', 'A-1', '--as-of', String(index));
    expect(then.json.entries).toHaveLength(1);
    const shown = await mingzhang('--ledger', 'town', 'history', 'A-1', '--on', '2024-03-01');
    expect(shown.out).toMatch(/收件 materials received/);
    const why = await mingzhang('--ledger', 'town', '--json', 'why', 'matter_card', 'status=accepted');
    expect(why.json.map(({ key }: any) => key)).toEqual(expect.arrayContaining(['A-1', 'A-2']));
  }, 60_000);

  test('shows what waits, where an affair stands with all its guards, its file, and who may have been responsible', async () => {
    const { json } = await mingzhang('--ledger', 'town', '--json', 'docket');
    expect(json.items).toMatchObject([
      { stream: 'lead-L-1', limit: 'triage', conflict: null, suggestion: null },
      { stream: 'lead-L-2', conflict: 'declaration', next: [] },
    ]);
    expect((await mingzhang('--ledger', 'town', 'docket')).out).toMatch(/lead L-1 +│ 线索登记 +│ 提出拟办意见/);
    const affair = await mingzhang('--ledger', 'town', '--json', 'case', 'L-1');
    expect(affair.json).toMatchObject({
      machine: 'lead',
      status: 'registered',
      next: [{ command: 'ProposeTriage' }, {}],
    });
    expect((await mingzhang('--ledger', 'town', 'guards', 'L-1')).out).toMatch(/G13 .*已满足 met/);
    const page = ['case', 'L-1', '--html', at('file.html')];
    expect((await mingzhang('--ledger', 'town', ...page)).code).toBe(1); // without a purpose
    expect((await mingzhang('--ledger', 'town', ...page, '--purpose', '归档')).code).toBe(0);
    expect(await readFile(at('file.html'), 'utf8')).toContain('案卷 case file L-1');
    const asked = ['attribution', 'A-1', '--purpose', '核查'];
    expect((await mingzhang('--ledger', 'town', '--json', ...asked)).json).toMatchObject({ subjects: [] });
    const none = await mingzhang('--ledger', 'town', 'guards', 'L-none');
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/没有/)]);
  }, 60_000);

  test('exports, backs up, restores beside, rebuilds, and finds nothing wrong', async () => {
    expect((await mingzhang('--ledger', 'town', 'export')).err).toMatch(/--purpose/);
    const exported = (name: string) => mingzhang('--ledger', name, 'export', '--purpose', '移交档案');
    const lines = (await exported('town')).out.trim().split('\n');
    expect(matters(lines).map(({ type }) => type)).toEqual([
      'LedgerOpened',
      ...Array.from({ length: 3 }, () => expect.any(String)),
    ]);
    expect(JSON.parse(lines.at(-1)!).event.data).toEqual({ what: 'log', from: '0', purpose: '移交档案' });
    const backup = await mingzhang('--ledger', 'town', '--json', 'backup', at('town.gz'));
    expect(backup.json).toMatchObject({ events: String(lines.length + 1), mode: 'real' });
    expect((await mingzhang('--ledger', 'town', 'restore', at('town.gz'))).err).toMatch(/--ledger/);
    expect((await mingzhang('--ledger', 'demo', 'restore', at('town.gz'))).err).toMatch(/demo facts/);
    expect((await mingzhang('--ledger', 'copy', 'restore', at('town.gz'))).code).toBe(0);
    await inhabited('copy'); // what signs people in is in no backup
    const copied = (await exported('copy')).out.trim().split('\n');
    expect(copied.slice(0, lines.length)).toEqual(lines);
    // Who took the log away is administration: an inspector may not know, the audit administrator may.
    const refused = await mingzhang('--ledger', 'copy', 'looks', 'log', '--purpose', '核对');
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/not permitted/)]);
    await signIn('copy', 'watcher');
    const looks = await mingzhang('--ledger', 'copy', '--json', 'looks', 'log', '--purpose', '核对');
    expect([looks.code, looks.err]).toEqual([0, '']);
    expect(looks.json.rows).toMatchObject([
      { objectId: 'log', purpose: '移交档案', count: copied.length },
      { objectId: 'backup', purpose: '备份 backup', count: lines.length + 1, by: null },
      { objectId: 'log', purpose: '移交档案', count: lines.length },
    ]);
    const asked = await mingzhang('--ledger', 'copy', 'looks', 'looks', 'log/', '--purpose', '核对');
    expect(asked.out).toMatch(/核对/);
    await signIn('copy', 'inspector');
    await mingzhang('--ledger', 'copy', 'why', 'matter_card', 'A-1'); // its tables are filled by then
    const rebuilt = await mingzhang('--ledger', 'copy', '--json', 'rebuild', 'matter_card', '--drop');
    expect(rebuilt.json).toMatchObject({
      rebuilt: [{ name: 'matter_card', difference: { same: 3, changed: 0 }, stopped: null }],
      dropped: [rebuilt.json.rebuilt[0].replaced],
    });
    const doctor = await mingzhang('--ledger', 'copy', '--json', 'doctor', '--deep');
    expect(doctor.json.filter(({ ok, warning }: { ok: boolean; warning?: true }) => !ok && !warning)).toEqual([]);
    expect(doctor.code).toBe(0);
  }, 90_000);

  test('inspects a log that nobody has mapped, and drafts a mapping', async () => {
    const found = await mingzhang('--json', 'import', 'inspect', at('log.csv'));
    expect(found.json).toMatchObject({ events: 5, cases: 2, activities: [{ count: 2 }, { count: 2 }, { count: 1 }] });
    await writeFile(
      at('draft.yaml'),
      (await mingzhang('import', 'inspect', at('log.csv'), '--draft')).out.replaceAll('FILL-IN', 'x'),
    );
    const tried = await mingzhang(
      '--ledger',
      'town',
      '--json',
      'import',
      'csv',
      at('log.csv'),
      '--mapping',
      at('draft.yaml'),
      '--dry-run',
      ...withKey('town'),
    );
    expect(tried.json.events).toMatchObject({ read: 5, rejected: 1, recorded: 4 });
  }, 60_000);

  test('takes a statement, reconciles it, lists what is left over, and writes a file for spreadsheets', async () => {
    const account = '4501';
    const entry = (ref: string, amount: string, text: string) =>
      `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2024-03-04</Dt></BookgDt><AcctSvcrRef>${ref}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
    const inside = `<Stmt><Id>S1</Id><Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct>${entry('R1', '15.00', '45012400000000000001')}${entry('R2', '2.00', '=1+1')}</Stmt>`;
    const xmlns = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';
    await writeFile(at('s.xml'), `<Document xmlns="${xmlns}"><BkToCstmrStmt>${inside}</BkToCstmrStmt></Document>`);
    const money = (...args: string[]) => mingzhang('--ledger', 'town', '--json', ...args);
    const from = ['import', 'camt', at('s.xml'), '--source', 'x', ...withKey('town')];
    const taken = await money(...from);
    expect(taken.json).toMatchObject({
      events: { recorded: 3, rejected: 0 },
      statements: [{ statement: 'S1', rows: 2, creditsFen: '1700', differenceFen: null }],
      reconciled: { inputs: { paid: { rows: 2, fen: '1700' } }, opened: 4 },
    });
    const again = await money(...from);
    expect(again.json).toMatchObject({ events: { unchanged: 3, recorded: 0 }, reconciled: null });
    const found = await money('breaks', '--csv', at('breaks.csv'));
    expect(found.json.rows.map(({ code, subject }: any) => `${code} ${subject}`)).toEqual([
      'BK-05 4501-R1',
      'BK-07 4501-R2',
      'BK-08 4501-R1',
      'BK-08 4501-R2',
    ]);
    expect(await readFile(at('breaks.csv'), 'utf8')).toMatch(/^\uFEFFcode,name,名称.*\r\nBK-05,/);
    const told = await mingzhang('--ledger', 'town', 'reconcile', '--from', '2024-03', '--to', '2024-03', '--residues');
    expect(told.code).toBe(0);
    expect(told.out).toMatch(/开票—到账.*17\.00/);
    expect(told.out).toMatch(/残差 4 项，合计 0\.00 元/);
    const cell = ['--from', '2024-03', '--org', 'none', '--item', 'none'];
    const why = await money('reconcile', ...cell, '--figure', 'misdirectedFen');
    expect(why.json).toMatchObject({
      toldFen: '1700',
      fen: '1700',
      rows: [{ table: 'payment', id: '4501-R1', fen: '1500' }, { id: '4501-R2' }],
    });
    expect(why.json.rows[0].events).toHaveLength(1);
    const one = await mingzhang('--ledger', 'town', 'breaks', found.json.rows[0].break);
    expect(one.out).toMatch(/BK-05 已缴未开票[^]*4501-R1[^]*差异/);
    const each = await mingzhang('--ledger', 'town', 'reconcile', '--identities', ...cell);
    expect(each.out).toMatch(/— — 2024-03.*到账—缴存.*17\.00.*入错账户 17\.00/);
    const asked = await mingzhang('--ledger', 'town', 'reconcile', '--figure', 'paidFen');
    expect([asked.code === 0, asked.err]).toEqual([false, expect.stringMatching(/misdirectedFen/)]);
  }, 120_000);

  test.each([
    ['a matter that is not there', ['history', 'nobody'], /knows nothing of the matter/],
    ['a day that is none', ['history', 'A-1', '--on', '2024-02-30'], /YYYY-MM-DD/],
    ['a month that is none', ['reconcile', '--from', '2024-13'], /from 应为月份 YYYY-MM[^]*from is a month, YYYY-MM/],
    ['a moment to come', ['history', 'A-1', '--as-of', '999999'], /does not reach/],
    ['a table that is not there', ['why', 'cards', 'x'], /There is no table/],
    [
      'a file that is not there',
      ['import', 'csv', '/nowhere.csv', '--mapping', 'mappings/wabo-receipt.yaml'],
      /not permitted/,
    ],
    ['no mapping', ['import', 'csv', 'x.csv'], /--mapping/],
    ['a backup that is none', ['restore', 'package.json', '--ledger', 'x'], /unknown option|gzip/],
    ['a command that is not there', ['destroy'], /unknown command/],
  ])(
    'says what is wrong: %s',
    async (_, args, sentence) => {
      const { code, err } = await mingzhang('--ledger', 'town', ...args);
      expect(code).not.toBe(0);
      expect(err).toMatch(sentence);
      expect(err).not.toMatch(/at .*\.js:\d+/);
    },
    30_000,
  );

  test('a clock behind the ledger stops writing, until somebody accepts it; then ledger time stands still', async () => {
    await inhabited('ahead', Date.now() + 3_600_000);
    const from = ['--mapping', at('map.yaml'), ...withKey('ahead')];
    const asked = ['--ledger', 'ahead', '--json', 'import', 'csv', at('log.csv'), ...from];
    const before = await mingzhang(...asked);
    expect([before.code, before.err]).toEqual([1, expect.stringMatching(/clock is behind the ledger/)]);
    const found = await mingzhang('--ledger', 'ahead', '--json', 'doctor');
    expect(found.json.find(({ what }: { what: string }) => what === 'clock').ok).toBe(false);
    const accepted = await mingzhang(
      '--ledger',
      'ahead',
      '--json',
      'doctor',
      '--accept-clock',
      '--reason',
      '时钟曾快一小时',
    );
    expect(accepted.json.accepted).toBe(true);
    expect((await mingzhang(...asked)).json.events.recorded).toBe(3);
    const exported = await mingzhang('--ledger', 'ahead', 'export', '--purpose', '核对');
    const times = matters(exported.out.trim().split('\n')).map(({ recordedAt }) => recordedAt);
    expect(new Set(times.slice(1)).size).toBe(1);
  }, 60_000);
});
