/** 责任追究时限: steps that took too long (AC-01), and upheld red findings of which nothing came (AC-07). */
import { affairOfStream } from '../accountability/acts.js';
import { caseCards, leadCards, reviewCards } from '../accountability/cards.js';
import { AFFAIR_EVENTS } from '../accountability/clocks.js';
import { STEP_LIMITS } from '../accountability/limits.js';
import { baseOf, bindsHandlers } from '../accountability/runs.js';
import { LEADING } from '../accountability/upheld.js';
import { deadlines } from '../deadlines.js';
import { findings } from '../findings.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { type About, NOTHING_KNOWN, rule, type Verdict } from '../kernel/rule.js';

export const CARDS = { leadCards, caseCards, reviewCards } as const;
type Cards = Look<typeof CARDS>;
/** The office that has it in hand; nobody's where that is the accused unit itself, which is not to know. */
export function aboutAffair(
  affair: string,
  on: string,
  { leadCards: leads, caseCards: cases }: Pick<Cards, 'leadCards' | 'caseCards'>,
): About {
  const [lead, of] = [leads.get(affair), cases.get(affair)];
  const accused: readonly (string | null)[] = lead?.orgs ?? [];
  const org = of?.organ ?? lead?.office ?? null;
  return { ...NOTHING_KNOWN, on, org: accused.includes(org) ? null : org };
}
export const each = (types: readonly string[], keys: (event: Recorded<any>, look: any) => string | readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, keys]));

const isAffair = (stream: string) => /^(lead|case|review)-/.test(stream);
/** `case-A-1 handling:2` */
const passing = (event: Recorded<{ type: string; data: { limit: string } }>) => {
  const { stream, data } = event;
  return isAffair(stream) ? `${stream} ${data.limit.replace(/\/red$/, '')}` : [];
};
const TIMES = { ...CARDS, deadlines } as const;
const knownLimits = ({ stream }: Recorded, { deadlines: rows }: Look<typeof TIMES>) =>
  Object.keys(rows.get(stream)?.limits ?? {}).map((limit) => `${stream} ${limit}`);
export const stepOverdue = rule({
  id: STEP_LIMITS.id,
  version: 1,
  title: { zh: '问责超期', en: 'accountability step late' },
  definition: {
    zh: '线索、案件或复审复核在一个办理状态中停留超过该类型的期限，期限内没有批准延长，也没有依法定事由中止；超过期限一半仍未办理的升为红色。期满之日办理的不超期；当事人陈述申辩的期限和处分影响期不在其内。',
    en: 'A lead, a case or a review stayed in a state beyond the limit of its track, and within it neither an extension was approved nor was it suspended on a ground of law; where it goes on for half as long again it is red. What is done on the last day is in time. The time that the person has to answer, and the effect of a sanction, are not meant.',
  },
  basis: '行政机关公务员处分条例 art. 44; 政务处分法 art. 54, 63(9); 监察法 art. 56',
  severity: 'yellow',
  parameters: STEP_LIMITS.parameters,
  tests: {
    inTime: { zh: '期限内办理', en: 'done within the limit', clears: true },
    halfAsLongAgain: { zh: '超过期限一半', en: 'half as long again', clears: false },
  },
  uses: TIMES,
  again: { LimitPassed: passing, LimitLifted: passing, ...each(AFFAIR_EVENTS, knownLimits) },
  judge: (subject, look, parameters) => {
    const space = subject.indexOf(' ');
    const [stream, name] = [subject.slice(0, space), subject.slice(space + 1)];
    const limits = look.deadlines.get(stream)?.limits;
    const limit = limits?.[name];
    if (!limit?.passed || !bindsHandlers(name)) return null;
    const red = limits![`${name}/red`]?.passed;
    parameters(limit.start);
    return {
      result: 'violation',
      certain: true,
      severity: red ? 'red' : 'yellow',
      about: aboutAffair(affairOfStream(stream), limit.due, look),
      evidence: [limit.from, limit.passed, red ?? []].flat(),
      tested: { inTime: false, halfAsLongAgain: !!red },
      missing: [],
      details: { limit: baseOf(name), due: limit.due, doneOn: limit.doneOn },
    };
  },
});

const upholding = idIn('finding');
export const upheldWithoutLead = rule({
  id: LEADING.id,
  version: 1,
  title: { zh: '有牌无案', en: 'upheld red finding without a lead' },
  definition: {
    zh: '红色疑点认定后，期限内既未登记线索，也未由两人说明理由决定不作线索。',
    en: 'A red finding was upheld, and within the working days set for it neither a lead was registered nor did two people say why there is none.',
  },
  basis: '作风效能建设要求（责任追究制）; 监察法 art. 39',
  severity: 'yellow',
  parameters: LEADING.parameters,
  tests: { answeredInTime: { zh: '期限内登记或说明', en: 'registered, or said why not, in time', clears: true } },
  uses: { deadlines, findings },
  again: {
    LimitPassed: upholding,
    LimitLifted: upholding,
    // Of one that refers to nothing nothing is known by that name.
    LeadRegistered: ({ data }) => String(data.reference),
    NoLeadConfirmed: idOf('lead'),
  },
  judge: (subject, look, parameters): Verdict | null => {
    const limit = look.deadlines.get(`finding-${subject}`)?.limits['lead'];
    if (!limit?.passed) return null;
    parameters(limit.start);
    return {
      result: 'violation',
      certain: true,
      severity: 'yellow',
      about: { ...NOTHING_KNOWN, on: limit.due },
      evidence: [limit.from, limit.passed],
      tested: { answeredInTime: false },
      missing: [],
      details: { due: limit.due, doneOn: limit.doneOn, rule: look.findings.get(subject)!.rule },
    };
  },
});
