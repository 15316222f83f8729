/** Conducts, authority over people, and reporters: streams `conduct-<id>`, `authority-<person>`, `reporter-<id>`. */
import type {
  AuthorityEvent,
  AuthorityEvents,
  ConductEvent,
  ConductEvents,
  ReporterEvent,
  ReporterEvents,
} from '../../../projections/events/accountability.js';
import { leadRegister, type LeadState } from '../../../projections/accountability/lead.js';
import { caseRegister, type CaseState } from '../../../projections/accountability/case.js';
import {
  authorityRegister,
  type AuthorityState,
  conductRegister,
  type ConductState,
  reporterRegister,
  type ReporterState,
} from '../../../projections/accountability/registers.js';
import type { Decider, Guard } from '../../kernel/decider.js';
import { isId, partOf } from './steps.js';

export type ConductCommand =
  | { type: 'ClaimConduct'; data: ConductEvents['ConductClaimed'] }
  | { type: 'ReleaseConduct'; data: ConductEvents['ConductReleased'] }
  | { type: 'ReportSanction'; data: ConductEvents['SanctionReported'] };
type OfCase = { readonly case: CaseState | null; readonly lead?: LeadState | null };

const ONE = '政务处分法 art. 16; 公务员法 art. 61';
const ofItsCase: Guard<ConductState, { case: string; organ: string }, OfCase> = {
  code: 'conduct-of-no-case',
  says: { zh: '该案没有这一行为，或机关不符', en: 'the case has no such conduct, or is of another organ' },
  basis: ONE,
  // Whoever the case is about is told no more than if there were none.
  broken: ({ organ }, _, { case: of, lead, id, by: { person, org } }) => {
    const isItself = of?.organ === organ && of.conducts.some((one) => one.id === id);
    const accused = [...(of?.subjects ?? []), ...(lead?.accused ?? []).map((one) => one.person)];
    const isInvolved = (person !== null && accused.includes(person)) || lead?.orgs.includes(org ?? '') === true;
    return (!isItself || isInvolved) && { details: {} };
  },
};
const notSanctioned: Guard<ConductState, { organ: string }> = {
  code: 'conduct-sanctioned',
  says: { zh: '他机关已就此行为处分', en: 'another organ has sanctioned it' },
  basis: ONE,
  broken: ({ organ }, { sanctions }) => {
    const others = sanctions.filter((one) => one.organ !== organ);
    return (
      others.length > 0 && { details: { organs: others.map((one) => one.organ) }, refs: others.map((one) => one.event) }
    );
  },
};
const caseOver: Guard<ConductState, object, OfCase> = {
  code: 'conduct-still-pursued',
  says: { zh: '占用它的案件尚在办理', en: 'the case that claims it goes on' },
  basis: ONE,
  broken: (_, __, { case: of, id }) =>
    of?.conducts.some((one) => one.id === id) === true &&
    !['not-filed', 'cancelled', 'transferred', 'name-cleared'].includes(of.status) && {
      details: { status: of.status },
    },
};
const ofCase = (data: { case?: string }) => ({
  case: isId(data.case) ? { of: caseRegister, id: data.case } : null,
  lead: isId(data.case) ? { of: leadRegister, id: data.case } : null,
});

export const conduct: Decider<
  ConductState,
  ConductCommand,
  ConductEvent,
  { ClaimConduct: OfCase; ReleaseConduct: OfCase }
> = {
  ...conductRegister,
  classification: 'sealed',
  commands: {
    ClaimConduct: {
      says: { zh: '占用行为', en: 'claim a conduct for a case' },
      from: ['none', 'released'],
      guards: [ofItsCase, notSanctioned],
      needs: ofCase,
      events: (data) => [{ type: 'ConductClaimed', data, legalBasis: [ONE], refs: [partOf(data.case)] }],
    },
    ReleaseConduct: {
      says: { zh: '释放行为', en: 'release a conduct' },
      from: ['claimed'],
      guards: [caseOver],
      needs: (_, __, state) => ofCase(state.case === null ? {} : { case: state.case }),
      events: (data) => [{ type: 'ConductReleased', data, refs: [partOf(data.case)] }],
    },
    ReportSanction: {
      says: { zh: '登记他机关处分', en: 'record what another organ did' },
      from: 'any',
      guards: [],
      events: (data) => [{ type: 'SanctionReported', data }],
    },
  },
};

export type AuthorityCommand =
  | { type: 'SetAuthority'; data: AuthorityEvents['AuthoritySet'] }
  | { type: 'RecordPriorStep'; data: AuthorityEvents['PriorStepDone'] };
/** Who decides about somebody is not for himself to say, nor to find out so. */
const notOwn: Guard<AuthorityState, object> = {
  code: 'own-authority',
  says: { zh: '本人的管理权限由他人登记', en: 'somebody else registers who decides about him' },
  basis: '政务处分法 art. 47; 干部管理权限',
  broken: (_, __, { id, by }) => by.person !== null && by.person === id && { details: {} },
};
/** What is said to have happened has. */
const happened: Guard<AuthorityState, { on: string }> = {
  code: 'day-not-come',
  says: { zh: '日期尚未到', en: 'that day has not come yet' },
  basis: '干部管理权限',
  broken: ({ on }, _, context) => on > context.on && { details: { on } },
};
const inOrder: Guard<AuthorityState, { from: string }> = {
  code: 'authority-overtaken',
  says: { zh: '已有自该日或以后起的权限', en: 'there is one from that day on, or from later' },
  basis: '干部管理权限',
  broken: ({ from }, { all }) => {
    const later = all.filter((one) => one.from >= from);
    return later.length > 0 && { details: { from }, refs: later.map(({ event }) => event) };
  },
};
export const authority: Decider<AuthorityState, AuthorityCommand, AuthorityEvent> = {
  ...authorityRegister,
  commands: {
    SetAuthority: {
      says: { zh: '登记干部管理权限', en: 'register who decides about somebody' },
      from: 'any',
      guards: [notOwn, inOrder],
      // It is looked up where somebody is held to account, and often registered then: that tells of an affair.
      events: (data) => [
        { type: 'AuthoritySet', data, effective: { from: data.from, to: null }, classification: 'sealed' },
      ],
    },
    RecordPriorStep: {
      says: { zh: '登记前置程序', en: 'record a step that comes before' },
      from: 'any',
      guards: [notOwn, happened],
      // It comes before a sanction, and tells that there is to be one.
      events: (data) => [{ type: 'PriorStepDone', data, legalBasis: ['政务处分法 art. 50'], classification: 'sealed' }],
    },
  },
};

export type ReporterCommand = { type: 'RecordReporter'; data: ReporterEvents['ReporterRecorded'] };
export const reporter: Decider<ReporterState, ReporterCommand, ReporterEvent> = {
  ...reporterRegister,
  classification: 'sealed',
  commands: {
    RecordReporter: {
      says: { zh: '登记举报人', en: 'record a reporter' },
      from: ['none'],
      guards: [],
      events: (data) => [{ type: 'ReporterRecorded', data, legalBasis: ['信访工作条例 art. 30'] }],
    },
  },
};
