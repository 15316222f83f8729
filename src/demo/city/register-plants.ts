/** Items that leave, are abolished, change or move; halls and points that were approved; sources that are late or wrong. */
import { addDays } from '../../../projections/kernel/instant.js';
import { enter, exemption, EXEMPT_UNITS, type Plant, publish } from './facts.js';
import type { Item } from './registers.js';
import { instant, type Matter, type Script } from './script.js';

/** An item of its own, published on a working day and in the centre from three days later, unless `enters` says no. */
function itemOf(s: Script, code: string, unit: string, start: number, enters = true): Item {
  const day = s.days.day(start);
  const item = { code, unit, name: `事项${code}`, statutory: 20, promised: 10, entered: addDays(day, 3), steps: [] };
  publish(s, item, instant(day, 540));
  if (enters) enter(s, code, item.entered, instant(day, 545));
  return item;
}
const registrar = { person: 'S-registrar', org: 'city' };
const say = (s: Script, code: string, at: string, type: string, data: object) =>
  s.line({ at, category: 'item', id: code, type, by: registrar, data });
const leave = (s: Script, code: string, from: string, at: string) =>
  say(s, code, at, 'LeaveCentre', {
    centre: 'city',
    from,
    reason: '场地改造',
    approver: '市人民政府',
    document: `市政发 ${code}`,
  });
const done = (m: Matter) => m.finish(m.calm);

export const exits: Plant = (s, matter, n) => {
  const start = 15 + n * 2;
  const item = itemOf(s, `lv-${n}`, `u0${4 + (n % 2)}`, start);
  const { code } = item;
  const last = start + 20;
  const left = s.days.day(last + 1);
  const late = n % 4 === 2;
  leave(s, code, left, instant(s.days.day(late ? last + 9 : last - 2), 550));
  const before = matter(item, last).acceptElsewhere(0, true);
  done(before);
  s.finds('DA-01', before.id, 'on the last day before it left');
  s.nearly('DA-02', code, 'nothing was accepted inside near it');
  const after = matter(item, last + 1).acceptElsewhere(0, null);
  done(after);
  s.nearly('DA-01', after.id, late ? 'it had left, as became known later' : 'on the day on which it left');
  const back = [30, null, 30, 40][n % 4]!;
  if (back !== null) enter(s, code, addDays(left, back), instant(addDays(left, back - 1), 550));
  if (back === 30) s.nearly('EN-01', code, 'entered again on the thirtieth day');
  else s.finds('EN-01', code, back === null ? 'left and never came back' : 'came back after forty days');
};

export const abolitions: Plant = (s, matter, n) => {
  const start = 30 + n * 3;
  const item = itemOf(s, `ab-${n}`, `u0${4 + (n % 2)}`, start, n % 2 === 0);
  const on = s.days.day(start + 14);
  say(s, item.code, instant(s.days.day(start + 10), 550), 'AbolishItem', { from: on, document: `市政发 ${item.code}` });
  if (n % 2 !== 0) return s.nearly('EN-01', item.code, 'abolished before its thirty days were over');
  const m = matter(item, start + 13)
    .receive()
    .accept();
  m.finish(m.item.promised);
  s.finds('TL-07', m.id, 'on the last day of the promise');
  s.nearly('TL-03', m.id, 'accepted before the abolition, decided after it');
};

/** A shorter promise, another unit, or a duty to enter that comes with a later version. */
export const revisions: Plant = (s, matter, n) => {
  const start = 25 + n * 4;
  const first = start + 12;
  const from = s.days.day(first);
  const at = instant(s.days.day(first - 2), 550);
  if (n % 3 === 0) {
    const item = itemOf(s, `vr-${n}`, 'u04', start);
    const shorter = { ...item, statutory: 10, promised: 5 };
    publish(s, shorter, at, true, { from });
    publish(s, { ...item, name: `${item.name}（新）` }, instant(s.days.day(first + 40), 550));
    const under = matter(item, first - 1)
      .receive()
      .accept();
    done(under);
    s.nearly('TL-03', under.id, 'the promise that was in force when it was accepted');
    const over = matter(shorter, first).receive().accept();
    over.finish(6);
    for (const rule of ['TL-03', 'TL-07']) s.finds(rule, over.id, 'over the promise of the second version');
  } else if (n % 3 === 1) {
    const [old, now] = [EXEMPT_UNITS[0]!, 'u05'];
    const item = itemOf(s, `vr-${n}`, old, start);
    const days = { decidedOn: s.days.day(start + 1), from: s.days.day(start + 2), to: s.days.day(first + 60) };
    exemption(s, item, `HV-${n}`, instant(s.days.day(start + 1), 600), days);
    const moved = { ...item, unit: now };
    publish(s, moved, at, true, { from });
    const before = matter(item, first - 1).acceptElsewhere(0, null, { registered: instant(from, 600) });
    done(before);
    s.nearly('DA-01', before.id, 'the unit that the item belonged to was exempt');
    const after = matter(moved, first).acceptElsewhere(0, true);
    done(after);
    s.finds('DA-01', after.id, 'the unit that the item belongs to now is not');
  } else {
    const day = s.days.day(start);
    const item = {
      code: `vr-${n}`,
      unit: 'u04',
      name: `事项${n}`,
      statutory: 20,
      promised: 10,
      entered: day,
      steps: [],
    };
    publish(s, item, instant(day, 540), false);
    publish(s, item, at, true, { from });
    enter(s, item.code, addDays(from, 30), instant(addDays(from, 20), 550));
    s.nearly('EN-01', item.code, 'it need enter only since its second version');
  }
};

const ELSEWHERE = [
  ['special-hall', 'department-system', 'in a hall that was approved'],
  ['village-point', 'window', 'at a village point that was authorised'],
  ['other', 'mail', 'at the counter of a bank or a post office that was approved'],
] as const;
/** Places that the government has approved for an item, on their first day. */
export const approvedPlaces: Plant = (s, matter, n) => {
  const start = 40 + n * 2;
  const unit = EXEMPT_UNITS[n % EXEMPT_UNITS.length]!;
  const item = itemOf(s, `hl-${n}`, unit, start);
  const [kind, channel, why] = ELSEWHERE[n % ELSEWHERE.length]!;
  const on = s.days.day(start + 5);
  const scope = { items: [item.code], places: [kind], channels: [channel] };
  exemption(s, item, `HP-${n}`, instant(s.days.day(start + 4), 600), {
    scope,
    decidedOn: s.days.day(start + 4),
    from: on,
    to: addDays(on, 300),
  });
  s.nearly('EX-04', `${unit}/HP-${n}`, 'granted as it has to be');
  const m = matter(item, start + 5).acceptElsewhere(0, null, { place: { kind, org: unit }, channel });
  done(m);
  s.nearly('DA-01', m.id, why);
  s.nearly('EX-02', m.id, why);
};

const WINDOW = { place: { kind: 'centre-window', window: '1', org: 'city' }, channel: 'window' } as const;
/** Sources that send again, send something else, have a default for the place, or a clock that is wrong. */
export const sources: Plant = (s, matter, n) => {
  const m = matter();
  switch (n % 4) {
    case 0:
      m.acceptElsewhere(0, false, WINDOW);
      s.again(m.on(1));
      s.nearly('DA-03', m.id, 'the same row, sent again');
      break;
    case 1: {
      m.acceptElsewhere(0, false, WINDOW);
      const [row, before, after] = [`${m.id}/1`, { note: '甲' }, { note: '乙' }];
      m.report(1, 'ChangeSourceRow', { row, before, after }, WINDOW);
      s.nearly('CL-02', m.id, 'a row that says something else now');
      break;
    }
    case 2:
      m.acceptElsewhere(0, false);
      m.correctPlace(1, { kind: 'centre-window', window: '1', org: 'city' }, 'window');
      s.nearly('DA-01', m.id, 'the place was a default of the source');
      break;
    default:
      m.acceptElsewhere(0, false, { ...WINDOW, ahead: 26 * 60 });
      s.nearly('BF-01', m.id, 'the clock of the source is a day ahead');
  }
  done(m);
};
/** In a quarter a fifth of what is accepted outside the centre, or less. What follows is labelled by what was accepted. */
export const inName: Plant = (s, matter, n) => {
  const item = itemOf(s, `nm-${n}`, `u0${4 + (n % 2)}`, 55);
  const inside = n % 2 === 0 ? 4 : 5;
  for (let k = 0; k < inside; k++)
    done(
      matter(item, 60 + k)
        .receive()
        .accept(),
    );
  const m = matter(item, 63).acceptElsewhere(0, true);
  done(m);
  s.finds('DA-01', m.id, 'one of five or six in a quarter');
};
