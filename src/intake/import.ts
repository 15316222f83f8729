/** Imports a log: read, translate, report, account. Case by case in file order, many cases at once. */
import { type FileHandle, open } from 'node:fs/promises';
import { type Bytes, digestOf, openBytes } from './bytes.js';
import { type Checkpoint, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint.js';
import { readCsv } from './csv.js';
import type { Mapping } from './mapping.js';
import { type Problem, REASONS, type SourceRecord, Unreadable } from './records.js';
import { accounts, type Outcome, type Summary } from './summary.js';
import {
  caseIdOf,
  newCase,
  type Report,
  type Translated,
  translate,
  type Translator,
  translator,
} from './translate.js';
import { readXes } from './xes.js';

/** Where reports go. */
export interface Sink {
  /** Reports of one matter, to be recorded in this order. One outcome each; throws what stops the import. */
  readonly send: (reports: readonly Report[]) => Promise<readonly Outcome[]>;
  /** Something that is only true of this ledger as it is now: a checkpoint made under another mark is not believed. */
  readonly mark: () => Promise<string>;
  /** Whether the ledger still holds what it held under a mark. */
  readonly holds: (mark: string) => Promise<boolean>;
}

export interface Progress {
  /** `looking`: the file is read once to know it. */
  readonly phase: 'looking' | 'importing' | 'done';
  readonly events: number;
  readonly cases: number;
  /** Bytes of the file as it lies on the disk. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly eventsPerSecond: number;
  /** Null while nobody can say. */
  readonly secondsLeft: number | null;
}

export interface ImportOptions {
  readonly file: string;
  readonly format: 'xes' | 'csv';
  readonly mapping: Mapping;
  readonly sink: (batch: string) => Sink;
  /** Where rejected rows are listed, one JSON object a line; made only if there are any. */
  readonly rejects: string;
  /** Folder for what a broken off import needs to go on quickly; without one it starts over, and adds nothing twice. */
  readonly checkpoints?: string;
  readonly dryRun?: boolean;
  /** How many cases are reported at once; 32 if left out. */
  readonly concurrency?: number;
  readonly progress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Reports of a case that are sent in one go; a longer case is sent in several, one after the other. */
const CHUNK = 200;
const PROGRESS_MS = 200;
const CHECKPOINT_MS = 2000;

/** A list that is made when something is first put into it. */
function rejectsFile(path: string) {
  let handle: FileHandle | null = null;
  let waiting: string[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    handle ??= await open(path, 'w', 0o600);
    const text = waiting.join('');
    waiting = [];
    await handle.appendFile(text);
  };
  return {
    add({ line, case: ofCase, event, activity }: Omit<Translated, 'kind' | 'reports' | 'problems'>, problem: Problem) {
      const { field, code, detail } = problem;
      const { zh, en } = REASONS[code];
      const row = {
        line,
        case: ofCase,
        event,
        activity,
        field,
        reason: code,
        ...(detail !== undefined && { detail }),
        zh,
        en,
      };
      waiting.push(`${JSON.stringify(row)}\n`);
    },
    flush,
    async close(): Promise<string | null> {
      await flush();
      await handle?.close();
      return handle ? path : null;
    },
  };
}

/** At most `limit` at a time; the first failure comes out of the next call, or of `all`. */
function atOnce(limit: number) {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  const stop = () => {
    if (failure) throw failure.error;
  };
  return {
    async start(work: () => Promise<void>): Promise<void> {
      while (running.size >= limit) {
        stop();
        await Promise.race(running);
      }
      stop();
      const task: Promise<void> = work()
        .catch((error: unknown) => void (failure ??= { error }))
        .finally(() => running.delete(task));
      running.add(task);
    },
    async all(): Promise<void> {
      await Promise.all(running);
      stop();
    },
  };
}

/** The records of a file of either format, and how far it is read. */
async function source({ file, format, mapping, signal }: ImportOptions, of: Translator) {
  let bytes: Bytes | null = null;
  const set = (opened: Bytes) => (bytes = opened);
  const records: AsyncIterable<SourceRecord> =
    format === 'xes'
      ? readXes(set(await openBytes(file, signal)))
      : readCsv(file, (row) => caseIdOf(of, row.attributes, row.caseAttributes) ?? null, mapping.csv, signal, set);
  return { records, read: () => bytes?.read() ?? 0, total: () => bytes?.total ?? 0 };
}

/** What has been done so far, without a gap: cases are done in whatever order the ledger answers. */
function doneCases(from: number) {
  let upTo = from;
  const beyond = new Set<number>();
  return {
    add(ordinal: number) {
      beyond.add(ordinal);
      while (beyond.delete(upTo)) upTo++;
    },
    upTo: () => upTo,
  };
}

type Sent = { report: Report; of: Translated };

/** Sends reports, and accounts for what became of each. */
const sender =
  (sink: Sink, account: ReturnType<typeof accounts>, rejects: ReturnType<typeof rejectsFile>) =>
  async (sent: readonly Sent[]): Promise<void> => {
    const outcomes = await sink.send(sent.map(({ report }) => report));
    sent.forEach(({ report: { key }, of: translated }, n) => {
      const outcome = outcomes[n]!;
      account.answered(key, translated.activity, outcome);
      if (typeof outcome === 'object') rejects.add(translated, outcome);
    });
  };

/** The reports of a case are sent in chunks, one after the other; of several cases, at once. */
function inChunks(running: ReturnType<typeof atOnce>, send: (sent: readonly Sent[]) => Promise<void>) {
  const waiting: Sent[] = [];
  let before: Promise<void> = Promise.resolve(); // the chunks of the case so far
  return {
    get size() {
      return waiting.length;
    },
    add: (sent: readonly Sent[]) => void waiting.push(...sent),
    /** `ended`: the case ends here, and what to do when all of it is sent. */
    async flush(ended?: () => void): Promise<void> {
      const [sent, previous] = [waiting.splice(0), before];
      await running.start(() => (before = previous.then(() => send(sent)).then(ended)));
      if (ended) before = Promise.resolve();
    },
  };
}

/** Progress for people and checkpoints for the next time, each every so often. */
function reporter(
  { checkpoints, dryRun = false }: ImportOptions,
  say: (phase: 'importing' | 'done', cases: number) => Promise<void>,
  keep: (path: string) => Promise<void>,
) {
  let [lastProgress, lastCheckpoint] = [0, performance.now()];
  return {
    async now(cases: number): Promise<void> {
      const now = performance.now();
      if (now - lastProgress > PROGRESS_MS) {
        lastProgress = now;
        await say('importing', cases);
      }
      if (checkpoints !== undefined && !dryRun && now - lastCheckpoint > CHECKPOINT_MS) {
        lastCheckpoint = now;
        await keep(checkpoints);
      }
    },
    done: (cases: number) => say('done', cases),
  };
}

/**
 * Imports a file. Whatever was read before something stopped it is in the summary, and `stopped` says what it was.
 * Throws what the ledger throws, the reason of `signal`, and {@link Unreadable} where the file cannot be opened.
 */
export async function importFile(options: ImportOptions): Promise<Summary> {
  const { file, mapping, checkpoints, dryRun = false, signal } = options;
  const started = performance.now();
  options.progress?.(progressOf('looking', started, 0, 0, 0, 0));
  const batch = await digestOf(file, signal);
  const sink = options.sink(batch);
  const name: Checkpoint['of'] = { source: mapping.source, batch, mapping: JSON.stringify(mapping) };
  const earlier = checkpoints === undefined ? null : await readCheckpoint(checkpoints, name);
  const doneBefore = earlier && (await sink.holds(earlier.mark)) ? earlier.cases : 0;

  const of = translator(mapping);
  const account = accounts();
  const rejects = rejectsFile(options.rejects);
  const done = doneCases(doneBefore);
  const running = atOnce(options.concurrency ?? 32);
  const { records, read, total } = await source(options, of);
  const report = reporter(
    options,
    async (phase, cases) => {
      options.progress?.(progressOf(phase, started, account.read(), cases, read(), total()));
      if (phase === 'importing') await rejects.flush();
    },
    async (path) => {
      const upTo = done.upTo(); // before the mark: what is done by then is in the ledger that it names
      await writeCheckpoint(path, { of: name, cases: upTo, mark: await sink.mark() });
    },
  );
  const send = sender(sink, account, rejects);
  let memory = newCase();
  let ordinal = 0;
  const waiting = inChunks(running, send);
  let stopped: Unreadable | null = null;
  try {
    for await (const record of records) {
      signal?.throwIfAborted();
      const translated = translate(of, memory, record);
      account.seen(translated);
      for (const problem of [translated.rejected ?? [], translated.problems].flat()) rejects.add(translated, problem);
      if (ordinal < doneBefore) account.skipped(translated);
      else waiting.add(translated.reports.map((one) => ({ report: one, of: translated })));
      if (record.kind === 'end') {
        const mine = ordinal;
        if (mine >= doneBefore) await waiting.flush(() => done.add(mine));
        [memory, ordinal] = [newCase(), ordinal + 1];
      } else if (waiting.size >= CHUNK) await waiting.flush();
      await report.now(ordinal);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    stopped = error;
    await waiting.flush(); // what could be read of the case stays true
  } finally {
    await running.all();
  }
  const list = await rejects.close();
  if (checkpoints !== undefined && !dryRun && !stopped) await removeCheckpoint(checkpoints, name);
  await report.done(account.cases());
  return {
    batch,
    dryRun,
    ...account.summary(),
    rejects: list,
    stopped: stopped && { zh: stopped.message.split('\n')[0]!, en: stopped.message.split('\n')[1]! },
    seconds: (performance.now() - started) / 1000,
  };
}

function progressOf(
  phase: Progress['phase'],
  started: number,
  events: number,
  cases: number,
  bytes: number,
  totalBytes: number,
): Progress {
  const seconds = (performance.now() - started) / 1000;
  const secondsLeft = bytes > 0 && totalBytes > 0 ? (seconds * (totalBytes - bytes)) / bytes : null;
  return { phase, events, cases, bytes, totalBytes, eventsPerSecond: seconds > 0 ? events / seconds : 0, secondsLeft };
}
