/** CSV for spreadsheets: what a cell begins with is never taken for a formula (OWASP, CSV injection). */

/** Leading signs that a spreadsheet calculates by; a tab or a return in front of one hides it. */
const FORMULA = /^[\t\r\n ]*[=+\-@＝＋－＠]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const cell = (value: string | number | null | undefined): string => {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n\t;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
};
/** With a byte order mark, so that Excel reads Chinese; lines as RFC 4180 ends them. */
export const safeCsv = (rows: readonly (readonly (string | number | null | undefined)[])[]): string =>
  `﻿${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
