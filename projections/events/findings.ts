/** What the rules have found, each in a stream of its own, `finding-<id>`; and the parameters they judge by. */
import type { About, FindingTold, Grade, Values } from '../kernel/rule.js';

/** What a policy has found, as it was judged then. */
export type Found = FindingTold &
  Readonly<{
    ruleVersion: number;
    about: About;
    evidence: readonly string[];
    tested: Readonly<Record<string, boolean>>;
    parameters: Values;
    details: Readonly<Record<string, string | number | null>>;
  }>;
type Of = Pick<FindingTold, 'rule' | 'subject'>;

export type FindingEvent =
  /** A rule was broken, as far as the log tells: by the policy, or again after it was withdrawn. */
  | { type: 'FindingRaised'; data: Found }
  /** Its severity or certainty is another one now. */
  | { type: 'FindingRevised'; data: Found }
  /** Later facts have cleared it; it stays on record. */
  | { type: 'FindingWithdrawn'; data: Of & { tested: Found['tested'] } }
  /** It is part of another one now. */
  | { type: 'FindingSuperseded'; data: Of & { by: string } }
  /** The unit has taken note. */
  | { type: 'FindingAcknowledged'; data: { org: string | null; note: string | null } }
  /** The unit says what happened. */
  | { type: 'FindingExplained'; data: { explanation: string; documents: readonly string[] } }
  /** It holds, with a reason. */
  | { type: 'FindingUpheld'; data: { reason: string } }
  /** Somebody proposes to let it go; another one decides. */
  | { type: 'WaiverProposed'; data: { reason: string; dataError: boolean } }
  | { type: 'WaiverDeclined'; data: { reason: string } }
  | { type: 'FindingWaived'; data: { reason: string; dataError: boolean; proposedBy: string | null } };

type Pack = Readonly<{
  pack: string;
  values: Values;
  /** The version of the rule that speaks from its adoption on; null: none other than before. */
  ruleVersion: number | null;
  from: string;
  source: string;
  grade: Grade;
}>;
export type PackEvent =
  /** Somebody proposes other parameters for a rule, from a day on, with where they come from. */
  | {
      type: 'RulePackProposed';
      data: Pack & { reason: string };
    }
  /** Another one adopts them: acts from this day on are judged by them. */
  | {
      type: 'RulePackAdopted';
      data: Pack & { reason: string; proposedBy: string | null };
    }
  | { type: 'RulePackDeclined'; data: { pack: string; reason: string } };

export const findingEvents = {
  FindingRaised: { version: 1, zh: '发现疑点', en: 'finding raised' },
  FindingRevised: { version: 1, zh: '疑点变更', en: 'finding revised' },
  FindingWithdrawn: { version: 1, zh: '疑点撤回', en: 'finding withdrawn' },
  FindingSuperseded: { version: 1, zh: '疑点并入', en: 'finding superseded' },
  FindingAcknowledged: { version: 1, zh: '疑点签收', en: 'finding acknowledged' },
  FindingExplained: { version: 1, zh: '情况说明', en: 'finding explained' },
  FindingUpheld: { version: 1, zh: '疑点认定', en: 'finding upheld' },
  WaiverProposed: { version: 1, zh: '提议免除', en: 'waiver proposed' },
  WaiverDeclined: { version: 1, zh: '不同意免除', en: 'waiver declined' },
  FindingWaived: { version: 1, zh: '疑点免除', en: 'finding waived' },
  RulePackProposed: { version: 1, zh: '提议规则参数', en: 'rule pack proposed' },
  RulePackAdopted: { version: 1, zh: '采用规则参数', en: 'rule pack adopted' },
  RulePackDeclined: { version: 1, zh: '不采用规则参数', en: 'rule pack declined' },
} as const satisfies Record<(FindingEvent | PackEvent)['type'], { version: number; zh: string; en: string }>;
