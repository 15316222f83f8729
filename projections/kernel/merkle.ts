/**
 * The Merkle tree of RFC 6962 §2.1 over the log: leaf = H(0x00 ‖ entry), node = H(0x01 ‖ left ‖ right), split at the
 * largest power of two below the size. An entry is the 32-byte digest of an event, its index the event's place.
 * Hashes of tiles are as in C2SP tlog-tiles. Nothing here knows where hashes are kept or what computes them.
 */

/** SHA-256; Node and the browser each bring their own. It keeps nothing of what it is given: that is written over. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
export type Hash = Uint8Array;

/** Hash of the perfect subtree over the leaves [index·2^level, (index+1)·2^level). */
export type NodeAt = (level: number, index: number) => Hash;

export const HASH_SIZE = 32;

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  let [different, n] = [a.length ^ b.length, a.length];
  while (n--) different |= a[n]! ^ b[n]!;
  return different === 0;
}

export const emptyRoot = (sha256: Sha256): Hash => sha256(new Uint8Array(0));

/** Where what is hashed is put together: making room for each costs more than hashing it. */
const [ONE, TWO] = [new Uint8Array(1 + HASH_SIZE), new Uint8Array(1 + 2 * HASH_SIZE)];
export function leafHash(sha256: Sha256, entry: Uint8Array): Hash {
  const bytes = entry.length === HASH_SIZE ? ONE : new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return sha256(bytes);
}
/** H(tag ‖ left ‖ right) of two hashes. */
export function pairHash(sha256: Sha256, tag: number, left: Hash, right: Hash): Hash {
  TWO[0] = tag;
  TWO.set(left, 1);
  TWO.set(right, 1 + HASH_SIZE);
  return sha256(TWO);
}
export const nodeHash = (sha256: Sha256, left: Hash, right: Hash): Hash => pairHash(sha256, 1, left, right);

/** Sizes and indices are exact up to 2^53, so nothing here shifts or masks them: that would cut them to 32 bits. */
const { floor } = Math;
const { isSafeInteger } = Number;
const isCount = (value: number) => isSafeInteger(value) && value >= 0;
const half = (value: number) => floor(value / 2);
const isOdd = (value: number) => value % 2 === 1;

/** Largest power of two below `size`, which is at least 2. */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** A tree that grows by one leaf at a time and holds only its right edge: at most 53 hashes. */
export class Tree {
  /** `edge[level]`: hash of the perfect subtree of 2^level leaves that ends the tree at that level, if there is one. */
  private readonly edge: (Hash | undefined)[] = [];
  private count = 0;

  constructor(private readonly sha256: Sha256) {}

  /** The tree of `size` leaves whose perfect subtrees are known already. */
  static at(sha256: Sha256, size: number, node: NodeAt): Tree {
    const tree = new Tree(sha256);
    for (const { level, index } of perfect(0, size)) tree.edge[level] = node(level, index);
    tree.count = size;
    return tree;
  }

  get size(): number {
    return this.count;
  }
  /** The same tree, to be grown apart. */
  copy(): Tree {
    const tree = new Tree(this.sha256);
    tree.edge.push(...this.edge);
    tree.count = this.count;
    return tree;
  }

  /** Adds a leaf hash; `each` is told every perfect subtree that it completes, lowest first. */
  push(leaf: Hash, each?: (level: number, index: number, hash: Hash) => void): void {
    let [level, index, hash] = [0, this.count, leaf];
    each?.(level, index, hash);
    while (isOdd(index)) {
      hash = nodeHash(this.sha256, this.edge[level]!, hash);
      this.edge[level] = undefined;
      [level, index] = [level + 1, half(index)];
      each?.(level, index, hash);
    }
    this.edge[level] = hash;
    this.count++;
  }
  /** Adds an entry, such as the digest of an event. */
  add(entry: Uint8Array, each?: (level: number, index: number, hash: Hash) => void): void {
    this.push(leafHash(this.sha256, entry), each);
  }

  root(): Hash {
    let root: Hash | null = null;
    for (const hash of this.edge) if (hash) root = root ? nodeHash(this.sha256, hash, root) : hash;
    return root ?? emptyRoot(this.sha256);
  }
}

/** Root over entries in their order: the digests of a log's events. */
export function rootOf(sha256: Sha256, entries: Iterable<Uint8Array>): Hash {
  const tree = new Tree(sha256);
  for (const entry of entries) tree.add(entry);
  return tree.root();
}

export type Node = Readonly<{ level: number; index: number }>;
/** Leaves [begin, end). */
export type Range = Readonly<{ begin: number; end: number }>;

/** The perfect subtrees that make up [begin, end), where `begin` is a multiple of the power of two not below its width. */
export function perfect(begin: number, end: number): Node[] {
  const nodes: Node[] = [];
  for (let at = begin; at < end;) {
    let [level, width] = [0, 1];
    while (width * 2 <= end - at) [level, width] = [level + 1, width * 2];
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** The subtrees whose hashes prove that a leaf is in a tree: PATH(m, D[n]) of RFC 6962 §2.1.1, leaf's sibling first. */
export function inclusionPath(index: number, size: number): Range[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const path: Range[] = [];
  for (let [begin, end] = [0, size]; end - begin > 1;) {
    const middle = begin + split(end - begin);
    if (index < middle) {
      path.push({ begin: middle, end });
      end = middle;
    } else {
      path.push({ begin, end: middle });
      begin = middle;
    }
  }
  return path.toReversed();
}

/**
 * Whether leaves [begin, end) are a subtree whose hash can be proved: `begin` is a multiple of the power of two not below
 * its width (C2SP tlog-cosignature, "subtree"). An earlier tree is the one that begins at 0.
 */
export function isSubtree({ begin, end }: Range): boolean {
  if (!isCount(begin) || !isCount(end) || begin >= end) return false;
  let width = 1;
  while (width < end - begin) width *= 2;
  return begin % width === 0;
}

/** The subtrees that prove that leaves [begin, end) have their hash in the tree of `size`. */
export function subtreePath(of: Range, size: number): Range[] {
  if (!isSubtree(of) || !isCount(size) || of.end > size) throw new RangeError(`no such subtree in a tree of ${size}`);
  const path: Range[] = [];
  let [begin, end, whole] = [0, size, true];
  while (!(end === of.end && begin >= of.begin)) {
    const middle = begin + split(end - begin);
    if (of.end <= middle) {
      path.push({ begin: middle, end });
      end = middle;
    } else {
      path.push({ begin, end: middle });
      if (of.begin < middle) whole = false;
      begin = middle;
    }
  }
  // Who asks knows the hash of the subtree as a whole; a part of it he does not.
  if (!whole) path.push({ begin, end });
  return path.toReversed();
}
/** The subtrees that prove that a tree grew out of an earlier one: PROOF(m, D[n]) of RFC 6962 §2.1.2. */
export const consistencyPath = (before: number, size: number): Range[] =>
  before === 0 && isCount(size) ? [] : subtreePath({ begin: 0, end: before }, size);

/** Hash of a subtree of the tree, from perfect ones. */
export function rangeHash(sha256: Sha256, { begin, end }: Range, node: NodeAt): Hash {
  const hashes = perfect(begin, end).map(({ level, index }) => node(level, index));
  return hashes.reduceRight((right, left) => nodeHash(sha256, left, right));
}
export const prove = (sha256: Sha256, path: readonly Range[], node: NodeAt): Hash[] =>
  path.map((range) => rangeHash(sha256, range, node));

const areHashes = (hashes: readonly Uint8Array[]) => hashes.every(({ length }) => length === HASH_SIZE);

/** The root that a leaf and its proof come to; null where the proof is not one for that place and size (RFC 9162 §2.1.3.2). */
export function rootFromInclusion(
  sha256: Sha256,
  { index, size, leaf, proof }: Readonly<{ index: number; size: number; leaf: Hash; proof: readonly Hash[] }>,
): Hash | null {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...proof])) return null;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const other of proof) {
    if (last === 0) return null;
    if (isOdd(place) || place === last) {
      hash = nodeHash(sha256, other, hash);
      while (!isOdd(place)) [place, last] = [half(place), half(last)];
    } else hash = nodeHash(sha256, hash, other);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? hash : null;
}
/** Whether a leaf stands at its place under the root. */
export function includes(
  sha256: Sha256,
  claim: Readonly<{ index: number; size: number; leaf: Hash; proof: readonly Hash[]; root: Hash }>,
): boolean {
  const root = rootFromInclusion(sha256, claim);
  return root !== null && equal(root, claim.root);
}

/** Whether leaves [begin, end) have this hash in the tree of that root. */
export function hasSubtree(
  sha256: Sha256,
  claim: Readonly<{ of: Range; size: number; hash: Hash; root: Hash; proof: readonly Hash[] }>,
): boolean {
  const { of, size, hash, root, proof } = claim;
  if (!isCount(size) || of.end > size || !areHashes(proof)) return false;
  // Of no leaves there is one hash, in every tree.
  if (of.begin === of.end) return isCount(of.begin) && proof.length === 0 && equal(hash, emptyRoot(sha256));
  if (!isSubtree(of)) return false;
  // Of the whole tree there is nothing to compute: its hash is its root.
  if (of.end - of.begin === size) return proof.length === 0 && equal(hash, root);
  if (!areHashes([hash])) return false;
  const at = { first: of.begin, place: of.end - 1, last: size - 1 };
  const up = () => {
    at.first = half(at.first);
    at.place = half(at.place);
    at.last = half(at.last);
  };
  while (at.first !== at.place && (isOdd(at.place) || at.place === at.last)) up();
  // A subtree that stands in the tree as it is, is where the proof begins, and is not repeated in it.
  const [begun, ...rest] = at.first === at.place ? [hash, ...proof] : proof;
  let [part, whole] = [begun!, begun!]; // without one the place is not the last, which is refused below
  for (const other of rest) {
    if (at.last === 0) return false;
    if (isOdd(at.place) || at.place === at.last) {
      if (at.first < at.place) part = nodeHash(sha256, other, part);
      whole = nodeHash(sha256, other, whole);
      while (!isOdd(at.place)) up();
    } else whole = nodeHash(sha256, whole, other);
    up();
  }
  return at.last === 0 && equal(part, hash) && equal(whole, root);
}

/**
 * Whether the tree of the second root begins with all of the tree of the first (RFC 6962 §2.1.2). Every tree begins with
 * the empty one: that says nothing, and is not called proved.
 */
export function extendsTree(
  sha256: Sha256,
  claim: Readonly<{ before: number; size: number; earlier: Hash; root: Hash; proof: readonly Hash[] }>,
): boolean {
  const { before, size, earlier, root, proof } = claim;
  const of = { begin: 0, end: before };
  return (before > 0 || equal(earlier, root)) && hasSubtree(sha256, { of, size, hash: earlier, root, proof });
}

/** Hashes in a full tile, and levels of the tree from one level of tiles to the next. */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/** Tile `index` of tile level `level`; `width` hashes, fewer than {@link TILE_WIDTH} in a partial one. */
export type Tile = Readonly<{ level: number; index: number; width: number }>;

/** How many hashes tile level `level` has in a tree of `size`: only full tiles are hashed into the level above. */
export const hashesAt = (level: number, size: number): number => floor(size / TILE_WIDTH ** level);

/** The tile at a place in the tree of `size`; null where there is none. */
export function tileAt(level: number, index: number, size: number): Tile | null {
  const width = Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH);
  return width > 0 ? { level, index, width } : null;
}

/** The tiles that a tree has at `size` and had not, or not so wide, at `before`; lowest level first. */
export function tilesBetween(before: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    if (hashesAt(level, before) === hashesAt(level, size)) continue;
    for (let index = floor(hashesAt(level, before) / TILE_WIDTH); ; index++) {
      const tile = tileAt(level, index, size);
      if (!tile) break;
      tiles.push(tile);
    }
  }
  return tiles;
}

/** The tile whose hashes a perfect subtree comes from. */
export function tileOf({ level, index }: Node): Readonly<{ level: number; index: number }> {
  const tileLevel = floor(level / TILE_HEIGHT);
  const first = index * 2 ** (level - tileLevel * TILE_HEIGHT);
  return { level: tileLevel, index: floor(first / TILE_WIDTH) };
}

/** Perfect subtrees read from tiles; `tile` answers the bytes of one, at least as wide as what is asked of it. */
export const nodesIn =
  (sha256: Sha256, tile: (level: number, index: number) => Uint8Array): NodeAt =>
  (level, index) => {
    const at = tileOf({ level, index });
    const wide = 2 ** (level - at.level * TILE_HEIGHT);
    const first = index * wide - at.index * TILE_WIDTH;
    const bytes = tile(at.level, at.index);
    if (bytes.length < (first + wide) * HASH_SIZE) throw new RangeError(`tile ${at.level}/${at.index} is too narrow`);
    let hashes: Hash[] = Array.from({ length: wide }, (_, n) =>
      bytes.slice((first + n) * HASH_SIZE, (first + n + 1) * HASH_SIZE),
    );
    while (hashes.length > 1)
      hashes = Array.from({ length: hashes.length / 2 }, (_, n) =>
        nodeHash(sha256, hashes[2 * n]!, hashes[2 * n + 1]!),
      );
    return hashes[0]!;
  };

/** Path of a tile below the log's prefix, as C2SP tlog-tiles spells it: three digits, all but the last after an x. */
export function tilePath({ level, index, width }: Tile | (Omit<Tile, 'level'> & { level: 'entries' })): string {
  const digits = [String(index % 1000).padStart(3, '0')];
  for (let rest = floor(index / 1000); rest > 0; rest = floor(rest / 1000))
    digits.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${digits.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}
/** What a path asks for; null where it is not spelt as the specification has it. */
export function tileIn(path: string): Tile | (Omit<Tile, 'level'> & { level: 'entries' }) | null {
  const [, level = '', places, partial] =
    /^tile\/(0|[1-9]\d?|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  if (places === undefined) return null;
  const index = Number(places.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile = { level: level === 'entries' ? level : Number(level), index, width } as Tile;
  return isSafeInteger(index) && tile.level <= 63 === (level !== 'entries') && tilePath(tile) === path ? tile : null;
}
