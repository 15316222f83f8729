/** What was charged (收费): an assessment, or a line of a receipt that names none; and the rate that was in force. */
import { type FeeRow, fees } from '../fees.js';
import { amountOf, fen, isQuantity } from '../kernel/money.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import type { About, Severity, Verdict } from '../kernel/rule.js';
import { feeItemOn } from '../money-limits.js';
import { receiptLines, type ReceiptLineRow } from '../receipt-lines.js';
import { type ReceiptRow, receipts } from '../receipts.js';
import { feeItems } from '../tariffs.js';

export const CHARGED = { fees, receipts, receiptLines, feeItems } as const;
export type Charged = Look<typeof CHARGED>;

export interface Charge {
  /** `fee/<id>`, or `line/<receipt> <n>`. */
  readonly subject: string;
  readonly evidence: readonly string[];
  readonly feeItem: string;
  readonly quantity: string;
  readonly fen: bigint;
  readonly on: string;
  readonly instalment: FeeRow['instalment'];
  /** Cancelled, voided or taken back. */
  readonly undone: boolean;
  readonly about: About;
}
export const ofFee = (row: FeeRow): Charge => {
  const { fee, feeItem, quantity, assessedFen, on, instalment, status, events } = row;
  const { matterId, itemCode, org, placeKind, centre } = row;
  return {
    subject: `fee/${fee}`,
    evidence: events,
    feeItem,
    quantity,
    fen: fen(assessedFen),
    on,
    instalment,
    undone: status === 'cancelled',
    about: { on, matterId, itemCode, org, placeKind, centre },
  };
};
const ofLine = (
  { id, feeItem, quantity, amountFen, live, matterId, itemCode }: ReceiptLineRow,
  receipt: ReceiptRow,
): Charge => {
  const { on, org, placeKind, centre, issued } = receipt;
  return {
    subject: `line/${id}`,
    evidence: issued.slice(0, 1),
    feeItem,
    quantity,
    fen: fen(amountFen),
    on,
    instalment: null,
    undone: !live,
    about: { on, matterId, itemCode, org, placeKind, centre },
  };
};
const lineCharge = (row: ReceiptLineRow, look: Charged) => ofLine(row, look.receipts.get(row.receipt)!);
const LINE = 'line/';
export const lineSubject = ({ id }: ReceiptLineRow): string => `${LINE}${id}`;
export const feeSubject = ({ fee }: Pick<FeeRow, 'fee'>): string => `fee/${fee}`;
/** Null of what its source has taken back. */
export function chargeOf(subject: string, look: Charged): Charge | null {
  const line = look.receiptLines.get(subject.replace(LINE, ''));
  if (line) return lineCharge(line, look);
  const fee = look.fees.get(subject.replace('fee/', ''));
  return fee ? ofFee(fee) : null;
}
/** A receipt over what was assessed is no charge of its own. */
const unassessed = ({ fee }: ReceiptLineRow) => fee === null;

/** All charges for one fee item in one matter, between two days. */
export const chargesIn = (
  matterId: string,
  feeItem: string,
  from: string,
  to: string,
  look: Charged,
): readonly Charge[] => [
  ...look.fees.range('byMatter', [matterId, feeItem, from], [matterId, feeItem, to]).map(ofFee),
  ...look.receiptLines
    .range('byMatter', [matterId, feeItem, from], [matterId, feeItem, to])
    .filter(unassessed)
    .map((line) => lineCharge(line, look)),
];

const together = (matterId: string | null, feeItem: string, look: Charged) =>
  matterId === null
    ? []
    : [
        ...look.fees.range('byMatter', [matterId, feeItem]).map(feeSubject),
        ...look.receiptLines.range('byMatter', [matterId, feeItem]).filter(unassessed).map(lineSubject),
      ];
/** The charge itself, and others of the same matter and fee item: they are looked at together. */
function touchedBy(event: Recorded<any>, look: Charged): readonly string[] {
  switch (event.type) {
    case 'FeeAssessed':
    case 'FeeRecalculated':
    case 'FeeCancelled':
    case 'FeeWaived': {
      const row = look.fees.get(idOf('fee')(event));
      return row ? [feeSubject(row), ...together(row.matterId, row.feeItem, look)] : [];
    }
    case 'FeeItemPublished':
    case 'FeeItemAbolished': {
      const feeItem = idOf('tariff')(event);
      const from = [feeItem, event.data.from];
      return [
        ...look.fees.range('byFeeItem', from, [feeItem]).map(feeSubject),
        ...look.receiptLines.range('byFeeItem', from, [feeItem]).filter(unassessed).map(lineSubject),
      ];
    }
    default: {
      const receipt = idOf('receipt')(event);
      return (look.receipts.get(receipt)?.lines ?? []).flatMap(({ fee, matterId, feeItem }, n) => {
        if (fee !== null) return [feeSubject({ fee })];
        return [`${LINE}${receipt} ${n}`, ...together(matterId, feeItem, look)];
      });
    }
  }
}
export const CHARGING = [
  'FeeAssessed',
  'FeeRecalculated',
  'FeeCancelled',
  'ReceiptIssued',
  'ReceiptVoided',
  'ReceiptRedReversed',
  'FeeItemPublished',
  'FeeItemAbolished',
] as const;
export const onCharging = (...more: readonly string[]) =>
  Object.fromEntries(
    [...CHARGING, ...more].map((type) => [
      type,
      (event: Recorded, look: Charged) => [...new Set(touchedBy(event, look))],
    ]),
  );

/** What the rate says, or the fields without which it says nothing. */
export function byRate({ feeItem, quantity, on }: Charge, { feeItems: rows }: Charged) {
  const version = feeItemOn(rows, feeItem, on);
  const missing = [...(version ? [] : ['rate']), ...(isQuantity(quantity) ? [] : ['quantity'])];
  return missing.length > 0 ? { missing } : { version: version!, due: amountOf(version!.rate, quantity), missing };
}
export const notJudged = ({ about, evidence }: Charge, severity: Severity, missing: readonly string[]): Verdict => ({
  result: 'undetermined',
  certain: true,
  severity,
  about,
  evidence,
  tested: {},
  missing,
});
/** Parts of what is paid in parts, the latest of which speaks for all; null: another one does. */
export function parts(charge: Charge, inParts: boolean, look: Charged): readonly Charge[] | null {
  const { instalment, feeItem, about } = charge;
  if (instalment === null || !inParts || about.matterId === null) return [charge];
  const all = look.fees
    .range('byMatter', [about.matterId, feeItem])
    .map(ofFee)
    .filter((each) => each.instalment?.of === instalment.of && !each.undone);
  return all.at(-1)?.subject === charge.subject ? all : null;
}
