/** The leads and cases of the city: every step of the table is taken, and each way to break the procedure is labelled. */
import { expect, test } from '@jest/globals';
import { type Machine, MACHINES } from '../../projections/accountability/table.js';
import { CITY_ENDS, cityOf } from '../../src/demo/city/city.js';

test('every step of the table is taken at least once, and all of it is over before the story is', () => {
  const { lines, labels, nearMisses } = cityOf({ seed: 3, until: CITY_ENDS, size: 0.01 });
  const taken = new Set(lines.map(({ category, type }) => `${category} ${type}`));
  const steps = (Object.keys(MACHINES) as Machine[]).flatMap((machine) =>
    Object.keys(MACHINES[machine].steps).map((command) => `${machine} ${command}`),
  );
  expect(steps.filter((step) => !taken.has(step))).toEqual([]);
  const kinds = (of: typeof labels) =>
    [...new Set(of.map(({ rule }) => rule))].filter((rule) => rule.startsWith('AC-'));
  const all = ['AC-01', 'AC-02', 'AC-03', 'AC-04', 'AC-05', 'AC-06', 'AC-07'];
  expect([kinds(labels).toSorted(), kinds(nearMisses).toSorted()]).toEqual([all, all]);
  const told = cityOf({ seed: 3, until: '2026-12-31', size: 0.01 }).lines;
  const later = told.filter(({ at, category }) => at.slice(0, 10) > CITY_ENDS && /^(lead|case|review)$/.test(category));
  expect(later).toEqual([]);
});
