/** 办结: closures that end a clock without ending the matter, and outcomes that contradict each other. */
import { itemVersions } from '../catalogue.js';
import { calendarYears } from '../calendar.js';
import { deadlines } from '../deadlines.js';
import type { ClosureKind } from '../events/matters.js';
import { addDays } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { MOST, rule } from '../kernel/rule.js';
import { addWorkdays, calendarIds, calendarOfYears } from '../kernel/workdays.js';
import { matterCards } from '../matter-cards.js';
import { aboutMatter, ofMatter } from './time-limits.js';

const ABNORMAL: ReadonlySet<ClosureKind> = new Set(['returned', 'voided', 'deleted', 'correction-lapsed']);
const USED = { matterCards, deadlines, itemVersions, calendarYears } as const;
type Used = typeof USED;

/** The matter itself, and earlier ones of the same applicant and item, which may have been begun again as this one. */
const withEarlier = (event: Recorded, look: Look<Used>) => {
  const id = idOf('matter')(event);
  const { applicant, itemCode, acceptedOn } = look.matterCards.get(id)!;
  if (applicant === null || acceptedOn === null) return id;
  const earlier = look.matterCards.range(
    'byApplicant',
    [applicant, itemCode, addDays(acceptedOn, -MOST)],
    [applicant, itemCode, acceptedOn],
  );
  return [id, ...earlier.map(({ matterId }) => matterId)];
};

export const abnormalClosure = rule({
  id: 'CL-01',
  version: 1,
  title: { zh: '异常办结', en: 'closed abnormally' },
  definition: {
    zh: '临近或超过承诺时限，以退回、作废、删除或补正不来办结，而同一事项在期间内又重新办理（本件恢复，或同一申请人另行受理）。',
    en: 'Near the end of the promised limit or after it, the matter was closed as returned, voided, deleted or lapsed, and within the window the same was begun again: reopened, or accepted anew for the same applicant.',
  },
  basis: '安阳市政务服务条例 art. 56(8); 电子监察办结代码 1、2、3、5',
  severity: 'red',
  parameters: {
    nearWorkdays: {
      value: 1,
      says: { zh: '临近（工作日）', en: 'near, working days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
    windowDays: {
      value: 30,
      says: { zh: '期间（日）', en: 'window, days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    nearDue: { zh: '临近或超过时限', en: 'near the end of the limit or after it', clears: false },
    begunAgain: { zh: '期间内又重新办理', en: 'begun again within the window', clears: false },
  },
  uses: USED,
  again: {
    MatterClosed: ofMatter,
    MatterReopened: ofMatter,
    MatterAccepted: withEarlier,
    MaterialsReceived: withEarlier,
    ExtensionApproved: ofMatter,
  },
  judge: (id, look, parameters) => {
    const card = look.matterCards.get(id)!;
    const closure = card.story.closures.find(({ kind }) => ABNORMAL.has(kind));
    if (!closure) return null;
    const { on, event, kind } = closure;
    const { nearWorkdays, windowDays } = parameters(on);
    const due = look.deadlines.get(`matter-${id}`)?.limits['promise']?.due ?? null;
    const about = aboutMatter(card, on, look);
    const found = { certain: true, severity: 'red', about } as const;
    if (card.story.accepted === null) return null;
    if (due === null) return { ...found, result: 'undetermined', evidence: [event], tested: {}, missing: ['promised'] };
    const until = addDays(on, windowDays);
    const reopened = card.story.reopenings.find((again) => again.on >= on && again.on <= until);
    const anew =
      card.applicant === null
        ? undefined
        : look.matterCards
            .range('byApplicant', [card.applicant, card.itemCode, on], [card.applicant, card.itemCode, until])
            .find((other) => other.matterId !== id);
    const region = card.clocks.region!; // it came with the limit
    const year = Number(on.slice(0, 4));
    const known = calendarIds(region, year, year).flatMap((each) => look.calendarYears.get(each) ?? []);
    const reach = addWorkdays(on, nearWorkdays, calendarOfYears(region, known)).due;
    const tested = { nearDue: reach >= due, begunAgain: Boolean(reopened ?? anew) };
    return {
      ...found,
      result: tested.nearDue && tested.begunAgain ? 'violation' : 'cleared',
      evidence: [event, ...(reopened ? [reopened.event] : anew ? [anew.story.accepted!.event] : [])],
      tested,
      missing: [],
      details: { kind, due, other: anew?.matterId ?? null },
    };
  },
});

export const contradictoryOutcomes = rule({
  id: 'CL-02',
  version: 1,
  title: { zh: '结果互斥', en: 'contradictory outcomes' },
  definition: {
    zh: '同一办件既准予又不予，或准予后以作废、删除办结，其间没有重新办理。',
    en: 'One matter was granted and denied, or granted and then closed as voided or deleted, without being reopened in between.',
  },
  basis: '行政许可法 art. 38, 69',
  severity: 'red',
  parameters: {},
  tests: { reopened: { zh: '其间重新办理', en: 'reopened in between', clears: true } },
  uses: USED,
  again: { MatterDecided: ofMatter, MatterClosed: ofMatter, MatterReopened: ofMatter },
  judge: (id, look) => {
    const card = look.matterCards.get(id)!;
    const { decisions, closures, reopenings } = card.story;
    const against = [
      ...decisions.filter(({ outcome }) => outcome === 'denied'),
      ...closures.filter(({ kind }) => kind === 'voided' || kind === 'deleted'),
    ];
    const granted = decisions.filter(({ outcome }) => outcome !== 'denied');
    const pairs = granted.flatMap((one) => against.map((other) => (one.on <= other.on ? [one, other] : [other, one])));
    if (pairs.length === 0) return null;
    const between = ([one, other]: (typeof pairs)[number]) =>
      reopenings.some(({ on }) => on >= one!.on && on <= other!.on);
    const bad = pairs.find((pair) => !between(pair));
    const [one, other] = bad ?? pairs[0]!;
    return {
      result: bad ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutMatter(card, other!.on, look),
      evidence: [one!.event, other!.event],
      tested: { reopened: !bad },
      missing: [],
    };
  },
});
