/** Leave to go on accepting outside the centre (豁免不进): stream `exemptions-<org>`, one for each unit. */
import type { Channel, PlaceKind } from '../kernel/message.js';

/** What it covers: these items, at these kinds of place, through these channels; null means all of them. */
export type ExemptionScope = Readonly<{
  items: readonly string[] | null;
  places: readonly PlaceKind[] | null;
  channels: readonly Channel[] | null;
}>;
/** Only a government may approve; an approval by anybody else is on record, and judged by its rule. */
export const APPROVER_LEVELS = ['government', 'centre', 'unit'] as const;
export type ApproverLevel = (typeof APPROVER_LEVELS)[number];

export type ExemptionEvent =
  | { type: 'ExemptionApplied'; data: { exemption: string; scope: ExemptionScope; reason: string } }
  /** In force on the days [from, to). `obligations`: what the unit has to offer at its own place instead (四办). */
  | {
      type: 'ExemptionApproved';
      data: {
        exemption: string;
        scope: ExemptionScope;
        approver: Readonly<{ name: string; level: ApproverLevel }>;
        decidedOn: string;
        document: string | null;
        obligations: readonly string[];
        from: string;
        to: string | null;
      };
    }
  | { type: 'ExemptionDenied'; data: { exemption: string; reason: string } }
  | { type: 'ExemptionRevoked'; data: { exemption: string; from: string; document: string; reason: string } };

export const exemptionEvents = {
  ExemptionApplied: { version: 1, zh: '申请豁免', en: 'exemption applied for' },
  ExemptionApproved: { version: 1, zh: '批准豁免', en: 'exemption approved' },
  ExemptionDenied: { version: 1, zh: '不批准豁免', en: 'exemption denied' },
  ExemptionRevoked: { version: 1, zh: '撤销豁免', en: 'exemption revoked' },
} as const satisfies Record<ExemptionEvent['type'], { version: number; zh: string; en: string }>;
