/** Into which accounts money may be collected (收款账户), and on which days. */
import type { AccountKind, PayeeEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { LAST_DAY } from './kernel/instant.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import { asEvents, following, retold, type Said, saidIn } from './told-anew.js';

export type Approval = Readonly<{
  kind: AccountKind;
  org: string | null;
  centre: string | null;
  from: string;
  until: string;
  event: string;
}>;
type Approved = { readonly approvals: readonly Approval[] };
export type PayeeState = Status &
  Approved & {
    readonly status: 'none' | 'approved' | 'closed';
    /** First days of closures that were told before any approval: files arrive in any order. */
    readonly early: readonly string[];
  };

/** A closure ends what has begun before it; what was approved for later days stays. */
function approvalsAfter(approvals: readonly Approval[], event: Recorded<PayeeEvent>): readonly Approval[] {
  switch (event.type) {
    case 'AccountApproved': {
      const { kind, org, centre, from, to } = event.data;
      return [...approvals, { kind, org, centre, from, until: to ?? LAST_DAY, event: event.id }];
    }
    case 'CollectionAccountClosed':
      return closedFrom(approvals, event.data.from);
    default:
      return approvals;
  }
}
const closedFrom = (approvals: readonly Approval[], from: string): readonly Approval[] =>
  approvals.map((each) => (each.from < from && from < each.until ? { ...each, until: from } : each));
export const payeeRegister: Fold<PayeeState, PayeeEvent> = following<PayeeState, PayeeEvent>({
  category: 'payee',
  initial: { status: 'none', approvals: [], early: [] },
  evolve: (state, event) => {
    const { early } = state;
    const approvals = approvalsAfter(state.approvals, event);
    if (event.type === 'AccountApproved' && early.length === 0)
      return { status: 'approved', since: event.id, approvals, early };
    if (event.type === 'AccountApproved')
      return { status: 'closed', since: event.id, approvals: early.reduce(closedFrom, approvals), early: [] };
    if (event.type !== 'CollectionAccountClosed') return state;
    if (state.approvals.length === 0) return { ...state, early: [...early, event.data.from] };
    return { status: 'closed', since: event.id, approvals, early };
  },
});
/** The approval that covers a day. */
export const approvedOn = ({ approvals }: Approved, on: string): Approval | undefined =>
  approvals.findLast(({ from, until }) => from <= on && on < until);

export type PayeeRow = {
  account: string;
  name: string | null;
  bank: string | null;
  kind: string | null;
  org: string | null;
  centre: string | null;
  /** Of the last approval. */
  from: string | null;
  until: string | null;
  approvals: readonly Approval[];
  said: readonly Said[];
};
const accountOf = idOf('payee');
const NEVER_APPROVED = {
  name: null,
  bank: null,
  kind: null,
  org: null,
  centre: null,
  from: null,
  until: null,
  approvals: [],
} as const;
/** What was told before the first approval comes behind it. */
function approvedFirst(said: readonly Said[]): readonly Said[] {
  const n = said.findIndex(({ type }) => type === 'AccountApproved');
  return n <= 0 ? said : [said[n]!, ...said.slice(0, n), ...said.slice(n + 1)];
}
function payeeAfter(row: PayeeRow | undefined, event: Recorded<PayeeEvent>): PayeeRow | undefined {
  const approvals = approvalsAfter(row?.approvals ?? [], event);
  switch (event.type) {
    case 'AccountApproved': {
      const { name, bank, kind, org, centre, from, to } = event.data;
      return {
        account: accountOf(event),
        name,
        bank,
        kind,
        org,
        centre,
        from,
        until: to ?? LAST_DAY,
        approvals,
        said: [],
      };
    }
    case 'CollectionAccountClosed':
      return row && { ...row, until: approvals.at(-1)?.until ?? row.until, approvals };
    default:
      return row;
  }
}
/** As its sources tell all of it now. An account whose approval was taken back was never approved. */
function payeeTold(row: PayeeRow | undefined, event: Recorded<PayeeEvent>): PayeeRow | null {
  const before = row?.said ?? [];
  if (event.type === 'SourceRowChanged' && !row) return null;
  const said = event.type === 'SourceRowChanged' ? retold(before, event) : approvedFirst([...before, saidIn(event)]);
  if (said === before) return row ?? null;
  const events = asEvents<PayeeEvent>(
    said.filter(({ gone }) => gone === null),
    event.stream,
  );
  const now = events.reduce<PayeeRow | undefined>(payeeAfter, undefined);
  return { ...(now ?? { account: accountOf(event), ...NEVER_APPROVED, ...row, approvals: [] }), said };
}
export const payees = projection<PayeeEvent>()<PayeeRow>({
  name: 'payee',
  version: 3,
  key: 'account',
  columns: {
    account: 'text',
    name: 'text',
    bank: 'text',
    kind: 'text',
    org: 'text',
    centre: 'text',
    from: 'date',
    until: 'date',
    approvals: 'jsonb',
    said: 'jsonb',
  },
  indexes: { byCentre: ['centre'], byOrg: ['org'] },
  uses: {},
  on: Object.fromEntries(
    ['AccountApproved', 'CollectionAccountClosed', 'SourceRowChanged'].map((type) => [
      type,
      { keys: idIn('payee'), fold: payeeTold },
    ]),
  ) as never,
});
