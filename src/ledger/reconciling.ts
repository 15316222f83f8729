/** Reconciliation at work: reads the rows of one moment, compares what they come to with what the log tells, records the rest. */
import { calendarYears } from '../../projections/calendar.js';
import type { Projection, Row } from '../../projections/kernel/projection.js';
import { type Calendar, calendarOfYears, type CalendarYear } from '../../projections/kernel/workdays.js';
import { matterCards } from '../../projections/matter-cards.js';
import { type PackRow, packs } from '../../projections/packs.js';
import type { Packed } from '../../projections/events/reconciliation.js';
import type { MatchDay } from '../../projections/matches.js';
import { LEDGER_TABLES, type LedgerRows, mattersAsked, receiptsOf } from '../../projections/reconcile/ledger-books.js';
import type { Line } from '../../projections/reconcile/lines.js';
import { type BookRows, LOOKED_AT } from '../../projections/reconcile/looked-at.js';
import { type Matched, matchRest } from '../../projections/reconcile/match.js';
import { optionsIn, packOn } from '../../projections/reconcile/parameters.js';
import { matching, type Plan, type Planned, planOf, type Told, TOLD_TABLES } from '../../projections/reconcile/plan.js';
import { reconcile, type Reconciliation } from '../../projections/reconcile/reconcile.js';
import { Paid, PAID_LINES } from '../../projections/reconcile/paid.js';
import { withRest } from '../../projections/reconcile/relations.js';
import { reconciliationRuns, type RunRow } from '../../projections/reconciliation.js';
import { type Context, type Decider, Refusal } from '../kernel/decider.js';
import { decodeUtf8 } from '../read/copied.js';
import type { Reader } from '../read/reader.js';
import type { Send } from './commands.js';
import { uuidOf } from './identity.js';
import { turns } from './in-turn.js';
import type { Opened } from './open.js';
import type { Shelf } from './policies.js';

type Of = Projection<any, any, any>;
/** Rows of one moment of the log. */
export interface RowsAt {
  /** Some members of every row of a table, or whole rows, in no order. */
  readonly each: (of: Of, members: readonly string[] | null, take: (row: Row) => void) => Promise<void>;
  /** The same as lines, of which `take` may keep the bytes. */
  readonly lines: (of: Of, members: readonly string[], take: (line: Line) => void) => Promise<void>;
  readonly some: (of: Of, keys: readonly string[]) => Promise<readonly Row[]>;
}
/** As of an index, or as they are now. */
export const rowsAt = (reader: Pick<Reader, 'each' | 'lines' | 'some'>, asOf?: number): RowsAt => ({
  each: (of, members, take) => {
    const row = (values: readonly unknown[]) => {
      if (members === null) return values[0] as Row;
      const made: Record<string, unknown> = {};
      for (let n = 0; n < members.length; n++) made[members[n]!] = values[n];
      return made as Row;
    };
    return reader.each(of, members, (values) => take(row(values)), { asOf });
  },
  lines: (of, members, take) => reader.lines(of, members, take, { asOf }),
  some: (of, keys) => reader.some(of, keys, { asOf }),
});

/** What its source has taken back is not in the books. */
const standing = (rows: RowsAt, of: Of, members: readonly string[] | null, take: (row: Row) => void): Promise<void> =>
  Object.hasOwn(of.columns, 'withdrawn')
    ? rows.each(of, members && [...members, 'withdrawn'], (row) => row['withdrawn'] == null && take(row))
    : rows.each(of, members, take);
async function all<R extends object>(rows: RowsAt, of: Of, members: readonly string[] | null = null): Promise<R[]> {
  const found: R[] = [];
  await standing(rows, of, members, (row) => void found.push(row as R));
  return found;
}
async function tablesAt<T>(
  rows: RowsAt,
  tables: Readonly<Record<keyof T, Of>>,
  members: Readonly<Record<string, readonly string[] | null>> = {},
): Promise<T> {
  const named = Object.entries<Of>(tables).map(async ([name, of]) => [name, await all(rows, of, members[name])]);
  return Object.fromEntries(await Promise.all(named)) as T;
}
async function withCards<R extends Omit<BookRows, 'cards'>>(rows: RowsAt, found: R) {
  const cards = (await rows.some(matterCards, mattersAsked(found))) as unknown as LedgerRows['cards'];
  return { ...found, cards };
}
/** Whole rows, for who asks what is behind a figure. */
export const ledgerRows = async (rows: RowsAt): Promise<LedgerRows> =>
  withCards(rows, await tablesAt<Omit<LedgerRows, 'cards'>>(rows, LEDGER_TABLES));
const bookRows = async (rows: RowsAt): Promise<BookRows> =>
  withCards(rows, await tablesAt<Omit<BookRows, 'cards'>>(rows, LEDGER_TABLES, LOOKED_AT));
export const calendarAt = async (rows: RowsAt, region: string): Promise<Calendar> =>
  calendarOfYears(region, await all<CalendarYear>(rows, calendarYears));
const packAt = async (rows: RowsAt, on: string): Promise<Packed> => packOn(on, await all<PackRow>(rows, packs));

export interface Reconciling {
  readonly rows: RowsAt;
  readonly deciders: readonly Decider[];
  readonly send: Send;
  readonly context: Context;
  /** Breaks are as old as on this day. */
  readonly on: string;
  /** The last index that the rows know. */
  readonly asOf: number;
}
export type Ran = Plan['run'] & {
  /** Commands that recorded something. */
  readonly recorded: number;
  /** For a read that waits; null where nothing was recorded. */
  readonly after: string | null;
};
const UNTIL_MS = 600_000;
/** Streams that are written at once. */
const TOGETHER = 256;

/** Records what is planned, many streams at once, those of one in their order. Answers how many said something new. */
async function record({ deciders, send, context, asOf }: Reconciling, planned: readonly Planned[]) {
  const byStream = new Map<string, Planned[]>();
  for (const one of planned) {
    const stream = `${one.category}-${one.id}`;
    const known = byStream.get(stream);
    if (known) known.push(one);
    else byStream.set(stream, [one]);
  }
  let recorded = 0;
  let after: string | null = null;
  const sendOne = async ({ category, id, command }: Planned, n: number) => {
    const decider = deciders.find((each) => each.category === category);
    if (!decider) throw new Error(`no decider of ${category}`);
    try {
      const answer = await send(decider, id, command, { context, key: `${asOf}.${n}` });
      if (!('after' in answer)) return;
      if (!answer.repeated) recorded++;
      ({ after } = answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // somebody else has reconciled meanwhile
    }
  };
  const streams = [...byStream.values()].values();
  const worker = async () => {
    for (const stream of streams) for (const [n, one] of stream.entries()) await sendOne(one, n);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return { recorded, after };
}

/** What was receipted and what was paid, matched: lines as far as their keys go, and the whole rows of what no key finds. */
async function receiptsAndPayments({ rows, on }: Reconciling, pack: Packed, calendar: Calendar): Promise<Matched> {
  const options = optionsIn(pack, calendar);
  const [remittances, refunds, payees, pairings] = await Promise.all([
    all<BookRows['remittances'][number]>(rows, LEDGER_TABLES.remittances, LOOKED_AT.remittances),
    all<LedgerRows['refunds'][number]>(rows, LEDGER_TABLES.refunds),
    all<LedgerRows['payees'][number]>(rows, LEDGER_TABLES.payees),
    all<LedgerRows['pairings'][number]>(rows, LEDGER_TABLES.pairings),
  ]);
  const paid = new Paid({ remittances, refunds, payees, pairings }, on, decodeUtf8);
  await Promise.all([
    rows.lines(LEDGER_TABLES.receipts, PAID_LINES.receipts, (line) => paid.receipt(line)),
    rows.lines(LEDGER_TABLES.payments, PAID_LINES.payments, (line) => paid.payment(line)),
  ]);
  const { paired, keyed } = paid.keyed(options);
  const names = keyed.left.map(({ id }) => id);
  const receipts = (await rows.some(LEDGER_TABLES.receipts, names)) as unknown as LedgerRows['receipts'];
  const rest = matchRest(withRest(keyed, receiptsOf({ receipts, remittances }, on)), paid.decided, options);
  return { ...rest, matches: paired.concat(rest.matches) };
}
const STEP = 'receipted-paid';
/** The step with nearly all of the rows, by itself: read, matched, and what the log does not tell yet of it recorded. */
export async function reconcilePaid(work: Reconciling, pack: Packed, calendar: Calendar) {
  const [paid, told] = [await receiptsAndPayments(work, pack, calendar), [] as MatchDay[]];
  await work.rows.each(TOLD_TABLES.matchDays, null, (row) => {
    if ((row as MatchDay).step === STEP) told.push(row as MatchDay);
  });
  const { commands, made, unmade } = matching(STEP, paid, told, { named: uuidOf });
  return { paid, said: { step: STEP, made, unmade } as const, ...(await record(work, commands)) };
}

/** Reconciles, and records what the log does not tell yet: nothing, where that is all. */
export async function runReconciliation(work: Reconciling): Promise<Ran> {
  const { rows, on, asOf, context } = work;
  const { region } = context;
  const [calendar, pack] = await Promise.all([calendarAt(rows, region), packAt(rows, on)]);
  const first = await reconcilePaid(work, pack, calendar);
  const found = reconcile(await bookRows(rows), on, calendar, pack, first.paid);
  const at = { on, asOf: String(asOf), region, calendar, named: uuidOf };
  const { commands, run } = planOf(found, await tablesAt<Told>(rows, TOLD_TABLES), at, first.said);
  const isLast = ({ category }: Planned) => category === 'reconciling';
  const rest = await record(
    work,
    commands.filter((one) => !isLast(one)),
  );
  const last = await record(work, commands.filter(isLast));
  return {
    ...run,
    recorded: first.recorded + rest.recorded + last.recorded,
    after: last.after ?? rest.after ?? first.after,
  };
}

/** Of a day that is over: done once it, or a later one, is told to have been reconciled, whatever came out. */
export async function runOwed(shelf: Pick<Shelf, 'find'>, region: string, date: string): Promise<boolean> {
  const { rows } = await shelf.find(reconciliationRuns, { region }, { limit: 1, order: [] });
  return rows.every((row) => (row as RunRow).on < date);
}

/** Of a service, or of the command line. */
export class Reconciler {
  private readonly inTurn = turns();
  constructor(
    private readonly opened: Pick<Opened, 'store' | 'region'>,
    private readonly reader: Reader,
    private readonly deciders: readonly Decider[],
    private readonly send: Send,
  ) {}

  /** Once the rows know all of the log. One run at a time in a process; across processes the streams decide. */
  run(on: string, context: Context): Promise<Ran> {
    return this.inTurn('run', async () => {
      const asOf = (await this.opened.store.head()).next - 1;
      await this.reader.until(String(asOf), UNTIL_MS);
      await this.reader.until(String(asOf), UNTIL_MS, reconciliationRuns); // one that has stopped would be waited for in vain
      const { deciders, send } = this;
      const ran = await runReconciliation({ rows: rowsAt(this.reader, asOf), deciders, send, context, on, asOf });
      if (ran.after === null) return ran;
      const after = String((await this.opened.store.head()).next - 1); // of many at once, none need be the last
      await this.reader.until(after, UNTIL_MS);
      return { ...ran, after };
    });
  }
  /** What the rows come to, as of an index or now; nothing is recorded. */
  async at(on: string, asOf?: number): Promise<Reconciliation & { readonly rows: LedgerRows }> {
    const at = rowsAt(this.reader, asOf);
    const rows = await ledgerRows(at);
    const [calendar, pack] = await Promise.all([calendarAt(at, this.opened.region), packAt(at, on)]);
    return { ...reconcile(rows, on, calendar, pack), rows };
  }
}
