/**
 * What has been made of a thing that is used up: of what is owed by receipts, of a payment by receipts and refunds, of a
 * pay code, of the numbers of a kind of receipt. Folded from everything in the log that names it, whatever its stream.
 */
import type { BlockEvent, FeeEvent, PaymentEvent, ReceiptEvent, RefundEvent, RemittanceEvent } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { type Fen, fen } from './kernel/money.js';
import { idOf, type Recorded } from './kernel/message.js';
import { following } from './told-anew.js';
import { codeOfReceipt, type Numbers, numberOfReceipt } from './receipt-numbers.js';

/** By the name of the thing that uses it; `event`: by which it does. */
type Uses<T> = Readonly<Record<string, T & Readonly<{ event: string }>>>;
const without = <T>(uses: Uses<T>, name: string): Uses<T> => {
  const { [name]: _, ...rest } = uses;
  return rest;
};
/** Of others than this one: how much they take, and by which events. */
export function takenBy(uses: Uses<{ fen: Fen }>, except: string): { sum: bigint; events: readonly string[] } {
  const others = Object.entries(uses).filter(([name]) => name !== except);
  return {
    sum: others.reduce((sum, [, { fen: of }]) => sum + fen(of), 0n),
    events: others.map(([, { event }]) => event),
  };
}

/** Receipts that count, by fee: what each of them takes of it. */
export type FeeUses = Status & { readonly fees: Readonly<Record<string, Uses<{ fen: Fen }>>> };
export const receiptedOf = ({ fees }: FeeUses, fee: string, except: string) => takenBy(fees[fee] ?? {}, except);
/** From what names a fee. A number that is used a second time counts as it was used first. */
export const feeUses: Fold<FeeUses, ReceiptEvent> = following<FeeUses, ReceiptEvent>({
  category: 'fee',
  initial: { status: 'none', fees: {} },
  evolve: (state, event) => {
    const receipt = idOf('receipt')(event);
    const { fees } = state;
    switch (event.type) {
      case 'ReceiptIssued': {
        if (Object.values(fees).some((uses) => receipt in uses)) return state;
        const next: Record<string, Uses<{ fen: Fen }>> = { ...fees };
        for (const { fee, amountFen } of event.data.lines) {
          if (fee === null) continue;
          const before = fen(next[fee]?.[receipt]?.fen ?? '0');
          next[fee] = { ...next[fee], [receipt]: { event: event.id, fen: (before + fen(amountFen)).toString() } };
        }
        return { ...state, fees: next };
      }
      case 'ReceiptVoided':
      case 'ReceiptRedReversed':
        return {
          ...state,
          fees: Object.fromEntries(Object.entries(fees).map(([fee, uses]) => [fee, without(uses, receipt)])),
        };
      default:
        return state;
    }
  },
});

/** What of a payment has gone into receipts, and what has gone back or is asked for. */
export type PaymentUses = Status & { readonly receipts: Uses<{ fen: Fen }>; readonly refunds: Uses<{ fen: Fen }> };
export const paymentUses: Fold<PaymentUses, ReceiptEvent | RefundEvent> = following<
  PaymentUses,
  ReceiptEvent | RefundEvent
>({
  category: 'payment',
  initial: { status: 'none', receipts: {}, refunds: {} },
  evolve: (state, event) => {
    const receipt = idOf('receipt')(event);
    const refund = idOf('refund')(event);
    switch (event.type) {
      case 'ReceiptCompleted': {
        const use = { event: event.id, fen: event.data.amountFen ?? '0' };
        return receipt in state.receipts ? state : { ...state, receipts: { ...state.receipts, [receipt]: use } };
      }
      case 'ReceiptVoided':
      case 'ReceiptRedReversed':
        return { ...state, receipts: without(state.receipts, receipt) };
      case 'RefundRequested':
      case 'RefundPaid': {
        const use = { event: event.id, fen: event.data.amountFen };
        return { ...state, refunds: { ...state.refunds, [refund]: use } };
      }
      case 'RefundDenied':
        return { ...state, refunds: without(state.refunds, refund) };
      default:
        return state;
    }
  },
});

/** What is to be paid by a pay code, and what has been. */
export type PayCodeUses = Status & {
  /** `fee <id>`, `remittance <id>`. */
  readonly owed: Uses<{ matterId: string | null }>;
  readonly payments: Uses<{ fen: Fen }>;
  readonly refunds: Uses<{ fen: Fen; payment: string | null }>;
};
type OfPayCode = FeeEvent | RemittanceEvent | PaymentEvent | RefundEvent;
export const payCodeUses: Fold<PayCodeUses, OfPayCode> = following<PayCodeUses, OfPayCode>({
  category: 'pay-code',
  initial: { status: 'none', owed: {}, payments: {}, refunds: {} },
  evolve: (state, event) => {
    const owed = (kind: string, matterId: string | null): PayCodeUses => {
      const name = `${kind} ${idOf(kind)(event)}`;
      return { ...state, owed: { ...state.owed, [name]: { event: event.id, matterId } } };
    };
    switch (event.type) {
      case 'PaymentNoticeIssued':
        return owed('fee', matterOf(event));
      case 'RemittanceMade':
        return owed('remittance', null);
      case 'PaymentReceived': {
        const use = { event: event.id, fen: event.data.amountFen };
        return { ...state, payments: { [idOf('payment')(event)]: use, ...state.payments } };
      }
      case 'PaymentReversed':
        return { ...state, payments: without(state.payments, idOf('payment')(event)) };
      case 'RefundPaid': {
        const use = { event: event.id, fen: event.data.amountFen, payment: event.data.payment };
        return { ...state, refunds: { [idOf('refund')(event)]: use, ...state.refunds } };
      }
      default:
        return state;
    }
  },
});
const matterOf = ({ refs }: Recorded): string | null => refs.find(({ type }) => type === 'matter')?.id ?? null;
/** What was paid by the code and has stayed. */
export function paidBy({ payments, refunds }: PayCodeUses): { sum: bigint; events: readonly string[] } {
  const back = takenBy(
    Object.fromEntries(Object.entries(refunds).filter(([, { payment }]) => payment !== null && payment in payments)),
    '',
  );
  const came = takenBy(payments, '');
  return { sum: came.sum - back.sum, events: came.events };
}

/** Red receipts that have this number, by the receipt that each of them took back. */
export type RedUses = Status & { readonly reds: Uses<object> };
export const redUses: Fold<RedUses, ReceiptEvent> = following<RedUses, ReceiptEvent>({
  category: 'receipt',
  initial: { status: 'none', reds: {} },
  evolve: (state, event) =>
    event.type === 'ReceiptRedReversed'
      ? { ...state, reds: { ...state.reds, [event.data.red]: { event: event.id } } }
      : state,
});
/** Which numbers of a kind of receipt are in which block. */
export type StockUses = Status & { readonly blocks: Uses<Numbers> };
export const stockUses: Fold<StockUses, BlockEvent> = following<StockUses, BlockEvent>({
  category: 'stock',
  initial: { status: 'none', blocks: {} },
  evolve: (state, event) => {
    if (event.type !== 'BlockPrinted') return state;
    const block = idOf('block')(event);
    const use = { first: numberOfReceipt(block), last: event.data.to, event: event.id };
    return { ...state, blocks: { ...state.blocks, [block]: use } };
  },
});
/** All blocks of a code are one stock. */
export const stockOf = (block: string) => ({ type: 'stock', id: codeOfReceipt(block) });
