/** The tree as it is kept: full tiles that never change, the edge that still grows, and what was signed of it. */
import type { Pool } from 'pg';
import {
  consistencyPath,
  equal,
  HASH_SIZE,
  type Hash,
  hashesAt,
  inclusionPath,
  type Node,
  nodesIn,
  perfect,
  prove,
  type Range,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  tileOf,
  Tree,
} from '../../../projections/kernel/merkle.js';
import { sha256 } from './keys.js';

/** A checkpoint as it is kept, for ever. */
export interface Kept {
  readonly size: number;
  readonly signers: string;
  readonly root: Buffer;
  readonly note: string;
  readonly signedAt: Date;
}
interface Edge {
  readonly size: number;
  /** By level of tiles: the hashes of the tile that is not full, one behind the other. */
  readonly edges: readonly Buffer[];
}
type KeptRow = { size: string; signers: string; root: Buffer; note: string; signed_at: Date };
const kept = ({ size, signed_at, ...row }: KeptRow): Kept => ({ ...row, size: Number(size), signedAt: signed_at });

/**
 * Does not wait for the disk, nor make appends wait: a tree that is lost with the machine is grown again, a witness asked
 * again, and whoever keeps a head waits for all that was written before it.
 */
const UNHURRIED = "(select set_config('synchronous_commit', 'off', true)) as unhurried";

export class KeptTree {
  constructor(private readonly pool: Pool) {}

  async edge(): Promise<Edge> {
    const { rows } = await this.pool.query<{ size: string; edges: Buffer[] }>('select size, edges from log.tree');
    return { size: Number(rows[0]!.size), edges: rows[0]!.edges };
  }
  async size(): Promise<number> {
    return (await this.edge()).size;
  }
  private async full(tiles: readonly { level: number; index: number }[]): Promise<Map<string, Buffer>> {
    const { rows } = await this.pool.query<{ level: number; index: string; hashes: Buffer }>({
      name: 'tiles',
      text: `select t.level, t.index, t.hashes from unnest($1::smallint[], $2::bigint[]) as w(level, index)
             join log.tiles t on t.level = w.level and t.index = w.index`,
      values: [tiles.map(({ level }) => level), tiles.map(({ index }) => index)],
    });
    return new Map(rows.map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
  }
  /** The bytes of a tile as a tree of that width has it; null where it is not there (yet). */
  async tile({ level, index, width }: Tile): Promise<Buffer | null> {
    const whole = (await this.full([{ level, index }])).get(`${level}/${index}`);
    if (whole) return whole.subarray(0, width * HASH_SIZE);
    const { size, edges } = await this.edge();
    if (Math.floor(hashesAt(level, size) / TILE_WIDTH) !== index) return null;
    const hashes = edges[level];
    return hashes && hashes.length >= width * HASH_SIZE ? hashes.subarray(0, width * HASH_SIZE) : null;
  }
  /** Full tiles of a level, in order. */
  async tiles(level: number, from: number, to: number): Promise<Map<number, Buffer>> {
    const { rows } = await this.pool.query<{ index: string; hashes: Buffer }>({
      name: 'tile-range',
      text: 'select index, hashes from log.tiles where level = $1 and index >= $2 and index < $3 order by index',
      values: [level, from, to],
    });
    return new Map(rows.map(({ index, hashes }) => [Number(index), hashes]));
  }
  async tileCounts(): Promise<Map<number, number>> {
    const { rows } = await this.pool.query<{ level: number; count: string }>(
      'select level, count(*) as count from log.tiles group by level',
    );
    return new Map(rows.map(({ level, count }) => [level, Number(count)]));
  }
  /** A look-up of perfect subtrees, for which everything needed is loaded before. */
  private async nodesFor(nodes: readonly Node[]) {
    const wanted = [...new Map(nodes.map(tileOf).map((tile) => [`${tile.level}/${tile.index}`, tile])).values()];
    // The edge before the tiles: what becomes full in between is in both, and nothing in neither.
    const { size, edges } = await this.edge();
    const full = await this.full(wanted);
    return nodesIn(sha256, (level, index) => {
      const whole = full.get(`${level}/${index}`);
      if (whole) return whole;
      const isEdge = Math.floor(hashesAt(level, size) / TILE_WIDTH) === index;
      const hashes = isEdge ? edges[level] : undefined;
      if (!hashes) throw new RangeError(`there is no tile ${level}/${index}`);
      return hashes;
    });
  }
  private async along(path: readonly Range[]): Promise<Hash[]> {
    return prove(sha256, path, await this.nodesFor(path.flatMap(({ begin, end }) => perfect(begin, end))));
  }
  inclusion = (index: number, size: number): Promise<Hash[]> => this.along(inclusionPath(index, size));
  consistency = (before: number, size: number): Promise<Hash[]> => this.along(consistencyPath(before, size));
  /** The tree as it was at a size that it has reached. */
  async at(size: number): Promise<Tree> {
    return Tree.at(sha256, size, await this.nodesFor(perfect(0, size)));
  }

  /** False, and nothing is written, where the tree is not of the size that it was grown from. */
  async grow(grown: Grown): Promise<boolean> {
    const { before, after, edges, tiles } = grown;
    const { rows } = await this.pool.query<{ ok: boolean }>({
      name: 'grow',
      text: `select log.grow_tree($1, $2, $3, $4, $5, $6) as ok from ${UNHURRIED}`,
      values: [
        before,
        after,
        edges,
        tiles.map(({ level }) => level),
        tiles.map(({ index }) => index),
        tiles.map(({ hashes }) => hashes),
      ],
    });
    return rows[0]!.ok;
  }
  /** False where a later one is there, or another of the same size: nothing is written. */
  async publish(size: number, signers: string, root: Hash, note: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ ok: boolean }>('select log.publish_checkpoint($1, $2, $3, $4) as ok', [
      size,
      signers,
      Buffer.from(root),
      note,
    ]);
    return rows[0]!.ok;
  }

  async last(): Promise<Kept | null> {
    const { rows } = await this.pool.query<KeptRow>(
      'select * from log.checkpoints order by size desc, signed_at desc limit 1',
    );
    return rows[0] ? kept(rows[0]) : null;
  }
  /** Behind a size, in order: so many, and those that are of the last one's size. */
  async checkpoints(after: number, limit: number): Promise<Kept[]> {
    const { rows } = await this.pool.query<KeptRow>(
      `select * from (select * from log.checkpoints where size > $1 order by size fetch first ($2) rows with ties) c
       order by size, signed_at`,
      [after, limit],
    );
    return rows.map(kept);
  }
  async cosignatures({ size, signers }: Pick<Kept, 'size' | 'signers'>): Promise<{ witness: string; line: string }[]> {
    const { rows } = await this.pool.query<{ witness: string; line: string }>(
      'select witness, line from log.cosignatures where size = $1 and signers = $2 order by witness',
      [size, signers],
    );
    return rows;
  }
  /** As {@link checkpoints}, with the verifier keys of who cosigned each. */
  async checkpointsWithWitnesses(after: number, limit: number): Promise<(Kept & { readonly witnesses: string[] })[]> {
    const { rows } = await this.pool.query<KeptRow & { witnesses: string[] }>(
      `select c.*, array(select s.witness from log.cosignatures s where s.size = c.size and s.signers = c.signers) as witnesses
       from (select * from log.checkpoints where size > $1 order by size fetch first ($2) rows with ties) c
       order by c.size, c.signed_at`,
      [after, limit],
    );
    return rows.map((row) => ({ ...kept(row), witnesses: row.witnesses }));
  }
  async addCosignature(of: Kept, witness: string, line: string, at: Date): Promise<void> {
    const values = [of.size, of.signers, witness, line, at];
    await this.pool.query(`select log.add_cosignature($1, $2, $3, $4, $5) from ${UNHURRIED}`, values);
  }
  /** The note with the lines of its witnesses. */
  async whole(of: Kept): Promise<string> {
    return of.note + (await this.cosignatures(of)).map(({ line }) => line).join('');
  }
}

export type FullTile = Readonly<{ level: number; index: number; hashes: Buffer }>;
export interface Grown {
  readonly before: number;
  readonly after: number;
  readonly edges: readonly Buffer[];
  readonly tiles: readonly FullTile[];
}

/** The tree in memory as it grows, with the tiles that it fills. */
export class Growing {
  private constructor(
    private readonly tree: Tree,
    /** By level: the hashes of the tile that is not full. */
    private readonly open: Hash[][],
  ) {}
  static async from(kept: KeptTree): Promise<Growing> {
    const { size, edges } = await kept.edge();
    const open = edges.map((edge) =>
      Array.from({ length: edge.length / HASH_SIZE }, (_, n) => edge.subarray(n * HASH_SIZE, (n + 1) * HASH_SIZE)),
    );
    return new Growing(await kept.at(size), open);
  }
  get size(): number {
    return this.tree.size;
  }
  root = (): Hash => this.tree.root();

  /** Digests of the events that follow. */
  add(digests: readonly Uint8Array[]): Grown {
    const before = this.size;
    const tiles: FullTile[] = [];
    for (const digest of digests)
      this.tree.add(digest, (height, index, hash) => {
        if (height % TILE_HEIGHT !== 0) return;
        const level = height / TILE_HEIGHT;
        const hashes = (this.open[level] ??= []);
        hashes.push(hash);
        if (hashes.length < TILE_WIDTH) return;
        tiles.push({ level, index: Math.floor(index / TILE_WIDTH), hashes: Buffer.concat(hashes) });
        this.open[level] = [];
      });
    const edges = this.open.map((hashes) => Buffer.concat(hashes));
    return { before, after: this.size, edges, tiles };
  }
}

export const sameRoot = (a: Hash, b: Hash): boolean => equal(a, b);
