/** Plays cities to a ledger in memory and compares what the rules find with what was planted. */
import { findings, type FindingRow } from '../../projections/findings.js';
import { rules } from '../../projections/rules/index.js';
import { deciders } from '../areas/index.js';
import { type City, type CityPlan, cityOf } from '../demo/city/city.js';
import { Refusal } from '../kernel/decider.js';
import { type Score, scores } from './score.js';
import { openWorld, type World } from './world.js';

export interface Played {
  readonly city: City;
  readonly scores: readonly Score[];
  readonly findings: readonly FindingRow[];
  readonly events: number;
  readonly refused: readonly string[];
}
const REGION = 'CN-GX';

/** `progress`: called with each new day. */
export async function playCity(
  city: City,
  world: World,
  progress?: (day: string, done: number) => void,
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
      await world.goTo(date);
      progress?.((today = date), done);
    }
    try {
      await world.say({ ...line, by, decider: byCategory.get(category)!, ...(report && { report }) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push(`${line.id} ${line.type} ${line.at}: ${error.message}`);
    }
    done++;
  }
  await world.settle();
  return refused;
}

export async function simulate(plan: CityPlan, progress?: (day: string, share: number) => void): Promise<Played> {
  const city = cityOf(plan);
  const world = await openWorld({ from: city.lines[0]!.at.slice(0, 10), region: REGION });
  try {
    const refused = await playCity(city, world, (day, done) => progress?.(day, done / city.lines.length));
    const rows = world.shelf.table(findings).rows() as FindingRow[];
    const ids = rules.map(({ id }) => id);
    const { next } = await world.store.head();
    return { city, scores: scores(ids, city.labels, rows), findings: rows, events: next, refused };
  } finally {
    await world.close();
  }
}
