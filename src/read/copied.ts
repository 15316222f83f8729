/** Rows out of a table as the server copies them (COPY TO): text by the chunk, neither a message nor JSON for each row. */
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Column } from '../../projections/kernel/projection.js';

/** Makes a value of a field's text, as it stands in the row. */
type Read = (text: string) => unknown;

const NEWLINE = 10;
const NULL = '\\N';
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const plain = (text: string) =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? sign) : text;

/** So many values of a column are kept, so that those that come again are one text; a column that has more repeats little. */
const FEW = 4096;
function texts(): Read {
  let known: Map<string, string> | null = new Map();
  return (text) => {
    if (known === null) return plain(text);
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = plain(text);
    if (known.size >= FEW) known = null;
    else known.set(text, value);
    return value;
  };
}
/** Of a column; of JSON, for what has none of its own. */
export const reading = (column: Column): Read => {
  if (column === 'jsonb') return (text) => JSON.parse(plain(text)) as unknown;
  if (column === 'int') return Number;
  if (column === 'boolean') return (text) => text.startsWith('t');
  return texts();
};

/** `query`: of what is copied, in the order of `reads`; `take` is called with each row's values, and may not keep the list. */
export async function copied(
  client: ClientBase,
  query: string,
  reads: readonly Read[],
  take: (values: readonly unknown[]) => void,
): Promise<void> {
  const values: unknown[] = reads.map(() => null);
  const lines = (text: string) => {
    for (const line of text.split('\n')) {
      const fields = line.split('\t');
      for (let n = 0; n < reads.length; n++) {
        const field = fields[n]!;
        values[n] = field === NULL ? null : reads[n]!(field);
      }
      take(values);
    }
  };
  let rest: Buffer[] = [];
  for await (const chunk of client.query(copyTo(`copy (${query}) to stdout`)) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(NEWLINE); // never within a character of UTF-8
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = chunk.subarray(0, end);
    lines((rest.length === 0 ? whole : Buffer.concat([...rest, whole])).toString('utf8'));
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
  }
}
