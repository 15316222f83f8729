/** What a proof has to look like, whatever it proves: its shape, the length of its hashes, numbers that are counts. */
import { expect, test } from '@jest/globals';
import { equal, hasSubtree, includes, isSubtree } from '../../projections/kernel/merkle.js';

test('a subtree has leaves, and begins at a multiple of the power of two that it fits into', () => {
  const of = ([begin, end]: readonly number[]) => isSubtree({ begin: begin!, end: end! });
  const [are, others] = [
    [
      [0, 1],
      [1, 2],
      [2, 4],
      [4, 7],
    ],
    [
      [1, 3],
      [2, 5],
      [2, 2],
      [-2, -1],
      [-4, 0],
      [0, 1.5],
      [0.5, 1],
    ],
  ];
  expect(are.filter((range) => !of(range))).toEqual([]);
  expect(others.filter(of)).toEqual([]);
});

/** With a hash that is the same of everything, any proof of the right shape would do: what is refused is its shape. */
const nought = () => new Uint8Array(32);
const [whole, short] = [new Uint8Array(32), new Uint8Array(31)];
test.each([
  [true, 0, 2, whole, [whole]],
  [false, 0, 2, short, [whole]],
  [false, 0, 2, whole, [short]],
  [false, -1, 1, whole, []],
  [false, 0, 1.5, whole, [whole]],
  [false, 0, 1, whole, [whole]],
  [false, 0, 2, whole, [whole, whole]],
  [false, 0, 2, whole, []],
])('%s: leaf %d of %d, by the shape of its proof', (is, index, size, leaf, proof) =>
  expect(includes(nought, { index, size, leaf, proof, root: whole })).toBe(is),
);
test.each([
  [true, 0, 1, 2, whole, [whole]],
  [false, 0, 1, 2, short, [whole]],
  [false, 0, 1, 2, whole, [short]],
  [false, 0, 1, 1.5, whole, [whole]],
  [false, 2, 4, 3, whole, [whole]],
  [false, 1, 3, 4, whole, [whole, whole, whole]],
  [false, 0, 1, 4, whole, [whole]],
  [false, 0, 3, 5, whole, []],
  [true, 0, 2, 2, whole, []],
  [false, 0, 2, 2, whole, [whole]],
  [true, 1, 1, 2, whole, []],
  [false, 1, 1, 2, whole, [whole]],
  [false, 1, 1, 2, short, []],
  [false, -1, -1, 2, whole, []],
])('%s: leaves %d to %d of %d, by the shape of its proof', (is, begin, end, size, hash, proof) =>
  expect(hasSubtree(nought, { of: { begin, end }, size, hash, root: whole, proof })).toBe(is),
);

test('the whole of a tree has its root for a hash, whatever that is', () => {
  const claim = { of: { begin: 0, end: 2 }, size: 2, hash: short, root: short, proof: [] };
  expect([hasSubtree(nought, claim), hasSubtree(nought, { ...claim, root: whole })]).toEqual([true, false]);
});
test('what is longer is not equal, whatever it is longer by', () =>
  expect([[0], [0, 0], []].map((bytes) => equal(Uint8Array.of(0), Uint8Array.from(bytes)))).toEqual([
    true,
    false,
    false,
  ]));
