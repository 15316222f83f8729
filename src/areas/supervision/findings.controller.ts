/** Findings (疑点): `/v1/findings`; lists, counts, the page of one, and what is answered to it. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { findings } from '../../../projections/findings.js';
import { Action, At, By } from '../../http/by.js';
import { askerOf } from '../../../projections/accountability/involved.js';
import { type Asked, filtersIn, groupsIn, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { type Looking, LookingAt } from '../../http/looking.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { finding } from './finding.js';
import { type Supervision, SUPERVISION } from './supervision.js';
import { findingCounts, findingFor, findingsFor, pageOfFinding, type Telling } from '../../http/told.js';
import { AcknowledgeFindingBody, ExplainFindingBody, ProposeWaiverBody, ReasonBody } from './supervision.dto.js';

const FILTERS = [
  'rule',
  'status',
  'severity',
  'org',
  'itemCode',
  'matterId',
  'placeKind',
  'centre',
  'subject',
] as const;
const GROUPS = ['rule', 'status', 'severity', 'org', 'itemCode', 'placeKind', 'centre', 'certain'] as const;

/** What is asked for, and the days [from, to] of what it is about. */
const whereIn = (asked: Asked) => {
  const [from, to] = [optionalDay('from', asked.from), optionalDay('to', asked.to)];
  const on = { ...(from && { gte: from }), ...(to && { lte: to }) };
  return { ...filtersIn(asked, FILTERS), ...(Object.keys(on).length > 0 && { on }) };
};

const whoOf = ({ roles, context }: By) => ({ roles, by: askerOf(context) });

@Controller('v1/findings')
export class FindingsController {
  private readonly telling: Telling;
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(SUPERVISION) { table }: Supervision,
  ) {
    this.telling = { reader, table };
  }

  /** The latest first. */
  @Get()
  @Takes('from', 'to', ...FILTERS, ...PAGES)
  @Action('findings.read')
  list(@Query() asked: Asked, @At() at: At, @By() by: By) {
    return findingsFor(this.telling, whereIn(asked), pageIn(asked), at, whoOf(by));
  }
  @Get('counts')
  @Takes('by', 'from', 'to', ...FILTERS)
  @Action('findings.read')
  counts(@Query() asked: Asked, @At() at: At, @By() by: By) {
    return findingCounts(this.telling, groupsIn(asked, GROUPS, 'rule'), whereIn(asked), at, whoOf(by));
  }
  @Get(':id')
  @Action('findings.read')
  async page(@Param('id') id: string, @At() at: At, @By() by: By, @LookingAt() { shows }: Looking) {
    const row = await this.seen(id, at, by);
    const page = await pageOfFinding(this.telling, row, at, { store: this.opened.store, shows });
    if (!page) throw new Problem('not-found');
    return page;
  }
  @Get(':id/why')
  @Action('findings.read')
  async why(@Param('id') id: string, @At() at: At, @By() by: By) {
    await this.seen(id, at, by);
    return this.reader.why(findings, id, at);
  }
  @Get(':id/next')
  @Action('findings.read')
  async next(@Param('id') id: string, @At() at: At, @By() by: By) {
    await this.seen(id, at, by);
    return this.commands.next(finding, id, by.context, by.roles);
  }
  /** Throws where there is none that he may know of. */
  private async seen(id: string, at: At, by: By) {
    const row = await findingFor(this.telling, idIn('id', id), at, whoOf(by));
    if (!row) throw new Problem('not-found');
    return row;
  }

  @Post(':id/acknowledgements')
  @Action('finding.AcknowledgeFinding')
  acknowledge(@Param('id') id: string, @Body() data: AcknowledgeFindingBody, @By() by: By) {
    return this.commands.send(finding, idIn('id', id), { type: 'AcknowledgeFinding', data }, by);
  }
  @Post(':id/explanations')
  @Action('finding.ExplainFinding')
  explain(@Param('id') id: string, @Body() data: ExplainFindingBody, @By() by: By) {
    return this.commands.send(finding, idIn('id', id), { type: 'ExplainFinding', data }, by);
  }
  @Post(':id/upholdings')
  @Action('finding.UpholdFinding')
  uphold(@Param('id') id: string, @Body() data: ReasonBody, @By() by: By) {
    return this.commands.send(finding, idIn('id', id), { type: 'UpholdFinding', data }, by);
  }
  @Post(':id/waiver-proposals')
  @Action('finding.ProposeWaiver')
  propose(@Param('id') id: string, @Body() data: ProposeWaiverBody, @By() by: By) {
    return this.commands.send(finding, idIn('id', id), { type: 'ProposeWaiver', data }, by);
  }
  @Post(':id/waiver-refusals')
  @Action('finding.DeclineWaiver')
  decline(@Param('id') id: string, @Body() data: ReasonBody, @By() by: By) {
    return this.commands.send(finding, idIn('id', id), { type: 'DeclineWaiver', data }, by);
  }
  @Post(':id/waivers')
  @Action('finding.WaiveFinding')
  waive(@Param('id') id: string, @Body() data: ReasonBody, @By() by: By) {
    return this.commands.send(finding, idIn('id', id), { type: 'WaiveFinding', data }, by);
  }
}
