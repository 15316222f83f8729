/** Findings, rules and scores as people read them in a terminal. */
import type { FindingPage, Tested } from '../projections/finding-page.js';
import { FINDING_STATUSES, type FindingRow } from '../projections/findings.js';
import type { Rule } from '../projections/kernel/rule.js';
import { BREAK_TYPES, type BreakCode } from '../projections/reconcile/break-types.js';
import { ruleOf } from '../projections/rules/index.js';
import { inChinese, inEnglish } from './pages/labels.js';
import type { Score } from './simulation/score.js';
import { nameOf, table } from './text.js';

const SEVERITY = { info: '提示 info', blue: '蓝 blue', yellow: '黄 yellow', red: '红 red' } as const;
const status = (of: FindingRow['status']) => `${FINDING_STATUSES[of].zh} ${FINDING_STATUSES[of].en}`;
const breakOf = (id: string) => (Object.hasOwn(BREAK_TYPES, id) ? BREAK_TYPES[id as BreakCode].title.zh : '');
const title = (id: string) => `${id} ${ruleOf(id)?.title.zh ?? breakOf(id)}`;

export function findings(rows: readonly FindingRow[], counts: readonly Record<string, unknown>[]): string {
  if (rows.length === 0) return '没有这样的疑点。There is no such finding.';
  const total = counts.reduce((sum, { count }) => sum + Number(count), 0);
  return [
    table(
      [
        '日期 day',
        '规则 rule',
        '级别 severity',
        '状态 status',
        '办件 matter',
        '事项 item',
        '单位 unit',
        '疑点 finding',
      ],
      rows.map((row) => [
        row.on,
        title(row.rule),
        `${SEVERITY[row.severity]}${row.certain ? '' : ' ?'}`,
        status(row.status),
        row.matterId ?? '',
        row.itemCode ?? '',
        row.org ?? '',
        row.finding,
      ]),
    ),
    `共 ${total} 个，显示 ${rows.length} 个 · ${total} in all, ${rows.length} shown`,
  ].join('\n');
}

const tests = (of: readonly Tested[]) =>
  of.map(({ zh, en, outcome }) => `  ${outcome ? '是 yes' : '否 no '}  ${zh} ${en}`);
export function page({ finding, rule, evidence, tested, toClear, now }: FindingPage): string {
  const details = Object.entries(now?.details ?? finding.details).filter(([, value]) => value !== null);
  return [
    `${title(rule.id)} ${rule.title.en} · ${SEVERITY[finding.severity]} · ${status(finding.status)}`,
    rule.definition.zh,
    rule.definition.en,
    `依据 basis: ${rule.basis}`,
    ...rule.parameters.map(({ zh, en, value, source }) => `参数 parameter: ${zh} ${en} = ${value}（${source}）`),
    '',
    `关于 about: ${finding.on} 办件 matter ${finding.matterId ?? '-'} 事项 item ${finding.itemCode ?? '-'} 单位 unit ${finding.org ?? '-'}`,
    ...details.map(([name, value]) => `  ${inChinese(name) ?? ''} ${inEnglish(name)}: ${value}`),
    '',
    '证据 evidence',
    ...evidence.map(
      ({ index, occurredAt, type, stream, place }) =>
        `  ${index}  ${occurredAt}  ${nameOf(type)}  ${stream}${place ? `  ${place.kind}` : ''}`,
    ),
    '',
    '已核对 tested',
    ...tests(tested),
    ...(toClear.length > 0
      ? ['', '若有以下任一不同，即可消除 with any of these otherwise it would be cleared', ...tests(toClear)]
      : []),
    ...(finding.explanation ? ['', `单位说明 the unit explains: ${finding.explanation}`] : []),
    ...(finding.reason ? [`理由 reason: ${finding.reason}`] : []),
  ].join('\n');
}

type Told = Pick<Rule, 'id' | 'title' | 'definition' | 'basis' | 'severity' | 'version'> & {
  /** Null: not for whoever asks. */
  verdicts: Readonly<Record<'violation' | 'cleared' | 'undetermined', number>> | null;
};
export function rules(all: readonly Told[], whole: boolean): string {
  const list = table(
    ['规则 rule', '名称 title', '级别 severity', '违规 violations', '排除 cleared', '无法判断 not judged'],
    all.map(({ id, title: { zh, en }, severity, verdicts }) => [
      id,
      `${zh} ${en}`,
      SEVERITY[severity],
      verdicts?.violation ?? '—',
      verdicts?.cleared ?? '—',
      verdicts?.undetermined ?? '—',
    ]),
  );
  return whole
    ? [list, ...all.flatMap(({ definition, basis }) => [definition.zh, definition.en, basis])].join('\n')
    : list;
}

/** Over all seeds; what was wrong is named with its seed. */
export function scores(played: readonly { seed: number; scores: readonly Score[]; events: number }[]): string {
  const ids = played[0]?.scores.map(({ rule }) => rule) ?? [];
  const sum = (rule: string, of: 'planted' | 'found' | 'right') =>
    played.reduce((n, { scores: all }) => n + (all.find((score) => score.rule === rule)?.[of] ?? 0), 0);
  const share = (part: number, of: number) => (of === 0 ? '–' : (part / of).toFixed(4));
  const wrong = played.flatMap(({ seed, scores: all }) =>
    all.flatMap(({ rule, wrong: extra, missed }) => [
      ...extra.map((about) => `种子 seed ${seed} ${rule}: 误报 found and not planted: ${about}`),
      ...missed.map((about) => `种子 seed ${seed} ${rule}: 漏报 planted and not found: ${about}`),
    ]),
  );
  return [
    table(
      ['规则 rule', '植入 planted', '发现 found', '正确 right', '准确率 precision', '召回率 recall'],
      ids.map((rule) => {
        const [planted, found, right] = [sum(rule, 'planted'), sum(rule, 'found'), sum(rule, 'right')];
        return [title(rule), planted, found, right, share(right, found), share(right, planted)];
      }),
    ),
    `${played.length} 个种子 seeds · ${played.reduce((n, { events }) => n + events, 0)} 个事件 events`,
    ...wrong,
  ].join('\n');
}
