/** Events at places of the index, from the engine: a stretch of the log at once, or streams where few of it are wanted. */
import type { Recorded } from '../../projections/kernel/message.js';
import type { Stored } from './event-store.js';
import type { Connection, Kept } from './kurrentdb.client.js';
import { recordedOf } from './kurrentdb.follower.js';
import type { Place } from './kurrentdb.index.js';

export class Fetched implements Stored {
  constructor(
    readonly index: number,
    readonly digest: Buffer,
    private readonly kept: Kept,
    private readonly prefix: string,
  ) {}
  get bytes(): Buffer {
    return this.kept.bytes;
  }
  get event(): Recorded {
    return recordedOf(this.kept, this.prefix, this.index);
  }
}

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
