/** A small town in memory for tests of rules: registers in a line, acts and reports in a line, findings as people read them. */
import { ITEM } from './support/item.js';
import { findings, type FindingRow } from '../projections/findings.js';
import { calendarYear } from '../src/areas/calendar/calendar.js';
import { exemption } from '../src/areas/catalogue/exemption.js';
import { item } from '../src/areas/catalogue/item.js';
import { centre } from '../src/areas/centres/centre.js';
import { post } from '../src/areas/centres/post.js';
import { matter } from '../src/areas/matters/matter.js';
import { lookOf } from '../projections/kernel/projection.js';
import type { Verdict, VerdictRow } from '../projections/kernel/rule.js';
import { valuesOn } from '../projections/packs.js';
import { rules, verdictsTable } from '../projections/rules/index.js';
import { openWorld, type Opening, type Said, type World } from '../src/simulation/world.js';
import { gazette } from './calendars.js';

const wd = (n: number) => ({ n, unit: 'working-day' });
const clock = (day: string, time = '09:00') => `${day}T${time}:00.000+08:00`;

/** Where things are done. */
const AT_WINDOW = {
  place: { kind: 'centre-window', window: '1', org: 'centre' },
  channel: 'window',
  by: { org: 'centre', post: 'w1' },
} as const;
const AT_OFFICE = {
  place: { kind: 'department-office', org: 'market' },
  channel: 'department-system',
  by: { org: 'market' },
} as const;

/** What is told of a verdict, beside when it came about. */
const saying = ({
  result,
  certain,
  severity,
  evidence,
  tested,
  missing,
  details = {},
  by = null,
}: Verdict | VerdictRow) => JSON.stringify({ result, certain, severity, evidence, tested, missing, details, by });

/** Verdicts that are not what their rule says of the rows as they stand now: something late was not looked at again. */
export function stale({ shelf }: World): readonly string[] {
  return rules.flatMap((rule) => {
    const table = verdictsTable(rule.id);
    const look = lookOf(table, (of) => shelf.table(of));
    return (shelf.table(table).rows() as VerdictRow[]).flatMap((row) => {
      const now = rule.judge(row.subject, look, (on) => valuesOn(rule, on, look['packs']!));
      const [was, is] = [saying(row), now ? saying(now) : null];
      return was === is || (is === null && row.result === 'cleared') ? [] : [`${rule.id} ${row.subject} ${was} ${is}`];
    });
  });
}

export type Town = Awaited<ReturnType<typeof openTown>>;

/** Opened on `from`; item A-1 of the unit `market`, 20 working days by law and 10 promised, not entered yet. */
export async function openTown(
  from: string,
  options: Partial<Pick<Opening, 'region' | 'history' | 'through'>> & { years?: readonly number[] } = {},
) {
  const { years = [Number(from.slice(0, 4))], region = 'CN', ...opening } = options;
  const world = await openWorld({ from, region, ...opening });
  let now = clock(from, '00:00');
  let n = 0;
  const say = async (said: Omit<Said, 'at' | 'key'> & { at?: string }) => {
    const { at = now } = said;
    now = at;
    const answer = await world.say({ ...said, at, key: `t${n++}` });
    if (!('index' in answer)) throw new Error('nothing was recorded');
    return (await world.store.readAll(answer.index, 1))[0]!.id;
  };
  for (const { year, region: of, data } of gazette(years, region))
    await say({ decider: calendarYear, id: `${of}-${year}`, type: 'GazetteYear', data });
  await say({ decider: centre, id: 'centre', type: 'RegisterCentre', data: { name: '中心', region: 'CN', from } });
  await say({ decider: centre, id: 'centre', type: 'OpenWindow', data: { window: '1', name: '窗口', from } });
  const w1 = { name: '岗', org: 'centre', centre: 'centre', window: '1', from };
  await say({ decider: post, id: 'w1', type: 'CreatePost', data: w1 });
  await say({ decider: post, id: 'w1', type: 'GrantPowers', data: { powers: ['accept'], document: '文', from } });

  const town = {
    world,
    say,
    publish: (code: string, more: object = {}, at = now) =>
      say({
        decider: item,
        id: code,
        type: 'PublishItem',
        at,
        data: {
          ...ITEM,
          name: code,
          legalBasis: ['法'],
          from: at.slice(0, 10),
          ...more,
        },
      }),
    enter: (code: string, day: string, at = now) =>
      say({ decider: item, id: code, type: 'EnterItem', at, data: { centre: 'centre', from: day, document: '目录' } }),
    /** Applied for and approved at once; a fact that is registered, whatever is wrong with it. */
    exempt: (id: string, more: object, at = now) =>
      say({
        decider: exemption,
        id: 'market',
        type: 'ApproveExemption',
        at,
        report: { system: 'paper', occurredAt: at },
        data: {
          exemption: id,
          scope: { items: null, places: null, channels: null },
          approver: { name: '市政府', level: 'government' },
          decidedOn: at.slice(0, 10),
          document: '文1号',
          obligations: [],
          from: at.slice(0, 10),
          ...more,
        },
      }),
    /** An act in a matter, or a report of one if `more` says so. */
    do: (id: string, type: string, data: object, at: string, more: Partial<Said> = {}) =>
      say({ decider: matter, id, type, data, at, ...AT_WINDOW, ...more }),
    /** As the unit's own system tells it, at once unless `told` says when. */
    report: (
      id: string,
      type: string,
      data: object,
      occurredAt: string,
      more: Partial<Said> & { told?: string } = {},
    ) => {
      const { told = occurredAt, ...rest } = more;
      const report = { system: 'market-system', occurredAt, registeredAt: told, ...rest.report };
      return say({ decider: matter, id, type, data, at: told < now ? now : told, ...AT_OFFICE, ...rest, report });
    },
    accept: (id: string, at: string, more: Partial<Said> = {}, code = 'A-1') =>
      town.do(id, 'AcceptMatter', { itemCode: code }, at, more),
    acceptOutside: (id: string, at: string, more: Partial<Said> & { told?: string } = {}, code = 'A-1') =>
      town.report(id, 'AcceptMatter', { itemCode: code }, at, more),
    decide: (id: string, at: string, more: object = {}) =>
      town.do(id, 'DecideMatter', { outcome: 'granted', ...more }, at),
    /** Closes the days before this one; the clock stands at its beginning. */
    goTo: async (day: string) => {
      await world.goTo(day);
      now = clock(day, '00:00');
    },
    /** Rule, status and severity of everything found, by rule and subject; lifted and withdrawn ones too. */
    found: async (rule?: string) => {
      await world.settle();
      return world.shelf
        .table(findings)
        .rows()
        .map((row) => row as FindingRow)
        .filter((row) => rule === undefined || row.rule === rule)
        .toSorted((a, b) => (a.rule + a.on + a.subject < b.rule + b.on + b.subject ? -1 : 1));
    },
    /** `DA-01 M-1 open` … */
    told: async (...ids: readonly string[]) =>
      (await town.found())
        .filter(({ rule }) => ids.length === 0 || ids.includes(rule))
        .map(
          ({ rule, matterId, itemCode, status, severity }) =>
            `${rule} ${matterId ?? itemCode ?? '-'} ${severity} ${status}`,
        ),
    verdict: async (rule: string, subject: string) => {
      await world.settle();
      return world.shelf.table(verdictsTable(rule)).get(subject);
    },
    /** With a look at whether every verdict is as it would be if it were judged only now. */
    close: async () => {
      await world.settle();
      await world.close();
      expect(stale(world)).toEqual([]);
    },
  };
  return town;
}
export { clock, wd };
