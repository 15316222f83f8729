/** Which rows are the same money, as it stands on the log, and what two people have decided of it. */
import {
  type MatchEvent,
  type Pair,
  type PairingEvent,
  pairTold,
  type StepName,
  tell,
  type ToldPair,
} from './events/reconciliation.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

/** By what is in it, whatever it comes to. */
export const pairKey = ([left, right]: ToldPair): string => JSON.stringify([left, right]);
export type MatchState = Status & { readonly status: 'none' | 'matched'; readonly pairs: readonly ToldPair[] };
const pairsAfter = (pairs: readonly ToldPair[], { type, data }: MatchEvent): readonly ToldPair[] => {
  if (type === 'MatchesMade') return pairs.concat(data.pairs);
  const gone = new Set(data.pairs.map(pairKey));
  return pairs.filter((pair) => !gone.has(pairKey(pair)));
};
export const matchRegister: Fold<MatchState, MatchEvent> = {
  category: 'matches',
  initial: { status: 'none', pairs: [] },
  evolve: ({ pairs }, event) => ({ status: 'matched', since: event.id, pairs: pairsAfter(pairs, event) }),
  size: ({ pairs }) => 1 + pairs.length / 2,
};

export type MatchDay = {
  /** `<step>.<pass>.<unit>.<day>` */
  id: string;
  step: StepName;
  pass: number;
  org: string | null;
  day: string;
  count: number;
  pairs: readonly Pair[];
};
/** One row per step, pass, unit and day. */
export const matchDays = projection<MatchEvent>()<MatchDay>({
  name: 'match_day',
  version: 1,
  key: 'id',
  columns: { id: 'text', step: 'text', pass: 'int', org: 'text', day: 'date', count: 'int', pairs: 'jsonb' },
  indexes: { byOrg: ['org', 'day'], byStep: ['step', 'day'] },
  uses: {},
  on: Object.fromEntries(
    (['MatchesMade', 'MatchesUnmade'] as const).map((type) => [
      type,
      {
        keys: idOf('matches'),
        fold: (row: MatchDay | undefined, event: MatchEvent, _look: unknown, id: string) => {
          const { step, pass, org, day } = event.data;
          const pairs = pairsAfter((row?.pairs ?? []).map(tell), event);
          return pairs.length === 0
            ? null
            : { id, step, pass, org, day, count: pairs.length, pairs: pairs.map(pairTold) };
        },
      },
    ]),
  ) as never,
});

type Proposal = Extract<PairingEvent, { type: 'PairingProposed' }>['data'];
export type PairingState = Status & {
  readonly status: 'none' | 'proposed' | 'approved' | 'declined' | 'ended';
  readonly proposal: (Proposal & Readonly<{ by: string | null; event: string }>) | null;
};
export const pairingRegister: Fold<PairingState, PairingEvent> = {
  category: 'pairing',
  initial: { status: 'none', proposal: null },
  evolve: (state, event) => {
    switch (event.type) {
      case 'PairingProposed':
        return {
          status: 'proposed',
          since: event.id,
          proposal: { ...event.data, by: event.actor.person, event: event.id },
        };
      case 'PairingApproved':
        return { ...state, status: 'approved', since: event.id };
      case 'PairingDeclined':
        return { ...state, status: 'declined', since: event.id };
      case 'PairingEnded':
        return { ...state, status: 'ended', since: event.id };
      default:
        return state;
    }
  },
};
export type PairingRow = Proposal & {
  pairing: string;
  status: Exclude<PairingState['status'], 'none'>;
  maker: string | null;
  checker: string | null;
  note: string | null;
};
const pairingOf = idOf('pairing');
const decided = (status: PairingRow['status']) => ({
  keys: pairingOf,
  fold: (row: PairingRow | undefined, event: any) =>
    row
      ? {
          ...row,
          status,
          checker: event.actor.person as string | null,
          note: event.data.note ?? event.data.reason ?? null,
        }
      : null,
});
export const pairings = projection<PairingEvent>()<PairingRow>({
  name: 'pairing',
  version: 1,
  key: 'pairing',
  columns: {
    pairing: 'text',
    status: 'text',
    step: 'text',
    kind: 'text',
    left: 'jsonb',
    right: 'jsonb',
    reason: 'text',
    maker: 'text',
    checker: 'text',
    note: 'text',
  },
  indexes: { byStatus: ['status'] },
  uses: {},
  on: {
    PairingProposed: {
      keys: pairingOf,
      fold: (_row, { data, actor }, _look, pairing) => ({
        pairing,
        status: 'proposed',
        ...data,
        maker: actor.person,
        checker: null,
        note: null,
      }),
    },
    PairingApproved: decided('approved'),
    PairingDeclined: decided('declined'),
    PairingEnded: decided('ended'),
  },
});
