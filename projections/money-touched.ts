/** Which limits of money a fact bears on (时限): the streams that they run in. */
import { accountDays } from './account-days.js';
import { blocks, blocksOf, stockPages } from './blocks.js';
import { blockUses } from './block-uses.js';
import { fees } from './fees.js';
import { addDays } from './kernel/instant.js';
import { idOf, type Recorded } from './kernel/message.js';
import type { Look } from './kernel/projection.js';
import { whereTold } from './kernel/told.js';
import { DEPOSIT, GAP, GATE, RECEIPTING, RECORD, STOCK } from './limit-parameters.js';
import { matterCards } from './matter-cards.js';
import { type Charged, OWN_MATTER_DAYS } from './money-limits.js';
import { paymentsOf } from './money-near.js';
import { payees } from './payees.js';
import { deposits } from './deposits.js';
import { type PaymentRow, payments, remittances } from './payments.js';
import { numberOfReceipt } from './receipt-numbers.js';
import { receiptLines } from './receipt-lines.js';
import { receipts } from './receipts.js';
import { refunds } from './refunds.js';
import { feeItems } from './tariffs.js';

export const MONEY = {
  payments,
  remittances,
  receipts,
  receiptLines,
  refunds,
  deposits,
  fees,
  feeItems,
  matterCards,
  payees,
  accountDays,
  blocks,
  stockPages,
  blockUses,
} as const;
type Used = Charged & Look<{ deposits: typeof deposits; stockPages: typeof stockPages }>;

const payment = ({ payment: id }: PaymentRow) => `payment-${id}`;
const paidBy = (payCode: string | null, look: Used) =>
  payCode === null ? [] : look.payments.range('byPayCode', [payCode]).map(payment);
const feesOf = (matterId: string, look: Used) => look.fees.range('byMatter', [matterId]);
const fee = (id: string) => `fee-${id}`;

/** `<account> <day>` of what came in, went on or went back. */
export function accountDayOf(event: Recorded, look: Used): string | null {
  switch (event.type) {
    case 'PaymentReceived':
    case 'PaymentReversed': {
      const row = look.payments.get(idOf('payment')(event));
      return row ? `${row.account} ${row.on}` : null;
    }
    case 'RefundPaid': {
      const { account, paidOn } = look.refunds.get(idOf('refund')(event))!;
      return `${account} ${paidOn}`;
    }
    case 'DepositMade':
    case 'DepositReturned': {
      const row = look.deposits.get(idOf('deposit')(event));
      return row ? `${row.account} ${row.day}` : null;
    }
    default:
      return null;
  }
}
const accountOf = (event: Recorded, look: Used) => {
  const day = accountDayOf(event, look);
  return day === null ? [] : [`payee-${day.slice(0, -11)}`];
};

function ofPayment(event: Recorded, look: Used): readonly string[] {
  const row = look.payments.get(idOf('payment')(event));
  if (!row) return [];
  const named = row.payCode === null ? [] : look.fees.range('byPayCode', [row.payCode]);
  const charged = row.matterId === null ? [] : feesOf(row.matterId, look);
  // One that is paid twice has what the other needs.
  return [
    payment(row),
    ...paidBy(row.payCode, look),
    ...[...named, ...charged].map((each) => fee(each.fee)),
    ...accountOf(event, look),
  ];
}
function ofReceipt(event: Recorded, look: Used): readonly string[] {
  const row = look.receipts.get(idOf('receipt')(event));
  if (!row) return [];
  const charged = row.lines.flatMap((line) => (line.fee === null ? [] : [fee(line.fee)]));
  return [
    ...paymentsOf(row, look).map(payment),
    ...charged,
    ...(event.type === 'ReceiptIssued' ? usedIn(row.receipt, look) : []),
    ...(row.red !== null && event.type !== 'ReceiptCompleted' ? usedIn(row.red, look) : []),
  ];
}
/** Blocks whose numbers are not used one after the other: of others nothing changes. */
function usedIn(receipt: string, look: Used): readonly string[] {
  const number = numberOfReceipt(receipt);
  return blocksOf(receipt, look).flatMap(({ block, first }) => {
    const runs = look.blockUses.get(block)?.runs ?? [];
    const inOrder = runs.length === 1 && runs[0]!.first === first && runs[0]!.last === number;
    return inOrder ? [] : [`block-${block}`];
  });
}
function ofRemittance(event: Recorded, look: Used): readonly string[] {
  const { remittance, payCode } = look.remittances.get(idOf('remittance')(event))!;
  return [...look.payments.range('byRemittance', [remittance]).map(payment), ...paidBy(payCode, look)];
}
function ofRefund(event: Recorded, look: Used): readonly string[] {
  const { payment: paid } = look.refunds.get(idOf('refund')(event))!;
  return [...(paid === null ? [] : [`payment-${paid}`]), ...accountOf(event, look)];
}
function ofFee(event: Recorded, look: Used): readonly string[] {
  const row = look.fees.get(idOf('fee')(event));
  return row ? [event.stream, ...paidBy(row.payCode, look)] : [];
}
/** What may have been paid for a matter: by its number, by its fees' pay codes, by the applicant himself. */
function ofMatter(event: Recorded, look: Used): readonly string[] {
  const matterId = idOf('matter')(event);
  const charged = feesOf(matterId, look);
  const { applicant, itemCode, acceptedOn } = look.matterCards.get(matterId)!;
  const [from, to] =
    acceptedOn === null ? [] : [addDays(acceptedOn, -OWN_MATTER_DAYS), addDays(acceptedOn, OWN_MATTER_DAYS)];
  const own =
    itemCode === null || applicant === null || from === undefined
      ? []
      : look.payments.range('byItem', [itemCode, from], [itemCode, to!]).filter(({ payer }) => payer === applicant);
  return [
    ...[...look.payments.range('byMatter', [matterId]), ...own].map(payment),
    ...charged.flatMap(({ payCode }) => paidBy(payCode, look)),
  ];
}
const gates = (event: Recorded, look: Used) => feesOf(idOf('matter')(event), look).map((each) => fee(each.fee));
const since = (feeItem: string, from: string, look: Used) =>
  look.fees.range('byFeeItem', [feeItem, from], [feeItem]).map((each) => fee(each.fee));
const ofTariff = (event: Recorded, look: Used) =>
  since(idOf('tariff')(event), (event.data as { from: string }).from, look);
const itself = ({ stream }: Recorded) => stream;

type Keys = (event: Recorded, look: Used) => string | readonly string[];
const each = (types: readonly string[], keys: Keys) => types.map((type) => [type, keys] as const);
const FACTS: readonly (readonly [string, Keys])[] = [
  ...each(['PaymentReceived', 'PaymentReversed'], ofPayment),
  ...each(['ReceiptIssued', 'ReceiptCompleted', 'ReceiptVoided', 'ReceiptRedReversed'], ofReceipt),
  ...each(['RemittanceMade'], ofRemittance),
  ...each(['DepositMade', 'DepositReturned'], accountOf),
  ...each(['RefundPaid'], ofRefund),
  ...each(['FeeAssessed', 'FeeRecalculated', 'FeeWaived', 'FeeCancelled', 'PaymentNoticeIssued'], ofFee),
  ...each(['FeeItemPublished', 'FeeItemAbolished'], ofTariff),
  ...each(['AccountApproved', 'CollectionAccountClosed'], itself),
  ...each(['BlockPrinted', 'BlockIssued', 'BlockReturned', 'BlockDestroyed', 'BlockWrittenOff'], itself),
];
/** Of facts of money: the streams whose limits are counted again. A source that tells one anew touches them, and itself. */
export const MONEY_KEYS: readonly (readonly [string, Keys])[] = [
  ...FACTS,
  ['SourceRowChanged', whereTold(Object.fromEntries(FACTS), MONEY)],
];
/** Of facts of a matter, beside its own. */
export const MATTER_KEYS: Readonly<Record<string, Keys>> = {
  MatterDecided: gates,
  ResultDelivered: gates,
  MatterReopened: gates,
  MatterAccepted: ofMatter,
  MaterialsReceived: ofMatter,
};

const paidSince = (from: string, look: Used) => look.payments.range('byDay', [from], []).map(payment);
const gatesSince = (from: string, look: Used) =>
  [...new Set(look.feeItems.range('byFeeItem', []).map(({ feeItem }) => feeItem))].flatMap((feeItem) =>
    since(feeItem, from, look),
  );
const accounts = (look: Used) => look.payees.range('byOrg', []).map(({ account }) => `payee-${account}`);
/** A calendar that becomes known bears on what is counted over its days: from the December before. */
export function underCalendar(event: Recorded, look: Used): readonly string[] {
  const from = `${Number(event.stream.slice(-4)) - 1}-12-01`;
  return [...paidSince(from, look), ...gatesSince(from, look), ...accounts(look)];
}
/** What a pack that begins on a day bears on. */
export function underPack(rule: string, from: string, look: Used): readonly string[] {
  switch (rule) {
    case RECEIPTING.id:
    case RECORD.id:
      return paidSince(from, look);
    case GATE.id:
      return gatesSince(from, look);
    case DEPOSIT.id:
      return accounts(look);
    case GAP.id:
    case STOCK.id:
      return look.blocks.range('byCode', []).map(({ block }) => `block-${block}`);
    default:
      return [];
  }
}
const BEGINNING = '0001-01-01';
/** Days of an account to be counted again: of the fact, or all that it may bear on. */
export function daysTouched(event: Recorded, account: string, look: Used): readonly string[] {
  const day = accountDayOf(event, look);
  if (day !== null) return [day.slice(-10)];
  const { from } = event.type === 'SourceRowChanged' ? { from: BEGINNING } : (event.data as { from?: string });
  const rows =
    from === undefined
      ? look.accountDays.range('byOpen', [account, true])
      : look.accountDays.range('byAccount', [account, from], [account]);
  return rows.map((row) => row.day);
}
