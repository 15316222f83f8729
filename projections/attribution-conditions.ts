/**
 * What the patterns of attribution are made of: conditions that the history fulfils, does not, or leaves open because it
 * does not record them (null). Each says which events tell it, and what would have to be recorded where it is open.
 */
import { actorOf, type Given, type Party } from './attribution-course.js';
import { type DecisionCase, deciderOf } from './attribution-cases.js';
import type { Outcome } from './events/matters.js';
import type { Text } from './kernel/rule.js';

export type Tested = Readonly<{ holds: boolean | null; events: readonly string[] }>;
export interface Condition {
  readonly says: Text;
  /** What tells it, where nothing does yet. */
  readonly needs: Text;
  /** It is part of many patterns, so that no pattern is near by it alone. */
  readonly common?: true;
  /** Asked of what its pattern is about. */
  readonly test: (of: DecisionCase) => Tested;
}

type At = Readonly<{ event: string }> | null | undefined;
function told(holds: boolean | null, ...by: readonly (At | string)[]): Tested {
  const events: string[] = [];
  for (const each of by) if (each != null) events.push(typeof each === 'string' ? each : each.event);
  return { holds, events };
}
const not = (holds: boolean | null) => (holds === null ? null : !holds);
const isSame = (a: Party, b: Party) => a.personId !== null && a.personId === b.personId;

const opposes = ({ opinion }: Given) => opinion !== 'approve';
/** Whether the draft lay before whoever gave an opinion. */
const saw = ({ received }: Given, draft: Given | null) => draft !== null && received.includes(draft.event);
/** How it should come out by this opinion; null where that is not recorded. */
export function viewOf(given: Given, before: Outcome | null): Outcome | null {
  if (given.proposes !== null) return given.proposes;
  if (given.role === 'undertaker')
    return given.opinion === 'approve' ? 'granted' : given.opinion === 'reject' ? 'denied' : null;
  return given.opinion === 'approve' ? before : null;
}
const draftView = ({ draft }: DecisionCase) => (draft === null ? null : viewOf(draft, null));
/** Of a review that there is. */
const reviewView = (of: DecisionCase) => viewOf(of.review!, saw(of.review!, of.draft) ? draftView(of) : null);
/** Whether an opinion was right: it is what it ought to have been, or not what was found wrong. */
function right({ ought, decision, wrong }: DecisionCase, view: Outcome | null): boolean | null {
  if (view === null) return null;
  if (ought !== null) return view === ought;
  return wrong.length > 0 && view === decision.outcome ? false : null;
}
/** A review that turned against a wrong draft was right, whatever it proposed; one that agreed was as open as the draft. */
const reviewRight = (of: DecisionCase): boolean | null =>
  right(of, reviewView(of)) ?? (saw(of.review!, of.draft) ? not(right(of, draftView(of))) : null);
function turned(of: DecisionCase): boolean {
  const { review } = of;
  if (review === null || opposes(review)) return review !== null;
  const its = draftView(of);
  return review.proposes !== null && its !== null && review.proposes !== its;
}
/** The last opinion that came before the decision. */
const advice = ({ draft, review }: DecisionCase) => review ?? draft;
const adviceView = (of: DecisionCase) => (of.review === null ? draftView(of) : reviewView(of));

/** Reported, and no role stands with any opinion: nobody knows whether there were any. */
const unknownRoles = ({ decision, course }: DecisionCase) =>
  decision?.reported === true && course.given.every(({ role }) => role === null);
const gave = ({ course }: DecisionCase, who: Party, role: Given['role']) =>
  course.given.some((each) => each.role === role && isSame(each.by, who));

const falsehoods = ({ faults }: DecisionCase) =>
  faults.filter(({ kind }) => kind === 'concealed' || kind === 'falsified');
const wasEvident = ({ faults }: DecisionCase) => {
  const said = faults.filter(({ evident }) => evident !== null);
  return said.length === 0 ? null : said.some(({ evident }) => evident);
};
/** Whether it was he who concealed or falsified something; open where nobody is named. */
function deceived(of: DecisionCase): boolean | null {
  const found = falsehoods(of);
  if (of.draft === null) return false;
  if (found.some(({ by }) => by.some((who) => isSame(who, of.draft!.by)))) return true;
  if (found.some(({ by, applicant }) => by.length === 0 && !applicant)) return null;
  if (found.length > 0) return false;
  return wasEvident(of) === null ? null : false;
}

const EVIDENT = {
  zh: '查明的问题注明审核、批准时能否发现',
  en: 'a fault found that says whether reviewer and approver could see it',
};
const ROLE = { zh: '决定注明以何种角色作出', en: 'the decision with the role in which it was made' };
const OPINION = {
  zh: '意见注明角色、所拟结果和所收意见',
  en: 'opinions with their role, what they propose, and the opinions received',
};
const OUGHT = { zh: '查明的问题注明应有的结果', en: 'a fault found that says how it ought to have come out' };
const FAULT = { zh: '登记查明的问题', en: 'a fault found' };
const same = (says: Text): Pick<Condition, 'says' | 'needs'> => ({ says, needs: says });

/** Of the decision and the opinions before it. */
const OF_OPINIONS = {
  wrong: {
    says: { zh: '决定（或改变）被认定错误', en: 'the decision, or the change, was found wrong' },
    needs: FAULT,
    common: true,
    test: ({ wrong }) => told(wrong.length > 0, ...wrong),
  },
  atFault: {
    says: { zh: '决定的结果或程序被认定有错', en: 'outcome or procedure of the decision was found wrong' },
    needs: FAULT,
    common: true,
    test: ({ wrong, faults }) => {
      const procedure = faults.filter(({ kind }) => kind === 'procedure-broken').map(({ event }) => event);
      return told(wrong.length + procedure.length > 0, ...wrong, ...procedure);
    },
  },
  drafted: {
    says: { zh: '承办人提出了意见', en: 'the undertaker had drafted it' },
    needs: OPINION,
    common: true,
    test: (of) => told(of.draft === null ? (unknownRoles(of) ? null : false) : true, of.draft),
  },
  draftWrong: {
    says: { zh: '承办意见错误', en: 'the draft was wrong' },
    needs: OUGHT,
    test: (of) => told(of.draft === null ? false : not(right(of, draftView(of))), of.draft),
  },
  draftRight: {
    says: { zh: '承办意见正确', en: 'the draft was right' },
    needs: OUGHT,
    test: (of) => told(of.draft === null ? false : right(of, draftView(of)), of.draft),
  },
  draftFollowed: {
    says: { zh: '审核、批准均未纠正承办意见', en: 'neither review nor approval corrected the draft' },
    needs: OPINION,
    test: (of) => {
      const { draft, review, decision } = of;
      if (draft === null) return told(false);
      if (turned(of) || (review === null && isSame(deciderOf(of), draft.by))) return told(false, review);
      const view = draftView(of);
      return told(view === null ? null : view === decision.outcome, draft, review, decision);
    },
  },
  reviewTurned: {
    says: { zh: '审核人否定或改变了承办意见', en: 'the reviewer rejected or changed the draft' },
    needs: OPINION,
    test: (of) => told(turned(of), of.review),
  },
  reviewFollowed: {
    says: { zh: '批准人同意了审核意见', en: 'the approver followed the review' },
    needs: OPINION,
    test: (of) => {
      const { review, approval, decision } = of;
      if (review === null) return told(false);
      const view = reviewView(of);
      const follows = view === null ? (approval?.opinion === 'approve' ? true : null) : view === decision.outcome;
      return told(follows, review, approval, decision);
    },
  },
  adviceRight: {
    says: { zh: '批准人收到的意见正确', en: 'the opinion that the approver received was right' },
    needs: OUGHT,
    test: (of) =>
      told(
        advice(of) === null ? false : of.review === null ? right(of, draftView(of)) : reviewRight(of),
        of.draft,
        of.review,
      ),
  },
  adviceTurned: {
    says: { zh: '批准人否定或改变了收到的意见', en: 'the approver rejected or changed the opinion' },
    needs: OPINION,
    test: (of) => {
      const { decision, approval } = of;
      if (advice(of) === null) return told(false);
      const view = adviceView(of);
      const against = of.review !== null && opposes(of.review) && draftView(of) === decision.outcome;
      const open = approval !== null && opposes(approval) ? true : null;
      return told(view === null ? against || open : view !== decision.outcome, advice(of), approval, decision);
    },
  },
} satisfies Record<string, Condition>;

/** Of deceit, and of what was done otherwise than decided. */
const OF_ACTS = {
  deceived: {
    says: { zh: '承办人隐瞒或者弄虚作假', en: 'the undertaker concealed or falsified something' },
    needs: {
      zh: '查明隐瞒或虚假由何人所为，或者查明能否发现',
      en: 'a fault found that names who concealed or falsified, or that says whether it was to be seen',
    },
    test: (of) => told(deceived(of), ...falsehoods(of)),
  },
  evident: {
    says: { zh: '审核人、批准人应当发现', en: 'reviewer and approver should have seen it' },
    needs: EVIDENT,
    test: (of) => {
      const { review, draft, faults } = of;
      const unseen = review !== null && !saw(review, draft);
      const holds = unseen ? false : (wasEvident(of) ?? (deceived(of) === true ? false : null));
      return told(holds, ...faults.filter(({ evident }) => evident !== null), unseen ? review : null);
    },
  },
  deviated: {
    says: { zh: '未按批准的内容办理', en: 'it was done otherwise than approved' },
    needs: FAULT,
    test: ({ faults, decision }) => {
      const found = faults.filter(({ kind }) => kind === 'otherwise-than-approved');
      return told(found.length > 0, decision, ...found);
    },
  },
  byUndertaker: {
    says: { zh: '系承办人所为，而非批准人', en: 'it was the undertaker who did it, and not the approver' },
    needs: { zh: '查明何人所为', en: 'a fault found that names who did it' },
    test: (of) => {
      const doers = doersOf(of);
      const approver = deciderOf(of);
      if (doers.some((who) => isSame(who, approver))) return told(false);
      const known = doers.some((who) => gave(of, who, 'undertaker') || holds(of, who));
      return told(known ? true : doers.length > 0 && doers.every((who) => who.personId !== null) ? false : null);
    },
  },
} satisfies Record<string, Condition>;
const holds = ({ course }: DecisionCase, { personId }: Party) =>
  course.spans.some(({ holder }) => holder?.personId === personId);
/** Who did otherwise: as was found, or else whoever recorded the act. */
export const doersOf = ({ faults, course }: DecisionCase): readonly Party[] =>
  faults
    .filter(({ kind }) => kind === 'otherwise-than-approved')
    .flatMap(({ by, about }): readonly Party[] => {
      if (by.length > 0) return by;
      const act = course.events.find(({ id, type }) => id === about && type !== 'MatterDecided');
      return act ? [actorOf(act)] : [];
    });

/** Of who decided, and how. */
const OF_DECIDING = {
  reviewerDecided: {
    says: { zh: '审核人作出了决定', en: 'whoever had reviewed it decided' },
    needs: ROLE,
    test: (of) => {
      const { decision, review } = of;
      const holds = decision.role === 'reviewer' || gave(of, decision.by, 'reviewer');
      return told(holds || (decision.by.personId === null ? null : false), decision, review);
    },
  },
  asReviewer: {
    says: { zh: '系以审核人身份决定', en: 'he decided as the reviewer' },
    needs: ROLE,
    test: (of) => {
      const { decision, course } = of;
      if (decision.role !== null) return told(decision.role === 'reviewer', decision);
      if (gave(of, decision.by, 'approver')) return told(false, decision);
      // Where somebody else approves in this matter, he does not.
      return told(course.given.some(({ role }) => role === 'approver') ? true : null, decision);
    },
  },
  unsent: {
    says: { zh: '未报批准人', en: 'it was not sent to the approver' },
    needs: OPINION,
    common: true,
    test: (of) => told(of.approval === null ? (unknownRoles(of) ? null : true) : false, of.approval),
  },
  byApprover: {
    says: { zh: '由批准人作出决定', en: 'the approver decided' },
    needs: ROLE,
    common: true,
    test: (of) => {
      const { decision } = of;
      if (decision.role !== null) return told(decision.role === 'approver', decision);
      if (decision.by.personId === null) return told(null, decision);
      if (gave(of, decision.by, 'approver')) return told(true, decision);
      if (gave(of, decision.by, 'reviewer')) return told(null, decision);
      if (gave(of, decision.by, 'undertaker')) return told(false, decision);
      // What is decided here takes an approver's right; what is reported says nothing of that.
      return told(decision.reported ? null : true, decision);
    },
  },
  noDraft: {
    says: { zh: '没有承办意见', en: 'there was no draft' },
    needs: OPINION,
    test: (of) => told(of.draft === null ? (unknownRoles(of) ? null : true) : false, of.draft),
  },
  noReview: {
    says: { zh: '没有审核意见', en: 'there was no review' },
    needs: OPINION,
    test: (of) => told(of.review === null ? (unknownRoles(of) ? null : true) : false, of.review),
  },
  alone: {
    says: { zh: '未经集体讨论', en: 'it was not deliberated' },
    needs: { zh: '集体讨论记录', en: 'the record of a deliberation' },
    common: true,
    test: ({ deliberation }) => told(deliberation === null, deliberation),
  },
  deliberated: {
    ...same({ zh: '经集体讨论', en: 'it was deliberated' }),
    test: ({ deliberation }) => told(deliberation !== null, deliberation),
  },
  votesKnown: {
    says: { zh: '各成员的意见有记录', en: 'each member’s position is on record' },
    needs: { zh: '集体讨论记录载明各成员的意见', en: 'a deliberation with the position of each member' },
    test: (of) => {
      const { deliberation } = of;
      if (deliberation === null) return told(false);
      const open = deliberation.votes.length === 0 || right(of, deliberation.proposal) === null;
      return told(open ? null : true, deliberation);
    },
  },
  instructed: {
    ...same({ zh: '决定前有指令或打招呼', en: 'there was an instruction, or an interference, before it' }),
    test: ({ instructions }) => told(instructions.length > 0, ...instructions),
  },
  asInstructed: {
    says: { zh: '决定与指令的要求一致', en: 'it came out as the instruction wanted' },
    needs: { zh: '指令注明所要求的结果', en: 'the instruction with what it wanted' },
    test: ({ instructions, decision }) => {
      const so = instructions.filter(({ wants }) => wants === decision.outcome);
      if (so.length > 0) return told(true, ...so);
      return told(instructions.some(({ wants }) => wants === null) ? null : false);
    },
  },
} satisfies Record<string, Condition>;

const named = ({ faults }: DecisionCase) => faults.flatMap(({ by }) => by);
/** Of superiors, of several, and of what was left undone. */
const OF_OTHERS = {
  changedAbove: {
    ...same({ zh: '上级改变了下级的决定', en: 'a superior changed the decision of the lower organ' }),
    test: ({ change }) => told(true, change),
  },
  several: {
    ...same({ zh: '查明系数人所为', en: 'several people were found to have done it' }),
    test: (of) => {
      const persons = new Set(named(of).flatMap(({ personId }) => personId ?? []));
      return told(persons.size > 1, ...of.faults.filter(({ by }) => by.length > 0));
    },
  },
  mannersKnown: {
    says: { zh: '每人系故意或者过失已查明', en: 'intent or negligence of each is established' },
    needs: { zh: '查明的问题注明每人系故意或者过失', en: 'a fault found with the manner of each' },
    test: (of) => {
      const all = named(of);
      return told(all.length === 0 ? false : all.every(({ manner }) => manner !== null) || null);
    },
  },
  passed: {
    ...same({ zh: '时限届满而未办', en: 'the limit passed and it was not done' }),
    test: ({ passed }) => told(true, passed),
  },
  inHands: {
    says: { zh: '届满时由何人承办有记录', en: 'it is on record who had it when the limit passed' },
    needs: { zh: '岗位登记载明当日何人在岗', en: 'the register of the post with who stood there that day' },
    test: ({ standing, span }) => told(standing.length > 0 || null, span, ...standing.flatMap(({ events }) => events)),
  },
} satisfies Record<string, Condition>;

export const CONDITIONS = { ...OF_OPINIONS, ...OF_ACTS, ...OF_DECIDING, ...OF_OTHERS } as const satisfies Record<
  string,
  Condition
>;
export type ConditionName = keyof typeof CONDITIONS;
export const conditionOf = (name: ConditionName): Condition => CONDITIONS[name];
