/**
 * The sparse Merkle map over the objects that events refer to: object → how many events do, and a chained hash of them.
 * Whoever has an object's entry under a root can be shown that these are all of its events; where there is none, that
 * nothing refers to it. A binary trie by the bits of keys: nothing hashes to zeros, a subtree with one entry to that
 * entry's leaf, any other to H(node ‖ left ‖ right). What each hash is of begins with a byte of its own.
 *
 * An object's key is hashed with a blind that is keyed by a secret of the log, and its chain begins with that blind: who
 * is not told it can guess neither which object a key is of nor which events a leaf counts, though digests are public.
 */
import { type Bytes, concat, u64, utf8 } from './bytes.js';
import { equal, HASH_SIZE, type Hash, type Sha256 } from './merkle.js';

export type MapObject = Readonly<{ type: string; id: string }>;
export interface Entry {
  readonly key: Hash;
  /** How many events refer to the object. */
  readonly count: number;
  /** Over its blind and each of them, in the order of the log. */
  readonly chain: Hash;
}
const [KEY, CHAIN, LEAF, NODE] = [0x10, 0x11, 0x12, 0x13];
export const NOTHING: Hash = new Uint8Array(HASH_SIZE);

const nameOf = ({ type, id }: MapObject): Bytes => utf8(`${type}\0${id}`);
/** HMAC-SHA-256 (RFC 2104) under the hash of the secret. */
export function blindOf(sha256: Sha256, secret: Bytes, object: MapObject): Hash {
  const key = concat(sha256(secret), new Uint8Array(32));
  const padded = (byte: number) => key.map((each) => each ^ byte);
  return sha256(concat(padded(0x5c), sha256(concat(padded(0x36), nameOf(object)))));
}
export const keyOf = (sha256: Sha256, blind: Hash, object: MapObject): Hash =>
  sha256(concat(Uint8Array.of(KEY), blind, nameOf(object)));
/** The chain with one more event: its index, and its digest. */
export const chainOn = (sha256: Sha256, chain: Hash, index: number, digest: Hash): Hash =>
  sha256(concat(Uint8Array.of(CHAIN), chain, u64(index), digest));
export const entryLeaf = (sha256: Sha256, { key, count, chain }: Entry): Hash =>
  sha256(concat(Uint8Array.of(LEAF), key, u64(count), chain));
const nodeOf = (sha256: Sha256, left: Hash, right: Hash): Hash => sha256(concat(Uint8Array.of(NODE), left, right));

/** Four levels of the trie are a page: of each of its 16 ends the one entry, the hash of the page below, or nothing. */
export type Slot = Entry | Hash | null;
export type Page = readonly Slot[];
const WIDTH = 16;
const HEIGHT = 4;
/** Pages by the beginning of the keys below them, in hexadecimal; null: known not to be there. */
export type Pages = ReadonlyMap<string, Page | null>;

const isHash = (slot: Slot | undefined): slot is Hash => slot instanceof Uint8Array;
const nibble = (key: Hash, n: number): number => (key[n >> 1]! >> (n % 2 === 0 ? 4 : 0)) & 15;
const bit = (key: Hash, n: number): number => (key[n >> 3]! >> (7 - (n % 8))) & 1;
const below = (path: string, n: number): string => path + n.toString(16);

/** A subtree: what it hashes to; its entry where it has but one. */
type Sub = Readonly<{ hash: Hash; many: boolean; one: Entry | null }>;
const subOf = (sha256: Sha256, slot: Slot): Sub =>
  isHash(slot)
    ? { hash: slot, many: true, one: null }
    : { hash: slot ? entryLeaf(sha256, slot) : NOTHING, many: false, one: slot };
function joined(sha256: Sha256, left: Sub, right: Sub): Sub {
  if (left.hash === NOTHING && !right.many) return right;
  if (right.hash === NOTHING && !left.many) return left;
  return { hash: nodeOf(sha256, left.hash, right.hash), many: true, one: null };
}
/** The subtrees of a page by their height: 16 ends, 8, 4, 2 and the whole. */
function levelsOf(sha256: Sha256, page: Page): readonly (readonly Sub[])[] {
  const halved = (subs: readonly Sub[]) =>
    Array.from({ length: subs.length / 2 }, (_, n) => joined(sha256, subs[2 * n]!, subs[2 * n + 1]!));
  const ends = page.map((slot) => subOf(sha256, slot));
  const eight = halved(ends);
  const four = halved(eight);
  const two = halved(four);
  return [ends, eight, four, two, halved(two)];
}
/** What a page hashes to; the root, of the page that all keys are below. */
export const pageHash = (sha256: Sha256, page: Page | null | undefined): Hash =>
  page ? levelsOf(sha256, page)[HEIGHT]![0]!.hash : NOTHING;

/** The entry of a key, or which page has to be known to tell. */
export function lookUp(pages: Pages, key: Hash): Entry | null | { readonly missing: string } {
  for (let path = ''; ; path = below(path, nibble(key, path.length))) {
    const page = pages.get(path);
    if (!page) return page === null ? null : { missing: path };
    const slot = page[nibble(key, path.length)]!;
    if (!isHash(slot)) return slot && equal(slot.key, key) ? slot : null;
  }
}

/** The first of these pages that is not what the page above it says, or the root. */
export const unlinked = (sha256: Sha256, pages: Pages, root: Hash, paths: readonly string[]): string | undefined =>
  paths.find((path) => {
    const above = pages.get(path.slice(0, -1))?.[Number.parseInt(path.slice(-1), 16)];
    const said = path === '' ? root : isHash(above) ? above : NOTHING;
    return !equal(pageHash(sha256, pages.get(path)), said);
  });

/**
 * Puts entries in the place of those of their keys. Every page on their way has to be known ({@link lookUp}). Answers the
 * pages that became others, and the root. Nothing is ever taken out: an object's events only become more.
 */
export function grown(
  sha256: Sha256,
  pages: Pages,
  entries: readonly Entry[],
): { root: Hash; pages: Map<string, Page> } {
  const made = new Map<string, Page>();
  const put = (path: string, some: readonly Entry[]): Hash => {
    const page = [...(pages.get(path) ?? Array.from<Slot>({ length: WIDTH }).fill(null))];
    for (const [n, slot] of page.entries()) {
      const mine = some.filter(({ key }) => nibble(key, path.length) === n);
      if (mine.length === 0) continue;
      const beside = slot && !isHash(slot) && !mine.some(({ key }) => equal(key, slot.key)) ? [...mine, slot] : mine;
      page[n] = beside.length === 1 && !isHash(slot) ? beside[0]! : put(below(path, n), beside);
    }
    made.set(path, page);
    return pageHash(sha256, page);
  };
  const root = put('', entries);
  return { root, pages: made };
}

/** What a root has at the end of a key's way: its entry, that of another key, or nothing; and the hashes beside the way. */
export interface MapProof {
  readonly at: Entry | null;
  /** The lowest first. */
  readonly siblings: readonly Hash[];
}
/** Every page on the way has to be known. */
export function proveEntry(sha256: Sha256, pages: Pages, key: Hash): MapProof {
  const siblings: Hash[] = [];
  let at: Entry | null = null;
  for (let [path, page] = ['', pages.get('')]; page;) {
    const levels = levelsOf(sha256, page);
    let [height, n] = [HEIGHT, 0];
    while (height > 0 && levels[height]![n]!.many) {
      height--;
      n = 2 * n + bit(key, HEIGHT * (path.length + 1) - 1 - height);
      siblings.unshift(levels[height]![n ^ 1]!.hash);
    }
    const { many, one } = levels[height]![n]!;
    at = one;
    path = below(path, n);
    page = many ? pages.get(path) : null;
  }
  return { at, siblings };
}
/** The root that a proof comes to; null where it is none for this key. */
export function rootFromEntry(sha256: Sha256, key: Hash, { at, siblings }: MapProof): Hash | null {
  if (siblings.length > 8 * HASH_SIZE || siblings.some(({ length }) => length !== HASH_SIZE)) return null;
  // Another's entry stands for nothing only where this key's would have to be.
  if (at && !siblings.every((_, n) => bit(at.key, n) === bit(key, n))) return null;
  let hash = at ? entryLeaf(sha256, at) : NOTHING;
  for (const [n, other] of siblings.entries())
    hash = bit(key, siblings.length - 1 - n) === 0 ? nodeOf(sha256, hash, other) : nodeOf(sha256, other, hash);
  return hash;
}

const ENTRY_SIZE = 2 * HASH_SIZE + 8;
/** A page as bytes: for each slot 0; 1, key, count and chain; or 2 and a hash. */
export const pageBytes = (page: Page): Bytes =>
  concat(
    ...page.flatMap((slot) => {
      if (!slot) return [Uint8Array.of(0)];
      return isHash(slot) ? [Uint8Array.of(2), slot] : [Uint8Array.of(1), slot.key, u64(slot.count), slot.chain];
    }),
  );
const SIZES = [0, ENTRY_SIZE, HASH_SIZE];
/** Null for what is none. */
export function pageIn(bytes: Bytes): Page | null {
  const page: Slot[] = [];
  let at = 0;
  while (page.length < WIDTH) {
    const size = SIZES[bytes[at++]!]!; // of no such tag there is no size, and no end at that of the bytes
    const part = bytes.subarray(at, at + size);
    at += size;
    page.push(size === 0 ? null : size === HASH_SIZE ? part : entryIn(part));
  }
  return at === bytes.length ? page : null;
}
const entryIn = (bytes: Bytes): Entry => ({
  key: bytes.subarray(0, HASH_SIZE),
  count: bytes.subarray(HASH_SIZE, HASH_SIZE + 8).reduce((sum, byte) => sum * 256 + byte, 0),
  chain: bytes.subarray(HASH_SIZE + 8),
});
