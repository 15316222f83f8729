/** What the registers say of the place of every acceptance (进驻, 豁免), and how that comes out by item and day. */
import { type AcceptanceRow, acceptances } from './acceptances.js';
import { itemVersions } from './catalogue.js';
import { itemEntries } from './entries.js';
import { posts } from './centres.js';
import type { CatalogueEvent } from './events/catalogue.js';
import type { ExemptionEvent } from './events/exemptions.js';
import type { MatterEvent } from './events/matters.js';
import { approved, exemptions, exempts } from './exemptions.js';
import { idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';

type Registers = {
  acceptances: typeof acceptances;
  itemVersions: typeof itemVersions;
  itemEntries: typeof itemEntries;
  exemptions: typeof exemptions;
  posts: typeof posts;
};
const REGISTERS: Registers = { acceptances, itemVersions, itemEntries, exemptions, posts };

/**
 * inside: accepted where it belongs. exempt: outside, under an exemption in force. not-entered: outside, and the item
 * had not entered a centre. outside: none of these. The last two: it cannot be told.
 */
export const PLACINGS = ['inside', 'exempt', 'not-entered', 'outside', 'unknown-place', 'unknown-item'] as const;
export type Placing = (typeof PLACINGS)[number];

export type PlacedAct = {
  /** Id of the acceptance. */
  act: string;
  seq: number;
  matterId: string;
  itemCode: string | null;
  /** The unit that the item belongs to on that day. */
  department: string | null;
  on: string;
  placeKind: string;
  centre: string | null;
  placing: Placing;
  entered: boolean;
  mustEnter: boolean;
  /**
   * The exemption that covers it; one that would, had the government approved it; one that was decided only afterwards;
   * one that had ended; one of another scope.
   */
  exemption: string | null;
  unapproved: string | null;
  ratifiedLater: string | null;
  expired: string | null;
  outOfScope: string | null;
  /** Done from a post at a centre's window: the place may be wrong. */
  seconded: boolean;
};

type ExemptionRow = NonNullable<ReturnType<Look<Registers>['exemptions']['get']>>;
const inScope = ({ items, places, channels }: ExemptionRow, act: AcceptanceRow) =>
  (items === null || (act.itemCode !== null && items.includes(act.itemCode))) &&
  (places === null || places.includes(act.placeKind)) &&
  (channels === null || (act.channel !== null && channels.includes(act.channel)));

/** What exemptions of the unit say of an act; each counts from the day it was decided on, whatever it says of itself. */
function exempted(act: AcceptanceRow, of: readonly ExemptionRow[]) {
  const begun = of.filter((row) => approved(row) && row.from !== null && row.from <= act.on);
  const granted = begun.filter(exempts);
  const inTime = (row: ExemptionRow) => act.on < row.until;
  const covering = granted.filter(inTime);
  const decided = ({ decidedOn }: ExemptionRow) => decidedOn !== null && decidedOn <= act.on;
  const first = (rows: readonly ExemptionRow[]) => rows[0]?.id ?? null;
  return {
    exemption: first(covering.filter((row) => inScope(row, act) && decided(row))),
    unapproved: first(begun.filter((row) => !exempts(row) && inTime(row) && inScope(row, act) && decided(row))),
    ratifiedLater: first(covering.filter((row) => inScope(row, act) && !decided(row))),
    expired: first(granted.filter((row) => !inTime(row) && inScope(row, act) && decided(row))),
    outOfScope: first(covering.filter((row) => !inScope(row, act) && decided(row))),
  };
}

const NOT_EXEMPT = { exemption: null, unapproved: null, ratifiedLater: null, expired: null, outOfScope: null } as const;

function placed(act: AcceptanceRow, look: Look<Registers>): PlacedAct {
  const { acceptance, seq, matterId, itemCode, on, placeKind, centre, post } = act;
  const version =
    itemCode === null ? undefined : look.itemVersions.range('byItem', [itemCode]).findLast(({ from }) => from <= on);
  const department = version?.department ?? null;
  const known = { act: acceptance, seq, matterId, itemCode, department, on, placeKind, centre };
  const entered =
    act.outside &&
    itemCode !== null &&
    look.itemEntries.range('byItem', [itemCode], [itemCode, on]).some(({ until }) => on < until);
  const found = act.outside
    ? exempted(act, department === null ? [] : look.exemptions.range('byOrg', [department]))
    : NOT_EXEMPT;
  const seconded = act.outside && post !== null && (look.posts.get(post)?.centre ?? null) !== null;
  return {
    ...known,
    placing: placingOf(act, { known: version !== undefined, entered, exempt: found.exemption !== null }),
    entered,
    mustEnter: version?.mustEnter ?? false,
    ...found,
    seconded,
  };
}
function placingOf(
  { outside, placeKind }: AcceptanceRow,
  { known, entered, exempt }: { known: boolean; entered: boolean; exempt: boolean },
): Placing {
  if (!outside) return 'inside';
  if (placeKind === 'unknown') return 'unknown-place';
  if (!known) return 'unknown-item';
  if (exempt) return 'exempt';
  return entered ? 'outside' : 'not-entered';
}

type Placings = MatterEvent | CatalogueEvent | ExemptionEvent;
const codeOf = idOf('item');

/** Acceptances whose place is to be looked at again: the one that is made, and those that a late fact bears on. */
export function actsTouched(
  event: Recorded<any>,
  look: Pick<Look<Registers>, 'acceptances' | 'itemVersions'>,
): readonly string[] {
  const { type, data } = event as Recorded<Placings>;
  const of = (rows: readonly AcceptanceRow[]) => rows.map(({ acceptance }) => acceptance);
  switch (type) {
    case 'MatterAccepted':
      return [event.id];
    case 'AcceptanceCorrected':
      return look.acceptances.get(data.acceptance) ? [data.acceptance] : [];
    case 'ItemPublished':
      return of(look.acceptances.range('byItem', [codeOf(event), data.from], [codeOf(event)]));
    case 'ItemEntered':
    case 'ItemLeftCentre':
      return of(look.acceptances.range('byItemOutside', [codeOf(event), true, data.from], [codeOf(event), true]));
    case 'ExemptionApproved':
    case 'ExemptionRevoked': {
      const items = look.itemVersions
        .range('byDepartment', [idOf('exemptions')(event)])
        .map(({ itemCode }) => itemCode);
      return [...new Set(items)].flatMap((item) =>
        of(look.acceptances.range('byItemOutside', [item, true, data.from], [item, true])),
      );
    }
    default:
      return [];
  }
}
/** Events that {@link actsTouched} knows. */
export const PLACING_EVENTS = [
  'MatterAccepted',
  'AcceptanceCorrected',
  'ItemPublished',
  'ItemEntered',
  'ItemLeftCentre',
  'ExemptionApproved',
  'ExemptionRevoked',
] as const;

export const placedActs = projection<Placings>()<PlacedAct, Registers>({
  name: 'placed_act',
  version: 2,
  key: 'act',
  columns: {
    act: 'text',
    seq: 'int',
    matterId: 'text',
    itemCode: 'text',
    department: 'text',
    on: 'date',
    placeKind: 'text',
    centre: 'text',
    placing: 'text',
    entered: 'boolean',
    mustEnter: 'boolean',
    exemption: 'text',
    unapproved: 'text',
    ratifiedLater: 'text',
    expired: 'text',
    outOfScope: 'text',
    seconded: 'boolean',
  },
  indexes: {
    byItemDay: ['itemCode', 'on'],
    byPlacing: ['placing', 'on'],
    byDepartment: ['department', 'placing', 'on'],
  },
  uses: REGISTERS,
  on: Object.fromEntries(
    PLACING_EVENTS.map((type) => [
      type,
      {
        keys: actsTouched,
        fold: (_row: PlacedAct | undefined, _event: Recorded, look: Look<Registers>, act: string) =>
          placed(look.acceptances.get(act)!, look),
      },
    ]),
  ) as never,
});

/** How many of them are kept by name. */
const SAMPLE = 10;
export type PlaceDay = {
  /** `<item> <day>` */
  id: string;
  itemCode: string;
  day: string;
  department: string | null;
  inside: number;
  outside: number;
  exempt: number;
  others: number;
  /** Of those outside: recorded from a post of a centre, so that the place may be wrong. */
  seconded: number;
  /** There are acts outside. */
  bad: boolean;
  /** The act outside that the log knew first. */
  oldest: string | null;
  oldestSeq: number | null;
  acts: readonly string[];
  insideActs: readonly string[];
};
const NO_DAY = {
  inside: 0,
  outside: 0,
  exempt: 0,
  others: 0,
  seconded: 0,
  bad: false,
  oldest: null,
  oldestSeq: null,
} as const;

function counted(row: PlaceDay, { act, seq, placing, department, seconded }: PlacedAct): PlaceDay {
  const kind = placing === 'inside' || placing === 'outside' || placing === 'exempt' ? placing : 'others';
  const next: PlaceDay = { ...row, department: department ?? row.department, [kind]: row[kind] + 1 };
  if (kind === 'inside' && row.insideActs.length < 3) return { ...next, insideActs: [...row.insideActs, act] };
  if (kind !== 'outside') return next;
  const first = row.oldestSeq === null || seq < row.oldestSeq;
  return {
    ...next,
    seconded: row.seconded + Number(seconded),
    bad: true,
    oldest: first ? act : row.oldest,
    oldestSeq: first ? seq : row.oldestSeq,
    acts: row.acts.length < SAMPLE ? [...row.acts, act] : row.acts,
  };
}

export const dayKeys = (acts: readonly (PlacedAct | undefined)[]): readonly string[] => [
  ...new Set(acts.flatMap((act) => (act && act.itemCode !== null ? [`${act.itemCode} ${act.on}`] : []))),
];

/** Counts by item and day: one more acceptance adds to its day; where a register changes, the day is counted anew. */
export const placeDays = projection<Placings>()<PlaceDay, Registers & { placedActs: typeof placedActs }>({
  name: 'place_day',
  version: 2,
  key: 'id',
  columns: {
    id: 'text',
    itemCode: 'text',
    day: 'date',
    department: 'text',
    inside: 'int',
    outside: 'int',
    exempt: 'int',
    others: 'int',
    seconded: 'int',
    bad: 'boolean',
    oldest: 'text',
    oldestSeq: 'int',
    acts: 'jsonb',
    insideActs: 'jsonb',
  },
  indexes: { byItem: ['itemCode', 'day'], byBad: ['itemCode', 'bad', 'day'], byDepartment: ['department', 'day'] },
  uses: { ...REGISTERS, placedActs },
  on: Object.fromEntries(
    PLACING_EVENTS.map((type) => [
      type,
      {
        keys: (event: Recorded, look: Look<Registers & { placedActs: typeof placedActs }>) =>
          dayKeys(actsTouched(event, look).map((act) => look.placedActs.get(act))),
        fold: (
          row: PlaceDay | undefined,
          event: Recorded,
          look: Look<Registers & { placedActs: typeof placedActs }>,
          id: string,
        ) => {
          const [itemCode, day] = [id.slice(0, -11), id.slice(-10)];
          const empty: PlaceDay = { id, itemCode, day, department: null, ...NO_DAY, acts: [], insideActs: [] };
          if (event.type === 'MatterAccepted') return counted(row ?? empty, look.placedActs.get(event.id)!);
          return look.placedActs
            .range('byItemDay', [itemCode, day])
            .toSorted((a, b) => a.seq - b.seq)
            .reduce(counted, empty);
        },
      },
    ]),
  ) as never,
});
