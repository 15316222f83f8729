/** Who looked: what it takes, that it is on the record before the answer leaves, what it costs, and who may know of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { Client } from 'pg';
import type { Message } from '../../projections/kernel/message.js';
import { account } from '../../src/areas/identity/account.js';
import type { Decider } from '../../src/kernel/decider.js';
import { sending } from '../../src/ledger/commands.js';
import { sealEnvelope } from '../../src/ledger/envelope.js';
import { purposeOf } from '../../src/http/looking.js';
import { systemContext } from '../../src/ledger/self.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const from = '2024-01-01';
const purpose = (text: string) => ({ 'x-purpose': encodeURIComponent(text) });
const ABOUT = '/v1/events/about?type=post&id=p1';
const INSPECTORS = ['one', 'two', 'three', 'four'];
/** Of the account `granted`: in force for the one reporter, and over for the other. */
const LEAVE = [
  { object: { type: 'reporter', id: 'R-1' }, from, to: '2999-01-01' },
  { object: { type: 'reporter', id: 'R-2' }, from, to: '2024-06-01' },
];
let grants: readonly string[];

/** As the area that keeps reporters will have it. */
const reporter: Decider<{ status: 'any' }, Message, Message> = {
  category: 'reporter',
  initial: { status: 'any' },
  evolve: (state) => state,
  commands: {
    Note: {
      says: { zh: '登记', en: 'note' },
      from: 'any',
      guards: [],
      events: (data: object) => [
        {
          type: 'ReporterNoted',
          data,
          classification: 'sealed',
          refs: [{ type: 'matter', id: 'M-1', role: 'about' }],
        },
      ],
    },
  },
};

beforeAll(async () => {
  at = await service(
    [
      { name: 'registrar', staffNo: '1', roles: ['registrar'], org: 'centre' },
      ...INSPECTORS.map((name, n) => ({ name, staffNo: `1${n}`, roles: ['inspector'] as const })),
      { name: 'granted', staffNo: '20', roles: ['inspector'] },
      { name: 'auditor', staffNo: '21', roles: ['auditor'] },
      { name: 'clerk', staffNo: '22', roles: ['clerk'], post: 'p2', org: 'centre', window: '1' },
      { name: 'audit-administrator', staffNo: '23', roles: ['audit-administrator'] },
      { name: 'adapter', staffNo: '24', roles: ['adapter'], systems: ['petitions'] },
    ],
    { limits: { holder: { burst: 1e9, perSecond: 1e9 }, address: { burst: 1e9, perSecond: 1e9 } } },
  );
  const registrar = at.as('registrar');
  const staff = { identifier: { kind: 'staff-no', value: '77' }, personal: { name: '梁某' } };
  await registrar.post('/v1/posts/p1', { name: '岗', org: 'centre', from }, '1');
  await registrar.post('/v1/posts/p1/postings', { staff, staffKind: 'contract', from }, '2');
  await at.as('clerk').post('/v1/matters/M-1/receipts', { itemCode: 'A-1', materials: [] }, '3');
  const context = systemContext(at.opened, new Date().toISOString());
  const note = {
    type: 'Note',
    data: { who: { identifier: { kind: 'phone', value: '1' }, personal: { name: '韦某' } } },
  };
  const { account: id } = at.tokenOf('granted');
  for (const { object, ...days } of LEAVE) {
    const data = { object, ...days, purpose: '核实举报', document: '批件' };
    await at.app.commands.send(account, id, { type: 'GrantAccess', data }, { context, key: object.id });
  }
  grants = (await at.opened.store.readStream(`account-${id}`)).flatMap(({ type, id: event }) =>
    type === 'AccessGranted' ? [event] : [],
  );
  at.app.identity.forget();
  // The tables are made by then.
  await at.app.reader.until(String((await at.opened.store.head()).next - 1), 60_000);
  for (const id of ['R-1', 'R-2']) await sending(at.opened)(reporter, id, note, { context, key: id });
}, 90_000);
afterAll(() => at.close());

const last = async () => `after=${(await at.opened.store.head()).next - 1}`;
const looksSince = async (index: number) =>
  (await at.opened.store.readTypes(['AccessViewed', 'LogExported'], index, 1000)) as any[];
const next = async () => (await at.opened.store.head()).next;
/** As the role that owns the log. */
async function admin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: at.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Requests that really come at once: on one connection, in one piece. Answers what came back. */
function pipelined(who: string, purposes: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(at.url);
  const request = (text: string, n: number) =>
    [
      `GET ${ABOUT} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${at.tokenOf(who).token}`,
      `x-purpose: ${encodeURIComponent(text)}`,
      `connection: ${n === purposes.length - 1 ? 'close' : 'keep-alive'}`,
      '\r\n',
    ].join('\r\n');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(purposes.map(request).join('')));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

describe('a purpose', () => {
  const given = (headers: object, query: object = {}) => purposeOf({ headers, query } as never);
  const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  test('is a header, percent-encoded or plain UTF-8, or a parameter', () => {
    expect(given({ 'x-purpose': encodeURIComponent('核查 M-1') })).toBe('核查 M-1');
    expect(given({ 'x-purpose': latin1('核查') })).toBe('核查');
    expect(given({}, { purpose: '核查' })).toBe('核查');
    expect(given({ 'x-purpose': '' })).toBeNull();
    expect(given({ 'x-purpose': '%20' })).toBeNull();
    expect(given({})).toBeNull();
    expect(given({}, { purpose: '字'.repeat(200) })).toBe('字'.repeat(200));
  });
  test.each([
    ['too long', {}, { purpose: '字'.repeat(201) }],
    ['two lines', { 'x-purpose': 'a%0Ab' }, {}],
    ['not UTF-8', { 'x-purpose': '\xff' }, {}],
    ['half an escape', { 'x-purpose': '100%' }, {}],
    ['half a character', {}, { purpose: '\ud800' }],
    ['twice', {}, { purpose: ['a', 'b'] }],
  ])('is not: %s', (_, headers, query) => expect(() => given(headers, query)).toThrow('parameter-unusable'));
  test('without one nothing is shown and nothing recorded', async () => {
    const before = await next();
    for (const path of [
      ABOUT,
      '/v1/events/export',
      '/v1/looks?type=post&id=p1',
      '/v1/matters/M-1/history?looks=true',
    ]) {
      const { status, body } = await at.as('one').get(path);
      expect([path, status, body.code]).toEqual([path, 400, 'purpose-missing']);
      expect(body.zh.title).toBe('未说明查阅事由');
    }
    expect(await next()).toBe(before);
  });
});

describe('gathered', () => {
  test('200 reads at once by four people cost far fewer commits, and each is on the record once', async () => {
    const before = await next();
    const asked = Array.from({ length: 200 }, (_, n) => n);
    const answers = await Promise.all(
      INSPECTORS.map((who, k) =>
        pipelined(
          who,
          asked.filter((n) => n % 4 === k).map((n) => `核查 ${n}`),
        ),
      ),
    );
    expect(answers.join('').match(/HTTP\/1\.1 200 OK/g)).toHaveLength(200);
    expect(answers.join('').match(/梁某/g)).toHaveLength(200);
    const looks = await looksSince(before);
    expect(looks.map(({ data }) => data.purpose).toSorted()).toEqual(asked.map((n) => `核查 ${n}`).toSorted());
    // Rows that one transaction wrote have the same xmin.
    const commits = await admin(async (client) => {
      const { rows } = await client.query<{ n: number }>(
        `select count(distinct xmin::text)::int as n from log.events where type = 'AccessViewed' and index >= $1`,
        [before],
      );
      return rows[0]!.n;
    });
    expect(commits).toBeLessThan(20);
    const revisions = new Map<string, number[]>();
    for (const { stream, revision } of looks) revisions.set(stream, [...(revisions.get(stream) ?? []), revision]);
    for (const [, all] of revisions) expect(all).toEqual(all.map((_, n) => all[0]! + n));
  }, 30_000);

  test('the answer waits for the record', async () => {
    const before = await next();
    let answered = false;
    await admin(async (client) => {
      await client.query('begin');
      await client.query('select next from log.head for update');
      const answer = at
        .as('one')
        .get(ABOUT, purpose('等待'))
        .then((value) => {
          answered = true;
          return value;
        });
      // Until the writer stands before the lock with the look in hand.
      const waiting = `select 1 from pg_stat_activity
        where datname = current_database() and application_name = 'mingzhang writer' and wait_event_type = 'Lock'`;
      await admin(async (other) => {
        while ((await other.query(waiting)).rows.length === 0) await new Promise((resolve) => setImmediate(resolve));
      });
      expect(answered).toBe(false);
      await client.query('rollback');
      expect((await answer).status).toBe(200);
    });
    expect(await looksSince(before)).toHaveLength(1);
  }, 30_000);

  test('where it cannot be written nothing is shown, and afterwards it can be asked again', async () => {
    const before = await next();
    const allow = (word: 'grant' | 'revoke') =>
      admin(async (client) => {
        const { rows } = await client.query<{ append: string; service: string }>(
          `select p.oid::regprocedure::text as append, s.usename as service from pg_proc p,
             (select distinct usename from pg_stat_activity where application_name = 'mingzhang writer'
                and datname = current_database()) s
           where p.pronamespace = 'log'::regnamespace and p.proname = 'append'`,
        );
        const { append, service: role } = rows[0]!;
        await client.query(`${word} execute on function ${append} ${word === 'grant' ? 'to' : 'from'} "${role}"`);
      });
    await allow('revoke');
    const refused = await Promise.all(
      [ABOUT, '/v1/events/export', '/v1/looks?type=post&id=p1'].map((path) => at.as('two').get(path, purpose('核查'))),
    ).finally(() => allow('grant'));
    for (const { status, body, headers } of refused) {
      expect([status, body.code]).toEqual([503, 'look-not-recorded']);
      expect(headers.get('retry-after')).toBe('2');
      expect(JSON.stringify(body)).not.toMatch(/梁某|personal|look"|rows/);
    }
    expect(await next()).toBe(before);
    expect((await at.as('two').get(ABOUT, purpose('核查'))).status).toBe(200);
    expect(await looksSince(before)).toHaveLength(1);
  }, 30_000);
});

describe('what is sealed', () => {
  const of = (id: string) => `/v1/events/about?type=reporter&id=${id}`;
  test('is not there for whoever has no grant in force for it, and nobody is asked what for', async () => {
    const before = await next();
    for (const [who, path] of [
      ['one', of('R-1')],
      ['granted', of('R-2')],
      ['granted', of('R-3')],
      ['one', of('nobody')],
      ['one', '/v1/events/about?type=viewed-reporter&id=R-1'],
      ['one', '/v1/looks?type=reporter&id=R-1'],
      ['one', '/v1/looks?type=reporter'],
    ] as const)
      for (const headers of [{}, purpose('好奇')]) {
        const { status, body } = await at.as(who).get(path, headers);
        expect([who, path, status, body.code]).toEqual([who, path, 404, 'not-found']);
      }
    expect(await next()).toBe(before);
  });
  test('is opened under a grant, which the record names', async () => {
    const before = await next();
    expect((await at.as('granted').get(of('R-1'))).body.code).toBe('purpose-missing');
    const { body } = await at.as('granted').get(of('R-1'), purpose('核实举报'));
    expect(body.events[0].data.who.personal.name).toBe('韦某');
    const [look, ...more] = await looksSince(before);
    expect(more).toEqual([]);
    expect(look).toMatchObject({
      classification: 'sealed',
      data: { fields: 'sealed', grant: grants[0], purpose: '核实举报', object: { type: 'reporter', id: 'R-1' } },
    });
    expect(look.refs).toContainEqual({ type: 'viewed-person', id: body.events[0].data.who.personId, role: 'opened' });
  });
  test('stands in no history, page or export of others; an export keeps its digest', async () => {
    const events = await at.opened.store.readTypes(['ReporterNoted'], 0, 10);
    const [sealed] = events;
    const history = await at.as('one').get('/v1/matters/M-1/history');
    expect(history.body.entries.map(({ type }: any) => type)).toEqual(['MaterialsReceived']);
    const about = await at.as('one').get('/v1/events/about?type=matter&id=M-1', purpose('核查'));
    expect(about.body.events.map(({ type }: any) => type)).toEqual(['MaterialsReceived']);
    const page = async (who: string) =>
      (await at.as(who).get(`/v1/events?from=${sealed!.index}&limit=1`)).body.events[0];
    expect(await page('one')).toEqual({ index: String(sealed!.index), classification: 'sealed', withheld: true });
    expect(await page('granted')).toMatchObject({ stream: 'reporter-R-1', type: 'ReporterNoted' });
    const exported = String((await at.as('auditor').get('/v1/events/export', purpose('审计'))).body).split('\n');
    const [stored] = await at.opened.store.readStored(sealed!.index, 1);
    expect(exported[sealed!.index]).toBe(
      `{"index":"${sealed!.index}","digest":"sha256:${stored!.digest.toString('hex')}","withheld":"sealed"}`,
    );
    expect(exported.join()).not.toMatch(/ReporterNoted|reporter-R/);
  });
});

describe('who looked', () => {
  test('at a matter, a person or by a person; asking is a look itself, and latest comes first', async () => {
    const before = await next();
    await at.as('three').get('/v1/events/about?type=post&id=p1', purpose('派驻检查'));
    const [look] = await looksSince(before);
    const person = look.refs.find(({ role }: any) => role === 'opened').id;
    const { body } = await at.as('one').get(`/v1/looks?type=post&id=p1&${await last()}`, purpose('复核'));
    expect(body.rows[0]).toMatchObject({
      by: look.actor.person,
      purpose: '派驻检查',
      fields: 'personal',
      within: null,
    });
    const opened = await at.as('one').get(`/v1/looks?type=person&id=${person}`, purpose('复核'));
    expect(opened.body.rows[0]).toMatchObject({ event: look.id, within: { type: 'post', id: 'p1' } });
    const by = await at.as('one').get(`/v1/looks?by=${look.actor.person}&limit=1`, purpose('复核'));
    expect(by.body.rows[0]).toMatchObject({ event: look.id });
    const then = await at.as('one').get(`/v1/looks?type=person&id=${person}&asOf=${look.index - 1}`, purpose('复核'));
    expect(then.body.rows.map(({ event }: any) => event)).not.toContain(look.id);
    const asked = await at
      .as('audit-administrator')
      .get(`/v1/looks?type=looks&id=post/p1&${await last()}`, purpose('内审'));
    expect(asked.body.rows[0]).toMatchObject({ fields: 'administration', purpose: '复核', action: 'looks.read' });
  });
  test('inspectors know of matters and people, the audit administrator of everything, others of nothing', async () => {
    for (const who of ['clerk', 'auditor', 'registrar', 'adapter'])
      expect((await at.as(who).get('/v1/looks?type=post&id=p1', purpose('看看'))).status).toBe(403);
    const refused = await at.as('one').get('/v1/looks?type=log', purpose('看看'));
    expect([refused.status, refused.body.action]).toEqual([403, 'administration.read']);
    const types = async (who: string) => {
      const { body } = await at.as(who).get(`/v1/looks?limit=1000&${await last()}`, purpose('核对'));
      return new Set(body.rows.map(({ objectType }: any) => objectType));
    };
    expect(await types('one')).toEqual(new Set(['post', 'person', 'matter']));
    expect(await types('audit-administrator')).toEqual(
      new Set(['post', 'person', 'matter', 'log', 'looks', 'reporter']),
    );
    expect((await at.as('one').get('/v1/looks?id=p1', purpose('x'))).status).toBe(400);
  });
  test('stands in the history of a matter where it is asked for, and moves nothing', async () => {
    await at.as('four').get('/v1/events/about?type=matter&id=M-1', purpose('督查'));
    const plain = (await at.as('one').get('/v1/matters/M-1/history')).body;
    expect(plain.entries.map(({ kind }: any) => kind)).toEqual(['event']);
    const path = '/v1/matters/M-1/history?looks=true';
    const { body } = await at.as('one').get(path, purpose('复核'));
    expect(body.state).toEqual(plain.state);
    expect(body.entries[0]).toEqual(plain.entries[0]);
    const { length } = body.entries;
    expect(body.entries.at(-1)).toMatchObject({ kind: 'look', status: 'received', changed: [], idleDays: 0 });
    expect(body.entries.at(-1).data.purpose).toBe('督查');
    const refused = await at.as('clerk').get(path, purpose('看看'));
    expect([refused.status, refused.body.action]).toEqual([403, 'looks.read']);
    // That somebody asked is told of the looks, not of the matter.
    expect((await at.as('one').get(path, purpose('再看'))).body.entries).toHaveLength(length);
  });
  test('in another system, as it reports; without a purpose it is marked', async () => {
    const occurredAt = '2026-01-05T10:00:00.000+08:00';
    const report = (event: string, data: object) => ({
      id: 'petitions-2026',
      command: 'RecordView',
      data: { object: { type: 'matter', id: 'M-9' }, fields: 'personal', grant: null, ...data },
      occurredAt,
      precision: 'second',
      by: { person: { kind: 'staff-no', value: '55' }, org: 'petitions' },
      source: { system: 'petitions', batch: 'b', case: 'log', event, registeredAt: occurredAt },
    });
    const tell = (body: object) => at.as('adapter').post('/v1/reports/access', body, 'k');
    expect((await tell(report('1', { purpose: '' }))).body.outcome).toBe('recorded');
    expect((await tell(report('2', { purpose: '阅办', count: 3 }))).body.outcome).toBe('recorded');
    expect((await tell(report('3', {}))).status).toBe(400);
    const [bare, reasoned] = await at.opened.store.readStream('access-petitions-2026');
    expect(bare!.irregularities).toMatchObject([{ code: 'purpose-missing' }]);
    expect(reasoned).toMatchObject({ irregularities: [], data: { purpose: '阅办', count: 3, action: null } });
    const { body } = await at.as('one').get(`/v1/looks?type=matter&id=M-9&${await last()}`, purpose('核查'));
    expect(body.rows).toMatchObject([{ system: 'petitions' }, { system: 'petitions', org: 'petitions' }]);
  });
});

test('a look of the first version is read, and says nothing of a purpose', async () => {
  const before = await next();
  await at.as('two').get(ABOUT, purpose('核查'));
  const [look] = await looksSince(before);
  const { index, ...envelope } = look;
  const stream = 'access-of-old';
  const data = { object: { type: 'matter', id: 'M-1' }, fields: 'personal', events: 4 };
  const id = '00000000-0000-8000-8000-000000000001';
  const refs = [{ type: 'viewed-matter', id: 'M-1', role: 'viewed' }];
  const old = { ...envelope, id, stream, revision: 0, version: 1, data, refs, commandId: id, correlation: id };
  await at.opened.store.append({ stream, expected: -1, unchanged: {}, events: [sealEnvelope(old)] });
  const { body } = await at.as('one').get(`/v1/looks?type=matter&id=M-1&limit=1000&${await last()}`, purpose('核查'));
  expect(body.rows.find(({ event }: any) => event === id)).toMatchObject({ purpose: null, count: 4, action: null });
  const history = await at.as('one').get('/v1/matters/M-1/history?looks=true', purpose('核查'));
  expect(history.body.entries.find((entry: any) => entry.id === id).data).toMatchObject({ purpose: null, count: 4 });
  expect(index).toBeGreaterThan(0);
});
