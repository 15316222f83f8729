import { describe, test } from '@jest/globals';
import { centreRegister } from '../../projections/centres.js';
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
