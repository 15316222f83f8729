/** Lists are narrowed to what the asker may see: to his centre, or to his unit and the items that it answers for. */
import { type Filter, Unreadable, type Where } from './select.js';

export type Within = Readonly<{ centre: string }> | Readonly<{ org: string; items: readonly string[] }>;

/** By table: the column that says to which centre a row belongs, and to which unit or whose item. */
const COLUMNS: Readonly<Record<string, { centre: string; org?: string; item?: string }>> = {
  matter_card: { centre: 'centre', item: 'itemCode' },
  acceptance: { centre: 'centre', item: 'itemCode' },
  finding: { centre: 'centre', org: 'org' },
};

const both = (asked: Filter | undefined, own: readonly string[]): readonly string[] => {
  if (asked === undefined) return own;
  const named = Array.isArray(asked) ? (asked as readonly unknown[]) : [asked];
  return own.filter((value) => named.includes(value));
};

/** Throws {@link Unreadable} for a table of which nobody has said what belongs to whom. Null: nothing is left. */
export function narrowed(table: string, where: Where, within: Within | undefined): Where | null {
  if (!within) return where;
  const columns = COLUMNS[table];
  if (!columns) throw new Unreadable(table, 'is not for those who see a part only');
  const [column, own] =
    'centre' in within
      ? [columns.centre, [within.centre]]
      : columns.org !== undefined
        ? [columns.org, [within.org]]
        : [columns.item!, within.items];
  const left = both(where[column], own);
  return left.length === 0 ? null : { ...where, [column]: left };
}
