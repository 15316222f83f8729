/** Who looked (查阅记录): at a thing, at a person, or all that one person looked at. Asking is a look itself. */
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type LookRow, looks } from '../../../projections/looks.js';
import { Action, At, By } from '../../http/by.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { type Asked, filtersIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { isSealed } from '../../kernel/classes.js';
import { Reader } from '../../read/reader.js';
import type { Moment, Page } from '../../read/rows.js';
import type { PageOf } from '../../read/select.js';
import { type Asker, askerOf } from '../../../projections/accountability/involved.js';
import { pageWithout, thingsHidden } from '../../http/involved.js';

/** What an inspector may know of: everything else is administration. */
const OF_BUSINESS = ['matter', 'person', 'item', 'centre', 'post', 'exemptions', 'finding', 'calendar'];
const NARROWED = ['fields', 'grant', 'system'] as const;

function text(name: string, value: string | undefined, most: number): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > most)
    throw Problem.ofParameter(name, `1 至 ${most} 个字符`, `1 to ${most} characters`);
  return value;
}

const object = (type: string | undefined, id: string | undefined, by: string | undefined) => {
  if (type !== undefined) return { type: 'looks', id: `${type}/${id ?? ''}` };
  return { type: 'looks', id: by === undefined ? 'all' : `by/${by}` };
};
/** The latest first, as far as whoever asks may know. */
export function whoLooked(
  reader: Reader,
  looking: Looking,
  asked: Asked,
  at: Moment & { readonly by: Asker },
): Promise<Page<LookRow>> {
  const [type, id, by] = [text('type', asked.type, 60), text('id', asked.id, 200), text('by', asked.by, 100)];
  if (id !== undefined && type === undefined) throw Problem.ofParameter('type', '须与 id 同时给出', 'goes with id');
  const all = looking.may('administration.read');
  // Whether a sealed thing exists is known to those who hold a grant for it.
  if (type !== undefined && isSealed({ type }) && !all) looking.ask({ type, id: id ?? '' }, 'sealed');
  else if (!all && type !== undefined && !OF_BUSINESS.includes(type))
    throw new Problem('not-permitted', { members: { action: 'administration.read' } });
  const [from, to] = [optionalDay('from', asked.from), optionalDay('to', asked.to)];
  const on = { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lte: to }) };
  const where = {
    ...filtersIn(asked, NARROWED),
    ...(type !== undefined ? { objectType: type } : !all && { objectType: OF_BUSINESS }),
    // That somebody was looked at within what is sealed is for those to know who oversee all looks.
    ...(!all && !(type !== undefined && isSealed({ type })) && { secret: false }),
    ...(id !== undefined && { objectId: id }),
    ...(by !== undefined && { by }),
    ...(Object.keys(on).length > 0 && { on }),
  };
  return looking.at(object(type, id, by), 'administration', async () => {
    const { by: asker, ...moment } = at;
    const isHidden = await thingsHidden(reader, asker);
    const find = (of: PageOf) => reader.find(looks, where, { ...moment, ...of, order: ['-at'] });
    const isAbout = ({ objectType, objectId, within }: LookRow) =>
      isHidden?.({ type: objectType, id: objectId }) === true || (within !== null && isHidden?.(within) === true);
    const answer = await pageWithout(find, pageIn(asked), isHidden && isAbout);
    return { answer, count: answer.rows.length };
  });
}

@Controller('v1/looks')
export class LooksController {
  constructor(@Inject(Reader) private readonly reader: Reader) {}

  /** `type` and `id`: who looked at this; `by`: what this person looked at; `from`, `to`: days. */
  @Get()
  @TakesPurpose()
  @Takes('type', 'id', 'by', 'from', 'to', ...NARROWED, ...PAGES)
  @Action('looks.read')
  list(@Query() asked: Asked, @At() { asOf }: At, @By() { context }: By, @LookingAt() looking: Looking) {
    return whoLooked(this.reader, looking, asked, { asOf, by: askerOf(context) });
  }
}
