/** Gazetted years from files as the holiday-cn project writes them: {year, papers[], days[{name, date, isOffDay}]}. */
import { isDay } from '../../projections/kernel/instant.js';
import type { GazetteYear } from '../areas/calendar/calendar.js';

export const REGION = /^[A-Z]{2}(-[A-Z0-9]{1,6}){0,2}$/;

/** What is wrong with a file, and where in it (a JSON Pointer). */
export class NotACalendar extends Error {
  constructor(
    readonly path: string,
    readonly zh: string,
    readonly en: string,
  ) {
    super(`${path || '/'}: ${zh} (${en})`);
    this.name = 'NotACalendar';
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\u{feff}/u, ''));
  } catch (error) {
    throw new NotACalendar('', `不是合法的 JSON：${(error as Error).message}`, 'not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new NotACalendar('', '应为含 year、papers、days 的对象', 'not an object with year, papers and days');
  return value as Record<string, unknown>;
}

function dayAt(value: unknown, path: string): GazetteYear['days'][number] {
  const { name, date, isOffDay } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof date !== 'string' || !isDay(date))
    throw new NotACalendar(`${path}/date`, '应为 YYYY-MM-DD 形式的日期', 'not a date YYYY-MM-DD');
  if (typeof name !== 'string' || name.trim() === '')
    throw new NotACalendar(`${path}/name`, '应为节日名称', 'not the name of a holiday');
  if (typeof isOffDay !== 'boolean')
    throw new NotACalendar(`${path}/isOffDay`, '应为 true 或 false', 'not true or false');
  return { date, name, off: isOffDay };
}

/**
 * One file as the year that a region's government gazetted. Throws {@link NotACalendar}, also for a national year
 * without days: it has not been gazetted yet, and an empty list would claim that everything about it is known.
 */
export function readHolidayFile(text: string, region: string): GazetteYear {
  if (!REGION.test(region)) throw new NotACalendar('', `地区代码不可用：${region}`, 'not a region such as CN or CN-GX');
  const { year, papers = [], days } = parse(text);
  if (!Number.isInteger(year) || (year as number) < 1949 || (year as number) > 9998)
    throw new NotACalendar('/year', '应为 1949 年以后的年份', 'not a year from 1949 on');
  if (!Array.isArray(papers) || !papers.every((paper): paper is string => typeof paper === 'string'))
    throw new NotACalendar('/papers', '应为文件地址或文号的列表', 'not a list of addresses or numbers of notices');
  if (!Array.isArray(days)) throw new NotACalendar('/days', '应为日期的列表', 'not a list of days');
  if (days.length === 0 && !region.includes('-'))
    throw new NotACalendar('/days', `${String(year)} 年放假安排尚未公布`, `${String(year)} has not been gazetted yet`);
  if (papers.length === 0) throw new NotACalendar('/papers', '须注明文件依据', 'the notice is not named');
  const read = days.map((day: unknown, n) => dayAt(day, `/days/${n}`));
  for (const [n, { date }] of read.entries())
    if (read.findIndex((other) => other.date === date) < n)
      throw new NotACalendar(`/days/${n}/date`, `日期重复：${date}`, `${date} is listed twice`);
  return { region, year: year as number, papers, days: read.toSorted((a, b) => (a.date < b.date ? -1 : 1)) };
}
