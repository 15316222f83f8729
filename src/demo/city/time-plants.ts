/** Limits, pauses, registrations and closures: violations, and what only looks like one. */
import { addDays } from '../../../projections/kernel/instant.js';
import { EXEMPT_UNITS, ordinary, type Plant, publish } from './facts.js';
import { instant } from './script.js';

const told = (on: string) => ({ on, servedBy: 'message' });

export const promises: Plant = (s, _matter, n) => {
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

export const notices: readonly Plant[] = [
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
    s.nearly('CK-03', m.id, 'corrections before acceptance');
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

export const lates: readonly Plant[] = [
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
export const steps: Plant = (s, matter, n) => {
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
export const extensions: Plant = (s, matter, n) => {
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
export const pausesOf: Plant = (s, matter, n) => {
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
      s.nearly('CK-01', m.id, 'a special procedure');
      s.nearly('CK-02', m.id, 'told in writing');
      return s.nearly('CK-04', m.id, 'ended on its last day');
  }
};

export const registrations: Plant = (s, matter, n) => {
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
export const bulk: Plant = (s, matter, n) => {
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

export const closures: readonly Plant[] = [
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
