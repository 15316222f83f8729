/** The table of the machine: every state is reached, none is a trap, and there is no way around what the law asks for. */
import { describe, expect, test } from '@jest/globals';
import { isBrought } from '../../projections/accountability/guard-inputs.js';
import {
  type GuardId,
  MACHINE_NAMES,
  MACHINES,
  type State,
  stepOf,
  type Transition,
} from '../../projections/accountability/table.js';

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

test('what comes with a command: told of every step of the table', () => {
  const brought = MACHINE_NAMES.flatMap((machine) =>
    Object.entries<Transition>(MACHINES[machine].steps).flatMap(([command, step]) =>
      step.guards.flatMap((guard) => (isBrought(guard, command, step) ? [`${command} ${guard}`] : [])),
    ),
  );
  const of = (guard: string) => brought.filter((one) => one.endsWith(` ${guard}`)).map((one) => one.split(' ')[0]);
  expect(of('G1').length).toBe(9);
  expect(of('G1')).not.toEqual(expect.arrayContaining(['ConcludeInvestigation', 'ReportVerification']));
  expect(of('G2')).toEqual(['AssignInvestigators', 'StartAdjudication', 'ConveneDeliberation']);
  expect(of('G11')).toEqual(['AssignInvestigators', 'StartAdjudication', 'ConveneDeliberation', 'AssignReviewers']);
  expect([of('G3'), of('G7'), of('G9'), of('SIGNED'), of('CAPACITY')]).toEqual([[], [], [], [], []]);
  expect([of('G4'), of('G5'), of('G8')]).toEqual([['AssertFact'], ['GiveLightOutcome', 'ServeFacts'], ['Appeal']]);
  expect(of('G12').toSorted()).toEqual([
    'Appeal',
    'ExtendAppeal',
    'ExtendVerification',
    'ProposeExtension',
    'RequestReview',
    'StartPeriod',
    'SuspendInvestigation',
  ]);
  for (const guard of ['G6', 'G10', 'G13', 'G14', 'G15'])
    expect([guard, of(guard).length]).toEqual([
      guard,
      MACHINE_NAMES.flatMap((one) => Object.values<Transition>(MACHINES[one].steps)).filter(({ guards }) =>
        guards.includes(guard as GuardId),
      ).length,
    ]);
  expect(isBrought('FIT', 'CloseLead', stepOf('lead', 'CloseLead')!)).toBe(true);
});
