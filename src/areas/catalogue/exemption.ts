/** Exemptions from entering the centre: applied for by a unit, approved by the government: streams `exemptions-<org>`. */
import {
  type ApproverLevel,
  type ExemptionEvent,
  type ExemptionScope,
} from '../../../projections/events/exemptions.js';
import { exemptionRegister, type ExemptionsState } from '../../../projections/exemptions.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export interface ApproveExemption {
  readonly exemption: string;
  readonly scope: ExemptionScope;
  readonly approver: Readonly<{ name: string; level: ApproverLevel }>;
  readonly decidedOn: string;
  readonly document?: string;
  readonly obligations: readonly string[];
  readonly from: string;
  readonly to?: string;
}
export type ExemptionCommand =
  | { type: 'ApplyForExemption'; data: { exemption: string; scope: ExemptionScope; reason: string } }
  | { type: 'ApproveExemption'; data: ApproveExemption }
  | { type: 'DenyExemption'; data: { exemption: string; reason: string } }
  | { type: 'RevokeExemption'; data: { exemption: string; from: string; document: string; reason: string } };

const BASIS = '优化营商环境条例 art. 36';
type Named = { readonly exemption: string };

const knownAs = (status: string, code: string, zh: string, en: string): Guard<ExemptionsState, Named> => ({
  code,
  says: { zh, en },
  basis: BASIS,
  broken: ({ exemption }, { exemptions }) => {
    const known = Object.hasOwn(exemptions, exemption) ? exemptions[exemption]! : null;
    return (
      (known?.status ?? 'none') !== status && {
        details: { exemption, status: known?.status ?? null },
        refs: known ? [known.event] : [],
      }
    );
  },
});
const isNew = knownAs('none', 'exemption-exists', '该豁免编号已使用', 'the exemption is registered already');
const isApplied = knownAs('applied', 'exemption-not-applied-for', '该豁免没有待批申请', 'nobody waits for an answer');
const isApproved = knownAs('approved', 'exemption-not-approved', '该豁免不在批准状态', 'the exemption is not in force');

const byGovernment: Guard<ExemptionsState, ApproveExemption> = {
  code: 'exemption-approver',
  says: { zh: '豁免须由本级政府批准', en: 'the government approves an exemption' },
  basis: BASIS,
  broken: ({ approver }) => approver.level !== 'government' && { details: { approver } },
};
const hasDocument: Guard<ExemptionsState, ApproveExemption> = {
  code: 'exemption-document-missing',
  says: { zh: '须有批准文件', en: 'the approval is a document' },
  basis: BASIS,
  broken: ({ document }) => !document && { details: {} },
};
const ends: Guard<ExemptionsState, ApproveExemption> = {
  code: 'exemption-without-end',
  says: { zh: '豁免须有终止日期，且晚于起始日', en: 'an exemption has an end, after its beginning' },
  basis: BASIS,
  broken: ({ from, to }) => (to === undefined || to <= from) && { details: { from, to: to ?? null } },
};
const notBackdated: Guard<ExemptionsState, ApproveExemption> = {
  code: 'exemption-backdated',
  says: { zh: '豁免不得追溯生效', en: 'an exemption does not begin before it is decided' },
  basis: BASIS,
  broken: ({ from, decidedOn }) => from < decidedOn && { details: { from, decidedOn } },
};

const itemsOf = ({ items }: ExemptionScope) => (items ?? []).map((id) => ({ type: 'item', id, role: 'exempted' }));

export const exemption: Decider<ExemptionsState, ExemptionCommand, ExemptionEvent> = {
  ...exemptionRegister,
  commands: {
    ApplyForExemption: {
      says: { zh: '申请豁免', en: 'apply for an exemption' },
      from: ['none', 'some'],
      guards: [isNew],
      events: (data) => [{ type: 'ExemptionApplied', data, refs: itemsOf(data.scope) }],
    },
    ApproveExemption: {
      says: { zh: '批准豁免', en: 'approve an exemption' },
      from: ['none', 'some'],
      guards: [isApplied, byGovernment, hasDocument, ends, notBackdated],
      events: ({ document = null, to = null, ...data }) => [
        {
          type: 'ExemptionApproved',
          data: { ...data, document, to },
          effective: { from: data.from, to },
          legalBasis: document === null ? [] : [document],
          refs: itemsOf(data.scope),
        },
      ],
    },
    DenyExemption: {
      says: { zh: '不批准豁免', en: 'deny an exemption' },
      from: ['none', 'some'],
      guards: [isApplied],
      events: (data) => [{ type: 'ExemptionDenied', data }],
    },
    RevokeExemption: {
      says: { zh: '撤销豁免', en: 'revoke an exemption' },
      from: ['none', 'some'],
      guards: [isApproved],
      events: (data) => [
        { type: 'ExemptionRevoked', data, effective: { from: data.from, to: null }, legalBasis: [data.document] },
      ],
    },
  },
};
