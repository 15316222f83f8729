/** Accounts into which money may be collected (收款账户), approved by finance. */
import type { AccountKind, PayeeEvent } from '../../../projections/events/money.js';
import { approvedOn, payeeRegister, type PayeeState } from '../../../projections/payees.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export interface ApproveAccount {
  readonly name: string;
  readonly bank: string;
  readonly kind: AccountKind;
  readonly org?: string;
  readonly centre?: string;
  readonly document: string;
  readonly from: string;
  readonly to?: string;
}
export type PayeeCommand =
  | { type: 'ApproveAccount'; data: ApproveAccount }
  | { type: 'CloseAccount'; data: { from: string; document: string; reason: string } };

const BASIS = '财政违法行为处罚处分条例 art. 11; 非税收入账户管理';
const notApprovedYet: Guard<PayeeState, ApproveAccount> = {
  code: 'account-approved-already',
  says: { zh: '该账户当日已在批准期内', en: 'the account is approved on that day already' },
  basis: BASIS,
  broken: ({ from }, state) => {
    const known = approvedOn(state, from);
    return known !== undefined && { details: { from: known.from, until: known.until }, refs: [known.event] };
  },
};
const endsAfter: Guard<PayeeState, ApproveAccount> = {
  code: 'account-ends-before',
  says: { zh: '终止日应晚于起始日', en: 'the approval ends after it begins' },
  basis: BASIS,
  broken: ({ from, to }) => to !== undefined && to <= from && { details: { from, to } },
};
const isOpen: Guard<PayeeState, { from: string }> = {
  code: 'account-not-approved',
  says: { zh: '该账户当日不在批准期内', en: 'the account is not approved on that day' },
  basis: BASIS,
  broken: ({ from }, state) => !approvedOn(state, from) && { details: { from } },
};

export const payee: Decider<PayeeState, PayeeCommand, PayeeEvent> = {
  ...payeeRegister,
  commands: {
    ApproveAccount: {
      says: { zh: '批准收款账户', en: 'approve a collection account' },
      from: ['none', 'approved', 'closed'],
      guards: [notApprovedYet, endsAfter],
      events: ({ org = null, centre = null, to = null, ...data }) => [
        {
          type: 'AccountApproved',
          data: { ...data, org, centre, to },
          effective: { from: data.from, to },
          legalBasis: [data.document],
          refs: centre === null ? [] : [{ type: 'centre', id: centre, role: 'centre' }],
        },
      ],
    },
    CloseAccount: {
      says: { zh: '撤销收款账户', en: 'close a collection account' },
      from: ['approved'],
      guards: [isOpen],
      events: (data) => [
        {
          type: 'CollectionAccountClosed',
          data,
          effective: { from: data.from, to: null },
          legalBasis: [data.document],
        },
      ],
    },
  },
};
