/** The table of the machine: every state is reached, none is a trap, and there is no way around what the law asks for. */
import { describe, expect, test } from '@jest/globals';
import { again, evaluate } from '../../projections/accountability/guards.js';
import { guardIdsOf } from '../../src/areas/accountability/steps.js';
import { affairs, member, REGISTERED, until } from '../affair.js';
import { accused, asking, CASE, missing, named } from './asking.js';
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

describe('whoever is accused, or of an accused unit', () => {
  const belongs = [
    { person: 'p', units: ['market', 'office'] },
    { person: 'x', units: ['office'] },
  ];
  const facts = { belongs };
  const of = { lead: { accused: [accused], orgs: ['market'] }, case: { ...CASE, subjects: ['other'] } };
  const all = MACHINE_NAMES.flatMap((machine) => Object.entries<Transition>(MACHINES[machine].steps));
  test.each(all.filter(([command]) => command !== 'RegisterLead' && command !== 'ProposeNoLead'))(
    'does not do it: %s',
    (command, step) => {
      expect(guardIdsOf(step)).toContain('UNINVOLVED');
      const by = (person: string | null) => missing('UNINVOLVED', command, {}, of, { person, facts });
      expect([by('accused'), by('other'), by('p'), by('x'), by('constructor'), by(null)]).toEqual([
        ['accused:accused'],
        ['accused:other'],
        ['of-accused-unit:p'],
        [],
        [],
        [],
      ]);
    },
  );
  test('is neither named for it, nor does it beside somebody else', () => {
    const by = (command: string, data: object) => missing('UNINVOLVED', command, data, of, { person: 'x', facts });
    expect(by('AssignInvestigators', { members: named('x', 'p') })).toEqual(['of-accused-unit:p']);
    expect(by('StartInquiry', { officers: named('accused') })).toEqual(['accused:accused']);
    expect(by('StartVerification', { team: named('p') })).toEqual(['of-accused-unit:p']);
    for (const [command, name] of [
      ['TakeStatement', 'by'],
      ['ServeFacts', 'servers'],
      ['AddEvidence', 'obtainedBy'],
    ])
      expect(by(command!, { [name!]: ['x', 'p'] })).toEqual(['of-accused-unit:p']);
  });
  test('does not begin it: of whom it tells, and of the unit of its finding, and not of what has the name already', () => {
    const about = { rule: 'DA-01', about: { org: 'health' } };
    const found = (org: string) => ({ belongs: [{ person: 'h', units: [org] }], finding: { found: about } });
    const by = (command: string, person: string, data: object, more: object = facts) =>
      missing('UNINVOLVED', command, data, of, { person, facts: more });
    const subjects = [{ personId: 'a', personal: {}, org: 'market' }];
    expect(by('RegisterLead', 'a', { subjects, orgs: [] })).toEqual(['accused:a']);
    expect(by('RegisterLead', 'p', { subjects, orgs: [] })).toEqual(['of-accused-unit:p']);
    expect(by('RegisterLead', 'p', { subjects: [], orgs: ['office'] })).toEqual(['of-accused-unit:p']);
    expect(by('RegisterLead', 'p', { subjects: [], orgs: ['bureau'] })).toEqual([]);
    expect(by('RegisterLead', 'accused', { subjects: [], orgs: [] })).toEqual([]);
    expect(by('RegisterLead', 'h', { subjects: [], orgs: [] }, found('health'))).toEqual(['of-accused-unit:h']);
    expect(by('ProposeNoLead', 'h', {}, found('health'))).toEqual(['of-accused-unit:h']);
    expect(by('ProposeNoLead', 'h', {}, found('market'))).toEqual([]);
    const unnamed = asking('RegisterLead', { subjects: [{ personal: {} }], orgs: [] }, of, { person: 'p', facts });
    expect(evaluate('UNINVOLVED', unnamed).inputs).toStrictEqual({
      people: [{ person: 'p', units: ['market', 'office'] }],
      accused: [],
      orgs: [],
    });
  });
  test('stays so where another office tells of others later, and is refused from the day on which he joins it', () => {
    const { at } = until('register');
    const more = { ...REGISTERED, subjects: [member('second')].map((one) => ({ ...one, org: 'health' })), orgs: [] };
    at.say('lead', 'A-1', 'RegisterLead', more, 'registrar', 'report');
    expect(at.state('lead', 'A-1')).toMatchObject({
      accused: [{ person: 'accused' }, { person: 'second' }],
      orgs: ['health', 'market'],
    });
    const triage = () => at.say('lead', 'A-1', 'ProposeTriage', { route: 'verify', reasons: '反映' }, 'triager');
    at.belongs('triager', 'health');
    expect(triage().missing).toEqual(['UNINVOLVED: of-accused-unit:triager']);
    at.belongs('triager', 'office');
    const [event] = triage().events;
    const told = (event!.data as { guards: any[] }).guards.find(({ guard }) => guard === 'UNINVOLVED');
    expect(told.inputs).toEqual({
      people: [{ person: 'triager', units: ['office'] }],
      accused: ['accused', 'second'],
      orgs: ['health', 'market'],
    });
    expect([told.missing, again(told)]).toEqual([[], []]);
    expect(again({ ...told, inputs: { ...told.inputs, orgs: ['office'] } })).toEqual(['of-accused-unit:triager']);
  });
  test('of what a unit reports of itself the registrar is somebody else', () => {
    const own = { ...REGISTERED, source: 'self-report', subjects: [], orgs: ['office'] };
    const at = affairs();
    at.belongs('registrar', 'office');
    const said = at.say('lead', 'S', 'RegisterLead', own, 'registrar');
    expect(said.missing).toEqual(['UNINVOLVED: of-accused-unit:registrar']);
    expect(said.refused![0]).toMatchObject({
      code: 'accused-or-of-its-unit',
      basis: expect.stringContaining('政务处分法 art. 47'),
      details: { mend: { zh: expect.stringContaining('自报') } },
    });
    expect(at.say('lead', 'S', 'RegisterLead', own, 'receiver').refused).toBeNull();
  });
  test('a policy is nobody, and none of its commands is one of theirs', () => {
    const asked = asking('ProposeTriage', {}, of, { person: null });
    expect(evaluate('UNINVOLVED', asked).inputs).toMatchObject({ people: [] });
    expect(missing('G3', 'ProposeTriage', {}, of, { person: null })).toEqual(['person-unknown']);
  });
});

test('what comes with a command: told of every step of the table', () => {
  const brought = MACHINE_NAMES.flatMap((machine) =>
    Object.entries<Transition>(MACHINES[machine].steps).flatMap(([command, step]) =>
      guardIdsOf(step).flatMap((guard) => (isBrought(guard, command, step) ? [`${command} ${guard}`] : [])),
    ),
  );
  const of = (guard: string) => brought.filter((one) => one.endsWith(` ${guard}`)).map((one) => one.split(' ')[0]);
  expect(of('G1').length).toBe(9);
  expect(of('G1')).not.toEqual(expect.arrayContaining(['ConcludeInvestigation', 'ReportVerification']));
  expect(of('G2')).toEqual(['AssignInvestigators', 'StartAdjudication', 'ConveneDeliberation']);
  expect(of('G11')).toEqual(['AssignInvestigators', 'StartAdjudication', 'ConveneDeliberation', 'AssignReviewers']);
  expect([of('G3'), of('G7'), of('G9'), of('SIGNED'), of('CAPACITY')]).toEqual([[], [], [], [], []]);
  expect([of('G4'), of('G5'), of('G8')]).toEqual([['AssertFact'], ['GiveLightOutcome', 'ServeFacts'], ['Appeal']]);
  expect(of('UNINVOLVED')).toEqual(['ProposeNoLead', 'RegisterLead']);
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
