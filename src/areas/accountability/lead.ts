/** Leads (问题线索): streams `lead-<id>`; of a finding, the id is the finding's, so that it never becomes two leads. */
import type { LeadEvent } from '../../../projections/events/accountability.js';
import { leadRegister, type LeadState } from '../../../projections/accountability/lead.js';
import type { DataOfStep, LeadCommand as Step } from '../../../projections/accountability/table.js';
import type { Decider } from '../../kernel/decider.js';
import { commandsOf } from './steps.js';

export type LeadCommand = { [C in Step]: { type: C; data: DataOfStep<'lead', C> } }[Step];
export const lead: Decider<LeadState, LeadCommand, LeadEvent> = {
  ...leadRegister,
  classification: 'sealed',
  commands: commandsOf('lead') as Decider<LeadState, LeadCommand, LeadEvent>['commands'],
};
