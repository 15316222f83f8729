/** What a command says has to fit the record, and the terms of the law: one condition at a time. */
import { describe, expect, test } from '@jest/globals';
import { numbersOf, periodOf } from '../../projections/accountability/conditions.js';
import { caseRegister, type CaseState } from '../../projections/accountability/case.js';
import { wordsOf } from '../../projections/accountability/missing.js';
import { effectPeriod, kindOf } from '../../projections/accountability/outcomes.js';
import { EXTENSIONS, SUSPENSIONS } from '../../projections/events/accountability.js';
import { LEAD } from '../../projections/accountability/table-lead.js';
import { outcome } from '../affair.js';
import { accused, asking, CASE, evidence, fact, handler, late, named, ON, unfit } from './asking.js';

type Of = NonNullable<Parameters<typeof asking>[2]>;
const lead = { accused: [accused], profile: 'organ' as const };
const finding = (status: string) => ({ facts: { finding: { status } } });

describe('a lead', () => {
  test('of a finding that was upheld, under its id, and of somebody', () => {
    const said = { source: 'finding', reference: 'A', subjects: [{}], orgs: [] };
    expect(unfit('RegisterLead', said, {}, finding('upheld'))).toEqual([]);
    expect(unfit('RegisterLead', said, {}, finding('open'))).toEqual(['finding-not-upheld']);
    expect(unfit('RegisterLead', said)).toEqual(['finding-not-upheld']);
    expect(unfit('RegisterLead', { ...said, reference: 'B' }, {}, finding('upheld'))).toEqual(['not-by-its-finding']);
    expect(unfit('RegisterLead', { source: 'complaint', orgs: ['u'] })).toEqual([]);
    expect(unfit('RegisterLead', { source: 'complaint' })).toEqual(['nobody-named']);
    expect(unfit('ProposeNoLead', {}, {}, finding('upheld'))).toEqual([]);
    expect(unfit('ProposeNoLead', {}, {}, finding('waived'))).toEqual(['finding-not-upheld']);
    expect(unfit('ProposeNoLead')).toEqual(['finding-not-upheld']);
  });
  test('goes on only as long as there is no case', () => {
    const filed: Of = { lead, case: { status: 'investigating' } };
    const stops = Object.keys(LEAD.steps).filter((command) => unfit(command, {}, filed).includes('filed-already'));
    expect(stops.toSorted()).toEqual(
      [
        'RegisterLead',
        'ProposeTriage',
        'RouteLead',
        'HoldLead',
        'CloseLead',
        'StartInquiry',
        'RecordAnswer',
        'StartVerification',
        'ExtendVerification',
        'TakeStatement',
        'ReportVerification',
        'GiveLightOutcome',
        'TransferLead',
      ].toSorted(),
    );
    for (const status of ['none', 'filing-returned', 'not-filed'] as const)
      expect(unfit('HoldLead', {}, { case: { status } })).toEqual([]);
    const route = (data: object) => unfit('RouteLead', data);
    expect([route({}), route({ replyBy: ON }), route({ replyBy: '2024-02-29' })]).toEqual([[], [], ['reply-before']]);
  });
  test('light outcomes and statements are of the accused; names are cleared as widely as the harm', () => {
    const of = { lead };
    expect(unfit('GiveLightOutcome', { code: 'CRITICISM', subject: 'accused' }, of)).toEqual([]);
    expect(unfit('GiveLightOutcome', { code: 'WARNING', subject: 'x' }, of)).toEqual([
      'not-first-form',
      'subject-unknown',
    ]);
    expect(unfit('TakeStatement', { subject: 'x' }, of)).toEqual(['subject-unknown']);
    const cleared = (scope: string, harmScope?: string) => unfit('ClearName', { scope, harmScope });
    expect([cleared('unit', 'unit'), cleared('person', 'unit'), cleared('public', 'unit'), cleared('person')]).toEqual([
      [],
      ['scope-too-small'],
      [],
      [],
    ]);
    expect(unfit('ClearNameInCase', { scope: 'person', harmScope: 'unit' })).toEqual(['scope-too-small']);
    for (const result of ['change', 'revoke', 'uphold'] as const) {
      const review = { result: { result, event: 'r', on: ON, ground: 'sound', outcomes: [], reason: '' } } as never;
      expect(unfit('ClearNameInReview', { scope: 'unit', harmScope: 'unit' }, { review })).toEqual(
        result === 'uphold' ? ['nothing-to-clear'] : [],
      );
    }
    expect(unfit('ClearNameInReview', { scope: 'unit', harmScope: 'unit' })).toEqual(['nothing-to-clear']);
  });
});

describe('a case', () => {
  test('is proposed from where a lead is pursued, in its track, of its accused, for a conduct', () => {
    const said = { profile: 'organ', subjects: ['accused'], conducts: [{}] };
    const from = (status: string, more: object = {}) =>
      unfit('ProposeFiling', { ...said, ...more }, { lead: { ...lead, status: status as never } });
    for (const status of ['triaged', 'inquiry', 'verifying']) expect(from(status)).toEqual([]);
    expect(from('held')).toEqual(['lead-not-ready']);
    expect(from('triaged', { profile: 'adm' })).toEqual(['profile-mixed']);
    expect(from('triaged', { subjects: [] })).toEqual(['subject-unknown']);
    expect(from('triaged', { subjects: ['accused', 'x'] })).toEqual(['subject-unknown']);
    expect(from('triaged', { conducts: [] })).toEqual(['no-conduct']);
    expect(from('triaged', { conducts: [{ on: ON }] })).toEqual([]);
    expect(from('triaged', { conducts: [{ on: ON }, { on: '2024-03-02' }] })).toEqual(['day-not-come']);
  });
  test('names evidence, facts and points once, and knows what it speaks of', () => {
    const points = [{ id: 'd-1', text: '' }];
    const of: Of = {
      case: {
        ...CASE,
        evidence: [evidence('z', [])],
        facts: [fact('f', 'z')],
        defences: [{ subject: 'accused', points }],
      },
    };
    expect([unfit('AddEvidence', { evidence: 'z' }, of), unfit('AddEvidence', { evidence: 'y' }, of)]).toEqual([
      ['evidence-used'],
      [],
    ]);
    expect([unfit('SignEvidence', { evidence: 'z' }, of), unfit('ExcludeEvidence', { evidence: 'y' }, of)]).toEqual([
      [],
      ['evidence-unknown'],
    ]);
    expect(unfit('AssertFact', { fact: 'f', conduct: 'c-1' }, of)).toEqual(['fact-used']);
    expect(unfit('AssertFact', { fact: 'g', conduct: 'c-2' }, of)).toEqual(['conduct-unknown']);
    const defend = (ids: string[], subject = 'accused') =>
      unfit('RecordDefence', { subject, points: ids.map((id) => ({ id })) }, of);
    expect([defend(['d-2', 'd-3']), defend(['d-1']), defend(['d-2', 'd-2']), defend([], 'x')]).toEqual([
      [],
      ['point-used'],
      ['point-used'],
      ['subject-unknown'],
    ]);
    expect([unfit('AnswerDefence', { point: 'd-1' }, of), unfit('AnswerDefence', { point: 'd-9' }, of)]).toEqual([
      [],
      ['point-unknown'],
    ]);
  });
  test('outcomes are of its subjects, all of them, for its conducts', () => {
    const of: Of = { case: { ...CASE, subjects: ['accused', 'b'] } };
    const both = [outcome('WARNING'), outcome('CRITICISM', { subject: 'b' })];
    const said = (proposal: object[]) => unfit('ConcludeInvestigation', { proposal }, of);
    expect(said(both)).toEqual([]);
    expect(said(both.slice(1))).toEqual(['subject-left-out']);
    expect(said([...both, outcome('WARNING', { subject: 'x' })])).toEqual(['subject-unknown']);
    expect(said([...both, outcome('WARNING', { conducts: ['c-1', 'c-9'] })])).toEqual(['conduct-unknown']);
    expect(unfit('Decide', { outcomes: both }, of)).toEqual([]);
    expect(unfit('GiveAdjudicationOpinion', {}, of)).toEqual(['subject-left-out']);
  });
  test('is deliberated with one of the members in the chair, each with one vote', () => {
    expect(unfit('ConveneDeliberation', { members: named('a', 'b'), chair: 'b' })).toEqual([]);
    expect(unfit('ConveneDeliberation', { members: named('a', 'b'), chair: 'c' })).toEqual(['chair-not-member']);
    const votes = [{ member: 'p', position: 'for', reason: '', event: 'e' }];
    expect(unfit('CastVote', {}, { case: { votes } })).toEqual(['voted-already']);
    expect(unfit('CastVote', {}, { case: { votes } }, { person: 'q' })).toEqual([]);
    expect(handler('a').person).toBe('a');
  });
  const decision = (of: string, outcomes: object[] = [outcome('WARNING')]) =>
    ({ event: of, on: ON, outcomes, documentNo: '', seal: '', remedy: { route: '', days: 1 } }) as never;
  test('carries in what a review says, once, as it says it', () => {
    const result = (what: string, outcomes: object[] = []) =>
      ({ result: what, ground: 'improper', outcomes, reason: '', event: 'r', on: ON }) as never;
    const lighter = [outcome('CRITICISM')];
    const take = (data: object, of: Of) => unfit('TakeChange', data, of);
    const changed: Of = { case: CASE, review: { result: result('change', lighter) } };
    expect(take({ review: 'r', outcomes: lighter }, changed)).toEqual([]);
    expect(take({ review: 'r', outcomes: [outcome('TALK_REMIND')] }, changed)).toEqual(['outcomes-differ']);
    expect(take({ review: 'x', outcomes: lighter }, changed)).toEqual(['review-not-decided']);
    expect(take({ review: 'r', outcomes: lighter }, { ...changed, case: { ...CASE, followed: ['r'] } })).toEqual([
      'carried-in-already',
    ]);
    expect(take({ review: 'r', outcomes: lighter }, { case: CASE })).toEqual(['review-not-decided', 'outcomes-differ']);
    expect(unfit('TakeChange', { review: 'r' }, { review: { result: result('uphold') } })).toEqual([
      'review-not-decided',
    ]);
    expect(unfit('TakeRevocation', { review: 'r' }, { review: { result: result('revoke') } })).toEqual([]);
    expect(unfit('TakeRevocation', { review: 'r' }, changed)).toEqual(['review-not-decided']);
  });
  test('a review is of the decision in force, once, on the grounds of its result', () => {
    const of: Of = { case: { ...CASE, decision: decision('d') }, review: {} };
    const request = { subject: 'accused', decision: 'd' };
    expect(unfit('RequestReview', request, of)).toEqual([]);
    expect(unfit('RequestReview', { ...request, subject: 'x' }, of)).toEqual(['subject-unknown']);
    for (const [command, said] of [
      ['RequestReview', request],
      ['Appeal', {}],
    ] as const) {
      expect(unfit(command, { ...said, receivedOn: ON }, of)).toEqual([]);
      expect(unfit(command, { ...said, receivedOn: '2024-03-02' }, of)).toEqual(['day-not-come']);
    }
    expect(unfit('RequestReview', { ...request, decision: 'e' }, of)).toEqual(['decision-unknown']);
    expect(unfit('RequestReview', { subject: 'accused' }, of)).toEqual(['decision-unknown']);
    expect(unfit('RequestReview', { subject: 'accused' }, { case: CASE })).toEqual([]);
    expect(unfit('RequestReview', request, { case: CASE })).toEqual(['decision-unknown']);
    expect(unfit('RequestReview', request, { ...of, review: { decision: 'd' } })).toEqual(['reviewed-already']);
    const decided = (result: string, ground: string, outcomes: object[] = []) =>
      unfit('DecideAppeal', { result, ground, outcomes });
    expect([
      decided('uphold', 'sound'),
      decided('revoke', 'beyond-power'),
      decided('change', 'wrong-law', [{}]),
    ]).toEqual([[], [], []]);
    expect([
      decided('uphold', 'wrong-law'),
      decided('burn', 'sound'),
      decided('change', 'improper'),
      decided('uphold', 'sound', [{}]),
    ]).toEqual([['ground-unfit'], ['ground-unfit'], ['outcomes-unfit'], ['outcomes-unfit']]);
  });
  test('an effect period is the one that follows from the decision', () => {
    const of = (...outcomes: object[]): Of => ({ case: { ...CASE, decision: decision('d', outcomes) } });
    const start = { from: ON, to: '2024-09-01', months: 6 };
    const begun = (data: object, about = of(outcome('WARNING')), more: object = {}) =>
      late('StartPeriod', { ...start, ...data }, about, more);
    expect(begun({})).toEqual([]);
    expect([begun({ from: '2024-03-02' }), begun({ to: '2024-09-02' }), begun({ months: 7 })]).toEqual(
      Array.from({ length: 3 }, () => ['period-differs']),
    );
    expect(begun({}, of(outcome('CRITICISM')))).toEqual(['no-period', 'period-differs']);
    expect(begun({}, { case: CASE })).toEqual(['no-period', 'period-differs']);
    expect(begun({}, of(outcome('WARNING'), outcome('DISMISSAL', { subject: 'x' })))).toEqual([]);
    expect(begun({ to: '2024-09-06' }, undefined, { facts: { runningTo: '2024-03-06' } })).toEqual([]);
    expect([late('CloseCase', {}, of(outcome('CRITICISM'))), late('CloseCase', {}, { case: CASE })]).toEqual([[], []]);
    expect(late('CloseCase', {}, of(outcome('WARNING')))).toEqual(['period-not-started']);
    const both = (...outcomes: object[]) =>
      periodOf(
        { ...caseRegister.initial, subjects: ['accused', 'b'], decision: decision('d', outcomes) } as CaseState,
        null,
      ).to;
    const b = (code: string) => outcome(code, { subject: 'b' });
    expect([
      both(outcome('WARNING'), b('DEMERIT')),
      both(outcome('DEMERIT'), b('WARNING')),
      both(outcome('WARNING'), b('CRITICISM')),
    ]).toEqual(['2025-03-01', '2025-03-01', '2024-09-01']);
    const ended = (data: object, period: object | null, on: string) =>
      late('EndPeriod', data, { case: { period: period as never } }, { on });
    const runs = { from: ON, to: '2024-09-01', months: 6 };
    expect([ended({}, runs, '2024-08-31'), ended({}, runs, '2024-09-01'), ended({}, null, ON)]).toEqual([
      ['period-runs'],
      [],
      ['period-runs'],
    ]);
    expect(ended({}, { ...runs, to: null }, '2024-09-01')).toEqual(['period-runs']);
    expect(ended({ newViolation: true }, runs, '2024-09-01')).toEqual(['new-violation']);
  });
});

describe('terms', () => {
  test('what is extended is extended once, and only where its track says so', () => {
    const [ground] = EXTENSIONS;
    expect(late('ExtendVerification', { ground })).toEqual([]);
    expect(late('ExtendVerification', { ground }, { lead: { extended: true } })).toEqual(['extended-already']);
    for (const command of ['ExtendVerification', 'SuspendInvestigation', 'ProposeExtension', 'ExtendAppeal'])
      expect([command, late(command, { ground: 'busy' }, { case: CASE })]).toEqual([command, ['ground-missing']]);
    expect(late('SuspendInvestigation', { ground: SUSPENSIONS[0] })).toEqual([]);
    const proposed = { ground, event: 'e' } as never;
    const extend = (profile: CaseState['profile'], extended = 0, extension = proposed) =>
      late('ExtendInvestigation', {}, { case: { profile, extended, extension } });
    expect([extend('organ'), extend('adm'), extend('commission'), extend(null)]).toEqual([
      [],
      [],
      ['no-extension'],
      ['no-extension'],
    ]);
    expect([extend('organ', 1), extend('organ', 0, null as never)]).toEqual([
      ['extended-already'],
      ['extension-not-proposed'],
    ]);
    const appeal = (profile: CaseState['profile'], extended = false) =>
      late('ExtendAppeal', { ground }, { case: { profile }, review: { extended } });
    expect([appeal('organ'), appeal('commission'), appeal('organ', true)]).toEqual([
      [],
      ['no-extension'],
      ['extended-already'],
    ]);
  });
  test('two supplements, but for a defence that was upheld', () => {
    const again = (status: string, supplements: number) =>
      late('Supplement', {}, { case: { status: status as never, supplements } });
    expect([again('adjudicating', 1), again('adjudicating', 2), again('facts-served', 2)]).toEqual([
      [],
      ['supplements-used-up'],
      [],
    ]);
  });
  test('a review thirty days after service, an appeal fifteen after the review, thirty to a commission', () => {
    const service = { on: ON, announced: '', signed: '', servers: [] };
    const request = (receivedOn: string, of: Partial<CaseState> = { service }) =>
      late('RequestReview', { receivedOn }, { case: of });
    expect([request('2024-03-31'), request('2024-04-01'), request('2024-03-31', {})]).toEqual([
      [],
      ['out-of-term'],
      ['not-served-yet', 'out-of-term'],
    ]);
    const result = { result: 'uphold', ground: 'sound', outcomes: [], reason: '', event: 'r', on: ON } as never;
    const appeal = (receivedOn: string, profile: CaseState['profile'] = 'organ') =>
      late('Appeal', { receivedOn }, { case: { profile }, review: { result } });
    expect([
      appeal('2024-03-16'),
      appeal('2024-03-17'),
      appeal('2024-03-31', 'commission'),
      appeal('2024-04-01', 'commission'),
    ]).toEqual([[], ['out-of-term'], [], ['out-of-term']]);
    expect(late('Appeal', { receivedOn: ON })).toEqual(['out-of-term']);
    expect(late('CastVote')).toEqual([]);
    const counted = (command: string, profile: CaseState['profile']) =>
      Object.keys(numbersOf(asking(command, {}, { case: { profile }, review: { result } })).numbers ?? {});
    expect([counted('Appeal', 'organ'), counted('Appeal', 'commission'), counted('CastVote', 'organ')]).toEqual([
      ['appealDays'],
      ['commissionAppealDays'],
      [],
    ]);
    expect(numbersOf(asking('CastVote'))).toEqual({});
  });
});

test('words, and codes that nobody knows', () => {
  expect(wordsOf('constructor:x')).toEqual({ code: 'constructor', of: 'x', zh: 'constructor', en: 'constructor' });
  expect(wordsOf('vote:a:b')).toMatchObject({ code: 'vote', of: 'a:b', en: 'a member has not voted' });
  expect(kindOf('HANGED')).toBe(kindOf('NO_FAULT'));
  expect(effectPeriod([outcome('CRITICISM')] as never, ON)).toEqual({ months: null, to: null, forever: false });
  expect(effectPeriod([outcome('WARNING')] as never, ON, '2024-02-01').to).toBe('2024-09-01');
});
