/** Whom attribution suggests in a city, against whom the story says: by pattern, with every person and his degree. */
import { attribution } from '../../projections/attribution.js';
import { PATTERNS } from '../../projections/attribution-table.js';
import { postRegister } from '../../projections/centres.js';
import type { Recorded } from '../../projections/kernel/message.js';
import type { City } from '../demo/city/city.js';
import { type Score, scored } from './score.js';
import type { World } from './world.js';

const PAGE = 1000;
const IDS: readonly string[] = PATTERNS.map(({ id }) => id);
const matterIn = (about: string) => about.split('; ')[0]!;

/**
 * Of all matters. Limits that passed are planted all over the city for the rules of time, and the story does not say in
 * whose hands: of LA12 only those matters count that it tells of.
 */
export async function suggestionScores(
  { labels, nearMisses }: Pick<City, 'labels' | 'nearMisses'>,
  { store, vault }: Pick<World, 'store' | 'vault'>,
): Promise<readonly Score[]> {
  const streams = new Map<string, Recorded[]>();
  for (let from = 0, events: Recorded[]; (events = await store.readAll(from, PAGE)).length > 0; from += PAGE)
    for (const event of events.filter(({ stream }) => /^(matter|post)-/.test(stream))) {
      const known = streams.get(event.stream);
      if (known) known.push(event);
      else streams.set(event.stream, [event]);
    }
  const posts = new Map(
    [...streams]
      .filter(([stream]) => stream.startsWith('post-'))
      .map(([stream, events]) => [
        stream.slice('post-'.length) as string | undefined,
        events.reduce((state, event) => postRegister.evolve(state, event as never), postRegister.initial),
      ]),
  );
  const told = [...labels, ...nearMisses].filter(({ rule }) => IDS.includes(rule));
  const omissions = new Set(told.filter(({ rule }) => rule === 'LA12').map(({ about }) => matterIn(about)));
  const found = [...streams].flatMap(([stream, events]) => {
    if (!stream.startsWith('matter-')) return [];
    const id = stream.slice('matter-'.length);
    return attribution(id, events, posts)
      .subjects.flatMap(({ suggestions }) => suggestions)
      .filter(({ pattern }) => pattern !== 'LA12' || omissions.has(id))
      .map(({ pattern: kind, persons }) => {
        const all = persons.map(({ role, degree, personId }) => `${role} ${degree} ${personId ?? 'nobody'}`);
        return { kind, about: [id, ...all.toSorted()].join('; ') };
      });
  });
  // The story names people by their staff numbers.
  const planted = labels
    .filter(({ rule }) => IDS.includes(rule))
    .map(async ({ rule, about, kind }) => {
      const [id, ...persons] = about.split('; ');
      const all = persons.map(async (one) => {
        const [role, degree, value] = one.split(' ');
        return `${role} ${degree} ${value === 'nobody' ? value : await vault.personFor({ kind: 'staff-no', value: value! })}`;
      });
      return { rule, kind, about: [id, ...(await Promise.all(all)).toSorted()].join('; ') };
    });
  return scored(IDS, await Promise.all(planted), found);
}
