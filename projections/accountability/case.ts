/** What a case means: the state that its decider decides from. */
import type { CaseEvent } from '../events/accountability.js';
import { happenedOn } from '../kernel/instant.js';
import type { Fold, Status } from '../kernel/fold.js';
import { type Handler, handlerOf, withOne } from './lead.js';
import type { Outcome } from './outcomes.js';
import { after, type Profile, type StatusOf } from './table.js';

type Evidence = Readonly<{
  id: string;
  by: readonly string[];
  signed: readonly string[];
  excluded: boolean;
  round: number;
}>;
type Fact = Readonly<{ id: string; conduct: string; text: string; evidence: readonly string[]; round: number }>;
/** What somebody was told that he is to expect: nothing heavier without a fact that is new since (G6). */
type Ceiling = Readonly<{ outcomes: readonly Outcome[]; facts: readonly string[]; event: string }>;
export interface Decision {
  readonly event: string;
  readonly on: string;
  readonly outcomes: readonly Outcome[];
  readonly documentNo: string;
  readonly seal: string;
  readonly remedy: Readonly<{ route: string; days: number }>;
}

export interface CaseState extends Status {
  readonly status: StatusOf<'case'>;
  readonly since?: string;
  readonly on: string | null;
  readonly profile: Profile | null;
  readonly organ: string | null;
  readonly caseNo: string | null;
  readonly subjects: readonly string[];
  readonly conducts: readonly Readonly<{ id: string; on: string; summary: string }>[];
  readonly reason: string | null;
  readonly filingProposer: string | null;
  readonly head: string | null;
  readonly filedOn: string | null;
  /** How often it went to the investigators. */
  readonly round: number;
  readonly investigators: readonly Handler[];
  readonly adjudicators: readonly Handler[];
  readonly panel: Readonly<{ members: readonly Handler[]; chair: string; quorum: number }> | null;
  readonly deciders: readonly string[];
  readonly servers: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly facts: readonly Fact[];
  readonly proposal: readonly Outcome[];
  readonly dissents: readonly string[];
  readonly ceiling: Ceiling | null;
  readonly served: Readonly<{ answerBy: string; signed: string; event: string }> | null;
  readonly defences: readonly Readonly<{
    subject: string;
    points: readonly Readonly<{ id: string; text: string }>[];
  }>[];
  readonly answers: readonly Readonly<{ point: string; accepted: boolean; reason: string }>[];
  readonly opinion: Readonly<{ opinion: string; by: string | null; event: string }> | null;
  readonly votes: readonly Readonly<{ member: string; position: string; reason: string; event: string }>[];
  readonly decision: Decision | null;
  readonly service: Readonly<{ on: string; announced: string; signed: string; servers: readonly string[] }> | null;
  readonly executed: readonly Readonly<{ what: string; document: string }>[];
  readonly period: Readonly<{ from: string; to: string | null; months: number | null }> | null;
  readonly supplements: number;
  /** Why it is to be extended, as it was proposed. */
  readonly extension: Readonly<{ ground: string; reason: string; by: string | null }> | null;
  readonly extended: number;
  readonly suspensions: readonly Readonly<{ from: string; to: string | null; ground: string; event: string }>[];
  /** Reviews whose results were carried in. */
  readonly followed: readonly string[];
  readonly harm: boolean;
  /** How often it was opened again after it had been closed. */
  readonly reopened: number;
}
const NONE: CaseState = {
  status: 'none',
  on: null,
  profile: null,
  organ: null,
  caseNo: null,
  subjects: [],
  conducts: [],
  reason: null,
  filingProposer: null,
  head: null,
  filedOn: null,
  round: 0,
  investigators: [],
  adjudicators: [],
  panel: null,
  deciders: [],
  servers: [],
  evidence: [],
  facts: [],
  proposal: [],
  dissents: [],
  ceiling: null,
  served: null,
  defences: [],
  answers: [],
  opinion: null,
  votes: [],
  decision: null,
  service: null,
  executed: [],
  period: null,
  supplements: 0,
  extension: null,
  extended: 0,
  suspensions: [],
  followed: [],
  harm: false,
  reopened: 0,
};
type Recorded = Parameters<(typeof caseRegister)['evolve']>[1];
type Change = Partial<CaseState>;

const merged = (known: readonly Handler[], more: readonly Handler[]): readonly Handler[] => [
  ...known,
  ...more.filter(({ person }) => !known.some((one) => one.person === person)),
];
function investigated(state: CaseState, event: Recorded): Change | null {
  switch (event.type) {
    case 'FilingProposed': {
      const { profile, organ, subjects, conducts, reason } = event.data;
      return { profile, organ, subjects, conducts, reason, filingProposer: event.actor.person };
    }
    case 'FilingApproved':
      return { caseNo: event.data.caseNo, head: event.actor.person, filedOn: happenedOn(event), round: 1 };
    case 'InvestigatorsAssigned':
      return { investigators: merged(state.investigators, event.data.members.map(handlerOf)) };
    case 'EvidenceAdded': {
      const { evidence: id, obtainedBy: by } = event.data;
      const signed = withOne([], event.actor.person);
      const one: Evidence = { id, by, signed, excluded: false, round: state.round };
      return { evidence: [...state.evidence.filter((known) => known.id !== id), one] };
    }
    case 'EvidenceSigned': {
      const sign = (one: Evidence) =>
        one.id === event.data.evidence ? { ...one, signed: withOne(one.signed, event.actor.person) } : one;
      return { evidence: state.evidence.map(sign) };
    }
    case 'EvidenceExcluded': {
      const { evidence: id } = event.data;
      return { evidence: state.evidence.map((one) => (one.id === id ? { ...one, excluded: true } : one)) };
    }
    case 'FactAsserted': {
      const { fact: id, conduct, text, evidence } = event.data;
      const known = state.facts.find((one) => one.id === id);
      const one: Fact = { id, conduct, text, evidence, round: known?.round ?? state.round };
      return { facts: [...state.facts.filter((fact) => fact.id !== id), one] };
    }
    case 'InvestigationSuspended': {
      const { ground } = event.data;
      const one = { from: happenedOn(event), to: null, ground, event: event.id };
      return { suspensions: [...state.suspensions, one] };
    }
    case 'InvestigationResumed': {
      const to = happenedOn(event);
      return { suspensions: state.suspensions.map((one) => ({ ...one, to: one.to ?? to })) };
    }
    case 'InvestigationExtensionProposed': {
      const { ground, reason } = event.data;
      return { extension: { ground, reason, by: event.actor.person } };
    }
    case 'InvestigationExtended':
      return { extended: state.extended + 1 };
    case 'InvestigationConcluded': {
      const { proposal, dissent } = event.data;
      return { proposal, dissents: dissent === undefined ? state.dissents : [...state.dissents, dissent] };
    }
    case 'CaseSupplemented':
      return { round: state.round + 1, supplements: state.supplements + 1, ...AGAIN };
    default:
      return null;
  }
}
/** What is said again after the investigators have had it once more. */
const AGAIN: Change = { served: null, defences: [], answers: [], opinion: null, panel: null, votes: [] };

const ceilingOf = ({ facts }: CaseState, outcomes: readonly Outcome[], event: string): Ceiling => ({
  outcomes,
  facts: facts.map(({ id }) => id),
  event,
});
function decided(state: CaseState, event: Recorded): Change | null {
  switch (event.type) {
    case 'FactsServed': {
      const { answerBy, signed } = event.data;
      const ceiling = ceilingOf(state, state.proposal, event.id);
      return { served: { answerBy, signed, event: event.id }, ceiling, defences: [], answers: [] };
    }
    case 'DefenceRecorded': {
      const { subject, points } = event.data;
      return { defences: [...state.defences, { subject, points }] };
    }
    case 'DefenceAnswered': {
      const { point, accepted, reason } = event.data;
      return { answers: [...state.answers.filter((one) => one.point !== point), { point, accepted, reason }] };
    }
    case 'AdjudicationStarted':
      return { adjudicators: merged(state.adjudicators, event.data.members.map(handlerOf)) };
    case 'AdjudicationOpinionGiven': {
      const { opinion, proposal } = event.data;
      return { opinion: { opinion, by: event.actor.person, event: event.id }, proposal };
    }
    case 'DeliberationConvened': {
      const { members, chair, quorum } = event.data;
      // Whoever was to decide has had it in hand, whether or not it came to a vote.
      const deciders = members.reduce((known, { personId }) => withOne(known, personId), state.deciders);
      return { panel: { members: members.map(handlerOf), chair, quorum }, votes: [], deciders };
    }
    case 'VoteCast': {
      const { person: member } = event.actor;
      if (member === null) return {};
      const one = { member, position: event.data.position, reason: event.data.reason, event: event.id };
      const deciders = withOne(state.deciders, member);
      return { votes: [...state.votes.filter((vote) => vote.member !== member), one], deciders };
    }
    case 'DecisionMade': {
      const { outcomes, documentNo, seal, remedy } = event.data;
      const decision = { event: event.id, on: happenedOn(event), outcomes, documentNo, seal, remedy };
      const ceiling = ceilingOf(state, outcomes, event.id);
      return { decision, ceiling, service: null, deciders: withOne(state.deciders, event.actor.person) };
    }
    default:
      return null;
  }
}
function carriedOut(state: CaseState, event: Recorded): Change {
  switch (event.type) {
    case 'DecisionServed': {
      const { servers, announced, signed } = event.data;
      return { servers, service: { on: happenedOn(event), announced, signed, servers } };
    }
    case 'ExecutionRecorded':
      return { executed: [...state.executed, { what: event.data.what, document: event.data.document }] };
    case 'PeriodStarted': {
      const { from, to, months } = event.data;
      return { period: { from, to, months } };
    }
    case 'DecisionChanged': {
      const { outcomes, review } = event.data;
      const decision = state.decision && { ...state.decision, outcomes, event: event.id, on: happenedOn(event) };
      const ceiling = ceilingOf(state, outcomes, event.id);
      return { decision, ceiling, service: null, period: null, followed: [...state.followed, review] };
    }
    case 'DecisionRevoked':
      return { decision: null, period: null, ...REDONE, followed: [...state.followed, event.data.review] };
    case 'CaseReopened':
      return { ...REDONE, period: null, reopened: state.reopened + 1 };
    case 'CaseCancelled':
    case 'FilingRejected':
      return { harm: event.data.harm };
    default:
      return {};
  }
}
/** Decided anew from the adjudication on; what was heard stays heard. */
const REDONE: Change = { opinion: null, panel: null, votes: [], service: null };

export const caseRegister: Fold<CaseState, CaseEvent> = {
  category: 'case',
  initial: NONE,
  evolve: (state, event) => {
    const status = after('case', event.type, state.status);
    const moved = status !== state.status ? { status, since: event.id, on: happenedOn(event) } : {};
    const change = investigated(state, event) ?? decided(state, event) ?? carriedOut(state, event);
    return { ...state, ...change, ...moved };
  },
};
