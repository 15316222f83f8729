/** Legal holds and erasures of persons: `/v1/persons/<id>/…`. The key itself is destroyed at the machine (`mingzhang erase-person`). */
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Action, By } from '../../http/by.js';
import { idIn } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { APPROVERS, erasure, type ErasureCommand } from './erasure.js';
import { ApproveErasureBody, LiftHoldBody, PlaceHoldBody, RequestErasureBody } from './erasure.dto.js';

@Controller('v1/persons/:id')
export class ErasureController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  private send = (id: string, command: ErasureCommand, by: By) =>
    this.commands.send(erasure, idIn('id', id), command, by);

  /** What holds it, and how far an erasure has come. */
  @Get('erasure')
  @Action('erasure.read')
  async state(@Param('id') id: string) {
    const { status, holds, approvals } = (await this.opened.streams.get(erasure, idIn('id', id), true)).state;
    return { person: id, status, holds, approvals: approvals.length, needed: APPROVERS };
  }
  @Post('holds')
  @Action('erasure.PlaceHold')
  hold(@Param('id') id: string, @Body() data: PlaceHoldBody, @By() by: By) {
    return this.send(id, { type: 'PlaceHold', data }, by);
  }
  @Post('holds/lifted')
  @Action('erasure.LiftHold')
  lift(@Param('id') id: string, @Body() data: LiftHoldBody, @By() by: By) {
    return this.send(id, { type: 'LiftHold', data }, by);
  }
  @Post('erasure')
  @Action('erasure.RequestErasure')
  request(@Param('id') id: string, @Body() data: RequestErasureBody, @By() by: By) {
    return this.send(id, { type: 'RequestErasure', data }, by);
  }
  /** By two people, neither of whom asked. */
  @Post('erasure/approvals')
  @Action('erasure.ApproveErasure')
  approve(@Param('id') id: string, @Body() data: ApproveErasureBody, @By() by: By) {
    return this.send(id, { type: 'ApproveErasure', data }, by);
  }
}
