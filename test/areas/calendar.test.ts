import { describe, expect, test } from '@jest/globals';
import type { CalendarEvent } from '../../projections/events/calendar.js';
import { calendarYear, commandsFor } from '../../src/areas/calendar/calendar.js';
import { fold } from '../../src/kernel/decider.js';
import { given, log } from '../given.js';

const newYear = { date: '2026-01-01', name: '元旦', off: true };
const gazette = { region: 'CN', year: 2026, papers: ['国办发明电〔2025〕7号'], days: [newYear] };
const gazetted: CalendarEvent = { type: 'CalendarYearGazetted', data: gazette };
const year = (more: object = {}) => ({ type: 'GazetteYear', data: { ...gazette, ...more } });
const change = (more: object = {}) => ({
  type: 'ChangeDay',
  data: {
    region: 'CN',
    year: 2026,
    date: '2026-01-02',
    now: { name: '元旦', off: true },
    paper: '通知',
    reason: '调整',
    ...more,
  },
});

describe('a calendar of working days', () => {
  test('is gazetted once, from the first to the last day it is about', () => {
    given(calendarYear).when(year()).then(gazetted);
    given(calendarYear, gazetted).when(year()).thenRefused(['out-of-order', 'e0']);
  });
  test.each([
    ['calendar-paper-missing', { papers: [] }],
    ['calendar-not-gazetted', { days: [] }],
    ['calendar-day-twice', { days: [newYear, newYear] }],
    ['calendar-day-outside', { days: [{ ...newYear, date: '2027-02-01' }] }],
  ])('is refused: %s; a report of it is marked', (code, more) => {
    given(calendarYear).when(year(more)).thenRefused([code]);
    given(calendarYear).when(year(more), {}, 'report').thenMarked([code]);
  });
  test('of a region may be empty, for it may arrange nothing of its own', () =>
    given(calendarYear)
      .when(year({ region: 'CN-GX', days: [] }))
      .thenMatches({ type: 'CalendarYearGazetted' }));
  test('reaches half a month into the years around it', () => {
    const on = (date: string) => given(calendarYear).when(year({ days: [{ ...newYear, date }] }));
    on('2025-12-17').thenMatches({ type: 'CalendarYearGazetted' });
    on('2025-12-16').thenRefused(['calendar-day-outside']);
    on('2027-01-15').thenMatches({ type: 'CalendarYearGazetted' });
    on('2027-01-16').thenRefused(['calendar-day-outside']);
  });
  test('has days that later notices change, and says what they were', () => {
    given(calendarYear).when(change()).thenRefused(['out-of-order']);
    given(calendarYear, gazetted)
      .when(change())
      .thenMatches({ type: 'CalendarDayChanged', data: { before: null, now: { name: '元旦', off: true } } });
    given(calendarYear, gazetted)
      .when(change({ date: '2026-01-01', now: null }))
      .thenMatches({ type: 'CalendarDayChanged', data: { before: { name: '元旦', off: true }, now: null } });
    given(calendarYear, gazetted)
      .when(change({ date: '2026-01-01', now: { name: '元旦', off: true } }))
      .thenRefused(['calendar-day-unchanged', 'e0']);
    given(calendarYear, gazetted)
      .when(change({ date: '2026-06-01', now: null }))
      .thenRefused(['calendar-day-unchanged', 'e0']);
  });
  test('knows what has to be recorded so that it says what a source says', () => {
    const none = fold(calendarYear, []);
    expect(commandsFor(none, gazette).map(({ type }) => type)).toEqual(['GazetteYear']);
    const known = fold(calendarYear, log(gazetted));
    expect(commandsFor(known, gazette)).toEqual([]);
    const later = { ...gazette, days: [{ date: '2026-01-02', name: '元旦', off: true }] };
    expect(commandsFor(known, later).map(({ data }) => [(data as any).date, (data as any).now])).toEqual([
      ['2026-01-01', null],
      ['2026-01-02', { name: '元旦', off: true }],
    ]);
  });
});
