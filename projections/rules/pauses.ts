/** 特别程序: time that is not counted needs a basis, a notice and an end (Licensing Law art. 45). */
import { deadlines } from '../deadlines.js';
import { itemVersions } from '../catalogue.js';
import { SPECIAL_PROCEDURES } from '../events/matters.js';
import { dayOf, isDay } from '../kernel/instant.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { rule, type Text, type Verdict } from '../kernel/rule.js';
import { matterCards } from '../matter-cards.js';
import { aboutMatter } from './time-limits.js';

const USED = { matterCards, deadlines, itemVersions } as const;
type Used = typeof USED;
const matterOf = idIn('matter');
const subjectOf = (event: Recorded, pause: string) => `${idOf('matter')(event)}/${pause}`;

/** A pause of a matter: the subject is `<matter>/<event that began it>`. */
function pauseOf(subject: string, look: Look<Used>) {
  const slash = subject.lastIndexOf('/');
  const [id, event] = [subject.slice(0, slash), subject.slice(slash + 1)];
  const card = look.matterCards.get(id)!;
  const pause = card.clocks.pauses.find((each) => each.event === event)!;
  const on = isDay(pause.from) ? pause.from : dayOf(pause.from);
  const limit = look.deadlines.get(`matter-${id}`)?.limits[`pause:${event}`];
  return { pause, on, limit, about: aboutMatter(card, on, look), accepted: card.clocks.start, told: pause.told };
}
type Found = ReturnType<typeof pauseOf>;

const begun = { MatterPaused: (event: Recorded) => subjectOf(event, event.id) };
/** An acceptance that is reported after a pause began makes it one after acceptance; a decision ends it. */
const ofAll = (event: Recorded, look: Look<Used>) =>
  [matterOf(event)]
    .flat()
    .flatMap((id) => look.matterCards.get(id)!.clocks.pauses.map((pause) => subjectOf(event, pause.event)));

function pauseRule(
  id: string,
  title: Text,
  definition: Text,
  how: {
    basis: string;
    severity: 'yellow' | 'red';
    tests: Readonly<Record<string, Text & { clears: boolean }>>;
    again: Readonly<Record<string, (event: Recorded, look: Look<Used>) => string | readonly string[]>>;
    judge: (
      found: Found,
    ) => (Pick<Verdict, 'result' | 'tested'> & Partial<Pick<Verdict, 'evidence' | 'details'>>) | null;
  },
) {
  const { basis, severity, tests, again, judge } = how;
  return rule({
    id,
    version: 1,
    title,
    definition,
    basis,
    severity,
    parameters: {},
    tests,
    uses: USED,
    again: { ...begun, ...again },
    judge: (subject, look) => {
      const found = pauseOf(subject, look);
      const judged = judge(found);
      if (!judged) return null;
      return { certain: true, severity, about: found.about, evidence: [found.pause.event], missing: [], ...judged };
    },
  });
}
const when = (bad: boolean) => (bad ? 'violation' : 'cleared');
const afterAcceptance = ({ accepted, on }: Found) => accepted !== null && accepted <= on;

export const pauseWithoutBasis = pauseRule(
  'CK-01',
  { zh: '暂停无据', en: 'a pause without a basis' },
  {
    zh: '暂停不属于依法不计时的特别程序。',
    en: 'The pause is none of the special procedures whose time the law does not count.',
  },
  {
    basis: '行政许可法 art. 45',
    severity: 'red',
    tests: {
      special: { zh: '属于特别程序', en: 'a special procedure', clears: true },
      correction: { zh: '系补正（另案判断）', en: 'for corrections: judged by another rule', clears: true },
    },
    again: {},
    judge: ({ pause: { kind } }) => {
      const tested = {
        special: SPECIAL_PROCEDURES.some((each) => each === kind),
        correction: kind === 'correction',
      };
      return { result: when(!tested.special && !tested.correction), tested };
    },
  },
);
export const pauseNotTold = pauseRule(
  'CK-02',
  { zh: '未告知暂停', en: 'the applicant was not told of a pause' },
  {
    zh: '特别程序未书面告知申请人，或未告知所需时间。',
    en: 'The applicant was not told of a special procedure in writing, or not how long it would take.',
  },
  {
    basis: '行政许可法 art. 45',
    severity: 'yellow',
    tests: {
      told: { zh: '已书面告知', en: 'told in writing', clears: true },
      lengthTold: { zh: '已告知所需时间', en: 'told how long', clears: true },
    },
    again: { ApplicantTold: ofAll },
    judge: ({ pause: { kind, declaredEnd }, told }) => {
      if (!SPECIAL_PROCEDURES.some((each) => each === kind)) return null;
      const tested = { told, lengthTold: declaredEnd !== null };
      return { result: when(!tested.told || !tested.lengthTold), tested };
    },
  },
);
export const correctionAfterAcceptance = pauseRule(
  'CK-03',
  { zh: '受理后以补正停表', en: 'stopped for corrections after acceptance' },
  {
    zh: '受理之后以补正为由暂停计时；补正只能在受理之前。',
    en: 'The clock was stopped for corrections after acceptance; corrections belong before it.',
  },
  {
    basis: '行政许可法 art. 32',
    severity: 'yellow',
    tests: { beforeAcceptance: { zh: '在受理之前', en: 'before acceptance', clears: true } },
    again: { MatterAccepted: ofAll, AcceptanceDeemed: ofAll, LimitLifted: ofAll },
    judge: (found) => {
      if (found.pause.kind !== 'correction') return null;
      const after = afterAcceptance(found);
      return { result: when(after), tested: { beforeAcceptance: !after } };
    },
  },
);
export const pauseTooLong = pauseRule(
  'CK-04',
  { zh: '超长暂停', en: 'a pause beyond its declared end' },
  {
    zh: '特别程序超过告知的结束日仍未恢复；超出的时间照常计算。',
    en: 'A special procedure went on beyond the end that was told; the time beyond it counts.',
  },
  {
    basis: '行政许可法 art. 45',
    severity: 'yellow',
    tests: { endedInTime: { zh: '按告知的结束日恢复', en: 'ended when it was told to end', clears: true } },
    again: {
      LimitPassed: ofAll,
      LimitLifted: ofAll,
      MatterResumed: ofAll,
      MatterDecided: ofAll,
      MatterClosed: ofAll,
      MatterWithdrawn: ofAll,
    },
    judge: ({ pause, limit }) => {
      if (limit?.passed == null) return null;
      return {
        result: 'violation',
        tested: { endedInTime: false },
        evidence: [pause.event, limit.passed],
        details: { due: limit.due, doneOn: limit.doneOn },
      };
    },
  },
);
