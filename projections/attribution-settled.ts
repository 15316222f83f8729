/** What became of suggestions: adopted, or not followed, with the reason, by whom. Stream `attribution-<matter>`. */
import type { AttributionEvent, SuggestionSettled } from './events/attribution.js';
import type { Fold, Status } from './kernel/fold.js';

export type Settled = SuggestionSettled &
  Readonly<{ event: string; adopted: boolean; by: string | null; occurredAt: string }>;
/** Of each subject and pattern the last word; every word is in the log. */
export type AttributionState = Status & {
  readonly status: 'none' | 'settled';
  readonly settled: readonly Settled[];
};
const sameAs =
  ({ subject, pattern }: Pick<SuggestionSettled, 'subject' | 'pattern'>) =>
  (each: Settled) =>
    each.subject === subject && each.pattern === pattern;

export const attributionRegister: Fold<AttributionState, AttributionEvent> = {
  category: 'attribution',
  initial: { status: 'none', settled: [] },
  evolve: (state, { type, data, id: event, actor, occurredAt }) => {
    if (type !== 'SuggestionAdopted' && type !== 'SuggestionRejected') return state;
    const adopted = type === 'SuggestionAdopted';
    const said: Settled = { ...data, event, adopted, by: actor.person, occurredAt };
    const others = state.settled.filter((each) => !sameAs(data)(each));
    return { status: 'settled', settled: [...others, said], since: event };
  },
};
