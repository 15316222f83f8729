/** The leads and cases of the city: every step of the table is taken, and each way to break the procedure is labelled. */
import { expect, test } from '@jest/globals';
import { LIMITS } from '../../projections/accountability/limits.js';
import { bindsHandlers } from '../../projections/accountability/runs.js';
import { type Machine, MACHINES } from '../../projections/accountability/table.js';
import { CITY_BEGINS, CITY_ENDS, cityOf } from '../../src/demo/city/city.js';

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
  // Each limit that binds whoever handles it passes, and is kept.
  const limits = (of: typeof labels) =>
    new Set(of.filter(({ rule }) => rule === 'AC-01').map(({ about }) => about.split(' ')[1]!));
  const binding = [...Object.keys(LIMITS).filter(bindsHandlers), 'reply'].toSorted();
  expect([[...limits(labels)].toSorted(), [...limits(nearMisses)].toSorted()]).toEqual([binding, binding]);
  const ways = (rule: string) => new Set(labels.filter((label) => label.rule === rule).map(({ kind }) => kind)).size;
  // Nine pairs of parts; five elements, the remedy without its route or its term.
  expect(['AC-02', 'AC-03', 'AC-04', 'AC-05', 'AC-06', 'AC-07'].map(ways)).toEqual([4, 9, 5, 1, 5, 3]);
  // Some had begun before the story does.
  const begun = lines.filter(({ report }) => report && report.occurredAt.slice(0, 10) < CITY_BEGINS);
  expect(new Set(begun.map(({ category, id }) => `${category} ${id}`))).toContain('case XS-0000');
  const told = cityOf({ seed: 3, until: '2026-12-31', size: 0.01 }).lines;
  const later = told.filter(({ at, category }) => at.slice(0, 10) > CITY_ENDS && /^(lead|case|review)$/.test(category));
  expect(later).toEqual([]);
});
