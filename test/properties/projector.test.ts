/** On random logs: the tables are what a replay says, however they came to be. */
import fc from 'fast-check';
import { Client } from 'pg';
import { PostgresStore } from '../../src/ledger/postgres.store.js';
import { Projector } from '../../src/read/projector.js';
import { rebuild } from '../../src/read/rebuild.js';
import { Rows } from '../../src/read/rows.js';
import { inOrder } from '../../projections/kernel/projection.js';
import { freshLedger } from '../support/server.js';
import {
  dumpServing,
  event,
  expectedVersions,
  houses,
  logOf,
  record,
  replay,
  tables,
  versionsIn,
  village,
} from '../read/village.js';

const runs = process.env.MINGZHANG_LONG === '1' ? 300 : 12;
const used = inOrder(village);

async function sameAsReplay(url: string, store: PostgresStore) {
  const memory = replay(village, await logOf(store));
  for (const { table, name } of (await tables(url)).filter(({ state }) => state === 'serving')) {
    const p = used.find((one) => one.name === name)!;
    const found = await versionsIn(url, p, table);
    const keys = [...new Set(found.map((line) => (JSON.parse(line) as [string])[0]))];
    expect(found).toEqual(expectedVersions(p, memory(p), keys));
    for (const row of memory(p).rows()) expect(keys).toContain(row[p.key]);
  }
}
const until = async (url: string, store: PostgresStore) => {
  const rows = await Rows.open(url, store);
  try {
    const { next } = await store.head();
    for (const p of village) if (next > 0) await rows.until(String(next - 1), 30_000, p);
  } finally {
    await rows.close();
  }
};

/** Breaks whatever connections write to the tables just now. */
async function breakWriters(adminUrl: string) {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'mingzhang projector'`,
  );
  await client.end();
}

test('batches, restarts and broken connections change nothing; a rebuilt table is the same byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 120 }),
      fc.array(
        fc.record({
          upTo: fc.nat(119),
          batch: fc.integer({ min: 1, max: 40 }),
          room: fc.constantFrom(0, 2, 1000),
          broken: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      async (log, sessions) => {
        await using ledger = await freshLedger();
        const url = ledger.serviceUrl;
        const store = new PostgresStore(url);
        try {
          let recorded = 0;
          for (const { upTo, batch, room, broken } of [...sessions, { upTo: 119, batch: 7, room: 3, broken: false }]) {
            const projector = new Projector({ url, store, projections: village, batch, room, leaseMillis: 1000 });
            projector.start();
            while (recorded < Math.min(upTo + 1, log.length)) {
              const some = log.slice(recorded, Math.min(recorded + batch, upTo + 1));
              await record(store, some);
              recorded += some.length;
              if (broken) await breakWriters(ledger.adminUrl);
            }
            if (!broken || upTo === 119) await until(url, store);
            await projector.stop();
          }
          await sameAsReplay(url, store);
          const incremental = await dumpServing(url);
          const rebuilt = await rebuild({ url, store, projections: village, batch: 11, room: 5 }, 'all');
          expect(
            rebuilt.map(({ stopped, difference }) => [
              stopped,
              difference?.changed,
              difference?.onlyOld,
              difference?.onlyNew,
            ]),
          ).toEqual(village.map(() => [null, 0, 0, 0]));
          expect(await dumpServing(url)).toEqual(incremental);
          for (const { name } of village)
            await rebuild({ url, store, projections: village, batch: 5, room: 1 }, [name]);
          expect(await dumpServing(url)).toEqual(incremental);
        } finally {
          await store.close();
        }
      },
    ),
    { numRuns: runs, endOnFailure: true },
  );
}, 600_000);

test('as of any event, the rows are those of a replay that stops there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 40 }), async (log) => {
      await using ledger = await freshLedger();
      const url = ledger.serviceUrl;
      const store = new PostgresStore(url);
      const rows = await Rows.open(url, store);
      try {
        await record(store, log);
        await rebuild({ url, store, projections: village }, 'missing');
        const events = await logOf(store);
        for (let asOf = 0; asOf < events.length; asOf++) {
          const memory = replay(village, events.slice(0, asOf + 1));
          for (const p of used) {
            const found = (await rows.find(p, {}, { asOf, limit: 1000 })).rows;
            const key = (row: Record<string, unknown>) => Buffer.from(String(row[p.key]));
            expect(found).toEqual(
              memory(p)
                .rows()
                .toSorted((a, b) => key(a).compare(key(b))),
            );
          }
          for (const name of ['a', '李']) {
            const why = await rows.why(houses, name, { asOf });
            expect(why.rows.map(({ index }) => index)).toEqual(memory(houses).why(name));
          }
        }
      } finally {
        await rows.close();
        await store.close();
      }
    }),
    { numRuns: Math.ceil(runs / 2) },
  );
}, 600_000);
