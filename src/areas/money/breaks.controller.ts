/** Breaks (差异): `/v1/money/breaks`; lists with age, counts, and what is answered to each. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { BREAK_STATUSES, type BreakRow, breaks } from '../../../projections/breaks.js';
import { workdaysBetween } from '../../../projections/kernel/workdays.js';
import { packs } from '../../../projections/packs.js';
import { BREAK_CODES, BREAK_TYPES, type BreakCode, typeBy } from '../../../projections/reconcile/break-types.js';
import { AGEING, packOn } from '../../../projections/reconcile/parameters.js';
import { regions } from '../../../projections/regions.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, groupsIn, idIn, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED, todayOf } from '../../ledger/open.js';
import { calendarAt, rowsAt } from '../../ledger/reconciling.js';
import { Reader } from '../../read/reader.js';
import { moneyBreak } from './break.js';
import { daysIn, oneOf } from './reading.controller.js';
import { ExplainBreakBody, ReferBreakBody, RectifyBreakBody, WhyBody } from './reconciliation.dto.js';

const FILTERS = ['code', 'status', 'severity', 'org', 'feeItem', 'matterId', 'step', 'subject'] as const;
const GROUPS = ['code', 'status', 'severity', 'org', 'feeItem', 'step'] as const;
/** Only what the last reconciliation still found, unless all are asked for. */
const whereIn = (asked: Asked) => ({
  ...(asked.stands === 'all' ? {} : { stands: asked.stands !== 'false' }),
  ...filtersIn(asked, FILTERS),
  ...daysIn(asked, 'since'),
});

/** A break with its name, and its age in working days at the last day that is over. */
export async function agedBreaks(reader: Reader, region: string, rows: readonly BreakRow[], at: At) {
  const calendar = await calendarAt(rowsAt(reader, at.asOf), region);
  const { closed = null } = (await reader.get(regions, region, at)) ?? {};
  return rows.map((row) => {
    const { name, title, says, between } = BREAK_TYPES[row.code as BreakCode];
    const until = row.clearedOn ?? (closed === null || closed < row.openedOn ? row.openedOn : closed);
    const ageDays = workdaysBetween(row.since, until, calendar);
    const overdue = row.status === 'open' && closed !== null && closed > row.explainBy;
    return { ...row, name, title, says, between, ageDays, overdue, state: BREAK_STATUSES[row.status] };
  });
}

@Controller('v1/money/breaks')
export class BreaksController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** `stands`: true (unless told), false, or all. */
  @Get()
  @Takes('stands', 'from', 'to', ...FILTERS, ...PAGES)
  @Action('money.read')
  async list(@Query() asked: Asked, @At() at: At) {
    const { rows, ...page } = await this.reader.find(breaks, whereIn(asked), {
      ...at,
      ...pageIn(asked),
      order: ['code', 'since'],
    });
    return { rows: await agedBreaks(this.reader, this.opened.region, rows, at), ...page };
  }
  @Get('counts')
  @Takes('by', 'stands', 'from', 'to', ...FILTERS)
  @Action('money.read')
  counts(@Query() asked: Asked, @At() at: At) {
    return this.reader.count(breaks, groupsIn(asked, GROUPS, 'code'), whereIn(asked), at);
  }
  /** With the days that rule packs set, as they are in force on the day of the ledger's clock. */
  @Get('kinds')
  @Action('money.read')
  async kinds(@At() at: At) {
    const adopted = await this.reader.all(packs, { rule: AGEING.id }, at);
    const { ages = {} } = packOn(todayOf(this.opened), adopted.rows);
    return BREAK_CODES.map((code) => ({ code, ...typeBy(code, ages) }));
  }
  @Get(':id')
  @Action('money.read')
  async one(@Param('id') id: string, @At() at: At) {
    const [row] = await agedBreaks(
      this.reader,
      this.opened.region,
      [await oneOf(this.reader, breaks, idIn('id', id), at)],
      at,
    );
    return row;
  }
  @Get(':id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(breaks, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get(':id/next')
  @Action('money.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(moneyBreak, idIn('id', id), by.context, by.roles);
  }

  @Post(':id/explanations')
  @Action('break.ExplainBreak')
  explain(@Param('id') id: string, @Body() data: ExplainBreakBody, @By() by: By) {
    return this.commands.send(moneyBreak, idIn('id', id), { type: 'ExplainBreak', data }, by);
  }
  @Post(':id/acceptances')
  @Action('break.AcceptExplanation')
  accept(@Param('id') id: string, @Body() data: WhyBody, @By() by: By) {
    return this.commands.send(moneyBreak, idIn('id', id), { type: 'AcceptExplanation', data }, by);
  }
  @Post(':id/rejections')
  @Action('break.RejectExplanation')
  reject(@Param('id') id: string, @Body() data: WhyBody, @By() by: By) {
    return this.commands.send(moneyBreak, idIn('id', id), { type: 'RejectExplanation', data }, by);
  }
  @Post(':id/rectifications')
  @Action('break.RectifyBreak')
  rectify(@Param('id') id: string, @Body() data: RectifyBreakBody, @By() by: By) {
    return this.commands.send(moneyBreak, idIn('id', id), { type: 'RectifyBreak', data }, by);
  }
  @Post(':id/referrals')
  @Action('break.ReferBreak')
  refer(@Param('id') id: string, @Body() data: ReferBreakBody, @By() by: By) {
    return this.commands.send(moneyBreak, idIn('id', id), { type: 'ReferBreak', data }, by);
  }
  @Post(':id/closures')
  @Action('break.CloseBreak')
  closeBreak(@Param('id') id: string, @Body() data: WhyBody, @By() by: By) {
    return this.commands.send(moneyBreak, idIn('id', id), { type: 'CloseBreak', data }, by);
  }
}
