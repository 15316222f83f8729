/** The tree of RFC 6962: other people's vectors, every proof at every small size, every bit of a proof. */
import { describe, expect, test } from '@jest/globals';
import { hash as oneShot } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  consistencyPath,
  emptyRoot,
  equal,
  extendsTree,
  hasSubtree,
  type Hash,
  hashesAt,
  includes,
  inclusionPath,
  isSubtree,
  leafHash,
  nodeHash,
  nodesIn,
  prove,
  type Range,
  rangeHash,
  rootOf,
  subtreePath,
  tileAt,
  tileIn,
  tilePath,
  tilesBetween,
  Tree,
} from '../../projections/kernel/merkle.js';

const sha256 = (bytes: Uint8Array): Hash => oneShot('sha256', bytes, 'buffer');
const VECTORS = new URL('../../../shared/vectors/merkle-proofs.json', import.meta.url);

/** The tree of RFC 6962 §2.1 word for word: what the other, faster one is compared with. */
function mth(entries: readonly Uint8Array[]): Hash {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return sha256(Buffer.concat([Buffer.of(0), entries[0]!]));
  const k = 2 ** (Math.ceil(Math.log2(entries.length)) - 1);
  return sha256(Buffer.concat([Buffer.of(1), mth(entries.slice(0, k)), mth(entries.slice(k))]));
}
const entries = Array.from({ length: 1000 }, (_, n) => sha256(Buffer.from(`entry ${n}`)));
const nodes = new Map<string, Hash>();
const grown = new Tree(sha256);
const roots = [grown.root()];
for (const entry of entries) {
  grown.add(entry, (level, index, hash) => nodes.set(`${level}/${index}`, hash));
  roots.push(grown.root());
}
const node = (level: number, index: number) => nodes.get(`${level}/${index}`)!;
const leaf = (index: number) => node(0, index);

describe('roots', () => {
  // transparency-dev/merkle, testonly/constants.go: eight leaves of the first certificate logs.
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('of %i known leaves', (size, root) =>
    expect(
      Buffer.from(
        rootOf(
          sha256,
          leaves.slice(0, size).map((hex) => Buffer.from(hex, 'hex')),
        ),
      ).toString('hex'),
    ).toBe(root),
  );
  test('at every size are those of the definition', () => {
    for (let size = 0; size <= 300; size++) expect(equal(roots[size]!, mth(entries.slice(0, size)))).toBe(true);
    expect(equal(roots[1000]!, mth(entries))).toBe(true);
  });
  test('a tree goes on from its perfect subtrees', () => {
    for (let size = 0; size < 1000; size += 7) {
      const tree = Tree.at(sha256, size, node);
      expect([tree.size, equal(tree.root(), roots[size]!)]).toEqual([size, true]);
      tree.add(entries[size]!);
      expect(equal(tree.root(), roots[size + 1]!)).toBe(true);
    }
  });
});

/**
 * A tree over 1,000 leaves with a hash that mixes 32 bytes and is no good for anything else: what a proof consists of
 * does not depend on the hash, and SHA-256 would take a minute for a million proofs.
 */
const { imul } = Math; // a global is slow to reach from a test
const Bytes = Uint8Array;
const mix = (bytes: Uint8Array): Hash => {
  const hash = new Bytes(32);
  for (let n = 0, a = bytes.length; n < bytes.length; n++) {
    a = imul(a ^ bytes[n]!, 0x85ebca6b);
    hash[n & 31]! ^= a ^= a >>> 13;
    if (n > bytes.length - 33) hash[(n * 7) & 31]! ^= a >>> 8;
  }
  return hash;
};
/** Hashes of subtrees are made once: rangeHash() is what is compared below, not what is timed. */
function proverOf(hash: typeof sha256, at: typeof node) {
  const made = new Map<number, Hash>();
  return (path: readonly Range[]) =>
    path.map((range) => {
      const key = range.begin * 1024 + range.end;
      if (!made.has(key)) made.set(key, rangeHash(hash, range, at));
      return made.get(key)!;
    });
}

/** Of a million proofs every fifth, another at each size; all of them in a long run. */
const STRIDE = process.env['MINGZHANG_LONG'] ? 1 : 5;
describe.each([
  ['SHA-256', sha256, 180, 1],
  ['a hash that is quick', mix, 1000, STRIDE],
] as const)('with %s, every proof', (_name, hash, most, stride) => {
  const perfectOnes = new Map<number, Hash>();
  const tree = new Tree(hash);
  const rootAt = [tree.root()];
  for (const entry of entries.slice(0, most)) {
    tree.add(entry, (level, index, at) => perfectOnes.set(level * 1024 + index, at));
    rootAt.push(tree.root());
  }
  const at = (level: number, index: number) => perfectOnes.get(level * 1024 + index)!;
  const prover = proverOf(hash, at);

  test(`that an entry is there, at every size up to ${most}`, () => {
    for (let size = 1; size <= most; size++)
      for (let index = size % stride; index < size; index += stride) {
        const proof = prover(inclusionPath(index, size));
        if (!includes(hash, { index, size, leaf: at(0, index), proof, root: rootAt[size]! }))
          throw new Error(`${index} of ${size}`);
      }
  });
  test(`that a tree grew out of another, at every size up to ${most}`, () => {
    for (let size = 1; size <= most; size++)
      for (let before = 1 + (size % stride); before <= size; before += stride) {
        const proof = prover(consistencyPath(before, size));
        if (!extendsTree(hash, { before, size, earlier: rootAt[before]!, root: rootAt[size]!, proof }))
          throw new Error(`${before} of ${size}`);
      }
  });
});

describe('proofs', () => {
  test('that a subtree is there, at every size up to 70', () => {
    const prover = proverOf(sha256, node);
    for (let size = 1; size <= 70; size++)
      for (let begin = 0; begin < size; begin++)
        for (let end = begin + 1; end <= size; end++) {
          const of = { begin, end };
          if (!isSubtree(of)) continue;
          const [hash] = prover([of]) as [Hash];
          const proof = prover(subtreePath(of, size));
          if (!hasSubtree(sha256, { of, size, hash, root: roots[size]!, proof }))
            throw new Error(`${begin} to ${end} of ${size}`);
          if (size === 70) expect(equal(hash, mth(entries.slice(begin, end)))).toBe(true);
        }
    expect(() => subtreePath({ begin: 1, end: 3 }, 9)).toThrow(RangeError);
  });
  test('there is none for what is not there', () => {
    for (const [index, size] of [
      [5, 5],
      [-1, 5],
      [0.5, 5],
      [0, 0],
      [0, 1.5],
    ] as const)
      expect(() => inclusionPath(index, size)).toThrow(RangeError);
    expect(() => consistencyPath(6, 5)).toThrow(RangeError);
    expect(() => consistencyPath(-1, 5)).toThrow(RangeError);
    expect(() => consistencyPath(0, -1)).toThrow(RangeError);
    expect(() => consistencyPath(1, 1.5)).toThrow(RangeError);
    expect(consistencyPath(0, 5)).toEqual([]);
  });
});

describe('what is not so is refused', () => {
  const changed = (hash: Hash, bit: number) => {
    const copy = Uint8Array.from(hash);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  };
  /** Every list that differs from a proof by one bit, one hash left out, one twice, one more, or two changed round. */
  function spoilt(proof: readonly Hash[], at: number, bit: number): Hash[][] {
    const n = proof.length === 0 ? 0 : at % proof.length;
    const lists = [
      [...proof, sha256(Buffer.of(1))],
      [sha256(Buffer.of(1)), ...proof],
    ];
    if (proof.length > 0)
      lists.push(proof.with(n, changed(proof[n]!, bit)), proof.toSpliced(n, 1), proof.toSpliced(n, 0, proof[n]!));
    if (proof.length > 1) {
      const m = (n + 1) % proof.length;
      lists.push(proof.with(n, proof[m]!).with(m, proof[n]!));
    }
    return lists;
  }
  const size = fc.integer({ min: 1, max: 1000 });
  const place = fc.nat(999);
  const bit = fc.nat(255);

  test('a proof of inclusion that was touched, or is of another place, size, leaf or root', () => {
    fc.assert(
      fc.property(size, place, place, bit, (size, place, at, bit) => {
        const index = place % size;
        const proof = prove(sha256, inclusionPath(index, size), node);
        const claim = { index, size, leaf: leaf(index), proof, root: roots[size]! };
        const verdicts = [
          ...spoilt(proof, at, bit).map((proof) => ({ ...claim, proof })),
          { ...claim, leaf: changed(claim.leaf, bit) },
          { ...claim, root: changed(claim.root, bit) },
          ...(at !== index ? [{ ...claim, index: at }] : []),
          // A leaf that is a node, and a tree that is only as high as a proof says, are the classic forgeries.
          { ...claim, leaf: claim.leaf.subarray(1) },
          { ...claim, index: index + 2 ** 32 },
          { ...claim, size: index },
        ].map((claim) => includes(sha256, claim));
        expect(verdicts).not.toContain(true);
      }),
    );
  });
  test('a proof of consistency that was touched, or is of other sizes or roots', () => {
    fc.assert(
      fc.property(size, place, place, bit, (size, place, at, bit) => {
        const before = (place % size) + 1;
        const proof = prove(sha256, consistencyPath(before, size), node);
        const claim = { before, size, earlier: roots[before]!, root: roots[size]!, proof };
        const verdicts = [
          ...spoilt(proof, at, bit).map((proof) => ({ ...claim, proof })),
          { ...claim, earlier: changed(claim.earlier, bit) },
          { ...claim, root: changed(claim.root, bit) },
          ...(before !== size ? [{ ...claim, earlier: claim.root, root: claim.earlier }] : []),
          { ...claim, before: size + 1 },
        ].map((claim) => extendsTree(sha256, claim));
        expect(verdicts).not.toContain(true);
      }),
    );
  });
  test('a tree of another history, whatever it says about the first', () => {
    const other = entries.with(3, sha256(Buffer.from('another')));
    const proof = prove(sha256, consistencyPath(5, 9), node);
    const root = rootOf(sha256, other.slice(0, 9));
    expect(extendsTree(sha256, { before: 5, size: 9, earlier: roots[5]!, root, proof })).toBe(false);
    expect(extendsTree(sha256, { before: 0, size: 9, earlier: roots[5]!, root, proof: [] })).toBe(false);
    const empty = emptyRoot(sha256);
    expect(extendsTree(sha256, { before: 0, size: 0, earlier: empty, root, proof: [] })).toBe(false);
    expect(extendsTree(sha256, { before: 0, size: 0, earlier: empty, root: empty, proof: [] })).toBe(true);
    expect(extendsTree(sha256, { before: 9, size: 9, earlier: roots[9]!, root, proof: [] })).toBe(false);
  });
});

interface Vector {
  readonly name: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly root?: string;
  readonly root1?: string;
  readonly root2?: string;
  readonly leafHash?: string;
  readonly leafIdx?: number;
  readonly treeSize?: number;
  readonly size1?: number;
  readonly size2?: number;
  readonly size?: number;
  readonly start?: number;
  readonly end?: number;
}
function holds(vector: Vector): boolean {
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64');
  const { leafIdx: index = -1, treeSize: size = -1, start: begin = -1, end = -1 } = vector;
  const proof = (vector.proof ?? []).map(bytes);
  const [leaf, root] = [bytes(vector.leafHash), bytes(vector.root)];
  const [earlier, later] = [bytes(vector.root1), bytes(vector.root2)];
  switch (vector.name.split('/')[0]) {
    case 'inclusion':
      return includes(sha256, { index, size, leaf, proof, root });
    case 'consistency': {
      const { size1: before = -1, size2 = -1 } = vector;
      return extendsTree(sha256, { before, size: size2, earlier, root: later, proof });
    }
    case 'subtreeinclusion':
      return (
        isSubtree({ begin, end }) && includes(sha256, { index: index - begin, size: end - begin, leaf, proof, root })
      );
    case 'subtreeconsistency':
      return hasSubtree(sha256, { of: { begin, end }, size: vector.size ?? -1, hash: earlier, root: later, proof });
    default:
      throw new Error(`what is ${vector.name}?`);
  }
}
const given = existsSync(VECTORS);
if (!given) console.warn('vectors of transparency-dev/merkle are left out: ../shared/vectors is not here');
(given ? describe : describe.skip)('vectors of transparency-dev/merkle', () => {
  const { inclusion, consistency } = JSON.parse(given ? readFileSync(VECTORS, 'utf8') : '{}') as Record<
    string,
    Vector[]
  >;
  test('all say what they say', () => {
    const all = [...inclusion!, ...consistency!];
    expect(all).toHaveLength(518);
    expect(all.filter((vector) => holds(vector) === vector.wantErr).map(({ name }) => name)).toEqual([]);
  });
});

describe('tiles', () => {
  const bytesOf = (level: number, index: number, width: number) =>
    Buffer.concat(Array.from({ length: width }, (_, n) => node(level * 8, index * 256 + n)));

  test.each([
    [70_000, 0, 273, 112],
    [70_000, 1, 1, 17],
    [70_000, 2, 0, 1],
    [256, 0, 0, 256],
    [256, 1, 0, 1],
  ])('a tree of %i has at level %i a last tile %i of %i hashes', (size, level, index, width) => {
    expect(tileAt(level, index, size)).toEqual({ level, index, width });
    expect(tileAt(level, index + 1, size)).toBeNull();
    expect(hashesAt(level, size)).toBe(index * 256 + width);
  });
  test('every perfect subtree is read from the narrowest tiles of its size', () => {
    for (const size of [1, 255, 256, 257, 600, 1000]) {
      const read = nodesIn(sha256, (level, index) => bytesOf(level, index, tileAt(level, index, size)!.width));
      for (const [key, hash] of nodes) {
        const [level, index] = key.split('/').map(Number) as [number, number];
        if ((index + 1) * 2 ** level <= size) expect(equal(read(level, index), hash)).toBe(true);
      }
      expect(equal(Tree.at(sha256, size, read).root(), roots[size]!)).toBe(true);
    }
    const narrow = nodesIn(sha256, () => new Uint8Array(32));
    expect(() => narrow(1, 0)).toThrow(RangeError);
  });
  test('what changes from one size to another, and nothing else', () => {
    expect(tilesBetween(0, 0)).toEqual([]);
    expect(tilesBetween(600, 600)).toEqual([]);
    expect(tilesBetween(255, 257)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 1 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect(tilesBetween(256, 300)).toEqual([{ level: 0, index: 1, width: 44 }]);
  });
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 63, index: 0, width: 256 }, 'tile/63/000'],
    [{ level: 1, index: 1000, width: 256 }, 'tile/1/x001/000'],
    [{ level: 0, index: 1_234_067, width: 17 }, 'tile/0/x001/x234/067.p/17'],
    [{ level: 'entries', index: 273, width: 112 }, 'tile/entries/273.p/112'],
  ] as const)('%j is at %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(tileIn(path)).toEqual(tile);
  });
  test.each([
    'tile/0/1',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/001/000',
    'tile/0/x000/001',
    'tile/0/x001',
    'tile/0/x009/x007/x199/x254/x740/992', // 2^53
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/',
    'tile/entry/000',
    'tile/0/000/',
    'tile/0/../checkpoint',
    `tile/0/${'x999/'.repeat(6)}999`,
    'checkpoint',
  ])('%s is no path of a tile', (path) => expect(tileIn(path)).toBeNull());
});

test('leaves and nodes are told apart', () => {
  const [a, b] = [leafHash(sha256, entries[0]!), leafHash(sha256, entries[1]!)];
  expect(equal(nodeHash(sha256, a, b), leafHash(sha256, Buffer.concat([a, b])))).toBe(false);
});
