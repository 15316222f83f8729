/** Logs as they come: whole, broken, in other encodings, read again, and read on after a break. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { matter } from '../../src/areas/matters/matter.js';
import { importFile, type ImportOptions } from '../../src/intake/import.js';
import { inspectFile, mappingDraft } from '../../src/intake/inspect.js';
import { ledgerSink } from '../../src/intake/ledger-sink.js';
import { MappingRefused, parseMapping } from '../../src/intake/mapping.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
let folder: string;
beforeAll(async () => {
  at = await service([]);
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-intake-'));
});
afterAll(async () => {
  await at.close();
  await rm(folder, { recursive: true });
});

let sources = 0;
/** A mapping of a source of its own, so that tests do not meet each other's matters. */
const mapping = (more = '', source = `s${sources++}`) =>
  parseMapping(
    'map.yaml',
    `
mapping: 1
source: ${source}
case: { id: 'concept:name' }
event: { id: id, activity: 'concept:name', time: 'time:timestamp', actor: 'org:resource' }
activities:
  收件: { do: ReceiveMaterials, data: { materials: [] } }
  受理: { do: AcceptMatter, data: {} }
  办结: { do: CloseMatter, data: { kind: completed } }
otherwise: { ignore: not of interest }
${more}`,
    Object.keys(matter.commands),
  );
const HEAD = 'case:concept:name,id,concept:name,time:timestamp,org:resource';
let files = 0;
async function file(content: string | Uint8Array, ending: string): Promise<string> {
  const path = join(folder, `${files++}.${ending}`);
  await writeFile(path, content);
  return path;
}
const csv = (...rows: string[]) => [HEAD, ...rows, ''].join('\n');
async function run(path: string, of: ReturnType<typeof mapping>, more: Partial<ImportOptions> = {}) {
  const summary = await importFile({
    file: path,
    format: /\.csv/.test(path) ? 'csv' : 'xes',
    mapping: of,
    rejects: `${path}.rejects`,
    sink: (batch) =>
      ledgerSink({
        commands: at.app.commands,
        opened: at.opened,
        decider: matter,
        source: of.source,
        batch,
        dryRun: more.dryRun ?? false,
      }),
    ...more,
  });
  const rejected = summary.rejects === null ? [] : (await readFile(summary.rejects, 'utf8')).trim().split('\n');
  return { ...summary, rejected: rejected.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
const head = async () => (await at.opened.store.head()).next;
const streamOf = (of: { source: string }, id: string) => at.opened.store.readStream(`matter-${of.source}-${id}`);

describe('a log', () => {
  test('in which some rows cannot be read: the rest is taken, and each is named by row, field and reason', async () => {
    const of = mapping('zone: +08:00');
    const path = await file(
      csv(
        'A,1,收件,2024-03-01 09:00:00,甲',
        'A,2,受理,31/02/2024,乙',
        'A,2b,受理,2024-03-01 10:00:00',
        'A,3,喝茶,2024-03-01 10:30:00,乙',
        'A,1,办结,2024-03-01 11:00:00,乙',
        ',4,收件,2024-03-01 12:00:00,乙',
        'B,5,收件,2024-03-02T09:00:00+09:00,丙',
      ),
      'csv',
    );
    const done = await run(path, of);
    expect(done.events).toMatchObject({ read: 7, recorded: 2, ignored: 1, rejected: 4 });
    expect(done.events.recorded + done.events.ignored + done.events.rejected).toBe(done.events.read);
    expect(done.rejected.map(({ line, field, reason }) => [line, field, reason])).toEqual([
      [3, 'time:timestamp', 'not-an-instant'],
      [4, 'row', 'wrong-columns'],
      [6, 'event', 'duplicate-event-id'],
      [7, 'case', 'missing'],
    ]);
    expect((await streamOf(of, 'B'))[0]).toMatchObject({ occurredAt: '2024-03-02T09:00:00.000+09:00' });
    expect((await streamOf(of, 'A'))[0]).toMatchObject({ occurredAt: '2024-03-01T09:00:00.000+08:00' });
  });

  test('keeps the order of the file, whatever its times say', async () => {
    const of = mapping('zone: +08:00');
    await run(await file(csv('A,1,受理,2024-03-05,甲', 'A,2,收件,2024-03-01 08:30,甲'), 'csv'), of);
    expect((await streamOf(of, 'A')).map(({ type, precision }) => [type, precision])).toEqual(
      [
        ['MatterAccepted', 'day'],
        ['HolderAssigned', 'day'],
        ['MaterialsReceived', 'minute'],
      ].filter(([type]) => type !== 'HolderAssigned'),
    );
  });

  test('read again adds nothing; a row that says something else later is a change, and adds nothing the third time', async () => {
    const of = mapping('zone: +08:00');
    const first = await file(csv('A,1,收件,2024-03-01 09:00:00,甲'), 'csv');
    expect((await run(first, of)).events).toMatchObject({ recorded: 1 });
    const before = await head();
    expect((await run(first, of)).events).toMatchObject({ unchanged: 1, recorded: 0 });
    expect(await head()).toBe(before);
    const later = await file(csv('A,1,收件,2024-03-01 09:30:00,甲'), 'csv');
    expect((await run(later, of)).events).toMatchObject({ changed: 1 });
    expect((await streamOf(of, 'A')).at(-1)).toMatchObject({
      type: 'SourceRowChanged',
      data: {
        before: { occurredAt: '2024-03-01T09:00:00.000+08:00' },
        after: { occurredAt: '2024-03-01T09:30:00.000+08:00' },
      },
    });
    expect((await run(later, of)).events).toMatchObject({ unchanged: 1 });
  });

  test('a dry run says the same and records nothing', async () => {
    const of = mapping('zone: +08:00');
    const before = await head();
    const path = await file(csv('A,1,收件,2024-03-01 09:00:00,甲', 'A,2,受理,?,甲'), 'csv');
    expect((await run(path, of, { dryRun: true })).events).toMatchObject({ recorded: 1, rejected: 1 });
    expect(await head()).toBe(before);
  });

  test('broken off and run again goes on where it was, and everything is there once', async () => {
    const of = mapping('zone: +08:00');
    const rows = Array.from({ length: 400 }, (_, n) => `C${n},${n},收件,2024-03-01 09:00:00,甲`);
    const path = await file(csv(...rows), 'csv');
    const stop = new AbortController();
    const checkpoints = join(folder, 'checkpoints');
    const begun = await head();
    await expect(
      run(path, of, {
        checkpoints,
        concurrency: 2,
        signal: stop.signal,
        sink: (batch) => {
          const sink = ledgerSink({
            commands: at.app.commands,
            opened: at.opened,
            decider: matter,
            source: of.source,
            batch,
          });
          let sent = 0;
          return {
            ...sink,
            send: (reports) => {
              if (++sent === 150) stop.abort();
              return sink.send(reports);
            },
          };
        },
      }),
    ).rejects.toThrow();
    const between = (await head()) - begun;
    expect(between).toBeGreaterThan(0);
    expect(between).toBeLessThan(400);
    const { events } = await run(path, of, { checkpoints });
    expect(events.recorded + events.unchanged + events.skipped).toBe(400);
    expect((await head()) - begun).toBe(400);
  });
});

describe('files of other makes', () => {
  const xes = (body: string, encoding = 'UTF-8') =>
    `<?xml version="1.0" encoding="${encoding}"?><log xes.version="1.0">${body}</log>`;
  const trace = (id: string, ...events: string[]) =>
    `<trace><string key="concept:name" value="${id}"/>${events.join('')}</trace>`;
  const event = (id: string, name: string, time: string) =>
    `<event><string key="id" value="${id}"/><string key="concept:name" value="${name}"/><date key="time:timestamp" value="${time}"/></event>`;
  const good = trace('X', event('1', '收件', '2024-03-01T09:00:00+08:00'));

  test('XML that breaks off: what stands before it is taken, and the place is said', async () => {
    const of = mapping();
    const done = await run(await file(`${xes(good).replace('</log>', '')}<trace><event></trace>`, 'xes'), of);
    expect(done.events.recorded).toBe(1);
    expect(done.stopped?.en).toMatch(/xes:1:\d+: broken XML/);
  });
  test('a gzip that is cut off', async () => {
    const many = xes(
      Array.from({ length: 3000 }, (_, n) => trace(`Y${n}`, event('1', '收件', '2024-03-01T09:00:00+08:00'))).join(''),
    );
    const path = await file(gzipSync(many).subarray(0, 6000), 'xes.gz');
    const done = await run(path, mapping(), { dryRun: true });
    expect(done.stopped?.zh).toBeTruthy();
    expect(done.events.read).toBeLessThan(3000);
  });
  test('something that is no log', async () => {
    const done = await run(await file('<html/>', 'xes'), mapping());
    expect(done.stopped?.en).toMatch(/not an XES log/);
  });
  test('CSV in GB 18030 with semicolons, as office programs write it', async () => {
    const of = mapping('zone: +08:00\ncsv: { encoding: gb18030 }');
    // 收件, 甲 in GB 18030.
    const bytes = Buffer.concat([
      Buffer.from(`${HEAD.replaceAll(',', ';')}\nG;1;`),
      Buffer.from([0xca, 0xd5, 0xbc, 0xfe]),
      Buffer.from(';2024-03-01 09:00:00;'),
      Buffer.from([0xbc, 0xd7]),
      Buffer.from('\n'),
    ]);
    expect((await run(await file(bytes, 'csv'), of)).events.recorded).toBe(1);
    expect((await streamOf(of, 'G'))[0]!.type).toBe('MaterialsReceived');
  });
  test('what UTF-8 cannot be is rejected, row by row', async () => {
    const bytes = Buffer.concat([
      Buffer.from(csv('A,1,收件,2024-03-01 09:00:00,').trimEnd()),
      Buffer.from([0xff, 0xfe, 0x0a]),
    ]);
    const done = await run(await file(bytes, 'csv'), mapping('zone: +08:00'));
    expect(done.rejected.map(({ reason }) => reason)).toEqual(['broken-encoding']);
  });
  test('a time without a zone, where the mapping names none', async () => {
    const done = await run(await file(csv('A,1,收件,2024-03-01 09:00:00,甲'), 'csv'), mapping());
    expect(done.rejected.map(({ reason }) => reason)).toEqual(['no-offset']);
  });
});

describe('a mapping', () => {
  test('is refused with everything that is wrong, by line', () => {
    const text =
      'mapping: 1\nsource: s\ncase: {}\nevent: { id: a, activity: b, time: c, colour: d }\nactivities: { x: Destroy }\notherwise: { ignore: y }\n';
    const error = (() => {
      try {
        parseMapping('m.yaml', text, ['AcceptMatter']);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toBeInstanceOf(MappingRefused);
    expect((error as MappingRefused).errors.map(({ line, en }) => [line, en])).toEqual([
      [3, 'id is missing'],
      [4, 'colour is not known here'],
    ]);
  });
  test('is drafted from a log that nobody has mapped', async () => {
    const path = await file(
      csv('A,1,收件,2024-03-01 09:00:00,甲', 'A,2,受理,2024-03-01 10:00:00,乙', 'B,3,收件,2024-03-02 09:00:00,甲'),
      'csv',
    );
    const found = await inspectFile({ file: path, format: 'csv' });
    expect(found).toMatchObject({
      cases: 2,
      events: 3,
      activities: [
        { name: '收件', count: 2 },
        { name: '受理', count: 1 },
      ],
      caseAttributes: [{ name: 'concept:name', count: 2, distinct: 2, samples: ['A', 'B'] }],
    });
    expect(found.eventAttributes.map(({ name, type, distinct }) => [name, type, distinct])).toEqual([
      ['id', 'number', 3],
      ['concept:name', 'text', 2],
      ['time:timestamp', 'instant', 3],
      ['org:resource', 'text', 2],
    ]);
    const draft = mappingDraft(found).replaceAll('FILL-IN', 'x');
    expect(parseMapping('draft.yaml', draft, Object.keys(matter.commands)).activities).toHaveProperty('收件');
  });
});
