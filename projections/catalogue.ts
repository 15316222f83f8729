/** Which items there are, and which version of each is in force on a day. */
import { type Entry, type Exit, isThere, type Stay, staysOf } from './entries.js';
import type { CatalogueEvent, ItemVersion } from './events/catalogue.js';
import type { Limit } from './kernel/clock.js';
import type { Fold, Status } from './kernel/fold.js';
import { LAST_DAY } from './kernel/instant.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

type Published = ItemVersion & { readonly version: number; readonly from: string; readonly event: string };
export type ItemState = Status & {
  readonly status: 'none' | 'published' | 'abolished';
  readonly versions: readonly Published[];
  readonly entries: readonly (Entry & Readonly<{ centre: string }>)[];
  readonly exits: readonly (Exit & Readonly<{ centre: string }>)[];
  readonly abolition: Readonly<{ from: string; successor: string | null; event: string }> | null;
};

const moves = ({ entries, exits }: ItemState) => entries.length + exits.length;

export const itemRegister: Fold<ItemState, CatalogueEvent> = {
  category: 'item',
  initial: { status: 'none', versions: [], entries: [], exits: [], abolition: null },
  evolve: (state, { type, data, id: event }) => {
    switch (type) {
      case 'ItemPublished':
        return {
          ...state,
          status: state.status === 'abolished' ? 'abolished' : 'published',
          since: state.since ?? event,
          versions: [...state.versions, { ...data, event }],
        };
      case 'ItemEntered':
        return { ...state, entries: [...state.entries, { ...data, event, seq: moves(state) }] };
      case 'ItemLeftCentre': {
        const { centre, from } = data;
        return { ...state, exits: [...state.exits, { centre, from, event, seq: moves(state) }] };
      }
      case 'ItemAbolished':
        return { ...state, status: 'abolished', since: event, abolition: { ...data, event } };
      default:
        return state;
    }
  },
};

/** The latest version whose first day is not after `on`; null before the first, and from the abolition on. */
export const itemInForce = ({ versions, abolition }: ItemState, on: string): Published | null =>
  abolition && abolition.from <= on ? null : (versions.findLast(({ from }) => from <= on) ?? null);

/** The stay in a centre that a day belongs to. */
export const stayIn = ({ entries, exits }: ItemState, centre: string, on: string): Stay | undefined =>
  staysOf(
    entries.filter((entry) => entry.centre === centre),
    exits.filter((exit) => exit.centre === centre),
  ).findLast((stay) => isThere(stay, on));

type VersionRow = {
  /** `<code> <version>` */
  id: string;
  itemCode: string;
  version: number;
  name: string;
  department: string;
  level: string;
  mustEnter: boolean;
  from: string;
  /** The first day on which it is not in force any more. */
  to: string | null;
  /** As `to`, or the last day of all time: what is in force on a day is `from ≤ day < until`. */
  until: string;
  statutory: Limit | null;
  promised: Limit | null;
  promiseReason: string | null;
  steps: ItemVersion['steps'];
  /** The event that published it. */
  event: string;
};
const codeOf = idOf('item');

/** One row per version of an item. */
export const itemVersions = projection<CatalogueEvent>()<VersionRow>({
  name: 'item_version',
  version: 3,
  key: 'id',
  columns: {
    id: 'text',
    itemCode: 'text',
    version: 'int',
    name: 'text',
    department: 'text',
    level: 'text',
    mustEnter: 'boolean',
    from: 'date',
    to: 'date',
    until: 'date',
    statutory: 'jsonb',
    promised: 'jsonb',
    promiseReason: 'text',
    steps: 'jsonb',
    event: 'text',
  },
  indexes: { byItem: ['itemCode', 'version'], byDepartment: ['department'] },
  uses: {},
  on: {
    ItemPublished: {
      keys: (event) => {
        const { version } = event.data;
        return [version - 1, version].filter((n) => n > 0).map((n) => `${codeOf(event)} ${n}`);
      },
      fold: (row, event, _look, id) => {
        const { version, name, department, level, mustEnter, from, statutory, promised, promiseReason, steps } =
          event.data;
        const itemCode = codeOf(event);
        if (id !== `${itemCode} ${version}`) return row ? { ...row, to: from, until: from } : null;
        return {
          id,
          itemCode,
          version,
          name,
          department,
          level,
          mustEnter,
          from,
          to: null,
          until: LAST_DAY,
          statutory,
          promised,
          promiseReason,
          steps,
          event: event.id,
        };
      },
    },
    ItemAbolished: {
      keys: (event) => `${codeOf(event)} ${event.data.version}`,
      fold: (row, { data }) => (row ? { ...row, to: data.from, until: data.from } : null),
    },
  },
});
