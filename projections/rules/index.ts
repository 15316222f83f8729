/** The table of all rules, and of the read models of their verdicts. */
import type { Rule, VerdictTable } from '../kernel/rule.js';
import { type Ruled, verdictsOf } from '../packs.js';
import { AGEING, MATCHING } from '../reconcile/parameters.js';
import { accessWithoutPurpose } from './access.js';
import { accountabilityRules } from './accountability.js';
import { abnormalClosure, contradictoryOutcomes } from './closures.js';
import { acceptedTwice, dualAcceptance, outOfCentreAcceptance } from './dual-acceptance.js';
import { enteredInName, notEntered } from './entry.js';
import { exemptionDefect, exemptionExpired, exemptionScope } from './exemptions.js';
import { correctionAfterAcceptance, pauseNotTold, pauseTooLong, pauseWithoutBasis } from './pauses.js';
import {
  afterAbolition,
  bundledFee,
  irregularWaiver,
  offCatalogue,
  overRate,
  splitFee,
  underCollected,
} from './fees.js';
import { cashAtWindow, doneBeforePaid, notReceipted, offCentreCharge } from './fees-collected.js';
import { handlerChecks, notWrittenOff, numberUsedTwice, outOfBlock, outOfOrder, receiptGap } from './receipts.js';
import { voidAnomaly } from './receipts-voided.js';
import { refundAnomaly } from './refunds.js';
import { lateRemittance, shortRemittance, spentFromCollections, transitAccount } from './remittance.js';
import { shadowHandling } from './shadow-handling.js';
import { statementDoesNotAddUp, statementNotWhole } from './statements.js';
import { registeredAfterwards, registeredInBulk } from './registration.js';
import {
  askedTwice,
  badExtension,
  deliveryLate,
  nearDue,
  noticeLate,
  promiseLate,
  promiseNotHalved,
  statuteLate,
  stepLate,
} from './time-limits.js';

export const rules: readonly Rule[] = [
  outOfCentreAcceptance,
  dualAcceptance,
  acceptedTwice,
  shadowHandling,
  notEntered,
  enteredInName,
  exemptionExpired,
  exemptionScope,
  exemptionDefect,
  noticeLate,
  askedTwice,
  promiseLate,
  statuteLate,
  stepLate,
  deliveryLate,
  nearDue,
  badExtension,
  promiseNotHalved,
  pauseWithoutBasis,
  pauseNotTold,
  correctionAfterAcceptance,
  pauseTooLong,
  registeredAfterwards,
  registeredInBulk,
  abnormalClosure,
  contradictoryOutcomes,
  accessWithoutPurpose,
  offCentreCharge,
  offCatalogue,
  overRate,
  underCollected,
  afterAbolition,
  irregularWaiver,
  cashAtWindow,
  notReceipted,
  doneBeforePaid,
  splitFee,
  bundledFee,
  receiptGap,
  numberUsedTwice,
  outOfBlock,
  outOfOrder,
  voidAnomaly,
  notWrittenOff,
  handlerChecks,
  lateRemittance,
  shortRemittance,
  transitAccount,
  spentFromCollections,
  refundAnomaly,
  statementDoesNotAddUp,
  statementNotWhole,
  ...accountabilityRules,
];
/** What has no verdicts, and goes by parameters that packs change as they do those of rules. */
export const ruled: readonly (Ruled & Pick<Rule, 'version' | 'title'>)[] = [MATCHING, AGEING];
/** Rules with the tables of their verdicts. */
export interface RuleTable {
  readonly rules: readonly Rule[];
  /** What a pack may be of. */
  readonly ruledOf: (id: string) => (typeof ruled)[number] | undefined;
  readonly ruleOf: (id: string) => Rule | undefined;
  /** The table of a rule's verdicts. */
  readonly verdictsTable: (id: string) => VerdictTable;
  readonly verdictTables: readonly VerdictTable[];
}
export function ruleTable(of: readonly Rule[]): RuleTable {
  const tables = new Map<string, VerdictTable>(of.map((rule) => [rule.id, verdictsOf(rule)]));
  return {
    rules: of,
    ruleOf: (id) => of.find((rule) => rule.id === id),
    ruledOf: (id) => [...of, ...ruled].find((one) => one.id === id),
    verdictsTable: (id) => tables.get(id)!,
    verdictTables: [...tables.values()],
  };
}
/** Of the rules that this program is made with. */
export const standard = ruleTable(rules);
export const { ruleOf, verdictsTable } = standard;
