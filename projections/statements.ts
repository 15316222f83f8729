/** Files of banks, treasury and units as wholes (对账单), and whether their sums are those of their rows. */
import type { StatementEvent, StatementLoaded } from './events/reconciliation.js';
import type { Fold, Status } from './kernel/fold.js';
import { happenedOn } from './kernel/instant.js';
import { idIn, idOf } from './kernel/message.js';
import { following, isAbout, type Told, toldBy } from './told-anew.js';
import { projection } from './kernel/projection.js';

export type StatementState = Status & { readonly status: 'none' | 'taken' };
export const statementRegister: Fold<StatementState, StatementEvent> = following<StatementState, StatementEvent>({
  category: 'statement',
  initial: { status: 'none' },
  evolve: (state, event) => (event.type === 'StatementLoaded' ? { status: 'taken', since: event.id } : state),
});
export type StatementRow = StatementLoaded &
  Told & {
    id: string;
    /** Null: it says nothing to compare with. */
    addsUp: boolean | null;
    /** The last day that it is of, or on which it was taken. */
    on: string;
    event: string;
  };
const addsUp = ({ differenceFen }: StatementLoaded) => (differenceFen === null ? null : differenceFen === '0');
const COUNTS: ReadonlySet<string> = new Set(['rows', 'rejected', 'missing']);
const FENS = ['creditsFen', 'debitsFen', 'openingFen', 'closingFen', 'differenceFen'];
const SAYS: ReadonlySet<string> = new Set([...COUNTS, 'from', 'to', ...FENS]);
const NAME = /^missingNames\.(\d+)$/;
function namesTold({ missingNames }: StatementRow, after: Readonly<Record<string, string | null>>): readonly string[] {
  const names: (string | null)[] = [...missingNames];
  for (const [path, text] of Object.entries(after)) {
    const n = NAME.exec(path)?.[1];
    if (n !== undefined) names[Number(n)] = text;
  }
  return names.filter((name) => name != null);
}
export const statements = projection<StatementEvent>()<StatementRow>({
  name: 'statement',
  version: 4,
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
    missing: 'int',
    missingNames: 'jsonb',
    creditsFen: 'bigint',
    debitsFen: 'bigint',
    openingFen: 'bigint',
    closingFen: 'bigint',
    differenceFen: 'bigint',
    addsUp: 'boolean',
    on: 'date',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
  },
  indexes: { byAccount: ['account', 'to'], byAddsUp: ['addsUp'] },
  uses: {},
  on: {
    StatementLoaded: {
      keys: idOf('statement'),
      fold: (_row, event, _look, id) => {
        const { data } = event;
        const known = { told: toldBy(event), withdrawn: null, event: event.id };
        return { id, ...data, addsUp: addsUp(data), on: happenedOn(event), ...known };
      },
    },
    /** It was read again, by another mapping. */
    SourceRowChanged: {
      keys: idIn('statement'),
      fold: (row, event) => {
        const { data } = event;
        if (!row || !isAbout(row.told, event)) return row ?? null;
        if (data.after === null) return { ...row, withdrawn: event.id };
        const said = Object.entries(data.after).filter(([name]) => SAYS.has(name));
        const values = said.map(([name, text]) => [name, COUNTS.has(name) ? Number(text) : text]);
        const now: StatementRow = { ...row, ...Object.fromEntries(values), withdrawn: null };
        return { ...now, missingNames: namesTold(row, data.after).slice(0, now.missing), addsUp: addsUp(now) };
      },
    },
  },
});
