/** Whether somebody may do something, over HTTP and at the command line: the table of permissions, applied. */
import { itemVersions } from '../../projections/catalogue.js';
import { type Holder, lapsedFor } from '../identity/holder.js';
import type { Identity } from '../identity/identity.js';
import { Refusal } from '../kernel/decider.js';
import { type Condition, conditionsFor, reaches } from '../kernel/permissions.js';
import type { Reader } from '../read/reader.js';
import type { Within } from '../read/scope.js';
import { belongingOf } from './belonging.js';
import { OWN_SESSION } from './cookies.js';
import { Problem } from './problems.js';

/** Under which conditions he may do it. Throws where there are none. */
function allowed(holder: Holder, action: string): readonly Condition[] {
  const beyondKey = holder.scope !== undefined && action !== OWN_SESSION && !holder.scope.includes(action);
  const conditions = beyondKey ? [] : conditionsFor(holder.roles, action);
  if (conditions.length > 0) return conditions;
  const lapsed = lapsedFor(holder, action);
  if (lapsed) throw new Refusal([lapsed]);
  throw new Problem('not-permitted', { members: { action } });
}

/**
 * The widest condition under which he may do it with the thing that `parameters` name. What he may not know of is not
 * found. Throws {@link Problem}, and Refusal where his posting has ended.
 */
export async function admit(
  identity: Identity,
  { holder, action, parameters }: { holder: Holder; action: string; parameters: Readonly<Record<string, string>> },
): Promise<Condition> {
  const conditions = allowed(holder, action);
  if (action !== OWN_SESSION && (await identity.lacksSecondFactor(holder))) throw new Problem('second-factor-needed');
  if (conditions.includes('any')) return 'any';
  const of = await belongingOf(identity, action, parameters);
  const who = { ...holder, granted: holder.grants.map(({ object }) => `${object.type}/${object.id}`) };
  const found = conditions.find((condition) => reaches(condition, who, of));
  if (!found) throw of && !of.known ? new Problem('not-found') : new Problem('not-permitted', { members: { action } });
  return found;
}

/** What of a list he may see; undefined: all. A unit answers for the matters of its items, whoever has them in hand. */
export async function withinOf(reader: Reader, holder: Holder, condition: Condition): Promise<Within | undefined> {
  // Whoever is not involved sees all of it; what he is involved in is left out of each list by itself.
  if (condition === 'any' || condition === 'uninvolved') return undefined;
  if (condition !== 'own-unit') return { centre: holder.centre ?? '' };
  const { rows } = await reader.find(itemVersions, { department: holder.org ?? '' }, { limit: 1000 });
  return { org: holder.org ?? '', items: [...new Set(rows.map(({ itemCode }) => itemCode))] };
}
