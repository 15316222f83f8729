/** An answer of the interface as a page for people: the same members in words, tables that print, links to what they name. */
import { eventsByArea } from '../../projections/events/index.js';
import { yuan } from '../../projections/kernel/money.js';
import { escaped } from '../kernel/html.js';
import { ASKED } from './fields.js';
import { inChinese, inEnglish } from './labels.js';
import { kindOf, kindOfPath } from './statuses.js';
import { LEADS, wordOf } from './words.js';

export interface PageOf {
  readonly zh: string;
  readonly en: string;
  /** Path and query as they were asked for. */
  readonly url: URL;
  readonly answer: unknown;
  /** Query parameters that the route takes. */
  readonly takes: readonly string[];
  /** Other pages about the same thing. */
  readonly related: readonly string[];
  /** Whether a path is one that can be read. */
  readonly isPage: (path: string) => boolean;
  /** Where a command is given: by its name and what it is about, or by the path that it is sent to. */
  readonly actOn: (command: string, id: string) => string | undefined;
  readonly signedIn: boolean;
}

const anchor = (to: string, html: string) => `<a href="${escaped(to)}">${html}</a>`;
export const bilingual = (zh: string, en: string): string =>
  `${escaped(zh)} <span lang="en">${escaped(en)}</span>`.trim();
const wordFor = (words: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;
export const labelOf = (name: string): string => bilingual(inChinese(name) ?? '', inEnglish(name));
const askedLabel = (name: string): string => bilingual(wordFor(ASKED, name) ?? inChinese(name) ?? '', inEnglish(name));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const IN_STREAM = /\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DAY_OR_MONTH = /^\d{4}-\d\d(?:-\d\d)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)$/;
const EVENTS: Readonly<Record<string, { zh: string; en: string }>> = Object.assign({}, ...Object.values(eventsByArea));
/** Lists that are longer are folded. */
const MOST_SHOWN = 12;
/** Paragraphs are told from codes by their length. */
const LONG = 60;
/** A cell that holds more than a few words is a wide one. */
const LONG_IN_CELL = 12;
/** Members of an object that stand in a line. */
const MOST_INLINE = 3;

type Told = Readonly<Record<string, unknown>>;
const isTold = (value: unknown): value is Told => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is { zh: string; en: string } =>
  isTold(value) && typeof value['zh'] === 'string' && typeof value['en'] === 'string';
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const NOTHING = '<span class="none">—</span>';
/** `id`: what the commands that are listed are about; `kind`: what kind of thing is told of. */
type Shows = Pick<PageOf, 'isPage' | 'actOn'> & { readonly id?: string; readonly kind?: string | undefined };
const within = (shows: Shows, name: string, value: Told): Shows => ({
  ...shows,
  kind: kindOf(value, name) ?? shows.kind,
});

function inWords(name: string, text: string, kind: string | undefined): string {
  if ((name === 'fen' || name.endsWith('Fen')) && /^-?\d+$/.test(text)) return yuan(BigInt(text));
  const word = wordOf(name, text, kind);
  if (word !== undefined) return escaped(word);
  if (name === 'type' && Object.hasOwn(EVENTS, text)) return bilingual(EVENTS[text]!.zh, EVENTS[text]!.en);
  if (DAY_OR_MONTH.test(text)) return `<time>${text}</time>`;
  if (INSTANT.test(text)) return `<time title="${text}">${text.slice(0, 19).replace('T', ' ')}</time>`;
  if (name === 'stream') return escaped(text.replace(IN_STREAM, '$1…'));
  return UUID.test(text) ? `<code title="${text}">${text.slice(0, 8)}…</code>` : escaped(text);
}
/** Pages about a thing, by the last part of their address; of others their member says it. */
export const RELATED: Readonly<Record<string, string>> = {
  accounts: '收款账户',
  refunds: '退付',
  reconciliation: '勾稽',
  breaks: '差异',
  why: '为何',
  next: '可办事项',
  history: '经过',
  clocks: '时钟',
  evidence: '证据文件',
  attribution: '责任提示',
  guards: '守则',
  file: '案卷',
  places: '受理地点',
  verdicts: '判断',
  difference: '与新版本之差',
  residues: '残差',
  matches: '匹配',
  counts: '计数',
  map: '号段图',
  about: '有关事件',
  audit: '审计测试',
  consistency: '一致性证明',
  inclusion: '存在证明',
  days: '逐日',
  due: '到期办件',
  erasure: '删除个人信息',
  export: '导出',
  figures: '数字之由来',
  kinds: '差异类型',
  pairings: '人工配对',
  paper: '文书',
  periods: '对账期',
  sample: '抽样',
  start: '账户起点',
  stream: '事件流',
  suggestions: '匹配建议',
  credits: '入库',
  debits: '支出',
  vouchers: '凭证',
  remittances: '汇缴',
  statements: '对账单',
  blocks: '票据号段',
  'account-days': '账户逐日',
  'fee-items': '收费项目',
};
/** `/v1/matters/M-1/history` leads to the history of something. */
function wordsOfPath(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const word = wordFor(RELATED, last) ?? inChinese(last);
  return word === undefined ? escaped(path) : bilingual(word, inEnglish(last));
}
/** `件` is a unit that fees are counted in, not one that accounts for itself. */
const NO_ID = /[\s\p{Script=Han}]/u;
/** `BK-05 ZF-1`, as findings name the breaks that they share. */
const BREAK = /^(BK-\d\d) (.+)$/;
function leadOf(name: string, text: string, kind: string | undefined): string | undefined {
  if (name === 'affair' && kind === 'finding') return leadOf('finding', text, kind); // to become one
  if (name === 'of' && UUID.test(text)) return undefined; // an event, not an affair
  const [, code, subject] = (name === 'break' && BREAK.exec(text)) || [];
  if (code && subject) return `/v1/money/breaks?code=${code}&subject=${encodeURIComponent(subject)}`;
  return NO_ID.test(text) ? undefined : wordFor(LEADS, name)?.replace('{}', encodeURIComponent(text));
}
function scalar(name: string, value: string | number | boolean, { isPage, actOn, id = '', kind }: Shows): string {
  if (typeof value === 'boolean') return value ? '是 <span lang="en">yes</span>' : '否 <span lang="en">no</span>';
  const text = String(value);
  const html = text.startsWith('/v1/') ? wordsOfPath(text) : inWords(name, text, kind);
  const act = name === 'command' || text.startsWith('/v1/') ? actOn(text, id) : undefined;
  if (act !== undefined) return anchor(act, html);
  const to = text.startsWith('/v1/')
    ? text
    : wordOf(name, text, kind) === undefined
      ? leadOf(name, text, kind)
      : undefined;
  return to !== undefined && isPage(to.split('?')[0]!) ? anchor(to, html) : html;
}

function folded(many: number, html: string): string {
  return many <= MOST_SHOWN
    ? html
    : `<details><summary>${many} 项 <span lang="en">in all</span></summary>${html}</details>`;
}
/** Columns that people look for first, after what each row is about. */
const EARLY = new Set(['code', 'rule', 'title', 'status', 'severity', 'fen']);
/** Columns that people look for last. */
const LAST = new Set([
  'id',
  'stream',
  'event',
  'precision',
  'recordedPlace',
  'told',
  'hundred',
  'seq',
  'ruleVersion',
  'data',
]);
const isScalar = (value: unknown): boolean => typeof value !== 'object';
/** A number says nothing without its name; a code does. */
const inLine = (name: string, value: string | number | boolean, shows: Shows): string => {
  const html = scalar(name, value, shows);
  return typeof value === 'string' ? html : `${escaped(inChinese(name) ?? inEnglish(name))} ${html}`;
};
/** In a table: what is small stands there, what is large is opened. */
function inCell(name: string, value: unknown, shows: Shows): string {
  const html = shown(name, value, shows);
  if (isNothing(value) || isScalar(value) || isText(value)) return html;
  const all = Object.entries(value as object).filter(([, one]) => !isNothing(one));
  if (isTold(value) && all.length <= MOST_INLINE && all.every(([, one]) => isScalar(one)))
    return all
      .map(([member, one]) => inLine(member, one as string | number | boolean, within(shows, name, value)))
      .join(' · ');
  if (Array.isArray(value) && value.every(isScalar)) return html;
  return `<details><summary>${all.length} 项 <span lang="en">in all</span></summary>${html}</details>`;
}
/** Rows that are alike, without the columns that are empty in all of them. */
function table(of: string, rows: readonly Told[], shows: Shows): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.some((row) => !isNothing(row[name])),
  );
  const isSaid = names.includes('zh') && names.includes('en');
  const told = isSaid ? 'en' : names.includes('command') ? 'says' : ''; // stands beside it in the same cell
  const kept = names.filter((name) => name !== told);
  const first = kept.find((name) => !LAST.has(name));
  const place = (name: string): number => (name === first ? 0 : EARLY.has(name) ? 1 : LAST.has(name) ? 3 : 2);
  const places = new Map(kept.map((name) => [name, place(name)]));
  const columns = kept.toSorted((a, b) => places.get(a)! - places.get(b)!);
  const head = columns.map((name) => `<th>${isSaid && name === 'zh' ? labelOf('says') : labelOf(name)}</th>`).join('');
  const cell = (row: Told, name: string) => {
    const here = { ...within(shows, of, row), ...(typeof row['affair'] === 'string' && { id: row['affair'] }) };
    const value = isSaid && name === 'zh' && isText(row) ? { zh: row.zh, en: row.en } : row[name];
    const act = name === 'command' && isText(row['says']) ? here.actOn(String(value), here.id ?? '') : undefined;
    if (act !== undefined) return `<td>${anchor(act, shown('says', row['says'], here))}</td>`;
    const number = typeof value === 'number' || (name.endsWith('en') && /^-?\d+$/.test(String(value)));
    const html = inCell(name, value, here);
    const isWide = isTold(value) && !html.startsWith('<details') && !(isText(value) && value.zh.length <= LONG_IN_CELL);
    const style = number ? ' class="number"' : isWide ? ' class="long"' : isText(value) ? ' class="words"' : '';
    return `<td${style}>${html}</td>`;
  };
  const body = rows.map((row) => `<tr>${columns.map((name) => cell(row, name)).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}
function list(name: string, all: readonly unknown[], shows: Shows): string {
  if (all.every(isTold)) return table(name, all, shows);
  return folded(all.length, all.map((one) => shown(name, one, shows)).join('，'));
}
function members(told: Told, shows: Shows): string {
  const { zh, en, capacity: _, ...others } = told; // what it is in words says it
  const text = isText(told) ? `<p>${bilingual(String(zh), String(en))}</p>` : '';
  const rest = Object.entries(isText(told) ? others : told).filter(([, value]) => !isNothing(value));
  if (rest.length === 0) return text || NOTHING;
  const one = ([name, value]: [string, unknown]) => `<dt>${labelOf(name)}</dt><dd>${shown(name, value, shows)}</dd>`;
  return `${text}<dl>${rest.map(one).join('\n')}</dl>`;
}
export function shown(name: string, value: unknown, around: Shows): string {
  if (isNothing(value)) return NOTHING;
  const shows = isTold(value) ? within(around, name, value) : around;
  if (Array.isArray(value)) return list(name, value, shows);
  if (!isTold(value)) return scalar(name, value as string | number | boolean, shows);
  const { n, unit } = value;
  if (typeof n === 'number' && typeof unit === 'string') return `${n} ${scalar('unit', unit, shows)}`;
  const { zh, en, code: _, ...more } = value;
  if (isText(value) && Object.keys(more).length === 0) {
    const html = bilingual(String(zh), String(en));
    return String(zh).length > LONG ? `<p>${html}</p>` : html;
  }
  return members(value, shows);
}

/** Parts that a page is asked for; what else there is stands below them. */
const FIRST = new Set(['rows', 'items', 'entries', 'total', 'cells']);
/** Each member that holds much is a part of the page with a heading; the others stand before them. */
function body(answer: unknown, shows: Shows): string {
  if (!isTold(answer)) {
    const isEmpty = isNothing(answer);
    return isEmpty ? '<p class="none">没有记录 <span lang="en">nothing</span></p>' : shown('rows', answer, shows);
  }
  const { asOf: _, next, ...told } = answer;
  const isPart = ([, value]: [string, unknown]) =>
    (isTold(value) && !(isText(value) && Object.keys(value).length <= 3)) ||
    (Array.isArray(value) && value.some(isTold));
  const all = Object.entries(typeof next === 'string' || isNothing(next) ? told : { ...told, next });
  const first = Object.fromEntries(all.filter((one) => !isPart(one)));
  const ordered = all.filter(isPart).toSorted(([a], [b]) => Number(FIRST.has(b)) - Number(FIRST.has(a)));
  const parts = ordered.map(([name, value]) => {
    const heading = name === 'rows' || name === 'items' ? '' : `<h2>${labelOf(name)}</h2>`;
    return `<section>${heading}${shown(name, value, shows)}</section>`;
  });
  const rows = Object.entries(told).find(([name]) => name === 'rows' || name === 'items');
  const empty =
    rows && isNothing(rows[1])
      ? '<p class="none">没有符合条件的记录 <span lang="en">nothing of the kind</span></p>'
      : '';
  const { rows: _rows, items: _items, ...before } = first;
  return `${Object.keys(before).length > 0 ? members(before, shows) : ''}${empty}${parts.join('\n')}`;
}

function withParameter(url: URL, name: string, value: string): string {
  const other = new URL(url);
  other.searchParams.set(name, value);
  return `${other.pathname}${other.search}`;
}
/** A form of what the route can be asked for; the moment it is about among it. */
function asking({ url, takes }: PageOf): string {
  const names = takes.filter((name) => name !== 'cursor');
  if (names.length === 0) return '';
  const field = (name: string) =>
    `<label>${askedLabel(name)}<input name="${escaped(name)}" value="${escaped(url.searchParams.get(name) ?? '')}"></label>`;
  return `<form class="asking" method="get" action="${escaped(url.pathname)}">${names.map(field).join('')}
<button>查询 <span lang="en">show</span></button></form>`;
}
const relatedLinks = (paths: readonly string[]): string =>
  paths.length === 0
    ? ''
    : `<nav class="related">${paths.map((path) => anchor(path, wordsOfPath(path))).join(' · ')}</nav>`;

const HEADER = `<header><a href="/"><b>明账</b> <span lang="en">Mingzhang</span></a>`;
export function frame(title: { zh: string; en: string }, html: string, signedIn: boolean): string {
  const out = '<button type="button" id="sign-out">退出 <span lang="en">sign out</span></button>';
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title.zh)} · 明账 Mingzhang</title><link rel="stylesheet" href="/pages/fonts/fonts.css"><link rel="stylesheet" href="/pages/style.css"><script defer src="/pages/script.js"></script></head>
<body>${HEADER}${signedIn ? out : ''}</header><main><h1>${bilingual(title.zh, title.en)}</h1>
${html}
</main></body></html>
`;
}
/** The whole page. */
export function pageOf(page: PageOf): string {
  const { answer, url, related, zh, en, signedIn } = page;
  const { asOf, next } = isTold(answer) ? answer : {};
  const parts = url.pathname.split('/');
  const id = decodeURIComponent(parts.at(parts.at(-1) === 'next' ? -2 : -1)!);
  const shows = { ...page, id, kind: kindOfPath(url.pathname) };
  const moment =
    typeof asOf === 'string'
      ? `<p class="moment">截至账本序号 <span lang="en">as of index</span> ${escaped(asOf)}</p>`
      : '';
  const more =
    typeof next === 'string'
      ? `<p>${anchor(withParameter(url, 'cursor', next), '下一页 <span lang="en">next page</span>')}</p>`
      : '';
  return frame({ zh, en }, `${relatedLinks(related)}${asking(page)}${moment}${body(answer, shows)}${more}`, signedIn);
}
