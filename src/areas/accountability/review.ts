/** Review and appeal (复审、复核、申诉): streams `review-<id>`, beside the execution of the case. */
import type { ReviewEvent } from '../../../projections/events/accountability.js';
import { reviewRegister, type ReviewState } from '../../../projections/accountability/review.js';
import type { DataOfStep, ReviewCommand as Step } from '../../../projections/accountability/table.js';
import type { Decider } from '../../kernel/decider.js';
import { commandsOf } from './steps.js';

export type ReviewCommand = { [C in Step]: { type: C; data: DataOfStep<'review', C> } }[Step];
export const review: Decider<ReviewState, ReviewCommand, ReviewEvent> = {
  ...reviewRegister,
  classification: 'sealed',
  commands: commandsOf('review') as Decider<ReviewState, ReviewCommand, ReviewEvent>['commands'],
};
