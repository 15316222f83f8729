/** Every violation that is to be found, and for each what only looks like one. Labels say which, outside the ledger. */
import { looks } from './access-plants.js';
import { accountabilityPlants } from './accountability-plants.js';
import { breached } from './affair-breaches.js';
import { attributed } from './attribution-plants.js';
import { bankPlants } from './bank-plants.js';
import type { Plant } from './facts.js';
import { feePlants } from './fee-plants.js';
import {
  places,
  entries,
  exempted,
  ratified,
  defects,
  selfApproved,
  twice,
  shadows,
  unentered,
} from './place-plants.js';
import { receiptPlants } from './receipt-plants.js';
import { abolitions, approvedPlaces, exits, inName, revisions, sources } from './register-plants.js';
import { promises, notices, lates, steps, extensions, pausesOf, registrations, bulk, closures } from './time-plants.js';

export const PLANTS: readonly Plant[] = [
  ...places,
  entries,
  exempted,
  ratified,
  defects,
  selfApproved,
  ...twice,
  ...shadows,
  unentered,
  exits,
  abolitions,
  revisions,
  approvedPlaces,
  sources,
  inName,
  promises,
  ...notices,
  ...lates,
  steps,
  extensions,
  pausesOf,
  registrations,
  bulk,
  ...closures,
  ...looks,
  ...feePlants,
  ...receiptPlants,
  ...bankPlants,
  ...accountabilityPlants,
  breached,
  attributed,
];
