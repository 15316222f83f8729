/** The file of an affair (案卷) as one page for A4: an index, its parts, and every event with its digest. */
import type { Affair } from '../../../projections/accountability/contents.js';
import { GUARDS } from '../../../projections/accountability/guards.js';
import { wordsOf } from '../../../projections/accountability/missing.js';
import { kindOf, type Outcome } from '../../../projections/accountability/outcomes.js';
import {
  DOCUMENTS,
  type DocumentKind,
  type GuardId,
  MACHINES,
  type State,
} from '../../../projections/accountability/table.js';
import type { Evaluated } from '../../../projections/events/accountability.js';
import { eventsByArea } from '../../../projections/events/index.js';
import type { Recorded } from '../../../projections/kernel/message.js';
import { inWords, PRINTED } from './paper.js';

const escaped = (text: unknown) =>
  String(text ?? '—')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
const STYLE = `${PRINTED}body{font-size:10pt;line-height:1.5}h2{font-size:13pt;border-bottom:1px solid #000;break-after:avoid}
h3{font-size:10.5pt;margin:.8em 0 .3em;break-after:avoid}table{border-collapse:collapse;width:100%}thead{display:table-header-group}
td,th{border:1px solid #777;padding:.15em .4em;vertical-align:top;text-align:left;font-size:9pt;overflow-wrap:anywhere}th{background:#eee}
code{font-size:7pt;word-break:break-all}tr{break-inside:avoid}a{color:inherit}`;
const EVENTS = Object.assign({}, ...Object.values(eventsByArea)) as Readonly<
  Record<string, { zh: string; en: string }>
>;
const titled = (says: string, html: string) => `<h3>${says}</h3>${html}`;
const table = (head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  rows.length === 0
    ? '<p>无 none</p>'
    : `<table><thead><tr>${head.map((one) => `<th>${escaped(one)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((one) => `<td>${String(one)}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;
/** What the parts are made from. `digests`: of the events, in their order. */
interface Of {
  readonly affair: Affair;
  readonly events: readonly Recorded[];
  readonly digests: readonly string[];
  readonly name: (person: string | null) => string;
}
const yes = (is: boolean) => (is ? '是 yes' : '否 no');
const says = (type: string) => escaped(`${EVENTS[type]?.zh ?? ''} ${EVENTS[type]?.en ?? type}`);

function standing({ affair: { lead, case: of, review }, name }: Of): string {
  const people = (all: readonly { person: string; department: string }[]) =>
    all.map(({ person, department }) => `${name(person)}（${escaped(department)}）`).join('、') || '—';
  const state = (machine: 'lead' | 'case' | 'review', status: string) => {
    const { zh, en } = (MACHINES[machine].states as Readonly<Record<string, State>>)[status]!;
    return `${zh} ${en}`;
  };
  return table(
    ['项目 what', '内容'],
    [
      ['线索 lead', state('lead', lead.status)],
      ['案件 case', state('case', of.status)],
      ['复审复核 review', state('review', review.status)],
      [
        '当事人 subjects',
        lead.accused.map(({ person, org }) => `${name(person)}（${escaped(org)}）`).join('、') || '—',
      ],
      ['机关 organ', escaped(of.organ)],
      ['立案号 case number', escaped(of.caseNo)],
      ['核实 verified by', people(lead.inquirers)],
      ['调查 investigated by', people(of.investigators)],
      ['审理 adjudicated by', people(of.adjudicators)],
      ['复审 reviewed by', people(review.reviewers)],
    ],
  );
}
const facts = ({ affair: { case: of }, name }: Of): string =>
  titled(
    '认定的事实 facts',
    table(
      ['事实 fact', '行为 conduct', '内容 text', '证据 evidence'],
      of.facts.map((one) => [one.id, one.conduct, one.text, one.evidence.join('、')].map(escaped)),
    ),
  ) +
  titled(
    '证据 evidence',
    table(
      ['证据 evidence', '取证 by', '签认 signed', '排除 excluded'],
      of.evidence.map((one) => [
        escaped(one.id),
        one.by.map(name).join('、'),
        one.signed.map(name).join('、'),
        yes(one.excluded),
      ]),
    ),
  );
const defence = ({ affair: { case: of } }: Of): string =>
  table(
    ['点 point', '内容 text', '采纳 accepted', '答复 answer'],
    of.defences
      .flatMap(({ points }) => points)
      .map((point) => {
        const answer = of.answers.find((one) => one.point === point.id);
        return [escaped(point.id), escaped(point.text), answer ? yes(answer.accepted) : '—', escaped(answer?.reason)];
      }),
  );
const outcomes = (all: readonly Outcome[], name: Of['name']) =>
  table(
    ['当事人 subject', '处理 outcome', '依据 basis'],
    all.map(({ subject, code, basis }) => [
      name(subject),
      escaped(`${kindOf(code).zh} ${kindOf(code).en}`),
      escaped(basis.join('；')),
    ]),
  );
const decision = ({ affair: { case: of, lead }, name }: Of): string =>
  titled('处理意见 proposed', outcomes(of.proposal, name)) +
  titled(
    '集体讨论 deliberation',
    table(
      ['成员 member', '态度 position', '理由 reason'],
      of.votes.map((one) => [name(one.member), escaped(inWords('position', one.position)), escaped(one.reason)]),
    ),
  ) +
  titled('决定 decided', outcomes(of.decision?.outcomes ?? [], name)) +
  (lead.outcome === null
    ? ''
    : `<p>第一种形态 first form: ${escaped(kindOf(lead.outcome.code).zh)} ${name(lead.outcome.subject)}</p>`);
const RULED = { recused: '回避 recused', stays: '不回避 stays' } as const;
const conflicts = ({ affair: { recusal }, name }: Of): string =>
  table(
    ['人员 person', '申报 declared', '冲突 conflict', '决定 ruled'],
    Object.entries(recusal.of).map(([person, one]) => [
      name(person),
      yes(one.declared !== null),
      yes(one.conflict),
      escaped(one.ruled && RULED[one.ruled]),
    ]),
  );
const documents = ({ events, name }: Of): string =>
  table(
    ['文书 document', '事件 event', '人员 by', '内容摘要 digest'],
    events
      .filter(({ type }) => type.startsWith('Document'))
      .map(({ stream, type, actor, documents: [document] }) => {
        const kind = stream.slice(stream.lastIndexOf('.') + 1) as DocumentKind;
        const known = Object.hasOwn(DOCUMENTS, kind) ? `${DOCUMENTS[kind].zh} ${DOCUMENTS[kind].en}` : kind;
        return [escaped(known), says(type), name(actor.person), `<code>${escaped(document?.digest)}</code>`];
      }),
  );
const guards = ({ events }: Of): string =>
  table(
    ['序号 n', '事件 event', '条件 guard', '缺 missing'],
    events.flatMap(({ type, data }, n) =>
      ((data as { guards?: readonly Evaluated[] }).guards ?? []).map(({ guard, missing }) => [
        n + 1,
        says(type),
        escaped(`${guard} ${GUARDS[guard as GuardId]?.says.zh ?? ''}`),
        escaped(missing.map((one) => wordsOf(one).zh).join('；') || '✓'),
      ]),
    ),
  );
const directory = ({ events, digests, name }: Of): string =>
  table(
    ['序号 n', '时间 when', '事件 event', '人员 by', '违反 broken', '摘要 digest'],
    events.map((event, n) => [
      n + 1,
      escaped(event.occurredAt.slice(0, 16).replace('T', ' ')),
      says(event.type),
      name(event.actor.person),
      escaped(event.irregularities.map(({ code }) => code).join('、') || '—'),
      `<code>${escaped(digests[n])}</code>`,
    ]),
  );
const SECTIONS: readonly (readonly [id: string, says: string, html: (of: Of) => string])[] = [
  ['state', '概况 where it stands', standing],
  ['facts', '事实和证据 facts and evidence', facts],
  ['defence', '陈述申辩 the defence', defence],
  ['decision', '讨论和决定 deliberation and decision', decision],
  ['recusal', '回避 recusal', conflicts],
  ['documents', '文书和签署 documents and signatures', documents],
  ['guards', '条件 guards as they were evaluated', guards],
  ['events', '事件目录 every event', directory],
];
/** `names`: as far as they may be seen. `fontsFor`: the style that brings the fonts of a text with it. */
export async function fileOf(
  affair: Affair,
  events: readonly Recorded[],
  digests: readonly string[],
  { names, fontsFor }: { names: ReadonlyMap<string, string>; fontsFor: (text: string) => Promise<string> },
): Promise<string> {
  const name = (person: string | null) => escaped(person === null ? null : (names.get(person) ?? person));
  const index = SECTIONS.map(([key, text]) => `<li><a href="#${key}">${text}</a></li>`).join('');
  const parts = SECTIONS.map(
    ([key, text, html]) => `<h2 id="${key}">${text}</h2>${html({ affair, events, digests, name })}`,
  ).join('');
  const title = `案卷 case file ${escaped(affair.id)}`;
  const heading = `<h1>案卷<small>case file ${escaped(affair.id)}</small></h1>`;
  const body = `<body>${heading}<ol>${index}</ol>${parts}</body>`;
  const style = `${await fontsFor(`${title}${body}`)}${STYLE}`;
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head>${body}</html>`;
}
