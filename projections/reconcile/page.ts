/** The page of reconciliation: identities of cells, and all of them together, with control totals. Amounts as decimal strings. */
import type { TiedCell, TiedStep } from '../events/reconciliation.js';
import { RESIDUES } from './tie-out.js';
import { type Step, STEPS } from './relations.js';

const SUMS = ['assessedFen', 'waivedFen', 'cancelledFen', 'issuedFen', 'voidFen', 'redFen', 'refundedFen'] as const;
const AMOUNTS = ['leftFen', 'rightFen', 'differenceFen', 'residueFen'] as const;
/** Up to so many digits with a sign, a thousand amounts are added as numbers without losing a fen: nearly all are. */
const SHORT = 12;
function add(all: readonly string[]): string {
  let [sum, large] = [0, 0n];
  for (const text of all)
    if (text.length <= SHORT && Math.abs(sum) < Number.MAX_SAFE_INTEGER / 2) sum += Number(text);
    else large += BigInt(text);
  return large === 0n ? String(sum) : (large + BigInt(sum)).toString();
}
const less = (amount: string, ...others: readonly string[]): string =>
  add([amount, ...others.map((text) => (text.startsWith('-') ? text.slice(1) : `-${text}`))]);

function sumOfSteps(step: Step, all: readonly TiedStep[]): TiedStep {
  const kinds = [...new Set(all.flatMap(({ byKind }) => Object.keys(byKind)))].sort();
  const amounts = Object.fromEntries(AMOUNTS.map((name) => [name, add(all.map((one) => one[name]))]));
  return {
    step,
    ...(amounts as Record<(typeof AMOUNTS)[number], string>),
    byKind: Object.fromEntries(kinds.map((kind) => [kind, add(all.map(({ byKind }) => byKind[kind] ?? '0'))])),
    residues: all.reduce((sum, { residues }) => sum + residues, 0),
  };
}
export type Totals = Omit<TiedCell, 'feeItem'>;
export function totalOf(cells: readonly Omit<TiedCell, 'feeItem'>[]): Totals {
  const sums = Object.fromEntries(SUMS.map((name) => [name, add(cells.map((cell) => cell[name]))]));
  const steps = (Object.keys(STEPS) as Step[]).map((step) =>
    sumOfSteps(
      step,
      cells.flatMap((cell) => cell.steps.filter((one) => one.step === step)),
    ),
  );
  return { ...(sums as Omit<Totals, 'steps'>), steps };
}
/** What is left to be receipted, and what counts of the receipts: members of the printed identities (对账恒等式). */
export function derivedOf({ assessedFen, waivedFen, cancelledFen, issuedFen, voidFen, redFen, steps }: Totals) {
  const of = (step: Step) => steps.find((one) => one.step === step);
  const kind = (step: Step, name: keyof typeof RESIDUES) => of(step)?.byKind[name] ?? '0';
  return {
    owedFen: less(assessedFen, waivedFen, cancelledFen),
    receiptedNetFen: less(issuedFen, voidFen, redFen),
    outstandingFen: kind('assessed-receipted', 'outstanding'),
    receiptedUnpaidFen: kind('receipted-paid', 'unpaid'),
    bankInTransitFen: kind('paid-deposited', 'in-transit'),
    misdirectedFen: kind('paid-deposited', 'misdirected'),
    treasuryInTransitFen: kind('deposited-credited', 'in-transit'),
  };
}
/** Every difference is the sum of its residues; else reconciliation itself is wrong. */
export const tiesOut = ({ steps }: Totals): boolean =>
  steps.every(({ leftFen, rightFen, differenceFen, residueFen }) => {
    return less(leftFen, rightFen) === differenceFen && differenceFen === residueFen;
  });
