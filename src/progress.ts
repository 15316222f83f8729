/** How far long work has come. */
import cliProgress from 'cli-progress';

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
