/** What a collection account received on a day and handed on (缴存). */
import type { DepositEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import type { Fen } from './kernel/money.js';
import { idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import { changed, folded } from './payments.js';
import { type Changed, endedAnew, following, type Told, toldAnew, toldBy } from './told-anew.js';

export type DepositRow = Told & {
  deposit: string;
  seq: number;
  status: 'made' | 'returned';
  account: string;
  day: string;
  on: string;
  amountFen: Fen;
  to: string;
  bankRef: string | null;
  event: string;
  returned: string | null;
  returnedOn: string | null;
  /** System and row that told so. */
  returnedTold: string | null;
};
const DEPOSIT_SAYS = ['account', 'day', 'amountFen', 'to', 'bankRef'] as const;
const depositOf = idOf('deposit');
const NOT_RETURNED = { returned: null, returnedOn: null, returnedTold: null } as const;
/** That it came back, before it is known that it was made: files arrive in any order. Nobody sees it until then. */
const depositUnknown = (event: Recorded<DepositEvent>): DepositRow => ({
  deposit: depositOf(event),
  seq: event.index,
  status: 'made',
  account: '',
  day: event.occurredAt.slice(0, 10),
  on: event.occurredAt.slice(0, 10),
  amountFen: '0',
  to: 'treasury',
  bankRef: null,
  told: null,
  withdrawn: event.id,
  event: event.id,
  ...NOT_RETURNED,
});
const returning = ({ returned, returnedOn, returnedTold, status }: DepositRow) => ({
  returned,
  returnedOn,
  returnedTold,
  status,
});
function depositAfter(row: DepositRow | undefined, event: Recorded<DepositEvent>): DepositRow | undefined {
  if (event.type === 'DepositMade')
    return row?.withdrawn === null
      ? row
      : {
          deposit: depositOf(event),
          seq: event.index,
          status: 'made',
          ...event.data,
          told: toldBy(event),
          withdrawn: null,
          event: event.id,
          ...NOT_RETURNED,
          ...(row && returning(row)),
        };
  if (event.type === 'SourceRowChanged') return row && depositAnew(row, event);
  if (event.type !== 'DepositReturned') return row;
  row ??= depositUnknown(event);
  if (row.status !== 'made') return row;
  return { ...row, status: 'returned', returned: event.id, returnedOn: event.data.on, returnedTold: toldBy(event) };
}
function depositAnew(row: DepositRow, event: Changed): DepositRow {
  const ended = endedAnew(row.returnedTold, event, row.returnedOn);
  if (!ended) return toldAnew(row, event, DEPOSIT_SAYS);
  const { on: returnedOn } = ended;
  if (returnedOn === null) return { ...row, status: 'made', returned: null, returnedOn };
  return { ...row, status: 'returned', returned: row.returned ?? event.id, returnedOn };
}
export type DepositState = Status & { readonly status: 'none' | DepositRow['status']; readonly row: DepositRow | null };
export const depositRegister: Fold<DepositState, DepositEvent> = following<DepositState, DepositEvent>({
  category: 'deposit',
  initial: { status: 'none', row: null },
  evolve: (state, event) => {
    const row = depositAfter(state.row ?? undefined, event);
    if (!row) return state;
    if (row.withdrawn !== null) return { ...state, row };
    return { status: row.status, since: row.returned ?? row.event, row };
  },
});
export const deposits = projection<DepositEvent>()<DepositRow>({
  name: 'deposit',
  version: 5,
  key: 'deposit',
  columns: {
    deposit: 'text',
    seq: 'int',
    status: 'text',
    account: 'text',
    day: 'date',
    on: 'date',
    amountFen: 'bigint',
    to: 'text',
    bankRef: 'text',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
    returned: 'text',
    returnedOn: 'date',
    returnedTold: 'text',
  },
  indexes: { byAccount: ['account', 'day'], byBankRef: ['account', 'bankRef'] },
  uses: {},
  on: {
    DepositMade: folded(depositOf, depositAfter),
    DepositReturned: folded(depositOf, depositAfter),
    SourceRowChanged: changed<DepositRow>('deposit', depositAnew),
  },
});
