/** CSV as process mining tools write it: one row per event, columns of the case named `case:…`. */
import { pipeline, Readable } from 'node:stream';
import { type CsvError, type Parser, parse } from 'csv-parse';
import { type Bytes, decoderFor, encodingOf, openBytes, peek } from './bytes.js';
import { byCase, standTogether } from './by-case.js';
import { type Attributes, MOST_ATTRIBUTES, type SourceRecord, Unreadable } from './records.js';

export interface CsvShape {
  /** Found out from the first line if left out: comma, semicolon or tab. */
  readonly delimiter?: string;
  /** UTF-8 or what a byte order mark says if left out; any name of the Encoding Standard, such as gb18030. */
  readonly encoding?: string;
  /** Columns that say something of the case though their names do not begin with `case:`. */
  readonly caseColumns?: readonly string[];
  /** The line that the header stands in, where something stands before it; 1 if left out. */
  readonly headerLine?: number;
  /** Columns without which it is another file than it is taken for. */
  readonly needs?: readonly string[];
}
/** A row, or what is wrong with it. */
export type Row = Exclude<SourceRecord, { kind: 'end' }>;

const CASE = 'case:';
/** A row of more than this has a quote that nobody closed. */
const MAX_ROW = 4 * 1024 * 1024;
const DELIMITERS = [',', ';', '\t'];

/** The one that the header has most of, outside of quotes. */
export function delimiterOf(head: string): string {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (const character of head) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) break;
    else if (!quoted && counts.has(character)) counts.set(character, counts.get(character)! + 1);
  }
  return DELIMITERS.reduce((best, next) => (counts.get(next)! > counts.get(best)! ? next : best));
}

export interface Column {
  readonly name: string;
  readonly ofCase: boolean;
}
export function columnsOf(file: string, header: readonly string[], shape: CsvShape): Column[] {
  const seen = new Set<string>();
  if (header.length > MOST_ATTRIBUTES)
    throw new Unreadable(file, `表头超过 ${MOST_ATTRIBUTES} 列`, `a header of more than ${MOST_ATTRIBUTES} columns`, 1);
  const titles = new Set(header.map((cell) => cell.trim()));
  const missing = (shape.needs ?? []).filter((name) => !titles.has(name));
  if (missing.length > 0) {
    const there = header.slice(0, 12).join('、').slice(0, 200);
    const { encoding = '—', headerLine = 1 } = shape;
    const [zh, en] = [
      `表头没有映射所说的列 ${missing.join('、')}；有：${there}。请核对映射的 file.encoding（现为 ${encoding}）与 file.headerLine（现为 ${headerLine}）`,
      `the header has no ${missing.join(', ')}; there are: ${there}. Look at file.encoding (${encoding}) and file.headerLine (${headerLine}) of the mapping`,
    ];
    throw new Unreadable(file, zh, en, shape.headerLine ?? 1);
  }
  return header.map((cell) => {
    const title = cell.trim();
    if (seen.has(title)) throw new Unreadable(file, `表头中“${title}”出现两次`, `the header names "${title}" twice`, 1);
    seen.add(title);
    if (title.startsWith(CASE)) return { name: title.slice(CASE.length), ofCase: true };
    return { name: title, ofCase: shape.caseColumns?.includes(title) ?? false };
  });
}

export function rowOf(columns: readonly Column[], cells: readonly string[], line: number): Row {
  if (cells.length !== columns.length) {
    const detail = `${cells.length} ≠ ${columns.length}`;
    return { kind: 'broken', line, problem: { field: 'row', code: 'wrong-columns', detail } };
  }
  const attributes = new Map<string, string>();
  const caseAttributes = new Map<string, string>();
  columns.forEach(({ name, ofCase }, n) => {
    const value = cells[n]!;
    if (value !== '') (ofCase ? caseAttributes : attributes).set(name, value);
  });
  return { kind: 'event', line, attributes, caseAttributes };
}

async function* recode(file: string, chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = decoderFor(file, encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  yield Buffer.from(decoder.decode(), 'utf8');
}

/** Fields of the parser's own making: the cells of a row and the line that it ends on. */
type Parsed = { info: { lines: number }; record: string[] };
function parsed(chunks: AsyncIterable<Buffer>, parser: Parser): AsyncIterable<Parsed> {
  // The error comes out of the loop over the parser; the callback only has to be there.
  pipeline(Readable.from(chunks), parser, () => undefined);
  return parser;
}

/** The rows as they stand, in constant memory. Throws {@link Unreadable}. */
export async function* readRows({ file, chunks }: Bytes, shape: CsvShape = {}): AsyncGenerator<Row> {
  const { head, all } = await peek(chunks);
  const encoding = shape.encoding ?? encodingOf(head);
  const text = decoderFor(file, encoding).decode(head);
  const broken: Row[] = [];
  let swallowed: CsvError | null = null; // by a quote that nobody closed: what comes behind it is lost
  let [line, told] = [1, 0];
  const parser = parse({
    bom: true,
    delimiter:
      shape.delimiter ??
      delimiterOf(
        text
          .split('\n')
          .slice((shape.headerLine ?? 1) - 1)
          .join('\n'),
      ),
    from_line: shape.headerLine ?? 1,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_ROW,
    info: true,
    on_skip: (error) => {
      if (error?.code === 'CSV_QUOTE_NOT_CLOSED' || error?.code === 'CSV_MAX_RECORD_SIZE') swallowed = error;
      const at = typeof error?.['lines'] === 'number' ? error['lines'] : line + 1;
      if (at === told) return undefined; // of each quote that stands in the wrong place
      told = at;
      const problem = { field: 'row', code: 'broken-row', detail: error?.code ?? '' } as const;
      broken.push({ kind: 'broken', line: at, problem });
      return undefined;
    },
  });
  let columns: Column[] | null = null;
  const stop = () => {
    if (!swallowed) return;
    const [zh, en] =
      swallowed.code === 'CSV_MAX_RECORD_SIZE'
        ? [
            '此处之后有一行超过 4 MiB，或引号没有闭合',
            'behind here is a row of more than 4 MiB, or a quote that is never closed',
          ]
        : ['此处之后有引号没有闭合', 'behind here a quote is never closed'];
    throw new Unreadable(file, zh, en, line, null, { cause: swallowed });
  };
  for await (const { info, record } of parsed(encoding === 'utf-8' ? all : recode(file, all, encoding), parser)) {
    stop();
    yield* broken.splice(0);
    line = info.lines;
    if (columns) yield rowOf(columns, record, line);
    else columns = columnsOf(file, record, shape);
  }
  stop();
  yield* broken.splice(0);
  if (!columns && shape.needs)
    throw new Unreadable(file, '其中没有表头', 'there is no header in it', shape.headerLine ?? 1);
}

/** Where the rows say which case they belong to. */
export type CaseOf = (row: { readonly attributes: Attributes; readonly caseAttributes: Attributes }) => string | null;

/** Rows that stand case by case: the case ends where the next begins. */
export async function* endCases(rows: AsyncIterable<Row>, caseOf: CaseOf): AsyncGenerator<SourceRecord> {
  let open: { id: string | null; line: number; known: Map<string, string> } | null = null;
  for await (const row of rows) {
    if (row.kind === 'event') {
      const id = caseOf(row);
      if (open && open.id !== id) yield { kind: 'end', line: open.line, caseAttributes: open.known };
      if (!open || open.id !== id) open = { id, line: row.line, known: new Map() };
      open.line = row.line;
      for (const [name, value] of row.caseAttributes) if (!open.known.has(name)) open.known.set(name, value);
    }
    yield row;
  }
  if (open) yield { kind: 'end', line: open.line, caseAttributes: open.known };
}

/**
 * The events of a file, case by case, in the order of the file within each, in constant memory. The file is read
 * twice: if the rows of a case do not stand together, they are first brought together on disk.
 */
export async function* readCsv(
  file: string,
  caseOf: CaseOf,
  shape: CsvShape = {},
  signal?: AbortSignal,
  opened?: (bytes: Bytes) => void,
): AsyncGenerator<SourceRecord> {
  const look = await openBytes(file, signal);
  const { together, bytes: size } = await standTogether(readRows(look, shape), caseOf);
  const bytes = await openBytes(file, signal);
  opened?.(bytes);
  const rows = readRows(bytes, shape);
  yield* endCases(together ? rows : byCase(rows, caseOf, size), caseOf);
}
