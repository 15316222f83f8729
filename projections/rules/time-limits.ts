/** 限时办结: what was not done in its time. Limits are counted in projections/limits.ts; here they are judged. */
import { itemVersions } from '../catalogue.js';
import { clocksOf, yearsOf } from '../clocks.js';
import { calendarYears } from '../calendar.js';
import { deadlines } from '../deadlines.js';
import { dayOf, isDay } from '../kernel/instant.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import {
  type About,
  NOTHING_KNOWN,
  rule,
  type Severity,
  type Text,
  type Values,
  type Verdict,
} from '../kernel/rule.js';
import { DELIVERY, MARK, NOTICE } from '../limit-parameters.js';
import { type MatterCard, matterCards } from '../matter-cards.js';
import type { Ruled } from '../packs.js';
import { departmentOn } from './department.js';

const TIMES = { matterCards, deadlines, itemVersions } as const;
type Times = typeof TIMES;

export const ofMatter = idIn('matter');
export const aboutMatter = (card: MatterCard, on: string, look: Pick<Look<Times>, 'itemVersions'>): About => ({
  on,
  matterId: card.matterId,
  itemCode: card.itemCode,
  org: departmentOn(look.itemVersions, card.itemCode, on) ?? card.holderOrg,
  placeKind: card.placeKind,
  centre: card.centre,
});

/** A limit that ran out. `started`: the event without which, or the field without which, it does not run. */
interface Late {
  readonly limit: string;
  readonly severity: Severity;
  /** What it is counted with. */
  readonly by?: Ruled;
  /** Where it ought to run and does not, the fields that are missing. */
  readonly missing: (
    card: MatterCard,
  ) => { readonly event: string; readonly on: string; readonly fields: readonly string[] } | null;
}
function judgeLate(
  { limit: name, severity, missing }: Late,
  id: string,
  look: Look<Times>,
  parameters: (on: string) => Values = () => ({}),
): Verdict | null {
  const card = look.matterCards.get(id)!;
  const limit = look.deadlines.get(`matter-${id}`)?.limits[name];
  const lacking = limit ? null : missing(card);
  if (lacking)
    return {
      result: 'undetermined',
      certain: true,
      severity,
      about: aboutMatter(card, lacking.on, look),
      evidence: [lacking.event],
      tested: {},
      missing: lacking.fields,
    };
  if (limit?.passed == null) return null;
  parameters(limit.start); // by which its last day was counted
  return {
    result: 'violation',
    certain: true,
    severity,
    about: aboutMatter(card, limit.due, look),
    evidence: [limit.from, limit.passed],
    tested: { inTime: false, withdrawnSince: card.story.withdrawn !== null },
    missing: [],
    details: { due: limit.due, doneOn: limit.doneOn },
  };
}
const IN_TIME = {
  inTime: { zh: '时限内办理', en: 'done within the limit', clears: true },
  withdrawnSince: {
    zh: '申请人事后撤回（不影响认定）',
    en: 'withdrawn by the applicant since: moot, and stays',
    clears: false,
  },
} as const;
const PASSING = ['LimitPassed', 'LimitLifted', 'MatterWithdrawn'] as const;
/** What ends the clocks after their limits have passed: a finding says when that was. */
const ENDING = ['MatterDecided', 'MatterClosed', 'MatterReopened'] as const;
const onPassing = (...more: readonly string[]) =>
  Object.fromEntries([...PASSING, ...more].map((type) => [type, ofMatter]));

function lateRule(
  id: string,
  title: Text,
  definition: Text,
  basis: string,
  late: Omit<Late, 'missing'> & Partial<Pick<Late, 'missing'>>,
  ...again: readonly string[]
) {
  const judged: Late = { missing: () => null, ...late };
  return rule({
    id,
    version: 1,
    title,
    definition,
    basis,
    severity: late.severity,
    parameters: late.by?.parameters ?? {},
    tests: IN_TIME,
    uses: TIMES,
    again: onPassing(...again),
    judge: (subject, look, parameters) => judgeLate(judged, subject, look, parameters),
  });
}
const lacks =
  (field: 'hasStatutory' | 'hasPromised', name: string): Late['missing'] =>
  ({ story: { accepted } }) =>
    accepted && !accepted[field] ? { event: accepted.event, on: accepted.on, fields: [name] } : null;

export const noticeLate = lateRule(
  NOTICE.id,
  { zh: '一次告知超期', en: 'gaps not told in time' },
  {
    zh: '收件后告知期限内既未一次告知补正，也未受理或不予受理；自收件之日起视为受理。',
    en: 'Within the working days set for it after receipt gaps were not told, and the matter was neither accepted nor refused; it counts as accepted from the day of receipt.',
  },
  '行政许可法 art. 32(1)(4)',
  { limit: 'notice', severity: 'red', by: NOTICE },
  'CorrectionRequested',
  'MatterAccepted',
  'MatterRefused',
  'MatterClosed',
);
export const promiseLate = lateRule(
  'TL-03',
  { zh: '承诺超时', en: 'over the promise' },
  { zh: '承诺时限届满仍未作出决定。', en: 'The promised limit passed without a decision.' },
  '安阳市政务服务条例 art. 56(4)',
  { limit: 'promise', severity: 'yellow', missing: lacks('hasPromised', 'promised') },
  'MatterAccepted',
  ...ENDING,
);
export const statuteLate = lateRule(
  'TL-04',
  { zh: '法定超时', en: 'over the statutory limit' },
  {
    zh: '法定时限（含有效延长，扣除依法不计的期间）届满仍未作出决定。最后一日全天有效。',
    en: 'The statutory limit, with extensions that hold and without time that the law does not count, passed without a decision. The whole of its last day is in time.',
  },
  '行政许可法 art. 42, 74(2)',
  { limit: 'statutory', severity: 'red', missing: lacks('hasStatutory', 'statutory') },
  'MatterAccepted',
  ...ENDING,
);
export const deliveryLate = lateRule(
  DELIVERY.id,
  { zh: '送达超期', en: 'delivered late' },
  {
    zh: '准予决定后送达期限内未送达。',
    en: 'A grant was not delivered within the working days set for it after the decision.',
  },
  '行政许可法 art. 44',
  { limit: 'delivery', severity: 'yellow', by: DELIVERY },
  'ResultDelivered',
  'MatterClosed',
  'MatterReopened',
);
export const nearDue = lateRule(
  MARK.id,
  { zh: '临期提醒', en: 'near its end' },
  {
    zh: '承诺时限已过规定比例，或已到最迟的到期前工作日，仍未作出决定。',
    en: 'The given share of the promised limit, at the latest all but its last working days, has passed without a decision.',
  },
  '榆林电子监察办法; 电子监察办法（提前一个工作日）',
  { limit: 'promise-mark', severity: 'blue', by: MARK },
  ...ENDING,
);

/** A step is named in its limit: one matter has several. */
const allSteps = (event: Recorded, look: Look<Times>) =>
  [ofMatter(event)]
    .flat()
    .flatMap((id) => Object.keys(look.matterCards.get(id)!.story.steps).map((step) => `${id}/${step}`));
export const stepLate = rule({
  id: 'TL-05',
  version: 1,
  title: { zh: '环节超时', en: 'a step took too long' },
  definition: {
    zh: '办理环节超过事项版本为其规定的时限仍未完成，即使办件总时限未满。',
    en: 'A step went over the limit that the version of the item sets for it, even if the matter as a whole was in time.',
  },
  basis: '电子监察办法（环节超时）',
  severity: 'blue',
  parameters: {},
  tests: IN_TIME,
  uses: TIMES,
  again: {
    LimitPassed: allSteps,
    LimitLifted: allSteps,
    StepFinished: allSteps,
    MatterClosed: allSteps,
    MatterWithdrawn: allSteps,
  },
  judge: (subject, look) => {
    const [id, step] = [subject.slice(0, subject.indexOf('/')), subject.slice(subject.indexOf('/') + 1)];
    return judgeLate({ limit: `step:${step}`, severity: 'blue', missing: () => null }, id, look);
  },
});

export const askedTwice = rule({
  id: 'TL-02',
  version: 1,
  title: { zh: '二次补正', en: 'gaps not told at once' },
  definition: {
    zh: '第一次告知时已经存在而未告知的缺项，在后一次告知中提出；补正后新材料的缺项、重申已告知的缺项除外。',
    en: 'A later notice names a gap that was there at the first and was not told then. Gaps of material handed in since, and repetitions of what was told, do not count.',
  },
  basis: '行政许可法 art. 32(1)(4), 72(4)',
  severity: 'yellow',
  parameters: {},
  tests: {
    toldFirst: { zh: '首次已告知', en: 'told at first', clears: true },
    newMaterial: { zh: '属于补正后新提交的材料', en: 'of material handed in since', clears: true },
  },
  uses: TIMES,
  again: { CorrectionRequested: ofMatter, CorrectionSubmitted: ofMatter },
  judge: (id, look) => {
    const card = look.matterCards.get(id)!;
    const [first, ...later] = card.story.notices;
    if (later.length === 0) return null;
    const gaps = later.flatMap(({ told, event }, n) =>
      told.map((code) => ({
        code,
        event,
        toldFirst: first!.told.includes(code),
        newMaterial: card.story.submitted.some(({ after, codes }) => after <= n + 1 && codes.includes(code)),
      })),
    );
    const bad = gaps.filter(({ toldFirst, newMaterial }) => !toldFirst && !newMaterial);
    return {
      result: bad.length > 0 ? 'violation' : 'cleared',
      certain: true,
      severity: 'yellow',
      about: aboutMatter(card, later[0]!.on, look),
      evidence: [first!.event, ...new Set((bad.length > 0 ? bad : gaps).map(({ event }) => event))],
      tested: {
        toldFirst: bad.length === 0 && gaps.some(({ toldFirst }) => toldFirst),
        newMaterial: bad.length === 0 && gaps.some(({ newMaterial }) => newMaterial),
      },
      missing: [],
      details: { gaps: [...new Set(bad.map(({ code }) => code))].join('、') || null },
    };
  },
});

const CLOCKED = { ...TIMES, calendarYears } as const;
type Clocked = typeof CLOCKED;
const REASONS: Readonly<Record<string, string>> = {
  'approved-after-due': 'inTime',
  'wrong-level': 'rightLevel',
  'not-told': 'told',
  'second-time': 'once',
};

export const badExtension = rule({
  id: 'TL-08',
  version: 1,
  title: { zh: '违规延期', en: 'an extension against the rule' },
  definition: {
    zh: '延长在原时限届满后才批准，或批准层级不够，或未告知申请人理由，或再次延长。这样的延长不改变时限。',
    en: 'An extension was approved after the limit had passed, or at too low a level, or the applicant was not told why, or it was the second one. It does not lengthen the limit.',
  },
  basis: '行政许可法 art. 42',
  severity: 'red',
  parameters: {},
  tests: {
    inTime: { zh: '届满前批准', en: 'approved before the limit passed', clears: true },
    rightLevel: { zh: '批准层级符合', en: 'approved at the right level', clears: true },
    told: { zh: '已告知理由', en: 'the applicant was told why', clears: true },
    once: { zh: '首次延长', en: 'the first one', clears: true },
  },
  uses: CLOCKED,
  again: Object.fromEntries(
    [
      'MatterAccepted',
      'AcceptanceDeemed',
      'ExtensionApproved',
      'ApplicantTold',
      'JointHandlingOpened',
      'LimitLifted',
    ].map((type) => [
      type,
      (event: Recorded, look: Look<Clocked>) =>
        look.matterCards
          .get(String(ofMatter(event)))
          ?.clocks.extensions.map(({ event: id }) => `${ofMatter(event)}/${id}`) ?? [],
    ]),
  ),
  judge: (subject, look) => {
    const slash = subject.lastIndexOf('/');
    const [id, event] = [subject.slice(0, slash), subject.slice(slash + 1)];
    const card = look.matterCards.get(id)!;
    const extension = card.clocks.extensions.find((each) => each.event === event)!;
    if (card.clocks.start === null) return null;
    const on = isDay(extension.approved) ? extension.approved : dayOf(extension.approved);
    const known = yearsOf(card.clocks, on).flatMap((year) => look.calendarYears.get(year) ?? []);
    const { statutory, promised } = clocksOf(card.clocks, known, on);
    const about = aboutMatter(card, on, look);
    const clock = statutory ?? promised;
    const found = { certain: true, severity: 'red', about, evidence: [event] } as const;
    if (!clock) return { ...found, result: 'undetermined', tested: {}, missing: ['statutory'] };
    const problems = clock.problems.filter((each) => each.event === event);
    const broken = new Set(problems.map(({ reason }) => REASONS[reason]));
    const tested = Object.fromEntries(Object.values(REASONS).map((name) => [name, !broken.has(name)]));
    return { ...found, result: problems.length > 0 ? 'violation' : 'cleared', tested, missing: [] };
  },
});

const versionsOf = (event: Recorded) => `${idOf('item')(event)} ${(event.data as { version: number }).version}`;

export const promiseNotHalved = rule({
  id: 'TL-10',
  version: 1,
  title: { zh: '承诺未提速', en: 'the promise is not half' },
  definition: {
    zh: '承诺时限超过法定时限的规定比例，且未说明理由。单位不同的时限不比较。',
    en: 'The promised limit is over the given share of the statutory one, and no reason is given. Limits in different units are not compared.',
  },
  basis: '三项制度讲话（限时办结制）',
  severity: 'info',
  parameters: {
    percent: { value: 50, says: { zh: '比例（%）', en: 'share, %' }, source: '三项制度讲话', grade: 'A', most: 100 },
  },
  tests: {
    withinShare: { zh: '在比例之内', en: 'within the share', clears: true },
    reasonGiven: { zh: '已说明理由', en: 'a reason is given', clears: true },
  },
  uses: { itemVersions },
  again: { ItemPublished: versionsOf },
  judge: (id, look, parameters) => {
    const version = look.itemVersions.get(id)!;
    const { statutory, promised, from, itemCode, department, event } = version;
    if (!statutory || !promised || statutory.unit !== promised.unit) return null;
    const tested = {
      withinShare: promised.n * 100 <= statutory.n * parameters(from).percent,
      reasonGiven: version.promiseReason !== null,
    };
    return {
      result: tested.withinShare || tested.reasonGiven ? 'cleared' : 'violation',
      certain: true,
      severity: 'info',
      about: { ...NOTHING_KNOWN, on: from, itemCode, org: department },
      evidence: [event],
      tested,
      missing: [],
      details: { statutory: statutory.n, promised: promised.n },
    };
  },
});
