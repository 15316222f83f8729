/** Documents as people print them (A4): the same content that is signed, in words. */
import {
  CAPACITIES,
  type Capacity,
  DOCUMENTS,
  type DocumentKind,
  PROFILES,
} from '../../../projections/accountability/table.js';
import { kindOf } from '../../../projections/accountability/outcomes.js';
import type { DocumentState } from '../../../projections/accountability/registers.js';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const LABELS: Readonly<Record<string, string>> = {
  affair: '案号 affair',
  caseNo: '立案号 case number',
  documentNo: '文号 document number',
  decision: '决定事件 event of the decision',
  organ: '机关 organ',
  profile: '类型 track',
  subjects: '当事人 subjects',
  conducts: '行为 conducts',
  reason: '理由 reason',
  round: '调查轮次 round',
  investigators: '调查人员 investigators',
  adjudicators: '审理人员 adjudicators',
  evidence: '证据 evidence',
  facts: '事实 facts',
  proposal: '处理意见 proposal',
  intended: '拟作处理 intended',
  dissents: '不同意见 dissents',
  answers: '申辩答复 answers',
  opinion: '意见 opinion',
  chair: '主持人 chair',
  quorum: '法定人数 quorum',
  members: '成员 members',
  votes: '表决 votes',
  outcomes: '处理结果 outcomes',
  remedy: '救济途径和期限 remedy and term',
  seal: '印章 seal',
  on: '日期 date',
  service: '送达 service',
  servers: '送达人 servers',
  announced: '宣布范围 announced',
  signed: '签收 signed',
  person: '人员 person',
  department: '部门 department',
  subject: '当事人 subject',
  code: '种类 kind',
  basis: '依据 basis',
  law: '适用法 law',
  id: '编号 id',
  text: '内容 text',
  conduct: '行为 conduct',
  summary: '摘要 summary',
  org: '单位 unit',
  post: '职务 post',
  by: '经手 by',
  excluded: '已排除 excluded',
  member: '成员 member',
  position: '态度 position',
  event: '事件 event',
  point: '申辩点 point',
  accepted: '成立 accepted',
  days: '期限（日） days',
  result: '结果 result',
  ground: '理由 ground',
  source: '来源 source',
  reference: '来源编号 reference',
  orgs: '所涉单位 units',
  route: '途径 route',
  triageRoute: '拟办意见 proposed',
  reasons: '理由 reasons',
  proposedBy: '拟稿人 proposed by',
  inquirers: '核实人员 inquirers',
  plan: '方案 plan',
  filedOn: '立案日期 filed on',
  extensionGround: '延长事由 ground of the extension',
};
const LAWS: ReadonlyMap<string, string> = new Map([
  ['then', '行为时的法 of the time'],
  ['now', '现行法 of now'],
  ['now-lighter', '现行法（较轻）of now, for it is lighter'],
]);
/** Values that are codes, by what they stand under. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  position: { for: '同意 for', against: '不同意 against', abstain: '弃权 abstains', dissent: '保留意见 dissents' },
  triageRoute: {
    route: '转办 to another organ',
    hold: '暂存待查 hold',
    close: '予以了结 close',
    inquire: '谈话函询 inquire',
    verify: '初步核实 verify',
    transfer: '移送 transfer',
  },
  result: { uphold: '维持 upheld', change: '变更 changed', revoke: '撤销 revoked' },
  ground: {
    sound: '事实清楚、处理适当 sound',
    'facts-unclear': '事实不清 facts unclear',
    'procedure-broken': '违反法定程序 procedure broken',
    'beyond-power': '超越职权 beyond power',
    'wrong-law': '适用法律有误 wrong law',
    'wrong-circumstances': '情节认定有误 wrong circumstances',
    improper: '处理不当 improper',
  },
  signed: { signed: '本人签收 by himself', refused: '拒签，已注明 refused, as noted' },
  extensionGround: { complex: '案情复杂 complex', special: '其他特殊情形 special circumstances' },
  profile: Object.fromEntries(Object.entries(PROFILES).map(([code, { zh, en }]) => [code, `${zh} ${en}`])),
};
const asWhat = (as: string) =>
  Object.hasOwn(CAPACITIES, as) ? `${CAPACITIES[as as Capacity].zh} ${CAPACITIES[as as Capacity].en}` : as;
const wordsOf = (key: string, code: string) => (key === 'law' ? LAWS.get(code) : VALUES[key]?.[code]);
export const inWords = (key: string, code: string): string => wordsOf(key, code) ?? code;
type Names = ReadonlyMap<string, string>;
function shown(value: unknown, names: Names, key = ''): string {
  if (value === null || value === undefined || value === '') return '—';
  if (Array.isArray(value)) {
    if (value.length === 0) return '—';
    const all = value.map((one) => shown(one, names, key));
    return all.length === 1 ? all[0]! : `<ol>${all.map((one) => `<li>${one}</li>`).join('')}</ol>`;
  }
  if (typeof value === 'object')
    return `<dl>${Object.entries(value)
      .map(([name, one]) => `<dt>${escaped(LABELS[name] ?? name)}</dt><dd>${shown(one, names, name)}</dd>`)
      .join('')}</dl>`;
  if (typeof value === 'boolean') return value ? '是 yes' : '否 no';
  const text = String(value);
  if (key === 'code') return escaped(`${kindOf(text).zh} ${kindOf(text).en}`);
  return escaped(wordsOf(key, text) ?? names.get(text) ?? text);
}
/** Of a page for A4, with its number below. */
export const PRINTED = `@page{size:A4;margin:22mm 20mm;@bottom-center{content:counter(page) " / " counter(pages);font-size:9pt}}
body{font-family:"Noto Serif SC Variable","Source Han Serif SC","SimSun",serif;color:#000;max-width:180mm;margin:0 auto}
h1{text-align:center;font-size:20pt}h1 small{display:block;font-size:11pt;font-weight:normal}`;
const STYLE = `${PRINTED}body{font-size:12pt;line-height:1.6}h2{font-size:13pt;border-bottom:1px solid #000}
dl{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:.15em .8em;margin:0}dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}
dd>dl,li>dl{border-left:2px solid #bbb;padding-left:.7em;font-size:.95em}ol{margin:0;padding-left:1.4em}li{break-inside:avoid}
footer{margin-top:2em;border-top:1px solid #000;font-size:9pt;word-break:break-all}.void{text-decoration:line-through}`;

/**
 * Signatures under another version are shown as void. `fontsFor`: the style that brings the fonts of a text with it, so
 * that it prints everywhere as it does here.
 */
export async function paperOf(
  kind: DocumentKind,
  state: DocumentState,
  names: Names,
  { current, fontsFor }: { current: boolean; fontsFor: (text: string) => Promise<string> },
): Promise<string> {
  const { zh, en } = DOCUMENTS[kind];
  const name = (person: string) => escaped(names.get(person) ?? person);
  const { document: _, ...said } = (state.content ?? {}) as { document?: string };
  const line = ({ person, as, reservation }: { person: string; as: string; reservation: string | null }) =>
    `${escaped(asWhat(as))}：${name(person)}${reservation === null ? '' : `（保留意见 reservation: ${escaped(reservation)}）`}`;
  const body = `<body><h1>${zh}<small>${en}</small></h1>${current ? '' : '<p><strong>本文书与案卷现内容不符 outdated</strong></p>'}
${shown(said, names)}
<h2>签署 signatures</h2><ol>${state.signatures.map((one) => `<li>${line(one)}</li>`).join('')}${state.voided
    .map((one) => `<li class="void">${line(one)} — 第 ${one.version} 版，已失效 void</li>`)
    .join('')}</ol>
<footer>第 ${state.version} 版 version ${state.version}<br>${escaped(state.digest ?? '')}</footer></body>`;
  const style = `${await fontsFor(body)}${STYLE}`;
  const head = `<head><meta charset="utf-8"><title>${zh} ${en}</title><style>${style}</style></head>`;
  return `<!doctype html><html lang="zh-CN">${head}\n${body}</html>`;
}
/** What a browser may do with it: show it, with the style that stands in it. */
export const PAPER_POLICY =
  "default-src 'none';style-src 'unsafe-inline';font-src data:;base-uri 'none';form-action 'none';frame-ancestors 'none'";
