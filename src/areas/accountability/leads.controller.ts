/** What is done with leads, and with conflicts of their affairs: `/v1/accountability/leads/{id}/…`. */
import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { GUARDS } from '../../../projections/accountability/guards.js';
import { barred, recusalRegister } from '../../../projections/accountability/recusal.js';
import { Action, By } from '../../http/by.js';
import { idIn } from '../../http/parameters.js';
import { OUT_OF_ORDER, Refusal } from '../../kernel/decider.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import {
  AffairReasonBody,
  AnswerBody,
  ClearNameBody,
  CloseLeadBody,
  DeclareConflictBody,
  ExtensionBody,
  HandOverBody,
  InquiryBody,
  InterferenceBody,
  LightOutcomeBody,
  OutcomeReportedBody,
  RegisterLeadBody,
  ReopenLeadBody,
  RequestRecusalBody,
  RouteLeadBody,
  RuleRecusalBody,
  StatementBody,
  TriageBody,
  VerificationBody,
  VerificationReportBody,
} from './accountability.dto.js';
import { lead } from './lead.js';
import { recusal } from './recusal.js';

@Controller('v1/accountability/leads')
export class LeadsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /**
   * Whoever has not declared, or is accused in it, is told that a name is taken, and nothing of what has it; whoever
   * belongs to the unit that he names, or that the finding is of, not even that.
   */
  private async begin(type: 'RegisterLead' | 'ProposeNoLead', id: string, data: object, by: By) {
    try {
      return await this.commands.send(lead, idIn('id', id), { type, data } as never, by);
    } catch (error) {
      const of = (wanted: string) => error instanceof Refusal && error.broken.find(({ code }) => code === wanted);
      const [taken, involved] = [of(OUT_OF_ORDER.code), of(GUARDS.UNINVOLVED.code)];
      if (involved) throw new Refusal([{ ...involved, refs: [] }]);
      if (!taken) throw error;
      const { state } = await this.opened.streams.get(recusalRegister, id, true);
      if (barred(state, by.context.by.person ?? '') === null) throw error;
      throw new Refusal([{ ...taken, details: { command: type }, refs: [] }]);
    }
  }

  @Post(':id/registrations')
  @Action('lead.RegisterLead')
  registerLead(@Param('id') id: string, @Body() data: RegisterLeadBody, @By() by: By) {
    return this.begin('RegisterLead', id, data, by);
  }
  @Post(':id/no-lead-proposals')
  @Action('lead.ProposeNoLead')
  proposeNoLead(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.begin('ProposeNoLead', id, data, by);
  }
  @Post(':id/no-lead-confirmations')
  @Action('lead.ConfirmNoLead')
  confirmNoLead(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ConfirmNoLead', data } as never, by);
  }
  @Post(':id/no-lead-refusals')
  @Action('lead.RefuseNoLead')
  refuseNoLead(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'RefuseNoLead', data } as never, by);
  }
  @Post(':id/triage')
  @Action('lead.ProposeTriage')
  proposeTriage(@Param('id') id: string, @Body() data: TriageBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ProposeTriage', data } as never, by);
  }
  @Post(':id/routings')
  @Action('lead.RouteLead')
  routeLead(@Param('id') id: string, @Body() data: RouteLeadBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'RouteLead', data } as never, by);
  }
  @Post(':id/returns')
  @Action('lead.ReturnLead')
  returnLead(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ReturnLead', data } as never, by);
  }
  @Post(':id/reported-outcomes')
  @Action('lead.ReportOutcome')
  reportOutcome(@Param('id') id: string, @Body() data: OutcomeReportedBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ReportOutcome', data } as never, by);
  }
  @Post(':id/holds')
  @Action('lead.HoldLead')
  holdLead(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'HoldLead', data } as never, by);
  }
  @Post(':id/re-examinations')
  @Action('lead.TakeUpLead')
  takeUpLead(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'TakeUpLead', data } as never, by);
  }
  @Post(':id/closures')
  @Action('lead.CloseLead')
  closeLead(@Param('id') id: string, @Body() data: CloseLeadBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'CloseLead', data } as never, by);
  }
  @Post(':id/reopenings')
  @Action('lead.ReopenLead')
  reopenLead(@Param('id') id: string, @Body() data: ReopenLeadBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ReopenLead', data } as never, by);
  }
  @Post(':id/inquiries')
  @Action('lead.StartInquiry')
  startInquiry(@Param('id') id: string, @Body() data: InquiryBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'StartInquiry', data } as never, by);
  }
  @Post(':id/answers')
  @Action('lead.RecordAnswer')
  recordAnswer(@Param('id') id: string, @Body() data: AnswerBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'RecordAnswer', data } as never, by);
  }
  @Post(':id/verifications')
  @Action('lead.StartVerification')
  startVerification(@Param('id') id: string, @Body() data: VerificationBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'StartVerification', data } as never, by);
  }
  @Post(':id/verification-extensions')
  @Action('lead.ExtendVerification')
  extendVerification(@Param('id') id: string, @Body() data: ExtensionBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ExtendVerification', data } as never, by);
  }
  @Post(':id/statements')
  @Action('lead.TakeStatement')
  takeStatement(@Param('id') id: string, @Body() data: StatementBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'TakeStatement', data } as never, by);
  }
  @Post(':id/verification-reports')
  @Action('lead.ReportVerification')
  reportVerification(@Param('id') id: string, @Body() data: VerificationReportBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ReportVerification', data } as never, by);
  }
  @Post(':id/light-outcomes')
  @Action('lead.GiveLightOutcome')
  giveLightOutcome(@Param('id') id: string, @Body() data: LightOutcomeBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'GiveLightOutcome', data } as never, by);
  }
  @Post(':id/transfers')
  @Action('lead.TransferLead')
  transferLead(@Param('id') id: string, @Body() data: HandOverBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'TransferLead', data } as never, by);
  }
  @Post(':id/name-clearings')
  @Action('lead.ClearName')
  clearName(@Param('id') id: string, @Body() data: ClearNameBody, @By() by: By) {
    return this.commands.send(lead, idIn('id', id), { type: 'ClearName', data } as never, by);
  }
}

/** Of the whole affair: before first access, and against whoever asks or pleads. */
@Controller('v1/accountability/affairs')
export class RecusalsController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Post(':id/declarations')
  @Action('recusal.DeclareConflict')
  declareConflict(@Param('id') id: string, @Body() data: DeclareConflictBody, @By() by: By) {
    return this.commands.send(recusal, idIn('id', id), { type: 'DeclareConflict', data } as never, by);
  }
  @Post(':id/recusal-requests')
  @Action('recusal.RequestRecusal')
  requestRecusal(@Param('id') id: string, @Body() data: RequestRecusalBody, @By() by: By) {
    return this.commands.send(recusal, idIn('id', id), { type: 'RequestRecusal', data } as never, by);
  }
  @Post(':id/recusal-rulings')
  @Action('recusal.RuleRecusal')
  ruleRecusal(@Param('id') id: string, @Body() data: RuleRecusalBody, @By() by: By) {
    return this.commands.send(recusal, idIn('id', id), { type: 'RuleRecusal', data } as never, by);
  }
  @Post(':id/interference')
  @Action('recusal.RecordInterference')
  recordInterference(@Param('id') id: string, @Body() data: InterferenceBody, @By() by: By) {
    return this.commands.send(recusal, idIn('id', id), { type: 'RecordInterference', data } as never, by);
  }
}
