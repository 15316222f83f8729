/** Every event type of every area: the version that is written now, and its names. Older ones are brought up by upcast.ts. */
import type { Recorded } from '../kernel/message.js';
import { upcast, type Upcasts } from '../kernel/upcast.js';
import { accountabilityEvents } from '../accountability/names.js';
import { attributionEvents, responsibilityEvents } from './attribution.js';
import { accessEvents, accessUpcasts } from './access.js';
import { calendarEvents } from './calendar.js';
import { catalogueEvents } from './catalogue.js';
import { centreEvents } from './centres.js';
import { erasureEvents } from './erasure.js';
import { exemptionEvents } from './exemptions.js';
import { findingEvents } from './findings.js';
import { identityEvents } from './identity.js';
import { ledgerEvents } from './ledger.js';
import { matterEvents } from './matters.js';
import { moneyEvents, moneyUpcasts } from './money.js';
import { reconciliationEvents, reconciliationUpcasts } from './reconciliation.js';
import { sourceEvents } from './sources.js';
import { timeEvents } from './time.js';

export type EventNames = Readonly<Record<string, Readonly<{ version: number; zh: string; en: string }>>>;

/** By area, in the order of docs/events.md. */
export const eventsByArea: Readonly<Record<string, EventNames>> = {
  ledger: ledgerEvents,
  'any stream': sourceEvents,
  time: timeEvents,
  calendar: calendarEvents,
  catalogue: { ...catalogueEvents, ...exemptionEvents },
  centres: centreEvents,
  matters: { ...matterEvents, ...responsibilityEvents },
  money: { ...moneyEvents, ...reconciliationEvents },
  supervision: findingEvents,
  accountability: { ...accountabilityEvents, ...attributionEvents },
  identity: { ...identityEvents, ...accessEvents, ...erasureEvents },
};

export const versions: Readonly<Record<string, number>> = Object.fromEntries(
  Object.values(eventsByArea).flatMap((events) => Object.entries(events).map(([type, { version }]) => [type, version])),
);

const upcasts: Upcasts = { ...accessUpcasts, ...moneyUpcasts, ...reconciliationUpcasts };
/** The event in the shape that is written now. Throws for a version that is newer than this program. */
export const current = (event: Recorded): Recorded => upcast(event, upcasts);
