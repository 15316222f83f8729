/**
 * Things that only one act at a time decides on, though its event is in another stream: the numbers of two receipts are
 * two streams, the fee that both are for is one thing. An act claims it first; its append relies on the claim, so that
 * of two that look at the same state of it only one is recorded, and the other looks again.
 */
import type { LedgerEvent } from '../../projections/events/ledger.js';
import type { DataOf } from '../../projections/kernel/message.js';
import type { Status } from '../../projections/kernel/fold.js';
import type { Decider, Thing } from '../kernel/decider.js';
import { turns } from './in-turn.js';

export type ClaimState = Status & { readonly status: 'none' | 'claimed'; readonly by: string | null };
export type ClaimCommand = { type: 'ClaimThing'; data: DataOf<LedgerEvent, 'ThingClaimed'> };
export const claim: Decider<ClaimState, ClaimCommand, LedgerEvent> = {
  category: 'claim',
  initial: { status: 'none', by: null },
  evolve: (state, event) =>
    event.type === 'ThingClaimed' ? { status: 'claimed', since: event.id, by: event.data.by } : state,
  commands: {
    ClaimThing: {
      says: { zh: '占用', en: 'have it to oneself' },
      from: 'any',
      guards: [],
      events: (data) => [{ type: 'ThingClaimed', data }],
    },
  },
};
export const claimId = ({ type, id }: Thing): string => `${type}-${id}`;

export const isClaim = (stream: string): boolean => stream.startsWith(`${claim.category}-`);
const MOST_MS = 250;
/**
 * Before a claim that another process has taken over is taken back: a while that nobody can tell, longer every time, so
 * that one of them comes to its append.
 */
export const someTime = (tries: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(MOST_MS, 2 ** tries)));

const turnsOf = new WeakMap<object, ReturnType<typeof turns>>();
/** Within a process those who want the same of a ledger take turns; across processes they meet at the claim. */
export function taking<T>(ledger: object, names: readonly string[], work: () => Promise<T>): Promise<T> {
  // In one order, so that no two wait for each other.
  const [first, ...rest] = [...new Set(names)].toSorted();
  if (first === undefined) return work();
  let inTurn = turnsOf.get(ledger);
  if (!inTurn) turnsOf.set(ledger, (inTurn = turns()));
  return inTurn(first, () => taking(ledger, rest, work));
}
