/** The service of a demo ledger in a process of its own, as `npm start` has it, told what time it is by whoever started it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createApp } from '../dist/src/http/app.js';
import { tablesFilled } from '../dist/src/installation.js';
import { SimulatedClock } from '../dist/src/ledger/clock.js';
import { openLedger } from '../dist/src/ledger/open.js';
import { watchClock } from '../dist/src/ledger/self.js';
import { signedIn, UNLIMITED } from './people.mjs';

const { opening, millis } = JSON.parse(process.argv[2]);
const clock = new SimulatedClock(millis, true);
const opened = await openLedger({ ...opening, clock });
const app = await createApp(opened, { limits: UNLIMITED });
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
await tablesFilled(app.reader, opened);
const unwatch = watchClock(app.commands, opened);
app.policies.start();
await app.nest.listen(0, '127.0.0.1');
const headers = await signedIn(opened, app, { clerk: { post: 'w1' } });

const asked = {
  /** The clock jumps. */
  goTo: ({ millis: to }) => clock.set(to),
  /** How long the event loop was held up since this was last asked, in milliseconds. */
  held: () => {
    const found = { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
    delay.reset();
    return found;
  },
  stop: async () => {
    unwatch();
    await app.close();
    await opened.close();
  },
};
// Whoever started it is gone.
process.on('disconnect', () => process.exit(1));
process.on('message', async ({ n, what, ...rest }) => {
  process.send({ n, answer: await asked[what](rest) });
  if (what === 'stop') process.exit(0);
});
process.send({ url: await app.nest.getUrl(), headers: headers('clerk') });
