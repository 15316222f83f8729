/** The table of the machine: every state is reached, none is a trap, and there is no way around what the law asks for. */
import { describe, expect, test } from '@jest/globals';
import { MACHINE_NAMES, MACHINES, type State, type Transition } from '../../projections/accountability/table.js';

describe.each(MACHINE_NAMES)('the table of %s', (machine) => {
  const states: Readonly<Record<string, State>> = MACHINES[machine].states;
  const steps = Object.values<Transition>(MACHINES[machine].steps);
  test('reaches every state, and none is a trap', () => {
    const reached = new Set(['none']);
    for (let size = 0; size < reached.size;) {
      size = reached.size;
      for (const { from, to } of steps) if (to !== null && from.some((one) => reached.has(one))) reached.add(to);
    }
    expect([...reached].toSorted()).toEqual(Object.keys(states).toSorted());
    const stuck = Object.entries(states).filter(([status, { terminal }]) => {
      const out = steps.some(({ from, to }) => to !== null && to !== status && from.includes(status));
      return terminal === true ? out : !out;
    });
    expect(stuck).toEqual([]);
  });
  test('there is no way around: no decision but from a deliberation, no sanction but from a decision', () => {
    if (machine !== 'case') return;
    const into = (to: string) => steps.filter((step) => step.to === to).flatMap(({ from }) => [...from]);
    expect(into('deliberating')).toEqual(['adjudicating']);
    expect([...new Set(into('decided'))].toSorted()).toEqual([
      'closed',
      'deliberating',
      'effect-period',
      'executing',
      'served',
    ]);
    expect(into('facts-served')).toEqual(['findings-ready']);
    expect(into('effect-period')).toEqual(['executing']);
    expect(
      steps.filter(({ from }) => (from as readonly string[]).includes('closed')).map(({ event }) => event),
    ).toEqual(['CaseReopened', 'DecisionChanged', 'DecisionRevoked']);
  });
});
