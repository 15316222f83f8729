import { expect, test } from '@jest/globals';
import { isDeeper } from '../../src/http/depth.js';

test.each([
  ['{}', 1],
  ['[[[]]]', 3],
  ['[[],[],[{}]]', 3],
  ['{"a":{"b":1},"c":[1]}', 2],
  ['{"[[[[":"]]{{\\"[[["}', 1],
  ['["\\\\",[["\\\\\\"[[["]]]', 3],
  ['1', 0],
])('%s is %d deep', (json, depth) => {
  expect(isDeeper(Buffer.from(json), depth)).toBe(false);
  expect(isDeeper(Buffer.from(json), depth - 1)).toBe(depth > 0);
});
