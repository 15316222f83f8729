/** Receipts (票据): a number is used once, of a block of the unit, for what was assessed; one issues, another checks. */
import { blockRegister, type BlockState } from '../../../projections/blocks.js';
import type {
  PayChannel,
  Payer,
  ReceiptEvent,
  ReceiptForm,
  ReceiptKind,
  ReceiptLine,
  Staff,
} from '../../../projections/events/money.js';
import { feeRegister, type FeeState, owedOf } from '../../../projections/fees.js';
import { type Fen, fen, sumFen } from '../../../projections/kernel/money.js';
import {
  feeUses,
  type FeeUses,
  paymentUses,
  type PaymentUses,
  receiptedOf,
  type RedUses,
  redUses,
  takenBy,
} from '../../../projections/money-uses.js';
import { paymentRegister, type PaymentState } from '../../../projections/payments.js';
import { isWithin, numberOfReceipt } from '../../../projections/receipt-numbers.js';
import { receiptRegister, type ReceiptState } from '../../../projections/receipts.js';
import { tariffInForce, tariffRegister, type TariffState } from '../../../projections/tariffs.js';
import type { Context, Decider, Guard } from '../../kernel/decider.js';
import { notByThem } from './money.js';

type Line = Readonly<
  { feeItem: string; quantity: string; amountFen: Fen } & Partial<Record<'fee' | 'matterId' | 'itemCode', string>>
>;
export interface IssueReceipt {
  /** The block that its number is of, `<code>-<first number>`. */
  readonly block?: string;
  readonly kind: ReceiptKind;
  readonly form: ReceiptForm;
  readonly notice?: boolean;
  readonly payCode?: string;
  readonly payChannel: PayChannel;
  readonly lines: readonly Line[];
  readonly amountFen: Fen;
  readonly payer?: Payer;
  /** What only a source says: here it is whoever acts, where he stands, for his unit; somebody else checks it. */
  readonly org?: string;
  readonly handler?: Staff;
  readonly checker?: Staff;
  readonly remittance?: string;
}
export type ReceiptCommand =
  | { type: 'IssueReceipt'; data: IssueReceipt }
  | { type: 'CheckReceipt'; data: { checker?: Staff; note?: string } }
  | { type: 'CompleteReceipt'; data: { payment?: string } }
  | { type: 'VoidReceipt'; data: { reason: string; copiesKept?: boolean; handler?: Staff } }
  | { type: 'ReverseReceipt'; data: { reason: string; red: string; handler?: Staff } }
  | { type: 'ReportLoss'; data: { reportedTo?: string; notice?: string } };

type OfIssue = {
  readonly block: BlockState | null;
  readonly fees: readonly FeeState[];
  /** What else has been receipted of each of them. */
  readonly receipted: readonly FeeUses[];
  readonly tariffs: readonly TariffState[];
  readonly reds: RedUses;
};
type OfRed = { readonly used: ReceiptState; readonly reds: RedUses };
type OfPayment = { readonly payment: PaymentState | null; readonly uses: PaymentUses | null };

const BASIS = '财政票据管理办法; 财政违法行为处罚处分条例 art. 16';
const usedOnce: Guard<ReceiptState> = {
  code: 'number-used',
  says: { zh: '该票号已使用', en: 'this number has been used' },
  basis: BASIS,
  standing: true,
  broken: (_, { status, issued }) => issued !== null && { details: { status }, refs: [issued] },
};
/** A red one that takes another back has a number of its own. */
const notRed: Guard<ReceiptState, IssueReceipt, OfIssue> = {
  code: 'number-used-by-red',
  says: { zh: '该票号已用于红字票据', en: 'a red receipt has this number' },
  basis: BASIS,
  broken: (_, __, { reds, id = '' }) => id in reds.reds && { details: {}, refs: [reds.reds[id]!.event] },
};
const redUnused: Guard<ReceiptState, { red: string }, OfRed> = {
  code: 'red-number-used',
  says: { zh: '红字票据号码已使用', en: 'the number of the red receipt has been used' },
  basis: BASIS,
  broken: ({ red }, _, { used, reds }) => {
    const refs = [used.issued, reds.reds[red]?.event].filter((event) => event != null);
    return refs.length > 0 && { details: { red }, refs };
  },
};
const ofBlock: Guard<ReceiptState, IssueReceipt, OfIssue> = {
  code: 'out-of-block',
  says: { zh: '票号不在本单位领用的号段内', en: 'the number is in no block that was issued to this unit' },
  basis: BASIS,
  broken: (data, _, { block: of, id = '', by, way }) => {
    const block = of?.block ?? null;
    const org = way === 'act' ? (by.org ?? null) : (data.org ?? null);
    const number = numberOfReceipt(id);
    const inside =
      block !== null &&
      id.startsWith(`${block.code}-`) &&
      isWithin(number, block) &&
      !block.back.some((each) => isWithin(number, each));
    if (inside && block.status === 'issued' && block.org === org) return false;
    return { details: { block: data.block ?? null, org }, refs: block?.events.slice(0, 1) ?? [] };
  },
};
const addsUp: Guard<ReceiptState, IssueReceipt> = {
  code: 'receipt-sum',
  says: { zh: '票面金额与明细合计不符', en: 'the amount is not the sum of its lines' },
  basis: BASIS,
  broken: ({ lines, amountFen }) => {
    const sum = sumFen(lines.map((line) => line.amountFen));
    return fen(amountFen) !== sum && { details: { amountFen, linesFen: sum.toString() } };
  },
};
/** The assessments that it is for, each once. */
const feesOf = (lines: readonly Line[]) => [...new Set(lines.flatMap(({ fee }) => (fee === undefined ? [] : [fee])))];
const linesOf = (lines: readonly Line[], name: string) =>
  sumFen(lines.filter(({ fee }) => fee === name).map(({ amountFen }) => amountFen));
const assessed: Guard<ReceiptState, IssueReceipt, OfIssue> = {
  code: 'receipt-not-assessed',
  says: { zh: '没有对应的核定，或金额超过应缴', en: 'it is for nothing that was assessed, or for more' },
  basis: '集中收费（先核定后开票）; 行政许可法 art. 59',
  broken: ({ lines }, _, { fees: of }) => {
    const over = feesOf(lines).filter((name, n) => linesOf(lines, name) > fen(owedOf(of[n]!)));
    const without = lines.filter(({ fee }) => fee === undefined).length;
    return (over.length > 0 || without > 0) && { details: { over, without } };
  },
};
/** The receipts of one fee together; one that is void or reversed counts no more. */
const notReceipted: Guard<ReceiptState, IssueReceipt, OfIssue> = {
  code: 'fee-receipted-already',
  says: { zh: '该核定已开票，合计超过应缴金额', en: 'with what has been receipted for it, it is more than is owed' },
  basis: '集中收费（先核定后开票）; 财政违法行为处罚处分条例 art. 16',
  broken: ({ lines }, _, { fees: of, receipted, id = '' }) => {
    const over = feesOf(lines).flatMap((fee, n) => {
      const { sum, events } = receiptedOf(receipted[n]!, fee, id);
      const owed = fen(owedOf(of[n]!));
      return sum > 0n && sum + linesOf(lines, fee) > owed ? [{ fee, receiptedFen: `${sum}`, events }] : [];
    });
    if (over.length === 0) return false;
    return {
      details: { over: over.map(({ fee, receiptedFen }) => ({ fee, receiptedFen })) },
      refs: over.flatMap(({ events }) => events),
    };
  },
};
const noCash: Guard<ReceiptState, IssueReceipt, OfIssue> = {
  code: 'cash-at-window',
  says: { zh: '窗口不得收取现金', en: 'no cash is taken at the window' },
  basis: '非税收入管理（单位开票，银行代收，财政统管）',
  broken: ({ payChannel, lines }, _, { tariffs, on }) => {
    if (payChannel !== 'cash') return false;
    const items = [...new Set(lines.map(({ feeItem }) => feeItem))];
    const not = items.filter((_name, n) => tariffInForce(tariffs[n]!, on)?.cash !== true);
    return not.length > 0 && { details: { feeItems: not } };
  },
};
/** A report names both; here one acts after the other. */
const twoPeople: Guard<ReceiptState, IssueReceipt> = {
  code: 'handler-is-checker',
  says: { zh: '开票人与复核人不得为同一人', en: 'handler and checker are not the same person' },
  basis: '内部控制（不相容岗位分离）',
  broken: ({ handler, checker }, _, { way }) => {
    if (way === 'act' || !handler || !checker) return false;
    return handler.personId === checker.personId && { details: { person: handler.personId } };
  },
};
const checked: Guard<ReceiptState> = {
  code: 'receipt-not-checked',
  says: { zh: '尚未复核', en: 'nobody has checked it' },
  basis: '内部控制（不相容岗位分离）',
  standing: true,
  broken: (_, { row }) => row !== null && row.checker === null && { details: {} },
};
const notCheckedYet: Guard<ReceiptState> = {
  code: 'receipt-checked-already',
  says: { zh: '已复核', en: 'it has been checked' },
  basis: '内部控制（不相容岗位分离）',
  standing: true,
  broken: (_, { row }) => row !== null && row.checker !== null && { details: { checker: row.checker } },
};
const paid: Guard<ReceiptState, { payment?: string }, OfPayment> = {
  code: 'receipt-not-paid',
  says: { zh: '未见对应到账，或到账已冲正、金额不足', en: 'no payment for it is known, or it went back, or is less' },
  basis: '非税收入管理（见款生效）',
  broken: ({ payment: name }, { row }, { payment }) => {
    if (row?.kind === 'collect') return false; // the remittance pays for it
    const of = payment?.row;
    const enough = of && of.status === 'received' && fen(of.amountFen) >= fen(row?.amountFen ?? '0');
    return !enough && { details: { payment: name ?? null }, refs: of ? [of.event] : [] };
  },
};
/** The same money is not counted twice. */
const paymentLeft: Guard<ReceiptState, { payment?: string }, OfPayment> = {
  code: 'payment-used',
  says: {
    zh: '该笔到账已用于其他票据，余额不足',
    en: 'other receipts have been completed by this payment: too little is left',
  },
  basis: '非税收入管理（见款生效）; 财政票据管理办法',
  broken: ({ payment: name }, { row }, { payment, uses, id = '' }) => {
    if (row?.kind === 'collect' || !payment?.row || !uses) return false;
    const { sum, events } = takenBy(uses.receipts, id);
    const left = fen(payment.row.amountFen) - sum;
    if (sum === 0n || left >= fen(row?.amountFen ?? '0')) return false;
    return { details: { payment: name, usedFen: `${sum}`, leftFen: `${left}` }, refs: events };
  },
};
const copiesKept: Guard<ReceiptState, { copiesKept?: boolean }> = {
  code: 'copies-missing',
  says: { zh: '作废纸质票据须保存全部联次', en: 'all copies of a paper receipt that is voided are kept' },
  basis: BASIS,
  broken: ({ copiesKept: kept }, { row }) => row?.form === 'paper' && kept !== true && { details: {} },
};
const notCompleted: Guard<ReceiptState> = {
  code: 'receipt-completed',
  says: { zh: '已生效的票据应冲红，不得作废', en: 'a receipt that is complete is red-reversed, not voided' },
  basis: BASIS,
  standing: true,
  broken: (_, { row }) => row?.completedOn != null && { details: { completedOn: row.completedOn } },
};

/** What the assessment says of matter and item counts where the line does not say. */
const lineOf = (line: Line, of?: FeeState): ReceiptLine => ({
  fee: line.fee ?? null,
  matterId: line.matterId ?? of?.matterId ?? null,
  itemCode: line.itemCode ?? of?.itemCode ?? null,
  feeItem: line.feeItem,
  quantity: line.quantity,
  amountFen: line.amountFen,
});
/** The day's remittance of a window: all that it collects by itself goes into it. */
export const remittanceOf = (centre: string, window: string, day: string): string => `${centre}.${window}-${day}`;
const whoActs = ({ way, by }: Context, said: Staff | undefined): Staff | null =>
  way === 'act' ? (by.person === null ? null : { personId: by.person, personal: {} }) : (said ?? null);

function issue(data: IssueReceipt, _: ReceiptState, context: Context & OfIssue) {
  const { way, by, place, on } = context;
  const { kind, form, notice = false, payCode = null, payChannel, amountFen, payer = null } = data;
  const names = feesOf(data.lines);
  const lines = data.lines.map((line) =>
    lineOf(line, line.fee === undefined ? undefined : context.fees[names.indexOf(line.fee)]),
  );
  const window = place?.window ?? null;
  const centre = place?.kind === 'centre-window' ? (place.org ?? null) : null;
  const collected = kind === 'collect' && window !== null ? remittanceOf(centre ?? by.org ?? '', window, on) : null;
  const refs = lines.flatMap(({ fee, matterId }) => [
    ...(fee === null ? [] : [{ type: 'fee', id: fee, role: 'receipted' }]),
    ...(matterId === null ? [] : [{ type: 'matter', id: matterId, role: 'charged' }]),
  ]);
  return [
    {
      type: 'ReceiptIssued' as const,
      data: {
        org: way === 'act' ? (by.org ?? null) : (data.org ?? by.org ?? null),
        kind,
        form,
        notice,
        payCode,
        payChannel,
        lines,
        amountFen,
        payer,
        handler: whoActs(context, data.handler),
        checker: way === 'act' ? null : (data.checker ?? null),
        on,
        centre,
        window,
        remittance: way === 'act' ? collected : (data.remittance ?? collected),
      },
      refs: [
        ...(data.block === undefined ? [] : [{ type: 'block', id: data.block, role: 'of' }]),
        ...(payCode === null ? [] : [{ type: 'pay-code', id: payCode, role: 'paid by' }]),
        ...refs,
      ],
    },
  ];
}

/** What it was for, and what paid for it, are free again. */
const freed = ({ row }: ReceiptState) => [
  ...feesOf((row?.lines ?? []).map(({ fee, ...line }) => ({ ...line, ...(fee !== null && { fee }) }) as Line)).map(
    (id) => ({ type: 'fee', id, role: 'freed' }),
  ),
  ...(row?.payment == null ? [] : [{ type: 'payment', id: row.payment, role: 'freed' }]),
];

const USED = ['issued', 'completed', 'lost'] as const;
export const receipt: Decider<
  ReceiptState,
  ReceiptCommand,
  ReceiptEvent,
  { IssueReceipt: OfIssue; CompleteReceipt: OfPayment; ReverseReceipt: OfRed }
> = {
  ...receiptRegister,
  commands: {
    IssueReceipt: {
      says: { zh: '开具票据', en: 'issue a receipt' },
      from: 'any',
      guards: [usedOnce, notRed, ofBlock, addsUp, assessed, notReceipted, noCash, twoPeople],
      needs: ({ block, lines = [] }, { id = '' }) => ({
        reds: { of: redUses, naming: { type: 'receipt', id } },
        block: block === undefined ? null : { of: blockRegister, id: block },
        fees: feesOf(lines).map((id) => ({ of: feeRegister, id })),
        receipted: feesOf(lines).map((id) => ({ of: feeUses, naming: { type: 'fee', id } })),
        tariffs: [...new Set(lines.map(({ feeItem }) => feeItem))].map((id) => ({ of: tariffRegister, id })),
      }),
      // Its number, too: a red receipt may be about to have it.
      claims: ({ lines = [] }, { id = '' }) => [
        ...feesOf(lines).map((fee) => ({ type: 'fee', id: fee })),
        { type: 'receipt', id },
      ],
      events: issue,
    },
    CheckReceipt: {
      says: { zh: '复核票据', en: 'check a receipt' },
      from: ['issued'],
      guards: [notCheckedYet, notByThem('checker-is-handler', ({ row }: ReceiptState) => [row?.handler])],
      events: ({ checker, note = null }, _, context) => [
        { type: 'ReceiptChecked', data: { checker: whoActs(context, checker), note } },
      ],
    },
    CompleteReceipt: {
      says: { zh: '票据生效', en: 'complete a receipt' },
      from: ['issued'],
      guards: [checked, paid, paymentLeft],
      needs: ({ payment }) => ({
        payment: payment === undefined ? null : { of: paymentRegister, id: payment },
        uses: payment === undefined ? null : { of: paymentUses, naming: { type: 'payment', id: payment } },
      }),
      claims: ({ payment }) => (payment === undefined ? [] : [{ type: 'payment', id: payment }]),
      events: ({ payment = null }, { row }, { on }) => [
        {
          type: 'ReceiptCompleted',
          data: { on, payment, amountFen: row?.amountFen ?? null },
          refs: payment === null ? [] : [{ type: 'payment', id: payment, role: 'paid by' }],
        },
      ],
    },
    VoidReceipt: {
      says: { zh: '作废票据', en: 'void a receipt' },
      from: USED,
      guards: [notCompleted, copiesKept],
      events: ({ reason, copiesKept: kept = null, handler }, state, context) => [
        {
          type: 'ReceiptVoided',
          data: { on: context.on, reason, copiesKept: kept, handler: whoActs(context, handler) },
          refs: freed(state),
        },
      ],
    },
    ReverseReceipt: {
      says: { zh: '冲红票据', en: 'red-reverse a receipt' },
      from: USED,
      guards: [redUnused],
      needs: ({ red = '' }) => ({
        used: { of: receiptRegister, id: red },
        reds: { of: redUses, naming: { type: 'receipt', id: red } },
      }),
      claims: ({ red }) => [{ type: 'receipt', id: red }],
      events: ({ reason, red, handler }, state, context) => [
        {
          type: 'ReceiptRedReversed',
          data: { on: context.on, reason, red, handler: whoActs(context, handler) },
          refs: [{ type: 'receipt', id: red, role: 'red' }, ...freed(state)],
        },
      ],
    },
    ReportLoss: {
      says: { zh: '报告票据遗失', en: 'report a loss' },
      from: USED,
      guards: [],
      events: ({ reportedTo = null, notice = null }, _, { on }) => [
        { type: 'ReceiptLost', data: { on, reportedTo, notice } },
      ],
    },
  },
};
