/** Files of banks, treasury and units as wholes (对账单), and whether their sums are those of their rows. */
import type { StatementEvent, StatementTaken } from './events/reconciliation.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

export type StatementState = Status & { readonly status: 'none' | 'taken' };
export const statementRegister: Fold<StatementState, StatementEvent> = {
  category: 'statement',
  initial: { status: 'none' },
  evolve: (state, event) => (event.type === 'StatementTaken' ? { status: 'taken', since: event.id } : state),
};
export type StatementRow = StatementTaken & {
  id: string;
  /** Null: it says nothing to compare with. */
  addsUp: boolean | null;
  event: string;
};
export const statements = projection<StatementEvent>()<StatementRow>({
  name: 'statement',
  version: 1,
  key: 'id',
  columns: {
    id: 'text',
    account: 'text',
    statement: 'text',
    format: 'text',
    from: 'text',
    to: 'text',
    rows: 'int',
    rejected: 'int',
    creditsFen: 'bigint',
    debitsFen: 'bigint',
    openingFen: 'bigint',
    closingFen: 'bigint',
    differenceFen: 'bigint',
    addsUp: 'boolean',
    event: 'text',
  },
  indexes: { byAccount: ['account', 'to'], byAddsUp: ['addsUp'] },
  uses: {},
  on: {
    StatementTaken: {
      keys: idOf('statement'),
      fold: (_row, { data, id: event }, _look, id) => ({
        id,
        ...data,
        addsUp: data.differenceFen === null ? null : data.differenceFen === '0',
        event,
      }),
    },
  },
});
