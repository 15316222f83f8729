/** Into which accounts money may be collected (收款账户), and on which days. */
import type { AccountKind, PayeeEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { LAST_DAY } from './kernel/instant.js';
import { idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';

export type Approval = Readonly<{
  kind: AccountKind;
  org: string | null;
  centre: string | null;
  from: string;
  until: string;
  event: string;
}>;
type Approved = { readonly approvals: readonly Approval[] };
export type PayeeState = Status & Approved & { readonly status: 'none' | 'approved' | 'closed' };

/** A closure ends what has begun before it; what was approved for later days stays. */
function approvalsAfter(approvals: readonly Approval[], event: Recorded<PayeeEvent>): readonly Approval[] {
  switch (event.type) {
    case 'AccountApproved': {
      const { kind, org, centre, from, to } = event.data;
      return [...approvals, { kind, org, centre, from, until: to ?? LAST_DAY, event: event.id }];
    }
    case 'CollectionAccountClosed': {
      const { from } = event.data;
      return approvals.map((each) => (each.from < from && from < each.until ? { ...each, until: from } : each));
    }
    default:
      return approvals;
  }
}
export const payeeRegister: Fold<PayeeState, PayeeEvent> = {
  category: 'payee',
  initial: { status: 'none', approvals: [] },
  evolve: (state, event) => {
    const approvals = approvalsAfter(state.approvals, event);
    if (event.type === 'AccountApproved') return { status: 'approved', since: event.id, approvals };
    return event.type === 'CollectionAccountClosed' ? { status: 'closed', since: event.id, approvals } : state;
  },
};
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
};
const accountOf = idOf('payee');
export const payees = projection<PayeeEvent>()<PayeeRow>({
  name: 'payee',
  version: 1,
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
  },
  indexes: { byCentre: ['centre'], byOrg: ['org'] },
  uses: {},
  on: {
    AccountApproved: {
      keys: accountOf,
      fold: (row, event, _look, account) => {
        const { name, bank, kind, org, centre, from, to } = event.data;
        const approvals = approvalsAfter(row?.approvals ?? [], event);
        return { account, name, bank, kind, org, centre, from, until: to ?? LAST_DAY, approvals };
      },
    },
    CollectionAccountClosed: {
      keys: accountOf,
      fold: (row, event) => {
        if (!row) return null;
        const approvals = approvalsAfter(row.approvals, event);
        return { ...row, until: approvals.at(-1)?.until ?? row.until, approvals };
      },
    },
  },
});
