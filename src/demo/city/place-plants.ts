/** What was accepted where, entered or exempt: violations, and what only looks like one. */
import { addDays } from '../../../projections/kernel/instant.js';
import { enter, exemption, EXEMPT_UNITS, type Plant, publish } from './facts.js';
import { instant, type Matter } from './script.js';

export const places: readonly Plant[] = [
  (s, matter) => {
    const m = matter().acceptElsewhere(0, true);
    m.finish(m.calm);
    s.finds('DA-01', m.id, 'at the office of the unit');
  },
  (s, matter) => {
    const m = matter().acceptElsewhere(0, false, {
      channel: 'online-platform',
      place: { kind: 'other' },
      system: 'online-platform',
    });
    m.finish(m.calm);
    s.nearly('DA-01', m.id, 'online');
  },
  (s, matter) => {
    const m = matter().acceptElsewhere(0, false, { channel: 'relay' });
    m.finish(m.calm);
    s.nearly('DA-01', m.id, 'accepted elsewhere on behalf of the centre');
  },
  (s, matter) => {
    const m = matter().acceptElsewhere(0, false, { place: { kind: 'on-site-session' } });
    m.finish(m.calm);
    s.nearly('DA-01', m.id, 'a leader on site');
  },
  (s, matter) => {
    const m = matter().acceptElsewhere(0, null, { place: { kind: 'unknown' } });
    m.finish(m.calm);
    s.nearly('DA-01', m.id, 'the place is not known');
  },
];

/** Around the day on which an item enters: before it, on it, and before it but registered after. */
export const entries: Plant = (s, matter, n) => {
  const { days, registers } = s;
  const item = registers.items[40 + (n % 12)]!;
  const entered = days.index(item.entered);
  const before = matter(item, entered - 1).acceptElsewhere(0, null);
  before.finish(before.calm);
  s.nearly('DA-01', before.id, 'the day before the entry');
  const lagging = matter(item, entered - 1).acceptElsewhere(0, null, { registered: instant(item.entered, 9 * 60) });
  lagging.finish(lagging.calm);
  s.nearly('DA-01', lagging.id, 'before the entry, registered after it');
  const onDay = matter(item, entered).acceptElsewhere(0, true);
  onDay.finish(onDay.calm);
  s.finds('DA-01', onDay.id, 'on the day of the entry');
};

/** One item of an exempt unit, and the whole life of its exemption. */
export const exempted: Plant = (s, matter, n) => {
  const { days, registers } = s;
  const unit = EXEMPT_UNITS[n % EXEMPT_UNITS.length]!;
  const item = registers.items.filter((each) => each.unit === unit)[1 + Math.floor(n / EXEMPT_UNITS.length)];
  if (!item) return;
  const first = 20 + n * 3;
  const [from, to] = [days.day(first), days.day(first + 30)];
  exemption(s, item, `HM-${n}`, instant(days.day(first - 3), 600), { decidedOn: days.day(first - 3), from, to });
  const done = (m: Matter) => m.finish(m.calm);
  const onFirst = matter(item, first).acceptElsewhere(0, null, {});
  done(onFirst);
  s.nearly('DA-01', onFirst.id, 'the first day of an exemption');
  const onLast = matter(item, first + 29).acceptElsewhere(0, null);
  done(onLast);
  s.nearly('EX-01', onLast.id, 'the last day of an exemption');
  const after = matter(item, first + 30).acceptElsewhere(0, true);
  done(after);
  s.finds('DA-01', after.id, 'on the day the exemption has ended');
  const beyond = matter(item, first + 5).acceptElsewhere(0, true, { place: { kind: 'other', org: item.unit } });
  done(beyond);
  s.finds('DA-01', beyond.id, 'at a place that the exemption does not name');
};
/** An exemption that is decided only afterwards does not cure; one that is decided in time and registered late does. */
export const ratified: Plant = (s, matter, n) => {
  const { days, registers } = s;
  const unit = EXEMPT_UNITS[n % EXEMPT_UNITS.length]!;
  const mine = registers.items.filter((each) => each.unit === unit);
  const item = mine.at(-1 - Math.floor(n / EXEMPT_UNITS.length) * 2);
  const other = mine.at(-2 - Math.floor(n / EXEMPT_UNITS.length) * 2);
  const first = 150 + n * 2;
  if (!item || !other || mine.length < 8) return;
  const m = matter(item, first - 2).acceptElsewhere(0, true);
  m.finish(m.calm);
  s.finds('DA-01', m.id, 'ratified later');
  const late = instant(days.day(first + 4), 600);
  exemption(s, item, `HL-${n}`, late, {
    decidedOn: days.day(first + 4),
    from: days.day(first - 3),
    to: days.day(first + 6),
  });
  s.finds('EX-04', `${unit}/HL-${n}`, 'it begins before it was decided');
  const order = matter(other, first).acceptElsewhere(0, null);
  order.finish(order.calm);
  s.nearly('DA-01', order.id, 'an emergency order, registered late');
  exemption(s, other, `HE-${n}`, late, { decidedOn: days.day(first), from: days.day(first), to: days.day(first + 1) });
};
export const defects: Plant = (s, _matter, n) => {
  const item = s.registers.items.find(({ unit }) => unit === EXEMPT_UNITS[n % 3])!;
  const on = s.days.day(200 + n);
  const whole = { decidedOn: on, from: addDays(on, 1), to: addDays(on, 3) };
  const bad = [
    { ...whole, approver: { name: '本单位', level: 'unit' } },
    { ...whole, document: undefined },
    { ...whole, to: undefined },
    { ...whole, from: addDays(on, -1) },
  ][n % 4]!;
  // Of nothing that anybody accepts, so that it bears on no act.
  const scope = { items: ['none'], places: ['village-point'], channels: ['phone'] };
  exemption(s, item, `HD-${n}`, instant(on, 600), {
    ...bad,
    scope,
    ...(bad.to === undefined && { from: addDays(on, 1) }),
  });
  s.finds('EX-04', `${item.unit}/HD-${n}`, 'not granted as it has to be');
};

/** Its own unit approves it, and so it exempts nothing. */
export const selfApproved: Plant = (s, matter, n) => {
  const { days, registers } = s;
  const item = registers.items.find(({ unit }) => unit === EXEMPT_UNITS[n % 3])!;
  const first = 180 + n;
  const [from, to] = [days.day(first), days.day(first + 2)];
  const approver = { name: '本单位', level: 'unit' };
  exemption(s, item, `HU-${n}`, instant(from, 500), { decidedOn: from, from, to, approver });
  s.finds('EX-04', `${item.unit}/HU-${n}`, 'approved by the unit itself');
  const m = matter(item, first).acceptElsewhere(0, true);
  m.finish(m.calm);
  s.finds('DA-01', m.id, 'under an exemption that no government approved');
};

export const twice: readonly Plant[] = [
  (s, matter) => {
    const first = matter().receive().accept();
    const second = matter(first.item, first.start + 2)
      .receive(0, first.applicant)
      .accept();
    first.finish(first.calm);
    second.finish(second.calm);
    if (first.calm >= 2) s.finds('DA-03', second.id, 'the first still open');
  },
  (s, matter) => {
    const first = matter().receive().accept();
    const second = matter(first.item, first.start + 2)
      .receive(0, first.applicant)
      .accept();
    second.act(0, 'unit', 'LinkMatter', { relation: 'stage-of', to: first.id });
    first.finish(first.calm);
    second.finish(second.calm);
    s.nearly('DA-03', second.id, 'linked');
  },
  (s, matter) => {
    const first = matter().receive().accept().finish(0);
    const second = matter(first.item, first.start + 3)
      .receive(0, first.applicant)
      .accept();
    second.finish(second.calm);
    s.nearly('DA-03', second.id, 'the first was closed');
  },
  (s, matter) => {
    const first = matter().receive().accept();
    const second = matter(first.item, first.start + 2)
      .receive(0, first.applicant, 'BD-2')
      .accept();
    first.finish(first.calm);
    second.finish(second.calm);
    s.nearly('DA-03', second.id, 'for something else');
  },
];

export const shadows: readonly Plant[] = [
  (s, matter) => {
    const m = matter();
    m.report(0, 'IssueLicence', { certificateNo: `ZJ-${m.id}`, itemCode: m.item.code });
    s.finds('DA-04', m.id, 'a certificate without an acceptance');
  },
  (s, matter) => {
    const m = matter();
    const validFrom = addDays(m.item.entered, -30);
    m.report(0, 'IssueLicence', { certificateNo: `ZJ-${m.id}`, itemCode: m.item.code, validFrom });
    s.nearly('DA-04', m.id, 'an old certificate');
  },
  (s, matter) => {
    const first = matter().receive().accept();
    first.finish(first.calm);
    const m = matter(first.item, first.start + first.calm + 5);
    m.report(0, 'IssueLicence', { certificateNo: `ZJ-${m.id}`, itemCode: m.item.code });
    m.report(0, 'LinkMatter', { relation: 'supersedes', to: first.id });
    s.nearly('DA-04', m.id, 'a reprint');
  },
  (s, matter) => {
    const m = matter();
    m.report(0, 'DecideMatter', { outcome: 'denied', itemCode: m.item.code, reasons: '不符合', remedies: '复议' });
    const how = {
      place: { kind: 'centre-window', window: '1', org: 'city' },
      channel: 'window',
      told: instant(m.on(3), 700),
      registered: instant(m.on(3), 700),
      on: m.on(0),
    } as const;
    m.acceptElsewhere(3, false, how);
    s.nearly('DA-04', m.id, 'the acceptance comes within the lag');
    s.finds('BF-01', m.id, 'registered after the decision');
  },
];

/** Items of their own, published for this. */
export const unentered: Plant = (s, _matter, n) => {
  const { days, registers } = s;
  const start = days.day(12 + n * 2);
  const code = `en-${n}`;
  const unit = registers.units[4 + (n % 2)]!.id;
  publish(
    s,
    { code, unit, name: `新增事项${n}`, statutory: 20, promised: 10, entered: start, steps: [] },
    instant(start, 540),
    n % 5 !== 4,
  );
  const entry = [null, 40, 30, 95, null][n % 5]!;
  if (entry !== null) enter(s, code, addDays(start, entry), instant(addDays(start, entry - 1), 540));
  const found = [true, true, false, true, false][n % 5];
  if (found) s.finds('EN-01', code, entry === null ? 'never entered' : `entered after ${entry} days`);
  else s.nearly('EN-01', code, entry === null ? 'it need not enter' : 'entered on the thirtieth day');
};
