/** People who file matters over HTTP: at an even rate, or as fast as it goes. */
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { FAR } from './day-plan.mjs';

const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

let made = 0;
/** A name that no matter has yet. */
export const fresh = () => `P-${made++}`;

function post({ url, headers }, agent, path, body, key = `k${made++}`) {
  const { hostname, port } = new URL(url);
  const text = JSON.stringify(body);
  const more = { 'idempotency-key': key, 'content-length': Buffer.byteLength(text) };
  const options = { agent, hostname, port, method: 'POST', path, headers: { ...headers, ...more } };
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      let told = '';
      answer.setEncoding('utf8').on('data', (part) => (told += part));
      answer.on('end', () => (answer.statusCode === 201 ? resolve() : reject(new Error(`${path}: ${told}`))));
    });
    // A connection that was idle may end just when it is used again: the same is asked once more, as the key allows.
    const failed = (error) =>
      sent.reusedSocket && error.code === 'ECONNRESET'
        ? resolve(post({ url, headers }, agent, path, body, key))
        : reject(error);
    sent.on('error', failed).end(text);
  });
}
export const receive = (at, agent, id) =>
  post(at, agent, `/v1/matters/${id}/receipts`, { itemCode: FAR, materials: [] });
const accept = (at, agent, id) => post(at, agent, `/v1/matters/${id}/acceptances`, { itemCode: FAR, mode: 'full' });

/** People's commands at an even rate until told to stop: a matter is received, and accepted a moment later. */
export function load(at, agent, rate) {
  const took = [];
  const waiting = new Set();
  const state = { going: true, failed: null };
  const timed = async (work) => {
    const since = performance.now();
    await work();
    took.push({ since, millis: performance.now() - since });
  };
  const one = async (id) => {
    await timed(() => receive(at, agent, id));
    await timed(() => accept(at, agent, id));
  };
  const run = (async () => {
    const begun = performance.now();
    for (let n = 0; state.going && state.failed === null; n++) {
      const due = begun + (n * 2000) / rate - performance.now();
      if (due > 0) await sleep(due);
      const told = one(fresh()).catch((error) => (state.failed ??= error));
      waiting.add(told);
      void told.finally(() => waiting.delete(told));
    }
    await Promise.all(waiting);
    if (state.failed) throw state.failed;
  })();
  run.catch(() => undefined); // told when it is stopped
  return {
    took,
    async stop() {
      state.going = false;
      await run;
      return took;
    },
  };
}

/** As many as 64 at a time get through in a second, over three seconds. */
export async function most(at, agent) {
  const until = performance.now() + 3000;
  let done = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (performance.now() < until) {
        const id = fresh();
        await receive(at, agent, id);
        await accept(at, agent, id);
        done += 2;
      }
    }),
  );
  return done / 3;
}
