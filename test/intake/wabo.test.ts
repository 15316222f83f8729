/** A real log, read into a real ledger: the figures are those that were counted in the log by other means. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MatterEvent } from '../../projections/events/matters.js';
import { lateAgainst } from '../../projections/kernel/clock.js';
import { compareInstants, writtenDay } from '../../projections/kernel/instant.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { matterCards } from '../../projections/matter-cards.js';
import { matter } from '../../src/areas/matters/matter.js';
import { PROJECT_ROOT } from '../../src/config.js';
import { importFile } from '../../src/intake/import.js';
import { ledgerSink } from '../../src/intake/ledger-sink.js';
import { readMapping } from '../../src/intake/mapping.js';
import { service } from '../support/service.js';

const folder = join(PROJECT_ROOT, '..', 'shared', 'data', 'wabo-receipt');
const there = existsSync(folder) ? describe : describe.skip;
type Event = Recorded<MatterEvent>;

there(`the receipt phase of environmental permits (skipped where ${'../shared/data/wabo-receipt'} is absent)`, () => {
  let at: Awaited<ReturnType<typeof service>>;
  let matters: Map<string, Event[]>;
  const run = async (format: 'xes' | 'csv', dryRun = false) =>
    importFile({
      file: join(folder, `receipt.${format}.gz`),
      format,
      mapping: await readMapping(join(PROJECT_ROOT, 'mappings', 'wabo-receipt.yaml'), Object.keys(matter.commands)),
      rejects: join(PROJECT_ROOT, '.mingzhang', 'test', 'wabo-rejects.ndjson'),
      dryRun,
      sink: (batch) =>
        ledgerSink({ commands: at.app.commands, opened: at.opened, decider: matter, source: 'wabo', batch, dryRun }),
    });
  const head = async () => (await at.opened.store.head()).next;
  const own = (events: readonly Event[]) => events.filter(({ source }) => /\/event:/.test(source?.row ?? ''));
  const factOf = (events: readonly Event[], attribute: string) =>
    events.flatMap(({ type, data }) =>
      type === 'CaseFactReported' && data.attribute === attribute ? [data.value] : [],
    )[0];
  const ended = () =>
    [...matters.values()].flatMap((events) => {
      const closed = events.find(({ type }) => type === 'MatterClosed');
      return closed ? [{ events, closed, end: closed.occurredAt, deadline: factOf(events, 'deadline')! }] : [];
    });

  beforeAll(async () => {
    at = await service([]);
  });
  afterAll(() => at.close());

  test('a dry run says the same, and records nothing', async () => {
    const { events, cases } = await run('xes', true);
    expect([cases, events.read, events.recorded, await head()]).toEqual([1434, 8577, 8577, 0]);
  }, 120_000);
  test('every event is accounted for', async () => {
    const { cases, events, inferred, rejects, stopped } = await run('xes');
    expect(cases).toBe(1434);
    expect(events).toEqual({
      read: 8577,
      recorded: 8577,
      unchanged: 0,
      changed: 0,
      deleted: 0,
      ignored: 0,
      rejected: 0,
      skipped: 0,
    });
    expect([inferred.recorded, rejects, stopped]).toEqual([1208, null, null]);
    matters = new Map();
    for (let from = 0, page; (page = await at.opened.store.readAll(from, 5000)).length > 0; from += page.length)
      for (const event of page as Event[]) matters.set(event.stream, [...(matters.get(event.stream) ?? []), event]);
    expect([matters.size, [...matters.values()].flatMap(own).length]).toEqual([1434, 8577]);
  }, 120_000);
  test('read again, and from the other file of the same log, it adds nothing', async () => {
    const before = await head();
    for (const format of ['xes', 'csv'] as const) {
      const { events } = await run(format);
      expect([format, events.read, events.unchanged, events.changed]).toEqual([format, 8577, 8577, 0]);
    }
    expect(await head()).toBe(before);
  }, 120_000);
  test('what is closed, and what goes on after it', () => {
    const after = (late: (event: Event, end: string) => boolean) =>
      ended().filter(({ events, end }) => own(events).some((event) => late(event, end))).length;
    expect(ended()).toHaveLength(1329);
    expect(after((event, end) => compareInstants(event.occurredAt, end) > 0)).toBe(145);
    expect(after((event, end) => writtenDay(event.occurredAt) > writtenDay(end))).toBe(31);
  });
  test('what is late, by the instant and by the day', () => {
    const late = ended().map(({ end, deadline }) => lateAgainst(end, deadline, null));
    expect(late.filter(({ byInstant }) => byInstant)).toHaveLength(377);
    expect(late.filter(({ byDay }) => byDay)).toHaveLength(309);
  });
  test('the cards say the same, and lead to the events', async () => {
    const { reader } = at.app;
    await reader.until(String((await head()) - 1), 60_000);
    const counts = async (by: 'lateByInstant' | 'lateByDay' | 'afterClosure') =>
      Object.fromEntries((await reader.count(matterCards, [by])).map((row) => [String(row[by]), row.count]));
    expect(await counts('lateByInstant')).toEqual({ null: 105, false: 952, true: 377 });
    expect(await counts('lateByDay')).toEqual({ null: 105, false: 1020, true: 309 });
    expect(await counts('afterClosure')).toEqual({ null: 105, none: 1184, 'same-day': 114, 'later-day': 31 });
    const { rows } = await reader.why(matterCards, { afterClosure: 'later-day' }, { limit: 1000 });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(31);
  }, 120_000);
  test('who confirmed the receipt also checked it', () => {
    const both = [...matters.values()].flatMap((events) => {
      const confirmed = events.find(({ type }) => type === 'MaterialsReceived');
      const checked = events.find(({ type, data }) => type === 'StepFinished' && data.step === 'T02');
      return confirmed && checked ? [confirmed.actor.person === checked.actor.person] : [];
    });
    expect([both.length, both.filter(Boolean).length]).toEqual([1316, 1088]);
  });
});
