/** Fen: what is an amount, what a rate comes to, and how it is shown. */
import { describe, expect, test } from '@jest/globals';
import { amountOf, isFen, isQuantity, type Rate, sumFen, yuan } from '../../projections/kernel/money.js';

test.each([
  ['0', true],
  ['1', true],
  ['10', true],
  ['999999999999999999', true],
  ['1000000000000000000', false],
  ['', false],
  ['01', false],
  ['00', false],
  ['-1', false],
  ['1.5', false],
  [' 1', false],
  ['1 ', false],
  ['1\n', false],
  [1, false],
  [null, false],
  [['1'], false],
])('%j is an amount in fen: %s', (text, is) => expect(isFen(text)).toBe(is));

test.each([
  ['0', true],
  ['0.5', true],
  ['3', true],
  ['999999999999.999999', true],
  ['1000000000000', false],
  ['1.0000001', false],
  ['1.', false],
  ['.5', false],
  ['01', false],
  ['-1', false],
  [['1'], false],
])('%j is a quantity: %s', (text, is) => expect(isQuantity(text)).toBe(is));

test('sums are exact beyond what a float holds', () => {
  expect(sumFen([])).toBe(0n);
  expect(sumFen(['900719925474099300', '900719925474099301'])).toBe(1_801_439_850_948_198_601n);
});

describe('what a rate comes to', () => {
  const perUnit: Rate = { kind: 'per-unit', unit: '平方米', fen: '150', leastFen: null, mostFen: null };
  test.each([
    ['1', 150n],
    ['0', 0n],
    ['2.5', 375n],
    ['0.000001', 0n],
    ['0.003333', 0n], // 0.49995 fen
    ['0.003334', 1n], // 0.50010 fen
    ['0.01', 2n], // 1.5 fen
    ['12.345678', 1852n],
    ['999999999999.999999', 150_000_000_000_000n],
  ])('%s units at 1.50 yuan are %s fen', (quantity, amount) => expect(amountOf(perUnit, quantity)).toBe(amount));
  test('a fixed rate is asked once, whatever the quantity', () => {
    const fixed: Rate = { ...perUnit, kind: 'fixed', leastFen: '200', mostFen: '100' };
    expect([amountOf(fixed, '1'), amountOf(fixed, '7')]).toEqual([150n, 150n]);
  });
  test.each([
    ['1', '200', null, 200n],
    ['2', '200', null, 300n],
    ['1', null, '100', 100n],
    ['1', null, '200', 150n],
    ['1', '160', '155', 155n],
    ['4', '200', '500', 500n],
    ['3', '200', '500', 450n],
  ])('%s units, at least %s and at most %s', (quantity, leastFen, mostFen, amount) =>
    expect(amountOf({ ...perUnit, leastFen, mostFen }, quantity)).toBe(amount),
  );
  test.each(['', '1.0000000', '-1', 'x'])('%j is no quantity', (quantity) =>
    expect(() => amountOf(perUnit, quantity)).toThrow(new RangeError(`not a quantity: ${quantity}`)),
  );
});

test.each([
  [0n, '0.00'],
  [5n, '0.05'],
  [50n, '0.50'],
  [12_345n, '123.45'],
  [-5n, '-0.05'],
  [-12_300n, '-123.00'],
])('%s fen are %s yuan', (amount, text) => expect(yuan(amount)).toBe(text));
