/** The edges of both clocks, one by one. */
import { clock, type ClockInput, dueOf, lastDay, type Limit, type Pause } from '../../projections/kernel/clock.js';
import { type Calendar, calendarOfYears } from '../../projections/kernel/workdays.js';
import { off, typedCalendar, worked, year } from '../calendars.js';

const calendar = typedCalendar('CN');
const wd = (n: number): Limit => ({ n, unit: 'working-day' });
const pause = (event: string, from: string, to: string | null, more: Partial<Pause> = {}): Pause => ({
  event,
  kind: 'expert-review',
  from,
  to,
  declaredEnd: to?.slice(0, 10) ?? null,
  told: true,
  ...more,
});
/** Twenty working days from 25 April 2007, until 28 May. */
const run = (more: Partial<ClockInput> = {}) => {
  const input = { start: '2007-04-25', limit: wd(20), calendar, end: null, asOf: '2007-05-08', ...more };
  const whole = clock(input);
  const { due, provisional, uncoveredFrom } = whole;
  expect(lastDay(input)).toEqual({ due, provisional, uncoveredFrom }); // the short way tells the same
  return whole;
};
const rowOf = (of: ReturnType<typeof clock>, date: string) => of.trace.find(({ day }) => day === date);
const at = (day: string, time: string) => `${day}T${time}+08:00`;

describe('pauses', () => {
  test('for corrections from the very moment of acceptance on it is too late', () => {
    const correction = (from: string) => [pause('p1', from, '2007-05-17', { kind: 'correction' })];
    expect(run({ pauses: correction('2007-04-25') }).problems).toEqual([
      { code: 'CK-03', event: 'p1', reason: 'correction-after-acceptance' },
    ]);
    expect(run({ pauses: correction('2007-04-24'), start: '2007-04-20', accepted: '2007-04-25' }).problems).toEqual([]);
  });
  test('one that begins at the very end is not looked at any more', () => {
    const pauses = (from: string) => [pause('p1', from, null, { kind: 'other' })];
    expect(run({ pauses: pauses('2007-05-14'), end: '2007-05-14' }).problems).toEqual([]);
    expect(run({ pauses: pauses('2007-05-13'), end: '2007-05-14' }).problems).toHaveLength(1);
    expect(run({ pauses: pauses('2007-05-14') }).problems).toHaveLength(1); // an open clock looks at all of them
  });
  test('one that ends with its declared day excludes that day; one that goes on longer does not', () => {
    const ended = (to: string) => run({ pauses: [pause('p1', '2007-05-10', to, { declaredEnd: '2007-05-17' })] });
    expect(ended('2007-05-18')).toMatchObject({ due: '2007-06-05', problems: [] });
    expect(ended(at('2007-05-18', '00:00:01')).due).toBe('2007-06-04');
  });
  test('one declared to end before it begins, or over before the start, takes nothing away', () => {
    expect(run({ pauses: [pause('p1', '2007-05-10', null, { declaredEnd: '2007-05-08' })] }).due).toBe('2007-05-28');
    expect(run({ pauses: [pause('p1', '2007-04-01', '2007-04-10')] }).due).toBe('2007-05-28');
    const hours = { start: at('2007-04-30', '15:00:00'), limit: { n: 48, unit: 'hour' } } as const;
    const late = pause('p1', at('2007-05-01', '12:00:00'), null, { declaredEnd: '2007-05-01' });
    expect(run({ ...hours, pauses: [late] }).dueAt).toBe('2007-05-02T15:00:00.000+08:00');
  });
  test('of two that begin together the one that ends first is named first', () => {
    const pauses = [pause('long', '2007-05-10', '2007-05-17'), pause('short', '2007-05-10', '2007-05-11')];
    const { trace } = run({ pauses, asOf: '2007-06-08' });
    expect(trace.flatMap(({ pausedBy }) => pausedBy ?? []).slice(0, 2)).toEqual(['short', 'long']);
  });
  test('which one is open: begun, and not ended by then', () => {
    const open = (from: string, to: string | null) =>
      run({ pauses: [pause('p1', from, to)], asOf: at('2007-05-10', '12:00:00') }).pausedBy;
    expect(open(at('2007-05-10', '12:00:00'), null)).toBeNull();
    expect(open(at('2007-05-10', '11:59:59'), null)).toBe('p1');
    expect(open('2007-05-09', at('2007-05-10', '12:00:00'))).toBeNull();
    expect(open('2007-05-09', at('2007-05-10', '12:00:01'))).toBe('p1');
  });
});

describe('the day by day', () => {
  const shown = (more: Partial<ClockInput>) => run(more).trace.map(({ day, notes }) => [day.slice(5), ...notes]);
  test('weekends, and the end of what has ended', () => {
    expect(shown({ start: '2007-05-10', limit: wd(3), end: '2007-05-15' })).toEqual([
      ['05-10', 'start-not-counted'],
      ['05-11'],
      ['05-12', 'weekend'],
      ['05-13', 'weekend'],
      ['05-14'],
      ['05-15', 'last-day', 'end'],
    ]);
    expect(shown({ start: '2007-05-10', limit: wd(3), asOf: '2007-05-15' }).at(-1)).toEqual(['05-15', 'last-day']);
  });
  test('a working day that is gazetted as one is made up only at a weekend', () => {
    const gazetted = calendarOfYears('CN', [
      year('CN', 2007, ['文'], worked('调休', '2007-05-10', '2007-05-11', '2007-05-12'), off('假', '2007-05-14')),
    ]);
    const { trace } = run({ start: '2007-05-09', limit: wd(4), asOf: '2007-05-09', calendar: gazetted });
    expect(trace.map(({ day, name, notes }) => [day.slice(5), name, ...notes])).toEqual([
      ['05-09', null, 'start-not-counted'],
      ['05-10', '调休'],
      ['05-11', '调休'],
      ['05-12', '调休', 'made-up'],
      ['05-13', null, 'weekend'],
      ['05-14', '假', 'holiday'],
      ['05-15', null, 'last-day'],
    ]);
  });
  test('a pause shows on its days from the day after the start up to the due day, and after it as too late', () => {
    const paused = run({ pauses: [pause('p1', '2007-04-24', '2007-04-27')], asOf: '2007-05-31' });
    expect(['04-25', '04-26', '04-27'].map((day) => rowOf(paused, `2007-${day}`)!.pausedBy)).toEqual([
      null,
      'p1',
      null,
    ]);
    expect(rowOf(paused, '2007-04-26')!.notes).toEqual([]);
    // The last calendar day is a holiday, and the working day that it gives way to is paused, too.
    const moved = run({
      limit: { n: 8, unit: 'calendar-day' },
      pauses: [pause('p1', '2007-05-08', '2007-05-10')],
      asOf: '2007-05-10',
    });
    expect(moved.due).toBe('2007-05-08');
    expect(rowOf(moved, '2007-05-08')).toMatchObject({
      pausedBy: 'p1',
      notes: ['moved-off-holiday', 'last-day'],
    });
    expect(rowOf(moved, '2007-05-09')).toMatchObject({ pausedBy: null, notes: ['pause-after-due', 'over-due'] });
  });
  test('where hours are counted the first day counts, and a pause shows on it', () => {
    const hours = run({
      start: at('2007-04-30', '15:00:00'),
      limit: { n: 24, unit: 'hour' },
      pauses: [pause('p1', '2007-04-30', '2007-05-01')],
      asOf: at('2007-05-03', '00:00:00'),
    });
    expect(
      hours.trace.map(({ day, counted, millis, pausedBy, notes }) => [
        day.slice(5),
        counted,
        millis,
        pausedBy,
        ...notes,
      ]),
    ).toEqual([
      ['04-30', false, 0, 'p1'],
      ['05-01', true, 86_400_000, null, 'holiday', 'last-day'],
      ['05-02', true, 86_400_000, null, 'holiday', 'over-due'],
      ['05-03', false, 0, null, 'holiday', 'over-due'],
    ]);
  });
});

describe('late or not', () => {
  const start = at('2007-04-25', '10:00:00');
  test('read as of a day, or ended on one, the hour says nothing', () => {
    expect(run({ start, asOf: '2007-05-28' }).late).toEqual({ byDay: false, byInstant: false });
    expect(run({ start, asOf: '2007-05-29' }).late).toEqual({ byDay: true, byInstant: true });
    expect(run({ start, end: '2007-05-28' }).late).toEqual({ byDay: false, byInstant: false });
    expect(run({ end: at('2007-05-28', '09:00:00') }).late).toEqual({ byDay: false, byInstant: false });
  });
  test('of hours the instant says it', () => {
    const hours = { start, limit: { n: 5, unit: 'hour' } } as const;
    expect(run({ ...hours, end: at('2007-04-25', '12:00:00') }).late).toEqual({ byDay: false, byInstant: false });
    expect(run({ ...hours, end: at('2007-04-25', '15:00:01') }).late).toEqual({ byDay: false, byInstant: true });
    expect(run({ ...hours, asOf: '2007-04-25' }).late).toEqual({ byDay: false, byInstant: false });
  });
});

describe('what is not gazetted', () => {
  const due = (start: string, limit: Limit) => dueOf(start, limit, calendar);
  test('the first such day after the start, not the start', () => {
    expect(due('2007-12-20', wd(12))).toMatchObject({ provisional: true, uncoveredFrom: '2008-01-01' });
    expect(due('2007-12-31', wd(1))).toMatchObject({ provisional: true, uncoveredFrom: '2008-01-01' });
    expect(due('2006-12-31', wd(1))).toEqual({ due: '2007-01-01', provisional: false, uncoveredFrom: null });
  });
  test('of calendar days the last one and those that it is moved over; of hours none; of none at all none', () => {
    expect(due('2006-12-20', { n: 13, unit: 'calendar-day' }).provisional).toBe(false);
    expect(due('2008-06-01', { n: 0, unit: 'calendar-day' }).provisional).toBe(false);
    expect(due('2008-06-01', { n: 1, unit: 'calendar-day' }).uncoveredFrom).toBe('2008-06-02');
    expect(due(at('2008-06-01', '10:00:00'), { n: 48, unit: 'hour' }).provisional).toBe(false);
    expect(run({ start: '2008-06-02', asOf: '2008-06-02' }).provisional).toBe(true);
  });
});

describe('counted out', () => {
  const due = (start: string, limit: Limit, of: Calendar = calendar) => dueOf(start, limit, of).due;
  const parts = (more: Partial<ClockInput>) => run({ partialDays: 'hours-round-up', ...more });
  test('at once stays where it is, whatever day that is', () => {
    expect(due('2007-05-05', wd(0))).toBe('2007-05-05');
    expect(due('2007-05-05', { n: 0, unit: 'calendar-day' })).toBe('2007-05-05');
    expect(due('2007-05-04', { n: 1, unit: 'calendar-day' })).toBe('2007-05-08');
    expect(parts({ start: at('2007-05-05', '10:00:00'), limit: wd(0) }).dueAt).toBe('2007-05-05T10:00:00.000+08:00');
    expect(due(at('2007-05-05', '00:00:00'), { n: 0, unit: 'hour' })).toBe('2007-05-05');
  });
  test('hours to the millisecond', () => {
    const start = at('2007-05-01', '00:00:00.001');
    expect(run({ start, limit: { n: 24, unit: 'hour' } })).toMatchObject({
      due: '2007-05-02',
      dueAt: '2007-05-02T00:00:00.001+08:00',
    });
    expect(run({ start: at('2007-05-01', '10:00:00'), limit: { n: 5, unit: 'hour' } }).dueAt).toBe(
      '2007-05-01T15:00:00.000+08:00',
    );
  });
  test('a day of one millisecond counts', () => {
    const { trace } = run({ start: at('2007-05-01', '23:59:59.999'), limit: { n: 24, unit: 'hour' } });
    expect(trace[0]).toMatchObject({ counted: true, millis: 1 });
    const pauses = [
      pause('p1', at('2007-05-01', '00:00:00'), at('2007-05-01', '23:59:59.998'), { declaredEnd: '2007-05-01' }),
    ];
    const one = run({ start: at('2007-05-01', '00:00:00'), limit: { n: 1, unit: 'hour' }, pauses });
    expect(one.dueAt).toBe('2007-05-02T00:59:59.998+08:00');
  });
  test('pauses within pauses, in any order, once', () => {
    const day = (time: string) => at('2007-05-01', time);
    const hours = { start: day('00:00:00'), limit: { n: 10, unit: 'hour' }, asOf: day('20:00:00') } as const;
    const outer = pause('outer', day('02:00:00'), day('12:00:00'));
    const inner = pause('inner', day('04:00:00'), day('06:00:00'));
    const later = pause('later', day('14:00:00'), day('16:00:00'));
    for (const pauses of [
      [outer, inner, later],
      [later, inner, outer],
      [inner, later, outer],
    ])
      expect(run({ ...hours, pauses })).toMatchObject({
        dueAt: '2007-05-01T22:00:00.000+08:00',
        elapsed: 8,
        remaining: 2,
      });
    expect(run({ ...hours, pauses: [later], limit: { n: 14, unit: 'hour' } }).dueAt).toBe(
      '2007-05-01T14:00:00.000+08:00',
    );
  });
  test('a pause that begins after the hour of the limit changes nothing any more', () => {
    const day = (time: string) => at('2007-05-01', time);
    const late = pause('late', day('12:00:00'), day('16:00:00'));
    expect(
      run({ start: day('00:00:00'), limit: { n: 10, unit: 'hour' }, pauses: [late], asOf: day('20:00:00') }),
    ).toMatchObject({
      elapsed: 20,
      remaining: 0,
      over: 10,
    });
  });
  test('months are whole days, however parts of days are counted', () => {
    const limit = { n: 1, unit: 'month' } as const;
    const month = parts({ limit, start: at('2007-04-25', '10:00:00') });
    expect(month.due).toBe('2007-05-25');
    expect(month.trace.every((row) => !('millis' in row))).toBe(true);
  });
  test('an extension in hours of a limit in days is whole days', () => {
    const extension = {
      event: 'x',
      limit: { n: 25, unit: 'hour' },
      approved: '2007-05-01',
      level: 'organ-head',
      told: true,
    } as const;
    expect(run({ limit: wd(10), extensions: [extension] })).toMatchObject({
      originalDue: '2007-05-14',
      due: '2007-05-16',
    });
  });
  test('nothing is counted beyond the end of time', () => {
    const months = (n: number) => due('9990-01-01', { n, unit: 'month' });
    expect([months(96), months(97), months(9999)]).toEqual(['9998-01-01', '9999-12-29', '9999-12-29']);
    const hours = clock({
      start: '9999-12-28',
      limit: { n: 999, unit: 'hour' },
      calendar,
      end: null,
      asOf: '9999-12-28',
    });
    expect(hours).toMatchObject({ due: '9999-12-29', dueAt: '9999-12-30T00:00:00.000+08:00' });
    const off9999 = calendarOfYears('CN', [year('CN', 9999, ['文'], off('假', '9999-12-29'))]);
    expect(due('9999-12-20', { n: 300, unit: 'calendar-day' }, off9999)).toBe('9999-12-29');
    expect(due('9999-12-20', wd(300))).toBe('9999-12-29');
  });
  test.each([wd(-1), wd(0.5), wd(Number.NaN)])('%j is no limit', (limit) =>
    expect(() => due('2007-04-25', limit)).toThrow(RangeError),
  );
});
