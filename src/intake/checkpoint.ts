/** How far an import had come, so that the next run need not ask the ledger about every case again. Never needed. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Checkpoint {
  /** The same source, bytes of the file and text of the mapping: anything else is another import. */
  readonly of: Readonly<{ source: string; batch: string; mapping: string }>;
  /** So many cases from the file's start on are done. */
  readonly cases: number;
  /** What the ledger held then. */
  readonly mark: string;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const fileOf = (folder: string, of: Checkpoint['of']) =>
  join(folder, `${digest(JSON.stringify([of.source, of.batch, of.mapping])).slice(0, 32)}.json`);

export async function readCheckpoint(folder: string, of: Checkpoint['of']): Promise<Checkpoint | null> {
  try {
    const read = JSON.parse(await readFile(fileOf(folder, of), 'utf8')) as Checkpoint;
    return Number.isSafeInteger(read.cases) && read.cases >= 0 && typeof read.mark === 'string' ? read : null;
  } catch {
    return null; // none, or none that can be read: the import starts over, which adds nothing twice
  }
}

export async function writeCheckpoint(folder: string, { of, cases, mark }: Checkpoint): Promise<void> {
  const file = fileOf(folder, of);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify({ source: of.source, batch: of.batch, cases, mark }), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export const removeCheckpoint = (folder: string, of: Checkpoint['of']) => rm(fileOf(folder, of), { force: true });
