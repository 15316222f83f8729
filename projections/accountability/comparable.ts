/**
 * What came of comparable conduct (同类处理结果): of leads and cases that were said to be of the same kind, in the same
 * track, the heaviest outcome of each, so that whoever decides sees what is in proportion.
 */
import type { AccountabilityEvent } from '../events/accountability.js';
import { happenedOn } from '../kernel/instant.js';
import type { Recorded } from '../kernel/message.js';
import { projection } from '../kernel/projection.js';
import type { Text } from '../kernel/rule.js';
import { affairOfStream } from './acts.js';
import { leadCards } from './cards.js';
import { kindOf, type Outcome, type OutcomeCode } from './outcomes.js';
import type { Profile } from './table.js';

export type ComparableRow = {
  /** `<affair> <allegation>` */
  id: string;
  affair: string;
  allegation: string;
  profile: Profile;
  outcome: OutcomeCode;
  decidedOn: string;
};
const USED = { leadCards } as const;
const outcomesIn = (event: Recorded): readonly Pick<Outcome, 'code'>[] => {
  const { outcomes, code } = event.data as { outcomes?: readonly Outcome[]; code?: OutcomeCode };
  return outcomes ?? (code === undefined ? [] : [{ code }]);
};
const handler = {
  keys: (event: Recorded, look: any) => {
    const affair = affairOfStream(event.stream);
    const lead = (look as { leadCards: { get: (id: string) => { state: { allegations: string[] } } | undefined } })
      .leadCards;
    return (lead.get(affair)?.state.allegations ?? []).map((one) => `${affair} ${one}`);
  },
  fold: (_row: ComparableRow | undefined, event: Recorded, look: any, id: string): ComparableRow | null => {
    const affair = affairOfStream(event.stream);
    const card = (
      look as { leadCards: { get: (key: string) => { profile: Profile | null } | undefined } }
    ).leadCards.get(affair);
    const heaviest = outcomesIn(event).toSorted((a, b) => kindOf(b.code).rank - kindOf(a.code).rank)[0];
    // What was revoked came to nothing.
    if (!card?.profile || !heaviest) return null;
    const { profile } = card;
    const allegation = id.slice(affair.length + 1);
    return { id, affair, allegation, profile, outcome: heaviest.code, decidedOn: happenedOn(event) };
  },
};
export const comparables = projection<AccountabilityEvent>()<ComparableRow, typeof USED>({
  name: 'accountability_comparable',
  version: 1,
  key: 'id',
  columns: { id: 'text', affair: 'text', allegation: 'text', profile: 'text', outcome: 'text', decidedOn: 'date' },
  indexes: { byKind: ['allegation', 'profile', 'decidedOn'] },
  uses: USED,
  on: {
    DecisionMade: handler,
    DecisionChanged: handler,
    DecisionRevoked: handler,
    LightOutcomeGiven: handler,
  } as never,
});

/** Of fewer nothing is said but how many they are: somebody would be recognised. */
export const LEAST_COMPARED = 5;
export type Comparison = Readonly<{
  allegation: string;
  /** How many there are; and of each outcome, the heaviest first, with their affairs. */
  n: number;
  outcomes: readonly (Text & Readonly<{ code: string; count: number; of: readonly string[] }>)[];
}>;
export function comparison(allegation: string, rows: readonly ComparableRow[]): Comparison {
  const n = rows.length;
  if (n < LEAST_COMPARED) return { allegation, n, outcomes: [] };
  const codes = [...new Set(rows.map(({ outcome }) => outcome))].toSorted((a, b) => kindOf(b).rank - kindOf(a).rank);
  const outcomes = codes.map((code) => {
    const of = rows.filter(({ outcome }) => outcome === code).map(({ affair }) => affair);
    const { zh, en } = kindOf(code);
    return { code, zh, en, count: of.length, of };
  });
  return { allegation, n, outcomes };
}
