/** Documents as people print them (A4): the same content that is signed, in words. */
import { DOCUMENTS, type DocumentKind } from '../../../projections/accountability/table.js';
import { kindOf } from '../../../projections/accountability/outcomes.js';
import type { DocumentState } from '../../../projections/accountability/registers.js';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const LABELS: Readonly<Record<string, string>> = {
  document: '文书 document',
  affair: '案号 affair',
  caseNo: '立案号 case number',
  documentNo: '文号 document number',
  decision: '决定 decision',
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
  route: '拟办意见或途径 route',
  reasons: '理由 reasons',
  proposedBy: '拟稿人 proposed by',
  inquirers: '核实人员 inquirers',
  plan: '方案 plan',
  filedOn: '立案日期 filed on',
  extensionGround: '延长事由 ground of the extension',
};
type Names = ReadonlyMap<string, string>;
function shown(value: unknown, names: Names, key = ''): string {
  if (value === null || value === undefined || value === '') return '—';
  if (Array.isArray(value))
    return value.length === 0 ? '—' : `<ol>${value.map((one) => `<li>${shown(one, names, key)}</li>`).join('')}</ol>`;
  if (typeof value === 'object')
    return `<dl>${Object.entries(value)
      .map(([name, one]) => `<dt>${escaped(LABELS[name] ?? name)}</dt><dd>${shown(one, names, name)}</dd>`)
      .join('')}</dl>`;
  if (typeof value === 'boolean') return value ? '是 yes' : '否 no';
  const text = String(value);
  if (key === 'code') return escaped(`${kindOf(text).zh} ${kindOf(text).en}`);
  return escaped(names.get(text) ?? text);
}
const STYLE = `@page{size:A4;margin:25mm 22mm}body{font:14pt/1.6 "Noto Serif SC Variable","Source Han Serif SC","SimSun",serif;color:#000}
h1{text-align:center;font-size:20pt}dl{margin:0 0 0 1em}dt{font-weight:bold;float:left;clear:left;margin-right:.6em}dd{margin:0 0 .2em 0}
ol{margin:.1em 0 .1em 1.4em;padding:0}footer{margin-top:2em;border-top:1px solid #000;font-size:9pt;word-break:break-all}
.void{text-decoration:line-through}@media print{a{color:inherit}}`;

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
  const line = ({ person, as, reservation }: { person: string; as: string; reservation: string | null }) =>
    `${escaped(as)}: ${name(person)}${reservation === null ? '' : `（保留意见 reservation: ${escaped(reservation)}）`}`;
  const body = `<body><h1>${zh}<br><small>${en}</small></h1>${current ? '' : '<p><strong>本文书与案卷现内容不符 outdated</strong></p>'}
${shown(state.content ?? {}, names)}
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
