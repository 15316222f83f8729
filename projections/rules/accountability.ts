/** 责任追究程序: what was done wrongly in holding people to account, whoever did it, as other offices report it, too. */
import {
  ACT_EVENTS,
  affairActs,
  affairOfStream,
  type ActRow,
  notAfter,
  type PartHeld,
  peopleIn,
  type StandingRow,
  standings,
} from '../accountability/acts.js';
import { caseCards, leadCards } from '../accountability/cards.js';
import { elementsOf } from '../accountability/guard-inputs.js';
import { conductRows, SAYING, sayings, type SayingRow } from '../accountability/sayings.js';
import { compareInstants } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { rule } from '../kernel/rule.js';
import { aboutAffair, CARDS, each, stepOverdue, upheldWithoutLead } from './accountability-times.js';

const affairIn = ({ stream }: Recorded) => affairOfStream(stream);
const ACTING = { ...CARDS, affairActs, standings } as const;
/** Why an act was not to be done by somebody; null: it was. */
function barredAt(act: ActRow, { declared, raised, ruled }: StandingRow): 'declaration' | 'conflict' | 'ruling' | null {
  const before = <T extends Parameters<typeof notAfter>[0]>(all: readonly T[]) =>
    all.filter((one) => notAfter(one, act));
  const last = <T extends Parameters<typeof notAfter>[0]>(all: readonly T[]) =>
    all.reduce<T | null>((latest, one) => (latest !== null && !notAfter(latest, one) ? latest : one), null);
  const [said, ruling] = [last(before(declared)), last(before(ruled))];
  const settled = (since: Parameters<typeof notAfter>[0]) => ruling !== null && notAfter(since, ruling);
  if (ruling?.result === 'recused') return 'conflict';
  if (said?.conflict === true && !settled(said)) return 'conflict';
  const open = before(raised).filter((one) => !settled(one));
  if (open.length > 0) {
    const later = ruled.filter((one) => open.some((raising) => notAfter(raising, one)));
    if (later.length === 0) return 'ruling';
    if (later[0]!.result === 'recused') return 'conflict';
  }
  return said === null && act.how === 'act' ? 'declaration' : null;
}
const acting = (event: Recorded) =>
  [...peopleIn(event)].flatMap(([person, { how }]) => (how === 'named' ? [] : [`${affairIn(event)} ${person}`]));
export const unrecused = rule({
  id: 'AC-02',
  version: 1,
  title: { zh: '应回避未回避', en: 'unrecused participant' },
  definition: {
    zh: '办案人员在申报有利害冲突而未决定、已决定回避，或未申报回避情况时，办理或签署了案件的任何一步。以办理之时为准：事后申报不补正，事先申报而迟报的不构成；他人申请回避的，决定回避后此前自申请起的办理即属之，决定不回避的不属之。',
    en: 'Somebody who had declared a conflict that was not ruled on, or who was recused, or who had not declared at all, did or signed a step. What counts is when it was done: a declaration afterwards does not cure, one that was made before and is told late does. Where somebody else asked for the recusal, what was done since then counts once it is granted, and does not where it is refused.',
  },
  basis: '政务处分法 art. 47, 48, 63(9); 监察法 art. 67; 行政机关公务员处分条例 art. 42, 43',
  severity: 'red',
  parameters: {},
  tests: {
    declared: { zh: '事先申报', en: 'declared before', clears: true },
    noConflict: { zh: '无冲突，或决定不回避', en: 'no conflict, or ruled to stay', clears: true },
  },
  uses: ACTING,
  again: {
    ...each(ACT_EVENTS, acting),
    ConflictDeclared: (event) => (event.actor.person === null ? [] : `${idOf('recusal')(event)} ${event.actor.person}`),
    RecusalRequested: (event) => `${idOf('recusal')(event)} ${event.data.person}`,
    RecusalRuled: (event) => `${idOf('recusal')(event)} ${event.data.person}`,
  },
  judge: (subject, look) => {
    const space = subject.indexOf(' ');
    const [affair, person] = [subject.slice(0, space), subject.slice(space + 1)];
    const acts = look.affairActs
      .range('byAffair', [affair, person])
      .filter(({ how }) => how !== 'named')
      .toSorted((a, b) => compareInstants(a.at, b.at) || a.n - b.n);
    if (acts.length === 0) return null;
    const none: StandingRow = { id: subject, affair, person, declared: [], raised: [], ruled: [] };
    const standing = look.standings.get(subject) ?? none;
    const whys = acts.map((act) => [act, barredAt(act, standing)] as const);
    const bad = whys.filter(([, why]) => why === 'declaration' || why === 'conflict');
    const unknown = person === '' ? ['person'] : whys.some(([, why]) => why === 'ruling') ? ['ruling'] : [];
    const found = person !== '' && bad.length > 0;
    const first = found ? bad[0]![0] : acts[0]!;
    return {
      result: found ? 'violation' : unknown.length > 0 ? 'undetermined' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(affair, first.on, look),
      evidence: (found ? bad.map(([act]) => act) : [first]).map(({ event }) => event),
      tested:
        person === ''
          ? {}
          : {
              declared: !bad.some(([, why]) => why === 'declaration'),
              noConflict: !bad.some(([, why]) => why === 'conflict'),
            },
      missing: found ? [] : unknown,
      details: { acts: found ? bad.length : 0 },
    };
  },
});

/** Two parts that one person does not have in one affair. */
const APART: readonly (readonly [PartHeld, PartHeld, test: 'separate' | 'approvedByAnother'])[] = [
  ['investigator', 'adjudicator', 'separate'],
  ['inquirer', 'adjudicator', 'separate'],
  ['investigator', 'member', 'separate'],
  ['investigator', 'reviewer', 'separate'],
  ['adjudicator', 'reviewer', 'separate'],
  ['member', 'reviewer', 'separate'],
  ['filing-proposer', 'filing-approver', 'approvedByAnother'],
  ['triage-proposer', 'triage-approver', 'approvedByAnother'],
  ['no-lead-proposer', 'no-lead-approver', 'approvedByAnother'],
];
export const notSeparate = rule({
  id: 'AC-03',
  version: 1,
  title: { zh: '查审不分', en: 'investigator adjudicates' },
  definition: {
    zh: '同一人在同一案中既调查（初核）又审理、参加集体讨论或复审复核，或既审理、参加讨论又复审复核；或呈批、拟办、提议的人与批准的人为同一人。不同案件之间、同一部门的不同人之间不构成。',
    en: 'One person investigated (or verified) and adjudicated, deliberated or reviewed in one affair, or adjudicated or deliberated and reviewed; or whoever proposed a filing, a triage or that there be no lead approved it, too. Different affairs, and different people of one department, are not meant.',
  },
  basis: '监察法 art. 39; 政务处分法 art. 55–57',
  severity: 'red',
  parameters: {},
  tests: {
    separate: {
      zh: '调查、审理、复审由不同的人办理',
      en: 'different people investigate, adjudicate and review',
      clears: true,
    },
    approvedByAnother: { zh: '由提议人以外的人批准', en: 'somebody else than who proposed it approves', clears: true },
  },
  uses: { ...CARDS, affairActs },
  again: each(ACT_EVENTS, affairIn),
  judge: (subject, look) => {
    const rows = look.affairActs
      .range('byAffair', [subject])
      .filter(({ part, person }) => part !== null && person !== '');
    const [one] = rows;
    if (!one) return null;
    const holding = (part: PartHeld) => rows.filter((row) => row.part === part);
    const both = APART.flatMap(([a, b, test]) =>
      holding(a).flatMap((row) => {
        const other = holding(b).find(({ person }) => person === row.person);
        return other ? [{ test, events: [row, other] }] : [];
      }),
    );
    const events = both.flatMap(({ events: all }) => all).toSorted((a, b) => compareInstants(a.at, b.at) || a.n - b.n);
    const failing = (name: string) => both.some(({ test }) => test === name);
    return {
      result: both.length > 0 ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(subject, (events.at(-1) ?? one).on, look),
      evidence: [...new Set((events.length > 0 ? events : [one]).map(({ event }) => event))],
      tested: { separate: !failing('separate'), approvedByAnother: !failing('approvedByAnother') },
      missing: [],
    };
  },
});

/** Where somebody's outcome is heavier than what was said before, and no fact was found since. */
function rise(rows: readonly SayingRow[]): readonly [before: SayingRow, now: SayingRow] | null {
  let ceiling: SayingRow | null = null;
  let found = false;
  let proposed: SayingRow['ranks'] = {};
  const known = new Set<string>();
  for (const row of rows) {
    if (row.what === 'fact') {
      if (!known.has(row.fact!)) found = true;
      known.add(row.fact!);
      continue;
    }
    if (row.what === 'proposed') {
      proposed = row.ranks;
      continue;
    }
    const before: SayingRow | null = ceiling;
    const ranks = row.what === 'served' ? proposed : row.ranks;
    const heavier = before !== null && Object.entries(ranks).some(([one, rank]) => rank > (before.ranks[one] ?? 0));
    // A review finds nothing new: it can only send it back.
    if (heavier && (!found || row.what === 'review')) return [before, row];
    if (row.what === 'review') continue;
    ceiling = { ...row, ranks };
    found = false;
  }
  return null;
}
export const aggravated = rule({
  id: 'AC-04',
  version: 1,
  title: { zh: '申辩加重', en: 'aggravated after defence or review' },
  definition: {
    zh: '告知事实和拟作处理之后作出更重的处理，或复审复核、重新处理后较原决定加重，而其间没有重新调查认定的新事实。',
    en: 'What was decided is heavier than what was served before the defence, or, after a review or when it was decided anew, heavier than the decision before, and no fact was found in between that is new.',
  },
  basis: '政务处分法 art. 43, 56',
  severity: 'red',
  parameters: {},
  tests: {
    notHeavier: { zh: '未加重', en: 'not heavier', clears: true },
    newFact: { zh: '其间认定了新的事实', en: 'a new fact was found in between', clears: true },
  },
  uses: { ...CARDS, sayings },
  again: each(SAYING, affairIn),
  judge: (subject, look) => {
    const rows = look.sayings.range('byAffair', [subject]).toSorted((a, b) => compareInstants(a.at, b.at) || a.n - b.n);
    const said = rows.filter(({ what }) => what !== 'fact' && what !== 'proposed');
    if (said.length < 2) return null;
    const found = rise(rows);
    const last = said.at(-1)!;
    return {
      result: found ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(subject, (found?.[1] ?? last).on, look),
      evidence: (found ?? [last]).map(({ event }) => event),
      tested: { notHeavier: found === null, ...(found && { newFact: false }) },
      missing: [],
    };
  },
});

const conductsIn = (event: Recorded, look: Look<{ caseCards: typeof caseCards }>) => {
  const row = look.caseCards.get(idOf('case')(event));
  const said = (event.data as { outcomes?: readonly { conducts: readonly string[] }[] }).outcomes ?? [];
  return [...new Set([...(row?.state.conducts ?? []).map(({ id }) => id), ...said.flatMap((one) => one.conducts)])];
};
export const sanctionedTwice = rule({
  id: 'AC-05',
  version: 1,
  title: { zh: '一事双处', en: 'double sanction' },
  definition: {
    zh: '两个机关就同一行为分别给予处分或政务处分。处分以外的处理不计；被撤销或变更为非处分的不再计；同一机关的变更、同案不同人不构成。',
    en: 'Two organs each gave a sanction for one conduct. What is not a sanction does not count, nor what was revoked or changed into none; a change by the same organ, and several people for one conduct, are not meant.',
  },
  basis: '政务处分法 art. 16; 公务员法 art. 61',
  severity: 'red',
  parameters: {},
  tests: { oneOrgan: { zh: '仅一个机关给予处分', en: 'one organ alone gave a sanction', clears: true } },
  uses: { leadCards, caseCards, conductRows },
  again: {
    DecisionMade: conductsIn,
    DecisionChanged: conductsIn,
    DecisionRevoked: conductsIn,
    SanctionReported: idOf('conduct'),
  },
  judge: (subject, look) => {
    const sanctions = look.conductRows.get(subject)?.sanctions ?? [];
    const [one] = sanctions;
    if (!one) return null;
    const clash = sanctions.flatMap((a, n) =>
      sanctions.slice(n + 1).flatMap((b) => {
        const samePerson = a.subject === null || b.subject === null || a.subject === b.subject;
        return a.organ !== b.organ && samePerson ? [[a, b] as const] : [];
      }),
    )[0];
    const affair = (clash ?? [one]).find((each) => each.affair !== null)?.affair ?? '';
    return {
      result: clash ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(affair, (clash?.[1] ?? one).on, look),
      evidence: (clash ?? [one]).map(({ event }) => event),
      tested: { oneOrgan: clash === undefined },
      missing: [],
    };
  },
});

const DECIDED = [
  'FilingProposed',
  'DecisionMade',
  'DecisionChanged',
  'DecisionRevoked',
  'LeadRegistered',
  'FactAsserted',
] as const;
export const defectiveDecision = rule({
  id: 'AC-06',
  version: 1,
  title: { zh: '决定要件缺', en: 'defective decision paper' },
  definition: {
    zh: '处分决定缺少法定要件之一：被处分人、违法事实和证据、处分种类和依据、不服的救济途径和期限、作出决定的机关名称和日期。',
    en: 'A decision lacks one of the elements of the law: who, the facts and their evidence, the kind and its basis, the remedy and its term, the organ and the date.',
  },
  basis: '政务处分法 art. 45; 行政机关公务员处分条例 art. 45',
  severity: 'yellow',
  parameters: {},
  tests: {
    who: { zh: '被处分人', en: 'who', clears: true },
    facts: { zh: '事实和证据', en: 'facts and evidence', clears: true },
    outcome: { zh: '种类和依据', en: 'kind and basis', clears: true },
    remedy: { zh: '救济途径和期限', en: 'remedy and term', clears: true },
    organ: { zh: '机关和日期', en: 'organ and date', clears: true },
  },
  uses: CARDS,
  again: each(DECIDED, affairIn),
  judge: (subject, look) => {
    const [lead, of] = [look.leadCards.get(subject), look.caseCards.get(subject)];
    const decision = of?.state.decision;
    if (!of || !decision) return null;
    const tested = elementsOf(of.state, lead?.accused ?? [], decision, decision.on);
    return {
      result: Object.values(tested).every(Boolean) ? 'cleared' : 'violation',
      certain: true,
      severity: 'yellow',
      about: aboutAffair(subject, decision.on, look),
      evidence: [decision.event],
      tested,
      missing: [],
      details: { documentNo: decision.documentNo },
    };
  },
});

export const accountabilityRules = [
  stepOverdue,
  unrecused,
  notSeparate,
  aggravated,
  sanctionedTwice,
  defectiveDecision,
  upheldWithoutLead,
];
