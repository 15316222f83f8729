/** All breaks of the books as of a day: what the matching leaves over, by kind, with age and severity. */
import { addDays } from '../kernel/instant.js';
import type { Books } from './books.js';
import { aged, type Ages, type Break, breakOrder, type Gap } from './break-types.js';
import {
  depositsAndCredits,
  paymentsAndDeposits,
  receiptsAndPayments,
  refunds,
  unitBooks,
  wrongAccounts,
} from './breaks-money.js';
import { assessedAndReceipted, inversions, stock } from './breaks-receipts.js';
import type { Relations } from './relations.js';

const gaps = (books: Books, relations: Relations, ages: Ages): Gap[] => [
  ...assessedAndReceipted(books, relations),
  ...receiptsAndPayments(books, relations, ages['repeatDays']),
  ...wrongAccounts(books),
  ...paymentsAndDeposits(books, relations),
  ...depositsAndCredits(books, relations),
  ...refunds(books),
  ...stock(books, addDays, ages['gapDays']),
  ...unitBooks(books),
  ...inversions(books, relations),
];

/** Pure: the same books, the same breaks. `place` counts working days. */
export const breaksOf = (
  books: Books,
  relations: Relations,
  on: string,
  place: (day: string) => number,
  ages: Ages = {},
): readonly Break[] =>
  gaps(books, relations, ages)
    .flatMap((gap) => aged(gap, on, place, ages) ?? [])
    .sort(breakOrder);
