/** What is done with a matter: one route, one command. */
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Action, By } from '../../http/by.js';
import { idIn } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import type { MatterCommand } from './commands.js';
import { matter } from './matter.js';
import * as bodies from './matters.dto.js';

@Controller('v1/matters')
export class MattersController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  private send(id: string, type: MatterCommand['type'], data: object, by: By) {
    return this.commands.send(matter, idIn('id', id), { type, data } as never, by);
  }

  @Post(':id/inquiries')
  @Action('matter.OpenInquiry')
  openInquiry(@Param('id') id: string, @Body() data: bodies.OpenInquiryBody, @By() by: By) {
    return this.send(id, 'OpenInquiry', data, by);
  }

  @Post(':id/answers')
  @Action('matter.AnswerInquiry')
  answerInquiry(@Param('id') id: string, @Body() data: bodies.AnswerInquiryBody, @By() by: By) {
    return this.send(id, 'AnswerInquiry', data, by);
  }

  @Post(':id/receipts')
  @Action('matter.ReceiveMaterials')
  receiveMaterials(@Param('id') id: string, @Body() data: bodies.ReceiveMaterialsBody, @By() by: By) {
    return this.send(id, 'ReceiveMaterials', data, by);
  }

  @Post(':id/checks')
  @Action('matter.CheckMaterials')
  checkMaterials(@Param('id') id: string, @Body() data: bodies.CheckMaterialsBody, @By() by: By) {
    return this.send(id, 'CheckMaterials', data, by);
  }

  @Post(':id/correction-requests')
  @Action('matter.RequestCorrection')
  requestCorrection(@Param('id') id: string, @Body() data: bodies.RequestCorrectionBody, @By() by: By) {
    return this.send(id, 'RequestCorrection', data, by);
  }

  @Post(':id/corrections')
  @Action('matter.SubmitCorrection')
  submitCorrection(@Param('id') id: string, @Body() data: bodies.SubmitCorrectionBody, @By() by: By) {
    return this.send(id, 'SubmitCorrection', data, by);
  }

  @Post(':id/acceptances')
  @Action('matter.AcceptMatter')
  acceptMatter(@Param('id') id: string, @Body() data: bodies.AcceptMatterBody, @By() by: By) {
    return this.send(id, 'AcceptMatter', data, by);
  }

  @Post(':id/refusals')
  @Action('matter.RefuseMatter')
  refuseMatter(@Param('id') id: string, @Body() data: bodies.RefuseMatterBody, @By() by: By) {
    return this.send(id, 'RefuseMatter', data, by);
  }

  @Post(':id/holders')
  @Action('matter.AssignHolder')
  assignHolder(@Param('id') id: string, @Body() data: bodies.AssignHolderBody, @By() by: By) {
    return this.send(id, 'AssignHolder', data, by);
  }

  @Post(':id/hand-overs')
  @Action('matter.OfferHandOver')
  offerHandOver(@Param('id') id: string, @Body() data: bodies.OfferHandOverBody, @By() by: By) {
    return this.send(id, 'OfferHandOver', data, by);
  }

  @Post(':id/hand-overs/acceptances')
  @Action('matter.AcceptHandOver')
  acceptHandOver(@Param('id') id: string, @Body() data: bodies.AcceptHandOverBody, @By() by: By) {
    return this.send(id, 'AcceptHandOver', data, by);
  }

  @Post(':id/hand-overs/declines')
  @Action('matter.DeclineHandOver')
  declineHandOver(@Param('id') id: string, @Body() data: bodies.DeclineHandOverBody, @By() by: By) {
    return this.send(id, 'DeclineHandOver', data, by);
  }

  @Post(':id/hand-overs/returns')
  @Action('matter.ReturnHandOver')
  returnHandOver(@Param('id') id: string, @Body() data: bodies.ReturnHandOverBody, @By() by: By) {
    return this.send(id, 'ReturnHandOver', data, by);
  }

  @Post(':id/steps')
  @Action('matter.FinishStep')
  finishStep(@Param('id') id: string, @Body() data: bodies.FinishStepBody, @By() by: By) {
    return this.send(id, 'FinishStep', data, by);
  }

  @Post(':id/pauses')
  @Action('matter.PauseMatter')
  pauseMatter(@Param('id') id: string, @Body() data: bodies.PauseMatterBody, @By() by: By) {
    return this.send(id, 'PauseMatter', data, by);
  }

  @Post(':id/resumptions')
  @Action('matter.ResumeMatter')
  resumeMatter(@Param('id') id: string, @Body() data: bodies.ResumeMatterBody, @By() by: By) {
    return this.send(id, 'ResumeMatter', data, by);
  }

  @Post(':id/extension-requests')
  @Action('matter.RequestExtension')
  requestExtension(@Param('id') id: string, @Body() data: bodies.RequestExtensionBody, @By() by: By) {
    return this.send(id, 'RequestExtension', data, by);
  }

  @Post(':id/extensions')
  @Action('matter.ApproveExtension')
  approveExtension(@Param('id') id: string, @Body() data: bodies.ApproveExtensionBody, @By() by: By) {
    return this.send(id, 'ApproveExtension', data, by);
  }

  @Post(':id/extension-denials')
  @Action('matter.DenyExtension')
  denyExtension(@Param('id') id: string, @Body() data: bodies.DenyExtensionBody, @By() by: By) {
    return this.send(id, 'DenyExtension', data, by);
  }

  @Post(':id/decisions')
  @Action('matter.DecideMatter')
  decideMatter(@Param('id') id: string, @Body() data: bodies.DecideMatterBody, @By() by: By) {
    return this.send(id, 'DecideMatter', data, by);
  }

  @Post(':id/licences')
  @Action('matter.IssueLicence')
  issueLicence(@Param('id') id: string, @Body() data: bodies.IssueLicenceBody, @By() by: By) {
    return this.send(id, 'IssueLicence', data, by);
  }

  @Post(':id/deliveries')
  @Action('matter.DeliverResult')
  deliverResult(@Param('id') id: string, @Body() data: bodies.DeliverResultBody, @By() by: By) {
    return this.send(id, 'DeliverResult', data, by);
  }

  @Post(':id/closures')
  @Action('matter.CloseMatter')
  closeMatter(@Param('id') id: string, @Body() data: bodies.CloseMatterBody, @By() by: By) {
    return this.send(id, 'CloseMatter', data, by);
  }

  @Post(':id/withdrawals')
  @Action('matter.WithdrawMatter')
  withdrawMatter(@Param('id') id: string, @Body() data: bodies.WithdrawMatterBody, @By() by: By) {
    return this.send(id, 'WithdrawMatter', data, by);
  }

  @Post(':id/reopenings')
  @Action('matter.ReopenMatter')
  reopenMatter(@Param('id') id: string, @Body() data: bodies.ReopenMatterBody, @By() by: By) {
    return this.send(id, 'ReopenMatter', data, by);
  }

  @Post(':id/steps/starts')
  @Action('matter.StartStep')
  startStep(@Param('id') id: string, @Body() data: bodies.StartStepBody, @By() by: By) {
    return this.send(id, 'StartStep', data, by);
  }

  @Post(':id/notices')
  @Action('matter.TellApplicant')
  tellApplicant(@Param('id') id: string, @Body() data: bodies.TellApplicantBody, @By() by: By) {
    return this.send(id, 'TellApplicant', data, by);
  }

  @Post(':id/joint-handlings')
  @Action('matter.OpenJointHandling')
  openJointHandling(@Param('id') id: string, @Body() data: bodies.OpenJointHandlingBody, @By() by: By) {
    return this.send(id, 'OpenJointHandling', data, by);
  }

  @Post(':id/joint-opinions')
  @Action('matter.GiveJointOpinion')
  giveJointOpinion(@Param('id') id: string, @Body() data: bodies.GiveJointOpinionBody, @By() by: By) {
    return this.send(id, 'GiveJointOpinion', data, by);
  }

  @Post(':id/absences')
  @Action('matter.CountAbsence')
  countAbsence(@Param('id') id: string, @Body() data: bodies.CountAbsenceBody, @By() by: By) {
    return this.send(id, 'CountAbsence', data, by);
  }

  @Post(':id/early-involvements')
  @Action('matter.StartEarlyInvolvement')
  startEarlyInvolvement(@Param('id') id: string, @Body() data: bodies.StartEarlyInvolvementBody, @By() by: By) {
    return this.send(id, 'StartEarlyInvolvement', data, by);
  }

  @Post(':id/hearing-notices')
  @Action('matter.NotifyHearing')
  notifyHearing(@Param('id') id: string, @Body() data: bodies.NotifyHearingBody, @By() by: By) {
    return this.send(id, 'NotifyHearing', data, by);
  }

  @Post(':id/hearings')
  @Action('matter.HoldHearing')
  holdHearing(@Param('id') id: string, @Body() data: bodies.HoldHearingBody, @By() by: By) {
    return this.send(id, 'HoldHearing', data, by);
  }

  @Post(':id/site-visits')
  @Action('matter.VisitSite')
  visitSite(@Param('id') id: string, @Body() data: bodies.VisitSiteBody, @By() by: By) {
    return this.send(id, 'VisitSite', data, by);
  }

  @Post(':id/revocations')
  @Action('matter.RevokeLicence')
  revokeLicence(@Param('id') id: string, @Body() data: bodies.RevokeLicenceBody, @By() by: By) {
    return this.send(id, 'RevokeLicence', data, by);
  }

  @Post(':id/acceptance-corrections')
  @Action('matter.CorrectAcceptance')
  correctAcceptance(@Param('id') id: string, @Body() data: bodies.CorrectAcceptanceBody, @By() by: By) {
    return this.send(id, 'CorrectAcceptance', data, by);
  }
  @Post(':id/links')
  @Action('matter.LinkMatter')
  linkMatter(@Param('id') id: string, @Body() data: bodies.LinkMatterBody, @By() by: By) {
    return this.send(id, 'LinkMatter', data, by);
  }

  @Get(':id/next')
  @Action('matters.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(matter, idIn('id', id), by.context, by.roles);
  }
}
