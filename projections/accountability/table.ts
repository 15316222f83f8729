/**
 * The machine of accountability as data (责任追究流程): states, and what leads from one to the next, by whom, under which
 * guards and signatures. Deciders take their states from it, folds their ends; the service answers from it what may be
 * done next, and docs/accountability.md is made from it.
 */
import type { CaseEvents, LeadEvents, ReviewEvents } from '../events/accountability.js';
import type { Text } from '../kernel/rule.js';
import { CASE } from './table-case.js';
import { LEAD } from './table-lead.js';
import { REVIEW } from './table-review.js';

/** Three tracks that never mix; Party discipline is only ever told of as transferred. */
export const PROFILES = {
  adm: { zh: '行政过错责任追究', en: 'administrative fault (T-ADM)' },
  organ: { zh: '任免机关处分', en: 'sanction by the appointing organ (T-SAN organ)' },
  commission: { zh: '监察机关政务处分', en: 'sanction by the supervision commission (T-SAN commission)' },
} as const satisfies Record<string, Text>;
export type Profile = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as Profile[];

/** As what somebody acts or signs. */
export const CAPACITIES = {
  officer: { zh: '案件监督管理人员', en: 'case-supervision officer' },
  approver: { zh: '分管领导', en: 'leader in charge' },
  head: { zh: '机关负责人', en: "organ's head" },
  inquirer: { zh: '函询、核实人员', en: 'who inquires or verifies' },
  investigator: { zh: '调查人员', en: 'investigator' },
  server: { zh: '送达人员', en: 'server' },
  adjudicator: { zh: '审理人员', en: 'adjudicator' },
  member: { zh: '集体讨论成员', en: 'member of the deliberation' },
  chair: { zh: '集体讨论主持人', en: 'chair of the deliberation' },
  personnel: { zh: '组织人事部门', en: 'personnel department' },
  reviewer: { zh: '复审复核人员', en: 'reviewer' },
  higher: { zh: '上级机关', en: 'higher organ' },
  anyone: { zh: '任何办案人员', en: 'whoever handles it' },
} as const satisfies Record<string, Text>;
export type Capacity = keyof typeof CAPACITIES;

/** 文书: what is signed, and by whom (the signing matrix of §4.3). `all`: all of them; else so many. */
export const DOCUMENTS = {
  'triage-opinion': { zh: '线索拟办意见', en: 'triage opinion', of: 'lead', signs: { officer: 1, approver: 1 } },
  'inquiry-plan': { zh: '函询、核实方案', en: 'plan of the inquiry', of: 'lead', signs: { approver: 1 } },
  'extension-report': { zh: '延长期限审批表', en: 'extension of the investigation', of: 'case', signs: { head: 1 } },
  'filing-report': { zh: '立案呈批表', en: 'filing report', of: 'case', signs: { head: 1 } },
  'findings-report': { zh: '调查报告', en: 'report of the investigation', of: 'case', signs: { investigator: 'all' } },
  'facts-notice': { zh: '事实告知书', en: 'notice of facts', of: 'case', signs: { investigator: 2 } },
  'adjudication-opinion': { zh: '审理报告', en: 'adjudication opinion', of: 'case', signs: { adjudicator: 2 } },
  minutes: { zh: '集体讨论记录', en: 'minutes of the deliberation', of: 'case', signs: { member: 'all', chair: 1 } },
  decision: { zh: '处分决定书', en: 'decision', of: 'case', signs: { head: 1 } },
  'service-record': { zh: '送达回证', en: 'service record', of: 'case', signs: { server: 2 } },
  'review-decision': { zh: '复审复核决定书', en: 'review decision', of: 'review', signs: { reviewer: 'all' } },
} as const satisfies Record<string, Text & { of: Machine; signs: Readonly<Partial<Record<Capacity, number | 'all'>>> }>;
export type DocumentKind = keyof typeof DOCUMENTS;
export const DOCUMENT_KINDS = Object.keys(DOCUMENTS) as DocumentKind[];
/** There is one document of a kind in an affair, with its versions. */
export const documentId = (id: string, kind: DocumentKind): string => `${id}.${kind}`;

export type Machine = 'lead' | 'case' | 'review';
export type GuardId =
  | 'G1'
  | 'G2'
  | 'G3'
  | 'G4'
  | 'G5'
  | 'G6'
  | 'G7'
  | 'G8'
  | 'G9'
  | 'G10'
  | 'G11'
  | 'G12'
  | 'G13'
  | 'G14'
  | 'G15'
  | 'CAPACITY'
  | 'SIGNED'
  | 'FIT'
  | 'UNINVOLVED';

export interface State extends Text {
  /** As §4.3 names it. */
  readonly id: string;
  readonly terminal?: true;
}
export interface Transition {
  readonly says: Text;
  readonly event: string;
  readonly from: readonly string[];
  /** Null: the state stays. */
  readonly to: string | null;
  readonly acts: Capacity;
  readonly guards: readonly GuardId[];
  /** Whoever acts or is named may not be among those who did this (G2, G11). */
  readonly apart?: readonly Part[];
  /** It is those who are named that are kept apart, not who names them. */
  readonly named?: true;
  /** The documents that have to be signed as the matrix says, in the words that they have now. */
  readonly signed?: readonly DocumentKind[];
}
/** What somebody has done in an affair, for separation of duties. */
export const PARTS = {
  registrar: { zh: '登记人', en: 'who registered it' },
  triager: { zh: '拟办人', en: 'who proposed the triage' },
  'no-lead-proposer': { zh: '提议不作线索的人', en: 'who proposed that there be no lead' },
  inquirer: { zh: '函询、核实人员', en: 'who inquired or verified' },
  'filing-proposer': { zh: '立案呈批人', en: 'who proposed the filing' },
  investigator: { zh: '调查人员', en: 'an investigator' },
  adjudicator: { zh: '审理人员', en: 'an adjudicator' },
  decider: { zh: '参加决定的人', en: 'who decided' },
  reviewer: { zh: '复审复核人员', en: 'a reviewer' },
} as const satisfies Record<string, Text>;
export type Part = keyof typeof PARTS;

export type Steps<M> = Readonly<Record<string, Transition & { readonly event: keyof M & string }>>;
export interface MachineOf {
  readonly states: Readonly<Record<string, State>>;
  readonly steps: Readonly<Record<string, Transition>>;
}
export const MACHINES = { lead: LEAD, case: CASE, review: REVIEW } as const satisfies Record<Machine, MachineOf>;
export const MACHINE_NAMES = Object.keys(MACHINES) as Machine[];
export type StatusOf<M extends Machine> = keyof (typeof MACHINES)[M]['states'] & string;
export type LeadCommand = keyof typeof LEAD.steps;
export type CaseCommand = keyof typeof CASE.steps;
export type ReviewCommand = keyof typeof REVIEW.steps;
type Every = { lead: LeadEvents; case: CaseEvents; review: ReviewEvents };
/** What a command of a machine says: the data of its event. */
export type DataOfStep<M extends Machine, C> = C extends keyof (typeof MACHINES)[M]['steps']
  ? (typeof MACHINES)[M]['steps'][C] extends { event: infer E extends keyof Every[M] }
    ? Every[M][E]
    : never
  : never;

export const stepOf = (machine: Machine, command: string): Transition | undefined => {
  const steps: Readonly<Record<string, Transition>> = MACHINES[machine].steps;
  return Object.hasOwn(steps, command) ? steps[command] : undefined;
};
const ENDS: Readonly<Record<Machine, ReadonlyMap<string, string | null>>> = {
  lead: endsOf(LEAD),
  case: endsOf(CASE),
  review: endsOf(REVIEW),
};
function endsOf({ steps }: MachineOf): ReadonlyMap<string, string | null> {
  return new Map(Object.values(steps).map(({ event, to }) => [event, to]));
}
/** The state after an event: its own, or the one before. */
export const after = <S extends string>(machine: Machine, event: string, before: S): S =>
  (ENDS[machine].get(event) ?? before) as S;
/** What may be asked from a state. */
export const stepsFrom = (machine: Machine, status: string): readonly [command: string, step: Transition][] =>
  Object.entries<Transition>(MACHINES[machine].steps).filter(([, { from }]) => from.includes(status));
