/** All of reconciliation at once: from the ledger's rows to matches, identities and breaks. Pure. */
import type { TieOut, Reconciled, Residue } from './tie-out.js';
import { tieOut } from './tie-out.js';
import type { Books } from './books.js';
import { total } from './books.js';
import type { Break } from './break-types.js';
import { breaksOf } from './breaks.js';
import { booksOf, decisionsOf } from './ledger-books.js';
import type { BookRows } from './looked-at.js';
import type { Calendar } from '../kernel/workdays.js';
import type { InputTotals, Packed } from '../events/reconciliation.js';
import type { Matched } from './match.js';
import { optionsIn, packOn } from './parameters.js';
import { relate, type Relations } from './relations.js';

export interface Reconciliation extends Reconciled {
  readonly pack: Packed;
  readonly books: Books;
  readonly relations: Relations;
  readonly breaks: readonly Break[];
}
export type { TieOut, Residue };

/**
 * `on`: what had happened by the end of that day, and how old breaks are then. `pack`: what matching goes by; `paid`: which
 * receipts were paid by what, where that is known already.
 */
export function reconcile(
  rows: BookRows,
  on: string,
  calendar: Calendar,
  pack: Packed = packOn(on, []),
  paid?: Matched,
): Reconciliation {
  const options = optionsIn(pack, calendar);
  const books = booksOf(rows, on);
  const relations = relate(books, options, decisionsOf(rows.pairings), paid);
  const { cells, residues } = tieOut(books, relations);
  return { pack, books, relations, cells, residues, breaks: breaksOf(books, relations, on, options.place, pack.ages) };
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
