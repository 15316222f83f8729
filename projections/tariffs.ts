/** Which fee items there are (收费项目), by which rate and law, and which version of each is in force on a day. */
import type { FeeItemVersion, TariffEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { LAST_DAY } from './kernel/instant.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

type Published = FeeItemVersion & { readonly version: number; readonly from: string; readonly event: string };
export type TariffState = Status & {
  readonly status: 'none' | 'published' | 'abolished';
  readonly versions: readonly Published[];
  readonly abolition: Readonly<{ from: string; event: string }> | null;
};
export const tariffRegister: Fold<TariffState, TariffEvent> = {
  category: 'tariff',
  initial: { status: 'none', versions: [], abolition: null },
  evolve: (state, { type, data, id: event }) => {
    switch (type) {
      case 'FeeItemPublished':
        return {
          ...state,
          status: state.status === 'abolished' ? 'abolished' : 'published',
          since: state.since ?? event,
          versions: [...state.versions, { ...data, event }],
        };
      case 'FeeItemAbolished':
        return { ...state, status: 'abolished', since: event, abolition: { from: data.from, event } };
      default:
        return state;
    }
  },
};
/** The latest version whose first day is not after `on`; null before the first, and from the abolition on. */
export const tariffInForce = ({ versions, abolition }: TariffState, on: string): Published | null =>
  abolition && abolition.from <= on ? null : (versions.findLast(({ from }) => from <= on) ?? null);

export type FeeItemRow = FeeItemVersion & {
  /** `<code> <version>` */
  id: string;
  feeItem: string;
  version: number;
  from: string;
  /** The first day on which it is not in force any more, or the last day of all time. */
  until: string;
  /** The event that abolished it, where that ended it. */
  abolished: string | null;
  event: string;
};
const codeOf = idOf('tariff');

/** One row per version of a fee item. */
export const feeItems = projection<TariffEvent>()<FeeItemRow>({
  name: 'fee_item',
  version: 1,
  key: 'id',
  columns: {
    id: 'text',
    feeItem: 'text',
    version: 'int',
    from: 'date',
    until: 'date',
    abolished: 'text',
    event: 'text',
    name: 'text',
    org: 'text',
    items: 'jsonb',
    rate: 'jsonb',
    legalBasis: 'jsonb',
    subject: 'text',
    shares: 'jsonb',
    gate: 'text',
    waivable: 'boolean',
    instalments: 'boolean',
    cash: 'boolean',
    collectorByLaw: 'boolean',
  },
  indexes: { byFeeItem: ['feeItem', 'version'], byOrg: ['org'] },
  uses: {},
  on: {
    FeeItemPublished: {
      keys: (event) => {
        const { version } = event.data;
        return [version - 1, version].filter((n) => n > 0).map((n) => `${codeOf(event)} ${n}`);
      },
      fold: (row, event, _look, id) => {
        const { document: _, ...version } = event.data;
        const feeItem = codeOf(event);
        if (id !== `${feeItem} ${version.version}`)
          return row ? { ...row, until: version.from < row.until ? version.from : row.until } : null;
        return { id, feeItem, ...version, until: LAST_DAY, abolished: null, event: event.id };
      },
    },
    FeeItemAbolished: {
      keys: (event) => `${codeOf(event)} ${event.data.version}`,
      fold: (row, { data, id: event }) => (row ? { ...row, until: data.from, abolished: event } : null),
    },
  },
});
