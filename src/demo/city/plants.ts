/** Every violation that is to be found, and for each what only looks like one. Labels say which, outside the ledger. */
import { addDays } from '../../../projections/kernel/instant.js';
import type { Item } from './registers.js';
import { type Exempt, instant, type Matter, type Scope, type Script } from './script.js';

type Plant = (s: Script, matter: (item?: Item, start?: number) => Matter, n: number) => void;

/** Units whose exemptions are told about; acts outside by other units have none to hide behind. */
const EXEMPT_UNITS = ['u01', 'u02', 'u03'];
const AT_OFFICE = {} as const;
const told = (on: string) => ({ on, servedBy: 'message' });

const places: readonly Plant[] = [
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
const entries: Plant = (s, matter, n) => {
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

interface Granted {
  readonly decidedOn: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly scope?: Scope;
}
function exemption(s: Script, item: Item, id: string, at: string, more: Granted & object): void {
  const scope = more.scope ?? { items: [item.code], places: ['department-office'], channels: null };
  s.exemptions.push({
    unit: item.unit,
    to: null,
    ...more,
    ...(more.to === undefined && { to: null }),
    scope,
  } as Exempt);
  s.line({
    at,
    category: 'exemptions',
    id: item.unit,
    type: 'ApproveExemption',
    by: { person: 'S-registrar', org: 'city' },
    report: { system: 'paper', occurredAt: at, batch: id, registeredAt: at },
    data: {
      exemption: id,
      scope,
      approver: { name: '市人民政府', level: 'government' },
      document: `市政发 ${id}`,
      obligations: ['公示', '一次性告知'],
      ...more,
    },
  });
}
/** One item of an exempt unit, and the whole life of its exemption. */
const exempted: Plant = (s, matter, n) => {
  const { days, registers } = s;
  const unit = EXEMPT_UNITS[n % EXEMPT_UNITS.length]!;
  const item = registers.items.filter((each) => each.unit === unit)[1 + Math.floor(n / EXEMPT_UNITS.length)];
  if (!item) return;
  const first = 20 + n * 3;
  const [from, to] = [days.day(first), days.day(first + 30)];
  exemption(s, item, `HM-${n}`, instant(days.day(first - 3), 600), { decidedOn: days.day(first - 3), from, to });
  const done = (m: Matter) => m.finish(m.calm);
  const onFirst = matter(item, first).acceptElsewhere(0, null, AT_OFFICE);
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
const ratified: Plant = (s, matter, n) => {
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
const defects: Plant = (s, _matter, n) => {
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

const twice: readonly Plant[] = [
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
];

const shadows: readonly Plant[] = [
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
const unentered: Plant = (s, _matter, n) => {
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

export function publish(s: Script, item: Item, at: string, mustEnter = true, more: object = {}): void {
  const wd = (n: number) => ({ n, unit: 'working-day' });
  s.line({
    at,
    category: 'item',
    id: item.code,
    type: 'PublishItem',
    by: { person: 'S-registrar', org: 'city' },
    report: { system: 'catalogue', occurredAt: at, batch: 'catalogue', registeredAt: at },
    data: {
      name: item.name,
      department: item.unit,
      level: 'city',
      legalBasis: ['行政许可法'],
      statutory: wd(item.statutory),
      promised: wd(item.promised),
      promiseReason: null,
      materials: [{ code: 'm1', name: '申请表', required: true }],
      steps: item.steps,
      mustEnter,
      from: at.slice(0, 10),
      ...more,
    },
  });
}
export function enter(s: Script, code: string, from: string, at: string): void {
  const by = { person: 'S-registrar', org: 'city' };
  s.line({
    at,
    category: 'item',
    id: code,
    type: 'EnterItem',
    by,
    data: { centre: 'city', from, document: '进驻目录' },
  });
}
const promises: Plant = (s, _matter, n) => {
  const at = instant(s.days.day(15 + n), 545);
  const item = {
    code: `tl-${n}`,
    unit: 'u05',
    name: `承诺事项${n}`,
    statutory: 20,
    promised: n % 3 === 0 ? 11 : n % 3 === 1 ? 10 : 15,
    entered: at,
    steps: [],
  };
  publish(s, item, at, false, n % 3 === 2 ? { promiseReason: '须专家评审' } : {});
  if (n % 3 === 0) s.finds('TL-10', item.code, 'over half');
  else s.nearly('TL-10', item.code, n % 3 === 1 ? 'exactly half' : 'with a reason');
};

const notices: readonly Plant[] = [
  (s, matter, n) => {
    const slow = ordinary(s.registers.items).filter(({ promised }) => promised >= 10);
    const m = matter(slow[n % slow.length]!).receive();
    m.accept(7);
    m.finish(8); // from the day of receipt the promise has run
    s.finds('TL-01', m.id, 'accepted on the seventh day');
  },
  (s, matter) => {
    const m = matter().receive();
    m.act(5, 'window', 'RequestCorrection', { gaps: [{ code: 'm2' }], servedBy: 'on-the-spot' });
    m.act(8, 'window', 'SubmitCorrection', { materials: [{ code: 'm2' }] });
    m.accept(9);
    m.finish(9 + m.calm);
    s.nearly('TL-01', m.id, 'told on the fifth day');
  },
  (s, matter) => {
    const m = matter().receive();
    m.act(1, 'window', 'RequestCorrection', { gaps: [{ code: 'm2' }], servedBy: 'on-the-spot' });
    m.act(2, 'window', 'SubmitCorrection', { materials: [{ code: 'm2' }] });
    m.report(3, 'RequestCorrection', { gaps: [{ code: 'm3' }], servedBy: 'message' }, { channel: 'window' });
    m.act(4, 'window', 'SubmitCorrection', { materials: [{ code: 'm3' }] });
    m.accept(4);
    m.finish(4 + m.calm);
    s.finds('TL-02', m.id, 'another gap at the second notice');
  },
  (s, matter) => {
    const m = matter().receive();
    m.act(1, 'window', 'RequestCorrection', { gaps: [{ code: 'm2' }], servedBy: 'on-the-spot' });
    m.act(2, 'window', 'SubmitCorrection', { materials: [{ code: 'm2' }] });
    m.report(3, 'RequestCorrection', { gaps: [{ code: 'm2' }], servedBy: 'message' }, { channel: 'window' });
    m.act(4, 'window', 'SubmitCorrection', { materials: [{ code: 'm2' }] });
    m.accept(4);
    m.finish(4 + m.calm);
    s.nearly('TL-02', m.id, 'a gap of the new material');
  },
];

const lates: readonly Plant[] = [
  (s, matter) => {
    const m = matter().receive().accept();
    m.finish(m.item.promised + 1);
    s.finds('TL-03', m.id, 'a day over the promise');
    s.finds('TL-07', m.id, 'a day over the promise');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.finish(m.item.promised);
    s.nearly('TL-03', m.id, 'on the last day');
    s.finds('TL-07', m.id, 'on the last day of the promise');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.finish(m.calm + 1);
    s.nearly('TL-07', m.id, 'on the day of the mark');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.finish(m.item.statutory + 1);
    for (const rule of ['TL-03', 'TL-04', 'TL-07']) s.finds(rule, m.id, 'a day over the law');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    const pause = {
      kind: 'expert-review',
      reason: '专家评审',
      declaredEnd: m.on(2 + m.item.statutory),
      told: told(m.on(2)),
    };
    m.act(2, 'unit', 'PauseMatter', pause).act(2 + m.item.statutory, 'unit', 'ResumeMatter', {});
    m.finish(m.item.statutory + m.calm);
    s.nearly('TL-04', m.id, 'a special procedure');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.decide(m.calm)
      .deliver(m.calm + 11)
      .close(m.calm + 11);
    s.finds('TL-06', m.id, 'on the eleventh day');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.decide(m.calm)
      .deliver(m.calm + 10)
      .close(m.calm + 10);
    s.nearly('TL-06', m.id, 'on the tenth day');
  },
];
const steps: Plant = (s, matter, n) => {
  const items = s.registers.items.filter(
    (item) =>
      item.steps.some(({ workdays }) => workdays === 3) && item.promised >= 7 && !EXEMPT_UNITS.includes(item.unit),
  );
  const m = matter(items[n % items.length]!)
    .receive()
    .accept();
  m.act(0, 'unit', 'StartStep', { step: 'review' });
  m.act(n % 2 === 0 ? 4 : 3, 'unit', 'FinishStep', { step: 'review', role: 'reviewer', opinion: 'approve' });
  m.finish(Math.max(5, m.calm));
  if (n % 2 === 0) s.finds('TL-05', `${m.id}/review`, 'a day over');
  else s.nearly('TL-05', `${m.id}/review`, 'on the last day');
};
const extensions: Plant = (s, matter, n) => {
  const m = matter().receive().accept();
  const { statutory } = m.item;
  const limit = { n: 10, unit: 'working-day' };
  const approve = (day: number, more: object = {}) =>
    m.report(
      day,
      'ApproveExtension',
      { limit, level: 'organ-head', reason: '案情复杂', told: told(m.on(day)), ...more },
      { channel: 'window' },
    );
  switch (n % 5) {
    case 0:
      approve(statutory + 1);
      m.finish(statutory + 2);
      for (const rule of ['TL-03', 'TL-04', 'TL-07']) s.finds(rule, m.id, 'extended too late');
      return s.finds('TL-08', m.id, 'approved after the limit had passed');
    case 1:
      approve(1, { level: 'unit' });
      m.finish(m.calm);
      return s.finds('TL-08', m.id, 'too low a level');
    case 2:
      approve(1, { told: undefined });
      m.finish(m.calm);
      return s.finds('TL-08', m.id, 'not told');
    case 3:
      approve(1);
      approve(2);
      m.finish(m.calm);
      return s.finds('TL-08', m.id, 'a second time');
    default:
      approve(1);
      m.finish(m.item.promised + 9);
      s.nearly('TL-08', m.id, 'approved in time');
      s.nearly('TL-07', m.id, 'the mark moves with the extension');
      return s.nearly('TL-03', m.id, 'extended in time');
  }
};
const pausesOf: Plant = (s, matter, n) => {
  const m = matter().receive().accept();
  const pause = (more: object) => ({
    kind: 'test',
    reason: '检验',
    declaredEnd: m.on(3),
    told: told(m.on(1)),
    ...more,
  });
  const start = (more: object) => m.report(1, 'PauseMatter', pause(more), { channel: 'window' });
  const resume = (day: number) => m.report(day, 'ResumeMatter', {}, { channel: 'window' });
  switch (n % 5) {
    case 0:
      start({ kind: 'other' });
      resume(2);
      m.finish(m.calm);
      return s.finds('CK-01', m.id, 'no special procedure');
    case 1:
      start({ told: undefined });
      resume(2);
      m.finish(m.calm);
      return s.finds('CK-02', m.id, 'not told');
    case 2:
      start({ kind: 'correction' });
      resume(2);
      m.finish(m.calm);
      return s.finds('CK-03', m.id, 'corrections after acceptance');
    case 3:
      start({});
      resume(4);
      m.finish(m.calm + 1);
      return s.finds('CK-04', m.id, 'a day beyond its end');
    default:
      start({});
      resume(3);
      m.finish(m.calm + 1);
      return s.nearly('CK-04', m.id, 'ended on its last day');
  }
};

const registrations: Plant = (s, matter, n) => {
  const at = { place: { kind: 'centre-window', window: '1', org: 'city' }, channel: 'window' } as const;
  const m = matter();
  const lag = [2, 1, null][n % 3]!;
  const told = lag === null ? null : instant(m.on(lag), 900);
  m.acceptElsewhere(0, false, { ...at, registered: told, ...(told && { told }) });
  const done = Math.max(3, m.calm);
  m.finish(done);
  if (lag === 2 && done > 2) s.finds('BF-01', m.id, 'registered two working days later');
  if (lag === 1) s.nearly('BF-01', m.id, 'registered the next working day');
  if (lag === null) s.nearly('BF-01', m.id, 'nobody says when it was registered');
};
/** A vertical department hands in what it did on another network, all at once. */
const bulk: Plant = (s, matter, n) => {
  const unit = s.registers.units[5 - (n % 2)]!.id;
  const items = s.registers.items.filter((item) => item.unit === unit);
  let last = 60 + n * 7;
  // Two working days with a weekend between them are more than two days.
  while (s.days.day(last - 1) !== addDays(s.days.day(last), -1)) last++;
  const [count, days] = [
    [12, 4],
    [9, 4],
    [12, 2],
  ][n % 3]!;
  const day = s.days.day(last);
  for (let k = 0; k < count!; k++) {
    const m = matter(items[k % items.length]!, last - (k % days!));
    const registered = instant(day, 17 * 60 + 58 + Math.floor(k / 3));
    const how = {
      place: { kind: 'centre-window', window: '2', org: 'city' },
      channel: 'window',
      registered,
      told: registered,
      system: 'vertical',
      batch: `bulk-${n}`,
    } as const;
    m.acceptElsewhere(0, false, { ...how, on: m.on(0) });
    m.finish(Math.max(m.calm, last - m.start + 1));
    if (k % days! >= 2) s.finds('BF-01', m.id, 'handed in with many others');
  }
  const about = `vertical/${unit} ${day}`;
  if (n % 3 === 0) s.finds('BF-02', about, 'twelve over four days');
  else s.nearly('BF-02', about, n % 3 === 1 ? 'nine' : 'over two days');
};

const closures: readonly Plant[] = [
  (s, matter) => {
    const m = matter().receive().accept();
    m.close(m.item.promised - 1, 'voided');
    const again = matter(m.item, m.start + m.item.promised + 4)
      .receive(0, m.applicant)
      .accept();
    again.finish(again.calm);
    s.finds('CL-01', m.id, 'voided the day before its end, and accepted anew');
    if (m.item.promised - 1 > m.calm + 1) s.finds('TL-07', m.id, 'voided after the mark');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.close(1, 'returned');
    const again = matter(m.item, m.start + 4)
      .receive(0, m.applicant)
      .accept();
    again.finish(again.calm);
    if (m.item.promised > 5) s.nearly('CL-01', m.id, 'returned early');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.close(m.calm, 'correction-lapsed');
    s.nearly('CL-01', m.id, 'not begun again');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.decide(m.calm).report(
      m.calm + 1,
      'DecideMatter',
      { outcome: 'denied', reasons: '复核', remedies: '复议' },
      { channel: 'window' },
    );
    m.deliver(m.calm + 2).close(m.calm + 2);
    s.finds('CL-02', m.id, 'granted, then denied');
  },
  (s, matter) => {
    const m = matter().receive().accept();
    m.decide(0).act(0, 'unit', 'ReopenMatter', { reason: '自行纠正', basis: '行政许可法 art. 69' });
    m.decide(m.calm, 'denied').close(m.calm, 'completed');
    s.nearly('CL-02', m.id, 'reopened in between');
  },
];

export const PLANTS: readonly Plant[] = [
  ...places,
  entries,
  exempted,
  ratified,
  defects,
  ...twice,
  ...shadows,
  unentered,
  promises,
  ...notices,
  ...lates,
  steps,
  extensions,
  pausesOf,
  registrations,
  bulk,
  ...closures,
];
/** Items that plants may use as they like. */
export const ordinary = (items: readonly Item[]): readonly Item[] =>
  items.filter(({ unit }) => !EXEMPT_UNITS.includes(unit));
