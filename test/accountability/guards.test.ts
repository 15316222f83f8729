/** Each guard by what it looks at and what it finds missing, one condition at a time. */
import { describe, expect, test } from '@jest/globals';
import type { CaseState } from '../../projections/accountability/case.js';
import { INPUTS } from '../../projections/accountability/guard-inputs.js';
import { GUARDS } from '../../projections/accountability/guards.js';
import type { LeadState } from '../../projections/accountability/lead.js';
import { ranksOf } from '../../projections/accountability/outcomes.js';
import { recusalRegister, type RecusalState } from '../../projections/accountability/recusal.js';
import { authorityRegister, conductRegister, reporterRegister } from '../../projections/accountability/registers.js';
import { outcome } from '../affair.js';
import { accused, asking, CASE, evidence, fact, handler, missing, named, ON, standing } from './asking.js';

describe('G1: two people', () => {
  test('of the team that it is about', () => {
    const lead = { inquirers: [handler('i-1'), handler('i-2')] };
    const said = (by: string[]) => missing('G1', 'TakeStatement', { by }, { lead });
    expect([said(['i-1', 'i-2']), said(['i-1']), said(['i-1', 'x'])]).toEqual([
      [],
      ['two-persons:statement'],
      ['not-of-the-team:statement'],
    ]);
    expect(missing('G1', 'ReportVerification', {}, { lead })).toEqual([]);
    expect(missing('G1', 'ReportVerification', {}, { lead: { inquirers: [handler('i-1')] } })).toEqual([
      'two-persons:team',
    ]);
    const one = { case: { investigators: [handler('v-1')] } };
    expect(missing('G1', 'AssignInvestigators', { members: named('v-2') }, one)).toEqual([]);
    expect(missing('G1', 'AssignInvestigators', { members: named('v-1') }, one)).toEqual(['two-persons:investigators']);
    expect(missing('G1', 'ServeDecision', { servers: ['a', 'b'] })).toEqual([]);
    expect(missing('G1', 'StartInquiry', { officers: named('a') })).toEqual(['two-persons:named']);
  });
  test('sign each record but those that are excluded', () => {
    const investigators = [handler('v-1'), handler('v-2')];
    const of = (excluded: boolean) => ({ case: { investigators, evidence: [evidence('z', ['v-1'], excluded)] } });
    expect([
      missing('G1', 'ConcludeInvestigation', {}, of(false)),
      missing('G1', 'ConcludeInvestigation', {}, of(true)),
    ]).toEqual([['two-persons:z'], []]);
  });
});

describe('G2 and G11: apart', () => {
  test('nobody acts whose part was another; where nobody had it, nobody is in the way', () => {
    expect(INPUTS.G2(asking('ConfirmNoLead', {}, {}, { person: null }))).toEqual({
      acting: [],
      others: { 'no-lead-proposer': [] },
      departments: { named: [], not: [] },
    });
    expect(INPUTS.G2(asking('ReturnLead')).others).toEqual({});
    const panel = { members: [handler('m-1')], chair: 'm-1', quorum: 1 };
    const of = { case: { panel, deciders: [] }, review: { reviewers: [handler('r-1')] } };
    const assigned = INPUTS.G11(asking('AssignInvestigators', { members: named('r-1') }, of));
    expect(assigned.others).toEqual({ reviewer: ['r-1'] });
    expect(missing('G2', 'AssignInvestigators', { members: named('m-1') }, of)).toEqual(['same-person:decider']);
    expect(missing('G11', 'AssignInvestigators', { members: named('r-1') }, of)).toEqual(['same-person:reviewer']);
    expect(INPUTS.G11(asking('AssignReviewers', {}, of)).others).toMatchObject({ decider: ['m-1'], inquirer: [] });
  });
  test('departments only where an adjudication begins, and where reviewers are named', () => {
    const of = { case: { investigators: [handler('v')], adjudicators: [handler('a')] } };
    const same = [{ personId: 'x', personal: {}, department: 'd-v' }];
    expect(missing('G2', 'StartAdjudication', { members: same }, of)).toEqual(['same-department:d-v']);
    const alike = [{ personId: 'x', personal: {}, department: 'd-a' }];
    expect(missing('G2', 'ConveneDeliberation', { members: [...same, ...alike] }, of)).toEqual([]);
    expect(missing('G11', 'AssignReviewers', { members: alike }, of)).toEqual(['same-department:d-a']);
    expect(missing('G11', 'AssignInvestigators', { members: alike }, of)).toEqual([]);
  });
});

describe('G3: conflicts', () => {
  test('whoever acts has declared; those beside him have no conflict; the accused is neither', () => {
    const of = {
      lead: { accused: [accused] },
      recusal: { of: { p: standing({}), bad: standing({ conflict: true }) } },
    };
    expect(missing('G3', 'ServeFacts', { servers: ['p', 'x'] }, of)).toEqual([]);
    expect(missing('G3', 'ServeFacts', { servers: ['bad'] }, of)).toEqual(['ruling:bad']);
    expect(missing('G3', 'RecordDefence', { by: ['accused'] }, of)).toEqual(['accused:accused']);
    expect(missing('G3', 'AddEvidence', { obtainedBy: ['bad'] }, of)).toEqual(['ruling:bad']);
    expect(INPUTS.G3(asking('AddEvidence', { obtainedBy: ['p'] }, of))).toEqual({
      people: [{ person: 'p', reason: null, accused: false }],
    });
    expect(INPUTS.G3(asking('AddEvidence', {}, of, { person: null }))).toEqual({
      people: [{ person: null, reason: null, accused: false }],
    });
    expect(missing('G3', 'AddEvidence', {}, of, { person: null })).toEqual(['person-unknown']);
    expect(missing('G3', 'AddEvidence', {}, of, { person: 'constructor' })).toEqual(['declaration:constructor']);
  });
  const say = (state: RecusalState, type: string, data: object, person: string | null) =>
    recusalRegister.evolve(state, { type, data, id: `${type}-${person}`, actor: { person } } as never);
  const after = (...all: [type: string, data: object, person: string | null][]) =>
    all.reduce((state, [type, data, person]) => say(state, type, data, person), recusalRegister.initial);
  const conflict = { conflict: true, grounds: 'interest' };
  const ruled = (result: string) => ['RecusalRuled', { person: 'p', result }, 'head'] as [string, object, string];
  test('what was ruled stands until there is something new; a recusal stands whatever is said', () => {
    expect(
      after(['ConflictDeclared', conflict, 'p'], ruled('stays'), ['ConflictDeclared', conflict, 'p']).of['p'],
    ).toMatchObject({ ruled: null });
    expect(
      after(['ConflictDeclared', conflict, 'p'], ruled('recused'), ['ConflictDeclared', conflict, 'p']).of['p'],
    ).toMatchObject({ ruled: 'recused' });
    const raised = ['RecusalRequested', { person: 'p', grounds: 'other' }, 'q'] as [string, object, string];
    expect(after(raised).of['p']).toMatchObject({ raisedBy: 'q', grounds: 'other', ruled: null, declared: null });
    expect(after(raised, ruled('recused'), raised).of['p']).toMatchObject({ ruled: 'recused' });
    expect(
      after(['RecusalRequested', { person: 'constructor', grounds: 'other' }, 'q']).of['constructor'],
    ).toMatchObject({ declared: null });
    expect(
      after(['ConflictDeclared', { conflict: false }, 'p'], ['ConflictDeclared', { conflict: false }, 'p']).of['p'],
    ).toMatchObject({ conflict: false, ruled: null });
    const twice = after(['ConflictDeclared', conflict, 'p'], ruled('stays'), [
      'ConflictDeclared',
      { conflict: false },
      'p',
    ]);
    expect(twice.of['p']).toMatchObject({ conflict: true, grounds: 'interest', ruled: 'stays' });
    expect(after(['ConflictDeclared', conflict, null]).of).toEqual({});
    expect(after(['InterferenceRecorded', {}, 'p']).interference).toEqual(['InterferenceRecorded-p']);
  });
  test('what is raised waits for a ruling, and is over with one', () => {
    const of = (more: object) => ({ recusal: { of: { p: standing(more) } } });
    expect(missing('G3', 'ReturnLead', {}, of({ raisedBy: 'q' }))).toEqual(['ruling:p']);
    expect(missing('G3', 'ReturnLead', {}, of({ raisedBy: 'q', ruled: 'stays' }))).toEqual([]);
    expect(missing('G3', 'ReturnLead', {}, of({ conflict: true, ruled: 'stays', declared: null }))).toEqual([
      'declaration:p',
    ]);
  });
});

test('G4: as many facts as there have to be, each on evidence that counts', () => {
  expect(missing('G4', 'ConcludeInvestigation')).toEqual(['no-fact']);
  const of = { case: { facts: [fact('f', 'z', 'y')], evidence: [evidence('z', [], true), evidence('y', [])] } };
  expect(missing('G4', 'ConcludeInvestigation', {}, of)).toEqual([]);
  expect(INPUTS.G4(asking('AssertFact', { evidence: ['z', 'x'] }, of))).toEqual({
    facts: [
      {
        fact: '',
        evidence: [
          { id: 'z', known: true, excluded: true },
          { id: 'x', known: false, excluded: false },
        ],
      },
    ],
    least: 1,
  });
});

describe('G5: heard', () => {
  const served = { answerBy: '2024-03-08', signed: 'signed', event: 'served' };
  const points = [
    { id: 'd-1', text: '' },
    { id: 'd-2', text: '' },
  ];
  test('a light outcome takes a statement of whoever it is for', () => {
    const lead = { statements: [{ subject: 'accused', by: [], event: 'e' }] };
    expect(missing('G5', 'GiveLightOutcome', { subject: 'accused' }, { lead })).toEqual([]);
    expect(missing('G5', 'GiveLightOutcome', { subject: 'other' }, { lead })).toEqual(['unheard:other']);
    expect(missing('G5', 'GiveLightOutcome', {}, { lead })).toEqual([]);
  });
  test('time to answer is counted from the day after, as far as it matters', () => {
    const until = (answerBy?: string) => INPUTS.G5(asking('ServeFacts', { ...(answerBy && { answerBy }) }));
    expect(until('2024-03-08')).toEqual({ workdays: 5, least: 5, answerBy: '2024-03-08' });
    expect(until(ON)).toMatchObject({ workdays: 0 });
    expect(until()).toEqual({ workdays: 0, least: 5, answerBy: null });
    expect(until('2024-12-31')).toMatchObject({ workdays: 42, answerBy: '2024-12-31' });
  });
  test('served, heard or lapsed, and every point answered', () => {
    const heard = (of: Partial<CaseState>, on = ON) =>
      missing('G5', 'StartAdjudication', {}, { case: { subjects: ['accused'], ...of } }, { on });
    expect(heard({})).toEqual(['not-served', 'unheard:accused']);
    expect(heard({ served }, '2024-03-08')).toEqual(['unheard:accused']);
    expect(heard({ served }, '2024-03-09')).toEqual([]);
    expect(INPUTS.G5(asking('StartAdjudication', {}, { case: { served } }))).toMatchObject({ answerBy: '2024-03-08' });
    expect(INPUTS.G5(asking('StartAdjudication'))).toMatchObject({ answerBy: null, served: false, lapsed: false });
    const defences = [{ subject: 'accused', points }];
    const answer = (point: string, accepted: boolean) => ({ point, accepted, reason: '' });
    expect(heard({ served, defences, answers: [answer('d-2', true)] })).toEqual([
      'unanswered:d-1',
      'accepted-point:d-2',
    ]);
    expect(INPUTS.G5(asking('Decide', {}, { case: { defences, answers: [answer('d-1', false)] } })).points).toEqual([
      { id: 'd-1', answered: true, accepted: false },
      { id: 'd-2', answered: false, accepted: false },
    ]);
  });
});

test('G6: heavier for anybody than what he was told, unless a fact is new; a review finds none', () => {
  const ceiling = { outcomes: [outcome('WARNING')], facts: ['f-1'], event: 'served' } as never;
  const of = { case: { ceiling, facts: [fact('f-1'), fact('f-2')] } };
  const heavier = { outcomes: [outcome('DEMERIT')] };
  expect(missing('G6', 'Decide', heavier, of)).toEqual([]);
  expect(missing('G6', 'DecideReview', heavier, of)).toEqual(['heavier:accused']);
  const known = { case: { ceiling, facts: [fact('f-1')] } };
  expect(missing('G6', 'Decide', { outcomes: [outcome('CRITICISM', { subject: 'other' })] }, known)).toEqual([
    'heavier:other',
  ]);
  expect(
    missing('G6', 'Decide', { outcomes: [outcome('WARNING'), outcome('NO_FAULT', { subject: 'other' })] }, known),
  ).toEqual([]);
  expect(INPUTS.G6(asking('Decide', {}, of))).toMatchObject({ ceiling: 'served' });
  expect(INPUTS.G6(asking('Decide'))).toEqual({ before: null, now: {}, newFacts: [], ceiling: null });
  expect(ranksOf([outcome('WARNING'), outcome('CRITICISM'), outcome('CRITICISM', { subject: 'b' })] as never)).toEqual({
    accused: 11,
    b: 3,
  });
});

test('G7: three at least, more than half of them a quorum, each with his vote, more than half in favour; the recused do not count', () => {
  const vote = (member: string, position: string) => ({ member, position, reason: '', event: '' });
  const met = (people: string[], quorum: number, votes: object[], recusal: object = {}) =>
    missing(
      'G7',
      'Decide',
      {},
      {
        case: { panel: { members: people.map(handler), chair: 'a', quorum }, votes: votes as never },
        recusal: { of: recusal as never },
      },
    );
  const favour = ['a', 'b', 'c'].map((one) => vote(one, 'for'));
  expect(met(['a', 'b', 'c'], 2, favour)).toEqual([]);
  expect(met(['a', 'b', 'c'], 3, favour)).toEqual([]);
  expect(met(['a', 'b'], 2, favour.slice(0, 2))).toEqual(['panel-too-small']);
  expect(met(['a', 'b', 'c', 'd'], 2, [...favour, vote('d', 'for')])).toEqual(['quorum-too-small']);
  expect(met(['a', 'b', 'c', 'd'], 3, [...favour.slice(0, 2), vote('c', 'dissent'), vote('d', 'dissent')])).toEqual([
    'no-majority',
  ]);
  expect(met(['a', 'b', 'c'], 2, [favour[0]!, vote('x', 'for')])).toEqual([
    'quorum',
    'vote:b',
    'vote:c',
    'no-majority',
  ]);
  expect(met(['a', 'b', 'c'], 2, favour, { b: standing({ ruled: 'recused' }) })).toEqual(['panel-too-small']);
  expect(
    INPUTS.G7(asking('Decide', {}, { case: { panel: { members: [handler('a')], chair: 'a', quorum: 1 } } })),
  ).toMatchObject({ members: ['a'], chair: 'a' });
  expect(INPUTS.G7(asking('Decide'))).toEqual({
    members: [],
    recused: [],
    chair: null,
    quorum: 0,
    least: 3,
    votes: [],
  });
});

describe('G8: authority', () => {
  const authority = (organ: string, standing_: string, steps: number) => ({
    ...authorityRegister.initial,
    all: [{ organ, level: 'county', standing: standing_, from: '2020-01-01', event: 'e' }],
    steps: Array.from({ length: steps }, () => ({ on: ON, event: 'e' })),
  });
  const decided = (code: string, ...authorities: object[]) =>
    missing('G8', 'Decide', { outcomes: [outcome(code)] }, { case: CASE }, { facts: { authorities } });
  test('of the organ that has it; whoever was elected loses the office first', () => {
    expect(decided('REMOVAL')).toEqual(['authority-unknown:accused']);
    expect(decided('REMOVAL', authority('other', 'ordinary', 0))).toEqual(['authority-other:accused']);
    expect(decided('REMOVAL', authority('gov', 'ordinary', 0))).toEqual([]);
    expect(decided('REMOVAL', authority('gov', 'elected', 0))).toEqual(['prior-step:accused']);
    expect(decided('REMOVAL', authority('gov', 'elected', 1))).toEqual([]);
    expect(decided('DEMOTION', authority('gov', 'elected', 0))).toEqual([]);
    expect(INPUTS.G8(asking('Decide', {}, { case: CASE })).subjects).toEqual([
      { person: 'accused', organ: null, standing: null, steps: 0 },
    ]);
  });
  test('an appeal goes to a higher organ, whoever has authority', () => {
    expect(missing('G8', 'Appeal', { organ: 'gov' }, { case: CASE })).toEqual(['not-higher']);
    expect(missing('G8', 'Appeal', { organ: 'province' }, { case: CASE })).toEqual([]);
    expect(INPUTS.G8(asking('Appeal', {}, { case: CASE }))).toEqual({
      organ: null,
      subjects: [],
      heavy: [],
      higherThan: 'gov',
    });
  });
});

test('G9: the conduct is claimed by this case, no other organ has sanctioned it, and the first track gives no sanction', () => {
  const conduct = (of: string | null, ...sanctions: [organ: string, code: string][]) => ({
    ...conductRegister.initial,
    case: of,
    sanctions: sanctions.map(([organ, code]) => ({ organ, code, event: 'e' })),
  });
  const decided = (code: string, profile: 'organ' | 'adm', ...conducts: object[]) =>
    missing('G9', 'Decide', { outcomes: [outcome(code)] }, { case: { ...CASE, profile } }, { facts: { conducts } });
  expect(decided('WARNING', 'organ', conduct('A'))).toEqual([]);
  expect(decided('WARNING', 'adm', conduct('A'))).toEqual(['track']);
  expect(decided('CRITICISM', 'adm', conduct('A'))).toEqual([]);
  expect(decided('WARNING', 'organ')).toEqual(['not-claimed:c-1']);
  expect(decided('WARNING', 'organ', conduct('B'))).toEqual(['claimed-by-other:c-1']);
  expect(decided('WARNING', 'organ', conduct('A', ['gov', 'WARNING']))).toEqual([]);
  expect(decided('WARNING', 'organ', conduct('A', ['commission', 'TALK_REMIND']))).toEqual([]);
  const elsewhere = conduct('A', ['commission', 'WARNING']);
  expect(decided('WARNING', 'organ', elsewhere)).toEqual(['sanctioned-elsewhere:c-1']);
  expect(decided('CRITICISM', 'organ', elsewhere)).toEqual([]);
  const filed = (profile: 'organ' | 'adm') =>
    asking('ApproveFiling', {}, { case: { ...CASE, profile } }, { facts: { conducts: [elsewhere] } });
  for (const one of ['organ', 'adm'] as const)
    expect(GUARDS.G9.check(INPUTS.G9(filed(one)))).toEqual(['sanctioned-elsewhere:c-1']);
  expect(INPUTS.G9(asking('Decide', {}, { case: CASE }))).toEqual({
    organ: 'gov',
    profile: 'organ',
    case: 'A',
    conducts: [{ id: 'c-1', case: null, sanctions: [] }],
    sanctions: false,
  });
});

test('G10: each of the five elements', () => {
  const data = { outcomes: [outcome('WARNING')], seal: '印', remedy: { route: '复核', days: 1 } };
  const facts = [fact('f', 'z')];
  const lead = { accused: [accused] };
  const lacks = (more: object, of: Partial<CaseState> = {}, on = ON, about: Partial<LeadState> = lead) =>
    missing('G10', 'Decide', { ...data, ...more }, { lead: about, case: { ...CASE, facts, ...of } }, { on });
  expect(lacks({})).toEqual([]);
  expect([lacks({}, { subjects: [] }), lacks({}, {}, ON, {})]).toEqual([['element:who'], ['element:who']]);
  expect([lacks({}, { facts: [] }), lacks({}, { facts: [fact('f')] })]).toEqual([['element:facts'], ['element:facts']]);
  expect([lacks({ outcomes: [] }), lacks({ outcomes: [outcome('WARNING', { basis: [] })] })]).toEqual([
    ['element:outcome'],
    ['element:outcome'],
  ]);
  for (const remedy of [undefined, { route: ' ', days: 30 }, { route: '复核', days: 0 }, { route: '复核' }])
    expect(lacks({ remedy })).toEqual(['element:remedy']);
  expect([lacks({ seal: '' }), lacks({ seal: undefined }), lacks({}, { organ: null }), lacks({}, {}, '')]).toEqual(
    Array.from({ length: 4 }, () => ['element:organ']),
  );
});

test('G13, G14, G15', () => {
  const of = { lead: { orgs: ['market'] } };
  expect(missing('G13', 'RouteLead', { toUnit: 'market' }, of)).toEqual(['to-the-accused']);
  expect(missing('G13', 'TransferLead', { to: 'market' }, of)).toEqual(['to-the-accused']);
  expect(missing('G13', 'RouteLead', { toUnit: 'bureau' }, of)).toEqual([]);
  expect(missing('G13', 'RegisterLead', { reporter: 'r' }, of)).toEqual(['reporter-unknown']);
  const reporter = { ...reporterRegister.initial, status: 'recorded' as const };
  expect(missing('G13', 'RegisterLead', { reporter: 'r' }, of, { facts: { reporter } })).toEqual([]);
  expect(INPUTS.G13(asking('RegisterLead', {}, of))).toStrictEqual({
    accusedOrgs: ['market'],
    reporter: null,
    recorded: false,
  });
  const old = (on: string) => ({ case: { conducts: [{ id: 'c-1', on, summary: '' }] } });
  expect(missing('G14', 'Decide', { outcomes: [outcome('WARNING')] }, old('2020-06-30'))).toEqual(['old-law:WARNING']);
  expect(missing('G14', 'Decide', { outcomes: [outcome('WARNING')] }, old('2020-07-01'))).toEqual([]);
  expect(missing('G14', 'ConcludeInvestigation', { proposal: [outcome('WARNING')] }, old('2020-06-30'))).toEqual([
    'old-law:WARNING',
  ]);
  expect(missing('G15', 'Decide', { noInterference: true })).toEqual([]);
  expect(missing('G15', 'Decide')).toEqual(['interference-not-stated']);
});

test('CAPACITY, and SIGNED: each as what he has to', () => {
  const of = { case: { investigators: [handler('p')] } };
  expect(missing('CAPACITY', 'AssertFact', {}, of)).toEqual([]);
  expect(missing('CAPACITY', 'AssertFact', {}, of, { person: 'x' })).toEqual(['not-as:investigator']);
  expect(missing('CAPACITY', 'AssertFact', {}, of, { person: null })).toEqual(['not-as:investigator']);
  expect(missing('CAPACITY', 'ProposeFiling')).toEqual([]);
  expect(INPUTS.SIGNED(asking('ReturnLead'))).toEqual({ documents: [] });
  expect(INPUTS.SIGNED(asking('Decide'))).toEqual({ documents: [] });
  const worth = (signatures: object[], needed: object[]) =>
    GUARDS.SIGNED.check({
      documents: [{ kind: 'minutes', version: 1, digest: 'x', current: true, signatures, needed }],
    });
  const all = [
    { as: 'member', of: ['a', 'b'], number: 2 },
    { as: 'chair', of: null, number: 1 },
  ];
  const sign = (person: string, as: string) => ({ person, as });
  expect(worth([sign('a', 'member'), sign('b', 'member'), sign('a', 'chair')], all)).toEqual([]);
  expect(worth([sign('a', 'member'), sign('a', 'chair')], all)).toEqual(['signature:minutes:member']);
  expect(worth([sign('a', 'member'), sign('x', 'member'), sign('a', 'chair')], all)).toEqual([
    'signature:minutes:member',
  ]);
  expect(worth([sign('a', 'member')], [{ as: 'member', of: ['a'], number: 1 }])).toEqual([]);
  expect(worth([sign('a', 'chair'), sign('b', 'chair')], all)).toEqual(['signature:minutes:member']);
  expect(worth([sign('a', 'member'), sign('b', 'member')], all)).toEqual(['signature:minutes:chair']);
  expect(worth([], [{ as: 'member', of: [], number: 1 }])).toEqual(['signature:minutes:member']);
  expect(worth([sign('a', 'server')], [{ as: 'server', of: null, number: 2 }])).toEqual(['signature:minutes:server']);
});
