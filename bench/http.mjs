/** Commands over HTTP, and how soon and how fast they can be read. */
import autocannon from 'autocannon';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { AcceptMatterBody } from '../dist/src/areas/matters/matters.dto.js';
import { idIn } from '../dist/src/http/parameters.js';
import { createApp } from '../dist/src/http/app.js';
import { Action, By } from '../dist/src/http/by.js';
import { limit, line, median, pairs, quantile } from './lib.mjs';
import { ITEM, people, UNLIMITED } from './people.mjs';

const CONNECTIONS = 64;
const SECONDS = 2;

/** The same token, permission, body, key and path as an acceptance, and then nothing is done. */
class NoopController {
  accept(id, data, by) {
    return { revision: 0, index: '0', after: '0', id: idIn('id', id), mode: data.mode, key: by.key };
  }
}
const proto = NoopController.prototype;
const described = Object.getOwnPropertyDescriptor(proto, 'accept');
Controller('noop/matters')(NoopController);
Post(':id/acceptances')(proto, 'accept', described);
Action('matter.AcceptMatter')(proto, 'accept', described);
Param('id')(proto, 'accept', 0);
Body()(proto, 'accept', 1);
By()(proto, 'accept', 2);
Reflect.defineMetadata('design:paramtypes', [String, AcceptMatterBody, Object], proto, 'accept');

async function serve(server) {
  const { opened } = await server.ledger();
  const app = await createApp(opened, { more: [NoopController], limits: UNLIMITED });
  await app.nest.listen(0, '127.0.0.1');
  const headers = await people(opened, app);
  const url = await app.nest.getUrl();
  const post = async (role, path, body, key) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { ...headers(role), 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  await post('registrar', '/v1/items/A-1/versions', ITEM, 'i');
  const close = async () => {
    await app.close();
    await opened.close();
  };
  return { opened, app, url, headers, post, close };
}

let made = 0;
const BODY = JSON.stringify({ itemCode: 'A-1', mode: 'full' });
/** Requests a second that were answered with 201; anything else is an error of the measurement. */
async function fire({ url, headers }, path) {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [
      {
        method: 'POST',
        body: BODY,
        headers: headers('clerk'),
        setupRequest: (request) => {
          made++;
          return {
            ...request,
            path: `${path}/M-${made}/acceptances`,
            headers: { ...request.headers, 'idempotency-key': `k${made}` },
          };
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers that were not 2xx, ${result.errors} errors`);
  return result['2xx'] / result.duration;
}

/** One acceptance; answers when it was acknowledged, and what a read can wait for. */
function acceptOne({ url, headers }, agent) {
  made++;
  const { hostname, port } = new URL(url);
  const options = {
    agent,
    hostname,
    port,
    method: 'POST',
    path: `/v1/matters/M-${made}/acceptances`,
    headers: { ...headers('clerk'), 'idempotency-key': `k${made}` },
  };
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => (text += part));
      answer.on('end', () =>
        answer.statusCode === 201
          ? resolve({ at: performance.now(), after: JSON.parse(text).after })
          : reject(new Error(text)),
      );
    });
    sent.on('error', reject).end(BODY);
  });
}

/** From the answer to a command until its event can be read, at half of the rate that was just reached, evenly spread. */
async function visible(at, rate) {
  // What was written at the full rate is caught up with first: it is not what this asks.
  await at.app.reader.until(String((await at.opened.store.head()).next - 1), 60_000);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waits = [];
  const waiting = [];
  const every = 2000 / rate;
  const [begun, seconds] = [performance.now(), 5];
  for (let n = 0; n * every < seconds * 1000; n++) {
    const due = begun + n * every - performance.now();
    if (due > 0) await new Promise((done) => setTimeout(done, due));
    const told = acceptOne(at, agent);
    waiting.push(
      n % 10
        ? told
        : told.then(async ({ at: since, after }) => {
            await at.app.reader.until(after);
            waits.push(performance.now() - since);
          }),
    );
  }
  await Promise.all(waiting);
  agent.destroy();
  return quantile(waits, 0.99);
}

async function history(at) {
  await at.post('clerk', '/v1/matters/H-1/receipts', { itemCode: 'A-1', materials: [] }, 'r');
  for (let n = 1; n < 200; n++)
    await at.post('clerk', '/v1/matters/H-1/checks', { gaps: [{ code: `m${n}` }] }, `c${n}`);
  const events = await at.opened.store.readRefs('matter', 'H-1');
  const read = async (query) => {
    const took = [];
    for (let n = 0; n < 220; n++) {
      const begun = performance.now();
      const answer = await fetch(`${at.url}/v1/matters/H-1/history${query}`, { headers: at.headers('inspector') });
      await answer.arrayBuffer();
      if (n >= 20) took.push(performance.now() - begun);
    }
    return median(took);
  };
  return { now: await read(''), middle: await read(`?asOf=${events[99].index}`) };
}

const TAIL = 'service, log, projector and load share two cores: a batch waits for its turn';

export async function http(server) {
  const at = await serve(server);
  try {
    const accepting = await pairs(
      () => fire(at, '/v1/matters'),
      () => fire(at, '/noop/matters'),
    );
    const lines = [
      line(
        'accepting a matter over HTTP, 64 connections',
        "the same app's no-op POST with the same validation",
        0.35,
        accepting,
      ),
    ];
    lines.push(
      limit(
        'from acknowledgement to visible, p99, at half that rate',
        'ms',
        100,
        await visible(at, accepting.ours),
        TAIL,
      ),
    );
    const { now, middle } = await history(at);
    lines.push(limit('a history of 200 events, p50, now', 'ms', 10, now));
    lines.push(limit('a history of 200 events, p50, as of the middle', 'ms', 10, middle));
    return lines;
  } finally {
    await at.close();
  }
}
