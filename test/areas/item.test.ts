import { describe, test } from '@jest/globals';
import { item } from '../../src/areas/catalogue/item.js';
import { given } from '../given.js';

const wd = (n: number) => ({ n, unit: 'working-day' }) as const;
const version = {
  name: '食品经营许可',
  department: 'market',
  level: 'city' as const,
  legalBasis: ['食品安全法 art. 35'],
  statutory: wd(20),
  promised: wd(10),
  promiseReason: null,
  materials: [],
  steps: [],
  mustEnter: true,
};
const publish = (more: object = {}) => ({ type: 'PublishItem', data: { ...version, from: '2024-01-01', ...more } });
const published = { type: 'ItemPublished' as const, data: { ...version, version: 1, from: '2024-01-01' } };

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
});
