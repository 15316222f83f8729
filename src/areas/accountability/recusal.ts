/** Conflicts of interest and interference (回避、打听干预): stream `recusal-<id>` of the affair. */
import type { RecusalEvent, RecusalEvents } from '../../../projections/events/accountability.js';
import type { LeadState } from '../../../projections/accountability/lead.js';
import { leadRegister } from '../../../projections/accountability/lead.js';
import { recusalRegister, type RecusalState } from '../../../projections/accountability/recusal.js';
import type { Context, Decider, Guard } from '../../kernel/decider.js';
import { partOf } from './steps.js';

export type RecusalCommand =
  | { type: 'DeclareConflict'; data: RecusalEvents['ConflictDeclared'] }
  | { type: 'RequestRecusal'; data: RecusalEvents['RecusalRequested'] }
  | { type: 'RuleRecusal'; data: RecusalEvents['RecusalRuled'] }
  | { type: 'RecordInterference'; data: RecusalEvents['InterferenceRecorded'] };
type OfLead = { readonly lead: LeadState };
type Facts = Record<RecusalCommand['type'], OfLead>;

const BASIS = '政务处分法 art. 47, 48; 监察法 art. 67';
const affairKnown: Guard<RecusalState, object, OfLead> = {
  code: 'affair-unknown',
  says: { zh: '没有这一线索', en: 'there is no such lead' },
  basis: BASIS,
  standing: true,
  broken: (_, __, { lead }) => lead.status === 'none' && { details: {} },
};
const grounded: Guard<RecusalState, RecusalEvents['ConflictDeclared']> = {
  code: 'conflict-without-grounds',
  says: { zh: '申报冲突须说明情形', en: 'a conflict is declared with its grounds' },
  basis: BASIS,
  broken: ({ conflict, grounds }) => conflict && grounds === undefined && { details: {} },
};
/** The head's own is ruled on by the superior. */
const notOwnRuling: Guard<RecusalState, RecusalEvents['RecusalRuled']> = {
  code: 'own-recusal',
  says: { zh: '本人的回避由他人决定', en: 'somebody else rules on his recusal' },
  basis: '政务处分法 art. 48',
  broken: ({ person }, { of }, { by }) =>
    by.person !== null && person === by.person && { details: {}, refs: of[person] ? [of[person].event] : [] },
};
const happened: Guard<RecusalState, RecusalEvents['InterferenceRecorded']> = {
  code: 'day-not-come',
  says: { zh: '日期尚未到', en: 'that day has not come yet' },
  basis: '监察法 art. 66',
  broken: ({ on }, _, context) => on > context.on && { details: { on } },
};
const needs = (_: object, { id = '' }: Context) => ({ lead: { of: leadRegister, id } });
const part = (id = '') => ({ refs: [partOf(id)] }) as const;

export const recusal: Decider<RecusalState, RecusalCommand, RecusalEvent, Facts> = {
  ...recusalRegister,
  classification: 'sealed',
  commands: {
    DeclareConflict: {
      says: { zh: '申报回避情况', en: 'declare whether there is a conflict' },
      from: 'any',
      guards: [affairKnown, grounded],
      needs,
      events: (data, _, { id }) => [{ type: 'ConflictDeclared', data, legalBasis: [BASIS], ...part(id) }],
    },
    RequestRecusal: {
      says: { zh: '申请回避', en: 'ask for somebody to be recused' },
      from: 'any',
      guards: [affairKnown],
      needs,
      events: (data, _, { id }) => [{ type: 'RecusalRequested', data, legalBasis: [BASIS], ...part(id) }],
    },
    RuleRecusal: {
      says: { zh: '决定回避', en: 'rule on a recusal' },
      from: 'any',
      guards: [affairKnown, notOwnRuling],
      needs,
      events: (data, _, { id }) => [{ type: 'RecusalRuled', data, legalBasis: [BASIS], ...part(id) }],
    },
    RecordInterference: {
      says: { zh: '登记打听干预', en: 'record an interference' },
      from: 'any',
      guards: [affairKnown, happened],
      needs,
      events: (data, _, { id }) => [
        { type: 'InterferenceRecorded', data, legalBasis: ['监察法 art. 66'], ...part(id) },
      ],
    },
  },
};
