import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { sha256 } from '../../src/ledger/identity.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'], post: 'registry', org: 'centre' },
    { name: 'inspector', staffNo: '2', roles: ['inspector'] },
    { name: 'leader', staffNo: '3', roles: ['leader'] },
  ]);
});
afterAll(() => at.close());

const path = (year: number) => `/v1/calendars/CN/${year}`;
const year = (of: number, name = '元旦') => ({ papers: ['通知'], days: [{ date: `${of}-01-01`, name, off: true }] });
const length = async () => (await at.opened.store.head()).next;

describe('who may come in', () => {
  test('nobody without a token, and not with a wrong one', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Bearer ${'a'.repeat(43)}` }]) {
      const { status, body } = await at.ask('GET', path(2026), headers as Record<string, string>);
      expect([status, body.code]).toEqual([401, 'not-authenticated']);
    }
  });
  test('only who the table names, and nothing is written for others', async () => {
    const before = await length();
    const { status, body } = await at.as('inspector').post(path(2026), year(2026), 'k');
    expect([status, body.code, body.action]).toEqual([403, 'not-permitted', 'calendar.GazetteYear']);
    expect((await at.as('leader').get('/v1/events/export')).status).toBe(403);
    expect(await length()).toBe(before);
  });
  test('the actor comes from the session', async () => {
    const { body } = await at.as('registrar').post(path(2000), year(2000), 'actor');
    const [event] = await at.opened.store.readAll(Number(body.index), 1);
    expect(event!.actor).toMatchObject({ post: 'registry', org: 'centre', authMethod: 'session' });
    const claimed = await at.as('registrar').post(path(2001), { ...year(2001), actor: 'me' }, 'claimed');
    expect([claimed.status, claimed.body.errors[0].pointer]).toEqual([400, '/actor']);
  });
});

describe('commands', () => {
  test('the same key is answered the same, with another body 422', async () => {
    const first = await at.as('registrar').post(path(2010), year(2010), 'once');
    expect(first).toMatchObject({ status: 201, body: { revision: 0 } });
    expect((await at.as('registrar').post(path(2010), year(2010), 'once')).body).toEqual({
      ...first.body,
      repeated: true,
    });
    const other = await at.as('registrar').post(path(2010), year(2010, 'x'), 'once');
    expect([other.status, other.body.code]).toEqual([422, 'key-reused']);
  });
  test('a refusal names the guard, its basis and the event in the way', async () => {
    await at.as('registrar').post(path(2011), year(2011), 'a');
    const [gazetted] = await at.opened.store.readStream('calendar-CN-2011');
    const { status, body } = await at.as('registrar').post(path(2011), year(2011), 'b');
    expect([status, body.code]).toEqual([409, 'refused']);
    expect(body.broken).toMatchObject([
      { code: 'out-of-order', refs: [gazetted!.id], says: { zh: '当前状态下不能办理此操作' } },
    ]);
  });
  test('without a key, or with a stale revision, nothing is done', async () => {
    const before = await length();
    expect((await at.as('registrar').post(path(2012), year(2012), '')).body.code).toBe('idempotency-key-missing');
    const stale = await at.as('registrar').post(path(2012), year(2012), 'k', { 'if-match': '"4"' });
    expect([stale.status, stale.body.currentRevision]).toEqual([412, -1]);
    expect(await length()).toBe(before);
  });
  test('a dry run says what it would record, and records nothing', async () => {
    const before = await length();
    const { body } = await at.as('registrar').post(`${path(2013)}?dryRun=true`, year(2013), 'k');
    expect(body).toMatchObject({ dryRun: true, events: [{ type: 'CalendarYearGazetted' }] });
    expect(await length()).toBe(before);
  });
  test('at once, one is recorded and the others learn of it', async () => {
    const all = await Promise.all(
      Array.from({ length: 32 }, (_, n) => at.as('registrar').post(path(2014), year(2014), `race-${n}`)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    const [winner] = await at.opened.store.readStream('calendar-CN-2014');
    const others = all.filter(({ status }) => status === 409);
    expect(others).toHaveLength(31);
    for (const { body } of others) expect(body.broken[0].refs).toEqual([winner!.id]);
  });
});

describe('bad input is told where it is bad, and nothing is written', () => {
  const bad: readonly [string, unknown, number, string][] = [
    ['not JSON', '{"papers":', 400, 'not-json'],
    ['nothing', '', 400, 'not-json'],
    ['broken UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'not-utf8'],
    ['a list', '[]', 400, 'body-unusable'],
    ['a prototype', '{"__proto__":{"x":1}}', 400, 'not-json'],
    ['too large', JSON.stringify({ papers: ['x'.repeat(1_100_000)] }), 413, 'body-too-large'],
    ['a NUL', { ...year(2020), papers: ['a\u0000b'] }, 400, 'body-unusable'],
    [
      'half a character',
      '{"papers":["\\ud800"],"days":[{"date":"2020-01-01","name":"x","off":true}]}',
      400,
      'body-unusable',
    ],
    ['no day', { papers: ['x'], days: [{ date: '2020-02-30', name: 'x', off: true }] }, 400, 'body-unusable'],
  ];
  test.each(bad)('%s', async (_name, body, status, code) => {
    const before = await length();
    const answer = await at.as('registrar').post(path(2020), body, 'bad');
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat \/|node_modules|\.ts:/);
    expect(await length()).toBe(before);
  });
  test('a fault is pointed at', async () => {
    const body = { papers: ['x'], days: [{ date: '2020-01-01', name: 'x', off: 1, more: 2 }] };
    const answer = await at.as('registrar').post(path(2020), body, 'bad');
    const pointers = answer.body.errors.map((fault: { pointer: string }) => fault.pointer);
    expect(pointers.toSorted()).toEqual(['/days/0/more', '/days/0/off']);
    const held = await at.as('registrar').post(path(2020), { ...year(2020), papers: ['\u0000'] }, 'bad');
    expect(held.body.errors[0].pointer).toBe('/papers/0');
  });
  test('in the language that is asked for', async () => {
    const answer = await at.ask('GET', '/nothing/here', { 'accept-language': 'en' });
    expect(answer.body).toMatchObject({ status: 404, title: 'no such address', zh: { title: '没有这一地址' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('reading', () => {
  test('waits for what was acknowledged, and shows it as it was known', async () => {
    const { body } = await at.as('registrar').post(path(2030), year(2030), 'k');
    const change = { date: '2030-01-02', now: { name: '元旦', off: true }, paper: '补充通知', reason: '延长' };
    const changed = await at.as('registrar').post(`${path(2030)}/changes`, change, 'k2');
    const now = await at.as('leader').get(`${path(2030)}?after=${changed.body.after}`);
    expect(Object.keys(now.body.days)).toEqual(['2030-01-01', '2030-01-02']);
    const then = await at.as('leader').get(`${path(2030)}?asOf=${body.index}`);
    expect(Object.keys(then.body.days)).toEqual(['2030-01-01']);
    expect((await at.as('leader').get(`${path(2030)}?asOf=${Number(body.index) - 1}`)).status).toBe(404);
    const why = await at.as('leader').get(`${path(2030)}/why`);
    expect(why.body.rows.map((reason: { index: string }) => reason.index)).toEqual([body.index, changed.body.index]);
  });
  test('a moment that cannot be read is refused', async () => {
    for (const asOf of ['x', '-1', '999999', '2030-13-01', "1' or true"]) {
      const answer = await at.as('leader').get(`${path(2030)}?asOf=${encodeURIComponent(asOf)}`);
      expect([asOf, answer.status]).toEqual([asOf, 400]);
    }
  });
  test('the export holds the bytes that were stored', async () => {
    expect((await at.as('inspector').get('/v1/events/export')).body.code).toBe('purpose-missing');
    const { body } = await at.as('inspector').get(`/v1/events/export?purpose=${encodeURIComponent('年度审计')}`);
    const lines = String(body).trimEnd().split('\n');
    expect(lines).toHaveLength(await length());
    // Who, when and what for stand inside, as the last line, and so in the log.
    expect(JSON.parse(lines.at(-1)!).event).toMatchObject({
      type: 'LogExported',
      data: { what: 'log', from: '0', purpose: '年度审计' },
      actor: { person: expect.any(String) },
    });
    for (const [n, line] of lines.entries()) {
      const { index, digest } = JSON.parse(line) as { index: string; digest: string };
      const bytes = line.slice(line.indexOf('"event":') + 8, -1);
      expect([index, digest]).toEqual([String(n), `sha256:${sha256(Buffer.from(bytes)).toString('hex')}`]);
    }
  });
  test('health, figures and the description of the interface are open', async () => {
    expect((await at.ask('GET', '/health/live', {})).body).toEqual({ status: 'ok' });
    expect((await at.ask('GET', '/health/ready', {})).body).toMatchObject({ status: 'ok', mode: 'real' });
    expect((await at.ask('GET', '/metrics', {})).body).toMatch(/^mingzhang_log_events \d+$/m);
  });
  test('the interface is described as docs/openapi.json has it, and every body by what checks it', async () => {
    const { body } = await at.ask('GET', '/openapi.json', {});
    expect(body).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
    expect(body.openapi).toBe('3.1.0');
    const { ItemLimitBody, PublishItemBody } = body.components.schemas;
    expect(ItemLimitBody).toMatchObject({
      required: ['n', 'unit'],
      properties: { n: { type: 'integer', minimum: 0 } },
    });
    expect(PublishItemBody.required).toContain('promised');
    const posts = Object.entries<any>(body.paths).flatMap(([path, { post }]) => (post ? [[path, post]] : []));
    const bare = posts.filter(([, post]) => !post.requestBody).map(([path]) => path);
    expect(bare.toSorted()).toEqual(['/v1/session/factors']); // says nothing but who asks
    for (const [path, post] of posts.filter(([path]) => !bare.includes(path)))
      expect([path, post.requestBody.content['application/json'].schema.$ref]).toEqual([path, expect.any(String)]);
    const refs = [...JSON.stringify(body).matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)];
    for (const [, kind, name] of refs) expect(body.components[kind!]).toHaveProperty(name!);
  });
});
