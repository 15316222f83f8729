// A sealer in a process of its own, to be killed. usage: node sealer.mjs URL FOLDER [STEP|map]
// With a step it seals once, says that it is there ("at STEP"), and stays there; without, it follows under the lease.
// With "map" it is a mapper that has grown the map and is about to tell of its root.
import { PostgresStore } from '../../dist/src/ledger/postgres.store.js';
import { Mapper } from '../../dist/src/ledger/seal/mapper.js';
import { Sealer } from '../../dist/src/ledger/seal/sealer.js';

const [url, folder, wanted] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);
const at = (step) => {
  if (step !== wanted) return undefined;
  say(`at ${step}`);
  return new Promise(() => undefined);
};
const store = new PostgresStore(url);
const setup = { url, store, folder, leaseMillis: 1000 };
if (wanted === 'map') new Mapper({ ...setup, record: () => at('map'), millis: Date.now, everyMillis: 0 }).start();
else {
  const sealer = new Sealer({ ...setup, at }, () => say('following'));
  if (wanted) {
    await sealer.seal();
    say('sealed');
  } else sealer.start();
}
