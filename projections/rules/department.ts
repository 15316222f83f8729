/** Whose an item is: the unit of the version that is in force on a day. */
import type { itemVersions } from '../catalogue.js';
import type { Look } from '../kernel/projection.js';

export const departmentOn = (
  versions: Look<{ itemVersions: typeof itemVersions }>['itemVersions'],
  item: string | null,
  on: string,
): string | null => versions.range('byItem', [item]).findLast(({ from }) => from <= on)?.department ?? null;
