/** The table of all rules, and of the read models of their verdicts. */
import type { Rule, VerdictTable } from '../kernel/rule.js';
import { verdictsOf } from '../packs.js';
import { abnormalClosure, contradictoryOutcomes } from './closures.js';
import { acceptedTwice, dualAcceptance, outOfCentreAcceptance, shadowHandling } from './dual-acceptance.js';
import { enteredInName, notEntered } from './entry.js';
import { exemptionDefect, exemptionExpired, exemptionScope } from './exemptions.js';
import { correctionAfterAcceptance, pauseNotTold, pauseTooLong, pauseWithoutBasis } from './pauses.js';
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
];
export const ruleOf = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);

const tables = new Map<string, VerdictTable>(rules.map((rule) => [rule.id, verdictsOf(rule)]));
/** The table of a rule's verdicts. */
export const verdictsTable = (id: string): VerdictTable => tables.get(id)!;
export const verdictTables: readonly VerdictTable[] = [...tables.values()];
