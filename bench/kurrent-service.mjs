/** One service of two, over HTTP, that fires at itself when it is told to: `node kurrent-service.mjs {opening, clerk}`; without a clerk it makes one. */
import { createApp } from '../dist/src/http/app.js';
import { tablesFilled } from '../dist/src/installation.js';
import { openLedger } from '../dist/src/ledger/open.js';
import { rateOf } from './lib.mjs';
import { ITEM, people, UNLIMITED } from './people.mjs';

const { opening, clerk: known } = JSON.parse(process.argv[2]);
const opened = await openLedger(opening);
const app = await createApp(opened, { limits: UNLIMITED });
await tablesFilled(app.reader, opened);
await app.nest.listen(0, '127.0.0.1');
const url = await app.nest.getUrl();
const headers = known ? null : await people(opened, app);
const clerk = known ?? headers('clerk');

async function post(who, path, body, key) {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { ...who, 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const told = await answer.text();
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${told}`);
}
if (headers) await post(headers('registrar'), '/v1/items/A-1/versions', ITEM, 'i');
process.on('disconnect', () => process.exit(1));
process.on('message', async ({ fire, stop }) => {
  if (stop) {
    await app.close();
    await opened.close();
    process.exit(0);
  }
  const { turn, millis, writers } = fire;
  const rate = await rateOf(writers, millis, (writer, n) =>
    post(
      clerk,
      `/v1/matters/M-${process.pid}-${turn}-${writer}-${n}/acceptances`,
      { itemCode: 'A-1', mode: 'full' },
      'k',
    ),
  );
  process.send({ rate });
});
process.send({ clerk });
