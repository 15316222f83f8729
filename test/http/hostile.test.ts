/** Thousands of requests as nobody should send them: nothing breaks, nothing is told, and what is refused leaves no trace. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PROBLEMS } from '../../src/http/problems.js';
import { ADMINISTRATIONS, GRANTABLE, isAdministration } from '../../src/kernel/permissions.js';
import { hostile, type Hostile } from '../support/hostile.js';
import { type Description, dice, type Dice, type Route, routesOf, sample } from '../support/interface.js';
import { service, session } from '../support/service.js';

const LONG = process.env['MINGZHANG_LONG'] !== undefined;
const REQUESTS = LONG ? 10_000 : 2_000;
const SEED = 20261125;
const AT_ONCE = 8;
const ROUND = 64;

let at: Awaited<ReturnType<typeof service>>;
let description: Description;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const ALL = { burst: 1e9, perSecond: 1e9 };
const business = GRANTABLE.filter((role) => role !== 'adapter' && !isAdministration(role));
const callers = ['staff', 'adapter', ...ADMINISTRATIONS];
beforeAll(async () => {
  at = await service(
    [
      { name: 'staff', staffNo: '1', roles: business, post: 'w1', org: 'centre', window: '1', systems: ['x'] },
      { name: 'adapter', staffNo: '2', roles: ['adapter'], systems: ['M-1', 'x'] },
      ...ADMINISTRATIONS.map((role) => ({ name: role, staffNo: role, roles: [role] })),
      { name: 'leaver', staffNo: '9', roles: ['clerk'] },
    ],
    { limits: { holder: ALL, address: ALL } },
  );
  await at.app.reader.until(String((await head()) - 1), 60_000);
  description = (await at.ask('GET', '/openapi.json', {})).body as Description;
}, 120_000);
afterAll(async () => {
  agent.destroy();
  await at.close();
});

/** Sessions end under hostile requests, too; then another one begins. */
const authorizations = new Map<string, string>();
async function signIn(): Promise<void> {
  for (const who of [...callers, 'leaver']) {
    const { account, token } = at.tokenOf(who);
    authorizations.set(who, `Bearer ${who === 'adapter' ? token : await session(at.app, account)}`);
  }
}

type Answer = { status: number; headers: IncomingMessage['headers']; body: string };
type Asked = Hostile & { who: string };
async function send({ method, target, headers, body, who }: Asked, key: string): Promise<Answer> {
  const { hostname, port } = new URL(at.url);
  const asked = request({
    agent,
    hostname,
    port,
    method,
    path: target,
    headers: { 'idempotency-key': key, authorization: authorizations.get(who)!, ...headers },
  });
  // Where not even the method can be read, a HEAD is answered with a body, which its sender does not take.
  asked.on('error', () => undefined);
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const endless = response.headers['content-type']?.startsWith('text/event-stream') ?? false;
  if (endless) response.destroy();
  return { status: response.statusCode!, headers: response.headers, body: endless ? '' : await text(response) };
}

/** What no answer may hold: a stack, a path of this machine, a statement, what PostgreSQL says. */
const INSIDE =
  /\bat [\w.<>]+ \(|node_modules|\.(ts|js|mjs):\d+|\/(home|root|tmp|usr|src|dist)\/|select .* from read\.|syntax error at or near|invalid input syntax|violates|relation "/i;
const known = new Set(Object.keys(PROBLEMS));

/** What is wrong with an answer; null if nothing. */
function complaint(
  { method, headers: { accept } = {} }: Pick<Hostile, 'method' | 'headers'>,
  { status, headers, body }: Answer,
): string | null {
  if (status === 0) return `no answer: ${body}`;
  if (status >= 500) return `status ${status}: ${body.slice(0, 300)}`;
  if (headers['x-injected'] !== undefined) return 'a header was injected';
  if (!headers['content-security-policy'] || headers['cache-control'] !== 'no-store') return 'headers are missing';
  if (status < 400) return null;
  const isPage = accept === 'text/html' && headers['content-type'] === 'text/html; charset=utf-8';
  if (!isPage && !headers['content-type']?.startsWith('application/problem+json'))
    return `an error of ${headers['content-type']}`;
  if (INSIDE.test(body)) return `tells of its inside: ${body.slice(0, 500)}`;
  if (isPage && body.split('<script').length !== 2) return `a page with other scripts: ${body.slice(0, 500)}`;
  if (method === 'HEAD') return null;
  const [, shown, code] = (isPage && /(\d{3}) <code>([\w-]+)<\/code>/.exec(body)) || [];
  const said = isPage ? { code: code!, status: Number(shown) } : (JSON.parse(body) as { code: string; status: number });
  return known.has(said.code) && said.status === status ? null : `an unknown problem: ${body.slice(0, 200)}`;
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const head = async () => (await at.opened.store.head()).next;
/** Events that none of the accepted requests answers for. */
/** Each goes with a read that was answered. */
const LOOKS = new Set<string>(['AccessViewed', 'LogExported']);
async function unexplained(from: number, answers: readonly Answer[]): Promise<string[]> {
  const events = await at.opened.store.readAll(from, 1000);
  const accepted = answers.filter(({ status }) => status < 300);
  const indexes = new Set(
    // The first event of a command, or what a reader has to come after: the last.
    accepted.flatMap(({ body }) => [...body.matchAll(/"(?:index|after)":"(\d+)"/g)].map(([, index]) => Number(index))),
  );
  const commands = new Set(events.filter(({ index }) => indexes.has(index)).map(({ commandId }) => commandId));
  const reported = accepted.filter(({ body }) => /^\{"outcome":"(recorded|changed)"/.test(body)).length;
  // What the ledger does on its own account (a day that is over, a root of its map) nobody has asked for.
  const left = events.filter(
    ({ commandId, type, actor }) => !commands.has(commandId) && !LOOKS.has(type) && actor.authMethod !== 'policy',
  );
  const looks = events.filter(({ type }) => LOOKS.has(type)).length;
  const reports = new Set(left.filter(({ source }) => source).map(({ commandId }) => commandId));
  if (looks > accepted.length || reports.size > reported) return events.map(({ type }) => type);
  return left.filter(({ source }) => !source).map(({ type }) => type);
}

async function round(requests: readonly Asked[], key: (n: number) => string): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const work = async () => {
    for (let n = next++; n < requests.length; n = next++)
      answers[n] = await send(requests[n]!, key(n)).catch((error: unknown) => ({
        status: 0,
        headers: {},
        body: String(error),
      }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

test(`${REQUESTS} hostile requests over all routes`, async () => {
  const d = dice(SEED);
  const routes: Route[] = routesOf(description);
  const codes = new Map<string, number>();
  const reached = new Set<string>();
  const failures: string[] = [];
  /** Who gets past the door of a route is found by trying: the next one after a refusal. */
  const turns = new Map<Route, number>();
  const turnOf = (route: Route) => turns.get(route) ?? 0;
  const callerOf = (route: Route) =>
    route.method === 'DELETE' && route.path === '/v1/session' ? 'leaver' : callers[turnOf(route) % callers.length]!;
  await signIn();
  for (let sent = 0; sent < REQUESTS; sent += ROUND) {
    const before = await head();
    const length = Math.min(ROUND, REQUESTS - sent);
    const asked = Array.from({ length }, (_, n) => routes[(sent + n) % routes.length]!);
    const requests = asked.map((route) => ({ ...hostile(route, description, d), who: callerOf(route) }));
    const answers = await round(requests, (n) => `h-${sent + n}`);
    for (const [n, answer] of answers.entries()) {
      const [route, request] = [asked[n]!, requests[n]!];
      const code = /"code":"([a-z-]+)","title"/.exec(answer.body)?.[1] ?? (answer.status < 400 ? 'accepted' : 'HEAD');
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (code === 'not-permitted') turns.set(route, turnOf(route) + 1);
      if (!['no-such-route', 'not-authenticated', 'not-permitted'].includes(code)) reached.add(nameOf(route));
      const wrong = complaint(request, answer);
      const { method, target, how, who } = request;
      if (wrong)
        failures.push(`${sent + n}: ${who}: ${method} ${target.slice(0, 200)} [${how.join(' | ')}] → ${wrong}`);
    }
    const traces = (await head()) === before ? [] : await unexplained(before, answers);
    if (traces.length > 0) failures.push(`from ${sent} on: written though refused: ${traces.join(', ')}`);
    if (answers.some(({ status }) => status === 401)) await signIn();
  }
  expect({ seed: SEED, failures: failures.slice(0, 20) }).toEqual({ seed: SEED, failures: [] });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  // They went past the door, on every route, and most of them were refused for what they said.
  expect(routes.map(nameOf).filter((name) => !reached.has(name))).toEqual([]);
  expect((codes.get('not-permitted') ?? 0) + (codes.get('not-authenticated') ?? 0)).toBeLessThan(REQUESTS / 5);
  expect((await at.ask('GET', '/health/ready', {})).status).toBe(200);
}, 300_000);

/** Bytes on a connection of their own, and all that comes back until it ends. */
async function raw(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(at.url);
  const socket = connect(Number(port), hostname);
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk)).on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(said).toString('latin1');
}

test('what is no HTTP is answered as a problem, or not at all', async () => {
  const before = await head();
  await signIn();
  const authorization = authorizations.get('staff')!;
  const lines = [
    `host: x`,
    `authorization: ${authorization}`,
    'content-type: application/json',
    'idempotency-key: raw',
  ];
  const post = (...more: string[]) =>
    `POST /v1/matters/M-9/inquiries HTTP/1.1\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`;
  const body = '{"itemCode":"A-1"}';
  const cases: readonly [string, string | Buffer, RegExp][] = [
    ['noise', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), /^HTTP\/1\.1 400 /],
    ['no version', 'GET /nothing\r\n\r\n', /^HTTP\/1\.1 40[04] /],
    ['another version', 'GET / HTTP/9.9\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no such method', 'HELLO / HTTP/1.1\r\nhost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no host', 'GET /v1/events HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a space before the colon', 'GET / HTTP/1.1\r\nhost : x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a header of 40,000 bytes', `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['two lengths', `${post('content-length: 18', 'content-length: 5')}${body}`, /^HTTP\/1\.1 400 /],
    ['length and chunks', `${post('content-length: 18', 'transfer-encoding: chunked')}0\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['a length below zero', `${post('content-length: -1')}${body}`, /^HTTP\/1\.1 400 /],
    ['a length beyond all', `${post(`content-length: ${'9'.repeat(30)}`)}${body}`, /^HTTP\/1\.1 400 /],
    ['a chunk of no length', `${post('transfer-encoding: chunked')}zz\r\n${body}`, /^HTTP\/1\.1 400 /],
    ['chunked twice', `${post('transfer-encoding: chunked, chunked')}0\r\n\r\n`, /^HTTP\/1\.1 4\d\d |^$/],
    ['a body that ends too early', `${post('content-length: 5000')}${body}`, /^HTTP\/1\.1 4\d\d |^$/],
    [
      'an absolute address',
      `GET http://elsewhere.example/v1/events HTTP/1.1\r\nhost: x\r\n\r\n`,
      /^HTTP\/1\.1 40[14] /,
    ],
    ['a tunnel', 'CONNECT elsewhere.example:443 HTTP/1.1\r\nhost: x\r\n\r\n', /^$|^HTTP\/1\.1 4/],
    [
      'an upgrade',
      'GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n',
      /^HTTP\/1\.1 404 |^$/,
    ],
  ];
  for (const [name, bytes, expected] of cases) {
    const answer = await raw(bytes);
    expect([name, answer]).toEqual([name, expect.stringMatching(expected)]);
    if (/^$|\r\n\r\n(0\r\n\r\n)?$/.test(answer)) continue; // nothing is said
    expect([name, answer]).toEqual([name, expect.stringMatching(/^content-type: application\/problem\+json/im)]);
    expect([name, INSIDE.test(answer)]).toEqual([name, false]);
  }
  expect(await head()).toBe(before);
});

/** Always the first, and all of it: a body that fits the description. */
const FULL: Dice = { next: () => 0, below: () => 1, one: (of) => of[0]!, chance: () => true };
const LATER = '2999-12-31';
/** With another day wherever one stands. */
const onDay = (body: unknown, day: string): unknown =>
  JSON.parse(JSON.stringify(body).replaceAll(/"\d{4}-\d\d-\d\d"/g, JSON.stringify(day)));
/** What else it may not be: of another type, or of none. */
const WRONG = [7, { x: 1 }, [7], '', null, '2026-W10-1x'.repeat(2000)];

test('every command about affairs says which field or guard stands in its way, and leaves nothing behind', async () => {
  await signIn();
  const staff = at.as('staff');
  const session = authorizations.get('staff')!;
  let n = 0;
  const ask = async (path: string, body: unknown, more: Record<string, string> = {}) =>
    at.ask(
      'POST',
      path,
      { authorization: session, 'content-type': 'application/json', 'idempotency-key': `affair-${n++}`, ...more },
      JSON.stringify(body),
    );
  const must = async (path: string, body: unknown) => {
    const { status, body: said } = await ask(`/v1/accountability/${path}`, body);
    expect([path, status, said.broken ?? said.errors]).toEqual([path, 201, undefined]);
    return said;
  };
  const about = { source: 'complaint', profile: 'organ', subjects: [], allegations: [{ code: 'a', text: '反映' }] };
  for (const id of ['L-bad', 'L-else']) await must(`leads/${id}/registrations`, { ...about, orgs: ['elsewhere'] });
  await must('affairs/L-bad/declarations', { conflict: false });
  const routes = routesOf(description).filter(
    ({ method, path }) =>
      method === 'POST' && /^\/v1\/(accountability\/|persons\/|matters\/\{id\}\/attribution)/.test(path),
  );
  expect(routes.length).toBeGreaterThan(70);
  const before = await head();
  const wrong: unknown[] = [];
  const kinds = new Set<string>();
  /** What an answer names: fields of the body or the address, guards with an article, or that there is no such thing. */
  const named = ({ status, body }: { status: number; body: any }): string => {
    if (status === 400)
      return body.errors?.every(({ pointer, name }: any) => (pointer ?? name) !== undefined) ? 'field' : '?';
    if (status === 409)
      return body.broken?.length > 0 && body.broken.every(({ basis, says }: any) => basis && says?.zh) ? 'guard' : '?';
    return status === 404 ? 'nothing' : status === 403 ? 'not-permitted' : `${status}`;
  };
  for (const { path, schema } of routes) {
    const at_ = (id: string) => path.replace(/\{(id|conduct)\}/, id).replace('{kind}', 'decision');
    const full = sample(schema, description, FULL) as Record<string, unknown>;
    const look = async (how: string, id: string, body: unknown, expected: readonly string[]) => {
      const answer = await ask(`${at_(id)}?dryRun=true`, body);
      const found = named(answer);
      kinds.add(found);
      if (!expected.includes(found)) wrong.push([path, how, answer.status, JSON.stringify(answer.body).slice(0, 300)]);
      return answer;
    };
    const gone = ['nothing', 'not-permitted'];
    for (const name of Object.keys(full))
      for (const value of WRONG) {
        // What there is not is not told before what was said of it.
        const expected = ['field', 'guard', ...gone, '201'];
        const { status, body } = await look(
          `${name} is ${JSON.stringify(value).slice(0, 20)}`,
          'L-bad',
          { ...full, [name]: value },
          expected,
        );
        const typed = typeof value !== 'string' && value !== null && typeof value !== typeof full[name];
        if (typed && status !== 400 && status !== 404 && status !== 403) wrong.push([path, name, value, status]);
        if (status === 400 && !body.errors.some(({ pointer }: any) => String(pointer).startsWith(`/${name}`)))
          wrong.push([path, name, value, body.errors]);
      }
    await look('a member too many', 'L-bad', { ...full, more: 1 }, ['field', ...gone]);
    await look('nothing said', 'L-bad', {}, ['field', 'guard', '201', ...gone]);
    if (path.includes('{')) await look('an id that is none', '%00', full, ['field', ...gone]);
    await look('an affair that there is not', 'L-nothing', full, ['nothing', 'guard', 'field', '201', 'not-permitted']);
    for (const day of [LATER, '2026-02-30', '2026-W10-1', '2026-01T00'])
      await look(day, 'L-bad', onDay(full, day), ['guard', 'field', '201', ...gone]);
    await look('as described', 'L-bad', full, ['guard', '201', ...gone]);
  }
  expect({ wrong: wrong.slice(0, 20), n: wrong.length }).toEqual({ wrong: [], n: 0 });
  expect([...kinds]).toEqual(expect.arrayContaining(['field', 'guard', 'nothing', '201']));
  expect(await head()).toBe(before);
  // The same again is answered as it was; another thing under its key is refused.
  const triage = { route: 'verify', reasons: '反映具体' };
  const path = '/v1/accountability/leads/L-bad/triage';
  const twice = [triage, triage, { ...triage, route: 'hold' }];
  const answers = [];
  for (const body of twice) answers.push(await ask(path, body, { 'idempotency-key': 'one-key' }));
  expect(answers.map(({ status, body }) => [status, body.index, body.repeated ?? body.code ?? null])).toEqual([
    [201, answers[0]!.body.index, null],
    [201, answers[0]!.body.index, true],
    [422, undefined, expect.any(String)],
  ]);
  expect(await head()).toBe(before + 1);
  expect((await staff.get('/v1/accountability/affairs/L-bad/next?of=lead')).body.status).toBe('triaged');
  // What is of another affair, and days that have not come.
  const codes = async (to: string, body: unknown) =>
    ((await ask(`/v1/accountability/${to}`, body)).body.broken ?? []).flatMap(({ code, details }: any) =>
      (details.missing ?? [{ code }]).map((one: any) => one.code),
    );
  const conducts = [{ id: 'c-bad', on: LATER, summary: '行为' }];
  const filing = { profile: 'organ', organ: 'gov', subjects: ['somebody'], conducts, reason: '涉嫌' };
  expect(await codes('cases/L-bad/filing-proposals', filing)).toEqual(['subject-unknown', 'day-not-come']);
  const request = { subject: 'somebody', decision: 'e', grounds: '重', receivedOn: LATER };
  expect(await codes('reviews/L-bad/requests', request)).toEqual(
    expect.arrayContaining(['subject-unknown', 'decision-unknown', 'day-not-come', 'not-served-yet']),
  );
  expect(await codes('affairs/L-bad/interference', { who: '某', what: '打听', on: LATER })).toEqual(['day-not-come']);
  const of = { kind: 'staff-no', value: 'x' };
  expect(await codes('authorities/prior-steps', { of, document: '文', on: LATER })).toEqual(['day-not-come']);
  const route = { toUnit: 'bureau', replyBy: '2020-01-01', reason: '属地' };
  expect(await codes('leads/L-bad/routings', route)).toContain('reply-before');
  expect(await head()).toBe(before + 1);
}, 120_000);

test('reads of affairs say which parameter cannot be used, and that there is nothing', async () => {
  await signIn();
  const authorization = authorizations.get('staff')!;
  const read = async (path: string) => {
    const { status, body } = await at.ask('GET', `/v1/${path}`, { authorization, 'x-purpose': 'check' });
    return [path, status, body.errors?.map(({ name, pointer }: any) => name ?? pointer)];
  };
  for (const [path, status, parameter] of [
    ['accountability/units/elsewhere?on=2026-02-30', 400, 'on'],
    ['accountability/units/elsewhere?on=2026-W10-1', 400, 'on'],
    ['accountability/units/elsewhere?asOf=yesterday', 400, 'asOf'],
    ['accountability/affairs/L-bad/next?of=x', 400, 'of'],
    ['docket?asOf=1', 400, 'asOf'],
    ['docket?limit=x', 400, 'limit'],
    ['accountability/leads?limit=0', 400, 'limit'],
    ['accountability/leads?cursor=x', 400, 'cursor'],
    ['accountability/cases?status=%00', 400, 'status'],
    ['accountability/affairs/L-nothing', 404, null],
    ['accountability/affairs/L-nothing/next', 404, null],
    ['accountability/affairs/L-nothing/guards', 404, null],
    ['accountability/affairs/L-nothing/file', 404, null],
    ['accountability/affairs/L-bad/documents/decision', 404, null],
    ['accountability/affairs/L-bad/documents/letter/paper', 404, null],
    ['accountability/contents/sha256:0', 404, null],
    ['accountability/reporters/nobody', 404, null],
    ['matters/M-nothing/attribution', 404, null],
  ] as const)
    expect(await read(path)).toEqual([path, status, parameter === null ? undefined : [parameter]]);
  const { body: page } = await at.ask('GET', '/v1/accountability/units/nobody-at-all', { authorization });
  expect([page.leads, page.cases, page.reviews]).toEqual([[], [], []]);
});
