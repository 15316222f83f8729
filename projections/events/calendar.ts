/** Which days are worked, as governments gazette them: streams `calendar-<region>-<year>`. */

/** A day that is not what its weekday says: off on a weekday, or worked (调休上班) on a weekend. */
export type GazettedDay = Readonly<{ date: string; name: string; off: boolean }>;

export type CalendarEvent =
  /** The arrangement of a whole year, from the State Council or, for the days a region sets itself, from the region. */
  | {
      type: 'CalendarYearGazetted';
      data: { region: string; year: number; papers: readonly string[]; days: readonly GazettedDay[] };
    }
  /** A later notice changed a day; `now` is null where the day is again what its weekday says. */
  | {
      type: 'CalendarDayChanged';
      data: {
        region: string;
        year: number;
        date: string;
        now: Omit<GazettedDay, 'date'> | null;
        before: Omit<GazettedDay, 'date'> | null;
        paper: string;
        reason: string;
      };
    };

export const calendarEvents = {
  CalendarYearGazetted: { version: 1, zh: '公布年度放假安排', en: 'calendar of a year gazetted' },
  CalendarDayChanged: { version: 1, zh: '调整放假安排', en: 'calendar day changed' },
} as const satisfies Record<CalendarEvent['type'], { version: number; zh: string; en: string }>;
