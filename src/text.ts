/** What people read in a terminal: tables, a timeline, a summary. Chinese first, English beside it. */
import Table from 'cli-table3';
import { eventsByArea } from '../projections/events/index.js';
import type { History, HistoryEntry } from '../projections/history.js';
import { MATTER_STATUSES } from '../projections/matters.js';
import type { Finding } from './doctor.js';
import type { Inspection } from './intake/inspect.js';
import type { Summary, Tally } from './intake/summary.js';
import type { Rebuilt } from './read/rebuild.js';
import type { Reason } from './read/rows.js';

const NAMES: Readonly<Record<string, { zh: string; en: string }>> = Object.assign({}, ...Object.values(eventsByArea));
export const nameOf = (type: string) => (NAMES[type] ? `${NAMES[type].zh} ${NAMES[type].en}` : type);

export const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const drawn = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  drawn.push(...rows.map((row) => row.map(String)));
  return drawn.toString();
};

/** Seconds in words. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

const TALLY = {
  read: '读入 read',
  recorded: '记录 recorded',
  unchanged: '已有 there already',
  changed: '变更 changed',
  deleted: '来源已删 deleted',
  ignored: '略过 left out',
  rejected: '未收 rejected',
  skipped: '续跑 done before',
} as const satisfies Record<keyof Tally, string>;
/** A row for each tally; what is nowhere more than nothing is left out. */
function tallies(rows: readonly (readonly [string, Tally])[]): string {
  const shown = (Object.keys(TALLY) as (keyof Tally)[]).filter((name) => rows.some(([, tally]) => tally[name] > 0));
  return table(
    ['', ...shown.map((name) => TALLY[name])],
    rows.map(([title, tally]) => [title, ...shown.map((name) => tally[name])]),
  );
}

export function summary(of: Summary): string {
  const most = Object.entries(of.activities).toSorted((a, b) => b[1].read - a[1].read);
  const facts = Object.entries(of.facts);
  const rate = of.seconds > 0 ? Math.round(of.events.read / of.seconds) : 0;
  return [
    `${of.dryRun ? '试运行，未记录任何内容 dry run, nothing was recorded\n' : ''}批次 batch ${of.batch} · ${of.cases} 件 matters · ${duration(of.seconds)} · ${rate}/s`,
    tallies([
      ['事件 events', of.events],
      ['推断的承办变更 inferred changes of holder', of.inferred],
      ...most.slice(0, 40).map(([name, tally]) => [`  ${name || '?'}`, tally] as const),
    ]),
    ...(most.length > 40 ? [`… 另有 and ${most.length - 40} 种活动 more activities`] : []),
    ...(facts.length > 0 ? ['案件属性 facts of the cases', tallies(facts)] : []),
    ...Object.entries(of.ignored).map(([reason, count]) => `略过 left out ${count}: ${reason}`),
    ...of.rejected.map(
      ({ line, event, field, zh, en, detail }) =>
        `  第 ${line} 行 line ${line}${event === null ? '' : ` (${event})`} · ${field}：${zh} · ${en}${detail ? `：${detail}` : ''}`,
    ),
    ...(of.rejects === null
      ? []
      : [
          `未收的行见 rejected rows are listed in ${of.rejects}`,
          '请来源更正后再次导入同一文件：已收的行不会重复 have them put right and import again: nothing is added twice',
        ]),
    ...(of.stopped === null
      ? []
      : [
          '读到此处停止 stopped:',
          `  ${of.stopped.zh}`,
          `  ${of.stopped.en}`,
          '此前的行已收；更正后再次导入，已收的不会重复 what stands before it is taken; put it right and import again: nothing is added twice',
        ]),
  ].join('\n');
}

const holderText = ({ holder }: HistoryEntry) =>
  holder === null ? '—' : [holder.org, holder.post, holder.personId?.slice(0, 8)].filter(Boolean).join(' / ');
const marks = ({ late, reported, backRegistered, irregularities }: HistoryEntry) =>
  [
    reported ? '报告 report' : '',
    late ? '迟录 late entry' : '',
    backRegistered === null ? '' : `补录 back-registered: ${backRegistered}`,
    ...irregularities.map(({ code }) => `⚠ ${code}`),
  ]
    .filter((mark) => mark !== '')
    .join('\n');

export function timeline({ matterId, state, entries }: History): string {
  const { zh, en } = MATTER_STATUSES[state.status];
  return [
    `办件 matter ${matterId} · ${zh} ${en} · ${entries.length} 条 entries`,
    table(
      ['序号 index', '发生 occurred', '事项 what', '状态 state', '承办 held by', '间隔 idle', '标记 marks'],
      entries.map((entry) => [
        entry.index,
        entry.precision === 'day' ? entry.occurredAt.slice(0, 10) : entry.occurredAt.slice(0, 19).replace('T', ' '),
        nameOf(entry.type),
        MATTER_STATUSES[entry.status].zh,
        holderText(entry),
        entry.idleDays === 0 ? '' : `${entry.idleDays} 天 d`,
        marks(entry),
      ]),
    ),
  ].join('\n');
}

export const reasons = (all: readonly Reason[]): string =>
  all.length === 0
    ? '没有这样的行 no such row'
    : table(
        ['序号 index', '行 row', '事件 event', '发生 occurred', '流 stream'],
        all.map((r) => [r.index, r.gone ? `${r.key} ✕` : r.key, nameOf(r.type), r.occurredAt.slice(0, 19), r.stream]),
      );

export const rebuilt = (all: readonly Rebuilt[]): string =>
  table(
    ['读表 table', '版本 version', '与旧表相比 against the old one', '停止 stopped'],
    all.map(({ name, version, difference, stopped }) => [
      name,
      version,
      difference === null
        ? '无旧表 there was none'
        : difference.changed + difference.onlyOld + difference.onlyNew === 0
          ? `一致 the same, ${difference.same}`
          : `${difference.changed} 不同 changed, ${difference.onlyOld} 仅旧 only old, ${difference.onlyNew} 仅新 only new; ${difference.first ?? ''}`,
      stopped === null ? '' : `${stopped.index}: ${stopped.reason}`,
    ]),
  );

export const findings = (all: readonly Finding[]): string =>
  all.map(({ ok, warning, zh, en }) => `${ok ? '✓' : warning ? '!' : '✗'} ${zh}\n  ${en}`).join('\n');

export function inspection(of: Inspection): string {
  const attributes = (rows: Inspection['eventAttributes']) =>
    table(
      ['属性 attribute', '类型 type', '有值 with a value', '不同值 distinct', '样例 samples'],
      rows.map((a) => [a.name, a.type, a.count, a.distinct ?? '> 200', a.samples.join('\n')]),
    );
  return [
    `${of.cases} 件 cases · ${of.events} 事件 events`,
    '案件属性 attributes of cases',
    attributes(of.caseAttributes),
    '事件属性 attributes of events',
    attributes(of.eventAttributes),
    '活动 activities',
    table(
      ['活动 activity', '次数 count'],
      of.activities.map(({ name, count }) => [name, count]),
    ),
    ...of.problems.map(({ line, reason, count }) => `第 ${line} 行 line ${line}: ${reason} (${count})`),
  ].join('\n');
}
