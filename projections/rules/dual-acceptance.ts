/** 两头受理: what was accepted inside and outside the centre, twice, or not at all. */
import { acceptances } from '../acceptances.js';
import { itemVersions } from '../catalogue.js';
import { itemEntries } from '../entries.js';
import { exemptions } from '../exemptions.js';
import { addDays } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { type About, MOST, rule } from '../kernel/rule.js';
import { type MatterCard, matterCards } from '../matter-cards.js';
import {
  actsTouched,
  dayKeys,
  type PlacedAct,
  placedActs,
  type PlaceDay,
  placeDays,
  PLACING_EVENTS,
} from '../places.js';
import { departmentOn } from './department.js';

export const PLACES = { acceptances, itemVersions, itemEntries, exemptions, placedActs, placeDays } as const;
export type Places = typeof PLACES;

export const aboutAct = ({ on, matterId, itemCode, department, placeKind, centre }: PlacedAct): About => ({
  on,
  matterId,
  itemCode,
  org: department,
  placeKind,
  centre,
});
export const onPlacing = <T>(keys: T): Readonly<Record<string, T>> =>
  Object.fromEntries(PLACING_EVENTS.map((type) => [type, keys]));
const LOCAL = '安阳市政务服务条例 art. 56(1); 优化营商环境条例 art. 36';

export const outOfCentreAcceptance = rule({
  id: 'DA-01',
  version: 1,
  title: { zh: '大厅外受理', en: 'accepted outside the centre' },
  definition: {
    zh: '事项已进驻中心，受理地点不属于中心，当日也没有已批准且覆盖该事项、地点和渠道的豁免。事后才批准的豁免不追溯。单位或中心批准的不是豁免，须由政府批准。进驻自当日零时起生效。',
    en: 'The item had entered the centre, the place of acceptance does not belong to it, and no exemption that had been decided by then covered item, place and channel on that day. One that is decided later does not cure it, and one that a unit or a centre approves is none: the government does. An entry counts from the first hour of its day.',
  },
  basis: LOCAL,
  severity: 'red',
  parameters: {},
  tests: {
    entered: { zh: '事项当日已进驻', en: 'the item had entered by that day', clears: false },
    exempt: { zh: '当日有效的豁免覆盖', en: 'an exemption in force covered it', clears: true },
    byGovernment: {
      zh: '覆盖它的豁免由政府批准',
      en: 'the exemption that covers it was approved by the government',
      clears: true,
    },
    ratifiedLater: { zh: '豁免系事后批准（不追溯）', en: 'an exemption was decided only later', clears: false },
    seconded: {
      zh: '由派驻窗口人员办理，地点可能有误',
      en: 'done from a post at a window: the place may be wrong',
      clears: false,
    },
  },
  uses: PLACES,
  again: onPlacing(actsTouched),
  judge: (act, look) => {
    const placed = look.placedActs.get(act)!;
    const { placing, entered, exemption, unapproved, ratifiedLater, seconded } = placed;
    const covering = exemption ?? unapproved;
    if (placing === 'inside') return null;
    const known = {
      about: aboutAct(placed),
      severity: 'red',
      evidence: [act],
      tested: {
        entered,
        exempt: exemption !== null,
        ...(covering !== null && { byGovernment: exemption !== null }),
        ratifiedLater: ratifiedLater !== null,
        seconded,
      },
      details: { exemption: covering ?? ratifiedLater },
    } as const;
    if (placing === 'unknown-place') return { ...known, result: 'undetermined', certain: true, missing: ['place'] };
    if (placing === 'unknown-item') return { ...known, result: 'undetermined', certain: true, missing: ['item'] };
    return { ...known, result: placing === 'outside' ? 'violation' : 'cleared', certain: !seconded, missing: [] };
  },
});

/** Days with acts outside that hang together: less than `window` days between one and the next, {@link MOST} at most. */
function chain(look: Look<Places>, item: string, on: string, window: number): readonly PlaceDay[] {
  let [from, to] = [on, on];
  for (;;) {
    const days = look.placeDays.range(
      'byBad',
      [item, true, addDays(from, 1 - window)],
      [item, true, addDays(to, window - 1)],
    );
    const reached = [from, to, ...[...days.slice(0, 1), ...days.slice(-1)].map(({ day }) => day)].toSorted();
    const [first, last] = [reached[0]!, reached.at(-1)!];
    if (first === from && last === to) return days;
    [from, to] = [first, last];
  }
}
const oldestOf = (days: readonly PlaceDay[]) => days.toSorted((a, b) => a.oldestSeq! - b.oldestSeq!)[0]!.oldest!;
const sum = (days: readonly PlaceDay[], of: 'inside' | 'outside' | 'seconded') =>
  days.reduce((n, day) => n + day[of], 0);

export const dualAcceptance = rule({
  id: 'DA-02',
  version: 1,
  title: { zh: '两头受理', en: 'dual acceptance' },
  definition: {
    zh: '同一事项在期间内既在中心内受理，又在中心外违规受理。相隔不足期间的场外受理并为一段，一段一个疑点；最早入账的一件不变。',
    en: 'Within the window the same item was accepted inside the centre, and outside it against the rule. Acts outside with less than the window between them are one episode and one finding, which keeps the act that the log knew first.',
  },
  basis: '三项制度讲话（两头受理）',
  severity: 'red',
  parameters: {
    windowDays: {
      value: 90,
      says: { zh: '期间（日）', en: 'window, days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
    inside: {
      value: 1,
      says: { zh: '中心内至少件数', en: 'at least inside' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
    outside: {
      value: 1,
      says: { zh: '中心外至少件数', en: 'at least outside' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    acceptedInside: { zh: '期间内中心内也有受理', en: 'accepted inside the centre in the same window', clears: false },
    enoughOutside: { zh: '场外违规受理达到件数', en: 'enough acts outside', clears: false },
  },
  uses: PLACES,
  again: onPlacing((event: Recorded, look: Look<Places>) => {
    const acts = actsTouched(event, look).map((act) => look.placedActs.get(act)!);
    const near = dayKeys(acts).flatMap((key) => chain(look, key.slice(0, -11), key.slice(-10), MOST));
    // An act inside is nothing here, unless it was outside until its place was corrected.
    const touched = acts.filter(({ placing }) => placing !== 'inside' || event.type === 'AcceptanceCorrected');
    return [...new Set([...near.map(({ oldest }) => oldest!), ...touched.map(({ act }) => act)])];
  }),
  judge: (act, look, parameters) => {
    const placed = look.placedActs.get(act)!;
    if (placed.placing !== 'outside') return null;
    const itemCode = placed.itemCode!;
    const { windowDays, inside, outside } = parameters(placed.on);
    const days = chain(look, itemCode, placed.on, windowDays).filter(
      ({ department }) => department === placed.department,
    );
    const oldest = oldestOf(days);
    const about = aboutAct(placed);
    const same = { certain: true, severity: 'red', about, missing: [] } as const;
    if (oldest !== act) return { ...same, result: 'superseded', by: oldest, evidence: [act], tested: {} };
    const [first, last] = [days[0]!.day, days.at(-1)!.day];
    const around = look.placeDays.range(
      'byItem',
      [itemCode, addDays(first, 1 - windowDays)],
      [itemCode, addDays(last, windowDays - 1)],
    );
    const [within, without] = [sum(around, 'inside'), sum(days, 'outside')];
    const sure = without - sum(days, 'seconded');
    const tested = { acceptedInside: within >= inside, enoughOutside: without >= outside };
    const violated = tested.acceptedInside && tested.enoughOutside;
    return {
      ...same,
      result: violated ? 'violation' : 'cleared',
      certain: !violated || sure >= outside,
      evidence: [act, ...days.flatMap(({ acts }) => acts).filter((id) => id !== act)].slice(0, 20),
      tested,
      details: {
        inside: within,
        outside: without,
        share: Math.round((100 * without) / (within + without)),
        first,
        last,
        insideAct: around.find(({ insideActs }) => insideActs.length > 0)?.insideActs[0] ?? null,
      },
    };
  },
});

type Twice = { matterCards: typeof matterCards; itemVersions: typeof itemVersions };
const linked = (a: MatterCard, b: MatterCard) =>
  a.story.links.some(({ to }) => to === b.matterId) || b.story.links.some(({ to }) => to === a.matterId);
const endOf = ({ story }: MatterCard) =>
  [...story.decisions, ...story.closures, ...(story.withdrawn ? [story.withdrawn] : [])]
    .map(({ on }) => on)
    .toSorted()[0];
/** Of the same applicant and item, within as many days as any pack may say. */
const alike = ({ applicant, itemCode, acceptedOn }: MatterCard, look: Look<Twice>) =>
  applicant === null || acceptedOn === null
    ? []
    : look.matterCards.range(
        'byApplicant',
        [applicant, itemCode, addDays(acceptedOn, -MOST)],
        [applicant, itemCode, addDays(acceptedOn, MOST)],
      );
const matterOf = idOf('matter');

export const acceptedTwice = rule({
  id: 'DA-03',
  version: 1,
  title: { zh: '一件两受', en: 'the same matter accepted twice' },
  definition: {
    zh: '同一申请人就同一事项、同一标的，在期间内先后有两件受理，后一件受理时前一件尚未办结，且两件未关联。有一件未登记标的的，须由人核查。',
    en: 'The same applicant was accepted twice for the same item and subject matter within the window, the first was still open, and the two are not linked. Where one does not say what it is for, a human has to look.',
  },
  basis: '行政许可法 art. 26',
  severity: 'yellow',
  parameters: {
    windowDays: {
      value: 30,
      says: { zh: '期间（日）', en: 'window, days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    openThen: { zh: '前一件当时尚未办结', en: 'the first was still open', clears: false },
    sameSubject: {
      zh: '两件标的相同，或有一件未登记',
      en: 'for the same, or one does not say what for',
      clears: false,
    },
    linked: { zh: '两件已关联', en: 'the two are linked', clears: true },
  },
  uses: { matterCards, itemVersions },
  again: Object.fromEntries(
    ['MatterAccepted', 'MaterialsReceived', 'MatterLinked', 'MatterDecided', 'MatterClosed', 'MatterWithdrawn'].map(
      (type) => [
        type,
        (event: Recorded, look: Look<Twice>) => {
          const id = matterOf(event);
          return [id, ...alike(look.matterCards.get(id)!, look).map(({ matterId }) => matterId)];
        },
      ],
    ),
  ),
  judge: (id, look, parameters) => {
    const card = look.matterCards.get(id)!;
    if (card.story.accepted === null || card.itemCode === null) return null;
    const { on, event } = card.story.accepted;
    const about = {
      on,
      matterId: id,
      itemCode: card.itemCode,
      org: departmentOn(look.itemVersions, card.itemCode, on),
      placeKind: card.placeKind,
      centre: card.centre,
    };
    const known = { certain: true, severity: 'yellow', about, missing: [] } as const;
    if (card.applicant === null)
      return { ...known, result: 'undetermined', evidence: [event], tested: {}, missing: ['applicant'] };
    const { windowDays } = parameters(on);
    const before = alike(card, look).filter(({ matterId, story }) => {
      const then = story.accepted!.on;
      return (then < on || (then === on && matterId < id)) && addDays(then, windowDays) >= on;
    });
    if (before.length === 0) return null;
    const open = before.filter((other) => (endOf(other) ?? on) >= on);
    const mine = card.story.subjectKey;
    const isSame = ({ story }: MatterCard) => mine !== null && story.subjectKey === mine;
    const same = open.filter((other) => isSame(other) || mine === null || other.story.subjectKey === null);
    const unlinked = same.filter((other) => !linked(card, other));
    const other = [...unlinked.filter(isSame), ...unlinked, ...same, ...open, ...before][0]!;
    return {
      ...known,
      result: unlinked.length > 0 ? 'violation' : 'cleared',
      certain: unlinked.length === 0 || unlinked.some(isSame),
      evidence: [other.story.accepted!.event, event],
      tested: {
        openThen: open.length > 0,
        sameSubject: same.length > 0,
        linked: same.length > 0 && unlinked.length === 0,
      },
      details: { other: other.matterId },
    };
  },
});
