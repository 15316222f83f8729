/** One instance of two: `node kurrent-writer.mjs EVENTSTORE_URL DATABASE_URL LEDGER NAME`; a line with milliseconds makes it write. */
import { createInterface } from 'node:readline';
import { KurrentStore } from '../dist/src/ledger/kurrentdb.store.js';
import { rateOf, sealed } from './lib.mjs';

const [url, databaseUrl, ledger, name] = process.argv.slice(2);
const store = await KurrentStore.open(url, databaseUrl, ledger);
console.log('ready');
let turn = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const of = turn++;
  const rate = await rateOf(64, Number(line), (writer, n) => {
    const stream = `matter-${name}-${of}-${writer}`;
    return store.append({ stream, expected: n - 1, unchanged: {}, events: [sealed(stream, n, `k${n}`)] });
  });
  console.log(String(rate));
}
await store.close();
