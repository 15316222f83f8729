/**
 * A ledger as one file, and back: gzip over lines of JSON. The first says what it is, then one line for each event
 * with its canonical bytes as they are stored, and a last one that closes the file. The key store is not in it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Envelope } from '../../projections/kernel/message.js';
import { type EventStore, MAX_APPEND_BYTES, type Stored } from './event-store.js';
import { sha256 } from './identity.js';

export interface BackupHead {
  readonly mingzhang: 'backup';
  readonly version: 1;
  readonly ledger: string;
  readonly mode: 'demo' | 'real';
  /** Number of events, a decimal string. */
  readonly events: string;
  readonly ledgerTime: string | null;
}
/** The file is not a backup, or not as it was written. `line`: where; 1 is the first. */
export class BackupUnusable extends Error {
  constructor(
    readonly line: number,
    readonly zh: string,
    readonly en: string,
  ) {
    super(`line ${line}: ${en}`);
    this.name = 'BackupUnusable';
  }
}
/** The ledger that the backup should go into holds something. */
export class LedgerNotEmpty extends Error {
  constructor(readonly events: number) {
    super(`the ledger holds ${events} events`);
    this.name = 'LedgerNotEmpty';
  }
}

type Told = (done: number, of: number) => void;
const PAGE = 1000;

/** One event as a line: of an export, and of a backup. */
export const lineOf = ({ index, digest, bytes }: Stored): string =>
  `{"index":"${index}","digest":"sha256:${digest.toString('hex')}","event":${bytes.toString('utf8')}}\n`;
const LINE = /^\{"index":"(\d{1,15})","digest":"sha256:([0-9a-f]{64})","event":/;

/** Of what may not be shown: that something is there, and its digest. */
const withheldLine = ({ index, digest }: Stored): string =>
  `{"index":"${index}","digest":"sha256:${digest.toString('hex')}","withheld":"sealed"}\n`;
/** No text of an event can hold this, for its quotes would be escaped. */
const SEALED = Buffer.from('"classification":"sealed"');
/** Lines for somebody to whom not all that is sealed may be shown. */
export const lineFor =
  (shows: (event: Envelope) => boolean) =>
  (stored: Stored): string => {
    const { bytes } = stored;
    const hidden = bytes.includes(SEALED) && !shows(JSON.parse(bytes.toString('utf8')) as Envelope);
    return hidden ? withheldLine(stored) : lineOf(stored);
  };

/** Lines of the events from one index up to another, without it. */
export async function* linesOf(
  store: EventStore,
  from: number,
  to: number,
  told?: Told,
  line: (stored: Stored) => string = lineOf,
): AsyncGenerator<string> {
  for (let next = from; next < to;) {
    const stored = await store.readStored(next, Math.min(PAGE, to - next));
    if (stored.length === 0) return;
    yield stored.map(line).join('');
    next = stored.at(-1)!.index + 1;
    told?.(next - from, to - from);
  }
}

/** What was committed when it began. The file gets its name when it is whole and durable. */
export async function writeBackup(
  store: EventStore,
  { name, mode }: { readonly name: string; readonly mode: 'demo' | 'real' },
  file: string,
  told?: Told,
): Promise<BackupHead> {
  const { next, ledgerTime } = await store.head();
  const head: BackupHead = { mingzhang: 'backup', version: 1, ledger: name, mode, events: String(next), ledgerTime };
  const all = createHash('sha256');
  async function* text() {
    yield `${JSON.stringify(head)}\n`;
    for await (const lines of linesOf(store, 0, next, told)) {
      all.update(lines);
      yield lines;
    }
    yield `{"end":"${next}","digest":"sha256:${all.digest('hex')}"}\n`;
  }
  const draft = `${file}.part`;
  try {
    await pipeline(Readable.from(text()), createGzip(), createWriteStream(draft, { mode: 0o600 }));
    const handle = await open(draft, 'r+');
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
  return head;
}

/** An event as it is written into a log as a whole. */
export type Read = {
  readonly index: number;
  readonly digest: Buffer;
  readonly bytes: Buffer;
  readonly envelope: Envelope;
};
const notWhole = (line: number) => new BackupUnusable(line, '备份文件不完整', 'the backup is not whole');
const damaged = (line: number, zh: string, en: string) => new BackupUnusable(line, `备份内容有误：${zh}`, en);

function eventIn(text: string, line: number): Read {
  const found = LINE.exec(text);
  if (!found || !text.endsWith('}')) throw damaged(line, '不是事件', 'it is no event');
  const bytes = Buffer.from(text.slice(found[0].length, -1), 'utf8');
  const digest = sha256(bytes);
  if (digest.toString('hex') !== found[2]) throw damaged(line, '摘要不符', 'the digest is not that of the event');
  if (Number(found[1]) !== line - 2) throw damaged(line, '序号不连续', 'the index is not the next one');
  return { index: line - 2, digest, bytes, envelope: JSON.parse(bytes.toString('utf8')) as Envelope };
}

/** An event is smaller than what one command may append; its line is not much longer. */
const MAX_LINE = 2 * MAX_APPEND_BYTES;

async function* linesIn(file: string): AsyncGenerator<string> {
  const unzipped = createGunzip();
  const source = createReadStream(file).on('error', (error) => unzipped.destroy(error));
  let rest = '';
  let line = 1;
  source.pipe(unzipped).setEncoding('utf8');
  for await (const chunk of unzipped) {
    const lines = (chunk as string).split('\n');
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    yield* lines;
    line += lines.length;
    if (rest.length > MAX_LINE) throw damaged(line, '单行过长', 'a line that no event is long enough for');
  }
  if (rest !== '') yield rest;
}

/** Every line, checked, in batches. Throws {@link BackupUnusable}. */
async function* readBackup(file: string, head: (head: BackupHead) => void): AsyncGenerator<readonly Read[]> {
  const all = createHash('sha256');
  let batch: Read[] = [];
  let line = 0;
  let ended = false;
  try {
    for await (const text of linesIn(file)) {
      line++;
      if (line === 1) {
        head(headIn(text));
        continue;
      }
      if (ended) throw notWhole(line);
      const end = /^\{"end":"(\d{1,15})","digest":"sha256:([0-9a-f]{64})"\}$/.exec(text);
      if (end) {
        if (Number(end[1]) !== line - 2 || end[2] !== all.digest('hex')) throw notWhole(line);
        ended = true;
        continue;
      }
      all.update(`${text}\n`);
      batch.push(eventIn(text, line));
      if (batch.length < PAGE) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (code?.startsWith('Z_'))
      throw new BackupUnusable(line + 1, '压缩文件损坏或不完整', 'the gzip is broken or cut off');
    throw error;
  }
  if (!ended) throw notWhole(line);
  yield batch;
}
function headIn(text: string): BackupHead {
  try {
    const head = JSON.parse(text) as Partial<BackupHead>;
    if (head.mingzhang === 'backup' && head.version === 1 && /^\d{1,15}$/.test(head.events ?? ''))
      return head as BackupHead;
  } catch {
    // said below
  }
  throw new BackupUnusable(1, '不是明账的备份文件', 'it is no backup of a ledger');
}

/** A field of COPY's text form. */
const field = (text: string) =>
  text.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]!);
/** All rows as one message: of many thousands each would be two writes to the socket. */
const copy = (client: Client, into: string, rows: readonly (readonly (string | number)[])[]) =>
  pipeline(
    Readable.from([
      Buffer.from(rows.map((row) => `${row.map((value) => field(String(value))).join('\t')}\n`).join('')),
    ]),
    client.query(copyFrom(`copy ${into} from stdin`)),
  );

async function writeBatch(client: Client, batch: readonly Read[], before: string): Promise<string> {
  let ledgerTime = before;
  const events = batch.map(({ index, digest, bytes, envelope }) => {
    const { stream, revision, type, id, recordedAt } = envelope;
    if (ledgerTime === '' || Date.parse(recordedAt) > Date.parse(ledgerTime)) ledgerTime = recordedAt;
    const hex = (of: Buffer) => `\\x${of.toString('hex')}`;
    return [index, stream, revision, type, id, recordedAt, ledgerTime, hex(digest), hex(bytes)];
  });
  const refs = batch.flatMap(({ index, envelope }) => envelope.refs.map((ref) => [ref.type, ref.id, index, ref.role]));
  await client.query('update log.head set next = $1, ledger_time = $2', [batch.at(-1)!.index + 1, ledgerTime]);
  await client.query('select log.make_next_partition()');
  await copy(client, 'log.events (index, stream, revision, type, id, recorded_at, ledger_time, digest, bytes)', events);
  await copy(client, 'log.event_refs (object_type, object_id, index, role)', refs);
  return ledgerTime;
}

/**
 * Fills an empty, migrated ledger, in one transaction: with all of it, or nothing. `adminUrl`: of the role that owns
 * the log. Throws {@link LedgerNotEmpty}, and what `batches` throws.
 */
export async function fillLog(
  adminUrl: string,
  batches: AsyncIterable<readonly Read[]> | Iterable<readonly Read[]>,
  told?: (done: number) => void,
): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ next: string }>('select next from log.head for update');
    if (rows[0]!.next !== '0') throw new LedgerNotEmpty(Number(rows[0]!.next));
    let ledgerTime = '';
    for await (const batch of batches) {
      if (batch.length === 0) continue;
      ledgerTime = await writeBatch(client, batch, ledgerTime);
      told?.(batch.at(-1)!.index + 1);
    }
    const { rows: broken } = await client.query<{ stream: string }>(
      `select stream from log.events group by stream
       having count(*) <> max(revision) + 1 or count(distinct revision) <> count(*) limit 1`,
    );
    if (broken[0])
      throw damaged(0, `流 ${broken[0].stream} 的版次不连续`, `revisions of ${broken[0].stream} have gaps`);
    await client.query(
      `insert into log.streams (stream, revision, first_index, last_index)
       select stream, max(revision), min(index), max(index) from log.events group by stream`,
    );
    await client.query('commit');
    await client.query('analyze log.events; analyze log.streams; analyze log.event_refs');
  } finally {
    await client.end(); // what is not committed is not there
  }
}

/**
 * As {@link fillLog}, from a backup. `accept`: is told what the file is before anything is written, and throws what
 * speaks against it. Throws {@link BackupUnusable}, too.
 */
export async function restoreBackup(
  adminUrl: string,
  file: string,
  accept: (head: BackupHead) => void,
  told?: Told,
): Promise<BackupHead> {
  let head: BackupHead | null = null;
  const batches = readBackup(file, (found) => {
    accept(found);
    head = found;
  });
  const first = await batches.next(); // what speaks against the file is said before what speaks against the ledger
  async function* all() {
    if (!first.done) yield first.value;
    yield* batches;
  }
  await fillLog(adminUrl, all(), (done) => told?.(done, Number(head!.events)));
  return head!;
}
