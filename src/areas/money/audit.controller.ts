/** The auditor's tests and samples (审计测试、抽样), and the map of a block: `/v1/money/audit`, `/v1/money/blocks/<id>/map`. */
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { blockMap, RUN_KINDS } from '../../../projections/audit/blocks.js';
import { type Line, NEVER_A_FINDING, type Period } from '../../../projections/audit/kinds.js';
import { auditTest, controlTotals, runPack, runTest } from '../../../projections/audit/pack.js';
import {
  draw,
  isSeed,
  METHODS,
  type Plan,
  type Population,
  population,
  POPULATIONS,
  project,
} from '../../../projections/audit/sample.js';
import { blockUses } from '../../../projections/block-uses.js';
import { blocks } from '../../../projections/blocks.js';
import { receipts } from '../../../projections/receipts.js';
import { Action, At } from '../../http/by.js';
import { type Asked, dayIn, idIn, oneOf as chosen, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { auditRows, digestOf } from '../../ledger/auditing.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { oneOf } from './reading.controller.js';

const ABOUT = { never: NEVER_A_FINDING } as const;
const MOST_SIZE = 10_000;

function periodIn(asked: Asked): Period {
  const [from, to] = [dayIn('from', asked.from), dayIn('to', asked.to)];
  if (to < from) throw Problem.ofParameter('to', '不得早于 from', 'is not before from');
  return { from, to };
}
function numberIn(name: string, text: string | undefined, otherwise: number, holds: (n: number) => boolean): number {
  const n = text === undefined ? otherwise : Number(text);
  if (text === '' || !holds(n)) throw Problem.ofParameter(name, '数值不可用', 'is a number that can be used');
  return n;
}
/** The rows of a block that are at hand, and its map. */
export async function mapOf(reader: Reader, id: string, at: At) {
  const block = await oneOf(reader, blocks, id, at);
  const where = { code: block.code, number: { gte: block.first, lte: block.last } };
  const red = { gte: `${block.code}-${block.first}`, lte: `${block.code}-${block.last}` };
  const [use, mine, reversed] = await Promise.all([
    reader.get(blockUses, block.block, at),
    reader.all(receipts, where, { ...at, order: ['number'] }),
    reader.all(receipts, { red }, at),
  ]);
  const rows = [...mine.rows, ...reversed.rows].filter(({ withdrawn }) => withdrawn === null);
  const runs = blockMap(block, use, rows).map((run) => ({ ...run, says: RUN_KINDS[run.what] }));
  return { asOf: mine.asOf, block, runs };
}

@Controller('v1/money')
export class AuditController {
  constructor(
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  private async rows(asked: Asked, { asOf }: At) {
    const index = asOf ?? (await this.reader.position());
    const rows = await auditRows(this.reader, this.opened.region, periodIn(asked), index);
    return { rows, about: { ...ABOUT, asOf: index, from: rows.from, to: rows.to, digest: digestOf(rows) } };
  }

  /** How many lines each test marks; one that is off by default says why. `from` and `to`: days, both included. */
  @Get('audit')
  @Takes('from', 'to')
  @Action('audit.read')
  async pack(@Query() asked: Asked, @At() at: At) {
    const { rows, about } = await this.rows(asked, at);
    const tests = runPack(rows).map(({ test, values, note, lines, flagged, flaggedFen }) => {
      const { id, title, says, basis } = test;
      return { id, title, says, basis, values, note, lines: lines.length, flagged, flaggedFen };
    });
    return { ...about, control: controlTotals(rows), tests };
  }
  /** Drawn by monetary units from `of`: the same seed and the same rows, the same sample. */
  @Get('audit/sample')
  @Takes('from', 'to', 'of', 'size', 'seed', 'method', 'confidence')
  @Action('audit.read')
  async sample(@Query() asked: Asked, @At() at: At) {
    const of = chosen<Population>('of', asked.of, Object.keys(POPULATIONS) as Population[], 'receipts');
    const whole = (most: number) => (n: number) => Number.isInteger(n) && n >= 1 && n <= most;
    const plan: Plan = {
      seed: numberIn('seed', asked.seed, 1, isSeed),
      size: numberIn('size', asked.size, 60, whole(MOST_SIZE)),
      method: chosen('method', asked.method, Object.keys(METHODS) as Plan['method'][], 'interval'),
    };
    const confidence = numberIn('confidence', asked.confidence, 95, (n) => n >= 50 && n < 100) / 100;
    const { rows, about } = await this.rows(asked, at);
    const { drawn, ...sample } = draw(population(rows, of), plan);
    const asBooked = new Map(drawn.map(({ item }) => [item.id, item.fen]));
    const { upperFen } = project({ ...sample, drawn }, asBooked, confidence);
    return { ...about, of, ...sample, confidence, upperFenIfNoError: upperFen, drawn };
  }
  /** Lines of one test. `set`: its parameters, as `days:3,limitFen:50000`; `flagged=false`: those that are not marked, too. */
  @Get('audit/:test')
  @Takes('from', 'to', 'set', 'flagged', 'limit', 'cursor')
  @Action('audit.read')
  async test(@Param('test') id: string, @Query() asked: Asked, @At() at: At) {
    const test = auditTest(idIn('test', id));
    if (!test) throw new Problem('not-found');
    const known = Object.keys(test.parameters);
    const set = (asked.set ?? '').split(',').flatMap((part) => {
      if (part === '') return [];
      const [name = '', value] = part.split(':');
      chosen('set', name, known, '');
      return [[name, numberIn('set', value, Number.NaN, Number.isFinite)] as const];
    });
    const { limit = 100, cursor } = pageIn(asked);
    const from = numberIn('cursor', cursor, 0, (n) => Number.isInteger(n) && n >= 0);
    const { rows, about } = await this.rows(asked, at);
    const { values, note, lines, flagged, flaggedFen } = runTest(test, rows, Object.fromEntries(set));
    const shown: readonly Line[] = asked.flagged === 'false' ? lines : lines.filter((line) => line.flagged);
    const next = from + limit < shown.length ? String(from + limit) : null;
    const { title, says, basis, columns } = test;
    const told = { id, title, says, basis, columns, values, note, flagged, flaggedFen };
    return { ...about, ...told, rows: shown.slice(from, from + limit), total: shown.length, next };
  }
  /** What became of each number: used, void, reversed, back, missing, on hand. */
  @Get('blocks/:id/map')
  @Action('money.read')
  map(@Param('id') id: string, @At() at: At) {
    return mapOf(this.reader, idIn('id', id), at);
  }
}
