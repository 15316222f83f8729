/** What a figure of a cell consists of: its rows with their amounts, and the events behind each. They sum to the figure, or it is wrong. */
import type { TiedCell } from '../events/reconciliation.js';
import { compareText } from '../kernel/ordered.js';
import type { LedgerRows } from './ledger-books.js';
import type { Reconciliation } from './reconcile.js';
import { derivedOf } from './page.js';
import { receiptOf, type Step, STEPS } from './relations.js';
import { type Cell, type ResidueKind, stepLines } from './tie-out.js';

const SUMS = ['assessedFen', 'waivedFen', 'cancelledFen', 'issuedFen', 'voidFen', 'redFen', 'refundedFen'] as const;
const SIDES = (Object.keys(STEPS) as Step[]).flatMap((step) => [`${step}.left`, `${step}.right`] as const);
/** Members of the printed identities that are a side of a step, or what it leaves over of one kind. */
const DERIVED = {
  owedFen: ['assessed-receipted', 'left'],
  receiptedNetFen: ['receipted-paid', 'left'],
  outstandingFen: ['assessed-receipted', 'outstanding'],
  receiptedUnpaidFen: ['receipted-paid', 'unpaid'],
  bankInTransitFen: ['paid-deposited', 'in-transit'],
  misdirectedFen: ['paid-deposited', 'misdirected'],
  treasuryInTransitFen: ['deposited-credited', 'in-transit'],
} as const satisfies Record<keyof ReturnType<typeof derivedOf>, readonly [Step, 'left' | ResidueKind]>;
type Derived = keyof typeof DERIVED;
const isDerived = (figure: Figure): figure is Derived => Object.hasOwn(DERIVED, figure);
export type Figure = (typeof SUMS)[number] | (typeof SIDES)[number] | Derived;
export const FIGURES: readonly Figure[] = [...SUMS, ...SIDES, ...(Object.keys(DERIVED) as Derived[])];

export interface FigureRow {
  readonly table: string;
  readonly id: string;
  readonly fen: string;
  /** Ids of events, the oldest first. */
  readonly events: readonly string[];
}
const present = (...ids: readonly (string | null | undefined)[]): readonly string[] => ids.filter((id) => id != null);

/** Ids of the events behind each row, by table and name. */
function eventsIn({ fees, receipts, payments, deposits, credits, refunds }: LedgerRows) {
  const of: Readonly<Record<string, ReadonlyMap<string, readonly string[]>>> = {
    fee: new Map(fees.map((row) => [row.fee, [...row.events, ...row.waivers.map(({ event }) => event)]])),
    receipt: new Map(receipts.map((row) => [row.receipt, [...row.issued, ...present(row.ended)]])),
    payment: new Map(payments.map((row) => [row.payment, present(row.event, row.reversed)])),
    deposit: new Map(deposits.map((row) => [row.deposit, present(row.event, row.returned)])),
    credit: new Map(credits.map((row) => [row.credit, [row.event]])),
    refund: new Map(
      refunds.map((row) => [row.refund, present(row.request, row.verified?.event, row.approval?.event, row.paid)]),
    ),
  };
  return (table: string, id: string): readonly string[] => of[table]?.get(id) ?? [];
}

type Part = Readonly<{ table: string; id: string; fen: number }>;
const TABLES: Readonly<Record<Step, readonly [left: string, right: string]>> = {
  'assessed-receipted': ['fee', 'receipt'],
  'receipted-paid': ['receipt', 'payment'],
  'paid-deposited': ['payment', 'deposit'],
  'deposited-credited': ['deposit', 'credit'],
};
const REFUND = 'refund ';
const isIn = (cell: Cell) => (one: Omit<Cell, 'month'> & { readonly month: string }) =>
  one.org === cell.org && one.feeItem === cell.feeItem && one.month === cell.month;

function* linesOf(
  { books, relations }: Reconciliation,
  cell: Cell,
  step: Step,
  side: 'left' | 'right',
): Generator<Part> {
  const found = stepLines(books, relations).find((one) => one.step === step)!;
  const table = TABLES[step][side === 'left' ? 0 : 1];
  for (const { id, month, parts } of found[side].values())
    for (const { org, feeItem, fen } of parts) {
      if (!isIn(cell)({ org, feeItem, month })) continue;
      if (id.startsWith(REFUND)) yield { table: 'refund', id: id.slice(REFUND.length), fen };
      else yield { table, id: table === 'receipt' && id.includes('#') ? receiptOf(id) : id, fen };
    }
}
/** What is left over of a kind is told row by row: each is of the left side. */
function* overOf(found: Reconciliation, cell: Cell, step: Step, kind: ResidueKind): Generator<Part> {
  const here = isIn(cell);
  for (const one of found.residues)
    if (one.step === step && one.kind === kind && here(one))
      for (const id of one.left) yield { table: TABLES[step][0], id, fen: one.fen };
}
function* partsOf(found: Reconciliation, cell: Cell, figure: Figure): Generator<Part> {
  const [step, side] = isDerived(figure)
    ? DERIVED[figure]
    : (figure.split('.') as [Step, 'left' | 'right' | undefined]);
  if (side === undefined) yield* sumsOf(found, cell, figure as (typeof SUMS)[number]);
  else if (side === 'left' || side === 'right') yield* linesOf(found, cell, step, side);
  else yield* overOf(found, cell, step, side);
}
function* sumsOf(found: Reconciliation, cell: Cell, figure: (typeof SUMS)[number]): Generator<Part> {
  const { assessed, receipts } = found.books;
  const here = isIn(cell);
  if (figure === 'refundedFen') {
    for (const { table, id, fen } of linesOf(found, cell, 'paid-deposited', 'left'))
      if (table === 'refund') yield { table, id, fen: -fen };
  } else if (figure === 'issuedFen' || figure === 'voidFen' || figure === 'redFen') {
    const how = figure === 'issuedFen' ? null : figure === 'voidFen' ? 'void' : 'red';
    for (const row of receipts)
      for (const { feeItem, fen } of row.parts)
        if (
          !row.notice &&
          here({ org: row.org, feeItem, month: row.on.slice(0, 7) }) &&
          (how === null || row.ended?.how === how)
        )
          yield { table: 'receipt', id: row.id, fen };
  } else
    for (const { id, org, feeItem, on, [figure]: fen } of assessed)
      if (here({ org, feeItem, month: on.slice(0, 7) })) yield { table: 'fee', id, fen };
}

/** What was told of the figure. */
export function toldOf(cell: Omit<TiedCell, 'feeItem'>, figure: Figure): string {
  if (isDerived(figure)) return derivedOf(cell)[figure];
  const [step, side] = figure.split('.');
  if (side === undefined) return cell[figure as (typeof SUMS)[number]];
  const found = cell.steps.find((one) => one.step === step);
  return (side === 'left' ? found?.leftFen : found?.rightFen) ?? '0';
}
/** `found`: what the same rows come to. Rows of nothing are left out. */
export function figureOf(found: Reconciliation, rows: LedgerRows, cell: Cell, figure: Figure) {
  const byRow = new Map<string, Part>();
  for (const { table, id, fen } of partsOf(found, cell, figure)) {
    const key = `${table} ${id}`;
    byRow.set(key, { table, id, fen: (byRow.get(key)?.fen ?? 0) + fen });
  }
  const eventsOf = eventsIn(rows);
  const told = [...byRow.values()]
    .filter(({ fen }) => fen !== 0)
    .sort((a, b) => compareText(a.table, b.table) || compareText(a.id, b.id))
    .map(({ table, id, fen }): FigureRow => ({ table, id, fen: String(fen), events: eventsOf(table, id) }));
  return { rows: told, fen: told.reduce((sum, { fen }) => sum + BigInt(fen), 0n).toString() };
}
