/** Which units somebody belongs to on a day (所属单位), at whichever of his posts he happens to work. */
import { type AccountState, rolesOn } from './accounts.js';
import { type PostState, standingOf } from './centres.js';

/** Of the posts where he stands or covers for whoever does, and of the roles that are bound to a unit or centre. */
export function unitsOn(
  person: string,
  on: string,
  account: AccountState,
  posts: readonly PostState[],
): readonly string[] {
  const bound = rolesOn(account, on).flatMap(({ org, centre }) => [org, centre]);
  const stands = posts.filter((post) => standingOf(post, person, on).role !== null).map(({ org }) => org);
  return [...new Set([...bound, ...stands])].filter((unit) => unit !== null && unit !== '').toSorted() as string[];
}

/**
 * Organs that somebody heads on a day: of his roles as a leader, by the unit that each is bound to, or of the post where he
 * stands with it. Who leads an organ is known by no other register.
 */
export function organsLed(account: AccountState, posts: ReadonlyMap<string, PostState>, on: string): readonly string[] {
  const led = rolesOn(account, on)
    .filter(({ role }) => role === 'leader')
    .flatMap(({ org, post }) => {
      if (org !== null) return [org];
      const at = post === null ? undefined : posts.get(post);
      const stands = at !== undefined && standingOf(at, account.person ?? '', on).role !== null;
      return stands && at.org !== null ? [at.org] : [];
    });
  return [...new Set(led)];
}
