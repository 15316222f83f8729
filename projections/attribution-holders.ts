/** Who stood at a post that had a matter in hand on a day: its holder, whoever covers him, or nobody that is known. */
import type { Course, Party, Span } from './attribution-course.js';
import { coversOn, postedOn, type PostState } from './centres.js';
import type { Holder } from './events/matters.js';
import { happenedOn } from './kernel/instant.js';

export type Posts = ReadonlyMap<string | undefined, PostState>;
/** `as`: unit-head where it was in nobody's hands; `events` of the register that tell it. */
export type Standing = Party & Readonly<{ as: 'holder' | 'cover' | 'unit-head'; events: readonly string[] }>;

/**
 * AB岗: while B covers he has A's duties, so B. Whoever was posted there when it was assigned and has left since is not
 * the one any more. Empty: the post is known, and who stood there is not.
 */
export function standingAt(holder: Holder, posts: Posts, on: string): readonly Standing[] {
  const { post = null, personId = null } = holder;
  const register = posts.get(holder.post);
  const org = holder.org ?? register?.org ?? null;
  const head: Standing = { personId: null, post: null, org, cover: false, as: 'unit-head', events: [] };
  if (post === null && personId === null) return [head];
  const posted = register ? postedOn(register, on) : [];
  const mine = personId === null ? posted : posted.filter((each) => each.personId === personId);
  const left = mine.length === 0 && register?.postings.some((each) => each.personId === personId) === true;
  const who = left ? posted : mine;
  const covers = register
    ? coversOn(register, on).filter((each) => who.some((one) => one.personId === each.holder))
    : [];
  const standing = (as: 'holder' | 'cover') => (each: { personId: string; event: string }) => {
    return { personId: each.personId, post, org, cover: as === 'cover', as, events: [each.event] };
  };
  if (covers.length > 0) return covers.map(standing('cover'));
  if (who.length > 0) return who.map(standing('holder'));
  if (left) return [head]; // he is gone, and nobody came
  return personId === null ? [] : [{ personId, post, org, cover: false, as: 'holder', events: [] }];
}

/** Who had it in hand at the end of a day; of a step, whoever it was assigned to. */
export function spanOn({ spans }: Course, on: string, step: string | undefined): Span | undefined {
  const then = spans.filter(({ from }) => happenedOn(from) <= on);
  return then.findLast((each) => each.step === step) ?? then.at(-1);
}
/** The step that was open at the end of a day, the one begun last. */
export const openOn = ({ steps }: Course, on: string): string | undefined =>
  steps.findLast(({ from, to }) => happenedOn(from) <= on && (to === null || happenedOn(to) > on))?.step;

export interface Held {
  readonly event: string;
  /** The instant, or the day on which the register changed. */
  readonly from: string;
  readonly holder: Holder | null;
  readonly step: string | null;
  readonly persons: readonly Standing[];
}
const same = (a: readonly Standing[], b: readonly Standing[]) =>
  a.length === b.length && a.every((each, n) => each.personId === b[n]!.personId && each.as === b[n]!.as);

/** Who had it in hand at each instant: a line for each change of hands, and for each at the post that had it. */
export function holdersOf({ spans }: Course, posts: Posts): readonly Held[] {
  return spans.flatMap(({ event, from: moment, holder, step }, n) => {
    const [on, next] = [happenedOn(moment), spans[n + 1]];
    const standing = (day: string) => (holder === null ? [] : standingAt(holder, posts, day));
    const lines: Held[] = [{ event, from: moment.occurredAt, holder, step, persons: standing(on) }];
    const register = posts.get(holder?.post);
    const end = next === undefined ? null : happenedOn(next.from);
    const days = [...(register?.postings ?? []), ...(register?.covers ?? [])]
      .flatMap(({ from, to }) => (to === null ? [from] : [from, to]))
      .filter((day) => day > on && (end === null || day < end));
    for (const day of [...new Set(days)].toSorted()) {
      const persons = standing(day);
      if (!same(persons, lines.at(-1)!.persons)) lines.push({ event, from: day, holder, step, persons });
    }
    return lines;
  });
}
