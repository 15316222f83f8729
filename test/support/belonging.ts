/** Whoever stands or covers at an accused unit belongs to it, whatever post he works at, and whatever his roles are. */
import { expect, test } from '@jest/globals';
import { dayOf } from '../../projections/kernel/instant.js';
import type { Answer, service } from './service.js';

interface Asking {
  readonly must: (name: string, path: string, body?: object) => Promise<Answer['body']>;
  readonly who: (name: string) => object;
  readonly registration: (subjects: object[], more?: object) => object;
  readonly affair: string;
  readonly other: string;
}
let n = 0;
const key = () => `belonging-${n++}`;
type Service = Awaited<ReturnType<typeof service>>;
export const belongingTests = (at: () => Service, { must, who, registration, affair, other }: Asking) =>
  test('an affair is nothing to whoever stands or covers at the accused unit, at whichever post he works, while he does', async () => {
    const from = dayOf(new Date().toISOString());
    const register = async (path: string, body: object) => {
      const answer = await at().as('registrar').post(`/v1/posts/${path}`, body, key());
      expect([path, answer.status, answer.body.broken ?? answer.body.errors]).toEqual([path, 201, undefined]);
      at().app.identity.forget();
    };
    const staff = (name: string) => ({ staff: who(name), staffKind: 'established', from });
    await register('desk-7', { name: '岗', org: 'market', from: '2000-01-01' });
    await register('desk-7/postings', { ...staff('holder'), from: '2000-01-01' });
    const asked = async (name: string) => (await at().as(name).get(`/v1/accountability/affairs/${affair}`)).status;
    const names = async () => {
      const team = {
        team: [
          { ...who('wei'), department: 'd' },
          { ...who('lu'), department: 'd' },
        ],
        plan: '方案',
      };
      const path = `/v1/accountability/leads/${affair}/verifications`;
      const { body } = await at().as('head').post(path, team, key());
      return body.broken.find(({ code }: any) => code === 'accused-or-of-its-unit')?.details.missing ?? [];
    };
    expect([await asked('wei'), await asked('lu'), await names()]).toEqual([409, 409, []]);
    // Neither has a role there: the register of posts says where he stands.
    await register('desk-7/postings', staff('wei'));
    const cover = { holder: who('holder'), cover: who('lu'), reason: 'leave', from, document: '指定' };
    await register('desk-7/covers', cover);
    expect([await asked('wei'), await asked('lu')]).toEqual([404, 404]);
    const { rows: listed } = (await at().as('wei').get('/v1/accountability/leads?limit=1000')).body;
    const list = new Set(listed.map(({ lead }: any) => lead));
    expect([list.has(other), list.has(affair)]).toEqual([true, false]);
    expect((await at().as('lu').get('/v1/accountability/units/market')).status).toBe(404);
    expect((await names()).map(({ code, of }: any) => [code, of])).toEqual([
      ['of-accused-unit', at().tokenOf('wei').account],
      ['of-accused-unit', at().tokenOf('lu').account],
    ]);
    const ofMine = registration([], { source: 'self-report', orgs: ['market'] });
    const mine = await at().as('wei').post('/v1/accountability/leads/L-mine/registrations', ofMine, key());
    expect(mine.body.broken).toMatchObject([{ code: 'accused-or-of-its-unit', basis: expect.stringContaining('47') }]);
    await must('officer', 'accountability/leads/L-mine/registrations', ofMine);
    await register('desk-7/covers/ends', { cover: who('lu'), from });
    await register('desk-7/returns', { staff: who('wei'), from, reason: '期满' });
    expect([await asked('wei'), await asked('lu')]).toEqual([409, 409]);
  });
