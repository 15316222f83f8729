/** Fee items, collection accounts and the stock of receipts: `/v1/money/fee-items`, `/accounts`, `/blocks`. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { blocks } from '../../../projections/blocks.js';
import { blockUses, gapsOf } from '../../../projections/block-uses.js';
import { payees } from '../../../projections/payees.js';
import { feeItems } from '../../../projections/tariffs.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import { block } from './block.js';
import { payee } from './payee.js';
import {
  AbolishFeeItemBody,
  ApproveAccountBody,
  CloseAccountBody,
  DestroyReceiptsBody,
  IssueBlockBody,
  PrintBlockBody,
  PublishFeeItemBody,
  ReturnReceiptsBody,
  WriteOffBlockBody,
} from './registers.dto.js';
import { oneOf } from './reading.controller.js';
import { tariff } from './tariff.js';

@Controller('v1/money/fee-items')
export class FeeItemsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':code/versions')
  @Action('tariff.PublishFeeItem')
  publish(@Param('code') code: string, @Body() data: PublishFeeItemBody, @By() by: By) {
    return this.commands.send(tariff, idIn('code', code), { type: 'PublishFeeItem', data }, by);
  }
  @Post(':code/abolitions')
  @Action('tariff.AbolishFeeItem')
  abolish(@Param('code') code: string, @Body() data: AbolishFeeItemBody, @By() by: By) {
    return this.commands.send(tariff, idIn('code', code), { type: 'AbolishFeeItem', data }, by);
  }

  /** `on`: the versions in force on that day. */
  @Get()
  @Takes('on', 'org', 'feeItem', ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    const on = optionalDay('on', asked.on);
    const then = on === undefined ? {} : { from: { lte: on }, until: { gt: on }, withdrawn: null };
    const where = { ...filtersIn(asked, ['org', 'feeItem']), ...then };
    return this.reader.find(feeItems, where, { ...at, ...pageIn(asked), order: ['feeItem', 'version'] });
  }
  @Get(':code/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('code') code: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(feeItems, { feeItem: idIn('code', code) }, { ...at, ...pageIn(asked) });
  }
  @Get(':code/next')
  @Action('money.read')
  next(@Param('code') code: string, @By() by: By) {
    return this.commands.next(tariff, idIn('code', code), by.context, by.roles);
  }
}

@Controller('v1/money/accounts')
export class CollectionAccountsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':account/approvals')
  @Action('payee.ApproveAccount')
  approve(@Param('account') account: string, @Body() data: ApproveAccountBody, @By() by: By) {
    return this.commands.send(payee, idIn('account', account), { type: 'ApproveAccount', data }, by);
  }
  @Post(':account/closures')
  @Action('payee.CloseAccount')
  closeAccount(@Param('account') account: string, @Body() data: CloseAccountBody, @By() by: By) {
    return this.commands.send(payee, idIn('account', account), { type: 'CloseAccount', data }, by);
  }

  @Get()
  @Takes('kind', 'org', 'centre', ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(payees, filtersIn(asked, ['kind', 'org', 'centre']), { ...at, ...pageIn(asked) });
  }
  @Get(':account/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('account') account: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(payees, idIn('account', account), { ...at, ...pageIn(asked) });
  }
  @Get(':account/next')
  @Action('money.read')
  next(@Param('account') account: string, @By() by: By) {
    return this.commands.next(payee, idIn('account', account), by.context, by.roles);
  }
  @Get(':account')
  @Action('money.read')
  one(@Param('account') account: string, @At() at: At) {
    return oneOf(this.reader, payees, idIn('account', account), at);
  }
}

@Controller('v1/money/blocks')
export class BlocksController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':id/printings')
  @Action('block.PrintBlock')
  print(@Param('id') id: string, @Body() data: PrintBlockBody, @By() by: By) {
    return this.commands.send(block, idIn('id', id), { type: 'PrintBlock', data }, by);
  }
  @Post(':id/issues')
  @Action('block.IssueBlock')
  issue(@Param('id') id: string, @Body() data: IssueBlockBody, @By() by: By) {
    return this.commands.send(block, idIn('id', id), { type: 'IssueBlock', data } as never, by);
  }
  @Post(':id/returns')
  @Action('block.ReturnReceipts')
  giveBack(@Param('id') id: string, @Body() data: ReturnReceiptsBody, @By() by: By) {
    return this.commands.send(block, idIn('id', id), { type: 'ReturnReceipts', data }, by);
  }
  @Post(':id/destructions')
  @Action('block.DestroyReceipts')
  destroy(@Param('id') id: string, @Body() data: DestroyReceiptsBody, @By() by: By) {
    return this.commands.send(block, idIn('id', id), { type: 'DestroyReceipts', data }, by);
  }
  @Post(':id/write-offs')
  @Action('block.WriteOffBlock')
  writeOff(@Param('id') id: string, @Body() data: WriteOffBlockBody, @By() by: By) {
    return this.commands.send(block, idIn('id', id), { type: 'WriteOffBlock', data }, by);
  }

  @Get()
  @Takes('code', 'org', 'status', ...PAGES)
  @Action('money.read')
  list(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(blocks, filtersIn(asked, ['code', 'org', 'status']), { ...at, ...pageIn(asked) });
  }
  @Get(':id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(blocks, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get(':id/next')
  @Action('money.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(block, idIn('id', id), by.context, by.roles);
  }
  /** With how much of it is used, and the numbers that are missing. */
  @Get(':id')
  @Action('money.read')
  async one(@Param('id') id: string, @At() at: At) {
    const row = await oneOf(this.reader, blocks, idIn('id', id), at);
    const use = await this.reader.find(blockUses, { block: row.block }, { ...at, limit: 1 });
    return { ...row, use: use.rows[0] ?? null, gaps: gapsOf(row, use.rows[0]) };
  }
}
