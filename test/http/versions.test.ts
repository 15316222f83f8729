/** A rule changes: its new version is filled beside the old one, shown, adopted by two people, and only then heard. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { addDays, dayOf } from '../../projections/kernel/instant.js';
import type { Rule } from '../../projections/kernel/rule.js';
import { outOfCentreAcceptance } from '../../projections/rules/dual-acceptance.js';
import { rules } from '../../projections/rules/index.js';
import { ledgerSelf, SELF, systemContext } from '../../src/ledger/self.js';
import { dropRetired } from '../../src/read/rebuild.js';
import { ITEM } from '../support/item.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const today = dayOf(new Date().toISOString());
const DA01: Rule = outOfCentreAcceptance;
/** Village points are no offence any more, and exemptions are no excuse. */
const second: Rule = {
  ...DA01,
  version: 2,
  judge: (act, look, parameters) => {
    const verdict = DA01.judge(act, look, parameters);
    if (verdict?.about.placeKind === 'village-point') return { ...verdict, result: 'cleared' };
    return verdict?.tested['exempt'] ? { ...verdict, result: 'violation' } : verdict;
  },
};
const changed = rules.map((rule) => (rule.id === DA01.id ? second : rule));

const until = async <T>(look: () => Promise<T>, enough: (seen: T) => boolean): Promise<T> => {
  for (let n = 0; ; n++) {
    const seen = await look();
    if (enough(seen) || n === 200) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
const findings = async (query: string) => (await at.as('inspector').get(`/v1/findings?${query}`)).body.rows ?? [];
/** `M-1 open 1`: matter, status and version of what DA-01 has found. */
const told = async () =>
  (await findings('rule=DA-01'))
    .map((row: any) => `${row.matterId} ${row.status} ${row.ruleVersion} ${row.times}`)
    .toSorted();
const difference = () => at.as('leader').get('/v1/rules/DA-01/difference');
const matters = (rows: any[]) => rows.map(({ matterId }) => matterId).toSorted();
const tables = async () => {
  const pool = new Pool({ connectionString: at.opened.serviceUrl });
  const { rows } = await pool.query(
    `select version, state, "table" from read.tables where name = 'verdict_da_01' order by version`,
  );
  await pool.end();
  return rows as { version: number; state: string; table: string }[];
};
/** Registered so late that another rule finds it as well: when that is told, DA-01 has been asked. */
async function accept(id: string, kind: string): Promise<void> {
  const occurredAt = `${addDays(today, -6)}T10:00:00+08:00`;
  const registeredAt = `${today}T00:00:00+08:00`;
  const body = {
    id,
    command: 'AcceptMatter',
    data: { itemCode: 'SP-1' },
    occurredAt,
    precision: 'second',
    source: { system: 'market-system', batch: 'b', case: id, event: '1', registeredAt },
    place: { kind, org: 'market' },
    channel: 'department-system',
    by: { org: 'market' },
  };
  expect((await at.as('adapter').post('/v1/reports/matters', body, id)).status).toBe(201);
  await until(
    () => findings(`rule=BF-01&matterId=${id}`),
    (rows) => rows.length > 0,
  );
}

beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'], org: 'centre' },
    { name: 'inspector', staffNo: '4', roles: ['inspector'] },
    { name: 'leader', staffNo: '6', roles: ['leader'] },
    { name: 'adapter', staffNo: '8', roles: ['adapter'], systems: ['market-system'] },
  ]);
  const context = systemContext(at.opened, new Date().toISOString());
  const data = { name: 'test', mode: 'real', region: 'CN-GX' } as const;
  await at.app.commands.send(ledgerSelf, SELF, { type: 'OpenLedger', data }, { context, key: 'open' });
  at.app.policies.start();
  const item = { from: '2024-01-01', ...ITEM };
  const registrar = at.as('registrar');
  expect((await registrar.post('/v1/items/SP-1/versions', item, '1')).status).toBe(201);
  const entry = { centre: 'centre', from: '2024-02-01', document: '目录' };
  expect((await registrar.post('/v1/items/SP-1/entries', entry, '2')).status).toBe(201);
  const exemption = {
    id: 'market',
    command: 'ApproveExemption',
    data: {
      exemption: 'H-1',
      scope: { items: ['SP-1'], places: ['special-hall'], channels: null },
      approver: { name: '市政府', level: 'government' },
      decidedOn: '2024-02-01',
      document: '市政发1号',
      obligations: [],
      from: '2024-02-01',
      to: addDays(today, 90),
    },
    occurredAt: '2024-02-01T00:00:00+08:00',
    precision: 'day',
    source: { system: 'market-system', batch: 'b', case: 'H-1', event: '1', registeredAt: null },
  };
  expect((await at.as('adapter').post('/v1/reports/catalogue', exemption, 'h1')).status).toBe(201);
  await accept('M-office', 'department-office');
  await accept('M-village', 'village-point');
  await accept('M-hall', 'special-hall');
}, 60_000);
afterAll(() => at.close());

describe('a new version of a rule', () => {
  test('before it, the first speaks', async () => {
    expect(await told()).toEqual(['M-office open 1 1', 'M-village open 1 1']);
    expect((await difference()).body).toEqual({ version: 1, new: [], gone: [], changed: [], unchanged: 2 });
  });

  test('it is filled beside the first, and shows what it would change', async () => {
    const before = await tables();
    expect(before).toMatchObject([{ version: 1, state: 'serving' }]);
    await at.restart({ rules: changed });
    at.app.policies.start();
    const { body } = await until(difference, ({ status }) => status === 200);
    expect([matters(body.new), matters(body.gone), body.changed, body.unchanged]).toEqual([
      ['M-hall'],
      ['M-village'],
      [],
      1,
    ]);
    expect(body.new[0]).toMatchObject({ result: 'violation', placeKind: 'special-hall', tested: { exempt: true } });
    expect(await tables()).toMatchObject([
      { version: 1, state: 'retired', table: before[0]!.table },
      { version: 2, state: 'serving' },
    ]);
  }, 30_000);

  test('it says nothing by itself, of what was and of what comes', async () => {
    expect((await at.as('leader').get('/v1/rules/DA-01')).body).toMatchObject({ version: 2, speaks: false });
    await accept('M-late', 'department-office');
    await accept('M-inside', 'centre-window'); // told after another look at what M-late came to
    expect(await told()).toEqual(['M-office open 1 1', 'M-village open 1 1']);
    expect(matters((await difference()).body.new)).toEqual(['M-hall', 'M-late']);
  }, 30_000);

  test('two people adopt it, and no other version; then findings are raised and withdrawn', async () => {
    const inspector = at.as('inspector');
    const proposal = {
      pack: '第二版',
      values: {},
      from: addDays(today, 1),
      source: '市效能办',
      grade: 'D',
      reason: '修订',
    };
    const propose = (ruleVersion: number, key: string) =>
      inspector.post('/v1/rules/DA-01/packs', { ...proposal, ruleVersion }, key);
    expect((await propose(1, 'p1')).status).toBe(409);
    expect((await propose(3, 'p3')).status).toBe(409);
    expect((await propose(2, 'p2')).status).toBe(201);
    expect(await told()).toEqual(['M-office open 1 1', 'M-village open 1 1']);
    const alone = await inspector.post('/v1/rules/DA-01/pack-adoptions', { reason: '同意' }, 'a1');
    expect(JSON.stringify(alone.body)).toContain('second-person-needed');
    const adopted = await at.as('leader').post('/v1/rules/DA-01/pack-adoptions', { reason: '同意' }, 'a2');
    expect(adopted.status).toBe(201);
    const expected = ['M-hall open 2 1', 'M-late open 2 1', 'M-office open 1 1', 'M-village withdrawn 1 1'];
    expect(await until(told, (lines) => JSON.stringify(lines) === JSON.stringify(expected))).toEqual(expected);
    expect((await difference()).body).toEqual({ version: 2, new: [], gone: [], changed: [], unchanged: 3 });
    expect((await at.as('leader').get('/v1/rules/DA-01')).body).toMatchObject({ version: 2, speaks: true });
  }, 30_000);

  test('the first version is gone for good, also for a program that still has it', async () => {
    const [first] = await tables();
    expect(await dropRetired(at.opened.serviceUrl, ['verdict_da_01'])).toEqual([first!.table]);
    expect(await tables()).toMatchObject([{ version: 2, state: 'serving' }]);
    await at.restart();
    at.app.policies.start();
    expect((await difference()).status).toBe(503);
    await accept('M-after', 'department-office');
    await accept('M-within', 'centre-window');
    const lines = ['M-hall open 2 1', 'M-late open 2 1', 'M-office open 1 1', 'M-village withdrawn 1 1'];
    expect(await told()).toEqual(lines);
    await at.restart({ rules: changed });
    at.app.policies.start();
    const after = await until(told, ({ length }) => length > 4);
    expect(after).toEqual(['M-after open 2 1', ...lines]);
  }, 60_000);
});
