/** Appends: against another event store on PostgreSQL with the same payload, and against plain INSERTs. */
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { envelopeOf, line, pairs, rateOf, sealed } from './lib.mjs';

const TURN_MS = 700;

async function emmettOn(server, name) {
  const admin = new pg.Client({ connectionString: server.server.adminUrl('postgres') });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  return { url: server.server.adminUrl(name), store: getPostgreSQLEventStore(server.server.adminUrl(name)) };
}

async function singles(server, writers) {
  const { opened } = await server.ledger();
  const emmett = await emmettOn(server, `emmett_${writers}`);
  const revisions = new Map();
  const next = (stream) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    return revision;
  };
  const found = await pairs(
    (turn) =>
      rateOf(writers, TURN_MS, (writer) => {
        const stream = `matter-${writer}-${turn}`;
        const revision = next(stream);
        const events = [sealed(stream, revision, `k${revision}`)];
        return opened.store.append({ stream, expected: revision - 1, unchanged: {}, events });
      }),
    (turn) =>
      rateOf(writers, TURN_MS, (writer) => {
        const stream = `theirs-${writer}-${turn}`;
        const revision = next(stream);
        const { data, type, ...metadata } = envelopeOf(`matter-${writer}-${turn}`, revision, `k${revision}`);
        return emmett.store.appendToStream(stream, [{ type, data, metadata }], {
          expectedStreamVersion: revision === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(revision),
        });
      }),
  );
  await opened.close();
  await emmett.store.close();
  return found;
}

const ROWS = 500;
const BATCHES = 8;

/** The same rows, ready made, into the log and into a table of the same columns and indexes. */
async function bulk(server) {
  const { opened, adminUrl } = await server.ledger();
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`
    create table public.plain (like log.events including defaults including constraints);
    alter table public.plain add primary key (index);
    create index on public.plain (stream, revision); create index on public.plain (type, index); create index on public.plain (id);
    create table public.plain_refs (like log.event_refs including all)`);
  let index = 0;
  const made = (turn) =>
    Array.from({ length: BATCHES }, (_, batch) => {
      const stream = `matter-bulk-${turn}-${batch}`;
      return { stream, events: Array.from({ length: ROWS }, (__, n) => sealed(stream, n, `k${n}`)) };
    });
  const timed = async (work) => {
    const from = performance.now();
    await work();
    return (ROWS * BATCHES * 1000) / (performance.now() - from);
  };
  const insert = async ({ events }) => {
    const rows = events.flatMap(({ envelope: e, bytes, digest }) => [
      index++,
      e.stream,
      e.revision,
      e.type,
      e.id,
      e.recordedAt,
      e.recordedAt,
      digest,
      bytes,
    ]);
    const refs = events.flatMap(({ envelope }, n) =>
      envelope.refs.flatMap((ref) => [ref.type, ref.id, index - events.length + n, ref.role]),
    );
    const places = (count, width) =>
      Array.from(
        { length: count },
        (_, r) => `(${Array.from({ length: width }, (__, c) => `$${r * width + c + 1}`)})`,
      ).join();
    await client.query('begin');
    await client.query(`insert into public.plain values ${places(events.length, 9)}`, rows);
    await client.query(
      `insert into public.plain_refs (object_type, object_id, index, role) values ${places(refs.length / 4, 4)}`,
      refs,
    );
    await client.query('commit');
  };
  const found = await pairs(
    async (turn) => {
      const all = made(`o${turn}`);
      return timed(async () => {
        for (const { stream, events } of all)
          await opened.store.append({ stream, expected: -1, unchanged: {}, events });
      });
    },
    async (turn) => {
      const all = made(`p${turn}`);
      return timed(async () => {
        for (const each of all) await insert(each);
      });
    },
  );
  await client.end();
  await opened.close();
  return found;
}

export async function append(server) {
  return [
    line(
      'durable appends of one event, 64 writers',
      'emmett-postgresql 0.42.0, same payload',
      4,
      await singles(server, 64),
    ),
    line(
      'durable appends of one event, 1 writer',
      'emmett-postgresql 0.42.0, same payload',
      1,
      await singles(server, 1),
    ),
    line(`bulk appends of ${ROWS} events`, 'plain multi-row INSERT of the same rows', 0.5, await bulk(server)),
  ];
}
