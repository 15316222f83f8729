/** Rules: `/v1/rules`; what they say, what they judge by, what they could not judge, and how their packs change. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { itemVersions } from '../../../projections/catalogue.js';
import { itemEntries } from '../../../projections/entries.js';
import { entryRates } from '../../../projections/entry-rate.js';
import { exemptions } from '../../../projections/exemptions.js';
import type { Parameter, Rule } from '../../../projections/kernel/rule.js';
import { type PackRow, packs, type Ruled, speaking, valuesOf } from '../../../projections/packs.js';
import { placeDays } from '../../../projections/places.js';
import { ruled } from '../../../projections/rules/index.js';
import { Action, At, By } from '../../http/by.js';
import { askerOf } from '../../../projections/accountability/involved.js';
import { type Asked, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { type Opened, OPENED, todayOf } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import type { PageOf } from '../../read/select.js';
import { pageWithout } from '../../http/involved.js';
import { type Supervision, SUPERVISION } from './supervision.js';
import { type Telling, verdictCounts, verdictsHidden } from '../../http/told.js';
import { ProposePackBody, ReasonBody } from './supervision.dto.js';

const whoOf = ({ roles, context }: By) => ({ roles, by: askerOf(context) });

@Controller('v1')
export class RulesController {
  private readonly telling: Telling;
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(SUPERVISION) private readonly supervision: Supervision,
  ) {
    this.telling = { reader, table: supervision.table };
  }

  private today = () => todayOf(this.opened);
  private rule(id: string): Rule {
    const rule = this.supervision.table.ruleOf(idIn('rule', id));
    if (!rule) throw new Problem('not-found');
    return rule;
  }
  /** Of a rule, or of what else goes by parameters. */
  private ruled(id: string) {
    const found = this.supervision.table.ruledOf(idIn('rule', id));
    if (!found) throw new Problem('not-found');
    return found;
  }
  private parametersOf({ parameters }: Ruled, begun: readonly PackRow[]) {
    const values = valuesOf(parameters, begun);
    return Object.entries<Parameter>(parameters).map(([name, of]) => ({
      name,
      ...of,
      value: values[name],
      pack: begun.findLast((row) => row.values[name] !== undefined)?.pack ?? null,
    }));
  }
  /** What has no verdicts, with what it goes by on a day. */
  private other({ id, version, title, parameters }: (typeof ruled)[number], adopted: readonly PackRow[], on: string) {
    const begun = adopted.filter((row) => row.rule === id && row.from <= on);
    return { id, version, title, parameters: this.parametersOf({ id, parameters }, begun) };
  }
  /** What a rule says and judges by on a day, and how its verdicts stand: those it could not reach by missing field. */
  private async told(rule: Rule, adopted: readonly PackRow[], on: string, at: At, by: By) {
    const { id, version, title, definition, basis, severity, tests } = rule;
    const begun = adopted.filter((row) => row.rule === id && row.from <= on);
    return {
      id,
      version,
      speaks: version === speaking(adopted, id),
      title,
      definition,
      basis,
      severity,
      tests,
      parameters: this.parametersOf(rule, begun),
      verdicts: await verdictCounts(this.telling, rule, at, whoOf(by)),
    };
  }
  @Get('rules')
  @Takes('on')
  @Action('rules.read')
  async list(@Query() asked: Asked, @At() at: At, @By() by: By) {
    const on = optionalDay('on', asked.on) ?? this.today();
    const adopted = (await this.reader.find(packs, {}, { ...at, limit: 1000, order: ['from'] })).rows;
    return {
      on,
      others: ruled.map((one) => this.other(one, adopted, on)),
      rules: await Promise.all(this.supervision.table.rules.map((rule) => this.told(rule, adopted, on, at, by))),
    };
  }
  @Get('rules/:rule')
  @Takes('on')
  @Action('rules.read')
  async one(@Param('rule') id: string, @Query() asked: Asked, @At() at: At, @By() by: By) {
    const found = this.ruled(id);
    const adopted = (await this.reader.find(packs, { rule: id }, { ...at, limit: 1000, order: ['from'] })).rows;
    const on = optionalDay('on', asked.on) ?? this.today();
    const rule = this.supervision.table.ruleOf(found.id);
    const said = rule ? await this.told(rule, adopted, on, at, by) : this.other(found, adopted, on);
    return { ...said, packs: adopted };
  }
  /** Verdicts, also those that clear and those that could not be reached. */
  @Get('rules/:rule/verdicts')
  @Takes('result', ...PAGES)
  @Action('verdicts.read')
  async verdicts(@Param('rule') id: string, @Query() asked: Asked, @At() at: At, @By() by: By) {
    const where = asked.result === undefined ? {} : { result: asked.result };
    const table = this.supervision.table.verdictsTable(this.rule(id).id);
    const find = (of: PageOf) => this.reader.find(table, where, { ...at, ...of });
    return pageWithout(find, pageIn(asked), await verdictsHidden(this.telling, id, whoOf(by)));
  }
  /** What would change in the findings if the present version spoke: new, gone, changed, and how many stay as they are. */
  @Get('rules/:rule/difference')
  @Action('verdicts.read')
  async difference(@Param('rule') id: string, @At() at: At, @By() by: By) {
    const rule = this.rule(id);
    const table = this.supervision.table.verdictsTable(rule.id);
    const hides = await verdictsHidden(this.telling, id, whoOf(by));
    const read = async (owes: readonly string[]) => {
      const { rows } = await this.reader.all(table, { owes }, { ...at, exact: true });
      return hides === null ? rows : rows.filter((row) => !hides(row));
    };
    const [found, gone] = [await read(['raise']), await read(['withdraw', 'supersede'])];
    const changed = await read(['revise']);
    const { violation: all } = (await verdictCounts(this.telling, rule, at, whoOf(by)))!;
    const unchanged = all - found.length - changed.length;
    return { version: rule.version, new: found, gone, changed, unchanged };
  }

  @Post('rules/:rule/packs')
  @Action('pack.ProposePack')
  propose(@Param('rule') id: string, @Body() data: ProposePackBody, @By() by: By) {
    const rule = this.ruled(id).id;
    return this.commands.send(this.supervision.pack, rule, { type: 'ProposePack', data: { rule, ...data } }, by);
  }
  @Post('rules/:rule/pack-adoptions')
  @Action('pack.AdoptPack')
  adopt(@Param('rule') id: string, @Body() data: ReasonBody, @By() by: By) {
    return this.commands.send(this.supervision.pack, this.ruled(id).id, { type: 'AdoptPack', data }, by);
  }
  @Post('rules/:rule/pack-refusals')
  @Action('pack.DeclinePack')
  decline(@Param('rule') id: string, @Body() data: ReasonBody, @By() by: By) {
    return this.commands.send(this.supervision.pack, this.ruled(id).id, { type: 'DeclinePack', data }, by);
  }

  /** 进驻率 by unit. */
  @Get('entry-rates')
  @Takes('on')
  @Action('catalogue.read')
  async entryRates(@Query() asked: Asked, @At() at: At) {
    const on = optionalDay('on', asked.on) ?? this.today();
    const inForce = { from: { lte: on }, until: { gt: on } };
    const versions = await this.reader.all(itemVersions, inForce, at);
    const entries = await this.reader.all(itemEntries, {}, at);
    const granted = await this.reader.all(exemptions, {}, at);
    return { on, rows: entryRates(versions.rows, entries.rows, granted.rows, on) };
  }
  /** Where an item was accepted, by day: inside, outside against the rule, exempt, and what cannot be told. */
  @Get('items/:item/places')
  @Takes('from', 'to', ...PAGES)
  @Action('verdicts.read')
  places(@Param('item') item: string, @Query() asked: Asked, @At() at: At) {
    const [from, to] = [optionalDay('from', asked.from), optionalDay('to', asked.to)];
    const days = { ...(from && { gte: from }), ...(to && { lte: to }) };
    const where = { itemCode: idIn('item', item), ...(Object.keys(days).length > 0 && { day: days }) };
    return this.reader.find(placeDays, where, { ...at, ...pageIn(asked), order: ['day'] });
  }
}
