import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayOf, instantOfMillis } from '../../projections/kernel/instant.js';
import { ITEM } from '../support/item.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const staff = (value: string) => ({ identifier: { kind: 'staff-no', value }, personal: {} });
const WINDOWS = Array.from({ length: 32 }, (_, n) => String(n + 1));
beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'] },
    ...WINDOWS.map((window) => ({
      name: `clerk-${window}`,
      staffNo: `c${window}`,
      roles: ['clerk' as const],
      post: `w${window}`,
      org: 'centre',
      window,
    })),
    {
      name: 'cover',
      staffNo: 'b1',
      roles: ['clerk'],
      post: 'w1',
      org: 'centre',
      window: '1',
      posted: false,
    },
    { name: 'handler', staffNo: '3', roles: ['handler'], post: 'h1', org: 'market' },
    { name: 'approver', staffNo: '4', roles: ['approver'], post: 'a1', org: 'market' },
    { name: 'inspector', staffNo: '5', roles: ['inspector'] },
    {
      name: 'adapter',
      staffNo: '6',
      roles: ['adapter'],
      systems: Array.from({ length: 32 }, (_, n) => `system-${n}`),
    },
  ]);
  const from = '2020-01-01';
  expect((await at.as('registrar').post('/v1/items/A-1/versions', { ...ITEM, from }, 'i')).status).toBe(201);
});
afterAll(() => at.close());

describe('a matter over HTTP', () => {
  test('from receipt to delivery, with its history at every moment', async () => {
    const m = '/v1/matters/M-1';
    const [clerk, handler, approver] = [at.as('clerk'), at.as('handler'), at.as('approver')];
    const applicant = {
      kind: 'person',
      identifier: { kind: 'id-card', value: '11010119900307002X' },
      personal: { name: '张三' },
    };
    const steps = [
      await clerk.post(`${m}/receipts`, { itemCode: 'A-1', materials: [{ code: 'm1' }], applicant }, '1'),
      await clerk.post(`${m}/acceptances`, { acceptanceNo: 'S1' }, '2'),
      await clerk.post(`${m}/hand-overs`, { to: { org: 'market' }, reason: '转部门办理' }, '3'),
      await handler.post(`${m}/hand-overs/acceptances`, {}, '4'),
      await handler.post(`${m}/steps`, { step: 'review', role: 'reviewer', opinion: 'approve' }, '5'),
      await approver.post(`${m}/decisions`, { outcome: 'granted' }, '6'),
      await clerk.post(`${m}/deliveries`, { mode: 'window' }, '7'),
      await handler.post(`${m}/closures`, { kind: 'certificate-issued' }, '8'),
    ];
    expect(steps.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    const { after } = steps.at(-1)!.body;

    const inspector = at.as('inspector');
    const card = await inspector.get(`${m}?after=${after}`);
    expect(card.body).toMatchObject({ status: 'closed', itemCode: 'A-1', centre: 'centre', window: '1', events: 8 });
    expect(JSON.stringify(card.body)).not.toContain('张三');
    const history = await inspector.get(`${m}/history`);
    expect(history.body.entries.map((e: any) => [e.type, e.holder?.org])).toEqual([
      ['MaterialsReceived', 'centre'],
      ['MatterAccepted', 'centre'],
      ['HandOverOffered', 'centre'],
      ['HandOverAccepted', 'market'],
      ['StepFinished', 'market'],
      ['MatterDecided', 'market'],
      ['ResultDelivered', 'market'],
      ['MatterClosed', 'market'],
    ]);
    const then = steps[2]!.body.index;
    const known = await inspector.get(`${m}/history?asOf=${then}`);
    expect(known.body.state.status).toBe('accepted');
    expect((await inspector.get(`${m}?asOf=${then}`)).body).toMatchObject({ status: 'accepted', events: 3 });
    const why = await inspector.get(`${m}/why`);
    expect(why.body.rows.map((r: any) => r.index)).toEqual(steps.map(({ body }) => body.index));
    const counts = await inspector.get('/v1/matters/counts?by=status&itemCode=A-1');
    expect(counts.body).toContainEqual({ status: 'closed', count: 1 });
  });

  test('32 windows accept at once: one acceptance, and 31 are told which', async () => {
    await at.as('clerk').post('/v1/matters/M-2/receipts', { itemCode: 'A-1', materials: [] }, 'r');
    const all = await Promise.all(
      WINDOWS.map((window) => at.as(`clerk-${window}`).post('/v1/matters/M-2/acceptances', {}, 'accept')),
    );
    const [, acceptance, ...more] = await at.opened.store.readStream('matter-M-2');
    expect([acceptance?.type, more.length]).toEqual(['MatterAccepted', 0]);
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = all.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(31);
    for (const { body } of refused)
      expect(body.broken).toMatchObject([{ code: 'already-accepted', refs: [acceptance!.id] }]);
  });

  test('32 offices report that they accepted it: all are recorded, 31 marked and pointing at the first', async () => {
    const occurredAt = '2024-03-01T09:00:00.000+08:00';
    const report = (n: number) => ({
      id: 'M-3',
      command: 'AcceptMatter',
      data: { itemCode: 'A-1' },
      occurredAt,
      precision: 'second',
      by: { org: `office-${n}` },
      source: { system: `system-${n}`, batch: 'b', case: 'M-3', event: '1', registeredAt: occurredAt },
    });
    const all = await Promise.all(
      Array.from({ length: 32 }, (_, n) => at.as('adapter').post('/v1/reports/matters', report(n), `r${n}`)),
    );
    expect(all.map(({ status, body }) => [status, body.outcome])).toEqual(all.map(() => [201, 'recorded']));
    expect((await at.as('adapter').post('/v1/reports/matters', report(7), 'again')).body.outcome).toBe('unchanged');
    const events = await at.opened.store.readStream('matter-M-3');
    expect(events.map(({ type }) => type)).toEqual(Array.from({ length: 32 }, () => 'MatterAccepted'));
    const [first, ...others] = events;
    expect(first!.irregularities).toEqual([]);
    for (const { irregularities } of others)
      expect(irregularities).toMatchObject([{ code: 'already-accepted', refs: [first!.id] }]);
    expect(new Set(events.map(({ actor }) => actor.org)).size).toBe(32);
  });

  test('what may be done next, and the due list', async () => {
    const next = await at.as('clerk').get('/v1/matters/M-2/next');
    const commands = next.body.next.map(({ command }: { command: string }) => command);
    expect(next.body.status).toBe('accepted');
    expect(commands).toEqual(expect.arrayContaining(['PauseMatter', 'DecideMatter', 'OfferHandOver']));
    const pause = next.body.next.find(({ command }: { command: string }) => command === 'PauseMatter');
    expect(pause).toMatchObject({ by: ['handler'], mine: false, missing: [] });
    const index = (await at.opened.store.head()).next - 1;
    const due = await at.as('inspector').get(`/v1/matters/due?by=2099-01-01&after=${index}`);
    expect(due.body.rows.map(({ matterId }: { matterId: string }) => matterId)).toEqual(['M-3', 'M-2']);
    expect((await at.as('inspector').get('/v1/matters/due')).status).toBe(200); // by today
    expect((await at.as('inspector').get('/v1/matters/due?by=x')).status).toBe(400);
    expect((await at.as('inspector').get('/v1/matters/counts?by=state')).status).toBe(400);
    expect((await at.as('inspector').get('/v1/matters/nobody/history')).status).toBe(404);
  });

  test('whoever covers a post may accept there from the first day of the cover, until it is ended', async () => {
    const [registrar, cover] = [at.as('registrar'), at.as('cover')];
    const accept = async (n: number) => {
      const accepted = await cover.post(`/v1/matters/C-${n}/acceptances`, { itemCode: 'A-1' }, `${n}`);
      return [accepted.status, accepted.body.broken?.map(({ code }: { code: string }) => code)];
    };
    const today = dayOf(instantOfMillis(at.opened.millis()));
    const refused = [409, ['not-at-the-post']];
    expect(await accept(1)).toEqual(refused);
    const start = { holder: staff('c1'), cover: staff('b1'), reason: 'leave', from: today, document: '顶岗安排' };
    expect((await registrar.post('/v1/posts/w1/covers', { ...start, document: undefined }, 'cover-d')).status).toBe(
      409,
    );
    expect((await registrar.post('/v1/posts/w1/covers', start, 'cover-e')).status).toBe(201);
    expect((await accept(2))[0]).toBe(201);
    const [event] = await at.opened.store.readStream('matter-C-2');
    expect(event!.actor).toMatchObject({ actingAs: 'cover', post: 'w1' });
    expect((await cover.post('/v1/posts/w1/covers/ends', { cover: staff('b1'), from: today }, 'cover-f')).status).toBe(
      403,
    );
    const end = await registrar.post('/v1/posts/w1/covers/ends', { cover: staff('b1'), from: today }, 'cover-g');
    expect(end.status).toBe(201);
    expect(await accept(3)).toEqual(refused);
  });
});
