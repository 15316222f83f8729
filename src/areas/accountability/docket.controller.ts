/** What waits for whom (`/v1/docket`), the page of a unit, and the case file as one printable page. Nothing in bulk. */
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { caseCards, type LeadCard, leadCards, reviewCards } from '../../../projections/accountability/cards.js';
import { accounts } from '../../../projections/accounts.js';
import { organsLed } from '../../../projections/belonging.js';
import { posts } from '../../../projections/centres.js';
import { comparables, comparison } from '../../../projections/accountability/comparable.js';
import {
  affairsOf,
  type Asker,
  askerOf,
  involvements,
  isInvolved,
  isOfAffairs,
  unitsOfAsker,
} from '../../../projections/accountability/involved.js';
import { type Affair, holdersOf } from '../../../projections/accountability/contents.js';
import { barred } from '../../../projections/accountability/recusal.js';
import { MACHINE_NAMES, MACHINES, type State, stepsFrom } from '../../../projections/accountability/table.js';
import { unitPage } from '../../../projections/accountability/unit-page.js';
import { docket, type DocketRow } from '../../../projections/docket.js';
import { deadlines } from '../../../projections/deadlines.js';
import { type FindingRow, findings } from '../../../projections/findings.js';
import { LAST_DAY } from '../../../projections/kernel/instant.js';
import type { Context } from '../../kernel/decider.js';
import { may } from '../../kernel/permissions.js';
import { Action, At, By } from '../../http/by.js';
import { fontsFor } from '../../http/fonts.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { type Asked, idIn, oneOf, optionalDay, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { MAX_LIMIT } from '../../read/select.js';
import { foldsOf, namesIn } from './affairs.controller.js';
import { fileOf } from './case-file.js';
import { affairsAbout } from '../../http/involved.js';
import { suggestionsAt } from './attribution.controller.js';
import { affairNow, affairOfEvents, type Fold, mustBeClear, nextOf } from './looking-up.js';
import { PAPER_POLICY } from './paper.js';
import { asLeader, type Led, leads, readOnce, take, waiting, type Who } from './waiting.js';

const MOST = 20;
interface Reading {
  readonly reader: Reader;
  readonly opened: Opened;
}
/** One thing that waits: why, until when, what is proposed, which guards stand in the way; null: not for him. */
async function shown(
  { reader, opened }: Reading,
  fold: Fold,
  compared: Comparing,
  { context, roles, led }: Who & { readonly led: Led },
  row: DocketRow,
) {
  const { machine, affair: id, status, since, due, limit, overdue, reminded, remindOn, profile, organ, finding } = row;
  const affair = await affairNow(id, fold);
  const person = context.by.person ?? '';
  const conflict = barred(affair.recusal, person);
  if (conflict === 'recused') return null;
  const mine = stepsFrom(machine, status).filter(([command, { acts }]) => {
    const holders = holdersOf(acts, affair);
    const action = `${machine}.${command}`;
    if (!may(roles, action)) return false;
    return holders === null ? leads(led, organ) || !asLeader(roles, action) : holders.includes(person);
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
    remindOn,
    organ,
    conflict,
  };
  // Before he has declared, and while a conflict is not ruled on, he is told that it waits, and no more.
  if (conflict !== null) return { ...told, ...NOTHING, links: { declare: `${base}/declarations` } };
  const rests = finding === null ? null : ((await reader.get(findings, finding)) ?? null);
  const { next } = await nextOf(machine, id, fold, context);
  const commands = new Set(mine.map(([command]) => command));
  const { case: of, lead } = affair;
  const proposed = of.proposal.length > 0;
  const compares = proposed || WEIGHING.some((command) => commands.has(command));
  return {
    ...told,
    next: next.filter(({ command }) => commands.has(command)),
    proposal: proposed ? { outcomes: of.proposal, opinion: of.opinion } : null,
    comparable: compares ? await compared(affair) : [],
    suggestion: await suggestionFor(opened, { context, roles }, rests?.matterId ?? lead.relatedCase),
    rests: rests && restsOn(rests),
    links: { evidence: base, guards: `${base}/guards`, file: `${base}/file` },
  };
}
const restsOn = ({ finding, rule, status, by }: FindingRow) => ({
  finding,
  rule,
  status,
  by,
  stands: status === 'upheld',
});
const NOTHING = { next: [], proposal: null, comparable: [], suggestion: null, rests: null };
/** Steps in which somebody weighs how heavy an outcome should be, beside those that have a proposal before them. */
const WEIGHING = ['GiveLightOutcome', 'ConcludeInvestigation'];
const MOST_COMPARED = 500;
/**
 * What came of what was said to be of the same kind, in the same track, elsewhere; without what is about the asker. Within
 * one answer each kind is looked up once.
 */
function comparing(reader: Reader, by: Asker) {
  const look = async (allegation: string, profile: Affair['lead']['profile']) => {
    const how = { order: ['-decidedOn'], limit: MOST_COMPARED };
    const [hidden, { rows }] = await Promise.all([
      affairsAbout(reader, by),
      reader.find(comparables, { allegation, profile }, how),
    ]);
    return rows.filter(({ affair }) => !hidden.has(affair));
  };
  const known = new Map<string, ReturnType<typeof look>>();
  return ({ id, lead: { allegations, profile } }: Affair) =>
    Promise.all(
      allegations.map(async (allegation) => {
        const kind = `${profile} ${allegation}`;
        const found = known.get(kind) ?? look(allegation, profile);
        known.set(kind, found);
        return comparison(
          allegation,
          (await found).filter(({ affair }) => affair !== id),
        );
      }),
    );
}
type Comparing = ReturnType<typeof comparing>;
/** Who may have been responsible, by pattern and role: persons are named where the look is on record. */
async function suggestionFor(opened: Opened, { context, roles }: Who, matter: string | null) {
  const by = askerOf(context);
  const found = matter !== null && may(roles, 'attribution.read') && (await suggestionsAt(opened, matter, { by }));
  if (!found) return null;
  const { asOf, page, settled } = found;
  return {
    matter,
    asOf: String(asOf),
    subjects: page.subjects.map(({ subject, about, limit, suggestions, near, apart }) => ({
      subject,
      about,
      limit,
      suggestions: suggestions.map(({ pattern, says, events, persons }) => ({
        pattern,
        says,
        events,
        roles: persons.map(({ role, degree, post, org }) => ({ role, degree, post, org })),
      })),
      near: near.map(({ pattern, says }) => ({ pattern, says })),
      apart,
    })),
    settled: settled.map(({ subject, pattern, adopted }) => ({ subject, pattern, adopted })),
    link: `/v1/matters/${matter}/attribution`,
  };
}

/** Red findings that hold, of which a lead is to come, or two people are to say why none: for whoever registers leads. */
async function proposedLeads({ reader, opened }: Reading, fold: Fold, { context, roles }: Who, limit: number) {
  if (!may(roles, 'lead.RegisterLead')) return [];
  const by = askerOf(context);
  const ofFindings = { stream: { gte: 'finding-', lt: 'finding.' } };
  const { rows } = await reader.find(deadlines, ofFindings, { limit: MAX_LIMIT });
  const limits = new Map(
    rows.flatMap(({ stream, limits: { lead, 'lead/mark': mark } }) =>
      lead?.doneOn === null ? [[stream.slice(8), { ...lead, mark }] as const] : [],
    ),
  );
  if (limits.size === 0) return [];
  const upheld = { finding: [...limits.keys()], status: 'upheld', severity: 'red' };
  const { rows: all } = await reader.find(findings, upheld, { limit: MAX_LIMIT });
  const hidden = all.some(({ rule }) => isOfAffairs(rule)) ? await affairsAbout(reader, by) : new Set();
  const isHis = ({ rule, subject, details, org }: FindingRow) =>
    (org !== null && unitsOfAsker(by).includes(org)) ||
    (isOfAffairs(rule) && affairsOf(rule, subject, details).some((affair) => hidden.has(affair)));
  const dueOf = ({ finding }: FindingRow) => limits.get(finding)!.due;
  const found = all.filter((row) => !isHis(row)).toSorted((a, b) => (dueOf(a) < dueOf(b) ? -1 : 1));
  const items = found.slice(0, limit + 1).map(async (row) => {
    const { finding: id, org, matterId } = row;
    const { status, next } = await nextOf('lead', id, fold, context);
    const within = limits.get(id)!;
    const base = `/v1/accountability/leads/${id}`;
    return status !== 'none'
      ? []
      : [
          {
            stream: `finding-${id}`,
            machine: 'finding' as const,
            affair: id,
            profile: null,
            status: { code: 'upheld', zh: '已认定，待登记线索', en: 'upheld, to become a lead' },
            since: within.start,
            due: within.due,
            limit: 'lead',
            overdue: within.passed !== null,
            reminded: within.mark?.passed != null,
            remindOn: within.mark?.due ?? null,
            organ: org,
            conflict: null,
            ...NOTHING,
            next: next.filter(({ command }) => may(roles, `lead.${command}`)),
            suggestion: await suggestionFor(opened, { context, roles }, matterId),
            rests: restsOn(row),
            links: {
              evidence: `/v1/findings/${id}`,
              register: `${base}/registrations`,
              noLead: `${base}/no-lead-proposals`,
            },
          },
        ];
  });
  return (await Promise.all(items)).flat();
}
type Item = Awaited<ReturnType<typeof proposedLeads>>[number] | NonNullable<Awaited<ReturnType<typeof shown>>>;
/** Of which organs it waits for him as a leader: those that he heads, and those that nobody is known to. Null: of all. */
async function ledBy({ reader }: Reading, { context: { by, on }, roles }: Who): Promise<Led> {
  if (!roles.includes('leader')) return null;
  const { rows } = await reader.find(accounts, { leader: true, status: 'open' }, { limit: MAX_LIMIT });
  const named = rows.flatMap(({ state }) => state.roles.flatMap(({ post }) => post ?? []));
  const known = new Map((await reader.some(posts, [...new Set(named)])).map(({ post, state }) => [post, state]));
  const heads = new Map(rows.map(({ account, state }) => [account, organsLed(state, known, on)]));
  // Also where he covers for whoever does.
  const own = [...(heads.get(by.person ?? '') ?? []), ...(by.org === undefined ? [] : [by.org])];
  if (own.length === 0) return null;
  const headed = new Set([...heads.values()].flat());
  const organs = (await reader.count(docket, ['organ'])).map(({ organ }) => organ as string | null);
  return [...new Set([...own, ...organs.filter((organ) => organ === null || !headed.has(organ))])];
}
export async function docketOf(reading: Reading, who: Who, limit = MOST) {
  const fold = readOnce(foldsOf(reading.opened));
  const compared = comparing(reading.reader, askerOf(who.context));
  const led = await ledBy(reading, who);
  const rows = waiting(reading.reader, who, led, limit + 1);
  const items: Item[] = [...(await proposedLeads(reading, fold, who, limit))];
  const most = items.length + limit;
  // One more than is shown; some are not for him.
  while (items.length <= most) {
    const some = await take(rows, most + 1 - items.length);
    if (some.length === 0) break;
    const told = await Promise.all(some.map((row) => shown(reading, fold, compared, { ...who, led }, row)));
    items.push(...told.filter((item) => item !== null));
  }
  const ordered = items.toSorted((a, b) => ((a.due ?? LAST_DAY) + a.stream < (b.due ?? LAST_DAY) + b.stream ? -1 : 1));
  return { items: ordered.slice(0, limit), more: items.length > limit };
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
    const answer = await fileOf(affairOfEvents(id, events), events, digests, { names, fontsFor });
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
  unit(@Param('org') org: string, @Query() asked: Asked, @By() { context }: By, @At() at: At) {
    const unit = idIn('org', org);
    if (unitsOfAsker(askerOf(context)).includes(unit)) throw new Problem('not-found');
    return this.pageOf(unit, [unit], () => true, { asked, context, at });
  }
  /** Of the centre itself, and of whoever was accused at a post in it. */
  @Get('accountability/centres/:centre')
  @Takes('on')
  @Action('accountability.read')
  async centre(@Param('centre') centre: string, @Query() asked: Asked, @By() { context }: By, @At() at: At) {
    const id = idIn('centre', centre);
    if (unitsOfAsker(askerOf(context)).includes(id)) throw new Problem('not-found');
    const { rows } = await this.reading.reader.all(posts, { centre: id }, at);
    const inIt = new Set(rows.map(({ post }) => post));
    const isOfIt = ({ orgs, state }: LeadCard) =>
      orgs.includes(id) || state.accused.some(({ post }) => post !== null && inIt.has(post));
    return this.pageOf(id, [...new Set([id, ...rows.map(({ org }) => org)])], isOfIt, { asked, context, at });
  }
  private async pageOf(
    unit: string,
    org: readonly string[],
    isOfIt: (lead: LeadCard) => boolean,
    { asked, context, at }: { asked: Asked; context: Context; at: At },
  ) {
    const { reader } = this.reading;
    const who = org.map((one) => `org/${one}`);
    const named = (await reader.all(involvements, { who }, at)).rows;
    const found = await reader.some(leadCards, [...new Set(named.map(({ affair }) => affair))], at);
    const leads = found.filter((row) => isOfIt(row) && !isInvolved(row, askerOf(context)));
    const ids = leads.map(({ lead }) => lead);
    const [cases, reviews] = await Promise.all([reader.some(caseCards, ids, at), reader.some(reviewCards, ids, at)]);
    return unitPage(unit, optionalDay('on', asked['on']) ?? context.on, leads, cases, reviews);
  }
  /** The events behind a row of a figure. */
  @Get('accountability/affairs/:id/why')
  @Takes('of')
  @Action('accountability.read')
  async why(@Param('id') id: string, @Query() asked: Asked, @By() { context }: By, @At() at: At) {
    const affair = await affairNow(idIn('id', id), foldsOf(this.reading.opened));
    mustBeClear(affair, context.by.person ?? '');
    const of = { lead: leadCards, case: caseCards, review: reviewCards }[
      oneOf('of', asked['of'], MACHINE_NAMES, 'case')
    ];
    return this.reading.reader.why(of as typeof caseCards, id, { ...at, limit: 1000 });
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
