/** Whose calendar counts in this ledger, and which day is over there. */
import type { LedgerEvent } from './events/ledger.js';
import type { DayEvent } from './events/time.js';
import { dayOf } from './kernel/instant.js';
import { projection } from './kernel/projection.js';

type RegionRow = {
  region: string;
  /** The day on which the ledger was opened: no earlier one is closed. */
  since: string;
  /** The last day that is over; null before the first. */
  closed: string | null;
};
export const regions = projection<LedgerEvent | DayEvent>()<RegionRow>({
  name: 'region',
  version: 1,
  key: 'region',
  columns: { region: 'text', since: 'date', closed: 'date' },
  indexes: { all: ['region'] },
  uses: {},
  on: {
    LedgerOpened: {
      keys: ({ data }) => data.region,
      fold: (row, { recordedAt }, _look, region) => row ?? { region, since: dayOf(recordedAt), closed: null },
    },
    DayClosed: {
      keys: ({ data }) => data.region,
      fold: (row, { data }, _look, region) => ({
        region,
        since: row?.since ?? data.date,
        closed: row?.closed != null && row.closed > data.date ? row.closed : data.date,
      }),
    },
  },
});
