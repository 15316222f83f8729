/** Days and instants at their edges. */
import {
  addDays,
  addMonths,
  compareInstants,
  dayNumber,
  dayOf,
  dayOfNumber,
  happenedOn,
  daysBetween,
  daysInMonth,
  exact,
  instantOfMillis,
  isDay,
  isInstant,
  isOffset,
  millisOf,
  startOf,
  startOfDay,
  weekday,
} from '../../projections/kernel/instant.js';

describe('days', () => {
  test.each(['0001-01-01', '9999-12-31', '2024-02-29', '2000-02-29', '2024-12-01'])('%s is one', (day) =>
    expect(isDay(day)).toBe(true),
  );
  test.each([
    '0000-01-01',
    '2024-00-01',
    '2024-13-01',
    '2024-01-00',
    '2024-01-32',
    '2024-04-31',
    '2023-02-29',
    '1900-02-29',
    '2024-1-1',
    '2024-01-01T00:00:00Z',
    '',
  ])('%j is none', (day) => {
    expect(isDay(day)).toBe(false);
    expect(() => dayNumber(day)).toThrow(RangeError);
    expect(() => addMonths(day, 1)).toThrow(RangeError);
  });
  test('every day of four hundred years is the one after the day before', () => {
    let number = dayNumber('1800-01-01');
    for (let year = 1800; year < 2200; year++)
      for (let month = 1; month <= 12; month++)
        for (let day = 1; day <= daysInMonth(year, month); day++, number++) {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          if (dayNumber(text) !== number || dayOfNumber(number) !== text) throw new Error(text);
        }
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(number).toBe(dayNumber('2200-01-01'));
  });
  test('from the first to the last of all, and not beyond, nor between', () => {
    const [first, last] = [dayNumber('0001-01-01'), dayNumber('9999-12-31')];
    expect([dayOfNumber(first), dayOfNumber(last), last - first]).toEqual(['0001-01-01', '9999-12-31', 3_652_058]);
    for (const none of [first - 1, last + 1, 0.5, Number.NaN]) expect(() => dayOfNumber(none)).toThrow(RangeError);
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(addDays('0004-02-28', 1)).toBe('0004-02-29');
  });
  test('differences and weekdays', () => {
    expect([daysBetween('2024-02-28', '2024-03-01'), daysBetween('2024-03-01', '2024-02-28')]).toEqual([2, -2]);
    expect(['2024-03-04', '2024-03-09', '2024-03-10', '1969-12-31', '0001-01-01'].map(weekday)).toEqual([
      1, 6, 7, 3, 1,
    ]);
  });
  test('months on to the date, or to the month’s end; back over years, and not out of time', () => {
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2023-12-15', 1)).toBe('2024-01-15');
    expect(addMonths('2024-01-15', -1)).toBe('2023-12-15');
    expect(addMonths('0001-02-01', -1)).toBe('0001-01-01');
    expect(addMonths('9999-11-30', 1)).toBe('9999-12-30');
    for (const [day, months] of [
      ['0001-01-01', -1],
      ['9999-12-01', 1],
      ['2024-01-01', 0.5],
    ] as const)
      expect(() => addMonths(day, months)).toThrow(RangeError);
  });
});

describe('instants', () => {
  test.each([
    '2024-03-04T09:00:00+08:00',
    '2024-03-04t23:59:59.123456z',
    '0001-01-03T00:00:00+23:59',
    '9999-12-29T23:59:59Z',
    '2016-12-31T23:59:60Z',
    '2017-01-01T07:59:60+08:00',
    '2016-12-31T15:29:60-08:30',
  ])('%s is one', (instant) => expect(isInstant(instant)).toBe(true));
  test.each([
    '2024-03-04',
    '2024-02-30T00:00:00Z',
    '0001-01-02T00:00:00Z',
    '9999-12-30T00:00:00Z',
    '2024-03-04T24:00:00Z',
    '2024-03-04T23:60:00Z',
    '2024-03-04T12:00:60Z',
    '2024-03-04T23:59:61Z',
    '2024-03-04T00:00:00+24:00',
    '2024-03-04T00:00:00-08:60',
    '2024-03-04T00:00:00',
    'Z',
  ])('%s is none', (instant) => {
    expect(isInstant(instant)).toBe(false);
    for (const read of [millisOf, exact, dayOf, (text: string) => startOf(text, 'second')])
      expect(() => read(instant)).toThrow(RangeError);
  });
  test('are compared whatever offsets they have, to the last digit', () => {
    const order = [
      '2024-03-04T09:00:00+08:00',
      '2024-03-04T01:00:00.000001Z',
      '2024-03-04T01:00:00.00001Z',
      '2024-03-04T01:00:00.5Z',
      '2024-03-03T20:00:01-05:00',
    ];
    for (const [n, a] of order.entries())
      for (const [m, b] of order.entries()) expect(Math.sign(compareInstants(a, b))).toBe(Math.sign(n - m));
    expect(compareInstants('2024-03-04T01:00:00.50Z', '2024-03-04T09:00:00.5+08:00')).toBe(0);
    expect(exact('1970-01-01T00:00:01.500Z')).toEqual({ seconds: 1, fraction: '5' });
    expect(exact('1970-01-01T00:00:01Z')).toEqual({ seconds: 1, fraction: '' });
  });
  test('in milliseconds, and written at an offset', () => {
    expect(millisOf('1970-01-01T08:00:00.0019+08:00')).toBe(1);
    expect(instantOfMillis(1)).toBe('1970-01-01T08:00:00.001+08:00');
    expect(instantOfMillis(-1, 'Z')).toBe('1969-12-31T23:59:59.999Z');
    expect(instantOfMillis(0, '-05:30')).toBe('1969-12-31T18:30:00.000-05:30');
    for (const offset of ['', 'X', 'ZZ', '8', '+8:00', '+24:00']) {
      expect(isOffset(offset)).toBe(false);
      expect(() => instantOfMillis(0, offset)).toThrow(RangeError);
    }
    expect(isOffset('-23:59')).toBe(true);
  });
  test('days of instants, and where they begin', () => {
    expect(dayOf('2024-03-03T16:00:00Z')).toBe('2024-03-04');
    expect(dayOf('2024-03-03T16:00:00Z', 'z')).toBe('2024-03-03');
    // A leap second belongs to the day that it ends, where the clock stands at the offset that it is written with.
    expect(dayOf('2016-12-31T23:59:60Z', 'Z')).toBe('2016-12-31');
    expect(dayOf('2017-01-01T07:59:60+08:00')).toBe('2017-01-01');
    // A day that is all that is known is the one that its source wrote.
    const occurredAt = '2024-03-03T23:00:00Z';
    expect(happenedOn({ occurredAt, precision: 'day' })).toBe('2024-03-03');
    expect(happenedOn({ occurredAt, precision: 'minute' })).toBe('2024-03-04');
    expect(dayOf('2024-03-03T15:59:59.999Z')).toBe('2024-03-03');
    expect([startOfDay('1970-01-02', 'Z'), startOfDay('1970-01-01'), startOfDay('1970-01-01', '-01:00')]).toEqual([
      86_400_000, -28_800_000, 3_600_000,
    ]);
  });
  test('as exact as they are said to be', () => {
    const said = '2024-03-04T09:10:11.5-03:30';
    expect((['second', 'minute', 'day', 'unknown'] as const).map((precision) => startOf(said, precision))).toEqual([
      '2024-03-04T09:10:11-03:30',
      '2024-03-04T09:10:00-03:30',
      '2024-03-04T00:00:00-03:30',
      said,
    ]);
  });
});
