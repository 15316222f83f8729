/** Who stood at a post that had a matter in hand on a day: its holder, whoever covers him, or nobody that is known. */
import type { Course, Party, Span } from './attribution-course.js';
import { coversOn, postedOn, type PostState } from './centres.js';
import type { Holder } from './events/matters.js';

export type Posts = Readonly<Record<string, PostState>>;
/** `as`: unit-head where it was in nobody's hands; `events` of the register that tell it. */
export type Standing = Party & Readonly<{ as: 'holder' | 'cover' | 'unit-head'; events: readonly string[] }>;

const at = (holder: Holder, personId: string | null, as: Standing['as'], events: readonly string[]): Standing => ({
  personId,
  post: as === 'unit-head' ? null : (holder.post ?? null),
  org: holder.org ?? null,
  cover: as === 'cover',
  as,
  events,
});

/**
 * AB岗: while B covers he has A's duties, so B. Whoever was posted there when it was assigned and has left since is not
 * the one any more. Empty: the post is known, and who stood there is not.
 */
export function standingAt(holder: Holder, posts: Posts, on: string): readonly Standing[] {
  const { post, personId = null } = holder;
  if (post === undefined && personId === null) return [at(holder, null, 'unit-head', [])];
  const register = post !== undefined && Object.hasOwn(posts, post) ? posts[post] : undefined;
  const org = holder.org ?? register?.org ?? undefined;
  const of: Holder = org === undefined ? holder : { ...holder, org };
  const posted = register ? postedOn(register, on) : [];
  const mine = personId === null ? posted : posted.filter((each) => each.personId === personId);
  const left = mine.length === 0 && register?.postings.some((each) => each.personId === personId) === true;
  const who = left ? posted : mine;
  const covers = register
    ? coversOn(register, on).filter((each) => who.some((one) => one.personId === each.holder))
    : [];
  if (covers.length > 0) return covers.map((each) => at(of, each.personId, 'cover', [each.event]));
  if (who.length > 0) return who.map((each) => at(of, each.personId, 'holder', [each.event]));
  if (left) return [at(of, null, 'unit-head', [])]; // he is gone, and nobody came
  return personId === null ? [] : [at(of, personId, 'holder', [])];
}

/** Who had it in hand at the end of a day; of a step, whoever it was assigned to. Null: it was in nobody's hands. */
export function spanOn({ spans }: Course, on: string, step: string | null = null): Span | null {
  const then = (each: Span) => each.on <= on;
  const assigned = step === null ? undefined : spans.findLast((each) => then(each) && each.step === step);
  return assigned ?? spans.findLast(then) ?? null;
}
/** The step that was open at the end of a day, the one begun last. */
export const openOn = ({ steps }: Course, on: string): string | null =>
  steps.findLast(({ from, to }) => from <= on && (to === null || to > on))?.step ?? null;

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
export function holdersOf({ spans }: Course, posts: Posts, until: string | null = null): readonly Held[] {
  return spans.flatMap(({ event, from, on, holder, step }, n) => {
    const end = spans[n + 1]?.on ?? until;
    const persons = holder === null ? [] : standingAt(holder, posts, on);
    const lines: Held[] = [{ event, from, holder, step, persons }];
    const register = holder?.post === undefined ? undefined : posts[holder.post];
    const days = [...(register?.postings ?? []), ...(register?.covers ?? [])]
      .flatMap((each) => [each.from, ...(each.to === null ? [] : [each.to])])
      .filter((day) => day > on && (end === null || day < end));
    for (const day of [...new Set(days)].toSorted()) {
      const then = standingAt(holder!, posts, day);
      if (!same(then, lines.at(-1)!.persons)) lines.push({ event, from: day, holder, step, persons: then });
    }
    return lines;
  });
}
