/** Imports a log: read, translate, report, account. Case by case in file order, many cases at once. */
import { type FileHandle, open } from 'node:fs/promises';
import { type Bytes, digestOf, openBytes } from './bytes.js';
import { type Checkpoint, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint.js';
import { readCsv } from './csv.js';
import type { Mapping } from './mapping.js';
import { type Attributes, type Problem, REASONS, type SourceRecord, Unreadable } from './records.js';
import { accounts, type Outcome, type Reject, type Summary } from './summary.js';
import { caseIdOf, newCase, type Report, type Translated, translate, translator } from './translate.js';
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

/** A foreign file's reports, one record after the other; those of one thing stand together and end with `end`. */
export interface Foreign {
  /** Name of the source system. */
  readonly system: string;
  /** All that the reports depend on besides the file: a checkpoint made under other terms is not believed. */
  readonly terms: string;
  readonly read: (
    file: string,
    signal: AbortSignal | undefined,
    opened: (bytes: Bytes) => void,
  ) => AsyncIterable<Translated>;
}
export interface ForeignOptions {
  readonly file: string;
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
export interface ImportOptions extends ForeignOptions {
  readonly format: 'xes' | 'csv';
  readonly mapping: Mapping;
}

/** Reports of a case that are sent in one go; a longer case is sent in several, one after the other. */
const CHUNK = 200;
const PROGRESS_MS = 200;
const CHECKPOINT_MS = 2000;

const FIRST_REJECTS = 5;
/** A list that is made when something is first put into it. */
function rejectsFile(path: string) {
  let handle: FileHandle | null = null;
  let waiting: string[] = [];
  const first: Reject[] = [];
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
      const row: Reject = {
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
      if (first.length < FIRST_REJECTS) first.push(row);
      waiting.push(`${JSON.stringify(row)}\n`);
    },
    first,
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

/** A log, as a mapping says. */
export function logOf(format: 'xes' | 'csv', mapping: Mapping): Foreign {
  const of = translator(mapping);
  async function* read(file: string, signal: AbortSignal | undefined, opened: (bytes: Bytes) => void) {
    let records: AsyncIterable<SourceRecord>;
    if (format === 'xes') {
      const bytes = await openBytes(file, signal);
      opened(bytes);
      records = readXes(bytes);
    } else {
      const caseOf = (row: { attributes: Attributes; caseAttributes: Attributes }) =>
        caseIdOf(of, row.attributes, row.caseAttributes) ?? null;
      records = readCsv(file, caseOf, mapping.csv, signal, opened);
    }
    let memory = newCase();
    for await (const record of records) {
      yield translate(of, memory, record);
      if (record.kind === 'end') memory = newCase();
    }
  }
  return { system: mapping.source, terms: JSON.stringify(mapping), read };
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
  { checkpoints, dryRun = false }: ForeignOptions,
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
export async function importForeign(foreign: Foreign, options: ForeignOptions): Promise<Summary> {
  const { file, checkpoints, dryRun = false, signal } = options;
  const started = performance.now();
  options.progress?.(progressOf('looking', started, 0, 0, 0, 0));
  const batch = await digestOf(file, signal);
  const sink = options.sink(batch);
  const name: Checkpoint['of'] = { source: foreign.system, batch, mapping: foreign.terms };
  const earlier = checkpoints === undefined ? null : await readCheckpoint(checkpoints, name);
  const doneBefore = earlier && (await sink.holds(earlier.mark)) ? earlier.cases : 0;

  const account = accounts();
  const rejects = rejectsFile(options.rejects);
  const done = doneCases(doneBefore);
  const running = atOnce(options.concurrency ?? 32);
  let bytes: Bytes | null = null;
  const records = foreign.read(file, signal, (opened) => (bytes = opened));
  const report = reporter(
    options,
    async (phase, cases) => {
      options.progress?.(progressOf(phase, started, account.read(), cases, bytes?.read() ?? 0, bytes?.total ?? 0));
      if (phase === 'importing') await rejects.flush();
    },
    async (path) => {
      const upTo = done.upTo(); // before the mark: what is done by then is in the ledger that it names
      await writeCheckpoint(path, { of: name, cases: upTo, mark: await sink.mark() });
    },
  );
  const send = sender(sink, account, rejects);
  let ordinal = 0;
  const waiting = inChunks(running, send);
  let stopped: Unreadable | null = null;
  try {
    for await (const translated of records) {
      signal?.throwIfAborted();
      account.seen(translated);
      for (const problem of [translated.rejected ?? [], translated.problems].flat()) rejects.add(translated, problem);
      if (ordinal < doneBefore) account.skipped(translated);
      else waiting.add(translated.reports.map((one) => ({ report: one, of: translated })));
      if (translated.kind === 'end') {
        const mine = ordinal;
        if (mine >= doneBefore) await waiting.flush(() => done.add(mine));
        ordinal++;
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
    rejected: rejects.first,
    stopped: stopped && { zh: stopped.message.split('\n')[0]!, en: stopped.message.split('\n')[1]! },
    seconds: (performance.now() - started) / 1000,
  };
}

/** {@link importForeign} of a log. */
export const importFile = ({ format, mapping, ...options }: ImportOptions): Promise<Summary> =>
  importForeign(logOf(format, mapping), options);

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
