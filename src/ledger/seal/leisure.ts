/** Long work beside a service: in small pieces, and with rests as long as others have much to do. */
import { performance } from 'node:perf_hooks';
import { rest } from '../../read/session.js';

/** Nobody is held up for longer. */
const PIECE_MS = 5;
/** A rest is so many times as long as the piece before it: where the event loop was idle in the last one, and where it was not. */
const [IDLE, BUSY] = [1, 30];
/** The share of its time that the event loop of a busy service is at work. */
const BUSY_SHARE = 0.2;

export class Leisure {
  private since = performance.now();
  private factor = IDLE;

  /** `gently`: with rests; without, others only have their turn. */
  constructor(
    private readonly signal: AbortSignal,
    private readonly gently = true,
  ) {}
  get ended(): boolean {
    return this.signal.aborted;
  }
  private get worked(): number {
    return performance.now() - this.since;
  }
  /** Between two pieces of work. */
  async breath(): Promise<void> {
    const { worked } = this;
    if (worked < PIECE_MS) return;
    if (this.gently) {
      const before = performance.eventLoopUtilization();
      await rest(worked * this.factor, this.signal);
      this.factor = performance.eventLoopUtilization(before).utilization > BUSY_SHARE ? BUSY : IDLE;
    } else await new Promise(setImmediate);
    this.since = performance.now();
  }
  /** To the end of what yields wherever it can be left for a while. */
  async through<T>(work: Generator<void, T, void>): Promise<T> {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      if (this.worked >= PIECE_MS) await this.breath();
    }
  }
}
