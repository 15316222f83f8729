/** Every route says what it does, and every role is answered as the table of permissions has it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { instantOfMillis } from '../../projections/kernel/instant.js';
import { finding } from '../../src/areas/supervision/finding.js';
import { ACTION, OPEN } from '../../src/http/by.js';
import { OWN_SESSION } from '../../src/http/cookies.js';
import { controllersOf } from '../../src/http/app.js';
import { conditionsFor, GRANTABLE, PERMISSIONS, type Role, rolesFor } from '../../src/kernel/permissions.js';
import { systemContext } from '../../src/ledger/self.js';
import { service, session } from '../support/service.js';

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly action: string | undefined;
}
const joined = (...parts: readonly string[]) =>
  `/${parts
    .join('/')
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;

/** As the framework serves them: from the metadata of the classes. */
const routesOf = (controllers: readonly Type[]): readonly Route[] =>
  controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)!.value as object | undefined;
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number]!;
      const path = joined(base ?? '', Reflect.getMetadata(PATH_METADATA, handler) as string);
      const action = Reflect.getMetadata(ACTION, handler) as string | undefined;
      return [{ name: `${controller.name}.${name}`, method, path, action }];
    });
  });
const unnamed = (routes: readonly Route[]) =>
  routes
    .filter(({ action }) => action !== OPEN && (action === undefined || rolesFor(action).length === 0))
    .map(({ name }) => name);

const routes = routesOf(controllersOf());

describe('routes', () => {
  test('all say what they do, by a name that the table knows', () => {
    expect(routes.length).toBeGreaterThan(80);
    expect(unnamed(routes)).toEqual([]);
  });
  test('one that does not say is found', () => {
    class Careless {
      forgotten() {
        return null;
      }
    }
    Controller('v1/careless')(Careless);
    const described = Object.getOwnPropertyDescriptor(Careless.prototype, 'forgotten')!;
    Get('x')(Careless.prototype, 'forgotten', described);
    expect(routesOf([Careless])).toMatchObject([{ path: '/v1/careless/x', action: undefined }]);
    expect(unnamed(routesOf([Careless]))).toEqual(['Careless.forgotten']);
  });
  test('no action of the table is for nobody, and those of the machine are no routes', () => {
    for (const action of Object.keys(PERMISSIONS))
      expect([action, rolesFor(action).length > 0]).toEqual([action, true]);
    expect(routes.filter(({ action }) => action?.startsWith('operator.'))).toEqual([]);
  });
});

/** Of another unit and another centre than everything there is. */
const STRANGERS = (['clerk', 'handler', 'approver'] as const).map((role) => ({
  name: `other ${role}`,
  staffNo: `other ${role}`,
  roles: [role],
  org: 'north',
  ...(role === 'clerk' && { post: 'n1', window: '1' }),
}));

describe('every role at every route', () => {
  let at: Awaited<ReturnType<typeof service>>;
  let adapterKey: string;
  beforeAll(async () => {
    at = await service(
      [
        ...GRANTABLE.map((role) => ({
          name: role,
          staffNo: role,
          roles: [role],
          org: 'market',
          ...(role === 'clerk' && { post: 'w1', window: '1' }),
          ...(['adapter', 'back-registrar'].includes(role) && { systems: ['s'] }),
        })),
        ...STRANGERS,
      ],
      { limits: { holder: { burst: 1e9, perSecond: 1e9 }, address: { burst: 1e9, perSecond: 1e9 } } },
    );
    await at.app.reader.until(String((await at.opened.store.head()).next - 1), 30_000);
    const scope = Object.keys(PERMISSIONS).filter((action) => conditionsFor(['adapter'], action).length > 0);
    const key = { systems: ['s'], scope, endsOn: '2999-01-01' };
    const keys = `/v1/accounts/${at.tokenOf('adapter').account}/keys`;
    adapterKey = (await at.as('security-administrator').post(keys, key, 'k')).body.key;
  });
  afterAll(() => at.close());

  const FILLED: Record<string, string> = { ':org': 'market', ':region': 'CN', ':year': '2026' };
  const ask = async (role: Role, { method, path, action }: Route) => {
    const filled = path.replaceAll(/:\w+/g, (name) => FILLED[name] ?? 'X-1');
    // What is done to one's own session is done to one that is there for it.
    const fresh = action === OWN_SESSION && role !== 'adapter';
    const token = role === 'adapter' ? adapterKey : at.tokenOf(role).token;
    const bearer = fresh ? await session(at.app, at.tokenOf(role).account) : token;
    const ending = new AbortController();
    const response = await fetch(at.url + filled, {
      method,
      signal: ending.signal,
      headers: {
        authorization: `Bearer ${bearer}`,
        'idempotency-key': 'walk',
        ...(method !== 'GET' && method !== 'DELETE' && { 'content-type': 'application/json' }),
      },
      ...(method !== 'GET' && method !== 'DELETE' && { body: '{}' }),
    });
    const isProblem = response.headers.get('content-type')?.includes('problem');
    const code = isProblem ? ((await response.json()) as { code: string }).code : null;
    ending.abort(); // a stream of events would not end
    return { status: response.status, code };
  };

  /** What is bound to a unit or centre: by the name of the parameter that says which one it is. */
  const things: Record<string, string> = {};
  /** Answers what a read has to come after to see all of it. */
  async function makeThings(): Promise<string> {
    const occurredAt = '2024-03-01T09:00:00+08:00';
    const report = {
      id: 'M-1',
      command: 'AcceptMatter',
      data: {},
      occurredAt,
      precision: 'second',
      source: { system: 's', batch: 'b', case: 'M-1', event: '1', registeredAt: occurredAt },
      by: { org: 'market' },
    };
    expect((await at.as('adapter').post('/v1/reports/matters', report, 'm')).status).toBe(201);
    const about = { on: '2024-03-01', matterId: 'M-1', itemCode: null, org: 'market', placeKind: null, centre: null };
    const judged = { severity: 'red', certain: true, evidence: [], tested: {}, parameters: {}, details: {} } as const;
    const data = { rule: 'DA-01', subject: 'x', ruleVersion: 1, about, ...judged };
    const context = systemContext(at.opened, instantOfMillis(at.opened.millis()));
    await at.app.commands.send(finding, 'F-1', { type: 'RaiseFinding', data }, { context, key: 'f' });
    const money = async (id: string, command: string, data: object) => {
      const source = { ...report.source, case: id, event: command };
      const answer = await at
        .as('adapter')
        .post('/v1/reports/money', { ...report, id, command, data, source }, command);
      expect([command, answer.status, answer.body.errors]).toEqual([command, 201, undefined]);
      return String(answer.body.after);
    };
    await money('f-1', 'AssessFee', { feeItem: 'F-1', quantity: '1' });
    await money('4501-0001', 'PrintBlock', { to: '0100', form: 'electronic' });
    await money('4501-0001', 'IssueBlock', { org: 'market' });
    const line = { feeItem: 'F-1', quantity: '1', amountFen: '100' };
    const issued = { kind: 'direct', form: 'electronic', payChannel: 'bank', lines: [line], amountFen: '100' };
    await money('4501-0001', 'IssueReceipt', { ...issued, org: 'market' });
    const after = await money('r-1', 'RequestRefund', {
      payment: 'p-1',
      amountFen: '100',
      by: 'payer',
      reason: '多缴',
    });
    Object.assign(things, {
      matter: 'M-1',
      matters: 'M-1',
      finding: 'F-1',
      findings: 'F-1',
      fee: 'f-1',
      block: '4501-0001',
      receipt: '4501-0001',
      refund: 'r-1',
    });
    return after;
  }

  test('what belongs to others is not found by guessing its id, at any route', async () => {
    const after = await makeThings();
    const his = await at.as('handler').get(`/v1/matters/M-1?after=${after}`);
    expect(his.status).toBe(200); // whose it is finds it
    const guessed: string[] = [];
    const found: string[] = [];
    for (const { name, roles } of STRANGERS)
      for (const { method, path, action } of routes) {
        const [role] = roles;
        const conditions = conditionsFor([role!], action ?? '');
        const thing = things[(action ?? '').split('.')[0]!];
        if (!path.includes(':id') || thing === undefined || conditions.length === 0 || conditions.includes('any'))
          continue;
        const response = await fetch(at.url + path.replace(':id', thing), {
          method,
          headers: {
            authorization: `Bearer ${at.tokenOf(name).token}`,
            'idempotency-key': 'guess',
            'x-purpose': 'guess',
            ...(method === 'POST' && { 'content-type': 'application/json' }),
          },
          ...(method === 'POST' && { body: '{}' }),
        });
        await response.arrayBuffer();
        guessed.push(path);
        if (response.status !== 404) found.push(`${name}: ${method} ${path}: ${response.status}`);
      }
    expect(new Set(guessed).size).toBeGreaterThan(35);
    expect(found).toEqual([]);
    const lists = await Promise.all(
      ['/v1/matters', '/v1/matters/counts', '/v1/acceptances', '/v1/findings', '/v1/findings/counts'].map((path) =>
        at.as('other handler').get(path),
      ),
    );
    expect(lists.map(({ body }) => JSON.stringify(body.rows ?? body))).toEqual(['[]', '[]', '[]', '[]', '[]']);
  });

  test.each(GRANTABLE)('%s', async (role) => {
    const wrong: string[] = [];
    for (const route of routes.filter(({ action }) => action !== OPEN)) {
      const { status, code } = await ask(role, route);
      const denied = status === 401 || code === 'not-permitted';
      const expected = conditionsFor([role], route.action!).length === 0;
      if (denied !== expected || status >= 500) wrong.push(`${route.method} ${route.path}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
  });
});
