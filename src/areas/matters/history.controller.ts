/** What is read of matters: the card, the timeline, lists and counts, each with the events behind it. */
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { matterHistory } from '../../../projections/history.js';
import { isDay } from '../../../projections/kernel/instant.js';
import { matterCards } from '../../../projections/matters.js';
import { Action, At } from '../../http/by.js';
import { Problem } from '../../http/problems.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import type { Where } from '../../read/select.js';
import { matterId } from './matters.controller.js';

/** Columns that a list may be narrowed by. */
const FILTERS = ['status', 'itemCode', 'holderOrg', 'centre', 'window', 'placeKind', 'acceptedOn'] as const;
const GROUPS = ['status', 'itemCode', 'holderOrg', 'centre', 'window', 'placeKind', 'outcome'] as const;
const OPEN = ['accepted', 'paused'];
type Asked = Readonly<Record<string, string | undefined>>;

const filters = (asked: Asked): Where =>
  Object.fromEntries(FILTERS.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])));
function paging({ limit, cursor }: Asked) {
  if (limit !== undefined && !/^\d{1,4}$/.test(limit))
    throw Problem.ofParameter('limit', '应为 1 至 1000 的整数', 'is a whole number from 1 to 1000');
  return { limit: limit === undefined ? undefined : Number(limit), cursor };
}

@Controller('v1/matters')
export class MatterHistoryController {
  constructor(
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  @Get()
  @Action('matters.read')
  list(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(matterCards, filters(asked), { ...at, ...paging(asked), order: ['acceptedOn'] });
  }
  /** What is open and due by a day, the most pressing first. */
  @Get('due')
  @Action('matters.read')
  due(@Query() asked: Asked, @At() at: At) {
    const { by } = asked;
    if (by === undefined || !isDay(by)) throw Problem.ofParameter('by', '应为日期 YYYY-MM-DD', 'is a day, YYYY-MM-DD');
    const where = { ...filters(asked), status: OPEN, promisedDue: { lte: by } };
    return this.reader.find(matterCards, where, { ...at, ...paging(asked), order: ['promisedDue'] });
  }
  @Get('counts')
  @Action('matters.read')
  counts(@Query() asked: Asked, @At() at: At) {
    const by = (asked.by ?? 'status').split(',');
    const groups = GROUPS.filter((name) => by.includes(name));
    if (groups.length !== by.length)
      throw Problem.ofParameter('by', `可用：${GROUPS.join('、')}`, `is of ${GROUPS.join(', ')}`);
    return this.reader.count(matterCards, groups, filters(asked), at);
  }
  /** The events behind a list or a count. */
  @Get('why')
  @Action('matters.read')
  whyMany(@Query() asked: Asked, @At() at: At) {
    return this.reader.why(matterCards, filters(asked), { ...at, ...paging(asked) });
  }
  @Get(':id')
  @Action('matters.read')
  async card(@Param('id') id: string, @At() at: At) {
    const card = await this.reader.get(matterCards, matterId(id), at);
    if (!card) throw new Problem('not-found');
    return card;
  }
  @Get(':id/why')
  @Action('matters.read')
  why(@Param('id') id: string, @At() at: At) {
    return this.reader.why(matterCards, matterId(id), at);
  }
  /** `asOf`: what was known; `on`: what had occurred by the end of a day. Alone or together. */
  @Get(':id/history')
  @Action('matters.read')
  async history(@Param('id') id: string, @At() at: At, @Query('on') on?: string) {
    if (on !== undefined && !isDay(on)) throw Problem.ofParameter('on', '应为日期 YYYY-MM-DD', 'is a day, YYYY-MM-DD');
    const events = await this.opened.store.readRefs('matter', matterId(id), at.asOf);
    if (events.length === 0) throw new Problem('not-found');
    return matterHistory(id, events, on);
  }
}
