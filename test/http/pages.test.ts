/** What a browser gets where a program gets JSON: the same answers in words, and forms to sign in and to say what for. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { shown } from '../../src/pages/page.js';
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

describe('values in words', () => {
  const shows = { isPage: (path: string) => path.startsWith('/v1/') };
  test.each([
    ['amountFen', '-1205', '-12.05'],
    ['count', 12, '12'],
    ['overdue', false, '否 <span lang="en">no</span>'],
    ['limit', { n: 20, unit: 'working-day' }, '20 工作日 working days'],
    ['status', 'closed', '已办结 closed'],
    ['on', '2026-02-03', '<time>2026-02-03</time>'],
    ['finding', 'a&b', '<a href="/v1/findings/a%26b">a&amp;b</a>'],
    ['title', { zh: '甲', en: 'a' }, '甲 <span lang="en">a</span>'],
    ['rows', [], '<span class="none">—</span>'],
    ['toString', 'x', 'x'],
  ])('%s', (name, value, html) => expect(shown(name, value, shows)).toBe(html));
  test('a long list is folded, an object in a table is opened', () => {
    const many = Array.from({ length: 13 }, (_, n) => `e-${n}`);
    expect(shown('evidence', many, shows)).toContain('<summary>13 项');
    const rows = [{ verdicts: { a: 1, b: 2 } }, { verdicts: { a: 1, b: 2, c: 3, d: 4 } }];
    const html = shown('rows', rows, shows);
    expect(html).toContain('<td>a 1 · b 2</td>');
    expect(html).toContain('<summary>4 项');
  });
});
