/** The register of items: `/v1/items`. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { itemVersions } from '../../../projections/catalogue.js';
import { itemEntries } from '../../../projections/entries.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import { AbolishItemBody, DelegateItemBody, EnterItemBody, LeaveCentreBody, PublishItemBody } from './catalogue.dto.js';
import { item } from './item.js';

@Controller('v1/items')
export class CatalogueController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':code/versions')
  @Action('item.PublishItem')
  publish(@Param('code') code: string, @Body() data: PublishItemBody, @By() by: By) {
    return this.commands.send(item, idIn('code', code), { type: 'PublishItem', data }, by);
  }
  @Post(':code/entries')
  @Action('item.EnterItem')
  enter(@Param('code') code: string, @Body() data: EnterItemBody, @By() by: By) {
    return this.commands.send(item, idIn('code', code), { type: 'EnterItem', data }, by);
  }
  @Post(':code/exits')
  @Action('item.LeaveCentre')
  leave(@Param('code') code: string, @Body() data: LeaveCentreBody, @By() by: By) {
    return this.commands.send(item, idIn('code', code), { type: 'LeaveCentre', data }, by);
  }
  @Post(':code/abolitions')
  @Action('item.AbolishItem')
  abolish(@Param('code') code: string, @Body() data: AbolishItemBody, @By() by: By) {
    return this.commands.send(item, idIn('code', code), { type: 'AbolishItem', data }, by);
  }
  @Post(':code/delegations')
  @Action('item.DelegateItem')
  delegate(@Param('code') code: string, @Body() data: DelegateItemBody, @By() by: By) {
    return this.commands.send(item, idIn('code', code), { type: 'DelegateItem', data }, by);
  }

  /** `on`: the versions in force on that day. */
  @Get()
  @Takes('on', 'department', 'level', ...PAGES)
  @Action('catalogue.read')
  list(@Query() asked: Asked, @At() at: At) {
    const on = optionalDay('on', asked.on);
    const then = on === undefined ? {} : { from: { lte: on }, until: { gt: on } };
    const where = { ...filtersIn(asked, ['department', 'level']), ...then };
    return this.reader.find(itemVersions, where, { ...at, ...pageIn(asked) });
  }
  @Get(':code')
  @Action('catalogue.read')
  async versions(@Param('code') code: string, @At() at: At) {
    const where = { itemCode: idIn('code', code) };
    const versions = await this.reader.find(itemVersions, where, { ...at, order: ['version'], limit: 1000 });
    const { rows: entries } = await this.reader.find(itemEntries, where, { ...at, order: ['from'], limit: 1000 });
    return { ...versions, entries };
  }
  @Get(':code/why')
  @Takes(...PAGES)
  @Action('catalogue.read')
  why(@Param('code') code: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(itemVersions, { itemCode: idIn('code', code) }, { ...at, ...pageIn(asked) });
  }
  @Get(':code/next')
  @Action('catalogue.read')
  next(@Param('code') code: string, @By() by: By) {
    return this.commands.next(item, idIn('code', code), by.context, by.roles);
  }
}
