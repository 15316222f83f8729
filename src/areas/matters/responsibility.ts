/** What is recorded of a matter so that it can be told later who was responsible: instructions, votes, faults. */
import type { FaultKind, InstructionKind, Manner, Named, Position } from '../../../projections/events/attribution.js';
import type { Outcome } from '../../../projections/events/matters.js';
import type { PersonRef, Ref } from '../../../projections/kernel/message.js';
import type { MatterState } from '../../../projections/matters.js';
import type { Guard } from '../../kernel/decider.js';
import { type DataOf, type From, OPEN, OVER, type Rules, RUNNING, simply } from './rules.js';

export type Somebody = Readonly<{ person?: PersonRef<'name'>; post?: string; org?: string }>;
export type ResponsibilityCommand =
  | {
      type: 'RecordInstruction';
      data: { kind: InstructionKind; by: Somebody; wants?: Outcome; text: string; document?: string };
    }
  | { type: 'RecordDeliberation'; data: RecordDeliberation }
  | {
      type: 'RecordChangeAbove';
      data: {
        to: Outcome;
        superior: string;
        head?: PersonRef<'name'>;
        reason: string;
        document?: string;
        /** Id of the event; the last decision, if left out. */
        decision?: string;
      };
    }
  | { type: 'RecordFault'; data: RecordFault }
  | { type: 'WithdrawFault'; data: { fault: string; reason: string } };
export interface RecordDeliberation {
  readonly chair?: PersonRef<'name'>;
  readonly proposal: Outcome;
  readonly votes: readonly Readonly<{ person: PersonRef<'name'>; position: Position; reason?: string }>[];
  readonly minutes?: string;
}
export interface RecordFault {
  readonly kind: FaultKind;
  /** Id of the decision or act; the last decision, if left out. */
  readonly event?: string;
  readonly ought?: Outcome;
  readonly evident?: boolean;
  readonly by?: readonly (Somebody & Readonly<{ manner?: Manner }>)[];
  readonly applicant?: boolean;
  readonly basis: string;
  readonly document?: string;
}

const KNOWN: From = [...OPEN, ...OVER];
const DECIDED: From = ['decided', 'delivered', 'closed'];
const DELIBERATION = '重大行政决策程序暂行条例 art. 30';

/** A different opinion is written down as it was. */
const dissentReasoned: Guard<MatterState, Partial<RecordDeliberation>> = {
  code: 'dissent-without-reason',
  says: { zh: '不同意见应当如实载明', en: 'a different opinion is recorded with its reason' },
  basis: DELIBERATION,
  broken: ({ votes = [] }) => {
    const silent = votes.filter(({ position, reason }) => position === 'against' && !reason).length;
    return silent > 0 && { details: { withoutReason: silent } };
  },
};
const votedOnce: Guard<MatterState, Partial<RecordDeliberation>> = {
  code: 'voted-twice',
  says: { zh: '每名成员只表决一次', en: 'each member votes once' },
  basis: DELIBERATION,
  broken: ({ votes = [] }) => {
    const members = new Set(votes.map(({ person }) => person.personId)).size;
    return members < votes.length && { details: { votes: votes.length, members } };
  },
};
/** Nothing can have come out wrong that has not come out. */
const decidedBefore: Guard<MatterState, Partial<RecordFault>> = {
  code: 'nothing-decided',
  says: { zh: '该办件尚未作出决定', en: 'nothing has been decided in this matter' },
  basis: '行政许可法 art. 69',
  broken: ({ kind, event }, { decided }) =>
    kind === 'wrong-outcome' && event === undefined && decided === null && { details: {} },
};

const named = ({ person = null, post = null, org = null }: Partial<Named> | Somebody): Named => ({
  person: person ?? null,
  post: post ?? null,
  org: org ?? null,
});
const refsOf = (role: string, ...all: readonly (PersonRef | null | undefined)[]): readonly Ref[] =>
  all.flatMap((person) => (person ? [{ type: 'person', id: person.personId, role }] : []));

export const responsibility: Pick<Rules, ResponsibilityCommand['type']> = {
  RecordInstruction: simply<DataOf<'RecordInstruction'>>(
    '登记指令',
    'record an instruction',
    KNOWN,
    ({ kind, by, wants = null, text, document = null }) => ({
      type: 'InstructionRecorded',
      data: { kind, by: named(by), wants, text, document },
      refs: refsOf('instructor', by.person),
      legalBasis: ['公务员法 art. 60'],
    }),
  ),
  RecordDeliberation: simply<DataOf<'RecordDeliberation'>>(
    '登记集体讨论',
    'record a deliberation',
    RUNNING,
    ({ chair = null, proposal, votes, minutes = null }) => ({
      type: 'MatterDeliberated',
      data: { chair, proposal, votes: votes.map(({ reason = null, ...vote }) => ({ ...vote, reason })), minutes },
      refs: [...refsOf('chair', chair), ...refsOf('member', ...votes.map(({ person }) => person))],
      legalBasis: [DELIBERATION],
    }),
    votedOnce,
    dissentReasoned,
  ),
  RecordChangeAbove: simply<DataOf<'RecordChangeAbove'>>(
    '登记上级改变决定',
    'record that a superior changed the decision',
    DECIDED,
    ({ to, superior, head = null, reason, document = null, decision }, { decided }) => ({
      type: 'DecisionChangedAbove',
      data: { decision: decision ?? decided, to, superior, head, reason, document },
      refs: [{ type: 'org', id: superior, role: 'superior' }, ...refsOf('head', head)],
      legalBasis: ['行政许可法 art. 69'],
    }),
  ),
  RecordFault: simply<DataOf<'RecordFault'>>(
    '登记查明的问题',
    'record what was found to be wrong',
    KNOWN,
    (
      { kind, event, ought = null, evident = null, by = [], applicant = false, basis, document = null },
      { decided },
    ) => ({
      type: 'FaultFound',
      data: {
        kind,
        event: event ?? decided,
        ought,
        evident,
        by: by.map(({ manner = null, ...who }) => ({ ...named(who), manner })),
        applicant,
        basis,
        document,
      },
      refs: refsOf('named', ...by.map(({ person }) => person)),
      classification: 'sealed',
    }),
    decidedBefore,
  ),
  WithdrawFault: simply<DataOf<'WithdrawFault'>>('撤回所查问题', 'withdraw what was found', KNOWN, (data) => ({
    type: 'FaultWithdrawn',
    data,
    classification: 'sealed',
  })),
};
