import { describe, expect, test } from '@jest/globals';
import { centreRegister, postRegister, standingOf } from '../../projections/centres.js';
import type { CentreEvent, PostEvent } from '../../projections/events/centres.js';
import { centre } from '../../src/areas/centres/centre.js';
import { post } from '../../src/areas/centres/post.js';
import { fold } from '../../src/kernel/decider.js';
import { given, log } from '../given.js';

const from = '2024-01-01';
const registered: CentreEvent = { type: 'CentreRegistered', data: { name: '中心', region: 'CN-GX', from } };
const opened: CentreEvent = { type: 'WindowOpened', data: { window: '1', name: '窗口', org: null, from } };
const closed: CentreEvent = { type: 'WindowClosed', data: { window: '1', from: '2024-02-01', reason: '调整' } };
const open = { type: 'OpenWindow', data: { window: '1', name: '窗口', from } };

describe('a centre', () => {
  test('is registered once', () =>
    given(centre, registered)
      .when({ type: 'RegisterCentre', data: registered.data })
      .thenRefused(['out-of-order', 'e0']));
  test('has a window that is open once, and may be opened again after it was closed', () => {
    given(centre, registered).when(open).thenMatches(opened);
    given(centre, registered, opened).when(open).thenRefused(['window-open-already', 'e1']);
    given(centre, registered, opened, closed).when(open).thenMatches(opened);
  });
  test('closes a window that is open on that day', () => {
    const close = { type: 'CloseWindow', data: closed.data };
    given(centre, registered).when(close).thenRefused(['window-not-open']);
    given(centre, registered, opened)
      .when({ ...close, data: { ...closed.data, from: '2023-12-31' } })
      .thenRefused(['window-not-open', 'e1']);
    given(centre, registered, opened).when(close).thenMatches(closed);
  });
});

describe('a post', () => {
  const created: PostEvent = {
    type: 'PostCreated',
    data: { name: '综合岗', org: 'centre', centre: 'c', window: '1', from },
  };
  const create = { type: 'CreatePost', data: created.data };
  const staff = { personId: 'p1', personal: {} };
  const posted: PostEvent = {
    type: 'StaffPosted',
    data: { staff, staffKind: 'established', from, to: null, document: null },
  };
  const granted: PostEvent = {
    type: 'PowersGranted',
    data: { powers: ['accept', 'supervise'], items: null, document: '文', from, to: null },
  };

  test('stands at a window that is open', () => {
    const centreOf = (...events: CentreEvent[]) => ({ centre: fold(centreRegister, log(...events)) });
    given(post).when(create, centreOf(registered, opened)).thenMatches(created);
    given(post)
      .when(create, centreOf(registered, opened, closed))
      .thenRefused(['window-not-open']);
    given(post).when(create, centreOf()).thenRefused(['window-not-open']);
    given(post).when(create, centreOf(), 'report').thenMarked(['window-not-open']);
  });
  test('is where somebody stands once a day, until he is sent back', () => {
    const again = { type: 'PostStaff', data: { staff, staffKind: 'established', from: '2024-02-01' } };
    const back = { type: 'ReturnStaff', data: { staff, from: '2024-02-01', reason: '调回' } };
    const returned: PostEvent = { type: 'StaffReturned', data: back.data };
    given(post, created).when(back).thenRefused(['not-posted']);
    given(post, created, posted).when(again).thenRefused(['posted-already', 'e1']);
    given(post, created, posted).when(back).thenMatches(returned);
    given(post, created, posted, returned).when(again).thenMatches({ type: 'StaffPosted' });
    given(post, created)
      .when({ ...again, data: { ...again.data, to: '2024-02-01' } })
      .thenRefused(['days-out-of-order']);
  });
  describe('is covered', () => {
    const other = { personId: 'p2', personal: {} };
    const start = (more: object = {}) => ({
      type: 'StartCover',
      data: { holder: staff, cover: other, reason: 'leave', from: '2024-03-04', to: '2024-03-08', ...more },
    });
    const document = '顶岗安排';
    const secondPosted: PostEvent = { ...posted, data: { ...posted.data, staff: other } } as PostEvent;
    const started: PostEvent = {
      type: 'CoverStarted',
      data: { holder: staff, cover: other, reason: 'leave', from: '2024-03-04', to: '2024-03-08', document },
    };
    const end = (from: string) => ({ type: 'EndCover', data: { cover: other, from } });
    const ended = (from: string) => ({ ...end(from), type: 'CoverEnded' }) as PostEvent;
    const returned: PostEvent = { type: 'StaffReturned', data: { staff, from: '2024-03-06', reason: '调回' } };
    const standing = (on: string, person: string, ...more: readonly PostEvent[]) =>
      standingOf(fold(postRegister, log(created, ...more)), person, on);

    test('by the other holder, or by whom a document names', () => {
      given(post, created, posted, secondPosted).when(start()).thenMatches({ type: 'CoverStarted' });
      given(post, created, posted).when(start({ document })).thenMatches(started);
      given(post, created, posted).when(start()).thenRefused(['cover-not-designated']);
      given(post, created, posted).when(start(), {}, 'report').thenMarked(['cover-not-designated']);
    });
    test('for somebody who is posted there, and never by himself', () => {
      given(post, created).when(start({ document })).thenRefused(['holder-not-posted']);
      given(post, created, posted)
        .when(start({ cover: staff }))
        .thenRefused(['covers-himself']);
      given(post, created, posted)
        .when(start({ document, to: '2024-03-04' }))
        .thenRefused(['days-out-of-order']);
    });
    test('by one person at a time', () => {
      const again = (from: string, to?: string) => start({ document, from, to, cover: { ...other, personId: 'p3' } });
      const past = given(post, created, posted, started);
      past.when(again('2024-03-07', '2024-03-09')).thenRefused(['covered-already', 'e2']);
      past.when(again('2024-03-01', '2024-03-05')).thenRefused(['covered-already', 'e2']);
      past.when(again('2024-03-01')).thenRefused(['covered-already', 'e2']);
      past.when(again('2024-03-08')).thenMatches({ type: 'CoverStarted' });
      past.when(again('2024-03-01', '2024-03-04')).thenMatches({ type: 'CoverStarted' });
    });
    test('until it is ended, and it is ended once', () => {
      given(post, created, posted, started).when(end('2024-03-06')).thenMatches(ended('2024-03-06'));
      given(post, created, posted, started).when(end('2024-03-08')).thenRefused(['not-covering']);
      given(post, created, posted, started, ended('2024-03-06')).when(end('2024-03-06')).thenRefused(['not-covering']);
    });
    test('on its days, and as long as the posting that it stands for', () => {
      const none = { role: null, since: null, ends: null };
      const cover = { role: 'cover', since: '2024-03-04', ends: '2024-03-08' };
      const covered = [posted, started] as const;
      expect(standing('2024-03-03', 'p2', ...covered)).toEqual(none);
      expect(standing('2024-03-04', 'p2', ...covered)).toEqual(cover);
      expect(standing('2024-03-07', 'p2', ...covered)).toEqual(cover);
      expect(standing('2024-03-08', 'p2', ...covered)).toEqual(none);
      expect(standing('2024-03-05', 'p1', ...covered)).toEqual({ role: 'holder', since: from, ends: null });
      expect(standing('2024-03-06', 'p2', ...covered, ended('2024-03-06'))).toEqual(none);
      expect(standing('2024-03-05', 'p2', ...covered, ended('2024-03-06')).ends).toBe('2024-03-06');
      expect(standing('2024-03-06', 'p2', ...covered, returned)).toEqual(none);
      const short: PostEvent = {
        ...posted,
        data: { ...posted.data, from: '2024-03-05', to: '2024-03-07' },
      } as PostEvent;
      expect(standing('2024-03-04', 'p2', short, started)).toEqual(none);
      expect(standing('2024-03-05', 'p2', short, started)).toEqual({
        role: 'cover',
        since: '2024-03-05',
        ends: '2024-03-07',
      });
      expect(standing('2024-03-07', 'p2', short, started)).toEqual(none);
      const retired: PostEvent = { type: 'PostRetired', data: { from: '2024-03-05', reason: '撤并' } };
      expect(standing('2024-03-05', 'p2', ...covered, retired)).toEqual(none);
      expect(standing('2024-03-05', 'p2', secondPosted, ...covered).role).toBe('holder');
    });
  });
  test('gives back powers that it has', () => {
    const revoke = (...powers: string[]) => ({
      type: 'RevokePowers',
      data: { powers, document: '文', from: '2024-03-01' },
    });
    given(post, created, granted).when(revoke('accept')).thenMatches({ type: 'PowersRevoked' });
    given(post, created, granted).when(revoke('coordinate')).thenRefused(['power-not-granted']);
    const revoked = { type: 'PowersRevoked', data: revoke('accept').data } as PostEvent;
    given(post, created, granted, revoked).when(revoke('accept')).thenRefused(['power-not-granted']);
    given(post, created, granted, revoked).when(revoke('supervise')).thenMatches({ type: 'PowersRevoked' });
  });
});
