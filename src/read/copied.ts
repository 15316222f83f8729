/** Rows out of a table as the server copies them (COPY TO): text by the chunk, neither a message nor JSON for each row. */
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Line, unescaped } from '../../projections/reconcile/lines.js';
import type { Column } from '../../projections/kernel/projection.js';

/** Makes a value of a field's text, as it stands in the row. */
type Read = (text: string) => unknown;

const NEWLINE = 10;
const NULL = '\\N';
/** So many values of a column are kept, so that those that come again are one text; a column that has more repeats little. */
const FEW = 4096;
function texts(): Read {
  let known: Map<string, string> | null = new Map();
  return (text) => {
    if (known === null) return unescaped(text);
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = unescaped(text);
    if (known.size >= FEW) known = null;
    else known.set(text, value);
    return value;
  };
}
/** Of a column; of JSON, for what has none of its own. */
export const reading = (column: Column): Read => {
  if (column === 'jsonb') return (text) => JSON.parse(unescaped(text)) as unknown;
  if (column === 'int') return Number;
  if (column === 'boolean') return (text) => text.startsWith('t');
  return texts();
};

/** What is copied, by the chunk: whole lines in each, kept by nobody else. */
async function* chunks(client: ClientBase, query: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of client.query(copyTo(`copy (${query}) to stdout`)) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(NEWLINE); // never within a character of UTF-8
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = chunk.subarray(0, end + 1);
    yield rest.length === 0 ? whole : Buffer.concat([...rest, whole]);
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
  }
}

/** `query`: of what is copied, in the order of `reads`; `take` is called with each row's values, and may not keep the list. */
export async function copied(
  client: ClientBase,
  query: string,
  reads: readonly Read[],
  take: (values: readonly unknown[]) => void,
): Promise<void> {
  const values: unknown[] = reads.map(() => null);
  for await (const chunk of chunks(client, query))
    for (const line of chunk.toString('utf8', 0, chunk.length - 1).split('\n')) {
      const fields = line.split('\t');
      for (let n = 0; n < reads.length; n++) {
        const field = fields[n]!;
        values[n] = field === NULL ? null : reads[n]!(field);
      }
      take(values);
    }
}

export const decodeUtf8 = (bytes: Uint8Array, from: number, to: number): string =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString(
    'utf8',
    from,
    to,
  );
/** The same as lines of so many fields: `take` may keep their bytes, not the line. */
export async function copiedLines(
  client: ClientBase,
  query: string,
  width: number,
  take: (line: Line) => void,
): Promise<void> {
  const line = new Line(width, decodeUtf8);
  for await (const chunk of chunks(client, query))
    for (let at = 0; at < chunk.length; take(line)) at = line.read(chunk, at);
}
