/** Deciders of the three machines, made from their table: states, guards, what to look up, and the event. */
import {
  authorityRegister,
  conductRegister,
  documentRegister,
  reporterRegister,
} from '../../../projections/accountability/registers.js';
import { caseRegister, type CaseState } from '../../../projections/accountability/case.js';
import type { Affair } from '../../../projections/accountability/contents.js';
import {
  type Asking,
  type Facts,
  handlersIn,
  isBrought,
  NO_FACTS,
} from '../../../projections/accountability/guard-inputs.js';
import { evaluate, GUARDS } from '../../../projections/accountability/guards.js';
import { leadRegister } from '../../../projections/accountability/lead.js';
import { wordsOf } from '../../../projections/accountability/missing.js';
import { recusalRegister } from '../../../projections/accountability/recusal.js';
import { reviewRegister } from '../../../projections/accountability/review.js';
import {
  documentId,
  type GuardId,
  type Machine,
  MACHINES,
  stepOf,
  type Transition,
} from '../../../projections/accountability/table.js';
import { calendarRegister } from '../../../projections/calendar.js';
import type { Outcome } from '../../../projections/accountability/outcomes.js';
import { findingRegister } from '../../../projections/findings.js';
import type { Ref } from '../../../projections/kernel/message.js';
import { packRegister } from '../../../projections/packs.js';
import { STEP_LIMITS } from '../../../projections/accountability/limits.js';
import { calendarIds } from '../../../projections/kernel/workdays.js';
import type { CommandRule, Context, Guard, Need, Needs } from '../../kernel/decider.js';

type Data = Readonly<Record<string, any>>;
/** What a decider of accountability is given beside its own state. */
export type Given = Partial<Omit<Affair, 'id'>> &
  Partial<Omit<Facts, 'reporter' | 'runningTo'>> & {
    readonly informant?: Facts['reporter'];
    readonly running?: CaseState | null;
  };

export const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,100}$/.test(value);
const list = (value: unknown): readonly any[] => (Array.isArray(value) ? (value as any[]) : []);

/** Streams of the affair that are not the decider's own. */
export const affairNeeds = (id: string, own: Machine | null): Needs => ({
  lead: own === 'lead' ? null : { of: leadRegister, id },
  case: own === 'case' ? null : { of: caseRegister, id },
  review: own === 'review' ? null : { of: reviewRegister, id },
  recusal: { of: recusalRegister, id },
});
const without = <T extends object>(all: T): Partial<T> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined)) as Partial<T>;
/** Its own state, what was looked up, and nothing where neither is known. */
export function affairOf(id: string, machine: Machine | null, state: object | null, given: Given): Affair {
  const { lead, case: of, review, recusal } = without(given);
  return {
    id,
    lead: lead ?? leadRegister.initial,
    case: of ?? caseRegister.initial,
    review: review ?? reviewRegister.initial,
    recusal: recusal ?? recusalRegister.initial,
    ...(machine !== null && { [machine]: state }),
  };
}

/** Guards that look at a number which a rule pack may set. */
const COUNTING: readonly GuardId[] = ['G5', 'G7', 'G12'];
function needsFor(machine: Machine, step: Transition, data: Data, context: Context, state: any): Needs {
  const { id = '', on, region, by } = context;
  const guards = new Set<GuardId>(step.guards);
  const of: CaseState = machine === 'case' ? state : caseRegister.initial;
  const { subjects, conducts } = of;
  const year = Number(on.slice(0, 4));
  const answers = step.event === 'FactsServed';
  const documents = (step.signed ?? []).map((kind): Need => ({ of: documentRegister, id: documentId(id, kind) }));
  return {
    ...affairNeeds(id, machine),
    documents,
    conducts: guards.has('G9') ? conducts.map((one): Need => ({ of: conductRegister, id: one.id })) : [],
    authorities: guards.has('G8') ? subjects.map((one): Need => ({ of: authorityRegister, id: one })) : [],
    informant: isId(data.reporter) ? { of: reporterRegister, id: data.reporter } : null,
    // An affair may bear the name of a finding, and is then about its unit, too.
    finding: { of: findingRegister, id },
    belongs: handlersIn({ data, person: by.person }).map((person) => ({ unitsOf: person, on })),
    calendars: answers
      ? calendarIds(region, year, year + 1).map((one): Need => ({ of: calendarRegister, id: one }))
      : [],
    running: isId(data.running) ? { of: caseRegister, id: data.running } : null,
    packs: COUNTING.some((guard) => guards.has(guard)) ? { of: packRegister, id: STEP_LIMITS.id } : null,
  };
}

/** What is asked, as the guards see it. `facts` come with the context, under the names of {@link needsFor}. */
export function askingOf(
  machine: Machine,
  command: string,
  data: Data,
  state: object,
  context: Context & Given,
): Asking {
  const { id = '', on, region, by } = context;
  const { documents, conducts, authorities, finding, belongs, calendars, packs } = without(context);
  return {
    machine,
    command,
    step: stepOf(machine, command)!,
    data,
    on,
    region,
    person: by.person,
    affair: affairOf(id, machine, state, context),
    facts: {
      ...NO_FACTS,
      ...without({ documents, conducts, authorities, finding, belongs, calendars, packs }),
      reporter: context.informant ?? null,
      runningTo: context.running?.period?.to ?? null,
    },
  };
}
/** Of every step: it fits the record, and nobody handles it whom it is about. */
export const guardIdsOf = (step: Transition): readonly GuardId[] => ['FIT', 'UNINVOLVED', ...step.guards];

const guardOf = (machine: Machine, command: string, id: GuardId, step: Transition): Guard<any, Data, Given> => {
  const { code, says, basis, mend } = GUARDS[id];
  return {
    code,
    says,
    basis,
    ...(!isBrought(id, command, step) && { standing: true as const }),
    broken: (data, state, context) => {
      const { inputs, missing } = evaluate(id, askingOf(machine, command, data, state as object, context));
      if (missing.length === 0) return false;
      return {
        details: { guard: id, missing: missing.map(wordsOf), mend, inputs },
        refs: state.since ? [state.since as string] : [],
      };
    },
  };
};
/** All parts of an affair are found by its id. */
export const partOf = (id: string): Ref => ({ type: 'affair', id, role: 'part' });
function refsOf(id: string, { event }: Transition, data: Data): readonly Ref[] {
  const ref = (type: string, role: string) => (one: string) => ({ type, id: one, role });
  if (event === 'LeadRegistered')
    return [
      partOf(id),
      ...(data.source === 'finding' && isId(data.reference) ? [ref('finding', 'lead of')(data.reference)] : []),
      ...list(data.subjects).map(({ personId }: { personId: string }) => ref('person', 'accused')(personId)),
    ];
  const outcomes = list(data.outcomes) as readonly Outcome[];
  return [partOf(id), ...new Set(outcomes.flatMap(({ conducts }) => list(conducts) as string[]))].map((one) =>
    typeof one === 'string' ? ref('conduct', 'decided')(one) : one,
  );
}

/** Every command of a machine. Its event says what the command says, and how every guard was evaluated. */
export function commandsOf(machine: Machine): Readonly<Record<string, CommandRule<any, any, any, any>>> {
  return Object.fromEntries(
    Object.entries<Transition>(MACHINES[machine].steps).map(([command, step]) => [
      command,
      {
        says: step.says,
        from: step.from,
        guards: guardIdsOf(step).map((id) => guardOf(machine, command, id, step)),
        needs: (data: Data, context: Context, state: object) => needsFor(machine, step, data, context, state),
        events: (data: Data, state: object, context: Context & Given) => {
          const asking = askingOf(machine, command, data, state, context);
          const guards = guardIdsOf(step).map((id) => evaluate(id, asking));
          return [
            {
              type: step.event,
              data: { ...data, guards },
              legalBasis: step.guards.map((id) => GUARDS[id].basis),
              refs: refsOf(context.id ?? '', step, data),
            },
          ];
        },
      },
    ]),
  );
}
