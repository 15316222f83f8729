/** Events at places of the index, from the engine: a stretch of the log at once, or streams where few of it are wanted. */
import type { Connection, Kept } from './kurrentdb.client.js';
import type { Place } from './kurrentdb.index.js';

const AT_ONCE = 16;

/** Everything from the first place to the last that is of this ledger. */
export async function stretch(connection: Connection, prefix: string, places: readonly Place[]): Promise<Kept[]> {
  if (places.length === 0) return [];
  const [first, last] = [places[0]!, places.at(-1)!];
  return connection.readOf([prefix], first.position, last.index - first.index + 1);
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
