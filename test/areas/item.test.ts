import { describe, test } from '@jest/globals';
import { item } from '../../src/areas/catalogue/item.js';
import { given } from '../given.js';
import { ITEM } from '../support/item.js';

const wd = (n: number) => ({ n, unit: 'working-day' }) as const;
const publish = (more: object = {}) => ({ type: 'PublishItem', data: { ...ITEM, from: '2024-01-01', ...more } });
const published = { type: 'ItemPublished' as const, data: { ...ITEM, version: 1, from: '2024-01-01' } };

describe('an item', () => {
  test('is published with the promise of half the statutory limit', () =>
    given(item)
      .when(publish())
      .thenMatches({ type: 'ItemPublished', data: { version: 1 } }));
  test('names its law', () =>
    given(item)
      .when(publish({ legalBasis: [] }))
      .thenRefused(['item-basis-missing']));
  test('promises more than half only with a reason', () => {
    given(item)
      .when(publish({ promised: wd(11) }))
      .thenRefused(['promise-over-half']);
    given(item)
      .when(publish({ promised: wd(11), promiseReason: '需专家评审' }))
      .thenMatches({ type: 'ItemPublished' });
  });
  test('has versions that go on in time', () => {
    given(item, published)
      .when(publish({ from: '2024-06-01' }))
      .thenMatches({ type: 'ItemPublished', data: { version: 2 } });
    given(item, published).when(publish()).thenRefused(['item-version-overtaken', 'e0']);
  });
  test('is abolished once it is in force, and not published again', () => {
    const abolish = { type: 'AbolishItem', data: { from: '2024-05-01', document: '市政府令1号' } };
    given(item, published)
      .when(abolish)
      .then({
        type: 'ItemAbolished',
        data: { from: '2024-05-01', document: '市政府令1号', successor: null, version: 1 },
      });
    given(item).when(abolish).thenRefused(['out-of-order'], ['item-not-in-force']);
    const abolished = { type: 'ItemAbolished' as const, data: { ...abolish.data, successor: null, version: 1 } };
    given(item, published, abolished)
      .when(publish({ from: '2025-01-01' }))
      .thenRefused(['out-of-order', 'e1']);
  });
  const data = { centre: 'c', from: '2024-02-01', document: '目录' };
  const enter = (from = data.from) => ({ type: 'EnterItem', data: { ...data, from } });
  const entered = (from = data.from) => ({ type: 'ItemEntered' as const, data: { ...data, window: null, from } });
  const leave = (from: string, more: object = {}) => ({
    type: 'LeaveCentre',
    data: { centre: 'c', from, reason: '场地搬迁', approver: '市政府', document: '市政发9号', ...more },
  });
  const left = (from: string) => ({ type: 'ItemLeftCentre' as const, data: leave(from).data });
  test('is in a centre from its entry to its exit, and enters while it is not there', () => {
    given(item, published).when(enter()).then(entered());
    given(item, published).when(enter('2023-12-31')).thenRefused(['item-not-in-force']);
    const there = given(item, published, entered());
    there.when(enter('2024-02-01')).thenRefused(['item-entered-already', 'e1']);
    there.when(enter('2024-01-31')).thenMatches(entered('2024-01-31'));
    there.when({ ...enter(), data: { ...data, centre: 'other' } }).thenMatches({ type: 'ItemEntered' });
    const gone = given(item, published, entered(), left('2024-03-01'));
    gone.when(enter('2024-02-29')).thenRefused(['item-entered-already', 'e1']);
    gone.when(enter('2024-03-01')).thenMatches({ type: 'ItemEntered' });
  });
  test('leaves a centre that it is in, with approval and a document', () => {
    const there = given(item, published, entered());
    there.when(leave('2024-03-01')).then(left('2024-03-01'));
    there.when(leave('2024-02-01')).then(left('2024-02-01'));
    there.when(leave('2024-01-31')).thenRefused(['item-not-entered']);
    there.when(leave('2024-03-01', { centre: 'other' })).thenRefused(['item-not-entered']);
    there.when(leave('2024-03-01', { approver: undefined })).thenRefused(['exit-not-approved']);
    there.when(leave('2024-03-01', { document: undefined })).thenRefused(['exit-not-approved']);
    there.when(leave('2024-03-01', { document: undefined }), {}, 'report').thenMarked(['exit-not-approved']);
    const gone = given(item, published, entered(), left('2024-03-01'));
    gone.when(leave('2024-03-01')).thenRefused(['item-not-entered']);
    gone.when(leave('2024-02-29')).thenMatches(left('2024-02-29'));
    given(item, published, entered('2024-02-01'), left('2024-02-01'))
      .when(leave('2024-02-01'))
      .thenRefused(['item-not-entered']);
  });
});
