/** The commit gap: what a subscriber misses while many writers commit in another order than they were numbered. */
import { getPostgreSQLEventStore, readMessagesBatch } from '@event-driven-io/emmett-postgresql';
import { dumbo } from '@event-driven-io/dumbo';
import pg from 'pg';
import { envelopeOf, sealed } from './lib.mjs';

const EVENTS = 10_000;
const WRITERS = 32;

/** In one of twenty inserts the server waits for up to 20 ms, as a busy disk makes it. */
const JITTER = `
  create function public.jitter() returns trigger language plpgsql as $$
  begin if random() < 0.05 then perform pg_sleep(random() * 0.02); end if; return new; end $$`;
const jitterOn = (table) =>
  `create trigger jitter before insert on ${table} for each row execute function public.jitter()`;

async function asAdmin(url, ...statements) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
const write = (append) =>
  Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const mine = Math.floor(EVENTS / WRITERS) + (writer < EVENTS % WRITERS ? 1 : 0);
      for (let n = 0; n < mine; n++) await append(writer, n);
    }),
  );

async function ours(server) {
  const { opened, adminUrl } = await server.ledger();
  await asAdmin(adminUrl, JITTER, jitterOn('log.events_0'));
  const seen = new Set();
  let wrong = 0;
  let last = -1;
  const stop = new AbortController();
  let everything;
  const all = new Promise((done) => (everything = done));
  const reading = (async () => {
    for await (const events of opened.store.subscribe(0, stop.signal))
      for (const { index } of events) {
        if (index !== last + 1 || seen.has(index)) wrong++;
        last = index;
        seen.add(index);
        if (seen.size === EVENTS) everything();
      }
  })();
  await write((writer, n) => {
    const stream = `matter-gap-${writer}`;
    return opened.store.append({ stream, expected: n - 1, unchanged: {}, events: [sealed(stream, n, `k${n}`)] });
  });
  const { next } = await opened.store.head();
  await Promise.race([all, new Promise((done) => setTimeout(done, 10_000))]); // what has not come by then never does
  stop.abort();
  await reading;
  await opened.close();
  return { store: 'Mingzhang', committed: next, seen: seen.size, lost: next - seen.size, outOfOrder: wrong };
}

/** Reads as its consumer does: by global position, always behind the last one that it has seen. */
async function emmett(server) {
  await asAdmin(server.server.adminUrl('postgres'), 'create database emmett_gap');
  const url = server.server.adminUrl('emmett_gap');
  const store = getPostgreSQLEventStore(url);
  await store.appendToStream('first', [{ type: 'First', data: {} }]); // makes its tables
  await asAdmin(url, JITTER, jitterOn('emt_messages'));
  const pool = dumbo({ connectionString: url });
  const seen = new Set();
  const state = { writing: true };
  const reading = (async () => {
    for (let after = 0n, more = true; state.writing || more;) {
      const batch = await readMessagesBatch(pool.execute, { after, batchSize: 100 });
      for (const message of batch.messages) seen.add(String(message.metadata.globalPosition));
      more = batch.messages.length > 0;
      if (more) after = batch.currentGlobalPosition;
    }
  })();
  await write((writer, n) => {
    const { type, data, ...metadata } = envelopeOf(`matter-gap-${writer}`, n, `k${n}`);
    return store.appendToStream(`gap-${writer}`, [{ type, data, metadata }]);
  });
  state.writing = false;
  await reading;
  const { rows } = await asked(url, 'select count(*)::int as n from emt_messages');
  await pool.close();
  await store.close();
  return {
    store: 'emmett-postgresql 0.42.0',
    committed: rows[0].n,
    seen: seen.size,
    lost: rows[0].n - seen.size,
    outOfOrder: 0,
  };
}
async function asked(url, text) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const answer = await client.query(text);
  await client.end();
  return answer;
}

export async function gap(server) {
  return [await ours(server), await emmett(server)];
}
