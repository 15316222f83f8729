/** What the rules of a matter's commands are made of. */
import type { Holder, MatterEvent } from '../../../projections/events/matters.js';
import type { MatterState } from '../../../projections/matters.js';
import type { CommandRule, Context, Draft, Guard } from '../../kernel/decider.js';
import type { MatterCommand } from './commands.js';

export type DataOf<T extends MatterCommand['type']> = Extract<MatterCommand, { type: T }>['data'];
export type From = readonly MatterState['status'][];
export type Rules = { readonly [T in MatterCommand['type']]: CommandRule<MatterState, DataOf<T>, MatterEvent, any> };

export const BEFORE: From = ['none', 'inquired', 'received', 'correcting'];
export const OPEN: From = ['received', 'correcting', 'accepted', 'paused'];
export const RUNNING: From = ['accepted', 'paused'];
export const OVER: From = ['decided', 'delivered', 'refused', 'closed', 'withdrawn'];
export const ALL: From = ['none', 'inquired', ...OPEN, ...OVER];

export const holderOf = (data: { holder?: Holder }, { by }: Context): Holder => data.holder ?? asHolder(by);
export const asHolder = (by: Context['by']): Holder => ({
  ...(by.post !== undefined && { post: by.post }),
  ...(by.org !== undefined && { org: by.org }),
  ...(by.person !== null && { personId: by.person, personal: {} }),
});
export const itemRefs = (code: string | null | undefined) => (code ? [{ type: 'item', id: code, role: 'item' }] : []);
export const holderRefs = (holder: Holder, role: string) => [
  ...(holder.org === undefined ? [] : [{ type: 'org', id: holder.org, role }]),
  ...(holder.personId === undefined ? [] : [{ type: 'person', id: holder.personId, role }]),
];

/** One command, one event that says the same with what was left out as null. */
export function simply<D>(
  zh: string,
  en: string,
  from: From,
  events: (data: D, state: MatterState, context: Context) => Draft<MatterEvent>,
  ...broken: readonly Guard<MatterState, any, any>[]
): CommandRule<MatterState, D, MatterEvent, any> {
  return { says: { zh, en }, from, guards: broken, events: (...asked) => [events(...asked)] };
}
