/** Where `recordedAt` comes from. A ledger in mode `real` has the system's clock; only a demo's may be simulated. */
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Unix milliseconds. */
  millis(): number;
  /** By how many milliseconds the clock has jumped since last asked, negative backwards; zero for a steady one. */
  stepped(): number;
}

/** A step of more than this is recorded (`ClockStepped`). */
export const STEP_MS = 5000;

export class SystemClock implements Clock {
  private ahead = Date.now() - performance.now();
  millis(): number {
    return Date.now();
  }
  stepped(): number {
    const step = Date.now() - performance.now() - this.ahead;
    this.ahead += step; // what a clock is slowly brought right by is no step
    return Math.abs(step) < STEP_MS ? 0 : step;
  }
}

/** Told what time it is by whoever plays the story, and going on from there by itself if `running`. */
export class SimulatedClock implements Clock {
  private base = 0;
  private setAt = performance.now();
  constructor(
    startMillis: number,
    private readonly running = false,
  ) {
    this.set(startMillis);
  }
  set(millis: number): void {
    this.base = millis;
    this.setAt = performance.now();
  }
  millis(): number {
    return this.running ? this.base + Math.round(performance.now() - this.setAt) : this.base;
  }
  stepped(): number {
    return 0;
  }
}
