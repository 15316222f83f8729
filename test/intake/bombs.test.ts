/** Files that are made to harm whoever reads them: refused with the place, in bounded memory, and nothing half done. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeXlsx } from 'hucre/xlsx';
import { openBytes } from '../../src/intake/bytes.js';
import { readCsv, readRows } from '../../src/intake/csv.js';
import { inspectFile } from '../../src/intake/inspect.js';
import { MappingRefused, parseMapping } from '../../src/intake/mapping.js';
import { MOST_ATTRIBUTES, Unreadable } from '../../src/intake/records.js';
import { readSheet } from '../../src/intake/sheet.js';
import { readXes } from '../../src/intake/xes.js';
import { restoreBackup } from '../../src/ledger/backup.js';
import { freshLedger } from '../support/server.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-bombs-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function file(content: string | Uint8Array, ending: string): Promise<string> {
  const path = join(folder, `${files++}.${ending}`);
  await writeFile(path, content);
  return path;
}

/** How far a file is read, and what is said where it ends. */
async function read(records: AsyncIterable<unknown>) {
  let before = 0;
  try {
    for await (const _ of records) before++;
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
    const { zh, en, line, message } = error as Unreadable;
    return { before, zh, en, line, message };
  }
  throw new Error('it was read to its end');
}
const xes = async (content: string) => read(readXes(await openBytes(await file(content, 'xes'))));
const csv = async (content: string) => read(readRows(await openBytes(await file(content, 'csv'))));

const EVENT = '<event><string key="concept:name" value="收件"/></event>';
const log = (inside: string, before = '') => `<?xml version="1.0"?>\n${before}<log>${inside}</log>`;
const trace = (inside: string) => `<trace><string key="concept:name" value="A"/>${inside}</trace>`;

describe('XML', () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
  test.each([
    ['entities within entities', `<!DOCTYPE log [<!ENTITY l0 "ha">${laughs}]>\n`, '&l9;'],
    ['a file of this machine', '<!DOCTYPE log [<!ENTITY f SYSTEM "file:///etc/passwd">]>\n', '&f;'],
    ['an address', '<!DOCTYPE log SYSTEM "http://127.0.0.1:1/x.dtd">\n', 'x'],
    ['entities of parameters', '<!DOCTYPE log [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>\n', 'x'],
  ])('%s: a document type is not read at all', async (_name, doctype, value) => {
    const said = await xes(log(trace(`<event><string key="a" value="${value}"/></event>`), doctype));
    expect(said).toMatchObject({
      before: 0,
      line: 2,
      zh: expect.stringContaining('DTD'),
      en: expect.stringContaining('document type'),
    });
  });
  test('an entity that nobody has declared', async () => {
    const said = await xes(log(`${trace(EVENT)}${trace('<event><string key="a" value="&lol;"/></event>')}`));
    expect(said).toMatchObject({ before: 2, en: expect.stringContaining('undefined entity') });
  });
  test('very deep', async () => {
    const deep = `${'<container key="a">'.repeat(50_000)}${'</container>'.repeat(50_000)}`;
    const said = await xes(log(trace(`${EVENT}<event>${deep}</event>`)));
    expect(said).toMatchObject({
      before: 1,
      zh: expect.stringContaining('100 层'),
      en: expect.stringContaining('100 deep'),
    });
  });
  test('a value without an end', async () => {
    const said = await xes(log(trace(`${EVENT}<event><string key="a" value="${'x'.repeat(5 << 20)}"/></event>`)));
    expect(said).toMatchObject({ before: 1, en: expect.stringContaining('4 MiB') });
  });
  test('an event of very many attributes, or of many that are large', async () => {
    const many = Array.from({ length: MOST_ATTRIBUTES + 1 }, (_, n) => `<string key="a${n}" value="x"/>`).join('');
    const said = await xes(log(trace(`${EVENT}<event>${many}</event>`)));
    expect(said).toMatchObject({ before: 1, en: expect.stringContaining(`${MOST_ATTRIBUTES} attributes`) });
    const large = `<string key="a" value="${'x'.repeat(1 << 20)}"/>`.repeat(5);
    expect(await xes(log(trace(`${EVENT}<event>${large}</event>`)))).toMatchObject({
      before: 1,
      zh: expect.stringContaining('4 MiB'),
    });
  });
});

describe('CSV', () => {
  test('a header of very many columns', async () => {
    const header = Array.from({ length: MOST_ATTRIBUTES + 1 }, (_, n) => `c${n}`).join(',');
    expect(await csv(`${header}\n`)).toMatchObject({
      before: 0,
      line: 1,
      zh: expect.stringContaining('列'),
      en: expect.stringContaining('columns'),
    });
  });
  test('a field without an end', async () => {
    const said = await csv(`a,b\n1,2\n3,"${'x'.repeat(5 << 20)}"\n5,6\n`);
    expect(said).toMatchObject({ before: 1, line: 2, en: expect.stringContaining('4 MiB') });
  });
  test('a row of very many cells, and very many rows, cost no more than themselves', async () => {
    const path = await file(`a,b\n${','.repeat(300_000)}\n${'1,2\n'.repeat(20_000)}`, 'csv');
    let [rows, broken] = [0, 0];
    for await (const row of readRows(await openBytes(path)))
      if (row.kind === 'broken') broken++;
      else rows++;
    expect([rows, broken]).toEqual([20_000, 1]);
  });
});

describe('gzip', () => {
  const row = `${'A,1,收件,2024-03-01 09:00:00,甲'.padEnd(400, '乙')}\n`;
  test('that unpacks to a thousand times its size is refused, with file and place', async () => {
    const path = await file(gzipSync(`case,id,activity,time,actor\n${row.repeat(6_000)}`), 'csv.gz');
    const said = await read(readRows(await openBytes(path)));
    expect(said.before).toBeGreaterThan(0);
    expect(said.message).toContain(path);
    expect(said.zh).toMatch(/读到第 \d+ 字节已解出 \d+ 字节，膨胀超过 200 倍/);
    expect(said.en).toMatch(/at byte \d+ the gzip has unpacked to \d+, more than 200 times/);
  });
  test('as CSV it is known before anything is reported: the file is looked at first', async () => {
    const path = await file(gzipSync(`case:concept:name,b\n${row.repeat(6_000)}`), 'csv.gz');
    expect((await read(readCsv(path, () => 'A'))).before).toBe(0);
    await expect(inspectFile({ file: path, format: 'csv' })).rejects.toThrow(Unreadable);
  });
  test('of more than there is room for', async () => {
    const path = await file(gzipSync(Buffer.from(row.repeat(500))), 'csv.gz');
    const said = await read((await openBytes(path, undefined, { bytes: 100_000, ratio: 1e9 })).chunks);
    expect(said.en).toMatch(/more than 100000$/);
  });
  test('a small one may be as dense as it likes', async () => {
    const path = await file(gzipSync('x'.repeat(1 << 20)), 'csv.gz');
    let bytes = 0;
    for await (const chunk of (await openBytes(path)).chunks) bytes += chunk.length;
    expect(bytes).toBe(1 << 20);
  });
  test('a backup that unpacks to one endless line', async () => {
    await using ledger = await freshLedger();
    const head = JSON.stringify({ mingzhang: 'backup', version: 1, events: '1', mode: 'real', ledger: 'x' });
    const path = await file(gzipSync(`${head}\n${'x'.repeat(20 << 20)}`), 'backup');
    await expect(restoreBackup(ledger.adminUrl, path, () => undefined)).rejects.toMatchObject({
      line: 2,
      zh: expect.stringContaining('单行过长'),
    });
  });
});

describe('XLSX', () => {
  const workbook = async (rows: string[][]) => Buffer.from(await writeXlsx({ sheets: [{ name: 'S', rows }] }));
  const sheet = async (content: Buffer) => read(readSheet(await openBytes(await file(content, 'xlsx'))));
  test('that says that it unpacks to more than there is room for is refused before it is unpacked', async () => {
    const content = await workbook([['a'], ['1']]);
    const part = content.indexOf('PK\x01\x02', 0, 'latin1');
    content.writeUInt32LE(300 * 1024 ** 2, part + 24);
    expect(await sheet(content)).toMatchObject({ before: 0, message: expect.stringContaining('unpacks to') });
  });
  test('one that is cut off, and what is none', async () => {
    const content = await workbook([['a'], ['1']]);
    const said = { message: expect.stringContaining('not a workbook') };
    expect(await sheet(content.subarray(0, content.length - 30))).toMatchObject(said);
    expect(await sheet(Buffer.from('PK'))).toMatchObject(said);
  });
});

test('a mapping of references to references is refused', () => {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let n = 1; n < 9; n++)
    lines.push(
      `a${n}: &a${n} [${Array(9)
        .fill(`*a${n - 1}`)
        .join(',')}]`,
    );
  for (const text of [lines.join('\n'), '['.repeat(50_000)])
    expect(() => parseMapping('m.yaml', text, [])).toThrow(MappingRefused);
});
