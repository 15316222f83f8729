/** The table of all read models. An area adds what it exports here; the order is found from what each uses. */
import { calendarDays, calendarYears } from './calendar.js';
import { itemVersions } from './catalogue.js';
import type { Projection } from './kernel/projection.js';
import { matterCards } from './matters.js';

export const projections: readonly Projection<any, any, any>[] = [
  calendarYears,
  calendarDays,
  itemVersions,
  matterCards,
];
