/** Assessments and refunds: `/v1/money/fees`, `/v1/money/refunds`. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { fees } from '../../../projections/fees.js';
import { refunds } from '../../../projections/refunds.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, idIn, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import { fee } from './fee.js';
import {
  ApprovalBody,
  AssessFeeBody,
  CancelFeeBody,
  DenialBody,
  IssueNoticeBody,
  OpinionBody,
  RecalculateFeeBody,
  RequestRefundBody,
  RequestWaiverBody,
} from './fees.dto.js';
import { daysIn, oneOf } from './reading.controller.js';
import { refund } from './refund.js';

@Controller('v1/money/fees')
export class FeesController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':id/assessments')
  @Action('fee.AssessFee')
  assess(@Param('id') id: string, @Body() data: AssessFeeBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'AssessFee', data } as never, by);
  }
  @Post(':id/recalculations')
  @Action('fee.RecalculateFee')
  recalculate(@Param('id') id: string, @Body() data: RecalculateFeeBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'RecalculateFee', data }, by);
  }
  @Post(':id/waiver-requests')
  @Action('fee.RequestWaiver')
  requestWaiver(@Param('id') id: string, @Body() data: RequestWaiverBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'RequestWaiver', data } as never, by);
  }
  @Post(':id/waiver-reviews')
  @Action('fee.ReviewWaiver')
  reviewWaiver(@Param('id') id: string, @Body() data: OpinionBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'ReviewWaiver', data }, by);
  }
  @Post(':id/waivers')
  @Action('fee.ApproveWaiver')
  approveWaiver(@Param('id') id: string, @Body() data: ApprovalBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'ApproveWaiver', data }, by);
  }
  @Post(':id/waiver-denials')
  @Action('fee.DenyWaiver')
  denyWaiver(@Param('id') id: string, @Body() data: DenialBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'DenyWaiver', data }, by);
  }
  @Post(':id/notices')
  @Action('fee.IssueNotice')
  notice(@Param('id') id: string, @Body() data: IssueNoticeBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'IssueNotice', data }, by);
  }
  @Post(':id/cancellations')
  @Action('fee.CancelFee')
  cancel(@Param('id') id: string, @Body() data: CancelFeeBody, @By() by: By) {
    return this.commands.send(fee, idIn('id', id), { type: 'CancelFee', data }, by);
  }

  /** `from` and `to`: the days of `on`, both included. */
  @Get()
  @Takes('from', 'to', 'matterId', 'feeItem', 'itemCode', 'org', 'status', 'payCode', ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    const where = {
      ...filtersIn(asked, ['matterId', 'feeItem', 'itemCode', 'org', 'status', 'payCode']),
      ...daysIn(asked, 'on'),
    };
    return this.reader.find(fees, where, { ...at, ...pageIn(asked), order: ['on'] });
  }
  @Get(':id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(fees, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get(':id/next')
  @Action('money.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(fee, idIn('id', id), by.context, by.roles);
  }
  @Get(':id')
  @Action('money.read')
  one(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, fees, idIn('id', id), at);
  }
}

@Controller('v1/money/refunds')
export class RefundsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':id/requests')
  @Action('refund.RequestRefund')
  request(@Param('id') id: string, @Body() data: RequestRefundBody, @By() by: By) {
    return this.commands.send(refund, idIn('id', id), { type: 'RequestRefund', data }, by);
  }
  @Post(':id/verifications')
  @Action('refund.VerifyRefund')
  verify(@Param('id') id: string, @Body() data: OpinionBody, @By() by: By) {
    return this.commands.send(refund, idIn('id', id), { type: 'VerifyRefund', data }, by);
  }
  @Post(':id/approvals')
  @Action('refund.ApproveRefund')
  approve(@Param('id') id: string, @Body() data: ApprovalBody, @By() by: By) {
    return this.commands.send(refund, idIn('id', id), { type: 'ApproveRefund', data }, by);
  }
  @Post(':id/denials')
  @Action('refund.DenyRefund')
  deny(@Param('id') id: string, @Body() data: DenialBody, @By() by: By) {
    return this.commands.send(refund, idIn('id', id), { type: 'DenyRefund', data }, by);
  }

  /** `from` and `to`: the days of `paidOn`, both included. */
  @Get()
  @Takes('from', 'to', 'org', 'status', 'payment', ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['org', 'status', 'payment']), ...daysIn(asked, 'paidOn') };
    return this.reader.find(refunds, where, { ...at, ...pageIn(asked), order: ['paidOn'] });
  }
  @Get(':id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(refunds, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get(':id/next')
  @Action('money.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(refund, idIn('id', id), by.context, by.roles);
  }
  @Get(':id')
  @Action('money.read')
  one(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, refunds, idIn('id', id), at);
  }
}
