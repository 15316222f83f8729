/** Requests as nobody should send them, over every route that the interface describes. Same seed, same requests. */
import { type Description, type Dice, type Route, sample } from './interface.js';

export type Hostile = {
  method: string;
  target: string;
  headers: Record<string, string | string[]>;
  body: Buffer | undefined;
  /** What was done to it, for whoever reads of a failure. */
  how: string[];
};

const INJECTIONS = [
  "' or '1'='1",
  "'; drop table log.events; --",
  '" union select secret from identity.credentials --',
  '{"$gt":""}',
  '$(id)',
  '`id`',
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\r\nx-injected: 1',
  '%0d%0ax-injected:%201',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00\ud800',
  '\ufeff',
  '\u202e',
  '\uffff',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e308',
  '9007199254740993',
  '99999999999999999999999999',
  '1.5',
  '0x10',
  'true',
  '[]',
  '{}',
  '',
  ' ',
  '\t\n',
  '2026-02-30',
  '0000-00-00',
  '+275760-09-13',
  '2026-03-02T25:61:61+99:99',
  'x'.repeat(300),
  '测'.repeat(2000),
];
const VALUES: readonly unknown[] = [
  ...INJECTIONS,
  null,
  true,
  -1,
  -0,
  1.5,
  2 ** 53 + 2,
  -(2 ** 63),
  1e308,
  [],
  [[]],
  [null],
  {},
  JSON.parse('{"then":"x"}') as object,
  { toJSON: 1 },
  { length: 1e9 },
  { personal: { name: '\u0000' } },
  { personal: 1, personId: [] },
  { identifier: { kind: {}, value: [] }, personal: {} },
  { type: 'Buffer', data: [1] },
  Array(2000).fill('x'),
  Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`m${n}`, n])),
];
const MEMBERS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'toJSON',
  'length',
  'valueOf',
  '',
  '\u0000',
  '$where',
];
/** As they stand on the wire: what `encodeURIComponent` makes of a text is only one of them. */
const RAW_PARTS = [
  '..',
  '%2e%2e',
  '%252e%252e%252f',
  '..%2f..%2f..%2fetc%2fpasswd',
  '..%5c..%5c',
  '%00',
  'a%00b',
  '%',
  '%zz',
  '%c0%ae%c0%ae',
  '%c0%af',
  '%ed%a0%80',
  '%ff%fe',
  '%f8%88%80%80%80',
  '\u00ff\u00fe',
  ';a=b',
  '.',
  '*',
  '%0d%0ax-injected:1',
  '%20',
  '~',
  "'",
  'a'.repeat(99),
  'a'.repeat(5000),
];

const DEEP = 10_000;
const deep = (d: Dice) =>
  d.chance(0.5) ? '['.repeat(DEEP) + ']'.repeat(DEEP) : '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP);
/** Text of a value in which one marked place is any text at all. */
const MARK = 'the-place-of-the-crime';
/** Changes one place of a value, by chance. */
function withOne(value: unknown, put: (before: unknown) => unknown, d: Dice): unknown {
  if (typeof value !== 'object' || value === null) return put(value);
  const names = Object.keys(value);
  if (names.length === 0 || d.chance(0.15)) return put(value);
  const name = d.one(names);
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  (copy as Record<string, unknown>)[name] = withOne((value as Record<string, unknown>)[name], put, d);
  return copy;
}
const WEIRD_JSON = [
  '',
  ' ',
  'null',
  '1',
  '"x"',
  '[]',
  '{',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '/* */{}',
  '{}{}',
  '{"a":NaN}',
  '{"a":01}',
  '{"a":1e400}',
  `{"a":${'9'.repeat(50_000)}}`,
  '{"a":"\u0001"}',
  '{"a":"\\x"}',
  '{"a":"\\ud800"}',
  '\ufeff{}',
];
type Wire = { how: string; body: Buffer; headers?: Record<string, string> };

function bodyOf(route: Route, of: Description, d: Dice): Wire {
  const value = sample(route.schema, of, d);
  const text = JSON.stringify(value);
  const marked = (raw: string): Buffer =>
    Buffer.from(JSON.stringify(withOne(value, () => MARK, d)).replace(`"${MARK}"`, () => raw));
  switch (d.below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return {
        how: 'a value that does not belong',
        body: Buffer.from(JSON.stringify(withOne(value, () => d.one(VALUES), d)) ?? ''),
      };
    case 4: {
      const name = JSON.stringify(d.one(MEMBERS));
      return {
        how: `a member ${name}`,
        body: marked(`{${name}:${d.one(['1', 'null', '{"polluted":true}', '{"prototype":{"polluted":true}}'])}}`),
      };
    }
    case 5: {
      const name = JSON.stringify(d.one(MEMBERS));
      return {
        how: `a member ${name} at the top`,
        body: Buffer.from(text.replace(/^\{/, `{${name}:{"polluted":true},`)),
      };
    }
    case 6: {
      const twice = text.replace(
        /^\{("[^"]+"):/,
        (all, name: string) => `{${name}:${JSON.stringify(d.one(INJECTIONS))},${all.slice(1)}`,
      );
      return { how: 'a member twice', body: Buffer.from(twice) };
    }
    case 7:
      return { how: 'very deep', body: d.chance(0.3) ? Buffer.from(deep(d)) : marked(deep(d)) };
    case 8:
      return {
        how: 'a number out of range',
        body: marked(d.one(['1e400', '-1e400', '9'.repeat(400), '1e-400', '-0', '0.1e1'])),
      };
    case 9:
      return { how: 'a broken text', body: Buffer.from(d.one(WEIRD_JSON)) };
    case 10: {
      const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
      const broken = [
        Buffer.from([0xc0, 0xaf]),
        Buffer.from([0xff]),
        Buffer.from([0xed, 0xa0, 0x80]),
        Buffer.from([0xe6, 0xb5]),
      ];
      const [head, tail] = marked(`"${MARK}"`).toString().split(MARK) as [string, string];
      const bytes = Buffer.concat([Buffer.from(head), d.one(broken), Buffer.from(tail)]);
      return {
        how: 'another encoding',
        body: d.one([
          utf16,
          Buffer.from(utf16).swap16(),
          bytes,
          bytes,
          Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
        ]),
      };
    }
    case 11: {
      const headers = {
        'content-type': d.one([
          'text/plain',
          'application/xml',
          'multipart/form-data; boundary=x',
          'application/x-www-form-urlencoded',
          'application/json; charset=utf-16',
          'application/json;;;',
          'APPLICATION/JSON',
          'application/jsonx',
          '*/*',
          'application/json, text/html',
          '/',
          'x'.repeat(3000),
          '',
        ]),
      };
      return { how: `content-type ${headers['content-type'].slice(0, 40)}`, body: Buffer.from(text), headers };
    }
    case 12:
      return d.chance(0.1)
        ? { how: 'too large', body: Buffer.from(JSON.stringify({ a: 'x'.repeat(1_100_000) })) }
        : {
            how: 'content-encoding',
            body: Buffer.from(text),
            headers: { 'content-encoding': d.one(['gzip', 'br', 'deflate', 'x']) },
          };
    default:
      return { how: 'as described', body: Buffer.from(text) };
  }
}

const HEADERS: readonly Record<string, string | string[]>[] = [
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': '\u00ff\u00fe' },
  { 'idempotency-key': "'; drop table log.events; --" },
  { 'idempotency-key': ['a', 'b'] },
  { 'if-match': '*' },
  { 'if-match': '"99999999999999999999"' },
  { 'if-match': ['"1"', '"2"'] },
  { 'accept-language': `${'xx,'.repeat(2000)}en` },
  { 'accept-language': 'en;q=9.9.9,zh;q=' },
  { accept: 'text/html' },
  { cookie: 'a='.repeat(2000) },
  { cookie: '__proto__=1; mz_session=%00; mz_session=' },
  { 'x-long': 'x'.repeat(7000) },
  { 'last-event-id': '-1' },
  { 'last-event-id': '999999999999999' },
  { 'x-forwarded-for': "127.0.0.1, ' or 1=1" },
  { 'x-forwarded-proto': 'javascript' },
  { 'x-http-method-override': 'DELETE' },
  { range: 'bytes=0-0,0-0,0-0' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { 'accept-encoding': 'gzip;q=-1, *' },
  { 'if-none-match': '*', 'if-modified-since': 'x' },
  { 'accept-version': '__proto__' },
];
const METHODS = ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'HEAD', 'PROPFIND', 'SEARCH', 'QUERY', 'LOCK'];
const IDS = ['M-1', 'A-1', 'w1', 'centre', 'city', 'CN-GX', '2026', 'DA-01', 'x'];
const BAD_CURSORS = [
  'x',
  'bnVsbA',
  Buffer.from('[1,2,3]').toString('base64url'),
  Buffer.from('{"__proto__":1}').toString('base64url'),
  Buffer.from(`["x",${'['.repeat(500)}`).toString('base64url'),
];

function queryOf({ queries }: Route, d: Dice, how: string[]): string {
  const parts: string[] = [];
  const known =
    queries.length > 0 && d.chance(0.8)
      ? d.one(queries)
      : d.one(['unknown', '__proto__', 'constructor[prototype][polluted]', 'a[b][c]', '', 'asOf', 'limit']);
  const hostile = () =>
    d.chance(0.3)
      ? d.one(RAW_PARTS)
      : encodeURIComponent(
          d.one(known === 'cursor' ? BAD_CURSORS : INJECTIONS).replaceAll(/[\ud800-\udfff]/g, '\ufffd'),
        );
  const value = hostile();
  parts.push(`${known}=${value}`);
  how.push(`?${known}=${value.slice(0, 60)}`);
  if (d.chance(0.3)) parts.push(`${known}=${hostile()}`);
  if (d.chance(0.1)) parts.push(...Array.from({ length: 300 }, (_, n) => `u${n}=${n}`));
  return `?${parts.join(d.one(['&', '&', '&&', ';']))}`;
}

/** One request on a route, with one to three things wrong about it. */
export function hostile(route: Route, of: Description, d: Dice): Hostile {
  const how: string[] = [];
  const wrong = { path: d.chance(0.3), query: d.chance(0.4), header: d.chance(0.25), method: d.chance(0.05) };
  let target = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!wrong.path || d.chance(0.3)) return name === 'year' ? '2026' : d.one(IDS);
    const part = d.chance(0.5)
      ? d.one(RAW_PARTS)
      : encodeURIComponent(d.one(INJECTIONS).replaceAll(/[\ud800-\udfff]/g, '\ufffd'));
    how.push(`{${name}}=${part.slice(0, 60)}`);
    return part;
  });
  if (d.chance(0.03)) {
    target = d.one([
      `/${target}`,
      `${target}/`,
      `${target}/..%2f..`,
      target.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
      `${target};x=1`,
      `/./${target}`,
      `${target}%00`,
    ]);
    how.push('another path');
  }
  if (wrong.query || (route.method === 'GET' && how.length === 0)) target += queryOf(route, d, how);
  const method = wrong.method ? d.one(METHODS) : route.method;
  if (wrong.method) how.push(method);
  const wire = route.schema || d.chance(0.05) ? bodyOf(route, of, d) : undefined;
  if (wire) how.push(wire.how);
  const more = wrong.header ? d.one(HEADERS) : {};
  if (wrong.header) how.push(JSON.stringify(more).slice(0, 60));
  const length = { 'content-type': 'application/json', 'content-length': String(wire?.body.length) };
  const headers = { ...(wire && length), ...wire?.headers, ...more };
  return { method, target, headers, body: wire?.body, how };
}
