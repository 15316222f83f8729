/** Who asks: from a session or a key, with the rights and the post that he has at this moment. */
import { type AccessGrant, type AccountState, inForce, rolesOn } from '../../projections/accounts.js';
import { postRegister, standingOf } from '../../projections/centres.js';
import type { Actor, Channel, Irregularity, Place } from '../../projections/kernel/message.js';
import type { Fold } from '../../projections/kernel/fold.js';
import { may, type Role } from '../kernel/permissions.js';
import { absence } from '../kernel/standing.js';

/** A stream folded, as it is known now. */
export type Look = <S>(of: Fold<S, any>, id: string) => Promise<S>;

export interface Holder {
  readonly account: string;
  /** A person of the vault. */
  readonly person: string;
  readonly roles: readonly Role[];
  readonly post?: string;
  readonly org?: string;
  readonly centre?: string;
  /** All that he belongs to, at whichever post he is now. */
  readonly units: readonly string[];
  readonly actingAs: Actor['actingAs'];
  readonly authMethod: 'session' | 'adapter';
  readonly place?: Place;
  readonly channel?: Channel;
  /** The source systems that he may report for. */
  readonly systems: readonly string[];
  /** Areas that a key may report in; absent: what the roles may. */
  readonly scope?: readonly string[];
  readonly grants: readonly AccessGrant[];
  /** Posts that he may choose to act at. */
  readonly posts: readonly string[];
  /** Roles that he would have at a post where he does not stand any more, and why. */
  readonly lapsed: readonly { readonly role: Role; readonly why: Irregularity }[];
  /** `begunAt`: when its factors were shown. */
  readonly session?: { readonly id: string; readonly factors: readonly string[]; readonly begunAt: Date };
}

const distinct = (names: readonly (string | null)[]) => [...new Set(names)].filter((name) => name !== null);
const defined = <T extends object>(of: T) =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined && value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** Where somebody stands, or why he does not. */
async function stand(look: Look, person: string, post: string, on: string) {
  const state = await look(postRegister, post);
  const { role } = standingOf(state, person, on);
  const { centre, window, org } = state;
  return { post, org, centre, window, as: role, why: absence(state, post, person, on) };
}

/** `chosen`: the post of the session; null: the only one there is. `on`: today. */
export async function holderOf(
  look: Look,
  account: string,
  state: AccountState,
  { chosen, on }: { chosen: string | null; on: string },
): Promise<Omit<Holder, 'session' | 'authMethod' | 'units'>> {
  const roles = rolesOn(state, on);
  const posts = distinct(roles.map(({ post }) => post));
  const post = chosen ?? (posts.length === 1 ? posts[0]! : null);
  const at = post === null ? null : await stand(look, state.person!, post, on);
  const standing = at !== null && at.as !== null;
  // What is granted at a post holds there, and where its holder covers another.
  const here = roles.filter((role) => role.post === null || (standing && (role.post === post || at.as === 'cover')));
  const bound = (name: 'org' | 'centre') => distinct(here.map((role) => role[name]))[0];
  const lapsed =
    at === null || standing ? [] : roles.filter((role) => role.post === post).map(({ role }) => role as Role);
  return {
    account,
    person: state.person!,
    roles: distinct(here.map(({ role }) => role)) as Role[],
    actingAs: standing ? at.as! : 'holder',
    systems: distinct(here.flatMap(({ systems }) => systems)),
    grants: state.access.filter((grant) => inForce(grant, on)),
    posts,
    lapsed: lapsed.map((role) => ({ role, why: at!.why! })),
    ...defined({
      post: standing ? post : null,
      org: (standing ? at.org : null) ?? bound('org') ?? null,
      centre: (standing ? at.centre : null) ?? bound('centre') ?? null,
      place:
        standing && at.centre !== null && at.window !== null
          ? ({ kind: 'centre-window', window: at.window, org: at.centre } as const)
          : null,
      channel: standing && at.window !== null ? ('window' as const) : null,
    }),
  };
}

/** Why somebody may not do what he could at his post, if that is so. */
export const lapsedFor = ({ lapsed }: Holder, action: string): Irregularity | null =>
  lapsed.find(({ role }) => may([role], action))?.why ?? null;
