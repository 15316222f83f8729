import { existsSync, readFileSync } from 'node:fs';
import {
  addDays,
  addMonths,
  compareInstants,
  dayNumber,
  dayOf,
  dayOfNumber,
  daysBetween,
  instantOfMillis,
  isDay,
  isInstant,
  millisOf,
  startOf,
  weekday,
} from '../../projections/kernel/instant.js';
import {
  addWorkdays,
  calendarIds,
  calendarOfYears,
  isWorkday,
  likelyWorkday,
  workdaysBetween,
} from '../../projections/kernel/workdays.js';
import { clock } from '../../projections/kernel/clock.js';
import { china2015, china2018, fullCalendar, guangxi, haveFiles, typed, typedCalendar } from '../calendars.js';

describe('days', () => {
  test.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '2026-11-24'])('%s is one', (day) => {
    expect(isDay(day)).toBe(true);
    expect(dayOfNumber(dayNumber(day))).toBe(day);
  });
  test.each([
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '24-04-01',
    '0000-01-01',
    '2024-4-1',
  ])('%s is none', (day) => {
    expect(isDay(day)).toBe(false);
    expect(() => dayNumber(day)).toThrow(RangeError);
  });
  test('arithmetic', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(daysBetween('2023-12-31', '2025-01-01')).toBe(367);
    expect(weekday('2007-04-25')).toBe(3);
    expect(weekday('1969-12-28')).toBe(7);
    expect(weekday('0001-01-01')).toBe(1);
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
  });
  test('months keep the date, or end with the month (Civil Code art. 202)', () => {
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2023-01-31', 1)).toBe('2023-02-28');
    expect(addMonths('2023-11-15', 14)).toBe('2025-01-15');
    expect(addMonths('2024-03-31', -1)).toBe('2024-02-29');
  });
});

describe('instants', () => {
  test.each([
    '2011-10-11T13:42:22.688+02:00',
    '2011-10-11T13:42:22Z',
    '2011-10-11t13:42:22z',
    '2016-12-31T23:59:60Z',
    '2017-01-01T07:59:60+08:00',
    '2011-10-11T13:42:22.123456789012-00:30',
  ])('%s is one', (text) => expect(isInstant(text)).toBe(true));
  test.each([
    '2011-10-11',
    '2011-10-11 13:42:22Z',
    '2011-10-11T13:42:22',
    '2011-10-11T24:00:00Z',
    '2011-10-11T13:60:22Z',
    '2016-12-31T12:59:60Z',
    '2011-02-29T13:42:22Z',
    '2011-10-11T13:42:22+24:00',
    '2011-10-11T13:42:22.+08:00',
    '9999-12-31T00:00:00Z',
  ])('%s is none', (text) => expect(isInstant(text)).toBe(false));
  test('order by what they mean, to the last digit', () => {
    expect(compareInstants('2024-01-01T08:00:00+08:00', '2024-01-01T00:00:00Z')).toBe(0);
    expect(compareInstants('2024-01-01T00:00:00.5Z', '2024-01-01T00:00:00.50Z')).toBe(0);
    expect(compareInstants('2024-01-01T00:00:00.000000001Z', '2024-01-01T00:00:00.000000002Z')).toBe(-1);
    expect(compareInstants('2024-01-01T00:00:00.51Z', '2024-01-01T00:00:00.5Z')).toBe(1);
    expect(compareInstants('2024-01-01T09:00:00+09:00', '2023-12-31T23:59:59-01:00')).toBe(-1);
  });
  test('have a day where the clock stands', () => {
    expect(dayOf('2024-03-01T16:00:00Z')).toBe('2024-03-02');
    expect(dayOf('2024-03-01T15:59:59.999Z')).toBe('2024-03-01');
    expect(dayOf('2024-03-01T16:00:00Z', '+00:00')).toBe('2024-03-01');
    expect(dayOf('1969-12-31T15:59:59Z')).toBe('1969-12-31');
    expect(() => dayOf('2024-03-01')).toThrow(RangeError);
  });
  test('are written at an offset, before 1970 too', () => {
    expect(instantOfMillis(millisOf('2024-03-01T16:00:00.25Z'))).toBe('2024-03-02T00:00:00.250+08:00');
    expect(instantOfMillis(-1, '-05:30')).toBe('1969-12-31T18:29:59.999-05:30');
  });
  test('begin where their precision says, at the offset they are written with', () => {
    const at = '2011-10-11T13:42:22.688+02:00';
    expect(startOf(at, 'second')).toBe('2011-10-11T13:42:22+02:00');
    expect(startOf(at, 'minute')).toBe('2011-10-11T13:42:00+02:00');
    expect(startOf(at, 'day')).toBe('2011-10-11T00:00:00+02:00');
    expect(startOf(at, 'unknown')).toBe(at);
  });
});

describe('working days', () => {
  const china = typedCalendar('CN');
  const region = typedCalendar('CN-GX');

  test('weekdays, weekends, holidays and days worked for them', () => {
    expect(isWorkday('2007-04-27', china)).toBe(true);
    expect(isWorkday('2007-04-28', china)).toBe(true);
    expect(isWorkday('2007-05-01', china)).toBe(false);
    expect(isWorkday('2007-05-12', china)).toBe(false);
  });
  test('what nobody has gazetted is not known, and counted over only as provisional', () => {
    expect(isWorkday('2027-01-04', china)).toBeNull();
    expect(likelyWorkday('2027-01-04', china)).toBe(true);
    expect(addWorkdays('2007-12-27', 2, china)).toEqual({ due: '2007-12-31', provisional: false, uncoveredFrom: null });
    expect(addWorkdays('2007-12-27', 3, china)).toEqual({
      due: '2008-01-01',
      provisional: true,
      uncoveredFrom: '2008-01-01',
    });
    expect(addWorkdays('2007-12-27', 0, china).due).toBe('2007-12-27');
  });
  test('a day that the next gazette names is known before that year is', () => {
    const next = { ...china2018, year: 2019, days: { '2018-12-29': { off: false, name: '元旦', paper: null } } };
    const calendar = calendarOfYears('CN', [china2018, next]);
    expect(isWorkday('2018-12-29', calendar)).toBe(true);
    const alone = calendarOfYears('CN', [next]);
    expect(isWorkday('2018-12-29', alone)).toBe(true);
    expect(isWorkday('2018-12-28', alone)).toBeNull();
  });
  test('a year of which only one changed day is known is not covered', () => {
    const calendar = calendarOfYears('CN', [{ ...china2018, gazetted: false }]);
    expect(isWorkday('2018-04-08', calendar)).toBe(true);
    expect(isWorkday('2018-04-09', calendar)).toBeNull();
  });
  test('years of other regions are left out, whatever the order', () => {
    const inner = { ...guangxi[1]!, region: 'CN-NM' };
    expect(calendarOfYears('CN-GX', [...typed, inner].toReversed())).toEqual(calendarOfYears('CN-GX', typed));
  });
  test('Guangxi goes before the country', () => {
    const days = ['2015-04-20', '2015-04-21', '2018-04-18', '2018-04-19', '2018-04-20', '2021-04-14', '2021-04-16'];
    expect(days.map((day) => isWorkday(day, china))).toEqual(days.map(() => true));
    expect(days.map((day) => isWorkday(day, region))).toEqual(days.map(() => false));
    expect([isWorkday('2018-04-15', china), isWorkday('2018-04-15', region)]).toEqual([false, true]);
    expect([isWorkday('2021-04-18', china), isWorkday('2021-04-18', region)]).toEqual([false, true]);
    expect(addWorkdays('2018-04-13', 5, region).due).toBe('2018-04-24');
    expect(addWorkdays('2021-04-12', 5, region).due).toBe('2021-04-21');
  });
  test('where Guangxi has not said yet, spring is not known there; before 2014 it had nothing to say', () => {
    const silent = calendarOfYears('CN-GX', [china2015, ...typed.filter(({ year }) => year === 2007)]);
    expect(isWorkday('2015-04-20', silent)).toBeNull();
    expect(isWorkday('2015-06-15', silent)).toBe(true);
    expect(isWorkday('2007-04-25', silent)).toBe(true);
    expect(addWorkdays('2015-04-10', 5, silent).provisional).toBe(true);
    expect(addWorkdays('2015-04-10', 5, calendarOfYears('CN', [china2015])).provisional).toBe(false);
  });
  test('between two days: not the first, but the last', () => {
    expect(workdaysBetween('2007-04-25', '2007-05-28', china)).toBe(20);
    expect(workdaysBetween('2007-05-28', '2007-04-25', china)).toBe(0);
  });
  test('the streams that a limit hangs on', () =>
    expect(calendarIds('CN-GX', 2025, 2026)).toEqual([
      'CN-2025',
      'CN-2026',
      'CN-2027',
      'CN-GX-2025',
      'CN-GX-2026',
      'CN-GX-2027',
    ]));
  test('not a number of days', () => {
    expect(() => addWorkdays('2007-04-25', -1, china)).toThrow(RangeError);
    expect(() => addWorkdays('2007-04-25', 1.5, china)).toThrow(RangeError);
  });
});

interface Case {
  start: string;
  workdays: number;
  region: string;
  due: string;
  pauses?: [string, string][];
}
const VECTORS = '../shared/vectors/working-days.json';
const vectors = existsSync(VECTORS) && haveFiles;
(vectors ? describe : describe.skip)(`the published cases (skipped where ${VECTORS} is absent)`, () => {
  const { cases, paused } = (vectors ? JSON.parse(readFileSync(VECTORS, 'utf8')) : { cases: [], paused: [] }) as {
    cases: Case[];
    paused: Case[];
  };
  test('are there', () => expect([cases.length, paused.length]).toEqual([14, 2]));
  test.each(vectors ? cases : [{ start: '', workdays: 0, region: '', due: '' }])(
    '$workdays from $start in $region: $due',
    ({ start, workdays, region, due }) =>
      expect(addWorkdays(start, workdays, fullCalendar(region))).toEqual({
        due,
        provisional: false,
        uncoveredFrom: null,
      }),
  );
  test.each(vectors ? [...cases, ...paused] : [{ start: '', workdays: 0, region: '', due: '' }])(
    'by the clock, $workdays from $start in $region: $due',
    ({ start, workdays, region, pauses = [], due }: Case) =>
      expect(
        clock({
          start,
          limit: { n: workdays, unit: 'working-day' },
          calendar: fullCalendar(region),
          pauses: pauses.map(([from, to], n) => ({
            event: `p${n}`,
            kind: 'expert-review',
            from,
            to,
            declaredEnd: to,
            told: true,
          })),
          end: null,
          asOf: start,
        }),
      ).toMatchObject({ due, provisional: false }),
  );
});
