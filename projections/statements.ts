/** Files of banks, treasury and units as wholes (对账单), and whether their sums are those of their rows. */
import type { StatementEvent, StatementLoaded } from './events/reconciliation.js';
import type { Fold, Status } from './kernel/fold.js';
import { happenedOn } from './kernel/instant.js';
import { idIn, idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

export type StatementState = Status & { readonly status: 'none' | 'taken' };
export const statementRegister: Fold<StatementState, StatementEvent> = {
  category: 'statement',
  initial: { status: 'none' },
  evolve: (state, event) => (event.type === 'StatementLoaded' ? { status: 'taken', since: event.id } : state),
};
export type StatementRow = StatementLoaded & {
  id: string;
  /** Null: it says nothing to compare with. */
  addsUp: boolean | null;
  /** The last day that it is of, or on which it was taken. */
  on: string;
  /** The row at its source by which it became known. */
  told: string | null;
  event: string;
};
const addsUp = ({ differenceFen }: StatementLoaded) => (differenceFen === null ? null : differenceFen === '0');
const COUNTS: ReadonlySet<string> = new Set(['rows', 'rejected']);
const FENS = ['creditsFen', 'debitsFen', 'openingFen', 'closingFen', 'differenceFen'];
const SAYS: ReadonlySet<string> = new Set([...COUNTS, 'from', 'to', ...FENS]);
export const statements = projection<StatementEvent>()<StatementRow>({
  name: 'statement',
  version: 2,
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
    on: 'date',
    told: 'text',
    event: 'text',
  },
  indexes: { byAccount: ['account', 'to'], byAddsUp: ['addsUp'] },
  uses: {},
  on: {
    StatementLoaded: {
      keys: idOf('statement'),
      fold: (_row, event, _look, id) => {
        const { data } = event;
        const told = event.source?.row ?? null;
        return { id, ...data, addsUp: addsUp(data), on: happenedOn(event), told, event: event.id };
      },
    },
    /** It was read again, by another mapping. */
    SourceRowChanged: {
      keys: idIn('statement'),
      fold: (row, { data }) => {
        if (!row || row.told !== data.row || data.after === null) return row ?? null;
        const said = Object.entries(data.after).filter(([name]) => SAYS.has(name));
        const values = said.map(([name, text]) => [name, COUNTS.has(name) ? Number(text) : text]);
        const now: StatementRow = { ...row, ...Object.fromEntries(values) };
        return { ...now, addsUp: addsUp(now) };
      },
    },
  },
});
