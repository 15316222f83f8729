/** Money that goes back to whoever paid it (退付): asked for, verified by the unit, approved by finance, paid. */
import type { MoneyApprover, RefundEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import type { Fen } from './kernel/money.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import { asEvents, following, retold, type Said, saidIn } from './told-anew.js';

export type RefundRow = {
  refund: string;
  status: 'requested' | 'verified' | 'approved' | 'denied' | 'paid';
  org: string | null;
  payment: string | null;
  receipt: string | null;
  fee: string | null;
  /** What was asked for, and what was paid. */
  amountFen: Fen;
  paidFen: Fen | null;
  requestedOn: string | null;
  requestedBy: string | null;
  request: string | null;
  verified: Readonly<{ agrees: boolean; by: string | null; event: string }> | null;
  approval: Readonly<{ approver: MoneyApprover; decidedOn: string; event: string }> | null;
  account: string | null;
  toAccount: string | null;
  bankRef: string | null;
  paidOn: string | null;
  paid: string | null;
  /** The event by which the last of what was said of it was taken back. */
  withdrawn: string | null;
  said: readonly Said[];
};
const refundOf = idOf('refund');
const NOTHING: Omit<RefundRow, 'refund'> = {
  status: 'requested',
  org: null,
  payment: null,
  receipt: null,
  fee: null,
  amountFen: '0',
  paidFen: null,
  requestedOn: null,
  requestedBy: null,
  request: null,
  verified: null,
  approval: null,
  account: null,
  toAccount: null,
  bankRef: null,
  paidOn: null,
  paid: null,
  withdrawn: null,
  said: [],
};
/** Paid stays paid, whatever becomes known of it later; money that went back twice in one name went once. */
function refundAfter(before: RefundRow | undefined, event: Recorded<RefundEvent>): RefundRow | undefined {
  const row = before ?? { refund: refundOf(event), ...NOTHING };
  const status = (to: RefundRow['status']) => (row.status === 'paid' ? 'paid' : to);
  switch (event.type) {
    case 'RefundRequested': {
      const { by: _, reason: _r, on, ...data } = event.data;
      const asked = { requestedOn: on, requestedBy: event.actor.person, request: event.id };
      const payment = row.paid === null ? (data.payment ?? row.payment) : (row.payment ?? data.payment);
      // Files arrive in any order: what was said of it before it is known that it was asked for stays.
      const isLate = before !== undefined && row.request === null;
      return { ...row, ...data, ...asked, payment, status: isLate ? row.status : status('requested') };
    }
    case 'RefundVerified': {
      const verified = { agrees: event.data.agrees, by: event.actor.person, event: event.id };
      return { ...row, verified, status: row.approval === null ? status('verified') : row.status };
    }
    case 'RefundApproved': {
      const { approver, decidedOn } = event.data;
      return { ...row, approval: { approver, decidedOn, event: event.id }, status: status('approved') };
    }
    case 'RefundDenied':
      return { ...row, status: status('denied') };
    case 'RefundPaid': {
      if (row.paid !== null) return row;
      const { org, account, payment, amountFen, on, bankRef, toAccount } = event.data;
      return {
        ...row,
        org: row.org ?? org,
        payment: row.payment ?? payment,
        account,
        paidFen: amountFen,
        paidOn: on,
        bankRef,
        toAccount: toAccount?.personId ?? null,
        paid: event.id,
        status: 'paid',
      };
    }
    default:
      return before;
  }
}
export type RefundState = Status & {
  readonly status: 'none' | RefundRow['status'];
  readonly row: RefundRow | null;
  readonly parties: readonly string[];
};
export const refundRegister: Fold<RefundState, RefundEvent> = following<RefundState, RefundEvent>({
  category: 'refund',
  initial: { status: 'none', row: null, parties: [] },
  evolve: (state, event) => {
    const row = refundAfter(state.row ?? undefined, event);
    if (!row) return state;
    const since = row.status === state.status ? (state.since ?? event.id) : event.id;
    const parties = [row.org, event.actor.org ?? null].filter((name) => name !== null);
    return { status: row.status, since, row, parties: [...new Set([...state.parties, ...parties])] };
  },
});
/** As its sources tell all of it now. Of what nobody says any more the row stays as it was, marked. */
function refundTold(row: RefundRow | undefined, event: Recorded<RefundEvent>): RefundRow | null {
  const before = row?.said ?? [];
  const said = event.type === 'SourceRowChanged' ? retold(before, event) : [...before, saidIn(event)];
  if (said === before) return row ?? null;
  const standing = said.filter(({ gone }) => gone === null);
  if (standing.length === 0) return { ...row!, withdrawn: event.id, said };
  const events = asEvents<RefundEvent>(standing, event.stream);
  return { ...events.reduce<RefundRow | undefined>(refundAfter, undefined)!, said };
}
const REFUND_EVENTS = ['RefundRequested', 'RefundVerified', 'RefundApproved', 'RefundDenied', 'RefundPaid'] as const;
const ofRefund = idIn('refund');
export const refunds = projection<RefundEvent>()<RefundRow>({
  name: 'refund',
  version: 4,
  key: 'refund',
  columns: {
    refund: 'text',
    status: 'text',
    org: 'text',
    payment: 'text',
    receipt: 'text',
    fee: 'text',
    amountFen: 'bigint',
    paidFen: 'bigint',
    requestedOn: 'date',
    requestedBy: 'text',
    request: 'text',
    verified: 'jsonb',
    approval: 'jsonb',
    account: 'text',
    toAccount: 'text',
    bankRef: 'text',
    paidOn: 'date',
    paid: 'text',
    withdrawn: 'text',
    said: 'jsonb',
  },
  indexes: {
    byPayment: ['payment'],
    byOrg: ['org', 'paidOn'],
    byBankRef: ['account', 'bankRef'],
    byAccount: ['account', 'paidOn'],
  },
  uses: {},
  on: Object.fromEntries(
    [...REFUND_EVENTS, 'SourceRowChanged'].map((type) => [type, { keys: ofRefund, fold: refundTold }]),
  ) as never,
});
