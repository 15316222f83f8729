/** The demo's town. Its facts come in as any others do: by commands. */
import { addDays, dayOf, weekday } from '../../projections/kernel/instant.js';
import { calendarId } from '../../projections/kernel/workdays.js';
import { calendarYear } from '../areas/calendar/calendar.js';
import { exemption } from '../areas/catalogue/exemption.js';
import { item } from '../areas/catalogue/item.js';
import { centre } from '../areas/centres/centre.js';
import { post } from '../areas/centres/post.js';
import { matter } from '../areas/matters/matter.js';
import type { Decider } from '../kernel/decider.js';
import { type SimulatedClock } from '../ledger/clock.js';
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

const wd = (n: number) => ({ n, unit: 'working-day' }) as const;
const ITEMS = [
  {
    code: 'SP-001',
    name: '食品经营许可',
    department: 'market',
    law: '食品安全法 art. 35',
    statutory: 20,
    promised: 10,
  },
  {
    code: 'WS-002',
    name: '公共场所卫生许可',
    department: 'health',
    law: '公共场所卫生管理条例 art. 4',
    statutory: 20,
    promised: 8,
  },
  {
    code: 'CG-003',
    name: '临时占道审批',
    department: 'city',
    law: '城市道路管理条例 art. 31',
    statutory: 10,
    promised: 5,
  },
] as const;

/** Who does what in the town; `S-…` is what the key store knows them by. */
const CAST = {
  registrar: { staffNo: 'S-001', post: 'registry', org: 'centre' },
  clerk: {
    staffNo: 'S-005',
    post: 'window-3',
    org: 'centre',
    place: { kind: 'centre-window', window: '3', org: 'centre' },
  },
  market: { staffNo: 'S-006', post: 'market-desk', org: 'market' },
  health: { staffNo: 'S-007', post: 'health-desk', org: 'health' },
  city: { staffNo: 'S-008', post: 'city-desk', org: 'city' },
  approver: { staffNo: 'S-009', post: 'approval', org: 'market' },
} as const;
type Who = keyof typeof CAST;

/** One thing that happens: when, by whom, to what. */
interface Act {
  readonly at: string;
  readonly who: Who;
  readonly key: string;
  readonly decider: Decider;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  /** The system that reports it, if it is not an act. */
  readonly system?: string;
}

/** The n-th day that offices work from Monday 19 January 2026. */
function workday(n: number): string {
  const off = new Set(CHINA_2026.filter((day) => day.off).map(({ date }) => date));
  const worked = new Set(CHINA_2026.filter((day) => !day.off).map(({ date }) => date));
  let day = '2026-01-19';
  for (let left = n; ; day = addDays(day, 1)) {
    const weekend = weekday(day) > 5;
    if (!(worked.has(day) || (!weekend && !off.has(day)))) continue;
    if (left-- === 0) return day;
  }
}
const time = (day: number, minutes: number) => {
  const [hour, minute] = [9 + Math.floor(minutes / 60), minutes % 60];
  return `${workday(day)}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00.000+08:00`;
};

const MATTERS = 36;

/** What befalls the n-th matter. Every kind of turn comes up a few times. */
function story(n: number): readonly Act[] {
  const item = ITEMS[n % ITEMS.length]!;
  const id = `2026-${String(n + 1).padStart(4, '0')}`;
  const start = Math.floor(n * 0.8);
  const acts: Act[] = [];
  const then = (day: number, who: Who, type: string, data: object, more: Partial<Act> = {}) =>
    acts.push({
      at: time(start + day, 7 * (n % 20) + acts.length * 6),
      who,
      key: `demo-${type}-${acts.length}`,
      decider: matter,
      id,
      type,
      data,
      ...more,
    });
  const gap = { code: 'm2', note: '缺少场所证明' };
  then(0, 'clerk', 'ReceiveMaterials', {
    itemCode: item.code,
    receiptNo: `SJ${id}`,
    materials: [{ code: 'm1', name: '申请表' }],
    applicant: {
      kind: 'person',
      identifier: { kind: 'demo-person', value: `P-${n}` },
      personal: { name: `居民${n + 1}` },
    },
  });
  if (n % 9 === 4) {
    then(0, 'clerk', 'CheckMaterials', { gaps: [gap] });
    then(0, 'clerk', 'RequestCorrection', { gaps: [gap], servedBy: 'on-the-spot', noticeNo: `BZ${id}` });
    then(2, 'clerk', 'SubmitCorrection', { materials: [{ code: 'm2', name: '场所证明' }] });
  }
  if (n % 11 === 5) {
    then(1, 'clerk', 'RefuseMatter', { reasons: '不属于本机关职权范围', remedies: '可在六十日内申请行政复议' });
    return acts;
  }
  const from = n % 9 === 4 ? 2 : 0;
  then(from, 'clerk', 'AcceptMatter', { acceptanceNo: `SL${id}` });
  // 两头受理: the department has accepted the same outside the centre, and its system says so afterwards.
  if (n % 12 === 8)
    then(from + 1, item.department, 'AcceptMatter', { acceptanceNo: `BM${id}` }, { system: 'department-system' });
  then(from, 'clerk', 'OfferHandOver', { to: { org: item.department }, reason: '转部门审查' });
  if (n % 7 === 3) {
    then(from + 1, item.department, 'DeclineHandOver', { reason: '申请表未盖章' });
    then(from + 1, 'clerk', 'OfferHandOver', { to: { org: item.department }, reason: '已补盖章' });
  }
  then(from + 1, item.department, 'AcceptHandOver', {});
  if (n % 5 === 2) {
    const declaredEnd = workday(start + from + 5);
    const told = { on: workday(start + from + 2), servedBy: 'message' };
    then(from + 2, item.department, 'PauseMatter', { kind: 'inspection', reason: '现场检验', declaredEnd, told });
    then(from + 5, item.department, 'ResumeMatter', { result: '检验合格' });
  }
  const done = from + (n % 13 === 6 ? 14 : 6) + (n % 3);
  then(done - 1, item.department, 'FinishStep', { step: 'review', name: '审查', role: 'reviewer', opinion: 'approve' });
  then(done, 'approver', 'DecideMatter', { outcome: 'granted' });
  then(done + 1, 'clerk', 'DeliverResult', { mode: 'window' });
  then(done + 1, item.department, 'CloseMatter', { kind: 'certificate-issued' });
  return acts;
}

/** The centre with its window, the post at it and its powers, and what may stay outside for half a year. */
function centreRegisters(at: string): readonly Act[] {
  const from = '2026-01-01';
  const staff = { identifier: { kind: 'staff-no', value: 'S-005' }, personal: { name: '陆窗口' } };
  const scope = { items: ['CG-003'], places: ['on-site-session'], channels: null };
  const approval = {
    exemption: 'HM-1',
    scope,
    approver: { name: '市人民政府', level: 'government' },
    decidedOn: '2025-12-20',
    document: '市政发〔2025〕31号',
    obligations: ['现场公示', '一次性告知'],
    from,
    to: '2026-07-01',
  };
  const act = (who: Who, decider: Decider, id: string, type: string, data: object): Act => ({
    at,
    who,
    key: `demo-${type}`,
    decider,
    id,
    type,
    data,
  });
  return [
    act('registrar', centre, 'centre', 'RegisterCentre', { name: '市政务服务中心', region: 'CN-GX', from }),
    act('registrar', centre, 'centre', 'OpenWindow', { window: '3', name: '综合窗口', from }),
    act('registrar', post, 'window-3', 'CreatePost', {
      name: '综合受理岗',
      org: 'centre',
      centre: 'centre',
      window: '3',
      from,
    }),
    act('registrar', post, 'window-3', 'PostStaff', { staff, staffKind: 'established', from }),
    act('registrar', post, 'window-3', 'GrantPowers', {
      powers: ['accept', 'instant-decide', 'coordinate', 'supervise'],
      document: '窗口授权书 2026-1',
      from,
    }),
    ...ITEMS.map(({ code }) =>
      act('registrar', item, code, 'EnterItem', { centre: 'centre', window: '3', from, document: '进驻目录（2026）' }),
    ),
    act('city', exemption, 'city', 'ApplyForExemption', { exemption: 'HM-1', scope, reason: '占道审批须在现场办理' }),
    act('registrar', exemption, 'city', 'ApproveExemption', approval),
  ];
}

function registers(): readonly Act[] {
  const at = time(0, -60);
  const papers = ['国务院办公厅关于2026年部分节假日安排的通知'];
  const published = ITEMS.map(({ code, name, department, law, statutory, promised }): Act => {
    const version = {
      name,
      department,
      level: 'city',
      legalBasis: [law],
      statutory: wd(statutory),
      promised: wd(promised),
    };
    const data = { ...version, promiseReason: null, materials: [], steps: [], mustEnter: true, from: '2026-01-01' };
    return { at, who: 'registrar', key: 'demo-item', decider: item, id: code, type: 'PublishItem', data };
  });
  const year = { region: 'CN', year: 2026, papers, days: CHINA_2026 };
  const id = calendarId('CN', 2026);
  return [
    { at, who: 'registrar', key: 'demo-calendar', decider: calendarYear, id, type: 'GazetteYear', data: year },
    ...published,
    ...centreRegisters(at),
  ];
}

/** The first moment of the story, Unix milliseconds. */
export const DEMO_START = Date.parse('2026-01-19T07:00:00+08:00');
/** The moment at which it stops being told; whatever comes later in it has not happened yet. */
export const DEMO_NOW = Date.parse('2026-03-09T08:30:00+08:00');

/** Keys make it play once, however often it is started, and go on where it was interrupted. */
export async function playDemo(commands: Commands, opened: Opened, clock: SimulatedClock): Promise<void> {
  const acts = [...registers(), ...Array.from({ length: MATTERS }, (_, n) => story(n)).flat()]
    .filter(({ at }) => Date.parse(at) < DEMO_NOW)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const { at, who, key, decider, id, type, data, system } of acts) {
    const { staffNo, ...holder } = CAST[who];
    clock.set(Date.parse(at));
    const person = await opened.vault.personFor({ kind: 'staff-no', value: staffNo });
    const context = {
      way: system ? ('report' as const) : ('act' as const),
      now: at,
      occurredAt: at,
      precision: 'second' as const,
      on: dayOf(at),
      region: opened.region,
      by: { person, post: holder.post, org: holder.org, actingAs: 'holder' as const, authMethod: 'token' as const },
      ...('place' in holder && { place: holder.place, channel: 'window' as const }),
      ...(system && {
        place: { kind: 'department-office' as const, org: holder.org },
        channel: 'department-system' as const,
        source: { system, batch: 'demo', row: `${id}/${key}`, registeredAt: at },
      }),
    };
    await commands.send(decider, id, { type, data }, { context, key });
  }
}
