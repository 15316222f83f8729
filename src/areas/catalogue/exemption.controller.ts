/** Exemptions from entering the centre: `/v1/exemptions`, by unit. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { exemptions } from '../../../projections/exemptions.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import {
  ApplyForExemptionBody,
  ApproveExemptionBody,
  DenyExemptionBody,
  RevokeExemptionBody,
} from './catalogue.dto.js';
import { exemption } from './exemption.js';

@Controller('v1/exemptions')
export class ExemptionController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  /** A unit applies for itself. */
  @Post(':org/applications')
  @Action('exemptions.ApplyForExemption')
  apply(@Param('org') org: string, @Body() data: ApplyForExemptionBody, @By() by: By) {
    if (by.context.by.org !== org) throw new Problem('not-permitted', { members: { action: 'of another unit' } });
    return this.commands.send(exemption, idIn('org', org), { type: 'ApplyForExemption', data }, by);
  }
  @Post(':org/approvals')
  @Action('exemptions.ApproveExemption')
  approve(@Param('org') org: string, @Body() data: ApproveExemptionBody, @By() by: By) {
    return this.commands.send(exemption, idIn('org', org), { type: 'ApproveExemption', data }, by);
  }
  @Post(':org/denials')
  @Action('exemptions.DenyExemption')
  deny(@Param('org') org: string, @Body() data: DenyExemptionBody, @By() by: By) {
    return this.commands.send(exemption, idIn('org', org), { type: 'DenyExemption', data }, by);
  }
  @Post(':org/revocations')
  @Action('exemptions.RevokeExemption')
  revoke(@Param('org') org: string, @Body() data: RevokeExemptionBody, @By() by: By) {
    return this.commands.send(exemption, idIn('org', org), { type: 'RevokeExemption', data }, by);
  }

  /** `on`: those in force on that day. */
  @Get()
  @Takes('on', 'org', 'status', 'approverLevel', ...PAGES)
  @Action('catalogue.read')
  list(@Query() asked: Asked, @At() at: At) {
    const on = optionalDay('on', asked.on);
    const then = on === undefined ? {} : { status: ['approved', 'revoked'], from: { lte: on }, until: { gt: on } };
    const where = { ...filtersIn(asked, ['org', 'status', 'approverLevel']), ...then };
    return this.reader.find(exemptions, where, { ...at, ...pageIn(asked), order: ['org', 'from'] });
  }
  @Get(':org/next')
  @Action('catalogue.read')
  next(@Param('org') org: string, @By() by: By) {
    return this.commands.next(exemption, idIn('org', org), by.context, by.roles);
  }
  @Get(':org/:exemption/why')
  @Action('catalogue.read')
  why(@Param('org') org: string, @Param('exemption') id: string, @At() at: At) {
    return this.reader.why(exemptions, `${idIn('org', org)}/${idIn('exemption', id)}`, at);
  }
}
