/** Cases (案件): streams `case-<id>`, with the id of their lead, so that a lead never becomes two cases. */
import type { CaseEvent } from '../../../projections/events/accountability.js';
import { caseRegister, type CaseState } from '../../../projections/accountability/case.js';
import type { DataOfStep, CaseCommand as Step } from '../../../projections/accountability/table.js';
import type { Decider } from '../../kernel/decider.js';
import { commandsOf } from './steps.js';

export type CaseCommand = { [C in Step]: { type: C; data: DataOfStep<'case', C> } }[Step];
export const caseFile: Decider<CaseState, CaseCommand, CaseEvent> = {
  ...caseRegister,
  classification: 'sealed',
  commands: commandsOf('case') as Decider<CaseState, CaseCommand, CaseEvent>['commands'],
};
