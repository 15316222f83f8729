/** Calendars for tests: a few gazetted days typed from their notices, and the full files where they are at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Calendar, type CalendarYear, calendarOfYears, daysByDate } from '../projections/kernel/workdays.js';
import { readHolidayFile } from '../src/intake/calendar.js';

export const off = (name: string, ...dates: readonly string[]) => dates.map((date) => ({ date, name, off: true }));
export const worked = (name: string, ...dates: readonly string[]) => dates.map((date) => ({ date, name, off: false }));
export const year = (
  region: string,
  of: number,
  papers: readonly string[],
  ...days: readonly (readonly { date: string; name: string; off: boolean }[])[]
): CalendarYear => ({ region, year: of, gazetted: true, days: daysByDate(days.flat(), papers) });

const may = (y: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `${y}-05-0${from + n}`);

/** 国办发明电〔2006〕45号: the golden week of May 2007, with the weekend before it worked. */
export const china2007 = year(
  'CN',
  2007,
  ['国办发明电〔2006〕45号'],
  off('劳动节', ...may(2007, 1, 7)),
  worked('劳动节', '2007-04-28', '2007-04-29'),
);
/** 国办发明电〔2017〕12号 and 〔2020〕27号: what of 2018 and 2021 lies in April and May. */
export const china2018 = year(
  'CN',
  2018,
  ['国办发明电〔2017〕12号'],
  off('清明节', '2018-04-05', '2018-04-06', '2018-04-07'),
  worked('清明节', '2018-04-08'),
  off('劳动节', '2018-04-29', '2018-04-30', '2018-05-01'),
  worked('劳动节', '2018-04-28'),
);
export const china2021 = year(
  'CN',
  2021,
  ['国办发明电〔2020〕27号'],
  off('清明节', '2021-04-03', '2021-04-04', '2021-04-05'),
  off('劳动节', ...may(2021, 1, 5)),
  worked('劳动节', '2021-04-25', '2021-05-08'),
);
export const china2015 = year('CN', 2015, ['国办发明电〔2014〕28号'], off('清明节', '2015-04-05', '2015-04-06'));

/** 壮族三月三, as the government of Guangxi arranged it: off, and the Sunday worked for it. */
const SANYUESAN = '壮族三月三';
export const guangxi = [
  year('CN-GX', 2015, ['广西 2015'], off(SANYUESAN, '2015-04-20', '2015-04-21')),
  year(
    'CN-GX',
    2018,
    ['广西 2018'],
    off(SANYUESAN, '2018-04-18', '2018-04-19', '2018-04-20'),
    worked(SANYUESAN, '2018-04-15'),
  ),
  year(
    'CN-GX',
    2021,
    ['广西 2021'],
    off(SANYUESAN, '2021-04-14', '2021-04-15', '2021-04-16'),
    worked(SANYUESAN, '2021-04-18'),
  ),
];
export const typed: readonly CalendarYear[] = [china2007, china2015, china2018, china2021, ...guangxi];
export const typedCalendar = (region: string): Calendar => calendarOfYears(region, typed);

const FOLDER = '../shared/data/cn-holiday';
export const haveFiles = existsSync(FOLDER);
/** Every gazetted year of the folder, and the years of Guangxi that are typed above. */
export function fullCalendar(region: string): Calendar {
  const files = readdirSync(FOLDER).filter((name) => /^\d{4}\.json$/.test(name) && name !== '2027.json');
  const national = files.map((name) => {
    const read = readHolidayFile(readFileSync(`${FOLDER}/${name}`, 'utf8'), 'CN');
    return { region: 'CN', year: read.year, gazetted: true, days: daysByDate(read.days, read.papers) };
  });
  return calendarOfYears(region, [...national, ...guangxi]);
}

const newYear = (of: number) => ({ [`${of}-01-01`]: { name: '元旦', off: true } });

/** Years as they are gazetted: those typed above, and others with New Year's Day alone. */
export function gazette(years: readonly number[], region: string) {
  const known = [china2007, china2015, china2018, china2021, ...guangxi];
  const regions = region === 'CN' ? ['CN'] : ['CN', region];
  return years.flatMap((of) =>
    regions.map((each) => {
      const found = known.find((one) => one.year === of && one.region === each);
      const days = Object.entries(found?.days ?? newYear(of)).map(([date, { name, off: isOff }]) => ({
        date,
        name,
        off: isOff,
      }));
      return { year: of, region: each, data: { region: each, year: of, papers: [`${each} ${of}`], days } };
    }),
  );
}
