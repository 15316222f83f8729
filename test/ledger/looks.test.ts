/** Looks gathered on a real log: by two services at once, over what an append holds, and with one that cannot be written. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { access, type Look } from '../../src/areas/identity/access.js';
import type { Context } from '../../src/kernel/decider.js';
import { Looks, parcels } from '../../src/ledger/looks.js';
import { type Opened, openLedger } from '../../src/ledger/open.js';
import { context } from '../given.js';
import { freshLedger } from '../support/server.js';

let folder: string;
let ledger: Awaited<ReturnType<typeof freshLedger>>;
let services: readonly Opened[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-looks-'));
  ledger = await freshLedger();
  const open = () => openLedger({ name: 'test', serviceUrl: ledger.serviceUrl, keyFolders: [join(folder, 'keys')] });
  services = [await open(), await open()];
});
afterAll(async () => {
  for (const each of services) await each.close();
  await ledger.close();
  await rm(folder, { recursive: true });
});

const seen = (purpose: string, opened: readonly string[] = []): Look => ({
  type: 'AccessViewed',
  data: { object: { type: 'matter', id: 'M-1' }, fields: 'personal', purpose, grant: null, action: 'x', count: 1 },
  opened,
});
const by = (person: string, more: Partial<Context> = {}): Context => ({
  ...context,
  ...more,
  by: { ...context.by, person },
});
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

describe('gathering', () => {
  test('what arrives at once from one person is one append; each learns the id of its own event', async () => {
    const looks = new Looks(services[0]!);
    const ids = await Promise.all(range(50).map((n) => looks.record(access, seen(`a ${n}`), by('one'))));
    const events = await services[0]!.store.readStream('access-one');
    expect(events.map(({ data, id }) => [(data as { purpose: string }).purpose, id])).toEqual(
      range(50).map((n) => [`a ${n}`, ids[n]]),
    );
    expect(new Set(events.map(({ commandId }) => commandId)).size).toBe(1);
  });

  test('reads that have begun are waited for, one that fails is not', async () => {
    const looks = new Looks(services[0]!);
    let go = () => undefined as void;
    const slow = new Promise<void>((resolve) => (go = resolve));
    const read = (n: number, ready: Promise<unknown>) =>
      looks.during(async () => {
        await ready;
        return { answer: n, record: () => looks.record(access, seen(`b ${n}`), by('two')) };
      });
    const first = read(0, Promise.resolve());
    const second = read(1, slow);
    const third = looks.during(async () => {
      await slow;
      throw new Error('no such thing');
    });
    const settled = Promise.allSettled([first, second, third]);
    go();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const events = await services[0]!.store.readStream('access-two');
    expect(new Set(events.map(({ commandId }) => commandId)).size).toBe(1);
    expect(events).toHaveLength(2);
  });

  test('two services write for the same person: each look is there once, in one stream without gaps', async () => {
    const two = services.map((service) => new Looks(service));
    for (const round of range(5))
      await Promise.all(
        two.flatMap((looks, k) =>
          range(20).map((n) => looks.record(access, seen(`c ${round} ${k} ${n}`), by('three'))),
        ),
      );
    const events = await services[0]!.store.readStream('access-three');
    expect(events.map(({ revision }) => revision)).toEqual(range(200));
    expect(new Set(events.map(({ data }) => (data as { purpose: string }).purpose)).size).toBe(200);
    const times = events.map(({ recordedAt }) => Date.parse(recordedAt));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('one that cannot be written is told so, and takes nobody along', async () => {
    const looks = new Looks(services[0]!);
    const all = await Promise.allSettled([
      looks.record(access, seen('d 1'), by('four')),
      looks.record(access, seen('half \ud800'), by('four')),
      looks.record(access, seen('d 2'), by('four')),
    ]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await services[0]!.store.readStream('access-four')).toHaveLength(2);
  });

  test('more than an append holds goes in several, in order of arrival; another post is another command', async () => {
    const looks = new Looks(services[0]!);
    const persons = range(1500).map((n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    await Promise.all(range(20).map((n) => looks.record(access, seen(`e ${n}`, persons), by('five'))));
    const events = await services[0]!.store.readStream('access-five');
    expect(events.map(({ data }) => (data as { purpose: string }).purpose)).toEqual(range(20).map((n) => `e ${n}`));
    expect(events[0]!.refs.filter(({ role }) => role === 'opened')).toHaveLength(1500);
    const place = { kind: 'centre-window', window: '2', org: 'centre' } as const;
    const waiting = [by('x'), by('x', { place }), by('x'), by('y')].map((each, n) => ({
      look: seen(`f ${n}`),
      context: each,
    }));
    const names = parcels(waiting).map((parcel) => parcel.map(({ look }) => look.data.purpose));
    expect(names).toEqual([['f 0', 'f 2'], ['f 1'], ['f 3']]);
    expect(parcels(range(250).map((n) => ({ look: seen(String(n)), context: by('x') }))).map((p) => p.length)).toEqual([
      100, 100, 50,
    ]);
  });
});
