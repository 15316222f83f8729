/** A day that is over touches what is due and nothing else: on PostgreSQL, again, after a pause, and with two at work. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadlines } from '../../projections/deadlines.js';
import { projections } from '../../projections/index.js';
import { addDays, startOfDay } from '../../projections/kernel/instant.js';
import type { Message, Recorded } from '../../projections/kernel/message.js';
import { deciders } from '../../src/areas/index.js';
import { day } from '../../src/areas/calendar/day.js';
import { policies } from '../../src/areas/supervision/supervision.policy.js';
import { batches } from '../../src/demo/fill.js';
import { fillLog } from '../../src/ledger/backup.js';
import { SimulatedClock } from '../../src/ledger/clock.js';
import { sending } from '../../src/ledger/commands.js';
import { type Opened, openLedger } from '../../src/ledger/open.js';
import { closeDays, type Closing, Policies, type Working } from '../../src/ledger/policies.js';
import { Projector } from '../../src/read/projector.js';
import { Rows } from '../../src/read/rows.js';
import { freshLedger } from '../support/server.js';
import { clock, openTown, wd } from '../town.js';

const MONDAY = '2026-03-02';
const FAR = 200;
const far = { code: 'A-2', promised: wd(40), statutory: wd(90) };

/** Matters: 200 that are due in summer, 12 of Monday and 4 of Wednesday that are due in two weeks, 5 that wait for an answer. */
async function planted() {
  const town = await openTown(MONDAY, { region: 'CN-GX', years: [2026, 2027] });
  const at = clock(MONDAY);
  await town.publish('A-1', { mustEnter: false });
  await town.publish(far.code, { ...far, mustEnter: false });
  for (let n = 0; n < FAR; n++) await town.accept(`F-${n}`, at, {}, far.code);
  for (let n = 0; n < 12; n++) await town.accept(`M-${n}`, at);
  const received = { itemCode: far.code, materials: [] };
  for (let n = 0; n < 5; n++) await town.do(`R-${n}`, 'ReceiveMaterials', received, at);
  for (let n = 0; n < 4; n++) await town.accept(`W-${n}`, clock('2026-03-04'));
  return town;
}

async function service(today: string) {
  const ledger = await freshLedger();
  const town = await planted();
  await fillLog(ledger.adminUrl, batches(town.world.store));
  await town.close();
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-closing-'));
  const time = new SimulatedClock(startOfDay(today));
  const opening = { name: 'test', mode: 'demo', region: 'CN-GX', clock: time, keyFolders: [folder] } as const;
  const closing: (() => Promise<unknown>)[] = [];
  const open = async () => {
    const opened = await openLedger({ ...opening, serviceUrl: ledger.serviceUrl });
    closing.push(() => opened.close());
    return opened;
  };
  const opened = await open();
  const projector = new Projector({ url: ledger.serviceUrl, store: opened.store, projections });
  projector.start();
  const rows = await Rows.open(ledger.serviceUrl, opened.store, projector.moved);
  await rows.until(String((await opened.store.head()).next - 1), 110_000);
  const parts = (of: Opened) => ({ policies, deciders, shelf: rows, send: sending(of) });
  const { store } = opened;
  return {
    opened,
    rows,
    parts,
    /** One more instance of the service on the same ledger. */
    working: async (): Promise<Working> => ({
      ...parts(await open()),
      region: 'CN-GX',
      millis: () => time.millis(),
    }),
    goTo: (date: string) => time.set(startOfDay(date)),
    head: async () => (await store.head()).next,
    since: (from: number) => store.readAll(from, 10_000),
    close: async () => {
      await projector.stop();
      await rows.close();
      for (const each of closing) await each();
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}

const dataOf = (event: Recorded) => (event as Recorded<Message & { data: Record<string, unknown> }>).data;
/** What was said by policies: days, limits with their days, and matters that findings are about. */
const told = (events: readonly Recorded[]) =>
  events.map((event) => {
    const data = dataOf(event);
    if (event.type === 'DayClosed') return `${String(data['date'])} closed`;
    if (event.type === 'LimitPassed') return `${String(data['dueOn'])} ${event.stream} ${String(data['limit'])}`;
    if (!event.stream.startsWith('finding-')) return `${event.type} ${event.stream}`;
    return `${event.type} ${String((data['about'] as { matterId: string }).matterId)}`;
  });
const named = (name: string, many: number, text: (id: string) => string) =>
  Array.from({ length: many }, (_, n) => text(`${name}-${n}`)).toSorted();
/** Each day that was closed with the limits that passed before the next was. */
function byDay(events: readonly Recorded[]) {
  const days: { date: string; passed: string[] }[] = [];
  for (const event of events) {
    const data = dataOf(event);
    if (event.type === 'DayClosed') days.push({ date: String(data['date']), passed: [] });
    if (event.type === 'LimitPassed') days.at(-1)!.passed.push(`${String(data['dueOn'])} ${event.stream}`);
  }
  return days.map(({ date, passed }) => ({ date, passed: passed.toSorted() }));
}
const days = (from: string, to: string, passed: Readonly<Record<string, readonly string[]>>) => {
  const all: { date: string; passed: readonly string[] }[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) all.push({ date, passed: passed[date] ?? [] });
  return all;
};
const due = (date: string, name: string, many: number) => named(name, many, (id) => `${date} matter-${id}`);

let at: Awaited<ReturnType<typeof service>>;
beforeAll(async () => {
  at = await service('2026-03-13');
}, 180_000);
afterAll(() => at.close());

test('what is due on a day gets its events, nothing else is touched, and a second closing adds nothing', async () => {
  const working = await at.working();
  await closeDays(working, day);
  const head = await at.head();
  const first = await at.since(0);
  expect(byDay(first)).toEqual(days(MONDAY, '2026-03-12', { '2026-03-09': due('2026-03-09', 'R', 5) }));
  const deemed = first.filter(({ type }) => type === 'AcceptanceDeemed').map(({ stream }) => stream);
  expect(deemed.toSorted()).toEqual(named('R', 5, (id) => `matter-${id}`));

  at.goTo('2026-03-14');
  expect(await closeDays(working, day)).toBe(1);
  const events = await at.since(head);
  expect(told(events).toSorted()).toEqual(
    [
      '2026-03-13 closed',
      ...named('M', 12, (id) => `2026-03-13 matter-${id} promise-mark`),
      ...named('M', 12, (id) => `FindingRaised ${id}`),
    ].toSorted(),
  );
  const changed = await at.rows.why(deadlines, { stream: events.map(({ stream }) => stream) }, { limit: 1000 });
  expect(changed.rows.filter(({ index }) => index >= head)).toHaveLength(12);

  const after = await at.head();
  expect(await closeDays(working, day)).toBe(0);
  expect(await closeDays(await at.working(), day)).toBe(0);
  expect(await at.head()).toBe(after);
}, 180_000);

test('a week that was missed is caught up with in order, each day with what was due on it, and it is told', async () => {
  const head = await at.head();
  at.goTo('2026-03-21');
  const seen: Closing[] = [];
  const working = new Policies(at.opened, at.parts(at.opened), day, () => at.rows.position());
  await new Promise<void>((resolve) => {
    working.start((closing) => {
      seen.push(closing);
      if (closing.left === 0) resolve();
    });
  });
  expect(working.status).toMatchObject({ error: null, closing: { closed: '2026-03-20', left: 0 } });
  await working.stop();
  expect(seen.map(({ left }) => left)).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
  const events = await at.since(head);
  expect(byDay(events)).toEqual(
    days('2026-03-14', '2026-03-20', {
      '2026-03-16': due('2026-03-16', 'M', 12),
      '2026-03-17': due('2026-03-17', 'W', 4),
      '2026-03-18': due('2026-03-18', 'W', 4),
    }),
  );
  expect(events.some(({ stream }) => stream.startsWith('matter-F-'))).toBe(false);
}, 180_000);

test('two at work at once, as when a lease was lost unnoticed, close every day once and say everything once', async () => {
  const head = await at.head();
  at.goTo('2026-04-02');
  const [one, other] = [await at.working(), await at.working()];
  await Promise.all([closeDays(one, day), closeDays(other, day)]);
  const events = await at.since(head);
  expect(byDay(events)).toEqual(
    days('2026-03-21', '2026-04-01', {
      '2026-03-30': due('2026-03-30', 'M', 12),
      '2026-04-01': due('2026-04-01', 'W', 4),
    }),
  );
  const raised = events.filter(({ type }) => type === 'FindingRaised').map(({ stream }) => stream);
  expect(raised).toHaveLength(16);
  expect(new Set(raised).size).toBe(16);
}, 180_000);
