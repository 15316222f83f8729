/** Findings (疑点): `/v1/findings`; lists, counts, the page of one, and what is answered to it. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { findingPage } from '../../../projections/finding-page.js';
import { findings } from '../../../projections/findings.js';
import { packs } from '../../../projections/packs.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, groupsIn, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { finding } from './finding.js';
import { type Supervision, SUPERVISION } from './supervision.js';
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

@Controller('v1/findings')
export class FindingsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(SUPERVISION) private readonly supervision: Supervision,
  ) {}

  /** The latest first. */
  @Get()
  @Takes('from', 'to', ...FILTERS, ...PAGES)
  @Action('findings.read')
  list(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(findings, whereIn(asked), { ...at, ...pageIn(asked), order: ['-on'] });
  }
  @Get('counts')
  @Takes('by', 'from', 'to', ...FILTERS)
  @Action('findings.read')
  counts(@Query() asked: Asked, @At() at: At) {
    return this.reader.count(findings, groupsIn(asked, GROUPS, 'rule'), whereIn(asked), at);
  }
  @Get(':id')
  @Action('findings.read')
  async page(@Param('id') id: string, @At() at: At) {
    const row = await this.reader.get(findings, idIn('id', id), at);
    const { ruleOf, verdictsTable } = this.supervision.table;
    const rule = row && ruleOf(row.rule);
    if (!row || !rule) throw new Problem('not-found');
    const verdict = await this.reader.get(verdictsTable(rule.id), row.subject, at);
    const events = await this.opened.store.readIds([...new Set([...row.evidence, ...(verdict?.evidence ?? [])])]);
    const adopted = await this.reader.find(packs, { rule: rule.id }, { ...at, limit: 1000, order: ['from'] });
    return findingPage(row, rule, verdict, events, adopted.rows);
  }
  @Get(':id/why')
  @Action('findings.read')
  why(@Param('id') id: string, @At() at: At) {
    return this.reader.why(findings, idIn('id', id), at);
  }
  @Get(':id/next')
  @Action('findings.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(finding, idIn('id', id), by.context, by.roles);
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
