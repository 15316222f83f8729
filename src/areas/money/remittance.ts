/** 集中汇缴: what a window collected on a day by receipts of its own is paid in at once. */
import type { RemittanceEvent } from '../../../projections/events/money.js';
import { type Fen, fen, sumFen } from '../../../projections/kernel/money.js';
import { once, type OnceState } from '../../../projections/payments.js';
import { isLive, receiptRegister, type ReceiptState } from '../../../projections/receipts.js';
import type { Decider, Guard } from '../../kernel/decider.js';
import { type OfPayCode, ofPayCode, payCodeFree } from './money.js';

export interface MakeRemittance {
  readonly centre?: string;
  readonly window: string;
  readonly day: string;
  /** `<code>-<number>`; each belongs to this remittance, and to no other. */
  readonly receipts: readonly string[];
  readonly amountFen: Fen;
  readonly payCode?: string;
}
export type RemittanceCommand = { type: 'MakeRemittance'; data: MakeRemittance };
type Of = OfPayCode & { readonly receipts: readonly ReceiptState[] };

const BASIS = '集中汇缴（每窗口每日一次）';
const madeOnce: Guard<OnceState> = {
  code: 'remitted-already',
  says: { zh: '该窗口当日已汇缴', en: 'the window has paid in for that day' },
  basis: BASIS,
  standing: true,
  broken: (_, { status, since }) => status !== 'none' && { details: { status }, refs: since ? [since] : [] },
};
/** Whoever stands at a window pays in what that window took; a source has to say where it was done, if it says anything. */
const ofThisWindow: Guard<OnceState, MakeRemittance> = {
  code: 'remittance-of-another-window',
  says: { zh: '只能汇缴本窗口收取的款项', en: 'a window pays in what it has collected itself' },
  basis: '集中汇缴（每窗口每日一次）; 内部控制（岗位责任）',
  broken: ({ centre, window }, _, { place, way }) => {
    if (way === 'report' && place === undefined) return false;
    const same = place?.window === window && (centre === undefined || place.org === centre);
    return !same && { details: { window, centre: centre ?? null, at: place?.window ?? null } };
  },
};
/** A receipt names its remittance when it is issued, so that no money is paid in twice. */
const ofThisDay: Guard<OnceState, MakeRemittance, Of> = {
  code: 'receipt-of-another-remittance',
  says: { zh: '票据不属于本次汇缴，已作废或重复列出', en: 'a receipt is not of this remittance, void, or named twice' },
  basis: BASIS,
  broken: ({ receipts: names }, _, { receipts: of, id }) => {
    const wrong = names.filter((name, n) => {
      const { row } = of[n]!;
      return !(row && row.remittance === id && isLive(row)) || names.indexOf(name) !== n;
    });
    return wrong.length > 0 && { details: { receipts: wrong.slice(0, 20), count: wrong.length } };
  },
};
const addsUp: Guard<OnceState, MakeRemittance, Of> = {
  code: 'remittance-sum',
  says: { zh: '汇缴金额与票据合计不符', en: 'the amount is not the sum of the receipts' },
  basis: BASIS,
  broken: ({ amountFen }, _, { receipts: of }) => {
    const sum = sumFen(of.flatMap(({ row }) => (row ? [row.amountFen] : [])));
    return fen(amountFen) !== sum && { details: { amountFen, receiptsFen: sum.toString() } };
  },
};

export const remittance: Decider<OnceState, RemittanceCommand, RemittanceEvent, { MakeRemittance: Of }> = {
  ...once<RemittanceEvent>('remittance', 'RemittanceMade'),
  commands: {
    MakeRemittance: {
      says: { zh: '集中汇缴', en: 'pay in what the window collected' },
      from: 'any',
      guards: [madeOnce, ofThisWindow, ofThisDay, addsUp, payCodeFree('remittance', () => null)],
      needs: ({ receipts: names = [], payCode }) => ({
        receipts: names.map((id) => ({ of: receiptRegister, id })),
        ...ofPayCode(payCode),
      }),
      claims: ({ payCode }) => (payCode === undefined ? [] : [{ type: 'pay-code', id: payCode }]),
      events: ({ centre = null, payCode = null, ...data }, _, { by }) => [
        {
          type: 'RemittanceMade',
          data: { ...data, org: by.org ?? null, centre, payCode },
          refs: [
            ...data.receipts.map((id) => ({ type: 'receipt', id, role: 'remitted' })),
            ...(payCode === null ? [] : [{ type: 'pay-code', id: payCode, role: 'paid by' }]),
          ],
        },
      ],
    },
  },
};
