/** How far long work has come. */
import cliProgress from 'cli-progress';
import type { Closing } from './ledger/policies.js';

/** A program that reads standard output wants nothing else in it: progress goes to standard error. */
export function bar(format: string) {
  const shown = new cliProgress.SingleBar(
    {
      format,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5000,
      hideCursor: true,
      clearOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  let begun = false;
  return {
    at(done: number, of: number, more: object = {}) {
      if (of === 0) return;
      if (!begun) shown.start(of, done, more);
      else shown.update(done, more);
      begun = true;
    },
    end: () => shown.stop(),
  };
}

export const DEMO_BAR = '生成演示城市 making the demo city {bar} {percentage}% · {duration_formatted}';

const EVERY_MS = 5000;
/** Days that were missed, closed while people are served: told when it begins, now and then, and when it is over. */
export function missedDays(
  say: (text: string) => void = console.error,
  millis: () => number = () => performance.now(),
): (closing: Closing) => void {
  let missed = false;
  let said = -Infinity;
  return ({ closed, left }) => {
    if (left > 1) missed = true; // the day that has just ended is closed without a word
    if (!missed || (left > 0 && millis() - said < EVERY_MS)) return;
    said = millis();
    if (left > 0)
      return say(`补做日终，已至 ${closed}，还有 ${left} 天 closing missed days: up to ${closed}, ${left} left`);
    say(`日终已补做至 ${closed} missed days are closed up to ${closed}`);
    missed = false;
    said = -Infinity;
  };
}
