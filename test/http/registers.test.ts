import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const from = '2024-01-01';
const item = {
  name: '占道审批',
  department: 'city',
  level: 'city',
  legalBasis: ['城市道路管理条例 art. 31'],
  statutory: { n: 10, unit: 'working-day' },
  promised: { n: 5, unit: 'working-day' },
  promiseReason: null,
  materials: [],
  steps: [],
  mustEnter: true,
};
beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'], org: 'centre' },
    { name: 'handler', staffNo: '2', roles: ['handler'], post: 'h', org: 'city' },
    { name: 'inspector', staffNo: '3', roles: ['inspector'] },
    { name: 'adapter', staffNo: '4', roles: ['adapter'], systems: ['city-system'] },
    { name: 'back-registrar', staffNo: '5', roles: ['back-registrar'], systems: ['paper'] },
  ]);
});
afterAll(() => at.close());
const send = (body: object, role = 'adapter', key = 'k') => at.as(role).post('/v1/reports/matters', body, key);
const last = async () => `after=${(await at.opened.store.head()).next - 1}`;

describe('registers over HTTP', () => {
  test('items: versions in force on a day, entry, abolition, and why', async () => {
    const [registrar, anybody] = [at.as('registrar'), at.as('handler')];
    expect((await registrar.post('/v1/items/I-1/versions', { ...item, from }, '1')).status).toBe(201);
    const entry = { centre: 'centre', from: '2024-02-01', document: '目录' };
    expect((await registrar.post('/v1/items/I-1/entries', entry, '2')).status).toBe(201);
    expect((await anybody.post('/v1/items/I-1/entries', entry, '2')).status).toBe(403);
    const exit = {
      centre: 'centre',
      from: '2024-04-01',
      reason: '场地搬迁',
      approver: '市政府',
      document: '市政发9号',
    };
    expect((await registrar.post('/v1/items/I-1/exits', exit, 'x1')).status).toBe(201);
    expect((await registrar.post('/v1/items/I-1/exits', exit, 'x2')).status).toBe(409);
    const back = { ...entry, from: '2024-05-01' };
    expect((await registrar.post('/v1/items/I-1/entries', back, 'x3')).status).toBe(201);
    const second = { ...item, name: '占道审批（新）', from: '2024-06-01' };
    expect((await registrar.post('/v1/items/I-1/versions', second, '3')).status).toBe(201);
    const before = (await at.opened.store.head()).next - 1;
    const abolition = { from: '2025-01-01', document: '决定', successor: 'I-2' };
    const abolished = await registrar.post('/v1/items/I-1/abolitions', abolition, '4');
    expect(abolished.status).toBe(201);
    const on = async (day: string, more = '') =>
      (await anybody.get(`/v1/items?on=${day}&${await last()}${more}`)).body.rows.map((r: any) => r.name);
    expect(await on('2023-12-31')).toEqual([]);
    expect(await on('2024-05-31')).toEqual(['占道审批']);
    expect(await on('2024-06-01')).toEqual(['占道审批（新）']);
    expect(await on('2025-01-01')).toEqual([]);
    expect(await on('2025-01-01', `&asOf=${before}`)).toEqual(['占道审批（新）']);
    const one = await anybody.get('/v1/items/I-1');
    expect(one.body).toMatchObject({
      rows: [{ version: 1 }, { version: 2 }],
      entries: [
        { from: '2024-02-01', to: '2024-04-01' },
        { from: '2024-05-01', to: null },
      ],
    });
    const why = await anybody.get('/v1/items/I-1/why');
    expect(why.body.rows.map(({ type }: any) => type)).toEqual([
      'ItemPublished',
      'ItemPublished',
      'ItemPublished',
      'ItemAbolished',
    ]);
    const next = await anybody.get('/v1/items/I-1/next');
    expect(next.body).toMatchObject({ status: 'abolished', next: [{ command: 'LeaveCentre' }] });
  });

  test('exemptions: a unit applies for itself, the decision of the government is registered', async () => {
    const scope = { items: ['I-1'], places: ['on-site-session'], channels: null };
    const application = { exemption: 'H-1', scope, reason: '现场办理' };
    const other = await at.as('handler').post('/v1/exemptions/market/applications', application, '1');
    expect(other.status).toBe(403);
    expect((await at.as('handler').post('/v1/exemptions/city/applications', application, '1')).status).toBe(201);
    const approval = {
      exemption: 'H-1',
      scope,
      approver: { name: '市政府', level: 'government' },
      decidedOn: '2024-01-10',
      document: '市政发1号',
      obligations: [],
      from: '2024-02-01',
      to: '2024-08-01',
    };
    const { document: _, ...without } = approval;
    const refused = await at.as('registrar').post('/v1/exemptions/city/approvals', without, '2');
    expect(refused.body.broken.map(({ code }: any) => code)).toEqual(['exemption-document-missing']);
    expect((await at.as('registrar').post('/v1/exemptions/city/approvals', approval, '3')).status).toBe(201);
    const on = async (day: string) =>
      (await at.as('handler').get(`/v1/exemptions?org=city&on=${day}&${await last()}`)).body.rows.length;
    expect([await on('2024-01-31'), await on('2024-02-01'), await on('2024-08-01')]).toEqual([0, 1, 0]);
    expect((await at.as('handler').get('/v1/exemptions/city/H-1/why')).body.rows).toHaveLength(2);
  });

  test('posts: names are sealed, powers are shown with their days', async () => {
    const registrar = at.as('registrar');
    await registrar.post('/v1/centres/centre', { name: '中心', region: 'CN-GX', from }, '1');
    await registrar.post('/v1/centres/centre/windows', { window: '1', name: '窗口', from }, '2');
    await registrar.post('/v1/posts/p1', { name: '岗', org: 'centre', centre: 'centre', window: '1', from }, '3');
    const staff = { identifier: { kind: 'staff-no', value: '77' }, personal: { name: '梁某' } };
    const posted = await registrar.post('/v1/posts/p1/postings', { staff, staffKind: 'contract', from }, '4');
    expect(posted.status).toBe(201);
    const powers = { powers: ['accept', 'supervise'], items: ['I-1'], document: '授权书', from, to: '2025-01-01' };
    expect((await registrar.post('/v1/posts/p1/powers', powers, '5')).status).toBe(201);
    const { body } = await at.as('handler').get(`/v1/centres/centre?${await last()}`);
    expect(body).toMatchObject({ centre: { name: '中心' }, windows: [{ window: '1' }], posts: [{ post: 'p1' }] });
    expect(body.posts[0].state.grants).toMatchObject([{ power: 'accept', items: ['I-1'] }, { power: 'supervise' }]);
    expect(JSON.stringify(body)).not.toContain('梁某');
    const bad = await registrar.post('/v1/posts/p1/powers', { ...powers, powers: ['rule'] }, '6');
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '/powers']);
  });
});

describe('what is personal', () => {
  test('is opened for an inspector only, and the look is on the record, but not in the history of what was looked at', async () => {
    const staff = { identifier: { kind: 'staff-no', value: '78' }, personal: { name: '岑某' } };
    await at.as('registrar').post('/v1/posts/p9', { name: '岗', org: 'centre', from }, '1');
    await at.as('registrar').post('/v1/posts/p9/postings', { staff, staffKind: 'contract', from }, '2');
    const about = '/v1/events/about?type=post&id=p9';
    for (const role of ['registrar', 'handler', 'adapter']) expect((await at.as(role).get(about)).status).toBe(403);
    const before = (await at.opened.store.head()).next;
    const asked = await at.as('inspector').get(about);
    expect([asked.status, asked.body.code]).toEqual([400, 'purpose-missing']);
    const { body } = await at.as('inspector').get(about, { 'x-purpose': encodeURIComponent('核查派驻') });
    expect(body.events[1].data.staff.personal.name).toBe('岑某');
    const [look, ...more] = await at.opened.store.readAll(before, 10);
    expect(more).toEqual([]);
    expect(look).toMatchObject({
      type: 'AccessViewed',
      version: 2,
      data: {
        object: { type: 'post', id: 'p9' },
        fields: 'personal',
        purpose: '核查派驻',
        grant: null,
        action: 'personal.open',
        count: 2,
      },
      stream: `access-${look!.actor.person}`,
    });
    expect((await at.opened.store.readRefs('post', 'p9')).map(({ type }) => type)).toEqual([
      'PostCreated',
      'StaffPosted',
    ]);
    expect((await at.opened.store.readRefs('viewed-post', 'p9')).map(({ id }) => id)).toEqual([look!.id]);
  });
});

describe('reports over HTTP', () => {
  const occurredAt = '2024-03-04T10:00:00.000+08:00';
  const report = (more: object = {}, source: object = {}) => ({
    id: 'R-1',
    command: 'AcceptMatter',
    data: { itemCode: 'I-1', acceptanceNo: 'BM-1' },
    occurredAt,
    precision: 'second',
    by: { org: 'city', person: { kind: 'city-staff', value: '9' } },
    place: { kind: 'department-office', org: 'city' },
    channel: 'department-system',
    source: { system: 'city-system', batch: 'b1', case: 'R-1', event: '1', registeredAt: occurredAt, ...source },
    ...more,
  });

  test('what happened elsewhere is recorded with who handed it over, and the same again adds nothing', async () => {
    expect((await send(report())).body.outcome).toBe('recorded');
    expect((await send(report(), 'adapter', 'other')).body.outcome).toBe('unchanged');
    const changed = await send(report({ data: { itemCode: 'I-1', acceptanceNo: 'BM-2' } }));
    expect(changed.body.outcome).toBe('changed');
    const [first, second] = await at.opened.store.readStream('matter-R-1');
    expect(first).toMatchObject({
      type: 'MatterAccepted',
      place: { kind: 'department-office' },
      source: { system: 'city-system', batch: 'b1', row: 'R-1/event:1' },
      actor: { org: 'city', authMethod: 'adapter' },
    });
    expect(first!.refs.map(({ role }) => role)).toEqual(expect.arrayContaining(['actor', 'reporter']));
    expect(second).toMatchObject({
      type: 'SourceRowChanged',
      data: { before: { acceptanceNo: 'BM-1' }, after: { acceptanceNo: 'BM-2' } },
    });
    const counted = await at.as('inspector').get(`/v1/acceptances/counts?by=itemCode,placeKind&${await last()}`);
    expect(counted.body).toEqual([{ itemCode: 'I-1', placeKind: 'department-office', count: 1 }]);
    const why = await at.as('inspector').get('/v1/acceptances/why?itemCode=I-1');
    expect(why.body.rows.map(({ id }: any) => id)).toEqual([first!.id]);
  });
  test('nobody reports for a system that is not his, and a person says why so late', async () => {
    const before = (await at.opened.store.head()).next;
    const paper = { system: 'paper', case: 'P-1' };
    expect((await send(report({}, paper))).status).toBe(403);
    expect((await send(report(), 'inspector')).status).toBe(403);
    const without = await send(report({ id: 'R-2' }, paper), 'back-registrar');
    expect([without.status, without.body.errors[0].pointer]).toEqual([400, '/reason']);
    expect((await at.opened.store.head()).next).toBe(before);
    const told = await send(report({ id: 'R-2', reason: '停电期间纸质登记' }, paper), 'back-registrar');
    expect(told.body.outcome).toBe('recorded');
    const history = await at.as('inspector').get('/v1/matters/R-2/history');
    expect(history.body.entries).toMatchObject([{ backRegistered: '停电期间纸质登记', reported: true }]);
  });
  test.each([
    ['/command', report({ command: 'Destroy' })],
    ['/data/mode', report({ data: { mode: 'x' } })],
    ['/data/actor', report({ data: { actor: 'me' } })],
    ['/occurredAt', report({ occurredAt: '2024-03-04' })],
    ['/source/system', report({}, { system: undefined })],
    ['/id', report({ id: '../x' })],
  ])('what cannot be read is told by its field: %s', async (pointer, body) => {
    const before = (await at.opened.store.head()).next;
    const answer = await send(body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
    expect((await at.opened.store.head()).next).toBe(before);
  });
  test('registers are reported, too; a row of theirs that changed is recorded as such', async () => {
    const published = { ...item, from };
    const body = report({ id: 'I-9', command: 'PublishItem', data: published }, { case: 'I-9' });
    const post = (of: object) => at.as('adapter').post('/v1/reports/catalogue', of, 'k');
    expect((await post(body)).body.outcome).toBe('recorded');
    expect((await post({ ...body, data: { ...published, name: '改名' } })).body.outcome).toBe('changed');
    expect((await at.opened.store.readStream('item-I-9')).map(({ type }) => type)).toEqual([
      'ItemPublished',
      'SourceRowChanged',
    ]);
  });
});

describe('both clocks of a matter', () => {
  test('day by day, with a procedure that is not counted, now and as of before it', async () => {
    const day = (date: string, name: string, off: boolean) => ({ date, name, off });
    const days = [
      day('2024-04-04', '清明节', true),
      day('2024-04-05', '清明节', true),
      day('2024-04-07', '清明节', false),
    ];
    const gazetted = await at.as('registrar').post('/v1/calendars/CN/2024', { papers: ['通知'], days }, 'g');
    expect(gazetted.status).toBe(201);
    let n = 0;
    const tell = async (command: string, data: object, on: string) => {
      const source = { system: 'city-system', batch: 'b', case: 'C-1', event: String(n++), registeredAt: null };
      const body = { id: 'C-1', command, data, occurredAt: `${on}T09:00:00+08:00`, precision: 'second', source };
      expect((await send(body)).body.outcome).toBe('recorded');
      return (await at.opened.store.head()).next - 1;
    };
    const accepted = await tell('AcceptMatter', { itemCode: 'I-1' }, '2024-04-01');
    const told = { on: '2024-04-03', servedBy: 'message' };
    await tell('PauseMatter', { kind: 'inspection', reason: '检验', declaredEnd: '2024-04-12', told }, '2024-04-03');
    await tell('ResumeMatter', {}, '2024-04-09');
    const clocks = async (query: string) => (await at.as('inspector').get(`/v1/matters/C-1/clocks?${query}`)).body;
    const now = await clocks('on=2024-04-10');
    expect([now.promised.due, now.statutory.due]).toEqual(['2024-04-12', '2024-04-19']);
    const trace = now.promised.trace.map((d: any) => [d.day.slice(5), d.counted, d.pausedBy !== null]);
    expect(trace.slice(0, 10)).toEqual([
      ['04-01', false, false],
      ['04-02', true, false],
      ['04-03', false, true],
      ['04-04', false, true],
      ['04-05', false, true],
      ['04-06', false, true],
      ['04-07', false, true],
      ['04-08', false, true],
      ['04-09', true, false],
      ['04-10', true, false],
    ]);
    expect((await clocks(`on=2024-04-10&asOf=${accepted}`)).promised.due).toBe('2024-04-09');
    const card = await at.as('inspector').get(`/v1/matters/C-1?${await last()}`);
    expect(card.body).toMatchObject({ promisedDue: '2024-04-12', statutoryDue: '2024-04-19', provisional: true });
    const due = await at.as('inspector').get('/v1/matters/due?by=2024-04-11');
    expect(due.body.rows.map(({ matterId }: any) => matterId)).not.toContain('C-1');
    expect((await clocks('on=x')).code).toBe('parameter-unusable');
  });
});

describe('the log as it grows', () => {
  test('is told by server-sent events, with the index as id, from where a reader left off', async () => {
    const head = (await at.opened.store.head()).next;
    const stop = new AbortController();
    const { token } = at.tokenOf('inspector');
    const response = await fetch(`${at.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${token}`, 'last-event-id': String(head - 2) },
      signal: stop.signal,
    });
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const ids: number[] = [];
    let text = '';
    const decoder = new TextDecoder();
    const written = at.as('registrar').post('/v1/items/S-1/versions', { ...item, from }, 's');
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (const [, id] of text.matchAll(/^id: (\d+)$/gm)) if (!ids.includes(Number(id))) ids.push(Number(id));
      if (ids.length >= 2) break;
    }
    stop.abort();
    expect((await written).body.index).toBe(String(head));
    expect(ids).toEqual([head - 1, head]);
    expect(text).toContain('event: ItemPublished');
    const refused = await at.ask('GET', '/v1/events/stream', {});
    expect(refused.status).toBe(401);
  });
});
