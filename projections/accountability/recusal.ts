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

export const recusalRegister: Fold<RecusalState, RecusalEvent> = {
  category: 'recusal',
  initial: { status: 'open', of: {}, interference: [] },
  evolve: (state, event) => {
    const put = (person: string, change: Partial<Standing>): RecusalState => {
      const known = Object.hasOwn(state.of, person) ? state.of[person]! : NEW;
      return { ...state, of: { ...state.of, [person]: { ...known, ...change, event: event.id } } };
    };
    switch (event.type) {
      case 'ConflictDeclared': {
        const { conflict, grounds = null } = event.data;
        // Whoever declares another conflict waits for another ruling.
        const ruled = conflict ? { ruled: null } : {};
        return event.actor.person === null
          ? state
          : put(event.actor.person, { declared: event.id, conflict, grounds, ...ruled });
      }
      case 'RecusalRequested':
        return put(event.data.person, { raisedBy: event.actor.person, grounds: event.data.grounds, ruled: null });
      case 'RecusalRuled':
        return put(event.data.person, { ruled: event.data.result });
      case 'InterferenceRecorded':
        return { ...state, interference: [...state.interference, event.id] };
      default:
        return state;
    }
  },
};
/** Why somebody may not handle it; null: he may. A declaration comes before everything. */
export function barred(state: RecusalState, person: string, needsDeclaration = true): string | null {
  const standing = Object.hasOwn(state.of, person) ? state.of[person]! : null;
  if (standing?.ruled === 'recused') return 'recused';
  if (standing && standing.ruled === null && (standing.conflict || standing.raisedBy !== null)) return 'ruling';
  return needsDeclaration && (standing?.declared ?? null) === null ? 'declaration' : null;
}
