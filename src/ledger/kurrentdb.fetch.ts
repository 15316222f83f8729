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

/** The log page by page. For whoever goes on where a page ended, the next is being read while he looks at this one. */
export class Pages<T> {
  /** Where the page ends that was asked for last. */
  private next = -1;
  private ahead: Readonly<{ from: number; limit: number; page: Promise<readonly T[] | null> }> | null = null;

  /** `end`: the index after the last that can be read. */
  constructor(
    private readonly page: (from: number, limit: number) => Promise<readonly T[]>,
    private readonly end: () => number,
  ) {}

  async read(from: number, limit: number): Promise<readonly T[]> {
    const { ahead, next } = this;
    const known = ahead?.from === from && ahead.limit === limit ? ahead.page : null;
    const wanted = known ?? this.page(from, limit);
    this.next = from + limit;
    this.ahead = from === next ? { from: this.next, limit, page: this.whole(this.next, limit) } : null;
    return (await wanted) ?? this.page(from, limit);
  }
  /** A page that no event can join any more; null where there is none yet, and where something is wrong: it is read again. */
  private async whole(from: number, limit: number): Promise<readonly T[] | null> {
    if (from + limit > this.end()) return null;
    const page = await this.page(from, limit).catch(() => null);
    return page?.length === limit ? page : null;
  }
}
