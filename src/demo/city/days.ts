/** The days of the city: a plain list of those that are worked, and dice that a seed throws. */
import { addDays, weekday } from '../../../projections/kernel/instant.js';

export interface Notice {
  readonly region: string;
  readonly year: number;
  readonly papers: readonly string[];
  readonly days: readonly { readonly date: string; readonly name: string; readonly off: boolean }[];
}
/** The first day of the story. */
export const CITY_BEGINS = '2025-02-05';
const span = (from: string, to: string) => {
  const days = [from];
  while (days.at(-1)! < to) days.push(addDays(days.at(-1)!, 1));
  return days;
};
const off = (name: string, from: string, to = from) => span(from, to).map((date) => ({ date, name, off: true }));
const worked = (name: string, ...dates: string[]) => dates.map((date) => ({ date, name, off: false }));

/** 国办发明电〔2024〕12号 and the notice of 4 November 2025. The region's own days are the demo's. */
export const NOTICES: readonly Notice[] = [
  {
    region: 'CN',
    year: 2025,
    papers: ['国办发明电〔2024〕12号'],
    days: [
      ...off('元旦', '2025-01-01'),
      ...off('春节', '2025-01-28', '2025-02-04'),
      ...worked('春节', '2025-01-26', '2025-02-08'),
      ...off('清明节', '2025-04-04', '2025-04-06'),
      ...off('劳动节', '2025-05-01', '2025-05-05'),
      ...worked('劳动节', '2025-04-27'),
      ...off('端午节', '2025-05-31', '2025-06-02'),
      ...off('国庆节、中秋节', '2025-10-01', '2025-10-08'),
      ...worked('国庆节', '2025-09-28', '2025-10-11'),
    ],
  },
  {
    region: 'CN',
    year: 2026,
    papers: ['国务院办公厅关于2026年部分节假日安排的通知'],
    days: [
      ...off('元旦', '2026-01-01', '2026-01-03'),
      ...worked('元旦', '2026-01-04'),
      ...off('春节', '2026-02-15', '2026-02-23'),
      ...worked('春节', '2026-02-14', '2026-02-28'),
      ...off('清明节', '2026-04-04', '2026-04-06'),
      ...off('劳动节', '2026-05-01', '2026-05-05'),
      ...worked('劳动节', '2026-05-09'),
      ...off('端午节', '2026-06-19', '2026-06-21'),
      ...off('中秋节', '2026-09-25', '2026-09-27'),
      ...off('国庆节', '2026-10-01', '2026-10-07'),
      ...worked('国庆节', '2026-09-20', '2026-10-10'),
    ],
  },
  ...[2025, 2026].map((year) => ({
    region: 'CN-GX',
    year,
    papers: [`演示日历 ${year}`],
    days:
      year === 2025
        ? off('壮族三月三（演示）', '2025-03-31', '2025-04-01')
        : off('壮族三月三（演示）', '2026-04-20', '2026-04-21'),
  })),
];

/** Numbers from 0 up to 1 that a seed fixes (mulberry32). */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    between: (from: number, to: number) => from + below(to - from + 1),
    of: <T>(all: readonly T[]) => all[below(all.length)]!,
  };
}
export type Dice = ReturnType<typeof dice>;

/** Every worked day of a span, in order; a limit of n working days from the k-th ends on the (k+n)-th. */
export class Workdays {
  readonly all: readonly string[];
  constructor(from: string, to: string) {
    const named = new Map<string, boolean>();
    for (const { days } of NOTICES) for (const { date, off: free } of days) named.set(date, !free);
    const all: string[] = [];
    for (let day = from; day <= to; day = addDays(day, 1)) if (named.get(day) ?? weekday(day) <= 5) all.push(day);
    this.all = all;
  }
  day(n: number): string {
    const day = this.all[n];
    if (day === undefined) throw new RangeError(`no ${n}-th working day here`);
    return day;
  }
  /** How many working days are not after a day. */
  index(day: string): number {
    const after = this.all.findIndex((each) => each > day);
    return (after < 0 ? this.all.length : after) - 1;
  }
}
