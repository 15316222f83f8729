/** Every event type of every area: the version that is written now, and its names. Older ones are brought up by upcast.ts. */
import { calendarEvents } from './calendar.js';
import { catalogueEvents } from './catalogue.js';
import { ledgerEvents } from './ledger.js';
import { matterEvents } from './matters.js';

export type EventNames = Readonly<Record<string, Readonly<{ version: number; zh: string; en: string }>>>;

/** By area, in the order of docs/events.md. */
export const eventsByArea: Readonly<Record<string, EventNames>> = {
  ledger: ledgerEvents,
  calendar: calendarEvents,
  catalogue: catalogueEvents,
  matters: matterEvents,
};

export const versions: Readonly<Record<string, number>> = Object.fromEntries(
  Object.values(eventsByArea).flatMap((events) => Object.entries(events).map(([type, { version }]) => [type, version])),
);
