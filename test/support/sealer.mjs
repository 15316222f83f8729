// A sealer in a process of its own, to be killed. usage: node sealer.mjs URL FOLDER [STEP]
// With a step it seals once, says that it is there ("at STEP"), and stays there; without, it follows under the lease.
import { PostgresStore } from '../../dist/src/ledger/postgres.store.js';
import { Sealer } from '../../dist/src/ledger/seal/sealer.js';

const [url, folder, wanted] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);
const at = (step) => {
  if (step !== wanted) return undefined;
  say(`at ${step}`);
  return new Promise(() => undefined);
};
const following = () => say('following');
const sealer = new Sealer({ url, store: new PostgresStore(url), folder, leaseMillis: 1000, at }, following);
if (wanted) {
  await sealer.seal();
  say('sealed');
} else sealer.start();
