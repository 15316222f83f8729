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
export const payeeRegister: Fold<PayeeState, PayeeEvent> = following<PayeeState, PayeeEvent>({
  category: 'payee',
  initial: { status: 'none', approvals: [] },
  evolve: (state, event) => {
    const approvals = approvalsAfter(state.approvals, event);
    if (event.type === 'AccountApproved') return { status: 'approved', since: event.id, approvals };
    return event.type === 'CollectionAccountClosed' ? { status: 'closed', since: event.id, approvals } : state;
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
  if (event.type !== 'SourceRowChanged') {
    const now = payeeAfter(row, event);
    return now ? { ...now, said: [...(row?.said ?? []), saidIn(event)] } : null;
  }
  if (!row) return null;
  const said = retold(row.said, event);
  if (said === row.said) return row;
  const events = asEvents<PayeeEvent>(
    said.filter(({ gone }) => gone === null),
    event.stream,
  );
  const now = events.reduce<PayeeRow | undefined>(payeeAfter, undefined);
  return { ...(now ?? { ...row, approvals: [] }), said };
}
export const payees = projection<PayeeEvent>()<PayeeRow>({
  name: 'payee',
  version: 2,
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
