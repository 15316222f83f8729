/** What every engine behind the port must do. An engine's own test calls it, and adds what that engine adds. */
import { createHash } from 'node:crypto';
import type { Recorded } from '../../projections/kernel/message.js';
import { sealEnvelope } from '../../src/ledger/envelope.js';
import {
  AppendTooLarge,
  ClockBehind,
  Conflict,
  type EventStore,
  indexOf,
  MAX_APPEND_BYTES,
  type Receipt,
  type Sealed,
} from '../../src/ledger/event-store.js';
import { uuidOf } from '../../src/ledger/identity.js';

/** How much is written: the same tests, small in every run and at full size in the long one. */
export const LONG = process.env.MINGZHANG_LONG === '1';

const clock = { last: Date.now() };
/** Steady: the wall's clock, but never back. */
export const now = () => new Date((clock.last = Math.max(clock.last, Date.now()))).toISOString();

export const eventsFor = (
  stream: string,
  expected: number,
  key: string,
  count = 1,
  more: { type?: string; data?: object; refs?: { type: string; id: string; role: string }[]; recordedAt?: string } = {},
): Sealed[] =>
  Array.from({ length: count }, (_, n) =>
    sealEnvelope({
      id: uuidOf(stream, key, n),
      stream,
      revision: expected + 1 + n,
      type: more.type ?? 'Noted',
      version: 1,
      occurredAt: '2026-01-01T08:00:00+08:00',
      precision: 'second',
      recordedAt: more.recordedAt ?? now(),
      actor: { person: null, actingAs: 'system', authMethod: 'none' },
      refs: more.refs ?? [{ type: 'thing', id: stream, role: 'subject' }],
      irregularities: [],
      legalBasis: [],
      documents: [],
      classification: 'open',
      commandId: uuidOf(stream, key),
      fingerprint: 'sha256:0',
      facts: {},
      factsAsOf: null,
      correlation: uuidOf(stream, key),
      causation: null,
      data: more.data ?? { text: `${key} 记事 ${n}` },
      salt: 'AAAA',
    }),
  );

export const append = (store: EventStore, stream: string, expected: number, key: string, count = 1) =>
  store.append({ stream, expected, unchanged: {}, events: eventsFor(stream, expected, key, count) });

/** The index of an append's first event, of so many. */
export const firstOf = async (store: EventStore, { after }: Receipt, count: number) =>
  (await indexOf(store, after))! - count + 1;

const all = async (store: EventStore) => {
  const events: Recorded[] = [];
  for (;;) {
    const batch = await store.readAll(events.length, 5000);
    if (batch.length === 0) return events;
    events.push(...batch);
  }
};

/** Everything that a subscriber gets until it has seen `until` events. */
export async function collect(store: EventStore, until: number, from = 0): Promise<number[]> {
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const batch of store.subscribe(from, stop.signal)) {
    seen.push(...batch.map(({ index }) => index));
    if (seen.length >= until) stop.abort();
  }
  return seen;
}

export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

/** `open` gives another handle on the same, at first empty, log: as another process would have. */
export function eventStoreContract(open: () => Promise<EventStore>) {
  let store: EventStore;
  beforeAll(async () => {
    store = await open();
  });

  test('an append is answered with its place, and read back byte for byte', async () => {
    const events = eventsFor('core-a', -1, 'k', 3);
    const receipt = await store.append({ stream: 'core-a', expected: -1, unchanged: {}, events });
    const first = await firstOf(store, receipt, 3);
    expect(receipt).toEqual({ revision: 2, after: receipt.after, ...('index' in receipt && { index: first }) });
    for (const after of [String(first + 2), events[2]!.envelope.id])
      expect(await indexOf(store, after)).toBe(first + 2);
    for (const after of [uuidOf('nobody'), 'x', '']) expect(await indexOf(store, after)).toBeNull();
    const stored = await store.readStored(first, 3);
    expect(stored.map(({ bytes }) => bytes.toString())).toEqual(events.map(({ bytes }) => bytes.toString()));
    for (const { bytes, digest } of stored) expect(createHash('sha256').update(bytes).digest()).toEqual(digest);
    expect((await store.readStream('core-a')).map((e) => [e.revision, e.index - first])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect((await store.readStream('core-a', 2)).map((e) => e.revision)).toEqual([2]);
    expect(await store.readStream('core-nobody')).toEqual([]);
  });

  test('a wrong expectation is told where the stream is, and nothing is written', async () => {
    await append(store, 'core-b', -1, 'first');
    const before = await store.head();
    const error = await append(store, 'core-b', -1, 'second').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Conflict);
    expect(error).toMatchObject({ stream: 'core-b', expected: -1, actual: 0 });
    await expect(append(store, 'core-b', 7, 'third')).rejects.toMatchObject({ actual: 0 });
    expect((await store.head()).next).toBe(before.next);
  });

  test("a fact's stream that moved fails the append; one that did not, and one that is not there, do not", async () => {
    await append(store, 'core-fact', -1, 'k0');
    const events = eventsFor('core-c', -1, 'k');
    const rely = (unchanged: Record<string, number>) =>
      store.append({ stream: 'core-c', expected: -1, unchanged, events });
    await expect(rely({ 'core-fact': -1 })).rejects.toMatchObject({ stream: 'core-fact', expected: -1, actual: 0 });
    await expect(rely({ 'core-none': 0 })).rejects.toMatchObject({ stream: 'core-none', expected: 0, actual: -1 });
    expect(await rely({ 'core-fact': 0, 'core-none': -1 })).toMatchObject({ revision: 0 });
  });

  test('one conflicting append among many at once fails alone', async () => {
    await append(store, 'core-d-7', -1, 'taken');
    const results = await Promise.allSettled(range(0, 20).map((n) => append(store, `core-d-${n}`, -1, 'k')));
    expect(results.map((r) => r.status === 'fulfilled')).toEqual(range(0, 20).map((n) => n !== 7));
  });

  const rounds = LONG ? 100 : 5;
  test(`64 writers on one stream with the same expected revision, ${rounds} rounds: one wins, the others learn the revision`, async () => {
    const other = await open();
    for (let round = 0; round < rounds; round++) {
      const results = await Promise.allSettled(
        range(0, 64).map((n) => append(n % 2 ? store : other, 'core-race', round - 1, `r${round}-w${n}`)),
      );
      expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ actual: round });
    }
    await other.close();
  });

  test('read by type, by object and by id: each in the order of the log', async () => {
    const ref = { type: 'matter', id: 'core-m', role: 'subject' };
    for (const n of range(0, 6)) {
      const events = eventsFor(`core-e-${n}`, -1, 'k', 1, {
        type: `Kind${n % 2}`,
        refs: [ref, { ...ref, role: 'also' }],
      });
      await store.append({ stream: `core-e-${n}`, expected: -1, unchanged: {}, events });
    }
    const streams = (events: readonly Recorded[]) => events.map((e) => e.stream);
    expect(streams(await store.readTypes(['Kind1'], 0, 100))).toEqual(['core-e-1', 'core-e-3', 'core-e-5']);
    const [, second] = await store.readTypes(['Kind0', 'Kind1'], 0, 2);
    expect(streams(await store.readTypes(['Kind0', 'Kind1'], second!.index + 1, 2))).toEqual(['core-e-2', 'core-e-3']);
    const about = await store.readRefs('matter', 'core-m');
    expect(streams(about)).toEqual(range(0, 6).map((n) => `core-e-${n}`));
    expect(streams(await store.readRefs('matter', 'core-m', about[2]!.index))).toEqual(streams(about.slice(0, 3)));
    expect(streams(await store.readIds([about[4]!.id, about[1]!.id]))).toEqual(['core-e-1', 'core-e-4']);
  });

  test('digests are those of what is stored, 32 bytes each, as far as there are events', async () => {
    const { next } = await store.head();
    const stored = await store.readStored(1, next);
    const { count, hashes, unlike } = await store.readDigests(1, next);
    expect([count, unlike]).toEqual([next - 1, null]);
    expect(hashes.equals(Buffer.concat(stored.map(({ digest }) => digest)))).toBe(true);
    expect(await store.readDigests(next, 5)).toEqual({ count: 0, hashes: Buffer.alloc(0), unlike: null });
  });

  test('ledger time never goes back, and finds the index as of an instant', async () => {
    const first = await append(store, 'core-t', -1, 'k0');
    const [event] = await store.readStream('core-t');
    await new Promise((resolve) => setTimeout(resolve, 20)); // so that the next event has a later instant
    await append(store, 'core-t', 0, 'k1');
    expect(await store.indexAt(event!.recordedAt)).toBe(await firstOf(store, first, 1));
    expect(await store.indexAt('2000-01-01T00:00:00Z')).toBe(-1);
    expect(await store.indexAt('2999-01-01T00:00:00Z')).toBe((await store.head()).next - 1);
  });

  test('a clock more than five seconds behind the last event stops writing; less does not', async () => {
    const { ledgerTime } = await store.head();
    const at = (seconds: number) => new Date(Date.parse(ledgerTime!) - seconds * 1000).toISOString();
    const write = (seconds: number) =>
      store.append({
        stream: `core-clock-${seconds}`,
        expected: -1,
        unchanged: {},
        events: eventsFor(`core-clock-${seconds}`, -1, 'k', 1, { recordedAt: at(seconds) }),
      });
    await expect(write(60)).rejects.toBeInstanceOf(ClockBehind);
    expect(await write(2)).toMatchObject({ revision: 0 });
    expect(Date.parse((await store.head()).ledgerTime!)).toBe(Date.parse(ledgerTime!));
  });

  test('an append of more than 900 KiB is refused before it is sent', async () => {
    const events = eventsFor('core-big', -1, 'k', 1, { data: { text: 'x'.repeat(MAX_APPEND_BYTES) } });
    const asked = store.append({ stream: 'core-big', expected: -1, unchanged: {}, events });
    await expect(asked).rejects.toBeInstanceOf(AppendTooLarge);
    const fits = eventsFor('core-big', -1, 'k', 1, { data: { text: 'x'.repeat(MAX_APPEND_BYTES - 2000) } });
    expect(await store.append({ stream: 'core-big', expected: -1, unchanged: {}, events: fits })).toMatchObject({
      revision: 0,
    });
  });

  test('a subscriber gets what was there and what comes, in order, once; another process sees it too', async () => {
    const { next } = await store.head();
    const other = await open();
    const [mine, others] = [collect(store, next + 50), collect(other, 40, next + 10)];
    for (const n of range(0, 50)) await append(n % 2 ? store : other, `core-s-${n}`, -1, 'k');
    expect(await mine).toEqual(range(0, next + 50));
    expect(await others).toEqual(range(next + 10, next + 50));
    await other.close();
  });

  test('nothing is missing and nothing is twice: index 0, 1, 2 … and every stream 0, 1, 2 …', async () => {
    const events = await all(store);
    expect(events.map((e) => e.index)).toEqual(range(0, (await store.head()).next));
    const streams = groupBy(events);
    for (const [, own] of streams) expect(own.map((e) => e.revision)).toEqual(range(0, own.length));
  });
}

function groupBy(events: readonly Recorded[]) {
  const groups = new Map<string, Recorded[]>();
  for (const event of events) groups.set(event.stream, [...(groups.get(event.stream) ?? []), event]);
  return groups;
}
