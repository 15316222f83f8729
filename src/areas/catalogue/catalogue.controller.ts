/** The register of items: `/v1/items`. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { itemVersions } from '../../../projections/catalogue.js';
import { isDay } from '../../../projections/kernel/instant.js';
import { Action, At, By } from '../../http/by.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import { PublishItemBody } from './catalogue.dto.js';
import { item } from './item.js';

function itemCode(code: string): string {
  if (!/^[\w.-]{1,60}$/.test(code))
    throw Problem.ofParameter('code', '事项编码只能含字母、数字和 . _ -', 'has letters, digits and . _ - only', 'path');
  return code;
}

@Controller('v1/items')
export class CatalogueController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':code/versions')
  @Action('item.PublishItem')
  publish(@Param('code') code: string, @Body() data: PublishItemBody, @By() by: By) {
    return this.commands.send(item, itemCode(code), { type: 'PublishItem', data }, by);
  }
  /** `on`: the versions in force on that day. */
  @Get()
  @Action('catalogue.read')
  async list(@At() at: At, @Query('on') on?: string) {
    if (on !== undefined && !isDay(on)) throw Problem.ofParameter('on', '应为日期 YYYY-MM-DD', 'is a day, YYYY-MM-DD');
    const found = await this.reader.find(itemVersions, on === undefined ? {} : { from: { lte: on } }, {
      ...at,
      limit: 1000,
    });
    return { ...found, rows: found.rows.filter(({ to }) => on === undefined || to === null || on < to) };
  }
  @Get(':code')
  @Action('catalogue.read')
  versions(@Param('code') code: string, @At() at: At) {
    return this.reader.find(itemVersions, { itemCode: itemCode(code) }, { ...at, order: ['version'] });
  }
}
