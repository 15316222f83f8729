/** Plays cities to a ledger in memory and compares what the rules find with what was planted. */
import { breaks, type BreakRow } from '../../projections/breaks.js';
import { findings, type FindingRow } from '../../projections/findings.js';
import { rules } from '../../projections/rules/index.js';
import { deciders } from '../areas/index.js';
import { addDays } from '../../projections/kernel/instant.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { type City, CITY_BEGINS, type CityPlan, cityOf } from '../demo/city/city.js';
import { FIRST_ACCEPTANCE, LAST_CHANGE, LAST_FAULT, LAST_GRANT, STAFF } from '../demo/city/script.js';
import { Refusal } from '../kernel/decider.js';
import { breaking, disturbed, untilDone, withoutPolicies } from './faults.js';
import { breakScores, type Score, scores } from './score.js';
import { suggestionScores } from './suggested.js';
import { openWorld, type World } from './world.js';

export interface Playing {
  /** Called with each new day and the share that has been played. */
  readonly progress?: (day: string, share: number) => void;
  /** With everything that can go wrong. */
  readonly faults?: boolean;
  /** Called with the city's ledger at the end, before it is let go. */
  readonly look?: (world: World) => void;
}
export interface Played {
  readonly city: City;
  readonly scores: readonly Score[];
  readonly findings: readonly FindingRow[];
  readonly breaks: readonly BreakRow[];
  readonly events: number;
  readonly refused: readonly string[];
}
const REGION = 'CN-GX';

/** What the ledger alone knows of it is looked up, as somebody would who corrects or revokes it. */
const LOOKED_UP: Readonly<Record<string, readonly [asked: string, pick: (events: readonly Recorded[]) => string]>> = {
  acceptance: [FIRST_ACCEPTANCE, (events) => events.find(({ type }) => type === 'MatterAccepted')!.id],
  event: [LAST_CHANGE, (events) => events.findLast(({ type }) => type === 'DecisionChangedAbove')!.id],
  fault: [LAST_FAULT, (events) => events.findLast(({ type }) => type === 'FaultFound')!.id],
  grant: [LAST_GRANT, (events) => events.findLast(({ type }) => type === 'AccessGranted')!.id],
};
async function lookedUp(world: World, stream: string, data: object): Promise<object> {
  for (const [name, value] of Object.entries(data)) {
    const [asked, pick] = Object.hasOwn(LOOKED_UP, name) ? LOOKED_UP[name]! : [];
    if (pick && value === asked) return { ...data, [name]: pick(await world.store.readStream(stream)) };
  }
  return data;
}

type Naming = (staffNo: string) => Promise<string>;
/** Persons by their staff numbers, wherever they are named; what is found is looked up once it is. */
async function named(value: unknown, person: Naming, found: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === 'string') {
    if (value.startsWith(STAFF(''))) return person(value.slice(STAFF('').length));
    return value.startsWith('found ') ? found(value) : value;
  }
  if (Array.isArray(value)) return Promise.all(value.map((one) => named(one, person, found)));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(async ([name, one]) => [name, await named(one, person, found)] as const);
  return Object.fromEntries(await Promise.all(members));
}
/** `found DA-01 M-000001`: the finding of this rule in this matter, as the policies have raised it. */
async function findingOf(world: World, text: string): Promise<string> {
  const [, rule, matter] = text.split(' ');
  await world.settle();
  const rows = world.shelf.table(findings).rows() as FindingRow[];
  const row = rows.find((each) => each.rule === rule && each.matterId === matter);
  if (!row) throw new Error(`${rule} has found nothing in ${matter}`);
  return row.finding;
}
const OF_AFFAIRS: ReadonlySet<string> = new Set(['lead', 'case', 'review', 'recusal', 'conduct', 'finding']);

/** `idle`: days on which nobody closes any. Answers what the ledger refused. */
export async function playCity(
  city: Pick<City, 'lines'>,
  world: World,
  progress?: (day: string, done: number) => void | Promise<void>,
  idle: (day: string) => boolean = () => false,
): Promise<string[]> {
  const byCategory = new Map(deciders.map((decider) => [decider.category, decider]));
  const refused: string[] = [];
  const staff = new Map<string, string>();
  const person = async (staffNo: string) => {
    const known = staff.get(staffNo) ?? (await world.vault.personFor({ kind: 'staff-no', value: staffNo }));
    staff.set(staffNo, known);
    return known;
  };
  let today = '';
  let done = 0;
  for (const { category, report, ...line } of city.lines) {
    const by = line.by.person ? { ...line.by, person: await person(line.by.person) } : line.by;
    const date = line.at.slice(0, 10);
    if (date !== today) {
      if (!idle(date)) await world.goTo(date);
      await progress?.((today = date), done);
    }
    try {
      // An account is of a person, whom the script knows by his number.
      const found = (text: string) => findingOf(world, text);
      const affairs = OF_AFFAIRS.has(category);
      const told = affairs ? ((await named([line.id, line.data], person, found)) as [string, object]) : null;
      const id = told ? told[0] : category === 'account' ? await person(line.id) : line.id;
      const data = told ? told[1] : await lookedUp(world, `${category}-${id}`, line.data);
      await world.say({ ...line, id, data, by, decider: byCategory.get(category)!, ...(report && { report }) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push(`${line.id} ${line.type} ${line.at}: ${error.message}`);
    }
    done++;
  }
  await world.settle();
  return refused;
}

export async function simulate(plan: CityPlan, { progress, faults = false, look }: Playing = {}): Promise<Played> {
  const city = cityOf(plan);
  const lines = faults ? disturbed(city.lines, plan.seed) : city.lines;
  const world = await openWorld({
    from: lines[0]!.at.slice(0, 10),
    region: REGION,
    ...(faults && { through: breaking(plan.seed), again: untilDone }),
  });
  try {
    const idle = faults ? withoutPolicies(addDays(CITY_BEGINS, 120)) : undefined;
    const refused = await playCity({ lines }, world, (day, done) => progress?.(day, done / lines.length), idle);
    // What falls due after the last line falls due, too: the story ends on its last day.
    await world.goTo(addDays(plan.until, 1));
    await (faults ? untilDone : (work: () => Promise<unknown>) => work())(() => world.reconcile(plan.until));
    await world.settle();
    const left = world.shelf.table(breaks).rows() as BreakRow[];
    const rows = world.shelf.table(findings).rows() as FindingRow[];
    const ids = rules.map(({ id }) => id);
    const { next } = await world.store.head();
    look?.(world);
    return {
      city,
      scores: [
        ...scores(ids, city.labels, rows),
        ...breakScores(city.labels, left),
        ...(await suggestionScores(city, world)),
      ],
      findings: rows,
      breaks: left,
      events: next,
      refused,
    };
  } finally {
    await world.close();
  }
}
