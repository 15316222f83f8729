/**
 * What it costs to know who asks, whether he may, and that he looked: the same requests answered by the same application
 * with the door kept and with the door open, by turns.
 */
import autocannon from 'autocannon';
import { performance } from 'node:perf_hooks';
import { createApp } from '../dist/src/http/app.js';
import { Doorkeeper } from '../dist/src/http/edge.js';
import { Looks } from '../dist/src/ledger/looks.js';
import { admit } from '../dist/src/http/admission.js';
import { limit, line, median, pairs } from './lib.mjs';
import { ITEM, people } from './people.mjs';

const CONNECTIONS = 32;
const SECONDS = 2;
const FAST = { burst: 1e9, perSecond: 1e9 };

/** Somebody's personal data is in it. */
const RECEIPT = {
  itemCode: 'A-1',
  materials: [],
  applicant: { kind: 'person', identifier: { kind: 'test', value: 'p' }, personal: { name: '居民' } },
};

const kept = Doorkeeper.prototype.canActivate;
const recorded = Looks.prototype.during;
/** Only of this measurement: everybody is taken for the one that is named, and may do everything. */
function openDoor(holders) {
  Doorkeeper.prototype.canActivate = function open(context) {
    const request = context.switchToHttp().getRequest();
    request.holder = holders[request.method === 'GET' ? 'inspector' : 'clerk'];
    request.condition = 'any';
    request.action = 'none';
    return Promise.resolve(true);
  };
  Looks.prototype.during = async (read) => (await read()).answer; // and nobody writes down who looked
}
const keepDoor = () => {
  Doorkeeper.prototype.canActivate = kept;
  Looks.prototype.during = recorded;
};

let made = 0;
async function fire(url, headers, { method, path, body }) {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [
      {
        method,
        ...(body && { body }),
        headers,
        setupRequest: (request) => {
          made++;
          return {
            ...request,
            path: path(made),
            headers: { ...request.headers, ...(body && { 'idempotency-key': `k${made}` }) },
          };
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers that were not 2xx, ${result.errors} errors`);
  return result['2xx'] / result.duration;
}

export async function access(server) {
  const { opened } = await server.ledger();
  const app = await createApp(opened, { limits: { holder: FAST, address: FAST } });
  await app.nest.listen(0, '127.0.0.1');
  const url = await app.nest.getUrl();
  const headers = await people(opened, app);
  const holders = {};
  for (const role of ['clerk', 'inspector'])
    holders[role] = await app.identity.bySession(headers(role).authorization.slice('Bearer mzs_'.length));
  const post = (role, path, body, key) =>
    fetch(url + path, {
      method: 'POST',
      headers: { ...headers(role), 'idempotency-key': key },
      body: JSON.stringify(body),
    }).then(async (answer) => {
      if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    });
  try {
    await post('registrar', '/v1/items/A-1/versions', ITEM, 'i');
    const { after } = await post('clerk', '/v1/matters/R-1/receipts', RECEIPT, 'r');
    await app.reader.until(after, 60_000);
    const read = { method: 'GET', path: () => '/v1/matters/R-1' };
    const accept = {
      method: 'POST',
      path: (n) => `/v1/matters/A-${n}/acceptances`,
      body: JSON.stringify({ itemCode: 'A-1', mode: 'full' }),
    };
    const both = (role, what) =>
      pairs(
        () => (keepDoor(), fire(url, headers(role), what)),
        () => (openDoor(holders), fire(url, headers(role), what)),
      );
    const look = { method: 'GET', path: () => '/v1/matters/R-1/history?purpose=bench' };
    const reading = await both('inspector', read);
    const looking = await both('inspector', look);
    const accepting = await both('clerk', accept);
    keepDoor();

    const asked = { holder: holders.clerk, action: 'matter.AcceptMatter', parameters: { id: 'new' } };
    const decisions = 20_000;
    const from = performance.now();
    for (let n = 0; n < decisions; n++)
      await admit(app.identity, { ...asked, action: n % 2 ? 'catalogue.read' : 'matters.read' });
    const decision = (performance.now() - from) / decisions;
    const one = [];
    for (let n = 0; n < 200; n++) {
      const begun = performance.now();
      await (await fetch(`${url}/v1/matters/R-1`, { headers: headers('inspector') })).arrayBuffer();
      one.push(performance.now() - begun);
    }
    return [
      line('reading a card with the door kept', 'the same application with the door open', 0.85, reading),
      line(
        'reading a history with the door kept and the look on record',
        'the same with the door open and no record',
        0.85,
        looking,
      ),
      line('accepting a matter with the door kept', 'the same application with the door open', 0.85, accepting),
      limit('a decision about permission, share of a read', '%', 1, (100 * decision) / median(one)),
    ];
  } finally {
    keepDoor();
    await app.close();
    await opened.close();
  }
}
