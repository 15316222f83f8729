/**
 * Reconciling so many payments with as many receipts, one in twenty a break, once both are in the tables: rows read, matched,
 * matches written to the log. Beside it the same match as one SQL join, written into a table.
 */
import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { inOrder } from '../dist/projections/kernel/projection.js';
import { payments } from '../dist/projections/payments.js';
import { receipts } from '../dist/projections/receipts.js';
import { NO_BOOKS } from '../dist/projections/reconcile/books.js';
import { LEDGER_TABLES } from '../dist/projections/reconcile/ledger-books.js';
import { CALENDAR_DAYS } from '../dist/projections/reconcile/match.js';
import { packOn } from '../dist/projections/reconcile/parameters.js';
import { planOf, TOLD_TABLES } from '../dist/projections/reconcile/plan.js';
import { relate } from '../dist/projections/reconcile/relations.js';
import { tieOut } from '../dist/projections/reconcile/tie-out.js';
import { periods, reconciliationRuns, tieOuts } from '../dist/projections/reconciliation.js';
import { deciders } from '../dist/src/areas/index.js';
import { tieOutPage } from '../dist/src/areas/money/reconciliation.controller.js';
import { uuidOf } from '../dist/src/ledger/identity.js';
import { rebuild } from '../dist/src/read/rebuild.js';
import { Rows } from '../dist/src/read/rows.js';
import { tableName } from '../dist/src/read/tables.js';
import { limit, line, median, pairs, sealed } from './lib.mjs';
import { CALENDAR, CONTEXT, ON, readerOf, reconciled, sendTo } from './recon-step.mjs';

/** Of a hundred: paid and not receipted; another amount; receipted and not paid; without a code, found by matter and amount. */
const RECEIPT = `select jsonb_build_object('receipt', '4501-' || lpad(n::text, 10, '0'), 'code', '4501', 'number',
  lpad(n::text, 10, '0'), 'hundred', (n / 100)::text, 'seq', n, 'uses', 1, 'status', 'issued', 'org', 'U' || n % 40, 'kind', 'direct',
  'form', 'electronic', 'notice', false, 'payCode', case when n % 100 between 3 and 4 then null else 'P-' || n end, 'payChannel',
  'bank', 'amountFen', (1000 + n * 37 % 90000 + case when n % 100 = 1 then 100 else 0 end)::text, 'payer', null, 'handler', 'h',
  'checker', 'c', 'on', date '2026-01-01' + n % 31, 'at', (date '2026-01-01' + n % 31)::text || 'T10:00:00+08:00', 'placeKind',
  'centre-window', 'centre', 'centre', 'window', '1', 'remittance', null, 'completedOn', null, 'payment', null, 'endedOn', null,
  'endedBy', null, 'ended', null, 'copiesKept', null, 'lines', jsonb_build_array(jsonb_build_object('fee', 'f-' || n, 'matterId',
  'm-' || n, 'itemCode', null, 'feeItem', 'F' || n % 7, 'quantity', '1', 'amountFen', (1000 + n * 37 % 90000)::text)), 'issued',
  jsonb_build_array('e-' || n)) as row from generate_series(0, $1::int - 1) n where n % 100 <> 0`;
const PAYMENT = `select jsonb_build_object('payment', '622-' || lpad(n::text, 10, '0'), 'seq', n, 'times', 1, 'status', 'received',
  'account', '622', 'bankRef', n::text, 'channel', 'bank', 'payCode', case when n % 100 between 3 and 4 then null else 'P-' || n end,
  'remittance', null, 'org', 'U' || n % 40, 'matterId', case when n % 100 between 3 and 4 then 'm-' || n end, 'itemCode', null,
  'amountFen', (1000 + n * 37 % 90000)::text, 'on', date '2026-01-01' + n % 31, 'payer', null, 'fromAccount', null, 'placeKind',
  'unknown', 'event', 'p-' || n, 'reversed', null, 'reversedOn', null) as row from generate_series(0, $1::int - 1) n where n % 100 <> 2`;

async function filled(server, size) {
  const { opened, serviceUrl } = await server.ledger();
  await opened.store.append({ stream: 's-0', expected: -1, unchanged: {}, events: [sealed('s-0', 0, 'k')] });
  const projections = [...new Set([...Object.values(LEDGER_TABLES), ...Object.values(TOLD_TABLES)])];
  await rebuild({ url: serviceUrl, store: opened.store, projections: inOrder(projections) }, 'missing');
  const client = new pg.Client(serviceUrl);
  await client.connect();
  for (const [of, select] of [
    [receipts, RECEIPT],
    [payments, PAYMENT],
  ]) {
    const table = `read.${tableName(of, 1)}`;
    const names = Object.keys(of.columns)
      .filter((name) => of.columns[name] !== 'jsonb')
      .map((name) => `"${name}"`);
    await client.query(
      `insert into ${table} (${names.join(', ')}, from_index, to_index, gone, row)
       select ${names.map((name) => `r.${name}`).join(', ')}, 0, null, false, s.row::json
       from (${select}) s, jsonb_populate_record(null::${table}, s.row) r`,
      [size],
    );
    await client.query(`analyze ${table}`);
  }
  const rows = await Rows.open(serviceUrl, opened.store);
  return {
    rowsUrl: serviceUrl,
    client,
    rows,
    close: async () => (await rows.close(), await client.end(), await opened.close()),
  };
}

const STEP = fileURLToPath(new URL('recon-step.mjs', import.meta.url));
const NOTHING_TOLD = { matchDays: [], breaks: [], tieOuts: [], residuePages: [], runs: [] };
const AT = { on: ON, asOf: '0', region: 'CN', calendar: CALENDAR, named: uuidOf };

/** Into a ledger of its own, so that all of it is new each time. */
async function inOwnLedger(server, { rows }) {
  const { opened } = await server.ledger();
  const found = await reconciled(opened, rows);
  await opened.close();
  return found;
}
/**
 * The same in a process that does nothing else, with so much room for what it holds: with more, garbage is let lie longer.
 * What it held at most. A process that held the rows would end here of a million.
 */
const HEAP_MB = 128;
const FLAGS = ['--expose-gc', `--max-old-space-size=${HEAP_MB}`];
async function memoryOf(server, { rowsUrl }) {
  const { opened, name, serviceUrl, keyFolders } = await server.ledger();
  await opened.close();
  const asked = JSON.stringify({ rowsUrl, ledger: { name, serviceUrl, keyFolders } });
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, STEP, asked]);
  return JSON.parse(stdout);
}

/** The same keys, and of the rest the same matter and amount within two days; what has no other side beside them. */
async function joined({ client }) {
  const [r, p] = [`read.${tableName(receipts, 1)}`, `read.${tableName(payments, 1)}`];
  await client.query('drop table if exists read.bench_matches');
  const from = performance.now();
  await client.query(`create table read.bench_matches as
    with r as (select receipt, "payCode", "amountFen", "on", row->'lines'->0->>'matterId' as matter from ${r}
                where to_index is null and status not in ('voided', 'reversed')),
         p as (select payment, "payCode", "amountFen", "on", "matterId" as matter from ${p}
                where to_index is null and status = 'received')
    select r.receipt, p.payment, r."amountFen" as left_fen, p."amountFen" as right_fen, p."on",
           case when r."payCode" is null then 2 else 1 end as pass
      from r full join p on coalesce(r."payCode", r.matter || ' ' || r."amountFen") = coalesce(p."payCode", p.matter || ' ' || p."amountFen")
       and (r."payCode" is not null or abs(r."on" - p."on") <= 2)`);
  const took = performance.now() - from;
  const { rows } =
    await client.query(`select count(*) filter (where receipt is not null and payment is not null)::int as pairs,
    count(*)::int as all from read.bench_matches`);
  return { took, length: rows[0].pairs, open: rows[0].all - rows[0].pairs };
}

/** Forty units, seven fee items, twelve months: the page of a year of a city, now and as of an index. */
async function pageOfYear(server) {
  const { opened, serviceUrl } = await server.ledger();
  const months = Array.from({ length: 12 }, (_, n) => `2026-${String(n + 1).padStart(2, '0')}-15`);
  const cells = Array.from({ length: 40 * 7 }, (_, n) => ({ org: `U${n % 40}`, feeItem: `F${n % 7}` }));
  const receipted = months.flatMap((on) =>
    cells.map(({ org, feeItem }, n) => {
      const [id, fen] = [`4501-${on}-${n}`, 1000 + n];
      const parts = [{ fee: null, matterId: id, feeItem, fen }];
      const who = { payer: null, handler: null, checker: null, window: null };
      const of = {
        code: '4501',
        number: String(n),
        kind: 'direct',
        notice: false,
        payCode: id,
        remittance: null,
        payment: null,
      };
      return { id, org, on, fen, parts, ended: null, uses: 1, at: `${on}T10:00:00+08:00`, ...of, ...who };
    }),
  );
  const books = { ...NO_BOOKS, receipts: receipted };
  const relations = relate(books, CALENDAR_DAYS);
  const found = { pack: packOn(ON, []), books, relations, ...tieOut(books, relations), breaks: [] };
  const send = sendTo(opened);
  for (const [n, { category, id, command }] of planOf(found, NOTHING_TOLD, AT).commands.entries()) {
    const decider = deciders.find((each) => each.category === category);
    if (category.startsWith('reconcil')) await send(decider, id, command, { context: CONTEXT, key: `k${n}` });
  }
  await rebuild(
    { url: serviceUrl, store: opened.store, projections: [periods, tieOuts, reconciliationRuns] },
    'missing',
  );
  const rows = await Rows.open(serviceUrl, opened.store);
  const reader = readerOf(rows);
  const { next } = await opened.store.head();
  const asked = { from: '2026-01', to: '2026-12' };
  const page = async (at) => {
    const times = [];
    let count = 0;
    for (let n = 0; n < 30; n++) {
      const from = performance.now();
      count = (await tieOutPage(reader, 'CN', asked, at)).cells.length;
      if (n >= 5) times.push(performance.now() - from);
    }
    return { count, millis: median(times) };
  };
  const [now, then] = [await page({}), await page({ asOf: next - 1 })];
  await rows.close();
  await opened.close();
  return [
    limit(`tie-out page of a year of a city, ${now.count} cells`, 'ms', 200, now.millis),
    limit(`the same as of an index, ${then.count} cells`, 'ms', 200, then.millis),
  ];
}

const ms = (n) => `${Math.round(n)} ms`;
const inWords = (size) => size.toLocaleString('en');
/** What of so many rows is held at most, against a tenth of them: a peak that does not grow with them. */
function held(memory) {
  const [[before, small], [size, large]] = memory.slice(-2);
  const told = memory.map(([n, { before: idle, peak }]) => `${inWords(n)}: ${peak} MB (${idle} MB before it)`);
  const what = `peak memory (RSS) of a process that reconciles ${inWords(size)}, against one of ${inWords(before)}`;
  const note = `a heap of at most ${HEAP_MB} MB; ${told.join(', ')}`;
  return { ...limit(what, '×', 1.3, large.peak / small.peak), note };
}

export async function recon(server, { full }) {
  const lines = [];
  const took = [];
  const memory = [];
  for (const size of full ? [10_000, 100_000, 1_000_000] : [10_000, 100_000]) {
    const ledger = await filled(server, size);
    let parts;
    const found = await pairs(
      async () => {
        parts = await inOwnLedger(server, ledger);
        return (size * 1000) / parts.all;
      },
      async () => {
        const { took: millis, ...same } = await joined(ledger);
        if (parts && (same.length !== parts.length || same.open !== parts.open))
          throw new Error(`the join finds ${JSON.stringify(same)}, the matcher ${parts.length} and ${parts.open}`);
        return (size * 1000) / millis;
      },
      size < 1_000_000 ? 9 : 3,
    );
    took.push([size, (size * 1000) / found.ours]);
    memory.push([size, await memoryOf(server, ledger)]);
    const what = `${inWords(size)} receipts and payments reconciled, matches written`;
    // Four times the join is asked of a million; of fewer only that the time grows with them.
    const asked = size < 1_000_000 ? undefined : 0.25;
    lines.push({
      ...line(what, 'one SQL join, written', asked, found),
      ...(asked === undefined && { reached: true, verdict: 'told' }),
      note: `${parts.length} matches, ${parts.open} left; last: read ${ms(parts.read)}, match ${ms(parts.match)}, write ${ms(parts.write)}`,
    });
    await ledger.close();
  }
  const [[small, first], [large, last]] = [took[0], took.at(-1)];
  const exponent = Math.log(last / first) / Math.log(large / small);
  const reached = exponent <= 1.15;
  lines.push(held(memory));
  lines.push(...(await pageOfYear(server)));
  lines.push({
    what: `how the time grows from ${inWords(small)} to ${inWords(large)}`,
    yardstick: 'exponent of the size; 1 is linear',
    asked: 1.15,
    unit: '',
    ours: exponent,
    reached,
    verdict: reached ? 'reached' : 'NOT REACHED',
  });
  return lines;
}
