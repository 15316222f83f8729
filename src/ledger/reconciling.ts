/** Reconciliation at work: reads the rows of one moment, compares what they come to with what the log tells, records the rest. */
import { calendarYears } from '../../projections/calendar.js';
import type { Projection, Row } from '../../projections/kernel/projection.js';
import { type Calendar, calendarOfYears, type CalendarYear } from '../../projections/kernel/workdays.js';
import { matterCards } from '../../projections/matter-cards.js';
import { type PackRow, packs } from '../../projections/packs.js';
import type { ReceiptRow } from '../../projections/receipts.js';
import type { Packed } from '../../projections/events/reconciliation.js';
import { type MatchDay, matchDays } from '../../projections/matches.js';
import { LEDGER_TABLES, type LedgerRows, mattersAsked } from '../../projections/reconcile/ledger-books.js';
import type { Line } from '../../projections/reconcile/lines.js';
import { type BookRows, LOOKED_AT } from '../../projections/reconcile/looked-at.js';
import { type Keyed, type Match, type Matched, matchRest } from '../../projections/reconcile/match.js';
import { optionsIn, packOn } from '../../projections/reconcile/parameters.js';
import {
  matching,
  type Plan,
  type Planned,
  planOf,
  type Recorded,
  type Told,
  TOLD_TABLES,
} from '../../projections/reconcile/plan.js';
import { reconcile, type Reconciliation } from '../../projections/reconcile/reconcile.js';
import { Paid, PAID_LINES } from '../../projections/reconcile/paid.js';
import { partOfDay } from '../../projections/reconcile/pairs.js';
import { PARTS } from '../../projections/reconcile/parts.js';
import { ReceiptSide } from '../../projections/reconcile/relations.js';
import { reconciliationRuns, type RunRow } from '../../projections/reconciliation.js';
import { type Context, type Decider, Refusal } from '../kernel/decider.js';
import { decodeUtf8 } from '../read/copied.js';
import type { Reader } from '../read/reader.js';
import { AsideFile } from './aside.js';
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
/** So many pairs are on their way at once, and so much weighs any command: what comes next is made when there is room. */
const PAIRS_TOGETHER = 16_384;
const LEAST = PAIRS_TOGETHER / 256;

/** Lets so much of what has weight go on at once, for one who asks; what weighs more than all goes by itself. */
function room(most: number) {
  let taken = 0;
  let go = () => undefined as void;
  const fits = (weight: number) => taken === 0 || taken + weight <= most;
  return {
    async take(weight: number): Promise<void> {
      while (!fits(weight)) await new Promise<void>((resolve) => (go = resolve));
      taken += weight;
    },
    give(weight: number): void {
      taken -= weight;
      go();
    },
  };
}
/** What is planned by its stream, in order. */
function byStream(planned: readonly Planned[]): readonly (readonly Planned[])[] {
  const streams = new Map<string, Planned[]>();
  for (const one of planned) {
    const stream = `${one.category}-${one.id}`;
    const known = streams.get(stream);
    if (known) known.push(one);
    else streams.set(stream, [one]);
  }
  return [...streams.values()];
}
/**
 * Records what is planned, many streams at once, those of one in their order. Answers how many said something new. Before
 * the next stream is asked for, what those before it say is made.
 */
async function record(
  { deciders, send, context, asOf }: Reconciling,
  streams: AsyncIterable<readonly Planned[]> | Iterable<readonly Planned[]>,
) {
  let recorded = 0;
  let after: string | null = null;
  const failures: unknown[] = [];
  const under = room(PAIRS_TOGETHER);
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
  for await (const stream of streams) {
    let before = Promise.resolve();
    for (const [n, { weight = LEAST, ...one }] of stream.entries()) {
      const much = Math.max(weight, LEAST);
      await under.take(much);
      before = before
        .then(() => (failures.length > 0 ? undefined : sendOne(one, n)))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => under.give(much));
    }
    if (failures.length > 0) break;
  }
  await under.take(PAIRS_TOGETHER); // all are answered
  if (failures.length > 0) throw failures[0];
  return { recorded, after };
}

/** Rows by the page, so that of those that are open no more is held than what they are near to. */
const PAGE = 1000;
async function withNear(rows: RowsAt, { left, ...keyed }: Keyed): Promise<Keyed> {
  const sides: ReceiptSide[] = [];
  for (let n = 0; n < left.length; n += PAGE) {
    const page = left.slice(n, n + PAGE) as ReceiptSide[];
    const names = page.map(({ id }) => id);
    const found = (await rows.some(LEDGER_TABLES.receipts, names)) as unknown as readonly ReceiptRow[];
    const whole = new Map(found.map((row) => [row.receipt, row]));
    for (const side of page) {
      const { kind, payer, lines } = whole.get(side.id)!;
      sides.push(new ReceiptSide(side, { kind, payer, matters: lines.map(({ matterId }) => matterId) }));
    }
  }
  return { ...keyed, left: sides };
}
/** What was receipted and what was paid, read as lines as far as their keys go. */
async function readPaid({ rows, on }: Reconciling, aside: AsideFile): Promise<Paid> {
  const [remittances, refunds, payees, pairings] = await Promise.all([
    all<BookRows['remittances'][number]>(rows, LEDGER_TABLES.remittances, LOOKED_AT.remittances),
    all<LedgerRows['refunds'][number]>(rows, LEDGER_TABLES.refunds),
    all<LedgerRows['payees'][number]>(rows, LEDGER_TABLES.payees),
    all<LedgerRows['pairings'][number]>(rows, LEDGER_TABLES.pairings),
  ]);
  const paid = new Paid({ remittances, refunds, payees, pairings }, on, decodeUtf8, aside);
  await Promise.all([
    rows.lines(LEDGER_TABLES.receipts, PAID_LINES.receipts, (line) => paid.receipt(line)),
    rows.lines(LEDGER_TABLES.payments, PAID_LINES.payments, (line) => paid.payment(line)),
  ]);
  return paid;
}

const STEP = 'receipted-paid';
export interface PaidDone {
  /** What is left over, and only suggested. */
  readonly over: Omit<Matched, 'matches'>;
  readonly matches: number;
  readonly said: Recorded;
  readonly recorded: number;
  readonly after: string | null;
}
/** In parts by unit and day: what belongs to one, and what the log tells of it. */
async function inParts(rows: RowsAt, matches: readonly Match[]) {
  const empty = <T>() => Array.from({ length: PARTS }, (): T[] => []);
  const [found, told] = [empty<Match>(), empty<string>()];
  for (const one of matches) found[partOfDay(one.org, one.on)]!.push(one);
  await rows.each(matchDays, ['id', 'step', 'org', 'day'], (row) => {
    const { id, step, org, day } = row as MatchDay;
    if (step === STEP) told[partOfDay(org, day)]!.push(id);
  });
  return { found, told };
}
/**
 * The step with nearly all of the rows, by itself: read, matched, and what the log does not tell yet of it recorded. Of the
 * rows a part is held at a time, and those that no key finds; of the matches those of some units and days. `keep`: somebody
 * else looks at all of them.
 */
export async function reconcilePaid(
  work: Reconciling,
  pack: Packed,
  calendar: Calendar,
  keep?: (one: Match) => void,
): Promise<PaidDone> {
  const aside = new AsideFile();
  try {
    const options = optionsIn(pack, calendar);
    const paid = await readPaid(work, aside);
    const { matches, ...over } = matchRest(await withNear(work.rows, paid.keyed(options)), paid.decided, options);
    const { found, told } = await inParts(work.rows, matches);
    let [count, made, unmade] = [0, 0, 0];
    const streams = async function* () {
      for (let part = 0; part < PARTS; part++) {
        const all = paid.pairedIn(part, keep !== undefined).concat(found[part]!);
        if (keep) all.forEach(keep);
        const before = (await work.rows.some(matchDays, told[part]!)) as unknown as readonly MatchDay[];
        const plan = matching(STEP, { matches: all }, before, { named: uuidOf });
        [count, made, unmade] = [count + all.length, made + plan.made, unmade + plan.unmade];
        yield* byStream(plan.commands);
      }
    };
    const done = await record(work, streams());
    return { ...done, over, matches: count, said: { step: STEP, made, unmade } };
  } finally {
    aside.close();
  }
}

/** Reconciles, and records what the log does not tell yet: nothing, where that is all. */
export async function runReconciliation(work: Reconciling): Promise<Ran> {
  const { rows, on, asOf, context } = work;
  const { region } = context;
  const [calendar, pack] = await Promise.all([calendarAt(rows, region), packAt(rows, on)]);
  const matches: Match[] = [];
  const first = await reconcilePaid(work, pack, calendar, (one) => matches.push(one));
  const found = reconcile(await bookRows(rows), on, calendar, pack, { ...first.over, matches });
  const at = { on, asOf: String(asOf), region, calendar, named: uuidOf };
  const { commands, run } = planOf(found, await tablesAt<Told>(rows, TOLD_TABLES), at, first.said);
  const isLast = ({ category }: Planned) => category === 'reconciling';
  const rest = await record(work, byStream(commands.filter((one) => !isLast(one))));
  const last = await record(work, byStream(commands.filter(isLast)));
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
