/** What waits for whom (`/v1/docket`), the page of a unit, and the case file as one printable page. Nothing in bulk. */
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { caseCards, leadCards, reviewCards } from '../../../projections/accountability/cards.js';
import { holdersOf } from '../../../projections/accountability/contents.js';
import { barred } from '../../../projections/accountability/recusal.js';
import { MACHINES, type State, stepsFrom } from '../../../projections/accountability/table.js';
import { unitPage } from '../../../projections/accountability/unit-page.js';
import type { DocketRow } from '../../../projections/docket.js';
import { findings } from '../../../projections/findings.js';
import { LAST_DAY } from '../../../projections/kernel/instant.js';
import type { Context } from '../../kernel/decider.js';
import { may } from '../../kernel/permissions.js';
import { Action, At, By } from '../../http/by.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { type Asked, idIn, optionalDay, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { foldsOf, namesIn } from './affairs.controller.js';
import { fileOf } from './case-file.js';
import { affairNow, affairOfEvents, type Fold, mustBeClear, nextOf } from './looking-up.js';
import { PAPER_POLICY } from './paper.js';
import { isInvolved, readOnce, take, waiting, type Who } from './waiting.js';

const MOST = 20;
interface Reading {
  readonly reader: Reader;
  readonly opened: Opened;
}
/** One thing that waits: why, until when, what is proposed, which guards stand in the way; null: not for him. */
async function shown({ reader }: Reading, fold: Fold, { context, roles }: Who, row: DocketRow) {
  const { machine, affair: id, status, since, due, limit, overdue, reminded, profile, organ, finding } = row;
  const affair = await affairNow(id, fold);
  const person = context.by.person ?? '';
  const conflict = barred(affair.recusal, person);
  if (conflict === 'recused') return null;
  const mine = stepsFrom(machine, status).filter(([command, { acts }]) => {
    const holders = holdersOf(acts, affair);
    return may(roles, `${machine}.${command}`) && (holders === null || holders.includes(person));
  });
  if (mine.length === 0) return null;
  const says: Readonly<Record<string, State>> = MACHINES[machine].states;
  const base = `/v1/accountability/affairs/${id}`;
  const told = {
    stream: row.stream,
    machine,
    affair: id,
    profile,
    status: { code: status, zh: says[status]!.zh, en: says[status]!.en },
    since,
    due: due === LAST_DAY ? null : due,
    limit,
    overdue,
    reminded,
    organ,
    conflict,
  };
  // Before he has declared, and while a conflict is not ruled on, he is told that it waits, and no more.
  if (conflict !== null)
    return { ...told, next: [], proposal: null, rests: null, links: { declare: `${base}/declarations` } };
  const rests = finding === null ? null : ((await reader.get(findings, finding)) ?? null);
  const { next } = await nextOf(machine, id, fold, context);
  const commands = new Set(mine.map(([command]) => command));
  const { case: of } = affair;
  return {
    ...told,
    next: next.filter(({ command }) => commands.has(command)),
    proposal: of.proposal.length > 0 ? { outcomes: of.proposal, opinion: of.opinion } : null,
    rests: rests && {
      finding: rests.finding,
      rule: rests.rule,
      status: rests.status,
      by: rests.by,
      stands: rests.status === 'upheld',
    },
    links: { evidence: base, guards: `${base}/guards`, file: `${base}/file` },
  };
}
export async function docketOf(reading: Reading, who: Who, limit = MOST) {
  const fold = readOnce(foldsOf(reading.opened));
  const rows = waiting(reading.reader, who, limit + 1);
  const items: NonNullable<Awaited<ReturnType<typeof shown>>>[] = [];
  // One more than is shown; some are not for him.
  while (items.length <= limit) {
    const some = await take(rows, limit + 1 - items.length);
    if (some.length === 0) break;
    const told = await Promise.all(some.map((row) => shown(reading, fold, who, row)));
    items.push(...told.filter((item) => item !== null));
  }
  return { items: items.slice(0, limit), more: items.length > limit };
}
export type Docket = Awaited<ReturnType<typeof docketOf>>;

/** The file as it is printed: after a declaration, with a purpose. */
export async function casePage(opened: Opened, id: string, { by }: Context, looking: Looking): Promise<string> {
  const events = await opened.store.readRefs('affair', id);
  if (events.length === 0) throw new Problem('not-found');
  mustBeClear(await affairNow(id, foldsOf(opened)), by.person ?? '');
  return looking.at({ type: 'affair', id }, 'personal', async () => {
    const { names, opened: people } = await namesIn(opened, events);
    const stored = await Promise.all(events.map(async ({ index }) => (await opened.store.readStored(index, 1))[0]!));
    const digests = stored.map(({ digest }) => `sha256:${digest.toString('hex')}`);
    const answer = fileOf(affairOfEvents(id, events), events, digests, names);
    return { answer, count: events.length, opened: people };
  });
}

@Controller('v1')
export class DocketController {
  private readonly reading: Reading;
  constructor(@Inject(Reader) reader: Reader, @Inject(OPENED) opened: Opened) {
    this.reading = { reader, opened };
  }

  /** What waits for whoever asks now, the next last day first; without what he or his unit is involved in. */
  @Get('docket')
  @Takes('limit')
  @Action('accountability.read')
  docket(@Query() asked: Asked, @By() who: By, @At() { asOf }: At) {
    if (asOf !== undefined)
      throw Problem.ofParameter('asOf', '待办只有现在的', 'what waits is what waits now: there is no earlier docket');
    const { limit = MOST } = pageIn(asked);
    return docketOf(this.reading, who, Math.min(limit, MOST));
  }
  /** Not for those who belong to it. */
  @Get('accountability/units/:org')
  @Takes('on')
  @Action('accountability.read')
  async unit(@Param('org') org: string, @Query() asked: Asked, @By() { context }: By, @At() at: At) {
    const unit = idIn('org', org);
    if (context.by.org === unit) throw new Problem('not-found');
    const { reader } = this.reading;
    const clear = <R extends { accused: readonly string[]; orgs: readonly string[] }>(rows: readonly R[]) =>
      rows.filter((row) => !isInvolved(row, context.by));
    const [leads, cases, reviews] = await Promise.all([
      reader.all(leadCards, { org: unit }, at).then(({ rows }) => clear(rows)),
      reader.all(caseCards, { org: unit }, at).then(({ rows }) => clear(rows)),
      reader.all(reviewCards, { org: unit }, at).then(({ rows }) => rows),
    ]);
    const ids = new Set(leads.map(({ lead }) => lead));
    const on = optionalDay('on', asked['on']) ?? context.on;
    return unitPage(
      unit,
      on,
      leads,
      cases,
      reviews.filter(({ review }) => ids.has(review)),
    );
  }
  /** The events behind a row of a figure. */
  @Get('accountability/affairs/:id/why')
  @Takes('of')
  @Action('accountability.read')
  async why(@Param('id') id: string, @Query() asked: Asked, @By() { context }: By, @At() at: At) {
    const affair = await affairNow(idIn('id', id), foldsOf(this.reading.opened));
    mustBeClear(affair, context.by.person ?? '');
    const of = { lead: leadCards, case: caseCards, review: reviewCards }[asked['of'] ?? 'case'] as typeof caseCards;
    if (!of) throw Problem.ofParameter('of', '可用：lead、case、review', 'is one of lead, case, review');
    return this.reading.reader.why(of, id, { ...at, limit: 1000 });
  }
  /** The whole file: index, parts, documents, guards, every event with its digest. */
  @Get('accountability/affairs/:id/file')
  @TakesPurpose()
  @Action('accountability.read')
  async file(
    @Param('id') id: string,
    @By() { context }: By,
    @LookingAt() looking: Looking,
    @Res() reply: FastifyReply,
  ) {
    const page = await casePage(this.reading.opened, idIn('id', id), context, looking);
    await reply.type('text/html; charset=utf-8').header('content-security-policy', PAPER_POLICY).send(page);
  }
}
