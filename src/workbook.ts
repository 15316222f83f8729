/** Sheets of cells as an XLSX workbook (ECMA-376) and as CSV with a byte order mark, as office programs here expect it. */
import type { CellStyle, CellValue, Cell as WrittenCell, WriteSheet } from 'hucre';
import { writeXlsx } from 'hucre/xlsx';
import { writeFile } from 'node:fs/promises';
import type { Cell, Sheet } from '../projections/audit/workpaper.js';
import { safeCsv } from './intake/safe-csv.js';

/** What a sheet can hold, its header left out. */
export const MOST_ROWS = 1_048_575;
const MONEY: CellStyle = { numFmt: '#,##0.00' };
const HEAD: CellStyle = { font: { bold: true } };

function written(cell: Cell): Partial<WrittenCell> | null {
  if (cell === null) return null;
  if (typeof cell === 'number') return { value: cell, type: 'number' };
  if (typeof cell === 'string') return { value: cell, type: 'string' };
  if ('yuan' in cell) return { value: cell.yuan / 100, type: 'number', style: MONEY };
  const { formula, result, money } = cell;
  return { value: result, type: 'formula', formula, formulaResult: result, ...(money && { style: MONEY }) };
}
const plain = (cell: Cell): CellValue => {
  if (cell === null || typeof cell !== 'object') return cell;
  return 'yuan' in cell ? cell.yuan / 100 : cell.result;
};

/** Formulas as what they come to, money with two decimals. */
const shown = (cell: Cell): string | number | null => {
  if (cell === null || typeof cell !== 'object') return cell;
  return 'yuan' in cell ? (cell.yuan / 100).toFixed(2) : cell.result;
};

function sheetFor({ name, columns, rows }: Sheet): WriteSheet {
  const cells = new Map<string, Partial<WrittenCell>>();
  columns.forEach((title, column) => cells.set(`0,${column}`, { value: title, type: 'string', style: HEAD }));
  rows.forEach((row, n) =>
    row.forEach((cell, column) => {
      const one = written(cell);
      if (one) cells.set(`${n + 1},${column}`, one);
    }),
  );
  return {
    name,
    columns: columns.map(() => ({ width: 22 })),
    rows: [[...columns], ...rows.map((row) => row.map(plain))],
    cells,
    freezePane: { rows: 1 },
    pageSetup: { paperSize: 'a4', orientation: 'landscape' },
  };
}
export async function writeWorkbook(file: string, sheets: readonly Sheet[]): Promise<void> {
  const bytes = await writeXlsx({
    sheets: sheets.map(sheetFor),
    defaultFont: { name: '等线', size: 11 },
    properties: { title: '审计工作底稿 workpaper', creator: 'mingzhang' },
  });
  await writeFile(file, bytes, { mode: 0o600 });
}
/** `<file without .csv>.<sheet>.csv` for each sheet. Answers their names. */
export async function writeCsvs(file: string, sheets: readonly Sheet[]): Promise<readonly string[]> {
  const base = file.replace(/\.csv$/i, '');
  const files: string[] = [];
  for (const sheet of sheets) {
    const name = `${base}.${sheet.name.split(' ').at(-1)}.csv`;
    await writeFile(name, safeCsv([sheet.columns, ...sheet.rows.map((row) => row.map(shown))]), { mode: 0o600 });
    files.push(name);
  }
  return files;
}
