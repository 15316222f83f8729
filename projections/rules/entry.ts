/** 应进必进: items that should have entered the centre and have not, or have in name only. */
import { deadlines } from '../deadlines.js';
import { itemVersions } from '../catalogue.js';
import { itemEntries } from '../entries.js';
import { exemptions } from '../exemptions.js';
import { addDays } from '../kernel/instant.js';
import { idIn, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { ENTRY } from '../limit-parameters.js';
import { entryLimit } from '../limits.js';
import { actsTouched, dayKeys } from '../places.js';
import { departmentOn } from './department.js';
import { onPlacing, PLACES, type Places } from './dual-acceptance.js';

type Entering = { deadlines: typeof deadlines };
/** The item, and with the day on which it left a centre each time that it has been outside since. */
function timesOutside(event: Recorded, look: Look<Entering>): readonly string[] {
  return [idIn('item')(event)].flat().flatMap((code) => {
    const names = Object.keys(look.deadlines.get(`item-${code}`)?.limits ?? {});
    return names.map((name) => [code, ...name.split(':').slice(1)].join(' '));
  });
}

export const notEntered = rule({
  id: ENTRY.id,
  version: 1,
  title: { zh: '应进未进', en: 'should have entered the centre' },
  definition: {
    zh: '应进中心的事项公布后宽限期满仍未进驻，且没有覆盖该事项的豁免；更长的期限届满后升为红色。豁免期间不计。退出中心的，自退出之日起重新计算。',
    en: 'When the days to enter are over, from its publication on, an item that must enter has not entered a centre, and no exemption covers it; red when the longer term is over. Days under an exemption do not count. After an item has left, the days count from its exit.',
  },
  basis: '优化营商环境条例 art. 36; 商丘市优化营商环境条例 art. 34(1)',
  severity: 'yellow',
  parameters: ENTRY.parameters,
  tests: {
    entered: { zh: '期限内已进驻', en: 'it entered in time', clears: true },
    redDays: { zh: '升为红色的期限已满', en: 'the longer term has passed', clears: false },
  },
  uses: { deadlines, itemVersions, itemEntries, exemptions },
  again: {
    LimitPassed: timesOutside,
    LimitLifted: timesOutside,
    ItemEntered: timesOutside,
    ItemLeftCentre: timesOutside,
    ItemPublished: timesOutside,
  },
  judge: (subject, look, parameters) => {
    const [itemCode, left = null] = subject.split(' ') as [string, string?];
    const limits = look.deadlines.get(`item-${itemCode}`)!.limits;
    const [first, last] = [limits[entryLimit('first', left)], limits[entryLimit('red', left)]];
    if (!first || first.passed === null) return null;
    parameters(first.start); // by which its last day was counted
    const red = last !== undefined && last.passed !== null;
    const on = first.due;
    return {
      result: 'violation',
      certain: true,
      severity: red ? 'red' : 'yellow',
      about: { ...NOTHING_KNOWN, on, itemCode, org: departmentOn(look.itemVersions, itemCode, on) },
      evidence: [first.passed, ...(red ? [last.passed!] : [])],
      tested: { entered: false, redDays: red },
      missing: [],
      details: { due: first.due, enteredOn: first.doneOn, left },
    };
  },
});

/** First and last day of the quarter of a day. */
export function quarterOf(day: string): readonly [string, string] {
  const [year, month] = [day.slice(0, 4), Number(day.slice(5, 7))];
  const first = Math.floor((month - 1) / 3) * 3 + 1;
  const start = (y: string, m: number) => `${y}-${String(m).padStart(2, '0')}-01`;
  const next = first === 10 ? start(String(Number(year) + 1).padStart(4, '0'), 1) : start(year, first + 3);
  return [start(year, first), addDays(next, -1)];
}

export const enteredInName = rule({
  id: 'EN-02',
  version: 1,
  title: { zh: '明进暗不进', en: 'entered in name only' },
  definition: {
    zh: '已进驻事项一个季度内受理达到件数，其中场外违规受理的比例达到界限。',
    en: 'Of an entered item, in a calendar quarter with enough acceptances, the share of those outside the centre against the rule reaches the threshold.',
  },
  basis: '国发〔2022〕5号',
  severity: 'red',
  parameters: {
    sharePercent: {
      value: 20,
      says: { zh: '场外比例（%）', en: 'share outside, %' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
      most: 100,
    },
    least: {
      value: 5,
      says: { zh: '最少件数', en: 'at least so many' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    enough: { zh: '受理达到件数', en: 'enough acceptances', clears: false },
    shareReached: { zh: '场外比例达到界限', en: 'the share reaches the threshold', clears: false },
  },
  uses: PLACES,
  again: onPlacing((event: Recorded, look: Look<Places>) => {
    const days = dayKeys(actsTouched(event, look).map((act) => look.placedActs.get(act)));
    return [...new Set(days.map((key) => `${key.slice(0, -11)} ${quarterOf(key.slice(-10))[0]}`))];
  }),
  judge: (subject, look, parameters) => {
    const [itemCode, from] = [subject.slice(0, -11), subject.slice(-10)];
    const bad = look.placeDays.range('byBad', [itemCode, true, from], [itemCode, true, quarterOf(from)[1]]);
    const last = bad.at(-1);
    if (!last) return null;
    const days = look.placeDays.range('byItem', [itemCode, from], [itemCode, quarterOf(from)[1]]);
    const outside = days.reduce((n, day) => n + day.outside, 0);
    const all = outside + days.reduce((n, day) => n + day.inside, 0);
    const { sharePercent, least } = parameters(from);
    const sure = outside - days.reduce((n, day) => n + day.seconded, 0);
    const tested = { enough: all >= least, shareReached: outside * 100 >= sharePercent * all };
    const violated = tested.enough && tested.shareReached;
    return {
      result: violated ? 'violation' : 'cleared',
      certain: !violated || sure * 100 >= sharePercent * all,
      severity: 'red',
      about: { ...NOTHING_KNOWN, on: last.day, itemCode, org: last.department },
      evidence: bad.flatMap(({ acts }) => acts).slice(0, 20),
      tested,
      missing: [],
      details: { outside, all, share: Math.round((100 * outside) / all), from },
    };
  },
});
