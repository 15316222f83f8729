/** Which days are worked in a year, as one government says: streams `calendar-<region>-<year>`. */
import type { CalendarEvent, GazettedDay } from '../../../projections/events/calendar.js';
import { calendarRegister, type CalendarYearState } from '../../../projections/calendar.js';
import { addDays, daysBetween } from '../../../projections/kernel/instant.js';
import { type Calendar, calendarOfYears, type CalendarYear, daysByDate } from '../../../projections/kernel/workdays.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export interface GazetteYear {
  readonly region: string;
  readonly year: number;
  /** Addresses or numbers of the notices. */
  readonly papers: readonly string[];
  readonly days: readonly GazettedDay[];
}
export interface ChangeDay {
  readonly region: string;
  readonly year: number;
  readonly date: string;
  /** Null: the day is again what its weekday says. */
  readonly now: Omit<GazettedDay, 'date'> | null;
  readonly paper: string;
  readonly reason: string;
}
export type CalendarCommand = { type: 'GazetteYear'; data: GazetteYear } | { type: 'ChangeDay'; data: ChangeDay };

/** New Year's arrangement reaches at most this far into the December before, and the year's last into January. */
const MARGIN_DAYS = 15;
const outside = (date: string, year: number) =>
  daysBetween(date, `${year}-01-01`) > MARGIN_DAYS || daysBetween(`${year}-12-31`, date) > MARGIN_DAYS;

const yearHasPaper: Guard<CalendarYearState, GazetteYear> = {
  code: 'calendar-paper-missing',
  says: { zh: '须注明放假安排的文件依据', en: 'the notice that arranges the days is named' },
  basis: '全国年节及纪念日放假办法',
  broken: ({ papers }) => papers.length === 0 && { details: {} },
};
/** An empty list would claim that the year is known; a region may well arrange nothing of its own. */
const yearHasDays: Guard<CalendarYearState, GazetteYear> = {
  code: 'calendar-not-gazetted',
  says: { zh: '该年度放假安排尚未公布', en: 'the year has days: it has not been gazetted yet' },
  basis: '全国年节及纪念日放假办法 art. 2',
  broken: ({ region, year, days }) => days.length === 0 && !region.includes('-') && { details: { region, year } },
};
const daysOnce: Guard<CalendarYearState, GazetteYear> = {
  code: 'calendar-day-twice',
  says: { zh: '同一日期只能列一次', en: 'every date is listed once' },
  basis: 'register of working days',
  broken: ({ days }) => {
    const dates = days.map(({ date }) => date);
    const twice = dates.filter((date, n) => dates.indexOf(date) !== n);
    return twice.length > 0 && { details: { dates: twice } };
  },
};
const daysInYear: Guard<CalendarYearState, GazetteYear> = {
  code: 'calendar-day-outside',
  says: { zh: '日期须属于该年度（或其前后半个月）', en: 'the dates lie in the year, or half a month around it' },
  basis: 'register of working days',
  broken: ({ year, days }) => {
    const dates = days.map(({ date }) => date).filter((date) => outside(date, year));
    return dates.length > 0 && { details: { year, dates } };
  },
};
const dayInYear: Guard<CalendarYearState, ChangeDay> = {
  ...daysInYear,
  broken: ({ year, date }) => outside(date, year) && { details: { year, dates: [date] } },
};
const same = (a: Omit<GazettedDay, 'date'> | null, b: Omit<GazettedDay, 'date'> | null) =>
  a === null || b === null ? a === b : a.off === b.off && a.name === b.name;
const dayChanges: Guard<CalendarYearState, ChangeDay> = {
  code: 'calendar-day-unchanged',
  says: { zh: '与现有安排相同，无须调整', en: 'the day is not so already' },
  basis: 'register of working days',
  broken: ({ date, now }, state) =>
    same(dayOf(state, date), now) && { details: { date }, refs: state.since ? [state.since] : [] },
};

function dayOf({ days }: CalendarYear, date: string): Omit<GazettedDay, 'date'> | null {
  const day = Object.hasOwn(days, date) ? days[date]! : null;
  return day && { name: day.name, off: day.off };
}

/** From the first to the last day that an arrangement is about. */
const span = (year: number, dates: readonly string[]) => {
  const all = [...dates, `${year}-01-01`, `${year}-12-31`].toSorted();
  return { from: all[0]!, to: addDays(all.at(-1)!, 1) };
};

export const calendarYear: Decider<CalendarYearState, CalendarCommand, CalendarEvent> = {
  ...calendarRegister,
  commands: {
    GazetteYear: {
      says: { zh: '登记年度放假安排', en: 'register the calendar of a year' },
      from: ['none'],
      guards: [yearHasPaper, yearHasDays, daysOnce, daysInYear],
      events: (data) => [
        {
          type: 'CalendarYearGazetted',
          data,
          effective: span(
            data.year,
            data.days.map(({ date }) => date),
          ),
          legalBasis: data.papers,
          classification: 'open',
        },
      ],
    },
    ChangeDay: {
      says: { zh: '登记放假安排的调整', en: 'register a change of a day' },
      from: ['gazetted'],
      guards: [dayInYear, dayChanges],
      events: (data, state) => [
        {
          type: 'CalendarDayChanged',
          data: { ...data, before: dayOf(state, data.date) },
          effective: { from: data.date, to: addDays(data.date, 1) },
          legalBasis: [data.paper],
          classification: 'open',
        },
      ],
    },
  },
};

/** The folded years of a region and of those it stands on, as one calendar. */
export const calendarOf = (region: string, states: readonly CalendarYearState[]): Calendar =>
  calendarOfYears(region, states);

/** What has to be recorded so that the ledger knows what a source knows now: the year, or the days that changed. */
export function commandsFor(known: CalendarYearState, gazette: GazetteYear): readonly CalendarCommand[] {
  if (known.status === 'none') return [{ type: 'GazetteYear', data: gazette }];
  const { region, year, papers } = gazette;
  const days = daysByDate(gazette.days, papers);
  const next: CalendarYear = { region, year, gazetted: true, days };
  return [...new Set([...Object.keys(known.days), ...Object.keys(days)])]
    .toSorted()
    .filter((date) => !same(dayOf(known, date), dayOf(next, date)))
    .map((date) => ({
      type: 'ChangeDay',
      data: { region, year, date, now: dayOf(next, date), paper: papers.at(-1) ?? '', reason: '来源文件已更新' },
    }));
}
