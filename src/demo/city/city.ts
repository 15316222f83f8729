/**
 * A city for thirteen months, as a seed has it: every line that is said to the ledger, and outside of it the labels of
 * what is to be found. It knows the law as people do, and nothing of the rules that look for breaches of it.
 */
import { addDays, dayNumber } from '../../../projections/kernel/instant.js';
import { CITY_BEGINS, dice, NOTICES, Workdays } from './days.js';
import { enter, ordinary, publish } from './facts.js';
import { PLANTS } from './plants.js';
import { type Item, registersOf, type Shift } from './registers.js';
import { instant, type Label, type Line, type NearMiss, Script } from './script.js';

export { CITY_BEGINS };
export interface CityPlan {
  readonly seed: number;
  /** The last day that is played of the story, which is the same for all; labels are those of the whole. */
  readonly until: string;
  /** 1: 34 units, 400 items, 20,000 matters; less for a part of it. */
  readonly size: number;
}
export interface City {
  readonly plan: CityPlan;
  readonly lines: readonly Line[];
  readonly labels: readonly Label[];
  readonly nearMisses: readonly NearMiss[];
}
export const CITY_ENDS = '2026-03-09';
const MATTERS = 20_000;
/** One matter in so many is charged for. */
const CHARGED = 1 / 6;
/** Days after a plant begins within which it comes to its end. */
const ROOM = 50;

const person = (staff: string) => ({
  identifier: { kind: 'staff-no', value: staff },
  personal: { name: `窗口${staff.slice(2)}` },
});
/** Posted and sent back, covered and back again: each said on the day before. */
function staffed(s: Script, post: string, shifts: readonly Shift[]): void {
  const by = { person: 'S-registrar', org: 'city' };
  const say = (day: string, minute: number, type: string, data: object) => {
    const at = day <= CITY_BEGINS ? instant(CITY_BEGINS, 8 * 60) : instant(addDays(day, -1), minute);
    s.line({ at, category: 'post', id: post, type, data, by });
  };
  for (const { staff, from, to, holder } of shifts.toSorted((a, b) => (a.from < b.from ? -1 : 1)))
    if (holder !== undefined) {
      const document = '顶岗安排';
      const cover = { holder: person(holder), cover: person(staff), reason: 'leave', from, document };
      say(from, 17 * 60, 'StartCover', cover);
      say(to!, 17 * 60, 'EndCover', { cover: person(staff), from: to! });
    } else {
      say(from, 17 * 60 + 10, 'PostStaff', { staff: person(staff), staffKind: 'established', from });
      if (to !== null) say(to, 17 * 60, 'ReturnStaff', { staff: person(staff), from: to, reason: '轮岗' });
    }
}

function registers(s: Script): void {
  const at = instant(CITY_BEGINS, 8 * 60);
  const by = { person: 'S-registrar', org: 'city' };
  const fact = (category: string, id: string, type: string, data: object) =>
    s.line({ at, category, id, type, data, by });
  for (const { region, year, papers, days } of NOTICES)
    fact('calendar', `${region}-${year}`, 'GazetteYear', { region, year, papers, days });
  const from = CITY_BEGINS;
  for (const { id, name, windows } of s.registers.centres) {
    fact('centre', id, 'RegisterCentre', { name, region: 'CN-GX', from });
    for (const window of windows) fact('centre', id, 'OpenWindow', { window, name: `${window}号窗口`, from });
  }
  for (const { post, centre, window, staff } of s.registers.posts) {
    fact('post', post, 'CreatePost', { name: '综合受理岗', org: centre, centre, window, from });
    staffed(s, post, staff);
    const powers = ['accept', 'instant-decide', 'coordinate', 'supervise'];
    fact('post', post, 'GrantPowers', { powers, document: '窗口授权书', from });
  }
  for (const item of s.registers.items) {
    publish(s, item, at);
    enter(s, item.code, item.entered, instant(addDays(item.entered, -1), 9 * 60));
  }
}

/** Matters in which nothing is wrong: quick ones at the window, longer ones through the unit, some paused or corrected. */
function everyday(s: Script, id: string, item: Item, start: number): void {
  const m = s.matter(id, item, start);
  const { next, between } = s.dice;
  const dice = next();
  const charged = next() < CHARGED;
  const kind = (['F', 'D', 'V'] as const)[between(0, 2)]!;
  const charge = (n: number, online = false) => charged && s.till.charge(m, n, between(1, 4), kind, online);
  if (dice < 0.12) {
    const how = { channel: 'online-platform', place: { kind: 'other' }, system: 'online-platform' } as const;
    m.acceptElsewhere(0, false, how);
    charge(0, true);
    m.finish(between(0, m.calm));
  } else if (dice < 0.62) {
    m.receive().accept();
    charge(0);
    m.decide(0).deliver(0);
  } else if (dice < 0.92) {
    const on = between(0, 2);
    m.receive().accept(on);
    charge(on);
    m.act(2, 'unit', 'StartStep', { step: 'review' }).act(3, 'unit', 'FinishStep', {
      step: 'review',
      role: 'reviewer',
      opinion: 'approve',
    });
    m.decide(Math.max(3, m.calm)).deliver(Math.max(3, m.calm) + between(0, 6));
  } else if (dice < 0.95) {
    m.receive();
    m.act(between(0, 4), 'window', 'RequestCorrection', { gaps: [{ code: 'm2' }], servedBy: 'on-the-spot' });
    m.act(5, 'window', 'SubmitCorrection', { materials: [{ code: 'm2' }] });
    m.accept(5);
    charge(5);
    m.finish(5 + between(0, m.calm));
  } else if (dice < 0.98) {
    m.receive().accept();
    charge(0);
    const told = { on: m.on(0), servedBy: 'message' };
    m.act(0, 'unit', 'PauseMatter', { kind: 'inspection', reason: '现场检验', declaredEnd: m.on(6), told });
    m.act(between(3, 5), 'unit', 'ResumeMatter').finish(6);
  } else {
    m.receive();
    m.act(between(0, 3), 'window', 'RefuseMatter', { reasons: '不属于本机关职权', remedies: '可申请行政复议' });
  }
}

/** Acts outside with less than ninety days between them are one episode, if something was accepted inside near it. */
function episodes(s: Script): void {
  for (const item of new Set(s.accepted.filter(({ outside }) => outside).map((each) => each.item))) {
    const mine = s.accepted.filter((each) => each.item === item && each.on <= s.until);
    const days = (outside: boolean) =>
      [...new Set(mine.filter((each) => each.outside === outside).map(({ on }) => dayNumber(on)))].toSorted(
        (a, b) => a - b,
      );
    const [inside, outside] = [days(false), days(true)];
    let begun = outside[0];
    outside.forEach((day, n) => {
      const after = outside[n + 1];
      if (after !== undefined && after - day < 90) return;
      if (inside.some((each) => each > begun! - 90 && each < day + 90)) s.finds('DA-02', item, 'an episode');
      begun = after;
    });
    const quarters = new Map<string, [number, number]>();
    for (const { on, outside: out } of mine) {
      const quarter = `${on.slice(0, 4)} ${Math.ceil(Number(on.slice(5, 7)) / 3)}`;
      const [all, bad] = quarters.get(quarter) ?? [0, 0];
      quarters.set(quarter, [all + 1, bad + (out ? 1 : 0)]);
    }
    for (const [all, bad] of quarters.values())
      if (bad > 0 && all >= 5 && bad / all >= 0.2) s.finds('EN-02', item, 'a fifth or more outside');
      else if (bad > 0) s.nearly('EN-02', item, 'less than a fifth, or few');
  }
}

/** Acts outside whose unit had an exemption once that covered them, or has one that does not. */
function exemptions(s: Script): void {
  for (const act of s.accepted.filter(({ outside, on }) => outside && on <= s.until)) {
    const known = s.exemptions.filter(
      ({ unit, decidedOn, from }) => unit === act.unit && decidedOn <= act.on && from <= act.on,
    );
    const covers = ({ scope: { items, places, channels } }: (typeof known)[number]) =>
      items.includes(act.item) && places.includes(act.place) && (channels === null || channels.includes(act.channel));
    const over = known.some((each) => each.to !== null && each.to <= act.on && covers(each));
    const beyond = known.some((each) => (each.to === null || act.on < each.to) && !covers(each));
    if (over) s.finds('EX-01', act.matter, 'under an exemption that had ended');
    if (beyond) s.finds('EX-02', act.matter, 'beyond an exemption in force');
  }
}

export function cityOf(plan: CityPlan): City {
  const { seed, until, size } = plan;
  const throwing = dice(seed);
  const days = new Workdays(CITY_BEGINS, '2026-12-31');
  const s = new Script(throwing, days, registersOf(throwing, days, size), until);
  registers(s);
  s.till.open(s.registers.items);
  const last = days.index(CITY_ENDS);
  const usable = ordinary(s.registers.items);
  const number = () => `M-${String(s.matters + 1).padStart(6, '0')}`;
  // Some plants have five turns.
  const repeats = Math.max(5, Math.round(15 * size));
  for (let k = 0; k < repeats; k++)
    for (const plant of PLANTS) {
      const free = (item = throwing.of(usable), start = throwing.between(12, last - ROOM)) =>
        s.matter(number(), item, start);
      plant(s, free, k);
    }
  const all = MATTERS * size;
  while (s.matters < all) {
    const start = throwing.between(9, last);
    if (weekdayRush(throwing.next(), days.day(start))) everyday(s, number(), throwing.of(s.registers.items), start);
  }
  s.till.close();
  episodes(s);
  exemptions(s);
  const lines = s.lines
    .filter(({ at }) => at.slice(0, 10) <= until)
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { plan, lines, labels: s.labels, nearMisses: s.nearMisses };
}
/** Mondays are fuller than Fridays. */
function weekdayRush(chance: number, day: string): boolean {
  const weekday = (dayNumber(day) + 3) % 7;
  return chance < 1 - weekday * 0.08;
}
