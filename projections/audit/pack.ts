/** All of the auditor's tests, and what they say about the rows of a period. */
import type { Text } from '../kernel/rule.js';
import { benford, recomputed, roundAmounts, strata } from './amounts.js';
import { expiredBlocks, inversions, numberBlocks, outstandingBlocks } from './blocks.js';
import { duplicates, nearDuplicates, splitFees } from './doubles.js';
import { cutOff, paidWithoutCase, pastGateUnpaid, taxable } from './flow.js';
import { type AuditRows, type AuditTest, fenOf, inPeriod, type Line, sum, type Values } from './kinds.js';
import { afterHours, oneForTwo, voidsByClerk, voidTiming, waiversByClerk } from './people.js';

export const AUDIT_TESTS: readonly AuditTest[] = [
  numberBlocks,
  inversions,
  duplicates,
  nearDuplicates,
  voidsByClerk,
  voidTiming,
  recomputed,
  cutOff,
  strata,
  roundAmounts,
  afterHours,
  oneForTwo,
  waiversByClerk,
  splitFees,
  expiredBlocks,
  outstandingBlocks,
  paidWithoutCase,
  pastGateUnpaid,
  taxable,
  benford,
];
export const auditTest = (id: string): AuditTest | undefined => AUDIT_TESTS.find((test) => test.id === id);

export interface TestResult {
  readonly test: AuditTest;
  readonly values: Values;
  /** Why it was not run, or has nothing to say; null: it was. */
  readonly note: Text | null;
  readonly lines: readonly Line[];
  readonly flagged: number;
  readonly flaggedFen: number;
}
export const valuesOf = ({ parameters }: AuditTest, overrides: Values = {}): Values => ({
  ...Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value])),
  ...overrides,
});

/** `named`: it is asked for by its name, so that one that is off by default runs, too. */
export function runTest(test: AuditTest, rows: AuditRows, overrides: Values = {}, named = true): TestResult {
  const values = valuesOf(test, overrides);
  const note = (!named && test.off) || (test.notApplicable?.(rows, values) ?? null);
  const lines = note ? [] : test.run(rows, values);
  const marked = lines.filter(({ flagged }) => flagged);
  return { test, values, note, lines, flagged: marked.length, flaggedFen: sum(marked, ({ fen }) => fen ?? 0) };
}
export const runPack = (
  rows: AuditRows,
  overrides: Readonly<Record<string, Values>> = {},
  only?: readonly string[],
): readonly TestResult[] =>
  AUDIT_TESTS.filter(({ id }) => only?.includes(id) ?? true).map((test) =>
    runTest(test, rows, overrides[test.id], only !== undefined),
  );

export type ControlTotals = Readonly<Record<'receipts' | 'fees' | 'payments', Readonly<{ rows: number; fen: number }>>>;
/** Of the rows of the period, whatever has become of them: the same that anybody else would have to start from. */
export function controlTotals(rows: AuditRows): ControlTotals {
  const [receipts, fees, payments] = [
    inPeriod(rows.receipts, rows),
    inPeriod(rows.fees, rows),
    inPeriod(rows.payments, rows),
  ];
  return {
    receipts: { rows: receipts.length, fen: sum(receipts, fenOf) },
    fees: { rows: fees.length, fen: sum(fees, ({ assessedFen }) => Number(assessedFen)) },
    payments: { rows: payments.length, fen: sum(payments, fenOf) },
  };
}
