/** Every acceptance, by item and place, also the second one of a matter: what was accepted where, and by whom. */
import type { MatterEvent } from './events/matters.js';
import { dayOf, millisOf } from './kernel/instant.js';
import { type Channel, idOf, type PlaceKind } from './kernel/message.js';
import { projection } from './kernel/projection.js';

/** Where nobody has to prove that it belongs to the centre; online and on behalf of a centre elsewhere belong to it, too. */
const INSIDE: ReadonlySet<PlaceKind> = new Set(['centre-window', 'self-service', 'on-site-session']);
const BELONGS: ReadonlySet<Channel | null> = new Set(['online-platform', 'relay']);

const isOutside = (kind: PlaceKind, channel: Channel | null) => !INSIDE.has(kind) && !BELONGS.has(channel);

export type AcceptanceRow = {
  /** Id of the event. */
  acceptance: string;
  matterId: string;
  itemCode: string | null;
  on: string;
  acceptanceNo: string | null;
  /** In the order of the log. */
  seq: number;
  placeKind: PlaceKind;
  /** By place and channel alone: whether a register has to say that it may be done there. */
  outside: boolean;
  centre: string | null;
  window: string | null;
  channel: Channel | null;
  org: string | null;
  post: string | null;
  person: string | null;
  /** The system that reported it; null where it was done here. */
  system: string | null;
  /** The day that system, or the ledger, was told, and in minutes since 1970; null where the system does not say. */
  registeredOn: string | null;
  registeredMinute: number | null;
  irregularities: number;
};

export const acceptances = projection<MatterEvent>()<AcceptanceRow>({
  name: 'acceptance',
  version: 3,
  key: 'acceptance',
  columns: {
    acceptance: 'text',
    matterId: 'text',
    itemCode: 'text',
    on: 'date',
    acceptanceNo: 'text',
    seq: 'int',
    placeKind: 'text',
    outside: 'boolean',
    centre: 'text',
    window: 'text',
    channel: 'text',
    org: 'text',
    post: 'text',
    person: 'text',
    system: 'text',
    registeredOn: 'date',
    registeredMinute: 'int',
    irregularities: 'int',
  },
  indexes: {
    byItem: ['itemCode', 'on'],
    byItemOutside: ['itemCode', 'outside', 'on'],
    byPlace: ['placeKind', 'on'],
    byCentre: ['centre', 'on'],
    byMatter: ['matterId', 'on'],
  },
  uses: {},
  on: {
    MatterAccepted: {
      keys: ({ id }) => id,
      fold: (_row, event, _look, acceptance) => {
        const { stream, data, place, channel = null, actor, source, irregularities, recordedAt, index } = event;
        const placeKind = place?.kind ?? 'unknown';
        const told = source ? source.registeredAt : recordedAt;
        return {
          acceptance,
          matterId: idOf('matter')({ stream }),
          itemCode: data.itemCode,
          on: data.on,
          acceptanceNo: data.acceptanceNo,
          seq: index,
          placeKind,
          outside: isOutside(placeKind, channel),
          centre: data.centre,
          window: data.window,
          channel,
          org: actor.org ?? null,
          post: actor.post ?? null,
          person: actor.person,
          system: source?.system ?? null,
          registeredOn: told === null ? null : dayOf(told),
          registeredMinute: told === null ? null : Math.floor(millisOf(told) / 60_000),
          irregularities: irregularities.length,
        };
      },
    },
    AcceptanceCorrected: {
      keys: ({ data }) => data.acceptance,
      fold: (row, { data: { place, channel } }) => {
        if (!row) return null;
        const now = channel ?? row.channel;
        return { ...row, placeKind: place.kind, channel: now, outside: isOutside(place.kind, now) };
      },
    },
  },
});
