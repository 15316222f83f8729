/** Rules at work in a service: their table, the policies that tell what they find, and the decider of their packs. */
import type { Rule } from '../../../projections/kernel/rule.js';
import { type RuleTable, ruleTable, standard } from '../../../projections/rules/index.js';
import type { Policy } from '../../kernel/policy.js';
import { type PackDecider, packFor, pack } from './pack.js';
import { policies, policiesFor } from './supervision.policy.js';

export interface Supervision {
  readonly table: RuleTable;
  readonly pack: PackDecider;
  readonly policies: readonly Policy[];
}
export const SUPERVISION = Symbol('Supervision');

/** With the rules of this program, or with others. */
export function supervisionOf(rules?: readonly Rule[]): Supervision {
  if (!rules) return { table: standard, pack, policies };
  const table = ruleTable(rules);
  return { table, pack: packFor(table), policies: policiesFor(table) };
}
