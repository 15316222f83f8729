/** What somebody makes of a suggestion (责任建议): adopted or not followed, with a reason. It decides nothing about anybody. */
import { askerOf, unitsOfAsker } from '../../../projections/accountability/involved.js';
import { attribution as attributionOf, type Suggestion } from '../../../projections/attribution.js';
import { type AttributionState, attributionRegister } from '../../../projections/attribution-settled.js';
import { postRegister, type PostState } from '../../../projections/centres.js';
import type { PostEvent } from '../../../projections/events/centres.js';
import type { AttributionEvent } from '../../../projections/events/attribution.js';
import type { Fold, Status } from '../../../projections/kernel/fold.js';
import type { Message, Recorded } from '../../../projections/kernel/message.js';
import type { CommandRule, Context, Decider, Guard } from '../../kernel/decider.js';

/**
 * `asOf`: the index as of which it was looked at. `posts`: which had the matter in hand by then; looked up by whoever
 * sends the command, and no part of what is asked.
 */
export type Settling = Readonly<{
  subject: string;
  pattern: string;
  reason: string;
  asOf: string;
  posts: readonly string[];
}>;
export type AttributionCommand =
  { type: 'AdoptSuggestion'; data: Settling } | { type: 'RejectSuggestion'; data: Settling };

type Told = Status & { readonly status: 'any'; readonly events: readonly Recorded[] };
/** All that names a thing, as it was told. */
const telling = (category: string): Fold<Told, Message> => ({
  category,
  initial: { status: 'any', events: [] },
  evolve: (state, event) => ({ ...state, events: [...state.events, event] }),
});
const ofMatter = telling('matter');
const ofPost = telling('post');
type Facts = { readonly history: Told; readonly posts: readonly Told[] };

const foldPost = (id: string, { events }: Told, asOf: number): PostState =>
  (events as readonly Recorded<PostEvent>[])
    .filter(({ stream, index }) => stream === `post-${id}` && index <= asOf)
    .reduce((state, event) => postRegister.evolve(state, event), postRegister.initial);
/** The suggestion as it was as of an index; undefined where there was none. */
function suggestionAt(id: string, data: Settling, facts: Facts, asOf: number): Suggestion | undefined {
  const { subject, pattern, posts } = data;
  const folded = new Map(posts.map((post, n) => [post, foldPost(post, facts.posts[n]!, asOf)] as const));
  const events = facts.history.events.filter(({ index }) => index <= asOf);
  const { subjects } = attributionOf(id, events, folded);
  return subjects.find((each) => each.subject === subject)?.suggestions.find((each) => each.pattern === pattern);
}
const seen = (data: Settling, context: Context & Facts) =>
  suggestionAt(context.id ?? '', data, context, Number(data.asOf));

const MATRIX = '责任归属表（domain: LA1–LA12）';
const suggested: Guard<AttributionState, Settling, Facts> = {
  code: 'nothing-suggested',
  says: { zh: '当时没有这一责任建议', en: 'there was no such suggestion then' },
  basis: MATRIX,
  broken: (data, _, context) =>
    seen(data, context) === undefined && { details: { subject: data.subject, pattern: data.pattern, asOf: data.asOf } },
};
/** Whoever settles it knows what is known. */
const unchanged: Guard<AttributionState, Settling, Facts> = {
  code: 'suggestion-changed',
  says: { zh: '此后的事件已使该建议改变，请重新查看', en: 'later events have changed the suggestion: look again' },
  basis: MATRIX,
  broken: (data, _, context) => {
    const then = seen(data, context);
    const now = suggestionAt(context.id ?? '', data, context, Infinity);
    return then !== undefined && JSON.stringify(then) !== JSON.stringify(now) && { details: { asOf: data.asOf } };
  },
};
/** Nobody settles what is suggested of himself, or of his unit. */
const uninvolved: Guard<AttributionState, Settling, Facts> = {
  code: 'involved',
  says: { zh: '建议涉及本人或本单位的，应当回避', en: 'it is about him or his unit: he stands aside' },
  basis: '政务处分法 art. 47',
  broken: (data, _, context) => {
    const { person } = context.by;
    const units = unitsOfAsker(askerOf(context));
    const involved = seen(data, context)?.persons.some(
      (each) => (person !== null && each.personId === person) || (each.org !== null && units.includes(each.org)),
    );
    return involved === true && { details: {} };
  },
};

const settling = (
  type: AttributionEvent['type'],
  zh: string,
  en: string,
): CommandRule<AttributionState, Settling, AttributionEvent, Facts> => ({
  says: { zh, en },
  from: 'any',
  guards: [suggested, unchanged, uninvolved],
  needs: ({ posts = [] }: Partial<Settling>, { id = '' }) => ({
    history: { of: ofMatter, naming: { type: 'matter', id } },
    posts: posts.map((post) => ({ of: ofPost, naming: { type: 'post', id: post } })),
  }),
  events: (data, _, context) => {
    const { events = [], persons = [] } = seen(data, context) ?? {};
    const named = persons.map(({ cover: _cover, ...person }) => person);
    const { subject, pattern, reason, asOf } = data;
    return [
      {
        type,
        data: { subject, pattern, reason, asOf, events, persons: named },
        classification: 'sealed',
        refs: named.flatMap(({ personId }) =>
          personId === null ? [] : [{ type: 'person', id: personId, role: 'suggested' }],
        ),
        legalBasis: [MATRIX],
      },
    ];
  },
});

export const attribution: Decider<AttributionState, AttributionCommand, AttributionEvent> = {
  ...attributionRegister,
  commands: {
    AdoptSuggestion: settling('SuggestionAdopted', '采纳责任建议', 'adopt a suggestion'),
    RejectSuggestion: settling('SuggestionRejected', '不采纳责任建议', 'not follow a suggestion'),
  } as Decider<AttributionState, AttributionCommand, AttributionEvent>['commands'],
};
