/** Sixty thousand matters, received and accepted in a week, whose limits end a few hundred a working day. */
import { addDays } from '../dist/projections/kernel/instant.js';
import { calendarYear } from '../dist/src/areas/calendar/calendar.js';
import { item } from '../dist/src/areas/catalogue/item.js';
import { centre } from '../dist/src/areas/centres/centre.js';
import { post } from '../dist/src/areas/centres/post.js';
import { matter } from '../dist/src/areas/matters/matter.js';
import { batches } from '../dist/src/demo/fill.js';
import { fillLog } from '../dist/src/ledger/backup.js';
import { openWorld } from '../dist/src/simulation/world.js';
import { identifierOf } from './people.mjs';

export const REGION = 'CN-GX';
/** Five working days of receiving begin on this Monday. */
export const BEGINS = '2026-03-02';
const DAYS = 5;
const ITEMS = 240;
/** Received and left alone: the law deems them accepted. */
const LEFT = 60;

/** What the rules say where no pack says otherwise, told here again so that the two are compared. */
const NOTICE_DAYS = 5;
const markOf = (n) => Math.min(Math.ceil(n * 0.9), n - 1);

const weekday = (day) => new Date(`${day}T00:00:00Z`).getUTCDay();
/** The calendars gazetted here know of no holiday after the beginning: a plain walk is right. */
export const isWorked = (day) => weekday(day) % 6 !== 0;
export function workdaysAfter(day, n) {
  let at = day;
  for (let left = n; left > 0;) {
    at = addDays(at, 1);
    if (isWorked(at)) left--;
  }
  return at;
}
export const noticeDue = (day) => workdaysAfter(day, NOTICE_DAYS);

const wd = (n) => ({ n, unit: 'working-day' });
const promised = (k) => 12 + k;
const codeOf = (k) => `A-${k}`;
/** The item whose limits end long after everything that is measured. */
export const FAR = codeOf(ITEMS - 1);

/** Days on which limits end, with how many: counted from what is planted, not from what the ledger made of it. */
export class Due {
  days = new Map();
  add(day, n = 1) {
    this.days.set(day, (this.days.get(day) ?? 0) + n);
  }
  /** After one day, up to another. */
  between(after, upTo) {
    return [...this.days].reduce((sum, [day, n]) => (day > after && day <= upTo ? sum + n : sum), 0);
  }
}

async function registers(say, clerk) {
  const from = '2025-01-01';
  for (const region of ['CN', REGION])
    for (const year of [2026, 2027]) {
      const days = [{ date: `${year}-01-01`, name: '元旦', off: true }];
      await say(calendarYear, `${region}-${year}`, 'GazetteYear', { region, year, papers: ['通知'], days });
    }
  await say(centre, 'centre', 'RegisterCentre', { name: '中心', region: REGION, from });
  await say(centre, 'centre', 'OpenWindow', { window: '1', name: '窗口', from });
  await say(post, 'w1', 'CreatePost', { name: '岗', org: 'centre', centre: 'centre', window: '1', from });
  await say(post, 'w1', 'GrantPowers', { powers: ['accept'], document: '文', from });
  await say(post, 'w1', 'PostStaff', { staff: { personId: clerk, personal: {} }, staffKind: 'established', from });
  for (let k = 0; k < ITEMS; k++)
    await say(item, codeOf(k), 'PublishItem', {
      name: `事项 ${k}`,
      department: `unit-${k % 34}`,
      level: 'city',
      legalBasis: ['行政许可法 art. 42'],
      statutory: wd(2 * promised(k) + 100),
      promised: wd(promised(k)),
      promiseReason: null,
      materials: [],
      steps: [],
      mustEnter: false,
      from,
    });
}

/** Fills the empty ledger. Answers how many events that took, and when their limits end. */
export async function plant({ adminUrl, opened }, matters) {
  const world = await openWorld({ from: BEGINS, region: REGION, name: opened.name, vault: opened.vault });
  const due = new Due();
  const by = { person: await opened.vault.personFor(identifierOf('clerk')), org: 'centre', post: 'w1' };
  const place = { kind: 'centre-window', window: '1', org: 'centre' };
  let at = Date.parse(`${BEGINS}T09:00:00+08:00`);
  let n = 0;
  const instant = () => `${new Date(at + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
  const say = (decider, id, type, data) =>
    world.say({ decider, id, type, data, at: instant(), key: `k${n++}`, by, place, channel: 'window' });
  await registers(say, by.person);
  const each = matters / DAYS;
  for (let d = 0, m = 0; d < DAYS; d++) {
    const day = addDays(BEGINS, d);
    at = Date.parse(`${day}T09:00:00+08:00`) + 1000;
    for (let i = 0; i < each; i++, m++) {
      const k = m % ITEMS;
      await say(matter, `M-${m}`, 'ReceiveMaterials', { itemCode: codeOf(k), materials: [] });
      await say(matter, `M-${m}`, 'AcceptMatter', { itemCode: codeOf(k), mode: 'full' });
      at += 100;
    }
    for (let k = 0; k < ITEMS; k++) {
      due.add(workdaysAfter(day, promised(k)), each / ITEMS);
      due.add(workdaysAfter(day, markOf(promised(k))), each / ITEMS);
    }
    for (let i = 0; i < LEFT; i++)
      await say(matter, `L-${d}-${i}`, 'ReceiveMaterials', { itemCode: FAR, materials: [] });
    due.add(noticeDue(day), LEFT);
  }
  await fillLog(adminUrl, batches(world.store));
  const { next } = await world.store.head();
  await world.close();
  return { events: next, due };
}
