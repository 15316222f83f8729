/** What is recorded so that it can be told who was responsible: `/v1/matters/{id}/…`. */
import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { Action, By } from '../../http/by.js';
import { idIn } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { matter } from './matter.js';
import * as bodies from './responsibility.dto.js';
import type { ResponsibilityCommand } from './responsibility.js';

@Controller('v1/matters')
export class ResponsibilityController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  private send(id: string, type: ResponsibilityCommand['type'], data: object, by: By) {
    return this.commands.send(matter, idIn('id', id), { type, data } as never, by);
  }

  @Post(':id/instructions')
  @Action('matter.RecordInstruction')
  recordInstruction(@Param('id') id: string, @Body() data: bodies.RecordInstructionBody, @By() by: By) {
    return this.send(id, 'RecordInstruction', data, by);
  }
  @Post(':id/deliberations')
  @Action('matter.RecordDeliberation')
  recordDeliberation(@Param('id') id: string, @Body() data: bodies.RecordDeliberationBody, @By() by: By) {
    return this.send(id, 'RecordDeliberation', data, by);
  }
  @Post(':id/changes-above')
  @Action('matter.RecordChangeAbove')
  recordChangeAbove(@Param('id') id: string, @Body() data: bodies.RecordChangeAboveBody, @By() by: By) {
    return this.send(id, 'RecordChangeAbove', data, by);
  }
  @Post(':id/faults')
  @Action('matter.RecordFault')
  recordFault(@Param('id') id: string, @Body() data: bodies.RecordFaultBody, @By() by: By) {
    return this.send(id, 'RecordFault', data, by);
  }
  @Post(':id/fault-withdrawals')
  @Action('matter.WithdrawFault')
  withdrawFault(@Param('id') id: string, @Body() data: bodies.WithdrawFaultBody, @By() by: By) {
    return this.send(id, 'WithdrawFault', data, by);
  }
}
