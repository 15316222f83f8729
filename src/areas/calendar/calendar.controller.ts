/** Calendars of working days: `/v1/calendars/CN/2026`. */
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { calendarDays, calendarYears } from '../../../projections/calendar.js';
import { calendarId } from '../../../projections/kernel/workdays.js';
import { Action, At, By } from '../../http/by.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import { calendarYear } from './calendar.js';
import { ChangeDayBody, GazetteYearBody } from './calendar.dto.js';

function yearOf(region: string, text: string): { id: string; region: string; year: number } {
  if (!/^CN(-[A-Z]{2})?$/.test(region))
    throw Problem.ofParameter('region', '应为 CN 或 CN-GX 这样的代码', 'is a code such as CN or CN-GX', 'path');
  if (!/^[12]\d{3}$/.test(text)) throw Problem.ofParameter('year', '应为四位年份', 'is a year of four digits', 'path');
  return { id: calendarId(region, Number(text)), region, year: Number(text) };
}

@Controller('v1/calendars/:region/:year')
export class CalendarController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post()
  @Action('calendar.GazetteYear')
  gazette(@Param('region') region: string, @Param('year') year: string, @Body() body: GazetteYearBody, @By() by: By) {
    const { id, ...of } = yearOf(region, year);
    return this.commands.send(calendarYear, id, { type: 'GazetteYear', data: { ...of, ...body } }, by);
  }
  @Post('changes')
  @Action('calendar.ChangeDay')
  change(@Param('region') region: string, @Param('year') year: string, @Body() body: ChangeDayBody, @By() by: By) {
    const { id, ...of } = yearOf(region, year);
    return this.commands.send(calendarYear, id, { type: 'ChangeDay', data: { ...of, ...body } }, by);
  }

  @Get()
  @Action('calendar.read')
  async year(@Param('region') region: string, @Param('year') year: string, @At() at: At) {
    const row = await this.reader.get(calendarYears, yearOf(region, year).id, at);
    if (!row) throw new Problem('not-found');
    return row;
  }
  @Get('days')
  @Action('calendar.read')
  days(@Param('region') region: string, @Param('year') year: string, @At() at: At) {
    return this.reader.find(
      calendarDays,
      { calendar: yearOf(region, year).id },
      { ...at, order: ['date'], limit: 200 },
    );
  }
  @Get('why')
  @Action('calendar.read')
  why(@Param('region') region: string, @Param('year') year: string, @At() at: At) {
    return this.reader.why(calendarYears, yearOf(region, year).id, at);
  }
  @Get('next')
  @Action('calendar.read')
  next(@Param('region') region: string, @Param('year') year: string, @By() by: By) {
    return this.commands.next(calendarYear, yearOf(region, year).id, by.context, by.roles);
  }
}
