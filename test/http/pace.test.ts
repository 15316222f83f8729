/** Who asks too fast is told when to ask again. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Buckets } from '../../src/http/pace.js';
import { service } from '../support/service.js';

describe('a bucket', () => {
  let now = 0;
  const buckets = new Buckets({ burst: 3, perSecond: 2 }, () => now);
  test('holds a burst, fills steadily and not beyond it', () => {
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 0.5]);
    expect(buckets.take('b')).toBe(0);
    now = 250;
    expect(buckets.take('a')).toBe(0.25);
    now = 500;
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 0.5]);
    now = 60_000;
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 0.5]);
  });
  test('who was quiet for longest is forgotten first, and only then', () => {
    for (let n = 0; n < 9_998; n++) buckets.take(`n${n}`);
    expect(buckets.take('a')).toBe(0.5);
    for (let n = 0; n < 10_000; n++) buckets.take(`m${n}`);
    expect(buckets.take('a')).toBe(0);
  });
});

describe('the service', () => {
  let at: Awaited<ReturnType<typeof service>>;
  const slow = (burst: number) => ({ burst, perSecond: 0.001 });
  const people = [
    { name: 'one', staffNo: '1', roles: ['inspector'] as const },
    { name: 'two', staffNo: '2', roles: ['inspector'] as const },
  ];
  beforeAll(async () => {
    at = await service(people, { limits: { holder: slow(3), address: slow(10) } });
  });
  afterAll(() => at.close());

  test('limits a person, then the address, and says for how long', async () => {
    const ask = (who: string) => at.as(who).get('/v1/events');
    const statuses = [];
    for (const who of ['one', 'one', 'one', 'one', 'two']) statuses.push((await ask(who)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
    const { body, headers } = await ask('one');
    expect(body).toMatchObject({ code: 'too-many-requests', zh: { title: '请求过于频繁' } });
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(900);
    for (let n = 0; n < 4; n++) expect((await at.ask('GET', '/health/live', {})).status).toBe(200);
    const all = await at.ask('GET', '/health/live', {});
    expect([all.status, all.body.code]).toEqual([429, 'too-many-requests']);
    expect(all.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
