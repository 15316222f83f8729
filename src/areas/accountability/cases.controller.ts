/** What is done in cases and reviews: `/v1/accountability/cases/{id}/…`, `/v1/accountability/reviews/{id}/…`. */
import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { Action, By } from '../../http/by.js';
import { idIn } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { AffairReasonBody, ClearNameBody, ExtensionBody, HandOverBody } from './accountability.dto.js';
import {
  AdjudicationOpinionBody,
  AnswerDefenceBody,
  AppealBody,
  ApproveFilingBody,
  AssignInvestigatorsBody,
  CancelCaseBody,
  ConcludeBody,
  ConveneBody,
  DecideBody,
  DefenceBody,
  EndPeriodBody,
  EvidenceBody,
  EvidenceNameBody,
  ExcludeEvidenceBody,
  ExecutionBody,
  ExecutionPlanBody,
  FactBody,
  HarmingReasonBody,
  NamedMembersBody,
  ProposeFilingBody,
  ReopenCaseBody,
  RequestReviewBody,
  ReviewDecisionBody,
  ServeDecisionBody,
  ServeFactsBody,
  StartPeriodBody,
  SuspendBody,
  TakeChangeBody,
  TakeRevocationBody,
  CastVoteBody,
} from './cases.dto.js';
import { caseFile } from './case.js';
import { review } from './review.js';

@Controller('v1/accountability/cases')
export class CasesController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Post(':id/filing-proposals')
  @Action('case.ProposeFiling')
  proposeFiling(@Param('id') id: string, @Body() data: ProposeFilingBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ProposeFiling', data } as never, by);
  }
  @Post(':id/filing-returns')
  @Action('case.ReturnFiling')
  returnFiling(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ReturnFiling', data } as never, by);
  }
  @Post(':id/filing-rejections')
  @Action('case.RejectFiling')
  rejectFiling(@Param('id') id: string, @Body() data: HarmingReasonBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'RejectFiling', data } as never, by);
  }
  @Post(':id/filings')
  @Action('case.ApproveFiling')
  approveFiling(@Param('id') id: string, @Body() data: ApproveFilingBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ApproveFiling', data } as never, by);
  }
  @Post(':id/investigators')
  @Action('case.AssignInvestigators')
  assignInvestigators(@Param('id') id: string, @Body() data: AssignInvestigatorsBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'AssignInvestigators', data } as never, by);
  }
  @Post(':id/evidence')
  @Action('case.AddEvidence')
  addEvidence(@Param('id') id: string, @Body() data: EvidenceBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'AddEvidence', data } as never, by);
  }
  @Post(':id/evidence-signatures')
  @Action('case.SignEvidence')
  signEvidence(@Param('id') id: string, @Body() data: EvidenceNameBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'SignEvidence', data } as never, by);
  }
  @Post(':id/evidence-exclusions')
  @Action('case.ExcludeEvidence')
  excludeEvidence(@Param('id') id: string, @Body() data: ExcludeEvidenceBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ExcludeEvidence', data } as never, by);
  }
  @Post(':id/facts')
  @Action('case.AssertFact')
  assertFact(@Param('id') id: string, @Body() data: FactBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'AssertFact', data } as never, by);
  }
  @Post(':id/suspensions')
  @Action('case.SuspendInvestigation')
  suspendInvestigation(@Param('id') id: string, @Body() data: SuspendBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'SuspendInvestigation', data } as never, by);
  }
  @Post(':id/resumptions')
  @Action('case.ResumeInvestigation')
  resumeInvestigation(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ResumeInvestigation', data } as never, by);
  }
  @Post(':id/extension-proposals')
  @Action('case.ProposeExtension')
  proposeExtension(@Param('id') id: string, @Body() data: ExtensionBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ProposeExtension', data } as never, by);
  }
  @Post(':id/extensions')
  @Action('case.ExtendInvestigation')
  extendInvestigation(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ExtendInvestigation', data } as never, by);
  }
  @Post(':id/conclusions')
  @Action('case.ConcludeInvestigation')
  concludeInvestigation(@Param('id') id: string, @Body() data: ConcludeBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ConcludeInvestigation', data } as never, by);
  }
  @Post(':id/facts-services')
  @Action('case.ServeFacts')
  serveFacts(@Param('id') id: string, @Body() data: ServeFactsBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ServeFacts', data } as never, by);
  }
  @Post(':id/defences')
  @Action('case.RecordDefence')
  recordDefence(@Param('id') id: string, @Body() data: DefenceBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'RecordDefence', data } as never, by);
  }
  @Post(':id/defence-answers')
  @Action('case.AnswerDefence')
  answerDefence(@Param('id') id: string, @Body() data: AnswerDefenceBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'AnswerDefence', data } as never, by);
  }
  @Post(':id/supplements')
  @Action('case.Supplement')
  supplement(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'Supplement', data } as never, by);
  }
  @Post(':id/adjudications')
  @Action('case.StartAdjudication')
  startAdjudication(@Param('id') id: string, @Body() data: NamedMembersBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'StartAdjudication', data } as never, by);
  }
  @Post(':id/adjudication-opinions')
  @Action('case.GiveAdjudicationOpinion')
  giveAdjudicationOpinion(@Param('id') id: string, @Body() data: AdjudicationOpinionBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'GiveAdjudicationOpinion', data } as never, by);
  }
  @Post(':id/deliberations')
  @Action('case.ConveneDeliberation')
  conveneDeliberation(@Param('id') id: string, @Body() data: ConveneBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ConveneDeliberation', data } as never, by);
  }
  @Post(':id/votes')
  @Action('case.CastVote')
  castVote(@Param('id') id: string, @Body() data: CastVoteBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'CastVote', data } as never, by);
  }
  @Post(':id/decisions')
  @Action('case.Decide')
  decide(@Param('id') id: string, @Body() data: DecideBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'Decide', data } as never, by);
  }
  @Post(':id/decision-services')
  @Action('case.ServeDecision')
  serveDecision(@Param('id') id: string, @Body() data: ServeDecisionBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ServeDecision', data } as never, by);
  }
  @Post(':id/executions')
  @Action('case.StartExecution')
  startExecution(@Param('id') id: string, @Body() data: ExecutionPlanBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'StartExecution', data } as never, by);
  }
  @Post(':id/execution-records')
  @Action('case.RecordExecution')
  recordExecution(@Param('id') id: string, @Body() data: ExecutionBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'RecordExecution', data } as never, by);
  }
  @Post(':id/periods')
  @Action('case.StartPeriod')
  startPeriod(@Param('id') id: string, @Body() data: StartPeriodBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'StartPeriod', data } as never, by);
  }
  @Post(':id/period-ends')
  @Action('case.EndPeriod')
  endPeriod(@Param('id') id: string, @Body() data: EndPeriodBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'EndPeriod', data } as never, by);
  }
  @Post(':id/closures')
  @Action('case.CloseCase')
  closeCase(@Param('id') id: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'CloseCase', data } as never, by);
  }
  @Post(':id/reopenings')
  @Action('case.ReopenCase')
  reopenCase(@Param('id') id: string, @Body() data: ReopenCaseBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ReopenCase', data } as never, by);
  }
  @Post(':id/changes')
  @Action('case.TakeChange')
  takeChange(@Param('id') id: string, @Body() data: TakeChangeBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'TakeChange', data } as never, by);
  }
  @Post(':id/revocations')
  @Action('case.TakeRevocation')
  takeRevocation(@Param('id') id: string, @Body() data: TakeRevocationBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'TakeRevocation', data } as never, by);
  }
  @Post(':id/cancellations')
  @Action('case.CancelCase')
  cancelCase(@Param('id') id: string, @Body() data: CancelCaseBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'CancelCase', data } as never, by);
  }
  @Post(':id/transfers')
  @Action('case.TransferCase')
  transferCase(@Param('id') id: string, @Body() data: HandOverBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'TransferCase', data } as never, by);
  }
  @Post(':id/name-clearings')
  @Action('case.ClearNameInCase')
  clearNameInCase(@Param('id') id: string, @Body() data: ClearNameBody, @By() by: By) {
    return this.commands.send(caseFile, idIn('id', id), { type: 'ClearNameInCase', data } as never, by);
  }
}

@Controller('v1/accountability/reviews')
export class ReviewsController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Post(':id/requests')
  @Action('review.RequestReview')
  requestReview(@Param('id') id: string, @Body() data: RequestReviewBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'RequestReview', data } as never, by);
  }
  @Post(':id/reviewers')
  @Action('review.AssignReviewers')
  assignReviewers(@Param('id') id: string, @Body() data: NamedMembersBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'AssignReviewers', data } as never, by);
  }
  @Post(':id/decisions')
  @Action('review.DecideReview')
  decideReview(@Param('id') id: string, @Body() data: ReviewDecisionBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'DecideReview', data } as never, by);
  }
  @Post(':id/appeals')
  @Action('review.Appeal')
  appeal(@Param('id') id: string, @Body() data: AppealBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'Appeal', data } as never, by);
  }
  @Post(':id/appeal-extensions')
  @Action('review.ExtendAppeal')
  extendAppeal(@Param('id') id: string, @Body() data: ExtensionBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'ExtendAppeal', data } as never, by);
  }
  @Post(':id/appeal-decisions')
  @Action('review.DecideAppeal')
  decideAppeal(@Param('id') id: string, @Body() data: ReviewDecisionBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'DecideAppeal', data } as never, by);
  }
  @Post(':id/name-clearings')
  @Action('review.ClearNameInReview')
  clearNameInReview(@Param('id') id: string, @Body() data: ClearNameBody, @By() by: By) {
    return this.commands.send(review, idIn('id', id), { type: 'ClearNameInReview', data } as never, by);
  }
}
