/** Every route says what it does, and every role is answered as the table of permissions has it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ACTION, OPEN } from '../../src/http/by.js';
import { OWN_SESSION } from '../../src/http/cookies.js';
import { controllersOf } from '../../src/http/app.js';
import { conditionsFor, GRANTABLE, PERMISSIONS, type Role, rolesFor } from '../../src/kernel/permissions.js';
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

describe('every role at every route', () => {
  let at: Awaited<ReturnType<typeof service>>;
  let adapterKey: string;
  beforeAll(async () => {
    at = await service(
      GRANTABLE.map((role) => ({
        name: role,
        staffNo: role,
        roles: [role],
        org: 'market',
        ...(role === 'clerk' && { post: 'w1', window: '1' }),
        ...(['adapter', 'back-registrar'].includes(role) && { systems: ['s'] }),
      })),
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
