/**
 * The map over objects as it is kept: of each epoch its size and root, and the pages that became others with it, for ever.
 * And what events say of objects, gathered until the map is grown by it.
 */
import type { Pool } from 'pg';
import { utf8 } from '../../../projections/kernel/bytes.js';
import type { Hash } from '../../../projections/kernel/merkle.js';
import {
  blinding,
  chainOn,
  type Entry,
  keyOf,
  lookUp,
  type MapObject,
  type Page,
  pageBytes,
  pageIn,
  type Pages,
  unlinked,
} from '../../../projections/kernel/map.js';
import type { EventStore } from '../event-store.js';
import { sha256 } from './keys.js';
import type { Leisure } from './leisure.js';

export interface Epoch {
  readonly epoch: number;
  /** It counts the events before this index. */
  readonly size: number;
  readonly root: Buffer;
  readonly objects: number;
}
type EpochRow = { epoch: number; size: string; root: Buffer; objects: string };
const epochOf = ({ size, objects, ...row }: EpochRow): Epoch => ({
  ...row,
  size: Number(size),
  objects: Number(objects),
});
export type Kept = Readonly<{ path: string; epoch: number; page: Buffer }>;

export class KeptMap {
  constructor(private readonly pool: Pool) {}

  private async epoch(where: string, values: unknown[] = []): Promise<Epoch | null> {
    const { rows } = await this.pool.query<EpochRow>(`select * from log.map ${where} limit 1`, values);
    return rows[0] ? epochOf(rows[0]) : null;
  }
  last = (): Promise<Epoch | null> => this.epoch('order by epoch desc');
  at = (size: number): Promise<Epoch | null> => this.epoch('where size = $1', [size]);
  /** The last that is not larger. */
  upTo = (size: number): Promise<Epoch | null> => this.epoch('where size <= $1 order by epoch desc', [size]);
  /** Behind an epoch, in order, at most so many. */
  async epochs(after: number, limit: number): Promise<Epoch[]> {
    const { rows } = await this.pool.query<EpochRow>('select * from log.map where epoch > $1 order by epoch limit $2', [
      after,
      limit,
    ]);
    return rows.map(epochOf);
  }
  /** Pages as of an epoch; those that are not there are left out. */
  async pages(paths: readonly string[], epoch: number): Promise<Kept[]> {
    const { rows } = await this.pool.query<Kept>(
      `select w.path, p.epoch, p.page from unnest($1::text[]) as w(path) cross join lateral
         (select epoch, page from log.map_pages where path = w.path collate "C" and epoch <= $2 order by epoch desc limit 1) p`,
      [paths, epoch],
    );
    return rows;
  }
  /** The pages that became others with an epoch. */
  async pagesOf(epoch: number): Promise<Kept[]> {
    const { rows } = await this.pool.query<Kept>(
      'select path, epoch, page from log.map_pages where epoch = $1 order by path',
      [epoch],
    );
    return rows;
  }
  /** The first page of an epoch that there is not. */
  async stray(): Promise<Kept | null> {
    const { rows } = await this.pool.query<Kept>(
      `select path, epoch, page from log.map_pages p where not exists (select from log.map m where m.epoch = p.epoch)
       order by epoch, path limit 1`,
    );
    return rows[0] ?? null;
  }
  /** False, and nothing is written, where the map is not of the size that it was grown from. */
  async grow(before: number, after: Omit<Epoch, 'epoch'>, pages: ReadonlyMap<string, Page>): Promise<boolean> {
    const { rows } = await this.pool.query<{ ok: boolean }>('select log.grow_map($1, $2, $3, $4, $5, $6) as ok', [
      before,
      after.size,
      Buffer.from(after.root),
      after.objects,
      [...pages.keys()],
      [...pages.values()].map((page) => Buffer.from(pageBytes(page))),
    ]);
    return rows[0]!.ok;
  }
}

/** Whatever events a page's way is short of is asked for, with so many pages below it. */
const AHEAD = 4;
const HEX = (key: Hash, length: number) => Buffer.from(key).toString('hex').slice(0, length);
/** How pages that are not in memory are found; under `root` they have to be, unless null: then they are known to be right. */
export interface Reading {
  readonly read: (paths: readonly string[]) => Promise<ReadonlyMap<string, Page>>;
  readonly root: Hash | null;
  /** Where others are to have their turn. */
  readonly leisure?: Pick<Leisure, 'breath'>;
}
/** A page is not what the one above it, or the root, says. */
export class PageUnlike extends Error {
  constructor(readonly path: string) {
    super(`the page ${path} of the map is not what its root says`);
    this.name = 'PageUnlike';
  }
}
/** Adds to `pages` all that lie on the way to these keys. Throws {@link PageUnlike}. */
export async function loadWays(
  pages: Map<string, Page | null>,
  keys: readonly Hash[],
  { read, root, leisure }: Reading,
): Promise<void> {
  for (let open = keys; open.length > 0;) {
    const wanted = new Set<string>();
    open = open.filter((key) => {
      const found = lookUp(pages, key);
      if (!found || !('missing' in found)) return false;
      for (let length = found.missing.length; length <= found.missing.length + AHEAD; length++)
        wanted.add(HEX(key, length));
      return true;
    });
    const paths = [...wanted].filter((path) => !pages.has(path));
    if (paths.length === 0) return;
    const found = await read(paths);
    for (const path of paths) pages.set(path, found.get(path) ?? null);
    await leisure?.breath();
    const unlike = root && unlinked(sha256, pages, root, paths);
    if (typeof unlike === 'string') throw new PageUnlike(unlike);
  }
}
/** As of an epoch, as they are kept. */
export const asKept =
  (map: KeptMap, epoch: number): Reading['read'] =>
  async (paths) => {
    const found = await map.pages(paths, epoch);
    return new Map(
      found.flatMap(({ path, page }) => {
        const read = pageIn(page);
        return read ? [[path, read] as const] : [];
      }),
    );
  };

/** What blinds the objects of a ledger: the random salt of its first event, which nobody is shown (evidence.ts). */
export async function secretOf(store: Pick<EventStore, 'readStored'>): Promise<Uint8Array> {
  const [first] = await store.readStored(0, 1);
  return utf8((JSON.parse(first!.bytes.toString('utf8')) as { salt: string }).salt);
}

/** Objects that are looked up at once. */
const SOME = 250;
interface Said {
  readonly object: MapObject;
  readonly events: { readonly index: number; readonly digest: Uint8Array }[];
}
/** What events say of objects. */
export class Gathered {
  private readonly objects = new Map<string, Said>();

  get size(): number {
    return this.objects.size;
  }
  /** An event stands once in the chain of an object, in whatever roles it names it. */
  add(index: number, digest: Uint8Array, refs: readonly MapObject[]): void {
    for (const { type, id } of refs) {
      const name = `${type}\0${id}`;
      const known = this.objects.get(name);
      if (!known) this.objects.set(name, { object: { type, id }, events: [{ index, digest }] });
      else if (known.events.at(-1)!.index !== index) known.events.push({ index, digest });
    }
  }
  /** The entries that follow from it, and how many of them are new; `pages` are brought to hold their ways. */
  async entries(
    secret: Uint8Array,
    pages: Map<string, Page | null>,
    reading: Reading,
  ): Promise<{ entries: Entry[]; fresh: number }> {
    const blind = blinding(sha256, secret);
    const entries: Entry[] = [];
    let fresh = 0;
    const all = [...this.objects.values()];
    for (let n = 0; n < all.length; n += SOME) {
      const some = all.slice(n, n + SOME).map(({ object, events }) => {
        const blinded = blind(object);
        return { blinded, key: keyOf(sha256, blinded, object), events };
      });
      await loadWays(
        pages,
        some.map(({ key }) => key),
        reading,
      );
      for (const { blinded, key, events } of some) {
        const before = lookUp(pages as Pages, key) as Entry | null;
        if (!before) fresh++;
        const chain = events.reduce(
          (hash, { index, digest }) => chainOn(sha256, hash, index, digest),
          before?.chain ?? blinded,
        );
        entries.push({ key, count: (before?.count ?? 0) + events.length, chain });
      }
    }
    return { entries, fresh };
  }
}
