/** The table of all read models. An area adds what it exports here; the order is found from what each uses. */
import { accounts } from './accounts.js';
import { calendarDays, calendarYears } from './calendar.js';
import { itemVersions } from './catalogue.js';
import { itemEntries, itemMoves } from './entries.js';
import { centreWindows, posts } from './centres.js';
import { exemptions } from './exemptions.js';
import type { Projection } from './kernel/projection.js';
import { acceptances } from './acceptances.js';
import { deadlines } from './deadlines.js';
import { findings } from './findings.js';
import { accessGrants } from './grants.js';
import { looks } from './looks.js';
import { matterCards } from './matter-cards.js';
import { packs } from './packs.js';
import { placedActs, placeDays } from './places.js';
import { regions } from './regions.js';
import { registrations } from './registrations.js';
import { type RuleTable, standard } from './rules/index.js';

export const projectionsFor = ({ verdictTables }: RuleTable): readonly Projection<any, any, any>[] => [
  calendarYears,
  calendarDays,
  itemVersions,
  itemMoves,
  itemEntries,
  exemptions,
  centreWindows,
  posts,
  acceptances,
  matterCards,
  regions,
  deadlines,
  placedActs,
  placeDays,
  registrations,
  packs,
  looks,
  accessGrants,
  ...verdictTables,
  findings,
  accounts,
];
export const projections = projectionsFor(standard);
