/** Review and appeal (复审、复核、申诉): beside the execution, which they do not stop. */
import type { ReviewEvents } from '../events/accountability.js';
import type { State, Steps } from './table.js';

const states = {
  none: { id: '–', zh: '无', en: 'none' },
  requested: { id: 'R1', zh: '申请复审复核', en: 'review requested' },
  decided: { id: 'R2', zh: '复审复核决定', en: 'review decided' },
  appealed: { id: 'R3', zh: '申诉', en: 'appealed' },
  'appeal-decided': { id: 'R4', zh: '申诉决定', en: 'appeal decided' },
  'name-cleared': { id: 'X3', zh: '澄清正名', en: 'name cleared', terminal: true },
} as const satisfies Record<string, State>;

const steps = {
  RequestReview: {
    says: { zh: '登记复审复核申请', en: 'record a request for review' },
    event: 'ReviewRequested',
    from: ['none', 'decided', 'appeal-decided'],
    to: 'requested',
    acts: 'officer',
    guards: ['G12'],
  },
  AssignReviewers: {
    says: { zh: '指定复审复核人员', en: 'assign reviewers' },
    event: 'ReviewersAssigned',
    from: ['requested', 'appealed'],
    to: null,
    acts: 'head',
    guards: ['G1', 'G3', 'G11'],
    apart: ['inquirer', 'investigator', 'adjudicator', 'decider'],
    named: true,
  },
  DecideReview: {
    says: { zh: '作出复审复核决定', en: 'decide the review' },
    event: 'ReviewDecided',
    from: ['requested'],
    to: 'decided',
    acts: 'reviewer',
    guards: ['CAPACITY', 'G3', 'G6', 'G11'],
    apart: ['inquirer', 'investigator', 'adjudicator', 'decider'],
  },
  Appeal: {
    says: { zh: '登记申诉', en: 'record an appeal' },
    event: 'ReviewAppealed',
    from: ['decided'],
    to: 'appealed',
    acts: 'officer',
    guards: ['G8', 'G12'],
  },
  ExtendAppeal: {
    says: { zh: '申诉延期', en: 'extend the appeal' },
    event: 'AppealExtended',
    from: ['appealed'],
    to: null,
    acts: 'higher',
    guards: ['G3', 'G12'],
  },
  DecideAppeal: {
    says: { zh: '作出申诉决定', en: 'decide the appeal' },
    event: 'AppealDecided',
    from: ['appealed'],
    to: 'appeal-decided',
    acts: 'reviewer',
    guards: ['CAPACITY', 'G3', 'G6', 'G11'],
    apart: ['inquirer', 'investigator', 'adjudicator', 'decider'],
  },
  ClearNameInReview: {
    says: { zh: '澄清正名', en: 'clear the name' },
    event: 'ReviewNameCleared',
    from: ['decided', 'appeal-decided'],
    to: 'name-cleared',
    acts: 'head',
    guards: ['G3'],
  },
} as const satisfies Steps<ReviewEvents>;
export const REVIEW = { states, steps } as const;
