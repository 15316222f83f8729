/** 责任追究程序: what was done wrongly in holding people to account, whoever did it, as other offices report it, too. */
import {
  ACT_EVENTS,
  affairActs,
  affairOfStream,
  type ActRow,
  type Moment,
  notAfter,
  type PartHeld,
  peopleIn,
  type StandingRow,
  standings,
} from '../accountability/acts.js';
import { caseCards, leadCards } from '../accountability/cards.js';
import { elementsOf } from '../accountability/guard-inputs.js';
import { conductRows, conductsOf, SAYING, sayings, type SayingRow } from '../accountability/sayings.js';
import { compareInstants } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import { rule } from '../kernel/rule.js';
import { aboutAffair, CARDS, each, stepOverdue, upheldWithoutLead } from './accountability-times.js';

const affairIn = ({ stream }: Recorded) => affairOfStream(stream);
const ACTING = { ...CARDS, affairActs, standings } as const;
const byTime = (a: Pick<ActRow, 'at' | 'n'>, b: Pick<ActRow, 'at' | 'n'>) => compareInstants(a.at, b.at) || a.n - b.n;
const inTime = <T extends Moment>(all: readonly T[]) =>
  all.toSorted((a, b) => Number(notAfter(b, a)) - Number(notAfter(a, b)));
/** Why an act was not to be done by somebody; null: it was. */
function barredAt(act: ActRow, known: StandingRow): 'declaration' | 'conflict' | 'ruling' | null {
  const before = (one: Moment) => notAfter(one, act);
  const ruled = inTime(known.ruled);
  const [said, asked] = [inTime(known.declared).findLast(before), inTime(known.raised).findLast(before)];
  const ruling = ruled.findLast(before);
  const open = (since: Moment) => !(ruling && notAfter(since, ruling));
  if (ruling?.result === 'recused') return 'conflict';
  if (said?.conflict && open(said)) return 'conflict';
  if (asked && open(asked)) {
    const answer = ruled.find((one) => notAfter(asked, one));
    if (!answer) return 'ruling';
    if (answer.result === 'recused') return 'conflict';
  }
  return !said && act.how === 'act' ? 'declaration' : null;
}
const acting = (event: Recorded) => [...peopleIn(event).keys()].map((person) => `${affairIn(event)} ${person}`);
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
    ConflictDeclared: (event) => `${idOf('recusal')(event)} ${event.actor.person}`,
    RecusalRequested: (event) => `${idOf('recusal')(event)} ${event.data.person}`,
    RecusalRuled: (event) => `${idOf('recusal')(event)} ${event.data.person}`,
  },
  judge: (subject, look) => {
    const space = subject.indexOf(' ');
    const [affair, person] = [subject.slice(0, space), subject.slice(space + 1)];
    const acts = look.affairActs
      .range('byAffair', [affair, person])
      .filter(({ how }) => how !== 'named')
      .toSorted(byTime);
    if (acts.length === 0) return null;
    const none: StandingRow = { id: subject, affair, person, declared: [], raised: [], ruled: [] };
    const standing = look.standings.get(subject) ?? none;
    const whys = person === '' ? [] : acts.map((act) => [act, barredAt(act, standing)] as const);
    const bad = whys.filter(([, why]) => why === 'declaration' || why === 'conflict');
    const waiting = person === '' ? ['person'] : whys.flatMap(([, why]) => (why === 'ruling' ? [why] : [])).slice(0, 1);
    const missing = bad.length > 0 ? [] : waiting;
    const shown = bad.length > 0 ? bad.map(([act]) => act) : acts.slice(0, 1);
    return {
      result: bad.length > 0 ? 'violation' : missing.length > 0 ? 'undetermined' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(affair, shown[0]!.on, look),
      evidence: shown.map(({ event }) => event),
      tested:
        person === ''
          ? {}
          : {
              declared: !bad.some(([, why]) => why === 'declaration'),
              noConflict: !bad.some(([, why]) => why === 'conflict'),
            },
      missing,
      details: { acts: bad.length },
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
    const events = both.length > 0 ? both.flatMap(({ events: all }) => all).toSorted(byTime) : [one];
    const failing = (name: string) => both.some(({ test }) => test === name);
    return {
      result: both.length > 0 ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(subject, events.at(-1)!.on, look),
      evidence: [...new Set(events.map(({ event }) => event))],
      tested: { separate: !failing('separate'), approvedByAnother: !failing('approvedByAnother') },
      missing: [],
    };
  },
});

/** Where somebody's outcome is heavier than what was said before, and no fact was found since. */
function rise(rows: readonly SayingRow[]): readonly [before: SayingRow, now: SayingRow] | null {
  /** What was said before, and how many facts were known then. */
  let ceiling: (SayingRow & { facts: number }) | null = null;
  let proposed: SayingRow['ranks'] = {};
  const known = new Set<string>();
  for (const row of rows) {
    if (row.what === 'fact') {
      known.add(row.fact!);
      continue;
    }
    if (row.what === 'proposed') {
      proposed = row.ranks;
      continue;
    }
    const before: typeof ceiling = ceiling;
    const ranks = row.what === 'served' ? proposed : row.ranks;
    const heavier = before !== null && Object.entries(ranks).some(([one, rank]) => rank > (before.ranks[one] ?? 0));
    // A review finds nothing new: it can only send it back.
    if (heavier && (known.size === before.facts || row.what === 'review')) return [before, row];
    if (row.what !== 'review') ceiling = { ...row, ranks, facts: known.size };
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
    const rows = look.sayings.range('byAffair', [subject]).toSorted(byTime);
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
    DecisionMade: conductsOf,
    DecisionChanged: conductsOf,
    DecisionRevoked: conductsOf,
    SanctionReported: idOf('conduct'),
  },
  judge: (subject, look) => {
    const { sanctions } = look.conductRows.get(subject)!;
    const [one] = sanctions;
    if (!one) return null;
    const [clash] = sanctions.flatMap((a) =>
      sanctions.flatMap((b) => {
        const samePerson = a.subject === null || b.subject === null || a.subject === b.subject;
        return a.organ !== b.organ && samePerson ? [[a, b] as const] : [];
      }),
    );
    const shown = clash ?? [one];
    const affairs = [...new Set(shown.flatMap((each) => each.affair ?? []))];
    const [first = ''] = affairs;
    return {
      result: clash ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAffair(first, shown.at(-1)!.on, look),
      evidence: shown.map(({ event }) => event),
      tested: { oneOrgan: !clash },
      missing: [],
      details: { affairs: affairs.join(' ') || null },
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
    if (!of?.state.decision) return null;
    const { decision } = of.state;
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
