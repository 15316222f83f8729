import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, dayOf } from '../../projections/kernel/instant.js';
import { projections } from '../../projections/index.js';
import { rules } from '../../projections/rules/index.js';
import { rebuild } from '../../src/read/rebuild.js';
import { ledgerSelf, SELF, systemContext } from '../../src/ledger/self.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const today = dayOf(new Date().toISOString());
const item = {
  from: '2024-01-01',
  name: '食品经营许可',
  department: 'market',
  level: 'city',
  legalBasis: ['食品安全法 art. 35'],
  statutory: { n: 20, unit: 'working-day' },
  promised: { n: 15, unit: 'working-day' },
  promiseReason: '现场核查',
  materials: [],
  steps: [],
  mustEnter: true,
};
beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'], org: 'centre' },
    { name: 'handler', staffNo: '2', roles: ['handler'], post: 'h', org: 'market' },
    { name: 'other', staffNo: '3', roles: ['handler'], post: 'o', org: 'health' },
    { name: 'inspector', staffNo: '4', roles: ['inspector'] },
    { name: 'second', staffNo: '5', roles: ['inspector'] },
    { name: 'leader', staffNo: '6', roles: ['leader'] },
    { name: 'clerk', staffNo: '7', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
    { name: 'adapter', staffNo: '8', roles: ['adapter'], systems: ['market-system'] },
    { name: 'involved', staffNo: '9', roles: ['inspector'], post: 'm', org: 'market' },
  ]);
  const context = systemContext(at.opened, new Date().toISOString());
  const data = { name: 'test', mode: 'real', region: 'CN-GX' } as const;
  await at.app.commands.send(ledgerSelf, SELF, { type: 'OpenLedger', data }, { context, key: 'open' });
  at.app.policies.start();
});
afterAll(() => at.close());

const found = async (query: string, wanted: (rows: any[]) => boolean) => {
  for (let n = 0; ; n++) {
    const { body } = await at.as('inspector').get(`/v1/findings?${query}`);
    if ((body.rows && wanted(body.rows)) || n === 100) return body.rows ?? body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
const report = (id: string, occurredAt: string) => ({
  id,
  command: 'AcceptMatter',
  data: { itemCode: 'SP-1' },
  occurredAt,
  precision: 'second',
  source: { system: 'market-system', batch: 'b', case: id, event: '1', registeredAt: occurredAt },
  place: { kind: 'department-office', org: 'market' },
  channel: 'department-system',
  by: { org: 'market' },
});

describe('findings over HTTP', () => {
  test('an acceptance outside is found, explained by its unit, and let go of by two people', async () => {
    const registrar = at.as('registrar');
    expect((await registrar.post('/v1/items/SP-1/versions', item, '1')).status).toBe(201);
    const entry = { centre: 'centre', from: '2024-02-01', document: '目录' };
    expect((await registrar.post('/v1/items/SP-1/entries', entry, '2')).status).toBe(201);
    const occurredAt = `${addDays(today, -1)}T10:00:00+08:00`;
    expect((await at.as('adapter').post('/v1/reports/matters', report('M-1', occurredAt), '3')).status).toBe(201);
    const [row] = await found('rule=DA-01', (rows) => rows.length > 0);
    expect(row).toMatchObject({
      rule: 'DA-01',
      matterId: 'M-1',
      org: 'market',
      severity: 'red',
      status: 'open',
      certain: true,
    });
    const page = (await at.as('inspector').get(`/v1/findings/${row.finding}`)).body;
    expect(page).toMatchObject({
      rule: { id: 'DA-01', title: { zh: '大厅外受理' } },
      evidence: [{ type: 'MatterAccepted', stream: 'matter-M-1', place: { kind: 'department-office' } }],
      now: { result: 'violation' },
    });
    expect(page.toClear.map(({ test: name }: any) => name)).toContain('exempt');
    expect((await at.as('clerk').get('/v1/findings')).status).toBe(403);

    const of = `/v1/findings/${row.finding}`;
    expect((await at.as('other').post(`${of}/acknowledgements`, {}, 'a')).status).toBe(404); // not to be known of
    expect((await at.as('handler').post(`${of}/acknowledgements`, {}, 'a')).status).toBe(201);
    const explained = await at.as('handler').post(`${of}/explanations`, { explanation: '系统默认地点有误' }, 'e');
    expect(explained.status).toBe(201);
    const proposal = { reason: '地点录入错误', dataError: true };
    expect((await at.as('inspector').post(`${of}/waiver-proposals`, proposal, 'p')).status).toBe(201);
    const alone = await at.as('inspector').post(`${of}/waivers`, { reason: '同意' }, 'w');
    expect(alone.status).toBe(409);
    expect(JSON.stringify(alone.body)).toContain('second-person-needed');
    for (const what of ['waivers', 'waiver-refusals']) {
      const involved = await at.as('involved').post(`${of}/${what}`, { reason: '同意' }, what);
      expect([involved.status, JSON.stringify(involved.body)]).toEqual([
        409,
        expect.stringContaining('finding-of-own-unit'),
      ]);
    }
    const waived = await at.as('second').post(`${of}/waivers`, { reason: '同意' }, 'w');
    expect(waived.status).toBe(201);
    const after = (await at.as('leader').get(`${of}?after=${waived.body.after}`)).body;
    expect(after.finding).toMatchObject({ status: 'waived', dataError: true, explanation: '系统默认地点有误' });
    const counts = (await at.as('leader').get('/v1/findings/counts?by=rule,status')).body;
    expect(counts).toContainEqual({ rule: 'DA-01', status: 'waived', count: 1 });
  });

  test('an exemption of the day before, registered late, withdraws; asked as of before, it still stands', async () => {
    const occurredAt = `${today}T00:10:00+08:00`;
    await at.as('adapter').post('/v1/reports/matters', report('M-2', occurredAt), 'm2');
    await found('matterId=M-2', (rows) => rows.some(({ status }) => status === 'open'));
    const before = (await at.opened.store.head()).next - 1;
    const approval = {
      exemption: 'H-1',
      scope: { items: ['SP-1'], places: null, channels: null },
      approver: { name: '市政府', level: 'government' },
      decidedOn: today,
      document: '市政发1号',
      obligations: [],
      from: today,
      to: addDays(today, 90),
    };
    const source = { system: 'market-system', batch: 'b', case: 'H-1', event: '1', registeredAt: null };
    const body = {
      id: 'market',
      command: 'ApproveExemption',
      data: approval,
      occurredAt: `${today}T00:00:00+08:00`,
      precision: 'day',
      source,
    };
    expect((await at.as('adapter').post('/v1/reports/catalogue', body, 'h1')).status).toBe(201);
    const rows = await found('matterId=M-2&rule=DA-01', (all) => all[0]?.status === 'withdrawn');
    expect(rows[0]).toMatchObject({ status: 'withdrawn', tested: { exempt: true } });
    const then = await at.as('inspector').get(`/v1/findings?matterId=M-2&rule=DA-01&asOf=${before}`);
    expect(then.body.rows[0]).toMatchObject({ status: 'open', tested: { exempt: false } });
    const history = await at.as('inspector').get('/v1/matters/M-2/history');
    expect(JSON.stringify(history.body)).toContain('FindingWithdrawn');
  });

  test('rules say what they judge by, and two people change it for days to come', async () => {
    const list = (await at.as('inspector').get('/v1/rules')).body;
    expect(list.rules).toHaveLength(rules.length);
    expect(list.rules.find(({ id }: any) => id === 'DA-01').verdicts).toEqual({
      violation: 1,
      cleared: 1,
      undetermined: 0,
    });
    const pack = {
      pack: '市规则包2',
      values: { windowDays: 60 },
      from: addDays(today, 10),
      source: '市效能办〔2026〕1号',
      grade: 'B',
      reason: '缩短期间',
    };
    const propose = (body: object, key: string) => at.as('inspector').post('/v1/rules/DA-02/packs', body, key);
    expect((await propose({ ...pack, from: today }, '1')).status).toBe(409);
    expect((await propose({ ...pack, values: { days: 60 } }, '2')).status).toBe(409);
    expect((await propose(pack, '3')).status).toBe(201);
    expect((await at.as('inspector').post('/v1/rules/DA-02/pack-adoptions', { reason: '同意' }, '4')).status).toBe(409);
    const adopted = await at.as('leader').post('/v1/rules/DA-02/pack-adoptions', { reason: '同意' }, '5');
    expect(adopted.status).toBe(201);
    const valueOn = async (on: string) =>
      (await at.as('leader').get(`/v1/rules/DA-02?on=${on}&after=${adopted.body.after}`)).body.parameters[0].value;
    expect([await valueOn(addDays(today, 9)), await valueOn(addDays(today, 10))]).toEqual([90, 60]);
    expect((await at.as('leader').get('/v1/rules/XX-99')).status).toBe(404);
    const difference = (await at.as('leader').get('/v1/rules/DA-01/difference')).body;
    expect(difference).toMatchObject({ new: [], gone: [], unchanged: 1 });
  });

  test('entry rates by unit and day, places of an item by day', async () => {
    const on = (day: string) =>
      at
        .as('leader')
        .get(`/v1/entry-rates?on=${day}`)
        .then(({ body }) => body.rows);
    expect(await on('2024-01-31')).toEqual([
      { department: 'market', mustEnter: 1, entered: 0, exempt: 0, percent: 0, missing: ['SP-1'] },
    ]);
    expect(await on('2024-02-01')).toMatchObject([{ entered: 1, percent: 100, missing: [] }]);
    const places = (await at.as('inspector').get('/v1/items/SP-1/places')).body.rows;
    expect(places.map(({ outside, exempt }: any) => [outside, exempt])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('a table that looks at rows of others, some of which do not exist, is rebuilt alone', async () => {
    const setup = { url: at.opened.serviceUrl, store: at.opened.store, projections };
    const rebuilt = await rebuild(setup, ['deadline', 'place_day']);
    expect(rebuilt.map(({ name, stopped }) => [name, stopped])).toEqual([
      ['deadline', null],
      ['place_day', null],
    ]);
    for (const { difference } of rebuilt) expect(difference).toMatchObject({ changed: 0, onlyOld: 0, onlyNew: 0 });
  }, 30_000);
});
