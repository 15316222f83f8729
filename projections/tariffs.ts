/** Which fee items there are (收费项目), by which rate and law, and which version of each is in force on a day. */
import type { FeeItemVersion, TariffEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { LAST_DAY } from './kernel/instant.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { following, retold, type Said, saidIn } from './told-anew.js';

type Published = FeeItemVersion & { readonly version: number; readonly from: string; readonly event: string };
export type TariffState = Status & {
  readonly status: 'none' | 'published' | 'abolished';
  readonly versions: readonly Published[];
  readonly abolition: Readonly<{ from: string; event: string }> | null;
};
function versionsAfter(state: TariffState, { type, data, id: event }: Recorded<TariffEvent>): TariffState {
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
}
export const tariffRegister: Fold<TariffState, TariffEvent> = following<TariffState, TariffEvent>({
  category: 'tariff',
  initial: { status: 'none', versions: [], abolition: null },
  evolve: versionsAfter,
});
/** The latest version whose first day is not after `on`; null before the first, and from the abolition on. */
export const tariffInForce = ({ versions, abolition }: TariffState, on: string): Published | null =>
  abolition && abolition.from <= on ? null : (versions.findLast(({ from }) => from <= on) ?? null);

/** What was said of each fee item, as its sources tell it now: its versions follow from all of it. */
type TariffSaid = { feeItem: string; said: readonly Said[] };
const codeOf = idOf('tariff');
const TARIFF_EVENTS = ['FeeItemPublished', 'FeeItemAbolished', 'SourceRowChanged'] as const;
export const tariffsSaid = projection<TariffEvent>()<TariffSaid>({
  name: 'tariff_said',
  version: 1,
  key: 'feeItem',
  columns: { feeItem: 'text', said: 'jsonb' },
  uses: {},
  on: Object.fromEntries(
    TARIFF_EVENTS.map((type) => [
      type,
      {
        keys: idIn('tariff'),
        fold: (row: TariffSaid | undefined, event: Recorded<TariffEvent>): TariffSaid | null => {
          if (event.type !== 'SourceRowChanged')
            return { feeItem: codeOf(event), said: [...(row?.said ?? []), saidIn(event)] };
          return row ? { ...row, said: retold(row.said, event) } : null;
        },
      },
    ]),
  ) as never,
});

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
  /** The event by which its source took it back. */
  withdrawn: string | null;
  event: string;
};
type Publishing = Said & { readonly data: FeeItemVersion & { version: number; from: string; document: string } };
const isPublishing = (one: Said): one is Publishing => one.type === 'FeeItemPublished';
/** A version ends where the next begins, or where the fee item is abolished; of those that its source has no more none does. */
function versionRow(said: readonly Said[], feeItem: string, id: string): FeeItemRow | null {
  const all = said.filter(isPublishing);
  const mine = all.findLast(({ data }) => `${feeItem} ${data.version}` === id);
  if (!mine) return null;
  const { document: _, ...version } = mine.data;
  const row = { id, feeItem, ...version, until: LAST_DAY, abolished: null, withdrawn: mine.gone, event: mine.id };
  if (mine.gone !== null) return row;
  const standing = all.filter(({ gone }) => gone === null);
  const next = standing[standing.indexOf(mine) + 1]?.data.from ?? LAST_DAY;
  // It ends the latest version that there was by then.
  const ends = ({ type, gone, data }: Said) =>
    type === 'FeeItemAbolished' &&
    gone === null &&
    standing.findLast((one) => one.data.version <= (data as { version: number }).version) === mine;
  const end = said.findLast(ends);
  if (!end) return { ...row, until: next };
  const { from } = end.data as { from: string };
  return { ...row, until: from < next ? from : next, abolished: end.id };
}

/** One row per version of a fee item. */
export const feeItems = projection<TariffEvent>()<FeeItemRow, { tariffsSaid: typeof tariffsSaid }>({
  name: 'fee_item',
  version: 2,
  key: 'id',
  columns: {
    id: 'text',
    feeItem: 'text',
    version: 'int',
    from: 'date',
    until: 'date',
    abolished: 'text',
    withdrawn: 'text',
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
  uses: { tariffsSaid },
  on: Object.fromEntries(
    TARIFF_EVENTS.map((type) => [
      type,
      {
        keys: (event: Recorded, look: Look<{ tariffsSaid: typeof tariffsSaid }>) => {
          const [feeItem] = [idIn('tariff')(event)].flat();
          const said = feeItem === undefined ? [] : (look.tariffsSaid.get(feeItem)?.said ?? []);
          return [...new Set(said.filter(isPublishing).map(({ data }) => `${feeItem} ${data.version}`))];
        },
        fold: (
          _row: FeeItemRow | undefined,
          event: Recorded,
          look: Look<{ tariffsSaid: typeof tariffsSaid }>,
          id: string,
        ) => versionRow(look.tariffsSaid.get(codeOf(event))!.said, codeOf(event), id),
      },
    ]),
  ) as never,
});
