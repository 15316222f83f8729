/** Reconciliation at work: reads the rows of one moment, compares what they come to with what the log tells, records the rest. */
import { calendarYears } from '../../projections/calendar.js';
import type { Projection, Row } from '../../projections/kernel/projection.js';
import { type Calendar, calendarOfYears, type CalendarYear } from '../../projections/kernel/workdays.js';
import { matterCards } from '../../projections/matter-cards.js';
import { LEDGER_TABLES, type LedgerRows, mattersAsked } from '../../projections/reconcile/ledger-books.js';
import { type Plan, type Planned, planOf, type Told, TOLD_TABLES } from '../../projections/reconcile/plan.js';
import { reconcile, type Reconciliation } from '../../projections/reconcile/reconcile.js';
import { type Context, type Decider, Refusal } from '../kernel/decider.js';
import type { Reader } from '../read/reader.js';
import type { Send } from './commands.js';
import { uuidOf } from './identity.js';
import { turns } from './in-turn.js';
import type { Opened } from './open.js';

type Of = Projection<any, any, any>;
/** Rows of one moment of the log. */
export interface RowsAt {
  readonly all: (of: Of) => Promise<readonly Row[]>;
  readonly some: (of: Of, keys: readonly string[]) => Promise<readonly Row[]>;
}
/** As of an index, or as they are now. */
export const rowsAt = (reader: Reader, asOf?: number): RowsAt => ({
  all: async (of) => (await reader.all(of, {}, { asOf })).rows,
  some: (of, keys) => reader.some(of, keys, { asOf }),
});

async function tablesAt<T>(rows: RowsAt, tables: Readonly<Record<keyof T, Of>>): Promise<T> {
  const named = Object.entries<Of>(tables).map(async ([name, of]) => [name, await rows.all(of)] as const);
  return Object.fromEntries(await Promise.all(named)) as T;
}
export async function ledgerRows(rows: RowsAt): Promise<LedgerRows> {
  const found = await tablesAt<Omit<LedgerRows, 'cards'>>(rows, LEDGER_TABLES);
  const cards = (await rows.some(matterCards, mattersAsked(found))) as unknown as LedgerRows['cards'];
  return { ...found, cards };
}
export const calendarAt = async (rows: RowsAt, region: string): Promise<Calendar> =>
  calendarOfYears(region, (await rows.all(calendarYears)) as unknown as CalendarYear[]);

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
const TOGETHER = 64;

/** Reconciles, and records what the log does not tell yet: nothing, where that is all. */
export async function runReconciliation({ rows, deciders, send, context, on, asOf }: Reconciling): Promise<Ran> {
  const { region } = context;
  const calendar = await calendarAt(rows, region);
  const found = reconcile(await ledgerRows(rows), on, calendar);
  const at = { on, asOf: String(asOf), region, calendar, named: uuidOf };
  const { commands, run } = planOf(found, await tablesAt<Told>(rows, TOLD_TABLES), at);
  const byStream = new Map<string, Planned[]>();
  const last: Planned[] = [];
  for (const one of commands) {
    if (one.category === 'reconciling') last.push(one);
    else byStream.set(`${one.category}-${one.id}`, [...(byStream.get(`${one.category}-${one.id}`) ?? []), one]);
  }
  let [recorded, after] = [0, -1];
  const sendOne = async ({ category, id, command }: Planned, n: number) => {
    const decider = deciders.find((each) => each.category === category);
    if (!decider) throw new Error(`no decider of ${category}`);
    try {
      const answer = await send(decider, id, command, { context, key: `${asOf}.${n}` });
      if (!('after' in answer)) return;
      if (!answer.repeated) recorded++;
      after = Math.max(after, Number(answer.after));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // somebody else has reconciled meanwhile
    }
  };
  const streams = [...byStream.values()].values();
  const worker = async () => {
    for (const stream of streams) for (const [n, one] of stream.entries()) await sendOne(one, n);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  for (const [n, one] of last.entries()) await sendOne(one, n);
  return { ...run, recorded, after: after < 0 ? null : String(after) };
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
      const { deciders, send } = this;
      const ran = await runReconciliation({ rows: rowsAt(this.reader, asOf), deciders, send, context, on, asOf });
      if (ran.after !== null) await this.reader.until(ran.after, UNTIL_MS);
      return ran;
    });
  }
  /** What the rows come to, as of an index or now; nothing is recorded. */
  async at(on: string, asOf?: number): Promise<Reconciliation & { readonly rows: LedgerRows }> {
    const at = rowsAt(this.reader, asOf);
    const rows = await ledgerRows(at);
    return { ...reconcile(rows, on, await calendarAt(at, this.opened.region)), rows };
  }
}
