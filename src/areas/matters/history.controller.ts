/** What is read of matters: the card, the timeline, both clocks, lists and counts, each with the events behind it. */
import { dayOf } from '../../../projections/kernel/instant.js';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { acceptances } from '../../../projections/acceptances.js';
import { calendarYears } from '../../../projections/calendar.js';
import { clockFacts, clocksOf, NO_CLOCKS, yearsOf } from '../../../projections/clocks.js';
import type { MatterEvent } from '../../../projections/events/matters.js';
import { matterHistory, occurredBy } from '../../../projections/history.js';
import type { Recorded } from '../../../projections/kernel/message.js';
import { matterCards } from '../../../projections/matter-cards.js';
import { Action, At } from '../../http/by.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import {
  type Asked,
  filtersIn,
  groupsIn,
  idIn,
  oneOf,
  optionalDay,
  PAGES,
  pageIn,
  Takes,
} from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';

import { type Opened, OPENED, todayOf } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';

/** Columns that a list may be narrowed by. */
const FILTERS = [
  'status',
  'itemCode',
  'holderOrg',
  'holderPost',
  'centre',
  'window',
  'placeKind',
  'acceptedOn',
] as const;
const GROUPS = [
  'status',
  'itemCode',
  'holderOrg',
  'centre',
  'window',
  'placeKind',
  'outcome',
  'lateByDay',
  'lateByInstant',
  'afterClosure',
] as const;
const OPEN = ['accepted', 'paused'];
const ACCEPTED = ['itemCode', 'placeKind', 'centre', 'window', 'channel', 'org', 'post', 'matterId', 'system'] as const;
const ACCEPTED_BY = ['itemCode', 'placeKind', 'centre', 'window', 'channel', 'org', 'on'] as const;

@Controller('v1/matters')
export class MatterHistoryController {
  constructor(
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** In the order of their numbers. */
  @Get()
  @Takes(...FILTERS, ...PAGES)
  @Action('matters.read')
  list(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(matterCards, filtersIn(asked, FILTERS), { ...at, ...pageIn(asked) });
  }
  /** What is open and due by a day (today, if none is asked for), by the promise or by the law, the most pressing first. */
  @Get('due')
  @Takes('by', 'clock', ...FILTERS, ...PAGES)
  @Action('matters.read')
  due(@Query() asked: Asked, @At() at: At) {
    const column =
      oneOf('clock', asked.clock, ['promised', 'statutory'], 'promised') === 'promised'
        ? 'promisedDue'
        : 'statutoryDue';
    const where = {
      ...filtersIn(asked, FILTERS),
      status: OPEN,
      [column]: { lte: optionalDay('by', asked.by) ?? todayOf(this.opened) },
    };
    return this.reader.find(matterCards, where, { ...at, ...pageIn(asked), order: [column] });
  }
  @Get('counts')
  @Takes('by', ...FILTERS)
  @Action('matters.read')
  counts(@Query() asked: Asked, @At() at: At) {
    return this.reader.count(matterCards, groupsIn(asked, GROUPS, 'status'), filtersIn(asked, FILTERS), at);
  }
  /** The events behind a list or a count. */
  @Get('why')
  @Takes(...FILTERS, ...PAGES)
  @Action('matters.read')
  whyMany(@Query() asked: Asked, @At() at: At) {
    return this.reader.why(matterCards, filtersIn(asked, FILTERS), { ...at, ...pageIn(asked) });
  }
  @Get(':id')
  @Action('matters.read')
  async card(@Param('id') id: string, @At() at: At) {
    const card = await this.reader.get(matterCards, idIn('id', id), at);
    if (!card) throw new Problem('not-found');
    return card;
  }
  @Get(':id/why')
  @Action('matters.read')
  why(@Param('id') id: string, @At() at: At) {
    return this.reader.why(matterCards, idIn('id', id), at);
  }
  /**
   * `asOf`: what was known; `on`: what had occurred by the end of a day. Alone or together. `looks=true`: also who looked
   * at it, for those who may know; which is a look itself.
   */
  @Get(':id/history')
  @TakesPurpose()
  @Takes('looks')
  @Action('matters.read')
  async history(
    @Param('id') id: string,
    @At() at: At,
    @LookingAt() looking: Looking,
    @Query('on') on?: string,
    @Query('looks') looks?: string,
  ) {
    const day = optionalDay('on', on);
    if (oneOf('looks', looks, ['true', 'false'], 'false') === 'false')
      return matterHistory(id, await this.events(id, at, looking.shows), day);
    if (!looking.may('looks.read')) throw new Problem('not-permitted', { members: { action: 'looks.read' } });
    return looking.at({ type: 'looks', id: `matter/${idIn('id', id)}` }, 'administration', async () => {
      const events = await this.events(id, at, looking.shows);
      const seen = (await this.opened.store.readRefs('viewed-matter', id, at.asOf)).filter(looking.shows);
      return { answer: matterHistory(id, events, day, seen), count: seen.length };
    });
  }
  /** Both clocks day by day: as of what was known, on a day of occurrence (today, if none is asked for). */
  @Get(':id/clocks')
  @Action('matters.read')
  async clocks(@Param('id') id: string, @At() at: At, @Query('on') asked?: string) {
    const events = await this.events(id, at);
    const on =
      optionalDay('on', asked) ?? (at.asOf === undefined ? todayOf(this.opened) : dayOf(events.at(-1)!.recordedAt));
    const facts = (occurredBy(events, on) as readonly Recorded<MatterEvent>[])
      .filter(({ stream }) => stream === `matter-${id}`)
      .reduce(clockFacts, NO_CLOCKS);
    const years = await Promise.all(yearsOf(facts, on).map((year) => this.reader.get(calendarYears, year, at)));
    return {
      matterId: id,
      on,
      ...clocksOf(
        facts,
        years.flatMap((year) => year ?? []),
        on,
      ),
    };
  }

  private async events(id: string, { asOf }: At, shows: Looking['shows'] = () => true): Promise<readonly Recorded[]> {
    const events = (await this.opened.store.readRefs('matter', idIn('id', id), asOf)).filter(shows);
    if (events.length === 0) throw new Problem('not-found');
    return events;
  }
}

/** Every acceptance by item and place, also the second one of a matter. */
@Controller('v1/acceptances')
export class AcceptancesController {
  constructor(@Inject(Reader) private readonly reader: Reader) {}

  @Get()
  @Takes('from', 'to', ...ACCEPTED, ...PAGES)
  @Action('matters.read')
  list(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(acceptances, this.where(asked), { ...at, ...pageIn(asked), order: ['itemCode', 'on'] });
  }
  @Get('counts')
  @Takes('by', 'from', 'to', ...ACCEPTED)
  @Action('matters.read')
  counts(@Query() asked: Asked, @At() at: At) {
    return this.reader.count(acceptances, groupsIn(asked, ACCEPTED_BY, 'itemCode'), this.where(asked), at);
  }
  @Get('why')
  @Takes('from', 'to', ...ACCEPTED, ...PAGES)
  @Action('matters.read')
  why(@Query() asked: Asked, @At() at: At) {
    return this.reader.why(acceptances, this.where(asked), { ...at, ...pageIn(asked) });
  }

  /** `from` and `to`: days, both included. */
  private where(asked: Asked) {
    const [from, to] = [optionalDay('from', asked.from), optionalDay('to', asked.to)];
    const on = { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lte: to }) };
    return { ...filtersIn(asked, ACCEPTED), ...(Object.keys(on).length > 0 && { on }) };
  }
}
