/**
 * A policy is a value: rows that say that something is owed, and the commands that it comes to. Nothing is remembered
 * between looks: what is owed stays in the rows until the events that settle it are folded.
 */
import type { Message } from '../../projections/kernel/message.js';
import type { PackRow } from '../../projections/packs.js';
import type { Projection, Row, Value } from '../../projections/kernel/projection.js';

export interface Owed {
  /** Of the decider. */
  readonly category: string;
  readonly id: string;
  readonly command: Message;
  /** The same debt has the same key, however often it is looked at. */
  readonly key: string;
  /** The event that it follows from. */
  readonly causation: string | null;
}
export interface Now {
  /** The last day that is over; null before the first. */
  readonly closed: string | null;
  /** The rule packs that two people have adopted. */
  readonly packs: readonly PackRow[];
  /** A name made from parts, the same for the same parts for ever. */
  readonly named: (...parts: readonly (string | number)[]) => string;
}
export interface Policy<R extends Row = any> {
  readonly name: string;
  readonly of: Projection<any, R, any>;
  /** Which rows owe something; null: none can. */
  readonly where: (now: Now) => Readonly<Record<string, Value | readonly Value[] | { readonly lte: Value }>> | null;
  readonly commands: (row: R, now: Now) => readonly Owed[];
}
export const policy = <R extends Row>(p: Policy<R>): Policy<R> => p;
