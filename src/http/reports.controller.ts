/**
 * What happened elsewhere: `POST /v1/reports/<area>`. Nothing is refused for breaking a rule; what cannot be read is.
 * For source systems through their adapters, and for people who register something afterwards, with a reason (补录).
 */
import { Body, Controller, Inject, Post, Query, Req } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, Matches, validateSync } from 'class-validator';
import { canonical } from '../../projections/kernel/canonical.js';
import { isInstant } from '../../projections/kernel/instant.js';
import { type Channel, CHANNELS, type Place, type Precision, PRECISIONS } from '../../projections/kernel/message.js';
import { type Reportable, reportables } from '../areas/index.js';
import { ledgerSink } from '../intake/ledger-sink.js';
import type { Report } from '../intake/translate.js';
import { Commands } from '../ledger/commands.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { Action, type Asking } from './by.js';
import { faults, VALIDATION } from './edge.js';
import { IdentifierBody, IsA, IsText, OrNull, PlaceBody } from './fields.js';
import { type Fault, Problem } from './problems.js';
import type { Holder } from '../identity/holder.js';

export class ReportSourceBody {
  /** The system, one of those that the reporter may report for. */
  @IsText(60) system!: string;
  /** What was handed over together. */
  @IsText(100) batch!: string;
  /** With `system` the identity of what is reported, for ever: the same again adds nothing. */
  @IsText(200) case!: string;
  @IsText(200) event!: string;
  /** When the system was told, RFC 3339; null where it does not say. */
  @OrNull() @IsText(40) registeredAt!: string | null;
  /** The system has this row no more: it is taken out of the books, and stays in the log. `data` is not looked at. */
  @IsOptional() @IsBoolean() deleted?: boolean;
}
export class ReportedActorBody {
  @IsOptional() @IsA(() => IdentifierBody) person?: IdentifierBody;
  @IsOptional() @IsText(100) post?: string;
  @IsOptional() @IsText(100) org?: string;
}
export class ReportBody {
  /** The thing it is about: a matter's number, an item's code, a unit, a centre, a post, a calendar (CN-2026). */
  @Matches(/^[\w.-]{1,100}$/) id!: string;
  /** What was done, by the same words as an act: AcceptMatter, DecideMatter … */
  @IsText(60) command!: string;
  @IsObject() data!: object;
  /** RFC 3339 with its offset, as the source says. */
  @IsText(40) occurredAt!: string;
  @IsIn(PRECISIONS) precision!: Precision;
  @IsA(() => ReportSourceBody) source!: ReportSourceBody;
  /** Who did it, as far as the source knows. */
  @IsOptional() @IsA(() => ReportedActorBody) by?: ReportedActorBody;
  @IsOptional() @IsA(() => PlaceBody) place?: PlaceBody;
  @IsOptional() @IsIn(CHANNELS) channel?: Channel;
  /** Why it is registered afterwards; a person has to say. */
  @IsOptional() @IsText(500) reason?: string;
}

const fault = (pointer: string, zh: string, en: string): Fault => ({ pointer, detail: { zh, en } });
const unusable = (...errors: Fault[]) => new Problem('body-unusable', { errors });

/** The decider that the command belongs to, once its data is found to have the form that it should. */
function reportable(all: readonly Reportable[], { command, data, source }: ReportBody): Reportable {
  const found = all.find(({ bodies }) => Object.hasOwn(bodies, command));
  const known = all.flatMap(({ bodies }) => Object.keys(bodies)).join(', ');
  if (!found) throw unusable(fault('/command', `没有这一命令；可用：${known}`, `is one of ${known}`));
  if (source.deleted) return found;
  const errors = validateSync(plainToInstance(found.bodies[command]!, data), VALIDATION);
  if (errors.length > 0) throw unusable(...faults(errors, '/data'));
  return found;
}

function reportOf(body: ReportBody): Report {
  const { id, command, data, occurredAt, precision, source, by = {}, place, channel } = body;
  if (!isInstant(occurredAt)) throw unusable(fault('/occurredAt', '应为带时区的时间', 'is an instant with an offset'));
  if (source.registeredAt !== null && !isInstant(source.registeredAt))
    throw unusable(fault('/source/registeredAt', '应为带时区的时间', 'is an instant with an offset'));
  return {
    id,
    case: source.case,
    key: `event:${source.event}`,
    command: { type: command, data },
    occurredAt,
    precision,
    registeredAt: source.registeredAt,
    actor: by.person ? { ...by.person, name: by.person.value } : null,
    ...(by.org !== undefined && { org: by.org }),
    ...(by.post !== undefined && { post: by.post }),
    ...(place && { place: place as Place }),
    ...(channel && { channel }),
    ...(source.deleted && { deleted: true as const }),
    content: canonical([command, data, occurredAt, precision, source.registeredAt, by, place ?? null, channel ?? null]),
  };
}

/** A person gives a reason; a program has none to give. */
function checkReporter({ systems, roles }: Holder, { source, reason }: ReportBody): void {
  if (!systems.includes(source.system))
    throw new Problem('not-permitted', { members: { action: `report for ${source.system}` } });
  if (!roles.includes('adapter') && (reason === undefined || reason.trim() === ''))
    throw unusable(fault('/reason', '补录须说明原因', 'who registers something afterwards says why'));
}

@Controller('v1/reports')
export class ReportsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  @Post('matters')
  @Action('reports.matters')
  matters(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('matters', body, request.holder!, dryRun);
  }
  /** Assessments, receipts, and money at banks and treasury. */
  @Post('money')
  @Action('reports.money')
  money(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('money', body, request.holder!, dryRun);
  }
  @Post('catalogue')
  @Action('reports.catalogue')
  catalogue(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('catalogue', body, request.holder!, dryRun);
  }
  @Post('centres')
  @Action('reports.centres')
  centres(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('centres', body, request.holder!, dryRun);
  }
  @Post('calendar')
  @Action('reports.calendar')
  calendar(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('calendar', body, request.holder!, dryRun);
  }
  /** Who looked at what in another system, or took it away. */
  @Post('access')
  @Action('reports.access')
  access(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('access', body, request.holder!, dryRun);
  }

  /** What another office did about leads and cases: never refused, and marked with what it breaks. */
  @Post('accountability')
  @Action('reports.accountability')
  accountability(@Body() body: ReportBody, @Req() request: Asking, @Query('dryRun') dryRun?: string) {
    return this.take('accountability', body, request.holder!, dryRun);
  }

  /**
   * `outcome`: recorded; unchanged, where the source had said the same before; changed, where it had said otherwise;
   * deleted, where it has it no more. Only what is known of money follows a deletion.
   */
  private async take(area: string, body: ReportBody, holder: Holder, dryRun?: string) {
    checkReporter(holder, body);
    if (body.source.deleted && area !== 'money')
      throw unusable(fault('/source/deleted', '仅收费来源记录可报送删除', 'is told of rows about money'));
    const { decider } = reportable(reportables[area]!, body);
    const sink = ledgerSink({
      commands: this.commands,
      opened: this.opened,
      decider,
      source: body.source.system,
      batch: body.source.batch,
      reporter: holder.person,
      dryRun: dryRun === 'true',
      ...(body.reason !== undefined && { reason: body.reason }),
    });
    const [outcome] = await sink.send([reportOf(body)]);
    if (typeof outcome !== 'string')
      throw unusable(fault(`/${outcome!.field}`, '账本不能保存此内容', `the ledger cannot hold it: ${outcome!.code}`));
    const { next } = await this.opened.store.head();
    return { outcome, ...(dryRun === 'true' ? { dryRun: true } : { after: String(next - 1) }) };
  }
}
