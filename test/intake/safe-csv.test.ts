import { expect, test } from '@jest/globals';
import { safeCsv } from '../../src/intake/safe-csv.js';

test('a cell never begins as a formula does, and numbers stay numbers', () => {
  const cells = [
    '=1+1',
    '+A1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    ' =1',
    '＝1',
    '-12.50',
    '12.50',
    0,
    null,
    'a',
    'a,b',
    'a"b',
    '\r\n=x',
  ];
  const text = safeCsv([cells]);
  expect(text.startsWith('﻿')).toBe(true);
  expect(text.endsWith('\r\n')).toBe(true);
  expect(text.slice(1, -2)).toBe(
    `'=1+1,'+A1,'-2+3,'@SUM(A1),"'\t=1",' =1,'＝1,-12.50,12.50,0,,a,"a,b","a""b","'\r\n=x"`,
  );
});
