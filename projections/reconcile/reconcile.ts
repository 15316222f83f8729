/** All of reconciliation at once: from the ledger's rows to matches, identities and breaks. Pure. */
import type { TieOut, Reconciled, Residue } from './tie-out.js';
import { tieOut } from './tie-out.js';
import type { Books } from './books.js';
import { total } from './books.js';
import type { Break } from './break-types.js';
import { breaksOf } from './breaks.js';
import { booksOf, decisionsOf, type LedgerRows, placesIn } from './ledger-books.js';
import type { Calendar } from '../kernel/workdays.js';
import type { InputTotals } from '../events/reconciliation.js';
import { CALENDAR_DAYS, type MatchOptions } from './match.js';
import { relate, type Relations } from './relations.js';

/** What it rests on beside the rows; working days of the window are in the match options. */
export const PACK = { id: 'reconciliation-1', windowDays: 2, mostMembers: 40, mostSteps: 20_000 } as const;
export const optionsIn = (calendar: Calendar): MatchOptions => ({
  ...CALENDAR_DAYS,
  windowDays: PACK.windowDays,
  mostMembers: PACK.mostMembers,
  mostSteps: PACK.mostSteps,
  place: placesIn(calendar),
});

export interface Reconciliation extends Reconciled {
  readonly books: Books;
  readonly relations: Relations;
  readonly breaks: readonly Break[];
}
export type { TieOut, Residue };

/** `on`: what had happened by the end of that day, and how old breaks are then. */
export function reconcile(rows: LedgerRows, on: string, calendar: Calendar): Reconciliation {
  const options = optionsIn(calendar);
  const books = booksOf(rows, on);
  const relations = relate(books, options, decisionsOf(rows.pairings));
  const { cells, residues } = tieOut(books, relations);
  return { books, relations, cells, residues, breaks: breaksOf(books, relations, on, options.place) };
}

/** How many rows each source has, and what they sum to. */
export function inputsOf(books: Books): InputTotals {
  const of = (rows: readonly { readonly fen: number }[]) => ({
    rows: rows.length,
    fen: total(rows, ({ fen }) => fen).toString(),
  });
  return {
    assessed: of(books.assessed.map(({ assessedFen }) => ({ fen: assessedFen }))),
    receipted: of(books.receipts),
    paid: of(books.payments),
    refunded: of(books.refunds),
    deposited: of(books.deposits),
    credited: of(books.credits),
    booked: of(books.vouchers),
  };
}
