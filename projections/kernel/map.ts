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
import { equal, HASH_SIZE, type Hash, pairHash, type Sha256 } from './merkle.js';

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
/** HMAC-SHA-256 (RFC 2104) of objects under the hash of the secret. */
export function blinding(sha256: Sha256, secret: Bytes): (object: MapObject) => Hash {
  const key = concat(sha256(secret), new Uint8Array(32));
  const [inner, outer] = [0x36, 0x5c].map((byte) => key.map((each) => each ^ byte)) as [Bytes, Bytes];
  return (object) => sha256(concat(outer, sha256(concat(inner, nameOf(object)))));
}
export const blindOf = (sha256: Sha256, secret: Bytes, object: MapObject): Hash => blinding(sha256, secret)(object);
export const keyOf = (sha256: Sha256, blind: Hash, object: MapObject): Hash =>
  sha256(concat(Uint8Array.of(KEY), blind, nameOf(object)));
/** The chain with one more event: its index, and its digest. */
export const chainOn = (sha256: Sha256, chain: Hash, index: number, digest: Hash): Hash =>
  sha256(concat(Uint8Array.of(CHAIN), chain, u64(index), digest));
export const entryLeaf = (sha256: Sha256, { key, count, chain }: Entry): Hash =>
  sha256(concat(Uint8Array.of(LEAF), key, u64(count), chain));
const nodeOf = (sha256: Sha256, left: Hash, right: Hash): Hash => pairHash(sha256, NODE, left, right);

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
function subOf(sha256: Sha256, slot: Slot): Sub {
  if (!slot) return NONE;
  return isHash(slot)
    ? { hash: slot, many: true, one: null }
    : { hash: entryLeaf(sha256, slot), many: false, one: slot };
}
function joined(sha256: Sha256, left: Sub, right: Sub): Sub {
  if (left.hash === NOTHING && !right.many) return right;
  if (right.hash === NOTHING && !left.many) return left;
  return { hash: nodeOf(sha256, left.hash, right.hash), many: true, one: null };
}
const NONE: Sub = { hash: NOTHING, many: false, one: null };
/** What so many ends of a page from one on come to: 16 from 0 on are the whole. */
function subAt(sha256: Sha256, page: Page, from: number, width: number): Sub {
  if (width === 1) return subOf(sha256, page[from]!);
  const half = width / 2;
  return joined(sha256, subAt(sha256, page, from, half), subAt(sha256, page, from + half, half));
}
/** What a page hashes to; the root, of the page that all keys are below. */
export const pageHash = (sha256: Sha256, page: Page | null | undefined): Hash =>
  page ? subAt(sha256, page, 0, WIDTH).hash : NOTHING;

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

export interface Grown {
  readonly root: Hash;
  /** Those that became others. */
  readonly pages: Map<string, Page>;
}
/**
 * Puts entries in the place of those of their keys. Every page on their way has to be known ({@link lookUp}). Nothing is
 * ever taken out: an object's events only become more. Page by page, for whoever has other things to do in between.
 */
export function* growing(sha256: Sha256, pages: Pages, entries: readonly Entry[]): Generator<void, Grown, void> {
  const made = new Map<string, Page>();
  function* put(path: string, some: readonly Entry[]): Generator<void, Hash, void> {
    const page = [...(pages.get(path) ?? Array.from<Slot>({ length: WIDTH }).fill(null))];
    const parts = new Map<number, Entry[]>();
    for (const entry of some) {
      const n = nibble(entry.key, path.length);
      const part = parts.get(n);
      if (part) part.push(entry);
      else parts.set(n, [entry]);
    }
    for (const [n, mine] of parts) {
      const slot = page[n]!;
      if (slot && !isHash(slot) && !mine.some(({ key }) => equal(key, slot.key))) mine.push(slot);
      page[n] = mine.length === 1 && !isHash(slot) ? mine[0]! : yield* put(below(path, n), mine);
    }
    made.set(path, page);
    yield;
    return pageHash(sha256, page);
  }
  const root = yield* put('', entries);
  return { root, pages: made };
}
export function grown(sha256: Sha256, pages: Pages, entries: readonly Entry[]): Grown {
  for (const work = growing(sha256, pages, entries); ;) {
    const { done, value } = work.next();
    if (done) return value;
  }
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
    let [width, from, sub] = [WIDTH, 0, subAt(sha256, page, 0, WIDTH)];
    for (let n = HEIGHT * path.length; width > 1 && sub.many; n++) {
      width /= 2;
      const side = bit(key, n) * width;
      siblings.unshift(subAt(sha256, page, from + width - side, width).hash);
      from += side;
      sub = subAt(sha256, page, from, width);
    }
    at = sub.one;
    path = below(path, from);
    page = pages.get(path); // there is none below an end that is not many
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
