/** What a sample is, how two things are compared, and when a difference is none. */

export const sorted = (values) => values.toSorted((a, b) => a - b);

/** The value below which `share` of all lie, between two neighbours by proportion. */
export function quantile(values, share) {
  const all = sorted(values);
  const at = (all.length - 1) * share;
  const low = all[Math.floor(at)];
  return low + (all[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export const spread = (values) => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

export const PAIRS = 9;

/**
 * Measures one thing and its yardstick in turn, so that whatever else the machine does meets both alike. The order
 * changes from pair to pair. Each answers a rate or a time; `between` may wait for what a sample has left to do.
 */
export async function inPairs({ measured, yardstick, pairs = PAIRS, between = async () => undefined }) {
  const samples = [];
  for (let n = -1; n < pairs; n++) {
    const order = n % 2 === 0 ? ['measured', 'yardstick'] : ['yardstick', 'measured'];
    const pair = {};
    for (const side of order) {
      pair[side] = await (side === 'measured' ? measured() : yardstick());
      await between();
    }
    if (n >= 0) samples.push({ ...pair, ratio: pair.measured / pair.yardstick }); // the first warms up
  }
  return {
    samples,
    measured: spread(samples.map((s) => s.measured)),
    yardstick: spread(samples.map((s) => s.yardstick)),
    ratio: spread(samples.map((s) => s.ratio)),
  };
}

/** `at least` for ratios that should be high, `at most` for times and growth. A spread across the limit is no finding. */
export function verdict({ median, low, high }, { atLeast, atMost, aim }) {
  const limit = atLeast ?? atMost;
  const better = (value, than) => (atLeast === undefined ? value <= than : value >= than);
  const aimed = aim !== undefined && better(median, aim) ? ', the aim too' : '';
  if (better(low, limit) && better(high, limit)) return `reached${aimed}`;
  if (better(low, limit) || better(high, limit)) {
    return `not distinguishable from ${limit} (median ${better(median, limit) ? 'reaches it' : 'does not'})`;
  }
  return 'not reached';
}

/** How often `work` runs in `millis` with so many at once, per second. */
export async function rateOf(writers, millis, work) {
  const start = performance.now();
  let done = 0;
  const one = async (writer) => {
    while (performance.now() - start < millis) {
      await work(writer);
      done++;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, n) => one(n)));
  return (done / (performance.now() - start)) * 1000;
}

/** Milliseconds that `work` takes. */
export async function timeOf(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
