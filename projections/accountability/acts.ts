/** Who did what in which affair, and as what: one row for each person that an event names (AC-02, AC-03). */
import type { AccountabilityEvent, Member } from '../events/accountability.js';
import { compareInstants, happenedOn, startOf } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import { projection } from '../kernel/projection.js';
import { type Capacity, type Machine, MACHINES, type Transition } from './table.js';

/** What somebody was, or did, that others may not be or do as well. */
export type PartHeld =
  | 'inquirer'
  | 'investigator'
  | 'adjudicator'
  | 'member'
  | 'reviewer'
  | 'triage-proposer'
  | 'triage-approver'
  | 'filing-proposer'
  | 'filing-approver'
  | 'no-lead-proposer'
  | 'no-lead-approver';
export type ActRow = {
  /** `<event> <person>` */
  id: string;
  event: string;
  affair: string;
  /** Empty: nobody knows who it was. */
  person: string;
  type: string;
  at: string;
  /** Only the day is known. */
  byDay: boolean;
  on: string;
  /** Its place in the log, where two are of one instant. */
  n: number;
  part: PartHeld | null;
  /** `act`: did it himself, so that he has to have declared before; `with`: beside him; `named`: is to. */
  how: 'act' | 'with' | 'named';
};

const STEPS: ReadonlyMap<string, Transition> = new Map(
  (Object.keys(MACHINES) as Machine[]).flatMap((machine) =>
    Object.values<Transition>(MACHINES[machine].steps).map((step) => [step.event, step] as const),
  ),
);
const BY_CAPACITY: Readonly<Partial<Record<Capacity, PartHeld>>> = {
  inquirer: 'inquirer',
  investigator: 'investigator',
  adjudicator: 'adjudicator',
  member: 'member',
  reviewer: 'reviewer',
};
const BY_EVENT: Readonly<Record<string, PartHeld>> = {
  FilingProposed: 'filing-proposer',
  FilingApproved: 'filing-approver',
  FilingReturned: 'filing-approver',
  FilingRejected: 'filing-approver',
  TriageProposed: 'triage-proposer',
  NoLeadProposed: 'no-lead-proposer',
  NoLeadConfirmed: 'no-lead-approver',
  NoLeadRefused: 'no-lead-approver',
};
const NAMED: Readonly<Record<string, PartHeld>> = {
  InquirySent: 'inquirer',
  VerificationStarted: 'inquirer',
  InvestigatorsAssigned: 'investigator',
  AdjudicationStarted: 'adjudicator',
  DeliberationConvened: 'member',
  ReviewersAssigned: 'reviewer',
};
const DOCUMENTS = ['DocumentDrafted', 'DocumentRevised', 'DocumentSigned'] as const;
const partOf = (type: string): PartHeld | null => {
  const step = STEPS.get(type);
  if (Object.hasOwn(BY_EVENT, type)) return BY_EVENT[type]!;
  if (step?.apart?.includes('triager')) return 'triage-approver';
  return (step && BY_CAPACITY[step.acts]) ?? null;
};
/** Acts of which the law asks that whoever does them has declared (G3). */
const declares = (type: string): boolean =>
  (DOCUMENTS as readonly string[]).includes(type) || STEPS.get(type)?.guards.includes('G3') === true;

export const affairOfStream = (stream: string): string => {
  const id = stream.slice(stream.indexOf('-') + 1);
  return stream.startsWith('document-') ? id.slice(0, Math.max(0, id.lastIndexOf('.'))) : id;
};
const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);
type Told = Pick<ActRow, 'part' | 'how'>;

/** By person; whoever acts is named first, and what he is named for is his part, too. */
export function peopleIn({ type, data, actor }: Recorded): ReadonlyMap<string, Told> {
  const people = new Map<string, Told>();
  const named = data as { members?: Member[]; officers?: Member[]; team?: Member[] };
  const part = partOf(type);
  if (declares(type) || part !== null) people.set(actor.person ?? '', { part, how: declares(type) ? 'act' : 'named' });
  const beside = ['by', 'servers', 'obtainedBy'].flatMap((name) =>
    list<string>((data as Readonly<Record<string, unknown>>)[name]),
  );
  for (const one of beside) if (!people.has(one)) people.set(one, { part: null, how: 'with' });
  for (const { personId } of [
    ...list<Member>(named.members),
    ...list<Member>(named.officers),
    ...list<Member>(named.team),
  ])
    people.set(personId, { part: NAMED[type] ?? null, how: people.get(personId)?.how ?? 'named' });
  return people;
}
export const ACT_EVENTS: readonly string[] = [
  ...[...STEPS.keys()].filter((type) => declares(type) || partOf(type) !== null || Object.hasOwn(NAMED, type)),
  ...DOCUMENTS,
];
const momentOf = (event: Recorded): Pick<ActRow, 'at' | 'byDay' | 'on'> => ({
  at: startOf(event.occurredAt, event.precision),
  byDay: event.precision === 'day' || event.precision === 'unknown',
  on: happenedOn(event),
});
export type Moment = Pick<ActRow, 'at' | 'byDay' | 'on'>;
/** Whether one was there when the other was; of what is known by its day, that day counts for whoever acted. */
export const notAfter = (one: Moment, other: Moment): boolean =>
  one.byDay || other.byDay ? one.on <= other.on : compareInstants(one.at, other.at) <= 0;

export const affairActs = projection<AccountabilityEvent>()<ActRow>({
  name: 'accountability_act',
  version: 1,
  key: 'id',
  columns: {
    id: 'text',
    event: 'text',
    affair: 'text',
    person: 'text',
    type: 'text',
    at: 'timestamptz',
    byDay: 'boolean',
    on: 'date',
    n: 'int',
    part: 'text',
    how: 'text',
  },
  indexes: { byAffair: ['affair', 'person'], byPerson: ['person', 'on'] },
  grows: true,
  uses: {},
  on: Object.fromEntries(
    ACT_EVENTS.map((type) => [
      type,
      {
        keys: (event: Recorded) => [...peopleIn(event).keys()].map((person) => `${event.id} ${person}`),
        fold: (_row: ActRow | undefined, event: Recorded, _look: object, id: string): ActRow => {
          const person = id.slice(event.id.length + 1);
          const { part, how } = peopleIn(event).get(person)!;
          return {
            id,
            event: event.id,
            affair: affairOfStream(event.stream),
            person,
            type: event.type,
            ...momentOf(event),
            n: event.index,
            part,
            how,
          };
        },
      },
    ]),
  ) as never,
});

type Declared = Moment & Readonly<{ event: string; conflict: boolean }>;
type Raised = Moment & Readonly<{ event: string }>;
type Ruled = Moment & Readonly<{ event: string; result: 'recused' | 'stays' }>;
/** What somebody has declared in an affair, what others say of him, and what was ruled. */
export type StandingRow = {
  /** `<affair> <person>` */
  id: string;
  affair: string;
  person: string;
  declared: readonly Declared[];
  raised: readonly Raised[];
  ruled: readonly Ruled[];
};
const standingKey = (event: Recorded, person: string | null) =>
  person === null ? [] : `${idOf('recusal')(event)} ${person}`;
const standing = (row: StandingRow | undefined, id: string): StandingRow => {
  const space = id.indexOf(' ');
  return row ?? { id, affair: id.slice(0, space), person: id.slice(space + 1), declared: [], raised: [], ruled: [] };
};
export const standings = projection<AccountabilityEvent>()<StandingRow>({
  name: 'accountability_standing',
  version: 1,
  key: 'id',
  columns: { id: 'text', affair: 'text', person: 'text', declared: 'jsonb', raised: 'jsonb', ruled: 'jsonb' },
  indexes: { byAffair: ['affair'] },
  uses: {},
  on: {
    ConflictDeclared: {
      keys: (event) => standingKey(event, event.actor.person),
      fold: (row, event, _look, id) => {
        const known = standing(row, id);
        const one = { ...momentOf(event), event: event.id, conflict: event.data.conflict };
        return { ...known, declared: [...known.declared, one] };
      },
    },
    RecusalRequested: {
      keys: (event) => standingKey(event, event.data.person),
      fold: (row, event, _look, id) => {
        const known = standing(row, id);
        return { ...known, raised: [...known.raised, { ...momentOf(event), event: event.id }] };
      },
    },
    RecusalRuled: {
      keys: (event) => standingKey(event, event.data.person),
      fold: (row, event, _look, id) => {
        const known = standing(row, id);
        const one = { ...momentOf(event), event: event.id, result: event.data.result };
        return { ...known, ruled: [...known.ruled, one] };
      },
    },
  },
});
