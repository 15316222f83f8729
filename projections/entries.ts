/** 进驻: in which centre an item is accepted, from its entry to its exit, day by day; left and entered again, it stays known. */
import type { CatalogueEvent } from './events/catalogue.js';
import { LAST_DAY } from './kernel/instant.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

/** `seq`: its place among the entries and exits of the item, in the order in which they became known. */
export type Entry = Readonly<{ window: string | null; from: string; document: string; seq: number; event: string }>;
export type Exit = Readonly<{ from: string; seq: number; event: string }>;
export type Stay = Entry & Readonly<{ to: string | null; exit: string | null }>;

/**
 * Days [from, to) of each entry into one centre: up to the first exit after it. An exit of the same day takes back an
 * entry that was known before, and an entry of the same day takes back an exit that was.
 */
export const staysOf = (entries: readonly Entry[], exits: readonly Exit[]): readonly Stay[] =>
  entries
    .map((entry): Stay => {
      const after = exits.filter(({ from, seq }) => from > entry.from || (from === entry.from && seq > entry.seq));
      const exit = after.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))[0];
      return { ...entry, to: exit?.from ?? null, exit: exit?.event ?? null };
    })
    .filter(({ from, to }) => to === null || from < to);

export const isThere = ({ from, to }: { readonly from: string; readonly to: string | null }, on: string): boolean =>
  from <= on && (to === null || on < to);

/** Days [from, to) within `from` on on which none of them holds, in order; `to` null: still. */
export function gapsIn(
  stays: readonly { readonly from: string; readonly to: string | null }[],
): readonly Readonly<{ from: string; to: string | null }>[] {
  const gaps: { from: string; to: string | null }[] = [];
  let until: string | null | undefined;
  for (const { from, to } of stays.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    if (until === null) break;
    if (until !== undefined && until < from) gaps.push({ from: until, to: from });
    if (until === undefined || to === null || to > until) until = to;
  }
  return typeof until === 'string' ? [...gaps, { from: until, to: null }] : gaps;
}

const codeOf = idOf('item');
type PairRow = {
  /** `<code> <centre>` */
  id: string;
  entries: readonly Entry[];
  exits: readonly Exit[];
};
const pairOf = (event: { readonly stream: string; readonly data: { readonly centre: string } }) =>
  `${codeOf(event)} ${event.data.centre}`;
const NOTHING = { entries: [], exits: [] } as const;

/** What is registered of an item and a centre, in the order in which it became known. */
export const itemMoves = projection<CatalogueEvent>()<PairRow>({
  name: 'item_move',
  version: 1,
  key: 'id',
  columns: { id: 'text', entries: 'jsonb', exits: 'jsonb' },
  uses: {},
  on: {
    ItemEntered: {
      keys: pairOf,
      fold: (row, { data: { window, from, document }, index: seq, id: event }, _look, id) => {
        const { entries, exits } = row ?? NOTHING;
        return { id, entries: [...entries, { window, from, document, seq, event }], exits };
      },
    },
    ItemLeftCentre: {
      keys: pairOf,
      fold: (row, { data: { from }, index: seq, id: event }, _look, id) => {
        const { entries, exits } = row ?? NOTHING;
        return { id, entries, exits: [...exits, { from, seq, event }] };
      },
    },
  },
});

type EntryRow = {
  /** `<code> <centre> <from>` */
  id: string;
  itemCode: string;
  centre: string;
  window: string | null;
  from: string;
  /** The first day on which it is not accepted there any more. */
  to: string | null;
  /** As `to`, or the last day of all time. */
  until: string;
  document: string;
  /** The event that let it leave. */
  exit: string | null;
};
type Used = { moves: typeof itemMoves };
/** Which items are accepted in which centre, on the days [from, to). */
export const itemEntries = projection<CatalogueEvent>()<EntryRow, Used>({
  name: 'item_entry',
  version: 2,
  key: 'id',
  columns: {
    id: 'text',
    itemCode: 'text',
    centre: 'text',
    window: 'text',
    from: 'date',
    to: 'date',
    until: 'date',
    document: 'text',
    exit: 'text',
  },
  indexes: { byItem: ['itemCode', 'from'], byCentre: ['centre', 'itemCode'] },
  uses: { moves: itemMoves },
  on: Object.fromEntries(
    (['ItemEntered', 'ItemLeftCentre'] as const).map((type) => [
      type,
      {
        keys: (event: Parameters<typeof pairOf>[0], look: LookAt) => {
          const pair = pairOf(event);
          return look.moves.get(pair)!.entries.map(({ from }) => `${pair} ${from}`);
        },
        fold: (_row: EntryRow | undefined, event: Parameters<typeof pairOf>[0], look: LookAt, id: string) => {
          const { entries, exits } = look.moves.get(pairOf(event))!;
          const stay = staysOf(entries, exits).findLast(({ from }) => id.endsWith(` ${from}`));
          if (!stay) return null;
          const { window, from, to, document, exit } = stay;
          const { centre } = event.data;
          return { id, itemCode: codeOf(event), centre, window, from, to, until: to ?? LAST_DAY, document, exit };
        },
      },
    ]),
  ) as never,
});
type LookAt = { moves: { get: (id: string) => PairRow | undefined } };
