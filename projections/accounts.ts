/** Accounts (账号) with their rights, each with its days, and what the installation asks of them. */
import type { AccountEvent, Grant, IdentityEvent } from './events/identity.js';
import { compareInstants } from './kernel/instant.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf, type Recorded, type Sealed } from './kernel/message.js';
import { projection } from './kernel/projection.js';

/** `grant`: the id of the event that gave it. `revokedAt`: an instant, from which on it does not hold. */
type Given = Readonly<{ grant: string; from: string; to: string | null; revokedAt: string | null }>;
export type RoleGrant = Grant & Given;
/** Leave to open what is sealed about a thing. */
export type AccessGrant = Given & Readonly<{ object: Readonly<{ type: string; id: string }>; purpose: string }>;
export type IssuedKey = Readonly<{
  prefix: string;
  systems: readonly string[];
  scope: readonly string[];
  endsOn: string;
  revoked: string | null;
}>;
export type AccountState = Status & {
  readonly status: 'none' | 'open' | 'closed';
  readonly kind: 'person' | 'adapter';
  readonly person: string | null;
  readonly owner: string | null;
  readonly roles: readonly RoleGrant[];
  readonly access: readonly AccessGrant[];
  readonly keys: readonly IssuedKey[];
  readonly secondFactor: boolean;
  /** Issuers of OpenID Connect by which he signs in. */
  readonly linked: readonly string[];
  /** Grows with whatever a session must not outlive. */
  readonly rights: number;
};

type Days = Pick<Grant, 'from' | 'to'>;
const covers = ({ from, to }: Days, on: string) => from <= on && (to === null || on < to);
/** Of two stretches of days, whether they have one in common. */
export const overlap = (a: Days, b: Days): boolean =>
  (a.to === null || b.from < a.to) && (b.to === null || a.from < b.to);
/** Whether it holds now, on this day. */
export const inForce = (given: Given, on: string): boolean => given.revokedAt === null && covers(given, on);
/** Whether it held at an instant of this day, as far as is known. */
export const heldAt = (given: Given, at: string, on: string): boolean =>
  covers(given, on) && (given.revokedAt === null || compareInstants(at, given.revokedAt) < 0);
export const rolesOn = ({ status, roles }: AccountState, on: string): readonly RoleGrant[] =>
  status === 'open' ? roles.filter((role) => inForce(role, on)) : [];

const revoked = <G extends Given>(all: readonly G[], grant: string, at: string): readonly G[] =>
  all.map((each) => (each.grant === grant && each.revokedAt === null ? { ...each, revokedAt: at } : each));

export const accountRegister: Fold<AccountState, AccountEvent> = {
  category: 'account',
  initial: {
    status: 'none',
    kind: 'person',
    person: null,
    owner: null,
    roles: [],
    access: [],
    keys: [],
    secondFactor: false,
    linked: [],
    rights: 0,
  },
  evolve: (state, event) => {
    const { type, data, id, occurredAt } = event;
    const anew = { rights: state.rights + 1 };
    switch (type) {
      case 'AccountCreated':
        return {
          ...state,
          ...anew,
          status: 'open',
          since: id,
          kind: data.kind,
          person: data.holder.personId,
          owner: data.owner,
        };
      case 'AccountClosed':
        return { ...state, ...anew, status: 'closed', since: id };
      case 'RoleGranted': {
        const { reason: _reason, ...grant } = data;
        return { ...state, ...anew, roles: [...state.roles, { grant: id, ...grant, revokedAt: null }] };
      }
      case 'RoleRevoked':
        return { ...state, ...anew, roles: revoked(state.roles, data.grant, occurredAt) };
      case 'AccessGranted': {
        const { object, purpose, from, to } = data;
        return { ...state, access: [...state.access, { grant: id, object, purpose, from, to, revokedAt: null }] };
      }
      case 'AccessGrantRevoked':
        return { ...state, access: revoked(state.access, data.grant, occurredAt) };
      case 'KeyIssued':
        return { ...state, keys: [...state.keys, { ...data, revoked: null }] };
      case 'KeyRevoked':
        return {
          ...state,
          keys: state.keys.map((key) => (key.prefix === data.prefix ? { ...key, revoked: id } : key)),
        };
      case 'PasswordSet':
        return { ...state, ...anew };
      case 'SecondFactorSet':
        return { ...state, ...anew, secondFactor: true };
      case 'SubjectLinked':
        return { ...state, ...anew, linked: [...state.linked, data.issuer] };
      case 'EnrolmentRenewed':
        return { ...state, ...anew, secondFactor: false, linked: [] };
      default:
        return state;
    }
  },
};

export type InstallationState = Status & {
  readonly status: 'none' | 'appointed';
  readonly administrators: readonly string[];
  /** Why second factors are not asked for; null: they are. */
  readonly waived: string | null;
};
/** What holds for the installation: stream `identity-self`. */
export const identityRegister: Fold<InstallationState, IdentityEvent> = {
  category: 'identity',
  initial: { status: 'none', administrators: [], waived: null },
  evolve: (state, { type, data, id }) => {
    switch (type) {
      case 'AdministratorsAppointed':
        return { ...state, status: 'appointed', since: id, administrators: [data.system, data.security, data.audit] };
      case 'SecondFactorWaived':
        return { ...state, waived: data.reason };
      case 'SecondFactorRequired':
        return { ...state, waived: null };
      default:
        return state;
    }
  },
};

export type AccountRow = {
  account: string;
  kind: AccountState['kind'];
  status: AccountState['status'];
  /** Sealed, with the event under which it opens. */
  name: string | Sealed | null;
  created: string;
  /** It was ever granted the role of a leader. */
  leader: boolean;
  state: AccountState;
};
const TYPES = [
  'AccountCreated',
  'AccountClosed',
  'RoleGranted',
  'RoleRevoked',
  'AccessGranted',
  'AccessGrantRevoked',
  'KeyIssued',
  'KeyRevoked',
  'PasswordSet',
  'SecondFactorSet',
  'SubjectLinked',
  'EnrolmentRenewed',
] as const satisfies readonly AccountEvent['type'][];

function fold(row: AccountRow | undefined, event: Recorded<AccountEvent>, account: string): AccountRow {
  const state = accountRegister.evolve(row?.state ?? accountRegister.initial, event);
  const { kind, status } = state;
  const leader = state.roles.some(({ role }) => role === 'leader');
  if (event.type === 'AccountCreated')
    return { account, kind, status, name: event.data.holder.personal.name ?? null, created: event.id, leader, state };
  return { ...(row ?? { account, name: null, created: event.id }), kind, status, leader, state };
}
export const accounts = projection<AccountEvent>()<AccountRow>({
  name: 'account',
  version: 3,
  key: 'account',
  columns: {
    account: 'text',
    kind: 'text',
    status: 'text',
    name: 'jsonb',
    created: 'text',
    leader: 'boolean',
    state: 'jsonb',
  },
  indexes: { byStatus: ['status'], byLeader: ['leader', 'status'] },
  uses: {},
  on: Object.fromEntries(
    TYPES.map((type) => [
      type,
      {
        keys: idOf('account'),
        fold: (row: AccountRow | undefined, event: Recorded<AccountEvent>, _: object, account: string) =>
          fold(row, event, account),
      },
    ]),
  ) as never,
});
