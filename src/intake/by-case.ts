/** Brings the rows of each case together where a file has them apart, on disk, so that memory stays constant. */
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CaseOf, Row } from './csv.js';

/** FNV-1a, 32 bits. */
function hash(text: string, seed: number): number {
  let h = seed;
  for (let n = 0; n < text.length; n++) h = Math.imul(h ^ text.charCodeAt(n), 0x01000193);
  return h >>> 0;
}
const BITS = 1 << 27;
const SEEDS = [0x811c9dc5, 0x01234567, 0x9e3779b9, 0x7f4a7c15];

/** A Bloom filter of 16 MiB: it may take a new name for a known one, never the other way round. */
function seenBefore() {
  const bits = new Uint8Array(BITS / 8);
  return (name: string): boolean => {
    let known = true;
    for (const seed of SEEDS) {
      const bit = hash(name, seed) % BITS;
      if (!(bits[bit >> 3]! & (1 << (bit & 7)))) known = false;
      bits[bit >> 3]! |= 1 << (bit & 7);
    }
    return known;
  };
}

/** Whether every case's rows follow each other (`false` may be said of a file where they do), and about how many bytes. */
export async function standTogether(
  rows: AsyncIterable<Row>,
  caseOf: CaseOf,
): Promise<{ together: boolean; bytes: number }> {
  const before = seenBefore();
  let last: string | null = null;
  let together = true;
  let bytes = 0;
  for await (const row of rows) {
    if (row.kind !== 'event') continue;
    const id = caseOf(row) ?? '';
    if (id !== last && before(id)) together = false;
    last = id;
    bytes += 64;
    for (const attributes of [row.attributes, row.caseAttributes])
      for (const [name, value] of attributes) bytes += name.length + value.length + 8;
  }
  return { together, bytes };
}

const BUCKET_BYTES = 8 * 1024 * 1024;
const MAX_BUCKETS = 256;
const FLUSH_BYTES = 64 * 1024;

/** On one line, also for a reader of lines to whom U+2028 and U+2029 end one. */
const write = (row: Row) =>
  JSON.stringify(
    row.kind === 'event' ? [row.line, [...row.attributes], [...row.caseAttributes]] : [row.line, row.problem],
  ).replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'));
function read(text: string): Row {
  const [line, first, second] = JSON.parse(text);
  if (second === undefined) return { kind: 'broken', line, problem: first };
  return { kind: 'event', line, attributes: new Map(first), caseAttributes: new Map(second) };
}

/** The same rows, case by case; those of one case in their order. `bytes`: about how many bytes they are. */
export async function* byCase(rows: AsyncIterable<Row>, caseOf: CaseOf, bytes: number): AsyncGenerator<Row> {
  const count = Math.min(MAX_BUCKETS, Math.ceil(bytes / BUCKET_BYTES) || 1);
  // Only its owner may look into a folder that mkdtemp makes.
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-'));
  try {
    const files = Array.from({ length: count }, (_, n) => join(folder, String(n)));
    const handles = await Promise.all(files.map((file) => open(file, 'wx', 0o600)));
    const waiting = files.map((): string[] => []);
    const sizes = files.map(() => 0);
    const flush = async (n: number) => {
      await handles[n]!.appendFile(waiting[n]!.splice(0).join(''));
      sizes[n] = 0;
    };
    for await (const row of rows) {
      const n = hash(row.kind === 'event' ? (caseOf(row) ?? '') : '', SEEDS[0]!) % count;
      const text = `${write(row)}\n`;
      waiting[n]!.push(text);
      sizes[n]! += text.length;
      if (sizes[n]! > FLUSH_BYTES) await flush(n);
    }
    for (const n of files.keys()) {
      await flush(n);
      await handles[n]!.close();
    }
    for (const file of files) yield* gathered(file, caseOf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* gathered(file: string, caseOf: CaseOf): AsyncGenerator<Row> {
  const cases = new Map<string, Row[]>();
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const row = read(text);
    const id = row.kind === 'event' ? (caseOf(row) ?? '') : '';
    const known = cases.get(id);
    if (known) known.push(row);
    else cases.set(id, [row]);
  }
  for (const ofCase of cases.values()) yield* ofCase;
}
