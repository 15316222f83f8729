/** Rows of an XLSX sheet as they stand, with the names of the header; dates as the sheet shows them, without a zone. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { streamXlsxRows } from 'hucre/xlsx';
import { type Bytes, peek } from './bytes.js';
import { type Column, columnsOf, type CsvShape, type Row, rowOf } from './csv.js';
import { Unreadable } from './records.js';

export interface SheetShape extends CsvShape {
  /** Name or place (from 1) of the sheet; the first if left out. */
  readonly sheet?: string | number;
}

/** `PK`: whatever is in a ZIP; a workbook is. */
export const isZip = (head: Buffer): boolean => head[0] === 0x50 && head[1] === 0x4b;

/** A date as the sheet shows it: a day, or a time of day along with it. */
const shown = (date: Date): string => {
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19);
};
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return shown(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : String(value as string).trim();
}

/** What a workbook may unpack to, all its parts together. */
const MOST_UNPACKED = 256 * 1024 ** 2;
/** Of the end of a ZIP: its last record is followed by a comment of at most 65,535 bytes (APPNOTE.TXT §4.3.16). */
const ENDING = 65_557;

/** What the directory of a ZIP says that its parts unpack to; null where there is no such directory. */
async function unpackedSize(file: string): Promise<number | null> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const read = async (at: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const ending = await read(Math.max(0, size - ENDING), Math.min(size, ENDING));
    const end = ending.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    if (end < 0 || end + 22 > ending.length) return null;
    const directory = await read(ending.readUInt32LE(end + 16), Math.min(size, ending.readUInt32LE(end + 12)));
    let sum = 0;
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32BE(at) === 0x504b0102;) {
      sum += directory.readUInt32LE(at + 24); // all ones where it does not fit into 32 bits
      at += 46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return sum;
  } finally {
    await handle.close();
  }
}

/** Throws {@link Unreadable}. */
export async function* readSheet({ file, chunks }: Bytes, shape: SheetShape = {}): AsyncGenerator<Row> {
  const unpacked = await unpackedSize(file);
  const refuse = (zh: string, en: string) => new Unreadable(file, zh, en, null, null);
  if (unpacked === null)
    throw refuse(
      '不是可读的 XLSX 工作簿：没有目录，可能不完整',
      'not a workbook that can be read: no directory, it may be cut off',
    );
  if (unpacked > MOST_UNPACKED)
    throw refuse(
      `工作簿解开后有 ${unpacked} 字节，超过上限 ${MOST_UNPACKED}；请拆分后另存`,
      `the workbook unpacks to ${unpacked} bytes, more than ${MOST_UNPACKED}: save it in parts`,
    );
  const { all } = await peek(chunks);
  const input = Readable.toWeb(Readable.from(all)) as ReadableStream<Uint8Array>;
  const { sheet = 1, headerLine = 1 } = shape;
  let columns: Column[] | null = null;
  let rows: AsyncIterable<{ index: number; values: readonly unknown[] }>;
  try {
    rows = streamXlsxRows(input, { sheet: typeof sheet === 'number' ? sheet - 1 : sheet } as never);
    for await (const { index, values } of rows) {
      const line = index + 1;
      if (line < headerLine) continue;
      const cells = values.map(textOf);
      if (columns === null) columns = columnsOf(file, cells, shape);
      else if (cells.some((cell) => cell !== '')) {
        const filled = Array.from({ length: Math.max(cells.length, columns.length) }, (_, n) => cells[n] ?? '');
        yield rowOf(columns, filled, line);
      }
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new Unreadable(
      file,
      `不是可读的 XLSX 工作簿：${what}`,
      `not a workbook that can be read: ${what}`,
      null,
      null,
      {
        cause: error,
      },
    );
  }
  if (columns === null) throw new Unreadable(file, '工作表中没有表头', 'the sheet has no header');
}
