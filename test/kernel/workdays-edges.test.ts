/** Calendars at their edges. */
import {
  addWorkdays,
  calendarIds,
  calendarOfYears,
  daysByDate,
  isCovered,
  isWorkday,
  likelyWorkday,
  regionsOf,
  workdaysBetween,
} from '../../projections/kernel/workdays.js';
import { off, typedCalendar, worked, year } from '../calendars.js';

const plain = (region: string, of: number) => year(region, of, ['文'], off('元旦', `${of}-01-01`));

test('papers of a day: all of them, or none', () => {
  const days = [{ date: '2024-01-01', name: '元旦', off: true }];
  expect(daysByDate(days, [])).toEqual({ '2024-01-01': { name: '元旦', off: true, paper: null } });
  expect(daysByDate(days, ['a', 'b'])['2024-01-01']!.paper).toBe('a b');
});

test('names of years: of a region and those it stands on, up to the year after the last', () => {
  expect(regionsOf('CN-GX-NN')).toEqual(['CN', 'CN-GX', 'CN-GX-NN']);
  expect(calendarIds('CN-GX', 2023, 2024)).toEqual([
    'CN-2023',
    'CN-2024',
    'CN-2025',
    'CN-GX-2023',
    'CN-GX-2024',
    'CN-GX-2025',
  ]);
  expect(calendarIds('CN', 2024, 2024)).toEqual(['CN-2024', 'CN-2025']);
  expect(calendarIds('CN', 2024, 2021)).toEqual([]);
});

describe('years together', () => {
  const [one, two] = [plain('CN', 2023), plain('CN', 2024)];
  test('the same years are the same calendar; more, fewer or other years, and other regions, are another', () => {
    const both = calendarOfYears('CN', [one, two]);
    expect(calendarOfYears('CN', [one, two])).toBe(both);
    expect(calendarOfYears('CN', [one]).covered).toEqual([2023]);
    expect(calendarOfYears('CN', [one, two]).covered).toEqual([2023, 2024]);
    expect(calendarOfYears('CN', [one, plain('CN', 2025)]).covered).toEqual([2023, 2025]);
    expect(calendarOfYears('CN', []).covered).toEqual([]);
    expect(calendarOfYears('CN-GX', [one, two])).not.toBe(both);
    expect(calendarOfYears('CN-GX', [one, two]).region).toBe('CN-GX');
  });
  test('what a region says goes before what the country says, whichever year it says it for; others say nothing', () => {
    const country = year('CN', 2024, ['文'], worked('调休', '2023-12-31'), off('假', '2024-02-01'));
    const region = year('CN-GX', 2023, ['文'], off('假', '2023-12-31'));
    const other = year('CN-XZ', 2024, ['文'], worked('调休', '2024-02-01'));
    for (const years of [
      [country, region, other],
      [other, region, country],
    ]) {
      const calendar = calendarOfYears('CN-GX', years);
      expect([isWorkday('2023-12-31', calendar), isWorkday('2024-02-01', calendar)]).toEqual([false, false]);
      expect(calendar).toMatchObject({ covered: [2024], local: [2023] });
    }
  });
  test('a later year has the last word of a day that both name', () => {
    const early = year('CN', 2023, ['文'], off('假', '2023-12-31'));
    const late = year('CN', 2024, ['文'], worked('调休', '2023-12-31'));
    expect(isWorkday('2023-12-31', calendarOfYears('CN', [late, early]))).toBe(true);
  });
  test('a year of which only a day was changed is not covered, and that day is known', () => {
    const changed = { ...year('CN', 2024, ['文'], off('假', '2024-05-06')), gazetted: false };
    const calendar = calendarOfYears('CN', [changed]);
    expect([isWorkday('2024-05-06', calendar), isWorkday('2024-05-07', calendar)]).toEqual([false, null]);
  });
});

describe('Guangxi sets days of its own between 12 March and 10 May, since 2014', () => {
  const years = [2013, 2014, 2015, 2016].map((of) => plain('CN', of));
  const calendar = calendarOfYears('CN-GX', [...years, plain('CN-GX', 2016)]);
  test.each([
    ['2013-04-01', true],
    ['2014-03-11', true],
    ['2014-03-12', false],
    ['2014-05-10', false],
    ['2014-05-11', true],
    ['2015-04-01', false],
    ['2016-04-01', true], // its own days of that year are known
    ['2017-06-01', false],
  ])('%s is known: %s', (day, known) => expect(isCovered(day, calendar)).toBe(known));
  test('of the country alone they are known', () =>
    expect(isCovered('2014-04-01', calendarOfYears('CN', years))).toBe(true));
  test('a part of it stands on it', () =>
    expect(isCovered('2014-04-01', calendarOfYears('CN-GX-NN', years))).toBe(false));
  test('another region with a longer name does not', () =>
    expect(isCovered('2014-04-01', calendarOfYears('CN-GXX', years))).toBe(true));
});

describe('counting', () => {
  const calendar = typedCalendar('CN');
  test('what is not a day is no working day', () => {
    for (const none of ['2007-02-30', '2006-02-30']) expect(() => isWorkday(none, calendar)).toThrow(RangeError);
    expect([
      isWorkday('2007-05-12', calendar),
      isWorkday('2007-05-11', calendar),
      isWorkday('2006-05-11', calendar),
    ]).toEqual([false, true, null]);
    expect(likelyWorkday('2006-05-13', calendar)).toBe(false);
  });
  test('the first day that is not gazetted, of several', () =>
    expect(addWorkdays('2007-12-31', 5, calendar)).toEqual({
      due: '2008-01-07',
      provisional: true,
      uncoveredFrom: '2008-01-01',
    }));
  test('up to the last day of all', () => {
    expect(addWorkdays('9999-12-30', 5, calendar).due).toBe('9999-12-31');
    expect(addWorkdays('2007-05-05', 0, calendar)).toEqual({
      due: '2007-05-05',
      provisional: false,
      uncoveredFrom: null,
    });
    for (const n of [-1, 0.5]) expect(() => addWorkdays('2007-05-05', n, calendar)).toThrow(RangeError);
  });
  test('between two days, the last with and the first without', () => {
    expect(workdaysBetween('2007-04-27', '2007-05-08', calendar)).toBe(4); // 28 to 30 April, 8 May
    expect(workdaysBetween('2007-05-08', '2007-05-08', calendar)).toBe(0);
    expect(workdaysBetween('2007-05-08', '2007-05-01', calendar)).toBe(0);
  });
});
