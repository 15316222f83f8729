/** Reconciliation (对账): `/v1/money/reconciliation`; identities with their residues, the rows behind a figure, matches, runs, signatures. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { matchDays, pairings } from '../../../projections/matches.js';
import { FIGURES, type Figure, figureOf, toldOf } from '../../../projections/reconcile/figures.js';
import { derivedOf, tiesOut, totalOf } from '../../../projections/reconcile/page.js';
import { type Cell, RESIDUES } from '../../../projections/reconcile/tie-out.js';
import { STEPS } from '../../../projections/reconcile/relations.js';
import { periods, reconciliationRuns, residuePages, tieOuts } from '../../../projections/reconciliation.js';
import { statements } from '../../../projections/statements.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, idIn, oneOf as chosen, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED, todayOf } from '../../ledger/open.js';
import { Reconciler } from '../../ledger/reconciling.js';
import type { Where } from '../../read/select.js';
import { Reader } from '../../read/reader.js';
import { daysIn, oneOf } from './reading.controller.js';
import { pairing, period } from './reconciliation.js';
import { PairingNoteBody, ProposePairingBody, RunBody, SignCertificateBody, WhyBody } from './reconciliation.dto.js';

function monthIn(name: string, text: string | undefined): string | undefined {
  if (text === undefined || /^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw Problem.ofParameter(name, '应为月份 YYYY-MM', 'is a month, YYYY-MM');
}
function needed(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw Problem.ofParameter(name, '必须给出', 'has to be given');
  return text;
}
/** Months from and to, both included; the unit, or `none` for what nobody says the unit of. */
export function whereIn(asked: Asked): Where {
  const [from, to] = [monthIn('from', asked.from), monthIn('to', asked.to)];
  const month = { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lte: to }) };
  const or = (name: 'org' | 'feeItem') =>
    asked[name] === undefined ? {} : { [name]: asked[name] === 'none' ? null : asked[name] };
  return { ...or('org'), ...or('feeItem'), ...(Object.keys(month).length > 0 && { month }) };
}

/** What the last reconciliation that is known at this moment came to, cell by cell and in all. */
export async function tieOutPage(reader: Reader, region: string, asked: Asked, at: At) {
  const [{ rows, asOf }, run] = await Promise.all([
    reader.all(tieOuts, whereIn(asked), { ...at, order: ['month', 'org', 'feeItem'] }),
    reader.get(reconciliationRuns, region, at),
  ]);
  const total = totalOf(rows);
  // The rows are this page's own: of thousands none is copied for four members more.
  const cells = rows.map((row) => Object.assign(row, derivedOf(row), { tiesOut: tiesOut(row) }));
  const all = { ...total, ...derivedOf(total), tiesOut: tiesOut(total) };
  return { asOf, reconciled: run ?? null, steps: STEPS, kinds: RESIDUES, cells, total: all };
}

/** The rows of a figure, as of the run that told it; null where no run that is known at this moment did. */
export async function figureBehind(
  reader: Reader,
  reconciler: Reconciler,
  region: string,
  where: Cell,
  figure: Figure,
  at: At,
) {
  const [cell] = (await reader.find(tieOuts, where, { ...at, limit: 1 })).rows;
  const run = await reader.get(reconciliationRuns, region, at);
  if (!cell || !run) return null;
  const found = await reconciler.at(run.on, Number(run.asOf));
  const { rows, fen } = figureOf(found, found.rows, where, figure);
  return { ...where, figure, toldFen: toldOf(cell, figure), fen, rows, reconciled: run };
}

@Controller('v1/money/reconciliation')
export class ReconciliationController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** Unit × fee item × month; `from` and `to` are months. `reconciled`: by which run, and of what it knew. */
  @Get()
  @Takes('from', 'to', 'org', 'feeItem')
  @Action('money.read')
  page(@Query() asked: Asked, @At() at: At) {
    return tieOutPage(this.reader, this.opened.region, asked, at);
  }
  /** Item by item, a page of a unit's month at a time; `step` and `kind` choose among them. */
  @Get('residues')
  @Takes('from', 'to', 'org', 'feeItem', 'step', 'kind', ...PAGES)
  @Action('money.read')
  async residues(@Query() asked: Asked, @At() at: At) {
    const { step, kind, feeItem, ...rest } = asked;
    const { limit = 100, cursor } = pageIn(asked);
    const how = { ...at, limit: Math.min(limit, 100), cursor, order: ['month', 'org', 'part'] };
    const { rows, next, asOf } = await this.reader.find(residuePages, whereIn(rest), how);
    const mine = feeItem === 'none' ? null : feeItem;
    const found = rows.flatMap(({ org, month, residues }) =>
      residues
        .filter((one) => (step === undefined || one.step === step) && (kind === undefined || one.kind === kind))
        .filter((one) => mine === undefined || one.feeItem === mine)
        .map((one) => ({ org, month, ...one, says: RESIDUES[one.kind as keyof typeof RESIDUES] })),
    );
    const totalFen = found.reduce((sum, { fen }) => sum + BigInt(fen), 0n).toString();
    return { rows: found, totalFen, next, asOf };
  }
  /** The rows that a figure of a cell consists of, and the events behind each: counted anew as of the run that told it. */
  @Get('figures')
  @Takes('org', 'feeItem', 'month', 'figure')
  @Action('money.read')
  async figure(@Query() asked: Asked, @At() at: At) {
    const month = monthIn('month', needed('month', asked.month))!;
    const figure = chosen<Figure>('figure', needed('figure', asked.figure), FIGURES, 'assessedFen');
    const [org, feeItem] = [needed('org', asked.org), needed('feeItem', asked.feeItem)].map((text) =>
      text === 'none' ? null : text,
    );
    const where = { org: org ?? null, feeItem: feeItem ?? null, month };
    const told = await figureBehind(this.reader, this.reconciler, this.opened.region, where, figure, at);
    if (!told) throw new Problem('not-found');
    return told;
  }
  @Get('matches')
  @Takes('from', 'to', 'org', 'step', ...PAGES)
  @Action('money.read')
  matches(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['org', 'step']), ...daysIn(asked, 'day') };
    return this.reader.find(matchDays, where, { ...at, ...pageIn(asked), order: ['day'] });
  }
  @Get('matches/:id')
  @Action('money.read')
  match(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, matchDays, idIn('id', id), at);
  }
  @Get('matches/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  matchWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(matchDays, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  /** What looks like the same money and is not certain: never posted, and gone once two people have decided. */
  @Get('suggestions')
  @Action('money.read')
  async suggestions(@At() { asOf }: At) {
    const { relations } = await this.reconciler.at(this.today(), asOf);
    return Object.entries(relations).flatMap(([step, { suggestions }]) => suggestions.map((one) => ({ step, ...one })));
  }
  /** Reconciles what the ledger knows now, and records what it does not tell yet. */
  @Post('runs')
  @HttpCode(200)
  @Action('reconciliation.Run')
  run(@Body() { on }: RunBody, @By() { context }: By) {
    return this.reconciler.run(on ?? this.today(), context);
  }
  @Get('runs/why')
  @Takes(...PAGES)
  @Action('money.read')
  runs(@Query() asked: Asked, @At() at: At) {
    return this.reader.why(reconciliationRuns, this.opened.region, { ...at, ...pageIn(asked) });
  }

  @Get('periods')
  @Takes('from', 'to', 'org', 'status', ...PAGES)
  @Action('money.read')
  periods(@Query() asked: Asked, @At() at: At) {
    const { from, to, org } = asked;
    const filters = { ...whereIn({ from, to, org }), ...filtersIn(asked, ['status']) };
    return this.reader.find(periods, filters, { ...at, ...pageIn(asked), order: ['month', 'org'] });
  }
  @Get('periods/:id')
  @Action('money.read')
  period(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, periods, idIn('id', id), at);
  }
  @Get('periods/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  periodWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(periods, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get('periods/:id/next')
  @Action('money.read')
  periodNext(@Param('id') id: string, @By() by: By) {
    return this.commands.next(period, idIn('id', id), by.context, by.roles);
  }
  @Post('periods/:id/unit-signatures')
  @Action('reconciliation.SignForUnit')
  signForUnit(@Param('id') id: string, @Body() data: SignCertificateBody, @By() by: By) {
    return this.commands.send(period, idIn('id', id), { type: 'SignForUnit', data }, by);
  }
  @Post('periods/:id/finance-signatures')
  @Action('reconciliation.SignForFinance')
  signForFinance(@Param('id') id: string, @Body() data: SignCertificateBody, @By() by: By) {
    return this.commands.send(period, idIn('id', id), { type: 'SignForFinance', data }, by);
  }

  private today = () => todayOf(this.opened);
}
/** The day of the ledger's clock. */

@Controller('v1/money')
export class PairingsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  /** Files that were taken; `addsUp=false`: those whose sums are not those of their rows. */
  @Get('statements')
  @Takes('account', 'addsUp', ...PAGES)
  @Action('money.read')
  statements(@Query() asked: Asked, @At() at: At) {
    const adds = asked.addsUp === undefined ? {} : { addsUp: asked.addsUp === 'true' };
    return this.reader.find(statements, { ...filtersIn(asked, ['account']), ...adds }, { ...at, ...pageIn(asked) });
  }
  @Get('statements/:id')
  @Action('money.read')
  statement(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, statements, idIn('id', id), at);
  }
  @Get('statements/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  statementWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(statements, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get('pairings')
  @Takes('status', 'step', 'kind', ...PAGES)
  @Action('money.read')
  pairings(@Query() asked: Asked, @At() at: At) {
    return this.reader.find(pairings, filtersIn(asked, ['status', 'step', 'kind']), { ...at, ...pageIn(asked) });
  }
  @Get('pairings/:id')
  @Action('money.read')
  pairing(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, pairings, idIn('id', id), at);
  }
  @Get('pairings/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(pairings, idIn('id', id), { ...at, ...pageIn(asked) });
  }
  @Get('pairings/:id/next')
  @Action('money.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(pairing, idIn('id', id), by.context, by.roles);
  }
  @Post('pairings/:id/proposals')
  @Action('pairing.ProposePairing')
  propose(@Param('id') id: string, @Body() data: ProposePairingBody, @By() by: By) {
    return this.commands.send(pairing, idIn('id', id), { type: 'ProposePairing', data }, by);
  }
  @Post('pairings/:id/approvals')
  @Action('pairing.ApprovePairing')
  approve(@Param('id') id: string, @Body() data: PairingNoteBody, @By() by: By) {
    return this.commands.send(pairing, idIn('id', id), { type: 'ApprovePairing', data }, by);
  }
  @Post('pairings/:id/refusals')
  @Action('pairing.DeclinePairing')
  decline(@Param('id') id: string, @Body() data: WhyBody, @By() by: By) {
    return this.commands.send(pairing, idIn('id', id), { type: 'DeclinePairing', data }, by);
  }
  @Post('pairings/:id/ends')
  @Action('pairing.EndPairing')
  end(@Param('id') id: string, @Body() data: WhyBody, @By() by: By) {
    return this.commands.send(pairing, idIn('id', id), { type: 'EndPairing', data }, by);
  }
}
