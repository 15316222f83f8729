/** After signing in nobody is sent elsewhere. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { safeReturn } from '../../src/http/return-to.js';

describe('where to go on', () => {
  test.each([
    ['/', '/'],
    ['/matters/M-1?tab=history#last', '/matters/M-1?tab=history#last'],
    ['/search?q=a%20b&to=https://elsewhere.example/', '/search?q=a%20b&to=https://elsewhere.example/'],
    ['/办件', '/%E5%8A%9E%E4%BB%B6'],
    ['/a/../b', '/b'],
  ])('%s is a page of this service', (path, to) => expect(safeReturn(path)).toBe(to));

  test.each([
    undefined,
    '',
    'matters',
    'https://elsewhere.example/',
    'HTTPS:elsewhere.example',
    '//elsewhere.example',
    '///elsewhere.example',
    '/\\elsewhere.example',
    '\\\\elsewhere.example',
    '\\/elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    '/\r\nset-cookie: a=b',
    ' //elsewhere.example',
    '/.//elsewhere.example',
    '/..//elsewhere.example',
    '/a/..//elsewhere.example',
    '/%2e//elsewhere.example',
    '/.\\/elsewhere.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '@elsewhere.example',
    '/\u0000',
    `/${'x'.repeat(2000)}`,
    '/\ud800',
  ])('%j is not', (path) => expect(safeReturn(path)).toBe('/'));

  test('whatever it is: a browser stays here, and a header can hold it', () => {
    const parts = ['/', '\\', '.', '..', '%2e', '%2f', '%5c', ':', '@', '?', '#', '\t', '\n', 'a', 'https', '办', '//'];
    const path = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          path,
          fc.string(),
          path.map((tail) => `/${tail}`),
        ),
        (asked) => {
          const to = safeReturn(asked);
          expect(new URL(to, 'https://here.example/signed-in').origin).toBe('https://here.example');
          expect(to).toMatch(/^\/[\x21-\x7e]*$/);
          expect(safeReturn(to)).toBe(to);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
