/**
 * The first step of a run, as it is measured: receipts and payments read, matched, and written to a ledger. Run as a process
 * of its own it tells what memory that takes: `node bench/recon-step.mjs <JSON: rows' URL, ledger>`.
 */
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { calendarOfYears } from '../dist/projections/kernel/workdays.js';
import { packOn } from '../dist/projections/reconcile/parameters.js';
import { deciders } from '../dist/src/areas/index.js';
import { sending } from '../dist/src/ledger/commands.js';
import { openLedger } from '../dist/src/ledger/open.js';
import { reconcilePaid, rowsAt } from '../dist/src/ledger/reconciling.js';
import { Streams } from '../dist/src/ledger/streams.js';
import { Reader } from '../dist/src/read/reader.js';
import { Rows } from '../dist/src/read/rows.js';

export const ON = '2026-12-31';
export const CALENDAR = calendarOfYears('CN', []);
/** As the service reads, without the service around it. */
export const readerOf = (rows) => new Reader({ execute: ({ ask }) => ask(rows) }, rows);
export const CONTEXT = (() => {
  const now = new Date().toISOString();
  const by = { person: null, actingAs: 'system', authMethod: 'policy' };
  return { way: 'act', now, occurredAt: now, precision: 'second', on: ON, region: 'CN', by };
})();
export const sendTo = ({ store, vault }) => sending({ store, vault, streams: new Streams(store) });

/** See reconcilePaid. `opened`: a ledger that tells nothing yet, so that all of it is new. */
export async function reconciled(opened, rows) {
  const from = performance.now();
  const reader = readerOf(rows);
  let [read, told] = [from, from];
  const at = rowsAt(
    {
      each: async (...asked) => (await reader.each(...asked), void (told = performance.now())),
      lines: async (...asked) => (await reader.lines(...asked), void (read = performance.now())),
      some: (...asked) => reader.some(...asked),
    },
    0,
  );
  const work = { rows: at, deciders, send: sendTo(opened), context: CONTEXT, on: ON, asOf: 0 };
  const { over, matches, recorded } = await reconcilePaid(work, packOn(ON, []), CALENDAR);
  const all = performance.now() - from;
  const open = over.left.length + over.right.length;
  // The last table that is read whole is that of what was told: after the matching, before the writing.
  return { read: read - from, match: told - read, write: all - (told - from), all, length: matches, open, recorded };
}

const megabytes = (bytes) => Math.round(bytes / 1e6);
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { rowsUrl, ledger } = JSON.parse(process.argv[2]);
  const opened = await openLedger(ledger);
  const rows = await Rows.open(rowsUrl, opened.store);
  globalThis.gc();
  const { rss } = process.memoryUsage();
  const found = await reconciled(opened, rows);
  const { maxRSS } = process.resourceUsage(); // in KiB
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  await rows.close();
  await opened.close();
  console.log(
    JSON.stringify({
      ...found,
      before: megabytes(rss),
      peak: megabytes(maxRSS * 1024),
      left: megabytes(heapUsed + external),
    }),
  );
}
