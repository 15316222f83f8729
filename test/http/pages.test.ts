/** What a browser gets where a program gets JSON: the same answers in words, and forms to sign in and to say what for. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { ASKED } from '../../src/pages/fields.js';
import { inChinese } from '../../src/pages/labels.js';
import { RELATED, shown } from '../../src/pages/page.js';
import { kindOfPath, STATUSES } from '../../src/pages/statuses.js';
import { wordOf } from '../../src/pages/words.js';
import { problemPage } from '../../src/http/pages.js';
import { service } from '../support/service.js';

const CHROMIUM = '/usr/bin/chromium';
const run = promisify(execFile);
const AS_BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const applicant = {
  kind: 'person',
  identifier: { kind: 'id-card', value: '450103199003070011' },
  personal: { name: '<b>张三</b>' },
};

let at: Awaited<ReturnType<typeof service>>;
const page = async (who: string, path: string) => {
  const { status, body, headers } = await at.as(who).get(path, AS_BROWSER);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  return { status, html: body as string };
};

beforeAll(async () => {
  at = await service([
    { name: 'clerk', staffNo: '1', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
    { name: 'inspector', staffNo: '2', roles: ['inspector'] },
    { name: 'administrator', staffNo: '3', roles: ['system-administrator'] },
  ]);
  const say = async (what: string, body: object) => {
    const answer = await at.as('clerk').post(`/v1/matters/M-1/${what}`, body, what);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body.after as string;
  };
  await say('inquiries', { subject: '<script>alert(1)</script>' });
  const after = await say('receipts', { materials: [], applicant });
  expect((await at.as('inspector').get(`/v1/matters?after=${after}`)).status).toBe(200);
});
afterAll(() => at?.close());

describe('a page', () => {
  test('says what the answer says, in Chinese and English, and leads to what it names', async () => {
    const { status, html } = await page('inspector', '/v1/matters');
    expect(status).toBe(200);
    expect(html).toContain('<h1>办件 <span lang="en">matters</span></h1>');
    expect(html).toContain('<a href="/v1/matters/M-1/history">M-1</a>');
    expect(html).toContain('已收件 materials received');
    expect(html).toMatch(/<input name="status" value="">[^]*<input name="asOf"/);
  });
  test('leads to what else can be read of the same thing, and to nothing that is not there', async () => {
    const related = async (path: string) => {
      const { html } = await page('inspector', path);
      const [, links = ''] = /<nav class="related">(.*?)<\/nav>/.exec(html) ?? [];
      return [...links.matchAll(/href="([^"]+)"/g)].map(([, to]) => to);
    };
    const of = ['clocks', 'evidence', 'next'].map((what) => `/v1/matters/M-1/${what}`);
    expect(await related('/v1/matters/M-1/history')).toEqual(expect.arrayContaining(of));
    expect(await related('/v1/matters/M-1/clocks')).toContain('/v1/matters/M-1/history');
    expect(await related('/v1/matters/counts')).toEqual([]);
    expect(await related('/v1/matters')).toContain('/v1/matters/due');
  });
  test('keeps what was asked for in its form, and says that nothing is of the kind', async () => {
    const { html } = await page('inspector', '/v1/matters?status=closed');
    expect(html).toContain('<input name="status" value="closed">');
    expect(html).toContain('没有符合条件的记录');
  });
  test('what people have written stands in it as text', async () => {
    const { html } = await page('inspector', '/v1/matters/M-1/history?purpose=%3Cscript%3E');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<b>张三');
    expect(html).toContain('&lt;script&gt;');
  });
  test('is no other way to see something', async () => {
    expect(await page('administrator', '/v1/matters')).toMatchObject({ status: 403 });
    const { status, html } = await page('inspector', '/v1/matters/M-9/history');
    expect([status, html.includes('未找到')]).toEqual([404, true]);
  });
  test('is given to nobody who asks for data', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.1'])
      expect((await at.as('inspector').get('/v1/matters', { accept })).body).toMatchObject({
        rows: [{ matterId: 'M-1' }],
      });
  });
});

describe('what is wrong is a page, too', () => {
  test('who is not signed in can sign in there', async () => {
    const answer = await fetch(`${at.url}/v1/matters`, { headers: AS_BROWSER });
    const html = await answer.text();
    expect([answer.status, html.includes('id="sign-in"')]).toEqual([401, true]);
  });
  test('a parameter that cannot be used is named', async () => {
    const { status, html } = await page('inspector', '/v1/matters?limit=many');
    expect(status).toBe(400);
    expect(html).toContain('<td>limit</td>');
    expect(html).toContain('应为 1 至 1000 的整数');
  });
  test('what takes a purpose asks for it, and keeps the rest of the address', async () => {
    const { status, html } = await page('inspector', '/v1/events/about?type=matter&id=M-1');
    expect(status).toBe(400);
    expect(html).toContain('<input type="hidden" name="id" value="M-1">');
    expect(html).toContain('<input name="purpose" required');
    expect((await page('inspector', '/v1/events/about?type=matter&id=M-1&purpose=x')).status).toBe(200);
  });
  test('an address that nobody serves leads back', async () => {
    expect(await page('inspector', '/v1/nothing')).toMatchObject({ status: 404 });
  });
});

describe('the first page', () => {
  test('offers what may be done by whoever is signed in, and opens a matter by its number', async () => {
    const { html } = await page('inspector', '/');
    expect(html).toContain('<a href="/v1/findings">');
    expect((await page('administrator', '/')).html).not.toContain('/v1/findings');
    const answer = await at.as('inspector').get('/?matter=%20M-1%2F..%20', AS_BROWSER);
    expect(answer).toMatchObject({ status: 400 });
    expect((await page('inspector', '/?matter=M-1')).html).toContain('<h1>办件 M-1');
  });
  test('style, script and fonts come from here, and nothing else under their path', async () => {
    for (const [path, type] of [
      ['style.css', 'text/css; charset=utf-8'],
      ['script.js', 'text/javascript; charset=utf-8'],
      ['fonts/fonts.css', 'text/css; charset=utf-8'],
    ]) {
      const answer = await fetch(`${at.url}/pages/${path}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    }
    const fonts = await (await fetch(`${at.url}/pages/fonts/fonts.css`)).text();
    const file = /url\(\.\/(files\/[^)]+)\)/.exec(fonts)![1]!;
    expect((await fetch(`${at.url}/pages/fonts/${file}`)).headers.get('content-type')).toBe('font/woff2');
    for (const path of ['constructor', 'fonts/files/..%2Findex.css', 'page.ts'])
      expect((await fetch(`${at.url}/pages/${path}`)).status).toBe(404);
  });
  const inBrowser = existsSync(CHROMIUM) ? test : test.skip;
  inBrowser(
    `a real browser shows it (${CHROMIUM}; skipped where there is none)`,
    async () => {
      const asked = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--virtual-time-budget=5000',
        '--dump-dom',
        `${at.url}/`,
      ];
      const { stdout } = await run(CHROMIUM, asked, { timeout: 60_000 });
      expect(stdout).toContain('登录');
    },
    70_000,
  );
});

const SAID = { title: 'a', detail: 'b' };
describe("one's own account", () => {
  /** By what is sent where: the names of the fields. */
  const formsOf = (html: string) =>
    Object.fromEntries(
      [...html.matchAll(/<form class="own" data-send="([^"]+)"([^]*?)<\/form>/g)].map(([, to, form]) => [
        to!,
        [...form!.matchAll(/<(?:input|select) name="(\w+)"/g)].map(([, name]) => name!),
      ]),
    );
  test('forms for password, second factor and enrolment send what the interface takes', async () => {
    const { paths, components } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
    const { html } = await page('inspector', '/pages/account');
    const { text } = await at.ask('GET', '/pages/enrol', AS_BROWSER).then(({ body }) => ({ text: body as string }));
    const forms = { ...formsOf(html), ...formsOf(text) };
    expect(Object.keys(forms).toSorted()).toEqual([
      'POST /v1/enrolments',
      'POST /v1/session/factors',
      'PUT /v1/session/factors',
      'PUT /v1/session/password',
    ]);
    for (const [to, names] of Object.entries(forms)) {
      const [method, path] = to.toLowerCase().split(' ');
      const { requestBody } = paths[path!][method!];
      const ref: string = requestBody?.content['application/json'].schema.$ref ?? '';
      expect(names).toEqual(components.schemas[ref.split('/').at(-1)!]?.required ?? []);
    }
  });
  test('who has to set up a second factor is led there, and nobody else sees the page', async () => {
    const told = { status: 403, code: 'second-factor-needed', instance: 'urn:x', zh: SAID, en: SAID };
    expect(problemPage(told, { url: '/v1/events' } as never, true)).toContain('<a href="/pages/account">');
    expect((await at.ask('GET', '/pages/account', AS_BROWSER)).status).toBe(401);
    expect((await at.ask('GET', '/', AS_BROWSER)).body).toContain('<a href="/pages/enrol">');
  });
});

describe('the form of a command', () => {
  const path = (to: string) => `/pages/act?path=${encodeURIComponent(to)}`;
  test('asks for what its body is checked against', async () => {
    const { html } = await page('inspector', path('/v1/accountability/leads/L-1/registrations'));
    expect(html).toContain('<h1>登记线索 <span lang="en">register a lead</span></h1>');
    expect(html).toContain('<form id="act" data-path="/v1/accountability/leads/L-1/registrations">');
    expect(html).toContain('<select data-kind="text" data-name="source" required>');
    expect(html).toContain('<option value="self-report">自查自报 self-report</option>');
    expect(html).toContain('<textarea data-kind="lines" data-name="orgs" data-required');
  });
  test('is linked from what may be done next', async () => {
    const { html } = await page('clerk', '/v1/matters/M-1/next');
    expect(html).toContain(
      `<a href="${path('/v1/matters/M-1/checks')}">核对材料 <span lang="en">check the materials</span></a>`,
    );
  });
  test('is there for nothing that is no command, and for nobody who is not signed in', async () => {
    for (const to of ['/v1/session', '/v1/matters/M-1/nothing', '/v1/reports/matters', '//example.org', ''])
      expect(await page('inspector', path(to))).toMatchObject({ status: 404 });
    expect((await page('inspector', '/pages/act')).status).toBe(404);
    expect((await fetch(`${at.url}${path('/v1/matters/M-1/checks')}`)).status).toBe(401);
  });
  test('all that is asked for has a Chinese name, and every code a word', () => {
    const { components, paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
    const nameless = new Set<string>();
    const look = (schema: any) => {
      for (const [name, one] of Object.entries<any>(schema.properties ?? {})) {
        if (inChinese(name) === undefined) nameless.add(name);
        const of = one.anyOf?.find(({ type }: any) => type !== 'null') ?? one;
        for (const code of [of.enum, of.items?.enum].flat().filter((each) => typeof each === 'string'))
          if (wordOf(name, code) === undefined) nameless.add(`${name}: ${code}`);
        look(of);
        look(of.items ?? {});
      }
    };
    const { Problem: _, ...schemas } = components.schemas;
    Object.values(schemas).forEach(look);
    for (const [path, { get }] of Object.entries<any>(paths)) {
      const last = path.slice(path.lastIndexOf('/') + 1);
      if (get && /^\/v1\/(?!oidc).+\/[^{]+$/.test(path) && (RELATED[last] ?? inChinese(last)) === undefined)
        nameless.add(path);
      for (const { name, in: where } of get?.parameters ?? [])
        if (where === 'query' && name !== 'cursor' && !ASKED[name] && inChinese(name) === undefined)
          nameless.add(`?${name}`);
    }
    expect([...nameless]).toEqual([]);
  });
});

describe('values in words', () => {
  const shows = { isPage: (path: string) => path.startsWith('/v1/'), actOn: () => undefined, kind: 'matter' };
  test.each([
    ['amountFen', '-1205', '-12.05'],
    ['count', 12, '12'],
    ['overdue', false, '否 <span lang="en">no</span>'],
    ['limit', { n: 20, unit: 'working-day' }, '20 工作日 working-day'],
    ['status', 'closed', '已办结 closed'],
    ['on', '2026-02-03', '<time>2026-02-03</time>'],
    ['finding', 'a&b', '<a href="/v1/findings/a%26b">a&amp;b</a>'],
    ['title', { zh: '甲', en: 'a' }, '甲 <span lang="en">a</span>'],
    ['rows', [], '<span class="none">—</span>'],
    ['toString', 'x', 'x'],
  ])('%s', (name, value, html) => expect(shown(name, value, shows)).toBe(html));
  test('a status is told of the kind of thing that has it', () => {
    const told = {
      status: 'open',
      break: { status: 'open' },
      leads: [{ status: 'closed' }],
      case: { status: 'closed' },
    };
    const html = shown('finding', told, shows);
    expect([...html.matchAll(/<(?:dd|td)>(\W+?) (?:open|closed)</g)].map(([, word]) => word)).toEqual([
      '待签收',
      '待说明',
      '予以了结',
      '结案（解除）',
    ]);
    expect(shown('rows', [{ machine: 'review', status: 'decided' }], shows)).toContain(STATUSES['review']!['decided']);
    expect(kindOfPath('/v1/money/breaks/counts')).toBe('break');
  });
  test('a long list is folded, an object in a table is opened', () => {
    const many = Array.from({ length: 13 }, (_, n) => `e-${n}`);
    expect(shown('evidence', many, shows)).toContain('<summary>13 项');
    const rows = [{ verdicts: { a: 1, b: 2 } }, { verdicts: { a: 1, b: 2, c: 3, d: 4 } }];
    const html = shown('rows', rows, shows);
    expect(html).toContain('<td class="long">a 1 · b 2</td>');
    expect(html).toContain('<summary>4 项');
  });
});
