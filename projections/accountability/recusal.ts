/** Conflicts (回避) of an affair, for its lead, case and review together: who has declared what, and what was ruled. */
import type { RecusalEvent } from '../events/accountability.js';
import type { Fold, Status } from '../kernel/fold.js';

export interface Standing {
  readonly declared: string | null;
  readonly conflict: boolean;
  readonly grounds: string | null;
  /** Somebody else says that he has one. */
  readonly raisedBy: string | null;
  readonly ruled: 'recused' | 'stays' | null;
  readonly event: string;
}
export interface RecusalState extends Status {
  readonly status: 'open';
  readonly of: Readonly<Record<string, Standing>>;
  /** Events that tell of somebody who asked about it or pleaded for somebody. */
  readonly interference: readonly string[];
}
const NEW = { declared: null, conflict: false, grounds: null, raisedBy: null, ruled: null } as const;
const standingOf = ({ of }: RecusalState, person: string): Omit<Standing, 'event'> =>
  Object.hasOwn(of, person) ? of[person]! : NEW;

/** Whoever is recused stays so, whatever he or somebody else says, until another ruling. */
const waiting = (state: RecusalState, person: string): Partial<Standing> =>
  standingOf(state, person).ruled === 'recused' ? {} : { ruled: null };

export const recusalRegister: Fold<RecusalState, RecusalEvent> = {
  category: 'recusal',
  initial: { status: 'open', of: {}, interference: [] },
  evolve: (state, event) => {
    const put = (person: string, change: Partial<Standing>): RecusalState => ({
      ...state,
      of: { ...state.of, [person]: { ...standingOf(state, person), ...change, event: event.id } },
    });
    switch (event.type) {
      case 'ConflictDeclared': {
        const { person } = event.actor;
        if (person === null) return state;
        const { conflict, grounds = null } = event.data;
        // A conflict that was declared is ruled on, and not taken back; another one waits for another ruling.
        return conflict
          ? put(person, { declared: event.id, conflict, grounds, ...waiting(state, person) })
          : put(person, { declared: event.id });
      }
      case 'RecusalRequested':
        return put(event.data.person, {
          raisedBy: event.actor.person,
          grounds: event.data.grounds,
          ...waiting(state, event.data.person),
        });
      case 'RecusalRuled':
        return put(event.data.person, { ruled: event.data.result });
      case 'InterferenceRecorded':
        return { ...state, interference: [...state.interference, event.id] };
      default:
        return state;
    }
  },
};
/** Why somebody may not handle it who need not have declared; null: he may. */
export function conflictOf(state: RecusalState, person: string): string | null {
  const { ruled, conflict, raisedBy } = standingOf(state, person);
  if (ruled === 'recused') return 'recused';
  return ruled === null && (conflict || raisedBy !== null) ? 'ruling' : null;
}
/** Why somebody may not handle it; null: he may. A declaration comes before everything. */
export const barred = (state: RecusalState, person: string): string | null =>
  conflictOf(state, person) ?? (standingOf(state, person).declared === null ? 'declaration' : null);
