/** Which days are worked, from what paper, and of which years that is known. */
import type { CalendarEvent } from './events/calendar.js';
import type { Fold } from './kernel/fold.js';
import { projection } from './kernel/projection.js';
import { type CalendarDay, calendarId, type CalendarYear, daysByDate } from './kernel/workdays.js';

type YearRow = {
  /** {@link calendarId} */
  calendar: string;
  region: string;
  year: number;
  gazetted: boolean;
  papers: readonly string[];
  days: Readonly<Record<string, CalendarDay>>;
  /** Every date that any notice of the year has named, so that one that a later notice leaves out is taken back. */
  named: readonly string[];
};
type DayRow = {
  /** `CN-2026 2026-10-01` */
  day: string;
  calendar: string;
  region: string;
  date: string;
  off: boolean;
  name: string;
  paper: string | null;
};

const idOf = ({ data }: { readonly data: { readonly region: string; readonly year: number } }) =>
  calendarId(data.region, data.year);
const together = (known: readonly string[], more: readonly string[]) => [...new Set([...known, ...more])].toSorted();

export const calendarYears = projection<CalendarEvent>()<YearRow>({
  name: 'calendar_year',
  version: 1,
  key: 'calendar',
  columns: {
    calendar: 'text',
    region: 'text',
    year: 'int',
    gazetted: 'boolean',
    papers: 'jsonb',
    days: 'jsonb',
    named: 'jsonb',
  },
  indexes: { byRegion: ['region', 'year'] },
  uses: {},
  on: {
    CalendarYearGazetted: {
      keys: idOf,
      fold: (row, { data }, _look, calendar) => {
        const { region, year, papers } = data;
        const days = daysByDate(data.days, papers);
        return {
          calendar,
          region,
          year,
          gazetted: true,
          papers,
          days,
          named: together(row?.named ?? [], Object.keys(days)),
        };
      },
    },
    CalendarDayChanged: {
      keys: idOf,
      fold: (row, { data }, _look, calendar) => {
        const { region, year, date, now, paper } = data;
        const { [date]: _, ...others } = row?.days ?? {};
        return {
          calendar,
          region,
          year,
          gazetted: row?.gazetted ?? false,
          papers: together(row?.papers ?? [], [paper]),
          days: now ? { ...others, [date]: { ...now, paper } } : others,
          named: together(row?.named ?? [], [date]),
        };
      },
    },
  },
});

export const calendarDays = projection<CalendarEvent>()<DayRow, { years: typeof calendarYears }>({
  name: 'calendar_day',
  version: 1,
  key: 'day',
  columns: {
    day: 'text',
    calendar: 'text',
    region: 'text',
    date: 'date',
    off: 'boolean',
    name: 'text',
    paper: 'text',
  },
  indexes: { byDate: ['region', 'date'] },
  uses: { years: calendarYears },
  on: {
    CalendarYearGazetted: {
      keys: (event, { years }) => (years.get(idOf(event))?.named ?? []).map((date) => `${idOf(event)} ${date}`),
      fold: (_row, { data }, _look, day) => {
        const date = day.slice(-10);
        const { [date]: found } = daysByDate(data.days, data.papers);
        return found ? { day, calendar: idOf({ data }), region: data.region, date, ...found } : null;
      },
    },
    CalendarDayChanged: {
      keys: (event) => `${idOf(event)} ${event.data.date}`,
      fold: (_row, { data }, _look, day) =>
        data.now && {
          day,
          calendar: idOf({ data }),
          region: data.region,
          date: data.date,
          ...data.now,
          paper: data.paper,
        },
    },
  },
});

export type CalendarYearState = CalendarYear & {
  readonly status: 'none' | 'gazetted';
  readonly since?: string;
  readonly papers: readonly string[];
};
/** One year of one government, for whoever counts days: stream `calendar-<region>-<year>`. */
export const calendarRegister: Fold<CalendarYearState, CalendarEvent> = {
  category: 'calendar',
  initial: { status: 'none', region: '', year: 0, gazetted: false, papers: [], days: {} },
  evolve: (state, event) => {
    switch (event.type) {
      case 'CalendarYearGazetted': {
        const { region, year, papers } = event.data;
        return {
          status: 'gazetted',
          since: event.id,
          region,
          year,
          gazetted: true,
          papers,
          days: daysByDate(event.data.days, papers),
        };
      }
      case 'CalendarDayChanged': {
        const { region, year, date, now, paper } = event.data;
        const { [date]: _, ...others } = state.days;
        return { ...state, region, year, days: now ? { ...others, [date]: { ...now, paper } } : others };
      }
      default:
        return state;
    }
  },
};
