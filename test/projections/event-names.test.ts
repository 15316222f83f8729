/** An event's type is its name in all areas: folds, versions and documents know it by nothing else. */
import { expect, test } from '@jest/globals';
import { accountabilityEvents } from '../../projections/accountability/names.js';
import { accessEvents } from '../../projections/events/access.js';
import { attributionEvents, responsibilityEvents } from '../../projections/events/attribution.js';
import { calendarEvents } from '../../projections/events/calendar.js';
import { catalogueEvents } from '../../projections/events/catalogue.js';
import { centreEvents } from '../../projections/events/centres.js';
import { erasureEvents } from '../../projections/events/erasure.js';
import { exemptionEvents } from '../../projections/events/exemptions.js';
import { findingEvents } from '../../projections/events/findings.js';
import { identityEvents } from '../../projections/events/identity.js';
import { eventsByArea, versions } from '../../projections/events/index.js';
import { ledgerEvents } from '../../projections/events/ledger.js';
import { matterEvents } from '../../projections/events/matters.js';
import { moneyEvents } from '../../projections/events/money.js';
import { reconciliationEvents } from '../../projections/events/reconciliation.js';
import { sourceEvents } from '../../projections/events/sources.js';
import { timeEvents } from '../../projections/events/time.js';

test('no type is named twice', () => {
  const all = [
    accessEvents,
    accountabilityEvents,
    attributionEvents,
    calendarEvents,
    catalogueEvents,
    centreEvents,
    erasureEvents,
    exemptionEvents,
    findingEvents,
    identityEvents,
    ledgerEvents,
    matterEvents,
    moneyEvents,
    reconciliationEvents,
    responsibilityEvents,
    sourceEvents,
    timeEvents,
  ].flatMap((events) => Object.keys(events));
  expect(all.filter((type, n) => all.indexOf(type) !== n)).toEqual([]);
  expect(Object.keys(versions).toSorted()).toEqual(all.toSorted());
  expect(Object.values(eventsByArea).reduce((sum, events) => sum + Object.keys(events).length, 0)).toBe(all.length);
});
