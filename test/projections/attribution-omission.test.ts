/** Who had it in hand when a limit passed, and at each instant. */
import { describe, expect, test } from '@jest/globals';
import { attribution, attributionPage, postsOf } from '../../projections/attribution.js';
import { courseOf } from '../../projections/attribution-course.js';
import { postRegister, type PostState } from '../../projections/centres.js';
import { log } from '../given.js';
import { at, say, opinion, person, told, near, apart, type Said } from './said.js';

describe('omission', () => {
  const assigned = (id: string, day: string, holder: object, step: string | null = null) =>
    say(id, day, 'tan', 'HolderAssigned', { holder, before: null, step, inferred: false });
  const passed = (limit = 'statutory', dueOn = '2024-04-10') =>
    say('passed', '04-11', null, 'LimitPassed', { limit, dueOn, pass: 1 });
  const post = (...events: { type: string; data: object }[]): PostState =>
    log(...(events as never[])).reduce(
      (state, event) => postRegister.evolve(state, event as never),
      postRegister.initial,
    );
  const stands = (staff: string, from: string, to: string | null = null) => ({
    type: 'StaffPosted',
    data: { staff: person(staff), staffKind: 'established', from, to },
  });
  const covers = (holder: string, cover: string, from: string, to: string | null) => ({
    type: 'CoverStarted',
    data: { holder: person(holder), cover: person(cover), reason: 'leave', from, to, document: null },
  });
  const omitted = (posts: Record<string, PostState>, ...events: Said[]) => {
    const { subjects } = attribution('M', log(...(events as never[])), new Map(Object.entries(posts)));
    return subjects.flatMap(({ suggestions }) =>
      suggestions.flatMap(({ persons }) =>
        persons.map(({ role, degree, personId, org }) => [role, degree, personId, org].join(' ')),
      ),
    );
  };
  const desk = { post: 'desk', org: 'market' };
  test('LA12: whoever stood at the post that had it on the last day', () => {
    const posts = { desk: post(stands('wei', '2024-01-01', '2024-04-10'), stands('luo', '2024-04-10')) };
    expect(omitted(posts, assigned('a', '03-04', desk), passed())).toEqual(['holder DIRECT luo market']);
    expect(omitted(posts, assigned('a', '03-04', desk), passed('promise', '2024-04-09'))).toEqual([
      'holder DIRECT wei market',
    ]);
    const [one] = attribution(
      'M',
      log(...([assigned('a', '03-04', desk), passed()] as never[])),
      new Map(Object.entries(posts)),
    ).subjects;
    expect(one).toMatchObject({
      subject: 'passed',
      about: 'omission',
      found: ['passed'],
      limit: 'statutory',
      dueOn: '2024-04-10',
      apart: null,
    });
    expect(one!.suggestions[0]!.events).toEqual(['passed', 'a', 'e1']);
  });
  test('LA12: B, while he covers the post or the person that it was assigned to', () => {
    const posts = { desk: post(stands('wei', '2024-01-01'), covers('wei', 'luo', '2024-04-08', '2024-04-12')) };
    expect(omitted(posts, assigned('a', '03-04', desk), passed())).toEqual(['cover DIRECT luo market']);
    expect(omitted(posts, assigned('a', '03-04', { ...desk, ...person('wei') }), passed())).toEqual([
      'cover DIRECT luo market',
    ]);
    expect(omitted(posts, assigned('a', '03-04', desk), passed('statutory', '2024-04-12'))).toEqual([
      'holder DIRECT wei market',
    ]);
    // Somebody of whom this register says nothing is not covered by whoever covers another.
    expect(omitted(posts, assigned('a', '03-04', { ...desk, ...person('nong') }), passed())).toEqual([
      'holder DIRECT nong market',
    ]);
  });
  test('LA12: the post goes on: whoever left it without handing it over is not the one', () => {
    const posts = { desk: post(stands('wei', '2024-01-01', '2024-04-01'), stands('luo', '2024-04-01')) };
    expect(omitted(posts, assigned('a', '03-04', { ...desk, ...person('wei') }), passed())).toEqual([
      'holder DIRECT luo market',
    ]);
    const empty = { desk: post(stands('wei', '2024-01-01', '2024-04-01')) };
    expect(omitted(empty, assigned('a', '03-04', { ...desk, ...person('wei') }), passed())).toEqual([
      'unit-head DIRECT  market',
    ]);
  });
  test('LA12: nobody was assigned: the head of the unit that had it', () => {
    expect(omitted({}, assigned('a', '03-04', { org: 'market' }), passed())).toEqual(['unit-head DIRECT  market']);
    expect(omitted({}, assigned('a', '04-20', { org: 'market' }), passed())).toEqual(['unit-head DIRECT  market']);
    expect(omitted({}, passed())).toEqual(['unit-head DIRECT  ']);
    expect(
      omitted({}, assigned('a', '03-04', person('wei')), assigned('b', '03-05', { org: 'market' }), passed()),
    ).toEqual(['unit-head DIRECT  market']);
  });
  test('LA12 open: the post is known, and who stood there is not', () => {
    const events = [assigned('a', '03-04', desk), passed()];
    expect(omitted({}, ...events)).toEqual([]);
    expect(apart(...events)).toEqual({ patterns: ['LA12'], missing: ['inHands'] });
    expect(near(...events)).toEqual({ LA12: '?inHands' });
  });
  test('LA12: of a step, whoever that step was assigned to; of a matter, whoever had the step that was open', () => {
    const begun = (step: string, day: string) => say(`s-${step}`, day, 'tan', 'StepStarted', { step, name: null });
    const done = (step: string, day: string) =>
      opinion(`f-${step}`, day, 'luo', null, { ...({ step } as object), opinion: null as never });
    const first = assigned('a', '03-04', { org: 'market', ...person('wei') }, 'check');
    const then = assigned('b', '03-05', { org: 'market', ...person('luo') }, 'survey');
    const last = assigned('c', '03-06', { org: 'market', ...person('nong') });
    const events = [first, then, last, begun('check', '03-04'), begun('survey', '03-05')];
    expect(omitted({}, ...events, passed('step:check'))).toEqual(['holder DIRECT wei market']);
    expect(omitted({}, ...events, passed())).toEqual(['holder DIRECT luo market']);
    expect(omitted({}, ...events, done('survey', '04-10'), passed())).toEqual(['holder DIRECT wei market']);
    expect(omitted({}, ...events, done('survey', '04-11'), passed())).toEqual(['holder DIRECT luo market']);
    expect(omitted({}, ...events, done('survey', '04-01'), done('check', '04-02'), passed())).toEqual([
      'holder DIRECT nong market',
    ]);
    expect(
      omitted({}, ...events, done('survey', '04-01'), done('check', '04-02'), begun('late', '04-11'), passed()),
    ).toEqual(['holder DIRECT nong market']);
  });
  test('LA12: what was offered stays with the giver until it is taken', () => {
    const offered = say('o', '04-01', 'wei', 'HandOverOffered', { to: { org: 'health' }, reason: 'x', step: null });
    const first = assigned('a', '03-04', { org: 'market', ...person('wei') });
    expect(omitted({}, first, offered, passed())).toEqual(['holder DIRECT wei market']);
    const taken = (day: string) =>
      say('t', day, 'su', 'HandOverAccepted', { holder: { org: 'health', ...person('su') }, before: null });
    expect(omitted({}, first, offered, taken('04-10'), passed())).toEqual(['holder DIRECT su health']);
    expect(omitted({}, first, offered, taken('04-11'), passed())).toEqual(['holder DIRECT wei market']);
    const returned = say('r', '04-09', 'su', 'HandOverReturned', {
      reason: 'x',
      holder: { org: 'market' },
      before: null,
    });
    expect(omitted({}, first, offered, taken('04-02'), returned, passed())).toEqual(['unit-head DIRECT  market']);
  });
  test('LA12: two at one post, and whoever covers another', () => {
    const both = [stands('wei', '2024-01-01'), stands('nong', '2024-01-01')];
    const posts = { desk: post(...both, covers('nong', 'luo', '2024-04-08', '2024-04-12')) };
    expect(omitted(posts, assigned('a', '03-04', { ...desk, ...person('wei') }), passed())).toEqual([
      'holder DIRECT wei market',
    ]);
  });
  test('LA12: who it is, whole: at his post, of the unit of the post', () => {
    const created = {
      type: 'PostCreated',
      data: { name: 'x', org: 'health', centre: null, window: null, from: '2024-01-01' },
    };
    const posts = {
      desk: post(created, stands('wei', '2024-01-01'), covers('wei', 'luo', '2024-04-08', '2024-04-12')),
    };
    const whole = (...events: Said[]) =>
      attribution('M', log(...(events as never[])), new Map(Object.entries(posts))).subjects[0]!.suggestions[0]!
        .persons;
    expect(whole(assigned('a', '03-04', { post: 'desk' }), passed())).toEqual([
      { role: 'cover', degree: 'DIRECT', personId: 'luo', post: 'desk', org: 'health', cover: true },
    ]);
    expect(whole(assigned('a', '03-04', desk), passed('statutory', '2024-04-20'))).toEqual([
      { role: 'holder', degree: 'DIRECT', personId: 'wei', post: 'desk', org: 'market', cover: false },
    ]);
    expect(whole(assigned('a', '03-03', { org: 'market' }), assigned('b', '03-04', person('nong')), passed())).toEqual([
      { role: 'holder', degree: 'DIRECT', personId: 'nong', post: null, org: 'market', cover: false },
    ]);
    expect(whole(passed())).toEqual([
      { role: 'unit-head', degree: 'DIRECT', personId: null, post: null, org: null, cover: false },
    ]);
  });
  test('LA12: steps as they were at the end of the day', () => {
    const begun = (step: string, day: string) => say(`s-${step}`, day, 'tan', 'StepStarted', { step, name: null });
    const done = (step: string, day: string) =>
      opinion(`f-${step}`, day, 'luo', null, { ...({ step } as object), opinion: null as never });
    const first = assigned('a', '03-04', { org: 'market', ...person('wei') });
    const check = assigned('b', '03-05', { org: 'market', ...person('luo') }, 'check');
    // Without an open step it is whoever had it last, whatever that was for.
    expect(omitted({}, first, check, passed())).toEqual(['holder DIRECT luo market']);
    // Begun on the last day, begun after it, and assigned after it.
    const last = assigned('c', '03-06', { org: 'market', ...person('nong') });
    expect(omitted({}, first, check, last, begun('check', '04-10'), passed())).toEqual(['holder DIRECT luo market']);
    expect(omitted({}, first, check, last, begun('check', '04-11'), passed())).toEqual(['holder DIRECT nong market']);
    const late = assigned('d', '04-12', { org: 'market', ...person('su') }, 'check');
    expect(omitted({}, first, check, last, late, passed('step:check'))).toEqual(['holder DIRECT luo market']);
    // A step that was done, and done again after the limit.
    const twice = [begun('check', '03-06'), done('check', '04-01'), begun('check', '04-12'), done('check', '04-20')];
    expect(omitted({}, first, check, last, ...twice, passed())).toEqual(['holder DIRECT nong market']);
  });
  test('nothing, where a late event lifts it, and of marks, pauses and registrations', () => {
    const first = assigned('a', '03-04', person('wei'));
    const lifted = (limit: string) => say('l', '05-01', null, 'LimitLifted', { limit, dueOn: '2024-04-10', pass: 1 });
    expect(omitted({}, first, passed(), lifted('statutory'))).toEqual([]);
    expect(omitted({}, first, passed(), lifted('promise'))).toHaveLength(1);
    for (const limit of ['promise-mark', 'pause:x', 'acceptance-record', 'x-statutory'])
      expect(told(first, passed(limit))).toEqual([]);
    for (const limit of ['promise', 'notice', 'delivery', 'step:x']) expect(told(first, passed(limit))).toHaveLength(1);
  });
  test('who had it at each instant, with everybody who stood at the post meanwhile', () => {
    const posts = {
      desk: post(
        stands('wei', '2024-01-01', '2024-05-01'),
        covers('wei', 'luo', '2024-04-08', '2024-04-12'),
        stands('nong', '2024-05-01', '2024-08-01'),
      ),
    };
    const received = say('r', '03-01', 'tan', 'MaterialsReceived', { holder: null });
    const inquired = say('i', '03-01', 'tan', 'InquiryOpened', { responsible: { org: 'centre' } });
    const taken = say('m', '03-02', 'tan', 'MaterialsReceived', { holder: { org: 'centre', post: 'none' } });
    const events = [received, inquired, taken, assigned('a', '03-04', desk), assigned('z', '06-01', { org: 'health' })];
    const page = attributionPage('M', log(...(events as never[])), new Map(Object.entries(posts)));
    expect(
      page.holders.map(({ event, from, persons }) => [
        event,
        from,
        ...persons.map(({ as, personId }) => `${as} ${personId}`),
      ]),
    ).toEqual([
      ['i', at('03-01'), 'unit-head null'],
      ['m', at('03-02')],
      ['a', at('03-04'), 'holder wei'],
      ['a', '2024-04-08', 'cover luo'],
      ['a', '2024-04-12', 'holder wei'],
      ['a', '2024-05-01', 'holder nong'],
      ['z', at('06-01'), 'unit-head null'],
    ]);
    expect(page.subjects).toEqual([]);
    expect(postsOf(courseOf('M', log(...(events as never[]))))).toEqual(['none', 'desk']);
    const open = attributionPage(
      'M',
      log(...(events.slice(0, -1) as never[])),
      new Map(Object.entries(posts)),
    ).holders.at(-1);
    expect(open).toMatchObject({ event: 'a', from: '2024-08-01', persons: [] });
  });
  test('a line only where somebody else stands there, or otherwise, while it is in this post’s hands', () => {
    const posts = {
      desk: post(
        stands('nong', '2023-01-01', '2024-01-01'),
        stands('wei', '2024-01-01', '2024-04-12'),
        covers('wei', 'luo', '2024-04-08', '2024-04-12'),
        stands('luo', '2024-04-12', '2024-05-01'),
        stands('luo', '2024-05-01', '2024-06-01'),
      ),
    };
    const returned = say('r', '06-02', 'su', 'HandOverReturned', { reason: 'x', holder: null, before: null });
    const events = [assigned('a', '03-04', desk), assigned('z', '06-01', { org: 'health' }), returned];
    const { holders } = attributionPage('M', log(...(events as never[])), new Map(Object.entries(posts)));
    expect(holders.map(({ event, from, persons }) => [event, from, ...persons.map(({ as }) => as)])).toEqual([
      ['a', at('03-04'), 'holder'],
      ['a', '2024-04-08', 'cover'],
      ['a', '2024-04-12', 'holder'],
      ['z', at('06-01'), 'unit-head'],
      ['r', at('06-02')],
    ]);
    const alone = [assigned('a', '03-04', person('wei'))];
    const page = attributionPage('M', log(...(alone as never[])), new Map());
    expect(page.holders[0]!.persons).toEqual([
      { personId: 'wei', post: null, org: null, cover: false, as: 'holder', events: [] },
    ]);
  });
});
