/** What a review means (复审、复核、申诉): rounds against a decision of the case. */
import type { ReviewDecision, ReviewEvent } from '../events/accountability.js';
import { happenedOn } from '../kernel/instant.js';
import type { Fold, Status } from '../kernel/fold.js';
import { type Handler, handlerOf } from './lead.js';
import { after, type StatusOf } from './table.js';

export interface ReviewState extends Status {
  readonly status: StatusOf<'review'>;
  readonly since?: string;
  readonly on: string | null;
  readonly subject: string | null;
  /** The event of the case that it is against. */
  readonly decision: string | null;
  readonly grounds: string | null;
  readonly organ: string | null;
  /** Everybody who was ever named, and those of this instance. */
  readonly reviewers: readonly Handler[];
  readonly now: readonly string[];
  readonly result: (ReviewDecision & Readonly<{ event: string; on: string }>) | null;
  readonly extended: boolean;
}
export const reviewRegister: Fold<ReviewState, ReviewEvent> = {
  category: 'review',
  initial: {
    status: 'none',
    on: null,
    subject: null,
    decision: null,
    grounds: null,
    organ: null,
    reviewers: [],
    now: [],
    result: null,
    extended: false,
  },
  evolve: (state, event) => {
    const status = after('review', event.type, state.status);
    const moved = status !== state.status ? { status, since: event.id, on: happenedOn(event) } : {};
    const change = ((): Partial<ReviewState> => {
      switch (event.type) {
        case 'ReviewRequested': {
          const { subject, decision, grounds } = event.data;
          return { subject, decision, grounds, now: [], result: null, extended: false };
        }
        case 'ReviewersAssigned': {
          const named = event.data.members.map(handlerOf);
          return { reviewers: [...state.reviewers, ...named], now: named.map(({ person }) => person) };
        }
        case 'ReviewDecided':
        case 'AppealDecided': {
          const { result, ground, outcomes, reason } = event.data;
          return { result: { result, ground, outcomes, reason, event: event.id, on: happenedOn(event) } };
        }
        case 'ReviewAppealed':
          return { organ: event.data.organ, grounds: event.data.grounds, now: [] };
        case 'AppealExtended':
          return { extended: true };
        default:
          return {};
      }
    })();
    return { ...state, ...change, ...moved };
  },
};
