/** To which units somebody belongs, and which organs he heads: by his roles, and by where he stands on the day. */
import { expect, test } from '@jest/globals';
import { accountRegister } from '../../projections/accounts.js';
import { organsLed, unitsOn } from '../../projections/belonging.js';
import { postRegister } from '../../projections/centres.js';
import type { PostEvent } from '../../projections/events/centres.js';
import { belongingTo } from '../../src/ledger/belonging.js';
import { fold } from '../../src/kernel/decider.js';
import { log } from '../given.js';

const role = (name: string, more: object = {}) => ({
  type: 'RoleGranted',
  data: {
    role: name,
    post: null,
    org: null,
    centre: null,
    systems: [],
    from: '2024-01-01',
    to: null,
    reason: '',
    ...more,
  },
});
const created = {
  type: 'AccountCreated',
  data: { kind: 'person', holder: { personId: 'p', personal: {} }, owner: null },
};
const account = (...all: object[]) => fold(accountRegister, log(created, ...(all as never[])));
const person = (personId: string) => ({ personId, personal: {} });
const post = (org: string, ...more: PostEvent[]) =>
  fold(
    postRegister,
    log(
      { type: 'PostCreated', data: { name: '岗', org, centre: 'hall', window: null, from: '2020-01-01' } },
      ...(more as never[]),
    ),
  );
const staff = { staffKind: 'established', document: null } as const;
const posted = (who: string, from: string, to: string | null = null): PostEvent => ({
  type: 'StaffPosted',
  data: { staff: person(who), ...staff, from, to },
});
const covers = (cover: string, holder: string, from: string, to: string | null = null): PostEvent => ({
  type: 'CoverStarted',
  data: { holder: person(holder), cover: person(cover), reason: 'leave', from, to, document: null },
});

test('units are those of his roles, and of the posts where he stands or covers on that day', () => {
  const mine = account(
    role('inspector', { org: 'discipline', to: '2024-06-01' }),
    role('clerk', { centre: 'hall' }),
    role('handler', { post: 'desk' }),
  );
  const posts = [
    post('market', posted('p', '2024-02-01', '2024-03-01')),
    post('health', posted('q', '2024-01-01'), covers('p', 'q', '2024-02-10', '2024-02-12')),
    post('forestry', posted('q', '2024-01-01')),
  ];
  const on = (day: string) => unitsOn('p', day, mine, posts);
  expect([on('2023-12-31'), on('2024-01-31'), on('2024-02-01'), on('2024-02-11'), on('2024-03-01')]).toEqual([
    [],
    ['discipline', 'hall'],
    ['discipline', 'hall', 'market'],
    ['discipline', 'hall', 'health', 'market'],
    ['discipline', 'hall'],
  ]);
  expect(on('2024-06-01')).toEqual(['hall']);
});
test('an organ is headed by whoever is a leader there, by a role that is bound to it or at a post of it', () => {
  const desk = post('county', posted('p', '2024-02-01', '2024-03-01'));
  const led = (day: string, ...roles: object[]) => organsLed(account(...roles), new Map([['chair', desk]]), day);
  const at = role('leader', { post: 'chair' });
  expect([led('2024-02-01', at), led('2024-03-01', at), led('2024-02-01', role('leader', { post: 'other' }))]).toEqual([
    ['county'],
    [],
    [],
  ]);
  expect(led('2024-02-01', role('leader', { org: 'city' }), at, role('inspector', { org: 'x' }))).toEqual([
    'city',
    'county',
  ]);
  expect([led('2024-02-01', role('leader')), led('2023-12-31', role('leader', { org: 'city' }))]).toEqual([[], []]);
});
test('posts are found in the log, those of later, too', async () => {
  const events = log(
    { ...posted('p', '2024-01-01'), stream: 'post-a' } as never,
    { ...covers('p', 'q', '2024-01-01'), stream: 'post-b' } as never,
    { ...posted('q', '2024-01-01'), stream: 'post-b' } as never,
  );
  let there = 1;
  const asked: number[] = [];
  const store = {
    readTypes: async (types: readonly string[], from: number) => {
      asked.push(from);
      return events.slice(from, there).filter(({ type }) => types.includes(type));
    },
  };
  const states = { a: post('market', posted('p', '2024-01-01')), b: post('health', posted('q', '2024-01-01')) };
  const folded: Record<string, unknown> = { p: accountRegister.initial, q: accountRegister.initial, ...states };
  const units = async (one: string, fresh = true) =>
    (await belongingTo(store, async (_, id) => folded[id] as never, { person: one, on: '2024-02-01', fresh })).units;
  expect([await units('p', false), await units('q', false)]).toEqual([['market'], []]);
  there = 3;
  expect([await units('q', false), await units('q'), await units('p')]).toEqual([[], ['health'], ['market']]);
  expect(asked).toEqual([0, 1, 3]);
});
