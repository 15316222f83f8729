/** What somebody may not know of because it is about him or his unit, and lists without it that tell of nothing left out. */
import { affairActs } from '../../projections/accountability/acts.js';
import { caseCards, leadCards } from '../../projections/accountability/cards.js';
import {
  type Asker,
  involvements,
  isInvolved,
  isOfAffairs,
  unitsOfAsker,
} from '../../projections/accountability/involved.js';
import { MACHINE_NAMES } from '../../projections/accountability/table.js';
import { deadlines } from '../../projections/deadlines.js';
import { type FindingRow, findings } from '../../projections/findings.js';
import type { Row } from '../../projections/kernel/projection.js';
import type { Reader } from '../read/reader.js';
import type { Page } from '../read/rows.js';
import type { PageOf } from '../read/select.js';

export type { Asker };
/** Affairs that he is accused in, or his unit. */
export async function affairsAbout(reader: Reader, asker: Asker): Promise<ReadonlySet<string>> {
  const { person } = asker;
  const who = [...(person === null ? [] : [`person/${person}`]), ...unitsOfAsker(asker).map((unit) => `org/${unit}`)];
  if (who.length === 0) return new Set();
  const { rows } = await reader.all(involvements, { who });
  return new Set(rows.map(({ affair }) => affair));
}

/** Of rows that say whom they are about, which are not for him; null: none. */
export async function rowsHidden(reader: Reader, asker: Asker) {
  if ((await affairsAbout(reader, asker)).size === 0) return null;
  return (row: Parameters<typeof isInvolved>[0]) => isInvolved(row, asker);
}

/** Red findings of his unit that hold: whether a lead has come of them is not for it to know. */
async function upheldOf(reader: Reader, asker: Asker): Promise<readonly string[]> {
  const org = unitsOfAsker(asker);
  if (org.length === 0) return [];
  const { rows } = await reader.all(findings, { org, status: 'upheld', severity: 'red' });
  return rows.map(({ finding }) => finding);
}
/** What a rule's verdicts are about, where it is not for him to know. */
export async function subjectsHidden(reader: Reader, rule: string, asker: Asker): Promise<readonly string[]> {
  if (!isOfAffairs(rule)) return [];
  const affairs = [...(await affairsAbout(reader, asker))];
  if (rule === 'AC-07') return [...affairs, ...(await upheldOf(reader, asker))];
  if (affairs.length === 0) return [];
  switch (rule) {
    case 'AC-01': {
      const streams = affairs.flatMap((id) => MACHINE_NAMES.map((machine) => `${machine}-${id}`));
      const rows = await reader.some(deadlines, streams);
      return rows.flatMap(({ stream, limits }) => Object.keys(limits).map((limit) => `${stream} ${limit}`));
    }
    case 'AC-02': {
      const { rows } = await reader.all(affairActs, { affair: affairs });
      return [...new Set(rows.map(({ affair, person }) => `${affair} ${person}`))];
    }
    case 'AC-05': {
      const rows = await reader.some(caseCards, affairs);
      const conducts = rows.flatMap(({ state, outcomes }) => [
        ...state.conducts.map(({ id }) => id),
        ...outcomes.flatMap((one) => one.conducts),
      ]);
      return [...new Set(conducts)];
    }
    default:
      return affairs;
  }
}
/** Findings that are not for him to know of. */
export async function findingsHidden(
  reader: Reader,
  rules: readonly string[],
  asker: Asker,
): Promise<readonly FindingRow[]> {
  const found = await Promise.all(
    rules.filter(isOfAffairs).map(async (rule) => {
      const subjects = await subjectsHidden(reader, rule, asker);
      return subjects.length === 0 ? [] : (await reader.all(findings, { rule, subject: subjects })).rows;
    }),
  );
  return found.flat();
}
/** Whether a thing belongs to one of these affairs, or is who reported it; null: there are none. */
export async function thingsHidden(reader: Reader, asker: Asker) {
  const affairs = await affairsAbout(reader, asker);
  if (affairs.size === 0) return null;
  const leads = await reader.some(leadCards, [...affairs]);
  const reporters = new Set(leads.flatMap(({ state }) => state.reporter ?? []));
  const conducts = new Set(await subjectsHidden(reader, 'AC-05', asker));
  return ({ type, id }: { readonly type: string; readonly id: string }): boolean => {
    switch (type) {
      case 'affair':
      case 'lead':
      case 'case':
      case 'review':
      case 'recusal':
        return affairs.has(id);
      case 'document':
        return affairs.has(id.slice(0, Math.max(0, id.lastIndexOf('.'))));
      case 'conduct':
        return conducts.has(id);
      default:
        return type === 'reporter' && reporters.has(id);
    }
  };
}

/** A page without some rows: neither its length, nor its cursor, nor whether there is another page tells of them. */
export async function pageWithout<R extends Row>(
  find: (page: PageOf) => Promise<Page<R>>,
  page: PageOf,
  hides: ((row: R) => boolean) | null,
): Promise<Page<R>> {
  if (hides === null) return find(page);
  const { limit = 100 } = page;
  const rows: R[] = [];
  let last: Pick<PageOf, 'cursor' | 'limit'> = {};
  for (let { cursor } = page; ;) {
    const found = await find({ ...page, cursor });
    for (const [n, row] of found.rows.entries()) {
      if (hides(row)) continue;
      // There is one more to be shown: the next page begins after the last one of this.
      if (rows.length === limit) return { ...found, rows, next: (await find({ ...page, ...last })).next };
      rows.push(row);
      last = { cursor, limit: n + 1 };
    }
    if (found.next === null) return { ...found, rows };
    cursor = found.next;
  }
}
