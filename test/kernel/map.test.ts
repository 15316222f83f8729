/** The sparse Merkle map: against its definition word for word, every proof, every bit, and what is dropped or put in. */
import { describe, expect, test } from '@jest/globals';
import { createHmac, hash as oneShot } from 'node:crypto';
import fc from 'fast-check';
import { u64 } from '../../projections/kernel/bytes.js';
import { equal, type Hash } from '../../projections/kernel/merkle.js';
import {
  blindOf,
  chainOn,
  type Entry,
  entryLeaf,
  grown,
  keyOf,
  lookUp,
  type MapProof,
  NOTHING,
  type Page,
  pageBytes,
  pageHash,
  pageIn,
  type Pages,
  proveEntry,
  rootFromEntry,
  unlinked,
} from '../../projections/kernel/map.js';

const sha256 = (bytes: Uint8Array): Hash => oneShot('sha256', bytes, 'buffer');
const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex');
const bitOf = (key: Hash, n: number) => (key[n >> 3]! >> (7 - (n & 7))) & 1;

/** The definition: nothing is zeros, one entry its leaf, several a node of both halves. */
function rootOf(entries: readonly Entry[], depth = 0): Hash {
  if (entries.length === 0) return Buffer.alloc(32);
  if (entries.length === 1) {
    const { key, count, chain } = entries[0]!;
    return sha256(Buffer.concat([Buffer.of(0x12), key, u64(count), chain]));
  }
  const [left, right] = [0, 1].map((side) =>
    rootOf(
      entries.filter(({ key }) => bitOf(key, depth) === side),
      depth + 1,
    ),
  );
  return sha256(Buffer.concat([Buffer.of(0x13), left!, right!]));
}
const entry = (key: Hash, count = 1): Entry => ({ key, count, chain: sha256(Buffer.concat([key, u64(count)])) });
/** Keys that part early and late: few values in each byte, so that long beginnings are the same. */
const keys = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom(0, 1, 0x80, 0xff), fc.constantFrom(0, 0x10, 1), fc.constantFrom(0, 2, 0x40), fc.nat(255)),
    { minLength: 1, maxLength: 40, selector: String },
  )
  .map((all) =>
    all.map(([a, b, c, d]) => {
      const key = new Uint8Array(32).fill(7);
      [key[0], key[1], key[2], key[31]] = [a, b, c, d];
      return key;
    }),
  );
const EMPTY: Pages = new Map([['', null]]);
const known = (pages: ReadonlyMap<string, Page | null>, entries: readonly Entry[]): Pages => {
  const all = new Map(pages);
  for (const { key } of entries)
    for (let found = lookUp(all, key); found && 'missing' in found; found = lookUp(all, key))
      all.set(found.missing, null);
  return all;
};
const grow = (pages: Pages, entries: readonly Entry[]) => {
  const before = known(pages, entries);
  const { root, pages: made } = grown(sha256, before, entries);
  return { root, pages: new Map([...before, ...made]) };
};
const built = (entries: readonly Entry[]) => grow(EMPTY, entries);

describe('the root', () => {
  test('is that of the definition, in whatever parts and order entries come', () =>
    fc.assert(
      fc.property(keys, fc.infiniteStream(fc.nat(5)), fc.infiniteStream(fc.boolean()), (all, parts, again) => {
        let pages = EMPTY;
        const now = new Map<string, Entry>();
        for (let from = 0; from < all.length;) {
          const fresh = all.slice(from, from + 1 + parts.next().value!).map((key) => entry(key));
          // Some of those that are there count more.
          const more = [...now.values()]
            .filter(() => again.next().value)
            .map(({ key, count }) => entry(key, count + 1));
          for (const each of [...fresh, ...more]) now.set(hex(each.key)!, each);
          const { root, pages: next } = grow(pages, [...more, ...fresh]);
          pages = next;
          from += fresh.length;
          expect(hex(root)).toBe(hex(rootOf([...now.values()])));
          expect(hex(pageHash(sha256, pages.get('')!))).toBe(hex(root));
        }
        for (const each of now.values()) expect(lookUp(pages, each.key)).toEqual(each);
        expect(hex(built([...now.values()]).root)).toBe(hex(rootOf([...now.values()])));
      }),
      { numRuns: 300 },
    ));
  test('of nothing, and of one entry', () => {
    expect(hex(pageHash(sha256, null))).toBe('00'.repeat(32));
    const one = entry(sha256(Buffer.of(1)));
    expect(hex(built([one]).root)).toBe(hex(entryLeaf(sha256, one)));
  });
  test('only pages on the way become others', () => {
    const all = Array.from({ length: 200 }, (_, n) => entry(sha256(Buffer.of(n))));
    const { pages } = built(all);
    const { pages: made } = grown(sha256, pages, [entry(all[3]!.key, 2)]);
    const path = hex(all[3]!.key)!;
    expect([...made.keys()].every((each) => path.startsWith(each))).toBe(true);
    for (const [at, page] of made) expect(page).not.toEqual(pages.get(at));
  });
});

const flips = (bytes: Uint8Array) =>
  Array.from({ length: 8 * bytes.length }, (_, n) => {
    const changed = Uint8Array.from(bytes);
    changed[n >> 3]! ^= 1 << (n & 7);
    return changed;
  });
describe('proofs', () => {
  test('of every entry, and that there is none for any other key', () =>
    fc.assert(
      fc.property(keys, keys, (there, asked) => {
        const { root, pages } = built(there.map((key) => entry(key)));
        const names = new Set(there.map(hex));
        for (const key of [...there, ...asked]) {
          const proof = proveEntry(sha256, pages, key);
          expect(hex(rootFromEntry(sha256, key, proof))).toBe(hex(root));
          expect(proof.at !== null && equal(proof.at.key, key)).toBe(names.has(hex(key)));
        }
      }),
      { numRuns: 200 },
    ));
  test('need the pages on a key’s way, and no others’ entry is its own', () => {
    const key = sha256(Buffer.of(1));
    expect(lookUp(new Map(), key)).toEqual({ missing: '' });
    expect(lookUp(EMPTY, key)).toBeNull();
    const { pages: made } = built([entry(key), entry(sha256(Buffer.of(2)))]);
    const beside = Uint8Array.from(key);
    beside[31]! ^= 1;
    expect(lookUp(made, beside)).toBeNull();
    const page = [...made.get('')!];
    page[key[0]! >> 4] = NOTHING;
    expect(lookUp(new Map([['', page]]), key)).toEqual({ missing: hex(key)![0] });
  });
  test('under an empty map are empty', () => {
    const key = sha256(Buffer.of(1));
    expect(proveEntry(sha256, EMPTY, key)).toEqual({ at: null, siblings: [] });
    expect(hex(rootFromEntry(sha256, key, { at: null, siblings: [] }))).toBe(hex(NOTHING));
  });
  const all = Array.from({ length: 60 }, (_, n) => entry(sha256(Buffer.of(n)), n + 1));
  const { root, pages } = built(all);
  const holds = (key: Hash, proof: MapProof) => hex(rootFromEntry(sha256, key, proof)) === hex(root);

  test('with any bit changed, a hash more or less, or in another order are none', () => {
    for (const { key } of all.slice(0, 5)) {
      const { at, siblings } = proveEntry(sha256, pages, key);
      const of = at!;
      const spoilt: MapProof[] = [
        ...siblings.flatMap((each, n) => flips(each).map((other) => ({ at, siblings: siblings.with(n, other) }))),
        ...siblings.map((_, n) => ({ at, siblings: siblings.toSpliced(n, 1) })),
        ...siblings.map((each, n) => ({ at, siblings: siblings.toSpliced(n, 0, each) })),
        { at, siblings: siblings.toReversed() },
        ...flips(of.key).map((other) => ({ at: { ...of, key: other }, siblings })),
        ...flips(of.chain).map((chain) => ({ at: { ...of, chain }, siblings })),
        ...[-1, 1].map((by) => ({ at: { ...of, count: of.count + by }, siblings })),
        { at: null, siblings },
        { at: of, siblings: [...siblings, NOTHING] },
      ];
      expect(holds(key, { at, siblings })).toBe(true);
      expect(spoilt.filter((each) => holds(key, each))).toEqual([]);
    }
  });
  test('an entry elsewhere says nothing of a key that goes another way, nor are there ways beyond a key', () => {
    const [one, other] = [all[0]!, all.find(({ key }) => bitOf(key, 0) !== bitOf(all[0]!.key, 0))!];
    expect(rootFromEntry(sha256, other.key, proveEntry(sha256, pages, one.key))).toBeNull();
    const long = (length: number) => ({ at: null, siblings: Array.from({ length }, () => NOTHING) });
    expect(rootFromEntry(sha256, one.key, long(257))).toBeNull();
    expect(rootFromEntry(sha256, one.key, long(256))).not.toBeNull();
    expect(rootFromEntry(sha256, one.key, { at: null, siblings: [NOTHING, new Uint8Array(31)] })).toBeNull();
    expect(rootFromEntry(sha256, one.key, { at: null, siblings: [new Uint8Array(33)] })).toBeNull();
  });
  test('two keys that differ in their last bit alone', () => {
    const twin = flips(all[0]!.key).find((key) => (key[31]! ^ all[0]!.key[31]!) === 1)!;
    const made = built([all[0]!, entry(twin)]);
    expect(hex(made.root)).toBe(hex(rootOf([all[0]!, entry(twin)])));
    const proof = proveEntry(sha256, made.pages, twin);
    expect(proof.siblings).toHaveLength(256);
    expect(hex(rootFromEntry(sha256, twin, proof))).toBe(hex(made.root));
  });
});

test('an entry dropped, put in, or exchanged is another root', () =>
  fc.assert(
    fc.property(keys, fc.nat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (there, n, key) => {
      const all = there.map((each) => entry(each));
      const at = n % all.length;
      const others = [
        all.toSpliced(at, 1),
        ...(all.some((each) => equal(each.key, key)) ? [] : [[...all, entry(key)], all.with(at, entry(key))]),
        all.with(at, { ...all[at]!, count: 2 }),
      ];
      for (const each of others) expect(hex(rootOf(each))).not.toBe(hex(built(all).root));
    }),
  ));

test('a page that is not what the one above it says, or the root, is named', () => {
  const { root, pages } = built(Array.from({ length: 60 }, (_, n) => entry(sha256(Buffer.of(n)))));
  const paths = [...pages.keys()];
  expect(paths.length).toBeGreaterThan(10);
  expect(unlinked(sha256, pages, root, paths)).toBeUndefined();
  expect(unlinked(sha256, EMPTY, NOTHING, ['', '7', '70'])).toBeUndefined();
  expect(unlinked(sha256, pages, sha256(Buffer.of(1)), paths)).toBe('');
  for (const path of paths) {
    const page = pages.get(path)!;
    const other = page && page.with(0, page[0] ? null : root);
    for (const changed of page ? [other, null] : [built([entry(root), entry(NOTHING)]).pages.get('')!])
      expect(unlinked(sha256, new Map([...pages, [path, changed]]), root, [path])).toBe(path);
  }
});

describe('pages as bytes', () => {
  const { pages } = built(Array.from({ length: 60 }, (_, n) => entry(sha256(Buffer.of(n)), 2 ** 40 + n)));
  test('come back as they were', () => {
    for (const page of pages.values()) if (page) expect(pageIn(pageBytes(page))).toEqual(page);
  });
  test('any bit makes another hash, or no page', () => {
    for (const page of [pages.get('')!, pages.get('3')!])
      for (const changed of flips(pageBytes(page))) {
        const read = pageIn(changed);
        expect(read && hex(pageHash(sha256, read))).not.toBe(hex(pageHash(sha256, page)));
      }
  });
  test('too short, too long, and of other tags are none', () => {
    const bytes = pageBytes(pages.get('3')!);
    for (let length = 0; length < bytes.length; length++) expect(pageIn(bytes.subarray(0, length))).toBeNull();
    expect(pageIn(Uint8Array.of(...bytes, 0))).toBeNull();
    expect(pageIn(new Uint8Array(16))).toEqual(Array.from({ length: 16 }, () => null));
    expect(pageIn(new Uint8Array(16).fill(3))).toBeNull();
  });
});

describe('objects', () => {
  const secret = Buffer.from('c2FsdCBvZiB0aGUgZmlyc3Q=');
  const matter = { type: 'matter', id: 'M-000001' };
  test('are blinded by HMAC-SHA-256 under the hash of the secret', () => {
    const expected = createHmac('sha256', sha256(secret)).update('matter\0M-000001').digest('hex');
    expect(hex(blindOf(sha256, secret, matter))).toBe(expected);
  });
  test('have keys of their own, which change with secret, type and id', () => {
    const key = (of: typeof matter, by = secret) => hex(keyOf(sha256, blindOf(sha256, by, of), of));
    const all = [
      key(matter),
      key({ ...matter, id: 'M-000002' }),
      key({ ...matter, type: 'viewed-matter' }),
      key(matter, Buffer.from('x')),
      hex(sha256(Buffer.from('matter\0M-000001'))),
    ];
    expect(new Set(all).size).toBe(all.length);
    const blind = blindOf(sha256, secret, matter);
    expect(hex(keyOf(sha256, blind, matter))).toBe(
      hex(sha256(Buffer.concat([Buffer.of(0x10), blind, Buffer.from('matter\0M-000001')]))),
    );
  });
  test('a chain tells which events, where, and in which order', () => {
    const of = (...events: [number, number][]) =>
      hex(events.reduce((chain, [index, n]) => chainOn(sha256, chain, index, sha256(Buffer.of(n))), NOTHING));
    const all = [of(), of([1, 1]), of([2, 1]), of([1, 2]), of([1, 1], [2, 2]), of([2, 2], [1, 1])];
    expect(new Set(all).size).toBe(all.length);
    expect(of([258, 1])).toBe(hex(sha256(Buffer.concat([Buffer.of(0x11), NOTHING, u64(258), sha256(Buffer.of(1))]))));
  });
});
