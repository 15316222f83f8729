/** The table of all read models. An area adds what it exports here; the order is found from what each uses. */
import { calendarDays, calendarYears } from './calendar.js';
import { itemEntries, itemVersions } from './catalogue.js';
import { centreWindows, posts } from './centres.js';
import { exemptions } from './exemptions.js';
import type { Projection } from './kernel/projection.js';
import { acceptances } from './acceptances.js';
import { matterCards } from './matters.js';

export const projections: readonly Projection<any, any, any>[] = [
  calendarYears,
  calendarDays,
  itemVersions,
  itemEntries,
  exemptions,
  centreWindows,
  posts,
  acceptances,
  matterCards,
];
