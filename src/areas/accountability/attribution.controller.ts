/** Who may have been responsible, as the matrix suggests it: `/v1/matters/{id}/attribution`; and what is made of it. */
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { type AttributionPage, attributionPage, postsOf } from '../../../projections/attribution.js';
import { courseOf } from '../../../projections/attribution-course.js';
import type { Posts } from '../../../projections/attribution-holders.js';
import { attributionRegister, type Settled } from '../../../projections/attribution-settled.js';
import { postRegister } from '../../../projections/centres.js';
import { type Asker, askerOf, unitsOfAsker } from '../../../projections/accountability/involved.js';
import type { Fold } from '../../../projections/kernel/fold.js';
import type { Recorded } from '../../../projections/kernel/message.js';
import { matterRegister } from '../../../projections/matters.js';
import { Action, At, By } from '../../http/by.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { idIn } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { fold } from '../../kernel/decider.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { namesIn } from './affairs.controller.js';
import { attribution } from './attribution.js';
import { SettleSuggestionBody } from './attribution.dto.js';

/** As of an index; `names` of those who are suggested, where an event says them. */
export type AttributionAnswer = AttributionPage &
  Readonly<{ asOf: string; settled: readonly Settled[]; names: Readonly<Record<string, string>> }>;

const knownPosts = async ({ store }: Opened, id: string, asOf: number) =>
  postsOf(courseOf(id, await store.readRefs('matter', id, asOf)));

type Asking = { readonly asOf?: number | undefined; readonly by: Asker };
/**
 * As of an index; null where there is no such matter, and for whoever is suggested or of their unit; and for whoever its
 * history names, or had it in hand, for if it were only those who are suggested, they would know.
 */
export async function suggestionsAt(opened: Opened, id: string, { asOf: asked, by }: Asking) {
  const { store, streams } = opened;
  const asOf = asked ?? (await store.head()).next - 1;
  const events = await store.readRefs('matter', id, asOf);
  const { parties } = (await streams.get(matterRegister, id, true)).state;
  const names = (event: Recorded) => event.classification !== 'sealed' && JSON.stringify(event).includes(by.person!);
  const isHis = unitsOfAsker(by).some((unit) => parties.includes(unit));
  if (events.length === 0 || isHis || (by.person !== null && events.some(names))) return null;
  const folded = async <S>(of: Fold<S, any>, of_: string) =>
    fold(
      of,
      (await store.readStream(`${of.category}-${of_}`)).filter(({ index }) => index <= asOf),
    );
  const posts: Posts = new Map(
    await Promise.all(
      postsOf(courseOf(id, events)).map(async (post) => [post, await folded(postRegister, post)] as const),
    ),
  );
  const page = attributionPage(id, events, posts);
  const persons = page.subjects.flatMap(({ suggestions }) => suggestions.flatMap((each) => each.persons));
  const isHe = ({ personId, org }: (typeof persons)[number]) =>
    (by.person !== null && personId === by.person) || (org !== null && unitsOfAsker(by).includes(org));
  if (persons.some(isHe)) return null;
  return { asOf, events, page, persons, settled: (await folded(attributionRegister, id)).settled };
}
/** With the names of whoever is suggested, which is a look. Throws {@link Problem}. */
export async function attributionAt(
  opened: Opened,
  looking: Looking,
  id: string,
  asking: Asking,
): Promise<AttributionAnswer> {
  return looking.at({ type: 'matter', id: idIn('id', id) }, 'personal', async () => {
    const found = await suggestionsAt(opened, id, asking);
    if (!found) throw new Problem('not-found');
    const { asOf, events, page, persons, settled } = found;
    const ids = new Set(persons.flatMap(({ personId }) => personId ?? []));
    const { names } = await namesIn(opened, events);
    const shown = Object.fromEntries([...names].filter(([person]) => ids.has(person)));
    return { answer: { asOf: String(asOf), ...page, settled, names: shown }, count: events.length, opened: [...ids] };
  });
}

@Controller('v1/matters')
export class AttributionController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** Each suggestion with its pattern, the events that match, what nearly matches, and what is missing to tell them apart. */
  @Get(':id/attribution')
  @TakesPurpose()
  @Action('attribution.read')
  read(@Param('id') id: string, @At() { asOf }: At, @By() { context }: By, @LookingAt() looking: Looking) {
    return attributionAt(this.opened, looking, id, { asOf, by: askerOf(context) });
  }
  @Post(':id/attribution/adoptions')
  @Action('attribution.AdoptSuggestion')
  adopt(@Param('id') id: string, @Body() data: SettleSuggestionBody, @By() by: By) {
    return this.settle('AdoptSuggestion', id, data, by);
  }
  @Post(':id/attribution/rejections')
  @Action('attribution.RejectSuggestion')
  reject(@Param('id') id: string, @Body() data: SettleSuggestionBody, @By() by: By) {
    return this.settle('RejectSuggestion', id, data, by);
  }

  private async settle(type: keyof typeof attribution.commands, id: string, data: SettleSuggestionBody, by: By) {
    const posts = await knownPosts(this.opened, idIn('id', id), Number(data.asOf));
    return this.commands.send(attribution, id, { type, data: { ...data, posts } } as never, by);
  }
}
