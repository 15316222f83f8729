/** What is read of accountability: lists, the page of an affair, what comes next, guards: `/v1/accountability/…`. */
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { caseCards, leadCards } from '../../../projections/accountability/cards.js';
import { MACHINE_NAMES, type Machine } from '../../../projections/accountability/table.js';
import { deadlines } from '../../../projections/deadlines.js';
import type { LeadState } from '../../../projections/accountability/lead.js';
import { findings } from '../../../projections/findings.js';
import type { Recorded } from '../../../projections/kernel/message.js';
import { Action, At, By } from '../../http/by.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { type Asked, filtersIn, idIn, oneOf, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import type { Fold as FoldOf } from '../../../projections/kernel/fold.js';
import { belongingTo } from '../../ledger/belonging.js';
import { openPersonal, personsIn } from '../../ledger/envelope.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { askerOf } from '../../../projections/accountability/involved.js';
import { pageWithout, rowsHidden } from '../../http/involved.js';
import { affairNow, affairOfEvents, type Fold, guardsOf, mustBeClear, nextOf } from './looking-up.js';

export const foldsOf =
  ({ store, streams }: Opened): Fold =>
  async (need) => {
    const folded = async <S>(of: FoldOf<S, any>, id: string) => (await streams.get(of, id, true)).state;
    if (!('unitsOf' in need)) return folded<object>(need.of, need.id);
    return belongingTo(store, folded, { person: need.unitsOf, on: need.on, fresh: true });
  };

/** Every name that the events of an affair seal, for those who may see it. */
export async function namesIn({ vault }: Opened, events: readonly Recorded[]) {
  const names = new Map<string, string>();
  const gather = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { personId, personal } = value as { personId?: string; personal?: { name?: string | null } };
    if (typeof personId === 'string' && typeof personal?.name === 'string') names.set(personId, personal.name);
    for (const member of Object.values(value)) gather(member);
  };
  for (const event of events) gather((await openPersonal(vault, event.id, event.data)).data);
  const opened = [...new Set((await Promise.all(events.map(({ data }) => personsIn(data)))).flat())];
  return { names, opened };
}
const FILTERS = ['status', 'profile', 'org', 'source'] as const;
const CASE_FILTERS = ['status', 'profile', 'org', 'organ', 'caseNo'] as const;

@Controller('v1/accountability')
export class AffairsController {
  constructor(
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** The latest first; without what the asker, or his unit, is involved in. */
  @Get('leads')
  @Takes(...FILTERS, ...PAGES)
  @Action('accountability.read')
  async leads(@Query() asked: Asked, @At() at: At, @By() { context }: By) {
    const order = ['-registeredOn'];
    const page = await pageWithout(
      (of) => this.reader.find(leadCards, filtersIn(asked, FILTERS), { ...at, ...of, order }),
      pageIn(asked),
      await rowsHidden(this.reader, askerOf(context)),
    );
    return {
      ...page,
      rows: page.rows.map(({ lead, status, profile, source, org, registeredOn, since, filed }) => {
        return { lead, status, profile, source, org, registeredOn, since, filed };
      }),
    };
  }
  @Get('cases')
  @Takes(...CASE_FILTERS, ...PAGES)
  @Action('accountability.read')
  async cases(@Query() asked: Asked, @At() at: At, @By() { context }: By) {
    const order = ['-filedOn'];
    const page = await pageWithout(
      (of) => this.reader.find(caseCards, filtersIn(asked, CASE_FILTERS), { ...at, ...of, order }),
      pageIn(asked),
      await rowsHidden(this.reader, askerOf(context)),
    );
    return {
      ...page,
      rows: page.rows.map(({ case: id, status, profile, organ, caseNo, org, filedOn, since, decidedOn }) => {
        return { case: id, status, profile, organ, caseNo, org, filedOn, since, decidedOn };
      }),
    };
  }
  /**
   * The whole affair, with names: after a declaration, with a purpose; the look is an event. With `asOf`, as it was known
   * then, to those who may see it now.
   */
  @Get('affairs/:id')
  @TakesPurpose()
  @Action('accountability.read')
  async affair(@Param('id') id: string, @By() { context }: By, @At() { asOf }: At, @LookingAt() looking: Looking) {
    const { affair: now, events: all } = await this.seen(id, context);
    const events = asOf === undefined ? all : all.filter(({ index }) => index <= asOf);
    const affair = asOf === undefined ? now : affairOfEvents(id, events);
    return looking.at({ type: 'affair', id }, 'personal', async () => {
      const { names, opened } = await namesIn(this.opened, events);
      const { lead, case: of, review, recusal } = affair;
      const told = events.map(({ index, id: event, type, stream, occurredAt, actor, irregularities }) => {
        return { index, event, type, stream, at: occurredAt, by: actor.person, irregularities };
      });
      const finding = await this.findingOf(lead, asOf);
      const answer = { id, finding, lead, case: of, review, recusal, names: Object.fromEntries(names), events: told };
      return { answer, count: events.length, opened };
    });
  }
  /** For lead, case or review: what may be done next, by whom, until when. */
  @Get('affairs/:id/next')
  @Takes('of')
  @Action('accountability.read')
  async next(@Param('id') id: string, @By() { context }: By, @At() at: At, @Query('of') of?: string) {
    await this.seen(id, context);
    const machine: Machine = oneOf('of', of, MACHINE_NAMES, 'case');
    const row = await this.reader.get(deadlines, `${machine}-${id}`, at);
    const until = Object.entries(row?.limits ?? {}).flatMap(([limit, { due, start, doneOn, passed }]) =>
      doneOn === null ? [{ limit, start, due, passed: passed !== null }] : [],
    );
    return { ...(await nextOf(machine, id, foldsOf(this.opened), context)), until };
  }
  /** All guards now: met, unmet, coming with a command, not yet due; and how each was evaluated. */
  @Get('affairs/:id/guards')
  @Action('accountability.read')
  async guards(@Param('id') id: string, @By() { context }: By) {
    const { events } = await this.seen(id, context);
    return { id, guards: await guardsOf(id, events, foldsOf(this.opened), context) };
  }
  /** The same, for who looks for them beside what is done to a case. */
  @Get('cases/:id/guards')
  @Action('accountability.read')
  guardsOfCase(@Param('id') id: string, @By() by: By) {
    return this.guards(id, by);
  }
  /** Who reported it: by a grant for this very reporter; the look is an event. */
  @Get('reporters/:id')
  @TakesPurpose()
  @Action('reporter.open')
  async reporter(
    @Param('id') id: string,
    @LookingAt() looking: Looking,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'no-store');
    return looking.at({ type: 'reporter', id: idIn('id', id) }, 'personal', async () => {
      const events = await this.opened.store.readStream(`reporter-${id}`, 0);
      if (events.length === 0) throw new Problem('not-found');
      const [first] = events;
      const { data } = await openPersonal(this.opened.vault, first!.id, first!.data);
      return { answer: { id, ...data }, count: 1, opened: await personsIn(first!.data) };
    });
  }

  /** What it rests on, as it stands: a finding that was withdrawn or is part of another one now shows here. */
  private async findingOf({ source, reference }: LeadState, asOf?: number) {
    if (source !== 'finding' || reference === null) return null;
    const row = await this.reader.get(findings, reference, { ...(asOf !== undefined && { asOf }) });
    if (!row) return null;
    const { finding, rule, subject, status, severity, by } = row;
    return { finding, rule, subject, status, severity, by };
  }
  /** Throws where there is none, or where the asker has not declared, or has a conflict. */
  private async seen(id: string, { by }: By['context']) {
    const events = await this.opened.store.readRefs('affair', idIn('id', id));
    if (events.length === 0) throw new Problem('not-found');
    const affair = await affairNow(id, foldsOf(this.opened));
    mustBeClear(affair, by.person ?? '');
    return { affair, events };
  }
}
