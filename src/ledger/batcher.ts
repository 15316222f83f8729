/** Group commit: appends that wait while one group is written become the next group, one result each. */
import { type Append, ClockBehind, Conflict, type Receipt, Unavailable } from './event-store.js';

/** What `log.append` answers for one append: where it starts, or the stream that had moved, or the ledger's time. */
export interface Outcome {
  readonly n: number;
  readonly start: number | null;
  readonly stream: string | null;
  readonly expected: number | null;
  readonly actual: number | null;
  readonly behind: string | null;
}
interface Waiting {
  readonly append: Append;
  readonly since: number;
  /** Sent before with an unknown outcome: a conflict may be with itself. */
  doubtful: boolean;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_APPENDS = 512;
const MAX_BYTES = 4 * 1024 * 1024;
const GIVE_UP_MS = 10_000;
const RETRY_MS = 100;

const size = ({ events }: Append) => events.reduce((sum, event) => sum + event.bytes.length, 0);
/** The server answered, so nothing of the group was written. 57… and 40… pass by themselves (shutdown, serialisation). */
const refusedByServer = (error: unknown) =>
  /^(?!57|40|08|25P0|55P03)[0-9A-Z]{5}$/.test((error as { code?: string }).code ?? '');

/** Up to so many go together, whatever else waits. */
const FEW = 8;
/** Half of what waits where nothing is being written: while it is, the other half gets ready, and they take turns. */
export const share = (waiting: number): number => Math.min(MAX_APPENDS, Math.max(FEW, Math.ceil(waiting / 2)));

/** The next group, in order of arrival: nothing in it touches what another in it writes. `most`: so many, if they fit. */
export function nextGroup<W extends { readonly append: Append }>(
  queue: readonly W[],
  most = MAX_APPENDS,
): { group: W[]; rest: W[] } {
  const group: W[] = [];
  const rest: W[] = [];
  const written = new Set<string>();
  let bytes = 0;
  for (const waiting of queue) {
    const { append } = waiting;
    const fits = group.length === 0 || (group.length < most && bytes + size(append) <= MAX_BYTES);
    const free = !written.has(append.stream) && !Object.keys(append.unchanged).some((name) => written.has(name));
    if (fits && free) {
      group.push(waiting);
      bytes += size(append);
    } else rest.push(waiting);
    written.add(append.stream); // also of what waits, so that it is not overtaken
  }
  return { group, rest };
}

export class Batcher {
  private queue: Waiting[] = [];
  private running: Promise<void> | null = null;

  constructor(
    private readonly commit: (appends: readonly Append[]) => Promise<readonly Outcome[]>,
    private readonly idAt: (append: Append) => Promise<{ id: string; index: number } | null>,
  ) {}

  append(append: Append): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.queue.push({ append, since: performance.now(), doubtful: false, resolve, reject });
      // After whatever else is ready now has had its say: it joins the group.
      this.running ??= new Promise<void>((done) => setImmediate(done)).then(() => this.run());
    });
  }
  async drain(): Promise<void> {
    while (this.running) await this.running;
  }

  /** The next group is on its way before the last one's writers are answered: they make their next events meanwhile. */
  private async run(): Promise<void> {
    for (let sent = this.send(); sent;) {
      const { group, answer } = sent;
      const outcomes = await answer.catch((error: unknown) => this.failed(group, error));
      sent = this.send();
      if (outcomes) await Promise.all(outcomes.map((outcome) => this.settle(group[outcome.n]!, outcome)));
      sent ??= this.send(share(this.queue.length));
    }
    this.running = null;
  }
  private send(most = MAX_APPENDS): { group: readonly Waiting[]; answer: Promise<readonly Outcome[]> } | null {
    if (this.queue.length === 0) return null;
    const { group, rest } = nextGroup(this.queue, most);
    this.queue = rest;
    const answer = this.commit(group.map(({ append }) => append));
    answer.catch(() => undefined); // seen when it is awaited
    return { group, answer };
  }

  private async settle(waiting: Waiting, outcome: Outcome): Promise<void> {
    const { append, resolve, reject } = waiting;
    if (outcome.start !== null) return resolve(receipt(append, outcome.start));
    if (outcome.behind !== null) return reject(new ClockBehind(append.events[0]!.envelope.recordedAt, outcome.behind));
    try {
      const there = waiting.doubtful ? await this.idAt(append) : null;
      if (there && there.id === append.events[0]!.envelope.id) return resolve(receipt(append, there.index));
      reject(new Conflict(outcome.stream!, outcome.expected!, outcome.actual!));
    } catch (error) {
      reject(
        new Unavailable('it is not known whether this was recorded: ask again with the same key', { cause: error }),
      );
    }
  }

  /** The same bytes are sent again: if they had been written after all, they conflict with themselves, which shows. */
  private async failed(group: readonly Waiting[], error: unknown): Promise<void> {
    if (refusedByServer(error)) {
      for (const { reject } of group) reject(error);
      return;
    }
    const now = performance.now();
    const again = group.filter((waiting) => now - waiting.since < GIVE_UP_MS);
    for (const waiting of group)
      if (!again.includes(waiting))
        waiting.reject(
          new Unavailable('it is not known whether this was recorded: ask again with the same key', { cause: error }),
        );
    for (const waiting of again) waiting.doubtful = true;
    this.queue.unshift(...again);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

const receipt = ({ expected, events }: Append, start: number): Receipt => ({
  revision: expected + events.length,
  index: start,
  after: String(start + events.length - 1),
});
