/** 进驻率: by unit, how many items must enter, have entered, and are exempt on a day. */
import type { itemVersions } from './catalogue.js';
import { isThere, type itemEntries } from './entries.js';
import { type exemptions, exempts } from './exemptions.js';
import type { Look } from './kernel/projection.js';

type Rows<P extends keyof Registers> = ReturnType<Look<Registers>[P]['range']>;
type Registers = {
  itemVersions: typeof itemVersions;
  itemEntries: typeof itemEntries;
  exemptions: typeof exemptions;
};
export interface EntryRate {
  readonly department: string;
  readonly mustEnter: number;
  readonly entered: number;
  /** Not entered, and covered by an exemption. */
  readonly exempt: number;
  /** Of those that must enter and are not exempt, in per cent; null where there are none. */
  readonly percent: number | null;
  /** Items that must, have not, and are not exempt. */
  readonly missing: readonly string[];
}

/** `versions`: those in force on the day. */
export function entryRates(
  versions: Rows<'itemVersions'>,
  entries: Rows<'itemEntries'>,
  granted: Rows<'exemptions'>,
  on: string,
): readonly EntryRate[] {
  const entered = new Set(entries.filter((entry) => isThere(entry, on)).map(({ itemCode }) => itemCode));
  const inForce = granted.filter((row) => exempts(row) && row.from !== null && row.from <= on && on < row.until);
  const must = versions.filter(({ mustEnter }) => mustEnter);
  return [...new Set(must.map(({ department }) => department))].toSorted().map((department) => {
    const mine = must.filter((version) => version.department === department);
    const outside = mine.filter(({ itemCode }) => !entered.has(itemCode));
    const covered = outside.filter(({ itemCode }) =>
      inForce.some(({ org, items }) => org === department && (items === null || items.includes(itemCode))),
    );
    const missing = outside.filter((version) => !covered.includes(version)).map(({ itemCode }) => itemCode);
    const due = mine.length - covered.length;
    return {
      department,
      mustEnter: mine.length,
      entered: mine.length - outside.length,
      exempt: covered.length,
      percent: due === 0 ? null : Math.round((1000 * (mine.length - outside.length)) / due) / 10,
      missing,
    };
  });
}
