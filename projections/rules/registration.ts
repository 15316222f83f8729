/** 补录倒填: what was registered only after it had been done. A migrated row is as late as its own system was. */
import { acceptances } from '../acceptances.js';
import { calendarYears } from '../calendar.js';
import { itemVersions } from '../catalogue.js';
import { dayNumber, startOfDay } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { addWorkdays, calendarIds, calendarOfYears } from '../kernel/workdays.js';
import { matterCards } from '../matter-cards.js';
import { regions } from '../regions.js';
import { registered, registrations } from '../registrations.js';
import { firstResult } from '../story.js';
import { departmentOn } from './department.js';

const MINUTES_A_DAY = 1440;
const USED = { acceptances, matterCards, itemVersions, calendarYears, regions } as const;
type Used = typeof USED;

/** Acceptances of the matter of an event. */
const actsOf = (event: Recorded, look: Look<Used>) =>
  look.acceptances.range('byMatter', [idOf('matter')(event)]).map(({ acceptance }) => acceptance);

export const registeredAfterwards = rule({
  id: 'BF-01',
  version: 1,
  title: { zh: '补录倒填', en: 'registered afterwards' },
  definition: {
    zh: '受理登记晚于决定（或发证、送达），或晚于受理日超过规定的工作日。以来源系统的登记时间为准；来源未说明登记时间的无法判断。',
    en: 'An acceptance was registered after the decision (or certificate, or delivery) was made, or more working days after the day of acceptance than allowed. What counts is when the reporting system was told; where it does not say, it cannot be judged.',
  },
  basis: '安阳市政务服务条例 art. 56(8)',
  severity: 'yellow',
  parameters: {
    lagWorkdays: {
      value: 1,
      says: { zh: '允许滞后（工作日）', en: 'lag allowed, working days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    afterDecision: { zh: '登记晚于决定', en: 'registered after the decision', clears: false },
    beyondLag: { zh: '超过允许的滞后', en: 'beyond the lag allowed', clears: false },
  },
  uses: USED,
  again: {
    MatterAccepted: actsOf,
    MatterDecided: actsOf,
    LicenceIssued: actsOf,
    ResultDelivered: actsOf,
  },
  judge: (act, look, parameters) => {
    const row = look.acceptances.get(act)!;
    if (row.system === null) return null;
    const card = look.matterCards.get(row.matterId)!;
    const { on, itemCode, matterId, placeKind, centre } = row;
    const about = {
      on,
      matterId,
      itemCode,
      org: departmentOn(look.itemVersions, itemCode, on) ?? row.org,
      placeKind,
      centre,
    };
    const found = { certain: true, severity: 'yellow', about, evidence: [act] } as const;
    if (row.registeredOn === null) return { ...found, result: 'undetermined', tested: {}, missing: ['registeredAt'] };
    const region = look.regions.range('all', [])[0]?.region ?? 'CN';
    const year = Number(on.slice(0, 4));
    const known = calendarIds(region, year, year).flatMap((id) => look.calendarYears.get(id) ?? []);
    const { due } = addWorkdays(on, parameters(on).lagWorkdays, calendarOfYears(region, known));
    const result = firstResult(card.story);
    const tested = {
      afterDecision: result !== null && result.on < row.registeredOn,
      beyondLag: row.registeredOn > due,
    };
    if (!tested.afterDecision && !tested.beyondLag) return null;
    return {
      ...found,
      result: 'violation',
      evidence: [act, ...(tested.afterDecision ? [result!.event] : [])],
      tested,
      missing: [],
      details: { registeredOn: row.registeredOn, days: dayNumber(row.registeredOn) - dayNumber(on) },
    };
  },
});

/** `<who> <day>`: all that a source registers for a unit on one day. */
const dayKey = (event: Recorded) => {
  const told = registered(event);
  return told ? `${told.who} ${told.day}` : [];
};
export const registeredInBulk = rule({
  id: 'BF-02',
  version: 1,
  title: { zh: '批量补录', en: 'registered in bulk' },
  definition: {
    zh: '同一来源为同一单位，在规定的分钟数内登记的受理达到件数，而其受理日相隔达到天数。一个来源、单位和登记日为一个疑点。',
    en: 'A source registers for one unit, within so many minutes, at least so many acceptances that had been made over at least so many days. One finding for each source, unit and day of registration.',
  },
  basis: '电子监察运行问题（垂直部门集中补录）',
  severity: 'yellow',
  parameters: {
    least: {
      value: 10,
      says: { zh: '件数', en: 'at least so many' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
    minutes: {
      value: 30,
      says: { zh: '分钟', en: 'within minutes' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
      most: MINUTES_A_DAY,
    },
    days: {
      value: 3,
      says: { zh: '跨越天数', en: 'over days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    enough: { zh: '件数达到', en: 'so many', clears: false },
    apart: { zh: '受理日相隔达到天数', en: 'so many days apart', clears: false },
  },
  uses: { registrations },
  again: { MatterAccepted: dayKey },
  judge: (subject, look, parameters) => {
    const [who, day] = [subject.slice(0, -11), subject.slice(-10)];
    const { least, minutes, days } = parameters(day);
    const start = Math.floor(startOfDay(day) / 60_000);
    const rows = look.registrations.range('byWho', [who, start], [who, start + MINUTES_A_DAY - 1]);
    const windows = rows.map(({ minute }) => {
      const within = rows.filter((row) => row.minute >= minute && row.minute < minute + minutes);
      const first = within.map((row) => row.first).toSorted()[0]!;
      const last = within
        .map((row) => row.last)
        .toSorted()
        .at(-1)!;
      const count = within.reduce((n, row) => n + row.count, 0);
      return { within, first, last, count, apart: dayNumber(last) - dayNumber(first) + 1 };
    });
    const largest = windows.toSorted((a, b) => b.count - a.count)[0]!;
    const bad = windows.find(({ count, apart }) => count >= least && apart >= days);
    if (largest.count < least) return null;
    const shown = bad ?? largest;
    return {
      result: bad ? 'violation' : 'cleared',
      certain: true,
      severity: 'yellow',
      about: { ...NOTHING_KNOWN, on: day, org: who.slice(who.indexOf('/') + 1) || null },
      evidence: shown.within.flatMap(({ acts }) => acts).slice(0, 20),
      tested: { enough: true, apart: shown.apart >= days },
      missing: [],
      details: { count: shown.count, first: shown.first, last: shown.last, source: who.slice(0, who.indexOf('/')) },
    };
  },
});
