/** What a status says, by the kind of thing that has it: an open break waits for something else than an open finding. */
import type { AccountState } from '../../projections/accounts.js';
import { MACHINES } from '../../projections/accountability/table.js';
import type { Block } from '../../projections/blocks.js';
import { BREAK_STATUSES } from '../../projections/breaks.js';
import type { ItemState } from '../../projections/catalogue.js';
import type { CentreState, PostState } from '../../projections/centres.js';
import type { DepositRow } from '../../projections/deposits.js';
import { EXEMPTION_STATUSES } from '../../projections/exemptions.js';
import type { FeeRow } from '../../projections/fees.js';
import { FINDING_STATUSES } from '../../projections/findings.js';
import type { PairingState } from '../../projections/matches.js';
import { MATTER_STATUSES } from '../../projections/matters.js';
import type { PayeeState } from '../../projections/payees.js';
import type { PaymentRow } from '../../projections/payments.js';
import type { ReceiptStatus } from '../../projections/receipts.js';
import type { PeriodRow } from '../../projections/reconciliation.js';
import type { RefundRow } from '../../projections/refunds.js';

type Words<S extends string = string> = Readonly<Record<S, string>>;
const inBoth = (all: Readonly<Record<string, { zh: string; en: string }>>): Words =>
  Object.fromEntries(Object.entries(all).map(([code, { zh, en }]) => [code, `${zh} ${en}`]));
/** The English of these is the code. */
const coded = <S extends string>(all: Words<Exclude<S, 'none'>>): Words =>
  Object.fromEntries(Object.entries<string>(all).map(([code, zh]) => [code, `${zh} ${code}`]));

export const STATUSES: Readonly<Record<string, Words>> = {
  matter: inBoth(MATTER_STATUSES),
  finding: inBoth(FINDING_STATUSES),
  break: inBoth(BREAK_STATUSES),
  exemption: inBoth(EXEMPTION_STATUSES),
  lead: inBoth(MACHINES.lead.states),
  case: inBoth(MACHINES.case.states),
  review: inBoth(MACHINES.review.states),
  receipt: coded<ReceiptStatus>({
    issued: '已开具',
    completed: '已收讫',
    voided: '已作废',
    reversed: '已红冲',
    lost: '已遗失',
  }),
  block: coded<Block['status']>({ printed: '已印制', issued: '已发放', 'written-off': '已核销' }),
  fee: coded<FeeRow['status']>({ assessed: '已核定', cancelled: '已撤销' }),
  refund: coded<RefundRow['status']>({
    requested: '已申请',
    verified: '已核实',
    approved: '已批准',
    denied: '未批准',
    paid: '已退付',
  }),
  payment: coded<PaymentRow['status']>({ received: '已到账', reversed: '已冲正' }),
  deposit: coded<DepositRow['status']>({ made: '已缴存', returned: '被退回' }),
  period: coded<PeriodRow['status']>({ reconciled: '已勾稽', certified: '已签认' }),
  pairing: coded<PairingState['status']>({
    proposed: '待复核',
    approved: '已复核',
    declined: '未通过',
    ended: '已解除',
  }),
  centre: coded<CentreState['status']>({ registered: '已登记' }),
  item: coded<ItemState['status']>({ published: '已发布', abolished: '已取消' }),
  post: coded<PostState['status']>({ created: '在用', retired: '已撤销' }),
  'fee-item': coded<ItemState['status']>({ published: '已发布', abolished: '已取消' }),
  /** Of who signs in, and of a bank. */
  account: coded<AccountState['status'] | PayeeState['status']>({ open: '启用', approved: '已批准', closed: '停用' }),
};

const isKind = (one: unknown): one is string => typeof one === 'string' && Object.hasOwn(STATUSES, one);
const singular = (name: string): string => name.replace(/s$/, '');
/** The kind of thing that something is: what it says that it is, or the name of the member that it is told under. */
export const kindOf = (value: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  [value['machine'], singular(name)].find(isKind);
/** `/v1/money/breaks/counts` is about breaks. */
export const kindOfPath = (path: string): string | undefined => path.split('/').map(singular).findLast(isKind);
