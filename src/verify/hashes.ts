/**
 * From the stored bytes to every signed head, in one pass and constant memory: bytes → digest → leaf → tiles → root →
 * signature. Where an event is not what was sealed, the sealed leaf takes its place, so that what comes after is judged,
 * too; and the next signed head says whether the event was changed or the tile.
 */
import { toHex } from '../../projections/kernel/bytes.js';
import {
  equal,
  HASH_SIZE,
  type Hash,
  hashesAt,
  leafHash,
  TILE_HEIGHT,
  TILE_WIDTH,
  Tree,
} from '../../projections/kernel/merkle.js';
import { checkpointIn, judge, noteIn } from '../../projections/kernel/note.js';
import type { EventStore, Stored } from '../ledger/event-store.js';
import { sha256, verifyEd25519 } from '../ledger/seal/keys.js';
import type { Kept, KeptTree } from '../ledger/seal/tree.js';
import type { LogKeys } from './keys.js';
import type { Report } from './report.js';

export interface Head {
  readonly size: number;
  readonly root: Hash;
}
export interface Hashing {
  readonly store: Pick<EventStore, 'head' | 'readStored'>;
  readonly tree: KeptTree;
  readonly keys: LogKeys;
  /** What somebody has verified before; nothing below it is read again. */
  readonly trusted: Head | null;
  /** Heads that others have kept, as signed notes. */
  readonly elsewhere: readonly string[];
  /** What was last signed, as the key's folder remembers it. */
  readonly remembered: Head | null;
  readonly report: Report;
  readonly told?: (done: number, of: number) => void;
}
/** A whole number of tiles. */
const PAGE = 4 * TILE_WIDTH;
const CHECKPOINTS = 500;
/** So many that are not what was sealed are told apart; the rest are only counted. */
const MOST_SUSPECTS = 1000;

interface Suspect {
  readonly index: number;
  readonly is: Hash;
  readonly sealed: Hash;
  readonly next: Hash | null;
}
const NOTHING = new Uint8Array(HASH_SIZE);
const at = (index: number) => `事件 event ${index}`;

type Compared = Readonly<{ size: number; root: Hash; note: string; where: string; signers?: string }>;
/** Heads in the order of their sizes: those kept here, and those from elsewhere. */
async function* heads(of: Hashing, from: number): AsyncGenerator<Compared> {
  const others = of.elsewhere
    .flatMap((note) => {
      const checkpoint = checkpointIn(noteIn(note)?.text ?? '');
      return checkpoint ? [{ ...checkpoint, note, where: `外部封存 head kept elsewhere ${checkpoint.size}` }] : [];
    })
    .toSorted((a, b) => a.size - b.size);
  let some: Kept[] = [];
  for (let after = from - 1; ; after = some.at(-1)!.size) {
    some = await of.tree.checkpoints(after, CHECKPOINTS);
    for (const { size, root, note, signers } of some) {
      while (others.length > 0 && others[0]!.size <= size) yield others.shift()!;
      yield { size, root, note, signers, where: `封存 head ${size}` };
    }
    if (some.length < CHECKPOINTS) break;
  }
  yield* others;
}

/** A tree as it is grown, with the tiles above the lowest that it comes to. */
class Grown {
  readonly full: { level: number; index: number; hashes: Buffer }[] = [];
  constructor(
    readonly tree: Tree,
    /** By level of tiles, from 1 on: hashes of the tile that is not full. */
    readonly open: Hash[][],
  ) {}
  copy(): Grown {
    const copy = new Grown(
      this.tree.copy(),
      this.open.map((hashes) => [...hashes]),
    );
    copy.full.push(...this.full);
    return copy;
  }
  push(leaf: Hash): void {
    this.tree.push(leaf, this.each);
  }
  private readonly each = (height: number, index: number, hash: Hash) => {
    if (height === 0 || height % TILE_HEIGHT !== 0) return;
    const level = height / TILE_HEIGHT;
    const hashes = (this.open[level] ??= []);
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    this.full.push({ level, index: Math.floor(index / TILE_WIDTH), hashes: Buffer.concat(hashes) });
    this.open[level] = [];
  };
}

class Pass {
  /** Grown from the events. */
  private read: Grown;
  /** Grown from what was sealed, since the first event that is something else. */
  private sealed: Grown | null = null;
  private suspects: Suspect[] = [];
  private more = 0;
  readonly counts = { events: 0, heads: 0, tiles: 0 };
  /** The last head that everything up to it agrees with. */
  good: Head | null = null;

  constructor(
    private readonly of: Hashing,
    start: Tree,
    open: Hash[][],
  ) {
    this.read = new Grown(start, open);
  }
  get size(): number {
    return this.read.tree.size;
  }

  /** `sealed`: the leaf that the tiles have there; null behind what is sealed. */
  add(index: number, stored: Stored | null, sealed: Hash | null, next: Hash | null): void {
    const { report } = this.of;
    this.counts.events++;
    let leaf: Hash | null = null;
    if (stored) {
      const digest = sha256(stored.bytes);
      if (!equal(digest, stored.digest))
        report.wrong({
          code: 'digest',
          place: at(index),
          zh: '摘要栏与字节不符',
          en: 'the column of its digest is not that of its bytes',
        });
      leaf = leafHash(sha256, digest);
    }
    // In the place of what is missing stands what was sealed there.
    if (!leaf) report.wrong({ code: 'missing', place: at(index), zh: '缺失', en: 'is missing' });
    else if (sealed && !equal(leaf, sealed)) {
      this.sealed ??= this.read.copy();
      if (this.suspects.length < MOST_SUSPECTS) this.suspects.push({ index, is: leaf, sealed, next });
      else this.more++;
    }
    this.sealed?.push(sealed ?? leaf ?? NOTHING);
    this.read.push(leaf ?? sealed ?? NOTHING);
  }

  /** Everything up to here is compared with a signed head. */
  async head(head: Compared): Promise<void> {
    const { size, root, where } = head;
    const { report } = this.of;
    this.counts.heads++;
    if (!(await this.signed(head))) return;
    const isThis = equal(this.read.tree.root(), root);
    if (isThis && !this.sealed) {
      this.good = { size, root };
      return;
    }
    if (isThis) return this.settle('tiles');
    if (this.sealed && equal(this.sealed.tree.root(), root)) return this.settle('events');
    report.wrong({
      code: 'head',
      place: where,
      zh: '签名的根与事件不符',
      en: 'the root that was signed is not that of the events',
    });
  }
  private async signed({ size, root, note, where, signers }: Compared): Promise<boolean> {
    const { report, keys } = this.of;
    const read = noteIn(note);
    const said = read && checkpointIn(read.text);
    const by = read?.signatures.map(({ id }) => id).join(',');
    const isRow = signers === undefined || signers === by;
    if (!read || !said || said.size !== size || !equal(said.root, root) || !isRow) {
      report.wrong({ code: 'note', place: where, zh: '内容与各栏不符', en: 'is not what its columns say' });
      return false;
    }
    const verdicts = [];
    for (const { key, until } of keys.keys) {
      const judged = key.name === said.origin ? await judge(read, key, verifyEd25519) : null;
      if (judged && (until === null || size <= until || judged.verdict === 'wrong')) verdicts.push(judged.verdict);
    }
    if (verdicts.includes('valid') && !verdicts.includes('wrong')) return true;
    const wrong = verdicts.includes('wrong');
    report.wrong({
      code: wrong ? 'signature' : 'stranger',
      place: where,
      zh: wrong ? '签名不符' : '签名的密钥不是本账本的',
      en: wrong ? 'its signature is wrong' : 'the key that signed it is none of this log',
    });
    return false;
  }

  /** What differed is told, and the tree is again the one that was signed. */
  settle(which: 'events' | 'tiles' | 'unknown'): void {
    if (!this.sealed) return;
    const { report } = this.of;
    const places = new Map(this.suspects.map((suspect) => [toHex(suspect.sealed), suspect.index]));
    for (const suspect of this.suspects) {
      const place = at(suspect.index);
      if (which === 'tiles') {
        const tile = `tile/0/${Math.floor(suspect.index / TILE_WIDTH)}`;
        report.wrong({
          code: 'tile',
          place: tile,
          zh: `第 ${suspect.index} 叶被改动`,
          en: `leaf ${suspect.index} was changed`,
        });
      } else report.wrong({ ...this.wordsFor(suspect, places), place });
    }
    if (this.more > 0) report.wrong({ code: 'event', place: '…', zh: '被改动', en: 'was changed' }, this.more);
    if (which !== 'tiles') this.read = this.sealed;
    this.sealed = null;
    this.suspects = [];
    this.more = 0;
  }
  private wordsFor({ index, is, next }: Suspect, places: ReadonlyMap<string, number>) {
    if (next && equal(is, next))
      return { code: 'dropped', zh: '被抽走，其后各事件前移', en: 'was taken out, and those behind it moved up' };
    const other = places.get(toHex(is));
    if (other !== undefined && other !== index)
      return { code: 'moved', zh: `是封存时的事件 ${other}`, en: `is what was sealed as event ${other}` };
    return { code: 'event', zh: '内容被改动', en: 'was changed' };
  }

  /** As soon as it is known which tree was signed. */
  async compareTiles(): Promise<void> {
    if (this.sealed) return;
    for (const { level, index, hashes } of this.read.full.splice(0)) {
      this.counts.tiles++;
      const kept = (await this.of.tree.tiles(level, index, index + 1)).get(index);
      if (!kept?.equals(hashes)) tileWrong(this.of.report, level, index, kept !== undefined);
    }
  }
  /** What of the tiles is not full, at the size that they have. */
  compareEdges(edges: readonly Buffer[]): void {
    const { open } = this.sealed ?? this.read;
    for (let level = 1; level < Math.max(open.length, edges.length); level++)
      if (!(edges[level] ?? Buffer.alloc(0)).equals(Buffer.concat(open[level] ?? [])))
        tileWrong(this.of.report, level, Math.floor(hashesAt(level, this.size) / TILE_WIDTH), true);
  }
}
function tileWrong(report: Report, level: number, index: number, there: boolean): void {
  report.wrong({
    code: 'tile',
    place: `tile/${level}/${index}`,
    ...(there ? { zh: '被改动', en: 'was changed' } : { zh: '缺失', en: 'is missing' }),
  });
}

/** The hashes of a tile, or of what there is of it. */
const leavesOf = (hashes: Buffer): Hash[] =>
  Array.from({ length: hashes.length / HASH_SIZE }, (_, n) => hashes.subarray(n * HASH_SIZE, (n + 1) * HASH_SIZE));

/** Where the pass begins: at nothing, or at what is trusted, if the tiles still say so. */
async function begin(of: Hashing, sealedSize: number): Promise<Pass> {
  const { trusted, tree, report } = of;
  const earlier = of.elsewhere.some(
    (note) => (checkpointIn(noteIn(note)?.text ?? '')?.size ?? 0) < (trusted?.size ?? 0),
  );
  if (!trusted || trusted.size > sealedSize || earlier) return new Pass(of, new Tree(sha256), []);
  const start = await tree.at(trusted.size).catch(() => null);
  if (!start || !equal(start.root(), trusted.root)) {
    report.notChecked(
      `可信封存 ${trusted.size} 与哈希块不符，改为从头核对`,
      `the tiles do not lead to the trusted head ${trusted.size}: everything is read`,
    );
    return new Pass(of, new Tree(sha256), []);
  }
  const open: Hash[][] = [];
  for (let level = 1; hashesAt(level, trusted.size) > 0; level++) {
    const width = hashesAt(level, trusted.size) % TILE_WIDTH;
    const index = Math.floor(hashesAt(level, trusted.size) / TILE_WIDTH);
    open[level] = width === 0 ? [] : leavesOf((await tree.tile({ level, index, width }))!);
  }
  report.notChecked(
    `序号 ${trusted.size} 之前的字节：以前次核对为准（--full 从头核对）`,
    `the bytes before ${trusted.size}: they were verified before (--full reads them again)`,
  );
  return new Pass(of, start, open);
}

/** Answers the last head that everything agrees with; null for none. */
export async function verifyHashes(of: Hashing): Promise<Head | null> {
  const { store, tree, report, told } = of;
  const { size: sealedSize, edges } = await tree.edge();
  const { next } = await store.head();
  const pass = await begin(of, Math.min(sealedSize, next));
  const first = pass.size;
  const signed = heads(of, first);
  let head = (await signed.next()).value;
  const upTo = async (size: number) => {
    for (; head && head.size <= size; head = (await signed.next()).value) if (head.size === size) await pass.head(head);
  };
  await upTo(first);
  const read = (from: number) => store.readStored(from, Math.min(PAGE, next - from));
  let ahead = read(first);
  for (let from = first; from < next;) {
    const to = Math.min(from - (from % TILE_WIDTH) + PAGE, next);
    const stored = await ahead;
    ahead = to < next ? read(to) : Promise.resolve([]);
    ahead.catch(() => undefined); // seen when it is awaited
    const leaves = await sealedLeaves(of, from, to, sealedSize, edges[0]);
    const there = new Map(stored.map((each) => [each.index, each]));
    for (let index = from; index < to; index++) {
      pass.add(index, there.get(index) ?? null, leaves(index), leaves(index + 1));
      if (head && head.size <= index + 1) await upTo(index + 1);
      if (index + 1 === sealedSize) pass.compareEdges(edges);
    }
    await pass.compareTiles();
    told?.(to - first, next - first);
    from = to;
  }
  pass.settle('unknown');
  await pass.compareTiles();
  if (sealedSize > next) tail(report, sealedSize, next);
  else if (of.remembered && of.remembered.size > next) tail(report, of.remembered.size, next);
  for (; head; head = (await signed.next()).value) tail(report, head.size, next);
  await countTiles(of, Math.min(sealedSize, next));
  say(of, pass, sealedSize, next);
  return pass.good;
}

function tail(report: Report, sealed: number, there: number): void {
  report.wrong({
    code: 'tail',
    place: at(there),
    zh: `尾部被扣留：已封存 ${sealed} 个，仅有 ${there} 个`,
    en: `the tail is withheld: ${sealed} were sealed, and ${there} are there`,
  });
}
/** A look-up of sealed leaves from one index up to another, and one more. */
async function sealedLeaves(of: Hashing, from: number, to: number, sealedSize: number, edge: Buffer | undefined) {
  const [low, high] = [Math.floor(from / TILE_WIDTH), Math.floor(to / TILE_WIDTH) + 1];
  const tiles = await of.tree.tiles(0, low, high);
  const last = Math.floor(sealedSize / TILE_WIDTH);
  if (edge && last >= low && last < high) tiles.set(last, edge);
  for (let tile = low; tile < Math.min(high, last); tile++)
    if (!tiles.has(tile) && tile * TILE_WIDTH < to) tileWrong(of.report, 0, tile, false);
  return (index: number): Hash | null => {
    const start = (index % TILE_WIDTH) * HASH_SIZE;
    const hashes = index < sealedSize ? tiles.get(Math.floor(index / TILE_WIDTH)) : undefined;
    return hashes && hashes.length >= start + HASH_SIZE ? hashes.subarray(start, start + HASH_SIZE) : null;
  };
}
async function countTiles({ tree, report }: Hashing, size: number): Promise<void> {
  for (const [level, count] of await tree.tileCounts()) {
    const full = Math.floor(hashesAt(level, size) / TILE_WIDTH);
    if (count > full)
      report.wrong({
        code: 'tile',
        place: `tile/${level}/${full}`,
        zh: '多出的哈希块',
        en: 'is a tile of events that are not there',
      });
  }
}
function say({ report, keys }: Hashing, { counts }: Pass, sealedSize: number, next: number): void {
  report.checked('events', counts.events, `${counts.events} 个事件的字节`, `the bytes of ${counts.events} events`);
  report.checked('heads', counts.heads, `${counts.heads} 个签名封存`, `${counts.heads} signed heads`);
  if (sealedSize < next)
    report.notChecked(
      `最后 ${next - sealedSize} 个事件尚未封存`,
      `the last ${next - sealedSize} events are not sealed yet`,
    );
  if (counts.heads === 0) report.undecided('没有签名封存', 'there is no signed head');
  if (keys.own)
    report.notChecked(
      '首个签名密钥取自账本自身；请以 policy 文件中的 log 行指明可信公钥',
      'that the first key is the right one: it is the log that says so; name the one you trust as a log line of the policy',
    );
}
