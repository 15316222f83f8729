/** Rows of an XLSX sheet as they stand, with the names of the header; dates as the sheet shows them, without a zone. */
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

/** Throws {@link Unreadable}. */
export async function* readSheet({ file, chunks }: Bytes, shape: SheetShape = {}): AsyncGenerator<Row> {
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
