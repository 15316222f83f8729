/** Every acceptance, by item and place, also the second one of a matter: what was accepted where, and by whom. */
import type { MatterEvent } from './events/matters.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

type AcceptanceRow = {
  /** Id of the event. */
  acceptance: string;
  matterId: string;
  itemCode: string | null;
  on: string;
  acceptanceNo: string | null;
  placeKind: string;
  centre: string | null;
  window: string | null;
  channel: string | null;
  org: string | null;
  post: string | null;
  person: string | null;
  /** The system that reported it; null where it was done here. */
  system: string | null;
  irregularities: number;
};

export const acceptances = projection<MatterEvent>()<AcceptanceRow>({
  name: 'acceptance',
  version: 1,
  key: 'acceptance',
  columns: {
    acceptance: 'text',
    matterId: 'text',
    itemCode: 'text',
    on: 'date',
    acceptanceNo: 'text',
    placeKind: 'text',
    centre: 'text',
    window: 'text',
    channel: 'text',
    org: 'text',
    post: 'text',
    person: 'text',
    system: 'text',
    irregularities: 'int',
  },
  indexes: {
    byItem: ['itemCode', 'on'],
    byPlace: ['placeKind', 'on'],
    byCentre: ['centre', 'on'],
    byMatter: ['matterId', 'on'],
  },
  grows: true,
  uses: {},
  on: {
    MatterAccepted: {
      keys: ({ id }) => id,
      fold: (_row, { stream, data, place, channel, actor, source, irregularities }, _look, acceptance) => ({
        acceptance,
        matterId: idOf('matter')({ stream }),
        itemCode: data.itemCode,
        on: data.on,
        acceptanceNo: data.acceptanceNo,
        placeKind: place?.kind ?? 'unknown',
        centre: data.centre,
        window: data.window,
        channel: channel ?? null,
        org: actor.org ?? null,
        post: actor.post ?? null,
        person: actor.person,
        system: source?.system ?? null,
        irregularities: irregularities.length,
      }),
    },
  },
});
