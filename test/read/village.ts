/** A small world of projections with everything that folds may do, and random logs for it. */
import fc from 'fast-check';
import { Client } from 'pg';
import { type MemoryTable, replay } from '../../projections/kernel/memory-table.js';
import type { Envelope, Recorded } from '../../projections/kernel/message.js';
import { projection } from '../../projections/kernel/projection.js';
import { sealEnvelope } from '../../src/ledger/envelope.js';
import { uuidOf } from '../../src/ledger/identity.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import type { Entry } from '../../src/read/registry.js';
import { type AnyProjection, quote } from '../../src/read/tables.js';

export type VillageEvent =
  | { type: 'Put'; data: { house: string; street: string | null; on: string; note: string } }
  | { type: 'Touched'; data: { house: string } }
  | { type: 'Dropped'; data: { house: string } }
  | { type: 'Paid'; data: { house: string; fen: string; at: string } }
  | { type: 'Counted'; data: { street: string; to: string } };

type House = { house: string; street: string | null; on: string; paid: string; open: boolean; notes: string[] };
const house = (e: { data: { house: string } }) => e.data.house;

export const houses = projection<VillageEvent>()<House>({
  name: 'house',
  version: 1,
  key: 'house',
  columns: { house: 'text', street: 'text', on: 'date', paid: 'bigint', open: 'boolean', notes: 'jsonb' },
  indexes: { byStreet: ['street', 'on'] },
  uses: {},
  on: {
    Put: {
      keys: house,
      fold: (row, { data: { note, ...data } }) => ({
        ...data,
        paid: row?.paid ?? '0',
        open: true,
        notes: [...(row?.notes ?? []), note].slice(-3),
      }),
    },
    Touched: { keys: house, fold: (row) => row ?? null },
    Dropped: { keys: house, fold: () => null },
    Paid: {
      keys: house,
      fold: (row, { data }) =>
        row ? { ...row, paid: String(BigInt(row.paid) + BigInt(data.fen)), open: data.fen !== '0' } : null,
    },
  },
});

/** Grows: one row an event. */
export const payments = projection<VillageEvent>()<{ id: string; house: string; at: string; fen: string }>({
  name: 'payment',
  version: 1,
  key: 'id',
  columns: { id: 'text', house: 'text', at: 'timestamptz', fen: 'bigint' },
  indexes: { byHouse: ['house'] },
  grows: true,
  uses: {},
  on: { Paid: { keys: (e) => e.id, fold: (_row, { id, data }) => ({ id, ...data }) } },
});

/** Looks along an index of a table that other events of the same batch change, under several keys. */
export const streets = projection<VillageEvent>()<
  { street: string; houses: string[]; paid: number; last: string | null },
  { houses: typeof houses; payments: typeof payments }
>({
  name: 'street',
  version: 1,
  key: 'street',
  columns: { street: 'text', houses: 'jsonb', paid: 'int', last: 'date' },
  uses: { houses, payments },
  on: {
    Put: {
      keys: (e, { houses: h }) => [e.data.street ?? 'none', h.get(e.data.house)?.street ?? 'none'],
      fold: (_row, _e, { houses: h, payments: p }, street) => {
        const there = h.range('byStreet', [street === 'none' ? null : street]);
        const paid = there.reduce((sum, { house: name }) => sum + p.range('byHouse', [name]).length, 0);
        return { street, houses: there.map((row) => row.house), paid, last: there.at(-1)?.on ?? null };
      },
    },
    Counted: {
      keys: (e) => e.data.street,
      fold: (row, e, { houses: h }, street) => {
        const from = h.range('byStreet', [street, '2026-01-03'], [street, '2026-01-05']);
        const many = h.range('byStreet', [null], [e.data.to]);
        return { street, houses: [...from, ...many].map((r) => r.house), paid: row?.paid ?? 0, last: null };
      },
    },
  },
});

export const village: readonly AnyProjection[] = [streets, houses, payments];

const names = ['a', 'b', 'c', '李', '𠮷屋', '（甲）', 'x\ty', 'q"\\\n'];
export const event: fc.Arbitrary<VillageEvent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('Put' as const),
      data: fc.record({
        house: fc.constantFrom(...names),
        street: fc.constantFrom(null, '一街', '𠮷街', '（街）'),
        on: fc.integer({ min: 1, max: 7 }).map((day) => `2026-01-0${day}`),
        note: fc.string({ unit: 'grapheme', maxLength: 8 }).filter((s) => !/\0|\p{Surrogate}/u.test(s)),
      }),
    }),
  },
  fc.record({ type: fc.constant('Touched' as const), data: fc.record({ house: fc.constantFrom(...names) }) }),
  fc.record({ type: fc.constant('Dropped' as const), data: fc.record({ house: fc.constantFrom(...names) }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('Paid' as const),
      data: fc.record({
        house: fc.constantFrom(...names),
        fen: fc.constantFrom('0', '1', '99999999999999'),
        at: fc.constantFrom('2026-01-02T08:00:00+08:00', '2026-01-02T01:00:00+01:00'),
      }),
    }),
  },
  fc.record({
    type: fc.constant('Counted' as const),
    data: fc.record({ street: fc.constantFrom('一街', '𠮷街'), to: fc.constantFrom('一街', '（街）', '𠮷街') }),
  }),
);

let streams = 0;
/** Appends events of any type, in appends of at most a hundred. */
export async function record(
  store: Pick<EventStore, 'append'>,
  events: readonly { type: string; data: object }[],
  at: (n: number) => string = () => new Date().toISOString(),
): Promise<void> {
  for (let start = 0; start < events.length; start += 100) {
    const stream = `village-${process.pid}-${streams++}`;
    const sealed = events.slice(start, start + 100).map(({ type, data }, revision) => {
      const envelope: Envelope = {
        id: uuidOf(stream, revision),
        stream,
        revision,
        type,
        version: 1,
        occurredAt: '2026-01-01T09:00:00+08:00',
        precision: 'minute',
        recordedAt: at(start + revision),
        actor: { person: null, actingAs: 'system', authMethod: 'none' },
        refs: [],
        irregularities: [],
        legalBasis: [],
        documents: [],
        classification: 'open',
        commandId: uuidOf(stream),
        fingerprint: '',
        facts: {},
        factsAsOf: null,
        correlation: uuidOf(stream),
        causation: null,
        data,
        salt: '',
      };
      return sealEnvelope(envelope);
    });
    await store.append({ stream, expected: -1, unchanged: {}, events: sealed });
  }
}

export const logOf = (store: Pick<EventStore, 'readAll'>): Promise<Recorded[]> => store.readAll(0, 1_000_000);

/** All versions of a table, byte for byte. */
export async function dump(url: string, p: AnyProjection, table: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const order = p.grows ? 'index' : 'from_index';
    const { rows } = await client.query<{ line: string }>(
      `select t::text as line from read.${quote(table)} t order by ${quote(p.key)}, ${order}`,
    );
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}
export async function tables(url: string): Promise<Entry[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Entry>('select * from read.tables order by name, version, fill');
    return rows.map((row) => ({ ...row, checkpoint: Number(row.checkpoint) }));
  } finally {
    await client.end();
  }
}
/** All versions of all tables that serve. */
export async function dumpServing(url: string, of: readonly AnyProjection[] = village) {
  const serving = (await tables(url)).filter(({ state }) => state === 'serving');
  const found: Record<string, string[]> = {};
  for (const p of of) found[p.name] = await dump(url, p, serving.find(({ name }) => name === p.name)!.table);
  return found;
}

/** What each version is by a replay in memory: key, begin, end, text. */
export function expectedVersions(p: AnyProjection, memory: MemoryTable, keys: readonly string[]): string[] {
  return keys.flatMap((key) => {
    const begins = memory.why(key);
    return begins.map((from, n) => JSON.stringify([key, from, begins[n + 1] ?? null, memory.get(key, from) ?? null]));
  });
}
export async function versionsIn(url: string, p: AnyProjection, table: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const [from, to] = p.grows ? ['index', 'null::bigint'] : ['from_index', 'to_index'];
    const { rows } = await client.query<{ key: string; from: string; to: string | null; row: object | null }>(
      `select ${quote(p.key)} as key, ${from} as from, ${to} as to, row from read.${quote(table)} order by 1, 2`,
    );
    return rows.map((r) => JSON.stringify([r.key, Number(r.from), r.to === null ? null : Number(r.to), r.row]));
  } finally {
    await client.end();
  }
}
export { replay };
