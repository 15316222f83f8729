/** What one stream means: the state that a decider decides from, and that other deciders may ask for as a fact. */
import type { Message, Recorded } from './message.js';

/**
 * `since`: the id of the event that brought this status about. `said`: what was said in the stream, of folds that follow
 * what sources tell anew; `gone`: its source has taken it back.
 */
export type Status = {
  readonly status: string;
  readonly since?: string;
  readonly said?: readonly Readonly<{ event: Recorded<any>; gone: boolean }>[];
};

export interface Fold<S, E extends Message> {
  /** Prefix of the stream's name: `item` for `item-A-1`. Also the type of the object in `refs`. */
  readonly category: string;
  readonly initial: S;
  /** Total: never throws, whatever order reports arrive in. */
  readonly evolve: (state: S, event: Recorded<E>) => S;
  /** How much room a state takes where states are kept, in those of an ordinary stream; 1 unless told. */
  readonly size?: (state: S) => number;
}
