/** Receipts and remittances: `/v1/money/receipts`, `/v1/money/remittances`. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { remittances } from '../../../projections/payments.js';
import { receipts } from '../../../projections/receipts.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, dayIn, filtersIn, idIn, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { Problem } from '../../http/problems.js';
import { Reader } from '../../read/reader.js';
import type { Where } from '../../read/select.js';
import {
  CheckReceiptBody,
  CompleteReceiptBody,
  IssueReceiptBody,
  MakeRemittanceBody,
  ReportLossBody,
  ReverseReceiptBody,
  VoidReceiptBody,
} from './receipts.dto.js';
import { daysIn, oneOf } from './reading.controller.js';
import { receipt, remittanceOf } from './receipt.js';
import { remittance } from './remittance.js';

const FILTERS = [
  'org',
  'status',
  'kind',
  'form',
  'code',
  'payCode',
  'remittance',
  'centre',
  'window',
  'handler',
] as const;

function numbersIn({ first, last }: Asked): Where {
  if (first === undefined && last === undefined) return {};
  for (const [name, text] of Object.entries({ first, last }))
    if (text !== undefined && !/^\d{1,18}$/.test(text))
      throw Problem.ofParameter(name, '应为票据号码', 'is the number of a receipt');
  return { number: { ...(first !== undefined && { gte: first }), ...(last !== undefined && { lte: last }) } };
}

@Controller('v1/money/receipts')
export class ReceiptsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':id/issues')
  @Action('receipt.IssueReceipt')
  issue(@Param('id') id: string, @Body() data: IssueReceiptBody, @By() by: By) {
    return this.commands.send(receipt, idIn('id', id), { type: 'IssueReceipt', data } as never, by);
  }
  @Post(':id/checks')
  @Action('receipt.CheckReceipt')
  check(@Param('id') id: string, @Body() data: CheckReceiptBody, @By() by: By) {
    return this.commands.send(receipt, idIn('id', id), { type: 'CheckReceipt', data }, by);
  }
  @Post(':id/completions')
  @Action('receipt.CompleteReceipt')
  complete(@Param('id') id: string, @Body() data: CompleteReceiptBody, @By() by: By) {
    return this.commands.send(receipt, idIn('id', id), { type: 'CompleteReceipt', data }, by);
  }
  @Post(':id/voids')
  @Action('receipt.VoidReceipt')
  voidReceipt(@Param('id') id: string, @Body() data: VoidReceiptBody, @By() by: By) {
    return this.commands.send(receipt, idIn('id', id), { type: 'VoidReceipt', data }, by);
  }
  @Post(':id/reversals')
  @Action('receipt.ReverseReceipt')
  reverse(@Param('id') id: string, @Body() data: ReverseReceiptBody, @By() by: By) {
    return this.commands.send(receipt, idIn('id', id), { type: 'ReverseReceipt', data }, by);
  }
  @Post(':id/losses')
  @Action('receipt.ReportLoss')
  lose(@Param('id') id: string, @Body() data: ReportLossBody, @By() by: By) {
    return this.commands.send(receipt, idIn('id', id), { type: 'ReportLoss', data }, by);
  }

  /** `from` and `to`: the days of `on`, both included; `first` and `last`: numbers of a code, as the map of a block has them. */
  @Get()
  @Takes('from', 'to', 'first', 'last', ...FILTERS, ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    const where = {
      ...filtersIn(asked, FILTERS),
      ...daysIn(asked, 'on'),
      ...numbersIn(asked),
    };
    return this.reader.find(receipts, where, { ...at, ...pageIn(asked), order: ['on'] });
  }
  @Get(':id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(receipts, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get(':id/next')
  @Action('money.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(receipt, idIn('id', id), by.context, by.roles);
  }
  @Get(':id')
  @Action('money.read')
  one(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, receipts, idIn('id', id), at);
  }
}

@Controller('v1/money/remittances')
export class RemittancesController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  /** One a window and day. */
  @Post(':centre/:window/:day')
  @Action('remittance.MakeRemittance')
  make(
    @Param('centre') centre: string,
    @Param('window') window: string,
    @Param('day') day: string,
    @Body() body: MakeRemittanceBody,
    @By() by: By,
  ) {
    const where = { centre: idIn('centre', centre), window: idIn('window', window), day: dayIn('day', day) };
    const command = { type: 'MakeRemittance', data: { ...body, ...where } } as const;
    return this.commands.send(remittance, remittanceOf(centre, window, day), command, by);
  }

  /** `from` and `to`: the days of `day`, both included. */
  @Get()
  @Takes('from', 'to', 'org', 'centre', 'window', ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['org', 'centre', 'window']), ...daysIn(asked, 'day') };
    return this.reader.find(remittances, where, { ...at, ...pageIn(asked), order: ['day'] });
  }
  @Get(':id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(remittances, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get(':id')
  @Action('money.read')
  one(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, remittances, idIn('id', id), at);
  }
}
