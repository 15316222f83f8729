/** Events at places of the index, from the engine: a stretch of the log at once, or streams where few of it are wanted. */
import type { Connection, Kept } from './kurrentdb.client.js';
import type { Place } from './kurrentdb.index.js';

const AT_ONCE = 16;

/** Everything from the first place to the last that is of this ledger. */
export async function stretch(connection: Connection, prefix: string, places: readonly Place[]): Promise<Kept[]> {
  if (places.length === 0) return [];
  const found: Kept[] = [];
  const last = places.at(-1)!;
  for (let from = places[0]!.position; ;) {
    const left = last.index - places[0]!.index + 1 - found.length;
    const read = await connection.readAll(from, Math.max(32, left + 8));
    found.push(...read.filter(({ position, stream }) => position <= last.position && stream.startsWith(prefix)));
    const end = read.at(-1)?.position ?? from;
    if (end >= last.position || end === from) return found;
    from = end; // inclusive: it is read once more, and stands in the same place
  }
}
/** Runs of revisions that follow each other in a stream, some at once. */
export async function scattered(connection: Connection, prefix: string, places: readonly Place[]): Promise<Kept[]> {
  const runs: { stream: string; from: number; count: number }[] = [];
  const open = new Map<string, (typeof runs)[number]>();
  for (const { stream, revision } of places) {
    const run = open.get(stream);
    if (run && run.from + run.count === revision) run.count++;
    else {
      const made = { stream, from: revision, count: 1 };
      runs.push(made);
      open.set(stream, made);
    }
  }
  const found: Kept[] = [];
  const work = async () => {
    for (let run = runs.pop(); run; run = runs.pop())
      found.push(...(await connection.readStream(`${prefix}${run.stream}`, run.from, run.count)));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, runs.length) }, work));
  return found;
}
