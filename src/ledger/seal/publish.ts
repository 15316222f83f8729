/** The log as files (C2SP tlog-tiles): what anybody can serve, copy and check without asking the ledger. */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HASH_SIZE, TILE_WIDTH, tileAt, tilePath, tilesBetween } from '../../../projections/kernel/merkle.js';
import type { EventStore } from '../event-store.js';
import { SealRefused } from './refused.js';
import type { KeptTree } from './tree.js';

const LENGTH = Buffer.of(0, HASH_SIZE);
/** Each entry with its length before it; an entry is the digest of an event. Null where the tree has no such leaves. */
export async function entryBundle(
  tree: KeptTree,
  store: EventStore,
  { index, width }: { readonly index: number; readonly width: number },
): Promise<Uint8Array | null> {
  const first = index * TILE_WIDTH;
  if (first + width > (await tree.size())) return null;
  const { count, hashes, unlike } = await store.readDigests(first, width);
  if (count !== width || unlike !== null) return null;
  return Buffer.concat(
    Array.from({ length: width }, (_, n) => [LENGTH, hashes.subarray(n * HASH_SIZE, (n + 1) * HASH_SIZE)]).flat(),
  );
}

const isThere = async (path: string, length: number) => (await stat(path).catch(() => null))?.size === length;
async function put(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}

export interface Published {
  readonly size: number;
  /** Files that were not there yet. */
  readonly files: number;
}
/** What is there already stays. The head is written last, when everything that it speaks of is there. */
export async function publish(
  tree: KeptTree,
  store: EventStore,
  folder: string,
  told: (done: number, of: number) => void = () => undefined,
): Promise<Published | null> {
  const last = await tree.last();
  if (!last) return null;
  const { size } = last;
  let files = 0;
  const tiles = tilesBetween(0, size);
  const bundles = tiles.filter(({ level }) => level === 0).map(({ index }) => tileAt(0, index, size)!);
  const all = [...tiles, ...bundles.map((tile) => ({ ...tile, level: 'entries' as const }))];
  for (const [n, tile] of all.entries()) {
    const path = join(folder, tilePath(tile));
    const { level, ...place } = tile;
    const each = level === 'entries' ? LENGTH.length + HASH_SIZE : HASH_SIZE;
    if (!(await isThere(path, each * tile.width))) {
      const bytes = level === 'entries' ? await entryBundle(tree, store, place) : await tree.tile({ ...place, level });
      if (!bytes) throw new SealRefused(`缺少 ${tilePath(tile)}`, `${tilePath(tile)} is missing`);
      await put(path, bytes);
      files++;
    }
    told(n + 1, all.length);
  }
  await put(join(folder, 'checkpoint'), await tree.whole(last));
  return { size, files };
}
