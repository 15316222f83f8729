/** What a verification of the whole ledger leaves behind: how far it came, so that the next one goes on from there. */
import { join } from 'node:path';
import { fromHex, toHex } from '../../../projections/kernel/bytes.js';
import type { Hash } from '../../../projections/kernel/merkle.js';
import { readOrNull, writeDurably } from './keys.js';

export interface Verified {
  readonly size: number;
  readonly root: Hash;
  /** Of the last root of the map over objects that was made again, if there was one. */
  readonly map: { readonly size: number } | null;
  /** RFC 3339. */
  readonly at: string;
}
const fileIn = (folder: string) => join(folder, 'verified.json');

export async function verifiedIn(folder: string): Promise<Verified | null> {
  const text = await readOrNull(fileIn(folder));
  if (text === null) return null;
  const { root, ...rest } = JSON.parse(text) as Omit<Verified, 'root'> & { root: string };
  return { ...rest, root: fromHex(root)! };
}
export const rememberVerified = (folder: string, { root, ...rest }: Verified): Promise<void> =>
  writeDurably(fileIn(folder), JSON.stringify({ ...rest, root: toHex(root) }));
