/**
 * The matrix of attribution LA1 to LA12 as values: which history stands for which degree of responsibility (责任归属表).
 * From a local measure on faults in administrative enforcement (承办、审核、批准责任划分), seen in a secondary source
 * (grade B); LA12 is this product's own (grade D).
 */
import type { Party } from './attribution-course.js';
import { type Case, type DecisionCase, deciderOf } from './attribution-cases.js';
import { type ConditionName, doersOf } from './attribution-conditions.js';
import type { Position } from './events/attribution.js';
import type { Grade, Text } from './kernel/rule.js';

export const DEGREES = {
  DIRECT: { zh: '直接责任', en: 'direct responsibility' },
  MAIN_LEADER: { zh: '主要领导责任', en: 'main responsibility as a leader' },
  IMPORTANT_LEADER: { zh: '重要领导责任', en: 'important responsibility as a leader' },
} as const satisfies Record<string, Text>;
export type Degree = keyof typeof DEGREES;

export const ROLES = {
  undertaker: { zh: '承办人', en: 'undertaker' },
  reviewer: { zh: '审核人', en: 'reviewer' },
  approver: { zh: '批准人', en: 'approver' },
  instructor: { zh: '指令人', en: 'instructor' },
  'decision-maker': { zh: '作出决定者', en: 'decision-maker' },
  supporter: { zh: '赞成错误意见者', en: 'supporter of the wrong view' },
  'superior-head': { zh: '上级负责人', en: 'head of the superior' },
  holder: { zh: '届满时承办人', en: 'holder when the limit passed' },
  cover: { zh: '顶岗人', en: 'whoever covered the post' },
  'unit-head': { zh: '单位负责人', en: 'head of the unit' },
} as const satisfies Record<string, Text>;
export type RoleName = keyof typeof ROLES;

export interface Pattern {
  readonly id: `LA${number}`;
  readonly says: Text;
  /** As a lawyer would put it. */
  readonly definition: Text;
  readonly basis: string;
  readonly grade: Grade;
  readonly about: Case['kind'];
  readonly conditions: readonly ConditionName[];
  readonly roles: Readonly<Partial<Record<RoleName, Degree>>>;
  /** Only those whom a fault names. */
  readonly namedOnly?: true;
  /** Whom it is about, where that is not whoever gave an opinion in this role. */
  readonly parties?: (of: DecisionCase) => readonly Party[];
  /** Of whom nothing is suggested. */
  readonly spares: (of: DecisionCase) => readonly Party[];
}

/** Whether a vote was for what was found wrong; null of whoever abstained. What would have been right need not be known. */
function supports({ deliberation, ought }: DecisionCase, position: Position): boolean | null {
  if (position === 'abstain') return null;
  return (position === 'for') === (deliberation!.proposal !== ought);
}
const voters = (of: DecisionCase, supporting: boolean): readonly Party[] =>
  of.deliberation!.votes.flatMap(({ by, position }) => (supports(of, position) === supporting ? [by] : []));
/** 有记录的反对者: whoever voted against what was found wrong. */
export const dissenters = (of: DecisionCase): readonly Party[] => voters(of, false);

const one = (party: Party | null | undefined): readonly Party[] => (party == null ? [] : [party]);

const MEASURE = '行政执法过错责任追究办法（地方）：承办、审核、批准责任划分';
type Optional = 'basis' | 'grade' | 'about' | 'spares';
type Given = Omit<Pattern, 'id' | Optional> & Partial<Pick<Pattern, Optional>>;
const pattern = (id: Pattern['id'], given: Given): Pattern => ({
  id,
  basis: MEASURE,
  grade: 'B',
  about: 'decision',
  spares: () => [],
  ...given,
});

export const PATTERNS: readonly Pattern[] = [
  pattern('LA1', {
    says: { zh: '承办人隐瞒、弄虚作假', en: 'the undertaker deceived the others' },
    definition: {
      zh: '承办人隐瞒真相或者弄虚作假，审核人、批准人因此作出错误的审核、批准',
      en: 'the undertaker concealed or falsified something, and reviewer and approver were misled by it',
    },
    conditions: ['wrong', 'drafted', 'draftFollowed', 'deceived'],
    roles: { undertaker: 'DIRECT' },
  }),
  pattern('LA2', {
    says: { zh: '承办人不按批准办理', en: 'the undertaker acted otherwise than approved' },
    definition: {
      zh: '承办人不按照批准的内容办理',
      en: 'the undertaker did something else than what had been approved',
    },
    conditions: ['deviated', 'byUndertaker'],
    parties: doersOf,
    roles: { undertaker: 'DIRECT' },
  }),
  pattern('LA3', {
    says: {
      zh: '承办意见错误，审核、批准应当发现而未纠正',
      en: 'a wrong draft that should have been seen, and passed',
    },
    definition: {
      zh: '承办人提出的意见有错误，审核人、批准人应当发现而未发现，或者发现后未纠正',
      en: 'the draft was wrong; reviewer and approver should have seen it, and did not correct it',
    },
    conditions: ['wrong', 'draftWrong', 'draftFollowed', 'evident'],
    roles: { undertaker: 'DIRECT', reviewer: 'MAIN_LEADER', approver: 'IMPORTANT_LEADER' },
  }),
  pattern('LA4', {
    says: { zh: '审核人改变正确意见，批准人同意', en: 'the reviewer turned a right draft, and the approver followed' },
    definition: {
      zh: '审核人不采纳或者改变承办人的正确意见，批准人同意审核意见',
      en: 'the reviewer rejected or changed a right draft, and the approver followed him',
    },
    conditions: ['wrong', 'draftRight', 'reviewTurned', 'reviewFollowed'],
    roles: { reviewer: 'DIRECT', approver: 'MAIN_LEADER' },
  }),
  pattern('LA5', {
    says: { zh: '审核人未报批准径行决定', en: 'the reviewer decided without sending it up' },
    definition: { zh: '审核人不报请批准人批准，自行作出决定', en: 'the reviewer decided without the approver' },
    conditions: ['atFault', 'reviewerDecided', 'asReviewer', 'unsent'],
    parties: ({ decision }) => one(decision.by),
    roles: { reviewer: 'DIRECT' },
  }),
  pattern('LA6', {
    says: { zh: '批准人改变正确意见', en: 'the approver turned a right opinion' },
    definition: {
      zh: '批准人不采纳或者改变承办人、审核人的正确意见',
      en: 'the approver rejected or changed the right opinion of undertaker or reviewer',
    },
    conditions: ['wrong', 'byApprover', 'adviceRight', 'adviceTurned', 'alone'],
    roles: { approver: 'DIRECT' },
  }),
  pattern('LA7', {
    says: { zh: '批准人未经承办、审核径行决定', en: 'the approver decided with no draft and no review' },
    definition: {
      zh: '未经承办人拟办、审核人审核，批准人直接作出决定',
      en: 'the approver decided although nobody had drafted or reviewed it',
    },
    conditions: ['atFault', 'byApprover', 'noDraft', 'noReview', 'alone'],
    roles: { approver: 'DIRECT' },
  }),
  pattern('LA8', {
    says: { zh: '指令、干预', en: 'instruction or interference' },
    definition: { zh: '因指令或者干预作出错误决定', en: 'it was wrong because somebody instructed or interfered' },
    conditions: ['wrong', 'instructed', 'asInstructed'],
    roles: { instructor: 'DIRECT' },
  }),
  pattern('LA9', {
    says: { zh: '集体决定', en: 'collective decision' },
    definition: {
      zh: '集体讨论作出错误决定的，作出决定者负主要领导责任，赞成错误意见者负重要领导责任，有记录的反对者不承担责任',
      en: 'a collective body decided wrongly: its decision-maker, and whoever supported the wrong view; recorded dissenters bear none',
    },
    conditions: ['wrong', 'deliberated', 'votesKnown'],
    roles: { 'decision-maker': 'MAIN_LEADER', supporter: 'IMPORTANT_LEADER' },
    spares: dissenters,
  }),
  pattern('LA10', {
    says: { zh: '上级改变下级行为', en: 'a superior changed the lower organ’s act' },
    definition: {
      zh: '上级机关改变下级机关的正确行为的，由上级机关负责人承担',
      en: 'a superior organ changed what the lower one had done, and the change was wrong',
    },
    about: 'change-above',
    conditions: ['wrong', 'changedAbove'],
    roles: { 'superior-head': 'IMPORTANT_LEADER' },
  }),
  pattern('LA11', {
    says: { zh: '数人共同过错', en: 'several people' },
    definition: {
      zh: '两人以上故意或者过失的，按各自角色承担',
      en: 'several people by intent or negligence, each by the role that he had',
    },
    conditions: ['atFault', 'several', 'mannersKnown'],
    roles: { undertaker: 'DIRECT', reviewer: 'MAIN_LEADER', approver: 'IMPORTANT_LEADER' },
    namedOnly: true,
  }),
  pattern('LA12', {
    says: { zh: '逾期不作为', en: 'omission' },
    definition: {
      zh: '环节时限届满而未办的，为届满时该环节的承办人；顶岗期间为顶岗人；未确定承办人的，为单位负责人',
      en: 'a limit passed: whoever held the open step then; if he was covered, whoever covered him; if nobody was assigned, the head of the unit',
    },
    basis: '首问负责制；AB岗制度；行政许可法 art. 74',
    grade: 'D',
    about: 'omission',
    conditions: ['passed', 'inHands'],
    roles: { holder: 'DIRECT', cover: 'DIRECT', 'unit-head': 'DIRECT' },
  }),
];

const stood = (as: 'holder' | 'cover' | 'unit-head') => (of: DecisionCase) =>
  of.standing.filter((each) => each.as === as);
/** Who had a role in it. */
export const PARTIES: Readonly<Record<RoleName, (of: DecisionCase) => readonly Party[]>> = {
  undertaker: (of) => one(of.draft?.by),
  reviewer: (of) => one(of.review?.by),
  approver: (of) => one(deciderOf(of)),
  instructor: ({ instructions, decision }) =>
    instructions.filter(({ wants }) => wants === decision.outcome).map(({ by }) => by),
  'decision-maker': (of) => one(of.deliberation!.chair ?? deciderOf(of)),
  supporter: (of) => voters(of, true),
  'superior-head': ({ change }) => one(change?.head),
  holder: stood('holder'),
  cover: stood('cover'),
  'unit-head': stood('unit-head'),
};
