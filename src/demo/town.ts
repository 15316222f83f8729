/** The demo's town. Its facts come in as any others do: by commands. */
import { calendarId } from '../../projections/kernel/workdays.js';
import { calendarYear } from '../areas/calendar/calendar.js';
import { dayOfInstant, instantOf } from '../ledger/clock.js';
import type { Commands } from '../ledger/commands.js';
import type { Opened } from '../ledger/open.js';

const days = (name: string, off: boolean, ...dates: readonly string[]) => dates.map((date) => ({ date, name, off }));
const span = (month: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `2026-${month}-${String(from + n).padStart(2, '0')}`);

/** 国务院办公厅关于2026年部分节假日安排的通知, 4 November 2025. */
const CHINA_2026 = [
  ...days('元旦', true, ...span('01', 1, 3)),
  ...days('元旦', false, '2026-01-04'),
  ...days('春节', true, ...span('02', 15, 23)),
  ...days('春节', false, '2026-02-14', '2026-02-28'),
  ...days('清明节', true, ...span('04', 4, 6)),
  ...days('劳动节', true, ...span('05', 1, 5)),
  ...days('劳动节', false, '2026-05-09'),
  ...days('端午节', true, ...span('06', 19, 21)),
  ...days('中秋节', true, ...span('09', 25, 27)),
  ...days('国庆节', true, ...span('10', 1, 7)),
  ...days('国庆节', false, '2026-09-20', '2026-10-10'),
];

/** Keys make it play once, however often it is started. */
export async function playDemo(commands: Commands, opened: Opened): Promise<void> {
  const now = instantOf(opened.millis());
  const registrar = await opened.vault.personFor({ kind: 'staff-no', value: 'S-001' });
  await commands.send(
    calendarYear,
    calendarId('CN', 2026),
    {
      type: 'GazetteYear',
      data: {
        region: 'CN',
        year: 2026,
        papers: ['国务院办公厅关于2026年部分节假日安排的通知'],
        days: CHINA_2026,
      },
    },
    {
      context: {
        way: 'act',
        now,
        occurredAt: now,
        precision: 'second',
        on: dayOfInstant(now),
        region: opened.region,
        by: { person: registrar, post: 'registry', org: 'centre', actingAs: 'holder', authMethod: 'token' },
      },
      key: 'demo-calendar-2026',
    },
  );
}
