import { clock, type ClockInput, dueOf, lateAgainst, type Pause } from '../../projections/kernel/clock.js';
import { typedCalendar } from '../calendars.js';

const calendar = typedCalendar('CN');
const wd = (n: number) => ({ n, unit: 'working-day' }) as const;
const pause = (event: string, from: string, to: string | null, more: Partial<Pause> = {}): Pause => ({
  event,
  kind: 'expert-review',
  from,
  to,
  declaredEnd: to,
  told: true,
  ...more,
});
/** Twenty working days from 25 April 2007: the golden case. */
const run = (more: Partial<ClockInput> = {}) =>
  clock({ start: '2007-04-25', limit: wd(20), calendar, end: null, asOf: '2007-05-08', ...more });
const found = (more: Partial<ClockInput>) => run(more).problems.map((p) => [p.code, p.event, p.reason]);

describe('whole days', () => {
  test('a row for every day, over the golden week of 2007', () => {
    const { trace, due, dueAt, elapsed, remaining, over, provisional } = run({ limit: wd(5), asOf: '2007-05-10' });
    expect(trace.map(({ day, working, counted, notes }) => [day, working, counted, ...notes])).toEqual([
      ['2007-04-25', true, false, 'start-not-counted'],
      ['2007-04-26', true, true],
      ['2007-04-27', true, true],
      ['2007-04-28', true, true, 'made-up'],
      ['2007-04-29', true, true, 'made-up'],
      ['2007-04-30', true, true, 'last-day'],
      ['2007-05-01', false, false, 'holiday', 'over-due'],
      ['2007-05-02', false, false, 'holiday', 'over-due'],
      ['2007-05-03', false, false, 'holiday', 'over-due'],
      ['2007-05-04', false, false, 'holiday', 'over-due'],
      ['2007-05-05', false, false, 'holiday', 'over-due'],
      ['2007-05-06', false, false, 'holiday', 'over-due'],
      ['2007-05-07', false, false, 'holiday', 'over-due'],
      ['2007-05-08', true, true, 'over-due'],
      ['2007-05-09', true, true, 'over-due'],
      ['2007-05-10', true, true, 'over-due'],
    ]);
    expect({ due, dueAt, elapsed, remaining, over, provisional }).toEqual({
      due: '2007-04-30',
      dueAt: '2007-05-01T00:00:00.000+08:00',
      elapsed: 8,
      remaining: 0,
      over: 3,
      provisional: false,
    });
    expect(trace[3]!.name).toBe('劳动节');
  });
  test('the golden case, half way', () =>
    expect(run()).toMatchObject({ due: '2007-05-28', elapsed: 6, remaining: 14, over: 0, problems: [] }));
  test('before it runs, nothing has elapsed', () =>
    expect(run({ asOf: '2007-04-01' })).toMatchObject({ elapsed: 0, remaining: 20, late: { byDay: false } }));
  test('at once is the same day', () =>
    expect(run({ limit: wd(0) })).toMatchObject({ due: '2007-04-25', originalDue: '2007-04-25', provisional: false }));
  test('a start on a day off runs from there', () =>
    expect(dueOf('2007-05-05', wd(1), calendar).due).toBe('2007-05-08'));
  test('beyond the gazetted years the due day is provisional', () => {
    expect(dueOf('2007-12-20', wd(7), calendar)).toEqual({
      due: '2007-12-31',
      provisional: false,
      uncoveredFrom: null,
    });
    expect(dueOf('2007-12-20', wd(8), calendar)).toEqual({
      due: '2008-01-01',
      provisional: true,
      uncoveredFrom: '2008-01-01',
    });
    expect(run({ start: '2007-12-20', limit: wd(8) }).trace.at(-1)!.notes).toContain('not-gazetted');
  });
  test('the last day is in time whatever the hour; by the instant it is not', () => {
    const start = '2007-04-25T10:00:00+08:00';
    const late = (end: string) => run({ start, end }).late;
    expect(late('2007-05-28T09:59:59+08:00')).toEqual({ byDay: false, byInstant: false });
    expect(late('2007-05-28T10:00:00+08:00')).toEqual({ byDay: false, byInstant: false });
    expect(late('2007-05-28T10:00:01+08:00')).toEqual({ byDay: false, byInstant: true });
    expect(late('2007-05-28T15:59:59Z')).toEqual({ byDay: false, byInstant: true });
    expect(late('2007-05-28T16:00:00Z')).toEqual({ byDay: true, byInstant: true });
    expect(late('2007-05-28')).toEqual({ byDay: false, byInstant: false });
  });
  test('an end on a day off after the last day is late, though no working day has passed', () =>
    expect(run({ limit: wd(5), end: '2007-05-01' })).toMatchObject({ elapsed: 5, over: 0, late: { byDay: true } }));
  test('counts on in time out of mind without showing every day', () => {
    const long = run({ start: '1900-01-01', asOf: '2007-01-01' });
    expect(long.trace).toHaveLength(11_000);
    expect(long.over).toBeGreaterThan(27_000);
  });
});

describe('against a deadline that a source gives', () => {
  test('by the instant and by the day', () => {
    const deadline = '2011-12-06T13:41:31.788+01:00';
    expect(lateAgainst('2011-12-06T13:41:31.789+01:00', deadline)).toEqual({ byDay: false, byInstant: true });
    expect(lateAgainst('2011-12-06T12:41:31.788Z', deadline)).toEqual({ byDay: false, byInstant: false });
    expect(lateAgainst('2011-12-06T23:30:00+01:00', deadline)).toEqual({ byDay: true, byInstant: true });
    expect(lateAgainst('2011-12-06T23:30:00+01:00', deadline, null)).toEqual({ byDay: false, byInstant: true });
  });
});

describe('pauses', () => {
  test('a special procedure, and a second one over it: each day once', () => {
    const first = pause('p1', '2007-05-10', '2007-05-17');
    const second = pause('p2', '2007-05-15', '2007-05-22');
    expect(run({ pauses: [first] }).due).toBe('2007-06-04');
    const both = run({ pauses: [second, first], asOf: '2007-05-31' });
    expect(both).toMatchObject({ due: '2007-06-07', problems: [], pausedBy: null });
    const paused = both.trace
      .filter(({ pausedBy }) => pausedBy)
      .map(({ day, pausedBy }) => `${day.slice(8)} ${pausedBy}`);
    expect(paused).toEqual(
      ['10', '11', '12', '13', '14', '15', '16']
        .map((d) => `${d} p1`)
        .concat(['17', '18', '19', '20', '21'].map((d) => `${d} p2`)),
    );
    expect(both.elapsed).toBe(15);
    expect(both.elapsed + both.remaining).toBe(20);
  });
  test('begins and ends at any hour of its days', () =>
    expect(
      run({
        pauses: [pause('p1', '2007-05-10T17:59:00+08:00', '2007-05-16T16:00:00Z', { declaredEnd: '2007-05-17' })],
      }),
    ).toMatchObject({ due: '2007-06-04', problems: [] }));
  test('one within a day takes nothing away', () =>
    expect(
      run({ pauses: [pause('p1', '2007-05-10T09:00:00+08:00', '2007-05-10T17:00:00+08:00', { declaredEnd: null })] })
        .due,
    ).toBe('2007-05-28'));
  test('an open one counts until it was declared to end, and that is noted once it is over (CK-04)', () => {
    const open = [pause('p1', '2007-05-10', null, { declaredEnd: '2007-05-17' })];
    expect(run({ pauses: open, asOf: '2007-05-17' })).toMatchObject({
      due: '2007-06-04',
      problems: [],
      pausedBy: 'p1',
    });
    expect(run({ pauses: open, asOf: '2007-05-18' })).toMatchObject({
      due: '2007-06-04',
      elapsed: 9, // 26–30 April, 8, 9, 17 and 18 May
      problems: [{ code: 'CK-04', event: 'p1', reason: 'beyond-declared-end' }],
    });
    const ended = [{ ...open[0]!, to: '2007-05-25' }];
    expect(run({ pauses: ended, asOf: '2007-05-31' })).toMatchObject({
      due: '2007-06-04',
      problems: [{ code: 'CK-04' }],
    });
  });
  test('one that nobody has declared the length of moves the due day on while it lasts (CK-02)', () => {
    const pauses = [pause('p1', '2007-05-10', null)];
    expect(run({ pauses, asOf: '2007-05-16' })).toMatchObject({
      due: '2007-06-04',
      problems: [{ code: 'CK-02', event: 'p1', reason: 'no-declared-end' }],
    });
    expect(run({ pauses, asOf: '2007-05-17' }).due).toBe('2007-06-05');
  });
  test('what has no basis counts: untold, a correction after acceptance, anything else', () => {
    const pauses = (more: Partial<Pause>) => ({ pauses: [pause('p1', '2007-05-10', '2007-05-17', more)] });
    expect(run(pauses({ told: false }))).toMatchObject({ due: '2007-05-28', pausedBy: null });
    expect(found(pauses({ told: false }))).toEqual([['CK-02', 'p1', 'not-told']]);
    expect(run(pauses({ kind: 'correction' })).due).toBe('2007-05-28');
    expect(found(pauses({ kind: 'correction' }))).toEqual([['CK-03', 'p1', 'correction-after-acceptance']]);
    expect(run(pauses({ kind: 'other' })).due).toBe('2007-05-28');
    expect(found(pauses({ kind: 'other' }))).toEqual([['CK-01', 'p1', 'no-basis']]);
  });
  test('a correction that was asked for before acceptance has its basis', () => {
    const pauses = [pause('p1', '2007-05-10', '2007-05-17', { kind: 'correction', told: false })];
    expect(run({ pauses, accepted: '2007-05-17' })).toMatchObject({ due: '2007-06-04', problems: [] });
  });
  test('after the due day a pause changes nothing; on it, it still does', () => {
    const after = run({ pauses: [pause('p1', '2007-05-29', '2007-06-05')], asOf: '2007-06-08' });
    expect(after).toMatchObject({ due: '2007-05-28', over: 9 });
    expect(after.trace.find(({ day }) => day === '2007-05-30')).toMatchObject({
      counted: true,
      pausedBy: null,
      notes: ['pause-after-due', 'over-due'],
    });
    expect(run({ pauses: [pause('p1', '2007-05-28', '2007-06-05')] }).due).toBe('2007-06-05');
  });
  test('are clipped to the start and the end', () => {
    const early = pause('p1', '2007-04-01', '2007-04-27', { kind: 'hearing' });
    expect(run({ pauses: [early] }).due).toBe('2007-05-29');
    const closed = run({ pauses: [pause('p2', '2007-05-10', null, { declaredEnd: '2007-06-10' })], end: '2007-05-14' });
    expect(closed).toMatchObject({ elapsed: 8, due: '2007-05-30', late: { byDay: false } });
    expect(run({ pauses: [pause('p3', '2007-05-20', null)], end: '2007-05-14' })).toMatchObject({ problems: [] });
  });
});

describe('extensions', () => {
  const extension = {
    event: 'x1',
    limit: wd(10),
    approved: '2007-05-28T18:00:00+08:00',
    level: 'organ-head',
    told: true,
  } as const;
  test('one approved on the last day still holds', () =>
    expect(run({ extensions: [extension] })).toMatchObject({
      due: '2007-06-11',
      originalDue: '2007-05-28',
      extendedBy: ['x1'],
      problems: [],
      remaining: 24,
    }));
  test.each([
    ['approved-after-due', { approved: '2007-05-29' }],
    ['wrong-level', { level: 'unit' }],
    ['not-told', { told: false }],
  ] as const)('%s: it does not (TL-08)', (reason, more) => {
    const extensions = [{ ...extension, ...more }];
    expect(run({ extensions })).toMatchObject({ due: '2007-05-28', extendedBy: [] });
    expect(found({ extensions })).toEqual([['TL-08', 'x1', reason]]);
  });
  test('a pause before it moves the day by which it must be approved', () =>
    expect(
      run({
        pauses: [pause('p1', '2007-05-10', '2007-05-17')],
        extensions: [{ ...extension, approved: '2007-06-04' }],
      }),
    ).toMatchObject({ due: '2007-06-18', extendedBy: ['x1'], problems: [] }));
  test('of joint handling the government approves: 45 and 15', () => {
    const joint = { limit: wd(45), extendedBy: 'government-head' } as const;
    const more = { ...extension, limit: wd(15) };
    expect(run({ ...joint }).due).toBe('2007-07-02');
    expect(run({ ...joint, extensions: [{ ...more, level: 'government-head' }] }).due).toBe('2007-07-23');
    expect(run({ ...joint, extensions: [more] })).toMatchObject({ due: '2007-07-02', extendedBy: [] });
    expect(found({ ...joint, extensions: [more] })).toEqual([['TL-08', 'x1', 'wrong-level']]);
  });
  test('there is one; after one that does not hold, another may', () => {
    const second = { ...extension, event: 'x2' };
    expect(run({ extensions: [extension, second] })).toMatchObject({ due: '2007-06-11', extendedBy: ['x1'] });
    expect(found({ extensions: [extension, second] })).toEqual([['TL-08', 'x2', 'second-time']]);
    expect(run({ extensions: [{ ...extension, told: false }, second] })).toMatchObject({ extendedBy: ['x2'] });
  });
});

describe('other units', () => {
  test('a last day off gives way to the next working day (Civil Code art. 203)', () => {
    const days = run({ limit: { n: 8, unit: 'calendar-day' } });
    expect(days).toMatchObject({ due: '2007-05-08', unit: 'calendar-day', elapsed: 8, remaining: 0, over: 0 });
    expect(days.trace.at(-1)!.notes).toEqual(['moved-off-holiday', 'last-day']);
    expect(dueOf('2007-04-25', { n: 3, unit: 'calendar-day' }, calendar).due).toBe('2007-04-28');
  });
  test('months end on the date, or with the month (art. 202)', () => {
    expect(dueOf('2007-01-31', { n: 1, unit: 'month' }, calendar).due).toBe('2007-02-28');
    expect(dueOf('2007-04-01', { n: 1, unit: 'month' }, calendar).due).toBe('2007-05-08');
    expect(run({ limit: { n: 1, unit: 'month' }, pauses: [pause('p1', '2007-05-10', '2007-05-17')] })).toMatchObject({
      due: '2007-06-01',
      unit: 'calendar-day',
    });
  });
  test('only the last day of such a limit hangs on the gazette', () => {
    expect(dueOf('2006-11-03', { n: 2, unit: 'month' }, calendar).provisional).toBe(false);
    expect(dueOf('2007-12-03', { n: 1, unit: 'month' }, calendar).provisional).toBe(true);
  });
  test('hours run on every day, from the hour', () => {
    const hours = { start: '2007-04-30T15:00:00+08:00', limit: { n: 48, unit: 'hour' } } as const;
    expect(run({ ...hours, end: '2007-05-02T15:00:00+08:00' })).toMatchObject({
      due: '2007-05-02',
      dueAt: '2007-05-02T15:00:00.000+08:00',
      elapsed: 48,
      over: 0,
      late: { byDay: false, byInstant: false },
    });
    expect(run({ ...hours, end: '2007-05-02T15:00:01+08:00' })).toMatchObject({
      elapsed: 49,
      over: 1,
      late: { byDay: false, byInstant: true },
    });
    const pauses = [
      pause('p1', '2007-05-01T00:00:00+08:00', '2007-05-01T06:00:00+08:00', { declaredEnd: '2007-05-01' }),
      pause('p2', '2007-05-01T03:00:00+08:00', '2007-05-01T09:00:00+08:00', { declaredEnd: '2007-05-01' }),
    ];
    const paused = run({ ...hours, pauses, asOf: '2007-05-01T12:00:00+08:00' });
    expect(paused).toMatchObject({
      dueAt: '2007-05-03T00:00:00.000+08:00',
      due: '2007-05-02',
      elapsed: 12,
      remaining: 36,
    });
    expect(paused.trace.map(({ millis }) => millis! / 3_600_000)).toEqual([9, 15, 24]);
  });
});

describe('as systems count that add up parts of days and round up', () => {
  const run2 = (more: Partial<ClockInput>) =>
    run({ start: '2007-04-25T10:00:00+08:00', limit: wd(5), partialDays: 'hours-round-up', ...more });
  test('the limit ends at the hour it began, over days that are worked', () => {
    expect(run2({ end: '2007-04-26T09:00:00+08:00' }).elapsed).toBe(1);
    expect(run2({ end: '2007-04-26T10:00:00+08:00' }).elapsed).toBe(1);
    expect(run2({ end: '2007-04-26T10:00:01+08:00' }).elapsed).toBe(2);
    expect(run2({ end: '2007-05-08T10:00:00+08:00', limit: wd(6) })).toMatchObject({
      dueAt: '2007-05-08T10:00:00.000+08:00',
      elapsed: 6,
      late: { byDay: false, byInstant: false },
    });
  });
  test('parts of pauses are left out, once', () => {
    const pauses = [
      pause('p1', '2007-04-26T12:00:00+08:00', '2007-04-27T12:00:00+08:00', { declaredEnd: '2007-04-27' }),
      pause('p2', '2007-04-27T06:00:00+08:00', '2007-04-27T18:00:00+08:00', { declaredEnd: '2007-04-27' }),
    ];
    expect(run2({ pauses, limit: wd(2), end: '2007-04-28T10:00:00+08:00' })).toMatchObject({
      elapsed: 2,
      dueAt: '2007-04-28T16:00:00.000+08:00',
    });
  });
});

test('what is not a limit or a moment is refused', () => {
  expect(() => run({ limit: wd(-1) })).toThrow(RangeError);
  expect(() => run({ limit: wd(0.5) })).toThrow(RangeError);
  expect(() => run({ start: 'yesterday' })).toThrow(RangeError);
});
test('nothing hangs at the end of time', () => {
  expect(dueOf('9999-12-20', wd(100), calendar)).toMatchObject({ due: '9999-12-29', provisional: true });
  expect(dueOf('9999-12-31', wd(3), calendar).due).toBe('9999-12-31');
  expect(dueOf('9000-01-01', { n: 100_000, unit: 'month' }, calendar).provisional).toBe(true);
});
