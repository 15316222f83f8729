/** What a lead means: the state that its decider decides from. */
import type { LeadEvent, LeadSource, Member, Subject } from '../events/accountability.js';
import { happenedOn } from '../kernel/instant.js';
import type { Fold, Status } from '../kernel/fold.js';
import type { OutcomeCode } from './outcomes.js';
import { after, type Profile, type StatusOf } from './table.js';

/** Who was named to handle it, without his name. */
export type Handler = Readonly<{ person: string; department: string }>;
export const handlerOf = ({ personId: person, department }: Member): Handler => ({ person, department });
export type Accused = Readonly<{ person: string; org: string; post: string | null }>;
export const accusedOf = ({ personId: person, org, post }: Subject): Accused => ({ person, org, post: post ?? null });

export interface LeadState extends Status {
  readonly status: StatusOf<'lead'>;
  readonly since?: string;
  /** The day on which this status began, and the event that it began with. */
  readonly on: string | null;
  readonly profile: Profile | null;
  readonly source: LeadSource | null;
  readonly reference: string | null;
  readonly accused: readonly Accused[];
  readonly orgs: readonly string[];
  /** What it says happened, by code: of a finding, the rule. */
  readonly allegations: readonly string[];
  /** The matter (办件) that it is about, where it names one. */
  readonly relatedCase: string | null;
  readonly reporter: string | null;
  readonly registrars: readonly string[];
  readonly noLeadProposer: string | null;
  readonly triagers: readonly string[];
  /** What is to become of it; null: not said, or not since it came back. */
  readonly triage: Readonly<{ route: string; reasons: string; by: string | null }> | null;
  /** Of the inquiry or verification that goes on. */
  readonly plan: string | null;
  readonly inquirers: readonly Handler[];
  readonly statements: readonly Readonly<{ subject: string; by: readonly string[]; event: string }>[];
  readonly extended: boolean;
  /** Of a lead that was routed: the day by which the other organ replies. */
  readonly replyBy: string | null;
  /** Harm was done by it, so that the name is to be cleared. */
  readonly harm: boolean;
  readonly outcome: Readonly<{ subject: string; code: OutcomeCode; event: string }> | null;
}
const NONE: LeadState = {
  status: 'none',
  on: null,
  profile: null,
  source: null,
  reference: null,
  accused: [],
  orgs: [],
  allegations: [],
  relatedCase: null,
  reporter: null,
  registrars: [],
  noLeadProposer: null,
  triagers: [],
  triage: null,
  plan: null,
  inquirers: [],
  statements: [],
  extended: false,
  replyBy: null,
  harm: false,
  outcome: null,
};
export function withOne(known: readonly string[], one: string | null): readonly string[] {
  return one === null || known.includes(one) ? known : [...known, one];
}

const opinionOf = ({ route, reasons }: { readonly route: string; readonly reasons: string }) => ({ route, reasons });
function told(state: LeadState, event: Parameters<(typeof leadRegister)['evolve']>[1]): Partial<LeadState> {
  const { person } = event.actor;
  switch (event.type) {
    case 'NoLeadProposed':
      return { noLeadProposer: person };
    case 'LeadRegistered': {
      const { profile, source, reference = null, subjects, orgs, reporter = null, relatedCase = null } = event.data;
      const allegations = [...new Set(event.data.allegations.map(({ code }) => code))];
      // What another office tells once more may name others, too: whoever was accused stays so.
      const named = subjects.map(accusedOf);
      const before = state.accused.filter(({ person }) => !named.some((one) => one.person === person));
      const accused = [...before, ...named];
      const units = [...new Set([...orgs, ...named.map(({ org }) => org), ...state.orgs])];
      const registrars = withOne(state.registrars, person);
      return { profile, source, reference, accused, orgs: units, allegations, relatedCase, reporter, registrars };
    }
    case 'TriageProposed':
      return { triagers: withOne(state.triagers, person), triage: { ...opinionOf(event.data), by: person } };
    case 'LeadReturned':
    case 'LeadTakenUp':
    case 'LeadReopened':
      return { triage: null };
    case 'LeadRouted':
      return { replyBy: event.data.replyBy };
    case 'InquirySent':
      return { inquirers: [...state.inquirers, ...event.data.officers.map(handlerOf)], plan: event.data.questions };
    case 'VerificationStarted':
      return {
        inquirers: [...state.inquirers, ...event.data.team.map(handlerOf)],
        plan: event.data.plan,
        extended: false,
      };
    case 'VerificationExtended':
      return { extended: true };
    case 'StatementTaken':
      return { statements: [...state.statements, { ...event.data, event: event.id }] };
    case 'LeadClosed':
      return { harm: event.data.harm };
    case 'LightOutcomeGiven':
      return { outcome: { subject: event.data.subject, code: event.data.code, event: event.id } };
    default:
      return {};
  }
}
export const leadRegister: Fold<LeadState, LeadEvent> = {
  category: 'lead',
  initial: NONE,
  evolve: (state, event) => {
    const status = after('lead', event.type, state.status);
    const moved = status !== state.status ? { status, since: event.id, on: happenedOn(event) } : {};
    return { ...state, ...told(state, event), ...moved };
  },
};
